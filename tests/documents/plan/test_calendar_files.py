"""The municipalities' own meetings: one calendar in four kinds of file, and flawed ones."""

import datetime as dt
import io
import re
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from models.decision import Level
from udmelding.casework.plan.calendar_import import HowToRead, read_calendar
from udmelding.config.plan.meeting_calendars import MeetingCalendars, MunicipalMeeting
from udmelding.documents.plan.calendar_cells import read_day
from udmelding.documents.plan.calendar_files import is_municipal_yaml, read_calendar_file
from udmelding.errors import BadFileError, NotFoundError, RefusedError

SOUND = """\
source: Lolland Kommunes mødekalender 2025
municipalities:
  Lolland:
    chain: [committee, finance_committee, council]
    committee:
      - 2025-02-11
      - {on: 2025-01-14, papers_due: 2025-01-02, note: sidste møde før påske}
    finance_committee: [2025-02-19]
    council: [2025-02-27, {on: 2025-03-27, cancelled: true}]
"""

TABLE = """\
kommune;led;dato;papirfrist;status;bemærkning
Lolland;fagudvalg;2025-02-11;;;
0360;committee;14-01-2025;2/1-2025;planlagt;sidste møde før påske
Lolland Kommune;økonomiudvalg;19/2-2025;;;
Lolland;byråd;27.2.2025;;;
Lolland;KB;27. marts 2025;;Aflyst;
"""

ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Prøve//DA
X-WR-CALNAME:Lolland Kommunes mødekalender 2025
BEGIN:VEVENT
UID:1
SUMMARY:Møde i Socialudvalget
DTSTART;VALUE=DATE:20250211
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Socialudvalgsmøde
DTSTART:20250114T080000
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Økonomi- og Erhvervsudvalget
DTSTART;TZID=Europe/Copenhagen:20250219T140000
END:VEVENT
BEGIN:VEVENT
UID:4
SUMMARY:Byrådsmøde
DTSTART:20250226T233000Z
END:VEVENT
BEGIN:VEVENT
UID:5
SUMMARY:Kommunalbestyrelsen
DTSTART;VALUE=DATE:20250327
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:6
SUMMARY:Møde i Teknisk Udvalg
DTSTART;VALUE=DATE:20250328
END:VEVENT
END:VCALENDAR
"""


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def meeting(level: Level, held_on: str, papers: str = "", note: str = "") -> MunicipalMeeting:
    return MunicipalMeeting(
        municipality="0360",
        level=level,
        held_on=day(held_on),
        papers_due_on=day(papers) if papers else None,
        note=note,
    )


MEETINGS = (
    meeting(Level.COMMITTEE, "2025-01-14", "2025-01-02", "sidste møde før påske"),
    meeting(Level.COMMITTEE, "2025-02-11"),
    meeting(Level.FINANCE_COMMITTEE, "2025-02-19"),
    meeting(Level.COUNCIL, "2025-02-27"),
    replace(meeting(Level.COUNCIL, "2025-03-27"), is_cancelled=True),
)


def text_file(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder: Path, rows: list[list[object]], title: str = "Ark1") -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(folder / "møder.xlsx")
    return folder / "møder.xlsx"


def table_rows() -> list[list[object]]:
    return [list(line.split(";")) for line in TABLE.splitlines()]


def placeless(calendars: MeetingCalendars) -> tuple[MunicipalMeeting, ...]:
    return tuple(replace(found, where="", uid="") for found in calendars.meetings)


def flaws_of(path: Path, **known: str) -> list[tuple[str, str, str]]:
    """What is told of a file, whether its other rows can be used or not."""
    try:
        told = read_calendar_file(path, **known).flaws
    except BadFileError as refused:
        told = refused.flaws
    return [(flaw.where, flaw.key, flaw.problem) for flaw in told]


def only_flaw(path: Path, **known: str) -> tuple[str, str, str]:
    (flaw,) = flaws_of(path, **known)
    return flaw


# --- One calendar, four kinds of file ---------------------------------------------------------


def test_yaml_tells_meetings_chain_and_source(tmp_path: Path) -> None:
    calendars = read_calendar_file(text_file(tmp_path, "møder.yaml", SOUND))
    assert placeless(calendars) == MEETINGS
    assert calendars.chains == {"0360": (Level.COMMITTEE, Level.FINANCE_COMMITTEE, Level.COUNCIL)}
    assert calendars.source == "Lolland Kommunes mødekalender 2025"
    places = [found.where for found in calendars.meetings]
    assert places == ["linje 7", "linje 6", "linje 8", "linje 9", "linje 9"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_csv_tells_the_same_meetings_in_any_usual_encoding(
    tmp_path: Path, encoding: str, separator: str, line_end: str
) -> None:
    text = TABLE.replace(";", separator).replace("\n", line_end)
    calendars = read_calendar_file(text_file(tmp_path, "møder.csv", text, encoding))
    assert placeless(calendars) == MEETINGS
    assert (calendars.source, calendars.chains) == ("møder.csv", {})
    assert [found.where for found in calendars.meetings][:2] == ["linje 3", "linje 2"]


def test_excel_tells_the_same_meetings_as_text_cells_and_as_date_cells(tmp_path: Path) -> None:
    rows = table_rows()
    assert placeless(read_calendar_file(workbook(tmp_path, rows))) == MEETINGS
    rows[1][2] = day("2025-02-11")
    rows[2][0], rows[2][2:4] = 360, [dt.datetime(2025, 1, 14, 16, 30), day("2025-01-02")]  # noqa: DTZ001
    calendars = read_calendar_file(workbook(tmp_path, [*rows, [], [None, " "]]))
    assert placeless(calendars) == MEETINGS
    assert [found.where for found in calendars.meetings][:2] == ["Ark1!A3", "Ark1!A2"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_ics_tells_the_same_days_without_cut_offs_and_notes(tmp_path: Path, line_end: str) -> None:
    path = text_file(tmp_path, "møder.ics", ICS.replace("\n", line_end))
    calendars = read_calendar_file(path, municipality="Lolland", committee="Socialudvalget")
    assert placeless(calendars) == tuple(
        replace(found, papers_due_on=None, note="") for found in MEETINGS
    )
    assert calendars.source == "Lolland Kommunes mødekalender 2025"
    assert [found.where for found in calendars.meetings][:2] == ["linje 13", "linje 8"]
    assert calendars.skipped == (
        "«Møde i Teknisk Udvalg» (linje 31) er sprunget over: titlen nævner hverken "
        "kommunalbestyrelse, økonomiudvalg eller Socialudvalget.",
    )


def test_meetings_come_by_municipality_level_and_date(tmp_path: Path) -> None:
    text = (
        "kommune,led,dato\nLolland,kb,2025-03-01\nSlagelse,øu,2025-01-01\nLolland,øu,2025-04-01\n"
    )
    calendars = read_calendar_file(text_file(tmp_path, "a.csv", text))
    assert [(m.municipality, m.level) for m in calendars.meetings] == [
        ("0330", Level.FINANCE_COMMITTEE),
        ("0360", Level.FINANCE_COMMITTEE),
        ("0360", Level.COUNCIL),
    ]


@pytest.mark.parametrize(
    ("chain", "levels"),
    [
        ("[committee]", (Level.COMMITTEE,)),
        ("[administration]", (Level.ADMINISTRATION,)),
        ("[administration, council]", (Level.ADMINISTRATION, Level.COUNCIL)),
    ],
)
def test_a_chain_may_end_before_the_council_and_stand_without_meetings(
    tmp_path: Path, chain: str, levels: tuple[Level, ...]
) -> None:
    text = f"municipalities:\n  0360: {{chain: {chain}}}\n"
    calendars = read_calendar_file(text_file(tmp_path, "a.yaml", text))
    assert (dict(calendars.chains), calendars.meetings) == ({"0360": levels}, ())
    assert calendars.source == "a.yaml"


def test_municipal_yaml_is_told_by_its_key() -> None:
    assert is_municipal_yaml({"municipalities": {}})
    assert not is_municipal_yaml({"bodies": {}})
    assert not is_municipal_yaml(["municipalities"])


def test_columns_come_in_any_order_and_case_and_only_three_are_needed(tmp_path: Path) -> None:
    path = text_file(
        tmp_path, "a.csv", "\nDato; LED ;Kommune;\n2025-02-11;ØU;lollands kommune;\n;;;\n"
    )
    assert placeless(read_calendar_file(path)) == (meeting(Level.FINANCE_COMMITTEE, "2025-02-11"),)


def test_a_table_without_municipality_is_the_one_that_was_named(tmp_path: Path) -> None:
    path = text_file(tmp_path, "a.csv", "led;dato\nbyråd;2025-02-27\n")
    (found,) = read_calendar_file(path, municipality="360").meetings
    assert found.municipality == "0360"
    (found,) = read_calendar_file(
        workbook(tmp_path, [["led", "dato"], ["byråd", "2025-02-27"]]), municipality="Lolland"
    ).meetings
    assert found.municipality == "0360"


def test_a_note_may_run_over_several_lines_and_the_next_row_keeps_its_line(tmp_path: Path) -> None:
    text = (
        'kommune;led;dato;bemærkning\nLolland;kb;2025-01-02;"først;\nså"\nLolland;kb;2025-01-03;\n'
    )
    first, second = read_calendar_file(text_file(tmp_path, "a.csv", text)).meetings
    assert (first.note, first.where, second.where) == ("først; så", "linje 2", "linje 4")


# --- Dates in cells ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        *("2025-03-14", "14-03-2025", "14-3-2025", "14/3-2025", "14/3 2025", "14.3.2025"),
        *("14.03.2025", "14. marts 2025", " 14.  Marts 2025 ", "14.\N{NO-BREAK SPACE}marts 2025"),
        *("14/3/2025", "14.3.25", "14/3-25", "14. mar 2025", "fredag den 14. marts 2025"),
        *("14-03-2025 kl. 18.00", "d. 14/3 2025", 45730, 45730.0),
    ],
)
def test_a_cell_holds_a_date_in_a_danish_form(written: object) -> None:
    assert read_day(written) == day("2025-03-14")


@pytest.mark.parametrize("written", ["14-03-25", "14/3/25"])
def test_a_year_of_two_digits_that_may_be_a_day_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=f"«{written}»: .* Skriv året med fire cifre"):
        read_day(written)


@pytest.mark.parametrize("written", ["31/2-2025", "31. februar 2025", "2025-02-31"])
def test_a_day_that_there_is_not_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"der er ingen 31\. februar"):
        read_day(written)


@pytest.mark.parametrize(
    "written",
    [
        *("14/3", "marts 2025", "uge 11", "primo marts 2025", "20250314", True, 14, 99_999),
        *("3. tirsdag", "2025-3-14", "1-2-2025-3", "١٤-٠٣-٢٠٢٥", dt.time(14), "14. marts 25"),
    ],
)
def test_any_other_date_is_refused_with_what_to_write(written: object) -> None:
    with pytest.raises(ValueError, match=r"^«.+»: .+\. Skriv "):
        read_day(written)


# --- Flaws of YAML ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "told"),
    [
        ("- 2025-02-11", "- 2025-01-14", 7, "committee.1.on",
         "mødet 2025-01-14 (Lolland, fagudvalg) står allerede i linje 6"),
        ("papers_due: 2025-01-02", "papers_due: 2025-01-15", 7, "committee.1.papers_due",
         "papirfristen 2025-01-15 ligger efter mødet 2025-01-14"),
        ("- 2025-02-11", "- 31/2-2025", 6, "committee.0",
         "skal være en dato som 2025-01-31; her står «31/2-2025»"),
        ("- 2025-02-11", "- 2025-02-11 10:00", 6, "committee.0", "her står «2025-02-11 10:00:00»"),
        ("- 2025-02-11", "-", 6, "committee.0", "her står ingenting"),
        ("- 2025-02-11", "- 2025-02-31", 6, "committee.0",
         "datoen 2025-02-31 findes ikke i kalenderen"),
        ("- 2025-02-11", "- 1989-12-31", 6, "committee.0",
         "året i 1989-12-31 ligger uden for 1990-2100"),
        ("papers_due: 2025-01-02", "papers_due: 2101-01-01", 7, "committee.1.papers_due",
         "året i 2101-01-01 ligger uden for 1990-2100"),
        ("    finance_committee:", "    finance_comittee:", 8, "finance_comittee",
         "ukendt nøgle; mente du «finance_committee»? tilladt er: chain, committee"),
        ("    finance_committee:", "    body:", 8, "body", "ukendt nøgle"),
        ("papers_due:", "papers:", 7, "committee.1.papers", "ukendt nøgle; mente du «papers_due»?"),
        ("{on: 2025-01-14, ", "{", 7, "committee.1.on", "mangler"),
        ("cancelled: true", "cancelled: aflyst", 9, "council.1.cancelled", "skal være true eller"),
        ("[committee, finance_committee, council]", "[]", 4, "chain",
         "listen er tom; skriv mindst ét led af: administration, committee"),
        ("[committee, finance_committee, council]", "[council, council]", 4, "chain",
         "leddet «council» står 2 gange"),
        ("[committee, finance_committee, council]", "[council, committee]", 4, "chain",
         "rækkefølgen «council, committee» er forkert; den er altid administration, committee"),
        ("[committee, finance_committee, council]", "[comittee, council]", 4, "chain",
         "«comittee» er ikke et led; mente du «committee»? tilladt er: administration"),
        ("[committee, finance_committee, council]", "[body]", 4, "chain", "«body» er ikke et led"),
    ],
)  # fmt: skip
def test_flawed_yaml_is_refused_with_line_key_and_value(
    tmp_path: Path, old: str, new: str, line: int, key: str, told: str
) -> None:
    assert SOUND.count(old) == 1
    where, at, problem = only_flaw(text_file(tmp_path, "møder.yaml", SOUND.replace(old, new)))
    assert (where, at) == (f"møder.yaml:{line}", f"municipalities.Lolland.{key}")
    assert told in problem


def test_an_unknown_municipality_is_told_with_those_that_come_close(tmp_path: Path) -> None:
    path = text_file(tmp_path, "a.yaml", SOUND.replace("  Lolland:", "  Loland:"))
    told = "Der findes ingen kommune med navnet «Loland». Kendte: Lolland, Langeland, Billund."
    assert only_flaw(path) == ("a.yaml:3", "municipalities.Loland", told)


def test_a_municipality_stands_once_in_a_file(tmp_path: Path) -> None:
    path = text_file(tmp_path, "a.yaml", SOUND + "  0360:\n    council: [2025-02-27]\n")
    assert flaws_of(path) == [
        ("a.yaml:10", "municipalities.0360", "kommunen «0360» står allerede i linje 3"),
        ("a.yaml:11", "municipalities.0360.council.0",
         "mødet 2025-02-27 (Lolland, kommunalbestyrelse) står allerede i linje 9"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["municipalities: {}\n", "municipalities:\n  Lolland: {council: []}\n"]
)
def test_yaml_with_neither_meetings_nor_chains_is_refused(tmp_path: Path, text: str) -> None:
    told = "der er hverken møder eller beslutningsveje i filen."
    assert only_flaw(text_file(tmp_path, "a.yaml", text)) == ("a.yaml", "", told)


def test_several_flaws_of_yaml_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """\
municipalities:
  Loland:
    council: [2025-02-27]
  Langeland:
    chain: [council, committee]
    council: [2025-02-27, 2025-02-27]
  Lolland:
    committee: [{on: 2025-01-14, papers_due: 2025-01-15}, 2206-01-01]
