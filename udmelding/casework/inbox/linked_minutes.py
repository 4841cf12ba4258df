"""Minutes that a reply only links to: fetched by a person's press, read, and suggested.

Nothing is fetched by itself: whoever writes to the mailbox could make the server call anywhere. The
fetch is that of all evidence (``outside.evidence``), what comes goes through the one intake, and
what it seems to say stands as a suggestion, as enclosed minutes do, with the link as its source.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from models import IncomingState
from udmelding.casework.files import TakenFile, kinds, take_in, words_in
from udmelding.casework.wiring import Services
from udmelding.documents.files.guard_kinds import Shape, shape_of
from udmelding.documents.files.text_plain import decode_text
from udmelding.errors import ConfirmationNeededError, NotFoundError, OutsideError, RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.files import guard
from udmelding.journal.inbox import incoming
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.stamp import Stamp
from udmelding.outside import evidence
from udmelding.outside.inbox.html_text import plain_text
from udmelding.rules.files.cpr import without_cpr
from udmelding.rules.inbox.links import host_of, links_in
from udmelding.rules.inbox.minutes import decided_by_minutes
from udmelding.rules.inbox.reply_words import Suggestion

LIMITS = evidence.Limits(most_bytes=20_000_000, timeout_seconds=10.0, total_seconds=30.0)
"""A person waits at the page: what takes longer is opened by hand."""

FEWEST_SIGNS = 100
"""Of text; a page with fewer shows its minutes only where its scripts run, a file is pictures."""

ADVICE = "Åbn linket selv, og indsæt teksten nedenfor."
_TAKEN = kinds(".pdf", ".docx", ".txt")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_PASSWORD = re.compile(rb"<input[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)


class MinutesError(RefusedError):
    """Minutes behind a link could not be read; a person opens the link."""

    def __init__(self, problem: str) -> None:
        """Compose the message from the ``problem``, a Danish clause or sentence."""
        super().__init__(f"Referatet kunne ikke hentes: {problem.rstrip('.')}. {ADVICE}")


@dataclass(frozen=True, slots=True)
class _Fetched:
    """What came: a file as it is kept, and its words; of a page the words are the file."""

    name: str
    content: bytes
    words: str = ""


def links_of(mail: InboxMail) -> tuple[str, ...]:
    """The links that a mail's writer gives; behind one of them may stand the minutes."""
    found: list[str] = mail.suggestion.get("links", [])
    return tuple(dict.fromkeys((*found, *links_in(mail.own_text))))


def read_linked(services: Services, key: str, number: int, stamp: Stamp) -> str:
    """Fetch what a link of a mail leads to, keep it with the mail, and suggest what it decided.

    Pressed twice it is read anew; the same file stands there once.

    Args:
        services: database and store.
        key: of the mail.
        number: of the link in ``links_of``, from 0.
        stamp: who asks for it and when, and whether that person has looked for CPR numbers.

    Returns:
        What was done, in Danish.

    Raises:
        NotFoundError: there is no such mail or link.
        MinutesError: the minutes cannot be fetched or not be kept. Nothing is changed then.
        ConfirmationNeededError: they may hold a CPR number, and nobody has looked.
        RefusedError: the mail waits no longer.
    """
    with reading(services.engine) as session:
        mail = incoming.get(session, key)
    links = links_of(mail)
    if not 0 <= number < len(links):
        raise NotFoundError("link i mailen", str(number + 1))
    _check_waiting(mail)
    link, today = links[number], stamp.now.date()
    came = _fetched(link, stamp.now)
    taken = _kept(services, came, stamp)
    words = came.words or words_in(came.name, came.content, today)
    found = decided_by_minutes(without_cpr(words, today), today)
    _suggest(services, key, found, link, stamp, taken)
    if found is None and len(words) < FEWEST_SIGNS:  # what tells of the file itself, at most
        return (
            f"Referatet er hentet som «{taken.file_name}», men der er ingen tekst i filen, kun "
            "billeder. Åbn filen, og udfyld felterne selv."
        )
    return _told(found, f"Referatet er hentet som «{taken.file_name}»")


