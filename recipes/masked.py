"""Masked words and next sentences, BERT's two tasks (Devlin et al. 2019, section 3.1), on the King James Bible.

    python -m recipes.masked

A pair is two verses, [START] a [END] b [END]: in half of the pairs b follows a, in the others it comes from elsewhere.
"""

import random
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from recipes.common import Epochs, arguments, ratio, run, share
from transformer_lib import Bert, Config, pad
from transformer_lib.batching import END, MASK, START, masked_word_batch
from transformer_lib.datasets import held_out, verses
from transformer_lib.recipe import Recipe
from transformer_lib.text import WordTokenizer
from transformer_lib.trained import Trained

STEPS, WORDS, LONGEST = 1200, 4000, 40
RECIPE = Recipe(
    steps=STEPS,
    learning_rate=4e-3,
    warmup=60,
    optimizer="muon",
    betas=(0.9, 0.95),
    bf16=True,
    save_every=50,
)


@dataclass(frozen=True)
class PairBatch:
    """Pairs of verses with some words hidden.

    Args:
        tokens, segments: what is read, and which of the two verses each token belongs to.
        targets, counts: the true words, and which of them are to be guessed.
        words: which tokens are no padding.
        elsewhere: 0 where the second verse follows the first, 1 where it comes from elsewhere.
    """

    tokens: Tensor
    segments: Tensor
    targets: Tensor
    counts: Tensor
    words: Tensor
    elsewhere: Tensor


class Verses:
    """The verses of a part of the Bible, and the pairs made of them.

    Args:
        part: "train" or "test": every tenth chapter, by the letters of its name alone.
        tokenizer: left out, one is made of this part's words.
    """

    def __init__(self, part: str, tokenizer: WordTokenizer | None = None) -> None:
        chosen = {key: text for key, text in verses().items() if held_out(*key[:2]) == (part == "test")}
        self.tokenizer = tokenizer or WordTokenizer(chosen.values(), max_size=WORDS, lowercase=True)
        self.ids = {key: self.tokenizer.encode(text)[:LONGEST] for key, text in chosen.items()}
        self.keys = [key for key in self.ids if following(key) in self.ids]
        self.lengths = [len(self.ids[key]) + len(self.ids[following(key)]) + 3 for key in self.keys]

    def batch(self, chosen: list[int], *, all_hidden: bool = False) -> PairBatch:
        """Return the pairs that begin with these verses; what is hidden, and what is from elsewhere, follows from them.

        Args:
            all_hidden: put [MASK] in the place of every word that is to be guessed, as one does who measures.
        """
        seed = zlib.crc32(str(chosen).encode())
        rng = random.Random(seed)
        rows, segments, elsewhere = [], [], []
        for i in chosen:
            key, strange = self.keys[i], rng.random() < 0.5
            other = following(rng.choice(self.keys)) if strange else following(key)
            strange = other != following(key)  # the one drawn may be the right one
            first, second = [START, *self.ids[key], END], [*self.ids[other], END]
            rows.append(first + second)
            segments.append([0] * len(first) + [1] * len(second))
            elsewhere.append(int(strange))
        generator = torch.Generator().manual_seed(seed)
        hidden = masked_word_batch(rows, vocab_size=self.tokenizer.vocab_size, generator=generator)
        tokens = hidden.targets.masked_fill(hidden.counts, MASK) if all_hidden else hidden.tokens
        return PairBatch(tokens, pad(segments)[0], hidden.targets, hidden.counts, hidden.words, torch.tensor(elsewhere))


def following(key: tuple[str, int, int]) -> tuple[str, int, int]:
    """Return the next verse of the chapter, whether there is one or not."""
    return key[0], key[1], key[2] + 1


def both_losses(model: nn.Module, batch: PairBatch, recipe: Recipe) -> tuple[Tensor, int]:
    """Return the sum of both tasks' mean losses, times the number of hidden words, and that number."""
    words, elsewhere = guesses(model, batch)
    n = int(batch.counts.sum())
    loss = F.cross_entropy(words, batch.targets[batch.counts]) + F.cross_entropy(elsewhere, batch.elsewhere)
    return loss * n, n


def guesses(model: Any, batch: PairBatch) -> tuple[Tensor, Tensor]:
    """Return the logits of the hidden words only, and those of whether the second verse is from elsewhere."""
    hidden = model.encoder(batch.tokens, batch.words[:, None], segments=batch.segments)
    return model.word_logits(hidden[batch.counts]), model.is_next(model.pooled(hidden))


def model_for(tokenizer: WordTokenizer) -> Bert:
    """Return the untrained model."""
    return Bert(
        Config(
            vocab_size=tokenizer.vocab_size,
            d_model=128,
            n_heads=4,
            n_layers=4,
            d_ff=512,
            max_len=128,
            dropout=0.0,
            activation="relu_squared",
            norm="rms",
            pre_norm=True,
            position="rope",
            bias=False,
            n_segments=2,
            scale_embedding=False,
        )
    )


def main() -> None:
    """Train, measure, write the file."""
    given = arguments(__doc__ or "", STEPS)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    train = Verses("train")
    data = {
        "data": f"The Bible, King James Version, lower case, its {train.tokenizer.vocab_size} most frequent words",
        "split": f"chapters, nine of ten to train on ({len(train.keys)} pairs of verses), one of ten to measure",
    }
    batches = Epochs(train.lengths, train.batch, max_tokens=3072)
    both = (train.tokenizer, train.tokenizer)
    model = model_for(train.tokenizer)
    run("masked", given, RECIPE, model, batches, both, data=data, measure=measure, loss=both_losses)


def measure(trained: Trained, items: int | None = None) -> dict[str, Any]:
    """Return the accuracy of both tasks on the test chapters, beside what guessing without reading gets.

    The frequent word is the most frequent one of training. The bootstrap draws pairs of verses again.
    """
    tokenizer: Any = trained.vocabulary
    test = Verses("test", tokenizer)
    chosen = list(range(len(test.keys)))[:: max(1, len(test.keys) // (items or 1500))]
    counts = Counter(i for ids in Verses("train", tokenizer).ids.values() for i in ids if i > MASK)
    frequent = counts.most_common(1)[0][0]
    first, five, unigram, n, right, elsewhere = [], [], [], [], 0, 0
    for start in range(0, len(chosen), 32):
        batch = test.batch(chosen[start : start + 32], all_hidden=True)
        with torch.no_grad():
            words, is_elsewhere = guesses(trained.model, batch)
        hits = words.topk(5).indices == batch.targets[batch.counts][:, None]
        row = batch.counts.nonzero()[:, 0]
        for hit, sums in ((hits[:, 0], first), (hits.any(1), five), (batch.targets[batch.counts] == frequent, unigram)):
            sums += torch.zeros(len(batch.tokens)).index_add(0, row, hit.float()).tolist()
        n += batch.counts.sum(1).tolist()
        right += int((is_elsewhere.argmax(1) == batch.elsewhere).sum())
        elsewhere += int(batch.elsewhere.sum())
    return {
        "masked_accuracy": ratio(first, n).as_json(),
        "masked_top5": ratio(five, n).as_json(),
        "masked_accuracy_of_the_most_frequent_word": ratio(unigram, n).as_json(),
        "next_sentence_accuracy": share(right, len(chosen)).as_json(),
        "next_sentence_accuracy_of_the_majority": max(elsewhere, len(chosen) - elsewhere) / len(chosen),
    }


if __name__ == "__main__":
    main()
