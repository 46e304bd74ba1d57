"""The letters of Lagrange's condition: x - a is a multiple of F_x, with one and the same factor in each coordinate."""

from __future__ import annotations

from fractions import Fraction

from mathcli.algebra import rational
from mathcli.algebra.exact import fraction_node
from mathcli.algebra.rings import Ring
from mathcli.calculus.differentiation import differentiate
from mathcli.checking.distances import Level
from mathcli.solving.feasibility import difference
from mathcli.solving.real_points import RealPoint
from mathcli.syntax.tree import ZERO, Equation, Name, Negative, Node, Product, Quotient, Vector


class Multipliers:
    """What each letter multiplies: with D the squared distance, letter · scale · F_x = D_x in every coordinate."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self.known: dict[Name, Fraction] = {}
        self.values: dict[Name, Node] = {}
        """Of letters that came another way, what they are worth in terms of the coordinates: x = 2k makes k = x/2."""
        self.slopes = (
            tuple(differentiate(level.functions[0], x).result for x in level.names) if len(level.functions) == 1 else ()
        )
        self.gradient = tuple(differentiate(level.squared, x).result for x in level.names)

    def learn(self, letter: Name, equation: Equation) -> bool:
        """Whether an equation is Lagrange's condition in one coordinate, which says what the letter stands for."""
        for u in differences(equation):
            scale = self._scale(letter, u)
            if scale is not None:
                self.known[letter] = scale
                return True
        return False

    def _scale(self, letter: Name, u: Node) -> Fraction | None:
        value = _solved(u, letter, self.level.names)
        if value is None:
            return None
        for slope, along in zip(self.slopes, self.gradient, strict=False):
            scale = ratio(along, Product.of(value, slope))
            if scale:
                return scale
        return None

    def suppose(self, letter: Name, equation: Equation) -> bool:
        """Whether an equation gives a letter in terms of the coordinates; others have to bear it out."""
        value = _solved(differences(equation)[0], letter, self.level.names)
        if value is None or not value.names <= set(self.level.names):
            return False
        self.known[letter], self.values[letter] = Fraction(1), value
        return True

    def forget(self, letter: Name) -> None:
        """Take back what was supposed of a letter."""
        self.known.pop(letter, None)
        self.values.pop(letter, None)

    def learn_from(self, letter: Name, function: Node) -> bool:
        """Whether a function is D - letter · F up to factors, so that its derivatives are Lagrange's conditions."""
        factor = differentiate(function, letter).result
        if letter in factor.names:
            return False
        rest = function.substitute({letter: ZERO})
        a, b = ratio(rest, self.level.squared), ratio(factor, self.level.functions[0])
        if not a or not b:
            return False
        self.known[letter] = -b / a
        return True

    def put_in(self, node: Node, p: RealPoint) -> Node | None:
        """Return a tree with each letter replaced by what it is worth at a point; None where it is worth nothing."""
        own = [letter for letter in self.known if letter in node.names and letter not in p.names]
        if not own:
            return node
        if all(letter in self.values for letter in own):
            return node.substitute({letter: self.values[letter] for letter in own})
        k = next((k for k, slope in enumerate(self.slopes) if p.sign(slope) in (1, -1)), None)
        if k is None:
            return None
        values: dict[Node, Node] = {
            letter: Quotient(self.gradient[k], Product.of(fraction_node(self.known[letter]), self.slopes[k]))
            for letter in own
        }
        values.update({letter: self.values[letter] for letter in own if letter in self.values})
        return node.substitute(values)


def differences(equation: Equation) -> list[Node]:
    """Return left - right, entry by entry where both are vectors."""
    match equation:
        case Equation(Vector(left), Vector(right)) if len(left) == len(right):
            return [difference(a, b) for a, b in zip(left, right, strict=True)]
    return [difference(equation.left, equation.right)]


def _solved(u: Node, letter: Name, names: tuple[Name, ...]) -> Node | None:
    """What a letter is worth where u = 0, if it stands in the numerator to the first power; None else."""
    parts = Ring((*names, letter)).fraction(u)
    if parts is not None:
        u = Ring((*names, letter)).tree(parts[0])
    slope = differentiate(u, letter).result
    if slope is ZERO or letter in slope.names:
        return None
    return Negative(Quotient(u.substitute({letter: ZERO}), slope))


def ratio(a: Node, b: Node) -> Fraction | None:
    """Return the number by which one function is a multiple of another; None where it is none."""
    form = rational.normal_form(Quotient(a, b)) if b is not ZERO else None
    constant = None if form is None or form.is_zero() else form.constant
    return None if constant is None else Fraction(int(constant.p), int(constant.q))
