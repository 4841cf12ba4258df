"""Which organ does a text name: a body, or a level of a municipality?

The one vocabulary of every way in: a cell of a table, the title of an event, a heading on a web
page or a line under it. Danish sets the definite form and the word for a meeting behind the name
(«Byrådet», «byrådsmøder», «K17-møde»), and a list often names organs that are none of ours: a line
of such a one must never be taken for a meeting of the organ named before it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.decision import Level


@dataclass(frozen=True, slots=True)
class Organ:
    """One that meets: a body of an area, or a level of a municipality.

    Attributes:
        area: of a body, its KKR area or ``national``; empty for a municipality's level.
        body: the body's id.
        municipality: the municipality's code; empty where a level is named and nobody says whose.
        level: the municipality's level; None for a body.
        title: its name, in Danish.
    """

    area: str = ""
    body: str = ""
    municipality: str = ""
    level: Level | None = None
    title: str = ""

    @property
    def key(self) -> str:
        """Names it in a form or a row: ``sjaelland.k17``, ``0360.council``."""
        if self.level is None:
            return f"{self.area}.{self.body}"
        return f"{self.municipality}.{self.level.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a text may name.

    Attributes:
        bodies: of all areas, those outside the chains too.
        municipalities: code and name of each.
        area: whose body is meant by «KKR» alone, or by a name that several areas have.
        committee: the specialised committee that counts, by its name; empty where nobody said.
    """

    bodies: Sequence[Organ]
    municipalities: Sequence[tuple[str, str]]
    area: str = ""
    committee: str = ""


@dataclass(frozen=True, slots=True)
class Naming:
    """What a text names.

    Attributes:
        bodies: the bodies.
        levels: the levels of a municipality.
        municipality: the code of the municipality that is named; empty for none.
        committee: the name of the specialised committee that ``levels`` rests on.
        foreign: an organ that is none of those that count, as it is written; empty for none.
        rest: the text without those names.
    """

    bodies: tuple[Organ, ...] = ()
    levels: tuple[Level, ...] = ()
    municipality: str = ""
    committee: str = ""
    foreign: str = ""
    rest: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether no organ is named."""
        return not (self.bodies or self.levels or self.foreign)


_MEETING = r"(?:-?\s?s?-?mød\w*)?"
_COUNCIL = re.compile(
    rf"(?<![\w-])(?:byråd(?:et|ets|s)?{_MEETING}|kommunalbestyrelse(?:n|ns|s)?{_MEETING}"
    rf"|borgerrepræsentation(?:en|ens|s)?{_MEETING}|kb{_MEETING}|council)(?![\w-])"
)
_WORDS = r"[a-zæøåé]+"
_COMMITTEE = re.compile(
    rf"(?<![\w-])(?:(?:{_WORDS}-,? ?)+(?:og |& )?)?(?:{_WORDS})?udvalg(?:et|ets|s)?{_MEETING}"
    rf"(?: for (?:{_WORDS}(?:,| og)? ?){{1,6}})?(?![\w-])"
)
_SHORT = {"øu": Level.FINANCE_COMMITTEE, "finance_committee": Level.FINANCE_COMMITTEE}
_GENERIC = {"fagudvalg": Level.COMMITTEE, "committee": Level.COMMITTEE}
_SHORT_FORMS = re.compile(
    rf"(?<![\w-])(?P<word>{'|'.join([*_SHORT, *_GENERIC])})(?:et|ets)?{_MEETING}(?![\w-])"
)
_FOREIGN = re.compile(
    rf"(?<![\w-])(?:{_WORDS}-,? ?(?:og )?)*{_WORDS}(?:rådet|råd|nævnet|nævn|bestyrelsen|bestyrelse"
    rf"|kommissionen|kredsen|gruppen|forummet|forum|udvalget|udvalg){_MEETING}(?![\w-])"
)
_SOCIAL = re.compile(
    "social|sundhed|senior|ældre|handicap|omsorg|psykiatri|voksen|velfærd|børn|familie|forebyggelse"
)
"""Words of the committees that handle social matters: one such in a list is the one meant."""

_AROUND = re.compile(
    r"frist|deadline|formøde|(?<!styre)gruppemøde|seminar|temamøde|temadag|ferie|borgermøde|orienteringsmøde"
    r"|helligdag|introduktion|studietur|ekskursion|offentliggør|opdateret|tilmeld|vedtaget"
)
_WITH_THEME = re.compile(
    r"(?:\+|\bog\b|\bsamt\b|\bmed\b|\binkl\.?|&)\s*(?:efterfølgende\s+)?tema(?:møde|dag|drøftelse)\w*"
)


def plain(text: str) -> str:
    """The text in lower case on one line, with one sign for each dash."""
    tidy = unicodedata.normalize("NFC", text).casefold().replace("\u00ad", "")
    return " ".join(re.sub("[\u2010-\u2015\u2212]", "-", tidy).split())


def around_word(text: str) -> str:
    """The word that tells that a text only has to do with a meeting; empty for a meeting itself.

    A theme part behind the meeting belongs to it: «Byrådet + temamøde»; «Temamøde for byrådet» is
    none at which anything is decided.
    """
    found = _AROUND.search(_WITH_THEME.sub(" ", plain(text)))
    return found[0] if found else ""


def naming(text: str, words: Vocabulary) -> Naming:
    """What ``text`` names, and what is left of it.

    The longest names are taken first: «KKR Dialogforum Sjælland» is no meeting of the KKR.
    """
    rest = plain(text)
    bodies, rest = _bodies(rest, words)
    levels: list[Level] = []
    committee, foreign = "", ""
    named = _essence(words.committee)
    if named and (form := _named_committee(named)).search(rest):
        levels.append(Level.COMMITTEE)
        rest, committee = form.sub(" ", rest), named
    if _COUNCIL.search(rest):
        levels.append(Level.COUNCIL)
        rest = _COUNCIL.sub(" ", rest)
    levels += [(_SHORT | _GENERIC)[found["word"]] for found in _SHORT_FORMS.finditer(rest)]
    rest = _SHORT_FORMS.sub(" ", rest)
    for found in _COMMITTEE.finditer(rest):
        level = _level_of(_essence(found[0]), is_named=bool(named))
        if level is None:
            foreign = foreign or found[0]
            continue
        levels.append(level)
        if level is Level.COMMITTEE:
            committee = committee or _essence(found[0])
    rest = _COMMITTEE.sub(" ", rest)
    municipality, rest = _municipality(rest, words)
    other = _FOREIGN.search(rest)
    if other:
        foreign = foreign or other[0]
        rest = _FOREIGN.sub(" ", rest)
    return Naming(
        bodies=bodies,
        levels=tuple(dict.fromkeys(levels)),
        municipality=municipality,
        committee=committee,
        foreign=foreign.strip(),
        rest=" ".join(rest.split()),
    )


def _named_committee(named: str) -> re.Pattern[str]:
    """The forms of a committee that somebody named; not as the end of a longer name."""
    return re.compile(rf"(?<![\w-])(?<! og ){re.escape(named)}(?:et|ets|s)?{_MEETING}(?![\w-])")


def _level_of(essence: str, *, is_named: bool) -> Level | None:
    """The level of a committee by its name; None for one that does not count."""
    if "økonomi" in essence:
        return Level.FINANCE_COMMITTEE
    is_meant = not is_named and essence != "udvalg" and _SOCIAL.search(essence)
    return Level.COMMITTEE if is_meant else None


def body_named(text: str, words: Vocabulary) -> Organ | None:
    """The one body that ``text`` as a whole names, by its name or its id; None for none."""
    by_id = [body for body in words.bodies if plain(text) in (body.body, body.key)]
    found = _of_area(by_id, words.area)
    if found is not None:
        return found
    said = naming(text, words)
    is_all = not (said.levels or said.foreign or said.municipality or said.rest)
    return said.bodies[0] if len(said.bodies) == 1 and is_all else None


def _bodies(text: str, words: Vocabulary) -> tuple[tuple[Organ, ...], str]:
    found: list[Organ] = []
    for title, pattern in _patterns(tuple(words.bodies)):
        if not pattern.search(text):
            continue
        same = [body for body in words.bodies if plain(body.title) == title]
        chosen = _of_area(same, words.area)
        if chosen is not None:
            found.append(chosen)
            text = pattern.sub(" ", text)
    kkr = re.compile(rf"(?<![\w-])kkr{_MEETING}(?![\w-])(?! \w+forum)")
    if kkr.search(text):
        own = [b for b in words.bodies if b.body == "kkr" and b.area == words.area]
        found += [b for b in own if b not in found]
        text = kkr.sub(" ", text)
    return tuple(dict.fromkeys(found)), text


def _of_area(bodies: Sequence[Organ], area: str) -> Organ | None:
    """The only one of several with one name; the own area's where there are more."""
    own = [body for body in bodies if body.area == area]
    chosen = own or list(bodies)
    return chosen[0] if len(chosen) == 1 else None


