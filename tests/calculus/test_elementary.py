"""The table of elementary derivatives, each entry against two independent witnesses."""

import pytest
from flint import arb, fmpq

from mathcli.algebra import balls, jets
from mathcli.algebra.lowering import lower
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.elementary import TABLE
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Derivative, Name, Number
from mathcli.syntax.vocabulary import FUNCTIONS, MATRIX_WORDS

x = Name("x")
INSIDE = {"acosh": (7, 3), "acoth": (7, 3), "asec": (7, 3), "acsc": (7, 3), "lambertwm": (-1, 5)}


@pytest.mark.parametrize("function", TABLE)
@pytest.mark.parametrize("argument", ["x", "3x/4 + x^2/8"])
def test_each_entry_agrees_with_the_power_series_of_its_function(function: str, argument: str):
    f = parse(f"{function}({argument})")
    at = {x: arb(fmpq(*INSIDE.get(function, (2, 5))))}
    taken = balls.enclose(differentiate(f, x).result, at)
    series = jets.expand(f, x, at, order=1)

    assert taken is not None
    assert series is not None
    assert taken.overlaps(series[1])
    assert taken.rad() < 1e-12


@pytest.mark.parametrize("function", TABLE)
def test_each_entry_agrees_with_sympy(function: str):
    f = parse(f"{function}(x)")
    point = Number(INSIDE.get(function, (2, 5))[0]), Number(INSIDE.get(function, (2, 5))[1])
    ours = lower(differentiate(f, x).result)
    theirs = lower(f).diff(lower(x))
    value = lower(point[0]) / lower(point[1])

    assert abs(complex((ours - theirs).subs(lower(x), value).evalf(30))) < 1e-15


def test_every_elementary_function_of_the_vocabulary_has_a_derivative():
    without = {"factorial", "factorial2", "gamma", "transpose", "norm", "grad", *MATRIX_WORDS.values()}
    for name, function in FUNCTIONS.items():
        if name not in without and function.least == 1 and not function.name.startswith("diff"):
            assert not differentiate(parse(f"{name}(x)"), x).result.contains(Derivative)
