"""No answer is given that rests on a refuted step, and the verdict is the weakest of all."""

from __future__ import annotations

from itertools import pairwise

import pytest

from mathcli.algebra.budget import Budget
from mathcli.algebra.verdict import Verdict
from mathcli.calculus.derivation import Derivation, Step
from mathcli.calculus.proofs import prove
from mathcli.errors import VerificationError
from mathcli.syntax.parser import parse


def derivation(*lines: str) -> Derivation:
    nodes = [parse(line) for line in lines]
    pairs = pairwise(nodes)
    return Derivation(nodes[0], tuple(Step("rewrite", "expand", a, b, b) for a, b in pairs))


def test_true_steps_are_counted_as_proved_by_the_derivation_they_stand_in():
    found = prove([derivation("2(x+1)", "2x + 2"), derivation("x x", "x^2", "x^2 + 0")], Budget())

    assert found.verified is Verdict.PROVED
    assert found.counted == (3, 3)
    assert set(found.verdicts) == {(0, 0), (1, 0), (1, 1)}


def test_one_false_step_withholds_the_whole_answer():
    with pytest.raises(VerificationError, match='"expand"') as error:
        prove([derivation("2(x+1)", "2x + 2"), derivation("2(x+1)", "2x + 1")], Budget())

    assert error.value.exit_code == 70


def test_an_answer_is_as_certain_as_its_weakest_step(monkeypatch):
    verdicts = {(0,): Verdict.PROVED, (1,): Verdict.TESTED}
    monkeypatch.setattr("mathcli.calculus.verification.judge", lambda derivation, budget, at: verdicts)

    found = prove([derivation("x x", "x^2", "x^2 + 0")], Budget())

    assert found.verified is Verdict.TESTED
    assert found.counted == (1, 2)


def test_a_false_step_in_a_topic_ends_without_an_answer(monkeypatch):
    from mathcli.topics import build

    wrong = Derivation(parse("d/dx (x^2)"), (Step("rewrite", "expand", parse("d/dx (x^2)"), parse("3x"), parse("3x")),))
    monkeypatch.setattr("mathcli.calculus.differentiation.derivatives", lambda *args, **options: (wrong,))

    with pytest.raises(VerificationError):
        build("diff", {"expression": "x^2"}).solve(Budget())
