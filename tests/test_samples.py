"""The transcripts in samples/ are replayed and compared to the letter. With --update they are written anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transcripts import commands_in, replay

ROOT = Path(__file__).parent.parent
TRANSCRIPTS = sorted(
    path for path in (ROOT / "samples").glob("*/*.txt") if path.read_text(encoding="utf-8").find("$ ") >= 0
)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: str(path.relative_to(ROOT / "samples")))
def test_a_transcript_is_printed_to_the_letter(path, monkeypatch, request):
    monkeypatch.chdir(ROOT)
    recorded = path.read_text(encoding="utf-8")
    head, commands = commands_in(recorded)
    replayed = (f"{head}\n" if head else "") + "".join(
        f"{chr(10) * (k > 0)}$ {command}\n{replay(command)}" for k, (command, _) in enumerate(commands)
    )
    assert "Traceback" not in replayed
    if request.config.getoption("--update"):
        path.write_text(replayed, encoding="utf-8")

    assert replayed == path.read_text(encoding="utf-8")
