"""Messages between the grader and the sandbox: a JSON header, then the raw bytes of tensors. Nothing is ever unpickled.

A message is  length of header (4 bytes, little-endian) | header | bytes of tensor 0 | bytes of tensor 1 | ...
The header names each tensor's dtype and shape under "tensors". What the sandbox sends is trusted in nothing:
`read_message` checks every field before it makes a tensor of the bytes.
"""

import json
import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        *(torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64),
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128),
    )
}
MOST_HEADER = 4 << 20  # a program travels in a header
MOST_BYTES = 16 << 20  # of all the tensors of one message
MOST_TENSORS, MOST_AXES, MOST_LENGTH = 16, 16, 1 << 24
MOST_TEXT = 600  # characters of a sentence of the sandbox's


class BadMessage(Exception):
    """The other side does not keep to the protocol."""


def message(header: dict[str, Any], tensors: Sequence[Tensor] = ()) -> bytes:
    """A header and its tensors as bytes; a tensor that no message can carry is a ValueError."""
    named, blobs = [], []
    for tensor in tensors:
        name = str(tensor.dtype).removeprefix("torch.")
        if name not in DTYPES:
            raise ValueError(f"a tensor of dtype {name} cannot be checked; the usual dtypes can, such as float32")
        flat = tensor.reshape(-1).clone(memory_format=torch.contiguous_format)  # a single number may have any stride
        blob = flat.view(torch.uint8).numpy().tobytes() if tensor.numel() else b""
        named.append([name, list(tensor.shape)])
        blobs.append(blob)
    size = sum(map(len, blobs))
    if size > MOST_BYTES:
        raise ValueError(f"an answer of {size / 1e6:.0f} MB is too large; the right one is small")
    text = json.dumps({**header, "tensors": named}).encode()
    return struct.pack("<I", len(text)) + text + b"".join(blobs)


def read_message(
    read: Callable[[int], bytes], most_header: int = MOST_HEADER, most_bytes: int = MOST_BYTES
) -> tuple[dict[str, Any], list[Tensor]]:
    """The next message from `read(n)`, which gives exactly n bytes or raises."""
    (length,) = struct.unpack("<I", read(4))
    if length > most_header:
        raise BadMessage(f"a header of {length} bytes")
    text = read(length)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMessage("a header that is no JSON") from error
    specs = header.get("tensors") if isinstance(header, dict) else None
    if not isinstance(specs, list) or len(specs) > MOST_TENSORS:
        raise BadMessage("a header without its tensors")
    sizes = [size_of(spec) for spec in specs]
    if sum(sizes) > most_bytes:
        raise BadMessage(f"{sum(sizes)} bytes of tensors")
    return header, [tensor_of(spec, read(size)) for spec, size in zip(specs, sizes, strict=True)]


def size_of(spec: Any) -> int:
    """How many bytes a tensor's dtype and shape ask for."""
    if not (isinstance(spec, list) and len(spec) == 2 and isinstance(spec[0], str) and spec[0] in DTYPES):
        raise BadMessage("a tensor of no known dtype")
    shape = spec[1]
    if not isinstance(shape, list) or len(shape) > MOST_AXES:
        raise BadMessage("a tensor of no possible shape")
    if not all(type(length) is int and 0 <= length <= MOST_LENGTH for length in shape):
        raise BadMessage("a tensor of no possible shape")
    if math.prod(max(length, 1) for length in shape) > MOST_BYTES:  # strides count also where a tensor holds nothing
        raise BadMessage("a tensor of no possible shape")
    return math.prod(shape) * DTYPES[spec[0]].itemsize


def tensor_of(spec: list[Any], blob: bytes) -> Tensor:
    """Bytes as a tensor. A bool is read as "not 0": what a kernel makes of a bool of 2, nobody knows."""
    dtype, shape = DTYPES[spec[0]], spec[1]
    if not blob:
        return torch.zeros(shape, dtype=dtype)
    if dtype == torch.bool:
        return torch.frombuffer(bytearray(blob), dtype=torch.uint8).reshape(shape) != 0
    return torch.frombuffer(bytearray(blob), dtype=dtype).reshape(shape)


def text_of(text: Any) -> str:
    """A student's string, maybe of a class of the student's: cut to a sensible length, and without surrogates."""
    return str.__str__(text)[:MOST_TEXT].encode(errors="replace").decode()


def pack_args(args: Sequence[Any]) -> tuple[list[Any], list[Tensor]]:
    """Arguments as JSON, a tensor as its place among the tensors that travel with it."""
    tensors = [arg for arg in args if isinstance(arg, Tensor)]
    places = iter(range(len(tensors)))
    return [{"tensor": next(places)} if isinstance(arg, Tensor) else arg for arg in args], tensors


def unpack_args(packed: Any, tensors: Sequence[Tensor]) -> tuple[Any, ...]:
    """What `pack_args` packed; anything else is a BadMessage."""
    if not isinstance(packed, list):
        raise BadMessage("arguments that are no list")
    args: list[Any] = []
    for arg in packed:
        if isinstance(arg, dict):
            place = arg.get("tensor")
            if type(place) is not int or not 0 <= place < len(tensors):
                raise BadMessage("an argument that is no tensor of this message")
            args.append(tensors[place])
        elif arg is None or isinstance(arg, bool | int | float | str):
            args.append(arg)
        else:
            raise BadMessage("an argument of no known kind")
    return tuple(args)
