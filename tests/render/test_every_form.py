"""Every topic in every format at every detail and width: something is said, within the width, in good form."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mathcli import topics
from mathcli.batch.answering import answer
from mathcli.render import formats
from mathcli.render.options import RenderOptions
from mathcli.render.text import display_width

DATA = Path(__file__).parents[2] / "samples" / "data"
PROBLEMS = {
    "a product": ("diff", {"expression": "e^(2x) cos x", "order": 2, "at": "x=0"}),
    "a fraction": ("diff", {"expression": "1/(1+e^(-x))", "in_terms_of": "g"}),
    "a power of itself": ("diff", {"expression": "x^x"}),
    "named parts": ("diff", {"expression": "f(g(x))", "let": ["f(x) = 1/x", "g(x) = 1+e^(-x)"]}),
    "pieces": ("diff", {"expression": "{x^2 if x < 0; sin x otherwise}"}),
    "Greek and subscripts": ("diff", {"expression": "lambda_1^2 theta", "var": "theta"}),
    "a name of several letters": ("diff", {"expression": "v_max^2 speed", "var": "speed"}),
    "a high order": ("diff", {"expression": "x^3 e^(x^2)", "order": 5}),
    "a long sum": ("diff", {"expression": " + ".join(f"a_{k} x^{k}" for k in range(2, 25)), "var": "x"}),
    "residuals": ("partial", {"expression": "sum_{i=1}^n (y_i - (m x_i + c))^2", "wrt": ["m", "c"]}),
    "a mixed partial": ("partial", {"expression": "x^2 y^3", "wrt": ["x,y"]}),
    "a direction": ("gradient", {"expression": "x^2 y + sin(x y)", "at": "1,2", "along": "3,4"}),
    "an unknown loss": ("gradient", {"expression": "L(w_0, ..., w_n)"}),
    "a saddle": ("hessian", {"expression": "x^2 - y^2 + x y", "at": "0,0"}),
    "polar coordinates": ("jacobian", {"expression": "(r cos t, r sin t)"}),
    "a circle": ("implicit", {"equation": "x^2 + y^2 = 25", "order": 2, "at": "3,4"}),
    "a tangent line": ("tangent", {"expression": "y = x^2", "at": "3"}),
    "a tangent plane": ("tangent", {"expression": "z = x^2 + y^2", "at": "1,2"}),
    "a tangent of a curve": ("tangent", {"expression": "x^2 + y^2 = 25", "at": "3,4"}),
    "two vectors": ("project", {"vector": "4,3,5", "onto": ["1,2,-1", "3,1,5"]}),
    "two that are not orthogonal": ("project", {"vector": "1,2", "onto": ["3,4", "1,1"]}),
    "symbols": ("project", {"vector": "a,b", "onto": ["c,d"]}),
    "a global maximum": ("critical", {"expression": "log(n)/n"}),
    "a saddle and two minima": ("critical", {"expression": "x^4 + y^4 - 4x y + 1"}),
    "a nearest point": ("distance", {"curve": "y=x^2+7", "to": "3,7"}),
    "a cubic": ("solve", {"equation": "4x^3 + 2x - 6 = 0"}),
    "an inequality": ("solve", {"equation": "x^2 - 3x + 2 > 0"}),
    "an identity": ("equal", {"left": "sin(2x)", "right": "2 sin x cos x"}),
    "a descent": ("descend", {"expression": "x^2 + 3y^2", "from": "3,4", "rate": "0.4"}),
    "an exact descent": ("descend", {"expression": "(w-2)^2", "from": "0", "rate": "1/4", "exact": True}),
    "a fitted line": ("fit", {"data": f"{DATA}/scores.csv", "x": "hours", "y": "score", "by": "descent"}),
    "a logistic curve": ("fit", {"data": f"{DATA}/scores.csv", "x": "hours", "y": "passed", "model": "logistic"}),
    "z-scores": ("standardize", {"data": f"{DATA}/houses.csv", "column": ["price", "area"]}),
    "a range": ("normalize", {"data": f"{DATA}/houses.csv", "column": "price"}),
    "far out": ("outliers", {"data": f"{DATA}/houses.csv", "column": "price"}),
    "categories": ("onehot", {"data": f"{DATA}/houses.csv", "column": "district"}),
    "a working": (
        "check",
        {"work": "f(x) = x^2 sin x\nf'(x) = 2x cos x\n= 2 cos x · x\nand so on", "file": "a_b|c.txt"},
    ),
    "a working of which something is open": (
        "check",
        {"of": "simplify", "problem": "x/x", "lines": ["= 1", "= x +", "= 2"]},
    ),
    "a reading": ("read", {"expression": "1/2x"}),
}
"""At least one problem of each topic, and whatever is hard to lay out."""

PREPARING = ("standardize", "normalize", "outliers", "onehot")
"""These are about a table, in which there is no mathematics to read."""

DETAILS = ("brief", "normal", "full")
COMMANDS = frozenset(
    r"""frac dfrac sqrt cdot sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth exp ln log lambda theta
    pi left right quad text partial nabla sum prod begin end approx Rightarrow checkmark paragraph textbf textit
    hline to ldots perp parbox linewidth raggedright small infty operatorname mathrm mathit vert lVert rVert ne le
    ge in max min iff surd circ bigl bigr qquad big textbackslash textasciicircum textasciitilde displaystyle
    mathbf times Sigma ell beta eta texttt hookrightarrow delta""".split()  # noqa: SIM905
)
"""Commands of LaTeX and amsmath that the notation may use."""


@pytest.fixture(scope="module")
def solutions():
    return {name: answer(task, fields, seconds=30) for name, (task, fields) in PROBLEMS.items()}


def rendered(solution, form, *, steps=True, detail="normal", width=80, unicode=True):
    options = RenderOptions(steps=steps, detail=detail, width=width, unicode=unicode)
    return formats.load(form).render(solution, options)


def test_each_topic_has_a_problem_here():
    assert {task for task, _ in PROBLEMS.values()} == set(topics.names())


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_form_says_something_at_every_detail_within_the_width(solutions, name):
    for form in formats.names():
        for detail in DETAILS:
            for steps in (True, False):
                for width in (120, 80, 40):
                    text = rendered(solutions[name], form, steps=steps, detail=detail, width=width)
                    assert text.strip(), (form, detail, steps, width)
                    if form in ("terminal", "ascii", "plain") and steps:
                        widest = max(map(display_width, text.splitlines()))
                        assert widest <= width, (form, detail, width, text)


@pytest.mark.parametrize("name", PROBLEMS)
def test_ascii_is_ascii(solutions, name):
    for detail in DETAILS:
        assert rendered(solutions[name], "ascii", detail=detail).isascii()


@pytest.mark.parametrize("name", PROBLEMS)
def test_json_has_the_fields_that_scripts_rely_on(solutions, name):
    record = json.loads(rendered(solutions[name], "json"))

    assert record["schema"] == "mathcli/1"
    assert record["task"] == PROBLEMS[name][0]
    assert record["status"] == "ok"
    if record["task"] not in PREPARING:
        assert set(record["input"]["read"]) >= {"text", "sympy", "latex"}
    assert record["answer"]
    assert not list(_nulls(record))


def _nulls(value):
    match value:
        case None:
            yield value
        case dict():
            for name, entry in value.items():
                if name not in ("global", "values"):  # where null says that there is none, that one is missing
                    yield from _nulls(entry)
        case list():
            for entry in value:
                yield from _nulls(entry)


@pytest.mark.parametrize("form", ["latex", "markdown"])
@pytest.mark.parametrize("name", PROBLEMS)
def test_latex_is_balanced_and_uses_amsmath_alone(solutions, name, form):
    for detail in DETAILS:
        text = rendered(solutions[name], form, detail=detail)
        bare = re.sub(r"\\\\|\\[{}$&#%_|]", " ", text)
        assert bare.count("{") == bare.count("}")
        assert bare.count("$") % 2 == 0
        assert bare.count(r"\left") == bare.count(r"\right")
        assert re.findall(r"\\begin\{(\w+\*?)\}", bare) == sorted_ends(bare)
        assert set(re.findall(r"\\([a-zA-Z]+)", bare)) <= COMMANDS
        if form == "latex":
            assert {c for c in bare if not c.isascii()} <= set("öéèü")  # in names; LaTeX knows them


def sorted_ends(text: str) -> list[str]:
    """The environments in the order in which they begin, if each ends before the one around it."""
    opened: list[tuple[int, str]] = []
    found: dict[int, str] = {}
    for k, match in enumerate(re.finditer(r"\\(begin|end)\{(\w+\*?)\}", text)):
        if match[1] == "begin":
            opened.append((k, match[2]))
        else:
            start, name = opened.pop()
            assert name == match[2]
            found[start] = name
    assert not opened
    return [found[k] for k in sorted(found)]
