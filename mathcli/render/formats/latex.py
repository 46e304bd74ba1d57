"""LaTeX: aligned lines to be pasted into a document that loads amsmath; `full_document` makes one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mathcli.calculus.derivation import Phrase
from mathcli.render.document import (
    Document,
    Formula,
    Heading,
    Line,
    Lines,
    Part,
    Sentence,
    compose,
    in_parts,
    without_steps,
)
from mathcli.render.notation.latex import Latex, formula_in_latex
from mathcli.render.options import RenderOptions
from mathcli.render.safety import escaped
from mathcli.solution import Given, Sheet, Solution, Table
from mathcli.syntax.tree import Derivative, Equation, Node

SIGNS = {"≈": r"\approx", "⇒": r"\Rightarrow"}
PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath,amssymb}
\allowdisplaybreaks
\begin{document}
"""


def render(solution: Solution, options: RenderOptions) -> str:
    """Return the solution in LaTeX. Without steps: the answer, one display a line."""
    document = compose(solution, detail=options.detail, shows_reading=False)
    if options.steps:
        return body(document)
    return body(_answer_only(without_steps(document)))


def full_document(solution: Solution, options: RenderOptions) -> str:
    """Return a document that can be compiled as it stands."""
    return f"{PREAMBLE}{render(solution, options)}\n\\end{{document}}\n"


def body(document: Document) -> str:
    """Return the parts of a document in LaTeX, blank lines between them."""
    return "\n\n".join("\n".join(_part(part)) for part in document.parts)


def _sheet(sheet: Sheet) -> Iterator[str]:
    """Lines of working, as they were typed, with their marks."""
    if sheet.title:
        yield rf"\texttt{{{words(sheet.title)}}}" + "\n"
    if sheet.lead:
        yield words(sheet.lead) + "\n"
    writer = Latex()
    yield r"\begin{tabular}{rll}"
    for line in sheet.lines:
        is_typed = len(line.text) == 1 and isinstance(line.text[0], str)
        text = rf"\texttt{{{words(str(line.text[0]).strip())}}}" if is_typed else said(line.text, writer)
        sign = _MARKS.get(line.mark, "")
        yield rf"  {line.number or ''} & {text} & {f'{sign} {said(line.remark, writer)}'.strip()} \\"
    yield r"\end{tabular}"


_MARKS = {"right": r"$\checkmark$", "wrong": r"$\times$", "follows": r"$\hookrightarrow$", "undecided": "?"}


def _answer_only(document: Document) -> Document:
    answers = tuple(part for part in document.parts if isinstance(part, Lines | Table | Sheet))
    return Document(answers) if answers else document


def _part(part: Part) -> Iterator[str]:
    match part:
        case Heading(text, about):
            yield rf"\paragraph{{{words(text.capitalize())}.}}{' ' + words(about) if about else ''}"
        case Sheet():
            yield from _sheet(part)
        case Given(name, value, remark):
            writer = Latex()
            left = f"{writer.write(name)} = " if name is not None else ""
            yield rf"\[ {left}{writer.write(value)} \]"
            if remark:
                yield said(remark, writer)
        case Lines():
            yield from _lines(part)
        case Sentence(phrase, tone, is_partial, primes):
            text = said(phrase, Latex(primes=primes, partial=is_partial))
            mark = {"good": r"$\checkmark$ ", "warning": r"\textbf{!} "}.get(tone, "")
            yield rf"\textit{{{text}}}" if tone == "note" else mark + text
        case Table():
            yield from _table(part)


def _lines(part: Lines) -> Iterator[str]:
    writer = Latex(primes=part.primes, partial=part.is_partial)
    start_writer = Latex(partial=part.is_partial)
    rows = [row for line in part.lines for row in _rows(line, writer, start_writer)]
    yield r"\begin{align*}"
    yield " \\\\\n".join(rows)
    yield r"\end{align*}"


