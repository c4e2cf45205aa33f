"""Why the first steps are the dangerous ones: one noisy parameter, the optimizer, and the learning rate's curve."""

import math
from typing import Any

import torch
import traitlets
from torch import Tensor

from transformer_lib.recipe import Recipe, rate_factor
from transformer_lib.widgets.base import Whole, Widget, check_numbers, fixed, is_number, text_table

OPTIMIZERS = {"adam": "Adam", "sgd": "gradient descent"}
SCHEDULES = ("constant", "cosine", "noam")
STEPS, RUNS, NOISE = 100, 8, 3.0
BETAS = (0.9, 0.98)
PEAKS, SCALES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5), (0.01, 0.1, 1.0, 10.0, 100.0)


class ScheduleExplorer(Widget):
    """One parameter that starts at its best value, 0; its gradient is its distance from it plus noise, times a scale.

    Several runs differ in their noise alone. Shown are how far they move in each step, and where they are.

    Args:
        optimizer: "adam", with betas of 0.9 and 0.98, or "sgd", gradient descent without momentum.
        schedule: after the warm-up: "constant", "cosine" or "noam" (see `Recipe`).
        warmup: steps until the highest learning rate is reached, 0 to 60.
        peak: the highest learning rate, one of PEAKS.
        scale: what all gradients are multiplied by, one of SCALES.
        noise: a list of runs, each a list of one number for each step; drawn if not given.

    Raises:
        ValueError: a choice that is not offered, or runs of different lengths.
    """

    optimizer = traitlets.Unicode("adam").tag(sync=True)
    schedule = traitlets.Unicode("constant").tag(sync=True)
    warmup = Whole(0, 0, 60).tag(sync=True)
    peak = traitlets.Float(0.2).tag(sync=True)
    scale = traitlets.Float(1.0).tag(sync=True)
    noise = traitlets.List(trait=traitlets.List()).tag(sync=True)

    def __init__(
        self,
        optimizer: str = "adam",
        schedule: str = "constant",
        warmup: int = 0,
        peak: float = 0.2,
        scale: float = 1.0,
        noise: Any = None,
    ) -> None:
        drawn = drawn_noise() if noise is None else noise
        runs = [check_numbers(f"noise[{i}]", run) for i, run in enumerate(drawn)]
        if len({len(run) for run in runs}) != 1:
            raise ValueError(f"noise must be runs of one length, but their lengths were {[len(run) for run in runs]}")
        super().__init__(optimizer=optimizer, schedule=schedule, warmup=warmup, peak=peak, scale=scale, noise=runs)

    @traitlets.validate("optimizer", "schedule", "peak", "scale")
    def _offered(self, proposal: Any) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        choices = {"optimizer": tuple(OPTIMIZERS), "schedule": SCHEDULES, "peak": PEAKS, "scale": SCALES}[name]
        if value not in choices or (name in ("peak", "scale") and not is_number(value)):
            raise ValueError(f"{name} must be one of {choices}, but was {value!r}")
        return value

    def __repr__(self) -> str:
        places, moves = walks(self.noise, self.optimizer, self.schedule, self.warmup, self.peak, self.scale)
        last = places.shape[1] - 1
        shown = [step for step in (1, 2, 5, 10, 20, 50, 100) if step <= last]
        sizes, away = moves.abs().mean(0), places.square().mean(0).sqrt()
        return "\n".join(
            [
                f"ScheduleExplorer: {OPTIMIZERS[self.optimizer]}, warm-up {self.warmup}, then {self.schedule}; "
                f"rate {self.peak:g}, gradients times {self.scale:g}",
                text_table(
                    ["step", *map(str, shown)],
                    [
                        ["mean move (1: highest rate)", *(short(sizes[step - 1]) for step in shown)],
                        ["distance from the best", *(short(away[step]) for step in shown)],
                    ],
                ),
            ]
        )


def drawn_noise(seed: int = 0) -> list[list[float]]:
    """Return the noise of RUNS runs of STEPS steps, rounded to what a page can carry."""
    drawn = torch.randn(RUNS, STEPS, generator=torch.Generator().manual_seed(seed)) * NOISE
    return [[round(x, 2) for x in run] for run in drawn.tolist()]


def walks(
    noise: list[list[float]], optimizer: str, schedule: str, warmup: int, peak: float, scale: float
) -> tuple[Tensor, Tensor]:
    """Return where each run is after 0, 1, ... steps, and each step's move in units of the peak rate.

    Written out, as `torch.optim` takes seconds to import; a test holds it against PyTorch's optimizers.
    """
    (first, second), eps = BETAS, 1e-8
    drawn = torch.tensor(noise, dtype=torch.float64)
    x, m, v = torch.zeros(3, len(drawn), dtype=torch.float64)
    recipe = Recipe(drawn.shape[1], peak, warmup, schedule)  # type: ignore[arg-type]
    places, moves = [x], []
    for step, each in enumerate(drawn.T):
        gradient = scale * (x + each)
        m = first * m + (1 - first) * gradient
        v = second * v + (1 - second) * gradient.square()
        adam = m / (1 - first ** (step + 1)) / ((v / (1 - second ** (step + 1))).sqrt() + eps)
        moves.append(-rate_factor(step, recipe) * (adam if optimizer == "adam" else gradient))
        x = x + peak * moves[-1]
        places.append(x)
    return torch.stack(places, dim=1), torch.stack(moves, dim=1)


def short(x: Tensor) -> str:
    """Return two decimals, or a power of ten where the number is large, or ∞ where it is past all numbers."""
    value = float(x)
    if not math.isfinite(value):
        return "∞"
    return fixed(value, 2) if value < 1000 else f"10^{math.floor(math.log10(value))}"
