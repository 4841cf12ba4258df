"""A mail goes once, whatever kills the sender, and says what became of it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

import models
from models import OutboxState
from tests.counting import KILLS, counted
from tests.past import record_past
from tests.played import played_once
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.due.waiting import attention
from udmelding.casework.mail.delivery import Checkpoint, MailFate, deliver_waiting
from udmelding.casework.mail.fresh_links import resolve_all
from udmelding.casework.wiring import Services
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.parties import ContactValue, put_contact
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.outside.mail.transport import MailDelayedError, MailRefusedError, Receipt, nothing

pytestmark = pytest.mark.database

REFERENCE = "CU-GRAVIDE-2025"
LAUNCHED = clock.at(dt.date(2024, 5, 15), "14:00")
LATER = LAUNCHED + dt.timedelta(hours=1)


@pytest.fixture
def launched(services: Services) -> Services:
    """A case with 17 invitations and a notice waiting in the outbox."""
    waiting(services)
    return services


@played_once
def waiting(services: Services) -> None:
    file = next(f for f in demo.shipped_cases() if f.shape.reference == REFERENCE)
    demo.happen(services, demo.events([file])[0])
    advance(services, REFERENCE, LAUNCHED)


class SmtpLike:
    """A counterpart that cannot be asked afterwards; keeps what it was given."""

    name = "smtp"

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.trouble: dict[str, Exception] = {}

    def deliver(self, message: object, key: str, before: Callable[[], None] = nothing) -> Receipt:
        if key in self.trouble:
            raise self.trouble[key]
        before()
        self.sent.append(key)
        return Receipt(transport="smtp", detail="250 OK")

    def has_taken(self, message: object, key: str) -> bool | None:
        return None


def with_transport(services: Services, transport: SmtpLike) -> Services:
    return Services(services.settings, services.engine, transport, services.store)


def states(services: Services) -> dict[str, OutboxState]:
    with reading(services.engine) as session:
        return {mail.key: mail.state for mail in outbox.list_mails(session)}


def key(services: Services, ending: str) -> str:
    return next(k for k in states(services) if k.endswith(ending))


class Killed(BaseException):
    """Stands for a kill: nothing of the sender runs after it."""


def kill_at(place: str, wanted: str) -> Checkpoint:
    def checkpoint(key: str, here: str) -> None:
        if (key, here) == (wanted, place):
            raise Killed

    return checkpoint


def test_every_waiting_mail_goes_once_and_a_second_delivery_sends_nothing(
    launched: Services,
) -> None:
    smtp = SmtpLike()
    services = with_transport(launched, smtp)
    assert deliver_waiting(services, LAUNCHED, "one") == {MailFate.SENT: 18}
    assert deliver_waiting(services, LATER, "two") == {}
    assert len(smtp.sent) == len(set(smtp.sent)) == 18


def test_a_sender_killed_between_claim_and_send_leaves_the_mail_to_the_next(
    launched: Services,
) -> None:
    smtp = SmtpLike()
    services = with_transport(launched, smtp)
    victim = key(services, "0360/invitation")
    with pytest.raises(Killed):
        deliver_waiting(services, LAUNCHED, "one", kill_at("claimed", victim))
    assert states(services)[victim] is OutboxState.CLAIMED
    deliver_waiting(services, LAUNCHED + dt.timedelta(minutes=1), "two")
    assert victim not in smtp.sent, "the claim still holds: its sender may be alive"
    deliver_waiting(services, LATER, "two")
    assert smtp.sent.count(victim) == 1
    assert len(smtp.sent) == len(set(smtp.sent)) == 18


def test_a_mail_that_smtp_may_have_taken_is_held_for_a_person_and_neither_doubled_nor_lost(
    launched: Services,
) -> None:
    smtp = SmtpLike()
    services = with_transport(launched, smtp)
    victim = key(services, "0360/invitation")
    with pytest.raises(Killed):
        deliver_waiting(services, LAUNCHED, "one", kill_at("sent", victim))
    assert smtp.sent.count(victim) == 1
    fates = deliver_waiting(services, LATER, "two")
    assert fates[MailFate.HELD] == 1
    assert states(services)[victim] is OutboxState.HELD
    assert smtp.sent.count(victim) == 1
    with writing(services.engine) as session:
        outbox.resolve(session, victim, was_sent=True, now=LATER)
    assert states(services)[victim] is OutboxState.SENT


@pytest.mark.parametrize(
    ("place", "taken", "told"),
    [
        ("handing_over", 0, "før mailens indhold var på vej"),
        ("sent", 1, "efter at mailens indhold var på vej 15. maj 2024 kl. 14.00"),
    ],
)
def test_a_held_mail_says_how_far_the_dialogue_came(
    launched: Services, place: str, taken: int, told: str
) -> None:
    smtp = SmtpLike()
    services = with_transport(launched, smtp)
    victim = key(services, "0360/invitation")
    with pytest.raises(Killed):
        deliver_waiting(services, LAUNCHED, "one", kill_at(place, victim))
    deliver_waiting(services, LATER, "two")

    with reading(services.engine) as session:
        held = outbox.get(session, victim)
    assert held.state is OutboxState.HELD
    assert told in held.outcome
    assert (held.content_at is None) == (taken == 0)
    assert smtp.sent.count(victim) == taken


@pytest.mark.parametrize("was_sent", [True, False])
def test_all_held_mails_are_decided_on_at_once(launched: Services, *, was_sent: bool) -> None:
    smtp = SmtpLike()
    services = with_transport(launched, smtp)
    victims = [k for k in states(services) if k.endswith("/invitation")][:3]
    for victim in victims:
        killed = kill_at("handing_over", victim)
        with pytest.raises(Killed):
            deliver_waiting(services, LAUNCHED, victim, killed, only=[victim])
    deliver_waiting(services, LATER, "two")
    before = Counter(smtp.sent)
    shown = victims[:2]  # the third was held after the page was shown

    assert resolve_all(services, LATER, was_sent=was_sent, keys=shown) == 2
    assert states(services)[victims[2]] is OutboxState.HELD
    assert resolve_all(services, LATER, was_sent=was_sent) == 1
    assert resolve_all(services, LATER, was_sent=was_sent) == 0
    deliver_waiting(services, LATER, "last")

    assert set(states(services).values()) == {OutboxState.SENT}
    gone = Counter(smtp.sent) - before
    assert gone == ({} if was_sent else dict.fromkeys(victims, 1))


def test_a_folder_can_be_asked_so_a_kill_between_send_and_mark_needs_no_person(
    launched: Services,
) -> None:
    victim = key(launched, "0360/invitation")
    with pytest.raises(Killed):
        deliver_waiting(launched, LAUNCHED, "one", kill_at("sent", victim))
    deliver_waiting(launched, LATER, "two")
    assert states(launched)[victim] is OutboxState.SENT
    files = list(launched.settings.mail.folder.rglob("*.eml"))
    assert len(files) == 18


@pytest.mark.slow
def test_a_process_that_is_really_killed_loses_and_doubles_nothing(
    launched: Services, home: Path, database_url: str
) -> None:
    program = """
        import datetime as dt, os, signal, sys
        from udmelding.casework.mail.delivery import deliver_waiting
        from udmelding.casework.wiring import make_services
        def kill(key, place):
            if key.endswith("0360/invitation") and place == sys.argv[1]:
                os.kill(os.getpid(), signal.SIGKILL)
        now = dt.datetime.fromisoformat(sys.argv[2])
        deliver_waiting(make_services(), now, f"sender-{os.getpid()}", kill)
    """
    environ = os.environ | {"UDMELDING_HOME": str(home), "UDMELDING_DATABASE_URL": database_url}
    half_past = LATER + dt.timedelta(minutes=30)
    places = (("claimed", LAUNCHED), ("handing_over", LATER), ("sent", half_past))
    for place, moment in places:
        killed = subprocess.run(  # noqa: S603 - our own program, on our own data
            [sys.executable, "-c", textwrap.dedent(program), place, moment.isoformat()],
            env=environ,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        counted[KILLS] += 1
    deliver_waiting(launched, LATER + dt.timedelta(hours=1), "last")
    assert set(states(launched).values()) == {OutboxState.SENT}
    assert len(list(launched.settings.mail.folder.rglob("*.eml"))) == 18


def test_one_mail_that_fails_does_not_stop_the_others(launched: Services) -> None:
    smtp = SmtpLike()
    services = with_transport(launched, smtp)
    refused, delayed = key(services, "0360/invitation"), key(services, "0370/invitation")
    smtp.trouble = {
        refused: MailRefusedError(refused, "550 no such user"),
        delayed: MailDelayedError(delayed, "451 try later"),
    }
    fates = deliver_waiting(services, LAUNCHED, "one")
    assert (fates[MailFate.SENT], fates[MailFate.FAILED], fates[MailFate.POSTPONED]) == (16, 1, 1)
    smtp.trouble = {}
    assert deliver_waiting(services, LAUNCHED, "one") == {}, "it waits its pause out"
    assert deliver_waiting(services, LATER, "one") == {MailFate.SENT: 1}
    assert states(services)[refused] is OutboxState.FAILED


def test_a_mail_that_cannot_even_be_made_fails_alone(launched: Services) -> None:
    smtp = SmtpLike()
    services = with_transport(launched, smtp)
    poisoned = key(services, "0360/invitation")
    table = table_of(models.OutboxMessage)
    with writing(services.engine) as session:
        broken = sa.update(table).where(table.c.key == poisoned)
        session.execute(broken.values(recipients=["a@x.example\nBcc: b@x.example"]))
    fates = deliver_waiting(services, LAUNCHED, "one")
    assert (fates[MailFate.SENT], fates[MailFate.FAILED]) == (17, 1)
    assert states(services)[poisoned] is OutboxState.FAILED


def test_a_mail_is_withdrawn_when_its_receiver_has_answered_since_it_was_written(
    launched: Services,
) -> None:
    said = {"step": "collection", "party": "Lolland", "on": dt.date(2024, 5, 15)}
    record_past(launched, REFERENCE, "response", said, Stamp(LAUNCHED, "test"))
    fates = deliver_waiting(launched, LATER, "one")
    assert (fates[MailFate.WITHDRAWN], fates[MailFate.AS_FILE]) == (1, 17)
    assert states(launched)[key(launched, "0360/invitation")] is OutboxState.WITHDRAWN


def test_a_party_without_an_address_is_told_of_and_written_to_when_it_gets_one(
    services: Services,
) -> None:
    file = next(f for f in demo.shipped_cases() if f.shape.reference == REFERENCE)
    demo.happen(services, demo.events([file])[0])
    with writing(services.engine) as session:
        contacts = table_of(models.Contact)
        session.execute(
            sa.update(contacts)
            .where(contacts.c.party == "0360")
            .values(superseded_at=LAUNCHED, superseded_by="gone")
        )
    done = advance(services, REFERENCE, LAUNCHED)
    assert list(done.withheld.values()) == ["no_address"]
    assert "Lolland" in attention(services, REFERENCE, LAUNCHED)[0]
    with writing(services.engine) as session:
        contact = ContactValue(
            party="0360", role=models.ContactRole.MAILBOX, name="socialcentret", email="s@l.example"
        )
        put_contact(session, contact, Stamp(LATER, "test"))
    advance(services, REFERENCE, LATER)
    assert key(services, "0360/invitation")


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (clock.at(dt.date(2024, 5, 18), "16:32"), clock.at(dt.date(2024, 5, 21), "07:00")),
        (clock.at(dt.date(2024, 5, 15), "21:00"), clock.at(dt.date(2024, 5, 16), "07:00")),
        (clock.at(dt.date(2024, 7, 10), "12:00"), clock.at(dt.date(2024, 7, 10), "12:00")),
    ],
    ids=["a Saturday before Whit Monday", "late in the evening", "in the summer holiday"],
)
def test_invitations_keep_to_working_days_and_hours_whoever_makes_the_case_go_on(
    launched: Services, at: dt.datetime, opens: dt.datetime
) -> None:
    transport = SmtpLike()
    services = with_transport(launched, transport)
    invitations = {key for key in states(launched) if key.endswith("/invitation")}

    deliver_waiting(services, at, "advance")
    early = invitations & set(transport.sent)
    deliver_waiting(services, opens, "daily")

    assert early == (set() if opens > at else invitations)
    assert set(transport.sent) >= invitations
