"""The field that normal forms live in: quotients of FLINT polynomials over a growing list of atoms.

An atom is what a polynomial cannot look into: a name, e^x, sin x, a root, an unknown f(x). An algebraic atom brings
a relation (sqrt(u)^2 = u, sin^2 = 1 - cos^2), and numerators and denominators are kept reduced by it. Which atoms a
tree needs is said in `atoms.py`; nothing here knows trees beyond keeping them for atoms to be shown by.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cache
from typing import Any

import flint

from mathcli.syntax.tree import Name

Polynomial = Any
"""A flint.fmpz_mpoly in one of the field's contexts."""

PRODUCT_LIMIT = 1_000_000
"""Exponents that a product of two polynomials may need, terms times atoms; what needs more is not multiplied."""
GCD_LIMIT = 20_000
FOLD_LIMIT = 1_000
"""A polynomial of more terms than this is not reduced by a relation, which is done term by term in Python."""
ATOM_LIMIT = 2_048


class NoFormError(Exception):
    """Inside this package only: the tree has no normal form, or one that is too large."""


class RestartError(Exception):
    """Inside this package only: a finer common base was found, so forms must be built again."""


class Atom:
    """One generator. `order` is the degree at which its relation folds it (0: none); `data` depends on the kind."""

    __slots__ = ("data", "index", "key", "kind", "names", "order", "shown")

    def __init__(self, index: int, kind: str, key: Hashable, names: frozenset[Name], data: Any, order: int) -> None:
        self.index = index
        self.kind = kind
        self.key = key
        self.names = names
        self.data = data
        self.order = order
        self.shown: Any = None


class Fraction:
    """numerator / denominator over the atoms of a field, in lowest terms as far as polynomials go."""

    __slots__ = ("den", "field", "num")

    def __init__(self, field: Field, num: Polynomial, den: Polynomial) -> None:
        self.field = field
        self.num = num
        self.den = den

    def is_zero(self) -> bool:
        """Whether this is zero by the relations. False leaves it open where roots and the like stand in it."""
        return bool(self.num.is_zero())

    @property
    def is_constant(self) -> bool:
        """Whether this is a rational number."""
        return bool(self.num.is_constant() and self.den.is_constant())

    @property
    def constant(self) -> flint.fmpq | None:
        """The rational number that this is, or None."""
        if not self.is_constant:
            return None
        return flint.fmpq(_constant_of(self.num), _constant_of(self.den))

    @property
    def names(self) -> frozenset[Name]:
        """The names that occur in the atoms."""
        return frozenset().union(*(atom.names for atom in self.field.atoms_of(self)))

    def __add__(self, other: Fraction) -> Fraction:
        return self.field.add(self, other)

    def __sub__(self, other: Fraction) -> Fraction:
        return self.field.add(self, -other)

    def __neg__(self) -> Fraction:
        return Fraction(self.field, -self.num, self.den)

    def __mul__(self, other: Fraction) -> Fraction:
        return self.field.multiply(self, other)

    def __truediv__(self, other: Fraction) -> Fraction:
        return self.field.multiply(self, other.field.inverse(other))

    def __pow__(self, exponent: int) -> Fraction:
        return self.field.power(self, exponent)


def _constant_of(polynomial: Polynomial) -> flint.fmpz:
    return polynomial.leading_coefficient() if not polynomial.is_zero() else flint.fmpz(0)


def key_of(polynomial: Polynomial) -> Hashable:
    """A hashable value that is the same for equal polynomials of one field, whatever their context."""
    return tuple((_trimmed(monomial), int(coefficient)) for monomial, coefficient in polynomial.terms())


