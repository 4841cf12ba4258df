"""What can be done to a question set while it is written? Adding, moving, copying, taking away.

Each function takes a set and gives another one; neither has to hang together yet (``config.forms.
drafts``). Codes are made here, from what a thing is called, and stay as they are from then on: an
answer is kept under its question's code. What has no name yet bears a code that is replaced at its
first name, in everything that points to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from udmelding.config.forms.drafts import empty_draft, unchecked
from udmelding.config.forms.forms import Form, Section, SumRule
from udmelding.config.forms.questions import (
    CHOOSING,
    NUMERIC,
    Column,
    Counts,
    Gather,
    Kind,
    Measured,
    Question,
)
from udmelding.rules.forms.codes import code_of, is_unnamed, unnamed_code

_ROWS_TO_ADD = 10
"""How many lines a new table lets a respondent add."""

Item = TypeVar("Item")
Asked = TypeVar("Asked", Question, Column)


def _codes(form: Form) -> set[str]:
    return {question.id for question in form.questions}


def _section_codes(form: Form) -> set[str]:
    return {section.id for section in form.sections}


def section_of(form: Form, code: str) -> Section | None:
    """The section that a question stands in, or None."""
    return next((s for s in form.sections if any(q.id == code for q in s.questions)), None)


def section_named(form: Form, code: str) -> Section | None:
    """The section with that code, or None."""
    return next((section for section in form.sections if section.id == code), None)


def _with_questions(form: Form, change: Callable[[Question], Question]) -> Form:
    sections = tuple(
        section.model_copy(update={"questions": tuple(map(change, section.questions))})
        for section in form.sections
    )
    return unchecked(form, sections=sections)


def _with_section(form: Form, code: str, **changes: Any) -> Form:
    sections = (s.model_copy(update=changes) if s.id == code else s for s in form.sections)
    return unchecked(form, sections=tuple(sections))


def begun(form_id: str, title: str) -> Form:
    """A set with one section and one question, ready to be written."""
    form, section = with_new_section(empty_draft(form_id, title))
    form, section = with_section(form, section, title="Omfang")
    return with_new_question(form, section)[0]


# Sections


def with_new_section(form: Form) -> tuple[Form, str]:
    """The set with a section at its end, and the section's code."""
    code = unnamed_code(_section_codes(form))
    made = Section.model_construct(id=code, title="", questions=())
    return unchecked(form, sections=(*form.sections, made)), code


def with_section(form: Form, code: str, **changes: Any) -> tuple[Form, str]:
    """The set with other values in a section, and the code that the section has then."""
    section = section_named(form, code)
    if section is None:
        return form, code
    title = changes.get("title", section.title)
    if is_unnamed(code) and title:
        changes["id"] = code_of(title, _section_codes(form) - {code})
    return _with_section(form, code, **changes), changes.get("id", code)


def without_section(form: Form, code: str) -> Form:
    """The set without that section and its questions."""
    return unchecked(form, sections=tuple(s for s in form.sections if s.id != code))


def moved_section(form: Form, code: str, step: int) -> Form:
    """The set with a section one place up (-1) or down (1)."""
    return unchecked(form, sections=_moved(form.sections, lambda one: one.id == code, step))


# Questions


def with_new_question(form: Form, section: str) -> tuple[Form, str]:
    """The set with a question at the end of a section, and the question's code."""
    code = unnamed_code(_codes(form))
    made = Question.model_construct(
        id=code, text="", kind=Kind.INTEGER, counts=Counts.CITIZENS, minimum=0.0
    )
    return _put(form, section, made), code


def with_copy(form: Form, code: str, taken: Collection[str] = ()) -> tuple[Form, str]:
    """The set with a copy of a question right after it, and the copy's code."""
    found, section = form.question(code), section_of(form, code)
    if found is None or section is None:
        return form, code
    made = found.model_copy(update={"id": code_of(code, _codes(form) | {*taken})})
    return _put(form, section.id, made, after=code), made.id


