"""Ids that stand on several lines are noted once, in bounded memory, across files and runs."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from mathcli.batch import repeats
from mathcli.batch.repeats import Repeats, key_of
from tests.transcripts import run


def note(ids: list[str], *, most: int = repeats.MOST) -> str:
    found = Repeats(["a.jsonl"], most=most)
    for number, id in enumerate(ids, 1):
        found.add(key_of(id), "a.jsonl", number, id)
    return found.note()


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ([], ""),
        (["1", "2", "3"], ""),
        (["a", "b", "a"], "the id a stands on lines 1 and 3"),
        (["a", "b", "a", "a", "a"], "the id a stands on lines 1 and 3"),
        (["a", "b", "a", "b"], "the id a stands on lines 1 and 3, and 1 more id on several lines"),
        (["a", "b", "c", "c", "b", "b", "a"], "the id c stands on lines 3 and 4, and 2 more ids on several lines"),
        (["x" * 50, "x" * 50], f"the id {'x' * 39}… stands on lines 1 and 2"),
    ],
    ids=lambda part: ",".join(part)[:12] if isinstance(part, list) else "",
)
def test_the_first_is_named_and_the_others_are_counted(ids, said):
    assert note(ids) == said


def test_many_ids_are_told_apart():
    ids = [str(k) for k in range(20_000)]

    assert note(ids) == ""
    assert note([*ids, "777"]) == "the id 777 stands on lines 778 and 20001"
    assert note(ids * 2).endswith(", and 19,999 more ids on several lines")


def test_what_comes_after_the_most_is_compared_with_what_came_before():
    ids = [str(k) for k in range(50)]

    assert note([*ids, "x", "x"], most=50) == ""
    assert note([*ids, "x", "7"], most=50) == "the id 7 stands on lines 8 and 52"
    assert note([*ids, "7", "9"], most=50).endswith(", and at least 1 more id on several lines")


def test_ids_take_a_few_megabytes_however_many_there_are():
    tracemalloc.start()
    found = Repeats(["a.jsonl"])
    before = tracemalloc.get_traced_memory()[0]
    for number in range(130_000):
        found.add(key_of(f"pupil-{number}"), "a.jsonl", number)
    now, most = (size - before for size in tracemalloc.get_traced_memory())
    tracemalloc.stop()

    assert now < 6e6
    assert most < 8e6


def problem(id: object, expression: str = "x^2") -> str:
    return json.dumps({"id": id, "task": "diff", "expression": expression}) + "\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("options", [(), ("--unordered",), ("--output", "results.csv")])
def test_an_id_that_comes_again_is_noted_at_the_end(here, options):
    Path("problems.jsonl").write_text(problem("a") + problem("b") + problem(7) + problem("a") + problem("7"))
    printed = run(["batch", "problems.jsonl", *options])

    assert printed.count("note: ") == 1
    assert printed.endswith(" on several lines\n")
    assert "note: " not in run(["batch", "problems.jsonl", "--quiet", *options])


def test_an_id_that_is_the_number_of_another_line_comes_again(here):
    Path("problems.txt").write_text("diff x\n" + problem("3") + "diff x^3\n" + problem("5") + "# no problem\n")
    printed = run(["batch", "problems.txt"])

    assert printed.endswith("note: the id 3 stands on lines 2 and 3\n")


def test_an_id_may_come_again_in_another_file_and_in_a_later_run(here):
    Path("a.jsonl").write_text(problem("ä\u202e\\") + problem("b"))
    Path("b.jsonl").write_text(problem("c"))
    command = ["batch", "a.jsonl", "b.jsonl", "--output", "results.jsonl"]
    first = run(command)
    Path("b.jsonl").write_text(problem("c") + problem("ä\u202e\\", "x^3"))
    second, third = run(command), run(command)

    assert "note" not in first
    assert second.endswith("note: the id ä\\u202e\\ stands on line 1 of a.jsonl and line 2 of b.jsonl\n")
    assert third.endswith("note: one id stands on line 1 of a.jsonl and line 2 of b.jsonl\n")


def test_a_line_whose_id_changed_comes_once(here):
    Path("a.jsonl").write_text(problem("a") + problem("b"))
    command = ["batch", "a.jsonl", "--output", "results.jsonl"]
    run(command)
    Path("a.jsonl").write_text(problem("b") + problem("a"))

    assert "note" not in run(command)
    assert "note" not in run([*command, "--steps"])
