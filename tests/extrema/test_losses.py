"""Losses: the stationary point in closed form, its condition and its kind, for every number of terms."""

from __future__ import annotations

import random

import pytest
from flint import fmpq

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.verdict import Verdict
from mathcli.calculus.proofs import prove
from mathcli.errors import NotCoveredError
from mathcli.extrema.loss_shapes import shape_of
from mathcli.extrema.losses import LossExtremum, is_loss, loss_extremum
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Indexed, Name, Node, Number
from mathcli.syntax.writer import write

np = pytest.importorskip("numpy")

LINE = "sum_(i=1)^n (y_i - (m x_i + c))^2"
SLOPE = "(n*sum(x_i*y_i, i, 1, n) - sum(x_i, i, 1, n)*sum(y_i, i, 1, n))/(n*sum(x_i^2, i, 1, n) - sum(x_i, i, 1, n)^2)"
START = (
    "(sum(x_i^2, i, 1, n)*sum(y_i, i, 1, n) - sum(x_i, i, 1, n)*sum(x_i*y_i, i, 1, n))"
    "/(n*sum(x_i^2, i, 1, n) - sum(x_i, i, 1, n)^2)"
)


def found(text: str, names: str) -> LossExtremum:
    return loss_extremum(parse(text), tuple(map(Name, names.split(","))))


def said(phrase: tuple[str | Node, ...]) -> str:
    return "".join(part if isinstance(part, str) else write(part) for part in phrase)


@pytest.mark.parametrize(
    ("text", "names", "point", "kind", "unique"),
    [
        (LINE, "m,c", (SLOPE, START), "local minimum", "not all x_i are equal"),
        (f"(1/n) {LINE}", "m,c", (SLOPE, START), "local minimum", "not all x_i are equal"),
        (f"-{LINE}", "m,c", (SLOPE, START), "local maximum", "not all x_i are equal"),
        ("sum_(i=1)^n (y_i - a)^2", "a", ("sum(y_i, i, 1, n)/n",), "local minimum", ""),
        ("sum_(i=1)^n (y_i - m x_i)^2", "m", ("sum(x_i*y_i, i, 1, n)/sum(x_i^2, i, 1, n)",), "local minimum",
         "not all x_i are 0"),
        ("sum_(i=1)^n (y_i - m x_i)^2 + lambda m^2", "m", ("sum(x_i*y_i, i, 1, n)/(lambda + sum(x_i^2, i, 1, n))",),
         "local minimum", ""),
        ("sum_(i=1)^n (y_i log(p) + (1 - y_i) log(1 - p))", "p", ("sum(y_i, i, 1, n)/n",), "local maximum", ""),
        ("sum_(i=1)^n (y_i log(mu) - mu)", "mu", ("sum(y_i, i, 1, n)/n",), "local maximum", ""),
        ("n log(r) - r sum_(i=1)^n x_i", "r", ("n/sum(x_i, i, 1, n)",), "local maximum", ""),
        ("-n log(s) - sum_(i=1)^n (y_i - mu)^2/(2 s^2)", "s", ("sqrt(sum((y_i - mu)^2, i, 1, n)/n)",),
         "local maximum", ""),
        ("-sum_(i=1)^n (y_i - mu)^2/(2 s^2)", "mu", ("sum(y_i, i, 1, n)/n",), "local maximum", ""),
    ],
)  # fmt: skip
def test_the_stationary_point_has_its_textbook_form(text, names, point, kind, unique):
    extremum = found(text, names)

    assert tuple(map(write, extremum.point)) == point
    assert extremum.kind == kind
    assert said(extremum.unique) == unique
    assert prove(extremum.derivations, Budget()).verified is Verdict.PROVED


@pytest.mark.parametrize(("text", "degree"), [("(y_i - (m x_i + c))^2", 1), ("(y_i - (m x_i^2 + c x_i))^2", 2)])
def test_the_solution_is_what_least_squares_gives_for_data(text: str, degree: int):
    extremum = found(f"sum_(i=1)^n {text}", "m,c")
    for n in (2, 3, 6):
        chosen = random.Random(n)
        xs, ys = ([fmpq(chosen.randint(-20, 20), 7) for _ in range(n)] for _ in "xy")
        at = {Indexed("x", (Number(i),)): value for i, value in enumerate(xs, 1)}
        at |= {Indexed("y", (Number(i),)): value for i, value in enumerate(ys, 1)}
        numbers = np.array([float(x.p) / float(x.q) for x in xs])
        heights = np.array([float(y.p) / float(y.q) for y in ys])
        design = np.stack([numbers**degree, numbers ** (degree - 1)], axis=1)
        expected = np.linalg.lstsq(design, heights, rcond=None)[0]
        values = [enclose(value, {**at, Name("n"): n}) for value in extremum.point]
        assert [float(value.mid()) for value in values] == pytest.approx(list(expected), rel=1e-6)


def test_the_determinant_is_a_sum_of_squares_by_the_identity_of_lagrange():
    identity = found(LINE, "m,c").identity

    assert identity is not None
    assert write(identity.result) == "1/2*sum(sum((x_i - x_j)^2, j, 1, n), i, 1, n)"


def test_the_intercept_is_said_by_means():
    assert [write(d.result) for d in found(LINE, "m,c").shown] == ["c = ybar - m*xbar"]


def test_three_parameters_have_normal_equations_and_a_proof_of_convexity_but_no_closed_form():
    extremum = found("sum_(i=1)^n (y_i - a - b x_i - c x_i^2)^2", "a,b,c")

    assert extremum.point == ()
    assert len(extremum.equations) == 3
    assert said(extremum.unique) == "no combination of 1, x_i, x_i^2 is 0 for all i"
    assert prove(extremum.derivations, Budget()).verified is Verdict.PROVED


