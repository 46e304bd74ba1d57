"""The sentences for what cannot be read, and for what people read differently. Each situation has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mathcli.errors import MathcliError, ReadingError
from mathcli.syntax.tree import Call, Constant, Name, Negative, Node, Number, Power, Quotient, Vector

if TYPE_CHECKING:
    from mathcli.syntax.grammar import Parser

_CLOSERS = {
    ")": "(", "]": "[", "}": "{", ")|": "|", ")‖": "‖", ")>": "<", "⌋": "⌊", "⌉": "⌈", "|": "|", "‖": "||", ">": "<",
    ")sup": "the superscript", ")sub": "the subscript", "right.": "\\left.",
}  # fmt: skip
_AFTER = {
    "+": "nothing to add after '+'",
    "-": "nothing to subtract after '-'",
    "*": "nothing to multiply after '*'",
    "/": "nothing to divide by after '/'",
    "^": "an exponent is missing after '^'",
    ",": "an entry is missing after the comma",
    ";": "an entry is missing after ';'",
    "&": "an entry is missing after '&'",
    "=": "the right side of '=' is missing",
    "->": "the point of the limit is missing",
    "_": "a subscript is missing after '_'",
    "√": "the argument of the root is missing",
    "\\sqrt": "the argument of the root is missing",
    "frac": "the numerator is missing",
    "binom": "the upper number is missing",
    "decoration": "the letter is missing",
}
_OPENERS = frozenset(("(", "[", "{", "|(", "‖(", "<(", "⌊", "⌈", "left.", "sup(", "sub("))
_SIGNS = frozenset(("+", "-", "*", "/", "^", "=", "<", "<=", ">", ">=", "!=", "_", "!", ",", ";", "'", "->"))


def typed(p: Parser, at: int) -> str:
    """The token as it stands in the text, or words for the end."""
    return p.text[p.starts[at] : p.ends[at]] or p.values[at] or "the end"


def missing_operand(p: Parser) -> ReadingError:
    """Something has to stand here, and does not."""
    at = p.at
    kind = p.kinds[at]
    before = p.kinds[at - 1] if at else ""
    if kind == "keyword":
        return keyword(p, at)
    if at == 0 and kind == "end":
        return p.error("there is no expression", at)
    if at == 0:
        return _at_the_start(p, kind)
    if before in _OPENERS and (kind in _CLOSERS or kind == "end"):
        if kind == "end":
            return not_closed(p, "", at - 1)
        return p.error("there is nothing between the brackets", at)
    if before in ("<", "<=", ">", ">=", "!="):
        return p.error(f"the right side of '{typed(p, at - 1)}' is missing", at)
    if kind in ("=", "<", "<=", ">", ">=", "!=") and before in _OPENERS:
        return p.error(f"the left side of '{typed(p, at)}' is missing", at)
    if kind == "end" and before in ("|", "‖"):
        return p.error(f"'{typed(p, at - 1)}' has no partner", at - 1)
    if kind == "_" and before == "|":
        return _value_at(p, at)
    message = _AFTER.get(before)
    if message is None:
        shown = typed(p, at)
        return p.error(f"'{shown}' cannot stand here" if kind != "end" else "something is missing at the end", at)
    shown = typed(p, at - 1)
    if before in ("*", "^", "/", "-") and shown not in message:
        message = message.rpartition("'")[0].rpartition("'")[0] + f"'{shown}'"
    return p.error(message, at, hint=_repair(p, at))


def _at_the_start(p: Parser, kind: str) -> ReadingError:
    shown = typed(p, 0)
    if kind in (")", "]", "}"):
        return p.error(f"'{shown}' closes a bracket that was never opened", 0)
    if kind in ("=", "<", "<=", ">", ">=", "!="):
        return p.error(f"the left side of '{shown}' is missing", 0)
    if kind == "^":
        return p.error(
            "the expression starts with '^'", 0,
            hint="inside double quotes the shell replaces $x with nothing: write it in single quotes, 'x^2'",
        )  # fmt: skip
    if shown in ("'", "’", "′"):
        hint = "in the shell write it between straight single quotes: 'x^2'"
        return p.error(f"a quotation mark {shown} in the expression", 0, hint=hint)
    return p.error(f"the expression starts with '{shown}'", 0, hint=f"something has to stand before the {shown}")


def _repair(p: Parser, at: int) -> str:
    """3x * + 2: leave out the one sign or the other."""
    if p.kinds[at] == "end":
        return ""
    before, found = at - 1, at
    if p.kinds[found] not in ("+", "*", "/", "^") or len(p.text) > 60:
        return ""
    if p.kinds[before] not in ("+", "-", "*", "/", "^"):
        return ""
    left = p.text[: p.starts[before]].rstrip()
    right = p.text[p.ends[found] :].lstrip()
    sign, other = typed(p, before), typed(p, found)
    if not right:
        return f"write {left}"
    is_wide = p.text[p.starts[found] - 1] == " "
    first = f"{left} {other} {right}" if is_wide else f"{left}{other}{right}"
    is_wide = is_wide and p.text[p.starts[before] - 1] == " "
    second = f"{left} {sign} {right}" if is_wide else f"{left}{sign}{right}"
    return f"write {first}" if first == second else f"write {first}, or {second}"


def keyword(p: Parser, at: int) -> ReadingError:
    word = p.values[at]
    if word in ("and", "or"):
        hint = "write a chain, 0 < x < 1, or ask about each by itself"
        return p.error(f"'{word}' has no meaning here", at, hint=hint)
    if word not in ("if", "otherwise", "else", "when"):
        hint = "pieces are written {x^2 if x < 0; x otherwise}" if word == "for" else "for a product write signs"
        return p.error(f"unknown name {word}", at, hint=hint)
    return p.error(f"'{word}' has no meaning here", at, hint="pieces are written {x^2 if x < 0; x otherwise}")


def not_closed(p: Parser, kind: str, opened_at: int) -> ReadingError:
    """A closing bracket should stand here: it is another one, or the text has ended, or something else comes."""
    at = p.at
    found = p.kinds[at]
    opening = typed(p, opened_at)
    if found == "end":
        wanted = f"; a {kind} is missing at the end" if kind in (")", "]", "}") else ""
        return p.error(f"{opening} is never closed{wanted}", opened_at)
    if found in (")", "]", "}", ")|", ")‖", ")>", "⌋", "⌉", ")sup", ")sub", "right."):
        if found == ")sup":
            return p.error("a bracket is not closed inside the superscript", opened_at)
        return p.error(f"{opening} is closed by {typed(p, at)}", at, hint=f"write {kind}" if len(kind) == 1 else "")
    return leftover(p)


def leftover(p: Parser) -> ReadingError:
    """The expression is complete, and something still comes."""
    at = p.at
    kind = p.kinds[at]
    shown = typed(p, at)
    if kind in (")", "]", "}", ")|", ")‖", ")>", "⌋", "⌉"):
        return p.error(f"'{shown}' closes a bracket that was never opened", at)
    if kind == "keyword":
        return keyword(p, at)
    if kind in ("number", "fraction"):
        return _two_numbers(p)
    if kind == "&":
        return p.error("'&' stands outside a matrix", at)
    if kind == "newline":
        return p.error("a line ends inside the expression", at, hint="give one line at a time")
    if kind == ",":
        return p.error("a comma separates entries, and here is no list", at, hint="a vector is written (1, 2, -1)")
    if kind == ";":
        return p.error("a semicolon has no meaning here", at)
    if kind == "->":
        return p.error(f"'{shown}' belongs to a limit", at, hint="write limit(f, x, 0), or lim_{x->0} f")
    if kind in ("=>", "=<"):
        right = ">=" if kind == "=>" else "<="
        return p.error(f"'{kind}' is not a comparison", at, hint=f"write {right}")
    if kind in ("<>", "~="):
        return p.error(f"'{kind}' is not a comparison", at, hint="write !=")
    if kind == "|":
        return p.error("'|' has no partner", at)
    if kind == "_" and p.kinds[at - 1] in ("|", ")|", "right."):
        return _value_at(p, at)
    if kind == "_" and p.kinds[at - 1] == "number" and p.kinds[at + 1] == "number":
        return p.error("an underscore inside a number", at, hint=f"write {p.values[at - 1]}{p.values[at + 1]}")
    if kind == "_":
        return p.error("a subscript belongs to a letter", at)
    return p.error(f"'{shown}' cannot stand here", at)


def _value_at(p: Parser, at: int) -> ReadingError:
    return p.error("a bar with a point behind it is not read", at, hint="ask for a value with --at x=1")


def check_comparison(p: Parser) -> None:
    """n!=120 might have been a factorial."""
    at = p.at
    if p.kinds[at] == "!=" and p.values[at] == "!=" and p.is_glued() and p.kinds[at - 1] in ("name", "number", ")"):
        p.note(
            "!= is read as 'is not equal to'; for a factorial write a space: n! = 6", p.starts[at],
            doubtful=p.starts[at + 1] != p.ends[at] or p.kinds[at + 1] == "number",
        )  # fmt: skip


# ---------------------------------------------------------------------- numbers


def _two_numbers(p: Parser) -> ReadingError:
    at = p.at
    value = p.values[at]
    if value.startswith(".") and p.is_glued():
        return p.error("a number with two decimal points", at)
    if p.kinds[at] == "fraction" or p.kinds[at - 1] == "fraction":
        return p.error(
            "two numbers side by side", at, hint=f"write {typed(p, at - 1)} + {typed(p, at)} for a mixed number"
        )
    before = p.values[at - 1]
    if len(value) == 3 and before.isdigit() and len(before) <= 3:
        return p.error("two numbers side by side", at, hint=f"write {before}{value} without the space")
    return p.error("two numbers side by side", at, hint="put a sign between them")


def check_number_after(p: Parser) -> None:
    """A number after a factor: refused after a number, remarked on elsewhere, since a superscript may be lost."""
    at = p.at
    before = p.kinds[at - 1]
    if before in ("number", "fraction"):
        raise _two_numbers(p)
    value = p.values[at]
    if before == ")sup":
        return
    if before in ("constant", "name") and p.is_glued():
        base = p.source(p.starts[at - 1], p.ends[at - 1])
        raise p.error(
            f"a number right behind {base}", at, hint=f"write {base}^{value} for a power, {base}*{value} for a product"
        )
    left = p.source(p.starts[at - 1], p.ends[at - 1])
    if before in ("name", "constant"):
        p.note(
            f"{left} {value} is read as {left}*{value}; for a power write {left}^{value}",
            p.starts[at - 1],
            doubtful=True,
        )
    elif before in (")", "]", "}") and p.kinds[at] == "number":
        p.note(f"a number after a bracket is a factor: ...{left}*{value}; for a power write ^{value}", p.starts[at - 1])


def check_line_break(p: Parser) -> None:
    """Two lines of plain text are two expressions, not a product; LaTeX is broken into lines anywhere."""
    at = p.at
    if not p.brackets and "\n" in p.text[p.ends[at - 1] : p.starts[at]] and "\\" not in p.text:
        raise p.error(
            "a line ends inside the expression", at, hint="give one line at a time, or put a sign between them"
        )


def note_mixed_number(p: Parser) -> None:
    """2\\frac{1}{2} is a product here, and two and a half to some."""
    at = p.at
    if p.kinds[at + 1] == "number" or p.kinds[at + 2 : at + 4] == ["number", "}"]:
        whole = p.values[at - 1]
        sentence = f"{whole} before a fraction is read as a factor; for a mixed number write {whole} + ..."
        p.note(sentence, p.starts[at - 1], doubtful=True)


def check_cross(p: Parser, left: Node, right: Node, at: int) -> None:
    """Refuse a cross of two vectors, which is no product of numbers."""
    if all(isinstance(side, Vector) or (isinstance(side, Name) and "vec" in side.name) for side in (left, right)):
        raise p.error("the cross product of vectors is not read", at, hint="write its entries out")


def check_index(p: Parser) -> None:
    if p.kinds[p.at - 1] != "name" or not p.is_glued():
        return
    name = p.values[p.at - 1]
    if name == "D" and _holds_comma(p):
        raise p.error("square brackets behind D", p.at, hint="write diff(x^2, x)")
    if p.kind_after(1) in ("name", "constant") and p.kind_after(2) == "]":
        index = p.values[p.at + 1]
        sentence = f"{name}[{index}] is read as {name}*{index}; for an entry write {name}_{index}"
        p.note(sentence, p.starts[p.at - 1], doubtful=True)
    if p.kind_after(1) == "number" and p.kind_after(2) == "]":
        index = p.values[p.at + 1]
        raise p.error(
            f"square brackets behind {name}",
            p.at,
            hint=f"write {name}_{index} for an entry, {name}*{index} for a product",
        )


def _holds_comma(p: Parser) -> bool:
    from mathcli.syntax.names import has_comma

    return has_comma(p, p.at)


def check_comma(p: Parser, opened_at: int | None) -> None:
    """A comma between digits: a thousands separator or a decimal comma, unless entries are being listed."""
    at = p.at
    before, after = p.values[at - 1], p.values[at + 1]
    if p.kinds[at - 1] != "number" or p.kinds[at + 1] != "number":
        return
    if p.ends[at - 1] != p.starts[at] or p.ends[at] != p.starts[at + 1]:
        return
    is_group = len(after.partition(".")[0]) == 3 and before.isdigit() and len(before) <= 3
    if is_group and (opened_at is None or after.startswith("0")):
        digits = before + after
        while p.kinds[at + 2] == "," and p.kinds[at + 3] == "number":
            digits, at = digits + p.values[at + 3], at + 2
        raise p.error("a comma inside a number", p.at, hint=f"write {digits} without the commas")


def decimal_comma(p: Parser, at: int) -> ReadingError:
    before, after = p.values[at - 1], p.values[at + 1]
    decimal = f"{before}.{after}" if before.isdigit() else before.replace(".", "") + f".{after}"
    hint = f"write {decimal} for a decimal, ({before}, {after}) for a vector"
    return p.error("a comma inside a number", at, hint=hint)


# ---------------------------------------------------------------------- readings in doubt


_ENDS_OF_CHAINS = frozenset(("+", "-", "*", "/", "=", "<", "<=", ">", ">=", "!=", ",", ";", "keyword", "&"))


def end_of_chain(p: Parser, at: int) -> int:
    """The token after the factors that stand side by side from here on."""
    level = 0
    while True:
        kind = p.kinds[at]
        if kind == "end":
            return at
        if kind in ("(", "[", "{", "|(", "sup(", "sub("):
            level += 1
        elif kind in (")", "]", "}", ")|", ")sup", ")sub"):
            if level == 0:
                return at
            level -= 1
        elif level == 0 and kind in _ENDS_OF_CHAINS and not (kind == "-" and p.kinds[at - 1] == "^"):
            return at
        at += 1


def note_stacked(p: Parser, base: Node, base_at: int, caret: int) -> None:
    """x^{y}^{z} is refused by TeX and (x^y)^z here: say so."""
    if isinstance(base, Power) and p.kinds[caret - 1] == "}" and p.kinds[base_at] != "{":
        stem = p.source(p.starts[base_at], p.ends[caret - 1])
        exponent = p.source(p.starts[caret + 1])
        p.note(f"{stem}^{exponent} is read as ({stem})^{exponent}", p.starts[base_at], doubtful=True)


def _note_negative_exponent(p: Parser, base_at: int, caret: int) -> None:
    """e^-x/2 is (e^(-x))/2: say so, unless the exponent stands in brackets."""
    if p.kinds[p.at - 1] in (")", "]", "}") or not p.is_glued():
        return
    shown = p.source(p.starts[base_at])
    stem = p.source(p.starts[base_at], p.ends[caret - 1])
    exponent = p.source(p.starts[caret + 1])
    p.note(f"{shown}/... is read as ({shown})/...; for {stem}^({exponent}/...) write brackets", p.starts[base_at],
           doubtful=True)  # fmt: skip


def note_exponent(p: Parser, base: Node, base_at: int, caret: int) -> None:
    """e^2x is e^2*x, and x^1/2 is (x^1)/2: say so where the exponent had no brackets."""
    if p.kind == "/" and p.kinds[caret + 1] == "-" and isinstance(base, Constant):
        return _note_negative_exponent(p, base_at, caret)
    first = caret + 1
    while p.kinds[first] == "-":
        first += 1
    if p.at != first + 1 or p.kinds[first] not in ("number", "name", "constant"):
        return
    kind = p.kind
    shown = p.source(p.starts[base_at])
    start = p.starts[base_at]
    exponent = p.source(p.starts[caret + 1])
    stem = p.source(start, p.ends[caret - 1])
    if kind == "/" and p.is_glued() and p.kind_after() == "number" and p.kinds[first] == "number":
        if _is_lowest(p.values[first], p.values[p.at + 1]):
            under = p.values[p.at + 1]
            p.note(
                f"{shown}/{under} is read as ({shown})/{under}; for {stem}^({exponent}/{under}) write brackets",
                start, doubtful=True,
            )  # fmt: skip
        return
    if not p.is_glued() or kind not in ("name", "constant"):
        return
    is_plain = p.kinds[first] == "number" and not isinstance(base, Constant | Number)
    if is_plain or (p.integrals and p.values[p.at] == "d"):
        return
    rest = p.source(p.starts[p.at], p.ends[end_of_chain(p, p.at) - 1])
    p.note(
        f"{shown}{rest} is read as {shown}*{rest}; for {stem}^({exponent}{rest}) write brackets", start, doubtful=True
    )


def note_value_of_functions(p: Parser, factor: Node) -> None:
    """(f+g)(x) is a product here, and the value of a function to many."""
    letters = {name.name for name in factor.names}
    if letters and letters <= p.callable and p.is_glued() and not factor.contains(Call):
        sentence = f"({', '.join(sorted(letters))})(...) is read as a product; for values write f(x) + g(x)"
        p.note(sentence, p.starts[p.at - 1], doubtful=True)


def note_root_or_zero(p: Parser, base: Node, exponent: Node, base_at: int) -> None:
    """x^0 is 1 everywhere, and x^(2/5) is a real root: say so."""
    if isinstance(exponent, Negative):
        exponent = exponent.operand
    match exponent:
        case Number(0):
            p.note(f"{p.source(p.starts[base_at])} is read as 1, 0^0 included", p.starts[base_at])
        case Number(above, scale) if 0 < scale < _LONGEST:
            _note_root(p, base, above, 10**scale, base_at)
        case Quotient(Number(above, 0), Number(below, 0)) if below > 1:
            _note_root(p, base, above, below, base_at)


_LONGEST = 20


def _note_root(p: Parser, base: Node, above: int, below: int, base_at: int) -> None:
    from math import gcd

    index = below // gcd(above, below)
    if index > 1 and index % 2 and not isinstance(base, Number | Constant):
        shown = p.source(p.starts[base_at])
        p.note(
            f"{shown} is read as a real root with the odd index {index}, negative arguments included", p.starts[base_at]
        )


def _is_lowest(above: str, below: str) -> bool:
    from math import gcd

    return (
        above.isdigit() and below.isdigit() and len(above) < 6 and len(below) < 6 and gcd(int(above), int(below)) == 1
    )


def prime_without_function(p: Parser, operand: Node, at: int) -> MathcliError:
    shown = p.source(p.starts[at - 1], p.ends[at - 1])
    if isinstance(operand, Name):
        shown = operand.name
        hint = f"write f'(x), d{shown if shown != 'x' else 'y'}/dx or (...)'"
        return p.error(f"the prime of {shown}: of which function, by which variable?", at, hint=hint)
    if isinstance(operand, Call):
        return p.error(
            "a prime stands behind a bracketed group or a function's name", at, hint=f"write ({shown})' or d/dx {shown}"
        )
    return p.error(
        "a prime stands behind a bracketed group or a function's name", at, hint="write (...)' or d/dx (...)"
    )
