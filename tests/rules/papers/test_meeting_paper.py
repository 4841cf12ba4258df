"""The papers of the real cases say what the public minutes say, and nothing they do not know."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator

import pytest

from udmelding import clock
from udmelding.casework.demo.playing import shipped_cases
from udmelding.casework.exchange.transfer import import_case
from udmelding.casework.papers.meeting_papers import Asked, agendas, paper_of
from udmelding.casework.wiring import Services, make_services
from udmelding.documents.papers.meeting_paper import body_paper
from udmelding.documents.papers.paper import paper_text
from udmelding.errors import NotFoundError
from udmelding.rules.papers.meeting_paper import MeetingPaper

DOMFAELDTE, GRAVIDE, AGREEMENT = "CU-DOMFAELDTE-2024", "CU-GRAVIDE-2025", "RA-2025-2026"


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The shipped cases, recorded as they happened; the tests only read them."""
    home = tmp_path_factory.mktemp("papers")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("UDMELDING_")]:
            patch.delenv(name)
        patch.setenv("UDMELDING_HOME", str(home))
        patch.setenv("UDMELDING_DATABASE_URL", f"sqlite:///{home / 'udmelding.db'}")
        services = make_services()
        for file in shipped_cases():
            import_case(services, file, clock.at(dt.date(2026, 1, 5)))
        yield services
        services.close()


def paper(
    services: Services, reference: str, as_of: str, body: str = "", day: str | None = None
) -> MeetingPaper:
    moment = clock.end_of(dt.date.fromisoformat(as_of))
    asked = Asked(body, dt.date.fromisoformat(day) if day else None)
    return paper_of(services, reference, moment, asked)


def text_of(made: MeetingPaper) -> str:
    return paper_text(body_paper(made, ""))


def test_january_2025_says_what_the_minutes_say(cases: Services) -> None:
    found = paper(cases, DOMFAELDTE, "2025-01-10")
    assert (found.venue.body, found.venue.held_on) == ("styregruppe", dt.date(2025, 1, 10))
    assert not found.is_for_decision
    assert found.recommendations == ("at styregruppen tager status til efterretning",)
    resume = " ".join(found.resume)
    assert "13 af 17* kommuner i Sjælland" in resume
    assert "86 af 98* kommuner i hele landet" in resume
    assert "ultimo december 2024 med forbehold for 4 kommuner*" in resume
    told = " ".join(found.background)
    assert "Der mangler beslutning fra Kalundborg*, Næstved*, Roskilde* og Stevns*." in told
    assert "ventes at beslutte den 21. januar 2025 (skøn efter antaget mødekalender)" in told
    assert "Forbeholdet gælder fortsat." in told
    assert "Fristen var 31. december 2024*. Afrapporteringen blev sendt inden fristen." in told
    assert "udsættelse" not in told, "it was used up a year ago"
    assert [line.what for line in found.next_steps] == [
        "Forventet beslutning i Kalundborg*, Næstved*, Roskilde* og Stevns* "
        "(skøn efter antaget mødekalender)"
    ]
    assert found.enclosures[0].startswith("Afrapportering, domfældte udviklingshæmmede")
    assert len(found.councils) == 17
    assert sum(row.state == "Godkendt" for row in found.councils) == 13


def test_vague_days_keep_the_words_of_the_source(cases: Services) -> None:
    found = paper(cases, DOMFAELDTE, "2025-01-10")
    whens = {line.what: line.when for line in found.history}
    assert whens["Møde med styrelsen om indhold, proces og tidsplan"] == "primo februar 2024"
    assert [when for what, when in whens.items() if "sendt til" in what] == ["ultimo december 2024"]
    assert whens["Behandlet i K17: godkendt"] == "1. november 2024"


def test_made_up_days_are_marked_and_public_ones_are_not(cases: Services) -> None:
    found = paper(cases, DOMFAELDTE, "2025-01-10")
    whens = {line.what: line.when for line in found.history}
    assert whens["Behandlet i Styregruppen: godkendt"] == "11. oktober 2024*"
    assert whens["Behandlet i KKR Sjælland: anbefalet"] == "19. november 2024"
    assert found.notes
    assert all(row.day.endswith("*") for row in found.councils if row.state == "Godkendt")


def test_the_country_is_not_counted_before_others_have_told(cases: Services) -> None:
    text = text_of(paper(cases, DOMFAELDTE, "2025-01-09"))
    assert "13 af 17" in text
    assert "af 98" not in text


def test_a_body_that_has_the_case_by_the_plan_is_asked_to_approve(cases: Services) -> None:
    found = paper(cases, GRAVIDE, "2025-03-13")
    assert (found.venue.body, found.venue.held_on) == ("styregruppe", dt.date(2025, 3, 14))
    assert found.is_for_decision
    assert found.recommendations == (
        "at styregruppen anbefaler K17 at godkende afrapporteringen (version 1)",
        "at afrapporteringen derefter forelægges K17 den 28. marts 2025",
    )
    assert found.decision == ""
    assert [line.what for line in found.next_steps][:2] == [
        "K17 behandler afrapporteringen (papirfrist 19. marts 2025)",
        "KKR Sjælland behandler afrapporteringen (papirfrist 28. marts 2025)",
    ]
    told = " ".join(found.background)
    assert "17 af 17 når fristen 31. maj." in told
    assert "Der regnes med" in told


