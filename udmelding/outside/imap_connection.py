"""How is an IMAP server reached, and how does one log in there?"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import UnexpectedCommandStatusError

from udmelding.config import settings_sections
from udmelding.errors import OutsideError
from udmelding.outside.imap_answers import line

_TLS_PORT = 993
"""Where a server encrypts from the first byte (RFC 8314, section 3.2)."""


def connected(chosen: settings_sections.Mailbox, tls: ssl.SSLContext | None) -> BaseMailBox:
    """A connection to the server; ``tls`` replaces the system's trusted certificates.

    Raises:
        OutsideError: the settings contradict each other.
        OSError: there is no connection, or its certificate is not trusted.
    """
    place: dict[str, Any] = {
        "host": chosen.host,
        "port": chosen.port,
        "timeout": chosen.timeout_seconds,
    }
    if chosen.security == "none":
        return MailBoxUnencrypted(**place)
    if chosen.security == "starttls" and chosen.port == _TLS_PORT:
        raise OutsideError(
            f"Postkassen på {chosen.host} kan ikke læses med security = «starttls»: port "
            f"{_TLS_PORT} er krypteret fra første tegn. Skriv security = «tls» eller port 143.",
            is_temporary=True,
        )
    trust = tls or ssl.create_default_context()
    if chosen.security == "starttls":
        return MailBoxStartTls(**place, ssl_context=trust)
    return MailBox(**place, ssl_context=trust)


def sign_in(
    box: BaseMailBox, chosen: settings_sections.Mailbox, token: Callable[[], str] | None
) -> None:
    """Log in with a password or a token, as the settings say.

    Raises:
        OutsideError: the server refuses, or there is no token.
    """
    try:
        _log_in(box, chosen, token)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnexpectedCommandStatusError) as error:
        is_oauth = chosen.login == "oauth"
        what = "adgangen gennem [graph]" if is_oauth else "brugernavn og adgangskode"
        raise OutsideError(
            f"Postkassen på {chosen.host}:{chosen.port} godkender ikke {what} ({line(error)}).",
            is_temporary=True,
        ) from error


def _log_in(
    box: BaseMailBox, chosen: settings_sections.Mailbox, token: Callable[[], str] | None
) -> None:
    username, password = chosen.username, chosen.password.get_secret_value()
    if chosen.login == "oauth":
        if token is None:
            raise OutsideError(
                "Postkassen skal læses med login = «oauth», men [graph] er ikke sat op.",
                is_temporary=True,
            )
        box.xoauth2(username, token(), initial_folder=None)
    elif f"{username}{password}".isascii():
        box.login(username, password, initial_folder=None)
    else:  # LOGIN takes ASCII only
        box.login_utf8(username, password, initial_folder=None)
