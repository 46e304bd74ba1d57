"""A function as a product of irreducible factors, each a polynomial in its kernels: x, e^x, log x, cos x and sin x, ...

The kernels are the atoms of the rational normal form, in which sin 4x + sin 3x is a polynomial in cos x and sin x and
sinh x one in e^x. A zero of the function is a zero of one of the factors of its numerator, or of its denominator where
the function as written has a value there nevertheless; both are handed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flint import fmpq, fmpq_poly

from mathcli.algebra.atoms import factors_of
from mathcli.algebra.field import Atom, Field, Fraction, Polynomial
from mathcli.algebra.ordering import arrange
from mathcli.algebra.rational import normal_form
from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    E,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Sum,
    fraction,
    integer,
)


@dataclass(frozen=True)
class Factor:
    """An irreducible polynomial over the atoms of a field, with the exponent that it has in the function."""

    field: Field
    polynomial: Polynomial
    exponent: int
    x: Name

    @cached_property
    def kernels(self) -> list[Atom]:
        """The atoms in it that hold x."""
        return [atom for atom in self.atoms if self.x in atom.names]

    @cached_property
    def atoms(self) -> list[Atom]:
        return [self.field.atoms[k] for k in self.field.indices(self.polynomial)]

    @cached_property
    def tree(self) -> Node:
        """The factor as a tree."""
        return tree_of(self.field, self.polynomial)

    @property
    def is_rational(self) -> bool:
        """Whether all its coefficients are rational numbers."""
        return len(self.kernels) == len(self.atoms)

    def univariate(self) -> fmpq_poly:
        """The factor as a polynomial in its only atom."""
        index = self.atoms[0].index
        coefficients = [fmpq(0)] * (int(self.polynomial.degrees()[index]) + 1)
        for monomial, coefficient in self.polynomial.terms():
            coefficients[int(monomial[index])] = fmpq(coefficient)
        return fmpq_poly(coefficients)

    def coefficients(self) -> list[Node]:
        """The coefficients, constants as trees, of the powers of its only kernel, from the constant term on."""
        index = self.kernels[0].index
        groups: dict[int, list[Node]] = {}
        for monomial, coefficient in self.polynomial.terms():
            rest = tuple(0 if k == index else int(e) for k, e in enumerate(monomial))
            groups.setdefault(int(monomial[index]), []).append(term_tree(self.field, rest, fmpq(coefficient)))
        return [Sum.of(*groups.get(k, [])) for k in range(max(groups) + 1)]


def factors(f: Node, x: Name, *, is_positive: bool = False) -> list[Factor] | None:
    """Return the factors in which x occurs; [] of a constant that is not 0, None where there is no normal form.

    With `is_positive`, x may be taken to be positive.

    Raises:
        ZeroFunctionError: f is 0 wherever it is defined.
    """
    whole = _form(f, Field(positive=(x,) if is_positive else (), splits_angles=False))
    if whole is None:
        return None
    form = whole if _angles(whole, x) < 2 else _form(f, Field(positive=(x,) if is_positive else ()))
    return None if form is None else factors_in(form, x)


def _form(f: Node, field: Field) -> Fraction | None:
    form = normal_form(f, field=field)
    if form is not None and form.is_zero():
        raise ZeroFunctionError("a function that is 0")
    return form


def factors_in(form: Fraction, x: Name) -> list[Factor]:
    """Return the factors of a form that is not 0 in which x occurs."""
    found = [Factor(form.field, form.field.lifted(p), e, x) for p, e in factors_of(form)[1]]
    return [factor for factor in found if factor.kernels]


def _angles(form: Fraction, x: Name) -> int:
    """How many angles that hold x stand in a form; sums are not split where there is but one."""
    atoms = [atom for atom in form.field.atoms_of(form) if atom.kind in ("cos", "sin") and x in atom.names]
    return len({atom.key[1] for atom in atoms if isinstance(atom.key, tuple)})


class ZeroFunctionError(NotCoveredError):
    """The function is 0 wherever it is defined; caught where zeros are looked for."""


def tree_of(field: Field, polynomial: Polynomial) -> Node:
    """Return a polynomial over a field's atoms as a tree."""
    terms = [term_tree(field, tuple(map(int, powers)), fmpq(c)) for powers, c in field.lifted(polynomial).terms()]
    return arrange(Sum.of(*terms)) if terms else ZERO


def term_tree(field: Field, powers: tuple[int, ...], coefficient: fmpq) -> Node:
    parts = [_power(field, field.atoms[k], e) for k, e in enumerate(powers) if e]
    size = abs(coefficient)
    if size != 1 or not parts:
        parts.insert(0, fraction(int(size.p), int(size.q)))
    product = Product.of(*parts)
    return Negative(product) if coefficient < 0 else product


def _power(field: Field, atom: Atom, exponent: int) -> Node:
    if exponent == 1:
        return atom_tree(field, atom)
    if atom.kind == "exp":
        return Power(E, fraction_tree(atom.data[0] * field.rational(exponent)))
    return Power(atom_tree(field, atom), integer(exponent))


def fraction_tree(form: Fraction) -> Node:
    """Return a fraction over a field's atoms as a tree."""
    above = tree_of(form.field, form.num)
    below = tree_of(form.field, form.den)
    if below is ONE:
        return above
    if form.num.is_one() or not isinstance(above, Negative):
        return Quotient(above, below)
    return Negative(Quotient(above.operand, below))


def atom_tree(field: Field, atom: Atom) -> Node:
    """Return an atom of a field as a tree."""
    if atom.shown is None:
        atom.shown = _rebuilt(field, atom)
    return atom.shown  # type: ignore[no-any-return]


def _rebuilt(field: Field, atom: Atom) -> Node:
    match atom.kind:
        case "exp":
            return Power(E, fraction_tree(atom.data[0]))
        case "power":
            return Power(fraction_tree(atom.data[1]), fraction_tree(atom.data[0]))
        case "log":
            return Call("log", (fraction_tree(atom.data),))
        case "cos" | "sin":
            return Call(atom.kind, (fraction_tree(atom.data[0]),))
        case "root":
            radicand = tree_of(field, atom.data[0])
            if atom.order == 2:
                return Call("sqrt", (radicand,))
            return Call("root", (radicand, integer(atom.order)))
        case "abs":
            return Call("abs", (fraction_tree(atom.data[1]),))
        case "sign":
            return Call("sign", (fraction_tree(atom.data[1]),))
        case "call":
            function, orders, arguments = atom.data
            return Call(function, tuple(map(fraction_tree, arguments)), orders[0] if len(orders) == 1 else 0)
    raise NotCoveredError(f"a {atom.kind} in a function whose zeros are looked for")
