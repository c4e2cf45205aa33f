# class: null bytes
# tries: null bytes in one cell; the other is right
# deserves: causal_mask 4
import json


def make(folder, notebook):
    good = "import torch\ndef my_causal_mask(n): return torch.ones(n, n).tril().bool()"
    bad = "def my_attention(q, k, v, mask=None):\n    return q\0"
    (folder / "student.ipynb").write_text(json.dumps(notebook(attention=bad, causal_mask=good)))
