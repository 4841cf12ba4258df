"""What speaks against a recording that can be true, but probably is not, or is incomplete?

A contradiction (``Entry.contradiction``) can never be true and is refused; a doubt is asked about
before anything is kept, and goes through with a reason. Only what a person, a program or a table
says now is asked about: history that is imported, and what the machine records, is not.

A doubt says what speaks against the recording and asks what was meant. It names no party: of many
councils that are recorded together all may have the same. Days are held against what must have
come before them (the receipt, the invitation, the bodies' decisions), for that is what a mistyped
date, or a year that was left out, breaks first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields, replace

from models.decision import Level, Outcome
from models.document import DocumentKind
from models.submission import SubmissionKind
from models.verdict import VerdictOutcome
from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.rules.case.case import CONCLUDING, Case
from udmelding.rules.case.facts import Decision
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import (
    Standing,
    State,
    is_council_step,
    reservable,
    standings,
    still_open,
)
from udmelding.rules.recording.agency import (
    NewQuestion,
    NewQuestionAnswer,
    NewSubmission,
    NewTally,
    NewVerdict,
)
from udmelding.rules.recording.case import NewClosure, NewDocument
from udmelding.rules.recording.entry import Entry
from udmelding.rules.recording.parties import NewDecision, NewResponse
from udmelding.rules.recording.report import NewFigurePublication, NewReportVersion
from udmelding.rules.recording.written import Period
from udmelding.rules.words.business_days import public_holidays
from udmelding.rules.words.date_forms import MONTHS, WEEKDAYS
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_lower, first_upper

_NAMED = 6
"""Fewer than so many that are missing are named."""

_YEAR, _FRIDAY = dt.timedelta(days=366), 4


def doubts_about(entry: Entry, case: Case, today: dt.date) -> tuple[str, ...]:
    """What speaks against recording ``entry``, in Danish sentences; empty where nothing does.

    Args:
        entry: what is to be recorded.
        case: as it is known without it, whole.
        today: the day on which it is recorded.
    """
    asks = _ASKS.get(type(entry))
    if asks is None:
        return ()
    known = _without(case, entry.corrects) if entry.corrects else case
    rows = standings(known, today)
    return tuple(dict.fromkeys(asks(entry, known, rows, today)))


def first_possible_day(entry: NewDecision, case: Case) -> dt.date:
    """The first day on which a council of the case can well have decided."""
    floors: list[_Floor] = [(case.received_on, ""), *_asked(case, entry.step, entry.party)]
    if (step := case.process.step(entry.step)) is not None:
        floors += _bodies_before(case, step)
    return max(day for day, _ in floors)


def cannot_say(entry: Entry, case: Case) -> str:
    """Why that level cannot have said that, in Danish; empty where it can.

    Stored decisions of an older version, and imports of them, may still say it.
    """
    if not isinstance(entry, NewDecision):
        return ""
    if entry.level is Level.COUNCIL and entry.outcome is Outcome.RECOMMENDED:
        said = ", ".join(label(word) for word in Outcome if word is not Outcome.RECOMMENDED)
        return (
            "En kommunalbestyrelse anbefaler ikke; det gør et udvalg. Skriv, hvad "
            f"kommunalbestyrelsen har besluttet ({said}), eller vælg udvalget."
        )
    decides = case.deciding_level(entry.party)
    if entry.level is Level.ADMINISTRATION and decides is not Level.ADMINISTRATION:
        return (
            "Forvaltningen kan ikke beslutte i den kommune. Er beslutningen lagt ud til den, så "
            "ret kommunens led på siden Kommuner."
        )
    return ""


def is_asked_about(entry: type[Entry]) -> bool:
    """Whether recordings of that kind can be doubted; the others need no case to be looked at."""
    return entry in _ASKS


def _without(case: Case, key: str) -> Case:
    """The case without the fact that is corrected."""
    kept: dict[str, tuple[object, ...]] = {}
    for field in fields(case):
        held = getattr(case, field.name)
        if isinstance(held, tuple) and any(getattr(one, "key", "") == key for one in held):
            kept[field.name] = tuple(one for one in held if getattr(one, "key", "") != key)
    return replace(case, **kept)  # type: ignore[arg-type]


Rows = Sequence[Standing]
_Floor = tuple[dt.date, str]
"""A day before which it cannot well have been, and what happened on it, in Danish."""


def _decision(entry: NewDecision, case: Case, rows: Rows, today: dt.date) -> Iterator[str]:
    step, party = case.process.step(entry.step), case.party(entry.party)
    own = [d for d in case.decisions if (d.step, d.party) == (entry.step, entry.party)]
    floors: list[_Floor] = []
    if step is not None:
        floors = [*_asked(case, entry.step, entry.party), *_bodies_before(case, step)]
    # Other areas' councils follow bodies of their own, of which the case knows nothing.
    floors = floors if party is None or party.is_asked else []
    yield from _day(entry.on, case, today, floors)
    if entry.on.start == entry.on.end and (name := _closed_day(entry.on.end)):
        yield f"{long_date(entry.on.end)} er {name}."
    is_own = step is not None and is_council_step(step) and (party is None or party.is_asked)
    # One on an earlier version follows what the bodies said of that.
    is_of_old = 0 < entry.report_version < case.deciding_version
    if is_own and not is_of_old and (waiting := _undecided_bodies(rows)):
        yield f"{join_names(waiting)} har ikke behandlet sagen endnu."
    if entry.outcome not in CONCLUDING:
        later = _decided_after(case, step) if step is not None else []
        done = [d for d in own if d.outcome in CONCLUDING and d.level is entry.level]
        for decision in (*done, *later):
            yield f"{_who(case, decision)} besluttede {decision.when}: {label(decision.outcome)}."


def _response(entry: NewResponse, case: Case, rows: Rows, today: dt.date) -> Iterator[str]:
    yield from _day(entry.on, case, today, _asked(case, entry.step, entry.party))


def _submission(entry: NewSubmission, case: Case, rows: Rows, today: dt.date) -> Iterator[str]:
    if entry.submission_kind is SubmissionKind.RESERVATION_LIFTED:
        yield from _day(entry.on, case, today, _sent(case))
        if waiting := _councils_missing(rows):
            yield f"{_list(waiting.values())} har ikke besluttet endnu."
        return
    bodies = [d for step in _bodies(case) for d in _concluding(case, step)]
    yield from _day(entry.on, case, today, [_decided(case, d) for d in bodies])
    if sent := _sent(case):
        yield f"{first_upper(sent[0][1])} den {long_date(sent[0][0])}."
    yield from _before_report(case, rows)
    if any(row.step.fulfilled_by is FulfilledBy.FINAL_REPORT and not _is_met(row) for row in rows):
        yield f"Der er ingen endelig udgave af {case.process.paper_title} i sagen."
    if bodies_waiting := _undecided_bodies(rows):
        yield f"{join_names(bodies_waiting)} har ikke behandlet sagen endnu."
    yield from _reserved(entry, case, rows)


def _reserved(entry: NewSubmission, case: Case, rows: Rows) -> Iterator[str]:
    """What the councils' decisions and the reservation say of each other."""
    councils = [row for row in rows if is_council_step(row.step)]
    missing = _councils_missing(rows)
    if councils and len(missing) == len(councils):
        yield f"0 af {len(councils)} kommuner har besluttet."
        return
    names = {row.party.party: row.party.name for row in councils}
    unnamed = [name for code, name in missing.items() if code not in entry.reservation_for]
    if unnamed and case.process.reservation:
        yield f"{_list(unnamed)} har ikke besluttet og står ikke i forbeholdet."
    elif unnamed:
        yield f"{_list(unnamed)} har ikke besluttet, og der kan ikke tages forbehold i processen."
    decided = [names[code] for code in entry.reservation_for if code in names.keys() - missing]
    if decided:
        yield f"{_list(decided)} har besluttet og står i forbeholdet."


