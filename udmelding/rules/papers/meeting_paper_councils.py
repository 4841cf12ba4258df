"""Says in a case paper how far the councils are: counts, who is missing, who is expected when."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from models.decision import Outcome
from udmelding.rules.case.council import Basis
from udmelding.rules.case.facts import Party
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import Standing, State, of_councils
from udmelding.rules.papers.meeting_paper_values import (
    CouncilRow,
    DatedLine,
    PaperFacts,
    mark,
    on_day,
)
from udmelding.rules.plan.forecast import CouncilForecast, usual_range
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper

_MANY = 8
"""From so many on, councils are counted instead of named; the table names them all."""

_BASIS = {
    Basis.ANNOUNCED: "meldt af kommunen",
    Basis.AGREED: "aftalt udsættelse",
    Basis.CALENDAR: "kommunens mødekalender",
    Basis.ASSUMED: "skøn efter antaget mødekalender",
}


def councils_mark(known: PaperFacts) -> str:
    """The mark where any council's decision, or another area's count, was made up."""
    rows = of_councils(known.status.standings)
    tallies = known.case.tallies
    return mark(any(row.is_made_up for row in rows) or any(t.is_made_up for t in tallies))


def municipalities(count: int) -> str:
    """A number of municipalities: ``1 kommune``, ``4 kommuner``."""
    return f"{count} kommune" if count == 1 else f"{count} kommuner"


def have_begun(known: PaperFacts) -> bool:
    """Whether any council was asked, has decided, or is declared to have decided."""
    rows = of_councils(known.status.standings)
    asked = any(row.state is not State.NOT_ASKED for row in rows)
    return asked or any(tally.approved for tally in known.case.tallies)


def approvals(known: PaperFacts) -> str:
    """How many have approved: ``godkendt i 13 af 17 kommuner i Sjælland og 86 af 98 i …``.

    The country is only counted where another area has told: else its number would be ours.
    """
    councils, country, star = known.status.councils, known.status.country, councils_mark(known)
    text = f"godkendt i {councils.approved} af {councils.total}{star} kommuner"
    if country is None or country.approved <= councils.approved:
        return f"{text} i {known.venue.area_name}"
    return (
        f"{text} i {known.venue.area_name} og i {country.approved} af {country.total}{star} "
        "kommuner i hele landet"
    )


def names_of(parties: Sequence[Party], star: str) -> str:
    """Municipalities by name, each with the mark; counted where they are many."""
    if len(parties) >= _MANY:
        return f"{municipalities(len(parties))}{star}"
    return join_names([f"{party.name}{star}" for party in parties])


def council_paragraphs(known: PaperFacts) -> Sequence[str]:
    """How far the councils are; empty where the process has none."""
    if not known.status.councils.total:
        return ()
    if not have_begun(known):
        return (" ".join(_before(known)),)
    return (" ".join([*_counted(known), *_missing(known)]),)


def _before(known: PaperFacts) -> Sequence[str]:
    """What is said before any council was asked."""
    plan, found = known.status.plan, known.forecast
    sentences = ["Den politiske behandling i kommunerne er ikke begyndt."]
    if plan is not None and plan.ready_on is not None:
        guess = " (antaget)" if plan.assumed_bodies else ""
        sentences.append(
            f"Efter planen når {known.paper} kommunerne {on_day(plan.ready_on)}{guess}."
        )
    at_deadline = found.on(found.deadline) if found else None
    if found is not None and at_deadline is not None and found.deadline >= found.as_of:
        sentences.append(
            f"Ved fristen ventes {at_deadline.region} af {found.total} kommuner at have besluttet."
        )
    return [*sentences, *expected_reservation(known)]


def expected_reservation(known: PaperFacts) -> Sequence[str]:
    """For whom a reservation is expected, while nothing has been sent."""
    late = known.forecast.reservation_for if known.forecast else ()
    if not late or known.status.submission is not None:
        return ()
    names = join_names([row.name for row in late])
    who = names if len(late) < _MANY else municipalities(len(late))
    return (f"Der må påregnes forbehold for {who}, som ventes at beslutte efter fristen.",)


def _counted(known: PaperFacts) -> Sequence[str]:
    councils, star = known.status.councils, councils_mark(known)
    rows = of_councils(known.status.standings)
    sentences = [f"{first_upper(known.paper)} er {approvals(known)}."]
    for outcome, words in (
        (Outcome.APPROVED_WITH_REMARKS, "har godkendt med bemærkninger"),
        (Outcome.NOTED, "har taget sagen til efterretning"),
        (Outcome.REJECTED, "har afvist"),
    ):
        named = [r.party for r in rows if r.state is State.FULFILLED and r.outcome is outcome]
        if named:
            sentences.append(f"{first_upper(names_of(named, star))} {words}.")
    if councils.waived:
        waived = [r.party for r in rows if r.state is State.WAIVED]
        sentences.append(f"{first_upper(names_of(waived, ''))} er fritaget.")
    return sentences


def _missing(known: PaperFacts) -> Sequence[str]:
    """Who has not decided, and when each is expected to."""
    missing, star = known.status.councils.missing, councils_mark(known)
    if not missing:
        return ("Alle kommuner i området har behandlet sagen.",)
    verb = "Der mangler beslutning fra"
    sentences = [f"{verb} {names_of(missing, star)}."]
    groups = expected_days(known)
    for (day, basis), rows in groups.items():
        who = _who(rows, len(missing), star)
        if day is None:
            sentences.append(f"For {who} kendes dagen ikke.")
        else:
            basis_of = _BASIS[basis]
            sentences.append(f"{first_upper(who)} ventes at beslutte {on_day(day)} ({basis_of}).")
    return [*sentences, *expected_reservation(known)]


def _who(rows: Sequence[CouncilForecast], missing: int, star: str) -> str:
    """A group among the missing: named only where it is not all of them."""
    if len(rows) == missing:
        return "den" if missing == 1 else "de"
    if len(rows) >= _MANY:
        return municipalities(len(rows))
    return join_names([f"{row.name}{star}" for row in rows])


def expected_days(known: PaperFacts) -> dict[tuple[dt.date | None, Basis], list[CouncilForecast]]:
    """The missing councils by the day on which they are expected and what it rests on."""
    groups: dict[tuple[dt.date | None, Basis], list[CouncilForecast]] = defaultdict(list)
    missing = {party.party for party in known.status.councils.missing}
    rows = [r for r in (known.forecast.councils if known.forecast else ()) if r.party in missing]
    for row in sorted(rows, key=lambda r: r.expected_on or dt.date.max):
        groups[row.expected_on, row.basis].append(row)
    return groups


def expected_lines(known: PaperFacts) -> Sequence[DatedLine]:
    """The coming decisions of the councils, one line for each day and basis."""
    star = councils_mark(known)
    return [
        DatedLine(
            day, long_date(day), f"Forventet beslutning i {_together(rows, star)} ({_BASIS[basis]})"
        )
        for (day, basis), rows in expected_days(known).items()
        if day is not None
    ]


def _together(rows: Sequence[CouncilForecast], star: str) -> str:
    if len(rows) >= _MANY:
        return municipalities(len(rows))
    return join_names([f"{row.name}{star}" for row in rows])


def council_rows(known: PaperFacts) -> tuple[CouncilRow, ...]:
    """The table of all councils, in the order of the case."""
    coming = {row.party: row for row in (known.forecast.councils if known.forecast else ())}
    star = councils_mark(known)
    return tuple(
        _row(row, coming.get(row.party.party), star) for row in of_councils(known.status.standings)
    )


def _row(row: Standing, coming: CouncilForecast | None, star: str) -> CouncilRow:
    """One row; ``star`` marks what is missing only because the rest was made up."""
    if row.state is State.FULFILLED and row.outcome is not None:
        day = long_date(row.met_on) if row.met_on else ""
        outcome = first_upper(label(row.outcome))
        return CouncilRow(row.party.name, outcome, f"{day}{mark(row.is_made_up)}", "")
    if row.state is State.WAIVED:
        return CouncilRow(row.party.name, "Fritaget", "", row.reason)
    state = f"Mangler{star}"
    if row.outcome is not None and row.level is not None:
        state = f"Mangler{star}; {label(row.level)}: {label(row.outcome)}"
    if coming is None or coming.expected_on is None:
        return CouncilRow(row.party.name, state, "", "dagen kendes ikke")
    remark = _BASIS.get(coming.basis, "")
    if coming.basis is Basis.ASSUMED and (usual := usual_range(coming.lead_time)):
        remark += f"; {usual}"
    return CouncilRow(row.party.name, state, f"ventes {long_date(coming.expected_on)}", remark)
