"""What can be recorded? One shape for each kind of fact, checked before it becomes a row.

An entry is what a caseworker, a file or a page says: «Lolland godkendte 12/12-2024». The command
line, imports and pages all make entries, and ``record`` is the one way in. A date may be written
as Danish secretariats write it; a vague one is kept as a period, a field that needs one day refuses
it. Fields have the names of the table's columns; ``on`` stands for its three columns of a period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
)

import models
from models import (
    AnnouncementKind,
    Change,
    Channel,
    Completeness,
    DateSource,
    DocumentKind,
    Level,
    MeetingState,
    MilestoneKind,
    Outcome,
    PartyKind,
    Stance,
    SubmissionKind,
    VerdictOutcome,
)
from udmelding.config.case.process import Process
from udmelding.config.marked import problem_in_danish
from udmelding.errors import RefusedError
from udmelding.journal.recording.written import Checksum, DueDay, Name, PastDay, Period, Text, When


class Entry(BaseModel):
    """Base of all entries.

    Attributes:
        table: the table that the entry becomes a row of.
        source: where it is known from.
        is_made_up: demonstration data that no public source supports.
        corrects: key of the fact that this one replaces.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
    table: ClassVar[type[models.Fact]]
    kind: str
    source: Text = ""
    is_made_up: bool = False
    corrects: str | None = None

    def columns(self) -> dict[str, Any]:
        """The entry's own columns of its table."""
        row = {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name not in ("kind", "corrects", "on")
        }
        period = getattr(self, "on", None)
        if isinstance(period, Period):
            row["happened_from"], row["happened_to"] = period.start, period.end
            row["as_written"] = period.as_written
        return row

    def reworded(self, change: Callable[[Any], Any]) -> Self:
        """The same entry, with each of its values as ``change`` gives it back."""
        new: dict[str, Any] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Period):
                new[name] = replace(value, as_written=change(value.as_written))
            else:
                new[name] = change(value)
        return self.model_copy(update=new)

    @property
    def at(self) -> tuple[str, str] | None:
        """The step and party that the entry is about, where it is about one."""
        step, party = getattr(self, "step", None), getattr(self, "party", None)
        return (step, party) if step is not None and party is not None else None


class NewParticulars(Entry):
    """The front page of a case, as a whole."""

    table = models.Particulars
    kind: Literal["particulars"] = "particulars"
    title: Name
    announcement_kind: AnnouncementKind = AnnouncementKind.FIRST
    legal_basis: Text = ""
    renews: str | None = None
    journal_number: str | None = None
    responsible: Text = ""

    def columns(self) -> dict[str, Any]:
        """The columns; ``announcement_kind`` is called ``kind`` in the table."""
        row = super().columns()
        row["kind"] = row.pop("announcement_kind")
        return row


class NewDeadline(Entry):
    """The deadline, or a new one."""

    table = models.Deadline
    kind: Literal["deadline"] = "deadline"
    due_on: DueDay
    origin: DateSource = DateSource.LETTER
    reason: Text = ""


class NewResponse(Entry):
    """A party answered the questionnaire."""

    table = models.Response
    kind: Literal["response"] = "response"
    step: str = "collection"
    party: Name
    on: When
    completeness: Completeness = Completeness.COMPLETE
    note: Text = ""


class NewDecision(Entry):
    """A body or a council decided."""

    table = models.Decision
    kind: Literal["decision"] = "decision"
    step: Name
    party: Name
    on: When
    level: Level
    outcome: Outcome
    report_version: Annotated[int, Field(ge=0)] = 0
    evidence: Text = ""
    is_proven: bool = False
    note: Text = ""


class NewWaiver(Entry):
    """A party was excused."""

    table = models.Waiver
    kind: Literal["waiver"] = "waiver"
    step: Name
    party: Name
    waived_on: PastDay
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class NewExtension(Entry):
    """A party was granted more time."""

    table = models.Extension
    kind: Literal["extension"] = "extension"
    step: Name
    party: Name
    granted_on: PastDay
    due_on: DueDay
    reason: Text = ""


