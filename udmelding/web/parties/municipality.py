"""The municipality's own page: one party in one case, opened with a personal link.

The link is the whole key, so nothing that this page sends may give it away: it sends no referrer,
is kept by no cache and found by no search engine. Every form carries a value made from the link.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Form as FormField
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.background import BackgroundTask

from udmelding.casework.access.links import Opened, link_to_other, open_link, other_matters
from udmelding.casework.files import MINUTES, TakenFile, take_in
from udmelding.casework.forms.answers import open_form
from udmelding.casework.forms.printed import has_receipt
from udmelding.casework.forms.seen import AnswerSeen
from udmelding.casework.mail.asked_links import send_links_again
from udmelding.casework.parties.declarations import declare
from udmelding.errors import (
    ConfirmationNeededError,
    DoubtfulError,
    RefusedError,
    UdmeldingError,
)
from udmelding.journal.stamp import Stamp
from udmelding.rules.files.cpr import without_cpr
from udmelding.rules.files.cpr_gate import CprRefusedError
from udmelding.rules.parties.declared import declarer
from udmelding.web.files import question_page
from udmelding.web.limits import Limit
from udmelding.web.parties.municipality_fields import (
    ANSWERS,
    CALLED_HERE,
    DONE,
    FIELDS,
    MOST_OF_REASON,
    OFFERED,
    WRITTEN,
    Said,
    facts_of,
    levels_of,
    said_on_page,
)
from udmelding.web.parties.municipality_needs import heading
from udmelding.web.parties.municipality_view import OwnView, decision_words, own_view
from udmelding.web.rendering import page
from udmelding.web.upload import SentFile
from udmelding.web.visitor import HAS_LOOKED, ForbiddenError, everybody, moment, services_of

_PURPOSE = b"udmelding: form value of a personal link, 1"
_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
_LIMIT = Limit(most=30, window=dt.timedelta(minutes=10))
"""For links that are not known; one that works is never held back."""

_ASKED = Limit(most=5, window=dt.timedelta(hours=1))
"""For those who ask for a fresh link."""


class LinkGoneError(RefusedError):
    """The link is unknown, too old or revoked; the answer never says which."""

    http_status = 404


class _LinkRoute(APIRoute):
    """Every answer, also a refusal, keeps the link to itself.

    Mail programs look with HEAD whether a link works before anybody opens it: such a request gets
    the answer of GET without its body.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Answer HEAD wherever GET is answered."""
        super().__init__(*args, **kwargs)
        if self.methods is not None and "GET" in self.methods:
            self.methods.add("HEAD")

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                response = await answer(request)
            except ConfirmationNeededError as error:
                response = await question_page(request, error, layout="parties/own_base.html")
            except UdmeldingError as error:
                response = _refused(request, error)
            response.headers.update(_HEADERS)
            if request.method == "HEAD":  # its length stays told, as RFC 9110 has it
                return Response(
                    status_code=response.status_code,
                    headers=dict(response.headers),
                    background=response.background,
                )
            return response

        return guarded


router = APIRouter(prefix="/k", route_class=_LinkRoute)


def link_route() -> type[APIRoute]:
    """The kind of route that every page behind a personal link is: it keeps the link to itself."""
    return _LinkRoute


def found_link(request: Request, token: str) -> Opened:
    """What the link of the address leads to.

    Raises:
        LinkGoneError: it does not work.
        TooManyError: too many unknown links were tried from that address.
    """
    services, now = services_of(request), moment(request)
    opened = open_link(services, token, now, is_opening=request.method != "HEAD")
    if opened is None:
        _LIMIT.spend(request.client.host if request.client else "", now)
        raise LinkGoneError("Linket virker ikke.")
    return opened


found_link.__dict__["allowed"] = "link"

Link = Annotated[Opened, Depends(found_link)]
Form = Annotated[Said, Depends(said_on_page)]


def form_value(token: str) -> str:
    """What every form of that link carries; only one who has the link can make it."""
    return hmac.new(token.encode(), _PURPOSE, hashlib.sha256).hexdigest()


@router.get("/nyt-link", dependencies=[Depends(everybody)])
def ask_for_link(request: Request, sendt: bool = False) -> HTMLResponse:
    """Where a contact asks for a fresh link; it never says who is one."""
    return page(request, "parties/own_gone.html", asked=sendt)


@router.post("/nyt-link", dependencies=[Depends(everybody)])
def send_link(request: Request, email: Annotated[str, FormField(max_length=300)] = "") -> Response:
    """Send it, if the address is a contact's. The answer is the same, and so is its time.

    Raises:
        TooManyError: too many were asked for from that address.
    """
    services, now = services_of(request), moment(request)
    _ASKED.spend(request.client.host if request.client else "", now)
    task = BackgroundTask(send_links_again, services, email, now)
    return RedirectResponse("/k/nyt-link?sendt=1", status_code=303, background=task)


@router.get("/{token}")
def own_page(
    request: Request, token: str, opened: Link, meldt: str = "", vil: str = ""
) -> HTMLResponse:
    """What the municipality lacks and what it can do; ``vil`` is the form that it wants opened."""
    view = _view(request, opened)
    return _page(request, token, view, told=DONE.get(meldt, ""), wanted=vil)


def _view(request: Request, opened: Opened) -> OwnView:
    return own_view(opened, moment(request).date(), _form(request, opened))


def _form(request: Request, opened: Opened) -> AnswerSeen | None:
    """The party's question set; None where there is none to answer any more."""
    case, party = opened.case, opened.party.party
    if case.is_closed or not case.question_sets:
        return None
    try:
        return open_form(services_of(request), case.reference, party, moment(request))
    except RefusedError:
        return None  # the party is not asked


