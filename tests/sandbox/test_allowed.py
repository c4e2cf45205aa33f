"""What a task allows of the book's library, in the real sandbox."""

from dataclasses import replace

import torch

from grader.inside.answer import Failure
from tests.sandbox.tasks import ATTENTION_LIKE, DOUBLE
from transformer_lib import attention

X = torch.rand(3, 5)
USES = """
from transformer_lib import Decoder, MultiHeadAttention, attention
from transformer_lib.attention import attention as same
def double(x): return {}
"""


def test_the_allowed_part_answers_and_no_other_is_there(ask):
    allowing = replace(ATTENTION_LIKE, allowed=("transformer_lib.attention:attention",))
    for call in ("attention(x, x, x)[0]", "same(x, x, x)[0]"):
        assert torch.equal(ask(USES.format(call), allowing)("double", (X,)).answer, attention(X, X, X)[0])
    heads = ask(USES.format("MultiHeadAttention(5, 1)(x[None])"), allowing)("double", (X,)).answer
    assert heads == Failure(
        "NotAccepted", "MultiHeadAttention of transformer_lib is not accepted here: write it yourself", heads.where
    )


def test_a_task_that_allows_nothing_lets_the_other_cells_run(ask):
    assert torch.equal(ask(USES.format("2 * x"))("double", (X,)).answer, 2 * X)
    refused = ask(USES.format("attention(x, x, x)[0]"), DOUBLE)("double", (X,)).answer
    assert "attention of transformer_lib is not accepted here" in refused.message


def test_no_file_of_the_library_is_there(ask):
    source = """
import importlib.util, os, transformer_lib
def double(x):
    found = [name for name in ("/box/transformer_lib", "/box/packages/transformer_lib") if os.path.exists(name)]
    return x if found or hasattr(transformer_lib, "__file__") or list(transformer_lib.__path__) else 2 * x
"""
    assert torch.equal(ask(source)("double", (X,)).answer, 2 * X)
