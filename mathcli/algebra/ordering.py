"""The conventional order of a tree that was raised from SymPy or FLINT. Nothing else sorts, and nothing here computes.

Sums go down in the degree of the main variable (x before y before z, then t, ..., parameters last), terms with a
logarithm before the plain one, exponentials and other functions after it; a sum does not begin with a minus where a
term of the same rank is positive: 1 - log n, 2cos x - sin x, 1 - x, but -x^2 + 2x - 1. Products have the number
first, then constants, letters, exponentials, functions, roots, sums; what is divided by stands below one line. Signs
are drawn to the front, x^(-2) is 1/x^2 and x^(1/2) is sqrt x.

What a person typed is never arranged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import count, pairwise
from operator import itemgetter

from mathcli.syntax.tree import (
    ONE,
    Call,
    Constant,
    E,
    Ellipsis,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Matrix,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    Vector,
)
from mathcli.syntax.writer import Form, write

Degree = int | Fraction
Key = tuple[object, ...]

_VARIABLES = "xyztuvwsrqpnmkjl"  # the other letters follow in their alphabetical order
_FUNCTIONS = ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch")
_ROOTS = frozenset(("sqrt", "cbrt", "root"))
# Products of these do not commute, and dots stand between neighbours.
_UNSORTED_KINDS: frozenset[type[Node]] = frozenset((Vector, Matrix, Transpose, Ellipsis))
_COMPOUND_KINDS: frozenset[type[Node]] = frozenset((Product, Quotient, Negative))
_HALF = Quotient(ONE, Number(2))
_SYMBOLIC = 10**6  # the degree of x^n: before any number that is likely to stand beside it

NUMBER, CONSTANT, LETTER, LETTER_ROOT, EXPONENTIAL, FUNCTION, ROOT, SUM, REST = range(9)
"""The classes of factors, in the order in which they stand in a product."""


def arrange(node: Node, *, main: Name | None = None) -> Node:
    """Return the tree in the conventional order, by descending powers of `main` where it is given.

    The value stays what it is wherever the tree is defined, and so does the domain.

    >>> from mathcli.syntax.tree import Name, Negative, Number, Sum
    >>> write(arrange(Sum((Negative(Name("g")), Number(1)))))
    '1 - g'
    """
    return Arrangement(node.names, main).result(node)


def _preference(name: Name) -> tuple[int, str]:
    letter = name.name[0] if len(name.name) == 1 or "_" in name.name[1:2] else ""
    return (_VARIABLES.index(letter) if letter and letter in _VARIABLES else len(_VARIABLES)), name.name


class Arrangement:
    """The order of trees in some names; what several of them share is arranged once."""

    def __init__(self, occurring: frozenset[Name], main: Name | None = None) -> None:
        names = sorted(occurring, key=_preference)
        self._names = names if main is None else [main, *(name for name in names if name is not main)]
        self._degrees: dict[tuple[Node, Name], Degree] = {}
        self._keys: dict[Node, Key] = {}
        self._done: dict[Node, Node] = {}
        self._texts: dict[Node, Form] = {}

    def result(self, node: Node) -> Node:
        """Return the tree in the conventional order. One frame for each level of the tree."""
        children = node.children()
        if not children:
            return node
        done = self._done.get(node)
        if done is None:
            arranged: list[Node] = []
            for child in children:
                arranged.append(self.result(child))
            done = self._done[node] = self._arranged(node, tuple(arranged))
        return done

    def _arranged(self, node: Node, children: tuple[Node, ...]) -> Node:
        match node:
            case Product():
                return self._quotient(children, ())
            case Power():
                return self._power(*children)
            case Sum():
                return self._sum(children)
            case Negative():
                return _negative(children[0])
            case Quotient():
                return self._quotient(children[:1], children[1:])
        return node if children == node.children() else node.rebuilt(children)

    def _power(self, base: Node, exponent: Node) -> Node:
        if base is E:
            return Power(base, exponent)
        if isinstance(exponent, Negative) and _is_plain_number(exponent.operand):
            positive = exponent.operand
            return Quotient(ONE, base if positive is ONE else self._power(base, positive))
        return Call("sqrt", (base,)) if exponent is _HALF else Power(base, exponent)

    # Products and quotients

    def _quotient(self, above: Sequence[Node], below: Sequence[Node]) -> Node:
        """One line for all factors: signs in front, numerators above, denominators below."""
        if _COMPOUND_KINDS.isdisjoint(map(type, above)) and _COMPOUND_KINDS.isdisjoint(map(type, below)):
            return self._line(above, below)
        is_negative = False
        top: list[Node] = []
        bottom: list[Node] = []
        for factor in _factors(above):
            core = factor.operand if isinstance(factor, Negative) else factor
            is_negative ^= core is not factor
            if isinstance(core, Quotient):
                top.extend(f for f in _factors((core.numerator,)) if f is not ONE)
                bottom.extend(_factors((core.denominator,)))
            else:
                top.extend(_factors((core,)))
        for factor in below:
            core = factor.operand if isinstance(factor, Negative) else factor
            is_negative ^= core is not factor
            bottom.extend(_factors((core,)))
        if Negative in map(type, top) or Negative in map(type, bottom):
            inner = self._quotient(top, bottom)
        else:
            inner = self._line(top, bottom)
        return _negative(inner) if is_negative else inner

    def _line(self, top: Sequence[Node], bottom: Sequence[Node]) -> Node:
        numerator = self._product(top)
        return Quotient(numerator, self._product(bottom)) if bottom else numerator

    def _product(self, factors: Sequence[Node]) -> Node:
        if len(factors) == 1:
            return factors[0]
        if _UNSORTED_KINDS.isdisjoint(map(type, factors)):
            factors = self._sorted(factors, self._factor_key)
        return Product.of(*factors)

    def _factor_key(self, factor: Node) -> Key:
        known = self._keys.get(factor)
        if known is None:
            known = self._keys[factor] = self._find_factor_key(factor)
        return known

    def _find_factor_key(self, factor: Node) -> Key:
        """(class, name or place of the function, degrees): what is compared when factors are put in order."""
        if isinstance(factor, Number):
            return NUMBER, ""
        if isinstance(factor, Name):
            return LETTER, factor.name
        base = factor.base if isinstance(factor, Power) else factor
        if not factor.names and not factor.contains(Indexed):
            return _constant_key(factor)
        if isinstance(factor, Power) and (base is E or not _is_plain_number(_unsigned(factor.exponent))):
            is_letter = isinstance(base, Name | Indexed) and not factor.exponent.names & base.names
            return (LETTER, _letter(base)) if is_letter else (EXPONENTIAL, "")
        match base:
            case Name() | Indexed():
                return LETTER, _letter(base)
            case Call(function, (argument, *_)) if function in _ROOTS:
                return (LETTER_ROOT if isinstance(argument, Name | Indexed) else ROOT), ""
            case Call(function):
                return FUNCTION, _place(function)
            case Sum():
                return SUM, tuple(self._degree(base, name) for name in self._names if name in base.names)
            case IndexedSum() | IndexedProduct():
                return REST, ""
        return FUNCTION, len(_FUNCTIONS) + 1

    def _sorted(self, nodes: Sequence[Node], key: Callable[[Node], Key]) -> list[Node]:
        """Sort by the key, and by what is written where keys agree, so that the order never depends on the input's."""
        keys = [key(node) for node in nodes]
        for first, second in pairwise(keys):
            if not first < second:
                break
        else:
            return list(nodes)
        keyed = sorted(zip(keys, count(), nodes, strict=False), key=itemgetter(0, 1))
        if any(a[0] == b[0] and a[2] is not b[2] for a, b in pairwise(keyed)):
            keyed.sort(key=lambda entry: (entry[0], self._text(entry[2]), isinstance(entry[2], Negative)))
        return [node for _, _, node in keyed]

    def _text(self, node: Node) -> str:
        return write(_unsigned(node), self._texts)

    # Sums

    def _sum(self, terms: tuple[Node, ...]) -> Node:
        flat = Sum.of(*terms)
        if not isinstance(flat, Sum) or not _UNSORTED_KINDS.isdisjoint(map(type, flat.terms)):
            return flat
        names = [name for name in self._names if name in flat.names]
        keys = {term: self._term_key(_unsigned(term), names) for term in flat.terms}
        ordered = self._sorted(flat.terms, keys.__getitem__)
        return Sum(tuple(_positive_first(ordered, keys, len(names))))

    def _term_key(self, term: Node, names: list[Name]) -> Key:
        key: list[object] = []
        is_leading = True
        for name in names:
            degree = self._degree(term, name) if name in term.names else 0
            key.append(-degree if is_leading else degree)
            is_leading = is_leading and degree == 0
        return (*key, *self._function_key(term))

    def _function_key(self, term: Node) -> tuple[int, object, Degree]:
        """(class, place, -power) of the first factor that is no letter: logarithms, then none, then the others."""
        if isinstance(term, Number | Name):
            return 1, "", 0
        numerator = term.numerator if isinstance(term, Quotient) else term
        for factor in _factors((numerator,)):
            base, power = (factor.base, factor.exponent) if isinstance(factor, Power) else (factor, ONE)
            rank, place, *_ = self._factor_key(factor)
            if rank in (EXPONENTIAL, FUNCTION) and factor.names:
                is_log = isinstance(base, Call) and base.function == "log"
                return (0 if is_log else rank), place, -(_value(power) or 1)
        is_number = not term.names
        return (2 if is_number and not _is_plain_number(term) else 1), "", 0

    def _degree(self, node: Node, name: Name) -> Degree:
        """The degree in the name, of the highest term; 0 inside functions. One frame for each level of the tree."""
        if node is name:
            return 1
        if name not in node.names:
            return 0
        known = self._degrees.get((node, name))
        if known is None:
            known = self._degrees[node, name] = self._find_degree(node, name)
        return known

    def _find_degree(self, node: Node, name: Name) -> Degree:
        match node:
            case Product(factors):
                total: Degree = 0
                for factor in factors:
                    total += self._degree(factor, name)
                return total
            case Power(base, exponent):
                size = _value(exponent)
                if size is None:
                    size = 0 if name in exponent.names else _SYMBOLIC
                return size if base is name else self._degree(base, name) * size
            case Quotient(numerator, denominator):
                return self._degree(numerator, name) - self._degree(denominator, name)
            case Sum(terms):
                highest = self._degree(terms[0], name)
                for term in terms:
                    highest = max(highest, self._degree(term, name))
                return highest
            case Negative(operand):
                return self._degree(operand, name)
            case Call("sqrt", (argument,)):
                return Fraction(self._degree(argument, name)) / 2
            case Call("cbrt", (argument,)):
                return Fraction(self._degree(argument, name)) / 3
        return 0


