"""The municipality's form while others are at it: colleagues write, the questions change."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from tests.answering import FORM, typed_for
from tests.casework.forms.test_answers import REF, launched
from tests.flat import Pages
from tests.played import played_once
from udmelding import clock
from udmelding.casework.access.links import link_for
from udmelding.casework.forms.question_sets import ask
from udmelding.casework.wiring import Services
from udmelding.config.forms.forms import Form
from udmelding.journal.case.header import find
from udmelding.journal.database import reading, writing
from udmelding.journal.forms.answer_drafts import answer_draft_of
from udmelding.journal.forms.answers import answers_of
from udmelding.journal.stamp import Stamp
from udmelding.web.service.app import create_app

LOLLAND = "0360"
START = clock.at(dt.date(2025, 3, 3))
NOW = clock.at(dt.date(2025, 4, 15))


@played_once
def questions_sent(services: Services) -> None:
    launched(services, REF, START, None)
    ask(services, REF, FORM, Stamp(START, "anna"))


@pytest.fixture
def web(services: Services) -> FastAPI:
    questions_sent(services)
    return create_app(services, lambda: NOW)


class Writer:
    """Somebody with a link of her own, on a page that she has opened."""

    def __init__(self, web: FastAPI, services: Services, name: str) -> None:
        self.client = Pages(web, base_url="http://127.0.0.1:8080", follow_redirects=False)
        with writing(services.engine) as session:
            link = link_for(services, session, REF, LOLLAND, by="anna", now=NOW, made_for=name)
        self.path = link[link.index("/k/") :] + "/skema"
        self.read(self.client.get(self.path).text)

    def read(self, page: str) -> None:
        self.words = " ".join(re.sub(r"<[^>]+>", " ", unescape(page)).split())
        found = re.findall(r'name="(form_value|revision|base|began)" value="([^"]*)"', page)
        self.page = {name: unescape(value) for name, value in reversed(found)}

    def post(self, do: str = "save", where: str = "", **typed: str) -> Any:
        fields = {f"f:{path}": text for path, text in typed.items()}
        answer = self.client.post(self.path + where, data=self.page | fields | {"do": do})
        if where:  # as form.js
            told = answer.json()
            self.page |= {"revision": str(told["revision"]), "began": told["began"]}
        else:
            to = answer.headers.get("location")
            self.read(self.client.get(to).text if to else answer.text)
        return answer


@pytest.fixture
def two(web: FastAPI, services: Services) -> tuple[Writer, Writer]:
    """Hanne and Anne have opened the form; neither has written in it yet."""
    return Writer(web, services, "Hanne"), Writer(web, services, "Anne Eksempel")


def kept(services: Services) -> dict[str, str]:
    with reading(services.engine) as session:
        draft = answer_draft_of(session, find(session, REF).id, "collection", LOLLAND)
    assert draft is not None
    return dict(draft.content)


def test_who_opens_the_form_sees_that_a_colleague_writes_in_it(
    web: FastAPI, services: Services, two: tuple[Writer, Writer]
) -> None:
    hanne, anne = two
    assert "skriver" not in hanne.words
    anne.post(where="/kladde", borgere="4")
    hanne.read(hanne.client.get(hanne.path).text)
    assert re.search("Anne Eksempel skriver i «[^»]+» lige nu", hanne.words)
    anne.read(anne.client.get(anne.path).text)
    assert "skriver i" not in anne.words, "one's own writing is no news"
    web.state.now = lambda: NOW + dt.timedelta(minutes=3)
    hanne.read(hanne.client.get(hanne.path).text)
    assert "skriver i" not in hanne.words


def test_both_save_and_each_field_is_kept(services: Services, two: tuple[Writer, Writer]) -> None:
    hanne, anne = two
    anne.post(borgere="4")
    hanne.post(kvinder="2")
    assert kept(services) == {"borgere": "4", "kvinder": "2"}
    assert "en kollega har skrevet imens" in hanne.words


def test_while_it_is_typed_the_other_is_told_of_and_nothing_is_overwritten(
    services: Services, two: tuple[Writer, Writer]
) -> None:
    hanne, anne = two
    anne.post(where="/kladde", borgere="4")
    told = hanne.post(where="/kladde", kvinder="2").json()
    assert "Anne Eksempel har også skrevet" in told["text"]
    anne.post(where="/kladde", borgere="5")
    hanne.post(where="/kladde", kvinder="3")
    assert kept(services) == {"borgere": "5", "kvinder": "3"}


def test_a_field_that_both_wrote_in_is_decided_by_a_person(
    services: Services, two: tuple[Writer, Writer]
) -> None:
    hanne, anne = two
    anne.post(borgere="4")
    for _ in "12":  # saving by itself never decides
        told = hanne.post(where="/kladde", borgere="5", kvinder="2").json()
        assert "har skrevet «4» her imens" in told["problems"]["borgere"]
        assert kept(services) == {"borgere": "4", "kvinder": "2"}

    answer = hanne.post(borgere="5", kvinder="2")
    assert answer.status_code == 409
    assert "har skrevet i samme felt imens" in hanne.words
    assert 'value="5"' in answer.text
    hanne.post(borgere="5", kvinder="2")
    assert kept(services) == {"borgere": "5", "kvinder": "2"}


def test_what_a_colleague_wrote_is_seen_before_it_is_sent(
    services: Services, two: tuple[Writer, Writer]
) -> None:
    hanne, anne = two
    whole = typed_for(LOLLAND, NOW)
    anne.post(borgere=whole["borgere"])
    rest = {path: text for path, text in whole.items() if path != "borgere"}
    hanne.post("send", **rest)
    assert "Svaret er ikke sendt" in hanne.words
    hanne.post("send", **whole)
    with reading(services.engine) as session:
        (sent,) = answers_of(session, find(session, REF).id, party=LOLLAND)
    assert sent.content["borgere"] == int(whole["borgere"])


def changed_set() -> Form:
    """The same questions, of which one reads otherwise, one is new and one is gone."""
    said = FORM.model_dump(mode="json", exclude_none=True)
    said["version"] += 1
    questions = said["sections"][0]["questions"]
    questions[0]["text"] = "Hvor mange borgere har I nu?"
    new = {"id": "nyt", "text": "Hvem har I spurgt?", "kind": "text"}
    questions.append(new)
    return Form.model_validate(said)


def test_who_has_answered_is_told_what_changed_and_what_to_do(
    services: Services, two: tuple[Writer, Writer]
) -> None:
    hanne, _ = two
    hanne.post("send", **typed_for(LOLLAND, NOW))
    receipt = hanne.client.get(hanne.path).text
    assert f"I svarede på version {FORM.version} af spørgsmålene." in flatly(receipt)
    assert "Spørgsmålene er ændret" not in receipt
    old = FORM.sections[0].questions[0].text

    ask(services, REF, changed_set(), Stamp(NOW, "anna"))
    receipt = hanne.client.get(hanne.path).text
    told = flatly(receipt)
    assert f"version {FORM.version} af spørgsmålene; nu gælder version {FORM.version + 1}." in told
    assert "Spørgsmålene er ændret, siden I svarede" in told
    assert f"«{old}» lyder nu: «Hvor mange borgere har I nu?»" in told
    assert "Nyt spørgsmål: «Hvem har I spurgt?»" in told
    assert "Se ændringerne igennem, ret svaret, og send det igen." in told
    link = re.search(r'href="([^"]+#f:nyt)"', receipt)
    assert link
    assert 'id="f:nyt"' in hanne.client.get(link[1].partition("#")[0]).text


def test_who_has_begun_is_told_before_it_is_sent(
    services: Services, two: tuple[Writer, Writer]
) -> None:
    hanne, _ = two
    hanne.post(borgere="4")
    ask(services, REF, changed_set(), Stamp(NOW, "anna"))
    told = flatly(hanne.client.get(hanne.path).text)
    assert "Spørgsmålene er ændret, siden I begyndte på svaret" in told
    assert "Det, I har skrevet, står stadig i felterne." in told


def flatly(page: str) -> str:
    return re.sub(r" (?=[.,;])", "", " ".join(re.sub(r"<[^>]+>", " ", unescape(page)).split()))
