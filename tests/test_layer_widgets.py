"""The widgets of the chapter on layers: what they show as text, and what they refuse."""

import pytest
import traitlets

from transformer_lib import Block, Config
from transformer_lib.widgets import LayerBudget, ShapeTracer
from transformer_lib.widgets.layer_budget import layer_budget


def test_the_shape_tracer_shows_the_shapes_of_a_real_block():
    lines = repr(ShapeTracer(1, 7, 2, 5)).splitlines()
    assert lines[0] == "ShapeTracer: 1 sentences of 7 words, d_model 10, 2 heads of width 5"
    shapes = [line[line.index("(") :] for line in lines[2:]]
    assert shapes == [
        "(1, 7, 10)", "(1, 7, 10)", "(1, 2, 7, 5)", "(1, 2, 7, 7)", "(1, 2, 7, 7)", "(1, 2, 7, 5)",
        "(1, 7, 10)", "(1, 7, 10)", "(1, 7, 10)", "(1, 7, 40)", "(1, 7, 10)", "(1, 7, 10)",
    ]  # fmt: skip


def test_the_budgets_parameters_are_a_real_blocks_matrices():
    block = Block(Config(1, d_model=12, n_heads=3, d_ff=29))
    matrices = sum(p.numel() for p in block.parameters() if p.ndim == 2)
    assert sum(parameters for _, parameters, _ in layer_budget(12, 29, 7)) == matrices


def test_the_layer_budget_says_where_the_scores_take_over():
    lines = repr(LayerBudget(384, 4, 256)).splitlines()
    assert lines[0] == "LayerBudget: d_model 384, d_ff 1536, 256 words"
    assert lines[-2].split() == ["all", "1,769,472", "1,966,080"]
    assert lines[-1].endswith("at 2,304 words")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ShapeTracer(length=8), "length must be an integer from 1 to 7, but was 8"),
        (lambda: ShapeTracer(step=12), "step must be an integer from 0 to 11, but was 12"),
        (lambda: LayerBudget(32), "d_model must be an integer from 64 to 16384, but was 32"),
        (lambda: LayerBudget(widening=1.5), "widening must be an integer from 1 to 8, but was 1.5"),
    ],
)
def test_errors_name_the_argument(make, message):
    with pytest.raises((ValueError, traitlets.TraitError), match=message):
        make()