def _positive_first(terms: list[Node], keys: dict[Node, Key], names: int) -> list[Node]:
    first = terms[0]
    if len(terms) == 2:
        second = terms[1]
        swap = _is_negative(first) and not _is_negative(second)
        if not _is_negative(first) and not _is_negative(second) and _is_plain_number(second):
            function = keys[first][names]
            swap = keys[first][:names] == keys[second][:names] and function in (EXPONENTIAL, FUNCTION)
        return [second, first] if swap else terms
    if not _is_negative(first):
        return terms
    positive = [k for k, term in enumerate(terms) if not _is_negative(term)]
    if not positive:
        return terms
    k = positive[0]
    leads = keys[terms[k]][:names] == keys[first][:names]
    if names > 1:  # 1 - x^2 - y^2, y - m x - c
        leads = leads or len(positive) == 1 or keys[first][0] in (-1, 0)
    return [terms[k], *terms[:k], *terms[k + 1 :]] if leads else terms


def _factors(nodes: Iterable[Node]) -> list[Node]:
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.factors) if isinstance(node, Product) else flat.append(node)
    return flat


def _negative(node: Node) -> Node:
    return node.operand if isinstance(node, Negative) else Negative(node)


def _unsigned(node: Node) -> Node:
    return node.operand if isinstance(node, Negative) else node


