"""Files of problems: what a line means, and that a bad one harms only itself."""

from __future__ import annotations

import io
import json

import pytest

from mathcli.batch.problems import entries, words_of
from mathcli.batch.sources import kind_of
from tests.transcripts import run


def read(text: str | bytes, kind: str = "text", **defaults: object):
    data = text.encode() if isinstance(text, str) else text
    return list(entries(io.BytesIO(data), kind, defaults))


def answers(text: str | bytes, *options: str) -> list[dict]:
    data = text.encode() if isinstance(text, str) else text
    printed = run(["batch", "-", "--quiet", *options], stdin=data)
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("diff x^2", ["diff", "x^2"]),
        ("diff 3x^4 - 5x^2 + 2x --order 2", ["diff", "3x^4 - 5x^2 + 2x", "--order", "2"]),
        ("diff '3x^4 - 5x^2' --order 2", ["diff", "3x^4 - 5x^2", "--order", "2"]),
        ("diff f'(x) g'(x)", ["diff", "f'(x) g'(x)"]),
        ("diff -x^2", ["diff", "-x^2"]),
        ("diff x --let 'g(x) = 1 + x'", ["diff", "x", "--let", "g(x) = 1 + x"]),
        ("diff x --at x=1", ["diff", "x", "--at", "x=1"]),
        ("equal 'sin(2x)' '2 sin x cos x'", ["equal", "sin(2x)", "2 sin x cos x"]),
        ("project (4,3,5) --onto (1,2,-1)", ["project", "(4,3,5)", "--onto", "(1,2,-1)"]),
        ("diff --order 2 x^3", ["diff", "--order", "2", "x^3"]),
    ],
)
def test_a_line_is_split_as_it_would_be_typed_with_quotes_left_out(line, words):
    assert words_of(line) == words


def test_comments_and_empty_lines_are_no_problems_but_count_as_lines():
    found = read("# sheet 3\n\ndiff x^2   # easy\n  # end\ndiff x^3\n")

    assert [(entry.id, entry.fields) for entry in found] == [("3", {"expression": "x^2"}), ("5", {"expression": "x^3"})]


def test_a_bad_line_harms_only_itself():
    lines = ["diff x^2", "diff sin(", "nothing here", "diff x --ordr 2", "diff x^3"]
    records = answers("\n".join(lines).encode() + b"\ndiff \xff\ndiff x^4\n")

    assert [record["status"] for record in records] == ["ok", "error", "error", "error", "ok", "error", "ok"]
    assert [record["id"] for record in records] == ["1", "2", "3", "4", "5", "6", "7"]
    assert "byte 6" in records[5]["error"]["message"]


def test_a_problem_without_an_answer_ends_the_run_with_1():
    assert "exit code" not in run(["batch", "-"], stdin=b"diff x^2\n")
    assert run(["batch", "-", "--quiet"], stdin=b"diff x^2\ndiff x^\n").endswith("exit code 1\n")


NO_PROBLEMS = """\
[1]
3
null
{
{"task": 3}
{"expression": "x"}
{"task": "no", "expression": "x"}
{"task": "diff", "expression": 3.5e400}
{"task": "diff", "expression": {}}
{"task": "diff", "expression": null}
{"task": "diff"}
{"task": "diff", "expression": "x", "colour": 1}
{"task": "diff", "expression": "x", "order": "two"}
{"task": "diff", "expression": "x", "var": "x", "vars": "x"}"""


@pytest.mark.parametrize("line", [*NO_PROBLEMS.splitlines(), "[" * 100_000], ids=lambda line: line[:50])
def test_json_that_is_no_problem_is_an_error_of_that_line_alone(line):
    records = answers(f'{line}\n{{"task": "diff", "expression": "x^2"}}\n', "--format", "json")
    assert records[-1]["answer"]["value"]["text"] == "2*x"


def test_fields_may_be_lists_numbers_and_objects():
    records = answers(
        '{"id": "a", "task": "project", "vector": [4, 3, 5], "onto": [[1, 2, -1], "3,1,5"]}\n'
        '{"id": "b", "task": "partial", "expression": "x^2 + y", "wrt": ["x", "y"]}\n'
        '{"id": "c", "task": "partial", "expression": "x^2 y", "wrt": ["x,y"]}\n'
        '{"id": "d", "task": "diff", "expression": "x^2", "at": {"x": 3}, "steps": true}\n'
        '{"id": 5, "task": "gradient", "expression": "x^2 y", "vars": ["y", "x"]}\n'
    )

    assert [record["id"] for record in records] == ["a", "b", "c", "d", "5"]
    assert [record["status"] for record in records] == ["ok"] * 5
    assert len(records[0]["answer"]["projections"]) == 2
    assert [partial["value"]["text"] for partial in records[1]["answer"]["partials"]] == ["2*x", "1"]
    assert [partial["value"]["text"] for partial in records[2]["answer"]["partials"]] == ["2*x"]
    assert records[3]["steps"]
    assert records[4]["answer"]["variables"] == ["y", "x"]


CSV = "id,name,task,expression,order\n1,Ann,diff,x^3,2\n2,Bob,diff,,1\n3,Cy,diff,x^2,\n"


