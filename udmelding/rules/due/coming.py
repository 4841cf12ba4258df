"""What would go out of a case, when and to whom, if it went on now? For drafts and held cases.

The days to come are not worked out anew here: what would go at once is what ``due`` asks for, once
for each turn as the machine would take them, and the days of the reminders are those of the same
ladders. So the list and what is sent later cannot differ by anything but what happens meanwhile:
whoever answers is not reminded, and steps that open later bring mails of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.contact import ContactRole
from models.outbox import MailKind, OutboxState
from udmelding.rules.case.actions import OpenStep, SendMail
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Mail, Obligation
from udmelding.rules.case.standing import Standing, standings
from udmelding.rules.due.chasing import Evidence, chase_of, days_of, last_rung, reminder_key
from udmelding.rules.due.due import due
from udmelding.rules.due.due_mails import reminder_day
from udmelding.rules.due.overtaken import INVITING
from udmelding.rules.due.reminders import due_rung, open_rungs
from udmelding.rules.mail.pace import next_opening
from udmelding.rules.plan.case_plan import calendar_of

MOST_TURNS = 28
"""Opening a step makes its invitations due: a few turns do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One mail that would go out.

    Attributes:
        on: the day on which the machine sends it; the first such day where a person releases it.
        due_on: the due date that it speaks of, if it speaks of one.
        copy_to: the roles that would get a copy.
        awaits_release: a person has to send it.
    """

    key: str
    on: dt.date
    mail: MailKind
    step_id: str
    party: str
    due_on: dt.date | None = None
    copy_to: tuple[ContactRole, ...] = ()
    awaits_release: bool = False


def coming_mails(case: Case, now: dt.datetime) -> tuple[Coming, ...]:
    """The mails that would go if the case were started or taken up at ``now``, by day.

    Args:
        case: what is known; a pause of it is looked past.
        now: the moment at which it would go on.
    """
    if case.is_closed:
        return ()
    begun, at_once = _begun(replace(case, pauses=()), now)
    found = {one.key: one for one in (*at_once, *_reminders(begun, now.date()))}
    return tuple(sorted(found.values(), key=lambda one: (one.on, one.mail, one.key)))


def _begun(case: Case, now: dt.datetime) -> tuple[Case, list[Coming]]:
    """The case after all turns that would be taken at ``now``, and the mails that they bring."""
    found: list[Coming] = []
    for _ in range(MOST_TURNS):
        actions = [a for a in due(case, now.date()).actions if isinstance(a, OpenStep | SendMail)]
        if not actions:
            break
        opened = [o for a in actions if isinstance(a, OpenStep) for o in _obligations(a, now)]
        sent = [a for a in actions if isinstance(a, SendMail)]
        found += [_coming(a, _leaves_on(case, a, now)) for a in sent]
        case = replace(
            case,
            obligations=(*case.obligations, *opened),
            mails=(*case.mails, *(_written(a, now) for a in sent)),
        )
    return case, found


def _obligations(action: OpenStep, now: dt.datetime) -> Iterator[Obligation]:
    for party, due_on in action.due_on.items():
        yield Obligation(
            key=f"{action.key}/{party}",
            recorded_at=now,
            step=action.step_id,
            party=party,
            opened_on=action.opened_on,
            due_on=due_on,
            origin=action.origin,
        )


def _written(action: SendMail, now: dt.datetime) -> Mail:
    return Mail(
        key=action.key,
        step=action.step_id,
        party=action.party,
        mail=action.mail,
        rung=action.rung,
        due_on=action.due_on,
        state=OutboxState.PENDING,
        created_at=now,
    )


def _coming(action: SendMail, on: dt.date) -> Coming:
    return Coming(
        key=action.key,
        on=on,
        mail=action.mail,
        step_id=action.step_id,
        party=action.party,
        due_on=action.due_on,
        copy_to=action.copy_to,
        awaits_release=action.awaits_release,
    )


def _leaves_on(case: Case, action: SendMail, now: dt.datetime) -> dt.date:
    """An invitation that is written outside the sending hours goes on the next day that has them.

    Reminders are due on days of sending only, and all else goes at once.
    """
    work_days = case.process.work_days
    if action.mail not in INVITING or work_days.sending_hours is None:
        return now.date()
    return next_opening(work_days, now, is_quiet_kept=False).date()


def _reminders(case: Case, today: dt.date) -> Iterator[Coming]:
    """The reminders of whoever owes something and does not answer, from tomorrow on."""
    rows = standings(case, today)
    evidence, calendar = Evidence(case), calendar_of(case)
    for row in rows:
        chase = chase_of(evidence, row)
        if chase is None:
            continue
        party = row.party.party
        at = (row.step.id, party, chase.due_on)
        sent = {m.rung for m in case.mails if (m.step, m.party, m.due_on) == at}
        days, last = days_of(chase, calendar), last_rung(chase.ladder, sent)
        # On a day without sending nothing is due; what its ladder has reached goes on the next.
        reached = due_rung(days, last, today)
        later = [item for item in open_rungs(days, last) if item.day > today]
        for item in (*([reached] if reached else ()), *later):
            day = calendar.next_sending_day(max(item.day, today))
            if not chase.is_silent(day):
                yield Coming(
                    key=reminder_key(
                        case.reference, row.step.id, party, item.rung.id, chase.due_on
                    ),
                    on=day,
                    mail=item.rung.mail,
                    step_id=row.step.id,
                    party=party,
                    due_on=chase.due_on,
                    copy_to=item.rung.copy_to,
                    awaits_release=bool(item.rung.copy_to),
                )
    yield from _dated(case, rows, today)


def _dated(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[Coming]:
    """The reminders on a fixed day that is to come."""
    for reminder in case.dated_reminders:
        day = reminder_day(case, reminder)
        if not reminder.step or day <= today:
            continue
        for row in rows:
            party = row.party.party
            is_theirs = row.step.id == reminder.step and reminder.party in ("", party)
            if is_theirs and row.state.is_owed and row.opened_on is not None:
                yield Coming(
                    key=f"{case.reference}/{row.step.id}/{party}/dated-{reminder.tail}",
                    on=day,
                    mail=MailKind.DATED_REMINDER,
                    step_id=row.step.id,
                    party=party,
                    due_on=row.due_on,
                )
