"""What PyTorch says of masks, batches and a small classifier (see write_fixtures.py)."""

from tests.widget_examples import BATCH, SIZES, padding_explorer
from transformer_lib.widgets import BucketExplorer, MaskBuilder


def masks_case(sentence, side, padding, causal):
    words, mask, counts = MaskBuilder(BATCH, sentence, side=side, padding=padding, causal=causal).masks()
    return {
        "length": len(BATCH[sentence].split()), "longest": len(words), "side": side, "padding": padding,
        "causal": causal,
        "wanted": {"words": words.tolist(), "mask": mask.tolist(), "counts": counts.tolist()},
    }  # fmt: skip


def bucket_case(size, by_length):
    widget = BucketExplorer(SIZES, size, by_length=by_length)
    text = repr(widget).splitlines()[0]
    batches = [[SIZES[i] for i in batch] for batch in widget.batches()]
    return {"size": size, "by_length": by_length, "batches": batches, "percent": float(text.split(": ")[-1].split()[0])}


def verdict_case(text, pads, attend, read):
    widget = padding_explorer(text=text, attend=attend, read=read)
    probability, weights = widget.forward(pads)
    ids = [widget.vocabulary.index(word) for word in text.split()]
    return {
        "ids": ids, "pads": pads, "attend": attend, "read": read,
        "wanted": {"probability": probability, "weights": weights.tolist()},
    }  # fmt: skip


def fixtures():
    switches = [(a, b) for a in (True, False) for b in (True, False)]
    return {
        "masks": [masks_case(i, side, *on) for i in range(3) for side in ("left", "right") for on in switches],
        "sizes": SIZES,
        "buckets": [bucket_case(size, by_length) for size in (1, 3, 4, 11) for by_length in (True, False)],
        "model": padding_explorer().model,
        "verdicts": [
            verdict_case(text, pads, *on)
            for text in ("not cold", "clean not clean cold cold")
            for pads in (0, 1, 7)
            for on in switches
        ],
    }
