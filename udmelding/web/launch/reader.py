"""Which case do the fields of a launch ask for, and what is wrong with them?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path, PurePath
from typing import TypeVar

from models import AnnouncementKind, Scope, TargetGroup
from udmelding.casework.case.documents import questions_to_send
from udmelding.casework.files import TakenFile
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
from udmelding.documents.files.guard_kinds import KINDS
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import find, headers
from udmelding.journal.case.load import load_all
from udmelding.journal.database import Session, reading
from udmelding.rules.case.case import Case
from udmelding.rules.launch.doubts import deadline_doubt
from udmelding.rules.launch.naming import reference_of, short_name_of
from udmelding.rules.launch.steps import Asks, asks_of
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.rules.words.date_wording import short_date
from udmelding.web.launch.fields import (
    ALL_ASKED,
    PLAIN,
    SIBLING_SETS,
    FlawedFieldsError,
    each_case,
    sibling_titles,
)

Value = TypeVar("Value")
MOST_CHARACTERS = 200


def read_cases(
    services: Services, said: Mapping[str, str], now: dt.datetime
) -> tuple[tuple[Wanted, dict[str, str]], ...]:
    """Every case of the letter, each with its fields; no two by the same reference.

    Raises:
        FlawedFieldsError: as ``read_fields``.
    """
    found: list[tuple[Wanted, dict[str, str]]] = []
    for one in each_case(said):
        taken = [wanted.new.reference for wanted, _ in found]
        found.append(read_fields(services, one, now, taken))
    return tuple(found)


def flaws_of(services: Services, said: Mapping[str, str], now: dt.datetime) -> Mapping[str, str]:
    """What is wrong with the fields, by field; nothing where a case can come of them."""
    try:
        read_fields(services, said, now)
    except FlawedFieldsError as error:
        return error.flaws
    return {}


def read_fields(
    services: Services,
    said: Mapping[str, str],
    now: dt.datetime,
    taken: Collection[str] = (),
) -> tuple[Wanted, dict[str, str]]:
    """The case that the form asks for, and the fields with what was left open filled in.

    Args:
        services: the database and the store.
        said: a text for every field.
        now: the moment that dates are read at.
        taken: references that others of the same letter have.

    Raises:
        FlawedFieldsError: fields are missing or cannot be read; names each.
    """
    reader = _Reader(said, now)
    received = reader.read("received", reader.received)
    dated = reader.read("letter_dated", reader.letter_dated)
    deadline = reader.read("deadline", reader.deadline)
    reader.read("deadline", lambda: reader.after(received, deadline))
    reader.read("deadline_meant", lambda: reader.meant(deadline))
    reader.read("title", reader.title)
    reader.read("siblings", reader.siblings)
    own = services.settings.texts_folder
    reader.read("process", lambda: process_named(said["process"], own))
    reader.read("area", lambda: area_named(said["area"], own))
    asks = reader.read("asks", reader.asks)
    form = reader.read("question_set", lambda: _form(services, said)) if asks is Asks.SET else None
    scope, asks_all = reader.read("scope", reader.scope) or (Scope.NATIONAL, False)
    with reading(services.engine) as session:
        renews = reader.read("renews", lambda: reader.renews(session)) or None
        letter = reader.read("letter", lambda: _letter(services, said))
        questions: tuple[TakenFile, ...] = ()
        if asks in (Asks.SET, Asks.FILE):
            files = reader.read("questions", lambda: _questions(services, session, said, now))
            questions = files or ()
        front = None
        if received and not reader.flaws:
            front = reader.front(received, renews, dated, own)
        if received is None or front is None:
            raise FlawedFieldsError(reader.flaws, said)
        filled = {
            **said,
            "short_name": front.short_name,
            "reference": said["reference"]
            or suggested_reference(session, said, received.year, taken),
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


def _form(services: Services, said: Mapping[str, str]) -> Form:
    place = said["question_set"]
    if not place:
        raise RefusedError("Vælg et skema.")
    try:
        return form_at(services, place)
    except NotFoundError as error:
        if not place.startswith("own:"):
            raise
        raise RefusedError(
            "Skemaet er ikke færdigt. Ret det, og tryk på «Gem som skema», eller vælg et andet."
        ) from error


def form_of(services: Services, said: Mapping[str, str]) -> Form | None:
    """The question set that is chosen; None where none is, or it is not there."""
    if asks_of(said) is not Asks.SET:
        return None
    try:
        return _form(services, said)
    except RefusedError:
        return None


def chosen_questions(
    services: Services, said: Mapping[str, str], cases: Iterable[Case]
) -> tuple[TakenFile, ...]:
    """The files that the form asks to be sent: its own, else those of the chosen earlier case.

    Raises:
        RefusedError: the earlier case has none, or there is no such case.
        NotFoundError: the store has no such file.
    """
    if said["questions_sha256"]:
        name = said["questions_name"] or "spoergsmaal.pdf"
        media_type = KINDS[PurePath(name).suffix.lower()].media_type
        sha256 = said["questions_sha256"]
        return (TakenFile(name, media_type, _size(services, sha256), sha256),)
    if not said["questions_from"]:
        return ()
    case = next((case for case in cases if case.reference == said["questions_from"]), None)
    found = questions_to_send(case) if case is not None else ()
    if not found:
        raise RefusedError("Den valgte sag har ingen spørgsmål, der kan bruges igen.")
    return tuple(
        TakenFile(d.file_name, d.media_type, _size(services, d.sha256), d.sha256) for d in found
    )


def _size(services: Services, sha256: str) -> int:
    with services.store.open_checked(sha256) as file:
        return int(file.seek(0, 2))


def earlier_questions(cases: Iterable[Case]) -> list[tuple[str, str]]:
    """The choices on the form: cases that have questions, the newest first."""
    return [
        (case.reference, f"{case.reference}: {', '.join(d.file_name for d in files)}")
        for case in cases
        if (files := questions_to_send(case))
    ]


def _letter(services: Services, said: Mapping[str, str]) -> TakenFile | None:
    if not said["letter_sha256"]:
        return None
    size = _size(services, said["letter_sha256"])
    name = said["letter_name"] or "udmeldingsbrev.pdf"
    return TakenFile(name, "application/pdf", size, said["letter_sha256"])


def _questions(
    services: Services, session: Session, said: Mapping[str, str], now: dt.datetime
) -> tuple[TakenFile, ...]:
    earlier = headers(session, (said["questions_from"],)) if said["questions_from"] else ()
    cases = load_all(session, now, earlier) if earlier else ()
    found = chosen_questions(services, said, cases)
    if not found and asks_of(said) is Asks.FILE:
        raise RefusedError("Vælg filen med spørgsmålene, eller en tidligere sag at tage dem fra.")
    return found


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

    def asks(self) -> Asks:
        chosen = asks_of(self.said)
        if chosen is None:
            raise RefusedError("Vælg, hvad kommunerne skal svare på.")
        if chosen is Asks.NEW:
            raise RefusedError("Skemaet er ikke begyndt. Tryk på «Videre», så åbnes det.")
        return chosen

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

    def after(self, received: dt.date | None, deadline: dt.date | None) -> None:
        if received and deadline and deadline <= received:
            raise RefusedError("Fristen ligger ikke efter modtagelsen.")

    def meant(self, deadline: dt.date | None) -> None:
        doubt = deadline_doubt(deadline, self.today) if deadline else ""
        if doubt and self.said["deadline_meant"] != self.said["deadline"]:
            raise RefusedError(doubt)

    def scope(self) -> tuple[Scope, bool]:
        is_all = self.said["scope"] == ALL_ASKED
        return (Scope.NATIONAL, True) if is_all else (_member(Scope, self.said["scope"]), False)

    def renews(self, session: Session) -> str:
        return find(session, self.said["renews"]).reference if self.said["renews"] else ""


def suggested_reference(
    session: Session, said: Mapping[str, str], year: int, taken: Collection[str] = ()
) -> str:
    """A reference that no case has, and that is not taken."""
    base = candidate = reference_of(said["title"], said["process"], year)
    number = 1
    while candidate in taken or headers(session, (candidate,)):
        number += 1
        candidate = f"{base}-{number}"
    return candidate
