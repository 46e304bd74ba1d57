"""The gradients of textbook losses against automatic differentiation, which shares nothing with mathcli.

Each loss is typed as a student types it; its gradient, at random data of three sizes, is compared with what autograd
says of the same loss written in numpy.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import pytest
from flint import fmpq

from mathcli.algebra.balls import enclose
from mathcli.algebra.verdict import Verdict
from mathcli.syntax.tree import Indexed, Name, Node, Number
from tests.topics.answers import solve

autograd = pytest.importorskip("autograd")
np = pytest.importorskip("autograd.numpy")


class Loss(NamedTuple):
    text: str
    variables: str
    value: Callable[[Mapping[str, Any]], Any]
    let: tuple[str, ...] = ()


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


LINE = "(m x_i + c)"
DOT = "sum_{j=1}^d w_j x_{ij}"

LOSSES = [
    Loss(f"sum_{{i=1}}^n (y_i - {LINE})^2", "m,c", lambda v: np.sum((v["y"] - v["m"] * v["x"] - v["c"]) ** 2)),
    Loss(f"(1/n) sum_{{i=1}}^n (y_i - {LINE})^2", "m,c", lambda v: np.mean((v["y"] - v["m"] * v["x"] - v["c"]) ** 2)),
    Loss(
        f"(1/(2n)) sum_{{i=1}}^n (y_i - {LINE})^2",
        "m,c",
        lambda v: np.mean((v["y"] - v["m"] * v["x"] - v["c"]) ** 2) / 2,
    ),
    Loss(
        "sum_{i=1}^n (y_i - a - b x_i - c x_i^2)^2",
        "a,b,c",
        lambda v: np.sum((v["y"] - v["a"] - v["b"] * v["x"] - v["c"] * v["x"] ** 2) ** 2),
    ),
    Loss(
        "sum_{i=1}^n (y_i - m x_i)^2 + lambda m^2",
        "m",
        lambda v: np.sum((v["y"] - v["m"] * v["x"]) ** 2) + v["lambda"] * v["m"] ** 2,
    ),
    Loss("sum_{i=1}^n u_i (y_i - c)^2", "c", lambda v: np.sum(v["u"] * (v["y"] - v["c"]) ** 2)),
    Loss("sum_{i=1}^n (y_i - a e^(b x_i))^2", "a,b",
         lambda v: np.sum((v["y"] - v["a"] * np.exp(v["b"] * v["x"])) ** 2)),
    Loss("sum_{i=1}^n |y_i - m x_i - c|", "m,c", lambda v: np.sum(np.abs(v["y"] - v["m"] * v["x"] - v["c"]))),
    Loss("sum_{i=1}^n sqrt((y_i - m x_i)^2 + 1)", "m", lambda v: np.sum(np.sqrt((v["y"] - v["m"] * v["x"]) ** 2 + 1))),
    Loss("sum_{i=1}^n log(cosh(y_i - m x_i - c))", "m,c",
         lambda v: np.sum(np.log(np.cosh(v["y"] - v["m"] * v["x"] - v["c"])))),
    Loss(f"sum_{{i=1}}^n (y_i - {DOT})^2", "w_k", lambda v: np.sum((v["y"] - v["X"] @ v["w"]) ** 2)),
    Loss(
        f"sum_{{i=1}}^n (y_i - {DOT})^2 + lambda sum_{{j=1}}^d w_j^2",
        "w_k",
        lambda v: np.sum((v["y"] - v["X"] @ v["w"]) ** 2) + v["lambda"] * np.sum(v["w"] ** 2),
    ),
    Loss(
        f"(1/n) sum_{{i=1}}^n (y_i - c - {DOT})^2 + lambda sum_{{j=1}}^d |w_j|",
        "w_k,c",
        lambda v: np.mean((v["y"] - v["c"] - v["X"] @ v["w"]) ** 2) + v["lambda"] * np.sum(np.abs(v["w"])),
    ),
    Loss(
        "sum_{i=1}^n (-t_i log p_i - (1 - t_i) log(1 - p_i))",
        "m,c",
        lambda v: -np.sum(
            v["t"] * np.log(sigmoid(v["m"] * v["x"] + v["c"]))
            + (1 - v["t"]) * np.log(1 - sigmoid(v["m"] * v["x"] + v["c"]))
        ),
        ("p_i = 1/(1+e^(-(m x_i + c)))",),
    ),
    Loss(
        f"sum_{{i=1}}^n (log(1 + e^({DOT})) - y_i {DOT})",
        "w_k",
        lambda v: np.sum(np.log(1 + np.exp(v["X"] @ v["w"])) - v["y"] * (v["X"] @ v["w"])),
    ),
    Loss(
        f"sum_{{i=1}}^n log(1 + e^(-y_i {DOT}))",
        "w_k",
        lambda v: np.sum(np.log(1 + np.exp(-v["y"] * (v["X"] @ v["w"])))),
    ),
    Loss("sum_{i=1}^n max(0, 1 - y_i (m x_i + c)) + lambda m^2", "m,c",
         lambda v: np.sum(np.maximum(0, 1 - v["y"] * (v["m"] * v["x"] + v["c"]))) + v["lambda"] * v["m"] ** 2),
    Loss(f"sum_{{i=1}}^n e^(-y_i {DOT})", "w_k", lambda v: np.sum(np.exp(-v["y"] * (v["X"] @ v["w"])))),
    Loss("-sum_{i=1}^n (t_i log p + (1 - t_i) log(1 - p))", "p",
         lambda v: -np.sum(v["t"] * np.log(v["p"]) + (1 - v["t"]) * np.log(1 - v["p"]))),
    Loss("-(n/2) log(2 pi s^2) - sum_{i=1}^n (y_i - mu)^2/(2 s^2)", "mu,s",
         lambda v: -len(v["y"]) / 2 * np.log(2 * np.pi * v["s"] ** 2) -
         np.sum((v["y"] - v["mu"]) ** 2) / (2 * v["s"] ** 2)),
    Loss("sum_{i=1}^n (y_i log(mu) - mu)", "mu", lambda v: np.sum(v["y"] * np.log(v["mu"]) - v["mu"])),
    Loss(f"sum_{{i=1}}^n (e^({DOT}) - y_i {DOT})", "w_k",
         lambda v: np.sum(np.exp(v["X"] @ v["w"]) - v["y"] * (v["X"] @ v["w"]))),
    Loss("-sum_{i=1}^d q_i log(e^(w_i)/sum_{j=1}^d e^(w_j))", "w_k",
         lambda v: -np.sum(v["q"] * (v["w"] - np.log(np.sum(np.exp(v["w"])))))),
    Loss("log(sum_{j=1}^d e^(w_j))", "w_k", lambda v: np.log(np.sum(np.exp(v["w"])))),
    Loss("sqrt(sum_{j=1}^d w_j^2)", "w_k", lambda v: np.sqrt(np.sum(v["w"] ** 2))),
    Loss("sum_{i=1}^d sum_{j=1}^d A_{ij} w_i w_j", "w_k", lambda v: v["w"] @ v["A"] @ v["w"]),
    Loss("prod_{j=1}^d w_j", "w_k", lambda v: np.prod(v["w"])),
    Loss("sum_{i=1}^n sum_{j=1}^d (x_{ij} - w_j)^2", "w_k", lambda v: np.sum((v["X"] - v["w"]) ** 2)),
    Loss("sum_{i=1}^n y_i (sum_{j=1}^d w_j x_{ij} + c)/sqrt(sum_{j=1}^d w_j^2)", "w_k,c",
         lambda v: np.sum(v["y"] * (v["X"] @ v["w"] + v["c"])) / np.sqrt(np.sum(v["w"] ** 2))),
]  # fmt: skip


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.text)
def test_the_gradient_of_a_loss_is_what_autograd_says(loss: Loss):
    answer = solve("gradient", expression=loss.text, var=loss.variables, let=list(loss.let))
    assert answer.verified is Verdict.PROVED

    for n, d in ((1, 1), (2, 3), (4, 2)):
        data = _data(n, d, seed=10 * n + d)
        values = {name: _floats(value) for name, value in data.items()}
        for name, entry in zip(loss.variables.split(","), answer.answer["gradient"], strict=True):
            stem = name.partition("_")[0]
            slope = autograd.grad(partial(_with_one, loss, values, stem))(values[stem])
            for k, expected in enumerate(np.atleast_1d(slope), start=1):
                assert _value(entry, data, n, d, k) == pytest.approx(float(expected), rel=1e-9, abs=1e-9)


def _with_one(loss: Loss, values: Mapping[str, Any], name: str, value: Any) -> Any:
    return loss.value({**values, name: value})


SMOOTH = [loss for loss in LOSSES if "w_k" not in loss.variables and "|" not in loss.text and "max" not in loss.text]


@pytest.mark.parametrize("loss", SMOOTH, ids=lambda loss: loss.text)
def test_the_hessian_of_a_loss_is_what_autograd_says(loss: Loss):
    answer = solve("hessian", expression=loss.text, var=loss.variables, let=list(loss.let))
    names = loss.variables.split(",")
    derivatives = len(names) + len(names) * (len(names) + 1) // 2  # what follows them is the determinant
    assert {verdict for path, verdict in answer.verdicts.items() if path[0] < derivatives} == {Verdict.PROVED}

    for n in (1, 2, 4):
        data = _data(n, 2, seed=20 * n)
        values = {name: _floats(value) for name, value in data.items()}
        for a, row in zip(names, answer.answer["matrix"], strict=True):
            for b, entry in zip(names, row, strict=True):
                expected = autograd.grad(partial(_slope, loss, values, a, b))(values[b])
                assert _value(entry, data, n, 2, 1) == pytest.approx(float(expected), rel=1e-8, abs=1e-8)


FAMILIES = [loss for loss in LOSSES if loss.variables == "w_k" and "|" not in loss.text]


@pytest.mark.parametrize("loss", FAMILIES, ids=lambda loss: loss.text)
def test_each_entry_of_the_hessian_of_a_family_is_what_autograd_says(loss: Loss):
    answer = solve("hessian", expression=loss.text, var="w_k,w_l", let=list(loss.let))
    mixed = answer.answer["matrix"][0][1]

    for n, d in ((2, 3), (4, 2)):
        data = _data(n, d, seed=30 * n + d)
        values = {name: _floats(value) for name, value in data.items()}
        expected = autograd.hessian(partial(_with_one, loss, values, "w"))(values["w"])
        for k in range(1, d + 1):
            for l in range(1, d + 1):  # noqa: E741
                there = {**data, "l": l, "w_l": data["w"][l - 1]}
                assert _value(mixed, there, n, d, k) == pytest.approx(float(expected[k - 1, l - 1]), rel=1e-8, abs=1e-8)


def _slope(loss: Loss, values: Mapping[str, Any], a: str, b: str, value: Any) -> Any:
    """The derivative by a where b has this value."""
    there = {**values, b: value}
    return autograd.grad(partial(_with_one, loss, there, a))(there[a])


def test_there_are_enough_losses_to_speak_of():
    assert len({loss.text for loss in LOSSES}) >= 20


def _data(n: int, d: int, seed: int) -> dict[str, Any]:
    chosen = random.Random(seed)

    def number() -> fmpq:
        return fmpq(chosen.randint(-40, 40) or 7, 16)

    def share() -> fmpq:
        return fmpq(chosen.randint(1, 30), 31)

    families = {name: [number() for _ in range(n)] for name in "xyu"}
    families["t"] = [share() for _ in range(n)]
    families["w"] = [number() for _ in range(d)]
    families["q"] = [share() for _ in range(d)]
    matrices = {
        "X": [[number() for _ in range(d)] for _ in range(n)],
        "A": [[number() for _ in range(d)] for _ in range(d)],
    }
    plain = {name: number() for name in ("m", "c", "a", "b")}
    positive = {name: share() for name in ("lambda", "p", "s", "mu")}
    return {**families, **matrices, **plain, **positive}


def _floats(value: Any) -> Any:
    if isinstance(value, list):
        return np.array([_floats(entry) for entry in value])
    return float(value.p) / float(value.q)


def _value(entry: Node, data: Mapping[str, Any], n: int, d: int, k: int) -> float:
    """The value of one entry of the gradient, where k is the index of the weight that it is about."""
    at: dict[Node, Any] = {Name("n"): n, Name("d"): d, Name("k"): k}
    for name, value in data.items():
        base = "x" if name == "X" else name
        if not isinstance(value, list):
            at[Name(name)] = value
            continue
        for i, row in enumerate(value, start=1):
            if isinstance(row, list):
                at.update({Indexed(base, (Number(i), Number(j))): cell for j, cell in enumerate(row, start=1)})
            else:
                at[Name(f"{base}_{i}")] = at[Indexed(base, (Number(i),))] = row
    if k <= d:
        at[Name("w_k")] = data["w"][k - 1]
    ball = enclose(entry, at, precision=128)
    assert ball is not None
    return float(ball.mid())
