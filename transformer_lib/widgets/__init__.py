"""Live figures of the book: Python classes, thin JavaScript views, pure JavaScript maths."""

from transformer_lib.widgets.attention_explorer import AttentionExplorer
from transformer_lib.widgets.base import SCRIPT, STYLES, Widget
from transformer_lib.widgets.induction_explorer import InductionExplorer
from transformer_lib.widgets.layer_budget import LayerBudget
from transformer_lib.widgets.marker_head import MarkerHead
from transformer_lib.widgets.query_explorer import QueryExplorer
from transformer_lib.widgets.shape_tracer import ShapeTracer
from transformer_lib.widgets.softmax_explorer import SoftmaxExplorer

__all__ = [
    "SCRIPT",
    "STYLES",
    "AttentionExplorer",
    "InductionExplorer",
    "LayerBudget",
    "MarkerHead",
    "QueryExplorer",
    "ShapeTracer",
    "SoftmaxExplorer",
    "Widget",
]
