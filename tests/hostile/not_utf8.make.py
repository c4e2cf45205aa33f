# class: encoding
# tries: a notebook that is not UTF-8
# deserves: attention 0
import json


def make(folder, notebook):
    text = json.dumps(notebook(attention="# \u00e9"), ensure_ascii=False)
    (folder / "student.ipynb").write_bytes(text.encode("utf-16-le") + b"\xff\xfe\xd8")
