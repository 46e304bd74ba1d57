"""What a user typed never reaches a terminal raw. Light, since every error passes through here."""

from __future__ import annotations

from unicodedata import category

_HARMFUL = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))


def escaped(text: str) -> str:
    r"""Return the text with control, escape and bidi characters shown instead of sent: \x1b, \u202e.

    >>> print(escaped("a\x1b[31m\u202eb"))
    a\x1b[31m\u202eb
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(shown, text))


def shown(character: str) -> str:
    """Return one character as it may go to a screen."""
    return character if category(character) not in _HARMFUL else _code(character)


def ascii_only(text: str) -> str:
    """Return the text in ASCII: the signs that we use as their usual replacement, all else as an escape.

    >>> ascii_only("✓ f′(x) ≥ −1")
    "ok f'(x) >= -1"
    """
    if text.isascii():
        return text
    return "".join(c if c.isascii() else _IN_ASCII.get(c) or _greek(c) or _code(c) for c in text)


def _code(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python holds a byte that is not UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _greek(character: str) -> str | None:
    from mathcli.syntax.vocabulary import GREEK

    return GREEK.get(character)


_IN_ASCII = {
    "−": "-", "·": "*", "′": "'", "″": "''", "‴": "'''", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "π": "pi",
    "∞": "inf", "√": "sqrt ", "→": "->", "✓": "ok", "✗": "x", "↳": "->",
    "…": "...", "│": "|", "─": "-", "⟂": "perpendicular to",
    "∂": "d", "Σ": "sum", "²": "^2", "³": "^3", "‖": "||", "∇": "grad ", "×": "*", "°": " degrees", "“": '"', "”": '"',
    "’": "'", "‘": "'", "–": "-", "—": "-", "ₓ": "_x", "ᵧ": "_y", "ᵤ": "_u", "ᵥ": "_v", "⟺": "<=>", "⇒": "=>",
    "∈": "in", "ⁿ": "^n", "½": "1/2", "₀": "_0", "₁": "_1", "₂": "_2", "ᵢ": "_i", "ᵘ": "^u", "ᵛ": "^v", "ˣ": "^x",
    "⁰": "^0", "¹": "^1", "⁻": "^-", "ℝ": "R", "±": "+-", "∘": "o",
}  # fmt: skip
