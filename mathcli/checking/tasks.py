"""What a piece of working is about: its first line, or the fields of a problem file -> a Task.

`problem: derivative of exp(2x) cos x with respect to x`, `problem: diff "exp(2x) cos x" --order 2`, `f(x) = ...` alone.
A curve that a distance is taken to is kept as it was typed: `topics` knows how to make a function of it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mathcli.errors import UsageError
from mathcli.syntax.parser import Reading, read
from mathcli.syntax.tree import ZERO, Definition, Equation, Interval, Name, Node, Relation, Vector
from mathcli.syntax.variables import choose, letters

TASKS = (
    "derivative",
    "second_derivative",
    "partial",
    "gradient",
    "critical_points",
    "distance",
    "projection",
    "simplify",
)
"""What `of` may be."""

USUAL_NAMES = frozenset(("f", "y", "F"))
"""What a function without a name of its own may be called."""


@dataclass(frozen=True, slots=True)
class Task:
    """A problem that a student worked on.

    of         derivative, partial, gradient, critical_points, distance, projection or simplify
    problem    f; for a projection the vector n, for a distance the curve
    variables  in order; of a projection none
    functions  the names by which the lines may speak of f
    order      which derivative is asked for
    given      named vectors, or the point of a distance under "P"
    onto       the names of the vectors that n is projected on, where the problem says so
    on         an interval to which the problem is restricted
    under      what the problem says of its letters: x > 0
    """

    of: str
    problem: Node
    variables: tuple[Name, ...]
    text: str
    functions: frozenset[str] = USUAL_NAMES
    order: int = 1
    given: Mapping[str, Node] = field(default_factory=dict)
    onto: tuple[str, ...] = ()
    on: Interval | None = None
    under: tuple[Node, ...] = ()
    reading: Reading | None = None

    @property
    def title(self) -> str:
        """The problem in one line, as tables of marks name it: derivative of x^2 sin x."""
        return f"{self.of.replace('_', ' ')} of {self.text}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A problem as it was put, nothing of it read yet. `vectors` are texts by name, in order."""

    of: str
    problem: str = ""
    var: tuple[str, ...] = ()
    order: int = 0
    to: str = ""
    on: str = ""
    vectors: Mapping[str, str] = field(default_factory=dict)
    onto: tuple[str, ...] = ()
    where: str = ""


# -- the first line ---------------------------------------------------------------------------------------------------

