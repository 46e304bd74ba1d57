"""What `equal` answers: which comparison two statements ask for, and its verdict in words, rows and fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from flint import arb, fmpq

from mathcli.algebra.equality import (
    DIFFERENT,
    EQUAL,
    EQUAL_ON_COMMON_DOMAIN,
    NOWHERE_BOTH_DEFINED,
    UNDECIDED,
    Comparison,
    Witness,
)
from mathcli.algebra.verdict import Verdict
from mathcli.errors import BudgetSpentError, NotCoveredError, UsageError
from mathcli.solution import Answer, Block, Given, Remark, Solution, Table
from mathcli.syntax.statements import CLAIMS, EXPRESSION, VALUES, Statement, as_interval
from mathcli.syntax.tree import (
    Definition,
    Equation,
    Integral,
    Interval,
    Limit,
    Matrix,
    Minimum,
    Name,
    Node,
    Vector,
)
from mathcli.syntax.writer import write
from mathcli.topics._function import definitions, unfolded

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.algebra.shapes import Objection
    from mathcli.calculus.derivation import Phrase
    from mathcli.solving.comparison import Claims

WORDS = {
    EQUAL: "equal",
    EQUAL_ON_COMMON_DOMAIN: "equal where both are defined",
    DIFFERENT: "different",
    NOWHERE_BOTH_DEFINED: "nowhere both defined",
    UNDECIDED: "undecided",
}
"""What a reader is told, by the verdict."""

EXIT_CODES = {EQUAL: 0, EQUAL_ON_COMMON_DOMAIN: 0, DIFFERENT: 1, NOWHERE_BOTH_DEFINED: 3, UNDECIDED: 3}
_DIGITS = (10, 20)
"""Digits of the values at a witness: so many, or as many as tell them apart, up to the second number."""


class _Question(NamedTuple):
    """Two sides of one kind, ready to be compared; expressions have one tree each."""

    left: Claims
    right: Claims
    kind: str
    notes: tuple[str, ...] = ()

    @property
    def trees(self) -> tuple[Node, Node]:
        return self.left[0][0], self.right[0][0]


def solution(problem: Any, budget: Budget) -> Solution:
    """Return what `equal` answers.

    Raises:
        UsageError: the sides are not of a kind, or an option does not fit them.
        NotCoveredError: an integral or a limit stands in a side.
    """
    question = _question(problem)
    _check(problem, question)
    constants: tuple[tuple[fmpq, Node | str], ...] = ()
    try:
        if problem.up_to_constant:
            from mathcli.solving.antiderivatives import compare_up_to_constant

            found, constants = compare_up_to_constant(*question.trees, _variable(problem, question), budget=budget)
        else:
            found = _compared(question, budget)
    except BudgetSpentError as spent:
        found = Comparison(UNDECIDED, spent.message)
    asked = _asked_of_sympy(problem, question, found, budget)
    objection = _objection(problem, question)
    is_form_missed = bool(objection) and found.verdict in (EQUAL, EQUAL_ON_COMMON_DOMAIN)
    words = _words(problem, found)
    verified = Verdict.UNDECIDED if found.verdict == UNDECIDED else Verdict.PROVED
    if asked is not None:
        found, words, verified = asked, _words(problem, asked), Verdict.TESTED
    return Solution(
        "equal",
        answer=_answer(problem, found, objection, constants),
        bare=((f"{words}, but not {_form_word(problem.form)}" if is_form_missed else words,),),
        blocks=tuple(_blocks(problem, question, found, objection, constants, verified)),
        notes=(*problem.left.notes, *problem.right.notes, *question.notes),
        verified=verified,
        exit_code=1 if is_form_missed else EXIT_CODES[found.verdict],
        tally=(
            f"equal to {problem.left.text}",
            _outcome(found, f"not {_form_word(problem.form)}" if is_form_missed else ""),
        ),
        text=f"{problem.left.text} {'=' if question.kind == EXPRESSION else '<=>'} {problem.right.text}",
        read=_as_read(question),
    )


def _outcome(found: Comparison, objection: str) -> str:
    """What a teacher counts: right, undecided, or what is wrong with an answer."""
    if found.verdict == DIFFERENT:
        return "different"
    if found.verdict in (EQUAL, EQUAL_ON_COMMON_DOMAIN):
        return objection or "right"
    return "undecided"


# -- what is asked --------------------------------------------------------------------------------------------------


def _question(problem: Any) -> _Question:
    """The two statements with the named parts put in, brought to one kind."""
    named = definitions(problem.let)
    left, right = problem.left, problem.right
    if EXPRESSION in (left.kind, right.kind) and VALUES in (left.kind, right.kind):
        left, right = _without_braces(left), _without_braces(right)
    kinds = {left.kind, right.kind}
    if kinds == {EXPRESSION}:
        trees = [_body(_put_in(side.alternatives[0][0], named)) for side in (left, right)]
        _check_kinds(*trees)
        parameters = [side.alternatives[0][0].parameters for side in (left, right) if _defines(side)]
        if len(parameters) == 2 and len(parameters[0]) == len(parameters[1]):
            trees[1] = trees[1].substitute(dict(zip(parameters[1], parameters[0], strict=True)))
        return _Question(((trees[0],),), ((trees[1],),), EXPRESSION, tuple(_doubts(left, right)))
    if EXPRESSION in kinds:
        left, right = (_interval(left), right) if left.kind == EXPRESSION else (left, _interval(right))
    sides = [
        tuple(tuple(_put_in(tree, named) for tree in parts) for parts in side.alternatives) for side in (left, right)
    ]
    if kinds == {VALUES} and any(tree.names for side in sides for parts in side for tree in parts):
        return _Question(sides[0], sides[1], VALUES)
    x = _unknown(left, right)
    claims = [_as_claims(side, values, x) for side, values in zip((left, right), sides, strict=True)]
    return _Question(claims[0], claims[1], CLAIMS)


def _put_in(tree: Node, named: tuple[Definition, ...]) -> Node:
    return unfolded(tree, named) if named else tree


def _body(tree: Node) -> Node:
    return tree.body if isinstance(tree, Definition) else tree


def _defines(side: Statement) -> bool:
    return isinstance(side.tree, Definition)


def _without_braces(side: Statement) -> Statement:
    """A set of one expression beside an expression: the braces are brackets."""
    if side.kind != VALUES or len(side.alternatives) != 1 or side.member is not None:
        return side
    return Statement(side.text, EXPRESSION, side.alternatives, None, side.notes)


def _interval(side: Statement) -> Statement:
    """An expression beside a claim: [0, 1] is an interval there; nothing else is a claim."""
    found = as_interval(side.alternatives[0][0], side.text)
    if found is None:
        raise UsageError(
            "one side is an expression and the other a claim",
            hint="compare two expressions, or two equations, inequalities, sets or intervals",
        )
    return Statement(side.text, CLAIMS, ((found,),), None, side.notes)


def _doubts(left: Statement, right: Statement) -> Iterator[str]:
    """[0, 1] and (0, 1) are the same vector, and different intervals."""
    trees = (left.tree, right.tree)
    intervals = [as_interval(tree, side.text) for tree, side in zip(trees, (left, right), strict=True) if tree]
    if len(intervals) == 2 and all(intervals) and len({_ends(one) for one in intervals if one}) > 1:
        yield "both are read as vectors; for intervals write x in [0, 1] and x in (0, 1)"


def _ends(one: Interval) -> tuple[bool, bool]:
    return one.has_lower, one.has_upper


def _unknown(left: Statement, right: Statement) -> Name:
    names = sorted(left.names | right.names, key=lambda name: name.name)
    return names[0] if names else Name("x")


def _as_claims(side: Statement, parts: Claims, x: Name) -> Claims:
    if side.kind == CLAIMS:
        return parts
    return tuple((Equation(x, value),) for (value,) in parts)


def _check_kinds(left: Node, right: Node) -> None:
    for kind, word in ((Vector, "vector"), (Matrix, "matrix")):
        if isinstance(left, kind) is not isinstance(right, kind):
            raise UsageError(f"one side is a {word} and the other is not", hint="compare two of a kind")


def _check(problem: Any, question: _Question) -> None:
    trees = [tree for side in (question.left, question.right) for parts in side for tree in parts]
    for kind, word in ((Integral, "an integral"), (Limit, "a limit"), (Minimum, "a minimum over variables")):
        if any(tree.contains(kind) for tree in trees):
            raise NotCoveredError(
                f"{word} stands in a side, and it is not worked out here", hint="compare what you found for it"
            )
    if question.kind == EXPRESSION:
        return
    for name, is_given in (("--up-to-constant", problem.up_to_constant), ("--form", problem.form)):
        if is_given:
            raise UsageError(f"{name} is about expressions, not about equations, sets or inequalities")


def _variable(problem: Any, question: _Question) -> Name:
    """The variable of antiderivatives: the one asked for, else the only name that is not the constant C."""
    if problem.var:
        (x, *_) = problem.var
        assert isinstance(x, Name)
        return x
    left, right = question.trees
    names = sorted(left.names | right.names, key=lambda name: name.name)
    found = [name for name in names if name.name not in ("C", "c", "K", "k")] or names
    if len(found) != 1:
        raise UsageError(
            "antiderivatives have one variable" if found else "there is no variable",
            hint=f"say which: --var {found[0].name}" if found else "mathcli equal 'x^2/2' 'x^2/2 + C' --up-to-constant",
        )
    return found[0]


def _compared(question: _Question, budget: Budget) -> Comparison:
    from mathcli.solving import comparison

    if question.kind == CLAIMS:
        return comparison.compare_claims(question.left, question.right, budget=budget)
    if question.kind == VALUES:
        return comparison.compare_values(
            tuple(parts[0] for parts in question.left), tuple(parts[0] for parts in question.right), budget=budget
        )
    return comparison.compare(*question.trees, budget=budget)


def _objection(problem: Any, question: _Question) -> Objection:
    from mathcli.algebra.shapes import objection

    return objection(question.trees[1], problem.form) if problem.form else ()


def _as_read(question: _Question) -> Node | None:
    return Equation(*question.trees) if question.kind == EXPRESSION else None


_SECONDS_FOR_SYMPY = 20.0
_ENOUGH_POINTS, _ENOUGH_BITS = 4, 400


def _asked_of_sympy(problem: Any, question: _Question, found: Comparison, budget: Budget) -> Comparison | None:
    """What SymPy's simplify adds to an open question on expressions that agree to many bits; None where it does not."""
    if found.verdict != UNDECIDED or question.kind != EXPRESSION or problem.up_to_constant:
        return None
    if found.points < _ENOUGH_POINTS or found.bits < _ENOUGH_BITS:
        return None
    from mathcli.algebra import domains
    from mathcli.algebra.last_resort import simplifies_to_zero

    left = budget.seconds_left()
    seconds = _SECONDS_FOR_SYMPY if left is None else min(_SECONDS_FOR_SYMPY, left - 1)
    if seconds <= 1 or not simplifies_to_zero(*question.trees, seconds=seconds):
        return None
    proof = f"SymPy's simplify makes the difference 0; they agree at {found.points} points to {found.bits} bits"
    verdict = EQUAL if domains.agree(*question.trees) else EQUAL_ON_COMMON_DOMAIN
    return Comparison(verdict, proof, None, found.points, found.bits)


