"""Whom does the ladder chase today, and who is left in peace, and why?

Reminders over a whole case; ``reminders`` holds the ladder. A chase stops on evidence: an answer, a
decision or a waiver ends it, an extension or an announced day moves it, and whatever shows that the
party is at work (a part of an answer, a reply by mail that nobody has read) makes it wait.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from udmelding.config.case.process import Rung
from udmelding.rules.case.actions import SendMail, Withheld
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import ChaseStop, Decision, Expectation, Response
from udmelding.rules.case.standing import Standing
from udmelding.rules.due.reminders import RungDay, due_rung, ladder_days
from udmelding.rules.plan.case_plan import calendar_of
from udmelding.rules.words.business_days import WorkCalendar

At = tuple[str, str]
"""A step and a party."""

FOREVER = dt.date.max
"""The last day of a silence that ends only when somebody does something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Why a party is not reminded for now; ``until`` is the last such day."""

    why: Withheld
    until: dt.date = FOREVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Chase:
    """What one party is chased for, and by which ladder.

    Attributes:
        name: the ladder's name in the process; ``ladder`` its rungs.
        opened_on: a rung counts only after this day: the party was asked, or announced its day.
        due_on: the day to count from, which mails speak of: the due date or the announced day.
        escalates_after: the due date where the ladder counts from an announced day; else None.
        silence: why nothing is sent for now; None where reminders go.
    """

    name: str
    ladder: tuple[Rung, ...]
    opened_on: dt.date
    due_on: dt.date
    escalates_after: dt.date | None = None
    silence: Silence | None = None

    def is_silent(self, day: dt.date) -> bool:
        """Whether nothing is sent on ``day``."""
        return self.silence is not None and day <= self.silence.until


class Evidence:
    """What is known of each party in each step besides its standing, by step and party."""

    def __init__(self, case: Case) -> None:
        """Sort the facts of ``case`` once, for all its parties."""
        self.case = case
        self.announced: dict[At, Expectation] = {}
        self.stops: dict[At, ChaseStop] = {}
        self.waiting: set[At] = {(r.step, r.party) for r in case.replies if r.is_waiting}
        self.heard: dict[At, dt.datetime] = {}
        self.said: dict[At, dt.datetime] = {}
        for expectation in case.expectations:
            self.announced[expectation.step, expectation.party] = expectation
        for stop in case.chase_stops:
            self.stops[stop.step, stop.party] = stop
        facts: tuple[Response | Decision, ...] = (*case.responses, *case.decisions)
        for fact in facts:
            _keep_latest(self.heard, (fact.step, fact.party), fact.recorded_at)
        self.said.update(self.heard)
        for extension in case.extensions:
            _keep_latest(self.said, (extension.step, extension.party), extension.recorded_at)

    def announced_day(self, at: At) -> Expectation | None:
        """The day that the party has announced last, unless something else was heard since."""
        found = self.announced.get(at)
        is_overtaken = found is not None and at in self.said and self.said[at] > found.recorded_at
        return None if is_overtaken else found

    def silence(self, at: At, announced: Expectation | None) -> Silence | None:
        """Why an open obligation is not chased for now; of several reasons the longest.

        Args:
            at: the obligation's step and party.
            announced: an announced day that no ladder of its own follows up on.
        """
        found: list[Silence] = []
        if at in self.waiting:
            found.append(Silence(why=Withheld.REPLY_WAITS))
        stop = self.stops.get(at)
        if stop is not None and stop.is_stopped:
            found.append(Silence(why=Withheld.STOPPED, until=stop.until or FOREVER))
        if announced is not None:
            found.append(Silence(why=Withheld.ANNOUNCED, until=announced.expected_on))
        if at in self.heard:
            grace = self.case.process.grace_business_days
            until = calendar_of(self.case).add_business_days(self.heard[at].date(), grace)
            found.append(Silence(why=Withheld.RECENT_ANSWER, until=until))
        return max(found, key=lambda item: item.until, default=None)


def _keep_latest(known: dict[At, dt.datetime], at: At, moment: dt.datetime) -> None:
    if at not in known or known[at] < moment:
        known[at] = moment


def chase_of(evidence: Evidence, row: Standing) -> Chase | None:
    """What the standing's party is chased for; None where no ladder chases it."""
    if row.step.ladder is None or not is_chased(row) or not row.opened_on or not row.due_on:
        return None
    ladders, at = evidence.case.process.ladders, (row.step.id, row.party.party)
    announced = evidence.announced_day(at)
    if announced is not None and row.step.announced is not None:
        return Chase(
            name=row.step.announced,
            ladder=ladders[row.step.announced],
            opened_on=announced.recorded_at.date(),
            due_on=announced.expected_on,
            escalates_after=row.due_on,
            silence=evidence.silence(at, None),
        )
    return Chase(
        name=row.step.ladder,
        ladder=ladders[row.step.ladder],
        opened_on=row.opened_on,
        due_on=row.due_on,
        silence=evidence.silence(at, announced),
    )


