"""Every date of the shipped CU gravide says where it comes from and how it was reckoned."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from functools import partial

import pytest

from models import DateSource
from tests.past import record_past
from udmelding import clock
from udmelding.casework.demo.playing import shipped_cases
from udmelding.casework.exchange.transfer import import_case
from udmelding.casework.plan.explaining import explain_case
from udmelding.casework.plan.meetings import MeetingChange, change_meeting
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.wiring import Services, make_services
from udmelding.errors import NotFoundError
from udmelding.journal.stamp import Stamp
from udmelding.rules.plan.explained import ExplainedDate, Explanation

pytestmark = pytest.mark.database

REF = "CU-GRAVIDE-2025"
STEPS = (
    *("Modtagelse", "Dataindsamling", "Udarbejdelse", "Styregruppen", "K17", "KKR Sjælland"),
    *("Politisk behandling", "Fremsendelse"),
)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def stamp(on: str, by: str) -> Stamp:
    return Stamp(clock.at(day(on)), by)


@pytest.fixture(scope="module")
def gravide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The shipped case and, recorded on 29 March 2025, what befell it; each test only reads.

    KKR's meeting is moved from 8 April to 25 April and the deadline from 31 May to 30 June.
    """
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith("UDMELDING_")]:
            patch.delenv(name)
        patch.setenv("UDMELDING_HOME", str(home))
        services = make_services()
    file = next(f for f in shipped_cases() if f.shape.reference == REF)
    import_case(services, file, clock.at(day("2025-10-01")), live=True)
    made = stamp("2025-03-29", "Tester")
    moved = MeetingChange(
        area="sjaelland", body="kkr", on=day("2025-04-08"), moved_to=day("2025-04-25")
    )
    carry_out(services, partial(change_meeting, change=moved, stamp=made, own=None), made)
    said = {"due_on": day("2025-06-30"), "reason": "udsat efter aftale", "source": "mail"}
    record_past(services, REF, "deadline", said, stamp("2025-03-30", "Anden"))
    for expected, on in (("2025-05-22", "2025-03-31"), ("2025-06-05", "2025-04-01")):
        said = {"party": "Lolland", "expected_on": day(expected)}
        record_past(services, REF, "expectation", said, stamp(on, "Lolland"))
    yield services
    services.close()


def explained(services: Services, on: str, subject: str = "") -> tuple[Explanation, ...]:
    return explain_case(services, REF, subject, clock.end_of(day(on)))


def one(services: Services, on: str, subject: str) -> dict[str, ExplainedDate]:
    """The dates of one step or party, by what they are of."""
    (found,) = explained(services, on, subject)
    return {date.what: date for date in found.dates}


def test_every_step_has_a_day_a_source_and_says_how_it_was_reckoned(gravide: Services) -> None:
    deadline, *steps = explained(gravide, "2025-01-10")
    assert deadline.subject == "Fristen"
    assert tuple(step.subject for step in steps) == STEPS
    for step in steps:
        assert step.sentences, step.subject
        assert step.dates, step.subject
        for date in step.dates:
            assert date.day is not None, (step.subject, date.what)
            is_given = date.source in (DateSource.LETTER, DateSource.CALENDAR, DateSource.RECORDED)
            assert date.source_text or date.arithmetic or date.what == "modtaget"
            assert is_given or date.arithmetic or date.source_text, (step.subject, date.what)


def test_every_step_that_is_over_names_the_fact_that_ended_it(gravide: Services) -> None:
    for step in explained(gravide, "2025-09-30")[1:]:
        (date,) = step.dates
        assert date.what in ("sket", "modtaget")
        assert date.source in (DateSource.RECORDED, DateSource.LETTER)
        assert date.day is not None
        assert date.source_text or date.what == "modtaget"


def test_the_deadline_comes_from_the_letter(gravide: Services) -> None:
    frist = one(gravide, "2025-01-10", "frist")["frist"]
    assert (frist.day, frist.source) == (day("2025-05-31"), DateSource.LETTER)
    assert "offentlige referater" in frist.source_text
    assert frist.earlier == ()


def test_a_moved_deadline_tells_what_it_was_and_who_changed_it_when(gravide: Services) -> None:
    for subject in ("frist", "Fristen", "deadline"):
        frist = one(gravide, "2025-04-01", subject)["frist"]
        assert (frist.day, frist.source_text) == (day("2025-06-30"), "mail")
        (before,) = frist.earlier
        assert (before.day, before.changed_by) == (day("2025-05-31"), "Anden")
        assert (before.until, before.source) == (clock.at(day("2025-03-30")), "mail")
    assert one(gravide, "2025-03-29", "frist")["frist"].earlier == (), "not known yet"
    sent = one(gravide, "2025-04-01", "submission")
    assert [before.day for before in sent["frist"].earlier] == [day("2025-05-31")]


def test_a_body_is_explained_by_its_calendar_and_the_body_after_it(gravide: Services) -> None:
    k17 = one(gravide, "2025-01-10", "k17")
    assert k17["planlagt møde"].day == day("2025-03-28")
    assert k17["planlagt møde"].source is DateSource.CALENDAR
    assert k17["planlagt møde"].source_text == (
        "Styregruppens referater 10. januar og 19. september 2025"
    )
    assert k17["papirfrist"].arithmetic == (
        "28. marts 2025 minus 7 arbejdsdage = onsdag den 19. marts 2025",
    )
    assert k17["papirfrist"].counted == (), "nothing but weekends lies between"
    assert k17["senest"].arithmetic == (
        "KKR Sjælland 8. april 2025 minus 3 dage mellem møderne = lørdag den 5. april 2025, "
        "og sidste mødedag inden da er fredag den 4. april 2025",
    )
    kkr = one(gravide, "2025-01-10", "KKR Sjælland")
    assert kkr["senest"].arithmetic[0] == (
        "Faxe skal have papirerne senest 24. april 2025 for at beslutte inden fristen"
    )


