"""What is a kind of fact? The base of all entries, and the words in which people are asked for one.

An entry is what a caseworker, a file or a program says: «Lolland godkendte 12/12-2024», checked
before it becomes a row. A kind is one class: its fields with their types and words, the value that
rules read of it, how it reads in the log, and what a new one does to those before it. A date may be
written as Danish secretariats write it; a vague one is kept as a period, a field that needs one day
refuses it. Fields have the names of the table's columns; ``on`` stands for its three columns of a
period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from typing import Annotated, Any, ClassVar, Self, get_args

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue

from models.party import PartyKind
from models.response import Completeness
from models.submission import SubmissionKind
from udmelding.config.case.process import Process
from udmelding.rules.case import facts
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.recording.written import How, Period, Text

Names = Mapping[str, str]
"""What each party and step of the case is called, by its short name; see ``names_in``."""


def names_in(process: Process, parties: Mapping[str, str]) -> Names:
    """What sentences call the parties, the steps, and what each process has its own word for.

    A body and its step share their short name and their name, so one table holds both.
    """
    return {
        **{step.id: step.title for step in process.steps},
        Completeness.NO_CITIZENS.value: process.words.nothing,
        SubmissionKind.REPORT.value: process.paper_title,
        **parties,
    }


Options = tuple[tuple[str, str], ...]

TODAY = "i dag"
DATE_HELP = "Skriv datoen, fx 28/4-2025, 28. april eller i dag."


def names_of(case: Case) -> Names:
    """``names_in`` of a case that is loaded."""
    return names_in(case.process, {party.party: party.name for party in case.parties})


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """How people are asked for a field; one without it only programs and files say.

    Attributes:
        option: name of the command's option; a field without is an argument, in its order.
        metavar: what stands for the value in the command's help, where its type does not say it.
        start: what stands there to begin with; such a field need not be said.
        words: the words of a vocabulary, or of yes and no, that a page offers; empty: all.
        is_flag: of yes and no: what the option says when it is given.
        is_only_for_commands: no page asks for it.
    """

    label: str
    help: str = ""
    option: str = ""
    metavar: str = ""
    start: str = ""
    words: Options | tuple[Enum, ...] = ()
    is_long: bool = False
    is_flag: bool | None = None
    is_only_for_commands: bool = False

    def __get_pydantic_json_schema__(
        self, schema: Any, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The API's schema says it in the same words."""
        said = {"title": self.label.rstrip("?"), "description": self.help}
        return handler(schema) | {name: text for name, text in said.items() if text}


SOURCE = Prompt(
    label="Hvor ved du det fra?", help="Fx «mail fra Greve den 28. april».", option="--source"
)


class Steps(Enum):
    """In which steps of a process a kind can be recorded; NONE: it is about no step."""

    NONE = "none"
    ASKED = "asked"
    ANSWERING = "answering"
    DECIDING = "deciding"
    CHASED = "chased"


OWN = frozenset({PartyKind.MUNICIPALITY})
COUNCILS = frozenset({PartyKind.MUNICIPALITY, PartyKind.REGIONAL_COUNCIL})
BODIES = frozenset({PartyKind.BODY})

ABOUT_PARTIES, ABOUT_BODIES, ABOUT_AGENCY, ABOUT_CASE = (
    "Kommuner",
    "Organer og møder",
    "Styrelsen og de andre områder",
    "Sagen",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ask:
    """One way in which people are asked for a kind: a command, a page, or both; none is another.

    Attributes:
        command: ``udmelding record <command>``; empty where the kind's command is written by hand.
        slug: the last part of the page's address; empty where there is no such page.
        about: the heading under which the page is listed.
        plural: what several are called.
        examples: what follows ``udmelding record <command>``.
        parties: whom it can be about.
        steps: in which steps.
        nobody: what a page offers in place of a step.
        fixed: fields that are not asked for, with what they say.
        taken: what the command takes where it is not told; a page asks.
    """

    command: str = ""
    slug: str = ""
    about: str = ABOUT_PARTIES
    title: str
    intro: str
    plural: str = ""
    examples: tuple[str, ...] = ()
    parties: frozenset[PartyKind] = COUNCILS
    steps: Steps = Steps.NONE
    nobody: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)


