"""Mathematics in LaTeX, for amsmath. What is written parses back to the same tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from mathcli.render.notation.alphabet import CALLABLE, TRIGONOMETRIC, WITHOUT_BRACKETS, without_ending
from mathcli.render.notation.leibniz import is_partial_of_function, leibniz
from mathcli.render.notation.one_line import in_equal_places, is_bare_argument, number_text, signed_terms
from mathcli.syntax import tree
from mathcli.syntax.tree import (
    Call,
    Constant,
    Indexed,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    unvisited,
)
from mathcli.syntax.vocabulary import FUNCTIONS, LETTER_OF, ONES

RELATION, SUM, PRODUCT, APPLIED, POWER, ATOM = range(6)

_CONSTANTS = {"e": "e", "pi": r"\pi", "i": "i", "inf": r"\infty"}
_RELATIONS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "!=": r"\ne", "=": "="}


class Piece(NamedTuple):
    """The LaTeX of a node, how tightly it holds together, and whether it is taller than a line."""

    text: str
    level: int
    is_tall: bool = False


class Latex:
    """Writes trees in LaTeX. `primes` is the name whose derivatives are written (u)' instead of d/dx (u)."""

    def __init__(self, *, primes: Name | None = None, partial: bool = False) -> None:
        self.primes = primes
        self.partial = partial
        self._pieces: dict[Node, Piece] = {}

    def write(self, node: Node) -> str:
        """Return the node in LaTeX."""
        return self.piece(node).text

    def piece(self, node: Node) -> Piece:
        """Return the node in LaTeX with what its surroundings need to know."""
        pieces = self._pieces
        done = pieces.get(node)
        if done is None:
            for part in unvisited(node, pieces):
                pieces[part] = _WRITERS[type(part)](self, part)
            done = pieces[node]
        return done

    def held(self, node: Node, level: int) -> str:
        """Return the LaTeX of a node, in brackets where it holds together less tightly than the level."""
        piece = self._pieces.get(node) or self.piece(node)
        return piece.text if piece.level >= level else _bracketed(piece)

    def _number(self, node: Number) -> Piece:
        return Piece(number_text(node), ATOM)

    def _name(self, node: Name) -> Piece:
        return Piece(latex_name(node.name), ATOM)

    def _constant(self, node: Constant) -> Piece:
        return Piece(_CONSTANTS[node.name], ATOM)

    def _indexed(self, node: Indexed) -> Piece:
        indices = ",".join(self.piece(index).text for index in node.indices)
        if all(len(self.piece(index).text) == 1 for index in node.indices):
            indices = indices.replace(",", "")
        return Piece(f"{latex_name(node.base)}_{{{indices}}}", ATOM)

    def _ellipsis(self, node: tree.Ellipsis) -> Piece:
        return Piece(r"\ldots", ATOM)

    def _sum(self, node: tree.Sum) -> Piece:
        parts: list[str] = []
        for sign, term in signed_terms(node):
            text = self.held(term, PRODUCT)
            parts.append(f" {sign} {text}" if parts else text if sign == "+" else sign + text)
        return Piece("".join(parts), SUM, self._tall(node))

    def _tall(self, node: Node) -> bool:
        pieces = self._pieces
        for child in node.children():  # noqa: SIM110 (a generator costs more than the test)
            if pieces[child].is_tall:
                return True
        return False

    def _negative(self, node: Negative) -> Piece:
        return Piece("-" + self.held(node.operand, PRODUCT), SUM, self._tall(node))

    def _product(self, node: Product) -> Piece:
        last = len(node.factors) - 1
        line, left_text = "", ""
        left: Node = node
        for k, factor in enumerate(node.factors):
            text = self._factor(factor, is_last=k == last)
            line += self._gap(left, left_text, factor, text) + text if k else text
            left, left_text = factor, text
        return Piece(line, PRODUCT, self._tall(node))

    def _factor(self, node: Node, *, is_last: bool) -> str:
        piece = self._pieces[node]
        if isinstance(node, Quotient):
            return piece.text
        if piece.level >= APPLIED and (is_last or not isinstance(node, tree.IndexedSum | tree.IndexedProduct)):
            return piece.text
        return _bracketed(piece)

    def _gap(self, left: Node, left_text: str, right: Node, right_text: str) -> str:
        dot = r" \cdot "
        if right_text[0] in "0123456789." or right_text.startswith((r"\left|", "|", r"\|")):
            return dot
        if isinstance(left, Number) and isinstance(right, Name | Constant | Power | Indexed):
            return "" if not right_text.startswith("\\") else " "
        kinds = {type(left), type(right)}
        if tree.Derivative in kinds:
            return dot
        if Quotient in kinds:
            return dot if len(kinds) == 1 else " "
        if isinstance(left, Call) and left.function == "abs":
            return dot
        if self.piece(left).level == APPLIED and left_text[0] != "(" and not left_text.startswith(r"\left("):
            return " " if _is_word(right) else dot
        is_bracket = right_text.startswith(("(", r"\left("))
        if is_bracket and (
            (isinstance(left, Name) and left.name[:1] in CALLABLE)
            or (not isinstance(left, Number | Constant | Power | Name | tree.Transpose) and not left_text.endswith(")"))
        ):
            return dot
        if isinstance(left, Number) and is_bracket:
            return "" if not right_text.startswith("\\") else " "
        return "" if is_bracket and left_text.endswith(")") else " "

    def _quotient(self, node: Quotient) -> Piece:
        return Piece(
            rf"\frac{{{self._pieces[node.numerator].text}}}{{{self._pieces[node.denominator].text}}}", PRODUCT, True
        )

    def _power(self, node: Power) -> Piece:
        exponent = self.piece(node.exponent)
        raised = f"^{exponent.text}" if len(exponent.text) == 1 else f"^{{{exponent.text}}}"
        match node:
            case Power(Call(function, (argument,), 0), Number(value, 0)) if function in TRIGONOMETRIC and value >= 2:
                return self._applied(_word(function) + raised, argument)
        return Piece(self._base(node.base) + raised, POWER, self.piece(node.base).is_tall)

    def _base(self, base: Node) -> str:
        piece = self.piece(base)
        is_whole = isinstance(base, Name | Constant | Number | Indexed | tree.Norm) or (
            isinstance(base, Call) and base.function in ("abs", "frobenius", "d") and piece.level == ATOM
        )
        return piece.text if is_whole else _bracketed(piece)

    def _call(self, node: Call) -> Piece:
        pieces = [self.piece(argument) for argument in node.arguments]
        is_tall = any(piece.is_tall for piece in pieces)
        match node.function, pieces:
            case "sqrt", [inside]:
                return Piece(rf"\sqrt{{{inside.text}}}", POWER, is_tall)
            case "cbrt", [inside]:
                return Piece(rf"\sqrt[3]{{{inside.text}}}", POWER, is_tall)
            case "d", [inside] if isinstance(node.arguments[0], Name):
                return Piece(rf"\mathrm{{d}}{inside.text}", ATOM)
            case "frobenius", [inside]:
                return Piece(rf"\|{inside.text}\|_F", ATOM, is_tall)
            case "hadamard", [left, right]:
                held = [p.text if p.level >= POWER else _bracketed(p) for p in (left, right)]
                return Piece(r" \circ ".join(held), PRODUCT, is_tall)
            case "grad", [inside] if isinstance(node.arguments[0], Name | Call):
                return Piece(rf"\nabla {inside.text}", APPLIED, is_tall)
            case "binomial", [above, below]:
                return Piece(rf"\binom{{{above.text}}}{{{below.text}}}", ATOM, True)
            case "kronecker", [left, right]:
                return Piece(rf"\delta_{{{left.text} {right.text}}}", ATOM)
            case "root", [inside, degree] if degree.text not in ("2", "3"):
                return Piece(rf"\sqrt[{degree.text}]{{{inside.text}}}", POWER, is_tall)
            case "abs", [inside]:
                return Piece(rf"\left|{inside.text}\right|", ATOM, is_tall)
            case "factorial" | "factorial2", [inside]:
                text = inside.text if isinstance(node.arguments[0], Number | Name) else _bracketed(inside)
                return Piece(text + ("!" if node.function == "factorial" else "!!"), APPLIED, is_tall)
            case "log", [_, base]:
                return self._applied(rf"\log_{{{base.text}}}", node.arguments[0])
            case name, [_] if name in WITHOUT_BRACKETS:
                return self._applied(_word(name), node.arguments[0])
        inside = Piece(", ".join(piece.text for piece in pieces), SUM, is_tall)
        return Piece(_word(node.function) + "'" * node.primes + _bracketed(inside), POWER, is_tall)

    def _applied(self, word: str, argument: Node) -> Piece:
        inside = self.piece(argument)
        if is_bare_argument(argument, inside.text.replace(r"\pi", "π").replace("\\", "")):
            return Piece(f"{word} {inside.text}", APPLIED, inside.is_tall)
        return Piece(word + _bracketed(inside), POWER, inside.is_tall)

    def _norm(self, node: tree.Norm) -> Piece:
        return Piece(rf"\|{self.piece(node.operand).text}\|", ATOM, self._tall(node))

    def _transpose(self, node: tree.Transpose) -> Piece:
        match node.operand:
            case Power(base, Negative(Number(1, 0))):
                return Piece(self._base(base) + "^{-T}", POWER, self._tall(node))
        return Piece(self._base(node.operand) + "^T", POWER, self._tall(node))

    def _derivative(self, node: tree.Derivative) -> Piece:
        inside = self.piece(node.operand)
        if node.variable is self.primes:
            text = inside.text if isinstance(node.operand, Name) and len(inside.text) == 1 else _bracketed(inside)
            return Piece(text + "'" * node.order, ATOM, inside.is_tall)
        if self.partial and self.primes is None and is_partial_of_function(node):
            return Piece(self.label(node), APPLIED, True)
        return Piece(f"{self.operator(node)} {_bracketed(inside)}", APPLIED, True)

    def label(self, node: Node) -> str:
        """Return a node that names what an answer is: the fraction df/dx for the derivative of f(x)."""
        found = leibniz(node)
        if found is None or self.primes is not None:
            return self.write(node)
        d = r"\partial " if self.partial else "d"
        below = "".join(f"{d}{_differential(x)}{_order(k)}" for x, k in found.by)
        return rf"\frac{{{d.rstrip()}{_order(found.order)} {latex_name(found.function)}}}{{{below}}}"

    def operator(self, node: tree.Derivative) -> str:
        """Return the d/dx of a derivative."""
        d = r"\partial" if self.partial else "d"
        gap = " " if self.partial else ""
        order = _order(node.order)
        return rf"\frac{{{d}{order}}}{{{d}{gap}{_differential(node.variable)}{order}}}"

    def _iterated(self, node: tree.IndexedSum | tree.IndexedProduct) -> Piece:
        sign = r"\sum" if isinstance(node, tree.IndexedSum) else r"\prod"
        bounds = f"_{{{latex_name(node.index.name)}={self.piece(node.lower).text}}}^{{{self.piece(node.upper).text}}}"
        text = self.held(node.body, PRODUCT)
        return Piece(f"{sign}{bounds} {text}", APPLIED, True)

    def _integral(self, node: tree.Integral) -> Piece:
        bounds = ""
        if node.lower is not None and node.upper is not None:
            bounds = f"_{{{self.piece(node.lower).text}}}^{{{self.piece(node.upper).text}}}"
        inside = _bracketed(self.piece(node.operand))
        return Piece(rf"\int{bounds} {inside} \, d{_differential(node.variable)}", SUM, True)

    def _limit(self, node: tree.Limit) -> Piece:
        if node.side and not isinstance(node.point, Number):
            parts = (
                self.piece(node.operand).text,
                latex_name(node.variable.name),
                self.piece(node.point).text,
                node.side,
            )
            return Piece(rf"\operatorname{{limit}}\left({', '.join(parts)}\right)", POWER, True)
        side = f"^{{{node.side}}}" if node.side else ""
        under = rf"{latex_name(node.variable.name)} \to {self.piece(node.point).text}{side}"
        return Piece(rf"\lim_{{{under}}} {_bracketed(self.piece(node.operand))}", SUM, True)

    def _minimum(self, node: tree.Minimum) -> Piece:
        variables = ", ".join(latex_name(v.name) for v in node.variables)
        return Piece(rf"\min_{{{variables}}} {_bracketed(self.piece(node.objective))}", SUM, True)

    def _vector(self, node: tree.Vector) -> Piece:
        entries = in_equal_places(node.entries, [self.piece(entry).text for entry in node.entries])
        inside = Piece(", ".join(entries), SUM, self._tall(node))
        if len(node.entries) == 1:
            inside = inside._replace(text=inside.text + ",")
        return Piece(_bracketed(inside), ATOM, inside.is_tall)

    def _matrix(self, node: tree.Matrix) -> Piece:
        rows = r" \\ ".join(" & ".join(self.piece(entry).text for entry in row) for row in node.rows)
        return Piece(rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}", ATOM, True)

    def _equation(self, node: tree.Equation) -> Piece:
        return Piece(f"{self.held(node.left, SUM)} = {self.held(node.right, SUM)}", RELATION, self._tall(node))

    def _relation(self, node: tree.Relation) -> Piece:
        text = self.held(node.sides[0], SUM)
        for sign, side in zip(node.signs, node.sides[1:], strict=True):
            text += f" {_RELATIONS[sign]} {self.held(side, SUM)}"
        return Piece(text, RELATION, self._tall(node))

    def _interval(self, node: tree.Interval) -> Piece:
        ends = f"{self.piece(node.lower).text}, {self.piece(node.upper).text}"
        return Piece(f"{'[' if node.has_lower else '('}{ends}{']' if node.has_upper else ')'}", ATOM, self._tall(node))

    def _definition(self, node: tree.Definition) -> Piece:
        parameters = ", ".join(latex_name(p.name) for p in node.parameters)
        return Piece(
            f"{latex_name(node.function)}({parameters}) = {self.piece(node.body).text}", RELATION, self._tall(node)
        )

    def _piecewise(self, node: tree.Piecewise) -> Piece:
        rows = [rf"{self.piece(value).text} & \text{{if }} {self.piece(c).text}" for value, c in node.branches]
        if node.otherwise is not None:
            rows.append(rf"{self.piece(node.otherwise).text} & \text{{otherwise}}")
        inside = r" \\ ".join(rows)
        return Piece(rf"\begin{{cases}} {inside} \end{{cases}}", SUM, True)


