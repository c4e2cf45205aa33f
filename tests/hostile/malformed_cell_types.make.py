# class: malformed notebook
# tries: cells of every wrong type
# deserves: attention 0
def make(folder, notebook):
    (folder / "student.ipynb").write_bytes(
        b'{"cells": [1, null, [], {"cell_type": "code", "source": {"a": 1}, "metadata": []}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
