"""What does a bounce say that is written for people only?

qmail, old Exim and Exchange, Notes and some gateways send no ``multipart/report``. Such a mail is
taken for one only if a mail system sent it and its words, or the header ``X-Failed-Recipients``,
say that something was not delivered: a person who forwards a bounce stays a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.parser import BytesHeaderParser

from models.delivery_report import DeliveryReportKind
from models.incoming import IncomingKind
from udmelding.outside.inbox.delivery_reports import (
    MOST_RECEIVERS,
    DeliveryNews,
    kind_of_failure,
    kind_of_mail,
    one_line,
    returned_by,
    status_in,
)
from udmelding.outside.inbox.headers import POLICY, addresses_in, first_headers, ids, key_of
from udmelding.outside.inbox.parts import Parts
from udmelding.rules.inbox.incoming import DeliveryReportLine

_MOST_TEXT = 30_000

_SYSTEMS = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?delivery\b.*|microsoftexchange[0-9a-f]*|noreply-dsn"
    r"|mail-?system|bounces?(?:[+-].*)?)@",
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
    r"|(?:original message headers|oprindelige (?:meddelelses)?headere?|message headers):?\s*)$",
    re.IGNORECASE | re.MULTILINE,
)
_ONLY_ADDRESS = re.compile(r"<?[^\s@<>]+@[^\s@<>]+>?:?")
_HEADER = re.compile(
    r"^[ \t>]*(?P<name>message-id|x-udmelding-key):[ \t]*(?P<value>\S+)", re.I | re.M
)


def bounce_in(
    headers: Mapping[str, str], sender: str, subject: str, parts: Parts
) -> DeliveryNews | None:
    """What a bounce without a machine part says; None where the mail is none.

    Args:
        headers: by their names in lower case.
        sender: the address of ``From`` in lower case.
        subject: decoded.
        parts: of the mail.
    """
    text = parts.text[:_MOST_TEXT]
    named = addresses_in(headers.get("x-failed-recipients", ""))
    is_delay = bool(_DELAYED.search(text)) and not named
    if not named and not (
        _is_from_system(headers, sender)
        and (_FAILED.search(text) or (is_delay and _SUBJECT.search(subject)))
    ):
        return None
    told, copy = _cut(text)
    own = set(addresses_in(" ".join((headers.get("to", ""), sender))))
    receivers = named or tuple(a for a in _listed(told) if a not in own and not _SYSTEMS.match(a))
    lines = tuple(
        _line(told, a, is_only=len(receivers) == 1, is_delay=is_delay)
        for a in receivers[:MOST_RECEIVERS]
    )
    kind = kind_of_mail(lines) if lines or not is_delay else IncomingKind.DELAY
    returned_id, returned_key = _returned(copy, parts)
    return DeliveryNews(
        kind=kind,
        why="a bounce written for people" + (" with X-Failed-Recipients" if named else ""),
        delivery_reports=lines,
        returned_id=returned_id,
        returned_key=returned_key,
    )


def _is_from_system(headers: Mapping[str, str], sender: str) -> bool:
    """Whether a mail system sent it: by its address, or by the empty one that bounces have."""
    return bool(_SYSTEMS.match(sender)) or headers.get("return-path", "").strip() == "<>"


def _cut(text: str) -> tuple[str, str]:
    """What the mail system says, and the copy of our mail below it."""
    found = _COPY.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, text)


def _listed(told: str) -> tuple[str, ...]:
    """The addresses that failed: those on lines of their own, else all that are named."""
    lines = told.splitlines()
    alone = [
        line
        for line in lines
        if re.match(r"\s*[<('«]?[^\s@<>]+@[^\s@<>]+[>)'»]?\s*(?::.*|\(.*|<.*|-.*)?$", line)
        or re.match(r"[^@<>]{1,80}<[^\s@<>]+@[^\s@<>]+>\s*$", line)
    ]
    return addresses_in("\n".join(alone)) or tuple(
        a for a in addresses_in(told) if "message-id" not in told[: told.lower().find(a)][-20:]
    )


def _line(told: str, address: str, *, is_only: bool, is_delay: bool) -> DeliveryReportLine:
    """What is said of one address: the lines that follow it, down to the next address."""
    at = told.lower().find(address)
    after = told[at + len(address) :] if at >= 0 else told
    status, why = _reason(after, address)
    if not status and (is_only or not why):
        wide_status, wide_why = _reason(told, address)
        status = wide_status
        why = wide_why if wide_status or not why else why
    kind = DeliveryReportKind.DELAYED if is_delay else kind_of_failure(status, why)
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
    for file in parts.files:
        if file.media_type == "message/rfc822":
            return _returned_by_file(file.content)
    return "", ""


def _returned_by_file(content: bytes) -> tuple[str, str]:
    return returned_by(first_headers(BytesHeaderParser(policy=POLICY).parsebytes(content)))
