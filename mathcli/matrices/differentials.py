"""The differential of a matrix expression, by rules with steps: dF, linear in dX, until no other d(...) is left.

`d(u)` is a call of the function d; d(X) of the variable itself is written dX. Products keep their order. What each step
claims is judged by `words`, which has a table of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mathcli.calculus.derivation import Derivation, Phrase, Step
from mathcli.errors import NotCoveredError
from mathcli.matrices.reading import whole_number
from mathcli.matrices.shapes import Shapes, ones, size_of_ones
from mathcli.matrices.terms import rational
from mathcli.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Call,
    E,
    IndexedSum,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Transpose,
    fraction,
    integer,
)


class Formula(NamedTuple):
    """What a rule answers: its formula filled in, with the differentials it needs standing; its name and its text."""

    after: Node
    rule: str
    text: str = ""
    bind: tuple[tuple[str, Node], ...] = ()
    conditions: tuple[Node, ...] = ()
    because: Phrase = ()


def d(node: Node) -> Call:
    """Return the differential of a node, not yet taken."""
    return Call("d", (node,))


def differential(f: Node, x: Name, shapes: Shapes) -> Derivation:
    """Return the derivation of d(f) by x, whose last line holds no differential but dx.

    Raises:
        NotCoveredError: there is no rule for something in f.
    """
    return _Rules(x, shapes).derivation(f)


class _Rules:
    def __init__(self, x: Name, shapes: Shapes) -> None:
        self.x = x
        self.shapes = shapes
        self._known: dict[Node, Derivation] = {}

    def derivation(self, f: Node) -> Derivation:
        if f not in self._known:
            self._known[f] = self._derived(f)
        return self._known[f]

    def _derived(self, f: Node) -> Derivation:
        start = d(f)
        if self.x not in f.names:
            return Derivation(start, (Step("rule", "constant", start, ZERO, ZERO, because=_free_of(self.x)),))
        if f is self.x:
            return Derivation(start, ())
        formula = self._linear(f) or self._atom(f)
        substeps = tuple(self.derivation(part) for part in self._standing(formula.after))
        result = formula.after.substitute({sub.start: sub.result for sub in substeps})
        step = Step(
            "rule",
            formula.rule,
            start,
            formula.after,
            result,
            formula=formula.text,
            bind=formula.bind,
            conditions=formula.conditions,
            because=formula.because,
            substeps=substeps,
        )
        return Derivation(start, (step,))

    def _standing(self, node: Node) -> Sequence[Node]:
        """What stands under a d in the formula, the variable itself apart, in the order in which it is written."""
        found: dict[Node, None] = {}
        stack = [node]
        while stack:
            part = stack.pop()
            if isinstance(part, Call) and part.function == "d":
                if part.arguments[0] is not self.x:
                    found[part.arguments[0]] = None
            else:
                stack.extend(reversed(part.children()))
        return tuple(found)

    # ------------------------------------------------------------------ sums, products, transposes

    def _linear(self, f: Node) -> Formula | None:
        """Sums, products and transposes, down to what needs a rule of its own, in one line."""
        match f:
            case Sum() | Negative() | Product() | Transpose() | IndexedSum() | Call("hadamard", _):
                pass
            case Quotient(_, below) if self.x not in below.names:
                pass
            case _:
                return None
        rules: dict[str, str] = {}
        after = self._opened(f, rules)
        names = list(rules)
        text = next(iter(rules.values())) if len(rules) == 1 else ""
        return Formula(after, ", ".join(names), text)

    def _opened(self, f: Node, rules: dict[str, str]) -> Node:
        x = self.x
        if x not in f.names:
            return ZERO
        match f:
            case Sum(terms):
                rules["sum"] = "d(U + V) = dU + dV"
                return Sum.of(*(self._opened(term, rules) for term in terms if x in term.names))
            case IndexedSum(body, index, lower, upper):
                if x in lower.names or x in upper.names:
                    raise NotCoveredError(f"the number of terms of a sum depends on {x.name}")
                rules["sum term by term"] = "d(sum u_i) = sum du_i"
                inside = self._opened(body, rules)
                return _summed(inside, index, lower, upper)
            case Negative(operand):
                inside = self._opened(operand, rules)
                rules.setdefault("constant factors", "d(A U B) = A dU B")
                return Negative(inside)
            case Transpose(operand):
                rules["transpose"] = "d(U^T) = (dU)^T"
                return Transpose(self._opened(operand, rules))
            case Quotient(above, below) if x not in below.names:
                inside = self._opened(above, rules)
                rules.setdefault("constant factors", "d(A U B) = A dU B")
                return Quotient(inside, below)
            case Product(factors):
                return self._product(factors, rules)
            case Call("hadamard", (left, right)):
                return self._entrywise_product(left, right, rules)
        return d(f)

    def _entrywise_product(self, left: Node, right: Node, rules: dict[str, str]) -> Node:
        if self.x in left.names and self.x in right.names:
            rules["product rule, entry by entry"] = "d(u ∘ v) = v ∘ du + u ∘ dv"
        else:
            rules.setdefault("constant factors", "d(A U B) = A dU B")
        terms: list[Node] = []
        for constant, other in ((right, left), (left, right)):
            if self.x in other.names:
                changed = self._opened(other, rules)
                if isinstance(changed, Negative):
                    terms.append(Negative(Call("hadamard", (constant, changed.operand))))
                else:
                    terms.append(Call("hadamard", (constant, changed)))
        return Sum.of(*terms)

    def _product(self, factors: tuple[Node, ...], rules: dict[str, str]) -> Node:
        places = [k for k, factor in enumerate(factors) if self.x in factor.names]
        if len(places) == 1:
            rules.setdefault("constant factors", "d(A U B) = A dU B")
        else:
            rules["product rule"] = "d(U V) = dU V + U dV"
        terms: list[Node] = []
        for k in places:
            changed = self._opened(factors[k], rules)
            rest = factors[k + 1 :]
            if isinstance(changed, Negative):
                terms.append(Negative(Product.of(*factors[:k], changed.operand, *rest)))
            else:
                terms.append(Product.of(*factors[:k], changed, *rest))
        return Sum.of(*terms)

    # ------------------------------------------------------------------ what has a rule of its own

    def _atom(self, f: Node) -> Formula:
        is_number = self.shapes.is_scalar(f)
        after: Node
        match f:
            case Power(Norm(u), exponent) if whole_number(exponent) == 2:
                after = Product.of(TWO, Transpose(u), d(u))
                return Formula(after, "square of a norm", "d||u||^2 = 2 u^T du", _bound("u", u))
            case Power(Call("frobenius", (u,)), exponent) if whole_number(exponent) == 2:
                after = Product.of(TWO, Call("tr", (Product.of(Transpose(u), d(u)),)))
                return Formula(after, "square of a norm", "d||U||_F^2 = 2 tr(U^T dU)", _bound("U", u))
            case Norm(u):
                after = Quotient(Product.of(Transpose(u), d(u)), f)
                return Formula(after, "norm", "d||u|| = u^T du/||u||", _bound("u", u), (_not_zero(f),))
            case Call("frobenius", (u,)):
                after = Quotient(Call("tr", (Product.of(Transpose(u), d(u)),)), f)
                return Formula(after, "norm", "d||U||_F = tr(U^T dU)/||U||_F", _bound("U", u), (_not_zero(f),))
            case Call("tr", (u,)):
                return self._trace(u)
            case Call("log", (Call("det", (u,)),)):
                after = Call("tr", (Product.of(_inverse(u), d(u)),))
                return Formula(after, "logarithm of a determinant", "d log det U = tr(U^-1 dU)", _bound("U", u))
            case Call("det", (u,)):
                after = Product.of(f, Call("tr", (Product.of(_inverse(u), d(u)),)))
                text = "d det U = det U tr(U^-1 dU)"
                return Formula(after, "determinant (Jacobi's formula)", text, _bound("U", u), (_not_zero(f),))
            case Power(u, exponent) if not self.shapes.is_scalar(u):
                return self._matrix_power(u, whole_number(exponent) or 0)
            case Quotient(above, below):
                return self._quotient(above, below)
        return self._of_numbers(f) if is_number else self._entrywise(f)

    def _trace(self, u: Node) -> Formula:
        rules: dict[str, str] = {}
        opened = self._opened(u, rules)
        is_bare = isinstance(opened, Call) and opened.function == "d"
        rule = "trace" if is_bare or not rules else f"trace, {', '.join(rules)}"
        return Formula(Call("tr", (opened,)), rule, "d tr(U) = tr(dU)", () if is_bare else _bound("U", u))

    def _matrix_power(self, u: Node, exponent: int) -> Formula:
        inverse = _inverse(u)
        if exponent == -1:
            after = Negative(Product.of(inverse, d(u), inverse))
            return Formula(after, "inverse", "d(U^-1) = -U^-1 dU U^-1", _bound("U", u))
        base = u if exponent > 0 else inverse
        changed = d(base)
        terms = [Product.of(*[base] * k, changed, *[base] * (abs(exponent) - 1 - k)) for k in range(abs(exponent))]
        return Formula(Sum.of(*terms), "product rule", "d(U V) = dU V + U dV", _bound("U", base))

    def _quotient(self, above: Node, below: Node) -> Formula:
        parts: list[Node] = []
        bind = (("u", above), ("v", below))
        if not self.shapes.is_scalar(below):
            one = ones(self.shapes.of(below).rows)
            if self.x in above.names:
                parts.append(Call("hadamard", (Quotient(one, below), d(above))))
            square = Call("hadamard", (below, below))
            parts.append(Negative(Call("hadamard", (Quotient(above, square), d(below)))))
            text = "d(u/v) = (1/v) ∘ du - u/(v∘v) ∘ dv"
            return Formula(Sum.of(*parts), "quotient rule, entry by entry", text, bind)
        if self.x in above.names:
            parts.append(Quotient(d(above), below))
        parts.append(Negative(Quotient(Product.of(above, d(below)), Power(below, TWO))))
        return Formula(Sum.of(*parts), "quotient rule", "d(u/v) = du/v - u dv/v^2", bind)

    def _of_numbers(self, f: Node) -> Formula:
        """A function of a number: its derivative times the differential of what is inside."""
        after: Node
        match f:
            case Power(base, u) if base is E:
                return Formula(Product.of(f, d(u)), "exponential rule", "d(e^u) = e^u du", _bound("u", u))
            case Power(Call("max", (least, u)), two) if least is ZERO and two is TWO:
                because: Phrase = ("at 0 too, where both sides lead to 0",)
                positive = Call("max", (ZERO, u))
                after = Product.of(TWO, positive, d(u))
                return Formula(
                    after, "square of a positive part", "d max(0, u)^2 = 2 max(0, u) du", (("u", u),), (), because
                )
            case Power(u, c) if self.x not in c.names:
                return Formula(_of_power(u, c), "power rule", "d(u^n) = n u^(n-1) du", _bound("u", u))
            case Call("log", (u,)):
                return Formula(Quotient(d(u), u), "logarithm", "d(log u) = du/u", _bound("u", u))
            case Call("sqrt", (u,)):
                after = Quotient(d(u), Product.of(TWO, f))
                return Formula(after, "square root", "d(sqrt(u)) = du/(2 sqrt(u))", _bound("u", u), (_positive(u),))
            case Call("sigmoid", (u,)):
                after = Product.of(f, Sum.of(ONE, Negative(f)), d(u))
                return Formula(after, "sigmoid", "d σ(u) = σ(u) (1 - σ(u)) du", _bound("u", u))
            case Call("softplus", (u,)):
                after = Product.of(Call("sigmoid", (u,)), d(u))
                return Formula(after, "softplus", "d log(1 + e^u) = σ(u) du", _bound("u", u))
        return self._of_one_variable(f)

    def _of_one_variable(self, f: Node) -> Formula:
        """Any other function of numbers, by the rules of one variable: max(0, u), sin u, u^v."""
        from mathcli.matrices.functions import NoWordsError

        arguments = f.children()
        terms: list[Node] = []
        letters = [Name("u"), Name("v"), Name("t")]
        if len(arguments) > len(letters):
            raise NotCoveredError(f"mathcli does not differentiate functions of {len(arguments)} arguments here")
        stand = tuple(a if not a.names else u for a, u in zip(arguments, letters, strict=False))
        outer = f.rebuilt(stand)
        values: dict[Node, Node] = dict(zip(letters, arguments, strict=False))
        conditions: list[Node] = []
        for argument, u in zip(arguments, letters, strict=False):
            if self.x not in argument.names:
                continue
            try:
                slope, needed = derivative_with_conditions(outer, u)
            except NoWordsError:
                raise NotCoveredError("there is no rule here for a function of numbers in this") from None
            conditions.extend(condition.substitute(values) for condition in needed)
            terms.append(Product.of(slope.substitute(values), d(argument)))
        inside = next(argument for argument in arguments if self.x in argument.names)
        return Formula(Sum.of(*terms), "chain rule", "d f(u) = f'(u) du", _bound("u", inside), tuple(conditions))

    def _entrywise(self, f: Node) -> Formula:
        """A function taken of a vector entry by entry: f'(u) ∘ du."""
        one = ones(self.shapes.of(f).rows)
        slope: Node
        match f:
            case Power(base, u) if base is E:
                slope = f
                text = "d(e^u) = e^u ∘ du"
            case Call("log", (Call("sigmoid", (u,)),)):
                slope, text = Sum.of(one, Negative(Call("sigmoid", (u,)))), "d log σ(u) = (1 - σ(u)) ∘ du"
            case Call("log", (Sum((one_of, Power(base, u))),)) if base is E and _is_ones(one_of):
                slope, text = Call("sigmoid", (u,)), "d log(1 + e^u) = σ(u) ∘ du"
            case Call("log", (Sum((one_of, Negative(Call("sigmoid", (u,))))),)) if _is_ones(one_of):
                slope, text = Negative(Call("sigmoid", (u,))), "d log(1 - σ(u)) = -σ(u) ∘ du"
            case Call(function, (u,)):
                slope, text = _slope_of_entries(function, f, u, one)
            case _:
                raise NotCoveredError("there is no rule here for this function of a vector")
        if isinstance(slope, Negative):
            return Formula(
                Negative(Call("hadamard", (slope.operand, d(u)))), "chain rule, entry by entry", text, _bound("u", u)
            )
        return Formula(Call("hadamard", (slope, d(u))), "chain rule, entry by entry", text, _bound("u", u))


