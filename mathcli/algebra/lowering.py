"""Tree <-> SymPy; the only room that knows both. SymPy is imported on first use.

`lower` builds what SymPy's own evaluation makes of the tree; `raised` comes back in the conventional order. An odd
root of what may be negative is the real one: sign(x)·|x|^(1/3) over plain symbols, and over real ones a function
with a derivative of its own, since SymPy 1.14 differentiates sign and real_root into DiracDelta.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, NoReturn

from mathcli.algebra.ordering import arrange
from mathcli.errors import NotCoveredError
from mathcli.syntax.magnitudes import Magnitudes
from mathcli.syntax.sympy_notation import FUNCTIONS
from mathcli.syntax.tree import (
    INF,
    ONE,
    PI,
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
    fraction,
    walk,
)
from mathcli.syntax.tree import I as IMAGINARY

Lowered = Any
"""A SymPy object; SymPy has no types to check against."""


def lower(node: Node, *, real: bool = False) -> Lowered:
    """Return the tree as SymPy has it, over plain symbols or over real ones.

    Raises:
        NotCoveredError: SymPy refuses to build it, as it does with i < 2.
    """
    return _Lowering(real).result(node)


def srepr(node: Node) -> str:
    """Return SymPy's own exact spelling of the tree, over plain symbols."""
    return str(_sympy().srepr(lower(node)))


def raised(expression: Lowered) -> Node:
    """Return a SymPy object as a tree in the conventional order, exactly.

    Raises:
        NotCoveredError: it holds something that no tree can say: a Float, a CRootOf, a function we do not know.
    """
    return arrange(_Raising().result(_sympy().sympify(expression, strict=True)))


@cache
def _sympy() -> Any:
    import sympy

    return sympy


@cache
def odd_root() -> Any:
    """Return the class of real roots: odd_root(u, p/q) is u^(p/q) with odd q, also where u is negative."""
    import sympy

    class RealPower(sympy.Function):  # type: ignore[misc]
        nargs = 2
        is_real = True

        @classmethod
        def eval(cls, base: Any, exponent: Any) -> Any:
            if base.is_nonnegative:
                return base**exponent
            if base.is_negative:
                return (1 if exponent.p % 2 == 0 else -1) * (-base) ** exponent
            return None

        def fdiff(self, argindex: int = 1) -> Any:
            base, exponent = self.args
            return exponent * self.func(base, exponent - 1)

        def _eval_evalf(self, precision: int) -> Any:
            base, exponent = self.args
            size = abs(base) ** exponent
            return (sympy.sign(base) * size if exponent.p % 2 else size)._eval_evalf(precision)

    return RealPower


