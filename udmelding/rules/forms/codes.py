"""What is a thing in a question set called in data? Codes, made from what people call it.

A code is made once and stays: answers are kept under the codes of their questions, options and
rows. What has no name yet bears one that says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from udmelding.config.forms.questions import Option, Row

_UNNAMED = re.compile(r"ny_\d+")
_LONGEST_CODE = 40


def is_unnamed(code: str) -> bool:
    """Whether what bears that code has not been called anything yet."""
    return bool(_UNNAMED.fullmatch(code))


def code_of(words: str, taken: Collection[str], *, joint: str = "_") -> str:
    """A code that says what the words say, and is none of those that are taken."""
    plain = words.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", joint, letters).strip(joint)
    if not stem or not stem[0].isalpha() or is_unnamed(stem):
        stem = f"s{joint}{stem}".strip(joint)
    stem = stem[:_LONGEST_CODE].strip(joint)
    code, number = stem, 1
    while code in taken:
        number += 1
        end = f"{joint}{number}"
        code = stem[: _LONGEST_CODE - len(end)].strip(joint) + end
    return code


def unnamed_code(taken: Collection[str]) -> str:
    """A code for what has no name yet, and is none of those that are taken."""
    return next(code for n in range(1, 1_000_000) if (code := f"ny_{n}") not in taken)


def options_of(lines: Iterable[str], before: Sequence[Option]) -> tuple[Option, ...]:
    """What there is to choose, one on each line; what is only reworded keeps its code."""
    words = [line for line in (" ".join(line.split()) for line in lines) if line]
    codes = _line_codes(words, [(one.id, one.text) for one in before])
    return tuple(
        Option.model_construct(id=code, text=text) for code, text in zip(codes, words, strict=True)
    )


def rows_of(lines: Iterable[str], before: Sequence[Row]) -> tuple[Row, ...]:
    """Fixed rows, one on each line, each with its short name after ``|`` where it has one."""
    cut = [[" ".join(part.split()) for part in line.split("|", 1)] for line in lines]
    said = [(one[0], one[1] if len(one) > 1 else "") for one in cut if one[0]]
    codes = _line_codes([title for title, _ in said], [(row.id, row.title) for row in before])
    return tuple(
        Row.model_construct(id=code, title=title, short=short)
        for code, (title, short) in zip(codes, said, strict=True)
    )


def _line_codes(words: Sequence[str], before: Sequence[tuple[str, str]]) -> list[str]:
    """A code for each line: that of the same words, else of the line it was, else a new one."""
    by_words = {text: code for code, text in before}
    found: list[str | None] = [by_words.pop(text, None) for text in words]
    if len(words) == len(before):
        # As many as before: a line whose words are new is the old line of its place, reworded.
        left = set(by_words.values())
        for place, (code, _) in enumerate(before):
            if found[place] is None and code in left:
                found[place] = code
    taken = {code for code, _ in before} | {code for code in found if code}
    for place, text in enumerate(words):
        if found[place] is None:
            found[place] = code_of(text, taken)
            taken.add(str(found[place]))
    return [str(code) for code in found]
