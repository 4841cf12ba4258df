"""Does a case need a person? The verdict on its deadline, a rank, and the reasons for it.

Red: something is broken or the deadline is lost. Yellow: somebody owes something, a reservation is
needed, or a step has no room left. Green: nothing of the kind. Pages show the verdict's sentence
and the reasons; the light only sorts and filters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from udmelding.rules.case.glossary import label
from udmelding.rules.plan.council_wording import days
from udmelding.rules.plan.verdict import Sign, verdict_on
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
    """How a case stands.

    Attributes:
        sign: of the verdict on the deadline; None where there is nothing to judge any more.
        sentence: the verdict in Danish.
        reasons: why it needs a person, in Danish, the worst first.
    """

    light: Light
    sign: Sign | None
    sentence: str
    reasons: tuple[str, ...]


def light_of(found: Status, *, is_paused: bool = False) -> Looked:
    """How a case stands.

    Args:
        found: its status.
        is_paused: nobody is written to for now.
    """
    if found.stage.value == "closed":
        return Looked(Light.CLOSED, None, "Sagen er afsluttet.", ())
    reasons = [*letter_sentences(found), *_overdue(found), *_tight(found)]
    if is_paused:
        reasons.append("Sagen er sat på pause; ingen bliver skrevet til.")
    if found.plan is None:
        light = Light.YELLOW if reasons else Light.GREEN
        return Looked(light, Sign.UNKNOWN, "Sagen har ingen frist.", tuple(reasons))
    verdict = verdict_on(found.plan)
    if verdict.sign is Sign.FAILS and not found.plan.feasible:
        light = Light.RED
    elif reasons or verdict.sign is not Sign.HOLDS:
        light = Light.YELLOW
    else:
        light = Light.GREEN
    return Looked(light, verdict.sign, verdict.sentence, tuple(reasons))


def letter_sentences(found: Status) -> Sequence[str]:
    """Letters to the outside that nobody has released."""
    return [
        f"Et brev til {letter.name} ({label(letter.mail)}) venter på, at I frigiver det."
        for letter in found.letters
    ]


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
