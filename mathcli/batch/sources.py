"""Files and pipes of problems -> lines: what is packed is unpacked, UTF-16 and UTF-32 become UTF-8, a line has a limit.

Nothing is read ahead beyond one block, and `Lines` can tell whether asking for the next line would wait.
"""

from __future__ import annotations

import codecs
import glob
import gzip
import os
import re
import select
import stat
import sys
import zlib
from collections import deque
from typing import TYPE_CHECKING, BinaryIO, cast

from mathcli.errors import InputError, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_LINE = 1_000_000
"""Of a longer line one byte more than this is kept, which tells it apart; the rest is passed over."""
BLOCK = 65_536
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_PACKED = b"\x1f\x8b"
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # begins with the mark of UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_MOST_LOOKED_AT = 64 * 2**20


def paths_for(words: Iterable[str], *, output: str | None = None) -> tuple[str, ...]:
    """The files that the words of a command line name; a pattern such as 'sheets/*.txt' names those that match.

    The results of an earlier run, `output`, match none.

    Raises:
        InputError: nothing matches a pattern, or a file cannot be opened or is no text.
    """
    found: list[str] = []
    for word in words:
        is_pattern = any(sign in word for sign in "*?[") and not os.path.exists(word)
        matching = [word]
        if is_pattern:
            matching = [path for path in sorted(glob.glob(word, recursive=True)) if not _is_same(path, output)]
        if not matching:
            raise InputError(f"no file matches {word}")
        found += matching
    for path in found:
        if path != "-" and not _is_stream(path):
            with _opened(path) as stream:
                _check_is_text(_start_of(stream, path), path)
    once: dict[str, str] = {}
    for path in found:
        once.setdefault(path if path == "-" else os.path.abspath(path), path)
    return tuple(once.values())


def _is_same(path: str, other: str | None) -> bool:
    try:
        return bool(other) and os.path.samefile(path, str(other))
    except OSError:  # one of them is not there
        return False


def _is_stream(path: str) -> bool:
    """Whether it can be read only once: a named pipe, a terminal."""
    try:
        mode = os.stat(path).st_mode
    except OSError:  # opening it will say why
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def kind_of(path: str) -> str:
    """The kind of problem file that a file name stands for; of stdin, "-", only its first line tells."""
    name = path.lower().removesuffix(".gz")
    ending = name.rpartition(".")[2] if "." in name else ""
    other = "any" if path == "-" else "text"
    return {"jsonl": "jsonl", "ndjson": "jsonl", "csv": "csv", "tsv": "csv"}.get(ending, other)


def lines_of(path: str) -> Lines:
    """The lines of a file, or of stdin for "-".

    Raises:
        InputError: it cannot be opened.
    """
    if path == "-":
        return Lines(sys.stdin.buffer, name="stdin")
    if _is_stream(path):
        return Lines(_opened(path), name=path)
    encoding = _encoding_of_table(path) if kind_of(path) == "csv" else None
    return Lines(_opened(path), name=path, encoding=encoding, is_file=True)


