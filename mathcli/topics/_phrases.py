"""How the topics put things: headings, labels, lists, points, and decimals beside exact values."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mathcli.syntax.tree import (
    Call,
    Derivative,
    Equation,
    Matrix,
    Name,
    Negative,
    Node,
    Number,
    Quotient,
    Vector,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mathcli.calculus.derivation import Phrase
    from mathcli.topics._function import Subject
    from mathcli.topics._point import Point


def heading(order: int) -> str:
    """FIRST DERIVATIVE, SECOND DERIVATIVE, 11TH DERIVATIVE."""
    words = ("FIRST", "SECOND", "THIRD")
    return f"{words[order - 1]} DERIVATIVE" if order <= 3 else f"{ordinal(order)} DERIVATIVE".upper()


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def derivative_label(function: str, variables: Sequence[Name], order: int) -> Node:
    """f''(x) up to the third order, then d^4/dx^4 f(x)."""
    if order <= 3:
        return Call(function, tuple(variables), order)
    return Derivative(Call(function, tuple(variables)), variables[0], order)


def partial_label(about: Subject, wrt: Sequence[Name]) -> Node:
    """The partial derivative of f with respect to each of these names in turn."""
    label = about.label
    for x in wrt:
        label = Derivative(label, x)
    return label


def listed(nodes: Iterable[Node], separator: str = ", ") -> Phrase:
    """Return the nodes with a separator between them, as a phrase."""
    phrase: list[str | Node] = []
    for node in nodes:
        phrase.extend((separator, node) if phrase else (node,))
    return tuple(phrase)


def point_phrase(at: Point) -> Phrase:
    """x = 1, y = 2."""
    return listed(Equation(name, value) for name, value in at.items())


def said(part: str | Node) -> str:
    """A part of a phrase in the input syntax."""
    from mathcli.syntax.writer import write

    return part if isinstance(part, str) else write(part)


def approximate(node: Node, *, digits: int = 10) -> Node | None:
    """Return a decimal to so many significant digits, entry by entry; None where the value is short already."""
    if isinstance(node, Vector | Matrix):
        entries = [approximate(entry, digits=digits) for entry in node.children()]
        if all(entry is None for entry in entries):
            return None
        return node.rebuilt(tuple(a or e for a, e in zip(entries, node.children(), strict=True)))
    if isinstance(node, Number) or (isinstance(node, Negative) and isinstance(node.operand, Number)) or node.names:
        return None
    from mathcli.algebra.exact import as_fraction

    value = as_fraction(node)
    return _decimal(value, digits) if value is not None else _enclosed(node, digits)


def about(node: Node) -> Phrase:
    """≈ 2.828427125 for an irrational constant, nothing for any other value."""
    from mathcli.algebra.exact import as_fraction

    decimal = None if node.names or as_fraction(node) is not None else approximate(node)
    return () if decimal is None else ("≈ ", decimal)


def _decimal(value: Fraction, digits: int) -> Node:
    size, places = abs(value), digits - 1
    ten = Fraction(10)
    while size and size * ten**places >= 10**digits:
        places -= 1
    while size and size * ten**places < 10 ** (digits - 1):
        places += 1
    scaled = round(size * ten**places)
    number = Number(scaled, places) if places >= 0 else Number(scaled * 10**-places)
    return Negative(number) if value < 0 else number


def _enclosed(node: Node, digits: int) -> Node | None:
    from mathcli.algebra import balls

    text = balls.decimal(node, digits)
    return _decimal(Fraction(text), digits) if text else None


def degrees(cosine: Node) -> Phrase:
    """Return the angle with this cosine, exactly and in degrees: arccos(5/sqrt(300)) ≈ 73.22°."""
    from mathcli.algebra.exact import as_fraction
    from mathcli.syntax.tree import PI, Product

    known = {
        Fraction(0): "90°",
        Fraction(1): "0°",
        Fraction(-1): "180°",
        Fraction(1, 2): "60°",
        Fraction(-1, 2): "120°",
    }
    value = as_fraction(cosine)
    if value in known and value is not None:
        return (known[value],)
    angle = Call("acos", (cosine,))
    decimal = approximate(Quotient(Product((angle, Number(180))), PI), digits=7)
    if not isinstance(decimal, Number):
        return (angle,)
    return (angle, " ≈ ", f"{decimal.numerator / 10**decimal.scale:.2f}°")
