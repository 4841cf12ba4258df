"""What was recorded when, by whom, from where? The audit trail, replaced facts included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import OutboxState
from udmelding.journal.header import Header
from udmelding.journal.load import KINDS
from udmelding.journal.outbox import list_letters
from udmelding.journal.tables import table_of
from udmelding.rules.glossary import label
from udmelding.rules.sentences import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of the log.

    Attributes:
        kind: the name of the kind of fact, such as ``decision``; ``mail`` for a mail.
        replaced_at: when a correction replaced it, known at the moment asked for; else None.
    """

    at: dt.datetime
    by: str
    kind: str
    key: str
    text: str
    source: str
    is_made_up: bool
    replaced_at: dt.datetime | None = None


def log(session: Session, header: Header, as_of: dt.datetime) -> tuple[LogLine, ...]:
    """Everything recorded in the case up to ``as_of``, oldest first; parties are left out."""
    names = _names(session, header)
    lines: list[LogLine] = []
    for kind in KINDS:
        if kind.fact is models.Party:
            continue
        table = table_of(kind.fact)
        query = sa.select(
            table.c.superseded_at, table.c.superseded_by, *(table.c[name] for name in kind.names)
        ).where(table.c.announcement_id == header.id, table.c.recorded_at <= as_of)
        for replaced_at, replaced_by, *row in session.execute(query):
            fact = kind.value(**dict(zip(kind.names, row, strict=True)))
            lines.append(
                LogLine(
                    at=fact.recorded_at,
                    by=fact.recorded_by,
                    kind=table.name,
                    key=fact.key,
                    text=sentence(fact, names) + _taken_back(replaced_at, replaced_by, as_of),
                    source=fact.source,
                    is_made_up=fact.is_made_up,
                    replaced_at=replaced_at if replaced_at and replaced_at <= as_of else None,
                )
            )
    lines += _mails(session, header, names, as_of)
    return tuple(sorted(lines, key=lambda line: (line.at, line.kind, line.key)))


def _taken_back(
    replaced_at: dt.datetime | None, replaced_by: str | None, as_of: dt.datetime
) -> str:
    """Why a fact was taken back, where it was taken back and not corrected."""
    is_known = replaced_at is not None and replaced_at <= as_of
    return f" ({replaced_by})" if is_known and str(replaced_by).startswith("taget ") else ""


def _names(session: Session, header: Header) -> dict[str, str]:
    parties = table_of(models.Party)
    rows = session.execute(
        sa.select(parties.c.party, parties.c.name).where(parties.c.announcement_id == header.id)
    )
    return {row[0]: row[1] for row in rows}


def _mails(
    session: Session, header: Header, names: Mapping[str, str], as_of: dt.datetime
) -> list[LogLine]:
    lines = []
    for letter in list_letters(session, announcement_id=header.id):
        if letter.created_at > as_of:
            continue
        is_finished = letter.finished_at is not None and letter.finished_at <= as_of
        state = letter.state if is_finished else OutboxState.PENDING
        outcome = f" ({letter.outcome})" if is_finished and letter.outcome else ""
        lines.append(
            LogLine(
                at=letter.created_at,
                by="udmelding",
                kind="mail",
                key=letter.key,
                text=(
                    f"Mail til {names.get(letter.party, letter.party)}: {letter.subject} – "
                    f"{label(state)}{outcome}."
                ),
                source=", ".join([*letter.recipients, *letter.copies]),
                is_made_up=False,
            )
        )
    return lines
