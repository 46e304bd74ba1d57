"""The alarm itself: corrupt a rule, a table entry, a formula, a bind or a composition, and verification must refuse.

The tests loop over the rulebook and the table, so that a new rule is covered by being entered.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from mathcli.algebra.verdict import Verdict
from mathcli.calculus import differentiation, elementary
from mathcli.calculus.derivation import Derivation, Step
from mathcli.calculus.differentiation import IN_ORDER, differentiate
from mathcli.calculus.verification import judge, verify
from mathcli.errors import MathcliError
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Derivative,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)

x = Name("x")
RULES = [rule for rule in IN_ORDER if rule.example]
TABLE = sorted(elementary.TABLE)


@pytest.fixture(autouse=True)
def rules_are_looked_up_afresh():
    differentiation.first_that_fits.cache_clear()
    yield
    differentiation.first_that_fits.cache_clear()


def refused(derivation: Derivation) -> bool:
    return verify(derivation) is Verdict.REFUTED


def derived(function: str) -> Derivation:
    f = parse(function)
    variable = x if x in f.names or not f.names else sorted(f.names, key=lambda name: name.name)[0]
    return differentiate(f, variable)


# what is right is not refused


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_the_example_of_every_rule_is_proved_step_by_step(rule):
    verdicts = judge(derived(rule.example))

    assert set(verdicts.values()) <= {Verdict.PROVED}


@pytest.mark.parametrize("function", TABLE)
def test_every_entry_of_the_table_is_proved(function):
    assert verify(derived(f"{function}(x)")) is Verdict.PROVED
    assert verify(derived(f"{function}(x^2/5)")) is Verdict.PROVED


# corrupted rules


def _sign_lost(after):
    return Negative(after)


def _term_dropped(after):
    match after:
        case Sum(terms):
            return Sum.of(*terms[:-1])
        case Quotient(Sum(terms), below):
            return Quotient(Sum.of(*terms[:-1]), below)
    return None


def _factor_dropped(after):
    match after:
        case Product(factors):
            return Product.of(*(factor for factor in factors if not isinstance(factor, Derivative)))
        case Quotient(Product(factors), below):
            return Quotient(Product.of(*(f for f in factors if not isinstance(f, Derivative))), below)
    return None


def _doubled(after):
    return Product.of(TWO, after)


def _turned_over(after):
    return Quotient(ONE, after)


def _exponent_kept(after):
    match after:
        case Product(factors) if any(isinstance(factor, Power) for factor in factors):
            return Product.of(*(Power(f.base, TWO) if isinstance(f, Power) else f for f in factors))
    return None


def _one_added(after):
    return Sum.of(after, ONE)


CORRUPTIONS = [_sign_lost, _term_dropped, _factor_dropped, _doubled, _turned_over, _exponent_kept, _one_added]


STILL_RIGHT = (ZERO, Negative(ZERO), Product.of(TWO, ZERO), Quotient(ONE, ONE))
"""What a corruption may make of 0 and of 1 without harm."""


def corrupted_rules(monkeypatch, rule, corruption):
    """Put a corrupted twin in the place of a rule."""
    changed = []

    def apply(f, variable):
        application = rule.apply(f, variable)
        if application is None:
            return None
        after = application.after
        if rule.kind == "rewrite" and isinstance(after, Derivative):
            inner = (lambda u: Sum.of(u, x))(after.operand) if corruption is _one_added else corruption(after.operand)
            twin = None if inner is None else Derivative(inner, after.variable)
        else:
            twin = corruption(after)
        if twin is None or twin in STILL_RIGHT or twin is after:
            return application
        changed.append(twin)
        return replace(application, after=twin)

    twins = tuple(one._replace(apply=apply) if one is rule else one for one in IN_ORDER)
    monkeypatch.setattr(differentiation, "IN_ORDER", twins)
    return changed


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=[c.__name__.strip("_") for c in CORRUPTIONS])
@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_corrupted_rule_is_refused(monkeypatch, rule, corruption):
    changed = corrupted_rules(monkeypatch, rule, corruption)
    try:
        derivation = derived(rule.example)
    except (MathcliError, KeyError):
        return  # no answer, so none that is wrong
    if changed:
        assert refused(derivation)


@pytest.mark.parametrize("function", TABLE)
@pytest.mark.parametrize("corruption", [_sign_lost, _doubled, _turned_over, _one_added], ids=lambda c: c.__name__)
def test_a_corrupted_entry_of_the_table_is_refused(monkeypatch, function, corruption):
    right = elementary.entry(function)
    original = elementary.entry
    monkeypatch.setattr(elementary, "entry", lambda name: corruption(right) if name == function else original(name))
    elementary.formula.cache_clear()
    try:
        assert refused(derived(f"{function}(x)"))
        assert refused(derived(f"{function}(3x)"))
    finally:
        elementary.formula.cache_clear()


# corrupted steps


def with_step(derivation: Derivation, corrupt) -> list[Derivation]:
    """The derivation with one of its steps corrupted, for each step, sub-derivations included."""
    twins = []
    for k, step in enumerate(derivation.steps):
        twin = corrupt(step)
        if twin is not None:
            twins.append(replace(derivation, steps=(*derivation.steps[:k], twin, *derivation.steps[k + 1 :])))
        for j, sub in enumerate(step.substeps):
            for other in with_step(sub, corrupt):
                substeps = (*step.substeps[:j], other, *step.substeps[j + 1 :])
                changed = replace(step, substeps=substeps)
                twins.append(replace(derivation, steps=(*derivation.steps[:k], changed, *derivation.steps[k + 1 :])))
    return twins


def _bind_swapped(step: Step) -> Step | None:
    if not step.formula or len(step.bind) < 2:
        return None
    (a, u), (b, v), *rest = step.bind
    if u is v:
        return None
    return replace(step, bind=((a, v), (b, u), *rest))


def _bind_changed(step: Step) -> Step | None:
    if not step.formula or not step.bind:
        return None
    (letter, part), *rest = step.bind
    return replace(step, bind=((letter, Sum.of(part, Number(7))), *rest))


def _formula_changed(step: Step) -> Step | None:
    return replace(step, formula=step.formula.replace(" = ", " = 3 + ")) if step.formula else None


def _result_changed(step: Step) -> Step | None:
    return replace(step, result=Sum.of(step.result, ONE))


def _result_negated(step: Step) -> Step | None:
    return replace(step, result=Negative(step.result), after=Negative(step.after))


def _start_changed(step: Step) -> Step | None:
    return replace(step, before=Sum.of(step.before, ONE))


def _substeps_swapped(step: Step) -> Step | None:
    if len(step.substeps) < 2:
        return None
    first, second, *rest = step.substeps
    return replace(
        step,
        substeps=(replace(first, start=second.start), replace(second, start=first.start), *rest),
    )


def _substeps_dropped(step: Step) -> Step | None:
    return replace(step, substeps=()) if step.substeps else None


SYMMETRIC = {"product rule", "sum rule", "constant factor rule"}
STEPS = [
    _bind_changed,
    _formula_changed,
    _result_changed,
    _result_negated,
    _start_changed,
    _substeps_swapped,
    _substeps_dropped,
    _bind_swapped,
]
FUNCTIONS = ["e^(2x) cos x", "(x^2+1)/(x-1)", "sin^2(3x^2+1)", "x^x", "ln sqrt(x^2+1)", "1/(1+e^(-x))", "f(x^2) + a x"]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("corrupt", STEPS, ids=[c.__name__.strip("_") for c in STEPS])
def test_a_corrupted_step_is_refused(function, corrupt):
    derivation = derived(function)
    assert verify(derivation) is Verdict.PROVED

    for twin in with_step(derivation, lambda step: _unless_symmetric(step, corrupt)):
        assert refused(twin)


def _unless_symmetric(step: Step, corrupt) -> Step | None:
    """Corrupt the step, unless swapping letters leaves the formula right: (u v)' = u' v + u v'."""
    if corrupt is _bind_swapped and step.rule in SYMMETRIC:
        return None
    if corrupt is _result_negated and step.result in (ZERO, Negative(ZERO)):
        return None
    return corrupt(step)


def test_a_chain_that_skips_a_line_is_refused():
    derivation = derived("e^(2x) cos x")
    shorter = replace(derivation, steps=derivation.steps[1:])

    assert refused(shorter)
