"""What does a process consist of? The shape of ``config/processes/*.yaml``.

A process is data: steps, who owes what in each, what fulfils it, when it is due, which mails go
out. A CU, a framework agreement and a plain questionnaire round are three files of this shape. The
step with ``parties: chain`` stands for the area's own bodies (``config/areas``);
``for_area`` puts them in its place. What a running case is pinned to is the result, as JSON.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, Strict, model_validator

from models.announcement import AnnouncementKind
from models.contact import ContactRole
from models.outbox import MailKind
from models.process import Stage
from udmelding.config import flaw_wording


class Shape(BaseModel):
    """Base of all file shapes: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Parties(StrEnum):
    """Who owes what a step asks for."""

    SECRETARIAT = "secretariat"
    MUNICIPALITIES = "municipalities"
    CHAIN = "chain"
    BODY = "body"


class FulfilledBy(StrEnum):
    """Which fact meets an obligation of a step."""

    REGISTRATION = "registration"
    RESPONSE = "response"
    FINAL_REPORT = "final_report"
    DECISION = "decision"
    SUBMISSION = "submission"


class Rung(Shape):
    """One reminder of a ladder.

    Attributes:
        id: its name in keys, such as ``before-14``.
        business_days: business days from the due date; negative is before it.
        mail: the mail that goes out.
        copy_to: roles of the same party that get a copy. A mail with copies is an escalation: the
            machine drafts it, a person releases it.
    """

    id: str
    business_days: int
    mail: MailKind
    copy_to: tuple[ContactRole, ...] = ()


class QuietSpan(Shape):
    """A yearly period without reminders; month-day pairs as ``MM-DD``, both ends included."""

    name: str
    start: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]
    end: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]


class SendingHours(Shape):
    """From when to when the machine's mails go out, ``HH:MM`` in Danish wall clock time."""

    start: Annotated[str, Field(pattern=flaw_wording.TIME_PATTERN)]
    end: Annotated[str, Field(pattern=flaw_wording.TIME_PATTERN)]

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        """Raises ValueError (Danish) where the day would end before it begins."""
        if self.end <= self.start:
            raise ValueError("end skal ligge efter start")
        return self


class WorkDays(Shape):
    """Which days count as business days and when nobody is chased.

    Attributes:
        closed: yearly days (``MM-DD``) on which municipal offices are closed besides the public
            holidays.
        quiet: periods without reminders.
        sending_hours: in which hours of a business day the machine's mails to parties go out; None
            is any.
    """

    closed: tuple[Annotated[str, Field(pattern=r"^\d\d-\d\d$")], ...] = ()
    quiet: tuple[QuietSpan, ...] = ()
    sending_hours: SendingHours | None = None


class PlanRules(Shape):
    """The numbers of the planner.

    Attributes:
        days_between_meetings: least calendar days between two bodies' meetings.
        papers_business_days: business days before a meeting by which its papers are due, where
            the calendar does not say.
    """

    days_between_meetings: Annotated[int, Field(ge=0, le=365)] = 3
    papers_business_days: Annotated[int, Field(ge=0, le=60)] = 7

    @model_validator(mode="before")
    @classmethod
    def _without_days_for_councils(cls, given: object) -> object:
        """Read what stood in files before councils were laid by their own meetings alone."""
        if isinstance(given, Mapping):
            return {key: value for key, value in given.items() if key != "days_for_councils"}
        return given


