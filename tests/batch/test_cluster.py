"""The same answers from many machines: a scheduler and two workers, real processes on this one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mathcli.batch import cluster
from tests.transcripts import run

PROBLEMS = [f"diff x^{k % 30 + 2} sin({k}x)" for k in range(1, 150)]
SHARED = ("--no-dashboard", "--scheduler-file", "scheduler.json")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def started(folder) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """The address of a scheduler, and its two workers."""
    with ExitStack() as running:

        def start(*words: str) -> subprocess.Popen:
            command = [sys.executable, "-m", "dask", *words, *SHARED]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            running.callback(process.wait)
            running.callback(process.kill)
            return process

        start("scheduler", "--host", "127.0.0.1", "--port", "0")
        workers = [start("worker", "--no-nanny", "--nthreads", "1") for _ in range(2)]
        patience = time.monotonic() + 60
        while not Path("scheduler.json").exists() and time.monotonic() < patience:
            time.sleep(0.05)
        yield json.loads(Path("scheduler.json").read_text())["address"], workers


def content(path: str) -> str:
    return re.sub(r'"elapsed_ms": [\d.]+', "", Path(path).read_text())


def test_a_machine_that_is_lost_in_the_middle_costs_nothing(started):
    address, workers = started
    Path("problems.txt").write_text("\n".join([*PROBLEMS, "diff sin("]) + "\n")
    command = [sys.executable, "-m", "mathcli", "batch", "problems.txt", "--output", "there.jsonl"]
    with subprocess.Popen([*command, "--cluster", address], stderr=subprocess.PIPE, text=True) as running:
        while running.poll() is None and not (Path("there.jsonl").exists() and Path("there.jsonl").stat().st_size):
            time.sleep(0.005)
        workers[0].kill()
        _, said = running.communicate(timeout=120)
    run(["batch", "problems.txt", "--output", "here.jsonl", "--quiet"])

    assert workers[0].wait() < 0
    assert "150 problems   149 ok   1 input error" in said
    assert running.returncode == 1
    assert [json.loads(line)["id"] for line in Path("there.jsonl").read_text().splitlines()] == [
        str(k) for k in range(1, 151)
    ]
    assert content("there.jsonl") == content("here.jsonl")


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
