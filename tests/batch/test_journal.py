"""What is finished stays finished: across kills, torn lines, changed problems and other options."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import pytest

from mathcli.batch.journal import Journal
from mathcli.errors import InputError
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


RETRIED = "without --retry-failed they are answered"


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("others.txt", (), "results.jsonl holds no result of these problems\n"),
        ("problems.txt", ("--steps",), "results.jsonl holds no result of these problems as they are: each has"),
    ],
)
def test_trying_again_says_when_the_results_are_of_other_problems(sheet, tmp_path, name, options, message):
    batch()
    (tmp_path / "others.txt").write_text("diff x^50\ndiff x^\n")
    before = Path("results.jsonl").read_bytes()
    printed = run(["batch", name, "--output", "results.jsonl", "--retry-failed", *options])

    assert printed.startswith(f"error: {message}")
    assert RETRIED in printed
    assert printed.endswith("exit code 2\n")
    assert Path("results.jsonl").read_bytes() == before


def test_there_may_be_nothing_to_try_again(sheet):
    batch()
    printed = batch("--retry-failed")
    sheet.write_text("")
    of_nothing = batch("--retry-failed")

    assert "20 problems   20 ok" in printed
    assert "exit code" not in printed + of_nothing


def test_only_what_is_asked_for_is_counted_again(sheet):
    sheet.write_text("diff x^2\npartial x y\ndiff x^3\ndiff x^\n")
    batch()
    printed = batch("--only", "partial")

    assert "1 problem   1 ok" in printed
    assert len(records()) == 4


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


def rewritten(change) -> bytes:
    data = change(Path("results.jsonl").read_bytes())
    Path("results.jsonl").write_bytes(data)
    return data


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"),
    ],
    ids=["line ends of Windows", "a byte order mark", "both"],
)
def test_what_an_editor_does_to_a_file_harms_nothing(sheet, change):
    batch()
    before = rewritten(change)
    printed = batch()

    assert "20 problems   20 ok" in printed
    assert Path("results.jsonl").read_bytes() == before
    sheet.write_text("diff x^9\n" + sheet.read_text())
    batch()
    assert [record["id"] for record in records()] == [str(k) for k in range(1, 22)]


@pytest.mark.parametrize(
    "between",
    [b'{"schema": "mathcli/1", "id": "7", "ta', b"\0" * 300, b"\n", b"\0\0\n"],
    ids=["half a record", "zeros", "an empty line", "zeros and a line end"],
)
def test_what_is_torn_between_whole_records_is_worked_again_and_goes(sheet, between):
    batch()
    whole = content()
    lines = Path("results.jsonl").read_bytes().splitlines(keepends=True)
    Path("results.jsonl").write_bytes(b"".join((*lines[:7], between, *lines[7:])))
    printed = batch()

    assert "20 problems   20 ok" in printed
    assert content() == whole


def test_a_block_that_was_never_written_is_worked_again(sheet):
    batch()
    whole, data = content(), Path("results.jsonl").read_bytes()
    for begin in range(0, len(data), 1500):
        Path("results.jsonl").write_bytes(data[:begin] + bytes(len(data[begin : begin + 700])) + data[begin + 700 :])
        batch("--quiet")
        assert content() == whole


@pytest.mark.parametrize(
    "settings", [{"COLUMNS": "132"}, {"NO_COLOR": "", "FORCE_COLOR": "1"}], ids=["a wider screen", "colours"]
)
@pytest.mark.parametrize("options", [(), ("--format", "jsonl")], ids=["json", "jsonl"])
def test_a_run_goes_on_under_another_screen(sheet, settings, options):
    batch()
    before = Path("results.jsonl").read_bytes()
    command = ["batch", "problems.txt", "--output", "results.jsonl", *options]
    printed = run(command, settings=settings) + run(command, is_terminal=True)

    assert printed.count("20 problems   20 ok") == 2
    assert Path("results.jsonl").read_bytes() == before


@pytest.mark.parametrize("gone", [0, 7, 18, 19])
def test_a_record_that_is_gone_comes_back_in_its_place(sheet, gone):
    batch()
    whole = content()
    lines = Path("results.jsonl").read_bytes().splitlines(keepends=True)
    Path("results.jsonl").write_bytes(b"".join(lines[:gone] + lines[gone + 1 :]))
    batch("--workers", "1")

    assert content() == whole


def test_a_file_that_grew_keeps_its_results_together(sheet, tmp_path):
    (tmp_path / "others.txt").write_text("diff y\n")
    command = ["batch", "problems.txt", "others.txt", "--output", "results.jsonl"]
    run(command)
    sheet.write_text(sheet.read_text() + "diff x^50\n")
    run(command)

    assert [record["id"] for record in records()][-2:] == ["problems.txt:21", "others.txt:1"]


def test_records_that_stand_there_twice_are_there_once_afterwards(sheet):
    batch()
    whole = content()
    rewritten(lambda data: data + data)
    printed = batch()

    assert "20 problems   20 ok" in printed
    assert "results.jsonl   20 lines, complete" in printed
    assert content() == whole


def test_results_of_lines_that_are_gone_are_taken_out(sheet):
    batch()
    sheet.write_text("\n".join(["# " + PROBLEMS[0], *PROBLEMS[1:18]]) + "\n")
    printed = batch()

    assert "note: 3 results of lines that are no longer there taken out of results.jsonl" in printed
    assert [record["id"] for record in records()] == [str(k) for k in range(2, 19)]


def test_a_pipe_that_ends_early_and_an_empty_file_take_nothing_out(sheet):
    command = ["batch", "-", "--output", "results.jsonl"]
    run(command, stdin=b"diff x\ndiff x^2\n")
    batch()
    run(command, stdin=b"diff x\n")
    sheet.write_text("")
    batch()

    assert len(records()) == 22


def test_a_run_that_ends_at_a_failure_takes_nothing_out(sheet):
    batch()
    sheet.write_text("\n".join(["diff x^", *PROBLEMS[1:]]) + "\n")
    batch("--fail-fast", "--workers", "1")

    assert len(records()) == 20


def test_a_file_that_was_taken_away_is_no_success(sheet):
    command = [sys.executable, "-m", "mathcli", "batch", "-", "--output", "results.jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        running.stdin.write("diff x^2\n")
        running.stdin.flush()
        while _lines() < 1:
            time.sleep(0.01)
        os.remove("results.jsonl")
        _, said = running.communicate()

    assert "results.jsonl was taken away or replaced while results were written to it" in said
    assert running.returncode == 2


def test_a_file_that_was_taken_away_ends_a_long_run_soon(sheet, monkeypatch):
    monkeypatch.setattr("mathcli.batch.journal.BETWEEN_LOOKS", 5)
    write, written = Journal.write, []

    def take_away_the_file(journal, *record):
        write(journal, *record)
        written.append(record)
        if len(written) == 7:
            os.remove("results.jsonl")

    monkeypatch.setattr(Journal, "write", take_away_the_file)
    printed = batch("--workers", "1")

    assert "results.jsonl was taken away or replaced" in printed
    assert len(written) == 10


def test_a_pattern_passes_over_the_results_of_the_run_before(sheet):
    sheet.rename("problems.jsonl")
    Path("problems.jsonl").write_text('{"task": "diff", "expression": "x"}\n')
    command = ["batch", "*.jsonl", "--output", "results.jsonl"]
    first, second = run(command), run(command)

    assert "1 problem   1 ok" in first
    assert "1 problem   1 ok" in second
    assert len(records()) == 1


def test_a_run_that_waited_writes_to_the_file_that_is_there_by_then(sheet):
    batch()
    names = {"problems.txt": "problems.txt"}
    first = Journal("results.jsonl", "", names=names)

    def replace_and_let_go(seconds: float) -> None:
        Path("beside.jsonl").write_bytes(Path("results.jsonl").read_bytes())
        os.replace("beside.jsonl", "results.jsonl")
        with pytest.raises(InputError, match="taken away or replaced"):
            first.close(is_complete=True)

    with mock.patch("mathcli.batch.journal.time.sleep", replace_and_let_go):
        second = Journal("results.jsonl", "", names=names)

    assert len(second) == 20
    assert os.path.samestat(os.fstat(second._file.fileno()), os.stat("results.jsonl"))
    second.close(is_complete=False)


def test_a_run_that_begins_does_not_empty_what_another_has_just_begun(sheet):
    with mock.patch("os.path.exists", return_value=False):
        batch()
        batch()

    assert len(records()) == 20


def test_a_disk_that_is_full_at_the_last_moment_is_no_success(sheet):
    with mock.patch("mathcli.batch.journal.os.fsync", side_effect=OSError(errno.ENOSPC, "No space left on device")):
        printed = batch()

    assert "error: results.jsonl cannot be written: No space left on device" in printed
    assert printed.endswith("exit code 2\n")


def test_a_device_that_is_full_is_one_clear_error(sheet):
    printed = run(["batch", "problems.txt", "--output", "/dev/full"])

    assert printed.startswith("error: ")
    assert "No space left on device" in printed
    assert printed.endswith("exit code 2\n")


def test_a_record_that_was_changed_by_hand_is_named(sheet):
    sheet.write_text("diff x^2\ndiff x^\n")
    batch()
    rewritten(lambda data: data.replace(b'"message": "', b'"message: "'))
    printed = run(["batch", "--show-failed", "results.jsonl"])

    assert printed == ("error: results.jsonl: the result of line 2 was changed and cannot be read\nexit code 2\n")


def test_failures_are_listed_by_file(sheet, tmp_path):
    (tmp_path / "others.txt").write_text("diff y^\n")
    (tmp_path / "strange.txt").write_text("diff z^\n")
    sheet.write_text("diff x^2\ndiff x^\n")
    run(["batch", "problems.txt", "others.txt", "--output", "results.jsonl"])
    both = run(["batch", "--show-failed", "results.jsonl"])
    one = run(["batch", "--show-failed", "results.jsonl", "others.txt"])
    none = run(["batch", "--show-failed", "results.jsonl", "strange.txt"])

    assert "x^" in both
    assert "y^" in both
    assert "y^" in one
    assert "x^" not in one
    assert none.startswith("error: results.jsonl holds no result of these problems\n")
    assert none.endswith("exit code 2\n")
