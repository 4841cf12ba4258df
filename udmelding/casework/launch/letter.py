"""Reads the agency's letter that was sent to the launch, for what it proposes."""

from __future__ import annotations

import datetime as dt

from udmelding.casework.files import words_in
from udmelding.casework.wiring import Services
from udmelding.config.forms.forms import Form
from udmelding.rules.forms.foreign_words import foreign_words
from udmelding.rules.launch.letter import Proposal, read_letter


def letter_proposals(services: Services, sha256: str, today: dt.date) -> dict[str, Proposal]:
    """What the letter in the store proposes; nothing where it has no text that can be read.

    Raises:
        NotFoundError: the store has no such file.
    """
    return read_letter(_words(services, sha256, today), today)


def strange_words(
    services: Services, sha256: str, form: Form | None, today: dt.date
) -> tuple[str, ...]:
    """Which frequent words of the question set the letter does not have, a sentence for each.

    Raises:
        NotFoundError: the store has no such file.
    """
    if form is None or not sha256:
        return ()
    return tuple(one.sentence for one in foreign_words(form, _words(services, sha256, today)))


def _words(services: Services, sha256: str, today: dt.date) -> str:
    with services.store.open_checked(sha256) as file:
        return words_in("brev.pdf", file.read(), today)
