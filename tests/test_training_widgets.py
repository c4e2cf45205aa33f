"""The widgets on training: what they refuse, and the numbers they say in text."""

import itertools
from functools import partial

import pytest
import torch
from torch.testing import assert_close

from transformer_lib.recipe import Recipe, rate_factor
from transformer_lib.tricks import NORMS, STARTS, layer_flow
from transformer_lib.widgets import GradientFlow, ScheduleExplorer, SmoothingExplorer
from transformer_lib.widgets.gradient_flow import DEPTHS, key, measured
from transformer_lib.widgets.schedule_explorer import RUNS, STEPS, drawn_noise, walks

NOISE = [run[:20] for run in drawn_noise()]


def flows():
    """Numbers that nobody measured: the page draws what it is given."""
    return {
        key(*at): {"signal": [0.5] * at[0], "gradient": [10.0**-i for i in range(at[0])]}
        for at in itertools.product(DEPTHS, (True, False), NORMS, STARTS)
    }


def test_adams_first_step_is_the_largest_and_the_same_for_every_scale():
    for scale in (0.01, 1.0, 100.0):
        lines = repr(ScheduleExplorer(scale=scale, noise=NOISE)).splitlines()
        assert lines[0] == f"ScheduleExplorer: Adam, warm-up 0, then constant; rate 0.2, gradients times {scale:g}"
        assert lines[1].split() == ["step", "1", "2", "5", "10", "20"]
        sizes = [float(x) for x in lines[2].split()[-5:]]
        assert sizes[0] == 1.0 == max(sizes)
        assert lines[2:] == repr(ScheduleExplorer(noise=NOISE)).splitlines()[2:]


def test_a_warm_up_keeps_the_first_steps_small_and_gradient_descent_feels_the_scale():
    careful = repr(ScheduleExplorer(warmup=20, noise=NOISE)).splitlines()[2]
    assert careful.split()[-5] == "0.05"  # one of 20 steps to the top
    wild = repr(ScheduleExplorer("sgd", scale=100.0, noise=NOISE)).splitlines()
    assert "gradient descent" in wild[0]
    assert wild[3].split()[-1].startswith("10^")
    assert repr(ScheduleExplorer("sgd", scale=100.0, peak=0.5)).endswith("∞")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"optimizer": "muon"}, "optimizer must be one of .*'adam', 'sgd'.* but was 'muon'"),
        ({"schedule": "linear"}, "schedule must be one of .* but was 'linear'"),
        ({"peak": 0.3}, "peak must be one of .*0.2.* but was 0.3"),
        ({"scale": 3.0}, "scale must be one of .* but was 3.0"),
        ({"warmup": 61}, "warmup must be an integer from 0 to 60, but was 61"),
        ({"noise": [[1.0, 2.0], [1.0]]}, r"runs of one length, but their lengths were \[2, 1\]"),
        ({"noise": [[1.0, float("nan")]]}, r"noise\[0\] must be a list of one or more finite numbers"),
    ],
)
def test_what_the_schedule_explorer_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        ScheduleExplorer(**wrong)


@pytest.mark.slow
@pytest.mark.parametrize(("optimizer", "schedule"), [("adam", "cosine"), ("adam", "noam"), ("sgd", "constant")])
def test_the_parameter_goes_where_pytorchs_optimizers_take_it(optimizer, schedule):
    places, moves = walks(NOISE, optimizer, schedule, 7, 0.05, 10.0)
    parameter = torch.nn.Parameter(torch.zeros(len(NOISE), dtype=torch.float64))
    kind = {"adam": partial(torch.optim.Adam, betas=(0.9, 0.98)), "sgd": torch.optim.SGD}[optimizer]
    stepper, recipe = kind([parameter], lr=0.05), Recipe(20, 0.05, 7, schedule)
    for step, noise in enumerate(torch.tensor(NOISE, dtype=torch.float64).T):
        assert_close(places[:, step], parameter.detach())
        parameter.grad = 10 * (parameter.detach() + noise)
        stepper.param_groups[0]["lr"] = 0.05 * rate_factor(step, recipe)
        stepper.step()
    assert_close(places[:, -1], parameter.detach())
    assert_close(places.diff(dim=1), 0.05 * moves)


def test_the_noise_is_the_same_each_time():
    assert drawn_noise() == ScheduleExplorer().noise
    assert (len(drawn_noise()), len(drawn_noise()[0])) == (RUNS, STEPS)
    assert drawn_noise(1) != drawn_noise(0)


def test_smoothing_has_a_best_gap_and_none_without():
    assert repr(SmoothingExplorer(0.1, 2.0, 10)).splitlines() == [
        "SmoothingExplorer: 10 words, smoothing 0.10, gap 2.00",
        "        right word  each other",
        "target      0.9100      0.0100",
        "p           0.4509      0.0610",
        "loss 0.977 nats, slope -0.459; best gap 4.51",
    ]
    assert repr(SmoothingExplorer()).endswith("best gap none: a larger gap always pays")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"smoothing": 0.6}, "smoothing must be a number from 0 to 0.5, but was 0.6"),
        ({"gap": -1.0}, "gap must be a number from 0 to 12, but was -1.0"),
        ({"words": 1}, "words must be an integer from 2 to 1000, but was 1"),
    ],
)
def test_what_the_smoothing_explorer_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        SmoothingExplorer(**wrong)


@pytest.mark.slow
@pytest.mark.usefixtures("as_a_user")
def test_the_flow_shows_what_was_measured(monkeypatch):
    monkeypatch.setattr("transformer_lib.widgets.gradient_flow.DEPTHS", (2, 3))
    runs = [layer_flow(3, add=False, norm="pre", start="default", seed=s, d_model=8) for s in range(3)]
    medians = [torch.stack(each).median(0).values.tolist() for each in zip(*runs, strict=True)]
    state = torch.get_rng_state()
    flow = measured(d_model=8)
    assert torch.equal(torch.get_rng_state(), state), "a widget must not disturb the page's random numbers"
    assert len(flow) == 2 * 2 * 3 * 2
    mine = flow[key(3, False, "pre", "default")]
    assert mine["signal"] == pytest.approx(medians[0], rel=0.01)
    assert mine["gradient"] == pytest.approx(medians[1], rel=0.01)
    text = repr(GradientFlow(3, add=False, norm="pre", start="default", flows=flow)).splitlines()
    assert text[0] == "GradientFlow: 3 layers, no sum, norm: pre, start: default"
    assert [line.split()[0] for line in text[1:]] == ["layer", "signal", "gradient"]
    assert [float(x) for x in text[3].split()[1:]] == pytest.approx(medians[1], rel=0.06)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"depth": 5}, "depth must be one of .* but was 5"),
        ({"norm": "batch"}, "norm must be one of .* but was 'batch'"),
        ({"start": "zero"}, "start must be one of .* but was 'zero'"),
    ],
)
def test_what_the_gradient_flow_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        GradientFlow(**wrong, flows=flows())


def test_flows_must_be_whole():
    lacking = {name: flow for name, flow in flows().items() if name != key(8, True, "pre", "xavier")}
    with pytest.raises(ValueError, match=r"flows\['xavier sum pre 8'\]\['signal'\] must be a list .* but was None"):
        GradientFlow(flows=lacking)
    short = flows() | {key(2, True, "post", "xavier"): {"signal": [1.0], "gradient": [1.0, 1.0]}}
    with pytest.raises(ValueError, match=r"flows\['xavier sum post 2'\] must have 2 numbers, but had 1"):
        GradientFlow(flows=short)
