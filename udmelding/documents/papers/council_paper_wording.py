"""The wording that all councils decide on, from one text that a secretariat can write anew.

``templates/paper/council.md`` ships with the program; ``paper/council.md`` of the secretariat's own
takes its place. Headings name the sections of the paper, items under
«Indstilling» are what the council is asked to decide. A text can name the fields of
``CouncilFields`` and nothing else: it runs in a sandbox, and an unknown name is refused. It is
filled once for a case, not once for each municipality, so it cannot differ between them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from udmelding import paths
from udmelding.documents.mail.templates import TemplateError, own_text, template_text
from udmelding.documents.markdown import one_line
from udmelding.rules.papers.council_paper_values import CouncilFields, CouncilWording
from udmelding.rules.words.texts import first_upper

NAME = "paper/council.md"

_SECTIONS: Mapping[str, str] = {
    "Resumé": "resume",
    "Indstilling": "recommendations",
    "Sagsfremstilling": "background",
    "Økonomi": "economy",
    "Lovgrundlag": "legal_basis",
    "Inddragelse": "hearing",
    "Videre proces": "next_steps",
}
_NEEDED = ("Resumé", "Indstilling", "Sagsfremstilling")
_ITEM = re.compile(r"[-*] +")
_FIELDS = tuple(field.name for field in fields(CouncilFields))


def council_wording(values: CouncilFields, own_folder: Path | None = None) -> CouncilWording:
    """The common wording of one case.

    Args:
        values: what the text is filled with.
        own_folder: the secretariat's own templates; None or a folder without the text takes the
            shipped one.

    Raises:
        TemplateError: the text cannot be read, names something unknown, or lacks a section.
    """
    return _read(_filled(_text(own_folder), values))


def check_wording(own_folder: Path) -> None:
    """Try the secretariat's own text with a made-up value in every field.

    Raises:
        TemplateError: as ``council_wording``.
    """
    _read(_filled(_text(own_folder), CouncilFields(**dict.fromkeys(_FIELDS, "prøve"))))


def _text(own_folder: Path | None) -> str:
    path = own_folder / NAME if own_folder is not None else None
    if path is None or not path.is_file():
        return template_text(paths.TEMPLATES / NAME, is_own=False).content
    found = own_text(path, path.read_bytes())
    if found.flaw:
        raise TemplateError(NAME, found.flaw)
    return found.content


def _filled(text: str, values: CouncilFields) -> str:
    made = ImmutableSandboxedEnvironment(
        autoescape=False,  # plain text: Word and pages escape it themselves
        finalize=_one_line,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["first_upper"] = first_upper
    try:
        unknown = meta.find_undeclared_variables(made.parse(text)) - set(_FIELDS)
        filled = "" if unknown else made.from_string(text).render(asdict(values))
    except Exception as error:  # a text is a program, and may raise whatever it likes
        problem = str(getattr(error, "message", None) or error).rstrip(".")
        raise TemplateError(NAME, problem, getattr(error, "lineno", None)) from error
    if unknown:
        problem = f"navnet «{min(unknown)}» findes ikke; kendte: {', '.join(_FIELDS)}"
        raise TemplateError(NAME, problem)
    return filled


def _one_line(value: Any) -> str:
    """A value never begins a heading or an item of its own."""
    return one_line(str(value))


def _read(text: str) -> CouncilWording:
    found: dict[str, list[str]] = {name: [] for name in _SECTIONS.values()}
    section = ""
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        if lines and lines[0].startswith("#"):
            section = _section(lines.pop(0))
        if lines and not section:
            raise TemplateError(NAME, "teksten skal begynde med en overskrift som «# Resumé»")
        found[section] += _texts(lines) if lines else []
    for heading in _NEEDED:
        if not found[_SECTIONS[heading]]:
            raise TemplateError(NAME, f"afsnittet «{heading}» mangler eller er tomt")
    items = tuple(text.rstrip(".") for text in found["recommendations"])
    if not all(item.startswith("at ") for item in items):
        raise TemplateError(NAME, "hvert punkt under «Indstilling» skal begynde med «at»")
    rest = {name: tuple(texts) for name, texts in found.items() if name != "recommendations"}
    return CouncilWording(recommendations=items, **rest)


def _section(line: str) -> str:
    heading = line.lstrip("#").strip()
    if heading not in _SECTIONS:
        known = ", ".join(_SECTIONS)
        raise TemplateError(NAME, f"overskriften «{heading}» kendes ikke; kendte: {known}")
    return _SECTIONS[heading]


def _texts(lines: list[str]) -> list[str]:
    """A paragraph is one text; each item of a list is one."""
    found: list[str] = []
    for line in lines:
        item = _ITEM.match(line)
        if item or not found:
            found.append(line[item.end() :] if item else line)
        else:
            found[-1] = f"{found[-1]} {line}"
    return found