# -- what is said ---------------------------------------------------------------------------------------------------


def _blocks(
    problem: Any,
    question: _Question,
    found: Comparison,
    objection: Objection,
    constants: tuple[tuple[fmpq, Node | str], ...],
    verified: Verdict,
) -> Iterator[Block]:
    for side, claims in ((problem.left, question.left), (problem.right, question.right)):
        yield _shown(side, claims)
    if verified is Verdict.TESTED:
        yield Remark((f"{_words(problem, found)}, not proved here: {found.proof}",), "warning")
    else:
        yield from _verdict(problem, question, found)
    if len(constants) > 1 and found.verdict in (EQUAL, EQUAL_ON_COMMON_DOMAIN):
        yield from _by_piece(problem, question, constants)
    if problem.form and found.verdict in (EQUAL, EQUAL_ON_COMMON_DOMAIN):
        yield _form_remark(problem, objection)


def _shown(side: Statement, claims: Claims) -> Block:
    if len(claims) == 1 and len(claims[0]) == 1 and side.kind != VALUES:
        return Given(None, claims[0][0])
    if side.kind == VALUES:
        values = [tree.right if isinstance(tree, Equation) else tree for (tree,) in claims]
        return Remark(("{", *_listed(", ", values), "}"))
    return Remark(tuple(_listed(" or ", [_listed(" and ", parts) for parts in claims])))


