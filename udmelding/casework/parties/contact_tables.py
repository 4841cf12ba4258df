"""Contacts as a table: reads them from Excel or CSV, and writes the workbook that people fill in.

One row is one role of one party: ``part, rolle, navn, email``. A row without name and address says
nothing, so a workbook can be handed out with a row for every role and come back half filled in. A
list that was pasted may have no row of names: then what stands in the first row tells the columns
apart. Without a role a contact is the coordinator.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import openpyxl
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from models import ContactRole
from udmelding.config.parties import find_municipality
from udmelding.errors import BadFileError, Flaw, NotFoundError, RefusedError
from udmelding.journal.parties import ContactValue, check_address
from udmelding.rules.case.glossary import label

COLUMNS = ("part", "rolle", "navn", "email")
SHEET = "Kontakter"
MOST_NAME = 120
OTHER_PARTIES: Mapping[str, str] = {
    "styrelsen": "agency",
    "sekretariatet": "secretariat",
    "regionsrådet": "regional-council",
    "regionsrådet i region østdanmark": "regional-council-oestdanmark",
}
"""Parties that are no municipality, by the word that a table calls them."""

_WHAT = "Kontaktlisten"
_SAME = {"kommune": "part", "mail": "email", "mailadresse": "email", "e-mail": "email"}
_SEPARATOR = re.compile(r"sep=(.)")
_LONGEST = 300
_MOST_ROWS = 5_000
_MOST_UNZIPPED = 50_000_000
_WIDTHS = (26, 20, 38, 42)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row; ``sheet`` is empty in a CSV file, ``file`` where a list was typed."""

    file: str
    sheet: str
    number: int
    cells: tuple[str, ...]

    def where(self, column: int) -> str:
        """The place of a cell, as people find it in the file."""
        if not self.sheet:
            return f"{self.file}, linje {self.number}".removeprefix(", ")
        return (
            f"{self.file}, arket {self.sheet}, celle {get_column_letter(column + 1)}{self.number}"
        )


@dataclass(frozen=True, slots=True)
class ContactList:
    """What was read of a list: its contacts, in its order, and the rows that cannot be used."""

    contacts: tuple[ContactValue, ...]
    flaws: tuple[Flaw, ...] = ()


@dataclass(slots=True)
class _Harvest:
    contacts: list[ContactValue] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    places: dict[tuple[str, ContactRole], str] = field(default_factory=dict)


def read_contacts(name: str, content: bytes) -> tuple[ContactValue, ...]:
    """The contacts of an Excel or CSV file, in its order; all of them can be used.

    Raises:
        BadFileError: as ``read_contact_list``, or a row cannot be used; every flaw with its place.
    """
    found = read_contact_list(name, content)
    if found.flaws:
        raise BadFileError(_WHAT, found.flaws)
    return found.contacts


def read_contact_list(name: str, content: bytes) -> ContactList:
    """What an Excel or CSV file holds: one odd row does not sink the others.

    Args:
        name: the file's name; ``.xlsx`` is Excel, everything else is read as CSV. Empty where a
            person typed or pasted it.
        content: its bytes.

    Raises:
        BadFileError: it cannot be read, or none of its rows can be used; every flaw with its place.
    """
    file = PurePath(name).name
    rows = _excel(file, content) if file.lower().endswith(".xlsx") else _csv(file, content)
    filled = [row for row in rows if any(row.cells)]
    if not filled:
        raise _unusable(file, "filen er tom; den skal begynde med en række med kolonnenavne")
    is_headless = _is_headless(filled[0])
    header = _guessed_header(filled[0]) if is_headless else _header(filled[0])
    harvest = _Harvest()
    for row in filled if is_headless else filled[1:]:
        _read(row, header, harvest)
    if not harvest.flaws and not harvest.contacts:
        raise _unusable(file, "der er ingen kontakter i filen; udfyld navn og email")
    if not harvest.contacts:
        raise BadFileError(_WHAT, tuple(harvest.flaws))
    return ContactList(tuple(harvest.contacts), tuple(harvest.flaws))


