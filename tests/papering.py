"""A case on its way through the councils: answers, a final version, what the bodies said."""

from __future__ import annotations

import datetime as dt
from typing import Any

from models import Level, Outcome, Scope
from tests.answering import PDF, WORD, collected, files_at_once
from tests.past import record_past
from tests.played import played_once
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.report.writing import NewVersion, make_version
from udmelding.casework.wiring import Services
from udmelding.journal.database import writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

__all__ = ["PDF", "WORD"]  # what the report's files hold here

REF = "CU-PAPIR-2025"
TITLE = "Borgere med «sjældne» behov: A/B"
START = clock.at(dt.date(2024, 8, 1))
NOW = clock.at(dt.date(2025, 4, 10))


def say(services: Services, kind: str, day: dt.date, **said: Any) -> None:
    """Record a fact at noon of that day."""
    record_past(services, REF, kind, said, Stamp(clock.at(day), "anna"))


@played_once
def before_councils(
    services: Services, *, is_national: bool = False, asks_own: bool = False
) -> None:
    """All have answered, the final version is made, and the bodies have recommended it.

    A national case asks all areas, or our own alone where it ``asks_own``.
    """
    with writing(services.engine) as session:
        demo.make_contacts(session, "sjaelland", Stamp(START, "anna"))
        new = NewCase(
            reference=REF,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.NATIONAL if is_national else Scope.REGIONAL,
            received_on=START.date(),
            particulars=NewParticulars(
                title=TITLE, legal_basis="serviceloven § 13 b, stk. 2", journal_number="24/12345"
            ),
            deadline=NewDeadline(due_on=dt.date(2025, 5, 31)),
            asks_all=is_national and not asks_own,
        )
        launch_case(session, services.settings, new, Stamp(START, "anna"))
    advance(services, REF, START)
    collected(services, REF, START + dt.timedelta(days=60))
    with files_at_once():
        stamp = Stamp(clock.at(dt.date(2025, 2, 20)), "anna")
        make_version(services, REF, NewVersion(is_final=True), stamp)
    for body, day in (("styregruppe", (3, 14)), ("k17", (3, 28)), ("kkr", (4, 8))):
        on = dt.date(2025, *day)
        said = {"level": Level.BODY, "outcome": Outcome.RECOMMENDED, "is_proven": True}
        say(services, "decision", on, step=body, party=body, on=on, **said)


def decided(services: Services, party: str, day: dt.date, **said: Any) -> None:
    """A council approved, or did what ``said`` says."""
    common = {"level": Level.COUNCIL, "outcome": Outcome.APPROVED, "step": "councils"}
    say(services, "decision", day, party=party, on=day, **(common | said))
