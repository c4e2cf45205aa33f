"""Right answers to exercise 06 that nobody expects: each must pass, or the check is wrong."""

import bisect
import cmath
import math

import torch


def places_by_loops(words):
    out = torch.zeros(words.shape, dtype=torch.long)
    for row in range(words.shape[0]):
        seen = 0
        for column in range(words.shape[1]):
            if words[row, column]:
                out[row, column] = seen
                seen += 1
    return out


def places_by_a_triangle(words):
    n = words.shape[1]
    before = words.double() @ torch.ones(n, n, dtype=torch.double).triu(1)
    return (before * words).round().long()


def places_scattered(words):
    out = torch.zeros(words.shape, dtype=torch.int64)
    for row, line in zip(out, words, strict=True):
        row[line] = torch.arange(int(line.sum()))
    return out


def waves_by_loops(positions, d_model):
    out = torch.zeros(*positions.shape, d_model)
    for at, place in zip(out.view(-1, d_model), positions.flatten().tolist(), strict=True):
        for i in range(0, d_model, 2):
            at[i] = math.sin(place / 10000 ** (i / d_model))
            at[i + 1] = math.cos(place / 10000 ** (i / d_model))
    return out


def waves_by_logarithms(positions, d_model):
    rates = torch.exp(torch.arange(0, d_model, 2).float() * (-math.log(10000.0) / d_model))
    out = torch.zeros(*positions.shape, d_model)
    out[..., 0::2] = torch.sin(positions.unsqueeze(-1) * rates)
    out[..., 1::2] = torch.cos(positions.unsqueeze(-1) * rates)
    return out


def waves_of_a_shifted_sine(positions, d_model):
    column = torch.arange(d_model)
    angle = positions[..., None].double() / 10_000.0 ** ((column - column % 2) / d_model)
    return torch.sin(angle + math.pi / 2 * (column % 2)).float()


def waves_of_complex_numbers(positions, d_model):
    rates = 10_000.0 ** (-torch.arange(0, d_model, 2) / d_model)
    tip = torch.polar(torch.ones(()), math.pi / 2 - positions[..., None] * rates)
    return torch.view_as_real(tip).flip(-1).flip(-1).reshape(*positions.shape, d_model)


def turned_as_complex_numbers(x, rotation):
    if rotation is None:
        return x
    cos, sin = rotation[:, :, None]
    a, b = x.chunk(2, -1)
    turned = torch.complex(a, b) * torch.complex(cos, sin)
    return torch.cat([turned.real, turned.imag], -1)


def turned_by_rotate_half(x, rotation):
    if rotation is None:
        return x
    cos, sin = (torch.cat([part, part], -1).unsqueeze(1) for part in rotation)
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


def turned_by_matrices(x, rotation):
    if rotation is None:
        return x.clone()
    cos, sin = rotation
    matrix = torch.stack([torch.stack([cos, -sin], -1), torch.stack([sin, cos], -1)], -2)  # batch len half 2 2
    pairs = torch.stack(x.chunk(2, -1), -1)  # batch heads len half 2
    turned = torch.einsum("...lpij,...hlpj->...hlpi", matrix.expand(x.shape[0], *matrix.shape[1:]), pairs)
    return torch.cat(turned.unbind(-1), -1)


def turned_one_by_one(x, rotation):
    if rotation is None:
        return x
    out, half = torch.empty_like(x), x.shape[-1] // 2
    for b in range(x.shape[0]):
        for n in range(x.shape[1]):
            for t in range(x.shape[2]):
                for i in range(half):
                    cos, sin = rotation[:, b if rotation.shape[1] > 1 else 0, t, i].tolist()
                    number = complex(x[b, n, t, i], x[b, n, t, i + half]) * cmath.rect(1, math.atan2(sin, cos))
                    out[b, n, t, i], out[b, n, t, i + half] = number.real, number.imag
    return out


def slopes_by_multiplying(q_positions, k_positions, n_heads):
    factor, slope, heads = 2 ** (-8 / n_heads), 1.0, []
    for _ in range(n_heads):
        slope *= factor
        heads.append(-slope * torch.cdist(q_positions[..., None].float(), k_positions[..., None].float(), p=1))
    return torch.stack(heads, 1)


