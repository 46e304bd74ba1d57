"""The command line as a user meets it: words, options, streams, exit codes, and what never ends in a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mathcli import topics
from mathcli.cli import hints, manual
from mathcli.cli.surroundings import Surroundings
from tests.transcripts import Terminal, run

SAMPLES = Path(__file__).parent.parent / "samples"


def lines(*argv: str, **more) -> list[str]:
    return run(list(argv), **more).splitlines()


def process(*argv, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run mathcli in a process of its own, without a terminal."""
    command = [sys.executable, "-m", "mathcli", *argv]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, env={**os.environ, **environment})


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["x^3"], "3*x^2"),
        (["-x^2"], "-2*x"),
        (["-ln(x)"], "-1/x"),
        (["3x^4", "-", "5x^2", "+", "2x"], "12*x^3 - 10*x + 2"),
        (["sin", "x"], "cos(x)"),
        (["x^3", "--order", "2"], "6*x"),
        (["--order", "2", "x^3"], "6*x"),
        (["--order=2", "x^3"], "6*x"),
        (["--", "x^3"], "3*x^2"),
        (["--", "-x^3"], "-3*x^2"),
        (["t^2 x", "--var", "t"], "2*t*x"),
        (["t^2 x", "--vars", "t"], "2*t*x"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_words_are_options_only_if_they_exactly_name_one(words, answer):
    assert lines("--quiet", "diff", *words) == [answer]


def test_a_value_may_start_with_a_minus():
    assert lines("project", "1,2,-1", "--onto", "-1,2,-1") == ["(-2/3, 4/3, -2/3)"]


@pytest.mark.parametrize("argv", [["--format", "json", "diff", "x^2"], ["diff", "x^2", "--format", "json"]], ids=str)
def test_shared_options_stand_before_or_after_the_command(argv):
    record = json.loads(run(argv))

    assert record["task"] == "diff"
    assert record["answer"]["value"]["text"] == "2*x"


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["diff", "x^2", "--ordr", "2"], "did you mean --order?"),
        (["diff", "x^2", "--order"], "--order needs a value"),
        (["diff", "x^2", "--order", "two"], "order is a whole number"),
        (["diff", "x^2", "--order", "2", "--order", "3"], "--order is given twice"),
        (["diff", "x^2", "--strict=yes"], "--strict takes no value"),
        (["diff", "x^2", "--format", "jsn"], "did you mean json?"),
        (["diff", "x^2", "--timeout", "soon"], "--timeout is a number of seconds"),
        (["diff", "x^2", "--timeout", "nan"], "--timeout is a number of seconds"),
        (["diff"], "diff needs an expression"),
        (["dif", "x^2"], "did you mean mathcli diff 'x^2'?"),
        (["x^2"], "mathcli diff 'x^2'"),
        (["--order", "2", "diff", "x"], "expected a command before --order"),
        (["batch"], "batch needs a file"),
        (["batch", "no such file"], "there is no file no such file"),
        (["explain", "prduct rule"], "did you mean 'product rule'?"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_a_wrong_command_line_says_what_to_try(argv, sentence):
    printed = " ".join(lines(*argv, settings={"COLUMNS": "200"}))

    assert printed.startswith("error: ")
    assert sentence in printed
    assert printed.endswith("exit code 2")


@pytest.mark.parametrize("word", sorted({*hints.NOT_HERE, *hints.SAME} - set(topics.names())))
def test_what_is_not_here_is_said_in_one_sentence(word):
    printed = lines(word, "x^2", settings={"COLUMNS": "200"})

    assert printed[0].startswith("error: ")
    assert printed[-1] == "exit code 3"


@pytest.mark.parametrize(("word", "command"), sorted(hints.OTHER_NAMES.items()))
def test_another_word_for_a_command_leads_to_it(word, command):
    assert command.startswith("--") or command in (*topics.names(), "batch", "explain")
    assert f"mathcli {command}" in run([word, "x^2"])


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("chekc", "check"),
        ("idff", "diff"),
        ("gradient-decent", "descend"),
        ("linear_regresion", "fit"),
        ("Solve", "solve"),
    ],
)
def test_a_slip_of_the_fingers_leads_to_the_command(typed, command):
    assert f"mathcli {command} 'x^2'" in run([typed, "x^2"])


