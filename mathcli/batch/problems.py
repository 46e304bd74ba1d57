"""Jobs -> entries: what a line or a row asks for. One that cannot be read becomes an entry that holds its error.

Text has one problem a line, as it would be typed after `mathcli`, quotes being optional around the first argument:

    diff 3x^4 - 5x^2 + 2x --order 2     # a comment
    project (4,3,5) --onto (1,2,-1) --onto (3,1,5)

JSONL has one object a line, and CSV one row, with the subcommand's arguments and options by name.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from mathcli.batch.jobs import HANDED_IN, OWN_FIELDS, Job, decoded, jobs_of
from mathcli.errors import InputError, MathcliError, UsageError
from mathcli.syntax.span import Span
from mathcli.topics import load, names
from mathcli.topics._fields import Literal, check_choice, flag
from mathcli.topics._words import Option, arguments_of, fields_from_words, options_of, sort_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

DETAILS = ("brief", "normal", "full")

_COMMENT = re.compile(r"(^|\s)#.*", re.DOTALL)
_PROGRAM = re.compile(r"^mathcli\s+")
_OPTION = re.compile(r"(?:^|\s)--")

_STEPS = {
    "--steps": Option("steps", "show the steps", kind="flag", value=True),
    "--no-steps": Option("steps", "show the answer alone", kind="flag", value=False),
    "--detail": Option("detail", "how fine", choices=DETAILS),
    "--timeout": Option("timeout", "seconds"),
}


class Entry:
    """One problem of a file: what was asked, or the error that says why nobody can tell.

    `text` is the mathematics that it is about, `line` the whole of it as it is shown to a person. Where the place of a
    pupil's answer is left empty, `is_blank`.
    """

    __slots__ = ("error", "fields", "id", "is_blank", "line", "number", "passed_on", "settings", "task", "text")

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
        is_blank: bool = False,
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
        self.is_blank = is_blank
        self.error = error


class Reading(NamedTuple):
    """What holds for all lines.

    defaults      fields that problems share
    prefix        how each id begins
    only          the tasks that are asked for; none: all
    has_labels    whether an id that is a line number names the file too
    """

    defaults: Mapping[str, object] = {}
    prefix: str = ""
    only: tuple[str, ...] = ()
    has_labels: bool = False


def entries(source: Iterable[bytes], kind: str, defaults: Mapping[str, object]) -> Iterator[Entry]:
    """The problems of lines, in order; `kind` is that of `sources.kind_of`, `defaults` fills what one leaves out."""
    reading = Reading(defaults)
    for job in jobs_of(source, kind, defaults):
        entry = entry_of(job, reading) if job is not None else None
        if entry is not None:
            yield entry


def entry_of(job: Job, reading: Reading) -> Entry | None:
    """Return the problem of a job, None where it is none after all, or of a task that is not asked for."""
    try:
        if job.error is not None:
            raise job.error
        readers = {"text": _from_text, "jsonl": _from_jsonl, "csv": _from_row}
        entry = readers[job.kind](job, reading.defaults)
    except MathcliError as error:
        entry = Entry(job.number, text=job.shown, error=error)
    if entry is None or (reading.only and entry.task and entry.task not in reading.only):
        return None
    if reading.has_labels and entry.id == str(entry.number):
        entry.id = f"{job.label}:{entry.number}"
    entry.id = f"{reading.prefix}{entry.id}"
    return entry


def _from_text(job: Job, defaults: Mapping[str, object]) -> Entry | None:
    line = _without_comment(decoded(job.raw))
    if not line:
        return None
    reader = _from_object if line.startswith("{") else _from_line
    return reader(job.number, line, defaults)


def _from_jsonl(job: Job, defaults: Mapping[str, object]) -> Entry | None:
    line = decoded(job.raw).strip()
    return _from_object(job.number, line, defaults) if line else None


def _without_comment(line: str) -> str:
    return _COMMENT.sub("", line.strip()).strip() if "#" in line else line.strip()


def _from_line(number: int, line: str, defaults: Mapping[str, object]) -> Entry:
    task, *words = words_of(_PROGRAM.sub("", line))
    try:
        topic = load(task)
        _check_for_the_whole_file(words, options_of(topic))
        given, others = sort_words(words, {**_STEPS, **options_of(topic)})
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
    begin = _OPTION.search(rest)
    first, options = (rest[: begin.start()], rest[begin.start() :]) if begin else (rest, "")
    first = first.strip()
    quoted = _shell_words(first) if first[:1] in ("'", '"') else None
    arguments = quoted if quoted is not None else [first] if first else []
    return [task, *arguments, *(_shell_words(options) or _unquoted_words(options) if options else ())]


def _unquoted_words(text: str) -> list[str]:
    """The words of text in which a quote stays open: that of a prime is no quote, one in front of a word is.

    Raises:
        UsageError: a word begins with a quote that nothing closes.
    """
    words = text.split()
    opened = next((word for word in words if word[0] in "'\"" and not word.endswith(word[0])), "")
    if opened and words.count(opened[0]) % 2 == 0 and text.count(opened[0]) % 2:
        raise UsageError(f"the quote {opened[0]} before {opened[1:]} is never closed")
    return words


def _check_for_the_whole_file(words: Sequence[str], own: Iterable[str]) -> None:
    for word in words:
        if word.partition("=")[0] in ("--format", "--quiet", "-q", "--latex", "--output") and word not in own:
            raise UsageError(f"{word} is for all problems at once", hint=f"mathcli batch FILE {word}")


def _shell_words(text: str) -> list[str] | None:
    """The words as a shell splits them, None where the quotes do not close."""
    try:
        return shlex.split(text)
    except ValueError:
        return None


def _from_object(number: int, line: str, defaults: Mapping[str, object]) -> Entry:
    import json

    try:
        found: Any = json.loads(
            line, parse_float=Literal, parse_int=_whole, parse_constant=_refuse_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        message = f"this line is no JSON: {error.msg[0].lower()}{error.msg[1:]}"
        raise InputError(message, text=line, span=Span(error.pos)) from None
    except RecursionError:  # brackets without end
        raise InputError("this line is no JSON that can be read: it is too deep") from None
    if not isinstance(found, dict):
        raise InputError("a problem is a JSON object", hint='{"task": "diff", "expression": "x^2"}', text=line)
    return _entry(number, {**_for_task(defaults, found.get("task")), **found}, line)


def _whole(digits: str) -> object:
    """A whole number; one of more digits than any field takes stays as it was written, and so does each decimal."""
    return int(digits) if len(digits) <= 20 else Literal(digits)


def _refuse_constant(word: str) -> object:
    raise InputError(f"{word} is no number in JSON", hint='write it as text: "inf"' if "Inf" in word else "")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InputError(f"{twice} is given twice")
    return found


def _from_row(job: Job, defaults: Mapping[str, object]) -> Entry:
    cells = {name: cell.strip() for name, cell in zip(job.header, job.row, strict=False) if cell.strip()}
    task = cells.get("task") or defaults.get("task")
    try:
        declared = _field_names(task)
    except MathcliError as problem:
        return Entry(job.number, id=cells.get("id", ""), task=str(task), text=job.shown, error=problem)
    known = {name: cell for name, cell in cells.items() if name in OWN_FIELDS or name in declared}
    listed = {name: _items(cell) if declared.get(name) else cell for name, cell in known.items()}
    others = {name: cell for name, cell in cells.items() if name not in known}
    empty = dict.fromkeys(name for name in HANDED_IN.get(str(task), ()) if name in job.header)
    return _entry(job.number, {**empty, **_for_task(defaults, task), **listed}, job.shown, passed_on=others)


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
    id = "" if found.get("id") is None else found["id"]
    task = found.get("task")
    settings = {key: found[key] for key in ("steps", "detail", "timeout") if found.get(key) is not None}
    fields = {key: value for key, value in found.items() if key not in OWN_FIELDS}
    answers = [name for name in HANDED_IN.get(task, ()) if name in fields] if isinstance(task, str) else []
    is_blank = bool(answers) and all(map(_is_empty, map(fields.get, answers)))
    if is_blank:
        fields = {key: value for key, value in fields.items() if key not in answers}
    about: dict[str, Any] = {"id": str(id), "fields": fields, "settings": settings, "passed_on": passed_on}
    first = _first_argument(task, fields) or text
    try:
        _check_settings(id, settings)
    except UsageError as error:
        about |= {"id": str(id) if isinstance(id, str | int) else "", "settings": {}}
        return Entry(number, **about, task=task if isinstance(task, str) else "", text=first, error=error)
    if not isinstance(task, str) or not task:
        hint = '{"task": "diff", "expression": "x^2"}'
        return Entry(number, **about, text=first, error=UsageError("a problem needs a task", hint=hint))
    line = text if first is text else f"{task} {first}"
    return Entry(number, **about, task=task, text=first, line=line, is_blank=is_blank)


def _is_empty(answer: object) -> bool:
    lines = answer if isinstance(answer, list | tuple) else (answer,)
    return all(line is None or (isinstance(line, str) and not line.strip()) for line in lines)


def _first_argument(task: object, fields: Mapping[str, object]) -> str | None:
    """What is asked about, or the first text among the fields, where nobody knows the task."""
    if task in names():
        fields = {argument.name: fields.get(argument.name) for argument in arguments_of(load(str(task)))} | {**fields}
    about = fields.get("problem")
    return about if isinstance(about, str) else next((v for v in fields.values() if isinstance(v, str)), None)


def _check_settings(id: object, settings: dict[str, object]) -> None:
    """Read what a problem says of itself, in place.

    Raises:
        UsageError: a value that is not of its kind.
    """
    if not isinstance(id, str | int) or isinstance(id, bool):
        raise UsageError("id is a text or a whole number")
    if "steps" in settings:
        settings["steps"] = flag("steps", settings["steps"])
    if "detail" in settings:
        check_choice("detail", settings["detail"], DETAILS)