def read_pasted(services: Services, key: str, text: str, stamp: Stamp) -> str:
    """Suggest what minutes say that a person has pasted; only the suggestion is kept.

    Raises:
        NotFoundError: there is no such mail.
        RefusedError: there is no text, or the mail waits no longer.
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
    """
    if not text.strip():
        raise RefusedError("Indsæt teksten fra referatet først.")
    with reading(services.engine) as session:
        mail = incoming.get(session, key)
    _check_waiting(mail)
    with writing(services.engine) as session:
        guard(session, key, {"text": text}, stamp)
    found, links = decided_by_minutes(text, stamp.now.date()), links_of(mail)
    # From which of several links it was copied, nobody knows.
    link = mail.suggestion.get("link", "") or (links[0] if len(links) == 1 else "")
    _suggest(services, key, found, link, stamp)
    return _told(found, "Teksten er læst")


def _check_waiting(mail: InboxMail) -> None:
    if mail.state is not IncomingState.WAITING:
        raise RefusedError("En anden har behandlet mailen i mellemtiden.")


def _fetched(link: str, now: dt.datetime) -> _Fetched:
    """What the link leads to.

    Raises:
        MinutesError: it does not come, or is nothing that minutes are written in.
    """
    try:
        got = evidence.fetch(link, now, LIMITS)
    except (evidence.BadLinkError, evidence.EvidenceError) as error:
        raise MinutesError(error.problem) from error
    shape = shape_of(got.content)
    if shape is Shape.PDF:
        return _Fetched(_name(got.url, ".pdf"), got.content)
    if shape is Shape.ZIP and (got.media_type == _WORD or _ending(got.url) == ".docx"):
        return _Fetched(_name(got.url, ".docx"), got.content)
    if shape is Shape.TEXT and got.media_type in _PAGES:
        return _page(got)
    if shape is Shape.TEXT and got.media_type == "text/plain":
        return _Fetched(_name(got.url, ".txt"), got.content, decode_text(got.content))
    raise MinutesError("linket fører ikke til en side, en PDF eller et Word-dokument")


def _page(got: evidence.Evidence) -> _Fetched:
    """The text of a page, with where and when it was read: its scripts are nobody's evidence."""
    words = plain_text(decode_text(got.content))
    if _PASSWORD.search(got.content):
        raise MinutesError("siden kræver, at man logger ind")
    if len(words) < FEWEST_SIGNS:
        raise MinutesError(
            "siden viser først sit indhold i en browser, så der er ingen tekst i den"
        )
    head = f"Hentet fra {got.url} den {got.fetched_at:%d.%m.%Y kl. %H.%M}\n\n"
    return _Fetched(f"referat-{host_of(got.url)}.txt", (head + words).encode(), words)


def _ending(url: str) -> str:
    return PurePath(unquote(urlsplit(url).path)).suffix.casefold()


def _name(url: str, ending: str) -> str:
    """The file's own name, with the ending of what it is."""
    name = PurePath(unquote(urlsplit(url).path)).stem or f"referat-{host_of(url)}"
    return f"{name}{ending}"


def _kept(services: Services, came: _Fetched, stamp: Stamp) -> TakenFile:
    try:
        return take_in(services, came.name, came.content, _TAKEN, stamp)
    except ConfirmationNeededError:
        raise
    except (RefusedError, OutsideError) as error:
        raise MinutesError(error.message) from error


_READ = ("meaning", "outcome", "level", "on", "words", "item_number")


def _suggest(
    services: Services,
    key: str,
    found: Suggestion | None,
    link: str,
    stamp: Stamp,
    taken: TakenFile | None = None,
) -> None:
    """Write what was read beside the mail; where nothing was decided, what stood there stays."""
    with writing(services.engine) as session:
        mail = incoming.get(session, key)
        _check_waiting(mail)
        suggestion = dict(mail.suggestion)
        if found is not None:
            suggestion = {name: said for name, said in suggestion.items() if name not in _READ}
            read = {name: getattr(found, name) for name in _READ}
            suggestion |= {name: str(said) for name, said in read.items() if said}
        if link:
            suggestion["link"] = link
        incoming.suggest(session, key, suggestion, stamp)
        if taken and taken.sha256 not in {file["sha256"] for file in mail.attachments}:
            files = [*mail.attachments, asdict(taken)]
            incoming.put_files(session, key, files, mail.raw_sha256)


def _told(found: Suggestion | None, done: str) -> str:
    if found is None:
        return f"{done}, men der er ikke fundet en beslutning. Læs det selv, og udfyld felterne."
    if found.outcome is None:
        return (
            f"{done}, men der er flere punkter i det, så det er ikke til at se, hvilket der er "
            "sagens. Find punktet, og udfyld felterne."
        )
    return f"{done}. Se efter, om forslaget passer, og registrér det."
