"""Workers that may hang, crash or swell, and one loop that loses nothing to them.

A worker is a process that answers what comes through its pipe. Up to two jobs are on their way to each: one in work,
and the next, so that it never waits; nothing else is read ahead. A worker that hangs, crashes or swells is replaced:
the job that it had begun is blamed (after a crash only if it crashes again), the other one is handed out once more.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import deque
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from mathcli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

IN_FLIGHT = 2
TICK = 0.1
"""The caller hears from us at least every so many seconds, be it with nothing."""
LAST_CALL = 0.6
"""So many seconds are left to what is in work when a run is stopped."""
LARGE = 32_000
"""A job of more bytes is sent to an idle worker only: two that fill their pipes would wait for each other."""

MOST_JOBS = 2500
"""A worker is replaced after so many, so that what a library keeps for ever is not kept for long."""
MOST_TRIES = 2
MOST_KILLS = 4
"""What is killed is tried more often than what crashes: a kill -9 comes from outside, and says little of the job."""
_KILLED = -9
MOST_BARREN = 20
"""After so many workers in a row that ended before they began anything, there is no sense in starting another."""

_FORKS = "fork" in get_all_start_methods()
_CONTEXT: Any = get_context("fork" if _FORKS else "spawn")

Job = TypeVar("Job")


class Source(Protocol):
    """What can tell whether asking for the next job would wait."""

    def is_ready(self) -> bool:
        """Whether there is a next job, or no more."""
        ...

    def fileno(self) -> int:
        """What to wait for otherwise."""
        ...


class Orders(NamedTuple):
    """How a run is led.

    workers   how many processes
    seconds   how long a job may take; what ends by itself should have done so by then
    memory    how many bytes a worker may take beside those it begins with; None: what there is
    window    so many jobs may be begun from the oldest that is not done; None: any number
    """

    workers: int
    seconds: Callable[[Any], float]
    memory: int | None = None
    window: int | None = None


class Lost(NamedTuple):
    """Comes back in place of a result: the time was over, or two workers ended on the job, by this signal or code."""

    is_late: bool
    code: int = 0


class _Flight(NamedTuple, Generic[Job]):
    place: int
    job: Job
    data: bytes
    tries: int = 1


def supervise(
    jobs: Iterable[Job | None],
    work: Callable[[Job], Any],
    orders: Orders,
    *,
    source: Source | None = None,
    is_stopped: Callable[[], bool] = bool,
) -> Generator[tuple[int, Job, Any] | None, None, None]:
    """The jobs with their places and what the work made of each, or a Lost, as they come; None where a tick passes.

    A None among the jobs is none. Once `is_stopped`, nothing new begins, and what is in work has its last call.
    """
    crew: list[_Worker[Job]] = []
    queue = _Queue(jobs, source, orders.window)
    closing: float | None = None
    try:
        crew.extend(_Worker(work, orders) for _ in range(orders.workers))
        while True:
            if closing is None and is_stopped():
                closing = time.monotonic() + LAST_CALL
                queue.close()
            for worker in sorted(crew, key=lambda worker: len(worker.flights)):
                flight = queue.next(crew) if worker.is_free else None
                if flight is not None and not worker.send(flight):
                    queue.again.appendleft(flight)
            is_in_work = any(worker.flights for worker in crew)
            if (not is_in_work and queue.is_done) or (closing is not None and time.monotonic() > closing):
                return
            ears: list[Any] = [*(worker.pipe for worker in crew), *queue.to_wait_for]
            ready = set(wait(ears, 0 if queue.is_hasty else TICK))
            found = [result for k in range(len(crew)) for result in _look_after(crew, k, ready, queue, work, orders)]
            yield from found or (None,)
    finally:
        for worker in crew:
            worker.end()


def in_order(found: Iterable[tuple[int, Job, Any] | None]) -> Iterator[tuple[Job, Any] | None]:
    """The same in the order of the places, as far as there is no gap; what stands behind one comes at the end."""
    waiting: dict[int, tuple[Job, Any]] = {}
    following = 0
    for result in found:
        if result is None:
            yield None
            continue
        place, job, made = result
        waiting[place] = job, made
        while following in waiting:
            yield waiting.pop(following)
            following += 1
    for place in sorted(waiting):
        yield waiting[place]


def _look_after(
    crew: list[_Worker[Job]],
    k: int,
    ready: set[Any],
    queue: _Queue[Job],
    work: Callable[[Job], Any],
    orders: Orders,
) -> Iterator[tuple[int, Job, Any]]:
    """The results of one worker; it is replaced where it is gone, late or swollen."""
    worker = crew[k]
    has_retired = False
    is_late = bool(worker.flights) and time.monotonic() > worker.deadline
    if worker.pipe in ready or (is_late and worker.pipe.poll()):
        is_late = False
        with suppress(EOFError, OSError):  # a pipe that ends: the worker is gone
            result, has_retired = worker.pipe.recv()
            flight = worker.landed()
            yield flight.place, flight.job, result
            if not has_retired:
                return
    elif not is_late:
        return
    code = worker.end()
    queue.note_end(has_begun=worker.has_begun)
    crew[k] = _Worker(work, orders)
    left = list(worker.flights)
    if left and worker.is_at_work and not has_retired:
        first = left.pop(0)
        if is_late or first.tries >= (MOST_KILLS if code == _KILLED else MOST_TRIES):
            yield first.place, first.job, Lost(is_late, code)
        else:
            queue.again.append(first._replace(tries=first.tries + 1))
    queue.again.extend(left)


class _Queue(Generic[Job]):
    """The jobs that are to be handed out: those that came back first, then what the input holds."""

    def __init__(self, jobs: Iterable[Job | None], source: Source | None, window: int | None) -> None:
        self.again: deque[_Flight[Job]] = deque()
        self._jobs = iter(jobs)
        self._source = source
        self._window = window
        self._place = 0
        self._has_more = True
        self._barren = 0
        self.to_wait_for: tuple[Source, ...] = ()
        self.is_hasty = False

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be handed out."""
        return not (self.again or self._has_more)

    def close(self) -> None:
        """Hand out nothing more."""
        self.again.clear()
        self._has_more = False

    def note_end(self, *, has_begun: bool) -> None:
        """Count the workers in a row that ended before they began anything.

        Raises:
            InputError: there were too many.
        """
        self._barren = 0 if has_begun else self._barren + 1
        if self._barren > MOST_BARREN:
            raise InputError("workers end before they begin anything", hint="give them more room: --memory 2G")

    def next(self, crew: Iterable[_Worker[Job]]) -> _Flight[Job] | None:
        """The next job, if there is one by now and it may begin."""
        self.to_wait_for, self.is_hasty = (), False
        if self.again:
            return self.again.popleft()
        if not self._has_more or (self._window is not None and self._place - self._oldest(crew) >= self._window):
            return None
        if self._source is not None and not self._source.is_ready():
            self.to_wait_for = (self._source,)
            return None
        try:
            job = next(self._jobs)
        except StopIteration:
            self._has_more = False
            return None
        if job is None:
            self.is_hasty = True
            return None
        self._place += 1
        return _Flight(self._place - 1, job, bytes(ForkingPickler.dumps(job)))

    def _oldest(self, crew: Iterable[_Worker[Job]]) -> int:
        return min((worker.flights[0].place for worker in crew if worker.flights), default=self._place)


