"""The bodies' meetings: the shipped calendars, a secretariat's own, and flawed ones."""

import datetime as dt
import re
from pathlib import Path

import pytest

from udmelding import paths
from udmelding.config.case.library import load_areas
from udmelding.config.plan.calendars import (
    Calendar,
    CalendarMeeting,
    load_calendar,
    shipped_calendars,
)
from udmelding.errors import BadFileError

SOUND = """\
area: sjaelland
source: en prøve
bodies:
  styregruppe: [2025-03-14, 2025-01-10]
  k17: []
  kkr:
    - 2025-02-05
    - {on: 2026-01-27, papers_due: 2026-01-13, note: konstituerende møde}
"""


def calendar_of(folder: Path, text: str) -> Calendar:
    path = folder / "kalender.yaml"
    path.write_text(text, encoding="utf-8")
    return load_calendar(path)


def days(*written: str) -> list[dt.date]:
    return [dt.date.fromisoformat(day) for day in written]


def test_the_calendar_of_2025_is_the_one_of_the_public_minutes() -> None:
    calendar = load_calendar(paths.CONFIG / "calendars" / "sjaelland-2025.yaml")
    held = {body: [m.held_on for m in meetings] for body, meetings in calendar.bodies.items()}
    assert held == {
        "styregruppe": days(
            "2025-01-10",
            "2025-03-14",
            "2025-05-09",
            "2025-08-08",
            "2025-09-19",
            "2025-11-21",
            "2025-12-12",
        ),
        "k17": days(
            "2025-01-24", "2025-03-28", "2025-05-23", "2025-08-22", "2025-10-03", "2025-12-05"
        ),
        "kkr": days("2025-02-05", "2025-04-08", "2025-06-18", "2025-09-02", "2025-10-22"),
    }
    notes = [m.held_on for meetings in calendar.bodies.values() for m in meetings if m.note]
    assert notes == days("2025-11-21", "2025-12-12")


def test_the_bodies_whose_calendars_are_public_are_shipped_and_no_date_is_invented() -> None:
    shipped = {
        area: {
            (body, year): sum(meeting.held_on.year == year for meeting in meetings)
            for calendar in shipped_calendars(area)
            for body, meetings in calendar.bodies.items()
            for year in {meeting.held_on.year for meeting in meetings}
        }
        for area in load_areas()
    }
    assert {at: n for at, n in shipped["sjaelland"].items() if at[1] >= 2023} == {
        **{("styregruppe", 2023): 1, ("styregruppe", 2024): 5, ("styregruppe", 2025): 7},
        **{("k17", 2023): 2, ("k17", 2024): 5, ("k17", 2025): 6},
        **{("kkr", 2023): 5, ("kkr", 2024): 5, ("kkr", 2025): 5, ("kkr", 2026): 1},
    }
    assert shipped["hovedstaden"] == {
        **{("kkr", 2023): 5, ("kkr", 2024): 5, ("kkr", 2025): 5, ("kkr", 2026): 1}
    }
    forum = "socialdirektoerforum"
    assert shipped["syddanmark"] == {
        **{(forum, 2022): 4, (forum, 2023): 5, (forum, 2024): 3, (forum, 2025): 3}
    }
    assert shipped["midtjylland"] == {("kkr", 2020): 1}
    assert shipped["nordjylland"] == {}


def test_each_shipped_file_holds_one_area_and_one_year() -> None:
    for path in (paths.CONFIG / "calendars").glob("*.yaml"):
        calendar = load_calendar(path)
        years = {m.held_on.year for meetings in calendar.bodies.values() for m in meetings}
        assert [f"{calendar.area}-{year}" for year in years] == [path.stem]


def test_shipped_calendars_name_their_source() -> None:
    for area in load_areas():
        assert all(calendar.source for calendar in shipped_calendars(area))


