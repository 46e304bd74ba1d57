"""Normal forms raised back to trees in textbook shape: expanded, factored, cancelled, combined, collected.

A tree is read into a field that is kept for showing: its functions stay the atoms that were typed, its exponentials
share common bases, and its roots know their radicands. What FLINT makes of the polynomials comes back as sums,
products and written powers over those atoms, in the conventional order. Every function here keeps the value; where
a tree has no normal form, or none of a size worth showing, it comes back as it was.
"""

from __future__ import annotations

from collections.abc import Callable

import flint

from mathcli.algebra import atoms
from mathcli.algebra.field import Atom, Field, Fraction, NoFormError, Polynomial, RestartError
from mathcli.algebra.ordering import Arrangement, arrange
from mathcli.algebra.rational import shown_form
from mathcli.syntax.tree import (
    ZERO,
    Call,
    E,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    fraction,
    integer,
    walk,
)

_TERMS_WORTH_SHOWING = 3_000


def expanded(node: Node) -> Node:
    """Return the tree multiplied out; over a denominator that is a sum, the numerator multiplied out."""
    return _in_shapes(node, _expanded_as_is)[0]


def factored(node: Node) -> Node:
    """Return the tree as a product of its content, powers of atoms and irreducible factors, over another such."""
    return _in_shapes(node, _product_of_factors)[0]


def factored_and_expanded(node: Node) -> tuple[Node, ...]:
    """Return both, from one normal form."""
    return _in_shapes(node, _product_of_factors, _expanded_as_is)


def cancelled(node: Node) -> Node:
    """Return one fraction in lowest terms: the numerator multiplied out, the denominator in factors."""
    return _in_shapes(node, _lowest_terms_as_is)[0]


def combined(node: Node) -> Node:
    """Return the tree over one denominator."""
    return _in_shapes(node, _lowest_terms_as_is)[0]


def collected(node: Node, x: Name) -> Node:
    """Return the tree as a sum over powers of what holds x, each with a coefficient free of x."""
    return _raised(node, lambda field, form: _collection(field, form, x))


def remainder(node: Node, modulo: Node) -> Node:
    """Return what is left of the tree, in factors, where another expression is 0: its numerator divided by that one's.

    >>> from mathcli.syntax.parser import parse
    >>> remainder(parse("(x^2 + y^2)/y^3"), parse("x^2 + y^2 - 25")) is parse("25/y^3")
    True
    """

    def shape(field: Field, form: Fraction) -> Node:
        zero = field.lifted(shown_form(modulo, field).num)
        num, den = field.lifted(form.num), field.lifted(form.den)
        return _product_of_factors(field, field.quotient(divmod(num, zero)[1], den))

    return _raised(node, shape)


Shape = Callable[[Field, Fraction], Node]


def _raised(node: Node, shape: Shape) -> Node:
    return _all_raised(node, lambda field, form: (shape(field, form),), 1)[0]


def _in_shapes(node: Node, *shapes: Shape) -> tuple[Node, ...]:
    """The tree in each shape, in the variant that is shortest, arranged."""

    def raised(field: Field, form: Fraction) -> tuple[Node, ...]:
        variants = _trigonometric_variants(field, _settled(field, form))
        arrangement = Arrangement(node.names)
        return tuple([_in_shape(node, shape, variants, arrangement) for shape in shapes])

    return _all_raised(node, raised, len(shapes))


def _in_shape(node: Node, shape: Shape, variants: list[Fraction], arrangement: Arrangement) -> Node:
    try:
        return arrangement.result(_shortest([shape(form.field, form) for form in variants]))
    except NoFormError:
        return node


def _all_raised(node: Node, raised: Callable[[Field, Fraction], tuple[Node, ...]], count: int) -> tuple[Node, ...]:
    with Field(is_shown=True) as field:
        for _ in range(40):
            try:
                form = shown_form(node, field)
                if len(form.num) > _TERMS_WORTH_SHOWING or len(form.den) > _TERMS_WORTH_SHOWING:
                    break
                return raised(field, form)
            except RestartError:
                continue
            except NoFormError:
                break
    return (node,) * count


# shapes


def _expanded_as_is(field: Field, form: Fraction) -> Node:
    if len(form.den) == 1:
        return Sum.of(*_terms_over(field, form.num, form.den)) if not form.num.is_zero() else ZERO
    return _lowest_terms_as_is(field, form)


def _terms_over(field: Field, above: Polynomial, below: Polynomial) -> list[Node]:
    """Each term of a numerator over a denominator of one term."""
    [(under, divisor)] = list(field.lifted(below).terms())
    terms: list[Node] = []
    for monomial, coefficient in field.lifted(above).terms():
        whole = _Monomial(field).times(monomial, 1)
        if any(under):
            whole.times(under, -1)
        terms.append(whole.tree(flint.fmpq(coefficient, divisor)))
    return terms


