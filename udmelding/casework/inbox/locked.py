"""Files of mails that are locked away: seen, let out or deleted by a person, and kept in order.

A mail cannot be refused, so a file that may hold a CPR number is kept, but in a store of its own
(``Services.locked``): no document, package, export, search or mail reads from there. Which files
belong there, and what becomes of each, is said in the journal alone (``rules.inbox.mail_files``).

A decision is one transaction: it is written who decided what, and what is let out is copied to the
documents before that. Only then are bytes deleted, by ``tidy``, which makes the disk say what the
journal says: in the locked store lies what waits, and nothing else. A program that is killed
between the two has said what is to happen, and the next ``tidy`` does it. It runs when the pages
start, before mail is read, with ``udmelding init``, and after every decision.

A decision is about the bytes. The same file may have come with several mails; where it is locked
away it is decided there too, and the page says so before. Where the same bytes are a document that
somebody else has put in a case, they stay there, and that is told.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import BinaryIO

from udmelding.casework.files import let_out, lock_in
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, OutsideError, RefusedError
from udmelding.journal.database import Session, writing
from udmelding.journal.files import guard, keep_word
from udmelding.journal.inbox import incoming
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.inbox.shelves import with_locked_files
from udmelding.journal.service import locked_documents, named_documents
from udmelding.journal.stamp import Stamp
from udmelding.rules.inbox.mail_files import FileState, decide_file, file_sentence, state_of
from udmelding.rules.words.lists import join_names

_log = logging.getLogger(__name__)


def is_locked(mail: InboxMail, sha256: str) -> bool:
    """Whether a file of a mail, or the mail as it came, is locked away."""
    is_raw = bool(sha256) and sha256 == mail.raw_sha256
    return sha256 in _locked_in(mail) or (is_raw and mail.locked_files > 0)


def open_file(services: Services, mail: InboxMail, sha256: str) -> BinaryIO:
    """A file of a mail, or the mail as it came, open at its beginning.

    Whoever asks for one that is locked away must be somebody who decides on it.

    Raises:
        NotFoundError: it is not there.
        OutsideError: it is damaged or cannot be read.
    """
    if is_locked(mail, sha256):
        with suppress(NotFoundError):  # kept by an earlier program, and not moved yet
            return services.locked.open_checked(sha256)
    return services.store.open_checked(sha256)


def decide(services: Services, key: str, said: Mapping[int, bool], stamp: Stamp) -> str:
    """Let files out or delete them, by a person's word; returns what was done, in Danish.

    Args:
        services: database and stores.
        key: of the mail.
        said: by the file's place in the mail, from 0: whether it holds a CPR number.
        stamp: who decides, and when.

    Raises:
        NotFoundError: there is no such mail or file.
        RefusedError: nothing was said, or somebody else has decided on one of them; nothing is
            changed then.
        OutsideError: a file cannot be let out, and nothing is changed; or one could not be deleted
            from the disk, which the message says, and ``tidy`` tries again.
    """
    if not said:
        raise RefusedError("Vælg for mindst én af filerne, hvad den indeholder.")
    tidy(services)  # what an earlier program has kept elsewhere is deleted from where it is
    with writing(services.engine) as session:
        incoming.hold_files(session)
        mail = incoming.get(session, key)
        new = {number: said[number] for number in said if _is_to_decide(mail, number, said)}
        others = settle_files(services, session, mail, new, stamp)
    _delete_now(services)
    return _told(services, mail, said, others)


def _is_to_decide(mail: InboxMail, number: int, said: Mapping[int, bool]) -> bool:
    """Whether that file waits; False where the very same was said before.

    Raises:
        NotFoundError, RefusedError: there is none, or it does not wait.
    """
    if not 0 <= number < len(mail.attachments):
        raise NotFoundError("fil i mailen", str(number + 1))
    file = mail.attachments[number]
    state = state_of(file)
    if state is FileState.LOCKED:
        return True
    if state is (FileState.DELETED if said[number] else FileState.RELEASED):
        return False  # the button was pressed twice, or two people agree
    why = file_sentence(file) or "Den er ikke låst."
    raise RefusedError(f"Filen «{file['file_name']}» kan ikke afgøres. {why}")


def settle_files(
    services: Services,
    session: Session,
    mail: InboxMail,
    said: Mapping[int, bool],
    stamp: Stamp,
) -> int:
    """Write down what was decided, wherever the same bytes are locked away; deletes nothing yet.

    Call ``tidy`` when the transaction is over.

    Args:
        services: the stores; what is let out is copied.
        session: a writing transaction in which files are held (``incoming.hold_files``).
        mail: the mail.
        said: by the place of a file that waits: whether it holds a CPR number.
        stamp: who decides, and when.

    Returns:
        How many other mails the decision was for as well.

    Raises:
        RefusedError: two different things were said of the same bytes.
        NotFoundError: what was to be let out is not there any more.
        OutsideError: it is damaged, or the disk refuses.
    """
    answers: dict[str, bool] = {}
    for number, holds_cpr in said.items():
        file = mail.attachments[number]
        if answers.setdefault(file["sha256"], holds_cpr) is not holds_cpr:
            raise RefusedError(
                f"«{file['file_name']}» er den samme fil som en anden i mailen. Vælg det samme for "
                "dem."
            )
    for sha256, holds_cpr in answers.items():
        if not holds_cpr:
            let_out(services, sha256)
    concerned = _with_any_of(session, answers)
    for one in concerned:
        _settle_in(services, session, one, answers, stamp)
    return sum(one.key != mail.key for one in concerned)


def _settle_in(
    services: Services,
    session: Session,
    mail: InboxMail,
    answers: Mapping[str, bool],
    stamp: Stamp,
) -> None:
    """The same for one mail, and for the mail as it came: it carries all its files."""
    guard(session, mail.key, {}, stamp)  # who decides is kept too
    files, looked_at = [], []
    for number, file in enumerate(mail.attachments, start=1):
        is_meant = state_of(file) is FileState.LOCKED and file["sha256"] in answers
        if is_meant:
            holds_cpr = answers[file["sha256"]]
            looked_at += [] if holds_cpr else [f"fil {number}: {file['file_name']}"]
            files.append(decide_file(file, holds_cpr=holds_cpr, at=stamp.now, by=stamp.by))
        else:
            files.append(file)
    if looked_at:
        keep_word(session, mail.key, looked_at, stamp)
    states = {state_of(file) for file in files}
    raw = mail.raw_sha256
    if FileState.DELETED in states:
        raw = ""
    elif raw and FileState.LOCKED not in states:
        let_out(services, raw)
    incoming.put_files(session, mail.key, files, raw)


def _with_any_of(session: Session, checksums: Iterable[str]) -> list[InboxMail]:
    """The mails in which one of these files is locked away."""
    wanted = frozenset(checksums)
    return [mail for mail in with_locked_files(session) if wanted & _locked_in(mail)]


def _locked_in(mail: InboxMail) -> set[str]:
    return {f["sha256"] for f in mail.attachments if state_of(f) is FileState.LOCKED}


def also_in(session: Session, mail: InboxMail) -> list[str]:
    """For each file of a mail, what other mails a decision on it is for; empty for none."""
    locked = _locked_in(mail)
    others = [one for one in _with_any_of(session, locked) if one.key != mail.key]
    found = []
    for file in mail.attachments:
        is_locked = state_of(file) is FileState.LOCKED
        same = [one for one in others if is_locked and file["sha256"] in _locked_in(one)]
        names = [f"«{one.subject or '(uden emne)'}»" for one in same[:3]]
        names += [f"{len(same) - 3} mere"] if len(same) > len(names) else []
        where = f"Samme fil er låst i mailen {join_names(names)}. Valget gælder også dér."
        found.append(where if names else "")
    return found


def _told(services: Services, mail: InboxMail, said: Mapping[int, bool], others: int) -> str:
    sentences = []
    for holds_cpr, what in ((True, "slettet"), (False, "frigivet")):
        names = [f"«{mail.attachments[n]['file_name']}»" for n in said if said[n] is holds_cpr]
        if names:
            sentences.append(f"{join_names(names)} er {what}.")
    if others:
        where = "en anden mail" if others == 1 else f"{others} andre mails"
        sentences.append(f"Det gælder også den samme fil i {where}.")
    left = [
        f"«{mail.attachments[n]['file_name']}»"
        for n, holds_cpr in said.items()
        if holds_cpr
        and (sha256 := mail.attachments[n]["sha256"])
        and services.store.look(sha256, None) is None
    ]
    if left:
        sentences.append(
            f"{join_names(left)} ligger også blandt dokumenterne, fordi nogen har lagt den dér, og "
            "er ikke slettet derfra."
        )
    if any(said.values()):
        sentences.append("Slet også mailen i sekretariatets postkasse.")
    return " ".join(sentences)


def _delete_now(services: Services) -> None:
    try:
        tidy(services)
    except OutsideError as error:
        raise OutsideError(
            f"Afgørelsen er gemt, men disken er ikke ryddet endnu. {error.message} Programmet "
            "prøver igen, næste gang posten læses.",
            is_temporary=error.is_temporary,
        ) from error


def tidy(services: Services) -> None:
    """Let the disk say what the journal says; changes nothing where it does.

    What waits is in the locked store and, unless somebody else has put the same bytes there, not
    among the documents. Whatever else is in the locked store is deleted: what was let out or is to
    be deleted, and what a killed program has left of a mail that was never taken in.

    Raises:
        OutsideError: the disk or the database cannot be read or written; helps to try again.
    """
    with writing(services.engine) as session:
        incoming.hold_files(session)
        locked, store = services.locked, services.store
        wanted = _wanted(session)
        for sha256 in wanted - locked.checksums():
            if store.look_through(sha256) is None:  # else it is lost, as ``check`` tells
                lock_in(services, sha256)
        held = locked.checksums()
        doubled = {sha256 for sha256 in held if store.look(sha256, None) is None}
        named = {one.sha256 for one in named_documents(session)} if doubled else set()
        # The documents first: as long as a file is in the locked store, this is done again.
        for sha256 in doubled - named:
            store.remove(sha256)
        for sha256 in held - wanted:
            locked.remove(sha256)
        locked.remove_pieces()


def _wanted(session: Session) -> set[str]:
    """What belongs in the locked store; counts anew in mails from which a file was redacted."""
    for mail in with_locked_files(session):
        count = sum(state_of(file) is FileState.LOCKED for file in mail.attachments)
        if count != mail.locked_files:
            incoming.put_files(session, mail.key, mail.attachments, mail.raw_sha256)
    return {one.sha256 for one in locked_documents(session)}


def tidy_quietly(services: Services) -> None:
    """``tidy`` where other things must go on; what went wrong is logged and comes right later."""
    try:
        tidy(services)
    except OutsideError:
        _log.exception("the locked files of mails are not in order yet")
