"""Corrects a mail that went out and was wrong: to exactly those who got it, once, in its thread.

Who got it is read from what is known of each mail, not from who was to get it: one that was
withdrawn, refused, sent back or still waits was wrong for nobody yet. Every mail that went has one
correction, whose key is made of the mail's own; so it can be asked for again when more have gone
out, and nobody gets it twice. A correction can be corrected like any other mail.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models import GATHERED, MailKind, OutboxState
from udmelding.casework.access.own_pages import fresh_links, link_lasting, placeholder
from udmelding.casework.mail.texts import keep_versions
from udmelding.casework.mail.undelivered import missed
from udmelding.casework.mail.values import common_values
from udmelding.casework.mail.writing import receivers_of
from udmelding.casework.wiring import Services
from udmelding.documents.mail.contexts import CorrectionContext
from udmelding.documents.mail.rendering import find_texts
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.access.party_links import NewLink
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.files import guard
from udmelding.journal.inbox.delivery_reports import sent_back
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp
from udmelding.outside.mail.mime import message_id_for
from udmelding.rules.access.links import without_links_in
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import COPY, mail_state
from udmelding.rules.files.cpr_gate import pass_gate

MOST_WORDS = 2000
"""Signs in each of the two texts."""


@dataclass(frozen=True, slots=True)
class Round:
    """The mails of one kind that went out of a case on one day."""

    kind: MailKind
    sent_on: dt.date
    count: int

    @property
    def id(self) -> str:
        """Names the round on a form."""
        return f"{self.kind.value} {self.sent_on.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A mail that went, with those whom it reached.

    Attributes:
        key: of the correction.
        mail: the mail, or the first of the parts that it went out with.
        thread_id: the Message-ID of what really went.
        names: of the parties that it was about.
        to: the addresses that it reached; ``copies`` those of them that got a copy.
        is_corrected: its correction is written.
    """

    key: str
    mail: OutboxMail
    thread_id: str
    names: tuple[str, ...]
    to: tuple[str, ...]
    copies: tuple[str, ...]
    is_corrected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrigible:
    """What can be corrected of one round.

    Attributes:
        wrong: the mails that went, each with those who got it.
        others: name and state of those of the round that did not go, or did not arrive.
    """

    round: Round
    wrong: tuple[Wrong, ...]
    others: tuple[tuple[str, str], ...]

    @property
    def receivers(self) -> tuple[Wrong, ...]:
        """Whoever gets the correction."""
        return tuple(one for one in self.wrong if not one.is_corrected)

    @property
    def seen(self) -> str:
        """Names exactly these receivers: a form says whom it showed."""
        keys = "\n".join(sorted(one.key for one in self.receivers))
        return hashlib.sha256(keys.encode()).hexdigest()[:20]


def rounds(session: Session, header: Header, as_of: dt.datetime) -> tuple[Round, ...]:
    """The kinds of mails that had gone out of the case by ``as_of``, by day, the newest first."""
    found: dict[tuple[dt.date, MailKind], int] = defaultdict(int)
    for mail in _mails(session, header, as_of):
        if (day := _gone_on(mail)) is not None:
            found[day, mail.mail] += 1
    return tuple(Round(kind, day, n) for (day, kind), n in sorted(found.items(), reverse=True))


def look_at_round(
    session: Session, header: Header, case: Case, asked: str, now: dt.datetime
) -> Corrigible:
    """Who got the mails of a round, and who did not.

    Args:
        session: reads.
        header: the case.
        case: what is known of it.
        asked: the ``id`` of the round.
        now: the moment.

    Raises:
        NotFoundError: no such mails have gone out of the case.
    """
    chosen = next((one for one in rounds(session, header, now) if one.id == asked), None)
    if chosen is None:
        raise NotFoundError("udsendte mails", asked[:60])
    mails = [mail for mail in _mails(session, header, now) if mail.mail is chosen.kind]
    gone = [mail for mail in mails if _gone_on(mail) == chosen.sent_on]
    written = {mail.created_at.date() for mail in gone}
    back, names = sent_back(session), {party.party: party.name for party in case.parties}
    wrong = tuple(_wrong(session, header, gone, mails, back, names))
    reached = {one.mail.key for one in wrong}
    whole_reached = {one.mail.merged_into for one in wrong if one.mail.merged_into}
    others = tuple(
        (names.get(mail.party, mail.party), _state(mail))
        for mail in mails
        if mail.key not in reached
        and mail.merged_into not in whole_reached
        and COPY not in mail.key
        and mail.created_at.date() in written
        and _gone_on(mail) in (None, chosen.sent_on)
    )
    return Corrigible(round=chosen, wrong=wrong, others=others)


