"""The alarm of one problem: it ends what takes too long, and is heard no more once that has ended."""

from __future__ import annotations

import signal
import sys
from types import SimpleNamespace

import pytest

from mathcli.batch import answering
from mathcli.batch.answering import Alarm, answer
from mathcli.errors import BudgetSpentError
from mathcli.syntax.tree import forget


def test_an_alarm_that_rings_while_it_is_switched_off_leaves_none_behind(monkeypatch):
    def interrupted(self, *_):
        raise BudgetSpentError("no answer within the time limit")

    monkeypatch.setattr(Alarm, "__exit__", interrupted)
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(BudgetSpentError):
        answer("diff", {"expression": "x^2"}, seconds=10)

    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    assert signal.getsignal(signal.SIGALRM) == before


def test_the_alarm_is_not_raised_where_nobody_would_hear_it():
    alarm = Alarm(60, lambda: 61.0)
    with alarm:
        alarm._ring(signal.SIGALRM, SimpleNamespace(f_code=forget.__code__))  # and rings again
        with pytest.raises(BudgetSpentError):
            alarm._ring(signal.SIGALRM, sys._getframe())


@pytest.mark.parametrize(
    ("wall", "used", "had"),
    [(5.0, 5.0, 5.0), (5.0, 1.0, 5.0), (1.0, 0.0, 1.0), (600.0, 0.0, 1.0), (600.0, 2.0, 9.0)],
    ids=["at work", "on a busy machine", "a second of rest", "stopped at once", "stopped in the middle"],
)
def test_a_problem_that_was_stopped_has_the_time_that_it_missed(monkeypatch, wall, used, had):
    now = SimpleNamespace(wall=100.0, used=40.0)
    monkeypatch.setattr(answering.time, "monotonic", lambda: now.wall)
    monkeypatch.setattr(answering.os, "times", lambda: (now.used / 2, 0.0, now.used / 2, 0.0, 0.0))
    clock = answering._Clock()
    now.wall, now.used = 100.0 + wall, 40.0 + used

    assert clock() == had
