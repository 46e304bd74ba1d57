"""Every function, constant, Greek letter and alias, once. What a word means in a sentence is the parser's business."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Function(NamedTuple):
    """A function as a word: its canonical name, other spellings, LaTeX, textbook display, number of arguments."""

    name: str
    aliases: tuple[str, ...] = ()
    latex: str = ""
    display: str = ""
    least: int = 1
    most: int = 1


ANY_NUMBER = 1000


def _inverse(name: str, *more: str) -> Function:
    """The inverse of a trigonometric function: asin, shown as arcsin."""
    arc = "arc" + name
    latex = f"\\{arc}" if name in ("sin", "cos", "tan") else rf"\operatorname{{{arc}}}"
    return Function("a" + name, (arc, *more), latex, arc)


def _area(name: str) -> Function:
    """The inverse of a hyperbolic function: asinh, shown as arsinh."""
    return Function("a" + name, ("ar" + name, "arc" + name, "arg" + name), rf"\operatorname{{ar{name}}}", "ar" + name)


_TABLE: tuple[Function, ...] = (
    Function("sin", (), r"\sin"),
    Function("cos", (), r"\cos"),
    Function("tan", ("tg",), r"\tan"),
    Function("cot", ("ctg", "cotg", "ctan", "cotan"), r"\cot"),
    Function("sec", (), r"\sec"),
    Function("csc", ("cosec",), r"\csc"),
    _inverse("sin"),
    _inverse("cos"),
    _inverse("tan", "arctg"),
    _inverse("cot", "arcctg", "arccotan"),
    _inverse("sec"),
    _inverse("csc", "arccosec", "acosec"),
    Function("sinh", (), r"\sinh"),
    Function("cosh", (), r"\cosh"),
    Function("tanh", (), r"\tanh"),
    Function("coth", (), r"\coth"),
    Function("sech", (), r"\operatorname{sech}"),
    Function("csch", ("cosech",), r"\operatorname{csch}"),
    *(_area(name) for name in ("sinh", "cosh", "tanh", "coth", "sech", "csch")),
    Function("exp", (), r"\exp"),
    Function("log", (), r"\log", "log", 1, 2),
    Function("ln", (), r"\ln"),
    Function("lg", ("log10",), r"\lg"),
    Function("log2"),
    Function("sqrt"),
    Function("cbrt", ("curt",)),
    Function("root", ("nthroot", "surd"), "", "root", 2, 2),
    Function("abs", (), r"\operatorname{abs}"),
    Function("sign", ("sgn", "signum"), r"\operatorname{sgn}", "sgn"),
    Function("floor"),
    Function("ceil", ("ceiling",)),
    Function("min", (), r"\min", "min", 1, ANY_NUMBER),
    Function("max", (), r"\max", "max", 1, ANY_NUMBER),
    Function("erf", (), r"\operatorname{erf}"),
    Function("lambertw", ("LambertW",), "W", "W"),
    Function("lambertwm", (), "W_{-1}", "W₋₁"),
    Function("gamma", ("Gamma",), r"\Gamma", "Γ"),
    Function("factorial"),
    Function("factorial2"),
    Function("binomial", ("binom",), r"\binom", "binomial", 2, 2),
    Function("atan2", ("arctan2",), r"\operatorname{atan2}", "atan2", 2, 2),
    Function("kronecker", ("KroneckerDelta",), r"\delta", "δ", 2, 2),
    Function("pow", ("power",), "", "pow", 2, 2),
    Function("norm", (), r"\operatorname{norm}"),
    Function("transpose"),
    Function("grad", (), r"\nabla", "∇"),
    Function("diff", ("derivative",), "", "diff", 1, ANY_NUMBER),
    Function("sum", (), r"\sum", "Σ", 4, 4),
    Function("prod", ("product",), r"\prod", "Π", 4, 4),
    Function("integral", ("int", "integrate"), r"\int", "∫", 2, 4),
    Function("limit", ("lim",), r"\lim", "lim", 3, 4),
)

_OF_MATRICES: tuple[Function, ...] = (
    Function("tr", ("Tr", "trace", "Trace"), r"\operatorname{tr}"),
    Function("det", ("Det",), r"\det"),
    Function("inv", ("inverse",)),
    Function("diag", ("Diag",), r"\operatorname{diag}"),
    Function("frobenius"),
    Function("hadamard", (), "", "hadamard", 2, 2),
    Function("dot", ("inner",), "", "dot", 2, 2),
    Function("logdet"),
    Function("sigmoid", ("logistic",), r"\sigma", "sigmoid"),
    Function("softplus", (), r"\operatorname{softplus}"),
    Function("softmax", (), r"\operatorname{softmax}"),
)
"""What is a function only where shapes say that there are matrices: tr(x+1) is t*r*(x+1) elsewhere."""

FUNCTIONS: dict[str, Function] = {
    function.name: function if function.display else function._replace(display=function.name)
    for function in (*_TABLE, *_OF_MATRICES)
}
"""By canonical name."""

ALIASES: dict[str, str] = {word: function.name for function in _TABLE for word in (function.name, *function.aliases)}
"""Every spelling of a function, to its canonical name."""

MATRIX_WORDS: dict[str, str] = {
    word: function.name for function in _OF_MATRICES for word in (function.name, *function.aliases)
}
"""Every spelling of a function of matrices, to its canonical name."""

ONES = "ones"
"""The name of the vector of ones, written 𝟏."""

INVERSES: dict[str, str] = {
    name: "a" + name
    for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch")
}

SUMMING = frozenset(("sum", "prod", "integral", "limit"))
"""Functions that may be written with bounds: sum_{i=1}^n, lim_{x->0}."""

ONLY_AT_A_START = frozenset(("tg", "int", "lim", "sum", "min", "max", "diff", "abs", "pow", "root", "norm", "grad"))
"""Words that are looked for at the start of a run of letters only: mtg is m t g."""

NEEDS_BRACKETS = frozenset(("gamma", "Gamma", "grad", "norm", "lambertw", "LambertW", "lambertwm"))

CONSTANTS: dict[str, str] = {
    "e": "e",
    "pi": "pi",
    "i": "i",
    "inf": "inf",
    "infinity": "inf",
    "Infinity": "inf",
    "infty": "inf",
}

GREEK: dict[str, str] = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi",
    "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma",
    "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ϱ": "rho",
    "µ": "mu", "∆": "Delta", "\u2126": "Omega", "Α": "Alpha", "Β": "Beta", "Ε": "Epsilon", "Ζ": "Zeta", "Η": "Eta",
    "Ι": "Iota", "Κ": "Kappa", "Μ": "Mu", "Ν": "Nu", "Ο": "Omicron", "Ρ": "Rho", "Τ": "Tau", "Χ": "Chi",
}  # fmt: skip
"""Every Greek letter that may be typed, and its look-alikes, to its name."""

LETTER_OF: dict[str, str] = {name: letter for letter, name in reversed(GREEK.items())}
"""The Greek letter to show for a name: the first in the table above."""

GREEK_NAMES = frozenset(GREEK.values()) - {"pi"}

VARIANTS: dict[str, str] = {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma",
    "varkappa": "kappa", "lamda": "lambda", "hbar": "hbar", "ell": "l",
}  # fmt: skip

DECORATIONS: dict[str, str] = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "vec": "vec", "overrightarrow": "vec",
    "tilde": "tilde", "widetilde": "tilde", "dot": "dot", "ddot": "ddot",
}  # fmt: skip
"""LaTeX's marks above a letter, to the ending of the name: \\hat{y} is yhat."""

