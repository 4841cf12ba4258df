"""What can become of a mail in one delivery, and how is that told?"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import MailState
from udmelding.rules.words.lists import join_names


class MailFate(StrEnum):
    """What became of one mail in one round of delivery."""

    SENT = "sent"
    AS_FILE = "as_file"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    POSTPONED = "postponed"
    HELD = "held"
    RECOVERED = "recovered"
    LATER = "later"


FATES: Mapping[MailFate, str] = {
    MailFate.SENT: label(MailState.HANDED_OVER),
    MailFate.AS_FILE: label(MailState.AS_FILE),
    MailFate.FAILED: "afvist",
    MailFate.POSTPONED: "kunne ikke sendes nu og prøves igen",
    MailFate.HELD: "tilbageholdt til afklaring",
    MailFate.RECOVERED: "genoptaget efter afbrydelse",
    MailFate.LATER: "sendes senere",
    MailFate.WITHDRAWN: "trukket tilbage, fordi der er svaret",
}
"""What is told of each fate, after a number of mails."""


def fates_in_words(fates: Mapping[MailFate, int] | Mapping[str, int]) -> str:
    """How many mails met which fate, as one Danish sentence; empty where there were none."""
    counts = [f"{fates[fate]} {words}" for fate, words in FATES.items() if fates.get(fate)]
    return f"Mails: {join_names(counts)}." if counts else ""
