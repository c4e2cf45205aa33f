# class: links
# tries: a named pipe where the notebook should be: a reader waits for ever
# deserves: attention 0
import os


def make(folder, notebook):
    os.mkfifo(folder / "student.ipynb")