"""
    told = [
        (where, problem[:22]) for where, _, problem in flaws_of(text_file(tmp_path, "a.yaml", text))
    ]
    assert told == [
        ("a.yaml:2", "Der findes ingen kommu"),
        ("a.yaml:5", "rækkefølgen «council, "),
        ("a.yaml:6", "mødet 2025-02-27 (Lang"),
        ("a.yaml:8", "året i 2206-01-01 ligg"),
        ("a.yaml:8", "papirfristen 2025-01-1"),
    ]


# --- Flaws of tables --------------------------------------------------------------------------

CELLS = [
    (
        0,
        "Loland",
        "kommune",
        "Der findes ingen kommune med navnet «Loland». Kendte: Lolland, Langeland, Billund.",
    ),
    (0, "", "kommune", "mangler; skriv kommunens navn eller kode"),
    (1, "udvalg", "led", "«udvalg» er ikke et led; mente du «fagudvalg»? tilladt er: fagudvalg, ø"),
    (1, "body", "led", "«body» er ikke et led; tilladt er: fagudvalg, økonomiudvalg, komm"),
    (1, "administration", "led", "«administration» er ikke et led; tilladt er: fagudvalg"),
    (1, "", "led", "mangler; tilladt er: fagudvalg"),
    (2, "31/2-2025", "dato", "«31/2-2025»: der er ingen 31. februar. Skriv en dag"),
    (2, "11-02-25", "dato", "«11-02-25»: det er ikke til at se, hvad der er dag, måned og år"),
    (2, "snart", "dato", "«snart»: det er ikke en dato. Skriv den dag, der menes"),
    (2, "", "dato", "mangler; skriv den som 14-03-2025"),
    (2, "11-02-1989", "dato", "«11-02-1989»: årstallet 1989 ligger uden for 1990-2100"),
    (3, "12-02-2025", "papirfrist", "papirfristen 2025-02-12 ligger efter mødet 2025-02-11"),
    (3, "30/2-2025", "papirfrist", "«30/2-2025»: der er ingen 30. februar"),
    (4, "udsat", "status", "«udsat» er ikke en status; skriv planlagt eller aflyst"),
]


@pytest.mark.parametrize(("column", "cell", "key", "told"), CELLS)
def test_a_flawed_cell_is_refused_with_its_line_column_and_value(
    tmp_path: Path, column: int, cell: str, key: str, told: str
) -> None:
    rows = table_rows()
    rows[1][column] = cell
    text = "\n".join(";".join(map(str, row)) for row in rows)
    where, at, problem = only_flaw(text_file(tmp_path, "møder.csv", text))
    assert (where, at) == ("møder.csv:2", key)
    assert problem.startswith(told)


@pytest.mark.parametrize(("column", "cell", "key", "told"), CELLS)
def test_a_flawed_cell_of_excel_is_refused_with_sheet_cell_and_value(
    tmp_path: Path, column: int, cell: str, key: str, told: str
) -> None:
    rows = table_rows()
    rows[1][column] = cell
    where, at, problem = only_flaw(workbook(tmp_path, rows))
    assert (where, at) == (f"møder.xlsx:Ark1!{'ABCDE'[column]}2", key)
    assert problem.startswith(told)


def test_the_same_meeting_twice_is_told_with_its_first_place(tmp_path: Path) -> None:
    twice: list[list[object]] = [*table_rows(), ["Lolland", "øu", "2025-02-19"]]
    told = "mødet 2025-02-19 (Lolland, økonomiudvalg) står allerede i {}"
    text = "\n".join(";".join(map(str, row)) for row in twice)
    found = only_flaw(text_file(tmp_path, "a.csv", text))
    assert found == ("a.csv:7", "dato", told.format("linje 4"))
    found = only_flaw(workbook(tmp_path, twice, "Møder 2025"))
    assert found == ("møder.xlsx:'Møder 2025'!C7", "dato", told.format("'Møder 2025'!A4"))


def test_several_flaws_of_a_table_are_told_at_once(tmp_path: Path) -> None:
    text = "kommune,led,dato,status\nLoland,bystyre,31/2-2025,måske\n,kb,,\nLolland,kb,2025-01-01\n"
    assert [flaw[:2] for flaw in flaws_of(text_file(tmp_path, "a.csv", text))] == [
        *(("a.csv:2", key) for key in ("kommune", "led", "dato", "status")),
        *(("a.csv:3", key) for key in ("kommune", "dato")),
    ]


@pytest.mark.parametrize(
    ("header", "flaws"),
    [
        ("kommune;led;dato;frist",
         [("frist", "ukendt kolonne; mente du «papirfrist»? tilladt er: kommune, led, dato, "
           "papirfrist, status, flyttet fra, bemærkning")]),
        ("led;dato;Dato",
         [("Dato", "kolonnen står to gange")]),
        ("kommune",
         [("led", "kolonnen mangler; skriv organ eller udvalg i en kolonne med det navn, eller "
           "vælg, hvis kalender det er"),
          ("dato", "kolonnen mangler; giv kolonnen med mødernes dage overskriften «dato»")]),
    ],
)  # fmt: skip
def test_flawed_columns_are_refused(
    tmp_path: Path, header: str, flaws: list[tuple[str, str]]
) -> None:
    path = text_file(tmp_path, "a.csv", f"{header}\nLolland;kb;2025-01-01\n")
    assert flaws_of(path) == [("a.csv:1", key, told) for key, told in flaws]
    cells = [*flaws_of(workbook(tmp_path, [list(header.split(";"))]))]
    assert [flaw[1:] for flaw in cells] == flaws
    assert cells[0][0].startswith("møder.xlsx:Ark1!")


def test_a_cell_outside_the_columns_is_refused(tmp_path: Path) -> None:
    path = text_file(tmp_path, "a.csv", "kommune;led;dato\nLolland;kb;2025-01-01;aflyst\n")
    assert only_flaw(path) == ("a.csv:2", "", "«aflyst» står i en kolonne uden navn")
    path = workbook(
        tmp_path, [["kommune", "led", "", "dato"], ["Lolland", "kb", "x", "2025-01-01"]]
    )
    assert only_flaw(path) == ("møder.xlsx:Ark1!C2", "", "«x» står i en kolonne uden navn")


def test_empty_tables_are_refused(tmp_path: Path) -> None:
    told = "filen er tom; den skal begynde med en række med kolonnenavne"
    assert only_flaw(text_file(tmp_path, "a.csv", "\n ; \n")) == ("a.csv", "", told)
    assert only_flaw(workbook(tmp_path, [])) == ("møder.xlsx", "", told)
    told = "der er hverken møder eller beslutningsveje i filen."
    assert only_flaw(text_file(tmp_path, "a.csv", "kommune;led;dato\n")) == ("a.csv", "", told)


def test_csv_with_an_open_quotation_mark_is_refused(tmp_path: Path) -> None:
    path = text_file(tmp_path, "a.csv", TABLE.replace("sidste", '"sidste'))
    told = "linjen er ikke gyldig CSV; se efter anførselstegn"
    assert only_flaw(path) == ("a.csv:3", "", told)


@pytest.mark.parametrize(
    "raw",
    [
        TABLE.encode("utf-16")[2:],
        TABLE.encode() + b"\x81",
        TABLE.encode() + "Lolland;kb;2025-01-01;;;påske".encode("cp1252"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.ics"])
def test_text_in_another_or_a_mixed_encoding_is_refused(
    tmp_path: Path, raw: bytes, name: str
) -> None:
    (tmp_path / name).write_bytes(raw)
    told = "filen er hverken gemt som UTF-8 eller Windows-1252; gem den igen som UTF-8"
    assert only_flaw(tmp_path / name, municipality="Lolland") == (name, "", told)


def test_a_file_that_names_another_municipality_than_the_caller_is_refused(tmp_path: Path) -> None:
    told = (
        "her står Lolland, men filen er angivet til at være for Næstved; angiv kun en kommune, "
        "når filen ikke nævner den"
    )
    found = only_flaw(text_file(tmp_path, "a.yaml", SOUND), municipality="Næstved")
    assert found == ("a.yaml:3", "municipalities.Lolland", told)
    text = "\n".join(TABLE.splitlines()[:2])
    found = only_flaw(text_file(tmp_path, "a.csv", text), municipality="Næstved")
    assert found == ("a.csv:2", "kommune", told)


# --- Flaws of Excel files ---------------------------------------------------------------------


def test_formulas_without_a_value_and_errors_are_refused_with_their_cell(tmp_path: Path) -> None:
    rows: list[list[object]] = [*table_rows()[:2], ["Lolland", "kb", "=C2+7"], ["#REF!", "kb", 1]]
    assert flaws_of(workbook(tmp_path, rows)) == [
        ("møder.xlsx:Ark1!C3", "",
         "cellen er en formel uden værdi; åbn filen i Excel, og gem den igen"),
        ("møder.xlsx:Ark1!A4", "", "cellen viser fejlen #REF!; ret den i Excel"),
    ]  # fmt: skip


def repacked(path: Path, part: str, old: str, new: str) -> Path:
    """The workbook with ``old`` replaced in one of its parts, as another program may write it."""
    raw = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(raw) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            # An empty value is written in one of three ways, by whichever XML writer is there.
            text = before.read(name).decode().replace("<v></v>", "<v />").replace("<v/>", "<v />")
            assert name != part or old in text
            after.writestr(name, text.replace(old, new) if name == part else text)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_formulas_with_a_value_are_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [["led", "dato", "bemærkning"], ["kb", "=A9", "=A8"]]
    path = workbook(tmp_path, rows)
    path = repacked(path, SHEET, 'r="B2"><f>A9</f><v />', 'r="B2" t="str"><f>A9</f><v>1/2-2025</v>')
    path = repacked(path, SHEET, 'r="C2"><f>A8</f><v />', 'r="C2" t="str"><f>A8</f><v></v>')
    (found,) = read_calendar_file(path, municipality="Lolland").meetings
    assert (found.held_on, found.note) == (day("2025-02-01"), "")


def test_a_file_that_tells_its_size_wrongly_is_read_whole(tmp_path: Path) -> None:
    path = repacked(workbook(tmp_path, table_rows()), SHEET, "A1:F6", "A1:B2")
    assert placeless(read_calendar_file(path)) == MEETINGS


def test_other_sheets_are_left_out_and_named(tmp_path: Path) -> None:
    path = workbook(tmp_path, table_rows())
    book = openpyxl.load_workbook(path)
    book.create_sheet("Gamle møder")
    book.save(path)
    calendars = read_calendar_file(path)
    assert placeless(calendars) == MEETINGS
    assert calendars.skipped == ("Arket «Gamle møder» er ikke læst: kun «Ark1» læses.",)


@pytest.mark.parametrize("raw", [b"", TABLE.encode(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99])
def test_another_file_under_the_name_of_excel_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(raw)
    told = "filen er ikke en Excel-projektmappe; gem den i Excel som .xlsx uden adgangskode"
    assert only_flaw(path) == ("a.xlsx", "", told)


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    told = "Excel-filen er ødelagt; åbn den i Excel, og gem den igen som .xlsx"
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as other:
        other.writestr("hej.txt", "hej")
    assert only_flaw(tmp_path / "a.xlsx") == ("a.xlsx", "", told)
    for part in ("xl/workbook.xml", SHEET, "[Content_Types].xml"):
        path = repacked(workbook(tmp_path, table_rows()), part, "xmlns", "<")
        assert only_flaw(path) == ("møder.xlsx", "", told), part


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    raw = workbook(tmp_path, table_rows()).read_bytes()
    for length in range(0, len(raw), 97):
        (tmp_path / "a.xlsx").write_bytes(raw[:length])
        assert only_flaw(tmp_path / "a.xlsx")[0] == "a.xlsx"


def test_large_files_are_refused(tmp_path: Path) -> None:
    for name in ("a.csv", "a.xlsx", "a.ics"):
        (tmp_path / name).write_bytes(b" " * 10_000_001)
        flaw = only_flaw(tmp_path / name, municipality="Lolland")
        assert flaw == (name, "", "filen fylder over 10 MB")
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", b" " * 50_000_001)
    told = "filen fylder over 50 MB, når den pakkes ud"
    assert only_flaw(tmp_path / "a.xlsx") == ("a.xlsx", "", told)


@pytest.mark.slow
def test_a_sheet_with_too_many_rows_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["led", "dato"], ["kb", "2025-01-01"]])
    row = '<row><c t="inlineStr"><is><t>kb</t></is></c></row>'
    path = repacked(path, SHEET, "</sheetData>", row * 50_000 + "</sheetData>")
    flaw = only_flaw(path, municipality="Lolland")
    assert flaw == ("møder.xlsx", "", "arket har over 50000 rækker")


def test_a_row_far_down_neither_hangs_nor_hurts(tmp_path: Path) -> None:
    far = '<row r="999999999999"><c t="n"><v>1</v></c></row></sheetData>'
    path = repacked(workbook(tmp_path, table_rows()), SHEET, "</sheetData>", far)
    assert placeless(read_calendar_file(path)) == MEETINGS


def test_openpyxl_does_not_warn_in_english(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["led", "dato"], ["kb", dt.date(2025, 1, 1)]])
    path = repacked(path, SHEET, "<v>45658</v>", "<v>-99999999</v>")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        flaw = only_flaw(path, municipality="Lolland")
    assert flaw == ("møder.xlsx:Ark1!B2", "", "cellen viser fejlen #VALUE!; ret den i Excel")


# --- ICS --------------------------------------------------------------------------------------


def event(*lines: str) -> str:
    inside = "\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT"))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{inside}\nEND:VCALENDAR\n"


def titled(folder: Path, title: str) -> MeetingCalendars:
    """A calendar with a council's meeting and another event of that title."""
    text = event("SUMMARY:Byråd", "DTSTART:20250101", "END:VEVENT", "BEGIN:VEVENT",
                 f"SUMMARY:{title}", "DTSTART;VALUE=DATE:20250311")  # fmt: skip
    path = text_file(folder, "a.ics", text)
    return read_calendar_file(path, municipality="Lolland", committee="Socialudvalget")


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Byråd", Level.COUNCIL),
        ("BYRÅDET", Level.COUNCIL),
        ("Ekstraordinært byrådsmøde", Level.COUNCIL),
        ("Møde i kommunalbestyrelsen", Level.COUNCIL),
        ("Økonomiudvalg", Level.FINANCE_COMMITTEE),
        ("Møde i Økonomi- og Planudvalget", Level.FINANCE_COMMITTEE),
        ("Udvalget for økonomi", Level.FINANCE_COMMITTEE),
        ("socialudvalg", Level.COMMITTEE),
        ("Socialudvalgets møde", Level.COMMITTEE),
        ("A\N{COMBINING RING ABOVE}rsmøde\\, byra\N{COMBINING RING ABOVE}d", Level.COUNCIL),
    ],
)
def test_the_level_follows_from_the_title(tmp_path: Path, title: str, level: Level) -> None:
    (found,) = (m for m in titled(tmp_path, title).meetings if m.held_on.month == 3)
    assert found.level is level


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Fredagsbar", "titlen nævner hverken kommunalbestyrelse, økonomiudvalg eller Soc"),
        ("Ungebyråd", "titlen nævner hverken"),
        ("Børne- og Socialudvalget", "titlen nævner hverken"),
        ("Byråd og Økonomiudvalg", "titlen nævner flere led"),
        ("Frist for dagsorden til byrådet", "ordet «frist» tyder på, at det ikke er selve mødet"),
        ("Byrådets budgetseminar", "ordet «seminar» tyder på"),
        ("Formøde, Socialudvalget", "ordet «formøde» tyder på"),
    ],
)
def test_an_event_that_is_no_meeting_of_one_level_is_left_out_and_told(
    tmp_path: Path, title: str, why: str
) -> None:
    calendars = titled(tmp_path, title)
    assert [found.held_on.month for found in calendars.meetings] == [1]
    (told,) = calendars.skipped
    assert told.startswith(f"«{title}» (linje 7) er sprunget over: {why}")


