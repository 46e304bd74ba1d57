"""Known functions, with and without brackets: sin 2x, log_2(x), sqrt(x), and radicals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mathcli.syntax import big_operators, complaints, differentials, names
from mathcli.syntax.tree import (
    ONE,
    Call,
    Constant,
    Derivative,
    E,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Transpose,
)
from mathcli.syntax.vocabulary import FUNCTIONS, INVERSES, SUMMING

if TYPE_CHECKING:
    from mathcli.syntax.grammar import Parser

TEN = Number(10)


# ---------------------------------------------------------------------- known functions


def function(p: Parser) -> Node:
    """sin x, sin^2(x), log_2 x, max(a, b), sum(...): a known function with what belongs to it."""
    at = p.at
    word = p.values[at]
    p.at += 1
    if word in SUMMING:
        return big_operators.summing(p, word, at)
    if word == "diff":
        return differentials.diff_call(p, at)
    if word in ("min", "max") and p.kind == "_":
        return big_operators.minimum(p, word, at)
    p.enter(at)
    base = _log_base(p, at) if word == "log" and p.kind in ("_", "sub(") else None
    primes = 0
    while p.kind == "'":
        p.at += 1
        primes += 1
    exponent = _function_exponent(p, word, at)
    if exponent is not None and word == "grad":
        raise p.error("a power of ∇ is not read", at + 1, hint="mathcli hessian gives the second partials")
    if base is None and word == "log" and p.kind in ("_", "sub("):
        base = _log_base(p, at)
    arguments, has_brackets = _function_arguments(p, word, at, is_powered=exponent is not None)
    if base is not None:
        if len(arguments) > 1:
            raise p.error("a logarithm with two bases", p.at - 1)
        arguments = (*arguments, base)
    if primes:
        return _function_primed(p, word, arguments, primes, at)
    node = _apply(p, word, arguments, at, exponent)
    if not has_brackets:
        _note_argument(p, word, at, arguments)
    p.depth -= 1
    return node


def _log_base(p: Parser, at: int) -> Node:
    """The base behind log_: a number, a letter or a group."""
    opened = p.at
    p.at += p.kind == "_"
    kind = p.kind
    if kind in ("number", "name", "constant"):
        handler = p.number if kind == "number" else (lambda: names.plain(p))
        return handler()
    if kind in ("{", "(", "sub("):
        start = p.at
        p.at += 1
        base = p.sum()
        p.expect({"{": "}", "(": ")", "sub(": ")sub"}[kind], start)
        return base
    if kind == "subscript":
        base_name = p.values[p.at]
        raise p.error(
            f"the base {base_name} of the logarithm", p.at, hint=f"write log(x, {base_name}), or brackets: log_b(x)"
        )
    raise p.error("the base of the logarithm is missing", p.at if p.kind != "end" else opened + 1)


def _function_exponent(p: Parser, word: str, at: int) -> Node | None:
    """The exponent between a function and its argument, as in sin^2 x."""
    if p.kind == "sup(":
        opened = p.at
        p.at += 1
        exponent = p.sum()
        p.expect(")sup", opened)
        return exponent
    if p.kind != "^":
        return None
    caret = p.at
    p.at += 1
    minus = 0
    while p.kind == "-":
        p.at += 1
        minus += 1
    kind = p.kind
    if kind == "number":
        node: Node = p.number()
    elif kind in ("name", "constant"):
        node = names.plain(p)
    elif kind in names.BRACKETS:
        opened = p.at
        p.at += 1
        node = p.sum()
        p.expect(names.BRACKETS[kind], opened)
    else:
        raise p.error("an exponent is missing after '^'", p.at if p.kind != "end" else caret + 1)
    for _ in range(min(minus, 2)):
        node = Negative(node)
    return node


def _function_arguments(p: Parser, word: str, at: int, *, is_powered: bool) -> tuple[tuple[Node, ...], bool]:
    kind = p.kind
    if kind == "{" and p.kinds[p.at + 1] == "}":
        raise missing_argument(p, word, p.at + 1)
    if kind in ("(", "[", "{"):
        if p.kinds[p.at + 1] in (")", "]", "}"):
            raise missing_argument(p, word, p.at + 1)
        if FUNCTIONS[word].most == 1 and FUNCTIONS[word].name != "norm" and names.has_comma(p, p.at):
            raise _too_many(p, word)
        spaced = not p.is_glued()
        opened = p.at
        arguments = names.arguments(p)
        if word == "sqrt" and kind == "[" and p.kind in ("(", "{") and p.is_glued() and not spaced:
            index = p.source(p.starts[opened + 1], p.ends[p.at - 2])
            sentence = f"sqrt[{index}](...) is read as sqrt({index})*(...); for a root write root(x, {index})"
            p.note(sentence, p.starts[at], doubtful=True)
        if spaced and p.kind in ("^", "sup(") and not p.text.startswith("\\", p.starts[at]):
            shown = p.source(p.starts[at])
            p.note(f"{shown} to a power is read as ({shown})^...", p.starts[at])
        return arguments, True
    if FUNCTIONS[word].least > 1:
        raise p.error(f"{word} takes its arguments in brackets", p.at, hint=f"write {word}(x, 3)")
    return (bare_argument(p, word, at),), False


def _too_many(p: Parser, word: str) -> Exception:
    level = 0
    where = p.at
    for where in range(p.at, len(p.kinds)):
        kind = p.kinds[where]
        level += (kind in ("(", "[", "{")) - (kind in (")", "]", "}"))
        if kind == "," and level == 1:
            break
    if p.kinds[where - 1] == p.kinds[where + 1] == "number" and p.ends[where - 1] == p.starts[where + 1] - 1:
        before, after = p.values[where - 1], p.values[where + 1]
        return p.error(f"{word} takes one argument", where, hint=f"write {before}.{after} for a decimal")
    return p.error(f"{word} takes one argument", where)


def missing_argument(p: Parser, word: str, at: int) -> Exception:
    return p.error(f"the argument of {word} is missing", at, hint=f"write {word}(x)" if p.kinds[at] == "end" else "")


def bare_argument(p: Parser, word: str, at: int) -> Node:
    """The argument without brackets: it ends at + - * / and before the next function."""
    from mathcli.syntax.grammar import STARTS

    if p.kind == "function":
        start = p.starts[p.at]
        return p.place(function(p), start)
    if p.kind == "-" and p.kind_after() in STARTS and p.ends[p.at] == p.starts[p.at + 1]:
        p.note(f"the minus sign belongs to the argument of {word}; otherwise write brackets", p.starts[at])
        return p.negative(lambda: bare_argument(p, word, at))
    if p.kind not in STARTS or not p.may_multiply():
        raise missing_argument(p, word, p.at)
    start = p.starts[p.at]
    factors = [p.factor()]
    while p.kind in STARTS and p.kind != "function" and p.may_multiply():
        factors.append(p.juxtaposed())
    return p.place(Product.of(*factors), start)


def _note_argument(p: Parser, word: str, at: int, arguments: tuple[Node, ...]) -> None:
    """sin x/2, sin x^2, sqrt 2x: say how far the argument reaches, where people differ."""
    shown = p.source(p.starts[at])
    if len(shown) > 60:
        return
    argument = arguments[0]
    inner_start = at + 1
    while p.kinds[inner_start] in ("^", "_", "-", "number", "sup(", ")sup") and inner_start < p.at - 1:
        if p.kinds[inner_start] == "number" and p.kinds[inner_start - 1] not in ("^", "_", "-", "sup("):
            break
        inner_start += 1
    inner = p.source(p.starts[inner_start])
    full = f"{p.source(p.starts[at], p.ends[inner_start - 1])}({inner})"
    if p.kind == "/":
        p.note(f"{shown}/... is read as ({shown})/...; otherwise write brackets", p.starts[at], doubtful=True)
    elif (
        (isinstance(argument, Power | Call) and not isinstance(argument, Call) and argument.base is not E)
        or (isinstance(argument, Product) and not _is_plain(argument))
        or (word in ("sqrt", "cbrt") and isinstance(argument, Product))
    ):
        p.note(f"{shown} is read as {full}; otherwise write brackets", p.starts[at], doubtful=True)


def _is_plain(argument: Product) -> bool:
    """A multiple of letters, as in sin 2x or sin pi x, which nobody doubts."""
    return all(isinstance(factor, Number | Name | Constant) for factor in argument.factors)


def _apply(p: Parser, word: str, arguments: tuple[Node, ...], at: int, exponent: Node | None) -> Node:
    """The node of a function at its arguments, raised to the exponent that stood before them."""
    _check_count(p, word, arguments, at)
    if exponent is not None and isinstance(exponent, Negative) and exponent.operand is ONE and word in INVERSES:
        inverse = INVERSES[word]
        shown = FUNCTIONS[inverse].display
        p.note(f"{word}^-1 is read as the inverse function {shown}; for 1/{word} write 1/{word}(x)", p.starts[at])
        return Call(inverse, arguments)
    node = build(p, word, arguments, at)
    return node if exponent is None else Power(node, exponent)


def _check_count(p: Parser, word: str, arguments: tuple[Node, ...], at: int) -> None:
    entry = FUNCTIONS[word]
    if entry.least <= len(arguments) <= entry.most:
        return
    if len(arguments) < entry.least:
        raise p.error(f"{word} takes {entry.least} arguments", p.at - 1, hint=f"write {word}(x, 3)")
    raise p.error(f"{word} takes at most {entry.most} arguments", _comma(p, entry.most))


def _comma(p: Parser, number: int) -> int:
    """The token of a comma in the bracket that has just closed, counted from 1."""
    level, commas = 0, []
    for at in range(p.at - 1, -1, -1):
        kind = p.kinds[at]
        level += (kind in (")", "]", "}")) - (kind in ("(", "[", "{"))
        if level == 0:
            break
        if kind in (",", ";") and level == 1:
            commas.append(at)
    return commas[-number]


def build(p: Parser, word: str, arguments: tuple[Node, ...], at: int) -> Node:
    """The canonical node: exp is a power of e, lg a logarithm to base 10."""
    first = arguments[0]
    match word:
        case "exp":
            return Power(E, first)
        case "log":
            return _logarithm(p, arguments, at)
        case "ln":
            return Call("log", (first,))
        case "lg":
            return Call("log", (first, TEN))
        case "log2":
            return Call("log", (first, Number(2)))
        case "pow":
            return Power(first, arguments[1])
        case "norm":
            return Norm(first)
        case "transpose":
            return Transpose(first)
    return Call(word, arguments)


def _logarithm(p: Parser, arguments: tuple[Node, ...], at: int) -> Node:
    if len(arguments) == 1:
        p.note("log is the natural logarithm; for base 10 write log10", p.starts[at])
    elif p.kinds[at + 1] == "(":
        p.note(f"{p.source(p.starts[at])}: the second argument is the base", p.starts[at])
    return Call("log", arguments)


def _function_primed(p: Parser, word: str, arguments: tuple[Node, ...], primes: int, at: int) -> Node:
    """sin'(x): the derivative of the function, for a plain letter."""
    p.depth -= 1
    if len(arguments) == 1 and isinstance(arguments[0], Name):
        return Derivative(_apply(p, word, arguments, at, None), arguments[0], primes)
    raise p.error(f"a prime behind {word} needs a letter as its argument", at + 1, hint="write d/dx (...)")


