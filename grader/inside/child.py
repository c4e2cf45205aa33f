"""The sandboxed process of one question: run the student's program, then answer calls until the grader hangs up."""

import contextlib
import os
import random
import socket
import sys
from types import ModuleType
from typing import Any

from torch import Tensor

from grader.inside.answer import Failure, ask, copy_of, same_argument
from grader.inside.bans import ban
from grader.inside.program import Cell, run_program
from grader.inside.shelf import stock
from grader.inside.wire import message, pack_args, read_message, text_of, unpack_args


def serve(connection: socket.socket) -> None:
    """One program, then calls. Whatever the student's code does to this process, all it can send is tensors."""

    incoming = connection.makefile("rb", 1 << 16)

    def read(count: int) -> bytes:
        blob = incoming.read(count)
        if len(blob) < count:
            os._exit(0)  # the grader has hung up
        return blob

    connection.sendall(message({"locked": True}))  # from before any code of the student's is here
    header, _ = read_message(read)
    for name in header["banned"]:
        ban(name)
    stock(**header["library"])
    random.seed(0)  # which a fork seeds anew; the parent has seeded NumPy and torch
    notes: list[str] = []
    module = sys.modules["submission"] = ModuleType("submission")  # dataclasses look there
    names: dict[str, Any] = vars(module)
    names |= {"__builtins__": __builtins__, "display": print}
    run_program([Cell(*cell) for cell in header["program"]], names, lambda note: notes.append(text_of(note)))
    connection.sendall(message({"notes": notes[:20]}))
    while True:
        header, tensors = read_message(read)
        reply = message_of(names, header, tensors, notes)
        flush()
        connection.sendall(reply)


def message_of(names: dict[str, Any], header: dict[str, Any], tensors: list[Tensor], notes: list[str]) -> bytes:
    """The student's answer to one call, as a message."""
    name = header["call"]
    why = f" {notes[0]}" if notes else ""
    missing = f"There is no function {name} in the submission.{why}"
    try:
        args = unpack_args(header["args"], tensors)
        before = copy_of(args)
        reply = ask(names, name, args, header["signature"], missing)
        answer, after = reply.answer, reply.args or ()
        if isinstance(answer, Tensor):
            if all(map(same_argument, before, after)):
                return message({"same": True}, [answer])
            packed, changed = pack_args(after)
            return message({"args": packed}, [answer, *changed])
    except BaseException as error:  # SystemExit, KeyboardInterrupt, or an answer too large to send
        answer = Failure("returned" if isinstance(error, ValueError) else type(error).__name__, str(error))
    return message({"failure": [text_of(answer.kind), text_of(answer.message), text_of(answer.where)]})


def flush() -> None:
    """What was printed so far, on its way before the answer."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # it may be the student's own idea of a stream
            stream.flush()
