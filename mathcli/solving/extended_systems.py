"""Systems whose equations are polynomials in the unknowns and in functions of them: e^x, sin x, log x, roots, |u|.

Every such function becomes an unknown of its own with what is known of it as a further equation: s^2 + c^2 = 1, r^2 =
u, r >= 0, t > 0. The polynomial system is solved with proof, and its solutions are taken back: a root has to have its
sign, e^x has to be positive, an angle repeats. This decides everything where no unknown stands both inside and
outside of e, sin or log; otherwise this road is not taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flint import fmpq

from mathcli.algebra import exact as exactly
from mathcli.algebra.algebraic_points import AlgebraicPoint
from mathcli.algebra.atoms import is_easy
from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.field import Atom, Field, Fraction
from mathcli.algebra.raising import exponent_tree
from mathcli.algebra.rational import agree, normal_form
from mathcli.algebra.rings import Ring
from mathcli.algebra.varieties import Continuum, Variety, key, variety
from mathcli.solving.feasibility import difference
from mathcli.solving.real_points import RealPoint, algebraic_bound
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import ONE, PI, TWO, Call, E, Name, Negative, Node, Power, Product, Quotient, Sum, integer

_BY_RELATION = ("root", "abs")
_INVERTIBLE = ("exp", "log", "cos", "sin")


class Period(NamedTuple):
    """One solution that repeats: `point` is one of them, and each coordinate may be moved by whole multiples."""

    point: RealPoint
    periods: tuple[Node | None, ...]


class Curve(NamedTuple):
    """Solutions that are not isolated: all that satisfies the equations; `witness` is one of them."""

    equations: tuple[Node, ...]
    dimension: int
    witness: RealPoint | None


class Extended(NamedTuple):
    """What this road found. `open` is said of what was not decided."""

    points: tuple[RealPoint, ...]
    families: tuple[Period, ...]
    continua: tuple[Curve, ...]
    open: tuple[tuple[Node, ...], ...]
    functions: int


class _Unknowns(NamedTuple):
    """The names, then the functions, each as an unknown of a ring; `atoms` by the place of theirs."""

    names: tuple[Name, ...]
    atoms: tuple[Atom, ...]
    ring: Ring
    field: Field

    def places(self) -> dict[int, int]:
        found = {atom.index: len(self.names) + k for k, atom in enumerate(self.atoms)}
        for atom in self.field.atoms:
            if atom.kind == "name" and atom.shown in self.names:
                found[atom.index] = self.names.index(atom.shown)
        return found

    def place(self, atom: Atom) -> int:
        return len(self.names) + self.atoms.index(atom)


def extended_solutions(equations: Sequence[Node], names: Sequence[Name], budget: Budget) -> Extended | None:
    """Return the real solutions of `equations`, each `= 0`; None where they are not of this kind."""
    field = Field()
    forms = _forms(equations, field)
    if forms is None:
        return None
    products = [_without_constant_sign(field, form.num) for form in forms]
    unknowns = _unknowns(tuple(names), products, field)
    if unknowns is None or not _is_invertible(unknowns, products):
        return None
    places = unknowns.places()
    polynomials = [unknowns.ring.renamed(p, places) for factors in products for p in [_product(field, factors)]]
    relations = [unknowns.ring.renamed(p, places) for p in _relations(unknowns)]
    hidden = _hidden_names(unknowns)
    gens = unknowns.ring.gens
    found = variety([*polynomials, *relations, *(gens[names.index(x)] for x in hidden)], budget)
    return _taken_back(found, unknowns, hidden)


def _forms(equations: Sequence[Node], field: Field) -> list[Fraction] | None:
    """The normal forms of all equations; taken twice, since a later one may bring a finer base of e^x."""
    for _ in range(2):
        forms = [normal_form(equation, field=field) for equation in equations]
    found = [form for form in forms if form is not None]
    return found if len(found) == len(forms) else None


def _product(field: Field, factors: Sequence[Any]) -> Any:
    total = field.context.constant(1)
    for factor in factors:
        total = total * field.lifted(factor)
    return total


def _without_constant_sign(field: Field, numerator: Any) -> list[Any]:
    """The factors of a numerator without those that are nowhere 0; [0] for the numerator 0."""
    numerator = field.lifted(numerator)
    if numerator.is_zero():
        return [numerator]
    factors = [f for f, _ in numerator.factor()[1]] if is_easy(numerator) else [numerator]
    return [f for f in factors if not _never_vanishes(field, f)]


def _never_vanishes(field: Field, factor: Any) -> bool:
    """Whether all terms have one sign and one of them is never 0: 1 + e^x, x^2 + e^y."""
    signs = set()
    is_apart = False
    for monomial, coefficient in factor.terms():
        signs.add(coefficient > 0)
        parts = [(field.atoms[k], e) for k, e in enumerate(monomial) if e]
        if any(e % 2 and not _is_not_negative(atom) for atom, e in parts):
            return False
        is_apart |= all(atom.kind in ("exp", "pi") for atom, _ in parts)
    return len(signs) == 1 and is_apart


def _is_not_negative(atom: Atom) -> bool:
    return atom.kind in ("exp", "pi", "abs") or (atom.kind == "root" and atom.order % 2 == 0)


def _unknowns(names: tuple[Name, ...], products: Sequence[Sequence[Any]], field: Field) -> _Unknowns | None:
    """The unknowns that the equations are polynomials in, functions inside functions too; None for other functions."""
    waiting = {k for factors in products for f in factors for k in field.indices(field.lifted(f))}
    chosen: list[Atom] = []
    seen: set[int] = set()
    while waiting:
        index = min(waiting)
        waiting.discard(index)
        seen.add(index)
        atom = field.atoms[index]
        if atom.kind == "name":
            if atom.shown not in names:
                return None
            continue
        if atom.kind in _BY_RELATION:
            waiting |= set(field.indices(field.lifted(atom.data[0]))) - seen
        elif atom.kind in ("sin", "cos"):
            waiting |= {atom.data[1]} - seen
        elif atom.kind not in _INVERTIBLE:
            return None
        chosen.append(atom)
    stand_ins = tuple(Name(f"unknown_{k}") for k in range(len(chosen)))
    return _Unknowns(names, tuple(chosen), Ring((*names, *stand_ins)), field)


def _is_invertible(unknowns: _Unknowns, products: Sequence[Sequence[Any]]) -> bool:
    """Whether each unknown stands either in the open or inside of one function that can be undone."""
    field = unknowns.field
    parts = [f for factors in products for f in factors]
    parts += [atom.data[0] for atom in unknowns.atoms if atom.kind in _BY_RELATION]
    in_the_open = {field.atoms[k].shown for p in parts for k in field.indices(field.lifted(p))}
    inside: dict[Name, set[object]] = {}
    for atom in unknowns.atoms:
        if atom.kind in _BY_RELATION:
            continue
        argument = _multiple_of_name(atom)
        if argument is None or argument[0] in in_the_open:
            return False
        inside.setdefault(argument[0], set()).add(atom.key[1] if atom.kind not in ("sin", "cos") else "angle")  # type: ignore[index]
    return all(len(functions) == 1 for functions in inside.values())


def _multiple_of_name(atom: Atom) -> tuple[Name, Node] | None:
    """(x, c) where the function's argument is c·x with a rational c."""
    argument = atom.data if atom.kind == "log" else atom.data[0]
    if not isinstance(argument, Fraction) or not argument.den.is_constant() or len(argument.num) != 1:
        return None
    indices = argument.field.indices(argument.num)
    if len(indices) != 1 or argument.num.total_degree() != 1:
        return None
    name = argument.field.atoms[indices[0]]
    if name.kind != "name":
        return None
    return name.shown, number(fmpq(argument.num.leading_coefficient(), argument.den.leading_coefficient()))


