"""What came of a run, counted: problems, failures by kind, and the first of them."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from mathcli.errors import NothingHandedInError

if TYPE_CHECKING:
    from mathcli.batch.records import Finished
    from mathcli.batch.results import Result

MOST_SHOWN = 10
"""So many problems without an answer are remembered, however many there are."""

NOTHING = NothingHandedInError.kind
"""What came of a piece of working that is empty: no answer, and nothing that failed."""

FAULT_KINDS = ("bug", "verification")


class Failed(NamedTuple):
    """A problem without an answer."""

    id: str
    line: str
    reason: str


class Summary:
    """Counts of what came of a run. It takes the same room after a million problems.

    A topic whose answers are worth counting too says so in `Result.tally`: `tallies` adds them up where `has_marks`,
    and takes room for each pupil and problem.
    """

    def __init__(self, *, has_marks: bool = False) -> None:
        self._has_marks = has_marks
        self.count = 0
        self.earlier = 0
        self.kinds: Counter[str] = Counter()
        self.shown: list[Failed] = []
        self.tallies: Counter[tuple[str, ...]] = Counter()
        self._started = time.perf_counter()

    def add(self, result: Result) -> None:
        """Count one result."""
        self.count += 1
        if result.tally and self._has_marks:
            self.tallies[result.tally] += 1
        if result.failure is not None:
            self.kinds[result.failure.kind] += 1
            if len(self.shown) < MOST_SHOWN and result.failure.kind != NOTHING:
                self.shown.append(Failed(result.id, result.line, result.failure.reason))

    def add_earlier(self, finished: Finished) -> None:
        """Count a problem that an earlier run finished."""
        self.count += 1
        self.earlier += 1
        if self._has_marks and (tally := finished.tally):
            self.tallies[tally] += 1
        if finished.failure:
            self.kinds[finished.failure] += 1

    @property
    def answered(self) -> int:
        """How many problems have an answer."""
        return self.count - self.kinds.total()

    @property
    def failed(self) -> int:
        """How many problems should have an answer and have none."""
        return self.kinds.total() - self.kinds[NOTHING]

    @property
    def exit_code(self) -> int:
        """70 after a fault or a step that failed its check, 1 if a problem has no answer, else 0."""
        if any(self.kinds[kind] for kind in FAULT_KINDS):
            return 70
        return 1 if self.failed else 0

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self._started
