"""Families: y_i, x_{ij}, w_k. Which name is an entry of which family, and a tree in which such entries vary.

A name such as w_k, chosen as a variable, is the entry of w with the index k. Where a sum runs over the entries of w,
each of them is a function of w_k: `varying` says so in the tree, so that it is no constant to anyone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from mathcli.syntax.tree import (
    ZERO,
    Call,
    Definition,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Name,
    Node,
    Number,
    Product,
    Sum,
    rewrite,
    walk,
)


def indices_of(x: Name, base: str, count: int) -> tuple[str, ...] | None:
    """Return the indices of a name that is an entry of a family: w_k has the index k in w, x_ij has i and j in x.

    >>> indices_of(Name("x_ij"), "x", 2)
    ('i', 'j')
    """
    stem, underscore, below = x.name.partition("_")
    if stem != base or not underscore or not below:
        return None
    parts = tuple(below.split("_"))
    if len(parts) == 1 and count > 1 and (below.isdigit() or below.isalpha()):
        parts = tuple(below)
    return parts if len(parts) == count else None


def index_node(index: str) -> Node:
    """Return an index as a node: k is a name and 2 a number."""
    return Number(int(index)) if index.isdigit() else Name(index)


def entries(tree: Node) -> tuple[Indexed, ...]:
    """Return the entries of families in a tree, each once."""
    return tuple(part for part in walk(tree) if isinstance(part, Indexed)) if tree.contains(Indexed) else ()


def names_of_entry(base: str, indices: Iterable[Node]) -> tuple[Name, ...]:
    """Return the names under which the entry with these numbers below may stand: a_1_2, and a_12 where that is clear.

    >>> names_of_entry("a", (Number(1), Number(2)))
    (Name('a_1_2'), Name('a_12'))
    """
    parts = [str(k.numerator) for k in indices if isinstance(k, Number)]
    apart, glued = Name(f"{base}_{'_'.join(parts)}"), Name(f"{base}_{''.join(parts)}")
    is_clear = len(parts) > 1 and max(map(len, parts)) == 1
    return (apart, glued) if is_clear else (apart,)


_MOST_WRITTEN_OUT = 50


def written_out(tree: Node, names: Iterable[Name]) -> Node:
    """Return the tree with x_1 + x_2 in the place of the sum of x_i from 1 to 2, where these are among the names."""
    if not tree.contains(Indexed):
        return tree
    known = frozenset(name for name in names if "_" in name.name)

    def term(part: Node) -> Node | None:
        match part:
            case Indexed(base, indices) if all(isinstance(k, Number) for k in indices):
                return next((name for name in names_of_entry(base, indices) if name in known), None)
            case IndexedSum(body, index, Number(low, 0), Number(high, 0)) if body.contains(Indexed):
                return _listed(Sum.of, body, index, range(low, high + 1), term)
            case IndexedProduct(body, index, Number(low, 0), Number(high, 0)) if body.contains(Indexed):
                return _listed(Product.of, body, index, range(low, high + 1), term)
        return None

    return rewrite(tree, term) if known else tree


def _listed(
    of: Callable[..., Node], body: Node, index: Name, places: range, term: Callable[[Node], Node | None]
) -> Node | None:
    if not 0 < len(places) <= _MOST_WRITTEN_OUT:
        return None
    return of(*(rewrite(body.substitute({index: Number(k)}), term) for k in places))


def is_entry_of(x: Name, tree: Node) -> bool:
    """Whether a name is an entry of a family over which the tree runs: w_0 is none of those from w_1 on."""
    if "_" not in x.name:
        return False
    found = {(part.base, len(part.indices)) for part in entries(tree)}
    own = [(base, indices_of(x, base, count)) for base, count in found]
    return any(indices is not None and _may_be_met(tree, base, indices) for base, indices in own)


def _may_be_met(tree: Node, base: str, indices: tuple[str, ...]) -> bool:
    """Whether the entry with these indices may be one of those over which the tree runs.

    A free index is taken to run where the bound ones of its family do.
    """
    if not any(index.isdigit() for index in indices):
        return True
    runs = [run for run in _runs(tree) if run[0] == base and len(run[1]) == len(indices)]
    for place, index in enumerate(indices):
        starts = [lowers[place] for _, lowers in runs if lowers[place] is not None]
        if index.isdigit() and starts and all(isinstance(s, Number) and s.numerator > int(index) for s in starts):
            return False
    return True


def _start(index: Node, starts: dict[Node, Node]) -> Node | None:
    """Where an index starts: a bound one with its sum, a number with itself; of any other nothing is known but ZERO."""
    if isinstance(index, Number):
        return index
    return starts.get(index) if isinstance(index, Name) else ZERO


def _runs(tree: Node) -> list[tuple[str, tuple[Node | None, ...]]]:
    """For each entry in the tree its family and where its indices start, None for a free one."""
    found: list[tuple[str, tuple[Node | None, ...]]] = []
    waiting: list[tuple[Node, dict[Node, Node]]] = [(tree, {})]
    while waiting:
        part, starts = waiting.pop()
        if not part.contains(Indexed):
            continue
        if isinstance(part, Indexed):
            found.append((part.base, tuple([_start(index, starts) for index in part.indices])))
        if isinstance(part, IndexedSum | IndexedProduct):
            inside = {**starts, part.index: part.lower}
            waiting += [(part.lower, starts), (part.upper, starts), (part.body, inside)]
        else:
            waiting += [(child, starts) for child in part.children()]
    return found


def varying(tree: Node, variables: Iterable[Name]) -> Node:
    """Return the tree in which the entries of families are functions of those variables that are entries of them."""
    own = [x for x in variables if is_entry_of(x, tree)]
    if not own:
        return tree
    counts = {(part.base, len(part.indices)) for part in entries(tree)}

    def marked(part: Node) -> Node | None:
        if isinstance(part, Indexed):
            more = [x for x in own if x not in part.variables and indices_of(x, part.base, len(part.indices))]
            if not more:
                return None
            indices = tuple(rewrite(index, marked) for index in part.indices)
            return Indexed(part.base, indices, (*part.variables, *more))
        if isinstance(part, Name) and "_" in part.name and is_entry_of(part, tree):
            for base, count in counts:
                indices_here = indices_of(part, base, count)
                if indices_here is not None and any(indices_of(x, base, count) for x in own):
                    return rewrite(Indexed(base, tuple(map(index_node, indices_here))), marked)
        return None

    return rewrite(tree, marked)


class Family(NamedTuple):
    """A family that is given by a formula for its entries: yhat_i = m x_i + c."""

    base: str
    indices: tuple[Name, ...]
    body: Node

    def entry(self, indices: tuple[Node, ...]) -> Node:
        """Return what the entry with these indices is."""
        taken = {name.name for index in indices for name in index.names}
        return with_fresh_indices(self.body, taken).substitute(dict(zip(self.indices, indices, strict=True)))


_INDEX_LETTERS = frozenset("hijklmnpqrst")


def family_of(definition: Definition, tree: Node) -> Family | None:
    """Return the family that a definition yhat_i = m x_i + c gives, where the tree runs over its entries."""
    base, underscore, below = definition.function.partition("_")
    letters = tuple(below.split("_")) if "_" in below else tuple(below)
    if definition.parameters or not underscore or not set(letters) <= _INDEX_LETTERS:
        return None
    if not any(part.base == base and len(part.indices) == len(letters) for part in entries(tree)):
        return None
    return Family(base, tuple(map(Name, letters)), with_entries(definition.body, letters))


def with_entries(body: Node, letters: Iterable[str]) -> Node:
    """Return a body in which the names with one of these letters below, x_i or x_ij, are entries of families."""
    own = frozenset(letters)

    def entry(part: Node) -> Node | None:
        if not isinstance(part, Name) or "_" not in part.name:
            return None
        stem, _, below = part.name.partition("_")
        parts = below.split("_") if "_" in below else list(below)
        if own.isdisjoint(parts) or not all(k.isdigit() or len(k) == 1 for k in parts):
            return None
        return Indexed(stem, tuple(map(index_node, parts)))

    return rewrite(body, entry)


def filled(tree: Node, families: Iterable[Family]) -> Node:
    """Return the tree with the formulas of families in place of their entries."""
    by_kind = {(family.base, len(family.indices)): family for family in families}

    def entry(part: Node) -> Node | None:
        if isinstance(part, Indexed) and (part.base, len(part.indices)) in by_kind:
            return rewrite(by_kind[part.base, len(part.indices)].entry(part.indices), entry)
        return None

    return rewrite(tree, entry) if by_kind and tree.contains(Indexed) else tree


def placed(tree: Node, at: Mapping[Name, Node]) -> Node:
    """Return the tree with values for names, and for the entries that such names as w_k are."""

    def entry(part: Node) -> Node | None:
        if isinstance(part, Indexed):
            for x in part.variables:
                own = indices_of(x, part.base, len(part.indices))
                if x in at and own is not None and part.indices == tuple(map(index_node, own)):
                    return at[x]
        return None

    return rewrite(tree, entry).substitute(dict(at.items()))


def with_fresh_indices(tree: Node, taken: Iterable[str]) -> Node:
    """Return the tree with other letters for those indices of its sums that are taken."""
    letters = set(taken)
    if not letters:
        return tree
    used = {name.name for part in walk(tree) for name in part.names} | letters
    used |= {part.index.name for part in walk(tree) if isinstance(part, IndexedSum | IndexedProduct)}

    def renamed(part: Node) -> Node | None:
        if not isinstance(part, IndexedSum | IndexedProduct) or part.index.name not in letters:
            return None
        spare = next(letter for letter in "ijklmpqrstuvh" if letter not in used)
        used.add(spare)
        body = rewrite(part.body.substitute({part.index: Name(spare)}), renamed)
        lower, upper = (rewrite(bound, renamed) for bound in (part.lower, part.upper))
        kind: Callable[..., Node] = type(part)
        return kind(body, Name(spare), lower, upper)

    return rewrite(tree, renamed)


def counting_names(tree: Node) -> frozenset[Name]:
    """Return the names that stand for whole numbers: in the bounds of sums, as indices, in Kronecker deltas."""
    found: set[Name] = set()
    for part in walk(tree):
        match part:
            case IndexedSum(_, _, lower, upper) | IndexedProduct(_, _, lower, upper):
                found |= lower.names | upper.names
            case Indexed(base, indices, variables):
                for index in indices:
                    found |= index.names
                for x in variables:
                    own = indices_of(x, base, len(indices)) or ()
                    found.update(Name(index) for index in own if not index.isdigit())
            case Call("kronecker", arguments):
                for argument in arguments:
                    found |= argument.names
    return frozenset(found)


def have_distinct_entries(tree: Node, at: object) -> bool:
    """Whether no two of the entries that vary in the tree have the same indices at a point (a mapping of names)."""
    families: dict[str, set[Name]] = {}
    for part in entries(tree):
        if len(part.variables) > 1:
            families.setdefault(part.base, set()).update(part.variables)
    for base, names in families.items():
        places = []
        for x in names:
            own = x.name.removeprefix(base + "_").split("_")
            letters = own if len(own) > 1 or own[0].isdigit() else list(own[0])
            places.append(tuple(at.get(Name(k), k) if not k.isdigit() else int(k) for k in letters))  # type: ignore[attr-defined]
        if len(set(map(str, places))) < len(places):
            return False
    return True
