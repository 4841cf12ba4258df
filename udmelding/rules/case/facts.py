"""The values that the rows of ``models`` become: one frozen class for each kind of fact.

Field names are those of the tables, so that loading needs no translation; a field that is added to
a table and wanted here is added in both places (a test compares them).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.announcement import AnnouncementKind, TargetGroup
from models.decision import Level, Outcome
from models.document import Change, DocumentKind
from models.meeting import MeetingState
from models.milestone import MilestoneKind
from models.obligation import DateSource
from models.outbox import MailKind, OutboxState
from models.party import PartyKind
from models.question_set import Channel
from models.report import Stance
from models.response import Completeness
from models.submission import SubmissionKind
from models.verdict import VerdictOutcome
from udmelding.rules.words.date_wording import SaidDay, long_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What every fact says about itself; see ``models.fact.Fact``."""

    key: str
    recorded_at: dt.datetime
    recorded_by: str = ""
    source: str = ""
    is_made_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Recorded):
    """A fact with a day or a period; see ``models.fact.Dated``."""

    happened_from: dt.date
    happened_to: dt.date
    as_written: str = ""

    @property
    def is_one_day(self) -> bool:
        """Whether the day is known exactly."""
        return self.happened_from == self.happened_to

    @property
    def when(self) -> str:
        """The day or period in Danish, in the source's words where they were vague."""
        return long_date(self.day)

    @property
    def day(self) -> dt.date:
        """The (last possible) day on which it happened, written as its source was vague of it."""
        return SaidDay.of(self.happened_from, self.happened_to, self.as_written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars(Recorded):
    """What the front page says; see ``models.announcement.Particulars``."""

    title: str
    kind: AnnouncementKind
    legal_basis: str = ""
    renews: str | None = None
    journal_number: str | None = None
    responsible: str = ""
    target_group: TargetGroup | None = None
    letter_dated_on: dt.date | None = None
    short_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(Recorded):
    """The day the report is due; see ``models.deadline``."""

    due_on: dt.date
    origin: DateSource
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Recorded):
    """Who may owe something; see ``models.party``."""

    party: str
    name: str
    kind: PartyKind
    area: str = ""
    is_asked: bool = True
    member_from: dt.date | None = None
    member_until: dt.date | None = None

    def is_member_on(self, day: dt.date) -> bool:
        """Whether the party exists on that day and so can owe anything."""
        return (self.member_from or day) <= day <= (self.member_until or day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation(Recorded):
    """One party was asked for one thing; see ``models.obligation``."""

    step: str
    party: str
    opened_on: dt.date
    due_on: dt.date
    origin: DateSource
    moved_from: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Happened):
    """A party answered; see ``models.response``."""

    step: str
    party: str
    completeness: Completeness
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Happened):
    """A body or a council decided; see ``models.decision``."""

    step: str
    party: str
    level: Level
    outcome: Outcome
    report_version: int = 0
    item_number: str = ""
    evidence: str = ""
    is_proven: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Recorded):
    """A party was excused; see ``models.waiver``."""

    step: str
    party: str
    waived_on: dt.date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(Recorded):
    """A party was granted more time; see ``models.extension``."""

    step: str
    party: str
    granted_on: dt.date
    due_on: dt.date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation(Recorded):
    """A party named the day on which it will decide; see ``models.expectation``."""

    step: str
    party: str
    expected_on: dt.date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPin(Recorded):
    """The case was moved to other rules; see ``models.process.ProcessPin``."""

    process_version_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Recorded):
    """A body meets; see ``models.meeting``."""

    area: str
    body: str
    held_on: dt.date
    papers_due_on: dt.date | None = None
    state: MeetingState = MeetingState.PLANNED
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Recorded):
    """A document of the case; see ``models.document``."""

    document_kind: DocumentKind
    title: str
    dated_on: dt.date
    version: int = 0
    change: Change = Change.SUBSTANTIVE
    file_name: str = ""
    media_type: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs a letter; any of it may be empty, such as a name that no paper is to print."""

    name: str = ""
    title: str = ""
    area: str = ""

    @property
    def text(self) -> str:
        """``Ole Eksempel, formand for styregruppen, KKR Sjælland``."""
        return ", ".join(part for part in (self.name, self.title, self.area) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission(Happened):
    """Something that was sent to the agency; see ``models.submission``."""

    submission_kind: SubmissionKind
    reservation_for: tuple[str, ...] = ()
    submitted_by: str = ""
    signers: tuple[Signer, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Happened):
    """The agency asked; see ``models.question``."""

    number: int
    due_on: dt.date
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer(Happened):
    """The secretariat answered the agency; see ``models.question``."""

    number: int
    answered_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Happened):
    """The agency's treatment of the report; see ``models.verdict``."""

    verdict_outcome: VerdictOutcome
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally(Happened):
    """Another area's count; see ``models.tally``."""

    area: str
    approved: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Happened):
    """Something that happened; see ``models.milestone``."""

    milestone_kind: MilestoneKind
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin(Recorded):
    """A line from the secretariat to a director; see ``models.bulletin``."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem(Recorded):
    """One action of the action plan; see ``models.action``."""

    number: int
    title: str
    owner: str = ""
    due_on: dt.date | None = None
    done_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseStop(Recorded):
    """Reminders to a party were switched off or on again; see ``models.chase_stop``."""

    step: str
    party: str
    is_stopped: bool
    until: dt.date | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedReminder(Recorded):
    """Somebody is to be reminded on a fixed day; see ``models.dated_reminder``."""

    remind_on: dt.date
    step: str = ""
    party: str = ""
    text: str

    @property
    def tail(self) -> str:
        """The end of its key, which names it within the case."""
        return self.key.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure(Recorded):
    """The case is closed; see ``models.announcement.Closure``."""

    closed_on: dt.date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Recorded):
    """The case was paused or taken up again; see ``models.pause``."""

    is_paused: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSet(Recorded):
    """A step asks a question set; see ``models.question_set``. The set itself is loaded apart."""

    step: str
    form: str
    version: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAnswer(Happened):
    """Somebody answered a question set; see ``models.question_set``."""

    step: str
    party: str
    channel: Channel
    completeness: Completeness
    filled_by: str = ""
    responsible: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock(Recorded):
    """A paragraph of the report; see ``models.report``."""

    chapter: str
    block: str
    is_removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportVersion(Recorded):
    """A version of the report; see ``models.report``."""

    number: int
    is_final: bool
    change: Change
    reason: str = ""
    values_sha256: str = ""
    word_sha256: str = ""
    pdf_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePublication(Recorded):
    """Figures were shown to others than caseworkers; see ``models.report``."""

    number: int
    has_totals: bool
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRound(Recorded):
    """A draft was sent out for remarks; see ``models.report``."""

    number: int
    version: int
    due_on: dt.date
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Recorded):
    """A remark on a draft; see ``models.report``."""

    round_number: int
    author: str = ""
    chapter: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentReply(Recorded):
    """The reply to a remark; see ``models.report``."""

    comment: str
    stance: Stance
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affirmation(Recorded):
    """A fact was recorded in spite of what speaks against it; see ``models.affirmation``."""

    fact: str
    about: str
    against: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction(Recorded):
    """Something was taken out for good; see ``models.redaction``."""

    reason: str
    file_name: str = ""
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail of the outbox, as far as rules care; see ``models.outbox``.

    Attributes:
        finished_at: when it reached its last state; None while it waits.
    """

    key: str
    step: str
    party: str
    mail: MailKind
    rung: str
    due_on: dt.date | None
    state: OutboxState
    created_at: dt.datetime
    finished_at: dt.datetime | None = None
    subject: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyMail:
    """A reply by mail that a party sent, as far as rules care; see ``models.incoming``.

    Attributes:
        is_waiting: nobody has said yet what it means.
    """

    key: str
    step: str
    party: str
    received_at: dt.datetime
    sender: str
    subject: str
    is_waiting: bool