class Lines:
    """The lines of a stream as bytes in UTF-8, each with its line break."""

    def __init__(
        self, stream: BinaryIO, *, name: str = "the input", encoding: str | None = None, is_file: bool = False
    ) -> None:
        self.name = name
        self.is_guessed = encoding is not None
        self._stream = stream
        self._is_file = is_file
        self._unpack = zlib.decompressobj(wbits=31)
        self._is_packed = False
        self._decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
        self._lines: deque[bytes] = deque()
        self._rest = b""
        self._ends_with_return = False
        self._has_begun = False
        self._is_over = False

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> bytes:
        while not self._lines:
            if self._is_over:
                raise StopIteration
            self._read_block()
        return self._lines.popleft()

    def is_ready(self) -> bool:
        """Whether the next line, or the end, is there without waiting."""
        if self._is_file:
            return True
        while not self._lines and not self._is_over:
            try:
                if not select.select([self._stream], [], [], 0)[0]:
                    return False
            except (OSError, ValueError):  # no file behind the stream, or a system that cannot tell
                return True
            self._read_block()
        return True

    def fileno(self) -> int:
        """What to wait for."""
        return self._stream.fileno()

    def close(self) -> None:
        """Close a file that was opened here."""
        if self._is_file:
            self._stream.close()

    def _read_block(self) -> None:
        data = self._unpacked(self._next_block())
        if not self._has_begun and data:
            self._has_begun = True
            _check_is_text(data, self.name)
            encoding = _encoding_by_mark(data)
            if encoding is not None:
                self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        if self._decoder is not None:
            data = self._decoder.decode(data, self._is_over).encode("utf-8", "replace")
        data = self._with_line_feeds(data)
        if self._is_over:
            data += b"\n" if (data and not data.endswith(b"\n")) or (self._rest and not data) else b""
        if len(self._rest) > LONGEST_LINE and b"\n" not in data:
            return
        *whole, rest = (self._rest + data).split(b"\n")
        self._rest = rest[: LONGEST_LINE + 1]
        self._lines.extend(line[: LONGEST_LINE + 1] + b"\n" for line in whole)

    def _with_line_feeds(self, data: bytes) -> bytes:
        """The same with a line feed for each return that stands alone, as lines ended on a Mac once."""
        if self._ends_with_return:
            data = b"\r" + data
        self._ends_with_return = data.endswith(b"\r") and not self._is_over  # whether it is alone, the next byte tells
        return _LONE_RETURN.sub(b"\n", data[:-1] if self._ends_with_return else data) if b"\r" in data else data

    def _next_block(self) -> bytes:
        try:
            read = getattr(self._stream, "read1", self._stream.read)
            data: bytes = read(BLOCK)
        except OSError as error:
            raise InputError(f"{self.name} cannot be read: {error.strerror}") from None
        if not data:
            self._is_over = True
            if self._is_packed and not self._unpack.eof:
                raise InputError(f"{self.name} is damaged: its end is missing")
        return data

    def _unpacked(self, data: bytes) -> bytes:
        if not self._has_begun and not self._is_packed and data.startswith(_PACKED):
            self._is_packed = True
        if not self._is_packed:
            return data
        unpacked = b""
        try:
            while data:
                unpacked += self._unpack.decompress(data)
                data = self._unpack.unused_data
                if self._unpack.eof and data:  # several put together
                    self._unpack = zlib.decompressobj(wbits=31)
        except zlib.error:
            raise InputError(f"{self.name} is damaged: it cannot be unpacked") from None
        return unpacked


def _opened(path: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except OSError as error:
        raise unreadable(path, error) from None


def _start_of(stream: BinaryIO, path: str) -> bytes:
    try:
        with _unpacked(stream) as data:
            return data.read(BLOCK)
    except EOFError:
        raise InputError(f"{path} is damaged: its end is missing") from None
    except (OSError, zlib.error) as error:
        reason = getattr(error, "strerror", None)
        message = f"cannot be read: {reason}" if reason else "is damaged: it cannot be unpacked"
        raise InputError(f"{path} {message}") from None


def _check_is_text(start: bytes, name: str) -> None:
    if b"\0" in start and _encoding_by_mark(start) is None:
        is_workbook = start.startswith(b"PK") and name.lower().endswith(("xlsx", "ods"))
        hint = "save the table as CSV" if is_workbook else "batch reads text, JSONL and CSV, also packed by gzip"
        raise InputError(f"{name} is no text file", hint=hint)


def _encoding_by_mark(start: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS.items() if start.startswith(mark)), None)


def _encoding_of_table(path: str) -> str | None:
    """The encoding of a table that is not in UTF-8: what spreadsheets on Windows write in the west of Europe."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    looked_at = 0
    try:
        with _opened(path) as stream, _unpacked(stream) as data:
            while looked_at < _MOST_LOOKED_AT and (block := data.read(BLOCK)):
                if looked_at == 0 and _encoding_by_mark(block) is not None:
                    return None
                looked_at += len(block)
                decoder.decode(block)
    except UnicodeDecodeError:
        return "cp1252"
    except (OSError, EOFError, zlib.error):  # the reading itself will say so
        return None
    return None


def _unpacked(stream: BinaryIO) -> BinaryIO:
    """The same stream from its beginning, unpacked if it is packed."""
    is_packed = stream.read(2) == _PACKED
    stream.seek(0)
    return cast(BinaryIO, gzip.open(stream)) if is_packed else stream
