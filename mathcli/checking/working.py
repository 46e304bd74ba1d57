"""A piece of working: text -> problems -> lines, with what is no mathematics in them blanked out.

Columns stay what they are: whatever is not read (comments, LaTeX's scaffolding, words before and behind) is replaced by
spaces. `claims` cuts what is left; `judge` reads and judges it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mathcli.checking import tasks
from mathcli.checking.tasks import Task
from mathcli.errors import InputError, UsageError
from mathcli.syntax.tree import Name
from mathcli.syntax.vocabulary import ALIASES, CONSTANTS, GREEK_NAMES

SEPARATOR = "---"


class Line(NamedTuple):
    """A line of working: its number in the file, as it stands there, and what of it is to be read.

    `parts` are pieces of the line, each with its place: more than one where words stand between (so, hence).
    `conditions` are texts behind "for" and "if"; `offset` is where the text begins in the file's line, of which several
    may have been made.
    """

    number: int
    text: str
    parts: tuple[tuple[str, int], ...]
    conditions: tuple[str, ...] = ()
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Working:
    """A task and the lines a student wrote on it; `head` are the lines that put the problem."""

    task: Task
    head: tuple[Line, ...]
    lines: tuple[Line, ...]


def problems_in(text: str) -> tuple[str, ...]:
    """Return the problems of a file: its parts between lines `---`, each with the lines of the others left blank.

    >>> [part.count(chr(10)) for part in problems_in("f(x) = x" + chr(10) + "---" + chr(10) + "f(x) = 2")]
    [0, 2]
    """
    rows = text.removeprefix("\ufeff").splitlines()
    parts: list[str] = []
    begin = 0
    for k, row in enumerate([*rows, SEPARATOR]):
        if re.fullmatch(r"\s*(?:-{3,}|={4,}|\*{3,})\s*", row):
            own = rows[begin:k]
            if any(_without_comment(line).strip() for line in own):
                parts.append("\n" * begin + "\n".join(own))
            begin = k + 1
    return tuple(parts)


def read_working(text: str, *, names: Sequence[Name] = ()) -> Working:
    """Return the task that the first line puts and the lines below it.

    Raises:
        UsageError: there is nothing, no problem, a task that is not known, a variable that does not occur.
        ReadingError: the problem cannot be read.
    """
    rows = [(number, row) for number, row in enumerate(text.splitlines(), 1) if _scaffolded(row).strip()]
    if not rows:
        raise UsageError("there is nothing to check: the file is empty", hint="problem: derivative of x^2 sin x")
    try:
        about, used = _asked(rows)
        task = tasks.task(about, names=names)
    except InputError as error:
        error.message = f"line {rows[0][0]}: {error.message}"
        raise
    head = tuple(Line(n, row, ()) for n, row in rows[:used])
    return Working(task, head, lines_of(rows[used:], task))


def _asked(rows: Sequence[tuple[int, str]]) -> tuple[tasks.Asked, int]:
    """What the first lines ask, and how many they are: f may be defined on a line of its own."""
    first = _without_comment(rows[0][1]).strip()
    if tasks.is_head(first):
        about = tasks.asked(first)
        named = re.fullmatch(
            r"(?:the (?:function|curve) )?([A-Za-z])\s*(?:\(\s*\w+(?:\s*,\s*\w+)*\s*\))?", about.problem
        )
        second = _scaffolded(rows[1][1]).strip() if len(rows) > 1 else ""
        if (
            named is not None
            and named.group(1) not in "xtn"
            and re.match(rf"(?:where\s+|let\s+)?{named.group(1)}\s*(?:\([^()]*\))?\s*=", second)
        ):
            text = re.sub(r"^(?:where|let)\s+", "", second)
            return tasks.Asked(about.of, text, about.var, about.order, about.to, about.on), 2
        return about, 1
    definition = re.sub(r"^(?:let|given|consider)\s+", "", _scaffolded(rows[0][1]).strip(), flags=re.IGNORECASE).rstrip(
        "."
    )
    if re.match(r"[A-Za-z]\w?\s*(?:\(\s*\w+(?:\s*,\s*\w+)*\s*\))?\s*=(?!=)", definition):
        return tasks.Asked(_task_of_lines(rows[1:]), definition), 1
    raise UsageError(
        "this does not say what the problem is",
        hint="begin with f(x) = ..., or problem: derivative of ...",
    )


def _task_of_lines(rows: Iterable[tuple[int, str]]) -> str:
    """What is asked where the first line only names f: zeros of f' where the lines solve for them, else derivatives."""
    for _, row in rows:
        text = _scaffolded(row).replace(" ", "")
        if re.search(r"(?:^|[^\w'])[xtn](?:_?\d)?=[-±]?\d|^[^=']+=0$", text):
            return "critical_points"
        if re.match(r"(?:grad|∇|\\nabla)", text):
            return "gradient"
    return "derivative"


