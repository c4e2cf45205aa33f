"""What the sum and the norm do for the signal on its way up, and for the gradient on its way down."""

import itertools
from typing import Any

import torch
import traitlets

from transformer_lib.tricks import NORMS, STARTS, layer_flow
from transformer_lib.widgets.base import Widget, check_numbers, text_table

DEPTHS = (2, 4, 8, 16)
SEEDS = 3


class GradientFlow(Widget):
    """Size of the signal after each layer of an untrained stack, and the gradient that the layer's matrices get.

    All numbers are PyTorch's (`tricks.layer_flow`), the median of three seeds; the page only draws them.

    Args:
        depth: layers, one of DEPTHS.
        add: whether each sublayer's input is added to its output.
        norm: "post", "pre" or "none".
        start: how the matrices begin: "xavier" or "default".
        flows: the numbers, as `measured` returns them; measured if not given, which takes a second.

    Raises:
        ValueError: a choice that is not offered, or flows that lack one of them.
    """

    depth = traitlets.Int(8).tag(sync=True)
    add = traitlets.Bool(True).tag(sync=True)
    norm = traitlets.Unicode("post").tag(sync=True)
    start = traitlets.Unicode("xavier").tag(sync=True)
    flows = traitlets.Dict().tag(sync=True)  # "xavier sum post 8" -> {"signal": [...], "gradient": [...]}

    def __init__(
        self,
        depth: int = 8,
        *,
        add: bool = True,
        norm: str = "post",
        start: str = "xavier",
        flows: dict[str, dict[str, list[float]]] | None = None,
    ) -> None:
        flows = measured() if flows is None else flows
        for at in itertools.product(DEPTHS, (True, False), NORMS, STARTS):
            for kind in ("signal", "gradient"):
                numbers = check_numbers(f"flows[{key(*at)!r}][{kind!r}]", flows.get(key(*at), {}).get(kind))
                if len(numbers) != at[0]:
                    raise ValueError(f"flows[{key(*at)!r}] must have {at[0]} numbers, but had {len(numbers)}")
        super().__init__(depth=depth, add=add, norm=norm, start=start, flows=flows)

    @traitlets.validate("depth", "norm", "start")
    def _offered(self, proposal: Any) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        choices = {"depth": DEPTHS, "norm": NORMS, "start": STARTS}[name]
        if value not in choices:
            raise ValueError(f"{name} must be one of {choices}, but was {value!r}")
        return value

    def __repr__(self) -> str:
        flow = self.flows[key(self.depth, self.add, self.norm, self.start)]
        shown = sorted({0, self.depth // 4, self.depth // 2, self.depth - 1})
        return "\n".join(
            [
                f"GradientFlow: {self.depth} layers, {'sum' if self.add else 'no sum'}, norm: {self.norm}, "
                f"start: {self.start}",
                text_table(
                    ["layer", *(str(i + 1) for i in shown)],
                    [[kind, *(f"{flow[kind][i]:.2g}" for i in shown)] for kind in ("signal", "gradient")],
                ),
            ]
        )


def key(depth: int, add: bool, norm: str, start: str) -> str:
    """Return under which name a setting's numbers stand."""
    return f"{start} {'sum' if add else 'no sum'} {norm} {depth}"


def measured(d_model: int = 32) -> dict[str, dict[str, list[float]]]:
    """Return every setting's signal and gradient by layer, to three digits: what a page can carry."""
    flows = {}
    with torch.random.fork_rng(devices=[]):
        for at in itertools.product(DEPTHS, (True, False), NORMS, STARTS):
            depth, add, norm, start = at
            runs = [layer_flow(depth, add=add, norm=norm, start=start, seed=s, d_model=d_model) for s in range(SEEDS)]
            pairs = zip(("signal", "gradient"), zip(*runs, strict=True), strict=True)
            medians = {kind: torch.stack(each).median(0).values.tolist() for kind, each in pairs}
            flows[key(*at)] = {kind: [float(f"{x:.3g}") for x in each] for kind, each in medians.items()}
    return flows
