"""The forms of output, one file each, found by their names. A format has `render(solution, options) -> str`."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from mathcli.render.options import RenderOptions
    from mathcli.solution import Solution


class Format(Protocol):
    """A module in this folder."""

    def render(self, solution: Solution, options: RenderOptions) -> str:
        """Return the solution as text, without a line break at the end."""
        ...


@cache
def names() -> tuple[str, ...]:
    """Return the names of all formats, in alphabetical order."""
    files = os.listdir(os.path.dirname(__file__))
    return tuple(sorted(name[:-3] for name in files if name.endswith(".py") and not name.startswith("_")))


def load(name: str) -> Format:
    """Return the format of this name, one of `names()`."""
    return cast(Format, import_module(f"{__name__}.{name}"))