def _rows(line: Line, writer: Latex, start_writer: Latex) -> Iterator[str]:
    if not line.mathematics:
        assert isinstance(line.left, Node)
        yield f"  & {(writer if isinstance(line.left, Equation) else start_writer).label(line.left)}"
        return
    reasons = _reasons(line, writer)
    sign = SIGNS.get(line.sign, line.sign)
    bars = rf"\quad\vert{chr(92)}quad " * line.depth
    if line.left is None:
        left = f"  & {bars}"
        chain = f"{sign} " + f" {sign} ".join(map(writer.write, line.mathematics))
    else:
        own = start_writer if isinstance(line.left, Derivative) and not line.depth else writer
        text = (
            own.label(line.left)
            if isinstance(line.left, Node)
            else rf"\text{{{words(line.left)}}}"
            if line.left
            else ""
        )
        left = f"  & {bars}{text} " if line.depth else f"  {text} & "
        chain = (f"{sign} " if text else "") + f" {sign} ".join(map(writer.write, line.mathematics))
    yield left + chain + (rf" && \parbox[t]{{0.36\linewidth}}{{\raggedright\small {reasons}}}" if reasons else "")


def _reasons(line: Line, writer: Latex) -> str:
    return "; ".join(said(phrase, writer) for phrase in (in_parts(line.reason), *line.remarks) if phrase)


def _table(table: Table) -> Iterator[str]:
    writer = Latex()
    yield rf"\begin{{tabular}}{{{'l' * len(table.heads)}}}"
    yield "  " + " & ".join(said(head, writer) for head in table.heads) + r" \\ \hline \\[-8pt]"
    for row in table.rows:
        yield "  " + " & ".join(said(cell, writer) for cell in row) + r" \\[4pt]"
    if table.totals:
        yield r"  \hline \\[-8pt]"
    for row in table.totals:
        yield "  " + " & ".join(said(cell, writer) for cell in row) + r" \\[4pt]"
    yield r"\end{tabular}"


def said(phrase: Phrase, writer: Latex) -> str:
    """Return a phrase as LaTeX text with its mathematics between dollars."""
    return "".join(f"${text}$" if is_formula else words(text) for text, is_formula in in_formulas(phrase, writer))


def in_formulas(phrase: Phrase, writer: Latex) -> Iterator[tuple[str, bool]]:
    r"""Return the words and the formulas of a phrase in turn: what equates mathematics belongs to its formula.

    >>> from mathcli.syntax.tree import E
    >>> list(in_formulas(("for u = ", E, ", done"), Latex()))
    [('for ', False), ('u = e', True), (', done', False)]
    """
    formula = ""
    for part, following in zip(phrase, (*phrase[1:], ""), strict=False):
        if isinstance(part, Formula) or not isinstance(part, str):
            formula += formula_in_latex(part) if isinstance(part, str) else writer.write(part)
            continue
        sign = SIGNS.get(part.strip(), part.strip())
        if formula and part in (" = ", " ≈ ") and not isinstance(following, str):
            formula += f" {sign} "
            continue
        if formula:
            yield formula, True
        before, name = _name_to_equate(part)
        if before:
            yield before, False
        formula = f"{name} = " if name else ""
    if formula:
        yield formula, True


def _name_to_equate(text: str) -> tuple[str, str]:
    """The words before "u = " at the end of a text, and the u in LaTeX; the text and "" where it ends otherwise."""
    found = re.search(r"(?<![\w'])([A-Za-z](?:_\w+)?'*) = $", text)
    return (text[: found.start()], formula_in_latex(found[1])) if found else (text, "")


_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"$<$", ">": r"$>$", "|": r"$|$", "·": r"$\cdot$",
    "′": "$'$", "″": "$''$", "‖": r"$\|$", "≈": r"$\approx$", "≠": r"$\ne$", "≤": r"$\le$", "≥": r"$\ge$",
    "√": r"$\surd$",
    "→": r"$\to$", "⟂": r"$\perp$", "∇": r"$\nabla$", "∂": r"$\partial$", "Σ": r"$\Sigma$", "−": "$-$", "π": r"$\pi$",
    "λ": r"$\lambda$", "∞": r"$\infty$", "°": r"$^\circ$", "²": r"$^2$", "³": r"$^3$", "…": r"\ldots{}",
    "✓": r"$\checkmark$",
    "ₓ": "$_x$", "×": r"$\times$", "⟺": r"$\iff$", "₁": "$_1$", "₂": "$_2$", "ᵥ": "$_v$", "∈": r"$\in$",
}  # fmt: skip


def words(text: str) -> str:
    """Return text in LaTeX, nothing in it a command."""
    return "".join(_ESCAPES.get(character, character) for character in escaped(text))
