"""What message is a mail of the outbox sent as? Its words, its files, and who writes."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage

from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.outside.mail.mime import Attachment, MailToSend, build_message


def message_of(services: Services, mail: OutboxMail) -> EmailMessage:
    """The message that ``mail`` is sent as.

    Raises:
        RefusedError: an address cannot be used.
        OutsideError: a file that goes with it is missing or damaged.
    """
    settings = services.settings
    to_send = MailToSend(
        key=mail.key,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        recipients=tuple(mail.recipients),
        copies=tuple(mail.copies),
        message_id=mail.message_id,
        thread_id=mail.thread_id,
        created_at=mail.created_at,
        reference=mail.key.split("/", 1)[0],
        attachments=tuple(_attachment(services, item) for item in mail.attachments),
    )
    return build_message(to_send, sender=settings.secretariat)


def _attachment(services: Services, item: Mapping[str, str]) -> Attachment:
    if not item["sha256"]:  # taken out for good since the mail was written
        raise RefusedError(f"Filen «{item['file_name']}» er fjernet. Skriv mailen igen uden den.")
    with services.store.open_checked(item["sha256"]) as file:
        content = file.read()
    return Attachment(file_name=item["file_name"], media_type=item["media_type"], content=content)
