"""Which number did a Dane write? Strict, because a wrong guess becomes a figure in a report.

Thousands are set off by points (or spaces) in groups of three, decimals by a comma: ``1.234`` is
one thousand two hundred thirty-four, ``12,5`` is twelve and a half. What can be read in two ways,
or is no exact number, is refused with the reason.
"""

from __future__ import annotations

import re
from decimal import Decimal

from udmelding.errors import RefusedError

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_MINUS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-"})  # noqa: RUF001 (looks of a minus)
_PLAIN = re.compile(r"-?\d+(,\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?")
_POINT = re.compile(r"-?\d+\.\d+")
_BELOW = re.compile(r"^(<|>|≤|≥|under|over|ca\.?|cirka|omkring|mindst|højst)", re.IGNORECASE)
_DIGITS = 15


def read_number(text: str, decimals: int) -> Decimal:
    """The number that ``text`` says.

    Args:
        text: as it was written.
        decimals: how many decimals are allowed; 0 for a whole number.

    Raises:
        RefusedError: it is no number, not an exact one, could be read in two ways, or has too many
            decimals; says how to write it.
    """
    written = _SPACES.sub("", text.translate(_MINUS))
    shown = text.strip()[:40]
    if not written:
        raise RefusedError("Skriv et tal.")
    if _BELOW.match(text.strip()):
        raise RefusedError(
            f"«{shown}» er ikke et præcist tal. Skriv det præcise tal; små tal vises kun for "
            "sekretariatet."
        )
    if _GROUPED.fullmatch(written):
        number = Decimal(written.replace(".", "").replace(",", "."))
    elif _PLAIN.fullmatch(written):
        number = Decimal(written.replace(",", "."))
    elif _POINT.fullmatch(written):
        raise RefusedError(
            f"«{shown}» kan læses på to måder. Skriv decimaler med komma, for eksempel "
            f"{written.replace('.', ',')}."
        )
    else:
        raise RefusedError(
            f"«{shown}» er ikke et tal. Skriv kun tallet, for eksempel 12 eller 12,5."
        )
    return _checked(number, decimals, shown)


def _checked(number: Decimal, decimals: int, shown: str) -> Decimal:
    if len(number.as_tuple().digits) > _DIGITS:
        raise RefusedError(f"«{shown}» er for stort et tal.")
    exact = number.quantize(Decimal(1).scaleb(-decimals))
    if exact != number:
        allowed = "et helt tal" if decimals == 0 else f"højst {decimals} decimaler"
        raise RefusedError(f"«{shown}» har for mange decimaler. Skriv {allowed}.")
    return exact


def number_as_typed(number: Decimal) -> str:
    """A number as it is typed again: ``1234,5``, without thousands and needless zeros."""
    plain = format(number.normalize(), "f")
    return plain.replace(".", ",")


def number_text(value: Decimal, decimals: int) -> str:
    """A number as Danes write it: ``1.234,5``."""
    written = f"{value:,.{decimals}f}"
    return written.replace(",", " ").replace(".", ",").replace(" ", ".")
