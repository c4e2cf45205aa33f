"""Right answers to exercise 02 that nobody expects: each must pass, or the check is wrong."""

import torch
import torch.nn.functional as F


def recursion(x, w_x, w_h, b):
    if not len(x):
        return b.new_zeros(0, len(b))
    before = recursion(x[:-1], w_x, w_h, b)
    last = before[-1] if len(before) else torch.zeros_like(b)
    return torch.cat([before, torch.tanh(F.linear(x[-1], w_x, b) + F.linear(last, w_h))[None]])


def one_matrix(x, w_x, w_h, b):
    both, state = torch.cat([w_x, w_h, b[:, None]], 1), x.new_zeros(len(b))
    out = x.new_empty(len(x), len(b))
    for t in range(len(x)):
        state = torch.tanh(both @ torch.cat([x[t], state, x.new_ones(1)]))
        out[t] = state
    return out


def torchs_own_rnn(x, w_x, w_h, b):
    if not len(x):
        return torch.zeros(0, len(b), dtype=x.dtype)
    net = torch.nn.RNN(w_x.shape[1], len(b), dtype=x.dtype)
    for name, value in (("weight_ih_l0", w_x), ("weight_hh_l0", w_h), ("bias_ih_l0", b), ("bias_hh_l0", 0 * b)):
        getattr(net, name).data = value
    return net(x)[0].detach()


def words_first(x, w_x, w_h, b):
    drive, h = torch.addmm(b, x, w_x.T), torch.zeros(1, len(b), dtype=b.dtype)
    rows = [h := torch.tanh(row + h @ w_h.T) for row in drive]
    return torch.cat([h[:0], *rows])


def tanh_by_exp(x, w_x, w_h, b):
    states = [b.double() * 0]
    for word in x.double():
        z = w_x.double() @ word + w_h.double() @ states[-1] + b.double()
        states.append((z.exp() - (-z).exp()) / (z.exp() + (-z).exp()))
    return torch.stack(states)[1:].to(x.dtype)


