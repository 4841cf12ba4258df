"""HTML laid flat: how a template is broken over lines is nobody's business, and no test's either.

Whitespace counts where a browser shows it: between words and beside inline elements, as one space.
Beside blocks it shows nothing and is taken out; in ``pre`` and ``textarea`` it stays as it is.
"""

from __future__ import annotations

import re
from typing import Any

import httpx
from starlette.testclient import TestClient

_BLOCKS = (
    "article|aside|body|br|caption|dd|details|div|dl|dt|fieldset|footer|form|g|h[1-6]|head|header"
    "|hr|html|legend|li|link|main|meta|nav|ol|option|p|rect|script|section|summary|svg|table|tbody"
    "|td|text|tfoot|th|thead|title|tr|ul"
)
_INLINE = "a|abbr|em|i|label|mark|span|strong"
_BEFORE_BLOCK = re.compile(rf" ((?:</(?:{_INLINE})>)*</?(?:{_BLOCKS})\b)")
_AFTER_BLOCK = re.compile(rf"(</?(?:{_BLOCKS})\b[^>]*>(?:<(?:{_INLINE})\b[^>]*>)*) ")
_AS_IT_IS = re.compile(r"(<(pre|textarea)\b.*?</\2>)", re.DOTALL)
_TAG = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_QUOTED_OR_SPACE = re.compile(r"""("[^"]*"|'[^']*')|\s+""")


def flat(html: str) -> str:
    """The same page with no whitespace but what shows."""
    found, place = [], 0
    for match in _AS_IT_IS.finditer(html):
        found += [_flat(html[place : match.start()]), match[1]]
        place = match.end()
    return "".join((*found, _flat(html[place:])))


def _flat(html: str) -> str:
    found, place = [], 0
    for tag in _TAG.finditer(html):  # what stands in quotes was said, and stays
        found.append(re.sub(r"\s+", " ", html[place : tag.start()]))
        found.append(_QUOTED_OR_SPACE.sub(lambda one: one[1] or " ", tag[0]).replace(" >", ">"))
        place = tag.end()
    found.append(re.sub(r"\s+", " ", html[place:]))
    laid = "".join(found)
    for beside in (_AFTER_BLOCK, _BEFORE_BLOCK) * 2:  # a block's border, then an inline one at it
        laid = beside.sub(r"\1", laid)
    return laid


class Pages(TestClient):
    """Asks the app, and lays its pages flat."""

    def request(self, *words: Any, **named: Any) -> httpx.Response:  # type: ignore[override]
        """As the base, but for the layout of HTML."""
        answer = super().request(*words, **named)
        if answer.headers.get("content-type", "").startswith("text/html"):
            answer._content = flat(answer.text).encode()
            del answer._text
        return answer
