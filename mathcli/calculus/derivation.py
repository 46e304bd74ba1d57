"""Steps and derivations: the data that everyone shares. No rule and no output lives here.

A derivation is a chain of steps, `start = steps[0].result = ... = result`. A step of kind "rule" replaces a
standing derivative by its rule's formula (`after`), takes the derivatives that stand in the formula by derivations
of their own (`substeps`), and arrives at `result`. Every other step claims `before = after`, and its result is its
`after`.

Invariants, each checked by `verification` and never assumed there:
  - steps[0].before is start, and each later `before` is the `result` before it;
  - a rule's `after` is its formula with the letters of `bind` filled in;
  - `result` is `after` with the start of each sub-derivation replaced by that one's result, through `Sum.of` and
    `Product.of`, which compute nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from mathcli.syntax.tree import Definition, Node

Phrase = tuple[str | Node, ...]
"""Words with mathematics between them: ("the inner derivative of ", u). Each format writes the nodes its own way."""

KINDS = ("rule", "rewrite", "arithmetic", "solve", "classify", "note")


@dataclass(frozen=True, slots=True)
class Step:
    """The claim `before = result`, by the rule it names, wherever the conditions hold.

    kind        one of KINDS
    rule        the rule's name as a textbook has it: "product rule", "factor e^(2x) out", "expand"
    formula     the rule's formula as text, "" where there is none
    bind        what the letters of the formula stand for here
    conditions  relations that must hold for the step; they are collected in the answer
    because     one sentence, where the rule's name does not say it all
    substeps    one derivation for each derivative that stands in `after`
    """

    kind: str
    rule: str
    before: Node
    after: Node
    result: Node
    formula: str = ""
    bind: tuple[tuple[str, Node], ...] = ()
    conditions: tuple[Node, ...] = ()
    because: Phrase = ()
    substeps: tuple[Derivation, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """A chain of steps from `start` to `result`; without steps the two are the same.

    `conditions` are all that its steps bring along, each once, in the order in which they came up; `domain` the further
    relations under which the derivative that was taken exists (for log x: x > 0); `raw` is the line before any tidying,
    None where nothing was tidied. `named` are the definitions by which its lines are to be read: f(x) = 1/x where a
    line speaks of f'(u).
    """

    start: Node
    steps: tuple[Step, ...]
    domain: tuple[Node, ...] = ()
    raw: Node | None = None
    named: tuple[Definition, ...] = ()
    conditions: tuple[Node, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        found: dict[Node, None] = {}
        for step in self.steps:
            for sub in step.substeps:
                found.update(dict.fromkeys(sub.conditions))
            found.update(dict.fromkeys(step.conditions))
        object.__setattr__(self, "conditions", tuple(found))

    @property
    def result(self) -> Node:
        return self.steps[-1].result if self.steps else self.start


@dataclass(frozen=True, slots=True)
class Application:
    """What a rule answers: its formula filled in (`after`), with the derivatives that it needs still standing.

    `formula` replaces the rule's own where the number of terms or factors decides how it reads; "" shows none.
    """

    after: Node
    bind: tuple[tuple[str, Node], ...] = ()
    conditions: tuple[Node, ...] = ()
    because: Phrase = ()
    formula: str | None = None


Path = tuple[int, ...]
"""Which step: (2,) is the third of a derivation, (2, 0, 1) the second of the first sub-derivation of that one."""


def each_step(derivation: Derivation, at: Path = ()) -> Iterator[tuple[Path, Step]]:
    """Every step with its path, sub-derivations before the step that they belong to."""
    for k, step in enumerate(derivation.steps):
        for j, sub in enumerate(step.substeps):
            yield from each_step(sub, (*at, k, j))
        yield (*at, k), step
