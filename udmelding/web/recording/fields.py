"""The forms that record, as data: what each asks for, and what it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from models import PartyKind
from udmelding.config.case.process import Step
from udmelding.rules.case.case import Case
from udmelding.rules.recording.asking import Field, words
from udmelding.rules.recording.catalogue import ENTRY_OF
from udmelding.rules.recording.entry import ABOUT_PARTIES, BODIES, DATE_HELP, Prompt
from udmelding.rules.recording.written import How

MEETING, NEW_RULES, REOPENING = "meeting", "new_rules", "reopening"
"""What is recorded by more, or by other, than one entry of its kind."""

FRONT_PAGE, DOCUMENT = "particulars", "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One form.

    Attributes:
        slug: the last part of its address.
        kind: the kind of entry that it records, or one of those above that are none.
        about: the heading under which it is listed.
        parties: whom it can be about.
        plural: what several such entries are called.
        fixed: fields of the entry that the person does not choose.
    """

    slug: str
    title: str
    intro: str
    kind: str
    fields: tuple[Field, ...]
    about: str = ABOUT_PARTIES
    parties: frozenset[PartyKind] = frozenset()
    plural: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_telling(self) -> bool:
        """Whether it may change the plan, and is shown with what it changes first."""
        return self.kind not in ENTRY_OF or ENTRY_OF[self.kind].may_change_plan

    @property
    def has_letter(self) -> bool:
        """Whether a letter to the agency comes of it, which a person reads and releases."""
        return self.kind in ("submission", "question_answer")

    @property
    def is_of_body(self) -> bool:
        """Whether it says what one body did, whose step has the body's name."""
        return self.parties is BODIES


FILE = Field(
    name="file",
    label="Eller læg referatet ved som fil",
    how=How.FILE,
    help="Højst 25 MB. Filen gemmes blandt sagens dokumenter.",
)


DOCUMENT_FILES = (
    replace(FILE, label="Filen", help="Højst 25 MB. Den gemmes, som den er."),
    Field(
        name="link",
        label="Eller et link til den",
        how=How.TEXT,
        help="Så hentes den derfra og gemmes her.",
    ),
)


def with_parties(given: Field, case: Case, kinds: frozenset[PartyKind]) -> Field:
    """The field to tick parties in; those that the secretariat asks come first.

    One body is chosen from a list instead.
    """
    found = sorted((p for p in case.parties if p.kind in kinds), key=lambda p: not p.is_asked)
    options = tuple((p.party, p.name) for p in found)
    if kinds is BODIES:
        return replace(given, label="Hvilket organ?", how=How.CHOICE, options=options)
    return replace(given, options=options)


def with_steps(given: Field, steps: tuple[Step, ...], nobody: str) -> Field:
    """The field to choose a step in, or nobody of any step."""
    if nobody:
        others = tuple((s.id, f"De kommuner, der mangler: {s.title.lower()}") for s in steps)
        options = (("secretariat", nobody), *others)
        return replace(
            given, how=How.RADIO, help="", options=options, value="secretariat", is_required=True
        )
    options = tuple((step.id, step.title) for step in steps)
    first = given.value if given.value in dict(options) else options[0][0]
    return replace(given, how=How.CHOICE, options=options, value=first, is_required=True)


def choice(name: str, text: str, members: Iterable[StrEnum], value: str = "") -> Field:
    """A field with the words of a vocabulary."""
    return Field(
        name=name,
        label=text,
        how=How.CHOICE,
        options=words(members),
        value=value,
        is_required=True,
    )


def coming(name: str, text: str, hint: str = DATE_HELP, *, is_required: bool = True) -> Field:
    """A day that is to come."""
    return Field(name=name, label=text, how=How.COMING_DAY, help=hint, is_required=is_required)


def field_like(name: str, asked: Prompt) -> Field:
    """A field that is asked for in the words of the catalogue."""
    how = How.LONG if asked.is_long else How.TEXT
    return Field(name=name, label=asked.label, help=asked.help, how=how)
