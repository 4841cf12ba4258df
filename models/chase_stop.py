"""Chase stops: one party is not to be reminded of one thing, for a while or for good."""

from __future__ import annotations

import datetime as dt

from models.fact import CaseFact


class ChaseStop(CaseFact, table=True):
    """Reminders to one party in one step were switched off or on again; the latest one counts.

    Attributes:
        step: the step whose reminders are meant.
        is_stopped: true from here on no reminder is sent; false takes them up again.
        until: the last day without reminders; None until somebody switches them on.
        reason: why, in words.
    """

    step: str
    party: str
    is_stopped: bool
    until: dt.date | None = None
    reason: str = ""
