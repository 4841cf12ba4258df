"""A list of meetings as it stands on a web page, read line by line."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.decision import Level
from udmelding.documents.plan.calendar_files import vocabulary
from udmelding.rules.words.calendar_lines import Listed, ListedMeeting, as_lines, read_lines
from udmelding.rules.words.date_forms import MONTHS, WEEKDAYS
from udmelding.rules.words.organ_words import Organ, body_named

WORDS = vocabulary("sjaelland")
K17 = Organ(area="sjaelland", body="k17", title="K17")
GREVE = "0253"
COUNCIL = Organ(municipality=GREVE, level=Level.COUNCIL)


def read(text: str, organ: Organ | None = None, year: int | None = None) -> Listed:
    return read_lines(text, WORDS, organ=organ, year=year)


def days(listed: Listed) -> list[str]:
    return [meeting.held_on.isoformat() for meeting in listed.meetings]


def only(text: str, organ: Organ | None = K17, year: int | None = 2026) -> ListedMeeting:
    listed = read(text, organ, year)
    assert not listed.flaws, listed.flaws
    (meeting,) = listed.meetings
    return meeting


def told(text: str, year: int | None = 2026) -> str:
    """The only flaw of a line that gives no meeting."""
    listed = read(text, K17, year)
    assert not listed.meetings
    (flaw,) = listed.flaws
    return flaw.told


def left(text: str) -> str:
    """Why a line is left out."""
    listed = read(text, K17, 2026)
    assert not listed.meetings, listed.meetings
    assert not listed.flaws, listed.flaws
    (why,) = listed.left_out
    return why.told


@pytest.mark.parametrize(
    "line",
    [
        "Onsdag den 21. januar kl. 17",
        "21/1",
        "21. januar 2026",
        "onsdag d. 21/1-2026 kl. 17.00-19.00",
        "• Ons. 21. jan. 2026",
        "21.01.2026, kl. 17, mødelokale 3",
        "2026-01-21",
        "Onsdag\t21. januar\t17:00",
        "* 21. januar (Ringsted)",
        "21. januar 2026 | 17:00 | Ringsted",
        "1. møde: 21. januar",
        "Møder 2026: 21. januar",
        "21.1.26",
        "d. 21.1.",
        "21.jan",
        "K17: 21/1",
    ],
)
def test_a_line_is_a_meeting_however_people_write_its_date(line: str) -> None:
    assert only(line).held_on == dt.date(2026, 1, 21)


def test_headings_say_whose_when_and_in_which_month() -> None:
    listed = read("Møder i KKR Sjælland\n2026\nJanuar\nOnsdag den 21.\n28. kl. 17\nMarts\n4.\n")
    assert days(listed) == ["2026-01-21", "2026-01-28", "2026-03-04"]
    assert {meeting.organ.key for meeting in listed.meetings} == {"sjaelland.kkr"}


def test_several_bodies_and_councils_stand_in_one_list() -> None:
    text = "K17 2026\n21/1\nKKR Sjælland\n4/3\nGreve Kommune\nByrådet 2027\n23/3\nØU\n16/3\n"
    assert [(m.organ.key, m.held_on.isoformat()) for m in read(text).meetings] == [
        ("sjaelland.k17", "2026-01-21"),
        ("sjaelland.kkr", "2026-03-04"),
        ("0253.council", "2027-03-23"),
        ("0253.finance_committee", "2027-03-16"),
    ]


def test_what_stands_under_an_organ_of_no_account_is_never_laid_to_another() -> None:
    listed = read(
        "Byrådet\n23/3\nTeknik- og Miljøudvalget\n24/3\nHandicaprådet\n25/3", COUNCIL, 2027
    )
    assert days(listed) == ["2027-03-23"]
    assert [(why.line, "organer" in why.told) for why in listed.left_out] == [(4, True), (6, True)]


def test_after_a_bodys_meetings_a_municipality_alone_does_not_say_whose_they_are() -> None:
    listed = read("K17 2026\n21/1\nGreve Kommune\n23/3")
    assert days(listed) == ["2026-01-21"]
    assert listed.asks_organ


def test_what_is_said_of_a_meeting_is_kept() -> None:
    assert only("21. januar 2026 (aflyst)").is_cancelled
    assert only("21/1 – papirer senest 7/1").papers_due_on == dt.date(2026, 1, 7)
    assert only("22/1 flyttet fra 21/1").moved_from == dt.date(2026, 1, 21)
    assert only("21/1 -> 22/1").moved_from == dt.date(2026, 1, 21)
    assert only("21/1 -> 22/1").held_on == dt.date(2026, 1, 22)
    assert only("21/1 (konstituerende møde)").note == "konstituerende møde"


def test_several_dates_on_a_line_are_as_many_meetings() -> None:
    assert days(read("21. januar, 18. februar og 18. marts", K17, 2026)) == [
        *("2026-01-21", "2026-02-18", "2026-03-18"),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Tirsdag d. 3. februar – temamøde", "temamøde"),
        ("Frist for dagsorden 3. februar", "frist"),
        ("Opdateret 12. januar 2026", "opdateret"),
        ("Dagsordenen offentliggøres den 3. januar", "offentliggør"),
        ("Den 5. november fejrer vi i øvrigt rådhusets jubilæum med taler", "sætning"),
        ("Møderne er åbne for alle, og der er altid spørgetid.", "ikke et møde"),
        ("Socialdirektørgruppen 3. februar", "organer"),
        ("K17 og KKR Sjælland 3. februar", "flere organer"),
        ("Sommerferie uge 28-31", "ferie"),
        ("Side 1 af 3", "ikke et møde"),
        ("Telefon 55 36 36 36", "ikke et møde"),
    ],
)
def test_what_is_no_meeting_is_left_out_and_listed(line: str, why: str) -> None:
    assert why in left(line)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Uge 8", "uge"),
        ("Onsdag den 22. januar", "22/1-2026 er en torsdag, ikke en onsdag"),
        ("Onsdag kl. 17: 22. januar", "22/1-2026 er en torsdag, ikke en onsdag"),
        ("31/2", "der er ingen 31. februar"),
        ("14-03-26", "året med fire cifre"),
        ("21. og 28. januar", "Skriv hver dato for sig"),
        ("1/13", "måned"),
        ("21.-22. januar 2026", "kan være en dag"),
        ("Torsdag-fredag 22.-23. januar", "kan være en dag"),
        ("Januar: 21. og 28.", "kan være en dag"),
        ("Jan 21", "kan være en dag"),
        ("Onsdag 21", "kan være en dag"),
        ("21-1", "kan være en dag"),
        ("0/1", "der er ingen 0. januar"),
        ("21. januar (flyttet)", "fra eller til hvilken dag"),
        ("21. januar udsat", "fra eller til hvilken dag"),
        ("21. januar - 18. februar", "kan være et tidsrum"),
        ("21/1-2026  7/1-2026", "den anden dag ligger før den første"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_with_what_to_write(line: str, problem: str) -> None:
    assert problem in told(line)


def test_aflyst_belongs_to_the_date_it_follows() -> None:
    found = read("21/1, 18/2 (aflyst), 18/3\nAflyst: 15/4 og 20/5", K17, 2026).meetings
    assert [meeting.is_cancelled for meeting in found] == [False, True, False, True, True]


def test_a_meeting_of_the_steering_group_is_no_group_meeting() -> None:
    assert only("Styregruppemøde 21/1 kl. 9-12").organ.body == "styregruppe"
    assert "gruppemøde" in left("Gruppemøde 21/1")


def test_the_year_is_asked_for_where_nobody_says_it() -> None:
    listed = read("21. januar\nTirsdag den 3. marts", K17)
    assert (listed.meetings, listed.asks_year) == ((), True)
    assert not read("21. januar 2026", K17).asks_year


def test_the_organ_is_asked_for_where_nobody_says_it() -> None:
    assert read("21. januar 2026").asks_organ
    assert read("Byrådet\n21. januar 2026").asks_organ, "and a council's municipality too"


def test_the_same_meeting_twice_is_one_and_two_words_on_it_are_none() -> None:
    assert days(read("21/1\n21. januar 2026\n", K17, 2026)) == ["2026-01-21"]
    apart = read("21/1\n21/1 aflyst\n22/1", K17, 2026)
    assert days(apart) == ["2026-01-22"]
    assert "også i linje 1, men ikke ens" in apart.flaws[0].told


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("k17", "sjaelland.k17"),
        ("Styregruppe", "sjaelland.styregruppe"),
        ("styregruppens møder", "sjaelland.styregruppe"),
        ("kkr", "sjaelland.kkr"),
        ("KKR Dialogforum", "sjaelland.dialogforum"),
        ("Dialogforum", "sjaelland.dialogforum"),
        ("Direktør- og chefforum", "sjaelland.direktoer-og-chefforum"),
        ("Koordinationsforum", "national.koordinationsforum"),
        ("hovedstaden.k29", "hovedstaden.k29"),
    ],
)
def test_a_body_is_named_as_people_name_it(text: str, key: str) -> None:
    found = body_named(text, WORDS)
    assert found is not None
    assert found.key == key


_DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))
_TITLES = st.sampled_from([body.title for body in WORDS.bodies if body.area == "sjaelland"])


@given(st.lists(st.tuples(_TITLES, _DAYS), max_size=30, unique=True))
def test_a_list_that_is_written_out_as_a_web_page_reads_back_as_it_was(
    meetings: list[tuple[str, dt.date]],
) -> None:
    listed = read(as_lines(meetings))
    titles = {body.key: body.title for body in WORDS.bodies}
    assert [(titles[m.organ.key], m.held_on) for m in listed.meetings] == meetings
    assert (listed.flaws, listed.left_out) == ((), ())


@given(_DAYS, st.sampled_from(WEEKDAYS))
def test_a_weekday_that_disagrees_with_its_date_is_always_told(day: dt.date, written: str) -> None:
    line = f"{written} den {day.day}. {MONTHS[day.month - 1]} {day.year}"
    listed = read(line, K17)
    if WEEKDAYS[day.weekday()] == written:
        assert [meeting.held_on for meeting in listed.meetings] == [day]
    else:
        assert not listed.meetings
        assert f"ikke en {written}" in listed.flaws[0].told


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    listed = read(text, K17, 2026)
    assert all(1990 <= meeting.held_on.year <= 2100 for meeting in listed.meetings)