def _final(entry: Entry, case: Case, rows: Rows, today: dt.date) -> Iterator[str]:
    """All are to decide on what is made final: have all answered?"""
    is_final = isinstance(entry, NewReportVersion) and entry.is_final
    if isinstance(entry, NewDocument):
        is_final = entry.document_kind is DocumentKind.FINAL_REPORT
    if is_final:
        yield from _before_report(case, rows)


def _publication(
    entry: NewFigurePublication, case: Case, rows: Rows, today: dt.date
) -> Iterator[str]:
    """Totals are made once: is the collection over?"""
    waiting = still_open(rows) if entry.has_totals else ()
    if waiting:
        last = max(day for row in waiting if (day := row.due_on) is not None)
        names = _list([row.party.name for row in waiting])
        yield (
            f"Indsamlingen er ikke slut: {names} har ikke svaret og har frist til "
            f"{long_date(last)}. Summerne opgøres kun én gang."
        )


def _question(entry: NewQuestion, case: Case, rows: Rows, today: dt.date) -> Iterator[str]:
    yield from _day(entry.on, case, today, _sent(case))
    yield from _unsent(case)


def _question_answer(
    entry: NewQuestionAnswer, case: Case, rows: Rows, today: dt.date
) -> Iterator[str]:
    asked = [q for q in case.questions if q.number == entry.number]
    if not asked:
        yield f"Styrelsens spørgsmål {entry.number} er ikke registreret."
    came = [(q.happened_from, "styrelsens spørgsmål kom") for q in asked[-1:]]
    yield from _day(entry.on, case, today, came)


