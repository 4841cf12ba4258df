"""Reads the agency's letter that was sent to the launch, for what it proposes."""

from __future__ import annotations

import datetime as dt

from udmelding.casework.files import words_in
from udmelding.casework.wiring import Services
from udmelding.rules.launch.letter import Proposal, read_letter


def letter_proposals(services: Services, sha256: str, today: dt.date) -> dict[str, Proposal]:
    """What the letter in the store proposes; nothing where it has no text that can be read.

    Raises:
        NotFoundError: the store has no such file.
    """
    with services.store.open_checked(sha256) as file:
        text = words_in("brev.pdf", file.read(), today)
    return read_letter(text, today)
