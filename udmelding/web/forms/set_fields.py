"""What stands in the fields of the page on which a question set is written, and what do they say?

Only what is open has fields: the set as a whole, a section, a question, a sum. ``fields_of`` fills
them, ``read_fields`` reads them; unchanged fields leave the set unchanged. Which fields a question
has follows from the kind it had when the page was shown, so another kind shows its own the next
time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from udmelding.config.forms.drafts import unchecked
from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import (
    CHOOSING,
    NUMERIC,
    Column,
    Condition,
    Counts,
    Gather,
    Kind,
    Question,
    Respondent,
)
from udmelding.errors import RefusedError
from udmelding.rules.forms.codes import options_of, rows_of
from udmelding.rules.forms.draft_flaws import ABOUT
from udmelding.rules.forms.editing import (
    section_named,
    with_question,
    with_section,
    with_sum,
)
from udmelding.rules.forms.question_words import kind_coded, kind_word
from udmelding.rules.words.danish_numbers import number_as_typed, read_number

Fields = Mapping[str, Sequence[str]]
"""What the fields say by their names; a box that is not ticked is absent."""

TICKED = "ja"
_MOST_DIGITS = 9
_DECIMALS = 4

Asked = TypeVar("Asked", Question, Column)


@dataclass(frozen=True, slots=True)
class Written:
    """The set as the fields say it.

    Attributes:
        place: what is open now: a question gets its code with its first name.
        flaws: what could not be read, by field; nothing of that place is taken over then.
    """

    form: Form
    place: str
    flaws: Mapping[str, str] = field(default_factory=dict)


def fields_of(form: Form, place: str) -> dict[str, list[str]]:
    """What stands in the fields of what is open; none where nothing is, or it is gone."""
    kind, _, code = place.partition(":")
    section, question = section_named(form, code), form.question(code)
    if place == ABOUT:
        return _plain(title=form.title, intro=form.intro, no_citizens=form.no_citizens)
    if kind == "afsnit" and section is not None:
        fields = _plain(title=section.title, help=section.help, base=section.base or "")
        return fields | {"asks": [one.value for one in section.asks]}
    if kind == "spoerg" and question is not None:
        return _question_fields(question)
    if kind == "sum" and (at := _sum_place(form, code)) is not None:
        rule = form.sums[at]
        return _plain(total=rule.total, text=rule.text) | {"parts": list(rule.parts)}
    return {}


def _plain(**values: str) -> dict[str, list[str]]:
    return {name: [value] for name, value in values.items()}


def _ticks(**values: bool) -> dict[str, list[str]]:
    return {name: [TICKED] for name, value in values.items() if value}


def _question_fields(question: Question) -> dict[str, list[str]]:
    condition = question.required_if
    fields = _plain(
        text=question.text,
        short=question.short,
        help=question.help,
        when=condition.question if condition else "",
        above=_number(condition.above) if condition else "",
        based_on=question.based_on or "",
        longest=str(question.longest),
        rows="\n".join(f"{r.title} | {r.short}" if r.short else r.title for r in question.rows),
        most_rows=str(question.most_rows),
        row_title=question.row_title,
    )
    fields |= _ticks(compare=question.compare, per_person=question.is_per_person)
    fields |= {"equals": list(condition.equals) if condition else []} | _measured_fields(question)
    for column in question.columns:
        told = _plain(title=column.title, help=column.help) | _measured_fields(column)
        fields |= {f"c.{column.id}.{name}": said for name, said in told.items()}
    return fields


def _measured_fields(asked: Question | Column) -> dict[str, list[str]]:
    return _plain(
        kind=kind_word(asked).code,
        unit=asked.unit,
        decimals=str(asked.decimals),
        minimum=_number(asked.minimum),
        maximum=_number(asked.maximum),
        at_most=asked.at_most or "",
        options="\n".join(option.text for option in asked.options),
    ) | _ticks(required=asked.is_required, mean=asked.gather is Gather.MEAN)


def _number(value: float | None) -> str:
    return "" if value is None else number_as_typed(Decimal(str(value)))


def _sum_place(form: Form, code: str) -> int | None:
    at = int(code) if code.isascii() and code.isdecimal() and len(code) < _MOST_DIGITS else -1
    return at if 0 <= at < len(form.sums) else None


class Reader:
    """Reads fields, and keeps what could not be read."""

    def __init__(self, fields: Fields) -> None:
        """Nothing is wrong yet."""
        self.fields, self.flaws = fields, dict[str, str]()

    def line(self, name: str) -> str:
        """A text on one line."""
        return " ".join(self.text(name).split())

    def text(self, name: str) -> str:
        """A text; what cannot be printed is left out."""
        said = next(iter(self.fields.get(name, ())), "")
        lines = said.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        kept = ["".join(c if c.isprintable() else " " for c in one).rstrip() for one in lines]
        return "\n".join(kept).strip()

    def is_ticked(self, name: str) -> bool:
        """Whether the box is ticked."""
        return bool(self.fields.get(name))

    def number(self, name: str, before: float | None = None) -> float | None:
        """A number, or None for none; what is no number is told, and leaves the one before."""
        said = self.line(name)
        if not said:
            return None
        try:
            return float(read_number(said, _DECIMALS))
        except RefusedError as error:
            self.flaws[name] = error.message
            return before

    def count(self, name: str, least: int, most: int, before: int) -> int:
        """A whole number within bounds; anything else is told, and leaves the one before."""
        said = self.line(name)
        number = (
            int(said) if said.isascii() and said.isdecimal() and len(said) < _MOST_DIGITS else -1
        )
        if not least <= number <= most:
            self.flaws[name] = f"Skriv et helt tal fra {least} til {most}."
            return before
        return number


def read_fields(form: Form, place: str, fields: Fields, taken: Collection[str] = ()) -> Written:
    """The set with what the fields of what is open say.

    Args:
        form: the set as the page showed it.
        place: what was open.
        fields: what was sent.
        taken: codes that no new question may bear.
    """
    kind, _, code = place.partition(":")
    reader, question = Reader(fields), form.question(code)
    if place == ABOUT:
        words = {"title": reader.line("title"), "intro": reader.text("intro")}
        return Written(unchecked(form, **words, no_citizens=reader.line("no_citizens")), place)
    if kind == "afsnit" and section_named(form, code) is not None:
        made, code = with_section(
            form,
            code,
            title=reader.line("title"),
            help=reader.text("help"),
            base=reader.line("base") or None,
            asks=tuple(one for one in Respondent if one in fields.get("asks", ()))
            or (Respondent.MUNICIPALITY,),
        )
        return Written(made, f"afsnit:{code}")
    if kind == "sum" and (at := _sum_place(form, code)) is not None:
        said = {"total": reader.line("total"), "text": reader.line("text")}
        return Written(with_sum(form, at, **said, parts=tuple(fields.get("parts", ()))), place)
    if kind != "spoerg" or question is None:
        return Written(form, place if kind == "liste" else "")
    changed = _question(form, question, reader)
    if reader.flaws:
        return Written(form, place, reader.flaws)
    made, code = with_question(form, code, changed, taken)
    return Written(made, f"spoerg:{code}")


def _question(form: Form, question: Question, reader: Reader) -> Question:
    said: dict[str, Any] = {
        "text": reader.line("text"),
        "short": reader.line("short"),
        "help": reader.text("help"),
        "required_if": _condition(form, question, reader),
    }
    if question.kind in NUMERIC:
        said |= {"compare": reader.is_ticked("compare")}
        said |= {"based_on": reader.line("based_on") or None}
    if question.kind is Kind.TEXT:
        said["longest"] = reader.count("longest", 1, 10_000, question.longest)
    if question.kind is Kind.TABLE:
        said |= _table(question, reader)
    return _measured(question.model_copy(update=said), reader, "")


def _table(question: Question, reader: Reader) -> dict[str, Any]:
    columns = tuple(_column(column, reader) for column in question.columns)
    rows = rows_of(reader.text("rows").splitlines(), question.rows)
    said: dict[str, Any] = {"columns": columns, "rows": rows}
    if question.has_free_rows:  # the page has fields for the lines that a respondent adds
        said |= {
            "most_rows": reader.count("most_rows", 1, 200, question.most_rows),
            "row_title": reader.line("row_title"),
            "is_per_person": reader.is_ticked("per_person"),
            "at_most": reader.line("at_most") or None,
        }
    return said


def _column(column: Column, reader: Reader) -> Column:
    stem = f"c.{column.id}."
    words = {"title": reader.line(f"{stem}title"), "help": reader.text(f"{stem}help")}
    return _measured(column.model_copy(update=words), reader, stem)


def _measured(asked: Asked, reader: Reader, stem: str) -> Asked:
    """The question or column with what its fields say of what is answered."""
    said: dict[str, Any] = {"is_required": reader.is_ticked(f"{stem}required")}
    if asked.kind in CHOOSING:
        said["options"] = options_of(reader.text(f"{stem}options").splitlines(), asked.options)
    if asked.kind in NUMERIC:
        said |= {
            "unit": reader.line(f"{stem}unit"),
            "minimum": reader.number(f"{stem}minimum", asked.minimum),
            "maximum": reader.number(f"{stem}maximum", asked.maximum),
            "at_most": reader.line(f"{stem}at_most") or None,
            "gather": Gather.MEAN if reader.is_ticked(f"{stem}mean") else Gather.SUM,
        }
    if asked.kind in (Kind.NUMBER, Kind.AMOUNT):
        said["decimals"] = reader.count(f"{stem}decimals", 0, _DECIMALS, asked.decimals)
    chosen = kind_coded(reader.line(f"{stem}kind"))
    if chosen is not None:
        said |= {"kind": chosen.kind, "counts": chosen.counts}
        is_count = chosen.counts is not Counts.OTHER and asked.kind is not Kind.INTEGER
        if is_count and asked.minimum is None:
            said["minimum"] = 0.0  # there is no negative number of citizens
    return asked.model_copy(update=said)


def _condition(form: Form, question: Question, reader: Reader) -> Condition | None:
    """When it is shown; another question begins with the answer that is meant most often."""
    code = reader.line("when")
    other, before = form.question(code), question.required_if
    if not code:
        return None
    if before is None or before.question != code or other is None:
        return _usual_condition(code, other.kind if other else None)
    if other.kind in NUMERIC:
        above = reader.number("above", before.above)
        return Condition.model_construct(question=code, above=0.0 if above is None else above)
    equals = tuple(reader.fields.get("equals", ()))
    return Condition.model_construct(question=code, equals=equals)


def _usual_condition(code: str, kind: Kind | None) -> Condition:
    if kind in NUMERIC:
        return Condition.model_construct(question=code, above=0.0)
    equals = ("ja",) if kind is Kind.YES_NO else ()
    return Condition.model_construct(question=code, equals=equals)
