"""What another area does: told in sentences, and refused where open cases stand on what goes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from udmelding import clock
from udmelding.config.case.library import (
    MeetingBody,
    area_data,
    area_named,
    area_text,
    parse_area,
    process_named,
)
from udmelding.config.case.process import Area
from udmelding.rules.case.area_change import (
    OpenCase,
    area_changes,
    bodies_missed,
    goes_another_way,
)
from udmelding.rules.case.facts import Meeting

AREA = area_named("sjaelland")
PROCESS = process_named("central-udmelding").for_area(AREA)
CASE = OpenCase("CU-PRØVE-2025", "sjaelland", PROCESS)
TITLES = {"central-udmelding": "Central udmelding", "rammeaftale": "Rammeaftale"}


def changed(**said: Any) -> Area:
    return parse_area(area_text({**area_data(AREA), **said}), AREA.id)


def rows(key: str) -> list[dict[str, Any]]:
    return [dict(row) for row in area_data(AREA)[key]]


def bodies(area: Area) -> list[MeetingBody]:
    return [MeetingBody(area.id, area.name, body.id, body.title, True) for body in area.chain] + [
        MeetingBody(area.id, area.name, body.id, body.title, False) for body in area.beside
    ]


def missed(after: Area, *meetings: Meeting, cases: tuple[OpenCase, ...] = (CASE,)) -> list[str]:
    return list(bodies_missed(bodies(AREA), bodies(after), cases, meetings))


def meeting(body: str, on: dt.date) -> Meeting:
    at = clock.at(dt.date(2025, 1, 1))
    return Meeting(
        key=f"{body}/{on}",
        recorded_at=at,
        recorded_by="anna",
        area="sjaelland",
        body=body,
        held_on=on,
    )


def test_a_body_that_an_open_case_passes_stays_in_the_chain() -> None:
    without = changed(chain=[row for row in rows("chain") if row["id"] != "k17"])
    assert missed(without) == [
        "K17 skal blive i beslutningsvejen, for CU-PRØVE-2025 går den vej. Skriv organets sidste "
        "dag i stedet."
    ]
    assert missed(without, cases=()) == []


def test_a_body_that_is_only_put_aside_leaves_the_chain_all_the_same() -> None:
    k17 = {"id": "k17", "title": "K17"}
    aside = changed(
        chain=[row for row in rows("chain") if row["id"] != "k17"], beside=[*rows("beside"), k17]
    )
    assert len(missed(aside)) == 1


def test_a_body_that_ends_or_is_called_otherwise_or_comes_later_is_no_obstacle() -> None:
    first, second, last = rows("chain")
    second |= {"title": "K16", "until": dt.date(2025, 12, 31)}
    assert missed(changed(chain=[second, first, last])) == []


def test_a_forum_that_has_met_or_is_yet_to_meet_cannot_go() -> None:
    without = changed(beside=[row for row in rows("beside") if row["id"] != "dialogforum"])
    assert missed(without, cases=()) == []
    met = (meeting("dialogforum", dt.date(2025, 4, 1)), meeting("dialogforum", dt.date(2025, 6, 3)))
    assert missed(without, *met, cases=()) == [
        "KKR Dialogforum har møder i kalenderen, det sidste 3. juni 2025, og kan ikke tages væk. "
        "Skriv organets sidste dag i stedet."
    ]


def test_a_case_goes_another_way_where_the_chain_is_another_since() -> None:
    assert not goes_another_way(CASE, AREA)
    first, second, last = rows("chain")
    assert goes_another_way(CASE, changed(chain=[second, first, last]))
    assert goes_another_way(CASE, changed(chain=[{**first, "title": "Gruppen"}, second, last]))
    plain = OpenCase("S-1", "sjaelland", process_named("spoergeskema").for_area(AREA))
    assert not goes_another_way(plain, changed(chain=[last])), "it passes no bodies at all"


def test_what_is_other_is_told_in_sentences() -> None:
    first, second, last = rows("chain")
    old, new = rows("regional_councils")
    after = changed(
        name="Øerne",
        kkr="KKR Øerne",
        chain=[
            {**second, "title": "K16", "kind": "directors", "until": dt.date(2026, 12, 31)},
            first,
            last,
            {"id": "bestyrelsen", "title": "Bestyrelsen", "kind": "steering_group"},
        ],
        beside=rows("beside")[:1],
        regional_councils=[{**old, "name": "Rådet"}, {**new, "also_in": ["central-udmelding"]}],
        words={"rammeaftale": {"title": "Aftalen", "paper_title": "aftalen"}},
    )
    assert area_changes(AREA, after, TITLES) == (
        "Området hedder nu «Øerne» (før: «Sjælland»).",
        "Kommunekontaktrådet hedder nu «KKR Øerne» (før: «KKR Sjælland»).",
        "Bestyrelsen er kommet med i beslutningsvejen.",
        "Organet hedder nu «K16» (før: «K17»).",
        "K16 er nu: socialdirektørkreds (før: kommunaldirektørkreds).",
        "K16 er der nu til og med 31. december 2026.",
        "Rækkefølgen i beslutningsvejen er nu K16, Styregruppen, KKR Sjælland og Bestyrelsen.",
        "Direktør- og chefforum er ikke længere i andre fora.",
        "Regionsrådet hedder nu «Rådet» (før: «Regionsrådet i Region Sjælland»).",
        "Regionsrådet i Region Østdanmark beslutter også i «Central udmelding».",
        "«Rammeaftale» hedder her «Aftalen», og resultatet «aftalen».",
    )
    back = area_changes(after, AREA, TITLES)
    assert "Bestyrelsen er ikke længere i beslutningsvejen." in back
    assert "«Rammeaftale» har ikke længere egne ord her." in back
    assert "K17 er der nu uden første og sidste dag." in back
    assert area_changes(AREA, AREA, TITLES) == ()
