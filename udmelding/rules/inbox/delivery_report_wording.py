"""What does a delivery report mean, in plain Danish? Its status code (RFC 3463) said in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")

_WORDS: Sequence[tuple[str, str]] = (
    ("5.1.0", "adressen findes ikke"),
    ("5.1.1", "adressen findes ikke"),
    ("5.1.2", "domænet i adressen findes ikke"),
    ("5.1.3", "adressen er skrevet forkert"),
    ("5.1.6", "postkassen er flyttet, og den nye adresse er ikke oplyst"),
    ("5.1.8", "modtagerens server godtager ikke vores adresse"),
    ("5.1.10", "modtageren tager ikke imod mails"),
    ("5.2.1", "postkassen er lukket"),
    ("5.2.2", "postkassen er fuld"),
    ("5.2.3", "mailen er for stor for modtageren"),
    ("5.3.4", "mailen er for stor for modtagerens server"),
    ("5.4.", "modtagerens server kan ikke nås"),
    ("5.5.", "modtagerens server forstod ikke mailen"),
    ("5.6.", "modtagerens server kan ikke vise mailen"),
    ("5.7.", "modtagerens server afviser os"),
    ("5.1.", "adressen kan ikke bruges"),
    ("5.2.", "postkassen tager ikke imod mails"),
    ("5.3.", "modtagerens server tager ikke imod mails"),
    ("4.2.2", "postkassen er fuld"),
    ("4.2.1", "postkassen er midlertidigt lukket"),
    ("4.4.", "modtagerens server svarer ikke"),
    ("4.7.", "modtagerens server afviser os for en tid"),
)
"""Statuses, or how they begin, with what they mean; the first that fits."""


def plainly(status: str, why: str = "") -> str:
    """What the status says; empty where it says nothing that people can use.

    Args:
        status: such as ``5.1.1``; where it is empty it is looked for in ``why``.
        why: the other server's own words.
    """
    found = _STATUS.search(status) or _STATUS.search(why)
    if found is None:
        return ""
    code = found[0]
    return next((words for start, words in _WORDS if _fits(code, start)), "")


def _fits(code: str, start: str) -> bool:
    return code.startswith(start) if start.endswith(".") else code == start


def in_full(status: str, why: str) -> str:
    """The plain words, and what the other server itself said."""
    plain, own = plainly(status, why), " ".join(why.split())
    if not plain:
        return own or "modtagerens server sagde ikke hvorfor"
    return f"{plain} ({own})" if own else plain
