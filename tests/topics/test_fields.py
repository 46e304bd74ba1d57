"""Fields of problems: whatever a problem file holds, it is read or refused by an error of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mathcli import topics
from mathcli.errors import MathcliError, ReadingError, UsageError
from mathcli.syntax.tree import Name
from mathcli.topics import build, load
from mathcli.topics._words import fields_from_words, nearest, options_of, sort_words

FIELDS = sorted({field for name in topics.names() for field in load(name).__dataclass_fields__} | {"vars", "colour"})
TEXTS = st.sampled_from(["x", "x^2 y", "x=1", "1,2", "x,y", "", "(", "g(x) = x", "2", "-1", "true", "\ud800", "e", "f"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "y", ""]), inner, max_size=2),
    max_leaves=4,
)


@given(task=st.sampled_from(topics.names()), fields=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4))
def test_any_json_is_read_or_refused_by_an_error_of_ours(task, fields):
    try:
        problem = build(task, fields)
    except MathcliError:
        return
    assert isinstance(problem, load(task))


@given(task=st.sampled_from(topics.names()), words=st.lists(TEXTS | st.sampled_from(["--", "--var", "--strict", "-q"])))
def test_any_words_are_sorted_or_refused_by_an_error_of_ours(task, words):
    try:
        given_options, others = sort_words(words, options_of(load(task)))
        fields = fields_from_words(load(task), others)
    except UsageError:
        return
    assert {*given_options, *fields} <= set(load(task).__dataclass_fields__)


def test_a_variable_may_be_one_name_or_several_in_any_form():
    for value in ("x,y", "x, y", ["x", "y"], ["x,y"]):
        assert build("gradient", {"expression": "x y", "var": value}).var == (Name("x"), Name("y"))
    assert build("gradient", {"expression": "x y", "vars": "x,y"}).var == (Name("x"), Name("y"))


def test_to_name_a_variable_declares_it():
    assert build("diff", {"expression": "speed^2", "var": "speed"}).var == (Name("speed"),)


def test_a_letter_of_a_constant_may_be_a_variable():
    assert build("diff", {"expression": "e^2", "var": "e"}).expression.tree.names == {Name("e")}


def test_a_definition_is_read_in_the_light_of_those_before_it():
    problem = build("diff", {"expression": "h(x)", "let": ["g(x) = x^2", "h(x) = 1 + g(x)"]})

    assert len(problem.let) == 2


def test_options_of_reading_reach_every_field():
    with pytest.raises(ReadingError):
        build("diff", {"expression": "1/2x", "strict": True})


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "diff needs an expression"),
        ({"expression": "x", "oder": 2}, "diff has no field 'oder'"),
        ({"expression": "x", "var": "x", "vars": "y"}, "the same field"),
        ({"expression": "x", "order": 1.5}, "order is a whole number"),
        ({"expression": "x", "order": True}, "order is a whole number"),
        ({"expression": "x", "order": "9" * 5000}, "order is a whole number"),
        ({"expression": "x", "strict": "perhaps"}, "strict is true or false"),
        ({"expression": ["x"]}, "expression is a text, not a list"),
        ({"expression": {"x": 1}}, "expression is a text, not an object"),
        ({"expression": True}, "expression is a text, not true or false"),
    ],
    ids=str,
)
def test_a_field_that_is_not_of_its_kind_is_named(fields, sentence):
    with pytest.raises(UsageError) as caught:
        build("diff", fields)

    assert sentence in caught.value.message


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("gradeint", "gradient"), ("dif", "diff"), ("hesian", "hessian"), ("xyz", ""), ("prtial", "partial"), ("d", "")],
)
def test_the_nearest_name_is_within_a_slip_of_the_fingers(typed, meant):
    assert nearest(typed, ("diff", "gradient", "hessian", "partial")) == meant
