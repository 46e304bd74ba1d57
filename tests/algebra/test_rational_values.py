"""The normal form against ball arithmetic: evaluated atom by atom, it is worth what the tree is worth."""

from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.algebra.balls import enclose, working_precision
from mathcli.algebra.rational import normal_form
from mathcli.syntax.tree import Call, Derivative, Name
from tests.strategies import elementary_functions, several_variables

x, y = Name("x"), Name("y")
POINTS = [fmpq(7, 5), fmpq(-8, 11), fmpq(3, 8), fmpq(-13, 6), fmpq(9, 14)]
PRECISION = 256


def worth(form, at):
    """The value of a normal form, from the meaning of each of its atoms."""
    values = {}

    def of_atom(atom):
        if atom.index not in values:
            values[atom.index] = meaning[atom.kind](atom)
        return values[atom.index]

    def of_polynomial(polynomial):
        total = arb(0)
        for monomial, coefficient in polynomial.terms():
            term = arb(coefficient)
            for index, exponent in enumerate(monomial):
                if exponent:
                    term *= of_atom(form.field.atoms[index]) ** int(exponent)
            total += term
        return total

    def of(fraction):
        return of_polynomial(fraction.num) / of_polynomial(fraction.den)

    def root(atom):
        radicand = of_polynomial(atom.data[0])
        if radicand < 0 and atom.order % 2:
            return -((-radicand).root(atom.order))
        return radicand.root(atom.order)

    def call(atom):
        function, orders, arguments = atom.data
        names = [Name(f"t{k}") for k in range(len(arguments))]
        point = {name: of(argument) for name, argument in zip(names, arguments, strict=True)}
        value = enclose(Call(function, tuple(names), sum(orders)), point, precision=PRECISION, generic=True)
        return arb("nan") if value is None else value

    meaning = {
        "name": lambda atom: arb(at[atom.key[1]]),
        "pi": lambda atom: arb.pi(),
        "exp": lambda atom: of(atom.data[0]).exp(),
        "power": lambda atom: of(atom.data[1]) ** of(atom.data[0]),
        "log": lambda atom: of(atom.data).log(),
        "cos": lambda atom: of(atom.data[0]).cos(),
        "sin": lambda atom: of(atom.data[0]).sin(),
        "root": root,
        "abs": lambda atom: abs(of(atom.data[1])),
        "sign": lambda atom: arb(1) if of_polynomial(atom.data[0]) > 0 else arb(-1),
        "call": call,
    }
    return of(form)


def agrees(node, at):
    form = normal_form(node)
    value = enclose(node, at, precision=PRECISION, generic=True)
    if form is None or value is None or not value.is_finite():
        return True
    with working_precision(PRECISION):
        other = worth(form, at)
    return not other.is_finite() or other.overlaps(value)


@settings(max_examples=150, deadline=None)
@given(elementary_functions(of=x, size=8), st.sampled_from(POINTS))
def test_a_form_is_worth_what_its_tree_is_worth(node, point):
    assert agrees(node, {x: point})


@settings(max_examples=100, deadline=None)
@given(elementary_functions(of=x, size=6), st.sampled_from(POINTS))
def test_the_derivative_of_a_form_is_worth_what_the_power_series_says(node, point):
    assert agrees(Derivative(node, x), {x: point})


@settings(max_examples=80, deadline=None)
@given(several_variables(), st.sampled_from(POINTS), st.sampled_from(POINTS))
def test_forms_in_two_variables_are_worth_what_their_trees_are_worth(node, a, b):
    assert agrees(node, {x: a, y: b})
