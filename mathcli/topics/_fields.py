"""The fields of a problem: text, or the JSON values of a problem file -> what `solve` finds in them.

One reader for each kind of field, whatever the road on which the field came in. Names and definitions are read first,
since expressions are read in their light.
"""

from __future__ import annotations

from dataclasses import MISSING
from typing import TYPE_CHECKING, Any

from mathcli.errors import UsageError
from mathcli.topics._words import ALIASES, fields_of, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mathcli.syntax.tree import Name
    from mathcli.topics import Problem

FIRST = ("strict", "shape", "name", "var", "let")
"""These are read first, in this order: each may matter to the next, and all to the expressions."""


class Literal(str):
    """A number as it was written in JSON: 0.1 is exact, and 1e400 has no float."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def read_fields(topic: type[Problem], task: str, given: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments of a topic's dataclass; fields that were not given keep their defaults.

    Raises:
        UsageError: an unknown or missing field, or a value that is not of its kind.
        ReadingError, LimitExceededError: mathematics that cannot be read.
    """
    declared = fields_of(topic)
    values = _by_field(task, given, declared)
    for name, f in declared.items():
        if name not in values and f.default is MISSING and f.default_factory is MISSING:
            raise UsageError(f"{task} needs {NEEDED.get(name) or _article(name)}", hint=f"mathcli {task} --help")
    read: dict[str, object] = {}
    for name in sorted(values, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST)):
        about = declared[name].metadata
        read[name] = _read(name, about, values[name], read)
    return read


def _by_field(task: str, given: Mapping[str, object], declared: Mapping[str, Any]) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in given.items():
        name = ALIASES.get(key, key)
        if name not in declared:
            close = nearest(name, declared)
            hint = f"did you mean {close}?" if close else f"its fields: {', '.join(declared)}"
            raise UsageError(f"{task} has no field {key!r}", hint=hint)
        if name in values:
            raise UsageError(f"{key} and {name} are the same field: give one of them")
        if value is not None:
            values[name] = value
    return values


NEEDED = {"data": "a file with a table", "left": "two expressions", "right": "two expressions, each in its quotes"}


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name.replace('_', ' ')}"


def _read(name: str, about: Mapping[str, Any], value: object, read: Mapping[str, object]) -> object:
    reader = READERS[about["kind"]]
    if not about["repeated"]:
        single = reader(name, value, read)
        check_choice(name, single, about["choices"])
        return single
    items = value if isinstance(value, (list, tuple)) else [value]
    if about["kind"] == "vector" and items and not _is_whole_item(items[0]):
        items = [items]  # "onto": [1, 2, -1] is one vector, not three
    found: tuple[object, ...] = ()
    for item in items:  # a definition is read in the light of those before it
        found = (*found, reader(name, item, {**read, name: found}))
    return found


def _is_whole_item(item: object) -> bool:
    return isinstance(item, (str, list, tuple)) and not isinstance(item, Literal)


def check_choice(name: str, found: object, choices: tuple[str, ...]) -> None:
    """Raise a UsageError unless the value is one of the choices, if there are any."""
    if choices and found not in choices:
        close = nearest(str(found), choices)
        hint = f"did you mean {close}?" if close else ""
        raise UsageError(f"{name} is one of {', '.join(choices)}, not {_short(found)}", hint=hint)


def _as_text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UsageError(f"{name} is a text, not {_json_kind(value)}")
    return repr(value)


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"


def _json_kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    return {dict: "an object", list: "a list", tuple: "a list", int: "a number"}.get(type(value), type(value).__name__)


def _integer(name: str, value: object, read: Mapping[str, object]) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = value.strip() if isinstance(value, str) else ""
    text = text.removesuffix(".0")  # as tables write whole numbers
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise UsageError(f"{name} is a whole number, not {_short(value)}")
    return int(text)


def _flag(name: str, value: object, read: Mapping[str, object]) -> bool:
    return flag(name, value)


def flag(name: str, value: object) -> bool:
    """Return yes or no, however it was said.

    Raises:
        UsageError: it was neither.
    """
    if isinstance(value, bool):
        return value
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    found = words.get(str(value).strip().lower())
    if found is None:
        raise UsageError(f"{name} is true or false, not {_short(value)}")
    return found


def _text(name: str, value: object, read: Mapping[str, object]) -> str:
    return _as_text(name, value)


