"""Watching a training: what `train` can call after each step.

    train(model, batches, recipe, on_step=[ProgressBar(recipe.steps), LossPlot(recipe.steps)])

Outside a notebook there is nothing to draw on: the plot then only keeps the losses. The bar needs a terminal or
a notebook, and writes nothing into a file or a pipe. Of several processes only the first shows anything.
"""

import math
import sys
import time
from collections.abc import Callable

from matplotlib.figure import Figure
from tqdm.auto import tqdm

from transformer_lib.distributed import processes
from transformer_lib.figures import ThemedFigure, style


def in_notebook() -> bool:
    """Tell whether there is a Jupyter kernel, whose outputs can be changed after they were shown."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and shell.has_trait("kernel")


class ProgressBar:
    """How far the training is, how fast, and its loss.

    Args:
        steps: the recipe's.
    """

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.bar: tqdm | None = None

    def __call__(self, step: int, loss: float) -> None:
        """Move on."""
        if processes()[0]:
            return
        if self.bar is None:  # a resumed run does not start at 0
            self.bar = tqdm(total=self.steps, initial=step, disable=None if not in_notebook() else False, unit="step")
        self.bar.set_postfix_str(f"loss {loss:.3f}", refresh=False)
        self.bar.update()
        if step + 1 == self.steps:
            self.bar.close()
            self.bar = None


class LossPlot:
    """The loss so far, redrawn in place while the training goes on.

    Args:
        steps: the recipe's.
        every: seconds between two drawings, which take time themselves.

    Attributes:
        losses: (step, loss) of every step seen.
    """

    def __init__(self, steps: int, *, every: float = 2.0) -> None:
        self.steps, self.every = steps, every
        self.losses: list[tuple[int, float]] = []
        self.drawn = -math.inf
        self.show: Callable[[ThemedFigure], None] | None = None

    def __call__(self, step: int, loss: float) -> None:
        """Note the loss; draw if it is time."""
        self.losses.append((step, loss))
        is_time = time.monotonic() - self.drawn >= self.every or step + 1 == self.steps
        if is_time and in_notebook() and not processes()[0]:
            self.draw()
            self.drawn = time.monotonic()

    def draw(self) -> None:
        """Show the figure in the cell that runs, in the place of the last one."""
        if self.show is None:
            from IPython.display import display

            self.show = display(self.figure(), display_id=True).update
        else:
            self.show(self.figure())

    def figure(self) -> ThemedFigure:
        """Return the plot: the loss of each step, in nats per token.

        Raises:
            ValueError: no step was seen yet.
        """
        if not self.losses:
            raise ValueError("losses must hold at least one step to be drawn, but was empty: pass me to train first")
        xs, ys = zip(*self.losses, strict=True)
        with style() as colours:
            drawing = Figure()
            axes = drawing.subplots()
            axes.plot(xs, ys, color=colours["output"], marker="." if len(xs) == 1 else "")
            axes.set(xlabel="step", ylabel="loss (nats per token)", xlim=(0, max(1, self.steps - 1)))
            axes.set_ylim(bottom=0)
        alt = f"Loss in nats per token: {ys[0]:.2f} in step {xs[0]}, {ys[-1]:.2f} in step {xs[-1]}."
        return ThemedFigure(drawing, alt)
