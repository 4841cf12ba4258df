"""What a person can do about a letter to the outside: read it, word it anew, release it.

Recording that a report was sent writes to nobody. The letter is drafted from the case whenever
somebody looks; it is written to the outbox, and sent, when a person releases it here, in a request
of its own. Or the person says that it went another way; then nothing is sent from here. Either way
its key stands in the outbox afterwards, so neither can be done twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from models import ContactRole, MailKind, OutboxState
from udmelding.casework.case.documents import report_to_send
from udmelding.casework.due.actions import SentNow, reword, send_written
from udmelding.casework.files import keep_own
from udmelding.casework.mail.writing import (
    compose,
    enclosure_of,
    receiver_among,
    receivers_of,
    write_mails,
)
from udmelding.casework.papers.letters import letter_file, letter_from
from udmelding.casework.papers.papers import Ending
from udmelding.casework.wiring import Services
from udmelding.documents.mail.rendering import find_texts
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.files import guard
from udmelding.journal.mail import outbox
from udmelding.journal.mail.mail_drafts import MailDraft, forget, mail_draft_of
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import ContactValue
from udmelding.journal.stamp import Stamp
from udmelding.journal.summaries import summaries
from udmelding.rules.case.actions import Withheld
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import QuestionAnswer, Submission
from udmelding.rules.case.glossary import label
from udmelding.rules.case.letters_due import LetterDue, letters_due
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.due.due_mails import mail_of
from udmelding.rules.papers.letters import TITLES, LetterKind
from udmelding.rules.status.status import report_sent

OVERVIEW = LetterKind.OVERVIEW.value
"""What stands for the overview of decisions among the files to enclose: it is made when sent."""

_GONE = (
    "Brevet venter ikke længere: det er sendt herfra, sendt uden for systemet, eller "
    "registreringen er ændret."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that can go with a letter.

    Attributes:
        name: its checksum, or ``OVERVIEW``.
        is_chosen: whether it goes along when nobody says anything else.
    """

    name: str
    title: str
    file_name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDraft:
    """A letter as it would go out now.

    Attributes:
        outbox_mail: its words; no receivers where the letter has no address to go to.
        mail_draft: a person's own words for it, if any.
    """

    due: LetterDue
    outbox_mail: OutboxMail
    mail_draft: MailDraft | None
    enclosures: tuple[Enclosure, ...]

    @property
    def has_address(self) -> bool:
        """Whether it can be sent from here."""
        return bool(self.outbox_mail.recipients)


def letter_drafts(services: Services, case: Case, now: dt.datetime) -> tuple[LetterDraft, ...]:
    """The letters of a case that wait for a person, each as it would go out now."""
    waiting = letters_due(case, now.date())
    if not waiting:
        return ()
    with reading(services.engine) as session:
        return tuple(_draft(services, session, case, letter, now) for letter in waiting)


def letter_before(
    services: Services, case: Case, fact: Submission | QuestionAnswer, now: dt.datetime
) -> LetterDraft | None:
    """The letter that would wait for a person once ``fact`` is recorded; None where none would."""
    if isinstance(fact, Submission):
        would = replace(case, submissions=(*case.submissions, fact))
    else:
        would = replace(case, question_answers=(*case.question_answers, fact))
    known = {one.key for one in letters_due(case, now.date())}
    new = next((one for one in letters_due(would, now.date()) if one.key not in known), None)
    if new is None:
        return None
    with reading(services.engine) as session:
        return _draft(services, session, would, new, now, told=would)


def letter_draft(services: Services, key: str, now: dt.datetime) -> LetterDraft:
    """The letter with that key.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: no such letter waits.
    """
    with reading(services.engine) as session:
        case = load(session, key.partition("/")[0], now)
        return _draft(services, session, case, _waiting(case, key, now), now)


def release(
    services: Services,
    key: str,
    stamp: Stamp,
    *,
    words: tuple[str, str] | None = None,
    enclosed: Collection[str] | None = None,
) -> SentNow:
    """Send a letter that waits.

    Killed after it was written, it goes out with the next delivery, once.

    Args:
        services: database, store and transport.
        key: the letter.
        stamp: who releases it, and when.
        words: subject and text to use instead of those that stand.
        enclosed: names of the files that go along; None: those that go along by rule.

    Raises:
        RefusedError: it does not wait any more, has no address, or the words cannot be used.
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
        NotFoundError: there is no such case, or no such file to enclose.
        OutsideError: the overview of decisions could not be set.
    """
    now = stamp.now
    with reading(services.engine) as session:
        case = load(session, key.partition("/")[0], now)
        letter = _waiting(case, key, now)
        told = _as_told(session, case, letter)
    offered = _enclosures(case, told, letter)
    chosen = [o for o in offered if (o.is_chosen if enclosed is None else o.name in enclosed)]
    files = [_file(services, case, told, one, now) for one in chosen]
    with writing(services.engine) as session:
        header = find(session, case.reference)
        _waiting(load(session, case.reference, now), key, now)
        guard(session, key, {}, stamp)  # whoever releases it stands in the outbox by name
        if words is not None:
            reword(session, (key,), *words, stamp)
        done = write_mails(services, session, header, told, (mail_of(letter),), stamp, files)
        if (why := done.withheld.get(key)) is not None:
            raise RefusedError(_why_not(letter, why))
        summaries.forget(session, [header.id])
    return send_written(services, [key], now)