def with_fetched(
    form: Form, section: str, question: Question, taken: Collection[str] = ()
) -> tuple[Form, str]:
    """The set with a question of another set at the end of a section, and the code it has here.

    What it says of questions that are not here is left behind.
    """
    here = _codes(form)
    condition = question.required_if
    made = question.model_copy(
        update={
            "id": code_of(question.id, here | {*taken}),
            "required_if": condition if condition and condition.question in here else None,
            "at_most": question.at_most if question.at_most in here else None,
            "based_on": question.based_on if question.based_on in here else None,
        }
    )
    return _put(form, section, made), made.id


def _put(form: Form, section: str, question: Question, after: str = "") -> Form:
    home = section_named(form, section)
    if home is None:
        return form
    places = [one.id for one in home.questions]
    place = places.index(after) + 1 if after in places else len(places)
    questions = (*home.questions[:place], question, *home.questions[place:])
    return _with_section(form, section, questions=questions)


def with_question(
    form: Form, code: str, changed: Question, taken: Collection[str] = ()
) -> tuple[Form, str]:
    """The set with another question in a question's place, and the code it has then.

    Args:
        form: the set.
        code: the question that was there.
        changed: what stands there now; keys that do not go with its kind are dropped.
        taken: codes that a new name may not lead to: old answers are kept under them.
    """
    fitted = _named_columns(_fitted_question(changed))
    made = _with_questions(form, lambda one: fitted if one.id == code else one)
    for old, new in zip(changed.columns, fitted.columns, strict=False):
        made = _with_paths(made, _column_renaming(code, old.id, new.id))
    words = changed.short or changed.text
    if not is_unnamed(code) or not words:
        return made, code
    new_code = code_of(words, (_codes(form) | {*taken}) - {code})
    return renamed(made, code, new_code), new_code


def renamed(form: Form, code: str, new: str) -> Form:
    """The set in which a question bears another code, wherever it is pointed to."""

    def changed(question: Question) -> Question:
        found: dict[str, Any] = {"id": new} if question.id == code else {}
        condition = question.required_if
        if condition and condition.question == code:
            found["required_if"] = condition.model_copy(update={"question": new})
        found |= {name: new for name in ("at_most", "based_on") if getattr(question, name) == code}
        return question.model_copy(update=found) if found else question

    made = _with_questions(form, changed)
    for section in made.sections:
        if section.base == code:
            made = _with_section(made, section.id, base=new)

    def path_of(path: str) -> str:
        first, dot, rest = path.partition(".")
        return f"{new}{dot}{rest}" if first == code else path

    return _with_paths(made, path_of)


def without_question(form: Form, code: str) -> Form:
    """The set without that question; what points to it is left, so that it is seen."""
    sections = tuple(
        section.model_copy(
            update={"questions": tuple(q for q in section.questions if q.id != code)}
        )
        for section in form.sections
    )
    return unchecked(form, sections=sections)


def moved_question(form: Form, code: str, step: int) -> Form:
    """The set with a question a place up (-1) or down (1), at the edge into the next section."""
    home, question = section_of(form, code), form.question(code)
    if home is None or question is None:
        return form
    inside = _moved(home.questions, lambda one: one.id == code, step)
    if inside != home.questions:
        return _with_section(form, home.id, questions=inside)
    place = form.sections.index(home) + step
    if not 0 <= place < len(form.sections):
        return form
    beside = form.sections[place]
    arrived = (*beside.questions, question) if step < 0 else (question, *beside.questions)
    left = tuple(one for one in home.questions if one.id != code)
    return _with_section(_with_section(form, home.id, questions=left), beside.id, questions=arrived)


# Columns of a table


def with_new_column(form: Form, code: str) -> Form:
    """The set with one column more at the right of a table."""
    table = form.question(code)
    if table is None or table.kind is not Kind.TABLE:
        return form
    made = Column.model_construct(
        id=unnamed_code({column.id for column in table.columns}), title="", kind=Kind.TEXT
    )
    return _with_columns(form, code, (*table.columns, made))


def without_column(form: Form, code: str, column: str) -> Form:
    """The set without that column of a table."""
    table = form.question(code)
    columns = () if table is None else tuple(c for c in table.columns if c.id != column)
    return _with_columns(form, code, columns)


