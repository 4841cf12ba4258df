"""What will most likely be recorded next in a case, and what did a recording change?

The page «Registrér» puts the likely things first; after a recording it says how far the case has
come. Both read the same ``Status`` as everything else, so a count here is the count there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.verdict import VerdictOutcome
from udmelding.config.case.process import FulfilledBy, Parties
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.status.status import Status, StepStatus
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names

MOST = 3
_NAMED = 3
"""So many are named; of more only the number is told."""


@dataclass(frozen=True, slots=True)
class Likely:
    """One thing that may be recorded next.

    Attributes:
        slug: of the form (``recording.entry.Ask``), or ``beslutninger``: all councils on one page.
        line: what the case waits for, in Danish; ends with a full stop.
        party: code of whom it is about, where it is about one.
    """

    slug: str
    line: str
    party: str = ""


def likely_next(case: Case, seen: Status) -> tuple[Likely, ...]:
    """The things that a case waits for on the day of its status, the nearest first; three at most.

    A case that is closed can only be opened again; one that is paused is first taken up.
    """
    if case.is_closed:
        return (Likely("genaabn", f"Sagen er lukket {_closed(case)}."),)
    asked = _after(case, seen) if seen.submission is not None else _before(case, seen)
    paused = [Likely("pause", "Sagen er sat på pause.")] if case.is_paused else []
    return (*paused, *asked)[:MOST]


def _closed(case: Case) -> str:
    return long_date(case.closures[-1].closed_on)


def _before(case: Case, seen: Status) -> Iterator[Likely]:
    """Until the report is sent: answers, the bodies, the councils, and then the report."""
    waiting = [row for row in seen.standings if row.state.is_owed]
    answers = [row for row in waiting if row.step.fulfilled_by is FulfilledBy.RESPONSE]
    if answers:
        yield Likely("svar", f"{_some([row.party.name for row in answers])} mangler at svare.")
    bodies = [
        row
        for row in seen.standings
        if row.step.parties in (Parties.BODY, Parties.CHAIN) and not row.state.is_closed
    ]
    councils = [
        row
        for row in seen.standings
        if is_council_step(row.step) and (row.state.is_owed or not (bodies or row.state.is_closed))
    ]
    if bodies and not answers:
        day = bodies[0].due_on
        when = f" Mødet ventes {long_date(day)}." if day else ""
        line = f"{bodies[0].party.name} mangler at behandle sagen.{when}"
        yield Likely("organ", line, bodies[0].party.party)
    if councils:
        yield Likely("beslutninger", f"{_some([row.party.name for row in councils])} mangler.")
        yield _submission(seen)
        assumed = sum(row.is_assumed for row in seen.plan.councils) if seen.plan else 0
        if assumed:
            days = "1 dag er" if assumed == 1 else f"{assumed} dage er"
            yield Likely("meldt-dag", f"{days} et gæt.")
    elif not answers and not bodies:
        yield _submission(seen)
    yield Likely("dokument", "Et bilag, et referat eller en vejledning lægges i sagen.")


def _submission(seen: Status) -> Likely:
    missing = seen.councils.missing
    line = f"Forbeholdet for {_some([p.name for p in missing])} er udfyldt." if missing else ""
    when = f"Fristen er {long_date(seen.deadline)}." if seen.deadline else ""
    return Likely("afsendelse", " ".join(part for part in (when, line) if part) or "Alt er klar.")


def _after(case: Case, seen: Status) -> Iterator[Likely]:
    """After it: the agency's questions, the reservation, its verdict, the action plan, the end."""
    answered = {answer.number for answer in case.question_answers}
    asked = [question for question in case.questions if question.number not in answered]
    if asked:
        first = min(asked, key=lambda question: question.due_on)
        yield Likely("svar-til-styrelsen", f"Svarfristen er {long_date(first.due_on)}.")
    if missing := seen.reservation_open:
        yield Likely("beslutninger", f"{_some([p.name for p in missing])} står i forbeholdet.")
    is_answered = any(v.verdict_outcome is not VerdictOutcome.EXPECTED for v in case.verdicts)
    if case.is_for_answer and not is_answered:
        yield Likely("styrelsens-svar", "Styrelsen har ikke svaret endnu.")
        if not asked:
            yield Likely("spoergsmaal", "Styrelsen kan stille supplerende spørgsmål.")
    undone = [action for action in case.action_plan if action.done_on is None]
    if undone:
        number = "1 punkt" if len(undone) == 1 else f"{len(undone)} punkter"
        yield Likely("handling", f"{number} på handleplanen er ikke gjort.")
    elif is_answered and not case.actions:
        yield Likely("handling", "Handleplanens punkter kan lægges ind.")
    if not (asked or missing or undone) and (is_answered or not case.is_for_answer):
        yield Likely("afslutning", "Intet mangler i sagen.")


def _some(names: list[str]) -> str:
    return join_names(names) if len(names) <= _NAMED else str(len(names))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a case had come: answers, decisions, and councils that reach the deadline."""

    answered: int
    decided: int
    in_time: int

    @property
    def word(self) -> str:
        """As it travels in an address."""
        return f"{self.answered}-{self.decided}-{self.in_time}"


def progress_from(word: str) -> Progress | None:
    """What ``Progress.word`` says; None where an address says anything else."""
    found = re.fullmatch(r"(\d{1,3})-(\d{1,3})-(\d{1,3})", word, re.ASCII)
    return Progress(*map(int, found.groups())) if found else None


def progress(seen: Status) -> Progress:
    """How far it has come."""
    in_time = verdict_on(seen.plan).in_time if seen.plan else 0
    return Progress(sum(one.fulfilled for one in _answering(seen)), seen.councils.decided, in_time)


def _answering(seen: Status) -> list[StepStatus]:
    """The steps in which municipalities answer."""
    asked = {r.step.id for r in seen.standings if r.step.fulfilled_by is FulfilledBy.RESPONSE}
    return [one for one in seen.steps if one.step_id in asked]


def progress_sentences(before: Progress, seen: Status) -> tuple[str, ...]:
    """What a recording changed, in Danish sentences; the verdict is said where councils decide.

    Once the deadline is over, or the report is sent, nobody reaches the deadline any more.
    """
    now, total = progress(seen), seen.councils.total
    told = []
    if now.answered != before.answered:
        asked = sum(one.total for one in _answering(seen))
        told.append(f"{before.answered} → {now.answered} af {asked} har svaret.")
    if not total or seen.plan is None:
        return tuple(told)
    if now.decided != before.decided:
        told.append(f"{before.decided} → {now.decided} af {total} har besluttet.")
    is_open = seen.submission is None and seen.as_of <= seen.plan.deadline
    if is_open and now.in_time != before.in_time:
        told.append(f"{before.in_time} → {now.in_time} af {total} når fristen.")
    return (*told, verdict_on(seen.plan).sentence)
