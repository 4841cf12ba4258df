"""A mailbox over IMAP: what came in, and the mark that it was read.

A mail is read without being opened (PEEK): whoever looks into the same mailbox with Outlook sees it
as unread. What was read is marked with a keyword of our own, so that a mail which a person opened
first is read all the same; a server that keeps no keywords gets the usual «seen» instead. The mark
comes after the mail was recorded: killed in between, the mail is given again, and whoever records
it knows it by its content.
"""

from __future__ import annotations

import contextlib
import imaplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NoReturn, Self

from imap_tools import (
    AND,
    BaseMailBox,
    MailBox,
    MailBoxStartTls,
    MailBoxUnencrypted,
    MailMessageFlags,
)
from imap_tools.errors import ImapToolsError, MailboxLoginError

from udmelding.config import settings_sections
from udmelding.errors import OutsideError

KEYWORD = "$Udmelding"
"""Marks a mail that was read here (a keyword, RFC 3501, 2.3.2)."""

MOST_BYTES = 30 * 1024**2
"""A larger mail is given with its headers only: nothing is lost, and nothing is downloaded."""


@dataclass(frozen=True, slots=True)
class ReadMail:
    """One mail as it lies in the mailbox.

    Attributes:
        uid: its number in the folder, for ``Mailbox.done``.
        raw: its bytes; ``is_cut``: only those of its headers, because it is too large.
    """

    uid: str
    raw: bytes
    is_cut: bool = False


