"""Events go only where they may: over https, without passwords, not into the local network."""

from __future__ import annotations

import datetime as dt
import http.server
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from udmelding import clock
from udmelding.errors import RefusedError
from udmelding.journal.webhooks.webhooks import fresh_secret
from udmelding.outside import webhook_client
from udmelding.outside.webhook_client import check_address, post, sign

NOW = clock.at(dt.date(2025, 4, 15))


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name stands for these addresses."""

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(0, 0, 0, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://modtager.example/", "https"),
        ("ftp://modtager.example/", "hele adressen"),
        ("modtager.example", "hele adressen"),
        ("https://", "hele adressen"),
        ("https://modtager.example:99999/", "læses"),
        ("https://[::1", "læses"),
        ("https://anna:hemmelig@modtager.example/", "adgangskode"),
        ("https://@modtager.example/", "adgangskode"),
        ("https://modtager.example/#her", "#"),
        ("https://modtager.example/to ord", "mellemrum"),
        ("https://modtager.example/\nx", "hele adressen"),
        ("https://10.1.2.3/", "lokale netværk"),
        ("https://192.168.0.10/", "lokale netværk"),
        ("https://172.16.0.1/", "lokale netværk"),
        ("https://169.254.169.254/", "lokale netværk"),
        ("https://100.64.0.1/", "lokale netværk"),
        ("https://[fe80::1]/", "lokale netværk"),
        ("https://[fc00::1]/", "lokale netværk"),
        ("https://[::ffff:10.0.0.1]/", "lokale netværk"),
        ("https://0.0.0.0/", "kan ikke bruges"),
        ("https://224.0.0.1/", "kan ikke bruges"),
    ],
)
def test_an_address_that_events_may_not_go_to_is_refused(url: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        check_address(url, may_be_private=False)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://localhost/x", "http://[::1]:80/", "https://8.8.8.8/"]
)
def test_this_machine_and_the_open_internet_are_allowed(url: str) -> None:
    check_address(url, may_be_private=False)


def test_the_local_network_is_allowed_where_the_setting_says_so() -> None:
    check_address("https://10.1.2.3/", may_be_private=True)


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "::1", "169.254.1.1"])
def test_a_name_that_leads_inwards_is_refused_when_added_and_at_every_call(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    names(monkeypatch, "8.8.8.8", address)
    with pytest.raises(RefusedError):
        check_address("https://modtager.example/", may_be_private=False)
    answer = post(
        "https://modtager.example/", fresh_secret(), "msg_1", "{}", NOW, may_be_private=False
    )
    assert answer.status is None
    assert "modtager.example" in answer.trouble


def test_a_name_that_nobody_knows_can_be_added_and_says_so_at_the_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    url = "https://modtager.example/"
    check_address(url, may_be_private=False)
    answer = post(url, fresh_secret(), "msg_1", "{}", NOW, may_be_private=False)
    assert "slås op" in answer.trouble


def test_a_name_that_is_never_answered_ends_the_try(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_enough = threading.Event()

    def look_up(*_: Any, **__: Any) -> list[Any]:
        asked_enough.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(webhook_client, "TIMEOUT", 0.2)
    answer = post(
        "https://modtager.example/", fresh_secret(), "msg_1", "{}", NOW, may_be_private=False
    )
    asked_enough.set()
    assert "intet svar" in answer.trouble


def served(answer: bytes, *, repeated: bytes = b"") -> tuple[str, list[bytes], threading.Event]:
    """A server for one call: sends ``answer``, then ``repeated`` until the caller hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    got: list[bytes] = []
    hung_up = threading.Event()

    def serve() -> None:
        with listener, listener.accept()[0] as caller:
            said = caller.recv(100_000)
            while not said.endswith(b"}"):
                said += caller.recv(100_000)
            got.append(said)
            try:
                caller.sendall(answer)
                while repeated:
                    caller.sendall(repeated)
            except OSError:
                hung_up.set()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/her?a=1", got, hung_up


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    url, got, hung_up = served(b"HTTP/1.1 200 OK\r\n\r\n", repeated=b"x" * 10_000)
    answer = post(url, fresh_secret(), "msg_1", '{"a": "å"}', NOW, may_be_private=False)
    assert answer.status == 200
    assert hung_up.wait(10)
    head, _, body = got[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /her?a=1 HTTP/1.1\r\n")
    assert f"host: {url.split('/')[2]}".encode() in head.lower()
    assert body == '{"a": "å"}'.encode()


def test_an_answer_that_stops_halfway_counts_with_the_status_that_it_had() -> None:
    url, _, _ = served(b"HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\nkun lidt")
    answer = post(url, fresh_secret(), "msg_1", "{}", NOW, may_be_private=False)
    assert answer.status == 202


@pytest.mark.parametrize("answer", [b"", b"hvad?\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_http_answer_is_no_answer(answer: bytes) -> None:
    url, _, _ = served(answer)
    told = post(url, fresh_secret(), "msg_1", "{}", NOW, may_be_private=False)
    assert told.status is None
    assert "forbindelsen" in told.trouble


def test_a_port_where_nobody_listens_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    told = post(url, fresh_secret(), "msg_1", "{}", NOW, may_be_private=False)
    assert told.status is None


def test_a_name_with_two_addresses_is_tried_at_the_second_when_the_first_is_shut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, _, _ = served(b"HTTP/1.1 204 No Content\r\n\r\n")
    names(monkeypatch, "::1", "127.0.0.1")
    at_name = url.replace("127.0.0.1", "localhost")
    told = post(at_name, fresh_secret(), "msg_1", "{}", NOW, may_be_private=False)
    assert told.status == 204


def certificate_for(name: str, folder: Path) -> Path:
    """A self-made certificate for that name and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2120, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(pem) + secret)
    return path


class _Taking(http.server.BaseHTTPRequestHandler):
    """Takes everything."""

    def do_POST(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("name", "is_trusted", "status"),
    [("localhost", True, 204), ("andet.example", True, None), ("localhost", False, None)],
)
def test_over_https_the_certificate_is_held_against_the_name(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    is_trusted: bool,
    status: int | None,
) -> None:
    certificate = certificate_for(name, tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Taking)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    if is_trusted:
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(webhook_client, "_trusted", lambda: trusting)
    url = f"https://localhost:{server.server_address[1]}/"
    told = post(url, fresh_secret(), "msg_1", "{}", NOW, may_be_private=False)
    server.shutdown()
    server.server_close()
    assert told.status == status


def test_the_signature_is_the_one_of_the_standards_own_example() -> None:
    """The example of the Standard Webhooks specification, known to its libraries."""
    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the example's
    made = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
