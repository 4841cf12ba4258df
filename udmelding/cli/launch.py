"""The commands that make cases and move them: launch, import, export."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from udmelding.cli.options import (
    AsJson,
    By,
    ConfirmNoCpr,
    EvenSo,
    Reference,
    Today,
    coming_day,
    moment_of_action,
    past_day,
    stamp,
)
from udmelding.cli.recording.changes import DryRun, Yes
from udmelding.errors import NotFoundError, RefusedError
from udmelding.rules.case.glossary import label, member

if TYPE_CHECKING:
    from udmelding.casework.launch.launching import FrontPage
    from udmelding.rules.recording.case import NewParticulars


def launch(
    reference: Reference,
    title: Annotated[str, typer.Option("--title", metavar="TEKST", help="Sagens titel.")],
    received: Annotated[
        str, typer.Option("--received", metavar="DATO", help="Hvornår brevet kom.")
    ],
    letter_dated: Annotated[
        str | None,
        typer.Option("--letter-dated", metavar="DATO", help="Datoen, der står i brevet."),
    ] = None,
    deadline: Annotated[
        str | None, typer.Option("--deadline", metavar="DATO", help="Styrelsens frist.")
    ] = None,
    process: Annotated[
        str, typer.Option("--process", metavar="PROCES", help="Procesfilen.")
    ] = "central-udmelding",
    area: Annotated[
        str | None, typer.Option("--area", metavar="OMRÅDE", help="KKR-område, fx sjaelland.")
    ] = None,
    scope: Annotated[
        str, typer.Option("--scope", metavar="ORD", help="«hele landet» eller «ét område».")
    ] = "hele landet",
    ask_all: Annotated[
        bool, typer.Option("--ask-all", help="Spørg alle landets kommuner herfra.")
    ] = False,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind", metavar="ORD", help="fx «fornyet behandling», pålæg; ellers processens egen."
        ),
    ] = None,
    target_group: Annotated[
        str | None,
        typer.Option(
            "--target-group",
            metavar="ORD",
            help="voksne, «børn og unge» eller begge; afgør loven.",
        ),
    ] = None,
    legal_basis: Annotated[
        str | None,
        typer.Option(
            "--legal-basis",
            metavar="TEKST",
            help="Lovhjemmel; ellers den, der følger af slags, målgruppe og dag.",
        ),
    ] = None,
    renews: Annotated[
        str | None, typer.Option("--renews", metavar="REF", help="Den sag, der fornyes.")
    ] = None,
    journal_number: Annotated[str | None, typer.Option("--journal-number", metavar="NR")] = None,
    responsible: Annotated[str, typer.Option("--responsible", metavar="NAVN")] = "",
    short_name: Annotated[
        str,
        typer.Option(
            "--short-name", metavar="NAVN", help="Det, I kalder sagen; ellers titlens første ord."
        ),
    ] = "",
    letter: Annotated[
        Path | None, typer.Option("--letter", metavar="FIL", help="Udmeldingsbrevet (PDF).")
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--form",
            metavar="SKEMA",
            help="Skemaet, der svares i: en YAML-fil, form:<id> eller case:<sag>. Uden det svares "
            "der på mailen.",
        ),
    ] = "",
    draft: Annotated[
        bool, typer.Option("--draft", help="Gem sagen som kladde: intet sendes, før den startes.")
    ] = False,
    even_so: EvenSo = "",
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Start en ny sag og vis dens plan. Intet sendes, før du kører «udmelding advance».

    Eksempel:

      udmelding launch CU-NY-2026 --title "Borgere med …" --received 3/11 --deadline 31/5-2027

      udmelding launch CU-NY-2026 --title "Gravide …" --received 3/11 --form form:gravide
    """
    from models import AnnouncementKind, Scope, TargetGroup
    from udmelding.casework.case.documents import take_in_from
    from udmelding.casework.due.waiting import attention
    from udmelding.casework.launch.launching import FrontPage, NewCase
    from udmelding.casework.launch.preview import Wanted, launch_with_letter
    from udmelding.casework.wiring import open_services
    from udmelding.cli import case as show
    from udmelding.cli.forms import form_of
    from udmelding.cli.plan.show_plan import show_councils, show_plan
    from udmelding.journal.case.header import find
    from udmelding.journal.case.load import load
    from udmelding.journal.database import reading
    from udmelding.rules.launch.doubts import unasked
    from udmelding.rules.launch.naming import short_name_of
    from udmelding.rules.recording.catalogue import make_entry
    from udmelding.rules.status.status import status

    now = moment_of_action(today)
    received_on = past_day(received, now)
    said_front = FrontPage(
        title=title,
        kind=member(AnnouncementKind, kind) if kind else None,
        target_group=member(TargetGroup, target_group) if target_group else None,
        legal_basis=legal_basis,
        renews=renews,
        journal_number=journal_number,
        responsible=responsible,
        letter_dated_on=past_day(letter_dated, now) if letter_dated else None,
        short_name=short_name or short_name_of(title),
    )
    due: Any = (
        make_entry("deadline", {"due_on": coming_day(deadline, now)}, now.date())
        if deadline
        else None
    )
    with open_services() as services:
        own = services.settings.texts_folder
        front = _particulars(said_front, process, received_on, own)
        asked = form_of(services, form) if form else None
        stored = take_in_from(services, str(letter), stamp(now, by)) if letter else None
        if renews:
            with reading(services.engine) as session:
                find(session, renews)
        new = NewCase(
            reference=reference,
            process=process,
            area=area or services.settings.area,
            scope=member(Scope, scope),
            received_on=received_on,
            particulars=front,
            deadline=due,
            asks_all=ask_all,
        )
        wanted = Wanted(new, letter=stored, form=asked)
        launch_with_letter(services, wanted, stamp(now, by), is_draft=draft, is_asked=not draft)
        with reading(services.engine) as session:
            case = load(session, reference, now)
        found = status(case, now.date())
        to_look_at = attention(services, reference, now)
        if warning := unasked(case):
            chosen = f"Vælg et skema med: udmelding form use {reference} SKEMA"
            to_look_at = (*to_look_at, f"{warning} {chosen}")
    show.show_status(found)
    if found.plan is not None:
        show_plan(found.plan)
        show_councils(found.plan, everyone=False)
    for line in to_look_at:
        typer.echo(f"! {line}")
    group = label(front.target_group) if front.target_group else "ikke oplyst"
    typer.echo(f"Lovhjemmel: {front.legal_basis or 'ingen'} · målgruppe: {group}")
    if asked is not None:
        typer.echo(f"Der svares i skemaet «{asked.title}», version {asked.version}.")
    if draft:
        typer.echo(
            "\nSagen er en kladde. Se, hvad der bliver sendt: "
            f"udmelding outbox coming {reference}. Start den med: udmelding start {reference}"
        )
    else:
        typer.echo(f"\nSagen er startet. Send invitationerne med: udmelding advance {reference}")


