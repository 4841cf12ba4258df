"""Which meetings does a table tell of? CSV, and the first visible sheet of an Excel workbook.

Both become rows of cells that know their place, and are read alike from there on. People make three
kinds of table: a row for each meeting under named columns, wherever the header stands; a column for
each organ with its dates beneath; and none at all, a list in cells, which is read as one on a web
page is (``rules.words.calendar_lines``). A text file is such a list, or tells of meetings that were
moved, one to a line: ``Slagelse 24/3-2026 -> 18/3-2026``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from udmelding.config.flaw_wording import suggestion, unknown_key
from udmelding.documents.plan.calendar_cells import day_of, level_of
from udmelding.documents.plan.calendar_harvest import (
    WHAT,
    Harvest,
    Place,
    municipality_code,
)
from udmelding.documents.plan.calendar_lists import read_list
from udmelding.documents.plan.calendar_sheets import (
    HEADER_WITHIN,
    Row,
    pasted_rows,
    rows_of,
    short,
    text_of,
    word_of,
)
from udmelding.errors import BadFileError, Flaw
from udmelding.rules.words.date_forms import MONTHS
from udmelding.rules.words.organ_words import Naming, Organ, around_word, naming

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
_STATES = {
    "": False,
    "planlagt": False,
    "aflyst": True,
    "aflyses": True,
    "udgår": True,
}


def read(path: Path, harvest: Harvest) -> None:
    """Add the meetings of a CSV or Excel file, and what is wrong with its cells, to ``harvest``.

    Raises:
        BadFileError: the file as a whole cannot be read, or its columns are not the ones allowed.
    """
    _take_in(rows_of(path, harvest), harvest)


def read_pasted(text: str, harvest: Harvest) -> bool:
    """Add the meetings of a table that was copied from a sheet; False where the text is none.

    Such a table is no list of days: in it a cut-off stands in a column of its own.

    Raises:
        BadFileError: its columns are not the ones allowed, or it is a month matrix.
    """
    rows = pasted_rows(text)
    if not rows:
        return False
    _refuse_matrix(rows)
    at, organs = _layout(rows, harvest)
    if not organs and len(_columns_in(rows[at])) < _ENOUGH:
        return False
    _take_in(rows, harvest)
    return True


def _take_in(rows: Sequence[Row], harvest: Harvest) -> None:
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


def _layout(rows: Sequence[Row], harvest: Harvest) -> tuple[int, dict[int, Organ]]:
    """Which row is the header, and the organ of each column where columns are organs."""
    within = rows[:HEADER_WITHIN]
    for number, row in enumerate(within):
        if len(_columns_in(row)) >= _ENOUGH:
            return number, {}
        organs = {n: organ for n, cell in enumerate(row.cells) if (organ := _whole(cell, harvest))}
        filled = sum(bool(text_of(cell)) for cell in row.cells)
        # A single name above dates is a heading, and such a sheet is read as a list.
        if len(organs) >= _ENOUGH and len(organs) >= filled - 1:
            return number, organs
    return next((n for n, row in enumerate(within) if _columns_in(row)), 0), {}


_ENOUGH = 2
_NEEDED = {
    "led": "skriv organ eller udvalg i en kolonne med det navn, eller vælg, hvis kalender det er",
    "dato": "giv kolonnen med mødernes dage overskriften «dato»",
}
"""What to do where a column is missing."""


def _columns_in(row: Row) -> list[str]:
    names = (_ALSO.get(word_of(cell), word_of(cell)) for cell in row.cells)
    return [name for name in names if name in _COLUMNS]


def _whole(cell: object, harvest: Harvest) -> Organ | None:
    """The organ that a cell names, where it names nothing else."""
    text = text_of(cell)
    return _organ(naming(text, harvest.words), harvest) if text and len(text) < 60 else None


def _organ(said: Naming, harvest: Harvest, municipality: str = "") -> Organ | None:
    if said.foreign or len(said.bodies) + len(said.levels) != 1:
        return None
    if said.bodies:
        return said.bodies[0]
    code = municipality or said.municipality or harvest.asked
    return Organ(municipality=code, level=said.levels[0])


def _refuse_matrix(rows: Sequence[Row]) -> None:
    """A sheet with a column or a row for each month says no dates, only days: nothing is guessed.

    Raises:
        BadFileError: the table is such a one.
    """
    for row in rows[:HEADER_WITHIN]:
        words = [word_of(cell).rstrip(".") for cell in row.cells]
        months = [w for w in words if w and any(w in (name, name[:3]) for name in MONTHS)]
        is_turned = len(months) == 1 and any(isinstance(cell, int) for cell in row.cells)
        if len(months) >= 3 or is_turned:
            told = (
                "arket er en månedsoversigt. Lav én række for hvert "
                "møde med kolonnerne led og dato (og kommune, hvis der er flere), eller skriv "
                "datoerne ind under «Møder», «Skriv møder ind»"
            )
            raise BadFileError(WHAT, (Flaw(row.place(0, "").where, "", told),))


def _read_titles(rows: Sequence[Row], harvest: Harvest) -> None:
    """What stands above the header may say the year and the municipality of all that follows."""
    for row in rows:
        text = " ".join(filter(None, map(text_of, row.cells)))
        said = naming(text, harvest.words)
        if year := re.search(r"\b(?:19|20)\d\d\b", said.rest):
            harvest.year = harvest.year or int(year[0])
        harvest.titled = harvest.titled or said.municipality


def _read_organ_columns(rows: Sequence[Row], organs: dict[int, Organ], harvest: Harvest) -> None:
    for row in rows:
        for number, cell in enumerate(row.cells):
            if number not in organs or not text_of(cell):
                continue
            organ, place = organs[number], row.place(number, "")
            if organ.level and not (organ.municipality or harvest.titled):
                harvest.flaws.append((place, "det står ikke, hvilken kommune mødet hører til"))
            elif (day := day_of(cell, place, harvest)) is not None:
                owner = organ.municipality or harvest.titled
                harvest.add(replace(organ, municipality=owner if organ.level else ""), day, place)


def _read_as_list(rows: Sequence[Row], harvest: Harvest) -> bool:
    """Whether the cells are a list of the kind that stands on web pages; it is taken in then."""
    lines = {row.number: " ".join(filter(None, map(_shown_in_list, row.cells))) for row in rows}
    text = "\n".join(lines.get(number, "") for number in range(1, max(lines) + 1))
    places = {row.number: row.place(0, "") for row in rows}
    return read_list(text, places, harvest)


def _shown_in_list(cell: object) -> str:
    if isinstance(cell, dt.datetime | dt.date):
        return f"{cell:%Y-%m-%d}"
    return text_of(cell)


def _header(row: Row, harvest: Harvest) -> dict[str, int]:
    """The number of each column by its name.

    Raises:
        BadFileError: a column that may be meant as one of ours, a missing or a repeated one.
    """
    names = [_ALSO.get(word_of(cell), word_of(cell)) for cell in row.cells]
    flaws = []
    for number, name in enumerate(names):
        shown, told = short(row.cells[number]), ""
        if name in names[:number]:
            told = "kolonnen står to gange"
        elif name and name not in (*_COLUMNS, *_ASIDE):
            told = _unknown_column(name, shown, harvest)
        if name and told:
            flaws.append(Flaw(row.place(number, "").where, shown, told))
    needed = ("led", "dato") if harvest.organ is None else ("dato",)
    for name in needed:
        if name not in names:
            flaws.append(Flaw(row.place(0, "").where, name, f"kolonnen mangler; {_NEEDED[name]}"))
    if flaws:
        raise BadFileError(WHAT, tuple(flaws))
    return {name: number for number, name in enumerate(names) if name}


def _unknown_column(name: str, shown: str, harvest: Harvest) -> str:
    """What is wrong with a column that we do not know; one of somebody's own is only left out."""
    if suggestion(name, _COLUMNS):
        return unknown_key(name, _COLUMNS).replace("nøgle", "kolonne")
    harvest.skipped.append(f"Kolonnen «{shown}» bruges ikke.")
    return ""


