"""Outliers of a column: by the interquartile range, and by standard deviations from the mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import option
from mathcli.topics._preparation import KIND as KIND
from mathcli.topics._preparation import Preparation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mathcli.algebra.budget import Budget
    from mathcli.data.preparation import Bounds
    from mathcli.solution import Answer, Block, Solution
    from mathcli.topics._preparation import Column

_LISTED = 12
"""Outliers that are listed before the reader's eyes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outliers(Preparation):
    """Values that lie far out, by two rules.

    mathcli outliers houses.csv --column price
    mathcli outliers houses.csv --column price -o marked.csv
    """

    sample: bool = option("flag", "the sd of a sample: divided by n - 1, not by n", default=False)

    def solve(self, budget: Budget) -> Solution:
        """Return the outliers by both rules; the table that is written marks them."""
        from mathcli.data.tables import csv_text, with_columns
        from mathcli.solution import Solution
        from mathcli.topics._preparation import columns, files

        found = [_Found(column, is_sample=self.sample) for column in columns(self)]
        table = with_columns(
            self.data, [(f"{one.column.label.replace(' ', '_')}_outlier", one.marks()) for one in found]
        )
        text = csv_text(table)
        return Solution(
            "outliers",
            answer={"rows": table.count, "columns": {one.column.label: one.answer() for one in found}},
            bare=tuple(line for one in found for line in one.bare(several=len(found) > 1)),
            blocks=tuple(block for one in found for block in one.blocks()),
            notes=self.data.notes,
            files=files(self, text),
            text=self.data.path,
        )


class _Found:
    """The outliers of one column."""

    def __init__(self, column: Column, *, is_sample: bool) -> None:
        from mathcli.data.preparation import deviation_bounds, outside, quartile_bounds

        self.column = column
        self.is_sample = is_sample
        self.quartiles: Bounds = quartile_bounds(column.values)
        self.deviations: Bounds = deviation_bounds(column.values, is_sample=is_sample)
        self.by_range: Any = outside(column.values, self.quartiles)
        self.by_sd: Any = outside(column.values, self.deviations)

    @property
    def rows(self) -> list[int]:
        """The places of all outliers, by either rule."""
        return [k for k, (a, b) in enumerate(zip(self.by_range, self.by_sd, strict=True)) if a or b]

    def mark(self, k: int) -> str:
        """By which rule a value is an outlier."""
        rules = [word for word, found in (("iqr", self.by_range[k]), ("sd", self.by_sd[k])) if found]
        return "+".join(rules)

    def marks(self) -> list[str]:
        """A cell for each row."""
        return [self.mark(k) for k in range(len(self.column.values))]

    def bare(self, *, several: bool) -> Iterator[tuple[str]]:
        """A line for each outlier: its row, its value, the rules."""
        for k in self.rows:
            where = f"{self.column.label}\t" if several else ""
            yield (f"{where}row {k + 1}\t{float(self.column.values[k])!r}\t{self.mark(k)}",)

    def answer(self) -> dict[str, Answer]:
        """The fields of the JSON answer."""
        q, d = self.quartiles, self.deviations
        return {
            "quartiles": q.centre,
            "by_interquartile_range": {"bounds": (q.low, q.high), "rows": _places(self.by_range)},
            "mean": d.centre[0],
            "sd": d.centre[1],
            "by_standard_deviations": {"bounds": (d.low, d.high), "rows": _places(self.by_sd)},
            "missing": self.column.missing,
        }

    def blocks(self) -> Iterator[Block]:
        """What a reader is shown."""
        from mathcli.solution import Finding, Findings, Remark, Table
        from mathcli.syntax.tree import Name, Negative, Sum
        from mathcli.topics._preparation import missing_words, number, sign

        q, d = self.quartiles, self.deviations
        iqr = q.centre[1] - q.centre[0]
        kind = "of a sample" if self.is_sample else "of the population"
        yield Findings(
            (
                Finding(Name("q_1"), number(q.centre[0]), ("first quartile",), sign(q.centre[0])),
                Finding(
                    Name("q_3"), number(q.centre[1]), ("third quartile, by linear interpolation",), sign(q.centre[1])
                ),
                Finding("iqr", number(iqr), (Sum.of(Name("q_3"), Negative(Name("q_1"))),), sign(iqr)),
                Finding("mean", number(d.centre[0]), (), sign(d.centre[0])),
                Finding("sd", number(d.centre[1]), (kind,), sign(d.centre[1])),
            ),
            self.column.label,
        )
        rules = (("quartiles and 1.5 iqr beyond", q, self.by_range), ("mean and 3 sd beyond", d, self.by_sd))
        yield Table(
            (("inside",), ("from",), ("to",), ("outliers",)),
            tuple(((rule,), (number(b.low),), (number(b.high),), (str(int(found.sum())),)) for rule, b, found in rules),
        )
        rows = self.rows
        if rows:
            lines = [
                ((str(k + 1),), (number(float(self.column.values[k])),), (_in_words(self.mark(k)),))
                for k in rows[:_LISTED]
            ]
            yield Table((("row",), (self.column.label,), ("outlier by",)), tuple(lines))
        if len(rows) > _LISTED:
            yield Remark((f"and {len(rows) - _LISTED} more",), "note")
        for phrase in missing_words(self.column):
            yield Remark(phrase, "note")


def _places(found: Any) -> tuple[int, ...]:
    return tuple(k + 1 for k, is_outside in enumerate(found) if is_outside)


def _in_words(mark: str) -> str:
    return {"iqr": "interquartile range", "sd": "standard deviations", "iqr+sd": "both"}[mark]


TOPIC = Outliers