@lru_cache(maxsize=8)
def _patterns(bodies: tuple[Organ, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The title of each body with the pattern of its forms, the longest first."""
    titles = sorted({plain(body.title) for body in bodies}, key=len, reverse=True)
    return tuple((title, _forms(title)) for title in titles)


def _forms(title: str) -> re.Pattern[str]:
    """«styregruppen»: with and without the article, with the word for a meeting behind it."""
    stem = re.sub(r"(?<=gruppe)n$|(?<=udvalg)et$|(?<=kreds)en$|(?<=forum)met$", "", title)
    spaced = re.escape(stem).replace(r"\ ", r"\s+")
    if stem.endswith("forum"):  # «Dialogforum» is said for «KKR Dialogforum»
        spaced = re.sub(r"^kkr\\s\+", r"(?:kkr\\s+)?", spaced)
    ending = r"(?:en|et|n|t|met|r|rne)?s?" if stem[-1:].isalpha() else ""
    return re.compile(rf"(?<![\w-]){spaced}{ending}{_MEETING}(?![\w-])")


def _municipality(text: str, words: Vocabulary) -> tuple[str, str]:
    """Code of the municipality that is named, and the text without it."""
    for code, pattern in _places(tuple(words.municipalities)):
        if pattern.search(text):
            return code, pattern.sub(" ", text)
    return "", text


@lru_cache(maxsize=8)
def _places(places: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    longest = sorted(places, key=lambda place: -len(place[1]))
    return tuple(
        (code, re.compile(rf"(?<![\w-]){re.escape(plain(name))}s?(?: kommunes?)?(?![\w-])"))
        for code, name in longest
    )


def _essence(name: str) -> str:
    """A committee's name without article, genitive and the word for a meeting."""
    bare = re.sub(rf"(?<=udvalg)(?:et|ets|s)?{_MEETING}", "", plain(name))
    return re.sub(r"^(?:møde i |møder i )", "", bare)
