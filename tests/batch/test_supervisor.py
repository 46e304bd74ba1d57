"""Workers that hang, crash and swell: nothing lost, nothing twice, the right one blamed."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from multiprocessing.sharedctypes import RawValue
from pathlib import Path

import pytest

from mathcli.batch import crew, supervisor, worker
from mathcli.batch.crew import Lost, Orders
from mathcli.batch.supervisor import in_order, supervise
from mathcli.batch.worker import LARGE
from mathcli.errors import InputError

MEMORY = 300 * 2**20


def soon(job: object) -> float:
    return 0.4


def work(job: str) -> str:
    """Answer "x" with "<x>"; what begins with a misdeed does it."""
    match job.split():
        case ["hang", *_]:
            time.sleep(60)
        case ["ignore", *_]:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
        case ["crash", *_]:
            os.kill(os.getpid(), signal.SIGSEGV)
        case ["leave", *_]:
            os._exit(3)
        case ["raise", *_]:
            raise KeyError("a fault in the work itself")
        case ["recurse", *_]:
            return work(job) + work(job)
        case ["swell", *_]:
            try:
                return str(len(bytearray(4 * MEMORY)))
            except MemoryError:
                return "no room"
        case ["grow", *_]:
            return str(len(bytes(range(256)) * (MEMORY // 256 * 2 // 3)))
    return f"<{job}>"


def run(jobs, workers: int = 2, **orders: object) -> list[tuple[str, object]]:
    found = supervise(jobs, work, Orders(workers, soon, **{"memory": MEMORY, **orders}))
    return [item for item in in_order(found) if item is not None]


def test_results_come_back_each_once_and_in_order():
    jobs = [str(k) for k in range(300)]

    assert run(jobs, workers=3) == [(job, f"<{job}>") for job in jobs]


@pytest.mark.parametrize(
    ("misdeed", "lost"),
    [
        ("hang", Lost(True, -signal.SIGKILL)),
        ("ignore", Lost(True, -signal.SIGKILL)),
        ("crash", Lost(False, -signal.SIGSEGV, 2)),
        ("leave", Lost(False, 3, 2)),
        ("raise", Lost(False, 1, 2)),
        ("recurse", Lost(False, 1, 2)),
    ],
)
def test_a_misdeed_is_blamed_on_its_own_job_and_the_others_are_answered(misdeed, lost):
    jobs = ["a", "b", misdeed, "c", "d", "e"]

    assert run(jobs) == [(job, lost if job == misdeed else f"<{job}>") for job in jobs]


def test_memory_is_limited_and_a_worker_that_has_swollen_is_replaced():
    pids = {}

    def where(job: str) -> str:
        return f"{os.getpid()} {work(job)}"

    for job, made in (
        item[1:]
        for item in supervise(["a", "swell", "b", "grow", "c"], where, Orders(1, lambda job: 20.0, MEMORY))
        if item
    ):
        pids[job], _, answer = made.partition(" ")
        assert answer == {"swell": "no room", "grow": str(MEMORY // 256 * 2 // 3 * 256)}.get(job, f"<{job}>")
    assert pids["a"] == pids["swell"] == pids["b"] == pids["grow"] != pids["c"]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_next_job_is_on_its_way_while_one_is_in_work(workers, monkeypatch):
    monkeypatch.setattr(supervisor, "TICK", 20)  # so that no tick hands it out
    handed_out = RawValue("i", 0)

    def jobs():
        for job in range(8):
            handed_out.value += 1
            yield job

    def is_followed(job: int) -> bool:
        """Whether another job is handed out before this one ends."""
        return job == 7 or any(handed_out.value > job + 1 or time.sleep(0.01) for _ in range(200))

    found = [item[1:] for item in supervise(jobs(), is_followed, Orders(workers, lambda job: 20.0)) if item]

    assert sorted(found) == [(job, True) for job in range(8)]


def test_a_worker_is_replaced_after_many_jobs_and_none_is_lost(monkeypatch):
    monkeypatch.setattr(worker, "MOST_JOBS", 10)

    def where(job: int) -> tuple[int, int]:
        return os.getpid(), job

    found = [item[1] for item in in_order(supervise(range(60), where, Orders(2, soon))) if item]
    pids = Counter(pid for pid, _ in found)

    assert [job for _, job in found] == list(range(60))
    assert len(pids) >= 6
    assert max(pids.values()) <= 10


def test_nothing_but_misdeeds_ends_too():
    jobs = [f"{misdeed} {k}" for k in range(3) for misdeed in ("crash", "hang", "leave")]

    assert [isinstance(made, Lost) for _, made in run(jobs, workers=3)] == [True] * 9


def test_a_worker_that_is_killed_at_random_costs_no_job():
    killed = []

    def jobs():
        for k in range(400):
            if k % 100 == 99:
                time.sleep(0.2)  # a new worker is at work by then
                children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
                killed.append(random.choice(children))
                os.kill(int(killed[-1]), signal.SIGKILL)
            yield str(k)

    assert run(jobs(), workers=2) == [(str(k), f"<{k}>") for k in range(400)]
    assert len(killed) == 4
    assert len(set(killed)) > 1  # one that is dead and not yet missed may be killed again


def test_input_is_read_only_as_far_as_the_workers_come():
    taken = itertools.count()
    jobs = (str(next(taken)) for _ in range(1000))
    found = supervise(jobs, work, Orders(2, soon))
    for _ in range(10):
        next(found)
    found.close()

    assert next(taken) < 60


def test_a_window_bounds_what_waits_for_a_slow_job():
    begun = []

    def jobs():
        for job in ["hang", *map(str, range(100))]:
            begun.append(job)
            yield job

    found = supervise(jobs(), work, Orders(2, soon, window=10))
    before_the_slow_one = 0
    for item in found:
        if item is not None and item[1] == "hang":
            break
        before_the_slow_one = len(begun)

    assert before_the_slow_one <= 10
    assert len([item for item in found if item]) >= 91


def test_what_stood_before_a_damage_is_answered_before_it_is_reported():
    def jobs():
        yield from ("a", "b", "c")
        raise InputError("the rest is gone")

    answered = []
    with pytest.raises(InputError, match="the rest is gone"):
        answered.extend(item for item in in_order(supervise(jobs(), work, Orders(2, soon))) if item)

    assert answered == [(job, f"<{job}>") for job in "abc"]


def test_many_lines_without_a_job_are_passed_over_and_keep_no_result_waiting():
    jobs = ["a", *[None] * 1000, "b", *[None] * 1000]

    assert run(jobs) == [("a", "<a>"), ("b", "<b>")]


def test_workers_that_cannot_even_begin_are_given_up(monkeypatch):
    monkeypatch.setattr(worker, "limit_memory", lambda memory: os._exit(1))
    with pytest.raises(InputError, match="workers end before they begin anything"):
        run(["a", "b"])


def test_a_worker_that_stood_still_before_it_began_is_not_blamed_on_the_job(monkeypatch):
    genuine, halted = worker.limit_memory, []

    def halting(memory):
        if not halted[1:]:
            os.kill(os.getpid(), signal.SIGSTOP)
        return genuine(memory)

    class Counted(worker.Worker):
        def __init__(self, *words):
            halted.append(len(halted))
            super().__init__(*words)

    monkeypatch.setattr(worker, "limit_memory", halting)
    monkeypatch.setattr(crew, "Worker", Counted)

    assert run(["a", "b", "c"], workers=1) == [(job, f"<{job}>") for job in "abc"]
    assert len(halted) == 2


def test_large_jobs_and_large_results_do_not_wait_for_each_other():
    jobs = [str(k) * LARGE for k in range(8)]

    assert run(jobs) == [(job, f"<{job}>") for job in jobs]


def test_a_run_that_is_stopped_begins_nothing_more_and_waits_only_so_long():
    stopped = []
    started = time.monotonic()
    found = supervise(
        ["a", "hang", "b", *map(str, range(100))], work, Orders(1, lambda job: 30.0), is_stopped=lambda: bool(stopped)
    )
    answered = []
    for item in found:
        if item is not None:
            answered.append(item[1])
            stopped.append(True)

    assert answered == ["a"]
    assert time.monotonic() - started < 5


PARENT = """
import os, sys, time
from mathcli.batch.crew import Orders
from mathcli.batch.supervisor import supervise

