r"""How do the days of the cases look as an iCalendar file (RFC 5545)?

Made for Outlook and Thunderbird: all-day events that block nobody's time, with a uid that stays and
a ``SEQUENCE`` that grows, so that a changed event replaces the old one. What is called off stays in
the file as cancelled, because some calendars never remove what merely disappears.

No value can add a line or a property: line breaks are written as ``\n`` in a text and as a space
in a title, other control signs are left out, and commas, semicolons and backslashes are escaped.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from icalendar import Alarm, Calendar, Event
from icalendar.prop import vText

from udmelding.rules.plan.feed import FeedItem, FeedKind

CATEGORIES: Mapping[FeedKind, str] = {
    FeedKind.DEADLINE: "Frist",
    FeedKind.MEETING: "Møde",
    FeedKind.PAPERS: "Papirfrist",
    FeedKind.DUE: "Svarfrist",
    FeedKind.QUESTION: "Supplerende spørgsmål",
}
"""What each kind of item is called in the calendar's list of categories."""

_PRODUCT = "-//udmelding//udmelding//DA"
_WITH_ALARM = frozenset({FeedKind.DEADLINE, FeedKind.PAPERS})
_ALARM = dt.timedelta(days=-7)
_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """An item as it stands in the calendar file.

    Attributes:
        sequence: 0 when it is new, one more for each change.
        changed_at: when it was last changed; aware.
        is_cancelled: whether it is called off; it stays in the file.
    """

    item: FeedItem
    sequence: int
    changed_at: dt.datetime
    is_cancelled: bool = False


class _Text(vText):
    r"""A text as RFC 5545 escapes it; the library's own turns ``\N`` into a line break."""

    __slots__ = ()

    def to_ical(self) -> bytes:
        return self.translate(_ESCAPES).encode()


def feed_bytes(name: str, events: Sequence[FeedEvent], organizer: str = "") -> bytes:
    """The calendar file that people subscribe to or open; the same events give the same bytes.

    Args:
        name: what the calendar is called.
        events: in any order.
        organizer: the mail address of whoever publishes it; RFC 5546 wants one.

    Raises:
        ValueError: two events have the same uid, or ``changed_at`` names no time zone.
    """
    uids = [event.item.uid for event in events]
    if len(set(uids)) != len(uids):
        twice = sorted({uid for uid in uids if uids.count(uid) > 1})
        raise ValueError(f"more than one event has the uid {', '.join(twice)}")
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", _PRODUCT)
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", _title(name))
    calendar.add("NAME", _title(name))
    for event in sorted(events, key=lambda e: (e.item.day, e.item.uid)):
        calendar.add_component(_event(event, organizer))
    written: bytes = calendar.to_ical()
    return written


def _event(event: FeedEvent, organizer: str) -> Event:
    if event.changed_at.tzinfo is None:
        raise ValueError(f"{event.item.uid}: changed_at must be aware")
    item = event.item
    off = "Aflyst" if item.kind is FeedKind.MEETING else "Bortfalder"
    title = f"{off}: {item.title}" if event.is_cancelled else item.title
    changed_at = event.changed_at.astimezone(dt.UTC)
    made = Event()
    made.add("UID", _title(item.uid))
    made.add("DTSTAMP", changed_at)
    made.add("LAST-MODIFIED", changed_at)
    made.add("SEQUENCE", event.sequence)
    made.add("DTSTART", item.day)
    made.add("DTEND", item.day + dt.timedelta(days=1))
    made.add("SUMMARY", _title(title))
    made.add("DESCRIPTION", _text(item.text))
    made.add("CATEGORIES", [CATEGORIES[item.kind]])
    made.add("STATUS", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    made.add("TRANSP", "TRANSPARENT")
    made.add("CLASS", "PUBLIC")
    made.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
    if organizer:
        made.add("ORGANIZER", f"mailto:{quote(organizer, safe='@+')}")
    if item.kind in _WITH_ALARM and not event.is_cancelled:
        made.add_component(_alarm(title))
    return made


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("TRIGGER", _ALARM)
    alarm.add("DESCRIPTION", _title(title))
    return alarm


def _title(value: str) -> _Text:
    """``value`` on one line."""
    return _Text(_plain(value).replace("\n", " ").strip())


def _text(value: str) -> _Text:
    """``value`` with its lines."""
    return _Text(_plain(value).strip())


def _plain(value: str) -> str:
    """``value`` with one kind of line break, tabs as spaces, and no control signs."""
    lines = _LINE_BREAK.sub("\n", value).replace("\t", " ")
    kept = "".join(s for s in lines if s == "\n" or unicodedata.category(s) != "Cc")
    return kept.encode("utf-8", "replace").decode("utf-8")