def _listed(between: str, parts: Iterable[Node | list[str | Node]]) -> list[str | Node]:
    joined: list[str | Node] = []
    for part in parts:
        if joined:
            joined.append(between)
        joined.extend(part if isinstance(part, list) else [part])
    return joined


def _verdict(problem: Any, question: _Question, found: Comparison) -> Iterator[Block]:
    words = _words(problem, found)
    match found.verdict:
        case "equal" | "equal_on_common_domain":
            proof = found.proof.removesuffix(" where both are defined")
            yield Remark((f"{words}, proved: {proof}",), "good")
            if found.witness is not None:
                yield Remark(_place("only one side is defined at ", found.witness), "warning")
                yield from _table(found.witness, question)
        case "different":
            if found.witness is None:
                yield Remark((f"{words}: {found.proof}",), "warning")
                return
            which = "the derivatives differ at " if problem.up_to_constant else f"{words}: see it at "
            yield Remark(_place(which, found.witness), "warning")
            yield from _table(found.witness, question, is_of_slopes=problem.up_to_constant)
        case "nowhere_both_defined":
            yield Remark((_nowhere(found),), "warning")
        case _:
            yield Remark((f"undecided: {_so_far(found)}",), "warning")


def _nowhere(found: Comparison) -> str:
    if found.points:
        return f"nothing to compare: {found.proof}"
    return "there is no point where both sides have a value, so there is nothing to compare"


