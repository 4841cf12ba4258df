"""What waits for a person of the secretariat, in which order, and what of it is shown?

One list, read by the overview, by the number in the menu and by the test that holds them together.
What lies in a case is worked out from its facts (``waits_in_case``); mails and drafts that lie in
no case are told by whoever reads them, in the same words. Nothing that the machine does by itself
waits: it is no row.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Waiting(StrEnum):
    """The kinds of things that can wait."""

    TIME = "time"
    SEEN = "seen"
    REPLY = "reply"
    CONTACT = "contact"
    CHOICE = "choice"
    SILENT = "silent"
    BOUNCED = "bounced"
    UNREACHED = "unreached"
    STUCK = "stuck"
    MINUTES = "minutes"
    QUESTION = "question"
    ACTION = "action"
    PAPERS = "papers"
    SUBMISSION = "submission"
    REMINDER = "reminder"
    LETTER = "letter"
    DRAFT = "draft"
    SETUP = "setup"


GROUPS: Mapping[str, tuple[Waiting, ...]] = {
    "Fra kommunerne": (
        Waiting.TIME,
        Waiting.SEEN,
        Waiting.REPLY,
        Waiting.CONTACT,
        Waiting.CHOICE,
        Waiting.SILENT,
    ),
    "Møder og styrelsen": (Waiting.MINUTES, Waiting.QUESTION, Waiting.ACTION),
    "Mails, der er gået i stå": (Waiting.BOUNCED, Waiting.UNREACHED, Waiting.STUCK),
    "Skal ud af huset": (
        Waiting.PAPERS,
        Waiting.SUBMISSION,
        Waiting.REMINDER,
        Waiting.LETTER,
        Waiting.DRAFT,
    ),
    "Opsætning": (Waiting.SETUP,),
}
"""Who waits, and for which kinds of things."""

MOST, FIRST = 12, 5
"""More rows than ``MOST``: of each group only the ``FIRST`` are shown, until one asks for all."""

FAR = dt.date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One thing that waits.

    Attributes:
        key: of the fact, mail, address or draft: no other thing of its kind has it.
        who: whom it is about, ``what`` the rest of the sentence; both in Danish.
        at: when it came; None where it follows from a day.
        due_on: the day that it is nearest to; None where it has none.
        about: more in grey: words that were quoted, an address, the day that stands now.
        reference: of the case; empty where it lies in none. ``case`` what the case is called,
            ``mine`` who is responsible for it, in small letters.
        party: code of the party, or empty.
        value: the day that the likely answer gives.
    """

    kind: Waiting
    key: str
    who: str
    what: str
    at: dt.datetime | None = None
    due_on: dt.date | None = None
    about: tuple[str, ...] = ()
    reference: str = ""
    case: str = ""
    mine: str = ""
    party: str = ""
    value: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Something that a person answered today, which can be taken back until tonight."""

    kind: Waiting
    key: str
    text: str
    at: dt.datetime
    by: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of those who wait alike: ``shown`` of ``total``."""

    name: str
    total: int
    shown: tuple[Wait, ...]


def grouped(waits: Iterable[Wait], whole: str = "") -> tuple[Group, ...]:
    """The groups in which something waits; all of the one that is called ``whole``.

    Within a group stands first what is nearest its day, then what came first.
    """
    every = tuple(waits)
    by_name = {kind: name for name, kinds in GROUPS.items() for kind in kinds}
    found = []
    for name in GROUPS:
        rows = sorted((one for one in every if by_name[one.kind] == name), key=_place)
        most = FIRST if len(every) > MOST and name != whole else len(rows)
        if rows:
            found.append(Group(name, len(rows), tuple(rows[:most])))
    return tuple(found)


def _place(one: Wait) -> tuple[object, ...]:
    came = one.at.isoformat() if one.at is not None else ""
    return one.due_on or FAR, came, one.case, one.who, one.key


def of_mine(waits: Iterable[Wait], names: Collection[str]) -> tuple[Wait, ...]:
    """Those of cases for which one of ``names`` is responsible, and those of no case."""
    return tuple(one for one in waits if not one.reference or one.mine in names)


def counted(rows: Iterable[Wait]) -> Mapping[str, int]:
    """How many wait in each case, by its reference."""
    return Counter(one.reference for one in rows if one.reference)