class Step(Shape):
    """One step of a process.

    Attributes:
        id: its name in commands, keys and JSON.
        title: its Danish name.
        stage: the stage of the case while it is the first open step.
        wanted_business_days: how long its work is wanted to take; the plan warns when less is left.
        body: for one body's step, the kind of body; ``from_on`` and ``until_on`` its first and last
            day, where it begins or ends.
        invitation: mail sent when the step opens for a party.
        thanks: mail sent when a party has fulfilled it.
        ladder: name of the ladder that chases it; none means that nobody is chased by mail.
        announced: name of the ladder that takes its place, counted from the day that a party has
            announced; none: the party is left in peace until that day.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]
    title: str
    stage: Stage
    parties: Parties
    fulfilled_by: FulfilledBy
    wanted_business_days: Annotated[int, Field(ge=0, le=500)] = 0
    body: str = ""
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    invitation: MailKind | None = None
    thanks: MailKind | None = None
    ladder: str | None = None
    announced: str | None = None

    def exists_on(self, day: dt.date) -> bool:
        """Whether its body exists on that day; a step of others always does."""
        return (self.from_on or day) <= day <= (self.until_on or day)


AGENCY = "agency"
"""The receiver that is the agency: what it is called and its address are settings of their own."""

ReceiverName = Annotated[str, Field(pattern=flaw_wording.RECEIVER_NAME_PATTERN, max_length=80)]


class ProcessWords(Shape):
    """Words that differ from process to process; what is left out is true for a CU.

    A version from before these words were data has none of them, so their defaults are what all
    cases said then.

    Attributes:
        report: what its result is called on the front page and in the names of files.
        deadline: what the last day is called.
        nothing: the whole answer of whoever has nothing to answer.
    """

    report: str = "Afrapportering"
    deadline: str = "Styrelsens frist"
    nothing: str = "ingen borgere i målgruppen"


class Process(Shape):
    """One process, from its first step to its last.

    Attributes:
        id: the name it is chosen by.
        version: raised by whoever changes the file.
        title: Danish name of the process.
        paper_title: what its result is called in mails, such as ``afrapporteringen``.
        kind: what kind of case it makes, where nobody names another.
        words: other words of its papers and mails.
        from_agency: whether the agency asked for it; None in versions that do not say: it did
            where bodies decide.
        about_citizens: whether it asks about the citizens of a target group; False: about the
            municipality itself.
        reservation: whether it may be submitted before all councils have decided.
        regional_council: whether the regional council is a party to it, in every area.
        receivers: who gets the letters that go with its result: ``agency``, or others by the names
            that the settings give addresses for; nobody where it is empty. None stands in versions
            from before it could be said; ``letter_receivers`` tells what is true of them.
        plan: the planner's numbers.
        grace_business_days: how long nobody is reminded after a part of an answer, an answer that
            was sent back, or a decision that did not conclude.
        ladders: the reminder ladders by name, each in order of its days.
        steps: in the order in which they are done.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: Annotated[int, Field(ge=1)]
    title: str
    paper_title: str
    kind: AnnouncementKind = AnnouncementKind.FIRST
    words: ProcessWords = ProcessWords()
    from_agency: bool | None = None
    about_citizens: bool = True
    reservation: bool = False
    regional_council: bool = False
    receivers: tuple[ReceiverName, ...] | None = None
    plan: PlanRules = PlanRules()
    work_days: WorkDays = WorkDays()
    grace_business_days: Annotated[int, Field(ge=1, le=60)] = 3
    ladders: Mapping[str, tuple[Rung, ...]] = {}
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Raises ValueError (Danish) for a step that names what the file does not hold."""
        ids = [step.id for step in self.steps]
        for twice in sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"trinnet «{twice}» står to gange")
        for step in self.steps:
            for used in (step.ladder, step.announced):
                if used is not None and used not in self.ladders:
                    known = ", ".join(self.ladders) or "ingen"
                    raise ValueError(
                        f"trinnet «{step.id}» bruger rykkertrappen «{used}», "
                        f"som ikke findes (findes: {known})"
                    )
        for name, rungs in self.ladders.items():
            days = [rung.business_days for rung in rungs]
            if days != sorted(set(days)):
                raise ValueError(
                    f"rykkertrappen «{name}» skal stå i stigende orden uden gentagne dage"
                )
            if len({rung.id for rung in rungs}) != len(rungs):
                raise ValueError(f"rykkertrappen «{name}» har to trin med samme id")
        return self

    @property
    def letter_receivers(self) -> tuple[str, ...]:
        """Who gets letters.

        In a version that does not say it, the agency does where bodies decide on the result; what
        no body decides on is the secretariat's own round, of which no authority is told.
        """
        if self.receivers is not None:
            return self.receivers
        decide = (Parties.BODY, Parties.CHAIN)
        return (AGENCY,) if any(step.parties in decide for step in self.steps) else ()

    def step(self, step_id: str) -> Step | None:
        """The step with that id, or None."""
        return next((step for step in self.steps if step.id == step_id), None)

    @property
    def is_from_agency(self) -> bool:
        """Whether the agency asked for it; a plain round is the secretariat's own."""
        if self.from_agency is not None:
            return self.from_agency
        return any(step.parties in (Parties.BODY, Parties.CHAIN) for step in self.steps)

    def for_area(self, area: Area) -> Process:
        """The same process with the bodies of ``area`` in the chain's place, in its own words."""
        steps: list[Step] = []
        for step in self.steps:
            if step.parties is not Parties.CHAIN:
                steps.append(step)
                continue
            steps.extend(
                step.model_copy(
                    update={
                        "id": body.id,
                        "title": body.title,
                        "parties": Parties.BODY,
                        "body": body.kind.value,
                        "from_on": body.from_on,
                        "until_on": body.until_on,
                    }
                )
                for body in area.chain
            )
        update: dict[str, object] = {"steps": tuple(steps)}
        if own := area.words.get(self.id):
            update |= {"title": own.title, "paper_title": own.paper_title}
            update["words"] = self.words.model_copy(
                update={"report": own.report or self.words.report}
            )
        return self.model_copy(update=update)


