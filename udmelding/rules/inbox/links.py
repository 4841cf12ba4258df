"""Which links does a writer give? Those of the writer's own words, as they lead, each once.

Mail programs put signs around an address, and «safe links» wrap it in one of their own.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

MOST_LINKS = 5
MOST_CHARACTERS = 500
"""Of one link; a longer one is left out, for half a link leads nowhere."""

_LINK = re.compile(r"https?://(?:\[[0-9a-f:.]+\])?[^\s<>\"«»\[\]|]+", re.IGNORECASE)
_SENTENCE_END = ".,;:!?'*_"
_SAFE_LINKS = ".safelinks.protection.outlook.com"


def links_in(text: str) -> tuple[str, ...]:
    """The links in ``text``, in its order; at most ``MOST_LINKS``."""
    found = (_led_to(_bare(one)) for one in _LINK.findall(text))
    whole = (one for one in found if len(one) <= MOST_CHARACTERS and host_of(one))
    return tuple(dict.fromkeys(whole))[:MOST_LINKS]


def _bare(link: str) -> str:
    """The link without what ends the sentence or the bracket around it."""
    while link and (link[-1] in _SENTENCE_END or (link[-1] == ")" and "(" not in link)):
        link = link[:-1]
    return link


def _led_to(link: str) -> str:
    """Where a «safe link» leads; any other link as it is."""
    if not host_of(link).endswith(_SAFE_LINKS):
        return link
    inner = parse_qs(urlsplit(link).query).get("url", [""])[0]
    return inner if _LINK.fullmatch(inner) else link


def host_of(link: str) -> str:
    """The name of the server that a link leads to; empty where it leads nowhere."""
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""
