"""What can become of a mail in one delivery, and how is that told? And of all the mails listed?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

from models import GATHERED, OutboxState
from udmelding.casework.mail.progress import Progress
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import COPY, MailState
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


def totals_in_words(mails: Sequence[OutboxMail], progress: Mapping[str, Progress]) -> str:
    """How many mails of each state there are in a list, in Danish sentences.

    What goes to a person as one mail is one: neither its parts nor a copy that goes by itself is
    counted besides. A gathered mail that was taken apart is none: its parts are.

    Args:
        mails: those that are listed, at least one.
        progress: how far each came, by key.
    """
    parts = Counter(mail.merged_into for mail in mails if mail.merged_into is not None)
    apart = {m.key for m in mails if m.mail in GATHERED and m.state is OutboxState.WITHDRAWN}
    came: dict[str, str] = {}
    for mail in mails:
        whole = mail.merged_into or mail.key.partition(COPY)[0]
        if mail.key not in apart and (mail.key == whole or whole not in came):
            came[whole] = progress[mail.key].furthest.words
    states = [f"{count} {words}" for words, count in Counter(came.values()).items()]
    told = f"{len(came)} {'mail' if len(came) == 1 else 'mails'}"
    sentences = [f"{told}: {join_names(states)}." if states else f"{told}."]
    listed = {mail.key for mail in mails}
    if gathered := [whole for whole in parts if whole in listed]:
        count = sum(parts[whole] for whole in gathered)
        sentences.append(f"{len(gathered)} af dem samler {count} linjer, som ikke tælles for sig.")
    if others := [whole for whole in parts if whole not in listed]:
        sentences.append(f"{len(others)} af dem er del af en samlet mail med en anden sag.")
    if apart:
        whole = "samlet mail" if len(apart) == 1 else "samlede mails"
        sentences.append(f"{len(apart)} {whole} er delt igen og tælles ikke.")
    return " ".join(sentences)
