"""What if a meeting, a deadline or a council's day were another? A case as it would then be.

An assumption is written in a few words: ``k17 2025-05-23`` (the body first has the case that day),
``k17 aflyst 28/3``, ``kkr 8/4 -> 22/4``, ``frist 30/6-2025``, ``Lolland 16/6`` (the council decides
then), ``Lolland aflyst 12/5`` (the council's meeting is lost). A body's meeting that is only
assumed can be lost or moved as a known one. Nothing is recorded: the case is a value, and the
answer is another one.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from models.meeting import MeetingState
from models.obligation import DateSource
from models.party import PartyKind
from udmelding.config.case.process import Parties, Step
from udmelding.errors import NotFoundError, RefusedError
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Deadline, Expectation, Meeting, Party
from udmelding.rules.case.standing import is_council_step, standings
from udmelding.rules.plan.case_plan import plan_input
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.rules.words.date_wording import long_date

_DEADLINE = re.compile(r"(?:frist|fristen|deadline)\b:?(?:\s+flyttes)?(?:\s+til)?\s+(.+)", re.I)
_OFF = r"(?:aflyst|aflyses|aflys|mistet|cancelled)"
_LOST_FIRST = re.compile(rf"{_OFF}\s+(.+)", re.I)
_LOST = re.compile(rf"{_OFF}\s+(.+)|(.+?)\s+{_OFF}", re.I)
_MOVED = re.compile(r"(?:flyttet\s+|flyttes\s+)?(.+?)\s*(?:->|→|\btil\b)\s*(.+)", re.I)
_HOW = (
    "Skriv fx «k17 23/5-2025», «k17 aflyst 28/3-2025», «kkr 8/4-2025 -> 22/4-2025», "
    "«frist 30/6-2025», «Lolland 16/6-2025» eller «Lolland aflyst 12/5-2025»."
)


class _Kind(StrEnum):
    DEADLINE = "deadline"
    ON = "on"
    LOST = "lost"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Supposition:
    """One «what if».

    Attributes:
        who: short name of the party; empty for the deadline.
        day: the day that is spoken of; ``to`` the new one of a moved meeting.
        text: what it says, in Danish.
    """

    kind: _Kind
    who: str
    day: dt.date
    to: dt.date | None
    text: str


def read_supposition(text: str, case: Case, today: dt.date) -> Supposition:
    """What one «what if» says.

    Args:
        text: in the words above; dates as everywhere.
        case: knows its bodies and municipalities by name and code.
        today: dates without a year lie on or after it.

    Raises:
        RefusedError: it cannot be understood; says how it is written.
        NotFoundError: the case has no such body or municipality.
    """
    said = " ".join(text.split())
    if found := _DEADLINE.fullmatch(said):
        day = _day(found[1], said, today)
        return Supposition(_Kind.DEADLINE, "", day, None, f"fristen er {long_date(day)}")
    lost_first = _LOST_FIRST.fullmatch(said)
    party, rest = _party(lost_first[1] if lost_first else said, case, said)
    lost = _LOST.fullmatch(rest)
    if lost_first or lost:
        day = _day((lost[1] or lost[2]) if lost else rest, said, today)
        text = f"{party.name}s møde {long_date(day)} aflyses"
        return Supposition(_Kind.LOST, party.party, day, None, text)
    if moved := _MOVED.fullmatch(rest):
        day, to = _day(moved[1], said, today), _day(moved[2], said, today)
        text = f"{party.name}s møde {long_date(day)} flyttes til {long_date(to)}"
        return Supposition(_Kind.MOVED, party.party, day, to, text)
    day = _day(rest, said, today)
    return Supposition(
        _Kind.ON, party.party, day, None, f"{party.name} behandler sagen {long_date(day)}"
    )


def suppose(case: Case, suppositions: Sequence[Supposition], today: dt.date) -> Case:
    """The case as it would be.

    Raises:
        RefusedError: a day has passed, the deadline would lie before the receipt, a body has
            decided already.
        NotFoundError: there is no such meeting to lose or move.
    """
    for supposition in suppositions:
        case = _suppose(case, supposition, today)
    return case


def _suppose(case: Case, said: Supposition, today: dt.date) -> Case:
    if said.kind is _Kind.DEADLINE:
        return _with_deadline(case, said.day, today)
    _check_open(case, said, today)
    for day in (said.to,) if said.kind is _Kind.MOVED else (said.day,):
        if day is not None and day < today:
            raise RefusedError(f"{long_date(day)} er gået; man kan kun spørge om det, der kommer.")
    step = next((s for s in case.process.steps if s.id == said.who), None)
    if step is not None:
        return _with_body(case, step, said, today)
    return _with_council(case, said)


def _check_open(case: Case, said: Supposition, today: dt.date) -> None:
    """Refuse what can change nothing: a decision that was made, a council that others ask."""
    party = case.party(said.who)
    if party is not None and party.kind is PartyKind.MUNICIPALITY and not party.is_asked:
        raise RefusedError(f"{party.name} bliver spurgt af et andet sekretariat.")
    for row in standings(case, today):
        decides = row.step.parties is Parties.BODY or is_council_step(row.step)
        if decides and row.party.party == said.who and row.state.is_closed:
            raise RefusedError(f"{row.party.name} har allerede besluttet i sagen.")


def _with_deadline(case: Case, day: dt.date, today: dt.date) -> Case:
    if day <= case.received_on:
        raise RefusedError(
            f"Fristen {long_date(day)} ligger ikke efter modtagelsen {long_date(case.received_on)}."
        )
    if day < today:
        raise RefusedError(
            f"Fristen {long_date(day)} er gået; man kan kun spørge om det, der kommer."
        )
    made = Deadline(key="what-if", recorded_at=case.as_of, due_on=day, origin=DateSource.ASSUMED)
    return replace(case, deadlines=(*case.deadlines, made))


def _with_body(case: Case, step: Step, said: Supposition, today: dt.date) -> Case:
    known = {m.held_on for m in case.meetings if _is_usable(m, case, step.id)}
    assumed = _assumed_days(case, step, today)
    here, lost = known | assumed, {said.day}
    match said.kind:
        case _Kind.ON:
            lost = {day for day in here if today <= day < said.day}
            days = known - lost | {said.day}
        case _:
            if said.day not in here:
                raise _no_meeting(step.title, said.day, sorted(here))
            days = known - lost | ({said.to} if said.to else set())
    kept = [m for m in case.meetings if m.body != step.id or m.area != case.area]
    # A meeting that is lost is called off, not forgotten: its calendar is still known.
    theirs = [
        m if m.held_on in days else replace(m, state=MeetingState.CANCELLED)
        for m in case.meetings
        if _is_usable(m, case, step.id)
    ]
    new = [_meeting(case, step.id, day) for day in sorted(days - {m.held_on for m in theirs})]
    gone = [
        replace(_meeting(case, step.id, day), state=MeetingState.CANCELLED)
        for day in sorted(assumed & lost - days)
    ]
    return replace(case, meetings=(*kept, *theirs, *new, *gone))


def _assumed_days(case: Case, step: Step, today: dt.date) -> set[dt.date]:
    """The days on which the body is assumed to meet, no calendar saying so."""
    asked = plan_input(case, today)
    slots = asked.meetings.get(step.id, ()) if asked else ()
    return {slot.held_on for slot in slots if slot.is_assumed}


def _is_usable(meeting: Meeting, case: Case, body: str) -> bool:
    is_here = (meeting.area, meeting.body) == (case.area, body)
    return is_here and meeting.state is not MeetingState.CANCELLED


def _meeting(case: Case, body: str, day: dt.date) -> Meeting:
    return Meeting(key="what-if", recorded_at=case.as_of, area=case.area, body=body, held_on=day)


def _with_council(case: Case, said: Supposition) -> Case:
    step = next((s for s in case.process.steps if is_council_step(s)), None)
    if step is None:
        raise RefusedError("Sagen har intet trin, hvor kommunerne beslutter.")
    known = _council_days(case, said.who, said.day)
    named = [e for e in case.expectations if (e.step, e.party) == (step.id, said.who)]
    is_named = bool(named) and named[-1].expected_on == said.day
    if said.kind is not _Kind.ON and said.day not in known and not is_named:
        party = case.party(said.who)
        raise _no_meeting(party.name if party else said.who, said.day, known)
    if said.kind is not _Kind.LOST:
        made = Expectation(
            key="what-if",
            recorded_at=case.as_of,
            step=step.id,
            party=said.who,
            expected_on=said.to or said.day,
        )
        return replace(case, expectations=(*case.expectations, made))
    calendars = case.council_calendars
    if calendars is not None:
        calendars = calendars.without(said.who, case.deciding_level(said.who), said.day)
    # A day that the council itself named is lost with its meeting; older ones do not come back.
    others = tuple(e for e in case.expectations if e not in named) if is_named else None
    return replace(
        case,
        council_calendars=calendars,
        expectations=case.expectations if others is None else others,
    )


def _council_days(case: Case, party: str, near: dt.date) -> Sequence[dt.date]:
    if case.council_calendars is None:
        return ()
    year = dt.timedelta(days=366)
    return case.council_calendars.of(party, near - year, near + year).levels[-1].days


def _no_meeting(name: str, day: dt.date, known: Sequence[dt.date]) -> NotFoundError:
    nearest = sorted(sorted(known, key=lambda other: abs((other - day).days))[:4])
    return NotFoundError(
        f"møde i {name} den", long_date(day), tuple(long_date(other) for other in nearest)
    )


def _party(text: str, case: Case, said: str) -> tuple[Party, str]:
    """The party that the text begins with, and the rest of the text."""
    askable = (PartyKind.MUNICIPALITY, PartyKind.BODY)
    parties = [party for party in case.parties if party.kind in askable]
    names = {name.casefold(): p for p in parties for name in (p.party, p.name)}
    names |= {f"{p.name} kommune".casefold(): p for p in parties if p.kind is askable[0]}
    folded = f"{text.casefold()} "
    found = [name for name in names if folded.startswith(f"{name} ")]
    if not found:
        raise _nobody(text, said, parties)
    longest = max(found, key=len)
    rest = text[len(longest) :].strip()
    if not rest:
        raise RefusedError(f"«{said}» siger ingen dag. {_HOW}")
    return names[longest], rest


def _nobody(text: str, said: str, parties: Sequence[Party]) -> RefusedError:
    """No party begins the text: either it is no «what if», or the name is another."""
    who = re.split(rf"\s*(?=\d+[/.\-])|\s+{_OFF}", text, maxsplit=1)[0].strip()
    if not who or not re.search(r"\d", said):
        return RefusedError(f"«{said}» kan ikke forstås. {_HOW}")
    names = [party.name for party in parties]
    bodies = [party.name for party in parties if party.kind is PartyKind.BODY]
    close = difflib.get_close_matches(who, names, n=4, cutoff=0.6)
    return NotFoundError("organ eller kommune i sagen", who, tuple(close or bodies))


def _day(text: str, said: str, today: dt.date) -> dt.date:
    try:
        return read_day(text, today=today, direction=Direction.COMING)
    except RefusedError as error:
        raise RefusedError(f"«{said}»: {error.message} {_HOW}") from error
