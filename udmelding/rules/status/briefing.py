"""What does one say about a case at a meeting, and what does a director read of it?

Three sentences: where it stands, what happens by the deadline, what the secretariat does next. The
case's page, the case papers, the director's page and its weekly mail show these strings and no
others. Of the whole country only what has been told is counted: our own councils foresee nothing of
other areas'.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.announcement import Scope
from models.party import PartyKind
from models.process import Stage
from udmelding.config.case.process import FulfilledBy, Parties
from udmelding.config.parties import danish_sort_key
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import Basis
from udmelding.rules.case.country import OTHER_AREAS, approved_elsewhere, count_elsewhere
from udmelding.rules.case.facts import Bulletin, Tally
from udmelding.rules.case.glossary import label
from udmelding.rules.plan.forecast import basis_of
from udmelding.rules.plan.plan import Plan, PlannedStep
from udmelding.rules.plan.verdict import Sign
from udmelding.rules.status.lights import light_of
from udmelding.rules.status.status import Status, StepStatus
from udmelding.rules.words.date_wording import long_date, near_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper

FRESH = dt.timedelta(days=7)
"""So long a line from the secretariat is shown; an old one would be read as news."""

OLD = dt.timedelta(days=14)
"""Figures of another area that are older than this are shown with their day."""

_NAMED = 6
"""So many late councils are named; of more only the number is told."""

_DATES = 3
_NO_DAY = "dag ukendt"
_GATHERING = frozenset({Stage.RECEIPT, Stage.COLLECTION, Stage.DRAFTING})
_BASIS: Mapping[Basis, str] = {
    Basis.ANNOUNCED: "kommunens egen dato",
    Basis.AGREED: "aftalt: mere tid",
    Basis.CALENDAR: "kommunens kalender",
    Basis.ASSUMED: "gæt: mødet er ikke kendt",
    Basis.UNKNOWN: "intet kendt møde",
}


@dataclass(frozen=True, slots=True)
class Late:
    """One council that does not decide before the deadline.

    Attributes:
        day: when it is expected to, as one says it; «dag ukendt» where nothing is known.
        known: what the day rests on.
    """

    name: str
    day: str
    known: str


@dataclass(frozen=True, slots=True)
class AreaCount:
    """How many councils of one area have approved.

    Attributes:
        area: its id, ``OTHER_AREAS`` for all others together.
        approved: None where nobody has told.
        old: the day of the figure, where it is old; else empty.
    """

    area: str
    approved: int | None
    total: int
    old: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """A case in a director's words.

    Attributes:
        sign: of the verdict; None where there is nothing to judge any more.
        verdict: the verdict's sentence; ``after`` who decides after the deadline, or empty.
        where: where the case stands; ``next`` what the secretariat does next, and when.
        numbers: a count and what it counts, three at most.
        late: the councils behind ``after``.
        dates: the next three, each with what happens.
        areas: the whole country; empty in a case of one area, and while no other area has told.
        bulletin: the secretariat's own line, where it is fresh.
    """

    reference: str
    name: str
    sign: Sign | None
    where: str
    verdict: str
    after: str
    next: str
    numbers: tuple[tuple[str, str], ...]
    late: tuple[Late, ...]
    dates: tuple[tuple[dt.date, str], ...]
    areas: tuple[AreaCount, ...]
    bulletin: Bulletin | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What one says at a meeting: three sentences, or fewer where there is nothing to say."""
        by_deadline = f"{self.verdict} {self.after}".strip()
        return tuple(text for text in (self.where, by_deadline, self.next) if text)


def briefing(case: Case, found: Status) -> Briefing:
    """The case as ``found`` has it on its day."""
    looked = light_of(found)
    late = () if found.submission or case.is_closed else tuple(_late(found))
    return Briefing(
        reference=case.reference,
        name=case.name,
        sign=looked.sign,
        where=_where(case, found),
        verdict=looked.sentence,
        after=_after(late, looked.sentence),
        next=_next(case, found),
        numbers=tuple(_numbers(case, found)),
        late=late,
        dates=tuple(_dates(case, found))[:_DATES],
        areas=tuple(_areas(case, found)),
        bulletin=_bulletin(case, found.as_of),
    )


def _where(case: Case, found: Status) -> str:
    """Counted: answers until the bodies have the report, then councils."""
    name, day = f"«{case.name}»", long_date(found.as_of)
    if case.is_closed:
        return f"{name} blev afsluttet {long_date(case.closures[-1].closed_on)}."
    councils = found.councils
    if found.stage in _GATHERING or not councils.total:
        answered = _answered(case, found)
        told = f": {answered} kommuner har svaret" if answered else ""
        return f"{name} er pr. {day} under {label(found.stage)}{told}."
    if found.stage is Stage.DECISIONS and (bodies := list(_bodies_ahead(case, found))):
        return f"{name} er pr. {day} til behandling: {join_names(bodies)}."
    country = ""
    if found.country and found.country.approved > councils.approved:
        country = f" og i {found.country.approved} af {found.country.total} i hele landet"
    no = f"; {join_names([p.name for p in councils.rejected])} har sagt nej"
    return (
        f"{name} er pr. {day} godkendt i {councils.approved} af {councils.total} "
        f"kommunalbestyrelser{country}{no if councils.rejected else ''}."
    )


