"""What was typed on a page with a question set? Reads the posted fields; files go to the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData

from udmelding.casework.files import DOCUMENTS, take_in
from udmelding.casework.forms.seen import AnswerSeen
from udmelding.casework.wiring import Services
from udmelding.config.forms.questions import Kind
from udmelding.journal.stamp import Stamp
from udmelding.rules.forms.merging import unpacked
from udmelding.web.upload import SentFile, sent_file

MARK = "f:"
"""Before the path in the name of a field."""

FILE = "file:"
"""The same, of a field for a file."""

BEGAN = "began"
"""The field with marks of what the page showed: as long as there are answers."""

MOST_FIELDS = 3000


@dataclass(frozen=True, slots=True)
class Posted:
    """What stood on the page.

    Attributes:
        typed: text by path.
        values: the page's own fields, such as its button.
        files: files by the path of their question.
    """

    typed: Mapping[str, str]
    values: Mapping[str, str]
    files: Mapping[str, SentFile]

    @property
    def began(self) -> dict[str, str] | None:
        """Marks of what the page showed; None of a page that carried none."""
        return unpacked(self.values[BEGAN]) if BEGAN in self.values else None

    def __getitem__(self, name: str) -> str:
        """One of the page's own fields; empty where it was not sent."""
        return self.values.get(name, "")


async def read_posted(request: Request) -> Posted:
    """Read the page's fields; the ticked options of one question are joined by commas."""
    form = await request.form(max_files=10, max_fields=MOST_FIELDS)
    return Posted(_typed(form), _values(form), await _files(form))


def _typed(form: FormData) -> dict[str, str]:
    typed: dict[str, str] = {}
    for name, value in form.multi_items():
        if not name.startswith(MARK) or not isinstance(value, str):
            continue
        path, text = name.removeprefix(MARK), value.replace("\r\n", "\n").strip()
        typed[path] = (
            f"{typed[path]},{text}" if typed.get(path) and text else typed.get(path) or text
        )
    return {path: text for path, text in typed.items() if text}


def _values(form: FormData) -> dict[str, str]:
    return {
        name: " ".join((value if name == BEGAN else value[:2000]).split())
        for name, value in form.items()
        if not name.startswith(MARK) and isinstance(value, str)
    }


async def _files(form: FormData) -> dict[str, SentFile]:
    found = {name: await sent_file(form, name) for name in form if name.startswith(FILE)}
    return {name.removeprefix(FILE): file for name, file in found.items() if file is not None}


def with_files(services: Services, seen: AnswerSeen, said: Posted, stamp: Stamp) -> dict[str, str]:
    """What was typed, with the files that came along kept and named.

    A file's answer is ``name|checksum``.

    Raises:
        RefusedError, ConfirmationNeededError, OutsideError: as ``casework.files.take_in``.
    """
    typed = dict(said.typed)
    for path, upload in said.files.items():
        question = seen.asked.form.question(path)
        if question is None or question.kind is not Kind.FILE:
            continue
        taken = take_in(services, upload.name, upload.content, DOCUMENTS, stamp)
        typed[path] = f"{taken.file_name}|{taken.sha256}"
    return typed
