"""How fast mathcli is, as ratios to what the machine does otherwise. Run it by hand; no test depends on a clock.

    .venv/bin/python tests/benchmarks/speed.py [start] [parse] [steps] [batch] [parts] [large]

Start-up is CPU time beside `python -c 'import sympy'`, the two taking turns so that a slow moment hits both.
"""

from __future__ import annotations

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 7
MATHCLI = str(Path(sys.executable).with_name("mathcli"))
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Without compiled files every start compiles everything, which no installed program does."""
TYPICAL = (
    "3x^4 - 5x^2 + 2x",
    "e^(2x) cos x",
    "1/(1+e^(-x))",
    "x^x",
    "sin^2(3x^2+1)",
    "(x^2+1)/(x-1)",
    "ln sqrt(x^2+1)",
    "x^3 sin(x) ln(x)",
    "atan(2x)/x",
    "sqrt(1-x^2) asin x",
)


def line(what: str, value: float, unit: str, aim: str) -> None:
    print(f"{what:<52} {value:9.3f} {unit:<10} {aim}")


def cpu_of(argv: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start() -> None:
    """CPU of one command, cold, as a share of importing SymPy."""
    mathcli = [MATHCLI]
    commands = {
        "--version": ("0.05", [*mathcli, "--version"]),
        "--help": ("0.3", [*mathcli, "--help"]),
        "diff --help": ("0.3", [*mathcli, "diff", "--help"]),
        "diff 'sin(x' (an error)": ("0.3", [*mathcli, "diff", "sin(x"]),
        "diff '3x^4-5x^2+2x'": ("0.45, aim 0.35", [*mathcli, "diff", "3x^4-5x^2+2x"]),
        "diff 'e^(2x) cos x' --order 2 --steps": ("", [*mathcli, "diff", "e^(2x) cos x", "--order", "2", "--steps"]),
        "project 4,3,5 --onto 1,2,-1": ("", [*mathcli, "project", "4,3,5", "--onto", "1,2,-1"]),
        "python -c pass": ("", [sys.executable, "-c", "pass"]),
    }
    ratios: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(ROUNDS + 1):
        base = cpu_of([sys.executable, "-c", "import sympy"])
        for name, (_, argv) in commands.items():
            ratio = cpu_of(argv) / base
            if turn:  # the first round warms the files
                ratios[name].append(ratio)
    for name, (most, _) in commands.items():
        line(f"start: {name}", statistics.median(ratios[name]), "of sympy", f"at most {most}" if most else "")


def seconds(work: Callable[[], object], repeat: int = 1) -> float:
    started = time.perf_counter()
    for _ in range(repeat):
        work()
    return (time.perf_counter() - started) / repeat


def parse() -> None:
    """Reading: a typical line, and how the time grows with the length."""
    from mathcli.syntax.parser import read

    text = "e^(2x) cos x + 3x^4 - 5x^2"
    read(text)
    best = min(seconds(lambda: read(text), 50) for _ in range(ROUNDS))
    line(f"parse: {len(text)} characters", best * 1e3, "ms", "at most 0.2")
    per_character = {}
    for terms in (50, 200, 500):
        long = " + ".join(f"{k}x^{k % 97} sin(x)" for k in range(1, terms))
        per_character[len(long)] = min(seconds(lambda text=long: read(text)) for _ in range(3)) / len(long)
    for length, time_each in per_character.items():
        line(f"parse: {length:,} characters, each", time_each * 1e6, "us", "the same at every length")


def answered(expression: str, order: int = 1) -> object:
    from mathcli.algebra.budget import Budget
    from mathcli.topics import build

    return build("diff", {"expression": expression, "order": order}).solve(Budget())


def steps() -> None:
    """Steps and their verification in a warm process."""
    for expression in TYPICAL:
        answered(expression)
    times = [min(seconds(lambda e=expression: answered(e)) for _ in range(5)) for expression in TYPICAL]
    line("steps and verification: median", statistics.median(times) * 1e3, "ms", "at most 2")
    line("steps and verification: slowest", max(times) * 1e3, "ms", "")


def problems(count: int) -> list[str]:
    """Explicitly written derivatives, the same each time: polynomials, products, quotients, compositions."""
    choose = random.Random(7)

    def polynomial(degree: int) -> str:
        return "+".join(f"{choose.randint(1, 9)}*x^{k}" for k in sorted(choose.sample(range(degree + 1), 3)))

    def function(inner: str) -> str:
        return f"{choose.choice(['sin', 'cos', 'tan', 'exp', 'atan'])}({inner})"

    found = []
    for k in range(count):
        linear = f"{choose.randint(2, 9)}*x+{choose.randint(1, 9)}"
        shapes = (
            polynomial(8),
            f"({polynomial(4)})*{function(linear)}",
            f"({polynomial(4)})/(({polynomial(3)})^2+1)",
            function(function(linear)),
            f"({function(linear)})^{choose.randint(2, 5)}*log(({polynomial(2)})^2+1)",
        )
        found.append(shapes[k % 5])
    return found


SYMPY_LOOP = """
import sys, sympy
x = sympy.Symbol("x")
for line in open(sys.argv[1]):
    print(sympy.diff(sympy.sympify(line.replace("^", "**")), x))
