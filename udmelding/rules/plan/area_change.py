"""What does another chain of bodies do to the cases there are?

A case keeps the bodies, the order and the words that it was launched with, until somebody moves it
to others. So a body may not go while an open case is on its way through it or it is yet to meet:
its decisions and meetings could not be recorded. Where a body ends, its last day says so.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from models import MeetingState
from udmelding.config.case.library import MeetingBody
from udmelding.config.case.process import Area, Parties, Process, Step
from udmelding.rules.case.facts import Meeting
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What of an open case has to do with its area."""

    reference: str
    area: str
    process: Process


def chain_of(process: Process) -> tuple[Step, ...]:
    """The bodies that a case passes, in order."""
    return tuple(step for step in process.steps if step.parties is Parties.BODY)


def goes_another_way(case: OpenCase, area: Area) -> bool:
    """Whether the area's chain is another than the one the case passes."""
    passed = [(s.id, s.title, s.body, s.from_on, s.until_on) for s in chain_of(case.process)]
    now = [(b.id, b.title, b.kind.value, b.from_on, b.until_on) for b in area.chain]
    return bool(passed) and passed != now


def bodies_missed(
    before: Sequence[MeetingBody],
    after: Sequence[MeetingBody],
    cases: Iterable[OpenCase],
    meetings: Iterable[Meeting],
    today: dt.date,
) -> Iterator[str]:
    """A Danish sentence for each body that would be gone and may not go.

    Args:
        before: the bodies there are.
        after: those there would be.
        cases: the open ones.
        meetings: on record, of any body.
        today: meetings from this day on count.
    """
    chain_left = _keys(before, is_in_chain=True) - _keys(after, is_in_chain=True)
    gone = _keys(before) - _keys(after)
    titles = {(body.area, body.id): body.title for body in before}
    passing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in cases:
        for step in chain_of(case.process):
            if (case.area, step.id) in chain_left:
                passing[case.area, step.id].append(case.reference)
    for key, references in passing.items():
        yield (
            f"{titles[key]} skal blive i beslutningsvejen, for {join_names(references)} "
            f"går den vej. Skriv organets sidste dag i stedet."
        )
    coming: dict[tuple[str, str], dt.date] = {}
    for meeting in meetings:
        key = (meeting.area, meeting.body)
        is_on = meeting.held_on >= today and meeting.state is not MeetingState.CANCELLED
        if is_on and key in gone and key not in passing:
            coming[key] = min(meeting.held_on, coming.get(key, meeting.held_on))
    for key, day in coming.items():
        yield (
            f"{titles[key]} har møde {long_date(day)} og kan ikke tages væk. Skriv organets "
            "sidste dag i stedet, eller aflys de kommende møder."
        )


def _keys(bodies: Iterable[MeetingBody], *, is_in_chain: bool = False) -> set[tuple[str, str]]:
    return {(b.area, b.id) for b in bodies if b.is_in_chain or not is_in_chain}
