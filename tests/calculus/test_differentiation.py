"""The rules, their order, and the model derivations line by line."""

import pytest
from flint import arb, fmpq
from hypothesis import assume, given, settings

from mathcli.algebra import balls, jets
from mathcli.algebra.verdict import Verdict
from mathcli.calculus.derivation import Derivation, each_step
from mathcli.calculus.differentiation import IN_ORDER, derivatives, differentiate
from mathcli.calculus.rulebook import Rule
from mathcli.calculus.verification import judge
from mathcli.errors import NotCoveredError
from mathcli.syntax.parser import parse, read
from mathcli.syntax.tree import Call, Derivative, Name, Negative, Node, Number, Power, Product, Quotient, Sum, walk
from mathcli.syntax.writer import write
from tests.strategies import elementary_functions

x = Name("x")


def lines(derivation: Derivation) -> list[str]:
    return [write(step.result) for step in derivation.steps]


def rules_used(derivation: Derivation) -> list[str]:
    return [step.rule for step in derivation.steps]


def unproved(derivation: Derivation) -> list[str]:
    verdicts = judge(derivation)
    return [step.rule for path, step in each_step(derivation) if verdicts[path] is not Verdict.PROVED]


@pytest.mark.parametrize("rule", [r for r in IN_ORDER if r.example], ids=lambda r: r.name)
def test_each_rule_applies_to_its_own_example_and_its_claim_holds(rule: Rule):
    f = parse(rule.example)

    assert rule.apply(f, x) is not None
    derivation = differentiate(f, x)
    assert not derivation.steps or rule.name in [step.rule for _, step in each_step(derivation)]
    assert min(judge(derivation).values(), default=Verdict.PROVED) >= Verdict.TESTED


@pytest.mark.parametrize("rule", [r for r in IN_ORDER if r.example], ids=lambda r: r.name)
def test_each_rule_explains_itself_to_a_student(rule: Rule):
    assert rule.explanation.endswith(".")
    assert "None" not in rule.explanation


RAW = {
    "3x^4 - 5x^2 + 2x": "3*4*x^3 - 5*2*x + 2",
    "e^(2x) cos x": "2*exp(2*x)*cos(x) - exp(2*x)*sin(x)",
    "1/(1+e^(-x))": "-(1 + exp(-x))^(-2)*(-exp(-x))",
    "x^x": "exp(x*log(x))*(log(x) + x*(1/x))",
    "sin^2(3x^2+1)": "2*sin(3*x^2 + 1)*cos(3*x^2 + 1)*6*x",
    "(x^2+1)/(x-1)": "(2*x*(x - 1) - (x^2 + 1)*1)/(x - 1)^2",
    "ln sqrt(x^2+1)": "1/2*(2*x/(x^2 + 1))",
}
LAST = {
    "3x^4 - 5x^2 + 2x": "12*x^3 - 10*x + 2",
    "12x^3 - 10x + 2": "36*x^2 - 10",
    "e^(2x) cos x": "exp(2*x)*(2*cos(x) - sin(x))",
    "e^(2x)(2cos x - sin x)": "exp(2*x)*(3*cos(x) - 4*sin(x))",
    "1/(1+e^(-x))": "exp(-x)/(1 + exp(-x))^2",
    "x^x": "x^x*(log(x) + 1)",
    "sin^2(3x^2+1)": "12*x*sin(3*x^2 + 1)*cos(3*x^2 + 1)",
    "(x^2+1)/(x-1)": "(x^2 - 2*x - 1)/(x - 1)^2",
    "ln sqrt(x^2+1)": "x/(x^2 + 1)",
    "log(x)/x": "(1 - log(x))/x^2",
    "2x^2y + 3y^3x^2 + 3y": "4*x*y + 6*x*y^3",
    "x/(x^2+1)": "(1 - x^2)/(x^2 + 1)^2",
    "(2x+1)^10 (x-1)^5": "15*(2*x + 1)^9*(x - 1)^4*(2*x - 1)",
    "ln(x^2)": "2/x",
    "x sqrt(1-x^2)": "(1 - 2*x^2)/sqrt(1 - x^2)",
    "2^x": "2^x*log(2)",
    "x |x|": "2*abs(x)",
    "sqrt x": "1/(2*sqrt(x))",
    "x^(2/3)": "2/(3*x^(1/3))",
    "3/x^2": "-6/x^3",
    "e^(-x^2/2)": "-x*exp(-x^2/2)",
    "asin(x/2)": "1/(2*sqrt(1 - x^2/4))",
    "sinh(x)/cosh(x)": "1/cosh(x)^2",
    "(x^2-1)/(x-1)^2": "-2/(x - 1)^2",
    "1.5x^2": "3*x",
    "x^0.2": "0.2/x^0.8",
    "sqrt(x^2)": "x/abs(x)",
    "x^2/(x^3+1)": "x*(2 - x^3)/(x^3 + 1)^2",
    "x(2-x^3)/(x^3+1)^2": "2*(x^6 - 7*x^3 + 1)/(x^3 + 1)^3",
    "ln(x+sqrt(1+x^2))": "1/sqrt(1 + x^2)",
    "x sqrt(x+1)": "(3*x + 2)/(2*sqrt(x + 1))",
    "(1+x)^2/(1-x)^2": "4*(1 + x)/(1 - x)^3",
    "1/(2 sqrt x sqrt(1-x))": "(2*x - 1)/(4*x^(3/2)*(1 - x)^(3/2))",
    "sqrt(x^4)": "2*x",
    "|x|^3": "3*x*abs(x)",
    "f(x) g(x)": "f'(x)*g(x) + f(x)*g'(x)",
}


