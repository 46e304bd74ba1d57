"""What a reader sees: layouts at 80 and 40 columns, written out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mathcli.algebra.verdict import Verdict
from mathcli.calculus.derivation import Derivation, Step
from mathcli.render import formats
from mathcli.render.notation.alphabet import UNICODE
from mathcli.render.notation.one_line import OneLine
from mathcli.render.options import RenderOptions
from mathcli.render.text import display_width
from mathcli.solution import Chain, Finding, Findings, Given, Remark, Solution, Table
from mathcli.syntax.tree import (
    ONE,
    TWO,
    Call,
    Derivative,
    E,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Vector,
    fraction,
)
from tests.transcripts import run

x = Name("x")
exponential = Power(E, Product((TWO, x)))
cosine, sine = Call("cos", (x,)), Call("sin", (x,))


def taken(f: Node, *steps: Step) -> Derivation:
    return Derivation(Derivative(f, x), steps)


def rule(name: str, f: Node, after: Node, result: Node, *substeps: Derivation, **more: object) -> Step:
    return Step("rule", name, Derivative(f, x), after, result, substeps=substeps, **more)  # type: ignore[arg-type]


def derivative_of_the_product() -> Derivation:
    one = taken(x, rule("derivative of the variable", x, ONE, ONE))
    inner = taken(
        Product((TWO, x)),
        rule("constant factor rule", Product((TWO, x)), Product((TWO, Derivative(x, x))), Product((TWO, ONE)), one),
        Step("arithmetic", "arithmetic", Product((TWO, ONE)), TWO, TWO),
    )
    raw = Product((exponential, TWO))
    u = taken(
        exponential,
        rule(
            "exponential rule",
            exponential,
            Product((exponential, inner.start)),
            raw,
            inner,
            formula="(e^u)' = e^u u'",
            bind=(("u", Product((TWO, x))),),
        ),
        Step("arithmetic", "arithmetic", raw, Product((TWO, exponential)), Product((TWO, exponential))),
    )
    v = taken(cosine, rule("cosine", cosine, Negative(sine), Negative(sine), one))
    f = Product((exponential, cosine))
    bind = (("u", exponential), ("v", cosine))
    after = Sum((Product((u.start, cosine)), Product((exponential, v.start))))
    result = Sum((Product((TWO, exponential, cosine)), Product((exponential, Negative(sine)))))
    tidy = Sum((Product((TWO, exponential, cosine)), Negative(Product((exponential, sine)))))
    factored = Product((exponential, Sum((Product((TWO, cosine)), Negative(sine)))))
    return taken(
        f,
        rule("product rule", f, after, result, u, v, formula="(u v)' = u' v + u v'", bind=bind),
        Step("arithmetic", "arithmetic", result, tidy, tidy),
        Step("rewrite", "factor e^(2x) out", tidy, factored, factored),
    )  # fmt: skip


def solved(derivation: Derivation, **more: object) -> Solution:
    f = derivation.start.operand  # type: ignore[attr-defined]
    label = Call("f", (x,), 1)
    return Solution(
        "diff",
        answer={"value": derivation.result},
        bare=((derivation.result,),),
        blocks=(
            Given(Call("f", (x,)), f),
            Chain("FIRST DERIVATIVE", derivation),
            Findings((Finding(label, derivation.result),)),
        ),
        derivations=(derivation,),
        verified=Verdict.PROVED,
        proofs=(11, 11),
        text="e^(2x) cos x",
        read=f,
        **more,  # type: ignore[arg-type]
    )


def shown(solution: Solution, *, form: str = "terminal", **how: object) -> str:
    return formats.load(form).render(solution, RenderOptions(steps=True, **how))  # type: ignore[arg-type]


def test_a_product_is_laid_out_as_a_teacher_would_on_80_columns():
    assert shown(solved(derivative_of_the_product())) == (
        """\
 f(x) = e²ˣ cos x                                      read as  exp(2*x)*cos(x)

 FIRST DERIVATIVE
   d
   ── [ e²ˣ cos x ]
   dx
     = (e²ˣ)′ · cos x + e²ˣ · (cos x)′   product rule  (uv)′ = u′v + uv′
                                         u = e²ˣ, v = cos x
     │   (e²ˣ)′   = e²ˣ · (2x)′ = 2e²ˣ   exponential rule  (eᵘ)′ = eᵘ u′
     │                                   u = 2x, u′ = 2
     │   (cos x)′ = −sin x               cosine
     = 2e²ˣ cos x − e²ˣ sin x
     = e²ˣ (2 cos x − sin x)             factor e²ˣ out

 ANSWER
   f′(x) = e²ˣ (2 cos x − sin x)

 ✓ every step proved (11 of 11)"""
    )


def test_on_40_columns_reasons_stand_below_their_lines():
    assert shown(solved(derivative_of_the_product()), width=40) == (
        """\
 f(x) = e²ˣ cos x
     read as  exp(2*x)*cos(x)

 FIRST DERIVATIVE
   d
   ── [ e²ˣ cos x ]
   dx
     = (e²ˣ)′ · cos x + e²ˣ · (cos x)′
         product rule  (uv)′ = u′v + uv′
         u = e²ˣ, v = cos x
     │   (e²ˣ)′   = e²ˣ · (2x)′ = 2e²ˣ
     │       exponential rule
     │       (eᵘ)′ = eᵘ u′
     │       u = 2x, u′ = 2
     │   (cos x)′ = −sin x
     │       cosine
     = 2e²ˣ cos x − e²ˣ sin x
     = e²ˣ (2 cos x − sin x)
         factor e²ˣ out

 ANSWER
   f′(x) = e²ˣ (2 cos x − sin x)

 ✓ every step proved (11 of 11)"""
    )


def test_brief_shows_the_result_alone_and_full_every_rule():
    brief = shown(solved(derivative_of_the_product()), detail="brief")
    full = shown(solved(derivative_of_the_product()), detail="full")

    assert "product rule" not in brief
    assert "= e²ˣ (2 cos x − sin x)" in brief
    assert "derivative of the variable" in full
    assert "= 2·1" in full


@pytest.mark.parametrize("width", [24, 40, 80, 120])
@pytest.mark.parametrize("form", ["terminal", "plain", "ascii"])
def test_no_line_of_a_long_sum_is_wider_than_the_screen(form, width):
    terms = [Product((Number(k), Power(x, Number(k)))) for k in range(2, 60)]
    long_sum = Sum.of(*terms)
    step = rule("sum rule", long_sum, long_sum, long_sum)
    solution = solved(Derivation(Derivative(long_sum, x), (step,)))

    page = shown(solution, form=form, width=width, unicode=form != "ascii")

    assert max(map(display_width, page.splitlines())) <= width
    last = "59*x^59" if form == "ascii" else "59x⁵⁹"
    assert last in page.split("ANSWER")[1]


def test_a_fraction_that_is_too_wide_is_written_on_one_line_and_broken():
    wide = Quotient(Sum.of(*[Power(x, Number(k)) for k in range(2, 30)]), Sum((x, ONE)))
    solution = Solution("read", {}, ((wide,),), (Findings((Finding("", wide),)),))

    page = shown(solution, width=40)

    assert "─" not in page
    assert page.replace("\n", "").replace(" ", "").endswith("x²⁹)/(x+1)")


@pytest.mark.parametrize("width", [40, 80])
def test_a_deep_chain_stays_on_the_screen_and_loses_nothing(width):
    f: Node = x
    for _ in range(60):
        f = Call("sin", (f,))
    step = rule("chain rule", f, f, f)

    page = shown(solved(Derivation(Derivative(f, x), (step,))), width=width)

    assert max(map(display_width, page.splitlines())) <= width
    assert page.split("ANSWER")[1].count("sin") == 60


def test_colour_changes_no_character():
    solution = solved(derivative_of_the_product())

    colored = shown(solution, color=True)

    assert "\x1b[36mproduct rule\x1b[0m" in colored
    assert _without_color(colored) == shown(solution)


def _without_color(text: str) -> str:
    import re

    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def test_nothing_typed_reaches_the_terminal_as_a_command_or_as_markup():
    hostile = "[bold]x[/] :smile: \x1b[31m\u202e$(rm) `x` \\input{y} %"
    solution = Solution("read", {}, ((hostile,),), (Remark((hostile,)),), notes=(hostile,), text=hostile)

    for form in formats.names():
        page = formats.load(form).render(solution, RenderOptions(steps=True, color=False))
        assert "\x1b" not in page
        assert "\u202e" not in page
    page = shown(solution)
    assert "[bold]x[/] :smile:" in page
    assert "\\x1b[31m\\u202e" in page


def test_the_ascii_page_is_ascii():
    remark = Remark(("a·b ≠ 0 ∀ λ ⟂ 漢",), tone="warning")
    solution = solved(derivative_of_the_product())
    full = Solution("diff", {}, (), (*solution.blocks, remark), verified=Verdict.PROVED)

    assert shown(full, form="ascii").isascii()
    assert shown(full, form="plain", unicode=False).isascii()
    assert shown(full, form="terminal", unicode=False).isascii()


def test_the_entries_of_vectors_stand_below_each_other_in_a_table():
    v = Vector((fraction(179, 42), Negative(ONE)))
    w = Vector((TWO, TWO))
    table = Table((("v",), ("projection",)), ((("a",), (v,)), (("b",), (w,))), ((("sum",), (v,)),))

    assert shown(Solution("project", {}, (), (table,))) == (
        """\
   v     projection
   a     (179/42, −1)
   b     (     2,  2)
         ────────────
   sum   (179/42, −1)"""
    )


def test_a_table_that_is_too_wide_becomes_records():
    table = Table((("name",), ("what it is about",)), ((("first",), ("a long sentence about it" * 2,)),))

    page = shown(Solution("project", {}, (), (table,)), width=40)

    assert "what it is about:" in page
    assert max(map(len, page.splitlines())) <= 60


@pytest.mark.parametrize(
    ("verdict", "proofs", "sentence"),
    [
        (Verdict.PROVED, (11, 11), " ✓ every step proved (11 of 11)"),
        (Verdict.TESTED, (9, 11), " ! not every step is proved (9 of 11); the others agree with numbers"),
        (Verdict.UNDECIDED, (9, 11), " ! undecided: not every step could be proved (9 of 11)"),
    ],
)
def test_the_last_line_says_how_far_it_was_verified(verdict, proofs, sentence):
    solution = Solution("diff", {}, (), (), verified=verdict, proofs=proofs)

    assert shown(solution).startswith(sentence)


def test_a_step_that_is_not_proved_says_so_beside_it():
    page = shown(solved(derivative_of_the_product(), verdicts={(0, 0): Verdict.TESTED}))

    assert "numbers agree here; no proof was found" in page


def test_without_steps_the_terminal_shows_the_problem_and_the_answer():
    page = formats.load("terminal").render(solved(derivative_of_the_product()), RenderOptions(steps=False))

    assert "FIRST DERIVATIVE" not in page
    assert "f′(x) = e²ˣ (2 cos x − sin x)" in page


def test_the_bare_answer_is_in_the_input_syntax():
    page = formats.load("plain").render(solved(derivative_of_the_product()), RenderOptions())

    assert page == "exp(2*x)*(2*cos(x) - sin(x))"


def test_a_derivative_that_was_taken_before_is_from_above():
    first = derivative_of_the_product()
    again = taken(cosine, rule("cosine", cosine, Negative(sine), Negative(sine)))
    f = Product((x, cosine))
    after = Sum((cosine, Product((x, again.start))))
    second = taken(f, rule("product rule", f, after, after, again))
    solution = Solution("diff", {}, (), (Chain("ONE", first), Chain("TWO", second)), (first, second))

    assert "(cos x)′ = −sin x    from above" in shown(solution)


def test_listing_the_formats_loads_none_of_them():
    program = (
        "import sys\n"
        "from mathcli.render import formats\n"
        "print(formats.names())\n"
        "print([m for m in ('mathcli.solution', 'mathcli.render.page', 'rich', 'flint', 'sympy') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == ["('ascii', 'json', 'latex', 'markdown', 'plain', 'short', 'terminal')", "[]"]


def test_a_page_in_colour_loads_neither_rich_nor_sympy():
    program = (
        "import sys\n"
        "from mathcli.render import formats\n"
        "from mathcli.render.options import RenderOptions\n"
        "from mathcli.solution import Remark, Solution\n"
        "solution = Solution('read', {}, (), (Remark(('fine',), 'good'),))\n"
        "assert '\\x1b[32m' in formats.load('terminal').render(solution, RenderOptions(color=True))\n"
        "print([m for m in ('rich', 'flint', 'sympy') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_decimals_of_a_vector_have_equally_many_places_and_typed_ones_keep_theirs():
    line = OneLine(UNICODE)

    assert line.write(Vector((Number(4262, 3), Number(281, 2), Negative(Number(5, 1))))) == "(4.262, 2.810, −0.500)"
    assert line.write(Vector((Number(15, 1), Number(2)))) == "(1.5, 2)"


@pytest.mark.parametrize(
    ("typed", "is_said"), [("3x^4 - 5x^2 + 2x", False), ("3*x**2", False), ("e^(2x)", True), ("√x", True)]
)
def test_a_reading_is_said_only_where_it_tells_more_than_what_was_typed(typed, is_said):
    assert ("read as" in run(["diff", typed], is_terminal=True).splitlines()[0]) is is_said


def test_a_value_begins_with_what_was_put_in():
    shown = run(["tangent", "x^2", "--at", "3"], is_terminal=True)

    assert "   f(3)\n     = 3²\n     = 9\n" in shown
    assert "   y\n     = 9 + 6 (x − 3)\n     = 6x − 9   expand\n" in shown


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (["gradient", "x^2 y", "--at", "1,2"], "   ∇f(1, 2) = (4, 1)"),
        (["gradient", "L(w_0, ..., w_n)"], "   ∇L = (∂L/∂w₀, …, ∂L/∂wₙ)"),
        (["partial", "x f(x,y)", "--wrt", "x,y"], "   ∂²F/∂x∂y = ∂f/∂y + x · ∂²f/∂x∂y"),
    ],
    ids=str,
)
def test_partial_derivatives_are_written_with_the_curly_d(argv, line):
    shown = run(argv, is_terminal=True)

    assert line in shown.replace("∂y∂x", "∂x∂y")
    assert "d/d" not in shown


def test_a_name_that_depends_on_another_is_written_without_it():
    shown = run(["implicit", "x^2 + y^2 = 25", "--order", "2"], is_terminal=True)

    assert "     = 2x + (y²)′          sum rule\n" in shown
    assert "   2 (x + y · y′) = 0\n     ⇒ 2y · y′ = −2x   collect y′\n" in shown
    assert "y(x)" not in shown
    assert "d/dx (y)" not in shown