def _names(name: str, value: object, read: Mapping[str, Any]) -> tuple[Name, ...]:
    from mathcli.syntax.tree import Name, Vector

    if isinstance(value, (list, tuple)):
        return tuple(found for item in value for found in _names(name, item, read))
    text = _as_text(name, value)
    whole_words = text.replace(",", " ").split()  # to name a variable declares it: --var speed is one name, not five
    tree = _mathematics("names", text, {**read, "name": (*read.get("name", ()), whole_words)}).tree
    assert isinstance(tree, Vector)
    return tuple(entry for entry in tree.entries if isinstance(entry, Name))


def _point(name: str, value: object, read: Mapping[str, object]) -> object:
    if isinstance(value, dict):
        value = ", ".join(f"{key}={_as_text(name, entry)}" for key, entry in value.items())
    elif isinstance(value, (list, tuple)):
        value = ", ".join(_as_text(name, entry) for entry in value)
    return _mathematics("point", _as_text(name, value), read)


def _vector(name: str, value: object, read: Mapping[str, object]) -> object:
    if isinstance(value, (list, tuple)):
        value = f"[{', '.join(_as_text(name, entry) for entry in value)}]"
    return _mathematics("vector", _as_text(name, value), read)


def _vectors(name: str, value: object, read: Mapping[str, object]) -> dict[str, str]:
    """Vectors by name, as texts: {"n": [4, 3, 5]}, or n = (4,3,5); a = (1,2,-1)."""
    if isinstance(value, str):
        import re

        pairs = [part.partition("=") for part in re.split(r";|\n|,(?=\s*\w+\s*=)", value) if part.strip()]
        value = {key.strip(): entries.strip() for key, _, entries in pairs}
    if not isinstance(value, dict) or not all(isinstance(entry, (str, list, tuple)) for entry in value.values()):
        raise UsageError(f"{name} are vectors by name", hint='{"n": [4, 3, 5], "a": [1, 2, -1]}')
    found = {}
    for key, entry in value.items():
        is_list = isinstance(entry, (list, tuple))
        found[str(key)] = f"[{', '.join(_as_text(name, part) for part in entry)}]" if is_list else str(entry)
    return found


def _of_kind(kind: str) -> Callable[[str, object, Mapping[str, object]], object]:
    def reader(name: str, value: object, read: Mapping[str, object]) -> object:
        return _mathematics(kind, _as_text(name, value), read)

    return reader


def _statement(name: str, value: object, read: Mapping[str, Any]) -> object:
    from mathcli.syntax.statements import read_statement

    return read_statement(_as_text(name, value), **_reading_options(read))


def _shapes(name: str, value: object, read: Mapping[str, object]) -> str:
    """What --shape says, as text that can be read."""
    from mathcli.matrices.shapes import read_shapes

    text = _as_text(name, value)
    read_shapes((text,))
    return text


def _mathematics(kind: str, text: str, read: Mapping[str, Any]) -> Any:
    from mathcli.syntax.parser import read as parse

    return parse(text, kind=kind, **_reading_options(read))


def _reading_options(read: Mapping[str, Any]) -> dict[str, Any]:
    with_shapes: tuple[Name, ...] = ()
    if isinstance(read.get("shape"), tuple) and read["shape"]:  # for critical it is a flag
        from mathcli.matrices.shapes import read_shapes

        with_shapes = tuple(read_shapes(read["shape"]).declared)
    options: dict[str, Any] = {
        "variables": (*read.get("var", ()), *with_shapes),
        "names": tuple(name for names in read.get("name", ()) for name in names),
        "definitions": read.get("let", ()),
        "strict": bool(read.get("strict", False)),
    }
    return {**options, "matrices": True} if with_shapes else options


def _table(name: str, value: object, read: Mapping[str, object]) -> object:
    from mathcli.data.tables import read_table

    return read_table(_as_text(name, value))


def _words(name: str, value: object, read: Mapping[str, object]) -> tuple[str, ...]:
    """Names of columns: one, or several with commas or in a list."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return tuple(part.strip() for item in items for part in _as_text(name, item).split(",") if part.strip())


READERS: dict[str, Callable[[str, object, Mapping[str, object]], object]] = {
    "integer": _integer,
    "flag": _flag,
    "text": _text,
    "file": _text,
    "choice": _text,
    "names": _names,
    "point": _point,
    "vector": _vector,
    "statement": _statement,
    "table": _table,
    "columns": _words,
    "vectors": _vectors,
    "shapes": _shapes,
    **{kind: _of_kind(kind) for kind in ("expression", "equation", "definition", "interval", "relation")},
}
