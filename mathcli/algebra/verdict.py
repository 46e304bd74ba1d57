"""The verdict on a claim: proved, tested, undecided, refuted."""

from __future__ import annotations

from collections.abc import Iterable
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
