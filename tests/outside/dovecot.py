"""A private Dovecot: Debian's own IMAP server, started in a folder of the test's own."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

USER, PASSWORD = "sekretariat@kommune.example", "kun-til-proever"
LOOPBACK = "127.0.0.1"
_WHEN = 1_750_000_000.0
"""A moment in June 2025; the server orders mails by the order they came in."""

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
instance_name = udmelding-test
mail_location = maildir:{folder}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login_user}
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
service anvil {{
  chroot =
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
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
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
        self, raw: bytes, *, folder: str = "INBOX", flags: str = "", user: str = USER
    ) -> None:
        """Lay a mail into the mailbox."""
        client = self.client(user)
        done, said = client.append(folder, flags, imaplib.Time2Internaldate(_WHEN), raw)
        client.logout()
        assert done == "OK", said


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
        _running(program, Path(name), certificate) as ports,
    ):
        yield ports


@contextmanager
def _running(program: str, folder: Path, certificate: Path) -> Iterator[Dovecot]:
    ports, accounts = Dovecot(free_port(), free_port()), _accounts()
    folder.chmod(0o755)  # Dovecot's parts run as other users than root
    for part in ("run", "state", "mail", "home"):
        (folder / part).mkdir()
    for part in ("mail", "home"):
        os.chown(folder / part, accounts.uid, accounts.gid)
    config = folder / "dovecot.conf"
    config.write_text(
        _CONFIG.format(
            folder=folder,
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
