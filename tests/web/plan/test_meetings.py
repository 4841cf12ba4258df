"""«Møder» in the browser: who meets when about what, the year wheels, and calendars from files."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from models import Level, Outcome, Role, Scope
from tests.documents.test_pdf import text_of
from tests.past import record_past
from tests.played import played_once
from udmelding import clock
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.plan.meetings import MeetingChange, change_meeting
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

pytestmark = pytest.mark.database

SignedIn = Callable[[Role], Any]
NOW = clock.at(dt.date(2025, 4, 15))
RECEIVED = clock.at(dt.date(2025, 3, 1))
STAMP = Stamp(NOW, "test")
FIRST, SECOND, THIRD = "CU-A-2025", "CU-B-2025", "CU-C-2025"
IMPORT = "/moeder/import"
BODIES = b"""area: sjaelland
source: Referat
bodies:
  k17: [2025-08-22, 2025-09-12, 2025-10-03]
"""
COUNCILS = "kommune;led;dato;papirfrist\nGreve;byråd;29-09-2025;22-09-2025\n".encode()
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//DA
BEGIN:VEVENT
UID:1@x
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20250929
SUMMARY:Byrådsmøde
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


@played_once
def launch(services: Services, *references: str) -> None:
    for reference in references:
        with writing(services.engine) as session:
            new = NewCase(
                reference=reference,
                process="central-udmelding",
                area="sjaelland",
                scope=Scope.REGIONAL,
                received_on=RECEIVED.date(),
                particulars=NewParticulars(title=f"Titlen {reference}"),
                deadline=NewDeadline(due_on=dt.date(2026, 1, 31)),
            )
            launch_case(session, services.settings, new, Stamp(RECEIVED, "test"))


def meeting(services: Services, body: str, on: str, **what: Any) -> None:
    change = MeetingChange(area="sjaelland", body=body, on=dt.date.fromisoformat(on), **what)
    carry_out(services, lambda session: change_meeting(session, change, STAMP, None), STAMP)


@pytest.fixture
def browser(services: Services, signed_in: SignedIn) -> Any:
    """A caseworker's, with one case of 1 March 2025."""
    launch(services, FIRST)
    return signed_in(Role.CASEWORKER)


def rows(answer: Any) -> dict[str, str]:
    """Each row of the meetings as words, by its day and whose meeting it is."""
    assert answer.status_code == 200, answer.text
    found = {}
    for row in re.findall(
        r"<tr[^>]*>(<th scope=\"row\" data-title=\"Dag\">.*?)</tr>", answer.text, re.S
    ):
        words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split())
        found[words] = row
    return found


def row(answer: Any, *words: str) -> str:
    """The only row with all these words."""
    (found,) = [text for text in rows(answer) if all(word in text for word in words)]
    return found


def send(browser: Any, name: str, content: bytes, **fields: str) -> Any:
    data = {"csrf": browser.csrf("/moeder"), "area": "sjaelland", **fields}
    return seen(browser, browser.client.post(IMPORT, data=data, files={"file": (name, content)}))


def seen(browser: Any, answer: Any) -> Any:
    """The page that a post leads to, or what it refuses."""
    return browser.client.get(answer.headers["location"]) if answer.is_redirect else answer


def accept(browser: Any, shown: Any) -> Any:
    """Click the second time, with what the first answer carries."""
    form = shown.text.partition('action="/moeder/import/gem"')[2]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    sent = {name: html.unescape(text) for name, text in fields.items()}
    return browser.client.post(f"{IMPORT}/gem", data=sent)


def days(services: Services, body: str) -> set[str]:
    with reading(services.engine) as session:
        found = load_meetings(session, NOW)
    return {m.held_on.isoformat() for m in found if m.body == body}


