"""Records what a person says about a case, in the words that person uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from sqlmodel import Session

from udmelding.casework.recording.consequences import Changed, changed, preview
from udmelding.casework.services import Services
from udmelding.config.parties import find_municipality
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import KINDS, load
from udmelding.journal.database import writing
from udmelding.journal.recording.entries import Entry, make_entry
from udmelding.journal.recording.record import Stamp, after_latest, record, retract
from udmelding.rules.case.case import Case
from udmelding.rules.case.sentences import sentence


@dataclass(frozen=True, slots=True)
class Said:
    """What was recorded, in one sentence.

    Attributes:
        is_new: False when the very same had been recorded before; then nothing was changed.
    """

    reference: str
    key: str
    text: str
    is_new: bool


MOVING = frozenset({"deadline", "process"})
"""Kinds of entries after which the dates that parties were given may move."""

TELLING = MOVING | {"decision", "extension", "expectation", "waiver"}
"""Kinds of entries that may change the plan, and are shown with what they change first."""


def record_fact(
    services: Services, reference: str, kind: str, said: Mapping[str, Any], stamp: Stamp
) -> Said:
    """Record one fact of one case.

    Args:
        services: the database.
        reference: the case.
        kind: the kind of entry (``journal.recording.entries``).
        said: its fields; a municipality may be named or given by its code, and a decision without
            a report version is taken to be on the version that holds.
        stamp: who and when.

    Raises:
        RefusedError: something said is wrong, missing or contradicts the case. Nothing is recorded.
    """
    do = partial(_record, reference=reference, kind=kind, said=said, stamp=stamp)
    if kind in MOVING:
        return changed(services, do, stamp, only=(reference,)).result
    with writing(services.engine) as session:
        return do(session)


def preview_fact(
    services: Services, reference: str, kind: str, said: Mapping[str, Any], stamp: Stamp
) -> Changed[Said]:
    """What ``record_fact`` would do to the plan; nothing is saved.

    Raises:
        RefusedError: as ``record_fact``.
    """
    do = partial(_record, reference=reference, kind=kind, said=said, stamp=stamp)
    return preview(services, do, stamp, only=(reference,), follows=kind in MOVING)


def _record(
    session: Session, *, reference: str, kind: str, said: Mapping[str, Any], stamp: Stamp
) -> Said:
    header = find(session, reference)
    case = load(session, header.reference, stamp.now)
    entry = make_entry(kind, complete(header, case, said), stamp.now.date())
    recorded = record(session, header, entry, after_latest(session, header, entry, stamp))
    return Said(header.reference, recorded.key, spoken(entry, case, stamp), recorded.is_new)


def taking_back(reference: str, key: str, reason: str, stamp: Stamp) -> Callable[[Session], str]:
    """Something that takes a fact back, for ``consequences.preview`` and ``changed``."""

    def take_back(session: Session) -> str:
        retract(session, find(session, reference), key, reason, stamp)
        return f"Taget tilbage: {key}"

    return take_back


def complete(header: Header, case: Case, said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, with a municipality's name turned into its code and the version filled in.

    Raises:
        NotFoundError: no municipality has that name.
    """
    full = dict(said)
    party = full.get("party")
    if party is not None and case.party(party) is None and header.process.step(party) is None:
        full["party"] = find_municipality(party).code
    if "outcome" in full and full.get("report_version") is None:
        full["report_version"] = case.deciding_version
    return full


def spoken(entry: Entry, case: Case, stamp: Stamp) -> str:
    """The entry as the log will say it."""
    value = next(kind.value for kind in KINDS if kind.fact is entry.table)
    columns = {"process_version_id": 0} | entry.columns()
    columns |= {
        "key": "",
        "recorded_at": stamp.now,
        "recorded_by": stamp.by,
    }
    known = {field.name for field in fields(value)}
    said = {name: column for name, column in columns.items() if name in known}
    return sentence(value(**said), {party.party: party.name for party in case.parties})
