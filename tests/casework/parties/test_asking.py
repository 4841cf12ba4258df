"""What a municipality asks waits until it is answered; lists name our own area's first."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Completeness, MilestoneKind, PartyKind
from tests.papering import REF, before_councils, decided, say
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.recording.recording import record_fact
from udmelding.casework.wiring import Services
from udmelding.config.parties import danish_sort_key
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.parties.asking import Wants, asked_in
from udmelding.rules.parties.declared import declarer
from udmelding.rules.parties.events import events_by_party
from udmelding.rules.status.glance import Look
from udmelding.rules.status.status import status
from udmelding.web.case.municipality_rows import missing_first, rows_of

pytestmark = pytest.mark.database

DAY = dt.date(2025, 4, 15)
FAXE, GREVE, LOLLAND = "0320", "0253", "0360"


def seen(services: Services, day: dt.date = DAY) -> Case:
    with reading(services.engine) as session:
        return load(session, REF, clock.end_of(day))


def wishes(services: Services, title: str, name: str = "Faxe") -> None:
    stamp = Stamp(clock.at(DAY, "10:00"), declarer(name))
    note = {"title": title, "on": DAY, "milestone_kind": MilestoneKind.NOTE}
    record_fact(services, REF, "milestone", note, stamp)


def test_a_wish_for_time_waits_with_its_day_and_words_until_time_is_given(
    services: Services,
) -> None:
    before_councils(services)
    advance(services, REF, clock.at(DAY))
    wishes(
        services,
        "Faxe beder om mere tid (politisk behandling, ønsket frist 18/6-2025): Ikke på dagsordenen",
    )
    (asked,) = asked_in(seen(services))
    assert (asked.party, asked.wants, asked.wanted_on) == (FAXE, Wants.TIME, dt.date(2025, 6, 18))
    assert asked.quote == "Ikke på dagsordenen"

    given = {"party": FAXE, "step": "councils", "due_on": asked.wanted_on, "granted_on": DAY}
    record_fact(services, REF, "extension", given, Stamp(clock.at(DAY, "11:00"), "anna"))
    assert asked_in(seen(services)) == ()


def test_a_declared_decision_waits_until_somebody_has_seen_that_it_is_so(
    services: Services,
) -> None:
    before_councils(services)
    said = {"step": "councils", "party": LOLLAND, "on": DAY, "level": "council"}
    said |= {"outcome": "approved", "is_proven": False}
    stamp = Stamp(clock.at(DAY, "10:00"), declarer("Lolland"))
    record_fact(services, REF, "decision", said, stamp)
    (asked,) = asked_in(seen(services))
    assert (asked.party, asked.wants) == (LOLLAND, Wants.SEEN)

    decided(services, GREVE, DAY, is_proven=False)
    assert len(asked_in(seen(services))) == 1, "what we recorded ourselves asks us for nothing"


def test_what_happened_with_a_municipality_is_told_the_newest_first(services: Services) -> None:
    before_councils(services)
    advance(services, REF, clock.at(DAY))
    decided(services, GREVE, DAY)
    say(services, "milestone", DAY, title="Faxe: ringer igen", on=DAY)
    excused = {"step": "councils", "party": LOLLAND, "waived_on": DAY, "reason": "lagt sammen"}
    say(services, "waiver", DAY, **excused)
    found = events_by_party(seen(services))
    assert found[GREVE][0].text == "Kommunalbestyrelse: godkendt"
    assert found[FAXE][0].text == "Notat: ringer igen"
    assert found[LOLLAND][0].text == "Blev fritaget: lagt sammen"
    assert any(event.text.startswith("Invitation til politisk") for event in found[FAXE])
    for events in found.values():
        assert [event.on for event in events] == sorted((e.on for e in events), reverse=True)


def test_a_case_of_the_whole_country_names_our_own_municipalities_first(
    services: Services,
) -> None:
    before_councils(services, is_national=True)
    case = seen(services)
    towns = [p for p in case.parties if p.kind is PartyKind.MUNICIPALITY]
    ours, others = towns[:17], towns[17:]
    assert {town.area for town in ours} == {case.area}
    for part in (ours, others):
        names = [town.name for town in part]
        assert names == sorted(names, key=danish_sort_key)
    assert [row.name for row in rows_of(case, status(case, DAY))] == [town.name for town in towns]


def test_who_is_missing_stands_with_the_late_first_and_a_guess_is_called_one(
    services: Services,
) -> None:
    before_councils(services)
    advance(services, REF, clock.at(DAY))
    decided(services, GREVE, DAY)
    late = {"step": "councils", "party": LOLLAND, "expected_on": dt.date(2025, 6, 26)}
    record_fact(services, REF, "expectation", late, Stamp(clock.at(DAY, "10:00"), "anna"))
    case = seen(services)
    rows = {row.code: row for row in rows_of(case, status(case, DAY))}
    first, *rest = missing_first(tuple(rows.values()))
    assert first.code == LOLLAND
    assert first.look is Look.LATE
    assert first.words == "ventes 26. juni, efter fristen"
    assert first.known == "Kommunen har meldt det"
    assert rest[0].known.startswith("Gæt")
    assert rows[GREVE].look is Look.DONE
    assert rows[GREVE] not in rest


def test_an_answer_in_part_is_told_as_one(services: Services) -> None:
    before_councils(services)
    answered = {
        "step": "collection",
        "party": FAXE,
        "on": DAY,
        "completeness": Completeness.PARTIAL,
    }
    say(services, "response", DAY, **answered)
    found = events_by_party(seen(services))
    assert found[FAXE][0].text == "Svarede delvist på spørgsmålene"
