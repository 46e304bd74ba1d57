"""JSON, one object per problem, schema mathcli/1. Nothing here loads SymPy: its spelling is written from our tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from json import JSONEncoder, loads
from json.encoder import encode_basestring as _quoted
from typing import TYPE_CHECKING, Any

from mathcli.algebra.verdict import Verdict
from mathcli.render.options import RenderOptions
from mathcli.render.safety import escaped
from mathcli.solution import OnDemand
from mathcli.syntax.recent import Recent
from mathcli.syntax.tree import Node
from mathcli.syntax.writer import write

if TYPE_CHECKING:
    from mathcli.calculus.derivation import Derivation, Path, Phrase, Step
    from mathcli.errors import MathcliError
    from mathcli.solution import Solution
    from mathcli.syntax.writer import Form

SCHEMA = "mathcli/1"
Record = dict[str, Any]

_encode = JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
_STATUS = {"limit reached": "timeout", "out of memory": "limit", "limit": "limit", "undecided": "undecided"}
_CHECKS = {verdict: f', "check": "{verdict.word}"' for verdict in Verdict}
_MOST_SPELLINGS = 3000
_LONGEST_REMEMBERED = 50_000
"""A line of more characters leaves nothing behind: each tree in it holds the text of the trees below once more."""
_PARTS: Recent[int, tuple[Derivation, str]] = Recent(3072)
"""The steps of derivations that stand in several problems, as they are written where each step is proved; the key is
the number of the derivation as an object, which is kept alive here."""


def render(solution: Solution, options: RenderOptions) -> str:
    """Return the solution as one line of JSON."""
    return written(solution, options=options)


def written(
    solution: Solution,
    *,
    id: str | None = None,
    elapsed_ms: float | None = None,
    row: Mapping[str, str] | None = None,
    options: RenderOptions,
) -> str:
    """Return the JSON object of a solution as one line; `row` is what a table had beside the problem."""
    has_sympy = not solution.is_of_matrices
    spellings = _known_spellings()
    writer = _Writer(
        solution.verdicts, spellings, has_latex=options.latex, has_forms=options.forms, has_sympy=has_sympy
    )
    given = [f'"text": {_quoted(solution.text)}']
    if solution.read is not None:
        given.append(f'"read": {writer.mathematics(solution.read)}')
    if solution.notes:
        given.append(f'"notes": {_encode(list(dict.fromkeys(solution.notes)))}')
    fields = [f'"schema": {_quoted(SCHEMA)}']
    if id is not None:
        fields.append(f'"id": {_quoted(id)}')
    fields.append(f'"task": {_quoted(solution.task)}, "status": {_quoted(solution.status)}')
    fields.append(f'"input": {{{", ".join(given)}}}, "answer": {writer.answer(solution.answer)}')
    if options.steps:
        fields.append(f'"steps": [{writer.all_steps(solution.derivations)}]')
    if solution.verified is not None:
        fields.append(f'"verified": "{solution.verified.word}"')
    if elapsed_ms is not None:
        fields.append(f'"elapsed_ms": {round(elapsed_ms, 1)}')
    if row:
        fields.append(f'"row": {_encode(dict(row))}')
    text = f"{{{', '.join(fields)}}}"
    if len(text) > _LONGEST_REMEMBERED or len(spellings.text) > _MOST_SPELLINGS:
        _known_spellings.cache_clear()
    return _harmless(text, is_ascii=not options.unicode)


def record(
    solution: Solution, *, id: str | None = None, elapsed_ms: float | None = None, options: RenderOptions
) -> Record:
    """Return the JSON object of a solution."""
    found: Record = loads(written(solution, id=id, elapsed_ms=elapsed_ms, options=options))
    return found


def line(record: Record, *, is_ascii: bool = False) -> str:
    """Return a record as one line of JSON. Control and bidi characters and lone surrogates are escaped."""
    return _harmless(_encode(record), is_ascii=is_ascii)


def _harmless(text: str, *, is_ascii: bool) -> str:
    """The same JSON with escapes for what must not reach a terminal."""
    text = text.replace("\x7f", "\\u007f")  # the one control character that JSON lets stand in a string
    if text.isascii() or not (is_ascii or escaped(text) != text):
        return text
    return JSONEncoder(ensure_ascii=True).encode(loads(text)).replace("\x7f", "\\u007f")


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


class _Spellings:
    """What was written already: many problems hold x^2 and 3x + 1, and each tree is written once.

    text, in_sympy   trees in the input syntax and in SymPy's Python
    latex            the writer of LaTeX, which remembers by itself
    in_steps         trees as they stand in steps, with LaTeX beside the text or without
    """

    __slots__ = ("in_steps", "in_sympy", "latex", "sympy", "text")

    def __init__(self) -> None:
        from mathcli.render.notation.latex import Latex
        from mathcli.syntax.sympy_notation import SymPyNotation

        self.text: dict[Node, Form] = {}
        self.in_sympy: dict[Node, Form] = {}
        self.sympy = SymPyNotation()
        self.latex = Latex()
        self.in_steps: dict[bool, dict[Node, str]] = {True: {}, False: {}}


@cache
def _known_spellings() -> _Spellings:
    """Those of the problems before, and of this one."""
    return _Spellings()


class _Writer:
    """Writes the mathematics of one problem as JSON, each node once."""

    def __init__(
        self,
        verdicts: Mapping[Path, Verdict],
        known: _Spellings,
        *,
        has_latex: bool,
        has_forms: bool,
        has_sympy: bool,
    ) -> None:
        self._verdicts = verdicts
        self._known = known
        self._in_steps = known.in_steps[has_latex]
        self._has_latex = has_latex
        self._has_forms = has_forms
        self._has_sympy = has_sympy
        self._whole: dict[Node, str] = {}

    def text(self, node: Node) -> str:
        """Return a node in the input syntax, in quotes."""
        return _quoted(write(node, self._known.text))

    def mathematics(self, node: Node) -> str:
        """Return a node in all three spellings; matrices have none in SymPy's plain symbols, whose products commute."""
        done = self._whole.get(node)
        if done is None:
            known = self._known
            in_sympy = f', "sympy": {_quoted(known.sympy.text(node, known.in_sympy))}' if self._has_sympy else ""
            in_latex = _quoted(known.latex.write(node))
            done = f'{{"text": {self.text(node)}{in_sympy}, "latex": {in_latex}}}'
            self._whole[node] = done
        return done

    def short(self, node: Node) -> str:
        """Return a node as it stands inside a step."""
        done = self._in_steps.get(node)
        if done is None:
            in_latex = f', "latex": {_quoted(self._known.latex.write(node))}' if self._has_latex else ""
            done = self._in_steps[node] = f'{{"text": {self.text(node)}{in_latex}}}'
        return done

    def answer(self, value: Any) -> str:
        """Return an answer with its mathematics spelled out."""
        match value:
            case str():
                return _quoted(value)
            case Node():
                return self.mathematics(value)
            case bool() | int() | float() | None:
                return _encode(value)
            case tuple() | list():
                return f"[{', '.join([self.answer(entry) for entry in value])}]"
            case {"mathematics": Node() as node, **more}:
                return ", ".join([self.mathematics(node)[:-1], *self._fields(more)]) + "}"
            case Mapping():
                return f"{{{', '.join(self._fields(value))}}}"
        raise TypeError(f"{type(value).__name__} has no place in an answer")

    def _fields(self, values: Mapping[Any, Any]) -> list[str]:
        return [f"{_quoted(name)}: {self.answer(value)}" for name, value in values.items() if self._is_written(value)]

    def _is_written(self, entry: Any) -> bool:
        return not isinstance(entry, OnDemand) or (self._has_forms and bool(entry))

    def all_steps(self, derivations: Sequence[Derivation]) -> str:
        """Return the steps of all derivations, one behind the other."""
        verdicts = self._verdicts
        are_proved = not self._has_latex and set(verdicts.values()) == {Verdict.PROVED}
        pieces = [
            self._steps(derivation, None if are_proved and (k, 0) in verdicts else (k,))
            for k, derivation in enumerate(derivations)
        ]
        return ", ".join(filter(None, pieces))

    def _steps(self, derivation: Derivation, at: Path | None) -> str:
        """The steps of a derivation, each with those of the derivatives it needs; `at` None: all of them are proved."""
        path = at
        pieces = []
        for k, step in enumerate(derivation.steps):
            if at is not None:
                path = (*at, k)
            pieces.append(self._step(step, path))
        return ", ".join(pieces)

    def _step(self, step: Step, at: Path | None) -> str:
        """One step. A field that has nothing to say is left out."""
        short = self.short
        text = f'{{"rule": {_quoted(step.rule)}'
        if step.formula:
            text += f', "formula": {_quoted(step.formula)}'
        if step.bind:
            bind = ", ".join([f'"{letter}": {short(node)}' for letter, node in step.bind])
            text += f', "bind": {{{bind}}}'
        text += f', "before": {short(step.before)}, "after": {short(step.after)}, "result": {short(step.result)}'
        if step.because:
            text += f', "because": {_quoted(self._phrase(step.because))}'
        if step.conditions:
            text += f', "conditions": [{", ".join([self.text(condition) for condition in step.conditions])}]'
        verdict = Verdict.PROVED if at is None else self._verdicts.get(at)
        if verdict is not None:
            text += _CHECKS[verdict]
        if step.substeps:
            below = self._below(step.substeps, at)
            if below:
                text += f', "steps": [{below}]'
        return text + "}"

    def _below(self, derivations: Sequence[Derivation], at: Path | None) -> str:
        if at is not None:
            return ", ".join(filter(None, [self._steps(sub, (*at, j)) for j, sub in enumerate(derivations)]))
        pieces = []
        for sub in derivations:
            known = _PARTS.get(id(sub))
            if known is None:
                known = _PARTS[id(sub)] = sub, self._steps(sub, None)
            if known[1]:
                pieces.append(known[1])
        return ", ".join(pieces)

    def _phrase(self, phrase: Phrase) -> str:
        """A phrase with its mathematics in the input syntax."""
        return "".join([part if isinstance(part, str) else write(part, self._known.text) for part in phrase])
