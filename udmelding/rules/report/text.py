"""What does a paragraph of the report say? People's light markup, with figures as fields.

A blank line ends a paragraph, ``- `` makes a list, ``## `` a small heading, ``**bold**`` and
``*italic*`` stand out. ``{borgere}`` is the figure in the uppermost row, ``{borgere:0360}`` that of
one municipality, ``{borgere:sjaelland}`` that of an area. A field shows what may circulate, never a
hidden number, and remembers what it said when the paragraph was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from udmelding.errors import RefusedError
from udmelding.rules.report.values import Paragraph, Run

FIELD = re.compile(r"\{([^{}\n]{1,150})\}")
_STRONG = re.compile(r"(\*\*(?=\S)(?P<bold>.+?)(?<=\S)\*\*|\*(?=\S)(?P<italic>[^*]+?)(?<=\S)\*)")
_MOST = 20_000

OF_NO_QUESTION = ("svarede", "spurgte")
"""Fields that count the respondents themselves."""

NOT_SHOWN = "et antal, der ikke kan vises"
"""What a field says where its number is hidden."""


@dataclass(frozen=True, slots=True)
class FieldValue:
    """What a field says now; ``title`` tells people which one it is."""

    text: str
    title: str


Fields = Mapping[str, FieldValue]


def fields_in(text: str) -> tuple[str, ...]:
    """The fields that a text has, in their order, each once."""
    return tuple(dict.fromkeys(name.strip() for name in FIELD.findall(text)))


def check_text(text: str, known: Fields) -> None:
    """Refuse a text with fields that are not there.

    Raises:
        RefusedError: it is empty, too long, or names an unknown field.
    """
    if not text.strip():
        raise RefusedError("Skriv en tekst.")
    if len(text) > _MOST:
        raise RefusedError(f"Teksten kan højst fylde {_MOST} tegn. Del den i flere afsnit.")
    unknown = [name for name in fields_in(text) if name not in known]
    if unknown:
        named = ", ".join(f"{{{name}}}" for name in unknown)
        raise RefusedError(f"Der findes intet tal, der hedder {named}. Vælg et fra listen.")


def field_texts(text: str, known: Fields) -> dict[str, str]:
    """What the fields of a text say now, to be kept with it."""
    return {name: known[name].text for name in fields_in(text) if name in known}


def paragraphs(
    text: str,
    known: Fields,
    written: Mapping[str, str],
    *,
    key: str = "",
    flags: tuple[str, ...] = (),
) -> tuple[Paragraph, ...]:
    """The paragraphs that a text makes.

    Args:
        text: light markup.
        known: what each field says now.
        written: what it said when the text was written.
        key: of the text; ``flags`` go with its first paragraph.
        flags: why somebody should look at it again.
    """
    found: list[Paragraph] = []
    for kind, words in _parts(text):
        runs = tuple(_runs(words, known, written))
        found.append(
            Paragraph(
                runs,
                key=key,
                is_item=kind == "item",
                is_subhead=kind == "head",
                flags=() if found else flags,
            )
        )
    return tuple(found)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Pieces of text, each with what it is: ``plain``, ``item`` or ``head``."""
    plain: list[str] = []
    for line in [*text.replace("\r\n", "\n").split("\n"), ""]:
        words = line.strip()
        kind = "item" if words.startswith("- ") else "head" if words.startswith("## ") else ""
        if (kind or not words) and plain:
            yield "plain", " ".join(plain)
            plain = []
        if kind:
            yield kind, words[2:].strip() if kind == "item" else words[3:].strip()
        elif words:
            plain.append(words)


def _runs(text: str, known: Fields, written: Mapping[str, str]) -> Iterator[Run]:
    at = 0
    for match in _STRONG.finditer(text):
        yield from _with_fields(text[at : match.start()], known, written)
        bold, italic = match["bold"], match["italic"]
        yield from _with_fields(
            bold or italic, known, written, is_bold=bold is not None, is_italic=italic is not None
        )
        at = match.end()
    yield from _with_fields(text[at:], known, written)


def _with_fields(
    text: str,
    known: Fields,
    written: Mapping[str, str],
    *,
    is_bold: bool = False,
    is_italic: bool = False,
) -> Iterator[Run]:
    at = 0
    for match in FIELD.finditer(text):
        if match.start() > at:
            yield Run(text[at : match.start()], is_bold, is_italic)
        name = match[1].strip()
        value = known.get(name)
        shown = value.text if value else f"[{name} findes ikke mere]"
        before = written.get(name, shown)
        yield Run(shown, is_bold, is_italic, figure=name, was=before if before != shown else "")
        at = match.end()
    if at < len(text):
        yield Run(text[at:], is_bold, is_italic)
