"""Records what a person says about a case, one fact or many, in the words that person uses.

Several facts of one case are recorded in one transaction: all of them or none. A council meeting in
one municipality decides for one; a mail from an area's secretariat may tell of ten. Evidence that
came as a file becomes a document of the case in the same transaction. A count that another
secretariat told is turned into one that can be added up. A submission takes its reservation for
the councils that are missing on its day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from models import PartyKind, Scope, SubmissionKind
from udmelding.casework.recording.consequences import Changed, carry_out, preview
from udmelding.casework.wiring import Services
from udmelding.config.case.library import area_named
from udmelding.config.parties import find_municipality
from udmelding.errors import RefusedError
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load, load_frame
from udmelding.journal.database import Session, writing
from udmelding.journal.recording.record import after_latest, record, retract
from udmelding.journal.stamp import Stamp
from udmelding.rules.access import without_links_in
from udmelding.rules.case.case import Case
from udmelding.rules.case.country import OTHER_AREAS
from udmelding.rules.recording.catalogue import ENTRY_OF, make_entry, sentence
from udmelding.rules.recording.entry import Entry, names_of
from udmelding.rules.status.status import status
from udmelding.rules.words.lists import join_names


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
        kind: the kind of entry (``rules.recording.catalogue``).
        said: its fields; a municipality may be named or given by its code, and a decision without
            a report version is taken to be on the version that holds.
        stamp: who and when.

    Raises:
        RefusedError: something said is wrong, missing or contradicts the case. Nothing is recorded.
    """
    return record_many(services, Batch(reference=reference, kind=kind, facts=(said,)), stamp)[0]


def preview_fact(
    services: Services, reference: str, kind: str, said: Mapping[str, Any], stamp: Stamp
) -> Changed[Said]:
    """What ``record_fact`` would do to the plan; nothing is saved.

    Raises:
        RefusedError: as ``record_fact``.
    """
    seen = preview_many(services, Batch(reference=reference, kind=kind, facts=(said,)), stamp)
    return Changed(seen.result[0], seen.changes)


def taking_back(reference: str, key: str, reason: str, stamp: Stamp) -> Callable[[Session], str]:
    """Something that takes a fact back, for ``consequences.preview`` and ``carry_out``."""

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