class _Lowering:
    """One tree on its way to SymPy: each node once, children first."""

    def __init__(self, real: bool) -> None:
        self._sympy = _sympy()
        self._real = real
        self._known = Magnitudes()
        self._done: dict[Node, Lowered] = {}

    def result(self, node: Node) -> Lowered:
        for current in walk(node):
            self._known.look(current)
            try:
                self._done[current] = _LOWERED[type(current)](self, current)
            except (NotImplementedError, TypeError, ValueError) as refusal:  # a limit at x as x -> x, max(i, 1), i < 2
                raise NotCoveredError(f"SymPy has no form for this: {refusal}") from refusal
        return self._done[node]

    def __getitem__(self, node: Node) -> Lowered:
        return self._done[node]

    def all(self, nodes: tuple[Node, ...]) -> list[Lowered]:
        return [self._done[node] for node in nodes]

    def symbol(self, name: str) -> Lowered:
        return self._sympy.Symbol(name, real=True) if self._real else self._sympy.Symbol(name)

    def name(self, node: Name) -> Lowered:
        return self.symbol(node.name)

    def number(self, node: Number) -> Lowered:
        return self._sympy.Rational(node.numerator, 10**node.scale)

    def constant(self, node: Constant) -> Lowered:
        s = self._sympy
        return {"e": s.E, "pi": s.pi, "i": s.I, "inf": s.oo}[node.name]

    def sum(self, node: Sum) -> Lowered:
        return (
            self._sympy.Add(*self.all(node.terms)) if not self._has_matrix(node.terms) else self._fold_sum(node.terms)
        )

    def _has_matrix(self, nodes: tuple[Node, ...]) -> bool:
        return any(isinstance(self._done[node], self._sympy.MatrixBase) for node in nodes)

    def _fold_sum(self, terms: tuple[Node, ...]) -> Lowered:
        total = self._done[terms[0]]
        for term in terms[1:]:
            total = total + self._done[term]
        return total

    def product(self, node: Product) -> Lowered:
        factors = self.all(node.factors)
        if not self._has_matrix(node.factors):
            return self._sympy.Mul(*factors)
        result = factors[0]
        for factor in factors[1:]:
            are_columns = all(isinstance(m, self._sympy.MatrixBase) and m.cols == 1 for m in (result, factor))
            result = result.dot(factor) if are_columns else result * factor
        return result

    def negative(self, node: Negative) -> Lowered:
        return -self[node.operand]

    def quotient(self, node: Quotient) -> Lowered:
        return self[node.numerator] / self[node.denominator]

    def power(self, node: Power) -> Lowered:
        base, exponent = self[node.base], self[node.exponent]
        if self._known.is_too_large(node):
            return self._sympy.Pow(base, self._sympy.UnevaluatedExpr(exponent))
        if node.base is E:
            return self._sympy.exp(exponent)
        root = self._known.odd_root(node)
        return base**exponent if root is None else self._odd_root(base, root)

    def _odd_root(self, base: Lowered, exponent: Fraction) -> Lowered:
        s = self._sympy
        power = s.Rational(exponent.numerator, exponent.denominator)
        if self._real:
            return odd_root()(base, power)
        size = s.Abs(base) ** power
        return s.sign(base) * size if exponent.numerator % 2 else size

    def call(self, node: Call) -> Lowered:
        s = self._sympy
        arguments = self.all(node.arguments)
        match node:
            case Call("log", (_, _), 0):
                return s.log(arguments[0]) / s.log(arguments[1])
            case Call("lambertwm", _, 0):
                return s.LambertW(arguments[0], -1)
            case Call("cbrt", (argument,), 0):
                return self._root(argument, Fraction(1, 3))
            case Call("root", (argument, degree), 0):
                value = self._known.values.get(degree)
                if isinstance(value, int) and value:
                    return self._root(argument, Fraction(1, value))
                return arguments[0] ** (1 / arguments[1])
            case Call("factorial" | "factorial2" | "gamma" | "binomial", _, 0) if self._known.is_too_large(node):
                arguments = [s.UnevaluatedExpr(argument) for argument in arguments]
        if node.primes:
            return self._primed(node, arguments)
        known = FUNCTIONS.get(node.function)
        return getattr(s, known)(*arguments) if known else s.Function(node.function)(*arguments)

    def _root(self, argument: Node, exponent: Fraction) -> Lowered:
        if exponent.denominator % 2 and exponent.denominator > 1 and not self._known.is_never_negative(argument):
            return self._odd_root(self[argument], exponent)
        return self[argument] ** self._sympy.Rational(exponent.numerator, exponent.denominator)

    def _primed(self, node: Call, arguments: list[Lowered]) -> Lowered:
        s = self._sympy
        function = s.Function(node.function)
        if isinstance(node.arguments[0], Name):
            return s.Derivative(function(arguments[0]), (arguments[0], node.primes))
        variable = self.symbol("xi_1")
        return s.Subs(s.Derivative(function(variable), (variable, node.primes)), variable, arguments[0])

    def indexed(self, node: Indexed) -> Lowered:
        return self._sympy.IndexedBase(node.base)[tuple(self.all(node.indices))]

    def derivative(self, node: Derivative) -> Lowered:
        return self._sympy.Derivative(self[node.operand], (self.symbol(node.variable.name), node.order))

    def indexed_sum(self, node: IndexedSum) -> Lowered:
        return self._sympy.Sum(self[node.body], (self.symbol(node.index.name), self[node.lower], self[node.upper]))

    def indexed_product(self, node: IndexedProduct) -> Lowered:
        return self._sympy.Product(self[node.body], (self.symbol(node.index.name), self[node.lower], self[node.upper]))

    def integral(self, node: Integral) -> Lowered:
        variable = self.symbol(node.variable.name)
        if node.lower is None or node.upper is None:
            return self._sympy.Integral(self[node.operand], variable)
        return self._sympy.Integral(self[node.operand], (variable, self[node.lower], self[node.upper]))

    def limit(self, node: Limit) -> Lowered:
        variable = self.symbol(node.variable.name)
        return self._sympy.Limit(self[node.operand], variable, self[node.point], node.side or "+-")

    def minimum(self, node: Minimum) -> Lowered:
        names = [self.symbol(name.name) for name in node.variables]
        return self._sympy.Function("minimum")(self[node.objective], *names)

    def vector(self, node: Vector) -> Lowered:
        return self._sympy.Matrix(self.all(node.entries))

    def matrix(self, node: Matrix) -> Lowered:
        return self._sympy.Matrix([self.all(row) for row in node.rows])

    def norm(self, node: Norm) -> Lowered:
        inner = self[node.operand]
        if isinstance(inner, self._sympy.MatrixBase):
            return self._sympy.sqrt(self._sympy.Add(*(entry**2 for entry in inner)))
        return self._sympy.Function("norm")(inner)

    def transpose(self, node: Transpose) -> Lowered:
        return self._sympy.transpose(self[node.operand])

    def ellipsis(self, node: Ellipsis) -> Lowered:
        return self._sympy.Symbol("...")

    def equation(self, node: Equation) -> Lowered:
        return self._sympy.Eq(self[node.left], self[node.right])

    def relation(self, node: Relation) -> Lowered:
        s = self._sympy
        build: Mapping[str, Callable[[Lowered, Lowered], Lowered]] = {
            "<": s.Lt, "<=": s.Le, ">": s.Gt, ">=": s.Ge, "!=": s.Ne, "=": s.Eq,
        }  # fmt: skip
        sides = self.all(node.sides)
        return s.And(*(build[sign](a, b) for a, sign, b in zip(sides, node.signs, sides[1:], strict=False)))

    def interval(self, node: Interval) -> Lowered:
        return self._sympy.Interval(self[node.lower], self[node.upper], not node.has_lower, not node.has_upper)

    def definition(self, node: Definition) -> Lowered:
        parameters = [self.symbol(name.name) for name in node.parameters]
        return self._sympy.Eq(self._sympy.Function(node.function)(*parameters), self[node.body])

    def piecewise(self, node: Piecewise) -> Lowered:
        branches = [(self[value], self[condition]) for value, condition in node.branches]
        if node.otherwise is not None:
            branches.append((self[node.otherwise], True))
        return self._sympy.Piecewise(*branches)


