"""Sums and products over an index in normal forms, and what depends on an index: Kronecker deltas, cases.

A sum becomes a polynomial in atoms sum(monomial): what does not depend on the index stands in front, terms are summed
one by one, sums inside a term are drawn out into one sum over several indices, and a delta picks the term that it
names. The bound names of an atom are canonical, #0, #1, ..., in the order that makes its key the least, so that it
does not matter how a sum was written. That it has at least as many terms as upper - lower + 1 says, 0 or more, is
what a sum is taken to mean.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import permutations
from typing import Any, NamedTuple

import flint

from mathcli.algebra import atoms
from mathcli.algebra.field import Atom, Field, Fraction, NoFormError, Polynomial
from mathcli.syntax.families import indices_of
from mathcli.syntax.tree import Name, Node

_MOST_ORDERED = 3
"""Sums over more indices than this are not brought into a canonical order."""
_MOST_INDICES = 6


class Run(NamedTuple):
    """An index and the bounds between which it runs."""

    name: Name
    lower: Fraction
    upper: Fraction


def sum_of(body: Fraction, index: Name, lower: Fraction, upper: Fraction) -> Fraction:
    """Return the sum over the index with what does not depend on it taken out of each term."""
    field = body.field
    factors, outside = _by_dependence(field, body.den, index)
    over = Run(index, lower, upper)
    terms = []
    for above, below in _partial_fractions(field, body.num, factors):
        for dependent, coefficient in _split(field, above, index):
            term = _sum_of_term(field, dependent, field.lifted(below), over)
            terms.append(Fraction(field, field.lifted(coefficient), field.unit) * term)
    return field.total(terms) / Fraction(field, field.lifted(outside), field.unit)


def _partial_fractions(
    field: Field, above: Polynomial, factors: list[tuple[Polynomial, int]]
) -> list[tuple[Polynomial, Polynomial]]:
    """Write a numerator over powers of factors as a sum of remainders by one factor after the other.

    So x/(1 + x) is 1 - 1/(1 + x), and two sums that differ by such a step have the same form.
    """
    parts = [(field.lifted(above), field.unit)]
    for factor, exponent in factors:
        divided = []
        for numerator, below in parts:
            rest = field.lifted(numerator)
            for power in range(exponent, 0, -1):
                rest, remainder = divmod(rest, field.lifted(factor))
                if not remainder.is_zero():
                    divided.append((remainder, field.lifted(below) * field.lifted(factor) ** power))
            if not rest.is_zero():
                divided.append((rest, below))
        parts = divided
    return parts


def _sum_of_term(field: Field, monomial: Polynomial, below: Polynomial, over: Run) -> Fraction:
    """The sum of a monomial in what depends on the index, over what does."""
    for atom in _deltas(field, monomial, over.name):
        return _picked(field, monomial, below, atom, over)
    for atom in _steps(field, monomial, over):
        without = field.lifted(monomial) // field.gens[atom.index]
        return sum_of(field.quotient(without, field.lifted(below)), *over)
    term = field.quotient(field.lifted(monomial), field.lifted(below))
    if term.constant == 1:
        return over.upper - over.lower + field.one
    return _atom_of(term, [over])


def product_of(body: Fraction, index: Name, lower: Fraction, upper: Fraction) -> Fraction:
    """Return the product over the index as one atom."""
    field = body.field
    [(name, *_)], body = _renamed(field, body, [Run(index, lower, upper)], (0,))
    key = (name, field.key(body), field.key(lower), field.key(upper))
    names = (body.names - {name}) | lower.names | upper.names
    return field.fraction_of(field.atom("prod", key, names, (body, (Run(name, lower, upper),))))


def opened(field: Field, atom: Atom, copy: int = 0) -> tuple[Fraction, list[Run]]:
    """Return the body of a sum or product with names of its own for the indices, others for each copy of it."""
    known = field.opened.get((atom.index, copy))
    if known is None:
        body, ranges = atom.data
        fresh = [Run(Name(f"#t{atom.index}_{copy}_{k}"), *bounds) for k, (_, *bounds) in enumerate(ranges)]
        for (index, *_), (name, *_) in zip(ranges, fresh, strict=True):
            body = placed(body, index, _form_of_name(field, name))
        known = field.opened[atom.index, copy] = (body, fresh)
    return known


def summed(body: Fraction, ranges: Iterable[Run]) -> Fraction:
    """Return the sum over several indices, none of which bounds another."""
    for over in ranges:
        body = sum_of(body, *over)
    return body


# ---- one atom for a term ------------------------------------------------------------------------------------


def _atom_of(term: Fraction, ranges: list[Run]) -> Fraction:
    """The atom of a sum of one term: with sums drawn out of it, and its indices in order."""
    field = term.field
    term, ranges, was_flat = _drawn_out(term, ranges)
    if not was_flat:
        return summed(term, ranges) if _has_bare_index(term, ranges) else _canonical(field, term, ranges)
    return _canonical(field, term, ranges)


def _has_bare_index(term: Fraction, ranges: list[Run]) -> bool:
    """Whether one of the indices does not occur in the term any more."""
    return any(over.name not in term.names for over in ranges)


def _drawn_out(term: Fraction, ranges: list[Run]) -> tuple[Fraction, list[Run], bool]:
    """Write a product of sums as a sum over several indices: x_i sum_j y_ij is sum_j x_i y_ij."""
    field, was_flat = term.field, True
    copies: dict[int, int] = {}
    while field.draws_out and (
        term.den.is_one() or not any(field.atoms[k].kind == "sum" for k in field.indices(term.den))
    ):
        indices = {over.name for over in ranges}
        inner = next((atom for atom in field.atoms_of(term) if _may_be_drawn_out(field, atom, indices)), None)
        if inner is None or len(ranges) + len(inner.data[1]) > _MOST_INDICES:
            break
        copies[inner.index] = copies.get(inner.index, 0) + 1
        body, fresh = opened(field, inner, copies[inner.index])
        rest = Fraction(field, field.lifted(term.num) // field.gens[inner.index], field.lifted(term.den))
        term, ranges, was_flat = rest * body, [*ranges, *fresh], False
    return term, ranges, was_flat


def _may_be_drawn_out(field: Field, atom: Atom, indices: set[Name]) -> bool:
    if atom.kind != "sum" or indices.isdisjoint(atom.names):
        return False
    return all(indices.isdisjoint(lower.names | upper.names) for _, lower, upper in atom.data[1])


def _canonical(field: Field, term: Fraction, ranges: list[Run]) -> Fraction:
    orders = [tuple(range(len(ranges)))]
    if 1 < len(ranges) <= _MOST_ORDERED:
        orders = list(permutations(range(len(ranges))))
    best: tuple[Any, list[Run], Fraction] | None = None
    for order in orders:
        named, body = _renamed(field, term, ranges, order)
        bounds = tuple((field.key(lower), field.key(upper)) for _, lower, upper in named)
        key = (bounds, field.key(body))
        if best is None or key < best[0]:
            best = key, named, body
    assert best is not None
    key, named, body = best
    indices = {name for name, *_ in named}
    names = (body.names - indices).union(*(lower.names | upper.names for _, lower, upper in named))
    return field.fraction_of(field.atom("sum", (len(named), key), names, (body, tuple(named))))


def _renamed(field: Field, body: Fraction, ranges: list[Run], order: tuple[int, ...]) -> tuple[list[Run], Fraction]:
    """The body with #0, #1, ... for its indices in that order; names that are bound deeper inside come first."""
    first = _level(field, body)
    named = []
    for k, place in enumerate(order):
        name = Name(f"#{first + k}")
        if name is not ranges[place].name:
            body = placed(body, ranges[place].name, _form_of_name(field, name))
        named.append(ranges[place]._replace(name=name))
    return named, body


