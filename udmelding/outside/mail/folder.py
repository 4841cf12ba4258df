"""Mails as files: for trying out, for tests, and for secretariats that send by hand.

Each mail is one ``.eml`` file, which every mail program opens, in a folder for the Danish day it
was written on. The name follows from the key, so the same mail always gives the same file: handed
over twice it is there once, and after a crash one look tells whether it was taken.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from udmelding import private
from udmelding.clock import COPENHAGEN
from udmelding.outside import atomic
from udmelding.outside.mail.transport import MailDelayedError, Receipt, nothing

_UNSAFE = re.compile(r"[^A-Za-z0-9.@-]+")
_MOST_CHARACTERS = 120


class FolderTransport:
    """Writes each mail as a file below one folder."""

    name = "folder"

    def __init__(self, folder: Path) -> None:
        """Write below ``folder``, which is made when the first mail comes."""
        self.folder = folder

    def deliver(
        self, message: EmailMessage, key: str, before_content: Callable[[], None] = nothing
    ) -> Receipt:
        """Write the mail's file, or write it again; ``before_content`` is of no use to a folder.

        Raises:
            MailDelayedError: the disk is full or the folder cannot be written; once somebody has
                mended that, the same mail goes.
        """
        path = self.path_of(message, key)
        try:
            private.make_folder(self.folder)
            atomic.write([message.as_bytes()], self.folder, lambda: path)
        except OSError as error:
            reason = f"mappen «{self.folder}» kan ikke skrives ({error.strerror or error})."
            raise MailDelayedError(key, reason) from error
        return Receipt(transport=self.name, detail=str(path))

    def has_taken(self, message: EmailMessage, key: str) -> bool:
        """Whether the mail's file is there."""
        return self.path_of(message, key).is_file()

    def path_of(self, message: EmailMessage, key: str) -> Path:
        """Where the mail's file is, or would be."""
        written_at: dt.datetime = message["Date"].datetime
        day = written_at.astimezone(COPENHAGEN).date()
        return self.folder / day.isoformat() / f"{_safe(key)}.eml"

    def mails(self) -> list[Path]:
        """Every mail's file, by day and name."""
        return sorted(self.folder.glob("????-??-??/*.eml"))


def _safe(key: str) -> str:
    """A file name that people can read and that no two keys share."""
    readable = _UNSAFE.sub("_", key).strip("._")[:_MOST_CHARACTERS]
    return f"{readable}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
