"""Polynomials in given names: trees as FLINT polynomials in a context of their own, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flint

from mathcli.algebra.field import Field, Fraction
from mathcli.algebra.ordering import arrange
from mathcli.algebra.rational import normal_form
from mathcli.syntax.tree import ONE, ZERO, Name, Negative, Node, Power, Product, Sum, integer

Polynomial = Any


class Ring:
    """The polynomials with whole coefficients in these names, ordered by degree."""

    __slots__ = ("context", "names")

    def __init__(self, names: Sequence[Name]) -> None:
        self.names = tuple(names)
        labels = tuple(f"v{k}" for k in range(len(self.names)))
        self.context = flint.fmpz_mpoly_ctx.get(labels, flint.Ordering.degrevlex)

    @property
    def gens(self) -> tuple[Polynomial, ...]:
        return tuple(self.context.gens())

    def fraction(self, node: Node) -> tuple[Polynomial, Polynomial] | None:
        """Return numerator and denominator of a tree that is a rational function of the names with rational numbers."""
        form = normal_form(node, field=Field())
        if form is None:
            return None
        above, below = self.polynomial(form, form.num), self.polynomial(form, form.den)
        return None if above is None or below is None else (above, below)

    def polynomial(self, form: Fraction, part: Polynomial) -> Polynomial | None:
        """Return a polynomial over a field's atoms as one in the names; None where it holds any other atom."""
        places: dict[int, int] = {}
        for index in form.field.indices(part):
            atom = form.field.atoms[index]
            if atom.kind != "name" or atom.shown not in self.names:
                return None
            places[index] = self.names.index(atom.shown)
        return self.renamed(part, places)

    def renamed(self, part: Polynomial, places: dict[int, int]) -> Polynomial:
        """Return the polynomial with its k-th variable in the place that is given for k."""
        terms: dict[tuple[int, ...], Any] = {}
        for monomial, coefficient in part.terms():
            exponents = [0] * len(self.names)
            for k, exponent in enumerate(monomial):
                if exponent:
                    exponents[places[k]] = int(exponent)
            terms[tuple(exponents)] = coefficient
        return self.context.from_dict(terms)

    def tree(self, polynomial: Polynomial) -> Node:
        """Return the polynomial as a tree in the conventional order."""
        terms: list[Node] = []
        for monomial, coefficient in polynomial.terms():
            powers = [
                name if e == 1 else Power(name, integer(int(e)))
                for name, e in zip(self.names, monomial, strict=True)
                if e
            ]
            size = abs(int(coefficient))
            factors = powers if size == 1 and powers else [integer(size), *powers]
            term = Product.of(*factors) if factors else ONE
            terms.append(Negative(term) if coefficient < 0 else term)
        return arrange(Sum.of(*terms)) if terms else ZERO
