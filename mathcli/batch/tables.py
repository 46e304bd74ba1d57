"""Results as a table, for a spreadsheet: one row for each problem, with the columns that came with it passed on."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from mathcli.errors import MathcliError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mathcli.batch.problems import Entry
    from mathcli.solution import Solution

COLUMNS = ("id", "task", "problem", "status", "answer", "verified", "error")


def columns(passed_on: Iterable[str]) -> str:
    """Return the header; the first problem settles which columns are passed on."""
    return _row((*COLUMNS, *passed_on))


def row_of(entry: Entry, found: Solution | MathcliError, answer: str) -> str:
    """Return the row of a problem as far as it is ours; `answer` is the bare one."""
    if isinstance(found, MathcliError):
        return _row((entry.id, entry.task, entry.text, "error", "", "", found.message))
    verified = found.verified.word if found.verified is not None else ""
    return _row((entry.id, entry.task, entry.text, found.status, answer, verified, ""))


def extended(row: str, cells: Mapping[str, str], passed_on: Iterable[str]) -> str:
    """Return a row with the cells that are passed on behind it."""
    return row + _row(("", *(cells.get(name, "") for name in passed_on)))


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([harmless(cell) for cell in cells])
    return line.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> harmless("-2*x"), harmless("-2"), harmless("=1+1")
    ("'-2*x", '-2', "'=1+1")
    """
    is_number = cell.removeprefix("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and cell and not is_number else cell
