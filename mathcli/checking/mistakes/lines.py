"""Which slip of algebra, made on one part of the line above, leads to the line that was written.

Each part of the line above is given to every mistake; what it makes of the part is put in its place, and the line is
compared by numbers first. Derivatives that still stand in the line have their right values; what could go wrong in
taking them is the business of `derivatives`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from mathcli.algebra.exact import evaluated
from mathcli.algebra.rational import expanded
from mathcli.checking.mistakes.registry import IN_LINES, Expanded, Explanation, OfLine, Slip
from mathcli.checking.mistakes.values import Points, Values
from mathcli.syntax.tree import Derivative, Equation, Node, walk

MOST_PARTS = 120


class Part(NamedTuple):
    """A part of a line, where it stands (`path`, the numbers of the children), and what puts another in its place."""

    node: Node
    path: tuple[int, ...]
    replaced: Callable[[Node], Node]

    def child(self, k: int) -> Part:
        """Return the part that is its k-th child."""
        children = self.node.children()

        def replaced(other: Node) -> Node:
            return self.replaced(self.node.rebuilt((*children[:k], other, *children[k + 1 :])))

        return Part(children[k], (*self.path, k), replaced)


class Rewriting(NamedTuple):
    """One slip on one part: the line it leads to, and by how much that one is off."""

    names: tuple[str, ...]
    part: Part
    slip: Slip
    line: Node
    error: Values

    @property
    def where(self) -> tuple[int, ...]:
        """Where it was made."""
        return self.part.path


def parts_of(line: Node) -> Iterator[Part]:
    """Every part of the line, from the whole inwards; what stands under a derivative is not looked into."""
    waiting = [Part(line, (), lambda other: other)]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        yield part
        if not isinstance(part.node, Derivative):
            children = part.node.children()
            waiting.extend(part.child(k) for k in reversed(range(len(children))))


def explanation(slips: tuple[Rewriting, ...], line: Node) -> Explanation:
    """Say what was made of the first of the parts, and what it should have become."""
    first = slips[0]
    phrase: list[str | Node] = []
    for k, slip in enumerate(slips):
        phrase += [";  "] if k else []
        for part in slip.slip.because:
            match part:
                case Expanded(u):
                    phrase.append(Equation(u, expanded(u)))
                case str() | Node():
                    phrase.append(part)
    names = tuple(dict.fromkeys(name for slip in slips for name in slip.names))
    place = first.part.node
    right = next((said.right for said in phrase if isinstance(said, Equation) and said.left is place), None)
    if right is None:
        right = place if isinstance(place, Equation) else min(evaluated(place), place, key=lambda node: len(walk(node)))
    return Explanation(names, place, first.slip.wrong, right, tuple(phrase), line)


Slips = tuple[tuple[str, Slip], ...]


def slips_of(node: Node, mistakes: Iterable[tuple[str, OfLine]] = IN_LINES) -> Slips:
    """Every slip of algebra on one part, each under its name."""
    return tuple([(name, slip) for name, reenact in mistakes for slip in reenact(node)])


def rewritten(line: Node) -> Iterator[Rewriting]:
    """Every known slip of algebra on every part of the line, each line once for each name; no errors."""
    seen: set[tuple[str, Node]] = set()
    for part in parts_of(line):
        for name, slip in slips_of(part.node):
            wrong = part.replaced(slip.wrong)
            if (name, wrong) not in seen:
                seen.add((name, wrong))
                yield Rewriting((name,), part, slip, wrong, ())


def rewritings(line: Node, points: Points) -> Iterator[Rewriting]:
    """The same with the errors."""
    right = points.of(line)
    for one in rewritten(line):
        values = points.of(one.line)
        yield one._replace(error=tuple([w - r for w, r in zip(values, right, strict=True)]))
