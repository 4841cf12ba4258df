"""Who would be reminded today and is not, and why? Read from the wake index, which knows why.

Those whom a person has switched off are read apart, by ``journal.due``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from udmelding.journal.case.header import headers
from udmelding.journal.case.taking_part import party_names
from udmelding.journal.database import Session
from udmelding.journal.wake import wake_due
from udmelding.rules.case.actions import Withheld
from udmelding.rules.words.business_days import WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentChase:
    """One party that its ladder has reached, and that is left in peace.

    Attributes:
        due_on: when what it owes is or was due, or the day that it has announced.
        why: what speaks for leaving it in peace.
        until: the last such day; None until somebody does something.
    """

    reference: str
    step: str
    party: str
    party_name: str
    due_on: dt.date
    why: Withheld
    until: dt.date | None


def silent_chases(session: Session, today: dt.date) -> tuple[SilentChase, ...]:
    """All parties that are not reminded on ``today`` though their ladder has come to a rung.

    Those whose reminders a person has switched off are left out: ``journal.due`` has them.
    """
    items = [
        item
        for item in wake_due.silenced_by_case(session, today)
        if item.why != Withheld.STOPPED.value
    ]
    references = tuple({item.reference for item in items})
    known = {header.reference: header.id for header in headers(session, references)}
    names = party_names(session, known.values())
    return tuple(
        SilentChase(
            reference=item.reference,
            step=item.step,
            party=item.party,
            party_name=names.get((known[item.reference], item.party), item.party),
            due_on=item.due_on,
            why=Withheld(item.why),
            until=item.until,
        )
        for item in items
    )


def why_quiet(session: Session, day: dt.date) -> str:
    """Why nobody is reminded on ``day`` whatever is due, as a Danish clause; empty on other days.

    A closed day or a quiet period counts when the processes of all waiting cases share it.
    """
    if day.isoweekday() > 5:
        return "det er weekend"
    holiday = WorkCalendar().is_holiday(day)
    if holiday:
        return f"det er {holiday.lower()}"
    calendars = wake_due.calendars(session)
    if not calendars or any(calendar.may_send(day) for calendar in calendars):
        return ""
    quiet = next((name for calendar in calendars if (name := calendar.is_quiet(day))), None)
    return f"det er {quiet}" if quiet else "kontoret er lukket"
