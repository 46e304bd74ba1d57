"""What to say where a shell ate part of the input, or where somebody asked for what is not here."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from mathcli.errors import MathcliError, NotCoveredError, UsageError
from mathcli.topics._words import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _by_word(groups: Mapping[str, str]) -> dict[str, str]:
    return {word.replace("-", ""): meant for meant, words in groups.items() for word in words.split()}


OTHER_NAMES = _by_word(
    {
        "diff": "derivative derivatives differentiate differentiation derive deriv d d/dx dx prime",
        "partial": "partials pdiff",
        "gradient": "grad nabla directional directional-derivative",
        "hessian": "hess",
        "jacobian": "jac",
        "implicit": "idiff dydx dy/dx implicit-differentiation",
        "tangent": "tangent-line tangent-plane normal-line linearize",
        "project": "projection proj orthogonal gram-schmidt span",
        "critical": "extrema extremum extreme minimize maximize minimise maximise minimum maximum min max argmin "
        "argmax stationary turning-points optimize optimum lagrange kkt constrained saddle inflection convex convexity",
        "distance": "nearest closest shortest",
        "solve": "root roots zero zeros zeroes solver nsolve equation inequality system intersection",
        "equal": "eq equals compare prove proof same identity equality is-equal equivalent",
        "check": "verify grade grading mark marks marking working homework correct correction solution mistakes",
        "descend": "gradient-descent descent gd sgd newton momentum learning-rate minibatch optimizer train",
        "fit": "regression regress linear-regression logistic logistic-regression polyfit curve-fit curve fitting "
        "least-squares mse loss residual residuals linreg ols",
        "standardize": "zscore z-score scale scaling scaler",
        "normalize": "min-max rescale",
        "outliers": "iqr anomaly anomalies",
        "onehot": "dummies get-dummies encode encoding categories",
        "read": "parse show latex sympy convert format ast tree tokens bracket",
        "batch": "run file files sheet worksheet",
        "explain": "rule rules man learn lesson",
        "--help": "commands list examples example tutorial usage",
        "--version": "version",
        "--install-completion": "completion complete completions",
    }
)
"""What people type, and the command that does it; hyphens do not count."""

NOT_HERE = {
    "integrate": "mathcli does not integrate; to test an antiderivative F, differentiate it: mathcli diff 'F'",
    "limit": "mathcli does not take limits; mathcli critical shows where a function goes at the ends of its domain",
    "simplify": "'simplify' names no rewriting; mathcli equal proves that two expressions are equal",
    "expand": "mathcli does not expand on its own; it tests your expansion: mathcli equal 'f' 'g' --form expanded",
    "factor": "mathcli does not factor on its own; it tests your factors: mathcli equal 'f' 'g' --form factored",
    "plot": "mathcli draws no graphs on their own; mathcli critical and distance draw the curve they speak of",
    "taylor": "mathcli has no Taylor series; mathcli diff 'f' --order n --at x=0 gives its coefficients times n!",
    "statistics": "mathcli standardize, normalize and outliers give the figures they rest on: mean, sd, quartiles",
    "cluster": "mathcli does not cluster; scikit-learn's KMeans and DBSCAN do",
    "lof": "mathcli outliers knows two other rules; scikit-learn's LocalOutlierFactor works this one out",
    "sum": "mathcli does not evaluate sums; mathcli diff differentiates them term by term",
    "evaluate": "mathcli is no calculator; mathcli diff 'f' --at x=2 evaluates a derivative",
    "matrix": "mathcli does not calculate with matrices; gradient, hessian and jacobian differentiate by them",
    "vector": "mathcli does not calculate with vectors; mathcli project shows the dot products it needs",
    "dsolve": "mathcli does not solve differential equations",
}
"""What is not here, in one sentence each."""

SAME = _by_word(
    {
        "integrate": "int integral antiderivative integration",
        "limit": "lim limits",
        "simplify": "simp",
        "expand": "multiply-out",
        "plot": "graph draw sketch",
        "taylor": "series maclaurin",
        "factor": "factorise factorize",
        "statistics": "mean median mode variance sd std stats",
        "cluster": "clustering kmeans dbscan",
        "lof": "local-outlier-factor",
        "sum": "product",
        "evaluate": "eval calc calculate compute n",
        "matrix": "det determinant inverse eigenvalues trace transpose rank",
        "vector": "dot cross norm magnitude unit vectors",
        "dsolve": "ode",
    }
)


def no_such_command(command: str, rest: Sequence[str], known: Iterable[str]) -> MathcliError:
    """The error for a first word that is no command: what it is called here, or what to do instead."""
    known = tuple(known)
    word = re.sub(r"[-_ ]", "", command.lower())
    if not word:
        return UsageError("the command is empty", hint="mathcli diff 'x^2'; mathcli --help lists all")
    other = OTHER_NAMES.get(word, word)
    if other.startswith("--"):
        return UsageError(f"there is no command {command!r}", hint=f"mathcli {other}")
    if other in known:
        return UsageError(f"there is no command {command!r}", hint=f"mathcli {other}{_quoted(rest)}")
    topic = SAME.get(word, word)
    if topic in NOT_HERE:
        return NotCoveredError(NOT_HERE[topic], hint="mathcli --help lists what is here")
    if not re.fullmatch("[A-Za-z]{2,}([-_][A-Za-z]{2,})*", command) or _is_function(word):
        return UsageError("a command comes first, then the expression", hint=f"mathcli diff{_quoted((command, *rest))}")
    close = _slip(word, (*known, *OTHER_NAMES))
    close = OTHER_NAMES.get(close, close)
    if close in known:
        return UsageError(f"there is no command {command!r}", hint=f"did you mean mathcli {close}{_quoted(rest)}?")
    close = _slip(word, (*NOT_HERE, *SAME), most=1)
    if close:
        return NotCoveredError(NOT_HERE[SAME.get(close, close)], hint="mathcli --help lists what is here")
    return UsageError(f"there is no command {command!r}", hint="mathcli --help lists all")


def _slip(word: str, known: Iterable[str], *, most: int = 2) -> str:
    """The nearest word that begins alike: fingers seldom slip on the first letter, but they swap it with the second."""
    starts = (word[:1], word[1::-1])
    return nearest(word, (other for other in known if len(other) > 2 and other.startswith(starts)), most=most)


def _is_function(word: str) -> bool:
    from mathcli.syntax.vocabulary import FUNCTIONS

    return word in FUNCTIONS


def no_command_before(words: Sequence[str], shared: Iterable[str], commands: Iterable[str]) -> MathcliError:
    """The error for words that begin with what is no shared option, where a command was expected."""
    first = words[0]
    spelling = first.partition("=")[0]
    command = next((word for word in words if word in commands), "")
    close = nearest(spelling, shared)
    if not first.startswith("--") and not command:
        return UsageError("a command comes first, then the expression", hint=f"mathcli diff{_quoted(words)}")
    if close and close != "-q":
        return UsageError(f"there is no option {spelling} before the command", hint=f"did you mean {close}?")
    hint = f"the options of a command stand behind it: mathcli {command or 'diff'} ... {spelling}"
    return UsageError(f"expected a command before {spelling}", hint=hint)


def asks_for_help(words: Sequence[str]) -> bool:
    """Whether --help stands among the words, or a -h that cannot be a term with the letter h."""
    words = words[: words.index("--")] if "--" in words else words
    if "--help" in words:
        return True
    return "-h" in words and not any("h" in word for word in words if word != "-h")


def _quoted(words: Sequence[str]) -> str:
    if not words:
        return ""
    if list(words) == ["--help"]:
        return " --help"
    text = " ".join(words)
    return f" '{text}'" if len(text) < 60 and "'" not in text and "--" not in text else " ..."


def refuse_file_names(words: Sequence[str]) -> None:
    """Stop where a shell has put the names of files in the place of a bare *.

    Raises:
        UsageError: the names of this folder's files stand among the words, in their order.
    """
    if len(words) < 2:
        return
    files = _files_here()
    if not files:
        return
    for start in range(len(words) - len(files) + 1):
        end = start + len(files)
        if sorted(words[start:end]) == files and (len(files) > 1 or start > 0):
            typed = " ".join((*words[:start], "*", *words[end:]))
            raise UsageError(
                "the shell has replaced * by the names of the files here",
                hint=f"write the expression in single quotes: '{typed}'",
            )


def _files_here() -> list[str]:
    try:
        return sorted(entry for entry in os.listdir() if not entry.startswith("."))
    except OSError:
        return []


def notes_on_words(words: Sequence[str], *, are_joined: bool = True) -> tuple[str, ...]:
    """What to say about words that a shell may have changed, or that were joined where nothing joins them."""
    notes = []
    for word in words:
        if 1 < len(word) < 200 and not word.isalpha() and word.isprintable() and os.path.exists(word):
            notes.append(f"{word} is a file here: if you typed a *, the shell replaced it; use 'single quotes'")
    letters = "".join(words)
    for word in words if len(words) > 1 else ():
        if len(word) == 2 and word[0] == "-" and word[1].isalpha() and letters.count(word[1]) == 1:
            notes.append(f"{word} is read as mathematics, minus {word[1]}: there is no option {word}")
    if are_joined and any(_joins_nothing(*words[start : start + 2]) for start in range(len(words) - 1)):
        notes.append(f"the words are read as one expression: {' '.join(words)}")
    return tuple(notes)


def _joins_nothing(left: str, right: str) -> bool:
    """Whether neither word has an operator where the two meet, so that joining them makes a product."""
    if not left or not right or left.isalpha():
        return False
    return left[-1] not in "+-*/^=<>,(" and (right[0].isalnum() or right[0] in "([")


def _repaired(error: MathcliError) -> str:
    """The text with what was meant in the place of what was not known, "" where that does not read either."""
    meant, is_asked, _ = error.hint.removeprefix("did you mean ").partition("?")
    if not error.hint.startswith("did you mean ") or not is_asked or error.span is None:
        return ""
    from mathcli.errors import InputError
    from mathcli.syntax.parser import read

    repaired = f"{error.text[: error.span.start]}{meant}{error.text[error.span.end :]}"
    try:
        read(repaired)
    except InputError:
        return ""
    return repaired


SECOND = {"project": "--onto", "distance": "--to", "descend": "--from", "tangent": "--at", "diff": "--order"}
"""The option that a second word without one may have been meant for."""


def _option_left_out(error: MathcliError, command: str, words: Sequence[str]) -> str:
    """The command with an option before its last word, "" where the error is not where that word begins."""
    if command not in SECOND or len(words) != 2 or error.span is None or error.text != " ".join(words):
        return ""
    return f"mathcli {command} '{words[0]}' {SECOND[command]} {words[1]}" if error.span.start > len(words[0]) else ""


def add_hint(error: MathcliError, command: str, words: Sequence[str]) -> None:
    """Say what a shell does to such input, where the error shows that it did."""
    text = error.text or " ".join(words)
    first = text.lstrip()[:1]
    if error.kind != "syntax":
        return
    if first and first in "^*/=" and (error.span is None or error.span.start <= len(text) - len(text.lstrip())):
        whole = f"y {text.strip()}" if first == "=" else f"x{text.strip()}"
        error.hint = (
            "inside double quotes the shell replaces $x with nothing\n"
            f"write it in single quotes:  mathcli {command} '{whole}'"
        )
    elif meant := _option_left_out(error, command, words):
        error.hint = f"the words are read as one expression; if the last one stands for itself:\n{meant}"
    elif (repaired := _repaired(error)) and text == " ".join(words):
        quote = "'" if "'" not in repaired else '"'
        error.hint += f"\ntry:  mathcli {command} {quote}{repaired}{quote}"
    elif not text.strip():
        error.hint = f"mathcli {command} 'x^2', or one expression a line on stdin: mathcli {command} -"
