"""A vague day reckons as its last day, and is written in the words of its source."""

from __future__ import annotations

import copy
import datetime as dt
import pickle

from hypothesis import given
from hypothesis import strategies as st

from udmelding.rules.words.date_wording import SaidDay, long_date, short_date, weekday_date

FIRST, LAST = dt.date(2024, 12, 21), dt.date(2024, 12, 31)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))


@given(first=DAYS, more=st.integers(1, 400), words=st.text(min_size=1, max_size=20))
def test_no_way_of_writing_makes_a_day_of_a_vague_one(
    first: dt.date, more: int, words: str
) -> None:
    last = first + dt.timedelta(days=more)
    said = SaidDay.of(first, last, words)

    for write in (long_date, short_date, weekday_date):
        assert write(said) == words


@given(day=DAYS, more=st.integers(-400, 400))
def test_it_reckons_as_its_last_day(day: dt.date, more: int) -> None:
    said = SaidDay.of(day - dt.timedelta(days=9), day, "primo januar")
    other = day + dt.timedelta(days=more)

    assert (said == day, hash(said), said < other) == (True, hash(day), day < other)
    assert (said - other).days == (day - other).days
    assert long_date(said + dt.timedelta(days=1)) == long_date(day + dt.timedelta(days=1))


@given(day=DAYS)
def test_a_day_that_is_known_is_a_plain_day(day: dt.date) -> None:
    assert type(SaidDay.of(day, day)) is dt.date


def test_a_period_without_words_is_written_as_the_period_it_is() -> None:
    assert long_date(SaidDay.of(FIRST, LAST)) == "21.-31. december 2024"


def test_a_copy_keeps_the_words() -> None:
    said = SaidDay.of(FIRST, LAST, "ultimo december 2024")

    for other in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):  # noqa: S301
        assert long_date(other) == "ultimo december 2024"


def test_the_latest_of_days_that_are_known_vaguely_keeps_its_words() -> None:
    said = SaidDay.of(FIRST, LAST, "ultimo december 2024")

    assert long_date(max(said, FIRST)) == "ultimo december 2024"