def conv1d(x, weight, b, causal=False):
    window = weight.shape[2]
    before, after = (window - 1, 0) if causal else (window // 2, window // 2)
    return F.conv1d(F.pad(x.mT, (before, after)), weight, b).mT


def shifted_copies(x, weight, b, causal=False):
    window = weight.shape[-1]
    before = window - 1 if causal else (window - 1) // 2
    out = b.repeat(len(x), 1)
    for k in range(window):
        for i in range(len(x)):
            if 0 <= i + k - before < len(x):
                out[i] += weight[:, :, k].mv(x[i + k - before])
    return out


def one_large_matrix(x, weight, b, causal=False):
    """As a layer with weights for each place, most of which are 0 and the rest shared."""
    n, (d_out, d_in, window) = len(x), weight.shape
    big = x.new_zeros(n, d_out, n, d_in)
    for i in range(n):
        for j in range(n):
            k = j - i + (window - 1 if causal else window // 2)
            if 0 <= k < window:
                big[i, :, j] = weight[:, :, k]
    return (big.flatten(2).flatten(0, 1) @ x.flatten()).view(n, d_out) + b


def einsum_of_windows(x, weight, b, causal=False):
    window = weight.shape[2]
    zeros = torch.zeros(window - 1 if causal else window // 2, x.shape[1], dtype=x.dtype)
    padded = torch.cat([zeros, x] if causal else [zeros, x, zeros])
    return torch.einsum("nik,oik->no", padded.unfold(0, window, 1), weight) + b


def floyd_warshall(sees):
    n = len(sees)
    far = torch.where(sees, 1.0, torch.inf)
    for k in range(n):
        far = torch.minimum(far, far[:, k, None] + far[None, k, :])
    return torch.where(far.isinf(), -1, far.nan_to_num(posinf=0)).long()


def breadth_first(sees):
    n = len(sees)
    layers = torch.full((n, n), -1)
    for i in range(n):
        edge, depth = {i}, 0
        while edge:
            depth += 1
            edge = {j for k in edge for j in range(n) if sees[k, j] and layers[i, j] < 0}
            for j in edge:
                layers[i, j] = depth
    return layers


def powers_in_int64(sees):
    step = sees.long()
    powers = [step]
    for _ in range(2 * len(sees)):
        powers.append((powers[-1] @ step).clamp(max=1))
    met = torch.stack(powers).bool()
    return (met.int().argmax(0) + 1).where(met.any(0), torch.tensor(-1))


def many_layers(sees):
    out, reached = -torch.ones_like(sees, dtype=torch.int64), sees.double()
    for depth in range(1, 40):
        out = torch.where((out < 0) & (reached > 0), depth, out)
        reached = (reached @ sees.double()).clamp(max=1)
    return out


def four_matrices(x, w_x, w_h, b):
    xs, hs, bs = w_x.chunk(4), w_h.chunk(4), b.chunk(4)
    h = c = torch.zeros(*x.shape[:-2], len(bs[0]), dtype=x.dtype)
    out = []
    for t in range(x.shape[-2]):
        i, f, g, o = (x[..., t, :] @ wx.T + h @ wh.T + bias for wx, wh, bias in zip(xs, hs, bs, strict=True))
        c = c * f.sigmoid() + i.sigmoid() * g.tanh()
        h = c.tanh() * o.sigmoid()
        out.append(torch.stack((h, c)))
    return torch.stack(out, -2)


def sentence_by_sentence(x, w_x, w_h, b):
    if x.ndim > 2:
        return torch.stack([sentence_by_sentence(one, w_x, w_h, b) for one in x], 1)
    return four_matrices(x, w_x, w_h, b)


def sigmoid_by_tanh(x, w_x, w_h, b):
    d = w_h.shape[1]
    drive = x @ w_x.mT + b
    h, c = x.new_zeros(*x.shape[:-2], d), x.new_zeros(*x.shape[:-2], d)
    out = x.new_empty(2, *x.shape[:-1], d)
    for t in range(drive.shape[-2]):
        z = drive[..., t, :] + h @ w_h.mT
        gate = (torch.tanh(z / 2) + 1) / 2
        c = gate[..., d : 2 * d] * c + gate[..., :d] * torch.tanh(z[..., 2 * d : 3 * d])
        h = gate[..., 3 * d :] * torch.tanh(c)
        out[0, ..., t, :], out[1, ..., t, :] = h, c
    return out


UNUSUAL = {
    "rnn": {
        "recursion": recursion,
        "one matrix for word, state and bias": one_matrix,
        "nn.RNN with the given weights": torchs_own_rnn,
        "the words' part first, all at once": words_first,
        "tanh by exp, in float64": tanh_by_exp,
    },
    "windows": {
        "conv1d": conv1d,
        "loops, without padding": shifted_copies,
        "one large matrix": one_large_matrix,
        "unfold and einsum": einsum_of_windows,
    },
    "layers_needed": {
        "Floyd and Warshall": floyd_warshall,
        "breadth first": breadth_first,
        "all powers, then the first": powers_in_int64,
        "more layers than can be needed": many_layers,
    },
    "lstm": {
        "four matrices": four_matrices,
        "sentence by sentence": sentence_by_sentence,
        "sigmoid by tanh": sigmoid_by_tanh,
    },
}

SAME_DTYPE = "all inputs have one dtype"
ORDER = "the order of a sum, or of a product of numbers, does not matter"
LENGTH = "the same length, by definition of the shapes"
BROADCAST = "states without batch axes are broadcast to the batch by the first step"
EQUIVALENT = {
    "rnn": {
        "states = w_x.new_zeros(len(x), len(b))": SAME_DTYPE,
        "states = w_h.new_zeros(len(x), len(b))": SAME_DTYPE,
        "states = b.new_zeros(len(x), len(b))": SAME_DTYPE,
        "states = x.new_zeros(len(x), len(w_x))": LENGTH,
        "states = x.new_zeros(len(x), len(w_h))": LENGTH,
    },
    "windows": {
        "out = b": "the first sum broadcasts it to all words",
        "before = window - 1 if causal else window // -2": "of an odd window, all but the last half are the first half",
        "zeros = weight.new_zeros(window, x.shape[1])": SAME_DTYPE,
        "zeros = b.new_zeros(window, x.shape[1])": SAME_DTYPE,
        "zeros = x.new_zeros(window, x.shape[-1])": "on a tensor of two axes, 1 and -1 are the same axis",
        "zeros = x.new_zeros(window, weight.shape[1])": LENGTH,
    },
    "layers_needed": {
        "for depth in range(1, len(sees) + 2):": "more layers than can be needed",
        "for depth in range(1, len(sees) + 10):": "more layers than can be needed",
        "layers[reached * (layers == -1)] = depth": "a product of booleans is their conjunction",
        "layers[(layers == -1) & reached] = depth": ORDER,
        "reached = reached.float() @ sees.float() > 0": "powers of one matrix commute",
    },
    "lstm": {
        "h = c = w_x.new_zeros(*x.shape[:-2], w_h.shape[1])": SAME_DTYPE,
        "h = c = w_h.new_zeros(*x.shape[:-2], w_h.shape[1])": SAME_DTYPE,
        "h = c = b.new_zeros(*x.shape[:-2], w_h.shape[1])": SAME_DTYPE,
        "h = c = x.new_zeros(*x.shape[:-2], w_h.shape[-1])": "on a tensor of two axes, 1 and -1 are the same axis",
        "h = c = x.new_zeros(*w_x.shape[:-2], w_h.shape[1])": BROADCAST,
        "h = c = x.new_zeros(*w_h.shape[:-2], w_h.shape[1])": BROADCAST,
        "h = c = x.new_zeros(*b.shape[:-2], w_h.shape[1])": BROADCAST,
        "h = c = x.new_zeros(*x.shape[:-20], w_h.shape[1])": BROADCAST,
    },
}
