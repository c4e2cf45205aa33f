"""Where a layer keeps its parameters, and what each word costs."""

import traitlets

from transformer_lib.widgets.base import Whole, Widget, text_table

PRESETS = {  # d_model, how many times wider inside, the longest text; from the papers and the model's card
    "the paper's base": [512, 4, 128],
    "MiniLM": [384, 4, 256],
    "GPT-2": [768, 4, 1024],
    "GPT-3": [12288, 4, 2048],
}


class LayerBudget(Widget):
    """One layer's parameters and its multiplications for each word, by part.

    Args:
        d_model: the layer's width, 64 to 16384.
        widening: how many times wider the feed-forward network is inside, 1 to 8.
        length: how many words each word attends to, 8 to 131072.
        presets: buttons, as name -> [d_model, widening, length].

    Raises:
        ValueError: an argument that is not an integer, or out of its range.
    """

    d_model = Whole(512, 64, 16384).tag(sync=True)
    widening = Whole(4, 1, 8).tag(sync=True)
    length = Whole(128, 8, 131072).tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)  # name -> [d_model, widening, length]

    def __init__(
        self, d_model: int = 512, widening: int = 4, length: int = 128, presets: dict[str, list[int]] | None = None
    ) -> None:
        super().__init__(d_model=d_model, widening=widening, length=length, presets=presets or PRESETS)

    def __repr__(self) -> str:
        parts = layer_budget(self.d_model, self.widening * self.d_model, self.length)
        parts.append(("all", sum(part[1] for part in parts), sum(part[2] for part in parts)))
        return "\n".join(
            [
                f"LayerBudget: d_model {self.d_model}, d_ff {self.widening * self.d_model}, {self.length} words",
                text_table(
                    ["part", "parameters", "multiplications for a word"],
                    [[name, f"{parameters:,}", f"{cost:,}"] for name, parameters, cost in parts],
                ),
                f"scores and mixing cost as much as all the rest at {(2 + self.widening) * self.d_model:,} words",
            ]
        )


def layer_budget(d_model: int, d_ff: int, length: int) -> list[tuple[str, int, int]]:
    """Return (part, parameters, multiplications for one word) of one layer, without biases and norms.

    A word's scores take d_model multiplications for each of `length` words (over all heads), mixing as many.
    """
    return [
        ("four matrices of attention", 4 * d_model**2, 4 * d_model**2),
        ("scores and mixing", 0, 2 * length * d_model),
        ("feed-forward", 2 * d_model * d_ff, 2 * d_model * d_ff),
    ]
