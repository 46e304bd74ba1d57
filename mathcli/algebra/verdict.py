"""The verdict on a claim: proved, tested, undecided, refuted. And what holds for certain, where None is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import IntEnum


class Verdict(IntEnum):
    """From the weakest to the strongest, so the verdict on several claims is the least of theirs."""

    REFUTED = 0
    UNDECIDED = 1
    TESTED = 2
    """Numbers agree, which is no proof."""
    PROVED = 3

    @property
    def word(self) -> str:
        return self.name.lower()


def weakest(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on a claim that rests on all of these; on none of them, it is proved."""
    return min(verdicts, default=Verdict.PROVED)


def all_hold(answers: Collection[bool | None]) -> bool | None:
    """Whether all of these hold: False where one does not, None where that rests on one that is open.

    >>> all_hold([True, None]), all_hold([None, False]), all_hold([])
    (None, False, True)
    """
    return False if False in answers else None if None in answers else True


def any_holds(answers: Collection[bool | None]) -> bool | None:
    """Whether one of these holds: True where one does, None where that rests on one that is open."""
    return True if True in answers else None if None in answers else False
