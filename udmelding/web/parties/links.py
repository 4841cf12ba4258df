"""For the secretariat: the personal links of a case, and what came through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.access import links
from udmelding.casework.access.own_pages import as_they_count
from udmelding.casework.parties import declarations
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.access.party_links import LinkTurn, LinkValue, last_turns, links_of
from udmelding.journal.case.header import find
from udmelding.journal.database import reading, writing
from udmelding.journal.parties import load_contacts
from udmelding.rules.access.links import AFTER_CLOSING, MOST_MADE_FROM_ONE, OWNERS, links_end_at
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Milestone
from udmelding.rules.parties import declared
from udmelding.rules.parties.asking import wanted_day, wishes_time
from udmelding.rules.words.date_wording import short_date
from udmelding.web.case.doors import COUNCILS
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.parties.municipality_view import decision_words
from udmelding.web.rendering import redirect
from udmelding.web.sure import Deed, be_sure
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/sager/{reference}/links")

Text = Annotated[str, Form(max_length=300)]


@router.get("")
def case_links(
    request: Request, visitor: Caseworker, found: CaseSeen, til: str = "", lukket: int = 0
) -> HTMLResponse:
    """All links of the case, and what waits to be accepted; one can be made for ``til``.

    One that was just closed (``lukket``) is opened again by a button on top.
    """
    return _page(request, visitor, found, chosen=til, just_closed=lukket)


@router.post("")
def make(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    party: Text = "",
    made_for: Text = "",
) -> HTMLResponse:
    """Make a link; no other page ever shows it."""
    services = services_of(request)
    try:
        with writing(services.engine) as session:
            address = links.link_for(
                services,
                session,
                found.case.reference,
                party,
                by=visitor.user.login,
                now=visitor.now,
                made_for=made_for.strip(),
            )
    except NotFoundError:
        raise
    except RefusedError as error:
        return _page(request, visitor, found, code=422, wrong=error.message)
    return _page(request, visitor, found, address=address, made=party)


@router.post("/luk")
def revoke(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    link: Annotated[int, Form()] = 0,
) -> Response:
    """Make a link of the case void at once, and with it those that were made from it."""
    services, reference = services_of(request), found.case.reference
    done = links.close_link(services, reference, link, visitor.stamp)
    return redirect(request, visitor, done, f"/sager/{reference}/links?lukket={link}")


@router.post("/aabn")
def reopen(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    link: Annotated[int, Form()] = 0,
) -> Response:
    """Let a link that was closed work again."""
    services, reference = services_of(request), found.case.reference
    try:
        done = links.reopen_link(services, reference, link, visitor.stamp)
    except NotFoundError:
        raise
    except RefusedError as error:
        return redirect(request, visitor, error.message, f"/sager/{reference}/links", is_good=False)
    return _back(request, visitor, found, done)


@router.post("/accepter")
def accept(
    request: Request, visitor: Caseworker, found: CaseSeen, key: Text = "", til: Text = ""
) -> Response:
    """The minutes were seen: a declared decision is proven. Goes back to the page of ``til``."""
    services, reference = services_of(request), found.case.reference
    who = declarations.accept_decision(services, reference, key, visitor.stamp)
    told = f"Beslutningen fra {who} er accepteret."
    if found.case.party(til) is not None:
        address = f"/sager/{found.case.reference}{COUNCILS}/{til}"
        return redirect(request, visitor, told, address)
    return _back(request, visitor, found, told)


@router.post("/kontakt")
def accept_contact(
    request: Request, visitor: Caseworker, found: CaseSeen, key: Text = ""
) -> Response:
    """Put a declared contact in force."""
    services, reference = services_of(request), found.case.reference
    who = declarations.accept_contact(services, reference, key, visitor.stamp)
    return _back(request, visitor, found, f"Den nye kontakt for {who} er taget i brug.")


@router.post("/afvis")
def dismiss(request: Request, visitor: Caseworker, found: CaseSeen, key: Text = "") -> Response:
    """Take back what came through a link."""
    services, reference = services_of(request), found.case.reference
    deed = Deed(
        title="Tag meldingen tilbage?",
        happens=(
            "Det, kommunen har meldt, gælder ikke mere. Det kan stadig læses i loggen. "
            "Kommunen får ingen mail om det, men kan melde det igen.",
        ),
        button="Tag meldingen tilbage",
        back=f"/sager/{reference}/links",
        is_for_good=True,
    )
    be_sure(request, visitor, deed)
    declarations.dismiss(services, reference, key, visitor.stamp)
    return _back(request, visitor, found, "Meldingen er taget tilbage. Den kan læses i loggen.")


def _back(request: Request, visitor: Visitor, found: Seen, message: str) -> Response:
    return redirect(request, visitor, message, f"/sager/{found.case.reference}/links")


def _page(
    request: Request,
    visitor: Visitor,
    found: Seen,
    *,
    code: int = 200,
    address: str = "",
    made: str = "",
    wrong: str = "",
    chosen: str = "",
    just_closed: int = 0,
) -> HTMLResponse:
    case, settings = found.case, services_of(request).settings
    with reading(services_of(request).engine) as session:
        all_links = as_they_count(settings, links_of(session, find(session, case.reference).id))
        turns = last_turns(session, [link.id for link in all_links])
        contacts = load_contacts(session, visitor.now)
    names = {party.party: party.name for party in case.parties}
    branches = links.tree(case, all_links, visitor.now)
    open_ones = {branch.link.id for branch in branches}
    closing = links_end_at(case)
    return case_page(
        request,
        "parties/links.html",
        found,
        code=code,
        working=branches,
        ended=[(one, _how(case, one, turns)) for one in all_links if one.id not in open_ones],
        reopened={number: turn for number, turn in turns.items() if turn.is_open},
        closing=closing,
        is_over=closing is not None and visitor.now >= closing,
        closing_days=AFTER_CLOSING.days,
        most=MOST_MADE_FROM_ONE,
        names=names,
        owners=[p for p in case.parties if p.kind in OWNERS and p.is_asked],
        decisions=declared.declared_decisions(case),
        decision_words=decision_words,
        is_declared=declared.is_declared,
        files={
            (d.recorded_by, d.file_name, d.dated_on): d.sha256 for d in case.documents if d.sha256
        },
        contacts=declared.proposed_contacts(case, contacts),
        notes=[(note, _granting(case, note)) for note in declared.declared_notes(case)],
        address=address,
        made=names.get(made, ""),
        days=settings.web.link_days,
        wrong=wrong,
        chosen=chosen,
        undo=next((x for x in all_links if x.id == just_closed and x.revoked_at), None),
    )


def _how(case: Case, link: LinkValue, turns: Mapping[int, LinkTurn]) -> str:
    """How a link that does not work has ended."""
    if link.ended_at is not None:
        with_another = link.revoked_at is None or link.revoked_at > link.ended_at
        told = "lukket sammen med det link, det er lavet ud fra," if with_another else "lukket"
        turn = turns.get(link.id)
        by = f" af {turn.by}" if turn is not None and not turn.is_open else ""
        return f"{told} {short_date(link.ended_at.date())}{by}"
    closing = links_end_at(case)
    if closing is not None and closing < link.expires_at:
        return f"holdt op {short_date(closing.date())}, fordi sagen er afsluttet"
    return f"udløbet {short_date(link.expires_at.date())}"


def _granting(case: Case, note: Milestone) -> str:
    """The address of a form that gives the time that was asked for; empty for another note."""
    by_declarer = {declared.declarer(party.name): party.party for party in case.parties}
    party = by_declarer.get(note.recorded_by)
    if party is None or not wishes_time(note):
        return ""
    wanted = wanted_day(note, case.as_of.date())
    asked = {"part": party} | ({"due_on": short_date(wanted)} if wanted else {})
    return f"/sager/{case.reference}/registrer/forlaengelse?{urlencode(asked)}"
