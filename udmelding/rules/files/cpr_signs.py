"""What stands beside digits and tells whether they are a CPR number or something else?

Signs that raise: words such as «cpr» and «født» near. Signs that lower: a word right before that
names another kind of number, a unit right after, other digits that hang on it, a date and a serial
that read as a period or as a day and a year.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import takewhile

from udmelding.rules.files.cpr_shapes import DASH, SPACE, Form, Shape

REACH = 48
"""Signs before and after that are looked at."""

_NAMES = re.compile(
    r"cpr(?![- ]?(?:kontor|regist|lov|system))|c\.\s?p\.\s?r\b"
    r"|(?<![a-zæøå])person[- ]?(?:nr|n[uo]m|no\b|id\b)|(?<![a-zæøå])pnr(?![a-zæøå])"
    r"|(?<![a-zæøå])(?:født|fødsel|fødd)|(?<![a-zæøå])f\.\s?(?:d\.\s?)?$|birth",
    re.IGNORECASE,
)
_NAMES_AFTER = re.compile(
    r"[\s)\]»\",;:–-]{0,4}\(?(?:er\s+(?:hans|hendes|borgerens)\s+)?(?:cpr|personn)", re.IGNORECASE
)
_NEW_SENTENCE = re.compile(r"[.!?]\s+(?!Nr|Nummer)[A-ZÆØÅ][a-zæøå]")

# The words right before, read backwards, since it is there that they end.
_TIES = r"[\s.:;#=«\"'(\[_/–-]"
_WORD = r"([^\W\d_]{1,30}|§)(?![^\W\d_])"
_WORDS_BACKWARDS = re.compile(
    rf"{_TIES}{{0,5}}(?:[/.–-]\d{{1,4}}(?!\d)){{0,2}}{_TIES}{{0,3}}{_WORD}(?:{_TIES}{{1,3}}{_WORD})?"
    rf"(?:{_TIES}{{1,3}}{_WORD})?"
)
_FILLERS = frozenset({"er", "var", "på", "med", "i"})
_NUMBER_WORDS = frozenset({"nr", "no", "nummer", "numre", "id", "kode", "reference"})
_NUMBER_END = re.compile(r"(?<=[a-zæøå])s?(?:nr|nummer|numre|id|kode|reference)$")
_ANY = "[a-zæøå]{0,20}"
_OTHERS = (
    "periode(?:n|r)?",
    f"faktura{_ANY}",
    f"regning{_ANY}",
    f"ordre{_ANY}",
    "rum",
    "lokaler?",
    "lokalet",
    f"bestilling{_ANY}",
    f"rekvisition{_ANY}",
    f"kvittering{_ANY}",
    "ean",
    "gln",
    "cvr",
    "tlf",
    f"telefon{_ANY}",
    "mobil",
    "fax",
    f"konto{_ANY}",
    "reg",
    "iban",
    "is[bs]n",
    "versione?n?",
    "build",
    f"vare{_ANY}",
    "serie",
    f"projekt{_ANY}",
    f"kontrakt{_ANY}",
    "udbud",
    f"matrikel{_ANY}",
    "bfe",
    "beløb",
    "kr",
    "dkk",
    f"budget{_ANY}",
    f"tilbud{_ANY}",
    f"model{_ANY}",
    f"licens{_ANY}",
    f"bekendtgørelse{_ANY}",
    f"lov{_ANY}",
    "§",
    "kl",
    "kle",
    "skab",
    "plads",
    f"produkt{_ANY}",
    f"betaling{_ANY}",
    f"giro{_ANY}",
)
"""Words that name a number of another kind; nobody is called by what they count."""

_FILINGS = (
    f"{_ANY}sag(?:en|er)?",
    f"{_ANY}journal{_ANY}",
    "j(?:our)?",
    f"{_ANY}dok",
    f"{_ANY}dokument{_ANY}",
    "acadre",
    "sbsys",
    "esdh",
    "edoc",
    "workzone",
    "captia",
    f"{_ANY}ref",
    f"{_ANY}reference",
    f"bilag{_ANY}",
    "punkt(?:et)?",
    "pkt",
    f"dagsorden{_ANY}",
    f"notat{_ANY}",
    f"brev{_ANY}",
    "akt(?:en)?",
    f"referat{_ANY}",
    f"møde{_ANY}",
    "d",
    "den",
    "dato",
    "dateret",
    f"kunde{_ANY}",
    f"medarbejder{_ANY}",
    f"tjeneste{_ANY}",
    f"ticket{_ANY}",
    f"incident{_ANY}",
    f"udmelding{_ANY}",
    f"høring{_ANY}",
)
"""Words that name what is filed; what is about a person may be filed under the person's number."""


