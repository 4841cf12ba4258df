"""A municipality's own way in: personal links, and what is declared through them.

Whoever has a link may answer for its party in its case; nothing else comes with it. What is
declared counts at once, but as *declared*: a decision is proven, and a contact is used, only when
the secretariat accepts it. A declared contact stands in the case as a note until then, because a
wrong address must never get a case's mails. What comes in says through which link it came.

Whoever has a link can make some more of it, for colleagues. Those end with it. All links of a case
end some time after the case was closed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from udmelding.casework.access.own_pages import (
    as_they_count,
    has_page,
    link_lasting,
    page_address,
)
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.access.party_links import (
    LinkValue,
    NewLink,
    ancestors,
    below,
    find_link,
    hold_link,
    links_of,
    make_link,
    touch_link,
    turn_links,
)
from udmelding.journal.case.header import closings, find, headers
from udmelding.journal.case.load import load, load_all
from udmelding.journal.case.taking_part import asked_kind
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.mail.outbox_search import sent_at
from udmelding.journal.parties import load_contacts
from udmelding.journal.report.reader_links import ReaderLink
from udmelding.journal.stamp import Stamp
from udmelding.rules.access.links import (
    AFTER_CLOSING,
    MOST_MADE_FROM_ONE,
    OWNERS,
    ends_at,
    is_over,
    links_end_at,
)
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Party
from udmelding.rules.case.mail_state import FOLDER
from udmelding.rules.words.date_wording import long_date, short_date

_TOUCHED_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a working link leads to.

    Attributes:
        source: which link it is, in words; what comes in through it carries that.
    """

    link: LinkValue
    case: Case
    party: Party
    source: str

    @property
    def ends_at(self) -> dt.datetime | None:
        """When the link works no more; None while nobody knows, for its case is open."""
        return ends_at(self.case, self.link.expires_at)


def link_for(
    services: Services,
    session: Session,
    reference: str,
    party: str,
    *,
    by: str,
    now: dt.datetime,
    made_for: str = "",
    has_looked: bool = False,
) -> str:
    """Make a new link and return its address; only the checksum of its secret is kept.

    Args:
        services: its settings say how people reach the pages, and how long a link works.
        session: an open writing transaction; whoever calls owns it.
        reference: the case.
        party: a municipality's code.
        by: who makes it; ``made_for``: to whom it is given, such as a mail address.
        now: the moment.
        made_for: see ``by``.
        has_looked: somebody says that what may look like a CPR number in it is none.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: the party is not asked for anything in the case, or all its links have ended.
    """
    header = find(session, reference)
    closing = links_end_at(load(session, header.reference, now))
    if closing is not None and now >= closing:
        raise RefusedError(
            f"Sagens links holdt op med at virke {short_date(closing.date())}, "
            f"{AFTER_CLOSING.days} dage efter at sagen blev afsluttet. Genåbn sagen først."
        )
    if asked_kind(session, header.id, party) not in OWNERS:
        raise RefusedError("Kun den, der spørges i sagen, kan få et personligt link.")
    wanted = NewLink(header.id, party, made_for, link_lasting(services.settings, now))
    secret = make_link(session, wanted, Stamp(now, by, has_looked))
    return page_address(services.settings, secret)


def open_link(
    services: Services, secret: str, now: dt.datetime, *, is_opening: bool = True
) -> Opened | None:
    """What that link leads to; None where it does not work.

    That it was used is remembered, unless it was not opened: a program only asked whether it works.
    """
    with reading(services.engine) as session:
        found = find_link(session, secret)
        if found is None:
            return None
        (link,) = as_they_count(services.settings, (found,))
        if not link.works(now):
            return None
        ((reference, _),) = closings(session, [link.announcement_id]).values()
        case = load(session, reference, now)
        source = link_in_words(session, link)
    party = case.party(link.party)
    if party is None or is_over(ends_at(case, link.expires_at), now):
        return None
    if is_opening and (link.used_at is None or now - link.used_at > _TOUCHED_EVERY):
        with writing(services.engine) as session:
            touch_link(session, link.id, now)
    return Opened(link, case, party, source)


