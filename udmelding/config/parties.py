"""Which municipalities are there, where do they belong, and where on the map do they lie?

A municipality belongs to a region and to a KKR area, and the two part ways: on 1 January 2027
Region Sjælland and Region Hovedstaden become Region Østdanmark, while the five KKRs go on. So cases
belong to KKR areas, and a region is always asked for on a day. ``config/municipalities.csv`` has
them; ``config/tilegrid.csv`` has a tile of the map for each. Columns count from the west, rows from
the north. Sjælland's 17 have a grid of their own; the whole country has one for all 98, and any
area can be cut out of that.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from udmelding import paths
from udmelding.config.flaw_wording import unknown_key
from udmelding.config.marked import read_text
from udmelding.errors import BadFileError, Flaw, NotFoundError

if TYPE_CHECKING:
    from udmelding.config.case.process import Area


REGIONS_CHANGE_ON = dt.date(2027, 1, 1)

_WHAT = "Kommunelisten"
# Column, what a cell must look like, and how that is told.
_COLUMNS = {
    "kommunekode": (r"\d{4}", "skal være fire cifre som 0360"),
    "navn": (r"\S.*\S", "skal være kommunens navn"),
    "regionskode": (r"\d{4}", "skal være fire cifre som 1085"),
    "region": (r"Region \S+", "skal være et navn som Region Sjælland"),
    "omraade": (r"[a-z]+", "skal være et KKR-områdes id som sjaelland"),
    "cvr": (r"\d{8}", "skal være otte cifre"),
    "region_fra_2027": (r"Region \S+", "skal være et navn som Region Østdanmark"),
}
_CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality.

    Attributes:
        code: four digits, such as ``0360``.
        name: official name without "Kommune".
        region_code: code of its region until the end of 2026.
        region: name of that region; ask ``region_on`` instead.
        area: id of its KKR area.
        cvr: its number in the business register.
        region_from_2027: name of its region from 1 January 2027.
    """

    code: str
    name: str
    region_code: str
    region: str
    area: str
    cvr: str
    region_from_2027: str


def load_municipalities(path: Path | None = None) -> tuple[Municipality, ...]:
    """All municipalities in Danish alphabetical order; the shipped ones if ``path`` is None.

    Raises:
        BadFileError: every flaw with its line and column.
    """
    return _shipped() if path is None else _read(path)


def region_on(municipality: Municipality, day: dt.date) -> str:
    """Name of the region that the municipality belongs to on ``day``."""
    return municipality.region_from_2027 if day >= REGIONS_CHANGE_ON else municipality.region


def municipalities_of(area: Area) -> tuple[Municipality, ...]:
    """The shipped municipalities of a KKR area, in Danish alphabetical order."""
    return tuple(place for place in load_municipalities() if place.area == area.id)


def find_municipality(text: str) -> Municipality:
    """The shipped municipality that ``text`` names, by code or by name.

    Case, "Kommune", a genitive s, hyphens and Aa for Å (either way) do not matter.

    Raises:
        NotFoundError: none or several are meant; the error knows those that come close.
    """
    places = load_municipalities()
    if re.fullmatch(r"\s*\d{3,4}\s*", text):
        code = text.strip().zfill(4)
        for place in places:
            if place.code == code:
                return place
        raise NotFoundError("kommune", text)
    wanted = _essence(text)
    found = [place for place in places if wanted and _essence(place.name) == wanted]
    if len(found) == 1:
        return found[0]
    raise NotFoundError("kommune", text, _close_to(wanted, places))


@lru_cache(maxsize=4096)  # every case that is loaded sorts its municipalities
def danish_sort_key(name: str) -> tuple[str, str]:
    """Sorts names as Danes do: æ, ø, å last, Aa as Å, hyphen as space, case without weight."""
    key = _alphabetics(name).translate(str.maketrans("æøå", "{|}"))
    return key, name


def _alphabetics(text: str) -> str:
    """Lower-case letters a-z, æ, ø, å; other accents dropped, Aa read as Å, hyphens as spaces."""
    composed = unicodedata.normalize("NFC", text).casefold()
    composed = composed.translate(str.maketrans("äöü-", "æøy "))
    plain = (c if c in "æøå" else unicodedata.normalize("NFD", c)[:1] for c in composed)
    return " ".join("".join(plain).replace("aa", "å").split())


def _essence(text: str) -> str:
    """What is left of a name when all that people write differently is taken away."""
    return re.sub(r"\s+(regions)?kommunes?$", "", _alphabetics(text)).removesuffix("s")


