"""Which parts are used? The one place that chooses the database, the mail transport, the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import sqlalchemy as sa

from udmelding.config.settings import Settings, load_settings
from udmelding.journal.database import open_database
from udmelding.outside.mail.folder import FolderTransport
from udmelding.outside.mail.graph import GraphTransport
from udmelding.outside.mail.smtp import SmtpTransport
from udmelding.outside.mail.transport import Transport
from udmelding.outside.store import DocumentStore


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a use case needs from outside itself."""

    settings: Settings
    engine: sa.Engine
    transport: Transport
    store: DocumentStore

    def sending(self) -> AbstractContextManager[object]:
        """For a batch of mails: a connection is opened once and closed at the end."""
        if isinstance(self.transport, SmtpTransport | GraphTransport):
            return self.transport.session()
        return nullcontext()

    def close(self) -> None:
        """Give the database connections back."""
        self.engine.dispose()


def make_services(settings: Settings | None = None) -> Services:
    """The parts that the settings ask for; opens (and makes or upgrades) the database.

    Raises:
        RefusedError: a setting is wrong.
        OutsideError: the database cannot be reached.
    """
    chosen = settings or load_settings()
    return Services(
        settings=chosen,
        engine=open_database(chosen.database_url),
        transport=_transport(chosen),
        store=DocumentStore(chosen.home / "documents"),
    )


@contextmanager
def open_services(settings: Settings | None = None) -> Iterator[Services]:
    """``make_services`` for one use, closed at the end."""
    services = make_services(settings)
    try:
        yield services
    finally:
        services.close()


def _transport(settings: Settings) -> Transport:
    if settings.sends and settings.mail.transport == "smtp":
        return SmtpTransport(settings.mail)
    if settings.sends:
        return GraphTransport(settings.graph, settings.mail.timeout_seconds)
    return FolderTransport(settings.mail.folder)
