"""The form as PDF and the receipt: on the pages that lead to them, for those whose they are."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi import FastAPI

from models import Channel, Role
from tests.answering import FORM, answer, typed_for
from tests.casework.forms.test_answers import REF
from tests.documents.test_pdf import text_of
from tests.past import record_past
from tests.web.forms.test_municipality_form import (
    GREVE,
    LOLLAND,
    NOW,
    Respondent,
    SignedIn,
    asking,
    fresh_limits,
)
from udmelding.casework.access.links import link_for
from udmelding.casework.forms.printed import receipt_for
from udmelding.casework.forms.question_sets import ask
from udmelding.casework.wiring import Services
from udmelding.journal.database import writing
from udmelding.journal.stamp import Stamp

__all__ = ["asking", "fresh_limits"]

CASE = f"/sager/{REF}/skema"
HOUR = dt.timedelta(hours=1)


def words(content: bytes) -> str:
    return " ".join(text_of(content).split())


def test_who_has_answered_fetches_a_receipt_with_its_own_numbers(
    asking: Services, web: FastAPI
) -> None:
    hanne = Respondent(web, asking)
    assert "kvittering.pdf" not in hanne.page()
    none_yet = hanne.client.get(f"{hanne.path}/kvittering.pdf")
    assert (none_yet.status_code, "har ikke svaret" in none_yet.text) == (422, True)

    hanne.post(typed_for(LOLLAND, NOW, kvinder="1"), do="send")

    assert f'href="{hanne.path}/kvittering.pdf"' in hanne.page()
    home = hanne.client.get(hanne.path.removesuffix("/skema"))
    assert f'<a href="{hanne.path}">Se jeres svar og kvitteringen' in home.text
    got = hanne.client.get(f"{hanne.path}/kvittering.pdf")
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["referrer-policy"] == "no-referrer"
    assert "Kvittering.pdf" in got.headers["content-disposition"]
    told = words(got.content)
    assert "Kommune Lolland" in told
    assert "Hvordan På siden" in told
    assert "4. Hvor mange af borgerne er kvinder? 1" in told


def test_a_receipt_is_of_the_last_answer_and_the_same_each_time(asking: Services) -> None:
    first = answer(asking, REF, LOLLAND, NOW, typed=typed_for(LOLLAND, NOW, kvinder="1"))
    old = receipt_for(asking, REF, LOLLAND, NOW + HOUR).content
    again = typed_for(LOLLAND, NOW, kvinder="0")
    answer(
        asking, REF, LOLLAND, NOW + 2 * HOUR, typed=again, base=first.key,
        channel=Channel.SECRETARIAT,
    )  # fmt: skip

    new = receipt_for(asking, REF, LOLLAND, NOW + 3 * HOUR).content

    assert "er kvinder? 0" in words(new)
    assert "Hvordan Indtastet af sekretariatet" in words(new)
    assert new == receipt_for(asking, REF, LOLLAND, NOW + 4 * HOUR).content
    assert old == receipt_for(asking, REF, LOLLAND, NOW + HOUR).content, "as it was on that day"


def test_a_receipt_has_the_questions_that_were_asked_then(asking: Services) -> None:
    answer(asking, REF, LOLLAND, NOW)
    new = FORM.model_copy(update={"version": FORM.version + 1, "title": "Skemaet i ny udgave"})
    ask(asking, REF, new, Stamp(NOW + HOUR, "anna"))

    told = words(receipt_for(asking, REF, LOLLAND, NOW + 2 * HOUR).content)

    assert FORM.title in told
    assert "Skemaet i ny udgave" not in told


def test_a_link_gives_only_what_is_its_own_partys(asking: Services, web: FastAPI) -> None:
    said = typed_for(LOLLAND, NOW, begrundelse="Lollands egen begrundelse")
    answer(asking, REF, LOLLAND, NOW, typed=said)
    greve = Respondent(web, asking, GREVE)

    assert greve.client.get(f"{greve.path}/kvittering.pdf").status_code == 422
    blank = words(greve.client.get(f"{greve.path}/papir.pdf").content)
    assert "Kommune Greve" in blank
    assert "Lolland" not in blank
    answer(asking, REF, GREVE, NOW)
    told = words(greve.client.get(f"{greve.path}/kvittering.pdf").content)
    assert "Kommune Greve" in told
    assert "Lolland" not in told
    for name in ("papir", "kvittering"):
        assert greve.client.get(f"/k/forkert/skema/{name}.pdf").status_code == 404
        stranger = greve.client.get(f"{CASE}/svar/{GREVE}/{name}.pdf")
        assert stranger.status_code == 303, "a personal link opens no page of the secretariat"


def test_the_empty_form_is_offered_on_the_page_and_has_nothing_of_the_draft(
    asking: Services, web: FastAPI
) -> None:
    hanne = Respondent(web, asking)
    hanne.post({"begrundelse": "En kladde"}, "/kladde")

    assert f'href="{hanne.path}/papir.pdf"' in hanne.page()
    told = words(hanne.client.get(f"{hanne.path}/papir.pdf").content)
    assert "19. Vedlæg eventuelt et bilag" in told
    assert "En kladde" not in told


@pytest.mark.parametrize("name", ["papir", "kvittering"])
def test_the_caseworker_fetches_them_where_the_answer_is_and_no_reader_does(
    asking: Services, signed_in: SignedIn, name: str
) -> None:
    answer(asking, REF, LOLLAND, NOW)
    link = f"{CASE}/svar/{LOLLAND}/{name}.pdf"
    client = signed_in(Role.CASEWORKER).client

    assert f'href="{link}"' in client.get(f"{CASE}/svar/{LOLLAND}").text
    assert "Kommune Lolland" in words(client.get(link).content)
    assert client.get(f"{CASE}/svar/{GREVE}/kvittering.pdf").status_code == 422
    assert client.get(f"{CASE}/svar/9999/{name}.pdf").status_code == 404
    assert signed_in(Role.READER).client.get(link).status_code == 403


def test_a_form_for_all_is_offered_beside_the_workbooks(
    asking: Services, signed_in: SignedIn
) -> None:
    client = signed_in(Role.CASEWORKER).client

    assert f'href="{CASE}/papir.pdf"' in client.get(CASE).text
    assert "Hvem svarer? Kommune" in words(client.get(f"{CASE}/papir.pdf").content)


def test_a_receipt_can_be_fetched_after_the_case_was_closed(asking: Services, web: FastAPI) -> None:
    answer(asking, REF, LOLLAND, NOW)
    with writing(asking.engine) as session:
        link_for(asking, session, REF, LOLLAND, by="anna", now=NOW)
    hanne = Respondent(web, asking)
    over = {"closed_on": NOW.date(), "reason": "sendt"}
    record_past(asking, REF, "closure", over, Stamp(NOW, "anna"))

    home = hanne.client.get(hanne.path.removesuffix("/skema"))
    assert "Sagen er afsluttet" in home.text
    assert f'href="{hanne.path}/kvittering.pdf"' in home.text
    assert hanne.client.get(f"{hanne.path}/kvittering.pdf").status_code == 200
