# class: malformed notebook
# tries: an empty file
# deserves: attention 0
def make(folder, notebook):
    (folder / "student.ipynb").write_bytes(b"")
