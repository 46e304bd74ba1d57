"""The tree of what a person wrote: node kinds, frozen and interned.

A tree keeps the order of factors, the brackets that mean something and every form that was typed: 2(x+1) is a
product of a number and a sum, x/x is a quotient. Nothing here computes. `Sum.of` and `Product.of` flatten, and
that is all they do.

Two nodes that look alike are one object, so `is`, `==` and hashing cost the same and a memo keyed by node is keyed
by meaning. Subtraction is a sum with a `Negative` term; e^u and exp(u) are both `Power(E, u)`; a number is a
decimal as typed, never negative. Where a node stood in the text is not its business (see `parser.Reading`).
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

_interned: dict[tuple[Any, ...], _Entry] = {}
_NO_NAMES: frozenset[Name] = frozenset()
_bits = itertools.count()


class Node:
    """A frozen, interned piece of mathematics. `names` holds the names that occur free in it.

    Each kind has a bit, and a node knows the bits of all kinds below it, so `contains` asks no tree.
    """

    __slots__ = ("__weakref__", "_children", "_kinds", "names")
    __match_args__: ClassVar[tuple[str, ...]] = ()
    _kind: ClassVar[int] = 0
    _binds: ClassVar[bool] = False
    names: frozenset[Name]
    _children: tuple[Node, ...]
    _kinds: int

    def __setattr__(self, field: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(repr(getattr(self, f)) for f in self.__match_args__)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, f) for f in self.__match_args__)

    def children(self) -> tuple[Node, ...]:
        """The nodes directly below this one, in the order in which they are written."""
        return self._children

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        """Return a node of this kind over other children, given in the order of `children()`."""
        return self

    def _bound(self) -> frozenset[Name]:
        """The names that this node binds in its children."""
        return _NO_NAMES

    def contains(self, *kinds: type[Node]) -> bool:
        """Whether a node of one of the kinds stands anywhere in this tree, itself included."""
        found = self._kinds
        for kind in kinds:  # noqa: SIM110 (a generator costs more than the test)
            if found & kind._kind:
                return True
        return False

    def substitute(self, replacements: Mapping[Node, Node]) -> Node:
        """Return the tree with every occurrence of each key replaced by its value, all at once.

        Sums and products stay flat. Bound names are left alone.
        """
        return rewrite(self, replacements.get, within_bound=replacements)


class _Entry(weakref.ref["Node"]):
    """A node in the table, and under which key it stands there."""

    __slots__ = ("key",)
    key: tuple[Any, ...]


def forget(entry: weakref.ref[Node]) -> None:
    """Take a node that is gone out of the table, unless its like was made again meanwhile.

    Python calls this whenever a node is freed, and nobody hears what is raised in here.
    """
    assert isinstance(entry, _Entry)
    if _interned.get(entry.key) is entry:
        del _interned[entry.key]


def _intern(key: tuple[Any, ...], children: tuple[Node, ...]) -> Any:
    """Return the one node of the kind and with the fields that the key lists."""
    known = _interned.get(key)
    if known is not None:
        node = known()
        if node is not None:
            return node
    cls = key[0]
    node = object.__new__(cls)
    for put, value in zip(cls._setters, key[1:]):  # noqa: B905 (one setter for each field, by construction)
        put(node, value)
    names, kinds = _NO_NAMES, cls._kind
    for child in children:
        kinds |= child._kinds
        more = child.names
        if more is not names and more:
            names = more if not names else names | more
    _set_children(node, children)
    _set_names(node, names - node._bound() if cls._binds else names)
    _set_kinds(node, kinds)
    _interned[key] = entry = _Entry(node, forget)
    entry.key = key
    return node


_set_names: Callable[[Node, frozenset[Name]], None] = Node.names.__set__  # type: ignore[attr-defined,misc]
_set_children: Callable[[Node, tuple[Node, ...]], None] = Node._children.__set__  # type: ignore[attr-defined,misc]
_set_kinds: Callable[[Node, int], None] = Node._kinds.__set__  # type: ignore[attr-defined,misc]


class _Kind(Node):
    """Shared by all kinds: the setters that may fill the frozen slots, once."""

    __slots__ = ()
    _setters: ClassVar[tuple[Callable[[Any, Any], None], ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._setters = tuple(getattr(cls, field).__set__ for field in cls.__match_args__)
        cls._kind = 1 << next(_bits)
        cls._binds = cls._bound is not Node._bound
        for base in cls.__mro__[1:]:
            if issubclass(base, _Kind):
                base._kind |= cls._kind


class Number(_Kind):
    """A number as typed, numerator / 10^scale: 2 is Number(2), 1.5 is Number(15, 1). Never negative."""

    __slots__ = ("numerator", "scale")
    __match_args__ = ("numerator", "scale")
    numerator: int
    scale: int

    def __new__(cls, numerator: int, scale: int = 0) -> Number:
        while scale > 0 and numerator % 10 == 0:
            numerator, scale = numerator // 10, scale - 1
        return _intern((cls, numerator, scale), ())  # type: ignore[no-any-return]

    @property
    def is_integer(self) -> bool:
        return self.scale == 0


class Name(_Kind):
    """A variable or parameter by its canonical name: x, lambda, x_1, v_max, yhat."""

    __slots__ = ("name",)
    __match_args__ = ("name",)
    name: str

    def __new__(cls, name: str) -> Name:
        node: Name = _intern((cls, name), ())
        if not node.names:
            _set_names(node, frozenset((node,)))
        return node


class Constant(_Kind):
    """One of e, pi, i, inf."""

    __slots__ = ("name",)
    __match_args__ = ("name",)
    name: str

    def __new__(cls, name: str) -> Constant:
        return _intern((cls, name), ())  # type: ignore[no-any-return]


class Indexed(_Kind):
    """An entry of a family, whose index is bound by a sum or product or counts freely: y_i, x_{ij}. `base` is y, x.

    `variables` are the names of entries that vary, w_k in sum_j w_j x_j: the entry is a function of them, and they are
    among its names. A problem that varies none leaves it empty.
    """

    __slots__ = ("base", "indices", "variables")
    __match_args__ = ("base", "indices", "variables")
    base: str
    indices: tuple[Node, ...]
    variables: tuple[Name, ...]

    def __new__(cls, base: str, indices: tuple[Node, ...], variables: tuple[Name, ...] = ()) -> Indexed:
        node: Indexed = _intern((cls, base, indices, variables), indices)
        if variables and variables[0] not in node.names:
            _set_names(node, node.names.union(variables))
        return node

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Indexed(self.base, children, self.variables)


class Sum(_Kind):
    """Two or more terms; a - b is Sum((a, Negative(b))). No term is itself a Sum."""

    __slots__ = ("terms",)
    __match_args__ = ("terms",)
    terms: tuple[Node, ...]

    def __new__(cls, terms: tuple[Node, ...]) -> Sum:
        return _intern((cls, terms), terms)  # type: ignore[no-any-return]

    @staticmethod
    def of(*terms: Node) -> Node:
        """Return the flat sum of the terms: 0 of none, the term itself of one."""
        if Sum in map(type, terms):
            flat: list[Node] = []
            for term in terms:
                flat.extend(term.terms) if isinstance(term, Sum) else flat.append(term)
            terms = tuple(flat)
        return Sum(terms) if len(terms) > 1 else terms[0] if terms else ZERO

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Sum.of(*children)


class Product(_Kind):
    """Two or more factors in the order written. No factor is itself a Product."""

    __slots__ = ("factors",)
    __match_args__ = ("factors",)
    factors: tuple[Node, ...]

    def __new__(cls, factors: tuple[Node, ...]) -> Product:
        return _intern((cls, factors), factors)  # type: ignore[no-any-return]

    @staticmethod
    def of(*factors: Node) -> Node:
        """Return the flat product of the factors: 1 of none, the factor itself of one."""
        if Product in map(type, factors):
            flat: list[Node] = []
            for factor in factors:
                flat.extend(factor.factors) if isinstance(factor, Product) else flat.append(factor)
            factors = tuple(flat)
        return Product(factors) if len(factors) > 1 else factors[0] if factors else ONE

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Product.of(*children)


class _Binary(_Kind):
    __slots__ = ()

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return type(self)(*children)


class Negative(_Binary):
    """-u. Numbers are never negative themselves: -3 is Negative(Number(3))."""

    __slots__ = ("operand",)
    __match_args__ = ("operand",)
    operand: Node

    def __new__(cls, operand: Node) -> Negative:
        return _intern((cls, operand), (operand,))  # type: ignore[no-any-return]


class Quotient(_Binary):
    __slots__ = ("denominator", "numerator")
    __match_args__ = ("numerator", "denominator")
    numerator: Node
    denominator: Node

    def __new__(cls, numerator: Node, denominator: Node) -> Quotient:
        return _intern((cls, numerator, denominator), (numerator, denominator))  # type: ignore[no-any-return]


class Power(_Binary):
    """u^v. The exponential is Power(E, u), however it was typed."""

    __slots__ = ("base", "exponent")
    __match_args__ = ("base", "exponent")
    base: Node
    exponent: Node

    def __new__(cls, base: Node, exponent: Node) -> Power:
        return _intern((cls, base, exponent), (base, exponent))  # type: ignore[no-any-return]


class Call(_Kind):
    """A function at its arguments: sin x, log(x, 2), root(x, 3), abs, factorial; or an unknown one, f(x).

    `function` is the canonical name (see `vocabulary`); `primes` counts the primes, f''(x) has 2.
    """

    __slots__ = ("arguments", "function", "primes")
    __match_args__ = ("function", "arguments", "primes")
    function: str
    arguments: tuple[Node, ...]
    primes: int

    def __new__(cls, function: str, arguments: tuple[Node, ...], primes: int = 0) -> Call:
        return _intern((cls, function, arguments, primes), arguments)  # type: ignore[no-any-return]

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Call(self.function, children, self.primes)


class Derivative(_Kind):
    """The derivative of the operand, not yet taken. Mixed partial derivatives are nested."""

    __slots__ = ("operand", "order", "variable")
    __match_args__ = ("operand", "variable", "order")
    operand: Node
    variable: Name
    order: int

    def __new__(cls, operand: Node, variable: Name, order: int = 1) -> Derivative:
        return _intern((cls, operand, variable, order), (operand,))  # type: ignore[no-any-return]

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Derivative(children[0], self.variable, self.order)


class _Iterated(_Kind):
    __slots__ = ("body", "index", "lower", "upper")
    __match_args__ = ("body", "index", "lower", "upper")
    body: Node
    index: Name
    lower: Node
    upper: Node

    def __new__(cls, body: Node, index: Name, lower: Node, upper: Node) -> Any:
        return _intern((cls, body, index, lower, upper), (body, lower, upper))

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        body, lower, upper = children
        return type(self)(body, self.index, lower, upper)  # type: ignore[no-any-return]

    def _bound(self) -> frozenset[Name]:
        return frozenset((self.index,))


class IndexedSum(_Iterated):
    """sum_{index=lower}^upper body."""

    __slots__ = ()


class IndexedProduct(_Iterated):
    """prod_{index=lower}^upper body."""

    __slots__ = ()


class Integral(_Kind):
    """The integral of the operand; both bounds None where it is indefinite. Read, never worked out."""

    __slots__ = ("lower", "operand", "upper", "variable")
    __match_args__ = ("operand", "variable", "lower", "upper")
    operand: Node
    variable: Name
    lower: Node | None
    upper: Node | None

    def __new__(cls, operand: Node, variable: Name, lower: Node | None = None, upper: Node | None = None) -> Integral:
        below = (operand,) if lower is None or upper is None else (operand, lower, upper)
        node: Integral = _intern((cls, operand, variable, lower, upper), below)
        if lower is None and variable not in node.names:  # the integral of 3 is 3 x + C
            _set_names(node, node.names | {variable})
        return node

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Integral(children[0], self.variable, *children[1:])

    def _bound(self) -> frozenset[Name]:
        return frozenset() if self.lower is None else frozenset((self.variable,))


class Limit(_Kind):
    """The limit of the operand as variable -> point; `side` is "+", "-" or "" for both. Read, never worked out."""

    __slots__ = ("operand", "point", "side", "variable")
    __match_args__ = ("operand", "variable", "point", "side")
    operand: Node
    variable: Name
    point: Node
    side: str

    def __new__(cls, operand: Node, variable: Name, point: Node, side: str = "") -> Limit:
        return _intern((cls, operand, variable, point, side), (operand, point))  # type: ignore[no-any-return]

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Limit(children[0], self.variable, children[1], self.side)

    def _bound(self) -> frozenset[Name]:
        return frozenset((self.variable,))


class Minimum(_Kind):
    """min over the variables of an objective, as written in front of a loss. Read, never worked out here."""

    __slots__ = ("objective", "variables")
    __match_args__ = ("objective", "variables")
    objective: Node
    variables: tuple[Name, ...]

    def __new__(cls, objective: Node, variables: tuple[Name, ...]) -> Minimum:
        return _intern((cls, objective, variables), (objective,))  # type: ignore[no-any-return]

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Minimum(children[0], self.variables)


class Vector(_Kind):
    __slots__ = ("entries",)
    __match_args__ = ("entries",)
    entries: tuple[Node, ...]

    def __new__(cls, entries: tuple[Node, ...]) -> Vector:
        return _intern((cls, entries), entries)  # type: ignore[no-any-return]

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Vector(children)


class Matrix(_Kind):
    """Rows of equal length."""

    __slots__ = ("rows",)
    __match_args__ = ("rows",)
    rows: tuple[tuple[Node, ...], ...]

    def __new__(cls, rows: tuple[tuple[Node, ...], ...]) -> Matrix:
        return _intern((cls, rows), tuple(entry for row in rows for entry in row))  # type: ignore[no-any-return]

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        width = len(self.rows[0])
        return Matrix(tuple(children[k : k + width] for k in range(0, len(children), width)))


class Norm(_Binary):
    """||w||, the Euclidean norm."""

    __slots__ = ("operand",)
    __match_args__ = ("operand",)
    operand: Node

    def __new__(cls, operand: Node) -> Norm:
        return _intern((cls, operand), (operand,))  # type: ignore[no-any-return]


class Transpose(_Binary):
    __slots__ = ("operand",)
    __match_args__ = ("operand",)
    operand: Node

    def __new__(cls, operand: Node) -> Transpose:
        return _intern((cls, operand), (operand,))  # type: ignore[no-any-return]


class Ellipsis(_Kind):
    """The dots of w_0, ..., w_n and 1 + 1 + ... + 1."""

    __slots__ = ()

    def __new__(cls) -> Ellipsis:
        return _intern((cls,), ())  # type: ignore[no-any-return]


class Equation(_Binary):
    __slots__ = ("left", "right")
    __match_args__ = ("left", "right")
    left: Node
    right: Node

    def __new__(cls, left: Node, right: Node) -> Equation:
        return _intern((cls, left, right), (left, right))  # type: ignore[no-any-return]


class Relation(_Kind):
    """A chain of comparisons: 0 < x <= 2 pi has three sides and the signs "<", "<=". Signs: < <= > >= != =."""

    __slots__ = ("sides", "signs")
    __match_args__ = ("sides", "signs")
    sides: tuple[Node, ...]
    signs: tuple[str, ...]

    def __new__(cls, sides: tuple[Node, ...], signs: tuple[str, ...]) -> Relation:
        return _intern((cls, sides, signs), sides)  # type: ignore[no-any-return]

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Relation(children, self.signs)


class Interval(_Kind):
    __slots__ = ("has_lower", "has_upper", "lower", "upper")
    __match_args__ = ("lower", "upper", "has_lower", "has_upper")
    lower: Node
    upper: Node
    has_lower: bool
    has_upper: bool

    def __new__(cls, lower: Node, upper: Node, has_lower: bool, has_upper: bool) -> Interval:
        return _intern((cls, lower, upper, has_lower, has_upper), (lower, upper))  # type: ignore[no-any-return]

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Interval(children[0], children[1], self.has_lower, self.has_upper)


class Definition(_Kind):
    """f(x, y) = body. The parameters stay free names of it, so that a topic can find them."""

    __slots__ = ("body", "function", "parameters")
    __match_args__ = ("function", "parameters", "body")
    function: str
    parameters: tuple[Name, ...]
    body: Node

    def __new__(cls, function: str, parameters: tuple[Name, ...], body: Node) -> Definition:
        return _intern((cls, function, parameters, body), (body,))  # type: ignore[no-any-return]

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        return Definition(self.function, self.parameters, children[0])


class Piecewise(_Kind):
    """{value if condition; ...; otherwise}. Conditions are tried in order; `otherwise` may be None."""

    __slots__ = ("branches", "otherwise")
    __match_args__ = ("branches", "otherwise")
    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None

    def __new__(cls, branches: tuple[tuple[Node, Node], ...], otherwise: Node | None) -> Piecewise:
        flat = tuple(part for branch in branches for part in branch)
        return _intern((cls, branches, otherwise), flat if otherwise is None else (*flat, otherwise))  # type: ignore[no-any-return]

    def rebuilt(self, children: tuple[Node, ...]) -> Node:
        count = 2 * len(self.branches)
        branches = tuple((children[k], children[k + 1]) for k in range(0, count, 2))
        return Piecewise(branches, children[count] if len(children) > count else None)


ZERO = Number(0)
ONE = Number(1)
TWO = Number(2)
E = Constant("e")
PI = Constant("pi")
I = Constant("i")  # noqa: E741
INF = Constant("inf")


def integer(value: int) -> Node:
    """Return the whole number as a node; a negative one is a Negative."""
    return Number(value) if value >= 0 else Negative(Number(-value))


def fraction(numerator: int, denominator: int) -> Node:
    """Return numerator/denominator (denominator > 0) as written: 3, -3, 1/2, -1/2. Nothing is reduced."""
    if denominator == 1:
        return integer(numerator)
    quotient = Quotient(Number(abs(numerator)), Number(denominator))
    return quotient if numerator >= 0 else Negative(quotient)


@lru_cache(maxsize=64)
def walk(node: Node) -> Sequence[Node]:
    """Every distinct node of the tree once, each after its children (so linear even where subtrees are shared)."""
    order: list[Node] = []
    seen: set[Node] = set()
    above: list[Node] = []
    stack: list[Node | None] = [node]
    while stack:
        current = stack.pop()
        if current is None:
            order.append(above.pop())
        elif current not in seen:
            seen.add(current)
            children = current._children
            if children:
                above.append(current)
                stack.append(None)
                stack.extend(children[::-1])
            else:
                order.append(current)
    return tuple(order)


def unvisited(node: Node, known: Container[Node]) -> Iterator[Node]:
    """Every distinct node of the tree that is not known yet, each after its children; the caller makes it known."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current in known:
            continue
        is_ready = True
        for child in current._children:
            if child not in known:
                if not child._children:
                    yield child
                    continue
                if is_ready:
                    stack.append(current)
                    is_ready = False
                stack.append(child)
        if is_ready:
            yield current


def rewrite(
    node: Node, replace: Callable[[Node], Node | None], *, within_bound: Mapping[Node, Node] | None = None
) -> Node:
    """Return the tree with `replace` tried at every node from the top; what it answers is not looked into again.

    `within_bound` holds names whose replacement must stop where a sum binds them.
    """
    return _rewritten(node, replace, within_bound, {})


def _rewritten(
    node: Node,
    replace: Callable[[Node], Node | None],
    within_bound: Mapping[Node, Node] | None,
    memo: dict[Node, Node],
) -> Node:
    done = memo.get(node)
    if done is not None:
        return done
    answer = replace(node)
    if answer is None:
        children = node._children
        if children and within_bound and node._binds and node._bound() & within_bound.keys():
            inner = {k: v for k, v in within_bound.items() if k not in node._bound()}
            answer = node.rebuilt(tuple(child.substitute(inner) for child in children)) if inner else node
        elif children:
            parts: list[Node] = []
            for child in children:  # a comprehension would cost a second frame for each level
                parts.append(_rewritten(child, replace, within_bound, memo))
            visited = tuple(parts)
            answer = node if visited == children else node.rebuilt(visited)
        else:
            answer = node
    memo[node] = answer
    return answer
