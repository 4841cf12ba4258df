"""Is the person sure? Asked before what nobody can call back: mails that leave, a link that closes.

A route says with ``be_sure`` what it is about to do. The page that shows it sends the same form
again, with word of what was read there; where that has changed meanwhile, it is asked anew. So what
happens is what somebody has just read, however often, and in however many tabs, one presses.

What the page shows goes along in its address, signed: nobody else can let a person press a button
of ours under other words. Nothing that is secret may be said in a ``Deed``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from udmelding.errors import RefusedError
from udmelding.rules.files.cpr_gate import pass_gate
from udmelding.web.kept_fields import from_address, in_address
from udmelding.web.rendering import page
from udmelding.web.visitor import HAS_LOOKED, Visitor

ASKED = "/er-du-sikker"
MOST_IN_ADDRESS = 6000
FEW = 40
"""So many names are shown where more would make an address that servers refuse."""
SURE = "sure"
"""The form's word of what was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a button is about to do, in Danish.

    Attributes:
        title: the question, as a heading: «Luk runde 2?».
        happens: what happens, a sentence each, with numbers and names.
        names: to whom, one by one; what they are called stands in ``names_title``.
        button: says it again, with the number: «Send til 11».
        back: where one goes who does not want it.
        is_for_good: whether it can be taken back by nobody.
        also: what else the deed hangs on and the page does not show, such as a checksum.
    """

    title: str
    happens: Sequence[str]
    button: str
    back: str
    names: Sequence[str] = ()
    names_title: str = ""
    is_for_good: bool = False
    also: str = ""

    @property
    def seen(self) -> str:
        """Another one as soon as the page would say something else."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:20]


class UnsureError(Exception):
    """Nobody has read yet what the button does; ``location`` shows it."""

    def __init__(self, location: str) -> None:
        """Remember where it is shown."""
        super().__init__(location)
        self.location = location


def be_sure(
    request: Request,
    visitor: Visitor,
    deed: Deed,
    *,
    typed: Collection[str] = (),
    only: Collection[str] | None = None,
) -> None:
    """Go on where the person has read this very deed; else show it first.

    Args:
        request: the form, which is sent again as it is.
        visitor: whose it is.
        deed: what it would do now.
        typed: the fields in which a person may have typed what may stand in no address.
        only: the fields that are sent again; None: all.

    Raises:
        UnsureError: it has not been read.
        CprRefusedError, CprQuestionError: as ``rules.files.cpr_gate``.
    """
    form: FormData = request.state.form
    if form.get(SURE) == deed.seen:
        return
    fields = [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str)
        and name not in ("csrf", SURE)
        and (only is None or name in only or name == HAS_LOOKED)
    ]
    said = {name: value for name, value in fields if name in typed}
    pass_gate(said, visitor.now.date(), is_confirmed=visitor.has_looked)
    shown: dict[str, Any] = {"deed": asdict(deed), "action": request.url.path, "seen": deed.seen}
    shown["is_changed"] = asked_before(request)
    packed = in_address({"shown": json.dumps(shown | {"fields": fields})})
    if len(packed) > MOST_IN_ADDRESS:
        few = (*deed.names[:FEW], f"og {len(deed.names) - FEW} til")
        shown["deed"] = asdict(replace(deed, names=few))
        packed = in_address({"shown": json.dumps(shown | {"fields": fields})})
    raise UnsureError(f"{ASKED}?f={packed}.{_signed(request, visitor, packed)}")


def asked_before(request: Request) -> bool:
    """Whether the form comes from the page that asks; whether that holds, ``be_sure`` looks."""
    return SURE in request.state.form


def _signed(request: Request, visitor: Visitor, packed: str) -> str:
    key: bytes = request.app.state.asking_key
    told = f"{visitor.user.id}:{packed}".encode()
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:32]


async def to_question(_: Request, error: UnsureError) -> Response:
    """The way to the page that asks."""
    return RedirectResponse(error.location, status_code=303)


def question(request: Request, visitor: Visitor, asked: str) -> HTMLResponse:
    """The page that asks.

    Raises:
        RefusedError: the address is not one that we made for this person.
    """
    packed, _, signature = asked.partition(".")
    if not hmac.compare_digest(signature.encode(), _signed(request, visitor, packed).encode()):
        raise RefusedError("Siden er forældet. Intet er gjort. Gå tilbage, og tryk igen.")
    shown = json.loads(from_address(packed)["shown"])
    deed = Deed(**shown["deed"])
    return page(
        request,
        "sure.html",
        deed=deed,
        action=shown["action"],
        is_changed=shown["is_changed"],
        fields=[*shown["fields"], (SURE, shown["seen"])],
    )
