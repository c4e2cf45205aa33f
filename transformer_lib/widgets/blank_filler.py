"""A masked language model: hide words, and see what it would put in their place."""

from collections.abc import Sequence

import torch
import traitlets
from torch import Tensor

from transformer_lib.batching import END, MASK, START, UNKNOWN
from transformer_lib.encoder import Bert
from transformer_lib.text import WordTokenizer
from transformer_lib.widgets.base import fixed, plain, text_table
from transformer_lib.widgets.trained import TrainedWidget

ROWS = 3  # candidates of each hidden word in the repr


class BlankFiller(TrainedWidget):
    """Click words to hide them; the model says what could stand there, and whether the second text follows the first.

    Args:
        text: the first text.
        second: the text that is to follow it, or "".
        masked: which words are hidden, counted from 0 through both texts; the last one's candidates are shown.
        examples: pairs of texts to choose from, the second of a pair may be "".
        trained: a shipped `Bert`.

    Raises:
        ValueError: an argument of the wrong kind, no such model, or a model that is no `Bert`.
    """

    text = traitlets.Unicode().tag(sync=True)
    second = traitlets.Unicode().tag(sync=True)
    masked = traitlets.List(traitlets.Int()).tag(sync=True)
    examples = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)

    def __init__(
        self,
        text: str,
        second: str = "",
        *,
        masked: Sequence[int] = (),
        examples: Sequence[Sequence[str]] = (),
        trained: str = "masked",
    ) -> None:
        pairs = plain(list(examples))
        if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            raise ValueError(f"examples must be pairs of texts, but were {examples!r}")
        super().__init__(text=text, second=second, masked=list(masked), examples=pairs, trained=trained)
        model = self.loaded.model
        if not isinstance(model, Bert):
            raise ValueError(f"trained must be a Bert, but {trained!r} is a {type(model).__name__}")
        if not all(0 <= i < len(self.words()) for i in masked):
            raise ValueError(f"masked must be indices of the {len(self.words())} words, but was {list(masked)}")

    def texts(self) -> list[str]:
        """Return the one text or both."""
        return [self.text, self.second] if self.second.strip() else [self.text]

    def words(self) -> list[str]:
        """Return the words of both texts."""
        tokenizer = self.loaded.source
        assert isinstance(tokenizer, WordTokenizer)
        return [word for text in self.texts() for word in tokenizer.split(text)]

    def guesses(self) -> tuple[Tensor, Tensor]:
        """Return each hidden word's probabilities, (n, vocab_size), and those of "follows" and "is from elsewhere"."""
        tokens, segments, places = [START], [0], []
        for segment, text in enumerate(self.texts()):
            for token in self.loaded.source.encode(text):
                places.append(len(tokens))
                tokens.append(MASK if len(places) - 1 in self.masked else token)
            tokens.append(END)
            segments += [segment] * (len(tokens) - len(segments))
        with torch.no_grad():
            words, is_next = self.loaded.model(torch.tensor([tokens]), segments=torch.tensor([segments]))
        at = [places[i] for i in self.masked]
        return words[0, at].softmax(-1), is_next[0].softmax(-1)

    def __repr__(self) -> str:
        words, items = self.words(), self.loaded.source.vocabulary.items
        shown = " ".join(f"[{word}]" if i in self.masked else word for i, word in enumerate(words))
        lines = [f"BlankFiller: {shown}"]
        if not words:
            return lines[0]
        chances, follows = self.guesses()
        for i, p in zip(self.masked, chances, strict=True):
            best = p.topk(min(ROWS, len(p)))
            rows = [[items[int(j)], fixed(x, 2)] for x, j in zip(*best, strict=True)]
            lines.append(text_table([f"for {words[i]}", "p"], rows))
            if (true := self.loaded.source.encode(words[i])[0]) != UNKNOWN:
                lines.append(f"{words[i]} itself: {fixed(p[true], 2)}")
        if self.second.strip():
            lines.append(f"the second text follows the first: {fixed(follows[0], 2)}")
        return "\n".join(lines)
