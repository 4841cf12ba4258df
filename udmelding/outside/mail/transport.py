"""What is a way to send a mail, and what can come of it?

A transport takes one message under its key and answers with a receipt or one of two errors. It
never tries again by itself: the outbox does, under its own rules. Whose fault a refusal is stands
in one table for all of them, ``rules.mail.faults``. The question that decides what happens after a
crash is ``has_taken``: a folder can be asked, a mail server cannot; what is known then is whether
the content had begun to leave, which a transport says by calling ``before_content``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import MappingProxyType
from typing import Protocol

from udmelding.errors import OutsideError
from udmelding.rules.mail.faults import WAITS, Mend


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The counterpart has taken the mail.

    Attributes:
        transport: the name of the transport.
        detail: what the counterpart said, or where the file is.
        refused: addresses that it refused for good while it took the mail for the others, and why.
        delayed: addresses of copies that it did not take for now, while it took the mail.
    """

    transport: str
    detail: str
    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    delayed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


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
        mend: why no mail can go now, whatever it says: no connection, no login, no right to send.
            The other mails wait instead of failing one by one. None: it concerns this mail only.
        pause: how long the counterpart is to be left alone: as long as it asked (``Retry-After``),
            or as such a fault lasts; None: nobody knows.
    """

    def __init__(
        self,
        key: str,
        reason: str,
        *,
        is_in_doubt: bool = False,
        mend: Mend | None = None,
        pause: dt.timedelta | None = None,
    ) -> None:
        """Compose the message from the ``reason``."""
        doubt = " Serveren kan have taget imod den." if is_in_doubt else ""
        super().__init__(f"Mailen kom ikke af sted: {reason}{doubt}", is_temporary=True)
        self.key, self.is_in_doubt, self.reason = key, is_in_doubt, reason
        self.mend, self.pause = mend, pause or (WAITS.get(mend) if mend else None)

    @property
    def concerns_all(self) -> bool:
        """Whether no other mail can go either."""
        return self.mend is not None


def nothing() -> None:
    """What is done before the content leaves where nobody wants to know."""


class Transport(Protocol):
    """A way to send mails."""

    @property
    def name(self) -> str:
        """What it is called in receipts and settings."""
        ...

    def deliver(
        self, message: EmailMessage, key: str, before_content: Callable[[], None] = nothing
    ) -> Receipt:
        """Hand ``message`` over under its ``key``.

        Args:
            message: the mail.
            key: its idempotency key.
            before_content: called right before the first byte of the content leaves; until then
                the counterpart cannot have taken the mail. What it raises goes on.

        Raises:
            MailRefusedError: it will never be taken.
            MailDelayedError: it was not taken now.
        """
        ...

    def has_taken(self, message: EmailMessage, key: str) -> bool | None:
        """Whether the mail was taken before; None where nobody can know."""
        ...
