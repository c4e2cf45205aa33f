"""What a student's code can and cannot do in the sandbox, asked of the sandbox itself."""

import contextlib
import io
import itertools
import json
import os
import resource
import signal
import time
from dataclasses import replace

import pytest
import torch

from grader import sandbox as host
from grader.inside import seccomp
from grader.inside.program import Cell
from grader.inside.wire import BadMessage, read_message
from grader.judge import Failure, judge
from grader.question import Question
from grader.sandbox import Sandbox
from tests.sandbox.conftest import LIMITS
from tests.sandbox.tasks import ATTENTION_LIKE, DOUBLE

RIGHT = "def double(x): return 2 * x"
X = torch.tensor([1.0, 2.0])


def test_a_message_of_any_shape_is_read_or_refused():
    shapes = itertools.product((0, 1, 3, -1, 1 << 24, 1 << 40, None), repeat=4)
    for shape in (*shapes, [1] * 17, [0] + [1 << 24] * 15, [2, 0] * 8, 3):
        text = json.dumps({"tensors": [["float32", shape]]}).encode()
        with contextlib.suppress(BadMessage):
            _, (tensor,) = read_message(io.BytesIO(len(text).to_bytes(4, "little") + text + bytes(324)).read)
            assert list(tensor.shape) == list(shape)


def test_a_right_answer_comes_back_with_its_arguments(ask):
    reply = ask(RIGHT)("double", (X,))
    assert torch.equal(reply.answer, 2 * X)
    assert torch.equal(reply.args[0], X)


def test_a_changed_input_is_seen(ask):
    reply = ask("def double(x): return x.mul_(2)")("double", (X.clone(),))
    assert torch.equal(reply.args[0], 2 * X)


def test_the_judge_gives_the_points(ask):
    assert judge(DOUBLE, ask(RIGHT), 1).points == 2
    assert judge(DOUBLE, ask("def double(x): return 3 * x"), 1).points == 0


def test_it_answers_a_grader_with_more_than_a_thousand_open_files(ask):
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(2000, before[1]), before[1]))
    files = [os.open("/dev/null", os.O_RDONLY) for _ in range(1100)]
    try:
        assert torch.equal(ask(RIGHT)("double", (X,)).answer, 2 * X)
    finally:
        for file in files:
            os.close(file)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


CHANCE = """
import random
import numpy as np
import torch
MADE = torch.tensor([random.random(), np.random.rand(), torch.rand(1).item(), hash("x") % 997])
def double(x): return MADE + torch.rand(4) + random.random() + np.random.rand()
"""


def test_chance_is_the_same_at_every_grading(ask):
    first = ask(CHANCE)("double", (X,)).answer
    assert torch.equal(ask(CHANCE)("double", (X,)).answer, first)
    with Sandbox(LIMITS) as another:
        question = Question(another, [Cell("your cell", CHANCE, True)], DOUBLE)
        assert torch.equal(question("double", (X,)).answer, first)
        question.close()


@pytest.mark.parametrize("decorator", ["@torch.compile", "@torch.compile(fullgraph=True)"])
def test_torch_compile_leaves_a_function_as_it_is(ask, decorator):
    began = time.monotonic()
    source = f"import torch\n{decorator}\ndef double(x): return 2 * x"
    assert torch.equal(ask(source)("double", (X,)).answer, 2 * X)
    assert time.monotonic() - began < 1


def test_a_dataclass_may_have_hints_as_texts(ask):
    source = "from __future__ import annotations\nfrom dataclasses import dataclass\n"
    source += "@dataclass\nclass Two:\n    n: int = 2\ndef double(x): return Two().n * x"
    assert torch.equal(ask(source)("double", (X,)).answer, 2 * X)


