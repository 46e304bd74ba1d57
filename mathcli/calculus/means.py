"""Means: sums of the entries of a family as n times their mean, sum_i x_i = n xbar."""

from __future__ import annotations

from dataclasses import replace

from mathcli.calculus import rewriting
from mathcli.calculus.derivation import Derivation, Step
from mathcli.calculus.sums import equal_terms, split
from mathcli.syntax.tree import Definition, Indexed, IndexedSum, Name, Node, Product, Quotient, walk


def mean_of(total: IndexedSum) -> Definition | None:
    """Return xbar = (sum_i x_i)/n for the sum of the entries of a family, None for any other sum.

    >>> from mathcli.syntax.parser import parse
    >>> mean_of(parse("sum_{i=1}^n x_i")).function
    'xbar'
    """
    match total.body:
        case Indexed(base, (index,)) if index is total.index and "_" not in base and base.isalpha():
            return Definition(f"{base}bar", (), Quotient(total, equal_terms(total)))
    return None


def means_in(line: Node) -> dict[IndexedSum, Definition]:
    """Return the sums in a line that are a number of terms times a mean, each with the definition of the mean."""
    taken = {name.name for name in line.names}
    found: dict[IndexedSum, Definition] = {}
    for part in walk(line):
        mean = mean_of(part) if isinstance(part, IndexedSum) else None
        if mean is not None and isinstance(part, IndexedSum) and mean.function not in taken:
            taken.add(mean.function)
            found[part] = mean
    return found


def with_means(derivation: Derivation, x: Name) -> Derivation:
    """Return the derivation carried on to a line in which sums over a family are written by their means.

    Where there is no such sum, not even after all sums are split, the derivation comes back as it was.
    """
    line = derivation.result
    parted = split(line)
    means = means_in(parted)
    if not means:
        return derivation
    steps = list(derivation.steps)
    if parted is not line:
        steps.append(Step("rewrite", "split the sum", line, parted, parted))
    counted: dict[Node, Node] = {
        total: Product.of(equal_terms(total), Name(mean.function)) for total, mean in means.items()
    }
    written = parted.substitute(counted)
    steps.append(Step("rewrite", "write sums by means", parted, written, written))
    steps.extend(rewriting.shortened(written, x))
    line = steps[-1].result
    factored = rewriting.with_factor_out(line)
    if factored is not None:
        steps.append(Step("rewrite", factored[0], line, factored[1], factored[1]))
    return replace(derivation, steps=tuple(steps), named=(*derivation.named, *means.values()))
