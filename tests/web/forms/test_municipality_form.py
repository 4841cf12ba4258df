"""A question set in the browser: saved as it is typed, sent whole, by the one who has the link."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from fastapi import FastAPI
from openpyxl import load_workbook

from models import Completeness, OutboxState, Role
from tests.answering import (
    FORM,
    MORE_LINES,
    READERS,
    answer,
    collected,
    drafted,
    stays,
    typed_for,
)
from tests.casework.forms.test_answers import REF, cpr_like, launched
from tests.flat import Pages
from tests.past import record_past
from tests.played import played_once
from udmelding import clock
from udmelding.casework.access.links import link_for, open_link
from udmelding.casework.forms.question_sets import ask
from udmelding.casework.forms.workbooks import workbook_for
from udmelding.casework.wiring import Services
from udmelding.config.forms.library import form_named
from udmelding.journal.case.header import find
from udmelding.journal.case.log import log
from udmelding.journal.database import reading, writing
from udmelding.journal.forms.answer_drafts import answer_draft_of
from udmelding.journal.forms.answers import answers_of
from udmelding.journal.mail import outbox
from udmelding.journal.recording.record import retract
from udmelding.journal.stamp import Stamp
from udmelding.web.limits import Limit
from udmelding.web.parties import municipality
from udmelding.web.report import reading as reading_page

LOLLAND, GREVE = "0360", "0253"
START = clock.at(dt.date(2025, 3, 3))
NOW = clock.at(dt.date(2025, 4, 15))
SignedIn = Callable[[Role], Any]


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (municipality, reading_page):
        monkeypatch.setattr(module, "_LIMIT", Limit(most=30, window=dt.timedelta(minutes=10)))


@pytest.fixture
def asking(services: Services) -> Services:
    questions_sent(services)
    return services


@played_once
def questions_sent(services: Services) -> None:
    launched(services, REF, START, None)
    ask(services, REF, FORM, Stamp(START, "anna"))


@pytest.fixture
def asking_of_stays(services: Services) -> Services:
    launched(services, REF, START, None)
    ask(services, REF, form_named("gravide"), Stamp(START, "anna"))
    return services


class Respondent:
    """Somebody with a link, in a browser without JavaScript."""

    def __init__(self, web: FastAPI, services: Services, party: str = LOLLAND) -> None:
        self.client = Pages(web, base_url="http://127.0.0.1:8080", follow_redirects=False)
        with writing(services.engine) as session:
            link = link_for(services, session, REF, party, by="anna", now=NOW, made_for="Hanne")
        self.path = link[link.index("/k/") :] + "/skema"

    def page(self) -> str:
        found = self.client.get(self.path)
        assert found.status_code == 200
        return found.text

    def hidden(self) -> dict[str, str]:
        page = self.client.get(f"{self.path}?ret=1").text
        return {
            name: re.search(rf'name="{name}" value="([^"]*)"', page)[1]  # type: ignore[index]
            for name in ("form_value", "revision", "base", "began")
        }

    def post(self, typed: dict[str, str], where: str = "", **more: str) -> Any:
        fields: dict[str, Any] = {f"f:{path}": text for path, text in typed.items()}
        return self.client.post(self.path + where, data=self.hidden() | fields | more)


def standing(services: Services, party: str = LOLLAND) -> list[Any]:
    with reading(services.engine) as session:
        return list(answers_of(session, find(session, REF).id, party=party))


def test_what_is_typed_is_saved_and_stands_there_when_the_link_is_opened_again(
    asking: Services, web: FastAPI
) -> None:
    hanne = Respondent(web, asking)
    told = hanne.post({"borgere": "12,5", "kvinder": "2"}, "/kladde")
    assert told.status_code == 200
    body = told.json()
    assert body["problems"]["borgere"].startswith("«12,5»")
    assert body["asked"]["ventetid"] is False, "asked only of those with somebody who waits"
    assert 'value="12,5"' in hanne.page()
    assert "af Hanne" in hanne.page()


def test_an_answer_draft_that_somebody_else_saved_meanwhile_is_not_overwritten(
    asking: Services, web: FastAPI
) -> None:
    hanne = Respondent(web, asking)
    old = hanne.hidden()
    del old["began"]  # a page from before pages said what they began from
    hanne.post({"borgere": "4"}, "/kladde")
    told = hanne.client.post(hanne.path + "/kladde", data=old | {"f:borgere": "5"})
    assert told.status_code == 409
    assert "En anden har gemt" in told.json()["text"]


def test_a_cpr_number_is_told_of_at_once_and_never_kept(asking: Services, web: FastAPI) -> None:
    hanne, number = Respondent(web, asking), cpr_like()
    told = hanne.post({"begrundelse": f"Se {number}"}, "/kladde")
    assert "cpr-nummer" in told.json()["problems"]["begrundelse"]
    with reading(asking.engine) as session:
        answer_draft = answer_draft_of(session, find(session, REF).id, "collection", LOLLAND)
    assert answer_draft is not None
    assert number not in str(answer_draft)


@pytest.mark.parametrize("button", ["save", "send"])
def test_a_refused_text_stays_in_its_field_and_the_rest_is_saved(
    asking: Services, web: FastAPI, button: str
) -> None:
    hanne, number = Respondent(web, asking), cpr_like()
    hanne.post({"begrundelse": "Vi ser flere."}, do="save")
    typed = {"begrundelse": f"Borgeren {number} venter på en plads.", "borgere": "4"}

    refused = hanne.post(typed, do=button)

    assert refused.status_code == 422
    page = unescape(refused.text)
    shown = f"Borgeren {number[:7]}xxxx venter på en plads."
    assert f">{shown}</textarea>" in page
    assert f"der ligner et cpr-nummer: «{number[:7]}xxxx». Fjern det, så gemmes teksten." in page
    assert "Kladden er gemt" not in page
    assert "Resten af kladden er gemt kl. 12.00" in " ".join(page.split())
    assert number not in page
    again = hanne.page()
    assert 'value="4"' in again
    assert ">Vi ser flere.</textarea>" in again, "what was saved before it is not lost either"
    still = hanne.post({"begrundelse": shown}, do=button)
    assert still.status_code == 422, "the day of birth is still there"
    assert hanne.post({"begrundelse": "En borger venter."}, do="save").status_code == 303
    assert ">En borger venter.</textarea>" in hanne.page()


def test_the_autosave_never_says_that_all_is_saved_over_a_refused_text(
    asking: Services, web: FastAPI
) -> None:
    hanne = Respondent(web, asking)
    told = hanne.post({"begrundelse": f"Se {cpr_like()}", "borgere": "4"}, "/kladde").json()
    assert told["text"] == "ét svar er ikke gemt, se ved feltet; resten er gemt kl. 12.00"


def test_a_whole_answer_is_sent_and_thanked_for(asking: Services, web: FastAPI) -> None:
    hanne = Respondent(web, asking)
    sent = hanne.post(typed_for(LOLLAND, NOW), do="send")
    assert sent.status_code == 303, sent.text
    receipt = " ".join(unescape(hanne.client.get(sent.headers["location"]).text).split())
    assert "Tak. Vi har jeres svar" in receipt
    assert "Sendt tirsdag den 15. april 2025 kl. 12.00." in receipt
    assert f"Kvitteringsnummer {REF}-{LOLLAND}-1." in receipt
    assert "I kan rette til" in receipt
    assert "<textarea" not in receipt, "it is read, not open for writing"
    assert [one.completeness for one in standing(asking)] == [Completeness.COMPLETE]
    assert "<textarea" in hanne.client.get(f"{hanne.path}?ret=1").text


def test_an_answer_is_corrected_on_the_page_until_the_deadline_and_the_first_can_be_read(
    asking: Services, web: FastAPI
) -> None:
    hanne, typed = Respondent(web, asking), typed_for(LOLLAND, NOW)
    hanne.post(typed, do="send", confirmed="rigtigt")
    first = hanne.page()
    assert "Jeres svar fra" not in first
    hanne.post(
        typed | {"begrundelse": "Vi ser flere."},
        do="send",
        confirmed="x",
    )
    assert f"{REF}-{LOLLAND}-2" in hanne.page()
    assert "Vi ser flere." in hanne.page()
    assert "Jeres svar fra" in hanne.page()


def test_one_who_has_nobody_says_so_on_the_first_page_and_a_draft_is_not_lost_by_it(
    asking: Services, web: FastAPI
) -> None:
    hanne = Respondent(web, asking)
    hanne.post({"borgere": "4"}, do="save")
    own = hanne.path.removesuffix("/skema")
    assert 'value="nobody"' in hanne.client.get(own).text
    fields = hanne.hidden()
    nobody = fields | {"f:@no_citizens": "ja", "do": "nobody"}
    refused = hanne.client.post(hanne.path, data=nobody)
    assert refused.status_code == 422
    assert 'value="4"' in hanne.page()
    about = {"f:@filled_by": "Bo, konsulent", "f:@responsible": "Eva, chef"}
    assert hanne.client.post(hanne.path, data=nobody | about).status_code == 303
    assert [one.completeness for one in standing(asking)] == [Completeness.NO_CITIZENS]


def test_an_answer_with_mistakes_is_kept_as_an_answer_draft_and_each_is_told_at_its_field(
    asking: Services, web: FastAPI
) -> None:
    hanne = Respondent(web, asking)
    refused = hanne.post(typed_for(LOLLAND, NOW, borgere="<5"), do="send")
    assert refused.status_code == 422
    assert 'href="#f:borgere"' in refused.text
    assert "ikke et præcist tal" in refused.text
    assert standing(asking) == []
    assert 'value="&lt;5"' in hanne.page(), "nothing that was typed is lost"


def test_a_form_that_does_not_come_from_the_page_is_refused(asking: Services, web: FastAPI) -> None:
    hanne = Respondent(web, asking)
    foreign = hanne.client.post(hanne.path, data={"f:borgere": "4", "form_value": "x"})
    assert foreign.status_code == 403
    assert hanne.client.get("/k/forkert/skema").status_code == 404


def test_a_colleague_gets_a_link_of_her_own_to_the_same_answer_draft(
    asking: Services, web: FastAPI
) -> None:
    hanne = Respondent(web, asking)
    hanne.post({"borgere": "7"}, "/kladde")
    shared = hanne.post({}, "/del", made_for="Kollegaen")
    link = re.search(r"/k/[\w-]+", shared.text.partition("Linket er lavet")[2])
    assert link
    other = Pages(web, base_url="http://127.0.0.1:8080")
    assert 'value="7"' in other.get(f"{link[0]}/skema").text


def test_a_link_is_shared_with_ten_at_most_and_all_end_when_it_is_closed(
    asking: Services, web: FastAPI, signed_in: SignedIn
) -> None:
    hanne, place = Respondent(web, asking), f"/sager/{REF}/links"
    answers = [hanne.post({}, "/del", made_for=f"Kollega {number}") for number in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [422] * 2
    assert "Der er allerede lavet 10 links" in answers[-1].text
    own = hanne.path.removesuffix("/skema")
    child = re.search(r"/k/[\w-]{40,}", answers[0].text.partition("Linket er lavet")[2])
    assert child
    assert hanne.client.get(child[0]).status_code == 200

    browser = signed_in(Role.CASEWORKER)
    page = browser.client.get(place).text
    assert page.count("↳ </span>") == 10
    assert "10 links lavet ud fra det" in page
    assert child[0] not in page
    opened = open_link(asking, own.removeprefix("/k/"), NOW)
    assert opened is not None
    sent = {"csrf": browser.csrf(), "link": str(opened.link.id)}
    assert browser.client.post(f"{place}/luk", data=sent).status_code == 303
    page = browser.client.get(place).text
    assert "Det gør de 10 links, der er lavet ud fra det, heller ikke." in page
    assert "lukket sammen med det link, det er lavet ud fra," in page
    assert [hanne.client.get(path).status_code for path in (own, child[0])] == [404, 404]


def test_an_answer_says_through_which_link_it_came(asking: Services, web: FastAPI) -> None:
    hanne = Respondent(web, asking)
    sent = hanne.post(typed_for(LOLLAND, NOW), do="send", confirmed="rigtigt")
    assert sent.status_code == 303, sent.text
    opened = open_link(asking, hanne.path.split("/")[2], NOW)
    assert opened is not None
    which = f"personligt link nr. {opened.link.id} til Hanne, lavet 15. april 2025"
    with reading(asking.engine) as session:
        lines = log(session, find(session, REF), NOW)
    told = {line.source for line in lines if line.by == "Lolland via personligt link"}
    assert told == {which, f"spørgeskema, {which}"}


def test_the_workbook_goes_out_and_comes_back_and_a_foreign_one_is_refused(
    asking: Services, web: FastAPI
) -> None:
    answer(asking, REF, LOLLAND, NOW)
    answer(asking, REF, GREVE, NOW)
    hanne = Respondent(web, asking)
    own = hanne.client.get(f"{hanne.path}/excel")
    assert own.headers["content-type"].endswith("spreadsheetml.sheet")
    back = hanne.client.post(
        f"{hanne.path}/excel", data=hanne.hidden(), files={"file": ("svar.xlsx", own.content)}
    )
    assert back.status_code == 303, back.text
    assert len(standing(asking)) == 1, "it began from what stood, and takes its place"
    theirs = workbook_for(asking, REF, GREVE, NOW).content
    wrong = hanne.client.post(
        f"{hanne.path}/excel", data=hanne.hidden(), files={"file": ("svar.xlsx", theirs)}
    )
    assert wrong.status_code == 422
    assert "Greve" in wrong.text


def test_the_secretariat_types_an_answer_that_came_by_telephone(
    asking: Services, signed_in: SignedIn
) -> None:
    bo = signed_in(Role.CASEWORKER)
    path = f"/sager/{REF}/skema/svar/{LOLLAND}/indtast"
    fields = {f"f:{name}": text for name, text in typed_for(LOLLAND, NOW).items()}
    sent = bo.client.post(path, data=fields | {"do": "send", "csrf": bo.csrf(path)})
    assert sent.status_code == 303, sent.text
    assert standing(asking)[0].recorded_by == "caseworker"


def test_lines_for_more_than_there_were_are_told_at_their_table_by_page_and_workbook(
    asking_of_stays: Services, web: FastAPI
) -> None:
    hanne, typed = Respondent(web, asking_of_stays), stays(3, NOW, lines=4)
    assert hanne.post(typed, "/kladde").json()["problems"] == {"forloebene": MORE_LINES}
    refused = hanne.post(typed, do="send")
    assert refused.status_code == 422
    assert f'<a href="#f:forloebene">Forløb</a>: {MORE_LINES}' in refused.text
    assert f"<span data-wrong-text>{MORE_LINES}</span>" in refused.text
    assert standing(asking_of_stays) == []

    answer(asking_of_stays, REF, LOLLAND, NOW, typed=stays(4, NOW, lines=4))
    book = load_workbook(BytesIO(workbook_for(asking_of_stays, REF, LOLLAND, NOW).content))
    (count,) = (row[2] for row in book["Omfang"].iter_rows() if row[0].value == "fik_doegn")
    count.value = 3
    stream = BytesIO()
    book.save(stream)
    back = hanne.client.post(
        f"{hanne.path}/excel", data=hanne.hidden(), files={"file": ("svar.xlsx", stream.getvalue())}
    )
    assert back.status_code == 422
    assert re.search(rf"Ark «Forløb», celle C\d+ \(Forløb\): {MORE_LINES}", back.text)


def test_lines_for_more_than_there_were_are_told_to_the_secretariat_that_types_them(
    asking_of_stays: Services, signed_in: SignedIn
) -> None:
    bo, path = signed_in(Role.CASEWORKER), f"/sager/{REF}/skema/svar/{LOLLAND}/indtast"
    fields = {f"f:{name}": text for name, text in stays(3, NOW, lines=4).items()}
    refused = bo.client.post(path, data=fields | {"do": "send", "csrf": bo.csrf(path)})
    assert refused.status_code == 422
    assert f'<a href="#f:forloebene">Forløb</a>: {MORE_LINES}' in refused.text
    assert standing(asking_of_stays) == []


def test_raw_figures_are_for_caseworkers_alone(asking: Services, signed_in: SignedIn) -> None:
    collected(asking, REF, NOW)
    reader = signed_in(Role.READER)
    assert reader.client.get(f"/sager/{REF}/tal").status_code == 200
    for path in (
        "tal?vis=raa",
        "tal?pr=14-04-2025",
        "tal/offentliggoer",
        f"skema/svar/{LOLLAND}",
        "tal/tal.xlsx",
        "skema/excel.zip",
    ):
        assert reader.client.get(f"/sager/{REF}/{path}").status_code == 403, path


def test_a_reader_of_a_draft_remarks_on_a_chapter_and_says_that_it_was_all(
    asking: Services, web: FastAPI
) -> None:
    collected(asking, REF, NOW, but=(LOLLAND,))
    drafted(asking, REF, NOW)
    with reading(asking.engine) as session:
        mails = outbox.list_mails(session, states=(OutboxState.PENDING,), with_links=True)
    mail = next(m for m in mails if m.recipients == [READERS[0].email])
    path = re.search(r"/b/[\w-]+", mail.text)[0]  # type: ignore[index]
    client = Pages(web, base_url="http://127.0.0.1:8080", follow_redirects=False)
    page = client.get(path)
    assert page.headers["referrer-policy"] == "no-referrer"
    value = re.search(r'name="form_value" value="(\w+)"', page.text)[1]  # type: ignore[index]
    said = {"form_value": value, "chapter": "resume", "text": "Godt skrevet."}
    assert client.post(path, data=said).status_code == 303
    assert "Godt skrevet." in client.get(path).text
    assert client.post(path, data={"form_value": value, "do": "finish"}).status_code == 303
    assert client.get(f"{path}/udkast.pdf").content.startswith(b"%PDF")
    assert client.post(path, data={**said, "form_value": "x"}).status_code == 403
    assert client.get("/b/forkert").status_code == 404
    with reading(asking.engine) as session:
        (line,) = (one for one in log(session, find(session, REF), NOW)
                   if one.kind == "report_comment")  # fmt: skip
    assert re.fullmatch(
        rf"personligt læserlink nr. \d+ til {READERS[0].email}, lavet 15. april 2025", line.source
    )


def test_a_readers_link_ends_thirty_days_after_the_case_was_closed(
    asking: Services, web: FastAPI
) -> None:
    collected(asking, REF, NOW, but=(LOLLAND,))
    drafted(asking, REF, NOW)
    with reading(asking.engine) as session:
        mails = outbox.list_mails(session, states=(OutboxState.PENDING,), with_links=True)
    mail = next(m for m in mails if m.recipients == [READERS[0].email])
    path = re.search(r"/b/[\w-]+", mail.text)[0]  # type: ignore[index]
    client = Pages(web, base_url="http://127.0.0.1:8080")

    def closed_days_ago(days: int) -> int:
        on = (NOW - dt.timedelta(days=days)).date()
        done = record_past(asking, REF, "closure", {"closed_on": on}, Stamp(NOW, "anna"))
        code = client.get(path).status_code
        with writing(asking.engine) as session:
            retract(session, find(session, REF), done.key, "genåbnet", Stamp(NOW, "anna"))
        return code

    assert [closed_days_ago(days) for days in (29, 30)] == [200, 404]
    assert client.get(path).status_code == 200, "it was taken up again"
