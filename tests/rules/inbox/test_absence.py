from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udmelding.rules.inbox.absence import MOST_DAYS_AHEAD, absence_told, absent_until
from udmelding.rules.words.named_days import named_days

MAY, JULY = dt.date(2025, 5, 5), dt.date(2025, 7, 8)


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "written_on", "last"),
    [
        ("Jeg er tilbage mandag den 12. maj", MAY, "2025-05-11"),
        ("Jeg er tilbage på kontoret igen på mandag", MAY, "2025-05-11"),
        ("Jeg er ikke på kontoret i dag, men er tilbage i morgen", MAY, "2025-05-05"),
        ("Jeg kan træffes igen tirsdag den 13.05.2025", MAY, "2025-05-12"),
        ("Jeg er på ferie og er retur d. 3. august", JULY, "2025-08-02"),
        ("Jeg er på barsel og er tilbage den 1. marts 2026", MAY, "2026-02-28"),
        ("Jeg er tilbage i uge 32", JULY, "2025-08-03"),
        ("Jeg er tilbage efter uge 29", JULY, "2025-07-20"),
        ("Tilbage d. 12/5-25 kl. 9.00", MAY, "2025-05-11"),
        ("I am back on Monday 4 August", JULY, "2025-08-03"),
        ("I will be back in the office Monday, August 4th, 2025", JULY, "2025-08-03"),
        ("I will be returning to the office on May 12, 2025", MAY, "2025-05-11"),
        ("I will return on 2025-05-12.", MAY, "2025-05-11"),
    ],
)
def test_somebody_back_on_a_day_is_away_until_the_day_before(
    text: str, written_on: dt.date, last: str
) -> None:
    assert absent_until(text, written_on) == on(last)


@pytest.mark.parametrize(
    ("text", "written_on", "last"),
    [
        ("Jeg er væk til og med 9/5", MAY, "2025-05-09"),
        ("Jeg er på ferie frem til 12. maj", MAY, "2025-05-12"),
        ("Fraværende t.o.m. fredag den 9. maj 2025", MAY, "2025-05-09"),
        ("Jeg er på ferie til d. 9. maj, begge dage inkl.", MAY, "2025-05-09"),
        ("Jeg holder ferie i uge 28 og 29", JULY, "2025-07-20"),
        ("Jeg holder ferie i uge 28, 29 og 30.", JULY, "2025-07-27"),
        ("Sommerferie uge 28-30", JULY, "2025-07-27"),
        ("Jeg holder ferie i uge 28-30 og igen i uge 42", JULY, "2025-07-27"),
        ("Jeg er på ferie i perioden 7. - 25. juli", JULY, "2025-07-25"),
        ("Jeg holder ferie fra den 14. juli til den 1. august 2025", JULY, "2025-08-01"),
        ("Jeg holder juleferie fra 22/12 til og med 2/1", on("2025-12-23"), "2026-01-02"),
        ("Jeg er ude af kontoret d. 7.-9. maj", MAY, "2025-05-09"),
        ("I am out until August 4th", JULY, "2025-08-04"),
        ("Out of office 14 July - 1 August", JULY, "2025-08-01"),
        ("I am on annual leave through 16 May and will get back to you", MAY, "2025-05-16"),
    ],
)
def test_somebody_away_up_to_a_day_is_away_that_day(
    text: str, written_on: dt.date, last: str
) -> None:
    assert absent_until(text, written_on) == on(last)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("Jeg er på ferie.", "no day"),
        ("Jeg er tilbage tirsdag den 12. maj", "the 12th is a Monday"),
        ("Jeg er tilbage den 31. juni", "no such day"),
        ("Jeg er tilbage den 4. maj 2025", "gone"),
        ("Jeg er tilbage den 4. april", "an old text, not next April"),
        ("Jeg er tilbage den 5. maj", "back today"),
        ("Jeg er tilbage den 1. august 2027", "too far"),
        ("Anna er tilbage 8/5. Bo er tilbage 9/5.", "two days"),
        ("Jeg er stoppet i kommunen pr. 1. maj", "never back"),
        ("Jeg er til møde d. 6/5", "a meeting"),
        ("Ring på 54 67 67 67 eller 12.34.56.78", "telephone numbers"),
        ("Jeg er på ferie. Fristen er forlænget til 15/5.", "a deadline"),
        ("Jeg vender tilbage til dig hurtigst muligt", "get back to you"),
    ],
)
def test_an_unclear_or_missing_day_is_none(text: str, why: str) -> None:
    assert absent_until(text, MAY) is None, why


