"""What passes between the secretariat, the agency and the other areas."""

from __future__ import annotations

import datetime as dt
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
)
from udmelding.cli.recording.changes import DryRun, Yes
from udmelding.cli.recording.shared import Note, On, Reason, record_one


def deadline(
    reference: Reference,
    due: Annotated[str, typer.Argument(metavar="DATO", help="Den nye frist.")],
    reason: Reason = "",
    origin: Annotated[
        str,
        typer.Option("--origin", metavar="ORD", help="Hvor datoen kommer fra, fx brev, aftalt."),
    ] = "brev",
    source: Source = "",
    corrects: Corrects = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Styrelsen har sat eller flyttet fristen.

    Eksempel:

      udmelding record deadline CU-GRAVIDE-2025 30/6-2025 --reason "udsat efter aftale"
    """
    from models import DateSource

    now = moment_of_action(today)
    record_one(
        reference,
        "deadline",
        now,
        by=by,
        dry_run=dry_run,
        yes=yes,
        source=source,
        corrects=corrects,
        due_on=coming_day(due, now),
        origin=member(DateSource, origin),
        reason=reason,
    )


def submission(
    reference: Reference,
    on: On = "i dag",
    reservation: Annotated[
        list[str] | None,
        typer.Option("--reservation", metavar="KOMMUNE", help="Forbehold for; kan gentages."),
    ] = None,
    submitted_by: Annotated[str, typer.Option("--submitted-by", metavar="NAVN")] = "",
    note: Note = "",
    source: Source = "",
    corrects: Corrects = None,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Afrapporteringen er sendt til styrelsen.

    Uden --reservation tages forbehold for de kommuner, der endnu ikke har besluttet.

    Eksempel:

      udmelding record submission CU-GRAVIDE-2025 --on 28/5-2025
    """
    from udmelding.casework.recording.recording import reservation_codes
    from udmelding.casework.services import open_services

    now = moment_of_action(today)
    with open_services() as services:
        codes = reservation_codes(services, reference, now, reservation)
    record_one(
        reference,
        "submission",
        now,
        by=by,
        source=source,
        corrects=corrects,
        on=past(on, now),
        reservation_for=codes,
        submitted_by=submitted_by,
        note=note,
    )


def question(
    reference: Reference,
    due: Annotated[str, typer.Option("--due", metavar="DATO", help="Styrelsens svarfrist.")],
    on: On = "i dag",
    number: Annotated[int, typer.Option("--number", metavar="N", min=1)] = 1,
    text: Annotated[str, typer.Option("--text", metavar="TEKST")] = "",
    source: Source = "",
    corrects: Corrects = None,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Styrelsen har stillet supplerende spørgsmål.

    Eksempel:

      udmelding record question CU-GRAVIDE-2025 --on 5/8-2025 --due 5/9-2025
    """
    now = moment_of_action(today)
    record_one(
        reference,
        "question",
        now,
        by=by,
        source=source,
        corrects=corrects,
        on=past(on, now),
        number=number,
        due_on=coming_day(due, now),
        text=text,
    )


def answer(
    reference: Reference,
    on: On = "i dag",
    number: Annotated[int, typer.Option("--number", metavar="N", min=1)] = 1,
    note: Note = "",
    source: Source = "",
    corrects: Corrects = None,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Sekretariatet har besvaret styrelsens supplerende spørgsmål.

    Eksempel:

      udmelding record answer CU-GRAVIDE-2025 --on "primo september 2025"
    """
    now = moment_of_action(today)
    record_one(
        reference,
        "question_answer",
        now,
        by=by,
        source=source,
        corrects=corrects,
        on=past(on, now),
        number=number,
        note=note,
    )


def verdict(
    reference: Reference,
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome", metavar="ORD", help="fx «bakker op om forslaget», «afventes», pålæg."
        ),
    ],
    on: On = "i dag",
    text: Annotated[str, typer.Option("--text", metavar="TEKST")] = "",
    source: Source = "",
    corrects: Corrects = None,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Styrelsen har svaret på afrapporteringen (eller sagt, hvornår den svarer).

    Eksempel:

      udmelding record verdict CU-DOMFAELDTE-2024 --outcome "bakker op om forslaget" --on 21/8-2025
    """
    from models import VerdictOutcome

    now = moment_of_action(today)
    wanted = member(VerdictOutcome, outcome)
    said = coming_or_past(on, now, is_coming=wanted is VerdictOutcome.EXPECTED)
    record_one(
        reference,
        "verdict",
        now,
        by=by,
        source=source,
        corrects=corrects,
        on=said,
        verdict_outcome=wanted,
        text=text,
    )


def coming_or_past(text: str, now: dt.datetime, *, is_coming: bool) -> Any:
    """Read a date of something to come, or of something that has happened."""
    from udmelding.rules.words.danish_dates import Direction, read_date

    direction = Direction.COMING if is_coming else Direction.PAST
    return read_date(text, today=now.date(), direction=direction)


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
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Et andet områdes sekretariat har meldt, hvor mange kommuner der har godkendt.

    Eksempler:

      udmelding record tally CU-DOMFAELDTE-2024 --area midtjylland --approved 18

      udmelding record tally CU-DOMFAELDTE-2024 --country --approved 86 --on 10/1-2025
    """
    from udmelding.casework.recording.recording import tally_of
    from udmelding.casework.services import open_services

    now = moment_of_action(today)
    with open_services() as services:
        counted = tally_of(services, reference, now, area=area, approved=approved, country=country)
    record_one(
        reference,
        "tally",
        now,
        by=by,
        source="; ".join(part for part in (source, counted.explanation) if part),
        corrects=corrects,
        on=past(on, now),
        area=counted.area,
        approved=counted.approved,
        total=counted.total,
    )
