"""JSON, one object per problem, schema mathcli/1. Nothing here loads SymPy: its spelling is written from our tree."""

from __future__ import annotations

from collections.abc import Mapping
from json import JSONEncoder
from typing import TYPE_CHECKING, Any

from mathcli.render.options import RenderOptions
from mathcli.render.safety import escaped
from mathcli.solution import OnDemand
from mathcli.syntax.tree import Node

if TYPE_CHECKING:
    from mathcli.calculus.derivation import Derivation, Path, Phrase, Step
    from mathcli.errors import MathcliError
    from mathcli.solution import Solution

SCHEMA = "mathcli/1"
Record = dict[str, Any]

_encode = JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
_STATUS = {"limit reached": "timeout", "out of memory": "limit", "limit": "limit", "undecided": "undecided"}


def render(solution: Solution, options: RenderOptions) -> str:
    """Return the solution as one line of JSON."""
    return line(record(solution, options=options), is_ascii=not options.unicode)


def line(record: Record, *, is_ascii: bool = False) -> str:
    """Return a record as one line of JSON. Control and bidi characters and lone surrogates are escaped."""
    text = _encode(record)
    if text.isascii() or not (is_ascii or escaped(text) != text):
        return text
    return JSONEncoder(ensure_ascii=True).encode(record)


def record(
    solution: Solution, *, id: str | None = None, elapsed_ms: float | None = None, options: RenderOptions
) -> Record:
    """Return the JSON object of a solution."""
    writer = _Writer(solution.verdicts, has_latex=options.latex, has_forms=options.forms)
    fields: Record = {"schema": SCHEMA}
    if id is not None:
        fields["id"] = id
    fields["task"] = solution.task
    fields["status"] = solution.status
    given: Record = {"text": solution.text}
    if solution.read is not None:
        given["read"] = writer.mathematics(solution.read)
    if solution.notes:
        given["notes"] = list(dict.fromkeys(solution.notes))
    fields["input"] = given
    fields["answer"] = writer.answer(solution.answer)
    if options.steps:
        steps: list[Record] = []
        for k, derivation in enumerate(solution.derivations):
            steps.extend(writer.steps(derivation, (k,)))
        fields["steps"] = steps
    if solution.verified is not None:
        fields["verified"] = solution.verified.word
    if elapsed_ms is not None:
        fields["elapsed_ms"] = round(elapsed_ms, 1)
    return fields


def error_record(
    error: MathcliError, *, task: str, text: str, id: str | None = None, elapsed_ms: float | None = None
) -> Record:
    """Return the JSON object of a problem that has no answer."""
    fields: Record = {"schema": SCHEMA}
    if id is not None:
        fields["id"] = id
    fields["task"] = task
    fields["status"] = _STATUS.get(error.kind, "error") if error.exit_code != 2 else "error"
    fields["input"] = {"text": text}
    what: Record = {"kind": error.kind, "message": error.message}
    if error.hint:
        what["hint"] = error.hint
    if error.span is not None:
        what["column"] = error.span.column
        what["length"] = error.span.length
    fields["error"] = what
    if elapsed_ms is not None:
        fields["elapsed_ms"] = round(elapsed_ms, 1)
    return fields


class _Writer:
    """Writes the mathematics of one problem, each node once."""

    def __init__(self, verdicts: Mapping[Path, Any], *, has_latex: bool, has_forms: bool) -> None:
        from mathcli.render.notation.latex import Latex
        from mathcli.syntax.sympy_notation import SymPyNotation
        from mathcli.syntax.writer import write

        self._write = write
        self._sympy = SymPyNotation()
        self._latex = Latex()
        self._verdicts = verdicts
        self._has_latex = has_latex
        self._has_forms = has_forms
        self._written: dict[Node, tuple[str, int]] = {}
        self._in_sympy: dict[Node, tuple[str, int]] = {}
        self._short: dict[Node, Record] = {}

    def text(self, node: Node) -> str:
        """Return a node in the input syntax."""
        form = self._written.get(node)
        return form[0] if form is not None else self._write(node, self._written)

    def mathematics(self, node: Node) -> Record:
        """Return a node in all three spellings."""
        return {
            "text": self.text(node),
            "sympy": self._sympy.text(node, self._in_sympy),
            "latex": self._latex.write(node),
        }

    def short(self, node: Node) -> Record:
        """Return a node as it stands inside a step."""
        done = self._short.get(node)
        if done is None:
            done = {"text": self.text(node)}
            if self._has_latex:
                done["latex"] = self._latex.write(node)
            self._short[node] = done
        return done

    def answer(self, value: Any) -> Any:
        """Return an answer with its mathematics spelled out."""
        match value:
            case Node():
                return self.mathematics(value)
            case {"mathematics": Node() as node, **more}:
                return {**self.mathematics(node), **{name: self.answer(entry) for name, entry in more.items()}}
            case Mapping():
                return {name: self.answer(entry) for name, entry in value.items() if self._is_written(entry)}
            case tuple() | list():
                return [self.answer(entry) for entry in value]
        return value

    def _is_written(self, entry: Any) -> bool:
        return not isinstance(entry, OnDemand) or (self._has_forms and bool(entry))

    def steps(self, derivation: Derivation, at: Path) -> list[Record]:
        """Return the steps of a derivation, each with those of the derivatives it needs."""
        return [self.step(step, (*at, k)) for k, step in enumerate(derivation.steps)]

    def step(self, step: Step, at: Path) -> Record:
        """Return one step. A field that has nothing to say is left out."""
        fields: Record = {"rule": step.rule}
        if step.formula:
            fields["formula"] = step.formula
        if step.bind:
            fields["bind"] = {letter: self.short(node) for letter, node in step.bind}
        fields["before"] = self.short(step.before)
        fields["after"] = self.short(step.after)
        fields["result"] = self.short(step.result)
        if step.because:
            fields["because"] = self.phrase(step.because)
        if step.conditions:
            fields["conditions"] = [self.text(condition) for condition in step.conditions]
        verdict = self._verdicts.get(at)
        if verdict is not None:
            fields["check"] = verdict.word
        if step.substeps:
            below = [entry for j, sub in enumerate(step.substeps) for entry in self.steps(sub, (*at, j))]
            if below:
                fields["steps"] = below
        return fields

    def phrase(self, phrase: Phrase) -> str:
        """Return a phrase with its mathematics in the input syntax."""
        return "".join(part if isinstance(part, str) else self.text(part) for part in phrase)
