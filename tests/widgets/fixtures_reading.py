"""What the library's modules say that the path explorer must draw (see write_fixtures.py)."""

from transformer_lib.widgets.path_explorer import KINDS, network, path_length, waves


def fixtures():
    cases = []
    for kind in KINDS:
        for n, window, layers in ((2, 3, 1), (5, 3, 2), (7, 5, 3), (11, 9, 1), (13, 3, 5)):
            parents = network(kind, n, window, layers)
            lengths = [[path_length(parents, i, len(parents) - n + j) for j in range(n)] for i in range(n)]
            setting = {"kind": kind, "n": n, "window": window, "layers": layers}
            cases.append({**setting, "parents": parents, "waves": waves(parents), "lengths": lengths})
    return {"networks": cases}
