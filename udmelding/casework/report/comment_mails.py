"""Writes to the readers of a draft: the invitation with a personal link, and the reminders.

The machine reminds three business days before the last day and the day after it, those only who
have said nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from models import MailKind
from udmelding.casework.access.own_pages import reader_address
from udmelding.casework.mail.texts import keep_versions
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.documents.mail.contexts import CommentContext
from udmelding.documents.mail.rendering import find_texts
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.report.reader_links import make_reader_links
from udmelding.journal.report.reader_standing import reader_standings
from udmelding.journal.report.report import KeptRound, cases_with_rounds, rounds_of, versions_of
from udmelding.journal.stamp import Stamp
from udmelding.outside.mail.mime import message_id_for
from udmelding.rules.case.case import Case
from udmelding.rules.plan.case_plan import calendar_of
from udmelding.rules.words.business_days import WorkCalendar

STEP = "drafting"
"""Mails of a round stand under the step in which the report is drafted."""

_BEFORE, _AFTER = 3, 1
_LASTING = dt.timedelta(days=120)
_NEAR = dt.timedelta(days=21)
_MACHINE = "udmelding"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is asked for remarks."""

    name: str
    email: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class RoundMail:
    """Which mail of which round; ``rung`` names it in keys."""

    header: Header
    case: Case
    kept: KeptRound
    kind: MailKind
    rung: str


def remind_readers(services: Services, now: dt.datetime) -> int:
    """Write the reminders that are due in all open rounds; returns how many were written.

    Safe to run again or twice at once: each has its key in the outbox.
    """
    with reading(services.engine) as session:
        waiting = _waiting(session, now.date())
    written = 0
    for reference in waiting:
        with writing(services.engine) as session:
            header = find(session, reference)
            case = load(session, header.reference, now)
            if case.is_paused or case.is_closed:
                continue
            for kept in rounds_of(session, header.id):
                written += _remind(services, session, header, case, kept, now)
    return written


def has_open_rounds(services: Services, now: dt.datetime) -> bool:
    """Whether the readers of a draft may have to be reminded these days."""
    with reading(services.engine) as session:
        return bool(_waiting(session, now.date()))


def _waiting(session: Session, today: dt.date) -> tuple[str, ...]:
    """References of the cases that may have a reminder due."""
    return cases_with_rounds(session, today - _NEAR, today + _NEAR)


def _remind(
    services: Services,
    session: Session,
    header: Header,
    case: Case,
    kept: KeptRound,
    now: dt.datetime,
) -> int:
    rung = rung_due(kept, calendar_of(case), now.date())
    if kept.is_closed or not rung:
        return 0
    mail = RoundMail(header, case, kept, MailKind.COMMENT_REMINDER, rung)
    awaited = [r for r in reader_standings(session, header.id, kept, now) if r.is_awaited]
    readers = [Reader(r.name, r.email, r.speaks_for) for r in awaited]
    return write_to_readers(services, session, mail, readers, Stamp(now, _MACHINE))


def rung_due(kept: KeptRound, calendar: WorkCalendar, today: dt.date) -> str:
    """Which reminder of a round is due on a day; empty for none.

    Args:
        kept: the round.
        calendar: business days and quiet periods.
        today: the day.
    """
    if not calendar.may_send(today):
        return ""
    before = calendar.add_business_days(kept.due_on, -_BEFORE)
    after = calendar.add_business_days(kept.due_on, _AFTER)
    if kept.recorded_at.date() < before <= today <= kept.due_on:
        return f"before-{_BEFORE}"
    if after <= today <= calendar.add_business_days(kept.due_on, 10):
        return f"after-{_AFTER}"
    return ""


def write_to_readers(
    services: Services, session: Session, mail: RoundMail, readers: Sequence[Reader], stamp: Stamp
) -> int:
    """Put the readers' mails into the outbox; returns how many did not stand there already."""
    asked: dict[str, Reader] = {}
    for reader in readers:
        asked.setdefault(_key(mail, reader), reader)
    written = outbox.written_among(session, tuple(asked))
    new = {key: reader for key, reader in asked.items() if key not in written}
    if not new:
        return 0
    settings, links = services.settings, _links(services.settings, session, mail, new, stamp.now)
    texts, attached = find_texts(settings.texts_folder), _attached(session, mail)
    mails: list[OutboxMail] = []
    for key, reader in new.items():
        context = _context(settings, mail, reader, links.get(key, ""), stamp.now)
        rendered = texts.write(mail.kind, context)
        domain = settings.mail.message_id_domain
        outbox_mail = OutboxMail(
            key=key,
            step=STEP,
            party=reader.email,
            mail=mail.kind,
            rung="" if mail.kind is MailKind.COMMENT_INVITATION else mail.rung,
            due_on=mail.kept.due_on,
            template_version=rendered.template_version,
            recipients=[reader.email],
            copies=[],
            attachments=attached,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            message_id=message_id_for(key, domain),
            thread_id=message_id_for(f"{key.rpartition('/')[0]}/invitation", domain),
            written_by=stamp.by,
            created_at=stamp.now,
            not_before=stamp.now,
        )
        mails.append(outbox_mail)
    outbox.enqueue_new(session, [(mail.header.id, outbox_mail) for outbox_mail in mails])
    keep_versions(session, texts, mails, stamp.now)
    return len(mails)


def _key(mail: RoundMail, reader: Reader) -> str:
    tail = sha256(reader.email.casefold().encode()).hexdigest()[:12]
    return f"{mail.header.reference}/bemaerkninger-{mail.kept.number}/{tail}/{mail.rung}"


def _links(
    settings: Settings,
    session: Session,
    mail: RoundMail,
    readers: Mapping[str, Reader],
    now: dt.datetime,
) -> Mapping[str, str]:
    """The readers' links to the draft, by their mails' keys; none where mails carry none."""
    if not settings.links_in_mails:
        return {}
    secrets = make_reader_links(
        session,
        announcement_id=mail.header.id,
        round_number=mail.kept.number,
        readers={key: reader.email for key, reader in readers.items()},
        now=now,
        lasting=_LASTING,
    )
    return {key: reader_address(settings, secret) for key, secret in secrets.items()}


def _context(
    settings: Settings, mail: RoundMail, reader: Reader, link: str, now: dt.datetime
) -> CommentContext:
    case = mail.case
    return CommentContext(
        reference=case.reference,
        title=case.title,
        legal_basis=case.particulars.legal_basis,
        process_title=case.process.title,
        paper_title=case.process.paper_title,
        party_name=reader.group or reader.name,
        greeting_name=reader.name,
        written_on=now.date(),
        secretariat_name=settings.secretariat.name,
        secretariat_email=settings.secretariat.email,
        secretariat_phone=settings.secretariat.phone,
        responsible=case.particulars.responsible,
        draft_url=link,
        due_on=mail.kept.due_on,
        version=mail.kept.version,
        speaks_for=reader.group,
        message=mail.kept.text,
    )


def _attached(session: Session, mail: RoundMail) -> list[dict[str, str]]:
    """The draft as PDF goes with the invitation."""
    if mail.kind is not MailKind.COMMENT_INVITATION:
        return []
    header, wanted = mail.header, mail.kept.version
    version = next(v for v in versions_of(session, header.id) if v.number == wanted)
    if not version.pdf_sha256:  # taken out for good; the page with the draft is still there
        return []
    name = f"{header.reference} - Udkast {version.number}.pdf"
    return [{"sha256": version.pdf_sha256, "file_name": name, "media_type": "application/pdf"}]