def _level(field: Field, form: Fraction) -> int:
    """The least number such that no name #k from there on is bound inside the form."""
    return max((_level_of(field, atom) for atom in field.atoms_of(form)), default=0)


def _level_of(field: Field, atom: Atom) -> int:
    known = field.levels.get(atom.index)
    if known is None:
        known = max((_level(field, form) for form in _forms_in(field, atom)), default=0)
        if atom.kind in ("sum", "prod"):
            known = max(known, *(int(name.name[1:]) + 1 for name, *_ in atom.data[1]))
        field.levels[atom.index] = known
    return known


def _forms_in(field: Field, atom: Atom) -> list[Fraction]:
    found: list[Fraction] = []
    waiting: list[Any] = [atom.data]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Fraction):
            found.append(part)
        elif isinstance(part, tuple):
            waiting.extend(part)
        elif isinstance(part, flint.fmpz_mpoly):
            found.append(Fraction(field, field.lifted(part), field.unit))
    return found


def _form_of_name(field: Field, name: Name) -> Fraction:
    return field.fraction_of(field.atom("name", name, frozenset((name,)), shown=name))


# ---- what depends on an index -------------------------------------------------------------------------------


def _by_dependence(
    field: Field, denominator: Polynomial, index: Name
) -> tuple[list[tuple[Polynomial, int]], Polynomial]:
    """Split a denominator into factors with the index, each with its exponent, and what is free of it."""
    if denominator.is_constant():
        return [], field.lifted(denominator)
    content, factors = atoms.factors_of(Fraction(field, denominator, field.unit))
    inside, outside = [], field.context.constant(content.p)
    for factor, exponent in factors:
        if any(index in field.atoms[k].names for k in field.indices(factor)):
            inside.append((factor, exponent))
        else:
            outside = outside * field.lifted(factor) ** exponent
    return inside, outside


