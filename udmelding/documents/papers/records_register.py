"""The register of a records package: what each file is, with its checksum, for people and programs.

``register.csv`` opens in Excel, ``register.json`` says the same to a program that takes the files
into a records system, ``log.csv`` is the case's log and ``LÆSMIG.txt`` tells a person what to do.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from udmelding.documents.plain import csv_text
from udmelding.rules.words.date_wording import clock_time, long_date

REGISTER, AS_JSON, LOG, READ_ME = "register.csv", "register.json", "log.csv", "LÆSMIG.txt"

_HEADS: Mapping[str, str] = {
    "number": "nr.",
    "title": "titel",
    "kind": "type",
    "dated_on": "dato",
    "sender": "fra",
    "receiver": "til",
    "file_name": "fil",
    "format": "format",
    "size": "bytes",
    "sha256": "sha256",
    "recorded_by": "registreret af",
    "recorded_at": "registreret",
    "journal_number": "journalnummer",
    "kle": "kle",
    "is_confidential": "fortroligt",
    "note": "bemærkning",
}
_LOG_HEADS = ("tidspunkt", "af", "type", "nøgle", "tekst", "kilde", "erstattet")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """One document of the package.

    Attributes:
        file_name: its path in the package; empty where the file is not in it.
        format: such as ``pdf``; ``size`` in bytes.
        kle: subject number of the municipalities' common journal plan; empty if not given.
        note: such as why there is no file.
    """

    number: int
    title: str
    kind: str
    dated_on: str
    sender: str
    receiver: str
    file_name: str
    format: str
    size: int
    sha256: str
    recorded_by: str
    recorded_at: str
    journal_number: str
    kle: str
    is_confidential: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedLine:
    """One line of the case's log, all of it as text."""

    at: str
    by: str
    kind: str
    key: str
    text: str
    source: str
    replaced_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the package is: the case as it was known at ``moment``."""

    reference: str
    title: str
    secretariat: str
    moment: dt.datetime
    journal_number: str
    kle: str


def register_csv(lines: Sequence[RegisterLine]) -> bytes:
    """The register for Excel."""
    rows = [tuple(_HEADS.values())]
    rows += [tuple(_text(value) for value in asdict(line).values()) for line in lines]
    return csv_text(rows).encode()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else ""
    return str(value)


def register_json(about: About, lines: Sequence[RegisterLine]) -> bytes:
    """The register for a program."""
    told = {
        "case": about.reference,
        "title": about.title,
        "as_of": about.moment.isoformat(timespec="seconds"),
        "journal_number": about.journal_number,
        "kle": about.kle,
        "documents": [asdict(line) for line in lines],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def log_csv(lines: Sequence[LoggedLine]) -> bytes:
    """The case's log for Excel."""
    return csv_text([_LOG_HEADS, *(tuple(asdict(line).values()) for line in lines)]).encode()


def read_me(about: About, lines: Sequence[RegisterLine], remarks: Sequence[str]) -> bytes:
    """What a person should know before the files are moved on."""
    kept = [line for line in lines if line.file_name]
    absent = [line for line in lines if not line.file_name]
    secret = sum(line.is_confidential for line in kept)
    moment = f"{long_date(about.moment.date())} kl. {clock_time(about.moment)}"
    number = f"Journalnummer {about.journal_number}. " if about.journal_number else ""
    text = [
        f"Journalpakke for {about.reference}: {about.title}",
        "",
        f"Pakken er dannet af {about.secretariat} og viser sagen, som den stod {moment}.",
        f"{number}Der er {_files(len(kept))} i pakken, og {secret} er mærket «fortroligt».",
        "",
        "Sådan gør du",
        "1. Pak zip-filen ud.",
        "2. Træk filerne over på sagen i kommunens journalsystem, mappe for mappe.",
        f"3. {REGISTER} åbnes i Excel og har titel, dato, afsender, modtager og kontrolsum for",
        f"   hver fil. {AS_JSON} siger det samme til et program.",
        f"4. {LOG} er sagens log: hvem der registrerede hvad hvornår, også det, der er rettet.",
        "",
        "Fortroligt",
        "Filer, der er mærket «fortroligt» i registeret, har kommunernes egne svar, også små tal,",
        "der kan pege på enkelte borgere. De må ikke sendes videre eller offentliggøres.",
        "",
        "Kontrolsum",
        "En fil er uændret, hvis dens SHA-256 er den, der står i registeret. I Windows:",
        'certutil -hashfile "filens navn" SHA256',
        "",
        *(["Bemærk", *(f"- {remark}" for remark in remarks), ""] if remarks else []),
        *(_not_here(absent) if absent else []),
    ]
    return ("\r\n".join(text).rstrip() + "\r\n").encode("utf-8-sig")


def _files(count: int) -> str:
    return "1 fil" if count == 1 else f"{count} filer"


def _not_here(absent: Sequence[RegisterLine]) -> list[str]:
    return [
        "Ikke med i pakken",
        *(f"- {line.title}: {line.note}" for line in absent),
        "",
    ]
