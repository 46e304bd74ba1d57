"""The JSON of a solution and of an error: the fields that are promised, and no others."""

from __future__ import annotations

import json

from mathcli.algebra.verdict import Verdict
from mathcli.calculus.derivation import Derivation, Step
from mathcli.errors import BudgetSpentError, ReadingError, UndecidedError
from mathcli.render.formats.json import error_record, line, record, render
from mathcli.render.options import RenderOptions
from mathcli.solution import OnDemand, Solution
from mathcli.syntax.span import Span
from mathcli.syntax.tree import TWO, Derivative, Name, Number, Power, Product, Relation, Sum

x = Name("x")
square = Power(x, TWO)
step = Step(
    "rule",
    "power rule",
    Derivative(square, x),
    Product((TWO, x)),
    Product((TWO, x)),
    formula="(x^n)' = n x^(n-1)",
    bind=(("n", TWO),),
    because=("the exponent ", TWO, " comes down"),
    conditions=(Relation((x, Number(0)), (">",)),),
)
solution = Solution(
    "diff",
    answer={"variable": "x", "value": Product((TWO, x)), "orders": ({"order": 1, "value": Product((TWO, x))},)},
    bare=((Product((TWO, x)),),),
    derivations=(Derivation(Derivative(square, x), (step,)),),
    notes=("a note",),
    verified=Verdict.PROVED,
    text="x^2",
    read=square,
    verdicts={(0, 0): Verdict.PROVED},
)


def test_a_solution_has_the_promised_fields_in_their_order():
    fields = record(solution, id="a1", elapsed_ms=4.123, options=RenderOptions(steps=True))

    assert list(fields) == ["schema", "id", "task", "status", "input", "answer", "steps", "verified", "elapsed_ms"]
    assert fields["schema"] == "mathcli/1"
    assert fields["input"]["read"] == {"text": "x^2", "sympy": "x**2", "latex": "x^2"}
    assert fields["input"]["notes"] == ["a note"]
    assert fields["answer"]["value"] == {"text": "2*x", "sympy": "2*x", "latex": "2x"}
    assert fields["answer"]["orders"][0]["order"] == 1
    assert fields["elapsed_ms"] == 4.1


def test_a_step_says_its_rule_and_its_verdict_and_only_text():
    (found,) = record(solution, options=RenderOptions(steps=True))["steps"]

    assert found == {
        "rule": "power rule",
        "formula": "(x^n)' = n x^(n-1)",
        "bind": {"n": {"text": "2"}},
        "before": {"text": "diff(x^2, x)"},
        "after": {"text": "2*x"},
        "result": {"text": "2*x"},
        "because": "the exponent 2 comes down",
        "conditions": ["x > 0"],
        "check": "proved",
    }


def test_latex_in_steps_is_there_when_asked_for():
    (found,) = record(solution, options=RenderOptions(steps=True, latex=True))["steps"]

    assert found["after"] == {"text": "2*x", "latex": "2x"}


def test_a_line_is_the_same_whatever_was_written_before_it():
    options = RenderOptions(steps=True)
    alone = render(solution, options)

    render(solution, RenderOptions(steps=True, latex=True))
    render(Solution("diff", {"value": Derivative(square, x)}, (), is_of_matrices=True), options)
    render(Solution("diff", {"value": Power(Sum((square, *map(Number, range(9_000)))), TWO)}, ()), options)

    assert render(solution, options) == alone


def test_what_costs_extra_is_left_out_unasked_and_where_there_is_nothing_to_say():
    costly = OnDemand(lambda: {"expanded": square})
    order = {"order": 1, "forms": costly, "others": OnDemand(dict)}
    found = Solution("diff", answer={"orders": (order,)}, bare=())

    asked = record(found, options=RenderOptions())["answer"]["orders"]
    unasked = record(found, options=RenderOptions(forms=False))["answer"]["orders"]

    assert asked == [{"order": 1, "forms": {"expanded": {"text": "x^2", "sympy": "x**2", "latex": "x^2"}}}]
    assert unasked == [{"order": 1}]


def test_steps_and_what_has_no_value_are_left_out():
    fields = record(Solution("read", {}, ()), options=RenderOptions())

    assert list(fields) == ["schema", "task", "status", "input", "answer"]


def test_an_error_keeps_the_shape():
    error = ReadingError("nothing to multiply", hint="write 3x", text="3x *", span=Span(5, 1))

    fields = error_record(error, task="diff", text="3x *", id="7")

    assert fields["status"] == "error"
    assert fields["error"] == {
        "kind": "syntax",
        "message": "nothing to multiply",
        "hint": "write 3x",
        "column": 6,
        "length": 1,
    }


def test_the_status_tells_a_limit_from_an_open_question():
    assert error_record(BudgetSpentError("too long"), task="diff", text="x")["status"] == "timeout"
    assert error_record(UndecidedError("nobody knows"), task="diff", text="x")["status"] == "undecided"


def test_a_line_is_one_line_and_sends_nothing_raw():
    text = "\x1b[31m\u202e\ud800\n"

    printed = line(error_record(ReadingError("bad"), task="diff", text=text))

    assert "\n" not in printed
    assert printed.isascii()
    assert json.loads(printed)["input"]["text"] == text


def test_what_is_printed_is_json():
    assert json.loads(render(solution, RenderOptions(steps=True)))["task"] == "diff"
