"""Mail that comes in: laid to its case, kept once, holding the chase until a person has read it."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from typing import Any
from zlib import crc32

import pytest

from models import (
    ContactRole,
    DeliveryReportKind,
    IncomingKind,
    IncomingState,
    MatchedBy,
    Meaning,
    OutboxState,
)
from tests.conftest import TwoCases
from tests.honest import PDF
from tests.past import record_past
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.inbox.meaning import Reading, handle, move, take_back
from udmelding.casework.inbox.places import open_mail
from udmelding.casework.inbox.receiving import receive, receive_one
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.wiring import Services
from udmelding.errors import DoubtfulError, NotFoundError, RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox import delivery_reports, incoming
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import ContactValue, put_contact
from udmelding.journal.stamp import Stamp
from udmelding.journal.wake import wake_due
from udmelding.rules.case.actions import Withheld
from udmelding.rules.due.due import due

pytestmark = pytest.mark.database


def test_a_case_with_a_new_title_is_offered_once_and_a_closed_one_not_at_all(
    two_cases: TwoCases,
) -> None:
    receive_one(two_cases.services, reply(None, "Hvor skal vi sende det hen?"), two_cases.now)
    first, second = two_cases.references
    for reference, kind, said in (
        (first, "particulars", {"title": "Et bedre navn"}),
        (second, "closure", {"closed_on": two_cases.day, "reason": "trukket tilbage"}),
    ):
        record_past(two_cases.services, reference, kind, said, Stamp(two_cases.now, "anna"))
    with reading(two_cases.services.engine) as session:
        (mail,) = incoming.mails_where(session)

    cases = open_mail(two_cases.services, mail.key, two_cases.now).cases

    assert cases == ((first, "Et bedre navn"),)


def reply(
    to: OutboxMail | None, words: str, *, sender: str = "", subject: str = "", **headers: str
) -> bytes:
    """A person's mail, in our thread where ``to`` is given."""
    message = EmailMessage()
    message["From"] = sender or (to.recipients[0] if to else "nogen@greve.example")
    message["To"] = "sekretariat@udmelding.example"
    message["Subject"] = subject or (f"SV: {to.subject}" if to else "Et spørgsmål")
    message["Date"] = "Tue, 20 Aug 2024 10:00:00 +0200"
    message["Message-ID"] = f"<{crc32((words + sender + subject).encode())}@greve.example>"
    if to is not None:
        message["In-Reply-To"] = to.message_id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(words)
    return message.as_bytes()


def bounce(of: OutboxMail, address: str, status: str = "5.1.1") -> bytes:
    """A delivery report (RFC 3464) on a mail of ours."""
    return (
        "From: MAILER-DAEMON@mx.greve.example\r\nTo: sekretariat@udmelding.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b1@mx.greve.example>\r\n"
        "Date: Tue, 20 Aug 2024 10:01:00 +0200\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThe mail was not delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.greve.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} User unknown\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {of.message_id}\r\nSubject: =?utf-8?q?Vi_beder?=\r\n\r\n--b--\r\n"
    ).encode()


def taken(services: Services, raw: bytes, now: dt.datetime) -> InboxMail:
    found = receive_one(services, raw, now)
    assert found is not None
    return found


def due_parties(services: Services, day: dt.date, reference: str) -> set[str]:
    with reading(services.engine) as session:
        return {i.party for i in wake_due.due(session, day) if i.rung and i.reference == reference}


