"""What a person sees first: every open case at a glance, and what has happened since last time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from models import OutboxState
from udmelding.casework.services import Services
from udmelding.journal import outbox
from udmelding.journal.database import reading
from udmelding.journal.header import Header, headers
from udmelding.journal.load import load_all
from udmelding.journal.log import LogLine, log
from udmelding.rules.case import Case
from udmelding.rules.glossary import label
from udmelding.rules.lights import Light, Looked, light_of
from udmelding.rules.owed import Owed
from udmelding.rules.status import Status, status

_WEEK = dt.timedelta(days=7)
_ORDER = tuple(Light)
_NEWS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case at a glance.

    Attributes:
        this_week: what is due within seven days, the day itself included.
        next: the first thing that is due after today or on it; None where nothing is.
    """

    case: Case
    status: Status
    looked: Looked
    this_week: tuple[Owed, ...]
    next: Owed | None


@dataclass(frozen=True, slots=True)
class News:
    """One line of a case's log that was recorded since the person was last here."""

    reference: str
    line: LogLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The overview.

    Attributes:
        cases: open cases, those that need a person first; ``closed`` the others.
        news: newest first.
    """

    cases: tuple[CaseLine, ...]
    closed: tuple[CaseLine, ...]
    news: tuple[News, ...]


def desk(services: Services, now: dt.datetime, since: dt.datetime | None) -> Desk:
    """The overview at ``now``; news since ``since`` (None: none are told)."""
    today = now.date()
    with reading(services.engine) as session:
        found = headers(session)
        cases = load_all(session, now, found)
        broken = _broken(session, found)
        news = _news(session, found, since, now) if since else ()
    lines = [_line(case, today, broken.get(case.reference, ())) for case in cases]
    lines.sort(key=lambda line: (_ORDER.index(line.looked.light), line.status.deadline or today))
    return Desk(
        cases=tuple(line for line in lines if not line.case.is_closed),
        closed=tuple(line for line in lines if line.case.is_closed),
        news=news,
    )


def _line(case: Case, today: dt.date, broken: Sequence[str]) -> CaseLine:
    found = status(case, today)
    coming = [o for o in found.next if o.due_on is not None]
    return CaseLine(
        case=case,
        status=found,
        looked=light_of(found, broken, is_paused=case.is_paused),
        this_week=tuple(o for o in coming if o.due_on and o.due_on <= today + _WEEK),
        next=min(coming, key=lambda o: o.due_on or today, default=None),
    )


def _broken(session: Session, cases: Sequence[Header]) -> Mapping[str, list[str]]:
    """Mails that need a person, by case."""
    found: dict[str, list[str]] = defaultdict(list)
    stuck = (OutboxState.FAILED, OutboxState.HELD)
    for header in cases:
        letters = outbox.list_letters(session, announcement_id=header.id, states=stuck)
        counts: dict[str, int] = defaultdict(int)
        for letter in letters:
            counts[label(letter.state)] += 1
        for word, count in counts.items():
            mails = "1 mail" if count == 1 else f"{count} mails"
            found[header.reference].append(f"{mails} er {word}.")
    return found


def _news(
    session: Session, cases: Sequence[Header], since: dt.datetime, now: dt.datetime
) -> tuple[News, ...]:
    found = [
        News(header.reference, line)
        for header in cases
        for line in log(session, header, now)
        if line.at > since
    ]
    return tuple(sorted(found, key=lambda news: news.line.at, reverse=True)[:_NEWS])
