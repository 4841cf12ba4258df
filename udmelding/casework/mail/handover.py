"""A contact leaves: all that is open goes over to another, in one act and with one mail.

What happens is worked out first (``plan_of``) and shown; doing it works it out again in its own
transaction, and does nothing where it came out otherwise. Nothing is overwritten: the contacts are
superseded, the links of the one who leaves are closed and can be seen as such, and what was sent
stays as it was sent. Only mails that wait get another receiver; those that were tried in vain are
written anew (``handing_on``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from models import DeliveryReportKind, MailKind
from udmelding.casework.access.own_pages import as_they_count, fresh_links, has_page, link_lasting
from udmelding.casework.mail.handing_on import stuck_mails, write_anew
from udmelding.casework.mail.still_wanted import regroup
from udmelding.casework.mail.texts import keep_versions
from udmelding.casework.mail.values import common_values
from udmelding.casework.mail.writing import RECEIVING
from udmelding.casework.parties.book import name_of, owed_by
from udmelding.casework.wiring import Services
from udmelding.config.settings import Settings
from udmelding.documents.mail.contexts import HandoverContext, HandoverItem
from udmelding.documents.mail.rendering import find_texts
from udmelding.errors import RefusedError
from udmelding.journal.access.party_links import (
    LinkValue,
    NewLink,
    below,
    give_links,
    links_of_party,
    turn_links,
)
from udmelding.journal.case.header import closings, find, headers
from udmelding.journal.case.load import load_all
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.inbox.delivery_reports import blocked_addresses
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import (
    ContactValue,
    RecordedContact,
    change_contact,
    check_address,
    history,
    standing_contacts,
)
from udmelding.journal.stamp import Stamp
from udmelding.outside.mail.mime import message_id_for
from udmelding.rules.access.links import end_after, is_over
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.files.cpr_gate import pass_gate
from udmelding.rules.status.owed import Owed


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who hands over to whom.

    Attributes:
        party: whose contact it is.
        leaving: the address of the one who leaves.
        name: of the one who comes; ``email``: the address.
    """

    party: str
    leaving: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """One thing that the new contact takes over; without a day nothing is owed for now."""

    reference: str
    title: str
    wanted: str = ""
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What handing over does.

    Attributes:
        contacts: those that stand with the address, one for each role.
        links: the links of the one who leaves that work, with the reference of their case;
            ``below`` those that others have made from them, which end with them.
        mails: those that wait for the one who leaves, and go to the other instead.
        stuck: those that are held or were refused, and are written anew to the other.
        matters: what the one mail to the new contact lists; none: there is no such mail.
        held: references of paused cases, of which that mail says nothing.
        elsewhere: names of other parties that have the address too, and keep it.
    """

    wish: Wish
    contacts: tuple[RecordedContact, ...]
    links: tuple[tuple[str, LinkValue], ...]
    below: tuple[tuple[str, LinkValue], ...]
    mails: tuple[OutboxMail, ...]
    stuck: tuple[OutboxMail, ...]
    matters: tuple[OpenMatter, ...]
    held: tuple[str, ...]
    elsewhere: tuple[str, ...]

    @property
    def leaving_name(self) -> str:
        """What the one who leaves is called."""
        return self.contacts[0].name

    @property
    def seen(self) -> str:
        """Names exactly this plan: a form says what it showed."""
        said = [
            repr(self.wish),
            *(contact.key for contact in self.contacts),
            *(str(link.id) for _, link in (*self.links, *self.below)),
            *(mail.key for mail in (*self.mails, *self.stuck)),
            *map(repr, self.matters),
        ]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was done; ``mail`` is the key of the mail to the new contact, empty for none."""

    plan: Handover
    mail: str


def plan_of(services: Services, wish: Wish, now: dt.datetime) -> Handover:
    """What handing over would do; nothing is done.

    Raises:
        NotFoundError: there is no such party.
        CprRefusedError: the name or address certainly or likely holds a CPR number.
        RefusedError: nobody has the address there, it is the same, or mails to the new one come
            back.
    """
    pass_gate({"name": wish.name, "email": wish.email}, now.date(), is_confirmed=True)
    owed = owed_by(services, wish.party, name_of(services.settings, wish.party), now)
    with reading(services.engine) as session:
        return _plan(services, session, wish, owed, now)


