"""Tables of data: CSV files, read by Python's csv, and Parquet, by pyarrow -> columns of cells -> numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from mathcli.errors import InputError, NotCoveredError, UsageError, unreadable

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

_DELIMITERS = ",;\t"
_MISSING = frozenset(("", "NA", "N/A", "na", "n/a", "NaN", "nan", "null", "NULL", "None", "?", "-"))
_LONGEST_CELL = 1_000_000
_LARGEST = 1e150
"""Numbers from here on have squares that no floating number holds."""


@dataclass(frozen=True, slots=True)
class DataTable:
    """Columns of cells under their names: text as it was written, or values of a Parquet file; None is missing.

    `comma` says that 1,5 is one and a half; `notes` say how the file was read.
    """

    path: str
    cells: Mapping[str, Sequence[object]]
    comma: bool = False
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self.cells)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.cells.values())))


def read_table(path: str) -> DataTable:
    """Return the table in a file: Parquet where its name ends so, else CSV.

    The delimiter of a CSV file is found from its header; with semicolons, 1,5 is one and a half. Text that is not
    UTF-8 is read as Windows-1252, with a note.

    Raises:
        InputError: the file cannot be read, is empty, or a row has too many or too few cells.
        NotCoveredError: a Parquet file, and pyarrow is not installed.
    """
    try:
        with open(path, "rb") as source:
            raw = source.read()
    except OSError as error:
        raise unreadable(path, error) from None
    table = _parquet(path, raw) if PurePath(path).suffix.lower() in (".parquet", ".pq") else _csv(path, raw)
    if not table.cells or not table.count:
        raise InputError(f"{path} has a header and no row")
    return table


def _parquet(path: str, raw: bytes) -> DataTable:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise NotCoveredError("a Parquet file needs pyarrow", hint="pip install 'mathcli[parquet]'") from None
    try:
        arrow = parquet.read_table(io.BytesIO(raw))
    except (ArrowException, OSError) as error:
        raise InputError(f"{path} is no Parquet file: {str(error).splitlines()[0]}") from None
    return DataTable(path, {name: arrow.column(name).to_pylist() for name in arrow.column_names})


def _csv(path: str, raw: bytes) -> DataTable:
    text, notes = _decoded(path, raw)
    if not text.strip():
        raise InputError(f"{path} is empty", hint="a header of column names, then one row a line")
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [name.strip() for name in next(rows)]
        _check_header(path, header)
        plain = _plain_columns(text, delimiter, len(header))
        columns: Sequence[Sequence[object]] = plain or tuple(zip(*_rows(path, rows, len(header)), strict=True))
    except csv.Error as error:
        raise InputError(f"{path} cannot be read as CSV, line {rows.line_num}: {error}") from None
    columns = columns or ((),) * len(header)
    return DataTable(path, dict(zip(header, columns, strict=True)), delimiter == ";", notes)


def _plain_columns(text: str, delimiter: str, width: int) -> list[list[str]] | None:
    """The columns of a table without quotes and gaps, in a third of the time; None where it needs a real reader."""
    if '"' in text or width < 2:
        return None
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    is_plain = all(line.count(delimiter) == width - 1 for line in lines)
    if not is_plain or "\r" in text.replace("\r\n", "") or max(map(len, lines)) > _LONGEST_CELL:
        return None
    cells = delimiter.join(lines[1:]).split(delimiter) if len(lines) > 1 else []
    return [cells[k::width] for k in range(width)]


def _decoded(path: str, raw: bytes) -> tuple[str, tuple[str, ...]]:
    if b"\0" in raw[:4096]:
        raise InputError(f"{path} is no text: it holds bytes of 0", hint="a table is CSV or Parquet")
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), (f"{path} is not UTF-8 and was read as Windows-1252",)


def _check_header(path: str, header: Sequence[str]) -> None:
    twice = next((name for k, name in enumerate(header) if name in header[:k]), None)
    if twice is not None:
        raise InputError(f"{path} has two columns named {twice}" if twice else f"{path} has columns without a name")


def _rows(path: str, rows: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    """The rows that hold anything, each with a cell for each column."""
    found = list(rows)
    if set(map(len, found)) == {width}:
        yield from found
        return
    number = 0
    for row in found:
        if len(row) == width:
            number += 1
            yield row
        elif any(cell.strip() for cell in row):
            raise InputError(
                f"{path}: row {number + 1} has {len(row)} cell{'s' * (len(row) != 1)} under {width} columns",
                hint="every row has a cell for each column, empty where a value is missing",
            )


def numbers(table: DataTable, column: str) -> Numbers:
    """Return a column as floating numbers, nan where a value is missing.

    Raises:
        UsageError: there is no such column.
        InputError: a cell is no number; the error names its row and its column.
    """
    import numpy as np

    cells = _column(table, column)
    try:
        values: Numbers = np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))  # type: ignore[arg-type]
    except (ValueError, TypeError):  # some cell is missing or no plain number
        values = np.array([_read(table, column, row, cell) for row, cell in enumerate(cells, 1)], dtype=np.float64)
    infinite = np.isinf(values)
    if infinite.any():
        row = int(np.argmax(infinite)) + 1
        raise InputError(f"{table.path}: row {row}, column {column} is infinite, which is no number")
    if np.isnan(values).all():
        raise InputError(f"the column {column} of {table.path} holds no number")
    if not np.nanmax(np.abs(values)) < _LARGEST:
        row = int(np.nanargmax(np.abs(values))) + 1
        raise InputError(
            f"{table.path}: row {row}, column {column} is {values[row - 1]:g}, too large to be squared",
            hint="give the column in another unit",
        )
    return values


def _read(table: DataTable, column: str, row: int, cell: object) -> float:
    """The number in a cell, nan where it is missing; a decimal comma may stand in it."""
    text = "" if cell is None else str(cell).strip()
    if text in _MISSING:
        return float("nan")
    try:
        return float(text.replace(",", ".") if table.comma and text.count(",") == 1 else text)
    except ValueError:
        raise InputError(
            f"{table.path}: row {row}, column {column} is {cell!r}, which is no number",
            hint="leave a cell empty where a value is missing",
        ) from None


def _column(table: DataTable, column: str) -> Sequence[object]:
    if column not in table.cells:
        raise UsageError(f"{table.path} has no column {column}", hint=f"its columns: {', '.join(table.columns)}")
    return table.cells[column]


def categories(table: DataTable, column: str) -> list[str | None]:
    """Return a column as text, None where a value is missing.

    Raises:
        UsageError: there is no such column.
    """
    texts = (None if cell is None else str(cell).strip() for cell in _column(table, column))
    return [None if text in _MISSING else text for text in texts]


def with_columns(table: DataTable, added: Sequence[tuple[str, Sequence[object]]]) -> DataTable:
    """Return the table with further columns behind its own; one of the same name is replaced.

    >>> with_columns(DataTable("", {"a": ["1"]}), [("b", [2.5])]).columns
    ('a', 'b')
    """
    return replace(table, cells={**table.cells, **dict(added)})


def csv_text(table: DataTable) -> str:
    """Return a table as CSV, each number with all its digits and nothing where a value is missing."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(zip(*(map(_cell, column) for column in table.cells.values()), strict=True))
    return sink.getvalue()


def _cell(cell: object) -> object:
    if isinstance(cell, float):  # numpy's too
        return "" if cell != cell else repr(float(cell))
    return cell
