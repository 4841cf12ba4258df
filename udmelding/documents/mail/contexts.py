"""What does each kind of mail need to know?

One context class for each shape of mail; ``MAILS`` says which kind uses which. A template may use
the fields of its context and nothing else: ``checks`` sees to that before it renders, and a test
holds ``MailKind``, ``MAILS`` and the folders of ``templates/mail`` together. Contexts carry facts,
not sentences; dates are dates, and templates write them out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from models.outbox import MailKind
from models.response import Completeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How an answer is given, of a mail or of one thing in it.

    Attributes:
        form_title: the question set to answer in; empty where an answer is a reply to the mail.
        form_questions: how many questions the receiver is asked in it.
        form_sections: the titles of the sections that they stand in.
        letter_titles: the agency's letter and guidance, where they are attached.
    """

    form_title: str = ""
    form_questions: int = 0
    form_sections: tuple[str, ...] = ()
    letter_titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContext(Asking):
    """The base of all: what every mail knows.

    Attributes:
        reference: the case's own; stands in brackets in the subject. ``title`` is its title.
        legal_basis: such as ``serviceloven § 13 b, stk. 3``; may be empty.
        process_title: such as ``Central udmelding``.
        paper_title: what the process results in, such as ``afrapporteringen``.
        party_name: who owes something, such as ``Lolland Kommune`` or ``K17``.
        greeting_name: the contact's name or function.
        written_on: the day the mail is written.
        secretariat_name: who sends it.
        secretariat_email: where answers go.
        secretariat_phone: may be empty.
        responsible: the case worker's role or initials; may be empty.
        link: address of the party's own page in the case; empty where it has none.
        nothing: the whole answer of whoever has nothing to answer.
        about_citizens: whether the questions are about the citizens of a target group.
    """

    reference: str
    title: str
    legal_basis: str
    process_title: str
    paper_title: str
    party_name: str
    greeting_name: str
    written_on: dt.date
    secretariat_name: str
    secretariat_email: str
    secretariat_phone: str = ""
    responsible: str = ""
    link: str = ""
    nothing: str = "ingen borgere i målgruppen"
    about_citizens: bool = True


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
        has_paper: whether a draft of the council's own paper lies on the party's page.
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
    has_paper: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationContext(MailContext):
    """Asks a municipality for its one coordinated answer.

    Attributes:
        due_on: when the answer is due.
        deadline: when the result is due at the agency; None where nobody has set a date.
        received_on: the day the case came.
        agency_name: who sent it; empty where nobody did.
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
class NoticeContext(MailContext):
    """Tells the secretariat itself that something has happened or is near.

    Attributes:
        headline: what it is, without a full stop.
        lines: the facts that are needed now, one sentence each.
    """

    headline: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContext(MailContext):
    """A letter to an authority; ``party_name`` is the receiver's.

    Attributes:
        senders: whose letter it is, such as ``kommunerne i KKR Sjælland``; ``signers`` a line for
            each who signs, none where the secretariat does.
    """

    senders: str
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswerContext(LetterContext):
    """The letter with the answer to the agency's supplementary questions.

    Attributes:
        questions_on: when they came; None where that is not known.
        questions: what was asked, and ``answer`` what is answered, shortly; may be empty.
    """

    questions_on: dt.date | None
    questions: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationLiftedContext(LetterContext):
    """The supplementary letter when the last councils have approved.

    Attributes:
        submitted_on: when the report was sent; a vague day is written in its source's words.
        lifted: name and day of decision of each municipality that the reservation named.
        total: how many municipalities take part.
    """

    submitted_on: dt.date
    lifted: tuple[tuple[str, dt.date], ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionContext(LetterContext):
    """The cover letter that follows the report.

    Attributes:
        deadline: the agency's date; None where there is none.
        submitted_on: when it was sent; a vague day is written in its source's words.
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
class AnnouncedContext(MailContext):
    """Reminds of the day that a party has announced itself, before or after that day.

    Attributes:
        announced_on: the day it named; ``said_on`` is when it did.
        due_on: when it was or is due by.
        is_decision: whether a council is to decide; False: an answer is asked for.
        business_days_left: business days to ``announced_on``; 0 when it has passed.
        business_days_over: business days since ``announced_on``; 0 until it has passed.
        council_name: who decides; a regional council is ``regionsrådet``.
    """

    announced_on: dt.date
    said_on: dt.date
    due_on: dt.date
    is_decision: bool
    business_days_left: int = 0
    business_days_over: int = 0
    council_name: str = "kommunalbestyrelsen"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedReminderContext(MailContext):
    """Reminds on a day that the secretariat has chosen, in its own words.

    Attributes:
        message: what the caseworker wrote.
        due_on: when it was or is due by; ``asked_on`` is the day the party was asked.
        is_decision: whether a council is to decide; False: an answer is asked for.
        council_name: who decides; a regional council is ``regionsrådet``.
    """

    message: str
    due_on: dt.date
    asked_on: dt.date
    is_decision: bool
    council_name: str = "kommunalbestyrelsen"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestItem(Asking):
    """One thing that a digest reminds of.

    Attributes:
        wanted: what is owed, such as ``det samlede svar``.
        due_on: when it is or was due.
        business_days_left: business days to ``due_on``; 0 when it has passed.
        business_days_over: business days since ``due_on``; 0 until it has passed.
        link: address of the party's own page in the case; empty where it has none.
    """

    reference: str
    title: str
    wanted: str
    due_on: dt.date
    business_days_left: int = 0
    business_days_over: int = 0
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContext(MailContext):
    """Reminds one person of several things, in one case or in several.

    Attributes:
        items: what is owed, the earliest due date first; at least two.
        due_on: the earliest due date.
    """

    items: tuple[DigestItem, ...]
    due_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationItem(Asking):
    """One thing that a gathered invitation asks for; the fields are those of the invitations.

    Attributes:
        is_decision: whether a council is to decide; False: an answer is asked for.
        party_name: who is asked; one address may answer for several.
        is_enclosed: whether the questions, or the report, are attached to the mail.
        link: address of the party's own page in the case; empty where it has none.
    """

    reference: str
    title: str
    process_title: str
    legal_basis: str
    paper_title: str
    party_name: str
    nothing: str
    due_on: dt.date
    deadline: dt.date | None
    is_decision: bool
    is_enclosed: bool = False
    link: str = ""
    council_name: str = ""
    report_version: int = 0
    recommended_wording: str = ""
    replaces: int = 0
    change_reason: str = ""
    has_paper: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationDigestContext(MailContext):
    """Asks one person for several things, in one case or in several.

    Attributes:
        items: what is asked for, the earliest due date first; at least two.
        due_on: the earliest due date.
    """

    items: tuple[InvitationItem, ...]
    due_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDateMovedContext(MailContext):
    """Tells a party that the date it was given is another now.

    Attributes:
        due_on: the new date; ``moved_from`` the one it was given before.
        deadline: when the report is due at the agency; None where nobody has set a date.
        is_decision: whether a council is to decide; False: an answer is asked for.
        council_name: who decides; a regional council is ``regionsrådet``.
    """

    due_on: dt.date
    moved_from: dt.date
    deadline: dt.date | None
    is_decision: bool
    council_name: str = "kommunalbestyrelsen"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGrantedContext(MailContext):
    """Confirms in writing that a party has got more time.

    Attributes:
        due_on: the new date; ``before_on`` the one that it replaces.
        deadline: when the report is due at the agency; None where nobody has set a date.
        is_decision: whether a council is to decide; False: an answer is asked for.
        council_name: who decides; a regional council is ``regionsrådet``.
    """

    due_on: dt.date
    before_on: dt.date
    deadline: dt.date | None
    is_decision: bool
    council_name: str = "kommunalbestyrelsen"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderContext(MailContext):
    """Reminds of an answer, or of a council's decision, before or after it was due.

    Attributes:
        due_on: the due date that the mail speaks of.
        asked_on: the day the party was asked.
        business_days_left: business days from ``written_on`` to ``due_on``; 0 when it has passed.
        business_days_over: business days since ``due_on``; 0 until it has passed.
        earlier_reminders: days on which the party was reminded before, in their order.
        copied_to: who really gets a copy, in the definite form, such as ``direktøren og
            kommunaldirektøren``; empty where nobody does, so that the text claims none.
        council_name: who decides; a regional council is ``regionsrådet``.
        answer_state: ``partial`` or ``returned`` where something was answered; else empty.
        answered_on: when that was; ``returned_for`` is what was asked when it was sent back.
        progress: what the party has done so far, such as ``økonomiudvalget anbefalede sagen 2.
            juni 2025``; empty for nothing.
        announced_on: the day the party had announced, where that has passed; else None.
    """

    due_on: dt.date
    asked_on: dt.date
    business_days_left: int = 0
    business_days_over: int = 0
    earlier_reminders: tuple[dt.date, ...] = ()
    copied_to: str = ""
    council_name: str = "kommunalbestyrelsen"
    answer_state: str = ""
    answered_on: dt.date | None = None
    returned_for: str = ""
    progress: str = ""
    announced_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionContext(MailContext):
    """Corrects a mail that went out and was wrong, to whoever got it.

    Attributes:
        sent_on: the day on which it went; ``wrong_subject`` what stood over it.
        wrong: what in it was wrong, and ``right`` what holds, in the caseworker's words.
    """

    sent_on: dt.date
    wrong_subject: str
    wrong: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverItem:
    """One open matter that a new contact takes over.

    Attributes:
        wanted: what is owed, such as ``det samlede svar``; empty where nothing is for now.
        due_on: when it is or was due; None where nothing is owed.
        link: address of the party's own page in the case; empty where it has none.
    """

    reference: str
    title: str
    wanted: str = ""
    due_on: dt.date | None = None
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverContext(MailContext):
    """Tells a new contact, in one mail, what it takes over from another.

    Attributes:
        former_name: the contact that has left.
        items: the open matters, the earliest due date first.
    """

    former_name: str
    items: tuple[HandoverItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyItem:
    """One case as the director's page tells of it.

    Attributes:
        case_name: what people call the case.
        verdict: on its deadline; ``after`` who decides after it, ``next_step`` what the secretariat
            does next, both perhaps empty.
        numbers: a count and what it counts, each; ``next_dates`` a day and what happens, each.
        bulletin: the secretariat's own line, and ``bulletin_by`` who wrote it and when; or empty.
        link: address of the page.
    """

    reference: str
    case_name: str
    verdict: str
    after: str = ""
    next_step: str = ""
    numbers: tuple[str, ...] = ()
    next_dates: tuple[str, ...] = ()
    bulletin: str = ""
    bulletin_by: str = ""
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyContext(MailContext):
    """The director's page as a mail to a user who has asked for it.

    Attributes:
        items: the open cases.
        page_url: where the user takes the wish back.
    """

    items: tuple[WeeklyItem, ...]
    page_url: str


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
    MailKind.INVITATION_DIGEST: InvitationDigestContext,
    MailKind.NOTICE: NoticeContext,
    MailKind.SUBMISSION: SubmissionContext,
    MailKind.RESERVATION_LIFTED: ReservationLiftedContext,
    MailKind.QUESTION_ANSWER: QuestionAnswerContext,
    MailKind.CORRECTION: CorrectionContext,
    MailKind.HANDOVER: HandoverContext,
    MailKind.WEEKLY: WeeklyContext,
}
"""The context class of each kind of mail."""
