"""Programs read and record through the JSON API with a token that is for just that."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.testclient import TestClient

from models import Scope
from tests.rules.files.test_cpr import number_as_written
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services
from udmelding.journal.access.api_tokens import READ, WRITE, make_token, revoke_token, tokens
from udmelding.journal.database import writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.asking import fields_of
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.recording.catalogue import ENTRY_OF
from udmelding.web.service.app import create_app

NOW = clock.at(dt.date(2024, 8, 15))
RECEIVED = dt.date(2024, 8, 1)
REF = "CU-PROEVE-2025"


@pytest.fixture
def running(services: Services) -> Services:
    with writing(services.engine) as session:
        new = NewCase(
            reference=REF,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=RECEIVED,
            particulars=NewParticulars(title="Prøve"),
            deadline=NewDeadline(due_on=dt.date(2025, 5, 31)),
        )
        launch_case(session, services.settings, new, Stamp(clock.at(RECEIVED), "test"))
    advance(services, REF, clock.at(RECEIVED))
    return services


@pytest.fixture
def app(running: Services) -> FastAPI:
    return create_app(running, lambda: NOW)


def program(services: Services, app: FastAPI, *scopes: str) -> TestClient:
    with writing(services.engine) as session:
        secret = make_token(
            session,
            name="rapport",
            scopes=scopes,
            by="test",
            now=NOW,
            lasting=dt.timedelta(days=30),
        )
    return TestClient(
        app, base_url="http://127.0.0.1:8080", headers={"Authorization": f"Bearer {secret}"}
    )


def api_of(app: FastAPI) -> FastAPI:
    found: Any = next(route for route in app.routes if getattr(route, "path", "") == "/api")
    api: FastAPI = found.app
    return api


def test_what_is_for_programs_stands_under_api_and_nowhere_else(
    running: Services, app: FastAPI
) -> None:
    reader = program(running, app, READ)

    for path in ("/cases", f"/cases/{REF}", "/due", "/meetings"):
        assert reader.get(f"/api{path}").status_code == 200
        assert reader.get(path).status_code == 404


def test_every_address_of_the_api_wants_a_token(app: FastAPI) -> None:
    stranger = TestClient(app, base_url="http://127.0.0.1:8080")
    found = iter_route_contexts(api_of(app).routes)
    routes = [route for route in found if isinstance(route.original_route, APIRoute)]
    assert len(routes) > 5, "the walk finds the addresses"
    for route in routes:
        for method in route.methods:
            path = "/api" + route.path.replace("{reference}", REF)
            answer = stranger.request(method, path, json={"kind": "x"})
            assert answer.status_code == 401, route.path
            assert answer.headers["www-authenticate"] == "Bearer"


def test_a_program_reads_what_the_commands_print(running: Services, app: FastAPI) -> None:
    client = program(running, app, READ)
    (case,) = client.get("/api/cases").json()
    assert case == client.get(f"/api/cases/{REF}").json()
    assert (case["reference"], case["stage"]) == (REF, "collection")
    assert client.get(f"/api/cases/{REF}/plan").json()["feasible"] is True
    assert len(client.get(f"/api/cases/{REF}/matrix").json()) == 17 * 2 + 6
    assert client.get(f"/api/cases/{REF}/forecast").json()["total"] == 17
    assert {owed["reference"] for owed in client.get("/api/due").json()} == {REF}
    first, *_ = client.get("/api/meetings").json()
    assert (first["name"], first["held"]) == ("KKR Sjælland", "2024-09-03")
    assert client.get(f"/api/cases/{REF}/log").json()


def test_any_past_day_can_be_asked_for(running: Services, app: FastAPI) -> None:
    client = program(running, app, READ)
    assert client.get("/api/cases", params={"as_of": "31/7-2024"}).json() == []
    assert client.get(f"/api/cases/{REF}", params={"as_of": "pjat"}).status_code == 422


def test_a_program_that_may_write_records_a_fact_once(running: Services, app: FastAPI) -> None:
    client = program(running, app, READ, WRITE)
    said = {"kind": "response", "party": "Lolland", "on": "2024-08-14"}
    first = client.post(f"/api/cases/{REF}/facts", json=said)
    assert (first.status_code, first.json()["new"]) == (201, True)
    assert client.post(f"/api/cases/{REF}/facts", json=said).json()["new"] is False
    lines = client.get(f"/api/cases/{REF}/log").json()
    assert "rapport (adgangsnøgle)" in {line["by"] for line in lines}


def test_a_token_for_reading_records_nothing(running: Services, app: FastAPI) -> None:
    client = program(running, app, READ)
    answer = client.post(f"/api/cases/{REF}/facts", json={"kind": "response"})
    assert answer.status_code == 403


def test_what_is_wrong_is_told_in_danish(running: Services, app: FastAPI) -> None:
    client = program(running, app, READ, WRITE)
    answer = client.post(f"/api/cases/{REF}/facts", json={"kind": "response", "party": "Lolland"})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("Kan ikke registreres: on:")
    assert client.get("/api/cases/CU-X").status_code == 404


def test_a_program_is_asked_what_a_person_would_be_and_says_why_it_is_so(
    app: FastAPI, running: Services
) -> None:
    client = program(running, app, WRITE)
    said = {"kind": "response", "party": "Lolland", "on": "2024-07-31"}
    answer = client.post(f"/api/cases/{REF}/facts", json=said)
    assert answer.status_code == 422
    assert answer.json()["doubts"] == [
        "31. juli 2024 ligger før sagen blev modtaget den 1. august 2024."
    ]
    assert "even_so" in answer.json()["detail"]
    assert client.post(f"/api/cases/{REF}/facts", json=said).status_code == 422, "nothing was kept"

    again = client.post(f"/api/cases/{REF}/facts", json=said | {"even_so": "svaret kom før brevet"})
    assert again.status_code == 201


def test_a_revoked_or_expired_token_opens_nothing(running: Services, app: FastAPI) -> None:
    client = program(running, app, READ)
    later = create_app(running, lambda: NOW + dt.timedelta(days=31))
    old = TestClient(later, base_url="http://127.0.0.1:8080", headers=dict(client.headers))
    assert old.get("/api/cases").status_code == 401
    with writing(running.engine) as session:
        revoke_token(session, tokens(session)[0].id, NOW)
    assert client.get("/api/cases").status_code == 401


def test_guessing_tokens_is_slowed_down(running: Services, app: FastAPI) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8080")
    answers = [
        client.get("/api/cases", headers={"Authorization": f"Bearer {n}"}).status_code
        for n in range(65)
    ]
    assert answers[0] == 401
    assert answers[-1] == 429


def test_the_api_describes_itself(app: FastAPI) -> None:
    document = TestClient(app, base_url="http://127.0.0.1:8080").get("/api/openapi.json").json()
    assert "/cases/{reference}/plan" in document["paths"]
    assert all(
        operation["summary"] for path in document["paths"].values() for operation in path.values()
    )


def test_the_api_says_what_each_kind_of_fact_takes_in_the_words_of_the_pages(app: FastAPI) -> None:
    document = TestClient(app, base_url="http://127.0.0.1:8080").get("/api/openapi.json").json()
    body = document["paths"]["/cases/{reference}/facts"]["post"]["requestBody"]
    kinds = body["content"]["application/json"]["schema"]["discriminator"]["mapping"]
    said = {
        kind: document["components"]["schemas"][address.rpartition("/")[2]]["properties"]
        for kind, address in kinds.items()
    }

    assert said.keys() == ENTRY_OF.keys()
    for kind, entry in ENTRY_OF.items():
        for ask in entry.asks:
            for field in fields_of(entry, ask):
                assert said[kind][field.name]["title"] == field.label.rstrip("?"), kind


def test_a_count_and_a_submission_are_filled_in_alike_by_program_and_page(
    running: Services, app: FastAPI
) -> None:
    client = program(running, app, WRITE)
    said = {"kind": "submission", "on": "2024-08-14", "even_so": "prøve"}

    answer = client.post(f"/api/cases/{REF}/facts", json=said)

    assert answer.status_code == 201, answer.text
    assert "med forbehold for" in answer.json()["text"]


def test_a_cpr_number_is_refused_and_what_may_be_one_waits_for_a_persons_word(
    running: Services, app: FastAPI
) -> None:
    client = program(running, app, WRITE)
    address = f"/api/cases/{REF}/facts"
    said = {"kind": "milestone", "on": "2024-08-14", "milestone_kind": "note"}

    certain = client.post(address, json=said | {"title": f"Om {number_as_written(holds=True)}"})
    possible = said | {"title": f"Nr. {number_as_written(holds=False).replace('-', '')}"}
    asked = client.post(address, json=possible)
    confirmed = client.post(address, json=possible | {"confirmed": True})

    assert (certain.status_code, asked.status_code, confirmed.status_code) == (422, 409, 201)
    assert "«Titel»" in certain.json()["detail"]
    assert asked.json()["confirm"] == "Jeg har set efter: det er ikke et cpr-nummer"
