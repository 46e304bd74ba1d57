"""What is right: the value of everything that a line may speak of, by the rules and proved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mathcli.algebra.budget import Budget
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.algebra.exact import evaluated
from mathcli.algebra.verdict import Verdict
from mathcli.calculus.derivation import Derivation
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.vectors import total
from mathcli.calculus.verification import verify
from mathcli.checking.claims import Target
from mathcli.checking.distances import Level, Path
from mathcli.checking.notation import Notation, UnknownLetterError, vector_value
from mathcli.checking.tasks import Task
from mathcli.errors import UndecidedError
from mathcli.syntax.parser import read
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Equation,
    IndexedSum,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Sum,
    Vector,
    integer,
    rewrite,
)

_CONSTRAINTS = frozenset(("F", "G", "g", "h", "phi", "φ"))
"""What the function on the left of the constraint F = 0 is called."""


class Right(NamedTuple):
    """What a left side is worth, where: under these relations. `differentiated` is what the derivative is taken of.

    `shown` are lines of our own that say the same, as a textbook would write them on the way. What is only asked on a
    curve or surface (`is_on_curve`) may be written by its equation: x^2 for 1 - y^2.
    """

    value: Node
    of: str
    under: tuple[Node, ...] = ()
    variable: Name | None = None
    order: int = 1
    differentiated: Node | None = None
    is_proved: bool = True
    shown: tuple[Node, ...] = ()
    is_on_curve: bool = False


class Truths:
    """The right values for one task, each worked out when it is first asked for."""

    def __init__(self, task: Task, notation: Notation, curve: Path | Level | None, budget: Budget) -> None:
        self.task, self.notation, self.budget = task, notation, budget
        self.path = curve if isinstance(curve, Path) else None
        self.level = curve if isinstance(curve, Level) else None
        self._taken: dict[tuple[Node, Name], tuple[Derivation, bool]] = {}
        self.summands: list[str] = []

    def of(self, target: Target) -> tuple[Right, ...]:
        """Return what may stand on the right; more than one where a letter may mean several things.

        Raises:
            UnknownLetterError: the line speaks of a function that nobody has named.
            NoAnswerError: the value cannot be worked out.
        """
        match target.kind:
            case "dot" | "square" | "norm" | "projection":
                return (Right(self.notation.quantity(target), "projection"),)
            case "sum":
                return (Right(self._sum(), "projection"),)
            case "gradient":
                return (self._gradient(target),)
            case "value":
                return self._values(target)
        if self.level is not None:
            return self._along(target, self.level)
        return tuple(self._derivative(target, body) for body in self._bodies(target))

    def _along(self, target: Target, level: Level) -> tuple[Right, ...]:
        """A derivative in a problem on a curve F = 0: of y it is -F_x/F_y, and of D also along the curve."""
        x, y = level.names[:2]
        is_along = len(level.names) == 2 and target.by == (x.name,) and not target.at and len(level.functions) == 1
        if is_along and target.function == y.name:
            return (Right(level.slope, "derivative", is_on_curve=True),)
        bodies = self._bodies(target)
        found = [self._derivative(target, body) for body in bodies if set(target.by) <= {n.name for n in body[1]}]
        if is_along:
            for f, _ in bodies:
                by_x, by_y = (self.taken(f, name)[0].result for name in (x, y))
                whole = by_x if by_y is ZERO else Sum.of(by_x, Product.of(by_y, level.slope))
                right = Right(whole, "derivative", is_on_curve=True)
                found = [right, *found] if target.kind == "derivative" else [*found, right]
        for path in self.notation.parameters.values():
            own = [self._derivative(target._replace(by=(path.t.name,) * len(target.by)), body) for body in _along(path)]
            found = [*own, *found]
        if not found:
            raise UnknownLetterError(f"{target.function} is not given in terms of {', '.join(sorted(set(target.by)))}")
        return tuple(found)

    # -- functions and derivatives ------------------------------------------------------------------------------------

    def _bodies(self, target: Target) -> tuple[tuple[Node, tuple[Name, ...]], ...]:
        """What a function may stand for, with its variables."""
        definition = self.notation.definition(target.function)
        if definition is not None:
            if target.function in self.notation.own:
                return ((self.notation.value(definition.body), definition.parameters),)
            return ((counted(definition.body), definition.parameters),)
        if self.path is not None:
            t = (self.path.t,)
            if target.function.endswith("^2"):
                return ((self.path.squared, t),)
            return ((self.path.squared, t), (self.path.distance, t))
        if self.level is not None:
            names = self.level.names
            if target.function in _CONSTRAINTS and len(self.level.functions) == 1:
                return ((self.level.functions[0], names),)
            squared = (self.level.squared, names)
            return (squared,) if target.function.endswith("^2") else (squared, (self.level.distance, names))
        if self._is_free(target):
            return ((counted(self.task.problem), self.task.variables),)
        raise UnknownLetterError(f"this line speaks of {target.function}, and the problem gives {self._given()}")

    def _is_free(self, target: Target) -> bool:
        """Whether the name may be that of a function that the problem left without one: J_m, L_w."""
        is_nameless = self.task.functions >= {"f", "y"}
        is_usual = len(target.function) == 1 and (target.function.isupper() or target.function == "z")
        return is_nameless and is_usual and Name(target.function) not in self.task.problem.names

    def _given(self) -> str:
        names = sorted(self.task.functions, key=lambda name: (name != "f", name == "y", name))
        return f"{names[0]} only" if names else "no function of that name"

    def _derivative(self, target: Target, about: tuple[Node, tuple[Name, ...]]) -> Right:
        f, parameters = about
        names = tuple(map(Name, target.by))
        if not set(names) <= set(parameters):
            outer = self._by_a_part(target, f)
            if outer is not None:
                return outer
            if target.kind == "partial" or target.function not in self.notation.own or not set(names) <= f.names:
                raise UnknownLetterError(
                    f"{target.function} is not given in terms of {', '.join(sorted(set(target.by)))}"
                )
        under: list[Node] = []
        is_proved = True
        before = f
        derivation: Derivation | None = None
        for name in names:
            before = f
            derivation, is_right = self.taken(f, name)
            under.extend(derivative_domain(f, name))
            is_proved = is_proved and is_right
            f = derivation.result
        kind = "derivative" if len(parameters) < 2 else "partial"
        shown = (f,) if derivation is None else tuple(d for d in (derivation.raw, derivation.result) if d is not None)
        found = Right(
            f, kind, tuple(dict.fromkeys(under)), names[-1] if names else None, len(names), before, is_proved, shown
        )
        return found if not target.at else self._at(found, target.at, parameters)

    def _by_a_part(self, target: Target, f: Node) -> Right | None:
        """dy/du, where the student named u and y is a function of u alone."""
        if len(set(target.by)) > 1:
            return None
        value = self.notation.by_a_part(f, target.by[0], len(target.by))
        return None if value is None else Right(value, "derivative", domain(f))

    def taken(self, f: Node, x: Name) -> tuple[Derivation, bool]:
        """Return the derivation of df/dx and whether each step of it is proved."""
        known = self._taken.get((f, x))
        if known is None:
            derivation = differentiate(f, x)
            known = derivation, verify(derivation, budget=self.budget) is Verdict.PROVED
            self._taken[f, x] = known
        return known

    def _at(self, right: Right, text: str, parameters: tuple[Name, ...]) -> Right:
        """The value at a point, which is in the domain."""
        place = self.place(text, parameters)
        value = right.value.substitute(place)
        under = tuple(relation.substitute(place) for relation in right.under)
        return right._replace(value=evaluated(value), under=under, shown=(evaluated(value),), differentiated=None)

    def place(self, text: str, parameters: tuple[Name, ...]) -> dict[Node, Node]:
        """Return the point in f'(1) or f(1, 2).

        Raises:
            UndecidedError: it does not fit the variables.
        """
        point = read(text, kind="point").tree
        assert isinstance(point, Vector)
        entries = point.entries
        if len(entries) == 1 and isinstance(entries[0], Vector):
            entries = entries[0].entries
        if all(isinstance(entry, Equation) for entry in entries):
            return {entry.left: entry.right for entry in entries if isinstance(entry, Equation)}
        if len(entries) != len(parameters):
            raise UndecidedError(f"({text}) is no point for {', '.join(name.name for name in parameters)}")
        return {name: self.notation.value(entry) for name, entry in zip(parameters, entries, strict=True)}

    def _gradient(self, target: Target) -> Right:
        is_given = self.level is not None or self.notation.is_known(target.function) or self._is_free(target)
        if target.function and not is_given:
            raise UnknownLetterError(f"this line speaks of {target.function}, and the problem gives {self._given()}")
        names = self.task.variables
        f = self.task.problem if self.level is None else self._bodies(target)[0][0]
        entries: list[Node] = []
        under: list[Node] = []
        is_proved = True
        for name in names:
            derivation, is_right = self.taken(f, name)
            entries.append(derivation.result)
            under.extend(derivative_domain(f, name))
            is_proved = is_proved and is_right
        found = Right(Vector(tuple(entries)), "gradient", tuple(dict.fromkeys(under)), None, 1, f, is_proved)
        return found if not target.at else self._at(found, target.at, names)

    def _values(self, target: Target) -> tuple[Right, ...]:
        if self.path is not None and not self.notation.is_known(target.function):
            found = [Right(value, "distance") for value in self._of_distance(target, self.path)]
            return tuple(self._at(right, target.at, (self.path.t,)) if target.at else right for right in found)
        found = []
        for path in self.notation.parameters.values() if self.level is not None and not target.at else ():
            found += [Right(body, "distance", domain(body)) for body, _ in _along(path)]
        for body, parameters in self._bodies(target):
            if self.level is not None and target.at:
                parameters = self._coordinates(target.at, parameters, self.level)
            is_on_curve = self.level is not None and not target.at
            right = Right(body, self.task.of, domain(body), shown=(body,), is_on_curve=is_on_curve)
            found.append(self._at(right, target.at, parameters) if target.at else right)
        return tuple(found)

    @staticmethod
    def _coordinates(at: str, parameters: tuple[Name, ...], level: Level) -> tuple[Name, ...]:
        """The letters that a point is given for: all coordinates, or those that are left."""
        point = read(at, kind="point").tree
        return level.names if isinstance(point, Vector) and len(point.entries) == len(level.names) else parameters

    @staticmethod
    def _of_distance(target: Target, path: Path) -> tuple[Node, ...]:
        return (path.squared,) if target.function.endswith("^2") else (path.squared, path.distance)

    # -- vectors ------------------------------------------------------------------------------------------------------

    def _sum(self) -> Node:
        """The sum of the projections that are asked for, or that the student worked out."""
        first = next(iter(self.task.given))
        names = self.task.onto or tuple(dict.fromkeys(self.summands)) or tuple(n for n in self.task.given if n != first)
        vectors = [self.notation.quantity(Target("projection", first, (name,))) for name in names]
        return total([vector for vector in vectors if isinstance(vector, Vector)]).result


def _along(path: Path) -> tuple[tuple[Node, tuple[Name, ...]], ...]:
    """The squared distance along a path, and the distance, each with its letter."""
    return (path.squared, (path.t,)), (path.distance, (path.t,))


def counted(f: Node) -> Node:
    """Return f with sums of equal terms worked out: sum_(k=1)^x 1 is x, though its number of terms varies."""

    def product(part: Node) -> Node | None:
        match part:
            case IndexedSum(body, index, lower, upper) if index not in body.names and upper.names:
                count = upper if lower is ONE else Sum.of(upper, Negative(lower), ONE)
                return count if body is ONE else Product.of(count, body)
        return None

    return rewrite(f, product) if f.contains(IndexedSum) else f


def own_projection(target: Target, own: Mapping[Target, Node], notation: Notation) -> Node | None:
    """Return the projection as it follows from a student's own n.a and a.a, None where they wrote neither."""
    u, v = target.function, target.by[0]
    pairs = (Target("dot", u, (v,)), Target("dot", v, (u,)))
    product = next((own[pair] for pair in pairs if pair in own), None)
    square = own.get(Target("square", v, (v,)))
    norm = own.get(Target("norm", v, (v,)))
    if product is None and square is None and norm is None:
        return None
    if product is None:
        product = notation.quantity(pairs[0])
    if square is None:
        square = notation.quantity(Target("square", v, (v,))) if norm is None else Power(norm, integer(2))
    return vector_value(Product.of(Quotient(product, square), notation.vectors[v]))
