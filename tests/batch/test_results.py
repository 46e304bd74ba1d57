"""Runs over many problems: order, streams, files, the summary, and faults of our own."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from mathcli.batch import results
from tests.transcripts import run


def test_the_plain_form_has_one_line_for_each_problem():
    assert run(["batch", "-", "--format", "plain", "--quiet"], stdin=b"diff x^2\npartial x y\n") == "2*x\ny\tx\n"


PROBLEMS = (b"diff x^2\n", b"diff x^3\n", b"diff x^4\n")
ANSWERS = (b"2x", b"3x^2", b"4x^3")
WAYS = {
    "plain": ["--format", "plain"],
    "json": [],
    "json with steps": ["--steps", "--workers", "1"],
    "csv": ["--format", "csv"],
    "markdown": ["--format", "markdown"],
    "latex": ["--format", "latex", "--steps"],
    "short": ["--format", "short"],
    "a page": ["--format", "ascii"],
    "unordered": ["--format", "plain", "--unordered"],
}


@pytest.mark.parametrize("way", WAYS)
def test_each_answer_is_out_before_the_next_problem_is_read(way):
    command = [sys.executable, "-m", "mathcli", "batch", "-", *WAYS[way], "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        watchdog = threading.Timer(60, running.kill)  # an answer that is held back would be waited for without end
        watchdog.start()
        for problem, answer in zip(PROBLEMS, ANSWERS, strict=True):
            running.stdin.write(problem)
            running.stdin.flush()
            lines = iter(running.stdout.readline, b"")
            assert any(answer in line.replace(b" ", b"").replace(b"*", b"") for line in lines)
        running.stdin.close()
        running.stdout.read()
        watchdog.cancel()
        assert running.wait(timeout=20) == 0


def test_results_go_to_a_file_and_the_summary_to_stderr(tmp_path):
    (tmp_path / "problems.txt").write_text("diff x^2\ndiff x^\n")
    printed = run(["batch", str(tmp_path / "problems.txt"), "--output", str(tmp_path / "results.jsonl")])

    assert len((tmp_path / "results.jsonl").read_text().splitlines()) == 2
    assert "2 problems   1 ok   1 input error" in printed
    assert printed.endswith("exit code 1\n")


def test_the_problems_are_never_overwritten_by_the_results(tmp_path):
    path = tmp_path / "problems.txt"
    path.write_text("diff x^2\n")

    assert "would overwrite" in run(["batch", str(path), "--output", str(path)])
    assert path.read_text() == "diff x^2\n"


def test_several_files_keep_their_problems_apart(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("diff x^2\n")
    printed = run(["batch", str(tmp_path / "a.txt"), str(tmp_path / "b.txt")])

    assert f'"{tmp_path}/a.txt:1"' in printed
    assert f'"{tmp_path}/b.txt:1"' in printed


def test_a_fault_of_ours_harms_one_problem_and_is_not_hidden(monkeypatch):
    genuine = results.answer

    def broken(task, fields, *, seconds):
        if fields["expression"] == "x^3":
            raise ZeroDivisionError("a fault")
        return genuine(task, fields, seconds=seconds)

    monkeypatch.setattr(results, "answer", broken)
    printed = run(["batch", "-"], stdin=b"diff x^3\ndiff x^2\n")

    assert "ZeroDivisionError: a fault" in printed
    assert '"kind": "bug"' in printed
    assert "2*x" in printed
    assert printed.endswith("exit code 70\n")


@pytest.mark.parametrize("timeout", ["0", "soon", "-1"])
def test_a_time_limit_that_is_no_time_is_an_error_of_that_problem(timeout):
    printed = run(["batch", "-", "--quiet"], stdin=f"diff x --timeout {timeout}\ndiff x^2\n".encode())

    assert "timeout is a number of seconds" in printed
    assert "2*x" in printed
