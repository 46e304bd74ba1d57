"""Families: which subscripts are indices, and which names are entries of what a sum runs over."""

from __future__ import annotations

import pytest

from mathcli.errors import ReadingError
from mathcli.syntax.families import counting_names, family_of, filled, indices_of, is_entry_of, with_fresh_indices
from mathcli.syntax.parser import parse, read
from mathcli.syntax.tree import Indexed, Name
from mathcli.syntax.writer import write


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("sum_{i=1}^n x_{ik} y_i", "sum(x_{i,k}*y_i, i, 1, n)"),
        ("sum_{i=1}^n x_{ki}", "sum(x_{k,i}, i, 1, n)"),
        ("sum_{i=1}^n sum_{j=1}^d x_{ij} w_j", "sum(sum(x_{i,j}*w_j, j, 1, d), i, 1, n)"),
        ("sum_{i=1}^n x_{i1}", "sum(x_{i,1}, i, 1, n)"),
        ("sum_{i=1}^n x_{min} i", "sum(x_min*i, i, 1, n)"),
    ],
)
def test_an_index_of_a_sum_makes_an_entry_of_a_subscript(text: str, written: str):
    tree = parse(text)

    assert write(tree) == written
    assert parse(written) is tree


def test_a_free_index_beside_a_bound_one_is_said():
    assert read("sum_{i=1}^n x_{ik}").notes == ("x_{ik} is read as an entry with the indices i, k, of which k is free",)


@pytest.mark.parametrize(
    "text",
    [
        "sum_{i=1}^n y_i + y_i",
        "sum_{i=1}^n x_i - 2 x_i",
        "x_i sum_{i=1}^n x_i",
        "sum_{i=1}^n (u - y_i)^2 + (v - x_i)^2",
        "sum_{i=1}^n i + y_i",
    ],
)
def test_an_index_out_of_its_sum_is_refused_at_its_place(text: str):
    with pytest.raises(ReadingError, match="stands outside of the sum over i") as caught:
        parse(text)
    assert caught.value.span is not None
    assert text[caught.value.span.start] in "xy"


@pytest.mark.parametrize("text", ["sum_{i=1}^n y_i + y_j", "sum_{i=1}^n y_i + x_j"])
def test_a_letter_that_only_looks_like_an_index_is_a_name(text: str):
    parse(text)


@pytest.mark.parametrize(
    ("name", "base", "count", "indices"),
    [
        ("w_k", "w", 1, ("k",)),
        ("w_12", "w", 1, ("12",)),
        ("x_ij", "x", 2, ("i", "j")),
        ("x_1_2", "x", 2, ("1", "2")),
        ("w_k", "w", 2, None),
        ("w", "w", 1, None),
        ("v_k", "w", 1, None),
    ],
)
def test_the_indices_of_a_name(name: str, base: str, count: int, indices: tuple[str, ...] | None):
    assert indices_of(Name(name), base, count) == indices


def test_a_number_below_the_first_index_names_no_entry():
    tree = parse("w_0 + sum_{j=1}^d w_j x_j")

    assert not is_entry_of(Name("w_0"), tree)
    assert is_entry_of(Name("w_1"), tree)
    assert is_entry_of(Name("w_k"), tree)


def test_a_family_is_filled_in_without_its_inner_index_being_caught():
    loss = parse("sum_{j=1}^n (y_j - p_j)^2")
    family = family_of(read("p_i = sum_{j=1}^d w_j x_{ij}", kind="definition").tree, loss)

    assert family is not None
    assert write(filled(loss, (family,))) == "sum((y_j - sum(w_k*x_{j,k}, k, 1, d))^2, j, 1, n)"


def test_an_index_that_is_taken_gets_another_letter():
    assert write(with_fresh_indices(parse("sum_{k=1}^n y_k"), ["k"])) == "sum(y_i, i, 1, n)"


def test_what_counts_stands_for_a_whole_number():
    names = counting_names(Indexed("w", (Name("k"),))) | counting_names(parse("sum_{i=1}^n c x_{ij}"))

    assert {name.name for name in names} >= {"k", "n", "j"}
    assert Name("c") not in names