def test_a_committee_that_nobody_named_is_the_only_social_one_of_the_calendar(
    tmp_path: Path,
) -> None:
    path = text_file(tmp_path, "a.ics", ICS)
    calendars = read_calendar_file(path, municipality="Lolland")
    assert [m.held_on for m in calendars.meetings if m.level is Level.COMMITTEE] == [
        day("2025-01-14"),
        day("2025-02-11"),
    ]
    assert calendars.skipped == (
        "«Møde i Teknisk Udvalg» (linje 31) er sprunget over: titlen nævner hverken "
        "kommunalbestyrelse eller økonomiudvalg.",
        "«socialudvalg» (Lolland) er læst som fagudvalget.",
    )


def test_of_two_committees_that_may_be_meant_none_is_guessed(tmp_path: Path) -> None:
    text = ICS.replace("Teknisk Udvalg", "Børne- og Familieudvalget")
    calendars = read_calendar_file(text_file(tmp_path, "a.ics", text), municipality="Lolland")
    assert {found.level for found in calendars.meetings} == {Level.FINANCE_COMMITTEE, Level.COUNCIL}
    (told,) = calendars.skipped
    assert told.endswith("begge kan være fagudvalget. Skriv fagudvalgets navn.")
    named = read_calendar_file(tmp_path / "a.ics", municipality="Lolland",
                               committee="Børne- og Familieudvalget")  # fmt: skip
    assert [m.held_on for m in named.meetings if m.level is Level.COMMITTEE] == [day("2025-03-28")]


