"""The rooms of the house: who may know whom, what stays unloaded, and how long a file may get."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 650
SLOW = ("sympy", "flint", "rich", "typer")


def test_the_import_contract_is_kept():
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def loaded_by(*argv: str) -> set[str]:
    """The top-level modules that a command line loads."""
    command = [sys.executable, "-X", "importtime", "-m", "mathcli", *argv]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    imports = (line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {name.partition(".")[0] for name in imports}


@pytest.mark.parametrize(
    ("argv", "unloaded"),
    [
        (["--version"], (*SLOW, "dataclasses", "json", "inspect")),
        (["--help"], SLOW),
        (["diff", "--help"], SLOW),
        (["diff", "sin(x"], SLOW),
        (["diff", "x^2", "--ordr", "2"], SLOW),
        (["integrate", "x"], SLOW),
        (["diff", "3x^4-5x^2+2x"], ("sympy", "rich", "typer", "json", "pathlib")),
        (["diff", "e^(2x) cos x", "--order", "2", "--steps"], ("sympy", "rich", "typer")),
        (["project", "4,3,5", "--onto", "1,2,-1"], ("sympy", "rich", "typer")),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_what_a_command_does_not_need_stays_unloaded(argv, unloaded):
    assert loaded_by(*argv).isdisjoint(unloaded)


def test_importing_the_package_loads_nothing_else():
    program = "import sys; before = set(sys.modules); import mathcli; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == "['mathcli']"


SOURCES = sorted(path.relative_to(ROOT) for folder in ("mathcli", "tests") for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_no_file_is_too_long_to_be_read_at_one_sitting(path):
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", [p for p in SOURCES if p.parts[0] == "mathcli"], ids=str)
def test_every_module_says_what_lives_in_it(path):
    assert (ROOT / path).read_text(encoding="utf-8").lstrip("r").startswith('"""')


PICTURE = (ROOT / ".github" / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_every_file_stands_in_the_picture_of_the_architecture():
    files = {path.name for path in SOURCES if path.parts[0] == "mathcli"} - {"__init__.py"}

    assert sorted(name for name in files if not re.search(rf"(?<![\w/]){re.escape(name)}", PICTURE)) == []


def test_every_file_in_the_picture_of_the_architecture_is_there():
    rooms = PICTURE[: PICTURE.index("## Who may import whom")]
    files = {path.name for path in SOURCES}

    assert sorted(name for name in re.findall(r"\b_?\w+\.py\b", rooms) if name not in files) == []


def test_every_subcommand_has_a_function_for_python():
    import dataclasses

    from mathcli import topics

    assert set(topics.names()) <= set(__import__("mathcli").__all__)
    for name in topics.names():
        assert dataclasses.is_dataclass(topics.load(name))