def hand_over(services: Services, wish: Wish, stamp: Stamp, seen: str = "") -> HandedOver:
    """Hand all that is open over, all of it or nothing.

    Args:
        services: database and texts.
        wish: who hands over to whom.
        stamp: who says so, and when.
        seen: the plan that the person was shown; empty for whatever it is.

    Raises:
        NotFoundError: there is no such party.
        RefusedError: as ``plan_of``; or something has changed since the plan was shown; or as
            ``journal.files.guard``.
    """
    owed = owed_by(services, wish.party, name_of(services.settings, wish.party), stamp.now)
    with writing(services.engine) as session:
        plan = _plan(services, session, wish, owed, stamp.now)
        if seen not in ("", plan.seen):
            raise RefusedError(
                "Noget er ændret, siden du så, hvad der sker. Intet er overdraget. Se det igen."
            )
        for known in plan.contacts:
            new = ContactValue(
                party=wish.party, role=known.role, name=plan.wish.name, email=plan.wish.email
            )
            change_contact(session, new, known.key, stamp)
        _readdress(session, plan, stamp.now)
        turn_links(session, [link.id for _, link in plan.links], stamp, is_open=False)
        write_anew(services, session, plan.stuck, lambda mail: _to_the_new(mail, plan), stamp)
        return HandedOver(plan, _write(services, session, plan, stamp))


def _plan(
    services: Services,
    session: Session,
    wish: Wish,
    owed: Sequence[Owed],
    now: dt.datetime,
) -> Handover:
    email, wanted = check_address(wish.email), wish.leaving.casefold()
    wish = replace(wish, name=" ".join(wish.name.split()), email=email)
    if not wish.name:
        raise RefusedError("Skriv navnet på den, der overtager.")
    standing = standing_contacts(session)
    contacts = [c for c in standing.get(wish.party, {}).values() if c.email.casefold() == wanted]
    if not contacts:
        raise RefusedError(f"«{wish.leaving}» er ikke kontakt her nu.")
    if email.casefold() == wanted:
        raise RefusedError("Den nye adresse er den samme som den gamle.")
    block = blocked_addresses(session, now).get(email.casefold())
    if block is not None and block.kind is DeliveryReportKind.FAILED:
        raise RefusedError(f"Mails til {email} kommer retur. Skriv en adresse, der virker.")
    mails = outbox.unsent_to(session, wish.party, wish.leaving)
    links, under = _links(services.settings, session, wish, {mail.key for mail in mails}, now)
    # Whoever only gets copies answers for nothing, and is told of nothing that is owed.
    answers = any(contact.role in RECEIVING for contact in contacts)
    mine = [one for one in owed if answers]
    references = dict.fromkeys([*(one.reference for one in mine), *(ref for ref, _ in links)])
    cases = _open_cases(session, tuple(references), now)
    matters, held = _matters(cases, wish.party, mine)
    return Handover(
        wish=wish,
        contacts=tuple(contacts),
        links=links,
        below=under,
        mails=tuple(mails),
        stuck=stuck_mails(session, wish.party, wish.leaving, now.date()),
        matters=matters,
        held=held,
        elsewhere=tuple(
            sorted(
                name_of(services.settings, party)
                for party, known in standing.items()
                if party != wish.party and any(c.email.casefold() == wanted for c in known.values())
            )
        ),
    )


Links = tuple[tuple[str, LinkValue], ...]


def _links(
    settings: Settings, session: Session, wish: Wish, waiting: set[str], now: dt.datetime
) -> tuple[Links, Links]:
    """The links of the one who leaves that work, and those that others have made from them.

    What lies in a mail that has not left was given to nobody yet; it goes with the mail.
    """
    known = as_they_count(settings, links_of_party(session, wish.party))
    cases = closings(session, [link.announcement_id for link in known])
    working = []
    for link in known:
        reference, closed_on = cases[link.announcement_id]
        closing = end_after(closed_on) if closed_on is not None else None
        if link.works(now) and not is_over(closing, now):
            working.append((reference, link))
    theirs = [
        (reference, link)
        for reference, link in working
        if wish.leaving.casefold() in link.made_for.casefold() and link.mail_key not in waiting
    ]
    numbers = {link.id for _, link in theirs}
    ending = {one.id for _, link in theirs for one in below(link, known)} - numbers
    return tuple(theirs), tuple((ref, link) for ref, link in working if link.id in ending)


def _open_cases(
    session: Session, references: tuple[str, ...], now: dt.datetime
) -> tuple[Case, ...]:
    found = load_all(session, now, headers(session, references)) if references else ()
    return tuple(case for case in found if not case.is_closed)


def _matters(
    cases: Sequence[Case], party: str, owed: Sequence[Owed]
) -> tuple[tuple[OpenMatter, ...], tuple[str, ...]]:
    """What is open, the earliest due date first; and the paused cases, which are left out."""
    found: list[OpenMatter] = []
    for case in cases:
        if case.is_paused:
            continue
        theirs = [one for one in owed if one.reference == case.reference]
        for one in theirs:
            step = case.process.step(one.step_id)
            is_decision = step is not None and is_council_step(step)
            wanted = "den politiske beslutning" if is_decision else "det samlede svar"
            found.append(OpenMatter(case.reference, case.title, wanted, one.due_on))
        if not theirs and case.party(party) is not None:
            found.append(OpenMatter(case.reference, case.title))
    found.sort(key=lambda one: (one.due_on or dt.date.max, one.reference))
    return tuple(found), tuple(case.reference for case in cases if case.is_paused)