def test_a_day_to_be_back_on_beats_a_period() -> None:
    text = "Jeg holder ferie i uge 28 og 29. Jeg er tilbage mandag d. 28/7."

    assert absent_until(text, JULY) == on("2025-07-27")


def test_danish_and_english_of_the_same_day_agree() -> None:
    text = "Jeg er tilbage torsdag den 8. maj.\n\nI will be back on Thursday, May 8th."

    assert absent_until(text, MAY) == on("2025-05-07")


# What is looked at is the chase: is this address reminded on that day, or passed over?
DECEMBER, MARCH = dt.date(2026, 12, 18), dt.date(2026, 3, 4)
SUMMER, JUNE = dt.date(2026, 7, 8), dt.date(2026, 6, 22)


@pytest.mark.parametrize(
    ("text", "written_on", "silent", "reminded"),
    [
        # over the new year, with and without years
        ("Jeg holder ferie i uge 52-1.", DECEMBER, ["12-21", "01-10"], ["12-18", "01-11"]),
        ("Juleferie i uge 52 og 53.", DECEMBER, ["12-21", "01-03"], ["12-18", "01-04"]),
        ("Jeg er tilbage mandag den 4/1.", DECEMBER, ["12-18", "01-03"], ["01-04"]),
        ("Jeg holder ferie i uge 51.", dt.date(2026, 12, 1), ["12-14"], ["12-01", "12-21"]),
        # months without a day
        ("Jeg er på barsel til november.", MARCH, ["03-04", "10-31"], ["11-01"]),
        ("På barsel til og med november.", MARCH, ["11-30"], ["12-01"]),
        ("Orlov frem til udgangen af november.", MARCH, ["11-30"], ["12-01"]),
        ("Jeg er tilbage i august.", SUMMER, ["07-31"], ["08-01"]),
        ("Jeg er tilbage primo august.", SUMMER, ["07-31"], ["08-01"]),
        ("Jeg er tilbage i starten af august.", SUMMER, ["07-31"], ["08-01"]),
        ("Jeg holder sommerferie i hele juli måned.", JUNE, ["07-01", "07-31"], ["06-22", "08-01"]),
        ("I am on parental leave until November 2026.", MARCH, ["10-31"], ["11-01"]),
        # the day from which they answer again is theirs
        ("Jeg læser ikke mails før mandag den 27. juli.", SUMMER, ["07-26"], ["07-27"]),
        ("Jeg kan først svare igen fra den 27. juli.", SUMMER, ["07-26"], ["07-27"]),
        ("Ferie til den 27. juli, hvor jeg er tilbage.", SUMMER, ["07-26"], ["07-27"]),
        ("I will not read mails before July 27th.", SUMMER, ["07-26"], ["07-27"]),
        # a list of days, and what is near
        ("Jeg holder fri den 9., 10. og 11. juli.", SUMMER, ["07-11"], ["07-12"]),
        ("Jeg er på ferie resten af ugen.", SUMMER, ["07-08", "07-12"], ["07-13"]),
        ("Jeg er på kursus i dag og i morgen.", SUMMER, ["07-08", "07-09"], ["07-10"]),
        # several periods and other people's days beside it
        ("Ferie uge 28-30. I uge 29 passes min post af Bo.", SUMMER, ["07-26"], ["07-27"]),
        ("Ferie fra den 3. til og med den 14. juli.", JUNE, ["07-03", "07-14"], ["07-02", "07-15"]),
    ],
)
def test_whoever_is_away_is_passed_over_on_those_days_and_no_others(
    text: str, written_on: dt.date, silent: list[str], reminded: list[str]
) -> None:
    told = absence_told(text, "Autosvar", written_on)
    assert told.until is not None

    def is_passed_over(day: str) -> bool:
        year = written_on.year + (written_on.month == 12 and day < "02")
        return (told.since or written_on) <= on(f"{year}-{day}") <= (told.until or written_on)

    assert [day for day in silent if not is_passed_over(day)] == []
    assert [day for day in reminded if is_passed_over(day)] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Jeg er sygemeldt indtil videre.", "no end"),
        ("Jeg er sygemeldt på ubestemt tid. Kontakt Bo Lund i stedet.", "no end"),
        ("I am out of the office until further notice.", "no end"),
        ("Jeg holder sommerferie de næste tre uger.", "from when, nobody knows"),
        ("Jeg var på ferie til og med den 24. juni.", "past"),
        ("Jeg holder ferie fra den 1. juni til den 24. juni 2026.", "past"),
        ("Jeg er tilbage mandag den 5. august.", "the 5th is a Wednesday"),
        ("Jeg er væk til og med torsdag den 17. juli.", "the 17th is a Friday"),
        ("Jeg arbejder ikke om fredagen.", "each week"),
        ("Jeg fratræder den 31. juli. Skriv til Bo.", "never back"),
        ("Min mailboks lukker i august.", "never back"),
        ("Jeg er på ferie. I uge 29 kan du skrive til Bo.", "when Bo is there"),
        ("Jeg er på ferie. Mødet er flyttet til den 15. juli.", "a meeting"),
        ("Jeg er på ferie. Fristen er udgangen af august.", "a deadline"),
        ("Jeg er på ferie, så skriv til Maj.", "a name"),
        ("Jeg er på ferie. Send mailen til August Lund.", "a name"),
        ("I am away. You may write to Bo.", "no month"),
        ("Jeg er tilbage efter sommerferien.", "whose holiday is not known"),
        ("Jeg er på ferie. Ring mellem 9 og 14 på 43 97 12 12.", "hours and a number"),
        ("Jeg er på ferie i uge 54.", "no such week"),
    ],
)
def test_no_day_is_made_up_for_an_absence(text: str, why: str) -> None:
    told = absence_told(text, "Autosvar", SUMMER)

    assert (told.since, told.until) == (None, None), why


DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31))
WORDS = st.lists(
    st.sampled_from(
        [
            *(
                "jeg",
                "er",
                "tilbage",
                "retur",
                "på",
                "ferie",
                "til",
                "og",
                "med",
                "den",
                "12.",
                "maj",
            ),
            *("31/12", "uge", "28", "29", "mandag", "i", "back", "on", "until", "august", "4th"),
            *("2025", "2026", "-", "fra", "frem", ".", ",", "\n"),
        ]
    ),
    max_size=25,
).map(" ".join)


@given(WORDS | st.text(max_size=200), DAYS)
def test_an_absence_never_ends_before_it_was_written_nor_far_away(
    text: str, written_on: dt.date
) -> None:
    last = absent_until(text, written_on)

    assert last is None or 0 <= (last - written_on).days <= MOST_DAYS_AHEAD


@given(DAYS, st.integers(2, MOST_DAYS_AHEAD))
def test_every_day_that_is_written_in_full_is_understood(written_on: dt.date, ahead: int) -> None:
    day = written_on + dt.timedelta(days=ahead)
    written = f"{day.day}/{day.month}-{day.year}"

    assert absent_until(f"Jeg er tilbage {written}.", written_on) == day - dt.timedelta(days=1)
    assert absent_until(f"Ferie til og med {written}.", written_on) == day


@given(WORDS, DAYS)
def test_named_days_lie_in_the_text_in_their_order(text: str, written_on: dt.date) -> None:
    days = named_days(text, written_on)

    assert all(0 <= d.start < d.end <= len(text) and d.first <= d.last for d in days)
    assert [d.start for d in days] == sorted(d.start for d in days)
