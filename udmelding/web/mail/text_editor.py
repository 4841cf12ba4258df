"""A mail's text is written: plain, with names for values, or as a template for those who know it.

Each button keeps what stands in the fields as a draft, flawed or not, and leads to the page again,
where the preview, or what is wrong, stands beside the text. Only what may not be kept, such as a
CPR number, is shown back without that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import MailKind
from udmelding.casework.mail import texts as mail_texts
from udmelding.casework.mail.text_drafts import (
    TextDraft,
    View,
    discard_text_draft,
    keep_text_draft,
    text_draft,
)
from udmelding.casework.mail.text_preview import (
    FILTER_WORDS,
    STRUCTURE_WORDS,
    Preview,
    names_of,
    open_cases,
    parties_in,
    preview,
    said_by,
)
from udmelding.casework.wiring import Services
from udmelding.documents.mail.flaw_wording import TextFlaw
from udmelding.documents.mail.plain import FieldFlaw
from udmelding.documents.mail.rendering import MailTexts, find_texts
from udmelding.documents.mail.templates import MailTemplates, names
from udmelding.documents.mail.vocabulary import vocabulary
from udmelding.errors import RefusedError
from udmelding.journal.database import Session, reading
from udmelding.journal.mail.texts import versions_of
from udmelding.rules.files.cpr_wording import check_no_cpr
from udmelding.web.mail.texts import HERE, ORIGINS
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

SHOWN_VERSIONS = 20
NOBODY = "ingen"
"""Instead of a case's reference: made-up values."""
_TEMPLATES = {View.PLAIN: "mail/text.html", View.TEMPLATE: "mail/text_template.html"}

router = APIRouter(prefix=HERE)

Text = Annotated[str, Form()]
Choice = tuple[str, str]

