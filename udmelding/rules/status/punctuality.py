"""Are answers and decisions given in time? Counted for a step, a municipality, a case or a year.

What is counted is an asking: one municipality or regional council was asked for one thing. It has
one fate, seen on one day, so the five counts of fates always add up to what was asked. The laws,
each with a test:

* what was put in place of something else counts once: a case holds only the facts that stand;
* more time that was granted counts: an asking is judged by the date that holds, not the first one;
* what first met it counts: an answer that was in time is not late because it was corrected later;
* an asking whose date has not passed is neither late nor missing, however long it has been open;
* whoever was excused, or has ceased to be, is counted apart, unless it answered all the same.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from models.outbox import OutboxState
from udmelding.config.case.process import Parties
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Party
from udmelding.rules.case.mail_state import REMINDING
from udmelding.rules.case.standing import Standing, State, is_council_step, standings

HOW_COUNTED = (
    "Hver kommune tælles én gang for hvert svar og hver beslutning med en frist: «til tiden» er "
    "senest på fristen, og er der givet mere tid, tæller den nye frist; det, der ikke er forfaldet "
    "endnu, er hverken for sent eller mangler."
)
"""The counting in a sentence, for whoever reads the numbers."""


class Fate(StrEnum):
    """What became of an asking, as far as one can see."""

    IN_TIME = "in_time"
    LATE = "late"
    MISSING = "missing"
    COMING = "coming"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One party was asked for one thing.

    Attributes:
        case: short name of the case, which ``reference`` names.
        step: what it was asked for, in Danish; a decision or else an answer.
        due_on: the date that holds.
        days: calendar days from the asking to what first met it; None where nothing has.
        reminders: mails that reminded of it, and went out.
    """

    reference: str
    case: str
    step: str
    is_decision: bool
    party: Party
    due_on: dt.date
    fate: Fate
    is_extended: bool
    days: int | None
    reminders: int
    is_made_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """Counts of askings; ``in_time + late + missing + coming + waived = asked``.

    Attributes:
        coming: still open, with a date that has not passed.
        extended: those of all that got more time.
        median_days: from the asking to the answer, of what was answered; None where nothing was.
    """

    asked: int
    in_time: int
    late: int
    missing: int
    coming: int
    waived: int
    extended: int
    median_days: int | None
    reminders: int

    @property
    def percent(self) -> int | None:
        """How many per cent of what should have come was in time; None where nothing should."""
        due = self.in_time + self.late + self.missing
        return round(100 * self.in_time / due) if due else None


def askings(case: Case, today: dt.date) -> tuple[Asking, ...]:
    """Everything that municipalities and regional councils were asked for, seen on ``today``."""
    reminded = reminders_in(case)
    return tuple(
        Asking(
            reference=case.reference,
            case=case.name,
            step=row.step.title,
            is_decision=is_council_step(row.step),
            party=row.party,
            due_on=row.due_on,
            fate=_fate(row),
            is_extended=row.is_extended,
            days=_days(row),
            reminders=len(reminded.get((row.step.id, row.party.party), ())),
            is_made_up=case.is_made_up or row.is_made_up,
        )
        for row in standings(case, today)
        if row.step.parties is Parties.MUNICIPALITIES and row.opened_on and row.due_on
    )


def _fate(row: Standing) -> Fate:
    match row.state:
        case State.FULFILLED:
            return Fate.LATE if row.is_late else Fate.IN_TIME
        case State.WAIVED:
            return Fate.WAIVED
        case State.OVERDUE:
            return Fate.MISSING
    return Fate.COMING


def _days(row: Standing) -> int | None:
    """One that answered before it was asked has waited for nothing."""
    if row.first_met_on is None or row.opened_on is None:
        return None
    return max(0, (row.first_met_on - row.opened_on).days)


def reminders_in(case: Case) -> Mapping[tuple[str, str], Sequence[dt.date]]:
    """The days on which each party was reminded of each step, the first one first."""
    found: dict[tuple[str, str], list[dt.date]] = defaultdict(list)
    for mail in case.mails:
        if mail.mail in REMINDING and mail.state is OutboxState.SENT and mail.finished_at:
            found[mail.step, mail.party].append(mail.finished_at.date())
    return {at: sorted(days) for at, days in found.items()}


def punctuality(counted: Iterable[Asking]) -> Punctuality:
    """The counts of some askings."""
    rows = tuple(counted)
    fates = Counter(row.fate for row in rows)
    days = [row.days for row in rows if row.days is not None]
    return Punctuality(
        asked=len(rows),
        in_time=fates[Fate.IN_TIME],
        late=fates[Fate.LATE],
        missing=fates[Fate.MISSING],
        coming=fates[Fate.COMING],
        waived=fates[Fate.WAIVED],
        extended=sum(row.is_extended for row in rows),
        median_days=round(median(days)) if days else None,
        reminders=sum(row.reminders for row in rows),
    )
