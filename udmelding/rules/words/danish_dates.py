"""Which day or period does a date mean, as Danish secretariats write it?

``read_date`` takes the text and gives a ``DateReading``: first and last day, how precise the
writer was, and the text as written. Here the text is tidied, words such as "senest" and "kl."
are taken off, a range is cut in two, and the year that was left out is found. Which forms there
are stands in ``date_forms``, how a reading is written out again in ``date_wording``. What fits no
form is refused with words about what to write instead.

Three promises hold everywhere. The day stands before the month. Nothing is left over: a text is
understood to its last word or not at all. A year that was not written follows from ``today`` and
the ``Direction``, never from a clock.

Conventions: primo, medio and ultimo of a month are 1-10, 11-20 and 21-last; weeks are ISO weeks;
"inden" a day includes the day.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from udmelding.errors import RefusedError
from udmelding.rules.words.date_forms import (
    WEEKDAYS,
    NotADateError,
    Part,
    Precision,
    Span,
    between,
    single,
)


class Direction(StrEnum):
    """Which year is meant where none is written."""

    COMING = "coming"
    """The next such day or period; one that holds ``today`` counts."""
    PAST = "past"
    """The last such day or period; one that holds ``today`` counts."""


@dataclass(frozen=True, slots=True)
class DateReading:
    """What a written date means.

    Attributes:
        start: the first day.
        end: the last day, never before ``start``.
        precision: how finely the writer spoke.
        source: the text as written, without the white space around it.
        bound: ``"latest"`` (senest, inden, frist), ``"earliest"`` (tidligst), ``"about"`` (ca.,
            omkring) or None.
        has_year: whether the year was written, or followed from the day; not that the reading
            is another one.
    """

    start: dt.date
    end: dt.date
    precision: Precision
    source: str
    bound: str | None = None
    has_year: bool = field(default=True, compare=False)

    @property
    def is_day(self) -> bool:
        """Whether the text names one single day."""
        return self.precision is Precision.DAY

    def as_json(self) -> dict[str, str | None]:
        """The same facts as plain values, dates in ISO form."""
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "precision": self.precision.value,
            "source": self.source,
            "bound": self.bound,
        }


class UnreadableDateError(RefusedError):
    """A text does not name a day or period that we understand; a retry never helps.

    Attributes:
        text: what was written, without the white space around it.
        problem: what is wrong, a Danish clause.
        hint: what to write instead, a Danish sentence.
    """

    def __init__(self, text: str, problem: str, hint: str, *, wanted: str = "en dato") -> None:
        """Compose the message; ``wanted`` is what the text should have been, in Danish."""
        shown = text if len(text) <= 60 else f"{text[:59]}…"
        super().__init__(f"«{shown}» kan ikke læses som {wanted}: {problem}. {hint}")
        self.text, self.problem, self.hint = text, problem, hint


def read_date(text: str, *, today: dt.date, direction: Direction = Direction.COMING) -> DateReading:
    """Read ``text`` as the day or period it names.

    Args:
        text: a date as people write it, such as ``31/5-2025`` or ``senest primo januar 2025``.
        today: the day that "i dag" and dates without a year are seen from.
        direction: which year to take where none is written.

    Returns:
        The reading. ``senest`` and the like do not move its days; they are in ``bound``.

    Raises:
        UnreadableDateError: if the text is not a date, is impossible, or may mean two things.
    """
    try:
        return _read(text, today, direction)
    except NotADateError as wrong:
        raise UnreadableDateError(text.strip(), wrong.problem, wrong.hint) from None


def read_day(text: str, *, today: dt.date, direction: Direction = Direction.COMING) -> dt.date:
    """Read ``text`` as one single day; "senest 1/12-2024" is one, "ca. 1/12-2024" is not.

    Args:
        text: a date as people write it.
        today: the day that "i dag" and dates without a year are seen from.
        direction: which year to take where none is written.

    Returns:
        The day.

    Raises:
        UnreadableDateError: if the text is not a date, or names a period or an uncertain day.
    """
    reading = read_date(text, today=today, direction=direction)
    start, end = _numeric(reading.start), _numeric(reading.end)
    if reading.is_day and reading.bound in {None, "latest"}:
        return reading.start
    problem = "dagen er ikke fast" if reading.is_day else f"det er perioden {start} til {end}"
    hint = f"Skriv den dag, du mener, for eksempel {end}."
    raise UnreadableDateError(reading.source, problem, hint, wanted="én bestemt dag")


def read_day_in(text: str, year: int | None) -> dt.date:
    """Read ``text`` as one single day of a list that is about one year.

    Args:
        text: a date as people write it, with or without its year.
        year: the year that the list is about, where the date names none; None if nobody said.

    Returns:
        The day.

    Raises:
        UnreadableDateError: as ``read_day``; also where no year is known.
    """
    first = dt.date(year or 2000, 1, 1)  # of no meaning where the year is written
    reading = read_date(text, today=first)
    if year is None and not reading.has_year:
        problem = "året mangler" if reading.is_day else "det er ikke én bestemt dag"
        hint = "Skriv året med, eller sig, hvilket år listen gælder."
        if not reading.is_day:
            hint = "Skriv dagen, for eksempel 14/3-2027."
        raise UnreadableDateError(reading.source, problem, hint, wanted="én bestemt dag")
    return read_day(text, today=first)


# --- What is known not to be a date ----------------------------------------------------------

_REFUSALS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), problem, hint)
    for pattern, problem, hint in (
        (r"^\d{1,3}\.?$", "der mangler en måned", "Skriv for eksempel 14/3 eller 14. marts 2025."),
        (
            r"^\d{1,2}([-/])\d{1,2}\1\d{2}$",
            "det er ikke til at se, hvad der er dag, måned og år",
            "Skriv året med fire cifre, for eksempel 10/11-2012.",
        ),
        (
            r"^\d{4}([/. ])\d{1,2}\1\d{1,2}$",
            "et årstal først hører til formen år-måned-dag med bindestreger",
            "Skriv for eksempel 2025-03-04 eller 4/3-2025.",
        ),
        (
            r"forår|sommer|efterår|vinter",
            "en årstid er for upræcis",
            "Skriv måneden eller kvartalet, for eksempel oktober 2024 eller 4. kvartal 2024.",
        ),
        (
            r"snar(es)?t|hurtigst|straks|løbende|\basap\b",
            "det er ikke en dato",
            "Skriv den dag, der menes, for eksempel 31/5-2025.",
        ),
        (
            r"^(i )?(start|begynd|midt|slut)\w* (i |af )?\d{4}$",
            "en del af et år er for upræcis",
            "Skriv måneden eller kvartalet, for eksempel 4. kvartal 2025.",
        ),
        (
            r"^(fra|før|efter|til) ",
            "det er ikke til at se, hvilken dag der er den første eller sidste",
            "Skriv «tidligst» og den første dag, «senest» og den sidste dag, eller begge dage.",
        ),
        (r" (eller|og) ", "der står mere end én dato", "Skriv én dag eller en periode."),
    )
)


# --- From text to reading --------------------------------------------------------------------

_MOST_CHARACTERS = 100
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_BOUND = re.compile(
    r"(?:(?P<latest>seneste?|inden|frist:?)|(?P<earliest>tidligst)|(?P<about>ca\.?|cirka|omkring)) "
)
_TIME = re.compile(r" (?:kl\.?|klokken) ?(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))?$", re.ASCII)
_FROM = re.compile(r"^fra (?:og med )?")
_TO = re.compile(r" til (?:og med )?|\.{2,3}|-|(?<=-\d\d)/(?=\d{4}-)", re.ASCII)
_RELATIVE_DAYS = {"i forgårs": -2, "i går": -1, "i dag": 0, "i morgen": 1, "i overmorgen": 2}
_YEAR_AWAY = dt.timedelta(days=366)


def _read(text: str, today: dt.date, direction: Direction) -> DateReading:
    words, bound, has_time = _tidied(text), None, False
    if found := _BOUND.match(words):
        words, bound = words[found.end() :], found.lastgroup
    if found := _TIME.search(words):
        words, has_time = words[: found.start()], _is_time(found)
    part = _relative_day(words, today) or single(words) or _range(words)
    if part is None:
        raise _refusal(words)
    if has_time and part.precision is not Precision.DAY:
        raise NotADateError("et klokkeslæt hører til en bestemt dag", "Skriv dagen.")
    start, end = _resolved(part, today, direction)
    _check_weekday(start, part.weekdays[0])
    _check_weekday(end, part.weekdays[1])
    has_year = part.year is not None
    return DateReading(start, end, part.precision, text.strip(), bound, has_year)


def _tidied(text: str) -> str:
    """``text`` in the spelling that the patterns expect."""
    plain = unicodedata.normalize("NFC", text).translate(_DASHES | _INVISIBLE).lower()
    words = re.sub(r"[\s,]+", " ", plain).strip(" .")
    if not words:
        raise NotADateError("der står ingenting")
    if len(words) > _MOST_CHARACTERS:
        raise NotADateError("teksten er for lang til at være en dato")
    return re.sub(r" ?([-/]) ?", r"\1", words)


def _is_time(found: re.Match[str]) -> bool:
    """True; refuses a time of day that does not exist (24.00 does)."""
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if minute > 59 or hour * 60 + minute > 24 * 60:
        problem = f"klokken kan ikke være {hour}.{minute:02}"
        raise NotADateError(problem, "Ret klokkeslættet, for eksempel kl. 12.00.")
    return True


def _relative_day(words: str, today: dt.date) -> Part | None:
    if words not in _RELATIVE_DAYS:
        return None
    day = today + dt.timedelta(days=_RELATIVE_DAYS[words])
    return Part(Precision.DAY, day.year, lambda _: (day, day))


def _range(words: str) -> Part | None:
    """The range between two parts of one kind; None where ``words`` cannot be cut into two."""
    body = _FROM.sub("", words)
    for cut in _TO.finditer(body):
        if part := between(body[: cut.start()], body[cut.end() :]):
            return part
    return None


def _resolved(part: Part, today: dt.date, direction: Direction) -> Span:
    """The first and last day, in the written year or the nearest in the ``direction``."""
    if part.year is not None:
        return part.span(part.year)
    years = range(today.year - 2, today.year + 3)
    spans = [found for year in years if (found := part.span_if_any(year))]
    if not spans:
        return part.span(today.year)  # says what is wrong
    if direction is Direction.COMING:
        near = [s for s in spans if s[1] >= today and s[0] - today <= _YEAR_AWAY][:1]
    else:
        near = [s for s in spans if s[0] <= today and today - s[1] <= _YEAR_AWAY][-1:]
    if not near:
        raise NotADateError("dagen eller ugen findes ikke hvert år", "Skriv årstallet med.")
    return near[0]


def _check_weekday(day: dt.date, written: str | None) -> None:
    actual = WEEKDAYS[day.weekday()]
    if written not in {None, actual}:
        problem = f"{_numeric(day)} er en {actual}, ikke en {written}"
        raise NotADateError(problem, "Ret ugedagen eller datoen, eller skriv årstallet med.")


def _refusal(words: str) -> NotADateError:
    """Why ``words``, which fit no form, are not a date."""
    for pattern, problem, hint in _REFUSALS:
        if pattern.search(words):
            return NotADateError(problem, hint)
    return NotADateError("det er ikke en kendt måde at skrive en dato på")


def _numeric(day: dt.date) -> str:
    return f"{day.day}/{day.month}-{day.year}"