def test_what_is_printed_is_kept(ask):
    question = ask("print('hello')\n" + RIGHT)
    question("double", (X,))
    assert question.printed == "hello\n"


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("fork", "os.fork()"),
        ("a program", "os.execv('/usr/bin/true', ['true'])"),
        ("a subprocess", "subprocess.run(['true'])"),
        ("posix_spawn", "os.posix_spawn('/usr/bin/true', ['true'], {})"),
        ("multiprocessing", "multiprocessing.Process(target=print).start()"),
        ("an internet socket", "socket.socket()"),
        ("a Unix socket", "socket.socket(socket.AF_UNIX)"),
        ("a netlink socket", "socket.socket(socket.AF_NETLINK)"),
        ("a socket pair", "socket.socketpair()"),
        ("names of hosts", "socket.gethostbyname('example.org')"),
        ("a file in the root", "open('/x', 'w')"),
        ("a file among the packages", "open('/box/packages/x', 'w')"),
        ("a file of torch", "open(torch.__file__, 'a')"),
        ("a file in /dev", "open('/dev/x', 'w')"),
        ("shared memory", "open('/dev/shm/x', 'w')"),
        ("a file without a name", "os.memfd_create('x')"),
        ("a mount", "libc('mount', b'none', b'/tmp', b'tmpfs', 0, None)"),
        ("a namespace", "libc('unshare', 0x10000000)"),
        ("tracing", "libc('ptrace', 0, 0, 0, 0)"),
        ("root", "os.setuid(0)"),
        ("keys", "libc('syscall', 250, 0, 0, 0, 0)"),
        ("io_uring", "libc('syscall', 425, 1, 0)"),
        ("another's memory", "libc('process_vm_readv', 1, None, 0, None, 0, 0)"),
        ("a larger limit", "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))"),
        ("processes", "[os.kill(i, 9) for i in range(2, 200)]"),
        ("the parent's group", "os.killpg(os.getpgid(2), 9)"),
        ("the exercises", "importlib.import_module('exercises')"),
        ("the judge", "importlib.import_module('grader.judge')"),
        ("the tasks", "importlib.import_module('grader.task')"),
        ("the book's library", "importlib.import_module('transformer_lib').nothing.here"),
        ("homes", "os.listdir('/home')"),
        ("process files", "open('/proc/1/maps')"),
        ("users", "open('/etc/passwd')"),
    ],
)
def test_it_cannot_reach(ask, what, statement):
    source = f"""
import ctypes, importlib, multiprocessing, os, resource, socket, subprocess, torch
def libc(name, *arguments):
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)
def double(x):
    try:
        {statement}
    except (OSError, ImportError, ValueError, RuntimeError) as error:
        return torch.tensor([1.0])
    return torch.tensor([0.0])
"""
    answer = ask(source)("double", (X,)).answer
    assert not isinstance(answer, Failure), answer
    assert answer.item() == 1.0, f"it reached {what}"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("while True: pass", "s"),
        ("import time; time.sleep(60)", "ran longer than 1 s: it was stopped"),
        ("import signal, time\nsignal.pthread_sigmask(0, range(1, 64))\ntime.sleep(60)", "ran longer than 1 s"),
        ("while True: print('x' * 9999)", "printed more than 2 MB: it was stopped"),
        ("import os; os._exit(7)", "ended its process (exit code 7)"),
        ("import ctypes; ctypes.string_at(0)", "it crashed (Segmentation fault)"),
    ],
)
def test_what_never_answers_is_stopped_in_time_with_the_reason(ask, source, reason):
    began = time.monotonic()
    verdict = judge(DOUBLE, ask(source, wall=1.0, cpu=1), 1)
    assert time.monotonic() - began < 2.0
    assert verdict.points == 0
    assert reason in verdict.problem.sentence


def test_processor_time_is_bounded_apart_from_the_clock(ask):
    verdict = judge(DOUBLE, ask("def double(x):\n    while True: pass", wall=8.0, cpu=1), 1)
    assert "used more than 1 s of processor time: it was stopped" in verdict.problem.sentence


def test_a_crash_on_one_input_leaves_the_others(ask):
    question = ask("import os\ndef double(x): return 2 * x if len(x) != 2 else os._exit(1)")
    answers = [question("double", (torch.ones(n),)).answer for n in (1, 2, 3)]
    assert isinstance(answers[1], Failure)
    assert torch.equal(answers[2], 2 * torch.ones(3))


def test_no_file_of_the_project_is_visible(ask):
    source = """
import os, torch
def double(x):
    for folder, below, names in os.walk('/'):
        if folder in ('/usr', '/box/packages'):  # the system's and torch's own files: many, and none of ours
            below.clear()
        found = {'judge.py', 'task.py', 'unusual.py', 'source.md', 'SECURITY.md'} & {*names}
        if found:
            print(folder, found)
            return x
    return 2 * x
"""
    question = ask(source)
    assert torch.equal(question("double", (X,)).answer, 2 * X), question.printed


def test_memory_and_disk_are_bounded(ask):
    source = """
import torch
def double(x):
    try:
        bytearray(600 << 20)
    except MemoryError:
        pass
    else:
        return x
    try:
        torch.zeros(600 << 20, dtype=torch.uint8)
    except RuntimeError:
        pass
    else:
        return x
    try:
        for i in range(20):
            with open(f"/tmp/{i}", "wb") as file:
                file.write(bytes(1 << 20))
    except OSError:
        return 2 * x
    return x
"""
    assert torch.equal(ask(source)("double", (X,)).answer, 2 * X)


