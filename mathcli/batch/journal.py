"""Results in a file that outlives any kill: what stands there whole is finished, and is not worked again.

Records are appended, each whole; a torn last one is dropped when the file is opened again. Of two records of one line
the later one counts. Once a run is complete, what does not count is taken out, the file being replaced as a whole:
earlier records, torn ones, and those of lines that are no longer there.
"""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, BinaryIO

from mathcli.batch.records import ending, finished_by, lines_in, pieces, place_of
from mathcli.batch.repeats import MOST
from mathcli.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mathcli.batch.jobs import Job
    from mathcli.batch.records import Finished, Place

PATIENCE = 1.0
"""The workers of a run that was just killed may hold the file so many seconds longer."""

BETWEEN_LOOKS = 100
"""After so many records one looks whether the file is still there: a long run should not end with nothing."""

_LOST = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""What a file system says at the last moment of something that it had taken."""


class Journal:
    """A file of finished results, locked as long as it is open; `names` says what each label of a job is called in it.

    With `needs_marks`, an answer whose mark is not known is not finished.

    Raises:
        InputError: the file cannot be opened, is in use, or holds something else.
    """

    def __init__(
        self,
        path: str,
        options: str,
        *,
        names: Mapping[str, str],
        is_ordered: bool = True,
        needs_marks: bool = False,
    ) -> None:
        self.path = path
        self._labels = {label: digest(name) for label, name in names.items()}
        self._options = blake2b(options.encode("utf-8", "surrogateescape"), digest_size=8).digest()
        self._is_ordered = is_ordered
        self._needs_marks = needs_marks
        self._finished: dict[Place, Finished] = {}
        self._seen: dict[bytes, bytearray] = {}
        self._is_untidy = False
        self._is_out_of_order = False
        self._last: dict[bytes, int] = {}
        self._last_label = b""
        self.lines = 0
        self._file = _locked(path)
        try:
            self._end = self._read()
            self._file.truncate(self._end)
            self._file.seek(self._end)
        except OSError as error:
            self._file.close()
            raise InputError(f"{path} cannot be written: {error.strerror}") from None
        except UsageError:
            self._file.close()
            raise

    def _read(self) -> int:
        """Learn what is finished, and return where the last whole record ends."""
        whole = torn = 0
        with open(self.path, "rb") as source:
            for begin, line, end in lines_in(source, self.path):
                if end is None:
                    torn += 1
                    continue
                place = place_of(end)
                self._is_untidy |= torn > 0 or place in self._finished
                self._finished[place] = finished_by(line, end, with_id=self.lines < MOST)
                self._follow(place)
                whole = begin + len(line)
        return whole

    def _follow(self, place: Place) -> None:
        """Take note that the record of a line stands behind all the others."""
        label, number = place
        is_left_and_taken_up = label != self._last_label and label in self._last
        self._is_out_of_order |= is_left_and_taken_up or number < self._last.get(label, 0)
        self._last_label = label
        self._last[label] = number
        self.lines += 1

    def __len__(self) -> int:
        return len(self._finished)

    def finished(self, job: Job) -> Finished | None:
        """Return what came of a job, None if it is not finished."""
        found = self._finished.get(self._place(job))
        if found is None or found.content != self._content(job):
            return None
        return None if self._needs_marks and found.tally is None else found

    def is_wanting(self, job: Job) -> bool:
        """Whether the line of a job has no answer here as it stood before, or none whose mark is known."""
        found = self._finished.get(self._place(job))
        return found is not None and (bool(found.failure) or (self._needs_marks and found.tally is None))

    def knows(self, job: Job) -> bool:
        """Whether there is a result of the line of a job, be it as it stands now or not."""
        return self._place(job) in self._finished

    def see(self, job: Job) -> None:
        """Take note that the line of a job is there."""
        label, number = self._place(job)
        seen = self._seen.setdefault(label, bytearray())
        if number >> 3 >= len(seen):
            seen.extend(bytes((number >> 3) + 1 + len(seen) // 8 - len(seen)))
        seen[number >> 3] |= 1 << (number & 7)

    def write(self, job: Job, record: str, tally: tuple[str, ...] = ()) -> None:
        """Append the record of a job, whole, with what a summary counts of it.

        Raises:
            InputError: it cannot be written; what was written before stays. Or the file is there no more.
        """
        if self.lines % BETWEEN_LOOKS == 0:
            self._check_is_still_there()
        label, number = self._place(job)
        data = (record[:-1] + ending(number, label, self._content(job), tally)).encode("utf-8", "surrogateescape")
        try:
            written = self._file.write(data) or 0
            while written < len(data):
                written += self._file.write(data[written:]) or 0
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(self._end)
            raise self._is_lost(error) from None
        self._end += len(data)
        self._is_untidy |= (label, number) in self._finished
        self._follow((label, number))

    def close(self, *, is_complete: bool, whole: Iterable[str] = ()) -> int:
        """Close the file; in order again and each line once, if the run is complete.

        Of the files that it saw whole, by their labels, the results of lines that are not there any more are taken
        out; how many, is returned.

        Raises:
            InputError: what was written is lost.
        """
        with self._file:
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                if error.errno in _LOST:
                    raise self._is_lost(error) from None
            self._check_is_still_there()
            read = {self._labels[label] for label in whole} & set(self._seen) if is_complete else set()
            gone = {place for place in self._finished if place[0] in read and not self._is_seen(place)}
            if is_complete and (gone or self._is_untidy or (self._is_out_of_order and self._is_ordered)):
                return self._tidy(gone)
        return 0

    def _check_is_still_there(self) -> None:
        if not _is_still_there(self._file, self.path):
            hint = "begin again under another name"
            raise InputError(f"{self.path} was taken away or replaced while results were written to it", hint=hint)

    def _is_lost(self, error: OSError) -> InputError:
        hint = "what was finished is in it; the same command goes on"
        return InputError(f"{self.path} cannot be written: {error.strerror}", hint=hint)

    def _is_seen(self, place: Place) -> bool:
        seen, byte = self._seen[place[0]], place[1] >> 3
        return byte < len(seen) and bool(seen[byte] >> (place[1] & 7) & 1)

    def _content(self, job: Job) -> bytes:
        digest = blake2b(self._options, digest_size=8)
        digest.update(job.raw.strip() if job.kind != "csv" else repr((job.header, job.row)).encode())
        return digest.digest()

    def _place(self, job: Job) -> Place:
        return self._labels[job.label], job.number

    def _tidy(self, gone: set[Place]) -> int:
        places: dict[Place, tuple[int, int]] = {}
        ranks: dict[bytes, int] = {}
        with open(self.path, "rb") as source:
            for begin, line, end in lines_in(source, self.path):
                place = place_of(end) if end is not None else None
                if place is not None and place not in gone:
                    ranks.setdefault(place[0], len(ranks))
                    places[place] = (begin, len(line))
            ranks |= {label: len(ranks) + k for k, label in enumerate(self._labels.values())}
            in_order = sorted(places, key=lambda place: (ranks[place[0]], place[1])) if self._is_ordered else places
            if not _is_replaced(self.path, pieces(source, (places[place] for place in in_order))):
                return 0
        self.lines = len(places)
        return len(gone)


def digest(name: str) -> bytes:
    """Return what stands for the name of a file in a record."""
    return blake2b(name.encode("utf-8", "surrogateescape"), digest_size=4).digest()


def _locked(path: str) -> BinaryIO:
    """Open a file for writing, as it is, for one run at a time.

    Raises:
        InputError: it cannot be opened, or is in use.
    """
    while True:
        try:
            file: BinaryIO = open(path, "r+b", buffering=0, opener=_opener)  # noqa: SIM115
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror}") from None
        try:
            _lock(file, path)
        except UsageError:
            file.close()
            raise
        if _is_still_there(file, path):
            return file
        file.close()  # whoever held it has put another in its place


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CREAT, 0o666)


def _lock(file: BinaryIO, path: str) -> None:
    try:
        import fcntl
    except ImportError:  # a system without such locks
        return
    patience = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > patience:
                raise UsageError(
                    f"another run is writing to {path}", hint="wait for it, or give another name"
                ) from None
            time.sleep(0.05)
        except OSError:  # a file system without locks
            return


def _is_still_there(file: BinaryIO, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False
    except OSError:  # nobody can tell
        return True


def _is_replaced(path: str, records: Iterable[bytes]) -> bool:
    """Put records in the place of a file, whole or not at all; whether there was room for it."""
    target = os.path.realpath(path)
    beside = f"{target}.tidy"
    try:
        with suppress(FileNotFoundError):  # of a run that was killed here
            os.remove(beside)
        with open(beside, "xb") as tidy:
            os.chmod(beside, os.stat(target).st_mode & 0o777)
            for record in records:
                tidy.write(record)
            tidy.flush()
            os.fsync(tidy.fileno())
        os.replace(beside, target)
    except OSError:  # all is there, only twice
        with suppress(OSError):
            os.remove(beside)
        return False
    return True
