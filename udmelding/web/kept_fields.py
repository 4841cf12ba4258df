"""How does a form travel on through another page, so that nothing of it is lost?

Its fields go along hidden and are sent again when the person says so. A file cannot travel along,
and is kept nowhere meanwhile: what may not be kept could not be got rid of again. So the page in
between has a field for each, in which its person chooses the file, or a corrected one.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from starlette.datastructures import UploadFile

from udmelding.documents.files.guard import clean_name

MOST_CHARACTERS = 500_000
_NOT_KEPT = frozenset({"csrf", "password"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that could not be sent.

    Attributes:
        action: the path it was sent to.
        fields: what stood in it, in its order.
        files: field and name of each file that must be chosen again.
    """

    action: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...] = ()

    @property
    def file_fields(self) -> dict[str, list[str]]:
        """The names of the files, by their field."""
        return {field: [n for f, n in self.files if f == field] for field, _ in self.files}

    @property
    def packed_files(self) -> str:
        """The fields and names of the files as one text."""
        return urlencode(self.files)

    @property
    def packed(self) -> str:
        """The fields as one text."""
        return urlencode(self.fields)


async def kept_from(request: Request) -> Kept | None:
    """The form of a request that goes on by another page; None where it is too large to carry."""
    form = await request.form()
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, str]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files += [(name, clean_name(value.filename))] if value.filename else []
        elif name not in _NOT_KEPT:
            fields.append((name, value))
    kept = Kept(request.url.path, tuple(fields), tuple(files))
    return kept if len(kept.packed) <= MOST_CHARACTERS else None


def unpack_fields(action: str, packed: str, files: str) -> Kept:
    """The form again, from what the page carried."""
    fields = tuple(parse_qsl(packed[:MOST_CHARACTERS], keep_blank_values=True))
    return Kept(action, fields, tuple(parse_qsl(files[:MOST_CHARACTERS])))


def in_address(words: Mapping[str, str]) -> str:
    """What was typed, as a part of an address: the page that shows it can be left and come back to.

    For texts that were looked through for CPR numbers, and are short: an address may not be long.
    """
    packed = zlib.compress(urlencode(words).encode(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def from_address(packed: str) -> dict[str, str]:
    """What ``in_address`` packed; nothing where the address was changed by hand."""
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        text = zlib.decompressobj().decompress(raw, MOST_CHARACTERS).decode()
    except (binascii.Error, zlib.error, ValueError):
        return {}
    return dict(parse_qsl(text, keep_blank_values=True))
