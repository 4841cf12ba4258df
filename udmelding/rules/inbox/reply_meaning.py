"""What do the words of a person's reply seem to mean? A suggestion, never a decision.

A person sees the suggestion beside the mail and says what it means. So a wrong suggestion costs
trust and none at all costs a click: sentences that ask, that hope, that speak of later or say
*not yet* suggest no decision, and a word such as «godkendt» counts only where it stands by the
council, the committee or the case. The wordings for decisions are in
``reply_decision``, all others here.
"""

from __future__ import annotations

import datetime as dt
import re

from models.incoming import Meaning
from udmelding.rules.inbox.quoting import ADDRESS
from udmelding.rules.inbox.reply_decision import announced_in, decision_in
from udmelding.rules.inbox.reply_words import (
    Suggestion,
    any_of,
    asks,
    found_in,
    last_day_in,
    sentences_of,
    suggestion_text,
)

__all__ = ["Suggestion", "contact_news", "suggest"]

MOST_CHARACTERS = 20_000


def suggest(
    own_text: str,
    subject: str,
    file_names: tuple[str, ...],
    *,
    is_decision_wanted: bool,
    written_on: dt.date,
) -> Suggestion:
    """What the reply seems to mean; ``QUESTION`` or ``NOTHING`` where its words are unclear.

    Args:
        own_text: the reply without what it quotes.
        subject: its subject; read only where it is not one of ours that came back.
        file_names: of the files that came with it.
        is_decision_wanted: whether a decision is what its sender owes us.
        written_on: the day it was sent; years that are left out are found from it.
    """
    sentences = sentences_of(own_text[:MOST_CHARACTERS])
    if not _ANSWERS_US.search(subject):
        sentences = (*sentences, " ".join(subject.split()))
    return (
        decision_in(sentences, written_on, is_decision_wanted=is_decision_wanted)
        or announced_in(sentences, written_on, is_decision_wanted=is_decision_wanted)
        or _extension(sentences, written_on)
        or _no_citizens(sentences)
        or _new_contact(sentences)
        or _answer(sentences, file_names, written_on, is_decision_wanted=is_decision_wanted)
        or _question(sentences)
        or Suggestion(Meaning.NOTHING)
    )


_ANSWERS_US = re.compile(r"^\s*(?:re|sv|vs|fw|fwd|aw|svar)\s*:|\[CU-", re.IGNORECASE)


# --- More time ---

_MORE_TIME = any_of(
    r"\budsættelse\b",
    r"\bfristforlængelse\b",
    r"\bforlæng\w*(?:\s+\w+){0,3}?\s+frist\w*",
    r"\bfrist\w*(?:\s+\w+){0,3}?\s+(?:forlæng\w*|udsk\w+|udsæt\w*|ryk\w+|flytte\w*)",
    r"\b(?:udskyde|udsætte|rykke|flytte|forlænge)\s+(?:\w+\s+)?frist\w*",
    r"\b(?:længere|ny|senere|udsat|udskudt) frist\b",
    r"\b(?:mere|ekstra|lidt længere) tid\b",
)
_WANTS = any_of(
    r"\b(?:kan|må|kunne|vil|får|få|fået|bede om|beder om|anmode\w*|søge\w*|ansøge\w*|ønsk\w+"
    r"|behov for|brug for|håber|muligt|mulighed|bedt om|anmodning|gerne)\b"
)
_WANTS_NOT = any_of(
    r"\b(?:ikke|ingen)\b(?:\s+\w+){0,3}?\s+(?:brug|behov|udsættelse|nødvendig\w*|mere|bede|søge)",
    r"\btak for\b",
    r"\bhar fået\b",
    r"\buden (?:at )?\w* ?udsættelse",
)


def _extension(sentences: tuple[str, ...], written_on: dt.date) -> Suggestion | None:
    for sentence in sentences:
        is_wanted = _MORE_TIME.search(sentence) and (_WANTS.search(sentence) or asks(sentence))
        if is_wanted and not _WANTS_NOT.search(sentence):
            on = last_day_in(sentence, written_on)
            return Suggestion(Meaning.EXTENSION_WANTED, None, on, suggestion_text(sentence))
    return None


# --- Answers, contacts, questions --------------------------------------------------------------

