"""Whose fault is it? What mail servers say, at which step, and whom it concerns.

Worded as Exchange Online, Postfix, Gmail, Exim and Graph word it; half of the dialogues are about
one receiver or one mail and must not stop the others.
"""

# ruff: noqa: E501 - one dialogue to a line
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udmelding.rules.mail.faults import (
    HOW_TO_MEND,
    TABLE,
    WAITS,
    Concerns,
    Mend,
    Step,
    Way,
    _fits,
    fault_of,
)

S, G = Way.SMTP, Way.GRAPH

STOPS = [
    # As the inputs have them: Exchange Online and a relay of one's own.
    (Step.SENDER, "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "send_as"),
    (Step.CONTENT, "554 5.2.252 SendAsDenied; post@a.example not allowed to send as b@a.example", "send_as"),
    (Step.CONTENT, "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", "limit"),
    (Step.SENDER, "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP", "blocked"),
    (Step.RECEIVER, "550 5.7.1 Unable to relay", "relay"),
    (Step.SENDER, "503 5.5.4 Authentication required", "login"),
    # Login.
    (Step.LOGIN, "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant", "login"),
    (Step.LOGIN, "504 5.7.4 Unrecognized authentication type", "login"),
    (Step.LOGIN, "432 4.7.12 A password transition is needed", "login"),
    (Step.LOGIN, "454 4.7.0 Temporary authentication failure", "busy"),
    (Step.SENDER, "530 5.7.57 Client not authenticated to send mail", "login"),
    (Step.RECEIVER, "550 5.7.57 SMTP; Client was not authenticated to send anonymous mail", "login"),
    # Postfix waits with what it has against the sender until a receiver is named.
    (Step.RECEIVER, "554 5.7.1 <social@lolland.example>: Relay access denied", "relay"),
    (Step.RECEIVER, "550 5.7.64 TenantAttribution; Relay Access Denied SMTP", "relay"),
    (Step.RECEIVER, "553 5.7.1 <cu@a.example>: Sender address rejected: not owned by user udmelding", "send_as"),
    (Step.RECEIVER, "450 4.1.8 <cu@a.example>: Sender address rejected: Domain not found", "sender"),
    (Step.RECEIVER, "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.example", "blocked"),
    (Step.RECEIVER, "450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.7]", "blocked"),
    (Step.CONTENT, "550 5.7.606 Access denied, banned sending IP [192.0.2.7]", "blocked"),
    (Step.CONTENT, "550 5.4.5 Daily SMTP relay sending limit exceeded for this user", "limit"),
    (Step.CONTENT, "550 5.7.705 Access denied, tenant has exceeded threshold", "limit"),
    (Step.CONTENT, "550 5.1.8 Access denied, bad outbound sender", "sender"),
    (Step.CONTENT, "550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains", "sender"),
    (Step.CONTENT, "550 5.7.515 Access denied, sending domain a.example doesn't meet the required level", "proofs"),
    (Step.CONTENT, "550 5.7.26 This mail is unauthenticated: SPF and DKIM did not pass", "proofs"),
    (Step.SENDER, "550 Sender verify failed", "sender"),
    # The service as a whole.
    (Step.RECEIVER, "421 4.3.2 Service not available, closing transmission channel", "busy"),
    (Step.CONTENT, "421 4.7.0 Try again later, closing connection", "busy"),
    (Step.SENDER, "452 4.3.1 Insufficient system resources", "busy"),
    (Step.RECEIVER, "451 4.7.500 Server busy. Please try again later", "busy"),
    (Step.SENDER, "451 4.3.0 Mail server temporarily rejected message", "busy"),
    (Step.CONNECTION, "554 No SMTP service here", "busy"),
]  # fmt: skip
"""The step, what was said, and what is to be mended."""

GOES_ON = [
    (Step.RECEIVER, "550 5.1.1 <chef@lolland.example>: Recipient address rejected: User unknown", "receiver", True),
    (Step.RECEIVER, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "receiver", True),
    (Step.RECEIVER, "550 5.2.1 The email account that you tried to reach is disabled", "receiver", True),
    (Step.RECEIVER, "552 5.2.2 Mailbox full", "receiver", True),
    (Step.RECEIVER, "550 5.7.1 Recipient address rejected: Access denied", "receiver", True),
    (Step.RECEIVER, "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; only people inside the organization", "receiver", True),
    (Step.RECEIVER, "550 5.1.1 <daily.sending.limit@lolland.example>: User unknown", "receiver", True),
    (Step.RECEIVER, "550 5.1.1 relay.denied@lolland.example unknown", "receiver", True),
    (Step.RECEIVER, "551 5.1.6 User has moved with no forwarding address", "receiver", True),
    (Step.RECEIVER, "450 4.2.0 <a@lolland.example>: Recipient address rejected: Greylisted", "receiver", False),
    (Step.RECEIVER, "451 4.7.1 Greylisting in action, please come back later", "receiver", False),
    (Step.RECEIVER, "452 4.2.2 Mailbox full", "receiver", False),
    (Step.RECEIVER, "452 4.5.3 Too many recipients", "receiver", False),
    (Step.RECEIVER, "450 4.2.1 The user you are trying to contact is receiving mail too quickly", "receiver", False),
    (Step.RECEIVER, "451 4.3.0 <a@lolland.example>: Temporary lookup failure", "receiver", False),
    (Step.CONTENT, "554 5.7.1 Rejected as spam", "mail", True),
    (Step.CONTENT, "552 5.3.4 Message size exceeds fixed maximum message size", "mail", True),
    (Step.SENDER, "552 5.3.4 Message too big for system", "mail", True),
    (Step.CONTENT, "550 5.6.0 Lone CR or LF in headers", "mail", True),
    (Step.CONTENT, "554 5.6.1 Attachment type not allowed", "mail", True),
    (Step.CONTENT, "451 4.3.0 Content scanner is unavailable", "mail", False),
    (Step.DATA, "554 5.5.1 No valid recipients", "mail", True),
    (Step.DATA, "451 4.4.0 Try again", "mail", False),
]  # fmt: skip
"""The step, what was said, whom it concerns, and whether it is final."""

OF_GRAPH = [
    (401, "InvalidAuthenticationToken: Access token has expired", "access"),
    (403, "ErrorAccessDenied: Access is denied. Check credentials and try again.", "access"),
    (403, "ErrorSendAsDenied: The user account which was used does not have the right", "send_as"),
    (400, "ErrorSendAsDenied: The user account which was used does not have the right", "send_as"),
    (
        404,
        "MailboxNotEnabledForRESTAPI: REST API is not yet supported for this mailbox.",
        "mailbox",
    ),
    (404, "ErrorUserNotFound", "mailbox"),
    (404, "ResourceNotFound: Resource could not be discovered.", "mailbox"),
    (400, "ErrorSubmissionQuotaExceeded: The message submission quota was exceeded", "limit"),
    (403, "ErrorMessageSubmissionBlocked: sending is blocked for this account", "limit"),
    (400, "ErrorQuotaExceeded: The mailbox is full", "quota"),
    (400, "ErrorSendFailed: 550 5.1.90 you've reached your daily limit", "limit"),
    (429, "TooManyRequests", "busy"),
    (429, "ApplicationThrottled: Application is over its MailboxConcurrency limit.", "busy"),
    (503, "ErrorServerBusy", "busy"),
    (503, "ErrorMailboxMoveInProgress", "busy"),
    (500, "InternalServerError", "busy"),
]
GRAPH_GOES_ON = [
    (400, "ErrorInvalidRecipients: At least one recipient is not valid.", "receiver"),
    (400, "ErrorMimeContentInvalid: the MIME content is invalid", "mail"),
    (413, "RequestEntityTooLarge", "mail"),
    (415, "UnsupportedMediaType", "mail"),
    (422, "UnprocessableEntity", "mail"),
]


@pytest.mark.parametrize(("step", "said", "mend"), STOPS)
def test_what_is_true_of_every_mail_stops_the_delivery_and_fails_none(
    step: Step, said: str, mend: str
) -> None:
    fault = fault_of(S, step, int(said[:3]), said[4:])

    assert fault.stops
    assert not fault.is_final
    assert fault.mend == Mend(mend)
    assert fault.concerns in (Concerns.SENDER, Concerns.SERVICE)


@pytest.mark.parametrize(("step", "said", "concerns", "is_final"), GOES_ON)
def test_what_is_about_one_receiver_or_one_mail_lets_the_others_go(
    step: Step, said: str, concerns: str, is_final: bool
) -> None:
    fault = fault_of(S, step, int(said[:3]), said[4:])

    assert not fault.stops
    assert (fault.concerns, fault.is_final) == (Concerns(concerns), is_final)


@pytest.mark.parametrize(("status", "said", "mend"), OF_GRAPH)
def test_microsoft_365_has_the_same_classes(status: int, said: str, mend: str) -> None:
    fault = fault_of(G, Step.CONTENT, status, said)

    assert fault.mend == Mend(mend)
    assert not fault.is_final


@pytest.mark.parametrize(("status", "said", "concerns"), GRAPH_GOES_ON)
def test_microsoft_365_refuses_single_mails_for_good(status: int, said: str, concerns: str) -> None:
    fault = fault_of(G, Step.CONTENT, status, said)

    assert not fault.stops
    assert (fault.concerns, fault.is_final) == (Concerns(concerns), True)


def test_every_line_of_the_table_decides_something() -> None:
    asked = [(S, step, said[:3], said[4:]) for step, said, *_ in [*STOPS, *GOES_ON]]
    asked += [(G, Step.CONTENT, str(code), said) for code, said, _ in [*OF_GRAPH, *GRAPH_GOES_ON]]

    used = {
        next(n for n, line in enumerate(TABLE) if _fits(line, way, step, code, said.casefold()))
        for way, step, code, said in asked
    }

    assert used == set(range(len(TABLE)))


def test_every_fault_says_what_to_mend_and_a_limit_lasts_a_day() -> None:
    assert set(HOW_TO_MEND) == set(Mend)
    assert {Mend.LIMIT: dt.timedelta(days=1)} == WAITS


@given(st.sampled_from(Way), st.sampled_from(Step), st.integers(400, 599), st.text(max_size=80))
def test_whatever_is_said_has_one_meaning_and_nothing_that_stops_all_is_final(
    way: Way, step: Step, code: int, words: str
) -> None:
    fault = fault_of(way, step, code, words)

    assert not (fault.stops and fault.is_final)
    assert fault.stops == (fault.concerns in (Concerns.SENDER, Concerns.SERVICE))
    if way is Way.SMTP and code < 500:
        assert not fault.is_final, "what passes by itself is never the end"