_OTHER, _FILING = (re.compile("|".join(words)) for words in (_OTHERS, _FILINGS))
# The number of a workplace (P-nummer) has ten digits too, and many of them begin like a date.
_IS_WORKPLACE = re.compile(
    r"\b(?:p[- ](?:nr|nummer|numre)|produktionsenhed\w{0,12})\b[.:;\s]{0,4}$", re.IGNORECASE
)
_UNIT_AFTER = re.compile(
    r"(?:,-|(?:,\d\d)?\s?(?:kr|kroner|dkk|eur|euro|stk|km|m2|timer|gram|kg|%|pct|mio|mia|deltagere"
    r"|borgere|personer|sider|enheder)(?![a-zæøå]))",
    re.IGNORECASE,
)
_NAMES_IT = re.compile(r"(?:cpr|nr|nummer|id)$", re.IGNORECASE)

_HAS_WORD = re.compile(r"[^\W\d_]|§")
_FLOAT_END = re.compile(r"\.0(?!\d)")
_CHAIN_BEFORE, _CHAIN_AFTER = (
    re.compile(rf"\d(?:{DASH}|[./])$"),
    re.compile(rf"(?:{DASH}|[./])\d"),
)
_SPACE_BEFORE, _SPACE_AFTER = re.compile(rf"\d{SPACE}$"), re.compile(rf"{SPACE}\d")
_POINT_BEFORE, _POINT_AFTER = re.compile(r"\d[.,]$"), re.compile(r"[.,]\d")

