"""The records of a journal as lines of bytes: whose answer one is, what came of it, and what is no record.

A record begins with its schema and ends with the line that it answers and a key, `"line": 118, "key":
"1a2b3c4d-3f9ac2d17be04a55"`: the file of the problem, and the content of the line with the options that shape its
answer. A `"tally"` may stand before it: what a summary counts of the answer.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from mathcli.batch.repeats import key_of
from mathcli.batch.summary import NOTHING
from mathcli.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

Place = tuple[bytes, int]
"""The digest of a file's name, and the number of a line in it."""

_END = re.compile(rb', "line": (\d{1,18}), "key": "([0-9a-f]{8})-([0-9a-f]{16})"\}\r?\n$')
_LONGEST_END = 100
_KEY = 8
_ID = re.compile(rb'\{"schema": "mathcli/\d+", "id": ("[^"\\]*(?:\\.[^"\\]*)*")')
_TALLY = b', "tally": ['  # never within a string, where each " has a stroke before it
_FAILURE = re.compile(rb'\}, "error": \{"kind": "([^"]*)"')
_BEGIN = b'{"schema": "mathcli/'
_OK = b'"status": "ok"'
_JUDGED = (b'"task": "check", ', b'"task": "equal", ')
_WHERE_STATUS_STANDS = 4000


class Finished(NamedTuple):
    """What the journal knows of a line: its key, the kind of its failure, "" for an answer, and its mark.

    The key is that of its content; behind it may stand that of the problem's id, as in `repeats.key_of`. The mark is
    kept as it was written until it is asked for; None where one belongs and none is there, as in what was written
    before marks were.
    """

    key: bytes
    failure: str
    mark: bytes | None = b""

    @property
    def content(self) -> bytes:
        """What stands for the line and the options."""
        return self.key[:_KEY]

    @property
    def id(self) -> int:
        """What stands for the id of the problem; 0 where it was not looked at."""
        return int.from_bytes(self.key[_KEY:], "little")

    @property
    def has_failed(self) -> bool:
        """Whether it should have an answer and has none."""
        return bool(self.failure) and self.failure != NOTHING

    @property
    def tally(self) -> tuple[str, ...] | None:
        """What a summary counts of the answer: () for nothing, None where it is not known."""
        return _tally(self.mark) if self.mark else None if self.mark is None else ()


def finished_by(line: bytes, end: re.Match[bytes], *, with_id: bool = False) -> Finished:
    """Return what came of the line that a record answers."""
    key = bytes.fromhex(end[3].decode())
    status = line.find(_OK, 0, _WHERE_STATUS_STANDS)
    mark: bytes | None = _mark(line, end)
    if status >= 0 and not mark and line.endswith(_JUDGED, 0, status):
        mark = None
    failure = "" if status >= 0 else _failure(line)
    return Finished(key + _id(line).to_bytes(_KEY, "little") if with_id else key, failure, mark)


def place_of(end: re.Match[bytes]) -> Place:
    """Return whose answer a record is."""
    return bytes.fromhex(end[2].decode()), int(end[1])


def is_torn(line: bytes) -> bool:
    """Whether a line that is no record can be what a kill or a power cut left of one; anything else is somebody's."""
    left = line.strip(b"\0\r\n\t ")
    begins_like_one = left.startswith(_BEGIN) or _BEGIN.startswith(left)
    if b"\0" in line:  # a block that was never written
        return begins_like_one or left.endswith(b"}")
    is_whole = line.startswith(b"{") and line.endswith(b"\n")
    return begins_like_one and (not is_whole or line.find(_BEGIN, 1) > 0)


def ending(number: int, label: bytes, content: bytes, tally: tuple[str, ...]) -> str:
    """Return what is put behind the last field of a result to make it a record, with the bracket."""
    counted = f', "tally": {json.dumps(tally)}' if tally else ""
    return f'{counted}, "line": {number}, "key": "{label.hex()}-{content.hex()}"}}\n'


