"""Puts the commands together and turns errors into words and exit codes.

Exit codes: 0 done; 1 refused, with the reason; 2 wrong use of the command; 3 the plan cannot reach
its deadline; 75 a temporary failure outside, worth trying again (``EX_TEMPFAIL`` of sysexits).
"""

from __future__ import annotations

import os
import sys

import typer

from udmelding.cli import act, cases, dates, mails, read, record
from udmelding.errors import OutsideError, UdmeldingError

REFUSED = 1
TEMPORARY = 75

app = typer.Typer(
    name="udmelding",
    help="Fører en central udmelding fra modtagelse til styrelsens endelige svar.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.command("init")(cases.init)
app.command("launch")(cases.launch)
app.command("status")(read.status)
app.command("plan")(read.plan)
app.command("due")(read.due)
app.command("matrix")(read.matrix)
app.command("log")(read.log)
app.add_typer(record.app, name="record")
app.command("advance")(act.advance)
app.command("daily")(act.daily)
app.add_typer(mails.app, name="outbox")
app.command("import")(cases.import_file)
app.command("export")(cases.export)
app.command("demo")(act.demo)
app.command("date")(dates.date)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"udmelding {version('udmelding')}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Vis versionen."
    ),
) -> None:
    """Fører en central udmelding fra modtagelse til styrelsens endelige svar."""


def main() -> None:
    """Run the command; an error of ours becomes its message and an exit code, never a traceback."""
    try:
        app()
    except UdmeldingError as error:
        typer.secho(error.message, err=True, fg=typer.colors.RED if sys.stderr.isatty() else None)
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
