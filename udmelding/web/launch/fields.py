"""What did the person write on the steps of a new case, and what is wrong with it?

Everything written travels from step to step in the address, so each step can be left, come back to
and shown again as it was. A letter is kept in the store at once and travels by its checksum.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from fastapi import Request

from models import AnnouncementKind, Scope, TargetGroup
from udmelding.casework.files import LETTERS, QUESTIONS, TakenFile, take_in
from udmelding.casework.forms.question_sets import form_at
from udmelding.casework.launch.launching import (
    FrontPage,
    NewCase,
    particulars_of,
)
from udmelding.casework.launch.preview import Wanted
from udmelding.casework.wiring import Services
from udmelding.config.case.library import area_named, process_named
from udmelding.config.forms.forms import Form
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find, headers
from udmelding.journal.case.load import load_all
from udmelding.journal.database import Session, reading
from udmelding.journal.stamp import Stamp
from udmelding.rules.launch.naming import reference_of, short_name_of
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.rules.words.date_wording import short_date
from udmelding.web.kept_fields import from_address
from udmelding.web.launch import questions as launch_questions
from udmelding.web.upload import SentFile, sent_file
from udmelding.web.visitor import HAS_LOOKED

Value = TypeVar("Value")

PLAIN = (
    "reference",
    "title",
    "short_name",
    "kind",
    "target_group",
    "legal_basis",
    "received",
    "letter_dated",
    "deadline",
    "process",
    "area",
    "scope",
    "responsible",
    "journal_number",
    "renews",
    "question_set",
)
LETTER = ("letter_sha256", "letter_name")
SIBLING_SETS = ("question_set_2", "question_set_3", "question_set_4")
"""The question sets of the other cases of the same letter, in the order of their titles."""

FIELDS = (*PLAIN, *LETTER, *launch_questions.FIELDS, "siblings", *SIBLING_SETS)

STEPS: Mapping[str, tuple[str, ...]] = {
    "brevet": (
        *(
            "title",
            "short_name",
            "kind",
            "target_group",
            "legal_basis",
            "received",
            "letter_dated",
            "deadline",
            "siblings",
        ),
        *("letter", *LETTER),
    ),
    "spoergsmaal": ("question_set", "questions", *launch_questions.FIELDS, *SIBLING_SETS),
    "datoer": (
        *("process", "area", "scope", "reference", "responsible", "journal_number", "renews"),
    ),
}
"""The steps of a launch before the last one, and what each asks for."""

ALL_ASKED = "national_all"
SCOPES = (
    (
        Scope.NATIONAL.value,
        "Hele landet: områdets kommuner spørges herfra, de øvrige af deres egne sekretariater",
    ),
    (ALL_ASKED, "Hele landet: alle kommuner spørges herfra"),
    (Scope.REGIONAL.value, "Ét område: kun områdets kommuner er med"),
)
MOST_CHARACTERS = 200


class FlawedFieldsError(RefusedError):
    """Something on the form is wrong.

    Attributes:
        flaws: for each field what is wrong with it, in Danish.
        said: everything the person wrote.
    """

    def __init__(self, flaws: Mapping[str, str], said: Mapping[str, str]) -> None:
        """Keep what is wrong and what was written."""
        super().__init__(" ".join(flaws.values()))
        self.flaws, self.said = flaws, said


async def said_on_page(request: Request) -> dict[str, str]:
    """What stands in the fields; those that were not sent are empty."""
    form = await request.form()
    given = {name: form.get(name, "") for name in FIELDS}
    return {n: v.strip()[:2000] if isinstance(v, str) else "" for n, v in given.items()}


def said_in_address(packed: str) -> dict[str, str]:
    """What stands in the fields by the address of a step; empty where it says nothing."""
    said = from_address(packed)
    return {name: said.get(name, "") for name in (*FIELDS, HAS_LOOKED)} if said else {}


def step_with(flaws: Iterable[str]) -> str:
    """The first step that asks for one of these fields."""
    wrong = set(flaws)
    return next((step for step, names in STEPS.items() if wrong & {*names}), "datoer")


async def button_on_page(request: Request) -> str:
    """The value of the button that was pressed, where it has one: a mail's key, or a variant."""
    form = await request.form()
    given = form.get("mail") or form.get("variant")
    return given if isinstance(given, str) else ""


