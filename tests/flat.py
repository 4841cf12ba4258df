"""HTML laid flat: how a template is broken over lines is nobody's business, and no test's either.

Whoever asks for pages through ``Pages`` is also held to it that a form ends in a redirect.

Whitespace counts where a browser shows it: between words and beside inline elements, as one space.
Beside blocks it shows nothing and is taken out; in ``pre`` and ``textarea`` it stays as it is.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
from starlette.testclient import TestClient

from udmelding.web.sure import ASKED

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


ONCE = "a secret that is shown once, and kept nowhere"
RENDERS: dict[str, str] = {
    "/fortsaet": "a form that was sent while nobody was signed in, shown to be sent again",
    "/indstillinger/brugere": ONCE,
    "/indstillinger/brugere/{number}/engangskode": ONCE,
    "/indstillinger/fjern": "where the text stands that is to be taken out: it must not be kept",
    "/indstillinger/fjern/fil/{sha256}": "what was taken out, without a word of it being kept",
    "/indstillinger/noegler": ONCE,
    "/indstillinger/webhooks": ONCE,
    "/indstillinger/webhooks/{hook_id}/hemmelighed": ONCE,
    "/k/{token}/skema/del": ONCE,
    "/moeder/kalender": ONCE,
    "/sager/{reference}/links": ONCE,
}
"""Each form that shows a page instead of leading to one, so that Back sends it again: why."""


def renders(path: str) -> bool:
    """Whether a form that is sent there may show a page."""
    return any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", one), path) for one in RENDERS)


class Pages(TestClient):
    """Asks the app, and lays its pages flat.

    Who uses it reads the page that asks whether one is sure, and presses its button at once; a test
    that is about that page says ``is_sure = False``.
    """

    is_sure = True

    def request(self, *words: Any, **named: Any) -> httpx.Response:  # type: ignore[override]
        """As the base, but for the layout of HTML.

        Raises:
            AssertionError: a form was taken, and showed a page.
        """
        answer = super().request(*words, **named)
        if answer.headers.get("content-type", "").startswith("text/html"):
            asked = answer.request
            is_form = asked.method == "POST" and "hx-request" not in asked.headers
            if is_form and answer.status_code == 200 and not renders(asked.url.path):
                raise AssertionError(f"{asked.url.path} shows a page; let it lead to one")
            answer._content = flat(answer.text).encode()
            del answer._text
        asked = answer.headers.get("location", "")
        if self.is_sure and asked.startswith(ASKED):
            return self.press_on(asked)
        return answer

    def press_on(self, address: str) -> httpx.Response:
        """Press the one button of the page that asks whether one is sure."""
        asking = self.get(address, follow_redirects=False).text
        form = re.search(r'<form method="post" action="([^"]+)".*?Intet er gjort endnu', asking)
        assert form, asking
        fields: dict[str, list[str]] = {}
        for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[0]):
            fields.setdefault(name, []).append(unescape(value))
        return self.post(unescape(form[1]), data=fields)