class BodyKind(StrEnum):
    """What a body is, whatever it is called in its area."""

    STEERING_GROUP = "steering_group"
    DIRECTORS = "directors"
    CHIEF_EXECUTIVES = "chief_executives"
    KKR = "kkr"
    COORDINATION_FORUM = "coordination_forum"


Name = Annotated[str, Field(min_length=1, max_length=80)]
"""What an area, a body or a result is called."""


class Lifetime(Shape):
    """Something that may begin or end: its first and last day, None where there is none."""

    from_on: Annotated[dt.date | None, Strict(), Field(alias="from")] = None
    until_on: Annotated[dt.date | None, Strict(), Field(alias="until")] = None

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        """Raises ValueError (Danish) where it would end before it begins."""
        if self.from_on and self.until_on and self.until_on < self.from_on:
            raise ValueError("until ligger før from")
        return self

    def exists_between(self, first: dt.date, last: dt.date) -> bool:
        """Whether it exists on any day of that time."""
        return (self.from_on or first) <= last and (self.until_on or last) >= first


class BesideBody(Lifetime):
    """A body outside the chain: it meets about the cases, and none passes it."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
    title: Name


class Body(BesideBody):
    """One body of an area's chain."""

    kind: BodyKind


class RegionalCouncil(Lifetime):
    """One regional council of an area.

    Attributes:
        id: its short name as a party of a case.
        also_in: ids of the processes in which it decides though others' regional councils do not.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
    name: Name
    also_in: tuple[str, ...] = ()


class AreaWords(Shape):
    """What an area calls a process and its result, in the process's own place of the words."""

    title: Name
    paper_title: Name
    report: Annotated[str, Field(max_length=80)] = ""


class Area(Shape):
    """One KKR area: the municipalities that answer together, and the bodies that decide for them.

    Attributes:
        id: what the column ``omraade`` of ``config/municipalities.csv`` says.
        kkr: what its KKR is called.
        chain: its bodies in the order in which a case passes them.
        regional_councils: those of its regions, in the order in which they follow each other.
        words: its own words for a process, by the process's id.
        beside: bodies that meet about the cases, and that no case passes.
    """

    id: str
    name: Name
    kkr: Name
    chain: Annotated[tuple[Body, ...], Field(min_length=1)]
    beside: tuple[BesideBody, ...] = ()
    regional_councils: tuple[RegionalCouncil, ...] = ()
    words: Mapping[str, AreaWords] = {}


Process.model_rebuild()
