"""mathcli for Python: one function for each subcommand, and what they return.

    import mathcli
    mathcli.diff("e^(2x) cos x", order=2)

Mathematics is given as text, as on the command line, or as SymPy's own. What comes back is SymPy again, with the steps
and the verdict beside it. The functions have the fields of the subcommands' dataclasses; a test keeps the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mathcli.result import TIMEOUT, Columns, Definitions, Mathematics, Names, Point, Result, answer


def diff(
    expression: Mathematics,
    *,
    order: int = 1,
    at: Point = None,
    in_terms_of: Names = None,
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the derivative of an expression, of any order.

    >>> print(diff("e^(2x) cos x", order=2))
    exp(2*x)*(3*cos(x) - 4*sin(x))
    """
    return answer(
        "diff",
        expression,
        order=order,
        at=at,
        in_terms_of=in_terms_of,
        var=var,
        name=name,
        let=let,
        strict=strict,
        timeout=timeout,
    )


def partial(
    expression: Mathematics,
    *,
    wrt: Names = (),
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the partial derivatives of a function of several variables.

    >>> partial("x^2 y").answer
    (2*x*y, x**2)
    """
    return answer("partial", expression, wrt=wrt, var=var, name=name, let=let, strict=strict, timeout=timeout)


def gradient(
    expression: Mathematics,
    *,
    at: Point = None,
    along: Mathematics = None,
    shape: Sequence[str] | str = (),
    componentwise: bool = False,
    means: bool = False,
    update: bool = False,
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the gradient of a function of several variables.

    >>> print(gradient("x^2 + y^2 + 3"))
    (2*x, 2*y)
    """
    return answer(
        "gradient",
        expression,
        at=at,
        along=along,
        shape=shape,
        componentwise=componentwise,
        means=means,
        update=update,
        var=var,
        name=name,
        let=let,
        strict=strict,
        timeout=timeout,
    )


def hessian(
    expression: Mathematics,
    *,
    at: Point = None,
    shape: Sequence[str] | str = (),
    componentwise: bool = False,
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the matrix of second partial derivatives.

    >>> print(hessian("x^2 + y^2 + 3"))
    [[2, 0], [0, 2]]
    """
    return answer(
        "hessian",
        expression,
        at=at,
        shape=shape,
        componentwise=componentwise,
        var=var,
        name=name,
        let=let,
        strict=strict,
        timeout=timeout,
    )


def jacobian(
    expression: Mathematics,
    *,
    at: Point = None,
    shape: Sequence[str] | str = (),
    componentwise: bool = False,
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the matrix of all partial derivatives of a vector-valued function.

    >>> print(jacobian("(x^2, x + y)"))
    [[2*x, 0], [1, 1]]
    """
    return answer(
        "jacobian",
        expression,
        at=at,
        shape=shape,
        componentwise=componentwise,
        var=var,
        name=name,
        let=let,
        strict=strict,
        timeout=timeout,
    )


def project(
    vector: Mathematics,
    *,
    onto: Mathematics = (),
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the projections of a vector on others, and their sum.

    >>> print(project("4,3,5", onto="1,2,-1"))
    (5/6, 5/3, -5/6)
    """
    return answer("project", vector, onto=onto, var=var, name=name, let=let, strict=strict, timeout=timeout)


def implicit(
    equation: Mathematics,
    *,
    order: int = 1,
    at: Point = None,
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return dy/dx of a curve that is given by an equation.

    >>> print(implicit("x^2 + y^2 = 25"))
    -x/y
    """
    return answer("implicit", equation, order=order, at=at, var=var, name=name, let=let, strict=strict, timeout=timeout)


def tangent(
    expression: Mathematics,
    *,
    at: Point = None,
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the tangent line of a graph or curve at a point, or the tangent plane of a surface.

    >>> print(tangent("x^2", at="x=3"))
    y = 6*x - 9
    """
    return answer("tangent", expression, at=at, var=var, name=name, let=let, strict=strict, timeout=timeout)


def critical(
    expression: Mathematics,
    *,
    on: str | None = None,
    where: Sequence[str] | str = (),
    shape: bool = False,
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the critical points of a function, each with its kind.

    >>> critical("log(n)/n").verdict
    'proved'
    """
    return answer(
        "critical",
        expression,
        on=on,
        where=where,
        shape=shape,
        var=var,
        name=name,
        let=let,
        strict=strict,
        timeout=timeout,
    )


def solve(
    equation: Mathematics,
    *,
    on: str | None = None,
    also: Sequence[str] | str = (),
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return all real solutions of an equation or an inequality.

    >>> solve("4x^3 + 2x - 6 = 0").answer
    1
    """
    return answer("solve", equation, on=on, also=also, var=var, name=name, let=let, strict=strict, timeout=timeout)


def distance(
    curve: Mathematics,
    *,
    to: Point = None,
    on: str | None = None,
    also: Sequence[str] | str = (),
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the distance of a point from a curve or surface, with the nearest points.

    >>> distance("y = x^2 + 7", to="3,7").answer
    (sqrt(5), Matrix([
    [1],
    [8]]))
    """
    return answer(
        "distance", curve, to=to, on=on, also=also, var=var, name=name, let=let, strict=strict, timeout=timeout
    )


def equal(
    left: Mathematics,
    right: Mathematics,
    *,
    up_to_constant: bool = False,
    form: str | None = None,
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return whether two expressions are equal, with a proof or with a point where they differ.

    >>> print(equal("sin(2x)", "2 sin x cos x"))
    equal
    """
    return answer(
        "equal",
        left,
        right,
        up_to_constant=up_to_constant,
        form=form,
        var=var,
        name=name,
        let=let,
        strict=strict,
        timeout=timeout,
    )


def descend(
    expression: Mathematics,
    *,
    from_: Point = None,
    rate: Mathematics = None,
    iterations: int = 20,
    tolerance: Mathematics = None,
    momentum: Mathematics = None,
    newton: bool = False,
    exact: bool = False,
    plot: str | None = None,
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the last point of a gradient descent and the value there; the path is in `solution.answer`.

    >>> descend("(w - 2)^2", from_="w=0", rate="1/4", iterations=2, exact=True).answer
    (3/2, 1/4)
    """
    return answer(
        "descend",
        expression,
        from_=from_,
        rate=rate,
        iterations=iterations,
        tolerance=tolerance,
        momentum=momentum,
        newton=newton,
        exact=exact,
        plot=plot,
        var=var,
        name=name,
        let=let,
        strict=strict,
        timeout=timeout,
    )


def fit(
    data: str,
    *,
    x: Columns = None,
    y: str | None = None,
    model: str = "",
    loss: str = "sum",
    by: str = "exact",
    rate: Mathematics = None,
    iterations: int = 100,
    plot: str | None = None,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the parameters of a model fitted to the columns of a CSV or Parquet file, as equations."""
    return answer(
        "fit",
        data,
        x=x,
        y=y,
        model=model,
        loss=loss,
        by=by,
        rate=rate,
        iterations=iterations,
        plot=plot,
        timeout=timeout,
    )


def standardize(
    data: str,
    *,
    column: Columns = None,
    impute: str | None = None,
    log: bool = False,
    output: str | None = None,
    sample: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return columns as (x - mean)/sd, with the mean and the sd."""
    return answer(
        "standardize", data, column=column, impute=impute, log=log, output=output, sample=sample, timeout=timeout
    )


def normalize(
    data: str,
    *,
    column: Columns = None,
    impute: str | None = None,
    log: bool = False,
    output: str | None = None,
    timeout: float = TIMEOUT,
) -> Result:
    """Return columns as (x - min)/(max - min), with the least and the greatest value."""
    return answer("normalize", data, column=column, impute=impute, log=log, output=output, timeout=timeout)


def outliers(
    data: str,
    *,
    column: Columns = None,
    impute: str | None = None,
    log: bool = False,
    output: str | None = None,
    sample: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the outliers of columns by the interquartile range and by three standard deviations."""
    return answer(
        "outliers", data, column=column, impute=impute, log=log, output=output, sample=sample, timeout=timeout
    )


def onehot(data: str, *, column: Columns = None, output: str | None = None, timeout: float = TIMEOUT) -> Result:
    """Return a column of 0 and 1 for each category of columns."""
    return answer("onehot", data, column=column, output=output, timeout=timeout)


def check(
    work: str = "",
    *,
    of: str = "",
    problem: Mathematics = "",
    lines: Sequence[str] | str = (),
    order: int = 0,
    wrt: Names = (),
    to: str = "",
    on: str = "",
    vectors: Mapping[str, Mathematics] | None = None,
    hint: bool = False,
    brief: bool = False,
    file: str = "",
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return the marks of a piece of working: its text, or the problem and its lines.

    >>> check(of="derivative", problem="x^3", lines="f' = 3x").solution.answer["first_wrong"]
    1
    """
    return answer(
        "check",
        work,
        of=of,
        problem=problem,
        lines=lines,
        order=order,
        wrt=wrt,
        to=to,
        on=on,
        vectors=vectors,
        hint=hint,
        brief=brief,
        file=file,
        var=var,
        name=name,
        let=let,
        strict=strict,
        timeout=timeout,
    )


def read(
    expression: Mathematics,
    *,
    var: Names = None,
    name: Names = (),
    let: Definitions = (),
    strict: bool = False,
    timeout: float = TIMEOUT,
) -> Result:
    """Return how an expression is read, with brackets wherever a reader could hesitate.

    >>> print(read("1/2x"))
    (1/2)*x
    """
    return answer("read", expression, var=var, name=name, let=let, strict=strict, timeout=timeout)
