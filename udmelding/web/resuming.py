"""What happens to a form when its person was signed out meanwhile: nothing of it is lost.

The fields travel on in the page that asks for signing in, and are sent again when the person says
so. A file cannot travel along; the page says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile

from udmelding.web.rendering import page
from udmelding.web.visitor import services_of

MOST_CHARACTERS = 500_000
_UNAUTHORIZED = 401
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
    """The form of a request that nobody was signed in for; None where it is too large to carry."""
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


def signed_out_page(request: Request, kept: Kept, wrong: str = "", login: str = "") -> HTMLResponse:
    """Says that nothing is lost, and asks the person to sign in and go on."""
    return page(
        request,
        "resume/signed_out.html",
        code=_UNAUTHORIZED,
        kept=kept,
        wrong=wrong,
        login=login,
        has_accounts=bool(services_of(request).settings.oidc.issuer),
    )
