"""Is a mail that was written still wanted when its turn to be sent comes?

Minutes or days may lie between: an answer came, the date moved, the case was closed. What is not
wanted any more is withdrawn with the reason, and never sent the night after an answer. A mail of a
paused case is not asked for at all: it waits, and is asked when the case goes on.
"""

from __future__ import annotations

import datetime as dt

from models.outbox import MailKind
from udmelding.rules.case.actions import Withheld
from udmelding.rules.case.case import Case
from udmelding.rules.case.mail_state import REMINDING
from udmelding.rules.case.standing import standings
from udmelding.rules.due.chasing import Evidence, chase_of

INVITING = frozenset({MailKind.INVITATION, MailKind.COUNCIL_INVITATION})
"""The kinds that ask for something the first time: they can become parts of one, too."""


class StillOwed:
    """What a case still wants of each party, worked out once for all mails in it."""

    def __init__(self, case: Case) -> None:
        """Take what is known now, at least of the parties that are asked for."""
        self.case, self.evidence = case, Evidence(case)
        rows = standings(case, case.received_on)
        self.rows = {(row.step.id, row.party.party): row for row in rows}

    def reason_overtaken(
        self, mail: MailKind, at: tuple[str, str], due_on: dt.date | None, today: dt.date
    ) -> Withheld | None:
        """Why a mail that asks for something should not go any more, or None when it should.

        Args:
            mail: the kind of mail.
            at: the step and party that it was written to.
            due_on: the date that it speaks of, if it speaks of one.
            today: the day on which it would be sent.
        """
        if self.case.is_paused or self.case.is_closed:
            return Withheld.PAUSED
        row = self.rows.get(at)
        if row is None or row.state.is_closed:
            return Withheld.ANSWERED_MEANWHILE
        chase = chase_of(self.evidence, row) if mail in REMINDING else None
        spoken_of = {row.due_on, chase.due_on} if chase is not None else {row.due_on}
        if due_on is not None and due_on not in spoken_of:
            return Withheld.DATE_MOVED
        if chase is not None and chase.silence is not None and chase.is_silent(today):
            return chase.silence.why
        return None