def test_a_meeting_whose_title_says_so_is_cancelled_too(tmp_path: Path) -> None:
    found = titled(tmp_path, "AFLYST: Byrådsmøde").meetings[1]
    assert found.is_cancelled


@pytest.mark.parametrize(
    ("start", "held_on"),
    [
        ("DTSTART:20250226T225900Z", "2025-02-26"),
        ("DTSTART:20250226T230000Z", "2025-02-27"),
        ("DTSTART:20250626T220000Z", "2025-06-27"),
        ("DTSTART;TZID=America/New_York:20250226T200000", "2025-02-27"),
        ("DTSTART;TZID=Romance Standard Time:20250226T235900", "2025-02-26"),
        ("DTSTART:20250226T235900", "2025-02-26"),
    ],
)
def test_the_day_of_a_meeting_is_the_danish_one(tmp_path: Path, start: str, held_on: str) -> None:
    path = text_file(tmp_path, "a.ics", event("SUMMARY:Byråd", start))
    (found,) = read_calendar_file(path, municipality="Lolland").meetings
    assert found.held_on == day(held_on)


@pytest.mark.parametrize(
    ("lines", "line", "key", "told"),
    [
        (("DTSTART:20250311", "RRULE:FREQ=MONTHLY;BYDAY=9XX"), 6, "RRULE", "«Byråd»: gentagelsen"),
        (("DTSTART:20250311", "RRULE:FREQ=DAILY"), 6, "RRULE", "«Byråd»: serien har over 400 dage"),
        (("DTSTART;VALUE=DATE:20250231",), 5, "DTSTART",
         "«Byråd»: «20250231» er ikke en dato, der findes; skriv den som 20250314"),
        (("DTSTART:i morgen",), 5, "DTSTART", "«Byråd»: «i morgen» er ikke en dato, der findes"),
        (("DTSTART;VALUE=UID:PT1H",), 5, "DTSTART", "«Byråd»: «PT1H» er ikke en dato, der findes"),
        (("DTSTART:PT1H",), 5, "DTSTART", "«Byråd»: «PT1H» er ikke en dato, der findes"),
        ((), 3, "DTSTART", "«Byråd»: datoen mangler (DTSTART)"),
        (("DTSTART:20250311", "DTSTART:20250312"), 5, "DTSTART", "«Byråd»: datoen står flere"),
        (("DTSTART;TZID=Mars/Krater:20250311T100000",), 5, "DTSTART",
         "«Byråd»: tidszonen «Mars/Krater» er ukendt; brug Europe/Copenhagen"),
        (("DTSTART;VALUE=DATE:22060101",), 5, "DTSTART",
         "«Byråd»: året i 2206-01-01 ligger uden for 1990-2100"),
        (("DTSTART:00010101T000000Z",), 5, "DTSTART", "«Byråd»: året i 0001-01-01 ligger uden for"),
        (("DTSTART:99991231T235959Z",), 5, "DTSTART", "«Byråd»: året i 9999-12-31 ligger uden for"),
    ],
)  # fmt: skip
def test_a_flawed_meeting_of_ics_is_refused_with_its_line(
    tmp_path: Path, lines: tuple[str, ...], line: int, key: str, told: str
) -> None:
    path = text_file(tmp_path, "a.ics", event("SUMMARY:Byråd", *lines))
    where, at, problem = only_flaw(path, municipality="Lolland")
    assert (where, at) == (f"a.ics:{line}", key)
    assert problem.startswith(told)