@pytest.mark.parametrize("typed", ["sin x", "x-y", "x", "-v", "sin", "f(x)"])
def test_mathematics_without_a_command_is_taken_for_mathematics(typed):
    assert "a command comes first" in run([typed])


def test_stdin_is_answered_line_for_line():
    printed = run(["diff", "-"], stdin=b"x^2\n\nsin(\nx^3\n")

    assert printed.splitlines()[:2] == ["2*x", ""]
    assert printed.splitlines()[2].startswith("error: ")
    assert printed.splitlines()[3:] == ["3*x^2", "exit code 1"]


def test_notes_go_to_stderr_and_the_answer_alone_to_stdout():
    done = process("diff", "x/2x")

    assert done.stdout.decode().count("\n") == 1
    assert b"read as" in done.stderr
    assert process("diff", "x/2x", "--quiet").stderr == b""


def test_what_is_printed_can_be_typed_in_again():
    (first,) = lines("diff", "x^3")

    assert lines("diff", first) == ["6*x"]


def test_a_terminal_shows_steps_and_a_pipe_the_answer_alone():
    assert len(lines("diff", "x sin x", is_terminal=True)) > 5
    assert len(lines("diff", "x sin x", "--no-steps", is_terminal=True)) < len(
        lines("diff", "x sin x", is_terminal=True)
    )
    assert len(lines("diff", "x sin x")) == 1
    assert len(lines("diff", "x sin x", "--steps")) > 2


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("page", ["--help", *(f"{name} --help" for name in (*topics.names(), "batch", "explain"))])
def test_help_keeps_within_the_screen(page, width):
    printed = lines(*page.split(), settings={"COLUMNS": str(width)})

    assert [line for line in printed if len(line) > width and " " in line.strip()] == []


def test_help_begins_with_examples_and_lists_every_command():
    printed = run(["--help"])

    assert printed.index("mathcli diff '") < printed.index("Options")
    for name in (*topics.names(), "batch", "explain"):
        assert f"\n  {name} " in printed


@pytest.mark.parametrize("name", topics.names())
def test_the_help_of_a_command_names_each_of_its_options(name):
    printed = run([name, "--help"])
    _, examples, _ = manual.described(topics.load(name))

    assert examples
    for field in topics.load(name).__dataclass_fields__.values():
        assert (
            field.name.upper() if field.metadata["positional"] else f"--{field.name.rstrip('_').replace('_', '-')}"
        ) in printed


@pytest.mark.parametrize("name", topics.names())
def test_the_examples_in_the_help_have_answers(name, tmp_path, monkeypatch):
    import shlex
    import shutil

    shutil.copytree(SAMPLES / "data", tmp_path, dirs_exist_ok=True)
    (tmp_path / "work.txt").write_text("f(x) = x^2\nf'(x) = 2x\n")
    monkeypatch.chdir(tmp_path)
    _, examples, _ = manual.described(topics.load(name))
    for example in examples:
        assert "exit code" not in run(shlex.split(example)[1:]), example


def test_the_shell_that_ate_a_variable_is_named():
    printed = run(["diff", "^2"])

    assert "replaces $x with nothing" in printed
    assert "exit code 2" in printed


def test_file_names_in_the_place_of_a_star_are_refused(tmp_path, monkeypatch):
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    monkeypatch.chdir(tmp_path)

    printed = run(["diff", "2", "a", "b", "x"])

    assert "the shell has replaced *" in printed
    assert "'2 * x'" in printed


def test_a_file_named_like_the_expression_is_mentioned(tmp_path, monkeypatch):
    (tmp_path / "2x").touch()
    monkeypatch.chdir(tmp_path)

    assert "if you typed a *" in run(["diff", "2x"])


def test_words_that_nothing_joins_are_read_as_a_product_and_said_so():
    assert "read as one expression: x^2 x^3" in run(["diff", "x^2", "x^3"])


HOSTILE = [
    "[x]",
    "[/]",
    "[/bold]x",
    ":x:",
    ":smile:",
    "\x1b[31mx\x1b[0m",
    "x\u202ey",
    "x\u0000",
    "",
    "   ",
    "(" * 5000,
    "-" * 5000 + "x",
    "x^" * 2000 + "x",
    "9!!!!!",
    "10^10^10",
    "x" * 20_000,
    "\ud800",
    "__import__('os')",
    "%s %d {x}",
    "\\",
    "'",
    '"',
    "x\nx",
]