_LABEL = re.compile(r"(?:problem|task|exercise|question|aufgabe)\s*\w{0,3}\s*[:.)]\s*", re.IGNORECASE)
_VERB = re.compile(
    r"(?:find|compute|calculate|determine|work out|what is|take|give)\s+(?:(?:the|all|both)\s+)?|(?:the|all|both)\s+",
    re.IGNORECASE,
)
_ORDINALS = {
    word: number
    for number, words in enumerate(
        (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th"), ("sixth", "6th")),
        1,
    )
    for word in words
}
_KINDS = (
    ("partial", r"(?:(?P<nth>\w+)[- ](?:order )?)?(?:mixed )?partial derivatives? of|partials of"),
    ("derivative", r"(?:(?P<nth>\w+)[- ](?:order )?)?derivatives? of"),
    ("derivative", r"differentiate"),
    ("gradient", r"gradient of"),
    (
        "critical_points",
        r"(?:critical|stationary) points? of|(?:local |global )?(?:extrema|extremum|maxima|minima|maximum|minimum) of",
    ),
    (
        "distance",
        r"(?:(?:shortest|least|minimal|minimum) )?distance (?:of|from|between)|(?:nearest|closest) points? (?:of|on)",
    ),
    ("projection", r"(?:vector )?projections? of|project"),
    ("simplify", r"simplify|simplification of"),
)
_WITH_RESPECT = re.compile(
    r"\s*,?\s*\b(?:with respect to|w\.?\s?r\.?\s?t\.?|by the variables?|in the variables?)\s+(?P<v>.+)$", re.IGNORECASE
)
_RANGE = re.compile(
    r"\s*,?\s*\b(?:on|for \w+ in|in the interval|over)\s+(?:the interval\s+)?(?P<on>[\[(\]].*,.*[\])\[])\s*$",
    re.IGNORECASE,
)
_POINT = re.compile(r"\s*,?\s+at\s+(?P<at>.+)$", re.IGNORECASE)
_WHERE = r"(?:for|where|with|if|when|assuming|given(?: that)?)"
_CONDITION = re.compile(
    rf"(?:\s*,\s*{_WHERE}?|\s+{_WHERE})"
    r"\s*(?P<where>[^,<>≤≥≠=]+(?:<=?|>=?|[≤≥≠]|!=|\\[lgn]eq?\b)[^,]+)$"
)
_COMMANDS = {
    "diff": "derivative", "partial": "partial", "gradient": "gradient", "critical": "critical_points",
    "distance": "distance", "project": "projection", "simplify": "simplify",
}  # fmt: skip


def is_head(line: str) -> bool:
    """Whether a line says what a problem is: `problem: ...`, or the task itself in words."""
    if _LABEL.match(line.strip()):
        return True
    bare = _VERB.sub("", line.strip(), count=1)
    return any(re.match(pattern + r"\s", bare, re.IGNORECASE) for _, pattern in _KINDS)


def asked(line: str) -> Asked:
    """Return what a first line asks.

    Raises:
        UsageError: no task that is known, or nothing that it is about.
    """
    text = _LABEL.sub("", line.strip(), count=1).strip().rstrip(".").strip()
    if not text:
        raise UsageError("the problem is empty", hint="problem: derivative of e^(2x) cos x with respect to x")
    command = text.removeprefix("mathcli ").split(None, 1)
    if (
        command[0] in _COMMANDS
        and len(command) > 1
        and not re.match(r"(?:of|from|between|points?|derivatives?)\b|=", command[1])
    ):
        return _from_words(command[0], command[1])
    bare = _VERB.sub("", text, count=1)
    for of, pattern in _KINDS:
        match = re.match(pattern + r"\s+", bare, re.IGNORECASE)
        if match is not None:
            order = _order(match.groupdict().get("nth"), text)
            return _asked_in_words(of, bare[match.end() :].strip(), order)
    if _is_definition(text):
        return Asked("derivative", text)
    known = "derivative, partial derivative, gradient, critical points, distance, projection, simplify"
    raise UsageError(
        f"this is no task that mathcli check knows: {_short(text)}", hint=f"problem: TASK of EXPRESSION, with {known}"
    )


def _short(text: str) -> str:
    return text if len(text) < 50 else f"{text[:49]}…"


def _is_definition(text: str) -> bool:
    return re.match(r"[A-Za-z]\w?\s*(?:\([^()]*\))?\s*=(?!=)", text) is not None


def _order(word: str | None, text: str) -> int:
    if not word or word.lower() in ("the", "mixed"):
        return 0
    number = _ORDINALS.get(word.lower()) or next(iter(map(int, re.findall(r"^(\d+)(?:st|nd|rd|th)?$", word))), 0)
    if not number:
        raise UsageError(f"which derivative is the {word}?", hint="problem: second derivative of x^4")
    return number


def _asked_in_words(of: str, rest: str, order: int) -> Asked:
    if of == "distance":
        return _distance_in_words(rest)
    if of == "projection":
        return _projection_in_words(rest)
    on = ""
    var: tuple[str, ...] = ()
    rest, where = _without_condition(of, rest)
    if (found := _RANGE.search(rest)) is not None:
        on, rest = found.group("on"), rest[: found.start()]
    if (found := _WITH_RESPECT.search(rest)) is not None:
        var, rest = _names_in(found.group("v")), rest[: found.start()]
    if (found := _POINT.search(rest)) is not None and "=" in found.group("at"):
        rest = rest[: found.start()]
    if not rest.strip():
        raise UsageError(f"the {of.replace('_', ' ')} of what?", hint="problem: TASK of EXPRESSION")
    return Asked(of, rest.strip(), var, order, on=on, where=where)


def _without_condition(of: str, text: str) -> tuple[str, str]:
    """The problem, and what is said of its letters behind it: sqrt(x^2) for x > 0."""
    found = _CONDITION.search(text) if of in ("simplify", "derivative") else None
    return (text, "") if found is None else (text[: found.start()], found.group("where").strip())


def _names_in(text: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"\s*(?:,|;|&|\band\b|\s)\s*", text.strip()) if word and word != "the")


_KINDS_OF_CURVES = (
    r"(?:point|curve|line|plane|circle|sphere|ellipse|ellipsoid|parabola|hyperbola|surface|path|graph(?: of)?)"
)
_PART = re.compile(
    r"\s*,?\s*\b(?:on|for \w+ in|over)\s+(?:the interval\s+)?(?P<on>\[[^\[\]]*,[^\[\]]*\])", re.IGNORECASE
)


