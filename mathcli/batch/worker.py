"""One worker: a process that answers what comes through its pipe, and our end of that pipe."""

from __future__ import annotations

import os
import pickle
import select
import signal
import time
from collections import deque
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from mathcli.batch.limits import close_all_but, end_with, limit_memory
from mathcli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

IN_FLIGHT = 2
"""Jobs on their way to a worker: one in work, and the next, so that it never waits."""
LARGE = 32_000
"""A job of more bytes is sent to an idle worker only: two that fill their pipes would wait for each other."""
MOST_JOBS = 2500
"""A worker is replaced after so many, so that what a library keeps for ever is not kept for long."""

_FORKS = "fork" in get_all_start_methods()
_CONTEXT: Any = get_context("fork" if _FORKS else "spawn")

Job = TypeVar("Job")


class Flight(NamedTuple, Generic[Job]):
    """A job on its way: its place in the input, how it is sent, and for which time it is tried."""

    place: int
    job: Job
    data: bytes
    tries: int = 1

    @classmethod
    def of(cls, place: int, job: Job) -> Flight[Job]:
        """Pack a job."""
        return cls(place, job, pickle.dumps(job))


class Worker(Generic[Job]):
    """A process, our end of its pipe, and the jobs on their way to it.

    `seconds` says how long a job may take, `memory` how many bytes may be taken beside those of the beginning. The job
    in work is late after the `deadline`, by the monotonic clock.

    Raises:
        InputError: the process cannot be started.
    """

    def __init__(self, work: Callable[[Job], Any], seconds: Callable[[Job], float], memory: int | None) -> None:
        self.flights: deque[Flight[Job]] = deque()
        self._seconds = seconds
        self.deadline = 0.0
        self._landed = 0
        self._begun = _CONTEXT.RawValue("L", 0)  # in memory that both share: it tells, too, once the process is gone
        try:
            self.pipe, theirs = _CONTEXT.Pipe()
            self._process = _CONTEXT.Process(
                target=_serve, args=(work, theirs, self._begun, memory, os.getpid()), daemon=True
            )
            self._process.start()
        except OSError as error:
            raise InputError(f"no worker can be started: {error.strerror}", hint="try --workers 1") from None
        theirs.close()

    @property
    def has_begun(self) -> bool:
        """Whether this worker ever began a job."""
        return bool(self._begun.value)

    @property
    def is_at_work(self) -> bool:
        """Whether this worker has begun a job whose result is not here."""
        return bool(self._begun.value > self._landed)

    @property
    def is_late(self) -> bool:
        """Whether the time of the job in work is over, and no result waits in the pipe."""
        return bool(self.flights) and time.monotonic() > self.deadline and not self.pipe.poll()

    @property
    def has_room(self) -> bool:
        """Whether one more job may be on its way to this worker."""
        return len(self.flights) < IN_FLIGHT

    def send(self, flight: Flight[Job]) -> bool:
        """Send a job on its way; False if it has to wait until the worker is idle."""
        if self.flights and max(len(flight.data), len(self.flights[0].data)) > LARGE:
            return False
        self.flights.append(flight)
        if len(self.flights) == 1:
            self._start_clock()
        with suppress(OSError):  # the worker is gone: its pipe will say so
            self.pipe.send_bytes(flight.data)
        return True

    def receive(self) -> tuple[Flight[Job], Any, bool] | None:
        """The job that was in work, its result, and whether it was the last; None: the worker is gone."""
        try:
            result, is_last = self.pipe.recv()
        except (EOFError, OSError):
            return None
        self._landed += 1
        flight = self.flights.popleft()
        if self.flights:
            self._start_clock()
        return flight, result, is_last

    def _start_clock(self) -> None:
        self.deadline = time.monotonic() + self._seconds(self.flights[0].job)

    def end(self) -> int:
        """End the process, and return by which signal it had ended, negative, or with which code."""
        self.pipe.close()
        self._process.kill()  # one that ended by itself keeps its code
        self._process.join()
        return int(self._process.exitcode or 0)


def heard(ears: Sequence[Any], seconds: float) -> set[int]:
    """Wait for what has something to tell, pipes and the like, no longer than so many seconds; return their numbers.

    The standard library's own `wait` takes four times as long to listen, which every result would pay for.
    """
    if not hasattr(select, "poll"):
        speaking: Sequence[Any] = wait(ears, seconds)
        return {ear.fileno() for ear in speaking}
    listener = select.poll()
    for ear in ears:
        listener.register(ear, select.POLLIN)
    return {number for number, _ in listener.poll(seconds * 1e3)}


def _serve(work: Callable[[Any], Any], pipe: Connection, begun: Any, memory: int | None, parent: int) -> None:
    """Answer one job after the other, until there were too many, it is swollen, or nobody asks any more."""
    if _FORKS:
        close_all_but(pipe.fileno())
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all at a terminal, but is our parent's business
    is_swollen = limit_memory(memory)
    with suppress(EOFError, OSError):
        while True:
            job = pipe.recv()
            begun.value += 1
            result = work(job)
            is_last = is_swollen() or begun.value >= MOST_JOBS
            pipe.send_bytes(pickle.dumps((result, is_last)))
            if is_last:
                return
