"""From a letter to a launched case: nothing is lost on the way, nothing saved before its time."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from models import DocumentKind, OutboxState, Role
from tests.flat import flat
from tests.honest import EXCEL, PDF
from tests.owning import that_sends, unpractised
from tests.played import played_once
from tests.rules.files.test_cpr import BORN, number_born
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.files import MOST_BYTES
from udmelding.casework.launch.drafts import new_name
from udmelding.casework.wiring import Services
from udmelding.config.forms.library import form_named
from udmelding.documents.blocks import Text, blocks_as_json
from udmelding.documents.look import SHIPPED
from udmelding.documents.pdf import set_pdf
from udmelding.errors import OutsideError
from udmelding.journal.case.header import references
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp
from udmelding.web.launch import letting_go
from udmelding.web.launch.fields import FIELDS

SignedIn = Callable[[Role], Any]
NOW = clock.at(dt.date(2025, 4, 15))
LINK = re.compile(r"http://[^\s\"<>()]+/k/[\w-]+|\[personligt link( nr\. \d+)?\]")
REF = "CU-SPISEFORSTYRRELSE-2025"
SAID = {
    "title": "Borgere med svær spiseforstyrrelse <b>",
    "kind": "first",
    "legal_basis": "serviceloven § 13 b, stk. 2",
    "received": "14/4-2025",
    "deadline": "31/12-2025",
    "process": "central-udmelding",
    "area": "sjaelland",
    "scope": "regional",
    "responsible": "Anna",
    "journal_number": "25/1234",
    "reference": "",
    "renews": "",
    "asks": "none",
}
DRAFT = re.compile("/ny/(k[0-9a-f]{8})/")


class Desk:
    """A caseworker at the pages."""

    def __init__(self, browser: Any) -> None:
        self.browser, self.csrf = browser, browser.csrf("/ny/gennemspil")

    def post(self, path: str, said: dict[str, str], letter: Any = None) -> Any:
        """Send the fields; the page that they lead to, as a browser shows it."""
        files = {"letter": letter} if letter else None
        return self.follow(
            self.browser.client.post(path, data={"csrf": self.csrf, **said}, files=files)
        )

    def write(self, said: dict[str, str], letter: Any = None, page: Any = None) -> Any:
        """Press «Videre» with these fields, in a new draft or on a page of one."""
        name = draft_on(page) if page else new_name()
        seen = number_on(page) if page else ""
        return self.post(f"/ny/{name}/gem", {"do": "videre", "seen": seen, **said}, letter)

    def start(self, page: Any, **said: str) -> Any:
        """Press «Start sagen» on the last step, with a reason where one is asked for."""
        why = {"even_so": "en prøve"} if 'name="even_so"' in page.text else {}
        said = {"seen": number_on(page), **why, **said}
        return self.post(f"/ny/{draft_on(page)}/start", said)

    def follow(self, answer: Any) -> Any:
        while answer.status_code == 303 and answer.headers["location"].startswith("/ny"):
            answer = self.get(answer.headers["location"])
        return answer

    def get(self, path: str) -> Any:
        return self.browser.client.get(path)


def draft_on(page: Any) -> str:
    """Name of the draft that a page is of."""
    found = DRAFT.search(page.text)
    assert found, page.text[:2000]
    return found[1]


def number_on(page: Any) -> str:
    """Number of the edition that a page shows."""
    found = re.search('name="seen" value="([0-9]+)"', page.text)
    return found[1] if found else ""


@pytest.fixture
def desk(services: Services, signed_in: SignedIn) -> Desk:
    with_contacts(services)
    return Desk(signed_in(Role.CASEWORKER))


@played_once
def with_contacts(services: Services) -> None:
    with writing(services.engine) as session:
        demo.make_contacts(session, "sjaelland", Stamp(NOW, "test"))


def fields(page: str) -> dict[str, str]:
    """The values that travel on: hidden fields, and those of the form."""
    found: dict[str, str] = {}
    for name in FIELDS:
        tag = re.search(
            rf'<input[^>]*type="(?:hidden|text)"[^>]* name="{name}" value="([^"]*)"', page
        )
        if tag:
            found[name] = html.unescape(tag[1])
    return found


def known(services: Services) -> tuple[str, ...]:
    with reading(services.engine) as session:
        return references(session)


def mails(services: Services) -> list[outbox.OutboxMail]:
    with reading(services.engine) as session:
        return outbox.list_mails(session)


def test_from_letter_to_launched_case_with_its_mails(desk: Desk, services: Services) -> None:
    page = desk.write(SAID, ("brev.pdf", PDF, "application/pdf"))
    assert page.status_code == 200
    assert known(services) == ()
    assert mails(services) == []
    assert "kun virker på denne maskine" in page.text, "told where people practise"
    assert 'name="even_so"' not in page.text, "and no reason is asked for"
    kept = fields(page.text)
    assert kept["reference"] == REF
    assert kept["title"] == SAID["title"], "what was written is escaped, not changed"
    assert "når fristen 31. december" in page.text
    listed = re.findall(r'<a href="\?mail=([^"#]+)#mails"', page.text)
    assert len(listed) == 18
    read = [desk.get(f"/ny/{draft_on(page)}/plan?mail={key}").text for key in listed]
    answer = desk.start(page)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sager/{REF}")
    sent = mails(services)
    assert {mail.state for mail in sent} == {OutboxState.SENT}
    assert "18 mails er skrevet som fil, ikke sendt." in desk.get(f"/sager/{REF}").text
    shown = LINK.sub("…", html.unescape("".join(read)))
    assert all(LINK.sub("…", m.text) in shown and m.subject in shown for m in sent)
    with reading(services.engine) as session:
        case = load(session, REF, NOW)
    assert case.particulars.journal_number == "25/1234"
    (document,) = case.documents
    assert (document.document_kind, document.file_name) == (DocumentKind.LETTER, "brev.pdf")
    assert desk.get(f"/sager/{REF}/dokumenter/{document.sha256}").content == PDF


def test_the_page_asks_whom_a_case_is_about_and_chooses_the_law(desk: Desk) -> None:
    said = SAID | {"legal_basis": "", "kind": ""}
    asked = desk.write(said)
    assert asked.status_code == 422
    assert 'href="#target_group"' in asked.text
    assert "Vælg, hvem sagen er om" in asked.text

    seen = desk.write(said | {"target_group": "children"})
    assert seen.status_code == 200
    assert "barnets lov § 161, stk. 1" in seen.text
    assert "målgruppe: børn og unge" in " ".join(seen.text.split())
    renewed = desk.write(said | {"target_group": "adults", "kind": "renewed"})
    assert "serviceloven § 13 b, stk. 3" in renewed.text


def test_a_questionnaire_round_is_launched_without_a_law(desk: Desk) -> None:
    said = SAID | {"legal_basis": "", "kind": "", "process": "spoergeskema"}
    seen = desk.write(said)
    assert seen.status_code == 200
    assert '<span class="own-label">Lovhjemmel</span> ingen' in seen.text


def test_pressing_twice_starts_one_case_and_sends_once(desk: Desk, services: Services) -> None:
    page = desk.write(SAID)
    answers = [desk.start(page) for _ in range(2)]
    assert {answer.headers["location"] for answer in answers} == {f"/sager/{REF}"}
    assert known(services) == (REF,)
    assert len(mails(services)) == 18
    assert all(mail.attempts == 1 for mail in mails(services))


def test_a_silent_mail_server_loses_nothing(
    desk: Desk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any, **__: Any) -> None:
        raise OutsideError("Mailserveren svarer ikke.", is_temporary=True)

    monkeypatch.setattr(letting_go, "deliver_waiting", silent)
    answer = desk.start(desk.write(SAID))
    assert answer.status_code == 303
    assert {mail.state for mail in mails(services)} == {OutboxState.PENDING}
    assert "Mailserveren svarer ikke." in desk.get(f"/sager/{REF}").text


LETTER = """Social- og Boligstyrelsen
Dato: 11. april 2025

