# class: malformed notebook
# tries: a notebook of version 99
# deserves: attention 0
def make(folder, notebook):
    (folder / "student.ipynb").write_bytes(b'{"cells": [], "metadata": {}, "nbformat": 99, "nbformat_minor": 0}')
