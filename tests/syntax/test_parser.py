"""What is typed becomes the tree that a reader of mathematics expects; trees are compared with explicit spellings."""

from __future__ import annotations

import pytest

from mathcli.syntax.parser import parse, read
from mathcli.syntax.span import Span
from mathcli.syntax.tree import (
    TWO,
    Call,
    Constant,
    Definition,
    Derivative,
    E,
    Equation,
    Indexed,
    IndexedSum,
    Integral,
    Interval,
    Limit,
    Matrix,
    Minimum,
    Name,
    Negative,
    Norm,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Transpose,
    Vector,
)
from mathcli.syntax.vocabulary import ALIASES, CONSTANTS, FUNCTIONS, GREEK, GREEK_NAMES

x, y, n, i, t = map(Name, "xynit")
ONE = Number(1)


def same(*pairs: tuple[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("typed", "explicit"), pairs, ids=[typed for typed, _ in pairs])


@same(
    ("2x", "2*x"),
    ("x**2", "x^2"),
    ("-x^2", "-(x^2)"),
    ("2^3^4", "2^(3^4)"),
    ("x^-y^2", "x^(-(y^2))"),
    ("a/b*c", "(a/b)*c"),
    ("a-b-c", "(a-b)-c"),
    ("xy^2z", "x*(y^2)*z"),
    ("xe^x", "x*(e^x)"),
    ("2pi r", "2*pi*r"),
    ("xsin(x)", "x*sin(x)"),
    ("sinxcosx", "sin(x)*cos(x)"),
    ("4ac", "4*a*c"),
    ("-3!", "-(3!)"),
    ("2^3!", "2^(3!)"),
    ("x!^2", "(x!)^2"),
    ("2e-x", "2*e-x"),
    ("|x||y|", "abs(x)*abs(y)"),
    ("||x|-1|", "abs(abs(x)-1)"),
    ("2|x|/x", "(2*abs(x))/x"),
    ("[x+1]{x-1}", "(x+1)*(x-1)"),
    ("x - -y", "x-(-y)"),
)
def test_operators_bind_as_in_a_textbook(typed, explicit):
    assert parse(typed) is parse(explicit)


@same(
    ("sin x", "sin(x)"),
    ("sin 2x cos 3x", "sin(2*x)*cos(3*x)"),
    ("sin x - x", "sin(x)-x"),
    ("sin cos x", "sin(cos(x))"),
    ("sin^2 x", "(sin(x))^2"),
    ("sin(x)^2", "(sin(x))^2"),
    ("sin^-1 x", "asin(x)"),
    ("log_2 x", "log(x, 2)"),
    ("log10(x)", "log(x, 10)"),
    ("lg x", "log(x, 10)"),
    ("ln x", "log(x)"),
    ("exp(2x)", "e^(2*x)"),
    ("SIN(x)", "sin(x)"),
    ("Cos x", "cos(x)"),
    ("sin[x]", "sin(x)"),
    ("atan2(y, x)", "arctan2(y,x)"),
    ("sin -x", "sin(-x)"),
    ("ln|x|", "log(abs(x))"),
    ("e^sin x", "e^(sin(x))"),
    ("pow(x, 2)", "x^2"),
    ("f^{(2)}(x)", "f''(x)"),
)
def test_functions_take_what_a_reader_gives_them(typed, explicit):
    assert parse(typed) is parse(explicit)


@same(
    ("x³y²", "x^3*y^2"),
    ("x⁴−5x²", "x^4-5*x^2"),
    ("xⁿ⁺¹", "x^(n+1)"),
    ("e⁻²ˣ", "e^(-2*x)"),
    ("½x", "(1/2)*x"),
    ("√(x+1)", "sqrt(x+1)"),
    ("√2x", "sqrt(2)*x"),
    ("∛x", "cbrt(x)"),
    ("2·x×y÷z", "2*x*y/z"),
    ("πr²", "pi*r^2"),
    ("αx+β", "alpha*x+beta"),
    ("x₁+x₁₂", "x_1+x_12"),
    ("log₂ x", "log(x,2)"),
    ("x ≤ 3", "x<=3"),
    ("ŷ + ȳ", "yhat+ybar"),
    ("x̂", "xhat"),
    ("𝑥 + 1", "x+1"),
    ("⟨1,2⟩", "(1,2)"),
    ("f′(x)", "f'(x)"),
    ("sin²x", "sin(x)^2"),
    ("\ufeffx + 1", "x+1"),
    ("⌊x⌋", "floor(x)"),
    ("‖w‖", "norm(w)"),
)
def test_unicode_says_what_ascii_says(typed, explicit):
    assert parse(typed) is parse(explicit)


@same(
    (r"\frac{1}{2}x", "(1/2)*x"),
    (r"\frac12 x", "(1/2)*x"),
    (r"\dfrac x2", "x/2"),
    (r"\sqrt2", "sqrt(2)"),
    (r"\sqrt[3]{x}", "cbrt(x)"),
    (r"\sqrt[n]{x}", "root(x, n)"),
    (r"e^{2x} \cdot \cos(x)", "e^(2*x)*cos(x)"),
    (r"x^10", "x^10"),
    (r"\sin^2 x", "sin(x)^2"),
    (r"\sin\frac{x}{2}", "sin(x/2)"),
    (r"\left(x+1\right)^2", "(x+1)^2"),
    (r"\ln\left|x\right|", "log(abs(x))"),
    (r"\|w\|", "norm(w)"),
    (r"x_{1}^{2}", "x_1^2"),
    (r"x_{\text{max}}", "x_max"),
    (r"\operatorname{sech} x", "sech(x)"),
    (r"\mathrm{e}^{x}", "e^x"),
    (r"\mathcal{L}", "L"),
    (r"\alpha x + \varepsilon", "alpha*x+epsilon"),
    (r"\binom{n}{k}", "binomial(n,k)"),
    (r"1{,}000 x", "1000*x"),
    (r"x~y\,z\quad w", "x*y*z*w"),
    (r"$x^2$", "x^2"),
    (r"\[x^2\]", "x^2"),
    (r"\hat{y}_1", "yhat_1"),
    (r"\vec{w}", "wvec"),
    (r"\underbrace{x+1}_{\text{sum}} y", "(x+1)*y"),
    (r"\begin{pmatrix}1\\2\end{pmatrix}", "(1,2)"),
    (r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", "[[1,2],[3,4]]"),
    (r"\begin{cases}x^2 & x<0\\x & \text{otherwise}\end{cases}", "{x^2 if x<0; x otherwise}"),
    (r"\frac{d}{dx} x^2", "d/dx (x^2)"),
    (r"\frac{d^2}{dx^2}(x^3)", "diff(x^3, x, 2)"),
    (r"\frac{\partial}{\partial x}(xy)", "diff(x*y, x)"),
    (r"\sum_{i=1}^{n} i^2", "sum(i^2, i, 1, n)"),
    (r"\int_0^1 x^2\,dx", "integral(x^2, x, 0, 1)"),
    (r"\int x^2\,\mathrm{d}x", "integral(x^2, x)"),
    (r"\lim_{x\to 0^+}\ln x", "limit(log(x), x, 0, +)"),
    (r"0 \le x < 2\pi", "0 <= x < 2*pi"),
    (r"x_{ij} y", "x_ij*y"),
)
def test_latex_says_what_ascii_says(typed, explicit):
    assert parse(typed) is parse(explicit)


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("1.50", Number(15, 1)),
        ("1e-3", Number(1, 3)),
        ("1e3", Number(1000)),
        ("x1", Name("x_1")),
        ("w_{12}", Name("w_12")),
        ("v_max", Name("v_max")),
        ("S", Name("S")),
        ("lambda", Name("lambda")),
        ("gamma", Name("gamma")),
        ("gamma(x)", Call("gamma", (x,))),
        ("i", Constant("i")),
        ("oo", Constant("inf")),
        ("a/b", Quotient(Name("a"), Name("b"))),
        ("a-b", Sum((Name("a"), Negative(Name("b"))))),
        ("-2x", Negative(Product((TWO, x)))),
        ("exp(x)", Power(E, x)),
        ("f''(x)", Call("f", (x,), 2)),
        ("3!!", Call("factorial2", (Number(3),))),
        ("x = 2", Equation(x, TWO)),
        ("0 < x <= 1", Relation((Number(0), x, ONE), ("<", "<="))),
        ("x != 0", Relation((x, Number(0)), ("!=",))),
        ("(1, 2)", Vector((ONE, TWO))),
        ("(x,)", Vector((x,))),
        ("[1;2]", Vector((ONE, TWO))),
        ("<1,x>", Vector((ONE, x))),
        ("1, 2, x", Vector((ONE, TWO, x))),
        ("[[1],[2]]", Matrix(((ONE,), (TWO,)))),
        ("[1,2;x,y]", Matrix(((ONE, TWO), (x, y)))),
        ("||w||", Norm(Name("w"))),
        ("w^T x", Product((Transpose(Name("w")), x))),
        ("f(x, y) = xy", Definition("f", (x, y), Product((x, y)))),
        ("f(e) = e^2", Definition("f", (Name("e"),), Power(Name("e"), TWO))),
        ("d/di (i^2)", Derivative(Power(i, TWO), i)),
        ("(x^2)'", Derivative(Power(x, TWO), x)),
        ("diff(x y, x, y)", Derivative(Derivative(Product((x, y)), x), y)),
        ("∂^2/∂x∂y (xy)", Derivative(Derivative(Product((x, y)), y), x)),
        ("dy/dx", Derivative(Call("y", (x,)), x)),
        ("int x dx", Integral(x, x)),
        ("lim_{x->0} x", Limit(x, x, Number(0))),
        ("min_{w, b} w", Minimum(Name("w"), (Name("w"), Name("b")))),
        ("{1 if x < 0; x otherwise}", Piecewise(((ONE, Relation((x, Number(0)), ("<",))),), x)),
        ("sum_{i=1}^n i y_i", IndexedSum(Product((i, Indexed("y", (i,)))), i, ONE, n)),
        ("sum(i x_{i2}, i, 1, n)", IndexedSum(Product((i, Indexed("x", (i, TWO)))), i, ONE, n)),
        ("w^(t+1) = w^(t)", Equation(Indexed("w", (Sum((t, ONE)),)), Name("w_t"))),
    ],
    ids=str,
)
def test_each_form_has_its_node(typed, tree):
    assert parse(typed) is tree