def _distance_in_words(rest: str) -> Asked:
    on = ""
    if (found := _PART.search(rest)) is not None:
        on, rest = found.group("on"), rest[: found.start()] + rest[found.end() :]
    parts = re.split(rf"\s+(?:to|from|and)\s+(?:the {_KINDS_OF_CURVES}\s+)?", rest, maxsplit=1)
    if len(parts) != 2:
        raise UsageError("a distance needs a curve and a point", hint="problem: distance of y = x^2 + 7 to (3, 7)")
    curve, point = (re.sub(rf"^(?:the |a )?{_KINDS_OF_CURVES}\s+", "", part.strip()) for part in parts)
    if _looks_like_a_point(curve) and not _looks_like_a_point(point):
        curve, point = point, curve
    return Asked("distance", curve, to=re.sub(r"^[A-Z]\s*=?\s*(?=\()", "", point).replace("|", ","), on=on)


def _looks_like_a_point(text: str) -> bool:
    is_origin = _ORIGIN.fullmatch(text.strip()) is not None
    return is_origin or re.fullmatch(r"(?:[A-Z]\s*=?\s*)?\([^()=]*[,|][^()=]*\)", text.strip()) is not None


_VECTOR = re.compile(r"(?:(?P<name>[A-Za-z]\w?)\s*=\s*)?(?P<entries>[(\[<][^()\[\]<>]*[)\]>])")


def _projection_in_words(rest: str) -> Asked:
    first, *others = re.split(r"\s+on(?:to)?\s+(?:the vectors?\s+)?", rest)
    if not others:
        raise UsageError("project on what?", hint="problem: projection of n = (4,3,5) on a = (1,2,-1)")
    vectors: dict[str, str] = {}
    free = iter("abcuvw")
    for k, text in enumerate((first, *others)):
        found = list(_VECTOR.finditer(text))
        if not found:
            raise UsageError(f"this is no vector: {_short(text)}", hint="write a = (1, 2, -1)")
        for match in found:
            name = match.group("name") or ("n" if k == 0 else next(letter for letter in free if letter not in vectors))
            vectors[name] = match.group("entries")
    names = tuple(vectors)
    return Asked("projection", vectors=vectors, onto=names[1:])


def _from_words(command: str, rest: str) -> Asked:
    """problem: diff "e^(2x) cos x" --order 2"""
    try:
        words = shlex.split(rest)
    except ValueError:
        words = rest.split()
    plain: list[str] = []
    given: dict[str, list[str]] = {}
    waiting = iter(words)
    for word in waiting:
        name, is_assigned, value = word.partition("=")
        if name in ("--order", "--var", "--vars", "--wrt", "--to", "--on", "--onto", "--at"):
            given.setdefault(name.strip("-"), []).append(value if is_assigned else next(waiting, ""))
        elif word.startswith("--"):
            raise UsageError(
                f"{name} says nothing about what is to be checked", hint="--order, --vars, --wrt, --to, --on, --onto"
            )
        else:
            plain.append(word)
    about = " ".join(plain)
    of = _COMMANDS[command]
    order = given.get("order", ["0"])[0]
    if not order.isdigit():
        raise UsageError(f"--order is a whole number, not {order!r}")
    if of == "projection":
        onto = given.get("onto", [])
        if not onto:
            raise UsageError("project on what?", hint="problem: project 4,3,5 --onto 1,2,-1")
        return Asked(
            of, vectors={"n": about, **dict(zip("abcdefgh", onto, strict=False))}, onto=tuple("abcdefgh"[: len(onto)])
        )
    named = [name for key in ("vars", "var", "wrt") for text in given.get(key, ()) for name in _names_in(text)]
    about, where = _without_condition(of, about)
    names = tuple(dict.fromkeys(named))
    to, on = ("".join(given.get(key, ())) for key in ("to", "on"))
    return Asked(of, about, names, int(order), to, on, where=where)


# -- what was asked, read ---------------------------------------------------------------------------------------------


