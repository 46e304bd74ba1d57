"""A class's homework: whose marks are counted, and what an empty cell is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.transcripts import run

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


@pytest.mark.parametrize("instead", ["", '"tally": [1, 2], ', '"tally": ["a", "b], '], ids=["none", "others", "half"])
def test_marks_are_worked_out_again_where_a_record_has_none(tmp_path, monkeypatch, instead):
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text(CLASS)
    run(["batch", "class.csv", *TASK])
    text = Path("results.jsonl").read_text()
    Path("results.jsonl").write_text(re.sub(r'"tally": .*?\], (?="line")', lambda _: instead, text))
    without = run(["batch", "class.csv", *(word for word in TASK if word != "--summary")])
    counted = run(["batch", "class.csv", *TASK])

    assert "4 problems   3 ok   1 not handed in" in without
    assert "has 4 finished" not in without
    assert re.search(r"derivative of x\^2 +2 +1 +0", marks(counted))
    assert len(Path("results.jsonl").read_text().splitlines()) == 4


def test_marks_are_kept_only_where_they_are_counted(tmp_path, monkeypatch):
    from mathcli.batch.results import Result
    from mathcli.batch.summary import Summary

    counting, other = Summary(has_marks=True), Summary()
    for summary in (counting, other):
        summary.add(Result("1", "check x", "", {}, tally=("derivative of x", "right", "Ada")))

    assert counting.tallies == {("derivative of x", "right", "Ada"): 1}
    assert other.tallies == {}


EQUAL = "name,left,right\nAda,x+x,2x\nBo,x+x,\nCy,x+x,3x\n"


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_empty_cell_is_nothing_handed_in_and_no_failure(form):
    printed = run(
        ["batch", "-", "--defaults", "task=equal", "--summary", "--format", form, "--fail-fast"], stdin=EQUAL.encode()
    )

    assert " 3 problems   2 ok   1 not handed in" in printed
    assert "equal to x+x       1       1           0                   1" in printed
    assert re.search(r"Bo +0 of 1   nothing handed in", printed)
    assert re.search(r"Cy +0 of 1   different", printed)
    assert "exit code" not in printed


@pytest.mark.parametrize("lines", ["[]", '""', '[""]', '["  ", null]', "null"])
def test_no_lines_are_nothing_handed_in_wherever_they_stand(lines):
    problem = f'{{"task": "check", "of": "derivative", "problem": "x^2", "lines": {lines}}}\n'
    printed = run(["batch", "-"], stdin=problem.encode())

    assert json.loads(printed.splitlines()[0])["error"]["kind"] == "nothing handed in"
    assert "0 ok   1 not handed in" in printed


@pytest.mark.parametrize(
    ("table", "defaults", "message"),
    [
        ("name,antwort\nAda,f' = 2x\n", "task=check,of=derivative,problem=x^2", "this table has no column lines"),
        ("name,left,answer\nAda,x,x\n", "task=equal", "this table has no column right"),
        ("task,problem,answer\ncheck,x^2,f' = 2x\n", "of=derivative", "nothing is handed in: there are no lines"),
        ("left,right\nsin(,\n", "task=equal", "( is never closed"),
        ("left,right,ordr\n,,\nx,x,\n,,2\n", "task=equal", "equal needs two expressions"),
    ],
)
def test_what_is_wrong_with_the_file_is_no_missing_homework(table, defaults, message):
    printed = run(["batch", "-", "--defaults", defaults], stdin=table.encode())

    assert message in printed
    assert "not handed in" not in printed
    assert printed.endswith("exit code 1\n")


def test_what_was_not_handed_in_is_not_listed_as_failed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text(EQUAL)
    run(["batch", "class.csv", "--defaults", "task=equal", "--output", "results.jsonl"])

    assert run(["batch", "--show-failed", "results.jsonl"]) == "results.jsonl: no problem failed\n"
