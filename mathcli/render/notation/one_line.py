"""Mathematics on one line, in Unicode or ASCII, so that it parses back to the same tree.

A node is written from its children, which are written first, so deep trees need no deep stack. Where juxtaposition
or a bare argument could be misread there is a dot or a bracket: 2x cos 3x, but ln 2 · x and sin(x²).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mathcli.render.notation.alphabet import (
    ASCII,
    CALLABLE,
    TRIGONOMETRIC,
    UNICODE,
    WITHOUT_BRACKETS,
    Alphabet,
    function_word,
)
from mathcli.render.notation.leibniz import is_partial_of_function, leibniz
from mathcli.syntax import tree
from mathcli.syntax.tree import Constant, Indexed, Name, Negative, Node, Number, Power, Product, Quotient, unvisited
from mathcli.syntax.vocabulary import ALIASES, CONSTANTS, GREEK_NAMES, KEYWORDS

RELATION, SUM, PRODUCT, APPLIED, POWER, ATOM = range(6)


class Piece(NamedTuple):
    """The text of a node and how tightly it holds together. APPLIED ends in an argument without brackets: sin x."""

    text: str
    level: int


class OneLine:
    """Writes trees on one line. `primes` is the name whose derivatives are written (u)′ instead of d/dx (u)."""

    def __init__(self, alphabet: Alphabet = UNICODE, *, primes: Name | None = None, partial: bool = False) -> None:
        self.alphabet = alphabet
        self.primes = primes
        self.partial = partial
        self._pieces: dict[Node, Piece] = {}

    def write(self, node: Node) -> str:
        """Return the node as text."""
        return self.piece(node).text

    def piece(self, node: Node) -> Piece:
        """Return the node as text with its level."""
        pieces = self._pieces
        done = pieces.get(node)
        if done is None:
            for part in unvisited(node, pieces):
                pieces[part] = _WRITERS[type(part)](self, part)
            done = pieces[node]
        return done

    def held(self, node: Node, level: int) -> str:
        """Return the text of a node, in brackets where it holds together less tightly than the level."""
        text, own = self.piece(node)
        return text if own >= level else f"({text})"

    # -- leaves ---------------------------------------------------------------------------------------------------

    def _number(self, node: Number) -> Piece:
        return Piece(number_text(node), ATOM)

    def _name(self, node: Name) -> Piece:
        return Piece(self.alphabet.name(node.name), ATOM)

    def _constant(self, node: Constant) -> Piece:
        return Piece(self.alphabet.constants[node.name], ATOM)

    def _indexed(self, node: Indexed) -> Piece:
        base = self.alphabet.name(node.base)
        indices = [self.piece(index).text.replace(" ", "") for index in node.indices]
        together = "".join(indices)
        lowered = self.alphabet.subscript(together) if all(len(i) == 1 for i in indices) else None
        if lowered is not None:
            return Piece(base + lowered, ATOM)
        if len(together) == 1:
            return Piece(f"{base}_{together}", ATOM)
        return Piece(f"{base}_{{{','.join(indices)}}}", ATOM)

    def _ellipsis(self, node: tree.Ellipsis) -> Piece:
        return Piece(self.alphabet.dots, ATOM)

    # -- arithmetic -----------------------------------------------------------------------------------------------

    def _sum(self, node: tree.Sum) -> Piece:
        parts: list[str] = []
        for sign, term in signed_terms(node):
            text = self.term(term, is_negative=sign == "-")
            sign_text = self.alphabet.minus if sign == "-" else "+"
            parts.append(f" {sign_text} {text}" if parts else text if sign == "+" else sign_text + text)
        return Piece("".join(parts), SUM)

    def term(self, node: Node, *, is_negative: bool) -> str:
        """Return a term of a sum, without its sign."""
        return self.held(node, PRODUCT)

    def _negative(self, node: Negative) -> Piece:
        return Piece(self.alphabet.minus + self.held(node.operand, PRODUCT), SUM)

    def _product(self, node: Product) -> Piece:
        texts = self.factors(node)
        line = texts[0]
        is_spaced = not self.alphabet.is_ascii and any(map(_is_of_matrices, node.factors))
        run = _letter(node.factors[0], texts[0])
        for k in range(1, len(texts)):
            gap = self.gap(node.factors[k - 1], texts[k - 1], node.factors[k], texts[k])
            letter = _letter(node.factors[k], texts[k])
            if is_spaced and not gap and not isinstance(node.factors[k - 1], Number):
                gap = " "
            if not gap and letter and run and not _is_safe_run(run + letter):
                gap = f" {self.alphabet.dot} " if run[-1] == letter else " "
            run = letter if gap or not letter else run + letter
            if texts[k] != letter:
                run = ""
            line += gap + texts[k]
        return Piece(line, PRODUCT)

    def factors(self, node: Product) -> list[str]:
        """Return the factors as they are written in the product, brackets included."""
        last = len(node.factors) - 1
        return [self.factor(factor, is_last=k == last) for k, factor in enumerate(node.factors)]

    def factor(self, node: Node, *, is_last: bool) -> str:
        """Return a factor in the brackets it needs; what stands behind an indexed sum would belong to it."""
        if isinstance(node, Quotient) or (isinstance(node, _OPEN) and not is_last):
            return f"({self.piece(node).text})"
        return self.held(node, APPLIED)

    def gap(self, left: Node, left_text: str, right: Node, right_text: str) -> str:
        """Return what stands between two factors: nothing, a space or a dot."""
        first, last = right_text[0], left_text[-1]
        dot = f" {self.alphabet.dot} "
        if self.alphabet.is_ascii:
            return "*"
        if isinstance(left, tree.Derivative) or isinstance(right, tree.Derivative):
            return dot
        if first in "0123456789.":
            return "·" if isinstance(left, Number) else dot
        if first in "|‖" or (last in "|‖" and not isinstance(left, Number)):
            return dot
        if self.is_open(left, left_text):
            return " " if _is_function(right) and first.isalpha() else dot
        if isinstance(left, Number):
            return "" if _is_short(right) else dot if left is tree.ONE else " "
        if first == "(":
            return "" if last == ")" and left_text[0] == "(" else dot if _may_be_called(left, left_text) else " "
        if _letter(left, left_text) and _letter(right, right_text):
            return ""
        if left_text[0] == "(" or isinstance(left, Name | Constant | Indexed | Power) or _is_of_matrices(left):
            return " " if first.isalpha() or first == "√" else dot
        return " " if _is_function(right) and first.isalpha() and last == ")" else dot

    def is_open(self, node: Node, text: str) -> bool:
        """Whether what follows the text of a factor would be read as part of its argument."""
        return self.piece(node).level == APPLIED and text[0] != "("

    def _quotient(self, node: Quotient) -> Piece:
        above = self.piece(node.numerator)
        is_plain = above.level >= POWER or (isinstance(node.numerator, Product) and " " not in above.text)
        numerator = above.text if is_plain else f"({above.text})"
        below = self.piece(node.denominator)
        denominator = below.text if below.text[0] in "√∛" else self.held(node.denominator, POWER)
        return Piece(f"{numerator}/{denominator}", PRODUCT)

    def _power(self, node: Power) -> Piece:
        exponent = node.exponent
        if self.is_power_of_function(node):
            word = self._function_start(node.base, self.exponent(exponent))
            return Piece(*word)
        return Piece(self.power_base(node.base) + self.exponent(exponent), POWER)

    def power_base(self, base: Node) -> str:
        text, level = self.piece(base)
        is_whole = isinstance(base, Name | Constant | Number | Indexed | tree.Norm) or (
            isinstance(base, tree.Call) and (base.function in _BARRED or _is_unknown(base)) and level == ATOM
        )
        return text if is_whole else f"({text})"

    def exponent(self, exponent: Node) -> str:
        """Return a raised exponent, ^( ) where it has no raised form."""
        text = self.piece(exponent).text
        if len(text) <= 8 and not self.alphabet.is_ascii and may_be_raised(exponent):
            raised = self.alphabet.superscript(text.replace(" ", ""))
            if raised is not None:
                return raised
        is_bare = isinstance(exponent, Number) and exponent.is_integer
        is_bare = is_bare or (isinstance(exponent, Name | Constant) and len(text) == 1 and text.islower())
        return f"^{text}" if is_bare else f"^({text})"

    def is_power_of_function(self, node: Node) -> bool:
        """Whether a power is written sin²x."""
        return (
            not self.alphabet.is_ascii
            and isinstance(node, Power)
            and isinstance(node.base, tree.Call)
            and node.base.function in TRIGONOMETRIC
            and isinstance(node.exponent, Number)
            and node.exponent.is_integer
            and node.exponent.numerator >= 2
        )

    # -- functions ------------------------------------------------------------------------------------------------

    def _call(self, node: tree.Call) -> Piece:
        function, arguments = node.function, node.arguments
        match function, arguments:
            case "sqrt", (argument,) if not self.alphabet.is_ascii:
                return self._radical("√", argument)
            case "cbrt", (argument,) if not self.alphabet.is_ascii:
                return self._radical("∛", argument)
            case "abs", (argument,) if "|" not in self.piece(argument).text and "‖" not in self.piece(argument).text:
                return Piece(f"|{self.piece(argument).text}|", ATOM)
            case "factorial" | "factorial2", (argument,):
                text = self.piece(argument).text
                is_bare = isinstance(argument, Number | Name) and text.isalnum()
                return Piece((text if is_bare else f"({text})") + ("!" if function == "factorial" else "!!"), APPLIED)
            case "d", (Name() as argument,):
                return Piece("d" + self.piece(argument).text, ATOM)
            case "frobenius", (argument,):
                return Piece(f"{self.alphabet.norm}{self.piece(argument).text}{self.alphabet.norm}_F", ATOM)
            case "hadamard", (left, right):
                return Piece(f"{self.held(left, POWER)} {self.alphabet.entrywise} {self.held(right, POWER)}", PRODUCT)
            case "sigmoid", (argument,) if not self.alphabet.is_ascii:
                return Piece(f"σ({self.piece(argument).text})", POWER)
            case "grad", (argument,):
                text = self.piece(argument).text
                is_bare = isinstance(argument, Name) or (isinstance(argument, tree.Call) and _is_unknown(argument))
                word = "grad " if self.alphabet.is_ascii else "∇"
                return Piece(word + (text if is_bare else f"({text})"), APPLIED)
            case "log", (argument, base) if isinstance(base, Number) and base.is_integer and not self.alphabet.is_ascii:
                return self._applied(f"log{self.alphabet.subscript(number_text(base))}", argument)
            case "kronecker", (_, _) if not self.alphabet.is_ascii:
                return Piece(self.piece(Indexed("delta", arguments)).text, ATOM)
            case name, (_,) if name in WITHOUT_BRACKETS:
                return Piece(*self._function_start(node, ""))
        inside = ", ".join([self.piece(argument).text for argument in arguments])
        word = function if self.alphabet.is_ascii or len(arguments) > 1 else function_word(function)
        word = self.alphabet.name(word) if _is_unknown(node) else word
        return Piece(f"{word}{self.alphabet.primes(node.primes)}({inside})", ATOM if _is_unknown(node) else POWER)

    def _function_start(self, node: Node, raised: str) -> Piece:
        assert isinstance(node, tree.Call)
        word = node.function if self.alphabet.is_ascii else function_word(node.function)
        return self._applied(word + raised, node.arguments[0])

    def _applied(self, word: str, argument: Node) -> Piece:
        text = self.piece(argument).text
        if not self.alphabet.is_ascii and is_bare_argument(argument, text):
            return Piece(f"{word} {text}", APPLIED)
        return Piece(f"{word}({text})", POWER)

    def _radical(self, sign: str, argument: Node) -> Piece:
        text = self.piece(argument).text
        is_bare = isinstance(argument, Number | Name | Constant) and len(text) <= 2
        return Piece(sign + (text if is_bare else f"({text})"), APPLIED if is_bare else POWER)

    def _norm(self, node: tree.Norm) -> Piece:
        return Piece(f"{self.alphabet.norm}{self.piece(node.operand).text}{self.alphabet.norm}", ATOM)

    def _transpose(self, node: tree.Transpose) -> Piece:
        match node.operand:
            case Power(base, Negative(Number(1, 0))):
                mark = "^-T" if self.alphabet.is_ascii else f"⁻{self.alphabet.transpose}"
                return Piece(self.power_base(base) + mark, POWER)
        return Piece(self.power_base(node.operand) + self.alphabet.transpose, POWER)

    # -- calculus -------------------------------------------------------------------------------------------------

    def _derivative(self, node: tree.Derivative) -> Piece:
        inside = self.piece(node.operand).text
        if node.variable is self.primes:
            is_bare = isinstance(node.operand, Name) and len(inside) == 1
            mark = self.alphabet.primes(node.order)
            return Piece((inside if is_bare else f"({inside})") + mark, ATOM)
        if self.partial and self.primes is None and is_partial_of_function(node):
            return Piece(self.label(node), APPLIED)
        return Piece(f"{self.operator(node)} ({inside})", APPLIED)

    def label(self, node: Node) -> str:
        """Return a node that names what an answer is: ∂f/∂x for the derivative of f(x, y)."""
        found = leibniz(node)
        if found is None or self.primes is not None:
            return self.write(node)
        d = self.alphabet.partial if self.partial else "d"
        below = "".join(f"{d}{self.alphabet.name(x.name)}{self._order(k)}" for x, k in found.by)
        return f"{d}{self._order(found.order)}{self.alphabet.name(found.function)}/{below}"

    def _order(self, order: int) -> str:
        return "" if order == 1 else self.exponent(Number(order))

    def operator(self, node: tree.Derivative) -> str:
        """Return the d/dx of a derivative."""
        d = self.alphabet.partial if self.partial else "d"
        variable = self.alphabet.name(node.variable.name)
        if node.order == 1:
            return f"{d}/{d}{variable}"
        order = self.exponent(Number(node.order))
        return f"{d}{order}/{d}{variable}{order}"

    def _iterated(self, node: tree.IndexedSum | tree.IndexedProduct) -> Piece:
        sign = self.alphabet.sum if isinstance(node, tree.IndexedSum) else self.alphabet.product
        index, upper = self.alphabet.name(node.index.name), self.piece(node.upper).text
        above = upper if len(upper) == 1 else f"{{{upper}}}"
        return Piece(f"{sign}_{{{index}={self.piece(node.lower).text}}}^{above} {self.body(node)}", APPLIED)

    def body(self, node: tree.IndexedSum | tree.IndexedProduct) -> str:
        return self.held(node.body, PRODUCT)

    def _integral(self, node: tree.Integral) -> Piece:
        bounds = ""
        if node.lower is not None and node.upper is not None:
            bounds = f"_({self.piece(node.lower).text})^({self.piece(node.upper).text})"
        variable = self.alphabet.name(node.variable.name)
        return Piece(f"{self.alphabet.integral}{bounds} ({self.piece(node.operand).text}) d{variable}", SUM)

    def _limit(self, node: tree.Limit) -> Piece:
        variable, point = self.alphabet.name(node.variable.name), self.piece(node.point).text
        if node.side and not isinstance(node.point, Number):
            parts = (self.piece(node.operand).text, variable, point, node.side)
            return Piece(f"limit({', '.join(parts)})", POWER)
        minus_or_plus = node.side.replace("-", self.alphabet.minus)
        side = (self.alphabet.superscript(minus_or_plus) or f"^{node.side}") if node.side else ""
        return Piece(f"lim_{{{variable}{self.alphabet.arrow}{point}{side}}} ({self.piece(node.operand).text})", SUM)

    def _minimum(self, node: tree.Minimum) -> Piece:
        variables = ", ".join(self.alphabet.name(v.name) for v in node.variables)
        return Piece(f"min_{{{variables}}} ({self.piece(node.objective).text})", SUM)

    # -- vectors and statements -----------------------------------------------------------------------------------

    def _vector(self, node: tree.Vector) -> Piece:
        entries = in_equal_places(node.entries, [self.piece(entry).text for entry in node.entries])
        return Piece(f"({', '.join(entries)})" if len(entries) != 1 else f"({entries[0]},)", ATOM)

    def _matrix(self, node: tree.Matrix) -> Piece:
        rows = ", ".join(f"[{', '.join([self.piece(entry).text for entry in row])}]" for row in node.rows)
        return Piece(f"[{rows}]", ATOM)

    def _equation(self, node: tree.Equation) -> Piece:
        return Piece(f"{self.held(node.left, SUM)} = {self.held(node.right, SUM)}", RELATION)

    def _relation(self, node: tree.Relation) -> Piece:
        text = self.held(node.sides[0], SUM)
        for sign, side in zip(node.signs, node.sides[1:], strict=True):
            text += f" {self.alphabet.relations[sign]} {self.held(side, SUM)}"
        return Piece(text, RELATION)

    def _interval(self, node: tree.Interval) -> Piece:
        ends = f"{self.piece(node.lower).text}, {self.piece(node.upper).text}"
        return Piece(f"{'[' if node.has_lower else '('}{ends}{']' if node.has_upper else ')'}", ATOM)

    def _definition(self, node: tree.Definition) -> Piece:
        parameters = ", ".join(self.alphabet.name(p.name) for p in node.parameters)
        return Piece(f"{self.alphabet.name(node.function)}({parameters}) = {self.piece(node.body).text}", RELATION)

    def _piecewise(self, node: tree.Piecewise) -> Piece:
        parts = [f"{self.piece(value).text} if {self.piece(condition).text}" for value, condition in node.branches]
        if node.otherwise is not None:
            parts.append(f"{self.piece(node.otherwise).text} otherwise")
        return Piece(f"{{{'; '.join(parts)}}}", ATOM)


_BARRED = frozenset(("abs", "frobenius"))
_OPEN = (tree.IndexedSum, tree.IndexedProduct)
_WRITERS: dict[type[Node], Callable[[OneLine, Any], Piece]] = {
    Number: OneLine._number,
    Name: OneLine._name,
    Constant: OneLine._constant,
    Indexed: OneLine._indexed,
    tree.Ellipsis: OneLine._ellipsis,
    tree.Sum: OneLine._sum,
    Negative: OneLine._negative,
    Product: OneLine._product,
    Quotient: OneLine._quotient,
    Power: OneLine._power,
    tree.Call: OneLine._call,
    tree.Norm: OneLine._norm,
    tree.Transpose: OneLine._transpose,
    tree.Derivative: OneLine._derivative,
    tree.IndexedSum: OneLine._iterated,
    tree.IndexedProduct: OneLine._iterated,
    tree.Integral: OneLine._integral,
    tree.Limit: OneLine._limit,
    tree.Minimum: OneLine._minimum,
    tree.Vector: OneLine._vector,
    tree.Matrix: OneLine._matrix,
    tree.Equation: OneLine._equation,
    tree.Relation: OneLine._relation,
    tree.Interval: OneLine._interval,
    tree.Definition: OneLine._definition,
    tree.Piecewise: OneLine._piecewise,
}


def unicode_line(node: Node) -> str:
    """Return the node on one line in Unicode.

    >>> from mathcli.syntax.tree import E, Call, Name, Number, Power, Product
    >>> unicode_line(Product((Power(E, Product((Number(2), Name("x")))), Call("cos", (Name("x"),)))))
    'e²ˣ cos x'
    """
    return OneLine(UNICODE).write(node)


def ascii_line(node: Node) -> str:
    """Return the node on one line in ASCII."""
    return OneLine(ASCII).write(node)


def number_text(node: Number) -> str:
    """Return a decimal as typed: 2, 1.5, 0.05."""
    if not node.scale:
        return str(node.numerator)
    digits = str(node.numerator).rjust(node.scale + 1, "0")
    return f"{digits[: -node.scale]}.{digits[-node.scale :]}"


def in_equal_places(entries: Sequence[Node], texts: list[str]) -> list[str]:
    """Return the texts of decimals with equally many places, 4.262, 2.810; those of anything else as they are."""
    scales = [_scale(entry) for entry in entries]
    if not all(scales):
        return texts
    return [text + "0" * (max(scales) - scale) for text, scale in zip(texts, scales, strict=True)]


def _scale(node: Node) -> int:
    number = node.operand if isinstance(node, Negative) else node
    return number.scale if isinstance(number, Number) else 0


def signed_terms(node: tree.Sum) -> list[tuple[str, Node]]:
    """The terms of a sum with their signs: "-" where a term is negative, the term without it."""
    return [("-", term.operand) if isinstance(term, Negative) else ("+", term) for term in node.terms]


def may_be_raised(exponent: Node) -> bool:
    """Whether an exponent reads well in small letters: -x, 2x, n + 1."""
    match exponent:
        case Number() | Name() | Constant():
            return True
        case Negative(operand):
            return not isinstance(operand, Negative) and may_be_raised(operand)
        case tree.Sum(terms):
            return len(terms) == 2 and all(may_be_raised(term) for term in terms)
        case Product(factors):
            return all(isinstance(factor, Number | Name) for factor in factors)
    return False


def is_bare_argument(argument: Node, text: str) -> bool:
    """Whether a function may stand before this argument without brackets: sin x, cos 2x, ln 2."""
    match argument:
        case Name() | Indexed():
            return True
        case Number(_, scale):
            return scale == 0
        case Constant(name):
            return name != "inf"
        case Product((Number(_, 0), Name() | Constant("pi"))):
            return " " not in text
    return False


def _is_short(node: Node) -> bool:
    """Whether a number may stand right before this factor: 2x, 2x², 2eˣ, 2√x."""
    base = node.base if isinstance(node, Power) else node
    if isinstance(base, Name):
        return len(base.name.partition("_")[0]) == 1 or base.name in _ONE_LETTER_GREEK
    return isinstance(base, Constant | Indexed) or (isinstance(base, tree.Call) and base.function in ("sqrt", "cbrt"))


_ONE_LETTER_GREEK = frozenset(("lambda", "mu", "alpha", "beta", "gamma", "theta", "omega", "eta", "sigma", "phi"))


def _letter(node: Node, text: str) -> str:
    """The letter with which a factor takes part in a run of letters: x of x and of x²; "" if it takes no part."""
    base = node.base if isinstance(node, Power) else node
    is_raised = isinstance(node, Name) or len(text.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹")) == 1
    return base.name if isinstance(base, Name) and len(base.name) == 1 and base.name.isascii() and is_raised else ""


def _is_safe_run(run: str) -> bool:
    """Whether letters may stand together: three at most, no two alike, no word and no name among them."""
    words = (run, run[-2:])
    if len(run) > 3 or run[-2] == run[-1]:
        return False
    return not any(w in ALIASES or w in CONSTANTS or w in KEYWORDS or w in GREEK_NAMES for w in words)


def _may_be_called(node: Node, text: str) -> bool:
    return (isinstance(node, Name) and node.name[:1] in CALLABLE) or text[-1] == ")"


def _is_of_matrices(node: Node) -> bool:
    """Whether a factor shows that this is a product of matrices: wᵀ, or dw for the differential of w."""
    match node:
        case tree.Transpose() | tree.Call("d", (Name(),)):
            return True
    return False


def _is_function(node: Node) -> bool:
    return isinstance(node, tree.Call) or (isinstance(node, Power) and isinstance(node.base, tree.Call))


def _is_unknown(node: tree.Call) -> bool:
    return len(node.function.partition("_")[0]) == 1 or bool(node.primes)
