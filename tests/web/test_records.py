"""Administrators take out for good what should never have been kept, in two steps."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI

from models import Role
from tests.conftest import TwoCases
from tests.past import record_past
from tests.web.conftest import Browser
from udmelding.journal.stamp import Stamp

pytestmark = pytest.mark.database

PAGE = "/indstillinger/fjern"
PASSAGE, REASON = "Rosa Ødegård", "det var en borgers navn"
"""Of nobody."""


@pytest.fixture
def told(two_cases: TwoCases) -> TwoCases:
    said = {"step": "collection", "party": "0253", "on": two_cases.day, "completeness": "partial"}
    by = Stamp(two_cases.now, "anna")
    reference = two_cases.references[0]
    record_past(two_cases.services, reference, "response", {**said, "note": f"Om {PASSAGE}"}, by)
    return two_cases


@pytest.fixture
def administrator(told: TwoCases, signed_in: Callable[[Role], Browser]) -> Browser:
    return signed_in(Role.ADMINISTRATOR)


def post(browser: Browser, path: str = PAGE, **fields: str) -> tuple[int, str]:
    answer = browser.client.post(path, data={**fields, "csrf": browser.csrf(PAGE)})
    return answer.status_code, answer.text


@pytest.mark.parametrize("role", [Role.READER, Role.CASEWORKER])
def test_only_administrators_may(
    web: FastAPI, signed_in: Callable[[Role], Browser], role: Role
) -> None:
    browser = signed_in(role)
    assert browser.client.get(PAGE).status_code == 403
    csrf = browser.csrf("/indstillinger")
    for path in (PAGE, f"{PAGE}/fil/{'a' * 64}"):
        answer = browser.client.post(path, data={"csrf": csrf, "text": PASSAGE, "reason": REASON})
        assert answer.status_code == 403


def test_it_is_first_shown_where_it_stands_and_nothing_is_changed(
    administrator: Browser, told: TwoCases
) -> None:
    code, text = post(administrator, text=PASSAGE, reason=REASON)

    assert code == 200
    assert "Registrering: 1 sted" in text
    assert "Det kan ikke fortrydes" in text
    assert "Om ▇▇▇" in text
    log = administrator.client.get(f"/sager/{told.references[0]}/log").text
    assert PASSAGE in log


def test_once_confirmed_it_is_gone_and_the_log_says_why(
    administrator: Browser, told: TwoCases
) -> None:
    _, shown = post(administrator, text=PASSAGE, reason=REASON)
    hidden = dict(re.findall(r'type="hidden" name="(text|reason)" value="([^"]*)"', shown))

    code, text = post(administrator, **hidden, do="fjern")

    assert (code, "Fjernet fra 1 sted." in text) == (200, True)
    assert "Sikkerhedskopier" in text
    log = administrator.client.get(f"/sager/{told.references[0]}/log").text
    assert PASSAGE not in log
    assert f"fordi {REASON}]" in log
    assert "En tekst blev fjernet for altid fra ét sted i sagen" in log
    assert administrator.client.get("/").status_code == 200, "news can tell of it"
    assert REASON in administrator.client.get(PAGE).text


@pytest.mark.parametrize(
    ("text", "reason", "wrong"),
    [
        ("abc", REASON, "Skriv mindst 4 tegn"),
        (PASSAGE, "", "Skriv, hvorfor det fjernes"),
        (PASSAGE, f"{PASSAGE} bad om det", "Begrundelsen indeholder det"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(
    administrator: Browser, text: str, reason: str, wrong: str
) -> None:
    code, shown = post(administrator, text=text, reason=reason)
    assert code == 422
    assert wrong in shown
    assert f">{text}</textarea>" in shown


def test_a_reason_with_a_number_is_refused_and_nothing_is_taken_out(
    administrator: Browser, told: TwoCases
) -> None:
    code, _ = post(administrator, text=PASSAGE, reason="det var 010190-1234", do="fjern")
    assert code == 422
    assert PASSAGE in administrator.client.get(f"/sager/{told.references[0]}/log").text


def test_a_document_is_taken_out_from_the_cases_own_page(
    administrator: Browser, told: TwoCases
) -> None:
    reference, services = told.references[0], told.services
    file = services.store.put(b"noget om en borger")
    document = {"document_kind": "other", "title": "Notat", "dated_on": told.day}
    document |= {"file_name": "notat.txt", "media_type": "text/plain", "sha256": file.sha256}
    record_past(services, reference, "document", document, Stamp(told.now, "anna"))
    page = administrator.client.get(f"/sager/{reference}/dokumenter").text
    (link,) = re.findall(rf'href="({PAGE}/fil/[0-9a-f]+)"', page)
    assert "«notat.txt»" in administrator.client.get(link).text
    assert post(administrator, link, reason="")[0] == 422

    code, text = post(administrator, link, reason=REASON)

    assert (code, "Fjernet fra 1 sted og 1 fil." in text) == (200, True)
    page = administrator.client.get(f"/sager/{reference}/dokumenter").text
    assert "Notat (filen er fjernet den" in page
    assert link not in page
    gone = f"/sager/{reference}/dokumenter/{file.sha256}"
    assert administrator.client.get(gone).status_code == 404
    assert post(administrator, link, reason=REASON)[0] == 404
