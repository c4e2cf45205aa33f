# class: fork
# tries: other programs: posix_spawn, exec from a file in memory, execveat
# deserves: causal_mask 4
import ctypes
import os

import torch


def attempts():
    yield lambda: os.posix_spawn("/usr/bin/true", ["true"], {})
    yield lambda: os.execv("/usr/bin/true", ["true"])
    yield lambda: os.fexecve(os.memfd_create("x"), ["x"], {}) if hasattr(os, "fexecve") else os.memfd_create("x")
    yield lambda: os.system("true") and 1 / 0
    yield lambda: ctypes.CDLL(None).syscall(322, 3, b"", None, None, 0x1000) < 0 and 1 / 0  # execveat
    yield lambda: ctypes.CDLL(None).syscall(58) < 0 and 1 / 0  # vfork


def my_attention(q, k, v, mask=None):
    done = 0
    for attempt in attempts():
        try:
            attempt()
            done += 1
        except (OSError, ZeroDivisionError):
            pass
    print(done, "programs were started")
    return torch.full((*q.shape[:-1], v.shape[-1]), float(done))


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
