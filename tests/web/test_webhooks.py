"""Administrators add webhooks, see how each goes, and set right what does not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from fastapi import FastAPI

from models import Role
from udmelding.casework.webhooks.setup import all_webhooks
from udmelding.casework.wiring import Services
from udmelding.journal.database import reading
from udmelding.journal.webhooks import webhooks
from udmelding.web.webhooks import Event

SignedIn = Callable[[Role], Any]
HERE = "/indstillinger/webhooks"


class Receiver:
    """A real HTTP server on this machine that answers with the status it is told."""

    def __init__(self) -> None:
        self.status = 200
        self.bodies: list[dict[str, Any]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.bodies.append(json.loads(body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def browser(signed_in: SignedIn) -> Any:
    return signed_in(Role.ADMINISTRATOR)


def send(browser: Any, path: str, **data: Any) -> Any:
    """Post a form, and read the page that it leads to."""
    answer = browser.client.post(path, data=data | {"csrf": browser.csrf(HERE)})
    if answer.status_code == 303:
        return browser.client.get(answer.headers["location"])
    return answer


def add(browser: Any, receiver: Receiver, **data: Any) -> str:
    """Add a webhook; returns its secret."""
    answer = send(browser, HERE, **({"name": "sagssystem", "url": receiver.url} | data))
    found = re.search(r'value="(whsec_[^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def test_a_secret_is_shown_once_and_never_again(browser: Any, receiver: Receiver) -> None:
    secret = add(browser, receiver)
    for path in (HERE, f"{HERE}/1"):
        page = browser.client.get(path)
        assert page.status_code == 200
        assert "sagssystem" in page.text
        assert secret not in page.text
        assert "whsec_" not in page.text
    again = send(browser, f"{HERE}/1/hemmelighed").text
    found = re.search(r'value="(whsec_[^"]+)"', again)
    assert found
    assert found[1] != secret


@pytest.mark.parametrize(
    ("name", "url", "why"),
    [
        ("", "https://x.example/", "Skriv, hvem der får besked."),
        ("sagssystem", "http://x.example/", "https://"),
        ("sagssystem", "https://10.0.0.1/", "lokale netværk"),
        ("sagssystem", "https://a:b@8.8.8.8/", "adgangskode"),
        ("sagssystem", "", "hele adressen"),
        ("x" * 101, "https://8.8.8.8/", "højst 100"),
    ],
)
def test_what_is_wrong_stands_at_the_field_and_nothing_typed_is_lost(
    browser: Any, services: Services, name: str, url: str, why: str
) -> None:
    answer = send(browser, HERE, name=name, url=url, events=["decision"])
    assert answer.status_code == 422
    assert why in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{name}"' in answer.text
    assert f'value="{url}"' in answer.text
    assert re.search(r'value="decision" checked', answer.text)
    assert all_webhooks(services) == ()


def test_a_test_event_is_sent_at_once_and_is_what_the_schema_says(
    browser: Any, receiver: Receiver
) -> None:
    add(browser, receiver)
    assert "Modtageren har taget imod (200)" in send(browser, f"{HERE}/1/test").text
    (body,) = receiver.bodies
    event = Event.model_validate(body)
    assert event.kind == "webhook.test"
    assert event.by == "administrator"


def test_an_event_that_failed_shows_why_and_can_be_tried_again(
    browser: Any, receiver: Receiver
) -> None:
    add(browser, receiver)
    receiver.status = 500
    shown = send(browser, f"{HERE}/1/test").text
    assert "Modtageren svarede 500" in shown
    assert "Venter på næste forsøg" in shown
    assert "alert-warning" in shown
    assert "alert-success" not in shown
    assert shown.count("15/4-2025 kl. 12.01") == 2, "in the message and in the list"
    receiver.status = 204
    assert "Modtageren har taget imod (204)" in send(browser, f"{HERE}/1/igen", delivery=1).text
    assert len({body["id"] for body in receiver.bodies}) == 1
    assert len(receiver.bodies) == 2
    taken = browser.client.get(f"{HERE}/1").text
    assert "Prøv igen</button>" not in taken
    assert send(browser, f"{HERE}/1/igen", delivery=1).status_code == 404


def test_a_webhook_is_switched_off_and_on_with_a_test(
    browser: Any, receiver: Receiver, services: Services
) -> None:
    add(browser, receiver)
    assert "Webhooken er slået fra." in send(browser, f"{HERE}/1/fra").text
    assert receiver.bodies == []
    assert send(browser, f"{HERE}/1/test").status_code == 422
    assert "Webhooken er slået til" in send(browser, f"{HERE}/1/til").text
    assert len(receiver.bodies) == 1


def test_a_receiver_that_is_gone_switches_the_webhook_off_and_the_pages_say_so(
    browser: Any, receiver: Receiver
) -> None:
    add(browser, receiver)
    receiver.status = 410
    shown = send(browser, f"{HERE}/1/test").text
    assert "adressen er nedlagt (410). Webhooken er slået fra." in shown
    listed = browser.client.get(HERE).text
    assert "✕&nbsp;Slået&nbsp;fra" in listed
    assert "nedlagt" in listed


def test_a_webhook_that_is_deleted_is_gone(
    browser: Any, receiver: Receiver, services: Services
) -> None:
    add(browser, receiver)
    send(browser, f"{HERE}/1/test")
    assert "er slettet" in send(browser, f"{HERE}/1/slet").text
    assert browser.client.get(f"{HERE}/1").status_code == 404
    with reading(services.engine) as session:
        assert webhooks.all_hooks(session) == ()


def test_what_a_webhook_asks_for_is_kept(
    browser: Any, receiver: Receiver, services: Services
) -> None:
    add(browser, receiver, events=["decision", "mail"])
    ((seen),) = all_webhooks(services)
    assert seen.hook.events == ("decision", "mail")
    assert "Beslutning, mail med problemer" in browser.client.get(f"{HERE}/1").text


@pytest.mark.parametrize("role", [Role.READER, Role.CASEWORKER])
def test_only_administrators_come_in(signed_in: SignedIn, role: Role) -> None:
    assert signed_in(role).client.get(HERE).status_code == 403


def test_the_api_document_has_the_event_with_its_headers(web: FastAPI) -> None:
    api = next(route.app for route in web.routes if getattr(route, "path", "") == "/api")
    document = api.openapi()
    posted = document["webhooks"]["event"]["post"]
    names = {parameter["name"] for parameter in posted["parameters"]}
    assert names == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert set(document["components"]["schemas"]["Event"]["required"]) == set(Event.model_fields)
