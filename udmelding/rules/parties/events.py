"""What has happened between the secretariat and one party of a case? Read by every list of them.

Lists tell when a party was last heard from, its own page tells all of it; both read these lines.
They are made of the facts as they stand: what was corrected or taken back is in the log alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models import GATHERED, OutboxState
from models.response import Completeness
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Mail
from udmelding.rules.case.glossary import label
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.texts import first_upper

NOTED = "Notat: "
"""How an event begins that is a note of ours."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened with a party.

    Attributes:
        on: the day; ``at`` when it was known, which orders what happened on one day.
        text: what happened, in a few Danish words without the party's name.
        mail_key: of the mail of ours that it was, or empty.
    """

    on: dt.date
    at: dt.datetime
    text: str
    mail_key: str = ""


def events_by_party(case: Case) -> Mapping[str, Sequence[Event]]:
    """What happened with each party of the case, the newest first."""
    found: dict[str, list[Event]] = {party.party: [] for party in case.parties}
    for party, event in (*_theirs(case), *_noted(case), *_ours(case)):
        if party in found:
            found[party].append(event)
    return {
        party: sorted(events, key=lambda event: (event.on, event.at), reverse=True)
        for party, events in found.items()
    }


def last_heard(case: Case) -> Mapping[str, dt.date]:
    """The day on which each party was last heard from; those that told nothing are left out."""
    found: dict[str, dt.date] = {}
    for party, event in (*_theirs(case), *_noted(case)):
        if not event.text.startswith(NOTED):
            found[party] = max(event.on, found.get(party, event.on))
    return found


def _theirs(case: Case) -> Iterator[tuple[str, Event]]:
    for answer in case.responses:
        is_partial = answer.completeness is Completeness.PARTIAL
        text = "Svarede delvist på spørgsmålene" if is_partial else "Svarede på spørgsmålene"
        yield answer.party, Event(answer.happened_to, answer.recorded_at, text)
    for decision in case.decisions:
        text = f"{first_upper(label(decision.level))}: {label(decision.outcome)}"
        yield decision.party, Event(decision.happened_to, decision.recorded_at, text)
    for expected in case.expectations:
        text = f"Meldte mødedato {long_date(expected.expected_on)}"
        yield expected.party, Event(expected.recorded_at.date(), expected.recorded_at, text)
    for reply in {(reply.key, reply.party): reply for reply in case.replies}.values():
        text = f"Skrev «{reply.subject}»" if reply.subject else "Skrev en mail"
        yield reply.party, Event(reply.received_at.date(), reply.received_at, text)


def _ours(case: Case) -> Iterator[tuple[str, Event]]:
    for more in case.extensions:
        text = f"Fik tid til {long_date(more.due_on)}"
        yield more.party, Event(more.granted_on, more.recorded_at, text)
    for waiver in case.waivers:
        text = f"Blev fritaget: {waiver.reason}"
        yield waiver.party, Event(waiver.waived_on, waiver.recorded_at, text)
    for stop in case.chase_stops:
        text = f"Rykkere er {'slået fra' if stop.is_stopped else 'slået til igen'}"
        yield stop.party, Event(stop.recorded_at.date(), stop.recorded_at, text)
    for mail in case.mails:
        if mail.mail not in GATHERED and mail.state is not OutboxState.WITHDRAWN:
            yield mail.party, _mailed(mail)


def _noted(case: Case) -> Iterator[tuple[str, Event]]:
    """Notes on the time line that name a party first: what it told, and what we noted of it."""
    for party in case.parties:
        for note in case.milestones:
            if note.title.startswith(note_about(party.name)):
                text = f"{NOTED}{note.title.removeprefix(note_about(party.name))}"
                yield party.party, Event(note.happened_to, note.recorded_at, text)
            elif note.title.startswith(f"{party.name} "):
                text = first_upper(note.title.removeprefix(f"{party.name} "))
                yield party.party, Event(note.happened_to, note.recorded_at, text)


def _mailed(mail: Mail) -> Event:
    what = first_upper(label(mail.mail))
    if mail.state is not OutboxState.SENT:
        what = f"{what}: {label(mail.state)}"
    at = mail.finished_at or mail.created_at
    return Event(at.date(), at, what, mail.key)


def note_about(name: str) -> str:
    """How a note on the time line begins that is about one party."""
    return f"{name}: "
