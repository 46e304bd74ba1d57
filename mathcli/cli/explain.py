"""mathcli explain "product rule": a rule, its formula, what it says, and its example worked; a mistake likewise.

The rules and the mistakes tell about themselves (their docstrings, formulas and examples); only what is no rule of
differentiation is written here.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from mathcli import topics
from mathcli.cli import manual, options
from mathcli.cli.manner import Manner
from mathcli.cli.surroundings import Surroundings, show
from mathcli.errors import UsageError
from mathcli.topics._words import nearest, sort_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Lesson(NamedTuple):
    """What there is to say about one rule; the example is a task and its fields."""

    name: str
    formula: str
    text: str
    task: str
    example: dict[str, object]


LESSONS = (
    Lesson(
        "gradient",
        "grad f = (∂f/∂x, ∂f/∂y, ...)",
        "The vector of all partial derivatives. It points where f grows fastest, and its length is how fast.",
        "gradient",
        {"expression": "x^2 + y^2 + 3"},
    ),
    Lesson(
        "partial derivative",
        "∂f/∂x: the derivative in x while the other variables stand still",
        "Treat every other variable as a number, and differentiate as ever.",
        "partial",
        {"expression": "2x^2y + 3y^3x^2 + 3y"},
    ),
    Lesson(
        "implicit differentiation",
        "dy/dx = -F_x / F_y, where F_y is not 0",
        "An equation F(x, y) = 0 holds along a curve, so its derivative along the curve is 0: F_x + F_y dy/dx = 0.",
        "implicit",
        {"equation": "x^2 + y^2 = 25"},
    ),
    Lesson(
        "squared loss",
        "J = sum of (y_i - prediction_i)^2",
        "Why squares? Plain residuals would cancel: one of +5 and one of -5 add up to 0, and a model that misses both "
        "looks perfect. Squares count every miss, a large one more than two small ones, and unlike absolute values "
        "they have a derivative everywhere, so that the best parameters are found where it is 0.",
        "gradient",
        {"expression": "sum_(i=1)^n (y_i - (m x_i + c))^2", "var": ["m", "c"]},
    ),
    Lesson(
        "gradient descent",
        "w_new = w_old - eta grad L(w_old)",
        "The gradient points where L grows fastest, so a small step against it goes down. The learning rate eta says "
        "how small: for a quadratic loss it has to stay below 2 / the largest eigenvalue of the Hessian.",
        "descend",
        {"expression": "(w - 2)^2", "from_": "w=0", "rate": "1/4", "iterations": 3, "exact": True},
    ),
    Lesson(
        "projection",
        "the projection of n on a = (n.a / a.a) a",
        "The point on the line of a that is nearest to n; what is left of n is perpendicular to a.",
        "project",
        {"vector": "4,3,5", "onto": ["1,2,-1"]},
    ),
    Lesson(
        "projection sum",
        "(n.a / a.a) a + (n.b / b.b) b is the projection on the plane of a and b only if a.b = 0",
        "The sum of the projections on two vectors counts what they have in common twice, unless they are "
        "perpendicular. Where they are not, make b perpendicular to a first (Gram-Schmidt), then add.",
        "project",
        {"vector": "1,2,3", "onto": ["1,0,0", "1,1,0"]},
    ),
)


_EXAMPLES: dict[str, dict[str, object]] = {
    "entries of a family": {"expression": "sum_(j=1)^n w_j x_j", "var": "w_k"},
}
"""Of rules that need another variable than x."""


OTHER_NAMES = {
    "least squares": "squared loss",
    "mse": "squared loss",
    "loss": "squared loss",
    "regression": "squared loss",
    "learning rate": "gradient descent",
    "gram schmidt": "projection sum",
    "dy/dx": "implicit differentiation",
    "table": "derivative from the table",
}
"""What people ask for, and the lesson that tells of it."""


def lessons() -> Iterator[Lesson]:
    """All there is to explain: the rules in their order, the table, and what is no rule of differentiation."""
    from mathcli.calculus import elementary
    from mathcli.calculus.differentiation import IN_ORDER

    for rule in IN_ORDER:
        text = " ".join(rule.explanation.split())
        worked = _EXAMPLES.get(rule.name, {"expression": rule.example, "var": "x"})
        yield Lesson(rule.name, rule.formula, text, "diff", worked)
    for function in elementary.TABLE:
        formula = elementary.formula(function, of_variable=False)
        text = "An entry of the table of derivatives, with the chain rule."
        yield Lesson(function, formula, text, "diff", {"expression": f"{function}(2x)"})
    yield from LESSONS
    yield from _mistakes()


def _mistakes() -> Iterator[Lesson]:
    """The mistakes that `check` knows by name, each with an example of it marked."""
    from mathcli.checking.mistakes import MISTAKES

    for mistake in MISTAKES.values():
        text = " ".join(mistake.explanation.split())
        is_formula = not mistake.description.partition(" ")[0].isalpha()
        described = mistake.description if is_formula else mistake.description[0].upper() + mistake.description[1:]
        yield Lesson(mistake.name, "", f"{described}. {text}", "check", mistake.example.working)


def run(words: Sequence[str], settings: dict[str, object]) -> int:
    """Run `mathcli explain` and return its exit code.

    Raises:
        UsageError: there is no such rule.
    """
    given, others = sort_words([word for word in words if word not in ("--help", "-h")], options.shared())
    name = " ".join(others).strip()
    if not name:
        return _print_list()
    return _print_lesson(found(name), {**settings, **given})


def _print_list() -> int:
    width = min(Surroundings(sys.stdout).width, manual.WIDEST)
    show(manual.fitted("mathcli explain 'product rule' ─ a rule, its formula and its example worked\n", width))
    show("\n\n".join(f"{heading}\n{_listed(found, width)}" for heading, found in _by_kind().items()))
    return 0


def _by_kind() -> dict[str, list[Lesson]]:
    """The lessons under their headings, each once."""
    from mathcli.calculus import elementary

    kinds: dict[str, list[Lesson]] = {
        "Rules, in their order": [],
        "The table, for u of x": [],
        "Several variables and vectors": [],
        "Mistakes": [],
    }
    rules, table, others, mistakes = kinds.values()
    for lesson in {lesson.name: lesson for lesson in lessons()}.values():
        if lesson.task == "check":
            mistakes.append(lesson)
            continue
        (others if lesson in LESSONS else table if lesson.name in elementary.TABLE else rules).append(lesson)
    return kinds


def _listed(found: Sequence[Lesson], width: int) -> str:
    return manual.two_columns(
        ((lesson.name, _in_signs(lesson.formula) or _first_sentence(lesson)) for lesson in found), width
    )


def _first_sentence(lesson: Lesson) -> str:
    """What a mistake is, in a line, with log as it stands in its text; nothing is said of a rule without a formula."""
    return _in_signs(lesson.text.partition(". ")[0]).replace("ln(", "log(") if lesson.task == "check" else ""


def _in_signs(formula: str) -> str:
    """A formula of the rulebook in the signs of a book, where stdout can show them."""
    from mathcli.render.page import in_unicode

    return in_unicode(formula) if Surroundings(sys.stdout).has_unicode else formula


def found(name: str) -> Lesson:
    """Return the lesson of that name, however its words are joined.

    Raises:
        UsageError: there is none.
    """
    wanted = _plain(name)
    wanted = OTHER_NAMES.get(wanted, wanted)
    known: dict[str, Lesson] = {}
    for lesson in lessons():
        known.setdefault(_plain(lesson.name), lesson)
    for key in (wanted, f"{wanted} rule", wanted.removesuffix(" rule")):
        if key in known:
            return known[key]
    close = nearest(wanted, known) or next((key for key in known if wanted in key or key in wanted.split()), "")
    hint = f"did you mean {known[close].name!r}?" if close else "mathcli explain lists all"
    if name in topics.names():
        hint = f"for the command: mathcli {name} --help"
    raise UsageError(f"there is no rule {name!r}", hint=hint)


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").replace("_", " ").split())


def _print_lesson(lesson: Lesson, settings: dict[str, object]) -> int:
    how = Manner({"steps": True, **settings})
    width = min(how.surroundings.width, manual.WIDEST)
    if how.format != "json":
        print(f"{lesson.name}\n")
        if lesson.formula:
            show(f"  {_in_signs(lesson.formula)}\n")
        show(manual.wrapped(lesson.text, width))
        print("\nExample\n")
    print(how.rendered(how.answer(lesson.task, lesson.example)))
    return 0
