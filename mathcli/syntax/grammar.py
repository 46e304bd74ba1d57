"""Text to tree: a precedence (Pratt) parser written by hand over the tokens of `lexer`. Nothing is computed.

The whole grammar, from the weakest binding to the strongest:

    text        = relation | list | definition                     f(x, y) = body is a definition
    relation    = sum { ("=" | "<" | "<=" | ">" | ">=" | "!=") sum }
    list        = relation { "," relation }                        a vector: 1, 2, -1
    sum         = ["+" | "-"] product { ("+" | "-") product }
    product     = signed { ("*" | "/") signed | factor }           juxtaposition is as strong as * and /, left to right
                  [ "∘" product ]                                  entry by entry, only where there are matrices
    signed      = { "-" } factor
    factor      = primary { "!" | "!!" | "'" | "^" exponent | superscripts | "^T" }
    exponent    = { "-" } factor                                   so ^ groups to the right: 2^3^4 = 2^(3^4)
    primary     = number | name | constant | call | group | bars | vector | matrix | piecewise | calculus | latex
    name        = letter [ digits | "_" subscript ]                x, x1, x_1, x_{12}, v_max, y_i, yhat
    call        = function [ "_" base ] [ "^" exponent ] argument | ("f" | "g" | "h" | defined) {"'"} "(" list ")"
    argument    = "(" list ")" | call | factor { factor }          ends at + - * / and before the next function
    group       = "(" sum ")" | "[" sum "]" | "{" sum "}"
    bars        = "|" sum "|" | "||" sum "||" | "⌊" sum "⌋" | "⌈" sum "⌉"
    vector      = "(" list ")" | "[" list "]" | "<" list ">" | "(" sum "," ")" | "[" sum { ";" sum } "]"
    matrix      = "[" "[" list "]" { "," "[" list "]" } "]" | "\\begin{bmatrix}" ... "\\end{bmatrix}"
    piecewise   = "{" sum "if" relation { ";" sum "if" relation } [ ";" sum "otherwise" ] "}"
    calculus    = derivative | "sum_{" name "=" sum "}^" primary product | "lim_{" name "->" sum "}" product | integral
    derivative  = "d/d" name operand | "d" name "/d" name | "∂/∂" name operand | "d^2/d" name "^2" operand
    integral    = "int" ["_" primary "^" primary] sum "d" name
    latex       = "\\frac" primary primary | "\\sqrt" ["[" sum "]"] primary | "\\hat" letter | ...

Names that a sum, a limit or a derivative binds are known before its body is read, so that i is an index there
and the imaginary unit elsewhere. A reading that people may take differently leaves a note.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mathcli.errors import LimitExceededError, ReadingError
from mathcli.syntax import (
    big_operators,
    brackets,
    complaints,
    differentials,
    functions,
    latex,
    matrix_signs,
    names,
)
from mathcli.syntax.lexer import tokenize
from mathcli.syntax.span import Span
from mathcli.syntax.tree import (
    ONE,
    Call,
    Ellipsis,
    Equation,
    Matrix,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Transpose,
    Vector,
)

if TYPE_CHECKING:
    pass

MOST_BRACKETS = 100
MOST_LEVELS = 200
MOST_DIGITS = 1_000
LARGEST_EXPONENT = 1_000

_TRANSPOSABLE = (Name, Vector, Matrix, Transpose, Sum, Product)
RELATIONS = frozenset(("=", "<", "<=", ">", ">=", "!="))
PRIMARIES: dict[str, Callable[[Parser], Node]] = {
    **brackets.PRIMARIES,
    **names.PRIMARIES,
    **functions.PRIMARIES,
    **latex.PRIMARIES,
}
STARTS = frozenset(PRIMARIES) - {"<", "<(", "...", "sup("}
"""The tokens that begin a factor, so that one after another is a product."""


class Parser:
    """The state of one reading: the tokens, where we are, which names are bound, and the notes so far."""

    def __init__(
        self,
        text: str,
        names: frozenset[str],
        variables: frozenset[str],
        functions: frozenset[str],
        *,
        matrices: bool = False,
    ) -> None:
        self.text = text
        self.matrices = matrices
        tokens = tokenize(text, names, matrices=matrices)
        self.kinds = tokens.kinds
        self.values = tokens.values
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.at = 0
        self.bound = variables
        self.indices: frozenset[str] = frozenset()
        self.counted: set[str] = set()
        self.entries: dict[str, set[str]] = {}
        self.loose: list[tuple[str, str, int]] = []
        self.callable = functions
        self.defined: frozenset[str] = frozenset()
        self.notes: list[tuple[int, str, bool]] = list(tokens.remarks)
        self.bars: list[str] = []
        self.integrals = 0
        self.in_matrix = False
        self.has_lines = "\n" in text
        self.depth = 0
        self.brackets = 0
        self.level = 0
        self.iterate: tuple[str, str] | None = None
        self.places: list[tuple[Node, int, int]] | None = None

    # ------------------------------------------------------------------ the cursor

    @property
    def kind(self) -> str:
        return self.kinds[self.at]

    def kind_after(self, steps: int = 1) -> str:
        where = self.at + steps
        return self.kinds[where] if where < len(self.kinds) else "end"

    def is_glued(self) -> bool:
        """Whether the current token follows the one before without a space."""
        return self.at > 0 and self.ends[self.at - 1] == self.starts[self.at]

    def source(self, start: int, end: int | None = None) -> str:
        """The text from a token to the last one read (or to another), in one line."""
        stop = self.ends[self.at - 1] if end is None else end
        return " ".join(self.text[start:stop].split())

    def note(self, sentence: str, at: int, *, doubtful: bool = False) -> None:
        self.notes.append((at, sentence, doubtful))

    def error(self, message: str, at: int, *, hint: str = "", length: int | None = None) -> ReadingError:
        """An error at a token, given by its index."""
        start = self.starts[at]
        size = max(self.ends[at] - start, 1) if length is None else length
        return ReadingError(message, hint=hint, text=self.text, span=Span(start, size if start < len(self.text) else 0))

    def expect(self, kind: str, opened_at: int) -> None:
        """Pass over a closing bracket."""
        if self.kind != kind:
            raise complaints.not_closed(self, kind, opened_at)
        self.at += 1

    def enter(self, at: int, size: int = 1) -> None:
        """Go one level deeper; the token at which it happens is where a complaint points."""
        self.depth += size
        if self.depth >= MOST_LEVELS:
            raise LimitExceededError(
                f"nested more than {MOST_BRACKETS} deep",
                hint="name the inner parts with --let",
                text=self.text,
                span=Span(self.starts[at], 1),
            )

    def open(self, at: int) -> None:
        """Go one level deeper at an opening bracket."""
        self.enter(at)
        self.brackets += 1
        if self.brackets > MOST_BRACKETS:
            self.enter(at, MOST_LEVELS)

    def close(self) -> None:
        self.depth -= 1
        self.brackets -= 1

    def place(self, node: Node, start: int) -> Node:
        """Remember where a node stands, when somebody asked for that."""
        if self.places is not None:
            self.places.append((node, start, self.ends[self.at - 1]))
        return node

    def check_indices(self) -> None:
        """Refuse an index that stands outside of its sum."""
        if self.loose and self.counted:
            names.check_indices(self)

    # ------------------------------------------------------------------ precedence

    def relation(self) -> Node:
        """relation = sum { sign sum }"""
        start = self.starts[self.at]
        left = self.sum()
        if self.kinds[self.at] not in RELATIONS:
            return left
        sides, signs = [left], []
        while self.kinds[self.at] in RELATIONS:
            complaints.check_comparison(self)
            signs.append(self.kinds[self.at])
            self.at += 1
            sides.append(self.sum())
        if signs == ["="]:
            return self.place(Equation(sides[0], sides[1]), start)
        return self.place(Relation(tuple(sides), tuple(signs)), start)

    def sum(self) -> Node:
        """sum = ["+" | "-"] product { ("+" | "-") product }"""
        kinds = self.kinds
        start = self.starts[self.at]
        kind = kinds[self.at]
        if kind == "+":
            self.at += 1
            first = self.product()
        elif kind == "-":
            first = self.negative(self.product)
        else:
            first = self.product()
        if kinds[self.at] not in ("+", "-"):
            return first
        terms = [first]
        while (kind := kinds[self.at]) in ("+", "-"):
            sign_start = self.starts[self.at]
            self.at += 1
            term = self.negative(self.product) if kinds[self.at] == "-" else self.product()
            terms.append(self.place(Negative(term), sign_start) if kind == "-" else term)
        return self.place(Sum.of(*terms), start)

    def negative(self, operand: Callable[[], Node]) -> Node:
        """The minus signs here, and what they stand before."""
        first = self.at
        while self.kinds[self.at] == "-":
            self.at += 1
        count = self.at - first
        self.enter(first, count)
        node = operand()
        self.depth -= count
        for k in range(count):
            node = self.place(Negative(node), self.starts[first + count - 1 - k])
        return node

    def product(self) -> Node:
        """product = signed { ("*" | "/") signed | factor }"""
        kinds = self.kinds
        start = self.starts[self.at]
        factors = [self.factor()]
        divided: tuple[int, int, int] | None = None
        divisions = 0
        while True:
            kind = kinds[self.at]
            if kind == "*":
                sign_at = self.at
                self.at += 1
                divided = None
                factors.append(self.signed())
                if self.values[sign_at] in ("×", "\\times"):
                    complaints.check_cross(self, factors[-2], factors[-1], sign_at)
            elif kind == "/":
                bar = self.at
                self.at += 1
                divisions += 1
                if divisions > MOST_BRACKETS:
                    self.enter(bar, MOST_LEVELS)
                numerator = self.place(Product.of(*factors), start)
                denominator = self.signed()
                factors = [self.place(Quotient(numerator, denominator), start)]
                divided = (start, bar, self.at)
            elif kind in STARTS and self.may_multiply():
                if divided and kind != "|":
                    self.note_division(divided)
                    divided = None
                if kind == "(" and kinds[self.at - 1] == ")":
                    complaints.note_value_of_functions(self, factors[-1])
                factors.append(self.juxtaposed())
            else:
                break
        node = factors[0] if len(factors) == 1 else self.place(Product.of(*factors), start)
        return matrix_signs.entrywise(self, node, start) if kind == "⊙" else node

    def signed(self) -> Node:
        return self.negative(self.factor) if self.kinds[self.at] == "-" else self.factor()

    def may_multiply(self) -> bool:
        """Whether the token here begins a factor of this product: a bar may close, a differential ends an integral."""
        kind = self.kinds[self.at]
        if kind in ("|", "‖"):
            return not (self.bars and self.bars[-1] == kind)
        return not (self.integrals and big_operators.is_differential(self))

    def juxtaposed(self) -> Node:
        """A factor without a sign before it."""
        at = self.at
        if self.has_lines:
            complaints.check_line_break(self)
        if self.kinds[at] in ("number", "fraction"):
            complaints.check_number_after(self)
        elif self.kinds[at] == "[":
            complaints.check_index(self)
        elif self.kinds[at] == "frac" and self.kinds[at - 1] == "number":
            complaints.note_mixed_number(self)
        return self.factor()

    def note_division(self, divided: tuple[int, int, int]) -> None:
        """1/2x is (1/2)x: find how far the factors go that some would take for the denominator."""
        start, bar, at = divided
        stop = complaints.end_of_chain(self, at)
        above = self.source(start, self.ends[bar - 1])
        below = self.source(self.starts[bar + 1], self.ends[at - 1])
        rest = self.source(self.starts[at], self.ends[stop - 1])
        space = "" if self.starts[at] == self.ends[at - 1] else " "
        self.note(
            f"{above}/{below}{space}{rest} is read as ({above}/{below})*{rest}; "
            f"for the other reading write {above}/({below}{space}{rest})",
            start,
            doubtful=True,
        )

    def factor(self) -> Node:
        """factor = primary { "!" | "'" | "^" exponent | superscripts }"""
        at = self.at
        kinds = self.kinds
        handler = PRIMARIES.get(kinds[at])
        if handler is None:
            raise complaints.missing_operand(self)
        start = self.starts[at]
        self.level += 1
        if self.level > MOST_LEVELS:
            self.enter(at, MOST_LEVELS)
        node = self.place(handler(self), start)
        self.level -= 1
        while True:
            kind = kinds[self.at]
            if kind == "^":
                node = self.place(self.power(node, at), start)
            elif kind == "sup(":
                node = self.place(self.raised(node), start)
            elif kind == "!":
                node = self.place(self.factorial(node, start), start)
            elif kind == "'":
                node = self.place(self.primed(node, at), start)
            else:
                return node

    def primary(self) -> Node:
        """One primary without what may follow it."""
        handler = PRIMARIES.get(self.kinds[self.at])
        if handler is None:
            raise complaints.missing_operand(self)
        start = self.starts[self.at]
        return self.place(handler(self), start)

    # ------------------------------------------------------------------ powers and what follows a factor

    def power(self, base: Node, base_at: int) -> Node:
        """base ^ exponent, where ^T transposes and w^(t+1) may be an iterate."""
        caret = self.at
        self.at += 1
        kind = self.kinds[self.at]
        group = kind in ("{", "(")
        if (kind == "name" and self.is_transpose(base, self.at)) or (
            kind == "{" and self.kind_after() == "name" and self.kind_after(2) == "}"
            and self.is_transpose(base, self.at + 1)
        ):  # fmt: skip
            self.at += 3 if kind == "{" else 1
            if not self.matrices:
                self.note("^T is read as the transpose; for a power write ^(T)", self.starts[caret])
            return Transpose(base)
        if self.matrices and (stop := matrix_signs.end_of_inverse_transpose(self)):
            self.at = stop
            return Transpose(Power(base, Negative(ONE)))
        if group and kind == "{" and self.kind_after() == "'":
            self.at += 1
            node = self.primed(base, base_at)
            self.expect("}", caret + 1)
            return node
        if self.iterate is not None and isinstance(base, Name) and base.name == self.iterate[0]:
            return names.iterate(self, base)
        self.enter(caret)
        exponent = self.exponent()
        self.depth -= 1
        complaints.note_stacked(self, base, base_at, caret)
        base = names.late_subscript(self, base)
        complaints.note_exponent(self, base, base_at, caret)
        complaints.note_root_or_zero(self, base, exponent, base_at)
        return Power(base, exponent)

    def is_transpose(self, base: Node, at: int) -> bool:
        if self.values[at] != "T":
            return False
        if self.matrices and "T" not in self.bound:
            return True
        if self.text[self.starts[at] : self.ends[at]].startswith("\\"):
            return True
        return "T" not in self.bound and isinstance(base, _TRANSPOSABLE)

    def exponent(self) -> Node:
        """exponent = { "-" } factor; braces of LaTeX end the exponent, so that 2^{3}! is (2^3)!"""
        if self.kind == "-":
            return self.negative(self.exponent)
        if self.kind == "{":
            start = self.starts[self.at]
            return self.place(PRIMARIES["{"](self), start)
        return self.factor()

    def raised(self, base: Node) -> Node:
        """base with superscripts: x², w², xᵀ."""
        opened = self.at
        if self.values[opened] == "ᵀ":
            if not isinstance(base, _TRANSPOSABLE) and not self.matrices:
                raise self.error("the transpose of what is no vector and no matrix", opened, length=1)
            self.at += 3
            return Transpose(base)
        self.at += 1
        exponent = self.sum()
        self.expect(")sup", opened)
        return Power(names.late_subscript(self, base), exponent)

    def factorial(self, operand: Node, start: int) -> Node:
        count = 0
        first = self.at
        while self.kind == "!":
            self.at += 1
            count += 1
        if count > 2:
            raise self.error(
                "more than two factorial signs",
                first + 2,
                hint="write brackets: (x!)!, or x!! for the double factorial",
            )
        if count == 2:
            shown = self.source(start)
            self.note(f"{shown} is read as the double factorial; for (n!)! write brackets", start)
            return Call("factorial2", (operand,))
        return Call("factorial", (operand,))

    def primed(self, operand: Node, at: int) -> Node:
        """A prime after brackets is a derivative; after a name it needs a function."""
        first = self.at
        while self.kind == "'":
            self.at += 1
        order = self.at - first
        if self.kinds[at] not in ("(", "[", "{") or self.kinds[first - 1] not in (")", "]", "}"):
            raise complaints.prime_without_function(self, operand, first)
        return differentials.primed_group(self, operand, order, first)

    # ------------------------------------------------------------------ numbers

    def number(self) -> Node:
        at = self.at
        self.at += 1
        value = self.values[at]
        mantissa, mark, power = value.partition("e") if "e" in value else value.partition("E")
        whole, _, decimals = mantissa.partition(".")
        if len(whole) + len(decimals) > MOST_DIGITS:
            raise self.limit(f"a number of more than {MOST_DIGITS:,} digits", at)
        exponent = int(power) if power and len(power) < 8 else 0
        if len(power) >= 8 or abs(exponent) > LARGEST_EXPONENT:
            raise self.limit(f"a decimal exponent beyond ±{LARGEST_EXPONENT:,}", at)
        if mark and self.kinds[self.at] == "name" and self.is_glued():
            self.note(
                f"{value} is read as {mantissa}*10^{exponent}, not as a multiple of a power of e", self.starts[at]
            )
        scale = len(decimals) - exponent
        numerator = int(whole + decimals or "0")
        if scale < 0:
            numerator, scale = numerator * 10**-scale, 0
        return Number(numerator, scale)

    def limit(self, message: str, at: int) -> LimitExceededError:
        return LimitExceededError(message, text=self.text, span=Span(self.starts[at], self.ends[at] - self.starts[at]))

    def fraction(self) -> Node:
        above, _, below = self.values[self.at].partition("/")
        self.at += 1
        return Quotient(Number(int(above)), Number(int(below)))

    def ellipsis(self) -> Node:
        self.at += 1
        return Ellipsis()


PRIMARIES["number"] = Parser.number
PRIMARIES["fraction"] = Parser.fraction
PRIMARIES["..."] = Parser.ellipsis
STARTS |= {"number", "fraction"}
