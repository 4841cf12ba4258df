"""Microsoft 365: mails through Graph's ``sendMail``, as MIME, so that our headers stay.

One application sends from one mailbox (client credentials, permission ``Mail.Send``). What the
answer says decides what a retry is worth: 202 is taken; whose fault another answer is stands in
``rules.mail.faults``. Where the connection broke after the mail was on its way, nobody can know.
The program signs in as itself: client credentials (OAuth 2.0, RFC 6749, section 4.4).
"""

from __future__ import annotations

import base64
import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

import httpx

from udmelding.config.settings_sections import Graph
from udmelding.errors import OutsideError
from udmelding.outside.mail.mime import POLICY
from udmelding.outside.mail.transport import (
    MailDelayedError,
    MailRefusedError,
    Receipt,
    nothing,
)
from udmelding.rules.mail.faults import Mend, Step, Way, fault_of

_LONGEST_PAUSE = dt.timedelta(days=1)


class GraphTransport:
    """Sends mails from one mailbox of Microsoft 365. Not for use by several threads at once."""

    name = "graph"

    def __init__(self, settings: Graph, timeout_seconds: float) -> None:
        """Send as ``settings`` say."""
        self._settings, self._timeout = settings, timeout_seconds
        place = urlsplit(settings.api_url)
        scope = f"{place.scheme}://{place.netloc}/.default"
        self._tokens = TokenSource(settings, scope, timeout_seconds)
        self._kept: httpx.Client | None = None

    @contextmanager
    def session(self) -> Iterator[GraphTransport]:
        """Keep one connection for all mails that are delivered within."""
        with httpx.Client(timeout=self._timeout) as self._kept:
            try:
                yield self
            finally:
                self._kept = None

    def deliver(
        self, message: EmailMessage, key: str, before_content: Callable[[], None] = nothing
    ) -> Receipt:
        """Hand the mail to Microsoft 365.

        Raises:
            MailRefusedError: it is not a mail that can be sent, such as ``ErrorInvalidRecipients``.
            MailDelayedError: no access, throttled, out of service, or no connection.
        """
        answer = self._posted(message, key, before_content)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.forget()  # it may have been withdrawn; one new one is worth a try
            answer = self._posted(message, key, before_content)
        if answer.status_code == httpx.codes.ACCEPTED:
            return Receipt(transport=self.name, detail="202 modtaget af Microsoft 365")
        said = _said(answer)
        reason, words = f"Microsoft 365 svarede {said}.", said.partition(" ")[2]
        fault = fault_of(Way.GRAPH, Step.CONTENT, answer.status_code, words)
        if fault.is_final:
            raise MailRefusedError(key, reason)
        raise MailDelayedError(key, reason, mend=fault.mend, pause=_pause(answer))

    def has_taken(self, message: EmailMessage, key: str) -> bool | None:
        """True where the mail lies among the sent ones; else nobody can know: it may be under way.

        Needs the permission ``Mail.ReadBasic``; without it nobody can know either.
        """
        wanted = str(message["Message-ID"]).replace("'", "''")
        address = f"{self._mailbox()}/mailFolders/sentitems/messages"
        asked = {"$filter": f"internetMessageId eq '{wanted}'", "$select": "id", "$top": "1"}
        try:
            answer = httpx.get(
                address, params=asked, headers=self._headers(), timeout=self._timeout
            )
            found = answer.json().get("value") if answer.is_success else None
        except (httpx.HTTPError, OutsideError, ValueError, AttributeError):
            return None
        return True if found else None

    def _mailbox(self) -> str:
        mailbox = quote(self._settings.mailbox, safe="@")
        return f"{self._settings.api_url.rstrip('/')}/users/{mailbox}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens.token()}"}

    def _posted(
        self, message: EmailMessage, key: str, before_content: Callable[[], None]
    ) -> httpx.Response:
        try:
            headers = self._headers()
        except OutsideError as error:
            raise MailDelayedError(key, error.message, mend=Mend.ACCESS) from error
        content = base64.b64encode(message.as_bytes(policy=POLICY))
        headers["Content-Type"] = "text/plain"  # Graph's sign for MIME
        post = self._kept.post if self._kept is not None else httpx.post
        before_content()
        try:
            return post(
                f"{self._mailbox()}/sendMail",
                content=content,
                headers=headers,
                timeout=self._timeout,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            reason = f"der er ingen forbindelse til {self._settings.api_url} ({error})."
            raise MailDelayedError(key, reason, mend=Mend.CONNECTION) from error
        except httpx.HTTPError as error:
            reason = f"forbindelsen til {self._settings.api_url} brød sammen ({error})."
            raise MailDelayedError(key, reason, is_in_doubt=True) from error


def _said(answer: httpx.Response) -> str:
    """Status, code and message of an answer, on one line."""
    try:
        error = answer.json()["error"]
        words = f"{error['code']}: {error['message']}"
    except (ValueError, KeyError, TypeError):
        words = answer.reason_phrase
    return f"{answer.status_code} {' '.join(words.split())}"[:400].rstrip(".")


def _pause(answer: httpx.Response) -> dt.timedelta | None:
    """How long the service asks to be left alone: seconds, or a date against the answer's own."""
    asked = answer.headers.get("Retry-After", "").strip()
    if asked.isdigit():
        return min(dt.timedelta(seconds=int(asked[:9])), _LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(asked)
        pause = until - parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, TypeError, ValueError):
        return None
    return min(max(pause, dt.timedelta(0)), _LONGEST_PAUSE)


_EARLY = 120.0
"""Seconds before its end at which a token is not used any more."""


class TokenSource:
    """Gives tokens for one scope, a new one only when the last is nearly over."""

    def __init__(
        self,
        settings: Graph,
        scope: str,
        timeout_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask as ``settings`` say for ``scope``; ``clock`` counts seconds."""
        self._settings, self._scope = settings, scope
        self._timeout, self._clock = timeout_seconds, clock
        self._token, self._ends_at = "", 0.0

    def forget(self) -> None:
        """Ask for a new token next time: the last one was refused."""
        self._token = ""

    def token(self) -> str:
        """A token that is good for a while.

        Raises:
            OutsideError: there is none to be had; temporary, because a setting can be mended. No
                secret stands in the message.
        """
        if not self._token or self._clock() >= self._ends_at:
            self._token, lasting = self._asked()
            self._ends_at = self._clock() + max(0.0, lasting - _EARLY)
        return self._token

    def _asked(self) -> tuple[str, float]:
        chosen = self._settings
        address = f"{chosen.authority.rstrip('/')}/{chosen.tenant}/oauth2/v2.0/token"
        form = {
            "grant_type": "client_credentials",
            "client_id": chosen.client_id,
            "client_secret": chosen.client_secret.get_secret_value(),
            "scope": self._scope,
        }
        try:
            answer = httpx.post(address, data=form, timeout=self._timeout)
            said = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _no_access(type(error).__name__) from error
        if not isinstance(said, dict):
            raise _no_access("svaret er ikke til at læse")
        token = said.get("access_token")
        if answer.status_code != httpx.codes.OK or not isinstance(token, str) or not token:
            raise _no_access(f"{answer.status_code} {said.get('error', '')}".strip())
        try:
            return token, float(said.get("expires_in", 0))
        except (TypeError, ValueError):
            return token, 0.0


def _no_access(reason: str) -> OutsideError:
    return OutsideError(
        f"Microsoft 365 giver ikke adgang ({reason}). Se efter tenant, client_id og client_secret "
        "under [graph] i indstillingerne.",
        is_temporary=True,
    )