def _bodies_ahead(case: Case, found: Status) -> Iterator[str]:
    for row in found.plan.steps if found.plan else ():
        step = case.process.step(row.id)
        is_body = step is not None and step.parties in (Parties.BODY, Parties.CHAIN)
        if is_body and not row.is_done:
            yield f"{row.title} {near_date(row.planned, found.as_of)}" if row.planned else row.title


def _answered(case: Case, found: Status) -> str:
    """How many have answered, ``9 af 17``; empty where nobody is asked for an answer."""
    count = _answering(case, found)
    return f"{count.fulfilled} af {count.total}" if count else ""


def _answering(case: Case, found: Status) -> StepStatus | None:
    asking = [s.id for s in case.process.steps if s.fulfilled_by is FulfilledBy.RESPONSE]
    return next((c for c in found.steps if c.step_id in asking and c.total), None)


def _late(found: Status) -> Iterator[Late]:
    plan = found.plan
    for row in plan.late_councils if plan else ():
        day = near_date(row.planned, found.as_of) if row.planned else _NO_DAY
        yield Late(row.name, day, _BASIS.get(basis_of(row), ""))


def _after(late: Sequence[Late], verdict: str) -> str:
    """Who decides after the deadline, and when; those that the verdict names are «de»."""
    if not late:
        return ""
    by_day: dict[str, list[str]] = {}
    for row in late:
        by_day.setdefault(row.day, []).append(row.name)
    if len(by_day) == 1 and all(row.name in verdict for row in late):
        day = next(iter(by_day))
        return "" if day == _NO_DAY else f"De ventes at beslutte {day}."
    if len(late) > _NAMED:
        return f"Efter fristen ventes {len(late)} kommuner."
    told = [f"{join_names(names)} ({day})" for day, names in by_day.items()]
    return f"Efter fristen ventes {join_names(told)}."


def _next(case: Case, found: Status) -> str:
    """What the secretariat does next: its own work, papers for a body, or the submission."""
    if case.is_closed:
        return ""
    if case.is_paused:
        return "Sagen er sat på pause."
    if found.submission is not None:
        left = found.reservation_open
        if left:
            names = sorted((p.name for p in left), key=danish_sort_key)
            of = join_names(names) if len(left) <= _NAMED else f"{len(left)} kommuner"
            whose = f"beslutningerne fra {of}" if len(left) > 1 else f"beslutningen fra {of}"
            return f"Sekretariatet eftersender {whose}, når de foreligger."
        return found.waiting
    tasks = [*_own_work(case, found), *_papers(found.plan, found.as_of)]
    if not tasks:
        return ""
    day, what = min(tasks)
    if day < found.as_of:
        return f"Sekretariatet mangler at {what}; det skulle være gjort {long_date(day)}."
    return f"Sekretariatet skal senest {near_date(day, found.as_of)} {what}."


def _own_work(case: Case, found: Status) -> Iterator[tuple[dt.date, str]]:
    """What the secretariat itself owes, in the infinitive."""
    steps = {step.id: step for step in case.process.steps}
    for owed in (*found.overdue, *found.next):
        if owed.party != PartyKind.SECRETARIAT.value or owed.due_on is None:
            continue
        step = steps.get(owed.step_id)
        match step.fulfilled_by if step else None:
            case FulfilledBy.SUBMISSION:
                paper = case.process.paper_title
                yield _sent_by(found, owed.due_on), f"sende {paper}{_reserved(found.plan)}"
            case FulfilledBy.FINAL_REPORT:
                yield owed.due_on, f"have {case.process.paper_title} færdig"
            case _:
                yield owed.due_on, f"blive færdig med: {owed.what}"


def _reserved(plan: Plan | None) -> str:
    late = plan.late_councils if plan is not None and plan.may_reserve else ()
    if not late:
        return ""
    return f" med forbehold for {late[0].name if len(late) == 1 else f'de {len(late)}'}"


def _sent_by(found: Status, due_on: dt.date) -> dt.date:
    """Whoever may send without the late ones does so by the deadline, and waits for nobody."""
    plan = found.plan
    return min(due_on, plan.deadline) if plan and plan.may_reserve else due_on


def _papers(plan: Plan | None, today: dt.date) -> Iterator[tuple[dt.date, str]]:
    for row in plan.steps if plan else ():
        if not row.is_done and row.papers_due_on and row.papers_due_on >= today:
            yield row.papers_due_on, f"sende papirerne til {row.title}"


