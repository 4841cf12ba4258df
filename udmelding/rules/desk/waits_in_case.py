"""What waits for a person in one case: asked by municipalities, by bodies' meetings, by the agency?

Each function below finds the rows of one kind from the facts of the case and its status. What the
words mean, and in which order rows stand, is told in ``desk.waits``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from models import PartyKind
from udmelding.config.case.process import Parties
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Decision, Extension, Milestone
from udmelding.rules.case.glossary import label
from udmelding.rules.desk.waits import Answered, Wait, Waiting
from udmelding.rules.parties.asking import Asked, Wants, asked_in, wishes_time
from udmelding.rules.parties.declared import (
    declared_notes,
    declarer,
    is_declared,
    is_through_link,
    proposed_contacts,
)
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import near_date, short_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper


def waits_in(case: Case, found: Status) -> tuple[Wait, ...]:
    """What waits in one case; nothing in one that is closed."""
    if case.is_closed:
        return ()
    return (*_asked(case, found), *_contacts(case), *_silent(case, found), *_minutes(case, found),
         *_questions(case, found), *_undone(case, found), *_papers(case, found),
         *_submission(case, found), *_letters(case, found))  # fmt: skip


def _wait(case: Case, kind: Waiting, key: str, who: str, what: str, **more: object) -> Wait:
    said = {"reference": case.reference, "case": case.name} | more
    mine = case.particulars.responsible.casefold()
    return Wait(kind=kind, key=key, who=who, what=what, mine=mine, **said)  # type: ignore[arg-type]


def _asked(case: Case, found: Status) -> Iterator[Wait]:
    """What municipalities ask on their own pages; their mails are read where mails lie."""
    for one in asked_in(case):
        party = case.party(one.party)
        if party is None or one.wants is Wants.READ:
            continue
        kind = Waiting.TIME if one.wants is Wants.TIME else Waiting.SEEN
        due = due_of(found, one.party)
        about = [f"nu {near_date(due, found.as_of)}"] if due and kind is Waiting.TIME else []
        about += [f"«{one.quote}»"] if one.quote else []
        yield _wait(
            case,
            kind,
            one.key,
            party.name,
            _asks(case, one, found.as_of),
            at=one.at,
            due_on=due,
            about=tuple(about),
            party=one.party,
            value=one.wanted_on,
        )


def _asks(case: Case, one: Asked, today: dt.date) -> str:
    if one.wants is Wants.TIME:
        wish = f"få til {near_date(one.wanted_on, today)}" if one.wanted_on else "få mere tid"
        return f"beder om at {wish}"
    told = next(decision for decision in case.decisions if decision.key == one.key)
    day = told.as_written or near_date(told.happened_to, today)
    return f"har meldt {label(told.outcome)} {day}, uden at I har set dokumentationen"


def due_of(found: Status, party: str) -> dt.date | None:
    """The first day by which the party owes something."""
    days = [one.due_on for one in (*found.overdue, *found.next) if one.party == party]
    return min((day for day in days if day is not None), default=None)


def _contacts(case: Case) -> Iterator[Wait]:
    """Contacts that municipalities name; whoever reads them leaves out what is in force."""
    for one in proposed_contacts(case, {}):
        yield _wait(
            case,
            Waiting.CONTACT,
            one.key,
            one.party.name,
            f"melder en ny kontakt: {one.name}",
            at=one.declared_at,
            about=(one.email,),
            party=one.party.party,
        )


def _silent(case: Case, found: Status) -> Iterator[Wait]:
    """Councils whose meeting is behind them and that have told nothing: one row for all."""
    rows = [row for row in (found.plan.councils if found.plan else ()) if row.passed_on]
    asked = {p.party for p in case.parties if p.is_asked and p.kind is PartyKind.MUNICIPALITY}
    names = [row.name for row in rows if row.party in asked]
    if not names:
        return
    told = "har haft møde, men ikke meldt noget"
    who = names[0] if len(names) == 1 else f"{len(names)} kommuner"
    yield _wait(
        case,
        Waiting.SILENT,
        case.reference,
        who,
        told,
        due_on=found.deadline,
        about=(join_names(names),) if 1 < len(names) <= _NAMED else (),
    )


_NAMED = 6


def _minutes(case: Case, found: Status) -> Iterator[Wait]:
    """A body's meeting that is over, and of which nobody has said what it decided."""
    held = found.plan.unrecorded if found.plan else None
    if held is None or case.is_paused or found.submission is not None:
        return
    yield _wait(
        case,
        Waiting.MINUTES,
        held.step_id,
        held.title,
        f"havde møde {near_date(held.held_on, found.as_of)}, og beslutningen er ikke skrevet ind",
        due_on=held.held_on,
        party=held.step_id,
        value=held.held_on,
    )


def _questions(case: Case, found: Status) -> Iterator[Wait]:
    """What the agency asks and nobody has answered."""
    answered = {answer.number for answer in case.question_answers}
    for one in case.questions:
        if one.number not in answered:
            yield _wait(
                case,
                Waiting.QUESTION,
                str(one.number),
                "Styrelsen",
                f"venter svar senest {near_date(one.due_on, found.as_of)} på sine spørgsmål",
                due_on=one.due_on,
                about=(f"«{one.text}»",) if one.text else (),
            )