class NewExpectation(Entry):
    """A party named the day on which it will decide or answer."""

    table = models.Expectation
    kind: Literal["expectation"] = "expectation"
    step: str = "councils"
    party: Name
    expected_on: DueDay
    note: Text = ""


class NewDocument(Entry):
    """A document came in or was made."""

    table = models.Document
    kind: Literal["document"] = "document"
    document_kind: DocumentKind
    title: Name
    dated_on: PastDay
    version: Annotated[int, Field(ge=0)] = 0
    change: Change = Change.SUBSTANTIVE
    file_name: Text = ""
    media_type: Text = ""
    size: Annotated[int, Field(ge=0)] = 0
    sha256: Checksum = ""


class NewSubmission(Entry):
    """The report, or the letter that lifts its reservation, was sent to the agency."""

    table = models.Submission
    kind: Literal["submission"] = "submission"
    on: When
    submission_kind: SubmissionKind = SubmissionKind.REPORT
    reservation_for: list[str] = []
    submitted_by: Text = ""
    note: Text = ""


class NewQuestion(Entry):
    """The agency asked supplementary questions."""

    table = models.Question
    kind: Literal["question"] = "question"
    on: When
    number: Annotated[int, Field(ge=1)] = 1
    due_on: DueDay
    text: Text = ""


class NewQuestionAnswer(Entry):
    """The secretariat answered them."""

    table = models.QuestionAnswer
    kind: Literal["question_answer"] = "question_answer"
    on: When
    number: Annotated[int, Field(ge=1)] = 1
    note: Text = ""


class NewVerdict(Entry):
    """The agency answered, or said when it will."""

    table = models.Verdict
    kind: Literal["verdict"] = "verdict"
    on: When
    verdict_outcome: VerdictOutcome
    text: Text = ""


class NewTally(Entry):
    """Another area's secretariat reported a count."""

    table = models.Tally
    kind: Literal["tally"] = "tally"
    on: When
    area: Name
    approved: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=1)]


class NewMilestone(Entry):
    """Something happened that belongs on the time line."""

    table = models.Milestone
    kind: Literal["milestone"] = "milestone"
    on: When
    milestone_kind: MilestoneKind = MilestoneKind.NOTE
    title: Name


class NewAction(Entry):
    """An action of the action plan."""

    table = models.ActionItem
    kind: Literal["action"] = "action"
    number: Annotated[int, Field(ge=1)]
    title: Name
    owner: Text = ""
    due_on: DueDay | None = None
    done_on: PastDay | None = None


class NewPause(Entry):
    """The case was paused, or taken up again."""

    table = models.Pause
    kind: Literal["pause"] = "pause"
    is_paused: bool
    reason: Text = ""


class NewChaseStop(Entry):
    """Reminders to a party are switched off or on again."""

    table = models.ChaseStop
    kind: Literal["chase_stop"] = "chase_stop"
    step: Name
    party: Name
    is_stopped: bool
    until: DueDay | None = None
    reason: Text = ""


class NewDatedReminder(Entry):
    """Somebody is to be reminded on a fixed day: the secretariat, or parties that still owe."""

    table = models.DatedReminder
    kind: Literal["dated_reminder"] = "dated_reminder"
    remind_on: DueDay
    step: str = ""
    party: str = ""
    text: Annotated[str, Field(min_length=1, max_length=2000)]

    @field_validator("step")
    @classmethod
    def _of_parties(cls, step: str) -> str:
        """The step whose parties are reminded; ``secretariat`` is another word for none."""
        return "" if step == "secretariat" else step

    @property
    def at(self) -> None:
        """No obligation changes by it."""
        return


class NewClosure(Entry):
    """The case is closed."""

    table = models.Closure
    kind: Literal["closure"] = "closure"
    closed_on: PastDay
    reason: Text = ""


def _process(content: str) -> str:
    Process.model_validate_json(content)
    return content