def _lowest_terms(field: Field, form: Fraction) -> Node:
    form = _settled(field, form)
    return _shortest([_lowest_terms_as_is(field, other) for other in _trigonometric_variants(field, form)])


def _lowest_terms_as_is(field: Field, form: Fraction) -> Node:
    if form.den.is_constant() or len(form.num) == 1:
        return _product_of_factors(field, form) if len(form.num) == 1 else _expanded_as_is(field, form)
    content, factors = atoms.factors_of(Fraction(field, form.den, field.unit))
    sums, monomial = _sorted_out(field, factors)
    above = Sum.of(*_terms_over(field, form.num, field.unit))
    below = monomial.tree(content, [_power(_sum_tree(field, f), e) for f, e in sums])
    return Quotient(above, below)


def _product_of_factors(field: Field, form: Fraction) -> Node:
    if form.num.is_zero():
        return ZERO
    content, factors = atoms.factors_of(form)
    sums, monomial = _sorted_out(field, factors)
    above: list[Node] = []
    below: list[Node] = []
    for factor, exponent in sums:
        half = monomial.take_root_of(factor, exponent)
        shown = _sum_tree(field, factor)
        if content < 0 and exponent > 0 and exponent % 2 and half is None and _reads_better_negated(factor):
            content, shown = -content, _sum_tree(field, -factor)
        if half is None:
            (above if exponent > 0 else below).append(_power(shown, abs(exponent)))
        else:
            (above if half > 0 else below).append(Power(shown, fraction(abs(int(half.p)), int(half.q))))
    return monomial.tree(content, above, below)


def _reads_better_negated(factor: Polynomial) -> bool:
    """Whether -(x - 1) reads better as 1 - x."""
    signs = [coefficient > 0 for coefficient in factor.coeffs()]
    return len(signs) == 2 and signs[0] and not signs[1]


def _collection(field: Field, form: Fraction, x: Name) -> Node:
    depends = [x in atom.names for atom in field.atoms] + [False] * (len(field.gens) - len(field.atoms))
    if any(depends[k] for k in field.indices(form.den)):
        return arrange(_lowest_terms(field, form))
    groups: dict[tuple[int, ...], dict[tuple[int, ...], flint.fmpz]] = {}
    for monomial, coefficient in field.lifted(form.num).terms():
        inside = tuple(e if d else 0 for e, d in zip(monomial, depends, strict=True))
        outside = tuple(0 if d else e for e, d in zip(monomial, depends, strict=True))
        groups.setdefault(inside, {})[outside] = coefficient
    terms = []
    for powers, coefficients in sorted(groups.items(), key=lambda group: sum(group[0]), reverse=True):
        whole = field.quotient(field.context.from_dict(coefficients), field.lifted(form.den))
        shown = _expanded_as_is(field, whole)
        if isinstance(shown, Sum):
            power = [arrange(_Monomial(field).times(powers, 1).tree(flint.fmpq(1)))] if any(powers) else []
            terms.append(Product.of(shown, *power))
        else:
            part = Fraction(field, field.context.from_dict({powers: 1}), field.unit)
            terms.append(arrange(_expanded_as_is(field, whole * part)))
    return Sum.of(*terms)


# choices between forms of one value


def _settled(field: Field, form: Fraction) -> Fraction:
    """Let roots cancel against their radicands: x/sqrt x is sqrt x, sqrt x/x is 1/sqrt x."""
    for index in field.algebraic:
        atom = field.atoms[index]
        if atom.kind not in ("root", "abs"):
            continue
        below = _degree(form.den, atom)
        radicand = field.lifted(atom.data[0])
        if below > 0:
            form = _with_root_above(field, form, atom, radicand, below)
        elif atom.names and atom.kind == "root":
            form = _with_root_below(field, form, atom, radicand)
    return form


def _with_root_above(field: Field, form: Fraction, atom: Atom, radicand: Polynomial, degree: int) -> Fraction:
    root = field.gens[atom.index]
    rest, remainder = divmod(field.lifted(form.den), root**degree)
    if not remainder.is_zero():
        return form
    other = field.quotient(field.times(form.num, root ** (atom.order - degree)), field.times(rest, radicand))
    if not atom.names or _size(other.den) <= _size(rest):
        return other
    return form


