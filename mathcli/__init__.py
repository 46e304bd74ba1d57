"""mathcli: calculus that shows and checks its working.

From Python, `mathcli.parse` reads mathematics and each subcommand is a function, `mathcli.diff("x^2", order=2)`. They
live in `answers`, what they return in `result`, and all is loaded on first use, so that importing this costs nothing.
"""

TYPE_CHECKING = False  # as typing has it, which costs too much here: the command line passes through this file
if TYPE_CHECKING:
    from mathcli.answers import (
        check,
        critical,
        descend,
        diff,
        distance,
        equal,
        fit,
        gradient,
        hessian,
        implicit,
        jacobian,
        normalize,
        onehot,
        outliers,
        partial,
        project,
        read,
        solve,
        standardize,
        tangent,
    )
    from mathcli.errors import MathcliError
    from mathcli.result import Result, answer, parse

__version__ = "0.1.0"

__all__ = [
    "MathcliError",
    "Result",
    "answer",
    "check",
    "critical",
    "descend",
    "diff",
    "distance",
    "equal",
    "fit",
    "gradient",
    "hessian",
    "implicit",
    "jacobian",
    "normalize",
    "onehot",
    "outliers",
    "parse",
    "partial",
    "project",
    "read",
    "solve",
    "standardize",
    "tangent",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    homes = {"MathcliError": "mathcli.errors", **dict.fromkeys(("Result", "answer", "parse"), "mathcli.result")}
    home = homes.get(name, "mathcli.answers")
    return getattr(import_module(home), name)
