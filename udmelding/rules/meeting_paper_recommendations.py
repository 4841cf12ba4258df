"""What is a body asked to decide, and what does it cost? The recommendation and the economy."""

from __future__ import annotations

from collections.abc import Sequence

from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.rules.papers.meeting_paper_councils import expected_reservation, municipalities
from udmelding.rules.papers.meeting_paper_values import Known, on_day
from udmelding.rules.report.circulated import COUNTRY, Circulated, amounts


def recommendations(known: Known) -> tuple[str, ...]:
    """What the body is asked to do; a case that it does not decide is for its information."""
    name = known.venue.name
    if not known.is_for_decision:
        return (f"at {name} tager status til efterretning",)
    return (_decision(known), *_onward(known), *_with_reservation(known))


def _decision(known: Known) -> str:
    """What is decided: each body recommends the final version to the next one in the chain."""
    name, step = known.venue.name, _next_step(known)
    version = f" (version {known.case.latest_version})" if known.case.latest_version else ""
    what = f"{known.paper}{version}"
    if step is not None and step.parties is not Parties.BODY:
        return f"at {name} anbefaler kommunerne at godkende {what}"
    if step is None or not version:
        return f"at {name} godkender {what}"
    return f"at {name} anbefaler {step.title} at godkende {what}"


def _next_step(known: Known) -> Step | None:
    """Who decides after this body."""
    steps = list(known.case.process.steps)
    ids = [step.id for step in steps]
    if known.venue.body not in ids:
        return None
    after = steps[ids.index(known.venue.body) + 1 :]
    return next((s for s in after if s.fulfilled_by is FulfilledBy.DECISION), None)


def _onward(known: Known) -> Sequence[str]:
    """Where the case goes from here."""
    step = _next_step(known)
    if step is None:
        return ()
    if step.parties is not Parties.BODY:
        return (f"at {known.paper} derefter sendes til politisk behandling i kommunerne",)
    row = known.status.plan.step(step.id) if known.status.plan else None
    day = f" {on_day(row.planned)}" if row and row.planned else ""
    return (f"at {known.paper} derefter forelægges {step.title}{day}",)


def _with_reservation(known: Known) -> Sequence[str]:
    late = known.forecast.reservation_for if known.forecast else ()
    if not late or not expected_reservation(known):
        return ()
    who = municipalities(len(late))
    return (
        f"at det tages til efterretning, at der må påregnes forbehold for {who}, som ventes at "
        "beslutte efter fristen",
    )


def economy(known: Known, figures: Circulated | None) -> tuple[str, ...]:
    """What it costs: the amounts that the report gives for the area and the country.

    Args:
        known: the case and the meeting.
        figures: those of the newest version of the report; None where it has none.
    """
    rows = [f"KKR {known.venue.area_name} i alt", COUNTRY]
    found = amounts(figures, rows) if figures is not None else ()
    if figures is None or not found:
        return ("Der er ikke opgjort beløb i sagen.",)
    kind = "Endelig version" if figures.is_final else "Udkast"
    return (f"{kind} {figures.version} af {known.paper} oplyser:", *found)
