"""The mails' texts, as they are shipped or in the secretariat's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import MailKind
from udmelding.casework.mail import texts as mail_texts
from udmelding.casework.mail.text_preview import (
    FILTER_WORDS,
    STRUCTURE_WORDS,
    Preview,
    names_of,
    open_cases,
    preview,
)
from udmelding.casework.mail.texts import EditedTexts, Origin
from udmelding.documents.mail.flaw_wording import TextFlaw
from udmelding.errors import RefusedError
from udmelding.journal.database import reading
from udmelding.journal.mail.texts import versions_of
from udmelding.rules.files.cpr_wording import check_no_cpr
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

HERE = "/indstillinger/mailtekster"
SHOWN_VERSIONS = 20
MADE_UP = "ingen sag: opdigtede oplysninger"

router = APIRouter(prefix=HERE)

Text = Annotated[str, Form()]

_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "script-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""As on every page, but styles may stand on elements: a mail shown in a frame has them there."""

_ORIGINS = {
    Origin.SHIPPED: ("–", "state-waived", "Medfølgende"),
    Origin.OWN: ("✓", "state-fulfilled", "Egen"),
    Origin.FLAWED: ("!", "state-overdue", "Fejl: den medfølgende bruges"),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a form: its flaws, or how the mail would look and what to think of."""

    flaws: Sequence[TextFlaw] = ()
    warnings: Sequence[TextFlaw] = ()
    preview: Preview | None = None
    wrong: str = ""
    code: int = 200


@router.get("")
def kinds(request: Request, _: Caseworker) -> HTMLResponse:
    """Every kind of mail, and whose text it is written from."""
    services = services_of(request)
    found = mail_texts.all_kinds(services)
    told_here = {flaw for one in found for flaw in one.flaws}
    warnings = {warning for one in found for warning in one.warnings}
    return page(
        request,
        "mail/texts.html",
        kinds=found,
        origins=_ORIGINS,
        flaws=sorted(told_here),
        unused=[
            flaw
            for flaw in mail_texts.flaws_in(services.settings.texts_folder)
            if flaw not in told_here
        ],
        warnings=sorted(warnings),
    )


@router.get("/{mail}")
def texts(request: Request, visitor: Caseworker, mail: str) -> HTMLResponse:
    """The texts of one kind, to be edited."""
    kind = mail_texts.kind_named(mail)
    edited = mail_texts.edited_texts(services_of(request), kind)
    return _one(request, visitor, kind, edited, "", Tried())


@router.post("/{mail}")
def change(
    request: Request,
    visitor: Caseworker,
    mail: str,
    subject: Text = "",
    body: Text = "",
    seen: Text = "",
    reference: Text = "",
    do: Text = "vis",
) -> Response:
    """Show how the mail would look, or use the texts from now on."""
    services, kind = services_of(request), mail_texts.kind_named(mail)
    now = mail_texts.edited_texts(services, kind)
    typed = replace(now, subject=subject, body=body, seen=seen)
    if do != "gem":
        return _one(
            request,
            visitor,
            kind,
            typed,
            reference,
            _tried(request, visitor, kind, typed, reference),
        )
    try:
        check_no_cpr({"emnet": subject, "teksten": body}, visitor.now.date())
        flaws = mail_texts.save_texts(services, kind, subject, body, seen, visitor.stamp)
    except RefusedError as error:
        tried = Tried(wrong=error.message, code=error.http_status)
        return _one(request, visitor, kind, typed, reference, tried)
    if flaws:
        return _one(request, visitor, kind, typed, reference, Tried(flaws=flaws, code=422))
    message = "Teksten er gemt og bruges i de næste mails."
    return redirect(request, visitor, message, f"{HERE}/{kind.value}")


@router.get("/{mail}/medfoelgende")
def ask(request: Request, _: Caseworker, mail: str) -> HTMLResponse:
    """Ask whether the own text is really to go."""
    services, kind = services_of(request), mail_texts.kind_named(mail)
    return page(
        request,
        "mail/texts_shipped.html",
        kind=mail_texts.one_kind(services, kind),
        edited=mail_texts.edited_texts(services, kind),
    )


@router.post("/{mail}/medfoelgende")
def use_shipped(request: Request, visitor: Caseworker, mail: str, seen: Text = "") -> Response:
    """Use the shipped text again.

    Raises:
        ChangedMeanwhileError: somebody has changed the own text since the page was opened.
    """
    kind = mail_texts.kind_named(mail)
    mail_texts.use_shipped(services_of(request), kind, seen, visitor.stamp)
    message = "Den egen tekst er fjernet. Den medfølgende bruges i de næste mails."
    return redirect(request, visitor, message, f"{HERE}/{kind.value}")


def _tried(
    request: Request, visitor: Visitor, kind: MailKind, typed: EditedTexts, reference: str
) -> Tried:
    services = services_of(request)
    texts = mail_texts.with_changes(services, kind, typed.subject, typed.body)
    if flaws := texts.flaws(kind):
        return Tried(flaws=flaws, code=422)
    with reading(services.engine) as session:
        known = {known for known, _ in open_cases(session, visitor.now)}
        chosen = reference if reference in known else ""
        shown = preview(services.settings, session, texts.found, kind, visitor.now, chosen)
        return Tried(preview=shown, warnings=texts.warnings(kind))


def _one(
    request: Request,
    visitor: Visitor,
    kind: MailKind,
    edited: EditedTexts,
    reference: str,
    tried: Tried,
) -> HTMLResponse:
    services = services_of(request)
    with reading(services.engine) as session:
        cases = open_cases(session, visitor.now)
        versions = versions_of(session, kind, SHOWN_VERSIONS)
    answer = page(
        request,
        "mail/text.html",
        code=tried.code,
        kind=mail_texts.one_kind(services, kind),
        edited=edited,
        tried=tried,
        origins=_ORIGINS,
        cases=[
            ("", "Ingen: opdigtede værdier"),
            *((ref, f"{ref}: {title}") for ref, title in cases),
        ],
        reference=reference or (cases[0][0] if cases else ""),
        names=names_of(kind),
        filters=FILTER_WORDS,
        structure=STRUCTURE_WORDS,
        versions=versions,
    )
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer
