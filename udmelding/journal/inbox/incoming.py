"""Mail that came in: kept as it came, with where it belongs and what became of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import IncomingKind, IncomingState, MatchedBy, Meaning
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.files import guard
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.rules.inbox.mail_files import FileState, state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMail:
    """A mail as it stands in the journal; see ``models.incoming`` for the fields.

    Attributes:
        reference: the case's reference; empty where it lies in no case.
    """

    key: str
    message_id: str = ""
    received_at: dt.datetime
    sent_at: dt.datetime | None = None
    sender: str
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    own_text: str = ""
    kind: IncomingKind
    is_doubtful: bool = False
    raw_sha256: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    locked_files: int = 0
    reply_to_key: str = ""
    announcement_id: int | None = None
    step: str = ""
    party: str = ""
    matched_by: MatchedBy = MatchedBy.NOBODY
    suggestion: dict[str, Any] = field(default_factory=dict)
    state: IncomingState = IncomingState.WAITING
    meaning: Meaning | None = None
    facts: list[str] = field(default_factory=list)
    note: str = ""
    handled_at: dt.datetime | None = None
    handled_by: str = ""
    reference: str = ""


_NAMES = tuple(f.name for f in fields(InboxMail) if f.name != "reference")


def is_known(session: Session, key: str) -> bool:
    """Whether a mail with that key has come in before."""
    table = table_of(models.IncomingMail)
    return session.execute(sa.select(table.c.id).where(table.c.key == key)).first() is not None


def add(session: Session, mail: InboxMail) -> bool:
    """Keep a mail; False when it is known already."""
    table = table_of(models.IncomingMail)
    if is_known(session, mail.key):
        return False
    session.execute(sa.insert(table).values({n: getattr(mail, n) for n in _NAMES}))
    return True


def named(session: Session, message_ids: Sequence[str]) -> list[InboxMail]:
    """The mails that came in with those Message-IDs, in the order of the names."""
    table = table_of(models.IncomingMail)
    wanted = [one for one in message_ids if one]
    found = mails_where(session, table.c.message_id.in_(wanted)) if wanted else []
    return sorted(found, key=lambda one: wanted.index(one.message_id))


def get(session: Session, key: str) -> InboxMail:
    """The mail with that key.

    Raises:
        NotFoundError: there is none.
    """
    found = mails_where(session, table_of(models.IncomingMail).c.key == key)
    if not found:
        raise NotFoundError("indkommen mail", key)
    return found[0]


def find_by_start(session: Session, beginning: str) -> InboxMail:
    """The one mail whose key begins like that, as a person copies it from a list.

    Raises:
        NotFoundError: there is none.
        RefusedError: there are several, or nothing was written.
    """
    key = table_of(models.IncomingMail).c.key
    found = mails_where(session, key.startswith(beginning.strip(), autoescape=True), limit=2)
    if not found:
        raise NotFoundError("indkommen mail", beginning)
    if len(found) > 1:
        raise RefusedError(f"Flere mails begynder med «{beginning}». Skriv mere af nøglen.")
    return found[0]


def mails_where(
    session: Session,
    *where: sa.ColumnElement[bool],
    limit: int | None = None,
    offset: int = 0,
    is_newest_first: bool = False,
) -> list[InboxMail]:
    """The mails that meet all of ``where``, in the order they came, or the newest first."""
    table, case = table_of(models.IncomingMail), table_of(models.Announcement)
    order = (table.c.received_at, table.c.id)
    query = (
        sa.select(*(table.c[name] for name in _NAMES), case.c.reference)
        .outerjoin(case, case.c.id == table.c.announcement_id)
        .where(*where)
        .order_by(*((column.desc() for column in order) if is_newest_first else order))
        .limit(limit)
        .offset(offset)
    )
    return [
        InboxMail(**dict(zip(_NAMES, row[:-1], strict=True)), reference=row[-1] or "")
        for row in session.execute(query)
    ]


def answers_to(
    session: Session, mail_keys: Collection[str], as_of: dt.datetime
) -> Mapping[str, Sequence[InboxMail]]:
    """What was answered by ``as_of`` to those mails of ours, by their key."""
    table = table_of(models.IncomingMail)
    found: dict[str, list[InboxMail]] = defaultdict(list)
    for mail in mails_where(
        session,
        table.c.reply_to_key.in_(sorted(mail_keys)),
        table.c.kind == IncomingKind.REPLY,
        table.c.received_at <= as_of,
    ):
        found[mail.reply_to_key].append(mail)
    return found


def count(session: Session, *where: sa.ColumnElement[bool]) -> int:
    """How many mails meet all of ``where``."""
    table = table_of(models.IncomingMail)
    return int(session.execute(sa.select(sa.func.count(table.c.id)).where(*where)).scalar_one())


def is_waiting() -> sa.ColumnElement[bool]:
    """The condition that a person has to say what a mail means, or what its files hold."""
    return sa.or_(table_of(models.IncomingMail).c.state == IncomingState.WAITING, has_locked())


def has_locked() -> sa.ColumnElement[bool]:
    """The condition that a file of a mail is locked away."""
    return table_of(models.IncomingMail).c.locked_files > 0


def hold_files(session: Session) -> None:
    """Let nobody else lock files away or let them out before this transaction ends.

    So what lies on the disk and what stands here can be compared. On SQLite writers wait for each
    other from the start; PostgreSQL is told to.
    """
    if session.get_bind().dialect.name == "postgresql":
        name = sa.func.hashtext("locked files of mails")
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(name)))


def put_files(
    session: Session, key: str, attachments: Sequence[Mapping[str, Any]], raw_sha256: str
) -> None:
    """Keep how the files of a mail stand now, and where the mail as it came lies."""
    table = table_of(models.IncomingMail)
    locked = sum(state_of(file) is FileState.LOCKED for file in attachments)
    values = {"attachments": list(attachments), "locked_files": locked, "raw_sha256": raw_sha256}
    session.execute(sa.update(table).where(table.c.key == key).values(values))


def suggest(session: Session, key: str, suggestion: Mapping[str, Any], stamp: Stamp) -> None:
    """Keep what a mail seems to mean, now that more of it was read.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
    """
    said = {name: suggestion.get(name, "") for name in ("words", "link")}
    clean = {name: text for name, text in guard(session, key, said, stamp).items() if text}
    table = table_of(models.IncomingMail)
    values = {"suggestion": {**suggestion, **clean}}
    session.execute(sa.update(table).where(table.c.key == key).values(values))


def place(
    session: Session, key: str, *, case_id: int | None, step: str, party: str, by: MatchedBy
) -> None:
    """Lay a mail to a case and party, or to none."""
    table = table_of(models.IncomingMail)
    session.execute(
        sa.update(table)
        .where(table.c.key == key)
        .values(announcement_id=case_id, step=step, party=party, matched_by=by)
    )


def settle(
    session: Session,
    key: str,
    *,
    meaning: Meaning,
    facts: Sequence[str],
    note: str,
    stamp: Stamp,
) -> bool:
    """Note what a person says that a mail means; False when somebody was first.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
    """
    clean = guard(session, key, {"note": note}, stamp)
    table = table_of(models.IncomingMail)
    done: Any = session.execute(
        sa.update(table)
        .where(table.c.key == key, table.c.state == IncomingState.WAITING)
        .values(
            state=IncomingState.HANDLED,
            meaning=meaning,
            facts=list(facts),
            note=clean["note"],
            handled_at=stamp.now,
            handled_by=stamp.by,
        )
    )
    return bool(done.rowcount)


def file(session: Session, key: str, kind: IncomingKind, stamp: Stamp) -> None:
    """Lay a waiting mail aside as what a person knows it to be: a machine's."""
    table = table_of(models.IncomingMail)
    values = {"kind": kind, "is_doubtful": False, "state": IncomingState.FILED}
    values |= {"handled_at": stamp.now, "handled_by": stamp.by}
    session.execute(sa.update(table).where(table.c.key == key).values(values))


def reopen(session: Session, key: str, *, kind: IncomingKind | None = None) -> None:
    """Let a mail wait for a person again; as another ``kind`` of mail where one is given."""
    table = table_of(models.IncomingMail)
    session.execute(
        sa.update(table)
        .where(table.c.key == key)
        .values(
            state=IncomingState.WAITING,
            meaning=None,
            facts=[],
            note="",
            handled_at=None,
            handled_by="",
            **({} if kind is None else {"kind": kind}),
        )
    )
