"""The signs that mathematics is written with: one alphabet in Unicode, one in ASCII. Nothing here knows a tree."""

from __future__ import annotations

from collections.abc import Mapping

SUPERSCRIPTS = dict(
    zip(
        "0123456789+−abcdefghijklmnoprstuvwxyz",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
        strict=True,
    )
)
SUBSCRIPTS = dict(zip("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))

GREEK = {
    **dict(
        zip(
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi"
            " omega".split(),
            "αβγδεζηθικλμνξπρστυφχψω",
            strict=True,
        )
    ),
    **dict(
        zip("Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(), "ΓΔΘΛΞΠΣΥΦΨΩ", strict=True)
    ),
}
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "vec": "\u20d7", "tilde": "\u0303", "dot": "\u0307"}

FUNCTION_WORDS = {
    "log": "ln", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "acot": "arccot", "asec": "arcsec",
    "acsc": "arccsc", "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh", "acoth": "arcoth", "asech": "arsech",
    "acsch": "arcsch",
}  # fmt: skip
TRIGONOMETRIC = frozenset("sin cos tan cot sec csc sinh cosh tanh coth sech csch".split())
WITHOUT_BRACKETS = TRIGONOMETRIC | frozenset(FUNCTION_WORDS)


class Alphabet:
    """The Unicode signs; ASCII ones override them."""

    is_ascii = False
    minus, dot, dots, arrow, partial = "−", "·", "…", "→", "∂"
    sum, product, integral, root, cube_root = "Σ", "Π", "∫", "√", "∛"
    norm, transpose, fraction, bar = "‖", "ᵀ", "─", "│"
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
        stem = GREEK.get(stem) or _accented(stem)
        if not below:
            return stem
        lowered = self.subscript(below)
        if lowered is not None and len(lowered) <= 4:
            return stem + lowered
        return f"{stem}_{below}" if len(below) == 1 else f"{stem}_{{{below}}}"


class AsciiAlphabet(Alphabet):
    """What can be typed on any keyboard and printed on any screen."""

    is_ascii = True
    minus, dot, dots, arrow, partial = "-", "*", "...", "->", "d"
    sum, product, integral, root, cube_root = "sum", "prod", "int", "sqrt", "cbrt"
    norm, transpose, fraction, bar = "||", "^T", "-", "|"
    constants = {"e": "e", "pi": "pi", "i": "i", "inf": "inf"}
    relations = {sign: sign for sign in ("<", "<=", ">", ">=", "!=", "=")}
    tall = {
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
        return f"{stem}_{{{below}}}" if len(below) > 1 and not below.isalnum() else name


def _mapped(text: str, forms: dict[str, str]) -> str | None:
    mapped = [forms.get(character) for character in text]
    return None if None in mapped else "".join(m for m in mapped if m is not None)


def _accented(stem: str) -> str:
    for accent, sign in ACCENTS.items():
        letter = stem.removesuffix(accent)
        if letter != stem and (len(letter) == 1 or letter in GREEK):
            return _composed(GREEK.get(letter, letter), sign)
    return stem


def _composed(letter: str, sign: str) -> str:
    from unicodedata import normalize

    return normalize("NFC", letter + sign)


UNICODE = Alphabet()
ASCII = AsciiAlphabet()
