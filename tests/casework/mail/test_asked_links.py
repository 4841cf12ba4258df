"""A contact that asks gets its mail again with a link that works; others get nothing."""

from __future__ import annotations

import datetime as dt
import re

from models import OutboxState
from tests.conftest import TwoCases
from tests.past import record_past
from udmelding.casework.access.links import open_link
from udmelding.casework.mail.asked_links import SOON, send_links_again
from udmelding.casework.wiring import Services
from udmelding.journal.database import reading
from udmelding.journal.mail.outbox import list_mails
from udmelding.journal.stamp import Stamp


def links_in(services: Services, key: str) -> list[str]:
    with reading(services.engine) as session:
        (mail,) = (m for m in list_mails(session, with_links=True) if m.key == key)
    return re.findall(r"/k/([\w-]{43})", mail.text)


def test_a_contact_gets_the_last_mail_of_each_open_case_with_a_link_that_works(
    services: Services, two_cases: TwoCases
) -> None:
    now, invited = two_cases.now, two_cases.mails(OutboxState.SENT)[0]
    (address,) = invited.recipients

    keys = send_links_again(services, f" {address.upper()} ", now)

    assert len(keys) == len(two_cases.references)
    for key in keys:
        (secret,) = set(links_in(services, key))
        opened = open_link(services, secret, now)
        assert opened is not None
        assert (opened.party.party, opened.link.made_for) == (invited.party, address)
    soon, later = now + SOON - dt.timedelta(minutes=1), now + SOON
    assert send_links_again(services, address, soon) == (), "once in a while, and not again soon"
    record_past(
        services, two_cases.references[0], "closure", {"closed_on": later.date()},
        Stamp(later, "anna"),
    )  # fmt: skip
    assert len(send_links_again(services, address, later)) == len(keys) - 1, "open cases alone"


def test_nothing_goes_to_an_address_that_is_no_contacts(
    services: Services, two_cases: TwoCases
) -> None:
    before = len(two_cases.mails())
    assert send_links_again(services, "fremmed@x.example", two_cases.now) == ()
    assert send_links_again(services, "", two_cases.now) == ()
    assert len(two_cases.mails()) == before
