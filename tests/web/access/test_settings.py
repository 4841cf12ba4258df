"""Everybody minds their own account; administrators mind users, tokens and the installation."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from models import OutboxMessage, OutboxState, Role, Scope, User
from tests.owning import that_signs_in_at
from udmelding import clock
from udmelding.casework.access import administration, users
from udmelding.casework.access.users import (
    LOCKED_AFTER,
    ONE_TIME_DAYS,
    OneTimePasswordError,
    sign_in,
)
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services, make_services
from udmelding.config.settings import setting_trails
from udmelding.errors import RefusedError
from udmelding.journal.access import access
from udmelding.journal.access.api_tokens import FEED, make_token, tokens
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.web.service.app import create_app
from udmelding.web.service.system import GROUPS, NAMES

pytestmark = pytest.mark.database

SignedIn = Callable[[Role], Any]
PASSWORD = "gul lampe under broen"  # noqa: S105 - of nobody
OTHER = "hest trommer i regnvejr"
NOW = clock.at(dt.date(2025, 4, 15))
USERS, TOKENS = "/indstillinger/brugere", "/indstillinger/noegler"


def send(browser: Any, path: str, **fields: Any) -> Any:
    return browser.client.post(path, data={"csrf": browser.csrf("/indstillinger"), **fields})


def user(services: Services, login: str) -> access.UserValue:
    with reading(services.engine) as session:
        found = access.find_user(session, login)
    assert found is not None
    return found


def add(services: Services, login: str, role: Role = Role.READER) -> int:
    users.add_user(services, login=login, name=login, role=role, password=PASSWORD, now=NOW)
    return user(services, login).id


def secret_on(html: str) -> str:
    found = re.search(r'id="secret" value="([^"]+)"', html)
    assert found, "no secret is shown"
    return unescape(found[1])


# One's own account


def test_everybody_sees_their_own_account_and_only_administrators_the_rest(
    signed_in: SignedIn,
) -> None:
    own = signed_in(Role.READER).client.get("/indstillinger").text
    assert "Denne browser" in own
    assert "Mindst 15" in own, "the rules stand there before anything is written"
    assert USERS not in own
    assert USERS in signed_in(Role.ADMINISTRATOR).client.get("/indstillinger").text


def test_a_new_password_signs_out_the_other_browsers_and_not_this_one(
    signed_in: SignedIn, web: FastAPI, services: Services
) -> None:
    browser = signed_in(Role.READER)
    other = type(browser)(web)
    other.sign_in("reader")
    fields = {"password": PASSWORD, "wanted": OTHER, "again": OTHER}
    answer = send(browser, "/indstillinger/adgangskode", **fields)
    assert answer.status_code == 303
    assert "er skiftet" in browser.client.get("/indstillinger").text
    assert other.client.get("/indstillinger").status_code == 303
    assert sign_in(services, "reader", OTHER, NOW)
    with pytest.raises(RefusedError):
        sign_in(services, "reader", PASSWORD, NOW)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "forkert", "wanted": OTHER, "again": OTHER}, "nuværende adgangskode er"),
        ({"password": PASSWORD, "wanted": OTHER, "again": "en helt anden"}, "ikke ens"),
        ({"password": PASSWORD, "wanted": "kort", "again": "kort"}, "for kort"),
        ({"password": PASSWORD, "wanted": PASSWORD, "again": PASSWORD}, "den samme"),
        ({}, "forkert"),
    ],
    ids=["wrong", "unlike", "short", "same", "empty"],
)
def test_a_password_that_does_not_do_is_refused_at_its_field(
    signed_in: SignedIn, services: Services, fields: dict[str, str], said: str
) -> None:
    browser = signed_in(Role.READER)
    answer = send(browser, "/indstillinger/adgangskode", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert PASSWORD not in answer.text
    assert sign_in(services, "reader", PASSWORD, NOW), "the old one still works"


def test_guessing_the_present_password_locks_as_signing_in_does(
    signed_in: SignedIn, services: Services
) -> None:
    browser = signed_in(Role.READER)
    fields = {"password": "et gæt", "wanted": OTHER, "again": OTHER}
    for _ in range(LOCKED_AFTER):
        send(browser, "/indstillinger/adgangskode", **fields)
    answer = send(browser, "/indstillinger/adgangskode", **{**fields, "password": PASSWORD})
    assert "For mange forsøg" in answer.text


def test_one_can_sign_out_everywhere_else(signed_in: SignedIn, web: FastAPI) -> None:
    browser = signed_in(Role.READER)
    others = [type(browser)(web) for _ in range(2)]
    for other in others:
        other.sign_in("reader")
    assert "(3)" in browser.client.get("/indstillinger").text
    assert send(browser, "/indstillinger/log-ud-andre").status_code == 303
    assert "logget af 2 andre steder" in browser.client.get("/indstillinger").text
    assert [other.client.get("/").status_code for other in others] == [303, 303]


def test_one_without_a_password_here_is_not_asked_for_it(
    signed_in: SignedIn, services: Services
) -> None:
    browser = signed_in(Role.READER)
    with services.engine.begin() as connection:
        connection.execute(sa.update(table_of(User)).values(password_hash=""))
    assert "organisations konto" in browser.client.get("/indstillinger").text


# Users


def test_a_new_user_chooses_a_password_with_the_one_time_password(
    signed_in: SignedIn, stranger: Any, services: Services
) -> None:
    browser = signed_in(Role.ADMINISTRATOR)
    made = send(browser, USERS, name="Berit", login="Berit@x.example", role="caseworker")
    password = secret_on(made.text)
    assert password not in browser.client.get(USERS).text, "it is shown once"

    sent_on = stranger.client.post(
        "/login", data={"login": "berit@x.example", "password": password}
    )
    assert sent_on.headers["location"] == "/login/engangskode?login=berit%40x.example"
    assert stranger.client.get("/").status_code == 303, "it opens nothing by itself"
    form = {"login": "berit@x.example", "password": password}
    unlike = stranger.client.post(
        "/login/engangskode", data={**form, "wanted": OTHER, "again": "noget andet"}
    )
    assert unlike.status_code == 422
    own = stranger.client.post("/login/engangskode", data={**form, "wanted": OTHER, "again": OTHER})
    assert own.status_code == 303
    assert "Berit" in stranger.client.get("/").text
    with pytest.raises(RefusedError, match="forkert"):
        sign_in(services, "berit@x.example", password, NOW)


def test_a_one_time_password_is_worth_nothing_after_a_week(
    signed_in: SignedIn, services: Services
) -> None:
    number = add(services, "berit")
    browser = signed_in(Role.ADMINISTRATOR)
    password = secret_on(send(browser, f"{USERS}/{number}/engangskode").text)
    with pytest.raises(RefusedError, match="forkert"):
        sign_in(services, "berit", PASSWORD, NOW)
    with pytest.raises(OneTimePasswordError):
        sign_in(services, "berit", password, NOW + dt.timedelta(days=ONE_TIME_DAYS))
    with pytest.raises(RefusedError, match="for gammel"):
        sign_in(services, "berit", password, NOW + dt.timedelta(days=ONE_TIME_DAYS + 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"login": ""},
        {"login": "to ord"},
        {"login": "ADMINISTRATOR"},
        {"login": "x" * 300},
        {"name": "nul\x00"},
        {"role": "konge"},
    ],
)
def test_a_flawed_new_user_is_not_added_and_nothing_written_is_lost(
    signed_in: SignedIn, services: Services, wrong: dict[str, str]
) -> None:
    browser = signed_in(Role.ADMINISTRATOR)
    given = {"name": "Berit Prøve", "login": "berit", "role": "reader"} | wrong
    answer = send(browser, USERS, **given)
    assert answer.status_code == 422
    assert "form-error-message" in answer.text
    assert "Berit Prøve" in answer.text or "name" in wrong
    with reading(services.engine) as session:
        assert len(access.users(session)) == 1


def test_with_accounts_of_the_organisation_a_user_needs_no_password(
    services: Services, signed_in: SignedIn
) -> None:
    browser = signed_in(Role.ADMINISTRATOR)
    that_signs_in_at(services, "https://konti.example")
    answer = send(browser, USERS, name="Berit", login="berit", role="reader", how="account")
    assert answer.status_code == 200
    assert 'id="secret"' not in answer.text
    assert user(services, "berit").password_hash == ""


def test_an_administrator_changes_role_closes_opens_and_unlocks(
    signed_in: SignedIn, services: Services, web: FastAPI
) -> None:
    number = add(services, "berit")
    browser = signed_in(Role.ADMINISTRATOR)
    berit = type(browser)(web)
    berit.sign_in("berit")
    assert send(browser, f"{USERS}/{number}/rolle", role="caseworker").status_code == 303
    assert user(services, "berit").role is Role.CASEWORKER
    assert "Berit" in browser.client.get(f"{USERS}/{number}").text.title()

    send(browser, f"{USERS}/{number}/luk")
    assert not user(services, "berit").is_active
    assert berit.client.get("/").status_code == 303, "signed out at once"
    send(browser, f"{USERS}/{number}/aabn")
    assert sign_in(services, "berit", PASSWORD, NOW)

    for _ in range(LOCKED_AFTER):
        with pytest.raises(RefusedError):
            sign_in(services, "berit", "et gæt på noget", NOW)
    assert "låst til kl." in browser.client.get(USERS).text
    send(browser, f"{USERS}/{number}/laas-op")
    assert sign_in(services, "berit", PASSWORD, NOW)


@pytest.mark.parametrize("what", ["rolle", "luk", "engangskode"])
def test_nobody_shuts_themselves_out(signed_in: SignedIn, services: Services, what: str) -> None:
    browser = signed_in(Role.ADMINISTRATOR)
    add(services, "en-anden", Role.ADMINISTRATOR)
    before = user(services, "administrator")
    answer = send(browser, f"{USERS}/{before.id}/{what}", role="reader")
    assert answer.status_code == 422
    after = user(services, "administrator")
    assert (after.role, after.is_active) == (before.role, before.is_active)
    assert after.password_hash == before.password_hash


@pytest.mark.parametrize("what", ["rolle", "luk"])
def test_the_last_administrator_cannot_be_taken_away(services: Services, what: str) -> None:
    last = add(services, "sidste", Role.ADMINISTRATOR)
    add(services, "berit")
    acting = user(services, "berit")  # was an administrator a moment ago
    role = {"role": Role.READER} if what == "rolle" else {}
    do = administration.change_role if what == "rolle" else administration.close_user
    with pytest.raises(RefusedError, match="eneste administrator"):
        do(services, last, by=acting, now=NOW, **role)
    found = user(services, "sidste")
    assert (found.role, found.is_active) == (Role.ADMINISTRATOR, True)


@pytest.mark.parametrize("number", ["99999", "x", "-1", "9" * 40, "²"])
def test_a_user_who_is_not_there_is_not_found(signed_in: SignedIn, number: str) -> None:
    browser = signed_in(Role.ADMINISTRATOR)
    assert browser.client.get(f"{USERS}/{number}").status_code == 404
    assert send(browser, f"{USERS}/{number}/luk").status_code == 404


def test_what_administrators_do_is_logged_with_who_and_without_secrets(
    signed_in: SignedIn, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    number = add(services, "berit")
    browser = signed_in(Role.ADMINISTRATOR)
    with caplog.at_level(logging.WARNING, "udmelding"):
        send(browser, f"{USERS}/{number}/rolle", role="caseworker")
        password = secret_on(send(browser, f"{USERS}/{number}/engangskode").text)
        secret = secret_on(send(browser, TOKENS, name="rapport", scope="read", days="30").text)
        with reading(services.engine) as session:
            number_of_token = tokens(session)[0].id
        send(browser, f"{TOKENS}/luk", token=number_of_token)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 4
    assert all("2025-04-15" in line and " administrator: " in line for line in told)
    assert not any(password in line or secret in line for line in told)


# Tokens


def test_a_token_is_shown_once_works_and_can_be_closed(
    signed_in: SignedIn, services: Services, stranger: Any
) -> None:
    browser = signed_in(Role.ADMINISTRATOR)
    made = send(browser, TOKENS, name="rapport", scope=["read", "write"], days="30")
    secret = secret_on(made.text)
    assert secret not in browser.client.get(TOKENS).text
    with reading(services.engine) as session:
        (token,) = tokens(session)
    assert (token.scopes, token.created_by) == (("read", "write"), "administrator")
    assert token.expires_at == NOW + dt.timedelta(days=30)
    bearer = {"authorization": f"Bearer {secret}"}
    assert stranger.client.get("/api/v1/cases", headers=bearer).status_code != 401

    assert send(browser, f"{TOKENS}/luk", token=str(token.id)).status_code == 303
    assert "Lukket" in browser.client.get(TOKENS).text
    assert send(browser, f"{TOKENS}/luk", token=str(token.id)).status_code == 303  # pressed twice


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"scope": []},
        {"scope": ["alt"]},
        {"scope": ["feed"]},
        {"days": "0"},
        {"days": "1096"},
        {"days": "²"},
        {"days": "mange"},
    ],
)
def test_a_flawed_token_is_not_made(
    signed_in: SignedIn, services: Services, wrong: dict[str, Any]
) -> None:
    given = {"name": "rapport", "scope": ["read"], "days": "30"} | wrong
    answer = send(signed_in(Role.ADMINISTRATOR), TOKENS, **given)
    assert answer.status_code == 422
    with reading(services.engine) as session:
        assert tokens(session) == ()


def test_tokens_of_calendars_are_listed_too(signed_in: SignedIn, services: Services) -> None:
    lasting = dt.timedelta(days=30)
    with writing(services.engine) as session:
        make_token(session, name="min kalender", scopes=[FEED], by="x", now=NOW, lasting=lasting)
    html = signed_in(Role.ADMINISTRATOR).client.get(TOKENS).text
    assert "min kalender" in html
    assert "abonnere på kalenderen" in html


# The installation


def test_the_settings_are_told_with_their_place_and_no_secret(
    home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "udmelding.toml").write_text(
        '[mail]\nusername = "os"\npassword = "hemmelig-1"\n\n[secretariat]\nname = "Prøven"\n'
        '[prefect]\napi_url = "https://bruger:hemmelig-3@prefect.example/api"\n'
    )
    monkeypatch.setenv("UDMELDING_OIDC__CLIENT_SECRET", "hemmelig-2")
    monkeypatch.setenv("UDMELDING_DATABASE_URL", database_url)
    services = make_services()
    users.add_user(
        services, login="a", name="A", role=Role.ADMINISTRATOR, password=PASSWORD, now=NOW
    )
    client = TestClient(create_app(services, lambda: NOW), base_url="http://127.0.0.1:8080")
    client.post("/login", data={"login": "a", "password": PASSWORD})
    html = unescape(client.get("/indstillinger/opsaetning").text)
    assert "hemmelig-" not in html
    assert html.count("angivet, vises ikke") == 2
    assert "Udmelding.toml, linje 2" in html
    assert "Bestemt af jer, under Indstillinger" in html
    assert "Miljøvariablen UDMELDING_OIDC__CLIENT_SECRET" in html
    assert "…@prefect.example" in html
    assert "central-udmelding" in html

    (home / "udmelding.toml").write_text("[mail\n")
    broken = client.get("/indstillinger/opsaetning")
    assert broken.status_code == 200
    assert "kan ikke læses nu" in broken.text
    services.close()


def test_every_setting_has_a_danish_name() -> None:
    assert {".".join(map(str, trail)) for trail in setting_trails()} == set(NAMES)
    assert {str(trail[0]) if trail[1:] else "" for trail in setting_trails()} == set(GROUPS)


def test_the_condition_tells_of_what_waits_and_of_mails_that_need_a_person(
    signed_in: SignedIn, services: Services
) -> None:
    browser = signed_in(Role.ADMINISTRATOR)
    calm = browser.client.get("/indstillinger/tilstand").text
    assert "Intet er sprunget over" in calm
    assert "GB ledig" in calm
    early = Stamp(NOW - dt.timedelta(days=10), "test")
    with writing(services.engine) as session:
        new = NewCase(
            reference="CU-PROEVE-2025",
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=early.now.date(),
            particulars=NewParticulars(title="Prøve"),
            deadline=NewDeadline(due_on=dt.date(2025, 12, 1)),
        )
        launch_case(session, services.settings, new, early)
    assert "Noget er ikke gjort" in browser.client.get("/indstillinger/tilstand").text
    advance(services, "CU-PROEVE-2025", NOW)
    mail = table_of(OutboxMessage)
    with services.engine.begin() as connection:
        values = {"state": OutboxState.HELD, "outcome": "serveren faldt ud"}
        connection.execute(sa.update(mail).values(values))
    html = browser.client.get("/indstillinger/tilstand").text
    assert "Mails, der skal ses på" in html
    assert "serveren faldt ud" in html
    assert 'href="/sager/CU-PROEVE-2025/mails?mail=CU-PROEVE-2025/' in html


def test_the_condition_shows_what_a_check_of_the_home_finds_and_changes_nothing(
    signed_in: SignedIn, services: Services, home: Path
) -> None:
    browser = signed_in(Role.ADMINISTRATOR)
    home.chmod(0o700)
    stored = services.store.put(b"x")
    stored.path.chmod(0o644)

    open_one = unescape(browser.client.get("/indstillinger/tilstand").text)
    mode = stored.path.stat().st_mode & 0o777
    stored.path.chmod(0o600)
    closed = unescape(browser.client.get("/indstillinger/tilstand").text)

    assert "Adgang til filerne" in open_one
    assert f"Andre brugere på maskinen har adgang til 1 fil: {stored.path}" in open_one
    assert mode == 0o644
    assert "har adgang til" not in closed
    assert "Databasen nævner ingen dokumenter endnu." in closed
