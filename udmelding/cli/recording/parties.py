"""What parties have answered, decided and been granted."""

from __future__ import annotations

from typing import Annotated

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
)
from udmelding.cli.recording.changes import DryRun, Yes
from udmelding.cli.recording.shared import Note, On, Reason, Who, record_one


def response(
    reference: Reference,
    municipality: Who,
    on: On = "i dag",
    completeness: Annotated[
        str,
        typer.Option(
            "--completeness",
            metavar="ORD",
            help="besvaret, «delvist besvaret» eller «ingen borgere i målgruppen».",
        ),
    ] = "besvaret",
    step: Annotated[str, typer.Option("--step", metavar="TRIN")] = "collection",
    note: Note = "",
    source: Source = "",
    corrects: Corrects = None,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """En kommune har svaret på dataindsamlingen.

    Eksempel:

      udmelding record response CU-GRAVIDE-2025 Greve --on 2/9 --completeness "ingen borgere i
      målgruppen"
    """
    from models import Completeness

    now = moment_of_action(today)
    record_one(
        reference,
        "response",
        now,
        by=by,
        source=source,
        corrects=corrects,
        step=step,
        party=municipality,
        on=past(on, now),
        completeness=member(Completeness, completeness),
        note=note,
    )


def body_decision(
    reference: Reference,
    body: Annotated[str, typer.Argument(metavar="ORGAN", help="fx styregruppe, k17 eller kkr.")],
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="ORD", help="fx godkendt, anbefalet, udsat, afvist.")
    ],
    on: On = "i dag",
    evidence: Annotated[
        str, typer.Option("--evidence", metavar="LINK", help="Link til eller navn på referatet.")
    ] = "",
    note: Note = "",
    source: Source = "",
    corrects: Corrects = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """Et styrende organ (styregruppe, K17, KKR …) har besluttet.

    Eksempel:

      udmelding record body-decision CU-GRAVIDE-2025 kkr --outcome anbefalet --on 8/4-2025
    """
    from models import Level, Outcome

    now = moment_of_action(today)
    record_one(
        reference,
        "decision",
        now,
        by=by,
        dry_run=dry_run,
        yes=yes,
        source=source,
        corrects=corrects,
        step=body,
        party=body,
        on=past(on, now),
        level=Level.BODY,
        outcome=member(Outcome, outcome),
        evidence=evidence,
        is_proven=bool(evidence),
        note=note,
    )


def council_decision(
    reference: Reference,
    municipality: Who,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="ORD", help="fx godkendt, udsat, afvist.")
    ] = "godkendt",
    on: On = "i dag",
    level: Annotated[
        str,
        typer.Option(
            "--level", metavar="ORD", help="kommunalbestyrelse, fagudvalg, økonomiudvalg …"
        ),
    ] = "kommunalbestyrelse",
    evidence: Annotated[
        str, typer.Option("--evidence", metavar="LINK", help="Link til eller navn på referatet.")
    ] = "",
    note: Note = "",
    source: Source = "",
    corrects: Corrects = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """En kommunalbestyrelse (eller dens udvalg) har besluttet.

    Uden --evidence vises beslutningen som meldt; med --evidence som dokumenteret.

    Eksempel:

      udmelding record council-decision CU-GRAVIDE-2025 Lolland --on 24/4 --evidence
      https://lolland.example/referat
    """
    from models import Level, Outcome

    now = moment_of_action(today)
    record_one(
        reference,
        "decision",
        now,
        by=by,
        dry_run=dry_run,
        yes=yes,
        source=source,
        corrects=corrects,
        step="councils",
        party=municipality,
        on=past(on, now),
        level=member(Level, level),
        outcome=member(Outcome, outcome),
        evidence=evidence,
        is_proven=bool(evidence),
        note=note,
    )


def waiver(
    reference: Reference,
    municipality: Who,
    reason: Reason,
    step: Annotated[str, typer.Option("--step", metavar="TRIN")] = "collection",
    on: On = "i dag",
    source: Source = "",
    corrects: Corrects = None,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """En part fritages for et trin.

    Eksempel:

      udmelding record waiver CU-GRAVIDE-2025 Stevns --reason "svarer sammen med Faxe"
    """
    now = moment_of_action(today)
    record_one(
        reference,
        "waiver",
        now,
        by=by,
        source=source,
        corrects=corrects,
        step=step,
        party=municipality,
        waived_on=past_day(on, now),
        reason=reason,
    )


def extension(
    reference: Reference,
    municipality: Who,
    until: Annotated[str, typer.Option("--until", metavar="DATO", help="Den nye frist.")],
    step: Annotated[str, typer.Option("--step", metavar="TRIN")] = "collection",
    on: On = "i dag",
    reason: Reason = "",
    source: Source = "",
    corrects: Corrects = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """En part får længere frist; rykkerne følger den nye frist.

    Eksempel:

      udmelding record extension CU-GRAVIDE-2025 Odsherred --until 15/9-2025
    """
    now = moment_of_action(today)
    record_one(
        reference,
        "extension",
        now,
        by=by,
        dry_run=dry_run,
        yes=yes,
        source=source,
        corrects=corrects,
        step=step,
        party=municipality,
        granted_on=past_day(on, now),
        due_on=coming_day(until, now),
        reason=reason,
    )


def expected(
    reference: Reference,
    municipality: Who,
    day: Annotated[str, typer.Argument(metavar="DATO", help="Dagen, kommunen har meldt.")],
    step: Annotated[str, typer.Option("--step", metavar="TRIN")] = "councils",
    note: Note = "",
    source: Source = "",
    corrects: Corrects = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    no_cpr: ConfirmNoCpr = False,
    today: Today = None,
) -> None:
    """En kommune har meldt, hvilken dag den vil beslutte. Prognosen og planen følger den dag.

    Eksempel:

      udmelding record expected CU-GRAVIDE-2025 Lolland 22/5-2025 --source "mail fra Lolland"
    """
    now = moment_of_action(today)
    record_one(
        reference,
        "expectation",
        now,
        by=by,
        dry_run=dry_run,
        yes=yes,
        source=source,
        corrects=corrects,
        step=step,
        party=municipality,
        expected_on=coming_day(day, now),
        note=note,
    )
