"""The process that has torch imported and forks a sandboxed child for each question; started by grader/sandbox.py.

It reads the limits of each child, with three files for it, from one socket. For each it forks a supervisor, which makes
new namespaces and forks the child into them; ends it when its time is over or the grader hangs up; and reports how it
ended.
No operation of torch is run before the forks: a thread pool does not survive one.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional

from grader.inside import seccomp
from grader.inside.child import serve
from grader.inside.lockdown import Limits, check_locked, die_with_parent, drop_root, enter_namespaces, lock_down

GRACE = 0.3  # seconds that the grader's own clock is given to run out first


def main() -> None:
    """Say that all is ready; then a child for each message, until the grader hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    drop_root()
    die_with_parent()
    torch.set_num_threads(1)
    torch.cpu._is_avx2_supported()  # looks into /proc/cpuinfo, which a child has not
    syscalls = seccomp.filter_program()
    base_memory = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the supervisors
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to handle
    gc.collect()
    gc.freeze()
    control.send(b"ready")
    while True:
        text, files, _, _ = socket.recv_fds(control, 65536, 3)
        if not text:
            return
        if os.fork() == 0:
            control.close()
            code = 98
            try:
                code = supervise(Limits(**json.loads(text)), files, base_memory, syscalls)
            finally:
                os._exit(code)
        for file in files:
            os.close(file)


def supervise(limits: Limits, files: list[int], base_memory: int, syscalls: bytes) -> int:
    """Fork the child, wait for its end or for the end of its time, and report on the third file."""
    connection, output, status = files
    report: dict[str, Any]
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    die_with_parent()
    try:
        enter_namespaces()
        child = os.fork()
    except OSError as error:
        os.write(status, json.dumps({"refused": str(error)}).encode())
        return 98
    if child == 0:
        try:
            os.close(status)
            become_student(connection, output, limits, base_memory, syscalls)
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode(errors="replace"))
        finally:
            os._exit(99)
    os.close(connection)
    os.close(output)
    waiting = select.poll()
    handle = os.pidfd_open(child)
    waiting.register(handle, select.POLLIN)
    waiting.register(status, select.POLLHUP | select.POLLERR)
    waiting.poll((limits.wall + GRACE) * 1000)
    signal.pidfd_send_signal(handle, signal.SIGKILL)
    _, how, used = os.wait4(child, 0)
    report = {
        "signal": os.WTERMSIG(how) if os.WIFSIGNALED(how) else 0,
        "code": os.WEXITSTATUS(how) if os.WIFEXITED(how) else 0,
        "cpu": round(used.ru_utime + used.ru_stime, 3),
    }
    os.write(status, json.dumps(report).encode())
    return 0


def become_student(connection: int, output: int, limits: Limits, base_memory: int, syscalls: bytes) -> None:
    """Lock this process down, and only then read what the student wrote."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    for file, place in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(file, place)
    for file in (nothing, output):
        os.close(file)
    Path("/proc/self/oom_score_adj").write_text("1000")  # if memory runs out, it is this process that goes
    lock_down(limits, base_memory, syscalls)
    check_locked()
    serve(socket.socket(fileno=connection))


if __name__ == "__main__":
    main()
