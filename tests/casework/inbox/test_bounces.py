"""A mail that came back: is the next reminder written or not, who is told, and of what?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa

import models
from models import DeliveryReportKind, IncomingKind, IncomingState, OutboxState
from tests.casework.inbox.test_receiving import bounce, reply, taken
from tests.conftest import TwoCases
from tests.outside.inbox.test_wrappers import SEALED_SMIME, SMIME, encrypted, signed, wrapped
from udmelding.casework.due.perform import advance
from udmelding.casework.inbox.lists import post_count
from udmelding.casework.inbox.places import let_wait
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.progress import progress_of
from udmelding.casework.mail.resending import offers, refusal, send_once_mended
from udmelding.casework.mail.undelivered import broken_addresses
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox import delivery_reports
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.tables import table_of
from udmelding.rules.case.mail_state import MailState

pytestmark = pytest.mark.database

OTHER = "kc17@it.greve.example"
DMARC = "5.7.509"
MINUTE = dt.timedelta(minutes=1)


def system_mail(
    of: OutboxMail, words: str, sender: str = "MAILER-DAEMON@mx.greve.example"
) -> bytes:
    """What a mail system writes for people, with a copy of our mail's headers below."""
    return (
        f"Return-Path: <>\r\nFrom: {sender}\r\nTo: sekretariat@udmelding.example\r\n"
        "Subject: Besked om din mail\r\nMessage-ID: <b2@mx.greve.example>\r\n"
        "Date: Tue, 20 Aug 2024 10:01:00 +0200\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{words}\r\n\r\n--- Oprindelig mail ---\r\n"
        f"Message-ID: {of.message_id}\r\n"
    ).encode()


def receipt(of: OutboxMail) -> bytes:
    return bounce(of, of.recipients[0], "2.0.0").replace(b"Action: failed", b"Action: delivered")


def thread(raw: bytes, of: OutboxMail) -> bytes:
    """A wrapped mail as an answer to ours."""
    return f"In-Reply-To: {of.message_id}\r\n".encode() + raw


def refused(of: OutboxMail) -> bytes:
    return bounce(of, of.recipients[0], DMARC)


WRITTEN = ""
"""The reminder is written."""

Make = Callable[[OutboxMail], bytes]


@pytest.mark.parametrize(
    ("make", "why", "state"),
    [
        pytest.param(lambda m: bounce(m, m.recipients[0]), "address_fails", "filed", id="dead"),
        pytest.param(refused, WRITTEN, "filed", id="our domain fails DMARC"),
        pytest.param(
            lambda m: bounce(m, m.recipients[0], "5.7.606"),
            WRITTEN,
            "filed",
            id="our server banned",
        ),
        pytest.param(
            lambda m: bounce(m, m.recipients[0], "5.4.316"), WRITTEN, "filed", id="expired"
        ),
        pytest.param(lambda m: bounce(m, m.recipients[0], "5.2.2"), WRITTEN, "filed", id="full"),
        pytest.param(receipt, WRITTEN, "filed", id="delivered"),
        pytest.param(
            lambda m: system_mail(m, "Din mail er lagt til side af Nordlys."),
            WRITTEN,
            "waiting",
            id="words that nobody knows",
        ),
        pytest.param(
            lambda m: system_mail(m, f"Mailen til {m.recipients[0]} kom retur: ukendt modtager."),
            "address_fails",
            "filed",
            id="Danish words",
        ),
        pytest.param(
            lambda m: bounce(m, OTHER), "address_fails", "filed", id="names another address"
        ),
        pytest.param(
            lambda m: reply(m, "Jeres mail kunne ikke leveres til Bo. Brug min adresse.\n"),
            "reply_waits",
            "waiting",
            id="a person with the words of a bounce",
        ),
        pytest.param(
            lambda m: reply(
                m,
                "Se nedenfor.\n\n-----Oprindelig meddelelse-----\nFra: postmaster@greve.example\n"
                "550 5.1.1 user unknown\n",
                subject="VS: Undeliverable",
            ),
            "reply_waits",
            "waiting",
            id="a person forwards a bounce",
        ),
        pytest.param(
            lambda m: thread(
                wrapped(signed(b"Content-Type: text/plain\r\n\r\nVi har 3 borgere.\r\n"), SMIME), m
            ),
            "reply_waits",
            "waiting",
            id="a signed answer",
        ),
        pytest.param(
            lambda m: thread(wrapped(encrypted(), SEALED_SMIME), m),
            "reply_waits",
            "waiting",
            id="an encrypted answer",
        ),
    ],
)
def test_the_next_reminder_is_written_unless_the_address_is_dead_or_a_person_wrote(
    services: Services,
    two_cases: TwoCases,
    invitation: OutboxMail,
    make: Make,
    why: str,
    state: str,
) -> None:
    mail = taken(services, make(invitation), two_cases.now)

    done = advance(services, two_cases.references[0], two_cases.now)
    withheld = {key.split("/")[2]: reason for key, reason in done.withheld.items()}
    assert withheld.get(two_cases.party, WRITTEN) == why
    assert any(key.split("/")[2] == two_cases.party for key in done.written) is not bool(why)
    assert (mail.state.value, mail.reply_to_key) == (state, invitation.key)