class Entry(BaseModel):
    """Base of all entries.

    Attributes:
        value: what rules read of the fact; the table has the same name.
        noun: what one is called in Danish.
        asks: how people are asked for one; empty where only the machine and files say it.
        latest_holds: of several the latest holds: 31/5, then 30/4, then 31/5 again are three facts.
        may_change_plan: it is shown with what it changes before it is saved.
        moves_due_dates: the dates that parties were given may move with it.
        is_wide: every open obligation of the case must be looked at again.
        source: where it is known from.
        is_made_up: demonstration data that no public source supports.
        corrects: key of the fact that this one replaces.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        defer_build=True,  # a command builds the one kind that it records, not all of them
    )
    value: ClassVar[type[facts.Recorded]]
    noun: ClassVar[str]
    asks: ClassVar[tuple[Ask, ...]] = ()
    latest_holds: ClassVar[bool] = False
    may_change_plan: ClassVar[bool] = False
    moves_due_dates: ClassVar[bool] = False
    is_wide: ClassVar[bool] = False
    kind: str
    source: Annotated[Text, SOURCE] = ""
    is_made_up: bool = False
    corrects: str | None = None

    @staticmethod
    def sentence(fact: Any, names: Names) -> str:
        """How it reads in the log: one sentence, without a full stop after a title."""
        raise NotImplementedError

    @classmethod
    def looks_ahead(cls, said: Mapping[str, Any]) -> bool:
        """Whether its period is one to come, after what else was said."""
        return False

    @classmethod
    def follows(cls, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a person who said that has also said."""
        return {}

    def contradiction(self, received_on: dt.date, today: dt.date) -> str:
        """What it contradicts in a case received on that day, in Danish; empty where nothing."""
        on = getattr(self, "on", None)
        if isinstance(on, Period) and on.start > today and not self.looks_ahead(dict(self)):
            return (
                f"{on.start:%d.%m.%Y} ligger efter registreringsdagen {today:%d.%m.%Y}. "
                "Registrér det, når det er sket."
            )
        return ""

    @property
    def happened_on(self) -> dt.date | None:
        """The (last possible) day on which it happened; None for what is yet to come."""
        for name in _past_fields(type(self)):
            if (said := getattr(self, name)) is not None:
                return said.end if isinstance(said, Period) else said
        return None

    def columns(self) -> dict[str, Any]:
        """The entry's own columns of its table."""
        row = {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name not in ("kind", "corrects", "on")
        }
        period = getattr(self, "on", None)
        if isinstance(period, Period):
            row["happened_from"], row["happened_to"] = period.start, period.end
            row["as_written"] = period.as_written
        return row

    def reword(self, change: Callable[[Any], Any]) -> Self:
        """The same entry, with each of its values as ``change`` gives it back."""
        new: dict[str, Any] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Period):
                new[name] = replace(value, as_written=change(value.as_written))
            else:
                new[name] = change(value)
        return self.model_copy(update=new)

    @property
    def at(self) -> tuple[str, str] | None:
        """The step and party that the entry is about, where it is about one."""
        step, party = getattr(self, "step", None), getattr(self, "party", None)
        return (step, party) if step is not None and party is not None else None


@cache
def _past_fields(entry: type[Entry]) -> tuple[str, ...]:
    """The fields that say when something happened."""
    return tuple(
        name
        for name, info in entry.model_fields.items()
        if how_of(info) in (How.PERIOD, How.PAST_DAY)
    )


def parts_of(info: FieldInfo) -> Iterator[Any]:
    """All that a field's annotation is put together of, from the outside in."""
    yield from info.metadata
    yield from _inner(info.annotation)


def _inner(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _inner(part)


def how_of(info: FieldInfo) -> How | None:
    """How a field is asked for, where its type says so."""
    return next((part for part in parts_of(info) if isinstance(part, How)), None)


def say_passed(day: dt.date, advice: str) -> str:
    """What is said of a day that should be to come and is over."""
    return f"{day:%d.%m.%Y} er en dag, der er gået. {advice}"


def name_of(party: str, names: Names) -> str:
    """What a party or a step is called."""
    return names.get(party, party)


def answer_word(completeness: Completeness, names: Names) -> str:
    """How much of what was asked was answered, in the words of the case's process."""
    return names.get(completeness.value, label(completeness))