def _so_far(found: Comparison) -> str:
    if found.points:
        agree = f"they agree at {found.points} points to {found.bits} bits, which proves nothing"
        return f"{agree}; {found.proof}" if found.proof else agree
    return found.proof or "no point was found where both have a value"


def _words(problem: Any, found: Comparison) -> str:
    words = WORDS[found.verdict]
    if problem.up_to_constant and found.verdict in (EQUAL, EQUAL_ON_COMMON_DOMAIN):
        return words.replace("equal", "equal up to a constant")
    return words


def _place(start: str, witness: Witness) -> Phrase:
    """A point in words: x = 7/5, y = 2; between two of them where the exact number has no name."""
    parts: list[str | Node] = [start.replace(" at ", " between ") if witness.until is not None else start]
    for k, (name, value) in enumerate(witness.at.items()):
        if k:
            parts.append(", ")
        parts.extend((name, " = ", _number(value)))
        if witness.until is not None:
            parts.extend((" and ", _number(witness.until[name])))
    return tuple(parts)


def _number(value: fmpq | Node) -> Node | str:
    from mathcli.algebra.conditions import number

    return value if isinstance(value, Node) else number(value)


def _table(witness: Witness, question: _Question, *, is_of_slopes: bool = False) -> Iterator[Block]:
    """The values of both sides at the witness, to as many digits as tell them apart."""
    if witness.until is not None and witness.holds is None:
        return
    if witness.holds is not None:
        cells = [("holds" if holds else "does not hold",) for holds in witness.holds]
        yield Table((("left side",), ("right side",)), (tuple(cells),))
        return
    left, right = _values(witness)
    row: tuple[Phrase, ...] = ((left,), (right,))
    heads: tuple[Phrase, ...] = (("left side",), ("right side",))
    if is_of_slopes:
        heads = (("left derivative",), ("right derivative",))
    if left == right and witness.left is not None and witness.right is not None:
        row, heads = (*row, ((witness.left - witness.right).str(3, radius=False),)), (*heads, ("apart",))
    yield Table(heads, (row,))


