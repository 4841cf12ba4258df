"""A file that somebody sends: taken in once, kept in the store, travelling on by its checksum."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from udmelding.casework.files import MOST_BYTES, take_in
from udmelding.casework.services import Services
from udmelding.documents.files.guard import clean_name
from udmelding.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and where it is kept."""

    name: str
    content: bytes
    sha256: str


async def _sent(request: Request) -> tuple[str, bytes] | None:
    """Name and content of the file that was sent along; one byte too many at most."""
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    return clean_name(file.filename), await file.read(MOST_BYTES + 1)


Sent = Annotated[tuple[str, bytes] | None, Depends(_sent)]


def keep(
    services: Services, sent: tuple[str, bytes] | None, kinds: Mapping[str, str], today: dt.date
) -> Upload:
    """The file that was sent, kept in the store; a file that nothing names is harmless there.

    Args:
        services: the store.
        sent: the file.
        kinds: the endings that are taken, with what such a file is called.
        today: nobody is born later.

    Raises:
        RefusedError: there is none, it is empty or too large, another kind of file, or dangerous.
    """
    if sent is None:
        raise RefusedError("Vælg en fil.")
    taken = take_in(services, *sent, kinds, today)
    return Upload(taken.file_name, sent[1], taken.sha256)


def again(services: Services, name: str, sha256: str) -> Upload:
    """A file that was kept before.

    Raises:
        NotFoundError: the store has no such file.
        OutsideError: it cannot be read, or was altered.
    """
    with services.store.open_checked(sha256) as file:
        return Upload(clean_name(name), file.read(), sha256)