@pytest.mark.parametrize("word", sorted(ALIASES))
def test_every_word_of_the_vocabulary_is_read_as_its_function(word):
    function = FUNCTIONS[ALIASES[word]]
    arguments = {"sum": "x, k, 1, n", "prod": "x, k, 1, n", "integral": "x, x", "limit": "x, x, 0", "diff": "x, x"}
    inside = arguments.get(function.name, ", ".join("xy"[: function.least]))

    assert parse(f"{word}({inside})") is parse(f"{function.name}({inside})")
    assert not parse(f"{word}({inside})").contains(Product)


@pytest.mark.parametrize("letter", sorted(set(GREEK) - {"π"}))
def test_every_greek_letter_is_its_name(letter):
    assert parse(letter) is Name(GREEK[letter])


@pytest.mark.parametrize("name", sorted(GREEK_NAMES - {"Pi", "sigma"}))
def test_every_greek_name_is_read_in_words_and_in_latex(name):
    assert parse(name) is Name(name)
    assert parse("\\" + name) is Name(name)


@pytest.mark.parametrize("word", sorted(CONSTANTS))
def test_every_constant_is_read_unless_it_is_a_variable(word):
    assert parse(word) is Constant(CONSTANTS[word])
    if len(word) == 1:
        assert read(word, variables=[word]).tree is Name(word)


