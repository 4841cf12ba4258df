"""What does a mail from a mail system say that is written for people only?

qmail, old Exim and Exchange, Notes and many gateways send no ``multipart/report``. Who sent a mail
decides that it is one of theirs (``is_from_mail_system``), never its words alone: a person who
forwards a bounce stays a person, and a mail system whose words nobody knows has sent no reply. Then
its words say who did not get what and why; where they do not, the failure is ``UNCLEAR``.

Beside our own reader stands ``flufl.bounce``, the one of Mailman, that knows the shapes of many
systems by name; what either of the two finds counts.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from email.message import Message
from email.parser import BytesHeaderParser, Parser

from flufl.bounce import all_failures

from models.delivery_report import DeliveryReportKind
from models.incoming import IncomingKind
from udmelding.outside.inbox.delivery_reports import (
    FAILURES,
    MOST_RECEIVERS,
    DeliveryNews,
    kind_of_mail,
    one_line,
    returned_by,
    returned_in,
    status_in,
)
from udmelding.outside.inbox.headers import POLICY, addresses_in, first_headers, ids, key_of
from udmelding.outside.inbox.parts import Parts, media_type_of
from udmelding.rules.inbox.failures import kind_of_failure
from udmelding.rules.inbox.incoming import DeliveryReportLine
from udmelding.rules.inbox.weighing import is_of_a_machine

_MOST_TEXT = 30_000
_MOST_REASONS = 3_000
_MOST_FOR_LIBRARY = 100_000
"""Characters of a mail that ``flufl.bounce`` is given: it tries many patterns on every line, and
what a bounce says stands before the mail that it brings back."""

# It writes the errors of its readers to the log, and they may hold a mail's words.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)

_SYSTEMS = re.compile(
    r"(?:(?:[\w.+-]*[._-])?mailer-?daemon|post-?master|mail-?delivery\b.*|mail-?daemon|mdaemon"
    r"|microsoftexchange[0-9a-f]*|noreply-dsn|mail-?system|bounces?(?:[+-].*)?)@",
)
# Not «bounces»: programs that send for many have that in the path of every mail.
_SYSTEMS_PATHS = re.compile(r"\s*<?(?:mailer-?daemon|post-?master)(?:@|>)", re.IGNORECASE)
_SYSTEMS_NAMES = re.compile(
    r"[\s\"<(]*(?:mailer-?daemon|post-?master|mail delivery (?:sub-?)?(?:system|service))\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:undeliver|delivery (?:status|failure|has failed|notification)|mail delivery|failure notice"
    r"|returned mail|ikke leveret|kan ikke leveres|kunne ikke leveres|leveringsfejl|mislykket"
    r"|non[- ]?delivery|warning: (?:message|could not send)|delivery delayed|forsinket)",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"qmail-send program|could not be delivered|couldn'?t be delivered|wasn'?t able to deliver"
    r"|delivery has failed|delivery to the following|did not reach|permanent(?:ly)? (?:fatal )?"
    r"(?:error|failure)|returned to sender|address (?:not found|couldn'?t be found)|undeliverable"
    r"|adressen blev ikke fundet|kunne ikke leveres|blev ikke leveret|ikke leveret til"
    r"|levering\w* (?:mislykkedes|til følgende|er mislykket)|nåede ikke|unknown user|user unknown"
    r"|not listed in|kan ikke leveres|er ikke blevet leveret|meddelelsen blev afvist",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"has not been delivered yet|not yet been delivered|warning message only|delayed [\d.]+ hours"
    r"|will (?:continue to )?be (?:re)?tried|no action is required on your part|delivery .{0,20}"
    r"delayed|er (?:blevet )?forsinket|forsøger fortsat|endnu ikke (?:blevet )?leveret",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"^(?:-{2,}\s*(?:below this line is a copy|this is a copy|original message|the header"
    r"|the following|oprindelig|header|transcript|forwarded)\b.*"
    r"|\W*(?:below is )?(?:a )?copy of (?:the|your) (?:original )?(?:message|mail).*"
    r"|(?:original message headers|oprindelige (?:meddelelses)?headere?|message headers):?\s*)$",
    re.IGNORECASE | re.MULTILINE,
)
_DELIVERED = re.compile(
    r"(?:successfully|has been|was|were) delivered|(?<!ikke )(?:er (?:blevet )?|blev )leveret til",
    re.IGNORECASE,
)
_OF_A_COPY = re.compile(
    r"\s*(?:message-id|references|in-reply-to|from|sender|reply-to|return-path|fra)\s*:", re.I
)
_ONLY_ADDRESS = re.compile(r"<?[^\s@<>]+@[^\s@<>]+>?:?")
_HEADER = re.compile(
    r"^[ \t>]*(?P<name>message-id|x-udmelding-key):[ \t]*(?P<value>\S+)", re.I | re.M
)


def is_from_mail_system(headers: Mapping[str, str], sender: str, message: Message) -> bool:
    """Whether a mail system sent a mail, and no person and nobody's answering machine.

    Its sender tells; or the whole mail is a delivery report (RFC 3464). The empty return path alone
    does not: out-of-office answers have it too (RFC 3834), and so have some case systems. With a
    part for machines inside it tells.

    Args:
        headers: by their names in lower case.
        sender: the address of ``From`` in lower case; empty where it has none.
        message: the mail.
    """
    if _SYSTEMS.match(sender) or _SYSTEMS_NAMES.match(headers.get("from", "")):
        return True
    if _SYSTEMS_PATHS.match(headers.get("return-path", "")):
        return True
    if media_type_of(message) == "multipart/report":
        return "disposition-notification" not in headers.get("content-type", "").lower()
    return _is_empty(headers) and any(
        media_type_of(part) == "message/delivery-status" for part in message.walk()
    )


def _is_empty(headers: Mapping[str, str]) -> bool:
    return "".join(headers.get("return-path", "").split()) == "<>"


def bounce_in(
    headers: Mapping[str, str],
    sender: str,
    subject: str,
    message: Message,
    parts: Parts,
    *,
    is_from_system: bool,
) -> DeliveryNews | None:
    """What a mail from a mail system says that has no part for machines; None for any other mail.

    Args:
        headers: by their names in lower case.
        sender: the address of ``From`` in lower case.
        subject: decoded.
        message: the mail.
        parts: of the mail.
        is_from_system: whether a mail system sent it (``is_from_mail_system``).
    """
    text = parts.text[:_MOST_TEXT]
    named = addresses_in(headers.get("x-failed-recipients", ""))
    is_failure = bool(_FAILED.search(text))
    is_delay = bool(_DELAYED.search(text)) and not named
    is_told = is_failure or (is_delay and bool(_SUBJECT.search(subject)))
    is_system = is_from_system or bool(named)
    if not is_system and not (_is_empty(headers) and is_told):
        return None
    is_receipt = not is_failure and not is_delay and bool(_DELIVERED.search(text))
    # The headers say nothing here: bounces have ``Auto-Submitted`` too.
    if not named and not is_told and not is_receipt and is_of_a_machine(subject):
        return None
    told, copy = _cut(text)
    own = {*addresses_in(" ".join((headers.get("to", ""), headers.get("cc", ""), sender)))}
    receivers = named or tuple(a for a in _listed(told) if a not in own and not _SYSTEMS.match(a))
    kind = _kind_of_all(is_delay=is_delay, is_receipt=is_receipt)
    lines = tuple(
        _line(told, a, is_only=len(receivers) == 1, kind=kind) for a in receivers[:MOST_RECEIVERS]
    )
    lines += _by_library(message, told, {*own, *(line.address for line in lines)}, kind)
    returned_id, returned_key = _returned(copy, parts)
    return DeliveryNews(
        kind=_OF_MAIL[kind] if kind and not lines else kind_of_mail(lines),
        why="a mail system wrote it" + (" with X-Failed-Recipients" if named else ""),
        delivery_reports=lines,
        returned_id=returned_id,
        returned_key=returned_key,
    )


_OF_MAIL = {
    DeliveryReportKind.DELAYED: IncomingKind.DELAY,
    DeliveryReportKind.DELIVERED: IncomingKind.RECEIPT,
}


def _kind_of_all(*, is_delay: bool, is_receipt: bool) -> DeliveryReportKind | None:
    """What befell all of its receivers; None where each failure has to be looked at."""
    if is_receipt:
        return DeliveryReportKind.DELIVERED
    return DeliveryReportKind.DELAYED if is_delay else None


def clearer(news: DeliveryNews, words: DeliveryNews | None, parts: Parts) -> DeliveryNews:
    """A delivery report with what its words for people add to those for machines.

    Args:
        news: what its part for machines says.
        words: what the words say (``bounce_in``).
        parts: of the mail.

    Returns:
        The same, where the machines' part says who did not get the mail and why. A failure that is
        unclear there is looked for in the text; where no receiver is named, the words count.
    """
    if news.kind is not IncomingKind.BOUNCE:
        return news
    told, _ = _cut(parts.text[:_MOST_TEXT])
    lines = tuple(_made_clear(one, told, news) for one in news.delivery_reports if one.address)
    if not lines and words is not None:
        lines = words.delivery_reports
    return replace(news, kind=kind_of_mail(lines), delivery_reports=lines)


def _made_clear(one: DeliveryReportLine, told: str, news: DeliveryNews) -> DeliveryReportLine:
    if one.kind is not DeliveryReportKind.UNCLEAR:
        return one
    is_only = len(news.delivery_reports) == 1
    other = _line(told, one.address, is_only=is_only, kind=None)
    is_clear = other.kind is not DeliveryReportKind.UNCLEAR
    return other if is_clear or not one.why else one


def _by_library(
    message: Message, told: str, known: set[str], kind: DeliveryReportKind | None
) -> tuple[DeliveryReportLine, ...]:
    """Lines for the addresses that ``flufl.bounce`` finds and that are not ``known``."""
    try:
        begin = message.as_string()[:_MOST_FOR_LIBRARY]
        for_now, for_good = all_failures(Parser(policy=POLICY).parsestr(begin))
    except Exception:  # it reads whatever comes, and promises nothing of broken mails
        return ()
    found: dict[str, DeliveryReportLine] = {}
    for one in sorted({*for_now, *for_good}):
        for address in addresses_in(one.decode("utf-8", "replace")):
            if address in known or address in found:
                continue
            line = _line(told, address, is_only=len(for_now) + len(for_good) == 1, kind=kind)
            if one in for_now and line.kind in FAILURES:
                line = replace(line, kind=DeliveryReportKind.FAILED_FOR_NOW)
            found[address] = line
    return tuple(found.values())[:MOST_RECEIVERS]


def _cut(text: str) -> tuple[str, str]:
    """What the mail system says, and the copy of our mail below it."""
    found = _COPY.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, text)


def _listed(told: str) -> tuple[str, ...]:
    """The addresses that failed: those on lines of their own, else all that are named."""
    lines = [line for line in told.splitlines() if not _OF_A_COPY.match(line)]
    alone = [
        line
        for line in lines
        if re.match(r"\s*[<('«]?[^\s@<>]+@[^\s@<>]+[>)'»]?\s*(?::.*|\(.*|<.*|-.*)?$", line)
        or re.match(r"[^@<>]{1,80}<[^\s@<>]+@[^\s@<>]+>\s*$", line)
    ]
    return addresses_in("\n".join(alone)) or addresses_in("\n".join(lines))


def _line(
    told: str, address: str, *, is_only: bool, kind: DeliveryReportKind | None
) -> DeliveryReportLine:
    """What is said of one address: the lines that follow it, down to the next address.

    ``kind`` is what befell all of them; None: the words say it.
    """
    at = told.lower().find(address)
    after = told[at + len(address) :] if at >= 0 else told
    status, why = _reason(after, address)
    if not status and (is_only or not why):
        wide_status, wide_why = _reason(told, address)
        status = wide_status
        why = wide_why if wide_status or not why else why
    if kind is None:
        kind = kind_of_failure(status, why)
        # The reason may stand above the address, or further down than the paragraph at it.
        if kind is DeliveryReportKind.UNCLEAR and is_only:
            kind = kind_of_failure(status, told[:_MOST_REASONS])
    return DeliveryReportLine(address=address, kind=kind, status=status, why=why)


def _reason(text: str, address: str) -> tuple[str, str]:
    """The status and the words of the paragraph in which a reason stands, above other addresses."""
    lines = [line.strip(" >:\t") for line in text.strip(" >:»)'").splitlines()]
    lines = [line for line in lines if line.lower() not in {"because", "fordi"}]
    others = (
        n
        for n, line in enumerate(lines)
        if n and _ONLY_ADDRESS.fullmatch(line) and address not in line.lower()
    )
    lines = lines[: next(others, None)]
    first: list[str] = []
    for line in lines[:40]:
        if first and not line:
            break
        if line:
            first.append(line)
    paragraph = " ".join(first)
    coded = next((line for line in lines[:60] if status_in(line)), "")
    if status_in(paragraph) or not coded:
        return status_in(paragraph), one_line(paragraph)
    return status_in(coded), one_line(coded)


def _returned(copy: str, parts: Parts) -> tuple[str, str]:
    """Message-ID and key of our mail: from the copy in the text, or from one that is enclosed."""
    found = {m["name"].lower(): m["value"] for m in reversed(list(_HEADER.finditer(copy)))}
    message_ids, key = ids(found.get("message-id", "")), key_of(found)
    if message_ids or key:
        return (message_ids[0] if message_ids else ""), key
    if parts.returned is not None:
        return returned_in(parts.returned)
    for file in parts.files:
        if file.media_type == "message/rfc822":
            return _returned_by_file(file.content)
    return "", ""


def _returned_by_file(content: bytes) -> tuple[str, str]:
    return returned_by(first_headers(BytesHeaderParser(policy=POLICY).parsebytes(content)))
