"""Ready-made answers that a task does not accept, and how a call of them is refused.

A task names its bans (`Task.banned`). Python functions and the `forward` of classes are refused in place, on the
function object itself: another name for it is refused as well. In the sandbox PyTorch's own kernels are refused, too,
in the dispatcher, where every way of calling them ends. What this cannot do is said in SECURITY.md.
"""

import inspect
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType
from typing import Any

import torch


@dataclass(frozen=True)
class Ban:
    """What is refused, and what to say.

    Args:
        says: the sentence that is raised.
        functions: Python functions and classes, as "module:name".
        builtins: what has no Python code of its own to refuse, replaced where it is found, as "module:name" or
            "module:Class.method".
        operators: PyTorch's operators, as (name, dispatch key).
    """

    says: str
    functions: tuple[str, ...] = ()
    builtins: tuple[str, ...] = ()
    operators: tuple[tuple[str, str], ...] = ()


BANS = {
    "attention": Ban(
        says="ready-made attention is not accepted here: write it from matrix products and softmax",
        functions=(
            "torch.nn.functional:multi_head_attention_forward",
            "torch.nn.modules.activation:MultiheadAttention",
            "torch.nn.modules.transformer:TransformerEncoderLayer",
        ),
        builtins=("torch.nn.functional:scaled_dot_product_attention", "torch._C._nn:scaled_dot_product_attention"),
        operators=(
            ("scaled_dot_product_attention", "CompositeImplicitAutograd"),
            ("_scaled_dot_product_attention_math", "CompositeImplicitAutograd"),
            ("_scaled_dot_product_flash_attention_for_cpu", "CPU"),
            ("_native_multi_head_attention", "CPU"),
            ("_transformer_encoder_layer_fwd", "CPU"),
        ),
    ),
    "layer_norm": Ban(
        says="a ready-made norm is not accepted here: write it from means and a root",
        functions=("torch.nn.functional:layer_norm", "torch.nn:LayerNorm"),
        builtins=("torch:layer_norm", "torch:native_layer_norm"),
        operators=(("layer_norm", "CompositeImplicitAutograd"), ("native_layer_norm", "CPU")),
    ),
    "clip": Ban(
        says="ready-made clipping is not accepted here: write it from squares, sums and a root",
        functions=(
            "torch.nn.utils.clip_grad:clip_grad_norm_",
            "torch.nn.utils.clip_grad:_clip_grads_with_norm_",
        ),
        builtins=("torch:renorm", "torch:Tensor.renorm", "torch:Tensor.renorm_"),
        operators=(("renorm", "CPU"), ("renorm_", "CPU")),
    ),
    "cross_entropy": Ban(
        says="a ready-made cross-entropy is not accepted here: write it from log_softmax, products and sums",
        functions=("torch.nn.functional:cross_entropy", "torch.nn.functional:linear_cross_entropy"),
        builtins=("torch._C._nn:cross_entropy_loss",),
        operators=(("cross_entropy_loss", "CompositeImplicitAutograd"),),
    ),
    "adam": Ban(
        says="a ready-made optimizer is not accepted here: write its step from the equations",
        functions=(
            "torch.optim.adam:_single_tensor_adam",
            "torch.optim.adam:_multi_tensor_adam",
            "torch.optim.adam:_fused_adam",
        ),
        builtins=("torch.optim:Adam.__init__", "torch:_fused_adam_", "torch:_fused_adamw_"),
        operators=(("_fused_adam_", "CPU"), ("_fused_adamw_", "CPU")),
    ),
}
_libraries: list[Any] = []  # kept: a library that is collected takes its refusals with it


class NotAccepted(RuntimeError):
    """A ready-made answer was called."""


def refusal(says: str) -> CodeType:
    """Code that raises NotAccepted whatever it is called with; it needs no names of the module it is put in."""
    source = f"def refuse(*args, **kwargs):\n    import grader.inside.bans as b\n    raise b.NotAccepted({says!r})\n"
    names: dict[str, Any] = {}
    exec(compile(source, "<not accepted>", "exec"), names)
    code: CodeType = names["refuse"].__code__
    return code


def refuse_all(ban: Ban) -> list[tuple[Any, str, Any]]:
    """Refuse a ban's Python side; return (object, attribute, what it was) of all that was changed."""
    code, changed = refusal(ban.says), []

    def set_to(target: Any, attribute: str, value: Any) -> None:
        changed.append((target, attribute, getattr(target, attribute)))
        setattr(target, attribute, value)

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise NotAccepted(ban.says)

    for place in (*ban.functions, *ban.builtins):
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        owner: Any = sys.modules.get(module)
        for each in owners:
            owner = getattr(owner, each, None)
        target: Any = getattr(owner, name, None)
        target = inspect.unwrap(target)  # a decorator's wrapper is not the function
        if isinstance(target, type):
            set_to(target, "forward", refuse)
        elif place in ban.builtins and target is not None:
            set_to(owner, name, refuse)
        elif getattr(target, "__code__", None) is not None and not target.__code__.co_freevars:
            set_to(target, "__code__", code)
    return changed


@contextmanager
def banned(names: tuple[str, ...]) -> Iterator[None]:
    """Refuse for a while: for a self-check, in the learner's own process."""
    changed = [change for name in names for change in refuse_all(BANS[name])]
    try:
        yield
    finally:
        for target, attribute, value in reversed(changed):
            setattr(target, attribute, value)


def ban(name: str) -> None:
    """Refuse for good, and in the dispatcher: for a process of one question."""
    chosen = BANS[name]
    refuse_all(chosen)
    library = torch.library.Library("aten", "IMPL")

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise NotAccepted(chosen.says)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for operator, key in chosen.operators:
            library.impl(operator, refuse, key, allow_override=True)
    _libraries.append(library)
