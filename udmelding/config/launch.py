"""How is a launch kept that is still being written? As its fields say it, nothing of it looked at.

What the fields are called, and whether a case can come of them, is known where they are asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from udmelding.errors import BadFileError, Flaw

_WHAT = "Kladden til en sag"


def launch_text(said: Mapping[str, str]) -> str:
    """The fields as text; ``parse_launch`` reads it to the same fields."""
    return json.dumps(dict(said), ensure_ascii=False, indent=1)


def parse_launch(text: str, file: str = "kladden") -> dict[str, str]:
    """What the fields of a draft say, by their names.

    Args:
        text: as ``launch_text`` writes it.
        file: names it in flaws.

    Raises:
        BadFileError: it is no JSON, or holds other than texts by name.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadFileError(_WHAT, (Flaw(file, "", "er ikke JSON"),)) from error
    is_texts = isinstance(found, dict) and all(isinstance(one, str) for one in found.values())
    if not is_texts:
        raise BadFileError(_WHAT, (Flaw(file, "", "skal være tekster med hver sit navn"),))
    return dict(found)