_WRITERS: dict[type[Node], Callable[[Latex, Any], Piece]] = {
    Number: Latex._number,
    Name: Latex._name,
    Constant: Latex._constant,
    Indexed: Latex._indexed,
    tree.Ellipsis: Latex._ellipsis,
    tree.Sum: Latex._sum,
    Negative: Latex._negative,
    Product: Latex._product,
    Quotient: Latex._quotient,
    Power: Latex._power,
    Call: Latex._call,
    tree.Norm: Latex._norm,
    tree.Transpose: Latex._transpose,
    tree.Derivative: Latex._derivative,
    tree.IndexedSum: Latex._iterated,
    tree.IndexedProduct: Latex._iterated,
    tree.Integral: Latex._integral,
    tree.Limit: Latex._limit,
    tree.Minimum: Latex._minimum,
    tree.Vector: Latex._vector,
    tree.Matrix: Latex._matrix,
    tree.Equation: Latex._equation,
    tree.Relation: Latex._relation,
    tree.Interval: Latex._interval,
    tree.Definition: Latex._definition,
    tree.Piecewise: Latex._piecewise,
}


def latex(node: Node) -> str:
    r"""Return the node in LaTeX.

    >>> from mathcli.syntax.tree import E, Call, Name, Number, Power, Product
    >>> print(latex(Product((Power(E, Product((Number(2), Name("x")))), Call("cos", (Name("x"),))))))
    e^{2x} \cos x
    """
    return Latex().write(node)


