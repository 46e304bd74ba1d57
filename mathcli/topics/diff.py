"""The derivative of a function of one variable, of any order, at a point, or in terms of the function itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation, Phrase
    from mathcli.solution import Answer, Block, Solution
    from mathcli.syntax.tree import Name, Node
    from mathcli.topics._function import Subject
    from mathcli.topics._point import Point

KIND = "derivatives"
_HIGHEST_ORDER = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff(ReadingOptions):
    """The derivative of an expression, of any order.

    mathcli diff 'e^(2x) cos x' --order 2 --steps
    mathcli diff '1/(1+e^(-x))' --in-terms-of g
    mathcli diff 'f(g(x))' --let 'f(x) = 1/x' --let 'g(x) = 1+e^(-x)'
    """

    expression: Any = argument("expression", "what to differentiate: x^2, f(x) = x^2")
    order: int = option("integer", "how many times", default=1, metavar="N")
    at: Any = option("point", "the value there: x=1", metavar="x=1")
    in_terms_of: tuple[Name, ...] = option("names", "write the derivative through the function itself", metavar="g")

    def solve(self, budget: Budget) -> Solution:
        """Return the derivatives up to the order asked, each a derivation, with the value at a point if wanted."""
        from mathcli.calculus.proofs import prove
        from mathcli.solution import Page, Solution

        work = _Work(self)
        proofs = prove(work.derivations, budget)
        return Solution(
            "diff",
            answer=work.answer(),
            bare=((work.final,),),
            blocks=Page(work.blocks),
            derivations=work.derivations,
            notes=work.notes,
            verified=proofs.verified,
            proofs=proofs.counted,
            verdicts=proofs.verdicts,
            text=self.expression.text,
            read=self.expression.tree,
        )


class _Work:
    """The derivatives of one function, and what is asked of the last of them."""

    def __init__(self, problem: Diff) -> None:
        from mathcli.algebra.domains import derivative_domain
        from mathcli.calculus.differentiation import derivatives
        from mathcli.syntax.tree import Derivative
        from mathcli.topics._function import conditions_of
        from mathcli.topics._point import point, value_of_derivative

        self.subject, self.order = _asked(problem)
        (self.x,) = self.subject.variables[:1]
        self.orders = derivatives(self.subject.body, self.x, self.order, named=self.subject.named)
        first, is_plain = self.orders[0], not self.subject.plain.contains(Derivative)
        self.domain = first.domain if is_plain else derivative_domain(self.subject.plain, self.x)
        """Where f has a derivative by the rules: the interior of its domain, without kinks."""
        self.further = conditions_of(self.orders)
        self.at: Point | None = None if problem.at is None else point(problem.at, (self.x,))
        self.there = None if self.at is None else value_of_derivative(self.subject, self.orders, self.at)
        self.value = None if self.there is None else self.there.derivation
        self.own_name = problem.in_terms_of[0] if problem.in_terms_of else None
        self.own_terms = None if self.own_name is None else self._in_terms_of(self.own_name)

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """Every derivation of the answer."""
        return (
            *self.orders,
            *((self.own_terms,) if self.own_terms else ()),
            *(self.there.derivations if self.there else ()),
        )

    @property
    def final(self) -> Node:
        """What a pipe gets: the value where one was asked for, else the last derivative."""
        return self.derivations[-1].result

    @property
    def notes(self) -> tuple[str, ...]:
        """How the problem was read, and conditions that its derivative's own domain does not bring along."""
        from mathcli.syntax.writer import write

        further = [write(condition) for condition in self.further if condition not in self.domain]
        return (*self.subject.notes, *((f"for {' and '.join(further)}",) if further and self.value is None else ()))

    @property
    def conditions(self) -> tuple[Node, ...]:
        """What must hold for the derivatives to exist, and for the steps."""
        return tuple(dict.fromkeys((*self.domain, *self.further)))

    def _in_terms_of(self, name: Name) -> Derivation:
        from mathcli.calculus.derivation import Derivation
        from mathcli.calculus.own_terms import in_terms_of
        from mathcli.syntax.tree import Definition

        last = self.orders[-1].result
        steps = in_terms_of(self.subject.plain, last, name, self.x)
        return Derivation(last, steps, named=(Definition(name.name, (), self.subject.plain),))

    def answer(self) -> dict[str, Answer]:
        """The fields of the JSON answer."""
        from mathcli.syntax.writer import write

        answer: dict[str, Answer] = {
            "variable": self.x.name,
            "orders": tuple([_order(k, derivation) for k, derivation in enumerate(self.orders, 1)]),
            "value": self.orders[-1].result,
        }
        if self.own_terms is not None and self.own_name is not None:
            answer["in_terms_of"] = {"name": self.own_name.name, "value": self.own_terms.result}
        if self.at is not None and self.value is not None:
            point: dict[str, Answer] = {name.name: value for name, value in self.at.items()}
            answer["at"] = ({"point": point, "value": self.value.result},)
        if self.conditions:
            answer["conditions"] = tuple(write(condition) for condition in self.conditions)
        return answer

    def blocks(self) -> tuple[Block, ...]:
        """What a reader is shown."""
        from mathcli.solution import Chain, Finding, Findings, Given, Remark
        from mathcli.syntax.tree import Call
        from mathcli.topics._phrases import about, derivative_label, heading, listed, point_phrase, said

        f, variables = self.subject.function, (self.x,)
        blocks: list[Block] = [_given(definition) for definition in self.subject.named]
        blocks.append(Given(Call(f, variables), self.subject.body))
        rows: list[Finding] = []
        remark: Phrase = ("for ", *listed(self.conditions)) if self.conditions else ()
        for k, derivation in enumerate(self.orders, 1):
            label = derivative_label(f, variables, k)
            blocks.append(Chain(heading(k), derivation, label=None if k == 1 else label))
            rows.append(Finding(label, derivation.result, remark if k == self.order else ()))
        label = derivative_label(f, variables, self.order)
        if self.own_terms is not None and self.own_name is not None:
            g = self.own_name.name
            blocks.append(Chain(f"IN TERMS OF {g}", self.own_terms, label=label))
            rows.append(Finding(label, self.own_terms.result, (f"where {g} = ", self.subject.body)))
        if self.at is not None and self.value is not None:
            there = label.substitute(dict(self.at.items()))
            if self.there is not None and self.there.remark:
                blocks.append(Remark(self.there.remark))
            if self.value.steps:
                blocks.append(Chain("AT " + "".join(map(said, point_phrase(self.at))), self.value, label=there))
            rows.append(Finding(there, self.value.result, about(self.value.result)))
        return (*blocks, Findings(tuple(rows)))


