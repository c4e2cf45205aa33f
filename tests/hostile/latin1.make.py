# class: encoding
# tries: a Python file in Latin-1, honestly declared, with a byte order mark's worth of umlauts
# deserves: causal_mask 4
def make(folder, notebook):
    text = "# coding: latin-1\nimport torch\n# \u00fc\u00e9\ndef my_causal_mask(n): return torch.ones(n, n).tril().bool()\n"
    (folder / "student.py").write_bytes(text.encode("latin-1"))
