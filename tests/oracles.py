"""PyTorch's own layers with our weights: what several tests compare with."""

import torch
from torch import nn

from transformer_lib import Block, Config
from transformer_lib.layers import Stack


def copy_attention(theirs, ours):
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([w.weight for w in (ours.w_q, ours.w_k, ours.w_v)]))
        theirs.in_proj_bias.copy_(torch.cat([w.bias for w in (ours.w_q, ours.w_k, ours.w_v)]))
    theirs.out_proj.load_state_dict(ours.w_o.state_dict())


def pytorchs_block(ours: Block, config: Config) -> nn.Module:
    """PyTorch's encoder layer with the weights of `ours`, or its decoder layer if ours has a cross-attention."""
    cross = ours.cross_attention is not None
    kind = nn.TransformerDecoderLayer if cross else nn.TransformerEncoderLayer
    sizes = (config.d_model, config.n_heads, config.d_ff, 0.0, config.activation)
    theirs = kind(*sizes, batch_first=True, norm_first=config.pre_norm)
    copy_attention(theirs.self_attn, ours.attention)
    norms = [ours.attention_residual.norm, ours.feed_forward_residual.norm]
    if cross:
        copy_attention(theirs.multihead_attn, ours.cross_attention)
        norms.insert(1, ours.cross_residual.norm)
    pairs = {"linear1": ours.feed_forward.w_1, "linear2": ours.feed_forward.w_2}
    pairs |= {f"norm{i}": norm for i, norm in enumerate(norms, 1)}
    for name, module in pairs.items():
        getattr(theirs, name).load_state_dict(module.state_dict())
    return theirs


def pytorchs_stack(ours: Stack, config: Config) -> nn.Module:
    """`nn.TransformerEncoder`, or `nn.TransformerDecoder`, with the weights of `ours`."""
    layers = [pytorchs_block(block, config) for block in ours.blocks]
    norm = ours.norm if config.pre_norm else None
    if isinstance(layers[0], nn.TransformerDecoderLayer):
        theirs = nn.TransformerDecoder(layers[0], len(layers), norm)
    else:
        theirs = nn.TransformerEncoder(layers[0], len(layers), norm, enable_nested_tensor=False)
    theirs.layers = nn.ModuleList(layers)
    return theirs


def randomise(module: nn.Module) -> nn.Module:
    """Give biases and norms values other than 0 and 1, so that none can be left out or swapped unnoticed."""
    for parameter in module.parameters():
        nn.init.normal_(parameter, mean=0.1, std=0.3)
    return module.eval()
