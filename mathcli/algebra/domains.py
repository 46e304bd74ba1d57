"""Natural domains, read from the tree as written: what must hold of the names for every part to have a value.

x/x asks for x != 0 and sqrt(x)^2 for x >= 0, though the functions could be continued. A condition is a relation; what
holds for every real number is left out, and what is linear in one name is solved for it. Conditions that have no short
form keep the one that says it exactly: gamma(u) asks for 1/gamma(u) != 0, a branch of a piecewise function for its
condition where the branch applies. Not covered: conditions on each term of an indexed sum other than a denominator's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, pairwise

from flint import arb, fmpq

from mathcli.algebra.ball_functions import FUNCTIONS
from mathcli.algebra.balls import Point, truth
from mathcli.algebra.conditions import (
    KINDS,
    Condition,
    as_conditions,
    bounds_on_names,
    constant_value,
    difference,
    never_holds,
    say_the_same,
    tidied,
    without_implied,
)
from mathcli.algebra.samples import sample_points
from mathcli.algebra.verdict import all_hold
from mathcli.syntax.magnitudes import compared
from mathcli.syntax.tree import (
    ONE,
    PI,
    TWO,
    ZERO,
    Call,
    Derivative,
    E,
    Equation,
    IndexedProduct,
    IndexedSum,
    Integral,
    Limit,
    Minimum,
    Name,
    Negative,
    Node,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    rewrite,
    walk,
)

__all__ = ["bounds_on_names", "derivative_domain", "domain", "has_empty_domain", "holds", "kinks", "sample_points"]

_OF_ARGUMENT: dict[str, str] = {
    "asin": "[-1, 1]",
    "acos": "[-1, 1]",
    "atanh": "(-1, 1)",
    "asech": "(0, 1]",
    "log": ">",
    "sqrt": ">=",
    "coth": "!=",
    "csch": "!=",
    "acsch": "!=",
}
_OPEN = {"[-1, 1]": "(-1, 1)", "(0, 1]": "(0, 1)", ">=": ">"}
"""The interior of a domain, where a derivative can exist."""


def domain(node: Node) -> tuple[Node, ...]:
    """Return the relations that hold exactly where every part of the tree has a value; none where it always has.

    >>> domain(Call("log", (Sum((Product((TWO, Name("x"))), Negative(Number(4)))),)))
    (Relation((Name('x'), Number(2, 0)), ('>',)),)
    """
    return tidied(_conditions(node, None))


def derivative_domain(node: Node, x: Name) -> tuple[Node, ...]:
    """Return the relations under which the rules give a derivative with respect to x: the interior, without kinks.

    A derivative may exist at further points (x |x| at 0), which the difference quotient has to show.
    """
    return tidied(_conditions(node, x))


def kinks(node: Node) -> tuple[Equation, ...]:
    """Return u = 0 for each |u|, sign u and the like, u = v for min and max and for the joints of a piecewise one."""
    return tuple(dict.fromkeys(Equation(*sides) for part in _parts(node) for sides in _kinks_of(part)))


def _parts(node: Node) -> Iterator[Node]:
    """Every distinct node below, except inside what is read and never worked out."""
    seen: set[Node] = set()
    stack = [node]
    while stack:
        part = stack.pop()
        if part in seen:
            continue
        seen.add(part)
        yield part
        if type(part) not in _NEVER_WORKED_OUT and part.children():
            stack.extend(reversed(part.children()))


_NEVER_WORKED_OUT = frozenset((Integral, Limit, Minimum, Piecewise, IndexedSum, IndexedProduct, Derivative))


def _conditions(node: Node, x: Name | None) -> list[Condition]:
    """The conditions of a tree and, given a variable, of the existence of its derivative."""
    found: dict[Condition, None] = {}
    for part in _parts(node):
        moves = x is not None and x in part.names
        for u, kind in _conditions_of(part, x):
            is_open = moves and x in u.names
            found[u, _OPEN.get(kind, kind) if is_open else kind] = None
        if moves and isinstance(part, Call | Piecewise):
            for left, right in _kinks_of(part):
                found[difference(left, right), "!="] = None
    return list(found)


def _conditions_of(node: Node, x: Name | None) -> Iterable[Condition]:
    if type(node) in _DEFINED_WHERE_THEIR_PARTS_ARE:
        return ()
    match node:
        case Quotient(_, denominator):
            return ((denominator, "!="),)
        case Power(base, exponent) if base is not E:
            return _of_power(base, exponent, x)
        case Call(function, arguments, 0):
            return _of_call(function, arguments, x)
        case Derivative(operand, variable):
            return _conditions(operand, variable)
        case Piecewise():
            return _of_piecewise(node, x)
        case IndexedSum() | IndexedProduct():
            return _of_iterated(node, x)
    return ()


_DEFINED_WHERE_THEIR_PARTS_ARE = frozenset((Number, Name, Sum, Product, Negative))


def _of_power(base: Node, exponent: Node, x: Name | None) -> Iterable[Condition]:
    if isinstance(exponent, Number) and exponent.is_integer:
        return ()
    power = constant_value(exponent)
    if not isinstance(power, fmpq):
        is_constant = isinstance(power, arb) and power > 0
        return ((base, ">=" if is_constant else ">"),)
    is_steep = power < 0 or (x is not None and x in base.names and power < 1 and power.q != 1)
    if power.q % 2 == 0:
        return ((base, ">" if is_steep else ">="),)
    return ((base, "!="),) if is_steep else ()


def _of_call(function: str, arguments: tuple[Node, ...], x: Name | None) -> Iterable[Condition]:
    u = arguments[0]
    if function in _OF_ARGUMENT:
        own: tuple[Condition, ...] = ((u, _OF_ARGUMENT[function]),)
        return own + _of_base(arguments[1]) if len(arguments) > 1 else own
    match function:
        case "tan" | "sec":
            return ((Call("cos", (u,)), "!="),)
        case "cot" | "csc":
            return ((Call("sin", (u,)), "!="),)
        case "root":
            return _of_root(u, arguments[1], x)
        case "cbrt" if x is not None and x in u.names:
            return ((u, "!="),)
        case "acosh":
            return ((Sum.of(u, Negative(ONE)), ">="),)
        case "acoth":
            return ((Sum.of(Call("abs", (u,)), Negative(ONE)), ">"),)
        case "asec" | "acsc":
            return ((Sum.of(Call("abs", (u,)), Negative(ONE)), ">="),)
        case "lambertw" | "lambertwm":
            return _of_lambert(function, u, x)
        case "gamma":
            return ((Quotient(ONE, Call("gamma", (u,))), "!="),)
        case "factorial" | "binomial":
            return _of_factorial(function, arguments)
        case "atan2":
            return ((Sum.of(*(Power(argument, TWO) for argument in arguments)), "!="),)
    return ()


def _of_lambert(function: str, u: Node, x: Name | None) -> Iterable[Condition]:
    """u >= -1/e, and u < 0 on the lower branch; both branches meet upright at -1/e."""
    from_least = Sum.of(u, Power(E, Negative(ONE)))
    below: tuple[Condition, ...] = ((Negative(u), ">"),) if function == "lambertwm" else ()
    return ((from_least, ">" if x is not None and x in u.names else ">="), *below)


def _of_base(base: Node) -> tuple[Condition, ...]:
    """The base of a logarithm is positive and not 1."""
    return (base, ">"), (difference(base, ONE), "!=")


def _of_root(u: Node, index: Node, x: Name | None) -> Iterable[Condition]:
    power = constant_value(index)
    if isinstance(power, fmpq) and power != 0:
        return _of_power(u, Quotient(ONE, index), x)
    return (u, ">"), (index, "!=")


def _of_factorial(function: str, arguments: tuple[Node, ...]) -> Iterable[Condition]:
    """Whole numbers that are plainly no poles need no condition."""
    n = arguments[0]
    if isinstance(constant_value(arguments[-1]), fmpq) and function == "binomial":
        return ()
    if isinstance(n, Number):
        return ()
    return ((Quotient(ONE, Call("gamma", (Sum.of(n, ONE),))), "!="),)


def _of_piecewise(node: Piecewise, x: Name | None) -> Iterator[Condition]:
    """Each branch brings its conditions for where it applies; elsewhere a harmless value stands in."""
    values = [value for value, _ in node.branches] + ([] if node.otherwise is None else [node.otherwise])
    for k, value in enumerate(values):
        for u, kind in _conditions(value, x):
            harmless = KINDS[kind][0]
            chosen = [u if j == k else harmless for j in range(len(values))]
            branches = tuple((chosen[j], condition) for j, (_, condition) in enumerate(node.branches))
            yield Piecewise(branches, None if node.otherwise is None else chosen[-1]), kind
    if node.otherwise is None:
        yield Piecewise(tuple((ONE, condition) for _, condition in node.branches), ZERO), "!="
    for _, condition in node.branches:
        yield from _conditions(condition, None)


def _of_iterated(node: IndexedSum | IndexedProduct, x: Name | None) -> Iterator[Condition]:
    for u, kind in _conditions(_with_whole_exponents(node), x):
        if node.index not in u.names:
            yield u, kind
        elif kind == "!=":
            yield IndexedProduct(u, node.index, node.lower, node.upper), kind
    for bound in (node.lower, node.upper):
        yield from _conditions(bound, x)


def _with_whole_exponents(node: IndexedSum | IndexedProduct) -> Node:
    """The body with 1, or -1, for exponents in the index alone, which is a whole number."""
    index = node.index

    def whole(part: Node) -> Node | None:
        if not isinstance(part, Power) or part.exponent.names != frozenset((index,)):
            return None
        is_negative = part.exponent is not index or not isinstance(node.lower, Number)
        return Power(part.base, Negative(ONE) if is_negative else ONE)

    return rewrite(node.body, whole)


def _kinks_of(node: Node) -> Iterator[tuple[Node, Node]]:
    """The pairs of sides whose equality makes a corner or a jump of this node."""
    match node:
        case Call("abs" | "sign" | "acot", (u,), 0):
            yield u, ZERO
        case Call("floor" | "ceil", (u,), 0):
            yield Call("sin", (Product.of(PI, u),)), ZERO
        case Call("min" | "max", _, 0):
            yield from combinations(compared(node), 2)
        case Piecewise(branches, otherwise):
            for value, condition in branches:
                if isinstance(condition, Relation | Equation):
                    sides = condition.children()
                    yield from pairwise(sides)
                for part in _parts(value):
                    yield from _kinks_of(part)
            if otherwise is not None:
                for part in _parts(otherwise):
                    yield from _kinks_of(part)


def has_empty_domain(node: Node) -> bool | None:
    """Whether the tree is nowhere defined: True where bounds show it, False where a point is found, None else."""
    if are_incompatible((node,), ()):
        return True
    return False if sample_points((node,), tuple(node.names), 1) else None


def are_incompatible(nodes: Iterable[Node], under: Iterable[Node]) -> bool:
    """Whether bounds show that no point has a value of every node and fulfils the relations in `under`.

    That a base with a name in its exponent is positive counts for nothing here: (-1)^n has values at whole n.
    """
    conditions = as_conditions(under)
    for node in nodes:
        bases = {part.base for part in walk(node) if isinstance(part, Power) and part.exponent.names}
        conditions += [(u, kind) for u, kind in _conditions(node, None) if u not in bases or kind != ">"]
    return any(never_holds(u, kind) for u, kind in conditions) or any(
        bounds.is_empty for bounds in bounds_on_names(conditions).values()
    )


def raw_conditions(node: Node) -> tuple[Node, ...]:
    """Return the conditions as they stand in the tree, neither solved nor merged."""
    return tuple(KINDS[kind][1](u) for u, kind in _conditions(node, None))


def domain_of_all(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Return the relations that hold exactly where all of the trees have a value."""
    return tidied([condition for node in nodes for condition in _conditions(node, None)])


