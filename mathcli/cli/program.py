"""Which command was meant, and what happens to the answer or to what went wrong."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from mathcli import topics
from mathcli.batch.faults import FAULTS, FaultError
from mathcli.cli import hints, options
from mathcli.cli.manner import Manner, print_error, safe
from mathcli.cli.surroundings import Surroundings, drop_what_is_left, prepare_streams
from mathcli.errors import InputError, MathcliError
from mathcli.topics._words import arguments_of, fields_from_words, options_of, sort_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

INTERRUPTED = 130
OWN_COMMANDS = ("batch", "explain")
HELP = ("help", "--help", "-h")


def main(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        prepare_streams()
        code = run(argv)
        sys.stdout.flush()
    except MathcliError as error:
        print_error(error)
        return error.exit_code
    except BrokenPipeError:
        drop_what_is_left()  # whoever read our output has seen enough
        return 0
    except OSError as error:
        drop_what_is_left()
        print_error(InputError(f"the answer cannot be written: {error.strerror or error}"))
        return InputError.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except FAULTS:
        import traceback

        print("\n".join(map(safe, traceback.format_exc().splitlines())), file=sys.stderr)
        print("error: this is a fault in mathcli, and no answer is given; please report it", file=sys.stderr)
        return FaultError.exit_code
    return code


def run(argv: Sequence[str]) -> int:
    """Run one command line.

    Raises:
        MathcliError: what ends it without an answer.
    """
    if "_MATHCLI_COMPLETE" in os.environ or any(word.endswith("-completion") for word in argv[:1]):
        from mathcli.cli import completion

        return completion.run(argv)
    settings, words = _leading_options(argv)
    if not words or _asks_for_overview(words):
        from mathcli.cli import manual

        return manual.print_overview(Surroundings(sys.stdout).width)
    command, rest = words[0], words[1:]
    if command in HELP:
        command, rest = rest[0], ["--help"]
    if command == "batch":
        from mathcli.cli import sheets

        return sheets.run(rest, settings)
    if command == "explain":
        from mathcli.cli import explain

        return explain.run(rest, settings)
    if command not in topics.names():
        raise hints.no_such_command(command, rest, (*topics.names(), *OWN_COMMANDS))
    return _topic(command, rest, settings)


def _leading_options(argv: Sequence[str]) -> tuple[dict[str, object], list[str]]:
    """The shared options in front of the command, and the words from the command on."""
    shared = options.shared()
    position = 0
    while position < len(argv) and argv[position].startswith("-") and argv[position] not in (*HELP, "-", "--"):
        spelling, is_assigned, _ = argv[position].partition("=")
        option = shared.get(spelling)
        if option is None:
            raise hints.no_command_before(argv[position:], shared, topics.names())
        position += 1 if option.is_flag or is_assigned else 2
    settings, _ = sort_words(argv[:position], shared)
    return settings, list(argv[position + (argv[position : position + 1] == ["--"]) :])


def _asks_for_overview(words: Sequence[str]) -> bool:
    """Whether the words ask for help, and not for that of one command."""
    return words[0] in HELP and (len(words) == 1 or words[1].startswith("-") or words[1] in HELP)


def _topic(command: str, words: Sequence[str], settings: dict[str, object]) -> int:
    if hints.asks_for_help(words):
        from mathcli.cli import manual

        return manual.print_command(command, Surroundings(sys.stdout).width)
    topic = topics.load(command)
    shared = options.shared()
    given, others = sort_words(words, {**options_of(topic), **shared})
    own = {option.field for option in shared.values()}
    settings |= {field: value for field, value in given.items() if field in own}
    fields = {field: value for field, value in given.items() if field not in own}
    how = Manner(settings)
    if others and arguments_of(topic)[0].metadata["kind"] == "file":
        from mathcli.cli import papers

        return papers.run(command, others, fields, how)
    if others == ["-"]:
        return _answer_lines(command, arguments_of(topic)[0].name, fields, how)
    names_files = any(f.metadata["kind"] == "table" for f in arguments_of(topic))
    if not names_files:
        hints.refuse_file_names(others)
    fields |= fields_from_words(topic, others)
    try:
        solution = how.answer(command, fields)
    except MathcliError as error:
        hints.add_hint(error, command, others)
        if how.format == "json":
            print(how.error_record(error, command, " ".join(others)))
            return error.exit_code
        raise
    if not names_files:
        how.warn(hints.notes_on_words(others, are_joined=len(arguments_of(topic)) == 1))
    how.print_notes(solution.notes)
    text = how.rendered(solution)
    if text:  # a list of no points is no line
        print(text)
    if solution.files:
        from mathcli.render.files import write_files

        how.warn(f"{path} is written" for path in write_files(solution))
    return solution.exit_code


def _answer_lines(command: str, argument: str, fields: Mapping[str, object], how: Manner) -> int:
    """Answer each line of stdin with one line; a line without an answer is answered by its error."""
    from mathcli.render.errors import one_line

    code = 0
    if sys.stdin.isatty() and not how.is_quiet:
        print("one expression a line; Ctrl-D ends", file=sys.stderr)
    for line in _lines_of_stdin():
        text = line.strip()
        if not text:
            print(flush=True)
            continue
        try:
            solution = how.answer(command, {**fields, argument: text})
        except MathcliError as error:
            code = 1
            is_json = how.format == "json"
            print(how.error_record(error, command, text) if is_json else f"error: {one_line(error)}", flush=True)
            continue
        how.print_notes(solution.notes)
        answer = how.rendered(solution)
        print(answer if how.has_steps else "\t".join(answer.splitlines()), flush=True)
    return code


def _lines_of_stdin() -> Iterable[str]:
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "surrogateescape")
