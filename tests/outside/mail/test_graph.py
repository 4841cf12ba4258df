"""Mails through Microsoft 365, against a server that answers as Graph documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from pydantic import SecretStr

from tests.outside.mail.graph_server import (
    CUT,
    CUT_IN_ANSWER,
    SILENT,
    Answer,
    GraphServer,
    graph_server,
)
from udmelding import clock
from udmelding.config.settings_sections import Graph, Secretariat
from udmelding.errors import OutsideError
from udmelding.outside.mail.graph import GraphTransport, TokenSource
from udmelding.outside.mail.mime import Attachment, MailToSend, build_message, message_id_for
from udmelding.outside.mail.transport import MailDelayedError, MailRefusedError

KEY = "CU-PROEVE-2025/collection/0360/before-14@2025-02-28"
SECRET = "meget-hemmelig"  # noqa: S105


@pytest.fixture
def server() -> Iterator[GraphServer]:
    with graph_server() as running:
        yield running


@pytest.fixture
def transport(server: GraphServer) -> GraphTransport:
    return GraphTransport(settings_for(server.address), 1.0)


def settings_for(address: str) -> Graph:
    return Graph(
        tenant="kommune.example",
        client_id="app",
        client_secret=SecretStr(SECRET),
        mailbox="sekretariat@kommune.example",
        authority=address,
        api_url=f"{address}/v1.0",
    )


def mail(number: int = 1) -> EmailMessage:
    key = f"{KEY}/{number}"
    written = MailToSend(
        key=key,
        subject="Påmindelse: svar på «Ærø» senest 28. februar",
        text="Kære Ærø\n.en linje med punktum\n",
        html="<p>Kære Ærø</p>",
        recipients=("koordinator@aeroe.example",),
        message_id=message_id_for(key, "kommune.example"),
        thread_id=message_id_for(KEY, "kommune.example"),
        created_at=clock.at(dt.date(2025, 2, 10)),
        reference="CU-PROEVE-2025",
        attachments=(Attachment("spørgsmål.pdf", "application/pdf", b"%PDF-1.7"),),
    )
    return build_message(written, Secretariat(email="sekretariat@kommune.example"))


def test_a_mail_arrives_with_our_headers_its_words_and_its_file(
    server: GraphServer, transport: GraphTransport
) -> None:
    sent = mail()

    receipt = transport.deliver(sent, KEY)

    assert receipt.transport == "graph"
    assert server.paths == ["/v1.0/users/sekretariat@kommune.example/sendMail"]
    (arrived,) = server.mails
    for name in ("Message-ID", "In-Reply-To", "References", "Subject", "X-Udmelding-Key"):
        assert str(arrived[name]) == str(sent[name])
    body = arrived.get_body(("plain",))
    assert body is not None
    assert "Kære Ærø\n.en linje" in body.get_content().replace("\r\n", "\n")
    assert [part.get_filename() for part in arrived.iter_attachments()] == ["spørgsmål.pdf"]


def test_one_token_does_for_many_mails_and_is_asked_for_as_documented(
    server: GraphServer, transport: GraphTransport
) -> None:
    with transport.session():
        for number in range(5):
            transport.deliver(mail(number), KEY)

    assert len(server.mails) == 5
    (form,) = server.forms
    assert form["grant_type"] == ["client_credentials"]
    assert form["scope"] == [f"{server.address}/.default"]
    assert form["client_secret"] == [SECRET]


def test_a_withdrawn_token_is_renewed_once(server: GraphServer, transport: GraphTransport) -> None:
    transport.deliver(mail(1), KEY)
    server.tokens.append("a token that was given to somebody else")

    transport.deliver(mail(2), KEY)

    assert len(server.mails) == 2
    assert len(server.forms) == 2


def test_two_refused_tokens_mean_that_a_setting_is_wrong_and_all_mails_wait(
    server: GraphServer, transport: GraphTransport
) -> None:
    server.script = [Answer(401, "InvalidAuthenticationToken")] * 2

    with pytest.raises(MailDelayedError) as raised:
        transport.deliver(mail(), KEY)

    assert raised.value.concerns_all
    assert not raised.value.is_in_doubt
    assert server.mails == []


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ((("Retry-After", "120"),), dt.timedelta(minutes=2)),
        (
            (
                ("Date", "Mon, 10 Feb 2025 11:00:00 GMT"),
                ("Retry-After", "Mon, 10 Feb 2025 11:05:00 GMT"),
            ),
            dt.timedelta(minutes=5),
        ),
        ((("Retry-After", "999999999999"),), dt.timedelta(days=1)),
        ((("Retry-After", "snart"),), None),
        ((), None),
    ],
)
def test_a_throttled_sender_waits_as_long_as_it_is_told(
    server: GraphServer,
    transport: GraphTransport,
    headers: tuple[tuple[str, str], ...],
    pause: dt.timedelta | None,
) -> None:
    server.script = [Answer(429, "TooManyRequests", headers)]

    with pytest.raises(MailDelayedError) as raised:
        transport.deliver(mail(), KEY)

    assert raised.value.concerns_all
    assert raised.value.pause == pause


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_service_in_trouble_is_tried_later(
    server: GraphServer, transport: GraphTransport, status: int
) -> None:
    server.script = [Answer(status, "ServiceNotAvailable")]

    with pytest.raises(MailDelayedError, match=f"{status} ServiceNotAvailable") as raised:
        transport.deliver(mail(), KEY)

    assert not raised.value.is_in_doubt
    transport.deliver(mail(), KEY)
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("status", "code"), [(400, "ErrorInvalidRecipients"), (413, "RequestEntityTooLarge")]
)
def test_a_mail_that_can_never_be_sent_is_refused_with_the_reason_on_one_line(
    server: GraphServer, transport: GraphTransport, status: int, code: str
) -> None:
    server.script = [Answer(status, code)]

    with pytest.raises(MailRefusedError) as raised:
        transport.deliver(mail(), KEY)

    assert f"{status} {code}: about {code} and more" in raised.value.message


@pytest.mark.parametrize(
    ("status", "code"), [(403, "ErrorAccessDenied"), (404, "ErrorUserNotFound")]
)
def test_a_missing_permission_or_mailbox_never_marks_a_mail_as_refused(
    server: GraphServer, transport: GraphTransport, status: int, code: str
) -> None:
    server.script = [Answer(status, code)]

    with pytest.raises(MailDelayedError) as raised:
        transport.deliver(mail(), KEY)

    assert raised.value.concerns_all


@pytest.mark.parametrize("broken", [CUT, CUT_IN_ANSWER, SILENT])
def test_a_connection_that_breaks_after_the_mail_was_handed_over_leaves_it_in_doubt(
    server: GraphServer, transport: GraphTransport, broken: int
) -> None:
    server.script = [Answer(broken)]

    with pytest.raises(MailDelayedError) as raised:
        transport.deliver(mail(), KEY)

    assert raised.value.is_in_doubt
    assert not raised.value.concerns_all


def test_a_server_that_is_not_there_lets_all_mails_wait() -> None:
    transport = GraphTransport(settings_for("http://127.0.0.1:9"), 1.0)

    with pytest.raises(MailDelayedError) as raised:
        transport.deliver(mail(), KEY)

    assert raised.value.concerns_all
    assert not raised.value.is_in_doubt


def test_a_wrong_secret_is_told_without_showing_it(
    server: GraphServer, transport: GraphTransport
) -> None:
    server.token_answers = [401]

    with pytest.raises(MailDelayedError, match="invalid_client") as raised:
        transport.deliver(mail(), KEY)

    assert SECRET not in raised.value.message
    assert raised.value.concerns_all


def test_a_mail_is_found_among_the_sent_ones_and_otherwise_nobody_knows(
    server: GraphServer, transport: GraphTransport
) -> None:
    transport.deliver(mail(1), KEY)

    assert transport.has_taken(mail(1), KEY) is True
    assert transport.has_taken(mail(2), KEY) is None
    server.sent_items = 403
    assert transport.has_taken(mail(1), KEY) is None


def test_a_token_is_used_until_shortly_before_it_ends(server: GraphServer) -> None:
    seconds = 0.0
    source = TokenSource(settings_for(server.address), "scope", 1.0, clock=lambda: seconds)

    assert source.token() == source.token() == "token-1"
    seconds = 3600 - 60
    assert source.token() == "token-2"


def test_a_token_server_that_does_not_answer_is_an_error_that_may_pass() -> None:
    with pytest.raises(OutsideError) as raised:
        TokenSource(settings_for("http://127.0.0.1:9"), "scope", 1.0).token()

    assert raised.value.is_temporary
