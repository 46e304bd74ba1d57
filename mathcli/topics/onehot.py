"""One-hot columns: a column of 0 and 1 for each category of a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import argument, option
from mathcli.topics._preparation import KIND as KIND

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Phrase
    from mathcli.solution import Solution

_SHOWN = 8
_MOST = 1000
"""Categories beyond which a column is no column of categories."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onehot:
    """A column of categories as columns of 0 and 1.

    mathcli onehot houses.csv --column district
    mathcli onehot houses.csv --column district -o prepared.csv
    """

    data: Any = argument("table", "a CSV or Parquet file with a header")
    column: tuple[str, ...] = option("columns", "the column, or columns", metavar="COLUMN")
    output: str | None = option(
        "text", "write the table with the new columns to a CSV file", metavar="FILE", short="-o"
    )

    def solve(self, budget: Budget) -> Solution:
        """Return the table with its new columns.

        Raises:
            UsageError: no column was named, or one with too many categories.
        """
        from mathcli.data.preparation import one_hot
        from mathcli.data.tables import categories, csv_text, with_columns
        from mathcli.errors import UsageError
        from mathcli.solution import Remark, Solution, Table
        from mathcli.topics._preparation import check_columns, files

        check_columns(self)
        blocks: list[Any] = []
        added: list[tuple[str, list[int | None]]] = []
        for name in self.column:
            cells = categories(self.data, name)
            kinds, columns = one_hot(cells)
            if len(kinds) > _MOST:
                raise UsageError(f"{name} has {len(kinds):,} different values, too many for a column each")
            added.extend((f"{name}_{kind}", column) for kind, column in zip(kinds, columns, strict=True))
            heads: tuple[Phrase, ...] = ((name,), *((f"{name}_{kind}",) for kind in kinds[:_SHOWN]))
            rows = tuple(
                ((cell if cell is not None else "",), *((_cell(column[k]),) for column in columns[:_SHOWN]))
                for k, cell in enumerate(cells[:_SHOWN])
            )
            blocks += [Remark((f"{name}: {len(kinds)} categories, a column for each",)), Table(heads, rows)]
            missing = cells.count(None)
            if missing:
                blocks.append(
                    Remark((f"{missing} missing value{'s' * (missing != 1)} of {name}: left missing",), "note")
                )
        table = with_columns(self.data, added)
        text = csv_text(table)
        return Solution(
            "onehot",
            answer={"rows": table.count, "columns": {name: {"values": tuple(column)} for name, column in added}},
            bare=tuple((line,) for line in text.splitlines()),
            blocks=tuple(blocks),
            notes=self.data.notes,
            files=files(self, text),
            text=self.data.path,
        )


def _cell(value: int | None) -> str:
    return "" if value is None else str(value)


TOPIC = Onehot
