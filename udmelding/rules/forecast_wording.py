"""Says a forecast in Danish."""

from __future__ import annotations

from collections.abc import Sequence

from udmelding.rules.case.council import Basis
from udmelding.rules.case.glossary import enumerated
from udmelding.rules.plan.forecast import CouncilForecast, Forecast
from udmelding.rules.plan.lead_times import LeadTime
from udmelding.rules.words.date_wording import long_date


def forecast_sentences(found: Forecast) -> Sequence[str]:
    """How many will have decided by the deadline, for whom a reservation is needed, and why."""
    at_deadline = found.on(found.deadline)
    sentences: list[str] = []
    if at_deadline is not None and found.deadline >= found.as_of:
        count = f"{at_deadline.region} af {found.total} kommuner"
        if found.country_total is not None:
            count += f" ({at_deadline.country} af {found.country_total} i hele landet)"
        sentences.append(
            f"Ved fristen {long_date(found.deadline)} ventes {count} at have besluttet."
        )
    late = found.reservation_for
    if not late:
        sentences.append("Der ventes ikke at skulle tages forbehold.")
    else:
        names = (
            enumerated([_late(row) for row in late]) if len(late) < 8 else f"{len(late)} kommuner"
        )
        sentences.append(f"Der ventes forbehold for {names}.")
    unsure = [row for row in found.councils if row.basis in (Basis.ASSUMED, Basis.LEARNED)]
    if unsure:
        sentences.append(
            f"For {len(unsure)} af kommunerne er mødekalenderen ikke kendt; deres dag er et skøn."
        )
    return sentences


def _late(row: CouncilForecast) -> str:
    if row.expected_on is None:
        return f"{row.name} (dag ukendt)"
    return f"{row.name} ({row.expected_on.day}/{row.expected_on.month})"


def lead_time_text(lead_time: LeadTime | None) -> str:
    """A lead time as a table shows it: median, the middle half, and what it rests on."""
    if lead_time is None:
        return ""
    whose = "" if lead_time.is_own else ", alle kommuner"
    return (
        f"{lead_time.median} dage ({lead_time.low}-{lead_time.high}; "
        f"{lead_time.count} tilfælde{whose})"
    )