def _split(field: Field, polynomial: Polynomial, index: Name) -> list[tuple[Polynomial, Polynomial]]:
    """Write a polynomial as a sum of (monomial in what depends on the index) · (polynomial in what does not)."""
    groups: dict[tuple[int, ...], dict[tuple[int, ...], flint.fmpz]] = {}
    depends = [index in atom.names for atom in field.atoms]
    depends += [False] * (len(field.gens) - len(depends))
    for monomial, coefficient in field.lifted(polynomial).terms():
        inside = tuple([e if d else 0 for e, d in zip(monomial, depends, strict=True)])
        outside = tuple([0 if d else e for e, d in zip(monomial, depends, strict=True)])
        groups.setdefault(inside, {})[outside] = coefficient
    from_dict = field.context.from_dict
    return [(from_dict({inside: 1}), from_dict(outside)) for inside, outside in groups.items()]


def placed(form: Fraction, index: Name, by: Fraction) -> Fraction:
    """Return the form with another form in the place of an index.

    Raises:
        NoFormError: the index stands in something that cannot be taken apart.
    """
    field = form.field
    moving = [atom for atom in field.atoms_of(form) if index in atom.names]
    if not moving:
        return form
    values = {atom.index: _placed_atom(field, atom, index, by) for atom in moving}
    above = _composed(field, form.num, values)
    return above if form.den.is_one() else above / _composed(field, form.den, values)


def _composed(field: Field, polynomial: Polynomial, values: dict[int, Fraction]) -> Fraction:
    terms = []
    for monomial, coefficient in field.lifted(polynomial).terms():
        rest = tuple([0 if k in values else int(e) for k, e in enumerate(monomial)])
        term = Fraction(field, field.context.from_dict({rest: coefficient}), field.unit)
        for k, value in values.items():
            if monomial[k]:
                term = term * field.power(value, int(monomial[k]))
        terms.append(Fraction(field, field.lifted(term.num), field.lifted(term.den)))
    return field.total(terms)


def _placed_atom(field: Field, atom: Atom, index: Name, by: Fraction) -> Fraction:
    def inside(form: Fraction) -> Fraction:
        return placed(form, index, by)

    data = atom.data
    match atom.kind:
        case "name":
            return by
        case "indexed":
            return entry(field, data[0], [inside(k) for k in data[1]], data[2])
        case "delta":
            return delta(field, [inside(side) for side in data])
        case "step":
            return step(field, inside(data))
        case "exp":
            return atoms.exponential(field, inside(data[0]))
        case "power":
            return atoms.general_power(field, inside(data[1]), inside(data[0]))
        case "log":
            return atoms.logarithm(field, inside(data))
        case "cos":
            return atoms.cosine_and_sine(field, inside(data[0]))[0]
        case "sin":
            return atoms.cosine_and_sine(field, inside(data[0]))[1]
        case "root":
            radicand = Fraction(field, field.lifted(data[0]), field.unit)
            return atoms.rational_power(field, inside(radicand), flint.fmpq(1, atom.order))
        case "abs":
            return atoms.absolute(field, inside(data[1]))
        case "call":
            function, orders, arguments = data
            if not any(orders):
                return atoms.opaque_call(field, function, 0, [inside(u) for u in arguments])
            arguments = tuple(inside(u) for u in arguments)
            key = (function, orders, tuple(field.key(u) for u in arguments))
            names = frozenset().union(*(u.names for u in arguments))
            return field.fraction_of(field.atom("call", key, names, (function, orders, arguments)))
        case "sum" | "prod":
            body, ranges = opened(field, atom)
            ranges = [Run(name, inside(lower), inside(upper)) for name, lower, upper in ranges]
            return summed(inside(body), ranges) if atom.kind == "sum" else product_of(inside(body), *ranges[0])
        case "cases":
            node = _node_of(by)
            conditions = tuple(condition.substitute({index: node}) for condition in data[0])
            values = [inside(value) for value in data[1]]
            names = frozenset().union(*(c.names for c in conditions), *(value.names for value in values))
            return cases(field, conditions, values, names)
        case "tree":
            node = atom.shown.substitute({index: _node_of(by)})
            return field.fraction_of(field.atom("tree", node, node.names, shown=node))
    raise NoFormError(atom.kind)


