# class: malformed notebook
# tries: a notebook whose cells are a number
# deserves: attention 0
def make(folder, notebook):
    (folder / "student.ipynb").write_bytes(b'{"cells": 7, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
