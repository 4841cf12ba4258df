"""Makes the records package of a case: all its documents, mails and figures, with a register.

A caseworker unpacks it and drags the files into the municipality's records system. It is written to
a file piece by piece, in one fixed order and without times of its own, so the same case as known at
the same moment gives the same bytes, on any machine and at any later time.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from udmelding.casework.papers.records_contents import answer_items, letter_items, remark_items
from udmelding.casework.papers.records_items import NOT_HERE, Item, document_items
from udmelding.casework.papers.records_mails import mail_items
from udmelding.casework.wiring import Services
from udmelding.documents.archives import Written, ZipWriter
from udmelding.documents.papers.records_register import (
    AS_JSON,
    LOG,
    READ_ME,
    REGISTER,
    About,
    LoggedLine,
    RegisterLine,
    log_csv,
    read_me,
    register_csv,
    register_json,
)
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.case.log import LogLine, log
from udmelding.journal.database import reading
from udmelding.rules.case.case import Case
from udmelding.rules.files.file_names import Names, ending_of, safe_name
from udmelding.rules.work import Tell, unheard

_KLE = re.compile(r"\d\d(?:\.\d\d){0,2}(?:[ -][A-ZÆØÅ]\d\d(?:-\d{1,5}-\d\d(?:\d\d)?)?)?")
"""A number with its facet, or a whole case number that begins with them: 27.57.08-Ø00-1-18."""
_IN_MEMORY = 8 << 20
_NOTHING = Written(0, "")


@dataclass(frozen=True, slots=True)
class RecordsPackage:
    """A package: an open file at its beginning, which the caller closes, and what it is called."""

    file: IO[bytes]
    name: str
    size: int
    count: int


PACKAGE_PARTS = {"Sagens dokumenter, svar og mails findes frem": 1, "Filerne lægges i pakken": 5}
"""What making a package consists of; see ``rules.work.Plan``."""


def records_package(
    services: Services,
    reference: str,
    now: dt.datetime,
    *,
    kle: str = "",
    tell: Tell = unheard,
) -> RecordsPackage:
    """The package of a case as known at ``now``.

    Args:
        services: database, store and settings.
        reference: the case.
        now: the moment that the package shows; the same one gives the same bytes.
        kle: the case's number in the municipalities' common journal plan, such as ``27.00.00 G01``,
            or a case number that begins with it, such as ``27.57.08-Ø00-1-18``; stands in the
            register as it is written.
        tell: hears how many files of how many are in it.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: ``kle`` cannot be such a number.
        OutsideError: a document is damaged, or the disk is full.
    """
    number = " ".join(kle.split()).upper()
    if number and not _KLE.fullmatch(number):
        raise RefusedError("Skriv KLE-nummeret som 27.00.00, 27.00.00 G01 eller 27.00.00-G01-1-24.")
    with reading(services.engine) as session:
        header = find(session, reference)
        case = load(session, header.reference, now)
        tell(0)
        items = [
            *document_items(services, case),
            *answer_items(services, session, case, header.id),
            *remark_items(services, session, case, header.id),
            *mail_items(services, session, case, header.id),
        ]
        lines = log(session, header, now)
    letters, trouble = letter_items(services, case)
    about = About(
        reference=case.reference,
        title=case.title,
        secretariat=services.settings.secretariat.name,
        moment=now,
        journal_number=case.particulars.journal_number or "",
        kle=number,
    )
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        ordered = sorted([*items, *letters], key=lambda item: item.order)
        count = _write(file, about, ordered, lines, [trouble] if trouble else [], tell)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    return RecordsPackage(file, _name(case, now), size, count)


def _name(case: Case, now: dt.datetime) -> str:
    return safe_name(f"{case.reference} - Journalpakke {now:%Y-%m-%d %H.%M}", ".zip")


def _write(
    file: IO[bytes],
    about: About,
    items: Sequence[Item],
    logged: Sequence[LogLine],
    remarks: Sequence[str],
    tell: Tell,
) -> int:
    names, lines = Names(), list[RegisterLine]()
    with ZipWriter(file) as target:
        for number, item in enumerate(items, start=1):
            tell(1, number - 1, len(items))
            path = names.take(f"{item.folder.value}/{item.name}")
            written = _put(target, path, item)
            lines.append(_line(about, number, path, item, written))
        target.add(REGISTER, register_csv(lines))
        target.add(AS_JSON, register_json(about, lines))
        target.add(LOG, log_csv([_logged(line) for line in logged]))
        target.add(READ_ME, read_me(about, lines, remarks))
    file.seek(0, 2)
    return sum(bool(line.file_name) for line in lines)


def _put(target: ZipWriter, path: str, item: Item) -> Written | None:
    """Write one file; None where there is none."""
    if item.opened is None:
        return None
    try:
        with item.opened() as content:
            return target.add_file(path, content)
    except NotFoundError:  # an imported case brings the facts of its documents, and not the files
        return None


def _line(
    about: About, number: int, path: str, item: Item, written: Written | None
) -> RegisterLine:
    note = item.note
    if written is None and NOT_HERE not in note:
        note = f"{note} {NOT_HERE}".strip()
    return RegisterLine(
        number=number,
        title=item.title,
        kind=item.kind,
        dated_on=item.happened_at.date().isoformat(),
        sender=item.sender,
        receiver=item.receiver,
        file_name=path if written else "",
        format=ending_of(item.name).removeprefix(".") if written else "",
        size=(written or _NOTHING).size,
        sha256=(written or _NOTHING).sha256,
        recorded_by=item.recorded_by,
        recorded_at=_moment(item.recorded_at),
        journal_number=about.journal_number,
        kle=about.kle,
        is_confidential=item.is_confidential,
        note=note,
    )


def _logged(line: LogLine) -> LoggedLine:
    return LoggedLine(
        at=_moment(line.at),
        by=line.by,
        kind=line.kind,
        key=line.key,
        text=line.text,
        source=line.source,
        replaced_at=_moment(line.replaced_at),
    )


def _moment(moment: dt.datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
