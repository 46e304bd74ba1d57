"""What is finished stays finished: across kills, torn lines, changed problems and other options."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.transcripts import run

PROBLEMS = [f"diff x^{k} sin({k}x)" for k in range(2, 22)]


@pytest.fixture
def sheet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "problems.txt"
    path.write_text("\n".join(PROBLEMS) + "\n")
    return path


def batch(*options: str) -> str:
    return run(["batch", "problems.txt", "--output", "results.jsonl", *options])


def records() -> list[dict]:
    return [json.loads(line) for line in Path("results.jsonl").read_text().splitlines()]


def content() -> str:
    return re.sub(r'"elapsed_ms": [\d.]+', "", Path("results.jsonl").read_text())


def test_a_run_that_is_complete_has_nothing_left_to_do(sheet):
    batch()
    before = Path("results.jsonl").read_bytes()
    printed = batch()

    assert len(records()) == 20
    assert Path("results.jsonl").read_bytes() == before
    assert "20 problems   20 ok" in printed


@pytest.mark.parametrize(
    "torn",
    [b"", b'{"schema": "mathcli/1", "id": "9', b"\0" * 100, b"\n" + b"\0" * 50 + b"\n"],
    ids=["nothing", "half a record", "zeros", "zeros and line ends"],
)
def test_a_torn_end_is_dropped_and_the_rest_is_gone_on_with(sheet, torn):
    batch()
    whole = content()
    lines = Path("results.jsonl").read_bytes().splitlines(keepends=True)
    Path("results.jsonl").write_bytes(b"".join(lines[:8]) + torn)
    printed = batch()

    assert "results.jsonl has 8 finished problems ─ going on with the other 12" in printed
    assert content() == whole


def test_a_line_cut_at_any_byte_is_worked_again(sheet):
    sheet.write_text("diff x^2\ndiff x^3\n")
    batch()
    whole, data = content(), Path("results.jsonl").read_bytes()
    for end in range(0, len(data), 97):
        Path("results.jsonl").write_bytes(data[:end])
        batch("--quiet")
        assert content() == whole


def test_a_changed_line_is_worked_again_and_takes_its_place(sheet):
    batch()
    sheet.write_text(sheet.read_text().replace("diff x^7 sin(7x)", "diff x^7"))
    printed = batch()

    assert "has 19 finished problems ─ going on with the other 1" in printed
    assert [record["id"] for record in records()] == [str(k) for k in range(1, 21)]
    assert records()[5]["answer"]["value"]["text"] == "7*x^6"


def test_another_option_is_worked_again(sheet):
    batch()
    assert "steps" not in records()[0]
    printed = batch("--steps")

    assert "going on" not in printed
    assert len(records()) == 20
    assert all("steps" in record for record in records())


def test_how_long_and_by_how_many_does_not_matter(sheet):
    batch("--workers", "1", "--timeout", "20")
    before = Path("results.jsonl").read_bytes()
    batch("--workers", "3", "--timeout", "30", "--memory", "2G")

    assert Path("results.jsonl").read_bytes() == before


def test_what_failed_is_listed_and_can_be_tried_again_alone(sheet):
    sheet.write_text("diff x^2\ndiff x^\ndiff sin(\ndiff x^3\n")
    batch()
    listed = run(["batch", "--show-failed", "results.jsonl"])
    sheet.write_text("diff x^2\ndiff x^\ndiff sin(\ndiff x^3\ndiff x^4\n")
    before = records()
    printed = batch("--retry-failed")
    after = records()

    assert "2  diff x^    an exponent is missing" in listed
    assert "3  diff sin(  ( is never closed (column 4)" in listed
    assert listed.endswith("exit code 1\n")
    assert printed.endswith("exit code 1\n")
    assert [record["id"] for record in after] == ["1", "2", "3", "4"]
    assert after[0] == before[0]
    assert after[3] == before[3]


def test_a_line_that_failed_and_was_corrected_since_is_tried_again(sheet):
    sheet.write_text("diff x^2\ndiff x^\n")
    batch()
    sheet.write_text("diff x^2\ndiff x^3\n")
    batch("--retry-failed")

    assert [record["status"] for record in records()] == ["ok", "ok"]


def test_a_file_that_holds_no_results_lists_no_failures(sheet):
    printed = run(["batch", "--show-failed", str(sheet)])

    assert "holds something else than results" in printed
    assert printed.endswith("exit code 2\n")


def test_failures_of_an_earlier_run_count(sheet):
    sheet.write_text("diff x^2\ndiff x^\n")
    batch()
    printed = batch()

    assert "2 problems   1 ok   1 input error" in printed
    assert printed.endswith("exit code 1\n")


def test_the_results_of_another_file_stay(sheet, tmp_path):
    batch()
    (tmp_path / "others.txt").write_text("diff x^50\n")
    run(["batch", "others.txt", "--output", "results.jsonl"])

    assert len(records()) == 21


@pytest.mark.parametrize("foreign", ['{"my": "data"}\n', '{"my": "data"}', "my thesis", '{"schema": "mathcli/1"}\n'])
@pytest.mark.parametrize("stands_behind_results", [False, True])
def test_a_file_that_holds_something_else_is_left_alone(sheet, foreign, stands_behind_results):
    if stands_behind_results:
        batch()
    with Path("results.jsonl").open("a") as file:
        file.write(foreign)
    before = Path("results.jsonl").read_bytes()
    printed = batch()

    assert "holds something else than results" in printed
    assert Path("results.jsonl").read_bytes() == before


def test_two_runs_do_not_write_to_one_file(sheet):
    command = [sys.executable, "-m", "mathcli", "batch", "-", "--output", "results.jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as other:
        while not Path("results.jsonl").exists():
            time.sleep(0.01)
        time.sleep(0.1)
        printed = batch()
        other.kill()

    assert "another run is writing to results.jsonl" in printed


def test_each_result_is_there_once_however_often_the_run_is_killed(sheet):
    batch("--steps")
    undisturbed = content()
    os.remove("results.jsonl")
    command = [sys.executable, "-m", "mathcli", "batch", "problems.txt", "--output", "results.jsonl", "--steps"]
    kills = 0
    for moment in (1, 7, 13):
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
            while running.poll() is None and _lines() < moment:
                time.sleep(0.001)
            running.send_signal(signal.SIGKILL)
        kills += running.returncode == -signal.SIGKILL
    batch("--steps")

    assert kills == 3
    assert content() == undisturbed


def _lines() -> int:
    try:
        return Path("results.jsonl").read_bytes().count(b"\n")
    except OSError:
        return 0


def test_a_full_disk_leaves_what_was_finished(sheet):
    limit = "import resource, signal; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000));"
    program = (
        f"{limit} from mathcli.cli.program import main; main(['batch', 'problems.txt', '--output', 'results.jsonl'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)

    assert "error: results.jsonl cannot be written: File too large" in done.stderr
    assert "the same command goes on" in done.stderr
    assert 0 < len(records()) < 20
    batch()
    assert len(records()) == 20


CLASS = """name,lines
Ada,f' = 2x
Bo,
"Cy, ""tally"": [1",f' = x
Di,  f'(x) = 2 x
"""
TASK = ("--defaults", "task=check,of=derivative,problem=x^2", "--summary", "--output", "results.jsonl")


def marks(printed: str) -> str:
    return printed[printed.index("   problem ") :]


def test_the_marks_of_a_run_that_goes_on_are_those_of_the_whole_class(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text(CLASS)
    whole = marks(run(["batch", "class.csv", *TASK]))
    lines = Path("results.jsonl").read_bytes().splitlines(keepends=True)

    for kept in range(len(lines) + 1):
        Path("results.jsonl").write_bytes(b"".join(lines[:kept]))
        assert marks(run(["batch", "class.csv", *TASK])) == whole
    assert "derivative of x^2       2       1           0                   1" in whole
    assert 'Cy, "tally": [1   0 of 1   power_multiplier_wrong' in whole


def test_a_piece_that_is_handed_in_late_is_counted_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text(CLASS)
    before = marks(run(["batch", "class.csv", *TASK]))
    Path("class.csv").write_text(CLASS.replace("Bo,", "Bo,f' = 2x"))
    after = marks(run(["batch", "class.csv", *TASK, "--retry-failed"]))

    assert re.search(r"Bo +0 of 1   nothing handed in", before)
    assert re.search(r"derivative of x\^2 +3 +1 +0\n", after)
