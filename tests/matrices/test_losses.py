"""Losses of the textbooks: gradients and Hessians against automatic differentiation, which knows nothing of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import autograd.numpy as np
import pytest
from autograd import grad, hessian
from flint import arb, fmpq

from mathcli.algebra.balls import working_precision
from mathcli.matrices.entries import PRECISION, Sample
from mathcli.matrices.shapes import read_shapes
from mathcli.syntax.tree import Name
from tests.topics.answers import solve

SIZES = {"n": 4, "d": 3, "m": 2}


class Loss(NamedTuple):
    """A loss as a student types it, by which letter, with which shapes, and the same in numpy."""

    typed: str
    by: str
    shape: str
    written: Callable[..., Any]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def logdet(a):
    return np.linalg.slogdet(a)[1]


DATA = "X: n by d, w: d, y: n"
SQUARE = "X, A, B, S: n by n, x, m: n"

LOSSES = {
    "least squares": Loss("||X w - y||^2", "w", DATA, lambda X, w, y: np.sum((X @ w - y) ** 2)),
    "mean of squares": Loss("||X w - y||^2/n", "w", DATA, lambda X, w, y: np.mean((X @ w - y) ** 2)),
    "ridge": Loss(
        "||X w - y||^2 + c ||w||^2", "w", DATA + ", c: scalar",
        lambda X, w, y, c: np.sum((X @ w - y) ** 2) + c * np.sum(w**2),
    ),
    "tikhonov": Loss(
        "||X w - y||^2 + ||G w||^2", "w", DATA + ", G: m by d",
        lambda X, w, y, G: np.sum((X @ w - y) ** 2) + np.sum((G @ w) ** 2),
    ),
    "generalized least squares": Loss(
        "(y - X w)^T V^-1 (y - X w)", "w", DATA + ", V: n by n positive definite",
        lambda X, w, y, V: (y - X @ w) @ np.linalg.inv(V) @ (y - X @ w),
    ),
    "weighted least squares": Loss(
        "(X w - y)^T diag(v) (X w - y)", "w", DATA + ", v: n",
        lambda X, w, y, v: np.sum(v * (X @ w - y) ** 2),
    ),
    "root of the sum of squares": Loss("||X w - y||", "w", DATA, lambda X, w, y: np.sqrt(np.sum((X @ w - y) ** 2))),
    "logistic, one example": Loss(
        "log(1 + exp(-t w^T x))", "w", "w, x: d, t: scalar", lambda w, x, t: np.log(1 + np.exp(-t * (w @ x)))
    ),
    "logistic, labels -1 and 1": Loss(
        "1^T log(1 + exp(-y∘(X w)))", "w", DATA, lambda X, w, y: np.sum(np.log(1 + np.exp(-y * (X @ w))))
    ),
    "logistic, labels 0 and 1": Loss(
        "-y^T log(σ(X w)) - (1 - y)^T log(1 - σ(X w))", "w", DATA,
        lambda X, w, y: -y @ np.log(sigmoid(X @ w)) - (1 - y) @ np.log(1 - sigmoid(X @ w)),
    ),
    "cross-entropy by the softplus": Loss(
        "1^T softplus(X w) - y^T X w", "w", DATA, lambda X, w, y: np.sum(np.log(1 + np.exp(X @ w))) - y @ X @ w
    ),
    "softmax regression": Loss(
        "log(1^T exp(X w)) - y^T X w", "w", DATA, lambda X, w, y: np.log(np.sum(np.exp(X @ w))) - y @ X @ w
    ),
    "softmax regression by its weights": Loss(
        "log(1^T exp(W x)) - y^T W x", "W", "W: n by d, x: d, y: n",
        lambda W, x, y: np.log(np.sum(np.exp(W @ x))) - y @ W @ x,
    ),
    "smooth hinge of a support vector machine": Loss(
        "max(0, 1 - t (w^T x + b))^2 + ||w||^2/2", "w", "w, x: d, t, b: scalar",
        lambda w, x, t, b: np.maximum(0, 1 - t * (w @ x + b)) ** 2 + np.sum(w**2) / 2,
    ),
    "margin of a separating plane": Loss(
        "(w^T x + b)/||w||", "w", "w, x: d, b: scalar", lambda w, x, b: (w @ x + b) / np.sqrt(w @ w)
    ),
    "poisson regression": Loss(
        "1^T exp(X w) - y^T X w", "w", DATA, lambda X, w, y: np.sum(np.exp(X @ w)) - y @ X @ w
    ),
    "gaussian likelihood by the mean": Loss(
        "(x - m)^T S^-1 (x - m)/2", "m", "x, m: n, S: n by n positive definite",
        lambda x, m, S: (x - m) @ np.linalg.inv(S) @ (x - m) / 2,
    ),
    "gaussian likelihood by the covariance": Loss(
        "log det S/2 + (x - m)^T S^-1 (x - m)/2", "S", "S: n by n, x, m: n",
        lambda S, x, m: logdet(S) / 2 + (x - m) @ np.linalg.inv(S) @ (x - m) / 2,
    ),
    "gaussian likelihood by the precision": Loss(
        "tr(A P) - log det P", "P", "A, P: n by n", lambda A, P: np.trace(A @ P) - logdet(P)
    ),
    "gaussian kernel": Loss(
        "exp(-||x - m||^2/(2 s^2))", "x", "x, m: n, s: scalar",
        lambda x, m, s: np.exp(-np.sum((x - m) ** 2) / (2 * s**2)),
    ),
    "rayleigh quotient": Loss(
        "x^T A x/(x^T x)", "x", "x: n, A: n by n symmetric", lambda x, A: x @ A @ x / (x @ x)
    ),
    "error of a principal component": Loss(
        "||X - X v v^T||_F^2", "v", "X: n by d, v: d", lambda X, v: np.sum((X - np.outer(X @ v, v)) ** 2)
    ),
    "matrix factorization": Loss(
        "||Y - U V^T||_F^2 + c ||U||_F^2", "U", "Y: n by d, U: n by m, V: d by m, c: scalar",
        lambda Y, U, V, c: np.sum((Y - U @ V.T) ** 2) + c * np.sum(U**2),
    ),
    "linear autoencoder": Loss(
        "||X - X W W^T||_F^2", "W", "X: n by d, W: d by m", lambda X, W: np.sum((X - X @ W @ W.T) ** 2)
    ),
    "fisher criterion": Loss(
        "(w^T m)^2/(w^T S w)", "w", "w, m: d, S: d by d symmetric", lambda w, m, S: (w @ m) ** 2 / (w @ S @ w)
    ),
    "student t likelihood": Loss(
        "log(1 + (x - m)^T A (x - m)/k)", "m", "x, m: n, A: n by n, k: scalar",
        lambda x, m, A, k: np.log(1 + (x - m) @ A @ (x - m) / k),
    ),
    "cosine": Loss("x^T m/(||x|| ||m||)", "x", "x, m: n", lambda x, m: x @ m / np.sqrt((x @ x) * (m @ m))),
    "network of one hidden layer": Loss(
        "(a^T tanh(W x) - t)^2", "W", "a: n, W: n by d, x: d, t: scalar",
        lambda a, W, x, t: (a @ np.tanh(W @ x) - t) ** 2,
    ),
    "entropy": Loss("p^T log(p)", "p", "p: n", lambda p: p @ np.log(p)),
}  # fmt: skip


class Numbers(Sample):
    """The values of the letters as numpy has them, chosen here so that both sides see the same."""

    def __init__(self, shapes, x, values):
        super().__init__(shapes, x, {Name(k): v for k, v in SIZES.items()}, random=None)
        self.values = values

    def _values(self, rows, columns):
        raise AssertionError("every letter has its value")

    def _made(self, name):
        from mathcli.matrices.entries import Entry

        if name.name in self.values:
            array = np.asarray(self.values[name.name])
            array = array.reshape(-1, 1) if array.ndim < 2 else array
            return tuple(tuple(Entry(arb(fmpq(int(v * 1024), 1024)), arb(0)) for v in row) for row in array)
        return super()._made(name)


def values_of(loss, seed):
    random = np.random.RandomState(seed)
    shapes = read_shapes([loss.shape])
    values = {}
    for name, shape in shapes.declared.items():
        rows, columns = (SIZES.get(getattr(side, "name", ""), 1) for side in shape)
        array = random.randint(-1500, 1500, size=(rows, columns)) / 1024
        if shape.is_square and rows > 1:
            array = array + 6 * np.eye(rows)
            if name in shapes.symmetric:
                array = np.floor((array + array.T) / 2 * 1024) / 1024
        if shape.is_scalar or loss.typed.startswith("p^T"):
            array = np.abs(array) + 0.5
        values[name.name] = float(array[0, 0]) if shape.is_scalar else array[:, 0] if shape.is_vector else array
    return shapes, values


def numbers_of(found, loss, shapes, values):
    with working_precision(PRECISION):
        grid = Numbers(shapes, Name(loss.by), values).grid(found)
    return np.array([[float(entry.value.mid()) for entry in row] for row in grid])


def in_numpy(loss, values, operator):
    names = list(loss.written.__code__.co_varnames)
    place = names.index(loss.by)
    result = operator(loss.written, place)(*(values[name] for name in names))
    return result.reshape(-1, 1) if result.ndim < 2 else result


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_gradient_of_a_loss_is_that_of_automatic_differentiation(name, seed):
    loss = LOSSES[name]
    shapes, values = values_of(loss, seed)
    ((found,),) = solve("gradient", expression=loss.typed, var=loss.by, shape=loss.shape).bare

    assert np.allclose(numbers_of(found, loss, shapes, values), in_numpy(loss, values, grad), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", [name for name, loss in LOSSES.items() if loss.by.islower()])
def test_the_hessian_of_a_loss_is_that_of_automatic_differentiation(name):
    loss = LOSSES[name]
    shapes, values = values_of(loss, 3)
    ((found,),) = solve("hessian", expression=loss.typed, var=loss.by, shape=loss.shape).bare

    assert np.allclose(numbers_of(found, loss, shapes, values), in_numpy(loss, values, hessian), rtol=1e-8, atol=1e-8)


def test_there_are_twenty_losses_and_more():
    assert len(LOSSES) >= 20
