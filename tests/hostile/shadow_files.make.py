# class: shadowed modules
# tries: hands in files named torch.py, json.py and grader.py beside the notebook
# deserves: causal_mask 4
import json


def make(folder, notebook):
    (folder / "student").mkdir()
    for name in ("torch", "json", "grader", "sitecustomize", "conftest"):
        (folder / "student" / f"{name}.py").write_text("raise SystemExit('imported')")
    answer = "import torch\ndef my_causal_mask(n): return torch.ones(n, n).tril().bool()"
    (folder / "student" / "attention.ipynb").write_text(json.dumps(notebook(causal_mask=answer)))
