"""What does a question set consist of? The shape of ``config/forms/*.yaml``.

A question set is data: sections of questions with help, bounds, conditions and sums that must
agree. It becomes the form in the browser, the workbook in Excel, the tables of the report and the
code book; none of them knows a question by name. A case keeps the version that it sent out.

What a form reads and checks is told in ``rules.forms.answers``; what can be counted in
``rules.report.figures``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from udmelding.config.case.process import Shape
from udmelding.config.forms.questions import (
    NUMERIC,
    Condition,
    Help,
    Id,
    Kind,
    Question,
    Respondent,
    Words,
)


class Section(Shape):
    """Questions that belong together.

    Attributes:
        asks: which respondents see it.
        base: the question that counts the citizens whom the section's counts are about. A count of
            0 circulates only in the row of one whose base is 0; see ``rules.report.publishing``.
            Empty: what a count is a part of or ``at_most``, else the section's first count.
    """

    id: Id
    title: Words
    help: Help = ""
    asks: tuple[Respondent, ...] = (Respondent.MUNICIPALITY,)
    base: Id | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class SumRule(Shape):
    """Numbers that must agree.

    Attributes:
        total: the figure that the parts must add up to: ``question`` or ``question.row.column``.
        parts: such figures; ``question.*.column`` stands for all rows.
        text: what is told when they do not.
    """

    total: Words
    parts: Annotated[tuple[Words, ...], Field(min_length=1)]
    text: Words


class Form(Shape):
    """One version of a question set.

    Attributes:
        intro: what it is for, shown on top.
        no_citizens: the words of the answer «none in the target group»; empty: not offered.
        sums: see ``SumRule``.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    version: Annotated[int, Field(ge=1)]
    title: Words
    intro: Help = ""
    no_citizens: Annotated[str, Field(max_length=200)] = ""
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    sums: tuple[SumRule, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, code: str) -> Question | None:
        """The question with that id, or None."""
        return next((one for one in self.questions if one.id == code), None)

    def base_of(self, code: str) -> Question | None:
        """The question that counts the citizens whom a question's counts are about.

        None where the question counts no citizens, or is not there.
        """
        asked = self.question(code)
        if asked is None or not asked.counts_citizens:
            return None
        section = next(one for one in self.sections if asked in one.questions)
        above = asked.at_most or next(
            (rule.total.partition(".")[0] for rule in self.sums if _is_part(rule, code)), None
        )
        if section.base is None and above not in (None, code):
            return self.base_of(above) or asked
        first = next(one.id for one in section.questions if one.counts_citizens)
        return self.question(section.base or first)

    def sections_for(self, respondent: Respondent) -> tuple[Section, ...]:
        """The sections that such a respondent is asked."""
        return tuple(section for section in self.sections if respondent in section.asks)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        """Raises ValueError (Danish) for ids used twice and references to what is not there."""
        for problem in _problems(self):
            raise ValueError(problem)
        return self


def _is_part(rule: SumRule, code: str) -> bool:
    return any(part.partition(".")[0] == code for part in rule.parts)


def _problems(form: Form) -> Iterator[str]:
    codes = [question.id for question in form.questions]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        yield f"to spørgsmål har samme id: {', '.join(twice)}"
    sections = [section.id for section in form.sections]
    if len(set(sections)) != len(sections):
        yield "to afsnit har samme id"
    yield from _bad_conditions(form)
    yield from _bad_bounds(form)
    yield from _bad_bases(form)
    for rule in form.sums:
        for path in (rule.total, *rule.parts):
            if not _is_number(form, path):
                yield f"sums peger på «{path}», som ikke er et tal i skemaet"
        if "*" in rule.total:
            yield "total i sums kan ikke være en hel kolonne"


def _bad_conditions(form: Form) -> Iterator[str]:
    earlier: dict[str, Question] = {}
    for question in form.questions:
        asked = question.required_if
        if asked is not None:
            other = earlier.get(asked.question)
            if other is None:
                yield f"{question.id}: required_if peger på «{asked.question}», der ikke står før"
            elif (wrong := _misasked(asked, other)) is not None:
                yield f"{question.id}: {wrong}"
        earlier[question.id] = question


def _bad_bounds(form: Form) -> Iterator[str]:
    for question in form.questions:
        if question.at_most is not None and (wanted := _misbound(form, question)):
            yield f"{question.id}: at_most skal være {wanted}"
        base = form.question(question.based_on) if question.based_on else None
        if question.based_on and (base is None or not base.is_disclosive):
            yield f"{question.id}: based_on skal være et spørgsmål, der tæller borgere"
        for column in question.columns:
            beside = question.column(column.at_most) if column.at_most is not None else column
            if beside is None or (column.at_most and {column.kind, beside.kind} - NUMERIC):
                yield f"{question.id}.{column.id}: at_most skal være en anden kolonne med tal"


def _bad_bases(form: Form) -> Iterator[str]:
    for section in form.sections:
        base = form.question(section.base) if section.base else None
        if section.base and (base is None or not base.counts_citizens):
            yield f"{section.id}: base skal være et spørgsmål, der tæller borgere"
        elif base is not None:
            home = next(one for one in form.sections if base in one.questions)
            if not set(section.asks) <= set(home.asks):
                yield f"{section.id}: base skal stilles til de samme som afsnittet"


def _misbound(form: Form, question: Question) -> str:
    """What the bound of a question should have been; empty where it is that."""
    if question.has_free_rows:
        is_before = question.at_most in {*_numbers_before(form, question)}
        return "" if is_before else "et tal, som de samme er spurgt om før"
    other = form.question(question.at_most or "")
    is_number = other is not None and not {question.kind, other.kind} - NUMERIC
    return "" if is_number else "et andet spørgsmål med et tal"


def _numbers_before(form: Form, question: Question) -> Iterator[str]:
    """The numbers that all who are asked the question are asked before it."""
    asks = next(set(section.asks) for section in form.sections if question in section.questions)
    for section in form.sections:
        for other in section.questions:
            if other is question:
                return
            if other.kind in NUMERIC and asks <= set(section.asks):
                yield other.id


def _misasked(asked: Condition, other: Question) -> str | None:
    if asked.above is not None:
        return None if other.kind in NUMERIC else f"above kræver et tal; {other.id} er ikke et"
    allowed = {"ja", "nej"} if other.kind is Kind.YES_NO else {o.id for o in other.options}
    unknown = sorted(set(asked.equals) - allowed)
    return f"{other.id} kan ikke svares med {', '.join(unknown)}" if unknown else None


def _is_number(form: Form, path: str) -> bool:
    code, _, rest = path.partition(".")
    question = form.question(code)
    if question is None:
        return False
    if not rest:
        return question.kind in NUMERIC
    row, _, name = rest.partition(".")
    column = question.column(name)
    is_row = row == "*" or any(one.id == row for one in question.rows)
    return is_row and column is not None and column.kind in NUMERIC
