"""Is this folder the demonstration's, and which day was it played to?

A folder that it was played in is never served as if it were today: everything would be overdue, and
mails would be written to municipalities that were asked years ago.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from udmelding.errors import BadFileError, Flaw, OutsideError


def _mark(home: Path) -> Path:
    return home / "demo"


def mark_demo(home: Path, day: dt.date) -> dt.date:
    """Mark the folder as the demonstration's; returns the furthest day that it was played to.

    Raises:
        OutsideError: the folder cannot be written.
    """
    furthest = max(day, demo_day(home) or day)
    try:
        _mark(home).write_text(f"{furthest.isoformat()}\n", encoding="utf-8")
    except OSError as error:
        raise OutsideError(
            f"Mappen {home} kan ikke skrives ({error.strerror}).", is_temporary=False
        ) from error
    return furthest


def demo_day(home: Path) -> dt.date | None:
    """The day that the demonstration in ``home`` was played to; None if it holds none.

    Raises:
        BadFileError: somebody wrote something else into the mark.
    """
    try:
        return dt.date.fromisoformat(_mark(home).read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    except ValueError as error:
        flaw = Flaw(str(_mark(home)), "", "skal være en dato som 2025-04-15")
        raise BadFileError("Mærket på demonstrationens mappe", (flaw,)) from error
