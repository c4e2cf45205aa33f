# class: memory by hand
# tries: maps its own process's memory, and shared memory that outlives a call
# deserves: causal_mask 4
import mmap

import torch

kept = mmap.mmap(-1, 1 << 20)


def my_attention(q, k, v, mask=None):
    for place in ("/proc/self/mem", "/proc/1/mem", "/dev/mem", "/dev/shm/answers"):
        try:
            with open(place, "r+b") as file:
                file.seek(id(q))
                file.write(b"x")
        except OSError:
            pass
    kept[:4] = b"mine"
    mmap.mmap(-1, 512 << 20).madvise(mmap.MADV_DONTNEED)
    return torch.frombuffer(kept, dtype=torch.float32)[: v.shape[-1]].expand(*q.shape[:-1], -1)


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
