"""One municipality inside a case: what it asks, what it owes, what is known of it, what happened.

Opened from its tile, its row and whatever it owes. Each fact has the action that changes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from udmelding.casework.access.links import Branch, tree
from udmelding.casework.access.own_pages import as_they_count
from udmelding.casework.parties.addresses import Address, addresses, experience
from udmelding.errors import NotFoundError
from udmelding.journal.access.party_links import links_of
from udmelding.journal.case.header import find
from udmelding.journal.database import reading
from udmelding.journal.parties import history
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.parties.asking import Wants
from udmelding.rules.parties.events import NOTED, note_about
from udmelding.rules.words.date_wording import near_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper
from udmelding.web.case.municipality_rows import Row, rows_of
from udmelding.web.case.pages import CaseSeen, case_page
from udmelding.web.visitor import Reader, moment, services_of

router = APIRouter(prefix="/sager/{reference}/kommuner")

_EVENTS = 12
"""So many things that happened are shown at once; the others unfold."""


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact about the municipality in the case.

    Attributes:
        value: empty where nothing is known yet; ``beside`` what is said of it in grey.
        action: what one may do about it, and where; empty where nothing can be done.
    """

    name: str
    value: str
    beside: str = ""
    action: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The municipalities before and after one in the case's list, and the next that is missing."""

    before: Row | None
    after: Row | None
    missing: Row | None
    total: int


@router.get("/{party}")
def municipality_in_case(request: Request, _: Reader, found: CaseSeen, party: str) -> HTMLResponse:
    """One municipality of the case.

    Raises:
        NotFoundError: the case does not ask it for anything.
    """
    rows = rows_of(found.case, found.status)
    row = next((one for one in rows if one.code == party), None)
    if row is None:
        raise NotFoundError("kommune i sagen", party[:40], tuple(one.name for one in rows))
    now = moment(request)
    with reading(services_of(request).engine) as session:
        known = links_of(session, find(session, found.case.reference).id)
        links = as_they_count(services_of(request).settings, known)
        standing = {c.role: c for c in history(session, party) if c.superseded_at is None}
        reached = addresses(standing, experience(session, now))
    own = [link for link in links if link.party == party]
    contact = next((address for address in reached if address.contact is not None), None)
    return case_page(
        request,
        "parties/in_case.html",
        found,
        row=row,
        beside=neighbours(rows, row),
        facts=tuple(_facts(found.case, row, contact, tree(found.case, own, now), now)),
        write_to=_mail_to(found.case, contact),
        recent=row.events[:_EVENTS],
        earlier=row.events[_EVENTS:],
        Wants=Wants,
    )


def neighbours(rows: Sequence[Row], row: Row) -> Neighbours:
    """Who stands beside ``row``; the next that is missing is looked for round the list."""
    at = rows.index(row)
    onwards = (*rows[at + 1 :], *rows[:at])
    return Neighbours(
        before=rows[at - 1] if at else None,
        after=rows[at + 1] if at + 1 < len(rows) else None,
        missing=next((other for other in onwards if other.is_missing), None),
        total=len(rows),
    )


def _mail_to(case: Case, contact: Address | None) -> str:
    """An address that opens one's own mail program; the reply finds its case by the subject."""
    if contact is None or contact.contact is None:
        return ""
    subject = quote(f"[{case.reference}] {case.name}")
    return f"mailto:{quote(contact.contact.email)}?subject={subject}"


def _facts(
    case: Case, row: Row, contact: Address | None, links: Sequence[Branch], now: dt.datetime
) -> Iterator[FactLine]:
    home, today = f"/sager/{case.reference}", case.as_of.date()
    part = urlencode({"part": row.code})
    owed = [one for one in (row.answer, row.council) if one is not None and one.state.is_owed]
    yield FactLine(
        "Skylder",
        "; ".join(
            f"{one.step.title}{f', senest {near_date(one.due_on, today)}' if one.due_on else ''}"
            for one in owed
        )
        or "Intet lige nu",
        action="Mere tid" if owed else "",
        address=f"{home}/registrer/forlaengelse?{part}",
    )
    if row.council is not None:
        yield _meetings(row, home, part, today)
    if row.answer is not None:
        yield _answered(row, home, part, today)
    yield _contact(row, contact)
    yield _link(links, home, row.code, today, now)
    note = next((event for event in row.events if event.text.startswith(NOTED)), None)
    yield FactLine(
        "Notat",
        note.text.removeprefix(NOTED) if note else "",
        near_date(note.on, today) if note else "",
        "Skriv",
        f"{home}/registrer/tidslinje?{urlencode({'title': note_about(row.name)})}",
    )


def _meetings(row: Row, home: str, part: str, today: dt.date) -> FactLine:
    """The meetings that the case passes there; who wants others writes the day they have told."""
    chain = row.plan.chain if row.plan else ()
    told = [f"{label(meeting.level)} {near_date(meeting.held_on, today)}" for meeting in chain]
    if row.decision is not None and not told:
        told = [f"{label(row.decision.level)} {near_date(row.decision.day, today)}"]
    is_owed = row.council is not None and row.council.state.is_owed
    return FactLine(
        "Deres møder",
        first_upper(join_names(told)),
        row.known[:1].lower() + row.known[1:],
        "Ret" if is_owed else "Se deres kalender",
        f"{home}/registrer/meldt-dag?{part}" if is_owed else f"/kontakter/{row.code}",
    )


def _answered(row: Row, home: str, part: str, today: dt.date) -> FactLine:
    answer = row.answer
    if answer is None or answer.met_on is None:
        is_waived = answer is not None and answer.state.is_closed
        value = "Fritaget" if is_waived else ""
        address = f"{home}/registrer/svar?{part}"
        return FactLine("Svar på spørgsmål", value, action="Registrér", address=address)
    told = f"✓ {near_date(answer.met_on, today)}"
    return FactLine(
        "Svar på spørgsmål",
        told,
        "kom efter fristen" if answer.is_late else "",
        "Se svaret",
        f"{home}/skema/svar/{row.code}",
    )


def _contact(row: Row, contact: Address | None) -> FactLine:
    address = f"/kontakter/{row.code}#kontakter"
    if contact is None or contact.contact is None:
        return FactLine("Kontakt", "", "uden en adresse får de ingen mails", "Skriv", address)
    beside = f"{contact.sign} {contact.words}"
    return FactLine("Kontakt", contact.contact.email, beside, "Ret", address)


def _link(
    links: Sequence[Branch], home: str, party: str, today: dt.date, now: dt.datetime
) -> FactLine:
    address = f"{home}/links?{urlencode({'til': party})}#lav"
    if not links:
        return FactLine("Deres link", "", "", "Lav et", address)
    used = [branch.link.used_at for branch in links if branch.link.used_at is not None]
    opened = f"Åbnet {near_date(max(used).date(), today)}" if used else "Ikke åbnet endnu"
    ends = [branch.ends_at for branch in links if branch.ends_at is not None]
    lasts = len(ends) < len(links)  # one of them ends with its case, and that is open
    until = "til sagen er slut" if lasts else f"til {near_date(max(ends).date(), now.date())}"
    return FactLine("Deres link", opened, f"virker {until}", "Lav et nyt", address)
