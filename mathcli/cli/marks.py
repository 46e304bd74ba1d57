"""What a teacher wants to know of a class's homework: the marks counted by problem, by mistake and by pupil."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mathcli.batch.summary import NOTHING
from mathcli.cli.manner import safe
from mathcli.render.text import display_width, padded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_RIGHT, _OPEN = "right", "undecided"
_MARKS = (_RIGHT, "wrong", _OPEN, NOTHING)


def tables(tallies: Mapping[tuple[str, ...], int], width: int) -> Iterator[str]:
    """The lines of three tables; a sentence where there is nothing to count.

    A tally is (problem, what came of it, whose it is): right, undecided, nothing handed in, or the name of the first
    mistake.
    """
    if not tallies:
        yield " no piece of working was judged, so there are no marks to count"
        return
    yield from _by_problem(tallies, width)
    yield ""
    yield from _by_mistake(tallies, width)
    yield ""
    yield from _by_pupil(tallies, width)


def _by_problem(tallies: Mapping[tuple[str, ...], int], width: int) -> Iterator[str]:
    found: dict[str, Counter[str]] = {}
    for (problem, outcome, _), count in tallies.items():
        found.setdefault(problem, Counter())[_mark(outcome)] += count
    heads = [mark for mark in _MARKS if mark != NOTHING or any(marks[mark] for marks in found.values())]
    rows = [(problem, *(str(marks[mark]) for mark in heads)) for problem, marks in found.items()]
    yield from _table(("problem", *heads), rows, width)


def _by_mistake(tallies: Mapping[tuple[str, ...], int], width: int) -> Iterator[str]:
    found: Counter[str] = Counter()
    for (_, outcome, _), count in tallies.items():
        if _mark(outcome) == "wrong":
            found[outcome] += count
    rows = [(name, str(count)) for name, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))]
    yield from _table(("first mistake", "pieces"), rows or [("none", "0")], width)


def _by_pupil(tallies: Mapping[tuple[str, ...], int], width: int) -> Iterator[str]:
    found: dict[str, Counter[str]] = {}
    for (_, outcome, pupil), count in tallies.items():
        found.setdefault(pupil, Counter())[outcome] += count
    rows = []
    for pupil, outcomes in found.items():
        wrong = [name for name in outcomes if _mark(name) == "wrong"]
        rows.append(
            (
                pupil,
                f"{outcomes[_RIGHT]} of {outcomes.total()}",
                ", ".join(wrong) or next((mark for mark in (_OPEN, NOTHING) if outcomes[mark]), ""),
            )
        )
    yield from _table(("pupil", _RIGHT, "mistakes"), rows, width, numbers=range(0))


def _mark(outcome: str) -> str:
    return outcome if outcome in _MARKS else "wrong"


def _table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], width: int, numbers: range | None = None
) -> Iterator[str]:
    """Rows under their heads; all columns but the first are numbers, set to the right, unless `numbers` says which."""
    to_right = range(1, len(heads)) if numbers is None else numbers
    cells = [[safe(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(display_width(row[k]) for row in cells) for k in range(len(heads))]
    room = width - 3 - sum(widths[1:]) - 3 * (len(widths) - 1) if 0 not in to_right and to_right else widths[0]
    widths[0] = min(widths[0], max(room, 12))
    for row in cells:
        shown = [_short(row[0], widths[0]), *row[1:]]
        yield ("   " + "   ".join(
            " " * (widths[k] - display_width(cell)) + cell if k in to_right else padded(cell, widths[k])
            for k, cell in enumerate(shown)
        )).rstrip()  # fmt: skip


def _short(text: str, width: int) -> str:
    while display_width(text) > width:
        text = f"{text.rstrip('…')[:-1]}…"
    return text
