"""What there is to know about the critical points of a function of one variable: data, and the names of the kinds."""

from __future__ import annotations

from dataclasses import dataclass

from mathcli.calculus.derivation import Derivation, Phrase
from mathcli.solving.ends import Behaviour
from mathcli.solving.regions import Bound, Piece, Region
from mathcli.syntax.tree import Name, Node

LOCAL_MINIMUM, LOCAL_MAXIMUM, STATIONARY_INFLECTION = "local minimum", "local maximum", "stationary inflection"
CORNER_MINIMUM, CORNER_MAXIMUM, CORNER = "corner minimum", "corner maximum", "corner"
CUSP_MINIMUM, CUSP_MAXIMUM, VERTICAL_TANGENT, JUMP = "cusp minimum", "cusp maximum", "vertical tangent", "jump"
ENDPOINT_MINIMUM, ENDPOINT_MAXIMUM = "endpoint minimum", "endpoint maximum"
UNDECIDED = "degenerate (undecided)"
LEVEL = (LOCAL_MINIMUM, LOCAL_MAXIMUM, STATIONARY_INFLECTION)
"""The kinds of stationary points."""


@dataclass(frozen=True, slots=True)
class CriticalPoint:
    """A point of the domain with its kind and the value of f there; `why` says how its kind shows where f' is not 0."""

    at: Bound
    kind: str
    value: Bound | None = None
    why: Phrase = ()


@dataclass(frozen=True, slots=True)
class CriticalFamily:
    """All points base + k period, k whole; `value` is that of f there, in terms of k where it changes with it.

    k begins at `first` and ends at `last` where they are not None.
    """

    at: Node
    parameter: Name
    base: Bound
    period: Node
    kind: str
    value: Node | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Plateau:
    """A piece of the line, with its ends where they are its own, on which f is constant. `period` repeats it."""

    piece: Piece
    value: Bound | None = None
    period: Node | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """An open interval on which f' keeps one sign: f increases (1), decreases (-1) or is constant (0)."""

    piece: Piece
    sign: int | None
    function: Node
    """What f is there, without absolute values and cases."""


@dataclass(frozen=True, slots=True)
class Approach:
    """What f does towards an end of its domain that it does not have: x -> `towards` from the inside."""

    towards: Bound | Node
    side: int
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or greatest value of f, or what f only comes near to."""

    value: Bound
    is_attained: bool
    at: tuple[Bound, ...] = ()
    families: tuple[CriticalFamily, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """Where f'' changes its sign, and the intervals between: convex (1), concave (-1), straight (0)."""

    inflections: tuple[CriticalPoint, ...]
    stretches: tuple[Stretch, ...]
    is_complete: bool
    families: tuple[CriticalFamily, ...] = ()
    derivations: tuple[Derivation, ...] = ()


@dataclass(frozen=True, slots=True)
class Critical:
    """All that was found about f.

    domain        None where it could not be worked out; `conditions` say it in relations
    points        interior points, rising; `families` those that repeat; `plateaus` whole pieces on which f' = 0
    boundary      end points that belong to the domain
    stretches     where f rises and falls, in rising order; empty where that is not known all over
    minimum, maximum   an Extreme; None where f is unbounded; "undecided"
    is_complete   there are no other critical points in the domain, which is proved; `certain_within`: there at least
    derivations   each to be judged: f', its numerator factored, the values
    period        f and its domain repeat: everything is said of one period
    """

    f: Node
    x: Name
    conditions: tuple[Node, ...]
    domain: Region | None
    derivative: Derivation
    factored: Node
    points: tuple[CriticalPoint, ...] = ()
    families: tuple[CriticalFamily, ...] = ()
    plateaus: tuple[Plateau, ...] = ()
    boundary: tuple[CriticalPoint, ...] = ()
    boundary_families: tuple[CriticalFamily, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    approaches: tuple[Approach, ...] = ()
    minimum: Extreme | str | None = "undecided"
    maximum: Extreme | str | None = "undecided"
    is_complete: bool = False
    certain_within: Region | None = None
    reasons: tuple[Phrase, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    period: Node | None = None
    shape: Shape | None = None
