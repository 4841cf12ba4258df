"""What a director sees: every open case on one page, in the words that the secretariat itself uses.

A draft is nobody's case yet and is left out; so is what is closed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from udmelding.config.case.library import load_areas
from udmelding.journal.case.header import closed_among, headers
from udmelding.journal.case.load import load_all
from udmelding.journal.database import Session
from udmelding.rules.case.case import Case
from udmelding.rules.case.country import OTHER_AREAS
from udmelding.rules.status.briefing import Briefing, briefing
from udmelding.rules.status.status import Status, status


@dataclass(frozen=True, slots=True)
class Briefed:
    """One case, how it stands, and what is said of it."""

    case: Case
    status: Status
    briefing: Briefing


def briefed(case: Case, found: Status) -> Briefed:
    """A case that is loaded already."""
    return Briefed(case, found, briefing(case, found))


def open_cases(session: Session, now: dt.datetime) -> tuple[Briefed, ...]:
    """The open cases as of ``now``: those to be sent by deadline, then those that are sent.

    A fixed number of statements, however many there are.
    """
    known = headers(session)
    closed = closed_among(session, now)
    cases = load_all(session, now, [h for h in known if h.id not in closed]) if known else ()
    shown = [briefed(case, status(case, now.date())) for case in cases if not case.is_draft]
    shown.sort(
        key=lambda one: (
            one.status.submission is not None,
            one.case.deadline or dt.date.max,
            one.case.reference,
        )
    )
    return tuple(shown)


def area_names() -> Mapping[str, str]:
    """What the areas of a briefing are called.

    Raises:
        BadFileError: the areas' file is wrong.
    """
    named = {area.id: area.name for area in load_areas().values()}
    return {**named, OTHER_AREAS: "De øvrige områder"}
