"""The rational normal form: a tree as a quotient of polynomials over its atoms, which decides whether two are equal.

`normal_form` builds it, `agree` compares, `derivative` differentiates it by a table of its own (see `slopes.py`), so
that a step can be judged by a road that shares nothing with the rules. `expanded`, `factored`, `cancelled`,
`combined` and `collected` raise it back to a tree (see `raising.py`). Values only: the domain is the caller's
business, and two trees agree when they have the same value wherever both have one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from itertools import pairwise

import flint

from mathcli.algebra import atoms, iterated, slopes
from mathcli.algebra.atoms import opaque_call
from mathcli.algebra.field import Atom, Field, Fraction, NoFormError, RestartError, key_of
from mathcli.algebra.known_functions import COMMON, PROVING
from mathcli.syntax.families import varying
from mathcli.syntax.tree import (
    Call,
    Constant,
    Derivative,
    Equation,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Integral,
    Matrix,
    Name,
    Negative,
    Node,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Vector,
    integer,
    walk,
)

__all__ = ["Field", "Fraction", "agree", "derivative", "normal_form", "value"]

_EXPLICIT_TERMS = 60
_RESTARTS = 40


def normal_form(node: Node, *, field: Field | None = None) -> Fraction | None:
    """Return the tree as a fraction over its atoms, or None where it has no such form or one that is too large.

    Trees that are to be compared or combined share a field.

    >>> from mathcli.syntax.tree import Name, Negative, Power, Sum, TWO
    >>> x = Name("x")
    >>> normal_form(Sum((Power(x, TWO), Negative(Power(x, TWO))))).is_zero()
    True
    """
    field = Field() if field is None else field
    for _ in range(_RESTARTS):
        try:
            return _form(node, field)
        except RestartError:
            continue
        except NoFormError:
            return None
    return None


def shown_form(node: Node, field: Field) -> Fraction:
    """Return the form in a field kept for showing; for `raising`, which handles its restarts.

    Raises:
        RestartError: a finer common base was found; the field knows it now.
        NoFormError: the tree has no normal form.
    """
    return _form(node, field)


def agree(a: Node, b: Node, *, field: Field | None = None) -> bool | None:
    """Whether the trees have one value wherever both are defined: True is a proof, False too, None leaves it open.

    Vectors, matrices and equations agree when their entries do.
    """
    if a is b:
        return True
    if type(a) is type(b) and isinstance(a, Vector | Matrix | Equation):
        return _entries_agree(a, b, field)
    if field is None:
        with Field(splits_angles=False, draws_out=False) as own:
            quick = _agree_in(a, b, own)
        if quick is not None:
            return quick
        with Field() as own:
            return _agree_in(a, b, own)
    return _agree_in(a, b, field)


def _agree_in(a: Node, b: Node, field: Field) -> bool | None:
    first, second = _together(a, b, field)
    if first is None or second is None:
        return None
    if first.num == second.num and first.den == second.den:
        return True
    difference = _difference(first, second)
    if difference is None:
        return None
    if atoms.vanishes(difference):
        return True
    return False if _is_certainly_not_zero(difference) else None


def _entries_agree(a: Node, b: Node, field: Field | None) -> bool | None:
    left, right = a.children(), b.children()
    if len(left) != len(right):
        return False
    answers = [agree(p, q, field=field) for p, q in zip(left, right, strict=True)]
    if isinstance(a, Equation):
        return True if all(answers) else None
    if any(answer is False for answer in answers):
        return False
    return True if all(answers) else None


def _together(a: Node, b: Node, field: Field) -> tuple[Fraction | None, Fraction | None]:
    """Return both forms over the same common bases."""
    for _ in range(_RESTARTS):
        try:
            return _form(a, field), _form(b, field)
        except RestartError:
            continue
        except NoFormError:
            return None, None
    return None, None


def _difference(a: Fraction, b: Fraction) -> Fraction | None:
    try:
        return a - b
    except NoFormError:
        return None


def _is_certainly_not_zero(form: Fraction) -> bool:
    """Whether the atoms that occur are algebraically independent, so that a polynomial that is not 0 has values not 0.

    Names and pi are, and so are e^u, and cos u, for different monomials u in names alone (Ax's theorem asks that no
    rational combination of the exponents is constant); sin u stands to the first power at most.
    """
    taken: dict[Hashable, int] = {}
    for atom in form.field.atoms_of(form):
        if atom.kind in ("name", "pi"):
            continue
        monomial = _monomial_inside(form.field, atom)
        if monomial is None or taken.setdefault((atom.kind, monomial), atom.index) != atom.index:
            return False
        partner = atom.data[1] if atom.kind in ("cos", "sin") else None
        if partner is not None and taken.setdefault(("angle", monomial), min(partner, atom.index)) != min(
            partner, atom.index
        ):
            return False
    return True


def _monomial_inside(field: Field, atom: Atom) -> Hashable | None:
    """The monomial in names of which the exponent or the angle of an atom is a rational multiple, None for others."""
    if atom.kind not in ("exp", "cos", "sin") or not atom.names:
        return None
    inner: Fraction = atom.data[0]
    if len(inner.num) != 1 or not inner.den.is_constant():
        return None
    if any(other.kind != "name" for other in field.atoms_of(inner)):
        return None
    return tuple((index, int(e)) for index, e in enumerate(inner.num.monoms()[0]) if e)


def derivative(form: Fraction, x: Name) -> Fraction | None:
    """Return the derivative with respect to x by the atoms' own table, None where an atom is not in it."""
    try:
        return slopes.slope(form, x)
    except NoFormError:
        return None


