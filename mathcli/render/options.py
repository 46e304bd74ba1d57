"""What a reader may choose about how an answer looks."""

from __future__ import annotations

from typing import NamedTuple


class RenderOptions(NamedTuple):
    """`detail` is brief, normal or full; `width` the columns of the screen; `unicode` False keeps to ASCII.

    `steps` asks for the derivations beside the answer, `latex` for LaTeX inside the steps of JSON, `forms` for the other
    forms of an answer in JSON.
    """

    steps: bool = False
    detail: str = "normal"
    width: int = 80
    color: bool = False
    unicode: bool = True
    latex: bool = False
    forms: bool = True
