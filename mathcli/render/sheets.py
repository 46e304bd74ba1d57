"""A sheet of somebody's working as rows of a page: line numbers, a bar, the line as it was written, and its mark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mathcli.render.safety import shown
from mathcli.render.text import columns, display_width, padded, wrapped
from mathcli.solution import Sheet, SheetLine

if TYPE_CHECKING:
    from mathcli.render.page import Page, Row

MARKS = {"right": ("✓", "good"), "wrong": ("✗", "bad"), "follows": ("↳", "warning"), "undecided": ("?", "warning"),
         "unread": ("·", "hint"), "given": ("", "hint")}  # fmt: skip
"""The sign of each mark and the role that colours it; words beside it say the same."""

_GAP = 2
_LEAST_ROOM = 12


def sheet_rows(page: Page, sheet: Sheet) -> Iterator[Row]:
    """The rows of a sheet; remarks stand in a column on the right, or below where there is no room."""
    from mathcli.render.page import MARGIN, Run

    if sheet.title:
        yield (Run(" " * MARGIN), Run(page.words(sheet.title)))
        yield ()
    if sheet.lead:
        for text in wrapped(page.words(sheet.lead).split(" "), page.width - MARGIN - 2):
            yield (Run(" " * (MARGIN + 2) + text),)
    digits = max(len(str(line.number)) for line in sheet.lines)
    lead = " " * (MARGIN + 2)
    bar = f" {page.alphabet.bar} "
    room = max(page.width - len(lead) - digits - len(bar), _LEAST_ROOM)
    texts = [_cells(page, line) for line in sheet.lines]
    remarks = [_remark(page, line) for line in sheet.lines]
    widths = [sum(map(columns, "".join(cells)))
              for cells, (_, remark, _) in zip(texts, remarks, strict=True) if remark]  # fmt: skip
    longest = max((display_width(remark) for _, remark, _ in remarks), default=0)
    column = max((width for width in widths if width + _GAP + longest <= room), default=0)
    for line, cells, (sign, remark, role) in zip(sheet.lines, texts, remarks, strict=True):
        number = str(line.number).rjust(digits) if line.number else " " * digits
        yield from _line_rows(page, f"{lead}{number}", bar, cells, line, (sign, remark, role), room, column)


def _line_rows(
    page: Page,
    number: str,
    bar: str,
    cells: list[str],
    line: SheetLine,
    mark: tuple[str, str, str],
    room: int,
    column: int,
) -> Iterator[Row]:
    from mathcli.render.page import Run

    sign, remark, role = mark
    blank = " " * display_width(number)
    rows = list(_chunks(cells, room))
    is_beside = len(rows) == 1 and bool(remark) and column + _GAP + display_width(remark) <= room
    is_beside = is_beside and sum(map(columns, "".join(cells))) <= column
    for k, (begin, end) in enumerate(rows):
        text = "".join(cells[begin:end])
        first = Run(number if k == 0 else blank, "hint")
        if is_beside:
            words = remark.removeprefix(sign)
            yield (
                first,
                Run(bar, "bar"),
                Run(padded(text, column + _GAP)),
                Run(sign, role),
                Run(words, "hint" if role == "hint" else ""),
            )
        else:
            yield (first, Run(bar, "bar"), Run(text))
        under = _underline(cells, begin, end, line.wrong)
        if under:
            yield (Run(blank), Run(bar, "bar"), Run(under, "bad"))
    if remark and not is_beside:
        for k, text in enumerate(wrapped(remark.split(" "), room - 2)):
            words = text.removeprefix(sign) if k == 0 else text
            yield (Run(blank), Run(bar, "bar"), Run("  "), Run(sign if k == 0 else "", role), Run(words))


def _cells(page: Page, line: SheetLine) -> list[str]:
    """What is shown for each character of the line, one cell each, so that places in it can be found."""
    if len(line.text) == 1 and isinstance(line.text[0], str):
        text = line.text[0].expandtabs(4) if line.wrong is None else line.text[0].replace("\t", " ")
        return [page.words(cell) for cell in map(shown, text.rstrip())]
    return list(page.phrase(line.text))


def _remark(page: Page, line: SheetLine) -> tuple[str, str, str]:
    sign, role = MARKS.get(line.mark, ("", ""))
    sign = page.words(sign) if sign else ""
    remark = page.phrase(line.remark)
    return sign, f"{sign} {remark}".strip(), role


def _chunks(cells: list[str], room: int) -> Iterator[tuple[int, int]]:
    """Stretches of cells that fit the room, as pairs of their ends."""
    begin = used = 0
    for k, cell in enumerate(cells):
        size = sum(map(columns, cell))
        if used + size > room and k > begin:
            yield begin, k
            begin, used = k, 0
        used += size
    yield begin, len(cells)


def _underline(cells: list[str], begin: int, end: int, wrong: tuple[int, int] | None) -> str:
    if wrong is None:
        return ""
    first, last = max(begin, wrong[0]), min(end, wrong[0] + wrong[1], len(cells))
    if first >= last:
        return ""
    before = sum(sum(map(columns, cell)) for cell in cells[begin:first])
    return " " * before + "~" * sum(sum(map(columns, cell)) for cell in cells[first:last])
