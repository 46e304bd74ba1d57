"""Names: letters with digits and subscripts, calls of f, g, h and of what was defined, definitions, iterates."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
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
    Number,
    Power,
    Quotient,
    Sum,
)
from mathcli.syntax.vocabulary import GREEK_NAMES, SUBSCRIPT_WORDS

if TYPE_CHECKING:
    from mathcli.syntax.grammar import Parser

_CONSTANTS: dict[str, Constant] = {"e": E, "pi": PI, "i": Constant("i"), "inf": INF}
BRACKETS = {"(": ")", "[": "]", "{": "}"}
_SIMPLE = frozenset(("number", "name", "constant", "subscript", ",", "function", "keyword"))


def name(p: Parser) -> Node:
    """A letter, a declared name, or a call: x, x_1, f(x), f''(x)."""
    at = p.at
    value = p.values[at]
    if value == "d" and differentials.is_operator(p, at):
        return differentials.operator(p)
    if value == "d" and p.ends[at] == p.starts[at + 1] and p.kinds[at + 1] in ("name", "constant"):
        letter = p.values[at + 1]
        p.note(f"d{letter} is read as d*{letter}; a derivative is written d/d{letter} (...)", p.starts[at])
    p.at += 1
    base = _with_digits(p, value, at)
    kind = p.kinds[p.at]
    if kind in ("_", "sub("):
        node = subscripted(p, base)
        kind = p.kinds[p.at]
        if kind == "'" and isinstance(node, Name):
            return _primed_call(p, node.name, at)
        if kind == "(" and isinstance(node, Name) and node.name in p.callable:
            return _call(p, node.name, 0, at)
        if kind == "(" and isinstance(node, Name):
            return _product_or_call(p, node.name, at)
        return node
    if kind == "(":
        if base in p.callable:
            return _call(p, base, 0, at)
        return _product_or_call(p, base, at)
    if kind == "'" or (kind == "^" and p.kind_after() == "{" and p.kind_after(2) == "'"):
        return _primed_call(p, base, at)
    if kind in ("^", "sup(") and base in p.callable:
        return _powered_call(p, base, at)
    if value == "E" and "E" not in p.bound:
        p.note("E is read as a symbol; Euler's number is e", p.starts[at])
    return Name(base)


def _powered_call(p: Parser, base: str, at: int) -> Node:
    """f^{(2)}(x) is the second derivative; f^2(x) is for the writer to make clear."""
    kinds, values = p.kinds, p.values
    if (
        kinds[p.at : p.at + 3] == ["^", "{", "("]
        and kinds[p.at + 4 : p.at + 6] == [")", "}"]
        and kinds[p.at + 6] == "("
        and values[p.at + 3].isdigit()
    ):
        primes, p.at = int(values[p.at + 3][:3]), p.at + 6
        return _call(p, base, primes, at)
    if kinds[p.at : p.at + 2] == ["^", "("] and kinds[p.at + 3 : p.at + 5] == [")", "("] and values[p.at + 2].isdigit():
        order, p.at = values[p.at + 2][:3], p.at + 4
        sentence = (
            f"{base}^({order})(...) is read as the derivative of order {order}; for a power write {base}(...)^{order}"
        )
        p.note(sentence, p.starts[at], doubtful=True)
        return _call(p, base, int(order), at)
    stop = p.at + 2
    if kinds[p.at] == "sup(":
        stop = kinds.index(")sup", p.at) + 1
    elif kinds[p.at + 1] == "-":
        stop = p.at + 3
    elif kinds[p.at + 1] not in ("number", "name", "constant", *BRACKETS):
        return Name(base)
    elif kinds[p.at + 1] in BRACKETS:
        stop = max(differentials.closing(p, p.at + 1), p.at + 1)
    stop = min(stop, len(kinds) - 1)
    if kinds[stop] == "(" and p.starts[stop] == p.ends[stop - 1]:
        power = p.source(p.starts[p.at], p.ends[stop - 1])
        raise p.error(
            f"an exponent between {base} and its argument",
            p.at,
            hint=f"write {base}(...){power} or {base}{power}*(...)",
        )
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
        raise p.error(
            "a subscript with a decimal point", p.at, hint=f"for a product write {typed}*{digits}{p.values[p.at]}"
        )
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
            p.entries.setdefault(base, set()).update(index.name for index in part if isinstance(index, Name))
            return Indexed(base, part)
        p.loose.append((base, part, opened - 1))
        base = f"{base}_{part}"
    return Name(base)


def check_indices(p: Parser) -> None:
    """Refuse y_i outside of the sum over i that runs over the entries of y.

    Raises:
        ReadingError: an index stands where no sum binds it, though one does elsewhere.
    """
    for base, part, at in p.loose:
        if part in p.counted:
            raise p.error(
                f"{base}_{part} stands outside of the sum over {part}",
                at,
                hint=f"put brackets around all that is summed, or use another letter than {part}",
                length=p.ends[at + 2] - p.starts[at] if at + 2 < len(p.ends) else None,
            )


def late_subscript(p: Parser, base: Node) -> Node:
    """The base with the subscript that stands behind its exponent: x^2_1 is x_1^2."""
    if p.kind not in ("_", "sub(") or not isinstance(base, Name) or "_" in base.name:
        return base
    return subscripted(p, base.name)


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
        if len(parts) == 1 and _holds_index(p, parts[0]):
            p.at = end + 1
            _note_entry(p, parts[0], opened)
            return tuple(map(Name, parts[0]))
        if not _has_index(p, parts):
            p.at = end + 1
            has_comma = "," in p.kinds[at + 1 : end]
            return ("_" if has_comma else "").join(parts)
        kinds = p.kinds[at + 1 : end]
        if not any(a == "number" and b in ("name", "constant") for a, b in pairwise(kinds)):
            p.at = end + 1
            listed = zip(kinds, p.values[at + 1 : end], strict=True)
            return tuple(node for kind, value in listed for node in _index(p, kind, value))
    p.at += 1
    entries = [p.sum()]
    while p.kind == ",":
        p.at += 1
        entries.append(p.sum())
    p.expect(closing, at)
    return tuple(entries)


def _index(p: Parser, kind: str, value: str) -> tuple[Node, ...]:
    """One token of a subscript that holds an index: the ij of x_{ij} is i and j."""
    if kind == ",":
        return ()
    if kind == "number":
        return (Number(int(value)),) if value.isdigit() else (Name(value),)
    return tuple(map(Name, value)) if len(value) > 1 and _all_indices(p, value) else (Name(value),)


def _has_index(p: Parser, parts: list[str]) -> bool:
    return any(part in p.indices or (len(part) > 1 and _all_indices(p, part)) for part in parts)


def _all_indices(p: Parser, letters: str) -> bool:
    return bool(p.indices) and all(letter in p.indices for letter in letters)


_INDEX_LETTERS = frozenset("hijklmnpqrst")


def _holds_index(p: Parser, word: str) -> bool:
    """Whether the ik of x_{ik} is the index i of a sum and a letter that no sum binds."""
    if not p.indices or len(word) not in (2, 3) or _all_indices(p, word) or word in SUBSCRIPT_WORDS | GREEK_NAMES:
        return False
    is_plain = word.isascii() and word.isalpha() if len(word) == 2 else _INDEX_LETTERS.issuperset(word)
    return is_plain and any(letter in p.indices for letter in word)


def _note_entry(p: Parser, word: str, opened: int) -> None:
    free = ", ".join(letter for letter in word if letter not in p.indices)
    shown = p.source(p.starts[opened - 1])
    p.note(f"{shown} is read as an entry with the indices {', '.join(word)}, of which {free} is free", p.starts[opened])


def _word_subscript(p: Parser, value: str, at: int) -> str | tuple[Node, ...]:
    if value in p.indices:
        return (Name(value),)
    if len(value) > 1 and _all_indices(p, value):
        return tuple(Name(letter) for letter in value)
    if _holds_index(p, value):
        _note_entry(p, value, at - 1)
        return tuple(Name(letter) for letter in value)
    if (
        p.kind == "number"
        and p.is_glued()
        and p.kinds[at - 1] == "_"
        and p.kinds[at] != "number"
        and p.values[p.at].isdigit()
    ):
        value += p.values[p.at]
        p.at += 1
    is_doubtful = p.kinds[at] == "subscript" and p.kinds[at - 1] == "_" and len(value) > 1
    if is_doubtful and value not in SUBSCRIPT_WORDS and value not in GREEK_NAMES:
        start = p.starts[at - 2]
        whole = p.source(start)
        before = p.source(start, p.ends[at - 1])
        p.note(f"{whole} is read as one name; for a product write {before}{value[0]} {value[1:]}", start, doubtful=True)
    return value


# ---------------------------------------------------------------------- calls of f, g, h


def arguments(p: Parser) -> tuple[Node, ...]:
    """( list ), with p at the bracket."""
    opened = p.at
    closing = BRACKETS[p.kind]
    p.open(opened)
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
    p.close()
    return tuple(entries)


def _call(p: Parser, function: str, primes: int, at: int) -> Node:
    entries = arguments(p)
    shown = p.source(p.starts[at])
    if function in ("f", "g", "h") and function not in p.defined and primes == 0 and len(shown) < 40:
        p.note(
            f"{function}(...) is read as the function {function} at a point; for a product write {function}*(...)",
            p.starts[at],
        )
    return Call(function, entries, primes)


def _product_or_call(p: Parser, base: str, at: int) -> Node:
    """x(x+1) is a product; L(w_0, ..., w_n) can only be a call."""
    if has_comma(p, p.at):
        entries = arguments(p)
        p.note(f"{base}(...) is read as the function {base} of several variables", p.starts[at])
        return Call(base, entries)
    if base == "sigma" and p.is_glued() and _is_sigmoid(p) and len(entries := arguments(p)) == 1:
        p.note("σ(...) is read as the sigmoid 1/(1 + e^(-x)); for a product write σ*(...)", p.starts[at])
        return Quotient(ONE, Sum.of(ONE, Power(E, Negative(entries[0]))))
    if p.is_glued():
        letter = "t" if base == "x" else "x"
        example = f"--let '{base}({letter}) = ...'"
        p.note(f"{base}(...) is read as a product; for a function define it: {example}", p.starts[at])
    return Name(base)


def _is_sigmoid(p: Parser) -> bool:
    """Whether σ stands before brackets only, and nowhere as a number of its own: the σ of a normal distribution."""
    if "sigma" in p.bound:
        return False
    places = [at for at, value in enumerate(p.values) if value == "sigma" and p.kinds[at] == "name"]
    return all(p.kinds[at + 1] == "(" and p.starts[at + 1] == p.ends[at] for at in places)


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


def plain(p: Parser) -> Node:
    value = p.values[p.at]
    is_name = p.kind == "name" or value in p.bound
    p.at += 1
    return Name(value) if is_name else _CONSTANTS[value]


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
    function_name = "_".join(
        values[k] for k in range(opened) if kinds[k] in ("name", "constant", "number", "subscript")
    )
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
    """The superscript of an iterate, as a subscript: w^(t) is w_t. Any other exponent is a power."""
    at = p.at
    counter = Name(p.iterate[1]) if p.iterate else base
    if p.kind not in ("(", "{"):
        exponent = p.exponent()
        return _step_of(base, exponent) if exponent is counter else Power(base, exponent)
    closing = BRACKETS[p.kind]
    p.at += 1
    step = p.sum()
    p.expect(closing, at)
    return _step_of(base, step)


def _step_of(base: Name, step: Node) -> Node:
    return Name(f"{base.name}_{step.name}") if isinstance(step, Name) else Indexed(base.name, (step,))


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
    "decoration": decoration,
    "∂": partial,
}
