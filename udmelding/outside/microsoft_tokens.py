"""Access to Microsoft 365 for a program: client credentials (OAuth 2.0, RFC 6749, section 4.4)."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from udmelding.config.settings_sections import Graph
from udmelding.errors import OutsideError

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
