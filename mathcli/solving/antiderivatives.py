"""Comparisons through derivatives: sides in which derivatives stand, and antiderivatives up to a constant.

Two functions are antiderivatives of the same one where their difference has the derivative 0; on each connected piece
of the common domain it is then a constant, and not the same one on each: ln |x| + C may mean another C left of 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flint import fmpq

from mathcli.algebra import balls, equality, rational
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import difference
from mathcli.algebra.domains import agree as have_one_domain
from mathcli.algebra.domains import derivative_domain, domain, holds, kinks, sample_points
from mathcli.algebra.equality import (
    EQUAL,
    EQUAL_ON_COMMON_DOMAIN,
    UNDECIDED,
    Comparison,
    Witness,
)
from mathcli.algebra.exact import evaluated
from mathcli.algebra.switches import may_jump
from mathcli.calculus.differentiation import differentiate
from mathcli.solving.regions import Region, inside, region
from mathcli.syntax.tree import Derivative, Name, Negative, Node, Sum, rewrite, walk


class UpToConstant(NamedTuple):
    """What was found out about two antiderivatives: the verdict on their slopes, and their difference by pieces.

    The witness of "different" is about the derivatives. `differences` holds a point of each piece of the domain and
    the constant there, where the pieces could be worked out.
    """

    comparison: Comparison
    differences: tuple[tuple[fmpq, Node | str], ...] = ()


def compare_up_to_constant(left: Node, right: Node, x: Name, *, budget: Budget) -> UpToConstant:
    """Return whether two expressions differ by a constant in x on each connected piece of their common domain.

    Raises:
        BudgetSpentError: it took more work than it may.
        NotCoveredError: no rule gives one of the derivatives.
    """
    slopes = [differentiate(side, x).result for side in (left, right)]
    smooth = (*derivative_domain(left, x), *derivative_domain(right, x))
    found = equality.compare(*slopes, under=smooth, budget=budget)
    if found.verdict not in (EQUAL, EQUAL_ON_COMMON_DOMAIN):
        return UpToConstant(found)
    if may_jump(left) or may_jump(right):
        return UpToConstant(Comparison(UNDECIDED, "the derivatives are equal, but one side may jump"))
    if not (_has_isolated_kinks(left) and _has_isolated_kinks(right)):
        return UpToConstant(Comparison(UNDECIDED, "the derivatives are equal, but one side may be bent all along"))
    proof = f"equal derivatives: {found.proof}"
    has_one_domain = have_one_domain(left, right)
    verdict = EQUAL if has_one_domain else EQUAL_ON_COMMON_DOMAIN
    witness = None if has_one_domain else equality.one_sided(left, right)
    return UpToConstant(
        Comparison(verdict, proof, witness, found.points), _by_pieces(Sum.of(left, Negative(right)), x, budget)
    )


def _has_isolated_kinks(node: Node) -> bool:
    """Whether the corners of a tree lie at single points: each is the zero of a rational function that is not 0."""
    for corner in kinks(node):
        u = difference(corner.left, corner.right)
        form = rational.normal_form(u)
        if form is None or form.is_zero() or any(atom.kind not in ("name", "pi") for atom in form.field.atoms_of(form)):
            return False
    return True


def _by_pieces(f: Node, x: Name, budget: Budget) -> tuple[tuple[fmpq, Node | str], ...]:
    """A point in each piece of the domain, and the value there, in short where it has a short form."""
    if f.names != {x}:
        return ()
    conditions = domain(f)
    found: Region | None = region(conditions, x, budget=budget) if conditions else Region(())
    if found is None or found.period is not None:
        return ()
    if not conditions:
        return ((fmpq(0), _constant(f, x, fmpq(0))),)
    places = [inside(piece) for piece in found.pieces if not piece.is_point]
    return tuple((place, _constant(f, x, place)) for place in places)


def _constant(f: Node, x: Name, place: fmpq) -> Node | str:
    from mathcli.algebra.conditions import number
    from mathcli.algebra.raising import length

    value = evaluated(f.substitute({x: number(place)}))
    if length(value) <= 6:
        return value
    return balls.decimal(value, 10)


# -- derivatives that stand in a side -------------------------------------------------------------------------------


def worked_out(node: Node) -> tuple[Node, tuple[Node, ...]]:
    """Return the tree with its derivatives taken, and the conditions under which they exist for the rules.

    Raises:
        NotCoveredError: no rule gives one of them.
    """
    conditions: dict[Node, None] = {}

    def taken(part: Node) -> Node | None:
        if not isinstance(part, Derivative):
            return None
        inner, below = worked_out(part.operand)
        conditions.update(dict.fromkeys(below))
        for _ in range(part.order):
            conditions.update(dict.fromkeys(derivative_domain(inner, part.variable)))
            inner = differentiate(inner, part.variable).result
        return inner

    return rewrite(node, taken), tuple(conditions)


def compare_worked_out(left: Node, right: Node, *, under: Iterable[Node] = (), budget: Budget) -> Comparison:
    """Return what is certain about two sides after their derivatives are taken.

    Raises:
        BudgetSpentError: it took more work than it may.
        NotCoveredError: no rule gives one of the derivatives.
    """
    (a, given), (b, more) = worked_out(left), worked_out(right)
    conditions = (*under, *given, *more)
    standing = [part for side in (left, right) for part in walk(side) if isinstance(part, Derivative)]
    if not all(_has_isolated_kinks(part.operand) for part in standing):
        return Comparison(UNDECIDED, "a function that may be bent all along is differentiated")
    found = equality.compare(a, b, under=conditions, budget=budget)
    if found.verdict != EQUAL:
        return found
    names = tuple(a.names | b.names)
    for side, is_left, own, other in ((b, False, more, given), (a, True, given, more)):
        for point in sample_points((side,), names, 12, under=(*under, *own)):
            if holds(other, point) is False:
                value = balls.enclose(side, point, precision=128)
                return Comparison(
                    EQUAL_ON_COMMON_DOMAIN,
                    found.proof,
                    Witness(point, value if is_left else None, None if is_left else value),
                    found.points,
                )
    return found
