"""argv -> problem -> solution -> text -> exit code. No mathematics.

program.py      which command, and what happens to what it raises
options.py      the options that every command shares
manner.py       how a command answers: the format, how fine, within which time
surroundings.py terminal or pipe, its width, its colours
hints.py        what to say where a shell ate something, or somebody asked for what is not here
manual.py       --help
explain.py      mathcli explain "product rule"
sheets.py       mathcli batch; its words on stderr are in reports.py, its bar in progress.py, Ctrl-C in interruption.py
completion.py   completion for bash, zsh and fish, by typer
"""
