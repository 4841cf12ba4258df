"""What does a delivery report mean, in plain Danish? Its row in the table of failures, in words."""

from __future__ import annotations

import re

from udmelding.rules.inbox.failures import failure_of

_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


def plainly(status: str, why: str = "") -> str:
    """What the failure is; empty where nothing says what people can use.

    Args:
        status: such as ``5.1.1``; where it is empty it is looked for in ``why``.
        why: the other server's own words.
    """
    found = _STATUS.search(status) or _STATUS.search(why)
    return failure_of(found[0] if found else "", why).danish


def in_full(status: str, why: str) -> str:
    """The plain words, and what the other server itself said."""
    plain, own = plainly(status, why), " ".join(why.split())
    if not plain:
        return own or "modtagerens server sagde ikke hvorfor"
    return f"{plain} ({own})" if own else plain


def mended_by(status: str, why: str) -> str:
    """What to do about our own set-up, in a sentence; empty where the fault is not ours."""
    return failure_of(status, why).mend