def formula_in_latex(formula: str) -> str:
    r"""Return a formula of the rulebook in LaTeX.

    >>> print(formula_in_latex("ln(u^n) = n ln u, (u^(n-1))' = 0"))
    \ln(u^n) = n \ln u, (u^{n-1})' = 0
    >>> print(formula_in_latex("(tan(u))' = sec(u)^2*u', abs(u)*sqrt(u^2 - 1)"))
    (\tan u)' = \sec^2 u \cdot u', |u| \cdot \sqrt{u^2 - 1}
    """
    text = formula.replace("{", r"\{").replace("}", r"\}").replace("||", r"\|").replace("∘", r"\circ")
    text = re.sub(r"([\^_])\(([^()]*)\)", r"\1{\2}", text.replace("^-1", "^{-1}").replace("σ", r"\sigma"))
    text = re.sub(r"\bsqrt\(([^()]*)\)", r"\\sqrt{\1}", re.sub(r"\babs\((\w)\)", r"|\1|", text))
    text = re.sub(r"\b([a-z]{2,})\((\w)\)\^(\w)", r"\1^\3 \2", text)
    text = re.sub(r"(?<!\\)\b([a-z]{2,})\((\w)\)", r"\1 \2", text).replace("*", r" \cdot ")
    text = re.sub(r"\b([a-z]{2,} \w) (?=\w')", r"\1 \\cdot ", text)
    text = re.sub(r"\b(if|otherwise)\b", r"\\text{ \1 }", text)
    text = re.sub(r"!=", r"\\ne", re.sub(r"<=", r"\\le", re.sub(r">=", r"\\ge", text)))
    words = r"(?<![a-zA-Z\\])(?!if |otherwise )[a-zA-Z]{2,}\d?(?![a-zA-Z])"
    return re.sub(words, lambda m: _formula_word(m[0]), text)


