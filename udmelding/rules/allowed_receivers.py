"""May this address be written to? For systems that try things out with real data."""

from __future__ import annotations

from collections.abc import Collection


def is_allowed(address: str, patterns: Collection[str]) -> bool:
    """Whether ``address`` is one of ``patterns``, or everybody may be written to.

    Args:
        address: a mail address; the case of its letters means nothing.
        patterns: addresses, or ``*@kommune.example`` for all of that very domain (not of those
            below it); none at all allows everybody.
    """
    if not patterns:
        return True
    wanted = address.casefold()
    anybody_there = f"*@{wanted.rpartition('@')[2]}"
    return any(pattern.casefold() in (wanted, anybody_there) for pattern in patterns)