def _relations(unknowns: _Unknowns) -> list[Any]:
    field = unknowns.field
    found = []
    for atom in unknowns.atoms:
        own = field.gens[atom.index]
        if atom.kind in _BY_RELATION:
            found.append(own**atom.order - field.lifted(atom.data[0]))
        elif atom.kind == "cos":
            found.append(own**2 + field.gens[atom.data[1]] ** 2 - 1)
    return found


def _hidden_names(unknowns: _Unknowns) -> list[Name]:
    """The names that stand inside of functions only: their own unknowns say nothing and are held at 0."""
    inside = [_multiple_of_name(atom) for atom in unknowns.atoms if atom.kind not in _BY_RELATION]
    return list(dict.fromkeys(found[0] for found in inside if found is not None))


# taking the solutions back


def _taken_back(found: Variety, unknowns: _Unknowns, hidden: list[Name]) -> Extended | None:
    points: list[RealPoint] = []
    families: list[Period] = []
    for point in found.points:
        if not _is_admissible(point, unknowns):
            continue
        real, periods = _real_point(point, unknowns, hidden)
        if any(periods):
            families.append(Period(real, periods))
        else:
            points.append(real)
    curves: list[Curve] = []
    for continuum in found.continua:
        curve = _curve(continuum, unknowns, hidden)
        if curve is None:
            return None
        curves.extend(_apart(curve, unknowns.names))
    if unknowns.atoms and found.open:
        return None
    unsolved = tuple(tuple(unknowns.ring.tree(p) for p in branch) for branch in found.open)
    return Extended(tuple(points), tuple(families), tuple(curves), unsolved, len(unknowns.atoms))