def lines_in(source: BinaryIO, path: str) -> Iterator[tuple[int, bytes, re.Match[bytes] | None]]:
    """The lines of a file of results, without a byte order mark: where one begins, its bytes, the end of a record.

    A torn line has no such end.

    Raises:
        UsageError: there is a line that is no result.
    """
    position = 0
    for number, line in enumerate(source, 1):
        begin, position = position, position + len(line)
        if begin == 0 and line.startswith(codecs.BOM_UTF8):  # somebody's editor put it there
            begin, line = len(codecs.BOM_UTF8), line[len(codecs.BOM_UTF8) :]
        end = _end(line)
        if end is None and not is_torn(line):
            hint = "give another name" if number == 1 else "give another name, or take that line out"
            raise UsageError(f"{path} holds something else than results: line {number}", hint=hint)
        yield begin, line, end


def failures(path: str, labels: Collection[bytes] = ()) -> Iterator[dict[str, Any]]:
    """The records of a journal that should have an answer and have none, the later one of each line.

    With `labels`, only those of these files.

    Raises:
        InputError: it cannot be read.
        UsageError: it holds something else, or nothing of these files.
    """
    try:
        with open(path, "rb") as source:
            last: dict[Place, tuple[int, int]] = {}
            is_known = not labels
            for position, line, end in lines_in(source, path):
                if end is None or (labels and place_of(end)[0] not in labels):
                    continue
                is_known = True
                last.pop(place_of(end), None)
                if finished_by(line, end).has_failed:
                    last[place_of(end)] = (position, len(line))
            if not is_known:
                raise UsageError(f"{path} holds no result of these problems", hint="without a file it lists all")
            for piece in pieces(source, last.values()):
                yield _fields(piece, path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None


def _fields(record: bytes, path: str) -> dict[str, Any]:
    try:
        found = json.loads(record)
        is_whole = isinstance(found["id"], str) and isinstance(found["error"]["message"], str)
        is_whole = (
            is_whole and isinstance(found["input"]["text"], str) and isinstance(found["error"].get("column", 1), int)
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        is_whole = False
    if not is_whole:
        end = _end(record)
        raise UsageError(f"{path}: the result of line {end[1].decode() if end else '?'} was changed and cannot be read")
    return dict(found)


def pieces(source: BinaryIO, places: Iterable[tuple[int, int]]) -> Iterator[bytes]:
    """The stretches of a file, each given by where it begins and how long it is."""
    for position, length in places:
        source.seek(position)
        yield source.read(length)


def _end(line: bytes) -> re.Match[bytes] | None:
    if not line.startswith(_BEGIN) or b"\0" in line:
        return None
    found = _END.search(line, max(0, len(line) - _LONGEST_END))
    return found if found and line.find(_BEGIN, 1) < 0 else None  # half a record, and the next on the same line


def _failure(line: bytes) -> str:
    found = _FAILURE.search(line)
    return found[1].decode("utf-8", "replace") if found else ""


def _mark(line: bytes, end: re.Match[bytes]) -> bytes:
    """The tally as it stands there, b"" where none does."""
    begin = line.rfind(_TALLY, 0, end.start()) if line.endswith(b"]", 0, end.start()) else -1
    return line[begin + len(_TALLY) - 1 : end.start()] if begin >= 0 else b""


def _id(line: bytes) -> int:
    found = _ID.match(line)
    if found is None:
        return 0
    try:
        return key_of(json.loads(found[1]) if b"\\" in found[1] else found[1][1:-1].decode())
    except ValueError:
        return 0


def _tally(mark: bytes) -> tuple[str, ...] | None:
    try:
        found = json.loads(mark)
    except ValueError:
        return None
    is_one = isinstance(found, list) and len(found) == 3 and all(isinstance(word, str) for word in found)
    return tuple(found) if is_one else None
