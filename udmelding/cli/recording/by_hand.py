"""The ``record`` commands that do more than their kind says.

A meeting belongs to all cases, a document takes its file in, a count is the rest of a larger one,
and what is taken back is no fact. The others are made of the catalogue (``making``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from udmelding.cli.options import (
    By,
    ConfirmNoCpr,
    Corrects,
    EvenSo,
    Reference,
    Source,
    Today,
    coming_day,
    moment_of_action,
    own_settings,
    past,
    past_day,
    stamp,
)
from udmelding.cli.recording.changes import DryRun, Yes, apply
from udmelding.cli.recording.shared import Note, On, Reason, record_one
from udmelding.errors import RefusedError
from udmelding.rules.case.glossary import member


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

    now = moment_of_action(today)
    change = MeetingChange(
        area=area or own_settings().area,
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
    own = own_settings().texts_folder
    do = partial(change_meeting, change=change, stamp=made, own=own)
    apply(do, made, dry_run=dry_run, yes=yes)


def meetings_moved(
    moves: Annotated[
        list[str],
        typer.Argument(metavar="FLYTNING", help="fx «Slagelse 24/3-2026 -> 18/3-2026»."),
    ],
    source: Source = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    today: Today = None,
) -> None:
    """Mange kommuners møder er flyttet på én gang, frem eller tilbage. Gælder alle sager.

    Viser samlet, hvilke datoer der flytter sig i hver sag. Er der fejl i én flytning, gemmes ingen.
    Et andet led end kommunalbestyrelsen skrives efter et komma.

    Eksempel:

      udmelding record meetings-moved "Slagelse 24/3-2026 -> 18/3-2026" "Greve, økonomiudvalg
      24/3-2026 -> 25/3-2026"
    """
    from udmelding.casework.plan.calendar_import import HowToRead, moves_of, taking_in

    made = stamp(moment_of_action(today), by)
    settings = own_settings()
    how = HowToRead(area=settings.area, own=settings.texts_folder)
    take_in = taking_in(moves_of(moves, source), how, made)
    apply(
        lambda session: "\n".join(take_in(session).lines) or "Møderne lå allerede sådan.",
        made,
        dry_run=dry_run,
        yes=yes,
    )


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
    even_so: EvenSo = "",
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
    from udmelding.casework.wiring import open_services

    now = moment_of_action(today)
    wanted = member(DocumentKind, kind)
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


def tally(
    reference: Reference,
    approved: Annotated[int, typer.Option("--approved", metavar="N", min=0)],
    area: Annotated[
        str | None, typer.Option("--area", metavar="OMRÅDE", help="Et andet KKR-område.")
    ] = None,
    country: Annotated[
        bool, typer.Option("--country", help="Tallet gælder hele landet, eget område medregnet.")
    ] = False,
    on: On = "i dag",
    source: Source = "",
    corrects: Corrects = None,
    even_so: EvenSo = "",
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Et andet områdes sekretariat har meldt, hvor mange kommuner der har godkendt.

    Eksempler:

      udmelding record tally CU-DOMFAELDTE-2024 --area midtjylland --approved 18

      udmelding record tally CU-DOMFAELDTE-2024 --country --approved 86 --on 10/1-2025
    """
    from udmelding.casework.recording.recording import COUNTRY

    if country == (area is not None):
        raise RefusedError("Skriv enten --area OMRÅDE eller --country.")
    now = moment_of_action(today)
    record_one(
        reference,
        "tally",
        now,
        by=by,
        source=source,
        corrects=corrects,
        on=past(on, now),
        area=COUNTRY if country else area,
        approved=approved,
    )