def reminders(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[SendMail]:
    """The reminders due on ``today``; none on a day without sending."""
    for row, chase, item in _reached(case, rows, today):
        if not chase.is_silent(today):
            yield SendMail(
                key=reminder_key(
                    case.reference, row.step.id, row.party.party, item.rung.id, chase.due_on
                ),
                stage=row.step.stage,
                mail=item.rung.mail,
                step_id=row.step.id,
                party=row.party.party,
                rung=item.rung.id,
                due_on=chase.due_on,
                copy_to=item.rung.copy_to,
            )


def silenced_keys(
    case: Case, rows: Sequence[Standing], today: dt.date
) -> Iterator[tuple[str, Withheld]]:
    """Keys of the reminders that the ladder has reached and that are not sent, and why."""
    for row, chase, item in _reached(case, rows, today):
        if chase.silence is not None and chase.is_silent(today):
            key = reminder_key(
                case.reference, row.step.id, row.party.party, item.rung.id, chase.due_on
            )
            yield key, chase.silence.why


def _reached(
    case: Case, rows: Sequence[Standing], today: dt.date
) -> Iterator[tuple[Standing, Chase, RungDay]]:
    """The rung that each ladder has come to by ``today``, if it was not sent."""
    work_days = calendar_of(case)
    if not work_days.may_send(today):
        return
    sent: dict[tuple[str, str, dt.date | None], set[str]] = defaultdict(set)
    for mail in case.mails:
        sent[mail.step, mail.party, mail.due_on].add(mail.rung)
    evidence = Evidence(case)
    for row in rows:
        chase = chase_of(evidence, row)
        if chase is None:
            continue
        days = days_of(chase, work_days)
        last = last_rung(chase.ladder, sent[row.step.id, row.party.party, chase.due_on])
        item = due_rung(days, last, today)
        if item is not None:
            yield row, chase, item


def days_of(chase: Chase, work_days: WorkCalendar) -> tuple[RungDay, ...]:
    """The days of the chase's ladder."""
    return ladder_days(
        chase.ladder, chase.opened_on, chase.due_on, work_days, chase.escalates_after
    )


def last_rung(ladder: Sequence[Rung], sent: Collection[str]) -> str:
    """The last rung of ``ladder`` among those ``sent``; empty for none."""
    return next((rung.id for rung in reversed(ladder) if rung.id in sent), "")


def is_chased(row: Standing) -> bool:
    """Whether a standing is one that a ladder chases now."""
    return row.step.ladder is not None and row.state.is_owed and row.opened_on is not None


def reminder_key(reference: str, step: str, party: str, rung: str, due_on: dt.date) -> str:
    """The key under which a rung goes out once for each due date."""
    return f"{reference}/{step}/{party}/{rung}@{due_on.isoformat()}"
