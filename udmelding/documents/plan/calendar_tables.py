"""Which meetings does a table tell of? CSV, and the first visible sheet of an Excel workbook.

Both become rows of cells that know their place, and are read alike from there on. People make three
kinds of table: a row for each meeting under named columns, wherever the header stands; a column for
each organ with its dates beneath; and none at all, a list in cells, which is read as one on a web
page is (``rules.plan.calendar_lines``). A text file is such a list, or tells of meetings that were
moved, one to a line: ``Slagelse 24/3-2026 -> 18/3-2026``.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

from models.decision import Level
from udmelding.config.flaw_wording import suggestion, unknown_key
from udmelding.config.plan.meeting_calendars import year_problem
from udmelding.documents.plan.calendar_harvest import (
    WHAT,
    Harvest,
    Place,
    municipality_code,
    read_bytes,
    read_text,
    unusable,
)
from udmelding.errors import BadFileError, Flaw
from udmelding.rules.plan.calendar_lines import read_lines
from udmelding.rules.plan.organ_words import Naming, Organ, around_word, naming
from udmelding.rules.words.danish_dates import UnreadableDateError, read_day_in
from udmelding.rules.words.date_forms import MONTHS

_COLUMNS = ("kommune", "led", "dato", "papirfrist", "status", "flyttet fra", "bemærkning")
_ALSO = {
    "organ": "led",
    "udvalg": "led",
    "møde": "led",
    "mødedato": "dato",
    "dag": "dato",
    "papirer senest": "papirfrist",
    "dagsordenfrist": "papirfrist",
    "bemærkninger": "bemærkning",
    "note": "bemærkning",
}
"""Other words for a column."""
_ASIDE = ("ugedag", "tid", "kl.", "klokkeslæt", "tidspunkt", "sted", "lokale", "uge", "nr.", "år")
"""Columns that people have besides, and that say nothing we keep."""
_LEVELS = ("fagudvalg", "økonomiudvalg", "byråd", "kommunalbestyrelse")
_STATES = {
    "": False,
    "planlagt": False,
    "aflyst": True,
    "aflyses": True,
    "udgår": True,
}
_FORMS = "skriv den som 14-03-2025, 14/3-2025, 14.3.2025, 14. marts 2025 eller 2025-03-14"
_SERIAL = range(32_874, 73_416)
"""The days 1990-2100 as Excel counts them, where a cell lost its look of a date."""

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
    _refuse_matrix(rows)
    at, organs = _layout(rows, harvest)
    _read_titles(rows[:at], harvest)
    if organs:
        _read_organ_columns(rows[at + 1 :], organs, harvest)
    elif at == 0 and not _columns_in(rows[0]) and _read_as_list(rows, harvest):
        return
    else:
        header = _header(rows[at], harvest)
        for row in rows[at + 1 :]:
            _read_row(row, header, harvest)


_HEADER_WITHIN = 20
"""So many rows may stand above the header: a title, who made it, when."""


def _layout(rows: Sequence[_Row], harvest: Harvest) -> tuple[int, dict[int, Organ]]:
    """Which row is the header, and the organ of each column where columns are organs."""
    within = rows[:_HEADER_WITHIN]
    for number, row in enumerate(within):
        if len(_columns_in(row)) >= _ENOUGH:
            return number, {}
        organs = {n: organ for n, cell in enumerate(row.cells) if (organ := _whole(cell, harvest))}
        filled = sum(bool(_text(cell)) for cell in row.cells)
        # A single name above dates is a heading, and such a sheet is read as a list.
        if len(organs) >= _ENOUGH and len(organs) >= filled - 1:
            return number, organs
    return next((n for n, row in enumerate(within) if _columns_in(row)), 0), {}


_ENOUGH = 2


def _columns_in(row: _Row) -> list[str]:
    names = (_ALSO.get(_word(cell), _word(cell)) for cell in row.cells)
    return [name for name in names if name in _COLUMNS]


def _whole(cell: object, harvest: Harvest) -> Organ | None:
    """The organ that a cell names, where it names nothing else."""
    text = _text(cell)
    return _organ(naming(text, harvest.words), harvest) if text and len(text) < 60 else None


def _organ(said: Naming, harvest: Harvest, municipality: str = "") -> Organ | None:
    if said.foreign or len(said.bodies) + len(said.levels) != 1:
        return None
    if said.bodies:
        return said.bodies[0]
    code = municipality or said.municipality or harvest.asked
    return Organ(municipality=code, level=said.levels[0])


def _refuse_matrix(rows: Sequence[_Row]) -> None:
    """A sheet with a column for each month says no dates, only days; which year is a guess.

    Raises:
        BadFileError: the table is such a one.
    """
    for row in rows[:_HEADER_WITHIN]:
        words = [_word(cell).rstrip(".") for cell in row.cells]
        months = [w for w in words if w and any(w in (name, name[:3]) for name in MONTHS)]
        if len(months) >= 3:
            told = (
                "arket er en månedsoversigt med en kolonne for hver måned. Lav én række for hvert "
                "møde med kolonnerne led og dato (og kommune, hvis der er flere), eller skriv "
                "datoerne ind under «Møder», «Skriv møder ind»"
            )
            raise BadFileError(WHAT, (Flaw(row.place(0, "").where, "", told),))


def _read_titles(rows: Sequence[_Row], harvest: Harvest) -> None:
    """What stands above the header may say the year and the municipality of all that follows."""
    for row in rows:
        text = " ".join(filter(None, map(_text, row.cells)))
        said = naming(text, harvest.words)
        if year := re.search(r"\b(?:19|20)\d\d\b", said.rest):
            harvest.year = harvest.year or int(year[0])
        harvest.titled = harvest.titled or said.municipality


def _read_organ_columns(rows: Sequence[_Row], organs: dict[int, Organ], harvest: Harvest) -> None:
    for row in rows:
        for number, cell in enumerate(row.cells):
            if number not in organs or not _text(cell):
                continue
            organ, place = organs[number], row.place(number, "")
            if organ.level and not (organ.municipality or harvest.titled):
                harvest.flaws.append((place, "det står ikke, hvilken kommune mødet hører til"))
            elif (day := _day(cell, place, harvest)) is not None:
                owner = organ.municipality or harvest.titled
                harvest.add(replace(organ, municipality=owner if organ.level else ""), day, place)


def _read_as_list(rows: Sequence[_Row], harvest: Harvest) -> bool:
    """Whether the cells are a list of the kind that stands on web pages; it is taken in then."""
    lines = {row.number: " ".join(filter(None, map(_shown_in_list, row.cells))) for row in rows}
    text = "\n".join(lines.get(number, "") for number in range(1, max(lines) + 1))
    places = {row.number: row.place(0, "") for row in rows}
    return read_list(text, places, harvest)


def read_list(
    text: str, places: Mapping[int, Place], harvest: Harvest, *, is_meant: bool = False
) -> bool:
    """Take in a list in lines, see ``rules.plan.calendar_lines``.

    Returns:
        False where it has no meeting; then nothing of it is told unless it ``is_meant`` as a list.
    """
    read = read_lines(
        text,
        harvest.words,
        organ=harvest.organ,
        municipality=harvest.asked,
        year=harvest.year,
    )
    if not (read.meetings or is_meant):
        return False
    for found in read.meetings:
        harvest.add(
            found.organ,
            found.held_on,
            places[found.line],
            papers_due_on=found.papers_due_on,
            is_cancelled=found.is_cancelled,
            moved_from=found.moved_from,
            note=found.note,
            committee=found.committee,
        )
    for flaw in read.flaws:
        harvest.flaws.append((places[flaw.line], f"«{flaw.text}»: {flaw.told}"))
    for left in read.left_out:
        harvest.skipped.append(
            f"«{left.text}» ({places[left.line].told}) er sprunget over: {left.told}."
        )
    return True


def _shown_in_list(cell: object) -> str:
    if isinstance(cell, dt.datetime | dt.date):
        return f"{cell:%Y-%m-%d}"
    return _text(cell)


def _header(row: _Row, harvest: Harvest) -> dict[str, int]:
    """The number of each column by its name.

    Raises:
        BadFileError: a column that may be meant as one of ours, a missing or a repeated one.
    """
    names = [_ALSO.get(_word(cell), _word(cell)) for cell in row.cells]
    flaws = []
    for number, name in enumerate(names):
        shown, told = _shown(row.cells[number]), ""
        if name in names[:number]:
            told = "kolonnen står to gange"
        elif name and name not in (*_COLUMNS, *_ASIDE):
            told = _unknown_column(name, shown, harvest)
        if name and told:
            flaws.append(Flaw(row.place(number, "").where, shown, told))
    needed = ("led", "dato") if harvest.organ is None else ("dato",)
    for name in needed:
        if name not in names:
            flaws.append(Flaw(row.place(0, "").where, name, "kolonnen mangler"))
    if flaws:
        raise BadFileError(WHAT, tuple(flaws))
    return {name: number for number, name in enumerate(names) if name}


def _unknown_column(name: str, shown: str, harvest: Harvest) -> str:
    """What is wrong with a column that we do not know; one of somebody's own is only left out."""
    if suggestion(name, _COLUMNS):
        return unknown_key(name, _COLUMNS).replace("nøgle", "kolonne")
    harvest.skipped.append(f"Kolonnen «{shown}» bruges ikke.")
    return ""


