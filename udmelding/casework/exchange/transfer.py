"""Takes whole cases in and gives them out: import and export of case files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from udmelding.casework.exchange.case_file import FORMAT, CaseFile
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services
from udmelding.journal.case.header import Header, find, headers, process_from
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.exchange import FactRow, fact_rows, party_rows, restore_superseded
from udmelding.journal.launch import NewParty
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.rules.access.links import without_links
from udmelding.rules.recording.case import NewPause, NewProcess

IMPORTER = "import"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: how many facts were new, and how many were known already."""

    reference: str
    is_new_case: bool
    new: int
    known: int
    is_paused: bool


def import_case(
    services: Services,
    file: CaseFile,
    now: dt.datetime,
    *,
    live: bool = False,
    has_looked: bool = False,
) -> Imported:
    """Record a whole case file, as of its own dates, in one transaction.

    Args:
        services: the database.
        file: a checked file.
        now: the moment of the import; an open case is paused from here on.
        has_looked: a person says that what may look like a CPR number in the file is none.
        live: do not pause: the machine takes the case up at once.

    Raises:
        RefusedError: a fact contradicts the case; nothing is recorded.
    """
    with writing(services.engine) as session:
        return import_case_into(session, services, file, now, live=live, has_looked=has_looked)


def import_case_into(
    session: Session,
    services: Services,
    file: CaseFile,
    now: dt.datetime,
    *,
    live: bool = False,
    has_looked: bool = False,
) -> Imported:
    """``import_case`` in a transaction that the caller owns."""
    new = known = 0
    is_new_case = not headers(session, (file.shape.reference,))
    header = (
        _launch(services, session, file, has_looked)
        if is_new_case
        else find(session, file.shape.reference)
    )
    for dated in file.entries:
        by = dated.envelope.recorded_by or IMPORTER
        made = Stamp(dated.at, by, has_looked)
        recorded = record(session, header, dated.entry, made, key=dated.envelope.key)
        new, known = new + recorded.is_new, known + (not recorded.is_new)
        if isinstance(dated.entry, NewProcess):
            header = find(session, header.reference)  # what follows is checked by those rules
        if recorded.is_new and dated.envelope.superseded_at is not None:
            restore_superseded(
                session,
                dated.entry,
                recorded.key,
                dated.envelope.superseded_at,
                dated.envelope.superseded_by or "",
                made,
            )
    pauses = is_new_case and not live and not _is_closed(file)
    if pauses:
        entry = NewPause(is_paused=True, reason="importeret; genoptag, når planen er set")
        record(session, header, entry, Stamp(now, IMPORTER))
    return Imported(header.reference, is_new_case, new, known, pauses)


def _is_closed(file: CaseFile) -> bool:
    return any(dated.entry.kind == "closure" for dated in file.entries)


def _launch(services: Services, session: Session, file: CaseFile, has_looked: bool) -> Header:
    shape = file.shape
    first = file.entries[0]
    new = NewCase(
        reference=shape.reference,
        process=shape.process,
        area=shape.area,
        scope=shape.scope,
        received_on=shape.received,
        particulars=file.particulars,
        deadline=None,
        source=shape.source,
        is_made_up=shape.is_made_up,
    )
    pinned = process_from(shape.process_content) if shape.process_content else None
    named = [
        NewParty(
            party=party.party,
            name=party.name,
            kind=party.kind,
            area=party.area,
            is_asked=party.is_asked,
            member_from=party.member_from,
            member_until=party.member_until,
        )
        for party in shape.parties or ()
    ]
    at = shape.recorded_at or first.at
    by = shape.recorded_by or first.envelope.recorded_by or IMPORTER
    return launch_case(
        session,
        services.settings,
        new,
        Stamp(at, by, has_looked),
        pinned=pinned,
        named=named or None,
        first_key=next(d.envelope.key for d in file.entries if d.entry is file.particulars),
    )


def export_case(services: Services, reference: str) -> dict[str, Any]:
    """Everything known of a case, replaced facts included, as a case file that imports again.

    A personal link that somebody has written into a fact is blanked; links themselves stay here.
    """
    with reading(services.engine) as session:
        header = find(session, reference)
        facts = [_fact(row) for row in fact_rows(session, header)]
        return {
            "format": FORMAT,
            "reference": header.reference,
            "process": header.process.id,
            "area": header.area,
            "scope": header.scope.value,
            "received": header.received_on.isoformat(),
            "is_made_up": header.is_made_up,
            "recorded_at": header.recorded_at.isoformat(),
            "process_content": (header.first or (header.process,))[0].model_dump_json(),
            "parties": [_party(party) for party in party_rows(session, header)],
            "facts": sorted(facts, key=lambda fact: (fact["recorded_at"], fact["key"])),
        }


def _party(party: NewParty) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(party).items()}


_ENVELOPE = ("key", "recorded_at", "recorded_by", "superseded_at", "superseded_by")


def _fact(row: FactRow) -> dict[str, Any]:
    said, known = row.entry.model_fields, row.columns
    return (
        {"kind": said["kind"].default}
        | _said(known, said)
        | {name: _plain(known[name]) for name in _ENVELOPE if known[name] is not None}
    )


def _said(row: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    said = {
        name: _plain(row[name])
        for name in fields
        if name not in ("kind", "corrects", "on", "announcement_kind") and row[name] is not None
    }
    if "announcement_kind" in fields:
        said["announcement_kind"] = _plain(row["kind"])
    if "on" in fields:
        said["on"] = {
            "from": _plain(row["happened_from"]),
            "to": _plain(row["happened_to"]),
            "as_written": row["as_written"],
        }
    return said


def _plain(value: Any) -> Any:
    """A value as JSON holds it, and without any personal link."""
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return without_links(value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return getattr(value, "value", value)
