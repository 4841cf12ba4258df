"""A municipality's own way in: personal links, and what is reported through them.

Whoever has a link may answer for its party in its case; nothing else comes with it. What is
reported counts at once, but as *reported*: a decision is proven, and a contact is used, only when
the secretariat accepts it. A reported contact stands in the case as a note until then, because a
wrong address must never get a case's mails.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.casework.access.own_pages import OWNERS, page_address
from udmelding.casework.services import Services
from udmelding.errors import RefusedError
from udmelding.journal.access import access
from udmelding.journal.access.access import LinkValue
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.tables import table_of
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Party

_TOUCHED_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a working link leads to."""

    link: LinkValue
    case: Case
    party: Party


def link_for(
    services: Services,
    session: Session,
    reference: str,
    party: str,
    *,
    by: str,
    now: dt.datetime,
    made_for: str = "",
    has_looked: bool = False,
) -> str:
    """Make a new link and return its address, which cannot be shown again.

    Args:
        services: its settings say how people reach the pages, and how long a link works.
        session: an open writing transaction; whoever calls owns it.
        reference: the case.
        party: a municipality's code.
        by: who makes it; ``made_for``: to whom it is given, such as a mail address.
        now: the moment.
        made_for: see ``by``.
        has_looked: somebody says that what may look like a CPR number in it is none.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: the party is not asked for anything in the case.
    """
    header, web = find(session, reference), services.settings.web
    parties = table_of(models.Party)
    query = sa.select(parties.c.kind).where(
        parties.c.announcement_id == header.id,
        parties.c.party == party,
        parties.c.is_asked,
        parties.c.superseded_at.is_(None),
    )
    if session.execute(query).scalar() not in OWNERS:
        raise RefusedError("Kun den, der spørges i sagen, kan få et personligt link.")
    secret = access.make_link(
        session,
        announcement_id=header.id,
        party=party,
        made_for=made_for,
        by=by,
        now=now,
        lasting=dt.timedelta(days=web.link_days),
        has_looked=has_looked,
    )
    return page_address(services.settings, secret)


def open_link(services: Services, secret: str, now: dt.datetime) -> Opened | None:
    """What that link leads to, and remember that it was used; None where it does not work."""
    announcement = table_of(models.Announcement)
    with reading(services.engine) as session:
        link = access.find_link(session, secret)
        if link is None or not link.works(now):
            return None
        query = sa.select(announcement.c.reference).where(announcement.c.id == link.announcement_id)
        case = load(session, session.execute(query).scalar_one(), now)
    party = case.party(link.party)
    if party is None:
        return None
    if link.used_at is None or now - link.used_at > _TOUCHED_EVERY:
        with writing(services.engine) as session:
            access.change_link(session, link.id, used_at=now)
    return Opened(link, case, party)
