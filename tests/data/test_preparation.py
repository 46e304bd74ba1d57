"""Prepared columns are those of scikit-learn and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from mathcli.data import preparation as p
from mathcli.errors import UndefinedError

columns = st.lists(st.integers(-1000, 1000), min_size=3, max_size=30).filter(lambda v: len(set(v)) > 1)


@given(columns)
def test_standardized_is_the_standard_scaler(values):
    x = np.array(values, dtype=float)

    assert p.standardized(x, is_sample=False).values == pytest.approx(StandardScaler().fit_transform(x[:, None])[:, 0])
    assert p.standardized(x, is_sample=True).values == pytest.approx(scipy.stats.zscore(x, ddof=1))


@given(columns)
def test_normalized_is_the_min_max_scaler(values):
    x = np.array(values, dtype=float)

    assert p.normalized(x).values == pytest.approx(MinMaxScaler().fit_transform(x[:, None])[:, 0])


@given(columns)
def test_outlier_bounds_are_the_textbook_ones(values):
    x = np.array(values, dtype=float)
    q1, q3 = np.quantile(x, [0.25, 0.75])
    bounds = p.quartile_bounds(x)

    assert (bounds.low, bounds.high) == pytest.approx((q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)))
    assert bounds.high - bounds.low == pytest.approx(4 * scipy.stats.iqr(x))
    assert list(p.outside(x, bounds)) == [bool(v < bounds.low or v > bounds.high) for v in x]
    by_sd = p.deviation_bounds(x, is_sample=False)
    assert list(p.outside(x, by_sd)) == [bool(abs(z) > 3) for z in scipy.stats.zscore(x)]


def test_missing_values_stay_missing_and_out_of_the_figures():
    scaled = p.standardized(np.array([1.0, np.nan, 3.0]), is_sample=False)

    assert (scaled.centre, scaled.width) == (2.0, 1.0)
    assert np.isnan(scaled.values[1])
    assert list(p.imputed(np.array([1.0, np.nan, 2.0, 9.0]), "median")[0]) == [1, 2, 2, 9]
    assert p.imputed(np.array([1.0, np.nan, 2.0, 9.0]), "mean")[1] == 4


def test_a_constant_column_cannot_be_scaled():
    x = np.array([2.0, 2.0])
    for prepare in (p.normalized, lambda v: p.standardized(v, is_sample=False)):
        with pytest.raises(UndefinedError, match="every value is 2"):
            prepare(x)


def test_a_logarithm_names_the_row_of_what_is_not_positive():
    with pytest.raises(UndefinedError, match="row 2 holds -1"):
        p.logarithms(np.array([1.0, -1.0]))


def test_values_whose_squares_vanish_cannot_be_standardized():
    with pytest.raises(UndefinedError, match="too small"):
        p.standardized(np.array([1e-200, 2e-200]), is_sample=False)
