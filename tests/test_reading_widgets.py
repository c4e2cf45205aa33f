"""The path explorer's networks are the modules' own; the reach explorer shows what it was given."""

from pathlib import Path

import pytest
import torch

from transformer_lib.widgets import PathExplorer, ReachExplorer
from transformer_lib.widgets.path_explorer import network, path_length, waves

FOLDER = Path(__file__).parent / "widgets"
CURVES = {"a": torch.tensor([[1.0, 0.5, 1e-5], [1.0, 0.25, 2e-5], [3.0, 0.75, 0.0]]), "b": torch.ones(2, 3)}


@pytest.mark.slow
@pytest.mark.parametrize(("n", "window", "layers"), [(11, 3, 4), (13, 7, 2)])
def test_paths_and_steps_of_three_networks(n, window, layers):
    state, stack, attend = (network(kind, n, window, layers) for kind in ("recurrence", "window", "attention"))
    assert max(waves(state)) == n
    assert [path_length(state, 1, n + end) for end in range(n)] == [None, *range(1, n)]
    assert max(waves(stack)) == layers
    reached = [path_length(stack, 1, layers * n + end) for end in range(n)]
    assert reached == [layers if abs(end - 1) <= layers * (window // 2) else None for end in range(n)]
    assert max(waves(attend)) == 1
    assert {path_length(attend, 1, n + end) for end in range(n)} == {1}


@pytest.mark.slow
def test_the_path_explorer_says_path_and_waiting_in_text():
    assert repr(PathExplorer(sentence=2, layers=5, window=5)).splitlines()[2:5] == [
        "recurrence    10               12     12",
        "window         5                5     12",
        "attention      1                1     12",
    ]
    assert repr(PathExplorer(step=99)).splitlines()[0].endswith("from dogs to were; shown: recurrence, step 8")
    assert repr(PathExplorer(["a b", ["c", "d"]], sentence=1, start=1, end=0)).splitlines()[2].split()[1] == "none"


def test_the_reach_explorer_shows_the_median_of_the_seeds():
    widget = ReachExplorer(CURVES, distance=1)
    assert widget.networks[0] == {
        "name": "a", "low": [1.0, 0.25, 0.0], "middle": [1.0, 0.5, 1e-5], "high": [3.0, 0.75, 2e-5],
    }  # fmt: skip
    assert repr(widget).splitlines()[1:] == [
        "network  0 back  1 back  2 back",
        "a          1.00    0.50   1e-05",
        "b          1.00    1.00    1.00",
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PathExplorer("one text"), "sentences must be a list of one or more texts"),
        (lambda: PathExplorer(["one"]), r"sentences\[0\] must have 2 to 16 words, but had 1"),
        (lambda: PathExplorer(sentence=4), "sentence must be an integer from 0 to 3"),
        (lambda: PathExplorer(kind="tree"), "kind must be one of .*'tree'"),
        (lambda: PathExplorer(window=4), "window must be odd, from 3 to 9, but was 4"),
        (lambda: PathExplorer(window=11), "window must be an integer from 3 to 9"),
        (lambda: PathExplorer(layers=0), "layers must be an integer from 1 to 8"),
        (lambda: PathExplorer(start=8), "start must be an integer from 0 to 7"),
        (lambda: PathExplorer(end=-1), "end must be an integer from 0 to 7"),
        (lambda: ReachExplorer({}), "networks must hold at least one"),
        (lambda: ReachExplorer({"a": [1, 2]}), r"networks\['a'\] must be a tensor of shape .* but was \[1, 2\]"),
        (lambda: ReachExplorer({"a": torch.ones(3)}), r"but was shape \(3,\)"),
        (lambda: ReachExplorer({"a": -torch.ones(1, 2)}), "strengths must not be negative, but 'a' has -1.0"),
        (lambda: ReachExplorer({"a": torch.ones(1, 2), "b": torch.ones(1, 3)}), "same 2 or more distances"),
        (lambda: ReachExplorer(CURVES, network=2), "network must be an integer from 0 to 1"),
        (lambda: ReachExplorer(CURVES, distance=3), "distance must be an integer from 0 to 2"),
        (lambda: ReachExplorer([{"name": "a"}]), r"networks\['a'\]\['low'\] must be a list"),
    ],
)
def test_a_wrong_argument_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
