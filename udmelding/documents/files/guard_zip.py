"""What is dangerous in a Word, Excel or OpenDocument file? Said in Danish, with what to do.

Nothing is unpacked to the disk and nothing is run. The order matters: first whether it may be
opened at all (how much it unpacks to, encryption), then what it is, then what lies in it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from udmelding.documents.file_guard_links import problem_of_part
from udmelding.documents.files.guard_kinds import KINDS, Shape, is_archive, is_program, shape_of
from udmelding.documents.files.text_parts import MOST_BYTES, BrokenPartError, DoctypeError, Package

MOST_ENTRIES = 5_000
MOST_RATIO = 200
"""Times that a file may grow when it is unpacked; small ones may grow more."""

RATIO_FROM = 20 * 1024**2
MOST_DEPTH = 2
"""Documents inside documents, such as the workbook behind a chart."""

DAMAGED = "er beskadiget og kan ikke åbnes. Åbn den hos dig selv, gem den igen, og send den nye."
LOCKED = "er beskyttet med adgangskode. Fjern adgangskoden, og send filen igen."
TOO_MUCH = "pakker mere ud, end et dokument gør. Gem indholdet i en ny fil, og send den."
MACROS = "indeholder makroer. Gem den i et format uden makroer ({ending}), og send den igen."
EMBEDDED = (
    "har en anden fil eller et objekt lagt ind i sig. Slet objektet, eller gem filen som PDF, og "
    "send den igen."
)
PROGRAM = "har et program lagt ind i sig og er ikke gemt. Slet det, og send filen igen."
ODD_NAMES = "er ikke pakket, som et kontorprogram gør det. Gem indholdet i en ny fil, og send den."

_SIGNATURE = b"PK\x01\x02"
_PROGRAMS = "app bat cmd com cpl dll exe hta jar js jse lnk msi ps1 reg scr sh url vb vbe vbs wsf"
_RUNNING = frozenset(_PROGRAMS.split())
"""Endings of files that a double click runs."""

_MACRO_PARTS = ("vbaproject", "vbadata", "/macrosheets/", "/dialogsheets/", "/basic/", "/scripts/")
_MACRO_TYPE = b"macroenabled"
_OBJECT_FOLDERS = ("/embeddings/", "/activex/")
_SMALL = 1 << 20
_ENCRYPTED = 0x1
_TIMES_READ = 5
"""A part is read for its first bytes, its form and its links."""


def problem_of_zip(content: bytes, ending: str, depth: int = 0) -> str:
    """What is wrong with the file, as it stands after «Filen …»; empty for nothing.

    Args:
        content: its bytes, which begin like a zip.
        ending: which of ``KINDS`` its name says that it is.
        depth: how many documents it lies in.
    """
    if content.count(_SIGNATURE) > 4 * MOST_ENTRIES:
        return TOO_MUCH
    try:
        package = Package(content, _TIMES_READ * MOST_BYTES)
        checks: Iterable[Callable[[], str]] = (
            lambda: _size(package.infos, len(content)),
            lambda: _names(package.infos),
            lambda: LOCKED if any(i.flag_bits & _ENCRYPTED for i in package.infos) else "",
            lambda: _open_locked(package, ending),
            lambda: _kind(package, ending),
            lambda: _macros(package, ending),
            lambda: _parts(package, depth),
        )
        return next((problem for check in checks if (problem := check())), "")
    except DoctypeError:
        return ODD_NAMES
    except BrokenPartError:
        return DAMAGED


def _size(infos: list[zipfile.ZipInfo], packed: int) -> str:
    unpacked = sum(info.file_size for info in infos)
    is_bomb = unpacked > RATIO_FROM and unpacked > MOST_RATIO * packed
    return TOO_MUCH if is_bomb or unpacked > MOST_BYTES or len(infos) > MOST_ENTRIES else ""


def _names(infos: list[zipfile.ZipInfo]) -> str:
    """Names that are empty, lead out of the file or stand twice: readers would not agree."""
    names = [info.filename.replace("\\", "/").casefold() for info in infos]
    is_outside = any(not name or name.startswith("/") or ":" in name for name in names)
    is_above = any(".." in name.split("/") for name in names)
    return ODD_NAMES if is_outside or is_above or len(set(names)) < len(names) else ""


def _open_locked(package: Package, ending: str) -> str:
    """OpenDocument encrypts its parts itself and says so in its manifest."""
    if not KINDS[ending].main.startswith("application/") or _MANIFEST not in package.names:
        return ""
    events = package.events(_MANIFEST)
    return LOCKED if any(event.name == "encryption-data" for event in events) else ""


_MANIFEST = "META-INF/manifest.xml"


def _kind(package: Package, ending: str) -> str:
    if _is_kind(package, ending):
        return ""
    found = _kind_of(package)
    if found:
        return renamed(found, ending)
    return f"er ikke {KINDS[ending].called}, selv om den hedder noget på {ending}. Send originalen."


def kind_of_zip(content: bytes) -> str:
    """The ending that a document in a zip should have; empty where it is another sort of zip."""
    try:
        is_large = content.count(_SIGNATURE) > 4 * MOST_ENTRIES
        return "" if is_large else _kind_of(Package(content))
    except BrokenPartError:
        return ""


def renamed(ending: str, wrong: str) -> str:
    """Say that a file is called by another ending than its own."""
    return f"er {KINDS[ending].called}, men hedder noget på {wrong}. Giv den endelsen {ending}."


def _kind_of(package: Package) -> str:
    zips = (ending for ending, kind in KINDS.items() if kind.shape is Shape.ZIP)
    return next((ending for ending in zips if _is_kind(package, ending)), "")


def _is_kind(package: Package, ending: str) -> bool:
    main = KINDS[ending].main
    if not main.startswith("application/"):
        return any(n.startswith(main) and n.endswith(".xml") for n in package.names)
    is_named = "mimetype" in package.names
    return is_named and package.read("mimetype", len(main) + 1).decode("latin-1") == main


def _macros(package: Package, ending: str) -> str:
    names = [f"/{name}".casefold() for name in package.names]
    has_part = any(part in name for name in names for part in _MACRO_PARTS)
    types = "[Content_Types].xml"
    has_type = types in package.names and _MACRO_TYPE in package.read(types, _SMALL).lower()
    return MACROS.format(ending=ending) if has_part or has_type else ""


def _parts(package: Package, depth: int) -> str:
    for name in package.names:
        problem = _part(package, name, depth)
        if problem:
            return problem
    return ""


def _part(package: Package, name: str, depth: int) -> str:
    ending = PurePosixPath(name).suffix.casefold()
    head = package.read(name, _HEAD)
    if ending.removeprefix(".") in _RUNNING or is_program(head):
        return PROGRAM
    if ending in (".xml", ".rels"):
        package.check(name)
        return problem_of_part(package, name)
    return _inside(package, name, ending, head, depth)


_HEAD = 256


def _inside(package: Package, name: str, ending: str, head: bytes, depth: int) -> str:
    """A file inside the file: documents are looked into, all else that could open is refused."""
    is_zip = shape_of(head) is Shape.ZIP
    if is_zip and ending in (".docx", ".xlsx", ".pptx") and depth < MOST_DEPTH:
        return problem_of_zip(package.read(name, MOST_BYTES), ending, depth + 1)
    is_object = any(folder in f"/{name}".casefold() for folder in _OBJECT_FOLDERS)
    is_packed = is_zip or is_archive(head) or shape_of(head) in (Shape.OLE, Shape.PDF)
    return EMBEDDED if is_object or is_packed else ""
