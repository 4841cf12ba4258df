"""Which parts of a document fetch something when it is opened? Links that load, never mere links.

A link that a reader has to click is harmless. What a program loads by itself tells others that the
file was opened, can hand over a password (a UNC path), or brings in content that nobody has seen.
A path on the writer's own disk, as a template leaves behind, leads nowhere here.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from udmelding.documents.files.text_parts import START, TEXT, Package

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
