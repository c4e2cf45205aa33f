# class: huge notebook
# tries: 100 MB of output in a notebook
# deserves: attention 0
import json


def make(folder, notebook):
    made = notebook(causal_mask="import torch\ndef my_causal_mask(n): return torch.ones(n, n).tril().bool()")
    made["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "x" * 100_000_000})
    (folder / "student.ipynb").write_text(json.dumps(made))


def check(folder, record):
    assert any("MB" in problem for problem in record["problems"])
