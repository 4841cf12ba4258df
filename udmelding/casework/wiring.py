"""Which parts are used? The one place that chooses the database, the mail transport, the store."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace

from udmelding import clock, private
from udmelding.config.own import FILE, as_text, decided, is_whole, with_own
from udmelding.config.settings import Settings, home_choice, load_settings, setting_places
from udmelding.errors import OutsideError
from udmelding.journal import own
from udmelding.journal.database import (
    Engine,
    NoDatabaseError,
    Session,
    open_database,
    open_existing,
    reading,
    writing,
)
from udmelding.journal.stamp import Stamp
from udmelding.outside.clamd import Clamd
from udmelding.outside.mail.folder import FolderTransport
from udmelding.outside.mail.graph import GraphTransport
from udmelding.outside.mail.smtp import SmtpTransport
from udmelding.outside.mail.transport import Transport
from udmelding.outside.own import files_in, keep_tree, tree_name
from udmelding.outside.store import DocumentStore


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a use case needs from outside itself.

    Attributes:
        settings: the server's, and what people have decided in the database.
        scanner: looks for viruses in what is sent; None where none is set up.
        server: the settings as the environment and the file say them.
        own_state: which state of what the secretariat has of its own ``settings`` are from.
    """

    settings: Settings
    engine: Engine
    transport: Transport
    store: DocumentStore
    scanner: Clamd | None = None
    server: Settings | None = None
    own_state: str = ""

    @property
    def locked(self) -> DocumentStore:
        """Files of mails that wait for a person, apart from all others; see ``inbox.locked``."""
        return locked_store(self.settings)

    def sending(self) -> AbstractContextManager[object]:
        """For a batch of mails: a connection is opened once and closed at the end."""
        if isinstance(self.transport, SmtpTransport | GraphTransport):
            return self.transport.session()
        return nullcontext()

    def close(self) -> None:
        """Give the database connections back."""
        self.engine.dispose()


class NoInstallationError(OutsideError):
    """Nothing is there: another folder was meant, or its disk is away, or nobody has begun."""

    def __init__(self, settings: Settings, missing: NoDatabaseError | None = None) -> None:
        """Compose the message: what is missing, where was looked and why there, what to do.

        Args:
            settings: of the installation that is not there.
            missing: its database; None for the home folder itself.
        """
        super().__init__(
            _no_database(settings, missing) if missing else _no_home(settings), is_temporary=False
        )


_NEW = "Skal her være en ny installation, så kør «udmelding init»."


def _no_home(settings: Settings) -> str:
    if closed := private.why_closed(settings.home):
        return f"Mappen {settings.home} kan ikke læses: {closed}"
    return (
        f"Mappen {settings.home} findes ikke. Der er set efter dér, fordi {home_choice()}. Ligger "
        "sagerne i en anden mappe, så nævn den i UDMELDING_HOME. Er det den rigtige, så se efter, "
        f"om dens disk er koblet til. {_NEW}"
    )


def _no_database(settings: Settings, missing: NoDatabaseError) -> str:
    place = setting_places().get(("database_url",))
    why = (
        f"det står i {place}. Er den forkert, så ret den dér"
        if place
        else f"{home_choice()}. Ligger sagerne i en anden mappe end {settings.home}, så nævn den i "
        "UDMELDING_HOME"
    )
    return (
        f"{missing.message} Der er set efter dér, fordi {why}. Har her været sager, så se efter, "
        f"om disken er koblet til, eller hent databasen fra sikkerhedskopien. {_NEW}"
    )


def make_services(settings: Settings | None = None) -> Services:
    """The parts that the settings ask for, made where they are missing; the database is upgraded.

    For what makes an installation: ``init``, the demonstration, a rehearsal. All else only opens.

    Raises:
        RefusedError: a setting is wrong.
        OutsideError: the database cannot be reached or made.
    """
    chosen = settings or load_settings()
    try:
        private.make_folder(chosen.home)
    except OSError as error:
        raise OutsideError(
            f"Mappen {chosen.home} kan ikke laves ({error.strerror}).", is_temporary=False
        ) from error
    return _services(chosen, open_database(chosen.database_url))


@contextmanager
def made_services(settings: Settings | None = None) -> Iterator[Services]:
    """``make_services`` for one use, closed at the end."""
    services = make_services(settings)
    try:
        yield services
    finally:
        services.close()


@contextmanager
def open_services(settings: Settings | None = None) -> Iterator[Services]:
    """The parts of an installation that is there, for one use; an older database is upgraded.

    Raises:
        NoInstallationError: the home folder or the database is missing, or the database is empty;
            nothing was made.
        RefusedError: a setting is wrong.
        OutsideError: the database cannot be reached.
    """
    chosen = settings or load_settings()
    if not os.path.isdir(chosen.home):  # noqa: PTH112 - Path.is_dir raises where nobody lets us look
        raise NoInstallationError(chosen)
    try:
        engine = open_existing(chosen.database_url)
    except NoDatabaseError as error:
        raise NoInstallationError(chosen, error) from error
    services = _services(chosen, engine)
    try:
        yield services
    finally:
        services.close()


