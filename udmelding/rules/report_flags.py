"""Which paragraphs should somebody look at again? Those whose answers came or changed later.

A paragraph knows which questions it draws on: those of its figures, and those that its writer
named. An answer to one of them that came, or was corrected, after it was written flags it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from udmelding.rules.case.glossary import enumerated
from udmelding.rules.report.text import OF_NO_QUESTION, Fields, fields_in
from udmelding.rules.words.date_wording import long_date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMark:
    """What is known of one answer.

    Attributes:
        superseded_at: when another took its place; None while it stands.
        is_late: it came after the day its respondent had.
    """

    party: str
    name: str
    recorded_at: dt.datetime
    superseded_at: dt.datetime | None
    content: Mapping[str, Any]
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """From what a paragraph was written: its questions, and how many had answered them then."""

    questions: tuple[str, ...]
    answers: int


def questions_of(text: str, based_on: Sequence[str]) -> tuple[str, ...]:
    """The questions that a paragraph draws on."""
    named = [name.partition(":")[0] for name in fields_in(text) if name not in OF_NO_QUESTION]
    own = [name.partition(".")[0].partition("=")[0] for name in named]
    return tuple(dict.fromkeys((*based_on, *own)))


def source_of(
    text: str, based_on: Sequence[str], at: dt.datetime, answers: Sequence[AnswerMark]
) -> Source:
    """From which answers a paragraph was written at the moment ``at``."""
    questions = questions_of(text, based_on)
    then = _standing(answers, at)
    count = sum(1 for mark in then.values() if _said(mark.content, questions))
    return Source(questions=questions, answers=count)


def flags(
    text: str,
    based_on: Sequence[str],
    written: Mapping[str, str],
    at: dt.datetime,
    known: Fields,
    answers: Sequence[AnswerMark],
) -> tuple[str, ...]:
    """Why a paragraph should be looked at again; empty where nothing has changed.

    Args:
        text: the paragraph; ``based_on`` names its questions.
        based_on: ids of questions.
        written: what its fields said when it was written.
        at: when it was written.
        known: what the fields say now.
        answers: every answer, standing or replaced.
    """
    found: list[str] = []
    for name, said_then in written.items():
        now = known.get(name)
        if now is not None and now.text != said_then:
            found.append(f"«{now.title}» var {said_then} og er nu {now.text}.")
    questions = questions_of(text, based_on)
    then, now_standing = _standing(answers, at), _standing(answers, None)
    came: list[str] = []
    corrected: list[str] = []
    for party, mark in now_standing.items():
        before = then.get(party)
        if mark.recorded_at <= at or _said(mark.content, questions) == _said(
            before.content if before else {}, questions
        ):
            continue
        late = " (sent)" if mark.is_late else ""
        (came if before is None else corrected).append(f"{mark.name}{late}")
    day = long_date(at.date())
    if came:
        found.append(f"Svar fra {enumerated(came)} kom, efter at afsnittet blev skrevet {day}.")
    if corrected:
        found.append(f"{enumerated(corrected)} har rettet sit svar, siden afsnittet blev skrevet.")
    return tuple(found)


def _standing(answers: Sequence[AnswerMark], at: dt.datetime | None) -> dict[str, AnswerMark]:
    """The newest answer of each respondent that stood at ``at`` (None: now)."""
    found: dict[str, AnswerMark] = {}
    for mark in sorted(answers, key=lambda one: one.recorded_at):
        if at is not None and mark.recorded_at > at:
            continue
        ended = mark.superseded_at
        if ended is None or (at is not None and ended > at):
            found[mark.party] = mark
    return found


def _said(content: Mapping[str, Any], questions: Sequence[str]) -> dict[str, Any]:
    wanted = set(questions)
    return {path: said for path, said in content.items() if path.partition(".")[0] in wanted}