@router.post("/{token}")
def own_declaration(request: Request, token: str, opened: Link, said: Form) -> Response:
    """Record what the municipality says, and show its page anew."""
    _check(token, said)
    services, now = services_of(request), moment(request)
    view = _view(request, opened)
    stamp = Stamp(now, declarer(opened.party.name), bool(said[HAS_LOOKED]))

    def keep(file: SentFile) -> TakenFile:
        return take_in(services, file.name, file.content, MINUTES, stamp)

    try:
        facts = facts_of(view, said, keep)
        declare(
            services,
            opened,
            facts,
            now,
            has_looked=stamp.has_looked,
            even_so=said["even_so"],
        )
    except CprRefusedError as error:
        wrong = error.told(error.places, CALLED_HERE.get(said["form"]))
        written = {name: said[name] for name in WRITTEN}
        shown = {name: without_cpr(text, now.date()) for name, text in written.items()}
        return _page(request, token, view, said=Said({**said.fields, **shown}, None), wrong=wrong)
    except DoubtfulError as error:
        wrong = f"{error.message} Er det rigtigt alligevel, så skriv hvorfor."
        return _page(request, token, view, said=said, wrong=wrong, doubts=error.doubts)
    except RefusedError as error:
        return _page(request, token, view, said=said, wrong=error.message)
    return RedirectResponse(f"/k/{token}?meldt={said['form']}", status_code=303)


@router.post("/{token}/anden")
def open_other(request: Request, token: str, opened: Link, said: Form) -> Response:
    """Go on to another of the municipality's open cases, by a link of its own."""
    _check(token, said)
    by, services = declarer(opened.party.name), services_of(request)
    address = link_to_other(services, opened, said["step"], by=by, now=moment(request))
    return RedirectResponse(f"/k/{address.rpartition('/')[2]}", status_code=303)


def _check(token: str, said: Said) -> None:
    """Refuse a form that does not carry the link's own value.

    Raises:
        ForbiddenError: it does not.
    """
    if not hmac.compare_digest(said["form_value"].encode(), form_value(token).encode()):
        raise ForbiddenError("Siden var forældet. Åbn linket igen, og prøv en gang til.")


def _page(
    request: Request,
    token: str,
    view: OwnView,
    *,
    told: str = "",
    said: Said | None = None,
    wrong: str = "",
    doubts: tuple[str, ...] = (),
    wanted: str = "",
) -> HTMLResponse:
    return page(
        request,
        "parties/own.html",
        code=422 if wrong else 200,
        view=view,
        case=view.opened.case,
        party=view.opened.party,
        expires_on=view.opened.ends_at,
        has_receipt=_has_receipt(request, view),
        others=other_matters(services_of(request), view.opened, moment(request)),
        heading=heading(view.needs),
        wanted=said["form"] if said else wanted,
        form_value=form_value(token),
        said=said.fields if said else dict.fromkeys(FIELDS, ""),
        told=told,
        wrong=wrong,
        doubts=doubts,
        answers=ANSWERS,
        outcomes=OFFERED,
        levels=levels_of(view),
        most_of_reason=MOST_OF_REASON,
        decision_words=decision_words,
    )


def _has_receipt(request: Request, view: OwnView) -> bool:
    """Whether there is an answer to look up: a case that is over asks nothing more."""
    case, now = view.opened.case, moment(request)
    if view.form is not None or not case.question_sets:
        return bool(view.form and view.form.standing)
    return has_receipt(services_of(request), case.reference, view.opened.party.party, now)


def _refused(request: Request, error: UdmeldingError) -> HTMLResponse:
    is_gone = isinstance(error, LinkGoneError)
    template = "parties/own_gone.html" if is_gone else "parties/own_refused.html"
    refused = page(request, template, code=error.http_status, reason=error.message, asked=False)
    refused.headers["Cache-Control"] = "no-store"  # no form to go back to, only the link's address
    return refused
