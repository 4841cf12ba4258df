"""The decisions as letters list them: counts, rows of a table, who is missing and expected when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from models.decision import Level, Outcome
from models.party import PartyKind
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Decision, Party
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import Standing, State, is_council_step, of_councils
from udmelding.rules.papers.council_paper_dates import UNKNOWN
from udmelding.rules.papers.meeting_paper_values import mark
from udmelding.rules.plan.forecast import CouncilForecast, Forecast
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper

HEAD = ("Hvem", "Led", "Dag", "Beslutning", "Bemærkninger", "Dokumentation")
"""The heads of the overview."""

Row = tuple[str, ...]

_OTHERWISE = {
    Outcome.NOTED: "har taget sagen til efterretning",
    Outcome.REJECTED: "har afvist",
}


def count_decisions(case: Case, status: Status) -> tuple[str, ...]:
    """How many have approved, in the area and the country; and who decided otherwise.

    The country is counted only where other areas have told: else its number would be ours.
    """
    councils, what = status.councils, case.process.paper_title
    if not councils.total:
        return ()
    star = mark(any(row.is_made_up for row in of_councils(status.standings)))
    told = [f"{what} er godkendt i {councils.approved} af {councils.total}{star} kommuner."]
    country = status.country if case.tallies else None
    if country is not None:
        far = mark(any(tally.is_made_up for tally in case.tallies)) or star
        told.append(
            f"I hele landet er {what} godkendt i {country.approved} af {country.total}{far} "
            "kommuner."
        )
    if councils.waived:
        waived = [r.party.name for r in of_councils(status.standings) if r.state is State.WAIVED]
        told.append(f"{join_names(waived)} er fritaget.")
    told += decided_otherwise(of_councils(status.standings))
    return (*(first_upper(text) for text in told), *regional_sentences(case, status))


def regional_sentences(case: Case, status: Status) -> tuple[str, ...]:
    """How each regional council that is a party stands, with the days of its membership.

    They are parties to a framework agreement and are not counted with the municipalities.
    """
    told = []
    of_region = [p for p in case.parties if p.kind is PartyKind.REGIONAL_COUNCIL]
    rows = {row.party.party: row for row in status.standings if is_council_step(row.step)}
    for party in of_region:
        row, ends = rows.get(party.party), party.member_until
        if row is not None and row.state is State.FULFILLED:
            did = _OTHERWISE.get(row.outcome) if row.outcome else None
            told.append(f"{party.name} {did or 'har godkendt'} {met_on(row)}.")
        elif party.member_from is not None and party.member_from > status.as_of:
            told.append(f"{party.name} indtræder {long_date(party.member_from)}.")
        elif row is None:
            continue
        elif row.state is State.WAIVED:
            told.append(
                f"{party.name} skal ikke beslutte{': ' + row.reason if row.reason else ''}."
            )
        else:
            until = f"; det består til og med {long_date(ends)}" if ends else ""
            told.append(f"{party.name} har endnu ikke besluttet{until}.")
    return tuple(told)


def decided_otherwise(rows: Sequence[Standing]) -> tuple[str, ...]:
    """Who has concluded without a yes, one sentence for each outcome."""
    told = []
    for outcome, words in _OTHERWISE.items():
        names = [r.party.name for r in rows if r.state is State.FULFILLED and r.outcome is outcome]
        if names:
            told.append(f"{join_names(names)} {words}.")
    return tuple(told)


def met_on(row: Standing) -> str:
    """The day a council decided, in the source's words where they are vague."""
    day = long_date(row.met_on) if row.met_on else ""
    return f"{day}{mark(row.is_made_up)}"


def missing_lines(forecast: Forecast | None, wanted: Sequence[Party]) -> tuple[str, ...]:
    """When each of the wanted councils is expected to decide, one line for each day and basis.

    Args:
        forecast: of the case; None where nothing can be foreseen.
        wanted: the municipalities.
    """
    coming, days = _coming(forecast), dict[tuple[dt.date, str], list[str]]()
    for party in wanted:
        found = coming.get(party.party)
        known = found.expected_on if found else None
        at = known or dt.date.max, _basis(coming, party) if known else ""
        days.setdefault(at, []).append(party.name)
    return tuple(
        f"{_day_of(day, basis)}: {join_names(names)}"
        for (day, basis), names in sorted(days.items())
    )


def _day_of(day: dt.date, basis: str) -> str:
    return f"{long_date(day)} ({basis})" if day < dt.date.max else first_upper(UNKNOWN)


def _coming(forecast: Forecast | None) -> dict[str, CouncilForecast]:
    return {row.party: row for row in (forecast.councils if forecast else ())}


def _day(coming: dict[str, CouncilForecast], party: Party) -> str:
    found = coming.get(party.party)
    return long_date(found.expected_on) if found and found.expected_on else UNKNOWN


def _basis(coming: dict[str, CouncilForecast], party: Party) -> str:
    found = coming.get(party.party)
    return label(found.basis) if found and found.expected_on else ""


def decision_rows(
    case: Case, status: Status, forecast: Forecast | None
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Rows of the bodies and of the municipalities, as ``HEAD`` says.

    Every level of a municipality that has decided has a row; one that has not concluded has a row
    that says when it is expected to.

    Args:
        case: what is known.
        status: of ``case``.
        forecast: of ``case``; None where nothing can be foreseen.
    """
    names = {party.party: party.name for party in case.parties}
    ordered = sorted(case.decisions, key=lambda d: (d.happened_to, d.recorded_at))
    bodies = tuple(_decided(d, names) for d in ordered if d.level is Level.BODY)
    steps = {step.id for step in case.process.steps if is_council_step(step)}
    coming = _coming(forecast)
    councils: list[Row] = []
    for row in of_councils(status.standings):
        own = [d for d in ordered if d.party == row.party.party and d.step in steps]
        councils += [_decided(d, names) for d in own]
        if row.state is State.WAIVED:
            councils.append((row.party.name, "", "", "Fritaget", row.reason, ""))
        elif not row.state.is_closed:
            day = f"ventes {_day(coming, row.party)}".replace(f"ventes {UNKNOWN}", UNKNOWN)
            basis = _basis(coming, row.party)
            councils.append((row.party.name, "", day, "Mangler", basis, ""))
    return bodies, tuple(councils)


def _decided(decision: Decision, names: dict[str, str]) -> Row:
    evidence = decision.evidence or ("set af sekretariatet" if decision.is_proven else "")
    item = f", punkt {decision.item_number}" if decision.item_number else ""
    return (
        names.get(decision.party, decision.party),
        "" if decision.level is Level.BODY else first_upper(label(decision.level)),
        f"{decision.when}{item}{mark(decision.is_made_up)}",
        first_upper(label(decision.outcome)),
        decision.note,
        evidence or "ikke modtaget endnu",
    )
