"""What teacher forcing shows and hides, by the library's own batches and masks (see write_fixtures.py)."""

from transformer_lib.batching import END, START
from transformer_lib.widgets import TeacherForcing

SENTENCES = ("tanzte", "die Katze tanzte", "the cat saw the other cat")


def case(sentence, shift, causal):
    widget = TeacherForcing(sentence, 0, shift=shift, causal=causal)
    names = {START: "[START]", END: "[END]"} | dict(enumerate(sentence.split(), 5))
    mask, leaks = widget.seen()
    batch = widget.batch()
    reads, targets = ([names[i] for i in ids[0].tolist()] for ids in (batch.tokens, batch.targets))
    wanted = {"reads": reads, "targets": targets, "mask": mask.tolist(), "leaks": leaks.tolist()}
    return {"words": sentence.split(), "shift": shift, "causal": causal, "wanted": wanted}


def fixtures():
    switches = (True, False)
    return {"cases": [case(text, shift, causal) for text in SENTENCES for shift in switches for causal in switches]}
