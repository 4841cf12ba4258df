"""What is a reply made of? Its sentences, the days they name, and the value that it becomes.

Shared by ``reply_decision`` and ``reply_meaning``, which look for wordings in the sentences.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from models.decision import Level, Outcome
from models.incoming import Meaning
from udmelding.rules.words.danish_dates import Direction
from udmelding.rules.words.named_days import named_days

_MOST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a reply seems to mean.

    Attributes:
        outcome: for a decision, if its words say it clearly; ``level`` likewise.
        on: the day of the decision, or the day that is announced or asked for.
        words: the sentence in which it was seen; empty where it was none.
        address: of a new contact, where one is named.
    """

    meaning: Meaning
    outcome: Outcome | None = None
    on: dt.date | None = None
    words: str = ""
    level: Level | None = None
    address: str = ""


_MONTH = r"(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)"
_END = re.compile(rf"(?<=[.!?])(?<!\b[A-ZÆØÅ]\.)\s+(?!{_MONTH})(?=[A-ZÆØÅ«\"-])", re.IGNORECASE)
_SHORTENED = re.compile(
    r"(?:\b(?:d|kl|pkt|nr|ca|pr|pt|bl|a|fx|f\.eks|mv|m\.v|jf|evt|inkl|vedr|stk|tlf|hhv|pga|ift"
    r"|mht|afd|dr))\.$",
    re.IGNORECASE,
)
_WRAPPED_AT = 60


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of ``text``, each on one line; wrapped lines are joined, points kept."""
    paragraphs: list[str] = []
    last_line = ""
    for line in text.splitlines():
        bare = line.strip()
        if bare and last_line and _goes_on(last_line, bare):
            paragraphs[-1] += f" {bare}"
        elif bare:
            paragraphs.append(bare)
        last_line = bare
    return tuple(sentence for paragraph in paragraphs for sentence in _split(paragraph))


def _goes_on(last_line: str, line: str) -> bool:
    """Whether ``line`` goes on with the sentence of the line above."""
    if re.match(r"[-*•·–]|\d+[.)]\s+[A-ZÆØÅ]", line):
        return False
    starts_small = not line[0].isupper()
    return starts_small or (len(last_line) >= _WRAPPED_AT and last_line[-1] not in ".!?:")


def _split(paragraph: str) -> list[str]:
    found: list[str] = []
    for piece in _END.split(" ".join(paragraph.split())):
        is_cut_short = found and (_SHORTENED.search(found[-1]) or piece[:1].islower())
        if is_cut_short:
            found[-1] += f" {piece}"
        elif piece:
            found.append(piece)
    return found


def asks(sentence: str) -> bool:
    """Whether it is a question."""
    return sentence.rstrip(" )\"»'").endswith("?")


def found_in(pattern: re.Pattern[str], sentences: tuple[str, ...]) -> str:
    """The first sentence in which ``pattern`` stands; empty where it stands in none."""
    return next((sentence for sentence in sentences if pattern.search(sentence)), "")


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern that finds any of the ``patterns``, in any case."""
    return re.compile("|".join(patterns), re.IGNORECASE)


def day_in(sentence: str, written_on: dt.date, direction: Direction) -> dt.date | None:
    """The one day that the sentence names on that side of ``written_on``; None where unclear."""
    days = {d.first for d in named_days(sentence, written_on, direction) if d.first == d.last}
    is_past = direction is Direction.PAST
    fit = {day for day in days if (day <= written_on if is_past else day >= written_on)}
    return fit.pop() if len(fit) == 1 else None


def last_day_in(sentence: str, written_on: dt.date) -> dt.date | None:
    """The last day to come that the sentence names: "fra 1/5 til 15/5" asks for the 15th."""
    days = named_days(sentence, written_on)
    return max((d.last for d in days if d.last >= written_on), default=None)


def suggestion_text(sentence: str) -> str:
    """``sentence`` as a suggestion shows it: not too long."""
    return sentence if len(sentence) <= _MOST_WORDS else f"{sentence[: _MOST_WORDS - 1]}…"