def vanishes(form: Fraction) -> bool:
    """Whether a form is 0 by the relations and by those of signs; False leaves it open."""
    return atoms.vanishes(form)


def norm_over_sines(form: Fraction) -> Fraction | None:
    """Return the numerator times its conjugates, in which each sin u is -sin u; it is 0 where the form is.

    None where other atoms than names, sines, cosines and exponentials occur.
    """
    field = form.field
    if any(atom.kind not in ("name", "pi", "sin", "cos", "exp") for atom in field.atoms_of(form)):
        return None
    try:
        p = field.lifted(form.num)
        for atom in [field.atoms[k] for k in field.indices(p)]:
            if atom.kind == "sin":
                terms = {m: -c if m[atom.index] % 2 else c for m, c in field.lifted(p).terms()}
                p = field.times(p, field.context.from_dict(terms))
        return Fraction(field, p, field.unit)
    except NoFormError:
        return None


def value(node: Node) -> flint.fmpq | None:
    """Return the rational number that the tree is, or None."""
    with Field() as field:
        form = normal_form(node, field=field)
        return None if form is None else form.constant


# trees to forms


def _form(node: Node, field: Field) -> Fraction:
    known = field.memo.get(node)
    if known is not None:
        if isinstance(known, NoFormError):
            raise known
        return known  # type: ignore[no-any-return]
    if node in field.given:
        return field.given[node]
    build = _BUILDERS.get(type(node))
    try:
        if build is None:
            raise NoFormError(type(node).__name__)
        made = build(node, field)
    except NoFormError as reason:
        field.memo[node] = reason
        raise
    field.memo[node] = made
    return made


def _number(node: Number, field: Field) -> Fraction:
    if node.scale == 0:
        return field.rational(node.numerator)
    return field.of_fmpq(flint.fmpq(node.numerator, 10**node.scale))


def _name(node: Name, field: Field) -> Fraction:
    return field.fraction_of(field.atom("name", node, frozenset((node,)), shown=node))


def _constant(node: Constant, field: Field) -> Fraction:
    if node.name == "e":
        return atoms.exponential(field, field.one)
    if node.name == "pi":
        return atoms.pi(field)
    raise NoFormError(node.name)


def _sum(node: Sum, field: Field) -> Fraction:
    return field.total([_form(term, field) for term in node.terms])


def _product(node: Product, field: Field) -> Fraction:
    return field.product([_form(factor, field) for factor in node.factors])


def _negative(node: Negative, field: Field) -> Fraction:
    return -_form(node.operand, field)


def _quotient(node: Quotient, field: Field) -> Fraction:
    numerator = _form(node.numerator, field)
    return field.multiply(numerator, field.inverse(_form(node.denominator, field)))


def _power(node: Power, field: Field) -> Fraction:
    exponent = _form(node.exponent, field)
    base = node.base
    if field.is_shown:
        _remember_as_typed(node, exponent, field)
    if isinstance(base, Constant) and base.name == "e":
        return atoms.exponential(field, exponent)
    return atoms.general_power(field, _form(base, field), exponent)


def _remember_as_typed(node: Power, exponent: Fraction, field: Field) -> None:
    constant = exponent.constant
    if constant is None:
        field.typed.setdefault(field.key(exponent), node.exponent)
    elif constant.q != 1 and not isinstance(node.base, Constant):
        field.typed.setdefault(("root", field.key(_form(node.base, field))), "power")


