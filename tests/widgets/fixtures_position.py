"""What PyTorch says of positions (see write_fixtures.py)."""

import torch

from transformer_lib.attention import attention
from transformer_lib.masks import causal_mask
from transformer_lib.position import alibi, rotary, rotate, sinusoidal
from transformer_lib.widgets.position_explorer import score_parts

POSITIONS = [0, 1, 7, 61]


def fixtures():
    generator = torch.Generator().manual_seed(0)

    def draw(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64).mul(100).round().div(100)

    query, key, table = draw(14), draw(14), draw(64, 14)
    places = torch.tensor(POSITIONS)
    turned = rotate(query.expand(1, 1, len(places), -1), rotary(places[None], 14))[0, 0]
    pairs = [(0, 0), (3, 8), (13, 18), (61, 7)]
    bias = [alibi(torch.tensor([[i]]), torch.tensor([[j]]), 8)[0, 1].item() for i, j in pairs]
    scores = {
        kind: [score_parts(kind, query, key, table, 0.25, i, j) for i, j in pairs]
        for kind in ("sinusoidal", "learned", "rope", "alibi")
    }
    words, weights = draw(5, 6), draw(3, 6, 6)
    outs = []
    for positions in (False, True):
        for causal in (False, True):
            x = words + sinusoidal(torch.arange(5), 6) if positions else words
            out, _ = attention(*(x @ w for w in weights), causal_mask(5) if causal else None)
            outs.append({"positions": positions, "causal": causal, "out": out.tolist()})
    return {
        "sinusoidal": {"positions": POSITIONS, "codes": sinusoidal(places, 14).tolist()},
        "rotate": {"positions": POSITIONS, "x": query.tolist(), "turned": turned.tolist()},
        "score": {
            "query": query.tolist(), "key": key.tolist(), "table": table.tolist(), "pairs": pairs,
            "slope": 0.25, "bias": bias, "parts": scores,
        },
        "self_attention": {"words": words.tolist(), "weights": weights.tolist(), "outs": outs},
    }  # fmt: skip
