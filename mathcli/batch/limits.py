"""What a worker process is held to: it ends with its parent, holds nothing of its siblings, takes so much memory."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def end_with(parent: int) -> None:
    """Let this process end when its parent does, however that ends."""
    if sys.platform == "linux":
        import ctypes

        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        return
    import threading

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def close_all_but(file: int) -> None:
    """Let go of what a fork inherits: the pipes of its siblings would stay open as long as it lives."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    for other in map(int, os.listdir("/dev/fd")):
        if other > 2 and other != file:
            with suppress(OSError):  # the one that the listing itself had open
                os.close(other)


def limit_memory(memory: int | None) -> Callable[[], bool]:
    """Set the limit, where the system has one; return what tells whether half of it was taken already."""
    if memory is None or sys.platform == "win32":
        return bool
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (_virtual_size() + memory, hard))
    first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return lambda: (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first) * unit > memory // 2


def _virtual_size() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as sizes:
            return int(sizes.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
