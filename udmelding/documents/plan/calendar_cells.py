"""Which level and which day does a word in a calendar mean? What is neither is told with its place.

The one place where a table, a list and a line of moved meetings turn a word into a value.
"""

from __future__ import annotations

import datetime as dt

from openpyxl.utils.datetime import from_excel

from models.decision import Level
from udmelding.config.flaw_wording import suggestion
from udmelding.config.plan.meeting_calendars import year_problem
from udmelding.documents.plan.calendar_harvest import Harvest, Place
from udmelding.documents.plan.calendar_sheets import short, text_of, word_of
from udmelding.rules.words.danish_dates import UnreadableDateError, read_day_in
from udmelding.rules.words.organ_words import Naming

_LEVELS = ("fagudvalg", "økonomiudvalg", "kommunalbestyrelse")
_FORMS = "skriv den som 14-03-2025, 14/3-2025, 14.3.2025, 14. marts 2025 eller 2025-03-14"
_SERIAL = range(32_874, 73_416)
"""The days 1990-2100 as Excel counts them, where a cell lost its look of a date."""


def level_of(text: str, said: Naming, place: Place, harvest: Harvest) -> Level | None:
    """The level that a word names; None, and a flaw in ``harvest``, where it names none or two."""
    if len(said.levels) == 1 and not said.foreign:
        return said.levels[0]
    titles = {word_of(body.title): body.title for body in harvest.words.bodies}
    near = suggestion(word_of(text), [*_LEVELS, *titles])
    for plain, title in titles.items():
        near = near.replace(f"«{plain}»", f"«{title}»")
    hint = f"{near}tilladt er: {', '.join(_LEVELS)}, eller et organs navn"
    told = f"«{short(text)}» er ikke et led" if text else "mangler"
    if not text:
        hint += ". Skriv det i hver række, også hvor celler er slået sammen"
    harvest.flaws.append((place, f"{told}; {hint}"))
    return None


def day_of(cell: object, place: Place, harvest: Harvest) -> dt.date | None:
    """The day that a cell holds; None, and a flaw in ``harvest``, where it holds none."""
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
    text = text_of(cell)
    if not text:
        raise ValueError(f"mangler; {_FORMS}")
    try:
        return read_day_in(text, year)
    except UnreadableDateError as error:
        raise ValueError(f"«{short(text)}»: {error.problem}. {error.hint}") from None
