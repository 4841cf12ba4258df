"""Does a mail that came in hold CPR numbers, and which of its files are kept, and where?

The mail as it came stays in the secretariat's own mailbox. Here stand its words without the
numbers, where they were and how sure that is; a mail that certainly or likely holds one is not kept
as it came. A file is kept, for it may be the answer, but where it may hold a number it is locked
away until a person has looked at it (``rules.inbox.mail_files`` says which are, ``locked`` what
becomes of them). Numbers are masked before anything of the mail is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from udmelding.casework.files import ANY, MOST_BYTES, SeenFile, keep, look_at, look_through
from udmelding.casework.wiring import Services
from udmelding.documents.files.guard_kinds import is_program
from udmelding.errors import RefusedError
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.rules.files.cpr import REFUSED, Grade, masked, surest, without_cpr
from udmelding.rules.files.cpr_wording import CONFIRM, found_sentence
from udmelding.rules.inbox.incoming import Incoming, IncomingFile
from udmelding.rules.inbox.mail_files import (
    FileState,
    file_sentence,
    is_to_be_locked,
    places_of,
    state_of,
    why_locked,
)

MOST_PLACES = 50
"""Places in one file that are kept, the surest first."""

_GRADES = list(Grade)


@dataclass(frozen=True, slots=True)
class Masked:
    """A mail with every number masked, and the content of its files as it was.

    Attributes:
        in_words: the surest grade of what was masked in its own words.
        in_all: the same with the names of its files.
    """

    mail: Incoming
    in_words: Grade | None
    in_all: Grade | None


def without_numbers(mail: Incoming, today: dt.date) -> Masked:
    """The mail with every number masked.

    Args:
        mail: as it came.
        today: nobody is born later.
    """
    found: dict[str, list[Grade]] = {"words": [], "names": []}

    def clean(text: str, where: str = "words") -> str:
        kept, grade = masked(text, today)
        found[where] += [grade] if grade else []
        return kept

    cleaned = replace(
        mail,
        subject=clean(mail.subject),
        text=clean(mail.text),
        own_text=clean(mail.own_text),
        sender=clean(mail.sender),
        sender_name=clean(mail.sender_name),
        links=tuple(one for one in mail.links if masked(one, today)[1] is None),
        delivery_reports=tuple(replace(r, why=clean(r.why)) for r in mail.delivery_reports),
        files=tuple(replace(f, file_name=clean(f.file_name, "names")) for f in mail.files),
    )
    in_words = surest(found["words"])
    return Masked(cleaned, in_words, surest([*found["words"], *found["names"]]))


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


def may_be_kept(
    services: Services,
    raw: bytes,
    files: Sequence[Mapping[str, Any]],
    grade: Grade | None,
    today: dt.date,
) -> bool:
    """Whether a mail may be kept as it came: no number, certainly or likely, and no refused file.

    Args:
        services: the scanner for viruses.
        raw: the mail as it came; it may say more than is shown, such as the same text in HTML.
        files: what looking through its files gave.
        grade: the surest in its words.
        today: nobody is born later.
    """
    if not raw or surest_of(files, grade) in REFUSED:
        return False
    if any("refused" in file for file in files):  # it would be kept within the mail after all
        return False
    try:
        seen = look_through(services, "mail.eml", raw, today)
    except RefusedError:  # a virus in its words, or too costly to look at: nobody can say
        return False
    return surest(grade for _, grade in seen.cpr) not in REFUSED


def surest_of(files: Sequence[Mapping[str, Any]], grade: Grade | None) -> Grade | None:
    """The surest of what its words and its files hold."""
    grades = [its for file in files for _, its in places_of(file)]
    return surest([*grades, grade] if grade else grades)


def grade_of_words(mail: InboxMail) -> Grade | None:
    """How sure it is that the words of a mail held a number; None where they did not."""
    said = mail.suggestion.get("cpr")
    return Grade(said) if said else None


def grade_of(mail: InboxMail) -> Grade | None:
    """The same of a mail with its files, but for those in which a person has found none."""
    files = [file for file in mail.attachments if state_of(file) is not FileState.RELEASED]
    return surest_of(files, grade_of_words(mail))


def check_files(mail: InboxMail, wanted: Sequence[str], *, is_confirmed: bool) -> dict[int, bool]:
    """Refuse to make documents of files that are locked away, unless a person has looked.

    Args:
        mail: the mail.
        wanted: checksums of the files.
        is_confirmed: somebody says that there is no CPR number.

    Returns:
        What that person has decided with it, as ``locked.settle_files`` takes it.

    Raises:
        RefusedError: one is locked away, and nobody says anything of it.
    """
    locked = {
        number: False
        for number, file in enumerate(mail.attachments)
        if state_of(file) is FileState.LOCKED and file["sha256"] in wanted
    }
    for number in locked:
        if not is_confirmed:
            file = mail.attachments[number]
            raise RefusedError(
                f"Filen «{file['file_name']}» er låst og er ikke lagt på sagen. {why_locked(file)} "
                f"Hent den, og se efter. Sæt kryds ved «{CONFIRM}», eller slet filen under «Låste "
                "filer», og bed om en uden."
            )
    return locked


@dataclass(frozen=True, slots=True)
class MailCpr:
    """What a person is told about CPR numbers in a mail.

    Attributes:
        words: of the mail's own words; empty where they held none.
        files: of each file in the mail's order: what was found, what was decided, why it was not
            kept; empty where there is nothing to tell.
        states: how each stands.
    """

    words: str
    files: tuple[str, ...]
    states: tuple[FileState, ...]


_HIDDEN = "Tallene er skjult her på siden."
_IN_WORDS = "mailens ord eller i navnet på en fil"


def told_of(mail: InboxMail) -> MailCpr:
    """What is told of a mail on its page."""
    grade = grade_of_words(mail)
    return MailCpr(
        words=f"{found_sentence([(_IN_WORDS, grade)])} {_HIDDEN}" if grade else "",
        files=tuple(file_sentence(file) for file in mail.attachments),
        states=tuple(state_of(file) for file in mail.attachments),
    )


MOST_FILES = 30


def keep_files(
    services: Services, files: tuple[IncomingFile, ...], in_words: Grade | None, today: dt.date
) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The files as they stand in the journal, the bytes of most in the store.

    Args:
        services: the store.
        files: as they came.
        in_words: the surest of what looks like a CPR number in the mail's own words.
        today: for what looks like one in the files; one in a name is masked.

    Returns:
        For each ``sha256``, ``file_name``, ``media_type`` and ``size``; one that is not kept has an
        empty ``sha256`` and says why in ``refused``, in Danish. ``cpr`` and ``unread`` say what
        looking through it gave. Beside them the content of those with ``is_locked``, to be locked
        away with the row that names them.

    Raises:
        OutsideError: the disk is full, or the scanner for viruses does not answer; nothing of the
            mail is recorded then, and it is read again.
    """
    found: list[dict[str, Any]] = []
    apart: list[bytes] = []
    for number, file in enumerate(files):
        why, looked = "der er for mange filer i mailen", None
        if number < MOST_FILES:
            why, looked = _looked(services, file, today)
        entry: dict[str, Any] = {
            "sha256": "",
            "file_name": without_cpr(file.file_name, today),
            "media_type": file.media_type,
            "size": len(file.content),
        }
        if looked is None:
            entry["refused"] = why
        elif is_to_be_locked(looked.cpr, in_words):
            apart.append(looked.content)
            checksum = hashlib.sha256(looked.content).hexdigest()
            entry |= {"sha256": checksum, "is_locked": True, **seen_in(looked)}
        else:
            entry |= {"sha256": keep(services, looked).sha256, **seen_in(looked)}
        found.append(entry)
    return found, apart


def _looked(services: Services, file: IncomingFile, today: dt.date) -> tuple[str, SeenFile | None]:
    """The file, looked at; or why it is not kept, in Danish.

    What the guard does not know (a signature, a calendar of another program) is kept unread.
    """
    ending = PurePath(file.file_name).suffix.casefold()
    try:
        if ending in ANY:
            return "", look_at(services, file.file_name, file.content, ANY, today)
        if why := _refused(ending, file.content):
            return why, None
        return "", look_through(services, file.file_name, file.content, today)
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
