"""Takes a passage out for good: how it is found again, and what stands in its place.

The same words stand in many forms: broken over lines, quoted in an answer, as HTML in a mail, with
JSON's escapes in a log. All of them count. What is taken out says when and why, never what it was.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from dataclasses import dataclass
from html.entities import codepoint2name
from typing import Any

from udmelding.errors import RefusedError
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.texts import texts_in

FEWEST, MOST = 4, 2000
"""Characters of a passage; a shorter one stands in too many words that it does not mean."""

MOST_REASON = 200

# Between two words: white space, also as HTML or JSON write it, the sign before a quoted line, and
# the ends and beginnings of HTML elements.
_GAP = (
    "(?:[\\s>\u00a0]|&nbsp;|&#160;|\\\\[nrtfv]|\\\\u(?:00[018][0-9a-f]|00a0|1680|20[0-9a-f]{2}|3000)"
    "|</?[a-zA-Z][^<>]{0,200}>)+"
)
# JSON may have written what stands before as letters and digits.
_AFTER_ESCAPE = r"(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4})"
_NUMBER_GAP = rf"(?:{_GAP}|[-–])?"
_CPR = re.compile(r"\s*(\d{6})[\s–-]*(\d{4})\s*")
_PLAIN_RUN = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that are to go, as a person wrote them.

    Attributes:
        pattern: finds them in a text; never as a part of a longer word or number.
        in_bytes: finds them in the bytes of any file, also as a part of something longer.
        fragment: stands unchanged in every form of the passage, so a database can look for it.
    """

    pattern: re.Pattern[str]
    in_bytes: re.Pattern[bytes]
    fragment: str

    def is_in(self, value: Any) -> bool:
        """Whether the passage stands in a text, or in a text within lists and mappings."""
        return any(self.pattern.search(text) for text in texts_in(value))

    def without(self, value: Any, mark: str) -> Any:
        """The value with ``mark`` in place of the passage in every text; keys stay."""
        if isinstance(value, str):
            return self.pattern.sub(lambda _: mark, value)
        if isinstance(value, dict):
            return {key: self.without(one, mark) for key, one in value.items()}
        return [self.without(one, mark) for one in value] if isinstance(value, list) else value


def read_passage(text: str) -> Passage:
    """The passage that a person wants taken out.

    Raises:
        RefusedError: it is too short or too long to be told apart, or has no letter or digit.
    """
    words = text.split()
    if len("".join(words)) < FEWEST:
        raise RefusedError(
            f"Skriv mindst {FEWEST} tegn af det, der skal fjernes. Et kortere stykke står i for "
            "mange andre ord."
        )
    if len(text) > MOST:
        raise RefusedError(f"Skriv højst {MOST} tegn ad gangen, og fjern resten bagefter.")
    runs = _PLAIN_RUN.findall(text)
    if not runs:
        raise RefusedError("Skriv noget med bogstaver eller tal.")
    if number := _CPR.fullmatch(text):  # the two ways to write it are one number
        body, fragment = rf"{number[1]}{_NUMBER_GAP}{number[2]}", number[1]
    else:
        body = _GAP.join("".join(map(_any_form, word)) for word in words)
        fragment = max(runs, key=len)
    inside = r"\d" if number else r"\w"
    begins = rf"(?:(?<!{inside})|{_AFTER_ESCAPE})"
    before = begins if re.match(r"\w", words[0]) else ""
    after = rf"(?!{inside})" if re.search(r"\w$", words[-1]) else ""
    return Passage(
        pattern=re.compile(before + body + after, re.IGNORECASE),
        in_bytes=re.compile(body.encode(), re.IGNORECASE),
        fragment=fragment,
    )


def _any_form(sign: str) -> str:
    """A pattern for one character as it is, as HTML and as JSON write it."""
    if sign.isascii() and sign.isalnum():
        return sign
    forms = set(_QUOTES.get(sign, ()))
    for each in {sign, sign.lower(), sign.upper()}:  # bytes know no case beyond ASCII
        forms |= {each, html.escape(each), json.dumps(each)[1:-1]}
        forms |= {form for one in each for form in (f"&#{ord(one)};", _named(one))}
    return f"(?:{'|'.join(sorted(map(re.escape, forms), key=len, reverse=True))})"


_QUOTES = {'"': ("”",), "'": ("’", "&#39;")}


def _named(sign: str) -> str:
    name = codepoint2name.get(ord(sign))
    return f"&{name};" if name else sign


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in place of what was taken out.

    Attributes:
        reason: why, as the end of the sentence «fjernet den …, fordi …».
        words: when and why, without a full stop: to be put into a sentence.
        text: the words in brackets: where a passage stood that we keep for ourselves.
        short: only when: where it stood in what others read.
    """

    reason: str
    words: str
    text: str
    short: str


def read_mark(reason: str, day: dt.date, passage: Passage | None) -> Mark:
    """What will stand in place of it.

    Args:
        reason: why, as the end of the sentence «fjernet den …, fordi …».
        day: on which it is taken out.
        passage: what is taken out; None for a file.

    Raises:
        RefusedError: the reason is missing or too long, or holds what it is to explain.
    """
    why = " ".join(reason.split()).rstrip(".").removeprefix("fordi ")
    if not why:
        raise RefusedError("Skriv, hvorfor det fjernes: fortsæt sætningen «Fjernet, fordi …».")
    if len(why) > MOST_REASON:
        raise RefusedError(f"Skriv begrundelsen på højst {MOST_REASON} tegn.")
    when = f"fjernet den {long_date(day)}"
    mark = Mark(why, f"{when}, fordi {why}", f"[{when}, fordi {why}]", f"[{when}]")
    if passage is not None and passage.is_in(mark.text):
        raise RefusedError(
            "Begrundelsen indeholder det, der skal fjernes. Skriv den med andre ord."
        )
    return mark
