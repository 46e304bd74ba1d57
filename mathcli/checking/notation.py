"""What a student's letters mean: f and its derivatives, named parts u and v, vectors by name. Text -> tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

from mathcli.algebra.exact import evaluated, is_zero
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.vectors import dot, project
from mathcli.checking.claims import Statement, Target, compact
from mathcli.checking.distances import Level, Path
from mathcli.checking.tasks import Task
from mathcli.errors import InputError, NoAnswerError, NotCoveredError, ReadingError, UndefinedError
from mathcli.syntax.parser import Reading, read
from mathcli.syntax.tree import (
    ZERO,
    Call,
    Definition,
    Derivative,
    Ellipsis,
    Equation,
    IndexedSum,
    Name,
    Negative,
    Node,
    Product,
    Quotient,
    Relation,
    Sum,
    Transpose,
    Vector,
    rewrite,
    walk,
)
from mathcli.syntax.vocabulary import FUNCTIONS, GREEK, LETTER_OF
from mathcli.syntax.writer import write

_DOTS_AND_ANGLES = (("\\cdot", "·"), ("\\langle", "<"), ("\\rangle", ">"), ("⟨", "<"), ("⟩", ">"))


class Written(NamedTuple):
    """A side as it was written, with its derivatives still standing, and what it is worth.

    `reading` knows where its parts stand, unless the text had to be changed before it was read.
    """

    tree: Node
    value: Node
    reading: Reading
    is_verbatim: bool


class UnknownLetterError(NotCoveredError):
    """A line speaks of something that neither the problem nor the lines above have named."""


class Notation:
    """The names that mean something in one piece of working. It learns the parts that a student names."""

    def __init__(self, task: Task, curve: Path | Level | None = None) -> None:
        self.task = task
        path = curve if isinstance(curve, Path) else None
        self.level = curve if isinstance(curve, Level) else None
        self.parameters: Mapping[Name, Path] = {}
        self.unknowns: Mapping[Name, object] = {}
        """Letters that the problem does not hold and that are solved for: the multiplier of Lagrange."""
        self.variables = tuple(name.name for name in task.variables)
        self.vectors = (
            {name: v for name, v in task.given.items() if isinstance(v, Vector)} if task.of == "projection" else {}
        )
        self.functions: dict[str, Definition] = {}
        for name in task.functions if task.of not in ("projection", "distance") else ():
            if Name(name) not in task.problem.names:
                self.functions[name] = Definition(name, task.variables, task.problem)
        self.own: set[str] = set()
        self.coordinates = frozenset(name.name for name in path.names) if path is not None else frozenset()
        self.letters: set[str] = set()
        for letter, coordinate in zip(path.names, path.coordinates, strict=True) if path is not None else ():
            if coordinate is not letter:
                self.define(letter.name, coordinate)

    def define(self, name: str, body: Node, parameters: tuple[Name, ...] = ()) -> None:
        """Let a name stand for a part, as the student said; without parameters, u(x + 1) stays a product."""
        self.functions[name] = Definition(name, parameters or self._all_or_first(), body)
        self.own.add(name)
        if not parameters:
            self.letters.add(name)

    def _all_or_first(self) -> tuple[Name, ...]:
        """What a part such as r = sqrt(x^2 + y^2) may be differentiated by."""
        variables = self.task.variables
        return variables if self.task.of in ("partial", "gradient") else variables[:1]

    def is_known(self, name: str) -> bool:
        return name in self.functions

    def is_new_letter(self, name: str) -> bool:
        """Whether a left side is a letter that has no meaning yet, or one that the student gave it."""
        return (
            re.fullmatch(r"[A-Za-zα-ωΑ-Ω](?:_\{?\w+\}?)?", name) is not None
            and Name(name) not in self.task.problem.names
            and name not in self.variables
            and not (self.is_known(name) and name not in self.own)
            and name not in self.vectors
            and name not in self.coordinates
            and name not in ("e", "i")
        )

    def is_another_p(self, found: Target, statement: Statement) -> bool:
        """Whether p is no projection but a letter for something else: a number, or a vector in another direction."""
        if found.kind != "projection" or compact(statement.left) not in ("p", "P") or not statement.sides:
            return False
        value = self.read(statement.sides[-1].text).value
        a = self.vectors[found.by[0]].children()
        if not isinstance(value, Vector) or len(value.entries) != len(a):
            return True
        p = value.entries
        minors = (Sum.of(Product.of(p[0], a[k]), Negative(Product.of(p[k], a[0]))) for k in range(1, len(a)))
        return not all(is_zero(minor) is True for minor in minors)

    def definition(self, name: str) -> Definition | None:
        return self.functions.get(name)

    # -- reading ------------------------------------------------------------------------------------------------------

    def read(self, text: str, *, kind: str = "expression") -> Written:
        """Return what a side says.

        Raises:
            ReadingError, LimitExceededError: it cannot be read.
            UnknownLetterError: it speaks of a derivative of what nobody has named.
            NotCoveredError: it holds a derivative that is not covered.
        """
        text = _with_round_brackets(text)
        changed = self._with_primes(text if self.level is None else _with_slope(text, self.level))
        if self.vectors:
            changed = self._with_products(changed)
        heads = [
            Definition(name, (), d.body) if name in self.letters else d
            for name, d in self.functions.items()
            if name not in self.variables
        ]
        reading = read(changed, kind=kind, variables=self.variables, definitions=heads)
        value = self.value(reading.tree)
        return Written(reading.tree, value, reading, changed == text)

    def _with_primes(self, text: str) -> str:
        """The text with u' written out, where u is a part that the student has named; f' of the problem likewise."""
        if not re.search(r"['′’´]|\\prime", text):
            return text

        def written_out(found: re.Match[str]) -> str:
            name = found.group("u")
            definition = self.functions.get(name)
            before = text[found.start() - 1 : found.start()]
            if definition is None or (found.group("at") and name not in self.letters):
                return found.group()
            if before == "\\" or (before.isalpha() and before not in self.functions and before not in self.variables):
                return found.group()
            by = definition.parameters[0].name if definition.parameters else "x"
            return f"(diff({write(definition.body)}, {by}, {len(found.group('primes'))}))"

        text = text.replace("^{\\prime}", "'")
        own = "|".join(map(re.escape, self.variables))
        text = re.sub(rf"(?P<u>[A-Za-z])(?P<primes>['′’´]+)(?P<at>\((?:{own})\))?(?!\s*\()", written_out, text)
        is_clear = len(self.variables) == 1 and not self.own and len(self.task.problem.names) == 1
        return text if is_clear or len(self.variables) != 1 else _with_primed_groups(text, self.variables[0])

    def _with_products(self, text: str) -> str:
        """The text with n.a, |a|^2 and proj_a n as what they are worth."""
        one = "|".join(sorted(map(re.escape, self.vectors), key=len, reverse=True))
        u, v = rf"(?P<u>{one})", rf"(?P<v>{one})"
        wraps = r"\\(?:vec|mathbf|overrightarrow|boldsymbol)\{?\s*(" + one + r")\s*\}?"
        text = re.sub(wraps, r"\1", text)
        text = re.sub(r"(?:sqrt|√)\s*(\d+)(?=\s*\()", r"sqrt(\1)", text)  # 5/sqrt6 (1, 2, -1): the root of 6 alone
        for wrong, right in (*_DOTS_AND_ANGLES, ("\\|", "‖"), ("||", "‖")):
            text = text.replace(wrong, right)

        def product(found: re.Match[str]) -> str:
            names = found.groupdict()
            return f"({write(self.quantity(Target('dot', names['u'], (names.get('v') or names['u'],))))})"

        def projection(found: re.Match[str]) -> str:
            return f"({write(self.quantity(Target('projection', found.group('u'), (found.group('v'),))))})"

        text = re.sub(r"\\(?:text|mathrm|operatorname)\{(proj|Proj|pr)\}", r"\1", text)
        text = re.sub(rf"(?:proj|Proj|pr)_\{{?{v}\}}?\s*\(?\s*{u}\b\s*\)?", projection, text)
        text = re.sub(rf"proj\(\s*{u}\s*,\s*{v}\s*\)", projection, text)
        text = re.sub(
            rf"dot\(\s*{u}\s*,\s*{v}\s*\)|<\s*(?:{one})\s*,\s*(?:{one})\s*>", lambda m: _angles(m, self), text
        )
        text = re.sub(rf"\b{u}\s*[.·⋅∙•]\s*{v}\b", product, text)
        text = re.sub(
            rf"[|‖]\s*{u}\s*[|‖]\s*(?:\^\s*\{{?2\}}?|²)|norm2\(\s*(?P<w>{one})\s*\)", lambda m: _square(m, self), text
        )
        return re.sub(rf"[|‖]\s*{u}\s*[|‖]|norm\(\s*(?P<w>{one})\s*\)", lambda m: f"sqrt{_square(m, self)}", text)

    def conditions(self, texts: Iterable[str]) -> tuple[Node, ...]:
        """Return what is said of the letters, by the problem and by texts such as x > 0; what cannot be read is not."""
        found: list[Node] = list(self.task.under)
        for text in texts:
            with suppress(InputError, NoAnswerError):
                tree = self.read(text).value
                if isinstance(tree, Relation | Equation):
                    found.append(tree)
        return tuple(found)

    # -- what things are worth ----------------------------------------------------------------------------------------

    def quantity(self, target: Target) -> Node:
        """Return the value of n.a, |a|^2 or a projection.

        Raises:
            UndefinedError: a projection on the zero vector.
        """
        u, v = self.vectors[target.function], self.vectors[target.by[0]] if target.by else None
        match target.kind:
            case "dot" | "square":
                return dot(u, v or u).result
            case "norm":
                return Call("sqrt", (dot(u, u).result,))
        assert v is not None
        return project(u, v).entries

    def value(self, tree: Node) -> Node:
        """Return a tree with named parts put in and derivatives taken, vectors worked out.

        Raises:
            UnknownLetterError, NotCoveredError: a derivative that cannot be taken.
        """
        if self.vectors:
            return vector_value(self._with_vectors(tree))
        if self.level is not None:
            tree = rewrite(tree, self._times)
        if tree.contains(Ellipsis):
            tree = rewrite(tree, _sum_of_zeros)
        if tree.contains(Transpose) or any(isinstance(part, Call) and part.function == "grad" for part in walk(tree)):
            tree = rewrite(tree, self._as_vector)
        if self._needs_work(tree):
            tree = rewrite(tree, self._replacement)
        return tree if isinstance(tree, Vector) or not tree.contains(Vector) else vector_value(tree)

    def _as_vector(self, part: Node) -> Node | None:
        """A column written as a row, (a, b)^T; the gradient of a function that is known; a norm of either."""
        match part:
            case Transpose(Vector() as row):
                return row
            case Call("grad", (Name(name),), 0) if name in self.functions:
                f = self.functions[name].body
                return Vector(tuple(differentiated(f, x) for x in self.task.variables))
        return None

    def _times(self, part: Node) -> Node | None:
        """λ (2x, 2y) and t (1, 2) as products, where no function has that name."""
        match part:
            case Call(name, arguments, 0) if name in (*LETTER_OF, "k", "r", "s", "t") and not self.is_known(name):
                if name not in FUNCTIONS:
                    return Product.of(Name(name), arguments[0] if len(arguments) == 1 else Vector(arguments))
        return None

    def _with_vectors(self, tree: Node) -> Node:
        def meant(part: Node) -> Node | None:
            match part:
                case Name(name) if name in self.vectors:
                    return self.vectors[name]
                case Name(name) if name in self.own:
                    return self.functions[name].body
            return None

        return rewrite(tree, meant)

    def _needs_work(self, tree: Node) -> bool:
        return tree.contains(Derivative) or any(
            isinstance(part, Call | Name)
            and (self._named(part) is not None or (isinstance(part, Name) and "_" in part.name))
            for part in walk(tree)
        )

    def _partial(self, name: str) -> Node | None:
        """The partial derivative that f_xy names, where f is the function and x, y its variables."""
        function, _, letters = name.partition("_")
        definition = self.functions.get(function)
        if not letters or definition is None or Name(name) in self.task.problem.names or len(self.variables) < 2:
            return None
        if not set(letters) <= set(self.variables):
            return None
        found = definition.body
        for letter in letters:
            found = differentiated(found, Name(letter))
        return found

    def _named(self, part: Node) -> Definition | None:
        match part:
            case Call(function):
                return self.functions.get(function)
            case Name(name) if name not in self.variables:
                return self.functions.get(name)
        return None

    def _replacement(self, part: Node) -> Node | None:
        match part:
            case Derivative(operand, variable, order):
                return self._taken(operand, variable, order)
            case Call(function, arguments, primes):
                definition = self.functions.get(function)
                if definition is None:
                    if primes:
                        raise UnknownLetterError(
                            f"this line speaks of {function}', and nothing says what {function} is"
                        )
                    return None
                if len(arguments) != len(definition.parameters):
                    return None
                body = self.value(definition.body) if function in self.own else definition.body
                if primes:
                    body = differentiated(body, definition.parameters[0], primes)
                inside = [self.value(argument) for argument in arguments]
                return body.substitute(dict(zip(definition.parameters, inside, strict=True)))
            case Name(name) if (partial := self._partial(name)) is not None:
                return partial
            case Name(name) if name not in self.variables and name in self.functions:
                body = self.functions[name].body
                return self.value(body) if name in self.own and part not in body.names else body
        return None

    def _taken(self, operand: Node, variable: Name, order: int) -> Node:
        """The derivative of an operand; by a named part u it is taken before u is put in."""
        name = variable.name
        if name in self.functions and name not in self.variables:
            if isinstance(operand, Call) and operand.function in self.functions:
                taken = self.by_a_part(self.functions[operand.function].body, name, order)
                if taken is not None and operand.arguments == (variable,):
                    return taken
                raise UnknownLetterError(f"the derivative by {name} of what is given in terms of another letter")
            letters = {n: d for n, d in self.functions.items() if n != name}
            inner = _Some(self, letters).value(operand)
            return self.value(differentiated(inner, variable, order))
        match operand:
            case Call(function, (Name() as argument,), 0) if function in self.functions:
                if argument not in self.functions[function].parameters:
                    value = self.by_a_part(self.functions[function].body, name, order)
                    if value is not None and argument is variable:
                        return value
                    raise UnknownLetterError(f"{function} is not given in terms of {argument.name}")
            case Call(function, _, 0) if self._is_unknown(function):
                raise UnknownLetterError(f"this line speaks of {function}, and nothing says what it is")
        return differentiated(self.value(operand), variable, order)

    def by_a_part(self, f: Node, letter: str, order: int) -> Node | None:
        """The derivative of f by a part u that the student named, where f is a function of u alone."""
        part = self.functions.get(letter)
        if part is None or letter not in self.own:
            return None
        u, inner = Name(letter), self.value(part.body)
        outer = f.substitute({inner: u})
        if outer is f or outer.names & set(self.task.variables):
            return None
        return differentiated(outer, u, order).substitute({u: inner})

    @staticmethod
    def _is_unknown(function: str) -> bool:
        return function not in FUNCTIONS

    def foreign_letters(self, value: Node) -> tuple[str, ...]:
        """The letters of a value that neither the problem nor its variables hold."""
        known = self.task.problem.names | set(self.task.variables) if not self.vectors else frozenset()
        known |= self.unknowns.keys()
        for vector in self.vectors.values():
            known |= vector.names
        calls = {part.function for part in walk(value) if isinstance(part, Call) and self._is_unknown(part.function)}
        calls -= {part.function for part in walk(self.task.problem) if isinstance(part, Call)}
        letters = {name.name for name in value.names if name not in known and name.name not in self.own}
        return tuple(sorted(letters | (calls - self.own)))


def letter(text: str) -> Name:
    """Return the name that a letter stands for, however it is typed: λ is lambda."""
    bare = text.strip().removeprefix("\\")
    return Name(GREEK.get(bare, bare))


def spellings(name: str) -> tuple[str, ...]:
    """Return how a letter may be typed: lambda, λ, \\lambda."""
    return (name, LETTER_OF[name], f"\\{name}") if name in LETTER_OF else (name,)


def _with_slope(text: str, level: Level) -> str:
    """The text with y' and dy/dx written out, where the equation of the curve makes y depend on x."""
    if len(level.names) != 2 or len(level.functions) != 1:
        return text
    x, y = (re.escape(name.name) for name in level.names)
    slope = rf"\\[dt]?frac\s*\{{\s*d\s*{y}\s*\}}\s*\{{\s*d\s*{x}\s*\}}|\bd{y}\s*/\s*d{x}\b"
    primed = rf"(?<![A-Za-z\\]){y}(?:['′’´]|\^\{{?\\prime\}}?)(?:\({x}\))?"
    return re.sub(f"{slope}|{primed}", lambda _: f" ({write(level.slope)}) ", text)