def test_papers_of_a_meeting_after_easter_name_the_holidays_that_were_skipped(
    gravide: Services,
) -> None:
    papers = one(gravide, "2025-03-29", "kkr")["papirfrist"]
    assert (papers.day, papers.source) == (day("2025-04-11"), DateSource.COMPUTED)
    assert papers.arithmetic == ("25. april 2025 minus 7 arbejdsdage = fredag den 11. april 2025",)
    assert papers.counted == (
        "Skærtorsdag 17/4-2025",
        "Langfredag 18/4-2025",
        "Anden påskedag 21/4-2025",
    )
    assert one(gravide, "2025-03-28", "kkr")["papirfrist"].counted == ()


def test_a_moved_meeting_tells_which_day_it_was_and_who_moved_it(gravide: Services) -> None:
    held = one(gravide, "2025-03-29", "kkr")["planlagt møde"]
    assert (held.day, held.source_text) == (day("2025-04-25"), "registreret af Tester")
    (before,) = held.earlier
    assert (before.day, before.changed_by) == (day("2025-04-08"), "Tester")
    assert before.until == clock.at(day("2025-03-29"))
    assert one(gravide, "2025-03-28", "kkr")["planlagt møde"].earlier == ()


def test_work_before_the_first_meeting_names_the_holidays_and_the_summer(
    gravide: Services,
) -> None:
    work = one(gravide, "2024-05-15", "collection")["planlagt"]
    assert work.day == day("2024-08-14")
    assert work.arithmetic == ("15. maj 2024 plus 40 arbejdsdage = onsdag den 14. august 2024",)
    assert work.counted == (
        "Anden pinsedag 20/5-2024",
        "lukkedag 5/6-2024",
        "sommerferien: 23 arbejdsdage tæller ikke",
    )
    late = one(gravide, "2025-01-10", "drafting")
    assert late["planlagt"].arithmetic == ("ikke sket endnu, så der regnes med i dag",)
    assert late["senest"].day == day("2025-03-05")


def test_councils_are_said_to_be_assumed_where_no_calendar_is_known(gravide: Services) -> None:
    councils = one(gravide, "2025-01-10", "councils")["alle har besluttet"]
    assert (councils.day, councils.source) == (day("2025-05-20"), DateSource.ASSUMED)
    assert councils.arithmetic[0] == "Faxe beslutter sidst, 20. maj 2025"
    assert councils.arithmetic[-1] == "det samme gør 13 andre kommuner"
    assert "mødekalendere mangler" in councils.source_text
    assert councils.counted[0].startswith("antaget: fagudvalg første tirsdag")


def test_the_submission_is_the_last_working_day_by_the_deadline(gravide: Services) -> None:
    sent = one(gravide, "2025-01-10", "Fremsendelse")
    assert sent["planlagt"].day == day("2025-05-30")
    assert sent["planlagt"].arithmetic == ("sidste arbejdsdag til og med lørdag den 31. maj 2025",)


def test_a_municipality_is_found_by_name_and_code_and_shows_its_own_meetings(
    gravide: Services,
) -> None:
    (by_name,) = explained(gravide, "2025-03-28", "lolland")
    assert explained(gravide, "2025-03-28", "0360") == (by_name,)
    assert by_name.subject == "Lolland"
    assert by_name.sentences[0].startswith("Lolland har ")
    dates = {date.what: date for date in by_name.dates}
    assert {date.what for date in by_name.dates} >= {
        "fagudvalget behandler sagen",
        "økonomiudvalget behandler sagen",
        "kommunalbestyrelsen behandler sagen",
        "kommunen skal senest have afrapporteringen",
    }
    assert dates["kommunalbestyrelsen behandler sagen"].source is DateSource.ASSUMED
    assert dates["kommunalbestyrelsen behandler sagen"].source_text


def test_an_announced_day_tells_which_day_was_announced_before(gravide: Services) -> None:
    what = "kommunalbestyrelsen beslutter, meldt af kommunen"
    first = one(gravide, "2025-03-31", "Lolland")[what]
    assert (first.day, first.source) == (day("2025-05-22"), DateSource.ANNOUNCED)
    assert first.earlier == ()
    second = one(gravide, "2025-04-01", "Lolland")[what]
    assert second.day == day("2025-06-05")
    assert [(e.day, e.changed_by) for e in second.earlier] == [(day("2025-05-22"), "Lolland")]


def test_a_body_may_be_named_as_step_or_as_party(gravide: Services) -> None:
    assert explained(gravide, "2025-01-10", "kkr") == explained(gravide, "2025-01-10", " KKR ")
    (by_title,) = explained(gravide, "2025-01-10", "kkr sjælland")
    assert by_title.subject == "KKR Sjælland"


def test_an_unknown_subject_is_refused_with_the_known_ones(gravide: Services) -> None:
    with pytest.raises(NotFoundError) as refused:
        explained(gravide, "2025-01-10", "hest")
    assert refused.value.known[:8] == (
        *("receipt", "collection", "drafting", "styregruppe", "k17", "kkr"),
        *("councils", "submission"),
    )
    assert set(refused.value.known) >= {"Lolland", "Greve", "Næstved"}
    assert "«hest»" in refused.value.message
