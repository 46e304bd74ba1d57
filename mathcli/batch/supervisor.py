"""One loop over workers that may hang, crash or swell, and loses nothing to them.

Up to two jobs are on their way to each worker, and nothing else is read ahead: that is the back-pressure.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from mathcli.batch.crew import Crew
from mathcli.batch.queue import Queue
from mathcli.batch.worker import Job, heard

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from mathcli.batch.crew import Orders
    from mathcli.batch.queue import Source

TICK = 0.1
"""The caller hears from us at least every so many seconds, be it with nothing."""
LAST_CALL = 0.6
"""So many seconds are left to what is in work when a run is stopped."""
PAUSE = 1.0
"""Where a wait of a tick took so many seconds, we were stopped, and the workers probably with us."""


def supervise(
    jobs: Iterable[Job | None],
    work: Callable[[Job], Any],
    orders: Orders,
    *,
    source: Source | None = None,
    is_stopped: Callable[[], bool] = bool,
) -> Generator[tuple[int, Job, Any] | None, None, None]:
    """The jobs with their places and what the work made of each, or a Lost, as they come; None where a tick passes.

    A None among the jobs is none. Once `is_stopped`, nothing new begins, and what is in work has its last call.

    Raises:
        MathcliError: the jobs cannot be read on (those before are answered), or no worker can work.
    """
    queue = Queue(jobs, source, orders.window)
    crew = Crew(work, orders)
    end = math.inf
    try:
        crew.gather()
        while True:
            if end == math.inf and is_stopped():
                end = time.monotonic() + LAST_CALL
                queue.close()
            crew.hand_out(queue)
            if time.monotonic() > end or (not crew.is_at_work and queue.is_done()):
                return
            asked = time.monotonic()
            ready = heard([*crew.pipes, *queue.to_wait_for], 0 if queue.is_hasty else TICK)
            missed = time.monotonic() - asked
            if missed > PAUSE:
                crew.allow(missed)
            found = [result for k in range(orders.workers) for result in crew.news(k, ready, queue)]
            yield from found or (None,)
    finally:
        crew.dismiss()


def in_order(found: Iterable[tuple[int, Job, Any] | None]) -> Iterator[tuple[Job, Any] | None]:
    """The same in the order of the places, as far as there is no gap; what stands behind one comes at the end."""
    waiting: dict[int, tuple[Job, Any]] = {}
    following = 0
    for result in found:
        if result is None:
            yield None
            continue
        place, job, made = result
        waiting[place] = job, made
        while following in waiting:
            yield waiting.pop(following)
            following += 1
    for place in sorted(waiting):
        yield waiting[place]
