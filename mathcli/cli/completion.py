"""Completion for bash, zsh and fish. typer knows the shells; it is shown the commands as the topics declare them."""

from __future__ import annotations

import inspect
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mathcli import topics
from mathcli.cli import manual, options
from mathcli.errors import UsageError
from mathcli.topics._words import arguments_of, options_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mathcli.topics._words import Option


SHELLS = ("bash", "zsh", "fish")


def run(argv: Sequence[str]) -> int:
    """Answer a shell that asks how a command line goes on, or install the script by which it asks.

    Raises:
        UsageError: a shell is named that is none of SHELLS.
    """
    if len(argv) == 2 and "_MATHCLI_COMPLETE" not in os.environ:
        return _for_shell(*argv)
    try:
        application()(args=list(argv), prog_name="mathcli", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _for_shell(option: str, shell: str) -> int:
    from typer.completion import get_completion_script, install  # type: ignore[attr-defined] # it is its own, imported

    if shell not in SHELLS:
        raise UsageError(f"{option} is for one of {', '.join(SHELLS)}", hint=f"mathcli {option} bash")
    if option == "--show-completion":
        print(get_completion_script(prog_name="mathcli", complete_var="_MATHCLI_COMPLETE", shell=shell))
    else:
        _, path = install(shell=shell, prog_name="mathcli", complete_var="_MATHCLI_COMPLETE")
        print(f"{shell} completion is installed in {path}; it works in a new terminal")
    return 0


def application() -> typer.Typer:
    """Return the commands as a typer application."""
    app = typer.Typer(name="mathcli", add_completion=True, rich_markup_mode=None, no_args_is_help=True)
    shared = options.shared()
    for name in topics.names():
        topic = topics.load(name)
        arguments = [(argument.name, argument.metadata["help"]) for argument in arguments_of(topic)]
        summary, _, _ = manual.described(topic)
        app.command(name, help=summary)(_stand_in(arguments, {**options_of(topic), **shared}))
    batch = {**options.for_batch(), **shared}
    app.command("batch", help=manual.OWN["batch"])(_stand_in([("files", "files of problems")], batch))
    app.command("explain", help=manual.OWN["explain"])(_stand_in([("rule", "its name")], shared))
    return app


def _stand_in(arguments: Sequence[tuple[str, str]], table: Mapping[str, Option]) -> Any:
    """Return a function with the signature of a command; typer reads nothing else of it."""

    def command(**fields: Any) -> None:
        sys.exit(0)

    spellings: dict[str, list[str]] = {}
    by_field: dict[str, Option] = {}
    for spelling, option in table.items():
        spellings.setdefault(option.field, []).append(spelling)
        by_field[option.field] = option
    parameters = [_parameter(name, list[str], typer.Argument(help=help)) for name, help in arguments]
    for field, option in by_field.items():
        kind: Any = bool if option.is_flag else list[str] if option.repeated else str
        about = typer.Option(*_joined(spellings[field]), help=option.help, autocompletion=_completer(option))
        parameters.append(_parameter(field, kind, about))
    signature = inspect.Signature(parameters)
    command.__signature__ = signature  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _parameter(name: str, kind: Any, about: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind, about])


def _joined(spellings: Sequence[str]) -> list[str]:
    """Return the spellings as typer takes them: --steps/--no-steps for the two sides of a flag."""
    opposite = {spelling: f"--no-{spelling.removeprefix('--')}" for spelling in spellings}
    off = set(opposite.values()) & set(spellings)
    return [f"{s}/{opposite[s]}" if opposite[s] in off else s for s in spellings if s not in off]


def _completer(option: Option) -> Any:
    def complete(incomplete: str) -> list[str]:
        return [choice for choice in option.choices if choice.startswith(incomplete)]

    return complete if option.choices else None
