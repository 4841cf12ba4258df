"""Papers quote the numbers of a version, cell for cell as it shows them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.answering import FORM
from udmelding.rules.report.as_json import table_lines
from udmelding.rules.report.circulated import (
    COUNTRY,
    amounts,
    figures_for,
    figures_sent,
    has_hidden,
)
from udmelding.rules.report.figure_tables import (
    HIDDEN,
    NOTHING,
    FigureCell,
    FigureColumn,
    FigureRow,
    FigureTable,
    RowLevel,
)
from udmelding.rules.report.tabulation import plans

PLAN = next(p for p in plans(FORM) if any(f.unit.startswith("kr.") for f in p.figures))
AREA = "KKR Sjælland i alt"


def table(**rows: tuple[Decimal | None, ...]) -> FigureTable:
    """The first table with amounts, with a number for each of its first columns."""
    columns = tuple(
        FigureColumn(figure=f.path, title=f.head, unit=f.unit, is_mean=f.is_mean)
        for f in PLAN.figures
    )
    made = tuple(
        FigureRow(
            name,
            name.replace("_", " "),
            RowLevel.PARTY,
            tuple(FigureCell(v, is_hidden=v is None) for v in values)
            + (FigureCell(Decimal(7)),) * (len(columns) - len(values)),
        )
        for name, values in rows.items()
    )
    return FigureTable(
        id="t", title=PLAN.title, caption="", source="", columns=columns, rows=made, is_public=True
    )


def kept(*tables: FigureTable) -> dict[str, Any]:
    rows = [line for one in tables for line in table_lines(one)]
    lines = ["Et afsnit | med en streg", *rows, "Figur: x"]
    return {"version": 3, "is_final": True, "chapters": [{"lines": lines}]}


def test_the_cells_are_those_of_the_version() -> None:
    public = table(Lolland=(None, Decimal(1234)), KKR_Sjælland_i_alt=(Decimal(40),))
    found = figures_sent(kept(public), FORM)
    (group,) = figures_for(found, ("Lolland", AREA))
    assert [line.texts for line in group.lines][:2] == [(HIDDEN, "40"), ("1.234", "7")]
    assert group.title == PLAN.title
    assert has_hidden([group])


def test_a_municipality_that_the_tables_lack_has_no_figures() -> None:
    found = figures_sent(kept(table(Lolland=(Decimal(9),))), FORM)
    assert figures_for(found, ("Greve", AREA)) == ()


def test_a_figure_that_nobody_has_is_left_out() -> None:
    public = table(Lolland=(Decimal(9),))
    lines = table_lines(public)
    lines[1] = " | ".join(["Lolland", NOTHING, *["7"] * (len(public.columns) - 1)])
    found = figures_sent({**kept(), "chapters": [{"lines": lines}]}, FORM)
    (group,) = figures_for(found, ("Lolland", AREA))
    assert len(group.lines) == len(public.columns) - 1


def test_amounts_are_told_with_what_they_are_measured_in_and_hidden_ones_are_not() -> None:
    place = next(n for n, f in enumerate(PLAN.figures) if f.unit.startswith("kr."))
    numbers = [Decimal(7)] * len(PLAN.figures)
    numbers[place] = Decimal(2345)
    hidden: list[Decimal | None] = [*numbers]
    hidden[place] = None
    both = table(KKR_Sjælland_i_alt=tuple(numbers), Hele_landet=tuple(hidden))
    told = amounts(figures_sent(kept(both), FORM), (AREA, COUNTRY))
    assert told[0].endswith(f": 2.345 {PLAN.figures[place].unit} i KKR Sjælland.")
    assert "landet" not in told[0]


def test_a_report_without_tables_has_nothing_to_quote() -> None:
    found = figures_sent(kept(), FORM)
    assert found.tables == ()
    assert amounts(found, (AREA,)) == ()
