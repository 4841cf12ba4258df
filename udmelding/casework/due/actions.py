"""What a person can do about a reminder: read it, send it now, word it anew, hold it, stop it.

Whatever was said holds for one mail, under that mail's own key. Sending twice sends once: the keys
are those that the machine itself would use.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from models import OutboxState
from udmelding.casework.access.own_pages import placeholder
from udmelding.casework.due.listing import DueReminder, Person
from udmelding.casework.forms.question_sets import forms_of
from udmelding.casework.mail import digests
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.writing import compose, write_mails
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.documents.mail.rendering import MailTexts, find_texts
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal.case.header import headers
from udmelding.journal.case.load import load_all
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.mail_drafts import MailDraft, forget, mail_draft_of, say
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.sending_pause import pause_at
from udmelding.journal.parties import load_contacts
from udmelding.journal.stamp import Stamp
from udmelding.journal.wake import wake_index
from udmelding.rules.case.actions import Withheld
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import mail_state
from udmelding.rules.due.overtaken import StillOwed
from udmelding.rules.words.lists import join_names


@dataclass(frozen=True, slots=True)
class ComingMail:
    """One mail as it would go out now.

    Attributes:
        outbox_mail: its words; personal links are placeholders.
        keys: the reminders that it is made of.
        mail_draft: a person's own words for it, if any.
        is_escalation: whether the machine leaves it to a person to send it.
    """

    outbox_mail: OutboxMail
    keys: tuple[str, ...]
    mail_draft: MailDraft | None
    is_escalation: bool = False


def mails_to_send(
    services: Services, session: Session, person: Person, now: dt.datetime
) -> tuple[ComingMail, ...]:
    """The mails that ``person`` would get if all that nobody holds back were sent now.

    One mail as a rule; more where a director gets a copy of some.
    """
    cases = _cases(session, person.waits, now)
    contacts = load_contacts(session, now)
    texts, forms = find_texts(services.settings.texts_folder), forms_of(session, cases.values())
    # An escalation never drags along what the machine sends by itself, nor the other way round.
    together: dict[tuple[object, ...], list[tuple[DueReminder, OutboxMail]]] = defaultdict(list)
    found: list[ComingMail] = []
    for reminder in person.waits:
        mail = compose(
            services.settings,
            texts,
            cases[reminder.reference],
            reminder.action,
            list(contacts.get(reminder.party, ())),
            now,
            placeholder(services.settings, cases[reminder.reference], reminder.party),
            forms=forms,
        )
        if mail is None:
            continue
        if reminder.mail_draft is not None and reminder.mail_draft.is_reworded:
            found.append(_alone(mail, reminder))
        else:
            together[reminder.is_escalation, *mail.copies].append((reminder, mail))
    for group in together.values():
        seen = digests.Seen(cases, contacts, forms)
        found.append(_gathered(services.settings, texts, session, seen, group, now))
    return tuple(found)


def _alone(mail: OutboxMail, reminder: DueReminder) -> ComingMail:
    mail_draft = reminder.mail_draft
    if mail_draft is None or not mail_draft.is_reworded:
        return ComingMail(mail, (mail.key,), None, reminder.is_escalation)
    worded = replace(mail, subject=mail_draft.subject, text=mail_draft.text)
    return ComingMail(worded, (mail.key,), mail_draft, reminder.is_escalation)


def _gathered(
    settings: Settings,
    texts: MailTexts,
    session: Session,
    seen: digests.Seen,
    group: Sequence[tuple[DueReminder, OutboxMail]],
    now: dt.datetime,
) -> ComingMail:
    if len(group) == 1:
        reminder, mail = group[0]
        return _alone(mail, reminder)
    mails = [mail for _, mail in group]
    keys = tuple(mail.key for mail in mails)
    mail_draft = mail_draft_of(session, digests.digest_key(keys))
    mail = digests.digest_of(settings, texts, seen, mails, now)
    if mail_draft is not None and mail_draft.is_reworded:
        mail = replace(mail, subject=mail_draft.subject, text=mail_draft.text)
    is_escalation = any(reminder.is_escalation for reminder, _ in group)
    return ComingMail(mail, keys, mail_draft, is_escalation)


def _cases(
    session: Session, reminders: Sequence[DueReminder], now: dt.datetime
) -> Mapping[str, Case]:
    references = tuple({reminder.reference for reminder in reminders})
    return {c.reference: c for c in load_all(session, now, headers(session, references))}


@dataclass(frozen=True, slots=True)
class SentNow:
    """What became of a mail that was sent now, in Danish sentences; ``is_good``: it went."""

    text: str
    is_good: bool = False


def send_now(
    services: Services,
    reminders: Sequence[DueReminder],
    stamp: Stamp,
    words: tuple[str, str] | None = None,
) -> SentNow:
    """Write those reminders, all to one person, and send them.

    Args:
        services: database and transport.
        reminders: what was shown; what has been answered or written since is left out.
        stamp: who pressed the button, and when.
        words: subject and text to use this once instead of the template's.

    Raises:
        RefusedError: nothing of it is to be sent any more, or the words cannot be used.
    """
    with writing(services.engine) as session:
        written = _write(services, session, reminders, stamp, words)
        if not written:
            raise RefusedError(
                "Der er ikke noget at sende: det er besvaret, sendt eller slået fra i mellemtiden."
            )
        if len(written) > 1:
            digests.merge(services, session, [written], stamp.now)
    return send_written(services, [mail.key for mail in written], stamp.now)


def send_written(services: Services, keys: Sequence[str], now: dt.datetime) -> SentNow:
    """Send mails to one person for somebody who looks at a page, and tell what became of them.

    Sent or not, they stand in the outbox: what cannot go now goes with a later delivery.
    """
    try:
        with reading(services.engine) as session:
            mails = [outbox.get(session, key) for key in keys]
        whole = frozenset(mail.merged_into or mail.key for mail in mails)
        deliver_waiting(services, now, f"web-{uuid4().hex[:12]}", only=whole, is_patient=False)
    except OutsideError as error:
        return SentNow(
            f"Mailen er skrevet, men kunne ikke sendes nu: {error.message} Den prøves igen."
        )
    return _fate(services, keys[0])


def _write(
    services: Services,
    session: Session,
    reminders: Sequence[DueReminder],
    stamp: Stamp,
    words: tuple[str, str] | None,
) -> list[OutboxMail]:
    cases = _cases(session, reminders, stamp.now)
    wanted = _wanted(session, cases, reminders, stamp.now.date())
    keys = tuple(reminder.key for reminder in wanted)
    if words is not None and wanted:
        reword(session, keys, *words, stamp)
    known = {header.reference: header for header in headers(session, tuple(cases))}
    for reminder in wanted:
        release(session, (reminder.key,), stamp)
        header, case = known[reminder.reference], cases[reminder.reference]
        done = write_mails(services, session, header, case, (reminder.action,), stamp)
        if Withheld.ADDRESS_FAILS in done.withheld.values():
            raise RefusedError(
                f"Mails til {reminder.party_name} kommer retur. Ret mailadressen under "
                "«Kontakter», eller skriv under «Mails», at den virker igen."
            )
        wake_index.refresh(session, header, {(reminder.step.id, reminder.party)})
    waiting = (key for key in keys if outbox.is_written(session, key))
    return [outbox.get(session, key, with_links=True) for key in waiting]


def _wanted(
    session: Session, cases: Mapping[str, Case], reminders: Sequence[DueReminder], today: dt.date
) -> list[DueReminder]:
    """Those whose party still owes what it is reminded of, and was not reminded yet."""
    written = outbox.written_among(session, [reminder.key for reminder in reminders])
    asked = {reference: StillOwed(case) for reference, case in cases.items()}
    return [
        one
        for one in reminders
        if one.key not in written
        and asked[one.reference].reason_overtaken(
            one.rung.mail, (one.step.id, one.party), one.due_on, today
        )
        is None
    ]


def _fate(services: Services, key: str) -> SentNow:
    with reading(services.engine) as session:
        mail = outbox.get(session, key)
        if mail.merged_into is not None:
            mail = outbox.get(session, mail.merged_into)
        is_stopped = pause_at(session) is not None
    to = join_names(mail.recipients)
    if mail.state is OutboxState.SENT:
        gone = label(mail_state(mail.state, mail.transport, mail.outcome))
        return SentNow(f"Mailen til {to} er {gone}.", is_good=True)
    if mail.state is OutboxState.FAILED:
        return SentNow(f"{mail.outcome} Den var til {to}.")
    if mail.state is OutboxState.WITHDRAWN:
        return SentNow(f"Mailen til {to} blev ikke sendt: {mail.outcome}.")
    why = "Al udsendelse er stoppet." if is_stopped else mail.outcome
    return SentNow(f"Mailen til {to} er skrevet, men ikke sendt endnu. {why}".strip())


def mail_draft_key(keys: Sequence[str]) -> str:
    """The key of the mail that the reminders ``keys`` go out as."""
    return keys[0] if len(keys) == 1 else digests.digest_key(keys)


def reword(session: Session, keys: Sequence[str], subject: str, text: str, stamp: Stamp) -> None:
    """Use these words this once; empty ones go back to the template's.

    Raises:
        RefusedError: a subject without a text or the other way round, one of them is too long, or
            holds a CPR number.
    """
    key = mail_draft_key(keys)
    old = mail_draft_of(session, key)
    say(
        session,
        MailDraft(
            key=key,
            is_held=old.is_held if old else False,
            reason=old.reason if old else "",
            subject=subject.strip(),
            text=text.replace("\r\n", "\n").strip(),
            changed_at=stamp.now,
            changed_by=stamp.by,
        ),
        has_looked=stamp.has_looked,
    )


def hold(session: Session, keys: Sequence[str], reason: str, stamp: Stamp) -> None:
    """Do not write those reminders before somebody releases them."""
    for key in keys:
        old = mail_draft_of(session, key)
        say(
            session,
            MailDraft(
                key=key,
                is_held=True,
                reason=reason.strip(),
                subject=old.subject if old else "",
                text=old.text if old else "",
                changed_at=stamp.now,
                changed_by=stamp.by,
            ),
            has_looked=stamp.has_looked,
        )


def release(session: Session, keys: Sequence[str], stamp: Stamp) -> None:
    """Let the machine write those reminders again when they are due; their words are kept."""
    for key in keys:
        old = mail_draft_of(session, key)
        if old is not None and old.is_held:
            forget(session, (key,))
            kept = replace(old, is_held=False, reason="", changed_at=stamp.now, changed_by=stamp.by)
            say(session, kept, has_looked=True)  # its words were looked at when they were kept
