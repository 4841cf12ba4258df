"""Signs people in with their organisation's own accounts (OpenID Connect, authorization code flow).

The provider is told where to send the person back (one fixed address), a state that only this
browser knows, a nonce and a PKCE challenge (RFC 7636). What comes back is believed only when its
signature, issuer, audience, nonce and time are right. Authlib speaks OAuth, joserfc checks tokens.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from udmelding.config.settings import Oidc
from udmelding.config.settings_sections import OIDC_CONFIGURATION, is_this_machine
from udmelding.errors import OutsideError, RefusedError
from udmelding.rules.words.lists import join_names

_ALGORITHMS = ["RS256", "PS256", "ES256"]
_LEEWAY = 60
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_MOST_BYTES = 1_000_000
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

    def examine(self) -> int:
        """Ask the provider how it works and for its keys, as a sign-in would; returns how many.

        Nobody is signed in, and neither the name nor the secret that we have there is tried: only
        a person who signs in shows that they are right.

        Raises:
            OutsideError: the provider cannot be reached, or what answers is no provider.
            RefusedError: it is another one, or works in a way that we do not know.
        """
        configuration = self._configuration()
        if missing := [name for name in _ENDPOINTS if not configuration.get(name)]:
            raise RefusedError(f"Udbyderens opsætning mangler {join_names(missing)}.")
        for name in _ENDPOINTS:
            parts = urlsplit(str(configuration[name]))
            if parts.scheme != "https" and not is_this_machine(parts.hostname or ""):
                raise RefusedError(f"Udbyderens «{name}» begynder ikke med https://.")
        signs = configuration.get("id_token_signing_alg_values_supported") or _ALGORITHMS
        if not {*signs} & {*_ALGORITHMS}:
            theirs, ours = join_names([str(one) for one in signs]), join_names(_ALGORITHMS)
            raise RefusedError(f"Udbyderen underskriver med {theirs}. Det skal være {ours}.")
        try:
            keys = KeySet.import_key_set(cast("Any", self._get(configuration["jwks_uri"])))
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise RefusedError("Udbyderens nøgler kan ikke læses.") from error
        if not keys.keys:
            raise RefusedError("Udbyderen har ingen nøgler, så ingen konto kan bekræftes.")
        return len(keys.keys)

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
        found = self._get(f"{issuer}{OIDC_CONFIGURATION}")
        named = str(found.get("issuer", "")).rstrip("/")
        if named != issuer:
            raise RefusedError(
                f"Udbyderen af konti kalder sig «{named[:200]}» og ikke «{issuer}». Er det den "
                "rigtige, så skriv dens eget navn som adresse."
            )
        return found

    def _get(self, url: str) -> dict[str, Any]:
        try:
            with (
                httpx.Client(transport=self._transport, timeout=_TIMEOUT) as client,
                client.stream("GET", url) as answer,
            ):
                answer.raise_for_status()
                content = _limited(answer)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unreachable(error, url) from error
        try:
            found = json.loads(content)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            media = answer.headers.get("content-type", "").partition(";")[0] or "noget andet"
            raise OutsideError(
                f"{url} svarer, men ikke som en udbyder af konti (JSON); svaret er {media[:60]}. "
                "Se efter, om adressen er udbyderens.",
                is_temporary=False,
            )
        return found


def _limited(answer: httpx.Response) -> bytes:
    """The answer's beginning: a page that goes on and on is no configuration, and reads as none."""
    content = b""
    for chunk in answer.iter_bytes():
        content += chunk
        if len(content) > _MOST_BYTES:
            break
    return content


def _unreachable(error: httpx.HTTPError | httpx.InvalidURL, url: str = "") -> OutsideError:
    """What went wrong on the way, in words; the most special case first."""
    is_temporary = True
    match error:
        case httpx.HTTPStatusError():
            code = error.response.status_code
            is_temporary = code >= httpx.codes.INTERNAL_SERVER_ERROR
            why = f"den svarer med fejl {code}"
            if error.response.is_redirect:
                why = f"den sender videre til {error.response.headers.get('location', '')[:200]}"
        case httpx.TimeoutException():
            why = f"den svarer ikke inden for {_TIMEOUT:.0f} sekunder"
        case _ if "CERTIFICATE" in str(error).upper():
            why, is_temporary = "dens certifikat kan ikke godkendes", False
        case httpx.ConnectError() | httpx.InvalidURL():
            why = "der er ingen forbindelse; se efter, om adressen er skrevet rigtigt"
        case _:
            why = f"forbindelsen blev afbrudt ({type(error).__name__})"
    where = f" på {url}" if url else ""
    again = " Prøv igen om lidt." if is_temporary else " Det skal rettes, før det virker."
    return OutsideError(
        f"Udbyderen af konti kan ikke nås{where}: {why}.{again}", is_temporary=is_temporary
    )