def _is_negative(node: Node) -> bool:
    return isinstance(node, Negative)


def _is_plain_number(node: Node) -> bool:
    """Whether the node is a number or a quotient of two."""
    if isinstance(node, Quotient):
        return isinstance(node.numerator, Number) and isinstance(node.denominator, Number)
    return isinstance(node, Number)


def _value(node: Node) -> Degree | None:
    match node:
        case Number(numerator, scale):
            return numerator if scale == 0 else Fraction(numerator, 10**scale)
        case Quotient(Number(a, s), Number(b, t)) if b:
            return Fraction(a * 10**t, b * 10**s)
        case Negative(operand):
            size = _value(operand)
            return None if size is None else -size
    return None


def _constant_key(factor: Node) -> Key:
    match factor:
        case Number() | Quotient(Number(), Number()):
            return NUMBER, ""
        case Constant(name):
            return CONSTANT, name != "pi"
        case Call(function) if function not in _ROOTS:
            return FUNCTION, _place(function)
    return CONSTANT, 2


def _letter(base: Node) -> str:
    return base.name if isinstance(base, Name) else base.base if isinstance(base, Indexed) else ""


def _place(function: str) -> int:
    return _FUNCTIONS.index(function) if function in _FUNCTIONS else len(_FUNCTIONS)
