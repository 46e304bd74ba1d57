"""The left sides of a student's lines: f'(x), dy/dx, f_x, ∂f/∂x, grad f, n.a, proj_a n, x; how a line is cut.

Nothing is judged here, and the mathematics on the right is not read yet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

ARROWS = ("\\Longleftrightarrow", "\\Leftrightarrow", "\\Longrightarrow", "\\Rightarrow", "\\implies", "\\iff", "\\to",
          "<=>", "<==>", "==>", "=>", "⟺", "⟹", "⇒", "⇔", "→", "->")  # fmt: skip
SIGNS = ("\\approx", "\\doteq", "≈", "≃", "≅", "~=", "≡", "==", "=")
_APPROXIMATE = ("\\approx", "\\doteq", "≈", "≃", "≅", "~=")
_COMPARISONS = (
    "<=",
    ">=",
    "!=",
    "≤",
    "≥",
    "≠",
    "<",
    ">",
    "\\leq",
    "\\geq",
    "\\neq",
    "\\le",
    "\\ge",
    "\\ne",
    "\\lt",
    "\\gt",
)
_OPENING, _CLOSING = "([{⟨", ")]}⟩"
_ANGLES = re.compile(r"(?:^|(?<=[=≈,;*/(+·-]))(\s*)<([^<>=]*,[^<>=]*)>(?=\s*(?:$|[=≈,;.)*/+·-]))")


class Side(NamedTuple):
    """What stands behind a sign: "=" or "≈"; `start` is its place in the line."""

    sign: str
    text: str
    start: int


class Statement(NamedTuple):
    """left = side = side ...; without a left it carries on the line above. `start` is the place of the left."""

    left: str
    start: int
    sides: tuple[Side, ...]
    behind: str = ""
    """A comparison that follows the last side and is no claim of ours: the > 0 of f''(1) = 6 > 0."""


class Target(NamedTuple):
    """What a left side speaks of.

    kind      derivative, partial, gradient, value, dot, square, norm, projection, sum
    function  the name of the function, or of the vector
    by        the names by which it is differentiated, each as often as it is; of a projection the vector onto which
    at        the text of the point at which it is taken, "" for the function itself
    """

    kind: str
    function: str = ""
    by: tuple[str, ...] = ()
    at: str = ""

    @property
    def is_first(self) -> bool:
        """Whether it is a first derivative, as a whole."""
        return self.kind in ("derivative", "partial") and len(self.by) == 1 and not self.at


def statements(text: str, start: int = 0) -> tuple[Statement, ...]:
    """Return the statements of a line, in order: cut at arrows, at commas and at "and", and each at its signs."""
    found: list[Statement] = []
    text = _ANGLES.sub(r"\1⟨\2⟩", text)
    for piece, at in _cut(text, start, ARROWS):
        for part, where in _enumerated(piece, at):
            statement = _statement(part, where)
            if statement is not None:
                found.append(statement)
    return tuple(found)


def _statement(text: str, start: int) -> Statement | None:
    if not text.strip():
        return None
    pieces = list(_cut_with_signs(text, start, SIGNS))
    left, at, _ = pieces[0]
    sides = []
    behind = ""
    for side, where, sign in pieces[1:]:
        own, own_at, behind = _before_comparison(side, where)
        sides.append(Side("≈" if sign in _APPROXIMATE else "=", *_trimmed(own, own_at)))
    return Statement(*_trimmed(left, at), tuple(sides), behind)


def _before_comparison(text: str, start: int) -> tuple[str, int, str]:
    first = next(((at, sign) for at, sign in _signs_in(text, _COMPARISONS)), None)
    return (text, start, "") if first is None else (text[: first[0]], start, text[first[0] :].strip())


def _trimmed(text: str, start: int) -> tuple[str, int]:
    stripped = text.strip()
    return stripped, start + (len(text) - len(text.lstrip()) if stripped else 0)


def _cut(text: str, start: int, signs: Iterable[str]) -> Iterator[tuple[str, int]]:
    for piece, at, _ in _cut_with_signs(text, start, signs):
        yield piece, at


def _cut_with_signs(text: str, start: int, signs: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """The pieces of a text between signs outside all brackets: each with its place and the sign before it."""
    begin, before = 0, ""
    for at, sign in _signs_in(text, tuple(signs)):
        yield text[begin:at], start + begin, before
        begin, before = at + len(sign), sign
    yield text[begin:], start + begin, before


def _signs_in(text: str, signs: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    depth = 0
    at = 0
    while at < len(text):
        character = text[at]
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(depth - 1, 0)
        elif depth == 0 and not text.startswith(("<=", ">=", "!=", "\\le", "\\ge", "\\ne"), at):
            sign = next(
                (sign for sign in signs if text.startswith(sign, at) and not _is_longer_word(text, at, sign)), ""
            )
            if sign:
                yield at, sign
                at += len(sign)
                continue
        elif depth == 0:
            sign = next((sign for sign in signs if text.startswith(sign, at)), "")
            if sign:
                yield at, sign
            at += 2
            continue
        at += 1


def _is_longer_word(text: str, at: int, sign: str) -> bool:
    """Whether \\to is the beginning of \\top."""
    return sign[0] == "\\" and text[at + len(sign) : at + len(sign) + 1].isalpha()


_BETWEEN = re.compile(
    r"\s*(?:,|;|\b(?:and|und)\b|\\text\{\s*and\s*\}|\\quad|\\qquad)\s*(?:\b(?:and|und)\b|\\text\{\s*and\s*\})?\s*"
)


def _enumerated(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The parts of u = e^(2x), v = cos x; text of which not each part has a sign stays whole."""
    cuts = [match for match in _BETWEEN.finditer(text) if match.group().strip() and _depth_at(text, match.start()) == 0]
    parts: list[tuple[str, int]] = []
    begin = 0
    for match in cuts:
        parts.append((text[begin : match.start()], start + begin))
        begin = match.end()
    parts.append((text[begin:], start + begin))
    parts = [part for part in parts if part[0].strip()]
    if len(parts) > 1 and all(_has_sign(part) and not part.strip().startswith(SIGNS) for part, _ in parts):
        yield from parts
    else:
        yield text, start