def _numbers(case: Case, found: Status) -> Iterator[tuple[str, str]]:
    councils = found.councils
    if found.stage in _GATHERING or not councils.total:
        if count := _answering(case, found):
            yield f"{count.fulfilled} af {count.total}", "har svaret"
            if count.overdue:
                yield str(count.overdue), "er over svarfristen"
    else:
        yield f"{councils.decided} af {councils.total}", "har besluttet"
    plan = found.plan
    if plan and plan.councils and not found.submission and plan.deadline >= found.as_of:
        in_time = len(plan.councils) - len(plan.late_councils)
        yield f"{in_time} af {len(plan.councils)}", "ventes ved fristen"
    if found.country and found.country.approved > councils.approved:
        yield f"{found.country.approved} af {found.country.total}", "har godkendt i hele landet"


def _dates(case: Case, found: Status) -> Iterator[tuple[dt.date, str]]:
    """What comes, by the plan; after the submission by what is owed."""
    plan, today = found.plan, found.as_of
    if found.submission is not None or plan is None:
        for owed in found.next:
            if owed.due_on is not None:
                yield owed.due_on, f"{first_upper(owed.what)}: {owed.party_name}"
        return
    own = dict(_own_days(case, found))
    rows = [row for row in plan.steps if not row.is_done]
    # What the secretariat writes is planned for the earliest day; said is the day it has.
    dated = [(own.get(row.id) or row.planned, _coming(case, row)) for row in rows]
    dated.append((plan.deadline, "Fristen"))
    late = [row.planned for row in plan.late_councils if row.planned is not None]
    dated.append((max(late, default=None), "De sidste kommuner ventes at beslutte"))
    ahead = [(day, what) for day, what in dated if day is not None and day >= today]
    yield from sorted(dict.fromkeys(ahead))


def _own_days(case: Case, found: Status) -> Iterator[tuple[str, dt.date]]:
    sending = [s.id for s in case.process.steps if s.fulfilled_by is FulfilledBy.SUBMISSION]
    for owed in found.next:
        if owed.party == PartyKind.SECRETARIAT.value and owed.due_on is not None:
            is_sent = owed.step_id in sending
            yield owed.step_id, _sent_by(found, owed.due_on) if is_sent else owed.due_on


def _coming(case: Case, row: PlannedStep) -> str:
    step = case.process.step(row.id)
    paper = case.process.paper_title
    if step is None or step.parties in (Parties.BODY, Parties.CHAIN):
        return f"{row.title} behandler {paper}"
    match step.fulfilled_by:
        case FulfilledBy.RESPONSE:
            return "De sidste svar ventes"
        case FulfilledBy.DECISION:
            return "De sidste kommuner ventes at beslutte"
        case FulfilledBy.SUBMISSION:
            return f"{first_upper(paper)} sendes"
        case FulfilledBy.FINAL_REPORT:
            return f"{first_upper(paper)} skal være færdig"
        case _:
            return row.title


def _areas(case: Case, found: Status) -> Iterator[AreaCount]:
    """One count an area, our own first; where others are only told of together, one for them."""
    elsewhere = count_elsewhere(case)
    own = sorted(case.asked_areas, key=lambda area: (area != case.area, danish_sort_key(area)))
    if case.scope is not Scope.NATIONAL or not (elsewhere or len(own) > 1):
        return
    places = [p for p in case.parties if p.kind is PartyKind.MUNICIPALITY]
    totals = Counter(p.area for p in places)
    approved = approved_elsewhere(case)
    named = Counter(p.area for p in places if p.party in approved)
    for area in own:
        yield AreaCount(area, named[area], totals[area])
    others = sorted((area for area in totals if area not in own), key=danish_sort_key)
    tallies = {t.area: t for t in sorted(case.tallies, key=lambda t: t.recorded_at)}
    summed = {area: max(named[area], _told(tallies.get(area))) for area in others}
    if sum(summed.values()) < elsewhere:  # told for all others together
        together = sum(totals[area] for area in others)
        old = _old(tallies.get(OTHER_AREAS), found.as_of)
        yield AreaCount(OTHER_AREAS, elsewhere, together, old)
        return
    for area in others:
        tally = tallies.get(area)
        is_known = tally is not None or bool(named[area])
        old = _old(tally, found.as_of) if _told(tally) >= named[area] else ""
        yield AreaCount(area, summed[area] if is_known else None, totals[area], old)


def _told(tally: Tally | None) -> int:
    return tally.approved if tally else 0


def _old(tally: Tally | None, today: dt.date) -> str:
    is_old = tally is not None and today - tally.happened_to > OLD
    return tally.when if tally is not None and is_old else ""


def _bulletin(case: Case, today: dt.date) -> Bulletin | None:
    last = case.bulletins[-1] if case.bulletins else None
    is_fresh = last is not None and last.text and today - last.recorded_at.date() <= FRESH
    return last if is_fresh else None
