"""What an explanation of a date says: the values that commands and pages show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.obligation import DateSource
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import Standing
from udmelding.rules.plan.explain_history import DateFact, Earlier
from udmelding.rules.plan.plan import Plan, PlanInput


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedDate:
    """One date and why it is so.

    Attributes:
        what: what it is the date of, such as ``planlagt møde``.
        source: where it comes from; ``source_text`` names the letter, calendar or rule.
        arithmetic: how it was reckoned, one line for each step of it.
        counted: holidays, closed days and quiet periods that were skipped in the reckoning.
        earlier: what it was before, and who changed it.
    """

    what: str
    day: dt.date | None
    source: DateSource
    source_text: str = ""
    as_written: str = ""
    arithmetic: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All dates of one step or one party.

    Attributes:
        sentences: what the plan says of it, in words.
    """

    subject: str
    dates: tuple[ExplainedDate, ...]
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What explanations are read from: a case, its plan, and the dates that were replaced."""

    case: Case
    asked: PlanInput
    plan: Plan
    standings: Sequence[Standing]
    history: Sequence[DateFact]