def _node_of(form: Fraction) -> Node:
    """The form as a node where it is a name."""
    atom = form.field.atoms_of(form)[0] if len(form.num) == 1 and form.den.is_one() else None
    if atom is None or atom.kind != "name" or form.num.total_degree() != 1 or form.num.leading_coefficient() != 1:
        raise NoFormError("an index that is no name")
    return atom.shown  # type: ignore[no-any-return]


def cases(field: Field, conditions: tuple[Node, ...], values: list[Fraction], names: frozenset[Name]) -> Fraction:
    """Return cases as one atom, 0 where every case is."""
    if len(values) > len(conditions) and all(value.is_zero() for value in values):
        return field.zero
    key = (conditions, tuple(field.key(value) for value in values))
    return field.fraction_of(field.atom("cases", key, names, (conditions, tuple(values))))


# ---- entries and deltas -------------------------------------------------------------------------------------


def entry(field: Field, base: str, indices: list[Fraction], variables: tuple[Name, ...]) -> Fraction:
    """Return the entry of a family with these indices, as an atom."""
    keys = tuple(field.key(index) for index in indices)
    names = frozenset(variables).union(*(index.names for index in indices))
    data = (base, tuple(indices), variables)
    return field.fraction_of(field.atom("indexed", (base, keys, variables), names, data))


def slope_of_entry(field: Field, atom: Atom, x: Name) -> Fraction:
    """Return the derivative of an entry by another of its family, 1 where both have the same indices and 0 elsewhere.

    Raises:
        NoFormError: x is no entry of that family, but stands in an index.
    """
    base, indices, _ = atom.data
    own = indices_of(x, base, len(indices))
    if own is None or any(x in index.names for index in indices):
        raise NoFormError("the index of a sum depends on the variable")
    slope = field.one
    for index, other in zip(indices, own, strict=True):
        slope = slope * delta(field, [index, _index_form(field, other)])
    return slope


def _index_form(field: Field, index: str) -> Fraction:
    return field.rational(int(index)) if index.isdigit() else _form_of_name(field, Name(index))


def delta(field: Field, sides: list[Fraction]) -> Fraction:
    """Return 1 where both whole numbers are equal and 0 elsewhere; delta^2 = delta."""
    left, right = sides
    difference = (left - right).constant
    if difference is not None:
        return field.one if difference == 0 else field.zero
    if _place(field, right) < _place(field, left):
        left, right = right, left
    key: Hashable = (field.key(left), field.key(right))
    return field.fraction_of(field.atom("delta", key, left.names | right.names, (left, right), order=2))


def _place(field: Field, form: Fraction) -> Any:
    return field.key(form)


def step(field: Field, u: Fraction) -> Fraction:
    """Return 1 where the whole number u is at least 0, and 0 elsewhere."""
    constant = u.constant
    if constant is not None:
        return field.one if constant >= 0 else field.zero
    if field.key(u) in field.at_least_zero:
        return field.one
    return field.fraction_of(field.atom("step", field.key(u), u.names, u, order=2))


def _deltas(field: Field, monomial: Polynomial, index: Name) -> list[Atom]:
    """The deltas in a monomial of which one side is the index and the other, a whole number too, is free of it."""
    found = []
    for k in field.indices(monomial):
        atom = field.atoms[k]
        if atom.kind == "delta" and _other_side(field, atom, index) is not None:
            found.append(atom)
    return found


def _other_side(field: Field, atom: Atom, index: Name) -> Fraction | None:
    own = field.key(_form_of_name(field, index))
    for side, other in (atom.data, atom.data[::-1]):
        if field.key(side) == own and index not in other.names and other.den.is_one():
            return other  # type: ignore[no-any-return]
    return None


def _picked(field: Field, monomial: Polynomial, below: Polynomial, atom: Atom, over: Run) -> Fraction:
    """The one term of a sum that a delta leaves, where that one is among its terms."""
    other = _other_side(field, atom, over.name)
    assert other is not None
    rest = field.quotient(field.lifted(monomial) // field.gens[atom.index], field.lifted(below))
    is_there = step(field, other - over.lower) * step(field, over.upper - other)
    return placed(rest, over.name, other) * is_there


def _steps(field: Field, monomial: Polynomial, over: Run) -> list[Atom]:
    """The steps in a monomial that are 1 all over the range of an index."""
    own = _form_of_name(field, over.name)
    known = (field.key(own - over.lower), field.key(over.upper - own))
    return [
        field.atoms[k]
        for k in field.indices(monomial)
        if field.atoms[k].kind == "step" and field.key(field.atoms[k].data) in known
    ]
