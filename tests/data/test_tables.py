"""Tables of data: what is in a file comes out as numbers, or the error says where it does not."""

from __future__ import annotations

import math

import pytest

from mathcli.data.tables import categories, csv_text, numbers, read_table, with_columns
from mathcli.errors import InputError, UsageError


@pytest.fixture
def table(tmp_path):
    def written(content: str | bytes, name: str = "data.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(str(path))

    return written


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a,b\n1,2\n3,4\n", [1, 3]),
        ("a;b\n1,5;2\n-3,25;4\n", [1.5, -3.25]),
        ("a\tb\n1e3\t2\n.5\t4\n", [1000, 0.5]),
        (b"\xef\xbb\xbfa,b\r\n 1 ,2\r\n3,4\r\n", [1, 3]),
        ('a,"b, c"\n1,"x, y"\n3,z\n\n', [1, 3]),
    ],
    ids=["commas", "semicolons", "tabs", "bom", "quotes"],
)
def test_numbers_are_read_whatever_the_delimiter(table, content, expected):
    assert list(numbers(table(content), "a")) == expected


def test_missing_values_are_nan_whatever_they_are_called(table):
    values = numbers(table("a,b\n1,x\n,x\nNA,x\n?,x\n"), "a")

    assert values[0] == 1
    assert all(math.isnan(value) for value in values[1:])


def test_a_parquet_file_is_a_table_too(tmp_path):
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"a": [1, None, 3], "c": ["x", "y", None]}), tmp_path / "t.parquet")
    found = read_table(str(tmp_path / "t.parquet"))

    assert list(numbers(found, "a"))[::2] == [1, 3]
    assert categories(found, "c") == ["x", "y", None]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("a,b\n", "a header and no row"),
        ("a,a\n1,2\n", "two columns named a"),
        ("a,b\n1,2\n3\n", "row 2 has 1 cell under 2 columns"),
        ("a,b\n1,2,3\n", "row 1 has 3 cells under 2 columns"),
        (b"\0\1\2", "is no text"),
    ],
    ids=["empty", "no row", "twice", "short", "long", "binary"],
)
def test_a_file_that_is_no_table_is_an_error(table, content, words):
    with pytest.raises(InputError, match=words):
        table(content)


@pytest.mark.parametrize(
    ("cell", "words"), [("abc", "row 2, column a is 'abc'"), ("inf", "row 2, column a is infinite"), ("1,5", "row 2")]
)
def test_a_cell_that_is_no_number_is_named(table, cell, words):
    with pytest.raises(InputError, match=words):
        numbers(table(f'a,b\n1,2\n"{cell}",4\n'), "a")


def test_a_column_that_is_not_there_lists_those_that_are(table):
    with pytest.raises(UsageError) as caught:
        numbers(table("a,b\n1,2\n"), "c")

    assert "a, b" in caught.value.hint


def test_files_that_cannot_be_read_are_errors(tmp_path):
    for path, sentence in ((tmp_path / "none.csv", "there is no file"), (tmp_path, "it is a folder")):
        with pytest.raises(InputError, match=sentence):
            read_table(str(path))
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(InputError, match="no Parquet"):
        read_table(str(tmp_path / "bad.parquet"))


def test_text_in_another_encoding_is_read_with_a_note(table):
    found = table("größe,b\n1,2\n".encode("cp1252"))

    assert found.columns == ("größe", "b")
    assert "Windows-1252" in found.notes[0]


def test_a_table_is_written_with_its_new_columns_and_every_digit(table):
    found = with_columns(table('a,b\n1,"x, y"\n,z\n'), [("c", [0.1, math.nan]), ("d", [1, None])])

    assert csv_text(found) == 'a,b,c,d\n1,"x, y",0.1,1\n,z,,\n'


def test_a_number_whose_square_is_no_floating_number_is_named(table):
    with pytest.raises(InputError, match=r"row 2, column x is -3e\+200, too large"):
        numbers(table("x\n1\n-3e200\n"), "x")


@pytest.mark.parametrize("content", ["x,y\n1,2\n3\n4,5,6\n", "x,y\n1,2,3\n4\n"])
def test_a_short_row_is_not_made_up_for_by_a_long_one(table, content):
    with pytest.raises(InputError, match="under 2 columns"):
        table(content)


@pytest.mark.parametrize(
    "content", ["x,y\r\n1,2\r\n3,4\r\n", "x,y\r1,2\r3,4\r", 'x,y\n"1",2\n3,4', "x,y\n1,2\n\n3,4\n"]
)
def test_line_ends_quotes_and_empty_lines_change_nothing(table, content):
    cells = table(content).cells

    assert {name: list(column) for name, column in cells.items()} == {"x": ["1", "3"], "y": ["2", "4"]}
