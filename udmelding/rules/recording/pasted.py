"""Which decisions does a pasted list tell of? As it stands in a sheet or a mail, a council a line.

The columns may stand in any order, with a header or without; a line without columns is read word by
word. Three promises: a line is understood to its last word or told as one that is not; it fills in
only the council that it names; and a date is kept as it was written, for the row to read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from models.decision import Level, Outcome

NamedParty = Callable[[str], str | None]
"""The short name of the council that a text names; None where it names none."""

MOST_LINES = 400

_Word = TypeVar("_Word", Outcome, Level)

OUTCOME_WORDS: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.APPROVED_WITH_REMARKS: (
        "godkendt med bemærkninger",
        "godkendt m. bemærkninger",
        "godkendt m bemærkninger",
        "godkendt med bemærkning",
        "vedtaget med bemærkninger",
        "med bemærkninger",
        "m. bemærkninger",
        "b",
    ),
    Outcome.NOTED: (
        "taget til efterretning",
        "tages til efterretning",
        "til efterretning",
        "efterretning",
        "orienteret",
        "t",
    ),
    Outcome.POSTPONED: ("udsat", "udskudt", "u"),
    Outcome.REJECTED: ("ikke godkendt", "ikke tiltrådt", "afvist", "forkastet", "nej", "a"),
    Outcome.APPROVED: (
        "godkendt",
        "godkendte",
        "vedtaget",
        "tiltrådt",
        "tiltrådte",
        "tilslutning",
        "ok",
        "ja",
        "g",
    ),
}
"""What people write for the outcome of a council; a longer one is looked for before a shorter."""

LEVEL_WORDS: Mapping[Level, tuple[str, ...]] = {
    Level.FINANCE_COMMITTEE: ("økonomiudvalget", "økonomiudvalg", "øu"),
    Level.COMMITTEE: ("socialudvalget", "sundhedsudvalget", "fagudvalget", "fagudvalg", "udvalget"),
    Level.COUNCIL: (
        "kommunalbestyrelsen",
        "kommunalbestyrelse",
        "byrådet",
        "byråd",
        "borgerrepræsentationen",
        "kb",
    ),
}

_HEADINGS = re.compile(
    r"(kommunen?s?|navn|by|udfald|resultat|beslutning|dato|mødedato|møde|dag|besluttet (?:af|den)"
    r"|niveau|led|udvalg|punkt|pkt\.?|dagsordenspunkt|link|dokumentation|referat|bemærkning(?:er)?"
    r"|status)",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+\.(?:pdf|docx?|html?)\b", re.IGNORECASE)
_ITEM = re.compile(r"\b(?:punkt|pkt\.?|sag nr\.?|dagsordenspunkt)\s*(\d{1,3}\s?[a-zæøå]?)\b", re.I)
_DIGIT = re.compile(r"\d")
_BETWEEN = " \t,;:.-–—()"
_DAYS = frozenset({"i dag", "i går"})
_AROUND = re.compile(r"^(?:den|d\.|på|mødet?|møder)\s+|\s+(?:af|i|på)$", re.IGNORECASE)
_FILLER = re.compile(r"\b(?:den|d\.|på|møde[rt]?|mødet|kommune|af|i)\b\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PastedDecision:
    """One council's decision as a line tells it; what the line does not say is empty.

    Attributes:
        on: the date as written; the row reads it.
    """

    party: str
    outcome: Outcome | None = None
    on: str = ""
    level: Level | None = None
    item_number: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that was not understood.

    Attributes:
        told: why, and what to write, in Danish.
    """

    line: str
    told: str


@dataclass(slots=True)
class _Parts:
    outcome: Outcome | None = None
    level: Level | None = None
    on: list[str] = field(default_factory=list)
    item_number: str = ""
    evidence: str = ""
    party: str = ""
    rest: list[str] = field(default_factory=list)