def close_link(services: Services, reference: str, number: int, stamp: Stamp) -> str:
    """Make a link of the case void at once, and those made from it; returns what was done.

    Raises:
        NotFoundError: the case has no such link, or it was void already.
    """
    with writing(services.engine) as session:
        known = {link.id: link for link in _links(services, session, reference)}
        if number not in known or known[number].ended_at is not None:
            raise NotFoundError("personligt link", str(number))
        with_it = [one for one in below(known[number], known.values()) if one.works(stamp.now)]
        turn_links(session, [number], stamp, is_open=False)
    done = "Linket er lukket. Det virker ikke mere."
    if not with_it:
        return done
    more = "det ene link" if len(with_it) == 1 else f"de {len(with_it)} links"
    return f"{done} Det gør {more}, der er lavet ud fra det, heller ikke."


def reopen_link(services: Services, reference: str, number: int, stamp: Stamp) -> str:
    """Let a link that was closed work again, for as long as it was made for.

    Raises:
        NotFoundError: the case has no such link, or it was not closed.
        RefusedError: it would not work all the same: it has expired, or one that it was made from
            is closed.
    """
    with writing(services.engine) as session:
        case = load(session, reference, stamp.now)
        known = {link.id: link for link in _links(services, session, reference)}
        link = known.get(number)
        if link is None or link.ended_at is None:
            raise NotFoundError("lukket personligt link", str(number))
        if is_over(ends_at(case, link.expires_at), stamp.now):
            raise RefusedError(
                "Linket er udløbet og kan ikke åbnes igen. Lav et nyt, hvis der er brug for det."
            )
        closed = [one for one in ancestors(link, known) if known[one].revoked_at is not None]
        if closed:
            raise RefusedError(
                f"Linket er lavet ud fra link nr. {closed[-1]}, som er lukket. Åbn det først."
            )
        turn_links(session, [number], stamp, is_open=True)
        links = _links(services, session, reference)
    more = sum(one.works(stamp.now) for one in below(link, links))
    done = f"Link nr. {number} er åbnet igen."
    if more:
        made = "det ene link" if more == 1 else f"de {more} links"
        done = f"{done} Det er {made}, der er lavet ud fra det, også."
    return done


def _links(services: Services, session: Session, reference: str) -> tuple[LinkValue, ...]:
    found = links_of(session, find(session, reference).id)
    return as_they_count(services.settings, found)


def link_in_words(session: Session, link: LinkValue) -> str:
    """Which link it is: its number, for whom, and when it was sent or made; never its secret."""
    whom = f" til {link.made_for}" if link.made_for else ""
    told = f"personligt link nr. {link.id}{whom}"
    if gone := _gone(session, link.mail_key):
        return f"{told}, {gone}"
    made = f"{told}, lavet {long_date(link.created_at.date())}"
    return made if link.parent_id is None else f"{made} ud fra link nr. {link.parent_id}"


def reader_link_in_words(session: Session, link: ReaderLink) -> str:
    """``link_in_words`` for the link of somebody who reads a draft."""
    told = f"personligt læserlink nr. {link.id} til {link.reader}"
    gone = _gone(session, link.mail_key)
    return f"{told}, {gone or f'lavet {long_date(link.created_at.date())}'}"


def _gone(session: Session, key: str) -> str:
    """When the mail that carries a link went, and whether it was sent; empty where none went."""
    gone = sent_at(session, key)
    if gone is None:
        return ""
    at, transport = gone
    return f"{'skrevet som fil' if transport == FOLDER else 'sendt'} {long_date(at.date())}"


