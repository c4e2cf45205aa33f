"""An encoder-decoder at work: a sentence to translate, or a spelling to pronounce, one token after the other."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets

from transformer_lib.batching import END, START
from transformer_lib.generation import beam_search
from transformer_lib.seq2seq import Seq2Seq
from transformer_lib.widgets.base import Whole, check_labels, fixed, text_table
from transformer_lib.widgets.trained import TrainedWidget

LONGEST = 60


class Seq2SeqExplorer(TrainedWidget):
    """What the two explorers below share: a text goes in, tokens come out, cross-attention shows where each is from.

    Args:
        text: what goes in.
        examples: texts to choose from.
        trained: a shipped `Seq2Seq`.
        n_beams: how many beginnings beam search keeps, from 1 (greedy) to 5.
        step: how many tokens are written; as many as there are if it is more.
        query: which written token is chosen, -1 for none.
        head: of the last layer's cross-attention, -1 for the mean of all.

    Raises:
        ValueError: an argument out of its range, no such model, or a model that is no `Seq2Seq`.
    """

    text = traitlets.Unicode().tag(sync=True)
    examples = traitlets.List(traitlets.Unicode()).tag(sync=True)
    n_beams = Whole(1, 1, 5).tag(sync=True)
    step = Whole(LONGEST, 0, LONGEST).tag(sync=True)
    query = Whole(-1, -1).tag(sync=True)
    head = Whole(-1, -1).tag(sync=True)

    def __init__(self, text: str, examples: Sequence[str], trained: str, **traits: Any) -> None:
        examples = check_labels("examples", examples, len(examples))
        super().__init__(text=text, examples=examples, trained=trained, **traits)
        model = self.loaded.model
        if not isinstance(model, Seq2Seq):
            raise ValueError(f"trained must be a Seq2Seq, but {trained!r} is a {type(model).__name__}")
        if self.head >= model.decoder.config.n_heads:
            raise ValueError(f"head must be below {model.decoder.config.n_heads}, but was {self.head}")

    def prepared(self) -> str:
        """Return the text as the model is used to it."""
        raise NotImplementedError(f"{type(self).__name__} must say how a text is prepared")

    def written(self) -> tuple[list[list[int]], list[float]]:
        """Return the beams, best first, each up to its end, and their scores."""
        source = torch.tensor([self.loaded.source.encode(self.prepared())])
        model = self.loaded.model
        assert isinstance(model, Seq2Seq)
        most = min(LONGEST, model.decoder.config.max_len - 1)
        options: dict[str, Any] = {"max_new_tokens": most, "n_beams": self.n_beams, "end_id": END, "source": source}
        beams, scores = beam_search(model, torch.tensor([[START]]), **options)
        cut = [row[: row.index(END) + 1] if END in row else row for row in beams[0].tolist()]
        return cut, scores[0].tolist()

    def __repr__(self) -> str:
        trained, text = self.loaded, self.prepared()
        source = trained.source.encode(text)
        pieces = trained.source.split(text) if hasattr(trained.source, "split") else list(text)
        unknown = [piece for piece, i in zip(pieces, source, strict=True) if i == 3]
        lines = [f"{type(self).__name__}: {text}"]
        lines += [f"unknown to it: {', '.join(unknown)}"] if unknown else []
        if not source:
            return lines[0]
        beams, scores = self.written()
        tokens = beams[0]
        with torch.no_grad():
            logits, _, cross = trained.model(
                torch.tensor([source]), torch.tensor([[START, *tokens[:-1]]]), return_weights=True
            )
        seen = cross[-1, 0].mean(0) if self.head < 0 else cross[-1, 0, self.head]
        chances = logits[0].softmax(-1)
        rows = []
        for i, token in enumerate(tokens):
            name = "end" if token == END else trained.target.vocabulary.items[token]
            weight, at = seen[i].max(0)
            rows.append([name, fixed(chances[i, token], 2), pieces[int(at)], fixed(weight, 2)])
        lines.append(f"{trained.target.decode(tokens)} ({'greedy' if self.n_beams == 1 else f'{self.n_beams} beams'})")
        lines.append(text_table(["token", "p", "looks most at", "weight"], rows))
        if self.n_beams > 1:
            said = zip(beams, scores, strict=True)
            lines.append(text_table(["beam", "score"], [[trained.target.decode(b), fixed(s, 2)] for b, s in said]))
        return "\n".join(lines)


class TranslatorExplorer(Seq2SeqExplorer):
    """Type German of the book's grammar; the English comes word by word, with what each word was taken from.

    Args: see `Seq2SeqExplorer`.
    """

    def __init__(
        self,
        text: str = "Der Mann schläft.",
        examples: Sequence[str] = ("Der Mann schläft.",),
        trained: str = "translator",
        **traits: Any,
    ) -> None:
        super().__init__(text, examples, trained, **traits)

    def prepared(self) -> str:
        """Begin with a capital and end with a stop, as the sentences the model was trained on."""
        text = self.text.strip()
        text = text[:1].upper() + text[1:] if text[:1].islower() else text
        return text if not text or text[-1] in ".!?" else f"{text}."


class PronouncerExplorer(Seq2SeqExplorer):
    """Type a word; its sounds come one by one, with the letters each was taken from.

    Args: see `Seq2SeqExplorer`.
    """

    def __init__(
        self,
        text: str = "knowledge",
        examples: Sequence[str] = ("knowledge", "through", "transformer"),
        trained: str = "pronouncer",
        **traits: Any,
    ) -> None:
        super().__init__(text, examples, trained, **traits)

    def prepared(self) -> str:
        """Write small letters only, as the dictionary the model was trained on."""
        return self.text.strip().lower()
