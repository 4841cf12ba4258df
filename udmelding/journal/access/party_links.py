"""Parties' personal links: made, found, ended.

A link's secret stands in the mail that carries it, in the outbox until that mail has gone, and with
whoever got it. Here only its checksum is kept. A link that was made from another is that one's
child: it ends when the other does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.access.access import checksum, fresh_secret
from udmelding.journal.files import guard, guard_all
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of


@dataclass(frozen=True, slots=True)
class LinkValue:
    """One personal link; see ``models.access.PartyLink``.

    Attributes:
        revoked_above: when a link that it was made from, near or far, was revoked; else None.
    """

    id: int
    announcement_id: int
    party: str
    made_for: str
    mail_key: str
    parent_id: int | None
    created_at: dt.datetime
    created_by: str
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    used_at: dt.datetime | None
    revoked_above: dt.datetime | None = None

    @property
    def ended_at(self) -> dt.datetime | None:
        """When it was revoked, by itself or with one that it was made from; None: it was not."""
        known = [at for at in (self.revoked_at, self.revoked_above) if at is not None]
        return min(known, default=None)

    def works(self, now: dt.datetime) -> bool:
        """Whether it lets anybody in at ``now``; a case that was closed is not asked here."""
        return self.ended_at is None and now < self.expires_at


_LINK = tuple(field.name for field in fields(LinkValue) if field.name != "revoked_above")


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that is to be made.

    Attributes:
        party: whose page it opens.
        made_for: to whom it is given.
        lasting: how long it works; one with a ``parent`` works as long as that.
        mail_key: the mail that carries it, so that its opening can be told of that mail.
        parent: the link that it is made from.
    """

    announcement_id: int
    party: str
    made_for: str
    lasting: dt.timedelta
    mail_key: str = ""
    parent: LinkValue | None = None


def make_links(session: Session, wanted: Sequence[NewLink], stamp: Stamp) -> list[str]:
    """Make personal links, all in one statement; returns their secrets in the same order.

    Only the secrets' checksums are kept here. Whoever calls writes them into mails, in whose texts
    they stand in the outbox until the mail has gone.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
    """
    secrets = [fresh_secret() for _ in wanted]
    said = guard_all(
        session,
        [(f"{x.announcement_id}/link/{x.party}", {"made_for": x.made_for}) for x in wanted],
        stamp,
    )
    rows = [
        {
            "token_hash": checksum(secret),
            "announcement_id": link.announcement_id,
            "party": link.party,
            "made_for": clean["made_for"],
            "mail_key": link.mail_key,
            "parent_id": link.parent.id if link.parent else None,
            "created_at": stamp.now,
            "created_by": stamp.by,
            "expires_at": link.parent.expires_at if link.parent else stamp.now + link.lasting,
        }
        for link, secret, clean in zip(wanted, secrets, said, strict=True)
    ]
    if rows:
        session.execute(sa.insert(table_of(models.PartyLink)), rows)
    return secrets


def make_link(session: Session, wanted: NewLink, stamp: Stamp) -> str:
    """Make one personal link, as ``make_links`` does; returns its secret."""
    return make_links(session, [wanted], stamp)[0]


def find_link(session: Session, secret: str) -> LinkValue | None:
    """The link with that secret, working or not; None where there is none."""
    return _one(session, table_of(models.PartyLink).c.token_hash == checksum(secret))


def link_numbered(session: Session, number: int) -> LinkValue | None:
    """The link with that number, working or not; None where there is none."""
    return _one(session, table_of(models.PartyLink).c.id == number)


def _one(session: Session, where: sa.ColumnElement[bool]) -> LinkValue | None:
    table = table_of(models.PartyLink)
    row = session.execute(sa.select(*(table.c[name] for name in _LINK)).where(where)).first()
    if row is None:
        return None
    found, above = LinkValue(*row), row.parent_id
    revoked: list[dt.datetime] = []
    while above is not None:
        query = sa.select(table.c.parent_id, table.c.revoked_at).where(table.c.id == above)
        above, at = session.execute(query).one()
        revoked += [at] if at is not None else []
    return replace(found, revoked_above=min(revoked, default=None))


def links_of(session: Session, announcement_id: int) -> tuple[LinkValue, ...]:
    """All links of a case, newest first."""
    table = table_of(models.PartyLink)
    query = (
        sa.select(*(table.c[name] for name in _LINK))
        .where(table.c.announcement_id == announcement_id)
        .order_by(table.c.created_at.desc(), table.c.id.desc())
    )
    return with_those_above([LinkValue(*row) for row in session.execute(query)])


