"""What the README promises: two commands, real screens, and sessions that run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from tests.transcripts import replay

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)


def test_the_two_commands_stand_alone_in_blocks_of_their_own():
    promised = [block for block in blocks("sh") if block.startswith("python3 -m venv")]

    assert promised == [
        "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/mathcli batch samples/lecture.txt\n",
        "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest -q\n",
    ]


@pytest.mark.parametrize("block", blocks("text"), ids=lambda block: block.splitlines()[0])
def test_a_screen_in_the_readme_is_a_real_one(block):
    command, _, printed = block.removeprefix("$ ").partition("\n")

    assert replay(command).rstrip("\n") == printed.rstrip("\n")


SESSIONS = [
    (command, printed)
    for block in blocks("console")
    for command, _, printed in (part.partition("\n") for part in ("\n" + block).split("\n$ ")[1:])
]


@pytest.mark.parametrize(("command", "printed"), SESSIONS, ids=lambda text: text[:40])
def test_a_pipe_in_the_readme_prints_what_it_says(command, printed):
    import os
    import subprocess
    import sys

    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env={**os.environ, "PATH": path})

    assert done.stdout.rstrip("\n") == printed.rstrip("\n")


def test_the_python_session_of_the_readme_runs():
    (session,) = blocks("pycon")
    parser = doctest.DocTestParser()
    test = parser.get_doctest(session, {}, "README", "README.md", 0)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    complaints: list[str] = []
    runner.run(test, out=complaints.append)

    assert "".join(complaints) == ""


def test_every_local_link_leads_somewhere():
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / link).exists(), link
