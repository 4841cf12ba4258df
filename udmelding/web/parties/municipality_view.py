"""What does a municipality see of a case? Its own part, and the files that it needs.

Everything is picked from what is known of that one party. Texts that the secretariat wrote freely
(reasons, notes) are left out, because they may name others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from models import DocumentKind, PartyKind
from udmelding.casework.access.links import Opened
from udmelding.casework.forms.seen import AnswerSeen
from udmelding.config.case.process import FulfilledBy, Parties
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilPlan
from udmelding.rules.case.facts import (
    Decision,
    Document,
    Expectation,
    Extension,
    Response,
    Waiver,
)
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import Standing, State, is_council_step
from udmelding.rules.parties.declared import declarer, is_declared
from udmelding.rules.recording.entry import answer_word, names_of
from udmelding.rules.status.status import status
from udmelding.rules.words.date_wording import long_date, weekday_date
from udmelding.rules.words.texts import first_upper
from udmelding.web.parties.municipality_needs import Coming, Need, coming, needs_of

_Partys = TypeVar("_Partys", Decision, Expectation, Extension, Response, Waiver)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the municipality has said or been granted.

    Attributes:
        text: what; ``sub`` adds when, or how it stands.
        link: an address that proves it, or empty.
    """

    at: dt.datetime | dt.date
    text: str
    sub: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file to read or download.

    Attributes:
        way: where it is, after the page's own address; or a whole address of another site.
        kind: such as ``PDF``.
    """

    title: str
    way: str
    kind: str

    @property
    def is_outside(self) -> bool:
        """Whether another site has it."""
        return self.way.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnView:
    """One municipality's page.

    Attributes:
        needs: what it lacks; ``coming`` the days of the case that concern it.
        row: its council's row of the plan; None where there is no plan, or it is over.
        answerable: steps that it may declare an answer to, because they ask no question set.
        form: its question set; None where it is asked none, or the case is over.
        council: its standing in the step in which councils decide, or None.
        own_decisions: those that it declared itself and may still correct.
    """

    opened: Opened
    today: dt.date
    needs: tuple[Need, ...]
    coming: tuple[Coming, ...]
    files: tuple[OwnFile, ...]
    done: tuple[Line, ...]
    row: CouncilPlan | None
    answerable: tuple[Standing, ...]
    owing: tuple[Standing, ...]
    form: AnswerSeen | None
    council: Standing | None
    own_decisions: tuple[Decision, ...]

    @property
    def is_closed(self) -> bool:
        """Whether the case is over, and nothing can be said any more."""
        return self.opened.case.is_closed

    @property
    def can_expect(self) -> bool:
        """Whether it can name the day on which its council will decide."""
        council = self.council
        return council is not None and not self.is_closed and not council.state.is_closed

    @property
    def can_decide(self) -> bool:
        """Whether it can declare a decision: it is asked, and nothing is proven yet."""
        council = self.council
        if council is None or self.is_closed:
            return False
        is_only_declared = council.state is State.FULFILLED and not council.is_proven
        return council.state.is_owed or is_only_declared

    @property
    def next_day(self) -> Coming | None:
        """What comes next, for one who lacks nothing."""
        return next((day for day in self.coming if not day.is_past), None)

    @property
    def owes_form(self) -> bool:
        """Whether it has its question set still to answer."""
        return any(need.way == "/skema" for need in self.needs)


def own_view(opened: Opened, today: dt.date, form: AnswerSeen | None) -> OwnView:
    """What the municipality sees on that day.

    Args:
        opened: its link.
        today: the day.
        form: its question set, if it is asked one.
    """
    case, party = opened.case, opened.party.party
    found = status(case, today)
    rows = [
        row
        for row in found.standings
        if row.party.party == party and row.step.parties is Parties.MUNICIPALITIES
    ]
    owing = () if case.is_closed else tuple(row for row in rows if row.state.is_owed)
    row = found.plan.council(party) if found.plan and not case.is_closed else None
    council = next((row for row in rows if is_council_step(row.step)), None)
    asked = form.asked.step if form else ""
    deadline = found.plan.deadline if found.plan else None
    return OwnView(
        opened=opened,
        today=today,
        needs=needs_of(owing, row, deadline, form, today),
        coming=() if case.is_closed else coming(case, opened.party, found, rows, today),
        files=tuple(_files(opened, council)),
        done=tuple(sorted(_said(case, opened), key=lambda line: line.at, reverse=True)),
        row=row,
        answerable=tuple(
            r for r in owing if r.step.fulfilled_by is FulfilledBy.RESPONSE and r.step.id != asked
        ),
        owing=owing,
        form=form,
        council=council,
        own_decisions=_own_decisions(case, opened),
    )


def has_paper(opened: Opened, council: Standing | None) -> bool:
    """Whether a draft of its council's paper can be fetched: there is a report to decide on."""
    case, is_municipality = opened.case, opened.party.kind is PartyKind.MUNICIPALITY
    is_open = not case.is_closed and case.latest_version > 0
    return council is not None and is_municipality and is_open