def _slope_of_entries(function: str, f: Node, u: Node, one: Name) -> tuple[Node, str]:
    """f'(u) as a vector, and the formula."""
    match function:
        case "log":
            return Quotient(one, u), "d(log u) = (1/u) ∘ du"
        case "sqrt":
            return Quotient(one, Product.of(TWO, f)), "d(sqrt(u)) = (1/(2 sqrt(u))) ∘ du"
        case "sigmoid":
            return Call("hadamard", (f, Sum.of(one, Negative(f)))), "d σ(u) = σ(u) ∘ (1 - σ(u)) ∘ du"
        case "softplus":
            return Call("sigmoid", (u,)), "d log(1 + e^u) = σ(u) ∘ du"
        case "tanh":
            return Sum.of(one, Negative(Call("hadamard", (f, f)))), "d tanh(u) = (1 - tanh(u)∘tanh(u)) ∘ du"
        case "sin":
            return Call("cos", (u,)), "d sin(u) = cos(u) ∘ du"
        case "cos":
            return Negative(Call("sin", (u,))), "d cos(u) = -sin(u) ∘ du"
        case "sinh":
            return Call("cosh", (u,)), "d sinh(u) = cosh(u) ∘ du"
        case "cosh":
            return Call("sinh", (u,)), "d cosh(u) = sinh(u) ∘ du"
    raise NotCoveredError(f"there is no rule here for {function} of a vector")


