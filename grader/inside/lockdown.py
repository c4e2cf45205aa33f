"""From an ordinary process to one that can compute and nothing else. Called in each sandboxed child, in this order.

enter_namespaces()   by the child's supervisor: the next process it forks is alone in new namespaces
lock_down()          by the child itself: no capabilities, an empty /tmp of its own, limits, the filter
check_locked()       by the child itself: tries what must fail, and stops the process if it does not
"""

import ctypes
import os
import resource
import socket
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.inside import seccomp

NEW_USER, NEW_MOUNT, NEW_PID, NEW_NET, NEW_IPC, NEW_UTS = (
    *(0x10000000, 0x20000, 0x20000000, 0x40000000, 0x08000000, 0x04000000),
)
NOSUID, NODEV = 2, 4
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, SIGKILL = 1, 4, 9
CAPABILITIES_V3 = 0x20080522
MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one question's process may use.

    Args:
        wall: seconds until it is ended, whatever it does; `cpu`: seconds of computing, over all its threads.
        memory: MB beyond what the parent had at the fork.
        disk: MB in its own /tmp, which is memory, too, and vanishes with it.
        output: MB it may print before it is ended (what is kept for the feedback is much less).
        threads: how many it may have. Processes: one, always.
    """

    wall: float = 10.0
    cpu: int = 5
    memory: int = 1024
    disk: int = 16
    output: int = 8
    threads: int = 64

    def as_dict(self) -> dict[str, Any]:
        """For a message."""
        return asdict(self)


def libc_call(name: str, *arguments: Any) -> None:
    """A function of the C library that returns 0 or fails."""
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def drop_root() -> None:
    """Become nobody if this is root: the kernel bounds no process of root's."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
        libc_call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)  # else /proc/self would still be root's


def own_user_namespace(others: int) -> None:
    """Move this process into a user namespace of its own, with `others`; in it there is no other user to become."""
    user, group = os.getuid(), os.getgid()
    libc_call("unshare", NEW_USER | others)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def fork_into_new_process_namespace(home: int) -> int:
    """Fork a child that is process 1 of a namespace without any other; return its number here, or 0 in the child.

    Args:
        home: this process's own process namespace, as an open file, for its next children.
    """
    libc_call("unshare", NEW_PID)
    child = -1
    try:
        child = os.fork()
        return child
    finally:
        if child != 0:
            libc_call("setns", home, NEW_PID)


def die_with_parent() -> None:
    """Be killed when the process that forked this one ends."""
    libc_call("prctl", PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)


def lock_down(limits: Limits, base_memory: int, syscalls: bytes) -> None:
    """Give up everything that computing does not need; there is no way back.

    Args:
        limits: see Limits.
        base_memory: bytes of address space that the parent had.
        syscalls: `seccomp.filter_program()`.
    """
    os.setsid()  # kill(0) reaches a process group, across the border of a process namespace
    die_with_parent()
    own_user_namespace(NEW_MOUNT | NEW_NET | NEW_IPC | NEW_UTS)
    size = f"size={limits.disk}m,nr_inodes=1k,mode=700".encode()
    libc_call("mount", b"tmpfs", b"/tmp", b"tmpfs", NOSUID | NODEV, size)
    libc_call("mount", b"tmpfs", b"/proc", b"tmpfs", NOSUID | NODEV, b"size=4k,mode=500")
    os.chdir("/tmp")
    header, nothing = struct.pack("<Ii", CAPABILITIES_V3, 0), struct.pack("<6I", *[0] * 6)
    libc_call("capset", header, nothing)
    libc_call("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0)
    for kind, most in (
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_AS, base_memory + limits.memory * MB),
        (resource.RLIMIT_FSIZE, limits.disk * MB),
        (resource.RLIMIT_NPROC, limits.threads),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    seccomp.install(syscalls)


def check_locked() -> None:
    """Try what must fail: if one thing succeeds, this is no sandbox. RuntimeError says which."""
    if os.getpid() != 1:
        raise RuntimeError("it is not alone in its process namespace")
    for folder in ("/proc", "/tmp"):
        if os.listdir(folder):
            raise RuntimeError(f"{folder} is not empty")
    attempts: dict[str, Callable[[], object]] = {
        "fork": os.fork,
        "open a socket": socket.socket,
        "write outside /tmp": lambda: os.mkdir("/box/x"),
    }
    for what, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        raise RuntimeError(f"it can {what}")
