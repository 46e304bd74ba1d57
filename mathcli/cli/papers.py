"""mathcli check FILE...: pieces of working read from files, one answer for each problem in them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mathcli.cli.manner import Manner, print_error
from mathcli.errors import InputError, MathcliError, unreadable
from mathcli.syntax.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WORST_FIRST = (70, 4, 2, 1, 3, 0)
"""The exit code of several problems: the first of these that one of them ended with."""


def run(command: str, paths: Sequence[str], fields: Mapping[str, object], how: Manner) -> int:
    """Answer each problem of each file and return the exit code of them all.

    Raises:
        InputError: a file cannot be read.
    """
    codes: list[int] = []
    for path in paths:
        for text in _problems(path):
            if codes and how.format not in ("json", "short") and (how.format != "plain" or how.has_steps):
                print()
            codes.append(_answered(command, {**fields, "work": text, "file": path}, how))
    return next(code for code in _WORST_FIRST if code in codes)


def _answered(command: str, fields: Mapping[str, object], how: Manner) -> int:
    try:
        solution = how.answer(command, fields)
    except MathcliError as error:
        if how.format == "json":
            print(how.error_record(error, command, str(fields["work"]).strip()))
        else:
            print_error(error)
        return error.exit_code
    how.print_notes(solution.notes)
    text = how.rendered(solution)
    if text:
        print(text)
    return solution.exit_code


def _problems(path: str) -> Iterator[str]:
    from mathcli.checking.working import problems_in

    text = _text_of(path)
    yield from problems_in(text) or ("\n",)


def _text_of(path: str) -> str:
    try:
        if path == "-":
            raw = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as file:
                raw = file.read()
    except OSError as error:
        raise unreadable(path, error, hint="mathcli check work.txt, or mathcli check - for stdin") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        number = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace"))
        line = raw.splitlines()[number - 1].decode("utf-8", "replace")
        message = f"{path}, line {number}: this byte, 0x{raw[error.start]:02x}, is not UTF-8"
        raise InputError(message, hint="save the file as UTF-8", text=line, span=Span(column)) from None