def work(job):
    while True:
        sum(range(1000))

for item in supervise(["a", "b", "c"], work, Orders(3, lambda job: 600.0)):
    print(open(f"/proc/self/task/{os.getpid()}/children").read(), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_workers_never_outlive_a_killed_parent():
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = parent.stdout.readline().split()
        parent.kill()
    patience = time.monotonic() + 10
    while any(map(_is_alive, workers)) and time.monotonic() < patience:
        time.sleep(0.02)

    assert len(workers) == 3
    assert not any(map(_is_alive, workers))


def _is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_worker_holds_nothing_open_but_its_own_pipe():
    def open_files(job: str) -> list[str]:
        names = (f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd") if int(fd) > 2)
        return [os.readlink(name) for name in names if os.path.lexists(name)]

    for item in supervise(["a", "b", "c", "d"], open_files, Orders(2, soon)):
        if item is not None:
            kinds = [name.partition(":")[0] for name in item[2]]
            assert kinds.count("socket") == 1
            assert kinds.count("pipe") == 0


STOPPED = """
import sys, time
from pathlib import Path
from mathcli.batch.crew import Orders
from mathcli.batch.supervisor import supervise

def work(job):
    Path(sys.argv[1]).touch()
    time.sleep(0.3)
    return job

print([item for item in supervise(["a"], work, Orders(1, lambda job: 2.0)) if item])
"""


def test_a_run_that_was_stopped_for_longer_than_a_job_may_take_goes_on(tmp_path):
    begun = tmp_path / "begun"
    command = [sys.executable, "-c", STOPPED, str(begun)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as running:
        while not begun.exists() and running.poll() is None:
            time.sleep(0.01)
        os.killpg(running.pid, signal.SIGSTOP)
        time.sleep(3)
        os.killpg(running.pid, signal.SIGCONT)

        assert running.communicate(timeout=60)[0] == "[(0, 'a', 'a')]\n"
