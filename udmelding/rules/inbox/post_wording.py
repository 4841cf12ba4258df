"""What a reply's words suggest, said in one Danish sentence for the person who decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from models import IncomingKind, Level, Meaning, Outcome
from udmelding.rules.case.glossary import label
from udmelding.rules.inbox.incoming import Wrapper
from udmelding.rules.inbox.weighing import WEIGHTS, Side, Sign
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names

_LOOKS_LIKE: Mapping[Meaning, str] = {
    Meaning.ANSWER: "et svar på det, vi spurgte om",
    Meaning.PARTIAL_ANSWER: "en del af svaret",
    Meaning.NO_CITIZENS: "et svar: ingen borgere i målgruppen",
    Meaning.DECISION: "en beslutning",
    Meaning.ANNOUNCED_DAY: "en melding om, hvornår det kommer",
    Meaning.EXTENSION_WANTED: "et ønske om udsættelse",
    Meaning.QUESTION: "et spørgsmål til os",
    Meaning.NEW_CONTACT: "besked om en anden kontaktperson",
}


def counted_words(found: Mapping[IncomingKind, int]) -> str:
    """How many new mails of each kind came in."""
    if not found:
        return "Ingen nye mails."
    return f"Nye mails: {join_names([f'{n} {label(kind)}' for kind, n in found.items()])}."


def suggestion_sentence(suggestion: Mapping[str, Any]) -> str:
    """What the mail looks like, and the words in which it was seen; empty where nothing was seen.

    Args:
        suggestion: as it is kept with the mail (``models.incoming``).
    """
    meaning = meaning_of(suggestion)
    if meaning is None or meaning not in _LOOKS_LIKE:
        return ""
    details = [
        label(kind(said))
        for name, kind in (("level", Level), ("outcome", Outcome))
        if (said := suggestion.get(name))
    ]
    on = day_of(suggestion)
    if on is not None:
        details.append(long_date(on))
    told = f"Ligner {_LOOKS_LIKE[meaning]}"
    if address := suggestion.get("address"):
        details.append(address)
    if details:
        told += f": {', '.join(details)}"
    words = suggestion.get("words")
    return f"{told}. Set i sætningen «{words}»" if words else f"{told}."


_ANEW = (
    "Svar afsenderen, og bed om at få svaret skrevet på den personlige side, som linket i vores "
    "mail fører til, eller om at få mailen sendt igen som {form}."
)
_SEALED: Mapping[Wrapper, str] = {
    Wrapper.ENCRYPTED: "Mailen er krypteret, så den ikke kan læses her. "
    + _ANEW.format(form="en almindelig mail uden kryptering"),
    Wrapper.SIGNED: "Mailen er signeret på en måde, så den ikke kan læses her. "
    + _ANEW.format(form="en almindelig mail uden signatur"),
    Wrapper.OUTLOOK: "Mailen er skrevet i Outlooks eget format (winmail.dat), og ikke alt i den "
    "kan læses her. " + _ANEW.format(form="almindelig tekst eller HTML"),
}


def sealed_sentence(suggestion: Mapping[str, Any]) -> str:
    """Why a mail could not be read, and how to ask for it anew; empty where it could."""
    said = suggestion.get("sealed")
    return _SEALED[Wrapper(said)] if said else ""


def weighed_sentence(suggestion: Mapping[str, Any], *, is_doubtful: bool) -> str:
    """Why a mail was taken for what it is, the heaviest reason first; empty where none was seen."""
    signs = [Sign(one) for one in suggestion.get("signs", ())]
    reasons = {
        side: join_names([WEIGHTS[one][2] for one in signs if WEIGHTS[one][0] is side])
        for side in Side
    }
    told = []
    if reasons[Side.MACHINE]:
        start = "Måske automatisk" if is_doubtful else "Taler for en automatisk mail"
        told.append(f"{start}: {reasons[Side.MACHINE]}.")
    if reasons[Side.PERSON]:
        told.append(f"Taler for en person: {reasons[Side.PERSON]}.")
    return " ".join(told)


def absence_sentence(suggestion: Mapping[str, Any]) -> str:
    """From when to when its sender says to be away; empty where it does not."""
    first, last = (suggestion.get(name) for name in ("absent_from", "absent_until"))
    if not first and not last:
        return ""
    days = f" fra {long_date(dt.date.fromisoformat(first))}" if first else ""
    days += f" til og med {long_date(dt.date.fromisoformat(last))}" if last else ""
    return f"Fravær{days}. Der sendes ingen påmindelser til adressen i de dage."


def meaning_of(suggestion: Mapping[str, Any]) -> Meaning | None:
    """What the mail seems to mean; None where nothing is known of it."""
    said = suggestion.get("meaning")
    return Meaning(said) if said else None


def day_of(suggestion: Mapping[str, Any]) -> dt.date | None:
    """The day that the words name."""
    said = suggestion.get("on")
    return dt.date.fromisoformat(said) if said else None
