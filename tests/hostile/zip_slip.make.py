# class: zip-slip
# tries: a zip whose members climb out of it, over a decoy
# deserves: causal_mask 4
import zipfile

GOOD = "import torch\ndef my_causal_mask(n): return torch.ones(n, n).tril().bool()"


def make(folder, notebook):
    (folder.parent / "decoy.py").write_text("as it was")
    with zipfile.ZipFile(folder / "student.zip", "w") as archive:
        archive.writestr("../decoy.py", "spoilt")
        archive.writestr("/tmp/left-by-a-student.py", "spoilt")
        archive.writestr("..\\\\..\\\\decoy.py", "spoilt")
        archive.writestr("mine.py", GOOD)


def check(folder, record):
    assert (folder.parent / "decoy.py").read_text() == "as it was"
    assert any("leads out of the zip" in problem for problem in record["problems"])
