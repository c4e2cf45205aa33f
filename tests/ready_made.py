"""Ready-made answers to tasks that ask for the thing itself: as whole programs, for the check and for the sandbox."""

CLIP = """
import torch
from torch.nn.utils import clip_grad_norm_ as alias
def my_clip(matrix, shift, limit):
    parameters = [torch.nn.Parameter(torch.zeros_like(x)) for x in (matrix, shift)]
    for parameter, gradient in zip(parameters, (matrix, shift)):
        parameter.grad = gradient.clone()
    {call}
    return torch.vstack([p.grad for p in parameters])
"""
RENORM = """
import torch
def my_clip(matrix, shift, limit):
    both = torch.vstack([matrix, shift])
    return {call}.view_as(both)
"""
LOSS = """
import torch
import torch.nn.functional as F
from torch.nn.functional import cross_entropy as alias
def my_loss(logits, targets, smoothing):
    rows, right = logits[targets != 0], targets[targets != 0]
    target = torch.full_like(rows, smoothing / (rows.shape[-1] - 1))
    target[:, 0] = 0
    target[torch.arange(len(right)), right] += 1 - smoothing
    return {call}
"""
ADAMW = """
import torch
from torch.optim import AdamW as alias
from torch.optim.adam import adam
def my_adamw(parameter, gradient, m, v, t, rate, decay, beta_1=0.9, beta_2=0.98, eps=1e-8):
    p, m, v = torch.nn.Parameter(parameter.clone()), m.clone(), v.clone()
    optimizer = {call}
    optimizer.state[p] = {{"step": torch.tensor(float(t - 1)), "exp_avg": m, "exp_avg_sq": v}}
    p.grad = gradient.clone()
    optimizer.step()
    return torch.stack([p.detach(), m, v])
"""
STEP = """
import torch
from torch.optim.adam import adam
def my_adamw(parameter, gradient, m, v, t, rate, decay, beta_1=0.9, beta_2=0.98, eps=1e-8):
    p, m, v, steps = parameter.clone(), m.clone(), v.clone(), torch.tensor(float(t - 1))
    lists = [p], [gradient], [m], [v], [], [steps]
    numbers = dict(beta1=beta_1, beta2=beta_2, lr=rate, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
    {call}
    return torch.stack([p, m, v])
"""
OPTIONS = "[p], lr=rate, betas=(beta_1, beta_2), eps=eps, weight_decay=decay"
ANSWERS = {
    "clip": [
        CLIP.format(call="torch.nn.utils.clip_grad_norm_(parameters, limit)"),
        CLIP.format(call="alias(parameters, limit)"),
        CLIP.format(call="torch.nn.utils.clip_grad_norm_(parameters, limit, foreach=False)"),
        CLIP.format(
            call="torch.nn.utils.clip_grads_with_norm_(parameters, limit, torch.vstack([matrix, shift]).norm())"
        ),
        RENORM.format(call="torch.renorm(both.view(1, -1), 2, 0, limit)"),
        RENORM.format(call="both.view(1, -1).renorm(2, 0, limit)"),
    ],
    "smoothed_loss": [
        LOSS.format(call="F.cross_entropy(logits.mT, targets, ignore_index=0, label_smoothing=smoothing)"),
        LOSS.format(call="F.cross_entropy(rows, target)"),
        LOSS.format(call="alias(rows, target)"),
        LOSS.format(call="torch.nn.CrossEntropyLoss()(rows, target)"),
        LOSS.format(call="torch._C._nn.cross_entropy_loss(rows, target, None, 1)"),
        LOSS.format(call="F.linear_cross_entropy(rows, torch.eye(rows.shape[-1]), right, label_smoothing=smoothing)"),
    ],
    "adamw_step": [
        ADAMW.format(call=f"torch.optim.AdamW({OPTIONS})"),
        ADAMW.format(call=f"alias({OPTIONS})"),
        ADAMW.format(call=f"torch.optim.AdamW({OPTIONS}, fused=True)"),
        ADAMW.format(call=f"torch.optim.Adam({OPTIONS}, decoupled_weight_decay=True)"),
        STEP.format(call="adam(*lists, foreach=False, decoupled_weight_decay=True, **numbers)"),
        STEP.format(call="torch._fused_adamw_(*lists[:5], [steps + 1], **numbers)"),
    ],
}
ONLY_IN_THE_DISPATCHER = {  # the sandbox refuses these; a self-check does not reach so far
    "smoothed_loss": [LOSS.format(call="torch.ops.aten.cross_entropy_loss(rows, target, None, 1)")],
    "adamw_step": [STEP.format(call="torch.ops.aten._fused_adamw_(*lists[:5], [steps + 1], **numbers)")],
    "clip": [RENORM.format(call="torch.ops.aten.renorm(both.view(1, -1), 2, 0, limit)")],
}
