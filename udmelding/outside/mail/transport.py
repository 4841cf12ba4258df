"""What is a way to send a mail, and what can come of it?

A transport takes one message under its key and answers with a receipt or one of two errors. It
never tries again by itself: the outbox does, under its own rules. The question that decides what
happens after a crash is ``has_taken``: a folder can be asked, a mail server cannot.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import MappingProxyType
from typing import Protocol

from udmelding.errors import OutsideError


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The counterpart has taken the mail.

    Attributes:
        transport: the name of the transport.
        detail: what the counterpart said, or where the file is.
        refused: addresses that it refused while it took the mail for the others, and why.
    """

    transport: str
    detail: str
    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class MailRefusedError(OutsideError):
    """The counterpart will never take this mail; trying again cannot help.

    An example: ``550 5.1.1 <chef@kommune.example>: User unknown``. Somebody has to correct the
    address, or the mail.

    Attributes:
        key: the mail's key.
        refused: the addresses that were refused, and why; empty when it was the mail as a whole.
    """

    def __init__(self, key: str, reason: str, refused: Mapping[str, str] | None = None) -> None:
        """Compose the message from the counterpart's ``reason``."""
        super().__init__(f"Mailen blev afvist: {reason}", is_temporary=False)
        self.key, self.refused = key, dict(refused or {})


class MailDelayedError(OutsideError):
    """The mail did not go this time; the same mail may go later.

    Examples: ``451 4.7.1 Greylisted, try again later``; the server is down for the night; its
    certificate has run out and will be renewed.

    Attributes:
        key: the mail's key.
        is_in_doubt: the connection broke after the content was handed over and before the server
            answered. It may have taken the mail, so that another try may double it.
        concerns_all: no mail can go now, whatever it says: no connection, no login, a certificate,
            too many mails. The other mails wait instead of failing one by one.
        pause: how long the counterpart asked to be left alone (``Retry-After``); None: it did not.
    """

    def __init__(
        self,
        key: str,
        reason: str,
        *,
        is_in_doubt: bool = False,
        concerns_all: bool = False,
        pause: dt.timedelta | None = None,
    ) -> None:
        """Compose the message from the ``reason``."""
        doubt = " Serveren kan have taget imod den." if is_in_doubt else ""
        super().__init__(f"Mailen kom ikke af sted: {reason}{doubt}", is_temporary=True)
        self.key, self.is_in_doubt = key, is_in_doubt
        self.concerns_all, self.pause = concerns_all, pause


class Transport(Protocol):
    """A way to send mails."""

    @property
    def name(self) -> str:
        """What it is called in receipts and settings."""
        ...

    def deliver(self, message: EmailMessage, key: str) -> Receipt:
        """Hand ``message`` over under its ``key``.

        Raises:
            MailRefusedError: it will never be taken.
            MailDelayedError: it was not taken now.
        """
        ...

    def has_taken(self, message: EmailMessage, key: str) -> bool | None:
        """Whether the mail was taken before; None where nobody can know."""
        ...
