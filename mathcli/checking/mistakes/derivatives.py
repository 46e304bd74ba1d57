"""Where in a derivative one slip would lead to the line that was written.

The derivative of a function is linear in the derivatives of its parts: (u v)' = u' v + u v'. So an error made in u'
reaches the line multiplied by what stands around it, here v. Going down from the problem, the multiplier of each part
is known as numbers at a few points; a slip made there adds (wrong - right) times the multiplier to the right line.
That is how all slips at all places are compared with the line without a wrong line being built; only for those that
agree is it built, and then proved equal to what was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mathcli.calculus import arithmetic
from mathcli.calculus.differentiation import differentiate, first_that_fits
from mathcli.checking.mistakes.registry import IN_DERIVATIVES, Slip
from mathcli.checking.mistakes.values import Points, Values
from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import ONE, ZERO, Derivative, Name, Node, rewrite

_MOST_PLACES = 200


class Place(NamedTuple):
    """A function u below the problem, and how its derivative enters the line.

    above       the place whose derivative this one's is a part of, and the formula in which it stands there
    multiplier  by what an error in u' is multiplied on its way to the line
    """

    u: Node
    above: tuple[Place, Node] | None
    multiplier: Values


class Candidate(NamedTuple):
    """One slip at one place, and what it adds to the right line."""

    name: str
    place: Place
    slip: Slip
    error: Values


class Differentiation:
    """The derivative of f with respect to x at some points, with every slip that is known, at every place in it."""

    def __init__(self, f: Node, x: Name, points: Points) -> None:
        self.f = f
        self.x = x
        self.points = points
        self._right: dict[Node, Node] = {}

    def right(self, u: Node) -> Node:
        """Return the right derivative of u, formulas filled in and nothing worked out."""
        known = self._right.get(u)
        if known is None:
            after, standing = self._formula(u)
            known = self._right[u] = self.filled(after, {d: self.right(d.operand) for d in standing})
            self.points.settle(Derivative(u, self.x), known)
        return known

    def filled(self, after: Node, derivatives: dict[Node, Node]) -> Node:
        return rewrite(after, derivatives.get) if derivatives else after

    def _formula(self, u: Node) -> tuple[Node, tuple[Derivative, ...]]:
        _, application, standing = first_that_fits(u, self.x)
        return application.after, standing

    def places(self) -> Iterator[Place]:
        """Every place where a derivative is taken, from the problem downwards."""
        unit = tuple(1.0 for _ in self.points.evaluations)
        waiting = [Place(self.f, None, unit)]
        for _ in range(_MOST_PLACES):
            if not waiting:
                return
            place = waiting.pop()
            self.right(place.u)
            yield place
            after, standing = self._formula(place.u)
            none: dict[Node, Node] = dict.fromkeys(standing, ZERO)
            without = self.points.of(self.filled(after, none)) if standing else ()
            for d in reversed(standing):
                alone = self.points.of(self.filled(after, {**none, d: ONE}))
                share = [(a - b) * m for a, b, m in zip(alone, without, place.multiplier, strict=True)]
                waiting.append(Place(d.operand, (place, after), tuple(share)))

    def candidates(self) -> Iterator[Candidate]:
        """Every slip of every known mistake at every place, unless it happens to be right."""
        for place in self.places():
            right = self.points.of(self.right(place.u))
            for name, reenact in IN_DERIVATIVES:
                for slip in reenact(place.u, self.x):
                    for d in standing_in(slip.wrong, self.x):
                        self.right(d.operand)
                    wrong = self.points.of(slip.wrong)
                    parts = zip(wrong, right, place.multiplier, strict=True)
                    yield Candidate(name, place, slip, tuple([(w - r) * m for w, r, m in parts]))

    def line(self, place: Place, wrong: Node) -> Node:
        """Return the whole derivative with this one in the place of the right derivative of `place.u`."""
        made = self.resolved(wrong)
        u = place.u
        above = place.above
        while above is not None:
            outer, after = above
            _, standing = self._formula(outer.u)
            made = self.filled(after, {d: made if d.operand is u else self.right(d.operand) for d in standing})
            u, above = outer.u, outer.above
        return made

    def resolved(self, wrong: Node) -> Node:
        """Return what a slip yields with the right derivatives filled in."""
        return self.filled(wrong, {d: self.right(d.operand) for d in standing_in(wrong, self.x)})

    def tidied(self, u: Node) -> Node:
        """Return the right derivative of u as a textbook writes it."""
        try:
            return differentiate(u, self.x).result
        except NotCoveredError:
            return arithmetic.multiplied(self.right(u), {})


def standing_in(node: Node, x: Name) -> tuple[Derivative, ...]:
    """The derivatives with respect to x that stand in a tree."""
    found: dict[Derivative, None] = {}

    def enter(part: Node) -> Node | None:
        if isinstance(part, Derivative) and part.variable is x and part.order == 1:
            found[part] = None
            return part
        return None if part.contains(Derivative) else part

    rewrite(node, enter)
    return tuple(found)
