"""What is a mail's context made from? The case, its status, and the obligation that it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar

from models import ContactRole, PartyKind
from udmelding.config.settings import Settings
from udmelding.rules.case.actions import SendMail
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Mail, Response
from udmelding.rules.case.glossary import enumerated
from udmelding.rules.case.standing import Standing, is_council_step
from udmelding.rules.plan.case_plan import calendar_of
from udmelding.rules.status.status import Status


class OfParty(Protocol):
    """A fact about one party in one step."""

    @property
    def step(self) -> str:
        """The step's id."""
        ...

    @property
    def party(self) -> str:
        """The party's short name."""
        ...


T = TypeVar("T", bound=OfParty)


class Asked:
    """One mail that is asked for, and what is known for it; see ``mail_values.context_of``."""

    def __init__(
        self,
        settings: Settings,
        case: Case,
        found: Status,
        row: Standing | None,
        action: SendMail,
        today: dt.date,
        *,
        copied: tuple[ContactRole, ...],
    ) -> None:
        """Take in what is known; the arguments are those of ``context_of``."""
        self.copied = copied
        self.settings, self.case, self.found = settings, case, found
        self.row, self.action, self.today = row, action, today

    @property
    def due_on(self) -> dt.date:
        """The date that the mail speaks of."""
        return self.action.due_on or self.today

    @property
    def asked_on(self) -> dt.date:
        """The day the party was asked."""
        return self.row.opened_on if self.row and self.row.opened_on else self.today

    @property
    def council_name(self) -> str:
        """Who decides, in the definite form."""
        is_region = self.row and self.row.party.kind is PartyKind.REGIONAL_COUNCIL
        return "regionsrådet" if is_region else "kommunalbestyrelsen"

    @property
    def is_decision(self) -> bool:
        """Whether a decision is owed; else an answer."""
        return bool(self.row and is_council_step(self.row.step))

    @property
    def copied_to(self) -> str:
        """Who gets a copy, in the definite form; a region's chief executive has another title."""
        is_region = self.council_name == "regionsrådet"
        titles = {
            ContactRole.DIRECTOR: "direktøren",
            ContactRole.CHIEF_EXECUTIVE: "regionsdirektøren" if is_region else "kommunaldirektøren",
        }
        return enumerated([title for role, title in titles.items() if role in self.copied])

    @property
    def submitted_on(self) -> dt.date:
        """The day the report was sent; the day it was recorded where the source is vague."""
        sent = self.found.submission
        if sent is None:
            return self.today
        return sent.happened_to if sent.is_one_day else sent.recorded_at.date()

    def business_days_to(self, day: dt.date) -> int:
        """Business days from today to ``day``; negative where it has passed."""
        return calendar_of(self.case).business_days_between(self.today, day)

    def earlier_reminders(self) -> tuple[dt.date, ...]:
        """Days on which this party was reminded before in this step."""
        ladder = {rung.id for rungs in self.case.process.ladders.values() for rung in rungs}
        sent = [m for m in self.case.mails if self._is_mine(m) and m.rung in ladder]
        return tuple(m.finished_at.date() for m in sent if m.finished_at is not None)

    def _is_mine(self, mail: Mail) -> bool:
        return (mail.step, mail.party) == (self.action.step_id, self.action.party)

    def of_party(self, facts: Iterable[T]) -> list[T]:
        """Those of the step and the party that the mail goes to, in the order of recording."""
        at = (self.action.step_id, self.action.party)
        return [fact for fact in facts if (fact.step, fact.party) == at]

    def answer(self) -> Response:
        """The very answer that is thanked for; its day is in the mail's rung."""
        day = self.action.rung.partition("@")[2]
        answers = self.of_party(self.case.responses)
        return next(r for r in reversed(answers) if r.happened_to.isoformat() == day)
