"""Held and refused mails of a contact who leaves: which are written anew, to whoever comes instead?

A mail that waits gets the other address where it stands. One that was tried keeps its receiver, for
it may have reached it; it is laid aside, and the other gets a mail of its own under a key of its
own (``resending``): the same words, a fresh link. Nothing is written anew that nobody wants.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from models import OutboxState
from udmelding.casework.access.own_pages import fresh_links, link_lasting
from udmelding.casework.mail.resending import AGAIN, WORTH, families_of, number_of, root
from udmelding.casework.mail.still_wanted import CHASING
from udmelding.casework.wiring import Services
from udmelding.journal.access.party_links import NewLink
from udmelding.journal.case.header import headers
from udmelding.journal.case.load import EVER, load_all
from udmelding.journal.database import Session
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.outbox_search import tried_in_vain
from udmelding.journal.stamp import Stamp
from udmelding.outside.mail.mime import message_id_for
from udmelding.rules.access.links import has_sign, with_links
from udmelding.rules.due.overtaken import StillOwed


def stuck_mails(
    session: Session, party: str, address: str, today: dt.date
) -> tuple[OutboxMail, ...]:
    """The held and refused mails to the address that are still wanted and were not written anew.

    Parts stand for the mail that they went in. One that is about another party too is left out: the
    address stays that party's, and a person decides on the mail as a whole, under «Rykkere».
    """
    found = [
        mail
        for mail in tried_in_vain(session, party, address)
        if mail.mail in WORTH and not _concerns_others(session, mail)
    ]
    references = tuple(dict.fromkeys(mail.key.partition("/")[0] for mail in found))
    cases = load_all(session, EVER, headers(session, references), is_chase=True) if found else ()
    asked = {case.reference: StillOwed(case) for case in cases if not case.is_closed}
    written = families_of(session, [root(mail.key) for mail in found]) if found else {}
    return tuple(
        mail
        for mail in found
        if all(number_of(one.key) <= number_of(mail.key) for one in written[root(mail.key)])
        and _is_wanted(asked.get(mail.key.partition("/")[0]), mail, today)
    )


def _concerns_others(session: Session, mail: OutboxMail) -> bool:
    whole = mail.merged_into
    return whole is not None and any(
        part.party != mail.party for part in outbox.parts_of(session, whole)
    )


def _is_wanted(asked: StillOwed | None, mail: OutboxMail, today: dt.date) -> bool:
    if asked is None:  # its case is closed
        return False
    at = (mail.step, mail.party)
    overtaken = asked.reason_overtaken(mail.mail, at, mail.due_on, today)
    return mail.mail not in CHASING or overtaken is None


def write_anew(
    services: Services,
    session: Session,
    mails: Sequence[OutboxMail],
    readdressed: Callable[[OutboxMail], OutboxMail],
    stamp: Stamp,
) -> None:
    """Lay those mails aside, and write each anew as ``readdressed`` makes it.

    All in the caller's transaction.

    Args:
        services: settings.
        session: writes.
        mails: from ``stuck_mails``.
        readdressed: the same mail to its new receiver; it gets a fresh link besides.
        stamp: who hands over, and when.
    """
    settings, lasting = services.settings, link_lasting(services.settings, stamp.now)
    references = tuple(dict.fromkeys(mail.key.partition("/")[0] for mail in mails))
    known = {header.reference: header for header in headers(session, references)}
    cases = {c.reference: c for c in load_all(session, stamp.now, tuple(known.values()))}
    family = families_of(session, [root(mail.key) for mail in mails])
    wholes: dict[str, list[str]] = defaultdict(list)
    written: list[tuple[int, OutboxMail]] = []
    for mail in mails:
        case = cases[mail.key.partition("/")[0]]
        header, first = known[case.reference], root(mail.key)
        key = f"{first}{AGAIN}{1 + max(number_of(one.key) for one in family[first])}"
        to = readdressed(mail).recipients[0]
        outcome = f"{mail.outcome} Skrevet igen til {to}, der har overtaget.".strip()
        outbox.finish(session, mail.key, OutboxState.WITHDRAWN, stamp.now, outcome)
        if mail.merged_into is not None:
            wholes[mail.merged_into].append(outcome)
        # Read again: what is laid aside holds no link any more, only the sign of where it stood.
        old = readdressed(outbox.get(session, mail.key, with_links=True))
        if has_sign(old.text):
            wanted = NewLink(header.id, old.party, to, lasting, key)
            link = fresh_links(settings, session, case, [wanted], stamp)[key]
            old = old.with_words(_with(link, old.text), _with(link, old.html))
        written.append((header.id, _as_new(old, key, settings.mail.message_id_domain, stamp)))
    for whole, outcomes in wholes.items():
        if all(p.state is OutboxState.WITHDRAWN for p in outbox.parts_of(session, whole)):
            outbox.finish(session, whole, OutboxState.WITHDRAWN, stamp.now, outcomes[0])
    outbox.enqueue_new(session, written)


def _with(link: str, words: str) -> str:
    return with_links(words, lambda *_: link)


def _as_new(old: OutboxMail, key: str, domain: str, stamp: Stamp) -> OutboxMail:
    """The mail as one that nobody has tried to send yet."""
    return replace(
        old,
        key=key,
        message_id=message_id_for(key, domain),
        written_by=stamp.by,
        state=OutboxState.PENDING,
        created_at=stamp.now,
        not_before=stamp.now,
        attempts=0,
        claimed_by=None,
        claimed_until=None,
        content_at=None,
        merged_into=None,
        finished_at=None,
        outcome="",
    )