def _read_row(row: _Row, header: dict[str, int], harvest: Harvest) -> None:
    flaws = len(harvest.flaws)
    for number, cell in enumerate(row.cells):
        if _text(cell) and number not in header.values():
            told = f"«{_shown(cell)}» står i en kolonne uden navn"
            harvest.flaws.append((row.place(number, ""), told))
    at = {name: row.place(number, name) for name, number in header.items()}
    padded = (*row.cells, *[""] * (max(header.values()) + 1))
    cells = {name: padded[header[name]] if name in header else "" for name in _COLUMNS}
    organ, committee, is_left_out = _whose(cells, at, harvest)
    if is_left_out:
        del harvest.flaws[flaws:]
        return
    held_on = _day(cells["dato"], at["dato"], harvest)
    papers = at.get("papirfrist", at["dato"])
    due = _day(cells["papirfrist"], papers, harvest) if _text(cells["papirfrist"]) else None
    was_at = at.get("flyttet fra", at["dato"])
    was = _day(cells["flyttet fra"], was_at, harvest) if _text(cells["flyttet fra"]) else None
    is_cancelled = _STATES.get(_word(cells["status"]))
    if is_cancelled is None:
        problem = f"«{_shown(cells['status'])}» er ikke en status; skriv planlagt eller aflyst"
        harvest.flaws.append((at["status"], problem))
    if organ and held_on and len(harvest.flaws) == flaws:
        harvest.add(
            organ,
            held_on,
            at["dato"],
            papers,
            papers_due_on=due,
            is_cancelled=bool(is_cancelled),
            moved_from=was,
            note=_text(cells["bemærkning"]),
            committee=committee,
        )