def pasted_decisions(
    text: str, named: NamedParty
) -> tuple[tuple[PastedDecision, ...], tuple[Unread, ...]]:
    """The decisions of a list, and the lines that tell none that can be read.

    Args:
        text: lines with tabs, semicolons or nothing between their parts.
        named: tells which council a text names.
    """
    found: dict[str, PastedDecision] = {}
    unread: list[Unread] = []
    for line in text.splitlines()[:MOST_LINES]:
        cells = [cell.strip() for cell in re.split(r"\t|;", line)]
        if not any(cells) or _is_header(cells):
            continue
        read = _line([cell for cell in cells if cell], named)
        if isinstance(read, str):
            unread.append(Unread(line.strip(), read))
        elif read.party in found and found[read.party] != read:
            unread.append(Unread(line.strip(), "Kommunen står to gange. Behold den ene linje."))
        else:
            found[read.party] = read
    return tuple(found.values()), tuple(unread)


def _is_header(cells: list[str]) -> bool:
    said = [cell for cell in cells if cell]
    return len(said) > 1 and all(_HEADINGS.fullmatch(cell.rstrip(":? ")) for cell in said)


def _line(cells: list[str], named: NamedParty) -> PastedDecision | str:
    """The decision of one line, or what is wrong with it."""
    parts = _Parts()
    for cell in cells:
        _read_cell(cell, named, parts)
    if not parts.party:
        return "Linjen nævner ingen af sagens kommuner. Skriv kommunens navn først."
    if parts.rest:
        return f"«{' '.join(parts.rest)[:60]}» blev ikke forstået. Ret det, eller slet det."
    if len(parts.on) > 1:
        return f"Linjen har flere datoer: {', '.join(parts.on)}. Behold den, der gælder."
    if parts.outcome is None and not parts.on and not parts.evidence:
        return "Linjen siger hverken, hvad der blev besluttet, eller hvornår."
    return PastedDecision(
        party=parts.party,
        outcome=parts.outcome,
        on=parts.on[0] if parts.on else "",
        level=parts.level,
        item_number=parts.item_number,
        evidence=parts.evidence,
    )


def _read_cell(cell: str, named: NamedParty, parts: _Parts) -> None:
    """Take all that a cell says out of it; what is left over nobody has understood."""
    cell = _name_first(cell, named, parts)
    if not parts.evidence and (link := _LINK.search(cell)):
        parts.evidence = link[0].rstrip(".,;)")
        cell = _without(cell, link)
    if not parts.item_number and (item := _ITEM.search(cell)):
        parts.item_number = item[1].replace(" ", "")
        cell = _without(cell, item)
    parts.outcome, cell = _taken(cell, OUTCOME_WORDS, parts.outcome)
    parts.level, cell = _taken(cell, LEVEL_WORDS, parts.level)
    left = cell.strip(_BETWEEN.replace(".", ""))
    if not _FILLER.sub("", left).strip(_BETWEEN):
        return
    if _DIGIT.search(left) or left.casefold() in _DAYS:
        parts.on.append(_AROUND.sub("", " ".join(left.split())).rstrip(".,"))
    else:
        parts.rest.append(left)


def _name_first(cell: str, named: NamedParty, parts: _Parts) -> str:
    """The cell without the council's name at its beginning, the longest that is one."""
    if parts.party:
        return cell
    words = cell.split()
    for count in range(min(len(words), 4), 0, -1):
        said = " ".join(words[:count]).strip(_BETWEEN)
        if said and not _DIGIT.search(said) and (party := named(said)):
            parts.party = party
            return " ".join(words[count:])
    return cell


def _taken(
    cell: str, words: Mapping[_Word, tuple[str, ...]], known: _Word | None
) -> tuple[_Word | None, str]:
    """The word of a vocabulary that the cell has, and the cell without it."""
    if known is not None:
        return known, cell
    spelled = [(word, member) for member, all_of in words.items() for word in all_of]
    for word, member in sorted(spelled, key=lambda pair: -len(pair[0])):
        # A single letter is only meant as a word where it stands alone in its cell.
        pattern = rf"^{word}$" if len(word) == 1 else rf"(?<!\w){re.escape(word)}(?!\w)"
        if match := re.search(pattern, cell.strip(), re.IGNORECASE):
            return member, _without(cell.strip(), match)
    return None, cell


def _without(cell: str, match: re.Match[str]) -> str:
    return f"{cell[: match.start()]} {cell[match.end() :]}".strip()
