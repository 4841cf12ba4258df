"""A mail on its way out: from the outbox's letter and its files to the message that is sent."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage

from udmelding.casework.services import Services
from udmelding.journal.mail.outbox import Letter
from udmelding.outside.mail.mime import Attachment, MailToSend, build_message


def message_of(services: Services, letter: Letter) -> EmailMessage:
    """The message that ``letter`` is sent as.

    Raises:
        RefusedError: an address cannot be used.
        OutsideError: a file that goes with it is missing or damaged.
    """
    settings = services.settings
    mail = MailToSend(
        key=letter.key,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        recipients=tuple(letter.recipients),
        copies=tuple(letter.copies),
        message_id=letter.message_id,
        thread_id=letter.thread_id,
        created_at=letter.created_at,
        reference=letter.key.split("/", 1)[0],
        attachments=tuple(_attachment(services, item) for item in letter.attachments),
    )
    return build_message(mail, sender=settings.secretariat)


def _attachment(services: Services, item: Mapping[str, str]) -> Attachment:
    with services.store.open_checked(item["sha256"]) as file:
        content = file.read()
    return Attachment(file_name=item["file_name"], media_type=item["media_type"], content=content)