def test_a_flaw_of_an_event_that_is_left_out_does_not_matter(tmp_path: Path) -> None:
    text = ICS.replace("DTSTART;VALUE=DATE:20250328", "DTSTART:20250231\nRRULE:FREQ=DAILY")
    path = text_file(tmp_path, "a.ics", text)
    assert len(read_calendar_file(path, municipality="Lolland").meetings) == 5


def test_a_line_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    text = event("SUMMARY:Byråd", "DTSTART;VALUE=DATE:20250311", "STATUS CANCELLED")
    calendars = read_calendar_file(text_file(tmp_path, "a.ics", text), municipality="Lolland")
    told = "I «Byråd» (linje 5) er en linje sprunget over: den kan ikke læses."
    assert (len(calendars.meetings), calendars.skipped) == (1, (told,))


def test_the_same_meeting_twice_in_ics_is_refused(tmp_path: Path) -> None:
    text = event("SUMMARY:Byråd", "DTSTART:20250311T100000", "END:VEVENT", "BEGIN:VEVENT",
                 "SUMMARY:Byrådsmøde", "DTSTART:20250311T180000")  # fmt: skip
    assert only_flaw(text_file(tmp_path, "a.ics", text), municipality="Lolland") == (
        "a.ics:9",
        "DTSTART",
        "mødet 2025-03-11 (Lolland, kommunalbestyrelse) står allerede i linje 5",
    )


