"""How far a mail came: accepted, delivered, sent back, opened and answered are different words."""

from __future__ import annotations

import datetime as dt

import pytest

from models import DeliveryReportKind, OutboxState
from tests.casework.inbox.test_receiving import bounce, reply
from tests.conftest import TwoCases
from udmelding.casework.access.links import open_link
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.progress import Progress, progress_of
from udmelding.casework.parties.addresses import AddressState, experience, state_of
from udmelding.casework.wiring import Services
from udmelding.journal.access.party_links import NewLink, make_link
from udmelding.journal.case.header import find
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox import delivery_reports
from udmelding.journal.inbox.delivery_reports import DeliveryReportValue, say_works
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp

pytestmark = pytest.mark.database

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def invitation(two_cases: TwoCases) -> OutboxMail:
    """The invitation to Greve in the first case, as our mail server has taken it, like all."""
    sent = two_cases.mails(OutboxState.SENT)
    with writing(two_cases.services.engine) as session:
        for mail in sent:
            assert mail.finished_at is not None
            outbox.finish(session, mail.key, mail.state, mail.finished_at, transport="smtp")
    return sent[0]


def progress(services: Services, mail: OutboxMail, now: dt.datetime) -> Progress:
    with reading(services.engine) as session:
        fresh = outbox.get(session, mail.key)
        return progress_of(session, [fresh], now)[mail.key]


def tell(services: Services, mail: OutboxMail, kind: DeliveryReportKind, at: dt.datetime) -> None:
    report = DeliveryReportValue(
        incoming_key=f"{kind.value}{at.timestamp()}",
        mail_key=mail.key,
        address=mail.recipients[0].casefold(),
        kind=kind,
        reported_at=at,
    )
    with writing(services.engine) as session:
        delivery_reports.add(session, [report])


def words(found: Progress) -> list[str]:
    return [step.words for step in found.steps]


def state(services: Services, mail: OutboxMail, now: dt.datetime) -> AddressState:
    with reading(services.engine) as session:
        return state_of(mail.recipients[0], experience(session, now)).state


def test_that_our_server_took_a_mail_is_not_said_to_be_its_delivery(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    assert words(progress(services, invitation, two_cases.now)) == [
        "afleveret til jeres mailserver"
    ]
    assert state(services, invitation, two_cases.now) is AddressState.ACCEPTED


@pytest.mark.parametrize(
    ("kind", "said", "in_one_word", "address"),
    [
        (
            DeliveryReportKind.DELIVERED,
            "leveret hos modtageren",
            "leveret",
            AddressState.DELIVERED,
        ),
        (DeliveryReportKind.DELAYED, "forsinket", "forsinket", AddressState.DELAYED),
        (DeliveryReportKind.FAILED, "kom retur", "afvist", AddressState.BOUNCED),
        (
            DeliveryReportKind.FAILED_FOR_NOW,
            "kunne ikke leveres lige nu",
            "afvist",
            AddressState.FAILED_FOR_NOW,
        ),
        (
            DeliveryReportKind.RELAYED,
            "sendt videre uden kvittering",
            "afleveret til jeres mailserver",
            AddressState.ACCEPTED,
        ),
    ],
)
def test_each_delivery_report_has_words_of_its_own_for_the_mail_and_its_address(
    services: Services,
    two_cases: TwoCases,
    invitation: OutboxMail,
    kind: DeliveryReportKind,
    said: str,
    in_one_word: str,
    address: AddressState,
) -> None:
    tell(services, invitation, kind, two_cases.now)
    found = progress(services, invitation, two_cases.now)
    assert words(found) == ["afleveret til jeres mailserver", said]
    assert found.furthest.words == in_one_word
    assert state(services, invitation, two_cases.now) is address
    assert words(progress(services, invitation, two_cases.now - MINUTE)) == [
        "afleveret til jeres mailserver"
    ], "as it was known then"


def test_an_opened_link_and_an_answer_say_more_than_any_receipt(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    now = two_cases.now
    with writing(services.engine) as session:
        case_id = find(session, two_cases.references[0]).id
        to = invitation.recipients[0]
        wanted = NewLink(case_id, two_cases.party, to, MINUTE, invitation.key)
        secret = make_link(session, wanted, Stamp(now, "udmelding"))
    assert open_link(services, secret, now) is not None
    found = progress(services, invitation, now)
    assert words(found)[-1] == found.furthest.words == "åbnet via link"

    mail = receive_one(services, reply(invitation, "Tak, vi vender tilbage.\n"), now)
    assert mail is not None
    found = progress(services, invitation, now)
    assert found.furthest.words == "besvaret"
    assert found.furthest.incoming_key == mail.key


def test_a_bounce_of_a_gathered_mail_is_told_of_each_of_its_parts(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    deliver_waiting(services, now, "test")
    parts = [m for m in two_cases.mails() if m.merged_into]
    with reading(services.engine) as session:
        digest = outbox.get(session, parts[0].merged_into or "")
    receive_one(services, bounce(digest, digest.recipients[0]), now)
    for mail in (digest, *parts):
        found = progress(services, mail, now)
        assert found.furthest.words == "afvist"
        assert found.furthest.why.startswith("adressen findes ikke")


def test_a_mail_that_is_taken_later_ends_a_delay_but_no_bounce(
    services: Services, two_cases: TwoCases, invitation: OutboxMail
) -> None:
    now = two_cases.now
    sent_on = invitation.finished_at
    assert sent_on is not None
    tell(services, invitation, DeliveryReportKind.DELAYED, sent_on + MINUTE)
    assert state(services, invitation, now) is AddressState.DELAYED
    with writing(services.engine) as session:
        outbox.finish(session, invitation.key, OutboxState.SENT, now - MINUTE)
    assert state(services, invitation, now) is AddressState.ACCEPTED
    tell(services, invitation, DeliveryReportKind.FAILED, sent_on + 2 * MINUTE)
    assert state(services, invitation, now) is AddressState.BOUNCED
    with writing(services.engine) as session:
        say_works(session, invitation.recipients[0], now, "anna")
    assert state(services, invitation, now) is AddressState.WORKS
