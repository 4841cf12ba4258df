"""Whose fault is it that a mail was not delivered? One table: status codes and words to a class.

There are three classes. The *address is dead*: nothing more is sent to it until a person has
mended it. *It passes by itself*: a full mailbox, a server that was away, a mail that was too large;
another mail may arrive. *We are refused*: the receiver's server will not take mail from our domain
or our server; the address is good, people are still reminded, and somebody has to mend our set-up.
What no row knows is in no class: ``UNCLEAR``, and a person reads it. An address is only called dead
where a row says so, for whoever is wrongly called dead is never reminded again.

The first row that fits counts. Sources: RFC 3463 and the registry of IANA that continues it (RFC
7372 for authentication, 7293 for owners that changed, 7505 for domains without mail); Microsoft,
«Non-delivery reports in Exchange Online» (learn.microsoft.com/exchange/mail-flow-best-practices);
Google, «Gmail SMTP errors and codes» (support.google.com/a/answer/3726730). Servers use 5.7.1 and
codes that end in 0 for everything, so there their words decide.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from models.delivery_report import DeliveryReportKind

DEAD = DeliveryReportKind.FAILED
PASSES = DeliveryReportKind.FAILED_FOR_NOW
REFUSED = DeliveryReportKind.SENDER_REFUSED
UNCLEAR = DeliveryReportKind.UNCLEAR

_VAGUE = "none 5.0. 5.1.0 5.2.0 5.3.0 5.4.0 5.5. 5.7.0 5.7.1"
"""Statuses that say too little, so that the words decide."""

_FULL_WORDS = (
    r"quota|mailbox (?:\S+ )?(?:is )?full|full mailbox|storage allocation"
    r"|insufficient (?:system |disk )?(?:storage|space)|out of storage|disk full|too full"
    r"|receiving mail too quickly"
    r"|(?:postkasse|indbakke)\w* (?:\S+ ){0,4}er (?:fuld|fyldt)|(?:^|[:;] ?)552\b"
)
_SIZE_WORDS = r"too (?:large|big)|exceeds? .{0,30}size|size limit|for stor\b"
_LATER_WORDS = (
    r"(?:^|[:;] ?)4\d\d[ -]|greylist|try (?:again )?later|\btemporar(?:y|ily)\b|timed? ?out\b"
    r"|(?:message|delivery time) expired|connection refused|retry time|could not connect"
    r"|given up|too many hops|mail loop|routing loop|prøv igen senere|midlertidig"
)
_AUTH_WORDS = r"\b(?:dmarc|dkim|spf)\b|sender policy framework|unauthenticated (?:e-?mail|sender)"
_LIST_WORDS = (
    r"block ?list|black ?list|spamhaus|spamcop|barracuda|\brbl\b|\bdnsbl\b|blocked using"
    r"|poor reputation|banned sending ip|client host .{0,40}(?:blocked|rejected)"
    r"|(?:reverse dns|ptr record|rdns)|spærreliste"
)
_RELAY_WORDS = (
    r"relay(?:ing)? (?:access )?(?:denied|not permitted|prohibited)"
    r"|(?:not permitted|unable|not allowed) to relay"
)
_LIMIT_WORDS = (
    r"(?:unusual|exceeded|too high).{0,40}\brate\b|rate limit|sending limit|submission quota"
    r"|exceeded .{0,40}(?:threshold|messages per)|too many messages"
)
_SENDER_WORDS = (
    r"sender (?:address )?(?:denied|rejected|blocked|not allowed)|banned sender"
    r"|traffic not accepted"
    r"|(?:classified|detected|rejected|identified|blocked) as (?:spam|junk)|\bunsolicited\b"
    r"|spam (?:message|content|score)|afvist som spam|\bpolicy\b|content restriction"
    r"|administrative(?:ly)? prohibit"
)
_DEAD_WORDS = (
    r"unknown (?:user|recipient|mailbox|address)|(?:user|recipient|mailbox|host|domain) unknown"
    r"|no such (?:user|mailbox|person|recipient|address|domain)|no mailbox here|not listed in"
    r"|(?:user|mailbox|recipient|address|account|domain|host|name)\b[^\n]{0,60}?"
    r"(?:(?:not|n't) be found|not found|does(?: not|n'?t) exist|not exist"
    r"|is (?:disabled|inactive|not active|invalid))"
    r"|(?:not a valid|invalid|bad|unrouteable|unroutable|illegal|nonexistent|non-existent) "
    r"(?:final |destination )?(?:recipient|mailbox|address|user)|recipient (?:address )?rejected"
    r"|(?:account|address|mailbox) (?:has been |is )?(?:disabled|closed|no longer)"
    r"|no longer (?:valid|in use|active|employed)|not our customer"
    r"|can'?t find .{0,40}(?:user|mailbox)"
    r"|(?:adresse|modtager|bruger|postkasse|konto|domæne)\w*[^.\n]{0,60}?(?:findes ikke|ikke fundet"
    r"|blev ikke fundet|eksisterer ikke|er nedlagt|er lukket|er ukendt)|ukendt (?:modtager|bruger)"
)

_MEND_AUTH = (
    "Bed dem, der passer jeres domæne, om at rette SPF, DKIM og DMARC, så de passer til den "
    "server, der sender for jer."
)
_MEND_LIST = (
    "Bed dem, der passer jeres mailserver, om at få dens IP-adresse af spærrelisten og om at se "
    "efter, at adressen har et navn i DNS (PTR)."
)
_MEND_RELAY = (
    "Bed dem, der passer jeres mailserver, om at give programmet lov til at sende gennem den, og "
    "se efter, at brugernavn og adgangskode under [mail] er rigtige."
)
_MEND_LIMIT = (
    "Der er sendt mere, end der må. Vent et døgn, sæt farten ned under [mail], eller bed om en "
    "højere grænse hos dem, der passer jeres mailserver."
)
_MEND_SENDER = (
    "Bed modtagerens it-afdeling om at godtage mails fra jeres adresse, og se efter, at afsenderen "
    "i indstillingerne er rigtig."
)


class Failure(NamedTuple):
    """One row of the table.

    Attributes:
        statuses: codes apart by spaces: ``5.7.1`` itself, ``5.7.606-649`` a range, ``5.6.`` all
            that begin so, ``none`` where a server gave none.
        words: a pattern that the server's words must have besides; empty for any words.
        kind: the class.
        danish: what it means, for people; empty where nobody can tell.
        mend: what to do about our set-up; only of ``SENDER_REFUSED``.
    """

    statuses: str
    words: str
    kind: DeliveryReportKind
    danish: str
    mend: str = ""


FAILURES: tuple[Failure, ...] = (
    # -- We are refused -------------------------------------------------------------------------
    # Microsoft 5.7.509 and 5.7.515, RFC 7372 5.7.20-26, Gmail 5.7.26-30 and 5.7.40
    Failure(
        "5.7.509 5.7.515 5.7.20-24 5.7.26 5.7.29-30 5.7.40 4.7.20-24 4.7.26 4.7.29-30 4.7.40",
        "",
        REFUSED,
        "modtagerens server kan ikke se, at mailen er fra os (SPF, DKIM eller DMARC)",
        _MEND_AUTH,
    ),
    Failure(
        f"{_VAGUE} 5.7. 4.7.",
        _AUTH_WORDS,
        REFUSED,
        "modtagerens server kan ikke se, at mailen er fra os (SPF, DKIM eller DMARC)",
        _MEND_AUTH,
    ),
    # Gmail 5.7.27 says «SPF»; RFC 7505 a domain that takes no answers
    Failure(
        "5.7.27 4.7.27 5.1.7 5.1.8 5.1.20 5.7.501-503 5.7.506-507 5.7.511 5.7.60",
        "",
        REFUSED,
        "modtagerens server godtager ikke vores adresse",
        _MEND_SENDER,
    ),
    # Microsoft 5.7.606-649 banned sending IP, 5.7.703 and 5.7.513 block lists; RFC 7372 5.7.25
    Failure(
        "5.7.606-649 5.7.703 5.7.513 5.7.25 4.7.25 5.7.508 5.7.510",
        "",
        REFUSED,
        "modtagerens server har spærret for jeres mailserver",
        _MEND_LIST,
    ),
    # Microsoft 5.7.705, 5.7.708, 5.7.232-233, 5.1.90, 5.2.2 of the sender; Gmail 5.7.28
    Failure(
        "5.7.705 5.7.708 5.7.232-233 5.7.28 5.1.90",
        "",
        REFUSED,
        "der er sendt flere mails, end jeres mailserver må",
        _MEND_LIMIT,
    ),
    Failure(
        "5.2.2",
        r"submission quota",
        REFUSED,
        "der er sendt flere mails, end jeres mailserver må",
        _MEND_LIMIT,
    ),
    # Microsoft 5.7.64 relay, 5.7.57 and RFC 3463 no login, 5.7.750 a domain that is not registered
    Failure(
        "5.7.64 5.7.57 5.7.750 5.7.8-9 5.7.11",
        "",
        REFUSED,
        "jeres mailserver må ikke sende for jer",
        _MEND_RELAY,
    ),
    Failure(
        f"{_VAGUE} 5.4.1 5.7.",
        _RELAY_WORDS,
        REFUSED,
        "jeres mailserver må ikke sende for jer",
        _MEND_RELAY,
    ),
    Failure(
        f"{_VAGUE} 5.7. 4.7.",
        _LIST_WORDS,
        REFUSED,
        "modtagerens server har spærret for jeres mailserver",
        _MEND_LIST,
    ),
    Failure(
        f"{_VAGUE} 5.7. 4.7.",
        _LIMIT_WORDS,
        REFUSED,
        "der er sendt flere mails, end jeres mailserver må",
        _MEND_LIMIT,
    ),
    Failure(
        f"{_VAGUE} 5.7.",
        _SENDER_WORDS,
        REFUSED,
        "modtagerens server godtager ikke vores mails",
        _MEND_SENDER,
    ),
    # Microsoft keeps these numbers for what it thinks of the sender
    Failure(
        "5.7.500 5.7.514-605 5.7.650-702 5.7.704-799",
        "",
        REFUSED,
        "modtagerens server godtager ikke vores mails",
        _MEND_SENDER,
    ),
    # -- It passes by itself --------------------------------------------------------------------
    Failure("5.2.1", r"too quickly|\brate\b", PASSES, "postkassen får for mange mails lige nu"),
    Failure("5.2.2 4.2.2", "", PASSES, "postkassen er fuld"),
    Failure("5.2.121-122 4.2.121-122", "", PASSES, "postkassen får for mange mails lige nu"),
    Failure("5.2.3", "", PASSES, "mailen er for stor for modtageren"),
    Failure("5.3.4", "", PASSES, "mailen er for stor for modtagerens server"),
    Failure("4.2.1", "", PASSES, "postkassen er midlertidigt lukket"),
    # Microsoft: expired 5.4.300 and 5.4.316-317; RFC 3463 5.4.7; loops 5.4.6 and 5.4.14
    Failure("4.4. 5.4.7 5.4.300 5.4.312 5.4.316-318", "", PASSES, "modtagerens server svarer ikke"),
    Failure("5.4.6 5.4.8 5.4.11-14", "", PASSES, "mailen går i ring hos modtageren"),
    Failure("4.7.", "", PASSES, "modtagerens server afviser os for en tid"),
    Failure("5.7.321-329", "", PASSES, "forbindelsen til modtagerens server er ikke sikker nok"),
    Failure("4.", "", PASSES, "modtagerens server kunne ikke tage imod mailen"),
    Failure("5.6. 5.7.512 5.0.350", "", PASSES, "modtagerens server kan ikke vise mailen"),
    Failure(_VAGUE, _FULL_WORDS, PASSES, "postkassen er fuld"),
    Failure(_VAGUE, _SIZE_WORDS, PASSES, "mailen er for stor for modtageren"),
    # -- The address is dead --------------------------------------------------------------------
    Failure("5.1.1 5.7.504-505", "", DEAD, "adressen findes ikke"),
    Failure("5.1.2 5.4.310", "", DEAD, "domænet i adressen findes ikke"),
    Failure("5.1.3", "", DEAD, "adressen er skrevet forkert"),
    Failure("5.1.6", "", DEAD, "postkassen er flyttet, og den nye adresse er ikke oplyst"),
    Failure("5.1.10", "", DEAD, "modtageren tager ikke imod mails"),
    Failure("5.7.17-18", "", DEAD, "adressen er gået over til en anden"),
    Failure("5.2.1", "", DEAD, "postkassen er lukket"),
    # Microsoft: lists and mailboxes that take mail from their own house only
    Failure(
        "5.7.2 5.7.12 5.7.120-139",
        "",
        DEAD,
        "postkassen tager kun imod mails fra modtagerens egen organisation",
    ),
    Failure("5.4.4", "", DEAD, "modtagerens server kan ikke findes"),
    Failure(f"{_VAGUE} 5.4.1 5.7.", _DEAD_WORDS, DEAD, "adressen findes ikke"),
    # Words of passing trouble come last: servers add «try later» to what is final.
    Failure(_VAGUE, _LATER_WORDS, PASSES, "modtagerens server kunne ikke tage imod mailen"),
    # -- What is left of each family ------------------------------------------------------------
    Failure("5.1.0", "", UNCLEAR, "adressen blev afvist"),
    Failure("5.1.", "", DEAD, "adressen kan ikke bruges"),
    Failure("5.2.", "", UNCLEAR, "postkassen tager ikke imod mails"),
    Failure("5.3.", "", PASSES, "modtagerens server tager ikke imod mails"),
    Failure("5.4.", "", PASSES, "modtagerens server kan ikke nås"),
    Failure("5.5.", "", UNCLEAR, "modtagerens server forstod ikke mailen"),
    Failure("5.7.", "", UNCLEAR, "modtagerens server afviser os"),
)
"""Read from the top: the first row with the status, and the words if it names any, counts."""

_NOT_KNOWN = Failure("none", "", UNCLEAR, "")


def failure_of(status: str, why: str) -> Failure:
    """The row that fits; one without Danish words where none does.

    Args:
        status: the enhanced status code, such as ``5.1.1``; may be empty.
        why: the other server's own words.
    """
    return next((row for row in FAILURES if _fits(row, status, why)), _NOT_KNOWN)


def kind_of_failure(status: str, why: str) -> DeliveryReportKind:
    """Of which class a failure is; the arguments as ``failure_of`` takes them."""
    return failure_of(status, why).kind


def _fits(row: Failure, status: str, why: str) -> bool:
    if not any(_covers(one, status) for one in row.statuses.split()):
        return False
    return not row.words or _pattern(row.words).search(why) is not None


@cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


def _covers(code: str, status: str) -> bool:
    """Whether one entry of a row's statuses stands for ``status``."""
    if code == "none":
        return not status or status.endswith(".0.0")
    if code.endswith("."):
        return status.startswith(code)
    family, _, numbers = code.rpartition(".")
    if "-" not in numbers:
        return status == code
    first, _, last = numbers.partition("-")
    of, _, number = status.rpartition(".")
    return of == family and number.isdecimal() and int(first) <= int(number) <= int(last)