def last_openings(
    session: Session, mail_keys: Collection[str], as_of: dt.datetime
) -> Mapping[str, dt.datetime]:
    """When a link that a mail carried was last opened, by the mail's key."""
    table = table_of(models.PartyLink)
    query = (
        sa.select(table.c.mail_key, sa.func.max(table.c.used_at))
        .where(table.c.mail_key.in_(sorted(mail_keys)), table.c.used_at <= as_of)
        .group_by(table.c.mail_key)
    )
    return dict(session.execute(query).tuples().all())


def links_of_party(session: Session, party: str) -> tuple[LinkValue, ...]:
    """All links of a party in all cases, newest first."""
    table = table_of(models.PartyLink)
    query = (
        sa.select(*(table.c[name] for name in _LINK))
        .where(table.c.party == party)
        .order_by(table.c.created_at.desc(), table.c.id.desc())
    )
    return with_those_above([LinkValue(*row) for row in session.execute(query)])


def with_those_above(links: Sequence[LinkValue]) -> tuple[LinkValue, ...]:
    """The links, all of them of one case or one party, with what was revoked above each."""
    known = {link.id: link for link in links}
    found = []
    for link in links:
        above = [known[number].revoked_at for number in ancestors(link, known)]
        revoked = [at for at in above if at is not None]
        found.append(replace(link, revoked_above=min(revoked, default=None)))
    return tuple(found)


def ancestors(link: LinkValue, known: Mapping[int, LinkValue]) -> list[int]:
    """The numbers of the links that a link was made from, the nearest first."""
    found: list[int] = []
    above = link.parent_id
    while above is not None and above in known:
        found.append(above)
        above = known[above].parent_id
    return found


def below(link: LinkValue, links: Collection[LinkValue]) -> tuple[LinkValue, ...]:
    """Those of a case's links that were made from that one, near or far."""
    known = {one.id: one for one in links}
    return tuple(one for one in links if link.id in ancestors(one, known))


def hold_link(session: Session, number: int) -> None:
    """Let no one else make a link from that one before this transaction has ended."""
    table = table_of(models.PartyLink)
    session.execute(sa.select(table.c.id).where(table.c.id == number).with_for_update())


def touch_link(session: Session, link_id: int, now: dt.datetime) -> None:
    """Write down that the link was opened."""
    table = table_of(models.PartyLink)
    session.execute(sa.update(table).where(table.c.id == link_id).values(used_at=now))


@dataclass(frozen=True, slots=True)
class LinkTurn:
    """Somebody closed a link (``is_open`` false) or opened it again."""

    link_id: int
    is_open: bool
    at: dt.datetime
    by: str


def turn_links(session: Session, link_ids: Collection[int], stamp: Stamp, *, is_open: bool) -> None:
    """Close links, or open them again, and keep who did it; those below follow by themselves."""
    if not link_ids:
        return
    guard(session, "/".join(f"link/{one}" for one in sorted(link_ids))[:200], {}, stamp)
    table, turns = table_of(models.PartyLink), table_of(models.PartyLinkTurn)
    revoked_at = None if is_open else stamp.now
    session.execute(
        sa.update(table).where(table.c.id.in_(sorted(link_ids))).values(revoked_at=revoked_at)
    )
    rows = [
        {"link_id": one, "is_open": is_open, "turned_at": stamp.now, "turned_by": stamp.by}
        for one in sorted(link_ids)
    ]
    session.execute(sa.insert(turns), rows)


def last_turns(session: Session, link_ids: Collection[int]) -> Mapping[int, LinkTurn]:
    """Who closed each link or opened it again last, by its number; of others nothing is known."""
    turns = table_of(models.PartyLinkTurn)
    query = (
        sa.select(turns.c.link_id, turns.c.is_open, turns.c.turned_at, turns.c.turned_by)
        .where(turns.c.link_id.in_(sorted(link_ids)))
        .order_by(turns.c.id)
    )
    return {row[0]: LinkTurn(*row) for row in session.execute(query)}


def give_links(session: Session, link_ids: Collection[int], made_for: str) -> None:
    """Let links that nobody has got yet be for another; they lie in mails that still wait."""
    table = table_of(models.PartyLink)
    where = table.c.id.in_(sorted(link_ids))
    session.execute(sa.update(table).where(where).values(made_for=made_for))