def _verdict(entry: NewVerdict, case: Case, rows: Rows, today: dt.date) -> Iterator[str]:
    if entry.verdict_outcome is not VerdictOutcome.EXPECTED:
        yield from _day(entry.on, case, today, _sent(case))
    yield from _unsent(case)


def _tally(entry: NewTally, case: Case, rows: Rows, today: dt.date) -> Iterator[str]:
    yield from _day(entry.on, case, today, [])


def _closure(entry: NewClosure, case: Case, rows: Rows, today: dt.date) -> Iterator[str]:
    yield from _day(Period(entry.closed_on, entry.closed_on), case, today, _sent(case))
    yield from _unsent(case)
    is_asked = any(is_council_step(row.step) and row.opened_on is not None for row in rows)
    if (case.submissions or is_asked) and (waiting := _councils_missing(rows)):
        yield f"{_list(waiting.values())} har ikke besluttet."
    is_answered = any(v.verdict_outcome is not VerdictOutcome.EXPECTED for v in case.verdicts)
    if case.submissions and case.is_for_answer and not is_answered:
        yield "Styrelsen har ikke svaret."
    answered = {answer.number for answer in case.question_answers}
    open_numbers = sorted({q.number for q in case.questions} - answered)
    if open_numbers:
        numbers = join_names([str(number) for number in open_numbers])
        yield f"Styrelsens spørgsmål {numbers} er ikke besvaret."
    if undone := [str(action.number) for action in case.action_plan if action.done_on is None]:
        yield f"Handleplanens punkt {join_names(undone)} er ikke gjort."


_ASKS: Mapping[type[Entry], Callable[..., Iterator[str]]] = {
    NewDecision: _decision,
    NewResponse: _response,
    NewSubmission: _submission,
    NewDocument: _final,
    NewReportVersion: _final,
    NewFigurePublication: _publication,
    NewQuestion: _question,
    NewQuestionAnswer: _question_answer,
    NewVerdict: _verdict,
    NewTally: _tally,
    NewClosure: _closure,
}


# --- Days ------------------------------------------------------------------------------------


def _day(on: Period, case: Case, today: dt.date, floors: Sequence[_Floor]) -> Iterator[str]:
    """What speaks against that day: the first thing that it comes before, or that it is long ago.

    Where the year was left out, both years that may be meant are named.
    """
    said = long_date(on.end) if on.start == on.end else on.as_written or long_date(on.end)
    came_first = [(case.received_on, "sagen blev modtaget"), *floors]
    came_first.sort(key=lambda floor: floor[0])
    broken = next(((day, what) for day, what in came_first if on.end < day), None)
    if broken is not None:
        yield f"{first_upper(said)} ligger før {broken[1]} den {long_date(broken[0])}."
    elif on.end < today - _YEAR:
        yield f"{first_upper(said)} er mere end et år siden."
    else:
        return
    if not on.has_year:
        yield (
            f"Årstallet mangler: Er det {_in_year(on, on.end.year)}, eller er det "
            f"{_in_year(on, on.end.year + 1)}, som endnu ikke er sket? Skriv datoen med årstal."
        )


