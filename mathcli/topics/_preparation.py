"""What the topics that prepare a column share: which columns, what is done to them first, how the table goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from mathcli.topics import argument, option

if TYPE_CHECKING:
    from mathcli.calculus.derivation import Phrase
    from mathcli.solution import Answer, Block, Solution, TextFile
    from mathcli.syntax.tree import Node

KIND = "fitting and data"
DIGITS = 6
SHOWN = 5
"""Rows that are worked out before the reader's eyes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """Which columns of which table, and what is done to missing values first."""

    data: Any = argument("table", "a CSV or Parquet file with a header")
    column: tuple[str, ...] = option("columns", "the column, or columns", metavar="COLUMN")
    impute: str | None = option(
        "choice", "fill missing values with the others' mean or median", choices=("mean", "median"), metavar="HOW"
    )
    log: bool = option("flag", "take the natural logarithm first", default=False)
    output: str | None = option("text", "write the table with the new column to a CSV file", metavar="FILE", short="-o")


class Column(NamedTuple):
    """A column ready to be worked on. `label` names it, `missing` counts what was missing, `filling` took its place."""

    label: str
    values: Any
    missing: int
    filling: float | None


class Prepared(NamedTuple):
    """What became of one column: the new one, the figures it rests on, and the first rows worked out."""

    column: Column
    name: str
    values: Any
    figures: tuple[tuple[str, float, str], ...]
    """Name, value and remark."""
    working: tuple[tuple[Node, Node, Node], ...]
    """x, the formula with numbers put in, its value."""


def columns(problem: Preparation) -> Iterator[Column]:
    """The columns that were asked for, with missing values filled and logarithms taken where that was asked.

    Raises:
        UsageError: no column was named, or one that is not there.
        InputError: a cell is no number.
        UndefinedError: a logarithm of what is not positive.
    """
    import numpy as np

    from mathcli.data.preparation import imputed, logarithms
    from mathcli.data.tables import numbers

    check_columns(problem)
    for name in problem.column:
        values = numbers(problem.data, name)
        missing, filling = int(np.isnan(values).sum()), None
        if missing and problem.impute:
            values, filling = imputed(values, problem.impute)
        yield Column(
            f"log {name}" if problem.log else name, logarithms(values) if problem.log else values, missing, filling
        )


def check_columns(problem: Any) -> None:
    """Raise a UsageError unless a column was named."""
    from mathcli.errors import UsageError

    if not problem.column:
        raise UsageError("which column is meant?", hint=f"--column {problem.data.columns[-1]}")


def working(values: Any, formula: Any) -> tuple[tuple[Node, Node, Node], ...]:
    """The first rows that are not missing: x, the formula with x put in, and its value; `formula` makes both."""
    import numpy as np

    places = np.flatnonzero(~np.isnan(values))[:SHOWN]
    return tuple(formula(float(values[k])) for k in places)


def solution(
    task: str, problem: Preparation, formula: Phrase, prepared: Sequence[Prepared], remarks: Sequence[Phrase] = ()
) -> Solution:
    """Return the answer: the formula, the figures, the first rows worked out, and the whole table for a pipe."""
    from mathcli.data.tables import csv_text, with_columns
    from mathcli.solution import Solution

    table = with_columns(problem.data, [(found.name, found.values) for found in prepared])
    text = csv_text(table)
    return Solution(
        task,
        answer={"rows": table.count, "columns": {found.column.label: _entry(found) for found in prepared}},
        bare=tuple((line,) for line in text.splitlines()),
        blocks=tuple(_blocks(problem, formula, prepared, remarks)),
        notes=problem.data.notes,
        files=files(problem, text),
        text=problem.data.path,
    )


def files(problem: Any, text: str) -> tuple[TextFile, ...]:
    """The file that was asked for."""
    from mathcli.solution import TextFile

    return (TextFile(problem.output, text),) if problem.output else ()


def _entry(found: Prepared) -> dict[str, Answer]:
    figures: dict[str, Answer] = {name: value for name, value, _ in found.figures}
    if found.column.missing:
        figures["missing"] = found.column.missing
    if found.column.filling is not None:
        figures["filled_with"] = found.column.filling
    return {**figures, "name": found.name, "values": cells(found.values)}


def cells(values: Any) -> tuple[float | None, ...]:
    """The values of a column for JSON; None where one is missing."""
    return tuple(None if value != value else float(value) for value in values)


def _blocks(
    problem: Preparation, formula: Phrase, prepared: Sequence[Prepared], remarks: Sequence[Phrase]
) -> Iterator[Block]:
    from mathcli.solution import Finding, Findings, Remark, Table

    yield Remark((f"{PurePath(problem.data.path).name}: {problem.data.count} rows",))
    yield Remark(formula)
    for found in prepared:
        rows = tuple(
            Finding(name, number(value), (remark,) if remark else (), sign(value))
            for name, value, remark in found.figures
        )
        yield Findings(rows, found.column.label)
        heads: tuple[Phrase, ...] = (("x",), ("working",), (found.name,))
        lines: list[tuple[Phrase, ...]] = [((x,), (line,), (value,)) for x, line, value in found.working]
        if problem.data.count > len(lines):
            lines.append((("…",), ("",), ("…",)))
        yield Table(heads, tuple(lines))
        for phrase in missing_words(found.column):
            yield Remark(phrase, "note")
    for phrase in remarks:
        yield Remark(phrase, "note")
    for note in problem.data.notes:
        yield Remark((note,), "note")


def missing_words(column: Column) -> Iterator[Phrase]:
    """What is said of missing values."""
    if not column.missing:
        return
    values = f"{column.missing} missing value{'s' * (column.missing != 1)} of {column.label}"
    if column.filling is None:
        yield (f"{values}: left missing, and out of the figures",)
    else:
        yield (f"{values}: filled with ", number(column.filling))


def number(value: float) -> Node:
    """A number as a reader sees it."""
    from mathcli.solving.numbers import scientific

    return scientific(value, DIGITS)


def sign(value: float) -> str:
    """ "=" where the number is shown as it is, else "≈"."""
    return "=" if float(f"{value:.{DIGITS}g}") == value else "≈"
