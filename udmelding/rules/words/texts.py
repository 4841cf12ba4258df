"""A text's first letter, and the texts within a value as JSON holds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def first_upper(text: str) -> str:
    """The text with a capital at its beginning; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def first_lower(text: str) -> str:
    """The text with a small letter at its beginning; the rest stays as it is."""
    return text[:1].lower() + text[1:]


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value, within lists and mappings too; names of mappings are none of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_in(part)
