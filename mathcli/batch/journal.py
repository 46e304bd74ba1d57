"""Results in a file that outlives any kill: what stands there whole is finished, and is not worked again.

A record ends with the line that it answers and a key, `"line": 118, "key": "1a2b3c4d-3f9ac2d17be04a55"`: the file of
the problem, and the content of the line with the options that shape its answer. A `"tally"` may stand before it: what
a summary counts of the answer. Records are appended, each whole; a
torn last one is dropped when the file is opened again. Of two records of one line the later one counts, and once a
run is complete the earlier one is taken out, the file being replaced as a whole.
"""

from __future__ import annotations

import json
import os
import re
import time
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from mathcli.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mathcli.batch.jobs import Job

PATIENCE = 1.0
"""The workers of a run that was just killed may hold the file so many seconds longer."""

_END = re.compile(rb'"line": (\d+), "key": "([0-9a-f]{8})-([0-9a-f]{16})"\}$')
_TALLY = b', "tally": ['  # never within a string, where each " has a stroke before it
_FAILURE = re.compile(rb'\}, "error": \{"kind": "([^"]*)"')
_BEGIN = b'{"schema": "mathcli/'
_OK = b'"status": "ok"'
_WHERE_STATUS_STANDS = 4000


class Finished(NamedTuple):
    """What the journal knows of a line: the key of its content, the kind of its failure, "" for an answer, the tally.

    The tally is kept as it was written, until it is asked for.
    """

    content: bytes
    failure: str
    written: bytes = b""

    @property
    def tally(self) -> tuple[str, ...]:
        """What a summary counts of the answer; () for nothing."""
        return tuple(map(str, json.loads(self.written))) if self.written else ()


class Journal:
    """A file of finished results, locked as long as it is open; `names` says what each label of a job is called in it.

    Raises:
        InputError: the file cannot be opened, is in use, or holds something else.
    """

    def __init__(self, path: str, options: str, *, names: Mapping[str, str], is_ordered: bool = True) -> None:
        self.path = path
        self._labels = {label: _digest(name) for label, name in names.items()}
        self._options = blake2b(options.encode("utf-8", "surrogateescape"), digest_size=8).digest()
        self._is_ordered = is_ordered
        self._finished: dict[tuple[bytes, int], Finished] = {}
        self._has_doubles = False
        self._is_out_of_order = False
        self._has_written = False
        try:
            self._file: BinaryIO = open(path, "r+b" if os.path.exists(path) else "w+b", buffering=0)  # noqa: SIM115
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror}") from None
        try:
            self._lock()
            self._end = self._read()
        except UsageError:
            self._file.close()
            raise
        self.lines = self._lines
        self._file.truncate(self._end)
        self._file.seek(self._end)

    def _lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # a system without such locks
            return
        patience = time.monotonic() + PATIENCE
        while True:
            try:
                return fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > patience:
                    raise UsageError(f"another run is writing to {self.path}", hint="give another name") from None
                time.sleep(0.05)
            except OSError:  # a file system without locks
                return

    def _read(self) -> int:
        """Learn what is finished, and return where the last whole record ends."""
        end = position = self._lines = 0
        last = (b"", 0)
        with open(self.path, "rb") as source:
            for line in source:
                position += len(line)
                found = _record(line)
                if found is None:
                    if not _is_torn(line):
                        raise UsageError(f"{self.path} holds something else than results", hint="give another name")
                    continue
                place, content = found
                self._has_doubles |= place in self._finished
                self._is_out_of_order |= place[0] == last[0] and place[1] < last[1]
                self._finished[place] = Finished(content, _failure(line), _tally(line))
                self._lines += 1
                end, last = position, place
        return end

    def __len__(self) -> int:
        return len(self._finished)

    def finished(self, job: Job) -> Finished | None:
        """Return what came of a job, None if it is not finished."""
        found = self._finished.get(self._place(job))
        return found if found is not None and found.content == self._content(job) else None

    def has_failed(self, job: Job) -> bool:
        """Whether the line of a job has no answer here, be it as it stands now or as it stood before."""
        found = self._finished.get(self._place(job))
        return found is not None and bool(found.failure)

    def pass_over(self) -> None:
        """Take note that a finished line follows: what was written before stands behind it in the file."""
        self._is_out_of_order |= self._has_written

    def write(self, job: Job, record: str, tally: tuple[str, ...] = ()) -> None:
        """Append the record of a job, whole, with what a summary counts of it.

        Raises:
            InputError: it cannot be written; what was written before stays.
        """
        label, number = self._place(job)
        key = f'"line": {number}, "key": "{label.hex()}-{self._content(job).hex()}"'
        counted = f'"tally": {json.dumps(tally)}, ' if tally else ""
        data = f"{record[:-1]}, {counted}{key}}}\n".encode("utf-8", "surrogateescape")
        try:
            written = self._file.write(data) or 0
            while written < len(data):
                written += self._file.write(data[written:]) or 0
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(self._end)
            hint = "what was finished is in it; the same command goes on"
            raise InputError(f"{self.path} cannot be written: {error.strerror}", hint=hint) from None
        self._end += len(data)
        self.lines += 1
        self._has_written = True
        self._has_doubles |= (label, number) in self._finished

    def close(self, *, is_complete: bool) -> None:
        """Close the file; in order again and each line once, if the run is complete."""
        with suppress(OSError):
            os.fsync(self._file.fileno())
        if is_complete and (self._has_doubles or (self._is_out_of_order and self._is_ordered)):
            self._tidy()
        self._file.close()

    def _content(self, job: Job) -> bytes:
        digest = blake2b(self._options, digest_size=8)
        digest.update(job.raw.strip() if job.kind != "csv" else repr((job.header, job.row)).encode())
        return digest.digest()

    def _place(self, job: Job) -> tuple[bytes, int]:
        return self._labels[job.label], job.number

    def _tidy(self) -> None:
        places: dict[tuple[bytes, int], tuple[int, int]] = {}
        ranks: dict[bytes, int] = {}
        position = 0
        with open(self.path, "rb") as source:
            for line in source:
                found = _record(line)
                if found is not None:
                    ranks.setdefault(found[0][0], len(ranks))
                    places[found[0]] = (position, len(line))
                position += len(line)
            ranks |= {label: len(ranks) + k for k, label in enumerate(self._labels.values())}
            in_order = sorted(places, key=lambda place: (ranks[place[0]], place[1])) if self._is_ordered else places
            target = os.path.realpath(self.path)
            beside = f"{target}.tidy"
            try:
                with open(beside, "wb") as tidy:
                    os.chmod(beside, os.stat(target).st_mode & 0o777)
                    for record in _pieces(source, (places[place] for place in in_order)):
                        tidy.write(record)
                    tidy.flush()
                    os.fsync(tidy.fileno())
                os.replace(beside, target)
            except OSError:  # no room for it: all is there, only twice
                with suppress(OSError):
                    os.remove(beside)
                return
        self.lines = len(places)


