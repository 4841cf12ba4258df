"""Keeps each version of a process once, whatever cases are pinned to it."""

from __future__ import annotations

import datetime as dt
import hashlib

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.config.case.process import Process
from udmelding.journal.tables import table_of


def pin(session: Session, process: Process, now: dt.datetime) -> int:
    """The id of this very version of the process, stored when it is new."""
    content = process.model_dump_json()
    digest = hashlib.sha256(content.encode()).hexdigest()
    table = table_of(models.ProcessVersion)
    known = session.execute(sa.select(table.c.id).where(table.c.sha256 == digest)).scalar()
    if known is not None:
        return int(known)
    inserted = session.execute(
        sa.insert(table)
        .values(
            process=process.id,
            version=process.version,
            sha256=digest,
            content=content,
            recorded_at=now,
        )
        .returning(table.c.id)
    )
    return int(inserted.scalar_one())
