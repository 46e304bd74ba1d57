"""What the topics about functions share: which function, of which variables, at which point; and how numbers are shown.

A topic asks `subject` what its reading is about and gets f, its variables and its body, whatever was typed: an
expression, f(x) = ..., y = ....
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from mathcli.errors import UndefinedError, UsageError
from mathcli.syntax.families import family_of, filled, placed
from mathcli.syntax.tree import (
    INF,
    Call,
    Constant,
    Definition,
    Derivative,
    E,
    Ellipsis,
    Equation,
    I,
    IndexedProduct,
    IndexedSum,
    Integral,
    Interval,
    Limit,
    Matrix,
    Minimum,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Piecewise,
    Power,
    Quotient,
    Relation,
    Transpose,
    Vector,
    rewrite,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mathcli.calculus.derivation import Derivation, Phrase

Point = dict[Name, Node]


class Subject(NamedTuple):
    """The function that a problem is about: its name, its variables, its right side, and the --let definitions."""

    function: str
    variables: tuple[Name, ...]
    body: Node
    notes: tuple[str, ...]
    named: tuple[Definition, ...]

    @property
    def label(self) -> Node:
        """The left side of the definition, f(x, y); a function that nothing is known of is its own label."""
        return self.body if self.is_unknown else Call(self.function, self.variables)

    @property
    def is_unknown(self) -> bool:
        """Whether the body is a function of its variables that nothing is known of: L(w_0, ..., w_n)."""
        match self.body:
            case Call(function, arguments, 0) if function not in {d.function for d in self.named}:
                from mathcli.syntax.vocabulary import FUNCTIONS

                return function not in FUNCTIONS and all(isinstance(part, Name | Ellipsis) for part in arguments)
        return False

    @property
    def plain(self) -> Node:
        """The body with every named part put in."""
        return unfolded(self.body, self.named)


def subject(problem: Any, reading: Any, *, several: bool = False, variables: Sequence[Name] = ()) -> Subject:
    """Return what the reading of a problem is about; `several` asks for all variables, else for the one that is meant.

    Raises:
        UsageError: it is no function, or nobody can tell which variable is meant.
    """
    from mathcli.syntax.variables import choose

    named = definitions(problem.let)
    function, parameters, body, notes = _function(reading.tree, task_of(problem))
    asked = tuple(variables) or tuple(problem.var or ())
    hidden = unfolded(body, named) if named else body
    _check_covered(hidden)
    if _has_primes(body, named):
        body = hidden
    choice = choose(Definition(function, parameters, hidden) if parameters else hidden, asked, many=several)
    if not several and len(choice.variables) > 1:
        raise UsageError(f"{task_of(problem)} has one variable", hint=f"--var {choice.variables[0].name}")
    usual = several and not asked and {name.name for name in choice.variables} <= {"x", "y", "z"}
    all_notes = (*notes_of(reading, *problem.let), *notes, *(() if usual else choice.notes))
    _check_domain(hidden)
    return Subject(_free_letter(function, body), choice.variables, body, tuple(dict.fromkeys(all_notes)), named)


_NOT_COVERED: tuple[tuple[type[Node], str], ...] = (
    (Integral, "integrals"),
    (Limit, "limits"),
    (Minimum, "a minimum over variables"),
    (Transpose, "products of vectors whose entries are not given"),
    (Norm, "norms of vectors whose entries are not given"),
)


def _check_covered(f: Node) -> None:
    from mathcli.errors import NotCoveredError

    for kind, words in _NOT_COVERED:
        if f.contains(kind):
            hint = "gradient takes their shapes: --shape 'A: n by n, w: n'" if kind in (Transpose, Norm) else ""
            raise NotCoveredError(f"mathcli does not differentiate {words}", hint=hint)
    if f.contains(Constant) and any(part is I for part in walk(f)):
        raise NotCoveredError(
            "i is the imaginary unit, and mathcli covers functions with real values",
            hint="for a letter of your own, write another one, such as k",
        )


def _has_primes(f: Node, named: Sequence[Definition]) -> bool:
    """Whether f'(x) is asked about an f that is defined."""
    if not named:
        return False
    functions = {definition.function for definition in named}
    return any(isinstance(part, Call) and part.primes and part.function in functions for part in walk(f))


