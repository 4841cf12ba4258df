"""Which signs can stand in a report? All but those that XML forbids.

A text that was pasted from elsewhere may hold control characters or half a sign. Word refuses to
open a file with one of them, and no reader ever saw them, so they are left out.
"""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def cleaned(text: str) -> str:
    """The text without the signs that XML cannot hold (XML 1.0, section 2.2)."""
    return _FORBIDDEN.sub("", text)