def _formula_word(word: str) -> str:
    if word in ("le", "ge", "ne") or word in LETTER_OF:
        return "\\" + word
    if re.fullmatch("d[a-zA-Z]", word):
        return rf"\mathrm{{d}}{word[1]}"
    return FUNCTIONS[word].latex or rf"\operatorname{{{word}}}" if word in FUNCTIONS else rf"\mathrm{{{word}}}"


def latex_name(name: str) -> str:
    r"""Return a name in LaTeX: x_{1}, \lambda, \hat{y}, \mathit{velocity}."""
    stem, _, below = name.partition("_")
    written = _stem(stem)
    if not below:
        return written
    parts = [part if len(part) < 2 or part.isdigit() else rf"\mathrm{{{part}}}" for part in below.split("_")]
    return f"{written}_{{{','.join(parts)}}}"


def _order(order: int) -> str:
    return f"^{{{order}}}" if order > 1 else ""


def _differential(variable: Name) -> str:
    """A name right behind the d of a derivative or integral."""
    return re.sub(r"\\mathrm{(\w+)}", r"\1", latex_name(variable.name))


def _stem(stem: str) -> str:
    if stem in LETTER_OF:
        return "\\" + stem if LETTER_OF[stem] in _LATEX_LETTERS else rf"\mathrm{{{stem[0]}}}"
    if stem == ONES:
        return r"\mathbf{1}"
    letter, ending = without_ending(stem)
    if ending:
        return f"\\{ending}{{{_stem(letter)}}}"
    return stem if len(stem) == 1 else rf"\mathit{{{stem}}}"


_LATEX_LETTERS = frozenset("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ")


def _word(function: str) -> str:
    if function == "log":
        return r"\ln"
    if len(function.partition("_")[0]) == 1:
        return latex_name(function)
    known = FUNCTIONS.get(function)
    return known.latex if known is not None and known.latex else rf"\operatorname{{{function}}}"


def _is_word(node: Node) -> bool:
    match node:
        case Call(function, _, _) | Power(Call(function, _, _), _):
            return function in WITHOUT_BRACKETS
    return False


def _bracketed(piece: Piece) -> str:
    return rf"\left({piece.text}\right)" if piece.is_tall else f"({piece.text})"
