"""The signs that mathematics is written with: one alphabet in Unicode, one in ASCII. Nothing here knows a tree."""

from __future__ import annotations

from collections.abc import Mapping

from mathcli.syntax.vocabulary import COMBINING, ENDINGS, FUNCTIONS, INVERSES, LETTER_OF, ONES

SUPERSCRIPTS = dict(
    zip(
        "0123456789+−abcdefghijklmnoprstuvwxyz",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
        strict=True,
    )
)
SUBSCRIPTS = dict(zip("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))

TRIGONOMETRIC = frozenset(INVERSES)
WITHOUT_BRACKETS = TRIGONOMETRIC | frozenset(INVERSES.values()) | {"log"}
"""Functions that stand before a simple argument without brackets: sin x, ln 2."""

_COMBINING_OF = {ending: sign for sign, ending in reversed(COMBINING.items())}

CALLABLE = frozenset("fghFGHJL")
"""Letters that a bracket behind them would turn into functions."""


class Alphabet:
    """The Unicode signs; ASCII ones override them."""

    is_ascii = False
    minus, dot, dots, arrow, partial = "−", "·", "…", "→", "∂"
    sum, product, integral, root, cube_root = "Σ", "Π", "∫", "√", "∛"
    norm, transpose, fraction, bar = "‖", "ᵀ", "─", "│"
    entrywise = "∘"
    constants: Mapping[str, str] = {"e": "e", "pi": "π", "i": "i", "inf": "∞"}
    relations: Mapping[str, str] = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "!=": "≠", "=": "="}
    tall: Mapping[str, tuple[str, str, str]] = {
        "(": ("⎛", "⎜", "⎝"), ")": ("⎞", "⎟", "⎠"), "[": ("⎡", "⎢", "⎣"), "]": ("⎤", "⎥", "⎦"), "|": ("│", "│", "│"),
        "‖": ("║", "║", "║"),
    }  # fmt: skip
    """Top, middle and foot of a bracket of several lines."""

    def superscript(self, text: str) -> str | None:
        """Return the text raised, None where a character of it has no raised form."""
        return _mapped(text, SUPERSCRIPTS)

    def subscript(self, text: str) -> str | None:
        """Return the text lowered, None where a character of it has no lowered form."""
        return _mapped(text, SUBSCRIPTS)

    def primes(self, count: int) -> str:
        return ("", "′", "″", "‴")[count] if count <= 3 else "′" * count

    def name(self, name: str) -> str:
        """Return a name as it is written: x_1 is x₁, lambda is λ, yhat is ŷ."""
        stem, _, below = name.partition("_")
        stem = LETTER_OF.get(stem) or ("𝟏" if stem == ONES else _accented(stem))
        if not below:
            return stem
        lowered = self.subscript(below)
        if lowered is not None and len(lowered) <= 4:
            return stem + lowered
        return f"{stem}_{below}" if len(below) == 1 or below.isalpha() else f"{stem}_{{{below.replace('_', ',')}}}"


class AsciiAlphabet(Alphabet):
    """What can be typed on any keyboard and printed on any screen."""

    is_ascii = True
    minus, dot, dots, arrow, partial = "-", "*", "...", "->", "d"
    sum, product, integral, root, cube_root = "sum", "prod", "int", "sqrt", "cbrt"
    norm, transpose, fraction, bar = "||", "^T", "-", "|"
    entrywise = "o"
    constants: Mapping[str, str] = {"e": "e", "pi": "pi", "i": "i", "inf": "inf"}
    relations: Mapping[str, str] = {sign: sign for sign in ("<", "<=", ">", ">=", "!=", "=")}
    tall: Mapping[str, tuple[str, str, str]] = {
        "(": ("/", "|", "\\"), ")": ("\\", "|", "/"), "[": ("[", "[", "["), "]": ("]", "]", "]"),
        "|": ("|", "|", "|"), "||": ("||", "||", "||"),
    }  # fmt: skip

    def superscript(self, text: str) -> str | None:
        return None

    def subscript(self, text: str) -> str | None:
        return None

    def primes(self, count: int) -> str:
        return "'" * count

    def name(self, name: str) -> str:
        stem, _, below = name.partition("_")
        is_one_word = below.isalnum() and (below.isdigit() or not below[0].isdigit())
        return name if len(below) < 2 or is_one_word else f"{stem}_{{{below.replace('_', ',')}}}"


def _mapped(text: str, forms: dict[str, str]) -> str | None:
    mapped = [forms.get(character) for character in text]
    return None if None in mapped else "".join(m for m in mapped if m is not None)


def function_word(function: str) -> str:
    """Return how a function is called in a book: ln, arcsin, arsinh."""
    if function == "log":
        return "ln"
    known = FUNCTIONS.get(function)
    is_shown = known is not None and (known.display.isascii() or function == "lambertwm")
    return known.display if known is not None and is_shown else function


def without_ending(stem: str) -> tuple[str, str]:
    """Return the letter of a name and the mark above it: yhat is y and hat; without a mark ("yy", "")."""
    for ending in ENDINGS:
        letter = stem.removesuffix(ending)
        if letter != stem and (len(letter) == 1 or letter in LETTER_OF):
            return letter, ending
    return stem, ""


def _accented(stem: str) -> str:
    letter, ending = without_ending(stem)
    if not ending:
        return stem
    from unicodedata import normalize

    return normalize("NFC", LETTER_OF.get(letter, letter) + _COMBINING_OF[ending])


UNICODE = Alphabet()
ASCII = AsciiAlphabet()
