"""One or more of each widget, as the tests of all widgets see them: a line here, and a new widget is tested."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import torch

from tests import tiny_models  # noqa: F401  whose names the widgets below are given
from transformer_lib import Config
from transformer_lib.classifier import Classifier
from transformer_lib.tricks import NORMS, STARTS
from transformer_lib.widgets import (
    AttentionExplorer,
    BlankFiller,
    BucketExplorer,
    CacheTracer,
    CostExplorer,
    DecisionTable,
    GradientFlow,
    HeadExplorer,
    InductionExplorer,
    LayerBudget,
    MarkerHead,
    MaskBuilder,
    MaskChooser,
    MaskingExplorer,
    PaddingExplorer,
    PathExplorer,
    PatternExplorer,
    PerplexityLadder,
    PoolingExplorer,
    PositionExplorer,
    PronouncerExplorer,
    QueryExplorer,
    ReachExplorer,
    ScheduleExplorer,
    ShapeTracer,
    SmoothingExplorer,
    SoftmaxExplorer,
    SplitTracer,
    TeacherForcing,
    TextSampler,
    TranslatorExplorer,
    Widget,
    WordSwapper,
)
from transformer_lib.widgets.gradient_flow import DEPTHS, key

TOKENS = ["[CLS]", "the", "dogs", "chased", "the", "cat", "until", "they", "were", "too", "tired", "[SEP]"]
LAYERS, HEADS = 6, 12
SHORT = TOKENS[:5]


def random_weights(length: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(length)
    return (torch.randn(LAYERS, HEADS, length, length, generator=generator) * 2).softmax(-1)


WEIGHTS = {len(tokens): random_weights(len(tokens)) for tokens in (TOKENS, SHORT)}
REACH = {  # three seeds, five distances
    "fading": torch.tensor([[1, 0.1, 0.01, 1e-3, 1e-4], [1, 0.2, 0.02, 2e-3, 2e-4], [1, 0.3, 0.04, 3e-3, 0]]),
    "level": torch.tensor([[0.5, 0.02, 0.03, 0.02, 0.02]] * 3),
    "cut off": torch.tensor([[0.9, 0.4, 0.2, 0.0, 0.0]] * 3),
}

EFFECTS = [  # a large and a small one, one of them negative here and there, and one of 0
    {
        "name": "how far the sentence moves",
        "values": torch.arange(LAYERS * HEADS).view(LAYERS, HEADS) % 17,
        "digits": 1,
    },
    {"name": "how the task suffers", "values": random_weights(12)[:, :, 0, 0] - 0.05, "digits": 3},
]


FLOWS = {  # as no network does: the depth of a setting sets the size of its numbers
    key(*at): {
        "signal": [1.5**i for i in range(at[0])],
        "gradient": [at[0] * 10.0 ** (-i if at[1] else i - 20) for i in range(at[0])],
    }
    for at in itertools.product(DEPTHS, (True, False), NORMS, STARTS)
}

BATCH = ["the cat danced", "stop", "it was too wide to cross"]
VOCABULARY = ["[PAD]", "[START]", "[END]", "[UNKNOWN]", "not", "clean", "cold"]
REVIEWS = ["not cold", "clean not clean cold"]
SIZES = [5, 7, 3, 11, 2, 13, 5, 3, 7, 2, 19]

VERSE = "And God said, let there be light."
GERMAN = "Morgen sieht die Frau den Hund."


def small_classifier() -> Classifier:
    """Untrained, with weights so large that pads move its verdict."""
    torch.manual_seed(0)
    model = Classifier(Config(len(VOCABULARY), d_model=6, n_heads=3, n_layers=1, d_ff=5, dropout=0.0)).double()
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(2.0)
    return model


def padding_explorer(**changes: object) -> PaddingExplorer:
    return PaddingExplorer(small_classifier(), VOCABULARY, REVIEWS, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Example:
    """A widget and how to change it.

    Args:
        make: returns the widget.
        roles: the kinds of control (ARIA role, or tag) that the Tab key must reach.
        change: (role, name, key): a control of the page, and the key that changes the widget when pressed on it.
    """

    make: Callable[[], Widget]
    roles: frozenset[str]
    change: tuple[str, str, str]


EXAMPLES = {
    "marker": Example(MarkerHead, frozenset({"BUTTON", "INPUT"}), ("button", "Ben", "Enter")),
    "induction": Example(InductionExplorer, frozenset({"BUTTON", "INPUT"}), ("button", "position 2", "ArrowUp")),
    "budget": Example(LayerBudget, frozenset({"BUTTON", "INPUT"}), ("slider", "words T", "ArrowUp")),
    "costs": Example(CostExplorer, frozenset({"BUTTON", "INPUT"}), ("slider", "words T", "ArrowUp")),
    "patterns": Example(
        PatternExplorer, frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "words to each side", "ArrowUp")
    ),
    "shapes": Example(ShapeTracer, frozenset({"radio", "BUTTON", "INPUT"}), ("radio", "scores", "End")),
    "query": Example(QueryExplorer, frozenset({"slider", "BUTTON", "INPUT"}), ("slider", "query", "ArrowUp")),
    "perplexity": Example(
        PerplexityLadder, frozenset({"BUTTON", "INPUT"}), ("slider", "probability of word 1", "ArrowUp")
    ),
    "pooling": Example(
        PoolingExplorer, frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "easy: tokens", "ArrowDown")
    ),
    "softmax": Example(SoftmaxExplorer, frozenset({"BUTTON", "INPUT"}), ("slider", "width d", "ArrowUp")),
    "masks": Example(
        lambda: MaskBuilder(BATCH), frozenset({"radio", "BUTTON", "INPUT"}), ("radio", "the cat danced", "End")
    ),
    "padding": Example(
        lambda: padding_explorer(pads=7, attend=False),
        frozenset({"radio", "BUTTON", "INPUT"}),
        ("slider", "pads", "ArrowUp"),
    ),
    "buckets": Example(
        lambda: BucketExplorer(SIZES, 4), frozenset({"BUTTON", "INPUT"}), ("slider", "sentences", "ArrowUp")
    ),
    "cache": Example(
        lambda: CacheTracer(TOKENS[1:7]), frozenset({"BUTTON", "INPUT"}), ("slider", "token read", "ArrowRight")
    ),
    "lines": Example(
        lambda: AttentionExplorer([{"tokens": t, "weights": WEIGHTS[len(t)]} for t in (TOKENS, SHORT)], query=7),
        frozenset({"radio", "BUTTON"}),
        ("radio", "layer 2, head 2", "End"),
    ),
    "matrix": Example(
        lambda: AttentionExplorer([{"tokens": TOKENS, "weights": WEIGHTS[len(TOKENS)]}], query=3, view="matrix"),
        frozenset({"radio", "BUTTON"}),
        ("radio", "layer 2, head 2", "End"),
    ),
    "path": Example(PathExplorer, frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "steps taken", "ArrowRight")),
    "reach": Example(
        lambda: ReachExplorer(REACH, distance=2), frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "words", "End")
    ),
    "position": Example(
        PositionExplorer, frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "move both by", "ArrowUp")
    ),
    "swapper": Example(WordSwapper, frozenset({"BUTTON", "INPUT"}), ("button", "dog, place 1", "ArrowRight")),
    "heads": Example(
        lambda: HeadExplorer(
            [{"tokens": t, "weights": WEIGHTS[len(t)]} for t in (TOKENS, SHORT)], EFFECTS, layer=3, head=1, query=7
        ),
        frozenset({"radio", "BUTTON"}),
        ("radio", "layer 3, head 1", "End"),
    ),
    "sampler": Example(
        lambda: TextSampler("tiny_letters", "ab cab\n", length=30),
        frozenset({"BUTTON", "INPUT", "TEXTAREA"}),
        ("slider", "characters", "ArrowLeft"),
    ),
    "forcing": Example(TeacherForcing, frozenset({"radio", "BUTTON", "INPUT"}), ("radio", "position 2", "End")),
    "translator": Example(
        lambda: TranslatorExplorer(GERMAN, [GERMAN, "Das Kind steht auf."], "tiny_translator", query=1),
        frozenset({"radio", "BUTTON", "INPUT"}),
        ("slider", "words written", "ArrowLeft"),
    ),
    "pronouncer": Example(
        lambda: PronouncerExplorer("beach", ["beach", "edge"], "tiny_pronouncer", n_beams=3),
        frozenset({"radio", "BUTTON", "INPUT"}),
        ("slider", "sounds written", "ArrowLeft"),
    ),
    "blanks": Example(
        lambda: BlankFiller(VERSE, "And there was light.", masked=[1], examples=[[VERSE, ""]], trained="tiny_masked"),
        frozenset({"BUTTON", "INPUT"}),
        ("button", "let", "Enter"),
    ),
    "masking": Example(
        lambda: MaskingExplorer(TOKENS[1:11], ["bread", "fire"], rate=40, draw=2),
        frozenset({"radio", "BUTTON", "INPUT"}),
        ("slider", "chosen, of 100 words", "ArrowUp"),
    ),
    "split": Example(SplitTracer, frozenset({"radio", "BUTTON"}), ("radio", "it, channel 5", "ArrowUp")),
    "schedule": Example(ScheduleExplorer, frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "warm-up", "ArrowUp")),
    "flow": Example(
        lambda: GradientFlow(flows=FLOWS), frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "layers", "ArrowUp")
    ),
    "chooser": Example(
        MaskChooser, frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "words read both ways", "ArrowUp")
    ),
    "decisions": Example(
        DecisionTable,
        frozenset({"radio", "BUTTON"}),
        ("radio", "one vector, input all there before the first answer: encoder", "End"),
    ),
    "smoothing": Example(SmoothingExplorer, frozenset({"BUTTON", "INPUT"}), ("slider", "gap", "ArrowUp")),
}
