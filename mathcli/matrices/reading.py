"""What was typed -> a tree whose every part has a shape: I and 𝟏 get their sizes, 1 - y its vector of ones.

Every shape is checked here, where the place in the text is still known; behind this door shapes fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn

from mathcli.errors import NotCoveredError, ReadingError, UsageError
from mathcli.matrices.shapes import (
    ENTRYWISE,
    SCALAR,
    Link,
    MisfitError,
    Shape,
    Shapes,
    chained,
    dimension_text,
    identity,
    ones,
)
from mathcli.syntax.span import Span
from mathcli.syntax.tree import (
    ONE,
    Call,
    Constant,
    Definition,
    E,
    Equation,
    I,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Matrix,
    Minimum,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    Vector,
    walk,
)
from mathcli.syntax.vocabulary import FUNCTIONS, ONES
from mathcli.syntax.writer import write

if TYPE_CHECKING:
    from mathcli.syntax.parser import Reading

UNKNOWN = Name("?")
"""A size that the neighbours decide."""
_ANY_SQUARE = Shape(UNKNOWN, UNKNOWN)
_LARGEST_POWER = 8
Path = tuple[int, ...]
_NOT_READ: dict[type[Node], str] = {
    IndexedProduct: "an indexed product",
    Vector: "a vector with its entries",
    Matrix: "a matrix with its entries",
}


class Understood(NamedTuple):
    """The function that a problem is about, as a tree of known shapes, and what there is to say about the reading."""

    function: str
    parameters: tuple[Name, ...]
    body: Node
    notes: tuple[str, ...]


class _Typed(NamedTuple):
    node: Node
    shape: Shape


def understood(reading: Reading, shapes: Shapes) -> Understood:
    """Return what a text says about vectors and matrices.

    Raises:
        ReadingError: two shapes do not fit, or a matrix stands where a number belongs; the error knows the place.
        UsageError: a name without a shape that cannot be a number.
        NotCoveredError: something that has no meaning for matrices here.
    """
    reader = _Reader(reading, shapes)
    function, parameters, body, path = _function(reading.tree)
    typed = reader.typed(body, path)
    _check_indices(typed.node)
    if UNKNOWN in typed.shape:
        reader.refuse("nothing says how large this is", path, hint="write I_n for the identity, 1_n for the ones")
    return Understood(function, parameters, typed.node, tuple(dict.fromkeys((*reading.notes, *reader.notes))))


def _function(tree: Node) -> tuple[str, tuple[Name, ...], Node, Path]:
    match tree:
        case Definition(function, parameters, body):
            return function, parameters, body, (0,)
        case Equation(Name(function), body):
            return function, (), body, (1,)
        case Minimum(objective, variables):
            function, _, body, path = _function(objective)
            return function, variables, body, (0, *path)
        case Equation():
            raise UsageError("a function is needed, and this is an equation", hint="write F = ..., or the right side")
    return "F" if Name("F") not in tree.names else "J", (), tree, ()


def _check_indices(node: Node) -> None:
    """Raise unless an index stands for one thing: sums are taken apart, and what is free would be caught by them."""
    for part in walk(node) if node.contains(IndexedSum) else ():
        if isinstance(part, IndexedSum):
            inner = (below for below in walk(part.body) if isinstance(below, IndexedSum))
            if part.index in node.names or any(below.index is part.index for below in inner):
                letter = part.index.name
                raise UsageError(f"{letter} is the index of a sum and stands for something else too", hint="rename one")


class _Reader:
    """Walks one tree with the path of every node, so that a complaint finds its place in the text."""

    def __init__(self, reading: Reading, shapes: Shapes) -> None:
        self.reading = reading
        self.shapes = shapes
        self.notes: list[str] = []

    def refuse(self, message: str, *paths: Path, hint: str = "") -> NoReturn:
        """Raise an error that points at the text from the first of the paths to the last."""
        spans = [self.reading.span_of(path) for path in paths]
        start, end = min(span.start for span in spans), max(span.end for span in spans)
        raise ReadingError(message, hint=hint, text=self.reading.text, span=Span(start, max(end - start, 1)))

    def typed(self, node: Node, path: Path) -> _Typed:
        """Return the node with every size filled in that its own parts decide, and its shape."""
        match node:
            case Number() | Constant():
                if node is I:
                    raise NotCoveredError(
                        "i is the imaginary unit, and matrices are real here", hint="name it: --var i"
                    )
                return _Typed(node, SCALAR)
            case Name():
                return self._name(node, path)
            case Indexed():
                return self._indexed(node, path)
            case IndexedSum(body, index, lower, upper):
                return self._indexed_sum(body, index, (lower, upper), path)
            case Sum(terms):
                return self._sum(terms, path)
            case Product(factors):
                return self._product(factors, path)
            case Negative(operand):
                inside = self.typed(operand, (*path, 0))
                return _Typed(Negative(inside.node), inside.shape)
            case Quotient():
                return self._quotient(node, path)
            case Transpose(operand):
                self._insist_on_known(operand, path)
                inside = self._ones(operand) or self.typed(operand, (*path, 0))
                return _Typed(_transposed(inside), inside.shape.transposed)
            case Power():
                return self._power(node, path)
            case Norm(operand):
                return self._norm(operand, path)
            case Call():
                return self._call(node, path)
        words = _NOT_READ.get(type(node), "this")
        raise NotCoveredError(
            f"{words} cannot stand beside letters for matrices", hint="--shape is for letters alone: w^T x, tr(A X)"
        )

    def _name(self, node: Name, path: Path) -> _Typed:
        shape = self.shapes.named(node)
        if shape is not None:
            return _Typed(node, shape)
        if node.name == "I":
            return _Typed(node, _ANY_SQUARE)
        if node.name == ONES:
            return _Typed(node, Shape(UNKNOWN, ONE))
        if node.name.isascii() and len(node.name) == 1 and node.name.isupper():
            self._unknown(node, path, "n by n")
        if not any(node in shape for shape in self.shapes.declared.values()):
            self.notes.append(f"{node.name} has no shape given, so it is a number")
        return _Typed(node, SCALAR)

    def _indexed(self, node: Indexed, path: Path) -> _Typed:
        """x_i in a sum over i: a vector if x_i was declared as one."""
        shape = self.shapes.indexed(node)
        if shape is None and Name(node.base) in self.shapes.declared:
            self.refuse(f"{write(node)} is an entry of {node.base}, and --shape is for whole letters", path)
        return _Typed(node, shape or SCALAR)

    def _indexed_sum(self, body: Node, index: Name, bounds: tuple[Node, Node], path: Path) -> _Typed:
        inside = self.typed(body, (*path, 0))
        lower, upper = (
            _Typed(bound, self.shapes.of(bound)) if isinstance(bound, Name) else self.typed(bound, (*path, k))
            for k, bound in enumerate(bounds, 1)
        )
        if not (lower.shape.is_scalar and upper.shape.is_scalar):
            self.refuse("the bounds of a sum are numbers", path)
        if UNKNOWN in inside.shape:
            self.refuse("nothing says how large this is", (*path, 0), hint="write I_n or 1_n")
        return _Typed(IndexedSum(inside.node, index, lower.node, upper.node), inside.shape)

    def _unknown(self, name: Name, path: Path, example: str) -> NoReturn:
        self.refuse(
            f"the shape of {name.name} is unknown",
            path,
            hint=f"add it to --shape: {name.name}: {example}; a number is {name.name}: scalar",
        )

    def _insist_on_known(self, operand: Node, path: Path) -> None:
        """What is transposed or has a norm is no number: a shape was forgotten."""
        if isinstance(operand, Name) and self.shapes.named(operand) is None and operand.name not in ("I", ONES):
            self._unknown(operand, (*path, 0), "n")

    def _ones(self, operand: Node) -> _Typed | None:
        """The 1 of 1ᵀ x."""
        return _Typed(Name(ONES), Shape(UNKNOWN, ONE)) if operand is ONE else None

    # ------------------------------------------------------------------ sums and products

    def _sum(self, terms: tuple[Node, ...], path: Path) -> _Typed:
        parts = [self.typed(term, (*path, k)) for k, term in enumerate(terms)]
        whole = Shape(UNKNOWN, UNKNOWN)
        where = 0
        for k, part in enumerate(parts):
            if part.shape.is_scalar and _is_number(part.node):
                continue
            merged = _merged(whole, part.shape)
            if merged is None:
                if whole.is_scalar or part.shape.is_scalar:
                    self._number_beside_matrix(whole, part.shape, path, where, k)
                self.refuse(
                    f"{write(terms[where])} is {whole} and {write(terms[k])} is {part.shape}: "
                    "only equal shapes can be added",
                    (*path, where),
                    (*path, k),
                )
            if whole == _ANY_SQUARE or UNKNOWN not in part.shape:
                where = k
            whole = merged
        if whole.rows is UNKNOWN and whole.columns is UNKNOWN and all(_is_number(part.node) for part in parts):
            whole = SCALAR
        nodes = [self._term(part, whole, path, k, where) for k, part in enumerate(parts)]
        return _Typed(Sum.of(*nodes), whole)

    def _term(self, part: _Typed, whole: Shape, path: Path, k: int, where: int) -> Node:
        """A term in the shape of the whole sum; the 1 of 1 - y is a vector of ones there."""
        if part.shape.is_scalar and not whole.is_scalar:
            if not whole.is_vector:
                self._number_beside_matrix(whole, SCALAR, path, where, k)
            value = write(part.node)
            self.notes.append(f"{value} beside a vector is read as {value} times the vector of ones")
            return _scaled(part.node, ones(whole.rows) if whole.rows is not UNKNOWN else Name(ONES))
        return sized(part, whole)

    def _number_beside_matrix(self, one: Shape, other: Shape, path: Path, first: int, second: int) -> NoReturn:
        shape = other if one.is_scalar else one
        hint = "for a multiple of the identity write I: X + 2I" if shape.is_square else ""
        if shape.is_vector:
            hint = "for the vector of ones write 1_n: c 1_n + w"
        self.refuse(
            f"a number and a matrix of shape {shape} cannot be added", (*path, first), (*path, second), hint=hint
        )

    def _product(self, factors: tuple[Node, ...], path: Path) -> _Typed:
        parts = [self.typed(factor, (*path, k)) for k, factor in enumerate(factors)]
        parts = _with_sizes(parts)
        links = [Link((part.node,), part.shape, k, k) for k, part in enumerate(parts)]
        if any(UNKNOWN in link.shape for link in links):
            others = [link for link in links if not link.shape.is_scalar]
            if len(others) == 1:  # 2 I, which the sum around it will size
                return _Typed(Product.of(*(part.node for part in parts)), others[0].shape)
            where = next(link.first for link in links if UNKNOWN in link.shape)
            self.refuse(f"nothing says how large {write(factors[where])} is", (*path, where), hint="write I_n or 1_n")
        try:
            _, rest = chained(links)
        except MisfitError as misfit:
            left, right = misfit.left, misfit.right
            sizes = f"{_counted(left.shape.columns, 'column')} and {_counted(right.shape.rows, 'row')}"
            self.refuse(
                f"{_as_typed(factors, left)} is {left.shape} and {_as_typed(factors, right)} is {right.shape}: "
                f"{sizes} do not fit",
                (*path, left.first),
                (*path, right.last),
                hint=_repair(left.shape, right.shape),
            )
        shape = SCALAR if rest is None else rest.shape
        return _Typed(Product.of(*(part.node for part in parts)), shape)

    def _quotient(self, node: Quotient, path: Path) -> _Typed:
        above, below = self.typed(node.numerator, (*path, 0)), self.typed(node.denominator, (*path, 1))
        if below.shape.is_vector and UNKNOWN not in below.shape:
            return self._entrywise_quotient(above, below, path)
        if not below.shape.is_scalar:
            hint = "for the inverse write inv(X)" if below.shape.is_square else "divide by a number, or entry by entry"
            self.refuse(f"a division by what is {below.shape}, which is no number", (*path, 1), hint=hint)
        return _Typed(Quotient(above.node, below.node), above.shape)

    def _entrywise_quotient(self, above: _Typed, below: _Typed, path: Path) -> _Typed:
        """u/v of vectors, and 1/v."""
        if above.shape.is_scalar and _is_number(above.node):
            above = _Typed(_scaled(above.node, ones(below.shape.rows)), below.shape)
        shape = _merged(above.shape, below.shape)
        if shape is None:
            self.refuse(
                f"a division of what is {above.shape} by what is {below.shape}",
                path,
                hint="a vector is divided by a number, or entry by entry by a vector of its shape",
            )
        self.notes.append("a quotient of vectors is taken entry by entry")
        return _Typed(Quotient(sized(above, shape), below.node), shape)

    # ------------------------------------------------------------------ powers, norms and functions

    def _power(self, node: Power, path: Path) -> _Typed:
        base, exponent = node.base, node.exponent
        if exponent == Name("T") and Name("T") not in self.shapes.declared:
            inside = self._ones(base) or self.typed(base, (*path, 0))
            return _Typed(_transposed(inside), inside.shape.transposed)
        if base is E:
            return self._exponential(exponent, path)
        inside, power = self.typed(base, (*path, 0)), self.typed(exponent, (*path, 1))
        if not power.shape.is_scalar:
            self.refuse(f"an exponent that is {power.shape}, which is no number", (*path, 1))
        if inside.shape.is_scalar:
            return _Typed(Power(inside.node, power.node), SCALAR)
        if inside.shape.is_vector:
            name = write(base)
            self.refuse(
                f"a power of the vector {name}, which is {inside.shape}",
                path,
                hint=f"write ||{name}||^2 or {name}^T {name} for the sum of squares, {name}∘{name} entry by entry",
            )
        if not inside.shape.is_square:
            self.refuse(f"a power of {write(base)}, which is {inside.shape} and not square", path)
        value = whole_number(power.node)
        if value is None or not -_LARGEST_POWER <= value <= _LARGEST_POWER or value == 0:
            raise NotCoveredError(
                f"a matrix has whole numbers from -{_LARGEST_POWER} to {_LARGEST_POWER} as its exponents here",
                hint="write X^3 or X^-1",
            )
        return inside if value == 1 else _Typed(Power(inside.node, power.node), inside.shape)

    def _exponential(self, exponent: Node, path: Path) -> _Typed:
        inside = self.typed(exponent, (*path, 1))
        return _Typed(Power(E, inside.node), self._entrywise("exp", inside, (*path, 1)))

    def _entrywise(self, function: str, inside: _Typed, path: Path) -> Shape:
        """The shape of a function of numbers at this argument: a vector is taken entry by entry."""
        if inside.shape.is_scalar:
            return SCALAR
        if not inside.shape.is_vector or UNKNOWN in inside.shape:
            self.refuse(
                f"{function} of what is {inside.shape}: {function} is a function of numbers",
                path,
                hint=f"of a vector {function} is taken entry by entry; of a matrix it is not read",
            )
        self.notes.append(f"{function} of a vector is taken entry by entry")
        return inside.shape

    def _norm(self, operand: Node, path: Path) -> _Typed:
        self._insist_on_known(operand, path)
        inside = self.typed(operand, (*path, 0))
        if inside.shape.is_scalar:
            return _Typed(Call("abs", (inside.node,)), SCALAR)
        if not inside.shape.is_vector or UNKNOWN in inside.shape:
            name = write(operand)
            self.refuse(
                f"which norm of {name} is meant? it is {inside.shape}, and a matrix has several",
                path,
                hint=f"write ||{name}||_F for the Frobenius norm",
            )
        return _Typed(Norm(inside.node), SCALAR)

    def _call(self, node: Call, path: Path) -> _Typed:
        function, arguments = node.function, node.arguments
        parts = [self.typed(argument, (*path, k)) for k, argument in enumerate(arguments)]
        first = parts[0]
        match function:
            case "d" | "grad":
                pass
            case "tr" | "det" | "inv" | "logdet":
                return self._of_square(function, first, arguments[0], path)
            case "frobenius":
                return self._frobenius(first, path)
            case "diag":
                self._insist_on_vector("diag", first, arguments[0], path)
                return _Typed(Call("diag", (first.node,)), Shape(first.shape.rows, first.shape.rows))
            case "softmax":
                self._insist_on_vector("softmax", first, arguments[0], path)
                total = Product.of(Transpose(ones(first.shape.rows)), Power(E, first.node))
                self.notes.append("softmax(z) is exp(z) divided by the sum of its entries")
                return _Typed(Quotient(Power(E, first.node), total), first.shape)
            case "dot" | "hadamard":
                return self._of_two(function, parts, arguments, path)
            case "abs" if first.shape.is_square and not first.shape.is_scalar:
                self.notes.append(f"|{write(arguments[0])}| is read as the determinant, since it is {first.shape}")
                return _Typed(Call("det", (first.node,)), SCALAR)
        if len(parts) == 1 and (function in ENTRYWISE or first.shape.is_scalar):
            return _Typed(Call(function, (first.node,)), self._entrywise(function, first, (*path, 0)))
        for k, part in enumerate(parts):
            if not part.shape.is_scalar:
                word = FUNCTIONS[function].display if function in FUNCTIONS else function
                self.refuse(f"{word} of what is {part.shape}: {word} is a function of numbers", (*path, k))
        return _Typed(Call(function, tuple(part.node for part in parts)), SCALAR)

    def _of_square(self, function: str, inside: _Typed, argument: Node, path: Path) -> _Typed:
        words = {"tr": "the trace", "det": "the determinant", "inv": "the inverse", "logdet": "the determinant"}
        if UNKNOWN in inside.shape:
            self.refuse(f"nothing says how large {write(argument)} is", (*path, 0), hint="write I_n")
        if not inside.shape.is_square:
            self.refuse(f"{words[function]} needs a square matrix, and {write(argument)} is {inside.shape}", (*path, 0))
        if inside.shape.is_scalar:
            if function in ("tr", "det"):
                return inside
            node = Quotient(ONE, inside.node) if function == "inv" else Call("log", (inside.node,))
            return _Typed(node, SCALAR)
        match function:
            case "inv":
                return _Typed(Power(inside.node, Negative(ONE)), inside.shape)
            case "logdet":
                return _Typed(Call("log", (Call("det", (inside.node,)),)), SCALAR)
        return _Typed(Call(function, (inside.node,)), SCALAR)

    def _frobenius(self, inside: _Typed, path: Path) -> _Typed:
        if UNKNOWN in inside.shape:
            self.refuse("nothing says how large this is", path, hint="write I_n")
        if inside.shape.is_scalar:
            return _Typed(Call("abs", (inside.node,)), SCALAR)
        is_vector = inside.shape.is_vector
        return _Typed(Norm(inside.node) if is_vector else Call("frobenius", (inside.node,)), SCALAR)

    def _of_two(self, function: str, parts: list[_Typed], arguments: tuple[Node, ...], path: Path) -> _Typed:
        left, right = parts
        for one, other in ((left, right), (right, left)):
            if one.shape.is_scalar and _is_number(one.node) and other.shape.is_vector:
                self.refuse("a number stands where a vector belongs", path, hint="write the product without ∘")
        shape = _merged(left.shape, right.shape)
        if shape is None:
            self.refuse(
                f"{write(arguments[0])} is {left.shape} and {write(arguments[1])} is {right.shape}: "
                f"{'a dot product' if function == 'dot' else '∘'} needs equal shapes",
                (*path, 0),
                (*path, 1),
            )
        a, b = sized(left, shape), sized(right, shape)
        if shape.is_scalar:
            return _Typed(Product.of(a, b), SCALAR)
        if not shape.is_vector or UNKNOWN in shape:
            raise NotCoveredError(
                f"{'dot' if function == 'dot' else '∘'} is read of vectors here, and these are {shape}",
                hint="for matrices tr(A^T B) is the sum of all products of entries",
            )
        if function == "dot":
            return _Typed(Product.of(Transpose(a), b), SCALAR)
        return _Typed(Call("hadamard", (a, b)), shape)

    def _insist_on_vector(self, word: str, inside: _Typed, argument: Node, path: Path) -> None:
        if not inside.shape.is_vector or UNKNOWN in inside.shape:
            self.refuse(f"{word} needs a vector, and {write(argument)} is {inside.shape}", (*path, 0))


def _counted(size: Node, word: str) -> str:
    return f"{dimension_text(size)} {word}{'s' * (size is not ONE)}"


def _as_typed(factors: tuple[Node, ...], link: Link) -> str:
    return write(Product.of(*factors[link.first : link.last + 1]))


def _repair(left: Shape, right: Shape) -> str:
    if left.is_vector and right == left:
        return "for a number transpose the left one: w^T x"
    return "is a transpose missing?" if left.columns is right.columns or left.rows is right.rows else ""


def _with_sizes(parts: list[_Typed]) -> list[_Typed]:
    """The factors of a product, with I and 𝟏 as large as the neighbour asks: the one on the left first."""
    for _ in parts:
        for k, part in enumerate(parts):
            if UNKNOWN not in part.shape:
                continue
            size = _size_asked(parts, k)
            if size is not None:
                shape = Shape(*(size if side is UNKNOWN else side for side in part.shape))
                parts[k] = _Typed(sized(part, shape), shape)
    return parts


def _size_asked(parts: list[_Typed], k: int) -> Node | None:
    """The size that the nearest matrix on either side asks of factor k, if it says one."""
    shape = parts[k].shape
    if shape.rows is UNKNOWN:
        left = next((p.shape.columns for p in reversed(parts[:k]) if not p.shape.is_scalar), UNKNOWN)
        if left is not UNKNOWN and left is not ONE:
            return left
    if shape.columns is UNKNOWN:
        right = next((p.shape.rows for p in parts[k + 1 :] if not p.shape.is_scalar), UNKNOWN)
        if right is not UNKNOWN and right is not ONE:
            return right
    return None


def _merged(a: Shape, b: Shape) -> Shape | None:
    """The shape that both can have."""
    sides = []
    for one, other in zip(a, b, strict=True):
        if one is not other and UNKNOWN not in (one, other):
            return None
        sides.append(other if one is UNKNOWN else one)
    return Shape(*sides)


def sized(part: _Typed, shape: Shape) -> Node:
    """Return the node with what had no size in it as large as the shape says."""
    return part.node if UNKNOWN not in part.shape else _grown(part.node, shape)


def _grown(node: Node, shape: Shape) -> Node:
    match node:
        case Name("I") if shape.rows is not UNKNOWN:
            return identity(shape.rows)
        case Name(name) if name == ONES and shape.rows is not UNKNOWN:
            return ones(shape.rows)
        case Transpose(operand):
            return Transpose(_grown(operand, shape.transposed))
        case Negative(operand):
            return Negative(_grown(operand, shape))
        case Power(base, exponent) if base is not E:
            return Power(_grown(base, shape), exponent)
        case Sum(terms):
            return Sum.of(*(_grown(term, shape) for term in terms))
        case Product(factors):
            return Product.of(*(_grown(factor, shape) for factor in factors))
        case Quotient(numerator, denominator):
            return Quotient(_grown(numerator, shape), denominator)
    return node


def _transposed(inside: _Typed) -> Node:
    return inside.node if inside.shape.is_scalar else Transpose(inside.node)


def _scaled(factor: Node, vector: Node) -> Node:
    match factor:
        case Number(1, 0):
            return vector
        case Negative(operand):
            return Negative(_scaled(operand, vector))
    return Product.of(factor, vector)


def _is_number(node: Node) -> bool:
    """Whether a node is a plain number, which may stand for a multiple of 𝟏."""
    return not node.names and not node.contains(Call)


def whole_number(node: Node) -> int | None:
    """Return the whole number that a node is, None for anything else."""
    match node:
        case Number(numerator, 0):
            return numerator
        case Negative(Number(numerator, 0)):
            return -numerator
    return None
