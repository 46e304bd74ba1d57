"""mathcli batch FILE...: problem files in, results on stdout or in a file, a summary on stderr."""

from __future__ import annotations

import itertools
import os
import re
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, TextIO

from mathcli.batch.problems import Entry, entries, kind_of
from mathcli.batch.results import Outcome, Summary, outcomes
from mathcli.batch.tables import Table
from mathcli.cli import manual, options
from mathcli.cli.manner import Manner, one_line, safe
from mathcli.cli.surroundings import Surroundings, show
from mathcli.errors import InputError, MathcliError, NotCoveredError, UsageError
from mathcli.render.errors import layout
from mathcli.topics._words import sort_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_SHOWN = 10
"""So many failed problems are listed in the summary."""

HELP = """\
mathcli batch ─ work through files of problems

  mathcli batch problems.txt
  mathcli batch problems.jsonl --steps --output results.jsonl
  mathcli batch answers.csv --defaults task=diff,var=x
  grep x problems.txt | mathcli batch - --format plain

Text has one problem a line, as it would be typed after mathcli:

  # sheet 3
  diff 3x^4 - 5x^2 + 2x --order 2
  project (4,3,5) --onto (1,2,-1) --onto (3,1,5)

JSONL (.jsonl) and CSV (.csv) give the same by name:

  {"task": "diff", "expression": "3x^4 - 5x^2 + 2x", "order": 2}

Results come in the order of the problems, into a pipe or a file as JSON, one
object a line. With --format csv they are a table, other columns passed on.
Exit code 1: some problem got no answer.
"""


def run(words: Sequence[str], settings: dict[str, object]) -> int:
    """Run `mathcli batch` and return its exit code.

    Raises:
        MathcliError: the command line is wrong, or a file cannot be opened.
    """
    if "--help" in words or list(words) == ["-h"]:
        return _print_help()
    own = options.for_batch()
    shared = {**options.shared(), "--format": options.format_of_batch()}
    given, files = sort_words(words, {**own, **shared})
    _check_workers(given.pop("workers", "1"))
    output = given.pop("output", None)
    defaults = _defaults(str(given.pop("defaults", "")))
    if not files:
        raise UsageError("batch needs a file of problems", hint="mathcli batch problems.txt, or - for stdin")
    with ExitStack() as open_files:
        sources = [(path, _opened(path, open_files)) for path in files]
        sink = sys.stdout if output is None else _sink(str(output), files, open_files)
        how = Manner({**settings, **given}, sink, default_in_pipe="json")
        summary = _answer_all(_all_entries(sources, defaults), how, sink)
    if not how.is_quiet:
        print(summary_text(summary, width=Surroundings(sys.stderr).width, output=str(output or "")), file=sys.stderr)
    return summary.exit_code


def _print_help() -> int:
    width = min(Surroundings(sys.stdout).width, manual.WIDEST)
    show(manual.fitted(HELP, width))
    print("Options")
    shared = {**options.shared(), "--format": options.format_of_batch()}
    show(manual.option_list({**options.for_batch(), **shared}, width))
    return 0


def _check_workers(count: object) -> None:
    if count != "1":
        raise NotCoveredError("several workers are not there yet", hint="leave --workers out, or give 1")


