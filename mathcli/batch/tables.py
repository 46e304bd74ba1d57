"""Results as a table, for a spreadsheet: one row for each problem, with the columns that came with it passed on."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from mathcli.errors import MathcliError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mathcli.batch.results import Outcome

COLUMNS = ("id", "task", "problem", "status", "answer", "verified", "error")


class Table:
    """Rows of comma-separated cells; the first problem settles which columns are passed on."""

    def __init__(self) -> None:
        self._passed_on: tuple[str, ...] | None = None

    def lines(self, outcome: Outcome, answer: str) -> str:
        """Return the row of an outcome, under its header if it is the first; `answer` is the bare one."""
        lines = []
        if self._passed_on is None:
            self._passed_on = tuple(outcome.entry.passed_on)
            lines.append(_row((*COLUMNS, *self._passed_on)))
        found, entry = outcome.answer, outcome.entry
        if isinstance(found, MathcliError):
            cells = (entry.id, entry.task, entry.text, "error", "", "", found.message)
        else:
            verified = found.verified.word if found.verified is not None else ""
            cells = (entry.id, entry.task, entry.text, found.status, answer, verified, "")
        lines.append(_row((*cells, *_passed(entry.passed_on, self._passed_on))))
        return "\n".join(lines)


def _passed(cells: Mapping[str, str], columns: Iterable[str]) -> Iterable[str]:
    return (cells.get(name, "") for name in columns)


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