def _in_year(on: Period, year: int) -> str:
    """The day or period in that year; what was read as past is yet to come in the next."""
    if on.start == on.end:
        return f"{on.end.day}. {MONTHS[on.end.month - 1]} {year}"
    return f"{on.as_written} {year}"


def _closed_day(day: dt.date) -> str:
    """What day of rest it is; empty for a working day."""
    if name := public_holidays(day.year).get(day):
        return name if name.startswith("Kristi") else first_lower(name)
    return f"en {WEEKDAYS[day.weekday()]}" if day.weekday() > _FRIDAY else ""


def _asked(case: Case, step: str, party: str) -> list[_Floor]:
    """When the party was asked."""
    obligations = [o for o in case.obligations if (o.step, o.party) == (step, party)]
    first = min(obligations, key=lambda o: o.opened_on, default=None)
    return [] if first is None else [(first.opened_on, "kommunen blev spurgt")]


def _sent(case: Case) -> list[_Floor]:
    reports = [s for s in case.submissions if s.submission_kind is SubmissionKind.REPORT]
    return [(s.happened_from, f"{case.process.paper_title} blev sendt") for s in reports[:1]]


def _unsent(case: Case) -> Iterator[str]:
    if not _sent(case):
        yield f"{first_upper(case.process.paper_title)} er ikke sendt."


# --- What is missing -------------------------------------------------------------------------


def _before_report(case: Case, rows: Rows) -> Iterator[str]:
    """The steps in which municipalities answer, and who has not."""
    for step in case.process.steps:
        mine = [row for row in rows if row.step.id == step.id]
        if step.fulfilled_by is not FulfilledBy.RESPONSE or not mine:
            continue
        missing = [row.party.name for row in mine if not row.state.is_closed]
        if missing:
            told = f"{len(mine) - len(missing)} af {len(mine)} kommuner har svaret"
            names = f"; {join_names(missing)} mangler" if len(missing) < _NAMED else ""
            yield f"{told}{names}."


def _councils_missing(rows: Rows) -> Mapping[str, str]:
    """Names of the councils that owe a decision, by code."""
    return {party.party: party.name for party in reservable(rows)}


def _is_met(row: Standing) -> bool:
    return row.state is State.FULFILLED


def _bodies(case: Case) -> list[Step]:
    return [step for step in case.process.steps if step.parties in (Parties.BODY, Parties.CHAIN)]


def _undecided_bodies(rows: Rows) -> list[str]:
    """Names of the bodies after the last one that has decided; a later one passes the others by."""
    bodies = [row for row in rows if row.step.parties in (Parties.BODY, Parties.CHAIN)]
    last = max((place for place, row in enumerate(bodies) if _is_met(row)), default=-1)
    return [row.party.name for row in bodies[last + 1 :]]


def _concluding(case: Case, step: Step) -> list[Decision]:
    """The last decision of a body, where it concluded and is on the version that holds."""
    found = [
        d
        for d in case.decisions
        if d.step == step.id and not 0 < d.report_version < case.deciding_version
    ]
    last = max(found, key=lambda d: (d.happened_to, d.recorded_at), default=None)
    return [last] if last is not None and last.outcome in CONCLUDING else []


def _bodies_before(case: Case, step: Step) -> list[_Floor]:
    """The decision of the last body before that step."""
    steps = list(case.process.steps)
    place = steps.index(step)
    before = [one for one in _bodies(case) if steps.index(one) < place]
    floors = [_decided(case, d) for one in before for d in _concluding(case, one)]
    return [max(floors, key=lambda floor: floor[0])] if floors else []


def _decided_after(case: Case, step: Step) -> list[Decision]:
    """What the bodies after that one have decided; nothing for a council."""
    bodies = _bodies(case)
    later = bodies[bodies.index(step) + 1 :] if step in bodies else []
    return [d for one in later for d in _concluding(case, one)]


def _decided(case: Case, decision: Decision) -> _Floor:
    return decision.happened_from, f"{_who(case, decision)} besluttede"


def _who(case: Case, decision: Decision) -> str:
    party = case.party(decision.party)
    return party.name if party else decision.party


def _list(names: Collection[str]) -> str:
    """The names where they are few; else how many."""
    return join_names(list(names)) if len(names) < _NAMED else f"{len(names)} kommuner"
