"""The same answers from many machines: a scheduler and two workers, real processes on this one."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

import pytest

from mathcli.batch import cluster
from mathcli.batch.crew import Orders
from mathcli.errors import InputError
from tests.transcripts import run

PROBLEMS = [f"diff x^{k % 30 + 2} sin({k}x)" for k in range(1, 150)]


class Started(NamedTuple):
    """A cluster of our own: a scheduler and two workers."""

    address: str
    scheduler: subprocess.Popen
    workers: list[subprocess.Popen]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def start(folder) -> Iterator[Callable[[], Started]]:
    """Starts clusters that end with the test."""
    with ExitStack() as running:

        def process(*words: str) -> subprocess.Popen:
            command = [sys.executable, "-m", "dask", *words]
            started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            running.callback(started.wait)
            running.callback(started.kill)
            return started

        def cluster_of_two() -> Started:
            file = Path(f"scheduler-{len(list(Path().glob('scheduler-*')))}.json")
            shared = ("--no-dashboard", "--scheduler-file", str(file))
            scheduler = process("scheduler", "--host", "127.0.0.1", "--port", "0", *shared)
            workers = [process("worker", "--no-nanny", "--nthreads", "1", *shared) for _ in range(2)]
            patience = time.monotonic() + 60
            while not file.exists() and time.monotonic() < patience:
                time.sleep(0.05)
            return Started(json.loads(file.read_text())["address"], scheduler, workers)

        yield cluster_of_two


def batch_there(address: str, *killed: subprocess.Popen) -> tuple[int, str]:
    """Work through the problems on a cluster, some processes killed once the first results are there."""
    command = [sys.executable, "-m", "mathcli", "batch", "problems.txt", "--output", "there.jsonl"]
    with subprocess.Popen([*command, "--cluster", address], stderr=subprocess.PIPE, text=True) as running:
        while running.poll() is None and not (Path("there.jsonl").exists() and Path("there.jsonl").stat().st_size):
            time.sleep(0.005)
        for process in killed:
            process.kill()
        _, said = running.communicate(timeout=120)
    return running.returncode, said


def content(path: str) -> str:
    return re.sub(r'"elapsed_ms": [\d.]+', "", Path(path).read_text())


def test_a_machine_that_is_lost_in_the_middle_costs_nothing(start):
    address, _, workers = start()
    Path("problems.txt").write_text("\n".join([*PROBLEMS, "diff sin("]) + "\n")
    code, said = batch_there(address, workers[0])
    run(["batch", "problems.txt", "--output", "here.jsonl", "--quiet"])

    assert workers[0].wait() < 0
    assert "150 problems   149 ok   1 input error" in said
    assert code == 1
    assert [json.loads(line)["id"] for line in Path("there.jsonl").read_text().splitlines()] == [
        str(k) for k in range(1, 151)
    ]
    assert content("there.jsonl") == content("here.jsonl")


def test_a_scheduler_that_is_lost_is_one_clear_error_and_another_one_goes_on(start):
    first = start()
    Path("problems.txt").write_text("\n".join(PROBLEMS) + "\n")
    code, said = batch_there(first.address, first.scheduler)
    finished = len(Path("there.jsonl").read_text().splitlines())
    run(["batch", "problems.txt", "--output", "here.jsonl", "--quiet"])

    assert said.splitlines()[-2:] == [
        f"error: the cluster at {first.address} is gone",
        "hint: what was finished stays",
    ]
    assert code == 2
    assert 0 < finished < len(PROBLEMS)

    code, said = batch_there(start().address)

    assert f"there.jsonl has {finished} finished problems" in said
    assert code == 0
    assert content("there.jsonl") == content("here.jsonl")


def test_a_cluster_without_workers_is_not_waited_for_without_end(start, monkeypatch):
    address, _, workers = start()
    monkeypatch.setattr(cluster, "DESERTED", 0.5)
    monkeypatch.setattr(cluster, "PATIENCE", 3.0)
    jobs = itertools.repeat(20.0)  # each with a limit of 20 seconds
    with closing(cluster.supervise_cluster(address, jobs, str, Orders(1, float))) as found:
        assert next(item for item in found if item is not None)[1:] == (20.0, "20.0")
        for worker in workers:
            worker.kill()
        with pytest.raises(InputError, match=r"has had no workers for 0\.5 seconds"):
            list(found)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("tcp://127.0.0.1:1", "no cluster answers at tcp://127.0.0.1:1"),
        ("nowhere://x", "no cluster answers at nowhere"),
    ],
)
def test_a_cluster_that_is_not_there_is_one_clear_error(folder, monkeypatch, address, message):
    monkeypatch.setattr(cluster, "PATIENCE", 0.3)
    printed = run(["batch", "-", "--cluster", address, "--output", "results.jsonl"], stdin=b"diff x^2\n")

    assert f"error: {message}" in printed
    assert printed.endswith("exit code 2\n")


@pytest.mark.parametrize(
    ("count", "seconds", "size"), [(50, 8.0, 50), (50, 80.0, 5), (50, 0.001, 200), (1, 100.0, 1), (2000, 0.1, 2000)]
)
def test_a_shard_takes_about_as_long_as_it_should(count, seconds, size):
    assert cluster._next_size(count, seconds) == size
