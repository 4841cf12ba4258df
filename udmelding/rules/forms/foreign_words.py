"""Does a question set speak of something that the case's letter does not?

A set that was taken over from another case easily goes on about that case's target group. No
meaning is read here: words that the set says often are looked for in the letter, endings aside, and
those that it never says, not even inside a longer word, are told with their counts. Words that any
question set has (``hvor mange``, ``kommunen``) are not looked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Measured

_LEAST = 3
"""So many times a word must stand in the set to be told of."""

_MOST_TOLD = 3
_SHORTEST, _SHORTEST_STEM = 5, 4
_FEWEST_WORDS = 30
"""A letter of fewer words is a picture of a letter, and says nothing of what it does not say."""

_WORD = re.compile(r"[a-zæøåéü]+")
_ENDINGS = (
    "ernes", "erne", "enes", "ene", "ens", "ets", "ers", "ede", "er", "en", "et", "es", "e", "s",
)  # fmt: skip

_SAID_EVERYWHERE = """
    afsnit afslut afvist aldrig alene andel anden andet andre angiv anslå antal antallet bedes
    begrund begrundelse behov behovet beløb bemærk bemærkninger beskriv besvar betalt blandt blevet
    blive bliver borger borgere borgeren borgerne borgers bruge bruger brugt dagen dage derfor deres
    disse doegn døgn efter egen egne eget eller endnu enkelte enten ethvert eventuelt findes fire
    flere fleste fordeler fordi forhold forløb forskellige fortsat forventer første gange gennem
    gennemsnit gennemsnitlig give giver gjort gælder hvert handlekommune haft hedder hele heraf
    herunder hjælp hvad hvem hver hvilke hvilken hvilket hvor hvordan hvorfor ikke indsats indsatser
    indtil ingen kender kommer komme kommune kommunen kommunens kommuner kommunerne kommunernes
    kontakt kort kroner kunne længe ligge ligger linje linjer linjerne mange målgruppe målgruppen
    målgruppens måneder mellem mener mest mindst måtte navn navne nogen nogle opgjort opgørelse
    opholder opholdssted oplys oplysninger periode perioden plads pladser person personer pris
    priser procent række rækker region regionen regionens regioner samarbejde samarbejder samme
    sammenlagt samlede samlet sekretariat sekretariatet seneste senest siden sidste skema skemaet
    skriv skrive skal skulle spørgsmål spørgsmålet steder størst størstedelen summen svar svare
    svaret tager tallene tallet tilbud tilbuddet tilbuddene tilbuddets tilsammen tilstrækkelig
    tilstrækkelige totalt uden udvikling udviklingen under ventede venter ventetid vigtigste ville
    vurderer vurdering vurderes være været årene årligt årlig årets
"""
_EVERYWHERE = frozenset(_SAID_EVERYWHERE.split())


@dataclass(frozen=True, slots=True)
class ForeignWord:
    """One word that the set says ``count`` times and the letter never.

    Attributes:
        stem: what all forms of it begin with.
    """

    word: str
    count: int
    stem: str

    @property
    def sentence(self) -> str:
        """What a person is told."""
        times = "1 gang" if self.count == 1 else f"{self.count} gange"
        return f"Skemaet nævner «{self.word}» {times}; brevet gør ikke."

    def is_in(self, text: str) -> bool:
        """Whether a text says the word in any form."""
        return any(word.startswith(self.stem) for word in _WORD.findall(text.casefold()))


def foreign_words(form: Form, letter: str) -> tuple[ForeignWord, ...]:
    """The words that a set says often and a letter never, those that it says most first.

    Args:
        form: the question set; it need not hang together yet.
        letter: the letter's text; empty, or hardly any, where it could not be read.

    Returns:
        At most three; none where there is no letter to speak of.
    """
    if len(_WORD.findall(letter.casefold())) < _FEWEST_WORDS:
        return ()
    # Seams are closed: a PDF breaks words over lines, with a hyphen or without.
    said = re.sub(r"[^a-zæøåéü]+", "", letter.casefold())
    counts: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for text in _texts(form):
        for word in _WORD.findall(text.casefold()):
            if len(word) >= _SHORTEST and word not in _EVERYWHERE:
                stem = _stem(word)
                counts[stem] += 1
                forms.setdefault(stem, Counter())[word] += 1
    told = [
        ForeignWord(forms[stem].most_common(1)[0][0], count, stem)
        for stem, count in counts.items()
        if count >= _LEAST and stem not in said
    ]
    return tuple(sorted(told, key=lambda one: (-one.count, one.word))[:_MOST_TOLD])


def _stem(word: str) -> str:
    """The word without its ending, where enough is left."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def _texts(form: Form) -> Iterator[str]:
    """All that people read in the set."""
    yield from (form.title, form.intro, form.no_citizens)
    for section in form.sections:
        yield from (section.title, section.help)
        for question in section.questions:
            yield from (question.text, question.short, question.help, question.row_title)
            yield from _options(question)
            yield from (row.title for row in question.rows)
            for column in question.columns:
                yield from (column.title, column.help, *_options(column))
    yield from (rule.text for rule in form.sums)


def _options(measured: Measured) -> Iterator[str]:
    yield from (option.text for option in measured.options)
