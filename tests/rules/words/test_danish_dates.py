"""How Danish secretariats write dates, and what those dates are taken to mean."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udmelding.errors import RefusedError
from udmelding.rules.words.danish_dates import (
    DateReading,
    Direction,
    UnreadableDateError,
    read_date,
    read_day,
)
from udmelding.rules.words.date_forms import MONTHS, WEEKDAYS, Precision
from udmelding.rules.words.date_wording import (
    in_full,
    long_date,
    long_period,
    short_date,
    short_period,
    weekday_date,
)

TODAY = dt.date(2025, 1, 15)
"""The Wednesday on which the secretariats and the agency discussed the report on verdicts."""

days = st.dates(min_value=dt.date(1991, 1, 1), max_value=dt.date(2099, 12, 31))
directions = st.sampled_from(Direction)
unhurried = settings(deadline=None)
"""A busy machine is no reason to fail."""


def read(text: str, today: dt.date = TODAY, direction: Direction = Direction.COMING) -> DateReading:
    return read_date(text, today=today, direction=direction)


def days_of(reading: DateReading) -> str:
    """``2025-03-14``, or ``2025-01-01..2025-01-10`` for a period."""
    start, end = reading.start.isoformat(), reading.end.isoformat()
    return start if start == end else f"{start}..{end}"


def refusal(text: str, today: dt.date = TODAY) -> UnreadableDateError:
    with pytest.raises(UnreadableDateError) as refused:
        read(text, today)
    return refused.value


# --- What is read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant", "precision"),
    [
        # The table of dates found in Danish minutes, with what each of them means.
        ("14/3", "2025-03-14", "day"),
        ("31/5-2025", "2025-05-31", "day"),
        ("31. maj 2025", "2025-05-31", "day"),
        ("primo januar 2025", "2025-01-01..2025-01-10", "month_third"),
        ("medio januar 2025", "2025-01-11..2025-01-20", "month_third"),
        ("ultimo januar 2025", "2025-01-21..2025-01-31", "month_third"),
        ("senest 1/12-2024", "2024-12-01", "day"),
        ("uge 34", "2025-08-18..2025-08-24", "week"),
        ("1. kvartal 2026", "2026-01-01..2026-03-31", "quarter"),
        ("1. december 2024", "2024-12-01", "day"),
        ("1.12.2024", "2024-12-01", "day"),
        ("01-12-2024", "2024-12-01", "day"),
        ("2024-12-01", "2024-12-01", "day"),
        ("d. 5. juni 2025", "2025-06-05", "day"),
        ("den 5. juni 2025 kl. 12.00", "2025-06-05", "day"),
        ("5. juni 2025 kl. 23:59", "2025-06-05", "day"),
        ("fredag den 7. marts 2025", "2025-03-07", "day"),
        ("fre. 7/3", "2025-03-07", "day"),
        ("maj 2025", "2025-05-01..2025-05-31", "month"),
        ("ultimo 2025", "2025-12-21..2025-12-31", "year_part"),
        ("2. halvår 2025", "2025-07-01..2025-12-31", "half_year"),
        ("uge 34-35 2025", "2025-08-18..2025-08-31", "week"),
        ("1/12-24", "2024-12-01", "day"),
        ("15.-16. september 2025", "2025-09-15..2025-09-16", "range"),
        ("30. sept. 2025", "2025-09-30", "day"),
        ("3/4 2025", "2025-04-03", "day"),
        ("i dag", "2025-01-15", "day"),
    ],
)
def test_every_date_of_the_table_means_what_its_writer_meant(
    text: str, meant: str, precision: str
) -> None:
    reading = read(text)

    assert (days_of(reading), reading.precision) == (meant, precision)


@pytest.mark.parametrize(
    "text",
    [
        *("2025-05-31", "31/5-2025", "31/5 2025", "31/5/2025", "31/5-25", "31/5 - 2025"),
        *("31.5.2025", "31.05.2025", "31. 5. 2025", "31.5.25", "31.5-2025", "31-5-2025"),
        *("31. maj 2025", "31 maj 2025", "31.maj 2025", "31. Maj, 2025", "31. MAJ 2025"),
        *("den 31. maj 2025", "d. 31. maj 2025", "d.31/5-2025", "den 31/5", "31. maj", "31.5."),
        *("lørdag den 31. maj 2025", "lør. 31/5", "Lørdag d. 31.5.2025", "lørdag, den 31. maj"),
        *(
            "  31.   maj\t2025 ",
            "31.\u00a0maj\u00a02025",
            "31/5\u20132025",
            "31. maj 2025.",
            "31/5,",
        ),
        *("31. maj 2025, kl. 10", "31/5-2025 kl 24.00", "31/5 klokken 9.30"),
        *("\ufeff31/5-2025", "31.\u200b maj 2025"),
    ],
)
def test_one_day_may_be_written_in_many_ways(text: str) -> None:
    assert days_of(read(text)) == "2025-05-31"
    assert read(text).is_day


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_is_known_by_name_and_abbreviation(number: int) -> None:
    name = MONTHS[number - 1]
    spellings = (name, name.upper(), name[:3], f"{name[:3]}.")

    assert {read(f"7. {month} 2025").start for month in spellings} == {dt.date(2025, number, 7)}


@pytest.mark.parametrize("weekday", ["tir", "tirs.", "tirsdag", "tirsdag d.", "tirsdag den"])
def test_weekdays_are_known_by_name_and_abbreviation(weekday: str) -> None:
    assert read(f"{weekday} 27. maj 2025").start == dt.date(2025, 5, 27)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("i forgårs", "2025-01-13"),
        ("i går", "2025-01-14"),
        ("i ga\u030ar", "2025-01-14"),  # a and a combining ring, as some systems paste it
        ("I dag kl. 12", "2025-01-15"),
        ("i morgen", "2025-01-16"),
        ("i overmorgen", "2025-01-17"),
    ],
)
def test_near_days_are_counted_from_today(text: str, meant: str) -> None:
    assert days_of(read(text)) == meant


@pytest.mark.parametrize(
    ("text", "meant", "precision"),
    [
        ("primo i februar", "2025-02-01..2025-02-10", "month_third"),
        ("i begyndelsen af januar 2025", "2025-01-01..2025-01-10", "month_third"),
        ("start februar", "2025-02-01..2025-02-10", "month_third"),
        ("midt i juni 2025", "2025-06-11..2025-06-20", "month_third"),
        ("midten af juni 2025", "2025-06-11..2025-06-20", "month_third"),
        ("slutningen af februar 2024", "2024-02-21..2024-02-29", "month_third"),
        ("slut sept. 2025", "2025-09-21..2025-09-30", "month_third"),
        ("primo 2025", "2025-01-01..2025-01-10", "year_part"),
        ("medio 2025", "2025-06-01..2025-07-31", "year_part"),
        ("Uge 34 2025", "2025-08-18..2025-08-24", "week"),
        ("uge 34-2025", "2025-08-18..2025-08-24", "week"),
        ("i uge 34, 2025", "2025-08-18..2025-08-24", "week"),
        ("ugerne 34\u201335 2025", "2025-08-18..2025-08-31", "week"),
        ("uge 34 til 35", "2025-08-18..2025-08-31", "week"),
        ("uge 1 2025", "2024-12-30..2025-01-05", "week"),
        ("uge 53 2026", "2026-12-28..2027-01-03", "week"),
        ("uge 51-2 2026", "2025-12-15..2026-01-11", "week"),
        ("uge 53-2 2027", "2026-12-28..2027-01-17", "week"),
        ("uge 51 2025 - uge 2 2026", "2025-12-15..2026-01-11", "week"),
        ("maj", "2025-05-01..2025-05-31", "month"),
        ("i løbet af maj måned 2025", "2025-05-01..2025-05-31", "month"),
        ("Q1 2026", "2026-01-01..2026-03-31", "quarter"),
        ("4. kvartal", "2025-10-01..2025-12-31", "quarter"),
        ("første kvartal af 2026", "2026-01-01..2026-03-31", "quarter"),
        ("andet halvår 2025", "2025-07-01..2025-12-31", "half_year"),
        ("1. halvdel af 2025", "2025-01-01..2025-06-30", "half_year"),
        ("2025", "2025-01-01..2025-12-31", "year"),
    ],
)
def test_periods_have_a_first_and_a_last_day(text: str, meant: str, precision: str) -> None:
    reading = read(text)

    assert (days_of(reading), reading.precision) == (meant, precision)
    assert not reading.is_day


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("15-16/9-2025", "2025-09-15..2025-09-16"),
        ("15/9-16/9 2025", "2025-09-15..2025-09-16"),
        ("mandag den 15. til tirsdag den 16. september", "2025-09-15..2025-09-16"),
        ("22/10-19/11-2024", "2024-10-22..2024-11-19"),
        ("22/10 \u2013 19/11 2024", "2024-10-22..2024-11-19"),
        ("22/10-24 - 19/11-24", "2024-10-22..2024-11-19"),
        ("22-10-2024 - 19-11-2024", "2024-10-22..2024-11-19"),
        ("fra 22. oktober til 19. november 2024", "2024-10-22..2024-11-19"),
        ("fra og med den 22/10 til og med den 19/11-2024", "2024-10-22..2024-11-19"),
        ("2024-10-22..2024-11-19", "2024-10-22..2024-11-19"),
        ("2024-10-22/2024-11-19", "2024-10-22..2024-11-19"),
        ("2024-10-22 til 2024-11-19", "2024-10-22..2024-11-19"),
        ("oktober-november 2024", "2024-10-01..2024-11-30"),
        ("medio marts til primo april", "2025-03-11..2025-04-10"),
        ("2025-2026", "2025-01-01..2026-12-31"),
        ("1/3-2024 - 1/5-2025", "2024-03-01..2025-05-01"),
    ],
)
def test_ranges_run_from_the_first_day_to_the_last(text: str, meant: str) -> None:
    reading = read(text)

    assert (days_of(reading), reading.precision) == (meant, Precision.RANGE)


@pytest.mark.parametrize(
    "text",
    [
        "20. december - 5. januar",
        "20. december 2025 - 5. januar",
        "20. december - 5. januar 2026",
        "20/12-5/1-2026",
        "20/12-2025 - 5/1-2026",
    ],
)
def test_a_christmas_break_crosses_new_year(text: str) -> None:
    assert days_of(read(text)) == "2025-12-20..2026-01-05"


def test_a_dash_before_a_number_without_a_month_leads_a_year() -> None:
    assert days_of(read("31/5-2025")) == "2025-05-31"
    assert days_of(read("1/12-24")) == "2024-12-01"
    assert days_of(read("31. maj-2025")) == "2025-05-31"


@pytest.mark.parametrize(
    ("text", "meant", "bound"),
    [
        ("senest 1/12-2024", "2024-12-01", "latest"),
        ("Senest den 1. december 2024 kl. 12", "2024-12-01", "latest"),
        ("seneste 1/12-2024", "2024-12-01", "latest"),
        ("inden 1/12-2024", "2024-12-01", "latest"),
        ("inden den 1. december 2024", "2024-12-01", "latest"),
        ("frist 1/12-2024", "2024-12-01", "latest"),
        ("Frist: 1/12-2024", "2024-12-01", "latest"),
        ("senest i morgen", "2025-01-16", "latest"),
        ("senest primo januar 2025", "2025-01-01..2025-01-10", "latest"),
        ("tidligst 3/3", "2025-03-03", "earliest"),
        ("ca. 14/3", "2025-03-14", "about"),
        ("ca 14/3", "2025-03-14", "about"),
        ("cirka uge 34", "2025-08-18..2025-08-24", "about"),
        ("omkring den 14. marts", "2025-03-14", "about"),
        ("14/3", "2025-03-14", None),
    ],
)
def test_words_before_a_date_bound_it_without_moving_it(
    text: str, meant: str, bound: str | None
) -> None:
    reading = read(text)

    assert (days_of(reading), reading.bound) == (meant, bound)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("inden udgangen af januar 2025", "2025-01-31"),
        ("senest ved udgangen af februar 2024", "2024-02-29"),
        ("inden udgangen af 1. kvartal 2026", "2026-03-31"),
        ("inden udgangen af uge 34", "2025-08-24"),
        ("inden udgangen af 2025", "2025-12-31"),
    ],
)
def test_the_end_of_a_period_is_its_last_day(text: str, meant: str) -> None:
    reading = read(text)

    assert (days_of(reading), reading.is_day, reading.bound) == (meant, True, "latest")


# --- The year that was left out --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "coming", "past"),
    [
        ("14/1", "2026-01-14", "2025-01-14"),
        ("15/1", "2025-01-15", "2025-01-15"),
        ("16/1", "2025-01-16", "2024-01-16"),
        ("januar", "2025-01-01..2025-01-31", "2025-01-01..2025-01-31"),
        ("primo januar", "2026-01-01..2026-01-10", "2025-01-01..2025-01-10"),
        ("ultimo januar", "2025-01-21..2025-01-31", "2024-01-21..2024-01-31"),
        ("uge 2", "2026-01-05..2026-01-11", "2025-01-06..2025-01-12"),
        ("uge 3", "2025-01-13..2025-01-19", "2025-01-13..2025-01-19"),
        ("uge 1", "2025-12-29..2026-01-04", "2024-12-30..2025-01-05"),
        ("4. kvartal", "2025-10-01..2025-12-31", "2024-10-01..2024-12-31"),
        ("20/12-20/1", "2024-12-20..2025-01-20", "2024-12-20..2025-01-20"),
        ("oktober-november", "2025-10-01..2025-11-30", "2024-10-01..2024-11-30"),
    ],
)
def test_the_year_follows_from_today_and_the_direction(text: str, coming: str, past: str) -> None:
    assert days_of(read(text, direction=Direction.COMING)) == coming
    assert days_of(read(text, direction=Direction.PAST)) == past


@pytest.mark.parametrize(
    ("today", "direction", "meant"),
    [
        (dt.date(2023, 3, 1), Direction.COMING, "2024-02-29"),
        (dt.date(2024, 2, 29), Direction.COMING, "2024-02-29"),
        (dt.date(2024, 2, 29), Direction.PAST, "2024-02-29"),
        (dt.date(2025, 1, 15), Direction.PAST, "2024-02-29"),
    ],
)
def test_a_leap_day_without_a_year_is_read_where_it_is_at_most_a_year_away(
    today: dt.date, direction: Direction, meant: str
) -> None:
    assert days_of(read("29/2", today, direction)) == meant


@pytest.mark.parametrize("text", ["29/2", "29. februar", "uge 53"])
def test_what_is_not_in_every_year_needs_its_year_written(text: str) -> None:
    assert "Skriv årstallet" in refusal(text).hint


def test_a_weekday_does_not_choose_the_year() -> None:
    # 14 January was a Tuesday in 2025 and is a Wednesday in 2026, which is the coming one.
    assert "14/1-2026 er en onsdag, ikke en tirsdag" in refusal("tirsdag den 14. januar").message


# --- What is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "der står ingenting"),
        (" \u00a0\t", "der står ingenting"),
        ("x" * 500, "for lang"),
        ("31/2", "der er ingen 31. februar"),
        ("31. februar 2025", "der er ingen 31. februar"),
        ("29/2-2025", "der er ingen 29. februar i 2025"),
        ("29/2 - 5/3 2026", "der er ingen 29. februar i 2026"),
        ("0/3-2025", "der er ingen 0. marts"),
        ("31. juni", "Skriv en dag fra 1 til 30"),
        ("14/13", "der er ingen måned nr. 13"),
        ("2024-13-01", "der er ingen måned nr. 13"),
        ("2024-00-10", "der er ingen måned nr. 0"),
        ("5/31/2025", "skriv 31/5-2025"),
        ("5/31", "skriv 31/5."),
        ("uge 54", "der er ingen uge 54"),
        ("uge 0", "der er ingen uge 0"),
        ("uge 53 2025", "2025 har ingen uge 53"),
        ("5. kvartal 2025", "fra 1 til 4"),
        ("3. halvår 2025", "fra 1 til 2"),
        ("12-11-10", "fire cifre"),
        ("10-11-12", "fire cifre"),
        ("10/11/12", "fire cifre"),
        ("2025/3/4", "2025-03-04"),
        ("2025.3.4", "2025-03-04"),
        ("14", "mangler en måned"),
        ("14.", "mangler en måned"),
        ("3/4-1989", "1989 ligger uden for 1990-2100"),
        ("1. maj 2101", "2101 ligger uden for 1990-2100"),
        ("0001", "1 ligger uden for"),
        ("20/3-2025 - 10/3-2025", "slutningen ligger før begyndelsen"),
        ("19/11-22/10-2024", "slutningen ligger før begyndelsen"),
        ("28.-3. april", "slutningen ligger før begyndelsen"),
        ("uge 35-34 2025", "slutningen ligger før begyndelsen"),
        ("fredag den 8. marts 2025", "8/3-2025 er en lørdag, ikke en fredag"),
        ("fredag den 7. - fredag den 8. marts 2025", "8/3-2025 er en lørdag"),
        ("onsdag den 7. - lørdag den 8. marts 2025", "7/3-2025 er en fredag"),
        ("efteråret 2024", "årstid"),
        ("inden sommerferien", "årstid"),
        ("jul 2025", "både julen og juli"),
        ("inden jul", "både julen og juli"),
        ("slutningen af 2025", "for upræcis"),
        ("14/3 eller 15/3", "mere end én dato"),
        ("1. og 15. marts", "mere end én dato"),
        ("snarest", "ikke en dato"),
        ("asap", "ikke en dato"),
        ("hurtigst muligt", "ikke en dato"),
        ("før 1/12", "«senest» og den sidste dag"),
        ("fra 1/12", "«tidligst» og den første dag"),
        ("maj 2025 kl. 12", "klokkeslæt hører til en bestemt dag"),
        ("5/6 kl. 25", "klokken kan ikke være 25.00"),
        ("5/6 kl. 23.60", "klokken kan ikke være 23.60"),
        ("5/6 kl. 24.01", "klokken kan ikke være 24.01"),
        ("udgangen af 14/3", "ikke en periode"),
        ("14/3 15/3", "Skriv for eksempel"),
        ("31/5-2025 (udsat)", "Skriv for eksempel"),
        ("senest", "Skriv for eksempel"),
        ("fredag", "Skriv for eksempel"),
        ("14-3", "Skriv for eksempel"),
        ("12-2024", "Skriv for eksempel"),
        ("2024-10", "Skriv for eksempel"),
        ("31. maj - uge 34 2025", "Skriv for eksempel"),
        ("\u0663/\u0664", "Skriv for eksempel"),  # Arabic-Indic digits
        ("-".join("1" * 50), "Skriv for eksempel"),
    ],
)
def test_what_is_no_date_is_refused_with_what_to_write_instead(text: str, told: str) -> None:
    refused = refusal(text)

    assert told in refused.message
    assert refused.text == text.strip()
    assert refused.hint
    assert refused.message.endswith(refused.hint)
    assert isinstance(refused, RefusedError)


def test_a_long_text_is_shown_cut_but_kept_whole() -> None:
    refused = refusal("så snart " * 30)

    assert len(refused.message) < 250
    assert refused.text == ("så snart " * 30).strip()


# --- One single day --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("senest 1/12-2024", dt.date(2024, 12, 1)),
        ("inden udgangen af januar 2025", dt.date(2025, 1, 31)),
        ("14/3", dt.date(2025, 3, 14)),
    ],
)
def test_a_place_for_one_day_takes_a_day_and_a_latest_day(text: str, day: dt.date) -> None:
    assert read_day(text, today=TODAY, direction=Direction.COMING) == day


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("primo januar 2025", "perioden 1/1-2025 til 10/1-2025. Skriv den dag"),
        ("senest primo januar 2025", "for eksempel 10/1-2025."),
        ("uge 34", "for eksempel 24/8-2025."),
        ("15.-16. september 2025", "for eksempel 16/9-2025."),
        ("ca. 14/3", "for eksempel 14/3-2025."),
        ("tidligst 14/3", "dagen er ikke fast"),
    ],
)
def test_a_place_for_one_day_refuses_what_leaves_the_day_open(text: str, told: str) -> None:
    with pytest.raises(UnreadableDateError, match="én bestemt dag") as refused:
        read_day(text, today=TODAY)

    assert told in refused.value.message


# --- Written out again -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("14/3", "fredag den 14. marts 2025"),
        ("senest 14/3", "senest fredag den 14. marts 2025"),
        ("tidligst 14/3", "tidligst fredag den 14. marts 2025"),
        ("omkring 14/3", "ca. fredag den 14. marts 2025"),
        ("primo januar 2025", "primo januar 2025 (1.-10. januar 2025)"),
        ("slut februar 2024", "ultimo februar 2024 (21.-29. februar 2024)"),
        ("medio 2025", "medio 2025 (1. juni - 31. juli 2025)"),
        ("uge 34", "uge 34 2025 (18.-24. august 2025)"),
        ("uge 34-35", "uge 34-35 2025 (18.-31. august 2025)"),
        ("uge 1 2025", "uge 1 2025 (30. december 2024 - 5. januar 2025)"),
        (
            "uge 52-1 2026",
            "uge 52 2025 - uge 1 2026 (22. december 2025 - 4. januar 2026)",
        ),
        ("maj", "maj 2025"),
        ("Q2 2026", "2. kvartal 2026 (1. april - 30. juni 2026)"),
        ("2. halvår 2025", "2. halvår 2025 (1. juli - 31. december 2025)"),
        ("2025", "2025"),
        ("15-16/9-2025", "15.-16. september 2025"),
        ("22/10-19/11-2024", "22. oktober - 19. november 2024"),
    ],
)
def test_a_reading_is_shown_in_full(text: str, full: str) -> None:
    assert in_full(read(text)) == full


def test_minutes_write_days_and_periods_short() -> None:
    assert short_date(dt.date(2025, 3, 14)) == "14/3-2025"
    assert short_period(dt.date(2025, 3, 14), dt.date(2025, 3, 14)) == "14/3-2025"
    assert short_period(dt.date(2024, 10, 22), dt.date(2024, 11, 19)) == "22/10-19/11-2024"
    assert short_period(dt.date(2024, 12, 20), dt.date(2025, 1, 5)) == "20/12-2024 - 5/1-2025"


def test_a_reading_is_told_as_plain_values() -> None:
    told = read("  senest primo januar 2025 ").as_json()

    assert json.loads(json.dumps(told)) == {
        "start": "2025-01-01",
        "end": "2025-01-10",
        "precision": "month_third",
        "source": "senest primo januar 2025",
        "bound": "latest",
    }


def test_the_source_is_kept_as_it_was_written() -> None:
    assert read(" Fre.\u00a07/3. ").source == "Fre.\u00a07/3."


# --- What holds for every date ---------------------------------------------------------------


def full_forms(day: dt.date) -> tuple[str, ...]:
    """Every form that names ``day`` with its year."""
    d, m, y, name = day.day, day.month, day.year, MONTHS[day.month - 1]
    weekday = WEEKDAYS[day.weekday()]
    century = (f"{d}/{m}-{y % 100:02}", f"{d}.{m}.{y % 100:02}") if y >= 2000 else ()
    return (
        *(day.isoformat(), f"{d}/{m}-{y}", f"{d}/{m} {y}", f"{d}/{m}/{y}", f"{d}.{m}.{y}"),
        *(f"{d:02}-{m:02}-{y}", f"{d}. {name} {y}", f"{d} {name[:3]} {y}", f"d. {d}. {name} {y}"),
        *(f"{weekday} den {d}. {name} {y}", f"{weekday[:3]}. {d}/{m}-{y}", f"senest {d}/{m}-{y}"),
        *(f"{d}. {name[:3]}. {y} kl. 12.00", short_date(day), long_date(day), weekday_date(day)),
        *century,
    )


@unhurried
@given(day=days, today=days, direction=directions)
def test_every_day_written_in_full_is_read_back_whatever_day_it_is_today(
    day: dt.date, today: dt.date, direction: Direction
) -> None:
    for text in full_forms(day):
        reading = read(text, today, direction)
        assert (reading.start, reading.end, reading.is_day) == (day, day, True), text


@unhurried
@given(first=days, second=days)
def test_every_period_written_out_is_read_back(first: dt.date, second: dt.date) -> None:
    start, end = min(first, second), max(first, second)

    for text in (short_period(start, end), long_period(start, end), f"{start}..{end}"):
        reading = read(text)
        assert (reading.start, reading.end) == (start, end), text


def yearless_range(start: dt.date, length: int) -> str:
    end = start + dt.timedelta(days=length)
    return f"{start.day}/{start.month}-{min(end.day, 28)}/{end.month}"


every_year = days.filter(lambda day: (day.month, day.day) != (2, 29))
yearless = st.one_of(
    every_year.map(lambda day: f"{day.day}/{day.month}"),
    every_year.map(lambda day: f"{day.day}. {MONTHS[day.month - 1]}"),
    st.sampled_from(MONTHS),
    st.tuples(st.sampled_from(["primo", "medio", "ultimo"]), st.sampled_from(MONTHS)).map(" ".join),
    st.integers(1, 52).map(lambda n: f"uge {n}"),
    st.integers(1, 4).map(lambda n: f"{n}. kvartal"),
    st.integers(1, 2).map(lambda n: f"{n}. halvår"),
    st.tuples(every_year, st.integers(40, 150)).map(lambda drawn: yearless_range(*drawn)),
)


@unhurried
@given(text=yearless, today=days)
def test_what_is_to_come_never_ends_before_today(text: str, today: dt.date) -> None:
    reading = read(text, today, Direction.COMING)

    assert reading.start <= reading.end
    assert reading.end >= today
    assert reading.start - today <= dt.timedelta(days=366)


@unhurried
@given(text=yearless, today=days)
def test_what_has_happened_never_starts_after_today(text: str, today: dt.date) -> None:
    reading = read(text, today, Direction.PAST)

    assert reading.start <= reading.end
    assert reading.start <= today
    assert today - reading.end <= dt.timedelta(days=366)


@unhurried
@given(text=yearless, today=days, direction=directions)
def test_what_is_shown_in_full_is_read_back_as_the_same_days(
    text: str, today: dt.date, direction: Direction
) -> None:
    reading = read(text, today, direction)
    again = read(in_full(reading).split(" (")[0])

    assert (again.start, again.end, again.precision) == (
        reading.start,
        reading.end,
        reading.precision,
    )


pieces = st.sampled_from(
    [
        *("0", "1", "9", "12", "31", "32", "53", "99", "2025", "1800", "/", "-", ".", "..", ","),
        *("kl.", "i", "af", "den", "d.", "uge", "ugerne", "til", "fra", "og", "senest", "ca."),
        *("primo", "medio", "ultimo", "januar", "jul", "sept.", "fredag", "lør.", "kvartal"),
        *("halvår", "q1", "udgangen", "dag"),
    ]
)


@unhurried
@given(
    text=st.one_of(
        st.text(max_size=40),
        st.lists(pieces, max_size=8).map("".join),
        st.lists(pieces, max_size=8).map(" ".join),
    ),
    today=days,
    direction=directions,
)
def test_any_text_at_all_is_either_read_or_refused(
    text: str, today: dt.date, direction: Direction
) -> None:
    try:
        reading = read(text, today, direction)
    except UnreadableDateError:
        return

    assert reading.start <= reading.end
    assert not reading.is_day or reading.start == reading.end
    assert in_full(reading)
