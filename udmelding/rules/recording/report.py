"""What is asked in question sets, and how the report comes to be: written on pages of their own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from models.document import Change
from models.party import PartyKind
from models.question_set import Channel
from models.report import Stance
from models.response import Completeness
from udmelding.rules.case import facts
from udmelding.rules.case.glossary import label
from udmelding.rules.recording.entry import Entry, Names, answer_word, name_of
from udmelding.rules.recording.written import (
    Checksum,
    DueDay,
    Name,
    PartyName,
    StepName,
    Text,
    When,
)
from udmelding.rules.words.date_wording import long_date


class NewRespondent(Entry):
    """Somebody else than a municipality is asked too: a provider, or the region."""

    value = facts.Party
    noun = "part i sagen"
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

    @staticmethod
    def sentence(fact: facts.Party, names: Names) -> str:
        return f"Part i sagen: {fact.name} ({label(fact.kind)})."


class NewQuestionSet(Entry):
    """A step asks a question set, or another version of it."""

    value = facts.QuestionSet
    noun = "spørgeskema til en sag"
    kind: Literal["question_set"] = "question_set"
    step: StepName
    form: Name
    version: Annotated[int, Field(ge=1)]
    title: Name
    content: Annotated[str, Field(max_length=500_000)]

    @staticmethod
    def sentence(fact: facts.QuestionSet, names: Names) -> str:
        return f"Spørgeskema: {fact.title}, version {fact.version}."


class NewFormAnswer(Entry):
    """A respondent answered a question set; ``casework.forms.answers`` records the response too."""

    value = facts.FormAnswer
    noun = "svar på et spørgeskema"
    kind: Literal["form_answer"] = "form_answer"
    step: StepName
    party: PartyName
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

    @staticmethod
    def sentence(fact: facts.FormAnswer, names: Names) -> str:
        by = f", udfyldt af {fact.filled_by}" if fact.filled_by else ""
        responsible = f", ansvarlig: {fact.responsible}" if fact.responsible else ""
        return (
            f"{name_of(fact.party, names)} besvarede skemaet {fact.when} ({label(fact.channel)}): "
            f"{answer_word(fact.completeness, names)}{by}{responsible}."
        )


class NewTextBlock(Entry):
    """Somebody wrote, changed or removed a paragraph of the report."""

    value = facts.TextBlock
    noun = "afsnit i afrapporteringen"
    kind: Literal["text_block"] = "text_block"
    chapter: Name
    block: Name
    position: int = 0
    text: Text = ""
    figures: dict[str, str] = Field(default_factory=dict)
    based_on: list[str] = Field(default_factory=list)
    is_removed: bool = False

    @staticmethod
    def sentence(fact: facts.TextBlock, names: Names) -> str:
        done = "fjernet" if fact.is_removed else "skrevet"
        return f"Et afsnit i afrapporteringens kapitel «{fact.chapter}» blev {done}."


class NewReportVersion(Entry):
    """A version of the report was made."""

    value = facts.ReportVersion
    noun = "version af afrapporteringen"
    kind: Literal["report_version"] = "report_version"
    number: Annotated[int, Field(ge=1)]
    is_final: bool = False
    change: Change = Change.SUBSTANTIVE
    reason: Text = ""
    values_sha256: Checksum = ""
    word_sha256: Checksum = ""
    pdf_sha256: Checksum = ""
    shown: dict[str, Any] = Field(default_factory=dict)

    @staticmethod
    def sentence(fact: facts.ReportVersion, names: Names) -> str:
        name = f"Endelig version {fact.number}" if fact.is_final else f"Udkast {fact.number}"
        change = f" ({label(fact.change)})" if fact.is_final and fact.number > 1 else ""
        reason = f": {fact.reason}" if fact.reason else ""
        return f"{name} af afrapporteringen blev dannet{change}{reason}."


class NewFigurePublication(Entry):
    """Figures are shown to others than caseworkers."""

    value = facts.FigurePublication
    noun = "offentliggørelse af tal"
    kind: Literal["figure_publication"] = "figure_publication"
    number: Annotated[int, Field(ge=1)]
    has_totals: bool = True
    counted: Annotated[int, Field(ge=0)] = 0
    content: dict[str, Any] = Field(default_factory=dict)

    @staticmethod
    def sentence(fact: facts.FigurePublication, names: Names) -> str:
        if not fact.has_totals:
            return f"Sene svar blev vist i sagens tal (opgørelse {fact.number})."
        answers = "1 svar" if fact.counted == 1 else f"{fact.counted} svar"
        return f"Sagens tal blev offentliggjort (opgørelse {fact.number}) med summer af {answers}."


class NewCommentRound(Entry):
    """A draft is sent out for remarks, or the round is changed or closed."""

    value = facts.CommentRound
    noun = "runde med bemærkninger"
    kind: Literal["comment_round"] = "comment_round"
    number: Annotated[int, Field(ge=1)]
    version: Annotated[int, Field(ge=1)]
    due_on: DueDay
    readers: list[dict[str, str]] = Field(default_factory=list)
    text: Text = ""
    is_closed: bool = False

    @staticmethod
    def sentence(fact: facts.CommentRound, names: Names) -> str:
        if fact.is_closed:
            return f"Runde {fact.number} med bemærkninger til udkast {fact.version} er lukket."
        return (
            f"Udkast {fact.version} er sendt ud til bemærkninger (runde {fact.number}), svarfrist "
            f"{long_date(fact.due_on)}."
        )


class NewComment(Entry):
    """A reader remarked on a chapter, or on the whole report."""

    value = facts.Comment
    noun = "bemærkning til et udkast"
    kind: Literal["comment"] = "comment"
    round_number: Annotated[int, Field(ge=1)]
    reader: Text = ""
    author: Annotated[str, Field(max_length=200)] = ""
    speaks_for: Annotated[str, Field(max_length=200)] = ""
    chapter: Text = ""
    text: Annotated[str, Field(min_length=1, max_length=10_000)]

    @staticmethod
    def sentence(fact: facts.Comment, names: Names) -> str:
        chapter = f", kapitel «{fact.chapter}»" if fact.chapter else ""
        return f"Bemærkning til udkastet fra {fact.author or 'ukendt'}{chapter}."


class NewCommentReply(Entry):
    """The secretariat replied to a remark."""

    value = facts.CommentReply
    noun = "svar på en bemærkning"
    kind: Literal["comment_reply"] = "comment_reply"
    comment: Name
    stance: Stance
    text: Text = ""

    @staticmethod
    def sentence(fact: facts.CommentReply, names: Names) -> str:
        return f"Svar på en bemærkning: {label(fact.stance)}."
