"""What does a YAML text say, and on which line does each key stand?

The YAML is the plain part of YAML 1.2: ``yes``, ``no``, ``on`` and ``off`` are text (YAML 1.1 would
make the key ``on:`` the value true), numbers with leading zeros stay text (``0360`` is a
municipality, not 240), and anchors, references and tags are refused. The same key twice is a flaw.
Callers use ``udmelding.config.marked``.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Trail = tuple[str | int, ...]

_DEEPEST = 20
_TAG = "tag:yaml.org,2002:"

# What PyYAML says (a part of it) and how it is told; the first that fits.
_SYNTAX = (
    ("character '\\t'", "tabulator kan ikke bruges til indrykning; brug mellemrum"),
    ("anchors are not used", "ankre og henvisninger (& og *) bruges ikke i disse filer"),
    ("tags are not used", "mærker (!) bruges ikke i disse filer"),
    ("nested too deeply", f"der er mere end {_DEEPEST} niveauer inden i hinanden"),
    ("mapping values are not allowed", "et kolon for meget, eller skæv indrykning"),
    ("could not find expected ':'", "der mangler et kolon efter en nøgle"),
    ("expected a single document", "der må kun være ét dokument i filen (--- deler den)"),
    ("unexpected end of stream", "et anførselstegn er ikke lukket"),
    ("but found another document", "der må kun være ét dokument i filen (--- deler den)"),
    ("expected ',' or", "en parentes er ikke lukket, eller der mangler et komma"),
    ("expected <block end>", "indrykningen passer ikke med linjerne over"),
    ("special characters", "her er et usynligt styretegn"),
)


@dataclass(slots=True)
class Reading:
    """What was read.

    Attributes:
        data: mappings as dict, lists as list, scalars as Python values; None for an empty text.
        lines: line of each key and list item by its path; ``()`` is the content as a whole.
        problems: line, dotted key and Danish sentence of what cannot be read.
    """

    data: Any = None
    lines: dict[Trail, int] = field(default_factory=dict)
    problems: list[tuple[int, str, str]] = field(default_factory=list)


def read(text: str) -> Reading:
    """Read ``text``; what is wrong with it stands in the reading's ``problems``."""
    reading = Reading()
    try:
        loader = _Loader(text)
    except yaml.YAMLError as error:  # a control character
        reading.problems.append((_line_of(error, text), "", _syntax_in_danish(error)))
        return reading
    try:
        node = loader.get_single_node()
        if node is not None:
            reading.lines[()] = _line(node)
            reading.data = _value(loader, reading, node, ())
    except yaml.YAMLError as error:
        reading.problems.append((_line_of(error, text), "", _syntax_in_danish(error)))
    except (ValueError, OverflowError) as error:  # "\\UFFFFFFFF" is no character; PyYAML lets it by
        reading.problems.append((loader.line + 1, "", _syntax_in_danish(error)))
    return reading


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with the scalars of YAML 1.2, dates, and nothing clever."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own name; filled below, then only read
    depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        """Compose one node.

        Raises:
            ComposerError: for an anchor, a reference, a tag, or too many levels.
        """
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None):
            raise _refusal("anchors are not used", event)
        if getattr(event, "tag", None):
            raise _refusal("tags are not used", event)
        if self.depth >= _DEEPEST:
            raise _refusal("nested too deeply", event)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


for _kind, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0|[1-9][0-9]{0,17})", "-+0123456789"),
    ("float", r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]+", "-+0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9: .Z+-]*)?", "0123456789"),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(rf"^(?:{_form})$"), list(_first))


def _refusal(problem: str, event: yaml.Event) -> yaml.YAMLError:
    mark = event.start_mark
    return yaml.composer.ComposerError(problem=problem, problem_mark=mark)  # type: ignore[arg-type]


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _value(loader: _Loader, reading: Reading, node: Node, trail: Trail) -> Any:
    if isinstance(node, MappingNode):
        return _group(loader, reading, node, trail)
    if isinstance(node, SequenceNode):
        items = []
        for place, item in enumerate(node.value):
            reading.lines[*trail, place] = _line(item)
            items.append(_value(loader, reading, item, (*trail, place)))
        return items
    return _scalar(loader, reading, node, trail)


def _group(loader: _Loader, reading: Reading, node: MappingNode, trail: Trail) -> dict[str, Any]:
    group: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _scalar(loader, reading, key_node, trail)
        here = (*trail, str(key))
        if not isinstance(key, str):
            _note(reading, key_node, here, "en nøgle skal være tekst; sæt den i anførselstegn")
        elif key in group:
            first = reading.lines[here]
            _note(reading, key_node, here, f"nøglen står to gange, første gang i linje {first}")
        else:
            reading.lines[here] = _line(key_node)
            group[key] = _value(loader, reading, value_node, here)
    return group


def _scalar(loader: _Loader, reading: Reading, node: Node, trail: Trail) -> Any:
    if not isinstance(node, ScalarNode):
        return None  # a list or group as key; told by the caller
    if node.tag != _TAG + "timestamp":
        return loader.construct_object(node)
    try:
        return _day_or_moment(node.value)
    except ValueError:
        _note(reading, node, trail, f"datoen {node.value} findes ikke i kalenderen")
        return node.value


def _day_or_moment(text: str) -> dt.date:
    is_day = len(text) == len("2025-01-10")
    return dt.date.fromisoformat(text) if is_day else dt.datetime.fromisoformat(text)


def _note(reading: Reading, node: Node, trail: Trail, problem: str) -> None:
    reading.problems.append((_line(node), ".".join(str(part) for part in trail), problem))


def _line_of(error: yaml.YAMLError, text: str) -> int:
    """Line of a syntax error: where PyYAML stopped, or where the unclosed thing began."""
    if isinstance(error, yaml.reader.ReaderError):
        return text.count("\n", 0, int(error.position)) + 1
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark
        if error.context_mark and _was_left_open(error):
            mark = error.context_mark
        if mark is not None:
            return int(mark.line) + 1
    return 1


def _was_left_open(error: yaml.MarkedYAMLError) -> bool:
    return "unexpected end of stream" in str(error.problem) or "<stream end>" in str(error.problem)


def _syntax_in_danish(error: Exception) -> str:
    said = str(error)
    for part, told in _SYNTAX:
        if part in said:
            return f"filen er ikke gyldig YAML: {told}"
    return "filen er ikke gyldig YAML her; se efter indrykning, kolon og anførselstegn"
