"""Which parts of a report's chapter stand on pages that lie down?

Wide tables do. A heading right before one goes along, so that it never stays behind alone on the
page before. The PDF and the Word file both go by this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from udmelding.documents.table_widths import figures_layout
from udmelding.rules.report.values import Block, Chapter, Paragraph, TableBlock


@dataclass(frozen=True, slots=True)
class Stretch:
    """Blocks that follow each other on pages of one kind; the first one of a chapter has its title.

    Attributes:
        is_wide: the pages lie down.
        has_title: the chapter's title stands above the blocks.
    """

    is_wide: bool
    has_title: bool
    blocks: tuple[Block, ...]


def stretches(chapter: Chapter) -> Iterator[Stretch]:
    """The chapter, cut where pages turn; a chapter without blocks is its title alone."""
    if not chapter.blocks:
        yield Stretch(is_wide=False, has_title=True, blocks=())
    together = groupby(zip(_lying(chapter.blocks), chapter.blocks, strict=True), lambda it: it[0])
    for place, (is_wide, pairs) in enumerate(together):
        yield Stretch(is_wide, has_title=place == 0, blocks=tuple(block for _, block in pairs))


def _lying(blocks: tuple[Block, ...]) -> list[bool]:
    """For each block: is it on a page that lies down? A subhead goes where the next block goes."""
    found: list[bool] = []
    is_next_wide = False
    for block in reversed(blocks):
        is_head = isinstance(block, Paragraph) and block.is_subhead
        if not is_head:
            is_next_wide = isinstance(block, TableBlock) and figures_layout(block.table).is_wide
        found.append(is_next_wide)
    return found[::-1]
