# class: notebook magics
# tries: magics and shell lines, some of them in the way of a right answer
# deserves: causal_mask 4
import json


def make(folder, notebook):
    cell = """%load_ext autoreload
!touch /tmp/left-by-a-student
import torch
files = !ls /
%timeit 1 + 1
get_ipython().system("touch /tmp/left-by-a-student")
def my_causal_mask(n):
    !echo inside
    return torch.ones(n, n).tril().bool()
my_causal_mask?
"""
    attention = "%%bash\ntouch /tmp/left-by-a-student\n"
    (folder / "student.ipynb").write_text(json.dumps(notebook(causal_mask=cell, attention=attention)))


def check(folder, record):
    assert any("%load_ext" in note for note in record["notes"])
