"""mathcli batch FILE...: problem files in, results on stdout or in a file, a summary on stderr."""

from __future__ import annotations

import os
import re
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, TextIO

from mathcli.batch.problems import Reading
from mathcli.batch.results import Answering
from mathcli.batch.run import Request, Run
from mathcli.batch.sources import paths_for
from mathcli.batch.writing import Form
from mathcli.cli import manual, options, reports
from mathcli.cli.interruption import INTERRUPTED, interruptible
from mathcli.cli.manner import Manner, seconds
from mathcli.cli.surroundings import Surroundings, show
from mathcli.errors import InputError, UsageError
from mathcli.topics import names
from mathcli.topics._words import nearest, sort_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMATS = {"csv": "csv", "tex": "latex", "md": "markdown", "txt": "plain"}
"""By the ending of --output, where no --format is given; any other holds JSON."""

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

Several files, 'sheets/*.txt' and files packed by gzip will do. Results come in
the order of the problems, into a pipe or a file as JSON, one object a line;
with --format csv as a table with the other columns passed on, with --format
latex or markdown as one document. Started again after an interruption, a file
of JSON goes on where it stopped. Exit code 1: some problem got no answer; a
pupil's mistake, or an empty cell where nothing was handed in, is no failure.
"""


def run(words: Sequence[str], settings: dict[str, object]) -> int:
    """Run `mathcli batch` and return its exit code.

    Raises:
        MathcliError: the command line is wrong, or a file cannot be opened.
    """
    if "--help" in words or list(words) == ["-h"]:
        return _print_help()
    given, files = sort_words(words, {**options.for_batch(), **options.shared_by_batch()})
    settings = {"forms": False, **settings, **given}
    if "show_failed" in given:
        return reports.print_failed(str(given["show_failed"]), paths_for(files), Manner(settings))
    with ExitStack() as open_files:
        return _answer(_request(settings, files), settings, open_files)


def _answer(request: Request, settings: dict[str, object], open_files: ExitStack) -> int:
    if request.output and "format" not in settings:
        settings["format"] = FORMATS.get(request.output.rpartition(".")[2].lower(), "json")
    stream = _stream(request.output, settings, open_files)
    how = Manner(settings, stream, default_in_pipe="json")
    limit = seconds(settings.get("timeout"), options.DEFAULT_SECONDS_IN_BATCH)
    answering = Answering(request.reading, Form(how.format, how.options), seconds=limit, memory=request.memory)
    batch = Run(request, answering, stream)
    report = reports.Report(batch, how)
    with interruptible() as is_interrupted:
        report.begin()
        try:
            for trace in batch.results(is_interrupted):
                report.go_on(trace)
        finally:
            report.pause()
        batch.close(is_complete=not is_interrupted())
    if is_interrupted():
        report.interrupted()
        return INTERRUPTED
    report.end()
    if settings.get("summary"):
        report.tally()
    return batch.summary.exit_code


def _print_help() -> int:
    width = min(Surroundings(sys.stdout).width, manual.WIDEST)
    show(manual.fitted(HELP, width))
    print("Options")
    show(manual.option_list({**options.for_batch(), **options.shared_by_batch()}, width))
    return 0


def _request(settings: Mapping[str, object], files: Sequence[str]) -> Request:
    if not files:
        raise UsageError("batch needs a file of problems", hint="mathcli batch problems.txt, or - for stdin")
    output = str(settings["output"]) if "output" in settings else None
    paths = paths_for(files, output=output)
    if output in ("", "-"):
        raise UsageError("--output needs the name of a file", hint="without it the results go to stdout")
    if output is not None:
        _check_is_no_source(output, paths)
    elif settings.get("retry_failed"):
        raise UsageError("--retry-failed needs the results: --output results.jsonl")
    reading = Reading(
        _defaults(str(settings.get("defaults", ""))),
        prefix=str(settings.get("id_prefix", "")),
        only=_tasks(str(settings["only"])) if "only" in settings else (),
        has_labels=len(paths) > 1,
    )
    return Request(
        paths,
        reading,
        output,
        workers=_workers(settings.get("workers")),
        memory=_bytes(settings.get("memory")),
        is_ordered=not settings.get("unordered"),
        ends_at_failure=bool(settings.get("fail_fast")),
        retries=bool(settings.get("retry_failed")),
        has_marks=bool(settings.get("summary")),
        cluster=str(settings["cluster"]) if "cluster" in settings else None,
    )


def _check_is_no_source(output: str, paths: Sequence[str]) -> None:
    if os.path.exists(output) and any(path != "-" and os.path.samefile(path, output) for path in paths):
        hint = "give another name, or put a pattern in quotes: it passes the results over"
        raise UsageError(f"--output {output} would overwrite the problems", hint=hint)


def _workers(count: object) -> int:
    if count is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    text = str(count)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1000):
        raise UsageError(f"--workers is a number of processes, not {text!r}")
    return int(text)


def _bytes(size: object) -> int:
    """The number of bytes that a size such as 512M or 1.5G says."""
    if size is None:
        return options.DEFAULT_MEMORY
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?", str(size).strip(), re.IGNORECASE)
    if found is None or float(found[1]) == 0:
        raise UsageError(f"--memory is a size such as 512M or 1.5G, not {str(size)!r}")
    return int(float(found[1]) * 1024 ** " KMGT".index(found[2].upper() or " "))


def _tasks(text: str) -> tuple[str, ...]:
    tasks = tuple(task.strip() for task in text.split(",") if task.strip())
    if not tasks:
        raise UsageError("--only needs a task", hint="--only diff,critical")
    for task in tasks:
        _check_is_task(task, "--only")
    return tasks


def _check_is_task(task: str, option: str) -> None:
    if task not in names():
        close = nearest(task, names())
        hint = f"did you mean {close}?" if close else "mathcli --help lists all"
        raise UsageError(f"{option}: there is no task {task!r}", hint=hint)


def _defaults(text: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for part in re.split(r",(?=\s*\w+=)", text) if text else ():
        name, is_assigned, value = part.partition("=")
        if not is_assigned:
            raise UsageError(f"--defaults is task=diff,order=2: {part!r} has no =")
        if name.strip() in found:
            raise UsageError(f"--defaults gives {name.strip()} twice")
        found[name.strip()] = value.strip()
    if "task" in found:
        _check_is_task(str(found["task"]), "--defaults")
    return found


def _stream(output: str | None, settings: Mapping[str, object], open_files: ExitStack) -> TextIO | None:
    """Where the results are printed; None for a file of JSON, which is a journal."""
    if output is None:
        return sys.stdout
    is_special = os.path.exists(output) and not os.path.isfile(output) and not os.path.isdir(output)
    if settings.get("format") in ("json", "jsonl") and not is_special:
        if settings.get("retry_failed") and not os.path.exists(output):
            raise InputError(f"{output} does not exist, so there is nothing to try again")
        return None
    if settings.get("retry_failed"):
        raise UsageError("--retry-failed needs results in JSON", hint="--format json")
    try:
        return open_files.enter_context(open(output, "w", encoding="utf-8", errors="backslashreplace"))
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}") from None
