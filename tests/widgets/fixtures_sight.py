"""Who sees whom between causal and full, by the library's own masks (see write_fixtures.py)."""

from transformer_lib.architectures import encoder_decoder_mask
from transformer_lib.widgets import MaskChooser

WORDS = "a b c d e f g"


def case(prefix):
    widget = MaskChooser(WORDS, prefix, 0)
    wanted = {"mask": widget.mask().tolist(), "askable": widget.askable(), "staying": widget.staying()}
    return {"prefix": prefix, "n": 7, "wanted": wanted}


def fixtures():
    return {"cases": [case(prefix) for prefix in range(8)], "blocks": encoder_decoder_mask(3, 4).tolist()}
