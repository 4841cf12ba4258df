"""A private Dovecot: Debian's own IMAP server, started in a folder of the test's own."""

from __future__ import annotations

import grp
import imaplib
import json
import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

USER, PASSWORD = "sekretariat@kommune.example", "kun-til-proever"
LOOPBACK = "127.0.0.1"
WITHOUT_MOVE, WITHOUT_UIDS = "127.0.0.2", "127.0.0.3"
"""The same server as an older one: it does not offer MOVE; and to delete mails by their numbers."""

_WHEN = 1_750_000_000.0
"""A moment in June 2025; the server orders mails by the order they came in."""

_CONFIG = """
protocols = imap
listen = 127.0.0.1, {without_move}, {without_uids}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
instance_name = udmelding-test
mail_location = maildir:{folder}/mail/%u:LAYOUT=fs
mail_fsync = never
mail_plugins = acl
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login_user}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
auth_username_chars =
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
plugin {{
  acl = vfile:{folder}/rights
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
local {without_move} {{
  imap_capability = IMAP4rev1 UIDPLUS
}}
local {without_uids} {{
  imap_capability = IMAP4rev1
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/tokens
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
"""

NO_KEYWORDS, READ_ONLY = "Uden egne flag", "Til gennemsyn"
"""Folders with less than all rights, for everybody who makes them."""

_RIGHTS = f"""
"{NO_KEYWORDS}" owner lrstiekxa
"{READ_ONLY}" owner lrikxa
"""

_TOKENS = """
tokeninfo_url = http://127.0.0.1:{token_port}/?token=
username_attribute = email
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """Where it listens: ``port`` in the clear and for STARTTLS, ``tls_port`` encrypted."""

    port: int
    tls_port: int

    def client(self, user: str = USER) -> imaplib.IMAP4:
        """A connection of a mail program that is already logged in."""
        made = imaplib.IMAP4(LOOPBACK, self.port, timeout=10)
        made.login(user, PASSWORD)
        return made

    def append(
        self, *mails: bytes, folder: str = "INBOX", flags: str = "", user: str = USER
    ) -> None:
        """Lay mails into the mailbox; a folder that is missing is made."""
        client = self.client(user)
        if folder != "INBOX":
            client.create(folder)
        for raw in mails:
            done, said = client.append(folder, flags, imaplib.Time2Internaldate(_WHEN), raw)
            assert done == "OK", said
        client.logout()


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def dovecot(certificate: Path) -> Iterator[Dovecot]:
    """Dovecot with one password for everybody, until the end of the context.

    Args:
        certificate: file with its certificate and key.
    """
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
    if program is None:
        message = "dovecot is not installed: apt-get install dovecot-imapd"
        if os.environ.get("CI") == "true":
            raise RuntimeError(message)
        pytest.skip(message)
    with (
        TemporaryDirectory(prefix="udmelding-dovecot-") as name,
        _giving_tokens() as token_port,
        _running(program, Path(name), certificate, token_port) as ports,
    ):
        yield ports


@contextmanager
def _running(program: str, folder: Path, certificate: Path, token_port: int) -> Iterator[Dovecot]:
    ports, accounts = Dovecot(free_port(), free_port()), _accounts()
    folder.chmod(0o755)  # Dovecot's parts run as other users than root
    for part in ("run", "state", "mail", "home"):
        (folder / part).mkdir()
    for part in ("mail", "home"):
        os.chown(folder / part, accounts.uid, accounts.gid)
    (folder / "rights").write_text(_RIGHTS, encoding="utf-8")
    (folder / "tokens").write_text(_TOKENS.format(token_port=token_port), encoding="utf-8")
    config = folder / "dovecot.conf"
    config.write_text(
        _CONFIG.format(
            folder=folder,
            without_move=WITHOUT_MOVE,
            without_uids=WITHOUT_UIDS,
            uid=accounts.uid,
            gid=accounts.gid,
            user=accounts.user,
            group=accounts.group,
            login_user=accounts.login_user,
            certificate=certificate,
            port=ports.port,
            tls_port=ports.tls_port,
            password=PASSWORD,
        ),
        encoding="utf-8",
    )
    process = subprocess.Popen([program, "-F", "-c", str(config)])  # noqa: S603
    try:
        _wait_for(ports.port, process, folder / "log")
        yield ports
    finally:
        process.terminate()
        process.wait(10)


def token_for(user: str) -> str:
    """What opens the mailbox of ``user`` without a password."""
    return f"adgang-{user}"


class _Tokens(BaseHTTPRequestHandler):
    """Tells Dovecot whose a token is, as an organisation's sign-in does."""

    def do_GET(self) -> None:
        (token,) = parse_qs(urlsplit(self.path).query)["token"]
        is_known = token.startswith(token_for(""))
        self.send_response(200 if is_known else 401)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        if is_known:
            self.wfile.write(json.dumps({"email": token.removeprefix(token_for(""))}).encode())

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def _giving_tokens() -> Iterator[int]:
    with ThreadingHTTPServer((LOOPBACK, 0), _Tokens) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


class _Accounts(NamedTuple):
    """Who Dovecot's parts run as, and who speaks to strangers."""

    uid: int
    gid: int
    user: str
    group: str
    login_user: str


def _accounts() -> _Accounts:
    """Started by root it insists on others than root: those that Debian's package makes."""
    is_root = os.getuid() == 0
    own = pwd.getpwnam("dovecot") if is_root else pwd.getpwuid(os.getuid())
    group = grp.getgrgid(own.pw_gid).gr_name
    login_user = "dovenull" if is_root else own.pw_name
    return _Accounts(own.pw_uid, own.pw_gid, own.pw_name, group, login_user)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(100):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    raise RuntimeError(f"dovecot did not start:\n{said}")