def derivative_with_conditions(f: Node, u: Name) -> tuple[Node, tuple[Node, ...]]:
    """Return the derivative of a function of numbers by one of its letters, and where it holds.

    Raises:
        NoWordsError: there is no rule, or its step is not proved.
    """
    from mathcli.calculus.differentiation import differentiate
    from mathcli.matrices.functions import derivative

    value = derivative(f, u)
    return value, differentiate(f, u).conditions


def _summed(body: Node, index: Name, lower: Node, upper: Node) -> Node:
    node: Node = IndexedSum(body, index, lower, upper)
    return node


def _of_power(u: Node, exponent: Node) -> Node:
    value = whole_number(exponent)
    if value == 2:
        return Product.of(TWO, u, d(u))
    if value is not None:
        power = Power(u, integer(value - 1))
        return Negative(Product.of(Number(-value), power, d(u))) if value < 0 else Product.of(exponent, power, d(u))
    if (known := rational(exponent)) is not None:
        lower = known - 1
        return Product.of(exponent, Power(u, fraction(lower.numerator, lower.denominator)), d(u))
    return Product.of(exponent, Power(u, Sum.of(exponent, Negative(ONE))), d(u))


def _inverse(u: Node) -> Node:
    match u:
        case Power(base, exponent) if whole_number(exponent) == -1:
            return base
    return Power(u, Negative(ONE))


def _bound(letter: str, node: Node) -> tuple[tuple[str, Node], ...]:
    return () if isinstance(node, Name) else ((letter, node),)


def _not_zero(node: Node) -> Node:
    return Relation((node, ZERO), ("!=",))


def _positive(node: Node) -> Node:
    return Relation((node, ZERO), (">",))


def _is_ones(node: Node) -> bool:
    return isinstance(node, Name) and size_of_ones(node) is not None


def _free_of(x: Name) -> Phrase:
    return ("it does not hold ", x)