def _given(definition: Any) -> Block:
    from mathcli.solution import Given
    from mathcli.syntax.tree import Call, Name

    name = definition.function
    return Given(Call(name, definition.parameters) if definition.parameters else Name(name), definition.body)


def _asked(problem: Diff) -> tuple[Subject, int]:
    from mathcli.errors import LimitExceededError, UsageError
    from mathcli.syntax.tree import Derivative
    from mathcli.topics._function import scalar, subject

    order, tree = problem.order, problem.expression.tree
    if order < 1:
        raise UsageError(f"--order is at least 1, not {order}")
    if order > _HIGHEST_ORDER:
        raise LimitExceededError(f"--order is at most {_HIGHEST_ORDER}")
    if tree.contains(Derivative) and _begins_with_operator(tree):
        raise UsageError(
            "d/dx takes the first term alone, and diff would differentiate once more",
            hint="leave d/dx out, or put brackets behind it: d/dx (x^2 + 1)",
        )
    if not isinstance(tree, Derivative) or (problem.var and problem.var != (tree.variable,)):
        return scalar(subject(problem, problem.expression), "diff"), order
    found = subject(problem, problem.expression, variables=(tree.variable,))
    x, once = tree.variable.name, ", and taken once" if tree.order == 1 else ""
    typed = f"d/d{x}" if tree.order == 1 else f"d^{tree.order}/d{x}^{tree.order}"
    note = f"the {typed} that was typed is read as the derivative asked for{once}"
    return found._replace(body=tree.operand, notes=(*found.notes, note)), tree.order if order == 1 else order


def _begins_with_operator(tree: Node) -> bool:
    """Whether this is d/dx x^2 + 1 or d/dx (x^2)(x+1), a derivative of its first part and no more."""
    from mathcli.syntax.tree import Call, Derivative, Product, Sum, walk
    from mathcli.syntax.vocabulary import FUNCTIONS

    if not isinstance(tree, Sum | Product):
        return False
    first = tree.children()[0]
    if not isinstance(first, Derivative):
        return False
    return not any(isinstance(part, Call) and part.function not in FUNCTIONS for part in walk(first.operand))


def _order(order: int, derivation: Derivation) -> dict[str, Answer]:
    """The answer's entry for one order."""
    from mathcli.solution import OnDemand

    value = derivation.result
    forms = OnDemand(lambda: _other_forms(value))
    return {"order": order, "raw": derivation.raw or value, "value": value, "forms": forms}


def _other_forms(value: Node) -> dict[str, Answer]:
    """Factored and expanded, where they look different from the value and from each other."""
    from mathcli.algebra.raising import factored_and_expanded

    forms: dict[str, Answer] = {}
    for name, form in zip(("factored", "expanded"), factored_and_expanded(value), strict=True):
        if form is not value and form not in forms.values():
            forms[name] = form
    return forms


TOPIC = Diff
