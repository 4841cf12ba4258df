"""Whose fault is it that a mail did not go: the sender's, one receiver's, or the mail's own?

What concerns the sender (login, the right to send as that address, relaying, a limit, the machine's
own address on the net) or the service as a whole is true of every mail, so it stops the delivery
and no mail fails for it. What concerns one receiver concerns that one only. A final answer ends
that receiver or that mail; another is worth a later try.

``TABLE`` is read from the top; the first line that fits counts. A line fits by the way, the step of
the dialogue, the reply code and the server's words. Addresses in the words are left out first: they
are what somebody chose to be called, and no word of the server's. Enhanced codes go before words,
for every server words them differently, and both before the bare reply code.

Sources:

* RFC 5321, 4.2 (reply codes, 421 at any time), 4.3.2 (which reply can come at which step)
* RFC 3463 with IANA's registry of enhanced status codes (RFC 4954, 5248, 7372, 7505 beside it)
* Exchange: learn.microsoft.com, «Email non-delivery reports and SMTP errors in Exchange Online» and
  «Fix issues with printers, scanners, and LOB applications that send email using Microsoft 365»
* Postfix: postconf(5), the texts of ``smtpd_*_restrictions`` and of ``maps_rbl_reject_code``
* Gmail: support.google.com, «Gmail SMTP errors and codes»
* Graph: learn.microsoft.com, «Microsoft Graph error responses and resource types», and the response
  codes of Exchange Web Services, whose names Graph hands on
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How the mail was handed over."""

    SMTP = "smtp"
    GRAPH = "graph"


class Step(StrEnum):
    """How far the dialogue had come; Graph has one step only, ``CONTENT``."""

    CONNECTION = "connection"
    LOGIN = "login"
    SENDER = "sender"
    RECEIVER = "receiver"
    DATA = "data"
    CONTENT = "content"


class Concerns(StrEnum):
    """Whom an answer is about."""

    SENDER = "sender"
    SERVICE = "service"
    RECEIVER = "receiver"
    MAIL = "mail"


class Mend(StrEnum):
    """Why no mail goes, and so what is to be mended; ``HOW_TO_MEND`` says it in Danish."""

    LOGIN = "login"
    SEND_AS = "send_as"
    SENDER = "sender"
    PROOFS = "proofs"
    LIMIT = "limit"
    BLOCKED = "blocked"
    RELAY = "relay"
    ACCESS = "access"
    MAILBOX = "mailbox"
    QUOTA = "quota"
    BUSY = "busy"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"


HOW_TO_MEND: Mapping[Mend, str] = {
    Mend.LOGIN: "Mailserveren godkender ikke login. Ret mail.username og mail.password i "
    "opsætningen, eller bed it-afdelingen give kontoen lov til at sende med SMTP.",
    Mend.SEND_AS: "Kontoen må ikke sende fra sekretariatets adresse. Bed it-afdelingen give "
    "kontoen ret til at sende som adressen («Send som»), eller ret secretariat.email.",
    Mend.SENDER: "Mailserveren tager ikke imod mails fra sekretariatets adresse. Se efter, om "
    "secretariat.email er rigtig, og spørg ellers it-afdelingen, om adressen er spærret.",
    Mend.PROOFS: "Mailene kan ikke bevise, at de kommer fra jeres domæne. Bed it-afdelingen rette "
    "domænets SPF, DKIM eller DMARC, så det omfatter den server, der sendes fra.",
    Mend.LIMIT: "Kontoen har nået sin grænse for, hvor mange den må skrive til. Mailene prøves "
    "igen om et døgn. Sker det ofte, så bed it-afdelingen hæve grænsen.",
    Mend.BLOCKED: "Mailserveren tager ikke imod fra den adresse på nettet, der sendes fra. Bed "
    "it-afdelingen få den fjernet fra spærrelisten eller sende gennem en anden server.",
    Mend.RELAY: "Mailserveren må ikke sende videre til andre for udmelding. Bed it-afdelingen give "
    "maskinen lov, eller skriv brugernavn og adgangskode i opsætningen.",
    Mend.ACCESS: "Microsoft 365 giver ikke adgang til postkassen. Se efter tenant, client_id og "
    "client_secret under [graph], og om programmet har rettigheden Mail.Send til postkassen.",
    Mend.MAILBOX: "Microsoft 365 kender ikke postkassen, eller den kan ikke bruges af programmer. "
    "Ret graph.mailbox, eller bed it-afdelingen lægge den i Exchange Online.",
    Mend.QUOTA: "Postkassen, der sendes fra, er fuld. Slet eller arkivér mails i den.",
    Mend.BUSY: "Mailserveren har for travlt eller er ved at lukke. Der er ikke noget at rette; "
    "bliver det ved, så spørg it-afdelingen.",
    Mend.CONNECTION: "Mailserveren svarer ikke. Se efter mail.host, mail.port og mail.security i "
    "opsætningen, og spørg it-afdelingen, om serveren kører og kan nås herfra.",
    Mend.CERTIFICATE: "Mailserverens certifikat kan ikke godkendes. Bed it-afdelingen forny det, "
    "og se efter, at mail.host er det navn, certifikatet er udstedt til.",
}
"""What stops the delivery and what a person can do, as two Danish sentences."""

