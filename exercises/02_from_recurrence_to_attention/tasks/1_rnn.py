"""A recurrent network: one step, and the loop over a sentence."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ONE, MORE, NONE = "one word", "a sentence", "no words, and float64"


def quarters(shape: tuple[int, ...], generator: Generator, dtype: torch.dtype = torch.float32) -> Tensor:
    """Numbers from -1 to 1 in steps of a quarter, none of them 0: exact in binary, short to print."""
    drawn = torch.randint(1, 5, shape, generator=generator) * (2 * torch.randint(2, shape, generator=generator) - 1)
    return drawn.to(dtype) / 4


def weights(d_in: int, d: int, g: Generator, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor, Tensor]:
    return quarters((d, d_in), g, dtype), quarters((d, d), g, dtype), quarters((d,), g, dtype)


def draw(g: Generator) -> list[Case]:
    """One word, two, more; width of the words and of the state alike and not."""
    cases = [
        Case((quarters((1, 1), g), *weights(1, 1, g)), "1 word, every vector of length 1", ONE),
        Case((quarters((1, 3), g), *weights(3, 3, g)), "1 word of length 3, a state of length 3", ONE),
        Case((quarters((1, 3), g), *weights(3, 2, g)), "1 word of length 3, a state of length 2", ONE),
    ]
    for n, d_in, d in ((2, 1, 1), (3, 1, 1), (2, 2, 2), (3, 2, 2), (3, 3, 3), (5, 3, 2), (7, 2, 5)):
        what = f"{n} words of length {d_in}, a state of length {d}"
        cases.append(Case((quarters((n, d_in), g), *weights(d_in, d, g)), what, MORE))
    double = torch.float64
    cases += [
        Case((quarters((3, 2), g, double), *weights(2, 5, g, double)), "3 words, in float64", NONE),
        Case((torch.zeros(0, 3), *weights(3, 2, g)), "no words", NONE),
    ]
    return cases


def rnn(x: Tensor, w_x: Tensor, w_h: Tensor, b: Tensor) -> Tensor:
    state, states = torch.zeros_like(b), []
    for word in x:
        state = torch.tanh(w_x @ word + w_h @ state + b)
        states.append(state)
    return torch.stack(states) if states else x.new_zeros(0, len(b))


def by_hand(
    into: Callable[..., Tensor] = lambda word, state, w_x, w_h, b: torch.tanh(w_x @ word + w_h @ state + b),
    out: Callable[[list[Tensor]], Tensor] = torch.stack,
    start: Callable[[Tensor], Tensor] = torch.zeros_like,
) -> Callable[..., Tensor]:
    """The loop, with the step, the start or the collecting replaced."""

    def run(x: Tensor, w_x: Tensor, w_h: Tensor, b: Tensor) -> Tensor:
        state, states = start(b), []
        for word in x:
            state = into(word, state, w_x, w_h, b)
            states.append(state)
        return out(states) if states else x.new_zeros(0, len(b))

    return run


def kept_before_tanh(x, w_x, w_h, b):
    return torch.tanh(by_hand(lambda word, state, w_x, w_h, b: w_x @ word + w_h @ state + b)(x, w_x, w_h, b))


def states_before(x, w_x, w_h, b):
    return torch.cat([torch.zeros_like(b)[None], rnn(x, w_x, w_h, b)])[:-1]


def with_start(x, w_x, w_h, b):
    return torch.cat([torch.zeros_like(b)[None], rnn(x, w_x, w_h, b)])


def from_the_right(x, w_x, w_h, b):
    return rnn(x.flip(0), w_x, w_h, b).flip(0)


def last_only(x, w_x, w_h, b):
    states = with_start(x, w_x, w_h, b)
    return states[-1]


def last_row(x, w_x, w_h, b):
    return last_only(x, w_x, w_h, b)[None]


def one_tensor(x, w_x, w_h, b):
    return last_only(x, w_x, w_h, b).expand(len(x), -1).clone()


def always_float32(x, w_x, w_h, b):
    state, states = torch.zeros(len(b)), []
    for word in x:
        state = torch.tanh(w_x @ word + w_h @ state + b)
        states.append(state)
    return torch.stack(states) if states else torch.zeros(0, len(b))


def always_stack(x, w_x, w_h, b):
    state, states = torch.zeros_like(b), []
    for word in x:
        state = torch.tanh(w_x @ word + w_h @ state + b)
        states.append(state)
    return torch.stack(states)


def always_cat(x, w_x, w_h, b):
    states = [state[None] for state in rnn(x, w_x, w_h, b)]
    return torch.cat(states)


TASK = Task(
    name="rnn",
    title="A recurrent network",
    function="my_rnn",
    parameters=("x", "w_x", "w_h", "b"),
    parts={ONE: 1, MORE: 2, NONE: 1},
    draw=draw,
    solution=rnn,
    mistakes=(
        Mistake(
            "no state",
            "Each word is read as if it were the first: the state of the word before is not used. Is the new state "
            "kept for the next round?",
            (
                by_hand(lambda word, state, w_x, w_h, b: torch.tanh(w_x @ word + b)),
                lambda x, w_x, w_h, b: torch.tanh(x @ w_x.T + b),
            ),
        ),
        Mistake(
            "no tanh",
            "The state is not bent: without tanh it can grow with every word, and all the steps together are one "
            "linear map.",
            (by_hand(lambda word, state, w_x, w_h, b: w_x @ word + w_h @ state + b),),
        ),
        Mistake(
            "the state is passed on before the tanh",
            "What you return is bent, but what you pass on to the next word is not. It is one and the same state.",
            (kept_before_tanh,),
        ),
        Mistake(
            "tanh of a part only",
            "The tanh comes last, of the whole sum: word, state and bias.",
            (
                by_hand(lambda word, state, w_x, w_h, b: torch.tanh(w_x @ word + w_h @ state) + b),
                by_hand(lambda word, state, w_x, w_h, b: torch.tanh(w_x @ word) + w_h @ state + b),
                by_hand(lambda word, state, w_x, w_h, b: torch.tanh(w_x @ word + b) + w_h @ state),
                by_hand(lambda word, state, w_x, w_h, b: w_x @ word + torch.tanh(w_h @ state + b)),
                by_hand(lambda word, state, w_x, w_h, b: w_x @ word + torch.tanh(w_h @ state) + b),
            ),
        ),
        Mistake(
            "sigmoid for tanh",
            "The state is squeezed between 0 and 1. The formula has tanh, between -1 and 1: a state may be negative.",
            (by_hand(lambda word, state, w_x, w_h, b: torch.sigmoid(w_x @ word + w_h @ state + b)),),
        ),
        Mistake(
            "relu for tanh",
            "Negative numbers are cut off. The formula has tanh.",
            (by_hand(lambda word, state, w_x, w_h, b: torch.relu(w_x @ word + w_h @ state + b)),),
        ),
        Mistake(
            "w_h transposed",
            "`state @ w_h` takes the columns of w_h where the formula takes its rows. With a square matrix no shape "
            "tells you.",
            (by_hand(lambda word, state, w_x, w_h, b: torch.tanh(w_x @ word + state @ w_h + b)),),
        ),
        Mistake(
            "w_x transposed",
            "`word @ w_x` takes the columns of w_x where the formula takes its rows. It only runs at all where the "
            "word is as long as the state.",
            (
                by_hand(lambda word, state, w_x, w_h, b: torch.tanh(word @ w_x + w_h @ state + b)),
                by_hand(lambda word, state, w_x, w_h, b: torch.tanh(word @ w_x + state @ w_h + b)),
            ),
        ),
        Mistake(
            "w_x and w_h swapped",
            "The matrices have changed places: w_x is for the word, w_h for the state.",
            (by_hand(lambda word, state, w_x, w_h, b: torch.tanh(w_h @ word + w_x @ state + b)),),
        ),
        Mistake(
            "no bias",
            "The bias b is missing from the sum.",
            (by_hand(lambda word, state, w_x, w_h, b: torch.tanh(w_x @ word + w_h @ state)),),
        ),
        Mistake(
            "the words are used in the loop, not their states",
            "`*` multiplies number by number. A matrix times a vector is `@`.",
            (
                by_hand(lambda word, state, w_x, w_h, b: torch.tanh(w_x * word + w_h * state + b)),
                by_hand(lambda word, state, w_x, w_h, b: torch.tanh(w_x @ word + w_h * state + b)),
            ),
        ),
        Mistake(
            "the first state is not zero",
            "Before the first word nothing has been read: the state is all zeros.",
            (by_hand(start=torch.ones_like), by_hand(start=lambda b: b.clone())),
        ),
        Mistake(
            "only the last state",
            "That is the state after the last word. Return all of them, one row for each word.",
            (last_only, last_row),
        ),
        Mistake(
            "the last state in every row",
            "All rows are the same. If a state is changed in place (`state[:] = ...`, `state += ...`), the list holds "
            "one and the same tensor many times.",
            (one_tensor,),
        ),
        Mistake(
            "the state before each word",
            "Row t is the state *before* word t. It should be the one after it: make the new state, then keep it.",
            (states_before,),
        ),
        Mistake(
            "the zero state is returned as well",
            "There is a row too many: the zeros before the first word are no answer to a word.",
            (with_start,),
        ),
        Mistake(
            "from right to left",
            "The last word is read first. Row t should know the words up to t, and none after it.",
            (from_the_right,),
        ),
        Mistake(
            "states side by side",
            "The states have become one long row, or columns. Stack them: one row for each word.",
            (by_hand(out=torch.cat), by_hand(out=lambda states: torch.stack(states, 1))),
        ),
        Mistake(
            "float32 for everything",
            "`torch.zeros(d)` is float32, whatever the inputs are, and does not mix with float64. Make the first state "
            "like one of the inputs: `torch.zeros_like(b)`.",
            (always_float32,),
        ),
        Mistake(
            "no words, nothing to stack",
            "A sentence without words has no states, and `torch.stack` and `torch.cat` want at least one. The answer "
            "is a tensor with 0 rows, each as long as a state.",
            (always_stack, always_cat),
        ),
    ),
)
