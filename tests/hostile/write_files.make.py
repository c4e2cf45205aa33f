# class: write files
# tries: overwrites its own file, leaves files beside it and in the usual places
# deserves: causal_mask 4
SOURCE = """
import os, torch
for place in {places!r}:
    for mode in ("w", "a"):
        try:
            with open(place, mode) as file:
                file.write("spoilt")
        except OSError:
            pass
    try:
        os.unlink(place)
    except OSError:
        pass

def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
"""


def make(folder, notebook):
    places = [
        str(folder / "student.py"),
        str(folder / "decoy.txt"),
        "/tmp/left-by-a-student",
        "/var/tmp/left-by-a-student",
    ]
    places += [str(folder.parent / "above.txt"), "/box/grader/inside/child.py", "/dev/shm/left-by-a-student"]
    (folder / "decoy.txt").write_text("as it was")
    (folder / "student.py").write_text(SOURCE.format(places=places))


def check(folder, record):
    assert (folder / "decoy.txt").read_text() == "as it was"
    assert "spoilt" not in (folder / "student.py").read_text().replace('write("spoilt")', "")
    assert not (folder.parent / "above.txt").exists()