def _indexed(node: Indexed, field: Field) -> Fraction:
    if field.is_shown:
        return field.fraction_of(field.atom("indexed", node, node.names, shown=node))
    return iterated.entry(field, node.base, [_form(index, field) for index in node.indices], node.variables)


def _derivative(node: Derivative, field: Field) -> Fraction:
    if field.keeps_derivatives:
        return _opaque_tree(node, field)
    if not _is_plain(node.operand, field.plain):
        _check_moving_parts(node.operand, node.variable)
    operand = varying(node.operand, (node.variable,))
    if node.variable not in operand.names:
        return field.zero
    form = _form(operand, field)
    for _ in range(node.order):
        form = slopes.slope(form, node.variable)
    return form


def _is_plain(node: Node, known: set[Node]) -> bool:
    """Whether no sum, product or integral stands in the tree."""
    if node in known:
        return True
    if isinstance(node, IndexedSum | IndexedProduct | Integral):
        return False
    for child in node.children():
        if not _is_plain(child, known):
            return False
    known.add(node)
    return True


def _check_moving_parts(node: Node, x: Name) -> None:
    for part in walk(node):
        if isinstance(part, IndexedSum | IndexedProduct) and x in part.lower.names | part.upper.names:
            raise NoFormError("the number of terms depends on the variable")
        if isinstance(part, Integral) and part.lower is None:
            raise NoFormError("an indefinite integral is a function of its variable")


def _call(node: Call, field: Field) -> Fraction:
    if field.is_shown:
        return _shown_call(node, field)
    build = PROVING.get(node.function)
    if build is not None and not node.primes:
        return build(field, [_form(argument, field) for argument in node.arguments])
    return opaque_call(field, node.function, node.primes, [_form(a, field) for a in node.arguments], node)


def _shown_call(node: Call, field: Field) -> Fraction:
    """A call as the atom that it was typed as; the minus sign comes out of odd and even functions."""
    arguments = [_form(argument, field) for argument in node.arguments]
    build = None if node.primes else COMMON.get(node.function)
    if node.function == "cbrt":
        field.typed.setdefault(("root", field.key(arguments[0])), "cbrt")
    if build is not None:
        return build(field, arguments)
    if node.function in _ODD | _EVEN and len(arguments) == 1:
        argument = arguments[0]
        if argument.is_zero() and node.function in _ODD:
            return argument
        if all(coefficient < 0 for coefficient in argument.num.coeffs()) and not argument.is_zero():
            opposite = opaque_call(field, node.function, 0, [-argument])
            return -opposite if node.function in _ODD else opposite
    return opaque_call(field, node.function, node.primes, arguments, node)


_ODD = {"sin", "tan", "cot", "csc", "sinh", "tanh", "coth", "csch", "asin", "atan", "asinh", "atanh", "erf", "sign"}
_EVEN = {"cos", "sec", "cosh", "sech"}


def _opaque_tree(node: Node, field: Field) -> Fraction:
    return field.fraction_of(field.atom("tree", node, node.names, shown=node))


# what iterates, and cases


def _iterated(node: IndexedSum | IndexedProduct, field: Field) -> Fraction:
    if field.is_shown:
        return _opaque_tree(node, field)
    bounds = _whole_bounds(node, field)
    if bounds is not None:
        terms = [_form(node.body.substitute({node.index: integer(k)}), field) for k in range(bounds[0], bounds[1] + 1)]
        if isinstance(node, IndexedSum):
            return field.total(terms)
        result = field.one
        for term in terms:
            result = result * term
        return result
    # a name that no sum inside binds, and the one that the atom will have in the end where nothing is drawn out of it
    index = Name(f"#o{_nesting(node.body)}" if field.draws_out else f"#{_nesting(node.body)}")
    body = _form(node.body.substitute({node.index: index}), field)
    lower, upper = _form(node.lower, field), _form(node.upper, field)
    return (iterated.sum_of if isinstance(node, IndexedSum) else iterated.product_of)(body, index, lower, upper)


def _whole_bounds(node: IndexedSum | IndexedProduct, field: Field) -> tuple[int, int] | None:
    lower, upper = _form(node.lower, field).constant, _form(node.upper, field).constant
    if lower is None or upper is None or lower.q != 1 or upper.q != 1:
        return None
    if upper < lower - 1:
        raise NoFormError("a sum that runs backwards")
    return (int(lower.p), int(upper.p)) if upper - lower < _EXPLICIT_TERMS else None