def _whose(
    cells: dict[str, object], at: dict[str, Place], harvest: Harvest
) -> tuple[Organ | None, str, bool]:
    """Whose meeting a row is, the committee's name it rests on, and whether it is left out."""
    text = _text(cells["led"])
    if "led" not in at or (not text and harvest.organ is not None):
        return harvest.organ, "", False
    place = at["led"]
    said = naming(text, harvest.words)
    if word := around_word(text):
        told = f"ordet «{word}» tyder på, at det ikke er selve mødet"
        harvest.skipped.append(f"«{_shown(text)}» ({place.told}) er sprunget over: {told}.")
        return None, "", True
    if said.bodies and len(said.bodies) == 1 and not said.levels:
        return said.bodies[0], "", False
    if said.foreign and said.foreign not in ("udvalg", "udvalget") and not said.levels:
        harvest.foreign.setdefault(_shown(text), []).append(place)
        return None, "", True
    code = _municipality(cells["kommune"], at, harvest, said)
    level = _level(text, said, place, harvest)
    if not code or level is None:
        return None, "", False
    return Organ(municipality=code, level=level), said.committee, False


def _municipality(cell: object, at: dict[str, Place], harvest: Harvest, said: Naming) -> str:
    if "kommune" not in at:
        code = harvest.asked or said.municipality or harvest.titled
        if not code:
            told = "kolonnen «kommune» mangler; tilføj den, eller angiv kommunen sammen med filen"
            harvest.flaws.append((at["dato"], told))
        return code
    text = _text(cell)
    if text:
        return municipality_code(text, at["kommune"], harvest)
    if code := said.municipality or harvest.titled:
        return code
    harvest.flaws.append((at["kommune"], "mangler; skriv kommunens navn eller kode"))
    return ""


