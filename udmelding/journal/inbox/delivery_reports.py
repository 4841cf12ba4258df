"""What was told of mail addresses: not there, full, away, delivered."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import DeliveryReportKind, IncomingKind
from udmelding import clock
from udmelding.journal.tables import table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReportValue:
    """One delivery report on one address; see ``models.delivery_report``."""

    incoming_key: str
    mail_key: str = ""
    address: str
    kind: DeliveryReportKind
    reported_at: dt.datetime
    status: str = ""
    why: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


_NAMES = tuple(field.name for field in fields(DeliveryReportValue))


def add(session: Session, reports: Iterable[DeliveryReportValue]) -> None:
    """Keep delivery reports; one that is known already is not kept twice."""
    table, given = table_of(models.DeliveryReport), list(reports)
    query = sa.select(table.c.incoming_key, table.c.address).where(
        table.c.incoming_key.in_({report.incoming_key for report in given})
    )
    known = set(session.execute(query).tuples()) if given else set()
    rows = []
    for report in given:
        if (report.incoming_key, report.address) not in known:
            known.add((report.incoming_key, report.address))
            rows.append({name: getattr(report, name) for name in _NAMES})
    if rows:
        session.execute(sa.insert(table), rows)


def delivery_reports_where(
    session: Session, *where: sa.ColumnElement[bool]
) -> list[DeliveryReportValue]:
    """The delivery reports that meet all of ``where``, in the order they came."""
    table = table_of(models.DeliveryReport)
    query = (
        sa.select(*(table.c[name] for name in _NAMES))
        .where(*where)
        .order_by(table.c.reported_at, table.c.id)
    )
    return [
        DeliveryReportValue(**dict(zip(_NAMES, row, strict=True))) for row in session.execute(query)
    ]


def delivery_reports_on(
    session: Session, mail_keys: Sequence[str]
) -> Mapping[str, list[DeliveryReportValue]]:
    """The delivery reports on those mails of ours, by the mail's key."""
    found: dict[str, list[DeliveryReportValue]] = defaultdict(list)
    for report in delivery_reports_where(
        session, table_of(models.DeliveryReport).c.mail_key.in_(mail_keys)
    ):
        found[report.mail_key].append(report)
    return found


def delivery_reports_in(
    session: Session, incoming_keys: Sequence[str]
) -> Mapping[str, list[DeliveryReportValue]]:
    """The delivery reports that those mails brought, by the key of the mail that came in."""
    found: dict[str, list[DeliveryReportValue]] = defaultdict(list)
    table = table_of(models.DeliveryReport)
    for report in delivery_reports_where(session, table.c.incoming_key.in_(incoming_keys)):
        found[report.incoming_key].append(report)
    return found


def failing_contacts(session: Session, now: dt.datetime) -> list[str]:
    """The addresses of standing contacts of which the last delivery report is that mails fail."""
    contact, report = table_of(models.Contact), table_of(models.DeliveryReport)
    standing = sa.select(sa.func.lower(contact.c.email)).where(contact.c.superseded_at.is_(None))
    return list(_failing(session, now, report.c.address.in_(standing)))


def latest(session: Session, as_of: dt.datetime) -> Mapping[str, DeliveryReportValue]:
    """The last one on each address known at ``as_of``; absences are no word on the address.

    One that is dead stays so when mails to it come back for other reasons too.
    """
    table = table_of(models.DeliveryReport)
    found = delivery_reports_where(
        session, table.c.reported_at <= as_of, table.c.kind != DeliveryReportKind.ABSENT
    )
    last: dict[str, DeliveryReportValue] = {}
    for report in found:
        before = last.get(report.address)
        is_dead = before is not None and before.kind is DeliveryReportKind.FAILED
        if not (is_dead and report.kind in _SAYS_LESS):
            last[report.address] = report
    return last


_SAYS_LESS = (DeliveryReportKind.SENDER_REFUSED, DeliveryReportKind.UNCLEAR)