_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "script-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""As on every page, but styles may stand on elements: a mail shown in a frame has them there."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What becomes of a text: its flaws, or what to think of; and all texts, with this one."""

    texts: MailTexts | None
    flaws: Sequence[FieldFlaw] = ()
    warnings: Sequence[FieldFlaw] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """With whose values a mail is shown: a case's reference, and the code of a party in it."""

    reference: str = ""
    party: str = ""

    @property
    def query(self) -> str:
        said = {"sag": self.reference, "kommune": self.party}
        return urlencode({name: value for name, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with the form of a text, in either view.

    Attributes:
        seen: the edition that was changed.
        do: the button that was pressed.
    """

    subject: str
    body: str
    seen: str
    do: str
    shown: Shown


def _sent(
    subject: Text = "",
    body: Text = "",
    seen: Text = "",
    reference: Text = "",
    party: Text = "",
    do: Text = "vis",
) -> Sent:
    return Sent(subject, body, seen, do, Shown(reference, party))


Filled = Annotated[Sent, Depends(_sent)]


@router.get("/{mail}")
def plain_text(
    request: Request, visitor: Caseworker, mail: str, sag: str = "", kommune: str = ""
) -> Response:
    """The text of one kind in plain words, with its preview."""
    return _open(request, visitor, mail, View.PLAIN, Shown(sag, kommune))


@router.get("/{mail}/skabelon")
def as_template(
    request: Request, visitor: Caseworker, mail: str, sag: str = "", kommune: str = ""
) -> Response:
    """The text of one kind as a template, with its preview."""
    return _open(request, visitor, mail, View.TEMPLATE, Shown(sag, kommune))


@router.post("/{mail}")
def change_plain(request: Request, visitor: Caseworker, mail: str, sent: Filled) -> Response:
    """Keep the plain text, and do what the button says."""
    return _change(request, visitor, mail, View.PLAIN, sent)


@router.post("/{mail}/skabelon")
def change_template(request: Request, visitor: Caseworker, mail: str, sent: Filled) -> Response:
    """Keep the template, and do what the button says."""
    return _change(request, visitor, mail, View.TEMPLATE, sent)


def _typed(request: Request, mail: str, view: View, sent: Sent) -> TextDraft:
    now = text_draft(services_of(request), mail_texts.kind_named(mail))
    lines = sent.body.replace("\r\n", "\n").replace("\r", "\n")
    return replace(now, view=view, subject=sent.subject.replace("\r\n", "\n"), body=lines)


def _address(kind: MailKind, view: View, shown: Shown) -> str:
    path = f"{HERE}/{kind.value}" + ("/skabelon" if view is View.TEMPLATE else "")
    return f"{path}?{shown.query}" if shown.query else path


def _open(request: Request, visitor: Visitor, mail: str, view: View, shown: Shown) -> Response:
    kind = mail_texts.kind_named(mail)
    draft = text_draft(services_of(request), kind)
    seen = draft.seen_in(view)
    if seen is None:
        if view is View.PLAIN:
            return RedirectResponse(_address(kind, View.TEMPLATE, shown), status_code=303)
        told = "Ret først det, der er markeret. Så kan teksten vises som skabelon."
        address = _address(kind, View.PLAIN, shown)
        return redirect(request, visitor, told, address, is_good=False)
    return _show(request, visitor, seen, shown)


def _change(request: Request, visitor: Visitor, mail: str, view: View, sent: Sent) -> Response:
    services, typed = services_of(request), _typed(request, mail, view, sent)
    kind, seen, do, shown = typed.kind, sent.seen, sent.do, sent.shown
    address = _address(kind, typed.view, shown)
    try:
        check_no_cpr({"emnet": typed.subject, "teksten": typed.body}, visitor.now.date())
        if do == "kasser":
            discard_text_draft(services, kind, seen, visitor.stamp)
            return redirect(request, visitor, "Kladden er kasseret.", address)
        if do == "gem" and not _tried(services, typed).flaws:
            subject, body = _as_used(typed)
            mail_texts.save_texts(services, kind, subject, body, seen, visitor.stamp)
            told = "Teksten er gemt og bruges i de næste mails."
            return redirect(request, visitor, told, address)
        if not _says_the_same(typed, text_draft(services, kind)):
            keep_text_draft(services, typed, seen, visitor.stamp)
    except RefusedError as error:
        return _show(request, visitor, typed, shown, seen, error)
    return RedirectResponse(f"{address}#{'fejl' if do == 'gem' else 'eksempel'}", status_code=303)


def _says_the_same(typed: TextDraft, now: TextDraft) -> bool:
    """Whether nothing was typed that does not stand there already."""
    there = now.seen_in(typed.view)
    return there is not None and all(
        one.strip() == other.strip()
        for one, other in ((typed.subject, there.subject), (typed.body, there.body))
    )


def _as_used(draft: TextDraft) -> tuple[str, str]:
    """Subject and body as templates; the draft has no flaw."""
    if draft.view is View.TEMPLATE:
        return draft.subject, draft.body
    made = draft.templates()
    return made.subject, made.body


def _tried(services: Services, draft: TextDraft) -> Tried:
    made = draft.templates() if draft.view is View.PLAIN else None
    if made is not None and made.flaws:
        return Tried(None, made.flaws)
    texts = mail_texts.with_changes(services, draft.kind, *_as_used(draft))

    def in_fields(told: Sequence[TextFlaw]) -> Sequence[FieldFlaw]:
        return made.in_plain_words(told) if made is not None else _in_template(draft.kind, told)

    if flaws := texts.flaws(draft.kind):
        return Tried(None, in_fields(flaws))
    return Tried(texts, (), in_fields(mail_texts.told_warnings(services, texts, draft.kind)))


def _in_template(kind: MailKind, told: Sequence[TextFlaw]) -> Sequence[FieldFlaw]:
    fields = dict(zip(names(kind), ("subject", "body"), strict=True))
    return tuple(
        FieldFlaw(fields[one.template], one.line, one.problem)
        if one.template in fields
        else FieldFlaw("", 0, str(one))
        for one in told
    )


def _seen_with(
    session: Session,
    services: Services,
    visitor: Visitor,
    tried: Tried,
    kind: MailKind,
    asked: Shown,
) -> tuple[Shown, Sequence[Choice], Sequence[Choice], Preview]:
    """With whose values the mail is shown, what may be chosen, and the preview."""
    cases = open_cases(session, visitor.now)
    known = [reference for reference, _ in cases]
    reference = asked.reference if asked.reference in (*known, NOBODY) else next(iter(known), "")
    is_case = reference not in ("", NOBODY)
    parties = parties_in(session, reference, visitor.now) if is_case else ()
    party = asked.party if asked.party in [code for code, _ in parties] else ""
    # Where the text has flaws, the one in use says what can be set in.
    found = tried.texts.found if tried.texts else _in_use(services, kind)
    case = reference if is_case else ""
    made = preview(services.settings, session, found, kind, visitor.now, case, party)
    return Shown(reference, party), cases, parties, made


def _in_use(services: Services, kind: MailKind) -> MailTemplates:
    return find_texts(services.settings.texts_folder).in_use(kind)


def _show(
    request: Request,
    visitor: Visitor,
    draft: TextDraft,
    asked: Shown,
    seen: str = "",
    error: RefusedError | None = None,
) -> HTMLResponse:
    """The page; with an error, what was typed stands in its fields and is kept nowhere."""
    services, kind = services_of(request), draft.kind
    tried = Tried(None) if error else _tried(services, draft)
    with reading(services.engine) as session:
        shown, cases, parties, made = _seen_with(session, services, visitor, tried, kind, asked)
        versions = versions_of(session, kind, SHOWN_VERSIONS)
    words = vocabulary(kind)
    said = said_by(_in_use(services, kind), kind, made.context)
    answer = page(
        request,
        _TEMPLATES[draft.view],
        code=error.http_status if error else 200,
        kind=mail_texts.one_kind(services, kind),
        draft=draft,
        seen=seen or draft.used.seen,
        wrong=error.message if error else "",
        tried=tried,
        lines=_marked_lines(draft, tried),
        preview=made,
        is_shown=tried.texts is not None,
        origins=ORIGINS,
        cases=[
            *((ref, f"{ref}: {title}") for ref, title in cases),
            (NOBODY, "Opdigtede oplysninger"),
        ],
        parties=[("", "En af dem, mailen går til"), *parties],
        shown=shown,
        values=[(name, said[name]) for name in words.values],
        pieces=[(name, said[name]) for name in words.pieces],
        conditions=tuple(words.conditions),
        names=names_of(kind),
        filters=FILTER_WORDS,
        structure=STRUCTURE_WORDS,
        versions=versions,
    )
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def _marked_lines(draft: TextDraft, tried: Tried) -> Sequence[tuple[str, Sequence[str]]]:
    """Each line of the text with what is wrong in it; to be shown where there is no preview."""
    return [
        (
            line,
            [flaw.problem for flaw in tried.flaws if (flaw.field, flaw.line) == ("body", number)],
        )
        for number, line in enumerate(draft.body.strip("\n").split("\n"), 1)
    ]