def share(
    services: Services,
    opened: Opened,
    *,
    made_for: str,
    by: str,
    now: dt.datetime,
    has_looked: bool = False,
) -> str:
    """Make a link from the one that was opened, for a colleague; returns its address.

    It ends when that one does. However they are made from each other, no more than
    ``MOST_MADE_FROM_ONE`` that work hang below one that the secretariat or a mail made.

    Raises:
        RefusedError: there are so many already, or the link has ended meanwhile.
    """
    with writing(services.engine) as session:
        known = {link.id: link for link in links_of(session, opened.link.announcement_id)}
        first = known[([opened.link.id, *ancestors(opened.link, known)])[-1]]
        hold_link(session, first.id)  # two that share at once are counted one after the other
        links = as_they_count(services.settings, links_of(session, opened.link.announcement_id))
        parent = next(link for link in links if link.id == opened.link.id)
        if not parent.works(now):
            raise RefusedError("Linket virker ikke mere, så det kan ikke deles.")
        if sum(link.works(now) for link in below(first, links)) >= MOST_MADE_FROM_ONE:
            raise RefusedError(
                f"Der er allerede lavet {MOST_MADE_FROM_ONE} links ud fra det, I fik, og flere kan "
                "der ikke laves. Skriv til sekretariatet, hvis I skal bruge et mere."
            )
        lasting = parent.expires_at - now
        wanted = NewLink(parent.announcement_id, parent.party, made_for, lasting, parent=parent)
        secret = make_link(session, wanted, Stamp(now, by, has_looked))
    return page_address(services.settings, secret)


def other_matters(services: Services, opened: Opened, now: dt.datetime) -> tuple[Case, ...]:
    """The party's other open cases, newest first; none where a colleague has the link.

    Whoever is a contact gets mails with a link in each of them, so they are no news to it.
    """
    party, whose = opened.party.party, opened.link.made_for.casefold()
    with reading(services.engine) as session:
        contacts = load_contacts(session, now, (party,)).get(party, ())
        if opened.link.parent_id is not None or whose not in {c.email.casefold() for c in contacts}:
            return ()
        known = {header.id: header for header in headers(session)}
        ends = closings(session, known)
        found = load_all(session, now, [known[one] for one, (_, on) in ends.items() if on is None])
    return tuple(
        case
        for case in found
        if case.reference != opened.case.reference
        and not case.is_draft
        and has_page(services.settings, case, party)
    )


def link_to_other(
    services: Services, opened: Opened, reference: str, *, by: str, now: dt.datetime
) -> str:
    """A link to another of the party's open cases, for the same contact.

    Raises:
        NotFoundError: it is none of ``other_matters``.
    """
    if reference not in {case.reference for case in other_matters(services, opened, now)}:
        raise NotFoundError("sag hos jer", reference)
    party, whose = opened.party.party, opened.link.made_for
    with writing(services.engine) as session:
        return link_for(services, session, reference, party, by=by, now=now, made_for=whose)


@dataclass(frozen=True, slots=True)
class Branch:
    """A link of a case and its place among them.

    Attributes:
        depth: how many links it was made from: 0 for one of the secretariat's or of a mail.
        below: how many links that work were made from it, and end with it.
        ends_at: when it ends if nobody revokes it; None while nobody knows.
    """

    link: LinkValue
    depth: int
    below: int
    ends_at: dt.datetime | None


def tree(case: Case, links: Sequence[LinkValue], now: dt.datetime) -> tuple[Branch, ...]:
    """The links of a case that work, the newest first, each with those made from it below it."""
    open_ones = [
        link
        for link in links
        if link.works(now) and not is_over(ends_at(case, link.expires_at), now)
    ]
    children: dict[int | None, list[LinkValue]] = defaultdict(list)
    for link in open_ones:
        children[link.parent_id].append(link)

    def grown(link: LinkValue, depth: int) -> list[Branch]:
        under = [branch for child in children[link.id] for branch in grown(child, depth + 1)]
        return [Branch(link, depth, len(under), ends_at(case, link.expires_at)), *under]

    return tuple(branch for link in children[None] for branch in grown(link, 0))
