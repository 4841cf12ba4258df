"""What is missing in a question set while it is written, said to the person who writes it?

``config.forms`` refuses a set in the words of its keys; here the same is said of each field of the
pages, by the questions' numbers. A set without a flaw is one that ``config.forms.library`` takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from udmelding.config.forms.forms import Form, Section, SumRule
from udmelding.config.forms.questions import (
    CHOOSING,
    NUMERIC,
    Column,
    Condition,
    Kind,
    Measured,
    Question,
)
from udmelding.rules.forms.question_words import condition_answer, question_numbers
from udmelding.rules.words.danish_numbers import number_as_typed

ABOUT = "om"
"""The place of what is said of the set as a whole."""


@dataclass(frozen=True, slots=True)
class DraftFlaw:
    """One thing to mend.

    Attributes:
        place: ``om``, ``afsnit:CODE``, ``spoerg:CODE`` or ``sum:0``, as pages open them.
        where: the place in words: ``2.1``, ``Afsnit 2``.
        field: the field's name on the page.
        text: what is wrong and what to do.
    """

    place: str
    where: str
    field: str
    text: str


def draft_flaws(form: Form) -> tuple[DraftFlaw, ...]:
    """Everything that keeps the set from being used, in the order of the pages."""
    found = [DraftFlaw(ABOUT, "Skemaet", field, text) for field, text in _of_form(form)]
    numbers = question_numbers(form)
    for at, section in enumerate(form.sections, 1):
        place, where = f"afsnit:{section.id}", f"Afsnit {at}"
        found += [DraftFlaw(place, where, *told) for told in _of_section(form, section)]
        for question in section.questions:
            told_of = _of_question(form, question)
            where = numbers[question.id]
            found += [DraftFlaw(f"spoerg:{question.id}", where, *told) for told in told_of]
    for at, rule in enumerate(form.sums):
        where = f"Sum {at + 1}"
        found += [DraftFlaw(f"sum:{at}", where, *told) for told in _of_sum(form, rule)]
    return tuple(found)


Told = Iterator[tuple[str, str]]


def _too_long(field: str, text: str, most: int) -> Told:
    if len(text) > most:
        yield field, f"Teksten fylder {len(text)} tegn. Der er plads til {most}."


def _of_form(form: Form) -> Told:
    if not form.title:
        yield "title", "Skriv, hvad skemaet hedder."
    yield from _too_long("title", form.title, 400)
    yield from _too_long("intro", form.intro, 2000)
    yield from _too_long("no_citizens", form.no_citizens, 200)
    if not form.sections:
        yield "sections", "Skemaet har ingen afsnit. Tilføj et."


def _of_section(form: Form, section: Section) -> Told:
    if not section.title:
        yield "title", "Skriv afsnittets overskrift."
    yield from _too_long("title", section.title, 400)
    yield from _too_long("help", section.help, 2000)
    if not section.questions:
        yield "questions", "Afsnittet har ingen spørgsmål. Tilføj et, eller slet afsnittet."
    if not section.base:
        return
    base = form.question(section.base)
    if base is None:
        yield "base", "Spørgsmålet, der tæller borgerne, er slettet. Vælg et andet."
    elif not base.counts_citizens:
        number = question_numbers(form)[section.base]
        yield "base", f"{number} tæller ikke borgere. Vælg et spørgsmål, der gør."
    else:
        home = next(one for one in form.sections if base in one.questions)
        if not set(section.asks) <= set(home.asks):
            number = question_numbers(form)[section.base]
            yield (
                "base",
                f"{number} stilles ikke til alle, som afsnittet stilles til. Vælg et andet.",
            )


def _of_question(form: Form, question: Question) -> Told:
    if not question.text:
        yield "text", "Skriv spørgsmålet."
    yield from _too_long("text", question.text, 400)
    yield from _too_long("short", question.short, 80)
    yield from _too_long("help", question.help, 2000)
    yield from _of_measured(question, "")
    if question.required_if:
        yield from _of_condition(form, question, question.required_if)
    if question.at_most is not None:
        yield from _of_bound(form, question)
    if question.based_on:
        yield from _of_basis(form, question.based_on)
    if question.kind is Kind.TABLE:
        yield from _of_table(question)


def _of_measured(measured: Measured, stem: str) -> Told:
    if measured.kind in CHOOSING and not measured.options:
        yield f"{stem}options", "Skriv det, man kan vælge, ét på hver linje."
    for option in measured.options:
        yield from _too_long(f"{stem}options", option.text, 400)
    yield from _too_long(f"{stem}unit", measured.unit, 40)
    low, high = measured.minimum, measured.maximum
    if low is not None and high is not None and high < low:
        least, most = (number_as_typed(Decimal(str(bound))) for bound in (low, high))
        yield f"{stem}maximum", f"Tallet kan ikke være mindst {least} og højst {most}."


def _of_condition(form: Form, question: Question, condition: Condition) -> Told:
    other = form.question(condition.question)
    if other is None:
        yield (
            "when",
            ("Spørgsmålet vises kun efter et svar på et spørgsmål, der er slettet. Vælg et andet."),
        )
        return
    numbers = question_numbers(form)
    number, answer = numbers[other.id], condition_answer(other, condition)
    codes = [one.id for one in form.questions]
    if condition.question == question.id:
        yield "when", "Spørgsmålet kan ikke afhænge af sit eget svar. Vælg et andet."
    elif codes.index(other.id) > codes.index(question.id):
        yield (
            "when",
            (
                f"Spørgsmålet vises kun, hvis {number} er {answer}, men {number} kommer efter. "
                "Flyt det, eller vælg et andet."
            ),
        )
    elif condition.above is not None:
        if other.kind not in NUMERIC:
            yield "when", f"{number} er ikke længere et tal. Vælg, hvilket svar der skal til."
    elif not condition.equals:
        yield "equals", f"Vælg, hvilke svar på {number} der skal til."
    else:
        allowed = {"ja", "nej"} if other.kind is Kind.YES_NO else {o.id for o in other.options}
        if not set(condition.equals) <= allowed:
            yield "equals", f"{number} kan ikke længere svares sådan. Vælg igen."


def _of_bound(form: Form, question: Question) -> Told:
    other = form.question(question.at_most or "")
    number = question_numbers(form).get(question.at_most or "", "")
    if other is None:
        yield "at_most", "Spørgsmålet, tallet sammenlignes med, er slettet. Vælg et andet."
    elif other.kind not in NUMERIC:
        yield "at_most", f"{number} er ikke et tal. Vælg et spørgsmål med et tal."
    elif question.has_free_rows and other.id not in numbers_before(form, question):
        yield (
            "at_most",
            (
                f"Antallet af linjer kan ikke følge {number}: det skal komme før og stilles til de "
                "samme. Flyt det, eller vælg et andet."
            ),
        )


def numbers_before(form: Form, question: Question) -> tuple[str, ...]:
    """The questions with a number that all who are asked this one are asked before it."""
    found: list[str] = []
    home = next(section for section in form.sections if question in section.questions)
    for section in form.sections:
        for other in section.questions:
            if other.id == question.id:
                return tuple(found)
            if other.kind in NUMERIC and set(home.asks) <= set(section.asks):
                found.append(other.id)
    return tuple(found)


def _of_basis(form: Form, code: str) -> Told:
    base = form.question(code)
    if base is None:
        yield "based_on", "Spørgsmålet, der tæller borgerne, er slettet. Vælg et andet."
    elif not base.is_disclosive:
        number = question_numbers(form)[code]
        yield "based_on", f"{number} er ikke et antal borgere. Vælg et spørgsmål, der er."


def _of_table(question: Question) -> Told:
    if not question.columns:
        yield "columns", "Tabellen har ingen kolonner. Tilføj en."
    if question.most_rows > 200:
        yield "most_rows", "En tabel kan højst have 200 linjer."
    for row in question.rows:
        yield from _too_long("rows", row.title, 400)
        yield from _too_long("rows", row.short, 40)
    yield from _too_long("row_title", question.row_title, 40)
    for column in question.columns:
        yield from _of_column(question, column)


def _of_column(question: Question, column: Column) -> Told:
    stem = f"c.{column.id}."
    if not column.title:
        yield f"{stem}title", "Skriv kolonnens overskrift."
    yield from _too_long(f"{stem}title", column.title, 400)
    yield from _too_long(f"{stem}help", column.help, 2000)
    yield from _of_measured(column, stem)
    if column.at_most is not None:
        beside = question.column(column.at_most)
        if beside is None or beside.kind not in NUMERIC:
            yield (
                f"{stem}at_most",
                "Kolonnen kan kun sammenlignes med en kolonne med tal. Vælg igen.",
            )


def _of_sum(form: Form, rule: SumRule) -> Told:
    known = summable(form)
    if rule.total not in known or "*" in rule.total:
        gone = "Det tal, delene skal give, er slettet. Vælg et andet."
        yield "total", gone if rule.total else "Vælg det tal, som delene tilsammen skal give."
    if not rule.parts:
        yield "parts", "Vælg de tal, der lægges sammen."
    elif not set(rule.parts) <= known:
        yield "parts", "Et af de tal, der lægges sammen, er slettet. Vælg igen."
    if not rule.text:
        yield "text", "Skriv, hvad kommunen skal have at vide, når tallene ikke stemmer."
    yield from _too_long("text", rule.text, 400)


def summable(form: Form) -> frozenset[str]:
    """Every number that a sum may be of: questions, whole columns, and cells of fixed rows."""
    found: set[str] = set()
    for question in form.questions:
        if question.kind in NUMERIC:
            found.add(question.id)
        for column in question.columns:
            if column.kind in NUMERIC:
                rows = ("*", *(row.id for row in question.rows))
                found |= {f"{question.id}.{row}.{column.id}" for row in rows}
    return frozenset(found)