def _undone(case: Case, found: Status) -> Iterator[Wait]:
    """Points of the action plan whose day is over: one row for all."""
    late = [
        one
        for one in case.action_plan
        if one.done_on is None and one.due_on is not None and one.due_on < found.as_of
    ]
    if late:
        points = "1 punkt" if len(late) == 1 else f"{len(late)} punkter"
        yield _wait(
            case,
            Waiting.ACTION,
            case.reference,
            "Handleplanen",
            f"har {points}, der skulle være gjort",
            due_on=min(one.due_on for one in late if one.due_on is not None),
            about=(late[0].title,) if len(late) == 1 else (),
        )


_SOON = 14
"""So many days before the deadline it waits for a person that the report is sent."""


def _submission(case: Case, found: Status) -> Iterator[Wait]:
    """The report, once the bodies have had it and its deadline is near or over."""
    plan, day = found.plan, found.deadline
    if plan is None or day is None or found.submission is not None or case.is_paused:
        return
    bodies = {s.id for s in case.process.steps if s.parties in (Parties.BODY, Parties.CHAIN)}
    if (day - found.as_of).days > _SOON or any(
        row.id in bodies and not row.is_done for row in plan.steps
    ):
        return
    missing = len(found.councils.missing)
    word = "skal sendes senest" if day >= found.as_of else "skulle være sendt"
    yield _wait(
        case,
        Waiting.SUBMISSION,
        case.reference,
        first_upper(case.process.paper_title),
        f"{word} {near_date(day, found.as_of)}",
        due_on=day,
        about=(f"{missing} mangler at beslutte",) if missing else (),
    )


def _papers(case: Case, found: Status) -> Iterator[Wait]:
    """Meetings of bodies for which the papers should have been sent, and nobody says they were."""
    if case.is_paused or found.submission is not None or found.plan is None:
        return
    said = {note.title for note in case.milestones}
    steps = {s.id for s in case.process.steps if s.parties in (Parties.BODY, Parties.CHAIN)}
    for row in found.plan.steps:
        day, papers = row.planned, row.papers_due_on
        if row.is_done or row.is_assumed or row.id not in steps or not day or not papers:
            continue
        if papers <= found.as_of <= day and papers_note(row.title, day) not in said:
            late = "skal" if papers == found.as_of else "skulle"
            yield _wait(
                case,
                Waiting.PAPERS,
                f"{row.id}@{day.isoformat()}",
                row.title,
                f"mødes {near_date(day, found.as_of)}, og papirerne er ikke meldt sendt",
                due_on=papers,
                about=(f"{late} ud {near_date(papers, found.as_of)}",),
                value=day,
            )
            return  # the next body's papers come after its decision


def papers_note(body: str, day: dt.date) -> str:
    """How the time line says that a meeting has its papers."""
    return f"{_PAPERS}{body} {short_date(day)}{_SENT}"


_PAPERS, _SENT = "Papirerne til ", " er sendt"


def _letters(case: Case, found: Status) -> Iterator[Wait]:
    for one in found.letters:
        yield _wait(
            case,
            Waiting.LETTER,
            one.key,
            f"{label(one.mail)[:1].upper()}{label(one.mail)[1:]}",
            f"til {one.name} ligger som udkast",
            due_on=found.deadline if found.deadline and found.deadline >= found.as_of else None,
        )


def answered_in(case: Case, today: dt.date) -> tuple[Answered, ...]:
    """What a person answered today of what municipalities of the case had asked on their pages."""
    if case.is_closed:
        return ()
    names = {party.party: party.name for party in case.parties}
    found = [
        (Waiting.TIME, one, f"{names[one.party]} har fået til {near_date(one.due_on, today)}")
        for one in case.extensions
        if one.party in names and _is_of(one, today) and _has_asked(case, names[one.party], one)
    ]
    seen = [
        (Waiting.SEEN, one, f"{names[one.party]}: dokumentationen er set ({label(one.outcome)})")
        for one in case.decisions
        if one.party in names
        and one.is_proven
        and not is_declared(one.recorded_by)
        and is_through_link(one)
        and _is_of(one, today)
    ]
    papers = [
        (Waiting.PAPERS, one, one.title)
        for one in case.milestones
        if one.title.startswith(_PAPERS) and one.title.endswith(_SENT) and _is_of(one, today)
    ]
    return tuple(
        Answered(
            kind=kind,
            key=one.key,
            text=text,
            at=one.recorded_at,
            by=one.recorded_by,
            reference=case.reference,
        )
        for kind, one, text in (*found, *seen, *papers)
    )


def _is_of(one: Extension | Decision | Milestone, today: dt.date) -> bool:
    return one.recorded_at.date() == today


def _has_asked(case: Case, name: str, given: Extension) -> bool:
    return any(
        wishes_time(note)
        for note in declared_notes(case)
        if note.recorded_by == declarer(name) and note.recorded_at < given.recorded_at
    )
