"""Does a reply tell of a decision, or of the day on which there will be one?

A word such as «godkendt» counts only beside the council, the committee or the case it was about;
sentences that ask, hope, or speak of *not yet* and of later count as no decision.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from models.decision import Level, Outcome
from models.incoming import Meaning
from udmelding.rules.inbox.reply_words import Suggestion, any_of, asks, day_in, suggestion_text
from udmelding.rules.words.danish_dates import Direction
from udmelding.rules.words.named_days import named_days

_LEVELS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (
        Level.COUNCIL,
        any_of(r"\bbyråd(?!hus)", r"\bkommunalbestyrelse", r"\bborgerrepræsentation", r"\bKB\b"),
    ),
    (Level.FINANCE_COMMITTEE, any_of(r"\bøkonomi\w*-?(?: og [\w-]+)?udvalg", r"\bØU\b")),
    (Level.COMMITTEE, any_of(r"udvalg(?!t)")),
    (Level.BODY, any_of(r"\bKKR\b", r"\bstyregruppe", r"\bkontaktforum", r"\bfællesskabet\b")),
    (
        Level.ADMINISTRATION,
        any_of(r"\bforvaltning", r"\badministrati\w+t?\b", r"\bdirektion", r"\bchefgruppe"),
    ),
)
_ORDER = (Level.BODY, Level.ADMINISTRATION, Level.COMMITTEE, Level.FINANCE_COMMITTEE, Level.COUNCIL)
_OBJECT = any_of(
    r"\b(?:sagen|punktet|indstilling\w*|rammeaftale\w*|central\w* udmelding\w*|udmelding\w*"
    r"|afrapportering\w*|rapporten|udviklingsstrategi\w*|styringsaftale\w*|aftalen)\b"
)
_OTHER_OBJECT = any_of(
    r"\b(?:referat\w*|dagsorden\w*|ferie\w*|budget\w*|regnskab\w*|frist\w*|persondata\w*"
    r"|databehandler\w*|ansøgning\w*|mødet|datoen)\s+(?:\w+\s+){0,2}"
    r"(?:godkend\w*|udsat|udskudt|aflyst|vedtaget)",
    r"\bgodkendte? (?:af )?(?:\w+ )?(?:referat|dagsorden|budget|regnskab|ferie)\w*",
)
_NOT_YET = any_of(
    r"\b(?:endnu|afventer|forvent\w*|håber|hvis|såfremt|medmindre|inden|før|når|skal|bliver|bedes"
    r"|venter|kommer til at|regner med|til godkendelse|ønsker at få|tidligst|senest|først)\b",
    r"\b(?:vil|kan) (?:\w+ ){0,3}(?:blive|godkendes?|tiltrædes?|vedtages?)\b",
    r"\bnok\b",
)
_YES = (
    r"(?:godkendt(?:e)?|godkender|tiltrådte?|tiltræder|tilsluttede|vedtog|vedtaget|godkende"
    r"|tiltræde|vedtage)"
)
_REJECTED = any_of(
    rf"\b(?:ikke|ej|hverken)\b(?:\s+\w+){{0,3}}?\s+{_YES}\b",
    r"\b(?:godkendte|tiltrådte|vedtog|godkender|tiltræder)\b(?:\s+\w+){0,2}?\s+ikke\b",
    r"\bafvis(?:te|t)\b",
    r"\bforkaste(?:t|de)\b",
    r"\bstemte imod\b",
    r"\bstemt ned\b",
)
_APPROVED = any_of(r"\b(?:godkendte?|tiltrådte?|tilsluttede sig|vedtog|vedtaget)\b")
_REMARKS = any_of(
    r"\bmed\b(?:\s+\w+){0,4}?\s+(?:bemærkning|forbehold|tilføjelse|ændring|protokol|kommentar)\w*",
    r"\bunder forudsætning",
    r"\bmindretalsudtalelse",
    r"\bdog således at\b",
)
_WITHOUT = any_of(r"\buden\b(?:\s+\w+){0,3}?\s+(?:bemærkning|forbehold|ændring|kommentar)\w*")
_OUTCOMES: tuple[tuple[Outcome, re.Pattern[str]], ...] = (
    (
        Outcome.SENT_BACK,
        any_of(
            r"\b(?:sendt|sendte|sendes|returneret|sender)\b(?:\s+\w+){0,3}?\s+(?:retur|tilbage)\b",
            r"\btilbagesendt\b",
            r"\breturneret til\b",
            r"\bhjemvi(?:st|ste)\b",
        ),
    ),
    (
        Outcome.POSTPONED,
        any_of(
            r"\b(?:udsat|udsatte|udskudt|udskød)\b", r"\b(?:taget|tog) \w* ?(?:af|fra) dagsordenen"
        ),
    ),
    (Outcome.REJECTED, _REJECTED),
    (Outcome.APPROVED, _APPROVED),
    (
        Outcome.RECOMMENDED,
        any_of(r"\b(?:anbefal(?:er|es|ede|et)|indstill(?:er|es|ede|et))\b"),
    ),
    (
        Outcome.NOTED,
        any_of(r"\b(?:taget|tog|tager|tages)\b(?:\s+\w+){0,5}?\s+til (?:efterretning|orientering)"),
    ),
)
_CLAUSES = re.compile(r",?\s+(?:hvorefter|mens)\s+|;\s*|,\s+(?:og|men)\s+", re.IGNORECASE)
_MEETING = any_of(r"\bmøde\w*\b", r"\bbehandle\w*\b")


def decision_in(
    sentences: tuple[str, ...], written_on: dt.date, *, is_decision_wanted: bool
) -> Suggestion | None:
    """The decision of the highest level that the sentences tell of."""
    seen: list[Suggestion] = []
    before = ""
    for sentence in sentences:
        found = _decided(sentence, before, written_on, is_decision_wanted=is_decision_wanted)
        seen.extend(found)
        before = sentence
    if not seen:
        return None
    level = highest(one.level for one in seen)
    best = [one for one in seen if one.level is level]
    outcomes = {one.outcome for one in best}
    if len(outcomes - {Outcome.REJECTED}) == 1:  # "could not approve and sent it back" is one thing
        best = [one for one in best if one.outcome != Outcome.REJECTED]
        if Outcome.REJECTED not in outcomes or best[0].outcome in {
            Outcome.SENT_BACK,
            Outcome.POSTPONED,
        }:
            return best[0]
        return _withoutoutcome_in(best[0])
    return best[0] if len(outcomes) == 1 else _withoutoutcome_in(best[0])


def _withoutoutcome_in(one: Suggestion) -> Suggestion:
    return Suggestion(one.meaning, None, one.on, one.words, one.level)


def highest(levels: Iterable[Level | None]) -> Level | None:
    """The highest of the levels; None where none is known."""
    return max((one for one in levels if one), key=_ORDER.index, default=None)


def _decided(
    sentence: str, before: str, written_on: dt.date, *, is_decision_wanted: bool
) -> list[Suggestion]:
    """What one sentence says was decided; clause by clause, for two levels can share it."""
    if asks(sentence) or _OTHER_OBJECT.search(sentence):
        return []
    found: list[Suggestion] = []
    level = level_in(sentence) if len(_CLAUSES.split(sentence)) == 1 else None
    meeting = before if _MEETING.search(before) and not asks(before) else ""
    for clause in _CLAUSES.split(sentence):
        level = level_in(clause) or level
        outcome = outcome_in(clause)
        if outcome is None or is_to_come(clause):
            continue
        at = level or level_in(meeting)
        if not at and not (is_decision_wanted and _OBJECT.search(f"{sentence} {meeting}")):
            continue
        on = day_in(clause, written_on, Direction.PAST) if named_days(clause, written_on) else None
        on = on or _only_past(sentence, written_on) or _only_past(meeting, written_on)
        found.append(Suggestion(Meaning.DECISION, outcome, on, suggestion_text(sentence), at))
    return found


def is_to_come(words: str) -> bool:
    """Whether words speak of what has not happened yet."""
    return bool(_NOT_YET.search(words))


def _only_past(sentence: str, written_on: dt.date) -> dt.date | None:
    """The day of the sentence, unless it would as well be one to come."""
    return day_in(sentence, written_on, Direction.PAST)


def level_in(words: str) -> Level | None:
    """The level that the words name; the highest where they name several."""
    return next((level for level, pattern in _LEVELS if pattern.search(words)), None)


def outcome_in(clause: str) -> Outcome | None:
    """What a clause says was decided; None where it says nothing of it."""
    found = next((outcome for outcome, pattern in _OUTCOMES if pattern.search(clause)), None)
    if found is Outcome.APPROVED and not _WITHOUT.search(clause) and _REMARKS.search(clause):
        return Outcome.APPROVED_WITH_REMARKS
    return found


# --- Days to come -----------------------------------------------------------------------------

_COMING = any_of(
    r"\b(?:behandles?|behandlet|forelægges|forelagt|fremlægges|drøftes|sættes på|afgøres|tages op"
    r"|kommer (?:op|på|i)|skal (?:op |på |i |til )|dagsordenen?|politisk\w* behandling"
    r"|til godkendelse|godkendes|planlagt|er på (?:\w+ )?(?:møde|dagsorden))\b"
)
_NO = any_of(r"\bikke\b", r"\bej\b", r"\bheller ikke\b")
_WHERE = any_of(r"\b(?:møde\w*|politisk\w*|dagsordenen?)\b")


def announced_in(
    sentences: tuple[str, ...], written_on: dt.date, *, is_decision_wanted: bool
) -> Suggestion | None:
    """The day to come on which the case is said to be dealt with."""
    for sentence in sentences:
        if asks(sentence) or not _COMING.search(sentence) or _NO.search(sentence):
            continue
        # «Blev behandlet i udvalget 9. marts og kommer i byrådet 27. april»: the end counts.
        for words in (sentence, *(sentence[cue.start() :] for cue in _COMING.finditer(sentence))):
            level = level_in(words)
            if not level and not (is_decision_wanted and _WHERE.search(words)):
                continue
            on = day_in(words, written_on, Direction.COMING)
            if on:
                told = suggestion_text(sentence)
                return Suggestion(Meaning.ANNOUNCED_DAY, None, on, told, level)
    return None
