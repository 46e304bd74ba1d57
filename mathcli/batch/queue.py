"""The jobs that are to be handed out: those that came back first, then what the input holds, no further than asked."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Generic, Protocol

from mathcli.batch.worker import Flight, Job
from mathcli.errors import MathcliError

if TYPE_CHECKING:
    from collections.abc import Iterable

AT_A_TIME = 200
"""So many lines without a job are passed over before somebody looks after the workers again."""


class Source(Protocol):
    """What can tell whether asking for the next job would wait."""

    def is_ready(self) -> bool:
        """Whether there is a next job, or no more."""
        ...

    def fileno(self) -> int:
        """What to wait for otherwise."""
        ...


class Queue(Generic[Job]):
    """What is left to do. With a `window`, so many jobs may be begun from the oldest that is not done.

    to_wait_for   the source, where the next job is not there yet
    is_hasty      whether there may be a job if one asks again at once
    """

    def __init__(self, jobs: Iterable[Job | None], source: Source | None, window: int | None) -> None:
        self._again: deque[Flight[Job]] = deque()
        self._jobs = iter(jobs)
        self._source = source
        self._window = window
        self._place = 0
        self._has_more = True
        self._damage: MathcliError | None = None
        self.to_wait_for: tuple[Source, ...] = ()
        self.is_hasty = False

    def is_done(self) -> bool:
        """Whether nothing is left to be handed out.

        Raises:
            MathcliError: what is left cannot be read.
        """
        if self._again or self._has_more:
            return False
        if self._damage is not None:
            raise self._damage
        return True

    def close(self) -> None:
        """Hand out nothing more."""
        self._again.clear()
        self._has_more = False
        self._damage = None

    def put_back(self, flights: Iterable[Flight[Job]]) -> None:
        """Take back jobs that nobody answered; they are the next."""
        self._again.extendleft(reversed([*flights]))

    def next(self, oldest: int | None) -> Flight[Job] | None:
        """The next job, if there is one by now and it may begin; `oldest` is the first place that is in work."""
        self.to_wait_for, self.is_hasty = (), False
        if self._again:
            return self._again.popleft()
        if oldest is not None and self._window is not None and self._place - oldest >= self._window:
            return None
        for _ in range(AT_A_TIME if self._has_more else 0):
            if self._source is not None and not self._source.is_ready():
                self.to_wait_for = (self._source,)
                return None
            try:
                job = next(self._jobs)
            except StopIteration:
                self._has_more = False
                return None
            except MathcliError as error:  # what was read before is answered first
                self._has_more, self._damage = False, error
                return None
            if job is not None:
                self._place += 1
                return Flight.of(self._place - 1, job)
        self.is_hasty = self._has_more
        return None