@pytest.mark.parametrize("form", ["plain", "terminal", "json"])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_hostile_input_ends_in_an_answer_or_in_one_error(text, form):
    printed = run(["diff", "--format", form, "--timeout", "10", text])

    assert "Traceback" not in printed
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert printed.count("error: ") <= 1


def test_arguments_that_are_not_utf8_are_one_error():
    done = process("diff", b"x\xff")

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert done.stderr.decode().splitlines()[:3] == ["error: byte 0xff is not UTF-8", "  x\\xff", "   ^~~~"]


def test_a_megabyte_of_input_is_one_error():
    done = process("diff", "-", stdin=b"x+" * 500_000)

    assert done.returncode == 1
    assert done.stdout.startswith(b"error: ")
    assert done.stdout.count(b"\n") == 1


def test_ascii_output_is_ascii():
    done = process("diff", "e^(2x) cos x", "--steps", "--format", "terminal", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert done.returncode == 0
    assert done.stdout.isascii()
    assert b"\\u" not in done.stdout


def test_a_closed_pipe_ends_quietly():
    command = f"yes 'x^2' | head -2000 | {sys.executable} -m mathcli diff - | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60)

    assert (done.stdout, done.stderr) == (b"2*x\n", b"")


def test_a_fault_of_ours_shows_its_traceback_and_ends_with_70(monkeypatch):
    from mathcli.topics.diff import Diff

    def broken(self, budget):
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(Diff, "solve", broken)
    printed = run(["diff", "x"])

    assert "ZeroDivisionError: a fault" in printed
    assert "please report it" in printed
    assert printed.endswith("exit code 70\n")


def test_an_interrupt_ends_with_130():
    import signal
    import time

    command = [sys.executable, "-m", "mathcli", "diff", "-"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}

    def heed() -> None:  # a run in the background of a shell ignores interrupts, and so would what it starts
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(command, **pipes, preexec_fn=heed) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(b"x^2\n")
        running.stdin.flush()
        assert running.stdout.readline() == b"2*x\n"
        time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=20)

    assert running.returncode == 130
    assert errors == b""


def test_time_that_runs_out_ends_with_4():
    printed = run(["diff", "+".join(f"sin(x^{k})^{k}" for k in range(1, 200)), "--order", "9", "--timeout", "0.05"])

    assert "no answer within 0.05 s" in printed
    assert printed.endswith("exit code 4\n")


def test_an_error_in_json_keeps_the_shape():
    record = json.loads(run(["diff", "x^", "--format", "json"]).splitlines()[0])

    assert record["schema"] == "mathcli/1"
    assert record["status"] == "error"
    assert record["error"]["kind"] == "syntax"
    assert record["error"]["column"] >= 2


