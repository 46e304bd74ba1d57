"""The same run on many machines: shards of jobs on a Dask cluster, each led there by a supervisor of its own.

A shard is answered by a process beside the worker of Dask, so that a problem can do no more harm there than here.
What a lost machine was at is done again by another; of a shard that comes back twice, the first counts.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import time
from collections import deque
from concurrent.futures import CancelledError
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mathcli import __version__
from mathcli.batch.crew import Orders
from mathcli.batch.limits import end_with
from mathcli.batch.supervisor import LAST_CALL, supervise
from mathcli.errors import InputError, MathcliError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from mathcli.batch.queue import Source

FIRST_SHARD = 50
LARGEST_SHARD = 2000
SHARD_SECONDS = 8.0
"""A shard is made as large as to take about this long: its process takes a quarter of a second to begin."""
IN_FLIGHT = 2
"""Shards on their way to each thread of the cluster."""
MOST_TRIES = 5
GLANCE = 0.02
"""Seconds between two looks at what has arrived."""
PATIENCE = 10.0
"""So many seconds a cluster has to answer, and to show its first worker."""
DESERTED = 60.0
"""So many seconds it may be without any worker later: one that crashed is often started again."""

Job = TypeVar("Job")


class _Shard(NamedTuple):
    jobs: tuple[tuple[int, Any], ...]
    tries: int = 1


class Lead(NamedTuple):
    """What a machine needs to know to answer a shard."""

    work: Callable[[Any], Any]
    seconds: Callable[[Any], float]
    memory: int | None
    version: str = __version__


def supervise_cluster(
    address: str,
    jobs: Iterable[Job | None],
    work: Callable[[Job], Any],
    orders: Orders,
    *,
    source: Source | None = None,
    is_stopped: Callable[[], bool] = bool,
) -> Generator[tuple[int, Job, Any] | None, None, None]:
    """What `supervise` gives, from a cluster: that of the scheduler at `address`, or for "local" one that ends with us.

    Raises:
        UsageError: Dask is not installed.
        InputError: there is no such cluster, or it went away.
    """
    with ExitStack() as opened:
        client = _client(address, orders.workers, opened)
        yield from _Campaign(client, address, Lead(work, orders.seconds, orders.memory)).results(
            jobs, orders.window, source, is_stopped
        )


class _Campaign:
    """The shards of one run: those on their way, and how large the next one should be."""

    def __init__(self, client: Any, address: str, lead: Lead) -> None:
        self._client = client
        self._address = address
        self._lead = lead
        self._pending: dict[Any, _Shard] = {}
        self._again: deque[_Shard] = deque()
        self._size = FIRST_SHARD
        self._has_more = True
        self._last_seen = time.monotonic()

    def results(
        self,
        jobs: Iterable[Job | None],
        window: int | None,
        source: Source | None,
        is_stopped: Callable[[], bool],
    ) -> Iterator[tuple[int, Job, Any] | None]:
        """The results of all shards as they come."""
        shards = self._shards(jobs, window, source)
        last_call: float | None = None
        while True:
            if last_call is None and is_stopped():
                last_call = time.monotonic() + LAST_CALL
                shards.close()
                self._again.clear()
                self._has_more = False
            while len(self._pending) < IN_FLIGHT * self._threads():
                shard = self._again.popleft() if self._again else next(shards, None)
                if shard is None:
                    break
                self._send(shard)
            if not (self._pending or self._again or self._has_more) or (last_call and time.monotonic() > last_call):
                self._client.cancel(list(self._pending))
                return
            found = self._arrived()
            yield from found or (None,)

    def _shards(
        self, jobs: Iterable[Job | None], window: int | None, source: Source | None
    ) -> Generator[_Shard | None, None, None]:
        """The next shard, or None where none can begin now."""
        place = 0
        gathered: list[tuple[int, Any]] = []
        waiting = iter(jobs)
        while True:
            oldest = min((shard.jobs[0][0] for shard in self._pending.values()), default=place)
            if window is not None and place - oldest >= window * IN_FLIGHT * self._threads():
                yield None
                continue
            if source is not None and not source.is_ready():
                yield _Shard(tuple(gathered)) if gathered else None
                gathered = []
                continue
            try:
                job = next(waiting)
            except StopIteration:
                break
            if job is not None:
                gathered.append((place, job))
                place += 1
            if len(gathered) >= self._size:
                yield _Shard(tuple(gathered))
                gathered = []
        self._has_more = False
        if gathered:
            yield _Shard(tuple(gathered))

    @contextmanager
    def _spoken_to(self) -> Iterator[None]:
        """Whatever the scheduler is asked in here, it may be gone."""
        try:
            yield
        except (OSError, CancelledError):
            raise self._gone() from None

    def _gone(self) -> InputError:
        return InputError(f"the cluster at {self._address} is gone", hint="what was finished stays")

    def _threads(self) -> int:
        """How many problems can be worked on at the same time; at least one, since workers come back.

        Raises:
            InputError: there has been no worker for a long time.
        """
        with self._spoken_to():
            count: int = sum(self._client.nthreads().values())
        now = time.monotonic()
        if count:
            self._last_seen = now
        elif now - self._last_seen > DESERTED:
            message = f"the cluster at {self._address} has had no workers for {DESERTED:g} seconds"
            raise InputError(message, hint=f"what was finished stays; dask worker {self._address} starts one")
        return max(1, count)

    def _send(self, shard: _Shard) -> None:
        payload = pickle.dumps((self._lead, [job for _, job in shard.jobs]))
        with self._spoken_to():
            self._pending[self._client.submit(answer_shard, payload, pure=False)] = shard

    def _arrived(self) -> list[tuple[int, Any, Any]]:
        """The results of the shards that are done; one that was lost is sent again."""
        done = [future for future in self._pending if future.status != "pending"]
        if not done:
            time.sleep(GLANCE)
        if self._client.status != "running":
            raise self._gone()
        found: list[tuple[int, Any, Any]] = []
        for future in done:
            shard = self._pending[future]
            if future.status == "finished":
                packed = self._fetched(future)
                if packed is None:  # the machine went away with it: Dask has it done again
                    continue
                del self._pending[future]
                seconds, results = pickle.loads(packed)
                self._size = _next_size(len(shard.jobs), seconds)
                found += [(place, job, made) for (place, job), made in zip(shard.jobs, results, strict=True)]
                continue
            del self._pending[future]
            failure = future.exception() if future.status == "error" else None
            if isinstance(failure, MathcliError):
                raise failure
            if shard.tries >= MOST_TRIES:
                raise InputError(f"the cluster lost the same problems {MOST_TRIES} times: {failure}")
            self._again.append(shard._replace(tries=shard.tries + 1))
        return found

    def _fetched(self, future: Any) -> bytes | None:
        """What a shard made, None if it does not come."""
        with self._spoken_to():
            try:
                made: bytes = future.result(timeout=PATIENCE)
            except TimeoutError:
                return None
            return made


def _next_size(count: int, seconds: float) -> int:
    """How many jobs take about as long as a shard should, growing by no more than four times."""
    wanted = count * SHARD_SECONDS / max(seconds, 1e-3)
    return max(1, min(LARGEST_SHARD, 4 * count, int(wanted)))


def _client(address: str, workers: int, opened: ExitStack) -> Any:
    try:
        import distributed
    except ImportError:
        raise UsageError("--cluster needs Dask", hint="pip install 'mathcli[cluster]'") from None
    for name in logging.root.manager.loggerDict:
        if name.startswith("distributed"):  # each has a level of its own
            logging.getLogger(name).setLevel(logging.CRITICAL)
    where: Any = address
    if address == "local":
        where = opened.enter_context(
            distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
            )
        )
    try:
        client = distributed.Client(where, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        reason = f": {error}" if isinstance(error, (ValueError, TypeError)) else ""
        hint = "dask scheduler starts one, and says where"
        raise InputError(f"no cluster answers at {address}{reason}", hint=hint) from None
    opened.enter_context(closing(client))
    until = time.monotonic() + PATIENCE
    while not client.nthreads():
        if time.monotonic() > until:
            raise InputError(f"the cluster at {address} has no workers", hint=f"dask worker {address}")
        time.sleep(GLANCE)
    return client


def answer_shard(payload: bytes) -> bytes:
    """Return how many seconds the jobs of a shard took, and the results: run by a worker of Dask, on its machine."""
    program = f"from mathcli.batch.cluster import main; main({os.getpid()})"
    done = subprocess.run([sys.executable, "-c", program], input=payload, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace")[-2000:])
    return done.stdout


def main(parent: int) -> None:
    """Answer the shard on stdin, in a process that ends with its parent."""
    end_with(parent)
    lead, jobs = pickle.load(sys.stdin.buffer)
    if lead.version != __version__:
        raise SystemExit(f"this machine has mathcli {__version__}, not {lead.version}")
    started = time.monotonic()
    results: list[Any] = [None] * len(jobs)
    for item in supervise(jobs, lead.work, Orders(1, lead.seconds, lead.memory)):
        if item is not None:
            results[item[0]] = item[2]
    pickle.dump((time.monotonic() - started, results), sys.stdout.buffer)
    sys.stdout.buffer.flush()