@pytest.mark.parametrize(
    ("kind", "typed", "tree"),
    [
        ("vector", "1,2,-1", Vector((ONE, TWO, Negative(ONE)))),
        ("vector", "3,5", Vector((Number(3), Number(5)))),
        ("point", "x=1,y=2", Vector((Equation(x, ONE), Equation(y, TWO)))),
        ("point", "3,7", Vector((Number(3), Number(7)))),
        ("interval", "[0, 20]", Interval(Number(0), Number(20), True, True)),
        ("interval", "(0, inf)", Interval(Number(0), Constant("inf"), False, False)),
        ("interval", "[0, inf]", Interval(Number(0), Constant("inf"), True, False)),
        ("names", "x, e", Vector((x, Name("e")))),
        ("definition", "u = x^2", Definition("u", (), Power(x, TWO))),
        ("relation", "x > 0", Relation((x, Number(0)), (">",))),
    ],
    ids=str,
)
def test_a_kind_of_text_is_read_as_that_kind(kind, typed, tree):
    assert read(typed, kind=kind).tree is tree


def test_declared_names_and_definitions_are_known():
    assert read("velocity t", names=["velocity"]).tree is Product((Name("velocity"), t))
    defined = read("u(x) = x^2", kind="definition").tree
    assert read("u(3)", definitions=[defined]).tree is Call("u", (Number(3),))


def test_the_lecture_is_read():
    assert parse("2x^2y + 3y^3x^2 + 3y") is parse("2*x^2*y + 3*y^3*x^2 + 3*y")
    assert parse(r"\sum_{i=1}^n (y_i - (m x_i + c))^2") is parse("sum((y_i - (m*x_i + c))^2, i, 1, n)")
    assert parse("L(w_0, ..., w_n)").arguments[1] is parse("...")
    assert parse("1 + 1 + ... + 1").terms[2] is parse("...")
    assert parse("g(x)(1 - g(x))") is Product((Call("g", (x,)), Sum((ONE, Negative(Call("g", (x,)))))))
    assert parse(r"-\frac{\ln n}{n^2} + \frac{1}{n^2}") is parse("-(log(n)/n^2) + 1/n^2")


@pytest.mark.parametrize(
    ("typed", "path", "place"),
    [
        ("x + 2sin(3x)", (), "x + 2sin(3x)"),
        ("x + 2sin(3x)", (1,), "2sin(3x)"),
        ("x + 2sin(3x)", (1, 1, 0), "3x"),
        ("x*x*x", (2,), "x"),
        ("a - b^2", (1, 0), "b^2"),
        (r"\frac{x+1}{x}", (1,), "{x}"),
    ],
)
def test_a_node_can_be_found_again_in_the_text(typed, path, place):
    span = read(typed).span_of(path)

    assert typed[span.start : span.end] == place


def test_equal_factors_have_different_places():
    reading = read("x*x")

    assert reading.span_of((0,)) == Span(0, 1)
    assert reading.span_of((1,)) == Span(2, 1)
