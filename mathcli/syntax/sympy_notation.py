"""Tree -> Python text that SymPy evaluates to the same expression, with plain symbols. SymPy itself is not loaded.

No text of ours divides two Python integers or holds a float; a name that SymPy takes for something else stands as
Symbol('S'); an odd root of what may be negative is the real one, sign(x)*Abs(x)**Rational(1,3).
"""

from __future__ import annotations

import keyword
import re
from fractions import Fraction

from mathcli.syntax.magnitudes import Magnitudes
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
from mathcli.syntax.writer import (
    ATOM,
    NEGATIVE,
    POSTFIX,
    POWER,
    PRODUCT,
    RELATION,
    Form,
    Forms,
    Notation,
    decimal,
    within,
)

FUNCTIONS = {
    "abs": "Abs",
    "ceil": "ceiling",
    "min": "Min",
    "max": "Max",
    "lambertw": "LambertW",
    "kronecker": "KroneckerDelta",
    **{
        name: name
        for name in [
            "sin",
            "cos",
            "tan",
            "cot",
            "sec",
            "csc",
            "asin",
            "acos",
            "atan",
            "acot",
            "asec",
            "acsc",
            "sinh",
            "cosh",
            "tanh",
            "coth",
            "sech",
            "csch",
            "asinh",
            "acosh",
            "atanh",
            "acoth",
            "asech",
            "acsch",
            "log",
            "sqrt",
            "sign",
            "floor",
            "erf",
            "gamma",
            "binomial",
            "atan2",
            "factorial",
            "factorial2",
            "conjugate",
            "re",
            "im",
            "arg",
        ]
    },
}
"""Our functions by SymPy's names. cbrt and root are powers there; what is not in the list is unknown to SymPy."""

