"""Records several facts of one case in one transaction: all of them or none.

A council meeting in one municipality decides for one; a mail from an area's secretariat may tell of
ten. Evidence that came as a file becomes a document of the case in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlmodel import Session

from udmelding.casework.recording.consequences import Changed, changed, preview
from udmelding.casework.recording.recording import MOVING, Said, complete, spoken
from udmelding.casework.services import Services
from udmelding.errors import RefusedError
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load
from udmelding.journal.database import writing
from udmelding.journal.recording.entries import make_entry
from udmelding.journal.recording.record import Stamp, after_latest, record
from udmelding.rules.case.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Facts of one kind that are recorded together.

    Attributes:
        kind: the kind of entry (``journal.recording.entries``).
        facts: the fields of each.
        document: the fields of the document that proves them; None where none was sent along.
    """

    reference: str
    kind: str
    facts: tuple[Mapping[str, Any], ...]
    document: Mapping[str, Any] | None = None


def record_many(services: Services, batch: Batch, stamp: Stamp) -> tuple[Said, ...]:
    """Record them all.

    Raises:
        RefusedError: one of them is wrong; says whose. Nothing is recorded.
    """
    do = partial(_record_all, batch=batch, stamp=stamp)
    if batch.kind in MOVING:
        return changed(services, do, stamp, only=(batch.reference,)).result
    with writing(services.engine) as session:
        return do(session)


def preview_many(services: Services, batch: Batch, stamp: Stamp) -> Changed[tuple[Said, ...]]:
    """What ``record_many`` would do to the plan; nothing is saved.

    Raises:
        RefusedError: as ``record_many``.
    """
    do = partial(_record_all, batch=batch, stamp=stamp)
    follows = batch.kind in MOVING
    return preview(services, do, stamp, only=(batch.reference,), follows=follows)


def _record_all(session: Session, *, batch: Batch, stamp: Stamp) -> tuple[Said, ...]:
    header = find(session, batch.reference)
    case = load(session, header.reference, stamp.now)
    if batch.document is not None:
        proof = make_entry("document", batch.document, stamp.now.date())
        record(session, header, proof, stamp)
    return tuple(_record_one(session, header, case, batch, fact, stamp) for fact in batch.facts)


def _record_one(
    session: Session,
    header: Header,
    case: Case,
    batch: Batch,
    fact: Mapping[str, Any],
    stamp: Stamp,
) -> Said:
    try:
        entry = make_entry(batch.kind, complete(header, case, fact), stamp.now.date())
        recorded = record(session, header, entry, after_latest(session, header, entry, stamp))
    except RefusedError as error:
        if len(batch.facts) == 1:
            raise
        party = case.party(str(fact.get("party", "")))
        name = party.name if party else str(fact.get("party", ""))
        raise RefusedError(f"{name}: {error.message}") from error
    return Said(header.reference, recorded.key, spoken(entry, case, stamp), recorded.is_new)
