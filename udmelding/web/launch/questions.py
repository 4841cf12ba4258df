"""The questions that go out with a new case: a file of its own, or those of an earlier case.

What is chosen travels in the form's hidden fields like the letter does: a file by its checksum, an
earlier case by its reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath

from udmelding.casework.case.documents import questions_to_send
from udmelding.casework.files import TakenFile
from udmelding.casework.wiring import Services
from udmelding.documents.files.guard_kinds import KINDS
from udmelding.errors import RefusedError
from udmelding.rules.case.case import Case

FIELDS = ("questions_from", "questions_sha256", "questions_name")


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
