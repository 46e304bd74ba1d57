"""Ids, names of files, lines and cells with escape sequences and bidi controls: none reaches a terminal raw."""

from __future__ import annotations

import json
from pathlib import Path
from unicodedata import category

import pytest

from mathcli.batch.faults import FaultError
from mathcli.render import formats
from tests.transcripts import run

HOSTILE = "\x1b[31mA\x1b]0;B\x07\rC\u202eD\u2066\x9bE\u2028\x7f\x08F"
FORMATS = (*formats.names(), "csv")
TASK = "task=check,of=derivative,problem=x^2"


def harmful(printed: str) -> set[str]:
    """The characters that do something to a terminal other than to be seen there."""
    return {c for c in printed if category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in "\n\t"}


def in_json(**fields: object) -> str:
    return json.dumps(fields) + "\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


PROBLEMS = {
    "an answer": in_json(id=HOSTILE, task="diff", expression="x^2"),
    "an error": in_json(id=HOSTILE, task="diff", expression=f"x^{HOSTILE}"),
    "a task": in_json(id=HOSTILE, task=HOSTILE, expression="x"),
    "a field": in_json(task="diff", expression="x", **{HOSTILE: 1}),
    "a field twice": f'{{"{json.dumps(HOSTILE)[1:-1]}": 1, "{json.dumps(HOSTILE)[1:-1]}": 2}}\n',
    "a value": in_json(task="diff", expression="x", order=HOSTILE, timeout=HOSTILE),
    "a choice": in_json(task="diff", expression="x", detail=HOSTILE),
    "an interval": in_json(task="critical", expression="x^2", on=HOSTILE),
    "working": in_json(task="check", of="derivative", problem="x^2", lines=[f"f' = 3x {HOSTILE}", HOSTILE, "f' = 3x"]),
    "a file of working": in_json(task="check", of="derivative", problem="x^2", lines=["f' = 3x"], file=HOSTILE),
    "no json": "{" + HOSTILE.replace("\r", "") + "\n",
    "a line": f"diff {HOSTILE.replace(chr(13), '')}\n",
    "an option": f"diff x --{HOSTILE.replace(chr(13), '')}\n",
    "a comment": f"diff x^2  # {HOSTILE.replace(chr(13), '')}\n",
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("what", PROBLEMS)
def test_no_problem_reaches_a_terminal_raw(what, format):
    printed = run(["batch", "-", "--format", format, "--summary"], stdin=PROBLEMS[what].encode(), is_terminal=True)

    assert harmful(printed) == set()


def test_an_answer_that_was_asked_for_stays_as_it_is_in_a_file(here):
    Path("problems.jsonl").write_text(PROBLEMS["an answer"])
    run(["batch", "problems.jsonl", "--output", "results.jsonl"])

    assert json.loads(Path("results.jsonl").read_bytes())["id"] == HOSTILE
    assert harmful(Path("results.jsonl").read_text()) == set()


@pytest.mark.parametrize("format", FORMATS)
def test_no_cell_reaches_a_terminal_raw(here, format):
    header = f'name,lines,"{HOSTILE}"\n'
    rows = f'"{HOSTILE}",f\' = 2x,"{HOSTILE}"\n"{HOSTILE}","f\' = 3x {HOSTILE}",\nC,,\n"D{HOSTILE}""E",f\n'
    Path("class.csv").write_text(header + rows)
    command = ["batch", "class.csv", "--defaults", TASK, "--format", format, "--summary"]
    printed = run(command, is_terminal=True)

    assert "derivative of x^2" in printed
    assert harmful(printed) == set()


def test_no_name_of_a_file_reaches_a_terminal_raw(here, monkeypatch):
    from mathcli.cli import reports

    monkeypatch.setattr(reports, "AFTER", 0.0)
    folder, name = Path(HOSTILE), HOSTILE + ".txt"
    folder.mkdir()
    (folder / name).write_text("diff x^2\ndiff x^\n")
    Path(name).write_text("diff x^3\n")
    output = HOSTILE + ".jsonl"
    both = [name, str(folder / name), "--output", output]
    printed = ""
    for words in (
        both,
        [*both, "--steps", "--format", "terminal"],
        [*both, "--retry-failed"],
        ["--show-failed", output],
        ["--show-failed", output, "--format", "json"],
        ["--show-failed", name],
        ["--show-failed", str(folder)],
        ["--show-failed", output, str(folder)],
        [str(folder)],
        [str(folder / HOSTILE)],
        [f"{HOSTILE}*nothing"],
        [name, "--output", name],
        [name, "--output", str(folder)],
        [name, "--output", str(folder / "no" / "where.jsonl")],
        [name, "--output", output, "--id-prefix", HOSTILE, "--format", "ascii"],
        [name, f"--{HOSTILE}"],
        [name, "--only", HOSTILE],
        [name, "--defaults", HOSTILE],
        [name, "--defaults", f"task={HOSTILE}"],
        [name, "--workers", HOSTILE],
        [name, "--memory", HOSTILE],
        [name, "--timeout", HOSTILE],
        [name, "--format", HOSTILE],
        [name, "--cluster", HOSTILE],
    ):
        printed += run(["batch", *words], is_terminal=True)

    without_bar = printed.replace("\x1b[?25l", "").replace("\x1b[?25h", "").replace("\x1b[2K", "")
    for moved in ("\x1b[1A", "\r"):
        without_bar = without_bar.replace(moved, "")
    assert harmful(without_bar) == set()
    assert "A\\x1b]0;B" in without_bar


def test_no_journal_that_was_changed_reaches_a_terminal_raw(here):
    Path("problems.txt").write_text("diff x^\n")
    run(["batch", "problems.txt", "--output", "results.jsonl"])
    text = Path("results.jsonl").read_text()
    hostile = json.dumps(HOSTILE, ensure_ascii=False)[1:-1]
    Path("results.jsonl").write_text(
        text.replace("an exponent", hostile).replace('"task": "diff', f'"task": "{hostile}')
    )
    listed = run(["batch", "--show-failed", "results.jsonl"], is_terminal=True)
    as_json = run(["batch", "--show-failed", "results.jsonl", "--format", "json"], is_terminal=True)
    marked = text.replace(', "line": 1', f', "tally": ["{hostile}", "{hostile}", "{hostile}"], "line": 1')
    Path("results.jsonl").write_text(marked.replace('"status": "error"', '"status": "ok"'))
    counted = run(["batch", "problems.txt", "--output", "results.jsonl", "--summary"], is_terminal=True)

    assert "A\\x1b]0;B" in listed
    assert "A\\x1b]0;B" in counted
    assert harmful(listed + as_json + counted) == set()


def test_no_trace_of_a_fault_reaches_a_terminal_raw(monkeypatch):
    from mathcli.batch import results

    def fail(*_, **__):
        raise ValueError(HOSTILE)

    monkeypatch.setattr(results, "answer", fail)
    printed = run(["batch", "-", "--workers", "1"], stdin=b"diff x^2\n", is_terminal=True)

    assert "Traceback" in printed
    assert printed.endswith(f"exit code {FaultError.exit_code}\n")
    assert harmful(printed) == set()
