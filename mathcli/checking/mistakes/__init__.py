"""The mistakes that students make, each by its name: which of them explains a line that is wrong.

`registry` says what a mistake is; the files `..._mistakes` hold them. `derivatives` compares every slip at every place
of a derivative with what was written, `lines` every slip of algebra on every part of the line above, by `values` first
and by proof at the end; `diagnosis` asks them in turn.
"""

from __future__ import annotations

from mathcli.checking.mistakes.diagnosis import explanations
from mathcli.checking.mistakes.registry import MISTAKES, Explanation, Situation

__all__ = ["MISTAKES", "NAMES", "Explanation", "Situation", "explanations"]

NAMES: dict[str, str] = {name: mistake.description for name, mistake in MISTAKES.items()}
"""Every known mistake with its description in one line."""
