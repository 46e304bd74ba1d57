"""The options that every command shares, before or after its name."""

from __future__ import annotations

from mathcli.render import formats
from mathcli.topics._words import Option

DEFAULT_SECONDS = 30.0
DEFAULT_SECONDS_IN_BATCH = 10.0
DEFAULT_MEMORY = 2**30

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
        "--timeout": _timeout(DEFAULT_SECONDS),
        "--quiet": QUIET,
        "-q": QUIET,
    }


def _format(which: tuple[str, ...]) -> Option:
    return Option("format", f"how the answer is written: {', '.join(which)}", choices=which, metavar="WHICH")


def format_of_batch() -> Option:
    """Many answers can be a table too; a line of JSON for each is called jsonl as well."""
    return _format(tuple(sorted((*formats.names(), "csv", "jsonl"))))


def shared_by_batch() -> dict[str, Option]:
    """The shared options as they are for many problems."""
    return {**shared(), "--format": format_of_batch(), "--timeout": _timeout(DEFAULT_SECONDS_IN_BATCH)}


def _timeout(default: float) -> Option:
    return Option("timeout", f"give up after this many seconds ({default:g})", metavar="SECONDS")


def for_batch() -> dict[str, Option]:
    """The options of `batch` alone."""
    return {
        "--output": Option("output", "write to a file; one of JSON goes on where it was interrupted", metavar="FILE"),
        "--workers": Option("workers", "processes that share the work (one for each core)", metavar="N"),
        "--memory": Option("memory", "the most that one problem may take (1G)", metavar="SIZE"),
        "--cluster": Option("cluster", "the workers of a Dask cluster: tcp://host:8786, or local", metavar="ADDRESS"),
        "--unordered": Option("unordered", "each answer as soon as it is there", kind="flag", value=True),
        "--defaults": Option("defaults", "fields that every problem shares: task=diff,order=2", metavar="FIELDS"),
        "--only": Option("only", "these tasks alone: diff,critical", metavar="TASKS"),
        "--id-prefix": Option("id_prefix", "how every id begins", metavar="TEXT"),
        "--fail-fast": Option("fail_fast", "end at the first problem without an answer", kind="flag", value=True),
        "--retry-failed": Option("retry_failed", "only what has no answer in --output yet", kind="flag", value=True),
        "--summary": Option(
            "summary", "count the marks of check and equal by problem, mistake and pupil", kind="flag", value=True
        ),
        "--show-failed": Option("show_failed", "list what has no answer in a file of results", metavar="FILE"),
        "--forms": Option("forms", "in JSON, each derivative factored and expanded too", kind="flag", value=True),
    }
