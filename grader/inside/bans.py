"""Ready-made answers that a task does not accept, and how a call of them is refused.

A task names its bans (`Task.banned`). Python functions and the `forward` of classes are refused in place, on the
function object itself: another name for it is refused as well. In the sandbox PyTorch's own kernels are refused, too,
in the dispatcher, where every way of calling them ends, and so are the modules in which PyTorch writes its kernels once
more in Python. What this cannot do is said in SECURITY.md.
"""

import functools
import inspect
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from types import CodeType, FunctionType, ModuleType
from typing import Any

import torch

KEYS = (
    *("CPU", "SparseCPU", "MkldnnCPU", "NestedTensorCPU"),
    *("CompositeImplicitAutograd", "CompositeImplicitAutogradNestedTensor"),
    *("CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional"),
)
ONCE_MORE = (  # modules that hold PyTorch's kernels, or whole layers, written once more in Python
    *("torch._decomp", "torch._inductor", "torch._refs", "torch.ao.nn", "torch.onnx", "torch.testing._internal"),
    *("torch._higher_order_ops.flex_attention", "torch.nn.attention.flex_attention"),
)


@dataclass(frozen=True)
class Ban:
    """What is refused, and what to say.

    Args:
        says: the sentence that is raised.
        functions: Python functions and classes, as "module:name".
        builtins: what has no Python code of its own to refuse, replaced where it is found, as "module:name" or
            "module:Class.method".
        operators: PyTorch's operators, with all their overloads.
        words: what is refused of the modules in ONCE_MORE: whatever has one of these in its name.
    """

    says: str
    functions: tuple[str, ...] = ()
    builtins: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


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
            "scaled_dot_product_attention",
            "_scaled_dot_product_attention_math",
            "_scaled_dot_product_flash_attention_for_cpu",
            "_scaled_dot_product_fused_attention_overrideable",
            "_native_multi_head_attention",
            "_transformer_encoder_layer_fwd",
        ),
        words=("attention", "attn", "sdp", "sfdp", "transformer"),
    ),
    "layer_norm": Ban(
        says="a ready-made norm is not accepted here: write it from means and a root",
        functions=(
            "torch.nn:LayerNorm",
            "torch.nn:RMSNorm",
            *(f"torch.nn.functional:{kind}_norm" for kind in ("batch", "group", "instance", "layer", "local_response")),
        ),
        builtins=(
            *("torch:layer_norm", "torch:native_layer_norm", "torch:rms_norm", "torch:_fused_rms_norm"),
            *("torch:group_norm", "torch:native_group_norm", "torch:instance_norm"),
            *("torch:batch_norm", "torch:native_batch_norm", "torch:_batch_norm_impl_index"),
            "torch:_native_batch_norm_legit",
        ),
        operators=(
            *("layer_norm", "native_layer_norm", "rms_norm", "_fused_rms_norm"),
            *("group_norm", "native_group_norm", "instance_norm"),
            *("batch_norm", "native_batch_norm", "_batch_norm_impl_index", "_native_batch_norm_legit"),
            *("_native_batch_norm_legit_functional", "_batch_norm_with_update", "_batch_norm_with_update_functional"),
        ),
        words=("norm",),
    ),
    "clip": Ban(
        says="ready-made clipping is not accepted here: write it from squares, sums and a root",
        functions=(
            "torch.nn.utils.clip_grad:clip_grad_norm_",
            "torch.nn.utils.clip_grad:_clip_grads_with_norm_",
        ),
        builtins=("torch:renorm", "torch:Tensor.renorm", "torch:Tensor.renorm_"),
        operators=("renorm", "renorm_"),
        words=("norm", "clip"),
    ),
    "cross_entropy": Ban(
        says="a ready-made cross-entropy is not accepted here: write it from log_softmax, products and sums",
        functions=(
            *("torch.nn.functional:cross_entropy", "torch.nn.functional:linear_cross_entropy"),
            *("torch.nn.functional:nll_loss", "torch.nn.functional:kl_div", "torch.nn.functional:ctc_loss"),
        ),
        builtins=(
            *("torch._C._nn:cross_entropy_loss", "torch._C._nn:nll_loss", "torch._C._nn:nll_loss2d"),
            *("torch._C._nn:nll_loss_nd", "torch:kl_div", "torch:ctc_loss"),
        ),
        operators=(
            *("cross_entropy_loss", "kl_div", "ctc_loss", "_ctc_loss"),
            *("nll_loss", "nll_loss_nd", "nll_loss_forward", "nll_loss2d", "nll_loss2d_forward"),
        ),
        words=("loss", "kl_div", "entropy"),
    ),
    "adam": Ban(
        says="a ready-made optimizer is not accepted here: write its step from the equations",
        functions=(
            "torch.optim.adam:_fused_adam",
            "torch.optim._functional:sparse_adam",
            *(
                f"torch.optim.{kind}:_{how}_tensor_{kind}"
                for kind in ("adam", "adamax", "nadam", "radam")
                for how in ("single", "multi")
            ),
        ),
        builtins=("torch.optim:Adam.__init__", "torch:_fused_adam_", "torch:_fused_adamw_"),
        operators=("_fused_adam_", "_fused_adamw_", "_fused_adam", "_fused_adamw"),
        words=("adam",),
    ),
    "lstm": Ban(
        says="a ready-made LSTM is not accepted here: write it from the equations",
        functions=("torch.nn:LSTM", "torch.nn:LSTMCell"),
        builtins=(
            *("torch:lstm", "torch:lstm_cell", "torch._VF:lstm", "torch._VF:lstm_cell"),
            *("torch:mkldnn_rnn_layer", "torch:quantized_lstm", "torch:quantized_lstm_cell"),
        ),
        operators=("lstm", "lstm_cell", "mkldnn_rnn_layer", "quantized_lstm", "quantized_lstm_cell"),
        words=("lstm",),
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


def refusing(sentence: str) -> Callable[..., None]:
    """A function or method that raises NotAccepted."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise NotAccepted(sentence)

    return refuse


def refuse_all(ban: Ban) -> list[tuple[Any, str, Any]]:
    """Refuse a ban's Python side; return (object, attribute, what it was) of all that was changed."""
    code, changed = refusal(ban.says), []

    def set_to(target: Any, attribute: str, value: Any) -> None:
        changed.append((target, attribute, getattr(target, attribute)))
        setattr(target, attribute, value)

    for place in (*ban.functions, *ban.builtins):
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        owner: Any = sys.modules.get(module)
        for each in owners:
            owner = getattr(owner, each, None)
        target: Any = getattr(owner, name, None)
        target = inspect.unwrap(target)  # a decorator's wrapper is not the function
        if isinstance(target, type):
            set_to(target, "forward", refusing(ban.says))
        elif place in ban.builtins and target is not None:
            set_to(owner, name, refusing(ban.says))
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


def once_more(modules: Iterable[ModuleType]) -> list[Any]:
    """The functions and classes that those of the modules define that are in ONCE_MORE."""
    things = [
        inspect.unwrap(thing) if isinstance(thing, FunctionType) else thing
        for names in (vars(module) for module in modules if module.__name__.startswith(ONCE_MORE))
        for name, thing in names.items()
        if isinstance(thing, FunctionType | type) and not name.startswith("__")
    ]
    return [thing for thing in things if str(thing.__module__).startswith(ONCE_MORE)]


IN_MEMORY = once_more(list(sys.modules.values()))  # collected once, before any child is forked


def refuse_once_more(ban: Ban, things: list[Any]) -> None:
    """Refuse what has a word of the ban in its name."""
    code = refusal(ban.says)

    for thing in things:
        name = thing.__qualname__.lower()
        if "backward" in name or not any(word in name for word in ban.words):
            continue
        if isinstance(thing, type):
            thing.forward = refusing(ban.says)  # type: ignore[attr-defined]
        else:
            free = thing.__code__.co_freevars
            thing.__code__ = code.replace(co_freevars=free) if free else code


class Refusing(PathFinder):
    """Finds the modules in ONCE_MORE that are not in memory yet; what bans name in them is refused once they are."""

    bans: tuple[Ban, ...] = ()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # type: ignore[override]
        """Let Python find the module, and refuse after it has run."""
        spec = super().find_spec(name, path) if name.startswith(ONCE_MORE) else None
        if spec and spec.loader:
            run = spec.loader.exec_module

            def run_and_refuse(module: ModuleType) -> None:
                run(module)
                for ban in self.bans:
                    refuse_once_more(ban, once_more([module]))

            spec.loader.exec_module = run_and_refuse  # type: ignore[method-assign]
        return spec


_finder: Any = Refusing()


def ban(name: str) -> None:
    """Refuse for good, in the dispatcher and in ONCE_MORE, too: for a process of one question."""
    chosen = BANS[name]
    refuse_all(chosen)
    refuse_once_more(chosen, IN_MEMORY)
    _finder.bans += (chosen,)
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    library = torch.library.Library("aten", "IMPL")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for operator, key in kernels(chosen):
            library.impl(operator, refusing(chosen.says), key, allow_override=True)
    _libraries.append(library)


@functools.cache
def kernels(chosen: Ban) -> list[tuple[str, str]]:
    """(operator with overload, dispatch key) of all kernels that a ban refuses: looked up before a child is forked."""
    return [
        (name, key)
        for operator in chosen.operators
        for name in (
            f"{operator}.{each}".removesuffix(".default") for each in getattr(torch.ops.aten, operator).overloads()
        )
        for key in KEYS
        if torch._C._dispatch_has_kernel_for_dispatch_key(f"aten::{name}", key)
    ]
