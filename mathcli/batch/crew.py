"""The workers of a run: who gets a job, who is to blame for one that is lost, and who replaces whom.

The job that a worker had begun is blamed when the worker hangs, and when it crashes or swells for the second time; the
other one on its way goes back to the queue.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any, NamedTuple

from mathcli.batch.worker import Worker
from mathcli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mathcli.batch.queue import Queue

MOST_TRIES = 2
MOST_KILLS = 4
"""What is killed is tried more often than what crashes: a kill -9 comes from outside, and says little of the job."""
MOST_BARREN = 20
"""After so many workers in a row that ended before they began anything, there is no sense in starting another."""


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
    """In place of a result: the time was over, or `tries` workers ended on the job, by this signal (< 0) or code."""

    is_late: bool
    code: int = 0
    tries: int = 1


class Crew:
    """The workers of a run; one that is gone or late is replaced at once."""

    def __init__(self, work: Callable[[Any], Any], orders: Orders) -> None:
        self._work = work
        self._orders = orders
        self._workers: list[Worker[Any]] = []
        self._barren = 0

    def gather(self) -> None:
        """Start the workers."""
        for _ in range(self._orders.workers):
            self._workers.append(self._hired())

    def _hired(self) -> Worker[Any]:
        return Worker(self._work, self._orders.seconds, self._orders.memory)

    def dismiss(self) -> None:
        """End the workers, whatever they are at."""
        for worker in self._workers:
            worker.end()

    @property
    def is_at_work(self) -> bool:
        """Whether any job is on its way."""
        return any(worker.flights for worker in self._workers)

    @property
    def pipes(self) -> Iterator[Any]:
        """What to wait for."""
        return (worker.pipe for worker in self._workers)

    def allow(self, seconds: float) -> None:
        """Give every job in work so many seconds more."""
        for worker in self._workers:
            worker.deadline += seconds

    def hand_out(self, queue: Queue[Any]) -> None:
        """Send jobs, each to the worker that has the fewest, until all have enough or none is there."""
        while True:
            worker = min(self._workers, key=lambda worker: len(worker.flights))
            if not worker.has_room:
                return
            places = [worker.flights[0].place for worker in self._workers if worker.flights]
            flight = queue.next(min(places, default=None))
            if flight is None:
                return
            if not worker.send(flight):
                queue.put_back((flight,))
                return

    def news(self, k: int, ready: set[int], queue: Queue[Any]) -> Iterator[tuple[int, Any, Any]]:
        """The result of one worker, if there is one, or a Lost; what a worker that is gone had left goes back."""
        worker = self._workers[k]
        is_late = worker.is_late
        if worker.pipe.fileno() in ready:
            reply = worker.receive()
            if reply is not None:
                flight, result, is_last = reply
                yield flight.place, flight.job, result
                if not is_last:
                    return
        elif not is_late:
            return
        code = worker.end()
        self._barren = 0 if worker.has_begun else self._barren + 1
        if self._barren > MOST_BARREN:
            raise InputError("workers end before they begin anything", hint="give them more room: --memory 2G")
        self._workers[k] = self._hired()
        if worker.is_at_work:
            first = worker.flights.popleft()
            if is_late or first.tries >= (MOST_KILLS if code == -signal.SIGKILL else MOST_TRIES):
                yield first.place, first.job, Lost(is_late, code, first.tries)
            else:
                worker.flights.appendleft(first._replace(tries=first.tries + 1))
        queue.put_back(worker.flights)
