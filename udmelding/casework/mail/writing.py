"""Writes mails: finds their receivers, fills their templates from the case, fills the outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from models import ContactRole, DeliveryReportKind, MailKind
from udmelding.casework.access.own_pages import fresh_links, link_lasting, placeholder
from udmelding.casework.case.documents import letters_with, questions_to_send, report_to_send
from udmelding.casework.files import keep_own
from udmelding.casework.forms.question_sets import NO_FORMS, Forms, forms_of
from udmelding.casework.forms.workbooks import MEDIA_TYPE, workbooks_of
from udmelding.casework.mail.texts import keep_versions
from udmelding.casework.mail.values import context_of
from udmelding.casework.wiring import Services
from udmelding.config.case.process import AGENCY
from udmelding.config.settings import Settings
from udmelding.documents.mail.rendering import MailTexts, RenderedMail, find_texts
from udmelding.journal.access.party_links import NewLink
from udmelding.journal.case.header import Header
from udmelding.journal.database import Session
from udmelding.journal.inbox.delivery_reports import DeliveryReportValue, blocked_addresses
from udmelding.journal.mail import outbox
from udmelding.journal.mail.mail_drafts import MailDraft, forget, mail_drafts
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import ContactValue, RecordedContact, load_contacts
from udmelding.journal.stamp import Stamp
from udmelding.outside.mail.mime import message_id_for
from udmelding.rules.case.actions import SendMail, Withheld
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Document
from udmelding.rules.case.mail_state import REMINDING

MACHINE = "udmelding"
"""Who did what the machine did by itself."""

_ASKING_IN_FORM = REMINDING | {MailKind.INVITATION}
"""The kinds that say how a form is answered; who answers in another step has none."""

RECEIVING = (ContactRole.COORDINATOR, ContactRole.MAILBOX)
"""The roles that a party's mails go to; the others get copies."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the mails that were to be written.

    Attributes:
        written: those that stand in the outbox now and did not before.
        known: keys of those that stood there already.
        withheld: why the others were not written, by key.
    """

    written: tuple[OutboxMail, ...]
    known: frozenset[str]
    withheld: Mapping[str, Withheld]


def write_mails(
    services: Services,
    session: Session,
    header: Header,
    case: Case,
    actions: Sequence[SendMail],
    stamp: Stamp,
    enclosing: Sequence[Mapping[str, str]] | None = None,
) -> Outcome:
    """Put the mails of ``actions`` into the outbox: a fixed number of statements for all of them.

    An escalation, a mail with copies to directors, and a letter to the outside are written only
    when a person releases them.

    Args:
        services: settings and texts.
        session: an open writing transaction.
        header: the case.
        case: what is known of it, the mails that it was written before included.
        actions: which mails; two of one party hang under the first of them, and of two with the
            same key (two answers that came on one day are thanked for once) the first is written.
        stamp: who writes them and when.
        enclosing: the files that go along, where a person has chosen them; None: the kind's own.
    """
    actions = tuple({action.key: action for action in reversed(actions)}.values())[::-1]
    keys = tuple(action.key for action in actions)
    known = outbox.written_among(session, keys)
    said = mail_drafts(session, keys)
    parties = {action.party for action in actions}
    contacts = receivers_of(services, session, parties, stamp.now)
    delivery_reports = blocked_addresses(session, stamp.now)
    withheld: dict[str, Withheld] = {}
    wanted: list[SendMail] = []
    for action in actions:
        if action.key in known:
            continue
        to = receiver_among(contacts[action.party])
        delivery_report = delivery_reports.get(to.email.casefold()) if to is not None else None
        why = _held(case, action, said.get(action.key), to, delivery_report, stamp.by)
        if why is not None:
            withheld[action.key] = why
        else:
            wanted.append(action)
    links = _links(services.settings, session, header, case, wanted, contacts, stamp)
    texts, forms = find_texts(services.settings.texts_folder), forms_of(session, (case,))
    written: list[OutboxMail] = []
    first_keys: dict[str, str] = {}
    for action in wanted:
        mail = compose(
            services.settings,
            texts,
            case,
            action,
            contacts[action.party],
            stamp.now,
            links.get(action.key, ""),
            said.get(action.key),
            forms=forms,
            thread=first_keys.setdefault(action.party, action.key),
        )
        if mail is not None:
            written.append(_with_files(replace(mail, written_by=stamp.by), enclosing))
    written = _with_forms(services, session, case, written, links, stamp.now)
    outbox.enqueue_new(session, [(header.id, mail) for mail in written])
    keep_versions(session, texts, written, stamp.now)
    if used := tuple(mail.key for mail in written if mail.key in said):
        forget(session, used)
    return Outcome(tuple(written), frozenset(known), withheld)


def _with_forms(
    services: Services,
    session: Session,
    case: Case,
    mails: list[OutboxMail],
    links: Mapping[str, str],
    now: dt.datetime,
) -> list[OutboxMail]:
    """The mails, with the form as a workbook in those whose receivers no link leads to it.

    There is no other way to it then, and the mail says that it is enclosed.
    """
    unlinked = [m for m in mails if m.mail in _ASKING_IN_FORM and not links.get(m.key)]
    found = workbooks_of(services, session, case, {(m.step, m.party) for m in unlinked}, now)
    keys = {mail.key for mail in unlinked if (mail.step, mail.party) in found}
    done: list[OutboxMail] = []
    for mail in mails:
        if mail.key in keys:
            workbook = found[mail.step, mail.party]
            stored = keep_own(services, workbook.content)
            file = {
                "sha256": stored.sha256,
                "file_name": workbook.name,
                "media_type": MEDIA_TYPE,
            }
            done.append(replace(mail, attachments=[*mail.attachments, file]))
        else:
            done.append(mail)
    return done


def _with_files(mail: OutboxMail, enclosing: Sequence[Mapping[str, str]] | None) -> OutboxMail:
    """The mail with the files that a person has chosen; None: with its own."""
    if enclosing is None:
        return mail
    return replace(mail, attachments=[dict(file) for file in enclosing])


def _is_outside(case: Case, party: str) -> bool:
    """Whether it is an authority: whatever the kind of mail, the machine never writes to one."""
    return party == AGENCY or party in case.process.letter_receivers


def _held(
    case: Case,
    action: SendMail,
    mail_draft: MailDraft | None,
    to: ContactValue | None,
    delivery_report: DeliveryReportValue | None,
    by: str,
) -> Withheld | None:
    """Why a mail is not written: somebody holds it, or it would not reach anybody.

    An absence holds back the machine's reminders only: an invitation or a letter can wait in the
    mailbox, and a person who sends a reminder has seen that the other is away.
    """
    if mail_draft is not None and mail_draft.is_held:
        return Withheld.ON_HOLD
    if by == MACHINE and (action.awaits_release or _is_outside(case, action.party)):
        return Withheld.AWAITS_RELEASE
    if to is None:
        return Withheld.NO_ADDRESS
    if delivery_report is None:
        return None
    if delivery_report.kind is DeliveryReportKind.FAILED:
        return Withheld.ADDRESS_FAILS
    return Withheld.ABSENT if action.mail in REMINDING and by == MACHINE else None


def _links(
    settings: Settings,
    session: Session,
    header: Header,
    case: Case,
    actions: Sequence[SendMail],
    contacts: Mapping[str, list[ContactValue]],
    stamp: Stamp,
) -> Mapping[str, str]:
    """Links to their own pages for the receivers of mails, by the mails' keys."""
    lasting = link_lasting(settings, stamp.now)
    wanted = [
        NewLink(header.id, action.party, to.email, lasting, action.key)
        for action in actions
        if (to := receiver_among(contacts[action.party])) is not None
    ]
    return fresh_links(settings, session, case, wanted, stamp)


