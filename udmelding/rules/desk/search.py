"""What does a person search for, and where in a text does it stand? Pure, and Danish.

Large and small letters are alike, «aa» and «å» too, and any white space is like any other. All
words must be found; words in quotes must be found as they stand. The database cannot compare
Danish letters (SQLite knows only those of English), so ``like`` gives it a pattern that lets
through all that could be meant and some more, and ``pattern`` decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from udmelding.errors import RefusedError

SHORTEST = 2
MOST_CHARACTERS = 200
MOST_WORDS = 12

_QUOTED = re.compile(r'"([^"]*)"|[«»]([^«»]*)[«»]|[“”„]([^“”„]*)[“”„]')
_QUOTES = re.compile(r'["«»“”„]')
_PARTS = re.compile(r"aa|å|\s+|.", re.IGNORECASE | re.DOTALL)
_UNSEEN = frozenset({"Cc", "Cs", "Cn", "Co"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a shown text; ``is_found`` when it is one of the words."""

    text: str
    is_found: bool = False


def read_words(written: str) -> tuple[str, ...]:
    """The words to find; a phrase in quotes is one. Nothing written gives none.

    Raises:
        RefusedError: too short or too long to search for; says what to write instead.
    """
    text = compose_accents("".join(" " if _is_unseen(sign) else sign for sign in written)).strip()
    if len(text) > MOST_CHARACTERS:
        raise RefusedError(f"Søgningen er for lang. Skriv højst {MOST_CHARACTERS} tegn.")
    phrases = [" ".join("".join(found).split()) for found in _QUOTED.findall(text)]
    loose = _QUOTES.sub(" ", _QUOTED.sub(" ", text)).split()
    words = tuple(dict.fromkeys(word for word in (*phrases, *loose) if word))
    if len(words) > MOST_WORDS:
        raise RefusedError(f"Søgningen har for mange ord. Skriv højst {MOST_WORDS}.")
    if text and max((len(word) for word in words), default=0) < SHORTEST:
        raise RefusedError(f"Søgningen er for kort. Skriv et ord på mindst {SHORTEST} tegn.")
    return words


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSEEN


def compose_accents(text: str) -> str:
    """The same text with each accented letter as one character; often the very same string."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=256)
def pattern(word: str) -> re.Pattern[str]:
    """What finds ``word`` in a text with its accents composed."""
    parts = (
        "(?:aa|å)" if part.lower() in ("aa", "å") else r"\s+" if part.isspace() else re.escape(part)
        for part in _PARTS.findall(word)
    )
    return re.compile("".join(parts), re.IGNORECASE)


def like(word: str) -> str:
    """A pattern of SQL's ``LIKE`` that lets through every text in which ``word`` is found.

    Only letters of English and digits are kept, so that there is nothing to escape.
    """
    return re.sub("%+", "%", f"%{''.join(map(_like, _PARTS.findall(word)))}%")


def _like(part: str) -> str:
    """One sign for one, or anything for what may be written with more."""
    if part.isspace() or len(unicodedata.normalize("NFD", part)) > 1:
        return "%"
    return part if part.isascii() and part.isalnum() else "_"


def finds(words: Sequence[str], own: Sequence[str], context: Sequence[str] = ()) -> bool:
    """Whether all ``words`` are found, at least one of them in the record's ``own`` texts.

    Args:
        words: as ``read_words`` gives them.
        own: the texts of the record.
        context: what it belongs to, such as the name of its case; found there, a word is found.
    """
    texts, around = (
        [compose_accents(text) for text in own],
        [compose_accents(text) for text in context],
    )
    is_own = False
    for word in words:
        look = pattern(word).search
        here = any(look(text) for text in texts)
        if not here and not any(look(text) for text in around):
            return False
        is_own = is_own or here
    return is_own


def mark_found(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The whole text in pieces, those that were found told apart."""
    whole = compose_accents(text)
    pieces, at = [], 0
    for start, end in _spans(whole, words):
        pieces += [Piece(whole[at:start]), Piece(whole[start:end], is_found=True)]
        at = end
    return tuple(piece for piece in (*pieces, Piece(whole[at:])) if piece.text)


def excerpt(text: str, words: Sequence[str], width: int = 180) -> tuple[Piece, ...]:
    """Some ``width`` characters around the first word found, or the beginning; on one line."""
    whole = " ".join(compose_accents(text).split())
    if len(whole) <= width:
        return mark_found(whole, words)
    spans = _spans(whole, words)
    first = spans[0][0] if spans else 0
    start = min(max(0, first - width // 3), len(whole) - width)
    start, end = _at_words(whole, start, start + width, first)
    shown = f"{'… ' if start else ''}{whole[start:end]}{' …' if end < len(whole) else ''}"
    return mark_found(shown, words)


def _at_words(whole: str, start: int, end: int, first: int) -> tuple[int, int]:
    """The same cut, moved to where words begin and end, but never past what was found."""
    if start:
        space = whole.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    if end < len(whole):
        space = whole.rfind(" ", first, end)
        end = space if space > first else end
    return start, end


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, in order; those that touch or overlap are one."""
    found = sorted(m.span() for word in words for m in pattern(word).finditer(text))
    spans: list[tuple[int, int]] = []
    for start, end in found:
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans
