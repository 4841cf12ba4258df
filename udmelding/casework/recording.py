"""Records what a person says about a case, in the words that person uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from udmelding.casework.services import Services
from udmelding.config.municipalities import find_municipality
from udmelding.journal.database import writing
from udmelding.journal.entries import Entry, make_entry
from udmelding.journal.header import Header, find
from udmelding.journal.load import KINDS, load
from udmelding.journal.record import Stamp, record
from udmelding.rules.case import Case
from udmelding.rules.sentences import sentence


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


def record_fact(
    services: Services, reference: str, kind: str, said: Mapping[str, Any], stamp: Stamp
) -> Said:
    """Record one fact of one case.

    Args:
        services: the database.
        reference: the case.
        kind: the kind of entry (``journal.entries``).
        said: its fields; a municipality may be named or given by its code, and a decision without
            a report version is taken to be on the version that holds.
        stamp: who and when.

    Raises:
        RefusedError: something said is wrong, missing or contradicts the case. Nothing is recorded.
    """
    with writing(services.engine) as session:
        header = find(session, reference)
        case = load(session, header.reference, stamp.now)
        entry = make_entry(kind, complete(header, case, said), stamp.now.date())
        recorded = record(session, header, entry, stamp)
        text = spoken(entry, case, stamp)
    return Said(header.reference, recorded.key, text, recorded.is_new)


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
    columns = entry.columns() | {
        "key": "",
        "recorded_at": stamp.now,
        "recorded_by": stamp.by,
    }
    known = {field.name for field in fields(value)}
    said = {name: column for name, column in columns.items() if name in known}
    return sentence(value(**said), {party.party: party.name for party in case.parties})
