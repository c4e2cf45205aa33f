"""What the masking explorer shows, by Python, which is tested against the library's batches (see write_fixtures.py)."""

from transformer_lib.widgets import MaskingExplorer
from transformer_lib.widgets.masking_explorer import MODES, shares_of


def fixtures():
    widgets = [
        MaskingExplorer(["let", "there", "be", "light", "here"], ["sea", "king", "bread"], rate, mode, draw)
        for rate in (0, 15, 60)
        for mode in MODES
        for draw in (1, 4)
    ]
    return {
        "draws": [{**w.state(), "throws": w.throws[w.draw], "shown": w.shown(), "fates": w.fates()} for w in widgets],
        "shares": [
            {"rate": rate, "mode": mode, "shares": list(shares_of(rate, mode).values())}
            for rate in (0, 15, 35)
            for mode in MODES
        ],
    }
