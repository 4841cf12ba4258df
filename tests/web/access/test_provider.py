"""Administrators say where the organisation's accounts are; a mistake is told in plain words."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from models import Role, User
from tests.owning import that_signs_in_at
from tests.web.access.test_accounts import ISSUER, Accounts
from tests.web.test_own import fields_of, send
from udmelding.casework.wiring import Services, refreshed
from udmelding.journal.tables import table_of
from udmelding.outside.oidc import Provider

pytestmark = pytest.mark.database

HERE = "/indstillinger/login"
CONFIGURATION = f"{ISSUER}/.well-known/openid-configuration"


@pytest.fixture
def lone(signed_in: Callable[[Role], Any]) -> Any:
    return signed_in(Role.ADMINISTRATOR)


def set_up(browser: Any, **changes: str) -> Any:
    said = {"oidc__issuer": ISSUER, "oidc__client_id": "udmelding"}
    return send(browser, HERE, **{**said, **changes})


def test_the_button_is_there_at_once_with_the_providers_name_and_goes_again(
    lone: Any, web: FastAPI, browser: Callable[[FastAPI], Any]
) -> None:
    visitor = browser(web)
    assert "Log på med" not in visitor.client.get("/login").text

    assert set_up(lone, oidc__name="Kontoen").status_code == 303
    assert "Log på med Kontoen" in visitor.client.get("/login").text
    assert "Med Kontoen eller en adgangskode her." in lone.client.get("/indstillinger").text

    fields = fields_of(lone.client.get(HERE).text)
    del fields["oidc.is_used"]
    lone.client.post(HERE, data=fields)
    assert "Log på med" not in visitor.client.get("/login").text
    assert visitor.client.get("/login/konto").status_code == 404
    assert fields_of(lone.client.get(HERE).text)["oidc.issuer"] == ISSUER, "all of it stays"


def test_the_address_of_the_configuration_is_taken_for_the_providers(
    lone: Any, services: Services
) -> None:
    set_up(lone, oidc__issuer=CONFIGURATION)
    assert refreshed(services).settings.oidc.issuer == ISSUER


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"oidc__issuer": "http://konti.example"}, "skal begynde med https://"),
        ({"oidc__issuer": "konti.example"}, "skal være en webadresse"),
        ({"oidc__issuer": "https://konti.example/?tenant=1"}, "skal være udbyderens adresse alene"),
        ({"oidc__issuer": "https://anna:ord@konti.example"}, "skal være udbyderens adresse alene"),
        ({"oidc__issuer": "https://konti.example:port"}, "skal være udbyderens adresse alene"),
        ({"oidc__client_id": ""}, "mangler: udbyderen kender os ved et klient-id"),
        ({"oidc__login_claim": ""}, "Felt med brugernavnet:"),
        ({"oidc__name": "N" * 61}, "højst 60 tegn"),
        ({"web__session_hours": "100"}, "skal være højst 72"),
        ({"web__idle_minutes": "1"}, "skal være mindst 5"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_kept(
    lone: Any, services: Services, changes: dict[str, str], told: str
) -> None:
    answer = set_up(lone, **changes)

    assert answer.status_code == 422
    html = unescape(answer.text)
    assert told in html[html.index("Intet er gemt") :][:400]
    (name, typed), *_ = changes.items()
    assert fields_of(answer.text)[name.replace("__", ".")] == typed
    assert not refreshed(services).settings.oidc.issuer


def test_nobody_shuts_out_all_administrators(lone: Any, services: Services) -> None:
    with services.engine.begin() as connection:
        connection.execute(sa.update(table_of(User)).values(password_hash=""))

    answer = set_up(lone)

    assert answer.status_code == 422
    assert "Ingen administrator har en adgangskode her." in answer.text
    assert not refreshed(services).settings.oidc.issuer
    assert send(lone, HERE, web__session_hours="10").status_code == 303, "that shuts nobody out"


def test_only_administrators_come_here(signed_in: Callable[[Role], Any]) -> None:
    maja = signed_in(Role.CASEWORKER)
    assert maja.client.get(HERE).status_code == 403
    assert maja.client.get("/indstillinger/vores/login").status_code == 404


def test_the_page_has_what_the_it_department_needs_and_never_the_secret(
    home: Any, lone: Any, services: Services, web: FastAPI
) -> None:
    shown = unescape(lone.client.get(HERE).text)
    assert "Serveren har ingen hemmelighed." in shown
    assert "UDMELDING_OIDC__CLIENT_SECRET" in shown
    assert "http://127.0.0.1:8080/login/konto/svar" in shown


def ended(what: type[httpx.HTTPError], why: str) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise what(why)

    return answer


def saying(**changes: Any) -> Callable[[httpx.Request], httpx.Response]:
    """The provider of the tests with other words in its configuration; None takes one away."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = Accounts().answer(request)
        if request.url.path == "/keys":
            return found
        said = {**found.json(), **changes}
        return httpx.Response(200, json={k: v for k, v in said.items() if v is not None})

    return answer


