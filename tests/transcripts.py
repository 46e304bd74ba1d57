"""Transcripts: command lines and exactly what they print, replayed in this process as at a terminal of 80 columns.

A line that starts with `$ ` is a command, the lines below it are what it prints, stdout and stderr in order, then
`exit code N` where it is not 0. Settings may stand in front (`$ COLUMNS=40 mathcli ...`), a command that feeds it
before a `|`, and `| cat` behind makes stdout a pipe. Lines before the first command are words to the reader.
"""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from mathcli.cli.program import main


class Terminal(io.TextIOWrapper):
    """A stream that says whether it is a terminal, and remembers what was written."""

    def __init__(self, sink: io.BytesIO, *, is_terminal: bool) -> None:
        super().__init__(sink, encoding="utf-8", newline="\n", write_through=True)
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


def commands_in(transcript: str) -> tuple[str, list[tuple[str, str]]]:
    """The words in front of the first command, and each command with what it prints."""
    head, *parts = ("\n" + transcript).split("\n$ ")
    pairs = [part.partition("\n") for part in parts]
    return head.lstrip("\n"), [(command, printed) for command, _, printed in pairs]


def replay(command: str) -> str:
    """Return what a command line prints, and its exit code where it is not 0."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|")
    lexer.whitespace_split = True
    lexer.commenters = ""
    stages: list[list[str]] = [[]]
    for word in lexer:
        if word == "|":
            stages.append([])
        else:
            stages[-1].append(word)
    position = next(k for k, stage in enumerate(stages) if "mathcli" in stage)
    fed = b""
    for stage in stages[:position]:
        fed = subprocess.run(stage, input=fed, capture_output=True, check=True, timeout=20).stdout
    words = stages[position]
    start = words.index("mathcli")
    settings = dict(word.split("=", 1) for word in words[:start])
    is_piped = stages[position + 1 :] == [["cat"]]
    return run(words[start + 1 :], stdin=fed, is_terminal=not is_piped, settings=settings)


def run(
    argv: list[str], *, stdin: bytes = b"", is_terminal: bool = False, settings: dict[str, str] | None = None
) -> str:
    """Return what mathcli prints on both streams, in order."""
    sink = io.BytesIO()
    with streams(sink, stdin, is_terminal, {"COLUMNS": "80", "NO_COLOR": "1", **(settings or {})}):
        code = main(argv)
    printed = sink.getvalue().decode("utf-8")
    return printed + (f"exit code {code}\n" if code else "")


@contextmanager
def streams(sink: io.BytesIO, stdin: bytes, is_terminal: bool, settings: dict[str, str]) -> Iterator[None]:
    """Put our own streams and settings in the place of those of the process."""
    out = Terminal(sink, is_terminal=is_terminal)
    source = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    with (
        mock.patch.dict(os.environ, settings),
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", out),
        mock.patch.object(sys, "stdin", source),
    ):
        yield
        out.flush()
        out.detach()