def sentence_on(entry: Entry, case: Case, stamp: Stamp) -> str:
    """The entry as the log will say it."""
    value = entry.value
    columns = {"process_version_id": 0} | entry.reword(without_links_in).columns()
    columns |= {
        "key": "",
        "recorded_at": stamp.now,
        "recorded_by": stamp.by,
    }
    known = {field.name for field in fields(value)}
    said = {name: column for name, column in columns.items() if name in known}
    return sentence(value(**said), names_of(case))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Facts of one kind that are recorded together.

    Attributes:
        kind: the kind of entry (``rules.recording.catalogue``).
        facts: the fields of each.
        document: the fields of the document that proves them; None where none was sent along.
    """

    reference: str
    kind: str
    facts: tuple[Mapping[str, Any], ...]
    document: Mapping[str, Any] | None = None

    @property
    def moves_due_dates(self) -> bool:
        """Whether dates that parties were given may move; an unknown kind is refused later."""
        return ENTRY_OF.get(self.kind, Entry).moves_due_dates


def record_many(services: Services, batch: Batch, stamp: Stamp) -> tuple[Said, ...]:
    """Record them all.

    Raises:
        RefusedError: one of them is wrong; says whose. Nothing is recorded.
    """
    do = partial(_record_all, batch=batch, stamp=stamp)
    if batch.moves_due_dates:
        return carry_out(services, do, stamp, only=(batch.reference,)).result
    with writing(services.engine) as session:
        return do(session)


def preview_many(services: Services, batch: Batch, stamp: Stamp) -> Changed[tuple[Said, ...]]:
    """What ``record_many`` would do to the plan; nothing is saved.

    Raises:
        RefusedError: as ``record_many``.
    """
    do = partial(_record_all, batch=batch, stamp=stamp)
    return preview(services, do, stamp, only=(batch.reference,), follows=batch.moves_due_dates)


def _record_all(session: Session, *, batch: Batch, stamp: Stamp) -> tuple[Said, ...]:
    header = find(session, batch.reference)
    case = load_frame(session, header, stamp.now)
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
        full = complete(header, case, _counted(session, header, batch.kind, fact, stamp.now))
        entry = make_entry(batch.kind, full, stamp.now.date())
        recorded = record(session, header, entry, after_latest(session, header, entry, stamp))
    except RefusedError as error:
        if len(batch.facts) == 1:
            raise
        party = case.party(str(fact.get("party", "")))
        name = party.name if party else str(fact.get("party", ""))
        raise RefusedError(f"{name}: {error.message}") from error
    return Said(header.reference, recorded.key, sentence_on(entry, case, stamp), recorded.is_new)


def _counted(
    session: Session, header: Header, kind: str, said: Mapping[str, Any], now: dt.datetime
) -> Mapping[str, Any]:
    """What was said, with what only the whole case can tell: who is missing, the rest of a count.

    Raises:
        NotFoundError: there is no such area or municipality.
        RefusedError: as ``tally_of`` and ``reservation_codes``.
    """
    is_report = said.get("submission_kind", SubmissionKind.REPORT) == SubmissionKind.REPORT
    if kind == "submission" and is_report:
        codes = reservation_codes(
            load(session, header.reference, now), now.date(), said.get("reservation_for")
        )
        return {**said, "reservation_for": codes}
    if kind == "tally" and said.get("total") is None:
        return {**said, **tally_of(load(session, header.reference, now), now.date(), said)}
    return said


COUNTRY = "country"
"""The area of a count that holds all councils of the country, the case's own too."""


def tally_of(case: Case, today: dt.date, said: Mapping[str, Any]) -> dict[str, Any]:
    """The tally to record, after what an area has told.

    A figure for the whole country holds the case's own councils too; those are counted one by one,
    so what is recorded is the rest.

    Raises:
        NotFoundError: there is no such area.
        RefusedError: a case of one area, or an impossible number.
    """
    if case.scope is not Scope.NATIONAL:
        raise RefusedError("Sagen gælder kun ét område, så andre områder tælles ikke med.")
    others = [p for p in case.parties if p.kind is PartyKind.MUNICIPALITY and not p.is_asked]
    count, source = int(said["approved"]), str(said.get("source") or "")
    if said.get("area") == COUNTRY:
        own = status(case, today).councils.approved
        area, approved, total = OTHER_AREAS, count - own, len(others)
        told = f"{count} i hele landet, heraf {own} i eget område"
        source = "; ".join(part for part in (source, told) if part)
    else:
        named = area_named(str(said.get("area") or ""))
        area, approved, total = named.id, count, sum(p.area == named.id for p in others)
    if not 0 <= approved <= total:
        raise RefusedError(
            f"{count} kan ikke passe: de øvrige kommuner er {total}, og det giver "
            f"{approved} godkendelser blandt dem."
        )
    return {"area": area, "approved": approved, "total": total, "source": source}


def reservation_codes(case: Case, today: dt.date, named: Sequence[str] | None) -> list[str]:
    """Codes of the municipalities that the submission names as not having decided.

    Args:
        case: the case.
        today: the day of the submission.
        named: names or codes given by hand; None takes those that have not decided.

    Raises:
        NotFoundError: there is no such municipality.
        RefusedError: the process allows no reservation, and somebody is missing.
    """
    missing = status(case, today).councils.missing
    codes = (
        [party.party for party in missing]
        if named is None
        else [find_municipality(name).code for name in named]
    )
    if codes and not case.process.reservation:
        names = join_names([party.name for party in missing])
        raise RefusedError(
            f"Processen «{case.process.title}» kan ikke sendes med forbehold, og {names} mangler."
        )
    return codes
