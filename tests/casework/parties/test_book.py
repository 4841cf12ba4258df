"""The municipalities across all cases, and lists of contacts that come from files."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from models import ContactRole, Level, OutboxMessage, OutboxState
from tests.counting import statements
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.launch.preview import Wanted, launch_with_letter
from udmelding.casework.parties import contact_tables
from udmelding.casework.parties.addresses import AddressState
from udmelding.casework.parties.book import (
    WHOLE_COUNTRY,
    KnownCalendar,
    matching,
    owed_by,
    owing_by_party,
    party_book,
)
from udmelding.casework.parties.contact_import import (
    ContactsMovedError,
    contact_difference,
    export_workbook,
    take_in_contacts,
    template_workbook,
)
from udmelding.casework.parties.page import meeting_plan, party_page
from udmelding.casework.wiring import Services
from udmelding.config.plan.meeting_calendars import MunicipalMeeting
from udmelding.errors import BadFileError
from udmelding.journal.case.load import load_all
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox_mails import mails_to
from udmelding.journal.parties import (
    ContactChangedError,
    ContactValue,
    change_contact,
    history,
    load_contacts,
    put_contacts,
    remove_contact,
)
from udmelding.journal.plan.municipal import record_municipal_meeting
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.rules.status.status import status

pytestmark = pytest.mark.database

NOW = clock.at(dt.date(2025, 4, 15))
ANNA, BO = Stamp(NOW, "anna"), Stamp(NOW + dt.timedelta(minutes=5), "bo")
GREVE = "0253"


def contact(
    name: str, email: str, role: ContactRole = ContactRole.COORDINATOR, party: str = GREVE
) -> ContactValue:
    return ContactValue(party=party, role=role, name=name, email=email)


def line(services: Services, now: dt.datetime = NOW, code: str = GREVE) -> Any:
    owing = owing_by_party(services, now)
    with reading(services.engine) as session:
        lines = party_book(session, "sjaelland", owing, now)
    return next(found for found in lines if found.municipality.code == code)


def state(services: Services, role: ContactRole, now: dt.datetime = NOW) -> AddressState:
    return next(a.state for a in line(services, now).addresses if a.role is role)


def finish(two_cases: Any, state: OutboxState, outcome: str) -> None:
    """Give the last mail to Greve another fate."""
    key = two_cases.mails()[-1].key
    with writing(two_cases.services.engine) as session:
        outbox.finish(session, key, state, two_cases.now, outcome)


def test_the_book_takes_as_many_statements_for_one_area_and_one_case_as_for_all(
    services: Services, two_cases: Any
) -> None:
    owing_by_party(services, two_cases.now)
    with statements(services.engine) as few:
        owing = owing_by_party(services, two_cases.now)
        with reading(services.engine) as session:
            party_book(session, "nordjylland", owing, two_cases.now)
    for number in range(3):
        launch_with_letter(services, Wanted(two_cases._new(f"CU-FLERE-{number}")), two_cases.stamp)
    with writing(services.engine) as session:
        demo.make_contacts(session, "midtjylland", two_cases.stamp)
    owing_by_party(services, two_cases.now)
    with statements(services.engine) as many:
        owing = owing_by_party(services, two_cases.now)
        with reading(services.engine) as session:
            assert len(party_book(session, WHOLE_COUNTRY, owing, two_cases.now)) == 98
    assert len(many) == len(few) < 45


def test_what_a_municipality_owes_is_what_each_cases_own_page_says(
    services: Services, two_cases: Any
) -> None:
    with reading(services.engine) as session:
        cases = load_all(session, two_cases.now)
    expected = [
        owed
        for case in cases
        for found in [status(case, two_cases.now.date())]
        for owed in (*found.overdue, *found.next)
        if owed.party == GREVE
    ]
    found = line(services, two_cases.now)
    assert found.owing.things == len(expected) == 2
    assert found.owing.oldest == min(owed.due_on for owed in expected if owed.due_on)
    assert set(owed_by(services, GREVE, "Greve", two_cases.now)) == set(expected)


def test_a_closed_case_is_owed_nothing(services: Services, two_cases: Any) -> None:
    from tests.past import record_past

    said = {"closed_on": two_cases.now.date(), "reason": "trukket tilbage"}
    record_past(services, "CU-EN-2024", "closure", said, Stamp(two_cases.now, "anna"))
    assert line(services, two_cases.now).owing.things == 1


def test_an_address_is_missing_unused_or_its_mail_lies_in_a_folder(
    services: Services, two_cases: Any
) -> None:
    assert state(services, ContactRole.COORDINATOR) is AddressState.AS_FILE
    assert state(services, ContactRole.CHIEF_EXECUTIVE) is AddressState.UNUSED
    assert state(services, ContactRole.MAILBOX) is AddressState.NONE
    standing = next(a.contact for a in line(services).addresses if a.contact)
    with writing(services.engine) as session:
        remove_contact(session, GREVE, ContactRole.COORDINATOR, standing.key, "", ANNA)
    assert state(services, ContactRole.COORDINATOR) is AddressState.MISSING
    assert state(services, ContactRole.MAILBOX) is AddressState.MISSING
    assert line(services).is_unreachable


def test_the_last_mail_tells_whether_an_address_is_refused_or_held(
    services: Services, two_cases: Any
) -> None:
    finish(two_cases, OutboxState.FAILED, "550 ukendt modtager")
    address = line(services).addresses[0]
    assert (address.state, address.why) == (AddressState.REFUSED, "550 ukendt modtager")
    finish(two_cases, OutboxState.HELD, "afbrudt")
    assert state(services, ContactRole.COORDINATOR) is AddressState.HELD
    finish(two_cases, OutboxState.SENT, "")
    assert state(services, ContactRole.COORDINATOR) is AddressState.ACCEPTED


def test_a_copy_that_was_refused_while_the_mail_went_is_refused(
    services: Services, two_cases: Any
) -> None:
    mail = two_cases.mails()[-1]
    with writing(services.engine) as session:
        table = table_of(OutboxMessage)
        session.execute(
            sa.update(table)
            .where(table.c.key == mail.key)
            .values(copies=["direktion@greve.example"])
        )
    finish(two_cases, OutboxState.SENT, "ikke modtaget af direktion@greve.example: 550 ukendt")
    found = {address.role: address for address in line(services).addresses}
    assert found[ContactRole.COORDINATOR].state is AddressState.ACCEPTED
    assert found[ContactRole.CHIEF_EXECUTIVE].state is AddressState.REFUSED
    assert found[ContactRole.CHIEF_EXECUTIVE].why == "550 ukendt"


def test_lines_are_found_by_name_or_address_by_what_they_owe_and_by_broken_addresses(
    services: Services, two_cases: Any
) -> None:
    finish(two_cases, OutboxState.FAILED, "550 ukendt modtager")
    two_cases.answer("CU-EN-2024", two_cases.now)
    two_cases.answer("CU-TO-2024", two_cases.now)
    owing = owing_by_party(services, two_cases.now)
    with reading(services.engine) as session:
        lines = party_book(session, "sjaelland", owing, two_cases.now)

    def names(words: str = "", *, is_open: bool = False, is_broken: bool = False) -> list[str]:
        found = matching(lines, words, only_open=is_open, only_unreachable=is_broken)
        return [found_line.municipality.name for found_line in found]

    assert names("SOCIAL@greve") == ["Greve"]
    assert names(is_broken=True) == ["Greve"]
    assert "Greve" not in names(is_open=True)
    assert len(names(is_open=True)) == 16
    assert names("findes ikke") == []


def test_every_change_of_a_contact_stays_readable_with_who_and_when(services: Services) -> None:
    with writing(services.engine) as session:
        change_contact(session, contact("Team A", "a@greve.example"), "", ANNA)
        first = history(session, GREVE)[0]
        change_contact(session, contact("Team B", "b@greve.example"), first.key, BO)
        second = history(session, GREVE)[0]
        remove_contact(session, GREVE, ContactRole.COORDINATOR, second.key, "nedlagt", BO)
    with reading(services.engine) as session:
        new, old = history(session, GREVE)
        assert load_contacts(session, BO.now).get(GREVE) is None
    assert (old.name, old.superseded_by, old.recorded_by) == ("Team A", new.key, "anna")
    assert (new.superseded_at, new.removal) == (BO.now, "fjernet af bo: nedlagt")


def test_two_thousand_contacts_are_taken_in_with_as_many_statements_as_one(
    services: Services,
) -> None:
    def taken_in(number: int, name: str, stamp: Stamp) -> int:
        people = [contact(name, "a@b.example", party=f"{code:04}") for code in range(number)]
        with statements(services.engine) as sent, writing(services.engine) as session:
            assert put_contacts(session, people, stamp) == number
        return len(sent)

    first, next_one = taken_in(1, "Team A", ANNA), taken_in(1, "Team B", BO)
    assert taken_in(2000, "Team C", ANNA) == next_one
    assert taken_in(2000, "Team D", BO) == next_one == first + 1, "and what stood is replaced"

    with reading(services.engine) as session:
        assert {c.name for found in load_contacts(session, BO.now).values() for c in found} == {
            "Team D"
        }
        assert [c.key.rpartition("/")[2] for c in history(session, "0000")] == ["4", "2", "3", "1"]
        assert [c.key.rpartition("/")[2] for c in history(session, "1999")] == ["2", "1"]


def test_a_contact_that_another_changed_meanwhile_is_not_written_over(services: Services) -> None:
    with writing(services.engine) as session:
        change_contact(session, contact("Team A", "a@greve.example"), "", ANNA)
    for seen in ("", "contact/0253/coordinator/9"):
        with (
            pytest.raises(ContactChangedError, match="anna har ændret kontakten") as refused,
            writing(services.engine) as session,
        ):
            change_contact(session, contact("Team B", "b@greve.example"), seen, BO)
        assert refused.value.standing
        assert refused.value.standing.name == "Team A"


def test_the_page_of_a_municipality_holds_what_the_cases_hold(
    services: Services, two_cases: Any
) -> None:
    owed = owed_by(services, GREVE, "Greve", two_cases.now)
    with reading(services.engine) as session:
        found = party_page(services.settings, session, GREVE, two_cases.now, owed)
    assert {owed.reference for owed in found.owed} == set(two_cases.references)
    assert found.sent.total == 2
    assert {mail.reference for mail in found.sent.mails} == set(two_cases.references)
    assert len(found.links) == 2


def test_meetings_that_nobody_has_announced_are_shown_as_assumed(services: Services) -> None:
    with reading(services.engine) as session:
        plan = meeting_plan(session, GREVE, NOW.date())
    assert plan.is_chain_assumed
    assert plan.meetings
    assert all(meeting.is_assumed for meeting in plan.meetings)
    assert all(meeting.held_on >= NOW.date() for meeting in plan.meetings)


def test_a_known_calendar_counts_as_far_as_the_deciding_level_is_known(
    services: Services,
) -> None:
    assert line(services).calendar == KnownCalendar()
    for level, day in (
        (Level.COUNCIL, dt.date(2025, 12, 16)),
        (Level.COMMITTEE, dt.date(2026, 1, 6)),
    ):
        meeting = MunicipalMeeting(municipality=GREVE, level=level, held_on=day)
        with writing(services.engine) as session:
            record_municipal_meeting(session, meeting, "kommunens hjemmeside", ANNA)
    assert line(services).calendar == KnownCalendar(dt.date(2025, 12, 16))
    with reading(services.engine) as session:
        plan = meeting_plan(session, GREVE, NOW.date())
    (known,) = [m for m in plan.meetings if m.level is Level.COUNCIL and not m.is_assumed]
    assert (known.held_on, known.source) == (dt.date(2025, 12, 16), "kommunens hjemmeside")
    assert known.by == "anna"


def test_a_page_of_mails_that_is_not_there_is_the_nearest_one(
    services: Services, two_cases: Any
) -> None:
    with reading(services.engine) as session:
        for side, wanted in ((-3, 1), (2, 2), (10**30, 2)):
            found = mails_to(session, GREVE, side, 1)
            assert (found.side, found.last, len(found.mails)) == (wanted, 2, 1)


def book(*rows: tuple[Any, ...], sheet: str = "Kontakter") -> bytes:
    made = openpyxl.Workbook()
    made.worksheets[0].title = sheet
    for row in (contact_tables.COLUMNS, *rows):
        made.worksheets[0].append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def csv(*lines: str) -> bytes:
    return "\r\n".join(("part;rolle;navn;email", *lines)).encode("cp1252")


def test_a_filled_in_template_can_be_read_back(services: Services, two_cases: Any) -> None:
    with reading(services.engine) as session:
        content = template_workbook(session, "sjaelland")
    filled = openpyxl.load_workbook(io.BytesIO(content))
    sheet = filled["Kontakter"]
    assert sheet.max_row == 1 + 17 * len(ContactRole)
    row = next(
        r for r in sheet.iter_rows() if r[0].value == "Køge" and r[1].value == "fællespostkasse"
    )
    row[2].value, row[3].value = "Køge Kommune", "post@koege.example"
    file = io.BytesIO()
    filled.save(file)
    contacts = contact_tables.read_contacts("kontakter.xlsx", file.getvalue())
    with reading(services.engine) as session:
        found = contact_difference(session, services.settings, contacts)
    assert [(c.party_name, c.after.email) for c in found.new] == [("Køge", "post@koege.example")]
    assert found.changed == ()
    assert len(found.known) == 51


def test_an_export_says_the_same_when_it_is_read_back(services: Services, two_cases: Any) -> None:
    odd = contact('=HYPERLINK("x")', "agency@styrelsen.example", party="agency")
    with writing(services.engine) as session:
        change_contact(session, odd, "", ANNA)
    with reading(services.engine) as session:
        contacts = contact_tables.read_contacts("alle.xlsx", export_workbook(session))
        standing = load_contacts(session, NOW)
    assert set(contacts) == {c for found in standing.values() for c in found}


@pytest.mark.parametrize("make", [book, None], ids=["excel", "csv"])
def test_every_flaw_of_a_list_is_told_with_its_place(
    make: Callable[..., bytes] | None,
) -> None:
    rows = [
        ("Greve", "koordinator", "Team A", "a@greve.example"),
        ("Grevve", "konge", "", "ikke en adresse"),
        (253, "Koordinator", "Team B", "b@greve.example"),
    ]
    content = make(*rows) if make else csv(*(";".join(map(str, row)) for row in rows))
    with pytest.raises(BadFileError) as refused:
        contact_tables.read_contacts("liste.xlsx" if make else "liste.csv", content)
    flaws = refused.value.flaws
    assert [flaw.key for flaw in flaws] == ["part", "rolle", "navn", "email", "part"]
    wanted = "arket Kontakter, celle A3" if make else "linje 3"
    assert wanted in flaws[0].where
    assert "Kendte: Greve" in flaws[0].problem
    assert "har allerede en koordinator" in flaws[-1].problem


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsx", b"ikke en projektmappe", "ikke en Excel-projektmappe"),
        ("a.xlsx", b"PK\x05\x06" + b"\0" * 18, "ødelagt"),
        ("a.csv", b"", "tom"),
        ("a.csv", b"part;rolle\r\nGreve;koordinator", "mangler; brug kolonnerne"),
        ("a.csv", b"part;rolle;navn;email\r\nGreve;koordinator;;", "ingen kontakter"),
        ("a.csv", b'part;rolle;navn;email\r\n"Greve;x', "ikke gyldig CSV"),
        ("a.csv", b"part;rolle;navn;email;navn\r\n", "to gange"),
    ],
)
def test_a_file_that_is_no_list_of_contacts_is_refused(
    name: str, content: bytes, told: str
) -> None:
    with pytest.raises(BadFileError, match=told):
        contact_tables.read_contacts(name, content)


def test_a_list_is_taken_in_whole_and_only_as_it_was_seen(
    services: Services, two_cases: Any
) -> None:
    contacts = contact_tables.read_contacts(
        "liste.csv",
        csv(
            "Greve;koordinator;Team Ø;ø@greve.example", "Køge;fællespostkasse;Post;p@koege.example"
        ),
    )
    with reading(services.engine) as session:
        seen = contact_difference(session, services.settings, contacts)
    assert [c.before.email for c in seen.changed if c.before] == ["social@greve.example"]
    with writing(services.engine) as session:
        assert take_in_contacts(session, services.settings, contacts, seen.stamp, ANNA) == 2
    with pytest.raises(ContactsMovedError), writing(services.engine) as session:
        take_in_contacts(session, services.settings, contacts, seen.stamp, BO)
    with reading(services.engine) as session:
        assert contact_difference(session, services.settings, contacts).new == ()


def test_municipalities_that_nobody_can_write_to_are_named(services: Services) -> None:
    greve = (contact("Team A", "a@greve.example"),)
    with reading(services.engine) as session:
        found = contact_difference(session, services.settings, greve)
    assert len(found.without) == 16
    assert "Greve" not in found.without