def test_a_file_is_gone_for_the_next(ask):
    write = "import os\nopen('/tmp/note', 'w').write('the answers')\ndef double(x): return x * len(os.listdir('/tmp'))"
    assert ask(write)("double", (X,)).answer[0] == 1
    assert ask("import os\ndef double(x): return x * len(os.listdir('/tmp'))")("double", (X,)).answer[0] == 0


def test_threads_are_bounded_and_may_stay(ask):
    source = """
import threading, time
def double(x):
    count = 0
    try:
        for _ in range(200):
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            count += 1
    except RuntimeError:
        pass
    return x * count
"""
    assert 5 < ask(source)("double", (torch.ones(1),)).answer.item() < 33


def test_a_killed_parent_is_started_again(sandbox, ask):
    starts = sandbox.starts
    question = ask(RIGHT)
    assert torch.equal(question("double", (X,)).answer, 2 * X)
    os.kill(sandbox.process.pid, signal.SIGKILL)
    sandbox.process.wait()
    time.sleep(0.5)  # until its children are gone, too
    assert torch.equal(question("double", (X,)).answer, 2 * X)
    assert sandbox.starts == starts + 1
    assert judge(DOUBLE, ask(RIGHT), 2).points == 2


@pytest.mark.parametrize(
    "call",
    [
        "F.scaled_dot_product_attention(*three)",
        "alias(*three)",
        "getattr(F, 'scaled_dot' + '_product_attention')(*three)",
        "torch._C._nn.scaled_dot_product_attention(*three)",
        "torch.ops.aten.scaled_dot_product_attention(*three)",
        "torch.ops.aten.scaled_dot_product_attention.default(*three)",
        "torch.ops.aten._scaled_dot_product_attention_math(*three)[0]",
        "torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(*three)[0]",
        "importlib.reload(F).scaled_dot_product_attention(*three)",
        "torch.func.vmap(torch._C._nn.scaled_dot_product_attention)(*three)",
        "torch.jit.script(scripted)(*three)",
        "torch.nn.MultiheadAttention(4, 1)(*three)",
        "torch.nn.modules.activation.MultiheadAttention(4, 1)(*three)",
        "F.multi_head_attention_forward(*three)",
        "torch.nn.TransformerEncoderLayer(4, 1)(x)",
    ],
)
def test_ready_made_attention_is_refused_under_every_name(ask, call):
    source = f"""
import importlib, torch
import torch.nn.functional as F
from torch.nn.functional import scaled_dot_product_attention as alias
def scripted(a: torch.Tensor, b: torch.Tensor, c: torch.Tensor):
    return torch.nn.functional.scaled_dot_product_attention(a, b, c)
def double(x):
    x = torch.rand(2, 3, 5, 4)
    three = (x, x, x)
    return {call}
"""
    answer = ask(source, ATTENTION_LIKE)("double", (X,)).answer
    assert isinstance(answer, Failure), "it was computed"
    if not call.startswith(("importlib", "torch.jit")):  # these stop of their own
        assert "ready-made attention is not accepted here" in answer.message
    if "aten" not in call:
        assert not isinstance(ask(RIGHT)("double", (X,)).answer, Failure)


def test_without_bubblewrap_no_marks(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(host.Refused, match=r"no bubblewrap.*Marks are only given"):
        Sandbox()


def test_without_namespaces_no_marks(monkeypatch, tmp_path):
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(host.Refused, match=r"No permissions to create new namespace.*Marks are only given"):
        Sandbox()


def test_the_filter_knows_both_machines():
    assert len(seccomp.filter_program("x86_64")) % 8 == 0
    assert set(seccomp.numbers("x86_64")) & {41, 57, 59, 101, 272} == set()  # socket fork execve ptrace unshare
    assert set(seccomp.numbers("aarch64")) & {198, 221, 117, 97} == set()  # socket execve ptrace unshare
    with pytest.raises(OSError, match="no list of system calls for riscv64"):
        seccomp.filter_program("riscv64")


def test_a_child_that_nobody_hangs_up_on_ends_with_its_time(sandbox):
    """The grader's own clock ends a child sooner; this is the one that is left if the grader is held up."""
    child = sandbox.spawn(replace(sandbox.limits, wall=0.5))
    began = time.monotonic()
    child.status.settimeout(5)
    report = json.loads(child.status.recv(4096))
    took = time.monotonic() - began
    child.close()
    assert report["signal"] == signal.SIGKILL
    assert 0.5 < took < 2
