"""The files that came with a mail: fetched, and those that are locked let out or deleted."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

from models import Role
from udmelding.casework.inbox.locked import decide, is_locked, open_file
from udmelding.casework.papers.records_mails import blank_mail
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.database import reading
from udmelding.journal.inbox import incoming
from udmelding.web.inbox.post import FILE, mail_page
from udmelding.web.rendering import redirect
from udmelding.web.sure import Deed, be_sure
from udmelding.web.visitor import Caseworker, ForbiddenError, Reader, services_of

router = APIRouter(prefix="/mails/post")


async def _answers(request: Request) -> dict[int, bool]:
    """What is ticked: by the file's place in the mail, whether it holds a CPR number."""
    form = await request.form()
    said = {name.removeprefix(FILE): text for name, text in form.items() if name.startswith(FILE)}
    return {
        int(number): text == _HOLDS
        for number, text in said.items()
        if number.isdecimal() and text in (_HOLDS, _HOLDS_NONE)
    }


_HOLDS, _HOLDS_NONE = "cpr", "fri"


@router.post("/{mail_key}/filer")
def decide_files(
    request: Request,
    visitor: Caseworker,
    mail_key: str,
    said: Annotated[dict[int, bool], Depends(_answers)],
) -> Response:
    """Let locked files out, or delete them for good; twice pressed does it once."""
    goes = [number for number, holds in said.items() if holds]
    if goes:
        files = "Filen" if len(goes) == 1 else f"{len(goes)} filer"
        deed = Deed(
            title=f"Slet {files.lower() if len(goes) == 1 else files} for altid?",
            happens=(
                f"{files} i mailen, der indeholder et cpr-nummer, slettes og kan ikke hentes igen.",
                "Mailens egen tekst bliver stående.",
            ),
            names=[f"Fil {number + 1} i mailen" for number in goes],
            names_title="Slettes",
            button=f"Slet {files.lower() if len(goes) == 1 else files}",
            back=f"/mails/post/{mail_key}",
            is_for_good=True,
        )
        be_sure(request, visitor, deed)
    try:
        done = decide(services_of(request), mail_key, said, visitor.stamp)
    except NotFoundError:
        raise
    except RefusedError as error:
        typed = {f"{FILE}{n}": _HOLDS if holds else _HOLDS_NONE for n, holds in said.items()}
        return mail_page(request, visitor, mail_key, typed, error.message)
    return redirect(request, visitor, done, f"/mails/post/{mail_key}")


@router.get("/{mail_key}/fil/{sha256}")
def attachment(request: Request, visitor: Reader, mail_key: str, sha256: str) -> StreamingResponse:
    """One file that came with the mail, or the mail itself; to be saved, never shown here.

    The mail itself is given without the personal links that it quotes. What is locked away is for
    those who may decide on it.

    Raises:
        NotFoundError: the mail has no such file.
        ForbiddenError: it is locked away, and the visitor only reads.
    """
    services = services_of(request)
    with reading(services.engine) as session:
        mail = incoming.get(session, mail_key)
    names = {file["sha256"]: file["file_name"] for file in mail.attachments if file["sha256"]}
    names |= {mail.raw_sha256: f"mail-{mail.received_at:%Y-%m-%d}.eml"}
    if not sha256 or sha256 not in names:
        raise NotFoundError("fil i mailen", sha256[:12])
    if is_locked(mail, sha256) and not visitor.may(Role.CASEWORKER):
        raise ForbiddenError("Filen er låst, til en sagsbehandler har set efter cpr-numre i den.")
    file = open_file(services, mail, sha256)
    if sha256 == mail.raw_sha256:
        with file:
            file = BytesIO(blank_mail(file.read()))
    return StreamingResponse(
        file,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(names[sha256])}"},
        background=BackgroundTask(file.close),
    )
