"""A file that somebody sends: read from its form, taken in once, travelling on by its checksum.

Every page that takes a file reads it with ``sent_file`` or ``sent_files`` (a test holds it), so
that a way in that nobody has thought of cannot come about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from udmelding.casework.files import MOST_BYTES, take_in
from udmelding.casework.wiring import Services
from udmelding.documents.files.guard import clean_name
from udmelding.errors import RefusedError
from udmelding.journal.stamp import Stamp


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came, under a clean name; one byte more than is allowed at most."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and where it is kept."""

    name: str
    content: bytes
    sha256: str


async def sent_files(form: FormData, field: str) -> list[SentFile]:
    """The files that were chosen in a field; a field left empty sends one without a name."""
    given = form.getlist(field)
    files = [one for one in given if isinstance(one, UploadFile) and one.filename]
    return [SentFile(clean_name(f.filename or ""), await f.read(MOST_BYTES + 1)) for f in files]


async def sent_file(form: FormData, field: str) -> SentFile | None:
    """The file that was chosen in a field; None where it was left empty."""
    found = await sent_files(form, field)
    return found[0] if found else None


async def _sent(request: Request) -> SentFile | None:
    return await sent_file(await request.form(), "file")


Sent = Annotated[SentFile | None, Depends(_sent)]


def keep(
    services: Services, sent: SentFile | None, kinds: Mapping[str, str], stamp: Stamp
) -> Upload:
    """The file that was sent, kept in the store; a file that nothing names is harmless there.

    Args:
        services: the store.
        sent: the file.
        kinds: the endings that are taken, with what such a file is called.
        stamp: who sends it, and whether that person has looked.

    Raises:
        RefusedError, ConfirmationNeededError, OutsideError: as ``casework.files.take_in``; also
            refused where there is none.
    """
    if sent is None:
        raise RefusedError("Vælg en fil.")
    taken = take_in(services, sent.name, sent.content, kinds, stamp)
    return Upload(taken.file_name, sent.content, taken.sha256)


def again(services: Services, name: str, sha256: str) -> Upload:
    """A file that was kept before.

    Raises:
        NotFoundError: the store has no such file.
        OutsideError: it cannot be read, or was altered.
    """
    with services.store.open_checked(sha256) as file:
        return Upload(clean_name(name), file.read(), sha256)
