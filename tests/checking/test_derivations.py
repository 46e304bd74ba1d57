"""Laws: a derivation of ours, written out as lines, is all right; with one slip in one line, that line is found."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings

from mathcli.algebra.budget import Budget
from mathcli.algebra.equality import DIFFERENT, compare
from mathcli.calculus.differentiation import differentiate
from mathcli.checking.judge import Report, check
from mathcli.checking.mistakes.registry import IN_DERIVATIVES
from mathcli.checking.working import read_working
from mathcli.errors import MathcliError
from mathcli.syntax.tree import Derivative, Name, Node, Power, Product, Sum
from mathcli.syntax.writer import write
from tests.checking.slips import SLIPS
from tests.strategies import elementary_functions, polynomials

x = Name("x")


def report_on(text: str) -> Report:
    return check(read_working(text), budget=Budget())


def lines_of(f: Node) -> list[Node]:
    """Our own derivation of f', line by line, with derivatives that still stand."""
    derivation = differentiate(f, x)
    found = [line for step in derivation.steps for line in (step.after, step.result)]
    return list(dict.fromkeys(found)) or [derivation.result]


def as_text(f: Node, lines: list[Node]) -> str:
    return "\n".join(
        (f"f(x) = {write(f)}", f"f'(x) = {write(lines[0])}", *(f"  = {write(line)}" for line in lines[1:]))
    )


@given(elementary_functions(of=x, size=4))
@settings(max_examples=25)
def test_a_derivation_of_ours_written_out_as_lines_is_all_right(f):
    assume(x in f.names)

    report = report_on(as_text(f, lines_of(f)))

    assert report.first_wrong is None
    assert {marked.status for marked in report.lines} <= {"right", "undecided"}


@given(polynomials(of=x), elementary_functions(of=x, size=3))
@settings(max_examples=25)
def test_a_slip_in_the_last_line_is_found_there_and_what_follows_is_sound(p, u):
    f = Product.of(Sum.of(p, x), u)
    lines = lines_of(f)
    slipped = Sum.of(lines[-1], Power(x, p)) if x not in p.names else Sum.of(lines[-1], x)

    report = report_on(as_text(f, [*lines, slipped, Sum.of(x, lines[-1])] if slipped.names else lines))

    assert report.first_wrong is not None
    assert report.first_wrong.line.number == len(lines) + 2
    assert report.lines[-1].status == ("follows" if x in p.names else report.lines[-1].status)


@pytest.mark.parametrize(("name", "reenact"), IN_DERIVATIVES, ids=[name for name, _ in IN_DERIVATIVES])
@pytest.mark.parametrize(
    "text", ["x^3 sin(2x)", "5/(x^2 + 1)", "3e^(2x) + 2^x", "log(3x) - cos x", "(x^2 + 1)^4", "tan(x) + 7"]
)
def test_a_slip_in_a_derivative_is_never_passed(name, reenact, text):
    from mathcli.syntax.parser import parse

    f = parse(text)
    right = differentiate(f, x).result
    for slip in reenact(f, x):
        standing = {part: differentiate(part.operand, x).result for part in _derivatives_in(slip.wrong)}
        wrong = slip.wrong.substitute(standing)
        try:
            if compare(right, wrong, budget=Budget()).verdict != DIFFERENT:
                continue
        except MathcliError:
            continue
        first = report_on(as_text(f, [wrong])).first_wrong

        assert first is not None, (name, write(wrong))
        assert first.line.number == 2


def _derivatives_in(node: Node) -> list[Derivative]:
    if isinstance(node, Derivative):
        return [node]
    return [found for child in node.children() for found in _derivatives_in(child)]


ALGEBRA = {"distribution", "power_over_sum", "illegal_cancel", "like_terms", "arithmetic", "log_law", "exponent_law"}


def slips_of_algebra() -> list[tuple[str, str]]:
    found, name = [], ""
    for line in SLIPS.splitlines():
        if line and not line.startswith(" "):
            name = line
        elif line.strip() and name in ALGEBRA and "?" not in line:
            _, above, written, *_ = (part.strip() for part in line.split(";"))
            if above:
                found.append((above, written))
    return found


@pytest.mark.parametrize(("above", "written"), slips_of_algebra())
def test_a_slip_of_algebra_is_found_in_its_own_line(above, written):
    report = report_on(f"problem: simplify {above}\n= {above}\n= {written}\n= 0 + ({written})")

    assert [marked.status for marked in report.lines] == ["right", "wrong", "follows"]