_NOBODY = any_of(
    r"\bno (?:citizens|persons|people)\b[^.!?]{0,40}\btarget group",
    r"\b(?:ingen|ikke nogen|ikke (?:\w+ )?borgere|0|nul)\b[^.!?]{0,60}\b(?:målgruppe\w*"
    r"|er omfattet|at (?:indberette|indmelde|melde ind|registrere))",
    r"\bintet at (?:indberette|indmelde|melde ind|registrere)\b",
    r"\bmålgruppe\w*\b[^.!?]{0,40}\b(?:er der|findes|har vi)\b[^.!?]{0,20}\b(?:ingen|ikke nogen)\b",
)
_NOBODY_NOT = any_of(
    r"\b(?:hvis|såfremt|ud ?over|andre|flere|ændringer|bortset fra|undtagen|kun|spørgsmål"
    r"|i tvivl|ved ikke|endnu|svaret|bemærkninger|oplysninger)\b"
)


def _no_citizens(sentences: tuple[str, ...]) -> Suggestion | None:
    for sentence in sentences:
        if asks(sentence) or _NOBODY_NOT.search(sentence):
            continue
        if _NOBODY.search(sentence):
            return Suggestion(Meaning.NO_CITIZENS, None, None, suggestion_text(sentence))
    return None


_CONTACT = any_of(
    r"\bikke længere\b[^.!?]{0,40}\b(?:kontaktperson\w*|ansvarlig\w*|ansat|opgave\w*|område\w*)",
    r"\bny(?:e)? kontaktperson",
    r"\bkontaktperson\w* (?:er|bliver|fremover|i stedet)\b(?! (?:stadig|fortsat|uændret))",
    r"\b(?:skriv|send|kontakt|henvend\w*)\b[^.!?]{0,30}\b(?:i stedet|fremover|fremadrettet)\b",
    r"\b(?:fremover|fremadrettet)\b[^.!?]{0,40}\b(?:skriv\w*|send\w*|kontakt\w*)\b",
    r"\bhar overtaget\b[^.!?]{0,40}\b(?:opgave\w*|område\w*|ansvar\w*|efter)\b",
    r"\b(?:er stoppet|er fratrådt|er ikke længere ansat)\b",
    r"\b(?:forkerte? (?:modtager|person|adresse|afdeling))\b",
)
_CONTACT_NOT = any_of(
    r"\b(?:skriv|send|kontakt)\w*\b[^.!?]{0,30}\b(?:mig|os)\b", r"\b(?:fortsat|stadig)\b"
)


def _new_contact(sentences: tuple[str, ...]) -> Suggestion | None:
    for sentence in sentences:
        is_told = _CONTACT.search(sentence) and not _CONTACT_NOT.search(sentence)
        if is_told and not asks(sentence):
            return Suggestion(Meaning.NEW_CONTACT, None, None, suggestion_text(sentence))
    return None


_LEFT = any_of(
    r"\b(?:er|har) (?:pr\.? [\d./ a-zæøå-]{1,24} )?(?:nu )?(?:stoppet|fratrådt|opsagt|ophørt)\b",
    r"\bikke længere (?:ansat|i (?:kommunen|forvaltningen|afdelingen)|en del af)\b",
    r"\bhar (?:forladt|skiftet|fået nyt) (?:min stilling|kommunen|job|arbejde)\b",
    r"\bgået på (?:pension|efterløn)\b",
    r"\bno longer (?:work\w*|with|employed)\b|\bhave left\b",
    r"\bhar overtaget (?:mine|min|hendes|hans)\b",
)
_CLOSED = any_of(
    r"\b(?:post|mail)\w*(?:kasse|boks|adresse)\w*\b[^.!?]{0,40}\b(?:er|bliver|lukkes?|nedlægges?"
    r"|benyttes? ikke|bruges? ikke|overvåges? ikke|læses? ikke|er udgået|er ændret)\b[^.!?]{0,30}"
    r"\b(?:lukket|lukkes|nedlagt|nedlægges|længere|mere|udgået|ændret|ikke)\b",
    r"\b(?:ny|nye) (?:mail|e-mail|post)?adresse\w*\b",
    r"\b(?:har|får) (?:ny|skiftet) (?:mail|e-mail)?adresse\b",
    r"\bthis (?:mailbox|address) (?:is|has been) (?:closed|no longer)",
)


def contact_news(own_text: str, sender: str) -> Suggestion | None:
    """News of a contact that somebody has to act on, whoever wrote the mail; None for none.

    That somebody has left, or a mailbox or an address is no longer used. «Skriv til Bo i stedet» of
    an out-of-office answer is none: it ends with the holiday.

    Returns:
        ``NEW_CONTACT`` with the sentence, and the first other address that the mail names.
    """
    sentences = sentences_of(own_text[:MOST_CHARACTERS])
    for sentence in sentences:
        if (_LEFT.search(sentence) or _CLOSED.search(sentence)) and not asks(sentence):
            named = (one.casefold() for one in ADDRESS.findall(own_text[:MOST_CHARACTERS]))
            address = next((one.rstrip(".") for one in named if one != sender.casefold()), "")
            words = suggestion_text(sentence)
            return Suggestion(Meaning.NEW_CONTACT, None, None, words, address=address)
    return None