def _defaults(text: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for part in re.split(r",(?=\s*\w+=)", text) if text else ():
        name, is_assigned, value = part.partition("=")
        if not is_assigned:
            raise UsageError(f"--defaults is task=diff,order=2: {part!r} has no =")
        found[name.strip()] = value.strip()
    return found


def _opened(path: str, open_files: ExitStack) -> BinaryIO:
    if path == "-":
        if sys.stdin.isatty():
            print("one problem a line, as it would be typed after mathcli; Ctrl-D ends", file=sys.stderr)
        return sys.stdin.buffer
    try:
        return open_files.enter_context(open(path, "rb"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None


def _sink(path: str, files: Sequence[str], open_files: ExitStack) -> TextIO:
    if os.path.exists(path) and any(name != "-" and os.path.samefile(path, name) for name in files):
        raise UsageError(f"--output {path} would overwrite the problems", hint="give another name")
    try:
        return open_files.enter_context(open(path, "w", encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from None


def _all_entries(sources: Sequence[tuple[str, BinaryIO]], defaults: Mapping[str, object]) -> Iterator[Entry]:
    for path, source in sources:
        for entry in entries(source, kind_of(path), defaults):
            if len(sources) > 1 and entry.id == str(entry.number):
                entry.id = f"{path}:{entry.number}"
            yield entry


def _answer_all(problems: Iterator[Entry], how: Manner, sink: TextIO) -> Summary:
    summary = Summary()
    table = Table()
    for outcome in outcomes(problems, seconds=how.seconds):
        summary.add(outcome)
        if outcome.trace:
            print(outcome.trace, end="", file=sys.stderr)
        text = table.lines(outcome, _bare(outcome, how)) if how.format == "csv" else _written(outcome, how)
        print(text, file=sink, flush=True)
    return summary


def _bare(outcome: Outcome, how: Manner) -> str:
    """The answer of an outcome in the input syntax, one value a line; nothing where there is none."""
    return "" if isinstance(outcome.answer, MathcliError) else how.bare(outcome.answer)


def _written(outcome: Outcome, how: Manner) -> str:
    """Return an outcome as it stands in the results: one line of JSON or of answers, else a section of its own."""
    entry, answer = outcome.entry, outcome.answer
    has_steps = bool(entry.settings.get("steps", how.has_steps))
    manner = how.with_settings(has_steps, entry.settings.get("detail"))
    if how.format == "json":
        id, elapsed_ms, row = entry.id, outcome.elapsed_ms, entry.passed_on
        if isinstance(answer, MathcliError):
            return manner.error_record(answer, entry.task, entry.text, id=id, elapsed_ms=elapsed_ms, row=row)
        return manner.record(answer, id=id, elapsed_ms=elapsed_ms, row=row)
    if how.format == "plain" and not has_steps:
        if isinstance(answer, MathcliError):
            return f"error: {one_line(answer)}"
        return "\t".join(manner.rendered(answer).splitlines())
    width = how.surroundings.width
    heading = f"{entry.id}  {safe(entry.line)}"[:width]
    body = layout(answer, width=width) if isinstance(answer, MathcliError) else manner.rendered(answer)
    return f"{heading}\n{('─' if how.surroundings.has_unicode else '-') * len(heading)}\n{body}\n"


def summary_text(summary: Summary, *, width: int, output: str = "") -> str:
    """Return how many problems there were and what became of them, with those that got no answer."""
    count, elapsed = summary.count, summary.elapsed
    parts = [f"{count:,} problem{'s' * (count != 1)}", f"{count - len(summary.failed):,} ok"]
    kinds: dict[str, int] = {}
    for _, error in summary.failed:
        kinds[error.kind] = kinds.get(error.kind, 0) + 1
    for what, number in _counted(kinds):
        parts.append(f"{number:,} {what}")
    parts.append(f"{elapsed:.1f} s")
    if elapsed > 0.05 and count > 1:
        parts.append(f"{count / elapsed:,.0f}/s")
    lines = [
        " " + "   ".join(parts) if sum(map(len, parts)) + 3 * len(parts) < width else "\n".join(f" {p}" for p in parts)
    ]
    if summary.failed:
        lines += ["", *_failures(summary, width)]
    if output:
        lines += ["", f" {safe(output)}   {count:,} line{'s' * (count != 1)}, complete"]
    return "\n".join(lines)


def _counted(kinds: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """The kinds of failure in words, each once, with their numbers."""
    words = {
        "input error": ("syntax", "input", "usage", "limit"),
        "without an answer": ("not covered", "undefined", "undecided", "no answer"),
        "out of time": ("limit reached",),
        "fault of mathcli": ("bug", "verification"),
    }
    for word, its_kinds in words.items():
        number = sum(kinds.get(kind, 0) for kind in its_kinds)
        if number:
            yield f"{word}s" if number > 1 and word == "input error" else word, number


def _failures(summary: Summary, width: int) -> Iterator[str]:
    """A table of the first problems without an answer: which, and why."""
    shown = list(itertools.islice(summary.failed, MOST_SHOWN))
    first = max(4, *(len(safe(entry.id)) for entry, _ in shown))
    second = min(max(7, *(len(safe(entry.line)) for entry, _ in shown)), max(7, width // 3))
    left = 3 + first + 2 + second + 2
    yield f"   {'line':>{first}}  {'problem':<{second}}  what"
    for entry, error in shown:
        line = safe(entry.line)
        problem = line if len(line) <= second else f"{line[: second - 1]}…"
        what, *more = manual.wrapped(_reason(error), max(width - left, 16)).splitlines()
        yield f"   {safe(entry.id):>{first}}  {problem:<{second}}  {what}"
        yield from (" " * left + line for line in more)
    if len(summary.failed) > MOST_SHOWN:
        yield f"   {'…':>{first}}  {len(summary.failed) - MOST_SHOWN:,} more"


def _reason(error: MathcliError) -> str:
    return safe(f"{error.message}{f' (column {error.span.column})' if error.span else ''}")
