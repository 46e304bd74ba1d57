"""Every line of `workings.txt` and of its neighbours gets the mark that stands before it there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mathcli.algebra.budget import Budget
from mathcli.checking.judge import check
from mathcli.checking.working import read_working

MARKS = {"+": "right", "x": "wrong", ">": "follows", "?": "undecided", ".": "unread"}
PIECES = [
    piece
    for name in ("workings.txt", "distances.txt", "inequalities.txt")
    for piece in (Path(__file__).parent / name).read_text(encoding="utf-8").split("\n---\n")
]


def without_marks(piece: str) -> tuple[str, list[str]]:
    """The text of a piece of working, and the marks of its lines."""
    head, *rows = [row for row in piece.splitlines() if row.strip() and not row.startswith("#")]
    while rows and rows[0][:2] not in {f"{mark} " for mark in MARKS}:  # a second line of the problem
        head += "\n" + rows.pop(0)
    return "\n".join([head, *(row[2:] for row in rows)]), [MARKS[row[0]] for row in rows]


def marks_of(text: str) -> list[str]:
    return [marked.status for marked in check(read_working(text), budget=Budget()).lines]


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: re.sub(r"^#.*\n", "", piece, flags=re.MULTILINE)[:60])
def test_each_line_gets_its_mark(piece):
    text, marks = without_marks(piece)

    assert marks_of(text) == marks
