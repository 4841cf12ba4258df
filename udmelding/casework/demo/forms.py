"""Question sets in the demonstration: made-up answers to any set, said to be made up.

The case files know who answered when; the numbers are made up and marked so. Tests and benchmarks
use them too. The numbers come from a seed, agree with the sums of the set and mean nothing.
Whatever is made of them is marked as made up.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence

from models import Channel, Completeness
from udmelding.casework.forms.question_sets import asked_in, step_that_asks
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import form_named
from udmelding.config.forms.questions import NUMERIC, Kind, Measured, Question, Respondent
from udmelding.journal.case.header import Header
from udmelding.journal.database import Session
from udmelding.journal.forms.answers import answers_of
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.rules.forms.answers import FILLED_BY, RESPONSIBLE, read_answers
from udmelding.rules.recording.entry import Entry
from udmelding.rules.recording.parties import NewResponse
from udmelding.rules.recording.report import NewFormAnswer, NewQuestionSet

FORMS: Mapping[str, str] = {"CU-DOMFAELDTE-2024": "domfaeldte", "CU-GRAVIDE-2025": "gravide"}
"""Which shipped case asks which shipped question set."""

_PART = 6
"""Answers that a part of an answer leaves out."""


def ask_in_demo(session: Session, header: Header, stamp: Stamp) -> None:
    """Let a case of the demonstration ask its question set from its first day."""
    name = FORMS.get(header.reference)
    if name is None or asked_in(session, header) is not None:
        return
    form = form_named(name)
    entry = NewQuestionSet(
        step=step_that_asks(header),
        form=form.id,
        version=form.version,
        title=form.title,
        content=form.model_dump_json(),
        is_made_up=True,
    )
    record(session, header, entry, stamp)


def answer_in_demo(session: Session, header: Header, entry: Entry, stamp: Stamp) -> None:
    """Make up what a response of the demonstration says; a later one corrects the one before."""
    asked = asked_in(session, header)
    if asked is None or not isinstance(entry, NewResponse) or entry.step != asked.step:
        return
    day = entry.on.start
    typed = made_up(asked.form, entry.party, day, Respondent.MUNICIPALITY)
    content = dict(read_answers(asked.form, Respondent.MUNICIPALITY, typed, today=day).content)
    if entry.completeness is Completeness.PARTIAL:
        content = dict(list(content.items())[:-_PART])
    elif entry.completeness is not Completeness.COMPLETE:
        content = {}
    standing = answers_of(session, header.id, step=asked.step, party=entry.party)
    answer = NewFormAnswer(
        step=asked.step,
        party=entry.party,
        on=entry.on,
        question_set=asked.key,
        channel=Channel.LINK,
        completeness=entry.completeness,
        content=content,
        filled_by=typed[FILLED_BY],
        responsible=typed[RESPONSIBLE],
        corrects=standing[-1].key if standing else None,
        is_made_up=True,
    )
    if not standing or standing[-1].happened_from < day:
        record(session, header, answer, stamp)


_SMALL = (0, 0, 1, 2, 3, 4, 6, 8, 11, 15, 23)
_FEW_ROWS = 3


def made_up(form: Form, seed: str, today: dt.date, respondent: Respondent) -> dict[str, str]:
    """A whole answer as it would be typed; the same seed gives the same answer.

    Args:
        form: the question set.
        seed: who answers, such as a municipality's code.
        today: the day that it is answered on.
        respondent: which sections are answered.
    """
    maker = _Maker(form, random.Random(f"{form.id}/{seed}"), today)  # noqa: S311 - no secret
    typed = dict(maker.answers(respondent))
    asked = read_answers(form, respondent, typed, today=today).asked
    kept = {path: text for path, text in typed.items() if path in asked}
    return kept | {FILLED_BY: "Konsulent (opdigtet)", RESPONSIBLE: "Chef (opdigtet)"}


class _Maker:
    def __init__(self, form: Form, chance: random.Random, today: dt.date) -> None:
        self._form, self._chance, self._today = form, chance, today
        self._numbers: dict[str, int] = {}

    def answers(self, respondent: Respondent) -> Iterator[tuple[str, str]]:
        for section in self._form.sections_for(respondent):
            for question in section.questions:
                if question.kind is Kind.TABLE:
                    yield from self._table(question)
                elif question.kind is not Kind.FILE:
                    yield question.id, self._one(question, question.id)

    def _one(self, measured: Measured, path: str) -> str:
        match measured.kind:
            case Kind.INTEGER | Kind.NUMBER | Kind.AMOUNT:
                self._numbers[path] = self._number(measured)
                return str(self._numbers[path])
            case Kind.YES_NO:
                return self._chance.choice(("ja", "nej"))
            case Kind.CHOICE:
                return self._chance.choice(measured.options).id
            case Kind.CHOICES:
                count = self._chance.randint(1, min(2, len(measured.options)))
                return ",".join(o.id for o in self._chance.sample(measured.options, count))
            case Kind.DATE:
                return self._today.replace(day=1).isoformat()
            case _:
                return "Opdigtet svar til demonstration."

    def _number(self, measured: Measured) -> int:
        number = self._chance.choice(_SMALL)
        if measured.kind is Kind.AMOUNT:
            number = self._chance.randint(18, 90) * 100
        if measured.at_most in self._numbers:
            number = min(number, self._numbers[measured.at_most])
        if measured.maximum is not None:
            number = min(number, int(measured.maximum))
        return max(number, int(measured.minimum or 0))

    def _table(self, question: Question) -> Iterator[tuple[str, str]]:
        if not question.rows:
            yield from self._added(question)
            return
        for column in question.columns:
            total = self._total(question, column.id)
            parts = self._parts(total, len(question.rows)) if total is not None else None
            for place, row in enumerate(question.rows):
                path = f"{question.id}.{row.id}.{column.id}"
                if parts is not None and column.kind in NUMERIC:
                    yield path, str(parts[place])
                else:
                    yield path, self._one(column, path)

    def _added(self, question: Question) -> Iterator[tuple[str, str]]:
        count = self._chance.randint(1, min(_FEW_ROWS, question.most_rows))
        most = self._numbers.get(question.at_most or "", count)
        for row in range(1, count + 1):
            # A row too many is drawn too, and left out: so the answers that follow are the same
            # with the bound as without it.
            cells = list(self._row(question, row))
            if row <= most:
                yield from cells

    def _row(self, question: Question, row: int) -> Iterator[tuple[str, str]]:
        beside: dict[str, int] = {}
        for column in question.columns:
            path = f"{question.id}.{row}.{column.id}"
            if column.kind is Kind.TEXT:
                yield path, f"{question.row_title or 'Linje'} {row} (opdigtet)"
                continue
            text = self._one(column, path)
            if column.at_most in beside:
                text = str(min(self._numbers[path], beside[column.at_most or ""]))
            if column.kind in NUMERIC:
                beside[column.id] = int(text)
            yield path, text

    def _total(self, question: Question, column: str) -> int | None:
        """What a column must add up to, where the set says so."""
        wanted = f"{question.id}.*.{column}"
        rule = next((one for one in self._form.sums if one.parts == (wanted,)), None)
        return self._numbers.get(rule.total) if rule else None

    def _parts(self, total: int, count: int) -> Sequence[int]:
        parts = [0] * count
        for _ in range(total):
            parts[self._chance.randrange(count)] += 1
        return parts