def _read_row(row: Row, header: dict[str, int], harvest: Harvest) -> None:
    flaws = len(harvest.flaws)
    for number, cell in enumerate(row.cells):
        if text_of(cell) and number not in header.values():
            told = f"«{short(cell)}» står i en kolonne uden navn"
            harvest.flaws.append((row.place(number, ""), told))
    at = {name: row.place(number, name) for name, number in header.items()}
    padded = (*row.cells, *[""] * (max(header.values()) + 1))
    cells = {name: padded[header[name]] if name in header else "" for name in _COLUMNS}
    organ, committee, is_left_out = _whose(cells, at, harvest)
    if is_left_out:
        del harvest.flaws[flaws:]
        return
    held_on = day_of(cells["dato"], at["dato"], harvest)
    papers = at.get("papirfrist", at["dato"])
    due = day_of(cells["papirfrist"], papers, harvest) if text_of(cells["papirfrist"]) else None
    was_at = at.get("flyttet fra", at["dato"])
    was = day_of(cells["flyttet fra"], was_at, harvest) if text_of(cells["flyttet fra"]) else None
    is_cancelled = _STATES.get(word_of(cells["status"]))
    if is_cancelled is None:
        problem = f"«{short(cells['status'])}» er ikke en status; skriv planlagt eller aflyst"
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
            note=text_of(cells["bemærkning"]),
            committee=committee,
        )


def _whose(
    cells: dict[str, object], at: dict[str, Place], harvest: Harvest
) -> tuple[Organ | None, str, bool]:
    """Whose meeting a row is, the committee's name it rests on, and whether it is left out."""
    text = text_of(cells["led"])
    if "led" not in at or (not text and harvest.organ is not None):
        return harvest.organ, "", False
    place = at["led"]
    said = naming(text, harvest.words)
    if word := around_word(text):
        told = f"ordet «{word}» tyder på, at det ikke er selve mødet"
        harvest.skipped.append(f"«{short(text)}» ({place.told}) er sprunget over: {told}.")
        return None, "", True
    if said.bodies and len(said.bodies) == 1 and not said.levels:
        return said.bodies[0], "", False
    if said.foreign and said.foreign not in ("udvalg", "udvalget") and not said.levels:
        harvest.foreign.setdefault(short(text), []).append(place)
        return None, "", True
    if "kommune" not in at and not said.levels:
        # A body by a slip of the pen has no municipality to ask for.
        level_of(text, said, place, harvest)
        return None, "", False
    code = _municipality(cells["kommune"], at, harvest, said)
    level = level_of(text, said, place, harvest)
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
    text = text_of(cell)
    if text:
        return municipality_code(text, at["kommune"], harvest)
    if code := said.municipality or harvest.titled:
        return code
    harvest.flaws.append((at["kommune"], "mangler; skriv kommunens navn eller kode"))
    return ""
