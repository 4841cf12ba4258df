"""Minutes that come as a file are read for the decision that is owed."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from models import Level, Meaning, Outcome
from tests.rules.inbox.test_weighing import INVITATION, THREAD, mail
from udmelding.casework.files import words_in
from udmelding.rules.inbox.incoming import IncomingFile
from udmelding.rules.inbox.matching import Clues
from udmelding.rules.inbox.understanding import understand

TODAY = dt.date(2027, 4, 6)
MINUTES = (
    "Punkt 91. Fælles afrapportering",
    "Indstilling",
    "Forvaltningen indstiller, at afrapporteringen godkendes.",
    "Beslutning fra Social og Sundhed, 10. marts 2027, pkt. 28",
    "Anbefales.",
    "Beslutning fra Kommunalbestyrelsen, 25. marts 2027, pkt. 91",
    "Godkendt.",
    "Borger 010180-0009 blev nævnt.",
)


def word() -> bytes:
    document, content = docx.Document(), io.BytesIO()
    for line in MINUTES:
        document.add_paragraph(line)
    document.save(content)
    return content.getvalue()


def text() -> bytes:
    return "\r\n".join(MINUTES).encode("utf-8")


@pytest.mark.parametrize(("name", "content"), [("referat.docx", word()), ("referat.txt", text())])
def test_a_decision_is_found_in_the_minutes_that_came_with_a_mail(
    name: str, content: bytes
) -> None:
    words = words_in(name, content, TODAY)
    assert "010180" not in words
    one = mail(
        "Hermed referatet.",
        files=(IncomingFile(file_name=name, media_type="application/x", content=content),),
    )
    known = _asked(is_decision=True)

    found = understand(one, known, TODAY, (words,)).suggestion

    assert found is not None
    assert (found.meaning, found.outcome, found.level, found.on, found.item_number) == (
        Meaning.DECISION,
        Outcome.APPROVED,
        Level.COUNCIL,
        dt.date(2027, 3, 25),
        "91",
    )
    else_asked = understand(one, _asked(is_decision=False), TODAY, (words,)).suggestion
    assert else_asked is not None
    assert else_asked.meaning is not Meaning.DECISION


def test_a_file_that_cannot_be_read_says_nothing() -> None:
    assert words_in("referat.pdf", Path(__file__).read_bytes(), TODAY) == ""


def _asked(*, is_decision: bool) -> Clues:
    return replace(THREAD, answered=(replace(INVITATION, is_decision=is_decision),))