def test_ics_without_any_meeting_is_refused_with_what_was_left_out(tmp_path: Path) -> None:
    path = text_file(tmp_path, "a.ics", event("SUMMARY:Fredagsbar", "DTSTART:20250311"))
    where, _, problem = only_flaw(path, municipality="Lolland")
    assert where == "a.ics"
    assert problem == (
        "der er hverken møder eller beslutningsveje i filen. «Fredagsbar» (linje 3) er sprunget "
        "over: titlen nævner hverken kommunalbestyrelse eller økonomiudvalg."
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "der er ingen kalender i filen; den skal begynde med BEGIN:VCALENDAR"),
        ("hej med jer", "filen er ikke en gyldig ICS-kalender; hent den igen"),
        ("<html>log ind</html>", "filen er ikke en gyldig ICS-kalender; hent den igen"),
        ("BEGIN:VEVENT\nSUMMARY:Byråd\nEND:VEVENT\n", "den skal begynde med BEGIN:VCALENDAR"),
        (ICS[:200], "filen er afbrudt eller ødelagt: BEGIN:VCALENDAR står 1 gange, men END:VCAL"),
        (
            ICS.replace("END:VEVENT\n", "", 1),
            "ødelagt: BEGIN:VEVENT står 6 gange, men END:VEVENT 5",
        ),
    ],
)
def test_a_broken_ics_file_is_refused(tmp_path: Path, text: str, told: str) -> None:
    where, key, problem = only_flaw(text_file(tmp_path, "a.ics", text), municipality="Lolland")
    assert (where, key) == ("a.ics", "")
    assert told in problem


def test_an_ics_file_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    whole = ICS.rstrip()
    for length in range(len(whole)):
        path = text_file(tmp_path, "a.ics", whole[:length])
        assert flaws_of(path, municipality="Lolland")