ProcessText = Annotated[str, Field(max_length=200_000), AfterValidator(_process)]
"""A whole process as JSON."""


class NewProcess(Entry):
    """The case is moved to other rules.

    Attributes:
        content: the whole process as JSON, with the area's bodies in place.
    """

    table = models.ProcessPin
    kind: Literal["process"] = "process"
    content: ProcessText
    reason: Text = ""

    def columns(self) -> dict[str, Any]:
        """The columns; the content becomes a process version of its own."""
        row = super().columns()
        del row["content"]
        return row


class NewObligation(Entry):
    """One party is asked for one thing; written by the flows, and by imports of older cases."""

    table = models.Obligation
    kind: Literal["obligation"] = "obligation"
    step: Name
    party: Name
    opened_on: PastDay
    due_on: DueDay
    origin: DateSource = DateSource.COMPUTED
    moved_from: DueDay | None = None


class NewRespondent(Entry):
    """Somebody else than a municipality is asked too: a provider, or the region."""

    table = models.Party
    kind: Literal["respondent"] = "respondent"
    party: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    name: Name
    respondent_kind: Literal[PartyKind.PROVIDER, PartyKind.REGION]
    area: str = ""

    def columns(self) -> dict[str, Any]:
        """The columns; ``respondent_kind`` is called ``kind`` in the table."""
        row = super().columns()
        row["kind"] = row.pop("respondent_kind")
        return row | {"is_asked": True}


class NewQuestionSet(Entry):
    """A step asks a question set, or another version of it."""

    table = models.QuestionSet
    kind: Literal["question_set"] = "question_set"
    step: Name
    form: Name
    version: Annotated[int, Field(ge=1)]
    title: Name
    content: Annotated[str, Field(max_length=500_000)]


class NewFormAnswer(Entry):
    """A respondent answered a question set; ``casework.forms.answers`` records the response too."""

    table = models.FormAnswer
    kind: Literal["form_answer"] = "form_answer"
    step: Name
    party: Name
    on: When
    question_set: Name
    channel: Channel
    completeness: Completeness
    content: dict[str, Any]
    filled_by: Annotated[str, Field(max_length=120)] = ""
    responsible: Annotated[str, Field(max_length=120)] = ""
    confirmed: Text = ""
    note: Text = ""
    file_name: Text = ""
    sha256: Checksum = ""


class NewTextBlock(Entry):
    """Somebody wrote, changed or removed a paragraph of the report."""

    table = models.TextBlock
    kind: Literal["text_block"] = "text_block"
    chapter: Name
    block: Name
    position: int = 0
    text: Text = ""
    figures: dict[str, str] = {}
    based_on: list[str] = []
    is_removed: bool = False


class NewReportVersion(Entry):
    """A version of the report was made."""

    table = models.ReportVersion
    kind: Literal["report_version"] = "report_version"
    number: Annotated[int, Field(ge=1)]
    is_final: bool = False
    change: Change = Change.SUBSTANTIVE
    reason: Text = ""
    values_sha256: Checksum = ""
    word_sha256: Checksum = ""
    pdf_sha256: Checksum = ""
    shown: dict[str, Any] = {}


class NewCommentRound(Entry):
    """A draft is sent out for remarks, or the round is changed or closed."""

    table = models.CommentRound
    kind: Literal["comment_round"] = "comment_round"
    number: Annotated[int, Field(ge=1)]
    version: Annotated[int, Field(ge=1)]
    due_on: DueDay
    readers: list[dict[str, str]] = []
    text: Text = ""
    is_closed: bool = False


class NewComment(Entry):
    """A reader remarked on a chapter, or on the whole report."""

    table = models.Comment
    kind: Literal["comment"] = "comment"
    round_number: Annotated[int, Field(ge=1)]
    reader: Text = ""
    author: Annotated[str, Field(max_length=200)] = ""
    speaks_for: Annotated[str, Field(max_length=200)] = ""
    chapter: Text = ""
    text: Annotated[str, Field(min_length=1, max_length=10_000)]


