"""Takes out for good what should never have been kept: a passage, or a file.

Rows first, in one transaction with the fact that tells of it; then the bytes. Killed in between,
the next redaction, or ``udmelding check``, deletes the files that the fact names and nobody else
does. Backups, sent mails and what was exported are out of reach, and that is said.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from udmelding.casework.files import LIMITS, keep_own
from udmelding.casework.inbox.locked import tidy
from udmelding.casework.wiring import Services
from udmelding.documents.files.apart import HOLDS
from udmelding.errors import NotFoundError, OutsideError, RefusedError
from udmelding.journal.database import Engine, Session, reading, write_anew, writing
from udmelding.journal.records import (
    Stand,
    Taken,
    case_names,
    mails_with,
    put_redactions,
    redactions,
    report_values,
    stands,
    take_files,
    take_passage,
)
from udmelding.journal.service import locked_documents, named_documents
from udmelding.journal.stamp import Stamp
from udmelding.outside.files import READERS, TooCostlyError
from udmelding.outside.records import blot, holders, scrub_database
from udmelding.outside.store import DocumentStore
from udmelding.outside.work import forget_made
from udmelding.rules.records import Mark, Passage, read_mark, read_passage
from udmelding.rules.service import DocumentNamed


@dataclass(frozen=True, slots=True)
class Found:
    """Where a passage stands.

    Attributes:
        places: in rows; those that the program needs itself say so.
        files: stored files that hold it; ``unread`` those of which not all could be read.
        cases: references by the ids of the places' cases.
    """

    places: tuple[Stand, ...]
    files: tuple[DocumentNamed, ...]
    unread: tuple[DocumentNamed, ...]
    cases: Mapping[int, str]

    @property
    def taken(self) -> tuple[Stand, ...]:
        """The places that it can be taken out of."""
        return tuple(place for place in self.places if not place.is_kept)

    @property
    def left(self) -> tuple[Stand, ...]:
        """The places that it cannot be taken out of."""
        return tuple(place for place in self.places if place.is_kept)


@dataclass(frozen=True, slots=True)
class Redacted:
    """What was done.

    Attributes:
        places: rows that were changed; ``files`` stored files that were deleted.
        is_whole: the databases' own files hold no trace either; else somebody used them just then.
        left: files in the home folder in which the passage still stands, as seen from it.
    """

    places: int
    files: int
    is_whole: bool
    left: tuple[str, ...] = ()


def look_for(services: Services, text: str) -> Found:
    """Everything in which a passage stands; nothing is changed.

    Raises:
        RefusedError: the passage is too short or too long.
        OutsideError: the database or the store cannot be read.
    """
    passage = read_passage(text)
    with reading(services.engine) as session:
        places = tuple(stands(session, passage))
        named = _all_files(session)
        cases = case_names(session, {place.case_id for place in places if place.case_id})
    files, unread = [], []
    for document in named:
        holds, is_read = _look_in(services, document, text)
        if holds:
            files.append(document)
        elif not is_read:
            unread.append(document)
    return Found(places, tuple(files), tuple(unread), cases)


def _look_in(services: Services, document: DocumentNamed, text: str) -> tuple[bool, bool]:
    """Whether a stored file holds a passage, and whether all of it could be read."""
    try:
        with _opened(services, document.sha256) as file:
            content = file.read()
        said = {"name": document.name, "passage": text}
        found = READERS.call(HOLDS, content, said, LIMITS)
    except (NotFoundError, OutsideError, TooCostlyError):
        return False, False
    return bool(found["holds"]), bool(found["is_read"])


def _opened(services: Services, sha256: str) -> BinaryIO:
    """A stored file, also one that is locked away."""
    try:
        return services.store.open_checked(sha256)
    except NotFoundError:
        return services.locked.open_checked(sha256)


def redact_passage(
    services: Services, text: str, files: Collection[str], reason: str, stamp: Stamp
) -> Redacted:
    """Take a passage out of every row, and with it the stored files that are chosen.

    Args:
        services: database and store.
        text: the passage.
        files: checksums of those of ``look_for``'s files that go as well.
        reason: why, as the end of the sentence «fjernet den …, fordi …».
        stamp: who and when.

    Raises:
        RefusedError: the passage or the reason cannot be used; nothing is changed.
        OutsideError: the database cannot be written; nothing is changed.
    """
    passage = read_passage(text)
    mark = read_mark(reason, stamp.now.date(), passage)
    with writing(services.engine) as session:
        taken = take_passage(session, passage, mark)
        gone = _take_files(services, session, files, mark, taken, passage)
        put_redactions(session, taken.rows, mark.reason, "", gone, stamp)
    count = _delete(services)
    is_whole = write_anew(services.engine, sorted(taken.tables))
    is_whole = _prefects(services, passage, mark) and is_whole
    home = services.settings.home
    left = holders(home, passage.in_bytes, (services.store.folder, services.locked.folder))
    return Redacted(
        taken.rows.total(), count, is_whole, tuple(str(file.relative_to(home)) for file in left)
    )


def redact_file(services: Services, sha256: str, reason: str, stamp: Stamp) -> Redacted:
    """Delete a stored file for good, wherever it is named.

    Args:
        services: database and store.
        sha256: its checksum.
        reason: as in ``redact_passage``.
        stamp: who and when.

    Raises:
        NotFoundError: nothing names such a file.
        RefusedError: the reason cannot be used; nothing is changed.
        OutsideError: the database cannot be written (nothing is changed), or the file not deleted
            (the next redaction or ``udmelding check`` deletes it).
    """
    mark = read_mark(reason, stamp.now.date(), None)
    name = file_named(services, sha256).name
    with writing(services.engine) as session:
        taken = Taken()
        gone = _take_files(services, session, (sha256,), mark, taken, None)
        put_redactions(session, taken.rows, mark.reason, name, gone, stamp)
    count = _delete(services)
    is_whole = write_anew(services.engine, sorted(taken.tables))
    return Redacted(taken.rows.total(), count, is_whole)


def file_named(services: Services, sha256: str) -> DocumentNamed:
    """The stored file with that checksum, as the database names it.

    Raises:
        NotFoundError: nothing names such a file.
    """
    with reading(services.engine) as session:
        for document in _all_files(session):
            if document.sha256 == sha256:
                return document
    raise NotFoundError("fil", sha256[:64])


def _take_files(
    services: Services,
    session: Session,
    files: Iterable[str],
    mark: Mark,
    taken: Taken,
    passage: Passage | None,
) -> set[str]:
    """Take files out of the rows; returns the checksums of those that are to be deleted.

    A mail as it came holds its files, so it goes with each of them. The values of a version of the
    report are written anew without the passage: later versions are compared with them.
    """
    gone = set(files)
    gone |= mails_with(session, gone)
    values = report_values(session) & gone
    if values and passage is None:
        raise RefusedError("Tallene bag en version af afrapporteringen kan ikke fjernes.")
    others = dict.fromkeys(gone, "")
    for sha256 in values:
        with services.store.open_checked(sha256) as file:
            content = json.load(file)
        assert passage is not None  # noqa: S101 - refused above
        new = json.dumps(passage.without(content, mark.text), ensure_ascii=False).encode()
        others[sha256] = keep_own(services, new).sha256
    more = take_files(session, others, mark)
    taken.rows.update(more.rows)
    taken.tables |= more.tables
    return gone


def _delete(services: Services) -> int:
    count = finish(services.engine, services.store, services.locked)
    tidy(services)
    forget_made(services.settings.home, float("inf"))  # what long works made may hold it too
    return count


def _all_files(session: Session) -> tuple[DocumentNamed, ...]:
    return (*named_documents(session), *locked_documents(session))


def finish(engine: Engine, *stores: DocumentStore) -> int:
    """Delete what redactions have taken out and nothing names any more; returns how many.

    Raises:
        OutsideError: a file cannot be deleted.
    """
    with reading(engine) as session:
        gone = {sha256 for line in redactions(session) for sha256 in line.files}
        named = {document.sha256 for document in _all_files(session)} if gone else set()
    return sum(store.remove(sha256) for sha256 in sorted(gone - named) for store in stores)


def _prefects(services: Services, passage: Passage, mark: Mark) -> bool:
    """Take the passage out of what Prefect and the logs of this home keep."""
    home = services.settings.home
    is_done = scrub_database(home / "prefect" / "prefect.db", passage, mark.short)
    for log in sorted((home / "logs").glob("*.log*")):
        try:
            blot(log, passage.in_bytes)
        except OSError:
            is_done = False
    return is_done


OUT_OF_REACH = (
    "Det gælder fra nu af og for alle tidligere dage, der vises. Sikkerhedskopier, mails, der er "
    "sendt, filer, der er hentet herfra, og andre programmer, der har fået besked, når udmelding "
    "ikke: slet eller ret dem selv."
)


def sentences(done: Redacted) -> tuple[str, ...]:
    """What is told afterwards."""
    said = [_count(done)]
    if not done.is_whole:
        said.append(
            "Databasen blev brugt imens, og de gamle ord kan stadig ligge i dens fil. Gentag "
            "det om lidt, eller når programmet er stoppet."
        )
    if done.left:
        said.append(
            f"Står stadig i disse filer, som udmelding ikke ændrer: {', '.join(done.left)}. Ret "
            "eller slet dem selv."
        )
    return (*said, OUT_OF_REACH)


def _count(done: Redacted) -> str:
    if not done.places and not done.files:
        return "Der var intet at fjerne i databasen eller i de gemte filer."
    places = "1 sted" if done.places == 1 else f"{done.places} steder"
    files = "" if not done.files else " og 1 fil" if done.files == 1 else f" og {done.files} filer"
    return f"Fjernet fra {places}{files}."


TABLES: Mapping[str, str] = {
    "outbox": "mail fra jer",
    "incoming_mail": "mail til jer",
    "mail_draft": "kladde til en mail",
    "mail_text": "mailtekst",
    "form_draft": "kladde til et svar",
    "webhook_delivery": "besked til et andet program",
    "calendar_entry": "kalender",
    "delivery_report": "kvittering for en mail",
    "trial_mail": "prøvemail",
}


def place_name(place: Stand) -> str:
    """What a place is called, for people."""
    return TABLES.get(place.table, "registrering" if place.is_fact else "opsætning")


def summary(found: Found) -> tuple[tuple[str, int], ...]:
    """How often the passage stands in what, the most first."""
    return tuple(Counter(map(place_name, found.taken)).most_common())
