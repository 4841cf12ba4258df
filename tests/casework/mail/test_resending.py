"""A mail that did not arrive: told once for each address, and sent again when it was mended."""

from __future__ import annotations

import datetime as dt

import pytest

from models import ContactRole, MailKind, OutboxState
from tests.casework.inbox.test_receiving import bounce
from tests.conftest import TwoCases
from tests.counting import statements
from udmelding.casework.access.links import open_link
from udmelding.casework.access.own_pages import link_in
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.resending import Offer, offers, send_again
from udmelding.casework.mail.undelivered import BrokenAddress, broken_addresses
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.log import log
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox.delivery_reports import say_works
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import ContactValue, put_contact, put_contacts
from udmelding.journal.stamp import Stamp
from udmelding.rules.access.links import has_sign, with_links

pytestmark = pytest.mark.database

NEW = "ny@greve.example"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def invitations(two_cases: TwoCases) -> list[OutboxMail]:
    """The invitations to Greve, one for each case."""
    return two_cases.mails(OutboxState.SENT)


def offered(services: Services, now: dt.datetime) -> tuple[Offer, ...]:
    with reading(services.engine) as session:
        return offers(services, session, now)


def broken(services: Services, now: dt.datetime) -> tuple[BrokenAddress, ...]:
    with reading(services.engine) as session:
        return broken_addresses(session, now)


def mended(party: str, email: str = NEW) -> ContactValue:
    return ContactValue(party=party, role=ContactRole.COORDINATOR, name="Team Voksne", email=email)


def mend(services: Services, now: dt.datetime, email: str = NEW) -> None:
    with writing(services.engine) as session:
        put_contact(session, mended(TwoCases.party, email), Stamp(now, "anna"))


def sent_back(services: Services, mails: list[OutboxMail], now: dt.datetime) -> None:
    """A report on each of the mails; each is another mail, though it says the same."""
    for mail in mails:
        own = mail.key.replace("/", ".").encode()
        raw = bounce(mail, mail.recipients[0]).replace(b"<b1@", b"<%b@" % own)
        assert receive_one(services, raw, now) is not None


def test_two_mails_that_came_back_are_one_broken_address_with_both_mails(
    services: Services, two_cases: TwoCases, invitations: list[OutboxMail]
) -> None:
    assert broken(services, two_cases.now) == ()
    sent_back(services, invitations, two_cases.now)

    (one,) = broken(services, two_cases.now)
    assert one.address == invitations[0].recipients[0]
    assert (one.parties, one.roles) == ((two_cases.party,), (ContactRole.COORDINATOR,))
    assert {mail.reference for mail in one.mails} == set(two_cases.references)
    assert one.known.words == "kom retur"
    assert one.known.why.startswith("adressen findes ikke")
    assert offered(services, two_cases.now) == (), "there is nowhere to send them"


def test_when_the_address_is_mended_the_mails_are_offered_in_every_running_case(
    services: Services, two_cases: TwoCases, invitations: list[OutboxMail]
) -> None:
    sent_back(services, invitations, two_cases.now)
    mend(services, two_cases.now)

    assert broken(services, two_cases.now) == ()
    found = offered(services, two_cases.now)
    assert [offer.mail.outbox_mail.key for offer in found] == [mail.key for mail in invitations]
    assert {offer.to.email for offer in found} == {NEW}
    assert all(offer.is_new_address for offer in found)


def test_a_mail_sent_again_has_the_same_words_a_fresh_link_and_a_place_in_the_log(
    services: Services, two_cases: TwoCases, invitations: list[OutboxMail]
) -> None:
    old, now = invitations[0], two_cases.now
    sent_back(services, [old], now)
    mend(services, now)
    (key,) = send_again(services, [offered(services, now)[0].id], now, "anna")

    assert key == f"{old.key}/again-1"
    with reading(services.engine) as session:
        new = outbox.get(session, key, with_links=True)
    assert (new.recipients, new.copies, new.written_by) == ([NEW], [], "anna")
    assert new.message_id != old.message_id
    fresh = link_in(services.settings, new.text)
    assert has_sign(old.text)
    assert link_in(services.settings, old.text) == ""
    assert new.text == with_links(old.text, lambda *_: fresh)
    assert fresh in new.html
    assert not has_sign(new.html)
    opened = open_link(services, fresh.rpartition("/")[2], now)
    assert opened is not None
    assert opened.party.party == two_cases.party

    assert sum(deliver_waiting(services, now, "test").values()) == 1
    with reading(services.engine) as session:
        lines = log(session, find(session, two_cases.references[0]), now)
    assert [line.source for line in lines if line.key == key] == [NEW]


def test_a_mail_is_sent_again_only_once_however_often_the_button_is_pressed(
    services: Services, two_cases: TwoCases, invitations: list[OutboxMail]
) -> None:
    sent_back(services, invitations, two_cases.now)
    mend(services, two_cases.now)
    chosen = [offer.id for offer in offered(services, two_cases.now)]
    assert len(send_again(services, chosen, two_cases.now, "anna")) == 2

    assert offered(services, two_cases.now) == ()
    with pytest.raises(RefusedError, match="Noget er ændret"):
        send_again(services, chosen, two_cases.now, "anna")
    assert len(two_cases.mails(OutboxState.PENDING)) == 2


