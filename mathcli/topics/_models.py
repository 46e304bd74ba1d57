"""The models that `fit` fits: which parameters they have, and what each is multiplied with."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from mathcli.data.evaluation import exact_values, values
from mathcli.data.regression import MOST_EXACT, Design
from mathcli.data.tables import DataTable, numbers
from mathcli.errors import InputError, NotCoveredError, UsageError
from mathcli.syntax.tree import ONE, ZERO, Indexed, Name, Negative, Node, Product, Sum

LOGISTIC = "logistic"
I = Name("i")  # noqa: E741


class Model(NamedTuple):
    """A model linear in its parameters: offset + sum of parameter times part.

    letters     x, or x_1, x_2, ...: a letter for each column
    parameters  in the order in which they stand in the model
    parts       trees in the letters, one for each parameter
    offset      what stands there without a parameter
    formula     the model as it was given
    """

    letters: tuple[Name, ...]
    parameters: tuple[Name, ...]
    parts: tuple[Node, ...]
    offset: Node
    formula: Node
    is_logistic: bool = False

    def on_row(self, node: Node) -> Node:
        """A tree in the letters as it stands for row i: x is x_i, x_2 is x_(i,2)."""
        if len(self.letters) == 1:
            return node.substitute({self.letters[0]: Indexed("x", (I,))})
        from mathcli.syntax.tree import Number

        places: dict[Node, Node] = {letter: Indexed("x", (I, Number(k))) for k, letter in enumerate(self.letters, 1)}
        return node.substitute(places)


def model_of(text: str, columns: Sequence[str]) -> Model:
    """Return the model that was asked for; without a text a line, m x + c, or w_0 + w_1 x_1 + w_2 x_2 + ...

    Raises:
        UsageError: the model holds no parameter, or no column.
        ReadingError: it cannot be read.
        NotCoveredError: it is not linear in its parameters.
    """
    is_logistic = text.strip().lower() == LOGISTIC
    letters = (Name("x"),) if len(columns) == 1 else tuple(Name(f"x_{k}") for k in range(1, len(columns) + 1))
    if text.strip() and not is_logistic:
        return _as_given(text, letters, columns)
    if len(letters) == 1:
        m, c = (Name("w"), Name("b")) if is_logistic else (Name("m"), Name("c"))
        formula: Node = Sum.of(Product.of(m, letters[0]), c)
        return Model(letters, (m, c), (letters[0], ONE), ZERO, formula, is_logistic)
    weights = tuple(Name(f"w_{k}") for k in range(len(letters) + 1))
    terms = [weights[0], *(Product.of(w, x) for w, x in zip(weights[1:], letters, strict=True))]
    return Model(letters, weights, (ONE, *letters), ZERO, Sum.of(*terms), is_logistic)


def _as_given(text: str, letters: tuple[Name, ...], columns: Sequence[str]) -> Model:
    from mathcli.calculus.differentiation import differentiate
    from mathcli.syntax.parser import read
    from mathcli.syntax.tree import Definition, Equation

    named = {column: letter for column, letter in zip(columns, letters, strict=True) if column.isidentifier()}
    long_names = tuple(name for name in named if len(name) > 1)
    tree = read(text, names=long_names).tree
    tree = tree.right if isinstance(tree, Equation) else tree.body if isinstance(tree, Definition) else tree
    formula = tree.substitute({Name(column): letter for column, letter in named.items()})
    parameters = tuple(dict.fromkeys(_in_order(formula, letters)))
    if not parameters:
        raise UsageError("the model has no parameter to fit", hint="--model 'm*x + c'")
    if not any(letter in formula.names for letter in letters):
        letter_names = ", ".join(letter.name for letter in letters)
        raise UsageError(f"the model does not hold {letter_names}", hint="--model 'm*x + c'")
    parts = tuple(differentiate(formula, p).result for p in parameters)
    bent = next((p for p, part in zip(parameters, parts, strict=True) if part.names & {*parameters}), None)
    if bent is not None:
        raise NotCoveredError(
            f"the model is not linear in {bent.name}, so there are no normal equations",
            hint="take logarithms first where that makes it linear; mathcli descend goes down on any function",
        )
    offset = formula.substitute(dict.fromkeys(parameters, ZERO))
    from mathcli.algebra.rational import expanded

    return Model(letters, parameters, parts, expanded(offset), formula)


def _in_order(formula: Node, letters: Sequence[Name]) -> list[Name]:
    """The parameters in the order in which they are read."""
    from mathcli.syntax.writer import write

    text = write(formula)
    others = [name for name in formula.names if name not in letters]
    return sorted(others, key=lambda name: (text.find(name.name), name.name))


def design(model: Model, table: DataTable, x: Sequence[str], y: str) -> tuple[Design, int]:
    """Return the columns of the model on the data, and how many rows were left out since a value was missing.

    Raises:
        InputError: a cell is no number, no row is whole, or a part of the model has no value on a row.
    """
    import numpy as np

    raw = [numbers(table, column) for column in (*x, y)]
    whole = ~np.any([np.isnan(column) for column in raw], axis=0)
    if not whole.any():
        raise InputError(f"{table.path}: no row has a value in each of {', '.join((*x, y))}")
    kept = [column[whole] for column in raw]
    rows: Any = np.flatnonzero(whole) + 1
    at: dict[Name, Any] = dict(zip(model.letters, kept[:-1], strict=True))
    columns = [np.broadcast_to(values(part, at), kept[-1].shape) for part in model.parts]
    offset = np.broadcast_to(values(model.offset, at), kept[-1].shape)
    for part, column in zip((*model.parts, model.offset), (*columns, offset), strict=True):
        if not np.isfinite(column).all():
            from mathcli.syntax.writer import write

            row = int(rows[int(np.argmin(np.isfinite(column)))])
            raise InputError(f"{write(part)} has no value on row {row} of {table.path}")
    names = tuple(p.name for p in model.parameters)
    return (
        Design(names, _part_names(model, x), np.array(columns), kept[-1] - offset, kept[-1], _exactly(model, kept)),
        int(len(whole) - whole.sum()),
    )


def _part_names(model: Model, x: Sequence[str]) -> tuple[str, ...]:
    from mathcli.syntax.writer import write

    named: dict[Node, Node] = {letter: Name(column) for letter, column in zip(model.letters, x, strict=True)}
    return tuple(write(part.substitute(named)) for part in model.parts)


def _exactly(model: Model, kept: Sequence[Any]) -> tuple[list[list[Fraction]], list[Fraction], list[Fraction]] | None:
    """Columns, target and observed in fractions, each number as it was written; None where one is irrational."""
    import numpy as np

    count = len(kept[-1])
    if model.is_logistic or count * len(model.parameters) ** 2 > MOST_EXACT:
        return None
    at: dict[Name, Any] = {}
    for letter, column in zip(model.letters, kept[:-1], strict=True):
        at[letter] = np.array([Fraction(repr(float(value))) for value in column], dtype=object)
    columns = [exact_values(part, at) for part in model.parts]
    offset = exact_values(model.offset, at)
    if offset is None or any(column is None for column in columns):
        return None
    observed = [Fraction(repr(float(value))) for value in kept[-1]]
    target = [a - b for a, b in zip(observed, _as_list(offset, count), strict=True)]
    return [_as_list(column, count) for column in columns], target, observed


def _as_list(column: Any, count: int) -> list[Fraction]:
    return [column] * count if isinstance(column, Fraction) else list(column)


def residual(model: Model) -> Node:
    """y_i minus the model on row i."""
    return Sum.of(Indexed("y", (I,)), Negative(model.on_row(model.formula)))
