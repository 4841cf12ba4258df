"""What does the page of a long work say, and when is a work held for dead?

A work has parts, and of the part at hand it may be counted how much is done. From that, and from
when its process last said that it is at it, follows everything that is shown. No clock, no thread:
those are ``casework.work``'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Protocol

from models import WorkState

DEAD_AFTER = dt.timedelta(seconds=45)
"""A process says every few seconds that it is at a work; one that is silent for longer is gone.

Longer than a writer may have to wait for another one (``journal.database``).
"""


class Tell(Protocol):
    """How a use case says how far it is: its part, and how much of that where it is counted."""

    def __call__(self, part: int, done: int = 0, total: int = 0) -> None:
        """Say it; raises ``StoppedError`` where the person wants the work to stop."""


def unheard(part: int, done: int = 0, total: int = 0) -> None:
    """Nobody waits for the work."""


class StoppedError(Exception):
    """The person who started the work has stopped it; nothing of it goes on."""


class BrokenOffError(Exception):
    """The process that is at the work ends; nobody wanted the work itself to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A work before it begins.

    Attributes:
        kind: what is worked on, by all that the result depends on; the same is not done twice at
            once for one person, and its last run says how long it takes.
        title: what goes on, such as «Rapporten dannes».
        ready: that it is over, such as «Rapporten er dannet.».
        failed: that it is not, such as «Rapporten blev ikke dannet».
        parts: what it consists of, in order, and roughly how the time is shared out among them.
        noun: what is counted, such as «kommuner».
        kept: what stands all the same where it breaks off.
        back: the page that it was started from, and ``back_name`` what that is called.
        again: where it is begun again; empty where ``back`` is the place.
        is_posted: ``again`` is a button and not a page.
        stop: what its button says that stops it; empty where it cannot be stopped.
        records_in: the case that it records in, whose flows follow; empty: no case's; None: it
            records nothing.
    """

    kind: str
    title: str
    ready: str
    failed: str
    parts: Mapping[str, int]
    back: str
    back_name: str
    noun: str = ""
    kept: str = "Intet er ændret."
    again: str = ""
    is_posted: bool = False
    stop: str = "Stop"
    records_in: str | None = None

    @property
    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a work: a page to go to, or a file.

    Attributes:
        said: a Danish sentence: what was done, or why it failed.
        is_good: false for a warning.
        address: the page that it leads to; ``{work}`` in it is the work's name.
        file_name: of the file that was made; empty where none was.
        media_type: what that is.
    """

    said: str = ""
    is_good: bool = True
    address: str = ""
    file_name: str = ""
    media_type: str = ""

    @property
    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSeen:
    """One work as it stands; see ``models.work``."""

    name: str
    user_id: int
    plan: Plan
    state: WorkState
    part: int
    done: int
    total: int
    begun_at: dt.datetime
    beat_at: dt.datetime
    is_stopping: bool
    result: Result
    is_told: bool


def work_seen(row: Mapping[str, Any]) -> WorkSeen:
    """A work from what is kept of it."""
    names = ("name", "user_id", "state", "part", "done", "total", "begun_at", "beat_at")
    return WorkSeen(
        **{name: row[name] for name in (*names, "is_stopping")},
        plan=Plan(**_known(Plan, row["plan"])),
        result=Result(**_known(Result, row["result"])),
        is_told=row["told_at"] is not None,
    )


