"""How does the page look on which a question set is written? Lines, choices, and the preview.

One thing is open and has fields; all else is one line. The preview is made by the very view and
template that a municipality's page is made by.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from udmelding.config.forms.drafts import unchecked
from udmelding.config.forms.forms import Form, Section
from udmelding.config.forms.questions import CHOOSING, NUMERIC, Kind, Question, Respondent
from udmelding.rules.forms.answers import read_answers
from udmelding.rules.forms.codes import is_unnamed
from udmelding.rules.forms.draft_flaws import ABOUT, DraftFlaw, numbers_before
from udmelding.rules.forms.editing import section_named, section_of
from udmelding.rules.forms.foreign_words import ForeignWord
from udmelding.rules.forms.question_words import (
    IN_CELLS,
    KIND_WORDS,
    RESPONDENT_WORDS,
    answer_line,
    condition_line,
    kind_word,
    numbered_name,
    question_numbers,
)
from udmelding.web.forms.view import SectionView, form_view

Choice = tuple[str, str]
_NEW = "Nyt spørgsmål"
_DECIDING = {*NUMERIC, *CHOOSING, Kind.YES_NO}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """One question on one line.

    Attributes:
        parts: its text in pieces, each with whether it is a word foreign to the letter.
        about: what its answer is, and when it is asked.
        foreign: that word; ``flaw`` the first thing that is wrong.
    """

    id: str
    number: str
    parts: tuple[tuple[str, bool], ...]
    name: str
    about: str
    foreign: str
    flaw: str
    is_open: bool
    can_rise: bool
    can_sink: bool
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLine:
    """One section: a line, and its questions where it is open."""

    id: str
    number: int
    title: str
    questions: tuple[QuestionLine, ...]
    is_open: bool
    is_edited: bool
    can_rise: bool
    can_sink: bool
    flaws: int


def section_lines(
    form: Form,
    place: str,
    flaws: Sequence[DraftFlaw],
    foreign: Sequence[ForeignWord],
    answered: dict[str, int],
) -> tuple[SectionLine, ...]:
    """Every section of the set, the one with the open place open."""
    told: dict[str, list[DraftFlaw]] = {}
    for flaw in flaws:
        told.setdefault(flaw.place, []).append(flaw)
    here = open_section(form, place)

    def line(at: int, section: Section) -> SectionLine:
        questions = tuple(
            _line(form, place, question, told, foreign, answered) for question in section.questions
        )
        own = told.get(f"afsnit:{section.id}", [])
        return SectionLine(
            id=section.id,
            number=at + 1,
            title=section.title,
            questions=questions,
            is_open=here is not None and section.id == here.id,
            is_edited=place == f"afsnit:{section.id}",
            can_rise=at > 0,
            can_sink=at < len(form.sections) - 1,
            flaws=len(own) + sum(len(told.get(f"spoerg:{q.id}", [])) for q in section.questions),
        )

    return tuple(line(at, section) for at, section in enumerate(form.sections))


def _line(
    form: Form,
    place: str,
    question: Question,
    told: dict[str, list[DraftFlaw]],
    foreign: Sequence[ForeignWord],
    answered: dict[str, int],
) -> QuestionLine:
    number = question_numbers(form)[question.id]
    about = [answer_line(question), condition_line(form, question)]
    own = told.get(f"spoerg:{question.id}", [])
    found = next((one for one in foreign if one.is_in(question.text)), None)
    order = [one.id for one in form.questions]
    at = int(number.partition(".")[0])
    return QuestionLine(
        id=question.id,
        number=number,
        parts=tuple(_marked(question.text or _NEW, found)),
        name=question.name or _NEW,
        about=" · ".join(part for part in about if part),
        foreign=found.word if found else "",
        flaw=own[0].text if own else "",
        is_open=place == f"spoerg:{question.id}",
        can_rise=order[0] != question.id or at > 1,
        can_sink=order[-1] != question.id or at < len(form.sections),
        answered=answered.get(question.id, 0),
    )


def _marked(text: str, foreign: ForeignWord | None) -> Iterator[tuple[str, bool]]:
    """The text in pieces, so that a template can mark the foreign words in it."""
    if foreign is None:
        yield text, False
        return
    for piece in re.split(rf"(\b{re.escape(foreign.stem)}\w*)", text, flags=re.IGNORECASE):
        if piece:
            yield piece, piece.casefold().startswith(foreign.stem)


def open_section(form: Form, place: str) -> Section | None:
    """The section that is open, also where one of its questions is."""
    kind, _, code = place.partition(":")
    if kind == "spoerg":
        return section_of(form, code)
    return section_named(form, code) if kind in ("afsnit", "liste") else None


def choices_for(form: Form, place: str) -> dict[str, Any]:
    """What can be chosen in the fields of what is open, by the field's name."""
    kind, _, code = place.partition(":")
    question, section = form.question(code), section_named(form, code)
    if kind == "spoerg" and question is not None:
        return _question_choices(form, question)
    if kind == "afsnit" and section is not None:
        counting = [one.id for one in form.questions if one.counts_citizens]
        return {
            "base": _named(form, counting, section.base, "Det første antal borgere i afsnittet"),
            "asks": [(one.value, words) for one, words in RESPONDENT_WORDS.items()],
        }
    if kind == "sum":
        return {"total": [("", "Vælg"), *_sums(form, with_columns=False)], "parts": [*_sums(form)]}
    return {}