def test_mails_to_sixteen_parties_are_offered_and_sent_again_with_the_statements_of_one(
    services: Services, two_cases: TwoCases, invitations: list[OutboxMail]
) -> None:
    now = two_cases.now
    with reading(services.engine) as session:
        sent = outbox.list_mails(session, states=[OutboxState.SENT])
    others = [x for x in sent if x.mail is MailKind.INVITATION and x.party != two_cases.party]
    costs: list[tuple[int, int]] = []
    for mails in (invitations, others):
        sent_back(services, mails, now)
        people = {x.party: mended(x.party) for x in mails}
        with writing(services.engine) as session:
            put_contacts(session, list(people.values()), Stamp(now, "anna"))
        with statements(services.engine) as to_offer:
            found = offered(services, now)
        assert len(found) == len(mails)
        with statements(services.engine) as to_send:
            keys = send_again(services, [offer.id for offer in found], now, "anna")
        assert len(set(keys)) == len(mails)
        costs.append((len(to_offer), len(to_send)))

    assert len(others) == 32
    assert costs[0] == costs[1]


def test_of_several_one_that_cannot_go_any_more_holds_all_back(
    services: Services, two_cases: TwoCases, invitations: list[OutboxMail]
) -> None:
    sent_back(services, invitations, two_cases.now)
    mend(services, two_cases.now)
    chosen = [offer.id for offer in offered(services, two_cases.now)]
    two_cases.answer(two_cases.references[0], two_cases.now)

    with pytest.raises(RefusedError, match="der er svaret"):
        send_again(services, chosen, two_cases.now, "anna")
    assert two_cases.mails(OutboxState.PENDING) == []
    assert [offer.mail.reference for offer in offered(services, two_cases.now)] == [
        two_cases.references[1]
    ]


def test_when_the_new_address_fails_too_the_mail_is_offered_for_the_next_one(
    services: Services, two_cases: TwoCases, invitations: list[OutboxMail]
) -> None:
    now = two_cases.now
    sent_back(services, invitations[:1], now)
    mend(services, now)
    (key,) = send_again(services, [offered(services, now)[0].id], now, "anna")
    deliver_waiting(services, now, "test")
    with reading(services.engine) as session:
        again = outbox.get(session, key)
    receive_one(services, bounce(again, NEW), now + MINUTE)
    assert [one.address for one in broken(services, now + MINUTE)] == [NEW]
    assert offered(services, now + MINUTE) == ()

    mend(services, now + MINUTE, "tredje@greve.example")
    (offer,) = offered(services, now + MINUTE)
    assert offer.mail.outbox_mail.key == key
    (third,) = send_again(services, [offer.id], now + MINUTE, "anna")
    assert third == f"{invitations[0].key}/again-2"
    assert offered(services, now + MINUTE) == ()


def test_a_later_change_of_a_working_contact_offers_nothing(
    services: Services, two_cases: TwoCases, invitations: list[OutboxMail]
) -> None:
    sent_back(services, invitations[:1], two_cases.now)
    mend(services, two_cases.now)
    send_again(services, [offered(services, two_cases.now)[0].id], two_cases.now, "anna")
    deliver_waiting(services, two_cases.now, "test")
    mend(services, two_cases.now + MINUTE, "tredje@greve.example")
    assert offered(services, two_cases.now + MINUTE) == ()


def test_an_address_that_is_said_to_work_again_gets_its_mails_again(
    services: Services, two_cases: TwoCases, invitations: list[OutboxMail]
) -> None:
    old = invitations[0].recipients[0]
    sent_back(services, invitations[:1], two_cases.now)
    with writing(services.engine) as session:
        say_works(session, old, two_cases.now + MINUTE, "anna")

    assert broken(services, two_cases.now + MINUTE) == ()
    (offer,) = offered(services, two_cases.now + MINUTE)
    assert (offer.to.email, offer.is_new_address) == (old, False)


def test_a_mail_that_our_own_server_refused_is_offered_too_and_waits_for_nobody_then(
    services: Services, two_cases: TwoCases, invitations: list[OutboxMail]
) -> None:
    key = invitations[0].key
    with writing(services.engine) as session:
        outbox.finish(session, key, OutboxState.FAILED, two_cases.now, "550 ukendt modtager")
    (one,) = broken(services, two_cases.now)
    assert (one.known.words, one.known.has_bounced) == ("afvist", False)

    mend(services, two_cases.now)
    (offer,) = offered(services, two_cases.now)
    send_again(services, [offer.id], two_cases.now, "anna")
    with reading(services.engine) as session:
        old = outbox.get(session, key)
    assert old.state is OutboxState.WITHDRAWN
    assert old.outcome == f"550 ukendt modtager Sendt igen til {NEW}."


def test_the_parts_of_a_gathered_mail_are_offered_one_by_one_and_gathered_anew(
    services: Services, two_cases: TwoCases
) -> None:
    now = two_cases.remind()
    deliver_waiting(services, now, "test")
    parts = [m for m in two_cases.mails() if m.merged_into]
    assert len(parts) == 2
    with reading(services.engine) as session:
        digest = outbox.get(session, parts[0].merged_into or "")
    receive_one(services, bounce(digest, digest.recipients[0]), now + MINUTE)
    assert [len(one.mails) for one in broken(services, now + MINUTE)] == [2]

    mend(services, now + MINUTE)
    found = offered(services, now + MINUTE)
    assert {offer.mail.outbox_mail.key for offer in found} == {part.key for part in parts}
    keys = send_again(services, [o.id for o in found], now + MINUTE, "anna")
    deliver_waiting(services, now + MINUTE, "test")
    with reading(services.engine) as session:
        again = [outbox.get(session, key) for key in keys]
    assert {mail.state for mail in again} == {OutboxState.SENT}
    assert len({mail.merged_into for mail in again}) == 1
    assert again[0].merged_into != digest.key
