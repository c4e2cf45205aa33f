"""What PyTorch's optimizers and the recipe say that the widgets on training must compute (see write_fixtures.py)."""

import itertools

from transformer_lib.recipe import Recipe, rate_factor
from transformer_lib.widgets.schedule_explorer import drawn_noise, walks
from transformer_lib.widgets.smoothing_explorer import smoothed


def fixtures():
    rates = []
    for schedule, warmup in itertools.product(("constant", "cosine", "noam"), (0, 1, 7, 30)):
        recipe = Recipe(23, 1.0, warmup, schedule)
        setting = {"steps": 23, "warmup": warmup, "schedule": schedule}
        rates.append({"setting": setting, "factors": [rate_factor(step, recipe) for step in range(29)]})
    runs = []
    noise = [run[:31] for run in drawn_noise(seed=1)[:3]]
    for optimizer, schedule, warmup, peak, scale in (
        ("adam", "constant", 0, 0.2, 1.0),
        ("adam", "cosine", 10, 0.5, 100.0),
        ("adam", "noam", 5, 0.05, 0.01),
        ("sgd", "constant", 0, 0.01, 0.1),
        ("sgd", "noam", 15, 0.2, 1.0),
    ):
        places, moves = walks(noise, optimizer, schedule, warmup, peak, scale)
        setting = {"optimizer": optimizer, "schedule": schedule, "warmup": warmup, "peak": peak, "scale": scale}
        sizes = {"sizes": moves.abs().mean(0).tolist(), "distance": float(places[:, 10].square().mean().sqrt())}
        runs.append({"setting": setting, "places": places.tolist(), "moves": moves.tolist(), **sizes})
    losses = []
    for smoothing, gap, words in itertools.product((0.0, 0.1, 0.5), (0.0, 2.0, 11.5), (2, 7, 1000)):
        target, p, loss, slope = smoothed(smoothing, gap, words)
        shown = {"target": target[:2].tolist(), "p": p[:2].tolist(), "loss": loss, "slope": slope}
        losses.append({"setting": {"smoothing": smoothing, "gap": gap, "words": words}, **shown})
    return {"rates": rates, "noise": noise, "runs": runs, "losses": losses}