def task(about: Asked, *, names: Sequence[Name] = ()) -> Task:
    """Return the task that was asked, its mathematics read.

    Raises:
        UsageError: an unknown task, a name that does not occur, or something missing.
        ReadingError, LimitExceededError: mathematics that cannot be read.
    """
    if about.of not in TASKS:
        raise UsageError(f"there is no task {about.of!r} to check", hint=f"of is one of {', '.join(TASKS)}")
    if about.of == "distance" and not about.to and re.search(r"\s(?:to|from|and)\s", about.problem):
        words = re.sub(r"^(?:the )?distance (?:of|from|between) ", "", about.problem.strip())
        about = replace(_distance_in_words(words), var=about.var)
    if about.of == "projection" and not about.vectors and re.search(r"\son(?:to)?\s", about.problem):
        about = _projection_in_words(re.sub(r"^(?:the )?projection of ", "", about.problem.strip()))
    if about.of == "projection":
        return _projection(about)
    if not about.problem.strip():
        raise UsageError(
            f"the {about.of.replace('_', ' ')} of what? There is no problem", hint='"problem": "x^2 sin x"'
        )
    asked_names = tuple(Name(name) for name in about.var)
    reading = read(about.problem, variables=asked_names, names=names)
    of, order = ("derivative", about.order or 2) if about.of == "second_derivative" else (about.of, about.order or 1)
    if of == "distance":
        return _distance(about, reading)
    functions, parameters, body = _function(reading.tree, of)
    if parameters and not asked_names and (of in ("gradient", "critical_points", "partial") or len(parameters) == 1):
        asked_names = parameters
    _check_names(body, asked_names, about)
    if of == "derivative" and len(parameters) > 1 and not about.var:
        of, asked_names = "partial", parameters
    variables = asked_names or _chosen(of, reading.tree, body)
    if of in ("partial", "gradient") and about.var:
        others = [name for name in letters(body) if name not in variables]
        variables = (*variables, *(others if of == "partial" else ()))
    interval = read(about.on, kind="interval").tree if about.on else None
    assert interval is None or isinstance(interval, Interval)
    under = (read(about.where, variables=variables).tree,) if about.where else ()
    return Task(of, body, variables, about.problem, functions, order, on=interval, under=under, reading=reading)


def _function(tree: Node, of: str) -> tuple[frozenset[str], tuple[Name, ...], Node]:
    match tree:
        case Definition(name, parameters, body):
            return frozenset((name, "y")) if len(parameters) == 1 else frozenset((name,)), parameters, body
        case Equation(Name(name), body) if Name(name) not in body.names:
            return frozenset((name,)), (), body
        case Equation() | Relation() | Interval():
            raise UsageError(f"{of.replace('_', ' ')} needs an expression, and this is an equation", hint="f(x) = x^2")
    return USUAL_NAMES, (), tree


def _chosen(of: str, tree: Node, body: Node) -> tuple[Name, ...]:
    if of in ("gradient", "partial"):
        return choose(body, many=True).variables
    if of == "simplify":
        return letters(body)
    if of == "critical_points" and Name("x") not in body.names and len(body.names) > 1:
        return letters(body)
    if of == "critical_points" and {name.name for name in body.names} in ({"x", "y"}, {"x", "y", "z"}):
        return tuple(sorted(body.names, key=lambda name: name.name))
    return choose(tree if isinstance(tree, Definition) else body).variables


def _check_names(body: Node, names: tuple[Name, ...], about: Asked) -> None:
    missing = [name.name for name in names if name not in body.names]
    if missing and body.names:
        found = ", ".join(name.name for name in letters(body))
        raise UsageError(
            f"{missing[0]} does not occur in the problem", hint=f"its letters: {found}", text=about.problem
        )


_ORIGIN = re.compile(r"(?:the )?origin|O|0", re.IGNORECASE)


def _distance(about: Asked, reading: Reading) -> Task:
    if not about.to:
        raise UsageError(
            "a distance needs the point", hint='"to": "3,7", or problem: distance of y = x^2 + 7 to (3, 7)'
        )
    tree = reading.tree
    if _ORIGIN.fullmatch(about.to.strip()):
        size = len(tree.entries) if isinstance(tree, Vector) else 3 if Name("z") in tree.names else 2
        point: Node = Vector((ZERO,) * size)
    else:
        point = read(about.to, kind="point").tree
    assert isinstance(point, Vector)
    point = Vector(tuple(entry.right if isinstance(entry, Equation) else entry for entry in point.entries))
    if point.names and isinstance(tree, Vector) and not tree.names:
        tree, point = point, tree
    if point.names:
        letters_of = ", ".join(sorted(name.name for name in point.names))
        raise UsageError(f"the coordinates of the point are numbers, not letters ({letters_of})", hint='"to": "3,7"')
    interval = read(about.on, kind="interval").tree if about.on else None
    assert interval is None or isinstance(interval, Interval)
    return Task(
        "distance",
        tree,
        tuple(map(Name, about.var)),
        about.problem,
        given={"P": point},
        on=interval,
        reading=reading,
    )


def _projection(about: Asked) -> Task:
    if len(about.vectors) < 2:
        raise UsageError(
            "a projection needs a vector and one to project onto", hint='"vectors": {"n": [4,3,5], "a": [1,2,-1]}'
        )
    given: dict[str, Node] = {}
    for name, text in about.vectors.items():
        given[name] = read(text, kind="vector").tree
    lengths = {len(vector.children()) for vector in given.values()}
    if len(lengths) > 1:
        raise UsageError("the vectors have different numbers of entries")
    first = next(iter(given))
    text = ", ".join(f"{name} = {entries}" for name, entries in about.vectors.items())
    return Task("projection", given[first], (), text, frozenset(), given=given, onto=about.onto)