"""


def batch(count: int = 2000) -> None:
    """Derivatives with steps, proved, as JSON, beside SymPy's bare ones without steps."""
    expressions = problems(count)
    with tempfile.TemporaryDirectory() as folder:
        bare, ours = f"{folder}/bare.txt", f"{folder}/problems.txt"
        with open(bare, "w", encoding="utf-8") as file:
            file.writelines(f"{expression}\n" for expression in expressions)
        with open(ours, "w", encoding="utf-8") as file:
            file.writelines(f"diff {expression}\n" for expression in expressions)
        mathcli = [MATHCLI, "batch", ours, "--format", "json", "--steps", "--workers", "1"]
        ratios = []
        for _ in range(3):
            sympy_time = cpu_of([sys.executable, "-c", SYMPY_LOOP, bare])
            ratios.append(cpu_of(mathcli) / sympy_time)
    line(f"batch: {count:,} with steps, JSON", statistics.median(ratios), "of sympy", "at most 0.25")


def parts(count: int = 500) -> None:
    """What each part of a batch costs, in CPU for each problem, in a process that has answered others before."""
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.differentiation import differentiate
    from mathcli.calculus.proofs import prove
    from mathcli.render.formats import json
    from mathcli.render.options import RenderOptions
    from mathcli.syntax.tree import Name
    from mathcli.topics import build

    x, how = Name("x"), RenderOptions(steps=True, forms=False)
    expressions = problems(2 * count)
    for expression in expressions[count:]:
        json.render(build("diff", {"expression": expression}).solve(Budget()), how)
    spent: dict[str, float] = {}

    def timed(part: str, work: Callable[[], Any]) -> Any:
        started = time.process_time()
        found = work()
        spent[part] = spent.get(part, 0.0) + time.process_time() - started
        return found

    for expression in expressions[:count]:
        problem = timed("reading", lambda e=expression: build("diff", {"expression": e}))
        f = problem.expression.tree
        derivation = timed("the rules, and tidying", lambda f=f: differentiate(f, x))
        timed("the rules alone, their parts known by now", lambda f=f: differentiate(f, x, tidy=False))
        timed("proof", lambda d=derivation: prove((d,), Budget()))
        solution = problem.solve(Budget())
        timed("JSON", lambda s=solution: json.render(s, how))
        timed("factored and expanded", lambda s=solution: [len(order["forms"]) for order in s.answer["orders"]])
    for part, time_spent in spent.items():
        line(f"parts: {part}", time_spent / count * 1e3, "ms", "")


def large() -> None:
    """Inputs at the limits."""
    polynomial = "+".join(f"{k % 9 + 1}x^{k}" for k in range(1, 1001))
    product = " ".join(f"(x+{k})" for k in range(1, 101))
    nested = "sin(" * 99 + "x" + ")" * 99
    line("a polynomial of 1,000 terms", seconds(lambda: answered(polynomial)), "s", "at most 1")
    line("a product of 100 factors", seconds(lambda: answered(product)), "s", "at most 1")
    line("the 20th derivative of x^3 e^(x^2)", seconds(lambda: answered("x^3 e^(x^2)", 20)), "s", "at most 1")
    line("depth 100", seconds(lambda: answered(nested)), "s", "no failure")


if __name__ == "__main__":
    benchmarks = {"start": start, "parse": parse, "steps": steps, "batch": batch, "parts": parts, "large": large}
    unknown = [name for name in sys.argv[1:] if name not in benchmarks]
    if unknown:
        sys.exit(f"there is no benchmark {unknown[0]}; there are {', '.join(benchmarks)}")
    for name in sys.argv[1:] or benchmarks:
        benchmarks[name]()
