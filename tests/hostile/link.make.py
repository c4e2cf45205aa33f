# class: links
# tries: a notebook that is a link to the author's solutions, and one to a device
# deserves: attention 0
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]


def make(folder, notebook):
    (folder / "student").mkdir()
    (folder / "student" / "attention.py").symlink_to(HERE / "exercises" / "03_attention" / "unusual.py")
    (folder / "student" / "endless.ipynb").symlink_to("/dev/zero")


def check(folder, record):
    assert any("link" in problem for problem in record["problems"])
