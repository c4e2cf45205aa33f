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
SPARSE = """
import torch
from torch.optim import _functional
def my_adamw(parameter, gradient, m, v, t, rate, decay, beta_1=0.9, beta_2=0.98, eps=1e-8):
    p, m, v = (1 - rate * decay) * parameter, m.clone(), v.clone()
    numbers = dict(lr=rate, maximize=False, eps=eps * (1 - beta_2**t) ** 0.5)
    _functional.sparse_adam([p], [gradient.to_sparse()], [m], [v], [t], beta1=beta_1, beta2=beta_2, **numbers)
    return torch.stack([p, m, v])
"""
NORM = """
import torch
import torch.nn.functional as F
def my_layer_norm(x, gain, shift, eps=1e-5):
    rows = x.reshape(-1, x.shape[-1])
    return {call}.reshape(x.shape)
"""
LSTM = """
import torch
def my_lstm(x, w_x, w_h, b):
    flat = x.flatten(0, -3) if x.ndim > 2 else x[None]
    net, zero = torch.nn.LSTM(x.shape[-1], w_h.shape[1], batch_first=True, dtype=x.dtype), torch.zeros_like(b)
    cell = torch.nn.LSTMCell(x.shape[-1], w_h.shape[1], dtype=x.dtype)
    for own in (net, cell):
        for parameter, value in zip(own.parameters(), (w_x, w_h, b, zero)):
            parameter.data = value
    h = c = flat.new_zeros(len(flat), w_h.shape[1])
    states = []
    for word in flat.unbind(1):
        {call}
        states.append(torch.stack([h, c]))
    return torch.stack(states, -2).reshape(2, *x.shape[:-1], -1)
"""
ATTENTION = """
import torch
def my_attention(q, k, v, mask=None):
    from torch._inductor.fx_passes.fuse_attention import _sfdp_pattern_5
    hidden = torch.zeros(1) if mask is None else torch.zeros(mask.shape).masked_fill(~mask, -torch.inf)
    return _sfdp_pattern_5(q, k, v, hidden.to(q.dtype), q.shape[-1] ** 0.5).nan_to_num()
"""
TWO_STATES = "_, (h, c) = {}(word[:, None], (h[None], c[None]){}); h, c = h[0], c[0]"
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
        LOSS.format(call="F.nll_loss(rows.log_softmax(-1), right)"),
        LOSS.format(call="torch.nn.NLLLoss()(rows.log_softmax(-1), right)"),
        LOSS.format(call="F.kl_div(rows.log_softmax(-1), target, reduction='batchmean')"),
        LOSS.format(call="F.linear_cross_entropy(rows, torch.eye(rows.shape[-1]), right, label_smoothing=smoothing)"),
    ],
    "adamw_step": [
        ADAMW.format(call=f"torch.optim.AdamW({OPTIONS})"),
        ADAMW.format(call=f"alias({OPTIONS})"),
        ADAMW.format(call=f"torch.optim.AdamW({OPTIONS}, fused=True)"),
        ADAMW.format(call=f"torch.optim.Adam({OPTIONS}, decoupled_weight_decay=True)"),
        STEP.format(call="adam(*lists, foreach=False, decoupled_weight_decay=True, **numbers)"),
        STEP.format(call="torch._fused_adamw_(*lists[:5], [steps + 1], **numbers)"),
        SPARSE,
    ],
    "layer_norm": [
        NORM.format(call="F.layer_norm(rows, rows.shape[-1:], gain, shift, eps)"),
        NORM.format(call="F.group_norm(rows, 1, gain, shift, eps)"),
        NORM.format(call="torch.group_norm(rows, 1, gain, shift, eps)"),
        NORM.format(call="(F.instance_norm(rows[None], eps=eps) * gain + shift)"),
        NORM.format(call="(F.batch_norm(rows.T, None, None, training=True, eps=eps).T * gain + shift)"),
        NORM.format(call="(F.rms_norm(rows - rows.mean(-1, keepdim=True), rows.shape[-1:], gain, eps) + shift)"),
    ],
    "lstm": [
        LSTM.format(call="h, c = torch.lstm_cell(word, (h, c), w_x, w_h, b, zero)"),
        LSTM.format(call="h, c = cell(word, (h, c))"),
        LSTM.format(call=TWO_STATES.format("net", "")),
    ],
}
ONLY_IN_THE_SANDBOX = {  # a self-check does not reach so far
    "smoothed_loss": [
        LOSS.format(call="torch.ops.aten.cross_entropy_loss(rows, target, None, 1)"),
        LOSS.format(call="torch.ops.aten.nll_loss_forward(rows.log_softmax(-1), right, None, 1, -100)[0]"),
    ],
    "adamw_step": [STEP.format(call="torch.ops.aten._fused_adamw_(*lists[:5], [steps + 1], **numbers)")],
    "clip": [RENORM.format(call="torch.ops.aten.renorm(both.view(1, -1), 2, 0, limit)")],
    "layer_norm": [
        NORM.format(call="torch.ops.aten.native_group_norm(rows, gain, shift, len(rows), len(gain), 1, 1, eps)[0]"),
        NORM.format(call="torch._refs.native_layer_norm(rows, rows.shape[-1:], gain, shift, eps)[0]"),
        NORM.format(call="torch._refs.nn.functional.layer_norm(rows, rows.shape[-1:], gain, shift, eps)"),
        NORM.format(call="torch._refs._normalize(rows, [1], eps)[0] * gain + shift"),
    ],
    "lstm": [
        LSTM.format(call="h, c = torch.ops.aten.lstm_cell(word, (h, c), w_x, w_h, b, zero)"),
        LSTM.format(call="h, c = torch._C._VariableFunctions.lstm_cell(word, (h, c), w_x, w_h, b, zero)"),
    ],
    "attention": [ATTENTION],
}