def records(path: str) -> Iterator[bytes]:
    """The records of a journal that have no answer, the later one of each line.

    Raises:
        InputError: it cannot be read.
        UsageError: it holds something else.
    """
    try:
        with open(path, "rb") as source:
            last: dict[object, tuple[int, int]] = {}
            position = 0
            for line in source:
                found = _record(line)
                if found is None and not _is_torn(line):
                    raise UsageError(f"{path} holds something else than results", hint="what --output wrote is meant")
                if found is not None:
                    last.pop(found[0], None)
                    if _failure(line):
                        last[found[0]] = (position, len(line))
                position += len(line)
            yield from _pieces(source, last.values())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None


def _pieces(source: BinaryIO, places: Iterable[tuple[int, int]]) -> Iterator[bytes]:
    for position, length in places:
        source.seek(position)
        yield source.read(length)


def _record(line: bytes) -> tuple[tuple[bytes, int], bytes] | None:
    """The place and the content that a record answers; None for what is no whole record."""
    found = _END.search(line, max(0, len(line) - 100), len(line) - 1) if line.endswith(b"\n") else None
    if found is None or not line.startswith(b"{"):
        return None
    return (bytes.fromhex(found[2].decode()), int(found[1])), bytes.fromhex(found[3].decode())


def _is_torn(line: bytes) -> bool:
    """Whether a line that is no record can be what a kill or a power cut left of one; anything else is somebody's."""
    left = line.strip(b"\0\r\n")
    begins_like_one = left.startswith(_BEGIN) or _BEGIN.startswith(left)
    return begins_like_one and not (line.startswith(b"{") and line.endswith(b"\n"))


def _failure(line: bytes) -> str:
    if line.find(_OK, 0, _WHERE_STATUS_STANDS) >= 0:
        return ""
    found = _FAILURE.search(line)
    return found[1].decode("utf-8", "replace") if found else ""


def _tally(line: bytes) -> bytes:
    """What stands in the place of the tally: a list in JSON, or nothing."""
    begin = line.rfind(_TALLY)
    return line[begin + len(_TALLY) - 1 : line.rfind(b', "line": ')] if begin >= 0 else b""


def _digest(name: str) -> bytes:
    return blake2b(name.encode("utf-8", "surrogateescape"), digest_size=4).digest()
