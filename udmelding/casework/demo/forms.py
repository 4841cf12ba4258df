"""Question sets in the demonstration: what a municipality is said to have answered, it answers.

The case files know who answered when; the numbers are made up and marked so.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from models import Channel, Completeness
from udmelding.casework.demo_answers import made_up
from udmelding.casework.forms.question_sets import asked_in, step_that_asks
from udmelding.config.forms.library import form_named
from udmelding.config.forms.questions import Respondent
from udmelding.journal.case.header import Header
from udmelding.journal.forms.answers import answers_of
from udmelding.journal.recording.entries import Entry, NewFormAnswer, NewQuestionSet, NewResponse
from udmelding.journal.recording.record import Stamp, record
from udmelding.rules.forms.answers import FILLED_BY, RESPONSIBLE, read_answers

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