@pytest.mark.parametrize("text", RAW)
def test_the_raw_line_is_the_one_that_a_teacher_accepts(text: str):
    raw = differentiate(parse(text), x).raw

    assert raw is not None
    assert write(raw) == RAW[text]


@pytest.mark.parametrize("text", LAST)
def test_the_last_line_is_the_one_that_a_teacher_stops_at(text: str):
    derivation = differentiate(parse(text), x)

    assert write(derivation.result) == LAST[text]
    assert unproved(derivation) == []


def test_the_other_partial_derivative_of_the_two_variable_problem():
    derivation = differentiate(parse("2x^2y + 3y^3x^2 + 3y"), Name("y"))

    assert write(derivation.result) == "2*x^2 + 9*x^2*y^2 + 3"


def test_each_order_begins_at_the_last_line_of_the_one_before():
    first, second = derivatives(parse("e^(2x) cos x"), x, 2)

    assert second.start is Derivative(first.result, x)
    assert write(second.result) == "exp(2*x)*(3*cos(x) - 4*sin(x))"


def test_the_product_rule_shows_its_factors_in_the_order_of_the_user():
    step = differentiate(parse("e^(2x) cos x"), x).steps[0]

    assert step.rule == "product rule"
    assert step.formula == "(u v)' = u' v + u v'"
    assert [(letter, write(part)) for letter, part in step.bind] == [("u", "exp(2*x)"), ("v", "cos(x)")]


def test_a_letter_of_a_formula_is_not_one_of_the_problem():
    step = differentiate(parse("sin(u) cos(v) x^2"), Name("u")).steps[0]

    assert {letter for letter, _ in step.bind}.isdisjoint({"u", "v", "x"})


@pytest.mark.parametrize("variable", ["t", "u", "n", "c", "r", "x_1", "lambda", "e"])
@pytest.mark.parametrize("text", ["sin(cos(x^2))", "e^(2x) cos x", "x^x", "1/x^3", "x^k a^x", "(x^2+1)/(x-1)"])
def test_every_step_is_proved_whatever_the_variable_is_called(variable: str, text: str):
    f = parse(text).substitute({x: Name(variable)})

    assert unproved(differentiate(f, Name(variable))) == []


@pytest.mark.parametrize("text", ["sin(cos(e^(x^2)))", "x sin(x cos(x ln x))", "((x^2+1)^3+x)^4", "2(3(4x^2+x)^3)^5"])
def test_one_letter_never_stands_for_two_things_in_nested_steps(text: str):
    def look(derivation: Derivation, above: dict[str, Node]) -> None:
        for step in derivation.steps:
            bound = dict(step.bind)
            assert all(above.get(letter, part) is part for letter, part in bound.items())
            for sub in step.substeps:
                look(sub, {**above, **bound})

    look(differentiate(parse(text), x), {})


