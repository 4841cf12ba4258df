"""Gives a mail that goes again the links that were taken out of it: fresh ones, for its receiver.

What is stored of a mail that has gone, was refused or withdrawn holds no link any more, only signs
that say which each was. A new link opens what the old one opened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from udmelding.casework.access.own_pages import link_lasting, page_address, reader_address
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.wiring import Services
from udmelding.journal.access.party_links import NewLink, link_numbered, make_link
from udmelding.journal.case.header import find
from udmelding.journal.database import Session, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.report.reader_links import make_reader_link, reader_link_numbered
from udmelding.journal.stamp import Stamp
from udmelding.rules.access.links import LinkKind, has_sign, with_links


def resolve(
    services: Services, key: str, now: dt.datetime, *, was_sent: bool, by: str = MACHINE
) -> None:
    """A person says what became of a held or refused mail: it went, or it is to be sent again.

    Raises:
        NotFoundError: there is no such mail.
        RefusedError: the mail is neither held nor refused.
    """
    with writing(services.engine) as session:
        outbox.resolve(session, key, was_sent=was_sent, now=now)
        if not was_sent:
            mail = outbox.get(session, key, with_links=True)
            whole = mail.merged_into or mail.key
            refill(services, session, whole, now, by)


def resolve_all(
    services: Services,
    now: dt.datetime,
    *,
    was_sent: bool,
    by: str = MACHINE,
    keys: Collection[str] | None = None,
) -> int:
    """A person says of all held mails at once that they arrived, or are to be sent again.

    Args:
        services: database and settings.
        now: the moment.
        was_sent: whether they arrived.
        by: who says so.
        keys: the held mails that the person has seen; None: all there are. One that another has
            decided on meanwhile is left as it is.

    Returns:
        How many were held.
    """
    with writing(services.engine) as session:
        held = [m.key for m in outbox.held(session) if keys is None or m.key in keys]
        for key in held:
            outbox.resolve(session, key, was_sent=was_sent, now=now)
            if not was_sent:
                refill(services, session, key, now, by)
    return len(held)


def resolved_in_words(count: int, *, was_sent: bool) -> str:
    """What was decided of so many mails, as a Danish sentence."""
    if not count:
        return "Der er ingen tilbageholdte mails."
    mails = "Mailen" if count == 1 else f"De {count} mails"
    if was_sent:
        return f"{mails} er mærket som nået frem."
    return f"{mails} sendes igen."


def refill(services: Services, session: Session, key: str, now: dt.datetime, by: str) -> None:
    """Put fresh links into a mail that waits, and the same ones into those that are parts of it."""
    fresh = FreshLinks(services, session, now, by)
    mails = [outbox.get(session, key, with_links=True)]
    keys = [*(part.key for part in outbox.parts_of(session, key))]
    for mail in (*mails, *(outbox.get(session, part, with_links=True) for part in keys)):
        filled = fresh.put_into(mail)
        if filled is not mail:
            outbox.rewrite(session, filled)


class FreshLinks:
    """New links in place of old ones, each made once for all the texts in which it stood."""

    def __init__(self, services: Services, session: Session, now: dt.datetime, by: str) -> None:
        """Nothing is made yet; all is made in the caller's transaction."""
        self.services, self.session, self.now, self.by = services, session, now, by
        self._made: dict[tuple[LinkKind, int], str] = {}

    def put_into(self, mail: OutboxMail) -> OutboxMail:
        """The mail with fresh links for its first receiver; the very same where it lacks none."""
        if not has_sign(mail.text) and not has_sign(mail.html):
            return mail
        nameless: list[str] = []

        def address_of(kind: LinkKind, number: int | None) -> str:
            if number is None:
                nameless[:] = nameless or [self._own(mail)]
                return nameless[0]
            if (kind, number) not in self._made:
                make = self._party if kind is LinkKind.PARTY else self._reader
                self._made[kind, number] = make(number, mail)
            return self._made[kind, number]

        return mail.with_words(with_links(mail.text, address_of), with_links(mail.html, address_of))

    def _party(self, number: int, mail: OutboxMail) -> str:
        old = link_numbered(self.session, number)
        if old is None:
            return ""
        return self._make(old.announcement_id, old.party, mail, old.mail_key or mail.key)

    def _own(self, mail: OutboxMail) -> str:
        """For a sign without a number: a link to the page of the party that the mail is to."""
        case_id = find(self.session, mail.key.partition("/")[0]).id
        return self._make(case_id, mail.party, mail, mail.key)

    def _make(self, case_id: int, party: str, mail: OutboxMail, key: str) -> str:
        to = mail.recipients[0] if mail.recipients else ""
        lasting = link_lasting(self.services.settings, self.now)
        wanted = NewLink(case_id, party, to, lasting, key)
        secret = make_link(self.session, wanted, Stamp(self.now, self.by))
        return page_address(self.services.settings, secret)

    def _reader(self, number: int, mail: OutboxMail) -> str:
        old = reader_link_numbered(self.session, number)
        if old is None:
            return ""
        secret = make_reader_link(
            self.session,
            announcement_id=old.announcement_id,
            round_number=old.round_number,
            reader=old.reader,
            now=self.now,
            lasting=old.expires_at - old.created_at,
            mail_key=mail.key,
        )
        return reader_address(self.services.settings, secret)
