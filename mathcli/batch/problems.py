"""A file of problems -> entries. A line that cannot be read becomes an entry that holds its error.

Text has one problem a line, as it would be typed after `mathcli`, quotes being optional around the first argument:

    diff 3x^4 - 5x^2 + 2x --order 2     # a comment
    project (4,3,5) --onto (1,2,-1) --onto (3,1,5)

JSONL has one object a line, and CSV one row, with the subcommand's arguments and options by name.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, BinaryIO

from mathcli.errors import InputError, MathcliError, UsageError
from mathcli.syntax.span import Span
from mathcli.topics import load
from mathcli.topics._words import Option, fields_from_words, options_of, sort_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

OWN_FIELDS = ("id", "task", "steps", "detail", "timeout")
"""What a problem may say beside its task's fields."""

_STEPS = {
    "--steps": Option("steps", "show the steps", kind="flag", value=True),
    "--no-steps": Option("steps", "show the answer alone", kind="flag", value=False),
    "--detail": Option("detail", "how fine", choices=("brief", "normal", "full")),
    "--timeout": Option("timeout", "seconds"),
}


class Entry:
    """One problem of a file: what was asked, or the error that says why nobody can tell.

    `text` is the mathematics that it is about, `line` the whole of it as it is shown to a person.
    """

    __slots__ = ("error", "fields", "id", "line", "number", "passed_on", "settings", "task", "text")

    def __init__(
        self,
        number: int,
        *,
        id: str = "",
        task: str = "",
        fields: Mapping[str, object] | None = None,
        settings: Mapping[str, object] | None = None,
        passed_on: Mapping[str, str] | None = None,
        text: str = "",
        line: str = "",
        error: MathcliError | None = None,
    ) -> None:
        self.number = number
        self.id = id or str(number)
        self.task = task
        self.fields = fields or {}
        self.settings = settings or {}
        self.passed_on = passed_on or {}
        self.text = text
        self.line = line or text
        self.error = error


def entries(source: BinaryIO, kind: str, defaults: Mapping[str, object]) -> Iterator[Entry]:
    """The problems of a file in order; `kind` is "text", "jsonl" or "csv", `defaults` fills what a problem leaves out.

    Nothing is read ahead from text and JSONL, so that a pipe is answered line by line.
    """
    readers = {"text": _from_text, "jsonl": _from_jsonl, "csv": _from_csv}
    return readers[kind](source, defaults)


def kind_of(path: str) -> str:
    """The kind of problem file that a file name stands for."""
    ending = path.lower().rpartition(".")[2] if "." in path else ""
    return {"jsonl": "jsonl", "ndjson": "jsonl", "csv": "csv", "tsv": "csv"}.get(ending, "text")


