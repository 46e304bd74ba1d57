"""Gradient descent written out: the first steps, a table of the others, and whether the rate can work at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation, Phrase
    from mathcli.extrema.descent import Descent, Function, Iterate, Method, Rate
    from mathcli.solution import Answer, Block, Curve, Figure, Findings, Solution, Table
    from mathcli.syntax.tree import Node
    from mathcli.topics._function import Subject

KIND = "fitting and data"

MOST_ITERATIONS = 100_000
_WRITTEN_OUT = 3
"""Steps that are written out before the table."""
_TABLE_ENDS = 8
"""Rows of the table at either end, where there are too many."""
_LISTED = 100
"""Points of the path at either end that JSON lists, where there are too many."""
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Descend(ReadingOptions):
    """Gradient descent step by step, with momentum or by Newton.

    mathcli descend 'x^2 + 3y^2' --from x=3,y=4 --rate 0.1
    mathcli descend '(w - 2)^2 + 1' --from w=0 --rate 1/4 --exact
    mathcli descend 'x^4 - 3x^2 + x' --from 2 --newton
    """

    expression: Any = argument("expression", "the function to go down on")
    from_: Any = option("point", "where to start: x=3,y=4", metavar="x=3,y=4")
    rate: Any = option("expression", "the learning rate η (0.1; Newton's method: 1)", metavar="NUMBER")
    iterations: int = option("integer", "at most so many steps (20)", default=20, metavar="N")
    tolerance: Any = option("expression", "stop where the gradient is shorter than this", metavar="NUMBER")
    momentum: Any = option("expression", "keep this share of the last step: 0.9", metavar="NUMBER")
    newton: bool = option("flag", "Newton's method: steps by the Hessian", default=False)
    exact: bool = option("flag", "exact numbers in place of decimals", default=False)
    plot: str | None = option("text", "draw level lines and path to a file", metavar="FILE.svg")

    def solve(self, budget: Budget) -> Solution:
        """Return the points on the way, the last one as the answer.

        Raises:
            UsageError: no start, a rate that is not positive, a momentum outside [0, 1).
            UndefinedError: the start or a later point lies outside the domain; the error says at which step.
        """
        from mathcli.algebra.verdict import Verdict, weakest
        from mathcli.calculus.proofs import prove
        from mathcli.solution import Solution

        work = _Work(self, budget)
        proofs = prove(work.derivations, budget)
        return Solution(
            "descend",
            answer=work.answer(),
            bare=(work.bare(),),
            blocks=tuple(work.blocks()),
            derivations=work.derivations,
            notes=(*work.about.notes, *work.warned()),
            verified=proofs.verified if self.exact else weakest((proofs.verified, Verdict.TESTED)),
            proofs=proofs.counted,
            verdicts=proofs.verdicts,
            files=work.files(self.plot),
            text=self.expression.text,
            read=self.expression.tree,
        )


class _Work:
    """One descent: the gradient, the points, and what is to be said of the rate."""

    def __init__(self, problem: Descend, budget: Budget) -> None:
        from mathcli.errors import UsageError
        from mathcli.extrema.descent import Exact, Floating, descend, judged_rate
        from mathcli.syntax.tree import Name
        from mathcli.topics._figures import check_name
        from mathcli.topics._function import partial_derivatives, scalar, subject
        from mathcli.topics._point import point

        check_name(problem.plot)
        self.about: Subject = scalar(subject(problem, problem.expression, several=True), "descend")
        if problem.from_ is None:
            names = ",".join(f"{x.name}=1" for x in self.about.variables)
            raise UsageError("descend needs a point to start from", hint=f"--from {names}")
        self.start = tuple(point(problem.from_, self.about.variables, option="--from").values())
        if any(value.names for value in self.start):
            raise UsageError("the start is given in numbers", hint="--from x=3,y=4")
        unknown = self.about.plain.names - {*self.about.variables} if isinstance(self.about.variables[0], Name) else ()
        if unknown:
            letters = ", ".join(sorted(x.name for x in unknown))
            raise UsageError(f"descend needs numbers, and {letters} has none", hint="put in a number, or --vars")
        self.method = _method(problem)
        self.is_exact = problem.exact
        self.partials = partial_derivatives(self.about.body, self.about)
        self.function, self.second = _function(self.about, self.partials)
        tolerance = _number(problem.tolerance, "--tolerance", default="0")
        if not 0 < problem.iterations <= MOST_ITERATIONS:
            raise UsageError(f"--iterations is a whole number from 1 to {MOST_ITERATIONS:,}")
        self.descent: Descent[Any] = descend(
            self.function,
            self.start,
            self.method,
            Exact() if problem.exact else Floating(),
            iterations=problem.iterations,
            tolerance=float(Floating().value(tolerance, (), ())),
            budget=budget,
        )
        self.rate: Rate | None = judged_rate(self.function.hessian, self.method)

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """The gradient, and the Hessian where Newton's method used it."""
        return (*self.partials, *(self.second if self.method.is_newton else ()))

    @property
    def last(self) -> Iterate[Any]:
        """The point at which it ended."""
        return self.descent.iterates[-1]

    # -- numbers as trees ----------------------------------------------------------------------------------------------

    def node(self, value: Any, digits: int = 17) -> Node:
        """A number of the descent as a tree."""
        from mathcli.solving.numbers import float_node, scientific
        from mathcli.syntax.tree import Node

        if isinstance(value, Node):
            return value
        is_usual = digits >= 17 and (value == 0 or 1e-7 <= abs(value) < 1e22)
        return float_node(value) if is_usual else scientific(value, digits)

    def place(self, values: Sequence[Any], digits: int = _DIGITS) -> Node:
        """A point as a vector, or as a number where there is one variable."""
        from mathcli.syntax.tree import Vector

        entries = tuple(self.node(value, digits) for value in values)
        return entries[0] if len(entries) == 1 else Vector(entries)

    # -- the answer ----------------------------------------------------------------------------------------------------

    def bare(self) -> Phrase:
        """The last point and the value there."""
        return self.place(self.last.point, 17), "\t", self.node(self.last.value)

    def answer(self) -> dict[str, Answer]:
        """The fields of the JSON answer."""
        count = len(self.descent.iterates)
        listed = range(count) if count <= 2 * _LISTED else (*range(_LISTED), *range(count - _LISTED, count))
        answer: dict[str, Answer] = {
            "variables": tuple(x.name for x in self.about.variables),
            "method": _words(self.method),
            "rate": self.method.rate,
            "gradient": self.function.gradient,
            "steps": count - 1,
            "stopped": self.descent.stopped,
            "path": tuple(self._entry(k) for k in listed),
            "last": self._entry(count - 1),
        }
        if not _is_zero(self.method.momentum):
            answer["momentum"] = self.method.momentum
        if self.rate is not None and self.rate.limit is not None:
            answer["largest_rate"] = self.rate.limit
        warning = self.warning()
        if warning:
            from mathcli.syntax.writer import write

            answer["warning"] = "".join(part if isinstance(part, str) else write(part) for part in warning)
        return answer

    def _entry(self, k: int) -> dict[str, Answer]:
        iterate = self.descent.iterates[k]
        at: dict[str, Answer] = {
            x.name: self.node(value) for x, value in zip(self.about.variables, iterate.point, strict=True)
        }
        return {"step": k, "at": at, "value": self.node(iterate.value), "gradient_norm": self.node(iterate.length)}

    # -- the page ------------------------------------------------------------------------------------------------------

    def blocks(self) -> Iterator[Block]:
        """What a reader is shown."""
        from mathcli.solution import Chain, Finding, Findings, Given, Remark
        from mathcli.syntax.tree import Call, Vector

        about = self.about
        yield Given(about.label, about.body)
        for x, derivation in zip(about.variables, self.partials, strict=True):
            yield Chain(f"WITH RESPECT TO {x.name}", derivation)
        gradient = self.function.gradient
        if len(gradient) > 1:
            yield Remark((Call("grad", (about.label,)), " = ", Vector(gradient)))
        yield Remark(self._rule())
        yield self._first_steps()
        if len(self.descent.iterates) > 1:
            yield self._table()
        curve = self._curve()
        if curve is not None:
            yield curve
        place, value = self.place(self.last.point), self.node(self.last.value, _DIGITS)
        left: Node | str = about.label
        if len(about.variables) == 1 or isinstance(place, Vector):
            entries = place.entries if isinstance(place, Vector) else (place,)
            left = Call(about.function, entries)
        rows = (
            Finding(_together(about.variables), place, (self._stopped(),), "=" if self.is_exact else "≈"),
            Finding(left, value, (), "=" if self.is_exact else "≈"),
        )
        yield Findings(rows)
        yield from (Remark(phrase, tone) for phrase, tone in self._judgement())

    def _rule(self) -> Phrase:
        """How each step is taken: x_new = x_old - eta f'(x_old); several variables together are w."""
        from mathcli.syntax.tree import ONE, Equation, Name, Negative, Power, Product, Quotient, Sum

        several = len(self.about.variables) > 1
        letter = self._letter() if several else self.about.variables[0].name
        old, new, eta, rate = Name(f"{letter}_old"), Name(f"{letter}_new"), Name("eta"), self.method.rate
        slope = self._slope(old)
        where: Phrase = (", ", Name(letter), " = ", _together(self.about.variables)) if several else ()
        value: Phrase = (", ", eta, " = ", rate)
        if self.method.is_newton:
            inverse = Power(Name("H"), Negative(ONE))
            step = Product.of(inverse, slope) if several else Quotient(slope, self._slope(old, order=2))
            hessian: Phrase = (", ", Name("H"), " the Hessian") if several else ()
            is_damped = not _is_one(rate)
            step = Product.of(eta, step) if is_damped else step
            line = Equation(new, Sum.of(old, Negative(step)))
            return ("each step: ", line, *hessian, *(value if is_damped else ()), *where)
        back = Negative(Product.of(eta, slope))
        if _is_zero(self.method.momentum):
            return ("each step: ", Equation(new, Sum.of(old, back)), *value, *where)
        beta, speed, faster = Name("beta"), Name("v_old"), Name("v_new")
        first = Equation(faster, Sum.of(Product.of(beta, speed), back))
        second = Equation(new, Sum.of(old, faster))
        return ("each step: ", first, ", then ", second, *value, ", ", beta, " = ", self.method.momentum, *where)

    def _letter(self) -> str:
        """A letter for all variables together that stands for nothing else."""
        taken = {x.name for x in self.about.plain.names} | {self.about.function}
        return next(letter for letter in ("w", "p", "q", "z", "theta") if letter not in taken)

    def _slope(self, at: Node, order: int = 1) -> Node:
        """f'(at), or the gradient of f there."""
        from mathcli.syntax.tree import Call

        f = self.about.function
        return Call(f, (at,), order) if len(self.about.variables) == 1 else Call("grad", (Call(f, (at,)),))

    def _first_steps(self) -> Findings:
        from mathcli.solution import Finding, Findings
        from mathcli.syntax.tree import Negative, Product, Sum

        pairs = zip(self.descent.iterates[:_WRITTEN_OUT], self.descent.iterates[1:], strict=False)
        rows: list[Finding] = []
        velocity: Node | None = None
        for k, (before, after) in enumerate(pairs, 1):
            place, slope, reached = (self.place(v) for v in (before.point, before.gradient, after.point))
            back = Negative(_times(self.method.rate, self._direction(before, slope)))
            if _is_zero(self.method.momentum):
                rows.append(self._row(Sum.of(place, back), reached, (f"step {k}",)))
                continue
            kept = () if velocity is None else (Product.of(self.method.momentum, velocity),)
            velocity = self._difference(before, after)
            rows.append(self._row(Sum.of(*kept, back) if kept else back, velocity, (f"v of step {k}",)))
            rows.append(self._row(Sum.of(place, velocity), reached, (f"step {k}",)))
        if not rows:
            rows.append(Finding(_together(self.about.variables), self.place(self.last.point), (self._stopped(),)))
        return Findings(tuple(rows), "FIRST STEPS" if len(self.descent.iterates) > 2 else "THE STEP")

    def _direction(self, at: Iterate[Any], slope: Node) -> Node:
        from mathcli.extrema.descent import Exact, Floating
        from mathcli.syntax.tree import Matrix, Negative, Number, Power, Product, Quotient

        if not self.method.is_newton:
            return slope
        arithmetic: Any = Exact() if self.is_exact else Floating()
        rows = tuple(
            tuple(self.node(arithmetic.value(e, self.about.variables, at.point), _DIGITS) for e in row)
            for row in self.function.hessian
        )
        if len(rows) == 1:
            return Quotient(slope, rows[0][0])
        return Product.of(Power(Matrix(rows), Negative(Number(1))), slope)

    def _difference(self, before: Iterate[Any], after: Iterate[Any]) -> Node:
        from mathcli.extrema.descent import Exact, Floating
        from mathcli.syntax.tree import Negative, Number

        arithmetic: Any = Exact() if self.is_exact else Floating()
        minus = Negative(Number(1))
        return self.place([arithmetic.plus(b, minus, a) for a, b in zip(before.point, after.point, strict=True)])

    def _row(self, left: Node, right: Node, remark: Phrase) -> Any:
        from mathcli.solution import Finding

        return Finding(left, right, remark, "=" if self.is_exact or _holds(left, right) else "≈")

    def _table(self) -> Table:
        from mathcli.solution import Table

        names: tuple[Phrase, ...] = tuple((x,) for x in self.about.variables)
        heads: tuple[Phrase, ...] = (("step",), *names, (self.about.function,), (self._length(),))
        count = len(self.descent.iterates)
        shown = (
            range(count)
            if count <= 2 * _TABLE_ENDS + 4
            else (*range(_TABLE_ENDS), None, *range(count - _TABLE_ENDS, count))
        )
        rows: list[tuple[Phrase, ...]] = []
        for k in shown:
            if k is None:
                rows.append(tuple(("…",) for _ in heads))
                continue
            iterate = self.descent.iterates[k]
            numbers = (*iterate.point, iterate.value, iterate.length)
            rows.append(((str(k),), *((self.node(number, _DIGITS),) for number in numbers)))
        return Table(heads, tuple(rows))

    def _length(self) -> Node:
        """What the last column holds: |f'(x)|, or the norm of the gradient."""
        from mathcli.syntax.tree import Call, Name, Norm

        f, variables = self.about.function, self.about.variables
        return Call("abs", (Call(f, variables, 1),)) if len(variables) == 1 else Norm(Call("grad", (Name(f),)))

    def _stopped(self) -> str:
        from mathcli.extrema import descent

        count = len(self.descent.iterates) - 1
        steps = f"{count} step{'s' * (count != 1)}"
        return {
            descent.ITERATIONS: f"after {steps}",
            descent.GRADIENT: f"after {steps}: the gradient is "
            + ("0" if _is_nothing(self.last.length) else "short enough"),
            descent.STANDSTILL: f"after {steps}: the next one is too small to change anything",
            descent.DIVERGED: f"after {steps}: the next one leads out of all bounds",
            descent.TOO_LONG: f"after {steps}: the exact numbers grow too long to be read",
        }[self.descent.stopped]

    def warning(self) -> Phrase:
        """Why this rate does not work, () where nothing speaks against it."""
        from mathcli.extrema.descent import DIVERGED, growth

        rate, f = self.method.rate, self.about.function
        if self.rate is not None:
            return self._against(self.rate)
        since = None if self.is_exact else growth(self.descent)
        if since is None and self.descent.stopped != DIVERGED:
            return ()
        what = "the points run away" if since is None else f"from step {since} on {f} only grows"
        return (f"{what}: the rate ", rate, " is too large here; try a tenth of it")

    def warned(self) -> tuple[str, ...]:
        """The warning as a note: a pipe gets the bare last point, and should know that it means nothing."""
        from mathcli.syntax.writer import write

        words = "".join(part if isinstance(part, str) else write(part) for part in self.warning())
        return (words,) if words else ()

    def _against(self, judged: Rate) -> Phrase:
        """What the eigenvalues of a constant Hessian say against the rate."""
        from mathcli.syntax.tree import Name

        rate = self.method.rate
        why: Phrase = (Name("lambda_max"), " = ", _shown(judged.most), " being the largest eigenvalue of the Hessian")
        if judged.order == 1:
            return ("the rate ", rate, " is above ", *self._limit(judged), ", ", *why, ": the points run away")
        if judged.order == 0:
            return ("the rate is exactly ", *self._limit(judged), ", ", *why, ": the points jump to and fro for ever")
        if judged.has_negative:
            lowest = _shown(judged.least)
            return ("the Hessian has the eigenvalue ", lowest, " < 0: that way the function falls for ever")
        return ()

    def _limit(self, judged: Rate) -> Phrase:
        from mathcli.syntax.tree import ONE, TWO, Name, Product, Quotient, Sum

        is_plain = _is_zero(self.method.momentum)
        room = TWO if is_plain else Product.of(TWO, Sum.of(ONE, Name("beta")))
        name = Quotient(room, Name("lambda_max"))
        return (name,) if judged.limit is None else (name, " = ", judged.limit)

    def _judgement(self) -> Iterator[tuple[Phrase, str]]:
        warning = self.warning()
        if warning:
            yield warning, "warning"
        elif self.rate is not None and self.rate.order == -1 and self.rate.is_definite:
            rate = self.method.rate
            what = ": from every start the points approach the only minimum"
            yield ("the rate ", rate, " is below ", *self._limit(self.rate), what), "good"

    # -- drawings ------------------------------------------------------------------------------------------------------

    def _heights(self) -> list[float]:
        if not self.is_exact:
            return [iterate.value for iterate in self.descent.iterates]
        from mathcli.extrema.descent import Floating

        return [Floating().value(iterate.value, (), ()) for iterate in self.descent.iterates]

    def _places(self) -> list[tuple[float, ...]]:
        if not self.is_exact:
            return [iterate.point for iterate in self.descent.iterates]
        from mathcli.extrema.descent import Floating

        return [Floating().start(iterate.point) for iterate in self.descent.iterates]

    def _curve(self) -> Curve | None:
        """The value by step, by its logarithm where it falls through many powers of ten."""
        from math import log10

        from mathcli.solution import Curve, Mark

        heights, name = self._heights(), self.about.function
        if len(heights) < 4 or max(map(abs, heights)) > 1e100:
            return None
        if min(heights) > 0 and max(heights) / min(heights) > 1e4:
            heights, name = [log10(h) for h in heights], f"log10 {name}"
        low, high = min(heights), max(heights)
        if not high > low:
            return None
        room = 0.05 * (high - low)
        last = len(heights) - 1
        marks = (Mark(0.0, heights[0]), Mark(float(last), heights[-1]))
        strand = tuple((float(k), height) for k, height in enumerate(heights))
        return Curve((strand,), marks, (0.0, float(last), low - room, high + room), "step", name)

    def files(self, path: str | None) -> tuple[Figure, ...]:
        """The picture that was asked for: level lines and path, or the graph and the points on it."""
        if path is None:
            return ()
        from mathcli.topics._figures import of_descent

        return (of_descent(path, self.about, self._places(), self._heights()),)