def correct(
    services: Services,
    reference: str,
    asked: str,
    wrong: str,
    right: str,
    stamp: Stamp,
    seen: str = "",
) -> tuple[str, ...]:
    """Write the correction of a round to whoever got it and has none; returns the new mails' keys.

    Args:
        services: settings and texts.
        reference: the case.
        asked: the ``id`` of the round.
        wrong: what was wrong; ``right``: what holds.
        right: see ``wrong``.
        stamp: who corrects, and when.
        seen: whom the person was shown; empty for whoever it is.

    Raises:
        NotFoundError: there is no such case or round.
        RefusedError: a text is missing or too long, all have got the correction, or they are others
            than those that were shown; or as ``journal.files.guard``.
        TakenKeyError: another sent the same correction at the very same moment.
    """
    said = _checked(wrong, right)
    with writing(services.engine) as session:
        header = find(session, reference)
        case = load(session, header.reference, stamp.now)
        found = look_at_round(session, header, case, asked, stamp.now)
        _check_receivers(found, seen)
        clean = guard(session, found.receivers[0].key, said, stamp)
        lasting = link_lasting(services.settings, stamp.now)
        wanted = [
            NewLink(header.id, one.mail.party, one.to[0], lasting, one.key)
            for one in found.receivers
        ]
        links = fresh_links(services.settings, session, case, wanted, stamp)
        mails = _compose(services, session, case, found, clean, stamp, links)
        outbox.enqueue_new(session, [(header.id, mail) for mail in mails])
        keep_versions(session, find_texts(services.settings.texts_folder), mails, stamp.now)
    return tuple(mail.key for mail in mails)


def shown_correction(
    services: Services,
    reference: str,
    asked: str,
    wrong: str,
    right: str,
    stamp: Stamp,
    seen: str = "",
) -> tuple[OutboxMail, ...]:
    """The mails that ``correct`` would write, as their receivers will get them; nothing is written.

    Their links are placeholders. Arguments and refusals are those of ``correct``.
    """
    said = _checked(wrong, right)
    pass_gate({**said, "by": stamp.by}, stamp.now.date(), is_confirmed=stamp.has_looked)
    with reading(services.engine) as session:
        header = find(session, reference)
        case = load(session, header.reference, stamp.now)
        found = look_at_round(session, header, case, asked, stamp.now)
        _check_receivers(found, seen)
        links = {
            one.key: placeholder(services.settings, case, one.mail.party) for one in found.receivers
        }
        clean = without_links_in(said)
        return tuple(_compose(services, session, case, found, clean, stamp, links))


def _checked(wrong: str, right: str) -> dict[str, str]:
    said = {"wrong": wrong.strip(), "right": right.strip()}
    if not all(said.values()):
        raise RefusedError("Skriv både, hvad der var forkert, og hvad der er det rigtige.")
    if any(len(words) > MOST_WORDS for words in said.values()):
        raise RefusedError(f"Skriv højst {MOST_WORDS} tegn hvert sted.")
    return said


def _check_receivers(found: Corrigible, seen: str) -> None:
    if not found.receivers:
        raise RefusedError("Alle, der fik den forkerte mail, har fået rettelsen.")
    if seen not in ("", found.seen):
        raise RefusedError(
            "Flere har fået mailen eller rettelsen, siden du så listen. Se den igennem igen."
        )


def _mails(session: Session, header: Header, as_of: dt.datetime) -> list[OutboxMail]:
    """The case's mails that were written by then; a gathered one as its parts, which are its."""
    mails = outbox.list_mails(session, announcement_id=header.id)
    return [m for m in mails if m.mail not in GATHERED and m.created_at <= as_of]


