"""Critical points of a function of one variable: the answer of `critical` there, and what a reader is shown."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import fmpq

from mathcli.errors import BudgetSpentError, UndefinedError, UsageError
from mathcli.extrema.critical import Critical, CriticalFamily, CriticalPoint, Extreme, Plateau
from mathcli.extrema.one_variable import critical_points, joined
from mathcli.extrema.smooth_parts import has_kinks
from mathcli.solution import Answer, Solution
from mathcli.solving.ends import MINUS_INF
from mathcli.solving.numbers import decimal_node, ends
from mathcli.solving.regions import Bound, Piece
from mathcli.syntax.tree import INF, Interval, Name, Negative, Node, Number, Relation, integer

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Phrase
    from mathcli.calculus.proofs import Proofs
    from mathcli.topics._function import Subject


_UNITS_FOR_PROOFS = 200_000
_MOST_PIECES_SAID = 3


def solve_one_variable(problem: Any, about: Subject, budget: Budget) -> Solution:
    """Return the critical points of f(x) on its domain or on the interval asked for."""
    from mathcli.algebra.verdict import Verdict
    from mathcli.topics._critical_page import blocks

    (x,) = about.variables
    on = interval(problem, x)
    found = critical_points(about.plain, x, on=on, has_shape=problem.shape, budget=budget.most_of_it())
    proofs = _proofs(found, budget)
    if found.is_complete and proofs.verified is not Verdict.PROVED:
        unproved: Phrase = ("not every step of the derivative could be proved",)
        found = replace(found, is_complete=False, reasons=(*found.reasons, unproved))
    return Solution(
        "critical",
        answer=answer(found, on),
        bare=tuple(map(tuple, _bare(found))),
        blocks=blocks(found, about, on),
        derivations=found.derivations,
        notes=(*about.notes, *_warnings(found)),
        verified=proofs.verified,
        proofs=proofs.counted,
        verdicts=proofs.verdicts,
        exit_code=0 if found.is_complete else 3,
        text=problem.expression.text,
        read=problem.expression.tree,
    )


def _proofs(found: Critical, budget: Budget) -> Proofs:
    """The verdicts on the derivations, also where the search took all the time there was."""
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.proofs import prove

    try:
        return prove(found.derivations, budget)
    except BudgetSpentError:
        return prove(found.derivations, Budget(_UNITS_FOR_PROOFS))


def interval(problem: Any, x: Name) -> Interval | None:
    """Return the interval of --on.

    Raises:
        UsageError: it is reversed, empty, or about another variable.
    """
    if not problem.on:
        return None
    from mathcli.syntax.parser import read

    text = problem.on.strip()
    name, is_named, rest = text.partition(" in ")
    if is_named:
        if name.strip() != x.name:
            raise UsageError(f"--on is about {name.strip()}, and the variable is {x.name}", hint="--on '[0, 20]'")
        text = rest
    tree = read(text, kind="interval", variables=problem.var or (), strict=problem.strict).tree
    assert isinstance(tree, Interval)
    _check_ends(tree)
    return tree


def _check_ends(on: Interval) -> None:
    for end in (on.lower, on.upper):
        if end.names:
            raise UsageError("the ends of --on are numbers", hint="--on '[0, 20]' or '(0, inf)'")
    if on.lower is MINUS_INF or on.upper is INF:
        if on.lower is INF or on.upper is MINUS_INF:
            raise UsageError("the interval of --on is reversed: its lower end comes first", hint="--on '(-inf, 0]'")
        return
    if on.lower is INF or on.upper is MINUS_INF:
        raise UsageError("the interval of --on is reversed: its lower end comes first", hint="--on '(-inf, 0]'")
    by = Bound.of(on.lower).compare(Bound.of(on.upper))
    if by == 1:
        raise UsageError("the interval of --on is reversed: its lower end comes first", hint="--on '[0, 20]'")
    if by == 0 and not (on.has_lower and on.has_upper):
        raise UndefinedError("the interval of --on is empty", hint="--on '[0, 20]'")


# -- JSON -----------------------------------------------------------------------------------------------------------


def answer(found: Critical, on: Interval | None) -> dict[str, Answer]:
    """The fields of the JSON answer."""
    x = found.x
    fields: dict[str, Answer] = {
        "variables": (x.name,),
        "domain": domain_text(found, on),
        **({} if has_kinks(found.f, x) else {"derivative": found.factored}),
        "points": tuple(_point(x, point) for point in found.points),
    }
    if found.families:
        fields["families"] = tuple(_family(x, family) for family in found.families)
    if found.plateaus:
        fields["continua"] = tuple(_plateau(x, plateau) for plateau in found.plateaus)
    boundary = (*(_point(x, end) for end in found.boundary), *(_family(x, end) for end in found.boundary_families))
    if boundary:
        fields["boundary"] = boundary
    fields.update(_monotonicity(found))
    extremes = _global(found)
    if extremes:
        fields["global"] = extremes
    if found.shape is not None:
        fields["shape"] = _shape(found)
    fields["complete"] = "proved" if found.is_complete else "unknown"
    if not found.is_complete and found.certain_within is not None:
        fields["certain_within"] = tuple(text_of((inside(piece),)) for piece in found.certain_within.pieces)
    if found.reasons:
        fields["reason"] = "; ".join(text_of(reason) for reason in found.reasons)
    return fields


def _point(x: Name, point: CriticalPoint) -> dict[str, Answer]:
    fields: dict[str, Answer] = {"at": {x.name: number(point.at)}}
    if point.value is not None:
        fields["value"] = number(point.value)
    fields["kind"] = point.kind
    fields["exact"] = point.at.exact is not None
    if point.why:
        fields["because"] = text_of(point.why)
    return fields


def _family(x: Name, family: CriticalFamily) -> dict[str, Answer]:
    fields: dict[str, Answer] = {
        "at": {x.name: family.at},
        "parameter": family.parameter.name,
        "kind": family.kind,
        "base": number(family.base),
        "period": family.period,
    }
    if family.value is not None:
        fields["value"] = family.value
    if family.first is not None:
        fields["first"] = family.first
    if family.last is not None:
        fields["last"] = family.last
    return fields


def each_whole(family: CriticalFamily) -> Phrase:
    """For which k a family is meant: for every whole k >= 0."""
    k, first, last = family.parameter, family.first, family.last
    if first is None and last is None:
        return (f"for every whole {k.name}",)
    if last is None:
        return "for every whole ", Relation((k, integer(first or 0)), (">=",))
    if first is None:
        return "for every whole ", Relation((k, integer(last)), ("<=",))
    return "for every whole k with ", Relation((integer(first), k, integer(last)), ("<=", "<="))


def _plateau(x: Name, plateau: Plateau) -> dict[str, Answer]:
    fields: dict[str, Answer] = {"where": text_of((where(x, plateau.piece),))}
    if plateau.value is not None:
        fields["value"] = number(plateau.value)
    if plateau.period is not None:
        fields["period"] = plateau.period
    return fields


def _monotonicity(found: Critical) -> dict[str, Answer]:
    """The intervals on which f rises and falls, where they are known all over."""
    if not found.is_complete or (found.families and found.period is None):
        return {}
    fields: dict[str, Answer] = {}
    stretches = joined(found.stretches, _special(found), found.domain)
    for sign, word in ((1, "increasing"), (-1, "decreasing")):
        texts = tuple(text_of((as_interval(stretch.piece),)) for stretch in stretches if stretch.sign == sign)
        if texts:
            fields[word] = texts
    return fields


def _special(found: Critical) -> set[Bound]:
    """The numbers at which a stretch ends for good."""
    return {point.at for point in found.points} | {family.base for family in found.families}


def _global(found: Critical) -> dict[str, Answer]:
    fields: dict[str, Answer] = {}
    for word, extreme in (("minimum", found.minimum), ("maximum", found.maximum)):
        if extreme is None:
            fields[word] = None
        elif isinstance(extreme, Extreme):
            fields[word] = _extreme(found, extreme)
    return fields


def _extreme(found: Critical, extreme: Extreme) -> dict[str, Answer]:
    fields: dict[str, Answer] = {"value": number(extreme.value), "attained": extreme.is_attained}
    bases = {id(family.base): family for family in (*found.families, *found.boundary_families)}
    at: list[Answer] = []
    for place in extreme.at:
        family = bases.get(id(place))
        at.append({found.x.name: number(place) if family is None else family.at})
    if at:
        fields["at"] = tuple(at)
    return fields


def _shape(found: Critical) -> dict[str, Answer]:
    shape = found.shape
    assert shape is not None
    fields: dict[str, Answer] = {"inflections": tuple(_point(found.x, point) for point in shape.inflections)}
    if shape.families:
        fields["families"] = tuple(_family(found.x, family) for family in shape.families)
    for sign, word in ((1, "convex"), (-1, "concave"), (0, "straight")):
        texts = tuple(text_of((as_interval(s.piece),)) for s in shape.stretches if s.sign == sign)
        if texts and found.period is None:
            fields[word] = texts
    fields["complete"] = "proved" if shape.is_complete else "unknown"
    return fields


def number(bound: Bound) -> Answer:
    """A number as JSON has it: with a decimal unless it is rational, with its enclosure unless it is exact."""
    if bound.exact is None:
        shown = decimal_node(bound)
        return {"mathematics": shown, "approx": text_of((shown,)), "enclosure": ends(bound)}
    if is_short(bound.exact):
        return bound.exact
    return {"mathematics": bound.exact, "approx": text_of((decimal_node(bound),))}


def is_short(node: Node) -> bool:
    """Whether a number is a rational, so that nobody needs a decimal beside it."""
    from mathcli.algebra.exact import as_fraction

    return as_fraction(node) is not None


# -- lines for a pipe -----------------------------------------------------------------------------------------------


def _bare(found: Critical) -> list[list[str | Node]]:
    lines: list[list[str | Node]] = []
    x = found.x
    for point in sorted_points(found):
        value = "" if point.value is None else shown(point.value)
        lines.append([f"{x.name} = ", shown(point.at), "\t", value, "\t", point.kind])
    for family in (*found.families, *found.boundary_families):
        which = () if family.first is None and family.last is None else (", ", *each_whole(family))
        lines.append([f"{x.name} = ", family.at, "\t", family.value or "", "\t", family.kind, *which])
    for plateau in found.plateaus:
        value = "" if plateau.value is None else shown(plateau.value)
        lines.append([where(x, plateau.piece), "\t", value, "\t", "constant"])
    return lines


def sorted_points(found: Critical) -> list[CriticalPoint]:
    """The points of the interior and of the boundary together, rising."""
    return sorted((*found.points, *found.boundary), key=lambda point: point.at.enclosure[0])


def _warnings(found: Critical) -> tuple[str, ...]:
    return () if found.is_complete else (text_of(verdict_phrase(found)),)


def verdict_phrase(found: Critical) -> Phrase:
    """Whether the list is complete, why or why not, and where at least."""
    said: list[str | Node] = ["complete, proved" if found.is_complete else "not certified to be complete"]
    for k, reason in enumerate(found.reasons):
        said.extend(("; " if k else ": ", *reason))
    if not found.is_complete and found.certain_within is not None:
        for k, piece in enumerate(_widest(found.certain_within.pieces)):
            said.extend((", " if k else "; certain within ", inside(piece)))
    return tuple(said)


def _widest(pieces: tuple[Piece, ...]) -> list[Piece]:
    """The widest few of the pieces, in their order."""

    def width(piece: Piece) -> fmpq | None:
        if piece.lower is None or piece.upper is None:
            return None
        return piece.upper.enclosure[1] - piece.lower.enclosure[0]

    widths = sorted((w for w in map(width, pieces) if w is not None), reverse=True)[:_MOST_PIECES_SAID]
    return [piece for piece in pieces if (w := width(piece)) is None or w in widths]


# -- words ----------------------------------------------------------------------------------------------------------


def shown(bound: Bound, digits: int = 16) -> Node:
    """The number as a tree: exact where it can be, else a decimal."""
    return bound.exact if bound.exact is not None else decimal_node(bound, digits)


def text_of(phrase: Phrase) -> str:
    """Return a phrase in the input syntax."""
    from mathcli.syntax.writer import write

    return "".join(part if isinstance(part, str) else write(part) for part in phrase)


def as_interval(piece: Piece, digits: int = 6) -> Interval:
    """Return a piece of the line as an interval."""
    lower = MINUS_INF if piece.lower is None else shown(piece.lower, digits)
    upper = INF if piece.upper is None else shown(piece.upper, digits)
    return Interval(lower, upper, piece.has_lower, piece.has_upper)


def inside(piece: Piece) -> Interval:
    """Return an interval with short ends that lies in a piece, its ends rounded inwards where they are long."""
    scale = 1000
    if piece.lower is not None and piece.upper is not None:
        while 0 < piece.upper.enclosure[0] - piece.lower.enclosure[1] < fmpq(100, scale):
            scale *= 10
    lower = MINUS_INF if piece.lower is None else _rounded(piece.lower, scale, up=True)
    upper = INF if piece.upper is None else _rounded(piece.upper, scale, up=False)
    return Interval(lower, upper, piece.has_lower, piece.has_upper)


def _rounded(end: Bound, scale: int, *, up: bool) -> Node:
    from mathcli.algebra.exact import as_fraction, fraction_node

    value = None if end.exact is None else as_fraction(end.exact)
    if end.exact is not None and (value is None or value.denominator < 1000):
        return end.exact
    low, high = end.enclosure
    whole = -((-high * scale).floor()) if up else (low * scale).floor()
    return fraction_node(Fraction(int(whole), scale))


def where(x: Name, piece: Piece, digits: int = 6) -> Node | str:
    """Return x in a piece of the line as a relation: -2 < x <= 1; in words where it is all of it."""
    lower = None if piece.lower is None else shown(piece.lower, digits)
    upper = None if piece.upper is None else shown(piece.upper, digits)
    low_sign, high_sign = ("<=" if piece.has_lower else "<"), ("<=" if piece.has_upper else "<")
    if lower is not None and upper is not None:
        return Relation((lower, x, upper), (low_sign, high_sign))
    if lower is not None:
        return Relation((x, lower), (low_sign.replace("<", ">"),))
    if upper is not None:
        return Relation((x, upper), (high_sign,))
    return f"all real {x.name}"


def domain_text(found: Critical, on: Interval | None) -> str:
    """The domain in relations: n > 0, x != 2, all real x."""
    phrase = domain_phrase(found, on)
    return text_of(phrase)


def domain_phrase(found: Critical, on: Interval | None) -> Phrase:
    """The domain in relations, joined by "and"."""
    from mathcli.algebra.conditions import merged

    relations: list[Node] = list(found.conditions)
    if on is not None:
        asked = where(found.x, _of(on))
        if isinstance(asked, Node):
            relations.append(asked)
    phrase: list[str | Node] = []
    for relation in merged(relations):
        phrase.extend((" and " if phrase else "", relation))
    return tuple(phrase) or (f"all real {found.x.name}",)


def _of(on: Interval) -> Piece:
    lower = None if on.lower is MINUS_INF else Bound.of(on.lower)
    upper = None if on.upper is INF else Bound.of(on.upper)
    return Piece(lower, upper, on.has_lower, on.has_upper)


def is_number(node: Node) -> bool:
    """Whether a tree is a plain number, with or without a sign."""
    return isinstance(node, Number) or (isinstance(node, Negative) and isinstance(node.operand, Number))
