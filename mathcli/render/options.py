"""What a reader may choose about how an answer looks."""

from __future__ import annotations

from typing import NamedTuple


class RenderOptions(NamedTuple):
    """`detail` is brief, normal or full; `width` the columns of the screen; `unicode` False keeps to ASCII.

    `steps` asks for the derivations beside the answer; in JSON, `latex` for LaTeX inside the steps, and `forms` for the
    answer's other forms.
    """

    steps: bool = False
    detail: str = "normal"
    width: int = 80
    color: bool = False
    unicode: bool = True
    latex: bool = False
    forms: bool = True
