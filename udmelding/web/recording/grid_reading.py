"""What was typed in the grid of decisions: read from its form, kept, and filled in by a paste."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated

from fastapi import Depends, Request

from udmelding.casework.files import ANY, take_in
from udmelding.casework.wiring import Services
from udmelding.config.parties import find_municipality
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.recording.decision_grid import Typed
from udmelding.rules.recording.pasted import Unread, pasted_decisions
from udmelding.web.upload import SentFile, again, sent_file


@dataclass(frozen=True, slots=True)
class File:
    """Minutes that were sent along with a row, kept in the store."""

    sha256: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Everything that a person has typed.

    Attributes:
        opened: the moment at which the person last saw the case.
        text: what was pasted and not understood.
        unread: why, line by line.
    """

    opened: str = ""
    rows: Mapping[str, Typed] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)
    text: str = ""
    unread: tuple[Unread, ...] = ()
    pasted: int = 0

    def as_bytes(self) -> bytes:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()


def grid_from(content: bytes) -> Grid:
    """What was kept.

    Raises:
        RefusedError: it is not of our making.
    """
    try:
        said = json.loads(content)
        return Grid(
            opened=str(said["opened"]),
            rows={str(party): Typed(**row) for party, row in said["rows"].items()},
            files={str(party): File(**one) for party, one in said["files"].items()},
            text=str(said["text"]),
            unread=tuple(Unread(**one) for one in said["unread"]),
            pasted=int(said["pasted"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RefusedError("Det, du skrev, kan ikke findes igen. Skriv det en gang til.") from error


@dataclass(frozen=True, slots=True)
class SentGrid:
    """The form of the grid as it was sent.

    Attributes:
        files: the minutes that were chosen, by party.
        do: the button that was pressed.
        fra: where the grid is kept that the form showed.
        area: the area whose rows it showed.
    """

    grid: Grid
    files: Mapping[str, SentFile]
    do: str
    fra: str
    area: str


async def _filled(request: Request) -> SentGrid:
    form = await request.form()

    def word(name: str, most: int = 500) -> str:
        given = form.get(name, "")
        return given.replace("\r\n", "\n").strip()[:most] if isinstance(given, str) else ""

    parties = [p for p in form.getlist("party") if isinstance(p, str) and len(p) < 60]
    rows = {
        party: Typed(
            outcome=word(f"outcome-{party}"),
            on=word(f"on-{party}"),
            level=word(f"level-{party}"),
            item_number=word(f"item-{party}"),
            evidence=word(f"evidence-{party}"),
            is_sure=bool(word(f"sure-{party}")),
        )
        for party in dict.fromkeys(parties)
    }
    files = {p: file for p in parties if (file := await sent_file(form, f"file-{p}")) is not None}
    grid = Grid(opened=word("opened"), rows=rows, text=word("text", 50_000))
    return SentGrid(grid, files, word("do"), word("fra"), word("omraade"))


FilledGrid = Annotated[SentGrid, Depends(_filled)]


def with_files(services: Services, case: Case, sent: SentGrid, stamp: Stamp) -> Grid:
    """The grid with its minutes in the store; one that is refused is told, the others are kept.

    Raises:
        ConfirmationNeededError: as ``casework.files.take_in``.
    """
    refused: list[Unread] = []
    before = kept_grid(services, sent.fra).files if sent.fra else {}
    files = {party: file for party, file in before.items() if party in sent.grid.rows}
    for party, file in sent.files.items():
        try:
            taken = take_in(services, file.name, file.content, ANY, stamp)
        except RefusedError as error:
            refused.append(Unread(name_of(case, party), error.message))
        else:
            files[party] = File(taken.sha256, taken.file_name)
    rows = {
        party: replace(row, evidence=files[party].name)
        if party in files and not row.evidence
        else row
        for party, row in sent.grid.rows.items()
    }
    return replace(sent.grid, rows=rows, files=files, unread=tuple(refused))


def name_of(case: Case, party: str) -> str:
    """What a party of the case is called."""
    known = case.party(party)
    return known.name if known else party


def with_pasted(grid: Grid, case: Case) -> Grid:
    """The grid with the lines that were understood in their rows; the others stay in the box."""
    known = {party.party: party for party in case.parties}
    by_name = {party.name.casefold(): party.party for party in case.parties}

    def named(text: str) -> str | None:
        if party := by_name.get(text.casefold()):
            return party
        try:
            code = find_municipality(text).code
        except NotFoundError:
            return None
        return code if code in known else None

    read, unread = pasted_decisions(grid.text, named)
    rows = dict(grid.rows)
    for one in read:
        before = rows.get(one.party, Typed())
        rows[one.party] = Typed(
            outcome=one.outcome.value if one.outcome else before.outcome,
            on=one.on or before.on,
            level=one.level.value if one.level else before.level,
            item_number=one.item_number or before.item_number,
            evidence=one.evidence or before.evidence,
        )
    left = "\n".join(one.line for one in unread)
    told = (*grid.unread, *unread)
    return replace(grid, rows=rows, text=left, unread=told, pasted=len(read))


def kept_grid(services: Services, sha256: str) -> Grid:
    """The grid that is kept there; an empty one where nothing is said.

    Raises:
        NotFoundError: nothing is kept there.
        RefusedError: it is no grid.
    """
    return grid_from(again(services, "beslutninger.json", sha256).content) if sha256 else Grid()
