"""The process that has torch imported and forks a sandboxed child for each question; started by grader/sandbox.py.

It reads the limits of each child, with three files for it, from one socket. It ends a child when its time is over or
the grader hangs up, and reports how it ended. What torch makes ready at its first operations is made before the forks,
with one thread: a pool of several would not survive them.
"""

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional

from grader.inside import seccomp
from grader.inside.bans import BANS, kernels
from grader.inside.child import serve
from grader.inside.lockdown import (
    NEW_PID,
    Limits,
    check_locked,
    die_with_parent,
    drop_root,
    fork_into_new_process_namespace,
    lock_down,
    own_user_namespace,
)

HUGE, MADV_COLLAPSE = 2 << 20, 25
GRACE = 0.3  # seconds that the grader's own clock is given to run out first


@dataclass
class Running:
    """A child: its number, a handle that tells its end, the file to report to, and when its time is over."""

    number: int
    handle: int
    status: int
    deadline: float


def main() -> None:
    """Say that all is ready; then a child for each message, until the grader hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    drop_root()
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to handle
    own_user_namespace(NEW_PID)
    if number := os.fork():  # the process namespace begins with the next process
        control.close()
        os.waitpid(number, 0)
        os._exit(0)
    die_with_parent()
    torch.set_num_threads(1)
    torch.compile = not_compiled
    np.random.seed(0)  # the same submission gets the same mark
    torch.manual_seed(0)
    torch.cpu._is_avx2_supported()  # looks into /proc/cpuinfo, which a child has not
    square = torch.eye(3)
    (square @ square).masked_fill(square == 0, 0).softmax(-1).sum()
    base_memory = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    Parent(control, base_memory).run()
    os._exit(0)  # at once: nothing here needs to be put away


def not_compiled(model: Any = None, **settings: Any) -> Any:
    """In the place of torch.compile, which needs a compiler and seconds."""
    return model if model is not None else lambda function: function


def use_huge_pages() -> None:
    """Let this process's memory lie in pages of 2 MB: a fork copies, and an exit frees, 512 times fewer entries.

    A child that writes to such a page still copies 4 kB. A kernel that cannot (before 6.1) is only slower.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for line in Path("/proc/self/maps").read_text().splitlines():
        place, rights, _, _, _, *name = line.split()
        if rights.startswith("rw") and (not name or name == ["[heap]"]):
            start, end = (int(address, 16) for address in place.split("-"))
            start, end = -(-start // HUGE) * HUGE, end // HUGE * HUGE
            if start < end:
                libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)


class Parent:
    """The loop: new children, ended children, and those whose time is over."""

    def __init__(self, control: socket.socket, base_memory: int):
        self.control, self.base_memory = control, base_memory
        self.syscalls = seccomp.filter_program()
        self.home = os.open("/proc/self/ns/pid", os.O_RDONLY)
        self.running: dict[int, Running] = {}  # by the handle and by the status file
        self.waiting = select.poll()

    def run(self) -> None:
        """Until the grader hangs up."""
        self.waiting.register(self.control, select.POLLIN)
        for ban in BANS.values():
            kernels(ban)
        gc.collect()
        gc.freeze()
        use_huge_pages()
        self.control.send(b"ready")
        while True:
            deadline = min((child.deadline for child in self.running.values()), default=None)
            left = None if deadline is None else max(deadline - time.monotonic(), 0) * 1000
            for file, _ in self.waiting.poll(left):
                if file == self.control.fileno():
                    text, files, _, _ = socket.recv_fds(self.control, 65536, 3)
                    if not text:
                        return
                    self.spawn(Limits(**json.loads(text)), *files)
                elif file in self.running:
                    self.end(self.running[file])
            for child in list(self.running.values()):
                if child.deadline <= time.monotonic() and child.handle in self.running:
                    self.end(child)

    def spawn(self, limits: Limits, connection: int, output: int, status: int) -> None:
        """A child that locks itself down and serves."""
        try:
            number = fork_into_new_process_namespace(self.home)
        except OSError as error:
            os.write(status, json.dumps({"refused": str(error)}).encode())
            for file in (connection, output, status):
                os.close(file)
            return
        if number == 0:
            try:
                become_student(connection, output, limits, self.base_memory, self.syscalls)
            except BaseException as error:
                os.write(2, f"{type(error).__name__}: {error}\n".encode(errors="replace"))
            finally:
                os._exit(99)
        os.close(connection)
        os.close(output)
        child = Running(number, os.pidfd_open(number), status, time.monotonic() + limits.wall + GRACE)
        for file, event in ((child.handle, select.POLLIN), (status, select.POLLHUP | select.POLLERR)):
            self.running[file] = child
            self.waiting.register(file, event)

    def end(self, child: Running) -> None:
        """Kill a child, if it is there still, and say how it ended, if anybody listens."""
        signal.pidfd_send_signal(child.handle, signal.SIGKILL)
        _, how, used = os.wait4(child.number, 0)
        report: dict[str, Any] = {
            "signal": os.WTERMSIG(how) if os.WIFSIGNALED(how) else 0,
            "code": os.WEXITSTATUS(how) if os.WIFEXITED(how) else 0,
            "cpu": round(used.ru_utime + used.ru_stime, 3),
        }
        with contextlib.suppress(OSError):
            os.write(child.status, json.dumps(report).encode())
        for file in (child.handle, child.status):
            del self.running[file]
            self.waiting.unregister(file)
            os.close(file)


def become_student(connection: int, output: int, limits: Limits, base_memory: int, syscalls: bytes) -> None:
    """Lock this process down, and only then read what the student wrote."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    for file, place in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(file, place)
    os.dup2(connection, 3)
    os.closerange(4, 65536)  # what else the parent has open is of other children
    Path("/proc/self/oom_score_adj").write_text("1000")  # if memory runs out, it is this process that goes
    lock_down(limits, base_memory, syscalls)
    check_locked()
    serve(socket.socket(fileno=3))


if __name__ == "__main__":
    main()
