"""The cache tracer: its formulas against a real decoder's count, and what it refuses."""

import pytest
import traitlets

from tests.widgets.fixtures_cache_trace import counted
from transformer_lib.widgets import CacheTracer
from transformer_lib.widgets.cache_tracer import kept_numbers, step_cost, total_cost


@pytest.mark.parametrize("cached", [False, True])
def test_the_formulas_are_what_a_decoder_does(cached):
    costs = [counted(step, cached, 5, 3) for step in range(4)]
    assert [step_cost(step, cached, 5, 3) for step in range(4)] == [cost for cost, _ in costs]
    assert total_cost(4, cached, 5, 3) == sum(cost for cost, _ in costs)
    assert kept_numbers(4, 5, 3) == costs[-1][1]


def test_it_tells_new_from_kept():
    lines = repr(CacheTracer(["to", "be", "or"], 1, length=8, d_model=2, n_layers=1)).splitlines()
    assert lines[0] == "CacheTracer: reading 'be', d_model 2, 1 layers"
    assert lines[2].split() == ["to", "again", "again", "again", "-", "kept", "kept"]
    assert lines[3].split() == ["be", *["new"] * 6]
    assert lines[4] == "this step: 112 multiplications without a cache, 56 with it"
    assert lines[5].endswith("which keeps 32 numbers")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CacheTracer(["a"]), "tokens must be 2 to 12 words"),
        (lambda: CacheTracer(["a", ""]), "tokens must be 2 to 12 words"),
        (lambda: CacheTracer(["a", "b"], 2), "step must be from 0 to 1, but was 2"),
        (lambda: CacheTracer(["a", "b"], 0, length=7), "length must be an integer from 8 to 4096, but was 7"),
    ],
)
def test_errors_name_the_argument(make, message):
    with pytest.raises((ValueError, traitlets.TraitError), match=message):
        make()
