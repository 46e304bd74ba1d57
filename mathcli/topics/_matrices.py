"""Derivatives by vectors and matrices as symbols: what `gradient`, `hessian` and `jacobian` answer to --shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mathcli.algebra.verdict import Verdict
from mathcli.errors import UsageError
from mathcli.matrices.componentwise import Components
from mathcli.matrices.gradients import Differentiated, gradient, jacobian
from mathcli.matrices.reading import understood
from mathcli.matrices.shapes import Shape, Shapes, read_shapes
from mathcli.matrices.verification import Proofs, prove
from mathcli.matrices.words import Words
from mathcli.solution import Answer, Block, Chain, Finding, Findings, Given, Remark, Solution
from mathcli.syntax.tree import Call, Derivative, Indexed, Name, Node, Transpose, walk
from mathcli.syntax.writer import write
from mathcli.topics._function import task_of
from mathcli.topics._phrases import listed

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation, Phrase

_LAYOUT = "denominator layout: a gradient has the shape of its variable"


class _Subject(NamedTuple):
    """A function of matrices, its variables, and what is known of all names in it."""

    function: str
    variables: tuple[Name, ...]
    body: Node
    shapes: Shapes
    notes: tuple[str, ...]

    @property
    def label(self) -> Node:
        return Call(self.function, self.variables)


def solve_gradient(problem: Any, budget: Budget) -> Solution:
    """Return the gradient of a number by each of its variables, in the shape of the variable."""
    about = _subject(problem, "gradient")
    _insist_on_number(about, "gradient")
    name = Name(about.function)
    several = len(about.variables) > 1
    labels = [
        _partial(about, x) if several or about.shapes.is_scalar(x) else Call("grad", (name,)) for x in about.variables
    ]
    found = [
        gradient(about.body, x, about.shapes, label, name) for x, label in zip(about.variables, labels, strict=True)
    ]
    budget.spend(len(found))
    proofs = prove(found, about.variables, about.shapes, is_jacobian=False)
    return _solution(problem, about, found, labels, proofs, "GRADIENT", is_gradient=True)


def solve_jacobian(problem: Any, budget: Budget) -> Solution:
    """Return the Jacobian of a vector by a vector: a row for each entry of the function."""
    about = _subject(problem, "jacobian")
    shape = about.shapes.of(about.body)
    notes = about.notes
    if shape.is_scalar:
        notes = (*notes, "one component: the Jacobian is the gradient written as a row")
    elif _is_row(shape):
        notes = (*notes, "a row is read as the vector of its entries")
        about = about._replace(body=Transpose(about.body))
    about = about._replace(notes=notes)
    if len(about.variables) > 1:
        raise UsageError("jacobian has one variable here", hint=f"--var {about.variables[0].name}")
    label = Name("J")
    found = [jacobian(about.body, about.variables[0], about.shapes, label, Name(about.function))]
    budget.spend()
    proofs = prove(found, about.variables, about.shapes, is_jacobian=True)
    return _solution(problem, about, found, [label], proofs, "JACOBIAN", is_gradient=False)


def solve_hessian(problem: Any, budget: Budget) -> Solution:
    """Return the Hessian of a number by a vector: the Jacobian of its gradient."""
    about = _subject(problem, "hessian")
    _insist_on_number(about, "hessian")
    if len(about.variables) > 1:
        raise UsageError("hessian has one variable here", hint=f"--var {about.variables[0].name}")
    (x,) = about.variables
    name = Name(about.function)
    first_label = Call("grad", (name,))
    first = gradient(about.body, x, about.shapes, first_label, name)
    label = Name("H")
    second = jacobian(first.result, x, about.shapes, label, first_label)
    budget.spend(2)
    one = prove([first], [x], about.shapes, is_jacobian=False)
    two = prove([second], [x], about.shapes, is_jacobian=True)
    proofs = Proofs(
        {**one.verdicts, **{(path[0] + 2, *path[1:]): verdict for path, verdict in two.verdicts.items()}},
        min(one.verified, two.verified),
        (one.counted[0] + two.counted[0], one.counted[1] + two.counted[1]),
        min(one.sizes, two.sizes),
    )
    is_symmetric = Words(about.shapes, x).agree(second.result, Transpose(second.result))
    remark: Phrase = ("symmetric",) if is_symmetric and not about.shapes.is_scalar(x) else ()
    return _solution(
        problem, about, [first, second], [first_label, label], proofs, "GRADIENT", is_gradient=True, remark=remark
    )


# ---------------------------------------------------------------------- which function, which variables


def _subject(problem: Any, task: str) -> _Subject:
    if problem.let:
        raise UsageError("--let is not read together with --shape", hint="write the named part out")
    if getattr(problem, "at", None) is not None or getattr(problem, "along", None) is not None:
        raise UsageError("--at and --along need entries, and --shape gives none", hint="leave them out")
    shapes = read_shapes(problem.shape)
    read = understood(problem.expression, shapes)
    variables = tuple(problem.var or ()) or read.parameters or _only_candidate(read.body, shapes, task)
    notes = tuple(
        f"{x.name} is symmetric: its entries are varied as if they were independent"
        for x in variables
        if x in shapes.symmetric
    )
    missing = tuple(f"{x.name} does not occur in the expression" for x in variables if x not in read.body.names)
    return _Subject(read.function, variables, read.body, shapes, (*read.notes, *notes, *missing))


def _only_candidate(body: Node, shapes: Shapes, task: str) -> tuple[Name, ...]:
    found = sorted((x for x in body.names if x in shapes.declared and not shapes.is_scalar(x)), key=lambda x: x.name)
    if len(found) == 1:
        return tuple(found)
    listed_names = ", ".join(x.name for x in found)
    if not found:
        raise UsageError(f"{task} needs a variable, and no vector or matrix occurs in this", hint="write --var w")
    raise UsageError(f"which variable is meant: {listed_names}?", hint=f"write --var {found[-1].name}")


def _insist_on_number(about: _Subject, task: str) -> None:
    shape = about.shapes.of(about.body)
    if not shape.is_scalar:
        hint = "try jacobian" if shape.is_vector or _is_row(shape) else "tr(...) or ||...||_F of it is a number"
        raise UsageError(f"{task} needs a function with one value, and this is {shape}", hint=hint)


def _is_row(shape: Shape) -> bool:
    return shape.transposed.is_vector


def _partial(about: _Subject, x: Name) -> Node:
    return Derivative(about.label, x)


# ---------------------------------------------------------------------- what is said


def _solution(
    problem: Any,
    about: _Subject,
    found: list[Differentiated],
    labels: list[Node],
    proofs: Proofs,
    heading: str,
    *,
    is_gradient: bool,
    remark: Phrase = (),
) -> Solution:
    derivations: list[Derivation] = [part for each in found for part in (each.differential, each.reading_off)]
    asked = found[-1:] if remark or len(labels) > len(about.variables) else found
    components = Components(about.shapes, [about.body, *(each.result for each in found)])
    rows = [Finding(label, each.result) for label, each in zip(labels, found, strict=True)]
    if remark:
        rows[-1] = Finding(labels[-1], found[-1].result, remark)
    entries: list[tuple[Node, Node]] = []
    if problem.componentwise:
        entries = [_entry_row(about, components, x, label, e) for x, label, e in _by_variable(about, labels, asked)]
        rows.extend(Finding(left, right) for left, right in entries)
    blocks = [_given(about), *_chains(about, found, heading), Findings(tuple(rows))]
    if problem.componentwise and components.named:
        blocks.append(Remark(("with ", *listed(components.named))))
    conditions = tuple(dict.fromkeys(c for derivation in derivations for c in derivation.conditions))
    if conditions:
        blocks.append(Remark(("for ", *listed(conditions))))
    blocks.append(Remark((_proof_words(proofs, is_gradient=is_gradient),), "note"))
    answer: dict[str, Answer] = {
        "variables": tuple(x.name for x in about.variables),
        **({"layout": "denominator"} if is_gradient and len(labels) <= len(about.variables) else {}),
        "results": tuple(
            {"variable": x.name, "shape": _by(about.shapes.of(each.result)), "value": each.result}
            for x, _, each in _by_variable(about, labels, asked)
        ),
    }
    if problem.componentwise:
        answer["componentwise"] = tuple({"entry": write(left), "value": right} for left, right in entries)
        if components.named:
            answer["with"] = tuple(map(write, components.named))
    if conditions:
        answer["conditions"] = tuple(map(write, conditions))
    return Solution(
        task_of(problem),
        answer=answer,
        bare=tuple((right,) for _, right in entries) if problem.componentwise else tuple((e.result,) for e in asked),
        blocks=tuple(blocks),
        derivations=tuple(derivations),
        notes=tuple(dict.fromkeys(about.notes)),
        verified=proofs.verified,
        proofs=proofs.counted,
        verdicts=proofs.verdicts,
        text=problem.expression.text,
        read=problem.expression.tree,
        is_of_matrices=True,
    )


def _by_variable(
    about: _Subject, labels: list[Node], asked: list[Differentiated]
) -> list[tuple[Name, Node, Differentiated]]:
    return list(zip(about.variables, labels[-len(asked) :], asked, strict=True))


def _given(about: _Subject) -> Given:
    families = {part.base for part in walk(about.body) if isinstance(part, Indexed)}
    said = [
        (name, shape)
        for name, shape in about.shapes.declared.items()
        if name in about.body.names or name.name.partition("_")[0] in families
    ]
    parts: list[str | Node] = []
    for name, shape in said:
        parts.extend((", " if parts else "", name, f": {_by(shape)}{_kind(name, about.shapes)}"))
    return Given(about.label, about.body, tuple(parts))


def _by(shape: Shape) -> str:
    """n × d; a vector is as long as it is."""
    if shape.is_scalar:
        return "scalar"
    return str(shape).removesuffix(" × 1")


def _kind(name: Name, shapes: Shapes) -> str:
    return " positive definite" if name in shapes.definite else " symmetric" if name in shapes.symmetric else ""


def _chains(about: _Subject, found: list[Differentiated], heading: str) -> list[Block]:
    blocks: list[Block] = []
    headings = [heading] * len(found)
    if len(found) > len(about.variables):
        headings[-1] = "HESSIAN"
    for k, each in enumerate(found):
        x = about.variables[min(k, len(about.variables) - 1)]
        by = f" BY {x.name}" if len(about.variables) > 1 else ""
        blocks.append(Chain(f"DIFFERENTIAL{by}" if k < len(about.variables) else "ITS DIFFERENTIAL", each.differential))
        word = "DERIVATIVE" if about.shapes.is_scalar(x) and heading == "GRADIENT" else headings[k]
        blocks.append(Chain(f"{word}{by}", each.reading_off))
    return blocks


def _entry_row(
    about: _Subject, components: Components, x: Name, label: Node, each: Differentiated
) -> tuple[Node, Node]:
    """∂F/∂w_i and its formula; for a Jacobian J_ij."""
    row, column = components.indices(each.result)
    value = components.entry(each.result, row, column)
    indices = tuple(index for index in (row, column) if isinstance(index, Name))
    if isinstance(label, Name):
        return (Indexed(label.name, indices) if indices else label), value
    below = Name("_".join((x.name, "".join(index.name for index in indices)))) if indices else x
    return Derivative(about.label, below), value


def _proof_words(proofs: Proofs, *, is_gradient: bool) -> str:
    layout = f"{_LAYOUT}; " if is_gradient else ""
    compared = f"compared with numbers, entry by entry, at {proofs.sizes} random sizes" if proofs.sizes else ""
    if proofs.verified is Verdict.PROVED:
        return f"{layout}proved for all sizes" + (f", and {compared}" if compared else "")
    return f"{layout}{compared or 'no numbers were found to compare'}"
