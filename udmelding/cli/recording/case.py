"""Documents, meetings and milestones, and the state of the case itself.

And reminders on a fixed day: the secretariat's own, and those to parties that still owe.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from udmelding.cli.options import (
    By,
    ConfirmNoCpr,
    Corrects,
    Reference,
    Source,
    Today,
    coming_day,
    member,
    moment_of_action,
    past,
    past_day,
    stamp,
)
from udmelding.cli.recording.changes import DryRun, Yes, apply
from udmelding.cli.recording.shared import Note, On, Reason, record_one
from udmelding.errors import RefusedError


def meeting(
    body: Annotated[
        str, typer.Argument(metavar="ORGAN|KOMMUNE", help="fx k17, kkr eller Lolland.")
    ],
    on: Annotated[str, typer.Argument(metavar="DATO", help="Mødets dag, som den står nu.")],
    moved_to: Annotated[
        str | None, typer.Option("--moved-to", metavar="DATO", help="Mødet er flyttet hertil.")
    ] = None,
    held: Annotated[bool, typer.Option("--held", help="Mødet er holdt.")] = False,
    cancelled: Annotated[bool, typer.Option("--cancelled", help="Mødet er aflyst.")] = False,
    papers: Annotated[
        str | None,
        typer.Option("--papers", metavar="DATO", help="Hvornår papirerne skal være inde."),
    ] = None,
    area: Annotated[str | None, typer.Option("--area", metavar="OMRÅDE")] = None,
    level: Annotated[
        str,
        typer.Option("--level", metavar="ORD", help="Kommunens led: fagudvalg, økonomiudvalg …"),
    ] = "kommunalbestyrelse",
    note: Note = "",
    source: Source = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Et møde er planlagt, flyttet, holdt eller aflyst. Gælder alle sager.

    Viser først, hvilke datoer der flytter sig i hver sag.

    Eksempler:

      udmelding record meeting kkr 8/4-2025 --moved-to 22/4-2025

      udmelding record meeting k17 28/3-2025 --held

      udmelding record meeting Lolland 12/5-2025 --cancelled
    """
    from functools import partial

    from models import Level
    from udmelding.casework.plan.meetings import MeetingChange, change_meeting, check_meeting
    from udmelding.config.settings import load_settings

    now = moment_of_action(today)
    change = MeetingChange(
        area=area or load_settings().area,
        body=body,
        on=past_day(on, now) if held else coming_day(on, now),
        moved_to=coming_day(moved_to, now) if moved_to else None,
        is_held=held,
        is_cancelled=cancelled,
        papers_due_on=coming_day(papers, now) if papers else None,
        level=member(Level, level),
        note=note,
        source=source,
    )
    check_meeting(change, now.date())
    made = stamp(now, by)
    apply(partial(change_meeting, change=change, stamp=made), made, dry_run=dry_run, yes=yes)


