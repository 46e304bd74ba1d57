"""Text on a screen: how wide it is, and how it is made harmless. Light, since every error passes through here."""

from __future__ import annotations

from unicodedata import category, combining, east_asian_width

_HARMFUL = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))


def display_width(text: str) -> int:
    """Return how many columns of a terminal the text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if combining(character) or category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1


def harmless(text: str) -> str:
    r"""Return the text with control, escape and bidi characters shown instead of sent: \x1b, \u202e.

    >>> print(harmless("a\x1b[31m\u202eb"))
    a\x1b[31m\u202eb
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(shown, text))


def shown(character: str) -> str:
    """Return one character as it may go to a screen."""
    if category(character) not in _HARMFUL:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def ascii_only(text: str) -> str:
    r"""Return the text in ASCII: the signs that we use as their usual replacement, all else as an escape.

    >>> ascii_only("✓ f′(x) ≥ −1")
    "ok f'(x) >= -1"
    """
    if text.isascii():
        return text
    return "".join(c if c.isascii() else _IN_ASCII.get(c) or _escaped(c) for c in text)


_IN_ASCII = {
    "−": "-", "·": "*", "′": "'", "″": "''", "‴": "'''", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "π": "pi",
    "∞": "inf", "√": "sqrt ", "→": "->", "✓": "ok", "✗": "x", "…": "...", "│": "|", "─": "-", "⟂": "perpendicular to",
    "∂": "d", "Σ": "sum", "λ": "lambda", "²": "^2", "³": "^3", "‖": "||", "∇": "grad ", "×": "*", "é": "e",
    "“": '"', "”": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "ₓ": "_x", "ᵧ": "_y", "ᵤ": "_u", "ᵥ": "_v",
}  # fmt: skip


def _escaped(character: str) -> str:
    from mathcli.render.notation.alphabet import GREEK

    for name, letter in GREEK.items():
        if letter == character:
            return name
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