def test_an_ics_file_needs_to_be_told_whose_it_is(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        read_calendar_file(text_file(tmp_path, "møder.ics", ICS.replace("Lolland", "Vores")))
    assert refused.value.message == (
        "Filen møder.ics siger ikke, hvilken kommune møderne hører til. Angiv kommunens navn eller "
        "kode sammen med filen."
    )


# --- Files that are not read at all -----------------------------------------------------------


@pytest.mark.parametrize("name", ["møder.xls", "møder.pdf", "møder"])
def test_another_kind_of_file_is_refused_with_the_kinds_that_are_read(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        read_calendar_file(text_file(tmp_path, name, SOUND))
    assert refused.value.message == (
        f"Filen {name} kan ikke læses som mødekalender. Brug en fil, der ender på .yaml, .csv, "
        ".xlsx, .ics, .txt."
    )


@pytest.mark.parametrize("kind", [".yaml", ".csv", ".xlsx", ".ics"])
def test_a_file_that_there_is_not_is_told(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"møder{kind}"
    with pytest.raises(NotFoundError) as refused:
        read_calendar_file(path, municipality="Lolland")
    assert refused.value.message == f"Der findes ingen fil med navnet «{path}»."


@pytest.mark.parametrize("kind", [".yaml", ".csv", ".xlsx", ".ics"])
def test_a_folder_is_no_calendar(tmp_path: Path, kind: str) -> None:
    (tmp_path / f"a{kind}").mkdir()
    where, _, told = only_flaw(tmp_path / f"a{kind}", municipality="Lolland")
    assert where == f"a{kind}"
    assert told.startswith("filen kan ikke læses")


def test_an_unknown_municipality_of_the_caller_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"ingen kommune med navnet «Loland». Kendte: Lolland"):
        read_calendar_file(text_file(tmp_path, "a.ics", ICS), municipality="Loland")


# --- Calendars as people have them ------------------------------------------------------------


def days_of(calendars: MeetingCalendars, level: Level = Level.COUNCIL) -> list[str]:
    return [m.held_on.isoformat() for m in calendars.meetings if m.level is level]


def body_days(calendars: MeetingCalendars) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for m in calendars.bodies:
        found.setdefault(f"{m.area}.{m.body}", []).append(m.held_on.isoformat())
    return found


def test_one_odd_row_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    text = (
        "kommune;led;dato\nLolland;byråd;23-02-2027\nLolland;byråd;31/2-2027\n"
        "Lolland;byråd;onsdag den 23. marts 2027\nGreve;byråd;23-03-2027\n"
    )
    read = read_calendar_file(text_file(tmp_path, "a.csv", text))
    assert days_of(read) == ["2027-03-23", "2027-02-23"]
    assert [(f.where, f.key) for f in read.flaws] == [("a.csv:3", "dato"), ("a.csv:4", "dato")]
    assert "23/3-2027 er en tirsdag, ikke en onsdag. Ret ugedagen" in read.flaws[1].problem


def test_a_series_is_written_out_without_what_is_taken_out_of_it(tmp_path: Path) -> None:
    text = event(
        "UID:1", "SUMMARY:Byrådet", "DTSTART;TZID=Romance Standard Time:20270128T180000",
        "RRULE:FREQ=MONTHLY;COUNT=6;BYDAY=4TH",
        "EXDATE;TZID=Romance Standard Time:20270325T180000,20270422T180000",
    )  # fmt: skip
    read = read_calendar_file(text_file(tmp_path, "a.ics", text), municipality="Lolland")
    assert days_of(read) == ["2027-01-28", "2027-02-25", "2027-05-27", "2027-06-24"]


def test_a_day_of_a_series_that_was_moved_or_called_off_is_so(tmp_path: Path) -> None:
    moved = ["UID:1", "SUMMARY:Byrådet", "RECURRENCE-ID:20270225T180000", "DTSTART:20270226T180000"]
    off = ["UID:1", "SUMMARY:Byrådet", "RECURRENCE-ID:20270325T180000", "DTSTART:20270325T180000",
           "STATUS:CANCELLED"]  # fmt: skip
    text = event(
        "UID:1", "SUMMARY:Byrådet", "DTSTART:20270128T180000",
        "RRULE:FREQ=MONTHLY;UNTIL=20270422T220000Z;BYDAY=4TH",
        "END:VEVENT", "BEGIN:VEVENT", *moved, "END:VEVENT", "BEGIN:VEVENT", *off,
    )  # fmt: skip
    read = read_calendar_file(text_file(tmp_path, "a.ics", text), municipality="Lolland")
    assert days_of(read) == ["2027-01-28", "2027-02-26", "2027-03-25", "2027-04-22"]
    by_day = {m.held_on.isoformat(): m for m in read.meetings}
    assert by_day["2027-02-26"].moved_from == day("2027-02-25")
    assert by_day["2027-03-25"].is_cancelled


def test_a_series_without_an_end_goes_to_the_end_of_next_year(tmp_path: Path) -> None:
    text = event("SUMMARY:Byråd", "DTSTART;VALUE=DATE:20230126", "RRULE:FREQ=MONTHLY;BYDAY=4TH")
    path = text_file(tmp_path, "a.ics", text)
    read = read_calendar_file(path, municipality="Lolland", today=day("2026-11-30"))
    assert days_of(read)[-1] == "2027-12-23"


def test_a_long_title_that_is_folded_is_read_whole(tmp_path: Path) -> None:
    text = event("SUMMARY:Ordinært møde i Kommunal", " bestyrelsen", "DTSTART;VALUE=DATE:20270311")
    read = read_calendar_file(text_file(tmp_path, "a.ics", text), municipality="Lolland")
    assert days_of(read) == ["2027-03-11"]


@pytest.mark.parametrize(
    ("title", "is_meeting"),
    [
        ("Borgerrepræsentationen", True),
        ("Borgerrepræsentationens møde", True),
        ("Byrådet + temamøde", True),
        ("Byrådsmøde og temamøde", True),
        ("Temamøde for byrådet", False),
        ("Byrådet: orienteringsmøde", False),
        ("Ferie, ingen byrådsmøder", False),
    ],
)
def test_a_theme_part_belongs_to_the_meeting_and_a_theme_alone_is_none(
    tmp_path: Path, title: str, *, is_meeting: bool
) -> None:
    found = [m for m in titled(tmp_path, title).meetings if m.held_on.month == 3]
    assert bool(found) is is_meeting


def test_names_of_organs_are_read_in_all_their_forms_in_a_table(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Organ", "Kommune", "Mødedato"],
        ["Byrådet", "Greve", "23-03-2027"],
        ["Økonomi- og Erhvervsudvalget", "Greve Kommune", "16-03-2027"],
        ["Social- og Seniorudvalget", "Greve", "09-03-2027"],
        ["Teknik- og Miljøudvalget", "Greve", "10-03-2027"],
        ["Teknik- og Miljøudvalget", "Greve", "14-04-2027"],
        ["K17-møde", None, "12-03-2027"],
        ["KKR", None, "06-04-2027"],
        ["KKR Hovedstaden", None, "07-04-2027"],
        ["Koordinationsforum", None, "19-11-2027"],
        ["Dialogforum", None, "20-11-2027"],
    ]
    read = read_calendar_file(workbook(tmp_path, rows), area="sjaelland")
    assert [m.level for m in read.meetings] == [
        Level.COMMITTEE,
        Level.FINANCE_COMMITTEE,
        Level.COUNCIL,
    ]
    assert body_days(read) == {
        "hovedstaden.kkr": ["2027-04-07"],
        "national.koordinationsforum": ["2027-11-19"],
        "sjaelland.dialogforum": ["2027-11-20"],
        "sjaelland.k17": ["2027-03-12"],
        "sjaelland.kkr": ["2027-04-06"],
    }
    assert read.flaws == ()
    told = "«Teknik- og Miljøudvalget» (2 rækker, den første i Ark1!A5) er sprunget over"
    assert told in " ".join(read.skipped)


def test_a_column_for_each_organ_with_dates_beneath_is_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Mødeplan 2027 for KKR Sjælland og de administrative fora"],
        [],
        ["Styregruppen", "K17", "KKR Sjælland"],
        ["5/2", dt.date(2027, 2, 12), "onsdag den 17. februar"],
        ["7. maj", None, "16/6"],
    ]
    read = read_calendar_file(workbook(tmp_path, rows), area="sjaelland")
    assert body_days(read) == {
        "sjaelland.k17": ["2027-02-12"],
        "sjaelland.kkr": ["2027-02-17", "2027-06-16"],
        "sjaelland.styregruppe": ["2027-02-05", "2027-05-07"],
    }


def test_the_header_is_found_under_a_title_that_says_year_and_municipality(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Greve Kommune - politisk mødeplan 2027"],
        [],
        ["Udvalg", "Ugedag", "Dato", "Kl."],
        ["Byrådet", "Tirsdag", "23. marts", "18.30"],
        ["Byrådet", "Tirsdag", "tirsdag den 27. april", "18.30"],
    ]
    read = read_calendar_file(workbook(tmp_path, rows))
    assert [(m.municipality, m.held_on.isoformat()) for m in read.meetings] == [
        ("0253", "2027-03-23"),
        ("0253", "2027-04-27"),
    ]


def test_a_sheet_without_columns_is_read_as_a_list(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Byrådet 2027"], [dt.date(2027, 3, 23)], ["tirsdag 27. april"]]
    read = read_calendar_file(workbook(tmp_path, rows), municipality="Greve")
    assert days_of(read) == ["2027-03-23", "2027-04-27"]


def test_a_hidden_sheet_is_passed_over(tmp_path: Path) -> None:
    path = workbook(tmp_path, table_rows(), "Møder")
    book = openpyxl.load_workbook(path)
    book.create_sheet("Lister", 0).append(["opslag"])
    book.worksheets[0].sheet_state = "hidden"
    book.save(path)
    assert placeless(read_calendar_file(path)) == MEETINGS


def test_a_sheet_with_a_column_for_each_month_is_told_what_to_do(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Organ", "Jan", "Feb", "Mar"], ["Byrådet", 26, 23, "23 og 30"]]
    where, _, told = only_flaw(workbook(tmp_path, rows), municipality="Greve")
    assert where == "møder.xlsx:Ark1!A1"
    assert told.startswith("arket er en månedsoversigt")
    assert "Lav én række for hvert møde" in told


def test_a_sheet_with_a_row_for_each_month_is_told_what_to_do(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Måned", "Byrådet", "ØU"], ["Januar", 26, 19], ["Februar", 23, 16]]
    _, _, told = only_flaw(workbook(tmp_path, rows), municipality="Greve")
    assert told.startswith("arket er en månedsoversigt")


def test_a_slip_of_the_pen_in_a_bodys_name_is_told_with_the_name(tmp_path: Path) -> None:
    text = "organ;dato\nStyregrupen;05-02-2027\nK17;12-02-2027\n"
    where, key, told = only_flaw(text_file(tmp_path, "a.csv", text), area="sjaelland")
    assert (where, key) == ("a.csv:2", "led")
    assert "«Styregrupen» er ikke et led; mente du «Styregruppen»?" in told


def test_a_text_that_is_no_list_is_told_as_a_list(tmp_path: Path) -> None:
    _, _, told = only_flaw(text_file(tmp_path, "a.txt", "Byrådets mødedatoer\nuge 4\n"))
    assert "Skriv mødets dato" in told


@pytest.mark.parametrize(
    "raw",
    [
        TABLE.replace(";", "\t").encode("utf-16"),
        b"\xfe\xff" + TABLE.replace(";", "\t").encode("utf-16-be"),
        ("sep=;\r\n" + TABLE).encode("cp1252"),
        ("sep=,\n" + TABLE.replace(";", ",")).encode(),
        ("Lolland Kommune, mødeplan\n\n" + TABLE).encode(),
    ],
    ids=["unicode-text", "big-endian", "sep-semicolon", "sep-comma", "title"],
)
def test_what_excel_makes_of_a_csv_file_is_read(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(raw)
    assert placeless(read_calendar_file(tmp_path / "a.csv")) == MEETINGS


def test_a_calendar_of_one_body_gives_its_meetings_and_no_others(tmp_path: Path) -> None:
    text = event("SUMMARY:Møde nr. 3", "DTSTART;VALUE=DATE:20270212", "END:VEVENT", "BEGIN:VEVENT",
                 "SUMMARY:K17", "DTSTART;VALUE=DATE:20270312", "END:VEVENT", "BEGIN:VEVENT",
                 "SUMMARY:Byrådsmøde", "DTSTART;VALUE=DATE:20270313", "END:VEVENT", "BEGIN:VEVENT",
                 "SUMMARY:Tandlæge", "DTSTART;VALUE=DATE:20270314")  # fmt: skip
    read = read_calendar_file(text_file(tmp_path, "a.ics", text), body="K17", area="sjaelland")
    assert body_days(read) == {"sjaelland.k17": ["2027-02-12", "2027-03-12"]}
    assert len(read.skipped) == 2


def test_a_text_file_is_read_as_a_list(tmp_path: Path) -> None:
    text = "Møder i K17 2027\n12. februar\nFredag den 12. marts\n"
    read = read_calendar_file(text_file(tmp_path, "a.txt", text), area="sjaelland")
    assert body_days(read) == {"sjaelland.k17": ["2027-02-12", "2027-03-12"]}


def test_a_meeting_that_two_rows_tell_otherwise_is_taken_from_neither(tmp_path: Path) -> None:
    text = "led;dato;status\nbyråd;23-03-2027;\nbyråd;23-03-2027;aflyst\nbyråd;27-04-2027;\n"
    read = read_calendar_file(text_file(tmp_path, "a.csv", text), municipality="Greve")
    assert days_of(read) == ["2027-04-27"]
    assert len(read.flaws) == 1


def test_nothing_is_taken_of_a_municipality_that_the_file_was_not_said_to_be_of(
    tmp_path: Path,
) -> None:
    text = "kommune;led;dato\nGreve;byråd;23-03-2027\nLolland;byråd;24-03-2027\n"
    read = read_calendar_file(text_file(tmp_path, "a.csv", text), municipality="Greve")
    assert [m.municipality for m in read.meetings] == ["0253"]
    assert len(read.flaws) == 1


# --- What the guide shows ---------------------------------------------------------------------


def example(kind: str) -> str:
    """The one block of that kind in the guide."""
    guide = (Path(__file__).parents[3] / "docs" / "calendars.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"```{kind}\n(.*?)```", guide, re.S)
    return block


def test_the_list_of_the_guide_is_read_as_the_guide_says(tmp_path: Path) -> None:
    read = read_calendar_file(text_file(tmp_path, "a.txt", example("text")), area="sjaelland")
    assert body_days(read) == {
        "sjaelland.k17": ["2027-01-15", "2027-02-12", "2027-03-12"],
        "sjaelland.kkr": ["2027-01-20"],
    }
    assert days_of(read) == ["2027-01-26"]
    assert [m.is_cancelled for m in read.bodies] == [False, True, False, False]
    assert read.bodies[2].moved_from == day("2027-03-05")
    assert len(read.skipped) == 2
    assert read.flaws == ()


def test_the_table_of_the_guide_is_read_as_the_guide_says(tmp_path: Path) -> None:
    read = read_calendar_file(text_file(tmp_path, "a.csv", example("csv")), area="sjaelland")
    assert body_days(read) == {
        "sjaelland.kkr": ["2027-02-17"],
        "sjaelland.styregruppe": ["2027-02-05"],
    }
    assert days_of(read) == ["2027-03-23", "2027-04-27"]
    assert days_of(read, Level.COMMITTEE) == ["2027-03-09"]
    assert read.flaws == ()


def test_the_samples_of_the_page_are_read() -> None:
    page = (Path(__file__).parents[3] / "templates/web/plan/import.html").read_text("utf-8")
    rows, columns, bodies = re.findall(r'<pre class="own-mail">(.*?)</pre>', page, re.S)
    how = HowToRead(area="sjaelland")
    by_row = read_calendar("a.csv", rows.encode(), how)
    assert (len(by_row.bodies), len(by_row.meetings), by_row.flaws) == (2, 1, ())
    by_column = read_calendar("a.csv", columns.encode(), how)
    assert (len(by_column.bodies), by_column.flaws) == (6, ())
    assert len(read_calendar("a.yaml", bodies.encode(), how).bodies) == 4
