"""A rehearsal plays the whole course, sends nothing and leaves the real database alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from models import MailKind, Scope
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase
from udmelding.casework.launch.preview import Wanted, launch_with_letter, preview_launch
from udmelding.casework.launch.rehearsal import Rehearsal, Variant, rehearse
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.words.business_days import WorkCalendar

pytestmark = pytest.mark.database

STAMP = Stamp(clock.at(dt.date(2024, 8, 1)), "anna")
LINK = re.compile(r"http://[^\s\"<>()]+/k/[\w-]+|\[personligt link( nr\. \d+)?\]")
DEADLINE = dt.date(2025, 5, 31)
NEW = NewCase(
    reference="CU-PROEVE-2024",
    process="central-udmelding",
    area="sjaelland",
    scope=Scope.REGIONAL,
    received_on=dt.date(2024, 7, 30),
    particulars=NewParticulars(title="Prøve"),
    deadline=NewDeadline(due_on=DEADLINE),
)


def everything(services: Services) -> dict[str, list[str]]:
    """Every row of every table."""
    with services.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = {
            name: connection.execute(sa.select(sa.text("*")).select_from(sa.table(name))).all()
            for name in tables
        }
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


@pytest.fixture
def known(services: Services) -> Services:
    """All municipalities of the area have an address."""
    with writing(services.engine) as session:
        demo.make_contacts(session, "sjaelland", STAMP)
    return services


Play = Callable[..., Rehearsal]


@pytest.fixture
def play(known: Services) -> Play:
    def make(variant: Variant, **other: Any) -> Rehearsal:
        return rehearse(known, Wanted(replace(NEW, **other)), variant, STAMP)

    return make


def kinds(played: Rehearsal) -> dict[MailKind, int]:
    found: dict[MailKind, int] = {}
    for mail in played.mails:
        found[mail.outbox_mail.mail] = found.get(mail.outbox_mail.mail, 0) + 1
    return found


@pytest.mark.slow
def test_when_nobody_answers_everybody_gets_the_whole_ladder_twice(play: Play) -> None:
    played = play(Variant.NOBODY)
    count = kinds(played)
    assert count[MailKind.INVITATION] == count[MailKind.COUNCIL_INVITATION] == 17
    assert count[MailKind.REMINDER_BEFORE] == 2 * 17
    assert count[MailKind.REMINDER_OVERDUE] == 17
    assert count[MailKind.REMINDER_ESCALATED] == 2 * 17, "the director, then the chief executive"
    assert count[MailKind.COUNCIL_REMINDER_ESCALATED] == 2 * 17
    assert count[MailKind.SUBMISSION] == 1
    assert MailKind.THANKS not in count
    assert {number for _, number in played.municipalities} == {12}
    assert sum(number for _, number in played.municipalities) == 204
    reserved = played.case.submissions[-1].reservation_for
    assert len(reserved) == 17, "the report goes with a reservation for all"


@pytest.mark.long("holds the whole course of a rehearsal")
def test_when_all_answer_in_time_they_are_thanked_and_nobody_is_chased_over_a_date(
    play: Play,
) -> None:
    played = play(Variant.EVERYBODY)
    count = kinds(played)
    assert count[MailKind.THANKS] == 17
    assert MailKind.REMINDER_OVERDUE not in count
    assert MailKind.COUNCIL_REMINDER_OVERDUE not in count
    assert not played.case.submissions[-1].reservation_for
    opened = played.case.obligations[0]
    third = opened.opened_on + (opened.due_on - opened.opened_on) / 3
    answered = {response.happened_to for response in played.case.responses}
    assert answered == {WorkCalendar().next_business_day(third)}


@pytest.mark.long("holds the whole course of a rehearsal")
@pytest.mark.parametrize("variant", list(Variant), ids=str)
def test_the_days_are_days_of_the_daily_flow_and_end_after_the_deadline(
    play: Play, variant: Variant
) -> None:
    played = play(variant)
    days = [day.day for day in played.days]
    assert days == sorted(set(days))
    assert days[0] == STAMP.now.date()
    assert played.until == DEADLINE + dt.timedelta(days=60)
    assert days[-1] <= played.until
    calendar = WorkCalendar()
    assert all(calendar.next_business_day(day) == day for day in days)


def test_a_rehearsal_changes_nothing_and_sends_nothing(known: Services) -> None:
    before = everything(known)
    rehearse(known, Wanted(NEW), Variant.EVERYBODY, STAMP)
    assert everything(known) == before
    assert not list(known.settings.mail.folder.rglob("*.eml"))


@pytest.mark.long("holds the whole course of a rehearsal")
def test_parties_without_an_address_are_named_and_their_mails_are_marked(
    services: Services,
) -> None:
    played = rehearse(services, Wanted(NEW), Variant.NOBODY, STAMP)
    assert len(played.without_address) == 17
    marked = {mail.to for mail in played.mails if not mail.has_address}
    assert marked == set(played.without_address)
    own = [mail for mail in played.mails if mail.outbox_mail.party == "secretariat"]
    assert own
    assert all(mail.has_address for mail in own)


@pytest.mark.long("holds the whole course of a rehearsal")
def test_bodies_without_a_meeting_are_assumed_to_meet_just_in_time(known: Services) -> None:
    received = dt.date(2026, 11, 20)
    later = replace(NEW, received_on=received, deadline=NewDeadline(due_on=dt.date(2027, 8, 31)))
    played = rehearse(known, Wanted(later), Variant.NOBODY, Stamp(clock.at(received), "anna"))
    assert len(played.assumes) == 3
    assert "KKR" in played.assumes[-1]
    assert {d.step for d in played.case.decisions} == {"styregruppe", "k17", "kkr"}
    assert kinds(played)[MailKind.COUNCIL_INVITATION] == 17


@pytest.mark.long("holds the whole course of a rehearsal")
@pytest.mark.parametrize("process", ["rammeaftale", "spoergeskema"])
@pytest.mark.parametrize("variant", list(Variant), ids=str)
def test_every_process_can_be_played_to_its_end(play: Play, process: str, variant: Variant) -> None:
    played = play(variant, process=process)
    assert played.case.submissions
    assert played.mails


def test_without_a_deadline_there_is_nothing_to_play(play: Play) -> None:
    with pytest.raises(RefusedError, match="frist"):
        play(Variant.NOBODY, deadline=None)


@pytest.mark.slow
def test_the_first_day_of_a_rehearsal_is_the_preview_and_both_are_what_then_goes_out(
    known: Services,
) -> None:
    before = everything(known)
    seen = preview_launch(known, Wanted(NEW), STAMP)
    assert everything(known) == before, "a preview saves nothing"
    played = rehearse(known, Wanted(NEW), Variant.NOBODY, STAMP)
    advance(known, launch_with_letter(known, Wanted(NEW), STAMP), STAMP.now)
    with reading(known.engine) as session:
        written = outbox.list_mails(session)
    assert len(written) == 18
    said = words(written)
    assert words(seen.mails) == said
    assert words(mail.outbox_mail for mail in played.days[0].mails) == said


def words(mails: Iterable[OutboxMail]) -> list[tuple[str, ...]]:
    """What mails say; the personal links in them are new each time."""
    return [(m.key, m.subject, LINK.sub("…", m.text), LINK.sub("…", m.html)) for m in mails]


def test_a_reference_that_is_taken_launches_nothing_more(known: Services) -> None:
    assert launch_with_letter(known, Wanted(NEW), STAMP) == NEW.reference
    before = everything(known)
    soon = Stamp(STAMP.now + dt.timedelta(seconds=20), "anna")
    for other in (soon, Stamp(soon.now, "bo"), Stamp(STAMP.now + dt.timedelta(hours=1), "anna")):
        with pytest.raises(RefusedError, match="allerede en sag"):
            launch_with_letter(known, Wanted(NEW), other)
    assert everything(known) == before
