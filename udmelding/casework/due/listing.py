"""Who is due to be reminded? The reminders of all cases by person, read from the wake index.

The wake index knows what is due without the cases being loaded, so this costs the same few
statements however many cases there are. A person is whoever one mail can reach: one address.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from models import OutboxState
from udmelding.casework.due.silence import SilentChase, silent_chases
from udmelding.casework.mail.writing import receiver_among
from udmelding.config.case.process import Rung, Step
from udmelding.journal.case.header import Header, headers, titles
from udmelding.journal.case.taking_part import party_names
from udmelding.journal.database import Session
from udmelding.journal.due import StoppedChase, stopped_chases
from udmelding.journal.inbox.delivery_reports import DeliveryReportValue, blocked_addresses
from udmelding.journal.mail import outbox
from udmelding.journal.mail.mail_drafts import MailDraft, mail_drafts
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import ContactValue, load_contacts
from udmelding.journal.wake import wake_due
from udmelding.rules.case.actions import SendMail
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.due.chasing import reminder_key


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """One reminder that is due, today or on a day that was asked for.

    Attributes:
        day: the day on which the machine writes it by itself.
        due_on: when what it reminds of is or was due.
        mail_draft: what a person has said about it, if anything.
    """

    reference: str
    title: str
    step: Step
    party: str
    party_name: str
    rung: Rung
    due_on: dt.date
    day: dt.date
    mail_draft: MailDraft | None = None

    @property
    def key(self) -> str:
        return reminder_key(self.reference, self.step.id, self.party, self.rung.id, self.due_on)

    @property
    def is_escalation(self) -> bool:
        """Whether directors get a copy; such a mail goes out only when a person sends it."""
        return bool(self.rung.copy_to)

    @property
    def is_held(self) -> bool:
        """Whether a person holds it back."""
        return self.mail_draft is not None and self.mail_draft.is_held

    @property
    def is_decision(self) -> bool:
        """Whether a council's decision is owed; else an answer."""
        return is_council_step(self.step)

    @property
    def action(self) -> SendMail:
        """What the machine does when the reminder is sent."""
        return SendMail(
            key=self.key,
            stage=self.step.stage,
            mail=self.rung.mail,
            step_id=self.step.id,
            party=self.party,
            rung=self.rung.id,
            due_on=self.due_on,
            copy_to=self.rung.copy_to,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One address and what it is to be reminded of, the earliest due date first.

    Attributes:
        email: the address; empty for parties that have none.
        name: how mails greet it.
        block: the report by which nothing is sent to it now: it fails, or its owner is away.
    """

    email: str
    name: str
    reminders: tuple[DueReminder, ...]
    block: DeliveryReportValue | None = None

    @property
    def parties(self) -> tuple[str, ...]:
        """Names of the parties it answers for."""
        return tuple(dict.fromkeys(r.party_name for r in self.reminders))

    @property
    def waits(self) -> tuple[DueReminder, ...]:
        """The reminders that nobody holds back."""
        return tuple(r for r in self.reminders if not r.is_held)


@dataclass(frozen=True, kw_only=True)
class ChaseList:
    """Everything the secretariat can see and do about reminders on one day.

    Attributes:
        people: who is due, those with the earliest due date first.
        silent: who would be due, and is left in peace for a reason; ``stopped`` those that
            somebody has switched off.
        waiting: mails that are written and not sent yet; ``stuck`` those that need a person.
    """

    people: tuple[Person, ...]
    silent: tuple[SilentChase, ...]
    stopped: tuple[StoppedChase, ...]
    waiting: tuple[OutboxMail, ...]
    stuck: tuple[OutboxMail, ...]

    @cached_property
    def held(self) -> tuple[OutboxMail, ...]:
        """Those of which nobody can know whether they went."""
        return tuple(mail for mail in self.stuck if mail.state is OutboxState.HELD)

    @property
    def never_left(self) -> int:
        """How many of them no server can have: their content never began to leave."""
        return sum(mail.content_at is None for mail in self.held)

    @cached_property
    def reachable(self) -> tuple[Person, ...]:
        """Those with an address."""
        return tuple(person for person in self.people if person.email)

    @cached_property
    def without_address(self) -> tuple[DueReminder, ...]:
        """Reminders that nobody can receive."""
        return tuple(r for person in self.people if not person.email for r in person.reminders)


def chase_list(session: Session, now: dt.datetime, until: dt.date) -> ChaseList:
    """The reminders due from today up to and with ``until``, and what stands in their way.

    Of several rungs to one party the first is shown: sending it decides when the next comes.
    """
    waiting = (OutboxState.PENDING, OutboxState.CLAIMED, OutboxState.HANDING_OVER)
    return ChaseList(
        people=_people(session, now, until),
        silent=silent_chases(session, now.date()),
        stopped=stopped_chases(session, now.date()),
        waiting=tuple(outbox.list_mails(session, states=waiting)),
        stuck=_whole(outbox.list_mails(session, states=(OutboxState.FAILED, OutboxState.HELD))),
    )


def awaiting_release(session: Session, today: dt.date) -> tuple[DueReminder, ...]:
    """What is due today that the machine leaves to a person to send, and nobody holds back."""
    due = _reminders(session, today, today)
    return tuple(one for one in due if one.is_escalation and not one.is_held)


def person_due(session: Session, email: str, now: dt.datetime, until: dt.date) -> Person | None:
    """One person and what it is to be reminded of; None where nothing is due."""
    return next((p for p in _people(session, now, until) if p.email == email), None)


def _whole(mails: Sequence[OutboxMail]) -> tuple[OutboxMail, ...]:
    """Without those that went out as parts of another."""
    return tuple(mail for mail in mails if mail.merged_into is None)


def _people(session: Session, now: dt.datetime, until: dt.date) -> tuple[Person, ...]:
    due = tuple(_reminders(session, now.date(), until))
    if not due:
        return ()
    contacts = load_contacts(session, now)
    stops = blocked_addresses(session, now)
    found: dict[str, list[DueReminder]] = defaultdict(list)
    names: dict[str, str] = {}
    for reminder in due:
        to = receiver_among(list(contacts.get(reminder.party, ())))
        email = to.email if to else ""
        names.setdefault(email, _greeting(to))
        found[email].append(reminder)
    people = [
        Person(
            email=email,
            name=names[email],
            reminders=tuple(sorted(theirs, key=lambda r: (r.due_on, r.reference))),
            block=stops.get(email.casefold()),
        )
        for email, theirs in found.items()
    ]
    return tuple(sorted(people, key=lambda p: (p.reminders[0].due_on, p.parties)))


def _greeting(to: ContactValue | None) -> str:
    return to.name if to else ""


def _reminders(session: Session, today: dt.date, until: dt.date) -> Iterator[DueReminder]:
    items = wake_due.first_rungs(session, today, until)
    if not items:
        return
    references = tuple({item.reference for item, _ in items})
    known = {header.reference: header for header in headers(session, references)}
    ids = [header.id for header in known.values()]
    called, names = dict(titles(session, only=ids)), party_names(session, ids)
    said = mail_drafts(session)
    for item, day in items:
        header = known[item.reference]
        step = header.process.step(item.step)
        rung = _rung(header, step, item.rung)
        if step is None or rung is None:
            continue
        key = reminder_key(item.reference, item.step, item.party, item.rung, item.due_on)
        yield DueReminder(
            reference=item.reference,
            title=called[item.reference],
            step=step,
            party=item.party,
            party_name=names.get((header.id, item.party), item.party),
            rung=rung,
            due_on=item.due_on,
            day=day,
            mail_draft=said.get(key),
        )


def _rung(header: Header, step: Step | None, rung_id: str) -> Rung | None:
    """The rung with that id on one of the step's two ladders."""
    names = [name for name in (step.ladder, step.announced) if name] if step else []
    rungs = [rung for name in names for rung in header.process.ladders[name]]
    return next((rung for rung in rungs if rung.id == rung_id), None)
