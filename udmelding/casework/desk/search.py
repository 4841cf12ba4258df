"""Finds words in everything that the secretariat has: cases, parties, mails, documents, remarks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from models import PartyKind
from udmelding.casework.wiring import Services
from udmelding.config.case.library import load_areas
from udmelding.config.parties import load_municipalities
from udmelding.documents.document_text import READABLE, is_readable, searchable_text
from udmelding.errors import NotFoundError, OutsideError
from udmelding.journal import desk as searching
from udmelding.journal.database import Session, reading
from udmelding.journal.parties import ContactValue, load_contacts
from udmelding.outside.store import DocumentStore
from udmelding.rules.access.links import without_links
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import gathered_words, mail_state
from udmelding.rules.desk.search import finds
from udmelding.rules.words.date_wording import short_date

MOST_READ_BYTES = 25 * 1024**2
"""A document larger than this is found by its title only."""


class Kind(StrEnum):
    """What was found, in the order of the page."""

    CASE = "sager"
    PARTY = "parter"
    MAIL = "mails"
    DOCUMENT = "dokumenter"
    REMARK = "bemaerkninger"
    AGENCY = "styrelsen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One record in which all words were found.

    Attributes:
        kind: what it is.
        title: what it is called.
        about: when, in which state, in which case: one short line.
        text: where else the words stand, if anywhere; often long.
        reference: the case it belongs to; for a party the newest one, empty for none.
        key: a municipality's code, a mail's key, a document's checksum; else empty.
    """

    kind: Kind
    title: str
    about: str
    text: str = ""
    reference: str = ""
    key: str = ""


def search(
    services: Services, words: Sequence[str], now: dt.datetime
) -> Mapping[Kind, tuple[Hit, ...]]:
    """Everything in which all ``words`` are found, by kind; newest first.

    Args:
        services: the parts in use.
        words: as ``rules.desk.read_words`` gives them; at least one.
        now: what is known then of contacts is searched.

    Raises:
        OutsideError: the database cannot be reached.
    """
    with reading(services.engine) as session:
        cases = searching.cases(session)
        found = {
            Kind.CASE: tuple(_cases(cases, words)),
            Kind.PARTY: tuple(_parties(session, cases, words, now, services.settings.texts_folder)),
            Kind.MAIL: tuple(_mails(session, words)),
            Kind.REMARK: tuple(_remarks(searching.remarks(session, words), words, Kind.REMARK)),
            Kind.AGENCY: tuple(
                _remarks(searching.agency_words(session, words), words, Kind.AGENCY)
            ),
        }
        documents = searching.documents(session, words, READABLE)
    found[Kind.DOCUMENT] = tuple(_documents(services.store, documents, words))
    return {kind: found[kind] for kind in Kind}


def _cases(cases: Iterable[searching.CaseRow], words: Sequence[str]) -> Iterator[Hit]:
    for row in cases:
        said = {
            "Journalnummer": row.journal_number or "",
            "Hjemmel": row.legal_basis,
            "Ansvarlig": row.responsible,
        }
        if finds(words, (row.title, row.reference, *said.values())):
            yield Hit(
                kind=Kind.CASE,
                title=row.title,
                about=f"{row.reference} · modtaget {short_date(row.received_on)}",
                text=" · ".join(f"{name}: {text}" for name, text in said.items() if text),
                reference=row.reference,
            )


def _parties(
    session: Session,
    cases: Iterable[searching.CaseRow],
    words: Sequence[str],
    now: dt.datetime,
    own: Path | None,
) -> Iterator[Hit]:
    contacts, areas = load_contacts(session, now), load_areas(own)
    for place in load_municipalities():
        known = contacts.get(place.code, ())
        if finds(words, (place.name, place.code, *_addresses(known))):
            about = f"{label(PartyKind.MUNICIPALITY)} {place.code} · {areas[place.area].kkr}"
            yield _party(place.name, about, known, key=place.code)
    references = {case.id: case.reference for case in cases}
    for row in searching.parties(session):
        known = contacts.get(row.party, ())
        if finds(words, (row.name, row.party, *_addresses(known))):
            where = areas[row.area].name if row.area in areas else row.area
            about = " · ".join(filter(None, (label(row.kind), where)))
            yield _party(row.name, about, known, reference=references.get(row.announcement_id, ""))


