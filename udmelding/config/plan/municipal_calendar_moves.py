"""Which municipal meetings were moved? One to a line: ``Slagelse 24/3-2026 -> 18/3-2026``.

So many councils can be moved at once, as when a general election is called; to an earlier day as
well as to a later one. A level other than the council follows the municipality after a comma.
"""

from __future__ import annotations

import re
from pathlib import Path

from udmelding.config.plan.municipal_calendar_tables import LEVEL_WORDS, day_in
from udmelding.config.plan.municipal_harvest import (
    Harvest,
    MunicipalMeeting,
    Place,
    municipality_code,
    read_text,
)

HOW = "Slagelse 24/3-2026 -> 18/3-2026"
_LINE = re.compile(r"(?P<who>[^\d]+?)\s+(?P<was>\d.*?)\s*(?:->|→|\btil\b)\s*(?P<on>.+)", re.I)


def read(path: Path, harvest: Harvest) -> None:
    """Add the moved meetings of a text file, and what is wrong with its lines, to ``harvest``.

    Raises:
        BadFileError: the file as a whole cannot be read.
    """
    for number, written in enumerate(read_text(path).splitlines(), start=1):
        line = " ".join(written.split())
        if line:
            place = Place(f"{path.name}:{number}", f"linje {number}", "", number)
            _read_line(line, place, harvest)


def _read_line(line: str, place: Place, harvest: Harvest) -> None:
    found = _LINE.fullmatch(line)
    if found is None:
        harvest.flaws.append((place, f"«{line}» kan ikke læses; skriv den som {HOW}"))
        return
    name, _, level_word = (part.strip() for part in found["who"].partition(","))
    level = LEVEL_WORDS.get(level_word.casefold() or "kommunalbestyrelse")
    if level is None:
        told = f"«{level_word}» er ikke et led; tilladt er: {', '.join(LEVEL_WORDS)}"
        harvest.flaws.append((place, told))
    code = municipality_code(name, place, harvest)
    was, on = day_in(found["was"], place, harvest), day_in(found["on"], place, harvest)
    if was is not None and was == on:
        harvest.flaws.append((place, f"«{line}» flytter mødet til den dag, det allerede ligger"))
    elif level and was and on:
        meeting = MunicipalMeeting(municipality=code, level=level, held_on=on, moved_from=was)
        harvest.meetings.append((meeting, place, place))
