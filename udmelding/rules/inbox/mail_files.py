"""How does a file stand that came by mail: free, locked away, let out, deleted, or never kept?

A file may be the answer that was asked for, or a letter about a citizen. So one in which something
like a CPR number was found, however sure that is, is locked away, and so is every file of a mail
whose own words certainly or likely held one: who writes a number in a mail has often written it in
its files too, where a picture or a scan hides it. A person looks and decides: there is none, and
the file is let out; or there is one, and its bytes are deleted for good.

A file of which not all could be read (pages that are pictures) is not locked for that alone: most
scans are council minutes, and a lock on every one would be opened unread. It is told of.

A file stands in the journal as a mapping (``models.incoming``). Whoever asks how one stood on a
past day learns of a deletion all the same: nobody can show what is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from udmelding.rules.files.cpr import REFUSED, Grade
from udmelding.rules.files.cpr_wording import Place, found_sentence
from udmelding.rules.words.date_wording import long_date

MailFile = Mapping[str, Any]
"""One of ``models.IncomingMail.attachments``."""


class FileState(StrEnum):
    """How a file of a mail stands.

    ``FREE`` and ``RELEASED`` ones lie among the documents, ``LOCKED`` ones apart from them; of the
    others there are no bytes.
    """

    FREE = "free"
    LOCKED = "locked"
    RELEASED = "released"
    DELETED = "deleted"
    NOT_KEPT = "not_kept"


HERE = frozenset({FileState.FREE, FileState.RELEASED})
"""Files that everybody who sees the mail may have."""


def state_of(file: MailFile, as_of: dt.datetime | None = None) -> FileState:
    """How a file stands.

    Args:
        file: as it is kept.
        as_of: what was let out later is locked then; what was deleted since is deleted.
    """
    decision = file.get("decision")
    if decision and decision["holds_cpr"]:
        return FileState.DELETED
    if not file.get("sha256"):  # also one that an administrator took out for good
        return FileState.NOT_KEPT
    if decision:
        is_known = as_of is None or dt.datetime.fromisoformat(decision["at"]) <= as_of
        return FileState.RELEASED if is_known else FileState.LOCKED
    return FileState.LOCKED if file.get("is_locked") else FileState.FREE


def is_to_be_locked(places: Sequence[Place], in_words: Grade | None) -> bool:
    """Whether a file is locked away as it comes.

    Args:
        places: what was found in it and in its name.
        in_words: the surest in the mail's own words.
    """
    return bool(places) or in_words in REFUSED


def decide_file(file: MailFile, *, holds_cpr: bool, at: dt.datetime, by: str) -> dict[str, Any]:
    """The file after a person's word.

    Of one that is deleted name, kind and size stay. Its checksum goes too: with it the few digits
    of a small file could be guessed and proven.
    """
    decision = {"holds_cpr": holds_cpr, "at": at.isoformat(), "by": by}
    if holds_cpr:
        kept = {name: file[name] for name in ("file_name", "media_type", "size")}
        return {**kept, "sha256": "", "decision": decision}
    return {**{k: v for k, v in file.items() if k != "is_locked"}, "decision": decision}


def places_of(file: MailFile) -> tuple[Place, ...]:
    """Where in a file that is kept something was found."""
    return tuple((one["place"], Grade(one["grade"])) for one in file.get("cpr", ()))


_IN_WORDS = "Der står et cpr-nummer, eller noget, der ligner, i mailens egne ord."


def file_sentence(file: MailFile) -> str:
    """What a person is told of a file; empty where there is nothing to tell."""
    unread = "Ikke alt i filen kunne undersøges for cpr-numre." if file.get("unread") else ""
    match state_of(file):
        case FileState.NOT_KEPT:
            said = [f"Ikke gemt: {file['refused']}."]
        case FileState.DELETED:
            said = [f"{_decision(file)}, fordi den indeholder et cpr-nummer."]
        case FileState.RELEASED:
            said = [f"{_decision(file)}: der er intet cpr-nummer i den."]
        case FileState.LOCKED:
            said = ["Låst, til en sagsbehandler har set efter.", why_locked(file), unread]
        case _:
            said = [found_sentence(places_of(file)), unread]
    return " ".join(sentence for sentence in said if sentence)


def why_locked(file: MailFile) -> str:
    """What was found where, for which a file is locked away."""
    return found_sentence(places_of(file)) or _IN_WORDS


def locked_sentence(count: int) -> str:
    """What a list says of a mail with so many locked files; empty for none."""
    if not count:
        return ""
    if count == 1:
        return "1 fil er låst. Se den, og sig, om den indeholder et cpr-nummer."
    return f"{count} filer er låst. Se dem, og sig, om de indeholder et cpr-nummer."


def _decision(file: MailFile) -> str:
    decision = file["decision"]
    did = "Slettet" if decision["holds_cpr"] else "Frigivet"
    on = dt.datetime.fromisoformat(decision["at"]).date()
    return f"{did} den {long_date(on)} af {decision['by']}"
