"""What does the agency's letter say? Proposals for a new case, each with the words it was read in.

A proposal stands in a field that a person reads before anything is kept. So a reading that is
doubtful is left out: an empty field is seen, a wrong one is not.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from models import TargetGroup
from udmelding.errors import RefusedError
from udmelding.rules.case.law import names_children
from udmelding.rules.words.danish_dates import read_day
from udmelding.rules.words.texts import first_upper

MOST_TITLE = 200
_QUOTED = 140
_TOP = 25
"""Lines in which a letter bears its own date."""

_MONTHS = "januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december"
_DATE = re.compile(
    rf"\b(\d{{1,2}}\.? ?(?:{_MONTHS}) \d{{4}}|\d{{1,2}}[-/.]\d{{1,2}}[-/. ]\d{{4}})\b",
    re.IGNORECASE,
)
_TITLES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"central udmelding (?:af|om|vedr\.|vedrørende|på) (?:målgruppen:? )?(.+)",
        r"udmelding(?:en)? (?:af|om|vedr\.|vedrørende) (?:målgruppen:? )(.+)",
        r"^målgruppen? (?:er|for udmeldingen er|omfatter):? (.+)",
        r"^målgruppe: ?(.+)",
    )
)
_ASKS = re.compile(
    "afrapporter|fremsend|indsend|besvar|tilbagemeld|svarfrist|frist for|redegørelse|i hænde",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:senest|inden|\w*frist\w*|deadline)\b", re.IGNORECASE)
_ENDS = re.compile(r"(?:(?<=[^\d\s]{3}[.!?])|(?<=\d{4}[.!?])) (?=[A-ZÆØÅ])")
"""Where a sentence ends: after a word or a year, not after a day or a section («14. april»)."""
_LAWS = (
    ("serviceloven", r"(?:lov om social service|serviceloven)s?"),
    ("barnets lov", r"barnets lovs?"),
)
_PARAGRAPH = r"§ ?(\d+(?: ?[a-z])?)(?:,? ?stk\. ?(\d+))?"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a field may hold, and the words of the letter that say so."""

    value: str
    quote: str


def read_letter(text: str, today: dt.date) -> dict[str, Proposal]:
    """What the letter proposes, by the field of a new case; a field it says nothing of is left out.

    Args:
        text: of the letter, its lines as they stand.
        today: the day that years are seen from.

    Returns:
        Of ``title``, ``letter_dated``, ``deadline``, ``legal_basis`` and ``target_group``.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    sentences = tuple(_sentences(lines))
    basis = _legal_basis(sentences)
    found = {
        "title": _title(lines),
        "letter_dated": _own_date(lines, today),
        "deadline": _deadline(sentences, today),
        "legal_basis": basis,
        "target_group": _group(sentences, basis),
    }
    return {name: one for name, one in found.items() if one is not None}


def _sentences(lines: list[str]) -> Iterator[str]:
    """The sentences, over line ends; an empty line ends one too."""
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line:
            paragraph.append(line)
            continue
        text = " ".join(paragraph)
        paragraph = []
        yield from (sentence for sentence in _ENDS.split(text) if sentence)


def _title(lines: list[str]) -> Proposal | None:
    for pattern in _TITLES:
        for at, line in enumerate(lines):
            found = pattern.search(line)
            if found is None:
                continue
            more = lines[at + 1] if at + 1 < len(lines) else ""
            goes_on = bool(more) and more[:1].islower() and not re.search(r"[.:]$", line)
            said = f"{found[1]} {more}" if goes_on else found[1]
            title = re.split(r"(?<=[^\d\s]{3})[.;:](?: |$)", said, maxsplit=1)[0].strip(
                " .,«»\"'()"
            )
            if 4 <= len(title) <= MOST_TITLE:
                return Proposal(first_upper(title), _quote(line))
    return None


def _own_date(lines: list[str], today: dt.date) -> Proposal | None:
    """The first date at the top that stands alone, or behind «Dato» or a place."""
    for line in [line for line in lines if line][:_TOP]:
        found = _DATE.search(line)
        if found is None or _BY.search(line):
            continue
        before = line[: found.start()].strip(" :,.").casefold()
        is_alone = len(line) <= len(found[0]) + 25
        if is_alone and (not before or before in ("dato", "den", "dato den") or "den" in before):
            day = _day(found[0], today)
            if day is not None and day <= today:
                return Proposal(found[0], _quote(line))
    return None


def _deadline(sentences: tuple[str, ...], today: dt.date) -> Proposal | None:
    """The one date by which something is to be sent; of several days none."""
    found: dict[dt.date, Proposal] = {}
    for sentence in sentences:
        for by in _BY.finditer(sentence):
            date = _DATE.search(sentence, by.end(), by.end() + 60)
            if date is None or not _ASKS.search(sentence):
                continue
            day = _day(date[0], today)
            if day is not None:
                found.setdefault(day, Proposal(date[0], _quote(sentence, date.start())))
    if len(found) > 1:
        sent = {d: p for d, p in found.items() if re.search("afrapporter|fremsend", p.quote, re.I)}
        found = sent if len(sent) == 1 else {}
    return next(iter(found.values()), None)


def _legal_basis(sentences: tuple[str, ...]) -> Proposal | None:
    """The provision that a central udmelding rests on, as the law and paragraph are written."""
    for sentence in sentences:
        for name, law in _LAWS:
            for pattern in (rf"{law},? {_PARAGRAPH}", rf"{_PARAGRAPH},? i {law}"):
                found = re.search(pattern, sentence, re.IGNORECASE)
                if found and found[1].replace(" ", "") in ("13b", "161"):
                    paragraph = re.sub(r"(\d)([a-z])", r"\1 \2", found[1])
                    part = f", stk. {found[2]}" if found[2] else ""
                    return Proposal(f"{name} § {paragraph}{part}", _quote(sentence, found.start()))
    return None


def _group(sentences: tuple[str, ...], basis: Proposal | None) -> Proposal | None:
    """Whom it is about, where the law says so; of words alone nothing is taken for granted."""
    if basis is None:
        return None
    about = [s for s in sentences if re.search("målgruppe", s, re.IGNORECASE)]
    children = next((s for s in about if names_children(s)), "")
    adults = next((s for s in about if re.search(r"\bvoksne\b", s, re.IGNORECASE)), "")
    if children and adults:
        return Proposal(TargetGroup.BOTH.value, _quote(children))
    if basis.value.startswith("barnets lov"):
        return Proposal(TargetGroup.CHILDREN.value, basis.quote)
    return Proposal(TargetGroup.ADULTS.value, _quote(adults)) if adults else None


def _day(written: str, today: dt.date) -> dt.date | None:
    try:
        return read_day(
            written.replace(".", "/", 2) if written[-8:-7] == "." else written, today=today
        )
    except RefusedError:
        return None


def _quote(words: str, at: int = 0) -> str:
    """The words around a place, short enough to stand under a field."""
    start = max(0, at - _QUOTED // 2)
    part = words[start : start + _QUOTED].strip()
    return f"{'…' if start else ''}{part}{'…' if start + _QUOTED < len(words) else ''}"
