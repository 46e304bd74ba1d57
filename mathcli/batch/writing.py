"""How a result is written among many: a line of JSON or of answers, a row of a table, a section of a document.

What stands around them, a table's header or a document's first and last lines, is the business of a `Page`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TextIO

from mathcli.batch.tables import columns, extended, row_of
from mathcli.errors import MathcliError
from mathcli.render import formats
from mathcli.render.errors import one_line
from mathcli.render.options import RenderOptions
from mathcli.render.safety import ascii_only, escaped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mathcli.batch.problems import Entry
    from mathcli.batch.results import Result
    from mathcli.solution import Solution


class Form(NamedTuple):
    """The form of the results: a format of `render.formats`, jsonl (which is json) or csv, and how fine."""

    format: str
    options: RenderOptions


def written(entry: Entry, found: Solution | MathcliError, form: Form, *, elapsed_ms: float) -> str:
    """Return what came of an entry in this form, without a line break at the end."""
    steps = bool(entry.settings.get("steps", form.options.steps))
    detail = str(entry.settings.get("detail", form.options.detail))
    options = form.options._replace(steps=steps, detail=detail)
    match form.format:
        case "json" | "jsonl":
            return _record(entry, found, options, elapsed_ms)
        case "csv":
            return row_of(entry, found, "" if isinstance(found, MathcliError) else _bare(found))
        case "plain" if not steps:
            return f"error: {one_line(found)}" if isinstance(found, MathcliError) else _bare(found).replace("\n", "\t")
        case "latex":
            return _latex_section(entry, found, options)
        case "markdown":
            return _markdown_section(entry, found, options)
    heading = escaped(f"{entry.id}  {entry.line}")
    heading = (heading if options.unicode else ascii_only(heading))[: options.width]
    rule = ("─" if options.unicode else "-") * len(heading)
    return f"{heading}\n{rule}\n{_body(found, form.format, options)}\n"


class Page:
    """A stream of results: each is printed as it comes, between what opens and closes a table or a document."""

    def __init__(self, stream: TextIO, form: Form) -> None:
        self._stream = stream
        self._form = form
        self._passed_on: tuple[str, ...] | None = None

    def write(self, result: Result) -> None:
        """Print a result, and send it on its way."""
        text = result.text
        if self._form.format == "csv":
            passed_on = self._begun(result.row)
            text = extended(text, result.row, passed_on) if passed_on else text
            text = self._shown(text)
        elif self._form.format == "latex":
            self._begun(())
        print(text, file=self._stream, flush=True)

    def close(self) -> None:
        """Print what stands after the last result."""
        if self._form.format == "latex":
            self._begun(())
            print(r"\end{document}", file=self._stream, flush=True)

    def _begun(self, passed_on: Iterable[str]) -> tuple[str, ...]:
        """Print what stands before the first result; the first row settles which columns are passed on."""
        if self._passed_on is None:
            self._passed_on = tuple(passed_on)
            print(self._shown(self._opening(self._passed_on)), file=self._stream)
        return self._passed_on

    def _shown(self, text: str) -> str:
        """A table goes into a file with its cells as they came, and to a terminal with what is harmful escaped."""
        return "\n".join(map(escaped, text.split("\n"))) if self._stream.isatty() else text

    def _opening(self, passed_on: Iterable[str]) -> str:
        if self._form.format == "csv":
            return columns(passed_on)
        from mathcli.render.formats import latex

        return latex.PREAMBLE.rstrip("\n")


def _record(entry: Entry, found: Solution | MathcliError, options: RenderOptions, elapsed_ms: float) -> str:
    from mathcli.render.formats import json

    if not isinstance(found, MathcliError):
        return json.written(found, id=entry.id, elapsed_ms=elapsed_ms, row=entry.passed_on, options=options)
    record = json.error_record(found, task=entry.task, text=entry.text, id=entry.id, elapsed_ms=elapsed_ms)
    if entry.passed_on:
        record["row"] = dict(entry.passed_on)
    return json.line(record, is_ascii=not options.unicode)


def _bare(solution: Solution) -> str:
    """The answer alone, one value a line."""
    return formats.load("plain").render(solution, RenderOptions()).rstrip("\n")


def _body(found: Solution | MathcliError, format: str, options: RenderOptions) -> str:
    if isinstance(found, MathcliError):
        from mathcli.render.errors import layout

        return layout(found, width=options.width, unicode=options.unicode)
    return formats.load(format).render(found, options).rstrip("\n")


def _markdown_section(entry: Entry, found: Solution | MathcliError, options: RenderOptions) -> str:
    from mathcli.render.formats.markdown import words

    if isinstance(found, MathcliError):
        body = f"**error:** {words(one_line(found))}"
    else:
        body = _body(found, "markdown", options)
    return f"## {words(entry.id)}: {words(entry.line)}\n\n{body}\n"


def _latex_section(entry: Entry, found: Solution | MathcliError, options: RenderOptions) -> str:
    from mathcli.render.formats.latex import words

    if isinstance(found, MathcliError):
        body = rf"\textbf{{error:}} {words(one_line(found))}"
    else:
        body = _body(found, "latex", options)
    return _typeable(f"\\section*{{{words(entry.id)} \\quad {words(entry.line)}}}\n{body}\n")


def _typeable(text: str) -> str:
    """Return LaTeX in which a character that no font of a plain document has is shown by its number."""
    return re.sub(r"[^\x00-\x7fÀ-ſ]", lambda found: rf"\texttt{{U+{ord(found[0]):04X}}}", text)
