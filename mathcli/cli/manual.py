"""The pages of --help: examples first, then everything there is. Written from the topics' own docstrings."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from mathcli import topics
from mathcli.cli import options
from mathcli.cli.surroundings import show
from mathcli.topics._words import ALIASES, arguments_of, options_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from mathcli.topics._words import Option

WIDEST = 80

OVERVIEW = """\
mathcli ─ calculus that shows and checks its working

  mathcli diff 'e^(2x) cos x' --order 2
  mathcli critical 'log(n)/n'
  mathcli distance 'y = x^2 + 7' --to 3,7
  mathcli project 4,3,5 --onto 1,2,-1 --onto 3,1,5
  mathcli gradient '||X w - y||^2' --var w --shape 'X: n by d, w: d, y: n'
  mathcli check work.txt
  mathcli descend 'x^2 + 3y^2' --from x=3,y=4 --rate 0.1
  mathcli batch problems.txt --output results.jsonl

Put expressions in 'single quotes', those with primes in "double quotes".
A single - in the place of an expression reads them from stdin, one a line.
"""

OWN = {
    "batch": "Files of problems: text, JSONL or CSV.",
    "explain": "A rule or a mistake, with its example worked; alone: all of them.",
}

FIRST_KINDS = ("derivatives", "extrema and equations", "vectors", "checking", "fitting and data")
"""The kinds of commands in the order of a course; others follow."""

AFTERWORD = """\
Exit code  0 ok
           1 the answer is "no", or some problems of a batch have no answer
           2 input not understood
           3 no answer, or undecided
           4 a limit was reached
          70 a fault in mathcli, answer withheld

mathcli COMMAND --help tells more.  mathcli --install-completion: for Tab.
"""


def print_overview(width: int) -> int:
    """Print the page of `mathcli --help`."""
    width = min(width, WIDEST)
    show(fitted(OVERVIEW, width))
    kinds = by_kind()
    longest = max(len(name) for commands in kinds.values() for name, _ in commands)
    for heading, commands in kinds.items():
        show(f"{heading[0].upper()}{heading[1:]}")
        show(two_columns(((f"{name:<{longest}}", summary.rstrip(".")) for name, summary in commands), width))
        print()
    show("Options")
    show(option_list(options.shared(), width))
    print()
    show(fitted(AFTERWORD, width).rstrip())
    return 0


def by_kind() -> Mapping[str, list[tuple[str, str]]]:
    """The commands with their summaries under the heading of their kind, `batch` and `explain` last."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for name in topics.names():
        summary, _, _ = described(topics.load(name))
        kinds.setdefault(topics.kind(name), []).append((name, summary))
    in_order = {kind: kinds.pop(kind) for kind in FIRST_KINDS if kind in kinds}
    return {**in_order, **kinds, "many problems, and the rules": list(OWN.items())}


def print_command(name: str, width: int) -> int:
    """Print the page of `mathcli NAME --help`."""
    width = min(width, WIDEST)
    topic = topics.load(name)
    summary, examples, rest = described(topic)
    arguments = arguments_of(topic)
    usage = " ".join(("mathcli", name, *(_usage(argument) for argument in arguments), "[OPTIONS]"))
    show(
        fitted(
            "\n".join((f"mathcli {name} ─ {summary}", "", *(f"  {line}" for line in examples), "", usage)), width
        ).rstrip()
    )
    if rest:
        show(f"\n{wrapped(rest, width)}")
    show("\nArguments")
    show(two_columns(((f.name.upper(), f.metadata["help"]) for f in arguments), width))
    show("\nOptions")
    show(option_list(_own_first(options_of(topic)), width))
    show("\nOptions of every command")
    show(option_list(options.shared(), width))
    return 0


def described(topic: Any) -> tuple[str, list[str], str]:
    """The summary, the examples and the remaining words of a topic's docstring."""
    lines = [line.strip() for line in (topic.__doc__ or "").strip().splitlines()]
    examples = [line for line in lines[1:] if line.startswith("mathcli ")]
    rest = " ".join(line for line in lines[1:] if line and not line.startswith("mathcli "))
    return lines[0], examples, rest


def _own_first(table: Mapping[str, Option]) -> dict[str, Option]:
    """The options of this command alone, then those that all commands that read mathematics share."""
    common = {f.name for f in fields(topics.ReadingOptions)}
    return dict(sorted(table.items(), key=lambda item: item[1].field in common))


def _usage(argument: Any) -> str:
    name = argument.name.upper()
    return f"{name}..." if argument.metadata["repeated"] else name


def option_list(table: Mapping[str, Option], width: int) -> str:
    """Return the options with what they do, each once."""
    return two_columns(_option_rows(table), width)


def _option_rows(table: Mapping[str, Option]) -> Iterable[tuple[str, str]]:
    rows: dict[tuple[str, str], tuple[str, Option]] = {}
    for spelling, option in table.items():
        if f"--{ALIASES.get(spelling.lstrip('-'), '')}" in table:
            continue
        shown = spelling if option.is_flag else f"{spelling} {option.metavar or METAVARS.get(option.kind, 'TEXT')}"
        key = (option.field, option.help)
        before = rows.get(key)
        rows[key] = (f"{before[0]}, {shown}" if before else shown, option)
    for shown, option in rows.values():
        again = "; may be repeated" if option.repeated else ""
        which = f": {', '.join(option.choices)}" if option.choices and option.choices[0] not in option.help else ""
        yield shown, f"{option.help}{which}{again}"


METAVARS = {
    "integer": "N",
    "names": "NAMES",
    "expression": "EXPR",
    "equation": "EQUATION",
    "statement": "EXPR",
    "vector": "VECTOR",
    "point": "POINT",
    "definition": "DEFINITION",
    "interval": "INTERVAL",
    "choice": "WHICH",
}


def two_columns(rows: Iterable[tuple[str, str]], width: int) -> str:
    """Return the rows with their right sides aligned, wrapped within the width."""
    rows = tuple(rows)
    left = min(max((len(name) for name, _ in rows), default=0), max(8, width // 3)) + 4
    lines: list[str] = []
    for name, text in rows:
        first, *others = wrapped(text, max(width - left, 16)).splitlines() or [""]
        head = f"  {name}"
        if len(head) + 2 > left:
            lines.extend(f"  {line}" for line in wrapped(name, width - 2).splitlines())
            head = ""
            if not text:
                continue
        lines.append(f"{head:<{left}}{first}".rstrip())
        lines.extend(f"{'':<{left}}{line}" for line in others)
    return "\n".join(lines)


def wrapped(text: str, width: int) -> str:
    """Return the text in lines of at most the width, where its words allow."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join(lines)


def fitted(text: str, width: int) -> str:
    """Return the text with those lines wrapped that are longer than the width, under their own indent."""
    lines = []
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if len(line) <= width:
            lines.append(line)
        else:
            first, *others = wrapped(line, width - indent - 2).splitlines()
            lines.append(" " * indent + first)
            lines.extend(" " * (indent + 2) + other for other in others)
    return "\n".join(lines) + "\n"
