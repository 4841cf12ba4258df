"""What was decided, as minutes say it? A sentence is read under the heading it stands under.

Councils publish «Beslutning fra Kommunalbestyrelsen, 25. marts 2027, pkt. 91:» and below it a
single word. The heading tells who and when, the word what; the next heading begins another body.
What stands under «Indstilling» or «Sagsfremstilling» was not decided. Minutes of a whole meeting
hold many items: where several were decided that day, the one counts whose title is of our matters.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.decision import Level, Outcome
from models.incoming import Meaning
from udmelding.rules.inbox.reply_decision import highest, is_to_come, level_in, outcome_in
from udmelding.rules.inbox.reply_words import (
    Suggestion,
    any_of,
    asks,
    day_in,
    sentences_of,
    suggestion_text,
)
from udmelding.rules.words.danish_dates import Direction

MOST_OF_A_HEADING = 160

_DECISION = re.compile(
    r"[\s#*•-]*(?:beslutning(?:en)?|behandling|afgørelse)\b(?: truffet)?\s*(?:fra|i|af|den|:|,|$)",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\b(?:pkt|punkt|sag|nr)\.?(?: ?nr\.?)?\s*(\d{1,3}[a-zæøå]?)\b", re.IGNORECASE)
_LABEL = re.compile(
    r"[\s#*•-]*(?P<other>indstilling(?:er)?|sagsfremstilling|resum[eé]|baggrund|økonomi|bilag"
    r"|lovgrundlag|afbud|fraværende|supplerende oplysninger)?"
    r"(?P<decided>beslutning(?:en)?)?\s*:?\s*",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"[\s#*•-]*(?:(?:dagsordens)?(?:punkt|pkt|sag)\.?(?: ?nr\.?)? *)?(?<![\d/-])"
    r"(?P<number>\d{1,3}[a-zæøå]?)\b(?:[.:)]|\s-)\s*(?P<title>[^\W\d].{2,140}[^.\s])[\s*]*",
    re.IGNORECASE,
)
_MATTER = any_of(
    r"\b(?:central\w* udmelding\w*|afrapportering\w*|rammeaftale\w*|udviklingsstrategi\w*"
    r"|styringsaftale\w*)\b"
)
_SUBJECT = 4
_VERB = any_of(
    r"\b(?:blev|bliver|er|var|har|kunne|kan|skal|vil|kommer|behandle\w*|godkendte|tiltrådte"
    r"|besluttede|vedtog|indstillede|anbefalede)\b"
)


def decided_by_minutes(text: str, written_on: dt.date) -> Suggestion | None:
    """The decision of the highest level in minutes; None where ``text`` holds none."""
    found = list(minutes_in(text, written_on))
    level = highest(one.level for one in found)
    last = next((one for one in reversed(found) if one.level is level), None)
    if last is None:
        return None
    that_day = [one for one in found if (one.level, one.on) == (last.level, last.on)]
    if len({one.topic for one in that_day}) > 1:
        ours = [one for one in that_day if _MATTER.search(one.topic)]
        if len(ours) != 1:  # of another item's word nothing is suggested but the meeting
            return Suggestion(Meaning.DECISION, None, last.on, "", last.level)
        last = ours[0]
    words = suggestion_text(last.words)
    return Suggestion(
        Meaning.DECISION, last.outcome, last.on, words, last.level, item_number=last.item_number
    )


@dataclass(frozen=True, slots=True)
class Minute:
    """One decision of minutes.

    Attributes:
        item_number: empty where neither the heading nor the item's title names one.
        topic: the item's title; empty where none stands above it.
    """

    level: Level
    outcome: Outcome
    on: dt.date | None
    item_number: str
    words: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class _Heading:
    level: Level
    on: dt.date | None
    item_number: str


def minutes_in(text: str, written_on: dt.date) -> Iterator[Minute]:
    """What each heading of ``text`` was followed by, in the order of the text.

    Args:
        text: minutes as they were pasted, or what was read from a file.
        written_on: the day it was sent; no decision is later.
    """
    heading: _Heading | None = None
    item: re.Match[str] | None = None
    below: list[str] = []
    is_decided = True
    for line in (*text.splitlines(), "Beslutning"):
        label = _LABEL.fullmatch(line)
        found = _heading(line, written_on)
        title = _TITLE.fullmatch(line) if found is None else None
        if found is None and title is None and (label is None or not line.strip()):
            below += [line] if is_decided else []
            continue
        if heading is not None:
            yield from _decided(heading, "\n".join(below), item)
        below, is_decided = [], not (label and label["other"])
        heading, item = found or heading, title or item


def _heading(line: str, written_on: dt.date) -> _Heading | None:
    """Who decided and when, where a line says that and no more."""
    bare = " ".join(line.split())
    if not 0 < len(bare) <= MOST_OF_A_HEADING or asks(bare):
        return None
    on = day_in(bare, written_on, Direction.PAST)
    is_called_so = bool(_DECISION.match(bare))
    if on is None or (not is_called_so and (bare.endswith(".") or _VERB.search(bare))):
        return None
    # Of a body whose name tells nothing, a heading says that it decided: it is a committee.
    level = level_in(bare) or (Level.COMMITTEE if is_called_so else None)
    item = _ITEM.search(bare)
    return _Heading(level, on, item[1] if item else "") if level else None


def _decided(heading: _Heading, text: str, item: re.Match[str] | None) -> Iterator[Minute]:
    """The first sentence below a heading that says what was decided there."""
    for sentence in sentences_of(text):
        other = level_in(" ".join(sentence.split()[:_SUBJECT]))  # who does it, not to whom
        outcome = outcome_in(sentence)
        if outcome is None or asks(sentence) or is_to_come(sentence):
            continue
        if other is None or other is heading.level:
            number, topic = (item["number"], item["title"]) if item else ("", "")
            number = heading.item_number or number
            yield Minute(heading.level, outcome, heading.on, number, sentence, topic)
            return
