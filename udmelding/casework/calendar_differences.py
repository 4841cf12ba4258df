"""Says in Danish what a municipal calendar changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from models import Level
from udmelding.config.parties import load_municipalities
from udmelding.config.plan.municipal_calendars import MunicipalCalendars
from udmelding.journal.plan.municipal import CalendarDifference
from udmelding.rules.case.glossary import label
from udmelding.rules.words.date_wording import short_date


def names_of(file: MunicipalCalendars) -> tuple[str, ...]:
    """The names of the municipalities in a file, in its order."""
    names = {m.code: m.name for m in load_municipalities()}
    codes = dict.fromkeys([*(m.municipality for m in file.meetings), *file.chains])
    return tuple(names[code] for code in codes)


def difference_lines(found: CalendarDifference, *, is_replacing: bool) -> Sequence[str]:
    """One line for each municipality's new meetings, each change, and each missing meeting."""
    names = {m.code: m.name for m in load_municipalities()}
    return (
        *_chains(found, names),
        *_new(found, names),
        *_changed(found, names),
        *_missing(found, names, is_replacing=is_replacing),
    )


def _chains(found: CalendarDifference, names: dict[str, str]) -> Iterable[str]:
    for code, (before, after) in found.chains.items():
        was = f" (før: {_levels(before)})" if before else ""
        yield f"{names[code]}: sagen går gennem {_levels(after)}{was}."


def _levels(levels: Sequence[Level]) -> str:
    return " → ".join(label(level) for level in levels)


def _new(found: CalendarDifference, names: dict[str, str]) -> Iterable[str]:
    counts = Counter((m.municipality, m.level) for m in found.new)
    for code in dict.fromkeys(m.municipality for m in found.new):
        parts = [
            f"{counts[code, level]} i {label(level)}" for level in Level if (code, level) in counts
        ]
        yield f"{names[code]}: nye møder: {', '.join(parts)}."


def _changed(found: CalendarDifference, names: dict[str, str]) -> Iterable[str]:
    for before, after in found.changed:
        what = f"{names[after.municipality]}, {label(after.level)} {short_date(after.held_on)}"
        if after.is_cancelled:
            yield f"{what}: aflyst."
        elif before.papers_due_on != after.papers_due_on and after.papers_due_on:
            was = short_date(before.papers_due_on) if before.papers_due_on else "ukendt"
            yield f"{what}: dagsordenen lukker {short_date(after.papers_due_on)} (før: {was})."
        else:
            yield f"{what}: planlagt igen (var {label(before.state)})."


def _missing(
    found: CalendarDifference, names: dict[str, str], *, is_replacing: bool
) -> Iterable[str]:
    for meeting in found.missing:
        fate = "aflyses" if is_replacing else "beholdes (aflys det med --replace)"
        yield (
            f"{names[meeting.municipality]}, {label(meeting.level)} "
            f"{short_date(meeting.held_on)}: står ikke i filen; {fate}."
        )
