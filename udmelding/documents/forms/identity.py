"""Whose workbook is it, and where do its answers stand? The hidden sheet that tells.

The sheet holds JSON: the case, the step, the party, the question set, the map of the answer cells,
and a trace of every text that we wrote, so that a remark written beside the answers is found. The
checksum finds slips and broken programs, not forgery: who may answer for a party is decided by how
the file came, never by what it says of itself. It must be the one that was asked for: the case, the
party, the version of the questions.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.workbook import Workbook

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Respondent
from udmelding.documents.forms.layout import Place, write_text
from udmelding.errors import RefusedError

SHEET = "id"
FORMAT = 1
FORMULA = "="
"""The trace of a cell with a formula of ours, whose result is nobody's answer."""

_CHUNK = 30_000
_MOST_CHUNKS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the file says of itself.

    Attributes:
        question_set: key of the set; ``form`` and ``version`` say which that is.
        base: key of the answer it was filled from; empty for none.
        names: of the sheets by their marks.
        places: where each answer stands, by its key.
        traces: what we wrote, by mark and cell.
    """

    reference: str
    step: str
    party: str
    party_name: str
    respondent: str
    question_set: str
    form: str
    version: int
    base: str
    names: Mapping[str, str]
    places: Mapping[str, Place]
    traces: Mapping[str, Mapping[str, str]]


class ForeignError(RefusedError):
    """The file is not one of our workbooks, or says no longer which one."""


class NewerError(RefusedError):
    """The workbook was made by a later version of the program."""


def trace(text: str) -> str:
    """A short mark of a text, the same however programs wrap and space it."""
    plain = " ".join(text.replace("x005F_", "").split())
    return f"{zlib.crc32(plain.encode()):08x}"


def write_identity(book: Workbook, identity: Identity) -> None:
    """Put the hidden sheet into the workbook."""
    sheet = book.create_sheet(SHEET)
    # «Very hidden»: no menu shows it, so that nobody deletes it when tidying up.
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True
    text = json.dumps(_data(identity), ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    write_text(sheet.cell(1, 1), f"udmelding {FORMAT}")
    write_text(sheet.cell(1, 2), _checksum(text))
    for row, chunk in enumerate(chunks, start=2):
        write_text(sheet.cell(row, 1), chunk)


def read_identity(book: Workbook) -> Identity:
    """What the hidden sheet says.

    Raises:
        ForeignError: there is none, or it does not hang together.
        NewerError: its format is unknown.
    """
    if SHEET not in book.sheetnames:
        raise ForeignError("no id sheet")
    sheet = book[SHEET]
    word, _, number = str(sheet.cell(1, 1).value or "").partition(" ")
    if word != "udmelding" or not number.isdecimal():
        raise ForeignError("no mark")
    if int(number) > FORMAT:
        raise NewerError(number)
    last = min(sheet.max_row, _MOST_CHUNKS)
    text = "".join(str(sheet.cell(row, 1).value or "") for row in range(2, last + 1))
    if _checksum(text) != sheet.cell(1, 2).value:
        raise ForeignError("checksum")
    try:
        return _identity(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ForeignError("content") from error


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_TEXTS = (
    "reference", "step", "party", "party_name", "respondent", "question_set", "form", "base",
)  # fmt: skip


def _data(identity: Identity) -> dict[str, Any]:
    data: dict[str, Any] = {name: getattr(identity, name) for name in _TEXTS}
    return data | {
        "version": identity.version,
        "names": dict(identity.names),
        "places": {
            key: [place.mark, place.row, place.column, place.code]
            for key, place in identity.places.items()
        },
        "traces": {mark: dict(cells) for mark, cells in identity.traces.items()},
    }


def _identity(data: dict[str, Any]) -> Identity:
    texts = {name: str(data[name]) for name in _TEXTS}
    places = {
        str(key): Place(str(mark), _small(row), _small(column), str(code))
        for key, (mark, row, column, code) in data["places"].items()
    }
    return Identity(
        **texts,
        version=int(data["version"]),
        names={str(mark): str(name) for mark, name in data["names"].items()},
        places=places,
        traces={
            str(mark): {str(where): str(sum_) for where, sum_ in cells.items()}
            for mark, cells in data["traces"].items()
        },
    )


def _small(number: Any) -> int:
    """Raises ValueError for what is no row or column of ours."""
    if not isinstance(number, int) or not 1 <= number <= 20_000:
        raise ValueError(number)
    return number


FOREIGN = (
    "Filen er ikke det regneark, som svaret skal skrives i, eller den er lavet om, så det ikke "
    "længere kan læses. Det sker, når celler kopieres over i en ny fil, eller når et ark gemmes "
    "alene. Hent regnearket igen, skriv svarene i det, og send det."
)
_NEWER = (
    "Regnearket er lavet af en nyere udgave af systemet og kan ikke læses her. Hent regnearket "
    "igen, skriv svarene i det, og send det."
)
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the workbook should be.

    Attributes:
        party: code of who answers; None where any party of the case may.
        respondent: which sections it is asked; None where that follows from the workbook.
        question_set: key of the set that the case uses now.
        known_parties: names of the case's parties by their codes.
    """

    form: Form
    reference: str
    step: str
    question_set: str
    known_parties: Mapping[str, str]
    party: str | None = None
    respondent: Respondent | None = None


