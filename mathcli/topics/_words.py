"""The words of a command line -> the fields of a problem, as text. What the text means is not read here.

A word is an option only if it is exactly the name of one (or name=value), so -x^2, -ln(x) and --onto -1,2,-1 are
mathematics. Words that belong to one expression are joined: diff 3x^4 - 5x^2 + 2x. After `--` no word is an option.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from mathcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mathcli.topics import Problem


class Option:
    """One option as it can be typed. A flag takes no value: its presence means `value`."""

    __slots__ = ("choices", "default", "field", "help", "kind", "metavar", "repeated", "value")

    def __init__(
        self,
        field: str,
        help: str,
        *,
        kind: str = "text",
        value: object = None,
        repeated: bool = False,
        choices: tuple[str, ...] = (),
        metavar: str = "",
        default: object = None,
    ) -> None:
        self.field = field
        self.help = help
        self.kind = kind
        self.value = value
        self.repeated = repeated
        self.choices = choices
        self.metavar = metavar
        self.default = default

    @property
    def is_flag(self) -> bool:
        return self.kind == "flag"


ALIASES = {"vars": "var", "from": "from_"}
"""Other names of fields, wherever a field is named; `from` is no name in Python."""


@cache
def arguments_of(topic: type[Problem]) -> tuple[Any, ...]:
    """The positional fields of a topic, in order, as dataclass fields."""
    return tuple(f for f in fields_of(topic).values() if f.metadata["positional"])


@cache
def options_of(topic: type[Problem]) -> Mapping[str, Option]:
    """The options of a topic by their spelling: --order, --in-terms-of, --vars."""
    options = {}
    for f in fields_of(topic).values():
        if f.metadata["positional"]:
            continue
        about = f.metadata
        is_on = about["kind"] == "flag" and f.default is True
        spelling = f"--{'no-' if is_on else ''}{f.name.rstrip('_').replace('_', '-')}"
        options[spelling] = Option(
            f.name,
            about["help"],
            kind=about["kind"],
            value=not is_on,
            repeated=about["repeated"],
            choices=about["choices"],
            metavar=about["metavar"],
            default=None if f.default is MISSING else f.default,
        )
        if about["short"]:
            options[about["short"]] = options[spelling]
    for alias, name in ALIASES.items():
        if f"--{name}" in options:
            options[f"--{alias}"] = options[f"--{name}"]
    return options


@cache
def fields_of(topic: Any) -> Mapping[str, Any]:
    """What a user may give, as dataclass fields by name, in the order in which they are declared."""
    return {f.name: f for f in fields(topic) if "kind" in f.metadata}


def sort_words(words: Sequence[str], options: Mapping[str, Option]) -> tuple[dict[str, object], list[str]]:
    """Return the options that were given, by field, and the other words in order.

    Raises:
        UsageError: an unknown option, an option without its value or given twice.
    """
    given: dict[str, object] = {}
    others: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            others.extend(waiting)
            break
        spelling, is_assigned, value = word.partition("=")
        option = options.get(word) or (options.get(spelling) if is_assigned and spelling.startswith("--") else None)
        if option is None:
            if _looks_like_an_option(word):
                raise unknown_option(spelling, options)
            others.append(word)
        elif option.is_flag:
            if word not in options:
                raise UsageError(f"{spelling} takes no value")
            given[option.field] = option.value
        else:
            if word in options:
                spelling, value = word, _value_after(word, waiting, options)
            _give(given, option, spelling, value)
    return given, others


def _looks_like_an_option(word: str) -> bool:
    name = word.partition("=")[0]
    return name.startswith("--") and len(name) > 3 and name[2:].replace("-", "").isalpha() and "--" not in name[2:]


def _value_after(spelling: str, waiting: Iterable[str], options: Mapping[str, Option]) -> str:
    for value in waiting:
        if value in options or value == "--":
            break
        return value
    raise UsageError(f"{spelling} needs a value")


def _give(given: dict[str, object], option: Option, spelling: str, value: str) -> None:
    if option.choices and value not in option.choices:
        close = nearest(value, option.choices)
        hint = f"did you mean {close}?" if close else ""
        raise UsageError(f"{spelling} is one of {', '.join(option.choices)}, not {value!r}", hint=hint)
    if option.repeated or (option.kind in ("names", "columns") and option.field in given):
        before = given.get(option.field, [])
        given[option.field] = [*(before if isinstance(before, list) else [before]), value]
    elif option.field in given:
        raise UsageError(f"{spelling} is given twice")
    else:
        given[option.field] = value


OTHER_OPTIONS = tuple(
    (f"--{word}", option)
    for option, words in {
        "--at": "point where-at x0 a",
        "--by": "method solver",
        "--column": "columns col cols",
        "--detail full": "verbose explain full",
        "--format json": "json",
        "--format latex": "tex",
        "--format markdown": "markdown md",
        "--format ascii": "ascii",
        "--from": "start init initial begin x0 guess",
        "--iterations": "max-iter maxiter epochs iter n-iter",
        "--also": "and with system",
        "--model": "degree deg curve",
        "--on": "interval domain range between over bounds",
        "--onto": "on onto-vector along",
        "--order": "n nth times derivative degree",
        "--output": "out save",
        "--quiet": "silent",
        "--rate": "lr eta alpha learning-rate step-size",
        "--to": "point from",
        "--var": "variable variables wrt respect-to in",
        "--where": "subject-to st s.t. constraint constraints with such-that",
        "--x": "features predictor",
        "--y": "target label response",
    }.items()
    for word in words.split()
)
"""What people write for an option; the first one counts that the command has."""


def unknown_option(spelling: str, options: Iterable[str]) -> UsageError:
    """The error for a word that looks like an option and is none."""
    known_options = tuple(options)
    meant = next((o for word, o in OTHER_OPTIONS if word == spelling and o.partition(" ")[0] in known_options), "")
    if meant:
        return UsageError(f"there is no option {spelling}", hint=f"did you mean {meant}?")
    begun = sorted({known for known in known_options if known.startswith(spelling)})
    close = begun[0] if len(begun) == 1 else nearest(spelling, known_options)
    hint = f"did you mean {' or '.join(begun) if len(begun) > 1 else close}?" if begun or close else ""
    hint = hint or f"--help lists the options; if it is mathematics, put -- in front: -- ... {spelling}"
    return UsageError(f"there is no option {spelling}", hint=hint)


def fields_from_words(topic: type[Problem], words: Sequence[str]) -> dict[str, object]:
    """Return the positional fields: one expression takes all words, several take one word each.

    Raises:
        UsageError: too few or too many words.
    """
    arguments = arguments_of(topic)
    if not words:
        return {}
    if len(arguments) == 1:
        (only,) = arguments
        return {only.name: list(words) if only.metadata["repeated"] else " ".join(words)}
    if len(words) > len(arguments):
        wanted = ", ".join(f.name for f in arguments)
        raise UsageError(
            f"expected {len(arguments)} words ({wanted}) and got {len(words)}", hint="quote each expression"
        )
    return {f.name: word for f, word in zip(arguments, words, strict=False)}


def nearest(word: str, known: Iterable[str], *, most: int = 2) -> str:
    """Return the known word that at most so many slips would turn into this one, "" where none is near."""
    letters = word.strip("-")
    if len(letters) < 2:
        return ""
    allowed = 1 if len(letters) < 4 else most
    distance, best = min(((_edits(word.lower(), candidate), candidate) for candidate in known), default=(99, ""))
    return best if distance <= allowed else ""


def _edits(a: str, b: str) -> int:
    """The number of letters to insert, drop, change or swap with their neighbour to get from a to b."""
    if abs(len(a) - len(b)) > 2:
        return 99
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
