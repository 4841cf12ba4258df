"""Writes one mail: finds its receivers, fills its template from the case, puts it in the outbox."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from models import ContactRole, MailKind, ReportKind
from udmelding.casework.access.own_pages import Linker, fresh_link, placeholder
from udmelding.casework.case.documents import questions_to_send, report_to_send
from udmelding.casework.mail.texts import keep_version
from udmelding.casework.mail.values import context_of
from udmelding.casework.services import Services
from udmelding.config.settings import Settings
from udmelding.documents.mail.rendering import RenderedMail, reworded, write_mail_text
from udmelding.journal.case.header import Header
from udmelding.journal.database import Session
from udmelding.journal.inbox.delivery_reports import blocked
from udmelding.journal.mail import outbox
from udmelding.journal.mail.drafts import Draft, draft_of, forget
from udmelding.journal.mail.outbox import Letter
from udmelding.journal.parties import ContactValue, load_contacts
from udmelding.outside.mail.mime import message_id_for
from udmelding.rules.case.actions import SendMail, Withheld
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Document
from udmelding.rules.due.overtaken import REMINDING

MACHINE = "udmelding"
"""Who did what the machine did by itself."""

_RECEIVING = (ContactRole.COORDINATOR, ContactRole.MAILBOX)


def write_mail(
    services: Services,
    session: Session,
    header: Header,
    case: Case,
    action: SendMail,
    now: dt.datetime,
    by: str = MACHINE,
) -> Withheld | None:
    """Put the mail of ``action`` into the outbox.

    Returns:
        None when it stands there (now or already), else why it was not written. An escalation,
        a mail with copies to directors, is written only when a person sends it.
    """
    if outbox.is_written(session, action.key):
        return None
    draft = draft_of(session, action.key)
    if draft is not None and draft.is_held:
        return Withheld.ON_HOLD
    if action.copy_to and by == MACHINE:
        return Withheld.AWAITS_RELEASE
    contacts = receivers(services, session, action.party, now)
    if (silent := _cannot_reach(session, action, contacts, now, by)) is not None:
        return silent
    linker = fresh_link(services.settings, session, header.id, now, by, action.key)
    letter = compose(services.settings, case, action, contacts, now, linker, draft)
    if letter is None:
        return Withheld.NO_ADDRESS
    outbox.enqueue(session, header.id, replace(letter, written_by=by))
    keep_version(session, letter, now)
    if draft is not None:
        forget(session, (action.key,))
    return None


def _cannot_reach(
    session: Session, action: SendMail, contacts: list[ContactValue], now: dt.datetime, by: str
) -> Withheld | None:
    """Why a mail would not reach anybody: the address fails, or its owner is away for a while.

    An absence holds back the machine's reminders only: an invitation or a letter can wait in the
    mailbox, and a person who sends a reminder has seen that the other is away.
    """
    to = receiver_among(contacts)
    report = blocked(session, now).get(to.email.casefold()) if to is not None else None
    if report is None:
        return None
    if report.kind is ReportKind.FAILED:
        return Withheld.ADDRESS_FAILS
    return Withheld.ABSENT if action.mail in REMINDING and by == MACHINE else None


def compose(
    settings: Settings,
    case: Case,
    action: SendMail,
    contacts: list[ContactValue],
    now: dt.datetime,
    linker: Linker,
    draft: Draft | None = None,
) -> Letter | None:
    """The mail of ``action`` as it stands in the outbox when it is written at ``now``.

    Args:
        settings: who writes.
        case: what is known.
        action: which mail.
        contacts: whom the party's mails can go to.
        now: the moment.
        linker: gives the address of the party's own page.
        draft: a person's own words for it, if any.

    Returns:
        None where nobody can receive it.
    """
    to = receiver_among(contacts)
    if to is None:
        return None
    copied = [contact for contact in contacts if contact.role in action.copy_to]
    copies = [contact.email for contact in copied]
    link = linker(case, action.party, to.email)
    roles = [contact.role for contact in copied]
    rendered = _rendered(settings, case, action, to, now, link, draft, copied=roles)
    domain = settings.mail.message_id_domain
    return Letter(
        key=action.key,
        step=action.step_id,
        party=action.party,
        mail=action.mail,
        rung=action.rung,
        due_on=action.due_on,
        template_version=rendered.template_version,
        recipients=[to.email],
        copies=copies,
        attachments=_attachments(case, action),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message_id_for(action.key, domain),
        thread_id=_thread(case, action, domain),
        created_at=now,
        not_before=now,
    )


def _rendered(
    settings: Settings,
    case: Case,
    action: SendMail,
    to: ContactValue,
    now: dt.datetime,
    link: str,
    draft: Draft | None,
    *,
    copied: list[ContactRole],
) -> RenderedMail:
    if draft is not None and draft.is_reworded:
        text = draft.text.replace(placeholder(settings, case, action.party) or "\0", link)
        return reworded(draft.subject, text, overrides=settings.texts_folder)
    context = context_of(settings, case, action, to, now.date(), copied=copied)
    return write_mail_text(action.mail, replace(context, link=link), settings.texts_folder)


def receiver_among(contacts: list[ContactValue]) -> ContactValue | None:
    """Whom among a party's contacts a mail goes to; None where there is nobody."""
    return next((contact for contact in contacts if contact.role in _RECEIVING), None)


def _attachments(case: Case, action: SendMail) -> list[dict[str, str]]:
    """The questions go with the invitation, the report to the agency and to the councils."""
    enclosed: tuple[Document, ...] = ()
    if action.mail is MailKind.INVITATION:
        enclosed = questions_to_send(case)
    elif action.mail in (MailKind.SUBMISSION, MailKind.COUNCIL_INVITATION):
        enclosed = report_to_send(case)
    return [
        {"sha256": d.sha256, "file_name": d.file_name, "media_type": d.media_type} for d in enclosed
    ]


def _thread(case: Case, action: SendMail, domain: str) -> str:
    """All mails to one party in one case hang under the first of them."""
    first = next((mail.key for mail in case.mails if mail.party == action.party), action.key)
    return message_id_for(first, domain)


def receivers(
    services: Services, session: Session, party: str, now: dt.datetime
) -> list[ContactValue]:
    """Who a party's mail can go to: its contacts, or for agency and secretariat the settings."""
    found = list(load_contacts(session, now, party).get(party, ()))
    settings = services.settings
    known = {
        "secretariat": (settings.secretariat.name, settings.secretariat.email),
        "agency": (settings.agency.name, settings.agency.email),
    }
    if not found and party in known:
        name, email = known[party]
        found.append(ContactValue(party=party, role=ContactRole.MAILBOX, name=name, email=email))
    return found
