"""The facts of a case as SQLModel tables, one file per noun of the field.

What may live here: tables, the closed vocabularies of their columns, and the two column types they
share. No query, no rule, no clock, no Danish text. A row of a fact table is never overwritten: a
correction is a new row that supersedes the old one (``models.fact``). Only ``OutboxMessage``,
``MailDraft``, ``AnswerDraft``, ``IncomingMail``, ``IncomingHold``, ``WakeItem``, ``CaseSummary``,
``CalendarAddress``, ``CalendarEntry``, ``CalendarNews``, ``ReaderLink``, ``Work`` and the tables of
``access`` and ``webhook`` change in place; none is a fact, and each says so.

May import: the standard library, sqlalchemy, sqlmodel, pydantic. Nothing of ours. Everybody may
take the words from here, one by one; the tables only ``udmelding.journal``.
"""

from models.access import (
    ApiToken,
    PartyLink,
    PartyLinkTurn,
    Role,
    User,
    WebSession,
    WeeklyMail,
)
from models.action import ActionItem
from models.affirmation import Affirmation
from models.announcement import (
    Announcement,
    AnnouncementKind,
    Closure,
    Particulars,
    Scope,
    TargetGroup,
)
from models.bulletin import Bulletin
from models.calendar_address import CalendarAddress, CalendarNews, CalendarNewsKind
from models.calendar_entry import CalendarEntry
from models.case_summary import CaseSummary
from models.chase_stop import ChaseStop
from models.contact import Contact, ContactRole
from models.cpr_confirmation import CprConfirmation
from models.dated_reminder import DatedReminder
from models.deadline import Deadline
from models.decision import Decision, Level, Outcome
from models.delivery_report import DeliveryReport, DeliveryReportKind
from models.document import Change, Document, DocumentKind
from models.expectation import Expectation
from models.extension import Extension
from models.fact import CaseFact, Fact, Moment
from models.incoming import (
    IncomingHold,
    IncomingKind,
    IncomingMail,
    IncomingState,
    MatchedBy,
    Meaning,
)
from models.mail_draft import MailDraft
from models.mail_text import MailText
from models.meeting import Meeting, MeetingState
from models.milestone import Milestone, MilestoneKind
from models.municipal import MunicipalChain, MunicipalMeeting
from models.obligation import DateSource, Obligation
from models.outbox import GATHERED, MailKind, OutboxMessage, OutboxState
from models.own_file import OwnFile
from models.party import Party, PartyKind
from models.pause import Pause
from models.process import ProcessPin, ProcessVersion, Stage
from models.question import Question, QuestionAnswer
from models.question_set import AnswerDraft, Channel, FormAnswer, QuestionSet
from models.redaction import Redaction
from models.report import (
    Comment,
    CommentReply,
    CommentRound,
    FigurePublication,
    FigureWay,
    ReaderLink,
    ReportVersion,
    Stance,
    TextBlock,
)
from models.response import Completeness, Response
from models.sending_fault import SendingFault
from models.sending_pause import SendingPause
from models.submission import Submission, SubmissionKind
from models.tally import Tally
from models.trial_mail import TrialMail
from models.verdict import Verdict, VerdictOutcome
from models.waiver import Waiver
from models.wake import WakeItem
from models.webhook import DeliveryState, Webhook, WebhookDelivery
from models.work import Work, WorkState

__all__ = [
    "GATHERED",
    "ActionItem",
    "Affirmation",
    "Announcement",
    "AnnouncementKind",
    "AnswerDraft",
    "ApiToken",
    "Bulletin",
    "CalendarAddress",
    "CalendarEntry",
    "CalendarNews",
    "CalendarNewsKind",
    "CaseFact",
    "CaseSummary",
    "Change",
    "Channel",
    "ChaseStop",
    "Closure",
    "Comment",
    "CommentReply",
    "CommentRound",
    "Completeness",
    "Contact",
    "ContactRole",
    "CprConfirmation",
    "DateSource",
    "DatedReminder",
    "Deadline",
    "Decision",
    "DeliveryReport",
    "DeliveryReportKind",
    "DeliveryState",
    "Document",
    "DocumentKind",
    "Expectation",
    "Extension",
    "Fact",
    "FigurePublication",
    "FigureWay",
    "FormAnswer",
    "IncomingHold",
    "IncomingKind",
    "IncomingMail",
    "IncomingState",
    "Level",
    "MailDraft",
    "MailKind",
    "MailText",
    "MatchedBy",
    "Meaning",
    "Meeting",
    "MeetingState",
    "Milestone",
    "MilestoneKind",
    "Moment",
    "MunicipalChain",
    "MunicipalMeeting",
    "Obligation",
    "OutboxMessage",
    "OutboxState",
    "Outcome",
    "OwnFile",
    "Particulars",
    "Party",
    "PartyKind",
    "PartyLink",
    "PartyLinkTurn",
    "Pause",
    "ProcessPin",
    "ProcessVersion",
    "Question",
    "QuestionAnswer",
    "QuestionSet",
    "ReaderLink",
    "Redaction",
    "ReportVersion",
    "Response",
    "Role",
    "Scope",
    "SendingFault",
    "SendingPause",
    "Stage",
    "Stance",
    "Submission",
    "SubmissionKind",
    "Tally",
    "TargetGroup",
    "TextBlock",
    "TrialMail",
    "User",
    "Verdict",
    "VerdictOutcome",
    "Waiver",
    "WakeItem",
    "WebSession",
    "Webhook",
    "WebhookDelivery",
    "WeeklyMail",
    "Work",
    "WorkState",
]