def _trimmed(monomial: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((index, int(exponent)) for index, exponent in enumerate(monomial) if exponent)


@cache
def _context(size: int) -> tuple[Any, tuple[Polynomial, ...], Polynomial, Polynomial]:
    """FLINT's context for so many atoms, its generators, one and zero."""
    context = flint.fmpz_mpoly_ctx.get(tuple(f"a{k}" for k in range(size)), "lex")
    return context, context.gens(), context.constant(1), context.constant(0)


class Field:
    """The atoms met so far and the arithmetic over them.

    `is_shown` is the manner in which trees are raised again: every function stays the atom that was typed, and no
    law of functions is used beyond those of powers. Otherwise the manner is that of proofs. With `keeps_derivatives` a
    derivative that stands in a tree stays an atom; without `splits_angles` sin(x + y) is not expanded, and without
    `draws_out` a sum in a sum stays where it is, which is quicker and decides less. With `splits_logarithms` log(u v)
    is log|u| + log|v|. `positive` holds names that may be taken as positive.
    """

    def __init__(
        self,
        *,
        is_shown: bool = False,
        keeps_derivatives: bool = False,
        splits_angles: bool = True,
        splits_logarithms: bool = False,
        draws_out: bool = True,
        positive: Iterable[Name] = (),
        size: int = 4,
    ) -> None:
        self.is_shown = is_shown
        self.keeps_derivatives = keeps_derivatives or is_shown
        self.splits_angles = splits_angles
        self.splits_logarithms = splits_logarithms
        self.draws_out = draws_out
        self.positive = frozenset(positive)
        self.conditions: set[Hashable] = set()
        self.at_least_zero: set[Hashable] = set()
        self.given: dict[Any, Fraction] = {}
        self.levels: dict[int, int] = {}
        self.opened: dict[tuple[int, int], Any] = {}
        self.plain: set[Any] = set()
        self.atoms: list[Atom] = []
        self.by_key: dict[Hashable, Atom] = {}
        self.algebraic: list[int] = []
        self.bases: dict[Hashable, Any] = {}
        self.memo: dict[Any, Any] = {}
        self.typed: dict[Hashable, Any] = {}
        self.slopes: dict[tuple[int, Name], Fraction] = {}
        self._resize(size)

    def _resize(self, size: int) -> None:
        self.context, self.gens, self.unit, self.nothing = _context(size)
        self.one = Fraction(self, self.unit, self.unit)
        self.zero = Fraction(self, self.nothing, self.unit)

    def close(self) -> None:
        """Let go of all forms. They know their field, so it would wait for the garbage collector with them."""
        for kept in (self.memo, self.slopes, self.given, self.opened, self.by_key, self.atoms):
            kept.clear()
        del self.one, self.zero

    def __enter__(self) -> Field:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    # atoms

    def atom(
        self, kind: str, key: Hashable, names: frozenset[Name], data: Any = None, *, order: int = 0, shown: Any = None
    ) -> Atom:
        """Return the atom with this key, made where there is none yet."""
        known = self.by_key.get((kind, key))
        if known is not None:
            return known
        index = len(self.atoms)
        if index >= ATOM_LIMIT:
            raise NoFormError("too many atoms")
        if index >= len(self.gens):
            self._resize(2 * len(self.gens))
        made = Atom(index, kind, (kind, key), names, data, order)
        made.shown = shown
        self.atoms.append(made)
        self.by_key[(kind, key)] = made
        if order:
            self.algebraic.append(index)
        return made

    def fraction_of(self, atom: Atom) -> Fraction:
        return Fraction(self, self.gens[atom.index], self.unit)

    def rational(self, numerator: Any, denominator: Any = 1) -> Fraction:
        constant = self.context.constant
        return Fraction(self, constant(numerator), self.unit if denominator == 1 else constant(denominator))

    def of_fmpq(self, value: flint.fmpq) -> Fraction:
        return self.rational(value.p, value.q)

    def atoms_of(self, form: Fraction) -> list[Atom]:
        return [self.atoms[k] for k in sorted({*self.indices(form.num), *self.indices(form.den)})]

    def indices(self, polynomial: Polynomial) -> list[int]:
        """The indices of the atoms that occur in a polynomial."""
        if polynomial.is_constant():
            return []
        return [k for k, degree in enumerate(polynomial.degrees()) if degree > 0]

    def lifted(self, polynomial: Polynomial) -> Polynomial:
        """Return the polynomial in the present context: it was made when there were fewer atoms."""
        context = polynomial.context()
        if context is self.context:
            return polynomial
        return polynomial.project_to_context(self.context)

    def key(self, form: Fraction) -> Hashable:
        return key_of(form.num), key_of(form.den)

    # arithmetic

    def _pair(self, a: Polynomial, b: Polynomial) -> tuple[Polynomial, Polynomial]:
        return self.lifted(a), self.lifted(b)

    def times(self, a: Polynomial, b: Polynomial) -> Polynomial:
        """Return the product, reduced by the relations."""
        if a.is_one():
            return b
        if b.is_one():
            return a
        if len(a) * len(b) * len(self.gens) > PRODUCT_LIMIT and min(len(a), len(b)) > 1:
            raise NoFormError("too many terms")
        if a.context() is not b.context():
            a, b = self._pair(a, b)
        product = a * b
        return self.reduced(product) if self.algebraic else product

    def gcd(self, a: Polynomial, b: Polynomial) -> Polynomial:
        """Return the greatest common divisor of polynomials, or 1 where it would take too long."""
        if len(a) * len(b) > GCD_LIMIT:
            return a.context().constant(1)
        return a.gcd(b)

    def quotient(self, num: Polynomial, den: Polynomial) -> Fraction:
        """Return num/den in lowest terms, the leading coefficient of the denominator positive."""
        if den.is_zero():
            raise NoFormError("division by zero")
        if den.is_one():
            return Fraction(self, num, den)
        if num.context() is not den.context():
            num, den = self._pair(num, den)
        divisor = self.gcd(num, den)
        if not divisor.is_one():
            num, den = num // divisor, den // divisor
        if den.leading_coefficient() < 0:
            num, den = -num, -den
        return Fraction(self, num, den)

    def add(self, a: Fraction, b: Fraction) -> Fraction:
        an, ad, bn, bd = a.num, a.den, b.num, b.den
        if ad is bd is self.unit or (ad.is_one() and bd.is_one()):
            if an.context() is not bn.context():
                an, bn = self._pair(an, bn)
            return Fraction(self, an + bn, self.unit)
        if an.context() is not self.context or bn.context() is not self.context:
            an, ad = self._pair(an, ad)
            bn, bd = self._pair(bn, bd)
        if ad.context() is not self.context or bd.context() is not self.context:
            ad, bd = self._pair(ad, bd)
        if ad == bd:
            return self.quotient(an + bn, ad)
        divisor = self.gcd(ad, bd)
        left, right = bd // divisor, ad // divisor
        return self.quotient(self.times(an, left) + self.times(bn, right), self.times(ad, left))

    def total(self, forms: list[Fraction]) -> Fraction:
        """Return the sum of the forms, added in pairs so that long sums stay quick."""
        if not forms:
            return self.zero
        while len(forms) > 1:
            paired = [self.add(a, b) for a, b in zip(forms[::2], forms[1::2], strict=False)]
            forms = [*paired, forms[-1]] if len(forms) % 2 else paired
        return forms[0]

    def multiply(self, a: Fraction, b: Fraction) -> Fraction:
        num = self.times(a.num, b.num)
        ad, bd = a.den, b.den
        if ad is bd is self.unit or (ad.is_one() and bd.is_one()):
            return Fraction(self, num, self.unit)
        return self.quotient(num, self.times(ad, bd))

    def product(self, forms: list[Fraction]) -> Fraction:
        """Return the product of one or more forms."""
        result = forms[0]
        for form in forms[1:]:
            result = self.multiply(result, form)
        return result

    def inverse(self, a: Fraction) -> Fraction:
        if a.num.is_zero():
            raise NoFormError("division by zero")
        if a.num.leading_coefficient() < 0:
            return Fraction(self, -a.den, -a.num)
        return Fraction(self, a.den, a.num)

    def power(self, a: Fraction, exponent: int) -> Fraction:
        if exponent < 0:
            return self.power(self.inverse(a), -exponent)
        if exponent == 1:
            return a
        if exponent == 0:
            return self.one
        num, den = self.raised(a.num, exponent), self.raised(a.den, exponent)
        return Fraction(self, num, den) if not self.algebraic else self.quotient(num, den)

    def raised(self, base: Polynomial, exponent: int) -> Polynomial:
        """Return base^exponent, reduced by the relations."""
        if base.is_one():
            return base
        if exponent > 100_000:
            raise NoFormError("the exponent is too large")
        if len(base) > 1 and _power_terms(len(base), exponent) * len(self.gens) > PRODUCT_LIMIT // 4:
            raise NoFormError("too many terms")
        if base.is_constant() and int(base.leading_coefficient()).bit_length() * exponent > 200_000:
            raise NoFormError("too large a number")
        if not any(base.degrees()[k] > 0 for k in self.algebraic if k < len(base.degrees())):
            return base**exponent
        result = None
        while exponent:
            if exponent & 1:
                result = base if result is None else self.times(result, base)
            exponent >>= 1
            if exponent:
                base = self.times(base, base)
        return result

    # relations

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """Return the polynomial with every algebraic atom folded below the order of its relation."""
        if polynomial.is_constant():
            return polynomial
        degrees = polynomial.degrees()
        for index in reversed(self.algebraic):
            if index < len(degrees) and degrees[index] >= self.atoms[index].order:
                polynomial = self._folded(polynomial, self.atoms[index])
                degrees = polynomial.degrees()
        return polynomial

    def _folded(self, polynomial: Polynomial, atom: Atom) -> Polynomial:
        """Replace atom^order by what the relation says it is; `data` holds that polynomial last."""
        if len(polynomial) > FOLD_LIMIT:
            raise NoFormError("too many terms")
        polynomial = self.lifted(polynomial)
        groups: dict[int, dict[tuple[int, ...], Any]] = {}
        index, order = atom.index, atom.order
        for monomial, coefficient in polynomial.terms():
            times, rest = divmod(int(monomial[index]), order)
            if times:
                monomial = (*monomial[:index], rest, *monomial[index + 1 :])
            group = groups.setdefault(times, {})
            group[monomial] = group.get(monomial, 0) + coefficient
        replacement = self.lifted(self.replacement(atom))
        result = self.nothing
        for times, group in sorted(groups.items()):
            part = self.context.from_dict(group)
            if times:
                if len(replacement) ** min(times, 9) > 5_000:
                    raise NoFormError("too many terms")
                part = part * self.raised(replacement, times)
            result = result + part
        # a replacement may bring back atoms that come earlier, which the caller folds next
        return result

    def replacement(self, atom: Atom) -> Polynomial:
        """What atom^order equals."""
        if atom.kind == "sin":
            return self.unit - self.gens[atom.data[1]] ** 2
        if atom.kind in ("sign", "delta", "step"):
            return self.gens[atom.index]
        return atom.data[0]

    # a common base for multiples: e^(2x) and e^x, sin 3x and sin x, sqrt u and cbrt u

    def base_for(self, key: Hashable, multiple: flint.fmpq, limit: int) -> flint.fmpq | None:
        """Return the base of which `multiple` is a whole multiple, at most `limit` of it, for this key.

        None where no base in reach serves. A new base that others must share restarts what is being built.
        """
        known = self.bases.get(key)
        if known is None:
            self.bases[key] = (multiple if self.is_shown else abs(multiple), abs(multiple))
            return self.bases[key][0]
        base, largest = known
        ratio = multiple / base
        if ratio.q == 1 and abs(ratio.p) <= limit:
            if abs(multiple) > largest:
                self.bases[key] = (base, abs(multiple))
            if not (self.is_shown and ratio < 0 and base < 0):
                return base
        finer = flint.fmpq(flint.fmpz(multiple.p * base.q).gcd(flint.fmpz(base.p * multiple.q)), multiple.q * base.q)
        finer = -finer if base < 0 and multiple < 0 else finer
        largest = max(largest, abs(multiple))
        if largest / abs(finer) > limit:
            return None
        self.bases[key] = (finer, largest)
        self.memo.clear()
        raise RestartError


def _power_terms(terms: int, exponent: int) -> int:
    """At most so many terms has a sum of `terms` terms to that power: binomial(terms + exponent - 1, exponent)."""
    count = 1
    for k in range(1, terms):
        count = count * (exponent + k) // k
        if count > 10**7:
            break
    return count