def _has_sign(text: str) -> bool:
    return next(_signs_in(text, SIGNS), None) is not None


def _depth_at(text: str, at: int) -> int:
    return sum(c in _OPENING for c in text[:at]) - sum(c in _CLOSING for c in text[:at])


# -- left sides -------------------------------------------------------------------------------------------------------

_NAME = r"[A-Za-zα-ωΑ-Ω](?:_\{?\w+\}?)?"
_ARGUMENTS = r"(?:\((?P<at>[^()]*(?:\([^()]*\)[^()]*)*)\))?"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_PRIMES = (
    ("^{\\prime\\prime}", "''"), ("^{\\prime}", "'"), ("^\\prime", "'"), ("\\prime", "'"), ("″", "''"), ("‴", "'''"),
    ("′", "'"), ("’", "'"), ("´", "'"), ("ʹ", "'"), ('"', "''"), ("”", "''"),
)  # fmt: skip
_DROPPED = re.compile(r"\\left|\\right|\\[,;:!> ]|\\quad|&|\\displaystyle|\$|\s|~")
_WRAPPERS = re.compile(r"\\(?:text|mathrm|mathbf|boldsymbol|operatorname|vec|overrightarrow|mathcal)\*?\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")
_SYMBOLS = (
    ("\\partial", "∂"), ("\\nabla", "∇"), ("\\cdot", "·"), ("\\langle", "<"), ("\\rangle", ">"), ("\\lVert", "|"),
    ("\\rVert", "|"), ("\\lvert", "|"), ("\\rvert", "|"), ("\\Vert", "|"), ("\\|", "|"), ("‖", "|"), ("||", "|"),
    ("⟨", "<"), ("⟩", ">"), ("⋅", "·"), ("∙", "·"), ("•", "·"),
)  # fmt: skip


def compact(text: str) -> str:
    """Return a left side in one spelling, without spaces: \\frac{\\partial f}{\\partial x} is ∂f/∂x."""
    for wrong, right in _PRIMES:
        text = text.replace(wrong, right)
    text = _FRACTION.sub(r"\1/\2", text)
    text = _WRAPPERS.sub(r"\1", text)
    for wrong, right in _SYMBOLS:
        text = text.replace(wrong, right)
    text = _DROPPED.sub("", text)
    text = re.sub(r"[₀-₉]+", lambda found: "_" + unicodedata.normalize("NFKC", found.group()), text)
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: "^" + found.group().translate(_SUPERSCRIPTS), text)
    return text.replace("**", "^")


