"""Question sets: choose one for a case, send workbooks out, take them in, see who has answered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from udmelding.cli.options import AsOf, By, ConfirmNoCpr, Reference, moment_as_of, stamp, told_of

if TYPE_CHECKING:
    from udmelding.casework.wiring import Services
    from udmelding.config.forms.forms import Form

app = typer.Typer(help="Spørgeskemaer: vælg et til en sag, send Excel ud, og tag svar ind.")

Folder = Annotated[Path, typer.Argument(metavar="MAPPE", help="hvor filerne skal ligge.")]


@app.command("list")
def list_forms() -> None:
    """Vis de spørgeskemaer, der følger med, og dem, der er brugt i sager.

    Eksempel:

      udmelding form list
    """
    from udmelding.casework.forms.question_sets import known_sets
    from udmelding.casework.wiring import open_services
    from udmelding.journal.database import reading

    with open_services() as services, reading(services.engine) as session:
        for known in known_sets(session):
            typer.echo(f"{known.place:40} {known.title}")


@app.command()
def show(
    place: Annotated[
        str, typer.Argument(metavar="SKEMA", help="form:<id>, own:<id> eller case:<sag>.")
    ],
) -> None:
    """Skriv et spørgeskemas tekst, klar til at rette og bruge.

    Eksempel:

      udmelding form show form:domfaeldte > skema.yaml
    """
    from udmelding.casework.forms.question_sets import form_at
    from udmelding.casework.wiring import open_services
    from udmelding.config.forms.library import form_file_text, form_text

    if place.startswith("form:"):
        typer.echo(form_file_text(place.removeprefix("form:")), nl=False)
        return
    with open_services() as services:
        typer.echo(form_text(form_at(services, place)), nl=False)


@app.command()
def use(
    reference: Reference,
    place: Annotated[
        str,
        typer.Argument(metavar="SKEMA", help="en YAML-fil, form:<id>, own:<id> eller case:<sag>."),
    ],
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
) -> None:
    """Lad sagen spørge efter et skema; det, der er svaret på et tidligere, består.

    Eksempler:

      udmelding form use CU-GRAVIDE-2025 form:gravide

      udmelding form use CU-GRAVIDE-2025 skema.yaml
    """
    from udmelding import clock
    from udmelding.casework.forms.question_sets import ask
    from udmelding.casework.wiring import open_services

    with open_services() as services:
        form = form_of(services, place)
        done = ask(services, reference, form, stamp(clock.now(), by))
    told = "spørger nu efter" if done.is_new else "spurgte allerede efter"
    typer.echo(f"{reference} {told} «{form.title}», version {form.version}.")


def form_of(services: Services, place: str) -> Form:
    """The question set in a file, or at a place; raises as ``form_at`` and ``parse_form``."""
    from udmelding.casework.forms.question_sets import form_at
    from udmelding.config import marked
    from udmelding.config.forms.library import parse_form

    path = Path(place)
    if path.is_file():
        return parse_form(marked.read_text(path, "Spørgeskemaet"), path.name)
    return form_at(services, place)


@app.command()
def answers(reference: Reference, as_of: AsOf = None) -> None:
    """Vis, hvem der har svaret, og sætningen om dækningen.

    Eksempel:

      udmelding form answers CU-GRAVIDE-2025
    """
    from udmelding.casework.forms.collection import collection
    from udmelding.casework.wiring import open_services
    from udmelding.errors import RefusedError
    from udmelding.journal.case.load import load
    from udmelding.journal.database import reading
    from udmelding.rules.words.date_wording import short_date

    moment = moment_as_of(as_of)
    with open_services() as services, reading(services.engine) as session:
        case = load(session, reference, moment)
        found = collection(session, case, moment.date())
    if found is None:
        raise RefusedError("Sagen har ikke et spørgeskema. Vælg et med: udmelding form use.")
    typer.echo(f"{found.asked.form.title}, version {found.asked.form.version}")
    typer.echo(found.coverage.sentence)
    for row in found.rows:
        day = short_date(row.answer.day) if row.answer else ""
        late = " (sent)" if row.is_late else ""
        typer.echo(f"  {row.party.name:28} {row.state:20} {day}{late}")


@app.command()
def workbooks(reference: Reference, folder: Folder) -> None:
    """Skriv et Excel-skema til hver kommune i en mappe.

    Eksempel:

      udmelding form workbooks CU-GRAVIDE-2025 skemaer/
    """
    from udmelding import clock
    from udmelding.casework.forms import workbooks as answer_workbooks
    from udmelding.casework.wiring import open_services

    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with open_services() as services:
        for made in answer_workbooks.workbooks(services, reference, clock.now()):
            (folder / made.name).write_bytes(made.content)
            count += 1
    typer.echo(f"{count} Excel-skemaer er skrevet til {folder}.")


@app.command("print")
def print_form(
    reference: Reference,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FIL", help="PDF-filen, der skrives.")
    ],
    municipality: Annotated[
        str | None,
        typer.Option("--municipality", metavar="KOMMUNE", help="Med kommunens navn og frist."),
    ] = None,
) -> None:
    """Skriv skemaet som PDF, tomt og med plads til at skrive i hånden.

    Eksempel:

      udmelding form print CU-GRAVIDE-2025 --output skema.pdf
    """
    from udmelding import clock
    from udmelding.casework.forms.printed import printed_form
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output, write_output
    from udmelding.config.parties import find_municipality

    check_output(output)
    party = find_municipality(municipality).code if municipality else ""
    with open_services() as services:
        made = printed_form(services, reference, clock.now(), party)
    write_output(output, made.content)
    typer.echo(f"Skemaet er skrevet til {output}.")


@app.command("take-in")
def take_in(
    reference: Reference,
    files: Annotated[list[Path], typer.Argument(metavar="FIL...", help="udfyldte Excel-skemaer.")],
    partial: Annotated[
        bool, typer.Option("--partial", help="Tag også svar ind, der mangler noget.")
    ] = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
) -> None:
    """Tag udfyldte Excel-skemaer ind; hver fil for sig, helt eller slet ikke.

    Eksempel:

      udmelding form take-in CU-GRAVIDE-2025 skemaer/*.xlsx
    """
    from udmelding import clock
    from udmelding.casework.forms.workbooks import Incoming, NotTakenInError, take_in_workbook
    from udmelding.casework.wiring import open_services
    from udmelding.errors import ConfirmationNeededError, NotFoundError, RefusedError

    refused = 0
    with open_services() as services:
        for path in files:
            try:
                if not path.is_file():
                    raise NotFoundError("fil", str(path))
                came = Incoming(name=path.name, content=path.read_bytes(), is_partial=partial)
                made = stamp(clock.now(), by)
                who, taken = take_in_workbook(services, reference, came, made)
            except NotTakenInError as error:
                typer.echo(f"! {error.message}", err=True)
                for line in error.lines:
                    typer.echo(f"    {line}", err=True)
                refused += 1
            except (RefusedError, ConfirmationNeededError) as error:
                typer.echo(f"! {path.name}: {told_of(error)}", err=True)
                refused += 1
            else:
                typer.echo(f"{who}: {'taget ind' if taken.is_new else 'var taget ind før'}.")
    if refused:
        raise typer.Exit(1)
