"""Which words of a mail are its writer's own? Takes away what it quotes, and the signature line.

People answer above, below and between what they answer. What stands behind ``>`` is never theirs;
what follows a block such as «Fra: … Sendt: … Til: … Emne:» is an earlier mail to its end. A line
that only looks a little like either is kept: too much is better than an answer lost. What comes
out are whole lines of the mail, in their order, and nothing else.
"""

from __future__ import annotations

import re

_MOST_LINES_OF_A_HEADING = 4
_MOST_LINES_OF_A_BLOCK = 12

_DIVIDER = re.compile(
    r"\s*(?:-{3,}|_{3,}|={3,})\s*(?:oprindelig (?:meddelelse|besked|mail)"
    r"|videresendt (?:meddelelse|besked|mail|af\b.*)|original (?:message|appointment)"
    r"|forwarded (?:message|by\b.*))\s*(?:-{3,}|_{3,}|={3,}|:)?\s*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"\s*(?:begin forwarded message|start på videresendt (?:besked|meddelelse|mail)"
    r"|videresendt (?:besked|meddelelse|mail))\s*:\s*",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*(?:_{10,}|-{10,})\s*")
_FROM = re.compile(r"[\s*]*(?:fra|from)[\s*]*:.*\S.*", re.IGNORECASE)
_FIELD = re.compile(
    r"[\s*]*(sendt|sent|dato|date|til|to|cc|emne|subject|vedr)[\s*]*:.*", re.IGNORECASE
)
_WROTE = re.compile(
    r"\s*(?:(?:den|d\.|on|på)\s.{4,250}\s(?:skrev|wrote)\b.{0,250}:"
    r"|\S.{0,200}\s(?:skrev|wrote)\s.{0,40}\d.{0,80}:|\S.{0,120}@.{1,120}\s(?:skrev|wrote)\s*:)\s*",
    re.IGNORECASE | re.DOTALL,
)
_WROTE_BEGINS = re.compile(r"\s*(?:den|d\.|on|på)\s.*\d|.*@|.*\b(?:skrev|wrote)\b", re.IGNORECASE)
_WROTE_ENDS = re.compile(r".*:\s*")
ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_SIGNATURE = re.compile(r"-- ?")
_SENT_FROM = re.compile(
    r"\s*(?:sendt (?:fra|via) (?:min |outlook)|sent from (?:my |outlook)|hent outlook (?:til|for)"
    r"|get outlook for).{0,80}",
    re.IGNORECASE,
)


def forwarded_senders(text: str) -> tuple[str, ...]:
    """The addresses of those whose mails ``text`` quotes under «Fra: … Sendt: …», in lower case."""
    lines = text.splitlines()
    found = (
        one.casefold()
        for at, line in enumerate(lines)
        if _is_block(lines, at)
        for one in ADDRESS.findall(line[:500])
    )
    return tuple(dict.fromkeys(found))


def own_text(text: str) -> str:
    """The lines of ``text`` that its writer wrote.

    Left out are lines that begin with ``>``, earlier mails below the headings of Outlook, Gmail,
    Apple and Notes, and what follows the signature separator ``-- `` (RFC 3676, 4.3). Where
    nothing would remain (a mail that is forwarded without a word), the text comes back as it is.
    """
    lines = text.splitlines()
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _SIGNATURE.fullmatch(line) or _begins_earlier_mail(lines, at):
            break
        if length := _heading_length(lines, at):
            if not _is_quoted(_next_words(lines, at + length)):
                break
            at += length
            continue
        if not _is_quoted(line) and not _SENT_FROM.fullmatch(line):
            kept.append(line.rstrip())
        at += 1
    return "\n".join(kept).strip() or text


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _next_words(lines: list[str], at: int) -> str:
    """The first line from ``at`` on that is not blank; empty where there is none."""
    return next((line for line in lines[at : at + 10] if line.strip()), "")


def _begins_earlier_mail(lines: list[str], at: int) -> bool:
    """Whether an earlier mail, unmarked line by line, begins at ``at`` and goes to the end."""
    line = lines[at]
    if _DIVIDER.fullmatch(line) or _FORWARDED.fullmatch(line):
        return True
    if _RULE.fullmatch(line):
        after = [n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()][:1]
        return any(_is_block(lines, n) for n in after)
    return _is_block(lines, at)


def _is_block(lines: list[str], at: int) -> bool:
    """Whether the header block of an earlier mail stands at ``at``: «Fra:» and two fields more."""
    if not _FROM.fullmatch(lines[at]):
        return False
    below = lines[at + 1 : at + _MOST_LINES_OF_A_BLOCK]
    fields = {found[1].lower() for line in below if (found := _FIELD.fullmatch(line[:500]))}
    return len(fields) >= 2


def _heading_length(lines: list[str], at: int) -> int:
    """How many lines «Den … skrev …:» takes at ``at``; 0 where it does not stand there."""
    if not _WROTE_BEGINS.match(lines[at][:300]):
        return 0
    for length in range(1, _MOST_LINES_OF_A_HEADING + 1):
        if at + length > len(lines):
            return 0
        last = lines[at + length - 1][-300:]
        if not last.strip() or _is_quoted(last):
            return 0
        if _WROTE_ENDS.fullmatch(last):
            joined = " ".join(lines[at : at + length])
            return length if len(joined) <= 700 and _WROTE.fullmatch(joined) else 0
    return 0
