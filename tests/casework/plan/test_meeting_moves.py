"""The general election of 24 March 2026: ten councils move their meetings, one of them earlier."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from models import DocumentKind, Level, Outcome, Scope
from tests.past import record_past
from tests.played import played_once
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.exchange.imports import import_any
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.plan.calendar_import import HowToRead, moves_of, taking_in
from udmelding.casework.plan.calendar_telling import CalendarChange
from udmelding.casework.recording.consequences import Changed, carry_out, preview
from udmelding.casework.wiring import Services
from udmelding.config.parties import load_municipalities
from udmelding.errors import BadFileError, RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

pytestmark = pytest.mark.database

REF = "CU-VALG-2026"
HOW = HowToRead(area="sjaelland")
MOVERS = (
    *("Slagelse", "Greve", "Køge", "Roskilde", "Solrød"),
    *("Odsherred", "Holbæk", "Faxe", "Kalundborg", "Ringsted"),
)
MOVES = tuple(
    f"{name} 24/3-2026 -> {'18/3-2026' if name == 'Slagelse' else '26/3-2026'}" for name in MOVERS
)
CODES = {place.name: place.code for place in load_municipalities()}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def stamp(text: str) -> Stamp:
    return Stamp(clock.at(day(text)), "test")


@played_once
def asked_after_the_kkr(services: Services) -> None:
    """KKR recommends on 27 January; ten councils meet on 24 March, of the others nothing is known.

    Made up but for the day of the election and Slagelse's new day (dknyt.dk 5/3-2026).
    """
    with writing(services.engine) as session:
        new = NewCase(
            reference=REF,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=day("2025-08-01"),
            particulars=NewParticulars(title="Prøve"),
            deadline=NewDeadline(due_on=day("2026-04-30")),
        )
        launch_case(session, services.settings, new, stamp("2025-08-01"))
    rows = [f"{name};byråd;{on}" for name in MOVERS for on in ("24-03-2026", "28-04-2026")]
    file = Path(services.settings.home) / "byraad.csv"
    file.write_text("\n".join(["kommune;led;dato", *rows]), encoding="utf-8")
    import_any(services, file, stamp("2025-08-01"))
    report = {"document_kind": DocumentKind.FINAL_REPORT, "title": "Rapport", "version": 1}
    said = report | {"dated_on": day("2025-12-01")}
    record_past(services, REF, "document", said, stamp("2025-12-01"))
    for body, on in (("styregruppe", "2025-12-12"), ("k17", "2026-01-09"), ("kkr", "2026-01-27")):
        made = {"level": Level.BODY, "outcome": Outcome.APPROVED, "on": day(on)}
        record_past(services, REF, "decision", {"step": body, "party": body} | made, stamp(on))
    advance(services, REF, clock.at(day("2026-01-28")))


@pytest.fixture
def called(services: Services) -> Services:
    asked_after_the_kkr(services)
    return services


def due_days(services: Services, on: str) -> dict[str, str]:
    with reading(services.engine) as session:
        case = load(session, REF, clock.end_of(day(on)))
    return {o.party: str(o.due_on) for o in case.obligations if o.step == "councils"}


def shown(services: Services, *moves: str, on: str = "2026-03-02") -> Changed[CalendarChange]:
    made = stamp(on)
    return preview(services, taking_in(moves_of(moves), HOW, made), made)


def test_each_council_is_asked_for_its_own_day(called: Services) -> None:
    days = due_days(called, "2026-01-28")
    assert Counter(days.values()) == {"2026-03-24": 10, "2026-03-17": 7}
    assert {days[CODES[name]] for name in MOVERS} == {"2026-03-24"}


def test_what_ten_moves_do_is_shown_once_for_all_and_nothing_is_saved(called: Services) -> None:
    found = shown(called, *MOVES)
    assert (found.result.changed, found.result.new, found.result.left) == (10, 0, ())
    assert (
        "Slagelse, kommunalbestyrelse: flyttet fra 24/3-2026 til 18/3-2026 (tidligere)."
        in found.result.lines
    )
    (change,) = found.changes
    councils = {c.what: (str(c.before), str(c.after)) for c in change.dates if c.party}
    assert councils.pop("Slagelse") == ("2026-03-24", "2026-03-18")
    assert councils == dict.fromkeys(MOVERS[1:], ("2026-03-24", "2026-03-26"))
    assert len(change.due_dates) == 10
    assert set(due_days(called, "2026-03-02").values()) == {"2026-03-24", "2026-03-17"}


def test_the_days_that_councils_were_given_follow_an_earlier_day_too(called: Services) -> None:
    made = stamp("2026-03-02")
    carry_out(called, taking_in(moves_of(MOVES, "dknyt.dk 5/3-2026"), HOW, made), made)
    days = due_days(called, "2026-03-02")
    assert days[CODES["Slagelse"]] == "2026-03-18"
    assert Counter(days.values()) == {"2026-03-26": 9, "2026-03-17": 7, "2026-03-18": 1}
    assert shown(called, *MOVES).result.is_empty, "they lie there already"


def test_a_council_keeps_its_day_where_the_earlier_one_is_too_near(called: Services) -> None:
    made = stamp("2026-03-10")
    carry_out(called, taking_in(moves_of(MOVES[:1]), HOW, made), made)
    assert due_days(called, "2026-03-10")[CODES["Slagelse"]] == "2026-03-24"


def test_the_same_moves_may_stand_in_a_calendar_file(called: Services, tmp_path: Path) -> None:
    rows = ["kommune;led;dato;flyttet fra", "Slagelse;byråd;18-03-2026;24-03-2026"]
    file = tmp_path / "flyttet.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    done = import_any(called, file, stamp("2026-03-02"))
    assert done.details == (
        "Slagelse, kommunalbestyrelse: flyttet fra 24/3-2026 til 18/3-2026 (tidligere).",
    )
    yaml = tmp_path / "flyttet.yaml"
    yaml.write_text(
        "municipalities:\n  Greve:\n    council: [{on: 2026-03-26, was: 2026-03-24}]\n",
        encoding="utf-8",
    )
    assert (
        "flyttet fra 24/3-2026 til 26/3-2026."
        in import_any(called, yaml, stamp("2026-03-02")).details[0]
    )
    days = due_days(called, "2026-03-02")
    assert (days[CODES["Slagelse"]], days[CODES["Greve"]]) == ("2026-03-18", "2026-03-26")


def test_one_move_of_a_meeting_that_is_not_on_record_stops_them_all(called: Services) -> None:
    with pytest.raises(RefusedError) as refused:
        shown(called, *MOVES, "Lolland 24/3-2026 -> 25/3-2026", "Sorø 24/3-2026 -> 25/3-2026")
    assert "at flytte for Sorø 24/3-2026 og Lolland 24/3-2026" in refused.value.message
    assert "meldt af kommunen" in refused.value.message


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Slagelse 24/3-2026", "kan ikke læses; skriv den som Slagelse 24/3-2026 -> 18/3-2026"),
        ("Slagelse 24/3 -> 18/3-2026", "året mangler"),
        ("Slagelse 24/3-2026 -> 24/3-2026", "flytter mødet til den dag, det allerede ligger"),
        ("Slagelse, rådet 24/3-2026 -> 18/3-2026", "«rådet» er ikke et led"),
        ("Slagelsse 24/3-2026 -> 18/3-2026", "Slagelsse"),
        ("Slagelse 31/2-2026 -> 18/3-2026", "der er ingen 31. februar"),
    ],
)
def test_a_line_that_cannot_be_a_move_is_told_with_its_number(line: str, says: str) -> None:
    with pytest.raises(BadFileError) as refused:
        moves_of(["Greve 24/3-2026 → 26/3-2026", "", line])
    (flaw,) = refused.value.flaws
    assert flaw.where.endswith(":3")
    assert says in flaw.problem
