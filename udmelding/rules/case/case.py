"""What is known about a case at one moment? The values that every rule reads.

``journal.case.load`` builds a ``Case`` from the facts as of a moment; tests build one by hand. All
values are immutable.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from models.announcement import AnnouncementKind, Scope
from models.decision import Level, Outcome
from models.document import Change, DocumentKind
from models.party import PartyKind
from udmelding.config.case.process import FulfilledBy, Parties, Process, Step
from udmelding.rules.case.council_calendar import CouncilCalendars
from udmelding.rules.case.facts import (
    ActionItem,
    Bulletin,
    ChaseStop,
    Closure,
    CommentRound,
    DatedReminder,
    Deadline,
    Decision,
    Document,
    Expectation,
    Extension,
    Mail,
    Meeting,
    Milestone,
    Obligation,
    Particulars,
    Party,
    Pause,
    ProcessPin,
    Question,
    QuestionAnswer,
    QuestionSet,
    ReplyMail,
    ReportVersion,
    Response,
    Submission,
    Tally,
    Verdict,
    Waiver,
)

CONCLUDING = frozenset(
    {
        Outcome.APPROVED,
        Outcome.APPROVED_WITH_REMARKS,
        Outcome.RECOMMENDED,
        Outcome.NOTED,
        Outcome.REJECTED,
    }
)
"""Outcomes with which a level is done; postponed and sent back are not among them."""


def process_on(process: Process, day: dt.date, decisions: Iterable[Decision]) -> Process:
    """The process with the bodies that a case has to pass on that day, or has passed.

    A body that has ended without deciding, or has not begun, has no place in it; nor has one that
    took over from a body of its kind that has decided.

    Args:
        process: with all the area's bodies in place.
        day: the day on which the case is seen.
        decisions: the case's own.
    """
    dated = [step for step in process.steps if step.from_on or step.until_on]
    if not dated:
        return process
    decided = {d.step for d in decisions if d.outcome in CONCLUDING}
    ended = [step for step in dated if step.until_on and step.id in decided]

    def has_place(step: Step) -> bool:
        begins = step.from_on
        is_done_before = begins is not None and any(
            before.body == step.body and before.until_on and before.until_on < begins
            for before in ended
        )
        return step.id in decided or (step.exists_on(day) and not is_done_before)

    return process.model_copy(update={"steps": tuple(s for s in process.steps if has_place(s))})


DRAFT = "kladde"
"""The reason of the pause that a draft begins with; it ends when somebody starts the case."""

APPROVING = frozenset({Outcome.APPROVED, Outcome.APPROVED_WITH_REMARKS, Outcome.RECOMMENDED})
"""Outcomes that count as a yes in "13 of 17"."""


COUNCIL_APPROVING = APPROVING - {Outcome.RECOMMENDED}
"""The same of a council: «anbefalet» is the word of a committee, never of who decides."""


def concludes(level: Level, outcome: Outcome) -> bool:
    """Whether nothing more is owed when the level that decides has said so."""
    says_it = outcome is not Outcome.RECOMMENDED or level is Level.BODY
    return says_it and outcome in CONCLUDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as it was known at ``as_of``; tuples in the order of ``recorded_at``.

    Municipalities stand first among the ``parties``: those of its own area, then the others.

    ``council_calendars`` is shared by all cases loaded together; None where no plan is wanted.
    """

    reference: str
    process: Process
    area: str
    scope: Scope
    received_on: dt.date
    as_of: dt.datetime
    is_made_up: bool = False
    particulars: Particulars
    deadlines: tuple[Deadline, ...] = ()
    parties: tuple[Party, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    responses: tuple[Response, ...] = ()
    decisions: tuple[Decision, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    extensions: tuple[Extension, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    documents: tuple[Document, ...] = ()
    submissions: tuple[Submission, ...] = ()
    questions: tuple[Question, ...] = ()
    question_answers: tuple[QuestionAnswer, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    tallies: tuple[Tally, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    bulletins: tuple[Bulletin, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    closures: tuple[Closure, ...] = ()
    pauses: tuple[Pause, ...] = ()
    chase_stops: tuple[ChaseStop, ...] = ()
    dated_reminders: tuple[DatedReminder, ...] = ()
    process_pins: tuple[ProcessPin, ...] = ()
    question_sets: tuple[QuestionSet, ...] = ()
    report_versions: tuple[ReportVersion, ...] = ()
    comment_rounds: tuple[CommentRound, ...] = ()
    mails: tuple[Mail, ...] = ()
    replies: tuple[ReplyMail, ...] = ()
    council_calendars: CouncilCalendars | None = None

    def deciding_level(self, party: str) -> Level:
        """The level that decides in that municipality: the council, or whom it has delegated to."""
        chains = self.council_calendars.chains if self.council_calendars else {}
        return chains[party][-1] if party in chains else Level.COUNCIL

    @property
    def title(self) -> str:
        return self.particulars.title

    @property
    def name(self) -> str:
        """What people call the case: its short name, or its title where it has none."""
        return self.particulars.short_name or self.particulars.title

    @property
    def deadline(self) -> dt.date | None:
        """The deadline that holds now, or None where none was given."""
        return self.deadlines[-1].due_on if self.deadlines else None

    @property
    def deadline_word(self) -> str:
        """What the deadline is called: only a case of the agency has a deadline of the agency's."""
        return self.process.words.deadline if self.is_on_ladder else "Frist"

    @property
    def is_on_ladder(self) -> bool:
        """Whether the agency takes it from step to step: announcement, renewal, orders."""
        return self.particulars.kind not in (
            AnnouncementKind.FRAMEWORK_AGREEMENT,
            AnnouncementKind.QUESTIONNAIRE,
        )

    @property
    def asked_areas(self) -> frozenset[str]:
        """The areas whose municipalities this secretariat asks."""
        return frozenset(
            p.area for p in self.parties if p.kind is PartyKind.MUNICIPALITY and p.is_asked
        )

    @property
    def is_paused(self) -> bool:
        """Whether nobody may be written to for now."""
        return bool(self.pauses) and self.pauses[-1].is_paused

    @property
    def is_draft(self) -> bool:
        """Whether it was kept as a draft that nobody has started: it is paused as such."""
        return self.is_paused and self.pauses[-1].reason == DRAFT

    @property
    def is_closed(self) -> bool:
        """Whether the case is over."""
        return bool(self.closures)

    @property
    def is_for_answer(self) -> bool:
        """Whether the agency answers it: nobody answers an agreement or a questionnaire."""
        return self.particulars.kind not in (
            AnnouncementKind.FRAMEWORK_AGREEMENT,
            AnnouncementKind.QUESTIONNAIRE,
        )

    @property
    def action_plan(self) -> tuple[ActionItem, ...]:
        """The points of the action plan by their numbers; of one number the last that was said."""
        latest = {action.number: action for action in self.actions}
        return tuple(latest[number] for number in sorted(latest))

    @property
    def deciding_version(self) -> int:
        """The report version that decisions must refer to; 0 before any is final.

        An editorial version keeps the decisions made on the one before it; a substantive one
        does not.
        """
        finals = [d for d in self.documents if d.document_kind is DocumentKind.FINAL_REPORT]
        substantive = [d.version for d in finals if d.change is Change.SUBSTANTIVE]
        return max(substantive, default=0)

    @property
    def latest_version(self) -> int:
        """The newest final version of the report; 0 before any is final."""
        return max(
            (d.version for d in self.documents if d.document_kind is DocumentKind.FINAL_REPORT),
            default=0,
        )

    def question_set(self, step: str) -> QuestionSet | None:
        """The question set that a step asks now; None where it asks none as data."""
        asked = [one for one in self.question_sets if one.step == step]
        return asked[-1] if asked else None

    def party(self, party: str) -> Party | None:
        """The party with that short name, or None."""
        return next((p for p in self.parties if p.party == party), None)

    def parties_of(self, step: Step) -> tuple[Party, ...]:
        """The parties that the secretariat asks for what ``step`` wants, in their order."""
        match step.parties:
            case Parties.SECRETARIAT:
                return tuple(p for p in self.parties if p.kind is PartyKind.SECRETARIAT)
            case Parties.BODY | Parties.CHAIN:
                return tuple(p for p in self.parties if p.party == step.id)
            case Parties.MUNICIPALITIES:
                owing = {PartyKind.MUNICIPALITY}
                if step.fulfilled_by is FulfilledBy.DECISION:
                    owing.add(PartyKind.REGIONAL_COUNCIL)
                return tuple(p for p in self.parties if p.kind in owing and p.is_asked)