def _with_round_brackets(text: str) -> str:
    """The text with [u]' as (u)', unless its square brackets hold a list."""
    is_plain = "[" in text and "," not in text and "\\" not in text
    return text.replace("[", "(").replace("]", ")") if is_plain else text


def _with_primed_groups(text: str, by: str) -> str:
    """The text with (...)' as diff(..., x), where the letters inside do not say by which variable."""
    while (found := re.search(r"([)\]])\s*(['′’´]+)", text)) is not None:
        depth = 0
        for at in range(found.start(), -1, -1):
            depth += (text[at] in ")]") - (text[at] in "([")
            if depth == 0:
                break
        else:
            return text
        inside = text[at + 1 : found.start()]
        text = f"{text[:at]}diff({inside}, {by}, {len(found.group(2))}){text[found.end() :]}"
    return text


def _sum_of_zeros(part: Node) -> Node | None:
    """0 + 0 + ... + 0 is 0, however many they are."""
    if isinstance(part, Sum) and all(term is ZERO or isinstance(term, Ellipsis) for term in part.terms):
        return ZERO
    return None


class _Some(Notation):
    """The same notation with fewer parts named."""

    def __init__(self, whole: Notation, functions: Mapping[str, Definition]) -> None:
        self.task, self.variables, self.vectors = whole.task, whole.variables, whole.vectors
        self.unknowns, self.level = whole.unknowns, whole.level
        self.functions = dict(functions)
        self.own, self.letters, self.coordinates = whole.own, whole.letters, whole.coordinates


