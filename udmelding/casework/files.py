"""The one intake for files: guarded, searched for CPR numbers and stored, or refused with a word.

Everything that somebody sends goes through ``take_in``, whichever page, command, mail or import it
comes by; what the program made itself goes through ``keep_own``. A file of a mail that a person has
to look at first goes to another store, with ``lock_away``, and from there with ``let_out``. Nothing
else writes to either (a test holds it). Looking at a file happens in a process that can be ended
(``outside.files``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from udmelding.casework.wiring import Services
from udmelding.documents.files.apart import INSPECT, TEXT
from udmelding.documents.files.guard import clean_name
from udmelding.documents.files.guard_kinds import KINDS
from udmelding.errors import ConfirmationNeededError, OutsideError, RefusedError
from udmelding.journal.database import writing
from udmelding.journal.files import keep_word
from udmelding.journal.stamp import Stamp
from udmelding.outside.files import READERS, BusyError, Limits, TooCostlyError
from udmelding.outside.store import StoredFile
from udmelding.rules.files.cpr import Grade, without_cpr
from udmelding.rules.files.cpr_wording import CONFIRM, Place, found_sentence, refusal_of_file

MOST_BYTES = 25 * 1024**2
"""Bytes of one file, whatever it is and whoever sends it."""

LIMITS = Limits()

_PLACES = threading.BoundedSemaphore(16)
"""Files that are looked at or wait for it. The pages have forty threads: if each waited for a file,
nobody could even sign in."""

MOST_CHARACTERS = 50_000
"""Of the words of a file that are read for what they say: minutes are shorter."""

MOST_PLACES = 50
"""Places in one file that are kept with the word of who has looked."""

_CALLED = {
    ".pdf": "PDF",
    ".docx": "Word",
    ".xlsx": "Excel",
    ".odt": "OpenDocument",
    ".txt": "tekst",
    ".csv": "CSV",
    ".doc": "ældre Word",
    ".html": "HTML",
}
ANY: Mapping[str, str] = {name: _CALLED.get(name, kind.called) for name, kind in KINDS.items()}
"""Everything that the guard can judge: what the secretariat itself records."""


def kinds(*endings: str) -> Mapping[str, str]:
    """Those endings, with what such files are called."""
    return {ending: ANY[ending] for ending in endings}


DOCUMENTS = kinds(".pdf", ".docx", ".xlsx", ".odt", ".txt")
MINUTES = kinds(".pdf", ".docx", ".doc", ".odt", ".txt", ".html")
LETTERS = kinds(".pdf")
QUESTIONS = kinds(".pdf", ".docx", ".xlsx")
WORKBOOKS = kinds(".xlsx")


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file that may be kept, and what was seen in it.

    Attributes:
        name: clean: no path, nothing that is not seen, the ending that it had.
        media_type: what it is, whatever its sender said.
        cpr: places with what may be a CPR number, and how sure that is.
        unread: places that could not be read, such as pages that are pictures.
    """

    name: str
    content: bytes
    media_type: str
    cpr: tuple[Place, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file in the store, as a document of a case names it."""

    file_name: str
    media_type: str
    size: int
    sha256: str


class FileQuestionError(ConfirmationNeededError):
    """A file may hold a CPR number; a person has to look into it. Nothing of it is kept.

    Attributes:
        places: where in it.
    """

    def __init__(self, seen: SeenFile, today: dt.date) -> None:
        """Say where, and what to look for; a number in the file's name is masked."""
        name = without_cpr(seen.name, today)
        told = f"{found_sentence(seen.cpr)} Se efter i filen «{name}», om det er det."
        super().__init__(told, CONFIRM)
        self.places = seen.cpr


def take_in(
    services: Services, name: str, content: bytes, allowed: Mapping[str, str], stamp: Stamp
) -> TakenFile:
    """Keep a file that somebody sends.

    Args:
        services: the store, the scanner for viruses, and the database, for who has looked.
        name: as its sender calls it.
        content: its bytes; of a larger one, one more than ``MOST_BYTES`` is enough.
        allowed: the endings that are taken, with what such a file is called.
        stamp: who sends it and when, and whether that person has looked.

    Raises:
        RefusedError: it is empty, too large, of another kind, dangerous, too costly to look at, or
            holds a virus or a CPR number. Nothing of it is kept.
        FileQuestionError: it may hold a CPR number, and nobody has looked.
        OutsideError: the scanner for viruses does not answer, or the disk is full.
    """
    seen = look_at(services, name, content, allowed, stamp.now.date())
    check_cpr(services, seen, stamp)
    return keep(services, seen)


def check_cpr(services: Services, seen: SeenFile, stamp: Stamp) -> None:
    """Refuse or ask about a file that holds what is or may be a CPR number, before it is kept.

    Args:
        services: the database, where it is kept by name that somebody has looked.
        seen: the file.
        stamp: who and when, and whether that person has looked.

    Raises:
        RefusedError: it certainly or likely holds one.
        FileQuestionError: it may hold one, and nobody has looked.
    """
    if refused := refusal_of_file(seen.cpr):
        raise RefusedError(refused)
    if not seen.cpr:
        return
    if not stamp.has_looked:
        raise FileQuestionError(seen, stamp.now.date())
    about = f"file/{hashlib.sha256(seen.content).hexdigest()}"
    places = list(dict.fromkeys(place for place, _ in seen.cpr))[:MOST_PLACES]
    with writing(services.engine) as session:
        keep_word(session, about, places, stamp)


def look_at(
    services: Services, name: str, content: bytes, allowed: Mapping[str, str], today: dt.date
) -> SeenFile:
    """The file, if it is one of those that are allowed, what it says, and safe; nothing is kept.

    Raises:
        RefusedError: it is not, or it is too costly to look at, or holds a virus.
        OutsideError: the scanner for viruses does not answer.
    """
    if len(content) > MOST_BYTES:
        raise RefusedError(
            f"Filen «{clean_name(name)}» fylder mere end {MOST_BYTES // 1024**2} MB. "
            "Send en mindre fil."
        )
    return _seen(services, name, content, allowed, today, is_guarded=True)


def take_in_page(
    services: Services, name: str, content: bytes, media_type: str, stamp: Stamp
) -> TakenFile:
    """Keep a page that was fetched: searched for CPR numbers, and never opened here.

    Raises:
        RefusedError: it holds a virus or a CPR number, or is too costly to look at.
        FileQuestionError: it may hold a CPR number, and nobody has looked.
        OutsideError: the scanner for viruses does not answer, or the disk is full.
    """
    seen = look_through(services, clean_name(name), content, stamp.now.date())
    check_cpr(services, seen, stamp)
    return keep(services, replace(seen, media_type=media_type))


def look_through(services: Services, name: str, content: bytes, today: dt.date) -> SeenFile:
    """What looks like CPR numbers in bytes that are kept or not for other reasons than their kind.

    Raises:
        RefusedError: it is too costly to look at, or holds a virus.
        OutsideError: the scanner for viruses does not answer.
    """
    return _seen(services, name, content, {}, today, is_guarded=False)


def words_in(name: str, content: bytes, today: dt.date) -> str:
    """The text of a file that was looked at, with numbers masked; empty where it cannot be read."""
    try:
        found = READERS.call(TEXT, content, {"name": name, "most": MOST_CHARACTERS}, LIMITS)
    except (OutsideError, TooCostlyError):
        return ""
    return without_cpr(str(found["text"]), today)


def keep(services: Services, seen: SeenFile) -> TakenFile:
    """Store a file that was looked at.

    Raises:
        OutsideError: the disk is full or cannot be written.
    """
    stored = services.store.put(seen.content)
    return TakenFile(seen.name, seen.media_type, stored.size, stored.sha256)


def keep_own(services: Services, content: bytes) -> StoredFile:
    """Store what the program made itself, or has looked through already.

    Raises:
        OutsideError: the disk is full or cannot be written.
    """
    return services.store.put(content)


def lock_away(services: Services, content: bytes) -> StoredFile:
    """Store what a person has to look at, where nothing but that person's page reads it.

    Raises:
        OutsideError: the disk is full or cannot be written.
    """
    return services.locked.put(content)


def let_out(services: Services, sha256: str) -> None:
    """Store what was locked away among all others; the locked copy stays until it is tidied.

    Raises:
        NotFoundError: it is not there.
        OutsideError: it is damaged, or the disk is full or cannot be written.
    """
    with services.locked.open_checked(sha256) as file:
        services.store.put_chunks(iter(lambda: file.read(1 << 20), b""))


def lock_in(services: Services, sha256: str) -> None:
    """The other way, for what an earlier program has kept among all others.

    Raises:
        NotFoundError, OutsideError: as ``let_out``.
    """
    with services.store.open_checked(sha256) as file:
        services.locked.put_chunks(iter(lambda: file.read(1 << 20), b""))


def _seen(
    services: Services,
    name: str,
    content: bytes,
    allowed: Mapping[str, str],
    today: dt.date,
    *,
    is_guarded: bool,
) -> SeenFile:
    said = {
        "name": name,
        "allowed": dict(allowed),
        "most": MOST_BYTES,
        "today": today.isoformat(),
        "is_guarded": is_guarded,
    }
    if not _PLACES.acquire(blocking=False):
        raise BusyError
    try:
        found = READERS.call(INSPECT, content, said, LIMITS)
        if found["refused"]:
            raise RefusedError(found["refused"])
        # After our own look, which costs less: what is refused anyway need not go over a socket.
        if services.scanner and (virus := services.scanner.virus_in(content)):
            raise RefusedError(
                f"Filen «{found['name']}» er ikke gemt: virusscanneren fandt «{virus}» i den. Åbn "
                "den ikke, og giv it-afdelingen besked."
            )
    finally:
        _PLACES.release()
    return SeenFile(
        name=found["name"],
        content=content,
        media_type=found["media_type"],
        cpr=tuple((place, Grade(grade)) for place, grade in found["hits"]),
        unread=tuple(found["unread"]),
    )