def _check_domain(f: Node) -> None:
    if f.contains(Constant) and _counts_infinity_in(f):
        raise UndefinedError("infinity is no number, so nothing can be worked out with it")
    if not f.contains(Power, Quotient, Call) or not any(_may_be_undefined(part) for part in walk(f)):
        return
    from mathcli.algebra.domains import are_incompatible

    if are_incompatible((f,), ()):
        raise UndefinedError("the function is defined nowhere: its domain is empty", hint="symbols are real here")


def _counts_infinity_in(f: Node) -> bool:
    """Whether infinity stands elsewhere than as the bound of a sum or product."""
    return f is INF or any(
        INF in part.children() and not isinstance(part, IndexedSum | IndexedProduct) for part in walk(f)
    )


def _may_be_undefined(part: Node) -> bool:
    match part:
        case Power(base, exponent):
            return base is not E and not (isinstance(exponent, Number) and exponent.is_integer)
        case Quotient(_, denominator):
            return not isinstance(denominator, Number) or denominator.numerator == 0
        case Call(function):
            return function not in ("sin", "cos", "sinh", "cosh", "tanh", "atan", "asinh", "abs", "cbrt", "erf")
    return False


def task_of(problem: Any) -> str:
    """The subcommand that a problem belongs to."""
    return type(problem).__module__.rpartition(".")[2]


def _function(tree: Node, task: str) -> tuple[str, tuple[Name, ...], Node, tuple[str, ...]]:
    match tree:
        case Definition(function, parameters, body):
            return function, parameters, body, ()
        case Equation(Name(left), right) if not right.names:
            hint = "write f(x) = ... for a constant function; mathcli implicit takes dy/dx of an equation"
            raise UsageError(f"{task} needs a function, and {left} = ... holds no letter but {left}", hint=hint)
        case Equation(Name(left), right) if Name(left) not in right.names:
            return left, (), right, (f"{left} = ... is read as a function named {left}",)
        case Equation():
            hint = "mathcli implicit 'x^2 + y^2 = 25' takes dy/dx of an equation"
            raise UsageError(f"{task} needs an expression, and this is an equation", hint=hint)
        case Minimum(objective, variables):
            listed = ", ".join(name.name for name in variables)
            note = f"min over {listed} is read as the problem: {task} is about what it minimizes"
            return "f", variables, objective, (note,)
        case Relation() | Interval():
            raise UsageError(f"{task} needs an expression, and this is a condition", hint="give one side of it")
    return "f", (), tree, ()


def _free_letter(function: str, body: Node) -> str:
    """Return the name of the function, or another where the letter stands for something else in the body."""
    taken = {part.name for part in body.names}
    if body.contains(Call):
        taken.update(part.function for part in walk(body) if isinstance(part, Call))
    return next((letter for letter in (function, "f", "F", "g", "h", "phi", "psi") if letter not in taken), function)


def definitions(lets: Iterable[Any]) -> tuple[Definition, ...]:
    """Return the definitions behind --let."""
    found = []
    for let in lets:
        tree = let.tree
        if isinstance(tree, Equation) and isinstance(tree.left, Name):
            tree = Definition(tree.left.name, (), tree.right)
        if not isinstance(tree, Definition):
            raise UsageError("--let names a part by a definition", hint="--let 'g(x) = 1+e^(-x)'")
        found.append(tree)
    return tuple(found)


def unfolded(node: Node, named: Sequence[Definition]) -> Node:
    """Return the tree with the named functions and letters put in, whatever the order in which they were named."""
    for _ in named:
        before = node
        for definition in reversed(named):
            family = family_of(definition, node)
            node = _put_in(definition, node) if family is None else filled(node, (family,))
        if node is before:
            break
    return node


def _put_in(definition: Definition, node: Node) -> Node:
    if not definition.parameters:
        return node.substitute({Name(definition.function): definition.body})
    count = len(definition.parameters)

    def replaced(part: Node) -> Node | None:
        match part:
            case Call(definition.function, arguments, primes) if len(arguments) == count:
                inner = [rewrite(argument, replaced) for argument in arguments]
                return _with_primes(definition, primes).substitute(dict(zip(definition.parameters, inner, strict=True)))
        return None

    return rewrite(node, replaced)


