"""SymPy's `simplify` on a difference, in a process of its own that is stopped at a time limit.

What it says is no proof of ours: `simplify` (1.14) knows laws that are not known here, of gamma and of polylogarithms,
and it works on formulas without their domains. It is asked last, of functions without corners and jumps, whose values
agree to hundreds of bits already, and whoever asks says that the answer is SymPy's.
"""

from __future__ import annotations

import subprocess
import sys

from mathcli.algebra import domains
from mathcli.algebra.switches import BINDING, may_jump
from mathcli.syntax.tree import Call, Negative, Node, Sum, walk
from mathcli.syntax.vocabulary import FUNCTIONS
from mathcli.syntax.writer import sympy_text

_PROGRAM = """
import sys
from sympy import *
f = eval(sys.argv[1], {**globals(), **{name: Symbol(name) for name in sys.argv[2:]}})
f = f.subs({symbol: Symbol("r_" + symbol.name, real=True) for symbol in f.free_symbols})
print(simplify(f) == 0)
"""


def simplifies_to_zero(left: Node, right: Node, *, seconds: float) -> bool:
    """Whether SymPy's simplify makes left - right 0 within the time; False for what it is not to be asked."""
    if not all(map(_is_smooth, (left, right))):
        return False
    difference = Sum.of(left, Negative(right))
    names = sorted(name.name for name in difference.names)
    if not all(name.isidentifier() for name in names):
        return False
    command = [sys.executable, "-c", _PROGRAM, sympy_text(difference), *names]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return False
    return done.returncode == 0 and done.stdout.strip() == "True"


def _is_smooth(node: Node) -> bool:
    if node.contains(*BINDING) or domains.kinks(node) or may_jump(node):
        return False
    return all(part.function in FUNCTIONS for part in walk(node) if isinstance(part, Call))