@dataclass(frozen=True, slots=True)
class Files:
    """The files that were sent along; None for those that were not."""

    letter: SentFile | None
    questions: SentFile | None


async def files_on_page(request: Request) -> Files:
    """The letter and the questions that were sent along."""
    form = await request.form()
    return Files(await sent_file(form, "letter"), await sent_file(form, "questions"))


def keep_files(
    services: Services, said: Mapping[str, str], files: Files | None, stamp: Stamp
) -> dict[str, str]:
    """The fields with the files in place, which are kept in the store at once.

    Documents of the store that no case names are harmless; nothing is recorded here.

    Raises:
        FlawedFieldsError: a file is refused; see ``casework.files.take_in``.
        ConfirmationNeededError: one may hold a CPR number, and nobody has looked.
    """
    kept = dict(said)
    if files is None:
        return kept
    sent = {"questions": (files.questions, QUESTIONS), "letter": (files.letter, LETTERS)}
    for field, (file, allowed) in sent.items():
        if file is None:
            continue
        try:
            taken = take_in(services, file.name, file.content, allowed, stamp)
        except RefusedError as error:
            raise FlawedFieldsError({field: error.message}, said) from error
        kept |= {f"{field}_sha256": taken.sha256, f"{field}_name": taken.file_name}
    return kept


def read_fields(
    services: Services, said: Mapping[str, str], now: dt.datetime
) -> tuple[Wanted, dict[str, str]]:
    """The case that the form asks for, and the fields with what was left open filled in.

    Raises:
        FlawedFieldsError: fields are missing or cannot be read; names each.
    """
    reader = _Reader(said, now)
    received = reader.read("received", reader.received)
    dated = reader.read("letter_dated", reader.letter_dated)
    deadline = reader.read("deadline", reader.deadline)
    reader.read("title", reader.title)
    reader.read("siblings", reader.siblings)
    own = services.settings.texts_folder
    reader.read("process", lambda: process_named(said["process"], own))
    reader.read("area", lambda: area_named(said["area"], own))
    form = reader.read("question_set", lambda: _form(services, said["question_set"]))
    scope, asks_all = reader.read("scope", reader.scope) or (Scope.NATIONAL, False)
    with reading(services.engine) as session:
        renews = reader.read("renews", lambda: reader.renews(session)) or None
        letter = reader.read("letter", lambda: _letter(services, said))
        questions = reader.read("questions", lambda: _questions(services, session, said, now)) or ()
        front = None
        if received and not reader.flaws:
            front = reader.front(received, renews, dated, own)
        if received is None or front is None:
            raise FlawedFieldsError(reader.flaws, said)
        filled = {
            **said,
            "short_name": front.short_name,
            "reference": said["reference"] or suggested_reference(session, said, received.year),
            "received": short_date(received),
            "letter_dated": short_date(dated) if dated else "",
            "deadline": short_date(deadline) if deadline else "",
            "renews": renews or "",
        }
    new = NewCase(
        reference=filled["reference"],
        process=said["process"],
        area=said["area"],
        scope=scope,
        asks_all=asks_all,
        received_on=received,
        particulars=front,
        deadline=NewDeadline(due_on=deadline) if deadline else None,
    )
    return Wanted(new, letter, questions, form), filled


def _form(services: Services, place: str) -> Form | None:
    return form_at(services, place) if place else None


def _letter(services: Services, said: Mapping[str, str]) -> TakenFile | None:
    if not said["letter_sha256"]:
        return None
    with services.store.open_checked(said["letter_sha256"]) as file:
        size = file.seek(0, 2)
    name = said["letter_name"] or "udmeldingsbrev.pdf"
    return TakenFile(name, "application/pdf", size, said["letter_sha256"])


def _questions(
    services: Services, session: Session, said: Mapping[str, str], now: dt.datetime
) -> tuple[TakenFile, ...]:
    earlier = headers(session, (said["questions_from"],)) if said["questions_from"] else ()
    cases = load_all(session, now, earlier) if earlier else ()
    return launch_questions.chosen_questions(services, said, cases)


def _member(vocabulary: Callable[[str], Value], word: str) -> Value:
    try:
        return vocabulary(word)
    except ValueError as error:
        raise RefusedError("Vælg en af mulighederne.") from error


