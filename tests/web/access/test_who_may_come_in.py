"""Nobody reads a page without being allowed to, and no form works from elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.testclient import TestClient

from models import Role
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.access.users import LOCKED_AFTER, LOCKED_FOR, sign_in
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.web.access.login import own_path
from udmelding.web.service.app import create_app
from udmelding.web.service.vendoring import differing, read_manifest

pytestmark = pytest.mark.database

SignedIn = Callable[[Role], Any]
SECRET = "gul lampe under broen"  # noqa: S105 - of nobody
NOW = clock.at(dt.date(2025, 4, 15))


def routes(app: FastAPI) -> list[Any]:
    """All routes of the pages; FastAPI keeps those of included routers out of ``app.routes``."""
    found = iter_route_contexts(app.routes)
    return [route for route in found if isinstance(route.original_route, APIRoute)]


def allowed(dependant: Dependant) -> Iterator[Any]:
    """Who a route says may open it."""
    for inner in dependant.dependencies:
        if inner.call is not None and hasattr(inner.call, "allowed"):
            yield inner.call.allowed
        yield from allowed(inner)


def address(route: Any) -> str:
    """An address of the route, with something in place of each parameter."""
    path = route.path
    for param in route.dependant.path_params:
        path = path.replace(f"{{{param.name}}}", "x")
    return path


def test_every_route_says_who_may_open_it(web: FastAPI) -> None:
    assert len(routes(web)) > 60, "the walk finds the pages"
    silent = [r.path for r in routes(web) if not list(allowed(r.dependant))]
    assert silent == []


def test_a_stranger_reads_nothing_but_what_is_for_everybody(web: FastAPI, stranger: Any) -> None:
    for route in routes(web):
        if set(allowed(route.dependant)) & {"everybody", "link", "token"}:
            continue
        for method in route.methods:
            answer = stranger.client.request(method, address(route))
            assert answer.status_code == 303, (method, route.path)
            assert answer.headers["location"].startswith("/login"), route.path


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Role), ids=str)
def test_each_role_opens_what_is_for_it_and_nothing_above(
    web: FastAPI, signed_in: SignedIn, role: Role
) -> None:
    browser = signed_in(role)
    order = list(Role)
    for route in routes(web):
        wanted = [who for who in allowed(route.dependant) if isinstance(who, Role)]
        if not wanted or route.path == "/logout":
            continue
        is_enough = order.index(role) >= max(order.index(who) for who in wanted)
        for method in route.methods:
            headers = {"x-csrf-token": browser.csrf()} if method != "GET" else {}
            answer = browser.client.request(method, address(route), headers=headers)
            if not is_enough:
                assert answer.status_code == 403, (role, method, route.path)
            else:
                assert answer.status_code != 403, (role, method, route.path, answer.text)


def test_a_form_without_the_pages_own_value_is_refused(signed_in: SignedIn) -> None:
    browser = signed_in(Role.READER)
    assert browser.client.post("/logout").status_code == 403
    assert browser.client.post("/logout", data={"csrf": "et gæt"}).status_code == 403
    assert browser.client.post("/logout", data={"csrf": browser.csrf()}).status_code == 303


def test_a_form_from_another_site_is_refused(signed_in: SignedIn) -> None:
    browser = signed_in(Role.READER)
    sent = {"data": {"csrf": browser.csrf()}, "headers": {"sec-fetch-site": "cross-site"}}
    assert browser.client.post("/logout", **sent).status_code == 403


def test_signing_out_ends_the_session(signed_in: SignedIn) -> None:
    browser = signed_in(Role.READER)
    cookies = dict(browser.client.cookies)
    browser.client.post("/logout", data={"csrf": browser.csrf()})
    browser.client.cookies.update(cookies)
    assert browser.client.get("/").status_code == 303, "the old cookie opens nothing any more"


def test_a_session_ends_when_nobody_uses_it(services: Services) -> None:
    moment = [NOW]
    client = TestClient(
        create_app(services, lambda: moment[0]),
        base_url="http://127.0.0.1:8080",
        follow_redirects=False,
    )
    users.add_user(services, login="anna", name="Anna", role=Role.READER, password=SECRET, now=NOW)
    client.post("/login", data={"login": "anna", "password": SECRET})
    assert client.get("/").status_code == 200
    moment[0] = NOW + dt.timedelta(minutes=services.settings.web.idle_minutes - 1)
    assert client.get("/").status_code == 200
    moment[0] += dt.timedelta(minutes=services.settings.web.idle_minutes + 1)
    assert client.get("/").status_code == 303


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(
    services: Services, stranger: Any
) -> None:
    users.add_user(services, login="anna", name="Anna", role=Role.READER, password=SECRET, now=NOW)
    answer = stranger.client.post("/login", data={"login": "Anna", "password": SECRET})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_too_many_wrong_passwords_lock_the_user_for_a_while(services: Services) -> None:
    users.add_user(services, login="anna", name="Anna", role=Role.READER, password=SECRET, now=NOW)
    for _ in range(LOCKED_AFTER):
        with pytest.raises(RefusedError, match="forkert"):
            sign_in(services, "anna", "noget helt andet her", NOW)
    with pytest.raises(RefusedError, match="For mange forsøg"):
        sign_in(services, "anna", SECRET, NOW)
    assert sign_in(services, "anna", SECRET, NOW + LOCKED_FOR)


def test_nobody_learns_which_users_there_are(services: Services) -> None:
    users.add_user(services, login="anna", name="Anna", role=Role.READER, password=SECRET, now=NOW)
    told = set()
    for login in ("anna", "findes-ikke"):
        with pytest.raises(RefusedError) as refused:
            sign_in(services, login, "noget helt andet her", NOW)
        told.add(refused.value.message)
    assert len(told) == 1


@pytest.mark.parametrize(
    "password",
    ["kort", "aaaaaaaaaaaaaaaaaaaa", "passwordpassword", "anna anna anna anna", "x" * 257],
)
def test_a_password_that_is_easy_to_guess_is_refused(services: Services, password: str) -> None:
    with pytest.raises(RefusedError, match="Adgangskoden"):
        users.add_user(
            services, login="anna", name="Anna", role=Role.READER, password=password, now=NOW
        )


@pytest.mark.parametrize(
    "then", ["https://ond.example/", "//ond.example", "/\\ond.example", "javascript:alert(1)", ""]
)
def test_signing_in_never_leads_to_another_site(then: str) -> None:
    assert own_path(then) == "/"


def test_no_page_runs_scripts_or_loads_anything_from_elsewhere(signed_in: SignedIn) -> None:
    answer = signed_in(Role.READER).client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("package", read_manifest(), ids=lambda package: package.name)
def test_files_of_other_projects_are_what_the_manifest_says(package: Any) -> None:
    assert differing(package) == ()
