"""How much work an answer may cost. The clock is handed in, so nothing below `cli` reads one."""

from __future__ import annotations

from collections.abc import Callable

from mathcli.errors import BudgetSpentError


class Budget:
    """Units of work, and a deadline by a clock. `spend` is called where work is done, and stops it with an error."""

    __slots__ = ("_clock", "_deadline", "_units")

    def __init__(
        self, units: int = 10_000_000, *, deadline: float | None = None, clock: Callable[[], float] | None = None
    ) -> None:
        self._units = units
        self._deadline = deadline
        self._clock = clock

    def spend(self, units: int = 1) -> None:
        """Take units of work from what is left.

        Raises:
            BudgetSpentError: nothing is left, or the deadline has passed.
        """
        self._units -= units
        if self._units < 0:
            raise BudgetSpentError("this takes more work than one problem may", hint="try a smaller problem")
        if self._deadline is not None and self._clock is not None and self._clock() > self._deadline:
            raise BudgetSpentError("no answer within the time limit", hint="--timeout SECONDS gives it longer")

    def seconds_left(self) -> float | None:
        """Return the time until the deadline, None where there is none."""
        return None if self._deadline is None or self._clock is None else self._deadline - self._clock()

    def part(self, units: int) -> Budget:
        """Return a budget of its own for something that is not worth more, ending no later than this one."""
        return Budget(min(units, self._units), deadline=self._deadline, clock=self._clock)

    def most_of_it(self) -> Budget:
        """Return a budget that ends earlier, so that what was found by then can still be written down."""
        return self.share(_SHARE_FOR_SEARCH)

    def share(self, part: float) -> Budget:
        """Return a budget that ends when this part of the time that is left is over."""
        if self._deadline is None or self._clock is None:
            return Budget(self._units)
        now = self._clock()
        return Budget(self._units, deadline=now + part * (self._deadline - now), clock=self._clock)


_SHARE_FOR_SEARCH = 0.7
