# class: malformed notebook
# tries: not JSON at all
# deserves: attention 0
def make(folder, notebook):
    (folder / "student.ipynb").write_bytes(b'{"cells": [' * 3)