class Mailbox:
    """One folder of one mailbox; a context manager that logs in and out."""

    def __init__(
        self,
        settings: settings_sections.Mailbox,
        tls: ssl.SSLContext | None = None,
        token: Callable[[], str] | None = None,
    ) -> None:
        """Read as ``settings`` say.

        Args:
            settings: where the mailbox is.
            tls: replaces the system's trusted certificates.
            token: gives a token where ``login`` is ``oauth``.
        """
        self._settings, self._tls, self._token = settings, tls, token
        self._box: BaseMailBox | None = None
        self._has_keywords = True

    def __enter__(self) -> Self:
        """Log in and open the folder.

        Raises:
            OutsideError: no connection, no access, or no such folder; temporary, because a setting
                can be mended. No password stands in the message.
        """
        try:
            self._box = self._connected()
            self._log_in(self._box)
            self._open_folder(self._box)
        except BaseException as error:
            self._hang_up()
            if isinstance(error, _FAILURES):
                self._fail(error)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Log out; a server that has gone already is let go."""
        self._hang_up()

    def unread(self, most: int = 200) -> Iterator[ReadMail]:
        """The mails that were not read here yet, oldest first; nothing is marked.

        Args:
            most: how many at the most.

        Raises:
            OutsideError: the connection broke.
        """
        wanted = AND(no_keyword=KEYWORD) if self._has_keywords else AND(seen=False)
        try:
            uids = self._open().uids(wanted)
        except _FAILURES as error:
            self._fail(error)
        for uid in sorted(uids, key=int)[:most]:
            found = self._fetched(uid)
            if found is not None:
                yield found

    def done(self, uids: Sequence[str]) -> None:
        """Mark mails as read here, and move them where the settings say; safe to repeat.

        Raises:
            OutsideError: the connection broke; the mails are given again then.
        """
        if not uids:
            return
        box, folder = self._open(), self._settings.done_folder
        try:
            flag = KEYWORD if self._has_keywords else MailMessageFlags.SEEN
            box.flag(list(uids), flag, value=True)
            if folder:
                if not box.folder.exists(folder):
                    box.folder.create(folder)
                box.move(list(uids), folder)
        except _FAILURES as error:
            self._fail(error)

    def _connected(self) -> BaseMailBox:
        chosen = self._settings
        place: dict[str, Any] = {
            "host": chosen.host,
            "port": chosen.port,
            "timeout": chosen.timeout_seconds,
        }
        if chosen.security == "none":
            return MailBoxUnencrypted(**place)
        trust = self._tls or ssl.create_default_context()
        if chosen.security == "starttls":
            return MailBoxStartTls(**place, ssl_context=trust)
        return MailBox(**place, ssl_context=trust)

    def _log_in(self, box: BaseMailBox) -> None:
        chosen = self._settings
        if chosen.login == "oauth":
            if self._token is None:
                raise OutsideError(
                    "Postkassen skal læses med login = «oauth», men [graph] er ikke sat op.",
                    is_temporary=True,
                )
            box.xoauth2(chosen.username, self._token(), initial_folder=None)
        else:
            box.login(chosen.username, chosen.password.get_secret_value(), initial_folder=None)

    def _open_folder(self, box: BaseMailBox) -> None:
        wanted = self._settings.folder
        if not box.folder.exists(wanted):
            names = ", ".join(sorted(folder.name for folder in box.folder.list())[:30])
            raise OutsideError(
                f"Postkassen på {self._place} har ingen mappe «{wanted}». Der er: {names}.",
                is_temporary=True,
            )
        box.folder.set(wanted)
        _, kept = box.client.response("PERMANENTFLAGS")
        flags = b" ".join(part for part in kept or [] if isinstance(part, bytes))
        self._has_keywords = not flags or rb"\*" in flags or KEYWORD.encode() in flags

    def _fetched(self, uid: str) -> ReadMail | None:
        """One mail; None where it has gone since it was listed."""
        try:
            size = _number(self._asked(uid, "(RFC822.SIZE)"))
            if size is None:
                return None
            is_cut = size > MOST_BYTES
            part = "(BODY.PEEK[HEADER])" if is_cut else "(BODY.PEEK[])"
            raw = _literal(self._asked(uid, part))
        except _FAILURES as error:
            self._fail(error)
        return None if raw is None else ReadMail(uid, raw, is_cut)

    def _asked(self, uid: str, what: str) -> list[Any]:
        _, found = self._open().client.uid("FETCH", uid, what)
        return list(found or [])

    def _open(self) -> BaseMailBox:
        if self._box is None:
            raise RuntimeError("use the mailbox as a context manager")
        return self._box

    def _hang_up(self) -> None:
        box, self._box = self._box, None
        if box is not None:
            with contextlib.suppress(*_FAILURES):
                box.logout()
            with contextlib.suppress(*_FAILURES):
                box.client.shutdown()

    @property
    def _place(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    def _fail(self, error: BaseException) -> NoReturn:
        """Raise what went wrong, in Danish; the most special case first."""
        raise OutsideError(self._told(error), is_temporary=True) from error

    def _told(self, error: BaseException) -> str:
        place = f"postkassen på {self._place}"
        match error:
            case ssl.SSLCertVerificationError():
                why = error.verify_message
                return f"{place.capitalize()} har et certifikat, der ikke kan godkendes ({why})."
            case TimeoutError():
                seconds = f"{self._settings.timeout_seconds:g}"
                return f"{place.capitalize()} svarede ikke inden for {seconds} sekunder."
            case MailboxLoginError():
                return f"{place.capitalize()} godkender ikke brugernavn og adgangskode."
            case imaplib.IMAP4.error() if "AUTHENTICATIONFAILED" in str(error):
                return f"{place.capitalize()} godkender ikke brugernavn og adgangskode."
            case imaplib.IMAP4.abort():
                return f"Forbindelsen til {place} brød sammen ({_line(error)})."
            case ImapToolsError() | imaplib.IMAP4.error():
                return f"{place.capitalize()} svarede noget uventet ({_line(error)})."
            case _:
                return f"Der er ingen forbindelse til {place} ({_line(error)})."


_FAILURES = (OSError, imaplib.IMAP4.error, ImapToolsError)


def _line(error: BaseException) -> str:
    """What an error says, on one line and not too long; never a login, which it does not hold."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def _number(found: Sequence[Any]) -> int | None:
    """The number at the end of an answer such as ``1 (UID 7 RFC822.SIZE 1234)``."""
    for part in found:
        text = part if isinstance(part, bytes) else (part[0] if isinstance(part, tuple) else b"")
        _, is_there, rest = text.partition(b"RFC822.SIZE ")
        if is_there:
            return int(rest.split(b" ")[0].rstrip(b")"))
    return None


def _literal(found: Sequence[Any]) -> bytes | None:
    """The bytes that an answer carries; None for an answer without."""
    return next((part[1] for part in found if isinstance(part, tuple)), None)
