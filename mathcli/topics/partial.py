"""Partial derivatives: each of them, or mixed ones, in the order in which they are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation
    from mathcli.solution import Answer, Block, Solution
    from mathcli.syntax.tree import Name, Node
    from mathcli.topics._function import Subject

KIND = "derivatives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial(ReadingOptions):
    """Partial derivatives, each or mixed.

    mathcli partial '2x^2y + 3y^3x^2 + 3y'
    mathcli partial 'x^2 y^3' --wrt x,y
    """

    expression: Any = argument("expression", "what to differentiate: x^2 y, f(x,y) = x^2 y")
    wrt: tuple[tuple[Name, ...], ...] = option(
        "names", "x; again for another one; x,y for the mixed one", repeated=True, metavar="x"
    )

    def solve(self, budget: Budget) -> Solution:
        """Return each partial derivative, the other variables held constant."""
        from mathcli.calculus.proofs import prove
        from mathcli.solution import Solution
        from mathcli.syntax.families import is_entry_of
        from mathcli.topics._function import conditions_of, subject

        named = tuple(dict.fromkeys(x for wrt in self.wrt for x in wrt))
        has_entries = any(is_entry_of(x, self.expression.tree) for x in named)
        about = subject(self, self.expression, several=True, variables=named if has_entries else ())
        asked = tuple(self.wrt) or tuple((x,) for x in about.variables)
        chains = tuple(_successive(about, wrt) for wrt in asked)
        mirrored = tuple(_successive(about, wrt[::-1]) for wrt in asked if len(set(wrt)) == 2 == len(wrt))
        derivations = tuple(dict.fromkeys(d for chain in (*chains, *mirrored) for d in chain))
        proofs = prove(derivations, budget)
        answer: dict[str, Answer] = {"partials": tuple(map(_entry, asked, chains))}
        conditions = conditions_of(derivations)
        if conditions:
            from mathcli.syntax.writer import write

            answer["conditions"] = tuple(write(condition) for condition in conditions)
        return Solution(
            "partial",
            answer=answer,
            bare=tuple((chain[-1].result,) for chain in chains),
            blocks=_blocks(about, asked, chains, mirrored, conditions),
            derivations=derivations,
            notes=(*about.notes, *_absent(about, asked)),
            verified=proofs.verified,
            proofs=proofs.counted,
            verdicts=proofs.verdicts,
            text=self.expression.text,
            read=self.expression.tree,
        )


def _absent(about: Subject, asked: tuple[tuple[Name, ...], ...]) -> tuple[str, ...]:
    from mathcli.syntax.families import is_entry_of

    plain = about.plain
    absent = dict.fromkeys(x.name for wrt in asked for x in wrt if x not in plain.names and not is_entry_of(x, plain))
    return tuple(f"{name} does not occur in the expression" for name in absent)


def _successive(about: Subject, wrt: tuple[Name, ...]) -> tuple[Derivation, ...]:
    from mathcli.calculus.differentiation import differentiate

    chain: list[Derivation] = []
    f = about.body
    for x in wrt:
        chain.append(differentiate(f, x, named=about.named))
        f = chain[-1].result
    return tuple(chain)


def _entry(wrt: tuple[Name, ...], chain: tuple[Derivation, ...]) -> dict[str, Answer]:
    last = chain[-1]
    return {"wrt": tuple(x.name for x in wrt), "raw": last.raw or last.result, "value": last.result}


def _blocks(
    about: Subject,
    asked: tuple[tuple[Name, ...], ...],
    chains: tuple[tuple[Derivation, ...], ...],
    mirrored: tuple[tuple[Derivation, ...], ...],
    conditions: tuple[Node, ...],
) -> tuple[Block, ...]:
    from mathcli.algebra import rational
    from mathcli.solution import Chain, Finding, Findings, Given, Remark
    from mathcli.topics._phrases import listed, partial_label

    blocks: list[Block] = [Given(about.label, about.body)]
    rows: list[Finding] = []
    for wrt, chain in zip(asked, chains, strict=True):
        for k, derivation in enumerate(chain, 1):
            held = [x.name for x in about.variables if x is not wrt[k - 1]]
            constant = f", {' and '.join(held)} held constant" if held else ""
            heading = f"{'WITH' if k == 1 else 'THEN WITH'} RESPECT TO {wrt[k - 1].name}{constant}"
            blocks.append(Chain(heading, derivation))
        rows.append(Finding(partial_label(about, wrt), chain[-1].result))
    blocks.append(Findings(tuple(rows)))
    mixed = [(wrt, chain) for wrt, chain in zip(asked, chains, strict=True) if len(set(wrt)) == 2 == len(wrt)]
    for (wrt, chain), other in zip(mixed, mirrored, strict=True):
        if rational.agree(chain[-1].result, other[-1].result):
            words = f"{wrt[1].name} first and then {wrt[0].name} gives the same: "
            blocks.append(Remark((words, partial_label(about, wrt[::-1]), " = ", other[-1].result), tone="good"))
    if conditions:
        blocks.append(Remark(("for ", *listed(conditions))))
    return tuple(blocks)


TOPIC = Partial