def keys(content: Any) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        is_keys = request.url.path == "/keys"
        return httpx.Response(200, json=content) if is_keys else Accounts().answer(request)

    return answer


NO_KEYS: dict[str, Any] = {"keys": []}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Accounts().answer, "Udbyderen svarer, som den skal, og har 1 nøgle."),
        (ended(httpx.ConnectError, "Name or service not known"), "der er ingen forbindelse"),
        (ended(httpx.ReadTimeout, ""), "den svarer ikke inden for 10 sekunder"),
        (
            ended(httpx.ConnectError, "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"),
            "dens certifikat kan ikke godkendes",
        ),
        (lambda _: httpx.Response(404), "den svarer med fejl 404. Det skal rettes"),
        (lambda _: httpx.Response(503), "den svarer med fejl 503. Prøv igen om lidt."),
        (
            lambda _: httpx.Response(302, headers={"location": "https://ny.example/"}),
            "den sender videre til https://ny.example/",
        ),
        (
            lambda _: httpx.Response(200, html="<h1>Velkommen</h1>"),
            "svarer, men ikke som en udbyder af konti (JSON); svaret er text/html",
        ),
        (lambda _: httpx.Response(200, json=["nej"]), "men ikke som en udbyder"),
        (lambda _: httpx.Response(200, content=b"{" * 2_000_000), "men ikke som en udbyder"),
        (saying(issuer="https://andre.example"), "kalder sig «https://andre.example» og ikke"),
        (saying(jwks_uri=None), "Udbyderens opsætning mangler jwks_uri."),
        (
            saying(token_endpoint="http://konti.example/token"),  # noqa: S106 - an address
            "Udbyderens «token_endpoint» begynder ikke med https://.",
        ),
        (
            saying(id_token_signing_alg_values_supported=["HS256"]),
            "underskriver med HS256. Det skal være RS256, PS256 og ES256.",
        ),
        (keys(NO_KEYS), "Udbyderens nøgler kan ikke læses."),
        (keys({"keys": [{"kty": "ukendt"}]}), "Udbyderens nøgler kan ikke læses."),
    ],
)
def test_a_trial_says_in_plain_words_what_the_provider_answers(
    lone: Any,
    services: Services,
    web: FastAPI,
    answer: Callable[[httpx.Request], httpx.Response],
    told: str,
) -> None:
    that_signs_in_at(services, ISSUER)
    transport = httpx.MockTransport(answer)
    web.state.provider_of = lambda parts, back: Provider(parts.settings.oidc, back, transport)

    tried = lone.client.post(f"{HERE}/proev", data={"csrf": lone.csrf(HERE)})

    assert (tried.status_code, tried.headers["location"]) == (303, HERE)
    assert told in unescape(lone.client.get(HERE).text)


def test_without_a_provider_there_is_nothing_to_try(lone: Any) -> None:
    tried = lone.client.post(f"{HERE}/proev", data={"csrf": lone.csrf(HERE)})
    assert tried.status_code == 404
