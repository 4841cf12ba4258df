"""One mail for each person: what waits together for the same address goes out as one.

Reminders are gathered with reminders and invitations with invitations: two cases that are launched
from one letter ask each municipality in one mail. Every mail is written to the outbox under its own
key, so that each case knows what was sent in it. Right before delivery those to one person become
parts of one mail. Has one of them become pointless in the meantime, the mail is taken apart again
(``still_wanted``), and the others are gathered anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from models import ContactRole, MailKind, PartyKind, Stage
from udmelding.casework.access.own_pages import link_in, placeholder
from udmelding.casework.forms.question_sets import Forms, forms_of
from udmelding.casework.mail.basis import asking
from udmelding.casework.mail.texts import keep_versions
from udmelding.casework.mail.values import context_of
from udmelding.casework.mail.writing import MACHINE, receivers_of
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.documents.mail.contexts import (
    DigestContext,
    DigestItem,
    InvitationDigestContext,
    InvitationItem,
    MailContext,
)
from udmelding.documents.mail.rendering import MailTexts, find_texts
from udmelding.journal.case.header import headers
from udmelding.journal.case.load import load_all
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.mail_drafts import MailDraft, forget, mail_drafts
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import ContactValue
from udmelding.outside.mail.mime import message_id_for
from udmelding.rules.case.actions import SendMail
from udmelding.rules.case.case import Case
from udmelding.rules.case.mail_state import REMINDING
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.due.overtaken import INVITING
from udmelding.rules.mail.pace import NO_WAIT
from udmelding.rules.plan.case_plan import calendar_of
from udmelding.rules.words.lists import join_names

Person = tuple[tuple[str, ...], tuple[str, ...]]
"""Who gets a mail: its receivers and those of the copies."""

Contacts = Mapping[str, Sequence[ContactValue]]
"""Whom mails can go to, by party."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What gathered mails are written from.

    Attributes:
        cases: the mails' cases by reference; ``forms`` the question sets that they ask.
        contacts: those of the mails' parties, for the receiver's name.
    """

    cases: Mapping[str, Case]
    contacts: Contacts
    forms: Forms


def digest_key(keys: Sequence[str]) -> str:
    """The key of the mail that the mails ``keys`` become parts of; their order means nothing."""
    ordered = sorted(keys)
    digest = hashlib.sha256("\n".join(ordered).encode()).hexdigest()[:20]
    return f"{ordered[0].partition('/')[0]}/digest/{digest}"


_AT_ONCE = 100
"""People whose mails are made in one transaction, with all their parts in memory."""

SIBLINGS = dt.timedelta(minutes=30)
"""How long an invitation waits for those of other cases: launching a second one takes a while."""


def gather(services: Services, now: dt.datetime, waits: dt.timedelta = NO_WAIT) -> int:
    """Make one mail of all that reminds, and of all that invites, the same person.

    A mail that a person has reworded stays by itself. Safe to run twice or at once.

    Args:
        services: database and settings.
        now: decides what may go.
        waits: how long an invitation waits for others; when the first of a person's has waited that
            long, all of them go.

    Returns:
        How many mails were made.
    """
    with reading(services.engine) as session:
        people = list(_people(session, now, waits))
    made = 0
    for first in range(0, len(people), _AT_ONCE):
        some = people[first : first + _AT_ONCE]
        with writing(services.engine) as session:
            found = outbox.waiting_among(session, [key for keys in some for key in keys])
            waiting = {mail.key: mail for mail in found}
            groups = [[waiting[key] for key in keys if key in waiting] for keys in some]
            made += merge(services, session, [group for group in groups if len(group) > 1], now)
    return made


def _people(session: Session, now: dt.datetime, waits: dt.timedelta) -> Iterator[list[str]]:
    """The keys of what waits for everybody who has more than one such mail; no text is read."""
    reworded_keys = {
        key for key, mail_draft in mail_drafts(session).items() if mail_draft.is_reworded
    }
    for kinds, lasting in ((REMINDING, NO_WAIT), (INVITING, waits)):
        found: dict[Person, list[outbox.Waiting]] = defaultdict(list)
        for one in outbox.waiting_receivers(session, kinds):
            # A reminder that is to wait, since its server was away, holds no other back.
            if one.key not in reworded_keys and (kinds is INVITING or one.not_before <= now):
                found[one.recipients, one.copies].append(one)
        for mails in found.values():
            is_time = any(max(x.not_before, x.created_at + lasting) <= now for x in mails)
            if len(mails) > 1 and is_time:
                yield [one.key for one in mails]


def merge(
    services: Services, session: Session, groups: Sequence[Sequence[OutboxMail]], now: dt.datetime
) -> int:
    """Make one mail of each group of waiting mails to one person; returns how many were made.

    A mail that was written before, and was taken apart or refused, is not written again: its parts
    go out one by one. All in the caller's transaction, with a fixed number of statements.
    """
    named = {digest_key([mail.key for mail in group]): group for group in groups}
    written = outbox.written_among(session, tuple(named))
    named = {key: group for key, group in named.items() if key not in written}
    if not named:
        return 0
    mails = [mail for group in named.values() for mail in group]
    known = {header.reference: header for header in headers(session, _references(mails))}
    cases = {c.reference: c for c in load_all(session, now, tuple(known.values()))}
    contacts = receivers_of(services, session, {mail.party for mail in mails}, now)
    seen = Seen(cases, contacts, forms_of(session, cases.values()))
    said = mail_drafts(session, tuple(named))
    texts = find_texts(services.settings.texts_folder)
    digests = [
        digest_of(services.settings, texts, seen, group, now, said.get(key))
        for key, group in named.items()
    ]
    outbox.enqueue_new(session, [(known[_reference(digest)].id, digest) for digest in digests])
    keep_versions(session, texts, digests, now)
    forget(session, tuple(named))
    outbox.merge(session, {x.key: key for key, group in named.items() for x in group})
    return len(digests)


def _reference(mail: OutboxMail) -> str:
    return mail.key.partition("/")[0]


def _references(mails: Sequence[OutboxMail]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_reference, mails)))


def digest_of(
    settings: Settings,
    texts: MailTexts,
    seen: Seen,
    mails: Sequence[OutboxMail],
    now: dt.datetime,
    mail_draft: MailDraft | None = None,
) -> OutboxMail:
    """The one mail that ``mails`` become parts of.

    Args:
        settings: who writes.
        texts: what it is written from.
        seen: their cases and parties.
        mails: at least two to one person; all remind, or all invite.
        now: the moment it is written.
        mail_draft: a person's own words for it, if any.
    """
    ordered = sorted(mails, key=lambda mail: (mail.due_on or now.date(), mail.key))
    key = digest_key([mail.key for mail in mails])
    kind = MailKind.INVITATION_DIGEST if mails[0].mail in INVITING else MailKind.DIGEST
    enclosed = {one["sha256"]: one for mail in ordered for one in mail.attachments}
    if mail_draft is not None and mail_draft.is_reworded:
        text = _with_links(settings, seen.cases, ordered, mail_draft.text)
        rendered = texts.reword(mail_draft.subject, text)
    else:
        rendered = texts.write(kind, _context(settings, seen, kind, ordered, now))
    own_id = message_id_for(key, settings.mail.message_id_domain)
    return OutboxMail(
        key=key,
        step="digest",
        party=ordered[0].party,
        mail=kind,
        rung=kind.value,
        due_on=ordered[0].due_on,
        template_version=rendered.template_version,
        recipients=ordered[0].recipients,
        copies=ordered[0].copies,
        attachments=list(enclosed.values()),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=own_id,
        thread_id=own_id,
        written_by=mail_draft.changed_by if mail_draft else _writer(mails),
        created_at=now,
        not_before=now,
    )


def _with_links(
    settings: Settings, cases: Mapping[str, Case], mails: Sequence[OutboxMail], text: str
) -> str:
    """The text with each placeholder replaced by the link that the mail itself carries."""
    for mail in mails:
        case = cases[_reference(mail)]
        standing_for = placeholder(settings, case, mail.party)
        if standing_for:
            text = text.replace(standing_for, link_in(settings, mail.text))
    return text


def _context(
    settings: Settings, seen: Seen, kind: MailKind, mails: Sequence[OutboxMail], now: dt.datetime
) -> MailContext:
    cases, contacts = seen.cases, seen.contacts
    references = _references(mails)
    first = cases[references[0]]
    parties = list(dict.fromkeys(mail.party for mail in mails))
    own = contacts.get(mails[0].party, ())
    names = [c.name for c in own if c.email in mails[0].recipients]
    responsible = {cases[reference].particulars.responsible for reference in references}
    common: dict[str, Any] = {
        "reference": ", ".join(references) if len(references) < 3 else f"{references[0]} m.fl.",
        "title": first.title,
        "legal_basis": "",
        "process_title": first.process.title,
        "paper_title": first.process.paper_title,
        "party_name": join_names([_name(cases, party) for party in parties]),
        "greeting_name": names[0] if names else _name(cases, parties[0]),
        "written_on": now.date(),
        "secretariat_name": settings.secretariat.name,
        "secretariat_email": settings.secretariat.email,
        "secretariat_phone": settings.secretariat.phone,
        "responsible": responsible.pop() if len(responsible) == 1 else "",
        "due_on": mails[0].due_on or now.date(),
    }
    if kind is MailKind.INVITATION_DIGEST:
        invited = tuple(_invited(settings, seen, mail, now.date()) for mail in mails)
        return InvitationDigestContext(**common, items=invited)
    reminded = tuple(_item(settings, seen, mail, now.date()) for mail in mails)
    return DigestContext(**common, items=reminded)


def _name(cases: Mapping[str, Case], party: str) -> str:
    found = next((p for case in cases.values() if (p := case.party(party))), None)
    if found is None:
        return party
    return f"{found.name} Kommune" if found.kind is PartyKind.MUNICIPALITY else found.name


def _invited(settings: Settings, seen: Seen, mail: OutboxMail, today: dt.date) -> InvitationItem:
    """One part of a gathered invitation: it says what the part's own text says, in fewer words."""
    case = seen.cases[_reference(mail)]
    step = case.process.step(mail.step)
    action = SendMail(
        key=mail.key,
        stage=step.stage if step else Stage.COLLECTION,
        mail=mail.mail,
        step_id=mail.step,
        party=mail.party,
        rung=mail.rung,
        due_on=mail.due_on,
    )
    nobody = ContactValue(party=mail.party, role=ContactRole.MAILBOX, name="", email="")
    alone = context_of(settings, case, action, nobody, today, forms=seen.forms)
    names = [field.name for field in fields(InvitationItem) if hasattr(alone, field.name)]
    values: dict[str, Any] = {name: getattr(alone, name) for name in names}
    values |= {"link": link_in(settings, mail.text)}
    return InvitationItem(**values, is_decision=mail.mail is MailKind.COUNCIL_INVITATION)


