"""What a paper for a meeting is made from and what it says: values, and the marks on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from models.announcement import AnnouncementKind
from models.decision import Level
from udmelding.config.case.process import BodyKind
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Decision, Happened
from udmelding.rules.case.glossary import label
from udmelding.rules.plan.forecast import Forecast
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date, said_words
from udmelding.rules.words.texts import first_lower

MADE_UP = "*"
"""The mark behind whatever was made up for a demonstration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """The meeting that a paper is for.

    Attributes:
        body: the body's id; ``title`` its name in the area's own words.
        held_on: None where the day is not fixed yet.
        area_name: the area whose municipalities the paper counts.
    """

    body: str
    title: str
    kind: BodyKind
    held_on: dt.date | None
    area_name: str

    @property
    def name(self) -> str:
        """The body's name inside a sentence."""
        return inside(self.title, self.kind)


@dataclass(frozen=True, slots=True)
class DatedLine:
    """Something that happened or will happen; ``day`` only orders, ``when`` is what is read."""

    day: dt.date
    when: str
    what: str


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A document that goes with the paper; ``file_name`` is what it is called there."""

    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CouncilRow:
    """One council in the paper's table; ``day`` is when it decided or is expected to."""

    name: str
    state: str
    day: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPaper:
    """One case on one meeting's agenda.

    Attributes:
        is_for_decision: by the plan the body has the case for decision at this meeting.
        decision: what the body decided at this very meeting; empty while that is not known.
        recommendations: each begins with "at" and has no full stop.
        history: what has happened, in order; ``next_steps`` what is to come.
        background: paragraphs.
        economy: what it costs, as far as the report says.
        enclosures: the newest version of each document, with the name of its file.
        files: those of them that go along.
        notes: what the reader must know about the text itself.
    """

    reference: str
    title: str
    venue: Venue
    as_of: dt.date
    is_for_decision: bool
    resume: tuple[str, ...]
    recommendations: tuple[str, ...]
    decision: str
    history: tuple[DatedLine, ...]
    background: tuple[str, ...]
    economy: tuple[str, ...]
    next_steps: tuple[DatedLine, ...]
    enclosures: tuple[str, ...]
    councils: tuple[CouncilRow, ...]
    files: tuple[EnclosedFile, ...] = ()
    notes: tuple[str, ...] = ()

    def texts(self) -> Iterator[str]:
        """Everything that is read, piece by piece."""
        yield from (self.title, *self.resume, *self.recommendations, self.decision)
        for line in (*self.history, *self.next_steps):
            yield from (line.when, line.what)
        yield from (*self.background, *self.economy, *self.enclosures)
        for row in self.councils:
            yield from (row.name, row.state, row.day, row.remark)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFacts:
    """What all sentences of one paper are made from."""

    case: Case
    status: Status
    forecast: Forecast | None
    venue: Venue

    @property
    def paper(self) -> str:
        """What is decided on, with the definite article: ``afrapporteringen``."""
        return self.case.process.paper_title

    @property
    def is_for_decision(self) -> bool:
        """Whether the body has the case for decision at this meeting."""
        if self.decided_here is not None:
            return True
        plan, day = self.status.plan, self.venue.held_on
        row = plan.step(self.venue.body) if plan else None
        return row is not None and not row.is_done and day is not None and row.planned == day

    @property
    def decided_here(self) -> Decision | None:
        """What the body decided at this very meeting, where that is on record."""
        found = [d for d in self.case.decisions if self.is_of_this_meeting(d)]
        return found[-1] if found else None

    def is_of_this_meeting(self, decision: Decision) -> bool:
        """Whether the decision was made at the meeting that the paper is for."""
        here = (decision.step, decision.happened_from) == (self.venue.body, self.venue.held_on)
        return here and decision.is_one_day and decision.level is Level.BODY


def kind_word(case: Case) -> str:
    """What sort of case it is; a framework agreement by the area's own word for it."""
    word, own = label(case.particulars.kind), case.process.title
    is_agreement = case.particulars.kind is AnnouncementKind.FRAMEWORK_AGREEMENT
    return own if is_agreement and own.casefold() != word.casefold() else word


def inside(title: str, kind: BodyKind) -> str:
    """A body's name as it stands inside a sentence: ``styregruppen``, ``K17``, ``DASSOS``."""
    is_word = kind is BodyKind.STEERING_GROUP and title[1:2].islower()
    return first_lower(title) if is_word else title


def mark(is_made_up: bool) -> str:
    """The mark, or nothing."""
    return MADE_UP if is_made_up else ""


def on_day(day: dt.date) -> str:
    """A day inside a sentence: ``den 14. marts 2025``."""
    return f"den {long_date(day)}"


def on(fact: Happened) -> str:
    """When a fact happened, inside a sentence, with its mark; vague days in the source's words."""
    words = fact.when if said_words(fact.day) else on_day(fact.day)
    return f"{words}{mark(fact.is_made_up)}"