def watched(node: Node) -> Iterator[Node]:
    """Yield the trees by whose signs a domain goes: between two zeros of these it has a node's value or has none."""
    for u, kind in _conditions(node, None):
        if isinstance(u, Piecewise):
            yield from (value for value in u.children() if not isinstance(value, Relation | Equation))
        elif kind in _ENDS_OF:
            yield from (difference(u, end) for end in _ENDS_OF[kind])
        else:
            yield u


def sides_of(relations: Iterable[Node]) -> Iterator[Node]:
    """Yield the same of relations: the differences of their sides, and what those need to have a value."""
    for relation in relations:
        for side in relation.children():
            yield from watched(side)
        yield from (difference(a, b) for a, b in pairwise(relation.children()))


_ENDS_OF: dict[str, tuple[Node, ...]] = {
    "[-1, 1]": (ONE, Negative(ONE)),
    "(-1, 1)": (ONE, Negative(ONE)),
    "(0, 1]": (ZERO, ONE),
    "(0, 1)": (ZERO, ONE),
}


def holds_by_signs(node: Node, sign_of: Callable[[Node], int | None]) -> bool | None:
    """Whether a node has a value where trees have the signs that are told; None where one that matters is not."""
    answers = [_holds_by_sign(u, kind, sign_of) for u, kind in _conditions(node, None)]
    return all_hold(answers)