def _item(settings: Settings, seen: Seen, mail: OutboxMail, today: dt.date) -> DigestItem:
    case = seen.cases[_reference(mail)]
    step = case.process.step(mail.step)
    due_on = mail.due_on or today
    days = calendar_of(case).business_days_between(today, due_on)
    return DigestItem(
        reference=case.reference,
        title=case.title,
        wanted=_wanted(mail.mail, is_decision=bool(step and is_council_step(step))),
        due_on=due_on,
        business_days_left=max(0, days),
        business_days_over=max(0, -days),
        link=link_in(settings, mail.text),
        **asking(case, mail.mail, (mail.step, mail.party), seen.forms),
    )


def _writer(mails: Sequence[OutboxMail]) -> str:
    """Who wrote all parts; the machine where it wrote any."""
    writers = {mail.written_by for mail in mails}
    return writers.pop() if len(writers) == 1 else MACHINE


def _wanted(mail: MailKind, *, is_decision: bool) -> str:
    """What the receiver is reminded of, as the digest's list says it."""
    if mail in (MailKind.ANNOUNCED_BEFORE, MailKind.ANNOUNCED_PASSED):
        return f"{'beslutningen' if is_decision else 'svaret'}, som I har meldt til den dag,"
    return "den politiske beslutning" if is_decision else "det samlede svar"
