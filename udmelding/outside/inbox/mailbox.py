"""A mailbox over IMAP: what came in, and the mark that it was read.

A mail is read without being opened (PEEK): whoever looks into the same mailbox with Outlook sees it
as unread. What was read is marked with a keyword of our own, so that a mail which a person opened
first is read all the same. A server that keeps no keywords (Exchange Online is one) gets the usual
«seen» instead; there it takes a ``done_folder`` not to miss what a person opened first. The mark
comes after the mail was recorded: killed in between, the mail is given again, and whoever records
it knows it by its content.

imap-tools connects, logs in and finds folders. Marking and moving is said to the server directly:
``flag`` and ``move`` there expunge the whole folder, and with it what a person had marked as
deleted and could still have taken back. Reaching the server and logging in come first here, then
reading its answers: numbers, words, bytes, and errors in Danish.
"""

from __future__ import annotations

import contextlib
import datetime as dt
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
from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError
from imap_tools.utils import encode_folder

from udmelding.config import settings_sections
from udmelding.errors import OutsideError

KEYWORD = "$Udmelding"
"""Marks a mail that was read here (a keyword, RFC 3501, 2.3.2)."""

MOST_BYTES = 30 * 1024**2
"""A larger mail is given with its headers only: nothing is lost, and nothing is downloaded."""

_AT_ONCE = 200
"""Mails in one command; a server need not take lines above 8 kB (RFC 7162, section 4)."""

_MOST_NAMES = 30
"""Folders that a message names; more help nobody."""