def _party(
    name: str, about: str, contacts: Sequence[ContactValue], *, key: str = "", reference: str = ""
) -> Hit:
    text = " · ".join(f"{label(who.role)}: {who.name}, {who.email}" for who in contacts)
    return Hit(kind=Kind.PARTY, title=name, about=about, text=text, key=key, reference=reference)


def _addresses(contacts: Iterable[ContactValue]) -> list[str]:
    return [text for who in contacts for text in (who.name, who.email)]


def _mails(session: Session, words: Sequence[str]) -> Iterator[Hit]:
    for row in searching.mails(session, words):
        receivers = ", ".join((*row.recipients, *row.copies))
        if finds(words, (row.subject, row.text, receivers), (row.reference, row.party)):
            day = short_date(row.created_at.date())
            state = mail_state(row.state, row.transport, row.outcome)
            gathered = gathered_words(row.mail, state, row.merged_into, row.cases)
            came = ", ".join(filter(None, (label(state), gathered)))
            yield Hit(
                kind=Kind.MAIL,
                title=row.subject,
                about=f"{row.reference} · {day} · {came} · til {row.party}",
                text=f"{receivers} · {row.text}",
                reference=row.reference,
                key=row.key,
            )


def _documents(
    store: DocumentStore, rows: Iterable[searching.DocumentRow], words: Sequence[str]
) -> Iterator[Hit]:
    for row in rows:
        named = (row.title, row.file_name)
        is_named = finds(words, named, (row.reference,))
        inside = "" if is_named else _text_inside(store, row)
        if is_named or finds(words, (*named, inside), (row.reference,)):
            day = short_date(row.dated_on)
            yield Hit(
                kind=Kind.DOCUMENT,
                title=row.title,
                about=f"{row.reference} · {day} · {label(row.kind)}",
                text=f"{row.file_name} · {inside}" if inside else row.file_name,
                reference=row.reference,
                key=row.sha256,
            )


def _text_inside(store: DocumentStore, row: searching.DocumentRow) -> str:
    """The text of a document; empty where it has none that can be read, or is not there now."""
    if not row.sha256 or row.size > MOST_READ_BYTES or not is_readable(row.file_name):
        return ""
    with suppress(NotFoundError, OutsideError, OSError):
        return _read(store, row.sha256, row.file_name)
    return ""


@lru_cache(maxsize=512)
def _read(store: DocumentStore, sha256: str, file_name: str) -> str:
    """Read once, without personal links: what a checksum names never changes."""
    with store.open_checked(sha256) as file:
        return without_links(searchable_text(file, file_name))


_NAMES: Mapping[str, str] = {
    "decision": "Beslutning",
    "response": "Svar",
    "milestone": "Begivenhed",
    "expectation": "Meldt dag",
    "extension": "Længere frist",
    "waiver": "Fritagelse",
    "submission": "Fremsendelse",
    "closure": "Afslutning",
    "question": "Styrelsens spørgsmål",
    "question_answer": "Svar på styrelsens spørgsmål",
    "verdict": "Styrelsens svar",
}


def _remarks(
    rows: Iterable[searching.RemarkRow], words: Sequence[str], kind: Kind
) -> Iterator[Hit]:
    for row in rows:
        if finds(words, (row.text,), (row.reference, row.party)):
            day = short_date(row.recorded_at.date())
            yield Hit(
                kind=kind,
                title=f"{_NAMES[row.kind]}{f': {row.party}' if row.party else ''}",
                about=f"{row.reference} · registreret {day}",
                text=row.text,
                reference=row.reference,
            )
