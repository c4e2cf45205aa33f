"""Side by side: every runner takes turns, each turn's CPU time is noted, and medians are compared.

CPU time of one thread, not wall time: what else the machine does then hardly shows.
"""

import statistics
import time
from collections.abc import Callable, Mapping

import torch

from transformer_lib.precision import bf16_is_fast as bf16_is_fast  # what most benchmarks ask, too

Turn = Callable[[], object]


def interleaved(runners: Mapping[str, Turn], turns: int, warm_up: int = 1) -> dict[str, list[float]]:
    """Return the CPU seconds of each runner's turns, after warm-up turns that do not count."""
    torch.set_num_threads(1)
    seconds: dict[str, list[float]] = {name: [] for name in runners}
    for turn in range(warm_up + turns):
        for name, run in runners.items():
            start = time.process_time()
            run()
            if turn >= warm_up:
                seconds[name].append(time.process_time() - start)
    return seconds


def median(times: Mapping[str, list[float]]) -> dict[str, float]:
    """Return each runner's median."""
    return {name: statistics.median(each) for name, each in times.items()}


def speed_ups(times: Mapping[str, list[float]], base: str) -> dict[str, float]:
    """Return how many times faster than `base` each runner is: the median of the turns' ratios."""
    return {
        name: statistics.median(b / a for a, b in zip(each, times[base], strict=True)) for name, each in times.items()
    }


def table(title: str, columns: list[str], rows: Mapping[str, list[float | str]]) -> str:
    """Return an aligned table; numbers with two decimals."""
    cells = [[title, *columns]]
    cells += [[name, *(x if isinstance(x, str) else f"{x:.2f}" for x in row)] for name, row in rows.items()]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    aligned = [[c.rjust(w) for c, w in zip(row, widths, strict=True)] for row in cells]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *line[1:]]) for row, line in zip(cells, aligned, strict=True))