def _angles(found: re.Match[str], notation: Notation) -> str:
    names = re.findall("|".join(map(re.escape, notation.vectors)), compact(found.group()).removeprefix("dot"))
    return f"({write(notation.quantity(Target('dot', names[0], (names[1],))))})"


def _square(found: re.Match[str], notation: Notation) -> str:
    name = found.group("u") or found.group("w")
    return f"({write(notation.quantity(Target('square', name, (name,))))})"


def differentiated(f: Node, x: Name, order: int = 1) -> Node:
    """Return the derivative of that order, by the rules."""
    for _ in range(order):
        f = differentiate(f, x).result
    return f


def vector_value(tree: Node) -> Node:
    """Return a tree of vectors and numbers worked out: 5/6 (1, 2, -1) is a vector, the product of two a number.

    Raises:
        ReadingError: what cannot be multiplied or added.
    """
    match tree:
        case Vector(entries):
            return Vector(tuple(vector_value(entry) for entry in entries))
        case Sum(terms):
            parts = [vector_value(term) for term in terms]
            vectors = [part for part in parts if isinstance(part, Vector)]
            if not vectors:
                return Sum.of(*parts)
            if len(vectors) < len(parts) or len({len(v.entries) for v in vectors}) > 1:
                raise ReadingError("a vector and a number cannot be added")
            return Vector(tuple(Sum.of(*row) for row in zip(*(v.entries for v in vectors), strict=True)))
        case Negative(operand):
            inner = vector_value(operand)
            return Vector(tuple(map(Negative, inner.entries))) if isinstance(inner, Vector) else Negative(inner)
        case Quotient(numerator, denominator):
            above, below = vector_value(numerator), vector_value(denominator)
            if isinstance(below, Vector):
                raise ReadingError("nothing can be divided by a vector")
            if isinstance(above, Vector):
                return Vector(tuple(Quotient(entry, below) for entry in above.entries))
            return Quotient(above, below)
        case Product(factors):
            return _product([vector_value(factor) for factor in factors])
        case IndexedSum():
            return tree
        case Call("abs" | "norm", (inside,), 0) if inside.contains(Vector):
            of = vector_value(inside)
            return Call("sqrt", (dot(of, of).result,)) if isinstance(of, Vector) else Call("abs", (of,))
    if tree.contains(Vector):
        return tree.rebuilt(tuple(vector_value(child) for child in tree.children()))
    return tree


def _product(parts: list[Node]) -> Node:
    vectors = [part for part in parts if isinstance(part, Vector)]
    scalars = [part for part in parts if not isinstance(part, Vector)]
    if len(vectors) == 2:
        u, v = vectors
        assert isinstance(u, Vector)
        assert isinstance(v, Vector)
        return Product.of(*scalars, dot(u, v).result)
    if len(vectors) == 1:
        factor = Product.of(*scalars)
        return Vector(tuple(Product.of(factor, entry) for entry in vectors[0].children()))
    if vectors:
        raise ReadingError("a product of three vectors has no meaning here")
    return Product.of(*parts)


def shortened(value: Node) -> Node:
    """Return the value with its numbers worked out, for showing."""
    try:
        return evaluated(value)
    except UndefinedError:
        return value
