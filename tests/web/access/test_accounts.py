"""Signing in with the organisation's own accounts, against a small provider of our own."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.testclient import TestClient

from models import Role
from tests.owning import that_signs_in_at
from udmelding import clock
from udmelding.casework.access.users import add_user
from udmelding.casework.wiring import Services
from udmelding.outside.oidc import Provider
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.database

ISSUER = "https://konti.example"
NOW = clock.at(dt.date(2025, 4, 15))
KEY = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)
OTHER = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)

Change = Callable[[dict[str, Any]], dict[str, Any]]


class Accounts:
    """A provider: knows one person, and signs what it is told to."""

    def __init__(self) -> None:
        self.nonce = ""
        self.change: Change = lambda claims: claims
        self.key = KEY
        self.asked: list[dict[str, list[str]]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("openid-configuration"):
            found = {name: f"{ISSUER}/{name}" for name in ("authorize", "token", "keys")}
            return httpx.Response(
                200,
                json={
                    "issuer": ISSUER,
                    "authorization_endpoint": found["authorize"],
                    "token_endpoint": found["token"],
                    "jwks_uri": found["keys"],
                },
            )
        if request.url.path == "/keys":
            return httpx.Response(200, json=KeySet([KEY]).as_dict(private=False))
        self.asked.append(parse_qs(request.content.decode()))
        claims = {
            "iss": ISSUER,
            "aud": "udmelding",
            "sub": "4711",
            "email": "Anna@Sekretariat.example",
            "nonce": self.nonce,
            "iat": int(NOW.timestamp()),
            "exp": int(NOW.timestamp()) + 300,
        }
        token = jwt.encode({"alg": "RS256", "kid": "1"}, self.change(claims), self.key)
        body = {"access_token": "x", "token_type": "Bearer", "id_token": token}
        return httpx.Response(
            200, content=json.dumps(body), headers={"content-type": "application/json"}
        )


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
def browser(services: Services, accounts: Accounts) -> TestClient:
    app = create_app(that_signs_in_at(services, ISSUER), lambda: NOW)
    transport = httpx.MockTransport(accounts.answer)
    app.state.provider_of = lambda parts, back: Provider(parts.settings.oidc, back, transport)
    login = "anna@sekretariat.example"
    add_user(services, login=login, name="Anna", role=Role.CASEWORKER, password="", now=NOW)
    return TestClient(app, base_url="http://127.0.0.1:8080", follow_redirects=False)


def sent_away(browser: TestClient, accounts: Accounts, then: str = "/mails/rykkere") -> str:
    """Go to the provider; gives the state to come back with."""
    answer = browser.get("/login/konto", params={"then": then})
    assert answer.status_code == 303
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.headers["location"].startswith(f"{ISSUER}/authorize?")
    assert asked["redirect_uri"] == ["http://127.0.0.1:8080/login/konto/svar"]
    assert asked["code_challenge_method"] == ["S256"]
    accounts.nonce = asked["nonce"][0]
    return asked["state"][0]


def test_one_whom_the_organisation_knows_is_signed_in_and_sent_on(
    browser: TestClient, accounts: Accounts
) -> None:
    state = sent_away(browser, accounts)
    back = browser.get("/login/konto/svar", params={"state": state, "code": "abc"})
    assert (back.status_code, back.headers["location"]) == (303, "/mails/rykkere")
    assert "Anna" in browser.get("/").text
    assert accounts.asked[0]["code_verifier"], "the code alone is worth nothing (PKCE)"


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "en anden"},
        {"aud": "et andet program"},
        {"iss": "https://ond.example"},
        {"exp": int(NOW.timestamp()) - 3600},
    ],
    ids=["nonce", "audience", "issuer", "expired"],
)
def test_what_was_not_said_to_us_now_is_not_believed(
    browser: TestClient, accounts: Accounts, wrong: dict[str, Any]
) -> None:
    accounts.change = lambda claims: claims | wrong
    state = sent_away(browser, accounts)
    back = browser.get("/login/konto/svar", params={"state": state, "code": "abc"})
    assert back.status_code == 422
    assert "kunne ikke bekræftes" in back.text
    assert browser.get("/").status_code == 303


def test_a_token_that_somebody_else_signed_is_not_believed(
    browser: TestClient, accounts: Accounts
) -> None:
    accounts.key = OTHER
    state = sent_away(browser, accounts)
    back = browser.get("/login/konto/svar", params={"state": state, "code": "abc"})
    assert back.status_code == 422


def test_an_answer_that_another_browser_asked_for_is_refused(
    browser: TestClient, accounts: Accounts
) -> None:
    state = sent_away(browser, accounts)
    browser.cookies.clear()
    back = browser.get("/login/konto/svar", params={"state": state, "code": "abc"})
    assert back.status_code == 422
    assert accounts.asked == [], "nobody asked the provider for anything"


def test_an_answer_works_once(browser: TestClient, accounts: Accounts) -> None:
    state = sent_away(browser, accounts)
    answer = {"state": state, "code": "abc"}
    assert browser.get("/login/konto/svar", params=answer).status_code == 303
    assert browser.get("/login/konto/svar", params=answer).status_code == 422


def test_one_without_a_user_here_is_told_whom_to_ask(
    browser: TestClient, accounts: Accounts
) -> None:
    accounts.change = lambda claims: claims | {"email": "ukendt@sekretariat.example"}
    state = sent_away(browser, accounts)
    back = browser.get("/login/konto/svar", params={"state": state, "code": "abc"})
    assert back.status_code == 422
    assert "administrator" in back.text


def test_without_a_provider_there_is_no_such_page(services: Services) -> None:
    client = TestClient(create_app(services, lambda: NOW), base_url="http://127.0.0.1:8080")
    assert client.get("/login/konto").status_code == 404
    assert "organisations konto" not in client.get("/login").text
