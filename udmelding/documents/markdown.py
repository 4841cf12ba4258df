"""How does one Markdown source become a plain text and an HTML text that say the same?

A small subset, so that both readings are good: paragraphs, headings, lists, block quotes, a rule,
bold, italics, links and line breaks (a backslash at the end of the line). Raw HTML is not in it.
The source is parsed once; both texts are written from the same tokens. ``escape_markdown`` makes a
value mean only itself: every ASCII punctuation sign gets a backslash, which Markdown takes away
again.

HTML mail needs its styles on each element, because Outlook ignores most else; they stand here.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

WIDTH = 72
"""Characters to a line of the plain text, so that it survives being quoted."""

_SUBSET = ("heading", "list", "blockquote", "hr", "newline", "escape", "emphasis", "link")
_PARSER = MarkdownIt("zero").enable(list(_SUBSET))
_BREAKING = re.compile(r"[^\S\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+")
_ADDRESS = re.compile(r"(https?://[^\s<>()\"]*[^\s<>()\".,;:!?])")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

_STYLES = {
    "p": "margin:0 0 16px 0;",
    "ul": "margin:0 0 16px 0;padding:0 0 0 24px;",
    "ol": "margin:0 0 16px 0;padding:0 0 0 24px;",
    "li": "margin:0 0 6px 0;",
    "h1": "margin:0 0 16px 0;font-size:22px;line-height:28px;",
    "h2": "margin:24px 0 8px 0;font-size:18px;line-height:24px;",
    "h3": "margin:24px 0 8px 0;font-size:16px;line-height:24px;",
    "blockquote": "margin:0 0 16px 0;padding:12px 0 0 16px;border-left:4px solid #5b6770;",
    "hr": "margin:24px 0 16px 0;border:0;border-top:1px solid #5b6770;",
    "a": "color:#0b4f7d;text-decoration:underline;",
}


def one_line(value: str) -> str:
    """``value`` on one line: runs of breaking white space become one space, control signs go."""
    kept = (s for s in value if s.isspace() or unicodedata.category(s) != "Cc")
    return _BREAKING.sub(" ", "".join(kept)).strip()


def escape_markdown(value: str) -> str:
    """``value`` on one line, written so that Markdown reads it as these very characters."""
    return _PUNCTUATION.sub(r"\\\1", one_line(value))


def from_plain(text: str) -> str:
    """Plain text as Markdown that shows just that: lines and paragraphs kept, addresses linked."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join("\\\n".join(_linked(line) for line in p.splitlines()) for p in paragraphs)


def _linked(line: str) -> str:
    parts = _ADDRESS.split(line.strip())  # every second part is an address
    return "".join(
        f"[{escape_markdown(part)}](<{part}>)" if index % 2 else _PUNCTUATION.sub(r"\\\1", part)
        for index, part in enumerate(parts)
    )


def parse_markdown(source: str) -> list[Token]:
    """The tokens of ``source``, for ``as_html`` and ``as_text``."""
    return _PARSER.parse(source)


def as_html(tokens: Sequence[Token]) -> str:
    """The tokens as HTML with inline styles; all text is escaped."""
    for token in tokens:
        for part in (token, *(token.children or ())):
            if part.nesting >= 0 and (style := _STYLES.get(part.tag)):
                part.attrSet("style", style)
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def as_text(tokens: Sequence[Token]) -> str:
    """The tokens as plain text without any markup, wrapped, ending with a line break."""
    return "\n".join(_blocks(SyntaxTreeNode(tokens).children, WIDTH)) + "\n"


def _blocks(nodes: Sequence[SyntaxTreeNode], width: int) -> list[str]:
    """The lines of ``nodes``, an empty line between two that do not belong closely together."""
    lines: list[str] = []
    for node in nodes:
        if lines and not _is_tight(node):
            lines.append("")
        lines += _block(node, width)
    return lines


def _is_tight(node: SyntaxTreeNode) -> bool:
    return node.type == "list_item" and all(
        part.hidden for part in node.children if part.type == "paragraph"
    )


def _block(node: SyntaxTreeNode, width: int) -> list[str]:
    match node.type:
        case "paragraph":
            return _wrapped(_inline(node), width)
        case "heading":
            title = _wrapped(_inline(node), width)
            return [*title, "-" * max(map(len, title), default=0)]
        case "bullet_list" | "ordered_list":
            return _blocks(node.children, width)
        case "list_item":
            return _indented(_blocks(node.children, width - 4), _bullet(node))
        case "blockquote":
            return _indented(_blocks(node.children, width - 4), "    ")
        case "hr":
            return ["-" * 8]
        case other:
            raise ValueError(f"Markdown «{other}» has no plain text")


def _bullet(item: SyntaxTreeNode) -> str:
    """``- ``, or the number of an ordered list's item."""
    return f"{item.info}{item.markup} " if item.info else "- "


def _indented(lines: Sequence[str], first: str) -> list[str]:
    """``lines`` after ``first``, all further ones below its end."""
    prefixes = [first, *[" " * len(first)] * len(lines)]
    return [(prefix + line).rstrip() for prefix, line in zip(prefixes, lines, strict=False)]


def _wrapped(text: str, width: int) -> list[str]:
    return [
        line
        for part in text.split("\n")
        for line in textwrap.wrap(part, width, break_long_words=False, break_on_hyphens=False)
    ]


def _inline(node: SyntaxTreeNode) -> str:
    """The text within ``node``; a line break only where the source asked for one."""
    return "".join(map(_words, node.children))


def _words(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            text, address = _inline(node), str(node.attrs.get("href", ""))
            return text if address.removeprefix("mailto:") == text else f"{text} ({address})"
        case _:
            return _inline(node)
