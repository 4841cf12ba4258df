"""Which municipal meetings does a table tell of? CSV, and the first sheet of an Excel workbook.

Both become rows of cells that know their place, and are read alike from there on. A text file may
tell of meetings that were moved, one to a line: ``Slagelse 24/3-2026 -> 18/3-2026``.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from models.decision import Level
from udmelding.config.flaw_wording import suggestion, unknown_key
from udmelding.config.plan.municipal_harvest import (
    WHAT,
    Harvest,
    MunicipalMeeting,
    Place,
    municipality_code,
    read_bytes,
    read_text,
    unusable,
    year_problem,
)
from udmelding.errors import BadFileError, Flaw

_NEEDED = ("kommune", "led", "dato")
_COLUMNS = (*_NEEDED, "papirfrist", "status", "flyttet fra", "bemærkning")
_LEVEL_WORDS = {
    word: level
    for level, words in (
        (Level.COMMITTEE, "fagudvalg committee"),
        (Level.FINANCE_COMMITTEE, "økonomiudvalg finance_committee øu"),
        (Level.COUNCIL, "byråd kommunalbestyrelse council kb"),
    )
    for word in words.split()
}
"""What a level may be called in a file."""
_STATES = {"": False, "planlagt": False, "aflyst": True}
_MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_DANISH = re.compile(
    rf"(\d\d?)(?:-(\d\d?)-|/(\d\d?)[- ]|\.(\d\d?)\.|\. ({'|'.join(_MONTHS)}) )(\d{{4}})", re.ASCII
)
_TWO_DIGIT_YEAR = re.compile(r"\d{1,2}[-/. ]+(\d{1,2}|[a-zæøå]+)[-/. ]+\d{2}", re.ASCII)
_FORMS = "skriv den som 14-03-2025, 14/3-2025, 14.3.2025, 14. marts 2025 eller 2025-03-14"

_MOST_UNZIPPED = 50_000_000
_MOST_ROWS = 50_000
_LAST_ROW = 1_048_576  # of Excel


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of one row; ``number`` is its line, ``sheet`` is empty in a CSV file."""

    file: str
    number: int
    cells: tuple[object, ...]
    sheet: str = ""

    def place(self, column: int, key: str) -> Place:
        """The cell in the ``column`` (from 0) that holds ``key``."""
        if not self.sheet:
            return Place(f"{self.file}:{self.number}", f"linje {self.number}", key, self.number)
        sheet = self.sheet if self.sheet.isalnum() else f"'{self.sheet}'"
        where = f"{self.file}:{sheet}!{get_column_letter(column + 1)}{self.number}"
        return Place(where, f"{sheet}!A{self.number}", key, self.number)


def read(path: Path, harvest: Harvest) -> None:
    """Add the meetings of a CSV or Excel file, and what is wrong with its cells, to ``harvest``.

    Raises:
        BadFileError: the file as a whole cannot be read, or its columns are not the ones allowed.
    """
    found = _csv_rows(path) if path.suffix.lower() == ".csv" else _excel_rows(path, harvest)
    rows = [row for row in found if any(_text(cell) for cell in row.cells)]
    if not rows:
        raise unusable(path.name, "filen er tom; den skal begynde med en række med kolonnenavne")
    header = _header(rows[0], harvest)
    for row in rows[1:]:
        _read_row(row, header, harvest)


def _header(row: _Row, harvest: Harvest) -> dict[str, int]:
    """The number of each column by its name.

    Raises:
        BadFileError: an unknown, missing or repeated column.
    """
    names = [_word(cell) for cell in row.cells]
    flaws = []
    for number, name in enumerate(names):
        told = "kolonnen står to gange" if name in names[:number] else ""
        if name not in _COLUMNS:
            told = unknown_key(name, _COLUMNS).replace("nøgle", "kolonne")
        if name and told:
            flaws.append(Flaw(row.place(number, "").where, _shown(row.cells[number]), told))
    for name in _NEEDED:
        if name not in names and not (name == "kommune" and harvest.asked):
            told = "; tilføj den, eller angiv kommunen sammen med filen" * (name == "kommune")
            flaws.append(Flaw(row.place(0, "").where, name, f"kolonnen mangler{told}"))
    if flaws:
        raise BadFileError(WHAT, tuple(flaws))
    return {name: number for number, name in enumerate(names) if name}


