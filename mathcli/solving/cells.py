"""Signs of expressions in parameters, by cases: a sign that decides and is not known splits the case in three.

A cell is a set of parameters in which the signs of some irreducible polynomials are known. What is 0 and can be solved
for a parameter, without dividing by what may be 0, is put in, so that the case is looked at anew without it. An
expression that is no polynomial, such as log a or pi, counts as a parameter of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from mathcli.algebra import rational
from mathcli.algebra.conditions import merged
from mathcli.algebra.exact import as_fraction
from mathcli.algebra.exact import sign as sign_of_constant
from mathcli.algebra.raising import length
from mathcli.algebra.ranges import value_range
from mathcli.algebra.rings import Polynomial, Ring
from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    Constant,
    Equation,
    IndexedSum,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    walk,
)

Conditions = tuple[Node, ...]
Result = TypeVar("Result")
_MOST_CASES = 60
_MOST_SIGNS = 7


class OpenSignError(Exception):
    """Inside the work by cases only: the sign of `u` decides, and it is not known in this cell."""

    def __init__(self, u: Node) -> None:
        super().__init__(u)
        self.u = u


class ImpossibleError(Exception):
    """Inside the work by cases only: what is known of the parameters holds for none."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of the parameters.

    signs    of irreducible polynomials whose first term has no minus
    facts    further polynomials with their signs, that say something of signs not known yet
    values   parameters that were put in, in this order
    """

    signs: tuple[tuple[Node, int], ...] = ()
    facts: tuple[tuple[Node, int], ...] = ()
    values: tuple[tuple[Name, Node], ...] = ()

    def put_in(self, node: Node) -> Node:
        """The tree with the values of this cell for its parameters."""
        for name, value in self.values:
            node = node.substitute({name: value})
        return node

    def sign(self, node: Node) -> int:
        """Return the sign of an expression in the parameters.

        Raises:
            OpenSignError: it depends on a sign that is not known.
            NotCoveredError: it is no rational function of parameters.
        """
        found = self.known_sign(node)
        if isinstance(found, Node):
            raise OpenSignError(found)
        return found

    def known_sign(self, node: Node) -> int | Node:
        """The sign, or the first polynomial whose sign decides and is not known."""
        if not node.names:
            by = sign_of_constant(node)
            if by is None:
                raise NotCoveredError("the sign of a constant could not be decided")
            return by
        way = 1
        unknown: Node | None = None
        for u, multiplicity in irreducible(node):
            by = self._of_irreducible(u)
            if by == 0:
                return 0
            if by is None:
                unknown = u if unknown is None else min(unknown, u, key=_order)
            elif by < 0 and multiplicity % 2:
                way = -way
        return way if unknown is None else unknown

    def _of_irreducible(self, u: Node) -> int | None:
        if not u.names:
            return sign_of_constant(u)
        for known, by in self.signs:
            if known is u:
                return by
        values = value_range(u)
        if values.is_positive or values.is_negative:
            return 1 if values.is_positive else -1
        match u:
            case Power(base, exponent) if not isinstance(exponent, Number) and self.known_sign(base) == 1:
                return 1
            case Call("sqrt" | "cbrt" | "root", (base, *_), 0):
                within = self.known_sign(base)
                return None if isinstance(within, Node) else within
        return self._by_terms(u)

    def _by_terms(self, u: Node) -> int | None:
        """The sign of a sum whose terms pull the same way."""
        signs = [self._of_term(term) for term in (u.terms if isinstance(u, Sum) else (u,))]
        for way in (1, -1):
            if all(low is not None and (low == 0 or low == way) for low, _ in signs) and any(
                low == way and is_strict for low, is_strict in signs
            ):
                return way
        return 0 if all(pair == (0, True) for pair in signs) else None

    def _of_term(self, term: Node) -> tuple[int | None, bool]:
        """(sign, whether it is certainly not 0; for the sign 0: whether it is 0)."""
        match term:
            case Negative(operand):
                low, is_strict = self._of_term(operand)
                return (None if low is None else -low), is_strict
            case Product(factors):
                way, is_all_strict = 1, True
                for factor in factors:
                    low, is_strict = self._of_term(factor)
                    if low is None:
                        return None, False
                    if low == 0:
                        return 0, True
                    way, is_all_strict = way * low, is_all_strict and is_strict
                return way, is_all_strict
            case Power(base, Number(n, 0)) if n > 0:
                low, is_strict = self._of_term(base)
                if n % 2:
                    return low, is_strict
                return (0, True) if low == 0 else (1, low is not None and is_strict)
        known = next((by for u, by in self.signs if u is term), None)
        if known is not None:
            return known, True
        values = value_range(term)
        if values.is_zero:
            return 0, True
        if values.is_positive or values.is_negative:
            return (1 if values.is_positive else -1), True
        return (1, False) if values.is_non_negative else (None, False)

    # -- splitting ----------------------------------------------------------------------------------------------------

    def with_sign(self, u: Node, by: int) -> tuple[Cell, Node]:
        """Return the cell in which u has this sign too, and the condition that says so.

        Raises:
            ImpossibleError: it contradicts what is known.
        """
        if by:
            values = value_range(u)
            if (by < 0 and values.is_non_negative) or (by > 0 and (-values).is_non_negative):
                raise ImpossibleError
            return replace(self, signs=(*self.signs, (u, by)))._settled(), relation(u, {by})
        solved = self._solved(u)
        if not solved:
            return replace(self, signs=(*self.signs, (u, 0)))._settled(), relation(u, {0})
        cell = self
        for name, value in solved:
            cell = cell._with_value(name, value)
        (name, value), *others = solved
        plain = relation(u, {0})
        is_short = not others and not isinstance(value, Quotient) and isinstance(u, Sum) and len(u.terms) > 2
        return cell, Equation(name, value) if is_short else plain

    def _solved(self, u: Node) -> list[tuple[Name, Node]]:
        """u = 0 solved for a parameter that stands in it once, with a coefficient that is not 0."""
        names = sorted((n for n in u.names if n.name.isidentifier()), key=lambda name: name.name)
        terms = u.terms if isinstance(u, Sum) else (u,)
        if len(terms) > 1 and all(self._of_term(term)[0] == 1 for term in terms):
            return [(term.base, ZERO) for term in terms if isinstance(term, Power) and isinstance(term.base, Name)]
        ring = Ring(tuple(names))
        fraction = ring.fraction(u)
        if fraction is None:
            return []
        for k in range(len(names) - 1, -1, -1):
            parts = _by_powers(fraction[0], k)
            if max(parts) != 1:
                continue
            coefficient = ring.tree(ring.context.from_dict(parts[1]))
            if self.known_sign(coefficient) in (1, -1):
                rest = ring.tree(ring.context.from_dict(parts.get(0, {})))
                return [(names[k], rational.factored(Quotient(Negative(rest), coefficient)))]
        return []

    def _with_value(self, name: Name, value: Node) -> Cell:
        facts = tuple((u.substitute({name: value}), by) for u, by in (*self.signs, *self.facts))
        return Cell((), facts, (*self.values, (name, value)))._settled()

    def _settled(self) -> Cell:
        """The facts worked into signs as far as they go."""
        cell, facts = replace(self, facts=()), list(self.facts)
        is_moving = True
        while is_moving:
            is_moving, open_facts = False, []
            for u, by in facts:
                learnt = cell._learnt(u, by)
                if learnt is None:
                    open_facts.append((u, by))
                elif learnt is not cell:
                    cell, is_moving = learnt, True
            facts = open_facts
        cell._check_bounds()
        return replace(cell, facts=tuple(facts))

    def _check_bounds(self) -> None:
        """Refuse a cell in which a letter lies above one number and below a smaller one.

        Raises:
            ImpossibleError: it does.
        """
        bounds: dict[Name, dict[int, list[Fraction]]] = {}
        for u, by in self.signs:
            match u:
                case Name():
                    bounds.setdefault(u, {}).setdefault(by, []).append(Fraction(0))
                case Sum((Name() as name, rest)) if (value := as_fraction(rest)) is not None:
                    bounds.setdefault(name, {}).setdefault(by, []).append(-value)
        for ends in bounds.values():
            if 1 in ends and -1 in ends and max(ends[1]) >= min(ends[-1]):
                raise ImpossibleError

    def _learnt(self, u: Node, by: int) -> Cell | None:
        """The cell with what a fact says; itself where it says nothing new; None where that is still open."""
        way = 1
        unknown: list[tuple[Node, int]] = []
        for factor, multiplicity in irreducible(u) if u.names else ((u, 1),):
            known = self._of_irreducible(factor)
            if known is None:
                unknown.append((factor, multiplicity))
            elif known == 0:
                if by:
                    raise ImpossibleError
                return self
            elif known < 0 and multiplicity % 2:
                way = -way
        if not unknown:
            if way != by:
                raise ImpossibleError
            return self
        if by == 0 or len(unknown) > 1 or unknown[0][1] % 2 == 0:
            return None
        return replace(self, signs=(*self.signs, (unknown[0][0], way * by)))


def by_cases(analyse: Callable[[Cell], Result]) -> tuple[tuple[Conditions, Result], ...]:
    """Return what is said in each case, with its conditions; cases of which the same is said are put together.

    Raises:
        NotCoveredError: there are too many cases.
    """
    found = [(_tidied(merged(where)), result) for where, result in _by_cases(analyse, Cell(), _MOST_SIGNS)]
    if len(found) > _MOST_CASES:
        raise NotCoveredError("there are too many cases", hint="put numbers in for some of the parameters")
    return tuple(found)


def _tidied(where: Conditions) -> Conditions:
    """Conditions in the order of their letters, without those that follow from the others."""
    values = _values(where)
    where = tuple(_with_values(c, values) for c in where)
    kept = list(dict.fromkeys(where))
    for condition in where:
        others = [other for other in kept if other is not condition]
        if isinstance(condition, Relation) and _follows(condition, others):
            kept = others
    return tuple(sorted(kept, key=lambda c: (len(c.names), sorted(name.name for name in c.names))))


def _values(conditions: Iterable[Node]) -> dict[Node, Node]:
    return {c.left: c.right for c in conditions if isinstance(c, Equation) and isinstance(c.left, Name)}


def _with_values(condition: Node, values: Mapping[Node, Node]) -> Node:
    """A condition with what other letters are put in, where it stays one on an irreducible polynomial."""
    if not isinstance(condition, Relation | Equation) or (isinstance(condition, Equation) and condition.left in values):
        return condition
    u = condition.left if isinstance(condition, Equation) else _difference(condition)
    if not u.names & values.keys() or len(getattr(condition, "signs", "=")) != 1:
        return condition
    factors = [(v, m) for v, m in irreducible(u.substitute(values)) if v.names]
    if len(factors) != 1:
        return condition
    ((factor, multiplicity),) = factors
    here, there = (Cell(((factor, 1),)).known_sign(node) for node in (factor, u.substitute(values)))
    if here != 1 or not isinstance(there, int) or multiplicity % 2 == 0:
        return condition
    sign = condition.signs[0] if isinstance(condition, Relation) else "="
    return relation(factor, {there * by for by in ALLOWED[sign]})


def _follows(condition: Relation, others: list[Node]) -> bool:
    u, sign = _difference(condition), condition.signs
    values = _values(others)
    signs = [
        (_difference(other), {">": 1, "<": -1}[other.signs[0]])
        for other in others
        if isinstance(other, Relation) and other.signs in ((">",), ("<",))
    ]
    if len(sign) != 1:
        return False
    try:
        found = Cell(tuple(signs)).known_sign(u.substitute(values))
    except NotCoveredError:
        return False
    return not isinstance(found, Node) and found in ALLOWED[sign[0]]


ALLOWED = {"=": (0,), ">": (1,), "<": (-1,), ">=": (0, 1), "<=": (0, -1), "!=": (1, -1)}
"""By sign of a relation: the signs that the difference of its sides may have."""


def _difference(condition: Relation) -> Node:
    left, right = condition.sides[:2]
    return left if right is ZERO else rational.expanded(Sum.of(left, Negative(right)))


def _by_cases(analyse: Callable[[Cell], Result], cell: Cell, most: int) -> list[tuple[Conditions, Result]]:
    try:
        return [((), analyse(cell))]
    except OpenSignError as open_sign:
        u = open_sign.u
    except ImpossibleError:
        return []
    if most == 0:
        raise NotCoveredError("there are too many cases", hint="put numbers in for some of the parameters")
    branches: dict[int, list[tuple[Conditions, Result]]] = {}
    said: dict[int, Node] = {}
    for by in (1, -1, 0):
        try:
            inner, said[by] = cell.with_sign(u, by)
        except ImpossibleError:
            continue
        branches[by] = _by_cases(analyse, inner, most - 1)
    return list(_merged(u, branches, said))


def _merged(
    u: Node, branches: dict[int, list[tuple[Conditions, Result]]], said: Mapping[int, Node]
) -> Iterable[tuple[Conditions, Result]]:
    """The cases of all branches; those that say the same under several signs, once."""
    groups: list[tuple[set[int], list[tuple[Conditions, Result]]]] = []
    for by, cases in branches.items():
        for signs, others in groups:
            if others == cases:
                signs.add(by)
                break
        else:
            groups.append(({by}, cases))
    for signs, cases in groups:
        for conditions, result in cases:
            if signs == set(branches):
                yield conditions, result
            else:
                first = said[next(iter(signs))] if len(signs) == 1 else relation(u, signs)
                yield (first, *conditions), result


_SIGNS = {
    frozenset((1,)): ">",
    frozenset((-1,)): "<",
    frozenset((0,)): "=",
    frozenset((1, 0)): ">=",
    frozenset((-1, 0)): "<=",
    frozenset((1, -1)): "!=",
}


def relation(u: Node, signs: Iterable[int]) -> Node:
    """Return the relation that says which signs u may have: a > b for a - b, p < 1 for p - 1."""
    sign = _SIGNS[frozenset(signs)]
    left: Node = u
    right: Node = ZERO
    match u:
        case Sum((Name() as first, Negative(second))) if isinstance(second, Name | Number):
            left, right = first, second
        case Sum((Name() as first, Number() as second)):
            left, right = first, Negative(second)
    return Equation(left, right) if sign == "=" else Relation((left, right), (sign,))


def irreducible(node: Node) -> tuple[tuple[Node, int], ...]:
    """Return the irreducible factors of numerator and denominator, a -1 among them where their signs ask for it.

    Raises:
        NotCoveredError: the tree is no rational function.
    """
    letters = Letters()
    ring = Ring(tuple(sorted(letters.hidden(node).names, key=lambda name: name.name)))
    fraction = ring.fraction(letters.hidden(node))
    if fraction is None:
        raise NotCoveredError("the sign of an expression in the parameters could not be decided")
    if fraction[0] == 0:
        return ((ZERO, 1),)
    parts: list[tuple[Node, int]] = []
    way = 1
    for polynomial in fraction:
        constant, factors = polynomial.factor()
        way = way if int(constant) > 0 else -way
        for factor, multiplicity in factors:
            tree = ring.tree(factor)
            if isinstance(tree, Negative) or (isinstance(tree, Sum) and isinstance(tree.terms[0], Negative)):
                tree = ring.tree(-factor)
                way = -way if multiplicity % 2 else way
            parts.append((letters.shown(tree), int(multiplicity)))
    return (*parts, *(((Negative(ONE), 1),) if way < 0 else ()))


class Letters:
    """Letters for what is no rational function of names: log a, pi, e^a."""

    __slots__ = ("parts",)

    def __init__(self) -> None:
        self.parts: dict[Node, Name] = {}

    def hidden(self, node: Node, x: Name | None = None) -> Node:
        """The tree with a letter for each such part without x in it."""
        made: dict[Node, Node] = {}
        for part in walk(node):
            if (x is None or x not in part.names) and _is_of_its_own(part):
                made[part] = self._letter(part)
                continue
            children = part.children()
            fresh = tuple([made[child] for child in children])
            made[part] = part.rebuilt(fresh) if fresh != children else part
        return made[node]

    def shown(self, node: Node) -> Node:
        """The tree with what the letters stand for."""
        return node.substitute({letter: part for part, letter in self.parts.items()})

    def _letter(self, part: Node) -> Name:
        return self.parts.setdefault(part, Name(f"c{len(self.parts)}#"))


def _is_of_its_own(part: Node) -> bool:
    match part:
        case Power(_, Number(_, 0)) | Name() | Number() | Sum() | Product() | Negative() | Quotient():
            return False
        case Power(_, Negative(Number(_, 0))):
            return False
        case Call() | Constant() | Power() | IndexedSum():
            return True
    return bool(part.names)


def _order(u: Node) -> tuple[int, int, tuple[str, ...]]:
    return len(u.names), length(u), tuple(sorted(name.name for name in u.names))


def _by_powers(polynomial: Polynomial, k: int) -> dict[int, dict[tuple[int, ...], int]]:
    """The coefficients of the powers of the k-th name, as polynomials in the same names."""
    parts: dict[int, dict[tuple[int, ...], int]] = {}
    for monomial, coefficient in polynomial.terms():
        exponents = [int(e) for e in monomial]
        degree, exponents[k] = exponents[k], 0
        parts.setdefault(degree, {})[tuple(exponents)] = int(coefficient)
    return parts