def _nesting(body: Node) -> int:
    """How deep sums are nested in a body, so that nested ones get bound names of their own."""
    depth: dict[Node, int] = {}
    for node in walk(body):
        inner = max((depth[child] for child in node.children()), default=0)
        depth[node] = inner + isinstance(node, IndexedSum | IndexedProduct)
    return depth[body]


def _piecewise(node: Piecewise, field: Field) -> Fraction:
    if field.is_shown:
        return _opaque_tree(node, field)
    conditions = tuple(condition for _, condition in node.branches)
    values = [_form(branch, field) for branch, _ in node.branches]
    if node.otherwise is not None:
        values.append(_form(node.otherwise, field))
    return iterated.cases(field, conditions, values, node.names)


_BUILDERS: dict[type[Node], Callable[..., Fraction]] = {
    Number: _number,
    Name: _name,
    Constant: _constant,
    Sum: _sum,
    Product: _product,
    Negative: _negative,
    Quotient: _quotient,
    Power: _power,
    Call: _call,
    Indexed: _indexed,
    Derivative: _derivative,
    IndexedSum: _iterated,
    IndexedProduct: _iterated,
    Piecewise: _piecewise,
}


def rational_zeros(node: Node) -> tuple[tuple[Name, flint.fmpq], ...]:
    """Return the rational zeros of the linear factors in one name alone, each with its name."""
    form = normal_form(node)
    if form is None or form.is_zero():
        return ()
    zeros = []
    for factor, _ in atoms.factors_of(form)[1]:
        inside = form.field.indices(factor)
        if factor.total_degree() == 1 and len(inside) == 1 and form.field.atoms[inside[0]].kind == "name":
            slope, constant = factor.leading_coefficient(), sum(c for m, c in factor.terms() if not any(m))
            name: Name = form.field.atoms[inside[0]].shown
            zeros.append((name, flint.fmpq(-constant, slope)))
    return tuple(zeros)


def factors_of_form(form: Fraction) -> frozenset[Hashable]:
    """Return the irreducible factors above and below, by keys that are the same for equal ones of one field."""
    return frozenset(key_of(factor) for factor, _ in atoms.factors_of(form)[1])


def factors_of_all(nodes: Iterable[Node], *, field: Field) -> frozenset[Hashable]:
    """Return the factors of all these trees in a field; a tree without a form has none."""
    forms = (normal_form(node, field=field) for node in nodes)
    return frozenset().union(*(factors_of_form(form) for form in forms if form is not None and not form.is_zero()))


def field_of_unknowns(parts: Iterable[Node]) -> Field:
    """Return a field in which these parts, and derivatives, are atoms that nothing is known about."""
    field = Field(keeps_derivatives=True)
    for part in parts:
        field.given[part] = _opaque_tree(part, field)
    return field


def assume(field: Field, conditions: Iterable[Node]) -> None:
    """Let the field take as at least 0 what the conditions a <= b <= c on whole numbers say is."""
    for condition in conditions:
        if not isinstance(condition, Relation) or not set(condition.signs) <= {"<=", "<"}:
            continue
        for smaller, larger in pairwise(condition.sides):
            difference = normal_form(Sum.of(larger, Negative(smaller)), field=field)
            if difference is not None:
                field.at_least_zero.add(field.key(difference))


def field_for(conditions: Iterable[Node]) -> Field:
    """Return a field that takes as positive what the conditions say is: names, and polynomials u in u > 0."""
    larger: list[tuple[Node, Node]] = []
    for condition in conditions:
        match condition:
            case Relation((u, v), (">" | ">=",)) | Relation((v, u), ("<" | "<=",)):
                larger.append((u, v))
            case _:
                pass
    field = Field(positive=[u for u, v in larger if isinstance(u, Name) and _is_not_negative(v)])
    for u, v in larger:
        difference = normal_form(Sum.of(u, Negative(v)), field=field)
        if difference is not None and difference.den.is_constant() and not difference.num.is_constant():
            field.conditions.add(key_of(difference.num // difference.num.context().constant(difference.num.content())))
    return field


def _is_not_negative(node: Node) -> bool:
    constant = value(node)
    return constant is not None and constant >= 0


def __getattr__(name: str) -> Callable[..., Node]:
    """`expanded` and its kin live in `raising.py`, which builds on this module."""
    if name in ("expanded", "factored", "cancelled", "combined", "collected"):
        from mathcli.algebra import raising

        return getattr(raising, name)  # type: ignore[no-any-return]
    raise AttributeError(name)
