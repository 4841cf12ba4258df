"""What do reminders, and mails about new dates, need to know? See ``mail_contexts``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from udmelding.documents.mail_context import MailContext


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderContext(MailContext):
    """Reminds of an answer, or of a council's decision, before or after it was due.

    Attributes:
        due_on: the due date that the mail speaks of.
        asked_on: the day the party was asked.
        business_days_left: business days from ``written_on`` to ``due_on``; 0 when it has passed.
        business_days_over: business days since ``due_on``; 0 until it has passed.
        earlier_reminders: days on which the party was reminded before, in their order.
        copied_to: who really gets a copy, in the definite form, such as ``direktøren og
            kommunaldirektøren``; empty where nobody does, so that the text claims none.
        council_name: who decides; a regional council is ``regionsrådet``.
        answer_state: ``partial`` or ``returned`` where something was answered; else empty.
        answered_on: when that was; ``returned_for`` is what was asked when it was sent back.
        progress: what the party has done so far, such as ``økonomiudvalget anbefalede sagen 2.
            juni 2025``; empty for nothing.
        announced_on: the day the party had announced, where that has passed; else None.
    """

    due_on: dt.date
    asked_on: dt.date
    business_days_left: int = 0
    business_days_over: int = 0
    earlier_reminders: tuple[dt.date, ...] = ()
    copied_to: str = ""
    council_name: str = "kommunalbestyrelsen"
    answer_state: str = ""
    answered_on: dt.date | None = None
    returned_for: str = ""
    progress: str = ""
    announced_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedContext(MailContext):
    """Reminds of the day that a party has announced itself, before or after that day.

    Attributes:
        announced_on: the day it named; ``said_on`` is when it did.
        due_on: when it was or is due by.
        is_decision: whether a council is to decide; False: an answer is asked for.
        business_days_left: business days to ``announced_on``; 0 when it has passed.
        business_days_over: business days since ``announced_on``; 0 until it has passed.
        council_name: who decides; a regional council is ``regionsrådet``.
    """

    announced_on: dt.date
    said_on: dt.date
    due_on: dt.date
    is_decision: bool
    business_days_left: int = 0
    business_days_over: int = 0
    council_name: str = "kommunalbestyrelsen"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedReminderContext(MailContext):
    """Reminds on a day that the secretariat has chosen, in its own words.

    Attributes:
        message: what the caseworker wrote.
        due_on: when it was or is due by; ``asked_on`` is the day the party was asked.
        is_decision: whether a council is to decide; False: an answer is asked for.
        council_name: who decides; a regional council is ``regionsrådet``.
    """

    message: str
    due_on: dt.date
    asked_on: dt.date
    is_decision: bool
    council_name: str = "kommunalbestyrelsen"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGrantedContext(MailContext):
    """Confirms in writing that a party has got more time.

    Attributes:
        due_on: the new date; ``before_on`` the one that it replaces.
        deadline: when the report is due at the agency; None where nobody has set a date.
        is_decision: whether a council is to decide; False: an answer is asked for.
        council_name: who decides; a regional council is ``regionsrådet``.
    """

    due_on: dt.date
    before_on: dt.date
    deadline: dt.date | None
    is_decision: bool
    council_name: str = "kommunalbestyrelsen"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestItem:
    """One thing that a digest reminds of.

    Attributes:
        wanted: what is owed, such as ``det samlede svar``.
        due_on: when it is or was due.
        business_days_left: business days to ``due_on``; 0 when it has passed.
        business_days_over: business days since ``due_on``; 0 until it has passed.
        link: address of the party's own page in the case; empty where it has none.
    """

    reference: str
    title: str
    wanted: str
    due_on: dt.date
    business_days_left: int = 0
    business_days_over: int = 0
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContext(MailContext):
    """Reminds one person of several things, in one case or in several.

    Attributes:
        items: what is owed, the earliest due date first; at least two.
        due_on: the earliest due date.
    """

    items: tuple[DigestItem, ...]
    due_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDateMovedContext(MailContext):
    """Tells a party that the date it was given is another now.

    Attributes:
        due_on: the new date; ``moved_from`` the one it was given before.
        deadline: when the report is due at the agency; None where nobody has set a date.
        is_decision: whether a council is to decide; False: an answer is asked for.
        council_name: who decides; a regional council is ``regionsrådet``.
    """

    due_on: dt.date
    moved_from: dt.date
    deadline: dt.date | None
    is_decision: bool
    council_name: str = "kommunalbestyrelsen"