def _method(problem: Descend) -> Method:
    from mathcli.algebra.exact import sign
    from mathcli.errors import UsageError
    from mathcli.extrema.descent import Method
    from mathcli.syntax.tree import ONE, Negative, Sum

    rate = _number(problem.rate, "--rate", default="1" if problem.newton else "0.1")
    if sign(rate) != 1:
        raise UsageError("the rate has to be a positive number", hint="--rate 0.1")
    momentum = _number(problem.momentum, "--momentum", default="0")
    if sign(momentum) not in (0, 1) or sign(Sum.of(momentum, Negative(ONE))) != -1:
        raise UsageError("the momentum is a number from 0 to below 1", hint="--momentum 0.9")
    if problem.newton and not _is_zero(momentum):
        raise UsageError("Newton's method takes no momentum", hint="give one of --newton and --momentum")
    return Method(rate, momentum, problem.newton)


def _number(reading: Any, option: str, *, default: str) -> Node:
    from mathcli.algebra.balls import enclose
    from mathcli.errors import UsageError
    from mathcli.syntax.parser import parse

    if reading is None:
        return parse(default)
    value: Node = reading.tree
    ball = None if value.names else enclose(value, {})
    if ball is None or not ball.is_finite():
        raise UsageError(f"{option} is a number, not {reading.text}", hint=f"{option} 0.1")
    return value


