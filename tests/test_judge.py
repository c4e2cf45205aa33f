"""The verdict on outputs, with a task made for the purpose: twice the input, and minus one where it is hidden."""

import math

import pytest
import torch

from grader.compare import difference
from grader.judge import Failure, Reply, copy_of, judge
from grader.task import Case, Mistake, Task


def draw(generator):
    def case(n, part):
        return Case((torch.randint(1, 9, (n,), generator=generator).float(),), f"{n} numbers", part)

    return [case(3, "few"), case(1, "few"), case(2, "few"), case(5, "many"), case(7, "many")]


TASK = Task(
    name="double",
    title="Doubling",
    function="double",
    parameters=("x",),
    parts={"few": 2, "many": 3},
    draw=draw,
    solution=lambda x: 2 * x,
    mistakes=(
        Mistake("tripled", "It is three times.", (lambda x: 3 * x,)),
        Mistake("reversed", "The order is wrong.", (lambda x: 2 * x.flip(0),)),
        Mistake("too long to double", "Only short ones are doubled.", (lambda x: 2 * x if len(x) < 5 else x,)),
        Mistake("one of two alike", "Never said.", (lambda x: x + 100,)),
        Mistake("the other", "Never said.", (lambda x: 100 + x,)),
        Mistake("cannot be added", "Shapes do not fit.", (lambda x: x + torch.ones(11),)),
    ),
)


def verdict_on(function, task=TASK, seed=0):
    return judge(task, lambda name, args: Reply(function(*args), copy_of(args)), seed)


def test_right_answer_passes_with_all_points():
    verdict = verdict_on(lambda x: x + x)
    assert verdict.passed
    assert verdict.points == TASK.points == 5
    assert verdict.problem is None


def test_a_part_earns_its_points_alone():
    verdict = verdict_on(lambda x: 2 * x if len(x) < 5 else x - 1)
    assert verdict.earned == {"few": 2, "many": 0}
    assert verdict.points == 2
    assert verdict.problem.case.what == "5 numbers"
    assert verdict.problem.mistake is None


def test_the_smallest_failing_case_is_shown():
    problem = verdict_on(lambda x: 3 * x).problem
    assert problem.case.what == "1 numbers"
    assert torch.equal(problem.expected, 2 * problem.case.args[0])
    assert torch.equal(problem.given, 3 * problem.case.args[0])


def test_a_mistake_is_named_from_the_first_wrong_part():
    assert verdict_on(lambda x: 3 * x).problem.mistake.name == "tripled"
    assert verdict_on(lambda x: 3 * x if len(x) < 5 else x - 1).problem.mistake.name == "tripled"
    assert verdict_on(lambda x: 2 * x if len(x) < 5 else x).problem.mistake.name == "too long to double"


def test_no_mistake_is_named_if_it_does_not_explain_every_answer():
    assert verdict_on(lambda x: 3 * x if len(x) < 3 else x).problem.mistake is None
    assert verdict_on(lambda x: x - 1).problem.mistake is None


def test_no_mistake_is_named_if_two_fit():
    assert verdict_on(lambda x: x + 100).problem.mistake is None


def test_an_exception_can_be_a_mistake_too():
    def adds(x):
        try:
            return x + torch.ones(11)
        except RuntimeError as error:
            return Failure("RuntimeError", str(error), "line 2 (return x + torch.ones(11))")

    problem = verdict_on(adds).problem
    # A single number can be added to eleven: a wrong shape, and the smallest input that shows the mistake.
    assert problem.kind == "shape"
    assert problem.mistake.name == "cannot be added"
    other = verdict_on(lambda x: Failure("RuntimeError", "of another kind")).problem
    assert other.mistake is None
    assert other.sentence == "double stops with RuntimeError: of another kind"


@pytest.mark.parametrize(
    ("function", "kind", "sentence"),
    [
        (lambda x: (2 * x)[None], "shape", r"The shape should be (1,), but is (1, 1)."),
        (lambda x: 2 * x.double(), "dtype", "should be torch.float32, but is torch.float64. The values are right."),
        (lambda x: 3 * x.double(), "dtype", "should be torch.float32, but is torch.float64."),
        (lambda x: x * math.nan, "not finite", "There is NaN (not a number) in the answer."),
        (lambda x: x * math.inf, "not finite", "There is inf in the answer."),
        (lambda x: x - 20, "values", "The shape is right. The entry is wrong."),
        (lambda x: x.mul_(2), "changed input", "double changes its input x"),
        (lambda x: Failure("NotImplementedError", ""), "not written", "double is not written yet."),
        (
            lambda x: Failure("NotImplementedError", "todo", "line 2 (raise NotImplementedError('todo'))"),
            "not written",
            "double is not",
        ),
        (
            lambda x: Failure("NotImplementedError", "no 'Bool'", "line 3 (a @ b)"),
            "error",
            "stops with NotImplementedError in your line 3",
        ),
    ],
)
def test_shape_comes_before_dtype_before_values(function, kind, sentence):
    problem = verdict_on(function).problem
    assert problem.kind == kind
    assert sentence in problem.sentence


@pytest.mark.parametrize(("given", "right"), [(math.inf, True), (-math.inf, False), (1e300, False), (math.nan, False)])
def test_where_inf_is_right_nothing_else_is(given, right):
    given, expected = (
        torch.tensor([given, 1.0], dtype=torch.float64),
        torch.tensor([math.inf, 1.0], dtype=torch.float64),
    )
    assert (difference(given, expected, 1e-5) is None) == right


def test_half_wrong_answers_say_how_many():
    problem = verdict_on(lambda x: 2 * x if len(x) != 3 else torch.cat([2 * x[:2], x[2:]])).problem
    assert problem.sentence == "The shape is right. 1 of 3 entries is wrong."


def test_tolerance_is_relative_beyond_one():
    assert verdict_on(lambda x: 2 * x * (1 + 0.5 * TASK.tolerance)).passed
    assert not verdict_on(lambda x: 2 * x * (1 + 3 * TASK.tolerance)).passed


def test_one_call_cannot_spoil_the_next():
    kept = []

    def spoil(x):
        kept.append(x)
        for old in kept[:-1]:
            old.zero_()
        return 2 * x

    assert verdict_on(spoil).passed


def test_a_runner_that_cannot_see_changes_reports_none():
    assert judge(TASK, lambda name, args: Reply(args[0].mul_(2)), 0).passed


def test_a_seed_means_the_same_inputs():
    def inputs(seed):
        seen = []
        verdict_on(lambda x: seen.append(x.clone()) or 2 * x, seed=seed)
        return torch.cat(seen)

    first = inputs(5)
    torch.manual_seed(77)
    assert torch.equal(first, inputs(5))
    assert not torch.equal(first, inputs(6))


def test_the_right_answers_are_computed_after_the_last_call():
    order = []
    task = Task(
        name="ordered",
        title="",
        function="double",
        parameters=("x",),
        parts={"few": 1, "many": 1},
        draw=draw,
        solution=lambda x: order.append("ours") or 2 * x,
    )
    verdict_on(lambda x: order.append("theirs") or 2 * x, task)
    assert order == ["theirs"] * 5 + ["ours"] * 5


def test_a_solution_that_fails_is_our_error():
    task = Task("broken", "", "double", ("x",), {"few": 1, "many": 1}, draw, solution=lambda x: x @ torch.ones(1, 2, 3))
    with pytest.raises(RuntimeError, match="the solution of broken fails on 3 numbers"):
        verdict_on(lambda x: x, task)
