"""The options that every command shares, before or after its name."""

from __future__ import annotations

from mathcli.render import formats
from mathcli.topics._words import Option

DEFAULT_SECONDS = 30.0

STEPS = Option("steps", "with the steps, or without (at a terminal: with)", kind="flag", value=True)
NO_STEPS = Option("steps", "with the steps, or without (at a terminal: with)", kind="flag", value=False)
QUIET = Option("quiet", "no notes on stderr", kind="flag", value=True)


def shared() -> dict[str, Option]:
    """The shared options by spelling."""
    return {
        "--format": _format(formats.names()),
        "--steps": STEPS,
        "--no-steps": NO_STEPS,
        "--detail": Option("detail", "how fine", choices=("brief", "normal", "full"), metavar="HOW"),
        "--latex": Option("latex", "in JSON, every step in LaTeX too", kind="flag", value=True),
        "--timeout": Option("timeout", "give up after this many seconds (30)", metavar="SECONDS"),
        "--quiet": QUIET,
        "-q": QUIET,
    }


def _format(which: tuple[str, ...]) -> Option:
    return Option("format", f"how the answer is written: {', '.join(which)}", choices=which, metavar="WHICH")


def format_of_batch() -> Option:
    """Many answers can be a table too."""
    return _format(tuple(sorted((*formats.names(), "csv"))))


def for_batch() -> dict[str, Option]:
    """The options of `batch` alone."""
    return {
        "--output": Option("output", "write the results to a file", metavar="FILE"),
        "--defaults": Option("defaults", "fields that every problem shares: task=diff,order=2", metavar="FIELDS"),
        "--workers": Option("workers", "processes that share the work; 1 for now", metavar="N"),
    }
