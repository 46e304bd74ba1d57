"""Results as a table: every row whole, every cell harmless."""

from __future__ import annotations

import csv
import io

from tests.transcripts import run

PROBLEMS = """\
id,class,task,expression
1,"9b, morning",diff,x^3
2,=cmd(),diff,x^
3,9c,diff,-x^2
"""


def test_a_table_in_gives_a_table_out_with_its_own_columns_passed_on(tmp_path):
    (tmp_path / "problems.csv").write_text(PROBLEMS)
    rows = list(
        csv.DictReader(io.StringIO(run(["batch", str(tmp_path / "problems.csv"), "--format", "csv", "--quiet"])))
    )

    assert [row["id"] for row in rows[:3]] == ["1", "2", "3"]
    assert [row["status"] for row in rows[:3]] == ["ok", "error", "ok"]
    assert [row["class"] for row in rows[:3]] == ["9b, morning", "'=cmd()", "9c"]
    assert [row["answer"] for row in rows[:3]] == ["3*x^2", "", "'-2*x"]
    assert "exponent" in rows[1]["error"]


def answers(table: str) -> list[str]:
    return run(["batch", "-", "--format", "plain", "--quiet"], stdin=table.encode()).splitlines()


def test_a_quote_that_is_never_closed_costs_its_own_row_alone():
    closed_by_another = answers('task,expression\ndiff,"x^2\ndiff,x^3\ndiff,"x^4"\ndiff,"x^5\n+x"\n')
    never_closed = answers('task,expression\ndiff,x^2\ndiff,"x^3\ndiff,x^4\n')

    assert [answer.partition(";")[0] for answer in closed_by_another] == [
        'error: a quote " closes a cell, and more follows',
        "3*x^2",
        "4*x^3",
        "5*x^4 + 1",
        "exit code 1",
    ]
    assert [answer.partition(";")[0] for answer in never_closed] == [
        "2*x",
        'error: a quote " is opened here and never closed',
        "4*x^3",
        "exit code 1",
    ]


def test_the_rest_of_a_broken_row_is_no_row():
    assert answers('task,expression\ndiff,"x^2\n+ 1\ndiff,x^3\n')[1:3] == [
        "error: this seems to be a part of line 2, which is no CSV",
        "3*x^2",
    ]


def test_two_columns_for_one_field_are_refused_and_others_are_not():
    assert answers("task,expression,expression\ndiff,x,y\n")[0].startswith(
        "error: this table has two columns expression"
    )
    assert answers('task,note,note, expression\ndiff,a,b, "x^2"\n') == ["2*x"]


def test_line_ends_may_be_returns_and_be_mixed():
    assert answers("task,expression\rdiff,x^2\rdiff,x^3\r\ndiff,x^4\n") == ["2*x", "3*x^2", "4*x^3"]