def _with_root_below(field: Field, form: Fraction, atom: Atom, radicand: Polynomial) -> Fraction:
    root = field.gens[atom.index]
    rest, remainder = divmod(field.lifted(form.num), root)
    if not remainder.is_zero() or form.num.is_zero() or form.den.is_constant():
        return form
    degree = 1
    while degree < atom.order:
        next_rest, remainder = divmod(rest, root)
        if not remainder.is_zero():
            break
        rest, degree = next_rest, degree + 1
    less, remainder = divmod(field.lifted(form.den), radicand)
    if not remainder.is_zero():
        return form
    return Fraction(field, rest, less * root ** (atom.order - degree))


def _size(polynomial: Polynomial) -> tuple[int, int]:
    return len(polynomial), int(polynomial.total_degree())


def _trigonometric_variants(field: Field, form: Fraction) -> list[Fraction]:
    """The form as it is, then with sin^2 = 1 - cos^2, then with cos^2 = 1 - sin^2."""
    variants = [form]
    if len(form.num) > 200:
        return variants
    for atom in field.atoms_of(form):
        partner = {"sin": "cos", "cos": "sin"}.get(atom.data[0]) if atom.kind == "call" else None
        if partner is None or max(_degree(form.num, atom), _degree(form.den, atom)) < 2:
            continue
        argument = atom.data[2][0]
        other = field.atom("call", (partner, *atom.key[1][1:]), atom.names, (partner, (0,), (argument,)))  # type: ignore[index]
        if other.shown is None and atom.shown is not None:
            other.shown = Call(partner, atom.shown.arguments)
        for old in list(variants)[:4]:
            square = field.unit - field.gens[other.index] ** 2
            num, den = _with_square(field, old.num, atom, square), _with_square(field, old.den, atom, square)
            if not den.is_zero():
                variants.append(field.quotient(num, den))
    return variants[:9]


def _degree(polynomial: Polynomial, atom: Atom) -> int:
    if polynomial.is_constant():
        return 0
    degrees = polynomial.degrees()
    return int(degrees[atom.index]) if atom.index < len(degrees) else 0


def _with_square(field: Field, polynomial: Polynomial, atom: Atom, square: Polynomial) -> Polynomial:
    result = field.nothing
    for monomial, coefficient in field.lifted(polynomial).terms():
        times, rest = divmod(int(monomial[atom.index]), 2)
        term = field.context.from_dict({(*monomial[: atom.index], rest, *monomial[atom.index + 1 :]): coefficient})
        result = result + (term * square**times if times else term)
    return result


def _shortest(trees: list[Node]) -> Node:
    return min(trees, key=length) if len(trees) > 1 else trees[0]


def length(node: Node) -> int:
    """How many nodes are written, one that is shared as often as it stands."""
    known: dict[Node, int] = {}
    for current in walk(node):
        known[current] = 1 + sum([known[child] for child in current.children()])
    return known[node]


# trees


def _sum_tree(field: Field, polynomial: Polynomial) -> Node:
    return Sum.of(*_terms_over(field, polynomial, field.unit))


def _power(base: Node, exponent: int) -> Node:
    return base if exponent == 1 else Power(base, integer(exponent))


def _sorted_out(field: Field, factors: list[tuple[Polynomial, int]]) -> tuple[list[tuple[Polynomial, int]], _Monomial]:
    """Split factors into sums and the powers of single atoms."""
    sums, monomial = [], _Monomial(field)
    for factor, exponent in factors:
        factor = field.lifted(factor)
        if len(factor) == 1:
            [(powers, _)] = list(factor.terms())
            monomial.times(powers, exponent)
        else:
            sums.append((factor, exponent))
    return sums, monomial


