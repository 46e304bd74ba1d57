"""Markdown with $$ mathematics, for GitHub, Jupyter and note books."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mathcli.calculus.derivation import Phrase
from mathcli.render.document import (
    Document,
    Heading,
    Line,
    Lines,
    Part,
    Sentence,
    compose,
    in_parts,
    without_steps,
)
from mathcli.render.formats.latex import SIGNS, in_formulas
from mathcli.render.notation.latex import Latex
from mathcli.render.options import RenderOptions
from mathcli.render.safety import escaped
from mathcli.render.sheets import MARKS
from mathcli.solution import Given, Sheet, SheetLine, Solution, Table
from mathcli.syntax.tree import Equation, Node


def render(solution: Solution, options: RenderOptions) -> str:
    """Return the solution in Markdown."""
    document = compose(solution, detail=options.detail, shows_reading=False)
    return body(document if options.steps else without_steps(document))


def body(document: Document) -> str:
    """Return the parts of a document in Markdown, blank lines between them."""
    return "\n\n".join("\n".join(_part(part)) for part in document.parts)


def _part(part: Part) -> Iterator[str]:
    match part:
        case Heading(text, about):
            yield f"### {words(text.capitalize())}{': ' + words(about) if about else ''}"
        case Sheet():
            yield from _sheet(part)
        case Given(name, value, remark):
            writer = Latex()
            left = f"{writer.write(name)} = " if name is not None else ""
            yield f"$$\n{left}{writer.write(value)}\n$$"
            if remark:
                yield f"\n{said(remark, writer)}"
        case Lines():
            yield from _lines(part)
        case Sentence(phrase, tone, is_partial, primes):
            text = said(phrase, Latex(primes=primes, partial=is_partial))
            yield {"good": f"✓ {text}", "warning": f"**!** {text}", "note": f"*{text}*"}.get(tone, text)
        case Table():
            yield from _table(part)


def _lines(part: Lines) -> Iterator[str]:
    writer = Latex(primes=part.primes, partial=part.is_partial)
    start_writer = Latex(partial=part.is_partial)
    yield "$$\n\\begin{aligned}"
    yield " \\\\\n".join(_row(line, writer, start_writer, is_answer=part.is_answer) for line in part.lines)
    yield "\\end{aligned}\n$$"


def _row(line: Line, writer: Latex, start_writer: Latex, *, is_answer: bool) -> str:
    if not line.mathematics:
        assert isinstance(line.left, Node)
        return f"& {(writer if isinstance(line.left, Equation) else start_writer).label(line.left)}"
    sign = SIGNS.get(line.sign, line.sign)
    own = start_writer if is_answer else writer
    text = (
        own.label(line.left)
        if isinstance(line.left, Node)
        else rf"\text{{{plain_words(line.left)}}}"
        if line.left
        else ""
    )
    lead = (
        f"{text} & " if text and is_answer else "& " + r"\quad\vert\quad " * line.depth + (f"{text} " if text else "")
    )
    relation = f"{sign} " if text or line.left is None else ""
    chain = relation + f" {sign} ".join(map(own.write, line.mathematics))
    reasons = [_in_text(phrase, writer) for phrase in (in_parts(line.reason), *line.remarks) if phrase]
    return lead + chain + (r" && \text{" + "; ".join(reasons) + "}" if reasons else "").replace(r"\text{}", "")


def _in_text(phrase: Phrase, writer: Latex) -> str:
    r"""A phrase inside \text{...}, which its mathematics leaves for a moment."""
    return "".join(
        f"}}{text}\\text{{" if is_formula else plain_words(text) for text, is_formula in in_formulas(phrase, writer)
    )


def _sheet(sheet: Sheet) -> Iterator[str]:
    """Lines of working as a table: what was written stands in it as it was typed."""
    if sheet.title:
        yield f"**{words(sheet.title)}**\n"
    if sheet.lead:
        yield f"{words(sheet.lead)}\n"
    has_marks = any(line.mark for line in sheet.lines)
    yield "| line | |" + (" |" if has_marks else "")
    yield "| ---: | --- |" + (" --- |" if has_marks else "")
    writer = Latex()
    for line in sheet.lines:
        sign = MARKS.get(line.mark, ("", ""))[0]
        remark = said(line.remark, writer).replace("|", r"\|")
        written = _written(line, writer).replace("|", r"\|")
        yield f"| {line.number or ''} | {written} |" + (f" {f'{sign} {remark}'.strip()} |" if has_marks else "")


def _written(line: SheetLine, writer: Latex) -> str:
    if len(line.text) == 1 and isinstance(line.text[0], str):
        text = escaped(line.text[0].strip())
        fence = "``" if "`" in text else "`"
        space = " " if fence == "``" else ""
        return f"{fence}{space}{text}{space}{fence}" if text else ""
    return said(line.text, writer)


def _table(table: Table) -> Iterator[str]:
    writer = Latex()
    yield _table_row(table.heads, writer)
    yield "|" + " --- |" * len(table.heads)
    for row in (*table.rows, *table.totals):
        yield _table_row(row, writer)


def _table_row(cells: tuple[Phrase, ...], writer: Latex) -> str:
    return "| " + " | ".join(said(cell, writer).replace("|", r"\|") for cell in cells) + " |"


def said(phrase: Phrase, writer: Latex) -> str:
    """Return a phrase in Markdown with its mathematics between dollars."""
    return "".join(f"${text}$" if is_formula else words(text) for text, is_formula in in_formulas(phrase, writer))


def words(text: str) -> str:
    """Return text in Markdown, nothing in it markup: [x], *x*, `x`, <b>."""
    return re.sub(r"([\\`*_\[\]<>#$|~&])", r"\\\1", escaped(text))


def plain_words(text: str) -> str:
    r"""Return text for inside \text{...}: what TeX would take for a command is escaped, powers are left readable."""
    safe = escaped(text).replace("\\", "/")
    safe = re.sub(r"([{}$&#%_])", r"\\\1", safe)
    return safe.replace("^", r"\wedge ").replace("~", r"\sim ")