def test_a_shared_function_is_derived_once():
    shared = parse("sin(x^2)")
    derivation = differentiate(Product((Power(shared, Number(2)), Call("cos", (shared,)))), x)
    found = {
        id(sub) for _, step in each_step(derivation) for sub in step.substeps if sub.start is Derivative(shared, x)
    }

    assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sum_(k=1)^x 1", "the number of terms depends on x"),
        ("gamma(x)", "digamma"),
        ("(-2)^x", "needs a base that is positive"),
        ("f(x, 2x)", "several arguments"),
        ("x!", "whole n only"),
        ("lim_(t->0) sin(t x)/t", "limits"),
        ("int t x dt", "integrals"),
        ("sum_(i=1)^n sum_(j=1)^n x_{ij}^2 + x_1", "one of the x_i"),
    ],
)
def test_what_is_not_covered_is_refused_with_its_reason(text: str, words: str):
    variable = Name("x_1") if "x_1" in text else x

    with pytest.raises(NotCoveredError, match=words):
        differentiate(parse(text), variable)


@pytest.mark.parametrize(
    ("text", "condition"),
    [("x^x", "x > 0"), ("|x|", "x != 0"), ("a^x", "a > 0"), ("ln x", "x > 0"), ("sign(x-1)", "x != 1")],
)
def test_a_rule_brings_its_condition_along(text: str, condition: str):
    derivation = differentiate(parse(text), x)

    assert condition in [write(c) for c in (*derivation.conditions, *derivation.domain)]


def test_the_log_of_a_square_keeps_the_absolute_value():
    step = differentiate(parse("ln(x^2)"), x).steps[0]

    assert write(step.after) == "diff(2*log(abs(x)), x)"


def test_a_derivative_that_stands_in_the_function_is_taken_first():
    derivation = differentiate(parse("x d/dx (x^3)"), x)

    assert rules_used(derivation)[0] == "inner derivative first"
    assert write(derivation.result) == "9*x^2"
    assert unproved(derivation) == []


def test_a_second_derivative_inside_is_taken_one_by_one():
    inner = Derivative(parse("x^4"), x, 2)
    derivation = differentiate(Product((x, inner)), x)

    assert write(derivation.result) == "36*x^2"
    assert unproved(derivation) == []


def test_the_partial_derivative_of_an_unknown_function_stays():
    f = parse("f(x, y)")

    assert differentiate(f, x).result is Derivative(f, x)


def test_named_parts_are_shown_by_their_names_and_filled_in():
    named = tuple(read(text, kind="definition").tree for text in ("f(x)=1/x", "g(x)=1+e^(-x)"))
    derivation = differentiate(parse("f(g(x))"), x, named=named)

    assert write(derivation.steps[0].after) == "f'(g(x))*diff(g(x), x)"
    assert write(derivation.result) == "exp(-x)/(1 + exp(-x))^2"
    assert unproved(derivation) == []


def test_a_named_letter_is_a_function_of_the_variable():
    named = (read("u = x^2", kind="definition").tree,)
    derivation = differentiate(parse("sin(u)"), x, named=named)

    assert write(derivation.result) == "2*x*cos(x^2)"
    assert unproved(derivation) == []


def nested(depth: int) -> Node:
    f: Node = x
    for k in range(depth):
        f = Call("sin", (Sum((x, f)),)) if k % 2 else Quotient(Number(1), Sum((Number(1), f)))
    return f


def test_a_function_of_depth_100_has_a_derivative_without_trouble():
    derivation = differentiate(nested(100), x)

    assert not derivation.result.contains(Derivative)


NESTINGS = {
    "a tower of powers": lambda f: Power(x, f),
    "powers of powers": lambda f: Power(f, Number(2)),
    "quotients below": lambda f: Quotient(Number(1), Sum((Number(1), f))),
    "quotients above": lambda f: Quotient(Sum((f, Number(1))), x),
    "sines": lambda f: Call("sin", (f,)),
    "roots": lambda f: Call("sqrt", (Sum((Number(1), f)),)),
    "sizes": lambda f: Call("abs", (Sum((f, Negative(Number(1)))),)),
    "logarithms": lambda f: Call("log", (Sum((Number(2), f)),)),
    "products": lambda f: Product((x, Sum((Number(1), f)))),
    "maxima": lambda f: Call("max", (f, Number(1))),
}


