"""How far a mail came is one word, made from what is known: outbox, receipts, bounces, its link."""

from __future__ import annotations

import pytest

from models import DeliveryReportKind, OutboxState
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import CONFIRMED, MailState, mail_state

DELIVERED, FAILED = DeliveryReportKind.DELIVERED, DeliveryReportKind.FAILED
DELAYED, FULL = DeliveryReportKind.DELAYED, DeliveryReportKind.FAILED_FOR_NOW
SENT = OutboxState.SENT


@pytest.mark.parametrize(
    ("state", "transport", "words"),
    [
        (OutboxState.PENDING, "", "skrevet"),
        (OutboxState.CLAIMED, "", "skrevet"),
        (OutboxState.HANDING_OVER, "", "skrevet"),
        (SENT, "folder", "skrevet som fil, ikke sendt"),
        (SENT, "smtp", "afleveret til jeres mailserver"),
        (SENT, "graph", "afleveret til jeres mailserver"),
        (SENT, "", "sendt eller skrevet som fil"),
        (OutboxState.FAILED, "", "afvist"),
        (OutboxState.HELD, "", "tilbageholdt til afklaring"),
        (OutboxState.WITHDRAWN, "", "trukket tilbage"),
        (OutboxState.MERGED, "", "sendes samlet i én mail"),
        (OutboxState.ELSEWHERE, "", "sendt uden for systemet"),
    ],
)
def test_what_the_outbox_knows_by_itself(state: OutboxState, transport: str, words: str) -> None:
    assert label(mail_state(state, transport)) == words


@pytest.mark.parametrize(
    ("reports", "words"),
    [
        ([DELIVERED], "leveret"),
        ([FAILED], "afvist"),
        ([FULL], "afvist"),
        ([DELIVERED, FAILED], "afvist"),
        ([DELAYED], "afleveret til jeres mailserver"),
        ([DeliveryReportKind.RELAYED, DeliveryReportKind.ABSENT], "afleveret til jeres mailserver"),
    ],
)
def test_what_another_server_says_goes_before_that_ours_took_it(
    reports: list[DeliveryReportKind], words: str
) -> None:
    assert label(mail_state(SENT, "smtp", reports=reports)) == words


def test_a_link_that_was_used_and_a_reply_say_most_of_all() -> None:
    assert mail_state(SENT, "smtp", reports=[FAILED], is_opened=True) is MailState.OPENED
    answered = mail_state(SENT, "smtp", is_opened=True, is_answered=True)
    assert answered is MailState.ANSWERED


def test_what_the_secretariat_says_arrived_was_delivered() -> None:
    assert mail_state(SENT, "", CONFIRMED) is MailState.DELIVERED


def test_a_mail_in_a_folder_is_never_called_sent() -> None:
    shown = {label(mail_state(state, "folder")) for state in OutboxState}
    assert not any(words.startswith("sendt") for words in shown - {"sendt uden for systemet"})
