"""The fields of the forms that record, as data: their Danish words and how each is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models import PartyKind
from udmelding.casework.recording.recording import TELLING
from udmelding.config.case.process import Step
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label

Options = tuple[tuple[str, str], ...]

MEETING = "meeting"


class How(StrEnum):
    """How a field is shown and read."""

    PARTIES = "parties"
    PERIOD = "period"
    PAST_DAY = "past_day"
    COMING_DAY = "coming_day"
    TEXT = "text"
    LONG = "long"
    CHOICE = "choice"
    RADIO = "radio"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    Attributes:
        name: the entry's field that it becomes.
        value: what stands in it to begin with.
    """

    name: str
    label: str
    how: How
    help: str = ""
    options: Options = ()
    value: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One form.

    Attributes:
        slug: the last part of its address.
        kind: the kind of entry that it records, or ``meeting``.
        plural: what several such entries are called.
        fixed: fields of the entry that the person does not choose.
    """

    slug: str
    title: str
    intro: str
    kind: str
    fields: tuple[Field, ...]
    plural: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_telling(self) -> bool:
        """Whether it may change the plan, and is shown with what it changes first."""
        return self.kind == MEETING or self.kind in TELLING


DATE_HELP = "Skriv den, som du plejer, fx 28/4-2025, 28. april eller i dag."
SOURCE = Field(
    name="source",
    label="Hvor ved du det fra?",
    how=How.TEXT,
    help="Fx «mail fra Greve den 28. april».",
)
NOTE = Field(name="note", label="Bemærkning", how=How.LONG)
ON = Field(
    name="on",
    label="Hvornår skete det?",
    how=How.PERIOD,
    help=f"{DATE_HELP} Kendes dagen ikke, så skriv fx primo maj 2025.",
    is_required=True,
)
EVIDENCE = (
    Field(
        name="evidence",
        label="Link til eller navn på referatet",
        how=How.TEXT,
        help="Uden dokumentation vises beslutningen som meldt, med som dokumenteret.",
    ),
    Field(
        name="file",
        label="Eller læg referatet ved som fil",
        how=How.FILE,
        help="Højst 25 MB. Filen gemmes blandt sagens dokumenter.",
    ),
)


def words(members: Iterable[StrEnum]) -> Options:
    """A vocabulary as choices."""
    return tuple((member.value, label(member)) for member in members)


def choice(name: str, text: str, members: Iterable[StrEnum], value: str = "") -> Field:
    """A field with the words of a vocabulary."""
    how = How.CHOICE
    return Field(
        name=name, label=text, how=how, options=words(members), value=value, is_required=True
    )


def parties_field(case: Case, kinds: set[PartyKind], legend: str = "Hvilke kommuner?") -> Field:
    """A field to tick parties in; those that the secretariat asks come first."""
    found = sorted((p for p in case.parties if p.kind in kinds), key=lambda p: not p.is_asked)
    options = tuple((p.party, p.name) for p in found)
    return Field(name="party", label=legend, how=How.PARTIES, options=options, is_required=True)


def step_field(steps: tuple[Step, ...]) -> tuple[tuple[Field, ...], Mapping[str, Any]]:
    """A field for the step where there is a choice, else the one step."""
    if len(steps) == 1:
        return (), {"step": steps[0].id}
    options = tuple((step.id, step.title) for step in steps)
    first = options[0][0] if options else ""
    name, text = "step", "Hvilket trin?"
    chosen = Field(
        name=name, label=text, how=How.CHOICE, options=options, value=first, is_required=True
    )
    return (chosen,), {}


def agreed(name: str, text: str) -> Field:
    """A day that has been, today unless another is written."""
    return Field(
        name=name, label=text, how=How.PAST_DAY, help=DATE_HELP, value="i dag", is_required=True
    )


def coming(name: str, text: str, hint: str = DATE_HELP, *, is_required: bool = True) -> Field:
    """A day that is to come."""
    how = How.COMING_DAY
    return Field(name=name, label=text, how=how, help=hint, is_required=is_required)
