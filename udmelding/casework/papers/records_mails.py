"""The mails of a case as files: each as it was sent or as it came, without its personal links.

A personal link lets whoever has it answer for a municipality, so none leaves the house in a file
that many will open. It is taken out of our own mails before they are written, and out of mails that
came in where they quote one. A mail that came in without one is the very mail that came.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Any

from udmelding.casework.mail.message import message_of
from udmelding.casework.papers.records_items import Folder, Item, dated_name, opener_of
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError
from udmelding.journal.database import Session
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.inbox.shelves import in_case
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.outbox_search import sent_in_case
from udmelding.outside.mail.mime import POLICY
from udmelding.rules.access.links import has_sign, without_links, without_links_in_bytes
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import mail_state
from udmelding.rules.files.cpr import REFUSED
from udmelding.rules.inbox.mail_files import HERE, FileState, file_sentence, places_of, state_of
from udmelding.rules.words.texts import first_upper

_GATHERED = "Samlet med andre sager i én mail."
_LINK_GONE = "Et personligt link er fjernet."
_NOT_KEPT = "Mailen er ikke med, som den kom; teksten er uden cpr-numre."


def mail_items(services: Services, session: Session, case: Case, case_id: int) -> list[Item]:
    """The mails of a case that were sent and that came in, up to the case's moment.

    Args:
        services: the store, and who writes.
        session: reads.
        case: what is known.
        case_id: its id.
    """
    here = Here(services)
    ours = sent_in_case(session, case_id, case.as_of)
    sent = [_sent(services, here, case, mail) for mail in ours]
    came = in_case(session, case_id, case.as_of)
    return [*sent, *(_came(services, here, case, mail) for mail in came)]


class Here:
    """Which files the store has; each is looked for once, though many mails carry it."""

    def __init__(self, services: Services) -> None:
        """Nothing has been looked for."""
        self._store, self._known = services.store, dict[str, bool]()

    def has(self, sha256: str) -> bool:
        """Whether the store has that file.

        Raises:
            OutsideError: it has, but the file is damaged.
        """
        if sha256 not in self._known:
            try:
                self._store.open_checked(sha256).close()
                self._known[sha256] = True
            except NotFoundError:
                self._known[sha256] = False
        return self._known[sha256]


def _sent(services: Services, here: Here, case: Case, mail: OutboxMail) -> Item:
    party = case.party(mail.party)
    name = party.name if party else mail.party
    sent_at = mail.finished_at or mail.created_at
    return Item(
        folder=Folder.MAILS,
        name=dated_name(sent_at.date(), f"ud {name} - {_subject(case, mail.subject)}", ".eml"),
        title=mail.subject,
        kind=f"mail: {label(mail.mail)}",
        happened_at=sent_at,
        opened=opener_of(lambda: sent_bytes(services, here, mail)),
        sender=services.settings.secretariat.email,
        receiver=", ".join([*mail.recipients, *mail.copies]),
        recorded_by=mail.written_by,
        recorded_at=mail.created_at,
        note=" ".join(_notes_of_sent(here, mail)),
    )


def _subject(case: Case, subject: str) -> str:
    """Without the case's reference, which is the same in all of them."""
    return " ".join(subject.replace(f"[{case.reference}]", "").split())


def _notes_of_sent(here: Here, mail: OutboxMail) -> list[str]:
    came = label(mail_state(mail.state, mail.transport, mail.outcome))
    notes = [f"{first_upper(came)}."]
    if mail.merged_into:
        notes.append(_GATHERED)
    if has_sign(mail.text) or has_sign(mail.html):
        notes.append(_LINK_GONE)
    gone = [one["file_name"] for one in mail.attachments if not here.has(one["sha256"])]
    return [*notes, *(f"Bilaget «{name}» ligger ikke i systemet." for name in gone)]


def sent_bytes(services: Services, here: Here, mail: OutboxMail) -> bytes:
    """A mail as it was sent, without its links; the same bytes each time.

    Args:
        services: the store, and who writes.
        here: which files there are; one that is missing is left out.
        mail: as it stands in the outbox.

    Raises:
        RefusedError: an address cannot be used.
        OutsideError: a file that went with it is damaged.
    """
    kept = [one for one in mail.attachments if here.has(one["sha256"])]
    clean = mail.with_words(without_links(mail.text), without_links(mail.html))
    message = message_of(services, replace(clean, attachments=kept))
    _set_boundaries(message, mail.key)
    return message.as_bytes(policy=POLICY)


def _set_boundaries(message: EmailMessage, key: str) -> None:
    """Parts are divided by what follows from the mail's key; Python would draw lots."""
    for place, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(hashlib.sha256(f"{key}/{place}".encode()).hexdigest()[:40])