def test_a_reply_in_our_thread_lands_on_its_case_and_party_and_waits_for_a_person(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    now = two_cases.now
    mail = taken(services, reply(invitation, "Hvad mener I med målgruppen?\n"), now)

    assert (mail.reference, mail.step, mail.party) == (
        two_cases.references[0],
        "collection",
        two_cases.party,
    )
    assert mail.matched_by is MatchedBy.THREAD
    assert mail.reply_to_key == invitation.key
    assert mail.state is IncomingState.WAITING
    assert mail.suggestion["meaning"] == "question"


def test_a_mail_read_twice_is_kept_once_however_it_came(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    raw = reply(invitation, "Vi svarer i morgen.\n")

    assert receive(services, [raw, raw], two_cases.now) == {IncomingKind.REPLY: 1}
    assert receive(services, [raw], two_cases.now) == {}
    with reading(services.engine) as session:
        assert incoming.count(session) == 1


def test_while_a_reply_waits_nobody_is_reminded_and_the_reason_is_told(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    first, second = two_cases.references
    assert two_cases.party in due_parties(services, two_cases.day, first)

    mail = taken(services, reply(invitation, "Vi har et spørgsmål?\n"), two_cases.now)

    assert two_cases.party not in due_parties(services, two_cases.day, first)
    assert two_cases.party in due_parties(services, two_cases.day, second), "the other case"
    with reading(services.engine) as session:
        (held,) = wake_due.silenced_by_case(session, two_cases.day)
        case = load(session, first, two_cases.now)
        later = load(session, first, two_cases.now - dt.timedelta(seconds=1))
    assert (held.party, held.why, held.until) == (two_cases.party, "reply_waits", None)
    withheld = dict(due(case, two_cases.day).withheld)
    assert Withheld.REPLY_WAITS in withheld.values()
    assert not later.replies, "a moment before it had not come"

    handle(services, mail.key, Reading(meaning=Meaning.NOTHING), Stamp(two_cases.now, "anna"))
    assert two_cases.party in due_parties(services, two_cases.day, first)


def test_a_reminder_that_was_written_is_withdrawn_when_a_reply_comes_before_it_goes(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    now = two_cases.remind()
    taken(services, reply(invitation, "Svaret er på vej.\n"), now)

    deliver_waiting(services, now, "test")

    reminders = {
        m.key.split("/")[0]: m
        for m in two_cases.mails(OutboxState.SENT, OutboxState.WITHDRAWN, OutboxState.MERGED)
        if m.rung == "before-14"
    }
    assert reminders[two_cases.references[0]].state is OutboxState.WITHDRAWN
    assert reminders[two_cases.references[0]].outcome == "et svar på mail venter på sekretariatet"
    assert reminders[two_cases.references[1]].state is OutboxState.SENT


def test_a_decision_told_by_mail_is_recorded_with_its_day_and_source(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = taken(services, reply(invitation, "Vi har ingen borgere i målgruppen.\n"), two_cases.now)
    assert mail.suggestion["meaning"] == "no_citizens"

    done = handle(
        services, mail.key, Reading(meaning=Meaning.NO_CITIZENS), Stamp(two_cases.now, "anna")
    )

    assert done == "Svaret er registreret: der er intet at melde."
    with reading(services.engine) as session:
        case = load(session, two_cases.references[0], two_cases.now)
        kept = incoming.get(session, mail.key)
    (answer,) = case.responses
    assert answer.happened_to == dt.date(2024, 8, 20)
    assert answer.source == f"mail fra {invitation.recipients[0]} 20.08.2024"
    assert (kept.state, kept.handled_by, kept.facts) == (
        IncomingState.HANDLED,
        "anna",
        [answer.key],
    )


def test_what_was_said_of_a_reply_can_be_taken_back_and_it_waits_again(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = taken(services, reply(invitation, "Her er vores svar.\n"), two_cases.now)
    handle(services, mail.key, Reading(meaning=Meaning.ANSWER), Stamp(two_cases.now, "anna"))

    later = two_cases.now + dt.timedelta(minutes=5)
    take_back(services, mail.key, "det var en anden sag", later, "anna")

    with reading(services.engine) as session:
        case = load(session, two_cases.references[0], later)
        kept = incoming.get(session, mail.key)
    assert case.responses == ()
    assert (kept.state, kept.facts, kept.meaning) == (IncomingState.WAITING, [], None)
    assert two_cases.party not in due_parties(services, two_cases.day, two_cases.references[0])


def test_pressed_twice_records_once_and_says_that_somebody_was_first(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = taken(services, reply(invitation, "Her er vores svar.\n"), two_cases.now)
    said = Reading(meaning=Meaning.PARTIAL_ANSWER)
    handle(services, mail.key, said, Stamp(two_cases.now, "anna"))

    with pytest.raises(RefusedError, match="En anden har behandlet mailen"):
        handle(services, mail.key, said, Stamp(two_cases.now, "bo"))
    with reading(services.engine) as session:
        assert len(load(session, two_cases.references[0], two_cases.now).responses) == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (Reading(meaning=Meaning.DECISION), "hvem der besluttede"),
        (Reading(meaning=Meaning.ANNOUNCED_DAY), "Skriv den dag"),
        (Reading(meaning=Meaning.ANSWER, on="31/2-2024"), "ingen 31"),
        (Reading(meaning=Meaning.EXTENSION_WANTED, due_on="snart"), "snart"),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_nothing_is_half_done(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, said: Reading, told: str
) -> None:
    mail = taken(services, reply(invitation, "Se her.\n"), two_cases.now)

    with pytest.raises(RefusedError, match=told):
        handle(services, mail.key, said, Stamp(two_cases.now, "anna"))

    with reading(services.engine) as session:
        assert incoming.get(session, mail.key).state is IncomingState.WAITING
        assert load(session, two_cases.references[0], two_cases.now).responses == ()


def test_what_a_reply_is_said_to_mean_is_asked_about_where_something_speaks_against_it(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mail = taken(services, reply(invitation, "Vi svarede før sommer.\n"), two_cases.now)
    said = Reading(meaning=Meaning.ANSWER, on="20/7")

    with pytest.raises(DoubtfulError, match=r"20\. juli 2024 ligger før sagen blev modtaget"):
        handle(services, mail.key, said, Stamp(two_cases.now, "anna"))
    with reading(services.engine) as session:
        assert incoming.get(session, mail.key).state is IncomingState.WAITING
        assert load(session, two_cases.references[0], two_cases.now).responses == ()

    handle(services, mail.key, said, Stamp(two_cases.now, "anna", even_so="det var den forrige"))
    with reading(services.engine) as session:
        assert len(load(session, two_cases.references[0], two_cases.now).responses) == 1


def test_an_announced_day_and_a_granted_extension_follow_from_mails_too(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    first = taken(services, reply(invitation, "Vi svarer den 1. november.\n"), two_cases.now)
    handle(
        services,
        first.key,
        Reading(meaning=Meaning.ANNOUNCED_DAY, on="1/11-2024"),
        Stamp(two_cases.now, "anna"),
    )
    second = taken(services, reply(invitation, "Kan vi få længere tid?\n"), two_cases.now)
    done = handle(
        services,
        second.key,
        Reading(meaning=Meaning.EXTENSION_WANTED, due_on="15/11-2024"),
        Stamp(two_cases.now + dt.timedelta(minutes=1), "anna"),
    )

    assert done == "Den nye frist er registreret, og kommunen får den at vide."
    with reading(services.engine) as session:
        case = load(session, two_cases.references[0], two_cases.now + dt.timedelta(hours=1))
    assert [e.expected_on for e in case.expectations] == [dt.date(2024, 11, 1)]
    assert [e.due_on for e in case.extensions] == [dt.date(2024, 11, 15)]
    advance(services, two_cases.references[0], two_cases.now + dt.timedelta(hours=1))
    told = [m for m in two_cases.mails() if m.rung.startswith("extended@")]
    assert len(told) == 1
    assert "I har fået udsættelse til 15. november 2024" in told[0].subject


def test_a_file_that_comes_by_mail_becomes_a_document_when_a_person_says_so(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = invitation.recipients[0], f"SV: {invitation.subject}"
    message["In-Reply-To"], message["Message-ID"] = invitation.message_id, "<f@greve.example>"
    message.set_content("Vedhæftet vores svar.\n")
    content = PDF
    message.add_attachment(content, maintype="application", subtype="pdf", filename="svar.pdf")
    message.add_attachment(b"MZ", maintype="application", subtype="x-msdownload", filename="a.EXE")
    message.add_attachment(b"PK", maintype="application", subtype="x", filename="tal.xlsm")
    mail = taken(services, message.as_bytes(), two_cases.now)

    names = {f["file_name"]: f.get("refused", "") for f in mail.attachments}
    assert names == {
        "svar.pdf": "",
        "a.EXE": "filen er et program",
        "tal.xlsm": "filen kan indeholde makroer; bed om den i et format uden",
    }
    sha256 = mail.attachments[0]["sha256"]
    said = Reading(meaning=Meaning.ANSWER, files=(sha256,))
    handle(services, mail.key, said, Stamp(two_cases.now, "anna"))
    with reading(services.engine) as session:
        case = load(session, two_cases.references[0], two_cases.now)
    assert [(d.file_name, d.sha256) for d in case.documents] == [("svar.pdf", sha256)]
    with services.store.open_checked(sha256) as file:
        assert file.read() == PDF
    assert mail.raw_sha256 == "", "with the program in it the mail stays in the mailbox"

    second = taken(services, reply(invitation, "Mere\n"), two_cases.now)
    assert not second.reference, "what it answers is answered, and the other case is open"
    first, _ = two_cases.references
    move(services, second.key, first, "collection", two_cases.party, two_cases.now)
    wrong = Reading(meaning=Meaning.ANSWER, files=("0" * 64,))
    with pytest.raises(NotFoundError):
        handle(services, second.key, wrong, Stamp(two_cases.now, "anna"))


def test_a_reply_to_a_gathered_mail_belongs_to_what_is_still_open_and_else_asks(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    deliver_waiting(services, now, "test")
    (digest,) = [m for m in two_cases.mails(OutboxState.SENT) if m.rung == "digest"]

    unclear = taken(services, reply(digest, "Her er svaret.\n"), now)
    assert unclear.reference == ""
    found = unclear.suggestion["candidates"]
    assert {c["reference"] for c in found} == set(two_cases.references)

    two_cases.answer(two_cases.references[0], now)
    clear = taken(services, reply(digest, "Og her er resten.\n"), now)
    assert clear.reference == two_cases.references[1]


def test_a_mail_without_a_thread_is_matched_only_where_there_is_no_doubt(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    sender = invitation.recipients[0]
    named = reply(None, "Svar\n", sender=sender, subject=f"Vedr. [{two_cases.references[1]}]")
    mail = taken(services, named, two_cases.now)
    assert (mail.reference, mail.matched_by) == (two_cases.references[1], MatchedBy.SUBJECT)

    unnamed = taken(services, reply(None, "Hej\n", sender=sender), two_cases.now)
    assert unnamed.reference == "", "it owes in two cases"
    assert len(unnamed.suggestion["candidates"]) == 2

    domain = sender.partition("@")[2]
    colleague = taken(services, reply(None, "Hej\n", sender=f"kollega@{domain}"), two_cases.now)
    assert colleague.reference == ""
    reasons = {c["why"] for c in colleague.suggestion["candidates"]}
    assert reasons == {"afsenderen har samme domæne som en kontakt"}

    stranger = taken(services, reply(None, "Hej\n", sender="x@ukendt.example"), two_cases.now)
    assert stranger.suggestion["candidates"] == []


def test_a_person_lays_an_unmatched_mail_to_its_case_and_then_it_holds_the_chase(
    services: Services, two_cases: TwoCases
) -> None:
    first = two_cases.references[0]
    mail = taken(services, reply(None, "Hej\n", sender="x@ukendt.example"), two_cases.now)
    with pytest.raises(RefusedError, match="Vælg først, hvilken sag"):
        handle(services, mail.key, Reading(meaning=Meaning.ANSWER), Stamp(two_cases.now, "anna"))

    move(services, mail.key, first, "collection", two_cases.party, two_cases.now)

    assert two_cases.party not in due_parties(services, two_cases.day, first)
    move(services, mail.key, two_cases.references[1], "collection", "0253", two_cases.now)
    assert two_cases.party in due_parties(services, two_cases.day, first), "moved on"
    for wrong in ((first, "collection", "9999"), (first, "ukendt", "0253"), ("CU-X", "a", "0253")):
        with pytest.raises(NotFoundError):
            move(services, mail.key, *wrong, two_cases.now)


def test_an_out_of_office_answer_holds_reminders_until_the_person_is_back(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    away = two_cases.day + dt.timedelta(days=4)
    words = f"Jeg er på ferie til og med den {away.day}/{away.month}-{away.year}.\n"
    raw = reply(invitation, words, subject="Automatisk svar: Ferie", Auto_Submitted="auto-replied")
    mail = taken(services, raw, two_cases.now)
    assert (mail.kind, mail.state) == (IncomingKind.ABSENCE, IncomingState.FILED)

    done = advance(services, two_cases.references[0], two_cases.now)
    withheld = {key.split("/")[2]: why for key, why in done.withheld.items()}
    assert withheld[two_cases.party] == "absent"
    assert len(done.written) == 16, "the other municipalities"

    back = clock.at(away + dt.timedelta(days=1), "08:00")
    while back.isoweekday() > 5:
        back += dt.timedelta(days=1)
    again = advance(services, two_cases.references[0], back)
    assert any(two_cases.party in key for key in again.written)


def test_whoever_writes_is_back_whatever_the_out_of_office_answer_said(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    raw = reply(
        invitation,
        "Jeg er på ferie til og med 1. december 2024.\n",
        subject="Automatisk svar: Ferie",
        Auto_Submitted="auto-replied",
    )
    taken(services, raw, two_cases.now)
    with reading(services.engine) as session:
        assert set(delivery_reports.blocked_addresses(session, two_cases.now)) == {
            invitation.recipients[0]
        }

    later = two_cases.now + dt.timedelta(hours=1)
    taken(services, reply(invitation, "Jeg er her.\n"), later)

    with reading(services.engine) as session:
        assert delivery_reports.blocked_addresses(session, later) == {}


def test_a_bounced_address_gets_nothing_more_until_it_is_mended(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    address = invitation.recipients[0]
    mail = taken(services, bounce(invitation, address.upper()), two_cases.now)
    assert (mail.kind, mail.state, mail.reply_to_key) == (
        IncomingKind.BOUNCE,
        IncomingState.FILED,
        invitation.key,
    )
    with reading(services.engine) as session:
        (report,) = delivery_reports.delivery_reports_on(session, [invitation.key])[invitation.key]
    assert (report.address, report.kind, report.status) == (
        address,
        DeliveryReportKind.FAILED,
        "5.1.1",
    )

    done = advance(services, two_cases.references[0], two_cases.now)
    assert next(iter(done.withheld.values())) == "address_fails"

    with writing(services.engine) as session:
        new = ContactValue(
            party=two_cases.party,
            role=ContactRole.COORDINATOR,
            name="socialkoordinator",
            email="ny@greve.example",
        )
        put_contact(session, new, Stamp(two_cases.now, "anna"))
    mended = advance(services, two_cases.references[0], two_cases.now)
    assert [key.split("/")[2] for key in mended.written] == [two_cases.party]


def test_a_bounce_never_closes_what_is_owed_and_a_full_mailbox_blocks_nothing(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    address = invitation.recipients[0]
    taken(services, bounce(invitation, address, "5.2.2"), two_cases.now)

    assert two_cases.party in due_parties(services, two_cases.day, two_cases.references[0])
    with reading(services.engine) as session:
        assert delivery_reports.blocked_addresses(session, two_cases.now) == {}
        assert delivery_reports.latest(session, two_cases.now)[address].kind is (
            DeliveryReportKind.FAILED_FOR_NOW
        )


def test_a_person_can_say_that_an_address_works_again(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    address = invitation.recipients[0]
    taken(services, bounce(invitation, address), two_cases.now)
    later = two_cases.now + dt.timedelta(minutes=1)
    with writing(services.engine) as session:
        delivery_reports.say_works(session, address, later, "anna")
    with reading(services.engine) as session:
        assert delivery_reports.blocked_addresses(session, later) == {}
        assert delivery_reports.blocked_addresses(session, two_cases.now) != {}, (
            "as it was known then"
        )


def test_mails_read_in_any_order_leave_the_same_behind(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    mails = [
        reply(invitation, "Svar et\n"),
        bounce(invitation, invitation.recipients[0]),
        reply(None, "Hej\n", sender="x@ukendt.example"),
    ]
    receive(services, [*mails, *reversed(mails)], two_cases.now)

    def kept() -> list[tuple[Any, ...]]:
        with reading(services.engine) as session:
            return sorted(
                (m.key, m.kind, m.reference, m.party, m.state)
                for m in incoming.mails_where(session)
            )

    before = kept()
    assert len(before) == 3
    receive(services, list(reversed(mails)), two_cases.now)
    assert kept() == before
