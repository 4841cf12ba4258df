"""How does a form travel on through another page, so that nothing of it is lost?

Its fields go along hidden and are sent again when the person says so. A file cannot travel along;
the page in between says which must be chosen again.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from starlette.datastructures import UploadFile

MOST_CHARACTERS = 500_000
_NOT_KEPT = frozenset({"csrf", "password"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that could not be sent.

    Attributes:
        action: the path it was sent to.
        fields: what stood in it, in its order.
        files: names of the files that must be chosen again.
    """

    action: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()

    @property
    def packed(self) -> str:
        """The fields as one text."""
        return urlencode(self.fields)


async def kept_from(request: Request) -> Kept | None:
    """The form of a request that goes on by another page; None where it is too large to carry."""
    form = await request.form()
    fields, files = [], []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files += [value.filename] if value.filename else []
        elif name not in _NOT_KEPT:
            fields.append((name, value))
    kept = Kept(request.url.path, tuple(fields), tuple(files))
    return kept if len(kept.packed) <= MOST_CHARACTERS else None


def unpacked(action: str, packed: str, files: str) -> Kept:
    """The form again, from what the page carried."""
    fields = tuple(parse_qsl(packed[:MOST_CHARACTERS], keep_blank_values=True))
    return Kept(action, fields, tuple(name for name in files.split("\n") if name))
