"""Named parts: f(x) = 1/x, u = x^2. The chain rule is shown with the names, which are filled in at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from mathcli.calculus.derivation import Derivation, Step
from mathcli.syntax.families import Family, family_of, filled, varying
from mathcli.syntax.tree import Call, Definition, Derivative, Indexed, Name, Node, rewrite, walk

Differentiating = Callable[[Node, Name, bool], Derivation]

_LETTERS = ("u", "v", "w", "p", "q", "r", "s", "t", "z")


def used(f: Node, named: Sequence[Definition]) -> tuple[Definition, ...]:
    """Return the definitions that f makes use of, directly or through another."""
    by_name = {definition.function: definition for definition in named}
    found: dict[str, Definition] = {}
    waiting = [f]
    while waiting:
        for node in walk(waiting.pop()):
            name = node.function if isinstance(node, Call) else node.name if isinstance(node, Name) else ""
            if name in by_name and name not in found:
                found[name] = by_name[name]
                waiting.append(by_name[name].body)
    return (*found.values(), *_families_used(f, named, found))


def _families_used(f: Node, named: Sequence[Definition], found: Mapping[str, Definition]) -> Iterator[Definition]:
    """The definitions yhat_i = m x_i + c of families over which a sum in f runs."""
    for definition in named:
        family = family_of(definition, f)
        if family is not None and definition.function not in found:
            yield Definition(definition.function, (), family.body)


def unfolded(node: Node, named: Sequence[Definition]) -> Node:
    """Return the tree with the definitions put in, derivatives of named functions worked out without the rules."""
    by_name = {definition.function: definition for definition in named}
    families = [family for definition in named if (family := family_of(definition, node)) is not None]
    node = filled(node, families)
    memo: dict[Node, Node | None] = {}

    def put_in(part: Node) -> Node | None:
        if part not in memo:
            memo[part] = _put_in(part, by_name, whole)
        return memo[part]

    def whole(part: Node) -> Node:
        return rewrite(part, put_in)

    return whole(node)


def _put_in(part: Node, by_name: Mapping[str, Definition], whole: Callable[[Node], Node]) -> Node | None:
    match part:
        case Name(name) if name in by_name and not by_name[name].parameters:
            return whole(by_name[name].body)
        case Derivative(operand, Name(name) as letter, order) if name in by_name:
            others = {key: value for key, value in by_name.items() if key != name}
            inner = unfolded(operand, tuple(others.values()))
            return whole(_worked_out(inner, letter, order))
        case Call(function, arguments, primes) if function in by_name:
            definition = by_name[function]
            if len(definition.parameters) != len(arguments) or (primes and len(arguments) != 1):
                return None
            body = whole(definition.body)
            for _ in range(primes):
                body = _worked_out(body, definition.parameters[0], 1)
            inside = [whole(argument) for argument in arguments]
            return body.substitute(dict(zip(definition.parameters, inside, strict=True)))
    return None


def _worked_out(f: Node, x: Name, order: int) -> Node:
    """The derivative as SymPy takes it: definitions are put in to judge the rules, so the rules have no say here."""
    from mathcli.algebra.lowering import lower, raised

    return raised(lower(f).diff(lower(x), order))


def differentiated(f: Node, x: Name, parts: Sequence[Definition], differentiate: Differentiating) -> Derivation:
    """Return the derivation of df/dx that speaks of the parts by their names until their derivatives are known.

    It ends with the definitions filled in and nothing tidied yet.
    """
    families = [family for part in parts if (family := family_of(part, f)) is not None]
    if families:
        return _by_families(f, x, parts, families, differentiate)
    of_x = tuple(_as_function(part, x) for part in parts)
    if any(len(part.parameters) != 1 for part in of_x if part.parameters):
        return _filled_in_first(f, x, parts, differentiate)
    letters: dict[Node, Node] = {
        Name(part.function): Call(part.function, (x,)) for part in of_x if not _has_own(part, parts)
    }
    spoken = f.substitute(letters)
    outer = differentiate(spoken, x, False)
    steps = list(outer.steps)
    line = outer.result
    taken = {node.name for node in walk(line) if isinstance(node, Name)} | {part.function for part in parts}
    standing: dict[Node, Node] = {}
    helpers: list[Definition] = []
    names = {part.function for part in of_x}
    for node in walk(line):
        if isinstance(node, Call) and node.primes == 1 and node.function in names:
            letter = next(Name(spare) for spare in _LETTERS if spare not in taken)
            taken.add(letter.name)
            helpers.append(Definition(letter.name, (), node.arguments[0]))
            standing[node] = Derivative(Call(node.function, (letter,)), letter)
    named = (*of_x, *helpers)
    if standing:
        leibniz = line.substitute(standing)
        says = " and ".join(f"{helper.function} for the inner function" for helper in helpers)
        steps.append(Step("rewrite", f"write {says}", line, leibniz, leibniz))
        line = leibniz
    to_take = [d for d in walk(line) if isinstance(d, Derivative)]
    subs = tuple(
        _of_part(d, of_x, differentiate) for d in to_take if isinstance(d.operand, Call) and d.operand.function in names
    )
    if subs:
        taken_line = line.substitute({sub.start: sub.result for sub in subs})
        steps.append(Step("rule", "derivatives of the parts", line, line, taken_line, substeps=subs))
        line = taken_line
    plain = unfolded(line, named)
    if plain is not line:
        steps.append(Step("rewrite", "fill in the parts", line, plain, plain))
    return Derivation(outer.start, tuple(steps), named=named)


def _by_families(
    f: Node, x: Name, parts: Sequence[Definition], families: Sequence[Family], differentiate: Differentiating
) -> Derivation:
    """The derivation of df/dx that speaks of yhat_i until the end, when the formula is put in its place."""
    kinds = {(family.base, len(family.indices)): family for family in families}

    def varies(part: Node) -> Node | None:
        if not isinstance(part, Indexed) or (part.base, len(part.indices)) not in kinds:
            return None
        body = kinds[part.base, len(part.indices)].body
        return Indexed(part.base, part.indices, (x,)) if x in varying(body, (x,)).names else None

    named = tuple(Definition(part.function, (), varying(part.body, (x,))) for part in parts)
    outer = differentiate(rewrite(f, varies), x, False)
    steps, line = list(outer.steps), outer.result
    standing = [d for d in walk(line) if isinstance(d, Derivative) and isinstance(d.operand, Indexed)]
    if standing:
        subs = tuple(_of_part(d, named, differentiate) for d in standing)
        taken = line.substitute({sub.start: sub.result for sub in subs})
        steps.append(Step("rule", "derivatives of the parts", line, line, taken, substeps=subs))
        line = taken
    for step in _neat(line, x):
        steps.append(step)
        line = step.result
    plain = unfolded(line, named)
    if plain is not line:
        steps.append(Step("rewrite", "fill in the parts", line, plain, plain))
    return Derivation(outer.start, tuple(steps), named=named)


def _neat(line: Node, x: Name) -> Iterator[Step]:
    """The steps that shorten a line in which the parts still have their names."""
    from mathcli.calculus import arithmetic, rewriting

    neat = arithmetic.multiplied(line, {})
    if neat is not line:
        yield Step("arithmetic", "multiply the numbers", line, neat, neat)
    yield from rewriting.shortened(neat, x)


def _as_function(part: Definition, x: Name) -> Definition:
    """A letter that stands for something with x in it, as a function of x."""
    if not part.parameters and x in part.body.names:
        return Definition(part.function, (x,), part.body)
    return part


def _has_own(part: Definition, parts: Sequence[Definition]) -> bool:
    """Whether the part was given with a parameter, or is a constant."""
    return not part.parameters or any(other.function == part.function and other.parameters for other in parts)


def _of_part(derivative: Node, parts: Sequence[Definition], differentiate: Differentiating) -> Derivation:
    """The derivation of f'(u): first f(u) is filled in, then it is differentiated."""
    assert isinstance(derivative, Derivative)
    body = unfolded(derivative.operand, parts)
    rest = differentiate(body, derivative.variable, True)
    first = Step("rewrite", "fill in the definition", derivative, rest.start, rest.start)
    return Derivation(derivative, (first, *rest.steps), named=tuple(parts))


def _filled_in_first(f: Node, x: Name, parts: Sequence[Definition], differentiate: Differentiating) -> Derivation:
    start, body = Derivative(f, x), unfolded(f, parts)
    filled = Derivative(body, x)
    rest = differentiate(body, x, True)
    first = Step("rewrite", "fill in the definitions", start, filled, filled)
    return Derivation(start, (first, *rest.steps), raw=rest.raw, named=tuple(parts))
