"""Which meetings does a list in lines tell of: pasted, in a text file, or in the cells of a sheet?

A list is read as it stands on a web page (``rules.words.calendar_lines``), or it tells of meetings
that were moved, one to a line: ``Slagelse 24/3-2026 -> 18/3-2026``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from udmelding.documents.plan.calendar_cells import day_of, level_of
from udmelding.documents.plan.calendar_harvest import (
    Harvest,
    Place,
    municipality_code,
    read_text,
)
from udmelding.rules.words.calendar_lines import read_lines
from udmelding.rules.words.organ_words import Organ, naming


def read_list(
    text: str, places: Mapping[int, Place], harvest: Harvest, *, is_meant: bool = False
) -> bool:
    """Take in a list in lines, see ``rules.words.calendar_lines``.

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


MOVES = "flyttede-møder.txt"
"""What a list of moved meetings is called that somebody wrote and did not send as a file."""
HOW = "Slagelse 24/3-2026 -> 18/3-2026"
_LINE = re.compile(r"(?P<who>[^\d]+?)\s+(?P<was>\d.*?)\s*(?:->|→|\btil\b)\s*(?P<on>.+)", re.I)


def read_rows(rows: Sequence[tuple[str, str, str]], harvest: Harvest) -> None:
    """Add the rows of a small table that somebody filled in for one organ.

    Args:
        rows: day, cut-off and note of each meeting as they were written; empty rows count nothing.
        harvest: knows the organ and the year.
    """
    for number, (written, papers, note) in enumerate(rows, start=1):
        place = Place(f"række {number}", f"række {number}", "dato", number - len(rows))
        if not (written.strip() or papers.strip() or note.strip()):
            continue
        if harvest.organ is None:
            harvest.flaws.append((place, "det står ikke, hvis møde det er. Vælg organet"))
            continue
        flaws = len(harvest.flaws)
        held_on = day_of(written, place, harvest)
        at_papers = replace(place, key="papirfrist")
        due = day_of(papers, at_papers, harvest) if papers.strip() else None
        if due and held_on and due > held_on and not re.search(r"\d{4}", papers):
            due = day_before(due)  # papers of a meeting in January are due in December
        if held_on and len(harvest.flaws) == flaws:
            harvest.add(
                harvest.organ,
                held_on,
                place,
                at_papers,
                papers_due_on=due,
                note=" ".join(note.split()),
            )


def day_before(day: dt.date) -> dt.date:
    """The same day of the year before; 28 February for the 29th."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year - 1, day=last)


def read_text_file(path: Path, harvest: Harvest) -> None:
    """Add what a text file tells: a list as on a web page, or meetings that were moved.

    A file is one of moves if it is called so, or one of its lines is a move. So many councils can
    be moved at once, as when a general election is called; to an earlier day as well as to a later
    one. A level other than the council follows after a comma.

    Raises:
        BadFileError: the file as a whole cannot be read.
    """
    text = read_text(path)
    lines = {n: " ".join(line.split()) for n, line in enumerate(text.splitlines(), start=1)}
    places = {n: Place(f"{path.name}:{n}", f"linje {n}", "", n) for n in lines}
    is_moves = path.name == MOVES or any(_LINE.fullmatch(line) for line in lines.values())
    if not is_moves:
        read_list(text, places, harvest, is_meant=True)
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
    level = level_of(level_word, said, place, harvest)
    code = municipality_code(name, place, harvest)
    was, on = day_of(found["was"], place, harvest), day_of(found["on"], place, harvest)
    if was is not None and was == on:
        harvest.flaws.append((place, f"«{line}» flytter mødet til den dag, det allerede ligger"))
    elif level and was and on and len(harvest.flaws) == flaws:
        organ = Organ(municipality=code, level=level)
        harvest.add(organ, on, place, moved_from=was)
