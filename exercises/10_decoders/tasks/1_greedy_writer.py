"""A greedy writer on a table: the loop that is in every GPT, and where it stops."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

NO_END, END, LONG = "no end in sight", "it ends", "a prompt of several tokens"


def greedy(
    table: Tensor,
    prompt: Tensor,
    end: int,
    max_new_tokens: int,
    *,
    best=lambda row: int(row.argmax()),
    reads=lambda tokens, prompt: tokens[-1],
    returns=lambda tokens, prompt: tokens[len(prompt) :],
    keep_end: bool = True,
    stop: bool = True,
    more: int = 0,
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    tokens = prompt.tolist()
    for _ in range(max_new_tokens + more):
        token = best(table[reads(tokens, prompt)])
        ended = stop and token == end
        if keep_end or not ended:
            tokens.append(token)
        if ended:
            break
    return torch.tensor(returns(tokens, prompt), dtype=torch.int64)


def solution(table, prompt, end, max_new_tokens):
    return greedy(table, prompt, end, max_new_tokens)


def draw(generator: Generator) -> list[Case]:
    """Tables whose rows and columns tell different stories, walks that end in time, and walks that do not."""

    def case(size: int, start: int, n: int, part: str) -> Case:
        while True:
            table = torch.randperm(size * size, generator=generator).view(size, size) / 2 - size
            prompt = torch.randint(size, (start,), generator=generator)
            end = int(torch.randint(size, (), generator=generator))
            written = greedy(table, prompt, end, n).tolist()
            ends = end in written
            others = [greedy(table, prompt, end, n, **wrong).tolist() for wrong in WALKS]
            told = all(other != written for other in others)
            twice = greedy(table, prompt, end, n + 3, stop=False).tolist()
            if part == NO_END:
                fits = not ends and end not in prompt.tolist() and twice.count(end) == 0
            elif part == END:
                fits = ends and 2 <= len(written) < n and end not in prompt.tolist()
            else:
                fits = end in prompt[:-1].tolist() and len(set(written)) > 1
            if fits and told:
                shown = f"{size} tokens, prompt {prompt.tolist()}, end {end}, at most {n} new ones"
                return Case((table, prompt, end, n), shown, part)

    sizes = {NO_END: [(4, 1, 3), (5, 2, 4), (7, 2, 5)], END: [(4, 1, 5), (5, 2, 6), (7, 1, 9)]}
    cases = [case(*size, part) for part, list_of in sizes.items() for size in list_of]
    return [*cases, *(case(*size, LONG) for size in [(4, 2, 3), (5, 3, 4), (7, 5, 6)])]


WALKS = (
    {"best": lambda row: int(row.argmin())},
    {"reads": lambda tokens, prompt: int(prompt[-1])},
)


def by_column(table, prompt, end, max_new_tokens):
    return greedy(table.T, prompt, end, max_new_tokens)


TASK = Task(
    name="greedy_writer",
    title="A greedy writer",
    function="my_greedy_writer",
    parameters=("table", "prompt", "end", "max_new_tokens"),
    parts={NO_END: 2, END: 1, LONG: 1},
    draw=draw,
    solution=solution,
    mistakes=(
        Mistake(
            "the prompt is returned as well",
            "Your answer begins with the prompt. Only what was *written* is asked for.",
            (lambda *args: greedy(*args, returns=lambda tokens, prompt: tokens),),
        ),
        Mistake(
            "the prompt's last token is returned as well",
            "Your answer begins with the prompt's last token. It was read, not written.",
            (lambda *args: greedy(*args, returns=lambda tokens, prompt: tokens[len(prompt) - 1 :]),),
        ),
        Mistake(
            "always reads the prompt",
            "Each new token is chosen from the same row. What was just written must be read before the next choice.",
            (lambda *args: greedy(*args, reads=lambda tokens, prompt: int(prompt[-1])),),
        ),
        Mistake(
            "reads the prompt's first token",
            "You begin with the prompt's first token. The next one follows its last.",
            (
                lambda *args: greedy(
                    *args, reads=lambda tokens, prompt: tokens[-1] if len(tokens) > len(prompt) else tokens[0]
                ),
                lambda *args: greedy(*args, reads=lambda tokens, prompt: tokens[len(tokens) - len(prompt)]),
            ),
        ),
        Mistake(
            "the columns are read",
            "You look the last token up among the columns. Row i holds the scores of what *follows* token i.",
            (by_column,),
        ),
        Mistake(
            "the least likely token",
            "You take the smallest score. The largest one is the likeliest.",
            (lambda *args: greedy(*args, best=lambda row: int(row.argmin())),),
        ),
        Mistake(
            "does not stop at the end",
            "You go on after the end token. It says that nothing follows.",
            (lambda *args: greedy(*args, stop=False),),
        ),
        Mistake(
            "the end token is left out",
            "You stop at the end token, and leave it out. It was written, so it belongs to the answer.",
            (lambda *args: greedy(*args, keep_end=False),),
        ),
        Mistake(
            "one token too many",
            "Count your steps: there is one more than max_new_tokens.",
            (lambda *args: greedy(*args, more=1),),
        ),
        Mistake(
            "one token too few",
            "Count your steps: there is one less than max_new_tokens.",
            (lambda *args: greedy(*args, more=-1),),
        ),
        Mistake(
            "the scores instead of the tokens",
            "Those are the largest scores. Asked for is *which* token has it: its number.",
            (
                lambda table, prompt, end, n: table[torch.cat([prompt[-1:], greedy(table, prompt, end, n)[:-1]])].amax(
                    -1
                ),
            ),
        ),
        Mistake(
            "an end in the prompt stops it",
            "You stop too early when an end token stands in the prompt. Only an end token that is *written* ends the "
            "text.",
            (
                lambda table, prompt, end, n: (
                    torch.zeros(0, dtype=torch.int64) if end in prompt.tolist() else greedy(table, prompt, end, n)
                ),
                lambda table, prompt, end, n: (
                    torch.zeros(0) if end in prompt.tolist() else greedy(table, prompt, end, n)
                ),
                lambda table, prompt, end, n: greedy(table, prompt, end, 1 if end in prompt.tolist() else n),
            ),
        ),
    ),
)
