"""Which parts of the book's library an answer may use: cut out for the sandbox, and refused in a self-check."""

import sys
from dataclasses import replace
from unittest.mock import patch

import pytest
import torch

import transformer_lib
from grader.exercises import exercises
from grader.inside.answer import Failure
from grader.inside.shelf import stock
from grader.learner import in_process
from grader.library import allowance, exports, modules, statements
from tests.sandbox.tasks import DOUBLE
from transformer_lib.attention import attention, check_attention_shapes

ATTENTION = "transformer_lib.attention:attention"
Q = torch.rand(2, 3, 5)


@pytest.fixture
def stocked():
    """stocked(*allowed) -> the modules as a process of one question has them."""
    with patch.dict(sys.modules):

        def make(*allowed):
            stock(**allowance(allowed).as_dict())
            return lambda name: sys.modules[name]

        yield make


def test_a_part_comes_with_what_it_needs_and_nothing_else(stocked):
    allowed = allowance((ATTENTION,))
    assert ("transformer_lib.attention", "check_attention_shapes") in allowed.names
    assert ("transformer_lib.masks", "check_is_boolean") in allowed.names
    text = "\n".join(allowed.sources.values())
    for word in ("MultiHeadAttention", "fused", "causal_mask", "jaxtyping"):
        assert word not in text.replace("fused kernels", "")
    cut_out = stocked(ATTENTION)("transformer_lib.attention").attention
    assert cut_out is not attention
    assert torch.equal(cut_out(Q, Q, Q)[0], attention(Q, Q, Q)[0])


def test_what_is_not_allowed_can_be_imported_and_refuses_when_used(stocked):
    module = stocked(ATTENTION)
    assert module("transformer_lib").attention is module("transformer_lib.attention").attention
    heads = module("transformer_lib").MultiHeadAttention
    says = "MultiHeadAttention of transformer_lib is not accepted here: write it yourself"
    with pytest.raises(RuntimeError, match=says):
        heads(4, 2)
    with pytest.raises(RuntimeError, match=says):
        type("Mine", (heads,), {})(4, 2)
    with pytest.raises(RuntimeError, match=r"Config of transformer_lib\.config is not accepted here"):
        module("transformer_lib.config").Config.paper_base  # noqa: B018
    with pytest.raises(AttributeError):
        module("transformer_lib").__file__  # noqa: B018


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(exports()) - {"load_minilm", "from_pretrained"}))
def test_every_export_can_be_allowed(name, stocked):
    module = stocked(f"{exports()[name]}:{name}")
    cut_out, whole = getattr(module("transformer_lib"), name), getattr(transformer_lib, name)
    assert (cut_out.__name__, cut_out.__module__) == (whole.__name__, whole.__module__)
    assert cut_out is not whole
    if name == "Decoder":
        config = sys.modules["transformer_lib.config"]
        with pytest.raises(RuntimeError, match="not accepted"):
            config.Config()


def test_a_decoder_that_is_allowed_runs(stocked):
    module = stocked("transformer_lib.decoder:Decoder", "transformer_lib.config:Config")
    small = {"vocab_size": 11, "d_model": 6, "n_heads": 2, "n_layers": 1, "d_ff": 5, "max_len": 7}
    torch.manual_seed(1)
    logits = (
        module("transformer_lib").Decoder(module("transformer_lib").Config(**small)).eval()(torch.tensor([[1, 2, 3]]))
    )
    torch.manual_seed(1)
    whole = transformer_lib.Decoder(transformer_lib.Config(**small)).eval()(torch.tensor([[1, 2, 3]]))
    assert torch.equal(logits, whole)


@pytest.mark.parametrize(
    "part", ["transformer_lib.attention:attentoin", "torch:rand", "transformer_lib.nowhere:x", "x"]
)
def test_a_part_that_is_none_is_an_authors_error(part):
    with pytest.raises(ValueError, match=r"allowed should name a part|has no module"):
        allowance((part,))


def test_every_task_allows_parts_that_are_there():
    for exercise in exercises():
        for task in exercise.tasks:
            allowance(task.allowed)


def test_the_self_check_refuses_the_library_but_for_what_is_allowed():
    names = {"double": lambda x: attention(x, x, x)[0]}
    refused = in_process(DOUBLE, names)("double", (Q,)).answer
    assert isinstance(refused, Failure)
    assert refused.message == "attention of transformer_lib.attention is not accepted here: write it yourself"
    given = in_process(replace(DOUBLE, allowed=(ATTENTION,)), names)("double", (Q,)).answer
    assert torch.equal(given, attention(Q, Q, Q)[0])

    heads = transformer_lib.MultiHeadAttention(5, 1)
    for use in (heads, lambda x: transformer_lib.MultiHeadAttention(5, 1)):
        answer = in_process(replace(DOUBLE, allowed=(ATTENTION,)), {"double": use})("double", (Q,)).answer
        assert "MultiHeadAttention of transformer_lib.attention is not accepted" in answer.message
    heads(Q)
    check_attention_shapes(Q, Q, Q, None, None)  # all is as it was


def test_all_modules_are_known():
    assert modules()[0] == "transformer_lib"
    assert "transformer_lib.attention" in modules()
    assert "attention" in statements("transformer_lib.attention")
