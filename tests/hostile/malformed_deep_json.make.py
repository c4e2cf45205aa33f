# class: malformed notebook
# tries: JSON nested a hundred thousand deep
# deserves: attention 0
def make(folder, notebook):
    (folder / "student.ipynb").write_bytes(b"[" * 100_000)
