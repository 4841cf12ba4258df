"""Doubt holds, it does not chase: whoever may have answered is not reminded until one has looked.

The chase is the judge: is the reminder due on the next reminder day or not.
"""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest

from models import IncomingKind, IncomingState, Meaning, OutboxState
from tests.casework.inbox.test_receiving import due_parties, reply, taken
from tests.conftest import TwoCases
from udmelding.casework.inbox.meaning import Reading, handle, move, take_back
from udmelding.casework.inbox.places import file_as_machine, take_out
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.inbox import delivery_reports
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import load_contacts
from udmelding.journal.stamp import Stamp

pytestmark = pytest.mark.database
US = "sekretariat@udmelding.example"


def chased(two_cases: TwoCases) -> list[bool]:
    """Whether Greve is reminded in the first case, and in the second."""
    due = (due_parties(two_cases.services, two_cases.day, one) for one in two_cases.references)
    return [two_cases.party in parties for parties in due]


def anna(two_cases: TwoCases) -> Stamp:
    return Stamp(two_cases.now, "anna")


def test_an_answer_in_an_old_thread_that_names_the_open_case_holds_both_until_it_is_placed(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    first, second = two_cases.references
    raw = reply(invitation, f"Hermed svaret i {second}.\n", subject=f"[{second}] Svar fra Greve")
    mail = taken(services, raw, two_cases.now)

    assert mail.reference == ""
    assert {one["reference"] for one in mail.suggestion["candidates"]} == {first, second}
    assert chased(two_cases) == [False, False]

    move(services, mail.key, second, "collection", two_cases.party, two_cases.now)
    assert chased(two_cases) == [True, False]

    handle(services, mail.key, Reading(meaning=Meaning.NOTHING), anna(two_cases))
    assert chased(two_cases) == [True, True]


def test_an_answer_in_the_thread_of_what_is_answered_holds_what_is_open(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    two_cases.answer(two_cases.references[0], two_cases.now)

    mail = taken(services, reply(invitation, "Og her er det andet svar.\n"), two_cases.now)

    assert mail.reference == ""
    assert chased(two_cases)[1] is False


def test_where_nothing_else_is_open_a_later_mail_in_a_thread_goes_there(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    for one in two_cases.references:
        two_cases.answer(one, two_cases.now)

    mail = taken(services, reply(invitation, "En rettelse.\n"), two_cases.now)

    assert mail.reference == two_cases.references[0]


def test_an_answer_to_a_gathered_mail_holds_all_of_it(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    deliver_waiting(services, now, "test")
    (digest,) = [m for m in two_cases.mails(OutboxState.SENT) if m.rung == "digest"]

    mail = taken(services, reply(digest, "Hermed svar i begge sager.\n"), now)

    assert mail.reference == ""
    with reading(services.engine) as session:
        for one in two_cases.references:
            replies = load(session, one, now).replies
            assert [(r.party, r.is_waiting) for r in replies] == [(two_cases.party, True)]
            before = load(session, one, now - dt.timedelta(seconds=1))
            assert before.replies == ()


def test_an_answer_that_is_passed_on_holds_whom_it_came_from(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    sender = invitation.recipients[0]
    words = (
        f"\n\nFra: Anna <{sender}>\nSendt: 20. august 2024 09:00\nTil: Karen <k@{US[12:]}>\n"
        "Emne: Svar\n\nHermed Greve Kommunes svar.\n"
    )
    raw = reply(None, words, sender="karen@udmelding.example", subject="VS: Svar")
    mail = taken(services, raw, two_cases.now)

    assert mail.kind is IncomingKind.REPLY
    assert chased(two_cases) == [False, False]


@pytest.mark.parametrize("way", ["enclosed", "reply-to"])
def test_an_answer_that_is_enclosed_or_names_the_contact_in_reply_to_holds_too(
    services: Services, two_cases: TwoCases, invitation: OutboxMail, way: str
) -> None:
    sender = invitation.recipients[0]
    message = EmailMessage()
    message["From"], message["To"] = "scanner@system.example", US
    message["Subject"], message["Message-ID"] = "Svar", "<e@system.example>"
    message.set_content("Se svaret.\n")
    if way == "enclosed":
        inner = EmailMessage()
        inner["From"], inner["Subject"] = sender, "Vores svar"
        inner.set_content("Vi har tre borgere.\n")
        message.add_attachment(inner)
    else:
        message["Reply-To"] = sender
    taken(services, message.as_bytes(), two_cases.now)

    assert chased(two_cases) == [False, False]


def test_a_sender_of_another_municipality_than_the_threads_holds_both(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    first = two_cases.references[0]
    koege = "0259"
    with reading(services.engine) as session:
        (contact, *_) = load_contacts(session, two_cases.now)[koege]

    mail = taken(
        services,
        reply(invitation, "Hermed vores svar.\n", sender=contact.email),
        two_cases.now,
    )

    assert mail.reference == ""
    owing = due_parties(services, two_cases.day, first)
    assert two_cases.party not in owing
    assert koege not in owing


def test_our_own_letter_with_a_copy_to_our_mailbox_holds_nothing_and_stands_in_the_history(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Cc"] = US, invitation.recipients[0], US
    message["Subject"], message["Message-ID"] = f"SV: {invitation.subject}", "<o@u.example>"
    message["In-Reply-To"] = invitation.message_id
    message.set_content("Tak for snakken. Sender I skemaet inden fristen?\n")

    mail = taken(services, message.as_bytes(), two_cases.now)

    assert (mail.kind, mail.state) == (IncomingKind.OWN, IncomingState.FILED)
    assert mail.reference == two_cases.references[0]
    assert chased(two_cases) == [True, True]


def test_an_answer_that_a_case_system_sent_holds_and_a_receipt_does_not(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    receipt = reply(
        invitation,
        "Tak for din henvendelse.\n\nVi har modtaget din mail. Denne mail kan ikke besvares.\n",
        sender="noreply@" + invitation.recipients[0].partition("@")[2],
        subject="Kvittering for modtagelse af din henvendelse",
    )
    assert taken(services, receipt, two_cases.now).state is IncomingState.FILED
    assert chased(two_cases) == [True, True]

    answer = reply(
        invitation, "Hermed svaret: 3 borgere i målgruppen.\n", Auto_Submitted="auto-generated"
    )
    taken(services, answer, two_cases.now)
    assert chased(two_cases) == [False, True]


def test_a_holiday_silences_between_its_days_only(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    day = two_cases.day
    first, last = day + dt.timedelta(days=10), day + dt.timedelta(days=20)
    words = f"Jeg holder ferie fra den {first:%-d/%-m-%Y} til og med den {last:%-d/%-m-%Y}.\n"
    raw = reply(invitation, words, subject="Automatisk svar: Ferie", Auto_Submitted="auto-replied")

    mail = taken(services, raw, two_cases.now)

    assert mail.kind is IncomingKind.ABSENCE
    address = invitation.recipients[0].casefold()
    with reading(services.engine) as session:
        for ahead in (0, 9, 10, 20, 21):
            at = two_cases.now + dt.timedelta(days=ahead)
            is_away = address in delivery_reports.absent(session, at)
            assert is_away is (10 <= ahead <= 20), ahead
    assert mail.state is IncomingState.WAITING, "a holiday to come is told, never filed unread"
    assert chased(two_cases) == [True, True], "and holds nothing"


def test_what_is_undone_holds_again_and_what_concerns_no_case_holds_nothing(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    sender = invitation.recipients[0]
    mail = taken(services, reply(None, "Hej igen\n", sender=sender), two_cases.now)
    assert chased(two_cases) == [False, False]

    handle(services, mail.key, Reading(meaning=Meaning.NOTHING), anna(two_cases))
    assert chased(two_cases) == [True, True]
    take_back(services, mail.key, "", two_cases.now, "anna")
    assert chased(two_cases) == [False, False]
    take_out(services, mail.key, two_cases.now)
    assert chased(two_cases) == [True, True]


def test_what_a_person_knows_to_be_a_machines_is_filed_with_its_absence(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    until = two_cases.day + dt.timedelta(days=5)
    words = f"Jeg er på ferie til og med den {until:%-d/%-m-%Y}.\n"
    mail = taken(services, reply(invitation, words), two_cases.now)
    assert (mail.kind, mail.is_doubtful) == (IncomingKind.REPLY, True)
    assert chased(two_cases) == [False, True]

    file_as_machine(services, mail.key, anna(two_cases))

    with reading(services.engine) as session:
        away = delivery_reports.absent(session, two_cases.now)
    assert away[invitation.recipients[0].casefold()].until == until
