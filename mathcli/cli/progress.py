"""How far a run is, redrawn in place on a terminal at most four times a second. rich is loaded here alone."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mathcli.cli.manner import safe
from mathcli.cli.reports import counted

if TYPE_CHECKING:
    from mathcli.batch.run import Run
    from mathcli.cli.surroundings import Surroundings

BETWEEN = 0.25


class Progress:
    """Two lines: which file, a bar, how many of how many, the rate and the time left; below it what came of them."""

    def __init__(self, batch: Run, here: Surroundings) -> None:
        self._batch = batch
        console = Console(
            file=sys.stderr,
            width=here.width - 1,
            markup=False,
            emoji=False,
            highlight=False,
            force_terminal=True,
            no_color=not here.has_color,
        )
        self._live = Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False)
        counts = batch.counted()
        self._total = counts[0] if counts else None
        self._next = 0.0

    def show(self) -> None:
        """Draw the lines, unless they were drawn just now."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + BETWEEN
        if not self._live.is_started:
            self._live.start()
        self._live.update(self._lines(), refresh=True)

    def clear(self) -> None:
        """Take the lines off the screen."""
        if self._live.is_started:
            self._live.stop()

    def _lines(self) -> Group:
        summary, total = self._batch.summary, self._total
        done = summary.count - summary.earlier
        rate = done / summary.elapsed
        name = ", ".join(map(safe, self._batch.request.paths[:1])) + "…" * (len(self._batch.request.paths) > 1)
        head = Table.grid(padding=(0, 1), expand=True)
        for ratio in (None, 1, None):
            head.add_column(ratio=ratio, no_wrap=True)
        figures = f"{summary.count:,}" + (f"/{total:,}" if total else "") + f"  {rate:,.0f}/s"
        if total and rate:
            figures += f"  eta {_duration((total - summary.count) / rate)}"
        bar = ProgressBar(total=total, completed=summary.count, pulse=total is None)
        head.add_row(Text(f" {name} "), bar, Text(f" {figures}"))
        kinds = [f"ok {summary.answered:,}"]
        kinds += [f"{what} {number:,}" for what, number in counted(summary.kinds)]
        workers = self._batch.request.workers
        below = Text(f" {'   '.join(kinds)}   {workers} worker{'s' * (workers != 1)}")
        return Group(head, below)  # the second line stays short: a ^C that is echoed behind it must not wrap


def _duration(seconds: float) -> str:
    """Return a time as it is said: 7 s, 3 min, 2 h 10 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
