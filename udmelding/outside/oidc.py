"""Signs people in with their organisation's own accounts (OpenID Connect, authorization code flow).

The provider is told where to send the person back (one fixed address), a state that only this
browser knows, a nonce and a PKCE challenge (RFC 7636). What comes back is believed only when its
signature, issuer, audience, nonce and time are right. Authlib speaks OAuth, joserfc checks tokens.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from udmelding.config.settings import Oidc
from udmelding.errors import OutsideError, RefusedError

_ALGORITHMS = ["RS256", "PS256", "ES256"]
_LEEWAY = 60
_TIMEOUT = 10.0
_REFUSED = "Kontoen kunne ikke bekræftes. Prøv at logge på igen."


@dataclass(frozen=True, slots=True)
class Pending:
    """One sign-in that is under way; kept where only this browser's cookie leads to."""

    state: str
    nonce: str
    verifier: str
    then: str
    begun_at: dt.datetime


class Provider:
    """The organisation's provider of accounts."""

    def __init__(
        self, settings: Oidc, redirect: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Speak to ``settings.issuer``; people come back to ``redirect``."""
        self._settings, self._redirect, self._transport = settings, redirect, transport

    def begin(self, then: str, now: dt.datetime) -> tuple[str, Pending]:
        """The provider's address to send the person to, and what to remember meanwhile.

        Raises:
            OutsideError: the provider cannot be reached.
        """
        pending = Pending(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            then=then,
            begun_at=now,
        )
        with self._client() as client:
            address, _ = client.create_authorization_url(
                self._configuration()["authorization_endpoint"],
                state=pending.state,
                nonce=pending.nonce,
                code_verifier=pending.verifier,
            )
        return str(address), pending

    def finish(self, code: str, pending: Pending, now: dt.datetime) -> str:
        """The login of the person who came back with ``code``, lower case.

        Raises:
            OutsideError: the provider cannot be reached.
            RefusedError: what it says is not to be believed, or names nobody.
        """
        configuration = self._configuration()
        try:
            with self._client() as client:
                token = client.fetch_token(
                    configuration["token_endpoint"], code=code, code_verifier=pending.verifier
                )
            keys = KeySet.import_key_set(cast("Any", self._get(configuration["jwks_uri"])))
            claims = self._claims(str(token["id_token"]), keys, pending, now)
        except (JoseError, KeyError, ValueError) as error:
            raise RefusedError(_REFUSED) from error
        except httpx.HTTPError as error:
            raise _unreachable(error) from error
        except Exception as error:
            if type(error).__module__.startswith("authlib"):
                raise RefusedError(_REFUSED) from error
            raise
        login = claims.get(self._settings.login_claim)
        if not isinstance(login, str) or not login.strip():
            raise RefusedError(
                f"Kontoen har intet felt «{self._settings.login_claim}» at logge på med."
            )
        return login.strip().lower()

    def _claims(
        self, id_token: str, keys: KeySet, pending: Pending, now: dt.datetime
    ) -> Mapping[str, Any]:
        claims = jwt.decode(id_token, keys, algorithms=_ALGORITHMS).claims
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": self._settings.issuer.rstrip("/")},
            aud={"essential": True, "value": self._settings.client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": pending.nonce},
        )
        registry.validate({**claims, "iss": str(claims.get("iss", "")).rstrip("/")})
        return claims

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret.get_secret_value(),
            scope="openid email profile",
            redirect_uri=self._redirect,
            code_challenge_method="S256",
            transport=self._transport,
            timeout=_TIMEOUT,
        )

    def _configuration(self) -> Mapping[str, Any]:
        issuer = self._settings.issuer.rstrip("/")
        found = self._get(f"{issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != issuer:
            raise RefusedError("Udbyderen af konti svarer under et andet navn end det opsatte.")
        return found

    def _get(self, url: str) -> dict[str, Any]:
        try:
            with httpx.Client(transport=self._transport, timeout=_TIMEOUT) as client:
                answer = client.get(url)
                answer.raise_for_status()
                found: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _unreachable(error) from error
        return found


def _unreachable(error: Exception) -> OutsideError:
    return OutsideError(
        f"Udbyderen af konti kan ikke nås lige nu ({type(error).__name__}). Prøv igen om lidt.",
        is_temporary=True,
    )
