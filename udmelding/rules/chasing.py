"""Whom does the ladder chase today? Reminders over a whole case; ``reminders`` holds the ladder."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from udmelding.config.process import Rung
from udmelding.rules.actions import SendMail
from udmelding.rules.case import Case
from udmelding.rules.case_plan import calendar_of
from udmelding.rules.reminders import due_rung, ladder_days
from udmelding.rules.standing import Standing


def reminders(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[SendMail]:
    """The reminders due on ``today``; none on a day without sending."""
    work_days = calendar_of(case)
    if not work_days.may_send(today):
        return
    sent: dict[tuple[str, str, dt.date | None], set[str]] = defaultdict(set)
    for mail in case.mails:
        sent[mail.step, mail.party, mail.due_on].add(mail.rung)
    for row in rows:
        if not is_chased(row) or row.opened_on is None or row.due_on is None:
            continue
        ladder = case.process.ladders[row.step.ladder or ""]
        days = ladder_days(ladder, row.opened_on, row.due_on, work_days)
        item = due_rung(
            days, last_rung(ladder, sent[row.step.id, row.party.party, row.due_on]), today
        )
        if item is None or case.chase_stop(row.step.id, row.party.party, today):
            continue
        yield SendMail(
            key=reminder_key(
                case.reference, row.step.id, row.party.party, item.rung.id, row.due_on
            ),
            stage=row.step.stage,
            mail=item.rung.mail,
            step_id=row.step.id,
            party=row.party.party,
            rung=item.rung.id,
            due_on=row.due_on,
            copy_to=item.rung.copy_to,
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