_LOWERED: Mapping[type[Node], Callable[[_Lowering, Any], Lowered]] = {
    Number: _Lowering.number,
    Name: _Lowering.name,
    Constant: _Lowering.constant,
    Indexed: _Lowering.indexed,
    Sum: _Lowering.sum,
    Product: _Lowering.product,
    Negative: _Lowering.negative,
    Quotient: _Lowering.quotient,
    Power: _Lowering.power,
    Call: _Lowering.call,
    Derivative: _Lowering.derivative,
    IndexedSum: _Lowering.indexed_sum,
    IndexedProduct: _Lowering.indexed_product,
    Integral: _Lowering.integral,
    Limit: _Lowering.limit,
    Minimum: _Lowering.minimum,
    Vector: _Lowering.vector,
    Matrix: _Lowering.matrix,
    Norm: _Lowering.norm,
    Transpose: _Lowering.transpose,
    Ellipsis: _Lowering.ellipsis,
    Equation: _Lowering.equation,
    Relation: _Lowering.relation,
    Interval: _Lowering.interval,
    Definition: _Lowering.definition,
    Piecewise: _Lowering.piecewise,
}


# Back from SymPy


def _refuse(expression: Any) -> NoReturn:
    raise NotCoveredError(f"there is no way to write {type(expression).__name__} here")


_OURS = {theirs: ours for ours, theirs in FUNCTIONS.items()}
_SIGNS = {
    "StrictLessThan": "<",
    "LessThan": "<=",
    "StrictGreaterThan": ">",
    "GreaterThan": ">=",
    "Unequality": "!=",
}