def has_contact_columns(content: bytes) -> bool:
    """Whether an Excel file begins with the columns of contacts; False where it cannot be read."""
    try:
        rows = _excel("", content)
        _header(next(row for row in rows if any(row.cells)))
    except (BadFileError, StopIteration):
        return False
    return True


def _header(row: Row) -> dict[str, int]:
    """The number of each column by its name.

    Raises:
        BadFileError: a column is missing or stands twice.
    """
    names = [_SAME.get(cell.casefold(), cell.casefold()) for cell in row.cells]
    missing = [name for name in COLUMNS if name not in names and name != "rolle"]
    twice = [name for name in COLUMNS if names.count(name) > 1]
    told = f"mangler; brug kolonnerne {', '.join(COLUMNS)}"
    flaws = [Flaw(row.where(0), name, told) for name in missing]
    flaws += [Flaw(row.where(0), name, "kolonnen står to gange") for name in twice]
    if flaws:
        raise BadFileError(_WHAT, tuple(flaws))
    return {name: names.index(name) for name in COLUMNS if name in names}


def _is_headless(row: Row) -> bool:
    """Whether a list begins with a contact at once."""
    return any("@" in cell for cell in row.cells)


def _guessed_header(row: Row) -> dict[str, int]:
    """The number of each column by what stands in the first contact.

    Raises:
        BadFileError: no cell of it names a party, or none is left for the name.
    """
    found = {"email": next(at for at, cell in enumerate(row.cells) if "@" in cell)}
    for column, how in (("part", party_named), ("rolle", role_named)):
        for at, cell in enumerate(row.cells):
            if at not in found.values() and cell and _is_read(how, cell):
                found[column] = at
                break
    left = [at for at, cell in enumerate(row.cells) if cell and at not in found.values()]
    if "part" not in found or not left:
        told = "skriv kommunens navn, kontaktens navn og mailadresse i hver sin kolonne"
        raise BadFileError(_WHAT, (Flaw(row.where(0), "", told),))
    return found | {"navn": left[0]}


def _is_read(how: Callable[[str], object], cell: str) -> bool:
    try:
        how(cell)
    except RefusedError:
        return False
    return True


def _read(row: Row, header: Mapping[str, int], harvest: _Harvest) -> None:
    cells = {n: row.cells[at] if at < len(row.cells) else "" for n, at in header.items()}
    cells.setdefault("rolle", label(ContactRole.COORDINATOR))
    if not cells["navn"] and not cells["email"]:
        return  # nobody is named
    reading: dict[str, Callable[[str], object]] = {
        "part": party_named,
        "rolle": role_named,
        "navn": _name,
        "email": check_address,
    }
    read: dict[str, object] = {}
    for column, how in reading.items():
        try:
            read[column] = how(cells[column])
        except RefusedError as error:
            where = row.where(header.get(column, 0))
            whose = f" ({cells['part']})" if column != "part" and cells["part"] else ""
            harvest.flaws.append(Flaw(f"{where}{whose}", column, error.message))
    if len(read) < len(reading):
        return
    contact = ContactValue(
        party=str(read["part"]),
        role=ContactRole(str(read["rolle"])),
        name=str(read["navn"]),
        email=str(read["email"]),
    )
    here = row.where(header["part"])
    first = harvest.places.setdefault((contact.party, contact.role), here)
    if first != here:
        told = f"{cells['part']} har allerede en {label(contact.role)} ({first})"
        harvest.flaws.append(Flaw(here, "part", told))
        return
    harvest.contacts.append(contact)


def _name(text: str) -> str:
    is_name = text.isprintable() and text not in ERROR_CODES
    if not text or len(text) > MOST_NAME or not is_name:
        raise RefusedError(f"Skriv et navn eller en funktion, højst {MOST_NAME} tegn.")
    return text


def party_named(text: str) -> str:
    """Code of the party that a cell names.

    Raises:
        RefusedError: there is none.
    """
    if not text:
        raise RefusedError("Skriv kommunens navn eller kode.")
    if other := OTHER_PARTIES.get(text.casefold()):
        return other
    try:
        return find_municipality(text).code
    except NotFoundError as error:
        raise RefusedError(f"{error.message} Skriv kommunens navn eller kode.") from None


