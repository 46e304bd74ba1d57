"""Verification: what is right is proved, what is wrong is refused, and what is open is said to be open."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from mathcli.algebra.verdict import Verdict
from mathcli.calculus.derivation import Derivation, Step, each_step
from mathcli.calculus.differentiation import derivatives, differentiate
from mathcli.calculus.formulas import says
from mathcli.calculus.verification import answer_agrees, judge, verify
from mathcli.errors import NoAnswerError
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import ONE, ZERO, Derivative, Name, Power, Product, Relation
from tests.strategies import elementary_functions, several_variables

x = Name("x")

FUNCTIONS = [
    "3x^4 - 5x^2 + 2x",
    "e^(2x) cos x",
    "2x^2y + 3y^3x^2 + 3y",
    "1/(1+e^(-x))",
    "x^x",
    "sin^2(3x^2+1)",
    "(x^2+1)/(x-1)",
    "ln sqrt(x^2+1)",
    "log(x)/x",
    "sum_(i=1)^n (y_i - (x x_i + c))^2",
    "sqrt(x + sqrt(x))",
    "|x^2 - 1|",
    "ln(x^2)",
    "x^(2/3)",
    "root(x, 5)",
    "max(x, x^2)",
    "f(x^2) g(x)",
    "tanh(x)^2 + sech(x)^2",
    "a^x + x^a",
    "atan2(x, 2)",
    "e^(-(x-m)^2/(2s^2))/sqrt(2pi s^2)",
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_right_derivation_is_proved_step_by_step(function):
    derivation = differentiate(parse(function), x)
    verdicts = judge(derivation)

    assert {path: verdict for path, verdict in verdicts.items() if verdict is not Verdict.PROVED} == {}
    assert verdicts.keys() == {path for path, _ in each_step(derivation)}
    assert verify(derivation) is Verdict.PROVED


@settings(max_examples=80, deadline=None)
@given(elementary_functions(of=x))
def test_no_derivation_of_an_elementary_function_is_refused_and_its_answer_agrees(f):
    try:
        derivation = differentiate(f, x)
    except NoAnswerError:
        return

    assert verify(derivation) >= Verdict.TESTED or not derivation.steps
    assert not derivation.result.contains(Derivative)


@settings(max_examples=40, deadline=None)
@given(several_variables())
def test_partial_derivatives_are_not_refused(f):
    for variable in sorted(f.names, key=lambda name: name.name):
        assert verify(differentiate(f, variable)) is not Verdict.REFUTED


def test_higher_derivatives_are_proved_link_by_link():
    assert {verify(d) for d in derivatives(parse("x^3 e^(x^2)"), x, 6)} == {Verdict.PROVED}


# single claims

HOLD = [
    ("(x+1)^2", "x^2 + 2x + 1"),
    ("sin(2x)", "2 sin(x) cos(x)"),
    ("ln(x^2)", "2 ln|x|"),
    ("(x^2-1)/(x-1)", "x + 1"),
    ("(1, 2x + x)", "(1, 3x)"),
]


def claim(before, after, *conditions, kind="rewrite"):
    left, right = parse(before), parse(after)
    return verify(Derivation(left, (Step(kind, "claim", left, right, right, conditions=conditions),)))


@pytest.mark.parametrize(("before", "after"), HOLD, ids=[f"{a} = {b}" for a, b in HOLD])
def test_a_true_rewriting_is_proved(before, after):
    assert claim(before, after) is Verdict.PROVED


FALSE = [
    ("(x+1)^2", "x^2 + 1"),
    ("sin(2x)", "2 sin(x)"),
    ("sqrt(x^2)", "x"),
    ("ln(x^2)", "2 ln(x)"),
    ("x", "sqrt(x)^2"),
    ("x", "e^(ln x)"),
    ("|x|", "x"),
    ("sign(x)", "1"),
    ("d/dx |x|", "1"),
    ("d/dx (x^2)", "2"),
    ("d/dx (e^(2x))", "e^(2x)"),
    ("d/dx (f(2x))", "f'(2x)"),
    ("sum_(i=1)^n i^2", "sum_(i=1)^n i"),
    ("floor(x)", "x"),
    ("(1, 2x)", "(1, x)"),
]


@pytest.mark.parametrize(("before", "after"), FALSE, ids=[f"{a} = {b}" for a, b in FALSE])
def test_a_false_claim_is_refuted(before, after):
    assert claim(before, after) is Verdict.REFUTED


def test_a_condition_admits_what_holds_under_it_and_nothing_else():
    positive = Relation((x, ZERO), (">",))

    assert claim("ln(x^2)", "2 ln(x)", positive) is Verdict.PROVED
    assert claim("sqrt(x^2)", "x", positive) is Verdict.PROVED
    assert claim("x", "e^(ln x)", positive) is Verdict.PROVED
    assert claim("sqrt(x^2)", "-x", positive) is Verdict.REFUTED
    assert claim("sqrt((x-1)^2)", "x - 1", Relation((x, ONE), (">",))) is Verdict.PROVED
    assert claim("sqrt((x-1)^2)", "x - 1", positive) is Verdict.REFUTED


@pytest.mark.parametrize("text", ["max(x, 0)", "max(0, x)^2", "max(x, -x)", "min(x, 2x)", "max(x, x^2)"])
def test_a_maximum_is_proved_case_by_case_also_where_it_turns_at_zero(text):
    assert verify(differentiate(parse(text), x)) is Verdict.PROVED


def test_a_hole_that_was_not_there_before_is_never_proved_away():
    not_one = Relation((x, ONE), ("!=",))

    assert claim("x + 1", "(x^2-1)/(x-1)") is not Verdict.PROVED
    assert claim("x + 1", "(x^2-1)/(x-1)", not_one) is Verdict.PROVED
    assert claim("1/(x-1) + 1/(x+1)", "2x/((x-1)(x+1))") is Verdict.PROVED


@pytest.mark.parametrize(
    ("before", "after"),
    [("1", "(x^2 - 2)/(x^2 - 2)"), ("x + a", "(x^2 - a^2)/(x - a)"), ("1", "sin(x)/sin(x)"), ("1", "|x|/|x|"),
     ("|x|", "x^2/|x|"), ("1", "tan(x)/tan(x)"), ("sin(x)", "tan(x) cos(x)"), ("1", "(e^x - 2)/(e^x - 2)"),
     ("x - sqrt(2)", "(x^2 - 2)/(x + sqrt(2))"), ("1", "(1 - cos(x))/(1 - cos(x))")],
)  # fmt: skip
def test_a_hole_is_seen_wherever_the_new_divisor_changes_its_sign(before, after):
    assert claim(before, after) is not Verdict.PROVED
    assert claim(after, before) is Verdict.PROVED


def test_numbers_that_agree_are_called_tested_and_not_proved():
    assert claim("gamma(x) gamma(1 - x)", "pi/sin(pi x)") is Verdict.TESTED


def test_nothing_that_can_be_judged_is_undecided():
    assert claim("int x dx", "x^2/2") is Verdict.UNDECIDED


def test_an_equation_is_solved_only_by_what_is_not_zero():
    not_zero = Relation((Name("a"), ZERO), ("!=",))

    assert claim("a y = b", "y = b/a", not_zero, kind="solve") is Verdict.PROVED
    assert claim("a y = b", "y = b/a", kind="solve") is not Verdict.PROVED
    assert claim("2y + 2 = b", "2y = b - 2", kind="solve") is Verdict.PROVED
    assert claim("a y = b", "y = a b", not_zero, kind="solve") is not Verdict.PROVED


# the whole answer


def test_the_answer_is_held_against_the_input_as_typed():
    f = parse("x^3 e^(x^2)")

    assert answer_agrees(f, x, 2, derivatives(f, x, 2)[-1].result) is Verdict.PROVED
    assert answer_agrees(f, x, 2, derivatives(f, x, 3)[-1].result) is Verdict.REFUTED
    assert answer_agrees(parse("x^2"), x, 1, parse("2x + 1")) is Verdict.REFUTED


# formulas that are proved once, for whatever their letters stand for


def by_formula(before: str, after: str, formula: str, **bind: str) -> Verdict:
    """The verdict on one rule step whose result leaves its derivatives standing."""
    line = parse(after)
    letters = tuple((letter, parse(part)) for letter, part in bind.items())
    step = Step("rule", "a rule", Derivative(parse(before), x), line, line, formula=formula, bind=letters)
    return verify(Derivation(step.before, (step,)))


def test_a_formula_that_is_no_law_proves_nothing():
    assert by_formula("a^2 b", "0", "(u v)' = 0", u="a^2", v="b") is Verdict.PROVED
    assert by_formula("x^2 sin(x)", "2x cos(x)", "(u v)' = 2 u^(1/2) cos x", u="x^2", v="sin(x)") is Verdict.REFUTED


def test_a_letter_that_holds_the_variable_is_no_constant():
    power = "(u^n)' = n u^(n-1)"

    assert by_formula("x^5", "5x^4", "(x^n)' = n x^(n-1)", n="5") is Verdict.PROVED
    assert by_formula("x^x", "x x^(x-1)", "(x^n)' = n x^(n-1)", n="x") is Verdict.REFUTED
    assert by_formula("(2x)^5", "5 (2x)^4", power, u="2x", n="5") is Verdict.REFUTED


@pytest.mark.parametrize("function", ["10^10^10^10 x", "x^2 + 10^10^10^10 x", "sin((10^10^10) x)"])
def test_a_number_too_large_to_work_out_is_no_hindrance(function):
    assert verify(differentiate(parse(function), x)) is Verdict.PROVED


def test_sympy_is_not_asked_about_numbers_too_large_to_work_out(monkeypatch):
    def asked(*_arguments, **_options):
        raise AssertionError("SymPy was asked")

    monkeypatch.setattr("mathcli.algebra.lowering.lower", asked)

    assert answer_agrees(parse("10^10^10^10 x"), x, 1, parse("10^10^10^10")) is Verdict.UNDECIDED


# what a formula says, node by node


@pytest.mark.parametrize(
    ("f", "after"),
    [
        ("x sin x", "diff(x, x) sin(x) + x diff(sin(x), x)"),
        ("(x+1) x cos x", "diff(x+1, x) x cos(x) + (x+1) diff(x cos(x), x)"),
    ],
)
def test_a_formula_says_what_is_its_letters_filled_in(f, after):
    u, v = parse(f).children()[0], Product.of(*parse(f).children()[1:])
    bind = (("u", u), ("v", v))

    assert says("(u v)' = u' v + u v'", bind, Derivative(parse(f), x), parse(after))
    assert not says("(u v)' = u' v - u v'", bind, Derivative(parse(f), x), parse(after))
    assert not says("(u v)' = u' v + u v'", bind[::-1], Derivative(parse("sin x"), x), parse(after))


@pytest.mark.parametrize(
    ("n", "after", "is_said"),
    [
        ("3", "3 x^2", True),
        ("2", "2 x", True),
        ("3", "3 x^3", False),
        ("2", "2 x^2", False),
        ("1/2", "(1/2) x^(1/2)", False),
    ],
)
def test_a_whole_exponent_may_be_worked_out(n, after, is_said):
    power = Power(x, parse(n))

    assert says("(x^n)' = n x^(n-1)", (("n", parse(n)),), Derivative(power, x), parse(after)) is is_said


def test_what_was_proved_once_does_not_help_a_line_that_is_wrong():
    before, right, wrong = parse("1*7*x^6"), parse("7*x^6"), parse("7*x^5")
    steps = [Step("arithmetic", "arithmetic", before, after, after) for after in (right, wrong, right)]

    verdicts = [verify(Derivation(before, (step,))) for step in steps]

    assert verdicts == [Verdict.PROVED, Verdict.REFUTED, Verdict.PROVED]