def target(
    text: str, *, functions: frozenset[str], variables: tuple[str, ...], vectors: tuple[str, ...]
) -> Target | None:
    """Return what a left side speaks of, None where it is an expression.

    Raises nothing: a left side that speaks of an unknown g' is a target too, with a function that is not known.
    """
    short = compact(text)
    if vectors:
        found = _vector_target(short, vectors)
        if found is not None:
            return found
    for pattern, build in _PATTERNS:
        match = pattern.fullmatch(short)
        if match is not None:
            found = build(match, functions, variables)
            if found is not None:
                return found
    return None


def _at(match: re.Match[str], variables: tuple[str, ...]) -> str:
    inside = match.group("at") or ""
    return "" if tuple(part.strip() for part in inside.split(",")) == variables else inside


def _plain(name: str) -> str:
    return re.sub(r"[{}]", "", name)


def _primed(match: re.Match[str], functions: frozenset[str], variables: tuple[str, ...]) -> Target | None:
    groups = match.groupdict()
    order = len(groups["primes"]) if groups.get("primes") else int(groups["order"])
    by = variables[0] if variables else "x"
    inside = match.group("at") or ""
    if re.fullmatch(_NAME, inside) and inside not in variables and len(variables) == 1:
        by, inside = inside, ""  # h'(t) of a part that has a variable of its own
        return Target("derivative", _plain(match.group("f")), (by,) * order)
    return Target("derivative", _plain(match.group("f")), (by,) * order, _at(match, variables))


def _leibniz(match: re.Match[str], functions: frozenset[str], variables: tuple[str, ...]) -> Target | None:
    order = int(match.group("n") or match.group("m") or 1)
    if (match.group("n") or "1") != (match.group("m") or "1"):
        return None
    by = _plain(match.group("x"))
    if match.group("f") in variables and match.group("f") not in functions:
        return None
    kind = "derivative" if len(variables) < 2 else "partial"
    return Target(kind, _plain(match.group("f")), (by,) * order, _at(match, variables))


def _partial(match: re.Match[str], functions: frozenset[str], variables: tuple[str, ...]) -> Target | None:
    by: list[str] = []
    for name, _, order in re.findall(rf"∂({_NAME}?)((?:\^\{{?(\d+)\}}?)?)", match.group("below")):
        by.extend([_plain(name)] * int(order or 1))
    return Target("partial", _plain(match.group("f")), tuple(reversed(by)), _at(match, variables))


def _subscript(match: re.Match[str], functions: frozenset[str], variables: tuple[str, ...]) -> Target | None:
    """f_x, f_{xy}, J_m, f_{x_1}; also fx where f is known."""
    by = _letters(_plain(match.group("by")).lstrip("_"), variables)
    if by is None or (not match.group("by").startswith("_") and match.group("f") not in functions):
        return None
    if match.group("f") in variables:
        return None
    return Target("partial", match.group("f"), by, _at(match, variables))


def _letters(text: str, variables: tuple[str, ...]) -> tuple[str, ...] | None:
    """xy as x, y: the names of variables that a subscript is made of."""
    spelled = {name.replace("_", ""): name for name in variables}
    found: list[str] = []
    text = text.replace("_", "").replace(",", "")
    while text:
        name = next((name for name in sorted(spelled, key=len, reverse=True) if text.startswith(name)), None)
        if name is None:
            return None
        found.append(spelled[name])
        text = text[len(name) :]
    return tuple(found) or None


def _gradient(match: re.Match[str], functions: frozenset[str], variables: tuple[str, ...]) -> Target | None:
    return Target("gradient", _plain(match.group("f") or ""), (), _at(match, variables))


def _value(match: re.Match[str], functions: frozenset[str], variables: tuple[str, ...]) -> Target | None:
    name = _plain(match.group("f"))
    if match.group("at") is None and name not in functions:
        return None
    if name in variables or (name not in functions and not _is_argument_list(match.group("at") or "")):
        return None
    return Target("value", name, (), _at(match, variables))


def _is_argument_list(text: str) -> bool:
    """Whether this may be the argument of a function that nobody has named yet: one letter, or several with commas."""
    return all(re.fullmatch(_NAME, part.strip()) for part in text.split(","))


