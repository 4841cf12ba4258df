"""What the machine can do in a case: ``due`` asks for actions, ``casework`` performs them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.contact import ContactRole
from models.obligation import DateSource
from models.outbox import MailKind
from models.process import Stage


class Job(StrEnum):
    """What sort of work an action is; each is one named task of its stage's flow."""

    OPEN = "open the step"
    INVITE = "invite"
    REMIND = "remind"
    THANK = "thank"
    GIVE_DATES = "give dates"
    LIFT = "lift the reservation"
    TELL_SECRETARIAT = "tell the secretariat"


_JOB_OF: Mapping[MailKind, Job] = {
    MailKind.INVITATION: Job.INVITE,
    MailKind.COUNCIL_INVITATION: Job.INVITE,
    MailKind.THANKS: Job.THANK,
    MailKind.ANSWER_RETURNED: Job.THANK,
    MailKind.EXTENSION_GRANTED: Job.GIVE_DATES,
    MailKind.DUE_DATE_MOVED: Job.GIVE_DATES,
    MailKind.NOTICE: Job.TELL_SECRETARIAT,
}
"""Every other kind of mail reminds somebody, but for letters."""

LETTERS = frozenset({MailKind.SUBMISSION, MailKind.RESERVATION_LIFTED, MailKind.QUESTION_ANSWER})
"""Letters to an authority: the machine drafts them and never sends one by itself."""


class Withheld(StrEnum):
    """Why something that the process provides for is not sent."""

    PAUSED = "paused"
    NO_ADDRESS = "no_address"
    ANSWERED_MEANWHILE = "answered_meanwhile"
    DATE_MOVED = "date_moved"
    STOPPED = "stopped"
    ON_HOLD = "on_hold"
    REGROUPED = "regrouped"
    AWAITS_RELEASE = "awaits_release"
    RECENT_ANSWER = "recent_answer"
    REPLY_WAITS = "reply_waits"
    ANNOUNCED = "announced"
    ABSENT = "absent"
    ADDRESS_FAILS = "address_fails"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStep:
    """Ask every party of a step: one obligation each, and whatever mail the step begins with.

    Attributes:
        due_on: the parties that are asked, each with the day by which it is.
    """

    key: str
    stage: Stage
    step_id: str
    due_on: Mapping[str, dt.date]
    opened_on: dt.date
    origin: DateSource

    @property
    def parties(self) -> tuple[str, ...]:
        return tuple(self.due_on)

    @property
    def job(self) -> Job:
        return Job.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMail:
    """Write one mail to the outbox.

    Attributes:
        key: the mail's idempotency key.
        rung: ``invitation``, ``thanks-…``, a rung of the ladder, or ``letter``.
        due_on: the due date that the mail speaks of.
    """

    key: str
    stage: Stage
    mail: MailKind
    step_id: str
    party: str
    rung: str
    due_on: dt.date | None = None
    copy_to: tuple[ContactRole, ...] = ()

    @property
    def job(self) -> Job:
        return _JOB_OF.get(self.mail, Job.REMIND)

    @property
    def awaits_release(self) -> bool:
        """Whether a person releases it: directors get a copy, or it is a letter to the outside."""
        return bool(self.copy_to) or self.mail in LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftReservation:
    """All councils that the submission named have approved: record it.

    Attributes:
        decided_on: the day of the last of them, written as its source was vague of it.
    """

    key: str
    stage: Stage
    parties: tuple[str, ...]
    decided_on: dt.date

    @property
    def job(self) -> Job:
        return Job.LIFT


Action = OpenStep | SendMail | LiftReservation


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is to be done today, and what is withheld and why."""

    actions: tuple[Action, ...] = ()
    withheld: tuple[tuple[str, Withheld], ...] = ()
