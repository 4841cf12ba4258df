"""Sends a draft out for remarks, and takes the remarks and the replies to them in.

A round is about one version of the report. Readers are people of the steering group, of networks or
of associations; each gets a personal link by mail (``casework.report.comment_mails``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from models import MailKind, Stance
from udmelding.casework.report.comment_mails import Reader, RoundMail, write_to_readers
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, writing
from udmelding.journal.parties import check_address
from udmelding.journal.recording.record import Recorded, record
from udmelding.journal.report.reader_links import change_reader_links
from udmelding.journal.report.report import (
    KeptRound,
    comments_of,
    replies_of,
    rounds_of,
    versions_of,
)
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.report import NewComment, NewCommentReply, NewCommentRound
from udmelding.rules.words.date_wording import short_date


def read_readers(text: str) -> tuple[Reader, ...]:
    """Readers as people list them: one on each line, ``name; mail address; group``.

    Raises:
        RefusedError: a line cannot be read, an address cannot be one, or stands twice.
    """
    found: list[Reader] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [" ".join(part.split()) for part in line.split(";")]
        if len(parts) not in (2, 3) or not parts[0]:
            raise RefusedError(
                f"Linje {number} kan ikke læses. Skriv navn; mailadresse; gruppe, som "
                "Fagchefen; fagchef@kommune.example; styregruppen."
            )
        email = check_address(parts[1])
        if email.casefold() in {reader.email.casefold() for reader in found}:
            raise RefusedError(f"{email} står to gange.")
        found.append(Reader(parts[0][:120], email, parts[2][:120] if len(parts) > 2 else ""))
    if not found:
        raise RefusedError("Skriv, hvem der skal have udkastet.")
    return tuple(found)


def open_round(
    services: Services,
    reference: str,
    *,
    version: int,
    due_on: dt.date,
    readers: Sequence[Reader],
    text: str,
    stamp: Stamp,
) -> int:
    """Send a version out for remarks. Returns the number of the round.

    Raises:
        NotFoundError: the version is not there.
        RefusedError: the last day has passed, or the text holds a CPR number.
    """
    today = stamp.now.date()
    if due_on < today:
        raise RefusedError(f"{short_date(due_on)} er gået. Skriv en dag, der kommer.")
    with writing(services.engine) as session:
        header = find(session, reference)
        case = load(session, header.reference, stamp.now)
        if version not in {one.number for one in versions_of(session, header.id)}:
            raise NotFoundError("version af rapporten", str(version))
        number = max((one.number for one in rounds_of(session, header.id)), default=0) + 1
        entry = NewCommentRound(
            number=number,
            version=version,
            due_on=due_on,
            readers=[{"name": r.name, "email": r.email, "group": r.group} for r in readers],
            text=text.strip(),
        )
        record(session, header, entry, stamp)
        kept = rounds_of(session, header.id)[-1]
        mail = RoundMail(header, case, kept, MailKind.COMMENT_INVITATION, "invitation")
        write_to_readers(services, session, mail, readers, stamp)
    return number


def close_round(services: Services, reference: str, number: int, stamp: Stamp) -> None:
    """Ask and remind nobody in the round any more; its links still show the draft.

    Raises:
        NotFoundError: there is no such open round.
    """
    with writing(services.engine) as session:
        header = find(session, reference)
        kept = _round(session, header, number)
        entry = NewCommentRound(
            number=kept.number,
            version=kept.version,
            due_on=kept.due_on,
            readers=[dict(reader) for reader in kept.readers],
            text=kept.text,
            is_closed=True,
            corrects=kept.key,
        )
        record(session, header, entry, stamp)


def _round(session: Session, header: Header, number: int) -> KeptRound:
    found = next((r for r in rounds_of(session, header.id) if r.number == number), None)
    if found is None or found.is_closed:
        raise NotFoundError("åben runde", str(number))
    return found


def comment(
    services: Services,
    reference: str,
    number: int,
    *,
    chapter: str,
    text: str,
    author: str,
    speaks_for: str,
    reader: str,
    stamp: Stamp,
    source: str = "",
) -> Recorded:
    """Record one remark on a chapter (or, with an empty one, on the whole report).

    ``source`` says which way it came: through which link.

    Raises:
        RefusedError: it is empty, too long, or holds a CPR number.
        NotFoundError: there is no such open round.
    """
    words = text.strip()
    if not words or len(words) > 10_000:
        raise RefusedError("Skriv en bemærkning på højst 10.000 tegn.")
    with writing(services.engine) as session:
        header = find(session, reference)
        _round(session, header, number)
        entry = NewComment(
            round_number=number,
            reader=reader,
            author=author[:200],
            speaks_for=speaks_for[:200],
            chapter=chapter,
            text=words,
            source=source,
        )
        return record(session, header, entry, stamp)


def finish_reading(
    services: Services, case_id: int, number: int, reader: str, now: dt.datetime
) -> None:
    """The reader has nothing (more) to remark, and is not reminded."""
    with writing(services.engine) as session:
        change_reader_links(session, case_id, number, reader, finished_at=now)


def reply(
    services: Services, reference: str, key: str, stance: Stance, text: str, stamp: Stamp
) -> None:
    """Say what became of a remark, in place of what was said before.

    Raises:
        NotFoundError: there is no such remark.
        RefusedError: a remark that is not taken in needs a reason.
    """
    words = text.strip()
    if stance in (Stance.NOT_TAKEN_IN, Stance.TAKEN_IN_PART) and not words:
        raise RefusedError("Skriv, hvorfor bemærkningen ikke er taget helt til følge.")
    with writing(services.engine) as session:
        header = find(session, reference)
        if key not in {one.key for one in comments_of(session, header.id)}:
            raise NotFoundError("bemærkning", key)
        before = replies_of(session, header.id).get(key)
        entry = NewCommentReply(
            comment=key, stance=stance, text=words[:5000], corrects=before.key if before else None
        )
        record(session, header, entry, stamp)