def lines_of(rows: Iterable[tuple[int, str]], task: Task) -> tuple[Line, ...]:
    """Return the lines of a student's working, those without anything on them left out."""
    known = frozenset(name.name for name in (*task.problem.names, *task.variables)) | task.functions | set(task.given)
    lines: list[Line] = []
    for number, row in rows:
        clean = _scaffolded(row)
        breaks = [] if _MATRICES.search(row) else list(re.finditer(r"\\\\(?:\[[^\]]*\])?", clean))
        begin = 0
        for end, after in (*((found.start(), found.end()) for found in breaks), (len(clean), len(clean))):
            if clean[begin:end].strip():
                text = row[begin:end] if breaks else row
                lines.append(_line(number, text, clean[begin:end], known, begin))
            begin = after
    return tuple(lines)


def lines_of_list(texts: Sequence[str], task: Task) -> tuple[Line, ...]:
    """Return the lines of a problem file's list, numbered from 1."""
    rows = [(number, row) for number, text in enumerate(texts, 1) for row in text.splitlines()]
    return lines_of(rows, task)


# -- what is not read -------------------------------------------------------------------------------------------------


def _without_comment(row: str) -> str:
    return re.sub(r"(^|\s)#.*", lambda found: " " * len(found.group()), row)


_SCAFFOLDING = re.compile(
    r"\\begin\{[a-z]+\*?\}(?:\{[^}]*\})?|\\end\{[a-z]+\*?\}|\\\[|\\\]|\\\(|\\\)|\$+|&|\\displaystyle|\\qquad|\\quad"
    r"|\\(?:therefore|because|checkmark|square|blacksquare|nonumber|notag)(?![a-zA-Z])|[∴∵✓✔□∎■]"
)
_MATRICES = re.compile(r"\\begin\{[a-zA-Z]*(?:matrix|cases|array)\}")


def _scaffolded(row: str) -> str:
    """The row with comments and LaTeX's scaffolding blanked out; what stands in a matrix keeps its &."""
    row = _without_comment(row)
    if row.count("|") % 2:  # 3x = 6 | :3
        row = re.sub(r"\s\|\s*[:+*/·÷−-][^|]*$", lambda found: " " * len(found.group()), row)
    if _MATRICES.search(row):
        return row
    row = _SCAFFOLDING.sub(lambda found: " " * len(found.group()), row)
    return re.sub(
        r"\\(?:text|mathrm|textrm|textit|mbox)\{([^{}]*)\}(?!_)",
        lambda found: _in_words(found.group(1), len(found.group())),
        row,
    )


def _in_words(inside: str, size: int) -> str:
    """The words of \\text{...} in its place; a single letter is a name."""
    return f" {inside.strip()}".rjust(1).ljust(size)[:size] if size > len(inside) else inside