def _came(services: Services, here: Here, case: Case, mail: InboxMail) -> Item:
    is_handled = mail.handled_at is not None and mail.handled_at <= case.as_of
    party = case.party(mail.party)
    who = party.name if party else (mail.sender_name or mail.sender)
    came_at = mail.received_at
    return Item(
        folder=Folder.MAILS,
        name=dated_name(came_at.date(), f"ind {who} - {_subject(case, mail.subject)}", ".eml"),
        title=mail.subject or "(uden emne)",
        kind=f"indkommen mail: {label(mail.kind)}",
        happened_at=came_at,
        opened=opener_of(lambda: came_bytes(services, here, mail, case.as_of)),
        sender=mail.sender,
        receiver=services.settings.secretariat.email,
        recorded_by=mail.handled_by if is_handled else "",
        recorded_at=came_at,
        is_confidential=bool(mail.attachments),
        note=" ".join(_notes_of_came(mail, case.as_of)),
    )


def _notes_of_came(mail: InboxMail, as_of: dt.datetime) -> list[str]:
    is_as_it_came = _goes_as_it_came(mail, as_of)
    notes = [] if is_as_it_came else [_NOT_KEPT]
    if has_sign(without_links(mail.text)):
        notes.append(_LINK_GONE)
    files = [] if is_as_it_came else mail.attachments
    return [*notes, *(_note_of_file(file, as_of) for file in files if not _may_go(file, as_of))]


def _note_of_file(file: dict[str, Any], as_of: dt.datetime) -> str:
    name, state = file["file_name"], state_of(file, as_of)
    if state is FileState.DELETED:
        return f"Filen «{name}» er ikke med. {file_sentence(file)}"
    if state is FileState.LOCKED:
        return f"Filen «{name}» er ikke med; den var låst, fordi den kunne have et cpr-nummer."
    return f"Filen «{name}» er ikke med; se den i postkassen."


def _goes_as_it_came(mail: InboxMail, as_of: dt.datetime) -> bool:
    """Whether the mail itself is kept, and none of its files was locked away at that moment."""
    states = (state_of(file, as_of) for file in mail.attachments)
    return bool(mail.raw_sha256) and FileState.LOCKED not in states


def _may_go(file: dict[str, Any], as_of: dt.datetime) -> bool:
    """Only what lies among the documents goes out of the house.

    One that certainly or likely holds a number is there unlocked only where an earlier program had
    made it a document of the case; it is in the package as that.
    """
    state = state_of(file, as_of)
    is_doubtful = any(grade in REFUSED for _, grade in places_of(file))
    return state in HERE and not (state is FileState.FREE and is_doubtful)


def came_bytes(services: Services, here: Here, mail: InboxMail, as_of: dt.datetime) -> bytes:
    """A mail as it came; without the links that it quotes, and never with a CPR number.

    Args:
        services: the store.
        here: which files there are; a mail whose bytes are missing is written anew.
        mail: as it stands in the journal.
        as_of: a file that was let out later is left out; one that was deleted since is gone.

    Raises:
        OutsideError: what was kept is damaged.
    """
    if not _goes_as_it_came(mail, as_of) or not here.has(mail.raw_sha256):
        return _written_anew(services, here, mail, as_of)
    with services.store.open_checked(mail.raw_sha256) as file:
        raw = file.read()
    return blank_mail(raw)


def blank_mail(raw: bytes) -> bytes:
    """A mail without personal links in its texts; one that has none is given back as it is."""
    message = BytesParser(policy=compat32).parsebytes(raw)
    found = [_blank(part) for part in message.walk() if part.get_content_maintype() == "text"]
    return message.as_bytes(policy=compat32.clone(linesep="\r\n")) if any(found) else raw


def _blank(part: Message) -> bool:
    """Take the links out of one text; False where it has none."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return False
    clean = without_links_in_bytes(content)
    if clean == content:
        return False
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(clean).decode("ascii"))
    return True


def _written_anew(services: Services, here: Here, mail: InboxMail, as_of: dt.datetime) -> bytes:
    """A mail whose bytes are not kept, from what is: its words without numbers, and its files."""
    message = EmailMessage(policy=POLICY)
    message["From"] = _plain(mail.sender)
    message["To"] = services.settings.secretariat.email
    message["Subject"] = _plain(mail.subject)
    message["Date"] = mail.sent_at or mail.received_at
    message.set_content(without_links(mail.text), charset="utf-8", cte="quoted-printable")
    for name, content in _files(services, here, mail, as_of):
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=_plain(name)
        )
    _set_boundaries(message, mail.key)
    return message.as_bytes(policy=POLICY)


def _files(
    services: Services, here: Here, mail: InboxMail, as_of: dt.datetime
) -> Sequence[tuple[str, bytes]]:
    found = []
    for one in mail.attachments:
        if _may_go(one, as_of) and here.has(one["sha256"]):
            with services.store.open_checked(one["sha256"]) as file:
                found.append((str(one["file_name"]), file.read()))
    return found


def _plain(text: str) -> str:
    """One line: a header of ours never gets another one."""
    return " ".join(text.split()).replace("=?", "= ?")
