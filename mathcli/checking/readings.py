"""The other readings of what people read in different ways: a student is not wrong for having meant 1/(2x) by 1/2x."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from math import gcd

from mathcli.syntax.parser import Reading

_MEANT = re.compile(
    r"^(?P<typed>.*?) is read as .*?; (?:for the other reading write|for) (?P<meant>.+?)(?: write brackets)?$"
)
_FUNCTIONS = "sinh|cosh|tanh|arcsin|arccos|arctan|sin|cos|tan|cot|sec|csc|ln|log|exp|sqrt"
_WORD = r"[^\s()\[\]{}'′’+=,*/·-]*"
_ARGUMENT = re.compile(
    rf"(?<![A-Za-z])(?P<f>\\?(?:{_FUNCTIONS})(?:\^\d|[²³])?) (?P<u>{_WORD}[A-Za-zα-ω]{_WORD}) (?=[^\s+*/=·,)-])"
)
_SUBSCRIPT = re.compile(r"(?<![A-Za-z_])([A-Za-z])(\d)(?!\d)")


def other_readings(text: str, reading: Reading) -> Iterator[str]:
    """Yield the text as it would be written for each other reading of it, likely ones first."""

    def divided(before: str) -> str:
        for typed, meant in _meant(reading.notes):
            before = _replaced(before, typed, meant)
        return before

    found = {text}
    changes = (spaced, _with_whole_exponents, divided, _with_powers)
    for count in range(1, len(changes) + 1):
        for chosen in combinations(changes, count):
            other = text
            for change in chosen:
                other = change(other)
            if other not in found:
                found.add(other)
                yield other


def _meant(notes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What was typed, and what others mean by it, of each note on a reading."""
    for note in notes:
        found = _MEANT.match(note)
        if found is not None:
            yield found.group("typed").strip(), found.group("meant").strip()


def _with_whole_exponents(text: str) -> str:
    """e^2x as e^(2x), x^1/2 as x^(1/2)."""
    text = re.sub(r"\^(-?\d+\s?[A-Za-z])(?![A-Za-z_^])", r"^(\1)", text)
    return re.sub(r"\^(-?\d+)/(\d+)", _as_fraction, text)


def _as_fraction(found: re.Match[str]) -> str:
    """x^1/2 as x^(1/2), but nobody writes x^(3/3) for x: an antiderivative x^3/3 stays one."""
    above, below = int(found.group(1)), int(found.group(2))
    return f"^({found.group(1)}/{found.group(2)})" if gcd(above, below) == 1 < below else found.group()


def _with_powers(text: str) -> str:
    """3x2 as 3x^2: superscripts are lost in pasted text."""
    return _SUBSCRIPT.sub(r"\1^\2", text)


def spaced(text: str) -> str:
    """Return the text with each argument that ends at a space in brackets, as long as before: cos(x)e^(2x).

    >>> spaced("cos x e^(2x) 2")
    'cos(x)e^(2x) 2'
    """
    return _ARGUMENT.sub(lambda found: f"{found.group('f')}({found.group('u')})", text)


def _replaced(text: str, typed: str, meant: str) -> str:
    """The text with what was meant for what was typed, spaces aside."""
    pattern = r"\s*".join(map(re.escape, re.sub(r"\s+", "", typed)))
    return re.sub(pattern, lambda _: meant, text)
