"""Files as people have them: packed, from Windows, damaged, or no text at all."""

from __future__ import annotations

import gzip
import io
import os
import sys
import threading

import pytest

from mathcli.batch.sources import LONGEST_LINE, Lines, kind_of, lines_of, paths_for
from mathcli.errors import InputError
from tests.transcripts import run


def lines(data: bytes) -> list[bytes]:
    return list(Lines(io.BytesIO(data)))


@pytest.mark.parametrize(
    "data",
    [
        b"diff x\ndiff y\n",
        b"diff x\ndiff y",
        gzip.compress(b"diff x\ndiff y\n", mtime=0),
        gzip.compress(b"diff x\n", mtime=0) + gzip.compress(b"diff y", mtime=0),
        "diff x\ndiff y\n".encode("utf-16"),
        gzip.compress("diff x\ndiff y".encode("utf-16")),
        "diff x\ndiff y\n".encode("utf-32"),
        b"diff x\rdiff y\r",
        b"diff x\ndiff y\r",
    ],
    ids=[
        "plain",
        "without a last line break",
        "packed",
        "packed in two parts",
        "UTF-16",
        "UTF-16, packed",
        "UTF-32",
        "returns",
        "mixed",
    ],
)
def test_lines_are_the_same_however_they_are_stored(data):
    assert lines(data) == [b"diff x\n", b"diff y\n"]


def test_a_line_may_be_longer_than_a_block():
    long = b"diff " + b"x+" * 100_000 + b"x\n"

    assert lines(long + b"diff y\n") == [long, b"diff y\n"]


def test_of_a_line_beyond_all_measure_little_is_kept():
    first, second = lines(b"x" * (3 * LONGEST_LINE) + b"\ndiff y\n")

    assert len(first) == LONGEST_LINE + 2
    assert second == b"diff y\n"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\0\0\0", gzip.compress(b"a\0b", mtime=0), b"PK\3\4\0\0"])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(InputError, match="is no text file"):
        lines(data)


@pytest.mark.parametrize("cut", [slice(None, -6), slice(None, 12)])
def test_a_packed_file_whose_end_is_missing_says_so(cut):
    data = gzip.compress(b"".join(b"diff x^%d\n" % k for k in range(1000)))
    with pytest.raises(InputError, match="is damaged"):
        lines(data[cut])


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes that can be waited for")
def test_a_pipe_tells_whether_a_line_is_there():
    ours, theirs = os.pipe()
    with open(ours, "rb") as stream, open(theirs, "wb", buffering=0) as writer:
        source = Lines(stream)
        assert not source.is_ready()
        writer.write(b"diff x")
        assert not source.is_ready()
        writer.write(b"\ndiff y\n")
        assert source.is_ready()
        assert next(source) == b"diff x\n"
        assert next(source) == b"diff y\n"
        assert not source.is_ready()
        writer.close()
        assert source.is_ready()
        assert list(source) == []


def test_the_kind_of_a_packed_file_is_that_of_what_it_holds():
    assert [kind_of(f"a.{ending}.gz") for ending in ("csv", "jsonl", "txt")] == ["csv", "jsonl", "text"]


def test_a_pattern_names_the_files_that_match_it_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.txt", "a.txt", "c.csv", "[1].txt"):
        (tmp_path / name).write_text("diff x\n")

    assert paths_for(["*.txt", "c.csv", "a.txt"]) == ("[1].txt", "a.txt", "b.txt", "c.csv")
    assert paths_for(["[1].txt"]) == ("[1].txt",)
    assert paths_for(["a.txt", "./a.txt", "b.txt"]) == ("a.txt", "b.txt")
    with pytest.raises(InputError, match="no file matches"):
        paths_for(["*.jsonl"])


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
def test_a_named_pipe_is_read_once(tmp_path):
    path = str(tmp_path / "pipe")
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: open(path, "wb").write(b"diff x^2\n"))  # noqa: SIM115
    writer.start()
    printed = run(["batch", path, "--format", "plain", "--quiet"])
    writer.join()

    assert printed == "2*x\n"


TABLE = "name;task;expression\nMüller;diff;x^2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_of_a_table_is_found_out(tmp_path, encoding):
    path = tmp_path / "table.csv"
    path.write_bytes(TABLE.encode(encoding))
    printed = run(["batch", str(path), "--format", "csv"])

    assert "Müller" in printed
    assert ("read as Windows-1252" in printed) == (encoding == "cp1252")


def test_a_table_in_another_encoding_is_known_by_any_of_its_lines(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes((TABLE.replace("Müller", "Anna") + "Anna;diff;x^3\n" * 9000 + "Jörg;diff;x^4\n").encode("cp1252"))

    assert list(lines_of(str(path)))[-1] == "Jörg;diff;x^4\n".encode()
