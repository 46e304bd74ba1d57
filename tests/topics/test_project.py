"""Projections: what a user is told about one vector, several, dependent and symbolic ones."""

from __future__ import annotations

import pytest

from tests.topics.answers import answer, refusal, remarks, solve


def _entries(solution, field):
    from mathcli.syntax.writer import write

    return [write(entry) for entry in solution.answer[field]]


@pytest.mark.parametrize(
    ("vector", "onto", "code", "words"),
    [
        ("1,2", ["0,0"], 3, "the vector is zero"),
        ("1,2,3", ["1,2"], 2, "different lengths: 3 and 2"),
        ("1,2", [], 2, "needs a vector to project onto"),
        ("1,1/0", ["1,2"], 3, "has no value"),
        ("1,i", ["1,2"], 3, "are real"),
    ],
)
def test_what_has_no_projection_is_an_error_that_says_why(vector, onto, code, words):
    found, message = refusal("project", vector=vector, onto=onto)

    assert found == code
    assert words in message


def test_vectors_that_are_not_orthogonal_bring_a_warning_and_the_projection_on_their_span():
    solution = solve("project", vector="1,2,3", onto=["1,0,0", "1,1,0"])

    assert _entries(solution, "sum") == ["5/2", "3/2", "0"]
    assert _entries(solution, "span_projection") == ["1", "2", "0"]
    assert _entries(solution, "remainder") == ["0", "0", "3"]
    assert any("a·b = 1, not 0" in sentence for sentence in remarks(solution))


def test_orthogonal_vectors_bring_no_second_projection():
    solution = solve("project", vector="1,2,3", onto=["1,0,0", "0,1,0"])

    assert "span_projection" not in solution.answer


def test_a_vector_that_depends_on_the_others_adds_nothing_to_the_span():
    solution = solve("project", vector="1,2,3", onto=["1,0,0", "2,0,0"])

    assert _entries(solution, "span_projection") == ["1", "0", "0"]
    assert any("b depends on the vectors before it" in sentence for sentence in remarks(solution))


def test_a_vector_in_the_span_leaves_nothing():
    solution = solve("project", vector="3,4", onto=["1,0", "0,1"])

    assert _entries(solution, "remainder") == ["0", "0"]
    assert any("n lies in the span" in sentence for sentence in remarks(solution))


def test_symbols_are_projected_under_the_condition_that_the_vector_is_not_zero():
    solution = solve("project", vector="(x,y)", onto=["(a,b)"])

    (condition,) = solution.answer["conditions"]
    assert condition in ("a^2 + b^2 != 0", "b^2 + a^2 != 0")


def test_irrational_entries_stay_exact():
    assert answer("project", vector="(1, 0)", onto="(1, sqrt 3)") == ["(1/4, sqrt(3)/4)"]


@pytest.mark.parametrize(
    ("onto", "scalar"), [("1,2,-1", "5/sqrt(6)"), ("3,1,5", "40/sqrt(35)"), ("0,0,2", "5"), ("2,2,2", "4*sqrt(3)")]
)
def test_the_scalar_projection_is_exact(onto, scalar):
    from mathcli.syntax.writer import write

    (projection,) = solve("project", vector="4,3,5", onto=[onto]).answer["projections"]

    assert write(projection["scalar"]) == scalar
