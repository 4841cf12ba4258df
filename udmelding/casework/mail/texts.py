"""The secretariat's own texts for its mails: which there are, whether they hold, changing them.

They are files below ``<home>/templates/mail``, named like the shipped ones, and come before them.
What is saved here has passed every check. A file that somebody has edited by hand may be flawed;
mails of its kind are then written from the shipped text, and the flaw is told here.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from models import MailKind
from udmelding import clock, private
from udmelding.config.settings import Settings
from udmelding.documents.mail import checks as mail_checks
from udmelding.documents.mail.flaw_wording import TextFlaw
from udmelding.documents.mail.rendering import MAILS, REWORDED, MailTexts, find_texts
from udmelding.documents.mail.templates import names, own_text
from udmelding.errors import NotFoundError, OutsideError, RefusedError
from udmelding.journal.database import Session
from udmelding.journal.mail import texts as mail_texts
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.outside import atomic
from udmelding.rules.case.glossary import label


class Origin(StrEnum):
    """Whose text the mails of a kind are written from."""

    SHIPPED = "shipped"
    OWN = "own"
    FLAWED = "flawed"


class ChangedMeanwhileError(RefusedError):
    """Somebody else has changed the text since the form was opened."""

    http_status = 409

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Teksten er ændret af en anden, siden du åbnede siden, og er ikke gemt. Åbn siden igen "
            "i et andet vindue, se, hvad der er ændret, og flyt din tekst over."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfMail:
    """One kind of mail, as far as its texts go.

    Attributes:
        origin: whose text is used; ``FLAWED``: there is an own one, but the shipped one is used.
        own: names of the own files that its mails are, or would be, written from.
        changed_at: when the newest of these was changed; None where there are none.
        warnings: what they say that is not true in every case; they are used all the same.
    """

    kind: MailKind
    origin: Origin
    own: tuple[str, ...]
    changed_at: dt.datetime | None
    flaws: tuple[TextFlaw, ...]
    warnings: tuple[TextFlaw, ...]

    @property
    def label(self) -> str:
        """The kind's Danish name."""
        return label(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedTexts:
    """The texts of one kind as they can be edited.

    Attributes:
        seen: stands for what is in the files; what is saved later must come from the same.
        is_own: whether the kind has a file of its own in the secretariat's folder.
    """

    subject: str
    body: str
    seen: str
    is_own: bool


def kind_named(name: str) -> MailKind:
    """The kind of mail with that English or Danish name.

    Raises:
        NotFoundError: there is none.
    """
    wanted = name.strip().casefold()
    for kind in MAILS:
        if wanted in (kind.value, kind.value.replace("_", "-"), label(kind).casefold()):
            return kind
    raise NotFoundError("slags mail", name, tuple(kind.value for kind in MAILS))


def all_kinds(settings: Settings) -> tuple[KindOfMail, ...]:
    """Every kind of mail and whose text it is written from."""
    texts = find_texts(settings.texts_folder)
    return tuple(_kind_of(texts, kind) for kind in MAILS)


def one_kind(settings: Settings, kind: MailKind) -> KindOfMail:
    """One kind of mail and whose text it is written from."""
    return _kind_of(find_texts(settings.texts_folder), kind)


def _kind_of(texts: MailTexts, kind: MailKind) -> KindOfMail:
    flaws = texts.flaws(kind)
    own = mail_checks.own_texts(kind, texts.found)
    changed = [at for name in own if (at := _changed_at(texts.found.texts[name].path)) is not None]
    return KindOfMail(
        kind=kind,
        origin=Origin.FLAWED if flaws else (Origin.OWN if own else Origin.SHIPPED),
        own=own,
        changed_at=max(changed, default=None),
        flaws=flaws,
        warnings=texts.warnings(kind),
    )


def flaws_in(folder: Path) -> tuple[TextFlaw, ...]:
    """Everything that is wrong with the texts in a folder of a secretariat's own.

    Args:
        folder: holds a folder ``mail``; where it is not there, nothing is wrong.
    """
    mails = folder / "mail"
    if mails.exists():
        try:
            next(mails.iterdir(), None)
        except OSError as error:
            return (TextFlaw("mail", 0, f"Mappen {mails} kan ikke læses ({error.strerror})."),)
    texts = find_texts(folder)
    flaws = [flaw for kind in MAILS for flaw in texts.flaws(kind)]
    return tuple(sorted({*flaws, *mail_checks.unused_files(texts.found)}))


def warnings_in(folder: Path) -> tuple[TextFlaw, ...]:
    """What the own texts in a folder say that is not true in every case, flawed ones left out."""
    texts = find_texts(folder)
    return tuple(sorted({warning for kind in MAILS for warning in texts.warnings(kind)}))


def edited_texts(settings: Settings, kind: MailKind) -> EditedTexts:
    """The kind's texts for the form: its own where there is a file, flawed or not."""
    files = _files(settings, kind)
    raw = [_content(path) for path in files]
    shipped = find_texts().shipped
    subject, body = (
        shipped.texts[name].content if content is None else content.decode("utf-8", "replace")
        for name, content in zip(names(kind), raw, strict=True)
    )
    is_own = any(content is not None for content in raw)
    return EditedTexts(subject=subject, body=body, seen=_seen(raw), is_own=is_own)


def with_changes(settings: Settings, kind: MailKind, subject: str, body: str) -> MailTexts:
    """All texts as they would be with these for the kind; saves nothing."""
    texts, changes = find_texts(settings.texts_folder), {}
    for name, path, text in zip(names(kind), _files(settings, kind), (subject, body), strict=True):
        plain = _normal(text)
        shipped = texts.shipped.texts[name]
        is_shipped = plain.strip() == shipped.content.strip()
        changes[name] = shipped if is_shipped else own_text(path, plain.encode())
    return replace(texts, found=texts.found.with_texts(changes))


def save_texts(
    settings: Settings, kind: MailKind, subject: str, body: str, seen: str
) -> tuple[TextFlaw, ...]:
    """Use these texts for the kind from now on, if nothing is wrong with them.

    A text that says the same as the shipped one needs no file, and gets none.

    Returns:
        The flaws, and then nothing is saved; none when the texts are in use.

    Raises:
        ChangedMeanwhileError: the files are not those that ``seen`` stands for.
        OutsideError: the folder cannot be written.
    """
    changed = with_changes(settings, kind, subject, body)
    if flaws := changed.flaws(kind):
        return flaws
    files = dict(zip(names(kind), _files(settings, kind), strict=True))
    with _alone(settings, kind, seen):
        for name, path in files.items():
            text = changed.found.texts[name]
            if text.is_own:
                content = text.content.encode()
                private.make_folder(path.parent)
                atomic.write([content], path.parent, lambda path=path: path)  # type: ignore[misc]
            else:
                path.unlink(missing_ok=True)
    return ()


def use_shipped(settings: Settings, kind: MailKind, seen: str) -> None:
    """Take the kind's own files away; its mails are written from the shipped texts again.

    Raises:
        ChangedMeanwhileError: the files are not those that ``seen`` stands for.
        OutsideError: the folder cannot be written.
    """
    with _alone(settings, kind, seen):
        for path in _files(settings, kind):
            path.unlink(missing_ok=True)


def copy_shipped(settings: Settings, kind: MailKind) -> tuple[Path, ...]:
    """Put the shipped texts of a kind into the secretariat's folder, to be edited there.

    Raises:
        RefusedError: the kind has own texts already.
        OutsideError: the folder cannot be written.
    """
    files, shipped = _files(settings, kind), find_texts().shipped
    present = [path for path in files if path.exists()]
    if present:
        raise RefusedError(f"Der er allerede en egen tekst: {present[0]}. Den er ikke rørt.")
    with _alone(settings, kind, _seen([None, None])):
        for name, path in zip(names(kind), files, strict=True):
            private.make_folder(path.parent)
            content = shipped.texts[name].content.encode()
            atomic.write([content], path.parent, lambda path=path: path)  # type: ignore[misc]
    return files


def keep_versions(
    session: Session, texts: MailTexts, mails: Iterable[OutboxMail], now: dt.datetime
) -> None:
    """Keep the texts that mails were just made from, in the transaction that writes the mails."""
    made = {(x.mail, x.template_version) for x in mails if x.template_version != REWORDED}
    for kind, version in sorted(made):
        source = texts.source(kind)
        mail_texts.keep(session, kind, version, source.texts, source.own, now)


def _files(settings: Settings, kind: MailKind) -> tuple[Path, Path]:
    subject, body = names(kind)
    folder = settings.texts_folder / "mail"
    return folder / subject, folder / body


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return b""


def _seen(raw: list[bytes | None]) -> str:
    marks = (b"-" if content is None else b"+" + content for content in raw)
    return hashlib.sha256(b"\0".join(marks)).hexdigest()[:16]


def _normal(text: str) -> str:
    """A text as a file holds it, however the browser has sent it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"


def _changed_at(path: Path) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(path.stat().st_mtime, clock.COPENHAGEN)
    except OSError:
        return None


@contextmanager
def _alone(settings: Settings, kind: MailKind, seen: str) -> Iterator[None]:
    """Change the files while nobody else does, and only if they are still those that were seen."""
    folder = settings.texts_folder / "mail"
    try:
        private.make_folder(folder)
        with (folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _seen([_content(path) for path in _files(settings, kind)]) != seen:
                raise ChangedMeanwhileError
            yield
    except OSError as error:
        raise OutsideError(
            f"Teksten kan ikke gemmes i {folder} ({error.strerror}).", is_temporary=False
        ) from error