Central udmelding om udsatte gravide med et komplekst forløb

Styrelsen udsender hermed en central udmelding, jf. serviceloven § 13 b, stk. 2.

Kommunerne skal senest den 31. maj 2026 fremsende en samlet afrapportering til styrelsen.
"""


ELSEWHERE = """Central udmelding om borgere med svær spiseforstyrrelse.
Styrelsen beder kommunerne om at redegøre for, hvor mange borgere med svær spiseforstyrrelse de
kender, hvilke tilbud der findes, hvordan samarbejdet med regionen er, og hvad der mangler i dag.
Kommunerne beskriver kapacitet, belægning, ventetid, faglige kompetencer, metoder og økonomi, og de
vurderer, om udbuddet svarer til behovet i de kommende år, både i egen kommune og på tværs.
Afrapporteringen sendes til styrelsen senest den 31. december 2025.
"""


def pdf_of(text: str) -> bytes:
    """The letter as a PDF with a layer of text, each of its lines a paragraph or a line break."""
    blocks = tuple(Text([line]) for line in text.splitlines() if line)
    values = {
        "title": "Brev",
        "author": "Styrelsen",
        "reference": "",
        "is_wide": False,
        "before": [],
        "blocks": blocks_as_json(blocks),
    }
    return set_pdf("paper", values, NOW, SHIPPED)


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"title": ""}, "Skriv sagens titel."),
    ({"title": "x" * 201}, "Skriv højst 200 tegn."),
    ({"received": "i morgen"}, "Modtagelsesdagen ligger efter i dag."),
    ({"received": "en dag"}, "kan ikke læses som en dato"),
    ({"deadline": "31/2-2026"}, "der er ingen 31. februar"),
    ({"deadline": "1/4-2025"}, "ligger ikke efter modtagelsen"),
    ({"process": "ukendt"}, "proces"),
    ({"area": "ukendt"}, "KKR-område"),
    ({"kind": "ukendt"}, "Vælg en af mulighederne."),
    ({"scope": "ukendt"}, "Vælg en af mulighederne."),
    ({"renews": "CU-UKENDT"}, "CU-UKENDT"),
    ({"reference": "æ ø å"}, "kan ikke bruges"),
    ({"letter_sha256": "../../etc/passwd"}, "dokument"),
)


@pytest.mark.parametrize("path", ["/gem", "/ny/gennemspil"])
def test_what_is_wrong_is_told_at_the_form_and_nothing_written_is_lost(
    desk: Desk, services: Services, path: str
) -> None:
    for wrong, told in WRONG:
        answer = desk.write(SAID | wrong) if path == "/gem" else desk.post(path, SAID | wrong)
        assert 400 <= answer.status_code < 500, wrong
        assert told in html.unescape(answer.text)
        shown = fields(answer.text)
        expected = SAID | wrong
        assert shown == {name: expected.get(name, "") for name in shown}
        assert len(shown) >= (9 if path == "/ny/gennemspil" else 2), (wrong, answer.text[:1500])
    assert known(services) == ()


def test_a_letter_that_is_no_pdf_is_refused(desk: Desk) -> None:
    large = PDF + b" " * MOST_BYTES
    for content, told in ((b"MZ", "ikke en PDF"), (b"", "er tom"), (large, "fylder mere")):
        answer = desk.write(SAID, ("brev.pdf", content, "application/pdf"))
        assert answer.status_code == 422
        assert told in answer.text
        assert fields(answer.text)["title"] == SAID["title"]


def test_the_letter_stays_while_the_form_is_mended(desk: Desk) -> None:
    answer = desk.write(SAID | {"title": ""}, ("brev.pdf", PDF, "application/pdf"))
    assert "«brev.pdf» er vedlagt" in answer.text
    page = desk.write(SAID, page=answer)
    assert fields(page.text)["letter_name"] == "brev.pdf"
    back = desk.get(f"/ny/{draft_on(page)}/brevet")
    assert "«brev.pdf» er vedlagt" in back.text
    assert fields(back.text)["deadline"] == "31/12-2025"


def test_a_mail_is_shown_as_its_receiver_sees_it_and_can_do_nothing(
    desk: Desk, services: Services
) -> None:
    page = desk.write(SAID)
    key, mail = f"{REF}/collection/0253/invitation", f"/ny/{draft_on(page)}/mail"
    answer = desk.get(f"{mail}?mail={key}")
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert desk.get(f"{mail}?mail=findes/ikke").status_code == 404
    assert desk.get(f"/ny/{new_name()}/mail?mail={key}").status_code == 404
    desk.start(page)
    sent = next(mail for mail in mails(services) if mail.key == key)
    assert LINK.sub("…", answer.text) == LINK.sub("…", flat(sent.html))
    assert "personligt-link" in answer.text, "a link that will work is made when the mail is"


def test_parties_without_an_address_are_named(signed_in: SignedIn, services: Services) -> None:
    page = Desk(signed_in(Role.CASEWORKER)).write(SAID)
    assert "17 mangler adresse" in page.text
    assert flat(page.text).count("! ingen adresse") == 17


def test_a_case_without_a_deadline_can_be_started_and_not_played(
    desk: Desk, services: Services
) -> None:
    page = desk.write(SAID | {"deadline": ""})
    assert "ingen frist at planlægge efter" in page.text
    assert desk.post("/ny/gennemspil", SAID | {"deadline": ""}).status_code == 422
    assert desk.start(page).status_code == 303


def test_councils_that_cannot_make_it_are_named_with_their_day(desk: Desk) -> None:
    page = desk.write(SAID | {"deadline": "30/6-2025"})
    assert "Kommuner, der måske ikke kan nå fristen (17)" in page.text, "calendars are assumed"
    assert re.search(
        r'<th scope="row">Greve</th><td>\d+/\d+-2025</td><td>\d+ dage?</td>', page.text
    )


@pytest.mark.slow
def test_the_course_is_played_and_nothing_is_left_of_it(desk: Desk, services: Services) -> None:
    for variant, heading in (("nobody", "ingen svarer"), ("everybody", "alle svarer i tide")):
        page = desk.post("/ny/gennemspil", SAID | {"variant": variant})
        assert page.status_code == 200
        assert f"Prøve: {heading}</h1>" in page.text
        assert "Greve" in page.text
    assert known(services) == ()
    assert mails(services) == []


def test_a_taken_reference_is_not_suggested_again(desk: Desk, services: Services) -> None:
    desk.start(desk.write(SAID))
    page = desk.write(SAID | {"title": "En anden spiseforstyrrelse"})
    assert fields(page.text)["reference"] == "CU-ANDEN-2025"
    again = desk.write(SAID | {"title": "Spiseforstyrrelse igen", "renews": REF})
    assert fields(again.text)["reference"] == f"{REF}-2"
    assert fields(again.text)["renews"] == REF


def test_readers_cannot_start_a_case(signed_in: SignedIn) -> None:
    browser = signed_in(Role.READER)
    assert browser.client.get("/ny").status_code == 403
    sent = SAID | {"csrf": browser.csrf()}
    assert browser.client.post(f"/ny/{new_name()}/gem", data=sent).status_code == 403


def start_with_questions(desk: Any, **said: str) -> str:
    """Launch with questions in a workbook; gives the reference."""
    sent = {"questions": ("skema.xlsx", EXCEL)}
    sent_all = {"csrf": desk.csrf, **SAID, "asks": "file", **said}
    shown = desk.follow(
        desk.browser.client.post(f"/ny/{new_name()}/gem", data=sent_all, files=sent)
    )
    assert "skema.xlsx" in shown.text
    answer = desk.start(shown)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).rpartition("/")[2]


def invitations(services: Services, reference: str) -> list[Any]:
    with reading(services.engine) as session:
        found = outbox.list_mails(session)
    return [m for m in found if m.rung == "invitation" and m.key.startswith(f"{reference}/")]


def test_the_questions_go_with_every_invitation(desk: Any, services: Services) -> None:
    reference = start_with_questions(desk)
    sent = invitations(services, reference)
    assert len(sent) == 17
    assert all([a["file_name"] for a in m.attachments] == ["skema.xlsx"] for m in sent)
    assert all("Spørgsmålene er vedhæftet denne mail." in m.text for m in sent)


def test_the_questions_of_an_earlier_case_are_taken_over(desk: Any, services: Services) -> None:
    earlier = start_with_questions(desk, reference="CU-FOER-2025")
    assert f'<option value="{earlier}">' in desk.get(f"/ny/{new_name()}/spoergsmaal").text
    shown = desk.write({**SAID, "asks": "file", "questions_from": earlier})
    assert f"fra {earlier}" in shown.text
    answer = desk.start(shown)
    later = str(answer.headers["location"]).rpartition("/")[2]
    assert {a["sha256"] for m in invitations(services, later) for a in m.attachments} == {
        a["sha256"] for m in invitations(services, earlier) for a in m.attachments
    }


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("skema.xlsm", EXCEL, "kan ikke læses her"),
        ("skema.xlsx", b"ikke et regneark", "er ren tekst eller en webside"),
        ("skema.pdf", b"PK\x03\x04", "er en pakket fil"),
        ("skema.exe", b"MZ", "kan ikke læses her. Brug PDF (.pdf), Word (.docx)"),
        ("skema.pdf", b"", "er tom"),
        ("skema.pdf", b"%PDF-" + b"0" * (25 * 1024 * 1024), "fylder mere end 25 MB"),
    ],
)
def test_questions_that_cannot_be_sent_are_refused_at_their_field(
    desk: Any, name: str, content: bytes, told: str
) -> None:
    sent = {"questions": (name, content)}
    said = {"csrf": desk.csrf, **SAID, "asks": "file"}
    page = desk.follow(desk.browser.client.post(f"/ny/{new_name()}/gem", data=said, files=sent))
    assert page.status_code == 422
    assert told in html.unescape(page.text)
    assert 'id="questions-error"' in page.text
    letter = desk.get(f"/ny/{draft_on(page)}/brevet").text
    assert SAID["deadline"] in letter, "nothing that was written is lost"


def test_an_earlier_case_without_questions_is_refused(desk: Any) -> None:
    page = desk.write({**SAID, "asks": "file", "questions_from": "CU-FINDES-IKKE"})
    assert "ingen spørgsmål, der kan bruges igen" in html.unescape(page.text)


def test_no_case_starts_before_a_trial_mail_came_and_a_draft_can_be_kept(
    desk: Desk, web: FastAPI, services: Services
) -> None:
    web.state.services = unpractised(services)
    page = desk.write(SAID)
    assert "Kan ikke startes: der bliver ikke sendt mails" in page.text
    assert "Start sagen og send" not in page.text
    assert '<a href="/kom-godt-i-gang?aaben=mails-ud#mails-ud">' in page.text

    tried = desk.follow(desk.start(page, even_so="alligevel"))
    assert "Kan ikke startes: der bliver ikke sendt mails" in tried.text
    assert fields(tried.text)["title"] == SAID["title"], "nothing that was written is lost"
    assert known(services) == ()


def test_a_launch_whose_links_lead_nowhere_is_asked_about_and_its_reason_stands_in_the_log(
    desk: Desk, web: FastAPI, services: Services
) -> None:
    web.state.services = that_sends(services)
    page = desk.write(SAID)
    assert "kommunerne kan ikke svare på siderne" in page.text

    unsaid = desk.start(page, even_so=" ")
    assert unsaid.status_code == 422
    assert "Skriv en begrundelse, eller gem sagen som kladde." in " ".join(unsaid.text.split())
    assert fields(unsaid.text)["title"] == SAID["title"], "nothing that was written is lost"
    assert known(services) == ()

    refused = desk.start(page, even_so=f"Som {number_born(BORN, holds=True)} siger")
    assert refused.status_code == 422
    assert 'id="even_so-error"' in refused.text
    assert known(services) == ()

    assert desk.start(page, even_so="vi prøver systemet").status_code == 303
    assert "vi prøver systemet" in desk.get(f"/sager/{REF}/log").text


def test_a_launch_without_a_question_set_is_warned_of_and_asks_for_replies(
    desk: Any, services: Services
) -> None:
    shown = desk.write(SAID)
    assert "Kommunerne får intet skema" in shown.text
    assert "Der er ikke valgt spørgsmål." in flat(shown.text)
    assert "følger kun med som fil" not in flat(shown.text)
    desk.start(shown)
    assert all("som svar på denne mail" in flat(m.text) for m in invitations(services, REF))


def test_questions_that_are_only_a_file_are_warned_of_as_such(desk: Any) -> None:
    sent = {"questions": ("skema.xlsx", EXCEL)}
    said = {"csrf": desk.csrf, **SAID, "asks": "file"}
    shown = desk.follow(desk.browser.client.post(f"/ny/{new_name()}/gem", data=said, files=sent))
    assert "de følger kun med som fil" in flat(shown.text)


def test_a_question_set_that_is_chosen_is_asked_and_named_in_every_invitation(
    desk: Any, services: Services
) -> None:
    assert '<option value="form:gravide">' in desk.get(f"/ny/{new_name()}/spoergsmaal").text
    title = form_named("gravide").title
    shown = desk.write({**SAID, "asks": "set", "question_set": "form:gravide"})
    assert "Kommunerne får intet skema" not in shown.text
    assert title in shown.text
    desk.start(shown)
    sent = invitations(services, REF)
    assert len(sent) == 17
    assert all(f"skemaet «{title}»" in flat(m.text) for m in sent)
    assert not any("som svar på denne mail" in flat(m.text) for m in sent)
    with reading(services.engine) as session:
        assert [one.form for one in load(session, REF, NOW).question_sets] == ["gravide"]


def test_a_question_set_that_is_not_there_is_told_at_its_field(desk: Any) -> None:
    again = desk.write({**SAID, "asks": "set", "question_set": "form:findes-ikke"})
    assert again.status_code in (404, 422)
    assert 'id="question_set-error"' in again.text


def test_a_second_case_that_goes_in_one_mail_with_the_first_says_so(
    desk: Any, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:  # the first case's mails wait
        patch.setattr(letting_go, "deliver_waiting", lambda *_, **__: None)
        desk.start(desk.write(SAID))
    second = {**SAID, "reference": "CU-TO-2025", "title": "En anden"}

    desk.start(desk.write(second))

    told = desk.get("/sager/CU-TO-2025").text
    assert "18 mails er skrevet som fil, ikke sendt." in told
    assert "17 af dem er del af en samlet mail med andre sager." in told
    page = desk.get("/sager/CU-TO-2025/mails").text
    assert "Mails (18)" in page
    assert page.count("del af én mail") == 17
    listed = desk.get("/mails/sendt").text
    assert listed.count("samlet mail: 2 sager") == 17


# Step by step


def test_each_step_leads_to_the_next_and_can_be_gone_back_to(desk: Desk) -> None:
    names = ("title", "kind", "legal_basis", "received", "deadline", "target_group")
    letter = {name: SAID.get(name, "adults") for name in names} | {"step": "brevet"}
    asked = desk.write(letter, ("brev.pdf", PDF, "x"))
    assert "Hvad skal kommunerne svare på?</h2>" in asked.text
    placed = desk.write({"asks": "none", "step": "spoergsmaal"}, page=asked)
    assert "Alle har en mailadresse." in placed.text
    said = {"scope": "regional", "process": "central-udmelding", "area": "sjaelland"}
    shown = desk.write(said | {"step": "datoer"}, page=placed)
    assert "Mails, der sendes nu" in shown.text
    assert "Ingen spørgsmål" in shown.text, "what was chosen stands under the step"
    again = desk.get(f"/ny/{draft_on(shown)}/brevet")
    assert fields(again.text)["title"] == SAID["title"]
    assert "«brev.pdf» er vedlagt" in again.text


def test_a_step_tells_what_is_wrong_with_it_and_not_with_those_to_come(desk: Desk) -> None:
    wrong = {"title": "", "received": "en dag", "step": "brevet"}
    answer = desk.write(wrong)
    assert answer.status_code == 422
    assert "Skriv sagens titel." in answer.text
    assert "Vælg, hvad kommunerne skal svare på." not in answer.text
    assert fields(answer.text)["received"] == "en dag"
    sent = {"csrf": desk.csrf, **wrong}
    answer = desk.browser.client.post(f"/ny/{new_name()}/gem", data=sent)
    assert answer.status_code == 303, "going back never asks to send a form again"


def test_what_the_municipalities_answer_is_chosen_and_never_left_out(desk: Desk) -> None:
    page = desk.write(SAID | {"asks": ""})
    assert page.status_code == 422
    assert "Vælg, hvad kommunerne skal svare på." in page.text
    page = desk.write({"asks": "file", "step": "spoergsmaal"}, page=page)
    assert "Vælg filen med spørgsmålene" in page.text
    page = desk.write({"asks": "set", "step": "spoergsmaal"}, page=page)
    assert "Vælg et skema." in page.text


def test_a_letter_fills_what_is_empty_and_says_where_it_was_read(desk: Desk) -> None:
    sent = ("brev.pdf", pdf_of(LETTER), "application/pdf")
    page = desk.write({"received": "i går", "step": "brevet"}, sent)
    said = fields(page.text)
    assert said["title"] == said["short_name"] == "Udsatte gravide med et komplekst forløb"
    assert (said["letter_dated"], said["deadline"]) == ("11. april 2025", "31. maj 2026")
    assert said["legal_basis"] == "serviceloven § 13 b, stk. 2"
    assert said["received"] == "i går"
    assert "Fundet i brevet: «Dato: 11. april 2025»" in html.unescape(page.text)
    own = said | {"title": "Vores egen titel", "step": "brevet", "do": "laes"}
    page = desk.write(own, page=page)
    assert fields(page.text)["title"] == "Vores egen titel"
    assert "Fundet i brevet: «Central udmelding" not in html.unescape(page.text)


def test_a_letter_without_words_leaves_the_fields_to_the_person(desk: Desk) -> None:
    page = desk.write({"step": "brevet", "do": "laes"}, ("brev.pdf", PDF, "x"))
    assert "Vi kunne ikke læse noget i brevet" in page.text
    page = desk.write({"title": "x", "step": "brevet", "do": "laes"})
    assert "Vælg brevet som fil først." in page.text


@pytest.mark.parametrize(
    ("deadline", "told"),
    [
        ("20/5-2025", "er om 35 dage, under otte uger. Er den rigtig?"),
        ("14/4-2025", "er overskredet. Er den rigtig?"),
    ],
)
def test_a_deadline_that_is_near_or_past_is_asked_about_and_not_refused(
    desk: Desk, deadline: str, told: str
) -> None:
    said = SAID | {"received": "1/4-2025", "deadline": deadline}
    asked = desk.write(said)
    assert told in asked.text
    assert f'name="deadline_meant" value="{deadline}"' in asked.text
    page = desk.write(said | {"deadline_meant": deadline}, page=asked)
    assert "Mails, der sendes nu" in page.text
    other = desk.write(said | {"deadline": "21/5-2025", "deadline_meant": deadline}, page=page)
    assert "Er den rigtig?" in other.text, "of another day it is asked again"


def test_the_cases_of_one_letter_start_together_and_each_person_gets_one_mail(
    desk: Desk, services: Services
) -> None:
    said = SAID | {
        "siblings": "Mennesker med epilepsi\r\n\r\nBorgere med høretab\r\n",
        "asks": "set",
        "question_set": "form:gravide",
        "question_set_2": "form:domfaeldte",
    }
    page = desk.write(said, ("brev.pdf", PDF, "application/pdf"))
    assert "Andre sager af samme brev (2)" in page.text
    assert "intet skema valgt" in page.text
    answer = desk.start(page)
    assert answer.headers["location"] == f"/sager/{REF}"
    epilepsy, deaf = "CU-EPILEPSI-2025", "CU-HOERETAB-2025"
    assert {*known(services)} == {REF, epilepsy, deaf}
    with reading(services.engine) as session:
        cases = [load(session, one, NOW) for one in (REF, epilepsy, deaf)]
    assert len({case.documents[0].sha256 for case in cases}) == 1
    assert [len(case.question_sets) for case in cases] == [1, 1, 0]
    assert len({case.deadline for case in cases}) == 1
    to_greve = [
        one
        for one in mails(services)
        if one.party == "0253" and one.state is OutboxState.SENT and one.merged_into is None
    ]
    assert len(to_greve) == 1, "one mail for the three cases"


@pytest.mark.parametrize(
    ("siblings", "told"),
    [
        ("a\nb\nc\nd", "højst 3 andre målgrupper"),
        (SAID["title"].upper(), "samme titel"),
        ("Epilepsi\nepilepsi", "samme titel"),
        ("x" * 201, "højst 200 tegn"),
    ],
)
def test_other_target_groups_that_cannot_be_are_told(
    desk: Desk, services: Services, siblings: str, told: str
) -> None:
    answer = desk.write(SAID | {"siblings": siblings})
    assert answer.status_code == 422
    assert told in html.unescape(answer.text)
    assert known(services) == ()


def test_a_set_about_something_else_than_the_letter_is_warned_of(desk: Desk) -> None:
    sent = ("brev.pdf", pdf_of(ELSEWHERE), "application/pdf")
    said = SAID | {"asks": "set", "question_set": "form:gravide"}
    page = desk.write(said, sent)
    assert "Skemaet handler måske om noget andet end brevet" in page.text
    assert "Skemaet nævner «gravide»" in page.text
    same = desk.write(said, ("brev.pdf", pdf_of(f"{ELSEWHERE}\nUdsatte gravide."), "x"))
    assert "nævner «gravide»" not in same.text