def document(
    reference: Reference,
    file: Annotated[
        str, typer.Argument(metavar="FIL|LINK", help="En fil, eller et http(s)-link at hente fra.")
    ],
    kind: Annotated[
        str, typer.Option("--kind", metavar="ORD", help="fx udmeldingsbrev, referat, udkast.")
    ],
    title: Annotated[str | None, typer.Option("--title", metavar="TEKST")] = None,
    on: Annotated[str, typer.Option("--on", metavar="DATO", help="Dokumentets dato.")] = "i dag",
    version: Annotated[
        int, typer.Option("--version", metavar="N", help="Afrapporteringens version.")
    ] = 0,
    change: Annotated[
        str,
        typer.Option("--change", metavar="ORD", help="redaktionel eller indholdsmæssig ændring."),
    ] = "indholdsmæssig ændring",
    source: Source = "",
    corrects: Corrects = None,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Et dokument lægges i sagen med kontrolsum.

    En endelig afrapportering med en indholdsmæssig ændring åbner de beslutninger igen, der er
    truffet på den tidligere version.

    Eksempel:

      udmelding record document CU-GRAVIDE-2025 rapport.docx --kind "endelig afrapportering"
      --version 1
    """
    from models import Change, DocumentKind
    from udmelding.casework.case.documents import take_in_from
    from udmelding.casework.services import open_services

    now = moment_of_action(today)
    wanted = member(DocumentKind, kind)
    if wanted is DocumentKind.FINAL_REPORT and version < 1:
        raise RefusedError("En endelig afrapportering skal have et versionsnummer: --version 1.")
    with open_services() as services:
        stored = take_in_from(services, file, stamp(now, by))
    record_one(
        reference,
        "document",
        now,
        by=by,
        source=source or (file if "://" in file else ""),
        corrects=corrects,
        document_kind=wanted,
        title=title or Path(stored.file_name).stem,
        dated_on=past_day(on, now),
        version=version,
        change=member(Change, change),
        file_name=stored.file_name,
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
    )


def milestone(
    reference: Reference,
    title: Annotated[str, typer.Argument(metavar="TEKST", help="Hvad der skete.")],
    on: On = "i dag",
    kind: Annotated[
        str,
        typer.Option("--kind", metavar="ORD", help="møde, overleveringsmøde, statussag, notat."),
    ] = "notat",
    source: Source = "",
    corrects: Corrects = None,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Noget er sket, som hører til på sagens tidslinje.

    Eksempel:

      udmelding record milestone CU-GRAVIDE-2025 "Overleveringsmøde med styrelsen" --on 26/5-2025
      --kind overleveringsmøde
    """
    from models import MilestoneKind

    now = moment_of_action(today)
    record_one(
        reference,
        "milestone",
        now,
        by=by,
        source=source,
        corrects=corrects,
        on=past(on, now),
        milestone_kind=member(MilestoneKind, kind),
        title=title,
    )


def action(
    reference: Reference,
    number: Annotated[int, typer.Argument(metavar="N", help="Handlingens nummer i planen.")],
    title: Annotated[str, typer.Option("--title", metavar="TEKST")],
    owner: Annotated[str, typer.Option("--owner", metavar="NAVN")] = "",
    due: Annotated[str | None, typer.Option("--due", metavar="DATO")] = None,
    done: Annotated[str | None, typer.Option("--done", metavar="DATO")] = None,
    source: Source = "",
    corrects: Corrects = None,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """En handling i handle- og implementeringsplanen.

    Eksempel:

      udmelding record action CU-DOMFAELDTE-2024 1 --title "Flere udslusninger" --due 1/6-2026
    """
    now = moment_of_action(today)
    record_one(
        reference,
        "action",
        now,
        by=by,
        source=source,
        corrects=corrects,
        number=number,
        title=title,
        owner=owner,
        due_on=coming_day(due, now) if due else None,
        done_on=past_day(done, now) if done else None,
    )


def pause(
    reference: Reference,
    reason: Reason = "",
    resume: Annotated[bool, typer.Option("--resume", help="Tag sagen op igen.")] = False,
    source: Source = "",
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Sæt en sag på pause (ingen bliver skrevet til), eller tag den op igen.

    Eksempel:

      udmelding record pause CU-GRAVIDE-2025 --reason "afventer styrelsen"
    """
    now = moment_of_action(today)
    record_one(reference, "pause", now, by=by, source=source, is_paused=not resume, reason=reason)


def close(
    reference: Reference,
    on: On = "i dag",
    reason: Reason = "",
    source: Source = "",
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Afslut sagen; ingen skylder længere noget i den.

    Eksempel:

      udmelding record close CU-GRAVIDE-2025 --reason "styrelsen har svaret"
    """
    now = moment_of_action(today)
    record_one(
        reference,
        "closure",
        now,
        by=by,
        source=source,
        closed_on=past_day(on, now),
        reason=reason,
    )


def retract(
    reference: Reference,
    key: Annotated[str, typer.Argument(metavar="NØGLE", help="Se den med «udmelding log».")],
    reason: Reason,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Tag en registrering tilbage. Den kan stadig læses i loggen.

    Eksempel:

      udmelding record retract CU-GRAVIDE-2025 CU-GRAVIDE-2025/response/3f… --reason "forkert sag"
    """
    from udmelding.casework.recording.recording import taking_back

    made = stamp(moment_of_action(today), by)
    do = taking_back(reference, key, reason, made)
    apply(do, made, dry_run=dry_run, yes=yes, only=(reference,))


def reminder(
    reference: Reference,
    on: Annotated[str, typer.Argument(metavar="DATO", help="Dagen; den flytter sig ikke.")],
    text: Annotated[str, typer.Argument(metavar="TEKST", help="Hvad der skal mindes om.")],
    step: Annotated[
        str,
        typer.Option("--step", metavar="TRIN", help="Mind dem, der mangler i trinnet, i stedet."),
    ] = "",
    party: Annotated[
        str, typer.Option("--party", metavar="KOMMUNE", help="Kun denne kommune i trinnet.")
    ] = "",
    source: Source = "",
    corrects: Corrects = None,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Mind om noget på en fast dag: sekretariatet selv eller de kommuner, der mangler.

    Eksempler:

      udmelding record reminder CU-GRAVIDE-2025 3/3-2025 "Ring til Lolland om tallene"

      udmelding record reminder CU-GRAVIDE-2025 3/3-2025 "Vi mødes på torsdag." --step collection
    """
    now = moment_of_action(today)
    only: dict[str, Any] = {"party": party} if party else {}
    record_one(
        reference,
        "dated_reminder",
        now,
        by=by,
        source=source,
        corrects=corrects,
        remind_on=coming_day(on, now),
        step=step,
        **only,
        text=text,
    )
