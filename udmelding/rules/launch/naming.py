"""What a new case is called until somebody says otherwise: a short name, and a reference."""

from __future__ import annotations

import re
import unicodedata

from udmelding.rules.words.texts import first_upper

MOST_NAME = 40
_LEADS_ON = frozenset(
    (
        *("og", "eller", "med", "i", "på", "af", "til", "for", "fra", "om", "som", "der", "at"),
        *("en", "et", "den", "det", "de", "samt", "uden", "hos", "ved", "under"),
    )
)
"""Words after which something has to follow."""

_PREFIXES = {"central-udmelding": "CU", "rammeaftale": "RA", "spoergeskema": "SP"}
_SMALL_WORDS = frozenset(
    (
        "borgere", "mennesker", "personer", "børn", "unge", "voksne", "målgruppen", "tilbud",
        "udmelding", "central", "centrale", "rammeaftale", "spørgeskema", "fornyet", "behandling",
        "særlig", "særlige", "svær", "svære", "uden", "eller", "samt", "deres",
    )
)  # fmt: skip
"""Words of more than three letters that tell nothing of what a case is about."""


def short_name_of(title: str) -> str:
    """What people may call a case of that title: its first words, cut where a name can end."""
    words = title.split()
    kept: list[str] = []
    for word in words:
        if len(" ".join([*kept, word])) > MOST_NAME:
            break
        kept.append(word)
    if len(kept) < len(words):
        while len(kept) > 1 and kept[-1].casefold().strip(",") in _LEADS_ON:
            kept.pop()
    return first_upper(" ".join(kept or [title[:MOST_NAME]]).strip(" ,;:"))


def reference_of(title: str, process: str, year: int) -> str:
    """A reference made of the title's first telling word and the year: ``CU-GRAVIDE-2025``."""
    words = re.findall(r"\w+", title.lower())
    telling = [word for word in words if len(word) > 3 and word not in _SMALL_WORDS] or words
    word = _plain(telling[0])[:30] if telling else ""
    parts = (_PREFIXES.get(process, "SAG"), word, str(year))
    return "-".join(part for part in parts if part)


def _plain(word: str) -> str:
    for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        word = word.replace(letter, plain)
    bare = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", bare).upper()
