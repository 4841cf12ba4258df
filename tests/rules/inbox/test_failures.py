"""Whose fault is it? Status codes and servers' words, each with its class, a row each."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.delivery_report import DeliveryReportKind
from udmelding.rules.inbox.delivery_report_wording import in_full, mended_by
from udmelding.rules.inbox.failures import (
    DEAD,
    FAILURES,
    PASSES,
    REFUSED,
    UNCLEAR,
    Failure,
    failure_of,
    kind_of_failure,
)

DEAD_ADDRESSES = [
    ("5.1.1", ""),
    ("5.1.1", "550 5.1.1 quota of users"),
    ("5.1.2", "550 5.1.2 host unknown"),
    ("5.1.3", ""),
    ("5.1.6", ""),
    ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"),
    ("5.2.1", "mailbox disabled"),
    ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"),
    ("5.4.4", ""),
    ("5.4.310", "550 5.4.310 DNS domain does not exist"),
    ("5.7.17", "the mailbox has a new owner"),
    ("5.7.124", "550 5.7.124 Sender not in allowed-senders list"),
    ("5.7.133", "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup"),
    ("", "550 no such user"),
    ("", "User konsulent not listed in Domino Directory"),
    ("", "Modtageren findes ikke."),
    ("5.0.0", "550 Unrouteable address"),
    ("5.7.1", "550 5.7.1 <a@b.example>: Recipient address rejected: User unknown"),
    ("5.5.0", "550 5.5.0 mailbox does not exist, try again later"),
]
PASSING = [
    ("5.2.2", ""),
    ("4.2.2", ""),
    ("4.4.7", "4.4.7 message delayed"),
    ("5.2.3", ""),
    ("5.3.4", ""),
    ("5.4.7", ""),
    ("5.4.300", "550 5.4.300 Message expired"),
    ("5.4.316", "550 5.4.316 Message expired, connection refused (Socket error code 10061)"),
    ("5.4.14", "554 5.4.14 Hop count exceeded - possible mail loop"),
    ("5.6.1", "the content cannot be converted"),
    ("5.2.1", "the user is receiving mail at a rate that is too high"),
    ("5.2.122", "the recipient has exceeded its limit of the hour"),
    ("5.3.2", "the system takes no mail now"),
    ("", "Postkassen er fuld"),
    ("", "421 try later"),
    ("5.0.0", "552 quota exceeded"),
    ("5.0.0", "552 Requested mail action aborted: exceeded storage allocation"),
    ("5.0.0", "message size exceeds fixed maximum message size"),
    ("4.7.1", "450 4.7.1 greylisted"),
]
OUR_SETUP = [
    ("5.7.509", "550 5.7.509 Access denied, sending domain does not pass DMARC verification"),
    ("5.7.515", "the sending domain does not meet the required authentication level"),
    ("5.7.23", "550 5.7.23 The message was rejected because of Sender Policy Framework violation"),
    ("5.7.26", "550-5.7.26 Unauthenticated email is not accepted due to domain's DMARC policy"),
    ("5.7.25", "550-5.7.25 The IP address sending this message does not have a PTR record"),
    ("5.7.606", "550 5.7.606 Access denied, banned sending IP [192.0.2.7]"),
    ("5.7.649", ""),
    ("5.7.705", "550 5.7.705 Access denied, tenant has exceeded threshold"),
    ("5.7.708", "550 5.7.708 Access denied, traffic not accepted from this IP"),
    ("5.1.90", "550 5.1.90 Your message can't be sent because you've reached your daily limit"),
    ("5.7.750", "550 5.7.750 Service unavailable. Client blocked from sending"),
    ("5.1.8", "550 5.1.8 Access denied, bad outbound sender"),
    ("5.7.64", "550 5.7.64 TenantAttribution; Relay Access Denied"),
    ("5.7.1", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using Spamhaus"),
    ("5.7.1", "554 5.7.1 <a@b.example>: Relay access denied"),
    ("5.4.1", "550 5.4.1 Relay Access Denied"),
    ("5.7.1", "550 5.7.1 SPF check failed"),
    ("", "550 SPF: 192.0.2.7 is not allowed to send mail from udmelding.example"),
    ("5.0.0", "550 rejected: the message was classified as spam"),
    ("4.7.26", "421-4.7.26 this mail has been rate limited because it is unauthenticated"),
    ("5.2.2", "554 5.2.2 Submission quota exceeded"),
]
NOBODY_KNOWS = [
    ("", ""),
    ("", "xyzzy"),
    ("5.0.0", ""),
    ("5.0.0", "550 Error"),
    ("5.7.1", "blocked"),
    ("5.7.1", "550 5.7.1 Delivery not authorized"),
    ("5.7.0", ""),
    ("5.1.0", "550 5.1.0 Address rejected"),
    ("5.2.0", "550 5.2.0 mailbox unavailable"),
    ("5.5.2", "503 bad sequence"),
    ("", "Mailen er sat i karantæne hos modtageren"),
    ("5.2.4", ""),
]
ROWS = [
    *((DEAD, *row) for row in DEAD_ADDRESSES),
    *((PASSES, *row) for row in PASSING),
    *((REFUSED, *row) for row in OUR_SETUP),
    *((UNCLEAR, *row) for row in NOBODY_KNOWS),
]


@pytest.mark.parametrize(("kind", "status", "why"), ROWS)
def test_a_failure_is_of_the_class_of_whose_fault_it_is(
    kind: DeliveryReportKind, status: str, why: str
) -> None:
    assert kind_of_failure(status, why) is kind


@pytest.mark.parametrize(("status", "why"), OUR_SETUP)
def test_what_is_wrong_with_our_own_setup_is_told_with_what_to_mend(status: str, why: str) -> None:
    assert re.match(r"(?:Bed|Der er sendt) ", mended_by(status, why))
    assert in_full(status, why)


@pytest.mark.parametrize(("status", "why"), DEAD_ADDRESSES + PASSING + NOBODY_KNOWS)
def test_nobody_is_told_to_mend_the_setup_for_another_reason(status: str, why: str) -> None:
    assert mended_by(status, why) == ""


def _example(row: Failure) -> str:
    """A status that the row names."""
    code = row.statuses.split()[0]
    if code == "none":
        return ""
    return f"{code}999" if code.endswith(".") else code.partition("-")[0]


@pytest.mark.parametrize("row", [row for row in FAILURES if not row.words], ids=str)
def test_no_row_stands_in_the_shadow_of_another(row: Failure) -> None:
    assert failure_of(_example(row), "") is row


@pytest.mark.parametrize("row", FAILURES, ids=str)
def test_a_row_says_in_danish_what_it_means_and_mends_only_what_is_ours(row: Failure) -> None:
    assert row.danish
    assert bool(row.mend) is (row.kind is REFUSED)
    re.compile(row.words)


@given(st.integers(0, 999), st.text(max_size=60))
def test_what_was_only_given_up_for_now_never_makes_an_address_dead(detail: int, why: str) -> None:
    for subject in range(8):
        assert kind_of_failure(f"4.{subject}.{detail}", why) is not DEAD


@given(st.text(max_size=200))
def test_any_words_are_in_some_class(why: str) -> None:
    assert kind_of_failure("", why) in {DEAD, PASSES, REFUSED, UNCLEAR}
