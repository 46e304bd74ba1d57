"""A box around what relations allow."""

from __future__ import annotations

import pytest

from mathcli.solving.propagation import propagated
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name


def ends(*relations: str) -> dict[str, tuple[float | None, float | None]]:
    given = [(parse(text.removeprefix("0 <= ")), ">=" if text.startswith("0 <= ") else "=") for text in relations]
    names = sorted({name for u, _ in given for name in u.names}, key=lambda name: name.name)
    box = propagated(given, names)
    return {
        x.name: tuple(None if end is None else round(float(end.ball().mid()), 4) for end in pair)  # type: ignore[misc]
        for x, pair in box.items()
    }


@pytest.mark.parametrize(
    ("relations", "box"),
    [
        (("x^2 + y^2 - 1",), {"x": (-1, 1), "y": (-1, 1)}),
        (("x^2 + 2y^2 - 1",), {"x": (-1, 1), "y": (-0.708, 0.708)}),
        (("x + y - 1", "0 <= x", "0 <= y"), {"x": (0, 1), "y": (0, 1)}),
        (("(sqrt(x^2+y^2) - 2)^2 + z^2 - 1",), {"x": (-3, 3), "y": (-3, 3), "z": (-1, 1)}),
        (("x^3 + e^y - 2", "0 <= x"), {"x": (0, 1.26), "y": (None, 0.694)}),
        (("|x| - 2",), {"x": (-2, 2)}),
        (("0 <= log x", "0 <= 3 - x"), {"x": (1, 3)}),
        (("x y - 1",), {"x": (None, None), "y": (None, None)}),
    ],
)
def test_the_ends_are_those_that_the_relations_show(
    relations: tuple[str, ...], box: dict[str, tuple[float | None, float | None]]
) -> None:
    assert ends(*relations) == box


def test_an_end_is_never_rounded_into_the_box() -> None:
    (low, high) = propagated([(parse("3x^2 - 1"), "=")], [Name("x")])[Name("x")]

    assert low is not None
    assert high is not None
    assert high.value is not None
    assert 3 * high.value**2 >= 1
    assert low.value == -high.value