class _Reader:
    """Reads field by field and remembers what is wrong with each."""

    def __init__(self, said: Mapping[str, str], now: dt.datetime) -> None:
        self.said, self.today = said, now.date()
        self.flaws: dict[str, str] = {
            name: f"Skriv højst {MOST_CHARACTERS} tegn."
            for name in PLAIN
            if len(said[name]) > MOST_CHARACTERS
        }

    def read(self, field: str, how: Callable[[], Value]) -> Value | None:
        """What the field says, or None where that is wrong."""
        try:
            return how()
        except RefusedError as error:
            self.flaws.setdefault(field, error.message)
            return None

    def title(self) -> str:
        if not self.said["title"]:
            raise RefusedError("Skriv sagens titel.")
        return self.said["title"]

    def siblings(self) -> None:
        titles = sibling_titles(self.said)
        if len(titles) > len(SIBLING_SETS):
            raise RefusedError(
                f"Skriv højst {len(SIBLING_SETS)} andre målgrupper, en på hver linje."
            )
        if any(len(title) > MOST_CHARACTERS for title in titles):
            raise RefusedError(f"Skriv højst {MOST_CHARACTERS} tegn på hver linje.")
        if len({title.casefold() for title in (self.said["title"], *titles)}) <= len(titles):
            raise RefusedError("To af sagerne har den samme titel.")

    def front(
        self, received: dt.date, renews: str | None, dated: dt.date | None, own: Path
    ) -> NewParticulars | None:
        """The front page; None where it has a flaw.

        Other than a command, a page always asks whom the case is about where the law depends on it.
        """
        said = self.said
        kind = self.chosen("kind", AnnouncementKind)
        group = self.chosen("target_group", TargetGroup)
        if self.flaws:
            return None
        front = FrontPage(
            title=said["title"],
            kind=kind,
            target_group=group,
            legal_basis=said["legal_basis"] or None,
            renews=renews,
            journal_number=said["journal_number"] or None,
            responsible=said["responsible"],
            letter_dated_on=dated,
            short_name=said["short_name"] or short_name_of(said["title"]),
        )
        return self.read(
            "target_group",
            lambda: particulars_of(front, said["process"], received, own, must_say_group=True),
        )

    def chosen(self, field: str, vocabulary: Callable[[str], Value]) -> Value | None:
        """The word that was chosen; None where none was, or where that is wrong."""
        said = self.said[field]
        return self.read(field, lambda: _member(vocabulary, said)) if said else None

    def received(self) -> dt.date:
        if not self.said["received"]:
            raise RefusedError("Skriv den dag, brevet blev modtaget.")
        day = read_day(self.said["received"], today=self.today, direction=Direction.PAST)
        if day > self.today:
            raise RefusedError("Modtagelsesdagen ligger efter i dag.")
        return day

    def letter_dated(self) -> dt.date | None:
        if not self.said["letter_dated"]:
            return None
        day = read_day(self.said["letter_dated"], today=self.today, direction=Direction.PAST)
        if day > self.today:
            raise RefusedError("Brevets dato ligger efter i dag.")
        return day

    def deadline(self) -> dt.date | None:
        written = self.said["deadline"]
        return read_day(written, today=self.today) if written else None

    def scope(self) -> tuple[Scope, bool]:
        is_all = self.said["scope"] == ALL_ASKED
        return (Scope.NATIONAL, True) if is_all else (_member(Scope, self.said["scope"]), False)

    def renews(self, session: Session) -> str:
        return find(session, self.said["renews"]).reference if self.said["renews"] else ""


def sibling_titles(said: Mapping[str, str]) -> tuple[str, ...]:
    """The titles of the other cases of the same letter."""
    return tuple(line.strip() for line in said["siblings"].splitlines() if line.strip())


def each_case(said: Mapping[str, str]) -> tuple[dict[str, str], ...]:
    """The fields of each case of the letter: they share all but title, name, reference and form."""
    own = {"short_name": "", "reference": "", "siblings": "", "questions_from": ""}
    own |= {"questions_sha256": "", "questions_name": ""}
    return (
        dict(said),
        *(
            {**said, **own, "title": title, "question_set": said[chosen]}
            for title, chosen in zip(sibling_titles(said), SIBLING_SETS, strict=False)
        ),
    )


def suggested_reference(session: Session, said: Mapping[str, str], year: int) -> str:
    """A reference that no case has."""
    base = candidate = reference_of(said["title"], said["process"], year)
    number = 1
    while headers(session, (candidate,)):
        number += 1
        candidate = f"{base}-{number}"
    return candidate
