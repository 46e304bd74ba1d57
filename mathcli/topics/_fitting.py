"""What `fit` answers and shows: loss, gradient, normal equations filled in, parameters, residuals, drawings."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import fraction_node
from mathcli.algebra.rational import expanded
from mathcli.algebra.verdict import Verdict, weakest
from mathcli.calculus.derivation import Phrase
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.proofs import prove
from mathcli.data.regression import Design, Fit, Logistic, Path, descend_on_squares, least_squares, logistic_regression
from mathcli.errors import UsageError
from mathcli.extrema.descent import Floating
from mathcli.solution import (
    Answer,
    Block,
    Chain,
    Curve,
    Figure,
    Finding,
    Findings,
    Given,
    Mark,
    Remark,
    Solution,
    Table,
)
from mathcli.solving.numbers import float_node, scientific
from mathcli.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Call,
    E,
    Equation,
    Indexed,
    IndexedSum,
    Name,
    Negative,
    Node,
    Norm,
    Power,
    Product,
    Quotient,
    Sum,
)
from mathcli.topics._figures import check_name
from mathcli.topics._models import I, Model, design, model_of, residual

_DIGITS = 6
_ROWS = 8
"""Rows of the table of residuals."""
_SHORT = 24
"""Characters of a fraction that is shown as one."""
_DRAWN = 400
_SAMPLES = 120

N = Name("n")


class Fitting:
    """One model fitted to one table."""

    def __init__(self, problem: Any, budget: Budget) -> None:
        if not problem.x:
            raise UsageError("fit needs a column to predict from", hint=f"--x {problem.data.columns[0]}")
        if problem.y is None:
            raise UsageError("fit needs a column to predict", hint=f"--y {problem.data.columns[-1]}")
        check_name(problem.plot)
        self.problem = problem
        self.budget = budget
        self.table = problem.data
        self.model: Model = model_of(problem.model, problem.x)
        self.design: Design
        self.design, self.left_out = design(self.model, self.table, problem.x, problem.y)
        self.is_mean = problem.loss == "mean"
        self.fit: Fit | None = None
        self.logistic: Logistic | None = None
        self.path: Path | None = None
        if self.model.is_logistic:
            self._refuse_descent("for a logistic model")
            self.logistic = logistic_regression(self.design)
        else:
            self.fit = least_squares(self.design)
            self.path = self._descent()
        self.loss = self._loss()
        self.gradient = tuple(differentiate(self.loss, p) for p in self.model.parameters)

    @property
    def count(self) -> int:
        """How many rows were used."""
        return len(self.design.target)

    @property
    def parameters(self) -> tuple[Any, ...]:
        """The fitted values, fractions or floating numbers."""
        found = self.fit or self.logistic
        assert found is not None
        return found.parameters

    def _refuse_descent(self, why: str) -> None:
        if self.problem.by == "descent":
            raise UsageError(f"--by descent is not there {why}, which Newton's method fits", hint="leave --by out")

    def _descent(self) -> Path | None:
        if self.problem.by != "descent":
            return None
        rate = None
        if self.problem.rate is not None:
            rate = Floating().value(self.problem.rate.tree, (), ())
            if not rate > 0:
                raise UsageError("the rate has to be a positive number", hint="leave --rate out for a safe one")
        if not 0 < self.problem.iterations <= 1_000_000:
            raise UsageError("--iterations is a whole number from 1 to 1,000,000")
        self.budget.spend(self.problem.iterations)
        start = [0.0] * len(self.model.parameters)
        return descend_on_squares(self.design, start, rate, self.problem.iterations, is_mean=self.is_mean)

    def _loss(self) -> Node:
        if self.model.is_logistic:
            z = self.model.on_row(self.model.formula)
            term = Sum.of(Call("log", (Sum.of(ONE, Power(E, z)),)), Negative(Product.of(Indexed("y", (I,)), z)))
            found: Node = IndexedSum(term, I, ONE, N)
            return found
        squares: Node = IndexedSum(Power(residual(self.model), TWO), I, ONE, N)
        return Product.of(Quotient(ONE, N), squares) if self.is_mean else squares

    # -- the answer ----------------------------------------------------------------------------------------------------

    def solution(self) -> Solution:
        """Return the answer with everything that is shown."""
        proofs = prove(self.gradient, self.budget)
        is_exact = self.fit is not None and self.fit.is_exact
        verified = weakest((proofs.verified, Verdict.PROVED if is_exact else Verdict.TESTED))
        return Solution(
            "fit",
            answer=self._answer(),
            bare=tuple(
                (Equation(p, self.number(value, 17)),)
                for p, value in zip(self.model.parameters, self.parameters, strict=True)
            ),
            blocks=tuple(self._blocks()),
            derivations=self.gradient,
            notes=self._notes(),
            verified=verified,
            proofs=proofs.counted,
            verdicts=proofs.verdicts,
            files=self._files(),
            text=self.table.path,
            read=self.model.formula,
        )

    def _notes(self) -> tuple[str, ...]:
        notes: tuple[str, ...] = self.table.notes
        if self.left_out:
            one = self.left_out == 1
            notes += (f"{self.left_out} row{'s' * (not one)} with a missing value {'is' if one else 'are'} left out",)
        if _has_bare_e(self.model.formula):
            notes += ("e is read as the number 2.71828..., no parameter; take another letter for one",)
        return notes

    def number(self, value: Any, digits: int = _DIGITS) -> Node:
        """A number as a tree: a short fraction as it is, else a decimal."""
        if isinstance(value, Fraction):
            if digits >= 17 or len(str(value)) <= _SHORT:
                return fraction_node(value)
            value = float(value)
        if digits >= 17:
            return float_node(float(value))
        return scientific(float(value), digits)

    def _answer(self) -> dict[str, Answer]:
        answer: dict[str, Answer] = {
            "model": self.model.formula,
            "rows": self.count,
            "parameters": {
                p.name: self.number(v, 17) for p, v in zip(self.model.parameters, self.parameters, strict=True)
            },
        }
        if self.left_out:
            answer["left_out"] = self.left_out
        if self.logistic is not None:
            return answer | {
                "loss": self.logistic.loss,
                "accuracy": self.logistic.accuracy,
                "steps": self.logistic.steps,
            }
        assert self.fit is not None
        answer["loss"] = self.number(self._scaled_loss(), 17)
        if self.fit.r_squared is not None:
            answer["r_squared"] = float(self.fit.r_squared)
        answer["normal_equations"] = {
            "matrix": tuple(tuple(self.number(a, 17) for a in row) for row in self.fit.matrix),
            "right": tuple(self.number(a, 17) for a in self.fit.right),
        }
        if self.path is not None:
            answer["descent"] = {
                "rate": self.path.rate,
                "largest_rate": self.path.limit,
                "steps": len(self.path.points) - 1,
                "parameters": {p.name: v for p, v in zip(self.model.parameters, self.path.points[-1], strict=True)},
                "loss": self.path.losses[-1],
            }
        return answer

    def _scaled_loss(self) -> Any:
        assert self.fit is not None
        return self.fit.loss / self.count if self.is_mean else self.fit.loss

    # -- the page ------------------------------------------------------------------------------------------------------

    def _blocks(self) -> Iterator[Block]:
        yield Given(Call("J", self.model.parameters), self.loss)
        yield Remark(self._data_words())
        for p, derivation in zip(self.model.parameters, self.gradient, strict=True):
            yield Chain(f"WITH RESPECT TO {p.name}", derivation)
        if self.fit is not None:
            yield self._normal_equations(self.fit)
        yield self._parameters()
        yield self._table()
        if self.path is not None:
            yield from self._descent_blocks(self.path)
        curve = self._curve()
        if curve is not None:
            yield curve
        yield from self._verdicts()

    def _data_words(self) -> Phrase:
        columns = [
            f"{letter.name} = {column}" for letter, column in zip(self.model.letters, self.problem.x, strict=True)
        ]
        return (f"{PurePath(self.table.path).name}: {', '.join(columns)}, y = {self.problem.y}; n = {self.count} rows",)

    def _normal_equations(self, fit: Fit) -> Findings:
        """The gradient set to 0, with the sums of the data put in."""
        rows = []
        for part, row, right in zip(self.model.parts, fit.matrix, fit.right, strict=True):
            terms = []
            for entry, p in zip(row, self.model.parameters, strict=True):
                factor = self.number(entry)
                if entry != 0:
                    terms.append(_times(factor, p))
            sign = "=" if fit.is_exact else "≈"
            rows.append(Finding(Sum.of(*terms), self.number(right), self._in_sums(part), sign))
        return Findings(tuple(rows), "NORMAL EQUATIONS, WITH THE SUMS OF THE DATA")

    def _in_sums(self, part: Node) -> Phrase:
        """A normal equation in the sums of the data: Σ xᵢ² m + Σ xᵢ c = Σ xᵢ yᵢ."""
        words: list[str | Node] = []
        for other, p in zip(self.model.parts, self.model.parameters, strict=True):
            words += [" + " if words else "", *self._sum_of(expanded(Product.of(part, other))), " ", p]
        y = Indexed("y", (I,))
        target = y if self.model.offset is ZERO else Sum.of(y, Negative(self.model.on_row(self.model.offset)))
        if part is ONE and isinstance(target, Sum):
            return (*words, " = ", "Σ (", target, ")")
        return (*words, " = ", "Σ ", target if part is ONE else Product.of(self.model.on_row(part), target))

    def _sum_of(self, node: Node) -> Phrase:
        return (N,) if node is ONE else ("Σ ", self.model.on_row(node))

    def _parameters(self) -> Findings:
        rows = []
        for p, value in zip(self.model.parameters, self.parameters, strict=True):
            node = self.number(value)
            is_fraction = isinstance(value, Fraction) and len(str(value)) <= _SHORT
            decimal = scientific(float(value), _DIGITS)
            remark: Phrase = ("≈ ", decimal) if is_fraction and Fraction(value).denominator != 1 else ()
            rows.append(Finding(p, node, remark, "=" if is_fraction else "≈"))
        if self.logistic is not None:
            rows.append(Finding("J", scientific(self.logistic.loss, _DIGITS), ("log loss",), "≈"))
            share = f"{100 * self.logistic.accuracy:.4g} % of the rows are on the right side of 1/2"
            rows.append(Finding("accuracy", scientific(self.logistic.accuracy, 4), (share,), "≈"))
            return Findings(tuple(rows))
        assert self.fit is not None
        name = "mean of squared residuals" if self.is_mean else "sum of squared residuals"
        rows.append(Finding("J", scientific(float(self._scaled_loss()), _DIGITS), (name,), "≈"))
        explained = self.fit.r_squared
        if explained is not None:
            rows.append(
                Finding(Power(Name("R"), TWO), scientific(float(explained), _DIGITS), ("of the variation of y",), "≈")
            )
        return Findings(tuple(rows))

    def _table(self) -> Table:
        """The first rows, each with its prediction and its residual."""
        heads: tuple[Phrase, ...] = (
            *((letter,) for letter in self._plain_letters()),
            ("y",),
            ("model",),
            ("residual",),
        )
        if self.logistic is not None:
            heads = (*heads[:-2], ("probability",))
        rows: list[tuple[Phrase, ...]] = []
        predictions = self._predictions()
        for k in range(min(_ROWS, self.count)):
            numbers = [*(column[k] for column in self._plain_columns()), self.design.observed[k], predictions[k]]
            if self.fit is not None:
                numbers.append(self.fit.residuals[k])
            rows.append(tuple((scientific(float(value), _DIGITS),) for value in numbers))
        if self.count > _ROWS:
            rows.append(tuple(("…",) for _ in heads))
        return Table(heads, tuple(rows))

    def _plain_letters(self) -> tuple[Node, ...]:
        return tuple(part for part in self.model.parts if part is not ONE)

    def _plain_columns(self) -> list[Any]:
        return [c for part, c in zip(self.model.parts, self.design.columns, strict=True) if part is not ONE]

    def _predictions(self) -> Any:
        if self.logistic is not None:
            return self.logistic.probabilities
        assert self.fit is not None
        return self.design.observed - self.fit.residuals

    def _descent_blocks(self, path: Path) -> Iterator[Block]:
        rate = scientific(path.rate, _DIGITS)
        none = (" = ", Quotient(ONE, Name("lambda_max")), " of the Hessian, since none was given")
        chosen: Phrase = none if self.problem.rate is None else ()
        yield Remark(("by gradient descent from 0, with the rate ", rate, *chosen))
        heads: tuple[Phrase, ...] = (
            ("step",),
            *((p,) for p in self.model.parameters),
            ("J",),
            (Norm(Call("grad", (Name("J"),))),),
        )
        last = len(path.points) - 1
        shown = sorted({*range(min(4, last)), *(round(last * k / 4) for k in range(1, 5))})
        rows: list[tuple[Phrase, ...]] = []
        for k in shown:
            numbers = (*path.points[k], path.losses[k], path.lengths[k])
            rows.append(((str(k),), *((scientific(value, _DIGITS),) for value in numbers)))
        yield Table(heads, tuple(rows))
        if path.rate > path.limit:
            limit = scientific(path.limit, _DIGITS)
            yield Remark(
                (
                    "the rate ",
                    rate,
                    " is above ",
                    Quotient(TWO, Name("lambda_max")),
                    " ≈ ",
                    limit,
                    ": the parameters run away",
                ),
                "warning",
            )
            return
        apart = max(
            (
                (abs(float(a) - b), p)
                for a, b, p in zip(self.parameters, path.points[-1], self.model.parameters, strict=True)
            ),
            key=lambda pair: pair[0],
        )
        yield Remark(
            (
                f"after {last} steps the descent and the exact minimum are at most ",
                scientific(apart[0], 3),
                " apart, in ",
                apart[1],
            )
        )

    def _verdicts(self) -> Iterator[Remark]:
        if self.logistic is not None:
            yield Remark(
                ("the loss is convex and its only minimum is here: Newton's steps became as short as rounding",), "good"
            )
            yield Remark((f"{self.logistic.steps} steps of Newton's method",), "note")
            return
        assert self.fit is not None
        why = (
            "the only minimum: the columns are independent, so the matrix of the normal equations is positive definite"
        )
        yield Remark((why,), "good")
        if not self.fit.is_exact:
            yield Remark(("by an orthogonal factorization, which rounds less than the normal equations",), "note")
        for note in self._notes():
            yield Remark((note,), "note")

    # -- drawings ------------------------------------------------------------------------------------------------------

    def _graph(self) -> tuple[list[float], list[float], list[float], list[float]] | None:
        """The data and the fitted curve over one column; None where there are several."""
        if len(self.model.letters) != 1:
            return None
        import numpy as np

        from mathcli.data.evaluation import values

        x = self._column_of_x()
        y = self.design.observed
        places = np.linspace(x.min(), x.max(), _SAMPLES)
        at = {
            self.model.letters[0]: places,
            **{p: float(v) for p, v in zip(self.model.parameters, self.parameters, strict=True)},
        }
        heights = np.broadcast_to(values(self.model.formula, at), places.shape)
        if self.logistic is not None:
            heights = 1 / (1 + np.exp(-heights))
        step = max(1, len(x) // _DRAWN)
        return (
            list(map(float, x[::step])),
            list(map(float, y[::step])),
            list(map(float, places)),
            list(map(float, heights)),
        )

    def _column_of_x(self) -> Any:
        import numpy as np

        from mathcli.data.tables import numbers

        raw = [numbers(self.table, column) for column in (*self.problem.x, self.problem.y)]
        whole = ~np.any([np.isnan(column) for column in raw], axis=0)
        return raw[0][whole]

    def _curve(self) -> Curve | None:
        graph = self._graph()
        if graph is None:
            return None
        xs, ys, places, heights = graph
        finite = [(x, h) for x, h in zip(places, heights, strict=True) if h == h and abs(h) < 1e100]
        low, high = min([*ys, *(h for _, h in finite)]), max([*ys, *(h for _, h in finite)])
        if not high > low or not max(xs) > min(xs):
            return None
        room = 0.05 * (high - low)
        side = 0.03 * (max(xs) - min(xs))
        dots = tuple(((x, y),) for x, y in zip(xs, ys, strict=True))
        marks = tuple(Mark(x, y) for x, y in zip(xs, ys, strict=True)) if len(xs) <= 30 else ()
        window = (min(xs) - side, max(xs) + side, low - room, high + room)
        return Curve((tuple(finite), *(() if marks else dots)), marks, window, self.problem.x[0], self.problem.y)

    def _files(self) -> tuple[Figure, ...]:
        if self.problem.plot is None:
            return ()
        graph = self._graph()
        if graph is None:
            raise UsageError(f"--plot draws data of one column, and here are {len(self.model.letters)}")
        xs, ys, places, heights = graph
        return (
            Figure(
                self.problem.plot,
                ((places, heights, "model"),),
                ((xs, ys, "data"),),
                None,
                self.problem.x[0],
                self.problem.y,
            ),
        )


def _has_bare_e(formula: Node) -> bool:
    """Whether e stands in the model as a number of its own, where a fifth parameter may have been meant."""
    if isinstance(formula, Power) and formula.base is E:
        return _has_bare_e(formula.exponent)
    return formula is E or any(map(_has_bare_e, formula.children()))


def _times(factor: Node, p: Name) -> Node:
    if factor is ONE:
        return p
    if isinstance(factor, Negative):
        return Negative(_times(factor.operand, p))
    return Product.of(factor, p)
