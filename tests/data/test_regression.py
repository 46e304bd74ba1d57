"""Fits are those of numpy and scikit-learn; what has no single minimum is refused with its reason."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_regression
from sklearn.linear_model import LogisticRegression

from mathcli.data.regression import Design, descend_on_squares, least_squares, logistic_regression
from mathcli.errors import UndefinedError


def design(columns, target, *, exactly: bool = False) -> Design:
    columns, target = np.array(columns, dtype=float), np.array(target, dtype=float)
    names = tuple(f"w_{k}" for k in range(len(columns)))
    exact = None
    if exactly:
        rows = [[Fraction(value) for value in column] for column in columns]
        exact = (rows, [Fraction(value) for value in target], [Fraction(value) for value in target])
    return Design(names, tuple(f"c{k}" for k in range(len(columns))), columns, target, target, exact)


@pytest.mark.parametrize("seed", range(5))
def test_least_squares_are_numpys(seed):
    x, y = make_regression(80, 4, noise=3, random_state=seed)
    columns = np.vstack([np.ones(80), x.T])
    fit = least_squares(design(columns, y))
    expected, (loss,), *_ = np.linalg.lstsq(columns.T, y, rcond=None)

    assert fit.parameters == pytest.approx(expected)
    assert fit.loss == pytest.approx(loss)


points = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=3, max_size=8).filter(
    lambda rows: len({x for x, _ in rows}) > 1
)


@given(points)
def test_an_exact_fit_solves_its_normal_equations_exactly(rows):
    xs, ys = zip(*rows, strict=True)
    fit = least_squares(design([xs, [1] * len(xs)], ys, exactly=True))
    m, c = fit.parameters

    assert sum(x * (y - (m * x + c)) for x, y in rows) == 0
    assert sum(y - (m * x + c) for x, y in rows) == 0
    assert fit.loss == sum((y - (m * x + c)) ** 2 for x, y in rows)
    assert fit.parameters == pytest.approx(tuple(np.polyfit(xs, ys, 1)), abs=1e-9)


@pytest.mark.parametrize("exactly", [True, False])
def test_dependent_columns_are_named(exactly):
    with pytest.raises(UndefinedError, match=r"c0, c1, c2 depend on one another: c2 = c0 \+ \(2\)\*c1|c2 = "):
        least_squares(design([[1, 2, 3, 5], [1, 0, 1, 0], [3, 2, 5, 5]], [1, 2, 3, 4], exactly=exactly))


def test_too_few_rows_are_refused():
    with pytest.raises(UndefinedError, match="1 row cannot settle 2 parameters"):
        least_squares(design([[1], [1]], [1]))


def test_equal_targets_have_no_share_explained():
    fit = least_squares(design([[1, 2, 3], [1, 1, 1]], [4, 4, 4], exactly=True))

    assert fit.r_squared is None
    assert fit.parameters == (0, 4)


def test_descent_approaches_the_least_squares_below_the_limit_and_not_above():
    found = design([[1, 2, 3, 4], [1, 1, 1, 1]], [2, 3, 5, 4])
    best = least_squares(found).parameters
    path = descend_on_squares(found, (0, 0), None, 3000, is_mean=False)

    assert path.points[-1] == pytest.approx(best, abs=1e-6)
    assert path.rate == pytest.approx(path.limit / 2)
    away = descend_on_squares(found, (0, 0), path.limit * 1.1, 200, is_mean=False)
    assert away.losses[-1] > away.losses[0]


@pytest.mark.parametrize("seed", range(4))
def test_logistic_regression_is_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(150, 2))
    y = (rng.random(150) < 1 / (1 + np.exp(-(x @ [1.0, -2.0] + 0.5)))).astype(float)
    found = logistic_regression(design(np.vstack([np.ones(150), x.T]), y))
    judge = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(x, y)

    assert found.parameters == pytest.approx((judge.intercept_[0], *judge.coef_[0]), abs=1e-4)
    assert found.accuracy == judge.score(x, y)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], "separate the two classes"),
        ([0, 0, 1, 2], [0, 1, 1, 1], "separate the two classes"),
        ([1, 2, 3, 4], [1, 1, 1, 1], "every row is of class 1"),
        ([1, 2, 3, 4], [0, 1, 2, 1], "row 3 has 2"),
        ([0, 0, 0, 0], [0, 1, 0, 1], "depend|0 throughout"),
    ],
    ids=["separated", "but for points on the line", "one class", "no class", "constant"],
)
def test_a_log_loss_without_a_minimum_is_refused(x, y, words):
    with pytest.raises(UndefinedError, match=words):
        logistic_regression(design([x, [1] * 4], y))
