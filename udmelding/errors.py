"""What can go wrong, told to the person who meets it.

Three families stand under one base that is never raised itself:

* ``RefusedError``: you asked for something that is not allowed or not understood.
  Asking again in the same words never helps; the message says what to write instead.
* ``ConfirmationNeededError``: only a person can say; the same call with that word goes through.
* ``OutsideError``: the world did something wrong (a mail server, a disk, a database).
  The same call may succeed later; ``is_temporary`` says whether it is worth trying.

Messages are Danish, because caseworkers read them. Facts ride along as attributes, so that a
page, a command and a log can each show them in their own way. Imports only the standard library.
"""

from __future__ import annotations

from dataclasses import dataclass


class UdmeldingError(Exception):
    """Base of all errors of ours; raise one of its families instead."""

    http_status = 500

    def __init__(self, message: str) -> None:
        """Keep the Danish ``message``; refuse to be raised as the bare base."""
        if type(self) is UdmeldingError:
            raise TypeError("Raise RefusedError, OutsideError or another class under me.")
        super().__init__(message)
        self.message = message


class RefusedError(UdmeldingError):
    """The caller asked for something that is not allowed; repeating it never helps."""

    http_status = 422


_NEUTER = frozenset(
    {
        "afsnit",
        "arbejde",
        "brev",
        "dokument",
        "kapitel",
        "link",
        "møde",
        "område",
        "organ",
        "spørgeskema",
        "svar",
        "trin",
    }
)
"""Nouns of what is looked for that take *intet*; a noun may have one adjective before it."""


class NotFoundError(RefusedError):
    """The named case, party, step or file does not exist.

    Attributes:
        kind: the Danish noun of what was looked for, such as ``"sag"``.
        name: what the caller wrote.
        known: what could have been written instead, in the order to show it.

    A ``hint`` is a whole sentence on what to do instead.
    """

    http_status = 404

    def __init__(
        self, kind: str, name: str, known: tuple[str, ...] = (), *, hint: str = ""
    ) -> None:
        """Compose the message from the ``kind``, the ``name`` and up to twelve ``known`` ones."""
        told = f" {hint}" if hint else ""
        if known:
            shown = ", ".join(known[:12]) + (" …" if len(known) > 12 else "")
            told = f" Kendte: {shown}.{told}"
        nouns = {word.rpartition("-")[2] for word in kind.split()[:2]}
        no = "intet" if nouns & _NEUTER else "ingen"
        named = name if kind.endswith(" den") else f"med navnet «{name}»"
        super().__init__(f"Der findes {no} {kind} {named}.{told}")
        self.kind, self.name, self.known = kind, name, known


class DoubtfulError(RefusedError):
    """What is to be recorded can be true, but something speaks against it; nothing is recorded.

    An example: a council's decision a year before its case was received. The same call goes through
    with a reason (``Stamp.even_so``), which is kept.

    Attributes:
        doubts: what speaks against it, in Danish sentences.
    """

    def __init__(self, doubts: tuple[str, ...]) -> None:
        """Compose the message; how the reason is said is for each edge to add."""
        super().__init__(f"Intet er gemt endnu, for noget taler imod: {' '.join(doubts)}")
        self.doubts = doubts


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a file: where it is and what to write instead.

    Attributes:
        where: file name, with ``:line`` when the line is known.
        key: dotted path of the key, such as ``steps.2.due``; empty for the file as a whole.
        problem: what is wrong and what is allowed, in Danish.
    """

    where: str
    key: str
    problem: str

    def __str__(self) -> str:
        """Show one line: place, key, problem."""
        return (
            f"{self.where}: {self.key}: {self.problem}"
            if self.key
            else f"{self.where}: {self.problem}"
        )


class BadFileError(RefusedError):
    """A file of data or settings cannot be used; nothing of it was taken in.

    Attributes:
        flaws: every flaw that was found, in the order of the file.
    """

    def __init__(self, what: str, flaws: tuple[Flaw, ...]) -> None:
        """Compose the message: ``what`` (a Danish noun phrase) and one line for each flaw."""
        lines = "\n".join(f"  {flaw}" for flaw in flaws)
        super().__init__(f"{what} kan ikke bruges, og intet er ændret:\n{lines}")
        self.flaws = flaws


class ConfirmationNeededError(UdmeldingError):
    """A person has to look first; the same call goes through once somebody has and says so.

    An example: digits that may be a CPR number, or a case number of the same look.

    Attributes:
        confirm: what the person says who lets it through, in Danish.
    """

    http_status = 409

    def __init__(self, message: str, confirm: str) -> None:
        """Keep the Danish ``message`` and the words that let it through."""
        super().__init__(message)
        self.confirm = confirm


class OutsideError(UdmeldingError):
    """The world outside failed: a mail server, a disk, a database, a web address.

    Attributes:
        is_temporary: whether the same call may succeed later.
    """

    http_status = 503

    def __init__(self, message: str, *, is_temporary: bool) -> None:
        """Keep the Danish ``message`` and whether a later try may succeed."""
        super().__init__(message)
        self.is_temporary = is_temporary