def _with_primes(definition: Definition, primes: int) -> Node:
    """The body of a definition, or its derivative of that order, each step of it proved."""
    if not primes or len(definition.parameters) != 1:
        return definition.body
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.differentiation import derivatives
    from mathcli.calculus.proofs import prove

    found = derivatives(definition.body, definition.parameters[0], primes)
    prove(found, Budget())
    return found[-1].result


def notes_of(*readings: Any) -> tuple[str, ...]:
    """The "read as" notes of several readings, each once."""
    return tuple(dict.fromkeys(str(note) for reading in readings for note in reading.notes))


def point(given: Any, variables: Sequence[Name], *, option: str = "--at") -> Point:
    """Return the point with a value for each of the variables, from "x=1, y=2" or from the bare values in order.

    Raises:
        UsageError: a variable without a value or with two, or a name that is no variable here.
    """
    wanted = ", ".join(name.name for name in variables)
    found: Point = {}
    for name, value in zip(_names(given, variables, option), _values(given), strict=True):
        if value.contains(Constant) and any(part is INF for part in walk(value)):
            raise UndefinedError("infinity is no point, so there is no value there", hint="ask for a limit elsewhere")
        if name in found:
            raise UsageError(f"{option} gives {name.name} twice")
        if name not in variables:
            raise UsageError(f"{option} gives a value to {name.name}, which is not one of the variables: {wanted}")
        found[name] = value
    missing = [name.name for name in variables if name not in found]
    if missing:
        raise UsageError(f"{option} needs a value for {' and '.join(missing)}", hint=f"the variables are {wanted}")
    return {name: found[name] for name in variables}


def point_parts(given: Any) -> tuple[tuple[Name | None, Node], ...]:
    """The values of a point as it was typed, each with its name, or None where there was none."""
    tree = getattr(given, "tree", given)
    parts = tree.entries if isinstance(tree, Vector) else tree if isinstance(tree, tuple) else (tree,)
    return tuple(map(_named_value, parts))


def _values(given: Any) -> list[Node]:
    return [value for _, value in point_parts(given)]


def _named_value(part: Any) -> tuple[Name | None, Node]:
    if isinstance(part, Equation):
        if not isinstance(part.left, Name):
            raise UsageError("a point gives names their values", hint="--at x=1,y=2")
        return part.left, part.right
    return part if isinstance(part, tuple) else (None, part)


def _names(given: Any, variables: Sequence[Name], option: str) -> list[Name]:
    names = [name for name, _ in point_parts(given)]
    known = [name for name in names if name is not None]
    if known and len(known) == len(names):
        return known
    if known:
        raise UsageError(f"{option} needs a name for each value", hint=f"{option} x=1,y=2")
    if len(names) != len(variables):
        wanted = ", ".join(name.name for name in variables)
        raise UsageError(
            f"{option} gives {len(names)} value{'s' * (len(names) != 1)} for {len(variables)}: {wanted}",
            hint=f"{option} " + ",".join(f"{name.name}=..." for name in variables),
        )
    return list(variables)


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


def scalar(about: Subject, task: str) -> Subject:
    """Return the subject if it has one value.

    Raises:
        UsageError: it is a vector or a matrix, or it has no variable.
    """
    if isinstance(about.plain, Vector | Matrix):
        raise UsageError(f"{task} needs a function with one value, and this is a vector", hint="try jacobian")
    if not about.variables:
        raise UsageError(f"{task} needs a variable, and this has none", hint="--var x says which one is meant")
    return about


def partial_derivatives(f: Node, about: Subject) -> tuple[Derivation, ...]:
    """Return the derivation of each partial derivative of f, in the order of the variables."""
    from mathcli.calculus.differentiation import differentiate

    return tuple(differentiate(f, x, named=about.named) for x in about.variables)


def values_at(about: Subject, derivations: Sequence[Derivation], there: Node, at: Point) -> Derivation:
    """Return the derivation of a vector or matrix of derivatives at a point: substitute, then compute.

    Raises:
        UndefinedError: the function has no value there.
        UndecidedError: a formula has none, so that it stays open whether the derivative exists.
    """
    from mathcli.calculus.vectors import worked_out

    check_defined(about.plain, at, about.function)
    check_formulas(derivations, at, about.named)
    return worked_out(placed(unfolded(there, about.named), at), "substitute and compute")


