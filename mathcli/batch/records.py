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
_ID = re.compile(rb'\{"schema": "mathcli/\d+", "id": ("(?:[^"\\]|\\.)*")')
_TALLY = b', "tally": ['  # never within a string, where each " has a stroke before it
_FAILURE = re.compile(rb'\}, "error": \{"kind": "([^"]*)"')
_BEGIN = b'{"schema": "mathcli/'
_OK = b'"status": "ok"'
_JUDGED = (b'"task": "check", ', b'"task": "equal", ')
_WHERE_STATUS_STANDS = 4000


class Finished(NamedTuple):
    """What the journal knows of a line: the key of its content, the kind of its failure, "" for an answer, its mark.

    `id` stands for the name of the problem, as in `repeats.key_of`; 0 where it was not looked at.
    The mark is kept as it was written until it is asked for; None where one belongs and none is there, as in what was
    written before marks were.
    """

    content: bytes
    failure: str
    mark: bytes | None = b""
    id: int = 0

    @property
    def has_failed(self) -> bool:
        """Whether it should have an answer and has none."""
        return bool(self.failure) and self.failure != NOTHING

    @property
    def tally(self) -> tuple[str, ...] | None:
        """What a summary counts of the answer: () for nothing, None where it is not known."""
        return _tally(self.mark) if self.mark else None if self.mark is None else ()


def record_of(line: bytes, *, with_id: bool = False) -> tuple[Place, Finished] | None:
    """Return whose answer a line is, and what came of it; None for what is no whole record."""
    end = _end(line)
    if end is None:
        return None
    content = bytes.fromhex(end[3].decode())
    return _place(end), Finished(content, _failure(line), _mark(line, end), _id(line) if with_id else 0)


def place_of(line: bytes) -> Place | None:
    """Return whose answer a line is, None for what is no whole record."""
    end = _end(line)
    return _place(end) if end else None


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


def lines_in(source: BinaryIO, path: str) -> Iterator[tuple[int, bytes]]:
    """The lines of a file of results, each with where it begins, without a byte order mark; torn ones too.

    Raises:
        UsageError: there is a line that is no result.
    """
    position = 0
    for number, line in enumerate(source, 1):
        begin, position = position, position + len(line)
        if begin == 0 and line.startswith(codecs.BOM_UTF8):  # somebody's editor put it there
            begin, line = len(codecs.BOM_UTF8), line[len(codecs.BOM_UTF8) :]
        if _end(line) is None and not is_torn(line):
            hint = "give another name" if number == 1 else "give another name, or take that line out"
            raise UsageError(f"{path} holds something else than results: line {number}", hint=hint)
        yield begin, line


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
            for position, line in lines_in(source, path):
                found = record_of(line)
                if found is None or (labels and found[0][0] not in labels):
                    continue
                is_known = True
                last.pop(found[0], None)
                if found[1].has_failed:
                    last[found[0]] = (position, len(line))
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
        number = place_of(record)
        raise UsageError(f"{path}: the result of line {number[1] if number else '?'} was changed and cannot be read")
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


def _place(end: re.Match[bytes]) -> Place:
    return bytes.fromhex(end[2].decode()), int(end[1])


def _failure(line: bytes) -> str:
    if line.find(_OK, 0, _WHERE_STATUS_STANDS) >= 0:
        return ""
    found = _FAILURE.search(line)
    return found[1].decode("utf-8", "replace") if found else ""


def _mark(line: bytes, end: re.Match[bytes]) -> bytes | None:
    """The tally as it stands there, b"" where none belongs, None where it is missing."""
    if line[end.start() - 1 : end.start()] == b"]":
        begin = line.rfind(_TALLY, 0, end.start())
        if begin >= 0:
            return line[begin + len(_TALLY) - 1 : end.start()]
    status = line.find(_OK, 0, _WHERE_STATUS_STANDS)
    return None if status >= 0 and line[:status].endswith(_JUDGED) else b""


def _id(line: bytes) -> int:
    found = _ID.match(line)
    try:
        return key_of(json.loads(found[1])) if found else 0
    except ValueError:
        return 0


def _tally(mark: bytes) -> tuple[str, ...] | None:
    try:
        found = json.loads(mark)
    except ValueError:
        return None
    is_one = isinstance(found, list) and len(found) == 3 and all(isinstance(word, str) for word in found)
    return tuple(found) if is_one else None
