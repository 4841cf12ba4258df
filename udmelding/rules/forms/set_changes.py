"""What becomes of answers when a set that somebody has answered is changed?

Words can be mended freely. A question that is now answered otherwise, or under another condition,
is told of before it is used, with how many have answered it. What was answered is never changed: an
answer is kept with the set that it was given to, and read by the questions that both have. A number
cannot be read as a text, so a question whose answers are of another kind now is a new one, with a
code of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Measured, Question, Respondent
from udmelding.rules.forms.codes import code_of
from udmelding.rules.forms.editing import renamed
from udmelding.rules.forms.question_words import answer_line, condition_line
from udmelding.rules.words.lists import join_names

Answered = Mapping[str, int]
"""How many have answered each question of the set that is asked, by its code."""


def changes_to_confirm(asked: Form, draft: Form, answered: Answered) -> tuple[str, ...]:
    """What to be asked before the draft is used: a sentence for each answered question it changes.

    Args:
        asked: the set that the case asks now.
        draft: what it is to ask.
        answered: see ``Answered``.
    """
    return tuple(
        f"{answered[question.id]} har svaret på «{question.name}». {told}"
        for question in asked.questions
        if answered.get(question.id)
        for told in _told_of(asked, draft, question)
    )


def _told_of(asked: Form, draft: Form, question: Question) -> Iterator[str]:
    now = draft.question(question.id)
    if now is None:
        yield "Spørgsmålet er slettet. Deres svar bliver gemt, men bruges ikke længere."
        return
    if is_other_kind(question, now):
        yield (
            f"Svaret var «{answer_line(question)}» og bliver «{answer_line(now)}». Det bliver et "
            "nyt spørgsmål, som de skal svare på; det, de har svaret, bliver gemt."
        )
        return
    if question.counts != now.counts:
        yield f"Svaret var «{answer_line(question)}» og bliver «{answer_line(now)}»."
    if question.required_if != now.required_if:
        before, after = condition_line(asked, question), condition_line(draft, now)
        yield f"Det blev stillet {before or 'altid'} og bliver nu stillet {after or 'altid'}."
    gone = [*_gone(question, now)]
    if gone:
        yield f"Det, de har svaret om {join_names(gone)}, bliver gemt, men bruges ikke længere."


def _gone(before: Question, now: Question) -> Iterator[str]:
    """What could be answered before and cannot now: options, rows and columns."""
    for option in before.options:
        if now.option(option.id) is None:
            yield f"«{option.text}»"
    rows = {row.id for row in now.rows}
    yield from (f"«{row.title}»" for row in before.rows if row.id not in rows)
    yield from (f"«{c.title}»" for c in before.columns if now.column(c.id) is None)


def is_other_kind(before: Question, now: Question) -> bool:
    """Whether what was answered before cannot be an answer now."""
    pairs: list[tuple[Measured, Measured | None]] = [(before, now)]
    pairs += [(column, now.column(column.id)) for column in before.columns]
    return any(one is not None and old.kind is not one.kind for old, one in pairs)


def with_codes_of_their_own(asked: Form, draft: Form, answered: Answered) -> Form:
    """The draft in which no answered question bears its code with another kind of answer."""
    taken = {question.id for form in (asked, draft) for question in form.questions}
    for question in asked.questions:
        now = draft.question(question.id)
        if now is not None and answered.get(question.id) and is_other_kind(question, now):
            code = code_of(question.id, taken)
            taken.add(code)
            draft = renamed(draft, question.id, code)
    return draft


@dataclass(frozen=True, slots=True)
class SetChange:
    """One thing that is otherwise since a respondent answered.

    Attributes:
        question: the code of the question to go to; empty where there is none any more.
        text: what it is, in Danish, to the respondent.
        is_to_answer: whether the respondent has something to answer by it.
    """

    question: str
    text: str
    is_to_answer: bool = False


def changes_since(before: Form, now: Form, respondent: Respondent) -> tuple[SetChange, ...]:
    """What has changed for a respondent between the set that was answered and the one asked now.

    Args:
        before: the set that was answered, or begun on.
        now: what is asked.
        respondent: only what it is asked is told.
    """
    old, new = (
        {one.id: one for section in form.sections_for(respondent) for one in section.questions}
        for form in (before, now)
    )
    found: list[SetChange] = []
    for code, question in new.items():
        asked = old.get(code)
        if asked is None:
            found.append(SetChange(code, f"Nyt spørgsmål: «{question.text}»", is_to_answer=True))
        else:
            found += _otherwise(before, now, asked, question)
    found += (
        SetChange(
            "", f"Spørgsmålet «{one.text}» er taget ud. Jeres svar bliver gemt, men bruges ikke."
        )
        for code, one in old.items()
        if code not in new
    )
    return tuple(found)


def _otherwise(before: Form, now: Form, asked: Question, question: Question) -> Iterator[SetChange]:
    code = question.id
    if asked.text != question.text:
        yield SetChange(code, f"«{asked.text}» lyder nu: «{question.text}»")
    if is_other_kind(asked, question) or asked.counts != question.counts:
        was, becomes = answer_line(asked), answer_line(question)
        told = f"«{question.text}»: svaret var «{was}» og er nu «{becomes}»"
        yield SetChange(code, told, is_to_answer=True)
        return
    gone, come = [*_gone(asked, question)], [*_gone(question, asked)]
    if gone:
        yield SetChange(code, f"«{question.text}»: {join_names(gone)} er taget ud")
    if come:
        told = f"«{question.text}»: {join_names(come)} er kommet til"
        yield SetChange(code, told, is_to_answer=True)
    if condition_line(before, asked) != condition_line(now, question):
        when = condition_line(now, question) or "altid"
        yield SetChange(code, f"«{question.text}» stilles nu {when}", is_to_answer=True)