def _curve(continuum: Continuum, unknowns: _Unknowns, hidden: list[Name]) -> Curve | None:
    """A curve in terms of the names; None where the point that is known on it does not have the signs of roots."""
    witness = continuum.witness
    if witness is None or not _is_admissible(witness, unknowns):
        return None
    places = unknowns.places()
    ring = unknowns.ring
    implied = {key(ring.renamed(p, places)) for p in _relations(unknowns)} | {
        key(ring.gens[unknowns.names.index(x)]) for x in hidden
    }
    stand_ins = ring.names[len(unknowns.names) :]
    functions: dict[Node, Node] = {
        name: function_tree(unknowns.field, atom) for name, atom in zip(stand_ins, unknowns.atoms, strict=True)
    }
    equations = [ring.tree(p) for p in continuum.equations if not {key(p), key(-p)} & implied]
    point, _ = _real_point(witness, unknowns, hidden)
    shown: list[Node] = []
    for equation in (_without_root(e.substitute(functions)) for e in equations):
        if not any(agree(equation, known) or agree(equation, Negative(known)) for known in shown):
            shown.append(equation)
    return Curve(tuple(shown), continuum.dimension, point)


def _apart(curve: Curve, names: tuple[Name, ...]) -> list[Curve]:
    """The parallel parts of a curve that is said by one equation in one unknown: y = sqrt 2 and y = -sqrt 2."""
    (equation, *more) = curve.equations or (ONE,)
    if more or len(equation.names) != 1 or curve.witness is None:
        return [curve]
    (x,) = equation.names
    fraction = Ring((x,)).fraction(equation)
    if fraction is None or fraction[0].total_degree() < 2:
        return [curve]
    found = variety([fraction[0]], Budget())
    roots = [point.exact(point.coordinates[0]) for point in found.points]
    if not found.is_complete or None in roots:
        return [curve]
    place = names.index(x)
    parts: list[Curve] = []
    for point, root in zip(found.points, roots, strict=True):
        assert root is not None
        bounds = list(curve.witness.bounds)
        bounds[place] = algebraic_bound(point, point.coordinates[0])
        parts.append(Curve((difference(x, root),), curve.dimension, RealPoint(names, bounds)))
    return parts


def _without_root(u: Node) -> Node:
    """What is 0 just where u is: the radicand of a root, the inside of an absolute value."""
    match u:
        case Call("sqrt" | "cbrt" | "root" | "abs", (inner, *_), 0):
            return inner
    return u


def function_tree(field: Field, atom: Atom) -> Node:
    """Return the tree of a function that is an atom of a field."""
    match atom.kind:
        case "root":
            inner = exponent_tree(field, Fraction(field, field.lifted(atom.data[0]), field.unit))
            name = {2: "sqrt", 3: "cbrt"}.get(atom.order)
            return Call(name, (inner,)) if name else Call("root", (inner, integer(atom.order)))
        case "abs":
            return Call("abs", (exponent_tree(field, atom.data[1]),))
        case "log":
            return Call("log", (exponent_tree(field, atom.data),))
        case "exp":
            return Power(E, exponent_tree(field, atom.data[0]))
    return Call(atom.kind, (exponent_tree(field, atom.data[0]),))


