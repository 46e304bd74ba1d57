"""What all tests share: nothing depends on the width, the colours or the folder of whoever runs them."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("mathcli", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("mathcli")


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="write the transcripts in samples/ anew")


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch):
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
