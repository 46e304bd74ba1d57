"""What people bring along from other tools and from prose: what means nothing here, and what to write instead."""

from __future__ import annotations

MODULES = frozenset(("math", "Math", "cmath", "np", "numpy", "sp", "sympy", "torch", "jnp", "mpmath"))
"""What stands before the point in np.exp(x); it is passed over."""


ABSENT: dict[str, str] = {
    "sinc": "write sin(x)/x",
    "erfc": "write 1 - erf(x)",
    "cis": "write cos(x) + i*sin(x)",
    "arg": "",
    "conj": "symbols are real here: leave it out",
    "gcd": "",
    "lcm": "",
    "sup": "",
    "relu": "write max(0, x)",
    "ReLU": "write max(0, x)",
    "sigmoid": "write σ(x) or 1/(1+e^(-x))",
    "softplus": "write ln(1+e^x)",
    "softmax": "write it out with exp",
    "argmin": "",
    "argmax": "",
    "hypot": "write sqrt(x^2+y^2)",
    "nCr": "write binom(n, k)",
    "round": "write floor(x+1/2)",
    "trunc": "write sign(x)*floor(abs(x))",
    "frac": "write x - floor(x)",
    "log1p": "write ln(1+x)",
    "expm1": "write e^x - 1",
    "versin": "write 1 - cos(x)",
}
"""Functions that other tools know: how to write them here."""

TWO_LETTERS: dict[str, str] = {
    "sh": "for sinh write sinh",
    "ch": "for cosh write cosh",
    "th": "for tanh write tanh",
    "lb": "for the logarithm to base 2 write log2",
    "ld": "for the logarithm to base 2 write log2",
    "tn": "for tan write tan",
    "Re": "real parts are not read",
    "Im": "imaginary parts are not read",
    "re": "real parts are not read",
    "im": "imaginary parts are not read",
    "Si": "the sine integral is not read",
    "Ci": "the cosine integral is not read",
    "Ei": "the exponential integral is not read",
    "Li": "the logarithmic integral is not read",
    "li": "the logarithmic integral is not read",
    "tr": "a trace is read where shapes are given: gradient --shape 'X: n by n'",
}
"""Runs of two letters that are a function to some and a product here."""

WORDS_IN_DOUBT = frozenset(("cost", "sing", "sink", "tang", "tank", "logs", "mint", "mine", "mind"))
"""English words that are also a function of a letter."""

PROSE: dict[str, str] = {
    "squared": "write x^2",
    "cubed": "write x^3",
    "square": "write sqrt(x) for the root, x^2 for the square",
    "cube": "write cbrt(x) for the root, x^3 for the cube",
    "plus": "write +",
    "minus": "write -",
    "times": "write *",
    "multiplied": "write *",
    "divided": "write /",
    "over": "write /",
    "equals": "write =",
    "from": "write the bounds as in sum_{i=1}^n i, or int_0^1 x dx",
    "choose": "write binom(n, k)",
    "where": "name a part with --let 'u = x^2'",
    "with": "name a part with --let 'u = x^2'",
    "what": "write the expression alone: x^2",
    "find": "write the expression alone: x^2",
    "function": "write the expression alone: x^2",
    "differentiate": "write the expression alone: x^2",
    "of": "write brackets: sin(x)",
}
"""Words of a sentence: how to write them as a formula."""

COMMANDS_NOT_READ: dict[str, tuple[str, str]] = {
    "circ": ("angles are radians, and \\circ is no operation", "write x*pi/180 for x degrees, f(g(x)) for f after g"),
    "degree": ("angles are radians here, not degrees", "write x*pi/180 for x degrees"),
    "choose": ("\\choose stands between its numbers", "write \\binom{n}{k}"),
    "over": ("\\over stands between numerator and denominator", "write \\frac{a}{b}"),
    "not": ("\\not stands before a sign", "write \\ne"),
    "det": ("a determinant needs shapes", "gradient 'det(X)' --shape 'X: n by n', or write it out: a*d - b*c"),
    **dict.fromkeys(("bmod", "pmod", "mod"), ("a remainder is not read", "")),
    **dict.fromkeys(
        ("Rightarrow", "implies", "therefore", "iff", "Leftrightarrow", "Longrightarrow", "mapsto"),
        ("an arrow has no meaning here", "give one formula at a time"),
    ),
    **dict.fromkeys(
        ("tag", "label", "color", "textcolor", "cancel", "phantom"),
        ("it says how a page looks", "leave it out"),
    ),
    **dict.fromkeys(("arg", "gcd", "sup", "inf", "deg", "dim", "ker", "Pr"), ("this function is not known", "")),
}  # fmt: skip
"""LaTeX commands that are known and not read: the sentence and the hint."""

STRAY: dict[str, tuple[str, str]] = {
    "°": ("angles are radians here, not degrees", "write x*pi/180 for x degrees"),
    ".": ("a point without digits", "write 0.5 for a number, * for a product"),
    "..": ("two points in a row", "write 1.5 for a number, sum(i^2, i, 1, n) or sum_(i=1)^n i^2 for a sum"),
    ":": ("a colon has no meaning here", "write f(x) = x^2 for a function, / for a ratio"),
    "—": ("a long dash is no minus sign", "write -"),
    "±": ("two signs at once", "ask about + and - by themselves"),
    "∓": ("two signs at once", "ask about + and - by themselves"),
    "∘": ("a circle between functions is not read", "write f(g(x))"),
    "⇒": ("an arrow has no meaning here", "give one formula at a time"),
    "⟹": ("an arrow has no meaning here", "give one formula at a time"),
    "↦": ("an arrow has no meaning here", "write f(x) = x^2"),
    "?": ("a question mark has no meaning here", "leave it out"),
}
"""Characters that are known and not read: the sentence and the hint."""
