"""One problem answered within its time: the only place where a clock is read for an answer."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

from mathcli.errors import BudgetSpentError, MemorySpentError
from mathcli.syntax.tree import forget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType, TracebackType

    from mathcli.solution import Solution

GRACE = 0.25
"""The alarm rings this many seconds after the deadline, so that the orderly way out comes first.

Then it rings again: while Python calls back from a dying object an exception would go unheard, so it is not raised.
"""


def answer(task: str, fields: Mapping[str, object], *, seconds: float) -> Solution:
    """Return the solution of the problem that the fields describe.

    Raises:
        MathcliError: it cannot be read, has no answer, or the time is over.
    """
    from mathcli.topics import build

    clock = _Clock()
    alarm = Alarm(seconds + GRACE, clock)
    try:
        with alarm:
            problem = build(task, fields)
            from mathcli.algebra.budget import Budget

            return problem.solve(Budget(deadline=seconds, clock=clock))
    except MemoryError:
        raise MemorySpentError("this takes more memory than there is", hint="try a smaller problem") from None
    except BudgetSpentError:
        alarm.stop()  # it may have rung while it was being switched off
        if clock() < seconds:
            raise  # not the time, but the work was more than one problem may take
        raise late(seconds) from None


def late(seconds: float) -> BudgetSpentError:
    """Return the error of a problem that had so many seconds."""
    return BudgetSpentError(f"no answer within {seconds:g} s", hint=f"--timeout {6 * seconds:g} gives it longer")


class _Clock:
    """The seconds that a problem has had by now.

    They are those on the wall as long as its process, or one that it waits for, got a quarter of them. What was
    stopped meanwhile, by Ctrl-Z or with the lid of the machine, has the time that it missed.
    """

    def __init__(self) -> None:
        self._wall, self._used = time.monotonic(), sum(os.times()[:4])

    def __call__(self) -> float:
        wall = time.monotonic() - self._wall
        return wall if wall <= 1.0 else min(wall, 1.0 + 4.0 * (sum(os.times()[:4]) - self._used))


class Alarm:
    """Interrupts a library call that asks no budget, where the system has alarms and this is the main thread.

    It rings when so many seconds are over on the wall, and by the `clock` too, which begins with it at 0.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        is_main = threading.current_thread() is threading.main_thread()
        self._is_on = False
        self._is_there = hasattr(signal, "setitimer") and is_main

    def __enter__(self) -> None:
        if self._is_there:
            self._is_on = True
            self._before = signal.signal(signal.SIGALRM, self._ring)
            signal.setitimer(signal.ITIMER_REAL, self._seconds, GRACE)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Switch it off; twice does no harm."""
        if self._is_on:
            self._is_on = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        is_over = self._is_on and self._clock() >= self._seconds  # it rings again and again until it is
        if is_over and not (frame is not None and frame.f_code is forget.__code__):
            raise BudgetSpentError("no answer within the time limit", hint="--timeout SECONDS gives it longer")
