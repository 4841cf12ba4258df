"""A local server that answers as Microsoft documents: tokens, ``sendMail``, sent items."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, cast
from urllib.parse import parse_qs, urlsplit

CUT, CUT_IN_ANSWER, SILENT = 0, -1, -2
"""Instead of a status: hang up before the answer, in the middle of it, or say nothing at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says to one ``sendMail``; 202 is its usual answer."""

    status: int = 202
    code: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class GraphServer:
    """What it was asked, and what it will say."""

    address: str
    script: list[Answer] = field(default_factory=list)
    token_answers: list[int] = field(default_factory=list)
    forms: list[dict[str, list[str]]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    sent_items: int = 200
    done: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    """One connection to the server of which ``known`` keeps the books."""

    known: ClassVar[GraphServer]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.endswith("/token"):
            self._token(parse_qs(body.decode()))
            return
        self.known.paths.append(self.path)
        answer = self.known.script.pop(0) if self.known.script else Answer()
        if answer.status == SILENT:
            self.known.done.wait(20)
        if answer.status in (CUT, SILENT):
            self._hang_up()
            return
        if not self._is_known():
            answer = Answer(401, "InvalidAuthenticationToken")
        if answer.status in (202, CUT_IN_ANSWER):
            assert self.headers["Content-Type"] == "text/plain"
            raw = base64.b64decode(body, validate=True)
            parsed = BytesParser(policy=default).parsebytes(raw)
            self.known.mails.append(cast("EmailMessage", parsed))
        if answer.status == CUT_IN_ANSWER:
            self.wfile.write(b"HTTP/1.1 202 Acc")
            self._hang_up()
            return
        said = {"error": {"code": answer.code, "message": f"about {answer.code}\nand more"}}
        self._say(answer.status, said if answer.code else None, answer.headers)

    def do_GET(self) -> None:
        self.known.paths.append(self.path)
        wanted = parse_qs(urlsplit(self.path).query)["$filter"][0]
        found = [
            {"id": "1"}
            for mail in self.known.mails
            if wanted == f"internetMessageId eq '{mail['Message-ID']}'"
        ]
        self._say(self.known.sent_items, {"value": found}, ())

    def _token(self, form: dict[str, list[str]]) -> None:
        self.known.forms.append(form)
        status = self.known.token_answers.pop(0) if self.known.token_answers else 200
        if status != 200:
            self._say(status, {"error": "invalid_client"}, ())
            return
        self.known.tokens.append(f"token-{len(self.known.tokens) + 1}")
        self._say(200, {"access_token": self.known.tokens[-1], "expires_in": 3600}, ())

    def _is_known(self) -> bool:
        return self.headers["Authorization"] == f"Bearer {self.known.tokens[-1]}"

    def _say(self, status: int, body: Any, headers: tuple[tuple[str, str], ...]) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response_only(status)
        if "Date" not in dict(headers):
            self.send_header("Date", self.date_time_string())
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def graph_server() -> Iterator[GraphServer]:
    """The server on a free port of this machine."""
    known = GraphServer("")
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"known": known}))
    httpd.daemon_threads = True
    known.address = f"http://127.0.0.1:{httpd.server_address[1]}"
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        known.done.set()
        httpd.shutdown()
        httpd.server_close()
        thread.join()
