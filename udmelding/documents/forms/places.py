"""Do the answers still stand where the map of the workbook says? Sheets, rows and columns.

Sheets, rows and columns carry hidden marks. What was moved is found by its mark and told with both
places; what was deleted, copied or renamed is told too. Answers are still read where they are
found, so that all that is wrong can be told at once. A problem is told with what is wrong, and
where.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.documents.forms.checks import LISTS
from udmelding.documents.forms.identity import SHEET, Identity
from udmelding.documents.forms.layout import (
    CODE_COLUMN,
    FIRST_COLUMN,
    GUIDE,
    MARK_ROW,
    Place,
    address,
)
from udmelding.documents.forms.open import cell_text, cells_of
from udmelding.documents.forms.sheets import COLUMN_MARK
from udmelding.rules.words.texts import first_upper

_OURS = (GUIDE, LISTS, SHEET)
_BACK = "Flyt tilbage, eller hent regnearket igen og kopiér svarene over."
_AGAIN = "Hent regnearket igen, og kopiér svarene over."


@dataclass(frozen=True, slots=True)
class Found:
    """Where an answer stands now."""

    sheet: Worksheet
    row: int
    column: int

    @property
    def cell(self) -> str:
        """Its name, such as ``C7``."""
        return address(self.row, self.column)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing that is wrong.

    Attributes:
        sheet: the sheet's name; ``cell`` such as ``C7``, empty for the sheet as a whole.
        path: the answer that it is about; empty for what is about no single answer.
        text: what is wrong and what to do, in Danish.
    """

    sheet: str
    cell: str
    path: str
    text: str

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return place_words(self.sheet, self.cell)

    def __str__(self) -> str:
        """One line: the place and what is wrong."""
        place = self.place
        return f"{first_upper(place)}: {self.text}"


@dataclass(slots=True)
class FoundSheets:
    """What was found.

    Attributes:
        cells: the answer cells by their key; those of missing rows are absent.
        sheets: the sheets by their marks.
        whole: marks of the sheets where everything stands in its place.
        strange: sheets that are not ours.
    """

    cells: dict[str, Found] = field(default_factory=dict)
    sheets: dict[str, Worksheet] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    strange: list[Worksheet] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)


def standing(book: Workbook, identity: Identity, labels: Mapping[str, str]) -> FoundSheets:
    """Find every answer cell.

    Args:
        book: the workbook.
        identity: with the map.
        labels: what the rows are called, by their code.
    """
    found = FoundSheets()
    _find_sheets(book, identity, found)
    by_mark: dict[str, dict[str, Place]] = {}
    for key, place in identity.places.items():
        by_mark.setdefault(place.mark, {})[key] = place
    for mark, sheet in found.sheets.items():
        places = by_mark.get(mark, {})
        before = len(found.problems)
        _find_cells(sheet, places, labels, found)
        _find_merged(sheet, [found.cells[key] for key in places if key in found.cells], found)
        if len(found.problems) == before:
            found.whole.add(mark)
    return found


def _find_sheets(book: Workbook, identity: Identity, found: FoundSheets) -> None:
    marked: dict[str, list[Worksheet]] = {}
    others = [sheet for sheet in book.worksheets if sheet.title not in _OURS]
    for sheet in others:
        marked.setdefault(cell_text(sheet.cell(MARK_ROW, CODE_COLUMN)), []).append(sheet)
    for mark, name in identity.names.items():
        same = marked.get(mark) or [sheet for sheet in others if sheet.title == name]
        same.sort(key=lambda sheet, name=name: sheet.title != name)  # type: ignore[misc]
        if not same:
            found.problems.append(CellProblem(name, "", "", f"Arket mangler. {_AGAIN}"))
            continue
        found.sheets[mark] = same[0]
        if same[0].title != name:
            told = f"Arket hed «{name}». Giv det sit navn igen."
            found.problems.append(CellProblem(same[0].title, "", "", told))
        for copy in same[1:]:
            told = f"Arket er en kopi af «{same[0].title}». Slet det af de to, der ikke gælder."
            found.problems.append(CellProblem(copy.title, "", "", told))
    known = {sheet.title for sheet in found.sheets.values()}
    known |= {problem.sheet for problem in found.problems}
    found.strange = [sheet for sheet in others if sheet.title not in known]


def _find_cells(
    sheet: Worksheet, places: Mapping[str, Place], labels: Mapping[str, str], found: FoundSheets
) -> None:
    codes = {place.code: place.row for place in places.values()}
    columns = {f"{COLUMN_MARK}{p.column - FIRST_COLUMN}": p.column for p in places.values()}
    rows_now = _now(_spots(sheet, codes), is_row=True)
    columns_now = _now(_spots(sheet, columns), is_row=False)
    if not rows_now or not columns_now:
        told = f"Den skjulte kolonne A eller række 1 er slettet eller lavet om. {_AGAIN}"
        found.problems.append(CellProblem(sheet.title, "A1", "", told))
        return
    found.problems += _rows_told(sheet.title, codes, rows_now, labels)
    found.problems += _columns_told(sheet.title, columns, columns_now)
    for key, place in places.items():
        rows = rows_now.get(place.code)
        now = columns_now.get(f"{COLUMN_MARK}{place.column - FIRST_COLUMN}")
        if rows and now:
            row = place.row if place.row in rows else rows[0]
            column = place.column if place.column in now else now[0]
            found.cells[key] = Found(sheet, row, column)