class _Worker(Generic[Job]):
    """A process, our end of its pipe, and the jobs on their way to it."""

    def __init__(self, work: Callable[[Job], Any], orders: Orders) -> None:
        self.flights: deque[_Flight[Job]] = deque()
        self.deadline = 0.0
        self._seconds = orders.seconds
        self._landed = 0
        self._begun = _CONTEXT.RawValue("L", 0)
        try:
            self.pipe, theirs = _CONTEXT.Pipe()
            self._process = _CONTEXT.Process(
                target=_serve, args=(work, theirs, self._begun, orders.memory, os.getpid()), daemon=True
            )
            self._process.start()
        except OSError as error:
            raise InputError(f"no worker can be started: {error.strerror}", hint="try --workers 1") from None
        theirs.close()

    @property
    def is_free(self) -> bool:
        """Whether one more job may be on its way to this worker."""
        return len(self.flights) < IN_FLIGHT

    @property
    def has_begun(self) -> bool:
        """Whether this worker ever began a job."""
        return bool(self._begun.value)

    @property
    def is_at_work(self) -> bool:
        """Whether this worker has begun a job whose result is not here."""
        return bool(self._begun.value > self._landed)

    def send(self, flight: _Flight[Job]) -> bool:
        """Send a job on its way, unless it has to wait until the worker is idle."""
        if self.flights and max(len(flight.data), len(self.flights[0].data)) > LARGE:
            return False
        self.flights.append(flight)
        if len(self.flights) == 1:
            self._start_clock()
        with suppress(OSError):  # the worker is gone: its pipe will say so
            self.pipe.send_bytes(flight.data)
        return True

    def landed(self) -> _Flight[Job]:
        """Return the job that was in work; the clock of the next one starts."""
        flight = self.flights.popleft()
        self._landed += 1
        if self.flights:
            self._start_clock()
        return flight

    def _start_clock(self) -> None:
        self.deadline = time.monotonic() + self._seconds(self.flights[0].job)

    def end(self) -> int:
        """End the process, and return by which signal it had ended, negative, or with which code."""
        self.pipe.close()
        self._process.kill()  # one that ended by itself keeps its code
        self._process.join()
        return int(self._process.exitcode or 0)


def _serve(work: Callable[[Any], Any], pipe: Connection, begun: Any, memory: int | None, parent: int) -> None:
    """What a worker does: answers one job after the other, until it is swollen or nobody asks any more."""
    if _FORKS:
        _close_all_but(pipe.fileno())
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all at a terminal, but is our parent's business
    is_swollen = _memory_limit(memory)
    with suppress(EOFError, OSError):
        while True:
            job = pipe.recv()
            begun.value += 1
            result = work(job)
            is_last = is_swollen() or begun.value >= MOST_JOBS
            pipe.send((result, is_last))
            if is_last:
                return


def _close_all_but(pipe: int) -> None:
    """Let go of what a fork inherits: the pipes of its siblings would stay open as long as it lives."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    for file in map(int, os.listdir("/dev/fd")):
        if file > 2 and file != pipe:
            with suppress(OSError):  # the one that the listing itself had open
                os.close(file)


def end_with(parent: int) -> None:
    """Let this process end when its parent does, however that ends."""
    if sys.platform == "linux":
        import ctypes

        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, -_KILLED)
        if os.getppid() != parent:
            os._exit(1)
        return
    import threading

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _memory_limit(memory: int | None) -> Callable[[], bool]:
    """Set the limit, where the system has one; return what tells whether half of it was taken already."""
    if memory is None or sys.platform == "win32":
        return bool
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (_virtual_size() + memory, hard))
    first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return lambda: (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first) * unit > memory // 2


def _virtual_size() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as sizes:
            return int(sizes.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
