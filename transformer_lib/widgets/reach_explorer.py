"""How strongly a word still moves the output, against how far back it stands: measured curves of several networks."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor

from transformer_lib.widgets.base import Whole, Widget, check_numbers, check_whole, text_table

ROWS = ("low", "middle", "high")


class ReachExplorer(Widget):
    """Choose a network and a distance; see how much of a word that far back arrives at the end.

    Args:
        networks: name -> strengths, a tensor of shape (seeds, distances): entry (s, k) is how strongly the last
            output answers to the word k before it (`tracing.sensitivity`, turned round), with seed s; or
            [{"name": ..., "low": [...], "middle": [...], "high": [...]}], the least, the median and the largest.
        network: which one is shown at first.
        distance: at which distance numbers are read off at first.

    Raises:
        ValueError: strengths that are negative, or of unequal lengths, or an index out of range.
    """

    networks = traitlets.List(traitlets.Dict()).tag(sync=True)
    network = Whole(0, 0).tag(sync=True)
    distance = Whole(0, 0).tag(sync=True)

    def __init__(
        self,
        networks: Mapping[str, Tensor] | Sequence[Mapping[str, Any]],
        *,
        network: int = 0,
        distance: int = 8,
    ) -> None:
        if not len(networks):
            raise ValueError("networks must hold at least one, but was empty")
        if isinstance(networks, Mapping):
            curves = [summary(name, strengths) for name, strengths in networks.items()]
        else:
            curves = [dict(curve) for curve in networks]
        for curve in curves:
            for row in ROWS:
                values = check_numbers(f"networks[{curve.get('name')!r}][{row!r}]", curve.get(row))
                if min(values) < 0:
                    raise ValueError(f"strengths must not be negative, but {curve.get('name')!r} has {min(values)}")
        lengths = {len(curve[row]) for curve in curves for row in ROWS}
        if len(lengths) > 1 or min(lengths) < 2:
            raise ValueError(f"networks must all be measured at the same 2 or more distances, but had {lengths}")
        super().__init__(
            networks=curves,
            network=check_whole("network", network, 0, len(curves) - 1),
            distance=check_whole("distance", distance, 0, min(lengths) - 1),
        )

    def __repr__(self) -> str:
        last = len(self.networks[0]["middle"]) - 1
        shown = sorted({0, 1, self.distance, last // 2, last})
        rows = [[str(curve["name"]), *(strength(curve["middle"][k]) for k in shown)] for curve in self.networks]
        return "\n".join(
            [
                f"ReachExplorer: {self.networks[self.network]['name']}; how strongly the output answers to the word",
                text_table(["network", *(f"{k} back" for k in shown)], rows),
            ]
        )


def strength(x: float) -> str:
    """Return one significant digit, as a power of ten where it is small."""
    return "0" if x == 0 else f"{x:.0e}" if x < 0.01 else f"{x:.2f}"


def summary(name: str, strengths: Tensor) -> dict[str, Any]:
    """Return the least, the median and the largest of the seeds, to three digits: what a page can carry."""
    if not isinstance(strengths, Tensor) or strengths.ndim != 2:
        was = f"shape {tuple(strengths.shape)}" if isinstance(strengths, Tensor) else repr(strengths)
        raise ValueError(f"networks[{name!r}] must be a tensor of shape (seeds, distances), but was {was}")
    bounds = torch.stack([strengths.amin(0), strengths.median(0).values, strengths.amax(0)])
    rows = [[float(f"{x:.3g}") for x in row] for row in bounds.tolist()]
    return {"name": name, **dict(zip(ROWS, rows, strict=True))}
