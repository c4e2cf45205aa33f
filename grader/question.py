"""One task of one submission, run in a sandboxed child: the `call` that the judge is given for a mark."""

import contextlib
import json
import os
import select
import signal
import time
from dataclasses import replace
from typing import Any

from torch import Tensor

from grader.inside.answer import Failure, Reply
from grader.inside.lockdown import Limits
from grader.inside.program import Cell
from grader.inside.wire import BadMessage, message, pack_args, read_message, text_of, unpack_args
from grader.library import allowance
from grader.sandbox import Child, Refused, Sandbox
from grader.task import Task

KEPT = 20_000  # characters of what a student's code prints that are kept for the feedback
MOST_HEADER = 1 << 16  # bytes of a reply's header
MOST_CHILDREN = 4  # that one question may use up by crashing


class Stopped(Exception):
    """The child will answer no more; the message says why."""


class Question:
    """The judge's `call` for one task: a child with the program loaded, replaced when it crashes, within one budget.

    Args:
        sandbox: where it runs.
        program: the submission's cells, those of this task marked `whole`.
        task: what is asked.
        limits: of the question as a whole; the sandbox's, unless given.
    """

    def __init__(self, sandbox: Sandbox, program: list[Cell], task: Task, limits: Limits | None = None):
        self.sandbox, self.program, self.task = sandbox, program, task
        self.limits = limits or sandbox.limits
        self.deadline = time.monotonic() + self.limits.wall
        self.child: Child | None = None
        self.children, self.printed_bytes, self.locked = 0, 0, False
        self.outgoing, self.buffer = bytearray(), bytearray()  # not sent yet; received, and not read yet
        self.ahead = 0  # calls that are sent, or on their way, and not answered
        self.printed, self.notes, self.over = "", [], ""  # type: str, list[str], str

    def __call__(self, name: str, args: tuple[Any, ...]) -> Reply:
        """Ask the child once; a question that is over is answered with the reason."""
        return self.many(name, [args])[0]

    def many(self, name: str, calls: list[tuple[Any, ...]]) -> list[Reply]:
        """Send all calls ahead and read the replies as they come; those after a crash are sent again."""
        replies: list[Reply] = []
        failures = 0  # of the sandbox itself, at one call
        while len(replies) < len(calls):
            if self.over:
                replies.append(Reply(Failure("stopped", self.over)))
                continue
            starts = self.sandbox.starts
            try:
                if self.child is None:
                    self.load()
                if not self.ahead:
                    for args in calls[len(replies) :]:
                        self.send(name, args)
                replies.append(self.reply(*self.next_message(), calls[len(replies)]))
                self.ahead, failures = self.ahead - 1, 0
            except (Stopped, BadMessage) as stop:
                sandbox_failed = self.hang_up(stop)
                if not sandbox_failed and self.sandbox.starts == starts:
                    replies.append(Reply(Failure("stopped", self.over or f"{self.task.function} {stop}.")))
                    continue
                self.children, failures = self.children - 1, failures + 1
                if failures == 2:
                    self.over = "the sandbox itself failed twice: this answer must be graded again"
        return replies

    def load(self) -> None:
        """A fresh child, with the program run in it."""
        if self.children == MOST_CHILDREN:
            self.over = f"{self.task.function} ended its process {MOST_CHILDREN} times."
            raise Stopped(self.over)
        self.children += 1
        seconds = max(self.deadline - time.monotonic(), 0.1)
        began = time.monotonic()
        self.child = self.sandbox.spawn(replace(self.limits, wall=seconds))
        self.deadline += time.monotonic() - began  # a parent that must be started again costs the student no time
        self.child.connection.setblocking(False)
        self.locked, self.outgoing, self.buffer, self.ahead = False, bytearray(), bytearray(), 0
        self.locked = self.next_message()[0].get("locked") is True
        program = [[cell.label, cell.source, cell.whole] for cell in self.program]
        library = allowance(self.task.allowed).as_dict()
        setting = {"program": program, "banned": list(self.task.banned), "library": library}
        self.outgoing += message(setting)
        notes = self.next_message()[0].get("notes")
        self.notes = [text_of(note) for note in notes if isinstance(note, str)] if isinstance(notes, list) else []

    def reply(self, header: dict[str, Any], tensors: list[Tensor], args: tuple[Any, ...]) -> Reply:
        """What a message of the child's says, if it is one that a child may send; `args` are the call's."""
        failure = header.get("failure")
        if failure is not None:
            if not (isinstance(failure, list) and len(failure) == 3 and all(isinstance(text, str) for text in failure)):
                raise BadMessage("a failure that is none")
            return Reply(Failure(*map(text_of, failure)))
        if not tensors:
            raise BadMessage("an answer without a tensor")
        return Reply(tensors[0], args if header.get("same") is True else unpack_args(header.get("args"), tensors[1:]))

    def send(self, name: str, args: tuple[Any, ...]) -> None:
        """One call more, behind those that wait."""
        packed, tensors = pack_args(args)
        self.outgoing += message({"call": name, "args": packed, "signature": self.task.signature}, tensors)
        self.ahead += 1

    def next_message(self) -> tuple[dict[str, Any], list[Tensor]]:
        """The child's next message, while what waits is sent and its output is emptied."""
        assert self.child is not None
        answer = read_message(self.receive, MOST_HEADER)
        poll = select.poll()
        poll.register(self.child.output, select.POLLIN)
        if poll.poll(0):
            self.drain()
        return answer

    def receive(self, count: int) -> bytes:
        """Exactly so many bytes from the child."""
        assert self.child is not None
        while len(self.buffer) < count:
            try:
                with contextlib.suppress(BlockingIOError):
                    if self.outgoing:
                        del self.outgoing[: self.child.connection.send(self.outgoing)]
                piece = self.child.connection.recv(1 << 18)
            except BlockingIOError:
                self.wait()
                continue
            except OSError as error:
                raise Stopped("ended its process") from error
            if not piece:
                raise Stopped("ended its process")
            self.buffer += piece
        blob = bytes(self.buffer[:count])
        del self.buffer[:count]
        return blob

    def wait(self) -> None:
        """Until the connection is ready; what is printed meanwhile is read, its beginning kept."""
        assert self.child is not None
        poll = select.poll()
        poll.register(self.child.connection, select.POLLIN | (select.POLLOUT if self.outgoing else 0))
        poll.register(self.child.output, select.POLLIN)
        while True:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise Stopped(f"ran longer than {self.limits.wall:g} s")
            ready = dict(poll.poll(left * 1000))
            if ready.get(self.child.output, 0) & select.POLLIN:
                self.drain()
            elif self.child.output in ready:
                poll.unregister(self.child.output)
            if self.child.connection.fileno() in ready:
                return

    def drain(self) -> None:
        """Read what is printed; too much ends the child."""
        assert self.child is not None
        text = os.read(self.child.output, 1 << 16)
        self.printed_bytes += len(text)
        self.printed += text.decode(errors="replace")[: max(KEPT - len(self.printed), 0)]
        if self.printed_bytes > self.limits.output << 20:
            raise Stopped(f"printed more than {self.limits.output} MB")

    def hang_up(self, stop: Exception) -> bool:
        """Let go of a child that has failed, and find out why; return whether it was the sandbox that failed."""
        if self.child is None:
            return False
        why, sandbox_failed = str(stop), False
        if isinstance(stop, BadMessage):
            why = "sent something that is no answer"
        elif why == "ended its process":
            report = self.report()
            if "refused" in report:
                raise Refused(f"The sandbox makes no namespaces: {report['refused']}")
            if report and not self.locked:
                self.drain()
                raise Refused(f"The sandbox does not close: {self.printed or self.why(report)}")
            sandbox_failed = not report
            why = self.why(report)
        if why.startswith(("ran longer", "printed more", "used more")):
            self.over = f"{self.task.function} {why}: it was stopped."
        stop.args = (why,)
        self.close()
        return sandbox_failed

    def report(self) -> dict[str, Any]:
        """How the child ended, from its supervisor; empty if that one is gone, too."""
        assert self.child is not None
        self.child.status.settimeout(1.0)
        try:
            text = self.child.status.recv(4096)
        except OSError:
            return {}
        return dict(json.loads(text)) if text else {}

    def why(self, report: dict[str, Any]) -> str:
        """The end of a child in words."""
        if report.get("cpu", 0) >= self.limits.cpu - 0.2:
            return f"used more than {self.limits.cpu} s of processor time"
        number = report.get("signal", 0)
        if number == signal.SIGKILL:
            return "ended its process: it was killed, perhaps for want of memory"
        if number:
            return f"ended its process: it crashed ({signal.strsignal(number)})"
        return f"ended its process (exit code {report.get('code', 0)})"

    def close(self) -> None:
        """End the child, if there is one."""
        if self.child is not None:
            self.child.close()
            self.child = None
