"""How CPR numbers are written, and the ordinary numbers that look like one: the finder's measure.

``SHAPES`` are templates that every number of ``made_numbers`` is written into; ``ORDINARY`` are
texts as they stand in minutes, accounts and letters. Both say what is wanted of the finder. The
test holds it to them, and ``python -m benchmarks --only cpr`` prints how far it comes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from stdnum.dk import cpr
from stdnum.exceptions import ValidationError

from udmelding.rules.files.cpr import REFUSED, Grade, find_cpr, surest

TODAY = dt.date(2026, 6, 1)
BORN = dt.date(1981, 5, 17)

DAYS = (
    dt.date(1938, 10, 2),
    dt.date(1950, 1, 1),
    dt.date(1965, 3, 15),
    dt.date(1982, 11, 24),
    dt.date(1999, 12, 31),
    dt.date(2000, 2, 29),
    dt.date(2004, 7, 8),
    dt.date(2012, 6, 30),
)
_MONTHS = "januar februar marts april maj juni juli august september oktober november december"
_STEP = 7
"""Of the numbers of a day every seventh, so that their serials are not all the first ones."""


def born(number: str) -> dt.date | None:
    """The day that a number tells; None for 29 February of a year that has none."""
    try:
        return cpr.get_birth_date(number)
    except ValidationError:
        return None


def numbers_born(day: dt.date, *, holds: bool) -> Iterator[str]:
    """Every ten digits for a person born on that day, with or without a check digit that holds."""
    date = day.strftime("%d%m%y")
    centuries = [c for c in "0123456789" if born(f"{date}{c}000") == day]
    numbers = (f"{date}{c}{rest:03}" for c in centuries for rest in range(1_000))
    return (n for n in numbers if (cpr.checksum(n) == 0) is holds)


def number_born(day: dt.date, *, holds: bool = True) -> str:
    """The first of them."""
    return next(numbers_born(day, holds=holds))


@dataclass(frozen=True, slots=True)
class Number:
    """A number of nobody, and the pieces that templates put together."""

    digits: str
    day: dt.date

    @property
    def pieces(self) -> dict[str, str]:
        date, serial = self.digits[:6], self.digits[6:]
        dd, mm, yy = date[:2], date[2:4], date[4:]
        return {
            "date": date,
            "s": serial,
            "n": self.digits,
            "dd": dd,
            "mm": mm,
            "yy": yy,
            "yyyy": str(self.day.year),
            "d": str(self.day.day),
            "m": str(self.day.month),
            "month": _MONTHS.split()[self.day.month - 1],
            "mon": _MONTHS.split()[self.day.month - 1][:3],
            "spread": " ".join(self.digits),
            "spread_date": " ".join(date),
            "spread_s": " ".join(serial),
            "shy": "\u00ad".join(self.digits),
            "wide": "".join(chr(ord("\uff10") + int(digit)) for digit in self.digits),
            "s1": serial[:2],
            "s2": serial[2:],
            "later": f"{int(dd) + 60}{mm}{yy}",
        }


def made_numbers(*, holds: bool) -> list[Number]:
    """Four numbers of each day."""
    return [
        Number(digits, day)
        for day in DAYS
        for digits in islice(numbers_born(day, holds=holds), 1, 1 + 4 * _STEP, _STEP)
    ]


C, L, P = Grade.CERTAIN, Grade.LIKELY, Grade.POSSIBLE

SHAPES: tuple[tuple[str, str, Grade, Grade], ...] = (
    # what it is, how it is written, wanted with a check digit that holds, wanted without
    ("hyphen", "Borger {date}-{s} har svaret", C, L),
    ("nothing else", "{date}-{s}", C, L),
    ("en dash", "Borger {date}–{s} har svaret", C, L),
    ("em dash", "Borger {date}—{s} har svaret", C, L),
    ("unbreakable hyphen", "Borger {date}\u2011{s} har svaret", C, L),
    ("minus", "Borger {date}\u2212{s} har svaret", C, L),
    ("hyphen and spaces", "Borger {date} - {s} har svaret", C, L),
    ("hyphen and many spaces", "Borger {date}  -  {s} har svaret", C, L),
    ("hyphen at the end of a line", "Borger {date}-\n{s} har svaret", C, L),
    ("hyphen at the end of a line of Windows", "Borger {date}-\r\n{s} har svaret", C, L),
    ("hyphen on the next line", "Borger {date}\n-{s} har svaret", C, L),
    ("two hyphens", "Borger {date}--{s} har svaret", C, L),
    ("space", "Borger {date} {s} har svaret", C, L),
    ("two spaces", "Borger {date}  {s} har svaret", C, L),
    ("many spaces", "Borger {date}     {s} har svaret", L, P),
    ("unbreakable space", "Borger {date}\u00a0{s} har svaret", C, L),
    ("thin space", "Borger {date}\u2009{s} har svaret", C, L),
    ("slash", "Borger {date}/{s} har svaret", C, L),
    ("underscore", "Borger {date}_{s} har svaret", C, L),
    ("colon", "Borger {date}:{s} har svaret", C, L),
    ("point", "Borger {date}.{s} har svaret", C, P),
    ("comma", "Borger {date},{s} har svaret", L, P),
    ("comma and space", "Borger {date}, {s} har svaret", L, P),
    ("semicolon", "Bo;{date};{s};ja", L, P),
    ("bar", "| Bo | {date} | {s} | ja |", L, P),
    ("plus, as an address has for a space", "https://x.example/?q={date}+{s}", L, P),
    ("tab", "Bo\t{date}\t{s}\tja", L, P),
    ("new line", "Bo\n{date}\n{s}\nja", L, P),
    ("new line of Windows", "Bo\r\n{date}\r\n{s}\r\nja", L, P),
    ("brackets", "Borger {date} ({s}) har svaret", L, P),
    ("square brackets", "Borger [{date}][{s}] har svaret", L, P),
    ("all in brackets", "Borgeren ({date}-{s}) har svaret", C, L),
    ("dd mm yy xxxx", "Borger {dd} {mm} {yy} {s} har svaret", L, P),
    ("dd mm yyyy xxxx", "Borger {dd} {mm} {yyyy} {s} har svaret", L, P),
    ("dd.mm.yy-xxxx", "Borger {dd}.{mm}.{yy}-{s} har svaret", C, L),
    ("dd.mm.yy xxxx", "Borger {dd}.{mm}.{yy} {s} har svaret", L, P),
    ("dd.mm.yyyy-xxxx", "Borger {dd}.{mm}.{yyyy}-{s} har svaret", C, L),
    ("ddmmyyyy-xxxx", "Borger {dd}{mm}{yyyy}-{s} har svaret", C, L),
    ("ddmmyyyy xxxx", "Borger {dd}{mm}{yyyy} {s} har svaret", L, P),
    ("ddmmyyyyxxxx", "Borger {dd}{mm}{yyyy}{s} har svaret", L, P),
    ("dd-mm-yyyy xxxx", "Borger {dd}-{mm}-{yyyy} {s} har svaret", L, P),
    ("dd-mm-yy-xxxx", "Borger {dd}-{mm}-{yy}-{s} har svaret", C, L),
    ("dd/mm/yyyy xxxx", "Borger {dd}/{mm}/{yyyy} {s} har svaret", L, P),
    ("dd/mm-yy xxxx", "Borger {dd}/{mm}-{yy} {s} har svaret", L, P),
    ("d/m yyyy-xxxx", "Borger {d}/{m} {yyyy}-{s} har svaret", C, L),
    ("d. month yyyy-xxxx", "Borger {d}. {month} {yyyy}-{s} har svaret", C, L),
    ("d. mon. yyyy, xxxx", "Borger {d}. {mon}. {yyyy}, {s} har svaret", L, P),
    ("yyyy-mm-dd-xxxx", "Borger {yyyy}-{mm}-{dd}-{s} har svaret", C, L),
    ("yyyy-mm-dd xxxx", "Borger {yyyy}-{mm}-{dd} {s} har svaret", L, P),
    ("a day with its hour beside xxxx", "{yyyy}-{mm}-{dd} 00:00:00\t{s}", L, P),
    ("spaced digits", "Borger {spread} har svaret", L, P),
    ("spaced digits and a hyphen", "Borger {spread_date} - {spread_s} har svaret", L, P),
    ("pairs", "CPR {dd} {mm} {yy} {s1} {s2}", L, L),
    ("pairs without a word", "Borger {dd} {mm} {yy} {s1} {s2} har svaret", P, P),
    ("day and month together", "CPR: {dd}{mm}-{yy}-{s}", L, P),
    ("ten digits in a row", "Borger {n} har svaret", L, P),
    ("ten digits alone", "{n}", L, P),
    ("ten digits after «nr.»", "nr. {n}.", L, P),
    ("ten digits with «cpr»", "CPR-nr {n}", C, L),
    ("ten digits that touch «cpr»", "CPR{n}", C, L),
    ("cpr:", "CPR: {date}-{s}", C, L),
    ("cpr.nr.", "cpr.nr. {date} {s}", C, L),
    ("pnr", "pnr {n}", C, L),
    ("personnummer", "personnummer {date}{s}", C, L),
    ("cpr behind", "{n} (cpr)", C, L),
    ("born, the last four told", "født {dd}.{mm}.{yyyy}, de sidste fire er {s}", C, L),
    ("born in words", "født d. {d}. {month} {yyyy}. Sidste fire cifre: {s}", C, L),
    ("the last four first", "sidste 4 cifre {s}, født {dd}-{mm}-{yyyy}", C, L),
    ("born f.", "f. {date}-{s}", C, L),
    ("a case that is filed by it, and says so", "CPR-nr., sag {date}-{s}", C, L),
    ("a case that is filed by it", "sag {date}-{s}", P, P),
    ("journal", "Journalnr. {date}-{s}", P, P),
    ("entity", "Borger {date}&ndash;{s} har svaret", C, L),
    ("entity by number", "Borger {date}&#8209;{s} har svaret", C, L),
    ("entity of a space", "Borger {date}&nbsp;{s} har svaret", C, L),
    ("tags", "<p>Borger <b>{date}</b>-<i>{s}</i></p>", C, L),
    ("tags inside", "<p>{dd}{mm}<b>{yy}</b>-{s}</p>", C, L),
    ("cells of HTML on their own lines", "<td>{date}</td>\n    <td>{s}</td>", L, P),
    ("json of two parts", '"foedt": "{date}", "loebenr": "{s}"', C, L),
    ("cells of HTML", "<tr><td>{date}</td><td>{s}</td></tr>", L, P),
    ("stars", "Borger {dd}{mm}**{yy}**-{s}", C, L),
    ("soft hyphens", "Borger {shy} har svaret", L, P),
    ("zero width", "Borger {date}\u200b-\u200b{s} har svaret", C, L),
    ("full-width digits", "Borger {wide} har svaret", L, P),
    ("name of a file", "borger_{date}-{s}.pdf", C, L),
    ("name of a file in a row", "1_{n}.pdf", L, P),
    ("path of an address", "https://x.example/borger/{date}-{s}/svar", C, L),
    ("address", "https://x.example/?cpr={n}", C, L),
    ("address with a coded hyphen", "https://x.example/?c={date}%2D{s}", C, L),
    ("json", '{{"nr": "{date}-{s}", "navn": "Bo"}}', C, P),
    ("json with a coded dash", '{{"borger": "{date}\\u2011{s}"}}', C, L),
    ("json in a row", '{{"cpr": {n}}}', C, L),
    ("mail as it is sent", "Borger {date}=2D{s} har svaret", C, L),
    ("name that touches", "{date}-{s}Hansen", C, L),
    ("quotes", "«{date}-{s}»", C, L),
    ("in a row of figures", "12 {date}-{s} 45 år", C, L),
    ("in a chain", "24-{date}-{s}", L, P),
    ("replacement, day and sixty", "{later}-{s}", P, P),
    ("replacement, day and sixty, with «cpr»", "erstatnings-cpr {later}-{s}", L, L),
    ("replacement with letters", "{date}-TA01", P, P),
)

IN_CELLS: tuple[tuple[str, str, Grade, Grade], ...] = (
    ("as a number with decimals", "{n}.0", L, P),
    ("dash in a cell", "{date}-{s}", C, L),
)
"""What stands in one cell of a table."""

NOTHING, ASKED = None, Grade.POSSIBLE

ORDINARY: tuple[tuple[str, Grade | None], ...] = (
    # what stands there, the most that may be made of it
    ("sagsnr. 010124-2025", NOTHING),
    ("Sag 010124-2025: godkendt", NOTHING),
    ("sagsnummer: 2024-010124-2025", NOTHING),
    ("periode 010124-3112", NOTHING),
    ("Perioden 010124-311224", NOTHING),
    ("i perioden 010125-3006", NOTHING),
    ("dokument 120324-0001", NOTHING),
    ("dok.nr. 240315-1234", NOTHING),
    ("faktura 240315-1234", NOTHING),
    ("Fakturanr.: 240385-1234", NOTHING),
    ("Acadre 010203-0405", NOTHING),
    ("SBSYS 010223-0405", NOTHING),
    ("rum 101112-1314", NOTHING),
    ("lokale 101172-1314", NOTHING),
    ("120112.0123", ASKED),
    ("journal nr. 120324-0004", NOTHING),
    ("j.nr. 2024-120324-0004", NOTHING),
    ("Ordre 210290-1122", NOTHING),
    ("bestilling nr. 010190 1123", NOTHING),
    ("rekvisition 1503829999", NOTHING),
    ("nr. 120324-0002", ASKED),
    ("120324-0003", C),  # its check digit holds by accident, as it does for one in eleven
    ("010124-2025", NOTHING),
    ("KLE 27.36.04-P20-1-22", NOTHING),
    ("27.03.10-A00-1-25", NOTHING),
    ("EAN 5798000123456", NOTHING),
    ("EAN-nr. 5798 0001 2345 6", NOTHING),
    ("CVR 12345678", NOTHING),
    ("CVR-nr. 29 18 99 15", NOTHING),
    ("P-nr. 1012345678", NOTHING),
    ("P-nummer: 1003456789", NOTHING),
    ("SE-nr. 12345678", NOTHING),
    ("tlf. 12 34 56 78", NOTHING),
    ("+45 20 12 41 55", NOTHING),
    ("Tlf.: 2012 4155", NOTHING),
    ("+4520124155", NOTHING),
    ("0045 20124155", NOTHING),
    ("tlf. 20 12 84 41 og 20 12 84 42", NOTHING),
    ("telefon 20128441/20128442", NOTHING),
    ("DK5000400440116243", NOTHING),
    ("IBAN DK50 0040 0440 1162 43", NOTHING),
    ("reg.nr. 0400 konto 0440116243", NOTHING),
    ("konto 1203-0440116243", NOTHING),
    ("ISBN 87-02-03456-7", NOTHING),
    ("ISBN 978-87-02-03456-7", NOTHING),
    ("2024-05-12T12:30:00", NOTHING),
    ("20240512 1230", NOTHING),
    ("2024-01-01 - 2024-12-31", NOTHING),
    ("12.05.2024 kl. 12.30", NOTHING),
    ("12.05.2024 1230", NOTHING),
    ("12.05.24 12.30", NOTHING),
    ("Udbetalt 01.03.2025 5401", NOTHING),
    ("01-03-2025\t7250\n01-04-2025\t7251", NOTHING),
    ("12-05-24 12-30", NOTHING),
    ("d. 12.05.24 1500 deltagere", NOTHING),
    ("01.01.2024-31.12.2024", NOTHING),
    ("1. januar 2019-2021", NOTHING),
    ("12. marts 1982-1985", NOTHING),
    ("SEL § 107, stk. 2, og § 108", NOTHING),
    ("lov nr. 170 af 29/01/2022", NOTHING),
    ("BEK nr 1130 af 21/06/2022", NOTHING),
    ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", NOTHING),
    ("sha256: 1503821202f3b1a9c0d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f607182930", NOTHING),
    ("1.503.821.202 kr.", NOTHING),
    ("1 503 821 202 kr.", NOTHING),
    ("120.324,12 kr.", NOTHING),
    ("010190 1501 kr.", NOTHING),
    ("55.676098, 12.568337", NOTHING),
    ("UTM 720123 6174512", NOTHING),
    ("version 10.11.12-1314", NOTHING),
    ("Windows 10.0.19045.4170", NOTHING),
    ("celle 45321 45352", NOTHING),
    ("Projekt 120375-0101", NOTHING),
    ("varenr. 1503821299", NOTHING),
    ("12\t5\t24\t1500\t3", NOTHING),
    ("0 1 0 1 2 4 1 5 0 0 3", NOTHING),
    ("2021 2022 2023 2024 2025", NOTHING),
    ("10 11 12 13 14 15", NOTHING),
    ("Matrikel 12a, 101112-1314", ASKED),
    ("Vores sag 1503821299", ASKED),
    ("ID 240315-1234", ASKED),
    ("Ref.: 010203-0405", NOTHING),
    ("kl. 1230-1500 d. 010224", NOTHING),
    ("010224 1230-1500", NOTHING),
    ("CPR-kontoret, tlf. 20 12 84 41", NOTHING),
    ("Skriv aldrig cpr-numre. Sag 010124-2025", NOTHING),
    ("29.09.04-0012", ASKED),
    ("Postnr. 2100-2300, 4800-4990", NOTHING),
    ("bilag 120324-0001 og 120324-0002", ASKED),
    ("budget 120384/1500", NOTHING),
    ("DDMMÅÅ-XXXX", NOTHING),
    ("311399-1234", NOTHING),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the finder makes of the table.

    Attributes:
        missed: shapes, with and without a check digit, of which a number was not found.
        found: numbers written, by the grade that was given; None for those that were missed.
        refused: ordinary numbers that were refused; ``asked``: that a person is asked about.
    """

    missed: list[str]
    found: dict[Grade | None, int]
    refused: list[str]
    asked: list[str]


def grade_of(text: str, *, is_cell: bool = False) -> Grade | None:
    """The surest that is found."""
    return surest(hit.grade for hit in find_cpr(text, TODAY, is_cell=is_cell))


def written(template: str, *, holds: bool) -> list[str]:
    """The template with every number in it."""
    return [template.format(**number.pieces) for number in made_numbers(holds=holds)]


def measured() -> Measured:
    """Run the finder over the table."""
    missed: list[str] = []
    found: dict[Grade | None, int] = dict.fromkeys((*Grade, None), 0)
    for rows, is_cell in ((SHAPES, False), (IN_CELLS, True)):
        for name, template, *_ in rows:
            for holds in (True, False):
                grades = [grade_of(t, is_cell=is_cell) for t in written(template, holds=holds)]
                for grade in grades:
                    found[grade] += 1
                if None in grades:
                    missed.append(f"{name}, {'with' if holds else 'without'} a check digit")
    made = [(text, grade_of(text)) for text, _ in ORDINARY]
    refused = [text for text, grade in made if grade in REFUSED]
    return Measured(missed, found, refused, [text for text, grade in made if grade is ASKED])