def _spots(sheet: Worksheet, wanted: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """Where marks stand: mark, row and column."""
    return [
        (cell.value, cell.row, cell.column)
        for cell in cells_of(sheet)
        if isinstance(cell.value, str) and cell.value in wanted
    ]


def _now(spots: Sequence[tuple[str, int, int]], *, is_row: bool) -> dict[str, list[int]]:
    """The rows (the columns) of the marks, in the column (the row) where most of them stand.

    An answer can be the same word as a mark; it does not stand in line with the others.
    """
    along = Counter(column if is_row else row for _, row, column in spots)
    if not along:
        return {}
    most = max(along.values())
    line = min(place for place, count in along.items() if count == most)
    found: dict[str, list[int]] = {}
    for mark, row, column in spots:
        if (column if is_row else row) == line:
            found.setdefault(mark, []).append(row if is_row else column)
    return found


def _rows_told(
    name: str, codes: Mapping[str, int], now: Mapping[str, list[int]], labels: Mapping[str, str]
) -> Iterator[CellProblem]:
    moved: list[tuple[int, int, str]] = []
    for code, row in sorted(codes.items(), key=lambda item: item[1]):
        label, rows = labels.get(code, code), now.get(code, [])
        if not rows:
            told = f"Rækken «{label}» stod her og mangler. {_AGAIN}"
            yield CellProblem(name, address(row, FIRST_COLUMN), "", told)
        elif len(rows) > 1:
            told = f"Rækken «{label}» står flere gange (række {_listed(rows)}). Slet kopien."
            yield CellProblem(name, address(rows[-1], FIRST_COLUMN), "", told)
        elif rows[0] != row:
            moved.append((row, rows[0], label))
    for group in _together(moved):
        (first, first_now, label), (last, last_now, last_label) = group[0], group[-1]
        if first == last:
            told = f"Rækken «{label}» er flyttet fra række {first} til række {first_now}. {_BACK}"
        else:
            told = (
                f"Rækkerne «{label}» til «{last_label}» er flyttet fra række {first}-{last} til "
                f"række {first_now}-{last_now}. {_BACK}"
            )
        yield CellProblem(name, address(first_now, FIRST_COLUMN), "", told)


def _together(moved: Iterable[tuple[int, int, str]]) -> list[list[tuple[int, int, str]]]:
    """Rows that were moved by as much, one after the other."""
    groups: list[list[tuple[int, int, str]]] = []
    for one in moved:
        if groups and groups[-1][-1][1] - groups[-1][-1][0] == one[1] - one[0]:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _columns_told(
    name: str, columns: Mapping[str, int], now: Mapping[str, list[int]]
) -> Iterator[CellProblem]:
    for mark, column in sorted(columns.items(), key=lambda item: item[1]):
        letter, found = get_column_letter(column), now.get(mark, [])
        if not found:
            told = f"Kolonne {letter} med svar mangler. {_AGAIN}"
            yield CellProblem(name, f"{letter}{MARK_ROW}", "", told)
        elif found != [column]:
            letters = _listed([get_column_letter(one) for one in found])
            told = f"Kolonne {letter} med svar står nu i kolonne {letters}. {_BACK}"
            yield CellProblem(name, f"{get_column_letter(found[0])}{MARK_ROW}", "", told)


def _listed(values: Sequence[object]) -> str:
    words = [str(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} og {words[-1]}"


def _find_merged(sheet: Worksheet, answers: Iterable[Found], found: FoundSheets) -> None:
    """Answer cells that were merged with others; the first cell of a range keeps its value."""
    cells = [(answer.row, answer.column) for answer in answers]
    for area in sheet.merged_cells.ranges:
        lost = any(
            area.min_row <= row <= area.max_row
            and area.min_col <= column <= area.max_col
            and (row, column) != (area.min_row, area.min_col)
            for row, column in cells
        )
        if lost:
            told = f"Cellerne {area.coord} er slået sammen. Ophæv det, og skriv svarene igen."
            found.problems.append(
                CellProblem(sheet.title, address(area.min_row, area.min_col), "", told)
            )


def place_words(sheet: str, cell: str) -> str:
    """A place in a workbook: ``ark «Borgere», celle C7``."""
    return f"ark «{sheet}», celle {cell}" if cell else f"ark «{sheet}»"