WAITS: Mapping[Mend, dt.timedelta] = {Mend.LIMIT: dt.timedelta(days=1)}
"""How long all mails wait where the server does not say it; else each delivery tries one mail."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What one answer means.

    Attributes:
        is_final: the same receiver or mail will never be taken; never so of what stops all.
        mend: why no mail goes; None where the answer is about one receiver or one mail.
    """

    concerns: Concerns
    is_final: bool = False
    mend: Mend | None = None

    @property
    def stops(self) -> bool:
        """Whether no other mail can go either."""
        return self.mend is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; an empty field fits everything.

    Attributes:
        steps: where in the dialogue.
        code: a pattern of the whole reply code, or of the status of HTTP.
        said: a pattern to be found in the words, enhanced code included, in lower case.
        source: where it is written that servers say so.
    """

    way: Way
    steps: tuple[Step, ...]
    code: str
    said: str
    fault: Fault
    source: str


def _sender(mend: Mend) -> Fault:
    return Fault(Concerns.SENDER, mend=mend)


_BUSY = Fault(Concerns.SERVICE, mend=Mend.BUSY)
_RECEIVER, _RECEIVER_LATER = Fault(Concerns.RECEIVER, is_final=True), Fault(Concerns.RECEIVER)
_MAIL, _MAIL_LATER = Fault(Concerns.MAIL, is_final=True), Fault(Concerns.MAIL)

_S, _G = Way.SMTP, Way.GRAPH
_LOGIN_STEP, _FROM, _TO = (Step.LOGIN,), (Step.SENDER,), (Step.RECEIVER,)
_BEFORE, _CONTENT = (Step.CONNECTION,), (Step.CONTENT,)

_NO_RELAY = (
    r"\b5\.7\.(54|64|68)\b|\b(unable|not permitted|not allowed) to relay\b"
    r"|\brelay(ing)?( access)? (is )?(denied|prohibited|not permitted|not allowed)\b"
    r"|\bwe do not relay\b"
)
_OWN_PLACE = (
    r"\b5\.7\.(606|607|608|609|6[1-4]\d|708)\b|\b5\.7\.(50[1238]|511|25)\b"
    r"|\bclient host\b.*\b(blocked|rejected)\b|\bblocked using\b|\bbanned sending ip\b"
    r"|\btraffic not accepted from this ip\b|\bip\b.*\b(blacklist|blocklist|block list)"
)
_NO_PROOF = (
    r"\b5\.7\.(2[0-4]|26|509|515)\b"
    r"|\b(spf|dkim|dmarc)\b.*\b(fail|failed|fails|reject|unauthenticated)"
)
_OVER_LIMIT = (
    r"\b5\.1\.90\b|\b5\.7\.(705|232|233)\b|\b5\.4\.5\b.*\bsending\b|\bdaily (user )?sending\b"
    r"|\byou('ve| have) (reached|exceeded)\b.*\blimit\b"
)
_NOT_AS = (
    r"\b5\.7\.60\b|\b5\.2\.252\b|\bsend(as|onbehalf|onbehalfof)denied\b|\bsend(ing)? as\b"
    r"|\bsender address rejected: not (owned|logged)\b"
)
_BAD_SENDER = (
    r"\b[45]\.1\.[78]\b|\b5\.7\.(27|7\d\d)\b|\b(bad outbound sender|sender address rejected)\b"
)
_NO_LOGIN = (
    r"\b5\.7\.(3|57|8|9|139)\b|\bauthentication (is )?(required|unsuccessful|failed)\b"
    r"|\bnot authenticated\b|\bmust authenticate\b"
)

TABLE: tuple[Line, ...] = (
    # The service as a whole, at whatever step.
    Line(_S, (), "421", "", _BUSY, "RFC 5321, 4.2.1 and 3.8"),
    Line(_S, (), "4..", r"\b4\.3\.[12]\b|\binsufficient system", _BUSY, "RFC 3463, 3.4"),
    Line(_S, (), "4..", r"\b4\.7\.5\d\d\b|\bserver busy\b", _BUSY, "Exchange, 4.7.500-699"),
    # The login.
    Line(_S, (), "530|53[458]", "", _sender(Mend.LOGIN), "RFC 4954, 6"),
    Line(_S, _LOGIN_STEP, "432", "", _sender(Mend.LOGIN), "RFC 4954, 6: a new password is due"),
    Line(_S, _LOGIN_STEP, "4..", "", _BUSY, "RFC 4954, 6: 454 4.7.0 passes"),
    Line(_S, _LOGIN_STEP, "", "", _sender(Mend.LOGIN), "RFC 4954, 4"),
    Line(_S, (), "5..", _NO_LOGIN, _sender(Mend.LOGIN), "Exchange, 5.7.57, 5.7.139; RFC 4954"),
    # Who sends, and from where. Postfix says it at RCPT TO, Exchange at the end of the content.
    Line(_S, (), "5..", _NOT_AS, _sender(Mend.SEND_AS), "Exchange, 5.7.60, 5.2.252; Postfix"),
    Line(_S, (), "[45]..", _OVER_LIMIT, _sender(Mend.LIMIT), "Exchange, 5.1.90; Gmail, 5.4.5"),
    Line(_S, (), "[45]..", _OWN_PLACE, _sender(Mend.BLOCKED), "Exchange, 5.7.606, 708; Postfix"),
    Line(_S, (), "5..", _NO_PROOF, _sender(Mend.PROOFS), "RFC 7372; Exchange, 5.7.509"),
    Line(_S, (), "5..", _NO_RELAY, _sender(Mend.RELAY), "Exchange, 5.7.54; Postfix"),
    Line(_S, (), "[45]..", _BAD_SENDER, _sender(Mend.SENDER), "RFC 3463, 3.2; Exchange, 5.1.8"),
    # What is left, by the step: only the content and its size are the mail's own.
    Line(_S, (), "552", r"\b5\.3\.4\b|\bsize\b|\btoo (big|large)\b", _MAIL, "RFC 1870, 6.3"),
    Line(_S, _FROM, "4..", "", _BUSY, "RFC 5321, 4.3.2: no receiver was named yet"),
    Line(_S, _FROM, "", "", _sender(Mend.SENDER), "RFC 5321, 4.3.2: no receiver was named yet"),
    Line(_S, _BEFORE, "", "", _BUSY, "RFC 5321, 3.1: 554, no service here"),
    Line(_S, _TO, "4..", "", _RECEIVER_LATER, "RFC 3463, 3.3: greylisted, full, busy"),
    Line(_S, _TO, "", "", _RECEIVER, "RFC 3463, 3.2: 5.1.1, 5.1.10, 5.2.1"),
    Line(_S, (), "4..", "", _MAIL_LATER, "RFC 5321, 4.2.1"),
    Line(_S, (), "", "", _MAIL, "RFC 3463, 3.7 and 3.8: 5.6.0, or 5.7.1 as spam"),
    # Microsoft 365: the name of the error goes before the status, which varies.
    Line(_G, (), "", "senddenied|sendasdenied|sendonbehalf", _sender(Mend.SEND_AS), "EWS"),
    Line(
        _G,
        (),
        "",
        "mailboxnotenabledforrestapi|errornonexistentmailbox|errorinvaliduser|errorusernotfound",
        _sender(Mend.MAILBOX),
        "Graph",
    ),
    Line(
        _G,
        (),
        "",
        "submissionquotaexceeded|messagesubmissionblocked|exceededmessagelimit",
        _sender(Mend.LIMIT),
        "EWS",
    ),
    Line(_G, (), "", "errorquotaexceeded", _sender(Mend.QUOTA), "EWS"),
    Line(_G, (), "", _OVER_LIMIT, _sender(Mend.LIMIT), "Exchange, 5.1.90"),
    Line(_G, (), "", "errorserverbusy|mailboxmoveinprogress|applicationthrottled", _BUSY, "Graph"),
    Line(_G, (), "401|403", "", _sender(Mend.ACCESS), "RFC 9110, 15.5; Graph: ErrorAccessDenied"),
    Line(_G, (), "404", "", _sender(Mend.MAILBOX), "Graph: ResourceNotFound"),
    Line(_G, (), "400", "errorinvalidrecipients", _RECEIVER, "EWS"),
    Line(_G, (), "400|413|415|422", "", _MAIL, "RFC 9110, 15.5"),
    Line(_G, (), "", "", _BUSY, "RFC 9110, 15.6; Graph, 429 with Retry-After"),
)

_ADDRESS = re.compile(r"<[^>]*>|\S+@\S+")


def fault_of(way: Way, step: Step, code: int, words: str) -> Fault:
    """What a counterpart's answer means, by the first line of ``TABLE`` that fits.

    Args:
        way: how the mail was handed over.
        step: how far the dialogue had come.
        code: the reply code of SMTP, or the status of HTTP; not one that says yes.
        words: what was said with it; of Graph the error's name and message.
    """
    said = _ADDRESS.sub(" ", " ".join(words.split())).casefold()
    return next(line.fault for line in TABLE if _fits(line, way, step, str(code), said))


def _fits(line: Line, way: Way, step: Step, code: str, said: str) -> bool:
    return (
        line.way is way
        and (not line.steps or step in line.steps)
        and (not line.code or re.fullmatch(line.code, code) is not None)
        and (not line.said or re.search(line.said, said) is not None)
    )
