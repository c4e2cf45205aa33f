"""What each way of mixing costs, and PyTorch's masks with their reach (see write_fixtures.py)."""

from transformer_lib.cost import layers_until_all_seen
from transformer_lib.widgets.cost_explorer import mixing_costs
from transformer_lib.widgets.pattern_explorer import LENGTH, PATTERNS, pattern_mask, random_words


def fixtures():
    sizes = [(64, 16, 16), (64, 64, 512), (1024, 64, 64), (131072, 256, 512)]
    costs = [{"length": t, "d_head": d, "size": s, "wanted": mixing_costs(t, d, s)} for t, d, s in sizes]
    patterns = []
    for pattern in PATTERNS:
        for window in (1, 3, 8):
            mask = pattern_mask(pattern, window)
            rows = ["".join("01"[sees] for sees in row) for row in mask.tolist()]
            until = layers_until_all_seen(mask)
            patterns.append({"pattern": pattern, "window": window, "mask": rows, "layers": until})
    return {"costs": costs, "patterns": patterns, "chosen": random_words(), "length": LENGTH}
