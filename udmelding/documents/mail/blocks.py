"""What does a mail say in the end, when a text builds on another and takes in others?

Follows ``extends``, blocks, ``super()`` and ``include`` of template texts, and finds the names
whose values can come to stand in the mail. A name that only decides something (``if link``) is
not one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from jinja2 import nodes

from udmelding.documents.mail.templates import MailTemplates

REFERRING = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)


@dataclass(slots=True)
class Shown:
    """What a text shows.

    Attributes:
        names: of the context; ``attributes`` those of things in it, such as ``item.due_on``.
        words: all text that is not a value.
        blocks: where each block's last version stands: the text's name and the line.
    """

    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    blocks: dict[str, tuple[str, int]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the value can come to stand in the mail, of the case or of a thing in it."""
        return name in self.names or name in self.attributes


def show_text(found: MailTemplates, name: str, *, only: str = "") -> Shown:
    """What the text ``name`` shows, or one block of it.

    Args:
        found: all texts; those that ``name`` builds on can all be parsed.
        name: such as ``invitation/body.md``.
        only: the name of a block; empty for the whole text.

    Raises:
        TemplateError: a text is missing or not understood.
    """
    reading = _Reading(found, name)
    if only:
        reading.block(only, 0)
    else:
        reading.all_of([reading.chain[-1][1]])
    return reading.result


def line_of_extends(parsed: nodes.Template) -> tuple[str, int]:
    """Which text a text builds on, and the line that says so; an empty name where none."""
    for node in parsed.find_all(nodes.Extends):
        if isinstance(node.template, nodes.Const):
            return str(node.template.value), node.lineno
    return "", 1


class _Reading:
    """One walk through a text and all that it is built of."""

    def __init__(self, found: MailTemplates, name: str, within: tuple[str, ...] = ()) -> None:
        self.found, self.within, self.result = found, (*within, name), Shown()
        self.chain: list[tuple[str, nodes.Template]] = []
        while name and name not in [known for known, _ in self.chain]:
            parsed = found.syntax_tree(name)
            self.chain.append((name, parsed))
            name = line_of_extends(parsed)[0]
        self.blocks: dict[str, list[tuple[str, nodes.Block]]] = {}
        for known, parsed in self.chain:
            for block in parsed.find_all(nodes.Block):
                self.blocks.setdefault(block.name, []).append((known, block))
        self.result.blocks = {
            block: (versions[0][0], versions[0][1].lineno)
            for block, versions in self.blocks.items()
        }

    def all_of(self, found: Iterable[nodes.Node], level: tuple[str, int] = ("", 0)) -> None:
        for node in found:
            self.one(node, level)

    def block(self, name: str, level: int) -> None:
        versions = self.blocks.get(name, [])
        if level < len(versions):
            self.all_of(versions[level][1].body, (name, level))

    def one(self, node: nodes.Node, level: tuple[str, int]) -> None:
        match node:
            case nodes.Block():
                self.block(node.name, 0)
            case nodes.Include(template=nodes.Const(value=str(name))) if name not in self.within:
                self._take_in(name)
            case nodes.If() | nodes.CondExpr():
                self.all_of((n for n in node.iter_child_nodes() if n is not node.test), level)
            case nodes.Call(node=nodes.Name(name="super")):
                self.block(level[0], level[1] + 1)
            case nodes.TemplateData():
                self.result.words.append(node.data)
            case nodes.Name():
                self.result.names.add(node.name)
            case nodes.Getattr():
                self.result.attributes.add(node.attr)
                self.one(node.node, level)
            case _:
                self.all_of(node.iter_child_nodes(), level)

    def _take_in(self, name: str) -> None:
        other = _Reading(self.found, name, self.within)
        other.all_of([other.chain[-1][1]])
        self.result.names |= other.result.names
        self.result.attributes |= other.result.attributes
        self.result.words += other.result.words
