"""The benchmarks of batches in small: what they count, and never a time."""

from __future__ import annotations

import sys

import pytest

from tests.benchmarks import batch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_all_that_can_be_done_to_workers_costs_only_the_problems_that_do_it():
    found = batch.faults(40, bad=5, seconds=3.0, every=2.5)

    assert found["ok"] == 35
    assert found.total() == 40


def test_memory_and_rate_of_a_run_can_be_told(capsys):
    grown, _ = batch.growth(60, after=20)  # so short a run says nothing of rates

    assert grown < 50
    assert "rate at the end to that at the start" in capsys.readouterr().out