_ANSWER_FILE = re.compile(r"\.(?:xlsx?|xlsm|ods|csv|docx?|odt|pdf)$", re.IGNORECASE)
_REST = any_of(
    r"\b(?:resten|resterende|øvrige (?:svar|tal|skemaer|oplysninger|ark)|de sidste (?:svar|tal|ark"
    r"|oplysninger|skemaer))\b",
    r"\bmangler (?:vi )?(?:stadig|endnu|fortsat|dog|kun)\b",
    r"\b(?:foreløbig\w*|delvis\w*)(?:\s+\w+)? (?:svar|besvarelse|indberetning|skema)\w*",
    r"\bdelsvar\b",
    r"\beftersende\w*\b",
)
_REST_NOT = any_of(
    r"\b(?:mangler|er der) (?:ikke|ingen|intet)\b", r"\bresten af (?:ugen|året|dagen)"
)
_GIVES = any_of(
    r"\b(?:vedhæft\w*|vedlagt|vedlægger|hermed)\b[^?]{0,80}",
    r"\b(?:vores|kommunens|vort) (?:svar|besvarelse|indberetning|indmelding|skema)\b",
    r"\budfyldte? (?:skema\w*|spørgeskema\w*|ark\w*|regneark\w*)\b",
)
_NUMBERS = any_of(
    r"\b(?:vi|kommune\w*) har (?:i alt |aktuelt |pt\.? )?[1-9]\d{0,4} (?:\w+ ){0,2}"
    r"(?:borgere?|unge|børn|personer)\b"
)
_MINUTES = any_of(r"\b(?:referat|beslutning|protokol|udskrift|beslutningsreferat)\w*\b")


def _answer(
    sentences: tuple[str, ...],
    file_names: tuple[str, ...],
    written_on: dt.date,
    *,
    is_decision_wanted: bool,
) -> Suggestion | None:
    """An answer or part of one: documents, or numbers in the text, and what is said of them."""
    told = tuple(s for s in sentences if not asks(s))
    has_document = any(_ANSWER_FILE.search(name.strip()) for name in file_names)
    words = found_in(_GIVES, told) if has_document else found_in(_NUMBERS, told)
    has_question = bool(_real_question(sentences))
    if not words and (not has_document or has_question):
        return None
    if is_decision_wanted and has_document and _MINUTES.search(" ".join((*told, *file_names))):
        return Suggestion(Meaning.DECISION, words=suggestion_text(words))
    rest = next((s for s in told if _REST.search(s) and not _REST_NOT.search(s)), "")
    if rest:
        on = last_day_in(rest, written_on)
        return Suggestion(Meaning.PARTIAL_ANSWER, None, on, suggestion_text(rest))
    return Suggestion(Meaning.ANSWER, words=suggestion_text(words))


_POLITE = any_of(
    r"\bbekræfte?\b[^?]*\bmodtag\w*",
    r"\b(?:er det (?:ok|okay|fint|modtaget)|går det|har i (?:modtaget|fået) (?:den|det|svaret))\b",
)
_WONDERS = any_of(
    r"\b(?:vi|jeg) (?:er|har været) i tvivl\b",
    r"\b(?:har|et|lille|følgende) (?:\w+ )?spørgsmål\b(?! (?:er|kan|bedes|hertil))",
    r"\bkan i (?:oplyse|fortælle|forklare|hjælpe|sende)\b",
    r"\bvil i (?:venligst|oplyse|sende|forklare)\b",
)
_WONDERS_NOT = any_of(r"\b(?:ingen|ikke|hvis|skulle|har du|har i)\b[^.?]{0,30}\bspørgsmål\b")


def _real_question(sentences: tuple[str, ...]) -> str:
    """The first sentence that asks something; not whether the mail has arrived."""
    for sentence in sentences:
        is_asked = asks(sentence) and re.search(r"\w", sentence) and not _POLITE.search(sentence)
        wonders = _WONDERS.search(sentence) and not _WONDERS_NOT.search(sentence)
        if is_asked or wonders:
            return sentence
    return ""


def _question(sentences: tuple[str, ...]) -> Suggestion | None:
    words = _real_question(sentences) or found_in(re.compile(r"\?\s*$"), sentences)
    return Suggestion(Meaning.QUESTION, words=suggestion_text(words)) if words else None
