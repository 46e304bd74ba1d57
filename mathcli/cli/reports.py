"""What a run says on stderr: that it goes on with what was begun, how far it is, and what came of it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from mathcli.batch.records import failures
from mathcli.batch.summary import NOTHING
from mathcli.cli import manual
from mathcli.cli.manner import Manner, safe
from mathcli.cli.surroundings import Surroundings, show
from mathcli.render.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mathcli.batch.run import Run
    from mathcli.batch.summary import Failed, Summary
    from mathcli.cli.progress import Progress

DASH = "─"
AFTER = 0.5
"""A run of fewer seconds shows no bar, and need not load what draws it."""


class Report:
    """The words of one run on stderr, fewer where it is to be quiet."""

    def __init__(self, batch: Run, how: Manner) -> None:
        self._batch = batch
        self._is_quiet = how.is_quiet
        self._here = Surroundings(sys.stderr)
        self._shows_progress = self._here.is_terminal and not how.is_quiet and not _prints_on_terminal(batch)
        self._progress: Progress | None = None
        self._said = 0

    def begin(self) -> None:
        """Say what is finished already, and what a terminal waits for."""
        if "-" in self._batch.request.paths and sys.stdin.isatty():
            self._say("one problem a line, as it would be typed after mathcli; Ctrl-D ends")
        journal = self._batch.journal
        if journal is None or not len(journal) or self._is_quiet:
            return
        counted = self._batch.counted()
        path = safe(journal.path)
        if counted is None:
            self._tell(f"{path} has {_many(len(journal), 'finished problem')} {DASH} going on with the others")
        elif self._batch.request.retries:
            if not counted[1]:
                return
            self._tell(f"{path} {DASH} working on those that have no answer")
        elif 0 < counted[1] < counted[0]:
            left = counted[0] - counted[1]
            self._tell(f"{path} has {_many(counted[1], 'finished problem')} {DASH} going on with the other {left:,}")

    def go_on(self, trace: str) -> None:
        """Show a trace, if there is one, what is to be noted, and how far the run is."""
        self._say_notes()
        if trace:
            self.pause()
            print("\n".join(map(safe, trace.split("\n"))), end="", file=sys.stderr)
        if self._shows_progress:
            if self._progress is None:
                if self._batch.summary.elapsed < AFTER:
                    return
                from mathcli.cli.progress import Progress

                self._progress = Progress(self._batch, self._here)
            self._progress.show()

    def _say_notes(self) -> None:
        for note in self._batch.notes[self._said :]:
            self._said += 1
            if not self._is_quiet:
                self.pause()
                self._tell(f"note: {safe(note)}", margin="")

    def pause(self) -> None:
        """Take the bar off the screen."""
        if self._progress is not None:
            self._progress.clear()

    def interrupted(self) -> None:
        """Say what is finished, and how to go on."""
        summary, journal = self._batch.summary, self._batch.journal
        if self._is_quiet:
            return
        self._say("")
        if journal is not None:
            finished = _many(summary.count, "problem")
            self._tell(f"interrupted: {finished} finished in {safe(journal.path)} {DASH} the same command goes on")
        else:
            finished = _many(summary.count, "problem")
            self._tell(f"interrupted: {finished} answered {DASH} with --output results.jsonl, a run can go on later")

    def end(self) -> None:
        """Say what came of the run."""
        if self._is_quiet:
            return
        journal, output = self._batch.journal, self._batch.request.output
        lines = journal.lines if journal is not None else self._batch.summary.count
        self._say(summary_text(self._batch.summary, width=self._here.width, output=output or "", lines=lines))
        self._say_notes()

    def tally(self) -> None:
        """Count the marks of pieces of working: by problem, by mistake and by pupil."""
        from mathcli.cli.marks import tables

        self._say("\n" + "\n".join(tables(self._batch.summary.tallies, self._here.width)))

    def _tell(self, sentence: str, *, margin: str = " ") -> None:
        """Say a sentence; on a terminal no word of it is broken."""
        lines = wrapped(sentence.split(" "), self._here.width - len(margin)) if sys.stderr.isatty() else [sentence]
        self._say("\n".join(f"{margin}{line}" for line in lines))

    def _say(self, text: str) -> None:
        if not self._here.has_unicode:
            from mathcli.render.safety import ascii_only

            text = ascii_only(text)
        print(text, file=sys.stderr, flush=True)


def _prints_on_terminal(batch: Run) -> bool:
    return batch.request.output is None and sys.stdout.isatty()


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def summary_text(summary: Summary, *, width: int, output: str = "", lines: int = 0) -> str:
    """Return how many problems there were and what became of them, with those that got no answer."""
    parts = [_many(summary.count, "problem"), f"{summary.answered:,} ok"]
    parts += [f"{number:,} {what}" for what, number in counted(summary.kinds)]
    parts.append(f"{summary.elapsed:.1f} s")
    done = summary.count - summary.earlier
    if summary.elapsed > 0.05 and done > 1:
        parts.append(f"{done / summary.elapsed:,.0f}/s")
    is_wide = sum(map(len, parts)) + 3 * len(parts) < width
    text = [" " + "   ".join(parts) if is_wide else "\n".join(f" {part}" for part in parts)]
    if summary.failed:
        more = f"mathcli batch --show-failed {safe(output)}" if output.endswith("l") else ""
        text += ["", *_failures(summary, width, more)] if summary.shown or more else []
    if output:
        code = {0: "", 70: "exit code 70 (a fault of mathcli)"}.get(
            summary.exit_code, "exit code 1 (some problems failed)"
        )
        last = f" {safe(output)}   {_many(lines, 'line')}, complete"
        joint = " " * 9 if len(last) + 9 + len(code) <= width else "\n "
        text += ["", f"{last}{joint}{code}" if code else last]
    return "\n".join(text)


def counted(kinds: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """The kinds of failure in words, each once, with their numbers."""
    words = {
        "input error": ("syntax", "input", "usage", "limit"),
        "not handed in": (NOTHING,),
        "without an answer": ("not covered", "undefined", "undecided", "no answer"),
        "timed out": ("limit reached",),
        "out of memory": ("out of memory",),
        "crashed": ("crash",),
        "fault of mathcli": ("bug", "verification"),
    }
    for word, its_kinds in words.items():
        number = sum(kinds.get(kind, 0) for kind in its_kinds)
        if number:
            yield f"{word}s" if number > 1 and word == "input error" else word, number
    rest = sum(kinds.values()) - sum(kinds.get(kind, 0) for known in words.values() for kind in known)
    if rest:
        yield "failed otherwise", rest


def _failures(summary: Summary, width: int, more: str) -> Iterator[str]:
    """A table of the first problems without an answer: which, and why; `more` lists the others."""
    yield from _table(summary.shown, width)
    others = summary.failed - len(summary.shown)
    if others:
        yield f"   … {others:,} more" + (f"   {more}" if more else "")


def _table(shown: list[Failed], width: int) -> Iterator[str]:
    if not shown:
        return
    first = max(4, *(len(safe(failed.id)) for failed in shown))
    second = min(max(7, *(len(safe(failed.line)) for failed in shown)), max(7, width // 3))
    left = 3 + first + 2 + second + 2
    yield f"   {'line':>{first}}  {'problem':<{second}}  what"
    for failed in shown:
        line = safe(failed.line)
        problem = line if len(line) <= second else f"{line[: second - 1]}…"
        what, *more = manual.wrapped(safe(failed.reason), max(width - left, 16)).splitlines()
        yield f"   {safe(failed.id):>{first}}  {problem:<{second}}  {what}"
        yield from (" " * left + line for line in more)


def print_failed(path: str, files: Sequence[str], how: Manner) -> int:
    """Print what has no answer in a file of results, as a table or, with --format json, as it stands there.

    With files of problems, only what is theirs.

    Raises:
        InputError: the file cannot be read.
        UsageError: it is no file of results, or holds none of these files.
    """
    from mathcli.batch.journal import digest
    from mathcli.batch.run import names_of
    from mathcli.batch.summary import Failed
    from mathcli.render.formats import json

    found = [*failures(path, {digest(name) for name in names_of(files).values()})]
    if how.format in ("json", "jsonl"):
        for record in found:
            print(json.line(record, is_ascii=not how.surroundings.has_unicode))
    elif found:
        failed = [Failed(record["id"], _asked(record), _reason(record["error"])) for record in found]
        show("\n".join(_table(failed, how.surroundings.width)))
    elif not how.is_quiet:
        print(f"{safe(os.path.basename(path))}: no problem failed", file=sys.stderr)
    return 1 if found else 0


def _asked(record: Mapping[str, Mapping[str, str]]) -> str:
    return f"{record.get('task', '')} {record['input']['text']}".strip()


def _reason(error: Mapping[str, object]) -> str:
    place = f" (column {error['column']})" if "column" in error else ""
    return f"{error['message']}{place}"