@dataclass(frozen=True, slots=True)
class ReadMail:
    """One mail as it lies in the mailbox.

    Attributes:
        uid: which one it is, for ``Mailbox.done``; nothing else may be read from it.
        raw: its bytes.
        is_cut: whether ``raw`` is only its headers, because it is too large or because the server
            cannot give the rest.
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
        self._has_keywords, self._validity = True, "0"
        self._offered: set[str] = set()
        self._has_done_folder = False

    def __enter__(self) -> Self:
        """Log in and open the folder.

        Raises:
            OutsideError: no connection, no access, or no such folder; temporary, because a setting
                can be mended. No password stands in the message.
        """
        try:
            self._box = connect_to_server(self._settings, self._tls)
            sign_in(self._box, self._settings, self._token)
            # Asked again, because more may be offered once somebody is known (RFC 3501, 6.2).
            self._offered = words(self._box.client.capability()[1])
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

    def unread(self, most: int = 200, since: dt.date | None = None) -> Iterator[ReadMail]:
        """The mails that were not read here yet, oldest first; nothing is marked.

        Args:
            most: how many at the most.
            since: the first day of mails that are wanted, by when they came; None is all.

        Raises:
            OutsideError: the connection broke.
        """
        try:
            uids = self._open().uids(self._not_read_here(since))
        except _FAILURES as error:
            self._fail(error)
        for uid in sorted(uids, key=int)[:most]:
            found = self._fetched(uid)
            if found is not None:
                yield found

    def mark_read(self, uids: Sequence[str]) -> None:
        """Mark mails as read here, and move them where the settings say; safe to repeat.

        Those that have gone are passed over, and so are those of a folder that was made anew since
        they were read: its numbers mean other mails (UIDVALIDITY, RFC 3501, 2.3.1.1).

        Raises:
            OutsideError: the connection broke, or the server refuses; some may be given again.
        """
        known = [uid.partition("-")[2] for uid in uids if uid.startswith(f"{self._validity}-")]
        try:
            if known and self._moves and not self._has_done_folder:
                self._make_folder(self._settings.done_folder)
                self._has_done_folder = True
            for start in range(0, len(known), _AT_ONCE):
                some = ",".join(known[start : start + _AT_ONCE])
                self._ask("STORE", some, "+FLAGS.SILENT", f"({self._mark})")
                if self._moves:
                    self._move(some, self._settings.done_folder)
        except _FAILURES as error:
            self._fail(error)

    @property
    def _mark(self) -> str:
        return KEYWORD if self._has_keywords else MailMessageFlags.SEEN

    @property
    def _moves(self) -> bool:
        return self._settings.done_folder not in ("", self._settings.folder)

    def _not_read_here(self, since: dt.date | None) -> str:
        days: dict[str, Any] = {}
        if since is not None:  # imap-tools wants the very class, and none derived from it
            days["date_gte"] = dt.date(since.year, since.month, since.day)
        if self._has_keywords:
            return str(AND(no_keyword=KEYWORD, **days))
        if self._moves:  # what is done leaves the folder: all that lies there waits
            return str(AND(**days)) if days else "ALL"
        return str(AND(seen=False, **days))

    def _make_folder(self, name: str) -> None:
        folders = self._open().folder
        if not folders.exists(name):
            folders.create(name)

    def _move(self, uids: str, folder: str) -> None:
        """By MOVE (RFC 6851) where there is one; else copy and delete, only these if possible."""
        if "MOVE" in self._offered:
            self._ask("MOVE", uids, encode_folder(folder))
            return
        self._ask("COPY", uids, encode_folder(folder))
        self._ask("STORE", uids, "+FLAGS.SILENT", rf"({MailMessageFlags.DELETED})")
        if "UIDPLUS" in self._offered:
            self._ask("EXPUNGE", uids)
        else:
            self._open().expunge()

    def _ask(self, command: str, *arguments: Any) -> None:
        """Have the server do something with mails; what it refuses is an error."""
        answer = self._open().client.uid(command, *arguments)
        if answer[0] != "OK":
            raise UnexpectedCommandStatusError(answer, "OK")

    def _open_folder(self, box: BaseMailBox) -> None:
        wanted = self._settings.folder
        try:
            box.folder.set(wanted)
        except UnexpectedCommandStatusError as error:
            names = sorted(folder.name for folder in box.folder.list())
            if wanted in names:
                raise
            shown = ", ".join(names[:_MOST_NAMES]) + (" …" if len(names) > _MOST_NAMES else "")
            raise OutsideError(
                f"Postkassen på {self._place} har ingen mappe «{wanted}». Der er: {shown}.",
                is_temporary=True,
            ) from error
        permanent = box.client.response("PERMANENTFLAGS")[1]
        flags = words(permanent) if any(permanent) else {r"\*"}  # not told: all (RFC 3501, 7.1)
        self._has_keywords = not flags.isdisjoint({r"\*", KEYWORD})
        if not self._has_keywords and MailMessageFlags.SEEN not in flags:
            raise imaplib.IMAP4.readonly
        self._validity = next(iter(words(box.client.response("UIDVALIDITY")[1])), "0")

    def _fetched(self, uid: str) -> ReadMail | None:
        """One mail; None where it has gone since it was listed."""
        try:
            size = number(self._asked(uid, "(RFC822.SIZE)"))
            if size is None:
                return None
            raw = literal(self._asked(uid, "(BODY.PEEK[])")) if size <= MOST_BYTES else None
            is_cut = raw is None
            if raw is None:
                raw = literal(self._asked(uid, "(BODY.PEEK[HEADER])"))
        except _FAILURES as error:
            self._fail(error)
        return None if raw is None else ReadMail(f"{self._validity}-{uid}", raw, is_cut)

    def _asked(self, uid: str, what: str) -> list[Any]:
        """What the server gives of one mail; nothing where it cannot: the others still count."""
        try:
            status, found = self._open().client.uid("FETCH", uid, what)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:  # BAD
            return []
        return list(found or []) if status == "OK" else []

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
        raise OutsideError(trouble_with(error, self._settings), is_temporary=True) from error


_FAILURES = (OSError, imaplib.IMAP4.error, ImapToolsError)

_TLS_PORT = 993
"""Where a server encrypts from the first byte (RFC 8314, section 3.2)."""


def connect_to_server(chosen: settings_sections.Mailbox, tls: ssl.SSLContext | None) -> BaseMailBox:
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


def trouble_with(error: BaseException, chosen: settings_sections.Mailbox) -> str:
    """What went wrong with a mailbox, in Danish; the most special case first."""
    place = f"{chosen.host}:{chosen.port}"
    match error:
        case ssl.SSLCertVerificationError():
            why = error.verify_message
            return f"Postkassen på {place} har et certifikat, der ikke kan godkendes ({why})."
        case TimeoutError():
            seconds = f"{chosen.timeout_seconds:g}"
            return f"Postkassen på {place} svarede ikke inden for {seconds} sekunder."
        case imaplib.IMAP4.readonly():
            return (
                f"Mappen «{chosen.folder}» i postkassen på {place} kan læses, men ikke ændres. "
                f"Giv {chosen.username} adgang til at skrive i den."
            )
        case imaplib.IMAP4.abort():
            return f"Forbindelsen til postkassen på {place} brød sammen ({line(error)})."
        case ImapToolsError() | imaplib.IMAP4.error():
            return f"Postkassen på {place} svarede noget uventet ({line(error)})."
        case _:
            return f"Der er ingen forbindelse til postkassen på {place} ({line(error)})."


def line(error: BaseException) -> str:
    """What an error says, on one line and not too long; never a login, which it does not hold."""
    said = str(error)
    if isinstance(error, UnexpectedCommandStatusError):
        said = b" ".join(x for x in error.command_result[1] if isinstance(x, bytes)).decode(
            "utf-8", "replace"
        )
    return " ".join(said.split())[:200] or type(error).__name__


def words(answer: Sequence[Any] | None) -> set[str]:
    """The words of an answer such as ``(Junk $Udmelding)`` or ``IMAP4rev1 MOVE``."""
    lines = (part.decode("ascii", "replace") for part in answer or () if isinstance(part, bytes))
    return {word for line in lines for word in line.strip("()").split()}


def number(found: Sequence[Any]) -> int | None:
    """The number at the end of an answer such as ``1 (UID 7 RFC822.SIZE 1234)``."""
    for part in found:
        text = part if isinstance(part, bytes) else (part[0] if isinstance(part, tuple) else b"")
        _, is_there, rest = text.partition(b"RFC822.SIZE ")
        if is_there:
            return int(rest.split(b" ")[0].rstrip(b")"))
    return None


def literal(found: Sequence[Any]) -> bytes | None:
    """The bytes that an answer carries; None for an answer without."""
    return next((part[1] for part in found if isinstance(part, tuple)), None)
