"""What is dangerous in a Word, Excel or OpenDocument file? Said in Danish, with what to do.

Nothing is unpacked to the disk and nothing is run. The order matters: first whether it may be
opened at all (how much it unpacks to, encryption), then what it is, then what lies in it. Parts
that fetch something when the document is opened are dangerous, mere links are not. A link that a
reader has to click is harmless. What a program loads by itself tells others that the file was
opened, can hand over a password (a UNC path), or brings in content that nobody has seen. A path on
the writer's own disk, as a template leaves behind, leads nowhere here.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from udmelding.documents.files.guard_kinds import KINDS, Shape, is_archive, is_program, shape_of
from udmelding.documents.files.text_parts import (
    MOST_BYTES,
    START,
    TEXT,
    BrokenPartError,
    DoctypeError,
    Package,
)

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
        return say_wrong_ending(found, ending)
    return f"er ikke {KINDS[ending].called}, selv om den hedder noget på {ending}. Send originalen."


def kind_of_zip(content: bytes) -> str:
    """The ending that a document in a zip should have; empty where it is another sort of zip."""
    try:
        is_large = content.count(_SIGNATURE) > 4 * MOST_ENTRIES
        return "" if is_large else _kind_of(Package(content))
    except BrokenPartError:
        return ""


def say_wrong_ending(ending: str, wrong: str) -> str:
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


OTHER_BOOKS = (
    "henter tal fra andre regneark. Vælg Data, Rediger kæder og Bryd kæde, gem, og send filen igen."
)
TEMPLATE = (
    "henter en skabelon fra et andet sted, når den åbnes. Gem den som PDF, eller fjern skabelonen "
    "under Udvikler og Dokumentskabelon, og send den igen."
)
LOADS = (
    "henter billeder eller andet fra et andet sted, når den åbnes. Sæt indholdet ind i filen, "
    "eller gem den som PDF, og send den igen."
)
RUNS = (
    "har et felt, der starter andre programmer (DDE). Slet feltet, eller gem filen som PDF, og "
    "send den igen."
)

_OWN_DISK = re.compile(
    r"\s*(?:(?:file:/{2,3})?[a-z](?::|%3A)[\\/]|(?!\s*[\w+.-]+:|\s*[\\/]{2}))", re.IGNORECASE
)
_STARTS = re.compile(r"\s*(?:DDE|DDEAUTO)\b", re.IGNORECASE)
_FETCHES = re.compile(
    r"\s*(?:INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK)\b.*(?:[a-z]+://|[\"\s]\\\\)",
    re.IGNORECASE | re.DOTALL,
)
_LOADING_TAGS = frozenset(
    {"image", "fill-image", "object", "object-ole", "plugin", "applet", "floating-frame"}
    | {"section-source", "table-source", "cell-range-source", "dde-source"}
)
_FIELDS = (b"instrText", b"fldSimple")
_LOADING_BYTES = tuple(tag.encode() for tag in _LOADING_TAGS)
_OPEN_PARTS = frozenset({"content.xml", "styles.xml"})


def problem_of_part(package: Package, name: str) -> str:
    """What a part loads by itself, as it stands after «Filen …»; empty for nothing.

    Args:
        package: the file.
        name: of a part that is XML.

    Raises:
        BrokenPartError: the part cannot be read.
    """
    if name.startswith("xl/externalLinks/"):
        return OTHER_BOOKS
    if name.endswith(".rels"):
        return _of_relations(package, name)
    if name.startswith("word/") and package.mentions(name, _FIELDS):
        return _of_fields(package, name)
    if PurePosixPath(name).name in _OPEN_PARTS and package.mentions(name, _LOADING_BYTES):
        return _of_open_document(package, name)
    return ""


def _of_relations(package: Package, name: str) -> str:
    for event in package.events(name):
        said = event.attributes
        if event.name != "Relationship" or said.get("TargetMode", "").lower() != "external":
            continue
        kind = said.get("Type", "").rpartition("/")[2]
        if kind == "hyperlink" or _OWN_DISK.match(said.get("Target", "")):
            continue
        return TEMPLATE if kind == "attachedTemplate" else LOADS
    return ""


def _of_fields(package: Package, name: str) -> str:
    """Fields of Word; one may be cut into many pieces, so it is put together first."""
    code: list[str] = []
    is_code = False
    for event in package.events(name):
        problem = ""
        if event.sort == TEXT and is_code:
            code.append(event.name)
        elif event.name == "instrText":
            is_code = event.sort == START
        elif event.name == "fldSimple":
            problem = _of_code(event.attributes.get("instr", ""))
        elif event.name == "fldChar":
            problem, code = _of_code("".join(code)), []
        if problem:
            return problem
    return _of_code("".join(code))


def _of_code(code: str) -> str:
    if _STARTS.match(code):
        return RUNS
    return LOADS if _FETCHES.match(code) else ""


def _of_open_document(package: Package, name: str) -> str:
    for event in package.events(name):
        if event.sort != START or event.name not in _LOADING_TAGS:
            continue
        if event.name == "dde-source":
            return RUNS
        href = event.attributes.get("href", "")
        if href and not _OWN_DISK.match(href):
            return LOADS
    return ""
