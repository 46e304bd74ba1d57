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
