"""How fast and how steady batches are, as ratios and counts. Run it by hand; no test depends on a clock.

    .venv/bin/python tests/benchmarks/batch.py [peers] [workers] [overhead] [growth] [faults] [kills]

Commands that are compared take turns, so that a slow moment hits both. A number behind a word is its count:
`growth 200000`. A small part of `faults` and `growth` runs in the suite.
"""

from __future__ import annotations

import math
import os
import random
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from unittest import mock

ROUNDS = 3
MATHCLI = str(Path(sys.executable).with_name("mathcli"))


def line(what: str, value: object, unit: str, aim: str) -> None:
    shown = f"{value:9.3f}" if isinstance(value, float) else f"{value!s:>9}"
    print(f"{what:<56} {shown} {unit:<8} {aim}", flush=True)


def measured(argv: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command with all it starts."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - started, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def expressions(count: int) -> list[str]:
    """Explicitly written functions, the same each time and no two alike."""
    choose = random.Random(11)

    def polynomial(degree: int) -> str:
        powers = sorted(choose.sample(range(1, degree + 1), 3), reverse=True)
        return "+".join(f"{choose.randint(2, 99)}*x^{power}" for power in powers)

    def inner() -> str:
        return f"{choose.randint(2, 99)}*x+{choose.randint(1, 99)}"

    def function(of: str) -> str:
        return f"{choose.choice(['sin', 'cos', 'tan', 'exp', 'atan'])}({of})"

    found: dict[str, None] = {}
    while len(found) < count:
        shapes = (
            polynomial(9),
            f"({polynomial(5)})*{function(inner())}",
            f"({polynomial(5)})/(({polynomial(3)})^2+1)",
            function(function(inner())),
            f"({function(inner())})^{choose.randint(2, 5)}*log(({polynomial(3)})^2+1)",
        )
        found[shapes[len(found) % 5]] = None
    return list(found)


SYMPY_LOOP = """
import sys, sympy
x = sympy.Symbol("x")
for line in open(sys.argv[1]):
    print(sympy.diff(sympy.sympify(line.replace("^", "**")), x))
"""


def peers(count: int = 2000) -> None:
    """Derivatives with steps, proved, as JSON, beside SymPy's and Maxima's bare ones."""
    found = expressions(count)
    with tempfile.TemporaryDirectory() as folder:
        bare, ours, maxima = (Path(folder, name) for name in ("bare.txt", "problems.txt", "maxima.mac"))
        bare.write_text("".join(f"{each}\n" for each in found))
        ours.write_text("".join(f"diff {each}\n" for each in found))
        maxima.write_text(
            "display2d:false$ linel:1000000$\n" + "".join(f"print(string(diff({e},x)))$\n" for e in found)
        )
        commands = {
            "sympy": [sys.executable, "-c", SYMPY_LOOP, str(bare)],
            "mathcli, steps": [MATHCLI, "batch", str(ours), "--steps"],
            "mathcli, steps, one worker": [MATHCLI, "batch", str(ours), "--steps", "--workers", "1"],
            "mathcli, plain": [MATHCLI, "batch", str(ours), "--format", "plain"],
        }
        if shutil.which("maxima"):
            commands["maxima"] = ["maxima", "--very-quiet", "-b", str(maxima)]
        seen: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, argv in commands.items():
                seen[name].append(measured(argv))
    aims = {"mathcli, steps": "at most 0.167 of the wall time"}
    for base in ("sympy", "maxima"):
        for name in commands:
            if base in seen and name != base:
                for k, unit in enumerate(("wall", "CPU")):
                    ratio = statistics.median(a[k] / b[k] for a, b in zip(seen[name], seen[base], strict=True))
                    line(f"peers: {name}, of {base}", ratio, unit, aims.get(name, "") if base == "sympy" else "")


def workers(count: int = 2000) -> None:
    """How much faster two workers are than one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "problems.txt")
        path.write_text("".join(f"diff {each}\n" for each in expressions(count)))
        pairs = [
            [measured([MATHCLI, "batch", str(path), "--steps", "--workers", n]) for n in "12"] for _ in range(ROUNDS)
        ]
    line("workers: one to two, wall", statistics.median(a[0] / b[0] for a, b in pairs), "", "at least 1.8")
    line("workers: two to one, CPU", statistics.median(b[1] / a[1] for a, b in pairs), "", "")


def busy(job: int) -> int:
    """Take 5 ms of CPU."""
    end = time.process_time() + 0.005
    while time.process_time() < end:
        pass
    return job


def overhead(count: int = 500) -> None:
    """One supervised worker beside a plain loop, on jobs of 5 ms: CPU of both processes, and wall time."""
    from mathcli.batch.crew import Orders
    from mathcli.batch.supervisor import supervise

    ratios: list[tuple[float, float]] = []
    for _ in range(2 * ROUNDS):
        wall, cpu = time.perf_counter(), _cpu()
        for job in range(count):
            busy(job)
        plain = time.perf_counter() - wall, _cpu() - cpu
        wall, cpu = time.perf_counter(), _cpu()
        done = sum(item is not None for item in supervise(range(count), busy, Orders(1, lambda job: 60.0)))
        assert done == count
        ratios.append(((time.perf_counter() - wall) / plain[0], (_cpu() - cpu) / plain[1]))
    line("overhead: supervised to plain, wall", statistics.median(wall for wall, _ in ratios), "", "at most 1.03")
    line("overhead: supervised to plain, CPU", statistics.median(cpu for _, cpu in ratios), "", "at most 1.03")


def _cpu() -> float:
    of = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in of)


def growth(count: int = 20_000, after: int = 5000) -> tuple[float, float]:
    """How many megabytes all processes grow after the first results, and the rate at the end to that at the start.

    Workers grow and are replaced, so memory is what the processes hold at most: among the first results, and later.
    A machine is not as fast all the time, so CPU is counted in turns of a fixed loop that run beside.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "problems.txt")
        path.write_text("".join(f"diff {each}\n" for each in expressions(count)))
        command = [MATHCLI, "batch", str(path), "--steps", "--quiet", "--workers", "2"]
        every = max(1, after // 20)
        memory: dict[int, float] = {}
        cpu: dict[int, float] = {}
        turns, seen = 0.0, 0.0
        with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
            assert running.stdout is not None
            for k, _ in enumerate(running.stdout, 1):
                if k % every == 0 and k < count:
                    memory[k], used = _memory_and_cpu(running.pid)
                    turns += (used - seen) / _turn()
                    cpu[k], seen = turns, used
    first, later = (max(mb for k, mb in memory.items() if (k <= after) is early) for early in (True, False))
    line(f"growth: from {after:,} to {count:,} problems", later - first, "MB", "less than 10")
    marks, share = sorted(cpu), (count - after) // 5 // every
    begin = marks.index(max(k for k in marks if k <= after))
    at_the_start = cpu[marks[begin + share]] - cpu[marks[begin]]
    at_the_end = cpu[marks[-1]] - cpu[marks[-1 - share]]
    ratio = at_the_start / at_the_end if at_the_end else math.inf  # a short run may be done before it is read
    line("growth: rate at the end to that at the start (CPU)", ratio, "", "at least 0.95")
    return later - first, ratio


def _turn() -> float:
    """CPU seconds that a fixed piece of work takes just now, of dictionaries and numbers as ours is."""
    begun = time.process_time()
    counts: dict[int, int] = {}
    for k in range(100_000):
        counts[k % 997] = counts.get(k % 997, 0) + k
    return time.process_time() - begun


def _memory_and_cpu(parent: int) -> tuple[float, float]:
    """Private memory in MB of a process and its children, and the CPU seconds of all that it has had."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    memory = cpu = 0.0
    for pid in (str(parent), *children):
        try:
            rollup, stat = (Path(f"/proc/{pid}/{name}").read_text() for name in ("smaps_rollup", "stat"))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        memory += sum(map(int, re.findall(r"^Private_\w+:\s+(\d+)", rollup, re.MULTILINE))) / 1024
        times = stat.rpartition(")")[2].split()
        own = times[11:15] if pid == str(parent) else times[11:13]  # with those of its children that are gone
        cpu += sum(map(int, own)) / os.sysconf("SC_CLK_TCK")
    return memory, cpu


def _hang() -> None:
    while True:
        time.sleep(0.1)


def _freeze() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    _hang()


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _swell() -> None:
    room = []
    while True:
        room.append(bytearray(20 * 2**20))


def _recurse() -> None:
    _recurse()


MISDEEDS: Mapping[str, tuple[Callable[[], None], str]] = {
    "hang": (_hang, "limit reached"),
    "freeze": (_freeze, "limit reached"),
    "crash": (_crash, "crash"),
    "swell": (_swell, "out of memory"),
    "recurse": (_recurse, "bug"),
}


def faults(count: int = 1000, bad: int = 20, seconds: float = 0.5, every: float = 1.0) -> Counter[str]:
    """What comes of good problems and some that do all that can be done, while workers are killed at random."""
    import json

    from mathcli import topics
    from mathcli.batch.problems import Reading
    from mathcli.batch.results import Answering
    from mathcli.batch.run import Request, Run
    from mathcli.batch.writing import Form
    from mathcli.render.options import RenderOptions

    genuine = topics.build

    def misbehaving(task: str, fields: Mapping[str, object]) -> object:
        misdeed = MISDEEDS.get(str(fields["expression"]).split()[0])
        if misdeed is not None:
            misdeed[0]()
        return genuine(task, fields)

    words = list(MISDEEDS)
    problems = [f"diff {each}" for each in expressions(count)]
    expected = ["ok"] * count
    for k in range(bad):
        place = (2 * k + 1) * count // (2 * bad)
        problems[place] = f"diff {words[k % len(words)]} {k} x"
        expected[place] = MISDEEDS[words[k % len(words)]][1]
    kills, following = 0, time.monotonic() + every
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(topics, "build", misbehaving):
        path, output = Path(folder, "problems.txt"), Path(folder, "results.jsonl")
        path.write_text("".join(f"{problem}\n" for problem in problems))
        request = Request((str(path),), Reading(), str(output), workers=2, memory=150 * 2**20)
        run = Run(request, Answering(Reading(), Form("json", RenderOptions()), seconds=seconds, memory=None), None)
        for _ in run.results(lambda: False):
            if time.monotonic() > following:
                following = time.monotonic() + every
                workers = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
                if workers:
                    os.kill(int(random.choice(workers)), signal.SIGKILL)
                    kills += 1
        run.close(is_complete=True)
        records = [json.loads(each) for each in output.read_text().splitlines()]
    found = [record["error"]["kind"] if "error" in record else "ok" for record in records]
    is_in_order = [record["id"] for record in records] == [str(k + 1) for k in range(count)]
    line(f"faults: answers among {count:,}, {bad} of them bad", found.count("ok"), "", f"{count - bad}")
    line(
        "faults: failures under their right names",
        sum(a == b != "ok" for a, b in zip(found, expected, strict=True)),
        "",
        f"{bad}",
    )
    line(f"faults: in order, with {kills} workers killed", is_in_order, "", "True")
    return Counter(found) if is_in_order else Counter()


def kills(count: int = 1000, times: int = 20) -> None:
    """A run that is killed at random moments and started again, beside an undisturbed one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "problems.txt")
        path.write_text("".join(f"diff {each}\n" for each in expressions(count)))
        command = [MATHCLI, "batch", str(path), "--steps", "--quiet", "--output"]
        started = time.perf_counter()
        subprocess.run([*command, f"{folder}/undisturbed.jsonl"], check=True)
        whole = time.perf_counter() - started
        killed = 0
        while killed < times:
            with subprocess.Popen([*command, f"{folder}/killed.jsonl"]) as running:
                try:
                    running.wait(random.uniform(0.3, 0.6 + whole / times))
                    break
                except subprocess.TimeoutExpired:
                    running.kill()
                    killed += 1
        subprocess.run([*command, f"{folder}/killed.jsonl"], check=True)
        one, other = (
            re.sub(r'"elapsed_ms": [\d.]+', "", Path(folder, f"{name}.jsonl").read_text())
            for name in ("undisturbed", "killed")
        )
    line(f"kills: the same results after {killed} kills", one == other, "", "True")


if __name__ == "__main__":
    benchmarks: dict[str, Callable[..., object]] = {
        "peers": peers, "workers": workers, "overhead": overhead, "growth": growth, "faults": faults, "kills": kills,
    }  # fmt: skip
    asked = sys.argv[1:] or list(benchmarks)
    for word, following in zip(asked, [*asked[1:], ""], strict=True):
        if word.isdigit():
            continue
        if word not in benchmarks:
            sys.exit(f"there is no benchmark {word}; there are {', '.join(benchmarks)}")
        benchmarks[word](*([int(following)] if following.isdigit() else []))
