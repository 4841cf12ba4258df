"""Does a sentence of a mail ask for the answer as a reply to that mail?

Where a case has a form, that is not true: what comes as a reply is counted by nobody. A reply is
right all the same for whatever is not the answer: a question, a doubt, a missing file, a day; and
the form's own Excel file may come back by mail. So a sentence is read whole, never a word alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MAIL = r"(?:e-?)?mail(?:en)?"
_THIS_MAIL = rf"(?:(?:denne|den her|vores)\s+{_MAIL}|mailen)"
_FEW = r"(?:[\w»«…-]+\s+){0,4}?"
_ANSWER = r"(?:svar(?:et|ene)?|besvarelse(?:n|r|rne)?|tal(?:let|lene)?|oplysning(?:er|erne)|resten)"
_BACK = rf"(?:retur|tilbage|som\s+svar|(?:på|i|med|pr\.|til)\s+(?:en\s+|denne\s+)?{_MAIL})"

_ASKS = re.compile(
    rf"""\b(?:
        (?<!\bet\ )(?<!\balle\ )(?<!\bjeres\ )(?:be)?svar(?:er|e|es)?\s+{_FEW}(?:på\s+)?{_THIS_MAIL}
      | send(?:er|e|es)?\s+{_FEW}{_ANSWER}\s+{_FEW}{_BACK}
      | {_ANSWER}\s+{_FEW}(?:sendes|gives|afgives|afleveres|returneres)\s+{_FEW}{_BACK}
      | return[ée]r(?:e|es)?\s+{_FEW}{_ANSWER}
      | (?:skriv|giv)(?:e|er)?\s+{_FEW}{_ANSWER}\s+{_FEW}i\s+et\s+svar
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_OF_SOMETHING_ELSE = re.compile(
    r"""\b(?:
        spørgsmål\s*\? | spørgsmål(?:et|ene)?\s+til | har\s+I\s+(?:et\s+)?spørgsmål
      | (?:i|er)\s+tvivl | hvis
      | (?:mangler|ønsker|opdager|får|kan|vil|bliver|er)\s+I\b | kommer\s+der | er\s+(?:det|noget)
      | brug\s+for | ikke | hvilken\s+dag | hvornår | hvem | kontaktperson(?:en)? | excel\S*
      | (?:regne)?ark(?:et)? | fil(?:en)? | skema(?:et)?
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Replying is right for these, and the form's own file may come back so."""
_IF_ANSWERED = re.compile(r"^\W*(?:når|har|er)\s+(?:I|svaret)\b.*\bsvaret\b", re.IGNORECASE)
"""«Har I svaret klar, så …» speaks of the answer, though it begins as a question would."""
# A question mark ends nothing here: «Spørgsmål? Svar på denne mail» has to be read as one.
_END = re.compile(r"(?<!\bpr)[.!](?=\s|$|[\W_]*$)|\n\s*\n|\n\s*(?:[-*+#>]|\d+\.)\s*")


def asked_replies(text: str) -> Iterator[int]:
    """Where in a text the answer is asked for as a reply to the mail: places of its first letters.

    Args:
        text: Danish, as it is written in a template; what is not known of it as «…».
    """
    start = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        sentence = text[start:end]
        asked = _ASKS.search(sentence)
        excused = _OF_SOMETHING_ELSE.search(sentence) and not _IF_ANSWERED.search(sentence)
        if asked and not excused:
            yield start + asked.start()
        start = end