def _values(witness: Witness) -> tuple[str, str]:
    for digits in _DIGITS:
        left, right = (_value(value, digits) for value in (witness.left, witness.right))
        if left != right:
            return left, right
    return tuple(_value(value, _DIGITS[0]) for value in (witness.left, witness.right))  # type: ignore[return-value]


def _value(value: arb | None, digits: int) -> str:
    if value is None:
        return "undefined"
    text: str = value.str(digits, radius=False)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _by_piece(problem: Any, question: _Question, constants: tuple[tuple[fmpq, Node | str], ...]) -> Iterator[Block]:
    """The constant on each piece of the domain."""
    values = {value if isinstance(value, str) else write(value) for _, value in constants}
    if len(values) == 1:
        return
    x = _variable(problem, question)
    yield Remark(("the constant is not the same on each piece of the domain:",))
    rows: list[tuple[Phrase, ...]] = [((x, " = ", _number(place)), (value,)) for place, value in constants]
    yield Table((("on the piece around",), ("left − right",)), tuple(rows))


def _form_word(form: str) -> str:
    return "a single fraction" if form == "single-fraction" else form


def _form_remark(problem: Any, objection: Objection) -> Block:
    word = _form_word(problem.form)
    if not objection:
        return Remark((f"the second expression is {word}",), "good")
    return Remark((f"the second expression is not {word}: ", *objection), "warning")


# -- fields ---------------------------------------------------------------------------------------------------------


def _answer(
    problem: Any, found: Comparison, objection: Objection, constants: tuple[tuple[fmpq, Node | str], ...]
) -> dict[str, Answer]:
    fields: dict[str, Answer] = {"verdict": found.verdict}
    if found.proof:
        fields["reason" if found.verdict == UNDECIDED else "proof"] = found.proof
    if found.witness is not None:
        fields["witness"] = _witness(found.witness)
    if found.verdict == UNDECIDED and found.points:
        fields["points"], fields["bits"] = found.points, found.bits
    if problem.up_to_constant:
        fields["up_to_constant"] = True
        if constants and found.verdict in (EQUAL, EQUAL_ON_COMMON_DOMAIN):
            fields["differences"] = tuple({"near": str(place), "value": value} for place, value in constants)
    if problem.form:
        because = "".join(part if isinstance(part, str) else write(part) for part in objection)
        fields["form"] = {"demanded": problem.form, "has": not objection, **({"because": because} if because else {})}
    return fields


def _witness(witness: Witness) -> dict[str, Answer]:
    fields: dict[str, Answer] = {"at": _coordinates(witness.at)}
    if witness.until is not None:
        fields["until"] = _coordinates(witness.until)
    if witness.holds is not None:
        fields["left"], fields["right"] = witness.holds
        return fields
    if witness.until is not None:
        return fields
    for side, value in (("left", witness.left), ("right", witness.right)):
        fields[side] = "undefined" if value is None else value.str(16, radius=False)
    if witness.left is not None and witness.right is not None:
        fields["apart"] = (witness.left - witness.right).str(3, radius=False)
    return fields


def _coordinates(at: Any) -> dict[str, Answer]:
    return {write(name): write(value) if isinstance(value, Node) else str(value) for name, value in at.items()}
