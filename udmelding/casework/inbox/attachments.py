"""Does a mail that came in hold CPR numbers? They are masked before anything of it is kept.

The mail as it came stays in the secretariat's own mailbox. Here stand its words without the
numbers, where they were and how sure that is; a mail that certainly or likely holds one is not kept
as it came. A file is kept, for it may be the answer, but a person has to look at it before it
becomes a document of the case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from udmelding.documents.files.text import look_in_file
from udmelding.errors import RefusedError
from udmelding.journal.inbox.incoming import IncomingLetter
from udmelding.rules.cpr_wording import CONFIRM, Place, found_sentence
from udmelding.rules.files.cpr import REFUSED, Grade, find_cpr, surest, without_cpr
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


def seen_in(file: IncomingFile, today: dt.date) -> dict[str, Any]:
    """What looking through a file gave, as it is kept with it; nothing where it is clean.

    Returns:
        ``cpr``: place and grade of each that was found. ``unread``: places that could not be read.
    """
    look = look_in_file(file.file_name, file.content, today)
    hits = sorted(look.hits, key=lambda hit: _GRADES.index(hit.grade))[:MOST_PLACES]
    found: dict[str, Any] = {}
    if hits:
        found["cpr"] = [{"place": hit.place, "grade": hit.grade.value} for hit in hits]
    if look.unread:
        found["unread"] = list(look.unread[:MOST_PLACES])
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
    hits = look_in_file("mail.eml", raw, today).hits
    return surest(hit.grade for hit in hits) not in REFUSED


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
