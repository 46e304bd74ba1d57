"""`check` as a user meets it: exit codes, the fields of a problem file, what is said of each kind of line."""

from __future__ import annotations

import json

import pytest

from mathcli.batch.answering import answer
from mathcli.errors import MathcliError
from mathcli.render import formats
from mathcli.render.options import RenderOptions
from tests.transcripts import run

WRONG = """f(x) = e^(2x) cos x
f'(x) = (e^(2x))' cos x + e^(2x) (cos x)'
 = e^(2x) cos x - e^(2x) sin x
 = e^(2x) (cos x - sin x)"""


def solved(**fields):
    return answer("check", fields, seconds=30)


def record_of(**fields):
    return json.loads(formats.load("json").render(solved(**fields), RenderOptions()))


@pytest.mark.parametrize(
    ("work", "code"),
    [("f(x) = x^2\nf'(x) = 2x", 0), (WRONG, 1), ("f(x) = x^2\nf'(x) = 2x +", 3), ("f(x) = x^2\nthat is all", 3)],
)
def test_the_exit_code_says_right_wrong_or_undecided(work, code):
    assert solved(work=work).exit_code == code


def test_the_record_names_the_mistake_and_shows_where_it_can_be_seen():
    answer = record_of(work=WRONG, file="work.txt")["answer"]
    wrong, follows = answer["lines"][1:]

    assert (answer["verdict"], answer["first_wrong"]) == ("wrong", 3)
    assert wrong["mistake"]["name"] == "chain_factor_dropped"
    assert wrong["witness"] == {"x": "0", "yours": "1", "true": "2"}
    assert (wrong["column"], wrong["length"]) == (4, 6)
    assert (follows["status"], follows["follows_from"]) == ("follows", 3)


def test_a_hint_gives_neither_the_answer_nor_the_name():
    shown = json.dumps(record_of(work=WRONG, hint=True)["answer"])

    assert "chain rule" in shown
    assert "chain_factor_dropped" not in shown
    assert "expected" not in shown


def test_a_line_for_an_editor_stands_for_each_wrong_line_and_none_for_what_follows():
    lines = formats.load("short").render(solved(work=WRONG, file="work.txt"), RenderOptions()).splitlines()

    assert [line.partition(": ")[0] for line in lines] == ["work.txt:3:4"]


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"work": "\n\n"}, "empty"),
        ({"work": "hello"}, "problem"),
        ({"of": "integral", "problem": "x", "lines": ["1"]}, "no task"),
        ({"of": "derivative", "problem": "x^2", "var": "t", "lines": ["f' = 2x"]}, "occur"),
        ({"of": "derivative", "problem": "x^2"}, "no lines"),
        ({"of": "distance", "problem": "y = x^2", "lines": ["D = x"]}, "point"),
        ({"of": "projection", "vectors": {"n": [1, 2]}, "lines": ["n.a = 1"]}, "one to project onto"),
        ({"of": "projection", "vectors": {"n": [1, 2], "a": [1, 2, 3]}, "lines": ["n.a = 1"]}, "different numbers"),
    ],
)
def test_what_is_no_piece_of_working_gets_one_clear_error(fields, word):
    with pytest.raises(MathcliError, match=word):
        solved(**fields)


def test_lines_that_cannot_be_read_are_passed_over_and_leave_the_rest_undecided():
    answer = record_of(of="derivative", problem="x^3", lines=["f' = 3x^(2", "= 3x^2"])["answer"]

    assert answer["verdict"] == "undecided"
    assert [line["status"] for line in answer["lines"]] == ["unread", "right"]
    assert "never closed" in answer["lines"][0]["error"]["message"]


def test_each_problem_of_a_file_is_answered_and_the_worst_decides(tmp_path):
    path = tmp_path / "work.txt"
    path.write_text("f(x) = x^2\nf'(x) = 2x\n---\nf(x) = x^3\nf'(x) = 3x\n")

    printed = run(["check", str(path), "--format", "json"])

    records = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert [record["answer"]["verdict"] for record in records] == ["right", "wrong"]
    assert records[1]["answer"]["first_wrong"] == 5
    assert printed.endswith("exit code 1\n")


def test_what_a_student_wrote_never_reaches_the_terminal_raw():
    printed = run(["check", "-"], stdin=b"f(x) = x^2\nf'(x) = 2x \x1b[31m\n", is_terminal=True)

    assert "\x1b" not in printed


def test_a_student_who_runs_out_of_time_is_not_blamed():
    from mathcli.algebra.budget import Budget
    from mathcli.checking.judge import check
    from mathcli.checking.working import read_working

    report = check(read_working("f(x) = x^2 sin x\nf'(x) = 2x sin x + x^2 cos x\n= 7"), budget=Budget(0))

    assert {marked.status for marked in report.lines} == {"undecided"}


@pytest.mark.parametrize(
    "fields",
    [
        {"of": "distance", "problem": "y = x^2 + 7 to (3, 7)", "lines": ["d2 = (x-3)^2 + x^4", "d2' = 4x^3 + 2x - 6"]},
        {
            "of": "distance",
            "problem": "distance from (3,7) to y = x^2 + 7",
            "lines": ["x = 1", "(1, 8)", "d = sqrt(5)"],
        },
        {"of": "projection", "problem": "n = (4,3,5) on a = (1,2,-1)", "lines": ["proj(n,a) = dot(n,a)/norm2(a) a"]},
        {"of": "gradient", "problem": "x^2 + y^2", "lines": ["gradient = [2x, 2y]", "(2x, 2y)"]},
        {"of": "partial", "problem": "x^2 y^3", "wrt": ["y"], "lines": ["= 3x^2 y^2"]},
        {"of": "second_derivative", "problem": "x^4", "lines": ["f' = 4x^3", "12x^2"]},
        {"of": "critical_points", "problem": "x^3 - 3x", "on": "[0, 3]", "lines": ["x = 1"]},
    ],
    ids=lambda fields: fields["of"],
)
def test_the_fields_of_a_problem_file_put_every_kind_of_problem(fields):
    assert solved(**fields).answer["verdict"] == "right"
