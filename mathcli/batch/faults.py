"""What a fault in mathcli itself raises: never hidden, reported with its traceback, and answered by exit code 70."""

from __future__ import annotations

from mathcli.errors import MathcliError

FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError, TypeError, ValueError)


class FaultError(MathcliError):
    """mathcli itself failed on this problem. In a file of problems, the others go on."""

    exit_code = 70
    kind = "bug"