def test_calendars_of_a_folder_are_chosen_by_their_area(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(SOUND, encoding="utf-8")
    other = "area: nordjylland\nbodies: {das: [2025-02-05]}\n"
    (tmp_path / "a.yaml").write_text(other, encoding="utf-8")
    (found,) = shipped_calendars("nordjylland", tmp_path)
    assert list(found.bodies) == ["das"]


def test_meetings_come_out_in_order_with_papers_and_notes(tmp_path: Path) -> None:
    calendar = calendar_of(tmp_path, SOUND)
    assert [m.held_on for m in calendar.bodies["styregruppe"]] == days("2025-01-10", "2025-03-14")
    assert calendar.bodies["k17"] == ()
    assert calendar.bodies["kkr"][1] == CalendarMeeting(
        dt.date(2026, 1, 27), dt.date(2026, 1, 13), "konstituerende møde"
    )


def test_a_calendar_need_not_name_area_or_source(tmp_path: Path) -> None:
    calendar = calendar_of(tmp_path, "bodies: {dassos: [2025-01-10]}\n")
    assert (calendar.area, calendar.source) == ("", "")


def test_papers_may_be_due_on_the_day_of_the_meeting(tmp_path: Path) -> None:
    text = SOUND.replace("2026-01-13", "2026-01-27")
    assert calendar_of(tmp_path, text).bodies["kkr"][1].papers_due_on == dt.date(2026, 1, 27)


def test_the_example_of_the_readme_is_a_calendar(tmp_path: Path) -> None:
    readme = (paths.CONFIG / "calendars" / "README.md").read_text(encoding="utf-8")
    example = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    assert [calendar_of(tmp_path, text).area for text in example] == ["nordjylland"]


TWICE = "mødet 2025-01-10 står allerede i linje 4"
AFTER = "papirfristen 2026-01-28 ligger efter mødet 2026-01-27"


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "told"),
    [
        ("area: sjaelland", "area: sjælland", 1, "area", "mente du «sjaelland»?"),
        ("area: sjaelland", "area: fyn", 1, "area", "tilladt er: hovedstaden, midtjylland"),
        ("  k17:", "  k71:", 5, "bodies.k71", "mente du «k17»? tilladt er: styregruppe, k17"),
        ("  k17: []", "  k17:", 5, "bodies.k17", "skal være en liste; her står ingenting"),
        ("  k17: []", "  k17: 2025-01-24", 5, "bodies.k17", "en liste; her står en dato"),
        ("2025-03-14,", "2025-01-10,", 4, "bodies.styregruppe.1", TWICE),
        ("- 2025-02-05", "- 2026-01-27", 8, "bodies.kkr.1", "står allerede i linje 7"),
        ("2026-01-13", "2026-01-28", 8, "bodies.kkr.1.papers_due", AFTER),
        ("- 2025-02-05", "- 5/2-2025", 7, "bodies.kkr.0", "2025-01-31; her står en tekst"),
        ("- 2025-02-05", "- 2025-02-05 10:00", 7, "bodies.kkr.0", "her står et tidspunkt"),
        ("- 2025-02-05", "- 20250205", 7, "bodies.kkr.0", "her står et heltal"),
        ("- 2025-02-05", "- 2025-02-29", 7, "bodies.kkr.0", "findes ikke i kalenderen"),
        ("- 2025-02-05", "- 1989-12-31", 7, "bodies.kkr.0", "skal være mindst 1990-01-01"),
        ("on: 2026", "on: 2206", 8, "bodies.kkr.1.on", "skal være højst 2100-12-31"),
        ("papers_due: 2026", "papers_due: 0026", 8, "bodies.kkr.1.papers_due", "mindst 1990"),
        ("{on: 2026-01-27, ", "{", 8, "bodies.kkr.1.on", "mangler"),
        ("note:", "noter:", 8, "bodies.kkr.1.noter", "mente du «note»? tilladt er: on, papers_d"),
        ("note: konst", "note: 7\n# ", 8, "", "parentes er ikke lukket"),
        ("bodies:", "organer:", 1, "bodies", "mangler"),
        ("  kkr:", "  k17:", 6, "bodies.k17", "første gang i linje 5"),
    ],
)
def test_a_flawed_calendar_is_refused_with_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, key: str, told: str
) -> None:
    assert SOUND.count(old) == 1
    with pytest.raises(BadFileError, match="Mødekalenderen") as refused:
        calendar_of(tmp_path, SOUND.replace(old, new))
    flaws = refused.value.flaws
    found = [f.problem for f in flaws if (f.where, f.key) == (f"kalender.yaml:{line}", key)]
    assert [told in problem for problem in found] == [True], flaws
