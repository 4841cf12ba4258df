"""What does Excel itself refuse, grey out and add up in a workbook? Helps, never the judge.

Whoever fills in can switch all of it off, and pasted cells bring their own rules with them. What a
file says is judged when it is read back; nothing that Excel has calculated here is believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.config.forms.forms import Form, SumRule
from udmelding.config.forms.questions import Kind, Measured, Question
from udmelding.documents.forms.layout import (
    FIRST_COLUMN,
    Place,
    SheetPlan,
    Slot,
    address,
    in_sheet,
    plain_text,
    write_text,
)
from udmelding.documents.forms.styles import GREY, RED
from udmelding.documents.forms.texts import NO, TICK, YES, answer_words, hint

LISTS = "Lister"
AGREES = "Stemmer"
DIFFERS = "Stemmer ikke: "

_LONGEST_PROMPT, _LONGEST_ERROR = 250, 220
_LEAST, _MOST = -999_999_999_999_999, 999_999_999_999_999
_LAST_DAY = 73_050
"""31 December 2099, counted as Excel counts days."""

_NOT_ASKED = PatternFill("lightUp", start_color="9AA5AD", end_color=None)


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the answers stand: by key, and the names of the sheets by their marks."""

    places: Mapping[str, Place]
    names: Mapping[str, str]

    def in_formula(self, key: str) -> str:
        """The cell as a formula names it."""
        place = self.places[key]
        return in_sheet(self.names[place.mark], _fixed(address(place.row, place.column)))


class Validations:
    """The rules for what may be typed, one for all cells of a sheet that are asked alike."""

    def __init__(self, book: Workbook, form: Form) -> None:
        """Begin with the sheet that holds the lists to choose from."""
        self._form, self._book = form, book
        self._lists = book[LISTS]
        self._ranges: dict[tuple[str, ...], str] = {}
        self._made: dict[tuple[str, str, str], DataValidation] = {}

    def add(self, sheet: Worksheet, row: int, column: int, slot: Slot) -> None:
        """Let the cell take what its question asks for."""
        told = hint(slot, self._form)
        key = (sheet.title, told, self._list_of(slot.measured))
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._validation(slot, told, key[2])
            sheet.add_data_validation(made)
        made.add(address(row, column))

    def _validation(self, slot: Slot, told: str, listed: str) -> DataValidation:
        text = plain_text(told)
        return DataValidation(
            **_rule(slot, listed),  # type: ignore[arg-type]  # its words are the library's own
            allow_blank=True,
            showInputMessage=True,
            showErrorMessage=True,
            errorStyle="stop",
            promptTitle="Sådan svarer I",
            prompt=text[:_LONGEST_PROMPT],
            errorTitle="Det kan ikke stå her",
            error=text[:_LONGEST_ERROR],
        )

    def _list_of(self, measured: Measured) -> str:
        """The range with what there is to choose; made the first time it is needed."""
        match measured.kind:
            case Kind.YES_NO:
                texts: tuple[str, ...] = (YES, NO)
            case Kind.CHOICE:
                texts = tuple(plain_text(option.text) for option in measured.options)
            case Kind.CHOICES:
                texts = (TICK,)
            case _:
                return ""
        if texts not in self._ranges:
            column = len(self._ranges) + 1
            for row, text in enumerate(texts, start=1):
                write_text(self._lists.cell(row, column), text)
            last = address(len(texts), column)
            where = in_sheet(LISTS, _fixed(f"{address(1, column)}:{last}"))
            self._ranges[texts] = give_name(self._book, f"liste_{column}", where)
        return self._ranges[texts]


def give_name(book: Workbook, name: str, where: str) -> str:
    """Give a cell or range a name of its own.

    Rules for cells reach other sheets by name only: older versions of Excel take a file with a
    plain reference for damaged.
    """
    if name not in book.defined_names:
        book.defined_names[name] = DefinedName(name, attr_text=where)
    return name


def _fixed(where: str) -> str:
    parts = []
    for cell in where.split(":"):
        column = cell.rstrip("0123456789")
        parts.append(f"${column}${cell.removeprefix(column)}")
    return ":".join(parts)


def _rule(slot: Slot, listed: str) -> dict[str, str]:
    measured = slot.measured
    if listed:
        return {"type": "list", "formula1": listed}
    if measured.kind is Kind.DATE:
        return _between("date", 1, _LAST_DAY)
    if measured.kind is Kind.TEXT:
        return {"type": "textLength", "operator": "lessThanOrEqual", "formula1": str(slot.longest)}
    low = _LEAST if measured.minimum is None else measured.minimum
    high = _MOST if measured.maximum is None else measured.maximum
    return _between("whole" if measured.places == 0 else "decimal", low, high)


