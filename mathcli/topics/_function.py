"""What the topics about functions share: which function a problem is about, of which variables, with which named parts.

A topic asks `subject` what its reading is about and gets f, its variables and its body, whatever was typed: an
expression, f(x) = ..., y = ....
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mathcli.errors import UndefinedError, UsageError
from mathcli.syntax.families import family_of, filled
from mathcli.syntax.tree import (
    INF,
    Call,
    Constant,
    Definition,
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
    Node,
    Norm,
    Number,
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

    from mathcli.calculus.derivation import Derivation


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


def ordinate(about: Subject) -> Name:
    """The name of the value: that of the function if it is a letter like y or z, else y, or z over a plane."""
    taken = {name.name for name in (*about.body.names, *about.variables)}
    letters = ("y", "z", "w", "v", "u") if len(about.variables) == 1 else ("z", "w", "v", "u")
    own = (about.function,) if about.function not in ("f", "g", "h", "F") else ()
    return Name(next((letter for letter in (*own, *letters) if letter not in taken), "height"))


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
