"""What single characters and LaTeX commands stand for. Words are in `vocabulary`."""

from __future__ import annotations

from mathcli.syntax.vocabulary import DECORATIONS, GREEK_NAMES, VARIANTS

BLANK = frozenset("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000▒")

SIGNS: dict[str, str] = {
    "**": "^", "==": "=", ":=": "=", "·": "*", "×": "*", "∗": "*", "⋅": "*", "∙": "*", "•": "*", "⨯": "*", "✕": "*",
    "÷": "/", "∕": "/", "⁄": "/", "−": "-", "–": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-", "＋": "+",
    "≤": "<=", "⩽": "<=", "≦": "<=", "≥": ">=", "⩾": ">=", "≧": ">=", "≠": "!=", "→": "->", "⟶": "->",
    "…": "...", "⋯": "...", "⟨": "<(", "⟩": ")>", "〈": "<(", "〉": ")>", "‖": "‖", "∥": "‖", "∣": "|", "′": "'",
    "’": "'", "ʹ": "'", "⌊": "⌊", "⌋": "⌋", "⌈": "⌈", "⌉": "⌉", "∂": "∂",
    "〖": "(", "〗": ")",
}  # fmt: skip
SEVERAL: dict[str, tuple[str, ...]] = {"″": ("'", "'"), "‴": ("'", "'", "'")}
CONSTANT_SIGNS = {"π": "pi", "∞": "inf", "ℯ": "e", "ⅇ": "e", "ⅈ": "i", "𝜋": "pi", "𝝅": "pi"}
RADICALS = {"√": "2", "∛": "3", "∜": "4"}
FRACTIONS: dict[str, str] = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5",
    "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅐": "1/7", "⅑": "1/9", "⅒": "1/10",
}  # fmt: skip
RAISED = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵝᵞᶿᐟ⸍",
        "0123456789+-=()niabcdefghjklmoprstuvwxyzTβγθ//",
        strict=True,
    )
)
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", "0123456789+-=()aehijklmnoprstuvxβγρφχ", strict=True))

COMMAND_SIGNS: dict[str, str] = {
    "cdot": "*", "times": "*", "ast": "*", "star": "*", "bullet": "*", "cdotp": "*", "div": "/", "le": "<=",
    "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=", "lt": "<",
    "gt": ">", "to": "->", "rightarrow": "->", "longrightarrow": "->", "ldots": "...", "dots": "...", "cdots": "...",
    "dotsc": "...", "dotsb": "...", "prime": "'", "lvert": "|(", "rvert": ")|", "lVert": "‖(", "rVert": ")‖",
    "Vert": "‖", "|": "‖", "vert": "|", "mid": "|", "langle": "<(", "rangle": ")>", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")", "lbrace": "{",
    "rbrace": "}", "{": "{", "}": "}", "partial": "∂", "colon": ":", "surd": "√",
}  # fmt: skip
SILENT = frozenset(
    (
        *", ; : ! > / quad qquad thinspace enspace displaystyle textstyle scriptstyle limits nolimits".split(),  # noqa: SIM905
        *"nonumber notag hfill strut mathstrut middle big Big bigg Bigg bigl bigr Bigl Bigr".split(),  # noqa: SIM905
        *"biggl biggr Biggl Biggr ( ) [ ]".split(),  # noqa: SIM905
        *" \t\n",
    )
)
WRAPPERS = frozenset(
    (
        *"mathrm mathit mathbf mathcal mathbb mathsf mathfrak mathscr boldsymbol bm rm bf".split(),  # noqa: SIM905
        *"operatorname operatorname* text textrm textit textbf mbox".split(),  # noqa: SIM905
    )
)
FRACTION_COMMANDS = frozenset(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"))
BINOMIALS = frozenset(("binom", "dbinom", "tbinom"))
BRACES = frozenset(("underbrace", "overbrace", "underline", "boxed"))
AFTER_LEFT = {"|": ("|(", ")|"), "\\|": ("‖(", ")‖"), "‖": ("‖(", ")‖"), "\\vert": ("|(", ")|"), "<": ("<(", ")>"),
               ">": ("<(", ")>"), "\\Vert": ("‖(", ")‖")}  # fmt: skip
LETTERS_OF_COMMANDS = GREEK_NAMES | VARIANTS.keys()
COMMANDS = (
    COMMAND_SIGNS.keys() | WRAPPERS | FRACTION_COMMANDS | BINOMIALS | BRACES | LETTERS_OF_COMMANDS
    | DECORATIONS.keys() | {"left", "right", "sqrt", "begin", "end", "infty", "pi", "nabla"}
)  # fmt: skip


def in_plain_letters(text: str) -> str:
    """Return the text with letters and digits in italics, bold or full width as plain ones, each in its place."""
    if max(text) < "\u2100":
        return text
    from unicodedata import decomposition, normalize

    styled = {c for c in text if c >= "\u2100" and decomposition(c).startswith(("<font>", "<wide>"))}
    plain = {ord(c): normalize("NFKC", c) for c in styled if normalize("NFKC", c).isalnum()}
    return text.translate(plain)
