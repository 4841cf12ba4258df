"""The figures of a case, and its report: read it, make a version, restyle its template."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from models.report import FigureWay
from udmelding.cli.options import AsOf, By, ConfirmNoCpr, EvenSo, Reference, moment_as_of, stamp

app = typer.Typer(help="Rapporten: tal, kladde, versioner og Word-skabelon.")

Output = Annotated[Path, typer.Option("--output", "-o", metavar="FIL", help="Filen, der skrives.")]


@app.command()
def figures(
    reference: Reference,
    output: Output,
    raw: Annotated[
        bool, typer.Option("--raw", help="De rå tal: fortrolige, kun til sagsbehandlere.")
    ] = False,
    as_of: AsOf = None,
) -> None:
    """Skriv sagens tabeller til Excel (.xlsx) eller CSV (.csv).

    Eksempel:

      udmelding report figures CU-GRAVIDE-2025 --output tal.xlsx
    """
    from udmelding.casework.report.figures import case_figures
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output, write_output
    from udmelding.documents.report.figure_export import figure_workbook, figures_csv
    from udmelding.errors import RefusedError
    from udmelding.journal.case.load import load
    from udmelding.journal.database import reading

    check_output(output)
    moment = moment_as_of(as_of)
    with open_services() as services, reading(services.engine) as session:
        case = load(session, reference, moment)
        found = case_figures(session, case, services.settings.texts_folder)
    if found is None:
        raise RefusedError("Sagen har ikke et spørgeskema. Vælg et med: udmelding form use.")
    tables = found.raw_tables if raw else found.tables
    if not tables:
        raise RefusedError(
            "Tallene er ikke offentliggjort endnu: udmelding report publish. "
            "De rå, fortrolige tal fås med --raw."
        )
    if output.suffix.lower() == ".csv":
        content = figures_csv(tables).encode()
    else:
        title = f"{case.title} ({case.reference})"
        content = figure_workbook(tables, title, moment, form=found.asked.form)
    write_output(output, content)
    typer.echo(f"{len(tables)} tabeller er skrevet til {output}.")


@app.command()
def publish(
    reference: Reference,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="SUM", help="En nødvendig sum, som den hedder i listen."),
    ] = None,
    way: Annotated[
        str,
        typer.Option(
            "--way", metavar="HVAD", help="Sådan vises tallene; uden: se kun, hvad der er at vælge."
        ),
    ] = "",
    new_totals: Annotated[
        bool, typer.Option("--new-totals", help="Opgør også summerne igen.")
    ] = False,
    even_so: EvenSo = "",
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
) -> None:
    """Se, hvordan tallene kan vises for andre, og hvad det koster; med --way: offentliggør dem.

    Eksempler:

      udmelding report publish CU-GRAVIDE-2025

      udmelding report publish CU-GRAVIDE-2025 --way "kommuner og summer"

      udmelding report publish CU-GRAVIDE-2025 --keep "KKR Sjælland i alt: Gravide i alt"
    """
    from udmelding import clock
    from udmelding.casework.report.publishing import (
        Wanted,
        needed_figures,
        proposals,
        publish_figures,
    )
    from udmelding.casework.wiring import open_services
    from udmelding.errors import NotFoundError
    from udmelding.rules.case.glossary import label, member
    from udmelding.rules.report.figure_notes import cell_names, price

    now = clock.now()
    who = stamp(now, by)
    with open_services() as services:
        figures = needed_figures(services, reference, now)
        names = {str(name): cell for cell, name in cell_names(figures.gathered).items()}
        unknown = next((name for name in keep or () if name not in names), None)
        if unknown is not None:
            raise NotFoundError("tal", unknown, tuple(names))
        needed = frozenset(names[name] for name in keep or ())
        wanted = Wanted(needed=needed, with_totals=new_totals)
        if way:
            wanted = replace(wanted, way=member(FigureWay, way))
            made = publish_figures(services, reference, wanted, who)
            typer.echo(f"Tallene er offentliggjort (opgørelse {made.number}).")
            return
        found = proposals(services.settings, figures, wanted, now.date(), lambda _: None)
    by_cell = {cell: name for name, cell in names.items()}
    for one in found:
        chosen = one.publication.way
        told = "kan ikke vælges: små tal kunne regnes ud." if one.impossible else price(one)
        typer.echo(f'--way "{label(chosen)}": {told}')
        gone = one.lost_totals if chosen is FigureWay.TOTALS else one.lost
        for cell in () if one.impossible else gone:
            typer.echo(f"    {by_cell.get(cell, cell)}")


@app.command()
def draft(reference: Reference, output: Output, as_of: AsOf = None) -> None:
    """Skriv rapporten, som den er nu, som PDF (.pdf) eller Word (.docx), med det, der bør ses på.

    Eksempel:

      udmelding report draft CU-GRAVIDE-2025 --output kladde.pdf
    """
    from udmelding.casework.look import look_of, own_template
    from udmelding.casework.report.seen import open_report
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output, write_output
    from udmelding.documents.report.docx import report_docx
    from udmelding.documents.report.pdf import report_pdf

    check_output(output)
    moment = moment_as_of(as_of)
    with open_services() as services:
        seen = open_report(services, reference, moment)
        template, look = own_template(services), look_of(services)
    values = seen.values(seen.next_number, is_final=False, dated_on=moment.date())
    if output.suffix.lower() == ".docx":
        content = report_docx(values, moment, template, show_flags=True)
    else:
        content = report_pdf(values, moment, show_flags=True, look=look)
    write_output(output, content)
    typer.echo(f"Kladden er skrevet til {output}. {len(seen.flagged)} afsnit bør ses på igen.")


@app.command()
def version(
    reference: Reference,
    final: Annotated[
        bool, typer.Option("--final", help="Den endelige version, som alle beslutter.")
    ] = False,
    editorial: Annotated[
        bool,
        typer.Option("--editorial", help="Ændringen er redaktionel: beslutningerne gælder stadig."),
    ] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEKST", help="Hvad er nyt?")] = "",
    even_so: EvenSo = "",
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
) -> None:
    """Dan en version af rapporten som Word og PDF.

    Eksempler:

      udmelding report version CU-GRAVIDE-2025

      udmelding report version CU-GRAVIDE-2025 --final
    """
    from models import Change
    from udmelding import clock
    from udmelding.casework.report.writing import NewVersion, make_version
    from udmelding.casework.wiring import open_services

    change = Change.EDITORIAL if editorial else Change.SUBSTANTIVE
    wanted = NewVersion(is_final=final, change=change, reason=reason)
    with open_services() as services:
        number = make_version(services, reference, wanted, stamp(clock.now(), by))
    name = "Endelig version" if final else "Udkast"
    typer.echo(f"{name} {number} er dannet som Word og PDF.")


@app.command()
def template(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FIL", help="Skriv skabelonen hertil.")
    ] = None,
    check: Annotated[
        Path | None, typer.Option("--check", metavar="FIL", help="Se, om en skabelon kan bruges.")
    ] = None,
) -> None:
    """Hent Word-skabelonen til rapporter, eller se, om en rettet skabelon kan bruges.

    En rettet skabelon tages i brug under Indstillinger, Udseende, eller med «own import» som
    report/rapport.docx.

    Eksempel:

      udmelding report template --output rapport.docx
    """
    from udmelding.cli.options import check_output, write_output
    from udmelding.documents.report.docx import check_template, shipped_template
    from udmelding.errors import NotFoundError, RefusedError

    if check is not None:
        if not check.is_file():
            raise NotFoundError("fil", str(check))
        flaws = check_template(check.read_bytes())
        if flaws:
            raise RefusedError("\n".join(flaws))
        typer.echo(f"{check} kan bruges som skabelon.")
        return
    if output is None:
        raise RefusedError("Skriv --output FIL eller --check FIL.")
    check_output(output)
    write_output(output, shipped_template())
    typer.echo(f"Skabelonen er skrevet til {output}.")


@app.command()
def look(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[MAPPE]", help="Ellers den, der bruges nu.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FIL", help="Skriv en prøve (.pdf).")
    ] = None,
) -> None:
    """Se, om jeres eget udseende af dokumenter kan bruges, og skriv en prøve.

    Udseendet er filen look.toml, med logo og skrift ved siden af.

    Eksempel:

      udmelding report look --output proeve.pdf
    """
    from udmelding import clock
    from udmelding.casework.look import look_folder
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output, write_output
    from udmelding.config.look import FILE
    from udmelding.documents.sample import try_look

    if output is not None:
        check_output(output)
    if folder is None:
        with open_services() as services:
            tried = look_folder(services)
    else:
        tried = folder
    sample = try_look(tried, clock.now())
    is_own = (tried / FILE).is_file()
    named = f"{tried / FILE}" if folder else "Jeres eget udseende"
    typer.echo(f"{named} kan bruges." if is_own else "Det medfølgende udseende bruges.")
    if output is not None:
        write_output(output, sample)
        typer.echo(f"Prøven er skrevet til {output}.")