def _files(opened: Opened, council: Standing | None) -> Iterator[OwnFile]:
    if has_paper(opened, council):
        title = f"Sagsfremstilling til {opened.party.name}"
        yield OwnFile(title, "/sagsfremstilling.docx", "Word")
        yield OwnFile(title, "/sagsfremstilling.pdf", "PDF")
    for title, document in readable(opened.case):
        kind = document.file_name.rpartition(".")[2].upper() or "fil"
        yield OwnFile(title, f"/filer/{document.sha256}", {"DOCX": "Word"}.get(kind, kind))
    for decision in _of_bodies(opened.case):
        if decision.evidence.startswith(("http://", "https://")):
            yield OwnFile(_recommendation(opened.case, decision), decision.evidence, "link")


def readable(case: Case) -> Iterator[tuple[str, Document]]:
    """The documents that every municipality of the case may read, with what they are called.

    Minutes are only those of a body: a municipality's own are nobody else's.
    """
    kept = [document for document in case.documents if document.sha256]
    letter = "Brevet fra styrelsen" if case.process.is_from_agency else "Brevet"
    report = f"{first_upper(case.process.paper_title)}, den endelige version"
    for kind, called in (
        (DocumentKind.LETTER, letter),
        (DocumentKind.GUIDANCE, ""),
        (DocumentKind.FINAL_REPORT, report),
    ):
        for one in kept:
            if one.document_kind is kind and one.version in (0, case.latest_version):
                yield called or one.title, one
    files = {one.file_name: one for one in kept if one.file_name}
    for decision in _of_bodies(case):
        if decision.evidence in files:
            yield _recommendation(case, decision), files[decision.evidence]


def _of_bodies(case: Case) -> list[Decision]:
    """The last decision of each body that somebody has seen the minutes of."""
    bodies = [
        step.id
        for step in case.process.steps
        if step.fulfilled_by is FulfilledBy.DECISION and not is_council_step(step)
    ]
    last = {one.step: one for one in case.decisions if one.step in bodies and one.is_proven}
    return [last[step] for step in bodies if step in last]


def _recommendation(case: Case, decision: Decision) -> str:
    step = case.process.step(decision.step)
    return f"{step.title if step else decision.step} {decision.when}: {label(decision.outcome)}"


def _own_decisions(case: Case, opened: Opened) -> tuple[Decision, ...]:
    by = declarer(opened.party.name)
    own = (d for d in case.decisions if d.party == opened.party.party)
    return tuple(d for d in own if d.recorded_by == by and not d.is_proven)


def decision_words(decision: Decision) -> str:
    """A decision of a municipality in a few words."""
    level = label(decision.level)
    item = f", punkt {decision.item_number}" if decision.item_number else ""
    return f"{first_upper(level)}, {decision.when}{item}: {label(decision.outcome)}"


def _said(case: Case, opened: Opened) -> Iterator[Line]:
    """All that is known of what the municipality has said and been granted."""
    party, names = opened.party.party, names_of(case)
    for answer in _of(case.responses, party):
        yield Line(
            answer.recorded_at,
            f"Svar: {answer_word(answer.completeness, names)}",
            answer.when,
        )
    yield from map(_decided, _of(case.decisions, party))
    for expected in _of(case.expectations, party):
        text = f"I har meldt, at I beslutter {weekday_date(expected.expected_on)}"
        yield Line(expected.recorded_at, text, _told(expected.recorded_at))
    yield from _granted(case, party)
    for note in case.milestones:
        if note.recorded_by == declarer(opened.party.name):
            yield Line(note.recorded_at, note.title, _told(note.recorded_at))


def _granted(case: Case, party: str) -> Iterator[Line]:
    for more in _of(case.extensions, party):
        text = f"I har fået frist til {weekday_date(more.due_on)}"
        yield Line(more.recorded_at, text, long_date(more.granted_on))
    for waiver in _of(case.waivers, party):
        step = case.process.step(waiver.step)
        text = f"I er fritaget ({step.title.lower() if step else waiver.step})"
        yield Line(waiver.recorded_at, text, long_date(waiver.waived_on))


def _of(facts: Iterable[_Partys], party: str) -> Iterator[_Partys]:
    return (fact for fact in facts if fact.party == party)


def _decided(decision: Decision) -> Line:
    proof = (
        "Sekretariatet har set dokumentationen."
        if decision.is_proven
        else "Meldt. Sekretariatet har ikke set dokumentationen endnu."
    )
    is_address = decision.evidence.startswith(("http://", "https://"))
    if not is_address and decision.evidence and is_declared(decision.recorded_by):
        proof = f"{proof} Vedlagt: {decision.evidence}"
    link = decision.evidence if is_address else ""
    return Line(decision.recorded_at, decision_words(decision), proof, link)


def _told(moment: dt.datetime) -> str:
    return f"Meldt {long_date(moment.date())}"
