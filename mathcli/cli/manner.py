"""How a command answers: in which format, how fine, within which time; and how its errors are written."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mathcli.cli import options
from mathcli.cli.surroundings import Surroundings
from mathcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

    from mathcli.errors import MathcliError
    from mathcli.render.options import RenderOptions
    from mathcli.solution import Solution


class Manner:
    """How this command answers: the format, how fine, how long it may take."""

    def __init__(
        self, settings: Mapping[str, object], sink: TextIO | None = None, default_in_pipe: str = "plain"
    ) -> None:
        here = Surroundings(sink or sys.stdout)
        self.surroundings = here
        default = default_in_pipe if not here.is_terminal else "terminal" if here.has_unicode else "ascii"
        self.format = str(settings.get("format", default))
        asked = settings.get("steps")
        self.has_steps = bool(asked) if asked is not None else here.is_terminal and self.format not in ("json", "jsonl")
        self.is_quiet = bool(settings.get("quiet", False))
        self.detail = str(settings.get("detail", "normal"))
        self.has_latex = bool(settings.get("latex", False))
        self.has_forms = bool(settings.get("forms", True))
        self.seconds = seconds(settings.get("timeout"))

    def answer(self, command: str, fields: Mapping[str, object]) -> Solution:
        """Return the solution of a problem, within the time it may take."""
        from mathcli.batch.answering import answer

        return answer(command, fields, seconds=self.seconds)

    @property
    def options(self) -> RenderOptions:
        """What a format needs to know."""
        from mathcli.render.options import RenderOptions

        here = self.surroundings
        return RenderOptions(
            self.has_steps,
            self.detail,
            here.width,
            here.has_color,
            here.has_unicode,
            latex=self.has_latex,
            forms=self.has_forms,
        )

    def rendered(self, solution: Solution) -> str:
        """Return the solution as text, without a line break at the end."""
        from mathcli.render import formats

        return formats.load(self.format).render(solution, self.options).rstrip("\n")

    def error_record(self, error: MathcliError, task: str, text: str) -> str:
        """Return the error as a line of JSON."""
        from mathcli.render.formats import json

        return json.line(json.error_record(error, task=task, text=text), is_ascii=not self.surroundings.has_unicode)

    def print_notes(self, notes: Iterable[str]) -> None:
        """Say on stderr how something was read, unless the answer itself says so."""
        if self.format == "plain" and not self.has_steps:
            self.warn(notes)

    def warn(self, notes: Iterable[str]) -> None:
        """Say on stderr what no answer says: what a shell may have done to the words."""
        if not self.is_quiet:
            for note in dict.fromkeys(notes):
                print(f"note: {safe(note)}", file=sys.stderr)


def seconds(text: object, default: float = options.DEFAULT_SECONDS) -> float:
    """Return the time limit as a number of seconds.

    Raises:
        UsageError: the text is no positive number.
    """
    if text is None:
        return default
    try:
        value = float(str(text))
    except ValueError:
        value = 0.0
    if not 0 < value <= 1e8:
        raise UsageError(f"--timeout is a number of seconds, not {text!r}")
    return value


def print_error(error: MathcliError) -> None:
    """Print an error on stderr, with a caret under the place in question."""
    from mathcli.render.errors import layout

    here = Surroundings(sys.stderr)
    print(layout(error, width=here.width, unicode=here.has_unicode), file=sys.stderr)


def safe(text: str) -> str:
    """Return the text with control, escape and bidi characters shown escaped."""
    from mathcli.render.safety import escaped

    return escaped(text)
