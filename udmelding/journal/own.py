"""What a secretariat has of its own: files by their path, each edition with who and when.

One tree holds all that people edit and the program reads: ``settings.toml``, ``mail/…``,
``paper/…``, ``look/…``, ``report/…``, ``areas/…``, ``processes/…``, ``forms/…``, and the drafts of
question sets, mail texts and launches, ``drafts/…``. What a file of a path must be is checked in
``casework.own``, which is the way in.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.errors import RefusedError
from udmelding.journal.files import guard
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import insert_new, table_of


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of one file, without its bytes; see ``models.own_file``."""

    id: int
    path: str
    number: int
    checksum: str
    recorded_at: dt.datetime
    recorded_by: str
    source: str

    @property
    def is_there(self) -> bool:
        """Whether there is such a file since this edition; else it takes the file away."""
        return bool(self.checksum)


class ChangedMeanwhileError(RefusedError):
    """Somebody else has written the file since it was opened to be changed."""

    http_status = 409

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "En anden har rettet det samme, siden du åbnede siden, og dit er ikke gemt. Åbn siden "
            "igen i et andet vindue, se, hvad der er ændret, og flyt din tekst over."
        )


_NAMES = ("id", "path", "number", "checksum", "recorded_at", "recorded_by", "source")


def newest(session: Session, as_of: dt.datetime | None = None) -> tuple[Edition, ...]:
    """The newest edition of every path, also those that took a file away, by path.

    Args:
        session: reads.
        as_of: the moment that is asked about; None for now.
    """
    table = table_of(models.OwnFile)
    last = sa.select(sa.func.max(table.c.id)).group_by(table.c.path)
    if as_of is not None:
        last = last.where(table.c.recorded_at <= as_of)
    query = sa.select(*(table.c[name] for name in _NAMES)).where(table.c.id.in_(last))
    return tuple(Edition(*row) for row in session.execute(query.order_by(table.c.path)))


def editions_of(session: Session, path: str) -> tuple[Edition, ...]:
    """Every edition of one path, the newest first."""
    table = table_of(models.OwnFile)
    query = sa.select(*(table.c[name] for name in _NAMES)).where(table.c.path == path)
    return tuple(Edition(*row) for row in session.execute(query.order_by(table.c.number.desc())))


def contents(session: Session, ids: Collection[int]) -> Mapping[int, bytes]:
    """The bytes of editions; one that took its file away is left out."""
    table = table_of(models.OwnFile)
    query = sa.select(table.c.id, table.c.content).where(
        table.c.id.in_(ids), table.c.content.is_not(None)
    )
    return {row[0]: bytes(row[1]) for row in session.execute(query)}


def put(
    session: Session,
    path: str,
    content: bytes | None,
    stamp: Stamp,
    *,
    seen: int | None = None,
    source: str = "",
    said: Mapping[str, str] | None = None,
) -> bool:
    """Add an edition; one that says what the newest one says is not added.

    Args:
        session: an open writing transaction.
        path: of the file.
        content: its bytes; None takes the file away.
        stamp: who and when.
        seen: number of the edition that was changed, 0 for none; None where nobody has looked.
        source: see ``models.own_file``.
        said: what of it a person has written now, by field; None for all that is text in it.

    Returns:
        Whether an edition was added.

    Raises:
        ChangedMeanwhileError: there is a newer one than ``seen``.
        CprRefusedError, CprQuestionError: as ``journal.files.guard``, for what is text.
    """
    table = table_of(models.OwnFile)
    query = sa.select(table.c.number, table.c.checksum).where(table.c.path == path)
    last = session.execute(query.order_by(table.c.number.desc()).limit(1)).first()
    number, checksum = (int(last[0]), str(last[1])) if last else (0, "")
    if seen is not None and seen != number:
        raise ChangedMeanwhileError
    now = "" if content is None else hashlib.sha256(content).hexdigest()
    if now == checksum:
        return False
    written = {"text": _text_of(content)} if said is None else said
    if any(written.values()):
        guard(session, f"own/{path}", written, stamp)
    row = {
        "path": path,
        "number": number + 1,
        "checksum": now,
        "content": content,
        "recorded_at": stamp.now,
        "recorded_by": stamp.by,
        "source": source,
    }
    if not insert_new(session, table, row, "path", "number"):
        raise ChangedMeanwhileError
    return True


def copy_own(source: Session, target: Session) -> None:
    """Give another database every newest edition that it lacks; ``target`` is to be written."""
    table = table_of(models.OwnFile)
    heads = [one for one in newest(source) if one.is_there]
    there = {one.path for one in newest(target)}
    bytes_of = contents(source, [one.id for one in heads])
    rows = [
        {
            "path": one.path,
            "number": 1,
            "checksum": one.checksum,
            "content": bytes_of[one.id],
            "recorded_at": one.recorded_at,
            "recorded_by": one.recorded_by,
            "source": one.source,
        }
        for one in heads
        if one.path not in there
    ]
    if rows:
        target.execute(sa.insert(table), rows)


def _text_of(content: bytes | None) -> str:
    try:
        return (content or b"").decode("utf-8")
    except UnicodeDecodeError:
        return ""  # a picture, a font, a Word file: looked through where files come in
