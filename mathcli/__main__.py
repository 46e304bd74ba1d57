"""Where `mathcli` and `python -m mathcli` begin. The version is answered before anything else is loaded."""

import os
import sys

from mathcli import __version__


def main() -> int:
    """Run the command line and return its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        os._exit(
            _print_version()
        )  # nothing is left to be tidied up, and tidying up takes a third of this command's time
    import gc

    gc.set_threshold(50_000)  # imports make no garbage; looking for it takes a tenth of a short command's time
    _end_at_once_on_interrupt()
    from mathcli.cli.program import main as run

    return run(sys.argv[1:])


def _print_version() -> int:
    try:
        print(f"mathcli {__version__}", flush=True)
    except OSError as error:
        return 0 if isinstance(error, BrokenPipeError) else 2
    return 0


def _end_at_once_on_interrupt() -> None:
    """Let Ctrl-C end the process with 130, also where Python would drop an exception: in callbacks of dying objects."""
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(130))


if __name__ == "__main__":
    sys.exit(main())