def _holds_by_sign(u: Node, kind: str, sign_of: Callable[[Node], int | None]) -> bool | None:
    if kind in _ENDS_OF:
        low, high = sorted(_ENDS_OF[kind], key=lambda end: end is ONE)
        below, above = sign_of(difference(u, low)), sign_of(difference(u, high))
        if below is None or above is None:
            return None
        is_above = below > 0 or (below == 0 and kind[0] == "[")
        return is_above and (above < 0 or (above == 0 and kind[-1] == "]"))
    by = sign_of(u)
    if by is None:
        return None
    return by > 0 or (by == 0 and kind == ">=") or (by < 0 and kind == "!=")


def agree(left: Node, right: Node, under: Iterable[Node] = ()) -> bool:
    """Whether both trees are certainly defined at the same points, as far as `under` holds."""
    if _opaque_parts(left) != _opaque_parts(right):
        return False
    given = as_conditions(under)
    first, second = (tidied(_conditions(side, None) + given) for side in (left, right))
    return say_the_same(first, second) or say_the_same(without_implied(first), without_implied(second))


def _opaque_parts(node: Node) -> frozenset[Node]:
    """The parts whose domain no condition describes exactly."""
    return frozenset(
        part
        for part in walk(node)
        if isinstance(part, Integral | Limit | Minimum | Derivative)
        or (isinstance(part, Call) and (part.function not in FUNCTIONS or part.function == "factorial2"))
        or (isinstance(part, Call) and part.function == "binomial")
        or (isinstance(part, IndexedSum | IndexedProduct) and _is_opaque(part))
    )


def _is_opaque(node: IndexedSum | IndexedProduct) -> bool:
    conditions = _conditions(_with_whole_exponents(node), None)
    return any(node.index in u.names or not isinstance(node.lower, Number) for u, _ in conditions)


def holds(conditions: Iterable[Node], at: Point) -> bool | None:
    """Whether all the conditions certainly hold at a point (False: one certainly fails; None: neither is certain)."""
    answers = [_truth(condition, at) for condition in conditions]
    return all_hold(answers)


def _truth(condition: Node, at: Point) -> bool | None:
    for precision in (64, 512):
        answer = truth(condition, at, precision=precision, generic=True)
        if answer is not None:
            return answer
    return None
