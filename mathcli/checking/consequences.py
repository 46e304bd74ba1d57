"""What follows from a student's own wrong lines: costs nothing twice."""

from __future__ import annotations

from collections.abc import Iterator

from mathcli.algebra.budget import Budget
from mathcli.checking.claims import Target
from mathcli.checking.comparing import are_equal
from mathcli.checking.marks import RIGHT, UNDECIDED, Said
from mathcli.checking.notation import differentiated
from mathcli.checking.tasks import Task
from mathcli.checking.truths import Truths, own_projection
from mathcli.syntax.tree import Call, Name, Node, Sum, Vector


class Consequences:
    """What a student has said so far, by what it was said of, and what comes of it."""

    def __init__(self, task: Task, truths: Truths, budget: Budget) -> None:
        self.task, self.truths, self.budget = task, truths, budget
        self.own: dict[Target, Said] = {}
        self.right: dict[Target, Said] = {}

    def source(self, value: Node, found: Target | None, before: Said | None) -> int | None:
        """The wrong line from which a false value follows, None if it is a mistake of its own."""
        for number, candidate in self._consequences(found, before):
            if are_equal(candidate, value, (), self.budget):
                return number
        return None

    def _consequences(self, found: Target | None, before: Said | None) -> Iterator[tuple[int, Node]]:
        """What the student's own wrong lines lead to, with the number of the line."""
        if before is not None:
            if before.is_wrong or before.status == UNDECIDED:
                yield before.number, before.value
            return
        if found is None:
            return
        earlier = self.wrong(found)
        if earlier is not None:
            yield earlier.number, earlier.value
        yield from self._from_other_lines(found)

    def _from_other_lines(self, found: Target) -> Iterator[tuple[int, Node]]:
        if found.at:
            whole = self.wrong(found._replace(at=""))
            if whole is not None:
                yield whole.number, whole.value.substitute(self.truths.place(found.at, self.task.variables))
            return
        match found.kind:
            case "derivative" | "partial":
                base = self.base(found)
                if base is not None:
                    yield base.number, differentiated(base.value, Name(found.by[-1]))
                elif len(found.by) == 1:
                    yield from self._from_parts(found)
            case "gradient":
                yield from self._own_gradient()
            case "projection":
                yield from self._own_projection(found)
            case "sum":
                yield from self._own_sum()

    def _from_parts(self, found: Target) -> Iterator[tuple[int, Node]]:
        """A derivative as it comes of the student's own u' and v', where one of them is wrong."""
        x = Name(found.by[0])
        notation = self.truths.notation
        wrong = [s for key, s in self.own.items() if key.by == found.by and key.function in notation.own and s.is_wrong]
        definition = notation.definition(found.function)
        if not wrong or definition is None:
            return
        spoken = definition.body
        values: dict[Node, Node] = {}
        for name in notation.own - {found.function}:
            part = notation.functions[name].body
            inner = notation.value(part)
            spoken = spoken.substitute({inner: Call(name, (x,))})
            said = self.own.get(Target("derivative", name, found.by))
            values[Call(name, (x,))] = inner
            values[Call(name, (x,), 1)] = differentiated(inner, x) if said is None else said.value
        yield wrong[0].number, differentiated(spoken, x).substitute(values)

    def base(self, found: Target) -> Said | None:
        """What of the student's own a derivative may have been taken of, where that is wrong: f' for f'', D for D'."""
        if len(found.by) > 1:
            return self.wrong(found._replace(by=found.by[:-1]))
        if self.truths.path is None:
            names = self.task.functions if found.function in self.task.functions else (found.function,)
            return next((said for name in sorted(names) if (said := self.wrong(Target("value", name)))), None)
        return self.wrong(Target("value", found.function)) or self.wrong(Target("value", f"{found.function}^2"))

    def right_base(self, found: Target) -> Node | None:
        """The f' of which an f'' was taken as the student wrote it, where it is right: 2 e^x cos x - e^x sin x."""
        said = self.right.get(found._replace(by=found.by[:-1])) if len(found.by) > 1 else None
        return said.value if said is not None else None

    def _own_projection(self, found: Target) -> Iterator[tuple[int, Node]]:
        parts = {key: said for key, said in self.own.items() if key.kind in ("dot", "square", "norm")}
        wrong = [said for said in parts.values() if said.status != RIGHT]
        values = {key: said.value for key, said in parts.items()}
        candidate = own_projection(found, values, self.truths.notation) if wrong else None
        if candidate is not None:
            yield wrong[0].number, candidate

    def wrong(self, found: Target) -> Said | None:
        """What the student said of something, where that is wrong."""
        said = self.own.get(found)
        return said if said is not None and said.is_wrong else None

    def _own_gradient(self) -> Iterator[tuple[int, Node]]:
        partials = {
            key.by[0]: said
            for key, said in self.own.items()
            if key.kind == "partial" and len(key.by) == 1 and not key.at
        }
        wrong = [said for said in partials.values() if said.is_wrong]
        if wrong:
            rights = {x.name: self.truths.taken(self.task.problem, x)[0].result for x in self.task.variables}
            entries = (partials[x].value if x in partials else rights[x] for x in self.truths.notation.variables)
            yield wrong[0].number, Vector(tuple(entries))

    def _own_sum(self) -> Iterator[tuple[int, Node]]:
        parts = [said for key, said in self.own.items() if key.kind == "projection"]
        wrong = [said for said in parts if said.is_wrong]
        vectors = [said.value for said in parts if isinstance(said.value, Vector)]
        if wrong and len(vectors) == len(parts) and len({len(v.entries) for v in vectors}) == 1:
            rows = zip(*(v.entries for v in vectors), strict=True)
            yield wrong[0].number, Vector(tuple(Sum.of(*row) for row in rows))