def _readdress(session: Session, plan: Handover, now: dt.datetime) -> None:
    """Let the waiting mails go to the new contact, with the links that lie in them."""
    wholes = {mail.merged_into for mail in plan.mails if mail.merged_into is not None}
    for key in wholes:
        parts = outbox.parts_of(session, key)
        if any(part.party != plan.wish.party for part in parts):
            # It is about others too, whose contact stays: each part goes by itself again.
            regroup(session, key, [part.key for part in parts], now)
        else:
            whole = outbox.get(session, key, with_links=True)
            outbox.rewrite(session, _to_the_new(whole, plan))
    for mail in plan.mails:
        outbox.rewrite(session, _to_the_new(mail, plan))
    carried = {mail.key for mail in plan.mails}
    given = [x.id for x in links_of_party(session, plan.wish.party) if x.mail_key in carried]
    give_links(session, given, plan.wish.email)


def _to_the_new(mail: OutboxMail, plan: Handover) -> OutboxMail:
    """The same mail to the other address; it greets the other where it greeted by name."""

    def changed(addresses: Sequence[str]) -> list[str]:
        leaving, new = plan.wish.leaving.casefold(), plan.wish.email
        swapped = (new if a.casefold() == leaving else a for a in addresses)
        return list(dict.fromkeys(swapped))

    recipients = changed(mail.recipients)
    copies = [address for address in changed(mail.copies) if address not in recipients]
    old, new = f"Til {plan.leaving_name}", f"Til {plan.wish.name}"
    words = (mail.text, mail.html)
    if mail.text.split("\n", 1)[0].strip() == old:
        words = (
            mail.text.replace(old, new, 1),
            mail.html.replace(f">{escape(old)}<", f">{escape(new)}<", 1),
        )
    return replace(mail, recipients=recipients, copies=copies, text=words[0], html=words[1])


def _write(services: Services, session: Session, plan: Handover, stamp: Stamp) -> str:
    """Write the one mail to the new contact; its key, or empty where nothing is open."""
    if not plan.matters:
        return ""
    settings, wish = services.settings, plan.wish
    references = tuple(dict.fromkeys(one.reference for one in plan.matters))
    cases = {c.reference: c for c in _open_cases(session, references, stamp.now)}
    first = cases[references[0]]
    # The new contact's own record is in the key: whoever hands over again writes another mail.
    newest = next(c for c in history(session, wish.party) if c.email == wish.email)
    tail = newest.key.rpartition(f"{wish.party}/")[2].replace("/", "-")
    key = f"{first.reference}/handover/{wish.party}/{tail}"
    links = _fresh(services, session, cases, wish, key, stamp)
    context = HandoverContext(
        **common_values(settings, first, wish.party, wish.name, stamp.now.date()),
        former_name=plan.leaving_name,
        items=tuple(
            HandoverItem(
                reference=one.reference,
                title=one.title,
                wanted=one.wanted,
                due_on=one.due_on,
                link=links.get(one.reference, ""),
            )
            for one in plan.matters
        ),
    )
    texts = find_texts(settings.texts_folder)
    rendered = texts.write(MailKind.HANDOVER, context)
    own_id = message_id_for(key, settings.mail.message_id_domain)
    mail = OutboxMail(
        key=key,
        step="handover",
        party=wish.party,
        mail=MailKind.HANDOVER,
        rung="handover",
        due_on=plan.matters[0].due_on,
        template_version=rendered.template_version,
        recipients=[wish.email],
        copies=[],
        attachments=[],
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=own_id,
        thread_id=own_id,
        written_by=stamp.by,
        created_at=stamp.now,
        not_before=stamp.now,
    )
    outbox.enqueue_new(session, [(find(session, first.reference).id, mail)])
    keep_versions(session, texts, [mail], stamp.now)
    return key


def _fresh(
    services: Services,
    session: Session,
    cases: Mapping[str, Case],
    wish: Wish,
    key: str,
    stamp: Stamp,
) -> Mapping[str, str]:
    """A link to each of the cases in which the party has a page, by reference."""
    settings, found = services.settings, {}
    lasting = link_lasting(settings, stamp.now)
    for reference, case in cases.items():
        if has_page(settings, case, wish.party):
            wanted = NewLink(find(session, reference).id, wish.party, wish.email, lasting, key)
            found[reference] = fresh_links(settings, session, case, [wanted], stamp)[key]
    return found