def send_elsewhere(services: Services, key: str, how: str, stamp: Stamp) -> None:
    """Say that a letter went another way: nothing is sent, and the draft is gone.

    Args:
        services: the database.
        key: the letter.
        how: who sent it and how, in a few words.
        stamp: who says so, and when.

    Raises:
        RefusedError: it does not wait any more; it is not said how; or the words hold a CPR number.
        NotFoundError: there is no such case.
    """
    said = " ".join(how.split())
    if not said:
        raise RefusedError(
            "Skriv, hvem der har sendt brevet og hvordan, fx «styregruppens formand med egen mail»."
        )
    with writing(services.engine) as session:
        header = find(session, key.partition("/")[0])
        case = load(session, header.reference, stamp.now)
        draft = _draft(services, session, case, _waiting(case, key, stamp.now), stamp.now)
        said = guard(session, key, {"note": said[:_MOST]}, stamp)["note"]
        gone = replace(
            draft.outbox_mail,
            text=f"Brevet er sendt uden for systemet: {said}.\n",
            html="",
            attachments=[],
            recipients=[],
            written_by=stamp.by,
            state=OutboxState.ELSEWHERE,
            finished_at=stamp.now,
            outcome=said,
        )
        outbox.enqueue_new(session, [(header.id, gone)])
        forget(session, (key,))
        summaries.forget(session, [header.id])


_MOST = 500


def _waiting(case: Case, key: str, now: dt.datetime) -> LetterDue:
    found = next((one for one in letters_due(case, now.date()) if one.key == key), None)
    if found is None:
        raise RefusedError(_GONE)
    return found


def _as_told(session: Session, case: Case, letter: LetterDue) -> Case:
    """The case as the letter tells of it: a covering letter says what was known when it was sent.

    Else the councils that have decided since would stand both as approved and in the reservation.
    """
    sent = report_sent(case)
    if letter.mail is not MailKind.SUBMISSION or sent is None or sent.recorded_at > case.as_of:
        return case
    return load(session, case.reference, sent.recorded_at)


def _draft(
    services: Services,
    session: Session,
    case: Case,
    letter: LetterDue,
    now: dt.datetime,
    told: Case | None = None,
) -> LetterDraft:
    told = told or _as_told(session, case, letter)
    contacts = receivers_of(services, session, (letter.receiver,), now)[letter.receiver]
    mail_draft = mail_draft_of(session, letter.key)
    nobody = ContactValue(
        party=letter.receiver, role=ContactRole.MAILBOX, name=letter.name, email=""
    )
    to = receiver_among(contacts)
    mail = compose(
        services.settings,
        find_texts(services.settings.texts_folder),
        told,
        mail_of(letter),
        [to or nobody],
        now,
        "",
        mail_draft,
    )
    if mail is None:  # there is always somebody to write to, if only by name
        raise RefusedError(_GONE)
    return LetterDraft(
        due=letter,
        outbox_mail=mail if to else replace(mail, recipients=[]),
        mail_draft=mail_draft,
        enclosures=_enclosures(case, told, letter),
    )


def _enclosures(case: Case, told: Case, letter: LetterDue) -> tuple[Enclosure, ...]:
    """The report and the overview of decisions go along by rule, the case's other files if wanted.

    Which version of the report that is was settled when it was sent.
    """
    is_cover = letter.mail is MailKind.SUBMISSION
    by_rule = {document.sha256 for document in report_to_send(told)} if is_cover else set()
    files = {document.sha256: document for document in case.documents if document.sha256}
    found = [
        Enclosure(
            name=sha256,
            title=f"{document.title} ({label(document.document_kind)})",
            file_name=document.file_name,
            is_chosen=sha256 in by_rule,
        )
        for sha256, document in files.items()
    ]
    found.sort(key=lambda one: not one.is_chosen)
    if any(is_council_step(step) for step in case.process.steps):
        title = TITLES[LetterKind.OVERVIEW]
        found.insert(
            len(by_rule),
            Enclosure(name=OVERVIEW, title=title, file_name=f"{title}.pdf", is_chosen=is_cover),
        )
    return tuple(found)


def _file(
    services: Services, case: Case, told: Case, one: Enclosure, now: dt.datetime
) -> dict[str, str]:
    """A file as the mail has it along; the overview is set and kept in the store."""
    if one.name != OVERVIEW:
        document = next(d for d in case.documents if d.sha256 == one.name)
        return enclosure_of(document)
    made = letter_file(services, letter_from(services, told, LetterKind.OVERVIEW), Ending.PDF, now)
    stored = keep_own(services, made.content)
    return {"sha256": stored.sha256, "file_name": made.name, "media_type": Ending.PDF.media}


def _why_not(letter: LetterDue, why: Withheld) -> str:
    if why is Withheld.NO_ADDRESS:
        return (
            f"Der mangler en mailadresse til {letter.name}. Skriv den i opsætningen under "
            "mail.letters_to, eller skriv, at brevet er sendt uden for systemet."
        )
    if why is Withheld.ADDRESS_FAILS:
        return (
            f"Mails til {letter.name} kommer retur. Ret adressen, eller skriv under «Mails», at "
            "den virker igen."
        )
    return f"Brevet kan ikke sendes: {label(why)}."
