"""A contact asks for its link again, because the one that it has is closed or too old.

Nobody is told who is a contact: whatever address is written, the page answers the same, and what
goes out goes to an address that stands in the register. It is the last mail that the contact got in
each open case, in the same words, with a fresh link. One who asks again soon gets no more.
"""

from __future__ import annotations

import datetime as dt

from udmelding.casework.access.own_pages import fresh_links, has_page, link_lasting
from udmelding.casework.mail.resending import AGAIN, anew, families_of, number_of, root
from udmelding.casework.wiring import Services
from udmelding.journal.access.party_links import NewLink
from udmelding.journal.case.header import closings, headers
from udmelding.journal.case.load import load_all
from udmelding.journal.database import Session, writing
from udmelding.journal.inbox.delivery_reports import blocked_addresses
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.outbox_search import sent_in_case
from udmelding.journal.parties import load_contacts
from udmelding.journal.stamp import Stamp
from udmelding.rules.access.links import has_sign
from udmelding.rules.case.case import Case

BY = "den, der bad om linket"
SOON = dt.timedelta(minutes=30)
"""Within so long of the last time, nothing more is sent."""


def send_links_again(services: Services, address: str, now: dt.datetime) -> tuple[str, ...]:
    """Write the last mail of each open case anew to that contact; returns the mails' keys.

    Args:
        services: the database and settings.
        address: what somebody wrote; an address that is no contact's gets nothing.
        now: the moment.
    """
    wanted = address.strip().casefold()
    with writing(services.engine) as session:
        contacts = load_contacts(session, now)
        parties = [
            party
            for party, its in contacts.items()
            if any(c.email.casefold() == wanted for c in its)
        ]
        if not parties or wanted in blocked_addresses(session, now):
            return ()
        known = {header.id: header for header in headers(session)}
        open_ids = [
            i for i, (_, closed_on) in closings(session, known).items() if closed_on is None
        ]
        cases = load_all(session, now, [known[one] for one in open_ids])
        ids = {header.reference: header.id for header in known.values()}
        return tuple(
            key
            for case in cases
            for party in parties
            if has_page(services.settings, case, party)
            for key in _again(services, session, case, ids[case.reference], party, wanted, now)
        )


def _again(
    services: Services,
    session: Session,
    case: Case,
    case_id: int,
    party: str,
    address: str,
    now: dt.datetime,
) -> tuple[str, ...]:
    old = _last(session, case_id, party, address, now)
    if old is None:
        return ()
    family = families_of(session, [root(old.key)])[root(old.key)]
    again = [mail for mail in family if mail.written_by == BY]
    if any(now - mail.created_at < SOON for mail in again):
        return ()
    key = f"{root(old.key)}{AGAIN}{max(number_of(mail.key) for mail in family) + 1}"
    to = next(one for one in old.recipients if one.casefold() == address)
    link = NewLink(case_id, party, to, link_lasting(services.settings, now), key)
    found = fresh_links(services.settings, session, case, [link], Stamp(now, BY))
    outbox.enqueue_new(session, [(case_id, anew(services, old, key, to, found[key], now, BY))])
    return (key,)


def _last(
    session: Session, case_id: int, party: str, address: str, now: dt.datetime
) -> OutboxMail | None:
    """The last mail with a link that the contact got in the case."""
    sent = [
        mail
        for mail in sent_in_case(session, case_id, now)
        if mail.party == party
        and has_sign(mail.text)
        and address in map(str.casefold, mail.recipients)
    ]
    return sent[-1] if sent else None
