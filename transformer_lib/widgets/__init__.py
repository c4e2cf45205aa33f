"""Live figures of the book: Python classes, thin JavaScript views, pure JavaScript maths."""

from transformer_lib.widgets.attention_explorer import AttentionExplorer
from transformer_lib.widgets.base import SCRIPT, STYLES, Widget
from transformer_lib.widgets.blank_filler import BlankFiller
from transformer_lib.widgets.bucket_explorer import BucketExplorer
from transformer_lib.widgets.cache_tracer import CacheTracer
from transformer_lib.widgets.cost_explorer import CostExplorer
from transformer_lib.widgets.decision_table import DecisionTable
from transformer_lib.widgets.gradient_flow import GradientFlow
from transformer_lib.widgets.head_explorer import HeadExplorer
from transformer_lib.widgets.induction_explorer import InductionExplorer
from transformer_lib.widgets.layer_budget import LayerBudget
from transformer_lib.widgets.marker_head import MarkerHead
from transformer_lib.widgets.mask_builder import MaskBuilder
from transformer_lib.widgets.mask_chooser import MaskChooser
from transformer_lib.widgets.masking_explorer import MaskingExplorer
from transformer_lib.widgets.padding_explorer import PaddingExplorer
from transformer_lib.widgets.path_explorer import PathExplorer
from transformer_lib.widgets.pattern_explorer import PatternExplorer
from transformer_lib.widgets.perplexity_ladder import PerplexityLadder
from transformer_lib.widgets.pooling_explorer import PoolingExplorer
from transformer_lib.widgets.position_explorer import PositionExplorer
from transformer_lib.widgets.query_explorer import QueryExplorer
from transformer_lib.widgets.reach_explorer import ReachExplorer
from transformer_lib.widgets.schedule_explorer import ScheduleExplorer
from transformer_lib.widgets.shape_tracer import ShapeTracer
from transformer_lib.widgets.smoothing_explorer import SmoothingExplorer
from transformer_lib.widgets.softmax_explorer import SoftmaxExplorer
from transformer_lib.widgets.split_tracer import SplitTracer
from transformer_lib.widgets.teacher_forcing import TeacherForcing
from transformer_lib.widgets.text_sampler import TextSampler
from transformer_lib.widgets.translator_explorer import PronouncerExplorer, TranslatorExplorer
from transformer_lib.widgets.word_swapper import WordSwapper

__all__ = [
    "SCRIPT",
    "STYLES",
    "AttentionExplorer",
    "BlankFiller",
    "BucketExplorer",
    "CacheTracer",
    "CostExplorer",
    "DecisionTable",
    "GradientFlow",
    "HeadExplorer",
    "InductionExplorer",
    "LayerBudget",
    "MarkerHead",
    "MaskBuilder",
    "MaskChooser",
    "MaskingExplorer",
    "PaddingExplorer",
    "PathExplorer",
    "PatternExplorer",
    "PerplexityLadder",
    "PoolingExplorer",
    "PositionExplorer",
    "PronouncerExplorer",
    "QueryExplorer",
    "ReachExplorer",
    "ScheduleExplorer",
    "ShapeTracer",
    "SmoothingExplorer",
    "SoftmaxExplorer",
    "SplitTracer",
    "TeacherForcing",
    "TextSampler",
    "TranslatorExplorer",
    "Widget",
    "WordSwapper",
]
