"""Writes one mail: finds its receivers, fills its template from the case, puts it in the outbox."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session

from models import ContactRole, MailKind
from udmelding.casework.mail_values import context_of, report_to_send
from udmelding.casework.services import Services
from udmelding.documents.mail import render_mail
from udmelding.journal import outbox
from udmelding.journal.contacts import ContactValue, load_contacts
from udmelding.journal.header import Header
from udmelding.outside.mime import message_id_for
from udmelding.rules.actions import SendMail, Withheld
from udmelding.rules.case import Case

_RECEIVING = (ContactRole.COORDINATOR, ContactRole.MAILBOX)


def write_mail(
    services: Services,
    session: Session,
    header: Header,
    case: Case,
    action: SendMail,
    now: dt.datetime,
) -> Withheld | None:
    """Put the mail of ``action`` into the outbox.

    Returns:
        None when it stands there (now or already), else why it was not written.
    """
    contacts = receivers(services, session, action.party, now)
    to = [contact for contact in contacts if contact.role in _RECEIVING][:1]
    if not to:
        return Withheld.NO_ADDRESS
    copies = [contact.email for contact in contacts if contact.role in action.copy_to]
    context = context_of(
        services.settings, case, action, to[0], now.date(), has_copies=bool(copies)
    )
    rendered = render_mail(action.mail, context)
    domain = services.settings.mail.message_id_domain
    outbox.enqueue(
        session,
        header.id,
        outbox.Letter(
            key=action.key,
            step=action.step_id,
            party=action.party,
            mail=action.mail,
            rung=action.rung,
            due_on=action.due_on,
            template_version=rendered.template_version,
            recipients=[to[0].email],
            copies=copies,
            attachments=_attachments(case, action),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            message_id=message_id_for(action.key, domain),
            thread_id=_thread(case, action, domain),
            created_at=now,
            not_before=now,
        ),
    )
    return None


def _attachments(case: Case, action: SendMail) -> list[dict[str, str]]:
    """The report goes with the letter to the agency and with the invitation to the councils."""
    if action.mail not in (MailKind.SUBMISSION, MailKind.COUNCIL_INVITATION):
        return []
    return [
        {"sha256": d.sha256, "file_name": d.file_name, "media_type": d.media_type}
        for d in report_to_send(case)
    ]


def _thread(case: Case, action: SendMail, domain: str) -> str:
    """All mails to one party in one case hang under the first of them."""
    first = next((mail.key for mail in case.mails if mail.party == action.party), action.key)
    return message_id_for(first, domain)


def receivers(
    services: Services, session: Session, party: str, now: dt.datetime
) -> list[ContactValue]:
    """Who a party's mail can go to: its contacts, or for agency and secretariat the settings."""
    found = list(load_contacts(session, now).get(party, ()))
    settings = services.settings
    known = {
        "secretariat": (settings.secretariat.name, settings.secretariat.email),
        "agency": (settings.agency.name, settings.agency.email),
    }
    if not found and party in known:
        name, email = known[party]
        found.append(ContactValue(party=party, role=ContactRole.MAILBOX, name=name, email=email))
    return found
