# class: environment
# tries: variables that would load code into, or slow down, whatever starts next
# deserves: causal_mask 4
import os
import sys

import torch

for name in ("LD_PRELOAD", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONINSPECT", "OMP_NUM_THREADS", "NBGRADER_EXECUTION"):
    os.environ[name] = "/tmp/mine"
with open("/tmp/sitecustomize.py", "w") as file:
    file.write("raise SystemExit")
sys.path.insert(0, "/tmp")


def my_attention(q, k, v, mask=None):
    found = [value for name, value in os.environ.items() if "SEED" in name or "KEY" in name]
    return torch.full((*q.shape[:-1], v.shape[-1]), float(len(found)))


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