def _read_row(row: _Row, header: dict[str, int], harvest: Harvest) -> None:
    for number, cell in enumerate(row.cells):
        if _text(cell) and number not in header.values():
            told = f"«{_shown(cell)}» står i en kolonne uden navn"
            harvest.flaws.append((row.place(number, ""), told))
    at = {name: row.place(number, name) for name, number in header.items()}
    padded = (*row.cells, *[""] * (max(header.values()) + 1))
    cells = {name: padded[header[name]] if name in header else "" for name in _COLUMNS}
    code = _municipality(cells["kommune"], at, harvest)
    level = _level(cells["led"], at["led"], harvest)
    held_on = _day(cells["dato"], at["dato"], harvest)
    papers = at.get("papirfrist", at["dato"])
    due = _day(cells["papirfrist"], papers, harvest) if _text(cells["papirfrist"]) else None
    was_at = at.get("flyttet fra", at["dato"])
    was = _day(cells["flyttet fra"], was_at, harvest) if _text(cells["flyttet fra"]) else None
    is_cancelled = _STATES.get(_word(cells["status"]))
    if is_cancelled is None:
        problem = f"«{_shown(cells['status'])}» er ikke en status; skriv planlagt eller aflyst"
        harvest.flaws.append((at["status"], problem))
    if code and level and held_on:
        meeting = MunicipalMeeting(
            municipality=code,
            level=level,
            held_on=held_on,
            papers_due_on=due,
            is_cancelled=bool(is_cancelled),
            moved_from=was if was != held_on else None,
            note=_text(cells["bemærkning"]),
        )
        harvest.meetings.append((meeting, at["dato"], papers))


def _municipality(cell: object, at: dict[str, Place], harvest: Harvest) -> str:
    if "kommune" not in at:
        return harvest.asked
    text = _text(cell)
    if text:
        return municipality_code(text, at["kommune"], harvest)
    harvest.flaws.append((at["kommune"], "mangler; skriv kommunens navn eller kode"))
    return ""


def _level(cell: object, place: Place, harvest: Harvest) -> Level | None:
    level = _LEVEL_WORDS.get(_word(cell))
    if level is None:
        hint = f"{suggestion(_word(cell), _LEVEL_WORDS)}tilladt er: {', '.join(_LEVEL_WORDS)}"
        told = f"«{_shown(cell)}» er ikke et led" if _text(cell) else "mangler"
        harvest.flaws.append((place, f"{told}; {hint}"))
    return level


def _day(cell: object, place: Place, harvest: Harvest) -> dt.date | None:
    try:
        day = read_day(cell)
        problem = year_problem(day)
    except ValueError as error:
        problem = str(error)
    if not problem:
        return day
    harvest.flaws.append((place, problem))
    return None


def read_day(cell: object) -> dt.date:
    """The day that a cell holds: a date, a moment, or a text in one of the Danish forms.

    Raises:
        ValueError: it is none; the Danish message says what to write.
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = _word(cell)
    if day := _written(text):
        return day
    if not text:
        raise ValueError(f"mangler; {_FORMS}")
    if _TWO_DIGIT_YEAR.fullmatch(text):
        raise ValueError(f"«{text}»: skriv året med fire cifre, for eksempel 14-03-2025")
    raise ValueError(f"«{_shown(cell)}» er ikke en dato, der kan læses; {_FORMS}")


def _written(text: str) -> dt.date | None:
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DANISH.fullmatch(text):
        day, month, year = (part for part in found.groups() if part)
    else:
        return None
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
    try:
        return dt.date(int(year), number, int(day))
    except ValueError:
        raise ValueError(f"datoen «{text}» findes ikke i kalenderen") from None


def _text(cell: object) -> str:
    """What stands in a cell, on one line; empty for an empty one."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(unicodedata.normalize("NFC", str(cell)).split())


def _word(cell: object) -> str:
    return _text(cell).casefold()