CAMEL_CASE: dict[str, str] = {
    head + tail.title(): name
    for word, name in ALIASES.items()
    for prefix in ("arc", "ar", "arg")
    if word.startswith(prefix) and (tail := word[len(prefix) :])
    for head in (prefix, prefix.title())
}
"""ArcTan, arcTan: the inverse functions in the spelling of computer algebra."""

ENDINGS = ("hat", "bar", "vec", "tilde", "ddot", "dot")
COMBINING: dict[str, str] = {
    "\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u20d7": "vec", "\u0303": "tilde", "\u0307": "dot",
    "\u0308": "ddot",
}  # fmt: skip

SUBSCRIPT_WORDS = frozenset(
    [
        "max",
        "min",
        "new",
        "old",
        "avg",
        "tot",
        "in",
        "out",
        "eff",
        "ref",
        "ext",
        "int",
        "rms",
        "opt",
        "mean",
        "init",
        "final",
        "start",
        "end",
        "left",
        "right",
        "obs",
        "pred",
        "train",
        "test",
    ]
)
"""Subscripts of several letters that nobody takes for a product: v_max."""

KEYWORDS = frozenset(("if", "otherwise", "else", "for", "and", "or", "not", "when", "mod", "xor", "the", "let", "def"))
"""Words that are never a product of letters; those of a piecewise function mean something."""

MISTAKEN: dict[str, str] = {
    "arc": "arcsin",
    "sine": "sin", "sinus": "sin", "cosine": "cos", "cosinus": "cos", "tangent": "tan", "cotangent": "cot",
    "secant": "sec", "cosecant": "csc", "logarithm": "log", "exponential": "exp", "absolute": "abs",
    "maximum": "max", "minimum": "min", "squareroot": "sqrt", "sqroot": "sqrt", "arcsine": "arcsin",
    "arccosine": "arccos", "arctangent": "arctan", "loge": "ln", "summation": "sum", "epsilion": "epsilon",
    "sen": "sin", "arcsen": "arcsin", "senh": "sinh",
}  # fmt: skip
"""Words that hold a known function by accident: what was meant."""


def nearest(word: str, among: Iterable[str] = ()) -> str:
    """Return the known word that is most like this one, or "" where none is near."""
    from difflib import get_close_matches

    if word.lower() in MISTAKEN:
        return MISTAKEN[word.lower()]
    known = [*ALIASES, *GREEK_NAMES, "pi", "infinity", *among]
    found = get_close_matches(word.lower(), known, n=1, cutoff=0.66)
    if found:
        return found[0]
    swapped = sorted(word.lower()[:3])
    anagram = next((name for name in known if len(name) == 3 and sorted(name) == swapped), "")
    return f"{anagram} {word[3:]}".rstrip() if anagram and len(word) <= 5 else ""
