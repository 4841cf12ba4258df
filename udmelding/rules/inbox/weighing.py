"""Who wrote a mail that came in: a person, a machine, or we ourselves? Signs are weighed.

A person's mail that is taken for a machine's is lost to everybody, and its municipality is reminded
of what it has sent; a machine's that is taken for a person's costs somebody a glance. So nothing
decides alone, no header and no word: ``WEIGHTS`` is the whole of it, to be read as a table. What
speaks for a machine must outweigh what speaks for a person by ``SURELY_A_MACHINE``, which is more
than the heaviest sign: so no single sign, added or taken away, turns a person's mail, which holds
the reminders, into one that is filed. In between lies doubt: the mail waits, marked «måske
automatisk», and holds what it may concern.

A mail has a direction, too: our own letter with a copy to our mailbox is no reply. That is told by
its sender; but one of us who passes a municipality's answer on to the mailbox sends an answer.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.incoming import IncomingKind
from udmelding.rules.inbox.incoming import Incoming
from udmelding.rules.inbox.matching import Clues

MOST_OF_A_SHORT_MAIL = 600
"""Characters: a longer text was written by a person, whatever it says of holidays."""

AT_ONCE = dt.timedelta(minutes=2)
"""So soon after our mail hardly anybody has read it."""

SURELY_A_MACHINE = 5
"""By so much the machine's signs outweigh a person's where a mail is filed unread."""

_TOP = 1_500


class Side(StrEnum):
    """What a sign speaks for."""

    PERSON = "person"
    MACHINE = "machine"


class Sign(StrEnum):
    """What can be seen of a mail."""

    THREAD = "thread"
    KNOWN = "known"
    ANSWER = "answer"
    FILE = "file"
    QUOTE = "quote"
    LONG = "long"
    REPLIED_HEADER = "replied_header"
    GENERATED_HEADER = "generated_header"
    SUPPRESSED_HEADER = "suppressed_header"
    BULK_HEADER = "bulk_header"
    LIST_HEADER = "list_header"
    OUR_HEADER = "our_header"
    EMPTY_PATH = "empty_path"
    CALENDAR = "calendar"
    AWAY_SUBJECT = "away_subject"
    AUTOMATIC_SUBJECT = "automatic_subject"
    RECEIPT_SUBJECT = "receipt_subject"
    AWAY_WORDS = "away_words"
    AWAY_OPENING = "away_opening"
    RECEIPT_WORDS = "receipt_words"
    NOTHING_MORE = "nothing_more"
    NO_WORDS = "no_words"
    NO_REPLY = "no_reply"
    AT_ONCE = "at_once"


_P, _M = Side.PERSON, Side.MACHINE
WEIGHTS: Mapping[Sign, tuple[Side, int, str]] = {
    Sign.ANSWER: (_P, 3, "den har ord, som et svar har"),
    Sign.FILE: (_P, 2, "der er en fil med"),
    Sign.QUOTE: (_P, 2, "den citerer det, den svarer på"),
    Sign.LONG: (_P, 2, "den er lang"),
    Sign.THREAD: (_P, 1, "den svarer på en mail fra os"),
    Sign.KNOWN: (_P, 1, "afsenderen eller dens domæne er en kontakt"),
    # RFC 3834, section 5. A case system that sends a person's answer says «auto-generated» too.
    Sign.REPLIED_HEADER: (_M, 3, "mailprogrammet siger, at den er et automatisk svar"),
    Sign.GENERATED_HEADER: (_M, 2, "mailprogrammet siger, at et system har sendt den"),
    # Exchange sets it on all that a rule or a program sends, and on meeting requests.
    Sign.SUPPRESSED_HEADER: (_M, 1, "mailprogrammet vil ikke have automatiske svar på den"),
    Sign.BULK_HEADER: (_M, 2, "den er mærket som masseudsendt"),
    Sign.LIST_HEADER: (_M, 3, "den kommer fra en mailliste"),
    Sign.OUR_HEADER: (_M, 3, "den har vores eget mærke"),
    Sign.EMPTY_PATH: (_M, 3, "den kan ikke besvares (tom afsender)"),
    Sign.CALENDAR: (_M, 3, "den er et kalendersvar"),
    Sign.AWAY_SUBJECT: (_M, 3, "emnet er et fraværssvars"),
    Sign.AUTOMATIC_SUBJECT: (_M, 2, "emnet er et automatisk svars"),
    Sign.RECEIPT_SUBJECT: (_M, 3, "emnet er en kvitterings"),
    Sign.AWAY_WORDS: (_M, 2, "den fortæller om fravær"),
    Sign.AWAY_OPENING: (_M, 3, "den begynder med fravær"),
    Sign.RECEIPT_WORDS: (_M, 3, "den har en kvitterings ord"),
    Sign.NOTHING_MORE: (_M, 2, "den siger ikke andet"),
    Sign.NO_WORDS: (_M, 2, "den har ingen ord"),
    Sign.NO_REPLY: (_M, 2, "adressen er en, man ikke kan svare til"),
    Sign.AT_ONCE: (_M, 2, "den kom med det samme"),
}
"""Each sign: what it speaks for, how much, and what it is called where the reasons are shown."""

_AWAY = frozenset({Sign.AWAY_SUBJECT, Sign.AWAY_WORDS, Sign.AWAY_OPENING})


@dataclass(frozen=True, slots=True)
class Weighed:
    """Who seems to have written a mail.

    Attributes:
        kind: ``REPLY`` a person, ``ABSENCE`` or ``AUTOMATIC`` a machine, ``OWN`` we ourselves.
        is_doubtful: it waits and holds as a reply does, and may be a machine's.
        signs: what was seen, the heaviest first.
    """

    kind: IncomingKind
    is_doubtful: bool
    signs: tuple[Sign, ...]


def weigh(mail: Incoming, known: Clues, *, looks_like_an_answer: bool) -> Weighed:
    """Who wrote ``mail``, which is no delivery report.

    Args:
        mail: as it was read.
        known: what is known of its thread and sender, and of ourselves.
        looks_like_an_answer: whether its words suggest an answer, a question or a wish.
    """
    signs = frozenset(signs_of(mail, known, looks_like_an_answer=looks_like_an_answer))
    ordered = tuple(sorted(signs, key=lambda one: (-WEIGHTS[one][1], list(Sign).index(one))))
    if is_ours(mail, known):
        # One of us may be a municipality's contact as well: then a person says which it was.
        is_both = bool(known.senders)
        kind = IncomingKind.REPLY if is_both else IncomingKind.OWN
        return Weighed(kind, is_both, ordered)
    kind, is_doubtful = verdict(signs)
    return Weighed(kind, is_doubtful, ordered)


def verdict(signs: Collection[Sign]) -> tuple[IncomingKind, bool]:
    """What the signs make of a mail, and whether that is in doubt: see ``WEIGHTS``."""
    person = sum(WEIGHTS[one][1] for one in signs if WEIGHTS[one][0] is Side.PERSON)
    machine = sum(WEIGHTS[one][1] for one in signs if WEIGHTS[one][0] is Side.MACHINE)
    if machine - person >= SURELY_A_MACHINE:
        return (IncomingKind.AUTOMATIC if _AWAY.isdisjoint(signs) else IncomingKind.ABSENCE), False
    return IncomingKind.REPLY, 0 < machine >= person


def is_of_a_machine(subject: str) -> bool:
    """Whether a subject is that of an answering machine or a receipt."""
    return any(True for _ in _subject(subject))


def tells_of_absence(signs: Iterable[str]) -> bool:
    """Whether what was seen of a mail, as it is kept, says that its sender is away."""
    return not _AWAY.isdisjoint(signs)


def is_ours(mail: Incoming, known: Clues) -> bool:
    """Whether one of us wrote it to others; not where an answer is passed on to the mailbox."""
    address, domain = mail.sender, mail.sender.rpartition("@")[2]
    is_own = address in known.own_addresses or (
        # A secretariat may live in a municipality's domain: then the domain says nothing.
        domain in known.own_domains and not known.senders and not known.neighbours
    )
    if not is_own:
        return False
    is_to_us_alone = all(
        one in known.own_addresses or one.rpartition("@")[2] in known.own_domains
        for one in mail.receivers
    )
    return not (is_to_us_alone and mail.voices)


def signs_of(mail: Incoming, known: Clues, *, looks_like_an_answer: bool) -> Iterator[Sign]:
    """What can be seen of a mail that came in; each sign once."""
    yield from _from_whom(mail, known)
    yield from _headers(mail)
    yield from _subject(mail.subject)
    own, text = mail.own_text.strip(), mail.text.strip()
    seen = {
        Sign.FILE: any(not _is_appendage(one.media_type, one.file_name) for one in mail.files),
        Sign.QUOTE: own != text,
        Sign.LONG: len(own) > MOST_OF_A_SHORT_MAIL,
    }
    yield from (sign for sign, is_seen in seen.items() if is_seen)
    yield from _words(
        mail,
        is_answer=looks_like_an_answer,
        is_bare=bool(own) and not any(seen.values()),
        has_file=seen[Sign.FILE],
    )


def _words(mail: Incoming, *, is_answer: bool, is_bare: bool, has_file: bool) -> Iterator[Sign]:
    """What its own words speak for; bare words are short, and all that there is."""
    own = mail.own_text.strip()
    away, is_receipt = _away_words(own, mail.subject), bool(_RECEIPT_TEXT.search(own[:_TOP]))
    persons = bool(_PERSONS_WORDS.search(_without_courtesy(own)))
    if not own and not has_file:
        yield Sign.NO_WORDS
    if is_answer or (persons and not is_receipt):
        yield Sign.ANSWER
    elif is_bare and (away or is_receipt):
        yield Sign.NOTHING_MORE
    if away is not None:
        yield away
    if is_receipt:
        yield Sign.RECEIPT_WORDS


def _from_whom(mail: Incoming, known: Clues) -> Iterator[Sign]:
    if known.answered or known.incoming_answered:
        yield Sign.THREAD
    if known.senders or known.neighbours:
        yield Sign.KNOWN
    if _NO_REPLY.search(mail.sender.partition("@")[0]):
        yield Sign.NO_REPLY
    sent = known.answered[0].sent_at if known.answered else None
    if sent and mail.sent_at and dt.timedelta(0) <= mail.sent_at - sent <= AT_ONCE:
        yield Sign.AT_ONCE


def _headers(mail: Incoming) -> Iterator[Sign]:
    headers = {name: value.strip().lower() for name, value in mail.headers.items()}
    precedence, path = headers.get("precedence", ""), headers.get("return-path", "")
    yield from _submitted(headers, precedence)
    seen = {
        Sign.SUPPRESSED_HEADER: headers.get("x-auto-response-suppress", "none") not in {"", "none"},
        Sign.BULK_HEADER: precedence in {"bulk", "junk"},
        Sign.LIST_HEADER: bool(headers.get("list-id") or headers.get("list-unsubscribe")),
        Sign.OUR_HEADER: "x-udmelding-key" in headers,
        Sign.EMPTY_PATH: path == "<>",
        Sign.CALENDAR: mail.calendar_method in _CALENDAR_ANSWERS,
    }
    yield from (sign for sign, is_seen in seen.items() if is_seen)


def _submitted(headers: Mapping[str, str], precedence: str) -> Iterator[Sign]:
    submitted = re.split(r"[;(\s]", headers.get("auto-submitted", ""), maxsplit=1)[0]
    is_answer = submitted == "auto-replied" or precedence in {"auto_reply", "auto-reply"}
    if is_answer or any(headers.get(name) for name in ANSWERING_HEADERS):
        yield Sign.REPLIED_HEADER
    elif submitted not in {"", "no"}:
        yield Sign.GENERATED_HEADER


_CALENDAR_ANSWERS = frozenset({"REPLY", "COUNTER", "CANCEL", "DECLINECOUNTER", "REFRESH"})
ANSWERING_HEADERS = (
    *("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from"),
    *("x-mail-autoreply", "x-autogenerated"),
)
TELLING_HEADERS = frozenset(
    {"auto-submitted", "precedence", "x-auto-response-suppress", "list-id", "list-unsubscribe"}
    | {"x-udmelding-key", "return-path", *ANSWERING_HEADERS}
)
"""The headers that are weighed; no other needs to be read for it."""

_NO_REPLY = re.compile(r"(?:no|do-?not|ikke)[-_.]?(?:reply|svar|besvar)|^svar-?ikke", re.I)

_ABSENT_SUBJECT = re.compile(
    r"\s*(?:auto: )?(?:out of (?:the )?office|out-of-office|ooo\b|fravær(?:ende|sbesked"
    r"|smeddelelse|)\b\s*(?::|-|$)|ikke (?:til stede|på kontoret)\b|ude af kontoret"
    r"|ferie(?:lukket|besked|fravær|autosvar)\b"
    r"|(?:jeg |[\w ]{2,40} )?er (?:på ferie|ikke på kontoret|på (?:barsel|orlov))"
    r"|.{0,60}\bis out of (?:the )?office\b|.{0,80}\(out of office\))",
    re.IGNORECASE,
)
_AUTOMATIC_SUBJECT = re.compile(
    r"\s*(?:autosvar\b|autobesvarelse\b|auto-svar\b|automatisk (?:svar|besvarelse|kvittering)\b"
    r"|automatic reply\b|auto(?:matic)?[ -]?(?:re(?:ply|sponse)|response)\b|autoreply\b|auto: )",
    re.IGNORECASE,
)
_RECEIPT_SUBJECT = re.compile(
    r"\s*(?:(?:(?:ikke )?læst|(?:not )?read|kvittering(?: for (?:læsning|modtagelse))?"
    r"|return receipt|tilbagekald(?:else)?|recall|slettet uden at være læst"
    r"|(?:møde )?(?:accepteret|afvist|afslået|foreløbig(?:t)?|accepted|declined|tentative)"
    r"|nyt? (?:tidspunkt|mødetid) foreslået|new time proposed)\s*:"
    r"|kvittering for (?:modtagelse|din|jeres|henvendelse)\b|(?:modtagelses|mail)kvittering\b"
    r"|vi har modtaget (?:din|jeres|deres)\b|din (?:henvendelse|mail|sag) er (?:modtaget|oprettet)"
    r"|bekræftelse på modtagelse|tak for (?:din|jeres) henvendelse"
    r"|(?:sag|ticket|case|henvendelse) ?#? ?\d+ (?:er )?(?:oprettet|modtaget|created))",
    re.IGNORECASE,
)
_RECEIPT_TEXT = re.compile(
    r"(?:din (?:meddelelse|mail|besked)\s+til:?.{0,300}\s+(?:blev|er) (?:læst|slettet)"
    r"|your message\s+to:?.{0,300}\s+was (?:read|deleted)"
    r"|(?:vil gerne|ønsker at) tilbagekalde (?:meddelelsen|beskeden)"
    r"|would like to recall the message|this is a return receipt for"
    r"|\btak for (?:din|jeres|deres) (?:henvendelse|mail|e-mail|besked)\b"
    r"|\b(?:vi|kommunen|forvaltningen|\w+ kommune) har modtaget (?:din|jeres|deres)"
    r" (?:mail|e-mail|henvendelse|besked|meddelelse)"
    r"|\bdin (?:henvendelse|mail|e-mail) er (?:modtaget|registreret|oprettet|journaliseret)"
    r"|\b(?:denne|dette) (?:mail|e-mail|besked|svar) (?:kan ikke besvares|er (?:sendt |)automatisk)"
    r"|\bsvar (?:venligst )?ikke på denne (?:mail|besked)"
    r"|\bdo not reply to this (?:e-?mail|message)"
    r"|\b(?:this is an automat(?:ed|ic)|we have received your) (?:message|e-?mail|reply|request)"
    r"|\bdette er (?:en automatisk|et automatisk|et autosvar)"
    r"|\bsvartiden? (?:er|kan være)\b|\bforventet svartid\b)",
    re.IGNORECASE | re.DOTALL,
)
_ABSENT_WORDS = re.compile(
    r"\b(?:er|har|holder|går|afholder|have|am|is|be|'m|’m)\b[^.!?\n]{0,50}?\b(?:\w*ferie(?:n"
    r"|lukket)?"
    r"|fri|(?:barsels?|forældre)?orlov|barsel|afspadser\w*|sygemeldt|syg|fravær\w*|tjenesterejse"
    r"|kursus|away|vacation|holiday|leave|out of (?:the )?office|not in (?:the )?office"
    r"|ferielukket|lukket)\b"
    r"|\b(?:ikke (?:til stede )?på (?:kontoret|arbejde)|ikke til stede|ude af (?:kontoret|huset)"
    r"|ikke at træffe|ikke læser mails?|out of (?:the )?office|on (?:annual|parental|maternity"
    r"|sick) leave|er (?:pr\.? [\d./ a-z]{1,20} )?(?:stoppet|fratrådt|ophørt|ikke længere ansat)"
    r"|har forladt (?:min stilling"
    r"|kommunen)|har skiftet (?:job|arbejde)|no longer (?:work|employed)|er gået på (?:pension"
    r"|barsel|orlov|efterløn)|(?:tilbage|retur)(?: igen)?(?: på (?:kontoret|arbejde))?"
    r"(?: igen)? (?:på )?(?:den|d\.|mandag|tirsdag|onsdag|torsdag|fredag|i uge)"
    r"|back (?:in the office )?on\b)",
    re.IGNORECASE,
)
_COURTESY = (
    r"(?:(?:tak for|mange tak for) (?:din|jeres) (?:mail|henvendelse|besked|e-mail)[.!,]?"
    r"\s*(?:men )?)?"
    r"(?:(?:thank you|thanks) for your (?:e-?mail|message)[.!,]?\s*)?"
)
_ABSENT_OPENING = re.compile(
    _COURTESY + r"(?:jeg (?:er|holder|har|afholder)(?: desværre)?"
    r"(?: lige nu| i øjeblikket| pt\.?| for tiden)? "
    r"(?:\w*ferie\b|(?:på )?(?:\w*ferie|barsel|barselsorlov|orlov|forældreorlov|kursus"
    r"|tjenesterejse)\b|ikke (?:til stede )?på (?:kontoret|arbejde)|ikke til stede"
    r"|ude af (?:kontoret|huset)|fraværende|fri\b|ferielukket|sygemeldt|stoppet|fratrådt"
    r"|ikke længere ansat)"
    r"|(?:i am|i'm|i’m|i will be)(?: currently)? (?:out of (?:the )?office"
    r"|on (?:\w+ )?(?:leave|vacation|holiday)|away)|kontoret (?:er|holder) \w*lukket)",
    re.IGNORECASE,
)
_PERSONS_WORDS = re.compile(
    r"\?|\b(?:vedhæft\w*|vedlagt\w*|hermed|svaret|besvarelse\w*|skema\w*|indberetning\w*|borgere"
    r"|frist\w*|udsættelse|godkend\w*|byråd\w*|kommunalbestyrels\w*|udvalg\w*|deltage\w*"
    r"|eftersender"
    r"|sender (?:jeg|vi)|(?:jeg|vi) (?:sender|vender tilbage med)|som aftalt|attached)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:\s*(?:kære|hej|goddag|god dag|til|dear|hi|hello|bedste)\b[^\n.!]{0,60}[,.!]?\s*\n"
    r"|\s*(?:hej|goddag|hello|hi)[,.!]?\s*)?\s*",
    re.IGNORECASE,
)


def _subject(subject: str) -> Iterator[Sign]:
    if _ABSENT_SUBJECT.match(subject):
        yield Sign.AWAY_SUBJECT
    elif _AUTOMATIC_SUBJECT.match(subject):
        yield Sign.AUTOMATIC_SUBJECT
    if _RECEIPT_SUBJECT.match(subject):
        yield Sign.RECEIPT_SUBJECT


def _away_words(own: str, subject: str) -> Sign | None:
    start = _GREETING.match(own)
    if _ABSENT_OPENING.match(own[start.end() if start else 0 :]):
        return Sign.AWAY_OPENING
    return Sign.AWAY_WORDS if _ABSENT_WORDS.search(f"{subject}\n{own[:_TOP]}") else None


def _without_courtesy(own: str) -> str:
    """The words without «har du spørgsmål, så …», which every answering machine has."""
    return _COURTEOUS.sub("", own)


_COURTEOUS = re.compile(
    r"\b(?:har (?:du|i)|ved|if you have) [^.!?\n]{0,40}(?:spørgsmål|questions)\b", re.IGNORECASE
)


def _is_appendage(media_type: str, file_name: str) -> bool:
    """Whether a file is no more than a signature, a card or a meeting."""
    return file_name.lower().endswith((".ics", ".p7s", ".vcf", ".asc")) or media_type in {
        "text/calendar", "application/pkcs7-signature", "application/pgp-signature", "text/vcard",
    }  # fmt: skip
