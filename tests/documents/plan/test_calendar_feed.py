"""The calendar file: two other readers understand it, and it keeps RFC 5545 to the letter."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from udmelding.documents.plan.calendar_feed import CATEGORIES, FeedEvent, feed_bytes
from udmelding.rules.plan.feed import FeedItem, FeedKind

CHANGED = dt.datetime(2025, 3, 1, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
NAME = "Udmelding: alle sager, Sjælland; æøå"

# RFC 5545 § 3.6 and § 3.6.1: what a calendar and an event must have once, and may have once.
CALENDAR_ONCE = {"PRODID", "VERSION", "CALSCALE", "METHOD"}
EVENT_MUST = {"UID", "DTSTAMP", "DTSTART"}
EVENT_ONCE = EVENT_MUST | {
    *("CLASS", "CREATED", "DESCRIPTION", "GEO", "LAST-MODIFIED", "LOCATION", "ORGANIZER"),
    *("PRIORITY", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP", "URL", "RECURRENCE-ID", "RRULE"),
    *("DTEND", "DURATION"),
}
EVENT_OFTEN = {"CATEGORIES"}
EXTENSIONS = {"X-WR-CALNAME", "NAME", "X-MICROSOFT-CDO-BUSYSTATUS"}
ALARM = {"ACTION", "TRIGGER", "DESCRIPTION"}
TEXT = re.compile(r'(?:[^\x00-\x1f\x7f",;:\\]|["\:]|\\[\\;,nN])*')
UTC = re.compile(r"\d{8}T\d{6}Z")
TYPES = {
    "PRODID": TEXT,
    "VERSION": re.compile(r"2\.0"),
    "CALSCALE": re.compile("GREGORIAN"),
    "METHOD": re.compile("PUBLISH"),
    "NAME": TEXT,
    "X-WR-CALNAME": TEXT,
    "UID": TEXT,
    "DTSTAMP": UTC,
    "LAST-MODIFIED": UTC,
    "SEQUENCE": re.compile(r"\d+"),
    "DTSTART;VALUE=DATE": re.compile(r"\d{8}"),
    "DTEND;VALUE=DATE": re.compile(r"\d{8}"),
    "SUMMARY": TEXT,
    "DESCRIPTION": TEXT,
    "CATEGORIES": TEXT,
    "STATUS": re.compile("CONFIRMED|CANCELLED|TENTATIVE"),
    "TRANSP": re.compile("TRANSPARENT|OPAQUE"),
    "CLASS": re.compile("PUBLIC|PRIVATE|CONFIDENTIAL"),
    "X-MICROSOFT-CDO-BUSYSTATUS": re.compile("FREE"),
    "ORGANIZER": re.compile(r"mailto:[!-~]+@[!-~]+"),
    "ACTION": re.compile("DISPLAY"),
    "TRIGGER": re.compile(r"-P\d+D"),
}


def an_event(
    title: str = "KKR Sjælland: CU-GRAVIDE-2025",
    text: str = "Sagen er planlagt til mødet; papirer, bilag\nog æøå.",
    *,
    uid: str = "case.CU-GRAVIDE-2025.meeting.kkr@udmelding",
    kind: FeedKind = FeedKind.MEETING,
    day: dt.date = dt.date(2025, 4, 8),
    is_cancelled: bool = False,
) -> FeedEvent:
    item = FeedItem(uid=uid, day=day, title=title, text=text, kind=kind, cases=("CU",))
    return FeedEvent(item=item, sequence=2, changed_at=CHANGED, is_cancelled=is_cancelled)


def one_of_each() -> list[FeedEvent]:
    return [
        an_event(uid=f"{kind}.{is_cancelled}@udmelding", kind=kind, is_cancelled=is_cancelled)
        for kind in FeedKind
        for is_cancelled in (False, True)
    ]


def lines_of(content: bytes) -> list[str]:
    """The unfolded lines, after a check of how the file is cut into lines."""
    assert content.endswith(b"\r\n")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\n" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")  # no sign is cut in two
    lines = content.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")
    assert lines.pop() == ""
    return lines


def check(content: bytes) -> None:
    """Whether ``content`` keeps RFC 5545; raises AssertionError where it does not."""
    stack: list[tuple[str, Counter[str], dict[str, str]]] = []
    seen_uids: set[str] = set()
    for line in lines_of(content):
        prefix, colon, value = line.partition(":")
        assert colon, line
        if prefix == "BEGIN":
            assert (len(stack), value) in {(0, "VCALENDAR"), (1, "VEVENT"), (2, "VALARM")}
            stack.append((value, Counter(), {}))
        elif prefix == "END":
            name, counts, values = stack.pop()
            assert name == value
            check_component(name, counts, values)
            if name == "VEVENT":
                assert values["UID"] not in seen_uids
                seen_uids.add(values["UID"])
        else:
            assert TYPES[prefix].fullmatch(value), line
            name = prefix.partition(";")[0]
            stack[-1][1][name] += 1
            stack[-1][2][name] = value
    assert stack == []


def check_component(name: str, counts: Counter[str], values: dict[str, str]) -> None:
    assert max(counts.values()) == 1
    match name:
        case "VCALENDAR":
            assert {"PRODID", "VERSION"} <= counts.keys() <= CALENDAR_ONCE | EXTENSIONS
        case "VEVENT":
            assert EVENT_MUST <= counts.keys() <= EVENT_ONCE | EVENT_OFTEN | EXTENSIONS
            assert not {"DTEND", "DURATION"} <= counts.keys()
            assert values["DTSTART"] < values["DTEND"]
        case _:
            assert counts.keys() == ALARM


def events_in(content: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def test_the_file_keeps_the_rfc() -> None:
    check(feed_bytes(NAME, one_of_each()))
    check(feed_bytes(NAME, one_of_each(), organizer="sekretariat@kommune.example"))
    check(feed_bytes(NAME, []))


def test_the_whole_of_an_event() -> None:
    content = feed_bytes("Udmelding", [an_event(kind=FeedKind.DEADLINE)])
    assert sorted(lines_of(content)) == sorted(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//udmelding//udmelding//DA",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            "NAME:Udmelding",
            "X-WR-CALNAME:Udmelding",
            "BEGIN:VEVENT",
            "UID:case.CU-GRAVIDE-2025.meeting.kkr@udmelding",
            "DTSTAMP:20250301T093000Z",
            "LAST-MODIFIED:20250301T093000Z",
            "SEQUENCE:2",
            "DTSTART;VALUE=DATE:20250408",
            "DTEND;VALUE=DATE:20250409",
            "SUMMARY:KKR Sjælland: CU-GRAVIDE-2025",
            r"DESCRIPTION:Sagen er planlagt til mødet\; papirer\, bilag\nog æøå.",
            "CATEGORIES:Frist",
            "STATUS:CONFIRMED",
            "TRANSP:TRANSPARENT",
            "CLASS:PUBLIC",
            "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:-P7D",
            "DESCRIPTION:KKR Sjælland: CU-GRAVIDE-2025",
            "END:VALARM",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )


def test_icalendar_reads_back_what_was_written() -> None:
    content = feed_bytes(NAME, [an_event()])
    calendar = icalendar.Calendar.from_ical(content)
    for name in ("NAME", "X-WR-CALNAME"):  # which icalendar hands over as they are written
        assert str(calendar[name]) == r"Udmelding: alle sager\, Sjælland\; æøå"
    (event,) = events_in(content)
    assert event.errors == []
    assert str(event["SUMMARY"]) == "KKR Sjælland: CU-GRAVIDE-2025"
    assert str(event["DESCRIPTION"]) == an_event().item.text
    assert (event.start, event.end) == (dt.date(2025, 4, 8), dt.date(2025, 4, 9))
    assert event["CATEGORIES"].cats == ["Møde"]
    assert event.DTSTAMP == CHANGED


def test_vobject_reads_it_and_finds_it_valid() -> None:
    content = feed_bytes(NAME, one_of_each(), organizer="sekretariat@kommune.example")
    calendar = vobject.readOne(content.decode("utf-8"))
    assert calendar.validate(raiseException=True)
    assert len(calendar.vevent_list) == len(one_of_each())
    event = calendar.vevent_list[0]
    assert event.summary.value.endswith("KKR Sjælland: CU-GRAVIDE-2025")
    assert event.description.value == an_event().item.text
    assert event.dtstart.value == dt.date(2025, 4, 8)
    assert event.dtend.value == dt.date(2025, 4, 9)


def test_only_deadlines_and_papers_ring_and_only_while_they_stand() -> None:
    ringing = {
        str(event["UID"])
        for event in events_in(feed_bytes(NAME, one_of_each()))
        if event.walk("VALARM")
    }
    assert ringing == {"deadline.False@udmelding", "papers.False@udmelding"}


def test_what_is_called_off_says_so() -> None:
    (event,) = events_in(feed_bytes(NAME, [an_event(is_cancelled=True)]))
    assert str(event["SUMMARY"]) == "Aflyst: KKR Sjælland: CU-GRAVIDE-2025"
    assert str(event["STATUS"]) == "CANCELLED"


def test_every_kind_has_a_category_that_is_one_word_of_the_list() -> None:
    assert set(CATEGORIES) == set(FeedKind)
    assert not any("," in word for word in CATEGORIES.values())


def test_the_same_events_in_any_order_give_the_same_bytes() -> None:
    events = one_of_each()
    assert feed_bytes(NAME, events) == feed_bytes(NAME, events[::-1])


def test_a_uid_that_stands_twice_and_a_moment_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="more than one event"):
        feed_bytes(NAME, [an_event(), an_event()])
    naive = FeedEvent(item=an_event().item, sequence=0, changed_at=CHANGED.replace(tzinfo=None))
    with pytest.raises(ValueError, match="must be aware"):
        feed_bytes(NAME, [naive])


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\\n", "\\N"])
def test_no_value_can_add_a_line(sign: str) -> None:
    evil = f"K17{sign}END:VEVENT{sign}BEGIN:VEVENT{sign}UID:other,;"
    event = an_event(evil, evil, uid=evil, kind=FeedKind.DEADLINE)
    content = feed_bytes(evil, [event], organizer=f"a{sign}b@kommune.example")
    check(content)
    assert len(events_in(content)) == 1
    assert len(vobject.readOne(content.decode("utf-8")).vevent_list) == 1


@pytest.mark.parametrize("length", range(1, 90))
def test_lines_are_folded_between_signs_and_not_in_them(length: int) -> None:
    title = f"{'a' * length}{'æ€😀' * 20}, og; slut"
    content = feed_bytes(title, [an_event(title)])
    check(content)
    assert str(events_in(content)[0]["SUMMARY"]) == title


signs = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029")
titles = st.text(signs | st.sampled_from("\\,;:nNæøåÆØÅ\"'^ "), max_size=120)


@given(titles, st.lists(titles, max_size=4).map("\n".join))
def test_any_title_and_text_survive(title: str, text: str) -> None:
    content = feed_bytes(title, [an_event(title, text)])
    check(content)
    (event,) = events_in(content)
    assert str(event["SUMMARY"]) == title.strip()
    assert str(event["DESCRIPTION"]) == text.strip()
    (read,) = vobject.readOne(content.decode("utf-8")).vevent_list
    assert read.summary.value == title.strip()
    assert read.description.value == text.strip()


@given(st.text(max_size=120))
def test_any_text_at_all_gives_a_valid_file(text: str) -> None:
    content = feed_bytes(text, [an_event(text, text)], organizer=f"a{text}@kommune.example")
    check(content)
    assert len(events_in(content)) == 1
