"""Does a case need a person? One of three words, and the reasons for it.

Red: something is broken or the deadline is lost. Yellow: somebody owes something, or a step has no
room left. Green: nothing of the kind. The reasons are what pages show; the colour is only a help.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from udmelding.rules.plan.council_wording import days
from udmelding.rules.plan.plan_wording import missing_sentence
from udmelding.rules.status.status import Status
from udmelding.rules.words.lists import join_names

_MANY = 4


class Light(StrEnum):
    """How much a case needs a person now."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Looked:
    """The light of a case, with the reasons in Danish, the worst first."""

    light: Light
    reasons: tuple[str, ...]


def light_of(found: Status, broken: Sequence[str] = (), *, is_paused: bool = False) -> Looked:
    """The light of a case.

    Args:
        found: its status.
        broken: Danish sentences on what failed outside, such as a mail that was refused.
        is_paused: nobody is written to for now.
    """
    if found.stage.value == "closed":
        return Looked(Light.CLOSED, ("Sagen er afsluttet.",))
    red = [*broken, *_lost(found)]
    yellow = [*_overdue(found), *_tight(found)]
    if is_paused:
        yellow.append("Sagen er sat på pause; ingen bliver skrevet til.")
    if red:
        return Looked(Light.RED, (*red, *yellow))
    return Looked(Light.YELLOW if yellow else Light.GREEN, tuple(yellow))


def _lost(found: Status) -> Sequence[str]:
    plan = found.plan
    if plan is None or found.submission is not None or plan.feasible:
        return ()
    return (missing_sentence(plan),)


def _overdue(found: Status) -> Sequence[str]:
    """Who is over a due date, by what they owe."""
    groups: dict[str, list[str]] = {}
    longest: dict[str, int] = {}
    for owed in found.overdue:
        groups.setdefault(owed.what, []).append(owed.party_name)
        longest[owed.what] = max(longest.get(owed.what, 0), owed.days_over or 0)
    return [
        f"{what}: {_who(names)} er over fristen ({days(longest[what])})."
        for what, names in groups.items()
    ]


def _who(names: Sequence[str]) -> str:
    return join_names(list(names)) if len(names) < _MANY else f"{len(names)} parter"


def _tight(found: Status) -> Sequence[str]:
    """What the plan warns of, while it is still to be sent."""
    if found.plan is None or found.submission is not None:
        return ()
    return found.plan.warnings