def test_a_bounce_that_nobody_understands_is_read_by_a_person_and_may_be_a_reply_after_all(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = taken(services, system_mail(invitation, "Fejl 17."), two_cases.now)

    assert (mail.kind, mail.state) == (IncomingKind.BOUNCE, IncomingState.WAITING)
    with reading(services.engine) as session:
        assert post_count(session, two_cases.now).mails == 1
        (broken,) = broken_addresses(session, two_cases.now)
        progress = progress_of(session, [invitation], two_cases.now)[invitation.key]
    assert (broken.address, broken.known.words) == (
        invitation.recipients[0],
        "sendt retur, læs selv",
    )
    assert progress.state is MailState.REJECTED
    assert progress.steps[-1].words == "sendt retur, læs selv"

    let_wait(services, mail.key, two_cases.now)
    done = advance(services, two_cases.references[0], two_cases.now)
    assert "reply_waits" in done.withheld.values()


def test_of_several_receivers_only_one_that_is_named_is_dead(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    table = table_of(models.OutboxMessage)
    with writing(services.engine) as session:
        session.execute(
            sa.update(table)
            .where(table.c.key == invitation.key)
            .values(copies=["Leder@greve.example"])
        )

    unclear = taken(services, bounce(invitation, OTHER), two_cases.now)
    assert unclear.state is IncomingState.WAITING
    with reading(services.engine) as session:
        assert delivery_reports.delivery_reports_in(session, [unclear.key]) == {}
        assert delivery_reports.blocked_addresses(session, two_cases.now) == {}

    named = bounce(invitation, "leder@greve.example").replace(b"<b1@", b"<b9@")
    assert taken(services, named, two_cases.now).state is IncomingState.FILED
    with reading(services.engine) as session:
        blocked = delivery_reports.blocked_addresses(session, two_cases.now)
    assert set(blocked) == {"leder@greve.example"}


def test_a_forwarded_mailbox_is_dead_under_the_address_that_we_know(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    taken(services, bounce(invitation, OTHER), two_cases.now)

    with reading(services.engine) as session:
        blocked = delivery_reports.blocked_addresses(session, two_cases.now)
    (told,) = blocked.values()
    assert (told.address, told.why) == (
        invitation.recipients[0],
        f"{OTHER}: 550 5.1.1 User unknown",
    )


def test_where_we_are_refused_one_notice_says_what_to_mend_and_all_is_sent_again_at_once(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.now
    invitations = two_cases.mails(OutboxState.SENT)
    for number, mail in enumerate(invitations):
        raw = refused(mail).replace(b"<b1@", f"<c{number}@".encode())
        taken(services, raw, now)

    with reading(services.engine) as session:
        found = refusal(services, session, now)
        assert found is not None
        (cause,) = found.causes
        assert "SPF, DKIM og DMARC" in cause.mend
        assert "5.7.509" in cause.words
        assert cause.addresses == (invitations[0].recipients[0],)
        assert len(found.offers) == len(invitations) == 2
        assert offers(services, session, now) == (), "they would come back"
        assert broken_addresses(session, now) == (), "the addresses are good"
        assert post_count(session, now).refused == 1

    keys = send_once_mended(services, now + MINUTE, "anna")

    assert {key.partition("/again-")[0] for key in keys} == {mail.key for mail in invitations}
    with reading(services.engine) as session:
        assert refusal(services, session, now + MINUTE) is None
        assert post_count(session, now + MINUTE).refused == 0
    with pytest.raises(RefusedError, match="Noget er ændret"):
        send_once_mended(services, now + 2 * MINUTE, "bo")


def test_what_is_refused_again_after_it_was_mended_is_told_and_offered_again(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    now = two_cases.now
    taken(services, refused(invitation), now)
    (again,) = send_once_mended(services, now + MINUTE, "anna")
    deliver_waiting(services, now + 2 * MINUTE, "test")
    (sent,) = [m for m in two_cases.mails(OutboxState.SENT) if m.key == again]

    taken(services, refused(sent).replace(b"<b1@", b"<d1@"), now + 3 * MINUTE)

    with reading(services.engine) as session:
        found = refusal(services, session, now + 3 * MINUTE)
    assert found is not None
    assert [offer.mail.outbox_mail.key for offer in found.offers] == [again]


def test_a_refusal_ends_where_a_mail_arrives_or_the_address_turns_out_dead(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    now, address = two_cases.now, invitation.recipients[0]
    taken(services, refused(invitation), now)
    later = bounce(invitation, address).replace(b"<b1@", b"<e1@")
    taken(services, later, now + MINUTE)

    with reading(services.engine) as session:
        assert refusal(services, session, now) is not None
        assert refusal(services, session, now + MINUTE) is None
        assert set(delivery_reports.blocked_addresses(session, now + MINUTE)) == {address}

    taken(services, receipt(invitation).replace(b"<b1@", b"<e2@"), now + 2 * MINUTE)
    with reading(services.engine) as session:
        assert delivery_reports.blocked_addresses(session, now + 2 * MINUTE) == {}


def test_that_we_are_refused_does_not_wake_an_address_that_is_dead(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    now, address = two_cases.now, invitation.recipients[0]
    taken(services, bounce(invitation, address), now)
    taken(services, refused(invitation).replace(b"<b1@", b"<f1@"), now + MINUTE)

    with reading(services.engine) as session:
        blocked = delivery_reports.blocked_addresses(session, now + MINUTE)
        (broken,) = broken_addresses(session, now + MINUTE)
        count = post_count(session, now + MINUTE)
    assert blocked[address].kind is DeliveryReportKind.FAILED
    assert (broken.known.words, count.addresses) == ("kom retur", 1)


def test_an_encrypted_answer_says_why_it_cannot_be_read(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = taken(services, thread(wrapped(encrypted(), SEALED_SMIME), invitation), two_cases.now)

    assert (mail.text, mail.suggestion["sealed"]) == ("", "encrypted")


def test_an_unpacked_mail_is_not_kept_as_it_came_for_nothing_can_be_taken_out_of_it(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    inside = b"Content-Type: text/plain\r\n\r\nHej\r\n"
    mail = taken(services, thread(wrapped(signed(inside), SMIME), invitation), two_cases.now)

    assert (mail.text, mail.raw_sha256) == ("Hej", "")
