"""What PyTorch says of the maths that several widgets share (see write_fixtures.py)."""

import math

import torch

from transformer_lib.attention import attention
from transformer_lib.metrics import accuracy, log_likelihood
from transformer_lib.widgets.attention_explorer import pack
from transformer_lib.widgets.head_explorer import HeadExplorer
from transformer_lib.widgets.induction_explorer import induction
from transformer_lib.widgets.layer_budget import layer_budget
from transformer_lib.widgets.marker_head import marker_head, program
from transformer_lib.widgets.perplexity_ladder import PRESETS, RIVALS, START
from transformer_lib.widgets.query_explorer import SLIDES_KEYS, SLIDES_QUERIES
from transformer_lib.widgets.shape_tracer import layer_shapes
from transformer_lib.widgets.softmax_explorer import unit_scores
from transformer_lib.widgets.split_tracer import WAYS, SplitTracer


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


def split_case(length, width, heads, way):
    tracer = SplitTracer([f"w{i}" for i in range(length)], width, heads, way=way, row=0, channel=0)
    pure = repr(tracer).rsplit(": ", 1)[1].split(" of ")[0]
    sizes = {"length": length, "width": width, "heads": heads}
    return {**sizes, "way": way, "wanted": tracer.numbered().tolist(), "pure": int(pure)}


def effects_case(values):
    """Sides whose squares are in proportion to the sizes; ranks as the widget's text has them."""
    shape, sizes = values.shape, values.abs()
    tokens = [{"tokens": ["a"], "weights": torch.ones(*shape, 1, 1)}]
    heads = [(layer, head) for layer in range(shape[0]) for head in range(shape[1])]
    texts = [repr(HeadExplorer(tokens, [{"name": "x", "values": values, "digits": 6}], *at)) for at in heads]
    ranks = torch.tensor([int(text.split()[-3]) for text in texts]).view(shape)
    return {"values": values.tolist(), "sides": (sizes / sizes.max()).sqrt().tolist(), "ranks": ranks.tolist()}


def sentence_case(p, shares):
    """A sentence whose true words are class 0 of each position's distribution."""
    rows = torch.tensor([[x, *((1 - x) * share for share in others)] for x, others in zip(p, shares, strict=True)])
    logits, targets = rows.double().log(), torch.zeros(len(p), dtype=torch.int64)
    nats = torch.nn.functional.cross_entropy(logits, targets).item()
    wanted = {
        "logLikelihood": log_likelihood(logits, targets).item(), "meanNats": nats, "perplexity": math.exp(nats),
        "correct": round(accuracy(logits, targets) * len(p)), "likelihood": rows[:, 0].double().prod().item(),
    }  # fmt: skip
    return {"p": rows[:, 0].tolist(), "shares": shares, "wanted": wanted}


def pool_case(sentences, pad_nats):
    """Every token with its loss, in one padded tensor."""
    longest = max(tokens for tokens, _ in sentences)
    words = torch.arange(longest) < torch.tensor([[tokens] for tokens, _ in sentences])
    losses = torch.tensor([[nats] for _, nats in sentences], dtype=torch.float64).expand(words.shape)
    means = losses.where(words, 0.0).sum(1) / words.sum(1)
    wanted = {
        "tokens": losses[words].mean().exp(), "sentences": means.mean().exp(), "perplexities": means.exp().mean(),
        "pads": losses.where(words, pad_nats).mean().exp(),
    }  # fmt: skip
    given = [{"tokens": tokens, "nats": nats} for tokens, nats in sentences]
    return {"sentences": given, "padNats": pad_nats, "wanted": {way: x.item() for way, x in wanted.items()}}


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
        "split": [split_case(*sizes, way) for sizes in ((5, 12, 3), (7, 10, 5), (3, 4, 1), (1, 6, 2)) for way in WAYS],
        "effects": [effects_case(draw(3, 5)), effects_case((draw(2, 7) * 2).round())],
        "sentence": [
            sentence_case(p, [[s for _, s in others] for others in RIVALS])
            for p in (START, *PRESETS.values(), [1.0, 0.3, 0.7, 0.005, 1.0])
        ],
        "pool": [
            pool_case(sentences, pad_nats)
            for sentences in ([(40, 0.5), (4, 4.0)], [(7, 1.3), (7, 5.9)], [(1, 0.0), (13, 2.2), (5, 0.7)])
            for pad_nats in (0.01, 1.5)
        ],
        "marker": [marker_case(*case) for case in [([0, 1, 0], 3.0), ([0, 0, 0], 7.5), ([1, 0, 1], 0.5)]],
        "induction": [induction_case(text) for text in ["ABCADBA", "AABBA", "DCB", "BDBABCB"]],
        "shapes": [shapes_case(*sizes) for sizes in [(2, 5, 3, 4), (1, 7, 2, 5)]],
        "budget": [budget_case(*sizes) for sizes in [(512, 4, 128), (384, 3, 4096)]],
        "packed": {"text": pack(weights), "weights": (weights * 1000).round().div(1000).tolist()},
    }
