"""What a fault in mathcli itself raises: never hidden, reported with its traceback, and answered by exit code 70."""

from __future__ import annotations

import signal

from mathcli.errors import BudgetSpentError, MathcliError

FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError, TypeError, ValueError)


class FaultError(MathcliError):
    """mathcli itself failed on this problem. In a file of problems, the others go on."""

    exit_code = 70
    kind = "bug"


class CrashError(BudgetSpentError):
    """Several workers in turn ended on this problem, the last by a signal (negative) or with a code."""

    kind = "crash"

    def __init__(self, code: int, tries: int, *, memory: int | None = None) -> None:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit code {code}"
        has_limit = memory is not None and name in ("SIGABRT", "SIGKILL", "SIGSEGV")
        super().__init__(
            f"the process that tried this ended {'twice' if tries == 2 else f'{tries} times'} ({name})",
            hint="--memory 4G gives it more, if it was that" if has_limit else "please report it",
        )