def moved_column(form: Form, code: str, column: str, step: int) -> Form:
    """The set with a column one place to the left (-1) or right (1)."""
    table = form.question(code)
    found = () if table is None else table.columns
    return _with_columns(form, code, _moved(found, lambda one: one.id == column, step))


def _with_columns(form: Form, code: str, columns: tuple[Column, ...]) -> Form:
    return _with_questions(
        form, lambda one: one.model_copy(update={"columns": columns}) if one.id == code else one
    )


def _named_columns(question: Question) -> Question:
    taken = {column.id for column in question.columns}
    columns: list[Column] = []
    for column in question.columns:
        if is_unnamed(column.id) and column.title:
            code = code_of(column.title, taken)
            taken.add(code)
            columns.append(column.model_copy(update={"id": code}))
        else:
            columns.append(column)
    return question.model_copy(update={"columns": tuple(columns)})


def _column_renaming(code: str, old: str, new: str) -> Callable[[str], str]:
    def path_of(path: str) -> str:
        first, _, rest = path.partition(".")
        row, _, column = rest.partition(".")
        return f"{code}.{row}.{new}" if (first, column) == (code, old) else path

    return path_of


# Sums


def with_new_sum(form: Form) -> Form:
    """The set with one more pair of numbers that must agree."""
    return unchecked(form, sums=(*form.sums, SumRule.model_construct(total="", parts=(), text="")))


def with_sum(form: Form, place: int, **changes: Any) -> Form:
    """The set with other values in the sum at that place."""
    sums = (
        rule.model_copy(update=changes) if at == place else rule
        for at, rule in enumerate(form.sums)
    )
    return unchecked(form, sums=tuple(sums))


def without_sum(form: Form, place: int) -> Form:
    """The set without the sum at that place."""
    return unchecked(form, sums=tuple(r for at, r in enumerate(form.sums) if at != place))


def _with_paths(form: Form, path_of: Callable[[str], str]) -> Form:
    sums = tuple(
        rule.model_copy(
            update={"total": path_of(rule.total), "parts": tuple(map(path_of, rule.parts))}
        )
        for rule in form.sums
    )
    return unchecked(form, sums=sums)


# What goes with what


def _fitted_question(question: Question) -> Question:
    """The question without what does not go with its kind."""
    fitted = _fitted(question)
    if question.kind is Kind.TABLE:
        free = not question.rows
        kept = question.at_most if free else None
        rows = (question.most_rows or _ROWS_TO_ADD) if free else 0
        alone = question.is_per_person and free
        return fitted.model_copy(
            update={"at_most": kept, "most_rows": rows, "is_per_person": alone}
        )
    gone: dict[str, Any] = {"columns": (), "rows": (), "most_rows": 0, "row_title": ""}
    gone |= {"is_per_person": False}
    if question.kind not in NUMERIC:
        gone |= {"based_on": None, "compare": False}
    if question.kind is not Kind.TEXT:
        gone["longest"] = Question.model_fields["longest"].default
    return fitted.model_copy(update=gone)


def _fitted(asked: Asked) -> Asked:
    gone: dict[str, Any] = {}
    if asked.kind not in CHOOSING:
        gone["options"] = ()
    if asked.kind not in NUMERIC:
        gone |= {"unit": "", "minimum": None, "maximum": None, "at_most": None}
        gone["gather"] = Gather.SUM
    if asked.kind not in (Kind.NUMBER, Kind.AMOUNT):
        gone["decimals"] = Measured.model_fields["decimals"].default
    if asked.kind is not Kind.INTEGER:
        gone["counts"] = Counts.OTHER
    return asked.model_copy(update=gone)


def _moved(items: tuple[Item, ...], is_it: Callable[[Item], bool], step: int) -> tuple[Item, ...]:
    place = next((at for at, item in enumerate(items) if is_it(item)), -1)
    target = place + step
    if place < 0 or not 0 <= target < len(items):
        return items
    moved = list(items)
    moved.insert(target, moved.pop(place))
    return tuple(moved)