def _decoded(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8", "ignore"))
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        message = f"byte {error.start + 1} of the line, 0x{line[error.start]:02x}, is not UTF-8"
        raise InputError(message, hint="save the file as UTF-8", text=text, span=Span(column)) from None


def _from_text(source: BinaryIO, defaults: Mapping[str, object]) -> Iterator[Entry]:
    for number, raw in enumerate(source, 1):
        try:
            line = _without_comment(_decoded(raw, number))
            if not line:
                continue
            reader = _from_object if line.startswith("{") else _from_line
            entry = reader(number, line, defaults)
        except MathcliError as error:
            entry = Entry(number, text=_shown(raw), error=error)
        yield entry


def _without_comment(line: str) -> str:
    return re.sub(r"(^|\s)#.*", "", line.strip(), flags=re.DOTALL).strip()


def _from_line(number: int, line: str, defaults: Mapping[str, object]) -> Entry:
    words = words_of(line)
    task = words[0]
    if task == "mathcli" and len(words) > 1:
        task, words = words[1], words[1:]
    try:
        topic = load(task)
        given, others = sort_words(words[1:], {**_STEPS, **options_of(topic)})
        given |= fields_from_words(topic, others)
    except MathcliError as error:
        return Entry(number, task=task, text=line, error=error)
    entry = _entry(number, {**_for_task(defaults, task), **given, "task": task}, line)
    entry.line = line
    return entry


def words_of(line: str) -> list[str]:
    """Split a line of a problem file: the task, its first argument up to the first ` --`, and the options.

    >>> words_of("project (4, 3, 5) --onto '(1, 2, -1)' --onto 3,1,5")
    ['project', '(4, 3, 5)', '--onto', '(1, 2, -1)', '--onto', '3,1,5']
    >>> words_of("diff f'(x) + g'(x) --var x")
    ['diff', "f'(x) + g'(x)", '--var', 'x']
    """
    task, _, rest = line.partition(" ")
    begin = re.search(r"(?:^|\s)--", rest)
    first, options = (rest[: begin.start()], rest[begin.start() :]) if begin else (rest, "")
    first = first.strip()
    quoted = _shell_words(first) if first[:1] in ("'", '"') else None
    arguments = quoted if quoted is not None else [first] if first else []
    return [task, *arguments, *(_shell_words(options) or options.split())]


def _shell_words(text: str) -> list[str] | None:
    """The words as a shell splits them, None where the quotes do not close."""
    try:
        return shlex.split(text)
    except ValueError:
        return None


def _from_jsonl(source: BinaryIO, defaults: Mapping[str, object]) -> Iterator[Entry]:
    for number, raw in enumerate(source, 1):
        try:
            line = _decoded(raw, number).strip()
            if not line:
                continue
            entry = _from_object(number, line, defaults)
        except MathcliError as error:
            entry = Entry(number, text=_shown(raw), error=error)
        yield entry


def _from_object(number: int, line: str, defaults: Mapping[str, object]) -> Entry:
    import json

    try:
        found: Any = json.loads(line)
    except json.JSONDecodeError as error:
        message = f"this line is no JSON: {error.msg[0].lower()}{error.msg[1:]}"
        raise InputError(message, text=line, span=Span(error.pos)) from None
    except (RecursionError, ValueError):  # brackets without end; a number of more digits than Python converts
        raise InputError("this line is no JSON that can be read: too deep, or a number too long") from None
    if not isinstance(found, dict):
        raise InputError("a problem is a JSON object", hint='{"task": "diff", "expression": "x^2"}', text=line)
    return _entry(number, {**_for_task(defaults, found.get("task")), **found}, line)


def _from_csv(source: BinaryIO, defaults: Mapping[str, object]) -> Iterator[Entry]:
    import csv

    lines = _Lines(source)
    header_line = next(lines, "")
    if not header_line.strip():
        return
    delimiter = _delimiter(header_line)
    header = [cell.strip() for cell in next(csv.reader([header_line], delimiter=delimiter))]
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        number = lines.number + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Entry(number, error=InputError(f"this row is no CSV: {error}"))
            continue
        if not any(cell.strip() for cell in row):
            continue
        yield _from_row(number, header, row, defaults, lines.error_since(number))


class _Lines:
    """The lines of a CSV file as text, counted; of a line that is not UTF-8 the error is kept."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = iter(source)
        self._errors: dict[int, MathcliError] = {}
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        raw = next(self._source)
        self.number += 1
        try:
            return _decoded(raw, self.number)
        except InputError as error:
            self._errors[self.number] = error
            return raw.decode("utf-8", "replace")

    def error_since(self, number: int) -> MathcliError | None:
        return next((error for line, error in self._errors.items() if line >= number), None)


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _from_row(
    number: int, header: Sequence[str], row: Sequence[str], defaults: Mapping[str, object], error: MathcliError | None
) -> Entry:
    text = ", ".join(row)
    if error is None and len(row) > len(header):
        hint = 'put a cell with a comma in "double quotes"'
        error = InputError(f"this row has {len(row)} cells under {len(header)} columns", hint=hint)
    if error is not None:
        return Entry(number, text=text, error=error)
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=False) if cell.strip()}
    task = cells.get("task") or defaults.get("task")
    try:
        declared = _field_names(task)
    except MathcliError as problem:
        return Entry(number, id=cells.get("id", ""), task=str(task), text=text, error=problem)
    known = {name: cell for name, cell in cells.items() if name in OWN_FIELDS or name in declared}
    listed = {name: _items(cell) if declared.get(name) else cell for name, cell in known.items()}
    others = {name: cell for name, cell in cells.items() if name not in known}
    return _entry(number, {**_for_task(defaults, task), **listed}, text, passed_on=others)


def _field_names(task: object) -> dict[str, bool]:
    """The fields of a task; True for those that may hold several items."""
    if not isinstance(task, str) or not task:
        raise UsageError("a problem needs a task", hint="a column task, or --defaults task=diff")
    from dataclasses import fields

    declared: Any = load(task)
    names = {f.name: f.metadata["repeated"] or f.metadata["kind"] == "names" for f in fields(declared)}
    names.pop("name", None)  # in a table, a column of that name says whose problem it is
    return {**names, "vars": True}


def _items(cell: str) -> list[str]:
    return [item.strip() for item in re.split(r"[;\n]", cell) if item.strip()]


def _for_task(defaults: Mapping[str, object], task: object) -> Mapping[str, object]:
    if not defaults or task is None or "task" not in defaults or defaults["task"] == task:
        return defaults
    return {}


def _entry(number: int, found: Mapping[str, object], text: str, passed_on: Mapping[str, str] | None = None) -> Entry:
    """Return the entry of a problem given by its fields; what only fits no problem becomes its error."""
    id = found.get("id", "")
    task = found.get("task")
    settings = {key: found[key] for key in ("steps", "detail", "timeout") if found.get(key) is not None}
    fields = {key: value for key, value in found.items() if key not in OWN_FIELDS}
    about: dict[str, Any] = {"id": str(id), "fields": fields, "settings": settings, "passed_on": passed_on}
    first = next((value for value in fields.values() if isinstance(value, str)), text)
    if not isinstance(task, str) or not task:
        hint = '{"task": "diff", "expression": "x^2"}'
        return Entry(number, **about, text=first, error=UsageError("a problem needs a task", hint=hint))
    return Entry(number, **about, task=task, text=first, line=f"{task} {first}")


def _shown(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").rstrip("\r\n")
