"""The benchmarks of batches in small: what they count, and never a time."""

from __future__ import annotations

import sys

import pytest

from tests.benchmarks import batch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_all_that_can_be_done_to_workers_costs_only_the_problems_that_do_it():
    found = batch.faults(60, bad=5, seconds=0.5, every=3.0)

    assert found["ok"] == 55
    assert found.total() == 60


def test_a_run_that_is_killed_again_and_again_ends_with_the_same_results(capsys):
    batch.kills(40, times=2)

    assert "True" in capsys.readouterr().out


def test_memory_and_rate_of_a_run_can_be_told(capsys):
    grown, ratio = batch.growth(200, after=100)

    assert grown < 50
    assert ratio > 0
