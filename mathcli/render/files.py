"""The files that a solution asks for: text as it stands, and pictures, drawn by matplotlib that only they load."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import TYPE_CHECKING

from mathcli.errors import InputError, NotCoveredError
from mathcli.solution import Figure, TextFile

if TYPE_CHECKING:
    from typing import Any

    from mathcli.solution import Solution


def write_files(solution: Solution) -> tuple[str, ...]:
    """Write the files that were asked for beside an answer, and return their names.

    Raises:
        InputError: one cannot be written.
        NotCoveredError: a picture was asked for, and matplotlib is not installed.
    """
    for file in solution.files:
        data = content(file)
        try:
            with open(file.path, "wb") as sink:
                sink.write(data)
        except OSError as error:
            raise InputError(f"{file.path} cannot be written: {error.strerror}") from None
    return tuple(file.path for file in solution.files)


def content(file: Figure | TextFile) -> bytes:
    """Return the bytes of a file.

    Raises:
        NotCoveredError: matplotlib is not installed.
    """
    if isinstance(file, TextFile):
        return file.text.encode()
    return _drawn(file)


def _drawn(figure: Figure) -> bytes:
    try:
        import matplotlib
    except ImportError:
        raise NotCoveredError("a picture needs matplotlib", hint="pip install 'mathcli[plot]'") from None
    matplotlib.use("Agg")
    from matplotlib.figure import Figure as Canvas

    with matplotlib.rc_context({"svg.hashsalt": "mathcli", "font.size": 9, "svg.fonttype": "none"}):
        canvas = Canvas(figsize=(6.4, 4.8), layout="constrained")
        axes: Any = canvas.add_subplot()
        _draw(figure, axes)
        sink = io.BytesIO()
        kind = PurePath(figure.path).suffix.lower().removeprefix(".")
        dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
        canvas.savefig(sink, format=kind, metadata=dates.get(kind))
    return sink.getvalue()


def _draw(figure: Figure, axes: Any) -> None:
    if figure.levels is not None:
        xs, ys, rows = figure.levels
        drawn = axes.contour(xs, ys, rows, levels=14, cmap="viridis", linewidths=0.8)
        axes.clabel(drawn, fontsize=7)
    for xs, ys, legend in figure.lines:
        axes.plot(xs, ys, "-", linewidth=1.4, label=legend or None)
    for xs, ys, legend in figure.points:
        axes.plot(xs, ys, "o", markersize=4, label=legend or None)
    axes.set_xlabel(figure.horizontal)
    axes.set_ylabel(figure.vertical)
    if any(legend for _, _, legend in (*figure.lines, *figure.points)):
        axes.legend(frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
