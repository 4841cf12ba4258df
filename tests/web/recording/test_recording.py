"""What a caseworker records on the pages is recorded whole, shown first, and never lost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from models import DocumentKind, Level, MeetingState, Outcome, Role, Scope
from tests.counting import statements
from tests.honest import PDF
from tests.past import record_past
from tests.played import played_once
from tests.rules.files.test_cpr import number_as_written
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.files import MOST_BYTES
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.case.log import LogLine, log
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.rules.recording.catalogue import ENTRIES
from udmelding.rules.recording.written import How
from udmelding.web.recording.shapes import shapes_of

SignedIn = Callable[[Role], Any]
REF = "CU-PROEVE-2025"
PAGE = f"/sager/{REF}/registrer"
LOLLAND, FAXE, GREVE = "0360", "0320", "0253"
NOW = clock.at(dt.date(2025, 4, 15))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def stamp(text: str) -> Stamp:
    return Stamp(clock.at(day(text), "12:00"), "test")


@pytest.fixture
def case(services: Services) -> Services:
    """The three bodies have passed the case; 17 councils are asked to decide by 20 May 2025."""
    passed_by_the_bodies(services)
    return services


@played_once
def passed_by_the_bodies(services: Services) -> None:
    made = stamp("2024-05-15")
    with writing(services.engine) as session:
        new = NewCase(
            reference=REF,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=made.now.date(),
            particulars=NewParticulars(title="Prøve"),
            deadline=NewDeadline(due_on=day("2025-05-31")),
        )
        launch_case(session, services.settings, new, made)
    advance(services, REF, made.now)
    report = {"document_kind": DocumentKind.FINAL_REPORT, "title": "Rapport", "version": 1}
    record(services, "document", "2025-02-28", dated_on=day("2025-02-28"), **report)
    for body, on in (("styregruppe", "2025-03-14"), ("k17", "2025-03-28"), ("kkr", "2025-04-08")):
        said = {"level": Level.BODY, "outcome": Outcome.APPROVED, "on": day(on)}
        record(services, "decision", on, step=body, party=body, **said)
    advance(services, REF, clock.at(day("2025-04-08"), "17:00"))


def record(services: Services, kind: str, on: str, /, **said: Any) -> str:
    return record_past(services, REF, kind, said, stamp(on)).key


def known(services: Services) -> Case:
    with reading(services.engine) as session:
        return load(session, REF, NOW + dt.timedelta(minutes=1))


def lines(services: Services) -> tuple[LogLine, ...]:
    with reading(services.engine) as session:
        return log(session, find(session, REF), NOW + dt.timedelta(minutes=1))


def everything(services: Services) -> dict[str, list[str]]:
    """Every row of every table but the browsers' sessions and what the overview keeps ready."""
    with services.engine.connect() as connection:
        own = {"web_session", "app_user", "case_summary"}
        tables = set(sa.inspect(connection).get_table_names()) - own
        rows = {
            name: connection.execute(sa.select(sa.text("*")).select_from(sa.table(name))).all()
            for name in tables
        }
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


@pytest.fixture
def browser(case: Services, signed_in: SignedIn) -> Any:
    return signed_in(Role.CASEWORKER)


def send(browser: Any, what: str, files: Any = None, /, **fields: Any) -> Any:
    data = {"csrf": browser.csrf(), "do": "show", **fields}
    return browser.follow(browser.client.post(f"{PAGE}/{what}", data=data, files=files))


def hidden(page: str) -> dict[str, Any]:
    """What the confirm page carries along."""
    kept: dict[str, Any] = {"party": []}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page):
        if name == "party":
            kept["party"].append(unescape(value))
        else:
            kept[name] = unescape(value)
    return kept


def confirm(browser: Any, what: str, shown: Any) -> Any:
    """Press «Gem» on the confirm page."""
    assert shown.status_code == 200, shown.text
    assert "Skal det gemmes?" in shown.text
    kept = hidden(shown.text[shown.text.index("Skal det gemmes?") :])
    return browser.follow(browser.client.post(f"{PAGE}/{what}", data={**kept, "do": "save"}))


def message(browser: Any) -> str:
    found = re.search(r'alert-success".*?alert-text">(.*?)</p>', browser.get(PAGE).text, re.DOTALL)
    return unescape(found[1]) if found else ""


DECISION = {"outcome": "approved", "level": "council", "on": "10/4-2025"}