@contextmanager
def statements(services: Services) -> Iterator[list[str]]:
    told: list[str] = []

    def heard(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        told.append(statement)

    sa.event.listen(services.engine, "before_cursor_execute", heard)
    yield told
    sa.event.remove(services.engine, "before_cursor_execute", heard)


def test_coming_meetings_stand_by_month_with_their_papers_and_cases(browser: Any) -> None:
    answer = browser.client.get("/moeder")
    planned = [text for text in rows(answer) if FIRST in text and "kommuner" not in text]
    assert [next(b for b in ("Styregruppen", "K17", "KKR") if b in text) for text in planned] == [
        "Styregruppen",
        "K17",
        "KKR",
    ]
    assert all("Afrapporteringen til beslutning" in text for text in planned)
    assert all("regnet ud" in text for text in planned), "the calendar names no cut-off"
    headings = re.findall(r'<h2 class="own-h2" id="m-[^"]+">([^<]+)</h2>', answer.text)
    assert headings[0] == "Maj 2025", "those of April are over"
    assert f'href="/sager/{FIRST}"' in answer.text
    paper = re.search(rf'href="(/sager/{FIRST}/moede\?moede=k17@[\d-]+)"', answer.text)
    assert paper
    assert browser.client.get(paper[1]).status_code == 200
    assert 'href="/til-moedet"' in answer.text


def test_a_cut_off_that_the_calendar_names_is_shown_as_it_is(
    services: Services, browser: Any
) -> None:
    meeting(services, "k17", "2025-12-05", papers_due_on=dt.date(2025, 11, 20))
    found = row(browser.client.get("/moeder"), "5. december 2025")
    assert "20/11-2025" in found
    assert "regnet ud" not in found


def test_a_moved_a_cancelled_and_a_held_meeting_say_so(services: Services, browser: Any) -> None:
    meeting(services, "kkr", "2025-10-22", moved_to=dt.date(2025, 10, 23))
    meeting(services, "kkr", "2025-10-23", papers_due_on=dt.date(2025, 10, 9))
    meeting(services, "k17", "2025-10-03", is_cancelled=True)
    meeting(services, "kkr", "2025-04-08", is_held=True)
    answer = browser.client.get("/moeder?fra=1/4-2025")
    assert "flyttet fra 22/10-2025" in row(answer, "23. oktober 2025")
    assert not [text for text in rows(answer) if "22. oktober" in text]
    cancelled = row(answer, "den 3. oktober 2025")
    assert "✕ Aflyst" in cancelled
    assert FIRST not in cancelled
    assert "✓ Afholdt" in row(answer, "8. april 2025")


def test_a_meeting_of_two_cases_names_both(services: Services, browser: Any) -> None:
    launch(services, SECOND)
    shared = row(browser.client.get("/moeder"), "K17", FIRST)
    assert SECOND in shared
    assert "Fælles for 2 sager" in shared


def test_councils_are_counted_by_day_and_named_on_demand(services: Services, browser: Any) -> None:
    record_past(services, FIRST, "expectation", _announced("Lolland"), STAMP)
    record_past(services, FIRST, "expectation", _announced("Greve"), STAMP)
    answer = browser.client.get("/moeder?organ=kommuner")
    found = row(answer, "15. december 2025")
    assert "2 kommuner" in found
    assert "2 planlagt" in found
    markup = rows(answer)[found]
    assert "Greve og Lolland" in markup.partition("<details>")[2]
    assert "Styregruppen</strong>" not in answer.text
    assert "antaget" in answer.text, "the others' meetings are not known"


def _announced(party: str) -> dict[str, Any]:
    return {"step": "councils", "party": party, "expected_on": dt.date(2025, 12, 15)}


def test_past_meetings_are_shown_by_choice_with_what_was_decided(
    services: Services, browser: Any
) -> None:
    said = {"step": "kkr", "party": "kkr", "level": Level.BODY, "outcome": Outcome.APPROVED}
    record_past(services, FIRST, "decision", said | {"on": dt.date(2025, 4, 8)}, STAMP)
    council = {"step": "councils", "party": "Lolland", "level": Level.COUNCIL}
    made = council | {"outcome": Outcome.APPROVED, "on": dt.date(2025, 4, 10)}
    record_past(services, FIRST, "decision", made, STAMP)
    assert "8. april 2025" not in browser.client.get("/moeder").text
    answer = browser.client.get("/moeder?fra=1/4-2025")
    decided = row(answer, "8. april 2025")
    assert "Afrapporteringen: godkendt" in decided
    assert "✓ Har besluttet" in decided
    assert "1 har besluttet" in row(answer, "10. april 2025")


def test_meetings_can_be_chosen_by_body_and_by_case(services: Services, browser: Any) -> None:
    launch(services, SECOND)
    of_body = rows(browser.client.get("/moeder?organ=sjaelland.k17"))
    assert of_body
    assert all("K17" in text for text in of_body)
    of_case = browser.client.get(f"/moeder?sag={SECOND}")
    assert all(SECOND in text for text in rows(of_case))
    assert f'<option value="{SECOND}" selected>' in of_case.text
    for wrong in ("organ=k22", "sag=CU-X"):
        assert browser.client.get(f"/moeder?{wrong}").status_code == 404


def test_a_day_that_cannot_be_read_is_told_at_its_field(browser: Any) -> None:
    answer = browser.client.get("/moeder?fra=i+forfjor+vist&organ=kommuner")
    assert answer.status_code == 422
    assert 'value="i forfjor vist"' in answer.text
    assert 'aria-describedby="fra-error"' in answer.text
    assert '<option value="kommuner" selected>' in answer.text


def test_only_caseworkers_are_led_to_recording_and_importing(
    browser: Any, signed_in: SignedIn
) -> None:
    link = f"/sager/{FIRST}/registrer/moede"
    assert link in browser.client.get("/moeder").text
    assert browser.client.get(link).status_code == 200
    seen = signed_in(Role.READER).client.get("/moeder").text
    assert "/registrer/" not in seen
    assert IMPORT not in seen


def test_more_cases_need_no_more_statements(services: Services, browser: Any) -> None:
    browser.client.get("/moeder")
    with statements(services) as one:
        browser.client.get("/moeder?fra=1/1-2025")
    launch(services, SECOND, THIRD)
    with statements(services) as three:
        answer = browser.client.get("/moeder?fra=1/1-2025")
    assert THIRD in answer.text
    assert len(three) == len(one)


def test_without_cases_the_page_and_the_year_wheels_say_so(signed_in: SignedIn) -> None:
    client = signed_in(Role.READER).client
    assert "Ingen er skrevet ind endnu." in client.get("/moeder").text
    assert "Der er ingen åbne sager." in client.get("/moeder/aarshjul").text


def test_the_year_wheels_are_pictures_with_the_same_in_words(
    services: Services, browser: Any
) -> None:
    launch(services, SECOND)
    answer = browser.client.get("/moeder/aarshjul")
    pictures = re.findall(r'<img src="([^"]+)"', answer.text)
    assert pictures == [f"/sager/{ref}/aarshjul.svg" for ref in (FIRST, SECOND)]
    assert browser.client.get(pictures[0]).headers["content-type"] == "image/svg+xml"
    assert "Frist: 31. januar 2026." in answer.text
    assert "style=" not in answer.text
    papers = re.findall(r'href="([^"]+aarshjul\.pdf)"', answer.text)
    assert papers == [f"/sager/{ref}/aarshjul.pdf" for ref in (FIRST, SECOND)]
    assert 'aarshjul.pdf"' in browser.client.get(f"/sager/{SECOND}/plan").text
    paper = browser.client.get(papers[1])
    assert paper.headers["content-type"] == "application/pdf"
    assert "Frist: 31. januar 2026." in text_of(paper.content)
    one = browser.client.get(f"/moeder/aarshjul?sag={SECOND}")
    assert FIRST not in one.text
    assert browser.client.get("/moeder/aarshjul?sag=CU-X").status_code == 404


def test_a_calendar_of_bodies_is_shown_first_and_taken_in_at_the_second_click(
    services: Services, browser: Any
) -> None:
    shown = send(browser, "moeder.yaml", BODIES)
    assert shown.status_code == 200
    assert "K17: nye møder: 12/9-2025." in shown.text
    assert "1 nyt møde" in shown.text
    assert "2025-09-12" not in days(services, "k17"), "nothing is saved yet"
    done = accept(browser, shown)
    assert (done.status_code, done.headers["location"]) == (303, "/moeder")
    assert "2025-09-12" in days(services, "k17")
    assert "Nye møder: 1." in browser.client.get("/moeder").text
    again = send(browser, "moeder.yaml", BODIES)
    assert "Indlæs kalenderen" not in again.text, "nothing would change"


def test_a_meeting_that_the_file_does_not_hold_is_told_and_stays(
    services: Services, browser: Any
) -> None:
    meeting(services, "k17", "2025-12-05", papers_due_on=dt.date(2025, 11, 21))
    said = b"bodies:\n  k17: [2025-08-22, {on: 2025-12-05, papers_due: 2025-11-20}]\n"
    shown = send(browser, "moeder.yaml", said)
    assert "Står ikke i filen, men bliver stående" in shown.text
    assert "K17 3. oktober 2025" in shown.text
    assert "filens papirfrist 20/11-2025 bruges ikke" in shown.text


def test_what_the_file_does_to_plans_is_shown_before_and_after(
    services: Services, browser: Any
) -> None:
    meeting(services, "kkr", "2025-10-22", is_cancelled=True)
    before = row(browser.client.get("/moeder"), "KKR Sjælland", FIRST)
    shown = send(browser, "kkr.yaml", b"bodies:\n  kkr: [2025-10-29]\n")
    assert f'<span class="own-sub own-under">{FIRST}</span>' in shown.text
    assert "29/10-2025" in shown.text
    accept(browser, shown)
    after = row(browser.client.get("/moeder"), "KKR Sjælland", FIRST)
    assert before != after
    assert "29. oktober 2025" in after


def _workbook() -> bytes:
    book, file = openpyxl.Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["kommune", "led", "dato"])
    sheet.append(["Greve", "byråd", dt.date(2025, 9, 29)])
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("moeder.csv", COUNCILS, {}),
        ("moeder.xlsx", _workbook(), {}),
        ("moeder.ics", ICS, {"organ": "0253"}),
        ("moeder.yaml", b"municipalities:\n  Greve:\n    council: [2025-09-29]\n", {}),
    ],
)
def test_a_municipalitys_calendar_may_be_of_four_kinds(
    browser: Any, name: str, content: bytes, said: dict[str, str]
) -> None:
    shown = send(browser, name, content, **said)
    assert shown.status_code == 200, shown.text
    assert "Greve: nye møder: 1 i kommunalbestyrelse" in shown.text
    assert accept(browser, shown).status_code == 303
    assert "Indlæs kalenderen" not in send(browser, name, content, **said).text