def _close_to(wanted: str, places: tuple[Municipality, ...]) -> tuple[str, ...]:
    names = {_essence(place.name): place.name for place in places}
    begins = [key for key in names if wanted and key.startswith(wanted)]
    alike = difflib.get_close_matches(wanted, names, n=5, cutoff=0.6)
    return tuple(names[key] for key in dict.fromkeys(begins + alike))


@cache
def _shipped() -> tuple[Municipality, ...]:
    return _read(paths.CONFIG / "municipalities.csv")


def _read(path: Path) -> tuple[Municipality, ...]:
    rows = _rows(path)
    flaws: list[Flaw] = []
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows:
        for column, cell in row.items():
            problem = _problem(column, cell) or _twice(seen, column, cell, line)
            if problem:
                flaws.append(Flaw(f"{path.name}:{line}", column, problem))
    if flaws:
        raise BadFileError(_WHAT, tuple(flaws))
    places = (Municipality(*(row[column] for column in _COLUMNS)) for _, row in rows)
    return tuple(sorted(places, key=lambda place: danish_sort_key(place.name)))


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Each row with its line.

    Raises:
        BadFileError: wrong columns, or a row with too few or too many cells.
    """
    reader = csv.reader(read_text(path, _WHAT).splitlines(keepends=True), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = next(reader, [])
        flaws = [*_header_flaws(path, header)]
        for cells in reader:
            if len(cells) == len(header):
                rows.append((reader.line_num, dict(zip(header, cells, strict=True))))
            elif cells:
                problem = f"her er {len(cells)} felter; der skal være {len(header)}"
                flaws.append(Flaw(f"{path.name}:{reader.line_num}", "", problem))
    except csv.Error as error:
        problem = "linjen er ikke gyldig CSV; se efter anførselstegn"
        raise BadFileError(_WHAT, (Flaw(f"{path.name}:{reader.line_num}", "", problem),)) from error
    if not rows and not flaws:
        flaws = [Flaw(f"{path.name}:1", "", "der er ingen kommuner i filen")]
    if flaws:
        raise BadFileError(_WHAT, tuple(flaws))
    return rows


def _header_flaws(path: Path, header: list[str]) -> Iterator[Flaw]:
    where = f"{path.name}:1"
    if len(header) == 1 and ";" in header[0]:
        yield Flaw(where, "", "felterne skal skilles med komma, ikke semikolon")
        return
    for column in header:
        if column not in _COLUMNS:
            yield Flaw(where, column, unknown_key(column, _COLUMNS).replace("nøgle", "kolonne"))
        elif header.count(column) > 1:
            yield Flaw(where, column, "kolonnen står to gange")
    for column in _COLUMNS:
        if column not in header:
            yield Flaw(where, column, "kolonnen mangler")


def _problem(column: str, cell: str) -> str:
    pattern, told = _COLUMNS[column]
    if not re.fullmatch(pattern, cell):
        return told
    if column == "cvr" and sum(int(c) * w for c, w in zip(cell, _CVR_WEIGHTS, strict=True)) % 11:
        return "er ikke et gyldigt CVR-nummer (kontrolcifferet passer ikke)"
    return ""


def _twice(seen: dict[tuple[str, str], int], column: str, cell: str, line: int) -> str:
    if column not in {"kommunekode", "navn", "cvr"}:
        return ""
    first = seen.setdefault((column, cell), line)
    return "" if first == line else f"står allerede i linje {first}"


@dataclass(frozen=True, slots=True)
class Place:
    """One tile of a grid; both from 0."""

    column: int
    row: int


def places(codes: Collection[str]) -> Mapping[str, Place]:
    """A tile for each of those municipalities, in a grid as small as they need.

    Unknown codes are left out.
    """
    small, large = _grids()
    grid = small if set(codes) <= small.keys() else large
    found = {code: grid[code] for code in codes if code in grid}
    if not found:
        return {}
    west = min(place.column for place in found.values())
    north = min(place.row for place in found.values())
    return {c: Place(place.column - west, place.row - north) for c, place in found.items()}


@cache
def _grids() -> tuple[Mapping[str, Place], Mapping[str, Place]]:
    small: dict[str, Place] = {}
    large: dict[str, Place] = {}
    with (paths.CONFIG / "tilegrid.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["kommunekode"]
            if row["kol17"]:
                small[code] = Place(int(row["kol17"]), int(row["raekke17"]))
            large[code] = Place(int(row["kol98"]), int(row["raekke98"]))
    return small, large
