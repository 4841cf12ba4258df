"""Mails that did not arrive, sent again once their address was mended, also in running cases.

A new mail is written under ``<key of the first>/again-<number>``: the same words, a fresh
personal link, one more place in the log. A mail that nobody wants any more is not offered.

Where other servers refuse us, mails to them would only come back again. They wait together until a
person says that our set-up was mended, and go out in one action.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from models import ContactRole, DeliveryReportKind, OutboxState
from udmelding.casework.access.own_pages import fresh_links, link_lasting
from udmelding.casework.mail.still_wanted import CHASING
from udmelding.casework.mail.undelivered import Undelivered, undelivered_mails
from udmelding.casework.mail.writing import RECEIVING, receiver_among, receivers_of
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.access.party_links import NewLink
from udmelding.journal.case.header import Header, headers
from udmelding.journal.case.load import EVER, load_all
from udmelding.journal.database import Session, writing
from udmelding.journal.inbox.delivery_reports import (
    DeliveryReportValue,
    blocked_addresses,
    refusing,
    say_works,
)
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.outbox_search import written_again
from udmelding.journal.parties import ContactValue, histories
from udmelding.journal.stamp import Stamp
from udmelding.outside.mail.mime import message_id_for
from udmelding.rules.access.links import has_sign, with_links
from udmelding.rules.case.actions import LETTERS
from udmelding.rules.due.overtaken import StillOwed
from udmelding.rules.inbox.delivery_report_wording import in_full, mended_by

AGAIN = "/again-"
WORTH = CHASING | LETTERS
"""Kinds of mails that are worth sending late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A mail that can be sent again.

    Attributes:
        to: whom it would go to now.
    """

    mail: Undelivered
    to: ContactValue

    @property
    def id(self) -> str:
        """Names the offer on a form: it is another one once the address is."""
        return f"{self.mail.outbox_mail.key} {self.to.email}"

    @property
    def is_new_address(self) -> bool:
        """Whether it goes elsewhere than before."""
        return self.to.email.casefold() != self.mail.address

    def waits_for(self, refused: Collection[str]) -> bool:
        """Whether it would come back: it goes where we are ``refused``."""
        return self.to.email.casefold() in refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One thing about our set-up that is to be mended.

    Attributes:
        mend: what to do, in Danish; ``words`` what the first server said that told of it.
        addresses: to whom mails do not arrive for it.
    """

    mend: str
    words: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Other servers refuse mails from us: one notice for all of them.

    Attributes:
        since: when the first was told of.
        offers: the mails that can be sent again once it is mended.
    """

    since: dt.datetime
    causes: tuple[Cause, ...]
    offers: tuple[Offer, ...]


def refusal(services: Services, session: Session, now: dt.datetime) -> Refusal | None:
    """What other servers refuse us for; None where none does."""
    reports = refusing(session, now)
    if not reports:
        return None
    causes: dict[str, list[DeliveryReportValue]] = defaultdict(list)
    for report in reports:
        causes[mended_by(report.status, report.why)].append(report)
    refused = {report.address for report in reports}
    waiting = [one for one in _offers(services, session, now) if one.waits_for(refused)]
    return Refusal(
        since=reports[0].reported_at,
        causes=tuple(
            Cause(
                mend=mend,
                words=in_full(told[0].status, told[0].why),
                addresses=tuple(report.address for report in told),
            )
            for mend, told in causes.items()
        ),
        offers=tuple(waiting),
    )


def send_once_mended(services: Services, now: dt.datetime, by: str) -> tuple[str, ...]:
    """A person says that our set-up was mended: write all that was refused anew; returns the keys.

    Raises:
        RefusedError: nobody refuses us any more; somebody was first.
    """
    try:
        with writing(services.engine) as session:
            found = refusal(services, session, now)
            if found is None:
                raise RefusedError(_CHANGED)
            for cause in found.causes:
                for address in cause.addresses:
                    say_works(session, address, now, by)
            return _write(services, session, found.offers, now, by) if found.offers else ()
    except outbox.TakenKeyError:  # as below
        raise RefusedError(_CHANGED) from None


def offers(services: Services, session: Session, now: dt.datetime) -> tuple[Offer, ...]:
    """The mails that did not arrive, are still wanted and can be sent now, the oldest first.

    Those that wait until our own set-up is mended are not among them (``refusal``).
    """
    found = _offers(services, session, now)
    refused = {report.address for report in refusing(session, now)} if found else frozenset()
    return tuple(offer for offer in found if not offer.waits_for(refused))


def _offers(services: Services, session: Session, now: dt.datetime) -> tuple[Offer, ...]:
    lost = [mail for mail in undelivered_mails(session) if mail.outbox_mail.mail in WORTH]
    if not lost:
        return ()
    look = _Look(services, session, now, lost)
    families = families_of(session, [root(mail.outbox_mail.key) for mail in lost])
    found: dict[tuple[str, str], Offer] = {}
    for mail in lost:
        to = look.receiver(mail)
        if to is None or look.was_sent_again(mail, families[root(mail.outbox_mail.key)]):
            continue
        if look.is_wanted(mail):
            found[root(mail.outbox_mail.key), to.email] = Offer(mail=mail, to=to)
    return tuple(found.values())


def send_again(
    services: Services, chosen: Collection[str], now: dt.datetime, by: str
) -> tuple[str, ...]:
    """Write the chosen mails anew, all or none; returns their keys.

    Raises:
        RefusedError: none was chosen, or one of them can no more be sent: somebody was first, the
            address has changed again, or an answer has come.
    """
    try:
        with writing(services.engine) as session:
            found = [offer for offer in offers(services, session, now) if offer.id in chosen]
            if not found or len(found) != len(set(chosen)):
                raise RefusedError(_CHANGED)
            return _write(services, session, found, now, by)
    except outbox.TakenKeyError:  # another wrote one of them at the very same moment
        raise RefusedError(_CHANGED) from None


_CHANGED = (
    "Noget er ændret, siden siden blev vist: mailen er sendt, adressen er en anden, "
    "eller der er svaret. Herunder står, hvad der kan sendes nu."
)


def root(key: str) -> str:
    """The key of the mail that was first written, of whichever time it was sent again."""
    return key.partition(AGAIN)[0]


def number_of(key: str) -> int:
    """How many times the mail was written before under other keys."""
    said = key.partition(AGAIN)[2]
    return int(said) if said.isdigit() else 0


def _write(
    services: Services, session: Session, chosen: Sequence[Offer], now: dt.datetime, by: str
) -> tuple[str, ...]:
    """Write those mails anew; what is read for them is read once for all."""
    roots = [root(offer.mail.outbox_mail.key) for offer in chosen]
    last = {
        first: max(number_of(one.key) for one in family)
        for first, family in families_of(session, roots).items()
    }
    keys: list[str] = []
    for first in roots:
        last[first] += 1
        keys.append(f"{first}{AGAIN}{last[first]}")
    references = tuple(dict.fromkeys(offer.mail.reference for offer in chosen))
    known = {header.reference: header for header in headers(session, references)}
    links = _fresh_links(services, session, known, list(zip(keys, chosen, strict=True)), now, by)
    written: list[tuple[int, OutboxMail]] = []
    for key, offer in zip(keys, chosen, strict=True):
        old = offer.mail.outbox_mail
        mail = anew(services, old, key, offer.to.email, links.get(key, ""), now, by)
        written.append((known[offer.mail.reference].id, mail))
    outbox.enqueue_new(session, written)
    for offer in chosen:
        _lay_aside(session, offer.mail.outbox_mail, offer.to.email, now)
    return tuple(keys)


def anew(
    services: Services,
    old: OutboxMail,
    key: str,
    to: str,
    link: str,
    now: dt.datetime,
    by: str,
) -> OutboxMail:
    """A mail in the words of one that was written before, to ``to`` alone, not sent yet.

    ``link`` takes the place of the one that was taken out; empty for a mail that has none.
    """
    return replace(
        _with_link(old, link) if link else old,
        key=key,
        recipients=[to],
        copies=[],
        message_id=message_id_for(key, services.settings.mail.message_id_domain),
        written_by=by,
        state=OutboxState.PENDING,
        created_at=now,
        not_before=now,
        attempts=0,
        claimed_by=None,
        claimed_until=None,
        merged_into=None,
        finished_at=None,
        outcome="",
    )


def _fresh_links(
    services: Services,
    session: Session,
    known: Mapping[str, Header],
    keyed: Sequence[tuple[str, Offer]],
    now: dt.datetime,
    by: str,
) -> Mapping[str, str]:
    """Links of their own for the mails whose links were taken out, by their keys."""
    lasting = link_lasting(services.settings, now)
    wanted: dict[str, list[NewLink]] = defaultdict(list)
    for key, offer in keyed:
        old, header = offer.mail.outbox_mail, known[offer.mail.reference]
        if has_sign(old.text):
            link = NewLink(header.id, old.party, offer.to.email, lasting, key)
            wanted[header.reference].append(link)
    found: dict[str, str] = {}
    if wanted:
        for case in load_all(session, now, [known[reference] for reference in wanted]):
            asked, stamp = wanted[case.reference], Stamp(now, by)
            found |= fresh_links(services.settings, session, case, asked, stamp)
    return found


def _with_link(old: OutboxMail, link: str) -> OutboxMail:
    """The mail with that link in place of the one that was taken out."""
    return old.with_words(
        with_links(old.text, lambda *_: link), with_links(old.html, lambda *_: link)
    )


def _lay_aside(session: Session, old: OutboxMail, to: str, now: dt.datetime) -> None:
    """A mail that our server refused waits for nobody once it was written anew."""
    if old.state is not OutboxState.FAILED:
        return
    said = f"{old.outcome} Sendt igen til {to}.".strip()
    outbox.finish(session, old.key, OutboxState.WITHDRAWN, now, said)
    whole = old.merged_into
    if whole and all(p.state is OutboxState.WITHDRAWN for p in outbox.parts_of(session, whole)):
        outbox.finish(session, whole, OutboxState.WITHDRAWN, now, said)


def families_of(session: Session, roots: Sequence[str]) -> Mapping[str, Sequence[OutboxMail]]:
    """Every time that each mail was written, by the key of the first."""
    found: dict[str, list[OutboxMail]] = defaultdict(list)
    for mail in written_again(session, roots, AGAIN):
        found[root(mail.key)].append(mail)
    return found


class _Look:
    """Answers for many mails, each thing looked up once."""

    def __init__(
        self, services: Services, session: Session, now: dt.datetime, lost: Sequence[Undelivered]
    ) -> None:
        self.now, self.blocked = now, blocked_addresses(session, now)
        parties = {mail.outbox_mail.party for mail in lost}
        self._contacts = receivers_of(services, session, parties, now)
        self._roles = {
            party: {contact.email.casefold(): contact.role for contact in reversed(contacts)}
            for party, contacts in histories(session, parties).items()
        }
        chased = {mail.reference for mail in lost if mail.outbox_mail.mail in CHASING}
        cases = load_all(session, EVER, headers(session, tuple(chased)), is_chase=True)
        self._asked = {case.reference: StillOwed(case) for case in cases}

    def receiver(self, mail: Undelivered) -> ContactValue | None:
        """Who has the place of the address now; None where nobody has, or it does not work."""
        party = mail.outbox_mail.party
        role = self.place(party, mail.address)
        contacts = self._contacts[party]
        to = next((c for c in contacts if c.role is role), None) if role else None
        to = to or (receiver_among(contacts) if role is None else None)
        if to is None or self._is_broken(to.email):
            return None
        is_same = to.email.casefold() == mail.address
        # One that our own server refused is decided on under «Rykkere», as long as it stands.
        return None if is_same and mail.outbox_mail.state is OutboxState.FAILED else to

    def _is_broken(self, email: str) -> bool:
        delivery_report = self.blocked.get(email.casefold())
        return delivery_report is not None and delivery_report.kind is DeliveryReportKind.FAILED

    def place(self, party: str, address: str) -> ContactRole | None:
        """The role of those who get copies; None for those whom mails go to."""
        role = self._roles.get(party, {}).get(address.casefold())
        return None if role in RECEIVING else role

    def was_sent_again(self, mail: Undelivered, family: Sequence[OutboxMail]) -> bool:
        """Whether it was written anew since for whoever has that place; its own fate counts."""
        party, own = mail.outbox_mail.party, self.place(mail.outbox_mail.party, mail.address)
        return any(
            number_of(one.key) > number_of(mail.outbox_mail.key)
            and any(self.place(party, address) == own for address in one.recipients)
            for one in family
        )

    def is_wanted(self, mail: Undelivered) -> bool:
        """Whether it would go if it waited now."""
        outbox_mail = mail.outbox_mail
        if outbox_mail.mail not in CHASING:
            return True
        asked, today = self._asked[mail.reference], self.now.date()
        at = (outbox_mail.step, outbox_mail.party)
        return asked.reason_overtaken(outbox_mail.mail, at, outbox_mail.due_on, today) is None
