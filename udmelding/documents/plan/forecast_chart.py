"""The forecast as a curve: how many have decided by when, and where the deadline stands."""

from __future__ import annotations

from decimal import Decimal

from udmelding.documents.line_chart_svg import Line, LineChart
from udmelding.rules.plan.forecast import Forecast
from udmelding.rules.words.date_wording import long_date, short_date


def forecast_chart(forecast: Forecast) -> LineChart | None:
    """The curve of the municipalities that the secretariat asks; None where it is a single day."""
    counts = forecast.counts
    if len(counts) < 2:
        return None
    at_deadline = forecast.on(forecast.deadline)
    by_then = at_deadline.region if at_deadline else 0
    last = counts[-1]
    return LineChart(
        id="forecast",
        caption="Kommuner, der har besluttet eller ventes at have besluttet",
        alt=(
            f"{counts[0].region} af {forecast.total} kommuner {long_date(counts[0].day)}, "
            f"{by_then} ved fristen {long_date(forecast.deadline)} og {last.region} "
            f"{long_date(last.day)}. Tabellen viser hver dag."
        ),
        places=tuple(count.day.toordinal() for count in counts),
        labels=tuple(short_date(count.day) for count in counts),
        lines=(
            Line(
                name=f"{last.region} af {forecast.total}",
                values=tuple(Decimal(count.region) for count in counts),
            ),
        ),
        is_stepped=True,
        mark=(forecast.deadline.toordinal(), f"Frist {short_date(forecast.deadline)}"),
    )
