"""Inequalities that a student claims on a part of the line: f'(x) > 0 for x > 1, f is increasing on (1, inf).

Where the contrary holds is worked out with a proof: nowhere on that part, and the claim is right; a number there, and
it is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.calculus.derivation import Phrase
from mathcli.checking.comparing import value_shown
from mathcli.checking.decimals import RIGHT, UNDECIDED, WRONG
from mathcli.checking.notation import Notation, differentiated
from mathcli.checking.tasks import Task
from mathcli.errors import InputError, MathcliError
from mathcli.solving.feasibility import difference
from mathcli.solving.numbers import decimal_node
from mathcli.solving.regions import REAL_LINE, Piece, Region, inside, interval
from mathcli.solving.solution_sets import where_all_hold
from mathcli.syntax.parser import read
from mathcli.syntax.tree import ZERO, Equation, Interval, Name, Node, Relation

_WORDS = {
    "increasing": (1, ">"), "rising": (1, ">"), "decreasing": (1, "<"), "falling": (1, "<"), "convex": (2, ">"),
    "concave up": (2, ">"), "concave": (2, "<"), "concave down": (2, "<"), "positive": (0, ">"), "negative": (0, "<"),
}  # fmt: skip
"""Which derivative a word speaks of, and its sign."""
_OPPOSITE = {">": "<=", "<": ">=", ">=": "<", "<=": ">"}
_WEAKER = {">": "<", "<": ">"}
_SAID = re.compile(
    r"(?:(?:so|then|thus|hence)\s+)?(?:the function\s+)?(?P<f>[A-Za-z])(?P<primes>['′’]*)(?:\(\w\))?\s+(?:is\s+)?"
    r"(?:(?:strictly|monotonically|monotone)\s+)*(?P<word>concave (?:up|down)|" + "|".join(_WORDS) + r")\b(?P<rest>.*)"
)
_WHERE = re.compile(
    r"\s*,?\s*(?:\b(?:on|in|for|when|if|where)\b|∈)\s*(?:all\s+|the interval\s+)?"
    r"(?:(?P<x>[A-Za-z])\s*(?:∈|\\in\b|\bin\b))?\s*(?P<where>.+?)\s*\.?$"
)
_BETWEEN_PARTS = re.compile(r"\s*(?:\band\b(?:\s+(?:on|for)\b)?|\bor\b|∪|\\cup|\bund\b)\s*")


_ALSO = re.compile(
    r"\s*[,;]?\s*(?:\band\b|[,;])\s*(?:it\s+)?(?:is\s+)?(?=(?:strictly\s+)?(?:" + "|".join(_WORDS) + r")\b)"
)


class Claim(NamedTuple):
    """What is said to be > 0, or to have another sign, and on which parts of the line."""

    u: Node
    sign: str
    parts: tuple[Region, ...]
    order: int
    """Of f', f'' where a word speaks of f itself: an increasing f may have f' = 0 at single points; else -1."""
    shown: str


class Inequalities:
    """Judges such claims about the function of one task."""

    def __init__(self, task: Task, notation: Notation, budget: Budget) -> None:
        self.task, self.notation, self.budget = task, notation, budget

    def judged(self, text: str, conditions: Sequence[str] = ()) -> tuple[str, Phrase] | None:
        """Return a mark and what there is to say; None where the text is no claim of this kind, or cannot be read."""
        if len(self.task.variables) != 1 or self.task.of not in ("derivative", "critical_points"):
            return None
        first, *others = _ALSO.split(text)
        head = _SAID.fullmatch(first.strip())
        subject = f"{head.group('f')}{head.group('primes')} " if head is not None else ""
        claims: list[Claim | None] = []
        for clause in [first, *(f"{subject}{other}" for other in others)]:
            try:
                claims.append(self._claim(clause, conditions))
            except InputError:
                return None
        if None in claims:
            return None
        answers = [self._on(claim, part) for claim in claims if claim is not None for part in claim.parts]
        for status in (WRONG, UNDECIDED):
            found = next((answer for answer in answers if answer[0] == status), None)
            if found is not None:
                return found
        return answers[0]

    # -- reading ------------------------------------------------------------------------------------------------------

    def _claim(self, text: str, conditions: Sequence[str]) -> Claim | None:
        (x,) = self.task.variables
        said = _SAID.fullmatch(text.strip())
        if said is not None:
            definition = self.notation.definition(said.group("f"))
            if definition is None or said.group("f") in self.notation.own:
                return None
            by, sign = _WORDS[said.group("word")]
            order = by + len(said.group("primes"))
            parts = self._parts(said.group("rest"), conditions, x)
            u = differentiated(self.task.problem, x, order) if order else self.task.problem
            return None if not parts else Claim(u, sign, parts, order if by else -1, said.group("f") + "'" * order)
        found = _WHERE.search(text)
        left = text if found is None else text[: found.start()]
        if re.search(r"(?<![<>!])=(?!>)|≈|\\lim|\\int", left) or not re.search(r"[<>≤≥]|\\[lg](?:e|t)", left):
            return None
        parts = self._parts(text[len(left) :], conditions, x)
        relation = self.notation.read(left).value if parts else None
        if not isinstance(relation, Relation) or len(relation.signs) != 1 or relation.signs[0] not in _OPPOSITE:
            return None
        u = difference(*relation.sides)
        shown = "the left side" if relation.sides[1] is ZERO else "left minus right"
        return Claim(u, relation.signs[0], parts, -1, shown) if parts and u.names == {x} else None

    def _parts(self, text: str, conditions: Sequence[str], x: Name) -> tuple[Region, ...]:
        """The parts of the line that are meant; none where nothing is said of them or one cannot be worked out."""
        found = _WHERE.fullmatch(text) if text.strip() else None
        if text.strip() and found is None:
            return ()
        texts = [found.group("where")] if found is not None else list(conditions)
        regions: list[Region] = []
        for one in (piece for whole in texts for piece in _BETWEEN_PARTS.split(whole)):
            region = self._part(re.sub(r"^\w\s*(?:∈|\\in\b|\bin\b)\s*", "", one.strip().rstrip(".")), x)
            if region is None or region.period is not None:
                return ()
            regions.append(region)
        return tuple(regions)

    def _part(self, text: str, x: Name) -> Region | None:
        if re.match(r"(?:\\left)?[(\[]", text):
            tree = read(text, kind="interval").tree
            return interval(tree) if isinstance(tree, Interval) else None
        relation = self.notation.read(text).value
        if isinstance(relation, Equation) or not isinstance(relation, Relation) or relation.names != {x}:
            return None
        return where_all_hold((relation,), x, REAL_LINE, budget=self.budget)

    # -- judging ------------------------------------------------------------------------------------------------------

    def _on(self, claim: Claim, part: Region) -> tuple[str, Phrase]:
        (x,) = self.task.variables
        part = part if claim.order < 0 else _opened(part)
        strict = where_all_hold((_compared(claim.u, _OPPOSITE[claim.sign]),), x, part, budget=self.budget)
        against = strict
        if claim.order > 0:
            against = where_all_hold((_compared(claim.u, _WEAKER[claim.sign]),), x, part, budget=self.budget)
        if against is None or strict is None or against.period is not None or strict.period is not None:
            return UNDECIDED, ("where this holds could not be worked out",)
        if against.pieces:
            return WRONG, self._shown(claim, against.pieces[0], x)
        if any(not _is_a_point(piece) for piece in strict.pieces):
            return UNDECIDED, ("the derivative is 0 on a whole stretch",)
        conditions = domain(claim.u)
        if claim.order > 0:
            conditions = (*conditions, *domain(self.task.problem), *derivative_domain(self.task.problem, x))
        if not self._is_defined_on(tuple(dict.fromkeys(conditions)), part, x):
            return UNDECIDED, ("it has no value on all of this part",)
        return RIGHT, ("proved on all of it",)

    def _is_defined_on(self, conditions: tuple[Node, ...], part: Region, x: Name) -> bool:
        if not conditions:
            return True
        found = where_all_hold(conditions, x, part, budget=self.budget)
        return (
            found is not None
            and found.period is None
            and len(found.pieces) == len(part.pieces)
            and all(_are_one(a, b) for a, b in zip(found.pieces, part.pieces, strict=True))
        )

    def _shown(self, claim: Claim, piece: Piece, x: Name) -> Phrase:
        """A number at which a claim fails, and what is worth there what is said to have another sign."""
        if _is_a_point(piece) and piece.lower is not None:
            at: Node = piece.lower.exact if piece.lower.exact is not None else decimal_node(piece.lower, 6)
        else:
            at = number(inside(piece))
        try:
            value = value_shown(claim.u.substitute({x: at}))
        except MathcliError:
            return ("fails at ", Equation(x, at))
        return ("fails at ", Equation(x, at), f", where {claim.shown} is ", value)


def _compared(u: Node, sign: str) -> Relation:
    return Relation((u, ZERO), (sign,))


def _opened(region: Region) -> Region:
    """The same without its ends: a function increases on [a, b] if it does inside and has no jump at the ends."""
    return Region(tuple(Piece(p.lower, p.upper, False, False) for p in region.pieces if not _is_a_point(p)))


def _is_a_point(piece: Piece) -> bool:
    return piece.lower is not None and piece.upper is not None and piece.lower.compare(piece.upper) == 0


def _are_one(a: Piece, b: Piece) -> bool:
    ends = ((a.lower, b.lower), (a.upper, b.upper))
    are_equal = all(p is q or (p is not None and q is not None and p.compare(q) == 0) for p, q in ends)
    return are_equal and (a.has_lower, a.has_upper) == (b.has_lower, b.has_upper)
