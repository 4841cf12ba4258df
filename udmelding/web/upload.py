"""A file that somebody sends: taken in once, kept in the store, travelling on by its checksum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from udmelding.casework.services import Services
from udmelding.errors import RefusedError

MOST_BYTES = 5 * 1024 * 1024
_MOST_NAME = 120


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
    return PurePath(file.filename.replace("\\", "/")).name, await file.read(MOST_BYTES + 1)


Sent = Annotated[tuple[str, bytes] | None, Depends(_sent)]


def keep(services: Services, sent: tuple[str, bytes] | None, kinds: Mapping[str, str]) -> Upload:
    """The file that was sent, kept in the store; a file that nothing names is harmless there.

    Args:
        services: the store.
        sent: the file.
        kinds: the endings that are taken, with what such a file is called.

    Raises:
        RefusedError: there is none, it is empty or too large, or another kind of file.
    """
    if sent is None:
        raise RefusedError("Vælg en fil.")
    name, content = sent
    if not content:
        raise RefusedError(f"Filen «{name}» er tom.")
    if len(content) > MOST_BYTES:
        raise RefusedError(f"Filen «{name}» fylder mere end {MOST_BYTES // 1024**2} MB.")
    if PurePath(name).suffix.lower() not in kinds:
        known = " eller ".join(f"{what} ({ending})" for ending, what in kinds.items())
        raise RefusedError(f"Filen «{name}» kan ikke læses her. Brug {known}.")
    return Upload(_short(name), content, services.store.put(content).sha256)


def again(services: Services, name: str, sha256: str) -> Upload:
    """A file that was kept before.

    Raises:
        NotFoundError: the store has no such file.
        OutsideError: it cannot be read, or was altered.
    """
    with services.store.open_checked(sha256) as file:
        return Upload(_short(PurePath(name).name), file.read(), sha256)


def _short(name: str) -> str:
    return name[-_MOST_NAME:]