def test_a_decision_of_one_council_is_shown_saved_and_told(browser: Any, case: Services) -> None:
    said = {**DECISION, "party": LOLLAND, "evidence": "https://lolland.example/referat"}
    shown = send(browser, "beslutning", **said)
    assert "Lolland (kommunalbestyrelse) 10. april 2025: godkendt." in shown.text
    answer = confirm(browser, "beslutning", shown)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?var=0-0-17")
    decision = known(case).decisions[-1]
    assert (decision.party, decision.is_proven, decision.report_version) == (LOLLAND, True, 1)
    assert decision.recorded_by == Role.CASEWORKER.value
    told = message(browser)
    assert told.startswith("Registreret: Lolland (kommunalbestyrelse) 10. april 2025: godkendt.")
    assert message(browser) == "", "told once"


def test_without_evidence_a_decision_is_only_declared(browser: Any, case: Services) -> None:
    confirm(browser, "beslutning", send(browser, "beslutning", **DECISION, party=LOLLAND))
    assert not known(case).decisions[-1].is_proven


def test_a_preview_saves_nothing_and_shows_what_becomes_impossible(
    browser: Any, case: Services
) -> None:
    before = everything(case)
    shown = send(browser, "frist", due_on="22/4-2025", origin="letter")
    assert everything(case) == before
    assert "Det kan ikke længere nås" in shown.text
    assert "22. april 2025" in shown.text
    confirm(browser, "frist", shown)
    assert known(case).deadline == day("2025-04-22")


def test_an_announced_day_is_shown_before_and_after(browser: Any) -> None:
    said = {"party": LOLLAND, "expected_on": "27/5-2025", "step": "councils"}
    page = send(browser, "meldt-dag", **said).text
    assert re.search(r'<th scope="row">Lolland</th>.*20/5-2025.*27/5-2025.*7 dage senere', page)


def test_a_decision_that_leaves_the_plan_alone_says_so(browser: Any) -> None:
    assert "Planen ændres ikke." in send(browser, "beslutning", **DECISION, party=LOLLAND).text


def test_many_councils_are_recorded_at_once(browser: Any, case: Services) -> None:
    codes = [party.party for party in known(case).parties if party.kind.value == "municipality"]
    count = len(known(case).decisions)
    confirm(browser, "beslutning", send(browser, "beslutning", **DECISION, party=codes))
    assert len(codes) == 17
    assert len(known(case).decisions) == count + 17
    assert message(browser).startswith("Registreret: 17 beslutninger (Faxe, ")


