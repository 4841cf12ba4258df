"""One regional council takes over from another while a framework agreement is being decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models import PartyKind, Scope
from models.announcement import AnnouncementKind
from tests.past import record_past
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.parties.book import other_parties
from udmelding.casework.parties.contact_tables import party_named
from udmelding.casework.wiring import Services
from udmelding.config.case.library import process_named
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import Standing, State
from udmelding.rules.due.due import next_look
from udmelding.rules.papers.letters_decisions import regional_sentences
from udmelding.rules.papers.meeting_paper import paper_title
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.status.status import status
from udmelding.web.case.municipality_rows import rows_of

pytestmark = pytest.mark.database

REFERENCE = "RA-2027-2028"
OLD, NEW = "regional-council", "regional-council-oestdanmark"
BODIES = {"styregruppe": "2026-08-28", "k17": "2026-09-11", "kkr": "2026-09-22"}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def launched(services: Services, area: str, received: str, deadline: str, process: str) -> Case:
    stamp = Stamp(clock.at(day(received)), "anna")
    new = NewCase(
        reference=REFERENCE,
        process=process,
        area=area,
        scope=Scope.REGIONAL,
        received_on=day(received),
        particulars=NewParticulars(title="Rammeaftale"),
        deadline=NewDeadline(due_on=day(deadline)),
    )
    with writing(services.engine) as session:
        launch_case(session, services.settings, new, stamp)
    return seen(services, received)


def seen(services: Services, on: str) -> Case:
    with reading(services.engine) as session:
        return load(session, REFERENCE, clock.end_of(day(on)))


def regions(case: Case) -> dict[str, tuple[str, str]]:
    """The regional councils that are parties, with the days of their membership."""
    return {
        party.name: (str(party.member_from or ""), str(party.member_until or ""))
        for party in case.parties
        if party.kind is PartyKind.REGIONAL_COUNCIL
    }


def standing(services: Services, party: str, on: str) -> Standing | None:
    rows = status(seen(services, on), day(on)).standings
    return next((row for row in rows if row.party.party == party), None)


@pytest.fixture
def in_councils(services: Services) -> Services:
    """The agreement 2027-28 of Sjælland, sent to councils and region on 23 September 2026."""
    launched(services, "sjaelland", "2026-06-01", "2026-12-01", "rammeaftale")
    report = {
        "document_kind": "final_report",
        "title": "Rammeaftale",
        "dated_on": day("2026-08-20"),
        "version": 1,
    }
    record_past(services, REFERENCE, "document", report, Stamp(clock.at(day("2026-08-20")), "anna"))
    for body, on in BODIES.items():
        said = {"step": body, "party": body, "on": day(on), "level": "body", "outcome": "approved"}
        record_past(services, REFERENCE, "decision", said, Stamp(clock.at(day(on)), "anna"))
    advance(services, REFERENCE, clock.at(day("2026-09-23"), "08:00"))
    return services


def decide(services: Services, party: str, on: str) -> None:
    said = {"step": "councils", "party": party, "on": day(on), "level": "council"}
    stamp = Stamp(clock.at(day(on)), "anna")
    record_past(services, REFERENCE, "decision", {**said, "outcome": "approved"}, stamp)


def test_every_areas_regional_council_is_a_party_to_its_framework_agreement(
    services: Services,
) -> None:
    case = launched(services, "midtjylland", "2024-06-01", "2024-12-01", "rammeaftale")
    assert regions(case) == {"Regionsrådet i Region Midtjylland": ("", "")}


def test_an_agreement_of_2024_knows_nothing_of_oestdanmark(services: Services) -> None:
    case = launched(services, "hovedstaden", "2024-06-01", "2024-12-01", "rammeaftale")
    assert regions(case) == {"Regionsrådet i Region Hovedstaden": ("", "2026-12-31")}


def test_an_agreement_that_begins_in_2027_has_the_council_of_oestdanmark_alone(
    services: Services,
) -> None:
    case = launched(services, "hovedstaden", "2027-06-01", "2028-12-01", "rammeaftale")
    assert regions(case) == {"Regionsrådet i Region Østdanmark": ("2027-01-01", "")}


def test_a_central_udmelding_has_a_regional_council_in_nordjylland_only(
    services: Services,
) -> None:
    case = launched(services, "nordjylland", "2026-06-01", "2026-12-01", "central-udmelding")
    assert list(regions(case)) == ["Regionsrådet i Region Nordjylland"]


def test_a_central_udmelding_in_sjaelland_asks_no_region(services: Services) -> None:
    case = launched(services, "sjaelland", "2026-06-01", "2026-12-01", "central-udmelding")
    assert regions(case) == {}


def test_until_new_year_the_old_council_owes_and_the_new_one_is_named_as_coming(
    in_councils: Services,
) -> None:
    old = standing(in_councils, OLD, "2026-10-20")
    assert old is not None
    assert old.state is State.OPEN
    assert standing(in_councils, NEW, "2026-10-20") is None
    case = seen(in_councils, "2026-10-20")
    assert regional_sentences(case, status(case, day("2026-10-20"))) == (
        "Regionsrådet i Region Sjælland har endnu ikke besluttet; det består til og med "
        "31. december 2026.",
        "Regionsrådet i Region Østdanmark indtræder 1. januar 2027.",
    )


def test_what_the_old_council_has_not_decided_the_new_one_is_asked_for_once(
    in_councils: Services,
) -> None:
    for _ in range(2):
        advance(in_councils, REFERENCE, clock.at(day("2027-01-04"), "08:00"))
    old = standing(in_councils, OLD, "2027-01-04")
    new = standing(in_councils, NEW, "2027-01-04")
    assert old is not None
    assert new is not None
    assert (old.state, old.reason) == (State.WAIVED, "bestod til og med 31. december 2026")
    assert new.state is State.OPEN
    assert new.due_on is not None
    assert new.due_on >= day("2027-01-18"), "a council that is asked late gets a fair time"
    assert [o.party for o in seen(in_councils, "2027-01-04").obligations].count(NEW) == 1
    case = seen(in_councils, "2027-01-04")
    assert regional_sentences(case, status(case, day("2027-01-04"))) == (
        "Regionsrådet i Region Sjælland skal ikke beslutte: bestod til og med 31. december 2026.",
        "Regionsrådet i Region Østdanmark har endnu ikke besluttet.",
    )


def test_an_abolished_council_is_reminded_of_nothing(in_councils: Services) -> None:
    advance(in_councils, REFERENCE, clock.at(day("2027-01-11"), "08:00"))
    with reading(in_councils.engine) as session:
        mails = [m for m in outbox.list_mails(session) if m.party == OLD]
    assert all(m.created_at < clock.at(day("2027-01-01")) for m in mails)


def test_the_machine_looks_at_the_case_on_the_new_councils_first_day(
    in_councils: Services,
) -> None:
    assert next_look(seen(in_councils, "2026-12-30"), day("2026-12-30")) == day("2027-01-01")


def test_where_the_old_council_has_decided_the_new_one_is_not_asked(
    in_councils: Services,
) -> None:
    decide(in_councils, OLD, "2026-12-14")
    advance(in_councils, REFERENCE, clock.at(day("2027-01-04"), "08:00"))
    assert standing(in_councils, NEW, "2027-01-04") is None
    old = standing(in_councils, OLD, "2027-01-04")
    assert old is not None
    assert old.is_approved
    with reading(in_councils.engine) as session:
        assert not [m for m in outbox.list_mails(session) if m.party == NEW]


def test_no_regional_council_is_counted_among_the_seventeen(in_councils: Services) -> None:
    decide(in_councils, OLD, "2026-12-14")
    counted = status(seen(in_councils, "2026-12-14"), day("2026-12-14")).councils
    assert (counted.approved, counted.total) == (0, 17)


def test_a_case_in_nordjylland_is_called_by_the_areas_own_word(services: Services) -> None:
    case = launched(services, "nordjylland", "2026-06-01", "2026-12-01", "rammeaftale")
    assert (case.process.title, case.process.paper_title) == ("Nordjysk Socialaftale",) * 2


def test_papers_call_the_agreement_by_the_areas_own_word(services: Services) -> None:
    case = launched(services, "nordjylland", "2026-06-01", "2026-12-01", "rammeaftale")
    front = replace(case.particulars, kind=AnnouncementKind.FRAMEWORK_AGREEMENT, title="2027-28")
    assert paper_title(replace(case, particulars=front)) == "Nordjysk Socialaftale: 2027-28"
    elsewhere = replace(case, particulars=front, process=process_named("rammeaftale"))
    assert paper_title(elsewhere) == "Rammeaftale: 2027-28"


def test_the_list_names_both_councils_with_their_days(in_councils: Services) -> None:
    case = seen(in_councils, "2026-10-20")
    rows = rows_of(case, status(case, day("2026-10-20")))
    councils = [row for row in rows if row.party.kind is PartyKind.REGIONAL_COUNCIL]
    assert {row.name: row.membership for row in councils} == {
        "Regionsrådet i Region Sjælland": "til 31/12-2026",
        "Regionsrådet i Region Østdanmark": "fra 1/1-2027",
    }


@pytest.mark.parametrize(
    ("word", "party"),
    [("regionsrådet", OLD), ("Regionsrådet i Region Østdanmark", NEW)],
)
def test_a_list_of_contacts_can_name_both_councils(word: str, party: str) -> None:
    assert party_named(word) == party


def test_both_councils_have_a_page_of_contacts(services: Services) -> None:
    assert {OLD, NEW} <= set(other_parties(services.settings, "sjaelland"))
    assert NEW not in other_parties(services.settings, "syddanmark")