def _is_admissible(point: AlgebraicPoint, unknowns: _Unknowns) -> bool:
    for atom in unknowns.atoms:
        sign = point.sign(point.coordinates[unknowns.place(atom)])
        if (atom.kind == "exp" and sign <= 0) or (_is_not_negative(atom) and sign < 0):
            return False
    return True


def _real_point(
    point: AlgebraicPoint, unknowns: _Unknowns, hidden: list[Name]
) -> tuple[RealPoint, tuple[Node | None, ...]]:
    if not hidden:
        return RealPoint.of(unknowns.names, point), (None,) * len(unknowns.names)
    bounds: dict[Name, Bound] = {}
    periods: dict[Name, Node] = {}
    for atom in unknowns.atoms:
        found = _multiple_of_name(atom) if atom.kind in _INVERTIBLE else None
        if found is None or atom.kind == "sin":
            continue
        name, factor = found
        value = point.coordinates[unknowns.place(atom)]
        if atom.kind == "cos":
            sine = unknowns.field.atoms[atom.data[1]]
            angle = _angle(point, value, point.coordinates[unknowns.place(sine)])
            bounds[name] = _over(angle, factor)
            periods[name] = exactly.shortest(_quotient(Product.of(TWO, PI), factor))
        else:
            bounds[name] = _undone(atom.kind, algebraic_bound(point, value), factor)
    for k, name in enumerate(unknowns.names):
        if name not in bounds:
            bounds[name] = algebraic_bound(point, point.coordinates[k])
    real = RealPoint(unknowns.names, [bounds[name] for name in unknowns.names])
    return real, tuple(periods.get(name) for name in unknowns.names)


def _quotient(node: Node, factor: Node) -> Node:
    return node if factor is ONE else Quotient(node, factor)


def _undone(kind: str, value: Bound, factor: Node) -> Bound:
    """The x with e^(c x) = value, or with log(c x) = value."""

    def inverse(node: Node) -> Node:
        return Call("log", (node,)) if kind == "exp" else Power(E, node)

    if value.exact is not None:
        return Bound.of(exactly.shortest(_quotient(inverse(value.exact), factor)))
    stand_in = Name("t")
    return _of_bound(_quotient(inverse(stand_in), factor), {stand_in: value})


def _over(bound: Bound, factor: Node) -> Bound:
    if factor is ONE:
        return bound
    if bound.exact is not None:
        return Bound.of(exactly.shortest(Quotient(bound.exact, factor)))
    stand_in = Name("t")
    return _of_bound(Quotient(stand_in, factor), {stand_in: bound})


def _of_bound(node: Node, values: dict[Name, Bound]) -> Bound:
    """A function of numbers that have no exact form, as a number that is enclosed."""
    point = RealPoint(tuple(values), tuple(values.values()))
    found = point.value(node)
    assert found is not None, "the functions that are undone are defined where they are undone"
    return found


def _angle(point: AlgebraicPoint, cosine: Any, sine: Any) -> Bound:
    """The angle in (-π, π] with this cosine and sine: a multiple of π where it is one, else by the arctangent."""
    c, s = algebraic_bound(point, cosine), algebraic_bound(point, sine)
    for parts in (12, 10):
        for k in range(1 - parts, parts + 1):
            angle = exactly.shortest(Quotient(Product.of(integer(k), PI), integer(parts))) if k else integer(0)
            if _agrees("cos", angle, c) and _agrees("sin", angle, s):
                return Bound.of(angle)
    cosine_name, sine_name = Name("c"), Name("s")
    half = Product.of(TWO, Call("atan", (Quotient(sine_name, Sum.of(ONE, cosine_name)),)))
    if c.exact is not None and s.exact is not None:
        return Bound.of(half.substitute({cosine_name: c.exact, sine_name: s.exact}))
    return _of_bound(half, {cosine_name: c, sine_name: s})


def _agrees(function: str, angle: Node, value: Bound) -> bool:
    claimed = Call(function, (angle,))
    ball = enclose(claimed, {})
    if ball is None or not ball.overlaps(value.ball()):
        return False
    return value.exact is not None and exactly.is_zero(Sum.of(claimed, Negative(value.exact))) is True