def start(reference: Reference, even_so: EvenSo = "", by: By = None, today: Today = None) -> None:
    """Start en kladde, eller tag en sag op igen, der er sat på pause.

    Se først med «udmelding outbox coming», hvad der så bliver sendt. Sagen sættes på pause med
    «udmelding record pause».

    Eksempel:

      udmelding start CU-NY-2026
    """
    from udmelding.casework.launch.holding import go_on
    from udmelding.casework.wiring import open_services

    with open_services() as services:
        done = go_on(services, reference, stamp(moment_of_action(today), by))
    typer.echo(f"{done} Send det, der er tid til, med: udmelding advance {reference}")


def import_file(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FIL|LINK", help="Sagsfil, mødekalender, kontaktliste, eller en ICS-adresse."
        ),
    ],
    live: Annotated[
        bool, typer.Option("--live", help="Sæt ikke en importeret sag på pause.")
    ] = False,
    area: Annotated[
        str | None, typer.Option("--area", metavar="OMRÅDE", help="For en kalender uden område.")
    ] = None,
    municipality: Annotated[
        str | None,
        typer.Option("--municipality", metavar="KOMMUNE", help="Hvis kalender det er (fx ICS)."),
    ] = None,
    committee: Annotated[
        str | None,
        typer.Option("--committee", metavar="NAVN", help="Fagudvalgets navn i en ICS-fil."),
    ] = None,
    body: Annotated[
        str | None,
        typer.Option("--body", metavar="ORGAN", help="Hvilket organs kalender det er (fx K17)."),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", metavar="N", min=1990, max=2100, help="Året for datoer uden år."),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Aflys kommunens møder, der ikke længere står i filen."),
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Hent en sag, en mødekalender eller kontakter ind.

    Sager er YAML eller JSON, kontakter CSV. Mødekalendere kan være YAML, CSV, Excel, ICS eller en
    liste som tekst, for organer som for kommuner; en række, der ikke kan læses, nævnes, og resten
    hentes. Den samme fil kan hentes igen uden at give dubletter. En ICS-adresse læses igen hver
    arbejdsdag. En importeret åben sag sættes på pause, så ingen får mails om noget gammelt.

    Eksempler:

      udmelding import config/calendars/sjaelland-2025.yaml

      udmelding import moeder-2027.xlsx --dry-run

      udmelding import lolland.ics --municipality Lolland --committee Socialudvalget

      udmelding import k17.txt --body K17 --year 2027

      udmelding import https://greve.example/moeder.ics --municipality Greve
    """
    from udmelding.casework.exchange.imports import HowToImport, importing, importing_address
    from udmelding.casework.plan.as_json import change_values
    from udmelding.casework.plan.calendar_import import HowToRead
    from udmelding.casework.recording.consequences import carry_out, preview
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json
    from udmelding.cli.recording.changes import NOTHING_SAVED, show_changes, wants_to_save

    is_address = file.startswith(("http://", "https://", "webcal://"))
    if not is_address and not Path(file).is_file():
        raise NotFoundError("fil", file)
    made = stamp(moment_of_action(today), by)
    with open_services() as services:
        how = HowToImport(
            calendar=HowToRead(
                area=area or services.settings.area,
                municipality=municipality,
                committee=committee,
                body=body or "",
                year=year,
                today=made.now.date(),
                own=services.settings.texts_folder,
                is_replacing=replace,
            ),
            live=live,
        )
        do = (
            importing_address(services, file, how, made)
            if is_address
            else importing(services, Path(file), how, made)
        )
        seen = preview(services, do, made)
        done = seen.result
        if not as_json:
            show_changes(seen.changes)
            for line in done.details:
                typer.echo(line)
        is_saved = not dry_run and wants_to_save(yes=yes or as_json, has_changes=bool(seen.changes))
        if is_saved:
            done = carry_out(services, do, made).result
    if as_json:
        values = {"kind": done.kind, "new": done.new, "known": done.known, "text": done.text}
        changes = [change_values(change) for change in seen.changes]
        echo_json(values | {"details": done.details, "saved": is_saved, "changes": changes})
        return
    typer.echo(done.text if is_saved else f"{done.text}\n{NOTHING_SAVED}")


def export(
    reference: Reference,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FIL", help="Skriv til en fil.")
    ] = None,
) -> None:
    """Skriv alt, hvad der er registreret i en sag, som JSON, der kan hentes ind igen.

    Eksempel:

      udmelding export CU-GRAVIDE-2025 --output gravide.json
    """
    from udmelding.casework.exchange.transfer import export_case
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output, write_output

    check_output(output)
    with open_services() as services:
        values = export_case(services, reference)
    text = json.dumps(values, ensure_ascii=False, indent=1)
    if output is None:
        typer.echo(text)
        return
    write_output(output, f"{text}\n".encode())
    typer.echo(f"{len(values['facts'])} registreringer skrevet til {output}.")


def _particulars(said: FrontPage, process: str, received_on: dt.date, own: Path) -> NewParticulars:
    """The front page; what a command says of a target group that is needed is told its option."""
    from udmelding.casework.launch.launching import TargetGroupNeededError, particulars_of

    try:
        return particulars_of(said, process, received_on, own)
    except TargetGroupNeededError as error:
        raise RefusedError(f"{error.message} Skriv fx --target-group «børn og unge».") from error
