"""The verdict on all that one answer rests on: `verification` judges each step, and here the verdicts meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mathcli.algebra.budget import Budget
from mathcli.algebra.verdict import Verdict, weakest
from mathcli.calculus.derivation import Derivation, Path, Step, each_step
from mathcli.errors import VerificationError


class Proofs(NamedTuple):
    """The verdicts by path, the number of the derivation in front; the weakest of them; (proved steps, steps)."""

    verdicts: Mapping[Path, Verdict]
    verified: Verdict
    counted: tuple[int, int]


def prove(derivations: Sequence[Derivation], budget: Budget) -> Proofs:
    """Return the verdicts on all steps of these derivations, each judged twice: its claim and its composition.

    Raises:
        VerificationError: a step was refuted, so no answer may be given.
    """
    from mathcli.calculus.verification import judge

    verdicts: dict[Path, Verdict] = {}
    for k, derivation in enumerate(derivations):
        found = judge(derivation, budget=budget, at=(k,))
        for path, verdict in found.items():
            if verdict is Verdict.REFUTED:
                raise _withheld(dict(each_step(derivation, (k,))).get(path))
        verdicts.update(found)
    proved = list(verdicts.values()).count(Verdict.PROVED)
    return Proofs(verdicts, weakest(verdicts.values()), (proved, len(verdicts)))


def _withheld(step: Step | None) -> VerificationError:
    name = f' ("{step.rule}")' if step else ""
    return VerificationError(
        f"a step{name} failed its own verification, so the answer is withheld",
        hint="this is a bug in mathcli: please report the problem that you typed",
    )
