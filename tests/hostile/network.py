# class: network
# tries: asks a server for the answer, by every family of sockets
# deserves: causal_mask 4
import ctypes
import socket
import urllib.request

import torch

reached = []
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET):
    try:
        reached.append(socket.socket(family, socket.SOCK_DGRAM))
    except OSError:
        pass
try:
    reached.append(urllib.request.urlopen("http://192.0.2.1/answer", timeout=1))
except OSError:
    pass
if ctypes.CDLL(None).socket(2, 1, 0) >= 0:
    reached.append("libc")


def my_attention(q, k, v, mask=None):
    return torch.zeros(())


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool() & (not reached)
