"""mathcli for Python: the functions have the fields of the subcommands, and what they return is worth something."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields

import pytest
import sympy

import mathcli
from mathcli import topics


@pytest.mark.parametrize("name", topics.names())
def test_a_function_has_the_fields_and_defaults_of_its_subcommand(name):
    signature = inspect.signature(getattr(mathcli, name)).parameters
    declared = {field.name: field for field in fields(topics.load(name))}

    assert set(signature) == {*declared, "timeout"}
    for field in declared.values():
        parameter = signature[field.name]
        assert (parameter.kind is parameter.POSITIONAL_OR_KEYWORD) == field.metadata["positional"]
        if field.default is MISSING:
            assert parameter.default is parameter.empty
        else:
            assert parameter.default == field.default or parameter.default is None


def test_answers_are_sympys_with_plain_symbols():
    x, y = sympy.symbols("x y")

    assert mathcli.diff("x^3", order=2).answer == 6 * x
    assert mathcli.partial("x^2 y").answer == (2 * x * y, x**2)
    assert mathcli.gradient("x^2 + y^2").answer == sympy.Matrix([2 * x, 2 * y])
    assert mathcli.parse("2 sin x cos x") == 2 * sympy.sin(x) * sympy.cos(x)


def test_sympys_expressions_and_earlier_results_are_taken_as_input():
    x = sympy.Symbol("x")

    assert mathcli.diff(x**3 + sympy.sin(x)).answer == 3 * x**2 + sympy.cos(x)
    assert mathcli.diff(mathcli.diff("x^3")).answer == 6 * x


def test_a_result_shows_itself_in_text_and_in_notebooks():
    result = mathcli.diff("x^3")

    assert str(result) == "3*x^2"
    assert repr(result) == "<diff: 3*x^2 (proved)>"
    assert result._repr_latex_() == "$\\displaystyle 3 x^{2}$"
    assert "power rule" in mathcli.diff("sin(x)^3").show()


def test_errors_know_the_place():
    with pytest.raises(mathcli.MathcliError) as caught:
        mathcli.diff("x^")

    assert caught.value.span is not None


def test_too_many_arguments_are_an_error_of_ours():
    with pytest.raises(mathcli.MathcliError, match="takes expression, and 2"):
        mathcli.answer("diff", "x", "y")


def test_nothing_else_is_there():
    with pytest.raises(AttributeError, match="no attribute 'integrate'"):
        mathcli.integrate  # noqa: B018
    assert all(hasattr(mathcli, name) for name in mathcli.__all__)


def test_sympy_counts_with_pythons_numbers_whatever_is_installed():
    import os
    import subprocess
    import sys

    program = "import mathcli; mathcli.parse('x'); from sympy.external.gmpy import GROUND_TYPES; print(GROUND_TYPES)"
    environment = {name: value for name, value in os.environ.items() if name != "SYMPY_GROUND_TYPES"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)

    assert done.stdout == "python\n"


def test_an_error_shows_its_place_and_what_to_try():
    with pytest.raises(mathcli.MathcliError) as caught:
        mathcli.diff("3x * + 2")

    assert caught.value.__notes__ == ["  3x * + 2\n       ^\nhint: write 3x + 2, or 3x * 2"]


@pytest.mark.parametrize("value", [object(), b"x"], ids=["an object", "bytes"])
def test_what_is_no_mathematics_is_an_error_of_ours(value):
    with pytest.raises(mathcli.MathcliError, match="mathematics is given as text or as SymPy's"):
        mathcli.diff(value)