def _question_choices(form: Form, question: Question) -> dict[str, Any]:
    codes = [one.id for one in form.questions]
    earlier = form.questions[: codes.index(question.id)]
    deciding = [one.id for one in earlier if one.kind in _DECIDING]
    condition = question.required_if
    other = form.question(condition.question) if condition else None
    numbers = [one.id for one in form.questions if one.kind in NUMERIC and one.id != question.id]
    if question.has_free_rows:
        numbers = [*numbers_before(form, question)]
    counts = [q.id for q in form.questions if q.is_disclosive and q.id != question.id]
    equals = [(option.id, option.text) for option in other.options] if other else []
    if other is not None and other.kind is Kind.YES_NO:
        equals = [("ja", "Ja"), ("nej", "Nej")]
    return {
        "kind": [(one.code, one.words) for one in KIND_WORDS],
        "cell": [(one.code, one.words) for one in IN_CELLS],
        "when": [
            (code, f"Kun efter et svar på {words}" if code else words)
            for code, words in _named(
                form, deciding, condition.question if condition else None, "Altid"
            )
        ],
        "equals": equals,
        "is_above": other is not None and other.kind in NUMERIC,
        "at_most": _named(form, numbers, question.at_most, "Intet andet tal"),
        "based_on": _named(form, counts, question.based_on, "Ingen bestemte borgere"),
        "beside": {
            column.id: [
                ("", "Ingen anden kolonne"),
                *((o.id, o.title) for o in question.columns if o.kind in NUMERIC and o != column),
            ]
            for column in question.columns
        },
    }


def _named(form: Form, codes: Sequence[str], chosen: str | None, none: str) -> list[Choice]:
    """Questions by number and name; what is chosen is among them even where it may not be."""
    found = [("", none), *((code, numbered_name(form, code)) for code in codes)]
    if chosen and chosen not in codes:
        is_there = form.question(chosen) is not None
        found.append((chosen, numbered_name(form, chosen) if is_there else "(slettet spørgsmål)"))
    return found


def _sums(form: Form, *, with_columns: bool = True) -> Iterator[Choice]:
    """Every number that a sum may be of, in the set's order."""
    for question in form.questions:
        name = numbered_name(form, question.id)
        if question.kind in NUMERIC:
            yield question.id, name
        for column in question.columns:
            if column.kind not in NUMERIC:
                continue
            if with_columns:
                yield f"{question.id}.*.{column.id}", f"{name}: hele kolonnen «{column.title}»"
            for row in question.rows:
                cell = f"{name}: {row.name}, {column.title}"
                yield f"{question.id}.{row.id}.{column.id}", cell


@dataclass(frozen=True, slots=True)
class Preview:
    """How a respondent sees it.

    Attributes:
        title: of the section that is shown; empty for the whole set.
        marked: the question that is open.
    """

    title: str
    sections: tuple[SectionView, ...]
    respondent: Respondent
    marked: str = ""


def preview_of(form: Form, place: str, today: dt.date) -> Preview:
    """The open section as those see it who are asked it; the whole set where none is open."""
    section = open_section(form, place)
    respondent = section.asks[0] if section else Respondent.MUNICIPALITY
    shown = respondent_view(form, respondent, today)
    if section is None:
        return Preview("", shown, respondent)
    at = form.sections.index(section) + 1
    marked = place.partition(":")[2] if place.startswith("spoerg:") else ""
    only = tuple(one for one in shown if one.id == section.id)
    return Preview(f"afsnit {at}", only, respondent, marked)


def respondent_view(form: Form, respondent: Respondent, today: dt.date) -> tuple[SectionView, ...]:
    """The whole set as one who has answered nothing sees it."""
    sections = tuple(
        section.model_copy(update={"questions": tuple(map(_with_text, section.questions))})
        for section in form.sections
    )
    form = unchecked(form, sections=sections)
    read = read_answers(form, respondent, {}, today=today)
    return form_view(form, respondent, {}, read, last={})


def _with_text(question: Question) -> Question:
    """A field must be called something, also before anybody has written what is asked."""
    return question if question.text else question.model_copy(update={"text": _NEW})


def flaws_at(flaws: Sequence[DraftFlaw], place: str) -> dict[str, str]:
    """What is wrong with what is open, by field; a question that is just begun is left in peace."""
    if place != ABOUT and is_unnamed(place.partition(":")[2]):
        return {}
    return {flaw.field: flaw.text for flaw in reversed(flaws) if flaw.place == place}


def kind_now(form: Form, place: str) -> str:
    """The kind of the open question, as its field says it; empty where none is open."""
    question = form.question(place.partition(":")[2]) if place.startswith("spoerg:") else None
    return kind_word(question).code if question else ""
