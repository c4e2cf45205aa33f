"""The heads of a trained model: what each looks at, and what changes when it is switched off."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor

from transformer_lib.widgets.attention_explorer import pack_sentence, unpack
from transformer_lib.widgets.base import Whole, Widget, check_numbers, check_whole, fixed, plain, text_table


class HeadExplorer(Widget):
    """Choose a head by the measured effect of its removal, and see where it looks.

    Args:
        sentences: [{"tokens": [...], "weights": tensor of shape (layers, heads, tokens, tokens)}, ...];
            `weights` may also be the packed string that `AttentionExplorer` makes of it.
        effects: [{"name": "how far the sentence moves", "values": tensor of shape (layers, heads)}, ...], what each
            head's removal does, in units that need at most `digits` decimals; negative effects are drawn as such.
            An effect may have a "digits" of its own (2 if not given).
        layer, head: which one is chosen at first, counted from 0.
        query: which token's row is shown at first, -1 for all.
        sentence, effect: which sentence and which effect are shown at first.

    Raises:
        ValueError: weights or effects of the wrong shape, or an index out of range.
    """

    sentences = traitlets.List(traitlets.Dict()).tag(sync=True)
    effects = traitlets.List(traitlets.Dict()).tag(sync=True)
    sentence = Whole(0, 0).tag(sync=True)
    effect = Whole(0, 0).tag(sync=True)
    layer = Whole(0, 0).tag(sync=True)
    head = Whole(0, 0).tag(sync=True)
    query = Whole(-1, -1).tag(sync=True)

    def __init__(
        self,
        sentences: Sequence[Mapping[str, Any]],
        effects: Sequence[Mapping[str, Any]],
        layer: int = 0,
        head: int = 0,
        query: int = -1,
        *,
        sentence: int = 0,
        effect: int = 0,
    ) -> None:
        checked = check_effects(effects)
        n_layers, n_heads = len(checked[0]["values"]), len(checked[0]["values"][0])
        if not isinstance(sentences, Sequence) or not sentences:
            raise ValueError(
                f'sentences must be a list of {{"tokens": ..., "weights": ...}}, but was {sentences!r:.80}'
            )
        for i, given in enumerate(sentences):
            if not isinstance(given, Mapping) or not isinstance(given.get("weights"), Tensor | str):
                raise ValueError(f"sentences[{i}]['weights'] must be a tensor (layers, heads, tokens, tokens)")
        packed = [pack_sentence(f"sentences[{i}]", s, n_layers, n_heads) for i, s in enumerate(sentences)]
        check_whole("sentence", sentence, 0, len(packed) - 1)
        check_whole("effect", effect, 0, len(checked) - 1)
        check_whole("layer", layer, 0, n_layers - 1)
        check_whole("head", head, 0, n_heads - 1)
        check_whole("query", query, -1, len(packed[sentence]["tokens"]) - 1)
        super().__init__(
            sentences=packed, effects=checked, sentence=sentence, effect=effect, layer=layer, head=head, query=query
        )

    def __repr__(self) -> str:
        shown, at = self.sentences[self.sentence], (self.layer, self.head)
        tokens, n = shown["tokens"], len(shown["tokens"])
        first = torch.tensor(self.effects[0]["values"])
        weights = unpack(shown["weights"]).view(*first.shape, n, n)[at] / 1000
        best, where = weights.max(-1)
        rows = []
        for effect in self.effects:
            values = torch.tensor(effect["values"], dtype=torch.float64)
            order = values.abs().flatten().argsort(descending=True, stable=True).tolist()
            rank = order.index(self.layer * first.shape[1] + self.head) + 1
            rows.append([effect["name"], fixed(values[at], effect["digits"]), f"{rank} of {first.numel()}"])
        chosen = range(n) if self.query < 0 else [self.query]
        return "\n".join(
            [
                f"HeadExplorer: layer {self.layer}, head {self.head} of: {' '.join(tokens)}",
                text_table(
                    ["query", "looks most at", "weight"],
                    [[tokens[q], tokens[where[q]], fixed(best[q], 3)] for q in chosen],
                ),
                text_table(["when it is off", "effect", "rank"], rows),
            ]
        )


def check_effects(effects: Any) -> list[dict[str, Any]]:
    """Return the effects as plain lists, rounded to their digits, or raise a ValueError that names the argument."""
    if not isinstance(effects, Sequence) or not effects:
        raise ValueError(f'effects must be a list of {{"name": ..., "values": ...}}, but was {effects!r:.80}')
    checked: list[dict[str, Any]] = []
    for i, given in enumerate(effects):
        name, values = (given.get("name"), plain(given.get("values"))) if isinstance(given, Mapping) else (None, None)
        if not isinstance(name, str) or not name:
            raise ValueError(f"effects[{i}]['name'] must be text, but was {name!r}")
        if not isinstance(values, list) or not values:
            raise ValueError(f"effects[{i}]['values'] must have shape (layers, heads), but was {values!r:.80}")
        digits = check_whole(f"effects[{i}]['digits']", given.get("digits", 2), 0, 6)
        rows = [check_numbers(f"effects[{i}]['values'][{layer}]", row) for layer, row in enumerate(values)]
        shapes = {(len(rows), len(row)) for row in rows} | {
            (len(each["values"]), len(each["values"][0])) for each in checked
        }
        if len(shapes) > 1:
            raise ValueError(f"effects must all have one shape (layers, heads), but had {sorted(shapes)}")
        values = [[round(x, digits) + 0.0 for x in row] for row in rows]
        checked.append({"name": name, "values": values, "digits": digits})
    return checked