def test_a_penalty_makes_the_minimum_certain_where_its_factor_is_positive():
    extremum = found("sum_(i=1)^n (y_i - m x_i - c)^2 + lambda m^2", "m,c")

    assert extremum.unique == ()
    assert extremum.shape is not None
    assert [write(given) for given in extremum.shape.given] == ["lambda > 0"]


@pytest.mark.parametrize(
    "text", ["sum_(i=1)^n (y_i - m x_i)^2 - sum_(i=1)^n (z_i - m)^2", "sum_(i=1)^n (y_i - m x_i)^2 - m^2"]
)
def test_squares_of_both_signs_leave_the_kind_open(text: str):
    assert found(text, "m").kind is None


@pytest.mark.parametrize(
    ("text", "names", "sign"),
    [
        ("sum_(i=1)^n log(1 + e^(-y_i (w x_i + b)))", "w,b", 1),
        ("sum_(i=1)^n (e^(w x_i) - y_i w x_i)", "w", 1),
        ("sum_(i=1)^n log(cosh(y_i - w x_i))", "w", 1),
        ("-sum_(i=1)^n e^(w x_i)", "w", -1),
        ("sum_(i=1)^n (y_i - w^2 x_i)^2", "w", None),
        ("sum_(i=1)^n sin(w x_i)", "w", None),
        ("sum_(i=1)^n |y_i - w x_i| + w^2", "w", None),
        ("sum_(i=1)^n u_i (y_i - w)^2 - w^2", "w", None),
    ],
)
def test_a_shape_is_given_only_where_the_hessian_has_one_sign(text: str, names: str, sign: int | None):
    shape = shape_of(parse(text), tuple(map(Name, names.split(","))))

    if sign is None:
        assert shape is None or shape.given
    else:
        assert shape is not None
        assert (shape.sign, shape.given) == (sign, ())
        assert prove((shape.form,), Budget()).verified is Verdict.PROVED


def test_what_has_no_closed_form_says_so_and_that_it_is_convex():
    with pytest.raises(NotCoveredError, match="no solution in closed form; the loss is convex"):
        found("sum_(i=1)^n log(1 + e^(-y_i m x_i))", "m")


def test_a_sum_of_a_known_number_of_terms_is_no_loss():
    assert not is_loss(parse("sum_(i=1)^3 (x - i)^2"), (Name("x"),))
    assert is_loss(parse(LINE), (Name("m"), Name("c")))


@pytest.mark.parametrize(
    ("text", "x", "point", "conditions"),
    [
        ("n log(p) + (sum_(i=1)^n x_i - n) log(1 - p)", "p", "n/sum(x_i, i, 1, n)",
         ["sum(x_i, i, 1, n) > 0", "0 < n/sum(x_i, i, 1, n) < 1"]),
        ("a log(r) - r sum_(i=1)^n x_i", "r", "a/sum(x_i, i, 1, n)",
         ["sum(x_i, i, 1, n) > 0", "a/sum(x_i, i, 1, n) > 0"]),
        ("3 log(r) + r sum_(i=1)^n x_i", "r", "-3/sum(x_i, i, 1, n)",
         ["sum(x_i, i, 1, n) < 0"]),
        ("sum_(i=1)^n (log(r) + (r - 1) log(x_i))", "r", "-n/sum(log(x_i), i, 1, n)",
         ["sum(log(x_i), i, 1, n) < 0"]),
        ("n log(r) - r sum_(i=1)^n x_i", "r", "n/sum(x_i, i, 1, n)", ["sum(x_i, i, 1, n) > 0"]),
        ("(sum_(i=1)^n x_i) log(r) - t r", "r", "sum(x_i, i, 1, n)/t", ["t > 0", "sum(x_i, i, 1, n)/t > 0"]),
    ],
)  # fmt: skip
def test_a_likelihood_has_its_extremum_only_where_that_lies_in_the_domain(text, x, point, conditions):
    extremum = found(text, x)

    assert write(extremum.point[0]) == point
    assert extremum.kind == "local maximum"
    assert [write(condition) for condition in extremum.conditions] == conditions


def test_a_letter_that_counts_no_terms_is_divided_by_only_where_it_is_not_0():
    extremum = found("t m^2 - 2 m sum_(i=1)^n x_i", "m")

    assert extremum.shape is not None
    assert [write(given) for given in extremum.shape.given] == ["t > 0"]
    assert prove(extremum.derivations, Budget()).verified is Verdict.PROVED


@pytest.mark.parametrize(
    ("text", "names", "kind"),
    [
        ("sum_(i=1)^n (y_i - m x_i - c)^2 + lambda (m^2 + c^2)", "m,c", "local minimum"),
        ("(1/n) sum_(i=1)^n (y_i - m x_i - c)^2 + lambda (m^2 + c^2)", "m,c", "local minimum"),
        ("sum_(i=1)^n ((u - x_i)^2 + (v - y_i)^2)", "u,v", "local minimum"),
        ("-sum_(i=1)^n ((u - x_i)^2 + (u + v - y_i)^2)", "u,v", "local maximum"),
        ("sum_(i=1)^n x_i (u^2 - v^2)", "u,v", None),
        ("sum_(i=1)^n (u - x_i) (v - y_i)", "u,v", None),
    ],
)
def test_one_term_may_hold_several_squares(text, names, kind):
    extremum = found(text, names)

    assert extremum.kind == kind
    assert extremum.shape is None or prove((extremum.shape.form,), Budget()).verified is Verdict.PROVED