_PLAIN_WORDS = frozenset(
    [
        "alpha",
        "delta",
        "epsilon",
        "eta",
        "theta",
        "iota",
        "kappa",
        "mu",
        "nu",
        "xi",
        "omicron",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "psi",
        "omega",
        "Alpha",
        "Delta",
        "Epsilon",
        "Eta",
        "Theta",
        "Iota",
        "Kappa",
        "Mu",
        "Nu",
        "Xi",
        "Omicron",
        "Rho",
        "Sigma",
        "Tau",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
)
_PLAIN = re.compile(r"[A-Za-z](_\w+)?|[a-z]+_\w+")
_TAKEN = frozenset(["E", "I", "N", "O", "Q", "S", "n_order"])
_COMPARISONS = {"<": "Lt", "<=": "Le", ">": "Gt", ">=": "Ge", "!=": "Ne", "=": "Eq"}


def symbol(name: str) -> str:
    """Return the text of a plain symbol: x, x_1, Symbol('S').

    A word of several letters is only left bare where no version of SymPy has a meaning for it.
    """
    plain = name in _PLAIN_WORDS or (_PLAIN.fullmatch(name) and name.isascii() and name not in _TAKEN)
    return name if plain and not keyword.iskeyword(name) else f"Symbol({name!r})"


def rational(value: Fraction | int) -> str:
    exact = Fraction(value)
    if exact.denominator == 1:
        return decimal(exact.numerator) if exact >= 0 else f"-{decimal(-exact.numerator)}"
    sign = "-" if exact < 0 else ""
    return f"Rational({sign}{decimal(abs(exact.numerator))},{decimal(exact.denominator)})"


class SymPyNotation(Notation):
    """One tree as Python text."""

    power_sign = "**"

    def __init__(self) -> None:
        self._known = Magnitudes()
        self._python_numbers: set[Node] = set()

    def text(self, node: Node, known: dict[Node, Form] | None = None) -> str:
        forms: dict[Node, Form] = {} if known is None else known
        table = self.table
        for current in unvisited(node, forms):
            if not current.names:
                self._known.look(current)
                if self._is_python_number(current):
                    self._python_numbers.add(current)
            forms[current] = table[type(current)](self, current, forms)
        return forms[node][0]

    def _is_python_number(self, node: Node) -> bool:
        """Whether Python alone would work the text out, with its own division and its own powers."""
        if isinstance(node, Number):
            return node.scale == 0
        if isinstance(node, Power):  # any other exponent has a base that is no longer Python's
            return node.base in self._python_numbers and self._is_python_exponent(node)
        is_arithmetic = isinstance(node, Sum | Product | Negative)
        return is_arithmetic and all(child in self._python_numbers for child in node.children())

    def _is_python_exponent(self, node: Power) -> bool:
        return isinstance(node.exponent, Number) and node.exponent.is_integer and not self._known.is_too_large(node)

    def _as_sympy(self, node: Node, forms: Forms, rank: int) -> str:
        if node in self._python_numbers:
            return f"Integer({forms[node][0]})"
        return within(forms[node], rank)

    def number(self, node: Number, forms: Forms) -> Form:
        if node.scale == 0:
            return decimal(node.numerator), ATOM
        return rational(Fraction(node.numerator, 10**node.scale)), ATOM

    def name(self, node: Name, forms: Forms) -> Form:
        return symbol(node.name), ATOM

    def constant(self, node: Constant, forms: Forms) -> Form:
        return {"e": "E", "pi": "pi", "i": "I", "inf": "oo"}[node.name], ATOM

    def quotient(self, node: Quotient, forms: Forms) -> Form:
        top, bottom = node.numerator, node.denominator
        if isinstance(top, Number) and isinstance(bottom, Number) and top.is_integer and bottom.is_integer:
            return f"Rational({decimal(top.numerator)},{decimal(bottom.numerator)})", ATOM
        above = self._as_sympy(top, forms, PRODUCT) if bottom in self._python_numbers else within(forms[top], PRODUCT)
        return f"{above}/{within(forms[bottom], POWER)}", PRODUCT

    def power(self, node: Power, forms: Forms) -> Form:
        base, exponent = node.base, node.exponent
        if self._known.is_too_large(node):
            return f"Pow({forms[base][0]}, UnevaluatedExpr({forms[exponent][0]}))", ATOM
        if base is E:
            return f"exp({forms[exponent][0]})", ATOM
        root = self._known.odd_root(node)
        if root is not None:
            return _odd_root(forms[base][0], root)
        is_left_to_python = exponent in self._python_numbers and not self._is_python_exponent(node)
        text = self._as_sympy(base, forms, POSTFIX) if is_left_to_python else within(forms[base], POSTFIX)
        return f"{text}**{within(forms[exponent], ATOM)}", POWER

    def call(self, node: Call, forms: Forms) -> Form:
        arguments = self.listed(node.arguments, forms)
        match node:
            case Call("log", (argument, base), 0):
                return f"log({forms[argument][0]})/log({forms[base][0]})", PRODUCT
            case Call("lambertwm", (argument,), 0):
                return f"LambertW({forms[argument][0]}, -1)", ATOM
            case Call("cbrt", (argument,), 0):
                return self._root(argument, Fraction(1, 3), forms)
            case Call("root", (argument, degree), 0):
                value = self._known.values.get(degree)
                if isinstance(value, int) and value:
                    return self._root(argument, Fraction(1, value), forms)
                return f"{within(forms[argument], POSTFIX)}**({self._as_sympy_one(degree, forms)})", POWER
            case Call("factorial" | "factorial2" | "gamma" | "binomial", _, 0) if self._known.is_too_large(node):
                arguments = ", ".join(f"UnevaluatedExpr({forms[argument][0]})" for argument in node.arguments)
        if node.primes:
            return self._primed(node, forms), ATOM
        known = FUNCTIONS.get(node.function)
        return f"{known or f'Function({node.function!r})'}({arguments})", ATOM

    def _as_sympy_one(self, degree: Node, forms: Forms) -> str:
        return f"Integer(1)/{within(forms[degree], POWER)}"

    def _root(self, argument: Node, exponent: Fraction, forms: Forms) -> Form:
        if exponent == 1:
            return forms[argument]
        if exponent.denominator % 2 and not self._known.is_never_negative(argument):
            return _odd_root(forms[argument][0], exponent)
        return f"{within(forms[argument], POSTFIX)}**{rational(exponent)}", POWER

    def _primed(self, node: Call, forms: Forms) -> str:
        function, argument = f"Function({node.function!r})", node.arguments[0]
        variable = forms[argument][0] if isinstance(argument, Name) else "xi_1"
        order = variable if node.primes == 1 else f"({variable}, {node.primes})"
        derivative = f"Derivative({function}({variable}), {order})"
        return derivative if isinstance(argument, Name) else f"Subs({derivative}, xi_1, {forms[argument][0]})"

    def indexed(self, node: Indexed, forms: Forms) -> Form:
        return f"IndexedBase({node.base!r})[{self.listed(node.indices, forms)}]", ATOM

    def derivative(self, node: Derivative, forms: Forms) -> Form:
        variable = symbol(node.variable.name)
        order = variable if node.order == 1 else f"({variable}, {node.order})"
        return f"Derivative({forms[node.operand][0]}, {order})", ATOM

    def _over(self, word: str, node: IndexedSum | IndexedProduct, forms: Forms) -> Form:
        bounds = self.listed((node.lower, node.upper), forms)
        return f"{word}({forms[node.body][0]}, ({symbol(node.index.name)}, {bounds}))", ATOM

    def indexed_sum(self, node: IndexedSum, forms: Forms) -> Form:
        return self._over("Sum", node, forms)

    def indexed_product(self, node: IndexedProduct, forms: Forms) -> Form:
        return self._over("Product", node, forms)

    def integral(self, node: Integral, forms: Forms) -> Form:
        variable = symbol(node.variable.name)
        if node.lower is not None and node.upper is not None:
            variable = f"({variable}, {self.listed((node.lower, node.upper), forms)})"
        return f"Integral({forms[node.operand][0]}, {variable})", ATOM

    def limit(self, node: Limit, forms: Forms) -> Form:
        side = node.side or "+-"
        return f"Limit({forms[node.operand][0]}, {symbol(node.variable.name)}, {forms[node.point][0]}, {side!r})", ATOM

    def minimum(self, node: Minimum, forms: Forms) -> Form:
        names = ", ".join(symbol(name.name) for name in node.variables)
        return f"Function('minimum')({forms[node.objective][0]}, {names})", ATOM

    def vector(self, node: Vector, forms: Forms) -> Form:
        return f"Matrix([{self.listed(node.entries, forms)}])", ATOM

    def matrix(self, node: Matrix, forms: Forms) -> Form:
        rows = ", ".join([f"[{self.listed(row, forms)}]" for row in node.rows])
        return f"Matrix([{rows}])", ATOM

    def product(self, node: Product, forms: Forms) -> Form:
        factors = node.factors
        if len(factors) == 2 and all(isinstance(factor, Vector) for factor in factors):
            return f"{forms[factors[0]][0]}.dot({forms[factors[1]][0]})", ATOM
        return super().product(node, forms)

    def norm(self, node: Norm, forms: Forms) -> Form:
        if isinstance(node.operand, Vector):
            squares = " + ".join([f"{within(forms[entry], POSTFIX)}**2" for entry in node.operand.entries])
            return f"sqrt({squares})", ATOM
        return f"Function('norm')({forms[node.operand][0]})", ATOM

    def transpose(self, node: Transpose, forms: Forms) -> Form:
        return f"transpose({forms[node.operand][0]})", ATOM

    def ellipsis(self, node: Ellipsis, forms: Forms) -> Form:
        return "Symbol('...')", ATOM

    def equation(self, node: Equation, forms: Forms) -> Form:
        return f"Eq({forms[node.left][0]}, {forms[node.right][0]})", ATOM

    def relation(self, node: Relation, forms: Forms) -> Form:
        pairs = list(zip(node.sides, node.signs, node.sides[1:], strict=False))
        pieces = [self._comparison(left, sign, right, forms) for left, sign, right in pairs]
        return (pieces[0], RELATION) if len(pieces) == 1 else (f"And({', '.join(pieces)})", ATOM)

    def _comparison(self, left: Node, sign: str, right: Node, forms: Forms) -> str:
        if sign in ("=", "!=") or (left in self._python_numbers and right in self._python_numbers):
            return f"{_COMPARISONS[sign]}({forms[left][0]}, {forms[right][0]})"
        return f"{within(forms[left], NEGATIVE)} {sign} {within(forms[right], NEGATIVE)}"

    def interval(self, node: Interval, forms: Forms) -> Form:
        bounds = self.listed((node.lower, node.upper), forms)
        return f"Interval({bounds}, {not node.has_lower}, {not node.has_upper})", ATOM

    def definition(self, node: Definition, forms: Forms) -> Form:
        names = ", ".join(symbol(name.name) for name in node.parameters)
        return f"Eq(Function({node.function!r})({names}), {forms[node.body][0]})", ATOM

    def piecewise(self, node: Piecewise, forms: Forms) -> Form:
        pieces = [f"({forms[value][0]}, {forms[condition][0]})" for value, condition in node.branches]
        if node.otherwise is not None:
            pieces.append(f"({forms[node.otherwise][0]}, True)")
        return f"Piecewise({', '.join(pieces)})", ATOM


def _odd_root(base: str, exponent: Fraction) -> Form:
    size = f"Abs({base})**{rational(exponent) if exponent.denominator != 1 else f'({exponent})'}"
    return (f"sign({base})*{size}", PRODUCT) if exponent.numerator % 2 else (size, POWER)