def value_at_point(derivations: Sequence[Derivation], at: Point) -> Derivation:
    """Return the vector of derivatives at a point: substitute, then compute.

    Raises:
        UndecidedError: a formula has no value there, so that it stays open whether the derivative exists.
    """
    from mathcli.calculus.vectors import worked_out

    check_formulas(derivations, at)
    there = Vector(tuple(derivation.result for derivation in derivations))
    return worked_out(there.substitute(dict(at.items())), "substitute and compute")


def check_formulas(derivations: Sequence[Derivation], at: Point, named: Sequence[Definition] = ()) -> None:
    """Raise an UndecidedError unless each derivative has a value at the point and its conditions hold there."""
    from mathcli.algebra.exact import holds, is_defined, placed
    from mathcli.errors import UndecidedError

    for derivation in derivations:
        formula = unfolded(derivation.result, named)
        conditions = (holds(placed(condition, at)) for condition in conditions_of((derivation,)))
        if is_defined(placed(formula, at)) is not True or not all(conditions):
            raise UndecidedError(
                f"a derivative has no value by its formula at {_place(at)}, and nobody decided whether it has one",
                hint="a function of one variable is looked at from both sides: mathcli diff ... --at",
            )


class ValueAtPoint(NamedTuple):
    """A derivative at a point: the last line of the last derivation; `remark` says how, where no formula did it."""

    derivations: tuple[Derivation, ...]
    remark: Phrase = ()

    @property
    def derivation(self) -> Derivation:
        """The one that ends in the value."""
        return self.derivations[-1]


def value_of_derivative(about: Subject, orders: Sequence[Derivation], at: Point) -> ValueAtPoint:
    """Return the last derivative at a point, by its formula, or from both sides where the formula has no value.

    Raises:
        UndefinedError: f or one of its derivatives has no value there: a corner, an end point, a jump.
        UndecidedError: nobody could decide whether it has.
    """
    from mathcli.algebra.domains import derivative_domain
    from mathcli.algebra.exact import holds, is_defined, placed
    from mathcli.calculus.corners import is_limit_of_slopes
    from mathcli.calculus.vectors import worked_out

    (x,) = about.variables[:1]
    check_defined(about.plain, at, about.function)
    formulas = [unfolded(derivation.result, about.named) for derivation in orders]
    conditions = (*derivative_domain(about.plain, x), *conditions_of(orders))
    are_defined = all(is_defined(placed(formula, at)) for formula in formulas)
    if are_defined and all(holds(placed(condition, at)) for condition in conditions):
        return ValueAtPoint((worked_out(placed(formulas[-1], at), "substitute and compute"),))
    if len(orders) == 1 and is_limit_of_slopes(about.plain, formulas[0], x, at[x], conditions):
        remark: Phrase = (f"{about.function} is continuous there, and its slopes on both sides lead to this value",)
        return ValueAtPoint((worked_out(placed(formulas[0], at), "substitute and compute"),), remark)
    return _from_both_sides(about, len(orders), at, formulas[0])


