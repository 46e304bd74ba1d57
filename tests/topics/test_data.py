"""Descents, fits and prepared columns, as topics: what they answer, write and refuse."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
import sympy

import mathcli
from mathcli.errors import NotCoveredError, UndefinedError, UsageError
from tests.transcripts import run

SCORES = "samples/data/scores.csv"
HOUSES = "samples/data/houses.csv"


def test_a_fit_answers_with_exact_parameters():
    m, c = sympy.symbols("m c")

    assert mathcli.fit(SCORES, x="hours", y="score").answer == (
        sympy.Eq(m, sympy.Rational(171, 35)),
        sympy.Eq(c, sympy.Rational(706, 15)),
    )


def test_the_gradient_of_a_loss_is_proved_and_rounded_numbers_are_not_called_so():
    exact = mathcli.fit(SCORES, x="hours", y="score")
    rounded = mathcli.fit(SCORES, x="hours", y="passed", model="logistic")

    assert exact.verdict == "proved"
    assert rounded.verdict == "tested"
    assert rounded.solution.proofs[0] == rounded.solution.proofs[1]


def test_a_model_may_speak_of_its_column_by_name_and_hold_a_part_without_a_parameter():
    by_name = mathcli.fit(SCORES, x="hours", y="score", model="a*hours^2 + b*hours + c").answer
    shifted = mathcli.fit(SCORES, x="hours", y="score", model="a x^2 + b x + c + 2x").answer
    a, b, c = (equation.rhs for equation in by_name)

    assert tuple(equation.rhs for equation in shifted) == (a, b - 2, c)


def test_the_mean_of_squares_has_the_same_minimum_and_another_loss():
    whole = mathcli.fit(SCORES, x="hours", y="score").solution.answer
    mean = mathcli.fit(SCORES, x="hours", y="score", loss="mean").solution.answer

    assert whole["parameters"] == mean["parameters"]
    assert whole["loss"] is not mean["loss"]


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"model": "3x + 1"}, UsageError, "no parameter"),
        ({"model": "a + b"}, UsageError, "does not hold x"),
        ({"model": "a x^b"}, NotCoveredError, "not linear"),
        ({"model": "a + b log(x - 1)"}, mathcli.MathcliError, "no value on row 1"),
        ({"model": "a + b x + c x"}, UndefinedError, "depend on one another"),
        ({"by": "descent", "rate": "-1"}, UsageError, "positive"),
        ({"plot": "line.txt"}, UsageError, "does not end in"),
    ],
    ids=lambda part: str(part) if isinstance(part, dict) else "",
)
def test_a_fit_that_makes_no_sense_says_why(fields, error, words):
    with pytest.raises(error, match=words):
        mathcli.fit(SCORES, x="hours", y="score", **fields)


def test_a_descent_lists_its_path_in_json():
    answer = json.loads(run(["descend", "(w - 2)^2", "--from", "w=0", "--rate", "1/4", "--format", "json"]))["answer"]

    assert [step["at"]["w"]["text"] for step in answer["path"][:3]] == ["0", "1", "1.5"]
    assert answer["largest_rate"]["text"] == "1"
    assert "warning" not in answer


def test_pictures_are_written_where_they_are_asked_for(tmp_path):
    for k, words in enumerate(
        [
            ["descend", "x^2 + 3y^2", "--from", "3,4", "--iterations", "5"],
            ["descend", "x^2 + x", "--from", "3", "--iterations", "5"],
            ["fit", SCORES, "--x", "hours", "--y", "score"],
        ]
    ):
        path = tmp_path / f"{k}.svg"
        assert "is written" in run([*words, "--plot", str(path)])
        assert ElementTree.parse(path).getroot().tag.endswith("svg")


def test_a_prepared_table_is_written_and_read_again(tmp_path):
    path = str(tmp_path / "prepared.csv")
    run(["standardize", HOUSES, "--column", "price", "-o", path])
    figures = mathcli.standardize(path, column="price_standardized").answer["columns"]["price_standardized"]

    assert figures["mean"] == pytest.approx(0, abs=1e-12)
    assert figures["sd"] == pytest.approx(1)


def test_a_batch_and_python_write_files_too(tmp_path):
    sheet, path = tmp_path / "sheet.txt", tmp_path / "out.csv"
    sheet.write_text(f"onehot {HOUSES} --column district --output {path}\n", encoding="utf-8")
    run(["batch", str(sheet), "--workers", "1"])
    from_batch = path.read_text(encoding="utf-8")
    path.unlink()
    mathcli.onehot(HOUSES, column="district", output=str(path))

    assert path.read_text(encoding="utf-8") == from_batch


def test_a_file_that_cannot_be_written_is_an_error(tmp_path):
    assert "cannot be written" in run(["onehot", HOUSES, "--column", "district", "-o", str(tmp_path / "no" / "x.csv")])


@pytest.mark.parametrize("task", ["standardize", "normalize", "outliers", "onehot"])
def test_a_column_has_to_be_named(task):
    with pytest.raises(UsageError, match="which column"):
        mathcli.answer(task, HOUSES)


def test_a_descent_that_runs_away_is_shown_as_far_as_its_numbers_go():
    shown = run(["fit", SCORES, "--x", "hours", "--y", "score", "--by", "descent", "--rate", "9", "--steps"])

    assert "the parameters run away" in shown


def test_the_number_e_in_a_model_is_said_to_be_no_parameter():
    plain = mathcli.fit(SCORES, x="hours", y="score", model="a e^x + b")
    bare = mathcli.fit(SCORES, x="hours", y="score", model="a x + e")

    assert not any("2.71828" in note for note in plain.solution.notes)
    assert any("2.71828" in note for note in bare.solution.notes)


def test_a_rate_that_cannot_work_is_said_beside_the_bare_point_too():
    assert mathcli.descend("x^2", from_="x=3", rate="0.1").solution.notes == ()
    (note,) = mathcli.descend("x^2", from_="x=3", rate="1.1").solution.notes
    assert note.startswith("the rate 1.1 is above")
