"""A mail server over SMTP: one mail to a transaction, on a connection that may serve many.

What the server says decides what a retry is worth; whose fault an answer is stands in
``rules.mail.faults``. What is wrong with the connection, the login or the sender is a setting or
the server: the same mail goes once somebody has mended it, and nobody wants 98 mails marked as
refused because a password had run out.

The dialogue is spoken step by step rather than by ``smtplib.sendmail``, to know at which step it
broke: once the content is on its way and no answer comes, nobody can know whether the mail was
taken, and the error says so (``is_in_doubt``).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from udmelding.config.settings_sections import Mail
from udmelding.outside.mail.mime import POLICY, addresses_in
from udmelding.outside.mail.transport import (
    MailDelayedError,
    MailRefusedError,
    Receipt,
    nothing,
)
from udmelding.rules.mail.faults import Fault, Mend, Step, Way, fault_of

_ON_DELIVERY = "NOTIFY=SUCCESS,FAILURE,DELAY"
_LONGEST_ENVID = 100

_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpTransport:
    """Sends mails through one server. Not for use by several threads at once."""

    name = "smtp"

    def __init__(self, settings: Mail, tls: ssl.SSLContext | None = None) -> None:
        """Send as ``settings`` say; ``tls`` replaces the system's trusted certificates."""
        self._settings = settings
        self._tls = tls
        self._kept: smtplib.SMTP | None = None
        self._keeps = False

    @contextmanager
    def session(self) -> Iterator[SmtpTransport]:
        """Keep one connection for all mails that are delivered within."""
        self._keeps = True
        try:
            yield self
        finally:
            self._keeps = False
            self._hang_up()

    def deliver(
        self, message: EmailMessage, key: str, before_content: Callable[[], None] = nothing
    ) -> Receipt:
        """Hand the mail to the server.

        Returns:
            The server's answer. Where it refused some addresses and took the mail for the rest,
            those and the reasons are in ``refused``, and copies to be tried later in ``delayed``.

        Raises:
            MailRefusedError: 5xx to the mail or to every address, such as ``550 User unknown``.
            MailDelayedError: 4xx, no connection, no login, no right to send, or no answer in time,
                such as ``451 Greylisted``; a later try may succeed.
        """
        try:
            server = self._connection(key)
            receipt = self._hand_over(server, message, key, before_content)
        except MailRefusedError:
            self._end_mail()
            raise
        except MailDelayedError as error:
            self._hang_up(is_reachable=error.__cause__ is None)
            raise
        except BaseException:  # of our own house: the server is in the middle of a mail
            self._hang_up(is_reachable=False)
            raise
        self._end_mail()
        return receipt

    def has_taken(self, message: EmailMessage, key: str) -> None:
        """Nobody can know: a mail server cannot be asked what it took."""
        return

    def _connection(self, key: str) -> smtplib.SMTP:
        if self._kept is not None and not self._is_alive(self._kept):
            self._hang_up()
        if self._kept is None:
            try:
                self._kept = self._open()
            except (OSError, ValueError) as error:  # all of smtplib's and ssl's are OSErrors
                raise MailDelayedError(key, self._told(error), mend=_why_not(error)) from error
        return self._kept

    def _open(self) -> smtplib.SMTP:
        chosen = self._settings
        place = (chosen.host, chosen.port)
        timeout = chosen.timeout_seconds
        server: smtplib.SMTP
        if chosen.security == "tls":
            server = smtplib.SMTP_SSL(*place, timeout=timeout, context=self._trust())
        else:
            server = smtplib.SMTP(*place, timeout=timeout)
        try:
            if chosen.security == "starttls":
                server.starttls(context=self._trust())
            if chosen.username:
                server.login(chosen.username, chosen.password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server

    def _trust(self) -> ssl.SSLContext:
        return self._tls or ssl.create_default_context()

    @staticmethod
    def _is_alive(server: smtplib.SMTP) -> bool:
        try:
            return server.noop()[0] == 250
        except OSError:
            return False

    def _hand_over(
        self,
        server: smtplib.SMTP,
        message: EmailMessage,
        key: str,
        before_content: Callable[[], None],
    ) -> Receipt:
        is_in_doubt = False
        try:
            server.ehlo_or_helo_if_needed()
            sender = message["From"].addresses[0].addr_spec
            _expect(key, Step.SENDER, server.mail(sender, _sender_options(server, key)))
            refused, delayed = _name_receivers(server, message, key)
            before_content()
            _expect(key, Step.DATA, server.docmd("DATA"), wanted=354)
            is_in_doubt = True
            server.send(_on_the_wire(message))
            answer = server.getreply()
        except OSError as error:
            raise MailDelayedError(key, self._told(error), is_in_doubt=is_in_doubt) from error
        _expect(key, Step.CONTENT, answer)
        return Receipt(transport=self.name, detail=_said(answer), refused=refused, delayed=delayed)

    def _end_mail(self) -> None:
        """Make the connection ready for the next mail, or end it."""
        if self._kept is None or not self._keeps:
            self._hang_up()
            return
        try:
            self._kept.rset()
        except OSError:
            self._hang_up()

    def _hang_up(self, *, is_reachable: bool = True) -> None:
        """End the connection; a server that fell silent is not waited for once more."""
        server, self._kept = self._kept, None
        if server is not None:
            with suppress(OSError):
                if is_reachable:
                    server.quit()
            server.close()

    def _told(self, error: Exception) -> str:
        """What went wrong with the connection, in Danish; the most special case first."""
        place = f"mailserveren {self._settings.host}:{self._settings.port}"
        match error:
            case ssl.SSLCertVerificationError():
                return (
                    f"{place} har et certifikat, der ikke kan godkendes ({error.verify_message})."
                )
            case smtplib.SMTPAuthenticationError():
                said = _said((error.smtp_code, error.smtp_error))
                return f"{place} godkender ikke brugernavn og adgangskode ({said})."
            case smtplib.SMTPNotSupportedError():
                return f"{place} kan ikke det, indstillingerne kræver ({error})."
            case smtplib.SMTPResponseException():
                return f"{place} svarede {_said((error.smtp_code, error.smtp_error))}."
            case TimeoutError():
                return (
                    f"{place} svarede ikke inden for {self._settings.timeout_seconds:g} sekunder."
                )
            case smtplib.SMTPServerDisconnected():
                return f"{place} svarede ikke eller afbrød forbindelsen ({error})."
            case _:
                return f"der er ingen forbindelse til {place} ({error})."


def _name_receivers(
    server: smtplib.SMTP, message: EmailMessage, key: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Name every receiver to the server; those it refuses for good, and copies it delays.

    Nothing has been taken yet, so whoever the mail is to decides: are they not taken for now, the
    whole mail waits, and no copy goes before it. A copy alone never holds it up.
    """
    wanted = [_ON_DELIVERY] if server.has_extn("dsn") else []
    refused, delayed = dict[str, str](), dict[str, str]()
    receivers = addresses_in(message)
    for address in receivers:
        answer = server.rcpt(address, wanted)
        if answer[0] // 100 == 2:
            continue
        fault = _fault(Step.RECEIVER, answer)
        if fault.stops:
            raise MailDelayedError(key, f"mailserveren svarede {_said(answer)}.", mend=fault.mend)
        (refused if fault.is_final else delayed)[address] = _said(answer)
    reasons = "; ".join(f"{address}: {said}" for address, said in {**refused, **delayed}.items())
    if len(refused) == len(receivers):
        raise MailRefusedError(key, reasons, refused)
    is_taken_by_none = len(refused) + len(delayed) == len(receivers)
    if is_taken_by_none or delayed.keys() & {one.addr_spec for one in message["To"].addresses}:
        raise MailDelayedError(key, f"mailserveren svarede {reasons}.")
    return refused, delayed


def _sender_options(server: smtplib.SMTP, key: str) -> list[str]:
    """Options that ask for delivery reports with our headers and its key (RFC 3461).

    The key goes as ``ENVID``, which comes back even where our headers do not. One that would be
    longer than the standard allows is left out.
    """
    if not server.has_extn("dsn"):
        return []
    name = _xtext(key)
    return ["RET=HDRS", *([f"ENVID={name}"] if len(name) <= _LONGEST_ENVID else [])]


def _xtext(text: str) -> str:
    """``text`` as RFC 3461, section 4 wants it: what is not a plain sign becomes ``+`` and hex."""
    plain = (
        chr(b) if 33 <= b <= 126 and chr(b) not in "+=" else f"+{b:02X}" for b in text.encode()
    )
    return "".join(plain)


def _on_the_wire(message: EmailMessage) -> bytes:
    """The content with the dots that end it, and those that must not (RFC 5321, 4.5.2)."""
    content = message.as_bytes(policy=POLICY).rstrip(b"\r\n")
    return _LEADING_DOT.sub(b"..", content) + b"\r\n.\r\n"


def _expect(key: str, step: Step, answer: tuple[int, bytes], wanted: int = 250) -> None:
    """Raise what a server's ``answer`` means when it is not the ``wanted`` one."""
    if answer[0] == wanted:
        return
    fault, reason = _fault(step, answer), f"mailserveren svarede {_said(answer)}."
    if fault.is_final:
        raise MailRefusedError(key, reason)
    raise MailDelayedError(key, reason, mend=fault.mend)


def _fault(step: Step, answer: tuple[int, bytes | str]) -> Fault:
    return fault_of(Way.SMTP, step, answer[0], _said(answer).partition(" ")[2])


def _why_not(error: Exception) -> Mend:
    """Why there is no connection; the most special case first."""
    match error:
        case ssl.SSLCertVerificationError():
            return Mend.CERTIFICATE
        case smtplib.SMTPResponseException():
            is_login = isinstance(error, smtplib.SMTPAuthenticationError)
            step = Step.LOGIN if is_login else Step.CONNECTION
            return _fault(step, (error.smtp_code, error.smtp_error)).mend or Mend.BUSY
        case _:
            return Mend.CONNECTION


def _said(answer: tuple[int, bytes | str]) -> str:
    """The server's own words on one line."""
    code, words = answer
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"