def slopes_as_logspace(q_positions, k_positions, n_heads):
    slopes = torch.logspace(-8 / n_heads, -8, n_heads, base=2)
    distance = (k_positions.unsqueeze(1) - q_positions.unsqueeze(2)).abs()
    return torch.einsum("h,bqk->bhqk", -slopes, distance.float())


def the_larger_minus_the_smaller(q_positions, k_positions, n_heads):
    q, k = q_positions[:, None, :, None], k_positions[:, None, None, :]
    slopes = torch.tensor([2 ** (-8 * (i + 1) / n_heads) for i in range(n_heads)]).view(1, -1, 1, 1)
    return slopes * (torch.minimum(q, k) - torch.maximum(q, k))


def buckets_one_by_one(offset, causal, n_buckets, max_distance):
    per_side = n_buckets if causal else n_buckets // 2
    exact = per_side // 2

    def number(o):
        n = max(0, -o) if causal else abs(o)
        if n >= exact:
            n = exact + int(math.log(n / exact) / math.log(max_distance / exact) * (per_side - exact))
        return min(n, per_side - 1) + (per_side if o > 0 and not causal else 0)

    return torch.tensor([number(o) for o in offset.flatten().tolist()]).reshape(offset.shape)


def buckets_by_their_borders(offset, causal, n_buckets, max_distance):
    per_side = n_buckets if causal else n_buckets // 2
    exact = per_side // 2
    spans = per_side - exact
    borders = [*range(1, exact + 1), *(exact * (max_distance / exact) ** (i / spans) for i in range(1, spans))]
    numbers = [
        bisect.bisect_right(borders, max(0, -o) if causal else abs(o)) + (per_side if o > 0 and not causal else 0)
        for o in offset.flatten().tolist()
    ]
    return torch.tensor(numbers).reshape(offset.shape)


def buckets_with_other_logarithms(offset, causal, n_buckets, max_distance):
    shift = torch.zeros_like(offset)
    if not causal:
        n_buckets //= 2
        shift = (offset > 0) * n_buckets
        offset = -offset.abs()
    n = -torch.minimum(offset, torch.zeros_like(offset))
    exact = n_buckets // 2
    far = (torch.log2(n.float().clamp(min=exact)) - math.log2(exact)) / math.log2(max_distance / exact)
    far = torch.minimum(exact + (far * (n_buckets - exact)).floor().long(), torch.tensor(n_buckets - 1))
    return torch.where(n < exact, n, far) + shift


UNUSUAL = {
    "places": {
        "loops": places_by_loops,
        "a triangular matrix": places_by_a_triangle,
        "counted into the rows": places_scattered,
        "where": lambda words: torch.where(words, words.long().cumsum(-1) - 1, 0),
    },
    "waves": {
        "loops": waves_by_loops,
        "rates by logarithms, written into columns": waves_by_logarithms,
        "a cosine as a shifted sine": waves_of_a_shifted_sine,
        "complex numbers": waves_of_complex_numbers,
    },
    "rope": {
        "complex numbers": turned_as_complex_numbers,
        "rotate_half, as in other libraries": turned_by_rotate_half,
        "a matrix for each pair": turned_by_matrices,
        "one pair at a time": turned_one_by_one,
    },
    "alibi": {
        "slopes by repeated multiplication": slopes_by_multiplying,
        "logspace and einsum": slopes_as_logspace,
        "the smaller minus the larger": the_larger_minus_the_smaller,
    },
    "distances": {
        "one at a time": buckets_one_by_one,
        "by their borders": buckets_by_their_borders,
        "logarithms to the base 2": buckets_with_other_logarithms,
    },
}

EQUIVALENT = {
    "places": {"return (words.cumsum(-1) - 1).masked_fill(~words, 0)": "on two axes, 1 and -1 are the same axis"},
    "waves": {},
    "rope": {
        "half = x.shape[-1] // -2": "counted from the end, the middle of an even width is the middle",
    },
    "alibi": {
        "distance = (k_positions[:, None, :] - q_positions[:, :, None]).abs()": "a distance has no sign",
    },
    "distances": {
        "bucket = torch.where(distance <= exact, distance, exact + spans)": "at `exact` both give `exact`",
        "growth = (distance / exact).log() / math.log(max_distance / exact)": "below `exact` it is not used",
    },
}