_LEADING = frozenset(
    [
        "so",
        "then",
        "thus",
        "hence",
        "therefore",
        "and",
        "now",
        "but",
        "we",
        "get",
        "have",
        "obtain",
        "find",
        "see",
        "with",
        "let",
        "where",
        "because",
        "since",
        "first",
        "second",
        "next",
        "finally",
        "also",
        "setting",
        "set",
        "put",
        "the",
        "derivative",
        "is",
        "by",
        "chain",
        "rule",
        "product",
        "quotient",
        "power",
        "sum",
        "solve",
        "solving",
        "for",
        "gives",
        "give",
        "giving",
        "which",
        "this",
        "that",
        "it",
        "follows",
        "from",
        "using",
        "use",
        "note",
        "answer",
        "result",
        "critical",
        "points",
        "point",
        "at",
        "if",
        "case",
        "minimum",
        "maximum",
        "i.e.",
        "ie",
        "e.g.",
        "that's",
        "means",
        "implies",
        "implying",
        "take",
        "taking",
        "as",
        "of",
        "our",
        "function",
        "becomes",
        "simplify",
        "simplifying",
        "simplified",
        "simplifies",
        "to",
        "yields",
        "yielding",
        "or",
        "equation",
        "check",
        "checking",
        "substitute",
        "substituting",
        "plug",
        "plugging",
        "in",
        "into",
        "differentiate",
        "differentiating",
        "expand",
        "expanding",
        "factor",
        "factoring",
        "collect",
        "collecting",
        "step",
        "partial",
        "derivatives",
        "gradient",
        "stationary",
        "solution",
        "solutions",
        "root",
        "roots",
        "only",
        "real",
        "projection",
        "distance",
        "squared",
        "nearest",
        "closest",
        "value",
        "values",
        "at",
        "distribute",
        "finally",
        "lastly",
        "clearly",
        "both",
        "sides",
        "divide",
        "dividing",
        "multiply",
        "multiplying",
        "adding",
        "add",
        "subtract",
        "subtracting",
        "on",
        "again",
        "here",
        "inner",
        "outer",
        "one",
        "has",
        "are",
    ]
)
_WORDS = _LEADING | frozenset(
    [
        "no",
        "not",
        "never",
        "none",
        "must",
        "not",
        "always",
        "positive",
        "negative",
        "zero",
        "defined",
        "undefined",
        "domain",
        "because",
        "exist",
        "exists",
        "does",
        "done",
        "qed",
        "same",
        "line",
        "above",
        "below",
        "rules",
        "term",
        "terms",
        "minimal",
        "maximal",
        "min",
        "max",
        "local",
        "global",
        "saddle",
        "inflection",
        "inflexion",
        "decreasing",
        "increasing",
        "since",
        "when",
        "while",
        "whenever",
        "all",
        "every",
        "there",
        "hold",
        "holds",
        "true",
        "false",
        "valid",
        "correct",
        "ok",
        "okay",
        "constant",
        "common",
        "denominator",
        "numerator",
        "fraction",
        "bracket",
        "brackets",
        "identity",
        "law",
        "trig",
        "pythagoras",
        "equal",
        "equals",
        "an",
        "be",
        "can",
        "cancel",
        "cancels",
        "cancelling",
        "left",
        "right",
        "side",
        "out",
        "only",
        "just",
        "still",
        "too",
        "very",
        "thing",
        "things",
        "like",
    ]
)
_ELSEWHERE = frozenset(("let", "or"))
_CONSEQUENCE = re.compile(
    r"\s*[,;.]?\s+(?:so|hence|thus|therefore|then|giving|gives|which gives|which means|i\.e\.|that is"
    r"|it follows that)\b"
    r"[,:]?\s+(?:that\s+)?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*[,;(\[]?\s*\b(?P<word>because|since|by|using|from|as|with|where|for|if|when|at|provided|via|due)\b\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*(?:\(?\d{1,2}[.)]|\(?[ivx]+\)|[a-h]\)|[•▪*–])\s+(?=[A-Za-zα-ω∂∇\\=(|])")


_WHOLE_NUMBERS = re.compile(
    r"[,;]?\s*(?:\(\s*)?(?:(?:for|with|where)\s+)?(?:(?:all|any|every|some)\s+)?(?:integers?\s+)?\b[kmn]\s*"
    r"(?:(?:∈|\\in\b|\bin\b)\s*(?:ℤ|Z\b|\\(?:mathbb|Bbb)\s*\{?\s*Z\}?|the integers|integers)"
    r"|(?:is\s+)?(?:an?\s+)?(?:integer|whole number|whole)\b)\s*\)?\s*\.?\s*$"
)
_REASON_BEFORE = re.compile(
    r"\s*(?:since|because|as|for)\b(?P<reason>[^:=]*?(?:[<>≠≤≥]|!=|\\[lgn]eq?\b)[^:=,]*)[:,](?=.*=)", re.IGNORECASE
)
_RESTRICTION = re.compile(
    r"\s*(?:,|;|\s\(|\s\[)\s*(?P<where>[A-Za-z]\s*(?:≠|!=|<=?|>=?|≤|≥|\\(?:neq?|leq?|geq?|lt|gt)\b)[^,;=()<>]+)[)\]]?\s*\.?\s*$"
)
_ASIDE = re.compile(r"\(\s*[A-Za-z']+(?:[\s,]+[A-Za-z']+)+\s*\)")


def _without_asides(clean: str, known: frozenset[str]) -> str:
    """The text without what is said beside the mathematics: (not in the domain), since e^x > 0, k in Z."""

    def blank(found: re.Match[str]) -> str:
        return " " * len(found.group())

    def aside(found: re.Match[str]) -> str:
        words = re.findall(r"[A-Za-z']+", found.group())
        is_said = sum(_is_word(word, known) for word in words) > 1 or all(word.lower() in _WORDS for word in words)
        return blank(found) if is_said else found.group()

    clean = _REASON_BEFORE.sub(blank, clean, count=1) if _REASON_BEFORE.match(clean) else clean
    return _ASIDE.sub(aside, _WHOLE_NUMBERS.sub(blank, clean))


