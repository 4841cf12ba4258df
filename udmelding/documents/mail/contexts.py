"""What does each kind of mail need to know?

One context class for each shape of mail; ``MAILS`` says which kind uses which. A template may use
the fields of its context and nothing else: ``mail`` checks that before it renders, and a test
holds ``MailKind``, ``MAILS`` and the folders of ``templates/mail`` together. Contexts carry facts,
not sentences; dates are dates, and templates write them out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from models.outbox import MailKind
from models.response import Completeness
from udmelding.documents.mail_context import MailContext
from udmelding.documents.mail_contexts_reminders import (
    AnnouncedContext,
    DatedReminderContext,
    DigestContext,
    DigestItem,
    DueDateMovedContext,
    ExtensionGrantedContext,
    ReminderContext,
)

__all__ = [
    "MAILS",
    "AnnouncedContext",
    "AnswerReturnedContext",
    "CommentContext",
    "CouncilInvitationContext",
    "DatedReminderContext",
    "DigestContext",
    "DigestItem",
    "DueDateMovedContext",
    "ExtensionGrantedContext",
    "InvitationContext",
    "MailContext",
    "NoticeContext",
    "ReminderContext",
    "ReservationLiftedContext",
    "SubmissionContext",
    "ThanksContext",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationContext(MailContext):
    """Asks a municipality for its one coordinated answer.

    Attributes:
        due_on: when the answer is due.
        deadline: when the result is due at the agency; None where nobody has set a date.
        received_on: the day the case came.
        agency_name: who sent it; may be empty.
        questions_url: where the questions are; may be empty.
        is_enclosed: whether the questions are attached to the mail.
    """

    due_on: dt.date
    deadline: dt.date | None
    received_on: dt.date
    agency_name: str
    questions_url: str = ""
    is_enclosed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReturnedContext(MailContext):
    """Sends an answer back with a question.

    Attributes:
        due_on: when the whole answer is due.
        answered_on: when the answer came.
        returned_for: what has to be corrected or explained, in the caseworker's words.
    """

    due_on: dt.date
    answered_on: dt.date
    returned_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThanksContext(MailContext):
    """Thanks for an answer, and says whether anything is still missing.

    Attributes:
        due_on: when the whole answer is due.
        answered_on: when the answer came.
        completeness: how much of what was asked it gives.
    """

    due_on: dt.date
    answered_on: dt.date
    completeness: Completeness


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilInvitationContext(MailContext):
    """Asks for the report to be put on a council's agenda.

    Attributes:
        due_on: the last day on which the council can decide.
        deadline: when the report is due at the agency; None where nobody has set a date.
        recommended_on: the day the last body recommended it.
        recommending_body: such as ``KKR Sjælland``; empty where no body has.
        report_version: the version to decide on; 0 where none is registered.
        recommended_wording: what to copy into the council's case; may have several lines.
        total: how many councils decide.
        report_url: where the report is; may be empty.
        is_enclosed: whether the report is attached to the mail.
        council_name: who decides; a regional council is ``regionsrådet``.
        replaces: the version that was sent before; 0 where this is the first one.
        change_reason: what the new version changes; may be empty.
    """

    due_on: dt.date
    deadline: dt.date | None
    recommended_on: dt.date
    recommending_body: str
    report_version: int
    recommended_wording: str
    total: int
    report_url: str = ""
    is_enclosed: bool = False
    council_name: str = "kommunalbestyrelsen"
    replaces: int = 0
    change_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionContext(MailContext):
    """The cover letter that follows the report to the agency.

    Attributes:
        deadline: the agency's date; None where there is none.
        submitted_on: the day it was sent.
        approved: municipalities whose council has approved, of ``total``.
        missing: names of the municipalities that have not decided: the reservation.
        country_approved: the same count for the country; None with ``country_total`` if unknown.
        decisions: name and outcome of those that have decided, in the order to show them.
        enclosed: titles of what is attached to the mail.
    """

    deadline: dt.date | None
    submitted_on: dt.date
    approved: int
    total: int
    missing: tuple[str, ...]
    country_approved: int | None = None
    country_total: int | None = None
    decisions: tuple[tuple[str, str], ...] = ()
    enclosed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationLiftedContext(MailContext):
    """The supplementary letter to the agency when the last councils have approved.

    Attributes:
        submitted_on: the day the report was sent with the reservation.
        lifted: name and day of decision of each municipality that the reservation named.
        total: how many municipalities take part.
    """

    submitted_on: dt.date
    lifted: tuple[tuple[str, dt.date], ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeContext(MailContext):
    """Tells the secretariat itself that something has happened or is near.

    Attributes:
        headline: what it is, without a full stop.
        lines: the facts that are needed now, one sentence each.
    """

    headline: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentContext(MailContext):
    """Asks a reader of a draft for remarks, and reminds of it.

    Attributes:
        due_on: the last day for remarks.
        version: number of the draft.
        speaks_for: the group that the reader remarks for; may be empty.
        message: the caseworker's own words; may be empty.
        draft_url: the reader's own page with the draft; empty where mails carry no links.
    """

    due_on: dt.date
    version: int
    speaks_for: str = ""
    message: str = ""
    draft_url: str = ""


MAILS: Mapping[MailKind, type[MailContext]] = {
    MailKind.INVITATION: InvitationContext,
    MailKind.REMINDER_BEFORE: ReminderContext,
    MailKind.REMINDER_OVERDUE: ReminderContext,
    MailKind.REMINDER_ESCALATED: ReminderContext,
    MailKind.THANKS: ThanksContext,
    MailKind.ANSWER_RETURNED: AnswerReturnedContext,
    MailKind.EXTENSION_GRANTED: ExtensionGrantedContext,
    MailKind.ANNOUNCED_BEFORE: AnnouncedContext,
    MailKind.ANNOUNCED_PASSED: AnnouncedContext,
    MailKind.DATED_REMINDER: DatedReminderContext,
    MailKind.COMMENT_INVITATION: CommentContext,
    MailKind.COMMENT_REMINDER: CommentContext,
    MailKind.COUNCIL_INVITATION: CouncilInvitationContext,
    MailKind.COUNCIL_REMINDER_BEFORE: ReminderContext,
    MailKind.COUNCIL_REMINDER_OVERDUE: ReminderContext,
    MailKind.COUNCIL_REMINDER_ESCALATED: ReminderContext,
    MailKind.DUE_DATE_MOVED: DueDateMovedContext,
    MailKind.DIGEST: DigestContext,
    MailKind.NOTICE: NoticeContext,
    MailKind.SUBMISSION: SubmissionContext,
    MailKind.RESERVATION_LIFTED: ReservationLiftedContext,
}
"""The context class of each kind of mail."""
