"""Which fields are people asked for, and what did they mean? For commands and pages alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, get_origin
from urllib.parse import urlsplit

from pydantic.fields import FieldInfo

from udmelding.errors import RefusedError
from udmelding.rules.case.glossary import label, member
from udmelding.rules.recording.entry import DATE_HELP, Ask, Entry, Options, Prompt, how_of, parts_of
from udmelding.rules.recording.written import How
from udmelding.rules.words.danish_dates import DateReading, Direction, read_date, read_day
from udmelding.rules.words.date_wording import long_date

MOST_CHARACTERS = 2000
_NO_LINKS = frozenset({"javascript", "data", "vbscript", "file"})
HELP: Mapping[How, str] = {
    How.PERIOD: f"{DATE_HELP} Kendes dagen ikke, så skriv fx primo maj 2025.",
    How.PAST_DAY: DATE_HELP,
    How.COMING_DAY: DATE_HELP,
}
_METAVARS: Mapping[How, str] = {
    How.PARTIES: "KOMMUNE",
    How.STEP: "TRIN",
    How.PERIOD: "DATO",
    How.PAST_DAY: "DATO",
    How.COMING_DAY: "DATO",
    How.NUMBER: "N",
    How.CHOICE: "ORD",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that people are asked for.

    Attributes:
        name: the entry's field that it becomes.
        value: what stands in it to begin with.
        vocabulary: the closed vocabulary that it takes a word of.
        is_many: it takes several: parties, where one of a case is the rule, or lines of a text.
        option: name of the command's option; empty for an argument.
        flag: what the option says where it is a mere switch.
    """

    name: str
    label: str
    how: How
    help: str = ""
    options: Options = ()
    value: str = ""
    is_required: bool = False
    vocabulary: type[StrEnum] | None = None
    is_many: bool = False
    option: str = ""
    metavar: str = ""
    flag: bool | None = None
    is_only_for_commands: bool = False


@cache
def fields_of(entry: type[Entry], ask: Ask) -> tuple[Field, ...]:
    """What is asked for, in the order of the entry's fields; where it is known from comes last."""
    infos = dict(entry.model_fields)
    infos["source"] = infos.pop("source")
    found = []
    for name, info in infos.items():
        asked = next((part for part in parts_of(info) if isinstance(part, Prompt)), None)
        if asked is not None and name not in ask.fixed:
            found.append(_field(name, info, asked))
    return tuple(found)


def in_reading_order(fields: Iterable[Field]) -> list[Field]:
    """The same with periods last: what one means can depend on the rest (``Entry.looks_ahead``)."""
    return sorted(fields, key=lambda field: field.how is How.PERIOD)


def _field(name: str, info: FieldInfo, asked: Prompt) -> Field:
    parts = [part for part in parts_of(info) if isinstance(part, type)]
    vocabulary = next((part for part in parts if issubclass(part, StrEnum)), None)
    how = how_of(info)
    if how is None and vocabulary is not None:
        how = How.CHOICE
    elif how is None and bool in parts:
        how = How.RADIO
    elif how is None and int in parts:
        how = How.NUMBER
    elif how is None:
        how = How.LONG if asked.is_long else How.TEXT
    return Field(
        name=name,
        label=asked.label,
        how=how,
        help=asked.help or HELP.get(how, ""),
        options=_options(asked, vocabulary),
        value=asked.start,
        is_required=info.is_required() or bool(asked.start) or how is How.RADIO,
        vocabulary=vocabulary,
        is_many=any(get_origin(part) is list for part in parts_of(info)),
        option=asked.option,
        metavar=asked.metavar or _METAVARS.get(how, "TEKST"),
        flag=asked.is_flag,
        is_only_for_commands=asked.is_only_for_commands,
    )


def _options(asked: Prompt, vocabulary: type[StrEnum] | None) -> Options:
    offered = [word for word in asked.words if isinstance(word, StrEnum)]
    if vocabulary is None:
        return tuple(word for word in asked.words if isinstance(word, tuple))
    return words(offered or vocabulary)


def words(members: Iterable[StrEnum]) -> Options:
    """A vocabulary as choices."""
    return tuple((member.value, label(member)) for member in members)


def meaning(field: Field, text: str, today: dt.date, *, looks_ahead: bool = False) -> Any:
    """What somebody meant by what was written in a field.

    Args:
        field: the field.
        text: what was written; not empty.
        today: the day that dates without a year are seen from.
        looks_ahead: the period is one to come.

    Raises:
        RefusedError: it cannot be read, or is a day that what has happened cannot have.
    """
    match field.how:
        case How.PERIOD | How.PAST_DAY | How.COMING_DAY:
            return _day(field.how, text, today, looks_ahead=looks_ahead)
        case How.CHOICE if field.vocabulary is not None:
            return member(field.vocabulary, text)
        case How.NUMBER:
            return _number(text)
        case How.RADIO if field.flag is not None:
            return text == "true"
    return _text(field, text)


def _day(how: How, text: str, today: dt.date, *, looks_ahead: bool) -> DateReading | dt.date:
    if how is How.COMING_DAY:
        return read_day(text, today=today, direction=Direction.COMING)
    direction = Direction.COMING if looks_ahead else Direction.PAST
    found: DateReading | dt.date
    if how is How.PERIOD:
        found = read_date(text, today=today, direction=direction)
        first = found.start
    else:
        found = first = read_day(text, today=today, direction=direction)
    if first > today and not looks_ahead:
        said = long_date(first)
        raise RefusedError(f"{said} ligger efter i dag. Registrér det, når det er sket.")
    return found


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise RefusedError("Skriv et helt tal, fx 1.")
    return int(text)


def _text(field: Field, text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise RefusedError(f"Skriv højst {MOST_CHARACTERS} tegn.")
    if field.name == "evidence" and urlsplit(text).scheme.lower() in _NO_LINKS:
        raise RefusedError("Et link skal begynde med https:// eller http://.")
    return text
