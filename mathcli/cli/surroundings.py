"""Where the output goes: a terminal or a pipe, how wide it is, whether it has colours and more than ASCII."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from mathcli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_WIDTH = 80
NARROWEST = 20


class Surroundings:
    """What one output stream can show."""

    __slots__ = ("has_color", "has_unicode", "is_terminal", "width")

    def __init__(self, stream: TextIO, environment: Mapping[str, str] = os.environ) -> None:
        self.is_terminal = stream.isatty()
        self.width = _width(stream, environment)
        self.has_color = _has_color(self.is_terminal, environment)
        self.has_unicode = _has_unicode(stream)


def _width(stream: TextIO, environment: Mapping[str, str]) -> int:
    columns = environment.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return max(NARROWEST, int(columns))
    try:
        return max(NARROWEST, os.get_terminal_size(stream.fileno()).columns) if stream.isatty() else DEFAULT_WIDTH
    except (OSError, ValueError):  # no file behind the stream, as under a test
        return DEFAULT_WIDTH


def _has_color(is_terminal: bool, environment: Mapping[str, str]) -> bool:
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return is_terminal and environment.get("TERM") != "dumb"


def _has_unicode(stream: TextIO) -> bool:
    try:
        "√²ˣ′─".encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def show(text: str) -> None:
    """Print words of our own, with plain signs in the place of those that stdout cannot show."""
    if not _has_unicode(sys.stdout):
        from mathcli.render.safety import ascii_only

        text = ascii_only(text)
    print(text)


def prepare_streams() -> None:
    """Let a character that a stream cannot encode be written escaped, and put nothing in the place of a closed stream.

    Raises:
        InputError: stdout is closed, so that there is nowhere to answer.
    """
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115 - it is there as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if not sys.stdout:  # Python's sign for a stream that was closed before it began
        raise InputError("stdout is closed: there is nowhere to answer")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def drop_what_is_left() -> None:
    """Let what stdout still holds go nowhere: Python would fail on it again when it flushes at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # no file behind the stream, as under a test
        return
