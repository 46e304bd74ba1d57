"""The problems of the lecture, as far as the topics that are there reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from mathcli.algebra.rational import agree
from mathcli.algebra.verdict import Verdict
from mathcli.batch.problems import entries
from mathcli.batch.results import outcomes
from mathcli.solution import Solution
from mathcli.syntax.parser import parse
from tests.topics.answers import answer, refusal, remarks, solve


@pytest.mark.parametrize(
    ("task", "fields", "lines"),
    [
        ("diff", {"expression": "x"}, ["1"]),
        ("diff", {"expression": "3x^4 - 5x^2 + 2x"}, ["12*x^3 - 10*x + 2"]),
        ("diff", {"expression": "3x^4 - 5x^2 + 2x", "order": 2}, ["36*x^2 - 10"]),
        ("diff", {"expression": "e^(2x) cos x"}, ["exp(2*x)*(2*cos(x) - sin(x))"]),
        ("diff", {"expression": "e^(2x) cos x", "order": 2}, ["exp(2*x)*(3*cos(x) - 4*sin(x))"]),
        ("gradient", {"expression": "f(x,y) = x^2 + y^2 + 3"}, ["(2*x, 2*y)"]),
        ("gradient", {"expression": "L(w_0, w_1)"}, ["(diff(L(w_0, w_1), w_0), diff(L(w_0, w_1), w_1))"]),
        ("diff", {"expression": "f(g(x))"}, ["f'(g(x))*g'(x)"]),
        ("project", {"vector": "(4,3,5)", "onto": "(1,2,-1)"}, ["(5/6, 5/3, -5/6)"]),
        (
            "project",
            {"vector": "(4,3,5)", "onto": ["(1,2,-1)", "(3,1,5)"]},
            ["(5/6, 5/3, -5/6)", "(24/7, 8/7, 40/7)", "(179/42, 59/21, 205/42)"],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_problem_of_the_lecture_has_its_right_answer(task, fields, lines):
    assert answer(task, **fields) == lines


@pytest.mark.parametrize(
    ("task", "fields", "right"),
    [
        ("partial", {"expression": "2x^2y + 3y^3x^2 + 3y"}, ["4xy + 6xy^3", "2x^2 + 9x^2y^2 + 3"]),
        ("diff", {"expression": "1/(1+e^(-x))"}, ["e^(-x)/(1+e^(-x))^2"]),
        ("diff", {"expression": "log(n)/n"}, ["(1 - log n)/n^2"]),
        (
            "partial",
            {"expression": "J(m,c) = sum_(i=1)^n (y_i - (m x_i + c))^2", "wrt": ["m", "c"]},
            ["-2 sum_(i=1)^n x_i (y_i - m x_i - c)", "-2 sum_(i=1)^n (y_i - m x_i - c)"],
        ),
    ],
    ids=["both partials", "sigmoid", "log n over n", "sum of squares"],
)
def test_an_answer_equals_the_one_that_the_lecture_should_have(task, fields, right):
    lines = answer(task, **fields)

    assert [agree(parse(line), parse(expected)) for line, expected in zip(lines, right, strict=True)] == [True] * len(
        right
    )


def test_the_sigmoid_is_written_through_itself():
    (line,) = answer("diff", expression="1/(1+e^(-x))", in_terms_of="g")

    assert agree(parse(line), parse("g*(1 - g)")) is True


def test_the_chain_rule_takes_named_functions():
    (line,) = answer("diff", expression="f(g(x))", let=["f(x) = 1/x", "g(x) = 1+e^(-x)"])

    assert agree(parse(line), parse("e^(-x)/(1+e^(-x))^2")) is True


def test_a_sum_whose_number_of_terms_depends_on_x_is_refused_with_the_reason():
    code, message = refusal("diff", expression="sum_(k=1)^x 1")

    assert code == 3
    assert "number of terms depends on x" in message


def test_the_sum_of_both_projections_is_put_over_one_denominator():
    solution = solve("project", vector="4,3,5", onto=["1,2,-1", "3,1,5"])

    assert "over one denominator: (895, 590, 1025)/210" in remarks(solution)
    assert any("a·b = 0, so this sum is also the projection" in sentence for sentence in remarks(solution))


def test_every_problem_in_the_file_of_the_lecture_is_answered_and_proved(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[2])
    with (Path(__file__).parents[2] / "samples" / "lecture.txt").open("rb") as source:
        found = list(outcomes(entries(source, "text", {}), seconds=20))

    assert len(found) >= 14
    for outcome in found:
        assert isinstance(outcome.answer, Solution), outcome.answer
        expected = {"descend": Verdict.TESTED, "standardize": None, "normalize": None, "outliers": None}
        assert outcome.answer.verified is expected.get(outcome.answer.task, Verdict.PROVED)
