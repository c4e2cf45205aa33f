"""One query among keys in the plane: scores, weights, and the output inside the hull of the values."""

from typing import Any

import torch
import traitlets

from transformer_lib.attention import attention
from transformer_lib.widgets.base import (
    Vector,
    Vectors,
    Widget,
    check_labels,
    check_vector,
    fixed,
    fixed_point,
    plain,
    text_table,
)

# The example of the course's slides: "the cat danced", to be translated as "die Katze tanzte".
SLIDES_KEYS = ((-2.0, -4.0), (-2.5, -0.5), (4.5, 2.5))
SLIDES_LABELS = ("the", "cat", "danced")
SLIDES_QUERIES = {"die": [-1.0, -2.5], "Katze": [4.0, 3.0]}


class QueryExplorer(Widget):
    """Drag a query, the keys and the values; see scores become weights, and weights an output.

    Args:
        query: [x, y], where the query starts; the first of `presets`, or the origin, if not given.
        key_vectors: one [x, y] for each word. (A trait called `keys` would collide with `Widget.keys`.)
        values: one [x, y] for each key; the keys themselves if not given.
        labels: the words.
        presets: named queries, each a button, {"die": [-1, -2.5]}; the slides' where the keys are the slides'.
        scaled: whether scores are divided by sqrt(2).

    Raises:
        ValueError: an argument of the wrong kind, or not one key and one value for each label.
    """

    query = Vector(default_value=[0.0, 0.0]).tag(sync=True)
    key_vectors = Vectors().tag(sync=True)
    values = Vectors().tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    scaled = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self,
        query: Any = None,
        key_vectors: Any = SLIDES_KEYS,
        values: Any = None,
        labels: Any = None,
        *,
        presets: dict[str, Any] | None = None,
        scaled: bool = True,
    ) -> None:
        slides = plain(key_vectors) == plain(SLIDES_KEYS)
        if presets is None:
            presets = SLIDES_QUERIES if slides else {}
        if not isinstance(presets, dict):
            raise ValueError(f'presets must map names to points, {{"name": [x, y]}}, but was {presets!r}')
        presets = {str(name): check_vector(f"presets[{name!r}]", at) for name, at in presets.items()}
        if labels is None:
            labels = SLIDES_LABELS if slides else [f"word {i + 1}" for i in range(len(key_vectors))]
        super().__init__(
            query=next(iter(presets.values()), [0.0, 0.0]) if query is None else query,
            key_vectors=key_vectors,
            values=key_vectors if values is None else values,
            labels=check_labels("labels", labels, len(key_vectors)),
            presets=presets,
            scaled=scaled,
        )

    @traitlets.validate("key_vectors", "values")
    def _one_for_each_label(self, proposal: Any) -> Any:
        name, points = proposal["trait"].name, proposal["value"]
        if len(points) != len(self.labels):
            raise ValueError(
                f"{name} must hold a point for each of the {len(self.labels)} labels, but held {len(points)}"
            )
        return points

    def __repr__(self) -> str:
        q, k, v = (torch.tensor(x, dtype=torch.float64) for x in ([self.query], self.key_vectors, self.values))
        divisor = 2**0.5 if self.scaled else 1.0
        out, weights = attention(q * 2**0.5 / divisor, k, v)  # `attention` always divides
        scores = (q @ k.T)[0]
        rows = zip(self.labels, scores, scores / divisor, weights[0], self.values, strict=True)
        return "\n".join(
            [
                f"QueryExplorer: query {fixed_point(self.query, 1)} among {len(self.labels)} keys",
                text_table(
                    ["word", "score", "÷ √2" if self.scaled else "÷ 1", "weight", "value"],
                    [[word, fixed(s, 2), fixed(z, 2), fixed(w, 3), fixed_point(at, 1)] for word, s, z, w, at in rows],
                ),
                f"output {fixed_point(out[0].tolist())}",
            ]
        )
