"""The commands that plan, suppose, explain, foresee and change: what they answer and refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
import sqlalchemy as sa

from tests.documents.test_pdf import text_of
from tests.owning import put_own
from udmelding.casework.wiring import open_services
from udmelding.config.case.library import process_named
from udmelding.paths import CONFIG

pytestmark = pytest.mark.database

REF = "CU-GRAVIDE-2025"
AS_OF = ("--as-of", "1/6-2024")
ON = ("--today", "1/6-2024")
DRY = ("--dry-run", *ON)
BODIES = ("styregruppe", "k17", "kkr")


@pytest.fixture
def launched(udmelding: Callable[..., Any]) -> Callable[..., Any]:
    """The command, with one case launched on 15 May 2024."""
    answer = udmelding(
        "launch", REF, "--title", "Udsatte gravide", "--received", "15/5-2024",
        "--deadline", "31/5-2025", "--today", "15/5-2024", "--even-so", "en prøve",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    return udmelding


@pytest.fixture
def rows(database_url: str) -> Callable[[], dict[str, list[str]]]:
    """Every row of every table of the database."""

    def read() -> dict[str, list[str]]:
        engine = sa.create_engine(database_url)
        with engine.connect() as connection:
            found = {
                name: sorted(
                    map(
                        repr,
                        connection.execute(
                            sa.select(sa.text("*")).select_from(sa.table(name))
                        ).all(),
                    )
                )
                for name in sa.inspect(connection).get_table_names()
            }
        engine.dispose()
        return found

    return read


SHIPPED = process_named("central-udmelding").version


@pytest.fixture
def other_rules(tmp_path: Path) -> str:
    """A process file that leaves the bodies 12 days."""
    text = (CONFIG / "processes" / "central-udmelding.yaml").read_text(encoding="utf-8")
    file = tmp_path / "regler.yaml"
    changed = text.replace(f"version: {SHIPPED}", f"version: {SHIPPED + 1}").replace(
        "days_between_meetings: 3", "days_between_meetings: 12"
    )
    file.write_text(changed, encoding="utf-8")
    return str(file)


def ok(answer: Any) -> Any:
    assert answer.code == 0, answer.err
    assert answer.err == ""
    return answer


def planned(answer: Any) -> dict[str, str]:
    return {step["id"]: step["planned"] for step in answer["steps"]}


def test_a_what_if_shows_before_and_after_and_saves_nothing(
    launched: Callable[..., Any], rows: Callable[[], Any]
) -> None:
    before = rows()
    said = ok(launched("plan", REF, "--what-if", "kkr 8/4-2025 -> 9/4-2025", *AS_OF)).out
    assert "Hvad nu hvis KKR Sjællands møde 8. april 2025 flyttes til 9. april 2025?" in said
    assert "1 dag senere" in said
    assert "Intet er gemt." in said
    found = ok(
        launched("plan", REF, "--what-if", "kkr 8/4-2025 -> 9/4-2025", *AS_OF, "--json")
    ).json
    assert found["what_if"] == ["KKR Sjællands møde 8. april 2025 flyttes til 9. april 2025"]
    assert (found["feasible_before"], found["feasible_after"]) == (True, True)
    moved = {item["what"]: item for item in found["dates"]}
    kkr = moved["KKR Sjælland"]
    assert (kkr["before"], kkr["after"], kkr["moved_days"]) == ("2025-04-08", "2025-04-09", 1)
    assert planned(found["plan"])["kkr"] == "2025-04-09"
    assert rows() == before
    assert planned(ok(launched("plan", REF, *AS_OF, "--json")).json)["kkr"] == "2025-04-08"


def test_a_what_if_that_misses_the_deadline_ends_with_code_3(
    launched: Callable[..., Any],
) -> None:
    for words in (("frist 30/9-2024",), ("k17 23/5-2025", "kkr 18/6-2025")):
        options = [word for text in words for word in ("--what-if", text)]
        answer = launched("plan", REF, *options, *AS_OF)
        assert answer.code == 3
        assert "0 af 17 når fristen" in answer.out
        as_json = launched("plan", REF, *options, *AS_OF, "--json")
        assert as_json.code == 3
        assert as_json.json["feasible_after"] is False
        assert as_json.json["plan"]["misses_by_days"] > 0
        assert as_json.json["impossible"]


def test_a_plan_that_misses_its_deadline_ends_with_code_3(launched: Callable[..., Any]) -> None:
    assert launched("plan", REF, *AS_OF).code == 0
    launched("record", "deadline", REF, "30/9-2024", "--today", "2/6-2024")
    for words in ((REF,), (REF, "--councils"), (REF, "--json"), ()):
        assert launched("plan", *words, "--as-of", "2/6-2024").code == 3
    assert launched("plan", REF, *AS_OF).code == 0, "as it was known the day before"


def test_the_plan_can_show_every_council(launched: Callable[..., Any]) -> None:
    said = ok(launched("plan", REF, "--councils", *AS_OF)).out
    assert all(name in said for name in ("Lolland", "Greve", "Næstved", "Guldborgsund"))
    found = ok(launched("plan", REF, "--councils", "--json", *AS_OF)).json
    assert len(found["councils"]) == 17
    assert {row["assumed"] for row in found["councils"]} == {True}


def test_must_leave_gives_the_last_day_of_the_report(launched: Callable[..., Any]) -> None:
    said = ok(launched("must-leave", REF, *AS_OF)).out
    assert "17 af 17" in said
    assert "5/3-2025" in said
    choices = ok(launched("must-leave", REF, "--json", *AS_OF)).json
    assert choices[0]["councils"] == choices[0]["total"] == 17
    assert choices[0]["leaves_by"] == "2025-03-05"
    assert [meeting["step"] for meeting in choices[0]["meetings"]] == list(BODIES)


def test_explain_tells_source_and_arithmetic(launched: Callable[..., Any]) -> None:
    said = ok(launched("explain", REF, "kkr", *AS_OF)).out
    assert "Greve skal have papirerne senest 24. april 2025 for at beslutte inden fristen" in said
    found = ok(launched("explain", REF, "--json", *AS_OF)).json
    assert [item["subject"] for item in found][:2] == ["Fristen", "Modtagelse"]
    (lolland,) = ok(launched("explain", REF, "Lolland", "--json", *AS_OF)).json
    assert lolland["subject"] == "Lolland"
    assert {date["source"] for date in lolland["dates"]} >= {"assumed"}


def test_explain_tells_what_a_date_was_before(launched: Callable[..., Any]) -> None:
    launched("record", "deadline", REF, "30/6-2025", "--by", "Bo", "--today", "2/6-2024")
    said = ok(launched("explain", REF, "frist", "--as-of", "2/6-2024")).out
    assert "før: 31. maj 2025, ændret 2/6-2024 12:00 af Bo" in said
    (found,) = ok(launched("explain", REF, "frist", "--json", "--as-of", "2/6-2024")).json
    (before,) = found["dates"][0]["earlier"]
    assert (before["day"], before["changed_by"]) == ("2025-05-31", "Bo")


def test_forecast_counts_councils_by_the_deadline(launched: Callable[..., Any]) -> None:
    assert "17 af 17" in ok(launched("forecast", REF, *AS_OF)).out
    assert "Lolland" in ok(launched("forecast", REF, "--councils", *AS_OF)).out
    found = ok(launched("forecast", REF, "--json", *AS_OF)).json
    assert (found["reference"], found["total"]) == (REF, 17)
    assert found["needs_reservation"] is False
    assert len(found["councils"]) == 17


def test_meetings_lists_the_bodies_meetings_with_their_cases(launched: Callable[..., Any]) -> None:
    assert REF in ok(launched("meetings", *AS_OF)).out
    found = ok(launched("meetings", "--json", *AS_OF)).json
    agenda = {row["body"]: row for row in found if row["cases"]}
    assert set(agenda) == set(BODIES)
    assert agenda["kkr"]["held"] == "2025-04-08"
    assert agenda["kkr"]["cases"] == [
        {"reference": REF, "papers_due": "2025-03-28", "last_chance": True}
    ]


def test_meetings_of_no_case_are_none(udmelding: Callable[..., Any]) -> None:
    ok(udmelding("init"))
    assert ok(udmelding("meetings", "--json")).json == []


def test_feed_is_written_to_a_file_or_to_the_terminal(
    launched: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "udmelding.ics"
    said = ok(launched("feed", "-o", str(file), *ON)).out
    count = len(icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT"))
    assert said.strip() == f"{count} kalenderposter skrevet til {file}."
    assert count >= 7
    shown = ok(launched("feed", *ON)).out
    assert shown.replace("\r\n", "\n") == file.read_text(encoding="utf-8")
    own = tmp_path / "gravide.ics"
    ok(launched("feed", REF, "--output", str(own), *ON))
    assert REF.encode() in own.read_bytes()


def test_the_wheel_is_a_drawing_in_the_file_that_was_asked_for_or_one_named_by_the_case(
    launched: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words, name in ((("-o", "hjul.svg"), "hjul.svg"), ((), f"aarshjul-{REF}.svg")):
        said = ok(launched("wheel", REF, *words, *AS_OF)).out
        assert said.strip() == f"Årshjulet er skrevet til {name}."
        root = ElementTree.parse(tmp_path / name).getroot()  # noqa: S314 - our own file
        assert root.tag.endswith("svg")
        assert "KKR Sjælland" in "".join(root.itertext())


def test_the_wheel_is_a_pdf_with_its_table_where_the_file_is_named_so(
    launched: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "hjul.pdf"
    said = ok(launched("wheel", REF, "-o", str(file), *AS_OF)).out
    assert said.strip() == f"Årshjulet er skrevet til {file}."
    assert "Papirer senest" in text_of(file.read_bytes())


def test_a_dry_change_of_rules_shows_and_saves_nothing_and_a_real_one_can_be_undone(
    launched: Callable[..., Any], rows: Callable[[], Any], other_rules: str
) -> None:
    before = rows()
    shown = ok(launched("process", "change", REF, other_rules, *DRY)).out
    now = f"version {SHIPPED + 1} (før: version {SHIPPED})."
    assert f"{REF} følger nu «Central udmelding», {now}" in shown
    assert "24/1-2025" in shown, "K17 must be held 12 days before KKR"
    assert shown.rstrip().endswith("Intet er gemt.")
    assert rows() == before
    saved = ok(launched("process", "change", REF, other_rules, "--yes", *ON)).out
    assert "Intet er gemt" not in saved
    assert planned(ok(launched("plan", REF, "--json", *AS_OF)).json)["k17"] == "2025-01-24"
    moved = rows()
    undone = ok(launched("process", "undo", REF, "--dry-run", "--today", "2/6-2024")).out
    assert f"{REF} følger igen «Central udmelding», version {SHIPPED}." in undone
    assert rows() == moved
    ok(launched("process", "undo", REF, "--today", "2/6-2024"))
    later = ("--as-of", "2/6-2024")
    assert planned(ok(launched("plan", REF, "--json", *later)).json)["k17"] == "2025-03-28"


def test_a_process_of_ones_own_is_named_as_the_shipped_are_and_comes_from_the_database(
    launched: Callable[..., Any], other_rules: str
) -> None:
    with open_services() as services:
        put_own(services, "processes/central-udmelding.yaml", Path(other_rules).read_bytes())

    shown = ok(launched("process", "change", REF, "central-udmelding", *DRY)).out

    assert f"version {SHIPPED + 1} (før: version {SHIPPED})." in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("deadline", REF, "31/1-2025"), "Fristen er 31. januar 2025"),
        (("meeting", "kkr", "8/4-2025", "--cancelled"), "mødet 8. april 2025 er aflyst"),
        (("meeting", "kkr", "8/4-2025", "--moved-to", "22/4-2025"), "flyttet til 22. april 2025"),
        (("meeting", "Lolland", "12/5-2025"), "mødet 12. maj 2025 er planlagt"),
        (("expected", REF, "Lolland", "22/5-2025"), "Lolland har meldt 22. maj 2025"),
        (("extension", REF, "Lolland", "--until", "1/9-2024"), "Lolland fik frist"),
    ],
)
def test_a_dry_run_of_a_record_shows_and_saves_nothing(
    launched: Callable[..., Any], rows: Callable[[], Any], words: tuple[str, ...], says: str
) -> None:
    before = rows()
    said = ok(launched("record", *words, *DRY)).out
    assert says in said
    assert said.rstrip().endswith("Intet er gemt.")
    assert rows() == before


def test_an_expected_day_is_what_the_plan_goes_by(launched: Callable[..., Any]) -> None:
    said = ok(launched("record", "expected", REF, "Lolland", "10/6-2025", *ON)).out
    assert "Lolland har meldt 10. juni 2025." in said
    assert "Nøgle: " in said
    plan = ok(launched("plan", REF, "--json", *AS_OF)).json
    lolland = next(row for row in plan["councils"] if row["name"] == "Lolland")
    assert (lolland["planned"], lolland["source"]) == ("2025-06-10", "announced")
    assert plan["late_councils"] == ["Lolland"]
    forecast = ok(launched("forecast", REF, "--json", *AS_OF)).json
    assert forecast["reservation_for"] == ["Lolland"]
    again = ok(launched("record", "expected", REF, "Lolland", "10/6-2025", *ON)).out
    assert "allerede registreret" in again


WRONG = [
    (("plan", REF, "--what-if", "snart"), "«snart» kan ikke forstås. Skriv fx «k17 23/5-2025»"),
    (("plan", REF, "--what-if", "k18 23/5-2025", *AS_OF), "med navnet «k18». Kendte: "),
    (("plan", REF, "--what-if", "k17 aflyst 29/3-2025", *AS_OF), "28. marts 2025"),
    (("plan", REF, "--what-if", "k17 1/4-2024", *AS_OF), "1. april 2024 er gået"),
    (("plan", REF, "--what-if", "frist 1/1-2024", *AS_OF), "ligger ikke efter modtagelsen"),
    (("plan", REF, "--what-if", "frist 31/2-2025", *AS_OF), "der er ingen 31. februar"),
    (("plan", "--what-if", "k17 23/5-2025"), "Skriv, hvilken sag --what-if gælder"),
    (("plan", REF, "--process", "central-udmelding"), "Vælg enten en sag (REF) eller en proces"),
    (("plan", "CU-X"), "Der findes ingen sag med navnet «CU-X». Kendte: CU-GRAVIDE-2025."),
    (("must-leave", "CU-X"), "Der findes ingen sag med navnet «CU-X»"),
    (("explain", REF, "hest"), "Kendte: receipt, collection, drafting, styregruppe, k17, kkr"),
    (("forecast", REF, "--as-of", "31/2-2025"), "Skriv en dag fra 1 til 29"),
    (("meetings", "--as-of", "pjat"), "«pjat» kan ikke læses som en dato"),
    (("feed", "CU-X"), "Der findes ingen sag med navnet «CU-X»"),
    (("wheel", "CU-X"), "Der findes ingen sag med navnet «CU-X»"),
    (("process", "change", REF, "findes-ikke", *DRY), "Kendte: central-udmelding, rammeaftale"),
    (("process", "change", REF, "rammeaftale", *DRY), "kan ikke laves om til «Rammeaftale»"),
    (("process", "change", REF, "central-udmelding", *DRY), "følger allerede disse regler"),
    (("process", "undo", REF, *DRY), "følger de regler, den begyndte med"),
    (("record", "expected", REF, "Lollland", "22/5-2025", *ON), "Kendte: Lolland"),
    (("record", "expected", REF, "Lolland", "1/5-2024", *ON), "er en dag, der er gået"),
    (("record", "expected", REF, "Lolland", "22/5-2025", "--step", "x", *ON), "intet trin"),
    (("record", "meeting", "kkr", "8/4-2025", "--held", "--cancelled", *DRY), "både være holdt"),
    (("record", "meeting", "kkr", "9/4-2025", "--cancelled", *DRY), "8. april 2025"),
    (
        ("record", "meeting", "kkr", "8/4-2025", "--moved-to", "18/6-2025", *DRY),
        "KKR Sjælland har allerede et møde 18. juni 2025.",
    ),
    (
        ("record", "meeting", "kkr", "8/4-2025", "--papers", "9/4-2025", *DRY),
        "Papirerne skal være inde før mødet.",
    ),
    (
        ("record", "meeting", "Lolland", "8/4-2025", "--level", "hest", *DRY),
        "Skriv et af: styrende organ, forvaltningen, fagudvalg",
    ),
    (("record", "meeting", "kkr", "8/4-2025", "--area", "jylland", *DRY), "Kendte: hovedstaden"),
    (("record", "deadline", REF, "primo maj 2025", *DRY), "kan ikke læses som én bestemt dag"),
    (("record", "deadline", REF, "30/6-2025", "--origin", "hest", *DRY), "Skriv et af: lov, brev"),
    (("record", "deadline", "CU-X", "30/6-2025", *DRY), "Der findes ingen sag"),
]


def test_a_mistake_is_told_with_what_to_write_instead_and_saves_nothing(
    launched: Callable[..., Any], rows: Callable[[], Any]
) -> None:
    before = rows()
    for words, says in WRONG:
        answer = launched(*words)
        assert (answer.code, answer.out) == (1, ""), words
        assert says in " ".join(answer.err.split()), words
        assert "Traceback" not in answer.err, words
    assert rows() == before


def test_a_case_without_a_deadline_has_no_plan_and_says_so(udmelding: Callable[..., Any]) -> None:
    said = ("--received", "15/5-2024", "--today", "15/5-2024", "--even-so", "en prøve")
    ok(udmelding("launch", REF, "--title", "x", *said))
    for words in (
        ("plan", REF),
        ("plan", REF, "--what-if", "k17 23/5-2025"),
        ("must-leave", REF),
        ("explain", REF),
        ("forecast", REF),
        ("wheel", REF),
    ):
        answer = udmelding(*words, *AS_OF)
        assert answer.code == 1, words
        assert "frist" in answer.err, words
    found = ok(udmelding("meetings", "--json", *AS_OF)).json
    assert {len(row["cases"]) for row in found} == {0}
    assert "BEGIN:VCALENDAR" in ok(udmelding("feed", REF, *ON)).out
