"""Puts the commands together and turns errors into words and exit codes.

Exit codes: 0 done; 1 refused, with the reason; 2 wrong use of the command; 3 the plan cannot reach
its deadline; 75 a temporary failure outside, worth trying again (``EX_TEMPFAIL`` of sysexits).

Typer builds the options of every command it knows, whichever is asked for; that would be a third of
the time to start. So ``main`` gives it no more than the command line needs.
"""

from __future__ import annotations

import ast
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import typer

from udmelding import private
from udmelding.errors import OutsideError, UdmeldingError

REFUSED = 1
TEMPORARY = 75

_COMMANDS = {
    "init": "service.home.init",
    "check": "service.home.check",
    "launch": "launch.launch",
    "start": "launch.start",
    "status": "status.status",
    "plan": "plan.plan.plan",
    "explain": "plan.explaining.explain",
    "must-leave": "plan.explaining.must_leave",
    "forecast": "plan.coming.forecast",
    "wheel": "plan.explaining.wheel",
    "paper": "papers.paper",
    "papers": "papers.app",
    "meetings": "plan.coming.meetings",
    "feed": "plan.coming.feed",
    "due": "status.due",
    "matrix": "status.matrix",
    "lists": "exchange.lists",
    "log": "status.log",
    "record": "recording.commands.app",
    "form": "forms.app",
    "report": "report.app",
    "process": "plan.process.app",
    "advance": "due.advance",
    "daily": "due.daily",
    "outbox": "mail.mails.app",
    "handover": "mail.handover.handover",
    "correct-mails": "mail.correcting.correct_mails",
    "post": "inbox.app",
    "mail-texts": "mail.texts.app",
    "own": "own.app",
    "serve": "service.serve.serve",
    "user": "access.users.app",
    "token": "access.tokens.app",
    "link": "access.links.app",
    "webhook": "webhooks.app",
    "redact": "records.app",
    "import": "launch.import_file",
    "export": "launch.export",
    "demo": "demo.service.demo",
    "date": "options.date",
}
"""Every command, in the order of the help, and where in ``udmelding.cli`` it is."""


def make_app(words: Sequence[str] | None = None) -> typer.Typer:
    """The commands; given the ``words`` of a command line, only as much as it needs."""
    first = words[0] if words else None
    made = typer.Typer(
        name="udmelding",
        help="Fører en central udmelding fra modtagelse til styrelsens endelige svar.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    made.callback()(_options)
    for name in [first] if first in _COMMANDS else _COMMANDS:
        module, attribute = _COMMANDS[name].rsplit(".", 1)
        if first in ("--help", "-h"):  # names and help do, and they can be read without importing
            made.add_typer(typer.Typer(help=_help_in(module, attribute)), name=name)
            continue
        command = getattr(import_module(f"udmelding.cli.{module}"), attribute)
        if isinstance(command, typer.Typer):
            made.add_typer(command, name=name)
        else:
            made.command(name)(command)
    return made


def _help_in(module: str, attribute: str) -> str | None:
    """What a command says of itself, read in the source of ``module``: importing all takes 1 s."""
    source = find_spec(f"udmelding.cli.{module}")
    for node in ast.parse(Path(str(source and source.origin)).read_bytes()).body:
        match node:
            case ast.FunctionDef(name=name) if name == attribute:
                return ast.get_docstring(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(keywords=words)) if (
                name == attribute
            ):
                return next(str(ast.literal_eval(one.value)) for one in words if one.arg == "help")
    raise LookupError(f"{module}.{attribute} says nothing of itself")


def __getattr__(name: str) -> typer.Typer:
    """``app``: all commands, made when somebody asks for them."""
    if name == "app":
        return make_app()
    raise AttributeError(name)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"udmelding {version('udmelding')}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Vis versionen."
    ),
) -> None:
    """Fører en central udmelding fra modtagelse til styrelsens endelige svar."""


def main() -> None:
    """Run the command; an error of ours becomes its message and an exit code, never a traceback."""
    private.keep_to_owner()
    gc.set_threshold(20_000)  # half a million objects come with the imports, and stay
    try:
        make_app(sys.argv[1:])()
    except UdmeldingError as error:
        from udmelding.cli.options import told_of

        told = told_of(error)
        typer.secho(told, err=True, fg=typer.colors.RED if sys.stderr.isatty() else None)
        is_temporary = isinstance(error, OutsideError) and error.is_temporary
        sys.exit(TEMPORARY if is_temporary else REFUSED)
    except BrokenPipeError:
        # The reader (head, less) has gone; say nothing more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        typer.echo("Afbrudt. Det, der er gjort, er gemt; kør igen for at fortsætte.", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
