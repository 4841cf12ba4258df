"""Whom does a bounce concern? The receivers of the mail that it tells of.

A mailbox that is passed on to another one makes a bounce name an address that we never wrote to.
Where our mail had one receiver there is no doubt, whatever address is named. Where it had several,
the ones that are named count; where none of them is, nobody is called dead: a person looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.delivery_report import DeliveryReportKind
from models.incoming import IncomingKind
from udmelding.rules.inbox.incoming import DeliveryReportLine

_WORST_FIRST = (
    DeliveryReportKind.FAILED,
    DeliveryReportKind.SENDER_REFUSED,
    DeliveryReportKind.FAILED_FOR_NOW,
    DeliveryReportKind.UNCLEAR,
    DeliveryReportKind.DELAYED,
    DeliveryReportKind.DELIVERED,
    DeliveryReportKind.RELAYED,
)


def lines_on(
    kind: IncomingKind, lines: Sequence[DeliveryReportLine], receivers: Sequence[str]
) -> tuple[DeliveryReportLine, ...]:
    """What a mail about a mail of ours says of those whom that went to.

    Args:
        kind: the sort of the mail that came in.
        lines: what it says of addresses.
        receivers: whom our mail went to, in lower case; none where it is not known which it was.

    Returns:
        At most one line for each receiver. Of a mail that is not known, the lines as they stand.
    """
    if not receivers:
        return tuple(line for line in lines if line.address)
    named = {line.address: line for line in lines if line.address in receivers}
    if named or len(receivers) > 1:
        return tuple(named.values())
    if lines:
        worst = min(lines, key=lambda line: _WORST_FIRST.index(line.kind))
        # Whoever reads the reason has to see that another address is meant than the one we know.
        told = ": ".join(words for words in (worst.address, worst.why) if words)
        return (replace(worst, address=receivers[0], why=told),)
    if kind is IncomingKind.BOUNCE:
        return (DeliveryReportLine(address=receivers[0], kind=DeliveryReportKind.UNCLEAR),)
    return ()


def is_unclear(kind: IncomingKind, lines: Sequence[DeliveryReportLine]) -> bool:
    """Whether a person has to read a mail that came back: of whom it tells or why is not known."""
    if kind is not IncomingKind.BOUNCE:
        return False
    return not lines or any(line.kind is DeliveryReportKind.UNCLEAR for line in lines)