def compose(
    settings: Settings,
    texts: MailTexts,
    case: Case,
    action: SendMail,
    contacts: list[ContactValue],
    now: dt.datetime,
    link: str,
    mail_draft: MailDraft | None = None,
    *,
    forms: Forms = NO_FORMS,
    thread: str = "",
) -> OutboxMail | None:
    """The mail of ``action`` as it stands in the outbox when it is written at ``now``.

    Args:
        settings: who writes.
        texts: what it is written from.
        case: what is known.
        action: which mail.
        contacts: whom the party's mails can go to.
        now: the moment.
        link: the address of the party's own page; empty where it has none.
        mail_draft: a person's own words for it, if any.
        forms: the question sets that the case asks.
        thread: key of the mail that it hangs under where the case has none to the party yet.

    Returns:
        None where nobody can receive it.
    """
    to = receiver_among(contacts)
    if to is None:
        return None
    copied = [contact for contact in contacts if contact.role in action.copy_to]
    copies = [contact.email for contact in copied]
    roles = [contact.role for contact in copied]
    rendered = _rendered(
        settings, texts, case, action, to, now, link, mail_draft, forms=forms, copied=roles
    )
    domain = settings.mail.message_id_domain
    return OutboxMail(
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
        thread_id=message_id_for(_first_key(case, action.party) or thread or action.key, domain),
        created_at=now,
        not_before=now,
    )


