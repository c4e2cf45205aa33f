"""Right answers to exercise 13 that nobody expects: each must pass, or the check is wrong."""

import math

import torch


def rate_by_branches(step, d_model, warmup):
    risen = step.double() / warmup**1.5
    fallen = 1 / step.double().sqrt()
    return (torch.where(step < warmup, risen, fallen) / math.sqrt(d_model)).float()


def rate_number_by_number(step, d_model, warmup):
    rates = [min(s**-0.5, s * warmup**-1.5) / d_model**0.5 for s in step.flatten().tolist()]
    return torch.tensor(rates).reshape(step.shape)


def rate_from_the_peak(step, d_model, warmup):
    peak = (d_model * warmup) ** -0.5
    return peak * torch.stack([step / warmup, (warmup / step).sqrt()]).amin(0)


def gradient_by_sums(gradients, counts):
    total = torch.zeros_like(gradients[0])
    for gradient, count in zip(gradients, counts.tolist(), strict=True):
        total += gradient * count
    return total / counts.sum()


def gradient_token_by_token(gradients, counts):
    return torch.repeat_interleave(gradients, counts, dim=0).mean(0)


def gradient_of_a_running_mean(gradients, counts):
    seen, mean = 0, torch.zeros_like(gradients[0])
    for gradient, count in zip(gradients, counts.tolist(), strict=True):
        seen += count
        mean = mean + (gradient - mean) * (count / max(seen, 1))
    return mean


def clip_by_minimum(matrix, shift, limit):
    length = torch.hypot(matrix.norm(), shift.norm())
    return torch.vstack([matrix, shift]) * torch.clamp(limit / (length + 1e-20), max=1.0)


def clip_in_float64(matrix, shift, limit):
    both = torch.vstack([matrix, shift]).double()
    length = math.sqrt(sum(x * x for x in both.flatten().tolist()))
    return (both / max(1.0, length / limit)).float()


def clip_by_a_direction(matrix, shift, limit):
    both = torch.vstack([matrix, shift])
    length = torch.linalg.vector_norm(both)
    return torch.nn.functional.normalize(both.flatten(), dim=0).view_as(both) * length.clamp(max=limit)


def loss_of_a_target(logits, targets, smoothing):
    words = logits.shape[-1]
    target = torch.nn.functional.one_hot(targets, words) * (1 - smoothing)
    target = target + smoothing / (words - 1)
    target[..., 0] = 0
    real = (targets > 0).float()
    each = -(target * torch.log_softmax(logits, -1)).sum(-1)
    return (each * real).sum() / real.sum()


def loss_token_by_token(logits, targets, smoothing):
    losses = []
    for row, right in zip(logits.flatten(0, 1), targets.flatten().tolist(), strict=True):
        if right == 0:
            continue
        surprise = (torch.logsumexp(row, 0) - row).tolist()
        spread = sum(surprise[1:]) / (len(surprise) - 1)
        losses.append((1 - smoothing) * surprise[right] + smoothing * spread)
    return torch.tensor(sum(losses) / len(losses))


def adamw_in_pytorchs_order(parameter, gradient, m, v, t, rate, decay, beta_1=0.9, beta_2=0.98, eps=1e-8):
    m, v = torch.lerp(m, gradient, 1 - beta_1), torch.lerp(v, gradient.square(), 1 - beta_2)
    root = v.sqrt() / math.sqrt(1 - beta_2**t) + eps
    new = parameter * (1 - rate * decay)
    return torch.stack([torch.addcdiv(new, m, root, value=-rate / (1 - beta_1**t)), m, v])


def adamw_in_place_on_copies(parameter, gradient, m, v, t, rate, decay, beta_1=0.9, beta_2=0.98, eps=1e-8):
    m = m.clone().mul_(beta_1).add_(gradient, alpha=1 - beta_1)
    v = v.clone().mul_(beta_2).addcmul_(gradient, gradient, value=1 - beta_2)
    below = v.div(1 - beta_2**t).sqrt_().add_(eps)
    new = parameter.clone().mul_(1 - rate * decay).sub_(m.div(1 - beta_1**t).div_(below), alpha=rate)
    return torch.stack([new, m, v])


def adamw_in_float64(parameter, gradient, m, v, t, rate, decay, beta_1=0.9, beta_2=0.98, eps=1e-8):
    p, g, m, v = (x.double() for x in (parameter, gradient, m, v))
    m, v = m + (1 - beta_1) * (g - m), v + (1 - beta_2) * (g**2 - v)
    step = m / (1 - beta_1**t) / ((v / (1 - beta_2**t)) ** 0.5 + eps)
    return torch.stack([p - rate * (step + decay * p), m, v]).float()


UNUSUAL = {
    "warm_up_rate": {
        "where, in float64": rate_by_branches,
        "a loop over numbers": rate_number_by_number,
        "from the peak down": rate_from_the_peak,
    },
    "accumulate": {
        "sums, divided once": gradient_by_sums,
        "every token's gradient": gradient_token_by_token,
        "a running mean": gradient_of_a_running_mean,
    },
    "clip": {
        "hypot and clamp": clip_by_minimum,
        "math.sqrt": clip_in_float64,
        "a direction and a length": clip_by_a_direction,
    },
    "smoothed_loss": {
        "the target written out": loss_of_a_target,
        "one token after the other": loss_token_by_token,
    },
    "adamw_step": {
        "lerp and addcdiv": adamw_in_pytorchs_order,
        "in place, on copies": adamw_in_place_on_copies,
        "in float64": adamw_in_float64,
    },
}

EQUIVALENT: dict[str, dict[str, str]] = {
    "warm_up_rate": {
        "return d_model ** (-0.5) * torch.minimum(step * warmup ** (-1.5), step ** (-0.5))": "a minimum has no order"
    },
    "accumulate": {},
    "clip": {"return both * (limit / length) if length >= limit else both": "at the limit the factor is 1"},
    "smoothed_loss": {},
    "adamw_step": {},
}