class _Raising:
    """One SymPy object on its way back: each part once. What stands in no table is refused by name."""

    def __init__(self) -> None:
        self._sympy = _sympy()
        self._done: dict[Lowered, Node] = {}

    def result(self, expression: Lowered) -> Node:
        known = self._done.get(expression) if expression.__hash__ else None
        if known is None:
            known = self._raised(expression)
            if expression.__hash__:
                self._done[expression] = known
        return known

    def all(self, expressions: Iterable[Lowered]) -> tuple[Node, ...]:
        return tuple([self.result(expression) for expression in expressions])

    def _raised(self, expression: Lowered) -> Node:
        s = self._sympy
        if isinstance(expression, s.MatrixBase):
            return self._matrix(expression)
        if isinstance(expression, s.core.function.AppliedUndef):
            return Call(str(expression.func), self.all(expression.args))
        word = _OURS.get(type(expression).__name__)
        if word == "lambertw" and len(expression.args) == 2:
            word = "lambertwm" if expression.args[1] == -1 else None
            return Call(word, self.all(expression.args[:1])) if word else _refuse(expression)
        if word is not None and isinstance(expression, s.Function | s.Max | s.Min):
            return Call(word, self.all(expression.args))
        for kind in type(expression).__mro__:
            raising = _RAISED.get(kind.__name__)
            if raising is not None:
                return raising(self, expression)
        return _refuse(expression)

    def rational(self, number: Lowered) -> Node:
        return fraction(int(number.p), int(number.q))

    def name(self, symbol: Lowered) -> Node:
        return Name(str(symbol.name))

    def sum(self, expression: Lowered) -> Node:
        return Sum.of(*self.all(expression.args))

    def product(self, expression: Lowered) -> Node:
        """One quotient: what has a negative exponent goes below the line, and so does a coefficient's denominator."""
        above: list[Node] = []
        below: list[Node] = []
        is_negative = False
        for factor in _with_odd_roots(expression.args, self._sympy):
            if factor.is_Rational:
                is_negative ^= factor.p < 0
                above.extend([Number(abs(int(factor.p)))] if abs(factor.p) != 1 else [])
                below.extend([Number(int(factor.q))] if factor.q != 1 else [])
            elif _is_below(factor):
                below.append(self.result(1 / factor))
            else:
                above.append(self.result(factor))
        product = Product.of(*above) if above else ONE
        product = Quotient(product, Product.of(*below)) if below else product
        return Negative(product) if is_negative else product

    def power(self, expression: Lowered) -> Node:
        base, exponent = expression.args
        if _is_below(expression):
            return Quotient(ONE, self.result(1 / expression))
        if exponent.is_Rational and exponent.q % 2 and exponent.q > 1 and (base.is_negative or base.is_real is False):
            raise NotCoveredError(f"{expression} is a complex root")
        if exponent == self._sympy.S.Half:
            return Call("sqrt", (self.result(base),))
        return Power(self.result(base), self.result(exponent))

    def exponential(self, expression: Lowered) -> Node:
        return Power(E, self.result(expression.args[0]))

    def real_power(self, expression: Lowered) -> Node:
        base, exponent = expression.args
        if exponent.p < 0:
            return Quotient(ONE, Power(self.result(base), self.rational(-exponent)))
        return Power(self.result(base), self.rational(exponent))

    def inside(self, expression: Lowered) -> Node:
        return self.result(expression.args[0])

    def derivative(self, expression: Lowered) -> Node:
        node = self.result(expression.expr)
        for variable, order in expression.variable_count:
            if not order.is_Integer:
                raise NotCoveredError("a derivative of symbolic order cannot be written here")
            if isinstance(node, Call) and node.arguments == (self.result(variable),) and self._is_unknown(node):
                node = Call(node.function, node.arguments, node.primes + int(order))
            else:
                node = Derivative(node, Name(str(variable)), int(order))
        return node

    def _is_unknown(self, node: Call) -> bool:
        return node.function not in FUNCTIONS and node.function not in ("cbrt", "root")

    def substitution(self, expression: Lowered) -> Node:
        """f'(u), which SymPy writes as the derivative at a variable with u put in for it."""
        inner = self.result(expression.expr)
        if isinstance(inner, Call) and inner.primes and inner.arguments == self.all(expression.variables):
            return Call(inner.function, self.all(expression.point), inner.primes)
        return inner.substitute(dict(zip(self.all(expression.variables), self.all(expression.point), strict=True)))

    def _over(self, kind: type[IndexedSum] | type[IndexedProduct], expression: Lowered) -> Node:
        node = self.result(expression.function)
        for index, lower, upper in expression.limits:
            node = kind(node, Name(str(index)), self.result(lower), self.result(upper))
        return node

    def indexed_sum(self, expression: Lowered) -> Node:
        return self._over(IndexedSum, expression)

    def indexed_product(self, expression: Lowered) -> Node:
        return self._over(IndexedProduct, expression)

    def indexed(self, expression: Lowered) -> Node:
        return Indexed(str(expression.base), self.all(expression.indices))

    def integral(self, expression: Lowered) -> Node:
        node = self.result(expression.function)
        for variable, *bounds in expression.limits:
            if len(bounds) == 1:
                raise NotCoveredError("an integral with one bound cannot be written here")
            node = Integral(node, Name(str(variable)), *self.all(bounds))
        return node

    def limit(self, expression: Lowered) -> Node:
        operand, variable, point, side = expression.args
        sign = str(side)
        return Limit(self.result(operand), Name(str(variable)), self.result(point), "" if sign == "+-" else sign)

    def _matrix(self, matrix: Lowered) -> Node:
        if matrix.cols == 1:
            return Vector(self.all(matrix))
        return Matrix(tuple(self.all(matrix.row(k)) for k in range(matrix.rows)))

    def tuple(self, expression: Lowered) -> Node:
        return Vector(self.all(expression.args))

    def equation(self, expression: Lowered) -> Node:
        return Equation(*self.all(expression.args))

    def relation(self, expression: Lowered) -> Node:
        return Relation(self.all(expression.args), (_SIGNS[type(expression).__name__],))

    def chain(self, expression: Lowered) -> Node:
        """a < x and x < b as a < x < b."""
        parts = [self.result(part) for part in expression.args]
        pairs = [
            part for part in parts if isinstance(part, Relation) and len(part.signs) == 1 and part.signs != ("!=",)
        ]
        if len(parts) == len(pairs) == 2:
            left, right = (_rising(pair) for pair in pairs)
            for a, b in ((left, right), (right, left)):
                if a.sides[1] is b.sides[0]:
                    return Relation((*a.sides, b.sides[1]), (*a.signs, *b.signs))
        raise NotCoveredError("conditions joined by and cannot be written here unless they are a chain")

    def interval(self, expression: Lowered) -> Node:
        lower, upper, is_left_open, is_right_open = expression.args
        return Interval(self.result(lower), self.result(upper), not is_left_open, not is_right_open)

    def piecewise(self, expression: Lowered) -> Node:
        branches = [(value, condition) for value, condition in expression.args]
        otherwise = self.result(branches.pop()[0]) if branches[-1][1] == True else None  # noqa: E712
        return Piecewise(tuple((self.result(v), self.result(c)) for v, c in branches), otherwise)

    def nothing(self, expression: Lowered) -> Node:
        raise NotCoveredError(f"{expression} has no value here")