class NewCommentReply(Entry):
    """The secretariat replied to a remark."""

    table = models.CommentReply
    kind: Literal["comment_reply"] = "comment_reply"
    comment: Name
    stance: Stance
    text: Text = ""


class NewMunicipalMeeting(Entry):
    """A meeting of one level of a municipality; shared by all cases."""

    table = models.MunicipalMeeting
    kind: Literal["municipal_meeting"] = "municipal_meeting"
    municipality: Name
    level: Level
    held_on: DueDay
    papers_due_on: DueDay | None = None
    state: MeetingState = MeetingState.PLANNED
    note: Text = ""


class NewMunicipalChain(Entry):
    """The levels that a case passes in a municipality; shared by all cases."""

    table = models.MunicipalChain
    kind: Literal["municipal_chain"] = "municipal_chain"
    municipality: Name
    levels: Annotated[list[Level], Field(min_length=1)]

    def columns(self) -> dict[str, Any]:
        """The columns; levels as the plain words that the table holds."""
        return super().columns() | {"levels": [level.value for level in self.levels]}


class NewMeeting(Entry):
    """A body's meeting; shared by all cases of its area."""

    table = models.Meeting
    kind: Literal["meeting"] = "meeting"
    area: Name
    body: Name
    held_on: DueDay
    papers_due_on: DueDay | None = None
    state: MeetingState = MeetingState.PLANNED
    note: Text = ""


CaseEntry = (
    NewParticulars
    | NewDeadline
    | NewResponse
    | NewDecision
    | NewWaiver
    | NewExtension
    | NewExpectation
    | NewDocument
    | NewSubmission
    | NewQuestion
    | NewQuestionAnswer
    | NewVerdict
    | NewTally
    | NewMilestone
    | NewAction
    | NewPause
    | NewChaseStop
    | NewDatedReminder
    | NewClosure
    | NewObligation
    | NewProcess
    | NewRespondent
    | NewQuestionSet
    | NewFormAnswer
    | NewTextBlock
    | NewReportVersion
    | NewCommentRound
    | NewComment
    | NewCommentReply
)
"""Everything that belongs to one case."""

AnyEntry: TypeAdapter[CaseEntry] = TypeAdapter(Annotated[CaseEntry, Field(discriminator="kind")])

ENTRY_OF: Mapping[type[models.Fact], type[Entry]] = {
    entry.table: entry for entry in CaseEntry.__args__
} | {models.Meeting: NewMeeting}
"""The entry that makes a row of each fact table; parties and contacts are made by launching."""


def flaws_of(error: ValidationError) -> list[tuple[tuple[int | str, ...], str]]:
    """What is wrong with an entry: the path of each key, and what is allowed there, in Danish."""
    found: list[tuple[tuple[int | str, ...], str]] = []
    for flaw in error.errors(include_url=False):
        if flaw["type"] in ("union_tag_invalid", "union_tag_not_found"):
            kinds = ", ".join(sorted(_KINDS))
            found.append((("kind",), f"skal være en slags registrering: {kinds}"))
        else:
            # The first part of the path is the kind of entry, which is no key of the file.
            found.append((tuple(flaw["loc"][1:]), problem_in_danish(flaw)))
    return found


_KINDS = tuple(str(entry.model_fields["kind"].default) for entry in CaseEntry.__args__)


def make_entry(kind: str, said: Mapping[str, Any], today: dt.date) -> CaseEntry:
    """The entry of that ``kind`` from what was said.

    Args:
        kind: the entry's ``kind``, such as ``decision``.
        said: its fields; None means not said.
        today: the day that dates without a year are read from.

    Raises:
        RefusedError: a field is wrong or missing; says which, and what is allowed.
    """
    given = {name: value for name, value in said.items() if value is not None}
    try:
        return AnyEntry.validate_python(given | {"kind": kind}, context={"today": today})
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, path))}: {told}" for path, told in flaws_of(error)
        )
        raise RefusedError(f"Kan ikke registreres: {problems}.") from error
