"""What do the municipalities of a case wait for the secretariat to answer?

A wish for more time, a decision that was declared and not seen, a mail that nobody has read. Each
comes with the answer that is likely. All of it is read from the case, so that a page can count them
without asking the database again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Decision, Extension, Milestone, Response, Waiver
from udmelding.rules.case.glossary import label
from udmelding.rules.parties.declared import (
    declared_decisions,
    declared_notes,
    declarer,
    is_through_link,
)
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.texts import first_upper

_TIME = " beder om mere tid "
_WANTED = re.compile(r"ønsket frist (\d{1,2}/\d{1,2}-\d{4})")


class Wants(StrEnum):
    """What is asked of the secretariat."""

    TIME = "time"
    SEEN = "seen"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that a municipality waits for.

    Attributes:
        key: of the note, the decision or the mail.
        text: what it asks, as a sentence without its name; ``quote`` its own words, or empty.
        wanted_on: the day until which it wants time; None where it named none.
    """

    party: str
    wants: Wants
    key: str
    at: dt.datetime
    text: str
    quote: str = ""
    wanted_on: dt.date | None = None


def asked_in(case: Case) -> tuple[Asked, ...]:
    """What waits in the case, the oldest first; nothing in one that is closed."""
    if case.is_closed:
        return ()
    return tuple(sorted((*_times(case), *_decisions(case), *_mails(case)), key=lambda a: a.at))


def wanted_day(note: Milestone, today: dt.date) -> dt.date | None:
    """The day that a wish for more time names, or None."""
    found = _WANTED.search(note.title)
    return read_day(found[1], today=today, direction=Direction.COMING) if found else None


def wishes_time(note: Milestone) -> bool:
    """Whether a municipality's note asks for more time."""
    return _TIME in note.title


def _times(case: Case) -> Iterator[Asked]:
    names = {declarer(party.name): party for party in case.parties}
    for note in declared_notes(case):
        party = names.get(note.recorded_by)
        if party is None or not wishes_time(note) or _is_answered(case, note, party.party):
            continue
        day = wanted_day(note, case.as_of.date())
        yield Asked(
            party=party.party,
            wants=Wants.TIME,
            key=note.key,
            at=note.recorded_at,
            text=f"Beder om at få til {long_date(day)}" if day else "Beder om mere tid",
            quote=note.title.partition("): ")[2],
            wanted_on=day,
        )


def _is_answered(case: Case, note: Milestone, party: str) -> bool:
    """Whether the wish was granted, or what it was about has come since."""
    since: tuple[Extension | Response | Decision | Waiver, ...] = (
        *case.extensions,
        *case.responses,
        *case.decisions,
        *case.waivers,
    )
    return any(fact.party == party and fact.recorded_at > note.recorded_at for fact in since)


def _decisions(case: Case) -> Iterator[Asked]:
    for decision in declared_decisions(case):
        if is_through_link(decision):
            yield Asked(
                party=decision.party,
                wants=Wants.SEEN,
                key=decision.key,
                at=decision.recorded_at,
                text=f"Har meldt: {first_upper(label(decision.outcome))} {decision.when}, "
                "uden at I har set dokumentationen",
                quote=decision.note,
            )


def _mails(case: Case) -> Iterator[Asked]:
    waiting = (mail for mail in case.replies if mail.is_waiting)  # one for each step it may answer
    for mail in {(mail.key, mail.party): mail for mail in waiting}.values():
        if case.party(mail.party) is not None:
            yield Asked(
                party=mail.party,
                wants=Wants.READ,
                key=mail.key,
                at=mail.received_at,
                text="Har skrevet en mail, som ingen har læst",
                quote=mail.subject,
            )