@pytest.mark.parametrize("wrap", NESTINGS.values(), ids=NESTINGS)
def test_every_kind_of_nesting_may_be_a_hundred_deep(wrap):
    f: Node = x
    for _ in range(98):
        f = wrap(f)

    assert not differentiate(f, x).result.contains(Derivative)


@pytest.mark.parametrize(
    ("text", "derivative"),
    [
        ("max(x, x)", "1"),
        ("max(max(x, 1), 1)", "{1 if x > 1; 0 if 1 > x}"),
        ("min(x, min(x^2, x))", "{1 if x < x^2; 2x if x^2 < x}"),
    ],
)
def test_what_is_compared_twice_counts_once(text: str, derivative: str):
    assert differentiate(parse(text), x).result is parse(derivative)


@pytest.mark.parametrize(
    "f",
    [
        Sum(tuple(Product((Number(k), Power(x, Number(k)))) for k in range(2, 1002))),
        Product(tuple(Sum((x, Number(k))) for k in range(1, 101))),
    ],
    ids=["1,000 terms", "100 factors"],
)
def test_a_long_function_is_differentiated_without_an_explosion(f: Node):
    assert not differentiate(f, x).result.contains(Derivative)


def test_the_twentieth_derivative_stays_small():
    result = derivatives(parse("x^3 e^(x^2)"), x, 20)[-1].result

    assert sum(1 for _ in walk(result)) < 120


@given(elementary_functions(of=x))
@settings(max_examples=60, deadline=None)
def test_every_derivation_ends_without_derivatives_and_no_step_is_refuted(f: Node):
    try:
        derivation = differentiate(f, x)
    except NotCoveredError:
        assume(False)
        return

    assert not derivation.result.contains(Derivative)
    assert Verdict.REFUTED not in judge(derivation).values()


@given(elementary_functions(of=x))
@settings(max_examples=25, deadline=None)
def test_every_derivative_agrees_with_the_one_that_sympy_takes(f: Node):
    from mathcli.algebra.lowering import lower

    ours, theirs = lower(differentiate(f, x).result), lower(f).diff(lower(x))
    point = lower(Quotient(Number(7), Number(10)))
    values = [g.subs(lower(x), point).evalf(25) for g in (ours, theirs)]
    assume(all(value.is_number and value.is_finite and value.is_real for value in values))

    assert abs(values[0] - values[1]) <= 1e-12 * (1 + abs(values[1]))


@given(elementary_functions(of=x))
@settings(max_examples=60, deadline=None)
def test_every_derivative_holds_a_difference_quotient(f: Node):
    """By the mean value theorem it is a value of f' between both points, where f is known to be smooth."""
    a, b = fmpq(7, 10), fmpq(7, 10) + fmpq(1, 2**12)
    between = arb(a).union(arb(b))
    inside = jets.expand(f, x, {x: between}, order=1)
    slope = balls.enclose(differentiate(f, x).result, {x: between})
    left, right = (balls.enclose(f, {x: end}, precision=128) for end in (a, b))
    assume(inside is not None and all(part.is_finite() for part in inside))
    assume(slope is not None and slope.is_finite())
    assert left is not None
    assert right is not None

    assert slope.overlaps((right - left) / (b - a))


def test_a_part_that_stood_in_another_problem_is_the_same_derivation():
    first = differentiate(parse("x^2 sin(3x + 1)"), x)
    second = differentiate(parse("x^3 sin(3x + 1)"), x)

    def part(derivation):
        return next(sub for sub in derivation.steps[0].substeps if sub.start is parse("diff(sin(3x + 1), x)"))

    assert part(first) is part(second)


def test_a_part_is_derived_afresh_where_its_letters_are_taken():
    first, second = (differentiate(parse(f), x) for f in ("x^2 (3x + 1)^4", "u x^2 (3x + 1)^4"))

    assert {letter for step in steps_of(first) for letter, _ in step.bind} >= {"u"}
    assert "u" not in {letter for step in steps_of(second) for letter, _ in step.bind}
    assert second.result.names == {x, Name("u")}


def steps_of(derivation):
    return [step for _, step in each_step(derivation)]