def role_named(text: str) -> ContactRole:
    """The role that a cell names.

    Raises:
        RefusedError: there is none.
    """
    for role in ContactRole:
        if text.casefold() in (role.value, label(role)):
            return role
    known = ", ".join(label(role) for role in ContactRole)
    raise RefusedError(f"«{text}» er ikke en rolle; skriv {known}.")


def _csv(file: str, content: bytes) -> list[Row]:
    text = _text_of(content).lstrip()
    first, _, rest = text.partition("\n")
    if said := _SEPARATOR.fullmatch(first.strip()):
        separator, text = said[1], rest
    else:
        separator = next((sign for sign in "\t;" if sign in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    try:
        for cells in reader:
            rows.append(Row(file, "", reader.line_num, _plain(cells)))
            if len(rows) > _MOST_ROWS:
                raise _unusable(file, f"filen har over {_MOST_ROWS} rækker")
    except csv.Error:
        where = Row(file, "", reader.line_num, ()).where(0)
        told = "linjen er ikke gyldig CSV; se efter anførselstegn"
        raise BadFileError(_WHAT, (Flaw(where, "", told),)) from None
    return rows


def _text_of(content: bytes) -> str:
    """Excel writes «Unicode-tekst» as UTF-16, and CSV as the Danish Windows of old has it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _excel(file: str, content: bytes) -> list[Row]:
    try:
        unzipped = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(content)).infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        told = "filen er ikke en Excel-projektmappe; gem den i Excel som .xlsx uden adgangskode"
        raise _unusable(file, told) from None
    if unzipped > _MOST_UNZIPPED:
        raise _unusable(file, "filen fylder over 50 MB, når den pakkes ud")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # in English, and about looks
            rows = _sheet(file, content)
    except Exception:  # openpyxl lets through whatever its parsers meet in a broken file
        told = "Excel-filen er ødelagt; åbn den i Excel, og gem den igen som .xlsx"
        raise _unusable(file, told) from None
    if len(rows) > _MOST_ROWS:
        raise _unusable(file, f"arket har over {_MOST_ROWS} rækker")
    return rows


def _sheet(file: str, content: bytes) -> list[Row]:
    """The rows of the sheet «Kontakter», or of the first one where none is called that."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    rows: list[Row] = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if any(cell is not None for cell in cells):
            rows.append(Row(file, sheet.title, number, _plain(cells)))
        if len(rows) > _MOST_ROWS:
            break
    return rows


def _plain(cells: Iterable[object]) -> tuple[str, ...]:
    """What stands in the cells, each on one line and no longer than anything that can be used."""
    return tuple("" if cell is None else " ".join(_said(cell).split())[:_LONGEST] for cell in cells)


def _said(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell)


def _unusable(file: str, problem: str) -> BadFileError:
    return BadFileError(_WHAT, (Flaw(file or "listen", "", problem),))


def typed_list(rows: Iterable[tuple[str, str, str]]) -> bytes:
    """Rows that were typed, each party, name, address, as a list; ``typed_rows`` has them again."""
    file = io.StringIO()
    lines = csv.writer(file, delimiter="\t", lineterminator="\n")
    lines.writerow(("part", "navn", "email"))
    lines.writerows([" ".join(cell.split()) for cell in row] for row in rows)
    return file.getvalue().encode()


def typed_rows(content: bytes) -> Mapping[str, tuple[str, str]]:
    """Name and address by party, as they were typed."""
    lines = list(csv.reader(io.StringIO(content.decode()), delimiter="\t"))[1:]
    return {party: (name, email) for party, name, email in lines}


def workbook(rows: Sequence[tuple[str, ContactRole, str, str]]) -> bytes:
    """An Excel file with those rows: the party's name, role, name, address.

    Cells are text and never formulas, whatever a name begins with.
    """
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    sheet.append(COLUMNS)
    for party, role, name, email in rows:
        sheet.append((party, label(role), name, email))
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s" if cell.value else cell.data_type
            cell.number_format = "@"
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    roles = DataValidation(type="list", formula1=f'"{",".join(label(r) for r in ContactRole)}"')
    sheet.add_data_validation(roles)
    roles.add(f"B2:B{max(2, sheet.max_row) + 200}")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
