"""Names and functions: subscripts, known functions with and without brackets, calls of f, g, h, definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mathcli.syntax import complaints, differentials
from mathcli.syntax.tree import (
    INF,
    ONE,
    PI,
    Call,
    Constant,
    Definition,
    E,
    Indexed,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Transpose,
)
from mathcli.syntax.vocabulary import FUNCTIONS, GREEK_NAMES, INVERSES, SUBSCRIPT_WORDS, SUMMING

if TYPE_CHECKING:
    from mathcli.syntax.parser import Parser

_CONSTANTS: dict[str, Constant] = {"e": E, "pi": PI, "i": Constant("i"), "inf": INF}
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_SIMPLE = frozenset(("number", "name", "constant", "subscript", ",", "function", "keyword"))
TEN = Number(10)


# ---------------------------------------------------------------------- names


def name(p: Parser) -> Node:
    """A letter, a declared name, or a call: x, x_1, f(x), f''(x)."""
    at = p.at
    value = p.values[at]
    if value == "d" and differentials.is_operator(p, at):
        return differentials.operator(p)
    p.at += 1
    base = _with_digits(p, value, at)
    kind = p.kinds[p.at]
    if kind in ("_", "sub("):
        node = subscripted(p, base)
        kind = p.kinds[p.at]
        if kind == "(" and isinstance(node, Name) and node.name in p.callable:
            return _call(p, node.name, 0, at)
        return node
    if kind == "(":
        if base in p.callable:
            return _call(p, base, 0, at)
        return _product_or_call(p, base, at)
    if kind == "'" or (kind == "^" and p.kind_after() == "{" and p.kind_after(2) == "'"):
        return _primed_call(p, base, at)
    return Name(base)


def _with_digits(p: Parser, value: str, at: int) -> str:
    """x2 is x_2, said so: superscripts are lost in pasted text."""
    if p.kinds[p.at] != "number" or p.ends[at] != p.starts[p.at]:
        return value
    digits = p.values[p.at]
    typed = value if len(value) == 1 else p.text[p.starts[at] : p.ends[at]]
    p.note(
        f"{typed}{digits} is read as {typed}_{digits}; for a power write {typed}^{digits}", p.starts[at], doubtful=True
    )
    p.at += 1
    if p.kinds[p.at] == "number" and p.is_glued():
        raise p.error("a subscript with a decimal point", p.at, hint=f"for a product write {typed}*{digits}{p.values[p.at]}")
    return f"{value}_{digits}"


def constant(p: Parser) -> Node:
    """e, pi, i, inf, unless the letter is a variable here."""
    at = p.at
    value = p.values[at]
    if value in p.bound or p.kinds[at + 1] in ("_", "sub("):
        return name(p)
    p.at += 1
    typed = p.text[p.starts[at] : p.ends[at]]
    if value == "pi" and typed in ("PI", "Pi"):
        p.note(f"{typed} is read as π", p.starts[at])
    return _CONSTANTS[value]


def subscripted(p: Parser, base: str) -> Node:
    """base with its subscripts: one name, or an entry of a family where an index is bound."""
    while p.kind in ("_", "sub("):
        opened = p.at
        if p.kind == "_":
            p.at += 1
        part = _subscript(p, opened)
        if isinstance(part, tuple):
            return Indexed(base, part)
        base = f"{base}_{part}"
    return Name(base)


def _subscript(p: Parser, opened: int) -> str | tuple[Node, ...]:
    kind = p.kind
    at = p.at
    if kind in ("number", "name", "constant", "subscript"):
        value = p.values[at]
        p.at += 1
        return _word_subscript(p, value, at)
    if kind not in ("{", "(", "sub("):
        raise p.error("a subscript is missing after '_'", at)
    closing = {"{": "}", "(": ")", "sub(": ")sub"}[kind]
    end = at + 1
    while p.kinds[end] in _SIMPLE:
        end += 1
    if p.kinds[end] == closing and end > at + 1:
        parts = [p.values[k] for k in range(at + 1, end) if p.kinds[k] != ","]
        if not _has_index(p, parts):
            p.at = end + 1
            has_comma = "," in p.kinds[at + 1 : end]
            return ("_" if has_comma else "").join(parts)
        if len(parts) == 1 and p.kinds[at + 1] == "subscript":
            p.at = end + 1
            return _word_subscript(p, parts[0], at + 1)
    p.at += 1
    entries = [p.sum()]
    while p.kind == "," or (p.kind in ("name", "number") and p.kind != closing):
        p.at += p.kind == ","
        entries.append(p.sum())
    p.expect(closing, at)
    if len(entries) == 1 and isinstance(entries[0], Product) and all(
        isinstance(factor, Name | Number) for factor in entries[0].factors
    ):
        return entries[0].factors
    return tuple(entries)


def _has_index(p: Parser, parts: list[str]) -> bool:
    return any(part in p.indices or (len(part) > 1 and _all_indices(p, part)) for part in parts)


def _all_indices(p: Parser, letters: str) -> bool:
    return bool(p.indices) and all(letter in p.indices for letter in letters)


def _word_subscript(p: Parser, value: str, at: int) -> str | tuple[Node, ...]:
    if value in p.indices:
        return (Name(value),)
    if len(value) > 1 and _all_indices(p, value):
        return tuple(Name(letter) for letter in value)
    is_doubtful = p.kinds[at] == "subscript" and p.kinds[at - 1] == "_" and len(value) > 1
    if is_doubtful and value not in SUBSCRIPT_WORDS and value not in GREEK_NAMES:
        start = p.starts[at - 2]
        whole = p.source(start)
        before = p.source(start, p.ends[at - 1])
        p.note(
            f"{whole} is read as one name; for a product write {before}{value[0]} {value[1:]}", start, doubtful=True
        )
    return value


# ---------------------------------------------------------------------- calls of f, g, h


def _arguments(p: Parser) -> tuple[Node, ...]:
    """( list ), with p at the bracket."""
    opened = p.at
    closing = _BRACKETS[p.kind]
    p.enter(opened)
    p.at += 1
    bars, p.bars = p.bars, []
    if p.kind == closing:
        raise p.error("there is nothing between the brackets", p.at)
    entries = [p.relation()]
    while p.kind in (",", ";"):
        complaints.check_comma(p, opened)
        p.at += 1
        entries.append(p.relation())
    p.expect(closing, opened)
    p.bars = bars
    p.depth -= 1
    return tuple(entries)


def _call(p: Parser, function: str, primes: int, at: int) -> Node:
    arguments = _arguments(p)
    shown = p.source(p.starts[at])
    if function in ("f", "g", "h") and primes == 0 and len(shown) < 40:
        p.note(f"{function}(...) is read as the function {function} at a point; for a product write {function}*(...)", p.starts[at])
    return Call(function, arguments, primes)


def _product_or_call(p: Parser, base: str, at: int) -> Node:
    """x(x+1) is a product; L(w_0, ..., w_n) can only be a call."""
    if has_comma(p, p.at):
        arguments = _arguments(p)
        p.note(f"{base}(...) is read as the function {base} of several variables", p.starts[at])
        return Call(base, arguments)
    if p.is_glued():
        p.note(f"{base}(...) is read as a product; for a function define it: --let '{base}(x) = ...'", p.starts[at])
    return Name(base)


def has_comma(p: Parser, opened: int) -> bool:
    """Whether the bracket at this token holds a comma of its own."""
    level = 0
    kinds = p.kinds
    for at in range(opened, len(kinds)):
        kind = kinds[at]
        if kind in ("(", "[", "{"):
            level += 1
        elif kind in (")", "]", "}"):
            level -= 1
            if level == 0:
                return False
        elif kind == "," and level == 1:
            return True
    return False


def _primed_call(p: Parser, base: str, at: int) -> Node:
    """f''(x), with the primes here."""
    first = p.at
    braced = p.kind == "^"
    p.at += 2 * braced
    primes = 0
    while p.kind == "'":
        p.at += 1
        primes += 1
    if braced:
        p.expect("}", first + 1)
    if p.kind == "(" and (base in p.callable or primes):
        return _call(p, base, primes, at)
    raise complaints.prime_without_function(p, Name(base), first)


# ---------------------------------------------------------------------- known functions


def function(p: Parser) -> Node:
    """sin x, sin^2(x), log_2 x, max(a, b), sum(...): a known function with what belongs to it."""
    at = p.at
    word = p.values[at]
    p.at += 1
    if word in SUMMING:
        return differentials.summing(p, word, at)
    if word == "diff":
        return differentials.diff_call(p, at)
    if word in ("min", "max") and p.kind == "_":
        return differentials.minimum(p, word, at)
    p.enter(at)
    base = _log_base(p, at) if word == "log" and p.kind in ("_", "sub(") else None
    primes = 0
    while p.kind == "'":
        p.at += 1
        primes += 1
    exponent = _function_exponent(p, word, at)
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
        handler = p.number if kind == "number" else (lambda: _plain(p))
        return handler()
    if kind in ("{", "(", "sub("):
        start = p.at
        p.at += 1
        base = p.sum()
        p.expect({"{": "}", "(": ")", "sub(": ")sub"}[kind], start)
        return base
    if kind == "subscript":
        base_name = p.values[p.at]
        raise p.error(f"the base {base_name} of the logarithm", p.at, hint=f"write log(x, {base_name}), or brackets: log_b(x)")
    raise p.error("the base of the logarithm is missing", p.at if p.kind != "end" else opened + 1)


def _plain(p: Parser) -> Node:
    value = p.values[p.at]
    is_name = p.kind == "name" or value in p.bound
    p.at += 1
    return Name(value) if is_name else _CONSTANTS[value]


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
        node = _plain(p)
    elif kind in _BRACKETS:
        opened = p.at
        p.at += 1
        node = p.sum()
        p.expect(_BRACKETS[kind], opened)
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
        if FUNCTIONS[word].most == 1 and FUNCTIONS[word].name != "norm" and has_comma(p, p.at):
            raise _too_many(p, word)
        spaced = not p.is_glued()
        arguments = _arguments(p)
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
    from mathcli.syntax.parser import STARTS

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
    elif (isinstance(argument, Power | Call) and not isinstance(argument, Call) and argument.base is not E) or (isinstance(argument, Product) and not _is_plain(argument)) or (word in ("sqrt", "cbrt") and isinstance(argument, Product)):
        p.note(f"{shown} is read as {full}; otherwise write brackets", p.starts[at], doubtful=True)


def _is_plain(argument: Product) -> bool:
    """A multiple of letters, as in sin 2x or sin pi x, which nobody doubts."""
    return all(isinstance(factor, Number | Name | Constant) for factor in argument.factors)


def _apply(p: Parser, word: str, arguments: tuple[Node, ...], at: int, exponent: Node | None) -> Node:
    """The node of a function at its arguments, raised to the exponent that stood before them."""
    _check_count(p, word, arguments)
    if exponent is not None and isinstance(exponent, Negative) and exponent.operand is ONE and word in INVERSES:
        inverse = INVERSES[word]
        shown = FUNCTIONS[inverse].display
        p.note(f"{word}^-1 is read as the inverse function {shown}; for 1/{word} write 1/{word}(x)", p.starts[at])
        return Call(inverse, arguments)
    node = build(p, word, arguments, at)
    return node if exponent is None else Power(node, exponent)


def _check_count(p: Parser, word: str, arguments: tuple[Node, ...]) -> None:
    entry = FUNCTIONS[word]
    if entry.least <= len(arguments) <= entry.most:
        return
    if len(arguments) < entry.least:
        raise p.error(f"{word} takes {entry.least} arguments", p.at - 1, hint=f"write {word}(x, 3)")
    raise p.error(f"{word} takes at most {entry.most} arguments", p.at - 1)


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
    from mathcli.syntax.tree import Derivative

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
    from mathcli.syntax.parser import STARTS

    shown = p.source(p.starts[at])
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


# ---------------------------------------------------------------------- definitions and iterates


def definition(p: Parser) -> Node | None:
    """f(x, y) = body, at the very start of the text: the parameters are variables from there on."""
    kinds, values = p.kinds, p.values
    if kinds[0] not in ("name", "constant"):
        return None
    opened = _after_subscript(p, 1)
    if kinds[opened] != "(":
        return None
    at = opened + 1
    parameters: list[str] = []
    while kinds[at] in ("name", "constant"):
        stop = _after_subscript(p, at + 1)
        spelled = [values[at]] + [values[k] for k in range(at + 1, stop) if kinds[k] in ("number", "name", "subscript")]
        parameters.append("_".join(spelled))
        at = stop + 1
        if kinds[stop] == ")":
            break
        if kinds[stop] != ",":
            return None
    else:
        return None
    if kinds[at] != "=" or len(set(parameters)) < len(parameters):
        return None
    function_name = "_".join(values[k] for k in range(opened) if kinds[k] in ("name", "constant", "number", "subscript"))
    if any(word in ("pi", "inf") for word in parameters):
        return None
    p.at = at + 1
    p.bound |= frozenset(parameters)
    body = p.relation()
    if p.kind != "end":
        raise complaints.leftover(p)
    return Definition(function_name, tuple(Name(parameter) for parameter in parameters), body)


def _after_subscript(p: Parser, at: int) -> int:
    """The token behind a subscript that may start here."""
    if p.kinds[at] == "number" and p.ends[at - 1] == p.starts[at]:
        return at + 1
    if p.kinds[at] == "_" and p.kinds[at + 1] in ("number", "name", "constant", "subscript"):
        return at + 2
    if p.kinds[at] in ("sub(",) or (p.kinds[at] == "_" and p.kinds[at + 1] == "{"):
        while p.kinds[at] not in (")sub", "}", "end"):
            at += 1
        return min(at + 1, len(p.kinds) - 1)
    return at


def find_iterate(p: Parser) -> None:
    """w^(t+1) = ... counts steps: then w^(t) is no power either."""
    kinds, values = p.kinds, p.values
    if kinds[:2] != ["name", "^"] or len(kinds) < 8:
        return
    at = 2
    while kinds[at] in ("{", "("):
        at += 1
    if at == 2 or kinds[at : at + 3] != ["name", "+", "number"] or values[at + 2] != "1":
        return
    counter = values[at]
    at += 3
    while kinds[at] in ("}", ")"):
        at += 1
    if kinds[at] == "=" and counter in ("t", "k", "n", "i", "j"):
        p.iterate = (values[0], counter)
        p.note(f"{values[0]}^({counter}+1) is read as the iterate number {counter}+1, not as a power", 0)


def iterate(p: Parser, base: Name) -> Node:
    """The superscript of an iterate, as an index."""
    at = p.at
    if p.kind not in ("(", "{"):
        exponent = p.exponent()
        return Indexed(base.name, (exponent,)) if exponent in (Name(p.iterate[1]),) and p.iterate else Power(base, exponent)
    closing = _BRACKETS[p.kind]
    p.at += 1
    counter = p.sum()
    p.expect(closing, at)
    return Indexed(base.name, (counter,))


def decoration(p: Parser) -> Node:
    """\\hat{y}, \\vec w: a name with the ending hat, vec."""
    at = p.at
    p.at += 1
    braced = p.kind == "{"
    opened = p.at
    p.at += braced
    if p.kind not in ("name", "constant"):
        raise p.error("a mark stands above one letter", p.at if p.kind != "end" else at)
    base = p.values[p.at]
    p.at += 1
    if braced:
        inner = subscripted(p, base + p.values[at]) if p.kind in ("_", "sub(") else None
        p.expect("}", opened)
        if inner is not None:
            return inner
    base += p.values[at]
    return subscripted(p, base) if p.kind in ("_", "sub(") else Name(base)


def partial(p: Parser) -> Node:
    if differentials.is_operator(p, p.at):
        return differentials.operator(p)
    raise p.error("∂ belongs to ∂/∂x or ∂f/∂x", p.at)


PRIMARIES: dict[str, Callable[[Parser], Node]] = {
    "name": name,
    "constant": constant,
    "function": function,
    "√": radical,
    "decoration": decoration,
    "∂": partial,
}
