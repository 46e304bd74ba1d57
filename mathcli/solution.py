"""A solution: what a topic hands to a format. It says what there is to say, never how it looks.

`answer` is the JSON answer with nodes where OUTPUT has mathematics; `bare` the lines that a pipe gets; `blocks`
what a reader at a terminal is shown, in order. A topic fills them; a format arranges them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from mathcli.algebra.verdict import Verdict
from mathcli.calculus.derivation import Derivation, Phrase
from mathcli.syntax.tree import Name, Node

Answer = None | bool | int | float | str | Node | tuple["Answer", ...] | Mapping[str, "Answer"]
"""A JSON value in which a Node stands for mathematics. Fields without a value are left out by the topic."""


class OnDemand(Mapping[str, Answer]):
    """Fields of an answer that cost about as much as the answer: worked out when somebody looks.

    A format that writes many answers leaves them out unless they are asked for.
    """

    def __init__(self, work: Callable[[], Mapping[str, Answer]]) -> None:
        self._work = work
        self._fields: Mapping[str, Answer] | None = None

    def _looked_at(self) -> Mapping[str, Answer]:
        if self._fields is None:
            self._fields = self._work()
        return self._fields

    def __getitem__(self, name: str) -> Answer:
        return self._looked_at()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._looked_at())

    def __len__(self) -> int:
        return len(self._looked_at())


@dataclass(frozen=True, slots=True)
class Given:
    """What the problem is about, before anything is done: f(x) = e^(2x) cos x. `name` is its left side or None."""

    name: Node | None
    value: Node
    remark: Phrase = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """A derivation under a heading: FIRST DERIVATIVE. `start` is shown as `label` where there is one (f''(x)).

    `dependent` is a y(x) that is shown as y, and its derivative as y'. What `is_background` is shown at full detail
    only.
    """

    heading: str
    derivation: Derivation
    label: Node | None = None
    dependent: Node | None = None
    is_background: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of phrases under column heads. `totals` are rows below a rule across the last column."""

    heads: tuple[Phrase, ...]
    rows: tuple[tuple[Phrase, ...], ...]
    totals: tuple[tuple[Phrase, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence; `tone` is "plain", "note" (dim), "good" (starts with a check mark) or "warning" (with !).

    Derivatives by `primes` are written (u)′, partial ones with ∂.
    """

    phrase: Phrase
    tone: str = "plain"
    primes: Name | None = None
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """The answer under its heading: rows of `left = right` with aligned signs, and a remark behind each."""

    rows: tuple[Finding, ...]
    heading: str = "ANSWER"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an answer: left = right, by `sign` ("=", "≈"); without a `left` the value stands alone."""

    left: Node | str
    right: Node
    remark: Phrase = ()
    sign: str = "="


@dataclass(frozen=True, slots=True)
class Spellings:
    """The ways in which a tree can be typed: the input syntax, LaTeX, SymPy's Python."""

    value: Node


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a curve that is marked, with what is written below it."""

    x: float
    y: float
    label: Node | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve to be drawn on a screen: runs of points that belong together, and the marked ones.

    `window` is (left, right, bottom, top); `horizontal` and `vertical` name the axes. With `is_to_scale` more of the
    plane may be shown, so that right angles look right. Formats that cannot draw leave it out.
    """

    strands: tuple[Sequence[tuple[float, float]], ...]
    marks: tuple[Mark, ...]
    window: tuple[float, float, float, float]
    horizontal: str = "x"
    vertical: str = "y"
    is_to_scale: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture for a file: lines and points, each with its xs, its ys and its legend, over the level lines of a grid.

    `levels` is (xs, ys, rows of values, one row for each y), or None where there is nothing below the lines.
    """

    path: str
    lines: tuple[tuple[Sequence[float], Sequence[float], str], ...] = ()
    points: tuple[tuple[Sequence[float], Sequence[float], str], ...] = ()
    levels: tuple[Sequence[float], Sequence[float], Sequence[Sequence[float]]] | None = None
    horizontal: str = "x"
    vertical: str = "y"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of text that was asked for beside the answer."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of somebody's own working, as it was written, with its mark and a remark beside it.

    `mark` is given, right, wrong, follows, undecided, unread or "" ; `wrong` is the stretch that is underlined.
    """

    number: int
    text: Phrase
    mark: str = ""
    remark: Phrase = ()
    wrong: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines of working, numbered as in their file; under a title, the name of the file, or words that lead to them."""

    lines: tuple[SheetLine, ...]
    title: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of its own, with words in small letters behind it."""

    heading: str
    about: str = ""


Block = Given | Chain | Table | Remark | Findings | Spellings | Curve | Sheet | Section


class Page(Sequence[Block]):
    """Blocks that are arranged when somebody looks: an answer that is written as JSON shows none.

    The work must be mere arranging, since the time of the problem may be over by then.
    """

    def __init__(self, work: Callable[[], Sequence[Block]]) -> None:
        self._work = work
        self._blocks: Sequence[Block] | None = None

    def _looked_at(self) -> Sequence[Block]:
        if self._blocks is None:
            self._blocks = self._work()
        return self._blocks

    @overload
    def __getitem__(self, at: int) -> Block: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Block]: ...
    def __getitem__(self, at: int | slice) -> Block | Sequence[Block]:
        return self._looked_at()[at]

    def __len__(self) -> int:
        return len(self._looked_at())


@dataclass(frozen=True, slots=True)
class Solution:
    """The answer to one problem.

    task      the subcommand
    bare      one phrase for each line that a pipe gets; a tab inside separates fields
    verified  the weakest verdict that the answer rests on; `proofs` counts (proved steps, steps)
    status    "ok" or "undecided"; a problem without an answer is an error, not a solution
    files     what is written to files besides; whoever prints the answer writes them
    tally     what a summary of many answers counts: the problem, and what came of it
    """

    task: str
    answer: Mapping[str, Answer]
    bare: tuple[Phrase, ...]
    blocks: Sequence[Block] = ()
    derivations: tuple[Derivation, ...] = ()
    notes: tuple[str, ...] = ()
    verified: Verdict | None = None
    proofs: tuple[int, int] | None = None
    exit_code: int = 0
    status: str = "ok"
    text: str = ""
    read: Node | None = None
    files: tuple[Figure | TextFile, ...] = ()
    tally: tuple[str, ...] = ()
    verdicts: Mapping[tuple[int, ...], Verdict] = field(default_factory=dict)
    """By the path of a step, with the index of the derivation in `derivations` in front."""
    is_of_matrices: bool = False
    """Whether letters stand for matrices, so that products must keep their order: SymPy's plain symbols would not."""