def _from_both_sides(about: Subject, order: int, at: Point, formula: Node) -> ValueAtPoint:
    from mathcli.algebra.exact import evaluated, is_zero, placed
    from mathcli.calculus.corners import LEFT, RIGHT, side_of, slope_is_unbounded_beside
    from mathcli.calculus.tangents import vertical
    from mathcli.errors import UndecidedError

    ((x, a),) = at.items()
    place, f = f"x = {_text(a)}".replace("x", x.name, 1), about.function
    left, right = (side_of(about.plain, x, a, side, order) for side in (LEFT, RIGHT))
    if left is None or right is None:
        if vertical(about.plain, formula, x, a) or slope_is_unbounded_beside(about.plain, x, a):
            raise UndefinedError(f"{f} is not differentiable at {place}: its slope grows without bound there")
        for side, word in ((LEFT, "left"), (RIGHT, "right")):
            if _is_undefined_beside(about.plain, x, a, side):
                raise UndefinedError(f"{f} is not differentiable at {place}: it is not defined to the {word} of it")
        raise UndecidedError(f"nobody could decide whether {f} has a derivative at {place}")
    here = rewrite(placed(about.plain, at), _piece_that_applies)
    agreements = [is_zero(_minus(side.height, here)) for side in (left, right)]
    if None in agreements:
        raise UndecidedError(f"nobody could decide whether {f} is continuous at {place}")
    if False in agreements:
        raise UndefinedError(f"{f} is not continuous at {place}, so it has no derivative there")
    for k, (one, other) in enumerate(zip(left.slopes, right.slopes, strict=True), 1):
        if is_zero(_minus(one.result, other.result)) is not True:
            what = "is not differentiable" if k == 1 else f"has no {ordinal(k)} derivative"
            raise UndefinedError(
                f"{f} {what} at {place}: {_text(one.result)} from the left, {_text(other.result)} from the right"
            )
    remark: Phrase = (
        f"at {place} the difference quotient decides: {f} is ",
        evaluated(left.function),
        " to the left and ",
        evaluated(right.function),
        " to the right, and both sides lead to ",
        right.slopes[-1].result,
    )
    return ValueAtPoint((*left.derivations, *right.derivations, left.slopes[-1], right.slopes[-1]), remark)


def _piece_that_applies(node: Node) -> Node | None:
    """The value of a piecewise function of constants, as far as its conditions can be decided."""
    from mathcli.algebra.exact import holds

    if isinstance(node, Piecewise):
        for value, condition in node.branches:
            verdict = None if condition.names else holds(condition)
            if verdict is None:
                return None
            if verdict:
                return value
        return node.otherwise
    return None


def _is_undefined_beside(f: Node, x: Name, a: Node, side: int) -> bool:
    from mathcli.algebra.exact import is_defined, placed
    from mathcli.syntax.tree import Quotient, Sum

    near = Quotient(Number(1), Number(2**30))
    return is_defined(placed(f, {x: Sum.of(a, near if side > 0 else Negative(near))})) is False


def _minus(a: Node, b: Node) -> Node:
    from mathcli.syntax.tree import Sum

    return Sum.of(a, Negative(b))


def ordinate(about: Subject) -> Name:
    """The name of the value: that of the function if it is a letter like y or z, else y, or z over a plane."""
    taken = {name.name for name in (*about.body.names, *about.variables)}
    letters = ("y", "z", "w", "v", "u") if len(about.variables) == 1 else ("z", "w", "v", "u")
    own = (about.function,) if about.function not in ("f", "g", "h", "F") else ()
    return Name(next((letter for letter in (*own, *letters) if letter not in taken), "height"))


def check_defined(f: Node, at: Point, name: str) -> None:
    """Raise unless f has a value at the point."""
    from mathcli.algebra.exact import is_defined, placed
    from mathcli.errors import UndecidedError

    verdict = is_defined(placed(f, at))
    if verdict is None:
        raise UndecidedError(f"nobody could decide whether {name} is defined at {_place(at)}")
    if not verdict:
        raise UndefinedError(f"{name} is not defined at {_place(at)}")


def _place(at: Point) -> str:
    return "".join(part if isinstance(part, str) else _text(part) for part in point_phrase(at))


def _text(node: Node) -> str:
    from mathcli.syntax.writer import write

    return write(node)


def conditions_of(derivations: Sequence[Derivation]) -> tuple[Node, ...]:
    """What must hold for the derivations: the conditions of their steps and the domain that they bring along."""
    from mathcli.algebra.conditions import merged

    found = dict.fromkeys(c for d in derivations for c in (*d.conditions, *d.domain))
    ranges = tuple(c for c in found if isinstance(c, Relation) and set(c.signs) == {"<="} and len(c.sides) == 3)
    if ranges:  # 1 <= k <= n says of an index what a reader expects to read
        rest = [c for c in found if c not in ranges]
        return (*ranges, *(merged(rest) if rest else ()))
    as_one = next((d.domain for d in derivations if found.keys() == set(d.domain)), None)
    return merged(found) if as_one is None else as_one


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
    from mathcli.syntax.tree import PI, Product, Quotient

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
