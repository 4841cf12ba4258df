"""What lies behind a plan: every date explained, the plan drawn, how late the report may leave."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from udmelding.cli.options import AsJson, AsOf, Reference, moment_as_of, no_deadline, one_case

if TYPE_CHECKING:
    from udmelding.rules.case.case import Case
    from udmelding.rules.plan.plan import PlanInput


def must_leave(reference: Reference, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Vis, hvornår afrapporteringen senest skal ud, så alle – eller nogle – kommuner kan nå det.

    Eksempel:

      udmelding must-leave CU-GRAVIDE-2025 --as-of 1/2-2025
    """
    from udmelding.casework.plan.as_json import must_leave_values
    from udmelding.cli.options import echo_json
    from udmelding.cli.plan import show_plan as shown
    from udmelding.rules.plan.must_leave import must_leave as choices_of
    from udmelding.rules.plan.must_leave import no_choice

    case, asked = _asked(reference, moment_as_of(as_of))
    choices = choices_of(asked)
    if as_json:
        echo_json([must_leave_values(choice) for choice in choices])
        return
    if not choices:
        typer.echo(no_choice(asked))
        return
    titles = {step.id: step.title for step in case.process.steps}
    shown.show_must_leave(choices, titles, case.process.paper_title)


def _asked(reference: str, moment: dt.datetime) -> tuple[Case, PlanInput]:
    from udmelding.rules.plan.case_plan import plan_input

    case = one_case(reference, moment)
    asked = plan_input(case, moment.date())
    if asked is None:
        raise no_deadline(reference)
    return case, asked


def explain(
    reference: Reference,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="[TRIN|PART]", help="fx kkr, Lolland eller frist; ellers alle trin."
        ),
    ] = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Forklar hver dato: hvor den kommer fra, hvordan den er regnet ud, og hvad den var før.

    Eksempler:

      udmelding explain CU-GRAVIDE-2025 kkr

      udmelding explain CU-GRAVIDE-2025 Lolland
    """
    from udmelding.casework.plan.as_json import explanation_values
    from udmelding.casework.plan.explaining import explain_case
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import echo_json
    from udmelding.cli.plan import show_plan as shown

    with open_services() as services:
        found = explain_case(services, reference, subject, moment_as_of(as_of))
    if not found:
        raise no_deadline(reference)
    if as_json:
        echo_json([explanation_values(item) for item in found])
        return
    for item in found:
        shown.show_explanation(item)


def wheel(
    reference: Reference,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FIL", help="Filen; ellers aarshjul-SAG.svg."),
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Skriv planen som årshjul: en tegning (.svg), eller en PDF (.pdf) med en tabel i ord.

    Eksempler:

      udmelding wheel CU-GRAVIDE-2025

      udmelding wheel CU-GRAVIDE-2025 --output aarshjul.pdf
    """
    from udmelding.casework.plan.explaining import wheel_of, wheel_pdf_of
    from udmelding.casework.wiring import open_services
    from udmelding.cli.options import check_output, write_output
    from udmelding.documents.plan.year_wheel import year_wheel_svg

    check_output(output)
    moment = moment_as_of(as_of)
    case = one_case(reference, moment)
    file = output or Path(f"aarshjul-{case.reference}.svg")
    if file.suffix.lower() == ".pdf":
        with open_services() as services:
            content = wheel_pdf_of(services, case, moment)
    else:
        made = wheel_of(case, moment.date())
        content = year_wheel_svg(made).encode() if made else None
    if content is None:
        raise no_deadline(reference)
    write_output(file, content)
    typer.echo(f"Årshjulet er skrevet til {file}.")