def _between(sort: str, low: float, high: float) -> dict[str, str]:
    return {"type": sort, "operator": "between", "formula1": _plain(low), "formula2": _plain(high)}


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def sum_formula(form: Form, rule: SumRule, cells: Cells) -> str:
    """A formula that says whether the parts agree with the total; empty while one is missing."""
    total = cells.in_formula(rule.total)
    parts = ",".join(one for part in rule.parts for one in _ranges(form, part, cells))
    differs = f'"{DIFFERS}delene giver "&SUM({parts})&", men her står "&{total}'
    agrees = f'IF(ROUND(SUM({parts})-{total},4)=0,"{AGREES}",{differs})'
    return f'=IF(OR({total}="",COUNT({parts})=0),"",{agrees})'


def rows_formula(form: Form, question: Question, cells: Cells) -> str:
    """A formula that says whether a table has too many rows; empty while it or the number is."""
    most = cells.in_formula(question.at_most or "")
    columns = [_ranges(form, f"{question.id}.*.{one.id}", cells) for one in question.columns]
    begun = "+".join(f'({where}<>"")' for (where,) in columns)
    rows = f"SUMPRODUCT(1*(({begun})>0))"
    differs = f'"{DIFFERS}antallet af linjer er "&{rows}&", men tallet er "&{most}'
    return f'=IF(OR({most}="",{rows}=0),"",IF({rows}<={most},"{AGREES}",{differs}))'


def _ranges(form: Form, part: str, cells: Cells) -> list[str]:
    if ".*." not in part:
        return [cells.in_formula(part)]
    code, _, column = part.partition(".*.")
    question = form.question(code)
    if question is None:
        return []
    rows = [row.id for row in question.rows] or [str(n) for n in range(1, question.most_rows + 1)]
    first, last = (cells.places[f"{code}.{row}.{column}"] for row in (rows[0], rows[-1]))
    where = f"{address(first.row, first.column)}:{address(last.row, last.column)}"
    return [in_sheet(cells.names[first.mark], _fixed(where))]


def mark_difference(sheet: Worksheet, where: str) -> None:
    """Show in red that a sum, or how many rows there are, does not agree."""
    look = DifferentialStyle(font=Font(bold=True, color=RED))
    told = f'LEFT({where},{len(DIFFERS)})="{DIFFERS}"'
    sheet.conditional_formatting.add(where, Rule(type="expression", formula=[told], dxf=look))


def grey_unless_asked(sheet: Worksheet, where: str, condition: str) -> None:
    """Shade answer cells while what they depend on says that they are not asked."""
    look = DifferentialStyle(font=Font(color=GREY), fill=_NOT_ASKED)
    told = f"NOT({condition})"
    sheet.conditional_formatting.add(where, Rule(type="expression", formula=[told], dxf=look))


def asked_formula(book: Workbook, form: Form, question: Question, cells: Cells) -> str:
    """Whether the question is asked, as a formula; empty for always."""
    asked = question.required_if
    other = form.question(asked.question) if asked else None
    if asked is None or other is None or not _is_here(other, cells):
        return ""
    if asked.above is not None:
        return f"N({_answer(book, other.id, cells)})>{_plain(asked.above)}"
    return f"OR({','.join(_tests(book, other, asked.equals, cells))})"


def _is_here(other: Question, cells: Cells) -> bool:
    key = f"{other.id}={other.options[0].id}" if other.kind is Kind.CHOICES else other.id
    return key in cells.places


def _answer(book: Workbook, key: str, cells: Cells) -> str:
    """The name of an answer cell."""
    return give_name(book, f"svar_{key.replace('=', '.')}", cells.in_formula(key))


def _tests(book: Workbook, other: Question, codes: Sequence[str], cells: Cells) -> list[str]:
    if other.kind is Kind.CHOICES:
        return [f'{_answer(book, f"{other.id}={code}", cells)}<>""' for code in codes]
    where = _answer(book, other.id, cells)
    words = [plain_text(answer_words(other, code)).replace('"', '""') for code in codes]
    return [f'{where}="{word}"' for word in words]


def condition_range(plan: SheetPlan, question: Question) -> str:
    """The answer cells of a question in its sheet, from the first to the last."""
    cells = [
        (row, slot.place)
        for row, line in plan.numbered
        if line.question is question
        for slot in line.slots
    ]
    first = FIRST_COLUMN
    top, bottom = min(row for row, _ in cells), max(row for row, _ in cells)
    right = first + max(place for _, place in cells)
    return f"{address(top, first)}:{address(bottom, right)}"
