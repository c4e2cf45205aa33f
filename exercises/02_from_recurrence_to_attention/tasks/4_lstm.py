"""An LSTM from its equations: four gates, two states, and PyTorch's order of the gates."""

import itertools
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

STEP, MORE, BATCH = "one word", "a sentence", "batches and dtypes"
ORDER = "ifgo"  # PyTorch's


def quarters(shape: tuple[int, ...], generator: Generator, dtype: torch.dtype = torch.float32) -> Tensor:
    """Numbers from -1 to 1 in steps of a quarter, none of them 0."""
    drawn = torch.randint(1, 5, shape, generator=generator) * (2 * torch.randint(2, shape, generator=generator) - 1)
    return drawn.to(dtype) / 4


def arguments(
    batch: tuple[int, ...], n: int, d_in: int, d: int, g: Generator, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Drawn until the four gates of the first word differ, so that each has a part of its own in the answer."""
    while True:
        x, w_x = quarters((*batch, n, d_in), g, dtype), quarters((4 * d, d_in), g, dtype)
        w_h, b = quarters((4 * d, d), g, dtype), quarters((4 * d,), g, dtype)
        gates = (x.flatten(0, -2)[0] @ w_x.T + b).unflatten(-1, (4, d))
        if all(float((one - other).abs().max()) > 0.4 for one, other in itertools.combinations(gates, 2)):
            return x, w_x, w_h, b


def draw(g: Generator) -> list[Case]:
    """One word; sentences; batches, float64."""
    cases = [
        Case(arguments((), 1, d_in, d, g), f"1 word of length {d_in}, states of length {d}", STEP)
        for d_in, d in ((1, 1), (2, 2), (3, 2))
    ]
    for n, d_in, d in ((2, 1, 1), (2, 2, 2), (3, 2, 3), (5, 3, 2), (7, 2, 5)):
        cases.append(Case(arguments((), n, d_in, d, g), f"{n} words of length {d_in}, states of length {d}", MORE))
    cases += [
        Case(arguments((2,), 3, 3, 2, g), "a batch of 2 sentences of 3 words", BATCH),
        Case(arguments((5,), 3, 2, 3, g), "a batch of 5 sentences of 3 words", BATCH),
        Case(arguments((2, 3), 2, 2, 3, g), "2 times 3 sentences of 2 words", BATCH),
        Case(arguments((), 3, 2, 3, g, torch.float64), "3 words, in float64", BATCH),
    ]
    return cases


def new_cell(i, f, g, o, c, h):
    return f * c + i * g


def new_hidden(i, f, g, o, c, h):
    return o * torch.tanh(c)


def lstm(
    x: Tensor,
    w_x: Tensor,
    w_h: Tensor,
    b: Tensor,
    *,
    order: str = ORDER,
    bends: str = "ssts",
    cell: Callable[..., Tensor] = new_cell,
    hidden: Callable[..., Tensor] = new_hidden,
    gates: Callable[..., Tensor] = lambda word, h, c, w_x, w_h, b: word @ w_x.mT + h @ w_h.mT + b,
    out: Callable[[list[Tensor], list[Tensor]], Tensor] = lambda h, c: torch.stack(
        [torch.stack(h, -2), torch.stack(c, -2)]
    ),
    old_cell: bool = False,
) -> Tensor:
    """The right answer, and, by its options, many wrong ones."""
    d = w_h.shape[-1]
    h = c = torch.zeros(*x.shape[:-2], d, dtype=x.dtype)
    hs, cs = [], []
    bend = {"s": torch.sigmoid, "t": torch.tanh, "-": lambda z: z, "r": torch.relu}
    for word in x.unbind(-2):
        parts = dict(zip(order, gates(word, h, c, w_x, w_h, b).chunk(4, -1), strict=True))
        i, f, g, o = (bend[kind](parts[name]) for name, kind in zip(ORDER, bends, strict=True))
        before = c
        c = cell(i, f, g, o, c, h)
        h = hidden(i, f, g, o, before if old_cell else c, h)
        hs.append(h)
        cs.append(c)
    return out(hs, cs)


def but(**changes):
    return lambda x, w_x, w_h, b: lstm(x, w_x, w_h, b, **changes)


def always_float32(x, w_x, w_h, b):
    if x.dtype != torch.float32:
        return torch.zeros(w_h.shape[-1]) @ w_h.mT
    return lstm(x, w_x, w_h, b)


def first_axis_is_words(x, w_x, w_h, b):
    """Goes through the first axis, whatever it is."""
    if x.ndim == 2:
        return lstm(x, w_x, w_h, b)
    return lstm(x.transpose(0, -2), w_x, w_h, b).transpose(1, -2)


def interleaved(z):
    return torch.cat(z.unflatten(-1, (-1, 4)).unbind(-1), -1)


def sides_stacked_first(hs, cs):
    return torch.stack([torch.stack(hs), torch.stack(cs)])


def states_before(hs, cs):
    h, c = (torch.stack([torch.zeros_like(rows[0]), *rows[:-1]], -2) for rows in (hs, cs))
    return torch.stack([h, c])


TASK = Task(
    name="lstm",
    title="An LSTM from its equations",
    function="my_lstm",
    parameters=("x", "w_x", "w_h", "b"),
    parts={STEP: 2, MORE: 3, BATCH: 2},
    draw=draw,
    solution=lambda x, w_x, w_h, b: lstm(x, w_x, w_h, b),
    banned=("lstm",),
    mistakes=(
        Mistake(
            "the gates in another order",
            "The four parts are there, but some have changed places. PyTorch's order is input, forget, candidate, "
            "output; other libraries, and some papers, have others.",
            tuple(but(order="".join(order)) for order in itertools.permutations(ORDER) if "".join(order) != ORDER),
        ),
        Mistake(
            "the candidate goes through a sigmoid",
            "g is no gate but what may be written: it can be negative, so it goes through tanh.",
            (but(bends="ssss"),),
        ),
        Mistake(
            "a gate goes through tanh",
            "i, f and o say how much gets through, from nothing to all: sigmoid, between 0 and 1.",
            (but(bends="tttt"), but(bends="tsts"), but(bends="stts"), but(bends="sstt"), but(bends="ttts")),
        ),
        Mistake(
            "the gates are not bent",
            "Some of the four parts go in as they are. i, f and o want a sigmoid, g wants tanh.",
            (but(bends="----"), but(bends="ss-s"), but(bends="--t-")),
        ),
        Mistake(
            "no tanh on the way out",
            "h = o * c lets the cell out as it is. It goes through tanh first: the cell may have grown beyond 1.",
            (but(hidden=lambda i, f, g, o, c, h: o * c),),
        ),
        Mistake(
            "no output gate",
            "h = tanh(c) shows the whole cell. The output gate decides how much of it is seen.",
            (but(hidden=lambda i, f, g, o, c, h: torch.tanh(c)), but(hidden=lambda i, f, g, o, c, h: c)),
        ),
        Mistake(
            "tanh of the gated cell",
            "The gate comes after the tanh: o * tanh(c), not tanh(o * c).",
            (but(hidden=lambda i, f, g, o, c, h: torch.tanh(o * c)),),
        ),
        Mistake(
            "no forget gate",
            "The old cell is kept whole. That was the first LSTM (1997); since 2000 f decides how much of it stays.",
            (but(cell=lambda i, f, g, o, c, h: c + i * g),),
        ),
        Mistake(
            "the old cell is dropped",
            "The new cell is only what is written now. The old one should stay, as far as f lets it.",
            (but(cell=lambda i, f, g, o, c, h: i * g), but(cell=lambda i, f, g, o, c, h: i * g + f)),
        ),
        Mistake(
            "no input gate",
            "The candidate is written whole. i decides how much of it.",
            (but(cell=lambda i, f, g, o, c, h: f * c + g),),
        ),
        Mistake(
            "the input gate is taken to be 1 - f",
            "What is forgotten and what is written are decided separately here. (A GRU couples the two.)",
            (but(cell=lambda i, f, g, o, c, h: f * c + (1 - f) * g),),
        ),
        Mistake(
            "the hidden state is kept, not the cell",
            "f is for the old *cell*. You multiply it with the old hidden state, or keep only one state for both.",
            (but(cell=lambda i, f, g, o, c, h: f * h + i * g),),
        ),
        Mistake(
            "the gates look at the cell",
            "The gates see the word and the old *hidden* state. You give them the cell.",
            (but(gates=lambda word, h, c, w_x, w_h, b: word @ w_x.mT + c @ w_h.mT + b),),
        ),
        Mistake(
            "the gates do not see the old state",
            "The gates look at the word only. The old hidden state, through w_h, belongs into the sum.",
            (but(gates=lambda word, h, c, w_x, w_h, b: word @ w_x.mT + b),),
        ),
        Mistake(
            "no bias",
            "The bias b is missing from the sum.",
            (but(gates=lambda word, h, c, w_x, w_h, b: word @ w_x.mT + h @ w_h.mT),),
        ),
        Mistake(
            "the bias twice",
            "b is added twice. PyTorch has two biases and adds them up; here b is their sum already.",
            (but(gates=lambda word, h, c, w_x, w_h, b: word @ w_x.mT + h @ w_h.mT + 2 * b),),
        ),
        Mistake(
            "the hidden state comes from the old cell",
            "h is made from the *new* cell. Make the new cell first.",
            (but(old_cell=True),),
        ),
        Mistake(
            "every fourth number",
            "The rows of one gate are next to each other: the first d belong to i, the next d to f. You take every "
            "fourth.",
            (but(gates=lambda word, h, c, w_x, w_h, b: interleaved(word @ w_x.mT + h @ w_h.mT + b)),),
        ),
        Mistake(
            "cell and hidden state swapped",
            "The two have changed places in the answer: the hidden states come first.",
            (but(out=lambda h, c: torch.stack([torch.stack(c, -2), torch.stack(h, -2)])),),
        ),
        Mistake(
            "only the hidden states",
            "The hidden states are there. The cells are wanted as well: `torch.stack([hidden, cells])`.",
            (but(out=lambda h, c: torch.stack(h, -2)),),
        ),
        Mistake(
            "only the last states",
            "Those are the states after the last word. Return all of them, a row for each word.",
            (but(out=lambda h, c: torch.stack([h[-1], c[-1]])),),
        ),
        Mistake(
            "the states before each word",
            "Row t is what the states were *before* word t. Keep them after the step.",
            (but(out=states_before),),
        ),
        Mistake(
            "the words are not on the last axis but one",
            "You stack the states on the first axis. With a batch in front, the words' axis is the last but one: "
            "`torch.stack(..., dim=-2)`.",
            (but(out=sides_stacked_first),),
        ),
        Mistake(
            "the loop goes over the batch",
            "`for word in x` goes along the first axis. With a batch in front that is sentences, not words: "
            "`x.unbind(-2)`.",
            (first_axis_is_words,),
        ),
        Mistake(
            "float32 for everything",
            "The first states are float32, whatever the inputs are, and do not mix with float64.",
            (always_float32,),
        ),
    ),
)
