"""Grading on a Dask cluster of several worker processes, each with a sandbox of its own; one is killed in mid-run."""

import json
import os
import signal
from datetime import datetime

import pytest

from grader.__main__ import main
from grader.cluster import grade_on
from grader.gradebook import Gradebook, course_of
from grader.inside.lockdown import Limits
from grader.uploads import Upload, uploads

MASK = "import torch\ndef my_causal_mask(n): return torch.ones(n, n).tril().bool()\n"
STUDENTS = 14


class Unreadable(Upload):
    def read(self):
        return 1 / 0


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None) as started:
        yield started


@pytest.fixture
def handed_in(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(STUDENTS):
        (folder / f"student{i:02}.py").write_text(MASK if i % 2 else MASK.replace("tril()", "tril(1)"))
    return folder


@pytest.mark.filterwarnings("default")  # Dask's own
def test_a_killed_worker_loses_nothing_and_nothing_is_graded_twice(cluster, handed_in, tmp_path):
    from distributed import Client

    book = Gradebook(tmp_path / "out")
    course = course_of(book, ["attention"], seed=7)
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        workers = client.run(os.getpid)
        told = []

        def tell(record):
            told.append(record["student"])
            if len(told) == 2:
                os.kill(next(iter(workers.values())), signal.SIGKILL)

        records = grade_on(cluster.scheduler_address, uploads(handed_in), course, book, limits=Limits(), tell=tell)
        assert client.run(os.getpid) != workers
    assert sorted(told) == [f"student{i:02}" for i in range(STUDENTS)]
    assert sorted(record["student"] for record in records) == sorted(told)
    points = {record["student"]: record["tasks"]["causal_mask"]["points"] for record in book.records()}
    assert points == {f"student{i:02}": 4 if i % 2 else 0 for i in range(STUDENTS)}

    records[0]["when"] = "2020-01-01T00:00:00+00:00"
    os.utime(handed_in / f"{records[0]['student']}.py", (datetime.fromisoformat(records[0]["when"]).timestamp(),) * 2)
    found = [Unreadable("zed", "zed"), *uploads(handed_in)]
    zed, *again = grade_on(
        "tcp://" + cluster.scheduler_address.partition("://")[2], found, course, book, limits=Limits()
    )
    assert zed["error"].startswith("ZeroDivisionError")
    assert {json.dumps(record) for record in again} == {json.dumps(record) for record in records}


def test_without_a_cluster_it_says_so(handed_in, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("grader.cluster.SECONDS_TO_CONNECT", 1)
    line = ["grade", handed_in, "--out", tmp_path / "out", "--cluster", "tcp://127.0.0.1:1"]
    assert main([*map(str, line)]) == 2
    assert "there is no Dask scheduler at tcp://127.0.0.1:1" in capsys.readouterr().err
