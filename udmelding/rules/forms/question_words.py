"""What is a question called on the pages where people write it? Its number, its kind, its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Condition, Counts, Kind, Measured, Question, Respondent
from udmelding.rules.words.danish_numbers import number_as_typed


@dataclass(frozen=True, slots=True)
class KindWord:
    """One kind of answer as people choose it.

    Attributes:
        code: what a page's field says.
        words: what people read.
        kind: what it is in data; ``counts`` what it counts.
    """

    code: str
    words: str
    kind: Kind
    counts: Counts = Counts.OTHER


KIND_WORDS = (
    KindWord("citizens", "Et antal borgere", Kind.INTEGER, Counts.CITIZENS),
    KindWord("places", "Et antal pladser", Kind.INTEGER, Counts.PLACES),
    KindWord("integer", "Et andet helt tal", Kind.INTEGER),
    KindWord("number", "Et tal med decimaler", Kind.NUMBER),
    KindWord("amount", "Et beløb", Kind.AMOUNT),
    KindWord("yes_no", "Ja eller nej", Kind.YES_NO),
    KindWord("choice", "Vælg én", Kind.CHOICE),
    KindWord("choices", "Vælg flere", Kind.CHOICES),
    KindWord("text", "Tekst", Kind.TEXT),
    KindWord("date", "Dato", Kind.DATE),
    KindWord("table", "Tabel", Kind.TABLE),
    KindWord("file", "En fil", Kind.FILE),
)

IN_CELLS = tuple(one for one in KIND_WORDS if one.code not in ("table", "file", "choices"))
"""What a cell of a table can hold."""

RESPONDENT_WORDS: Mapping[Respondent, str] = {
    Respondent.MUNICIPALITY: "Kommuner",
    Respondent.PROVIDER: "Tilbud",
    Respondent.REGION: "Regioner",
}


def kind_word(measured: Measured) -> KindWord:
    """The kind of a question or a column, as people choose it."""
    return next(
        one for one in KIND_WORDS if (one.kind, one.counts) == (measured.kind, measured.counts)
    )


def kind_coded(code: str) -> KindWord | None:
    """The kind that a page's field says, or None."""
    return next((one for one in KIND_WORDS if one.code == code), None)


def question_numbers(form: Form) -> Mapping[str, str]:
    """``2.1`` for the first question of the second section, by the questions' codes."""
    return {
        question.id: f"{at}.{place}"
        for at, section in enumerate(form.sections, 1)
        for place, question in enumerate(section.questions, 1)
    }


def numbered_name(form: Form, code: str) -> str:
    """``2.1 Kender et døgntilbud``; the code itself for a question that is not there."""
    question = form.question(code)
    return f"{question_numbers(form)[code]} {question.name}".strip() if question else code


def answer_line(question: Question) -> str:
    """What an answer is, on one line: ``Tabel: tilbud, pladser, ventetid``."""
    words = kind_word(question).words
    if question.kind is Kind.TABLE:
        titles = [column.title.casefold() for column in question.columns if column.title]
        return f"{words}: {', '.join(titles)}" if titles else words
    return f"{words} ({question.unit})" if question.unit else words


def condition_answer(other: Question | None, condition: Condition) -> str:
    """The answer that a condition wants: ``Ja``, ``mere end 0``, ``Flere eller Færre``."""
    if condition.above is not None:
        return f"mere end {number_as_typed(Decimal(str(condition.above)))}"
    said: list[str] = []
    for code in condition.equals:
        option = other.option(code) if other else None
        said.append({"ja": "Ja", "nej": "Nej"}.get(code, option.text if option else code))
    return " eller ".join(said)


def condition_line(form: Form, question: Question) -> str:
    """When a question is shown, after its number: ``kun hvis 2.1 er Ja``; empty for always."""
    condition = question.required_if
    if condition is None:
        return ""
    number = question_numbers(form).get(condition.question)
    answer = condition_answer(form.question(condition.question), condition)
    return f"kun hvis {number} er {answer}" if number else "kun efter et svar, der ikke er her"
