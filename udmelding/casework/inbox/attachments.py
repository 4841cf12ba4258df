"""Does a mail that came in hold CPR numbers, and which of its files are kept?

The mail as it came stays in the secretariat's own mailbox. Here stand its words without the
numbers, where they were and how sure that is; a mail that certainly or likely holds one is not kept
as it came. A file is kept, for it may be the answer, but a person has to look at it before it
becomes a document of the case. Numbers are masked before anything of the mail is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from udmelding.casework.files import ANY, MOST_BYTES, SeenFile, keep, look_at, look_through
from udmelding.casework.services import Services
from udmelding.documents.files.guard_kinds import is_program
from udmelding.errors import RefusedError
from udmelding.journal.inbox.incoming import IncomingLetter
from udmelding.rules.files.cpr import REFUSED, Grade, find_cpr, surest, without_cpr
from udmelding.rules.files.cpr_wording import CONFIRM, Place, found_sentence
from udmelding.rules.inbox.incoming import Incoming, IncomingFile

MOST_PLACES = 50
"""Places in one file that are kept, the surest first."""

_GRADES = list(Grade)


def without_numbers(mail: Incoming, today: dt.date) -> tuple[Incoming, Grade | None]:
    """The mail with every number masked, and the surest grade of what was masked.

    Args:
        mail: as it came.
        today: nobody is born later.

    Returns:
        The mail, with the content of its files as it was.
    """
    names = (file.file_name for file in mail.files)
    whys = (report.why for report in mail.reports)
    said = (mail.subject, mail.text, mail.sender_name, *names, *whys)
    grade = surest(hit.grade for text in said for hit in find_cpr(text, today))
    masked = replace(
        mail,
        subject=without_cpr(mail.subject, today),
        text=without_cpr(mail.text, today),
        own_text=without_cpr(mail.own_text, today),
        sender_name=without_cpr(mail.sender_name, today),
        reports=tuple(replace(r, why=without_cpr(r.why, today)) for r in mail.reports),
        files=tuple(replace(f, file_name=without_cpr(f.file_name, today)) for f in mail.files),
    )
    return masked, grade


def seen_in(seen: SeenFile) -> dict[str, Any]:
    """What looking through a file gave, as it is kept with it; nothing where it is clean.

    Returns:
        ``cpr``: place and grade of each that was found. ``unread``: places that could not be read.
    """
    hits = sorted(seen.cpr, key=lambda hit: _GRADES.index(hit[1]))[:MOST_PLACES]
    found: dict[str, Any] = {}
    if hits:
        found["cpr"] = [{"place": place, "grade": grade.value} for place, grade in hits]
    if seen.unread:
        found["unread"] = list(seen.unread[:MOST_PLACES])
    return found


def places_of(file: Mapping[str, Any]) -> tuple[Place, ...]:
    """Where in a file that is kept something was found."""
    return tuple((one["place"], Grade(one["grade"])) for one in file.get("cpr", ()))


def may_be_kept(
    raw: bytes, files: Sequence[Mapping[str, Any]], grade: Grade | None, today: dt.date
) -> bool:
    """Whether a mail may be kept as it came: it holds no number, certainly or likely.

    Args:
        raw: the mail as it came; it may say more than is shown, such as the same text in HTML.
        files: what looking through its files gave.
        grade: the surest in its words.
        today: nobody is born later.
    """
    if not raw or surest_of(files, grade) in REFUSED:
        return False
    try:
        seen = look_through("mail.eml", raw, today)
    except RefusedError:  # too costly to look at: nobody can say that there is none
        return False
    return surest(grade for _, grade in seen.cpr) not in REFUSED


def surest_of(files: Sequence[Mapping[str, Any]], grade: Grade | None) -> Grade | None:
    """The surest of what its words and its files hold."""
    grades = [its for file in files for _, its in places_of(file)]
    return surest([*grades, grade] if grade else grades)


def grade_of_words(letter: IncomingLetter) -> Grade | None:
    """How sure it is that the words of a mail held a number; None where they did not."""
    said = letter.suggestion.get("cpr")
    return Grade(said) if said else None


def grade_of(letter: IncomingLetter) -> Grade | None:
    """The same of a mail with its files."""
    return surest_of(letter.attachments, grade_of_words(letter))


def check_files(letter: IncomingLetter, wanted: Sequence[str], *, is_confirmed: bool) -> None:
    """Refuse to make documents of files that hold a number, unless a person has looked.

    Args:
        letter: the mail.
        wanted: checksums of the files.
        is_confirmed: somebody says that there is none.

    Raises:
        RefusedError: one holds a number, certainly or likely, and nobody says otherwise.
    """
    for file in letter.attachments:
        places = [place for place in places_of(file) if place[1] in REFUSED]
        if file["sha256"] in wanted and places and not is_confirmed:
            raise RefusedError(
                f"Filen «{file['file_name']}» er ikke lagt på sagen. {found_sentence(places)} Bed "
                f"om en fil uden, eller sæt kryds ved «{CONFIRM}»."
            )


@dataclass(frozen=True, slots=True)
class MailCpr:
    """What a person is told about CPR numbers in a mail.

    Attributes:
        words: of the mail's own words; empty where they held none.
        files: of each file in the mail's order; empty where it holds none.
        asks: whether a person has to say that there is none, before a file becomes a document.
    """

    words: str
    files: tuple[str, ...]
    asks: bool


_HIDDEN = "Tallene er skjult her på siden."
_IN_WORDS = "mailens ord eller i navnet på en fil"


def told_of(letter: IncomingLetter) -> MailCpr:
    """What is told of a mail on its page."""
    grade = grade_of_words(letter)
    return MailCpr(
        words=f"{found_sentence([(_IN_WORDS, grade)])} {_HIDDEN}" if grade else "",
        files=tuple(_of_file(file) for file in letter.attachments),
        asks=any(its in REFUSED for f in letter.attachments for _, its in places_of(f)),
    )


def _of_file(file: Mapping[str, Any]) -> str:
    found = found_sentence(places_of(file))
    missed = "Ikke alt i filen kunne undersøges for cpr-numre." if file.get("unread") else ""
    return " ".join(sentence for sentence in (found, missed) if sentence)


MOST_FILES = 30


def kept(
    services: Services, files: tuple[IncomingFile, ...], today: dt.date
) -> list[dict[str, Any]]:
    """The files as they stand in the journal, their bytes in the store.

    Args:
        services: the store.
        files: as they came.
        today: for what looks like a CPR number in them; one in a name is masked.

    Returns:
        For each ``sha256``, ``file_name``, ``media_type`` and ``size``; one that is not kept has an
        empty ``sha256`` and says why in ``refused``, in Danish. ``cpr`` and ``unread`` say what
        looking through it gave.

    Raises:
        OutsideError: the disk is full; nothing of the mail is recorded then.
    """
    found: list[dict[str, Any]] = []
    for number, file in enumerate(files):
        why, looked = "der er for mange filer i mailen", None
        if number < MOST_FILES:
            why, looked = _looked(file, today)
        found.append(
            {
                "sha256": keep(services, looked).sha256 if looked else "",
                "file_name": without_cpr(file.file_name, today),
                "media_type": file.media_type,
                "size": len(file.content),
                **(seen_in(looked) if looked else {"refused": why}),
            }
        )
    return found


def _looked(file: IncomingFile, today: dt.date) -> tuple[str, SeenFile | None]:
    """The file, looked at; or why it is not kept, in Danish.

    What the guard does not know (a signature, a calendar of another program) is kept unread.
    """
    ending = PurePath(file.file_name).suffix.casefold()
    try:
        if ending in ANY:
            return "", look_at(file.file_name, file.content, ANY, today)
        if why := _refused(ending, file.content):
            return why, None
        return "", look_through(file.file_name, file.content, today)
    except RefusedError as error:
        return error.message.rstrip("."), None


def _refused(ending: str, content: bytes) -> str:
    """Why a file of a kind that the guard does not know is not kept; empty where it is."""
    if not content:
        return "filen er tom"
    if len(content) > MOST_BYTES:
        return f"filen fylder mere end {MOST_BYTES // 1024**2} MB"
    if is_program(content) or ending in RUNNING:
        return "filen er et program"
    if ending in WITH_MACROS:
        return "filen kan indeholde makroer; bed om den i et format uden"
    return ""


_PROGRAMS = (
    "app bat bin cmd com cpl dll exe hta iso jar js jse lnk msi msp ps1 psm1 reg scr sh sys url vb "
    "vbe vbs wsf wsh"
)
RUNNING = frozenset(f".{ending}" for ending in _PROGRAMS.split())
"""Endings of files that a double click runs."""

WITH_MACROS = frozenset({".docm", ".dotm", ".pptm", ".xlam", ".xlsb", ".xlsm", ".xltm"})
