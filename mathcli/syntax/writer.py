"""Tree -> text: the input syntax, which parses back to the same tree, and Python text for SymPy.

Brackets stand only where reading would go wrong without them: a product is read from the left (a/b*c is (a/b)*c),
a sign in front takes the whole product behind it (-a*b is -(a*b)), x^y^z is x^(y^z). Every node is written once for
each tree that is printed; nothing recurses, so depth costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from mathcli.syntax.tree import (
    Call,
    Constant,
    Definition,
    Derivative,
    E,
    Ellipsis,
    Equation,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Integral,
    Interval,
    Limit,
    Matrix,
    Minimum,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Transpose,
    Vector,
    unvisited,
)

RELATION, SUM, NEGATIVE, PRODUCT, POWER, POSTFIX, ATOM = range(7)
"""How tightly a text holds together, from the loosest."""

Form = tuple[str, int]
Forms = Mapping[Node, Form]

_LONGEST_DECIMAL = 30


def write(node: Node, known: dict[Node, Form] | None = None) -> str:
    """Return the node in the input syntax, bracketed only where needed.

    `known` holds what was written before, and is added to: many pieces of one derivation are written once.

    >>> from mathcli.syntax.tree import Name, Number, Quotient, Sum
    >>> write(Quotient(Number(1), Sum((Name("x"), Number(1)))))
    '1/(x + 1)'
    """
    return _INPUT.text(node, known)


def bracketed(node: Node) -> str:
    """Return the node in the input syntax with brackets wherever a reader could hesitate: (1/2)*x, x^(y^z), -(x^2).

    >>> from mathcli.syntax.tree import Name, Number, Product, Quotient
    >>> bracketed(Product((Quotient(Number(1), Number(2)), Name("x"))))
    '(1/2)*x'
    """
    return _BRACKETED.text(node)


def sympy_text(node: Node) -> str:
    """Return Python text that SymPy evaluates to the same expression, with plain symbols.

    >>> from mathcli.syntax.tree import Name, Number, Power, Quotient
    >>> sympy_text(Power(Name("x"), Quotient(Number(1), Number(3))))
    'sign(x)*Abs(x)**Rational(1,3)'
    """
    from mathcli.syntax.sympy_notation import SymPyNotation

    return SymPyNotation().text(node)


def decimal(value: int) -> str:
    """Return the digits of a whole number of any size; Python refuses beyond 4,300 of them."""
    if value.bit_length() < 14_000:
        return str(value)
    chunk = 10**4000
    pieces: list[str] = []
    while value:
        value, low = divmod(value, chunk)
        pieces.append(str(low).zfill(4000))
    return "".join(reversed(pieces)).lstrip("0")


def _number(node: Number) -> str:
    digits = decimal(node.numerator)
    if node.scale == 0:
        return digits
    if node.scale > _LONGEST_DECIMAL:
        return f"{digits}e-{node.scale}"
    digits = digits.zfill(node.scale + 1)
    return f"{digits[: -node.scale]}.{digits[-node.scale :]}"


def within(form: Form, rank: int) -> str:
    """Return the text, in brackets if it holds together less tightly than its surroundings ask."""
    text, own = form
    return text if own >= rank else f"({text})"


class Notation:
    """One way to write trees in a line: a form for each kind of node, made from the forms of its children."""

    power_sign: ClassVar[str] = "^"

    table: ClassVar[Mapping[type[Node], Callable[..., Form]]]
    """The method for each kind of node; a subclass has its own."""

    def __init_subclass__(cls) -> None:
        cls.table = {kind: getattr(cls, method.__name__) for kind, method in Notation.table.items()}

    def text(self, node: Node, known: dict[Node, Form] | None = None) -> str:
        forms: dict[Node, Form] = {} if known is None else known
        table = self.table
        for current in unvisited(node, forms):
            forms[current] = table[type(current)](self, current, forms)
        return forms[node][0]

    def number(self, node: Number, forms: Forms) -> Form:
        return _number(node), ATOM

    def name(self, node: Name, forms: Forms) -> Form:
        stem, _, below = node.name.partition("_")
        if below[:1].isdigit() and below.isalnum() and not below.isdigit():  # x_1d would be x_1 d
            return f"{stem}_{{{below}}}", ATOM
        return node.name, ATOM

    def constant(self, node: Constant, forms: Forms) -> Form:
        return node.name, ATOM

    def sum(self, node: Sum, forms: Forms) -> Form:
        terms = node.terms
        pieces = [within(forms[terms[0]], NEGATIVE)]
        for term in terms[1:]:
            if isinstance(term, Negative):
                pieces.append(" - " + within(forms[term.operand], PRODUCT))
            else:
                pieces.append(" + " + within(forms[term], PRODUCT))
        return "".join(pieces), SUM

    def product(self, node: Product, forms: Forms) -> Form:
        factors = node.factors
        first = factors[0]
        pieces = [within(forms[first], PRODUCT)]
        for factor in factors[1:]:
            pieces.append(within(forms[factor], POWER))
        return "*".join(pieces), PRODUCT

    def negative(self, node: Negative, forms: Forms) -> Form:
        return "-" + within(forms[node.operand], PRODUCT), NEGATIVE

    def quotient(self, node: Quotient, forms: Forms) -> Form:
        return f"{within(forms[node.numerator], PRODUCT)}/{within(forms[node.denominator], POWER)}", PRODUCT

    def power(self, node: Power, forms: Forms) -> Form:
        if node.base is E:
            return f"exp({forms[node.exponent][0]})", ATOM
        exponent = within(forms[node.exponent], ATOM)
        if exponent == "T":  # x^T is the transpose
            exponent = "(T)"
        return f"{within(forms[node.base], POSTFIX)}{self.power_sign}{exponent}", POWER

    def listed(self, nodes: tuple[Node, ...], forms: Forms) -> str:
        return ", ".join([forms[node][0] for node in nodes])

    def vector(self, node: Vector, forms: Forms) -> Form:
        comma = "," if len(node.entries) == 1 else ""
        return f"({self.listed(node.entries, forms)}{comma})", ATOM

    def matrix(self, node: Matrix, forms: Forms) -> Form:
        rows = ", ".join([f"[{self.listed(row, forms)}]" for row in node.rows])
        return f"[{rows}]", ATOM

    # Below: how the input syntax spells what has no sign of its own. SymPy's spelling overrides these.

    def indexed(self, node: Indexed, forms: Forms) -> Form:
        if len(node.indices) == 1 and isinstance(node.indices[0], Name | Number):
            return f"{node.base}_{forms[node.indices[0]][0]}", ATOM
        joint = ",".join([forms[index][0] for index in node.indices])
        return f"{node.base}_{{{joint}}}", ATOM

    def call(self, node: Call, forms: Forms) -> Form:
        marks = _POSTFIX.get(node.function) if len(node.arguments) == 1 and not node.primes else None
        if marks:
            return within(forms[node.arguments[0]], ATOM) + marks, POSTFIX
        if node.function == "frobenius":
            return f"||{forms[node.arguments[0]][0]}||_F", ATOM
        return f"{node.function}{chr(39) * node.primes}({self.listed(node.arguments, forms)})", ATOM

    def derivative(self, node: Derivative, forms: Forms) -> Form:
        order = f", {node.order}" if node.order != 1 else ""
        return f"diff({forms[node.operand][0]}, {node.variable.name}{order})", ATOM

    def _iterated(self, word: str, node: IndexedSum | IndexedProduct, forms: Forms) -> Form:
        bounds = self.listed((node.lower, node.upper), forms)
        return f"{word}({forms[node.body][0]}, {node.index.name}, {bounds})", ATOM

    def indexed_sum(self, node: IndexedSum, forms: Forms) -> Form:
        return self._iterated("sum", node, forms)

    def indexed_product(self, node: IndexedProduct, forms: Forms) -> Form:
        return self._iterated("prod", node, forms)

    def integral(self, node: Integral, forms: Forms) -> Form:
        bounds = ""
        if node.lower is not None and node.upper is not None:
            bounds = ", " + self.listed((node.lower, node.upper), forms)
        return f"integral({forms[node.operand][0]}, {node.variable.name}{bounds})", ATOM

    def limit(self, node: Limit, forms: Forms) -> Form:
        side = f", {node.side}" if node.side else ""
        return f"limit({forms[node.operand][0]}, {node.variable.name}, {forms[node.point][0]}{side})", ATOM

    def minimum(self, node: Minimum, forms: Forms) -> Form:
        names = ", ".join(name.name for name in node.variables)
        return f"min_{{{names}}} {within(forms[node.objective], POWER)}", NEGATIVE

    def norm(self, node: Norm, forms: Forms) -> Form:
        return f"||{forms[node.operand][0]}||", ATOM

    def transpose(self, node: Transpose, forms: Forms) -> Form:
        return f"{within(forms[node.operand], POSTFIX)}^T", POWER

    def ellipsis(self, node: Ellipsis, forms: Forms) -> Form:
        return "...", ATOM

    def equation(self, node: Equation, forms: Forms) -> Form:
        return f"{within(forms[node.left], SUM)} = {within(forms[node.right], SUM)}", RELATION

    def relation(self, node: Relation, forms: Forms) -> Form:
        pieces = [within(forms[node.sides[0]], SUM)]
        for sign, side in zip(node.signs, node.sides[1:], strict=True):
            pieces.append(f" {sign} {within(forms[side], SUM)}")
        return "".join(pieces), RELATION

    def interval(self, node: Interval, forms: Forms) -> Form:
        bounds = self.listed((node.lower, node.upper), forms)
        return f"{'[' if node.has_lower else '('}{bounds}{']' if node.has_upper else ')'}", ATOM

    def definition(self, node: Definition, forms: Forms) -> Form:
        names = ", ".join(name.name for name in node.parameters)
        return f"{node.function}({names}) = {forms[node.body][0]}", RELATION

    def piecewise(self, node: Piecewise, forms: Forms) -> Form:
        pieces = [f"{forms[value][0]} if {forms[condition][0]}" for value, condition in node.branches]
        if node.otherwise is not None:
            pieces.append(f"{forms[node.otherwise][0]} otherwise")
        return "{" + "; ".join(pieces) + "}", ATOM


_POSTFIX = {"factorial": "!", "factorial2": "!!"}

Notation.table = {
    Number: Notation.number,
    Name: Notation.name,
    Constant: Notation.constant,
    Indexed: Notation.indexed,
    Sum: Notation.sum,
    Product: Notation.product,
    Negative: Notation.negative,
    Quotient: Notation.quotient,
    Power: Notation.power,
    Call: Notation.call,
    Derivative: Notation.derivative,
    IndexedSum: Notation.indexed_sum,
    IndexedProduct: Notation.indexed_product,
    Integral: Notation.integral,
    Limit: Notation.limit,
    Minimum: Notation.minimum,
    Vector: Notation.vector,
    Matrix: Notation.matrix,
    Norm: Notation.norm,
    Transpose: Notation.transpose,
    Ellipsis: Notation.ellipsis,
    Equation: Notation.equation,
    Relation: Notation.relation,
    Interval: Notation.interval,
    Definition: Notation.definition,
    Piecewise: Notation.piecewise,
}


class Bracketed(Notation):
    """The input syntax with brackets around what precedence alone holds together, where people read differently."""

    def product(self, node: Product, forms: Forms) -> Form:
        pieces = [within(forms[factor], POWER) for factor in node.factors]
        return "*".join(pieces), PRODUCT

    def quotient(self, node: Quotient, forms: Forms) -> Form:
        return f"{self._beside_line(node.numerator, forms)}/{self._beside_line(node.denominator, forms)}", PRODUCT

    def _beside_line(self, node: Node, forms: Forms) -> str:
        return within(forms[node], POSTFIX)  # x^2/3 is often meant as x^(2/3)

    def negative(self, node: Negative, forms: Forms) -> Form:
        is_plain = isinstance(node.operand, Number | Name | Constant | Call)
        return f"-{forms[node.operand][0]}" if is_plain else f"-({forms[node.operand][0]})", NEGATIVE


_INPUT = Notation()
_BRACKETED = Bracketed()
