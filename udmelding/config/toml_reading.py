"""What does a TOML text say, and on which line does each key stand?

Python's own reader gives the data but no lines, so the lines of ``[table]`` headers and of keys at
the start of a line are found by their look; keys inside ``{ … }`` have their group's line.
Callers use ``udmelding.config.marked``.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from udmelding.config.yaml_reading import Trail

_NAME = r"""[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'"""
_NAMES = rf"(?:{_NAME})(?:\s*\.\s*(?:{_NAME}))*"
_HEADER = re.compile(rf"^\s*\[\s*({_NAMES})\s*\]")
_KEY = re.compile(rf"^\s*({_NAMES})\s*=")

_SYNTAX = (
    ("Cannot overwrite", "nøglen står to gange"),
    ("Cannot declare", "afsnittet står to gange"),
    ("Invalid value", "værdien kan ikke læses; tekst skal stå i anførselstegn"),
    ("Expected '='", "der mangler et lighedstegn efter nøglen"),
    ('Expected "\'"', "et anførselstegn er ikke lukket"),
    ("Unterminated string", "et anførselstegn er ikke lukket"),
    (
        "Illegal character",
        "et anførselstegn er ikke lukket på sin linje, eller her er et styretegn",
    ),
    ("Expected newline", "der står for meget på linjen; tekst skal stå i anførselstegn"),
    ("Unclosed", "en parentes er ikke lukket"),
)


def read(text: str) -> tuple[dict[str, Any], dict[Trail, int], tuple[int, str] | None]:
    """Read ``text``: its data, the line of each key, and line and sentence of what is not TOML."""
    try:
        return tomllib.loads(text), _lines(text), None
    except tomllib.TOMLDecodeError as error:
        said = str(error)
    found = re.search(r"at line (\d+)", said)
    line = int(found[1]) if found else text.rstrip().count("\n") + 1
    told = next((told for part, told in _SYNTAX if part in said), "linjen kan ikke læses")
    return {}, {}, (line, f"filen er ikke gyldig TOML: {told}")


def _lines(text: str) -> dict[Trail, int]:
    lines: dict[Trail, int] = {}
    table: Trail = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _names(header[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_names(key[1])), number)
    return lines


def _names(dotted: str) -> Trail:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))
