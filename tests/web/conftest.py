"""The pages on a test's own database and clock, and a browser that knows how to sign in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from models import Role
from tests.flat import Pages
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.wiring import Services
from udmelding.web.service.app import create_app

PASSWORD = "gul lampe under broen"  # noqa: S105 - of nobody
NOW = clock.at(dt.date(2025, 4, 15))


class Browser:
    """A visitor: keeps cookies, and sends the page's own form value along with every form."""

    def __init__(self, app: FastAPI) -> None:
        self.client = Pages(app, base_url="http://127.0.0.1:8080", follow_redirects=False)

    def get(self, path: str) -> object:
        return self.client.get(path)

    def follow(self, answer: Any) -> Any:
        """The page that an answer leads to, where it carries on what was written; else the answer.

        A form that is shown again, or before it is saved, is a page of its own: going back to it
        never asks to send anything again.
        """
        address = answer.headers.get("location", "")
        return self.client.get(address) if "?f=" in address else answer

    def sign_in(self, login: str, password: str = PASSWORD) -> int:
        answer = self.client.post("/login", data={"login": login, "password": password})
        return answer.status_code

    def csrf(self, path: str = "/") -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.client.get(path).text)
        assert found, path
        return found[1]


@pytest.fixture
def web(services: Services) -> FastAPI:
    """The app at noon on 15 April 2025."""
    return create_app(services, lambda: NOW)


@pytest.fixture
def signed_in(web: FastAPI, services: Services) -> Callable[[Role], Browser]:
    """A browser in which a user of that role is signed in."""

    def make(role: Role) -> Browser:
        users.add_user(
            services, login=role.value, name=role.value, role=role, password=PASSWORD, now=NOW
        )
        browser = Browser(web)
        assert browser.sign_in(role.value) == 303
        return browser

    return make


@pytest.fixture
def browser() -> Callable[[FastAPI], Browser]:
    """Makes browsers on an app that a test made itself."""
    return Browser


@pytest.fixture
def person(services: Services) -> Callable[[FastAPI, str, Role], Browser]:
    """Makes a user and signs it in on an app that a test made itself."""

    def make(app: FastAPI, login: str, role: Role) -> Browser:
        now = app.state.now()
        users.add_user(
            services, login=login, name=login.title(), role=role, password=PASSWORD, now=now
        )
        made = Browser(app)
        assert made.sign_in(login) == 303
        return made

    return make


@pytest.fixture
def stranger(web: FastAPI) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(web)
