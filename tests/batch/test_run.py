"""Whole runs: what is asked by options, what is said at the end, and what goes wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.transcripts import run

HANGING = f"diff {'+'.join(f'sin(x^{k})^{k}' for k in range(1, 200))} --order 9 --timeout 0.2"


def ids(printed: str) -> list[str]:
    return [json.loads(line)["id"] for line in printed.splitlines() if line.startswith("{")]


def answered(problems: str, *options: str) -> str:
    return run(["batch", "-", *options], stdin=problems.encode())


def test_only_some_tasks_are_worked_on():
    printed = answered("diff x^2\npartial x y\ndiff x^3\nread x\n", "--only", "partial,read")

    assert ids(printed) == ["2", "4"]
    assert "2 problems   2 ok" in printed


def test_ids_begin_as_asked():
    printed = answered('diff x^2\n{"id": "a", "task": "diff", "expression": "x"}\n', "--id-prefix", "sheet3-")

    assert ids(printed) == ["sheet3-1", "sheet3-a"]


def test_a_run_may_end_at_its_first_failure():
    printed = answered("diff x^2\ndiff x^\ndiff x^3\n" + "diff x^4\n" * 50, "--fail-fast", "--workers", "3")

    assert ids(printed) == ["1", "2"]
    assert "2 problems   1 ok   1 input error" in printed


def test_each_answer_may_come_as_soon_as_it_is_there():
    problems = f"{HANGING}\n" + "diff x^2\n" * 5
    in_order = ids(answered(problems, "--workers", "2"))
    as_they_come = ids(answered(problems, "--workers", "2", "--unordered"))

    assert in_order == ["1", "2", "3", "4", "5", "6"]
    assert sorted(as_they_come) == in_order
    assert as_they_come[0] != "1"


def test_a_problem_beyond_its_time_says_how_to_give_it_more():
    printed = answered(f"{HANGING}\ndiff x^2\n", "--format", "plain")

    assert "error: no answer within 0.2 s; --timeout 1.2 gives it longer\n2*x\n" in printed
    assert "2 problems   1 ok   1 timed out" in printed


def test_a_problem_beyond_its_memory_harms_only_itself():
    problems = "diff x^2\nsolve x^60000 + x = 3\ndiff x^3\n"
    printed = answered(problems, "--memory", "30M", "--timeout", "60", "--format", "plain", "--workers", "1")

    assert re.match(r"2\*x\nerror: .*--memory 4G gives it more.*\n3\*x\^2\n", printed)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--memory", "lots"), "--memory is a size such as 512M"),
        (("--memory", "0"), "--memory is a size"),
        (("--workers", "0"), "--workers is a number of processes"),
        (("--workers", "many"), "--workers is a number of processes"),
        (("--only", "dif"), "--only: there is no task 'dif'"),
        (("--only", ","), "--only needs a task"),
        (("--defaults", "task=dif"), "--defaults: there is no task 'dif'"),
        (("--defaults", "order=2,order=3"), "--defaults gives order twice"),
        (("--retry-failed",), "--retry-failed needs the results"),
        (("--retry-failed", "--output", "a.csv"), "--retry-failed needs results in JSON"),
        (("--retry-failed", "--output", "none.jsonl"), "none.jsonl does not exist, so there is nothing to try again"),
        (("--output", "-"), "--output needs the name of a file"),
        (("--output", ""), "--output needs the name of a file"),
        (("--output", "no/where.jsonl"), "no/where.jsonl cannot be written: No such file"),
        (("--output", "no/where.csv"), "no/where.csv cannot be written: No such file"),
        (("--output", "."), ". cannot be written: Is a directory"),
        (("--show-failed", "nothing.jsonl"), "nothing.jsonl cannot be read: No such file"),
    ],
)
def test_what_cannot_be_is_one_clear_error_before_anything_is_done(tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    printed = answered("diff x\n", *options)

    assert printed.startswith(f"error: {message}")
    assert printed.endswith("exit code 2\n")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        ("name,expression\nA,x\nB,y\n", (), "this table has no column task: name, expression"),
        ("name,expr\nA,x\nB,y\n", ("--defaults", "task=diff"), "this table has no column expression, which diff needs"),
    ],
)
def test_a_column_that_every_row_needs_is_missed_once(tmp_path, table, options, message):
    (tmp_path / "table.csv").write_text(table)
    printed = run(["batch", str(tmp_path / "table.csv"), *options, "--format", "plain", "--quiet"])

    assert printed.startswith(f"error: {message}")
    assert len(printed.splitlines()) == 2


def test_a_line_beyond_all_measure_is_an_error_of_that_line():
    printed = answered("diff x^2\ndiff " + "x+" * 600_000 + "x\ndiff x^3\n", "--format", "plain", "--quiet")

    assert printed.splitlines()[::2] == ["2*x", "3*x^2"]
    assert "this line has more than 1,000,000 bytes" in printed


MIXED = (
    "diff e^(2x) cos x --order 2\ncritical log(n)/n\ndiff sin(\nproject 4,3,5 --onto 1,2,-1 --onto 3,1,5\n"
    "distance y=x^2+7 --to 3,7\nread \u4e2d_&#%\nhessian x^2 y\nequal 'sin(2x)' '2 sin x cos x'\n"
)


@pytest.mark.parametrize("steps", [(), ("--steps",)], ids=["answers", "steps"])
def test_results_in_latex_are_one_document(tmp_path, steps):
    path = tmp_path / "results.tex"
    (tmp_path / "problems.txt").write_text(MIXED, encoding="utf-8")
    run(["batch", str(tmp_path / "problems.txt"), "--output", str(path), *steps])
    text = path.read_text()

    assert text.startswith(r"\documentclass")
    assert text.endswith("\\end{document}\n")
    assert text.count(r"\section*{") == 8
    assert text.count(r"\begin{") == text.count(r"\end{")
    assert (r"\paragraph" in text) == bool(steps)
    assert re.sub(r"[\x00-\x7fÀ-ſ]", "", text) == ""
    if shutil.which("pdflatex"):
        subprocess.run(["pdflatex", "-halt-on-error", path.name], cwd=tmp_path, check=True, capture_output=True)


def test_a_document_of_no_problems_is_one_too():
    assert answered("", "--format", "latex", "--quiet").endswith("\\begin{document}\n\\end{document}\n")


def test_results_in_markdown_have_a_heading_for_each(tmp_path):
    (tmp_path / "problems.txt").write_text("diff x^2\ndiff *x*^\n")
    run(["batch", str(tmp_path / "problems.txt"), "--output", str(tmp_path / "results.md"), "--steps"])
    text = (tmp_path / "results.md").read_text()

    assert re.findall("^## .*", text, re.MULTILINE) == ["## 1: diff x^2", r"## 2: diff \*x\*^"]
    assert "**error:**" in text


@pytest.mark.parametrize(("name", "begin"), [("a.csv", "id,task"), ("a.txt", "2*x\n"), ("a.jsonl", "{"), ("a", "{")])
def test_the_ending_of_the_output_says_in_which_form(tmp_path, name, begin):
    (tmp_path / "problems.txt").write_text("diff x^2\n")
    run(["batch", str(tmp_path / "problems.txt"), "--output", str(tmp_path / name)])

    assert (tmp_path / name).read_text().startswith(begin)


def test_a_table_of_results_can_be_read_again_by_its_columns():
    table = "id;name;task;expression;onto;vector\n1;Ann;project;;1,2,-1;4,3,5\n2;Bob;diff;x^2;;\n"
    printed = answered(table, "--format", "csv", "--quiet")
    rows = list(csv.DictReader(io.StringIO(printed)))

    assert [(row["id"], row["name"], row["answer"]) for row in rows] == [
        ("1", "Ann", "(5/6, 5/3, -5/6)"),
        ("2", "Bob", "2*x"),
    ]


def test_the_summary_lists_a_few_failures_and_counts_the_rest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("problems.txt").write_text("diff x^\n" * 30 + "diff x\n")
    printed = run(["batch", "problems.txt", "--output", "results.jsonl"])

    assert " 31 problems   1 ok   30 input errors" in printed
    assert printed.count("an exponent is missing") == 10
    assert "   … 20 more   mathcli batch --show-failed results.jsonl\n" in printed
    assert " results.jsonl   31 lines, complete         exit code 1 (some problems failed)\n" in printed
    assert run(["batch", "--show-failed", "results.jsonl"]).count("an exponent is missing") == 30
    assert len(ids(run(["batch", "--show-failed", "results.jsonl", "--format", "jsonl"]))) == 30


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("output", [True, False], ids=["a file", "a pipe"])
def test_an_interrupted_run_ends_soon_and_says_how_to_go_on(tmp_path, output):
    command = [sys.executable, "-m", "mathcli", "batch", "-", *(("--output", "results.jsonl") if output else ())]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, text=True
    ) as running:
        assert running.stdin is not None
        running.stdin.write("diff x^2\ndiff x^3\n")
        running.stdin.flush()
        if output:
            while not (tmp_path / "results.jsonl").exists() or (tmp_path / "results.jsonl").stat().st_size < 600:
                time.sleep(0.01)
        else:
            assert running.stdout is not None
            assert running.stdout.readline()
            assert running.stdout.readline()
        running.send_signal(signal.SIGINT)
        interrupted = time.monotonic()
        _, said = running.communicate(timeout=30)

    assert running.returncode == 130
    assert "interrupted: 2 problems" in said
    assert ("the same command goes on" if output else "with --output results.jsonl") in said
    assert time.monotonic() - interrupted < 10  # a second where the machine has nothing else to do


def test_progress_is_drawn_on_a_terminal_and_taken_off_again(tmp_path, monkeypatch):
    from mathcli.cli import reports

    (tmp_path / "problems.txt").write_text("diff x^2\n" * 300)
    monkeypatch.setattr(reports, "AFTER", 0.0)
    printed = run(
        ["batch", str(tmp_path / "problems.txt"), "--output", str(tmp_path / "results.jsonl")], is_terminal=True
    )

    assert "/300" in printed
    assert "2 workers" in printed or "worker" in printed
    assert printed.rstrip().endswith("results.jsonl   300 lines, complete")


def test_a_pipe_sees_no_progress(tmp_path):
    (tmp_path / "problems.txt").write_text("diff x^2\n" * 5)
    printed = run(["batch", str(tmp_path / "problems.txt"), "--output", str(tmp_path / "results.jsonl")])

    assert "━" not in printed
    assert "worker" not in printed
