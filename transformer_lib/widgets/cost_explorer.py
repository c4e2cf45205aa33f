"""What each way of mixing T words multiplies and holds, for one head."""

import math

import traitlets

from transformer_lib.widgets.base import Whole, Widget, text_table

WAYS = ("full", "tiles", "window", "BigBird", "Linformer", "linear", "Performer", "gMLP")


class CostExplorer(Widget):
    """One head's multiplications, and the numbers it holds at one time, against the length, by eight ways of mixing.

    Args:
        length: how many words, 64 to 131072.
        d_head: the head's width, 16 to 256.
        size: of tiles and blocks, and how far a window reaches; how many summaries; how many features; 16 to 512.
        way: the one that is compared with full attention, of WAYS; "tiles" is FlashAttention's.

    Raises:
        ValueError: an argument that is not an integer, or out of its range; a way that is not offered.
    """

    length = Whole(1024, 64, 131072).tag(sync=True)
    d_head = Whole(64, 16, 256).tag(sync=True)
    size = Whole(64, 16, 512).tag(sync=True)
    way = traitlets.Enum(WAYS, "window").tag(sync=True)

    def __init__(self, length: int = 1024, d_head: int = 64, size: int = 64, way: str = "window") -> None:
        if way not in WAYS:
            raise ValueError(f"way must be one of {WAYS}, but was {way!r}")
        super().__init__(length=length, d_head=d_head, size=size, way=way)

    def __repr__(self) -> str:
        rows = mixing_costs(self.length, self.d_head, self.size)
        return "\n".join(
            [
                f"CostExplorer: {self.length:,} words, width {self.d_head}, size {self.size}",
                text_table(
                    ["way", "multiplications", "less beyond", "numbers held", "less beyond"],
                    [
                        [name, f"{work:,}", beyond(fewer), f"{held:,}", beyond(smaller)]
                        for name, work, held, fewer, smaller in rows
                    ],
                ),
            ]
        )


def beyond(length: int | None) -> str:
    """The length beyond which a way takes less than full attention, in words."""
    return "-" if length is None else f"{length:,} words"


def mixing_costs(length: int, d_head: int, size: int) -> list[tuple[str, int, int, int | None, int | None]]:
    """Return (way, multiplications, numbers held, lengths beyond which the one and the other are less than full's).

    Held are the output and what stands between it and the input, each once: scores, features, summaries, running
    sums. Code that keeps copies holds more (`transformer_lib.cost` counts them). Blocks that would overlap in a short
    text are counted once. A length is None where a way never takes less.
    """
    t, d, s = length, d_head, size
    near, some = min(3 * s, t), min(6 * s, t) + min(s, t)
    held = {
        "full": t * t,
        "tiles": t * min(s, t),
        "window": t * near,
        "BigBird": t * some,
        "Linformer": t * s + 2 * s * d,
        "linear": 2 * t * d + d * d,
        "Performer": 2 * t * s + s * d,
        "gMLP": t * t,
    }
    work: dict[str, tuple[int, int | None, int | None]] = {
        "full": (2 * t * t * d, None, None),
        "tiles": (2 * t * t * d, None, s),
        "window": (2 * t * near * d, 3 * s, 3 * s),
        "BigBird": (2 * t * some * d, 7 * s, 7 * s),
        "Linformer": (4 * t * s * d, 2 * s, last_below(s, 2 * s * d)),
        "linear": (2 * t * d * d, d, last_below(2 * d, d * d)),
        "Performer": (4 * t * s * d, 2 * s, last_below(2 * s, s * d)),
        "gMLP": (t * t * d, 0, None),
    }
    return [(way, work[way][0], held[way] + t * d, *work[way][1:]) for way in WAYS]


def last_below(a: int, b: int) -> int:
    """Return the largest whole T with T * T <= a * T + b."""
    return (a + math.isqrt(a * a + 4 * b)) // 2