_F = rf"(?P<f>{_NAME})"
_PATTERNS = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (rf"\(?{_F}(?P<primes>'+)\)?{_ARGUMENTS}", _primed),
        (rf"{_F}\^(?:\(|\{{\(|\{{)(?P<order>\d)(?:\)|\)\}}|\}}){_ARGUMENTS}", _primed),
        (rf"\(?d(?:\^\{{?(?P<n>\d)\}}?)?{_F}{_ARGUMENTS}\)?/\(?d(?P<x>{_NAME}?)(?:\^\{{?(?P<m>\d)\}}?)?\)?", _leibniz),
        (
            rf"d(?:\^\{{?(?P<n>\d)\}}?)?/\(?d(?P<x>{_NAME}?)(?:\^\{{?(?P<m>\d)\}}?)?\)?[\[(]?{_F}{_ARGUMENTS}[\])]?",
            _leibniz,
        ),
        (rf"\(?∂(?:\^\{{?\d\}}?)?{_F}{_ARGUMENTS}\)?/\(?(?P<below>∂.+?)\)?", _partial),
        (rf"∂(?:\^\{{?\d\}}?)?/\(?(?P<below>(?:∂{_NAME}(?:\^\{{?\d\}}?)?)+)\)?[\[(]?{_F}{_ARGUMENTS}[\])]?", _partial),
        (rf"(?P<f>[A-Za-z])(?P<by>_\{{?\w[\w,]*\}}?){_ARGUMENTS}", _subscript),
        (rf"(?P<f>[A-Za-z])(?P<by>[a-z]{{1,3}}){_ARGUMENTS}", _subscript),
        (rf"(?:gradient|grad|∇)(?:of)?\(?(?P<f>{_NAME})?{_ARGUMENTS}\)?", _gradient),
        (rf"{_F}{_ARGUMENTS}", _value),
    )
)


def _only_projection(vectors: tuple[str, ...]) -> Target | None:
    """The projection that is meant where nobody says which: there are two vectors."""
    return Target("projection", vectors[0], (vectors[1],)) if len(vectors) == 2 else None


def _vector_target(short: str, vectors: tuple[str, ...]) -> Target | None:
    for pattern, kind in _vector_patterns(vectors):
        match = pattern.fullmatch(short)
        if match is not None:
            names = {name: _plain(value) for name, value in match.groupdict().items() if value}
            if kind == "the projection":
                return _only_projection(vectors)
            if kind in ("dot", "square", "norm"):
                u, v = names["u"], names.get("v", names["u"])
                return Target("square" if kind == "dot" and u == v else kind, u, (v,))
            return Target(kind, names.get("u", ""), (names.get("v", ""),) if "v" in names else ())
    return None


def _vector_patterns(vectors: tuple[str, ...]) -> Iterator[tuple[re.Pattern[str], str]]:
    one = "|".join(sorted(map(re.escape, vectors), key=len, reverse=True))
    u, v = rf"(?P<u>{one})", rf"(?P<v>{one})"
    for pattern, kind in (
        (rf"\(?{u}[.·*]{v}\)?", "dot"), (rf"{u}\^T{v}", "dot"), (rf"dot\({u},{v}\)", "dot"), (rf"<{u}[,|]{v}>", "dot"),
        (rf"\|{u}\|\^\{{?2\}}?", "square"), (rf"norm\({u}\)\^2", "square"), (rf"norm2\({u}\)", "square"),
        (rf"normsquared\({u}\)", "square"), (rf"{u}\^\{{?2\}}?", "square"), (rf"\|{u}\|", "norm"),
        (rf"norm\({u}\)", "norm"),
        (rf"(?:proj|Proj|pr|p)_\{{?{v}\}}?\(?{u}\)?", "projection"), (rf"proj\({u},{v}\)", "projection"),
        (rf"{u}_\{{?{v}\}}?", "projection"),
        (r"(?:the)?(?:vector)?proj(?:ection)?|[pP]", "the projection"), (r"(?:the)?(?:sum|total)", "sum"),
        (rf"(?:projectionof)?{u}on(?:to)?{v}", "projection"),
    ):  # fmt: skip
        yield re.compile(pattern), kind