def absent(session: Session, as_of: dt.datetime) -> Mapping[str, DeliveryReportValue]:
    """Who is away on the day of ``as_of``, by address: the last out-of-office answer counts.

    Whoever has written since is back. One that names no last day counts for the day it came; one
    that begins later does not count before.
    """
    table, mail = table_of(models.DeliveryReport), table_of(models.IncomingMail)
    today = as_of.date()
    found = delivery_reports_where(
        session, table.c.reported_at <= as_of, table.c.kind == DeliveryReportKind.ABSENT
    )
    away = {
        r.address: r
        for r in found
        if (r.since is None or r.since <= today) and (r.until or r.reported_at.date()) >= today
    }
    if not away:
        return {}
    query = (
        sa.select(mail.c.sender, sa.func.max(mail.c.received_at))
        .where(
            mail.c.sender.in_(list(away)),
            mail.c.kind == IncomingKind.REPLY,
            mail.c.is_doubtful.is_(False),  # maybe the same machine once more
            mail.c.received_at <= as_of,
        )
        .group_by(mail.c.sender)
    )
    wrote = {row[0]: _aware(row[1]) for row in session.execute(query)}
    return {a: r for a, r in away.items() if a not in wrote or wrote[a] <= _begins(r)}


def _begins(absence: DeliveryReportValue) -> dt.datetime:
    """When it began: whoever writes before a holiday that is still to come goes all the same."""
    if absence.since is None:
        return absence.reported_at
    return max(absence.reported_at, clock.at(absence.since, "00:00"))


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def blocked_addresses(session: Session, now: dt.datetime) -> Mapping[str, DeliveryReportValue]:
    """The addresses (lower case) that nothing is to be sent to now, and what says why.

    One that does not exist stays blocked until its contact is changed or it is said to work again;
    one that is away until its day.
    """
    return {**absent(session, now), **_failing(session, now)}


def refusing(session: Session, now: dt.datetime) -> Sequence[DeliveryReportValue]:
    """What says that we ourselves are refused, the oldest first: of each address the last word.

    It stands until a mail arrives there, the address turns out to be dead, or a person says that
    our set-up was mended (``say_works``).
    """
    ended_by = (DeliveryReportKind.DELIVERED, DeliveryReportKind.FAILED)
    found = _last_words(session, now, DeliveryReportKind.SENDER_REFUSED, ended_by)
    return sorted(found, key=lambda report: report.reported_at)


_GIVEN_UP = (
    DeliveryReportKind.FAILED,
    DeliveryReportKind.FAILED_FOR_NOW,
    DeliveryReportKind.SENDER_REFUSED,
    DeliveryReportKind.UNCLEAR,
)


def sent_back(session: Session) -> Mapping[str, frozenset[str]]:
    """By key of our mail: the addresses at which it was given up, and not delivered after all."""
    table = table_of(models.DeliveryReport)
    last: dict[tuple[str, str], DeliveryReportKind] = {}
    for report in delivery_reports_where(
        session, table.c.mail_key != "", table.c.kind != DeliveryReportKind.ABSENT
    ):
        last[report.mail_key, report.address] = report.kind
    found: dict[str, set[str]] = defaultdict(set)
    for (key, address), kind in last.items():
        if kind in _GIVEN_UP:
            found[key].add(address)
    return {key: frozenset(found[key]) for key in found}


def _failing(
    session: Session, now: dt.datetime, *where: sa.ColumnElement[bool]
) -> Mapping[str, DeliveryReportValue]:
    """The addresses that failed for good and have not been reached since.

    That we are refused says nothing of them: one that is dead stays so.
    """
    ended_by = (DeliveryReportKind.DELIVERED,)
    found = _last_words(session, now, DeliveryReportKind.FAILED, ended_by, *where)
    return {report.address: report for report in found}


def _last_words(
    session: Session,
    now: dt.datetime,
    kind: DeliveryReportKind,
    ended_by: Sequence[DeliveryReportKind],
    *where: sa.ColumnElement[bool],
) -> list[DeliveryReportValue]:
    """The last reports of that ``kind`` on each address, but for those that others have ended.

    Only the addresses that ever had one are looked at: there may be thousands of receipts.
    """
    table = table_of(models.DeliveryReport)
    known = table.c.reported_at <= now
    ever = sa.select(table.c.address).where(known, table.c.kind == kind, *where)
    telling = table.c.kind.in_((kind, *ended_by))
    last = {
        r.address: r
        for r in delivery_reports_where(session, known, telling, table.c.address.in_(ever))
    }
    return [report for report in last.values() if report.kind is kind]


def say_works(session: Session, address: str, now: dt.datetime, by: str) -> None:
    """A person says that an address works again."""
    word = DeliveryReportValue(
        incoming_key=f"person/{now.astimezone(dt.UTC).isoformat()}"[:64],
        address=address.casefold(),
        kind=DeliveryReportKind.DELIVERED,
        reported_at=now,
        why=f"ifølge {by}",
    )
    add(session, [word])
