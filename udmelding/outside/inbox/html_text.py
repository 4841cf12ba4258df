"""What does a person see of an HTML mail? Its text in plain lines.

Scripts, styles and what is hidden are left out; paragraphs, rows and list items get lines of their
own; quotes get ``>`` as in a plain mail, so that what is quoted can be told from what is new.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

MOST_HTML = 600_000
"""Characters: what comes after is not looked at."""

_SILENT = frozenset({"script", "style", "head", "title", "noscript", "template", "svg", "object"})
_BLOCKS = frozenset(
    {"address", "article", "blockquote", "div", "dl", "dd", "dt", "footer", "form", "h1", "h2"}
    | {"h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr"}
    | {"ul"}
)
_EMPTY = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_APART = frozenset({"p", "h1", "h2", "h3", "ul", "ol", "table", "blockquote"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)


def plain_text(html: str, *, with_links: bool = False) -> str:
    """The readable text of ``html``; whatever is wrong with it, nothing is raised.

    Args:
        html: the mail's or the page's.
        with_links: write the address of each link behind its words, in angle brackets.
    """
    reader = _Reader(with_links=with_links)
    try:
        reader.feed(_without_open_ends(html[:MOST_HTML].replace("\x00", "")))
        reader.close()
    except (AssertionError, ValueError):  # the parser on a broken <![ declaration
        pass
    lines = (" ".join(line.split()) for line in reader.text().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_open_ends(html: str) -> str:
    """``html`` without comments and tags that nothing closes.

    The parser looks for the end of each one anew, all the way: a mail of nothing but ``<!--`` would
    take it minutes.
    """
    last_comment = html.rfind("-->") + 1
    html = html[:last_comment] + html[last_comment:].replace("<!--", " ")
    last_tag = html.rfind(">") + 1
    return html[:last_tag] + html[last_tag:].replace("<", " ")


def _is_quote(attributes: dict[str, str]) -> bool:
    """Whether a ``blockquote`` quotes a mail (Apple, Gmail) and is not just moved to the right."""
    return attributes.get("type") == "cite" or "quote" in attributes.get("class", "")


class _Reader(HTMLParser):
    """Collects what is seen; counts open silent, hidden and quoting elements."""

    def __init__(self, *, with_links: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._with_links = with_links
        self._link = ""
        self._pieces: list[str] = []
        self._silent: list[str] = []
        self._open_quotes: list[bool] = []  # of each open blockquote, whether it quotes
        self._ready_made = 0
        self._line_ends = 2  # since the last words

    def text(self) -> str:
        """What was collected; ``>`` before each quoted line."""
        return "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._silent.clear()  # a head that nobody closed
        if self._silent:
            if tag not in _EMPTY and len(self._silent) < 1_000:
                self._silent.append(tag)
            return
        values = {name: value or "" for name, value in attrs}
        self._link = values.get("href", "").strip() if tag == "a" else self._link
        is_hidden = "hidden" in values or bool(_HIDDEN.search(values.get("style", "")[:2_000]))
        if (tag in _SILENT or is_hidden) and tag not in _EMPTY:
            self._silent.append(tag)
        elif tag == "br":
            self._new_line()
        elif tag in {"td", "th"}:
            self._pieces.append(" ")
        elif tag in _BLOCKS:
            self._ready_made += tag == "pre"
            self._open_quotes += [_is_quote(values)] if tag == "blockquote" else []
            self._new_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag in self._silent:
                while self._silent.pop() != tag:
                    pass
            elif tag in {"body", "html"}:
                self._silent.clear()
            return
        self.handle_data(self._behind(tag))
        if tag == "pre" and self._ready_made:
            self._ready_made -= 1
        if tag == "blockquote" and self._open_quotes:
            self._open_quotes.pop()
        if tag in _BLOCKS:
            self._new_block(tag)

    def _behind(self, tag: str) -> str:
        """Where a link leads, when its words are over."""
        link, self._link = self._link, "" if tag == "a" else self._link
        return f" <{link}>" if tag == "a" and link and self._with_links else ""

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        text = data if self._ready_made else re.sub(r"\s+", " ", data)
        if text.strip():
            self._begin_line()
        if not self._line_ends or self._ready_made:
            self._pieces.append(text)

    def _begin_line(self) -> None:
        if self._line_ends and any(self._open_quotes):
            self._pieces.append("> ")
        self._line_ends = 0

    def _new_block(self, tag: str) -> None:
        """End the line, and leave one empty before what stands apart; never more than that."""
        while self._line_ends < (2 if tag in _APART else 1):
            self._new_line()

    def _new_line(self) -> None:
        self._pieces.append("\n")
        self._line_ends += 1
