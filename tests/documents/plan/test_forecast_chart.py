"""The forecast's curve says the same as its table."""

from __future__ import annotations

import datetime as dt

from udmelding.documents.plan.forecast_chart import forecast_chart
from udmelding.rules.plan.forecast import Count, Forecast
from udmelding.rules.plan.verdict import Sign, Verdict


def forecast(*counts: tuple[int, int]) -> Forecast:
    return Forecast(
        reference="CU-PRØVE",
        as_of=dt.date(2025, 5, 1),
        deadline=dt.date(2025, 5, 31),
        ready_on=None,
        verdict=Verdict(sign=Sign.HOLDS, sentence="", total=17, in_time=17, late=()),
        councils=(),
        counts=tuple(Count(day=dt.date(2025, 5, d), region=n, country=None) for d, n in counts),
        total=17,
        country_total=None,
        country_untold=None,
        reservation_for=(),
    )


def test_it_says_how_many_today_at_the_deadline_and_at_the_end_in_words_too() -> None:
    chart = forecast_chart(forecast((1, 2), (20, 9), (31, 13)))

    assert chart is not None
    assert chart.lines[0].name == "13 af 17"
    assert "2 af 17 kommuner 1. maj 2025, 13 ved fristen 31. maj 2025" in chart.alt
    assert chart.mark == (dt.date(2025, 5, 31).toordinal(), "Frist 31/5-2025")


def test_a_single_day_is_no_curve() -> None:
    assert forecast_chart(forecast((31, 13))) is None
