"""Records what a person says about a case, one fact or many, in the words that person uses.

Several facts of one case are recorded in one transaction: all of them or none. A council meeting in
one municipality decides for one; a mail from an area's secretariat may tell of ten. Evidence that
came as a file becomes a document of the case in the same transaction. A count that another
secretariat told is turned into one that can be added up. A submission takes its reservation for
the councils that are missing on its day.

What can be true but probably is not, or is incomplete, is asked about before it is kept: it is
refused with what speaks against it (``DoubtfulError``), until it is said with a reason in the stamp
(``Stamp.even_so``). The reason is recorded beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from models import PartyKind, Scope, SubmissionKind
from udmelding.casework.recording.consequences import Changed, carry_out, preview
from udmelding.casework.wiring import Services
from udmelding.config.case.library import area_named
from udmelding.config.parties import find_municipality
from udmelding.errors import DoubtfulError, RefusedError
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load, load_all, load_frame, load_obligations
from udmelding.journal.database import Session, writing
from udmelding.journal.recording.record import after_latest, record, retract
from udmelding.journal.stamp import Stamp
from udmelding.rules.access.links import without_links_in
from udmelding.rules.case.case import Case
from udmelding.rules.case.country import OTHER_AREAS
from udmelding.rules.case.facts import Party
from udmelding.rules.case.standing import reservable, standings
from udmelding.rules.recording.case import NewAffirmation
from udmelding.rules.recording.catalogue import ENTRY_OF, fact_of, make_entry, sentence
from udmelding.rules.recording.doubts import cannot_say, doubts_about, is_asked_about
from udmelding.rules.recording.entry import Entry, names_of
from udmelding.rules.status.status import status


@dataclass(frozen=True, slots=True)
class Said:
    """What was recorded, in one sentence.

    Attributes:
        is_new: False when the very same had been recorded before; then nothing was changed.
        doubts: what speaks against it; of what is recorded there was a reason to do so.
    """

    reference: str
    key: str
    text: str
    is_new: bool
    doubts: tuple[str, ...] = ()


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
        DoubtfulError: something speaks against it, and the stamp gives no reason.
    """
    return record_many(services, Batch(reference=reference, kind=kind, facts=(said,)), stamp)[0]


def preview_fact(
    services: Services, reference: str, kind: str, said: Mapping[str, Any], stamp: Stamp
) -> Changed[Said]:
    """What ``record_fact`` would do to the plan, and what speaks against it; nothing is saved.

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
    fact = fact_of(entry.reword(without_links_in), stamp.now, stamp.by)
    return sentence(fact, names_of(case))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Facts of one kind that are recorded together.

    Attributes:
        kind: the kind of entry (``rules.recording.catalogue``).
        facts: the fields of each.
        documents: the fields of each document that proves them; they become the case's.
    """

    reference: str
    kind: str
    facts: tuple[Mapping[str, Any], ...]
    documents: tuple[Mapping[str, Any], ...] = ()

    @property
    def moves_due_dates(self) -> bool:
        """Whether dates that parties were given may move; an unknown kind is refused later."""
        return ENTRY_OF.get(self.kind, Entry).moves_due_dates


def record_many(services: Services, batch: Batch, stamp: Stamp) -> tuple[Said, ...]:
    """Record them all.

    Raises:
        RefusedError: one of them is wrong; says whose. Nothing is recorded.
        DoubtfulError: as ``record_fact``, for all of them together.
    """

    def do(session: Session) -> tuple[Said, ...]:
        said = _record_all(session, batch, stamp)
        check_doubts(said, stamp)
        return said

    if batch.moves_due_dates:
        return carry_out(services, do, stamp, only=(batch.reference,)).result
    with writing(services.engine) as session:
        return do(session)


def preview_many(services: Services, batch: Batch, stamp: Stamp) -> Changed[tuple[Said, ...]]:
    """What ``record_many`` would do to the plan, and what speaks against it; nothing is saved.

    Raises:
        RefusedError: as ``record_many``.
    """
    do = partial(_record_all, batch=batch, stamp=stamp)
    return preview(services, do, stamp, only=(batch.reference,), follows=batch.moves_due_dates)


def check_doubts(said: Sequence[Said], stamp: Stamp) -> None:
    """Refuse what something speaks against, unless the stamp gives a reason.

    Whoever owns the transaction lets it break off: what was recorded in it is taken back.

    Raises:
        DoubtfulError: with the doubts of all, each once.
    """
    found = tuple(dict.fromkeys(doubt for one in said for doubt in one.doubts))
    if found and not stamp.even_so:
        raise DoubtfulError(found)


def _record_all(session: Session, batch: Batch, stamp: Stamp) -> tuple[Said, ...]:
    header = find(session, batch.reference)
    case = _case_for(session, header, batch.kind, stamp.now)
    for document in batch.documents:
        record(session, header, make_entry("document", document, stamp.now.date()), stamp)
    return tuple(_record_one(session, header, case, batch, fact, stamp) for fact in batch.facts)


