"""Whom a bounce concerns: those to whom our mail went, whatever address it names."""

from __future__ import annotations

import pytest

from models.delivery_report import DeliveryReportKind as Kind
from models.incoming import IncomingKind
from udmelding.rules.inbox.concerning import is_unclear, lines_on
from udmelding.rules.inbox.incoming import DeliveryReportLine

OURS, OTHER, THIRD = "social@greve.example", "kc17@it.greve.example", "leder@greve.example"


def line(
    address: str, kind: Kind = Kind.FAILED, why: str = "550 no such user"
) -> DeliveryReportLine:
    return DeliveryReportLine(address=address, kind=kind, status="5.1.1", why=why)


ONE, TWO = (OURS,), (OURS, THIRD)


@pytest.mark.parametrize(
    ("lines", "receivers", "told"),
    [
        # one receiver: it is the one
        ([line(OURS)], ONE, [(OURS, Kind.FAILED)]),
        ([line(OTHER)], ONE, [(OURS, Kind.FAILED)]),
        ([line("")], ONE, [(OURS, Kind.FAILED)]),
        ([], ONE, [(OURS, Kind.UNCLEAR)]),
        ([line(OTHER, Kind.FAILED_FOR_NOW)], ONE, [(OURS, Kind.FAILED_FOR_NOW)]),
        ([line(OTHER, Kind.SENDER_REFUSED)], ONE, [(OURS, Kind.SENDER_REFUSED)]),
        ([line(OTHER, Kind.UNCLEAR)], ONE, [(OURS, Kind.UNCLEAR)]),
        ([line(OTHER, Kind.DELIVERED), line(THIRD)], ONE, [(OURS, Kind.FAILED)]),
        ([line(OTHER), line(OURS, Kind.DELIVERED)], ONE, [(OURS, Kind.DELIVERED)]),
        ([line(OTHER, Kind.FAILED_FOR_NOW), line(OURS)], ONE, [(OURS, Kind.FAILED)]),
        # several: the ones that are named
        ([line(THIRD)], TWO, [(THIRD, Kind.FAILED)]),
        (
            [line(OURS), line(THIRD, Kind.DELIVERED)],
            TWO,
            [(OURS, Kind.FAILED), (THIRD, Kind.DELIVERED)],
        ),
        ([line(OURS), line(OTHER)], TWO, [(OURS, Kind.FAILED)]),
        ([line(OTHER)], TWO, []),
        ([line("")], TWO, []),
        ([], TWO, []),
        # a mail of ours that is not known: as it stands
        ([line(OTHER)], (), [(OTHER, Kind.FAILED)]),
        ([line("")], (), []),
        ([], (), []),
    ],
)
def test_a_bounce_concerns_whoever_the_mail_went_to(
    lines: list[DeliveryReportLine], receivers: tuple[str, ...], told: list[tuple[str, Kind]]
) -> None:
    found = lines_on(IncomingKind.BOUNCE, lines, receivers)

    assert [(one.address, one.kind) for one in found] == told


def test_whoever_reads_the_reason_sees_which_address_was_named() -> None:
    (found,) = lines_on(IncomingKind.BOUNCE, [line(OTHER)], ONE)

    assert found.why == f"{OTHER}: 550 no such user"


@pytest.mark.parametrize("kind", [IncomingKind.REPLY, IncomingKind.ABSENCE, IncomingKind.AUTOMATIC])
def test_a_mail_that_is_no_bounce_says_nothing_of_a_receiver(kind: IncomingKind) -> None:
    assert lines_on(kind, [], ONE) == ()
    assert not is_unclear(kind, [])


@pytest.mark.parametrize(
    ("lines", "unclear"),
    [
        ([], True),
        ([line(OURS, Kind.UNCLEAR)], True),
        ([line(OURS), line(THIRD, Kind.UNCLEAR)], True),
        ([line(OURS)], False),
        ([line(OURS, Kind.FAILED_FOR_NOW)], False),
        ([line(OURS, Kind.SENDER_REFUSED)], False),
    ],
)
def test_a_bounce_is_read_by_a_person_where_its_words_do_not_tell(
    lines: list[DeliveryReportLine], unclear: bool
) -> None:
    assert is_unclear(IncomingKind.BOUNCE, lines) is unclear