def radical(p: Parser) -> Node:
    """√x, ∛x, √(x+1): the next factor and no more."""
    at = p.at
    index = p.values[at] if p.values[at] in "234" else "2"
    p.at += 1
    p.enter(at)
    if p.kind == "-" or p.kind == "end":
        raise p.error("the argument of the root is missing", p.at)
    start = p.starts[p.at]
    operand = p.factor()
    p.depth -= 1
    from mathcli.syntax.grammar import STARTS

    shown = p.source(p.starts[at])
    if p.kinds[at - 1] == ")sup" and p.starts[at] == p.ends[at - 1]:
        raised = p.values[at - 1]
        sentence = f"{raised}{shown} is read with {raised} as an exponent; for a root write root(x, 3)"
        p.note(sentence, p.starts[at], doubtful=True)
    if isinstance(operand, Power) and p.kinds[at + 1] != "(":
        p.note(f"{shown} is read as √({p.source(start)}); otherwise write brackets", p.starts[at], doubtful=True)
    elif p.kind in STARTS and p.is_glued() and p.kinds[at + 1] not in ("(", "{") and p.may_multiply():
        rest = p.source(p.starts[p.at], p.ends[complaints.end_of_chain(p, p.at) - 1])
        p.note(f"{shown}{rest} is read as {shown}*{rest}; otherwise write brackets", p.starts[at], doubtful=True)
    return root(operand, index)


def root(operand: Node, index: str) -> Node:
    if index == "2":
        return Call("sqrt", (operand,))
    return Call("cbrt", (operand,)) if index == "3" else Call("root", (operand, Number(int(index))))


def indexed_radical(p: Parser) -> Node:
    """³√x, ⁿ√x, as some keyboards write it."""
    at = p.at
    stop = p.kinds.index(")sup", at) + 1
    if p.kinds[stop] != "√" or p.values[stop] != "2":
        raise complaints.missing_operand(p)
    p.at += 1
    index = p.sum()
    p.expect(")sup", at)
    p.at += 1
    p.enter(at)
    operand = p.factor()
    p.depth -= 1
    if isinstance(index, Number) and index.is_integer and index.numerator in (2, 3):
        return root(operand, str(index.numerator))
    return Call("root", (operand, index))


PRIMARIES: dict[str, Callable[[Parser], Node]] = {
    "function": function,
    "√": radical,
    "sup(": indexed_radical,
}
