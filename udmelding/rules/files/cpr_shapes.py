"""How may a CPR number be written? Every way that is known, as patterns and what each is read as.

A pattern says only that digits stand in such an order; whether they are a number of a person is
asked in ``cpr``. Every pattern looks at a bounded stretch from where it begins, so looking through
a text takes time by its length only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Form(Enum):
    """How the parts of a number hang together; the surest first."""

    DASHED = auto()
    MARKED = auto()
    POINTED = auto()
    TOLD = auto()
    LOOSE = auto()
    DATED = auto()
    RUN = auto()
    SPACED = auto()
    PAIRED = auto()
    GROUPED = auto()
    SHORT = auto()

    @property
    def is_firm(self) -> bool:
        """Whether figures that only stand side by side hardly ever make it."""
        return self in (Form.DASHED, Form.MARKED, Form.POINTED, Form.TOLD, Form.RUN)


@dataclass(frozen=True, slots=True)
class Shape:
    """Digits that stand as those of a CPR number may: ``text[start:end]``.

    Attributes:
        date: day, month and the last two digits of the year.
        serial: the last four signs; letters among them are those of a replacement number.
        year: in full, where it was written so.
    """

    start: int
    end: int
    date: str
    serial: str
    form: Form
    year: int | None = None


# Hyphens and dashes; the last two are what PDF readers give for a hyphen at the end of a line.
_DASHES = "-~\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d\x02\ufffe"
DASH = f"[{_DASHES}]"
SPACE = "[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_LINE = r"(?:\r\n?|\n)"
_GAP = rf"{SPACE}{{0,3}}(?:{_LINE}{SPACE}{{0,3}})?"
_DASHED = rf"(?P<dash>{_GAP}{DASH}{{1,2}}{_GAP})"
_BETWEEN = rf"(?:{_DASHED}|(?P<loose>[\W_]{{1,12}}))"
_SERIAL = r"(?P<serial>\d{4})(?!\d)"

_PARTS = re.compile(
    rf"(?<!\d)(?P<date>\d{{6}})(?:{_DASHED}|(?P<point>[.\uff0e])|(?P<mark>[/_:]|{SPACE}{{1,2}})"
    r"|(?P<loose>[\W_]{1,12}))(?P<serial>\d{4}|[0-9A-ZÆØÅ]{3}\d)(?!\d)"
)

_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]{{0,6}}"
_SIGN = rf"{SPACE}?(?:[./_]|{DASH}){SPACE}?|{SPACE}{{1,2}}"
_MIDNIGHT = r"(?:[ T]00:00(?::00)?)?"
_WRITTEN_DATE = (
    rf"(?<!\d)(?P<day>\d\d?)(?:(?P<first>{_SIGN})(?P<month>\d\d?)(?P<second>{_SIGN})"
    rf"|\.?{SPACE}?{_MONTH}\.?{SPACE}?)(?P<year>(?:19|20)\d\d|\d\d)(?!\d){_MIDNIGHT}"
)
_WRITTEN = re.compile(_WRITTEN_DATE + _BETWEEN + _SERIAL, re.IGNORECASE)
_YEAR_FIRST_DATE = (
    rf"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<first>[./]|{DASH}|{SPACE}|)(?P<month>\d\d)(?P=first)"
    rf"(?P<day>\d\d){_MIDNIGHT}"
)
_YEAR_FIRST = re.compile(_YEAR_FIRST_DATE + _BETWEEN + _SERIAL)
_YEAR_IN_FULL = re.compile(
    rf"(?<!\d)(?P<day>\d\d)(?P<month>\d\d)(?P<year>(?:19|20)\d\d){_BETWEEN}?{_SERIAL}"
)
_RUN = re.compile(r"(?<!\d)(?:\d{10}|\d{7}[A-Z]{2}\d)(?!\d)")

# Ten digits in small groups, such as letter-spaced ones; 1.503.821.202 is an amount and none.
_SEPARATOR = rf"(?:{SPACE}{{0,2}}(?:[./,_|]|{DASH}){SPACE}{{0,2}}|{SPACE}{{1,3}}|\t|{_LINE})"
_GROUPS = re.compile(
    rf"(?<!\d)(?<!\d[./,_|\t\n{_DASHES} ])\d{{1,6}}(?:{_SEPARATOR}\d{{1,6}}){{1,10}}"
    rf"(?!\d)(?!{_SEPARATOR}\d)"
)
_KNOWN_GROUPS = ((6, 4), (2, 2, 2, 4), (2, 2, 4, 4), (4, 2, 2, 4), (1, 3, 3, 3))
_SPACES_ONLY = re.compile(rf"{SPACE}+")
_OF_DIGITS = re.compile(r"\d+")
_TIES = frozenset({"", "-", "–", ".", "/"})
_DIGITS = 10
_MOST_BETWEEN = 12
"""Signs between two numbers that may belong together, such as the name of a month."""

# «født 15.03.82, de sidste fire er …»: the words stand between, or the date comes after.
_FOUR = re.compile(_SERIAL)
_LAST_FOUR = re.compile(
    r"(?:(?:sidste\s+(?:fire|4)|(?:fire|4)\s+sidste)(?:\s+(?:cifre|tal))?|(?:slutter|ender)(?:\s+med|\s+på)?"
    r"|l(?:ø|oe)be-?n(?:umme)?r\.?|kontrol(?:cifre|tal))\s*(?:i\s+(?:cpr|person)[\w.-]{0,12}\s*)?"
    r"(?:\b(?:er|var|på)\b)?[\s:=«\"'(-]{0,4}$",
    re.IGNORECASE,
)
_DATES = (
    re.compile(rf"{_WRITTEN_DATE}|(?<!\d)(?P<date>\d{{6}})(?!\d)", re.IGNORECASE),
    re.compile(rf"{_YEAR_FIRST_DATE}(?!\d)"),
)
_FAR, _WORDS = 90, 60
_HINTS = ("sidste", "slutter", "ender", "øbe", "oebe", "kontrol")
"""One of them stands in whatever ``_LAST_FOUR`` finds, and is looked for much faster."""

_ZERO_LOST = re.compile(
    rf"(?<!\d)(?<!\d[./,{_DASHES} ])(?:(?P<date>\d{{5}}){SPACE}?(?:{DASH}|{SPACE}){SPACE}?"
    r"(?P<serial>\d{4})|(?P<run>\d{9}))(?!\d)"
)


def shapes_in(text: str) -> Iterator[Shape]:
    """Everything in ``text`` that stands as a CPR number may; some of it more than once.

    The length of the first digits in a row says which patterns may begin there. Few numbers of a
    text have other digits close behind, so most are passed by at once.
    """
    before: re.Match[str] | None = None
    for digits in _OF_DIGITS.finditer(text):
        if before is not None:
            yield from _beginning(text, before, digits.start())
        before = digits
    if before is not None:
        yield from _beginning(text, before, len(text) + _MOST_BETWEEN)


def _beginning(text: str, digits: re.Match[str], next_digits: int) -> Iterator[Shape]:
    """What begins with these digits in a row."""
    start, end = digits.span()
    has_more = next_digits - end <= _MOST_BETWEEN
    for needs_more, pattern, read in _READERS.get(end - start, ()):
        if has_more or not needs_more:
            match = pattern.match(text, start)
            if match is not None:
                yield from read(match)


def _of_parts(match: re.Match[str]) -> Iterator[Shape]:
    serial = match["serial"]
    if serial.isdecimal() or not match["loose"]:
        forms = {"dash": Form.DASHED, "point": Form.POINTED, "mark": Form.MARKED}
        form = next((form for name, form in forms.items() if match[name]), Form.LOOSE)
        yield Shape(*match.span(), ascii_digits(match["date"]), serial, form)


def _of_date(match: re.Match[str]) -> Iterator[Shape]:
    date, year = _day(match)
    if date:
        form = Form.DASHED if match["dash"] else Form.DATED
        if not match["dash"] and not match["loose"]:
            form = Form.RUN
        yield Shape(*match.span(), date, match["serial"], form, year)


def _day(match: re.Match[str]) -> tuple[str, int | None]:
    """Day, month and year as six digits, and the year where it is in full; empty for none."""
    parts = {name: value or "" for name, value in match.groupdict().items()}
    if parts.get("date"):
        return ascii_digits(parts["date"]), None
    day, month, year = parts["day"], parts["month"], ascii_digits(parts["year"])
    if parts.get("name"):
        month = f"{_MONTHS.index(parts['name'].lower()) + 1:02}"
    is_full = len(year) > 2
    if not (is_full or parts.get("name") or _is_uniform(parts, day, month)):
        return "", None
    date = f"{ascii_digits(day):0>2}{ascii_digits(month):0>2}{year[-2:]}"
    return date, int(year) if is_full else None


def _is_uniform(parts: dict[str, str], day: str, month: str) -> bool:
    """Whether a year of two digits stands after a day and month of two, all alike between."""
    first, second = parts["first"].strip(), parts["second"].strip()
    return len(day) == len(month) == 2 and (first == second or (first, second) == ("/", "-"))


def _of_run(match: re.Match[str]) -> Iterator[Shape]:
    digits = match[0]
    yield Shape(*match.span(), ascii_digits(digits[:6]), digits[6:], Form.RUN)


def _of_groups(match: re.Match[str]) -> Iterator[Shape]:
    groups = _OF_DIGITS.findall(match[0])
    digits, sizes = "".join(groups), tuple(len(group) for group in groups)
    if len(digits) != _DIGITS or sizes in _KNOWN_GROUPS:
        return
    between = [sign for sign in _OF_DIGITS.split(match[0]) if sign]
    if len(groups) == _DIGITS and all(
        _SPACES_ONLY.fullmatch(sign) or (number == 5 and re.search(DASH, sign))
        for number, sign in enumerate(between)
    ):
        form = Form.SPACED
    else:
        form = _form_of_groups(sizes, between)
    yield Shape(*match.span(), ascii_digits(digits[:6]), digits[6:], form)


def _form_of_groups(sizes: tuple[int, ...], between: list[str]) -> Form:
    """How sure groups of several digits are, by whether they end where parts of a number do."""
    is_spaced = all(_SPACES_ONLY.fullmatch(sign) for sign in between)
    is_even = all(size % 2 == 0 for size in sizes)
    if is_even and is_spaced:
        return Form.PAIRED
    is_tied = all(sign.strip() in _TIES for sign in between)
    return Form.GROUPED if is_spaced or (is_even and is_tied) else Form.SHORT


def _of_last_four(match: re.Match[str]) -> Iterator[Shape]:
    text, serial = match.string, match["serial"]
    words = text[max(0, match.start() - _WORDS) : match.start()]
    lower = words.lower()
    if not any(hint in lower for hint in _HINTS) or not (told := _LAST_FOUR.search(words)):
        return
    at = match.start() - len(words) + told.start()
    before = [m for date in _DATES for m in date.finditer(text, max(0, at - _FAR), at)]
    after = _DATES[0].search(text, match.end(), match.end() + _FAR)
    if before:
        found = max(before, key=re.Match.end)
        start, end = found.start(), match.end()
    elif after is not None and "\n\n" not in text[match.end() : after.start()]:
        start, end, found = match.start("serial"), after.end(), after
    else:
        return
    date, year = _day(found)
    if date:
        yield Shape(start, end, date, serial, Form.TOLD, year)


def _of_zero_lost(match: re.Match[str]) -> Iterator[Shape]:
    digits = "0" + (match["run"] or match["date"] + match["serial"])
    yield Shape(*match.span(), ascii_digits(digits[:6]), digits[6:], Form.SHORT)


_Reader = tuple[bool, re.Pattern[str], Callable[[re.Match[str]], Iterator[Shape]]]

_SMALL_GROUPS: _Reader = (True, _GROUPS, _of_groups)
_READERS: Mapping[int, tuple[_Reader, ...]] = {
    1: (_SMALL_GROUPS, (True, _WRITTEN, _of_date)),
    2: (_SMALL_GROUPS, (True, _WRITTEN, _of_date)),
    3: (_SMALL_GROUPS,),
    4: (_SMALL_GROUPS, (True, _YEAR_FIRST, _of_date), (False, _FOUR, _of_last_four)),
    5: (_SMALL_GROUPS, (True, _ZERO_LOST, _of_zero_lost)),
    6: (_SMALL_GROUPS, (True, _PARTS, _of_parts)),
    7: ((True, _RUN, _of_run),),
    8: ((True, _YEAR_IN_FULL, _of_date), (True, _YEAR_FIRST, _of_date)),
    9: ((False, _ZERO_LOST, _of_zero_lost),),
    10: ((False, _RUN, _of_run),),
    12: ((False, _YEAR_IN_FULL, _of_date),),
}
"""By how many digits stand in a row first: whether others must follow, what may be, how it is read.

Six and letters are a replacement number, so ``_PARTS`` has no others behind but the last of it.
"""


def ascii_digits(digits: str) -> str:
    """Digits of any script, such as the full-width ones, as the usual ones."""
    return digits if digits.isascii() else "".join(str(int(sign)) for sign in digits)
