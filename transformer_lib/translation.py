"""What is done with a model that reads one text and writes another: batches, translations, alignments."""

from collections.abc import Iterator, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from transformer_lib.batching import END, START, Batch, bucket, pad, pair_batch
from transformer_lib.generation import generate
from transformer_lib.grammar import Pair
from transformer_lib.metrics import alignment_error
from transformer_lib.seq2seq import Seq2Seq
from transformer_lib.trained import Trained


class PairBatches:
    """Batches of sentences with their translations, epoch after epoch, each in another order.

    Going through it again begins with the first epoch, as `train` wants it.

    Args:
        trained: whose tokenizers turn the texts into ids; its model is not used.
        texts: (source, target).
        max_tokens: how many tokens a batch may have, as of `bucket`.
    """

    def __init__(self, trained: Trained, texts: Sequence[tuple[str, str]], *, max_tokens: int) -> None:
        self.ids = [(trained.source.encode(s), [START, *trained.target.encode(t), END]) for s, t in texts]
        self.max_tokens = max_tokens

    def __iter__(self) -> Iterator[Batch]:
        lengths, epoch = [len(source) + len(target) for source, target in self.ids], 0
        while lengths:
            for chosen in bucket(lengths, max_tokens=self.max_tokens, seed=epoch):
                yield pair_batch([self.ids[i] for i in chosen])
            epoch += 1


def write(trained: Trained, sources: Sequence[str], *, max_new_tokens: int = 60) -> list[str]:
    """Return what the model writes for each source, word by word the likeliest.

    Raises:
        ValueError: a model that is no `Seq2Seq`.
    """
    model = seq2seq_of(trained)
    written: list[str] = []
    for start in range(0, len(sources), 200):
        source, words = pad([trained.source.encode(s) for s in sources[start : start + 200]])
        ids = generate(
            model, torch.full((len(source), 1), START), max_new_tokens=max_new_tokens, end_id=END,
            source=source, source_mask=words[:, None],
        )  # fmt: skip
        written += [trained.target.decode(row.tolist()) for row in ids]
    return written


def seq2seq_of(trained: Trained) -> Seq2Seq:
    """Return its model, which must read one text and write another."""
    if not isinstance(trained.model, Seq2Seq):
        raise ValueError(f"trained.model must be a Seq2Seq, but was a {type(trained.model).__name__}")
    return trained.model


def exact(trained: Trained, pairs: Sequence[Pair]) -> list[bool]:
    """Return of each pair whether the model writes its translation to the last letter."""
    written = write(trained, [pair.source for pair in pairs])
    return [pair.target == each for pair, each in zip(pairs, written, strict=True)]


def cross_weights(trained: Trained, source: str, target: str) -> Float[Tensor, "layers heads target_len source_len"]:
    """Return where each step of writing `target` looks in `source`: row t is the step that writes word t.

    The words before it are given, and the step that writes the end is left out.

    Raises:
        ValueError: a model that is no `Seq2Seq`.
    """
    model = seq2seq_of(trained)
    read = torch.tensor([trained.source.encode(source)])
    given = torch.tensor([[START, *trained.target.encode(target)]])
    with torch.no_grad():
        _, _, weights = model(read, given, return_weights=True)
    return weights[:, 0, :, :-1]


def alignment_errors(trained: Trained, pairs: Sequence[Pair], *, shift: int = 0) -> Float[Tensor, "layers heads"]:
    """Return the alignment error of every head of cross-attention, each step's most attended word taken as a link.

    All links of all pairs count alike (Och and Ney 2003); what no step can point at is in the gold alignment too, so
    that even the best head has an error where two source words share a word of the target.

    Args:
        trained: an encoder-decoder.
        pairs: sentences with their gold alignments.
        shift: 1 takes each word's link from the step that *reads* it, one row further down: a common slip.
    """
    gold = {(1000 * i + s, t) for i, pair in enumerate(pairs) for s, t in pair.alignment}
    best = [cross_weights(trained, pair.source, pair.target).argmax(-1) for pair in pairs]
    errors = []
    for rows in zip(*(each.flatten(0, 1).tolist() for each in best), strict=True):  # of each head, one for every pair
        found = {(1000 * i + s, t - shift) for i, row in enumerate(rows) for t, s in enumerate(row) if t >= shift}
        errors.append(alignment_error(found, gold))
    return torch.tensor(errors).view(best[0].shape[:2])


def gold_error(pairs: Sequence[Pair]) -> float:
    """Return the least alignment error that one link per target word can have on these pairs."""
    links = sum(len(pair.alignment) for pair in pairs)
    targets = sum(len({t for _, t in pair.alignment}) for pair in pairs)
    words = sum(1 + max(t for _, t in pair.alignment) for pair in pairs)
    return 1 - 2 * targets / (words + links)