_OF_STANDINGS = frozenset({"decision", "document", "report_version", "figure_publication"})
"""Kinds that are held against the standings alone; what the agency has to do with needs more."""


def _case_for(session: Session, header: Header, kind: str, now: dt.datetime) -> Case:
    """As much of the case as that kind is held against: answers and decisions are many."""
    if kind in _OF_STANDINGS:
        return load_all(session, now, (header,), is_chase=True)[0]
    if kind != "response" and is_asked_about(ENTRY_OF.get(kind, Entry)):
        return load(session, header.reference, now)
    frame = load_frame(session, header, now)
    if kind == "response":
        asked = load_obligations(session, now, [header.id])
        return replace(frame, obligations=asked.get(header.id, ()))
    return frame


_OF_OWN_WAY = "figure_publication"
"""Nobody says what figures give away: it is worked out where they are published."""


def _record_one(
    session: Session,
    header: Header,
    case: Case,
    batch: Batch,
    fact: Mapping[str, Any],
    stamp: Stamp,
) -> Said:
    if batch.kind == _OF_OWN_WAY:
        raise RefusedError(
            "Tal offentliggøres under «Tal» i sagen eller med: udmelding report publish."
        )
    try:
        full = complete(header, case, _counted(case, batch.kind, fact, stamp.now.date()))
        entry = make_entry(batch.kind, full, stamp.now.date())
        return record_asked(session, header, case, entry, stamp)
    except RefusedError as error:
        if len(batch.facts) == 1:
            raise
        party = case.party(str(fact.get("party", "")))
        name = party.name if party else str(fact.get("party", ""))
        raise RefusedError(f"{name}: {error.message}") from error


def record_asked(session: Session, header: Header, case: Case, entry: Entry, stamp: Stamp) -> Said:
    """Record what a person, a program or a table says, with what speaks against it.

    Where the stamp gives a reason, it is recorded beside it; where not, ``check_doubts`` has to
    refuse it before the transaction is committed.

    Args:
        session: an open writing transaction.
        header: the case's.
        case: as known without the entry; whole, where its kind ``is_asked_about``.
        entry: what is said.
        stamp: who and when, and why in spite of all.

    Raises:
        RefusedError: it contradicts the case, or is no word of the level that decided.
    """
    if told := cannot_say(entry, case):
        raise RefusedError(told)
    recorded = record(session, header, entry, after_latest(session, header, entry, stamp))
    text = sentence_on(entry, case, stamp)
    doubts = doubts_about(entry, case, stamp.now.date()) if recorded.is_new else ()
    if doubts and stamp.even_so:
        affirmed = NewAffirmation(
            fact=recorded.key, about=text, against=" ".join(doubts), reason=stamp.even_so
        )
        record(session, header, affirmed, stamp)
    return Said(header.reference, recorded.key, text, recorded.is_new, doubts)


def _counted(case: Case, kind: str, said: Mapping[str, Any], today: dt.date) -> Mapping[str, Any]:
    """What was said, with what only the whole case can tell: who is missing, the rest of a count.

    Raises:
        NotFoundError: there is no such area or municipality.
        RefusedError: as ``tally_of`` and ``reservation_codes``.
    """
    is_report = said.get("submission_kind", SubmissionKind.REPORT) == SubmissionKind.REPORT
    if kind == "submission" and is_report:
        named = said.get("reservation_for")
        sent_on = make_entry(kind, {**said, "reservation_for": []}, today).happened_on or today
        return {**said, "reservation_for": reservation_codes(case, sent_on, named)}
    if kind == "tally" and said.get("total") is None:
        return {**said, **tally_of(case, today, said)}
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


def _code_of(case: Case, name: str) -> str:
    """The code of a regional council of the case, or of a municipality, by either's name."""
    regional = {p.name.casefold(): p.party for p in case.parties if not p.party.isdigit()}
    return regional.get(name.casefold()) or find_municipality(name).code


def reservation_codes(case: Case, sent_on: dt.date, named: Sequence[str] | None) -> list[str]:
    """Codes of the councils that the submission names as not having decided.

    Args:
        case: the case.
        sent_on: the day of the submission; whoever decided later stands in the letter of that day.
        named: names or codes given by hand; None takes those that had not decided, where the
            process allows a reservation.

    Raises:
        NotFoundError: there is no such municipality.
        RefusedError: names are given, and the process allows no reservation.
    """
    codes = (
        [party.party for party in not_decided_by(case, sent_on)]
        if named is None
        else [_code_of(case, name) for name in named]
    )
    if codes and not case.process.reservation:
        raise RefusedError(f"Processen «{case.process.title}» kan ikke sendes med forbehold.")
    return codes


def not_decided_by(case: Case, day: dt.date) -> tuple[Party, ...]:
    """Whom a report that is sent on that day has to take a reservation for.

    Nobody, where the process allows no reservation.
    """
    if not case.process.reservation:
        return ()
    known = tuple(d for d in case.decisions if d.happened_from <= day)
    return reservable(standings(replace(case, decisions=known), day))
