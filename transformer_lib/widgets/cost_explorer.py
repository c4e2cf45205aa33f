"""What each way of mixing T words multiplies and holds, for one head."""

from transformer_lib.widgets.base import Whole, Widget, text_table


class CostExplorer(Widget):
    """One head's multiplications and the numbers it holds at one time, by eight ways of mixing, on a logarithmic axis.

    Args:
        length: how many words, 64 to 131072.
        d_head: the head's width, 16 to 256.
        size: of tiles and blocks, and how far a window reaches; how many summaries; how many features; 16 to 512.

    Raises:
        ValueError: an argument that is not an integer, or out of its range.
    """

    length = Whole(1024, 64, 131072).tag(sync=True)
    d_head = Whole(64, 16, 256).tag(sync=True)
    size = Whole(64, 16, 512).tag(sync=True)

    def __init__(self, length: int = 1024, d_head: int = 64, size: int = 64) -> None:
        super().__init__(length=length, d_head=d_head, size=size)

    def __repr__(self) -> str:
        rows = mixing_costs(self.length, self.d_head, self.size)
        return "\n".join(
            [
                f"CostExplorer: {self.length:,} words, width {self.d_head}, size {self.size}",
                text_table(
                    ["way", "multiplications", "numbers held", "less work from"],
                    [[name, f"{work:,}", f"{held:,}", from_text(start)] for name, work, held, start in rows],
                ),
            ]
        )


def from_text(start: int | None) -> str:
    """The length beyond which a way multiplies less than full attention, in words."""
    return "-" if start is None else f"{start:,} words"


def mixing_costs(length: int, d_head: int, size: int) -> list[tuple[str, int, int, int | None]]:
    """Return (way, multiplications, numbers held, length beyond which it multiplies less than full attention).

    Held are scores, features, and matrices that are neither a word's input nor its output. Blocks that would
    overlap in a short text are counted once.
    """
    t, d, s = length, d_head, size
    near, some = min(3 * s, t), min(6 * s, t)
    all_see = min(s, t)
    return [
        ("full", 2 * t * t * d, t * t, None),
        ("tiles (FlashAttention)", 2 * t * t * d, t * min(s, t), None),
        ("window", 2 * t * near * d, t * near, 3 * s),
        ("BigBird", 2 * t * (some + all_see) * d, t * (some + all_see), 7 * s),
        ("Linformer", 4 * t * s * d, t * s, 2 * s),
        ("linear", 2 * t * d * d, d * d, d),
        ("Performer", 4 * t * s * d, 2 * t * s + s * d, 2 * s),
        ("gMLP", t * t * d, t * t, 0),
    ]