def _is_below(factor: Lowered) -> bool:
    """Whether a factor belongs below the line: a power with a negative number as its exponent."""
    return bool(factor.is_Pow and factor.exp.is_Rational and factor.exp.p < 0)


def _rising(relation: Relation) -> Relation:
    if relation.signs[0].startswith("<"):
        return relation
    return Relation(relation.sides[::-1], (relation.signs[0].replace(">", "<"),))


def _with_odd_roots(factors: tuple[Lowered, ...], s: Any) -> list[Lowered]:
    """Put sign(u) and |u|^(p/q) together again where they are how an odd root was lowered."""
    rest = list(factors)
    for sign in [factor for factor in factors if isinstance(factor, s.sign)]:
        for size in rest:
            base, exponent = size.as_base_exp()
            if isinstance(base, s.Abs) and base.args == sign.args and _is_odd_root(exponent):
                rest[rest.index(size)] = _unevaluated_root(sign.args[0], exponent)
                rest.remove(sign)
                break
    return rest


def _is_odd_root(exponent: Lowered) -> bool:
    return bool(exponent.is_Rational and exponent.q > 1 and exponent.q % 2 and exponent.p % 2)


def _unevaluated_root(base: Lowered, exponent: Lowered) -> Lowered:
    return odd_root()(base, exponent, evaluate=False)


_RAISED: Mapping[str, Callable[[_Raising, Any], Node]] = {
    "Rational": _Raising.rational,
    "Float": _Raising.nothing,
    "Symbol": _Raising.name,
    "Exp1": lambda raising, expression: E,
    "Pi": lambda raising, expression: PI,
    "ImaginaryUnit": lambda raising, expression: IMAGINARY,
    "Infinity": lambda raising, expression: INF,
    "NegativeInfinity": lambda raising, expression: Negative(INF),
    "NaN": _Raising.nothing,
    "ComplexInfinity": _Raising.nothing,
    "Add": _Raising.sum,
    "Mul": _Raising.product,
    "Pow": _Raising.power,
    "exp": _Raising.exponential,
    "RealPower": _Raising.real_power,
    "UnevaluatedExpr": _Raising.inside,
    "Derivative": _Raising.derivative,
    "Subs": _Raising.substitution,
    "Sum": _Raising.indexed_sum,
    "Product": _Raising.indexed_product,
    "Indexed": _Raising.indexed,
    "Integral": _Raising.integral,
    "Limit": _Raising.limit,
    "Tuple": _Raising.tuple,
    "Equality": _Raising.equation,
    **dict.fromkeys(_SIGNS, _Raising.relation),
    "And": _Raising.chain,
    "Interval": _Raising.interval,
    "Piecewise": _Raising.piecewise,
}