class _Monomial:
    """A product of powers of atoms, raised as one term."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.powers: dict[int, int] = {}

    def __bool__(self) -> bool:
        return any(self.powers.values())

    def times(self, monomial: tuple[int, ...], exponent: int) -> _Monomial:
        """Multiply by a monomial to that power; return this one."""
        for index, power in enumerate(monomial):
            if power:
                self.powers[index] = self.powers.get(index, 0) + int(power) * exponent
        return self

    def take_root_of(self, factor: Polynomial, exponent: int) -> flint.fmpq | None:
        """Return the exponent of the factor together with its root here, u·sqrt(u) = u^(3/2); the root is taken out."""
        for index, power in self.powers.items():
            atom = self.field.atoms[index]
            if power and atom.kind == "root" and (power > 0) == (exponent > 0):
                radicand = self.field.lifted(atom.data[0])
                if radicand == factor:
                    self.powers[index] = 0
                    return exponent + flint.fmpq(power, atom.order)
        return None

    def tree(self, coefficient: flint.fmpq, above: list[Node] | None = None, below: list[Node] | None = None) -> Node:
        """Return coefficient · this · above / below as it is written."""
        tops: list[Node] = []
        bottoms: list[Node] = []
        rationals: dict[tuple[int, int], int] = {}
        atoms_here = self.field.atoms
        for index in self.powers:
            if atoms_here[index].kind in ("exp", "power"):
                self._join_exponents(tops, bottoms)
                break
        for index, power in sorted(self.powers.items()):
            if not power:
                continue
            atom = atoms_here[index]
            if atom.kind == "name":
                (tops if power > 0 else bottoms).append(_power(atom.shown, abs(power)))
                continue
            if atom.kind == "root" and not atom.names and atom.data[0].is_constant() and power > 0:
                key = (power, atom.order)
                rationals[key] = rationals.get(key, 1) * int(atom.data[0].leading_coefficient())
            else:
                (tops if power > 0 else bottoms).append(_atom_power(self.field, atom, abs(power)))
        for (power, order), radicand in rationals.items():
            tops.insert(0, _root_tree(Number(radicand), power, order, "root"))
        tops += above or []
        bottoms += below or []
        top, bottom = abs(int(coefficient.p)), int(coefficient.q)
        if top != 1 or not tops:
            tops.insert(0, Number(top))
        if bottom != 1:
            bottoms.insert(0, Number(bottom))
        node = Product.of(*tops)
        if bottoms:
            node = Quotient(node, Product.of(*bottoms))
        return Negative(node) if coefficient < 0 else node

    def _join_exponents(self, tops: list[Node], bottoms: list[Node]) -> None:
        """Raise e^u e^v as e^(u+v), and a^u a^v likewise."""
        groups: dict[object, list[tuple[Atom, int]]] = {}
        for index, power in self.powers.items():
            atom = self.field.atoms[index]
            if atom.kind in ("exp", "power") and power:
                base = atom.data[1]
                groups.setdefault(None if base is None else self.field.key(base), []).append((atom, power))
                self.powers[index] = 0
        for members in groups.values():
            base = members[0][0].data[1]
            exponent = self.field.total([atom.data[0] * self.field.rational(power) for atom, power in members])
            is_below = all(power < 0 for _, power in members) and self.field.key(exponent) not in self.field.typed
            exponent = -exponent if is_below else exponent
            if base is not None and not is_below:
                exponent = exponent + self.field.rational(self._power_of_base(base))
            shown = E if base is None else _inner(self.field, base)
            power_tree = shown if exponent.constant == 1 else Power(shown, exponent_tree(self.field, exponent))
            (bottoms if is_below else tops).append(power_tree)

    def _power_of_base(self, base: Fraction) -> int:
        """Take out the whole power in which the base of a^u stands here itself."""
        if len(base.num) != 1 or not base.den.is_one() or base.num.total_degree() != 1:
            return 0
        return self.powers.pop(self.field.indices(base.num)[0], 0)


def exponent_tree(field: Field, exponent: Fraction) -> Node:
    typed: Node | None = field.typed.get(field.key(exponent))
    return _expanded_as_is(field, exponent) if typed is None else typed


def _inner(field: Field, form: Fraction) -> Node:
    return arrange(_expanded_as_is(field, form))


def _atom_power(field: Field, atom: Atom, power: int) -> Node:
    if atom.kind == "root":
        radicand = Fraction(field, field.lifted(atom.data[0]), field.unit)
        style = field.typed.get(("root", field.key(radicand)), "root")
        if atom.shown is None:  # roots in roots: each is raised once, not once for each place where it stands
            atom.shown = _inner(field, radicand)
        return _root_tree(atom.shown, power, atom.order, style)
    return _power(_atom_tree(field, atom), power)


def _root_tree(radicand: Node, power: int, order: int, style: str) -> Node:
    exponent = flint.fmpq(power, order)
    power, order = int(exponent.p), int(exponent.q)
    if style == "root" and order == 2:
        return _power(Call("sqrt", (radicand,)), power)
    if style == "cbrt" and order == 3:
        return _power(Call("cbrt", (radicand,)), power)
    if style == "root":
        return _power(Call("root", (radicand, integer(order))), power)
    return Power(radicand, fraction(power, order))


def _atom_tree(field: Field, atom: Atom) -> Node:
    if atom.shown is None:
        atom.shown = _rebuilt(field, atom)
    return atom.shown  # type: ignore[no-any-return]


def _rebuilt(field: Field, atom: Atom) -> Node:
    match atom.kind:
        case "abs":
            return Call("abs", (_inner(field, atom.data[1]),))
        case "log":
            return Call("log", (_inner(field, atom.data),))
        case "call":
            function, orders, arguments = atom.data
            return Call(function, tuple(_inner(field, u) for u in arguments), orders[0] if len(orders) == 1 else 0)
        case _:
            raise NoFormError(atom.kind)