def _known(kind: type[Plan | Result], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What this version knows of what was kept: another one may have written it."""
    return {one.name: kept[one.name] for one in fields(kind) if one.name in kept}


class Standing(StrEnum):
    """How a work stands, for its person."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    LOST = "lost"

    @property
    def goes_on(self) -> bool:
        """Whether the page is looked at again."""
        return self in (Standing.WAITING, Standing.RUNNING, Standing.STOPPING)


def standing(work: WorkSeen, now: dt.datetime) -> Standing:
    """How the work stands; one whose process is silent for too long is lost."""
    if work.state is not WorkState.RUNNING:
        return Standing(work.state.value)
    if now - work.beat_at > DEAD_AFTER:
        return Standing.LOST
    if work.is_stopping:
        return Standing.STOPPING
    return Standing.WAITING if work.part < 0 else Standing.RUNNING


@dataclass(frozen=True, slots=True)
class PartSeen:
    """One part of a work on its page; ``sign`` ✓ ● ○ or !, ``told`` the same for the ear."""

    name: str
    sign: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPage:
    """What the page of a work says.

    Attributes:
        percent: how much is done, for the bar.
        words: the sentences under the bar, or what happened.
        may_stop: whether it can be stopped now.
    """

    standing: Standing
    heading: str
    percent: int
    words: tuple[str, ...]
    parts: tuple[PartSeen, ...]
    may_stop: bool


LOST = "Arbejdet blev afbrudt, fordi serveren blev stoppet eller startet igen."
LEAVE = "Du kan gå videre imens. Når det er færdigt, står det øverst på den side, du er på."
QUEUED = "Det begynder, så snart et andet arbejde er færdigt."


def work_page(work: WorkSeen, now: dt.datetime, usual: float | None = None) -> WorkPage:
    """What the page says.

    Args:
        work: how it stands.
        now: the moment.
        usual: the seconds that the same work took the last time; None where it is not known.
    """
    found, plan = standing(work, now), work.plan
    fraction = 1.0 if found is Standing.DONE else _fraction(work)
    elapsed = (now - work.begun_at).total_seconds()
    words: tuple[str, ...]
    match found:
        case Standing.WAITING:
            heading, words = f"{plan.title} om lidt", (QUEUED, LEAVE)
        case Standing.RUNNING:
            left = time_left(elapsed, fraction, usual)
            heading, words = _counted(work), (left, LEAVE) if left else (LEAVE,)
        case Standing.STOPPING:
            heading, words = "Arbejdet stoppes", ("Det, der er ved at ske, gøres færdigt først.",)
        case Standing.DONE:
            said = work.result.said
            heading, words = plan.ready.removesuffix("."), (said if said != plan.ready else "",)
        case Standing.STOPPED:
            heading, words = plan.failed, ("Du stoppede det.", plan.kept)
        case Standing.FAILED:
            heading, words = plan.failed, (work.result.said, plan.kept)
        case Standing.LOST:
            heading, words = plan.failed, (LOST, plan.kept)
    return WorkPage(
        standing=found,
        heading=heading,
        percent=round(100 * fraction),
        words=tuple(text for text in words if text),
        parts=tuple(_part(work, found, place) for place in range(len(plan.parts))),
        may_stop=bool(plan.stop) and found in (Standing.WAITING, Standing.RUNNING),
    )


def over_sentence(work: WorkSeen, now: dt.datetime) -> str:
    """That a work is over, in one line on another page; empty while it goes on or was stopped."""
    found = standing(work, now)
    if found is Standing.DONE:
        return work.result.said or work.plan.ready
    return f"{work.plan.failed}." if found in (Standing.FAILED, Standing.LOST) else ""


def _counted(work: WorkSeen) -> str:
    """The heading of a work that goes on: how many of what, or which part of how many."""
    title, parts = work.plan.title, len(work.plan.parts)
    if work.total:
        return f"{title}: {work.done} af {work.total} {work.plan.noun}".rstrip()
    return f"{title}: del {work.part + 1} af {parts}" if parts > 1 else title


def _fraction(work: WorkSeen) -> float:
    if work.part < 0:
        return 0.0
    shares = list(work.plan.parts.values())
    of_part = min(work.done / work.total, 1.0) if work.total else 0.0
    done = sum(shares[: work.part]) + of_part * sum(shares[work.part : work.part + 1])
    return done / sum(shares)


def _part(work: WorkSeen, found: Standing, place: int) -> PartSeen:
    name = list(work.plan.parts)[place]
    if found is Standing.DONE or place < work.part:
        return PartSeen(name, "✓", "færdig")
    if place > work.part:
        return PartSeen(name, "○", "kommer")
    if found.goes_on:
        return PartSeen(name, "●", "i gang")
    return PartSeen(name, "!", "blev ikke færdig")


_LEAST_SECONDS, _LEAST_FRACTION = 3, 0.1
_IN_WORDS = (
    (10, "Få sekunder endnu."),
    (22, "Omkring et kvart minut endnu."),
    (45, "Omkring et halvt minut endnu."),
    (90, "Omkring et minut endnu."),
)


def time_left(elapsed: float, fraction: float, usual: float | None = None) -> str:
    """How long yet, as a Danish sentence; empty where nothing is known of that.

    Args:
        elapsed: seconds since it began.
        fraction: how much is done, from 0 to 1.
        usual: seconds of the last time; counts while it lasts no longer than then.
    """
    if usual is not None and elapsed < usual:
        seconds = usual - elapsed
    elif elapsed >= _LEAST_SECONDS and fraction >= _LEAST_FRACTION:
        seconds = elapsed * (1 - fraction) / fraction
    else:
        return ""
    for most, words in _IN_WORDS:
        if seconds < most:
            return words
    return f"Omkring {round(seconds / 60)} minutter endnu."