def _rendered(
    settings: Settings,
    texts: MailTexts,
    case: Case,
    action: SendMail,
    to: ContactValue,
    now: dt.datetime,
    link: str,
    mail_draft: MailDraft | None,
    *,
    forms: Forms,
    copied: list[ContactRole],
) -> RenderedMail:
    if mail_draft is not None and mail_draft.is_reworded:
        text = mail_draft.text.replace(placeholder(settings, case, action.party) or "\0", link)
        return texts.reword(mail_draft.subject, text)
    context = context_of(settings, case, action, to, now.date(), forms=forms, copied=copied)
    return texts.write(action.mail, replace(context, link=link))


def receiver_among(contacts: list[ContactValue]) -> ContactValue | None:
    """Whom among a party's contacts a mail goes to; None where there is nobody."""
    return next((contact for contact in contacts if contact.role in RECEIVING), None)


def receiver_of(by_role: Mapping[ContactRole, RecordedContact]) -> RecordedContact | None:
    """Whom of a party's standing contacts its mails go to; None where there is nobody."""
    return next((by_role[role] for role in RECEIVING if role in by_role), None)


def _attachments(case: Case, action: SendMail) -> list[dict[str, str]]:
    """The questions go with the invitation, the report to the agency and to the councils.

    With what asks for an answer go the letter and the guidance that the questions are about.
    """
    enclosed: tuple[Document, ...] = ()
    if action.mail is MailKind.INVITATION:
        enclosed = questions_to_send(case)
    elif action.mail in (MailKind.SUBMISSION, MailKind.COUNCIL_INVITATION):
        enclosed = report_to_send(case)
    enclosed += letters_with(case, action.mail, action.step_id)
    return [enclosure_of(document) for document in enclosed]


def enclosure_of(document: Document) -> dict[str, str]:
    """A document as a mail has it along."""
    return {
        "sha256": document.sha256,
        "file_name": document.file_name,
        "media_type": document.media_type,
    }


def _first_key(case: Case, party: str) -> str:
    """Key of the first mail to a party in the case, under which all others hang; or none."""
    return next((mail.key for mail in case.mails if mail.party == party), "")


def receivers_of(
    services: Services, session: Session, parties: Collection[str], now: dt.datetime
) -> dict[str, list[ContactValue]]:
    """Who mails can go to: the parties' contacts, else whom the settings have addresses for."""
    contacts = load_contacts(session, now, parties)
    found = {party: list(contacts.get(party, ())) for party in parties}
    settings = services.settings
    known = {
        "secretariat": (settings.secretariat.name, settings.secretariat.email),
        "agency": (settings.agency.name, settings.agency.email),
        **settings.mail.letter_addresses,
    }
    for party, (name, email) in known.items():
        if party in found and not found[party]:
            role = ContactRole.MAILBOX
            found[party] = [ContactValue(party=party, role=role, name=name, email=email)]
    return found