def _function(about: Subject, partials: Sequence[Derivation]) -> tuple[Function, tuple[Derivation, ...]]:
    """The function with its gradient and its Hessian, and the derivations of the latter."""
    from mathcli.calculus.differentiation import differentiate
    from mathcli.extrema.descent import Function
    from mathcli.topics._function import unfolded

    variables = about.variables
    second = {
        (j, k): differentiate(partials[j].result, variables[k], named=about.named)
        for j in range(len(variables))
        for k in range(j, len(variables))
    }
    gradient = tuple(unfolded(d.result, about.named) for d in partials)
    indices = range(len(variables))
    hessian = tuple(tuple(unfolded(second[min(j, k), max(j, k)].result, about.named) for k in indices) for j in indices)
    return Function(about.plain, variables, gradient, hessian), tuple(second.values())


def _together(variables: Sequence[Node]) -> Node:
    from mathcli.syntax.tree import Vector

    return variables[0] if len(variables) == 1 else Vector(tuple(variables))


def _times(rate: Node, direction: Node) -> Node:
    from mathcli.syntax.tree import Product

    return direction if _is_one(rate) else Product.of(rate, direction)


def _holds(left: Node, right: Node) -> bool:
    """Whether the two sides of a line are equal as they are shown."""
    from mathcli.algebra.exact import evaluated
    from mathcli.syntax.tree import Negative, Product, Sum, Vector

    def entries(node: Node, k: int) -> Node:
        match node:
            case Vector(values):
                return values[k]
            case Sum(terms):
                return Sum.of(*(entries(term, k) for term in terms))
            case Negative(operand):
                return Negative(entries(operand, k))
            case Product(factors):
                return Product.of(*(entries(factor, k) for factor in factors))
        return node

    size = len(right.entries) if isinstance(right, Vector) else 1
    return all(evaluated(entries(left, k)) is evaluated(entries(right, k)) for k in range(size))


def _is_zero(node: Node) -> bool:
    from mathcli.algebra.exact import as_fraction

    return as_fraction(node) == 0


def _is_one(node: Node) -> bool:
    from mathcli.algebra.exact import as_fraction

    return as_fraction(node) == 1


def _is_nothing(length: Any) -> bool:
    return length == 0.0 or getattr(length, "numerator", None) == 0


def _words(method: Method) -> str:
    if method.is_newton:
        return "Newton's method"
    return "gradient descent" if _is_zero(method.momentum) else "gradient descent with momentum"


def _shown(bound: Any) -> Node:
    from mathcli.solving.numbers import decimal_node

    return bound.exact if bound.exact is not None else decimal_node(bound, _DIGITS)


TOPIC = Descend
