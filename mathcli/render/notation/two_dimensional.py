"""Mathematics on several lines: bars for fractions, raised exponents, tall brackets, limits above and below a sum.

What one line can say well is left on one line. `fitted` packs what is wider than the screen: a sum breaks before
its signs, a product between its factors, a vector between its entries; a fraction never breaks, and one that is too
wide is written (a)/(b) and breaks inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mathcli.render.notation.alphabet import UNICODE, Alphabet
from mathcli.render.notation.boxes import Box, beside, box, bracketed, fraction, raised, stacked
from mathcli.render.notation.one_line import OneLine, signed_terms
from mathcli.render.text import columns
from mathcli.syntax import tree
from mathcli.syntax.tree import Call, Derivative, Negative, Node, Number, Power, Product, Quotient, unvisited

MIN_WIDTH = 12


class TwoDimensional:
    """Lays trees out as boxes. Without `is_flat` a fraction has a bar; with it everything stays on one line."""

    def __init__(self, line: OneLine | None = None, *, is_flat: bool = False) -> None:
        self.line = line or OneLine(UNICODE)
        self.alphabet: Alphabet = self.line.alphabet
        self.is_flat = is_flat
        self._tall: dict[Node, Box | None] = {}

    def box(self, node: Node) -> Box:
        """Return the node as a box, however wide."""
        if self.is_flat:
            return box(self.line.write(node))
        tall = self._tall
        if node not in tall:
            for part in unvisited(node, tall):
                tall[part] = self._built(part)
        return self._box(node)

    def _box(self, node: Node) -> Box:
        return self._tall.get(node) or box(self.line.write(node))

    def _built(self, node: Node) -> Box | None:
        """Return the box of a node that needs several lines, None for one that does not."""
        if isinstance(node, Quotient):
            return (
                None
                if is_numeric(node)
                else fraction(self._box(node.numerator), self._box(node.denominator), self.alphabet)
            )
        builder = _BUILDERS.get(type(node))
        if builder is None:
            return None
        return builder(self, node)

    def _is_tall(self, *nodes: Node) -> bool:
        return any(self._tall.get(node) is not None for node in nodes)

    def _held(self, node: Node, text: str) -> Box:
        """Return a node's box, in brackets where its one-line text is."""
        own = self._tall.get(node)
        if own is None:
            return box(text)
        return own if isinstance(node, Quotient) or not _is_bracketed(text) else bracketed(own, "(", ")", self.alphabet)

    def _sum(self, node: tree.Sum) -> Box | None:
        return beside(self.term_boxes(node)) if self._is_tall(*(term for _, term in signed_terms(node))) else None

    def term_boxes(self, node: tree.Sum) -> list[Box]:
        """Return the terms of a sum, each with its sign in front."""
        boxes: list[Box] = []
        for k, (sign, term) in enumerate(signed_terms(node)):
            text = self.line.term(term, is_negative=sign == "-")
            lead = "" if k == 0 and sign == "+" else self.alphabet.minus if sign == "-" else "+"
            own = self._held(term, text)
            spaced = f" {lead} " if k else lead + (self._margin(own) if lead else "")
            boxes.append(beside((box(spaced), own)))
        return boxes

    def _negative(self, node: Negative) -> Box | None:
        if not self._is_tall(node.operand):
            return None
        inside = self._held(node.operand, self.line.held(node.operand, 2))
        return beside((box(self.alphabet.minus + self._margin(inside)), inside))

    def _margin(self, inside: Box) -> str:
        """What stands between a sign and a box: a bar must not run into a minus."""
        return " " if inside.lines[inside.baseline][:1] in (" ", self.alphabet.fraction) else ""

    def _product(self, node: Product) -> Box | None:
        if not self._is_tall(*node.factors) and not any(isinstance(f, Quotient) for f in node.factors):
            return None
        return beside(self.factor_boxes(node))

    def factor_boxes(self, node: Product) -> list[Box]:
        """Return the factors of a product, each with the dot or space before it."""
        texts = self.line.factors(node)
        boxes: list[Box] = []
        for k, (factor, text) in enumerate(zip(node.factors, texts, strict=True)):
            if isinstance(factor, Quotient):
                own = fraction(self._box(factor.numerator), self._box(factor.denominator), self.alphabet)
            else:
                own = self._held(factor, text)
            boxes.append(beside((box(self._gap(node, texts, k)), own)) if k else own)
        return boxes

    def _gap(self, node: Product, texts: list[str], k: int) -> str:
        left, right = node.factors[k - 1], node.factors[k]
        if isinstance(right, Quotient):
            return f" {self.alphabet.dot} "
        gap = self.line.gap(left, texts[k - 1], right, texts[k])
        if self._is_raised(left) and not isinstance(right, Derivative) and texts[k][0] not in "0123456789.|‖":
            return " "
        return gap if gap.strip() or not (self._is_tall(left, right) or isinstance(left, Quotient)) else " "

    def _is_raised(self, node: Node) -> bool:
        """Whether this is a power whose exponent stands above the line."""
        return isinstance(node, Power) and self._is_tall(node)

    def _power(self, node: Power) -> Box | None:
        exponent = self.line.exponent(node.exponent)
        base_text = self.line.power_base(node.base)
        if self._is_tall(node.base):
            base = bracketed(self._box(node.base), "(", ")", self.alphabet)
            one_line = exponent.removeprefix("^")
            return raised(base, self._box(node.exponent) if exponent.startswith("^(") else box(one_line))
        if exponent.startswith("^(") and not self.alphabet.is_ascii and not self.line.is_power_of_function(node):
            return raised(box(base_text), self._box(node.exponent))
        return None

    def _call(self, node: Call) -> Box | None:
        if not self._is_tall(*node.arguments):
            return None
        inside = self._separated(node.arguments)
        if node.function == "abs":
            return bracketed(inside, "|", "|", self.alphabet)
        text = self.line.write(node)
        word, opening, _ = text.partition("(")
        if not opening or node.function in ("factorial", "factorial2"):
            return None
        return beside((box(word), bracketed(inside, "(", ")", self.alphabet)))

    def _separated(self, nodes: tuple[Node, ...]) -> Box:
        boxes: list[Box] = []
        for k, node in enumerate(nodes):
            boxes.extend((box(", "), self._box(node)) if k else (self._box(node),))
        return beside(boxes)

    def _derivative(self, node: Derivative) -> Box | None:
        if node.variable is self.line.primes:
            if not self._is_tall(node.operand):
                return None
            inside = bracketed(self._box(node.operand), "(", ")", self.alphabet)
            mark = box(self.alphabet.primes(node.order))
            return beside(
                (inside, Box((mark.lines[0], *[" " * mark.width] * (inside.height - 1)), mark.width, inside.baseline))
            )
        return self.operator(node) if self._is_tall(node.operand) else None

    def operator(self, node: Derivative) -> Box:
        """Return d/dx [ ... ] with a bar."""
        self.box(node.operand)
        above, _, below = self.line.operator(node).partition("/")
        inside = bracketed(beside((box(" "), self._box(node.operand), box(" "))), "[", "]", self.alphabet)
        return beside((fraction(box(above), box(below), self.alphabet), box(" "), inside))

    def _iterated(self, node: tree.IndexedSum | tree.IndexedProduct) -> Box:
        alphabet = self.alphabet
        sign = alphabet.sum if isinstance(node, tree.IndexedSum) else alphabet.product
        under = box(f"{alphabet.name(node.index.name)}={self.line.write(node.lower).replace(' ', '')}")
        over = box(self.line.write(node.upper).replace(" ", ""))
        inside = self._held(node.body, self.line.body(node))
        return beside((stacked((over, box(sign), under), baseline=1), box(" "), inside))

    def _vector(self, node: tree.Vector) -> Box | None:
        return (
            bracketed(self._separated(node.entries), "(", ")", self.alphabet) if self._is_tall(*node.entries) else None
        )

    def _matrix(self, node: tree.Matrix) -> Box:
        cells = [[self._box(entry) for entry in row] for row in node.rows]
        widths = [max(cell.width for cell in column) for column in zip(*cells, strict=True)]
        rows: list[Box] = []
        for row in cells:
            parts: list[Box] = []
            for cell, width in zip(row, widths, strict=True):
                left = (width - cell.width) // 2
                parts.extend(
                    (box("  " if parts else ""), box(" " * left), cell, box(" " * (width - cell.width - left)))
                )
            rows.append(beside(parts))
        is_airy = any(row.height > 1 for row in rows)
        spaced = [part for row in rows for part in ((box(""), row) if is_airy else (row,))][is_airy:]
        inside = stacked(spaced, baseline=0, align="left")
        return bracketed(inside._replace(baseline=(inside.height - 1) // 2), "[", "]", self.alphabet)

    def _equation(self, node: tree.Equation) -> Box | None:
        if not self._is_tall(node.left, node.right):
            return None
        return beside((self._box(node.left), box(" = "), self._box(node.right)))

    # -- to the width ---------------------------------------------------------------------------------------------

    def fitted(self, node: Node, width: int) -> list[Box]:
        """Return the node as boxes to be set one below the other, none wider than the width where that can be."""
        width = max(width, MIN_WIDTH)
        whole = self.box(node)
        if whole.width <= width:
            return [whole]
        if isinstance(node, tree.Sum):
            return self._packed(
                self.term_boxes(node),
                [self._bare_term(sign, t, k) for k, (sign, t) in enumerate(signed_terms(node))],
                width,
            )
        if isinstance(node, tree.Equation) and self._is_tall(node.left, node.right):
            right = self.fitted(node.right, width - 4)
            return [
                *self.fitted(node.left, width),
                beside((box("  = "), right[0])),
                *(_indented(b, 4) for b in right[1:]),
            ]
        if isinstance(node, Product) and not self.is_flat and self._is_tall(node):
            return self._packed(self.factor_boxes(node), self.line.factors(node), width)
        return [box(line) for line in broken(self.line.write(node), width)]

    def _bare_term(self, sign: str, term: Node, position: int) -> str:
        lead = "" if position == 0 and sign == "+" else self.alphabet.minus if sign == "-" else "+ "
        return lead + (" " if position and sign == "-" else "") + self.line.term(term, is_negative=sign == "-")

    def _packed(self, parts: list[Box], texts: list[str], width: int) -> list[Box]:
        """Set parts side by side as long as they fit; one that is too wide by itself is broken as text."""
        rows: list[Box] = []
        row: list[Box] = []
        used = 0
        for part, text in zip(parts, texts, strict=True):
            if row and used + part.width > width:
                rows.append(beside(row))
                row, used = [], 0
            if not row and rows:
                part = _without_margin(part)
            if part.width > width:
                rows.extend(box(line) for line in broken(text, width))
            else:
                row.append(part)
                used += part.width
        return [*rows, beside(row)] if row else rows


def is_numeric(node: Quotient) -> bool:
    """Whether a fraction is of numbers alone, and reads well as 5/6."""
    return isinstance(node.numerator, Number) and isinstance(node.denominator, Number)


def broken(text: str, width: int) -> list[str]:
    """Break one line of mathematics to the width: before + and - where brackets are least deep, then at spaces.

    >>> broken("(a + b) + (c + d)", 9)
    ['(a + b)', '+ (c + d)']
    """
    lines: list[str] = []
    start = 0
    while (cut := _best_cut(text, start, width)) is not None:
        lines.append(text[start:cut].rstrip())
        start = cut + (text[cut] == " ")
    return [*lines, text[start:]]


def _best_cut(text: str, start: int, width: int) -> int | None:
    """Where a line that begins at `start` is best broken: the last place with the least depth of brackets.

    None where the rest fits. Between two brackets is the last resort; an early break is hardly better.
    """
    depth, used = 0, 0
    best, best_rank = 0, 2 * _LAST_RESORT
    for k in range(start, len(text)):
        character = text[k]
        used += columns(character)
        rank = _rank(text, k, depth) if k > start else None
        if rank is not None:
            if used - 1 > width:
                return best or k
            rank += 8 if used * 3 < width else 0
            best, best_rank = (k, rank) if rank <= best_rank else (best, best_rank)
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        if used > width and best:
            return best
    return None


def _rank(text: str, k: int, depth: int) -> int | None:
    """How bad a break before this place is; None where there must be none."""
    character = text[k]
    if character == " ":
        if text[k + 1 : k + 2] in _SIGNS:
            return 2 * depth
        is_free = text[k - 1] not in _SIGNS + "·*" and not text[k - 1].isalpha()
        return 2 * depth + 1 if is_free or text[k + 1 : k + 2] == "·" else None
    if character == "*" or (character == "/" and text[k - 1] == ")"):
        return 2 * depth + 1
    is_between_brackets = (text[k - 1] == "(" and character != ")") or text[k - 1] == character == ")"
    return _LAST_RESORT if is_between_brackets else None


_SIGNS = "+−-="
_LAST_RESORT = 1000


def _without_margin(part: Box) -> Box:
    margin = min(len(line) - len(line.lstrip(" ")) for line in part.lines)
    return Box(tuple(line[margin:] for line in part.lines), part.width - margin, part.baseline)


def _indented(part: Box, by: int) -> Box:
    return beside((box(" " * by), part))


def _is_bracketed(text: str) -> bool:
    return text.startswith("(") and text.endswith(")")


_BUILDERS: dict[type[Node], Callable[[TwoDimensional, Any], Box | None]] = {
    tree.Sum: TwoDimensional._sum,
    Negative: TwoDimensional._negative,
    Product: TwoDimensional._product,
    Power: TwoDimensional._power,
    Call: TwoDimensional._call,
    Derivative: TwoDimensional._derivative,
    tree.IndexedSum: TwoDimensional._iterated,
    tree.IndexedProduct: TwoDimensional._iterated,
    tree.Vector: TwoDimensional._vector,
    tree.Matrix: TwoDimensional._matrix,
    tree.Equation: TwoDimensional._equation,
}
