"""Document -> lines of a page of a given width: aligned signs, a column for reasons, bars before inner derivatives.

A line of a page is a tuple of runs, each a text with a role; what a role looks like is for a format to say. Where
the page is too narrow for a reason beside its line, the reason stands on a line of its own below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mathcli.calculus.derivation import Phrase
from mathcli.render.document import Document, Formula, Heading, Line, Lines, Part, Sentence, Verbatim
from mathcli.render.notation.alphabet import Alphabet
from mathcli.render.notation.boxes import Box, beside, box
from mathcli.render.notation.curve import drawn
from mathcli.render.notation.leibniz import leibniz
from mathcli.render.notation.one_line import OneLine, in_equal_places
from mathcli.render.notation.two_dimensional import TwoDimensional, broken
from mathcli.render.safety import ascii_only, escaped
from mathcli.render.sheets import sheet_rows
from mathcli.render.text import display_width, padded, wrapped
from mathcli.solution import Curve, Given, Sheet, Table
from mathcli.syntax.tree import Derivative, Equation, Node, Vector

MARGIN = 1
START = 3
EQUATION = 5
GAP = 3
NARROW = 50
TIE = "\xa0"
"""A space at which no line is broken, until the lines are set."""
MARKS = {"good": "✓ ", "warning": "! ", "note": "  ", "plain": "  "}


class Run(NamedTuple):
    """A stretch of a line. Roles: "", heading, rule, hint, good, warning, bar."""

    text: str
    role: str = ""


Row = tuple[Run, ...]


class Page:
    """Lays a document out. `is_flat` keeps all mathematics on one line."""

    def __init__(self, alphabet: Alphabet, width: int, *, is_flat: bool = False) -> None:
        self.alphabet = alphabet
        self.width = max(width, 20)
        self.is_flat = is_flat
        self.plain_writer = TwoDimensional(OneLine(alphabet), is_flat=is_flat)

    def rows(self, document: Document) -> Iterator[Row]:
        """The lines of the page, with one blank line between ideas."""
        previous: Part | None = None
        was_tall = False
        for part in document.parts:
            rows = list(self._part(part))
            is_tall = isinstance(part, Given) and len(rows) > 1
            if previous is not None and (not _belongs_to(previous, part) or (was_tall and is_tall)):
                yield ()
            yield from rows
            previous, was_tall = part, is_tall

    def _part(self, part: Part) -> Iterator[Row]:
        match part:
            case Heading(text, about):
                yield from self._heading(text, about)
            case Sheet():
                yield from sheet_rows(self, part)
            case Given():
                yield from self._given(part)
            case Lines():
                yield from self._answer(part) if part.is_answer else self._lines(part)
            case Sentence():
                yield from self._sentence(part)
            case Table():
                yield from self._table(part)
            case Curve():
                for text in drawn(part, self.width - START, self.alphabet):
                    yield (Run(" " * START + text),)

    def _heading(self, text: str, about: str) -> Iterator[Row]:
        words = self.book(text)
        if about and display_width(words) + GAP + display_width(about) <= self.width - MARGIN:
            yield (Run(" " * MARGIN), Run(words, "heading"), Run(" " * GAP + self.words(about)))
            return
        for line in wrapped(words.split(" "), self.width - MARGIN):
            yield (Run(" " * MARGIN), Run(line, "heading"))
        for line in wrapped(self.words(about).split(" "), self.width - START) if about else ():
            yield (Run(" " * START + line),)

    # -- words ----------------------------------------------------------------------------------------------------

    def words(self, text: str) -> str:
        """Return words of ours or the user's, harmless, in the characters of this page."""
        safe = escaped(text)
        return ascii_only(safe) if self.alphabet.is_ascii else safe

    def book(self, text: str) -> str:
        """Return words of ours in the signs of a book: u_1 - u_2 is u₁ − u₂."""
        words = self.words(text)
        return words if self.alphabet.is_ascii or isinstance(text, Verbatim) else _in_signs(words)

    def phrase(self, phrase: Phrase, writer: OneLine | None = None) -> str:
        """Return a phrase on one line."""
        line = writer or self.plain_writer.line
        return "".join(self.book(part) if isinstance(part, str) else line.write(part) for part in phrase)

    def wrapped_phrase(
        self, phrase: Phrase, width: int, writer: OneLine | None = None, *, is_verbatim: bool = False
    ) -> list[str]:
        """Return a phrase set to the width; mathematics breaks only where it is wider than a whole line."""
        line = writer or self.plain_writer.line
        words: list[str] = []
        is_glued = False
        for part in phrase:
            if isinstance(part, str) and not isinstance(part, Formula | Verbatim):
                text = self.words(part) if is_verbatim else self.book(part)
                pieces = _tied(text).split(" ")
            else:
                text = self._said(part) if isinstance(part, str) else line.write(part)
                pieces = broken(text, width) if display_width(text) > width else [text.replace(" ", TIE)]
            if is_glued and words:
                if display_width(words[-1]) + display_width(pieces[0]) > width:
                    words[-1:] = words[-1].split(TIE)
                words[-1] += pieces.pop(0)
            words.extend(pieces)
            is_glued = not (isinstance(part, str) and text.endswith(" ")) or pieces[-1:] != [""]
            if pieces[-1:] == [""]:
                words.pop()
        return [text.replace(TIE, " ") for text in wrapped([word for word in words if word], width)]

    def _sentence(self, sentence: Sentence) -> Iterator[Row]:
        mark = self.words(MARKS[sentence.tone])
        role = {"good": "good", "warning": "warning", "note": "hint"}.get(sentence.tone, "")
        lead = " " * MARGIN + (mark if sentence.tone != "plain" else "  ")
        indent = display_width(lead)
        writer = OneLine(self.alphabet, primes=sentence.primes, partial=sentence.is_partial)
        for k, text in enumerate(
            self.wrapped_phrase(sentence.phrase, self.width - indent, writer, is_verbatim=sentence.tone == "note")
        ):
            if k == 0 and mark.strip():
                yield (Run(" " * MARGIN), Run(mark.strip(), role), Run(" " + text, "hint" if role == "hint" else ""))
            else:
                yield (Run(" " * indent + text, "hint" if role == "hint" else ""),)

    # -- the problem and the answer -------------------------------------------------------------------------------

    def _given(self, given: Given) -> Iterator[Row]:
        lead = " " * MARGIN
        if given.name is not None:
            lead += f"{self.plain_writer.line.write(given.name)} = "
        boxes = self.plain_writer.fitted(given.value, self.width - display_width(lead))
        remarks = self.wrapped_phrase(given.remark, self.width - EQUATION)
        reasons: list[Row] = [(Run(self.phrase(given.remark), "hint"),)] if given.remark else []
        if reasons and _row_width(reasons[0]) > self.width - EQUATION:
            reasons = [(Run(text, "hint"),) for text in remarks]
        yield from self._beside(lead, boxes, reasons, self.width, indent=START, is_right=True)

    def _answer(self, part: Lines) -> Iterator[Row]:
        line = OneLine(self.alphabet, partial=part.is_partial)
        writer = TwoDimensional(line, is_flat=self.is_flat)
        lefts = [
            line.label(row.left) if isinstance(row.left, Node) else self._left(row.left, line) for row in part.lines
        ]
        longest = max((display_width(left) for left in lefts), default=0)
        if longest > self.width // 2:
            longest = 0
        built: list[_SetLine] = []
        for row, left in zip(part.lines, lefts, strict=True):
            lead = " " * START + (f"{padded(left, longest)} {self.words(row.sign)} " if left else "")
            space = self.width - display_width(lead)
            boxes = writer.fitted(row.mathematics[0], space)
            if left and space < self.width // 2 and (len(boxes) > 1 or boxes[0].width > space):
                sign = box(f"  {self.words(row.sign)} ")
                lead, room = " " * START, self.width - START
                hung = _hung(sign, writer.fitted(row.mathematics[0], room - sign.width))
                boxes = [*(box(text) for text in broken(left, room)), *hung]
            texts = [text for remark in row.remarks for text in self.wrapped_phrase(remark, self.width - 7, line)]
            built.append(_SetLine(lead, boxes, [(Run(text, "hint"),) for text in texts], "", EQUATION))
        column = self._column(built)
        was_tall = False
        for one in built:
            is_tall = one.boxes[0].height > 1
            if was_tall or (is_tall and one is not built[0]):
                yield ()
            was_tall = is_tall
            yield from self._beside(one.lead, one.boxes, one.reasons, column, indent=one.indent)

    def _left(self, left: object, line: OneLine) -> str:
        return line.write(left) if isinstance(left, Node) else self.book(str(left)) if left else ""

    # -- derivations ----------------------------------------------------------------------------------------------

    def _lines(self, part: Lines) -> Iterator[Row]:
        writer = TwoDimensional(
            OneLine(self.alphabet, primes=part.primes, partial=part.is_partial), is_flat=self.is_flat
        )
        start_writer = TwoDimensional(OneLine(self.alphabet, partial=part.is_partial), is_flat=self.is_flat)
        lefts = self._left_columns(part.lines, writer.line)
        set_lines = [
            one
            for line, longest in zip(part.lines, lefts, strict=True)
            for one in self._set(line, writer, start_writer, longest)
        ]
        column = self._column(set_lines)
        was_tall = False
        for one in set_lines:
            is_tall = one.boxes[0].height > 1
            if was_tall and is_tall:
                yield (Run(one.bars.rstrip(), "bar"),) if one.bars.strip() else ()
            was_tall = is_tall
            yield from self._beside(one.lead, one.boxes, one.reasons, column, indent=one.indent, bars=one.bars)

    def _set(
        self, line: Line, writer: TwoDimensional, start_writer: TwoDimensional, longest: int
    ) -> Iterator[_SetLine]:
        """Set one line; a chain of equalities that is too wide becomes several, their signs below each other."""
        reasons = self._reasons(line, writer.line)
        if not line.mathematics:
            yield _SetLine(" " * START, self._start(line.left, writer, start_writer), reasons, "", EQUATION)
            return
        bars = " " * EQUATION + (self.alphabet.bar + "   ") * self._bars(line) if line.depth else ""
        margin = bars or " " * EQUATION
        indent = display_width(margin)
        sign = self.words(line.sign) + " "
        left = self._left(line.left, writer.line)
        if display_width(left) > longest:
            room = self.width - indent
            boxes = [box(text) for text in broken(left, room)]
            for node in line.mathematics:
                boxes.extend(_hung(box("  " + sign), writer.fitted(node, room - 2 - display_width(sign))))
            yield _SetLine(margin, boxes, reasons, bars, indent + 2)
            return
        lead = margin + (f"{padded(left, longest)} " if longest else "") + sign
        space = self.width - display_width(lead)
        parts = [part for node in line.mathematics for part in (box(" " + sign), writer.box(node))]
        joined = beside(parts[1:])
        if joined.width <= space:
            yield _SetLine(lead, [joined], reasons, bars, indent + 2)
            return
        hanging = margin + " " * (longest + 1 if longest else 0) + sign
        for k, node in enumerate(line.mathematics):
            is_first = k == 0
            fitted = writer.fitted(node, space)
            yield _SetLine(lead if is_first else hanging, fitted, reasons if is_first else [], bars, indent + 2)

    def _start(self, start: object, writer: TwoDimensional, start_writer: TwoDimensional) -> list[Box]:
        """Set what a chain begins with: d/dx [ ... ], or a label."""
        assert isinstance(start, Node)
        room = self.width - START
        if isinstance(start, Derivative) and not self.is_flat:
            whole = start_writer.operator(start)
        else:
            whole = self._label(start, writer if isinstance(start, Equation) else start_writer)
        if whole.width <= room:
            return [whole]
        if isinstance(start, Derivative):
            operator = box(f"{start_writer.line.operator(start)} [")
            inside = writer.fitted(start.operand, room - 4)
            return [operator, *(beside((box("    "), part)) for part in inside), box("  ]")]
        return start_writer.fitted(start, room)

    def _bars(self, line: Line) -> int:
        """How many bars stand before a line; deeper than that the screen would be all bars."""
        return min(line.depth, max((self.width // 2 - EQUATION) // 4, 1))

    def _label(self, node: Node, writer: TwoDimensional) -> Box:
        return box(writer.line.label(node)) if leibniz(node) else writer.box(node)

    def _left_columns(self, lines: Sequence[Line], writer: OneLine) -> list[int]:
        """For each line the width of the left column that it shares with the lines of its depth around it."""
        columns = [0] * len(lines)
        groups: dict[int, list[int]] = {}
        for k in range(len(lines) + 1):
            depth = lines[k].depth if k < len(lines) else 0
            for deeper in [d for d in groups if d > depth]:
                group = groups.pop(deeper)
                room = self.width - EQUATION - 4 * self._bars(lines[group[0]])
                widths = [display_width(self._left(lines[i].left, writer)) for i in group]
                longest = max((width for width in widths if width <= room * 2 // 5), default=0)
                for i in group:
                    columns[i] = longest
            if depth:
                groups.setdefault(depth, []).append(k)
        return columns

    def _reasons(self, line: Line, writer: OneLine) -> list[Row]:
        """The reason and what is to be said with it, as rows for the column on the right."""
        rows: list[Row] = [(Run(self._reason(line.reason), "rule"),)] if line.reason else []
        indent = EQUATION + 4 * self._bars(line) + 4
        limit = max(self.width // 2 if self.width >= NARROW else self.width - indent, 16)
        for remark in line.remarks:
            rows.extend((Run(text, "hint"),) for text in self.wrapped_phrase(remark, limit, writer))
        return rows

    def _reason(self, name: str) -> str:
        words = self.book(name)
        return words if self.alphabet.is_ascii or "^" not in words else in_unicode(words)

    def _said(self, text: str) -> str:
        words = self.words(text)
        return in_unicode(words) if isinstance(text, Formula) and not self.alphabet.is_ascii else words

    def _column(self, lines: Sequence[_SetLine]) -> int:
        """Where the reasons begin: behind the widest line that leaves room for them."""
        with_reasons = [line for line in lines if line.reasons]
        fitting = [line for line in with_reasons if line.width + GAP + line.reason_width <= self.width]
        if not fitting or self.width < NARROW:
            return 0
        widest = max(line.reason_width for line in fitting)
        column = max((line.width for line in fitting if line.width + GAP + widest <= self.width), default=0)
        return column + GAP

    def _beside(
        self,
        lead: str,
        boxes: list[Box],
        reasons: Sequence[Row],
        column: int,
        *,
        indent: int,
        bars: str = "",
        is_right: bool = False,
    ) -> Iterator[Row]:
        """Set boxes below each other behind a lead, reasons beside the first baseline or below them all."""
        hanging = (bars or "") + " " * (display_width(lead) - display_width(bars))
        rows: list[str] = []
        base = boxes[0].baseline
        for k, one in enumerate(boxes):
            for j, text in enumerate(one.lines):
                rows.append((lead if k == 0 and j == base else hanging) + text)
        width = max(display_width(row.rstrip()) for row in rows)
        reason_width = max((_row_width(reason) for reason in reasons), default=0)
        if is_right:
            column = max(width + GAP, self.width - 1 - reason_width)
        elif width + GAP > column and width + GAP + reason_width <= self.width and self.width >= NARROW:
            column = width + GAP
        fits = bool(reasons) and width + GAP <= column and column + reason_width <= self.width
        room = self.width - (column if fits else display_width(bars) + indent)
        reasons = _with_first_remark(reasons, room)
        for k in range(max(len(rows), base + len(reasons) if fits else 0)):
            text = rows[k].rstrip() if k < len(rows) else bars.rstrip()
            if fits and base <= k < base + len(reasons):
                yield (*_with_bars(padded(text, column), bars), *reasons[k - base])
            else:
                yield _with_bars(text, bars)
        if not fits:
            under = bars + " " * (indent + 2 - display_width(bars))
            for reason in reasons:
                if display_width(under) + _row_width(reason) <= self.width:
                    yield (*_with_bars(under, bars), *reason)
                else:
                    for run in reason:
                        for text in wrapped(run.text.split(" "), max(self.width - display_width(under), 8)):
                            yield (*_with_bars(under, bars), Run(text.strip(), run.role))

    # -- tables ---------------------------------------------------------------------------------------------------

    def _table(self, table: Table) -> Iterator[Row]:
        heads = [self.phrase(head) for head in table.heads]
        columns = [self._cells([row[k] for row in (*table.rows, *table.totals)]) for k in range(len(heads))]
        cells = [list(row) for row in zip(*columns, strict=True)]
        rows, totals = cells[: len(table.rows)], cells[len(table.rows) :]
        every = [heads, *cells]
        widths = [max((display_width(row[k]) for row in every if k < len(row)), default=0) for k in range(len(heads))]
        if START + sum(widths) + GAP * (len(widths) - 1) > self.width:
            plain = [[self.phrase(cell) for cell in row] for row in (*table.rows, *table.totals)]
            yield from self._records(heads, plain[: len(rows)], plain[len(rows) :])
            return
        to_right = [all(_is_short_number(row[k]) for row in rows) for k in range(len(heads))]
        yield (Run(" " * START), Run(_table_row(heads, widths, to_right), "hint"))
        for row in rows:
            yield (Run(" " * START + _table_row(row, widths, to_right)),)
        if totals:
            before = START + sum(widths[:-1]) + GAP * (len(widths) - 1)
            yield (Run(" " * before + self.alphabet.fraction * widths[-1]),)
        for row in totals:
            yield (Run(" " * START + _table_row(row, widths, to_right)),)

    def _cells(self, phrases: Sequence[Phrase]) -> list[str]:
        """The cells of a column; the entries of vectors of one length stand below each other."""
        vectors = [phrase[-1] for phrase in phrases if phrase and isinstance(phrase[-1], Vector)]
        filled = [phrase for phrase in phrases if phrase]
        if len(vectors) < len(filled) or len({len(vector.entries) for vector in vectors}) != 1:
            return [self.phrase(phrase) for phrase in phrases]
        write = self.plain_writer.line.write
        texts = [in_equal_places(vector.entries, [write(entry) for entry in vector.entries]) for vector in vectors]
        widths = [max(map(display_width, column)) for column in zip(*texts, strict=True)]
        lead = max(display_width(self.phrase(phrase[:-1])) for phrase in filled)
        cells: list[str] = []
        for phrase in phrases:
            if not phrase:
                cells.append("")
                continue
            entries = [" " * (w - display_width(t)) + t for t, w in zip(texts.pop(0), widths, strict=True)]
            before = self.phrase(phrase[:-1])
            cells.append(" " * (lead - display_width(before)) + f"{before}({', '.join(entries)})")
        return cells

    def _records(self, heads: list[str], rows: list[list[str]], totals: list[list[str]]) -> Iterator[Row]:
        """A table that is too wide, one entry below the other; a row without a first cell goes on with the last one."""
        for k, row in enumerate([*rows, *totals]):
            goes_on = k > 0 and not row[0] and k < len(rows)
            if k and not goes_on:
                yield ()
            is_total = k >= len(rows)
            cells = [(head, cell) for head, cell in zip(heads, row, strict=False) if cell]
            for j, (head, cell) in enumerate(cells, start=1 if goes_on else 0):
                indent = START if j == 0 else EQUATION
                label = "" if j == 0 or is_total or not head else f"{head}: "
                room = self.width - indent - display_width(label)
                if room < display_width(cell) and label:
                    yield (Run(" " * indent), Run(label.rstrip(), "hint"))
                    label, indent = "", indent + 2
                    room = self.width - indent
                for i, text in enumerate(broken(cell, max(room, 8))):
                    yield (Run(" " * indent), Run(label if i == 0 else " " * display_width(label), "hint"), Run(text))


class _SetLine(NamedTuple):
    """A line with its mathematics set: what stands before it, its boxes, its reasons."""

    lead: str
    boxes: list[Box]
    reasons: list[Row]
    bars: str
    indent: int

    @property
    def width(self) -> int:
        return display_width(self.lead) + max(b.width for b in self.boxes)

    @property
    def reason_width(self) -> int:
        return max((_row_width(row) for row in self.reasons), default=0)


def _with_first_remark(reasons: Sequence[Row], room: int) -> Sequence[Row]:
    """The rows of a reason with the first remark behind the name of the rule, if there is room for it."""
    if len(reasons) < 2 or reasons[0][0].role != "rule":
        return reasons
    name, remark, *others = reasons
    if _row_width(name) + 2 + _row_width(remark) > room:
        return reasons
    return [(*name, Run("  "), *remark), *others]


def _hung(sign: Box, boxes: list[Box]) -> list[Box]:
    """The boxes behind a sign that goes on from the boxes above."""
    space = box(" " * sign.width)
    return [beside((sign if k == 0 else space, b)) for k, b in enumerate(boxes)]


def _belongs_to(previous: Part, part: Part) -> bool:
    """Whether no blank line stands between two parts."""
    if isinstance(previous, Heading):
        return True
    if isinstance(previous, Given) and isinstance(part, Given):
        return True
    if isinstance(previous, Sentence) and isinstance(part, Sentence):
        return previous.tone != "plain" or part.tone == "plain"
    return False


def _with_bars(text: str, bars: str) -> Row:
    if not bars or not text.startswith(bars.rstrip()):
        return (Run(text),)
    length = len(bars.rstrip())
    return (Run(text[:length], "bar"), Run(text[length:]))


def _row_width(row: Row) -> int:
    return sum(display_width(run.text) for run in row)


def _table_row(cells: Sequence[str], widths: Sequence[int], to_right: Sequence[bool]) -> str:
    parts: list[str] = []
    for k, width in enumerate(widths):
        cell = cells[k] if k < len(cells) else ""
        parts.append(" " * (width - display_width(cell)) + cell if to_right[k] else padded(cell, width))
    return (" " * GAP).join(parts).rstrip()


def _is_short_number(text: str) -> bool:
    return len(text) <= 12 and text.lstrip("−-").replace("/", "").replace(".", "").isdigit()


def _tied(text: str) -> str:
    """The text with the name before a sign of equality tied to what will follow it."""
    return text[:-3] + f"{TIE}={TIE}" if text.endswith(" = ") else text


def _in_signs(text: str) -> str:
    from mathcli.render.notation.alphabet import SUBSCRIPTS

    text = text.replace(" - ", " − ")
    if "'" in text:
        text = re.sub(r"((?<![a-zA-Z])[a-zA-HJ-Z]|[)\]])('+)(?![a-zA-Z]{2})", lambda m: m[1] + "′" * len(m[2]), text)
    if "_" not in text:
        return text
    return re.sub(r"(?<=[a-zA-Z])_([a-z0-9])(?![a-zA-Z0-9_])", lambda m: SUBSCRIPTS.get(m[1], m[0]), text)


def in_unicode(formula: str) -> str:
    """Return a formula that was given as ASCII text with the signs of a book.

    >>> in_unicode("(u/v)' = (u' v - u v')/v^2")
    '(u/v)′ = (u′v − uv′)/v²'
    >>> in_unicode("(tan(u))' = sec(u)^2*u', abs(u)*sqrt(u^2 - 1)")
    '(tan u)′ = sec² u · u′, |u| · √(u² − 1)'
    >>> in_unicode("d(U^-1) = -U^-1 dU U^-1, d||u||^2 = 2 u^T du")
    'd(U⁻¹) = −U⁻¹ dU U⁻¹, d‖u‖² = 2uᵀ du'
    """
    from mathcli.render.notation.alphabet import SUPERSCRIPTS

    text = formula.replace(" - ", " − ").replace("(-", "(−").replace("''", "″").replace("'", "′").replace("*", " · ")
    text = re.sub(r"\blog\((?=[^,()]*\))", "ln(", text)
    text = re.sub(
        r"\b(sum|prod)_\(i=1\)\^(\w)", lambda m: {"sum": "Σ", "prod": "Π"}[m[1]] + "ᵢ₌₁" + SUPERSCRIPTS[m[2]], text
    )
    text = re.sub(r"\bgrad ", "∇", re.sub(r"\beta\b", "η", re.sub(r"\b(\w)\.(?=\w)", r"\1·", text)))
    text = re.sub(r"\bpi\b", "π", re.sub(r"\babs\((\w)\)", r"|\1|", text))
    text = re.sub(r"\bsqrt\((\w)\)", r"√\1", text).replace("2 · √", "2√")
    text = re.sub(r"\bsqrt\(", "√(", text)
    text = re.sub(r"\b([a-z]{2,})\((\w)\)\^(\w)", lambda m: f"{m[1]}{SUPERSCRIPTS[m[3]]} {m[2]}", text)
    text = re.sub(r"\b([a-z]{2,})\((\w)\)", r"\1 \2", text)
    text = re.sub(r"\b([a-z]{2,} \w) (?=\w′)", r"\1 · ", text)
    text = re.sub(r"\^\(([^()]*)\)", lambda m: _raised(m[1].replace("-", "−"), m[0]), text)
    text = re.sub(r"\^T\b", "ᵀ", text.replace("^-1", "⁻¹"))
    text = re.sub(r"\^(\w)", lambda m: SUPERSCRIPTS.get(m[1], m[0]), text)
    text = re.sub(r"(?<![\w.^])(\d) (?=[a-z](?![a-z]))", r"\1", text)
    text = re.sub(r"(?<![\w^])([a-z])(′?) (?!\1)(?=[a-z]′?(?![\w⁰-₟ᴬ-ᶿ(]))", r"\1\2", text)
    return _in_signs(text.replace("= -", "= −").replace("||", "‖"))


def _raised(inside: str, whole: str) -> str:
    from mathcli.render.notation.alphabet import SUPERSCRIPTS

    bare = inside.replace(" ", "")
    if re.search(r"[a-z]{2,}", inside):
        return whole
    return "".join(SUPERSCRIPTS[c] for c in bare) if all(c in SUPERSCRIPTS for c in bare) else whole