def _shown(cell: object) -> str:
    text = _text(cell)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _csv_rows(path: Path) -> Iterator[_Row]:
    text = read_text(path)
    separator = ";" if ";" in text.lstrip().partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield _Row(path.name, line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error:
        problem = "linjen er ikke gyldig CSV; se efter anførselstegn"
        raise unusable(f"{path.name}:{line}", problem) from None


def _excel_rows(path: Path, harvest: Harvest) -> list[_Row]:
    raw = read_bytes(path)
    _check_size(path.name, raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # in English, and about looks
            rows, troubles = _sheet(path.name, raw, harvest)
    except Exception:  # openpyxl lets through whatever its parsers meet in a broken file
        problem = "Excel-filen er ødelagt; åbn den i Excel, og gem den igen som .xlsx"
        raise unusable(path.name, problem) from None
    if troubles:
        raise BadFileError(WHAT, tuple(troubles))
    if len(rows) > _MOST_ROWS:
        raise unusable(path.name, f"arket har over {_MOST_ROWS} rækker")
    return rows


def _check_size(file: str, raw: bytes) -> None:
    try:
        unzipped = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(raw)).infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        problem = "filen er ikke en Excel-projektmappe; gem den i Excel som .xlsx uden adgangskode"
        raise unusable(file, problem) from None
    if unzipped > _MOST_UNZIPPED:
        raise unusable(file, "filen fylder over 50 MB, når den pakkes ud")


def _sheet(file: str, raw: bytes, harvest: Harvest) -> tuple[list[_Row], list[Flaw]]:
    """The rows of the first sheet that are not empty, and its cells that have no value."""
    # Twice: openpyxl shows either formulas or what they came to.
    books = [openpyxl.load_workbook(io.BytesIO(raw), True, data_only=it) for it in (False, True)]
    sheets = [book.worksheets[0] for book in books]
    name, others = sheets[0].title, books[0].sheetnames
    others.remove(name)
    harvest.skipped += [f"Arket «{other}» er ikke læst: kun «{name}» læses." for other in others]
    for sheet in sheets:
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
    rows: list[_Row] = []
    flaws: list[Flaw] = []
    for number, both in enumerate(zip(*(it.iter_rows() for it in sheets), strict=True), start=1):
        if any(cell.value is not None for cell in both[0]):
            row = _Row(file, number, tuple(cell.value for cell in both[1]), name)
            problems = enumerate(map(_trouble, *both))
            flaws += [Flaw(row.place(at, "").where, "", told) for at, told in problems if told]
            rows.append(row)
        if number > _LAST_ROW or len(rows) > _MOST_ROWS:
            break
    return rows, flaws


def _trouble(formula: Any, shown: Any) -> str:
    if shown.data_type == "e":
        return f"cellen viser fejlen {shown.value}; ret den i Excel"
    if formula.data_type == "f" and shown.value is None and shown.data_type == "n":
        return "cellen er en formel uden værdi; åbn filen i Excel, og gem den igen"
    return ""


HOW = "Slagelse 24/3-2026 -> 18/3-2026"
_LINE = re.compile(r"(?P<who>[^\d]+?)\s+(?P<was>\d.*?)\s*(?:->|→|\btil\b)\s*(?P<on>.+)", re.I)


def read_moves(path: Path, harvest: Harvest) -> None:
    """Add the moved meetings of a text file, one to a line, and its flaws to ``harvest``.

    So many councils can be moved at once, as when a general election is called; to an earlier day
    as well as to a later one. A level other than the council follows after a comma.

    Raises:
        BadFileError: the file as a whole cannot be read.
    """
    for number, written in enumerate(read_text(path).splitlines(), start=1):
        line = " ".join(written.split())
        if line:
            place = Place(f"{path.name}:{number}", f"linje {number}", "", number)
            _read_move(line, place, harvest)


def _read_move(line: str, place: Place, harvest: Harvest) -> None:
    found = _LINE.fullmatch(line)
    if found is None:
        harvest.flaws.append((place, f"«{line}» kan ikke læses; skriv den som {HOW}"))
        return
    name, _, level_word = (part.strip() for part in found["who"].partition(","))
    level = _LEVEL_WORDS.get(level_word.casefold() or "kommunalbestyrelse")
    if level is None:
        told = f"«{level_word}» er ikke et led; tilladt er: {', '.join(_LEVEL_WORDS)}"
        harvest.flaws.append((place, told))
    code = municipality_code(name, place, harvest)
    was, on = _day(found["was"], place, harvest), _day(found["on"], place, harvest)
    if was is not None and was == on:
        harvest.flaws.append((place, f"«{line}» flytter mødet til den dag, det allerede ligger"))
    elif level and was and on:
        meeting = MunicipalMeeting(municipality=code, level=level, held_on=on, moved_from=was)
        harvest.meetings.append((meeting, place, place))
