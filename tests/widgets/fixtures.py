"""Writes fixtures.json, what PyTorch says the widgets' JavaScript must compute: python tests/widgets/fixtures.py."""

import json
import math
from pathlib import Path

import torch

from transformer_lib.attention import attention
from transformer_lib.widgets.attention_explorer import pack
from transformer_lib.widgets.induction_explorer import induction
from transformer_lib.widgets.layer_budget import layer_budget
from transformer_lib.widgets.marker_head import marker_head, program
from transformer_lib.widgets.query_explorer import SLIDES_KEYS, SLIDES_QUERIES
from transformer_lib.widgets.shape_tracer import layer_shapes
from transformer_lib.widgets.softmax_explorer import unit_scores

PATH = Path(__file__).with_name("fixtures.json")


def attention_case(query, keys, values, scaled):
    q, k, v = (torch.tensor(x, dtype=torch.float64) for x in ([query], keys, values))
    divisor = math.sqrt(len(query)) if scaled else 1.0
    out, weights = attention(q * math.sqrt(len(query)) / divisor, k, v)
    scores = (q @ k.T)[0]
    wanted = {"scores": scores, "scaled": scores / divisor, "weights": weights[0], "out": out[0]}
    return {
        "query": list(query), "keys": [list(k) for k in keys], "values": [list(v) for v in values], "scaled": scaled,
        "wanted": {name: x.tolist() for name, x in wanted.items()},
    }  # fmt: skip


def softmax_case(unit, d, scaled, temperature):
    scores = torch.tensor(unit, dtype=torch.float64) * (1 if scaled else math.sqrt(d)) / temperature
    p = scores.softmax(-1)
    jacobian = torch.autograd.functional.jacobian(lambda x: x.softmax(-1), scores)
    bits = torch.special.entr(p).sum() / math.log(2)
    wanted = {
        "scores": scores.tolist(), "p": p.tolist(), "bits": bits.item(), "count": (2**bits).item(),
        "responses": jacobian.diagonal().tolist(), "response": torch.linalg.svdvals(jacobian).sum().item(),
    }  # fmt: skip
    return {"unit": unit, "d": d, "scaled": scaled, "temperature": temperature, "wanted": wanted}


def shapes_case(batch, length, n_heads, d_head):
    wanted = [[name, list(shape)] for name, shape in layer_shapes(batch, length, n_heads, d_head)]
    return {"batch": batch, "length": length, "n_heads": n_heads, "d_head": d_head, "wanted": wanted}


def budget_case(d_model, widening, length):
    wanted = layer_budget(d_model, widening * d_model, length)
    return {"d_model": d_model, "d_ff": widening * d_model, "length": length, "wanted": wanted}


def marker_case(marked, sharpness):
    numbers = [8.0, 2.0, 5.0]
    weights, out = marker_head(numbers, marked, sharpness)
    wanted = {"weights": weights, "out": out, "program": program(numbers, marked)}
    return {"numbers": numbers, "marked": marked, "sharpness": sharpness, "wanted": wanted}


def induction_case(text):
    before, weights, after = induction(list(text))
    return {"letters": list(text), "wanted": {"before": before, "weights": weights, "next": after}}


def fixtures():
    generator = torch.Generator().manual_seed(0)

    def draw(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    slides = [(query, SLIDES_KEYS, SLIDES_KEYS) for query in SLIDES_QUERIES.values()]
    wide = [(draw(7).mul(3).tolist(), draw(5, 7).tolist(), draw(5, 3).tolist())]
    settings = [(d, scaled, t) for d in (1, 2, 64, 1024) for scaled in (True, False) for t in (0.1, 1.0, 7.5)]
    weights = (draw(2, 3, 5, 5) * 3).softmax(-1)
    return {
        "attention": [attention_case(*case, scaled) for case in slides + wide for scaled in (True, False)],
        "softmax": [softmax_case(unit_scores(0), *setting) for setting in settings],
        "marker": [marker_case(*case) for case in [([0, 1, 0], 3.0), ([0, 0, 0], 7.5), ([1, 0, 1], 0.5)]],
        "induction": [induction_case(text) for text in ["ABCADBA", "AABBA", "DCB", "BDBABCB"]],
        "shapes": [shapes_case(*sizes) for sizes in [(2, 5, 3, 4), (1, 7, 2, 5)]],
        "budget": [budget_case(*sizes) for sizes in [(512, 4, 128), (384, 3, 4096)]],
        "packed": {"text": pack(weights), "weights": (weights * 1000).round().div(1000).tolist()},
    }


def as_text(data):
    return (
        json.dumps(json.loads(json.dumps(data), parse_float=lambda x: round(float(x), 9)), separators=(",", ":")) + "\n"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    PATH.write_text(as_text(fixtures()))
