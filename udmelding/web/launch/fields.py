"""What did a person write on the steps of a new case?

Which fields there are, at which step each is asked for, and the files that came along. What it all
comes to is read in ``reader``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import Request

from models import Scope
from udmelding.casework.files import LETTERS, QUESTIONS, take_in
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.stamp import Stamp
from udmelding.rules.launch.steps import Asks, LaunchStep
from udmelding.web.upload import SentFile, sent_file

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
    "deadline_meant",
    "process",
    "area",
    "scope",
    "responsible",
    "journal_number",
    "renews",
    "asks",
    "question_set",
)
LETTER = ("letter_sha256", "letter_name")
QUESTIONS_SENT = ("questions_from", "questions_sha256", "questions_name")
"""The file of questions: one by its checksum, or that of an earlier case by its reference."""
SIBLING_SETS = ("question_set_2", "question_set_3", "question_set_4")
"""The question sets of the other cases of the same letter, in the order of their titles."""

FIELDS = (*PLAIN, *LETTER, *QUESTIONS_SENT, "siblings", *SIBLING_SETS)

STEPS: Mapping[LaunchStep, tuple[str, ...]] = {
    LaunchStep.LETTER: (
        *("title", "short_name", "kind", "target_group", "legal_basis", "received"),
        *("letter_dated", "deadline", "deadline_meant", "siblings", "letter", *LETTER),
    ),
    LaunchStep.QUESTIONS: (*("asks", "question_set", "questions", *QUESTIONS_SENT, *SIBLING_SETS),),
    LaunchStep.DATES: (
        *("process", "area", "scope", "reference", "responsible", "journal_number", "renews"),
    ),
}
"""What each step before the last one asks for."""

ADDRESS = re.compile(r"(?:email|name)-\d{4}")
"""The fields of the addresses that are missing: of each municipality its address and a name."""

ALL_ASKED = "national_all"
SCOPES = (
    (
        Scope.NATIONAL.value,
        "Hele landet: områdets kommuner spørges herfra, de øvrige af deres egne sekretariater",
    ),
    (ALL_ASKED, "Hele landet: alle kommuner spørges herfra"),
    (Scope.REGIONAL.value, "Ét område: kun områdets kommuner er med"),
)


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


async def written_on_page(request: Request) -> dict[str, str]:
    """What stands in the fields that the page had."""
    form = await request.form()
    given = {name: form.get(name) for name in form if name in FIELDS or ADDRESS.fullmatch(name)}
    return {n: v.strip()[:2000] for n, v in given.items() if isinstance(v, str)}


def in_all_fields(said: Mapping[str, str]) -> dict[str, str]:
    """The same with a text for every field; empty where nothing is said."""
    return {**dict.fromkeys(FIELDS, ""), **said}


def step_with(flaws: Iterable[str]) -> LaunchStep:
    """The first step that asks for one of these fields."""
    wrong = set(flaws)
    return next((step for step, names in STEPS.items() if wrong & {*names}), LaunchStep.DATES)


async def button_on_page(request: Request) -> str:
    """The value of the button that was pressed, where it has one."""
    form = await request.form()
    given = form.get("do") or form.get("variant")
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
    services: Services, said: Mapping[str, str], files: Files, stamp: Stamp
) -> tuple[dict[str, str], dict[str, str]]:
    """The fields with the files in place, which are kept in the store at once.

    Documents of the store that no case names are harmless; nothing is recorded here.

    Returns:
        The fields, and by field why a file was refused; see ``casework.files.take_in``.

    Raises:
        ConfirmationNeededError: one may hold a CPR number, and nobody has looked.
    """
    kept, refused = dict(said), {}
    sent = {"questions": (files.questions, QUESTIONS), "letter": (files.letter, LETTERS)}
    for field, (file, allowed) in sent.items():
        if file is None:
            continue
        try:
            taken = take_in(services, file.name, file.content, allowed, stamp)
        except RefusedError as error:
            refused[field] = error.message
        else:
            kept |= {f"{field}_sha256": taken.sha256, f"{field}_name": taken.file_name}
    return kept, refused


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
            {
                **said,
                **own,
                "title": title,
                "asks": Asks.SET if said[chosen] else Asks.NOTHING,
                "question_set": said[chosen],
            }
            for title, chosen in zip(sibling_titles(said), SIBLING_SETS, strict=False)
        ),
    )
