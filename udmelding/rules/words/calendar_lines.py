r"""Which meetings does a list tell of, as it stands on a web page?

Such a list is read line by line. A heading says whose meetings follow, in which year or month; a
line with a date is a meeting, with what is said of it («aflyst», «flyttet fra 20/5», «papirer
senest 7/1»). Three promises: a date is understood to its last sign or told as unreadable, with what
to write; a weekday that disagrees with its date is always told; a meeting is never laid to an organ
that the list does not name, so a heading with an organ of no account takes what stands under it out
of the way. What is no meeting is left out, and listed.

``as_lines`` writes a list out again in the same form.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from udmelding.rules.words.danish_dates import UnreadableDateError, read_day_in
from udmelding.rules.words.date_forms import MONTHS, WEEKDAYS
from udmelding.rules.words.organ_words import (
    Naming,
    Organ,
    Vocabulary,
    around_word,
    naming,
    plain,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMeeting:
    """One meeting of a list.

    Attributes:
        moved_from: the day that it had before, where the list says so.
        committee: the name that its level rests on, where it is a specialised committee's.
        line: the number of its line, from 1.
    """

    organ: Organ
    held_on: dt.date
    papers_due_on: dt.date | None = None
    is_cancelled: bool = False
    moved_from: dt.date | None = None
    note: str = ""
    line: int = 0
    committee: str = ""


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line that is meant as a meeting and cannot be read, or one that is left out.

    Attributes:
        text: the line.
        told: what is wrong and what to write, or why it is left out, in Danish.
    """

    line: int
    text: str
    told: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says.

    Attributes:
        flaws: lines that somebody has to mend before they are taken in.
        left_out: lines that are no meetings.
        asks_year: some date has no year, and neither the list nor the person said which.
        asks_organ: some date stands under no organ, and the person chose none.
    """

    meetings: tuple[ListedMeeting, ...]
    flaws: tuple[LineProblem, ...]
    left_out: tuple[LineProblem, ...]
    asks_year: bool = False
    asks_organ: bool = False


@dataclass(slots=True)
class _Reading:
    """Where the reading has come to: what the last headings said."""

    words: Vocabulary
    organ: Organ | None
    year: int | None
    municipality: str = ""
    month: int | None = None
    foreign: str = ""
    committee: str = ""
    meetings: list[ListedMeeting] = field(default_factory=list)
    flaws: list[LineProblem] = field(default_factory=list)
    left_out: list[LineProblem] = field(default_factory=list)
    asks_year: bool = False
    asks_organ: bool = False
    lines: dict[int, str] = field(default_factory=dict)


_WEEKDAY = r"(?:\b(?:man|tirs|ons|tors|fre|lør|søn)(?:dag)?(?:en)?\b\.?,? ?)"
_MONTH = rf"(?:{'|'.join(MONTHS)}|sept|{'|'.join(name[:3] for name in MONTHS)})\b\.?"
_DATE = re.compile(
    rf"{_WEEKDAY}?(?:\b(?:den|d\.?) ?)?(?<![\d/.-])"
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}\.? ?{_MONTH}(?:,? ?\d{{4}}\b)?"
    rf"|\d{{1,2}} ?/ ?\d{{1,2}}(?: ?[-/.] ?\d{{2,4}}\b| \d{{4}}\b)?|\d{{1,2}}-\d{{1,2}}-\d{{2,4}}\b"
    rf"|\d{{1,2}}\. ?\d{{1,2}}\.?[ -]?\d{{4}}\b|\d{{1,2}}\. ?\d{{1,2}}\.(?:\d\d\b)?)"
    rf"(?![\d/])",
    re.ASCII,
)
_BARE = re.compile(rf"^(?P<weekday>{_WEEKDAY})?(?:(?:den|d\.?) ?)?(?P<day>\d{{1,2}})\.?(?![\d/.:])")
_PERIOD = re.compile(r"\b(?:uge(?:rne)?) ?\d{1,2}(?: ?(?:-|og|til) ?\d{1,2})?")
_MAYBE_DAY = re.compile(
    rf"^{_WEEKDAY}.{{0,12}}\b\d{{1,2}}\b|\b{_MONTH}\W{{0,3}}\d{{1,2}}\b(?!\d)|^\d{{1,2}}-\d{{1,2}}$"
)
_A_DAY = "der står et tal, der kan være en dag. Skriv hver dato for sig, fx 21. januar 2027."
_TIMES = re.compile(
    r"\b(?:kl\.?|klokken) ?\d{1,2}(?:[.:]\d\d)?(?: ?(?:-|til) ?(?:kl\.? ?)?\d{1,2}(?:[.:]\d\d)?)?"
    r"|\b\d{1,2}[.:]\d\d ?(?:-|til) ?\d{1,2}[.:]\d\d\b|\b\d{1,2}:\d\d\b"
)
_OFF = re.compile(r"\b(?:aflyst|aflyses|udgår|udgået|bortfalder)\b")
_TO = re.compile(r"->|→|\bflytt\w+ til\b|\btil\b")
_FROM = re.compile(r"\bflytt\w+ fra\b|\bfør\b|\btidligere\b|\boprindelig\w*\b|\bvar\b")
_PAPERS = re.compile(
    r"papir\w*|dagsorden\w*|materiale\w*|bilag\w*|sagsfrist\w*|\bfrist\w*|deadline"
)
_MOVED = re.compile(r"\b(?:flytt(?:es|et)|udsat|udsættes|udskudt|udskydes)\b")
_DAY_ALONE = r"(?<![\w.])\d{1,2}\.(?!\d)(?! ?(?:møde|ordinær|ekstraordinær|behandling|sal\b))"
_NOTE = re.compile(r"\(([^()]*)\)| - (?P<dash>[^()]+)$")
_NOISE = re.compile(
    r"\b(?:møde\w*|mødet|ordinært?|den|d|i|kl|og|om|ved|på|til|fra|dag|senest|for|af"
    r"|kommune|flytt\w+|var|før|nr|nyt?|dato\w*|året|politiske?|plan|kalender|mødeplan|mødekalender"
    r"|med|afholdes|holdes|inden)\b|[-–:;,.()|+→>*•·]"
)
_MOST_WORDS = 4
_YEAR = re.compile(r"(?<![\d/.-])(?:199\d|20\d\d|2100)(?![\d/-])")


def read_lines(
    text: str,
    words: Vocabulary,
    *,
    organ: Organ | None = None,
    municipality: str = "",
    year: int | None = None,
) -> Listed:
    """The meetings of a list.

    Args:
        text: the list, a line for each heading and meeting.
        words: what it may name.
        organ: whose meetings they are until a heading names another organ.
        municipality: code of the one whose levels the list names, until it names another.
        year: in which year they lie where neither a date nor a heading says.
    """
    at = _Reading(words, organ, year, municipality or (organ.municipality if organ else ""))
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.sub(r"^[\s*•·|>-]+|[\s|]+$", "", re.sub(r"[\t\xa0|]+", " ", raw))
        if line:
            at.lines[number] = line
            _line(at, number, line)
    meetings = _told_once(at)
    flaws = tuple(sorted(at.flaws, key=lambda flaw: flaw.line))
    return Listed(meetings, flaws, tuple(at.left_out), at.asks_year, at.asks_organ)


def _line(at: _Reading, number: int, line: str) -> None:
    bare = _TIMES.sub(" ", plain(line)).strip()
    found = [caught[0].strip() for caught in _DATE.finditer(bare)]
    if not found and at.month and (caught := _BARE.match(bare)):
        # Under «Januar» a day needs no month.
        weekday = caught["weekday"] or ""
        found = [f"{weekday}{caught['day']}. {MONTHS[at.month - 1]}"]
        bare = f"{found[0]} {bare[caught.end() :]}"
    if found:
        _dated(at, number, line, bare, found)
    elif word := around_word(bare):
        told = f"ordet «{word}» tyder på, at det ikke er selve mødet"
        at.left_out.append(LineProblem(number, line, told))
    elif _MAYBE_DAY.search(_YEAR.sub(" ", bare)):
        at.flaws.append(LineProblem(number, line, _A_DAY))
    elif _PERIOD.search(bare):
        told = "det er en uge, ikke en dag. Skriv mødets dato."
        at.flaws.append(LineProblem(number, line, told))
    else:
        _heading(at, number, line, bare)


# --- Headings ----------------------------------------------------------------------------------


def _heading(at: _Reading, number: int, line: str, bare: str) -> None:
    said = naming(bare, at.words)
    year = _YEAR.search(said.rest)
    rest = _YEAR.sub(" ", said.rest)
    month = next((n for n, name in enumerate(MONTHS, 1) if re.search(rf"\b{name}\b", rest)), None)
    rest = re.sub(rf"\b(?:{'|'.join(MONTHS)})\b", " ", rest) if month else rest
    if month and re.search(r"\d", rest):
        at.flaws.append(LineProblem(number, line, _A_DAY))  # «21.-22. januar»: days, not a heading
        return
    is_short = len(_NOISE.sub(" ", rest).split()) < _MOST_WORDS
    is_heading = is_short and not line.endswith(".") and not re.search(r"\d", rest)
    if not is_heading or not (year or month or said.municipality or not said.is_empty):
        at.left_out.append(LineProblem(number, line, "det er ikke et møde"))
        return
    if year:
        at.year = int(year[0])
    if not said.is_empty or said.municipality:
        at.month = None
        _set_organ(at, said, line)
    if month:
        at.month = month


def _set_organ(at: _Reading, said: Naming, line: str) -> None:
    at.municipality = said.municipality or at.municipality
    organ = _organ(at, said)
    if organ is not None:
        at.organ, at.foreign, at.committee = organ, "", said.committee
    elif not said.is_empty:
        at.organ, at.foreign = None, said.foreign or line
    elif said.municipality and at.organ is not None and at.organ.level is not None:
        # «Greve Kommune» after Lolland's list: the level goes on, the municipality is another.
        at.organ = replace(at.organ, municipality=said.municipality)
    elif said.municipality:
        at.organ, at.foreign = None, ""  # no body's any more, and whose of the levels is not said


def _organ(at: _Reading, said: Naming) -> Organ | None:
    """The one organ that is named; None where there is none, or where more than one is."""
    if said.foreign or len(said.bodies) + len(said.levels) != 1:
        return None
    if said.bodies:
        return said.bodies[0]
    return Organ(municipality=said.municipality or at.municipality, level=said.levels[0])


# --- Lines with a date -------------------------------------------------------------------------


def _dated(at: _Reading, number: int, line: str, bare: str, found: list[str]) -> None:
    rest, gaps = bare, []
    for date in found:
        before, _, rest = rest.partition(date)
        gaps.append(before)
    gaps[0] = _year_before(at, gaps[0])
    around = " ".join([*gaps, rest])
    said = naming(around, at.words)
    if why := _why_left_out(at, said, around, gaps):
        at.left_out.append(LineProblem(number, line, why))
        return
    try:
        days = [read_day_in(date, at.year) for date in found]
        _check_rest(said.rest, days)
        _check_between(days, gaps)
    except UnreadableDateError as wrong:
        at.asks_year = at.asks_year or wrong.problem == "året mangler"
        at.flaws.append(LineProblem(number, line, f"{wrong.problem}. {wrong.hint}"))
        return
    organ, committee = at.organ, at.committee
    if not said.is_empty:
        organ, committee = _organ(at, said), said.committee
    if organ is not None and organ.level is not None and said.municipality:
        organ = replace(organ, municipality=said.municipality)
    if organ is None or (organ.level is not None and not organ.municipality):
        at.asks_organ = True
        told = "det står ikke, hvis møde det er. Vælg organet, eller skriv det i en overskrift."
        at.flaws.append(LineProblem(number, line, told))
        return
    for meeting in _meetings(organ, days, gaps, rest, line):
        at.meetings.append(replace(meeting, line=number, committee=committee))


def _year_before(at: _Reading, before: str) -> str:
    """What stands before the first date, without the year of all of them.

    «Møder 2027: 20. januar, 17. februar».
    """
    if year := _YEAR.search(before):
        at.year = int(year[0])
    return _YEAR.sub(" ", before)


def _why_left_out(at: _Reading, said: Naming, around: str, gaps: Sequence[str]) -> str:
    if said.foreign:
        return f"«{said.foreign}» er ikke et af de organer, der indgår her"
    if said.is_empty and at.foreign:
        return f"det står under «{at.foreign}», som ikke er et af de organer, der indgår her"
    without_papers = around if len(gaps) < 2 else _PAPERS.sub(" ", around)
    if word := around_word(without_papers):
        return f"ordet «{word}» tyder på, at det ikke er selve mødet"
    if len(said.levels) + len(said.bodies) > 1:
        return "linjen nævner flere organer"
    noted = _OFF.sub(" ", _NOTE.sub(" ", said.rest))
    if len(_NOISE.sub(" ", _PAPERS.sub(" ", noted)).split()) > _MOST_WORDS:
        return "det ligner en sætning, ikke et møde i en liste"
    return ""


def _check_rest(rest: str, days: Sequence[dt.date]) -> None:
    """Refuse a number that may be another day, and a weekday that stands apart from its date."""
    if len(days) == 1 and (found := _MOVED.search(rest)):
        hint = "Skriv både den gamle og den nye dag, fx 21/1 -> 28/1."
        raise UnreadableDateError(rest, f"«{found[0]}» siger ikke, fra eller til hvilken dag", hint)
    if found := re.search(_DAY_ALONE, _NOTE.sub(" ", rest)):
        told = f"tallet «{found[0]}» kan være en dag mere"
        raise UnreadableDateError(rest, told, "Skriv hver dato for sig, med måned.")
    apart = [name for name in WEEKDAYS if re.search(rf"\b{name}\b", rest)]
    if len(days) == 1 and apart and WEEKDAYS[days[0].weekday()] not in apart:
        day = days[0]
        told = (
            f"{day.day}/{day.month}-{day.year} er en {WEEKDAYS[day.weekday()]}, ikke en {apart[0]}"
        )
        raise UnreadableDateError(rest, told, "Ret ugedagen eller datoen.")


def _check_between(days: Sequence[dt.date], gaps: Sequence[str]) -> None:
    """Refuse two dates that may be one span, or a meeting and the day when its papers are due."""
    for before, after, between in zip(days, days[1:], gaps[1:], strict=False):
        if between.strip() == "-":
            told, hint = "det kan være et tidsrum", "Skriv hver dag for sig, med komma imellem."
            raise UnreadableDateError(between, told, hint)
        if after < before and not any(one.search(between) for one in (_FROM, _TO, _PAPERS)):
            told = "den anden dag ligger før den første"
            hint = "Er den sidste frist for papirer, så skriv «papirer senest» foran den."
            raise UnreadableDateError(between, told, hint)


def _meetings(
    organ: Organ, days: list[dt.date], gaps: list[str], rest: str, text: str
) -> Iterator[ListedMeeting]:
    """The meetings of one line: as many as it has dates, but for those that a word makes another's.

    ``gaps`` is what stands before each date.
    """
    noted = _note(text)
    # «21/1, 18/2 (aflyst)» calls off the one it follows; before the dates it calls off all.
    off = [bool(_OFF.search(gaps[0]) or _OFF.search(behind)) for behind in (*gaps[1:], rest)]
    made: list[ListedMeeting] = []
    for day, before, is_off in zip(days, gaps, off, strict=True):
        last = made[-1] if made else None
        if last and _PAPERS.search(before):
            made[-1] = replace(last, papers_due_on=day)
        elif last and _FROM.search(before):
            made[-1] = replace(last, moved_from=day)
        elif last and _TO.search(before):
            made[-1] = replace(last, held_on=day, moved_from=last.held_on)
        else:
            made.append(ListedMeeting(organ=organ, held_on=day, is_cancelled=is_off, note=noted))
    yield from made


def _note(text: str) -> str:
    """What stands in brackets or behind a dash, where it says more than that the meeting is off."""
    tidy = re.sub("[\u2010-\u2015\u2212]", "-", text)
    tidy = re.sub(_TIMES.pattern, " ", tidy, flags=re.IGNORECASE)
    for found in _NOTE.finditer(tidy):
        note = " ".join((found[1] or found["dash"] or "").split())
        is_said = (
            _DATE.search(plain(note)) or _OFF.search(plain(note)) or _TIMES.search(plain(note))
        )
        if note and not is_said:
            return note[:200]
    return ""


def _told_once(at: _Reading) -> tuple[ListedMeeting, ...]:
    """The meetings, each once; where two lines say different things of one, neither is taken."""
    first: dict[tuple[str, dt.date], ListedMeeting] = {}
    apart: set[tuple[str, dt.date]] = set()
    for meeting in at.meetings:
        of = meeting.organ.key, meeting.held_on
        before = first.setdefault(of, meeting)
        if replace(before, line=0, note="") != replace(meeting, line=0, note=""):
            apart.add(of)
            day = f"{meeting.held_on.day}/{meeting.held_on.month}-{meeting.held_on.year}"
            told = f"mødet {day} står også i linje {before.line}, men ikke ens. Ret den ene."
            at.flaws.append(LineProblem(meeting.line, at.lines[meeting.line], told))
    return tuple(meeting for of, meeting in first.items() if of not in apart)


# --- Writing a list ----------------------------------------------------------------------------


def as_lines(meetings: Iterable[tuple[str, dt.date]]) -> str:
    """A list as web pages have it, of organs' names and days: headings with year, month, dates."""
    lines: list[str] = []
    head: tuple[str, int] | None = None
    month = 0
    for title, day in meetings:
        if head != (title, day.year):
            lines += ["", f"{title} {day.year}"]
            head, month = (title, day.year), 0
        if month != day.month:
            lines.append(MONTHS[day.month - 1].capitalize())
            month = day.month
        lines.append(f"{WEEKDAYS[day.weekday()].capitalize()} den {day.day}. {MONTHS[month - 1]}")
    return "\n".join(lines).strip()