_LATE, _VERY_OLD, _TOO_OLD = 10, 100, 110
_YEARS_APART = 10
_YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside digits.

    Attributes:
        touching: the letters and digits that touch them, before and after.
        is_chained: other digits hang on them by a dash, slash or point; ``is_spaced`` by a space.
        is_decimal: they are a decimal number, or the decimals of one.
        is_workplace: what is before says that they are the number of a workplace, or of a phone.
        is_named: a word near says that a CPR number or a day of birth stands here.
        words: how much the word right before and the unit right after speak against it.
        is_bare: «nr.» stands right before, and no word that says of what.
    """

    touching: tuple[str, str]
    is_chained: bool
    is_spaced: bool
    is_decimal: bool
    is_workplace: bool
    is_named: bool
    words: int
    is_bare: bool

    @property
    def is_id(self) -> bool:
        """Whether letters and other digits touch them, as in a checksum."""
        return any(sign.isdecimal() for sign in "".join(self.touching))

    @property
    def is_touched(self) -> bool:
        """Whether letters touch them that do not name them."""
        before, after = self.touching
        return bool(after or (before and not _NAMES_IT.search(before)))


def around(text: str, start: int, end: int, head: str = "") -> Around:
    """What stands beside ``text[start:end]``.

    Args:
        text: as it is seen.
        start: of the digits.
        end: of the digits.
        head: what stands over or beside the whole text, such as the heading of a column.
    """
    before, after = text[max(0, start - REACH) : start], text[end : end + REACH]
    if _FLOAT_END.match(after):
        after = ""
    near = before[-2:]
    told = f"{head[-REACH:]} {before}" if head and start < REACH else before
    has_words = _HAS_WORD.search(told) is not None
    words, is_bare = _against(told) if has_words else (0, False)
    return Around(
        touching=(_touching(before[::-1])[::-1], _touching(after)),
        is_chained=bool(_CHAIN_BEFORE.search(near) or _CHAIN_AFTER.match(after)),
        is_spaced=bool(_SPACE_BEFORE.search(near) or _SPACE_AFTER.match(after)),
        is_decimal=bool(_POINT_BEFORE.search(near) or _POINT_AFTER.match(after)),
        is_workplace=near.endswith("+") or (has_words and _IS_WORKPLACE.search(told) is not None),
        is_named=_is_named(told, after, has_words=has_words),
        words=words + 2 * bool(_UNIT_AFTER.match(after)),
        is_bare=is_bare,
    )


def _touching(text: str) -> str:
    """The letters and digits with which ``text`` begins."""
    return "".join(takewhile(str.isalnum, text))


def _is_named(before: str, after: str, *, has_words: bool) -> bool:
    """Whether «cpr» or «født» stands near, in the same sentence."""
    if _NAMES_AFTER.match(after):
        return True
    found = list(_NAMES.finditer(before)) if has_words else []
    return bool(found) and _NEW_SENTENCE.search(before, found[-1].end()) is None


def _against(before: str) -> tuple[int, bool]:
    """How much the words right before speak against a CPR number, and whether all is «nr.».

    Returns:
        2 for a word that names a number of another kind, 1 for one that names what is filed, else
        0; and whether they say «nr.» and not of what.
    """
    found = _WORDS_BACKWARDS.match(before[::-1])
    words = [word[::-1].lower() for word in found.groups("") if word] if found else []
    if words and words[0] in _FILLERS:
        words = words[1:]
    if not words:
        return 0, False
    is_number = words[0] in _NUMBER_WORDS
    if is_number and len(words) > 1 and (weight := _weight(words[1])):
        return weight, False
    return _weight(words[0]), is_number


def _weight(word: str) -> int:
    """How much one word speaks against a CPR number."""
    for name in (word, _NUMBER_END.sub("", word)):
        if _OTHER.fullmatch(name):
            return 2
        if _FILING.fullmatch(name):
            return 1
    return 0


def years_old(born: dt.date, today: dt.date) -> int:
    """How old a person born then would be."""
    return int((today - born).days / _YEAR_DAYS)


def is_too_old(born: dt.date, today: dt.date) -> bool:
    """Whether a person born then would be older than people get."""
    return years_old(born, today) > _TOO_OLD


def doubts(shape: Shape, born: dt.date, today: dt.date, *, holds: bool) -> int:
    """How much the digits themselves speak against a CPR number.

    The numbers without a check digit that holds have been given since 2007 only, so hardly anybody
    very old has one: such digits are rather a day of late and a counter. The check digit holds by
    accident for one number in eleven, so even where it does, what only stands side by side is
    nobody very old. A day of the last years with an amount beside
    it is what most tables are made of, and so is no small child.
    """
    age = years_old(born, today)
    is_amount = shape.form is Form.DATED and age < _LATE
    if holds:
        return is_amount + (age >= _VERY_OLD and not shape.form.is_firm)
    return is_amount + (age >= _VERY_OLD) + _as_period(shape, today)


def _as_period(shape: Shape, today: dt.date) -> int:
    """Whether the serial reads as a year near the date's, or as a later day of a year of late."""
    if not shape.serial.isdecimal():
        return 0
    serial, date = int(shape.serial), shape.date
    if shape.year:
        return 2 * (shape.year <= serial <= shape.year + _YEARS_APART)
    late = 2000 + int(date[4:])
    if any(abs(serial - year) <= _YEARS_APART for year in (late, late - 100)):
        return 1
    day, month = f"{serial:04}"[:2], f"{serial:04}"[2:]
    is_day = "01" <= day <= "31" and "01" <= month <= "12"
    is_late = late <= today.year + _YEARS_APART
    return int(is_day and is_late and (month, day) > (date[2:4], date[:2]))