def identify(book: Workbook) -> Identity:
    """What the workbook says that it is.

    Raises:
        RefusedError: it says nothing that can be read.
    """
    try:
        return read_identity(book)
    except NewerError:
        raise RefusedError(_NEWER) from None
    except ForeignError:
        raise RefusedError(FOREIGN) from None


def check_whose(identity: Identity, expected: Expected) -> Respondent:
    """Whether it is the one that is expected.

    Returns:
        Which sections the party is asked.

    Raises:
        RefusedError: it is another one; says all that is wrong, and which one to send.
    """
    problems = list(_problems(identity, expected))
    if problems:
        raise RefusedError(" ".join((*problems, "Intet er taget ind.")))
    return Respondent(identity.respondent)


def _problems(identity: Identity, expected: Expected) -> Iterator[str]:
    if (identity.reference, identity.step) != (expected.reference, expected.step):
        yield (
            f"Regnearket hører til sagen «{identity.reference[:_LONGEST]}» og ikke til det, der "
            f"svares på i «{expected.reference}». Hent regnearket til denne sag."
        )
        return
    yield from _wrong_party(identity, expected)
    if identity.question_set != expected.question_set or identity.form != expected.form.id:
        yield _other_version(identity, expected)


def _wrong_party(identity: Identity, expected: Expected) -> Iterator[str]:
    names = expected.known_parties
    said = names.get(identity.party, identity.party_name)[:_LONGEST]
    wanted = {expected.respondent.value} if expected.respondent else set(Respondent)
    if expected.party is not None and identity.party != expected.party:
        own = names.get(expected.party, expected.party)
        yield f"Regnearket er lavet til {said} og ikke til {own}. Hent regnearket til {own}."
    elif expected.party is None and identity.party not in names:
        yield f"Regnearket er lavet til {said}, der ikke er spurgt i sagen."
    elif identity.respondent not in wanted:
        yield f"Regnearket til {said} har andre spørgsmål end dem, der nu stilles. Hent det igen."


def _other_version(identity: Identity, expected: Expected) -> str:
    if identity.form != expected.form.id:
        return (
            "Regnearket hører til et andet spørgeskema end det, sagen bruger nu. Hent regnearket "
            "igen, og skriv svarene i det."
        )
    return (
        f"Regnearket hører til version {identity.version} af spørgeskemaet, men sagen bruger nu "
        f"version {expected.form.version}. Hent et nyt regneark, og skriv svarene i det."
    )
