"""Which shapes is the picture of a plan made of, and how much room does a text take?

Which font a reader has is not known: widths are those of a wide one, so that texts have room.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from udmelding.documents.line_breaks import Measure
from udmelding.rules.plan.plan_wording import days
from udmelding.rules.plan.year_wheel import WheelRow

_NARROW, _WIDE = frozenset("fijlrtI.,:;'|!()[]/- "), frozenset("mwMWÆæ@%…—")


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place; ``anchor`` is SVG's: start, middle or end."""

    x: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Box:
    """A horizontal stretch."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark: its shape is chosen by ``kind``."""

    x: float
    kind: str
    count: int = 1
    width: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRow:
    """One step, with everything at its place.

    Attributes:
        y: the middle of the row.
        limit: where the latest possible day lies.
        above: the day of the step; below: papers and other meetings.
    """

    y: float
    titles: list[str]
    title_size: float
    bar: Box | None
    slack: Box | None
    miss: Box | None
    limit: float | None
    signs: list[Sign]
    above: Label | None
    below: list[Label]
    slack_texts: list[str]
    is_missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnMonth:
    """One month column; ``label`` is empty where there is no room for it."""

    x: float
    width: float
    label: str
    year: str
    is_odd: bool


def text_width(text: str, size: float) -> float:
    """About how wide ``text`` is in a wide sans-serif font of that size; never too little."""
    return size * sum(_sign_width(sign) for sign in text)


def _sign_width(sign: str) -> float:
    if sign in _NARROW:
        return 0.4
    if sign in _WIDE or unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    return 0.78 if sign.isupper() else 0.62


def measure(size: float) -> Measure:
    """Measures texts of that size."""
    return lambda text: text_width(text, size)


def has_room(label: Label, taken: list[tuple[float, float]]) -> bool:
    """Whether the label meets none of those before it; if so, its place is taken."""
    width = text_width(label.text, 10.5) + 4
    start = label.x - {"start": 2.0, "middle": width / 2, "end": width - 2}[label.anchor]
    if any(start < end and begin < start + width for begin, end in taken):
        return False
    taken.append((start, start + width))
    return True


def slack_texts(row: WheelRow) -> list[str]:
    """What stands in the column of slack, in one or two lines."""
    if row.is_done:
        return ["er sket"]
    if row.main is None:
        return ["ingen dato"]
    if row.slack_days is None:
        return ["ukendt"]
    if row.slack_days < 0:
        return [days(-row.slack_days), "for sent"]
    return [days(row.slack_days)]
