"""All meetings in one book: the bodies' own, and the days on which councils decide.

Read with as many statements for a hundred cases as for one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from udmelding.casework.plan.explaining import wheel_of
from udmelding.config.case.library import meeting_bodies
from udmelding.errors import NotFoundError
from udmelding.journal.case.load import load_all, load_meetings
from udmelding.journal.database import Session
from udmelding.journal.plan.calendar_entries import moved_from
from udmelding.rules.case.case import Case
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.meeting_book import (
    COUNCILS,
    BodyMeeting,
    CouncilDay,
    body_meetings,
    council_days,
)
from udmelding.rules.plan.year_wheel import picture_in_words
from udmelding.rules.words.date_forms import MONTHS

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which meetings are asked for.

    Attributes:
        since: past meetings from this day on; None for the coming ones only.
        organ: key of an organ; empty for all.
        case: reference of a case; empty for all.
    """

    since: dt.date | None = None
    organ: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The meetings of one month, by day."""

    id: str
    name: str
    meetings: tuple[BodyMeeting | CouncilDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingBook:
    """The meetings, and what they can be chosen by.

    Attributes:
        organs: key and name of each body that has meetings, and of the councils.
        cases: reference and title of each open case.
    """

    months: tuple[Month, ...]
    organs: Choices
    cases: Choices


def meeting_book(
    session: Session, now: dt.datetime, wanted: Wanted, own: Path | None
) -> MeetingBook:
    """The meetings that are asked for; ``own`` as for ``config.case.library.load_areas``.

    Raises:
        NotFoundError: there is no such organ or case.
    """
    today = now.date()
    cases, meetings = load_all(session, now), load_meetings(session, now)
    laid = [(case, None if case.is_closed else plan_of(case, today)) for case in cases]
    bodies = body_meetings(laid, meetings, moved_from(session, meetings, now), today)
    organs = _organs(bodies, own)
    _check(wanted, organs, cases)
    since = min(wanted.since or today, today)
    both: tuple[BodyMeeting | CouncilDay, ...] = (*bodies, *council_days(laid))
    found = [
        meeting
        for meeting in both
        if meeting.held_on >= since
        and wanted.organ in ("", meeting.organ)
        and (not wanted.case or wanted.case in meeting.references)
    ]
    return MeetingBook(months=tuple(_months(found)), organs=organs, cases=open_cases(cases))


def open_cases(cases: Iterable[Case]) -> Choices:
    """Reference and title of each case that is open."""
    return tuple((case.reference, case.title) for case in cases if not case.is_closed)


def _organs(bodies: Iterable[BodyMeeting], own: Path | None) -> Choices:
    """The bodies in the order of areas, with the area where there are several."""
    met = {(meeting.area, meeting.body): meeting.organ for meeting in bodies}
    known = [(key, b) for b in meeting_bodies(own) if (key := met.get((b.area, b.id))) is not None]
    is_one = len({body.area for _, body in known if body.area_name}) < 2
    named = [
        (key, b.title if is_one or b.area_name in b.title else f"{b.title} ({b.area_name})")
        for key, b in known
    ]
    # A body that no area has any more is told by its id.
    named += [(key, body) for (_, body), key in met.items() if key not in dict(named)]
    return (*named, (COUNCILS, "Kommunerne"))


def _check(wanted: Wanted, organs: Choices, cases: Sequence[Case]) -> None:
    known = tuple(key for key, _ in organs)
    if wanted.organ and wanted.organ not in known:
        raise NotFoundError("organ", wanted.organ[:60], known)
    references = tuple(case.reference for case in cases)
    if wanted.case and wanted.case not in references:
        raise NotFoundError("sag", wanted.case[:60], references)


def _months(found: Iterable[BodyMeeting | CouncilDay]) -> Iterator[Month]:
    in_order = sorted(found, key=lambda m: (m.held_on, m.organ == COUNCILS, m.organ))
    for (year, month), several in groupby(in_order, lambda m: (m.held_on.year, m.held_on.month)):
        name = f"{MONTHS[month - 1]} {year}"
        yield Month(id=f"{year}-{month:02}", name=name, meetings=tuple(several))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWheel:
    """One case's year wheel in words; None where the case has no deadline to plan by."""

    reference: str
    title: str
    words: tuple[str, ...] | None


def case_wheels(session: Session, now: dt.datetime, only: str) -> tuple[CaseWheel, ...]:
    """The year wheel of every open case, or of the case ``only``.

    Raises:
        NotFoundError: there is no such case.
    """
    cases = load_all(session, now)
    _check(Wanted(case=only), (), cases)
    chosen = [c for c in cases if (c.reference == only if only else not c.is_closed)]
    made = [(case, wheel_of(case, now.date())) for case in chosen]
    return tuple(
        CaseWheel(
            reference=case.reference,
            title=case.title,
            words=tuple(picture_in_words(wheel)) if wheel else None,
        )
        for case, wheel in made
    )