def _level(text: str, said: Naming, place: Place, harvest: Harvest) -> Level | None:
    if len(said.levels) == 1 and not said.foreign:
        return said.levels[0]
    hint = f"{suggestion(_word(text), _LEVELS)}tilladt er: {', '.join(_LEVELS)}"
    told = f"«{_shown(text)}» er ikke et led" if text else "mangler"
    harvest.flaws.append((place, f"{told}; {hint}"))
    return None


def _day(cell: object, place: Place, harvest: Harvest) -> dt.date | None:
    try:
        day = read_day(cell, harvest.year)
        problem = year_problem(day)
    except ValueError as error:
        problem = str(error)
    if not problem:
        return day
    harvest.flaws.append((place, problem))
    return None


def read_day(cell: object, year: int | None = None) -> dt.date:
    """The day that a cell holds: a date, a moment, Excel's number of one, or a date in words.

    Args:
        cell: what stands there.
        year: the year that the table is about, for a date without one.

    Raises:
        ValueError: it is none; the Danish message says what to write.
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and int(cell) in _SERIAL:
        found = from_excel(int(cell))
        return found.date() if isinstance(found, dt.datetime) else dt.date.min
    text = _text(cell)
    if not text:
        raise ValueError(f"mangler; {_FORMS}")
    try:
        return read_day_in(text, year)
    except UnreadableDateError as error:
        raise ValueError(f"«{_shown(text)}»: {error.problem}. {error.hint}") from None


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
    line = 1
    told = re.match(r"sep=(.)\r?\n", text)  # Excel's own word for it, above everything
    if told:
        text, line = text[told.end() :], 2
    separator = told[1] if told else _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    first = line - 1
    try:
        for cells in reader:
            yield _Row(path.name, line, tuple(cells))
            line = first + reader.line_num + 1
    except csv.Error:
        problem = "linjen er ikke gyldig CSV; se efter anførselstegn"
        raise unusable(f"{path.name}:{line}", problem) from None


def _separator(text: str) -> str:
    """What stands between the cells of the header; of the first line where there is none."""
    lines = text.strip().splitlines()[:_HEADER_WITHIN] or [""]
    header = next(
        (line for line in lines if re.search(r"\bdato\b|\bmødedato\b", line, re.I)), lines[0]
    )
    return next((sign for sign in (";", "\t") if sign in header), ",")


def _excel_rows(path: Path, harvest: Harvest) -> list[_Row]:
    raw = read_bytes(path)
    _check_size(path.name, raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # in English, and about looks
            rows = _sheet(path.name, raw, harvest)
    except Exception:  # openpyxl lets through whatever its parsers meet in a broken file
        problem = "Excel-filen er ødelagt; åbn den i Excel, og gem den igen som .xlsx"
        raise unusable(path.name, problem) from None
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


def _sheet(file: str, raw: bytes, harvest: Harvest) -> list[_Row]:
    """The rows of the first visible sheet that are not empty; a row with a broken cell is told."""
    # Twice: openpyxl shows either formulas or what they came to.
    books = [openpyxl.load_workbook(io.BytesIO(raw), True, data_only=it) for it in (False, True)]
    shown = [n for n, it in enumerate(books[0].worksheets) if it.sheet_state == "visible"]
    chosen = shown[0] if shown else 0
    sheets = [book.worksheets[chosen] for book in books]
    name, others = sheets[0].title, books[0].sheetnames
    others.remove(name)
    harvest.skipped += [f"Arket «{other}» er ikke læst: kun «{name}» læses." for other in others]
    for sheet in sheets:
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
    rows: list[_Row] = []
    for number, both in enumerate(zip(*(it.iter_rows() for it in sheets), strict=True), start=1):
        if any(cell.value is not None for cell in both[0]):
            row = _Row(file, number, tuple(cell.value for cell in both[1]), name)
            problems = [(at, told) for at, told in enumerate(map(_trouble, *both)) if told]
            harvest.flaws += [(row.place(at, ""), told) for at, told in problems]
            if not problems:
                rows.append(row)
        if number > _LAST_ROW or len(rows) > _MOST_ROWS:
            break
    return rows


def _trouble(formula: Any, shown: Any) -> str:
    if shown.data_type == "e":
        return f"cellen viser fejlen {shown.value}; ret den i Excel"
    if formula.data_type == "f" and shown.value is None and shown.data_type == "n":
        return "cellen er en formel uden værdi; åbn filen i Excel, og gem den igen"
    return ""


HOW = "Slagelse 24/3-2026 -> 18/3-2026"
_LINE = re.compile(r"(?P<who>[^\d]+?)\s+(?P<was>\d.*?)\s*(?:->|→|\btil\b)\s*(?P<on>.+)", re.I)


def read_text_file(path: Path, harvest: Harvest) -> None:
    """Add what a text file tells: a list as on a web page, or meetings that were moved.

    A file is one of moves if no line of it can be read otherwise, or all of its lines are moves.
    So many councils can be moved at once, as when a general election is called; to an earlier day
    as well as to a later one. A level other than the council follows after a comma.

    Raises:
        BadFileError: the file as a whole cannot be read.
    """
    text = read_text(path)
    lines = {n: " ".join(line.split()) for n, line in enumerate(text.splitlines(), start=1)}
    places = {n: Place(f"{path.name}:{n}", f"linje {n}", "", n) for n in lines}
    is_moves = any(_LINE.fullmatch(line) for line in lines.values())
    if not is_moves and read_list(text, places, harvest):
        return
    for number, line in lines.items():
        if line:
            _read_move(line, places[number], harvest)


def _read_move(line: str, place: Place, harvest: Harvest) -> None:
    found = _LINE.fullmatch(line)
    if found is None:
        harvest.flaws.append((place, f"«{line}» kan ikke læses; skriv den som {HOW}"))
        return
    name, _, level_word = (part.strip() for part in found["who"].partition(","))
    said = naming(level_word or "kommunalbestyrelse", harvest.words)
    flaws = len(harvest.flaws)
    level = _level(level_word, said, place, harvest)
    code = municipality_code(name, place, harvest)
    was, on = _day(found["was"], place, harvest), _day(found["on"], place, harvest)
    if was is not None and was == on:
        harvest.flaws.append((place, f"«{line}» flytter mødet til den dag, det allerede ligger"))
    elif level and was and on and len(harvest.flaws) == flaws:
        organ = Organ(municipality=code, level=level)
        harvest.add(organ, on, place, moved_from=was)
