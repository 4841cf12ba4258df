"""Affirmations: something spoke against a recording, and a person said that it is so all the same.

Each stands beside the fact that it is about and is recorded with it; it is never looked for again.
"""

from __future__ import annotations

from models.fact import CaseFact


class Affirmation(CaseFact, table=True):
    """One fact was recorded in spite of what speaks against it.

    Attributes:
        fact: the key of that fact; ``about`` is what it said, in one Danish sentence.
        against: what spoke against it, in Danish, one sentence after the other.
        reason: why it was recorded all the same, in the person's words; always given.
    """

    fact: str
    about: str
    against: str
    reason: str