def check_installed(settings: Settings) -> None:
    """Make sure that there is an installation, and bring its database up to date.

    For what starts processes: each of them would say the same, and two would upgrade at once.

    Raises:
        NoInstallationError, RefusedError, OutsideError: as ``open_services``.
    """
    with open_services(settings):
        pass


def _services(settings: Settings, engine: Engine) -> Services:
    made = Services(
        settings=settings,
        engine=engine,
        transport=_transport(settings),
        store=document_store(settings),
        scanner=scanner_of(settings),
        server=settings,
    )
    try:
        with reading(engine) as session:
            if newest := own.newest(session):
                made = _with_newest(made, session, newest)
        if not newest:
            _take_in_once(settings, engine)
        elif not _is_whole(made):
            _take_in_what_came_later(made, newest)
        else:
            return made
        return refreshed(made)
    except BaseException:
        made.close()
        raise


def refreshed(services: Services, session: Session | None = None) -> Services:
    """The same services with what people have decided by now; asked with one statement.

    For what lives long: each request of the pages begins with it. A command and a flow run open
    services of their own.

    Args:
        services: as they were.
        session: an open one to ask with; None opens one.

    Raises:
        OutsideError: the home folder cannot be written, or the database cannot be reached.
    """
    if session is None:
        with reading(services.engine) as opened:
            return refreshed(services, opened)
    return _with_newest(services, session, own.newest(session))


def _with_newest(services: Services, session: Session, newest: Iterable[own.Edition]) -> Services:
    # Drafts are read by the pages that write them alone; each save would make a state.
    heads = {o.path: o for o in newest if o.is_there and not o.path.startswith("drafts/")}
    state = tree_name((path, one.checksum) for path, one in heads.items())
    if state == services.own_state and services.settings.texts_folder.is_dir():
        return services
    ids = {one.id: path for path, one in heads.items()}

    def read() -> dict[str, bytes]:
        return {ids[at]: content for at, content in own.contents(session, ids).items()}

    server = services.server or services.settings
    folder = keep_tree(server.home, state, read)
    text = folder / FILE
    settings = with_own(server, text.read_text(encoding="utf-8")) if text.is_file() else server
    settings = settings.with_own_folder(folder)
    return replace(services, settings=settings, transport=_transport(settings), own_state=state)


def _is_whole(services: Services) -> bool:
    text = services.settings.texts_folder / FILE
    return text.is_file() and is_whole(text.read_text(encoding="utf-8"))


def _take_in_what_came_later(services: Services, newest: Iterable[own.Edition]) -> None:
    """Keep what was the server's when the database was made, and is people's to decide by now."""
    seen = next((one.number for one in newest if one.path == FILE), 0)
    text = as_text(decided(services.settings)).encode()
    stamp = Stamp(clock.now(), _SETUP, has_looked=True)
    source = str(services.settings.home)
    with writing(services.engine) as session, suppress(own.ChangedMeanwhileError):
        own.put(session, FILE, text, stamp, seen=seen, source=source)


def _take_in_once(settings: Settings, engine: Engine) -> None:
    """Give a database that has nothing of the secretariat's own what the home says.

    A home that was made before it lived in the database goes on as it was; a new one begins with
    what the environment and the settings file say.
    """
    found = files_in(settings.home / BEFORE) | {FILE: as_text(decided(settings)).encode()}
    stamp = Stamp(clock.now(), _SETUP, has_looked=True)
    with writing(engine) as session, suppress(own.ChangedMeanwhileError):
        for path, content in found.items():
            own.put(session, path, content, stamp, seen=0, source=str(settings.home))


_SETUP = "opsætningen"
"""Who first says what the environment and the settings file said."""

BEFORE = "templates"
"""The folder of a home in which the secretariat's own texts stood before the database had them."""


def document_store(settings: Settings) -> DocumentStore:
    """Where the documents of an installation lie."""
    return DocumentStore(settings.home / "documents")


def locked_store(settings: Settings) -> DocumentStore:
    """Where files of mails lie until a person has looked whether they hold a CPR number."""
    return DocumentStore(settings.home / "locked")


def scanner_of(settings: Settings) -> Clamd | None:
    """What looks for viruses; None where none is set up."""
    files = settings.files
    return Clamd(files.clamd, files.timeout_seconds) if files.clamd else None


def _transport(settings: Settings) -> Transport:
    if settings.sends and settings.mail.transport == "smtp":
        return SmtpTransport(settings.mail)
    if settings.sends:
        return GraphTransport(settings.graph, settings.mail.timeout_seconds)
    return FolderTransport(settings.mail.folder)