def test_meetings_that_are_gone_from_a_municipalitys_file_are_cancelled_if_wanted(
    browser: Any,
) -> None:
    head = "kommune;led;dato\n"
    dates = ("01-09-2025", "15-09-2025", "29-09-2025")
    everything = head + "".join(f"Greve;byråd;{day}\n" for day in dates)
    accept(browser, send(browser, "moeder.csv", everything.encode()))
    fewer = (head + "".join(f"Greve;byråd;{day}\n" for day in dates[::2])).encode()
    assert "men bliver stående" in send(browser, "moeder.csv", fewer).text
    shown = send(browser, "moeder.csv", fewer, replacing="1")
    assert "Aflyses, fordi de ikke står i filen" in shown.text
    assert "Greve, kommunalbestyrelse 15. september 2025" in shown.text
    assert accept(browser, shown).status_code == 303
    assert "Indlæs kalenderen" not in send(browser, "moeder.csv", fewer, replacing="1").text


def test_every_flaw_of_a_file_is_listed_with_its_place(services: Services, browser: Any) -> None:
    before = days(services, "k17")
    wrong = b"area: sjaelland\nbodies:\n  k17: [2025-09-12, 2025-09-12]\n  k18: [2025-09-13]\n"
    answer = send(browser, "moeder.yaml", wrong)
    assert answer.status_code == 422
    assert "Der er 2 fejl i filen." in answer.text
    assert "moeder.yaml:3" in answer.text
    assert "bodies.k18" in answer.text
    assert days(services, "k17") == before


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("moeder.pdf", b"%PDF-", "kan ikke læses her"),
        ("moeder.csv", b"", "er tom"),
        ("sag.yaml", b"format: 1\n", "er ikke en mødekalender"),
        ("moeder.ics", ICS, "kommune"),
        ("moeder.yaml", b"- en liste\n", "fejl i filen"),
    ],
)
def test_what_is_no_calendar_is_refused_and_the_form_keeps_what_was_said(
    browser: Any, name: str, content: bytes, told: str
) -> None:
    answer = send(browser, name, content, committee="Socialudvalget")
    assert answer.status_code == 422
    assert told in html.unescape(answer.text)
    assert 'value="Socialudvalget"' in answer.text


