"""What does a letter to the agency hold? Its parts, as ``paper`` writes them."""

from __future__ import annotations

from udmelding.documents import blocks
from udmelding.documents.papers.paper import Paper
from udmelding.documents.papers.paper import Part as PaperPart
from udmelding.rules.papers.letters import Grid, Items, Letter, Part, Text
from udmelding.rules.words.date_wording import long_date

_MOST_UPRIGHT = 4
_SHARES = {6: (15, 14, 17, 15, 20, 19)}
"""Of a table's width in hundredths, by how many columns it has; else all are alike."""


def letter_paper(letter: Letter) -> Paper:
    """The letter, from its receiver to its signature; an enclosure has neither.

    Args:
        letter: what it says.
    """
    receiver = [blocks.Text(f"Til {letter.receiver}")] if letter.receiver else []
    signature = (
        [blocks.Signature(("Med venlig hilsen", *(letter.signed_by or (letter.sender,))))]
        if receiver
        else []
    )
    return Paper(
        title=letter.title,
        before=[*receiver, blocks.Right(long_date(letter.dated_on))],
        parts=[blocks.Pairs(letter.about), *map(_block, letter.parts), *signature],
        reference=letter.reference,
        author=letter.sender,
    )


def _block(part: Part) -> PaperPart:
    match part:
        case Text() if part.is_heading:
            return blocks.Heading(part.text)
        case Text():
            return blocks.Text(part.text)
        case Items():
            return blocks.Items(part.texts)
        case Grid():
            count = len(part.head)
            return blocks.Grid(
                head=part.head,
                rows=[[_cell(text) for text in row] for row in part.rows],
                shares=_SHARES.get(count, (1,) * count),
                is_words=True,
                is_lying=count > _MOST_UPRIGHT,
            )


def _cell(text: str) -> blocks.Runs:
    """An address can be followed."""
    is_address = text.startswith(("https://", "http://")) and " " not in text
    return [blocks.Run(text, "link", text)] if is_address else text
