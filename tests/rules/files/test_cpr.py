"""CPR numbers are found however they are written, graded by how sure that is, and never shown.

All numbers are made here from a day of birth; none is copied, and none is anybody's by intent.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.files.cpr_shapes import (
    BORN,
    IN_CELLS,
    ORDINARY,
    SHAPES,
    TODAY,
    grade_of,
    measured,
    number_born,
    written,
)
from udmelding.errors import RefusedError
from udmelding.rules.files.cpr import (
    MASK,
    CprHit,
    Grade,
    find_cpr,
    mask_numbers,
    surest,
    without_cpr,
)
from udmelding.rules.files.cpr_wording import check_no_cpr, found_sentence, refusal_of_file

EARLIEST = dt.date(1900, 1, 1)


def number_as_written(*, holds: bool) -> str:
    """A number as people write it, with a check digit that holds or not."""
    return "-".join(parts(holds=holds))


def parts(*, holds: bool = True, day: dt.date = BORN) -> tuple[str, str]:
    number = number_born(day, holds=holds)
    return number[:6], number[6:]


def grades(text: str, *, is_cell: bool = False) -> list[Grade]:
    return [hit.grade for hit in find_cpr(text, TODAY, is_cell=is_cell)]


DASHES = ("-", "–", "—", "\u2010", "\u2011", "\u2212", " - ", " – ", "-\n", "\x02", "\ufffe")
MARKS = ("/", "_", " ", "\u00a0", "\u2009", "\u202f", "  ")
UNSEEN = ("\u200b", "\u00ad", "\u2060", "\ufeff", "\u200e")


@pytest.mark.parametrize("between", [*DASHES, *MARKS])
def test_six_and_four_digits_are_certain_where_the_check_digit_holds_and_else_likely(
    between: str,
) -> None:
    assert grades(f"Borger {between.join(parts())} har svaret") == [Grade.CERTAIN]
    assert grades(f"Borger {between.join(parts(holds=False))} har svaret") == [Grade.LIKELY]


def test_a_point_may_make_a_decimal_number_so_without_a_check_digit_it_is_possible() -> None:
    assert grades(f"Borger {'.'.join(parts())} har svaret") == [Grade.CERTAIN]
    assert grades(f"Borger {'.'.join(parts(holds=False))} har svaret") == [Grade.POSSIBLE]


def test_ten_digits_in_a_row_are_likely_where_the_check_digit_holds_and_else_possible() -> None:
    assert grades(f"nr. {''.join(parts())}.") == [Grade.LIKELY]
    assert grades(f"nr. {''.join(parts(holds=False))}.") == [Grade.POSSIBLE]


@pytest.mark.parametrize(
    "written",
    [
        "CPR{0}-{1}",
        "cpr:{0}{1}",
        "CPR{0}{1}",
        "({0}-{1})",
        "12 {0}-{1} 45 år",
        "1;{0}{1};ja",
        "«{0}-{1}»",
        "{0}-{1}Hansen",
        "borger_{0}-{1}.pdf",
        "1_{0}{1}.pdf",
        "{0}{1}.0",
    ],
)
def test_what_stands_beside_a_number_does_not_hide_it(written: str) -> None:
    (found,) = grades(written.format(*parts()))

    assert found in (Grade.CERTAIN, Grade.LIKELY)


def test_the_day_may_be_written_with_points_before_the_last_four() -> None:
    date, serial = parts()
    for sign in (".", "-", "/", " "):
        assert grades(f"{date[:2]}{sign}{date[2:4]}{sign}{date[4:]}-{serial}") == [Grade.CERTAIN]


def test_signs_that_are_not_seen_and_digits_of_other_scripts_hide_nothing() -> None:
    number = number_born(BORN)
    wide = "".join(chr(ord("０") + int(digit)) for digit in number)  # noqa: RUF001 - is the point
    for sign in UNSEEN:
        assert grades(sign.join(number)) == [Grade.LIKELY]
    assert grades(f"{wide[:6]}-{wide[6:]}") == [Grade.CERTAIN]


def test_a_replacement_number_is_possible() -> None:
    date, serial = parts()
    assert grades(f"{int(date[:2]) + 60}{date[2:]}-{serial}") == [Grade.POSSIBLE]
    assert grades(f"{date}-{serial[0]}AB4") == [Grade.POSSIBLE]
    assert grades(f"{date}-TA01") == [Grade.POSSIBLE]
    assert grades(f"{date}{serial[0]}XY4") == [Grade.POSSIBLE]


def test_a_leading_zero_that_a_table_has_lost_is_put_back() -> None:
    number = number_born(dt.date(1981, 5, 7))
    assert number.startswith("0")
    for cell in (number[1:], f" {number[1:]} ", f"{number[1:]}.0"):
        assert grades(cell, is_cell=True) == [Grade.LIKELY]
        assert grades(cell) == []
    assert grades(f"nr. {number[1:]}", is_cell=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "5798000123456",
        "EAN 5798 0001 2345 6",
        "CVR 12345678",
        "+45 12 34 56 78",
        "tlf. 12 34 56 78",
        "1.234.567.890 kr.",
        "29.00.00-A00-1-25",
        "27.36.04-A00-1-25",
        "27.03.10-P20-1-25",
        "DK5000400440116243",
        "12.05.2024 12.30",
        "d. 12.05.24 1500 deltagere",
        "2024-05-12T12:30:00",
        "1205-2405-0612",
        "311399-1234",
        "DDMMÅÅ-XXXX",
        "",
    ],
)
def test_other_numbers_are_no_cpr_numbers(text: str) -> None:
    assert grades(text) == []
    assert grades(text, is_cell=True) == []


def test_a_number_inside_something_longer_is_none() -> None:
    number = "".join(parts())
    for text in (
        f"1{number}",
        f"{number}1",
        f"a1{number}",
        f"{number}f3b",
        f"+{number}",
        f"3,{number_born(BORN, holds=False)}",
        f"p-nr. {number}",
        f"P-nummer: {number}",
    ):
        assert grades(text) == [], "as far as a text without the number can say"


def test_a_number_in_a_chain_of_numbers_is_less_sure() -> None:
    date, serial = parts()
    assert grades(f"24-{date}-{serial}") == [Grade.LIKELY]
    assert grades(f"24-{date}{serial}-1") == [Grade.POSSIBLE]


def test_the_checksum_and_the_name_of_a_file_in_the_store_are_none() -> None:
    number = "".join(parts())
    made = uuid.UUID(hex=f"ab{number[:6]}{number[6:]}4bcd8aaa0123456789ab"[:32])
    assert grades(str(made)) == []
    assert grades(f"{number}{'0a1b2c3d' * 6}") == []


def test_a_leap_day_is_a_day_only_in_the_century_that_has_it() -> None:
    leap = number_born(dt.date(2000, 2, 29))

    assert grades(f"{leap[:6]}-{leap[6:]}") == [Grade.CERTAIN]
    assert grades(f"{leap[:6]}-0{leap[7:]}") == [], "1900 was no leap year"


def test_nobody_is_born_after_today() -> None:
    tomorrow = dt.date(2026, 6, 2)
    number = number_born(tomorrow, holds=False)
    written = f"{number[:6]}-{number[6:]}"

    assert find_cpr(written, tomorrow - dt.timedelta(days=1)) == ()
    assert [hit.grade for hit in find_cpr(written, tomorrow)] == [Grade.LIKELY]


def test_what_is_found_says_where_it_stands_in_the_text_as_it_was() -> None:
    written = "\u200b-".join(parts())
    text = f"Se\u200b {written} og {written}"

    first, second = find_cpr(text, TODAY)

    assert (text[first.start : first.end], text[second.start : second.end]) == (written, written)
    assert mask_numbers(text, (second, first)) == f"Se\u200b {MASK} og {MASK}"


def test_signs_that_stand_for_others_are_found_where_they_stand() -> None:
    date, serial = parts()
    for between in ("&ndash;", "&#45;", "</b>-<i>", "\\u2011", "**-**"):
        text = f"<p>Se <b>{date}{between}{serial}</b> &amp; svar</p>"
        (hit,) = find_cpr(text, TODAY)

        assert text[hit.start : hit.end] == f"{date}{between}{serial}"
    entity = f"&#{ord(date[0])};{date[1:]}-{serial[:3]}&#x{ord(serial[3]):x};"
    (hit,) = find_cpr(f"Se {entity} og", TODAY)
    assert (hit.start, hit.end) == (3, 3 + len(entity))


def test_a_tag_that_may_hold_a_number_is_read_as_any_text() -> None:
    number = "-".join(parts())
    assert grades(f'<a href="/borger/{number}">Se</a>') == [Grade.CERTAIN]


def test_a_heading_says_what_the_cells_under_it_are() -> None:
    holding, failing = number_born(BORN), number_born(BORN, holds=False)

    def under(head: str, number: str) -> list[Grade]:
        return [hit.grade for hit in find_cpr(number, TODAY, is_cell=True, head=head)]

    assert under("CPR-nummer", failing) == [Grade.LIKELY]
    assert under("CPR-nummer", holding) == [Grade.CERTAIN]
    assert under("P-nr.", holding) == []
    assert under("Fakturanr.", failing) == []
    assert under("Navn", failing) == [Grade.POSSIBLE]


def test_the_word_cpr_weighs_more_than_the_word_right_before() -> None:
    holding, failing = "-".join(parts()), "-".join(parts(holds=False))
    assert grades(f"sag {holding}") == [Grade.POSSIBLE]
    assert grades(f"cpr, sag {holding}") == [Grade.CERTAIN]
    assert grades(f"cpr, sag {failing}") == [Grade.LIKELY]
    assert grades(f"faktura {holding}") == [Grade.POSSIBLE]
    assert grades(f"faktura {failing}") == []
    assert grades(f"Skriv ikke cpr-numre. Vores sag {failing}") == [Grade.POSSIBLE]


def test_a_year_in_full_is_that_of_the_century_that_the_number_tells() -> None:
    date, serial = parts()
    assert grades(f"{date[:2]}.{date[2:4]}.1981-{serial}") == [Grade.CERTAIN]
    assert grades(f"{date[:2]}.{date[2:4]}.1981 {serial}") == [Grade.LIKELY]
    assert grades(f"{date[:2]}.{date[2:4]}.2024-1300") == []


def test_nobody_is_older_than_people_get_so_an_age_of_more_is_a_step_less_sure() -> None:
    holding, failing = (number_born(dt.date(1912, 11, 10), holds=holds) for holds in (True, False))

    assert grades(f"{holding[:6]}-{holding[6:]}") == [Grade.LIKELY]
    assert grades(f"{failing[:6]}-{failing[6:]}") == [Grade.POSSIBLE]
    assert grades(holding) == [Grade.POSSIBLE]
    assert grades(f"dokument {failing[:6]}-{failing[6:]}") == []


def test_a_day_of_late_with_four_digits_beside_it_is_rather_an_amount_than_a_small_child() -> None:
    for day, holding, failing in (
        (dt.date(2010, 5, 17), Grade.LIKELY, [Grade.POSSIBLE]),
        (dt.date(2021, 5, 17), Grade.POSSIBLE, []),
    ):
        date, written = day.strftime("%d%m%y"), day.strftime("%d.%m.%Y")
        with_digit, without = (number_born(day, holds=holds)[6:] for holds in (True, False))

        assert grades(f"{written} {with_digit}") == [holding]
        assert grades(f"{written} {without}") == failing
        assert grades(f"født {written} {without}") == [Grade.LIKELY]
        assert grades(f"{date}-{without}") == [Grade.LIKELY]


def test_the_surest_of_several_grades_is_told() -> None:
    assert surest([Grade.POSSIBLE, Grade.CERTAIN, Grade.LIKELY]) is Grade.CERTAIN
    assert surest([]) is None


# --- The table ---


@pytest.mark.parametrize("row", [*SHAPES, *IN_CELLS], ids=lambda row: row[0])
@pytest.mark.parametrize("holds", [True, False], ids=["with", "without"])
def test_a_number_is_graded_as_wanted_however_it_is_written(
    row: tuple[str, str, Grade, Grade], holds: bool
) -> None:
    _, template, with_digit, without_digit = row

    made = {grade_of(t, is_cell=row in IN_CELLS) for t in written(template, holds=holds)}

    assert made == {with_digit if holds else without_digit}


@pytest.mark.parametrize(("text", "most"), ORDINARY)
def test_an_ordinary_number_is_left_alone_or_asked_about_as_wanted(
    text: str, most: Grade | None
) -> None:
    assert grade_of(text) is most


def test_the_table_as_a_whole_is_found_and_ordinary_numbers_hardly_disturb() -> None:
    made = measured()
    shapes = 2 * (len(SHAPES) + len(IN_CELLS))

    assert (len(SHAPES) >= 54, len(ORDINARY) >= 52) == (True, True)
    assert len(made.missed) <= 0.05 * shapes, made.missed
    assert len(made.refused) <= 2, made.refused
    assert len(made.asked) <= 10, made.asked


# --- Laws ---

past_days = st.dates(EARLIEST, TODAY)
separators = st.sampled_from((*DASHES, *MARKS, ".", *UNSEEN, ""))
around = st.sampled_from(("", " ", "Borger: ", "(", "\n", "cpr ", "«", "nr.\t"))


@settings(deadline=None)
@given(past_days, separators, around, st.booleans())
def test_every_number_of_a_past_day_is_found_and_nothing_of_it_is_left(
    day: dt.date, between: str, before: str, holds: bool
) -> None:
    date, serial = parts(day=day, holds=holds)
    text = f"{before}{date}{between}{serial}{before}"

    hits = find_cpr(text, TODAY)
    left = mask_numbers(text, hits)

    assert len(hits) == 1
    assert left == f"{before}{MASK}{before}"
    assert not re.search(r"\d{4}", repr(hits)), "the digits are nowhere to be seen"


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789-–. /_:A\u200b\u00a0x"), max_size=60))
def test_masking_what_was_masked_changes_nothing_more(text: str) -> None:
    once = without_cpr(text, TODAY)

    assert without_cpr(once, TODAY) == once


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789-–. /_:æx\u200b"), max_size=40))
def test_a_text_with_fewer_than_ten_digits_holds_no_number(text: str) -> None:
    if sum(sign.isdecimal() for sign in text) < 10:
        assert find_cpr(text, TODAY) == ()


@settings(deadline=None)
@given(st.text(max_size=80), st.booleans())
def test_hits_stand_in_order_inside_the_text_whatever_it_is(text: str, is_cell: bool) -> None:
    hits = find_cpr(text, TODAY, is_cell=is_cell)

    ends = [0, *(at for hit in hits for at in (hit.start, hit.end)), len(text)]
    assert ends == sorted(ends)


def test_a_megabyte_of_digits_is_looked_through() -> None:
    """Quadratic work would take hours here; that it ends at all is what is tested."""
    for unit in ("1", "1\u200b", "010181-", "010181 ", "99"):
        assert find_cpr(unit * (1_000_000 // len(unit)), TODAY) == ()


# --- What is told ---


def test_the_place_and_what_to_do_are_told_by_grade() -> None:
    cell = "ark «Svar», celle B7"
    assert refusal_of_file([(cell, Grade.CERTAIN)]) == (
        "Der står et cpr-nummer i ark «Svar», celle B7. Fjern det, og send filen igen."
    )
    assert refusal_of_file([(cell, Grade.LIKELY), ("side 3", Grade.POSSIBLE)]) == (
        "Der står noget, der ligner et cpr-nummer, i ark «Svar», celle B7. "
        "Fjern det, og send filen igen."
    )
    assert refusal_of_file([(cell, Grade.POSSIBLE)]) == ""
    assert found_sentence([(cell, Grade.POSSIBLE)]) == (
        "Der står noget, der måske er et cpr-nummer, i ark «Svar», celle B7."
    )
    assert found_sentence([]) == ""


def test_of_many_places_the_first_are_named_and_the_rest_counted() -> None:
    places = [(f"side {number}", Grade.CERTAIN) for number in (1, 1, 2, 3, 4, 5, 6, 7)]

    assert refusal_of_file(places) == (
        "Der står et cpr-nummer på side 1, side 2, side 3, side 4, side 5 og 2 andre steder. "
        "Fjern dem, og send filen igen."
    )


def test_pages_and_cells_each_get_their_own_small_word() -> None:
    places = [(place, Grade.CERTAIN) for place in ("side 2", "side 3", "filens navn", "linje 4")]

    assert found_sentence(places) == (
        "Der står et cpr-nummer på side 2, side 3, i filens navn og på linje 4."
    )


def test_a_field_with_a_number_is_refused_and_named_without_it() -> None:
    number = "-".join(parts())
    with pytest.raises(RefusedError) as refused:
        check_no_cpr({"feltet «Navn»": "Bo", "feltet «Bemærkning»": f"Se {number}"}, TODAY)

    assert refused.value.message == (
        "Der står et cpr-nummer i feltet «Bemærkning». Fjern det, og prøv igen."
    )
    check_no_cpr({"feltet «Bemærkning»": number_born(BORN, holds=False)}, TODAY)


def test_a_hit_shows_its_place_and_grade_only() -> None:
    assert repr(CprHit(3, 14, Grade.CERTAIN)) == (
        "CprHit(start=3, end=14, grade=<Grade.CERTAIN: 'certain'>)"
    )
