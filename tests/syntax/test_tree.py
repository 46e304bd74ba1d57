"""The tree: interned, frozen, flat, and knowing its free names and kinds."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given

from mathcli.syntax import tree
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import (
    ONE,
    TWO,
    Call,
    Derivative,
    IndexedSum,
    Integral,
    Name,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    fraction,
    walk,
)
from tests.strategies import trees

x, y, i, n = Name("x"), Name("y"), Name("i"), Name("n")


def test_trees_that_look_alike_are_one_object():
    assert Sum.of(Power(x, TWO), x) is Sum.of(Power(x, Number(2)), Name("x"))


def test_a_node_that_nobody_holds_leaves_the_table_and_is_made_anew():
    key = (Sum, (Name("forgotten"), TWO))
    node = Sum(key[1])
    assert tree._interned[key]() is node

    del node

    assert key not in tree._interned
    assert Sum(key[1]).terms == key[1]


def test_a_sum_of_sums_is_flat_and_a_sum_of_one_term_is_the_term():
    assert Sum.of(Sum.of(x, y), ONE) is Sum((x, y, ONE))
    assert Sum.of(x) is x
    assert Product.of() is ONE


def test_nothing_is_computed():
    assert parse("x/x") is Quotient(x, x)
    assert Product.of(TWO, TWO) is not Number(4)
    assert fraction(2, 4) is Quotient(TWO, Number(4))


def test_a_decimal_drops_the_zeros_at_its_end():
    assert Number(150, 2) is Number(15, 1)


def test_a_node_is_frozen():
    with pytest.raises(AttributeError, match="frozen"):
        x.name = "y"


def test_an_index_is_not_free_in_its_sum_but_is_in_its_bounds():
    assert IndexedSum(Product.of(x, i), i, ONE, n).names == {x, n}
    assert IndexedSum(x, i, ONE, x).names == {x}


def test_an_indefinite_integral_depends_on_its_variable_and_a_definite_one_does_not():
    assert Integral(Number(3), x).names == {x}
    assert Integral(x, x, ONE, TWO).names == set()


def test_a_node_knows_the_kinds_below_it():
    tree = parse("sin(x)^2 + d/dx (x y)")
    assert tree.contains(Derivative)
    assert tree.contains(Quotient, Call)
    assert not tree.contains(Quotient)


def test_substitution_is_simultaneous_and_leaves_bound_names_alone():
    assert Sum.of(x, y).substitute({x: y, y: x}) is Sum.of(y, x)
    inner = IndexedSum(Product.of(x, i), i, ONE, n)
    assert inner.substitute({i: TWO, x: y}) is IndexedSum(Product.of(y, i), i, ONE, n)


def test_a_deep_tree_is_walked_without_recursion():
    tree: Node = x
    for _ in range(5000):
        tree = Call("sin", (tree,))
    assert sum(1 for _ in walk(tree)) == 5001


@given(trees())
def test_pickling_gives_the_same_object(tree):
    assert pickle.loads(pickle.dumps(tree)) is tree


@given(trees())
def test_every_node_is_walked_once_and_after_its_children(tree):
    order = list(walk(tree))
    assert len(order) == len(set(order))
    place = {node: k for k, node in enumerate(order)}
    assert all(place[child] < place[node] for node in order for child in node.children())