def test_on_the_day_the_same_paper_also_holds_the_decision(cases: Services) -> None:
    found = paper(cases, GRAVIDE, "2025-03-14", "styregruppe", "2025-03-14")
    assert found.is_for_decision
    assert found.decision == "Styregruppen 14. marts 2025: godkendt."
    assert not [line for line in found.history if "Styregruppen" in line.what]
    after = paper(cases, GRAVIDE, "2025-03-14")
    assert (after.venue.body, after.is_for_decision) == ("k17", True)


def test_kkr_is_asked_to_recommend_and_sends_on_to_the_councils(cases: Services) -> None:
    found = paper(cases, GRAVIDE, "2025-04-01")
    assert found.recommendations == (
        "at KKR Sjælland anbefaler kommunerne at godkende afrapporteringen (version 1)",
        "at afrapporteringen derefter sendes til politisk behandling i kommunerne",
    )
    assert "er behandlet i Styregruppen og K17" in found.resume[1]


def test_another_meeting_takes_note(cases: Services) -> None:
    found = paper(cases, GRAVIDE, "2025-03-01", "styregruppe", "2025-05-09")
    assert not found.is_for_decision
    assert found.recommendations == ("at styregruppen tager status til efterretning",)


def test_before_any_council_was_asked_no_council_is_counted(cases: Services) -> None:
    found = paper(cases, GRAVIDE, "2025-02-01")
    told = " ".join(found.background)
    assert "Den politiske behandling i kommunerne er ikke begyndt." in told
    assert "0 af 17" not in text_of(found)
    assert {row.state for row in found.councils} == {"Mangler*"} or {
        row.state for row in found.councils
    } == {"Mangler"}


def test_after_the_submission_the_agency_is_awaited(cases: Services) -> None:
    found = paper(cases, GRAVIDE, "2025-08-10", "styregruppe", "2025-09-19")
    whats = [line.what for line in found.next_steps]
    assert whats == ["Frist for svar på supplerende spørgsmål fra Social- og Boligstyrelsen"]
    later = paper(cases, GRAVIDE, "2025-09-19")
    assert [line.when for line in later.next_steps] == ["ultimo 2025"]
    assert "98 af 98*" in " ".join(later.resume)
    assert "forbehold" not in text_of(later).casefold()


def test_the_agencys_answer_and_the_action_plan_are_told(cases: Services) -> None:
    found = paper(cases, DOMFAELDTE, "2025-09-19")
    assert found.resume[1].endswith(
        "Styrelsen har svaret den 21. august 2025: bakker op om forslaget."
    )
    assert any("5 punkter, hvoraf 0 er gennemført" in text for text in found.background)


def test_another_process_has_its_own_words(cases: Services) -> None:
    text = text_of(paper(cases, AGREEMENT, "2025-01-10"))
    assert "Rammeaftalen er godkendt i 13 af 17" in text
    assert "afrapporteringen" not in text.casefold()
    assert "13 af 17" in text


def test_koordinationsforum_needs_no_calendar(cases: Services) -> None:
    found = paper(cases, DOMFAELDTE, "2024-01-10", "koordinationsforum")
    assert found.venue.held_on is None
    assert found.recommendations == ("at Koordinationsforum tager status til efterretning",)
    dated = paper(cases, DOMFAELDTE, "2024-01-10", "Koordinationsforum", "2024-01-19")
    assert "Koordinationsforum den 19. januar 2024" in dated.resume[2]


def test_an_unknown_body_or_meeting_is_refused(cases: Services) -> None:
    with pytest.raises(NotFoundError, match="styregruppe, k17, kkr, koordinationsforum"):
        paper(cases, GRAVIDE, "2025-03-01", "k22")
    with pytest.raises(NotFoundError, match=r"28\. marts 2025"):
        paper(cases, GRAVIDE, "2025-03-01", "k17", "2025-03-27")


@pytest.mark.parametrize("reference", [DOMFAELDTE, GRAVIDE, AGREEMENT])
def test_no_sentence_has_a_hole_on_any_day(cases: Services, reference: str) -> None:
    day = dt.date(2024, 6, 1)
    while day < dt.date(2025, 12, 31):
        text = text_of(paper(cases, reference, day.isoformat()))
        holes = re.findall(r"None|  |\(\)|\.\.|,\s*\.| \.|: \.|«»|\{|\bi og\b", text)
        assert not holes, (day, holes, text)
        day += dt.timedelta(days=53)


def test_each_coming_meeting_lists_the_open_cases(cases: Services) -> None:
    found = agendas(cases, clock.end_of(dt.date(2025, 3, 1)))
    first = found[0]
    assert (first.venue.body, first.venue.held_on) == ("styregruppe", dt.date(2025, 3, 14))
    assert [case.reference for case in first.to_decide] == [GRAVIDE]
    assert {case.reference for case in first.to_note} == {DOMFAELDTE, AGREEMENT}