def test_many_at_once_are_recorded_all_or_none(
    browser: Any, case: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from udmelding.casework.recording import recording as recording_many
    from udmelding.errors import RefusedError

    real, before = recording_many.record, everything(case)

    def refuse_faxe(session: Any, header: Any, entry: Any, made: Any) -> Any:
        if getattr(entry, "party", "") == FAXE:
            raise RefusedError("Det kan ikke passe.")
        return real(session, header, entry, made)

    monkeypatch.setattr(recording_many, "record", refuse_faxe)
    said = {**DECISION, "party": [LOLLAND, FAXE], "note": "enstemmigt", "do": "save"}
    answer = send(browser, "beslutning", **said)
    assert answer.status_code == 422
    assert "Faxe: Det kan ikke passe." in answer.text
    assert "enstemmigt" in answer.text
    assert everything(case) == before


def test_a_wrong_date_keeps_the_rest_of_the_form(browser: Any, case: Services) -> None:
    before = everything(case)
    written = {"note": "vedtaget <enstemmigt>", "source": "mail", "evidence": "punkt 12"}
    answer = send(
        browser, "beslutning", **{**DECISION, "on": "32/4-2025"}, party=[LOLLAND, GREVE], **written
    )
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert 'value="32/4-2025" autocomplete="off" aria-describedby="on-hint on-error"' in page
    for kept in written.values():
        assert kept in page
    assert re.search(rf'value="{LOLLAND}" checked', page)
    assert re.search(rf'value="{GREVE}" checked', page)
    assert 'value="approved" selected' in page
    assert "<enstemmigt>" not in answer.text, "shown as text, never as markup"
    assert everything(case) == before


@pytest.mark.parametrize(
    ("what", "fields", "told"),
    [
        ("beslutning", {**DECISION}, "Sæt kryds ved mindst én kommune."),
        ("beslutning", {**DECISION, "party": "9999"}, "Vælg en af mulighederne."),
        ("beslutning", {**DECISION, "party": LOLLAND, "outcome": ""}, "Vælg en af mulighederne."),
        ("beslutning", {**DECISION, "party": LOLLAND, "on": "16/4-2025"}, "ligger efter i dag"),
        ("beslutning", {**DECISION, "party": LOLLAND, "evidence": "javascript:x"}, "https://"),
        ("svar", {"on": "", "party": GREVE, "completeness": "complete"}, "Skriv en dato"),
        ("fritagelse", {"party": GREVE, "waived_on": "i dag"}, "Skriv en begrundelse."),
        ("meldt-dag", {"party": GREVE, "expected_on": "1/4-2025", "step": "councils"}, "er gået"),
        ("frist", {"due_on": "1/1-2020", "origin": "letter"}, "ikke efter modtagelsen"),
        ("frist", {"due_on": "31/5-2025", "origin": "letter", "reason": "x" * 2001}, "2000 tegn"),
        ("moede", {"body": "kkr", "what": "moved", "on": "18/6-2025"}, "Skriv den nye dag."),
        ("moede", {"body": "kkr", "what": "held", "on": "18/6-2025"}, "ikke holdt endnu"),
        ("moede", {"body": "kkr", "what": "cancelled", "on": "17/6-2025"}, "intet møde"),
    ],
)
def test_what_cannot_be_is_refused_at_the_form(
    browser: Any, case: Services, what: str, fields: dict[str, Any], told: str
) -> None:
    before = everything(case)
    if what == "moede":
        fields = {"level": "council", **fields}
    answer = send(browser, what, **fields)
    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert "Intet er gemt" in answer.text
    assert everything(case) == before


def test_answers_are_recorded_straight_away_for_they_leave_the_plan(
    browser: Any, case: Services
) -> None:
    said = {"on": "2/4-2025", "completeness": "no_citizens", "note": ""}
    assert send(browser, "svar", **said, party=[GREVE, LOLLAND]).status_code == 303
    assert {r.party for r in known(case).responses} == {GREVE, LOLLAND}
    assert "Greve svarede 2. april 2025: ingen borgere i målgruppen." in message(browser)


def test_a_waiver_an_extension_and_an_announced_day(browser: Any, case: Services) -> None:
    forms: dict[str, dict[str, Any]] = {
        "fritagelse": {"waived_on": "i dag", "reason": "svarer sammen med Faxe"},
        "forlaengelse": {"due_on": "26/5-2025", "granted_on": "i dag", "reason": "valg"},
        "meldt-dag": {"expected_on": "22/5-2025"},
    }
    for what, said in forms.items():
        shown = send(browser, what, **said, step="councils", party=[LOLLAND, FAXE])
        assert confirm(browser, what, shown).status_code == 303
    found = known(case)
    assert [len(f) for f in (found.waivers, found.extensions, found.expectations)] == [2, 2, 2]


def test_a_bodys_decision(browser: Any, case: Services) -> None:
    said = {"party": "kkr", "on": "8/4-2025", "outcome": "recommended"}
    confirm(browser, "organ", send(browser, "organ", **said))
    decision = known(case).decisions[-1]
    assert (decision.step, decision.party, decision.level) == ("kkr", "kkr", Level.BODY)


def test_a_new_deadline_shows_before_and_after(browser: Any, case: Services) -> None:
    shown = send(browser, "frist", due_on="15/5-2025", origin="letter", reason="")
    assert re.search(r"31/5-2025.*15/5-2025.*16 dage tidligere", shown.text, re.DOTALL)
    confirm(browser, "frist", shown)
    assert known(case).deadline == day("2025-05-15")


def test_meetings_are_held_moved_cancelled_and_added(browser: Any, case: Services) -> None:
    kkr = {"body": "kkr", "level": "council"}
    for said in (
        {"what": "held", "on": "8/4-2025"},
        {"what": "moved", "on": "18/6-2025", "moved_to": "19/6-2025"},
        {"what": "new", "on": "20/8-2025"},
        {"what": "cancelled", "on": "20/8-2025"},
    ):
        assert confirm(browser, "moede", send(browser, "moede", **kkr, **said)).status_code == 303
    states = {str(m.held_on): m.state for m in known(case).meetings if m.body == "kkr"}
    assert states["2025-04-08"] is MeetingState.HELD
    assert states["2025-06-19"] is MeetingState.PLANNED
    assert "2025-06-18" not in states
    assert states["2025-08-20"] is MeetingState.CANCELLED
    town = {"body": LOLLAND, "level": "council", "what": "new", "on": "6/5-2025"}
    confirm(browser, "moede", send(browser, "moede", **town))
    assert message(browser).endswith("Lolland, kommunalbestyrelse: mødet 6. maj 2025 er planlagt.")


def test_a_file_of_evidence_becomes_a_document_of_the_case(browser: Any, case: Services) -> None:
    minutes = {"file": ("referat.pdf", PDF, "application/pdf")}
    wrong = {**DECISION, "on": "aldrig", "party": [LOLLAND, GREVE]}
    refused = send(browser, "beslutning", minutes, **wrong)
    assert "Filen «referat.pdf» er modtaget" in refused.text, "no need to choose it again"
    kept = {name: hidden(refused.text)[name] for name in ("file_sha256", "file_name")}
    shown = send(browser, "beslutning", **DECISION, party=[LOLLAND, GREVE], **kept)
    confirm(browser, "beslutning", shown)
    document = known(case).documents[-1]
    assert document.document_kind is DocumentKind.MINUTES
    assert document.title == "Referat: Greve og Lolland, 10. april 2025"
    assert {(d.evidence, d.is_proven) for d in known(case).decisions[-2:]} == {
        ("referat.pdf", True)
    }
    got = browser.get(f"/sager/{REF}/dokumenter/{document.sha256}")
    assert got.content == PDF


def test_a_file_that_is_too_large_is_refused_with_clear_words(browser: Any, case: Services) -> None:
    before = everything(case)
    large = {"file": ("stor.pdf", b"x" * (MOST_BYTES + 1), "application/pdf")}
    answer = send(browser, "beslutning", large, **DECISION, party=LOLLAND, note="husk mig")
    assert answer.status_code == 422
    assert "fylder mere end 25 MB. Send en mindre fil." in answer.text
    assert "husk mig" in answer.text
    assert everything(case) == before


def test_a_correction_keeps_the_old_one_in_the_log(browser: Any, case: Services) -> None:
    said = {"step": "councils", "level": Level.COUNCIL, "outcome": Outcome.POSTPONED}
    key = record(
        case, "decision", "2025-04-11", **said, party=LOLLAND, on=day("2025-04-10"), note="se bilag"
    )
    form = browser.client.get(f"{PAGE}/ret", params={"key": key})
    assert 'value="10/4-2025"' in form.text
    assert 'value="postponed" selected' in form.text
    assert "se bilag" in form.text
    changed = {**DECISION, "party": LOLLAND, "note": "se bilag", "corrects": key}
    answer = confirm(browser, "beslutning", send(browser, "beslutning", **changed))
    assert answer.status_code == 303
    (standing,) = [d for d in known(case).decisions if d.party == LOLLAND]
    assert standing.outcome is Outcome.APPROVED
    told = [line for line in lines(case) if "Lolland (kommunalbestyrelse)" in line.text]
    assert [line.replaced_at is not None for line in told] == [True, False]
    assert "udsat" in told[0].text
    assert message(browser).startswith("Rettet: Lolland")
    gone = browser.client.get(f"{PAGE}/ret", params={"key": key})
    assert gone.status_code == 404, "only what stands can be corrected"


def test_a_correction_leaves_the_day_as_it_was_written(browser: Any, case: Services) -> None:
    key = record(case, "response", "2025-04-11", party=GREVE, on="primo marts 2025")
    before = known(case).responses[-1]
    said = {"party": GREVE, "on": before.as_written, "completeness": "partial", "corrects": key}
    assert send(browser, "svar", **said).status_code == 303
    after = known(case).responses[-1]
    assert (after.happened_from, after.as_written) == (before.happened_from, "primo marts 2025")
    assert after.completeness.value == "partial"


def test_a_decision_on_an_earlier_version_stays_on_it_when_corrected(
    browser: Any, case: Services
) -> None:
    said = {"step": "councils", "level": Level.COUNCIL, "outcome": Outcome.APPROVED}
    key = record(case, "decision", "2025-04-10", **said, party=LOLLAND, on=day("2025-04-10"))
    report = {"document_kind": DocumentKind.FINAL_REPORT, "title": "Rapport", "version": 2}
    record(case, "document", "2025-04-11", dated_on=day("2025-04-11"), **report)
    changed = {**DECISION, "on": "9/4-2025", "party": LOLLAND, "corrects": key}
    confirm(browser, "beslutning", send(browser, "beslutning", **changed))
    (standing,) = [d for d in known(case).decisions if d.party == LOLLAND]
    assert (standing.happened_to, standing.report_version) == (day("2025-04-09"), 1)


def test_each_kind_that_can_be_corrected_has_its_form(browser: Any, case: Services) -> None:
    on = "2025-04-11"
    keys = [
        record(case, "response", on, party=GREVE, on=day(on)),
        record(case, "waiver", on, step="councils", party=GREVE, waived_on=day(on), reason="x"),
        record(
            case,
            "extension",
            on,
            step="councils",
            party=FAXE,
            granted_on=day(on),
            due_on=day("2025-05-26"),
        ),
        record(case, "expectation", on, party=LOLLAND, expected_on=day("2025-05-22")),
        *(fact.key for fact in (*known(case).decisions, *known(case).deadlines)),
    ]
    index = browser.get(PAGE).text
    for key in keys:
        assert f"ret?key={key}" in index
        form = browser.client.get(f"{PAGE}/ret", params={"key": key})
        assert form.status_code == 200
        assert "Du retter:" in form.text


def test_taking_back_asks_for_a_reason_and_shows_the_plan_first(
    browser: Any, case: Services
) -> None:
    key = record(case, "deadline", "2025-04-11", due_on=day("2025-05-15"))
    refused = send(browser, "tilbage", key=key, reason_back="")
    assert refused.status_code == 422
    assert "hvorfor registreringen tages tilbage" in refused.text
    before = everything(case)
    shown = send(browser, "tilbage", key=key, reason_back="forkert sag")
    assert everything(case) == before
    assert re.search(r"15/5-2025.*31/5-2025", shown.text, re.DOTALL)
    assert confirm(browser, "tilbage", shown).status_code == 303
    assert known(case).deadline == day("2025-05-31")
    assert any("taget tilbage: forkert sag" in line.text for line in lines(case))
    assert message(browser).startswith("Taget tilbage: Fristen er 15. maj 2025")


def test_the_same_said_twice_is_recorded_once(browser: Any, case: Services) -> None:
    shown = send(browser, "beslutning", **DECISION, party=LOLLAND)
    confirm(browser, "beslutning", shown)
    once = everything(case)
    confirm(browser, "beslutning", shown)
    assert everything(case) == once
    assert message(browser).startswith("Det var allerede registreret")


def test_those_who_still_owe_are_ticked_without_a_script(browser: Any, case: Services) -> None:
    confirm(browser, "beslutning", send(browser, "beslutning", **DECISION, party=LOLLAND))
    page = send(browser, "beslutning", do="owing", note="bliver stående").text
    assert page.count(" checked") == 16
    assert f'value="{LOLLAND}" checked' not in page
    assert "bliver stående" in page


def test_one_may_go_back_from_the_confirm_page_with_everything(browser: Any) -> None:
    shown = send(browser, "beslutning", **DECISION, party=[LOLLAND, FAXE], note="to\nlinjer")
    page = browser.follow(
        browser.client.post(f"{PAGE}/beslutning", data={**hidden(shown.text), "do": "back"})
    )
    assert page.status_code == 200
    assert page.text.count(" checked") == 2
    assert "to\nlinjer" in page.text


def test_what_speaks_against_a_decision_is_shown_before_it_is_saved(
    browser: Any, case: Services
) -> None:
    before = everything(case)
    shown = send(browser, "beslutning", **{**DECISION, "on": "1/5"}, party=LOLLAND)
    assert "Er det rigtigt?" in shown.text
    assert "1. maj 2024 ligger før sagen blev modtaget den 15. maj 2024." in shown.text
    assert "1. maj 2025, som endnu ikke er sket?" in shown.text

    unsaid = {**hidden(shown.text), "do": "save", "even_so": ""}
    silent = browser.follow(browser.client.post(f"{PAGE}/beslutning", data=unsaid))
    assert silent.status_code == 422
    assert "Skriv en begrundelse, eller gå tilbage og ret." in silent.text
    assert everything(case) == before

    data = {**hidden(shown.text), "do": "save", "even_so": "mødet var før brevet"}
    assert browser.client.post(f"{PAGE}/beslutning", data=data).status_code == 303
    told = [line.text for line in lines(case) if line.kind == "affirmation"]
    assert [text.rpartition("Begrundelse: ")[2] for text in told] == ["mødet var før brevet"]


def test_what_changes_no_plan_is_shown_first_too_where_something_speaks_against_it(
    browser: Any, case: Services
) -> None:
    before = everything(case)
    shown = send(browser, "afslutning", closed_on="14/4-2025", reason="")
    assert shown.status_code == 200
    assert "Afrapporteringen er ikke sendt." in shown.text
    assert "Hvad gør det ved planen?" not in shown.text
    assert everything(case) == before
    assert browser.client.post(
        f"{PAGE}/afslutning", data={**hidden(shown.text), "do": "save", "even_so": "en fejl"}
    ).status_code == 303  # fmt: skip
    assert known(case).is_closed


def test_nobody_is_offered_the_administration_or_a_councils_recommendation(browser: Any) -> None:
    page = browser.get(f"{PAGE}/beslutning").text
    assert "Forvaltningen" not in page
    assert "Anbefalet (kun udvalg)" in page
    said = {**DECISION, "outcome": Outcome.RECOMMENDED.value, "party": LOLLAND}
    assert "En kommunalbestyrelse anbefaler ikke" in send(browser, "beslutning", **said).text


def test_a_reader_may_not_record(case: Services, signed_in: SignedIn) -> None:
    reader, before = signed_in(Role.READER), everything(case)
    assert reader.get(PAGE).status_code == 403
    answer = send(reader, "beslutning", **DECISION, party=LOLLAND, do="save")
    assert answer.status_code == 403
    assert everything(case) == before


def test_a_form_without_the_pages_own_value_records_nothing(browser: Any, case: Services) -> None:
    before = everything(case)
    for what in ("beslutning", "tilbage"):
        data = {**DECISION, "party": LOLLAND, "do": "save"}
        assert browser.client.post(f"{PAGE}/{what}", data=data).status_code == 403
    assert everything(case) == before


def test_every_form_opens_and_names_its_fields(browser: Any) -> None:
    index = browser.get(PAGE).text
    addresses = re.findall(rf'href="({PAGE}/[a-z-]+)"', index)
    assert len(set(addresses)) == 23
    for address in set(addresses):
        page = browser.get(address).text
        labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
        fields = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', page)
        assert set(fields) <= labelled, address
    assert browser.get(f"{PAGE}/noget-andet").status_code == 404


WRITTEN = {
    How.PERIOD: "14/4-2025",
    How.PAST_DAY: "14/4-2025",
    How.COMING_DAY: "20/5-2026",
    How.NUMBER: "3",
    How.TEXT: "Noget kort",
    How.LONG: "Noget længere",
}


@pytest.mark.parametrize("slug", [ask.slug for entry in ENTRIES for ask in entry.asks if ask.slug])
def test_each_form_of_the_catalogue_records_what_is_written_and_shows_it_again(
    browser: Any, case: Services, slug: str
) -> None:
    shape = shapes_of(known(case), None)[slug]
    said = {
        field.name: field.value or (field.options[-1][0] if field.options else WRITTEN[field.how])
        for field in shape.fields
        if field.how not in (How.PARTIES, How.FILE)
    }
    one = [field.options[0][0] for field in shape.fields if field.how is How.PARTIES]
    said.setdefault("party", one)
    said.pop("link", None)
    file = {"file": ("bilag.pdf", PDF, "application/pdf")} if slug == "dokument" else None
    before = {line.key for line in lines(case)}

    answer = send(browser, slug, file, **said, do="save", even_so="prøve")

    assert answer.status_code == 303, answer.text
    (new,) = [
        line
        for line in lines(case)
        if line.key not in before and line.kind not in ("mail", "obligation", "affirmation")
    ]
    if slug == "forside":  # recorded as a whole; another one replaces it
        assert 'value="Noget kort"' in browser.get(f"{PAGE}/forside").text
        return
    form = unescape(browser.get(f"{PAGE}/ret?key={new.key}").text)
    for text in {text for text in said.values() if "Noget" in text}:
        assert text in form
    assert (
        browser.client.post(
            f"{PAGE}/tilbage",
            data={"csrf": browser.csrf(), "key": new.key, "reason_back": "prøve", "do": "save"},
        ).status_code
        == 303
    )
    assert {line.key for line in lines(case) if line.replaced_at} == {new.key}


def test_a_cpr_number_on_a_form_is_told_at_its_field_and_kept_nowhere(
    browser: Any, case: Services
) -> None:
    before = everything(case)

    answer = send(
        browser,
        "beslutning",
        **DECISION,
        party=LOLLAND,
        note=f"Borger {number_as_written(holds=True)}",
    )

    assert answer.status_code == 422
    assert "Der står et cpr-nummer i feltet «Bemærkning»." in unescape(answer.text)
    assert 'id="note-error"' in answer.text
    assert everything(case) == before


def test_what_may_be_a_cpr_number_is_asked_about_and_the_form_goes_on(
    browser: Any, case: Services
) -> None:
    note = f"Nr. {number_as_written(holds=False).replace('-', '')}"
    asked = send(browser, "beslutning", **DECISION, party=LOLLAND, note=note)
    assert asked.status_code == 409
    assert "Er det et cpr-nummer?" in asked.text
    assert not any(decision.note == note for decision in known(case).decisions)

    shown = send(browser, "beslutning", **hidden(asked.text), no_cpr="1")
    assert "no_cpr" in hidden(shown.text)
    confirm(browser, "beslutning", shown)

    assert any(decision.note == note for decision in known(case).decisions)


def test_what_another_area_counted_changes_no_plan_and_is_told_with_the_whole_country(
    browser: Any, case: Services
) -> None:
    national = "CU-LANDET-2025"
    page = f"/sager/{national}/registrer/optaelling"
    new = NewCase(
        reference=national,
        process="central-udmelding",
        area="sjaelland",
        scope=Scope.NATIONAL,
        received_on=day("2024-05-15"),
        particulars=NewParticulars(title="Hele landet"),
        deadline=NewDeadline(due_on=day("2025-05-31")),
    )
    with writing(case.engine) as session:
        launch_case(session, case.settings, new, stamp("2024-05-15"))
    said = {"area": "hovedstaden", "approved": "20", "on": "primo april 2025"}

    wrong = browser.follow(
        browser.client.post(
            page, data={"csrf": browser.csrf(), "do": "show", **said, "approved": "30"}
        )
    )
    saved = browser.client.post(page, data={"csrf": browser.csrf(), "do": "show", **said})

    assert wrong.status_code == 422
    assert "29" in wrong.text  # municipalities in KKR Hovedstaden
    assert saved.status_code == 303
    assert "20 af 98" in " ".join(browser.get(f"/sager/{national}").text.split())
    with reading(case.engine) as session:
        (tally,) = load(session, national, NOW + dt.timedelta(minutes=1)).tallies
    assert (tally.area, tally.approved, tally.total) == ("hovedstaden", 20, 29)
    assert tally.as_written == "primo april 2025"


def test_a_decision_that_nothing_speaks_against_costs_few_statements(
    browser: Any, case: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What waits is counted anew for the menu after each save: tests/web/desk holds what that costs.
    monkeypatch.setattr("udmelding.web.rendering._waits", lambda *_: 0)
    said = {**DECISION, "party": LOLLAND, "csrf": browser.csrf(), "do": "show"}
    with statements(case.engine) as for_sending:
        answer = browser.client.post(f"{PAGE}/beslutning", data=said)
    with statements(case.engine) as for_preview:
        shown = browser.follow(answer)
    with statements(case.engine) as for_saving:
        answer = confirm(browser, "beslutning", shown)

    assert answer.status_code == 303
    assert len(for_sending) <= 20, for_sending
    assert len(for_preview) <= 60, for_preview
    assert len(for_saving) <= 40, for_saving


def test_a_document_is_laid_into_the_case_with_its_kind(browser: Any, case: Services) -> None:
    said = {"document_kind": "guidance", "dated_on": "10/4-2025", "change": "substantive"}
    without = send(browser, "dokument", **said)
    assert "Vælg en fil" in without.text

    sent = send(browser, "dokument", {"file": ("vejledning.pdf", PDF, "application/pdf")}, **said)

    assert sent.status_code == 303
    document = known(case).documents[-1]
    assert (document.title, document.file_name) == ("vejledning", "vejledning.pdf")
    assert document.document_kind is DocumentKind.GUIDANCE
    again = browser.get(f"{PAGE}/ret?key={document.key}").text
    kept = {**hidden(again), **said, "title": "Vejledning til kommunerne"}
    assert send(browser, "dokument", **kept).status_code == 303
    assert known(case).documents[-1].title == "Vejledning til kommunerne"
    assert known(case).documents[-1].sha256 == document.sha256, "the file is the same"


def test_a_final_report_says_which_version_it_is(browser: Any, case: Services) -> None:
    said = {"document_kind": "final_report", "dated_on": "i dag", "change": "substantive"}
    answer = send(browser, "dokument", {"file": ("r.pdf", PDF, "application/pdf")}, **said)
    assert answer.status_code == 422
    assert "skal have et versionsnummer" in answer.text
    assert "Filen «r.pdf» er modtaget" in answer.text


def test_a_closed_case_is_opened_again_with_a_reason(browser: Any, case: Services) -> None:
    said = {"closed_on": "i dag", "reason": "ved en fejl", "do": "save", "even_so": "prøve"}
    assert send(browser, "afslutning", **said).status_code == 303
    index = browser.get(PAGE).text
    assert "Sagen er lukket 15. april 2025." in index

    shown = send(browser, "genaabn", reason="den var ikke færdig")
    assert "Sagen er genåbnet: den var ikke færdig" in shown.text
    assert known(case).is_closed, "nothing is done before it is said"
    confirm(browser, "genaabn", shown)

    assert not known(case).is_closed
    assert "genaabn" not in browser.get(PAGE).text


def test_a_case_that_follows_the_newest_rules_is_told_so(browser: Any) -> None:
    answer = send(browser, "regler", rules="newest", reason="")
    assert answer.status_code == 422
    assert "følger allerede disse regler" in answer.text


def test_the_reservation_names_whoever_had_not_decided_on_the_day_it_was_sent(
    browser: Any, case: Services
) -> None:
    for party, on in ((LOLLAND, "2025-04-10"), (FAXE, "2025-04-14")):
        said = {"step": "councils", "level": Level.COUNCIL, "outcome": Outcome.APPROVED}
        record(case, "decision", "2025-04-14", party=party, on=day(on), **said)
    form = browser.get(f"{PAGE}/afsendelse").text
    assert "Forbehold for dem, der ikke har besluttet" in form
    assert f"beslutning?part={GREVE}" in form
    assert f"beslutning?part={LOLLAND}" not in form

    def marked(page: str) -> str:
        return " ".join(
            re.sub("<[^>]+>", " ", re.findall("<mark>(.*?)</mark>", page, re.S)[0]).split()
        )

    assert "Greve" in marked(form)
    assert "Faxe" not in marked(form), "today Faxe has decided"
    asked = send(browser, "afsendelse", on="12/4-2025", do="letter")
    assert "Faxe, Greve" in marked(browser.follow(asked).text)
    assert not known(case).submissions, "the letter was only shown"
    elsewhere = send(browser, "afsendelse", on="12/4-2025", submitted_by="formanden", do="letter")
    assert "Formanden sender det" in browser.follow(elsewhere).text

    answer = send(browser, "afsendelse", on="12/4-2025", do="save", even_so="aftalt")

    assert answer.headers["location"].endswith("/breve"), "the letter is read before it goes"
    reserved = known(case).submissions[-1].reservation_for
    assert LOLLAND not in reserved
    assert {FAXE, GREVE} <= {*reserved}, "Faxe decided two days after"


def test_a_submission_that_others_sent_leads_on_to_the_next_thing_and_not_to_letters(
    browser: Any,
) -> None:
    said = {"on": "12/4-2025", "submitted_by": "formanden", "do": "save", "even_so": "aftalt"}
    answer = send(browser, "afsendelse", **said)
    page = " ".join(browser.get(answer.headers["location"]).text.split())
    assert "Det næste" in page
    assert "Brevet er ikke sendt endnu" not in page
    late = confirm(browser, "beslutning", send(browser, "beslutning", **DECISION, party=LOLLAND))
    told = " ".join(browser.get(late.headers["location"]).text.split())
    assert "0 → 1 af 17 har besluttet." in told
    assert "af 17 når fristen" not in told, "it is sent: nobody reaches the deadline any more"


def test_after_a_recording_it_is_said_how_far_the_case_has_come(browser: Any) -> None:
    saved = confirm(browser, "beslutning", send(browser, "beslutning", **DECISION, party=LOLLAND))

    page = " ".join(browser.get(saved.headers["location"]).text.split())

    assert "0 → 1 af 17 har besluttet." in page
    assert "17 af 17 når fristen 31. maj." in page
    assert re.search(r"Det næste.*Kommuner har besluttet.*16 mangler", page)


def test_going_back_never_sends_a_form_again(browser: Any, case: Services) -> None:
    before = everything(case)
    for what, said in (
        ("beslutning", {**DECISION, "party": LOLLAND}),
        ("beslutning", {**DECISION, "party": LOLLAND, "on": "aldrig"}),
        ("svar", {"party": GREVE, "on": ""}),
        ("tilbage", {"key": known(case).decisions[-1].key, "reason_back": ""}),
    ):
        data = {"csrf": browser.csrf(), "do": "show", **said}
        answer = browser.client.post(f"{PAGE}/{what}", data=data)
        assert answer.status_code == 303, what
        address = answer.headers["location"]
        first = browser.client.get(address)
        assert first.text == browser.client.get(address).text, "the same page, however often"
    assert everything(case) == before