@pytest.mark.parametrize(
    ("settings", "is_terminal", "has_color"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
    ids=str,
)
def test_colour_follows_the_terminal_and_the_wishes_of_the_user(settings, is_terminal, has_color):
    import io

    assert Surroundings(Terminal(io.BytesIO(), is_terminal=is_terminal), settings).has_color is has_color


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_speaks_to_each_shell(shell):
    done = process(_MATHCLI_COMPLETE=f"source_{shell}")

    assert b"_MATHCLI_COMPLETE" in done.stdout


@pytest.mark.parametrize(("shell", "sign"), [("bash", "COMPREPLY"), ("zsh", "#compdef"), ("fish", "complete ")])
def test_the_script_of_a_shell_can_be_asked_for_by_its_name(shell, sign):
    assert sign in run(["--show-completion", shell])
    assert "exit code 2" in run(["--show-completion", "tcsh"])


def test_completion_knows_commands_and_options():
    commands = process(_MATHCLI_COMPLETE="complete_bash", COMP_WORDS="mathcli gr", COMP_CWORD="1").stdout.decode()
    options = process(_MATHCLI_COMPLETE="complete_bash", COMP_WORDS="mathcli diff --in", COMP_CWORD="2").stdout.decode()

    assert commands.split() == ["gradient"]
    assert options.split() == ["--in-terms-of"]


def test_another_word_for_a_lesson_leads_to_one_that_is_there():
    from mathcli.cli.explain import OTHER_NAMES, found

    for word, name in OTHER_NAMES.items():
        assert found(word).name == name


def test_the_mistakes_are_listed_in_the_signs_of_a_book():
    printed = run(["explain"])

    assert "(a+b)ⁿ = aⁿ + bⁿ" in printed
    assert "log(a+b) = log a + log b" in printed


def test_explain_works_the_example_of_a_rule():
    printed = run(["explain", "product", "rule"])

    assert "(uv)′ = u′v + uv′" in printed
    assert "Example" in printed


def test_every_lesson_can_be_given():
    from mathcli.cli.explain import lessons

    for lesson in lessons():
        assert "exit code" not in run(["explain", lesson.name]), lesson.name


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["diff", "x^2", "--ord", "2"], "did you mean --order?"),
        (["--order", "2", "diff", "x^2"], "the options of a command stand behind it"),
        (["-x^2"], "hint: mathcli diff '-x^2'"),
        (["sin", "x"], "hint: mathcli diff 'sin x'"),
        (["x"], "hint: mathcli diff 'x'"),
        ([""], "the command is empty"),
        (["diff", "“x^2”"], "a quotation mark “ in the expression"),
        (["diff", "'x^2'"], "a quotation mark ' in the expression"),
        (["diff", "x^2", "-v"], "-v is read as mathematics, minus v"),
    ],
    ids=str,
)
def test_words_in_the_wrong_place_are_told_where_they_belong(argv, sentence):
    assert sentence in run(argv)


@pytest.mark.parametrize("argv", [["diff", "x^2", "-h"], ["--help", "diff"], ["help", "diff"], ["-h", "diff"]], ids=str)
def test_help_for_a_command_may_be_asked_for_in_any_order(argv):
    assert run(argv).startswith("mathcli diff ─ ")


def test_an_h_in_the_expression_is_no_call_for_help():
    assert lines("--quiet", "diff", "h^2", "-h", "--var", "h") == ["2*h - 1"]


def test_two_dashes_may_stand_before_the_command():
    assert lines("--", "diff", "x^2") == ["2*x"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk to write to")
@pytest.mark.parametrize("words", ["diff x^2", "--help", "diff x^2 --format json", "batch -", "explain"])
def test_a_full_disk_is_one_error(words):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mathcli", *words.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            input=b"diff x^2\n",
            timeout=60,
        )

    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == ["error: the answer cannot be written: No space left on device"]


@pytest.mark.parametrize(
    ("redirection", "code", "printed"),
    [
        (">&-", 2, "error: stdout is closed: there is nowhere to answer"),
        ("2>&-", 0, "2*x"),
        ("<&-", 0, "2*x"),
    ],
)
def test_a_closed_stream_is_no_fault(redirection, code, printed):
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m mathcli diff x^2 {redirection}'], capture_output=True, timeout=60
    )

    assert done.returncode == code
    assert (done.stdout + done.stderr).decode().strip() == printed


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (["diff", "sin^2 x csox"], "      try:  mathcli diff 'sin^2 x cos x'"),
        (["diff", "siin(x)", "+", "x"], "      try:  mathcli diff 'sin(x) + x'"),
        (["diff", "f'(x) csox"], '      try:  mathcli diff "f\'(x) cos x"'),
    ],
    ids=str,
)
def test_a_slip_of_the_fingers_is_answered_by_the_command_that_was_meant(argv, line):
    assert line in lines(*argv)


def test_no_repair_is_offered_that_cannot_be_read_either():
    assert "try:" not in run(["diff", "siin(x"])
    assert "try:" not in run(["diff", "x", "--let", "g(x) = siin(x)"])


def test_what_a_shell_may_have_done_is_said_at_a_terminal_too():
    assert run(["diff", "x^2", "-v"], is_terminal=True).startswith("note: -v is read as mathematics, minus v")
    assert run(["diff", "x^2", "-v", "--quiet"], is_terminal=True).startswith(" f(x) = ")


@pytest.mark.parametrize("words", [["--steps"], ["--steps", "--format", "plain"], ["--format", "terminal"], []])
def test_a_note_is_given_once(words):
    assert run(["diff", "e^2x", *words]).count("is read as") == 1
