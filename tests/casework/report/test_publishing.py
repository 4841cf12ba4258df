"""Showing is publishing: nothing before the collection is over, and totals are made once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from models import FigureWay
from tests.answering import answer, collected, files_at_once, towns_of
from tests.casework.forms.test_answers import REF, START, launched
from tests.past import record_past
from tests.played import played_once
from udmelding.casework.recording.recording import record_fact
from udmelding.casework.report.figures import CaseFigures, case_figures
from udmelding.casework.report.publishing import (
    Wanted,
    needed_figures,
    proposals,
    publish_figures,
    publish_for_version,
)
from udmelding.casework.report.seen import open_report
from udmelding.casework.report.writing import NewVersion, Wording, make_version, write_block
from udmelding.casework.wiring import Services
from udmelding.errors import DoubtfulError, RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.stamp import Stamp
from udmelding.rules.report.figure_tables import FigureTable, RowLevel

NOW = START + dt.timedelta(days=10)
"""All but two have answered; the others still have time."""
LATER = START + dt.timedelta(days=200)
LOLLAND, GULDBORGSUND = "0360", "0376"
LATE = (LOLLAND, GULDBORGSUND)
AREA = "sjaelland"
EVEN_SO = "styregruppen skal se tallene nu"


@played_once
def all_but_two_answered(services: Services) -> str:
    launched(services, REF, START, None)
    collected(services, REF, NOW, but=LATE)
    return REF


@pytest.fixture
def case(services: Services) -> str:
    return all_but_two_answered(services)


def stamp(now: dt.datetime = LATER, why: str = "") -> Stamp:
    return replace(Stamp(now, "anna"), even_so=why)


def figures(services: Services, now: dt.datetime = LATER) -> CaseFigures:
    with reading(services.engine) as session:
        found = case_figures(session, load(session, REF, now), None)
    assert found is not None
    return found


def total(tables: tuple[FigureTable, ...]) -> Decimal | None:
    """All citizens of the area."""
    (table,) = (table for table in tables if table.id == "borgere")
    (row,) = (row for row in table.rows if row.level is RowLevel.AREA)
    return row.cells[0].value


def told(tables: tuple[FigureTable, ...], party: str) -> list[bool]:
    """Which numbers of a municipality are there, shown or hidden."""
    (table,) = (table for table in tables if table.id == "borgere")
    (row,) = (row for row in table.rows if row.key == party)
    return [cell.is_hidden or cell.value is not None for cell in row.cells]


def test_before_anything_is_published_only_the_caseworker_sees_figures(
    case: str, services: Services
) -> None:
    found = figures(services, NOW)
    assert found.tables == ()
    assert total(found.raw_tables) is not None
    write_block(services, case, Wording(chapter="resume", text="I alt {borgere}."), stamp(NOW))
    report = open_report(services, case, NOW)
    assert [p.text for c in report.chapters for b in c.blocks for p in b.paragraphs] == [
        "I alt et ukendt antal."
    ]
    assert not list(report.values(1, is_final=False, dated_on=NOW.date()).tables())


def test_figures_are_asked_about_while_somebody_can_still_answer_in_time(
    case: str, services: Services
) -> None:
    with pytest.raises(DoubtfulError, match=r"Guldborgsund og Lolland|Lolland og Guldborgsund"):
        publish_figures(services, case, Wanted(), stamp(NOW))
    assert figures(services, NOW).publication is None
    publish_figures(services, case, Wanted(), stamp(NOW, EVEN_SO))
    assert figures(services, NOW).publication is not None


def test_a_version_made_while_the_collection_is_open_shows_no_figures(
    case: str, services: Services
) -> None:
    with files_at_once():
        make_version(services, case, NewVersion(), stamp(NOW))
    assert figures(services, NOW).publication is None


def test_a_version_made_when_it_is_over_publishes_and_shows_them(
    case: str, services: Services
) -> None:
    with files_at_once():
        make_version(services, case, NewVersion(), stamp())
    found = figures(services)
    assert found.publication is not None
    assert total(found.tables) == total(found.raw_tables)
    report = open_report(services, case, LATER)
    assert list(report.values(2, is_final=False, dated_on=LATER.date()).tables())


def test_totals_are_made_once_and_say_for_whom(case: str, services: Services) -> None:
    publish_figures(services, case, Wanted(), stamp())
    before = figures(services)
    table = before.tables[0]
    assert any("de 15 kommuner, der havde svaret" in note for note in table.notes)
    next_day = LATER + dt.timedelta(days=1)
    answer(services, case, LOLLAND, next_day)
    assert total(figures(services, next_day).tables) == total(before.tables)
    assert not any(told(figures(services, next_day).tables, LOLLAND)), "not before it is published"

    publish_figures(services, case, Wanted(), stamp(next_day))
    after = figures(services, next_day)
    assert total(after.tables) == total(before.tables)
    assert any(told(after.tables, LOLLAND))
    assert any("Senere svar er vist, men ikke lagt til" in note for note in after.tables[0].notes)
    shown = before.publication.shown.items()  # type: ignore[union-attr]
    assert shown <= after.publication.shown.items()  # type: ignore[union-attr]


def test_an_answer_that_is_corrected_gets_its_row_anew_and_the_total_stays(
    case: str, services: Services
) -> None:
    publish_figures(services, case, Wanted(), stamp())
    before, next_day = figures(services), LATER + dt.timedelta(days=1)
    town = next(party for party in towns_of(services, case, LATER) if party not in LATE)
    answer(services, case, town, next_day, seed="another", base=before.answers[town].key)
    assert figures(services, next_day).unseen == (town,)
    publish_figures(services, case, Wanted(), stamp(next_day))
    after = figures(services, next_day)
    assert total(after.tables) == total(before.tables)
    assert after.publication is not None
    assert after.publication.later == {town}


def test_new_totals_wait_for_five_other_answers(case: str, services: Services) -> None:
    publish_figures(services, case, Wanted(), stamp())
    next_day = LATER + dt.timedelta(days=1)
    for party in LATE:
        answer(services, case, party, next_day)
    with pytest.raises(RefusedError, match=r"mindst 5 svar er andre end sidst\. Nu er det 2"):
        publish_figures(services, case, Wanted(with_totals=True), stamp(next_day))
    towns = [party for party in towns_of(services, case, LATER) if party not in LATE]
    known = figures(services).answers
    for party in towns[:3]:
        answer(services, case, party, next_day, seed=f"new{party}", base=known[party].key)
    found = needed_figures(services, case, next_day)
    wanted = Wanted(with_totals=True)
    ways = proposals(services.settings, found, wanted, next_day.date(), lambda _: None)
    safe = [one for one in ways if not one.impossible]
    if not safe:
        return  # nothing is promised of these numbers but that they are refused
    way = replace(wanted, way=safe[0].publication.way)
    made = publish_figures(services, case, way, stamp(next_day), safe[0])
    assert len(made.counted) == 17


def test_what_is_shown_already_is_not_published_again(case: str, services: Services) -> None:
    publish_figures(services, case, Wanted(), stamp())
    with pytest.raises(RefusedError, match="Alle svar er vist allerede"):
        publish_figures(services, case, Wanted(), stamp())
    publish_for_version(services, case, stamp())
    found = figures(services).publication
    assert found is not None
    assert found.number == 1


def test_what_somebody_else_published_meanwhile_is_not_published_twice(
    case: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = needed_figures(services, case, LATER)
    publish_figures(services, case, Wanted(), stamp())
    monkeypatch.setattr("udmelding.casework.report.publishing.needed_figures", lambda *_: stale)
    with pytest.raises(RefusedError, match="lige blevet offentliggjort af en anden"):
        publish_figures(services, case, Wanted(), stamp())


def test_a_way_in_which_small_numbers_could_be_computed_is_refused(
    case: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = figures(services)
    (first, *_) = proposals(services.settings, found, Wanted(), LATER.date(), lambda _: None)
    claim = next(iter(first.publication.guards.values()), None)
    flawed = replace(first, impossible=(claim or "enhver",))  # type: ignore[arg-type]
    with pytest.raises(RefusedError, match="små tal kunne regnes ud"):
        publish_figures(services, case, Wanted(), stamp(), flawed)


def test_where_an_area_hides_every_zero_none_is_shown(case: str, services: Services) -> None:
    hiding = services.settings.model_copy(
        update={"figures": services.settings.figures.model_copy(update={"hides_zero": True})}
    )
    ways = proposals(hiding, figures(services), Wanted(), LATER.date(), lambda _: None)
    assert [one.publication.way for one in ways] == [FigureWay.NO_ZERO, FigureWay.TOTALS]
    counts = {c for c, name in ways[0].publication.current.items()}
    assert not [c for c in counts & ways[0].publication.shown.keys()
                if ways[0].publication.shown[c] < 5]  # fmt: skip


def test_nobody_says_by_hand_what_was_published(case: str, services: Services) -> None:
    with pytest.raises(RefusedError, match="udmelding report publish"):
        record_fact(services, case, "figure_publication", {"number": 1}, stamp())


def test_what_an_old_version_showed_stays_known(case: str, services: Services) -> None:
    """A version of before publications kept what it gave away; nothing shown is hidden again."""
    raw = figures(services)
    cell = f"{AREA}|borgere"
    value = int(total(raw.raw_tables) or 0)
    shown = {"values": {cell: value}, "hidden": [], "relations": []}
    record_past(services, case, "report_version", {"number": 1, "shown": shown}, stamp())
    found = figures(services)
    assert found.publication is None, "there are no tables to show from it"
    assert found.judged_by is not None
    assert not found.judged_by.known[cell].is_hidden
    publish_figures(services, case, Wanted(), stamp())
    after = figures(services).publication
    assert after is not None
    assert after.shown[cell] == value