@pytest.mark.parametrize(
    "text",
    [CSV, CSV.replace(",", ";"), CSV.replace(",", "\t"), "\ufeff" + CSV, CSV.replace("\n", "\r\n")],
    ids=["commas", "semicolons", "tabs", "byte order mark", "line ends of Windows"],
)
def test_a_table_gives_fields_by_its_columns_and_passes_others_on(text):
    first, second, third = read(text, "csv")

    assert first.fields == {"expression": "x^3", "order": "2"}
    assert first.passed_on == {"name": "Ann"}
    assert (first.id, second.id, third.id) == ("1", "2", "3")
    assert second.fields == {"order": "1"}


def test_a_cell_may_hold_a_list():
    (entry,) = read('task,expression,wrt\npartial,x^2 y,"x; y"\n', "csv")

    assert entry.fields["wrt"] == ["x", "y"]


def test_a_row_with_too_many_cells_says_so():
    (entry,) = read("task,expression\ndiff,f(x,y)\n", "csv")

    assert "3 cells under 2 columns" in entry.error.message


def test_defaults_fill_what_a_problem_leaves_out():
    (entry,) = read("expression\nx^2\n", "csv", task="diff", order="2")

    assert (entry.task, entry.fields) == ("diff", {"order": "2", "expression": "x^2"})


@pytest.mark.parametrize(
    ("name", "kind"), [("a.txt", "text"), ("a.jsonl", "jsonl"), ("A.CSV", "csv"), ("-", "any"), ("jsonl", "text")]
)
def test_the_kind_of_a_file_follows_its_name(name, kind):
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"task": "diff", "expression": "x", "expression": "x^2"}', "expression is given twice"),
        ('{"task": "diff", "expression": NaN}', "NaN is no number in JSON"),
        ('{"task": "diff", "expression": ' + "9" * 5000 + "}", "a number of more than 1,000 digits"),
        ('{"task": "diff", "expression": "x", "steps": "maybe"}', "steps is true or false, not 'maybe'"),
        ('{"task": "diff", "expression": "x", "detail": "wow"}', "detail is one of brief, normal, full, not 'wow'"),
        ('{"task": "diff", "expression": "x", "id": ["a"]}', "id is a text or a whole number"),
        ('{"task": "diff", "expression": "x", "order": 2.5}', "order is a whole number, not 2.5"),
        ("diff x --format json", "--format is for all problems at once"),
        ("diff x --let 'f(x)=", "the quote ' before f(x)= is never closed"),
        ('{"a":' * 100_000, "this line is no JSON that can be read: it is too deep"),
    ],
    ids=lambda part: part[:40],
)
def test_what_is_wrong_with_a_line_is_said_of_that_line(line, message):
    first, second = answers(f"{line}\ndiff x^2\n")

    assert first["error"]["message"] == message
    assert second["status"] == "ok"


def test_other_forms_of_many_answers_are_written_where_they_are_asked_for():
    (without,) = answers("diff (x+1)^2 (x-1)\n")
    (with_forms,) = answers("diff (x+1)^2 (x-1)\n", "--forms")

    assert "forms" not in without["answer"]["orders"][0]
    assert with_forms["answer"]["orders"][0]["forms"]["expanded"]["text"] == "3*x^2 + 2*x - 1"


def test_numbers_in_json_are_exact():
    record, vector = answers(
        '{"task": "diff", "expression": "a x", "var": "x", "at": 0.1000000000000000055}\n'
        '{"task": "project", "vector": [4, 3, 5], "onto": [1.5, 2, -1], "id": null}\n'
    )

    assert record["answer"]["at"][0]["point"]["x"]["text"] == "0.1000000000000000055"
    assert [len(vector["answer"]["projections"]), vector["id"]] == [1, "2"]


def test_a_whole_number_may_be_written_as_a_table_writes_it():
    (record,) = answers("task,expression,order\ndiff,x^3,2.0\n")

    assert record["answer"]["value"]["text"] == "6*x"


def test_a_byte_order_mark_may_begin_any_line():
    assert [record["status"] for record in answers("\ufeffdiff x\n\ufeffdiff x^2\n")] == ["ok", "ok"]


def test_a_line_may_begin_with_the_name_of_the_program():
    (record,) = answers("mathcli diff x^3 --order 2\n")

    assert record["answer"]["value"]["text"] == "6*x"


@pytest.mark.parametrize(
    ("table", "options"),
    [
        ("task,expression\ndiff,x^2\n", ()),
        ("task;expression;who\ndiff;x^2;Anna\n", ()),
        ("\ufefftask\texpression\ndiff\tx^2\n", ()),
        ("who,expression\nAnna,x^2\n", ("--defaults", "task=diff")),
    ],
)
def test_a_table_on_stdin_is_known_by_its_first_line(table, options):
    (record,) = answers(table, *options)

    assert record["answer"]["value"]["text"] == "2*x"


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("text", "diff 1/x --at x=0\n"),
        ("jsonl", '{"task": "diff", "at": "x=0", "expression": "1/x"}\n'),
        ("csv", "task,at,expression\ndiff,x=0,1/x\n"),
    ],
)
def test_the_text_of_a_problem_is_what_is_asked_about_wherever_it_stands(kind, line):
    (entry,) = read(line, kind)

    assert entry.text == "1/x"
