"""The grader's side of the sandbox: start the parent under bubblewrap, ask it for children, start it again if it dies.

Inside, the student's process sees Python's standard library, torch, NumPy and what they need, the files of
`grader/inside`, an empty /tmp of its own, and nothing else: no exercise, no test, no library of the book, no network.
"""

import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from importlib import metadata
from pathlib import Path
from types import TracebackType

from packaging.requirements import Requirement

from grader.inside.lockdown import Limits

INSIDE = Path(__file__).resolve().parent / "inside"
PACKAGES = ("torch", "numpy", "einops")  # what a student may import, where it is installed
SECONDS_TO_START = 120
HOW_TO = (
    "Marks are only given on a machine that can run students' code in a sandbox: Linux with user namespaces, and "
    "bubblewrap (`apt-get install bubblewrap`). `check` in a notebook works everywhere."
)
BOOT = "import sys; sys.path[:0] = ['/box', '/box/packages']; sys.argv = ['parent', '{}']; "
BOOT += "from grader.inside.parent import main; main()"


class Refused(RuntimeError):
    """This machine allows no sandbox, so that no mark can be given."""

    def __init__(self, why: str):
        super().__init__(f"{why.strip().rstrip('.')}. {HOW_TO}")


@functools.cache
def package_paths(names: tuple[str, ...] = PACKAGES) -> tuple[Path, ...]:
    """The files and folders in site-packages of some packages and of all that they need."""
    paths: set[Path] = set()
    wanted, seen = list(names), set()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        needs = [Requirement(text) for text in package.requires or []]
        wanted += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
        tops = {file.parts[0] for file in package.files or []} - {"..", "__pycache__"}
        paths |= {Path(str(package.locate_file(top))) for top in tops}
    return tuple(sorted(path for path in paths if path.exists() and path.suffix != ".pth"))


def shown(inside: Path) -> dict[str, str]:
    """What can be seen in the sandbox: path there -> path here."""
    python, library = os.path.realpath(sys.executable), str(Path(sys.base_prefix) / "lib")
    seen = {f"/dev/{device}": f"/dev/{device}" for device in ("null", "zero", "urandom", "random")}
    system = (
        "/usr/lib",
        "/usr/lib64",
        "/etc/ld.so.cache",
        *(top for top in ("/lib", "/lib64") if not os.path.islink(top)),
    )
    seen |= {path: path for path in (*system, library, python) if os.path.exists(path)}
    seen |= {f"/box/packages/{path.name}": str(path) for path in package_paths()}
    return seen | {"/box/grader/__init__.py": str(inside / "stub.py"), "/box/grader/inside": str(inside)}


def command(control: int, inside: Path = INSIDE) -> list[str]:
    """The command line of the parent in its sandbox; `control` is the number of its socket."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise Refused("There is no bubblewrap (the program `bwrap`) on this machine")
    line = [bubblewrap, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    line += ["--die-with-parent", "--new-session", "--clearenv"]
    for folder in dict.fromkeys(parent for to in shown(inside) for parent in reversed(Path(to).parents[:-1])):
        line += ["--perms", "0755", "--dir", str(folder)]  # else only root could look into it
    line += ["--proc", "/proc", "--tmpfs", "/tmp"]
    for top in ("/lib", "/lib64"):
        if os.path.islink(top):
            line += ["--symlink", os.readlink(top), top]
    for to, path in shown(inside).items():
        line += ["--dev-bind" if to.startswith("/dev/") else "--ro-bind", path, to]
    version = f"python3.{sys.version_info.minor}"
    for folder in (Path(sys.base_prefix) / "lib" / version / "site-packages", Path("/usr/lib/python3/dist-packages")):
        if folder.is_dir():
            line += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
    line += ["--remount-ro", "/"]
    env = {"HOME": "/tmp", "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "PYTHONHASHSEED": "0"}
    for name, value in env.items():
        line += ["--setenv", name, value]
    return [*line, "--", os.path.realpath(sys.executable), "-s", "-P", "-S", "-B", "-c", BOOT.format(control)]


class Child:
    """The three ends of one child that the grader holds: messages, what it prints, and how it ended."""

    def __init__(self, connection: socket.socket, output: int, status: socket.socket):
        self.connection, self.output, self.status = connection, output, status

    def close(self) -> None:
        """Hang up, at which the child's supervisor ends it."""
        self.connection.close()
        self.status.close()
        os.close(self.output)


class Sandbox:
    """A parent with torch imported, which forks a sandboxed child in milliseconds. Use it as a context manager.

    Raises:
        Refused: when the machine does not allow it. Nothing is ever run outside instead.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.starts = 0
        self._lock = threading.Lock()
        self._start()

    def _start(self) -> None:
        line = command(0)  # a refusal comes before anything is opened
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            line = command(theirs.fileno())
            self.process = subprocess.Popen(
                line,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        ours.settimeout(SECONDS_TO_START)
        try:
            ready = ours.recv(16)
        except TimeoutError:
            ready = b""
        if ready != b"ready":
            self.process.kill()
            _, error = self.process.communicate()
            ours.close()
            raise Refused(f"The sandbox does not start: {error.decode(errors='replace')[-500:] or 'no reason given'}")
        ours.settimeout(None)
        self.control = ours
        self.starts += 1

    def spawn(self, limits: Limits | None = None) -> Child:
        """A fresh child; a parent that has died is started again first."""
        ours, theirs = socket.socketpair()
        status, status_theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        output, output_theirs = os.pipe()
        files = [theirs.fileno(), output_theirs, status_theirs.fileno()]
        text = json.dumps((limits or self.limits).as_dict()).encode()
        try:
            with self._lock:
                try:
                    socket.send_fds(self.control, [text], files)
                except OSError:
                    self._restart()
                    socket.send_fds(self.control, [text], files)
        finally:
            theirs.close()
            status_theirs.close()
            os.close(output_theirs)
        return Child(ours, output, status)

    def alive(self) -> bool:
        """Whether the parent runs."""
        return self.process.poll() is None

    def _restart(self) -> None:
        self._stop()
        self._start()

    def _stop(self) -> None:
        self.control.close()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()

    def close(self) -> None:
        """End the parent, and with it every child."""
        with self._lock:
            self._stop()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