def test_no_file_at_all_is_told_too(browser: Any) -> None:
    answer = browser.client.post(IMPORT, data={"csrf": browser.csrf("/moeder")})
    assert answer.status_code == 422
    assert "Vælg en fil." in answer.text


def test_a_calendar_that_was_changed_meanwhile_is_shown_anew(
    services: Services, browser: Any
) -> None:
    shown = send(browser, "moeder.yaml", BODIES)
    meeting(services, "k17", "2025-09-12")
    answer = accept(browser, shown)
    assert answer.status_code == 409
    assert "Møderne er ændret, siden du så forskellene." in answer.text


def test_a_file_that_was_not_sent_here_cannot_be_taken_in(browser: Any) -> None:
    sent = {"csrf": browser.csrf("/moeder"), "name": "moeder.yaml", "sha256": "0" * 64, "seen": ""}
    assert browser.client.post(f"{IMPORT}/gem", data=sent).status_code == 404


def test_coming_meetings_that_are_only_assumed_are_listed_and_say_so(browser: Any) -> None:
    found = row(browser.client.get("/moeder?organ=sjaelland.k17"), "januar 2026")
    assert "Antaget" in found
    assert "organets mødekalender er ikke lagt ind" in found


def test_moved_meetings_of_many_municipalities_are_written_and_shown_once(
    services: Services, browser: Any
) -> None:
    held = "".join(f"{name};byråd;28-10-2025\n" for name in ("Greve", "Køge", "Faxe"))
    accept(browser, send(browser, "moeder.csv", f"kommune;led;dato\n{held}".encode()))
    new = {"Greve": "21/10-2025", "Køge": "30/10-2025", "Faxe": "30/10-2025"}
    moves = "\n".join(f"{name} 28/10-2025 -> {on}" for name, on in new.items())
    data = {"csrf": browser.csrf("/moeder"), "area": "sjaelland", "moves": moves}
    shown = seen(browser, browser.client.post(IMPORT, data=data))
    assert shown.status_code == 200, shown.text
    text = html.unescape(shown.text)
    assert "Greve, kommunalbestyrelse: flyttet fra 28/10-2025 til 21/10-2025 (tidligere)." in text
    assert text.count("flyttet fra 28/10-2025") == 3
    saved = accept(browser, shown)
    assert saved.status_code == 303
    again = html.unescape(seen(browser, browser.client.post(IMPORT, data=data)).text)
    assert "3 kendte i forvejen" in again or "Intet." in again
    wrong = seen(browser, browser.client.post(IMPORT, data=data | {"moves": "Greve i morgen"}))
    assert "kan ikke læses; skriv den som" in html.unescape(wrong.text)
    assert "Greve i morgen" in wrong.text, "what was written stays in the field"
