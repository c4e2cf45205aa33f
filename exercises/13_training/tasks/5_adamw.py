"""One step of AdamW: two averages, their correction, and weight decay beside the gradient."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

FIRST, LATER, DECAY = "the first step", "later steps", "weight decay"


def draw(g: Generator) -> list[Case]:
    """The first step of all, from averages of zero; later ones; then with decay."""

    def case(shape: tuple[int, ...], t: int, decay: float, rest: tuple[float, ...], what: str, part: str) -> Case:
        def numbers(low: int, high: int) -> Tensor:
            return torch.randint(low, high, shape, generator=g) / 4

        parameter, gradient = numbers(4, 13), numbers(2, 9)
        gradient[..., ::2] *= -1
        m, v = (torch.zeros(shape), torch.zeros(shape)) if t == 1 else (numbers(-6, 7), numbers(1, 9))
        return Case((parameter, gradient, m, v, t, 0.25, decay, *rest), what, part)

    return [
        case((1,), 1, 0.0, (0.9, 0.98, 0.0), "1 parameter, step 1, no decay, eps 0", FIRST),
        case((3,), 1, 0.0, (0.5, 0.75, 0.0), "3 parameters, step 1, betas 0.5 and 0.75, eps 0", FIRST),
        case((2, 3), 1, 0.0, (0.9, 0.98, 0.5), "a matrix of 2 x 3, step 1, eps 0.5", FIRST),
        Case(
            (torch.ones(2), torch.tensor([2e-8, -6e-8]), torch.zeros(2), torch.zeros(2), 1, 0.25, 0.0),
            "2 parameters, step 1, tiny gradients; betas and eps left out",
            FIRST,
        ),
        case((2,), 2, 0.0, (0.9, 0.98, 0.0), "2 parameters, step 2", LATER),
        case((5,), 3, 0.0, (0.75, 0.5, 0.25), "5 parameters, step 3, betas 0.75 and 0.5, eps 0.25", LATER),
        case((3, 2), 7, 0.0, (0.9, 0.98, 0.0), "a matrix of 3 x 2, step 7", LATER),
        case((4,), 1000, 0.0, (), "4 parameters, step 1000, betas and eps left out", LATER),
        case((1,), 1, 0.5, (0.9, 0.98, 0.0), "1 parameter, step 1, decay 0.5", DECAY),
        case((5,), 4, 0.25, (0.5, 0.75, 0.25), "5 parameters, step 4, decay 0.25", DECAY),
        case((2, 3, 5), 11, 0.1, (), "a table of 2 x 3 x 5, step 11, decay 0.1", DECAY),
    ]


Update = Callable[[Tensor, Tensor, float], Tensor]


def adamw(
    *,
    first: Callable[[Tensor, Tensor, float], Tensor] = lambda m, g, b: b * m + (1 - b) * g,
    second: Callable[[Tensor, Tensor, float], Tensor] = lambda v, g, b: b * v + (1 - b) * g * g,
    correct: Callable[[Tensor, float, int], Tensor] = lambda x, b, t: x / (1 - b**t),
    correct_second: Callable[[Tensor, float, int], Tensor] | None = None,
    divide: Update = lambda m, v, eps: m / (v.sqrt() + eps),
    gradient: Callable[[Tensor, Tensor, float], Tensor] = lambda g, p, decay: g,
    move: Callable[[Tensor, Tensor, float, float], Tensor] = lambda p, u, rate, decay: p - rate * decay * p - rate * u,
    betas: Callable[[float, float], tuple[float, float]] = lambda a, b: (a, b),
    keep: str = "averages",
) -> Function:
    """The step with a part to be put wrong."""

    def wrong(
        parameter: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, rate: float, decay: float,
        beta_1: float = 0.9, beta_2: float = 0.98, eps: float = 1e-8,
    ) -> Tensor:  # fmt: skip
        b1, b2 = betas(beta_1, beta_2)
        g = gradient(g, parameter, decay)
        m, v = first(m, g, b1), second(v, g, b2)
        m_hat, v_hat = correct(m, b1, t), (correct_second or correct)(v, b2, t)
        new = move(parameter, divide(m_hat, v_hat, eps), rate, decay)
        kept = (m_hat, v_hat) if keep == "corrected" else (m, v)
        return torch.stack([new, *kept])

    return wrong


def as_it_is(x: Tensor, b: float, t: int) -> Tensor:
    return x


def old_averages(
    parameter: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, rate: float, decay: float,
    beta_1: float = 0.9, beta_2: float = 0.98, eps: float = 1e-8,
) -> Tensor:  # fmt: skip
    """A right step, and the averages returned as they came."""
    new = adamw()(parameter, g, m, v, t, rate, decay, beta_1, beta_2, eps)
    return torch.stack([new[0], m, v])


def square_of_the_average(
    parameter: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, rate: float, decay: float,
    beta_1: float = 0.9, beta_2: float = 0.98, eps: float = 1e-8,
) -> Tensor:  # fmt: skip
    average = beta_1 * m + (1 - beta_1) * g
    step = adamw(second=lambda old, _, b: b * old + (1 - b) * average * average)
    return step(parameter, g, m, v, t, rate, decay, beta_1, beta_2, eps)


def gradient_itself(
    parameter: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, rate: float, decay: float,
    beta_1: float = 0.9, beta_2: float = 0.98, eps: float = 1e-8,
) -> Tensor:  # fmt: skip
    right = adamw()(parameter, g, m, v, t, rate, decay, beta_1, beta_2, eps)
    wrong = adamw(correct=lambda x, b, t: g, correct_second=lambda x, b, t: x / (1 - b**t))
    return torch.stack([wrong(parameter, g, m, v, t, rate, decay, beta_1, beta_2, eps)[0], right[1], right[2]])


TASK = Task(
    name="adamw_step",
    title="A step of AdamW",
    function="my_adamw",
    parameters=(
        "parameter",
        "gradient",
        "m",
        "v",
        "t",
        "rate",
        "decay",
        "beta_1=0.9",
        "beta_2=0.98",
        "eps=1e-8",
    ),
    parts={FIRST: 3, LATER: 3, DECAY: 2},
    draw=draw,
    solution=adamw(),
    banned=("adam",),
    mistakes=(
        Mistake(
            "no correction",
            "Both averages started at zero, and are too small in the first steps. Divide each by 1 - beta to the power "
            "of t. (They are kept as they were.)",
            (adamw(correct=as_it_is),),
        ),
        Mistake(
            "only one average is corrected",
            "You correct one of the averages. The other started at zero as well.",
            (
                adamw(correct=as_it_is, correct_second=lambda x, b, t: x / (1 - b**t)),
                adamw(correct_second=as_it_is),
            ),
        ),
        Mistake(
            "corrected as in every step the first",
            "You divide by 1 - beta in every step. Its power grows with t: in step 1000 there is hardly anything left "
            "to correct.",
            (adamw(correct=lambda x, b, t: x / (1 - b)),),
        ),
        Mistake(
            "the corrected averages are kept",
            "You return the corrected averages. The next step needs them as they were, and will correct them itself.",
            (adamw(keep="corrected"),),
        ),
        Mistake(
            "the old averages are returned",
            "The step is right, but you return m and v as they came in. The next step would never remember anything.",
            (old_averages,),
        ),
        Mistake(
            "the decay goes through the gradient",
            "You add the decay to the gradient. There Adam divides its size out again. The W in AdamW means: it is "
            "taken from the parameter beside the step.",
            (
                adamw(
                    gradient=lambda g, p, decay: g + decay * p,
                    move=lambda p, u, rate, decay: p - rate * u,
                ),
            ),
        ),
        Mistake(
            "the decay is not multiplied by the rate",
            "You take decay times the parameter away, whatever the rate is. It is rate times decay.",
            (adamw(move=lambda p, u, rate, decay: p - decay * p - rate * u),),
        ),
        Mistake(
            "the decay comes after the step",
            "You shrink the parameter after it has moved. It shrinks as it was before the step.",
            (adamw(move=lambda p, u, rate, decay: (p - rate * u) * (1 - rate * decay)),),
        ),
        Mistake(
            "no decay",
            "The decay changes nothing in your answer.",
            (adamw(move=lambda p, u, rate, decay: p - rate * u),),
        ),
        Mistake(
            "the parameter grows",
            "Your decay makes the parameter larger. Decay shrinks it.",
            (adamw(move=lambda p, u, rate, decay: p + rate * decay * p - rate * u),),
        ),
        Mistake(
            "uphill",
            "You move along the gradient. The loss falls against it.",
            (adamw(move=lambda p, u, rate, decay: p - rate * decay * p + rate * u),),
        ),
        Mistake(
            "the betas are swapped",
            "You use beta_1 for the squares and beta_2 for the gradients. It is the other way round.",
            (adamw(betas=lambda a, b: (b, a)),),
        ),
        Mistake(
            "new and old are swapped in the averages",
            "You give the old average 1 - beta and the new gradient beta. The average should remember: beta is the old "
            "one's share.",
            (
                adamw(
                    first=lambda m, g, b: (1 - b) * m + b * g,
                    second=lambda v, g, b: (1 - b) * v + b * g * g,
                ),
            ),
        ),
        Mistake(
            "the gradient is added whole",
            "You add the whole gradient to beta times the average. An average gives it the share 1 - beta.",
            (
                adamw(first=lambda m, g, b: b * m + g, second=lambda v, g, b: b * v + g * g),
                adamw(first=lambda m, g, b: b * m + g),
            ),
        ),
        Mistake(
            "no square",
            "v is the average of the *squares* of the gradients, number by number.",
            (
                adamw(second=lambda v, g, b: b * v + (1 - b) * g.abs()),
                adamw(second=lambda v, g, b: b * v + (1 - b) * g),
            ),
        ),
        Mistake(
            "the square of the average",
            "You square the average of the gradients. v is the average of their squares: square each gradient first.",
            (square_of_the_average,),
        ),
        Mistake(
            "no root",
            "You divide by the average of the squares. Its root has the gradient's unit.",
            (adamw(divide=lambda m, v, eps: m / (v + eps)),),
        ),
        Mistake(
            "epsilon under the root",
            "Epsilon is added to the root, and not to what is under it.",
            (adamw(divide=lambda m, v, eps: m / (v + eps).sqrt()),),
        ),
        Mistake(
            "no epsilon",
            "Epsilon is missing from the denominator.",
            (adamw(divide=lambda m, v, eps: m / v.sqrt()),),
        ),
        Mistake(
            "the gradient, not its average",
            "You divide the gradient itself. It is the average m, corrected, that is divided.",
            (gradient_itself,),
        ),
    ),
)