def _line(number: int, row: str, clean: str, known: frozenset[str], offset: int) -> Line:
    label = _LABEL.match(clean)
    if label is not None:
        clean = " " * label.end() + clean[label.end() :]
    clean = _without_asides(clean, known)
    conditions: list[str] = []
    restricted = _RESTRICTION.search(clean)
    if restricted is not None and re.search(r"[=≈]", clean[: restricted.start()]):
        conditions.append(restricted.group("where"))
        clean = clean[: restricted.start()]
    parts: list[tuple[str, int]] = []
    for text, start in _consequences(clean):
        text, begin = _without_lead(text, known)
        body, tail, word = _without_tail(text, known)
        if tail and word in ("for", "if", "when", "at", "where", "provided") and re.search(r"[<>=≤≥≠]|\\[lgn]e", tail):
            conditions.append(tail)
        if tail and not word and not re.search(r"[=≈]|\\approx|\(.*,", body):
            continue  # a minimum, no solution: words
        if body.strip():
            parts.append((body.rstrip().rstrip(".,;:").rstrip(), start + begin))
    return Line(number, row, tuple(parts), tuple(conditions), offset)


def _consequences(text: str) -> Iterator[tuple[str, int]]:
    begin = 0
    for match in _CONSEQUENCE.finditer(text):
        if not text[: match.start()].strip() or _is_open(text[: match.start()]):
            continue
        yield text[begin : match.start()], begin
        begin = match.end()
    yield text[begin:], begin


def _is_open(text: str) -> bool:
    return sum(text.count(c) for c in "([{") > sum(text.count(c) for c in ")]}")


def _without_lead(text: str, known: frozenset[str]) -> tuple[str, int]:
    """The text without the words in front of the mathematics, and how much was left out."""
    begin = 0
    while True:
        match = re.match(r"[\s,.:–-]*?([A-Za-z][A-Za-z']*\.?)(?=[\s,:]|$)[\s,:]*", text[begin:])
        if match is None or not _is_word(match.group(1), known, is_leading=True):
            break
        behind = text[begin + match.end() :]
        if behind[:1] in ("=", "≈") and len(match.group(1)) < 6:
            break  # at = 2 is mathematics
        begin += match.end()
    return text[begin:], begin


def _is_word(token: str, known: frozenset[str], *, is_leading: bool = False) -> bool:
    bare = token.rstrip(".").lower()
    if not bare.replace("-", "").replace("'", "").isalpha():
        return False
    if bare in known or token.rstrip(".") in known or len(bare) < 2:
        return False
    if bare in _WORDS:
        return len(bare) > 3 or bare in _LEADING or not set(bare) <= known
    if bare in ALIASES or bare in CONSTANTS or token in GREEK_NAMES or bare in GREEK_NAMES:
        return False
    if len(bare) < 4 or set(bare) <= known or "'" in bare:
        return False
    return not any(name in bare for name in ("sin", "cos", "tan", "log", "exp", "sqrt", "ln"))


def _without_tail(text: str, known: frozenset[str]) -> tuple[str, str, str]:
    """The text without the words behind it; those words; and the first of them."""
    for match in _TAIL.finditer(text):
        front = text[: match.start()]
        if (front.strip() and not _is_open(front)) or re.search(r"[(\[]\s*$", text[: match.start("word")]):
            word = match.group("word").lower()
            if set(word) <= known or not front.strip():
                continue
            return front, match.group("rest").strip().rstrip(")].,"), word
    bracketed = re.search(r"\s*[(\[]([^()\[\]=]*)[)\]]\s*[.,]?\s*$", text)
    if bracketed is not None and text[: bracketed.start()].strip() and _are_words(bracketed.group(1), known):
        return text[: bracketed.start()], bracketed.group(1), ""
    tokens = list(re.finditer(r"\S+", text))
    cut = len(tokens)
    while cut > 1 and _is_word(tokens[cut - 1].group().strip(".,;:!()"), known) and tokens[cut - 1].group() != "or":
        cut -= 1
        if tokens[cut - 1].group() in ("a", "is", "an", "at"):
            cut -= 1
    cut = max(cut, 1)
    if cut < len(tokens) and text[: tokens[cut].start()].strip():
        return text[: tokens[cut].start()], text[tokens[cut].start() :].strip(), ""
    return text, "", ""


def _are_words(text: str, known: frozenset[str]) -> bool:
    words = re.findall(r"[A-Za-z]+", text)
    return bool(words) and any(_is_word(word, known) for word in words) and not re.search(r"[\d^*/+]", text)


def is_in_words(text: str, known: frozenset[str]) -> bool:
    """Whether a text is a sentence rather than mathematics."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    return any(_is_word(word, known) for word in words) or sum(w.lower() in _WORDS for w in words) > 1


def as_vectors(given: Mapping[str, object]) -> dict[str, str]:
    """Return the vectors of a problem file as texts by name.

    Raises:
        UsageError: an entry is no vector.
    """
    found: dict[str, str] = {}
    for name, value in given.items():
        if isinstance(value, (list, tuple)):
            found[str(name)] = f"[{', '.join(map(str, value))}]"
        elif isinstance(value, str):
            found[str(name)] = value
        else:
            raise UsageError(f"the vector {name} is a list of numbers, or a text", hint='{"n": [4, 3, 5]}')
    return found