def _gone_on(mail: OutboxMail) -> dt.date | None:
    """The day on which it went; None for one that has not."""
    if mail.state is not OutboxState.SENT or mail.finished_at is None:
        return None
    return mail.finished_at.date()


def _state(mail: OutboxMail) -> str:
    """Why it corrects nothing: one that went all the same was sent back."""
    if mail.state is OutboxState.SENT:
        return "kom retur"
    return label(mail_state(mail.state, mail.transport, mail.outcome))


def _wrong(
    session: Session,
    header: Header,
    gone: Sequence[OutboxMail],
    all_mails: Sequence[OutboxMail],
    back: Mapping[str, frozenset[str]],
    names: Mapping[str, str],
) -> Iterator[Wrong]:
    """One for each mail that really went: parts that went out as one are corrected as one."""
    wholes: dict[str, list[OutboxMail]] = defaultdict(list)
    for mail in gone:
        wholes[mail.merged_into or mail.key.partition(COPY)[0]].append(mail)
    ids = {key: outbox.get(session, key).message_id for key in wholes}
    keys = {key: _key(header.reference, key) for key in wholes}
    known = outbox.written_among(session, tuple(keys.values()))
    # A copy that the server put off is a mail by itself; until that has gone it reached nobody.
    later = {
        (mail.key.partition(COPY)[0], address.casefold())
        for mail in all_mails
        if COPY in mail.key and mail.state is not OutboxState.SENT
        for address in mail.recipients
    }
    for whole, mails in wholes.items():
        first = mails[0]
        lost = {address for mail in mails for address in missed(mail, back)}
        lost |= {address for key, address in later if key == whole}
        to = _kept([a for mail in mails for a in mail.recipients], lost)
        copies = _kept([a for mail in mails for a in mail.copies], {*lost, *map(str.casefold, to)})
        if to or copies:
            yield Wrong(
                key=keys[whole],
                mail=first,
                thread_id=ids[whole],
                names=tuple(dict.fromkeys(names.get(m.party, m.party) for m in mails)),
                to=to or copies,
                copies=copies if to else (),
                is_corrected=keys[whole] in known,
            )


def _kept(addresses: Sequence[str], lost: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a for a in addresses if a.casefold() not in lost))


def _key(reference: str, wrong: str) -> str:
    return f"{reference}/correction/{hashlib.sha256(wrong.encode()).hexdigest()[:20]}"


def _compose(
    services: Services,
    session: Session,
    case: Case,
    found: Corrigible,
    said: Mapping[str, str],
    stamp: Stamp,
    links: Mapping[str, str],
) -> list[OutboxMail]:
    settings, receivers = services.settings, found.receivers
    contacts = receivers_of(services, session, {r.mail.party for r in receivers}, stamp.now)
    texts = find_texts(settings.texts_folder)
    made: list[OutboxMail] = []
    for one in receivers:
        names = [c.name for c in contacts[one.mail.party] if c.email in one.to]
        greeting = names[0] if names else one.names[0]
        context = CorrectionContext(
            **common_values(settings, case, one.mail.party, greeting, stamp.now.date()),
            link=links.get(one.key, ""),
            sent_on=found.round.sent_on,
            wrong_subject=one.mail.subject.removeprefix(f"[{case.reference}] "),
            wrong=said["wrong"],
            right=said["right"],
        )
        rendered = texts.write(MailKind.CORRECTION, context)
        made.append(
            OutboxMail(
                key=one.key,
                step=one.mail.step,
                party=one.mail.party,
                mail=MailKind.CORRECTION,
                rung="correction",
                due_on=None,
                template_version=rendered.template_version,
                recipients=list(one.to),
                copies=list(one.copies),
                attachments=[],
                subject=rendered.subject,
                text=rendered.text,
                html=rendered.html,
                message_id=message_id_for(one.key, settings.mail.message_id_domain),
                thread_id=one.thread_id,
                written_by=stamp.by,
                created_at=stamp.now,
                not_before=stamp.now,
            )
        )
    return made
