"""What is told about hidden counts: under a table, and to the caseworker who sees them."""

from __future__ import annotations

from udmelding.rules.report.figure_tables import HIDDEN
from udmelding.rules.report.hiding import Protection


def note_under_table(threshold: int) -> str:
    """What stands under a table with hidden cells."""
    return (
        f"{HIDDEN} Tal under {threshold} vises ikke af hensyn til borgerne. Andre tal kan være "
        "skjult, så de små tal ikke kan regnes ud."
    )


def for_caseworker(protection: Protection) -> str:
    """How many counts are hidden and why; empty where none is."""
    if not protection.hidden:
        return ""
    small, guarding = len(protection.small), len(protection.guarding)
    told = f"{len(protection.hidden)} tal er skjult i alt, der sendes ud: {small} små"
    told += f" og {guarding}, som de små kunne regnes ud fra." if guarding else "."
    if protection.already_known:
        known = len(protection.already_known)
        told += f" {known} af dem er allerede kendt fra en tidligere version."
    return told
